"""One click on one article: what people write today beside this service, against the same stand-in Google.

python -m benchmarks.click --help
"""

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median

if not __package__:  # Run as a file: this folder comes first, and its click.py would hide the package of that name.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import cases, promises
from benchmarks.command import positive, step
from benchmarks.report import Goal, Row, as_json, middle, table
from benchmarks.servers import Google, istami
from benchmarks.words import Text, sample, shortened
from tts.engines.google import GoogleEngine

ARTICLE = "politics"
NAIVE, COLD, WARM = "(a) naive", "(b) this service, cold", "(c) this service, finished file"
LANES = GoogleEngine.concurrency

_NOTES = """\
Median of {repeat} runs; each run of the service has fresh folders and so an empty cache. Starting processes is
measured in neither: (a)'s clock starts after its imports, (b) comes after one short article in each worker process,
when all is idle again. The first of those, the first click of all, had its first byte after {first_ever:.2f} s.
Connections: the warm-up's are cut before (b), so all that (b) uses are made, handshakes included, and counted in it.
CPU: (a) its process and its ffmpeg children; (b) all processes of the service; (c) one of {downloads} downloads.
Peak memory: of all processes together, each at its own peak, shared pages counted once; (a) without its ffmpeg.
First audio byte: after the file's tag; (a) has none before its file is exported. Words: that Google was asked for."""

_EXAMPLE = """\
example:
  python -m benchmarks.click --repeat 1
  python -m benchmarks.click --json > click.json

Needs Linux, requirements-dev.txt, and for the naive loop alone Debian's ffmpeg: apt-get install ffmpeg
Speaks to nobody but this machine. Takes about two minutes."""


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; gives the exit status, 0 whether or not the goals are reached."""
    options = _options(arguments)
    if lacking := [name for name in ("ffmpeg", "ffprobe") if not shutil.which(name)]:
        print(f"click: the naive loop needs {' and '.join(lacking)}: apt-get install ffmpeg", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Stops what was started, as Ctrl-C does.
    text = shortened(sample(ARTICLE), options.characters)
    try:
        with tempfile.TemporaryDirectory(prefix="istami-click-") as folder:
            rows, first_ever, goals = measure(text, options, Path(folder))
    except KeyboardInterrupt:
        print("click: interrupted; everything it started is stopped", file=sys.stderr)
        return 130
    if options.json:
        print(json.dumps(_report(text, options, rows, first_ever, goals), ensure_ascii=False, indent=2))
    else:
        print(_page(text, options, rows, first_ever, goals))
    return 0


def measure(text: Text, options: argparse.Namespace, folder: Path) -> tuple[dict[str, list[Row]], float, list[Goal]]:
    """All rows of every case, the first click of all, and the goals."""
    rows: dict[str, list[Row]] = {NAIVE: [], COLD: [], WARM: []}
    first_clicks, goals = [], []
    with Google(folder, options.latency) as google:
        for number in range(1, options.repeat + 1):
            with step(f"{number}/{options.repeat} the naive loop"):
                rows[NAIVE].append(cases.naive(google, text, folder / f"naive-{number}"))
            with (
                step(f"{number}/{options.repeat} this service, cold and finished"),
                istami(folder / f"service-{number}", google, "google") as service,
            ):
                found = cases.click(service, google, text)
                rows[COLD].append(found.cold)
                rows[WARM].append(found.warm)
                first_clicks.append(found.first_ever)
                if number == options.repeat:
                    goals += _check(
                        f"{options.listeners} clicks at once",
                        lambda: promises.crowd(service, google, options.listeners, options.characters),
                    )
                    goals += _check(
                        "a changed paragraph",
                        lambda: promises.changed_paragraph(service, google, cases.CLICKED, text),
                    )
        goals += _check("no network", lambda: promises.without_network(google, folder))
    naive, cold = middle(rows[NAIVE]), middle(rows[COLD])
    return rows, median(first_clicks), [*speed_goals(naive, cold, options.latency), *goals]


def speed_goals(naive: Row, cold: Row, latency: float) -> list[Goal]:
    """What the cold click is held to, beside the naive loop."""
    sooner, faster = naive.first_byte / cold.first_byte, naive.complete / cold.complete
    asked = cold.requests / naive.requests
    naive_cpu, cold_cpu = (row.cpu_seconds / row.sound_seconds * 60 for row in (naive, cold))
    longer, more = cold.sound_seconds / naive.sound_seconds, cold.words / naive.words
    spoken, naively = (f"{row.sound_seconds:.1f} s, {row.words:g} words" for row in (cold, naive))
    return [
        Goal(
            f"cold, first byte within latency + 0.4 s ({latency + 0.4:g} s)",
            f"{cold.first_byte:.2f} s",
            cold.first_byte <= latency + 0.4,
        ),
        Goal("cold, first byte at least 15x sooner than (a)", f"{sooner:.1f}x", sooner >= 15),
        Goal(f"cold, complete at least 6x sooner than (a), {LANES} requests at a time", f"{faster:.1f}x", faster >= 6),
        Goal("cold, at most 1/2 of (a)'s requests", f"{asked:.2f} of them", asked <= 1 / 2),
        Goal(f"cold, one TCP connection for each of {LANES} lanes", f"{cold.connections:g}", cold.connections <= LANES),
        Goal(
            "CPU for a minute of sound at most 1/3 of (a)'s",
            f"{cold_cpu:.2f} s against {naive_cpu:.2f} s: {cold_cpu / naive_cpu:.2f} of it",
            cold_cpu <= naive_cpu / 3,
        ),
        Goal(
            "the same words: sound of about (a)'s length (within 15 %)",
            f"{spoken} against {naively}",
            abs(longer - 1) <= 0.15 and abs(more - 1) <= 0.05,
        ),
    ]


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.click",
        description=f"{__doc__.splitlines()[0]}",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--repeat", type=positive, default=3, help="runs of each case; the median counts (default 3)")
    parser.add_argument("--latency", type=float, default=0.3, help="Google's, in seconds (default 0.3)")
    parser.add_argument("--characters", type=positive, default=3_000, help="length of the article (default 3000)")
    parser.add_argument("--listeners", type=positive, default=200, help="clicks at once (default 200)")
    parser.add_argument("--json", action="store_true", help="print every measurement as JSON instead of the table")
    return parser.parse_args(arguments)


def _check(name: str, check: Callable[[], list[Goal]]) -> list[Goal]:
    with step(name):
        return promises.kept(name, check)


def _title(text: Text, options: argparse.Namespace) -> str:
    return (
        f"One click on an article of {text.characters:,} characters; Google answers after {options.latency * 1000:g} ms"
    )


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"


def _page(text: Text, options: argparse.Namespace, rows: dict[str, list[Row]], first: float, goals: list[Goal]) -> str:
    notes = _NOTES.format(repeat=options.repeat, first_ever=first, downloads=cases.DOWNLOADS)
    shown = table({name: middle(measured) for name, measured in rows.items()})
    return "\n\n".join([f"{_title(text, options)}\n{_machine()}", shown, notes, "\n".join(g.line() for g in goals)])


def _report(
    text: Text, options: argparse.Namespace, rows: dict[str, list[Row]], first: float, goals: list[Goal]
) -> dict:
    return {
        "title": _title(text, options),
        "machine": _machine(),
        "repeat": options.repeat,
        "first_click_after_start_seconds": first,
        "cases": {name: as_json(measured) for name, measured in rows.items()},
        "goals": [asdict(goal) for goal in goals],
    }


if __name__ == "__main__":
    sys.exit(main())
