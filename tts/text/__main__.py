"""`python -m tts.text`: lines in, spoken lines out. What quality is measured with.

echo 'بعد 3 سنوات' | python -m tts.text
"""

import argparse
import json
import sys
from collections.abc import Iterator

from tts.errors import IstamiError
from tts.text.diacritics import diacritize
from tts.text.lexicon import NONE
from tts.text.lexicon_file import load
from tts.text.reading import Reading
from tts.text.script import read


def main(arguments: list[str] | None = None) -> int:
    """Reads standard input to its end, writes a line for each; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tts.text",
        description="Writes, for each line of standard input, how it is spoken: one line, figures and signs in words.",
        epilog="Example: echo 'فاز 2-1 بعد 3 سنوات' | python -m tts.text --why",
    )
    parser.add_argument(
        "--diacritics", action="store_true", help="add vowel marks, as the embedded voice is given them"
    )
    parser.add_argument("--why", action="store_true", help="write a JSON line instead, with the rules that fired")
    parser.add_argument(
        "--keep-latin", action="store_true", help="leave Latin letters, as for a voice that reads them (google)"
    )
    parser.add_argument("--lexicon", metavar="FILE", help="apply this pronunciation lexicon (docs/lexicon.md)")
    chosen = parser.parse_args(arguments)
    try:
        lexicon = load(chosen.lexicon) if chosen.lexicon else NONE
        for line in _lines():
            reading = read(line, reads_latin=chosen.keep_latin, lexicon=lexicon)
            spoken = " ".join(reading.spoken.split())
            if chosen.diacritics:
                spoken = diacritize(spoken)
            print(_why(reading, spoken) if chosen.why else spoken, flush=True)
    except BrokenPipeError:
        return 1
    except IstamiError as error:
        print(f"{error.detail} [{error.code}]", file=sys.stderr)
        return 2
    return 0


def _lines() -> Iterator[str]:
    """The lines of standard input, whatever bytes they hold: one in, one out."""
    for line in sys.stdin.buffer:
        yield line.rstrip(b"\r\n").decode("utf-8", "replace")


def _why(reading: Reading, spoken: str) -> str:
    rules = [
        {"rule": f.rule, "start": f.start, "end": f.end, "display": f.display, "spoken": f.spoken}
        for f in reading.firings
    ]
    return json.dumps({"display": reading.display, "spoken": spoken, "rules": rules}, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
