"""How Arabic is read: figures, diacritics, phonemes and speed, beside what people use today.

python -m benchmarks.arabic --help
"""

import argparse
import os
import platform
import re
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median

from articles.samples import samples
from benchmarks import suites
from benchmarks.command import step
from benchmarks.phonemes import Espeak, edits, reference
from benchmarks.report import MEGABYTE, Goal, columns
from tests import gold, held
from tests.gold import Case, is_right
from tts.engines.spelling import spelt_as_heard
from tts.text import script
from tts.text.diacritics import diacritize

OURS, NUM2WORDS, FRONTEND, ESPEAK = "this project", "num2words", "arabic-tts-frontend", "espeak-ng"

FAMILY_SHARE, FAMILY_CASES = 0.98, 15
DIACRITICS_LOSS = 0.001
READ_SPEED, MARKED_SPEED = 50_000, 15_000
"""Characters a second on one core."""
LENGTHS = (2_000, 20_000, 200_000)
STEEPEST = 2.0
"""A text 100 times as long may cost this much more for each of its characters."""
SHOWN = 5
"""Wrong lines shown of a public suite."""

_GOLD_NOTES = """\
Right: the words spoken are one of the accepted readings, whatever their vowel marks, hamza seats and punctuation.
num2words: every run of digits replaced by num2words(n, lang="ar"), the rest left. arabic-tts-frontend:
VoiceFrontEnd().prepare(sentence).spoken. espeak-ng: its phonemes for the sentence are those of an accepted reading,
both without marks, stress, pauses, and the short vowels, glottal stops and final ة that it says in figures and cannot
know in bare words; so the gender of three to ten is not held against it."""

_DIACRITICS_NOTES = """\
Share of letters whose marks differ, a sukun being as good as none. Inner: without the last letter of each word, which
bears the case ending. The model's own: text2tashkeel.diacritize, the same model through its package."""

_PHONEMES_NOTES = """\
Edits (insertions, omissions, exchanges) for 100 phonemes of the held set, {count:,} in all, which come from its marks
by the map in benchmarks/phonemes.py. The last row: what the map and the spelling disagree in, the marks being right."""

_SPEED_NOTES = """\
Processor time of one core, a paragraph or sentence at a time, the characters being those of the page; median of
{passes} passes. Articles: the samples. The gold set has several figures in every sentence, which become many words.
Beside: how many times faster this project's reading is, on articles."""

_EXAMPLE = f"""\
example:
  python -m benchmarks.arabic
  python -m benchmarks.arabic --wikinews WikiNews_2014.txt.diac --nemo test_cases_cardinal.txt

where the files are (none is part of this project, none is fetched):
  --wikinews     github.com/qcri/advancing-arabic-diacritization: WikiNews_Benchmarks/WikiNews_2014.txt.diac
  --nemo         {suites.NEMO}
  --arphp        {suites.ARPHP}
  --moment       {suites.MOMENT}
  --recognizers  {suites.RECOGNIZERS}

Needs requirements-dev.txt. Speaks to nobody. Takes about a minute on two cores."""

_PASSES = 3

Reader = Callable[[str, Case], bool]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; gives the exit status, 0 whether or not the goals are reached."""
    options = _options(arguments)
    try:
        external = dict(_suites(options))
        wikinews = _marked_lines(options.wikinews) if options.wikinews else []
    except (OSError, ValueError) as error:
        print(f"arabic: {error}", file=sys.stderr)
        return 2
    try:
        parts = list(_parts(wikinews, external))
    except KeyboardInterrupt:
        print("arabic: interrupted", file=sys.stderr)
        return 130
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    goals = [goal.line() for _, goals in parts for goal in goals]
    print("\n\n".join([f"How Arabic is read\n{machine}", *(shown for shown, _ in parts), "\n".join(goals)]))
    return 0


Part = tuple[str, list[Goal]]
"""What a section prints, and what it is held to."""


def _parts(wikinews: list[str], external: dict[str, Callable[[], suites.Result]]) -> Iterator[Part]:
    espeak = Espeak()
    marked = [sentence.marked for sentence in held.sentences()]
    with step("the gold set"):
        yield figures(espeak)
    for name, texts in (("held set", marked), ("WikiNews", wikinews)):
        if texts:
            with step(f"diacritics, {name}"):
                yield diacritics(name, texts)
    with step("phonemes"):
        yield phonemes(espeak, marked)
    with step("speed"), _one_core():
        yield speed()
    with step("long texts"), _one_core():
        yield long_texts()
    for name, suite in external.items():
        with step(name):
            yield _suite(suite())


# --- Figures ---------------------------------------------------------------------------------------------------------


def figures(espeak: Espeak) -> Part:
    """The gold set, by family and reader."""
    frontend = with_frontend()
    readers: dict[str, Reader] = {
        OURS: lambda text, case: is_right(script.read(text).spoken, case),
        NUM2WORDS: lambda text, case: is_right(with_num2words(text), case),
        FRONTEND: lambda text, case: is_right(frontend(text), case),
        ESPEAK: lambda text, case: bones(espeak, text) in [bones(espeak, form) for form in case.accepted],
    }
    crashes: dict[str, list[str]] = {name: [] for name in readers}
    families = dict(gold.families())
    right = {
        family: {name: sum(_judge(read, case, crashes[name]) for case in cases) for name, read in readers.items()}
        for family, cases in families.items()
    }
    count = sum(map(len, families.values()))
    rows = [[f, *(f"{right[f][name]}/{len(cases)}" for name in readers)] for f, cases in families.items()]
    totals = {name: sum(scores[name] for scores in right.values()) for name in readers}
    rows.append(["all", *(f"{totals[name]}/{count}" for name in readers)])
    rows.append(["", *(_percent(totals[name] / count) for name in readers)])
    told = [
        f"{name} crashed on {len(texts)} sentences, counted as wrong; the first: {texts[0]}"
        for name, texts in crashes.items()
        if texts
    ]
    low = [f"{f} {right[f][OURS]}/{len(c)}" for f, c in families.items() if right[f][OURS] < FAMILY_SHARE * len(c)]
    small = [f"{family} {len(cases)}" for family, cases in families.items() if len(cases) < FAMILY_CASES]
    goals = [
        Goal(f"figures: every family at least {FAMILY_SHARE:.0%} right", ", ".join(low) or "all", not low),
        Goal(f"figures: every family has {FAMILY_CASES} cases", ", ".join(small) or f"{count} in all", not small),
    ]
    return "\n".join([columns([["family", *readers], *rows]), "", _GOLD_NOTES, *told]), goals


def with_num2words(text: str) -> str:
    """What people do today: every run of digits in words, by itself.

    >>> with_num2words("فاز 2-1")
    'فاز اثنان-واحد'
    """
    from num2words import num2words

    return re.sub(r"\d+", lambda run: num2words(int(run[0]), lang="ar"), text)


def bones(espeak: Espeak, text: str) -> list[str]:
    """What espeak-ng says, without what bare Arabic does not show."""
    shown = re.sub(r"ة\b", "", held.bare(text)).replace("مائ", "مئ")
    return [phoneme for phoneme in espeak.phonemes(shown) if phoneme not in {"a", "i", "u", "?"}]


def with_frontend() -> Callable[[str], str]:
    """arabic-tts-frontend's reading."""
    from arabic_tts_frontend import VoiceFrontEnd

    front_end = VoiceFrontEnd()
    return lambda text: front_end.prepare(text).spoken


def _judge(read: Reader, case: Case, crashes: list[str]) -> bool:
    try:
        return read(case.sentence, case)
    except Exception as error:  # noqa: BLE001 - other people's code may raise anything
        crashes.append(f"{case.sentence} ({type(error).__name__}: {error})")
        return False


# --- Diacritics ------------------------------------------------------------------------------------------------------


def diacritics(name: str, marked: Sequence[str]) -> Part:
    """Our wrapper's marks and the model's own against the right ones."""
    import text2tashkeel

    results = {
        OURS: [(diacritize(held.bare(right)), right) for right in marked],
        "the model's own": [(text2tashkeel.diacritize(held.bare(right)), right) for right in marked],
    }
    tallies = {
        reader: held.total(held.compared(mine, right) for mine, right in pairs) for reader, pairs in results.items()
    }
    rows = [[f"diacritics, {name}", "wrong marks", "inner", "letters", "letters changed"]]
    rows += [
        [
            reader,
            _percent(tally.error_rate, 2),
            _percent(tally.inner_error_rate, 2),
            f"{tally.letters:,}",
            f"{tally.changed}",
        ]
        for reader, tally in tallies.items()
    ]
    ours, theirs = tallies.values()
    loss = ours.error_rate - theirs.error_rate
    is_same = all(held.bare(mine) == held.bare(right) for mine, right in results[OURS])
    goals = [
        Goal(
            f"diacritics, {name}: at most {100 * DIACRITICS_LOSS:g} points above the model's own",
            f"{100 * loss:+.2f} points",
            loss <= DIACRITICS_LOSS,
        ),
        Goal(f"diacritics, {name}: no letter is changed", "none" if is_same else f"{ours.changed} letters", is_same),
    ]
    return f"{columns(rows)}\n\n{_DIACRITICS_NOTES}", goals


def _marked_lines(path: Path) -> list[str]:
    """The lines of a marked text that have marks, without headings (#)."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    marked = [line for line in lines if line != held.bare(line) and not line.startswith("#")]
    if not marked:
        raise ValueError(f"{path} has no line with diacritics")
    return marked


# --- Phonemes --------------------------------------------------------------------------------------------------------


def phonemes(espeak: Espeak, marked: Sequence[str]) -> Part:
    """What espeak-ng says of bare text, by itself and after this project, against what should be heard."""
    ways: dict[str, Callable[[str], str]] = {
        "espeak-ng alone": held.bare,
        "after front end, diacritics and spelling": lambda text: as_given(held.bare(text)),
        "after spelling, from the right marks": spelt_as_heard,
    }
    wanted = [reference(text) for text in marked]
    count = sum(map(len, wanted))
    rates = {
        name: sum(edits(espeak.phonemes(way(text)), right) for text, right in zip(marked, wanted, strict=True)) / count
        for name, way in ways.items()
    }
    rows = [["phonemes, held set", "error rate"], *([name, _percent(rate, 2)] for name, rate in rates.items())]
    alone, ours, _ = rates.values()
    goal = Goal(
        "phonemes: fewer errors than espeak-ng alone", f"{_percent(ours, 2)} against {_percent(alone, 2)}", ours < alone
    )
    return f"{columns(rows)}\n\n{_PHONEMES_NOTES.format(count=count)}", [goal]


def as_given(text: str) -> str:
    """What this project gives espeak-ng for a text."""
    return spelt_as_heard(diacritize(script.read(text).spoken))


# --- Speed -----------------------------------------------------------------------------------------------------------


def speed() -> Part:
    """Characters a second of each reader, on articles and on the gold set."""
    articles, sentences = list(_article_texts()), list(_gold_texts())
    ways: dict[str, Callable[[str], object]] = {
        OURS: script.read,
        "this project, with diacritics": lambda text: diacritize(script.read(text).spoken),
        NUM2WORDS: with_num2words,
        FRONTEND: with_frontend(),
    }
    rates = {name: _rate(way, articles) for name, way in ways.items()}
    rows = [["characters a second", "articles", "beside", "gold set"]]
    rows += [
        [name, f"{rates[name]:,.0f}", f"{rates[OURS] / rates[name]:.2g}", f"{_rate(way, sentences):,.0f}"]
        for name, way in ways.items()
    ]
    goals = [
        Goal(f"speed: {goal:,} characters a second, {name}", f"{rates[name]:,.0f}", rates[name] >= goal)
        for name, goal in zip(ways, (READ_SPEED, MARKED_SPEED), strict=False)
    ]
    return f"{columns(rows)}\n\n{_SPEED_NOTES.format(passes=_PASSES)}", goals


def _rate(way: Callable[[str], object], texts: Sequence[str]) -> float:
    return sum(map(len, texts)) / _seconds(way, texts)


def long_texts() -> Part:
    """What a character costs in ever longer paragraphs, and the memory of the longest."""
    ways: dict[str, Callable[[str], object]] = {
        OURS: script.read,
        "this project, with diacritics": lambda text: diacritize(script.read(text).spoken),
    }
    rows = [["µs for each character of one paragraph", *(f"{n:,}" for n in LENGTHS), "last : first"]]
    goals = []
    for name, way in ways.items():
        costs = []
        for length in LENGTHS:
            texts = [paragraph(length)] * max(LENGTHS[1] // length, 1)
            costs.append(_seconds(way, texts, passes=1) / (len(texts) * length))
        ratio = costs[-1] / costs[0]
        rows.append([name, *(f"{cost * 1e6:.1f}" for cost in costs), f"{ratio:.2f}"])
        promise = f"speed: a paragraph 100 times as long costs at most {STEEPEST:g}x a character, {name}"
        goals.append(Goal(promise, f"{ratio:.2f}x", ratio <= STEEPEST))
    peak = _peak_memory(paragraph(LENGTHS[-1]))
    memory = f"Peak memory of reading the longest, as Python counts its own: {peak / MEGABYTE:.0f} MB"
    return f"{columns(rows)}\n\n{memory}", goals


def _peak_memory(text: str) -> int:
    """The most bytes held at once while reading a text."""
    tracemalloc.start()
    try:
        script.read(text)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _article_texts() -> Iterator[str]:
    for article in samples():
        yield article.title
        yield from article.paragraphs


def _gold_texts() -> Iterator[str]:
    for _, cases in gold.families():
        yield from (case.sentence for case in cases)


def paragraph(characters: int) -> str:
    """One paragraph of that length, from the sample articles and the gold set, repeated as needed."""
    pieces, length = [], 0
    for text in cycle([*_article_texts(), *_gold_texts()]):
        pieces.append(text)
        length += len(text) + 1
        if length > characters:
            return " ".join(pieces)[:characters]
    return ""


def _seconds(way: Callable[[str], object], texts: Sequence[str], passes: int = _PASSES) -> float:
    """Processor time of one pass over the texts, the median of several; what the first call loads is not counted."""
    way(texts[0][:100])
    times = []
    for _ in range(passes):
        begun = time.process_time()
        for text in texts:
            way(text)
        times.append(time.process_time() - begun)
    return median(times)


@contextmanager
def _one_core() -> Iterator[None]:
    """This process on one core, where the system allows it."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


# --- Public suites ---------------------------------------------------------------------------------------------------


def _suites(options: argparse.Namespace) -> Iterator[tuple[str, Callable[[], suites.Result]]]:
    def read(text: str) -> str:
        return script.read(text).spoken

    for name, path, parse in (
        ("NeMo, cardinals", options.nemo, suites.nemo),
        ("ar-php, int2str", options.arphp, suites.arphp),
        ("moment.js ar-ma, months", options.moment, suites.moment),
    ):
        if path:
            cases = parse(path.read_text(encoding="utf-8"))
            if not cases:
                raise ValueError(f"{path} has no cases of {name}")
            yield name, partial(suites.judged, name, cases, read)
    if options.recognizers:
        name, inputs = "Recognizers-Text, no digit left", suites.recognizers(options.recognizers)
        if not inputs:
            raise ValueError(f"{options.recognizers} has no DateTime/Arabic or Number/Arabic")
        yield name, partial(suites.judged_without_digits, name, inputs, read)


def _suite(result: suites.Result) -> Part:
    right = result.total - len(result.wrong)
    lines = [f"{result.suite}: {right}/{result.total}", *(f"  {line}" for line in result.wrong[:SHOWN])]
    if len(result.wrong) > SHOWN:
        lines.append(f"  and {len(result.wrong) - SHOWN} more")
    return "\n".join(lines), [Goal(f"{result.suite}: all", f"{right}/{result.total}", not result.wrong)]


# --- Printing --------------------------------------------------------------------------------------------------------


def _percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f} %"


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.arabic",
        description=f"{__doc__.splitlines()[0]}",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--wikinews", type=Path, metavar="FILE", help="fully marked text: measure diacritics on it too")
    parser.add_argument("--nemo", type=Path, metavar="FILE", help="NeMo's Arabic cardinals, lines as 5~خمسة")
    parser.add_argument("--arphp", type=Path, metavar="FILE", help="ar-php's tests of int2str")
    parser.add_argument("--moment", type=Path, metavar="FILE", help="moment.js's names of Morocco's months")
    parser.add_argument("--recognizers", type=Path, metavar="FOLDER", help="Recognizers-Text's Arabic specifications")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
