"""Many articles before anyone clicks: how close to the engine's own pace, and beside what people run today.

python -m benchmarks.batch --help
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

if not __package__:  # Run as a file: this folder comes first, and its click.py would hide the package of that name.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.command import positive, step
from benchmarks.report import Goal, columns
from benchmarks.servers import Google, istami
from benchmarks.words import Text, invented, utterances
from tests.running import ROOT, Istami, clean_environ
from tts.engines.google import GoogleEngine

LANES = (1, 2, 4, 8)
GOAL_LANES, GOAL_SHARE = 4, 0.85
NAIVE_THREADS = (1, 4)
_SHORTEST, _STEPS, _STEP = 1_100, 5, 300
"""Characters of an article: some 10 to 20 requests."""
_WARM_UP = 8
_MOST_SECONDS = 1_800

_NOTES = """\
The ideal: requests x latency / lanes, as if nothing but Google's latency took time. Each row of the service is one
of its own in fresh folders, every article distinct, so that nothing comes from a cache. The clock is that of `flask
pregenerate`, from its first question to when it has seen the last article ready, half a second late at most: finding
out whose sound is missing, the queue, text, stitching, encoding and publishing are counted. Starting the service and
the command is not, nor are {warm_up} short articles before. However many the lanes, the service asks Google for at
most {rate} utterances a second.
The peer: gTTS once an article, in a loop and in {threads} threads, on {naive_articles} of the articles. It cuts at
100 characters, where the service asks for up to 200, and opens a connection for each request; it makes no cues,
levels nothing, and tries nothing again. Starting Python and importing are not counted for it either."""

_EXAMPLE = """\
example:
  python -m benchmarks.batch --articles 12 --lanes 4
  python -m benchmarks.batch --json > batch.json

Needs Linux and requirements-dev.txt. Speaks to nobody but this machine. Takes about ten minutes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way to make the articles."""

    name: str
    lanes: int
    """Requests at the same time."""
    articles: int
    requests: int
    """That reached Google."""
    seconds: float
    latency: float
    """Google's, in seconds."""

    @property
    def articles_a_minute(self) -> float:
        """The pace."""
        return self.articles / self.seconds * 60

    @property
    def ideal_seconds(self) -> float:
        """If nothing but Google's latency took time."""
        return self.requests * self.latency / self.lanes

    @property
    def share(self) -> float:
        """Of the ideal pace; 1 is all of it."""
        return self.ideal_seconds / self.seconds


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; gives the exit status, 0 whether or not the goal is reached."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Stops what was started, as Ctrl-C does.
    texts = articles(options.articles)
    try:
        with tempfile.TemporaryDirectory(prefix="istami-batch-") as folder:
            ours, naive, goals = measure(texts, options, Path(folder))
    except KeyboardInterrupt:
        print("batch: interrupted; everything it started is stopped", file=sys.stderr)
        return 130
    print(_report(options, ours, naive, goals) if options.json else _page(options, ours, naive, goals))
    return 0


def articles(count: int) -> list[Text]:
    """So many articles, no two with a sentence in common."""
    return [invented(20_000 + number, _SHORTEST + number % _STEPS * _STEP) for number in range(count)]


def measure(
    texts: Sequence[Text], options: argparse.Namespace, folder: Path
) -> tuple[list[Row], list[Row], list[Goal]]:
    """The service's rows, the peer's, and the goals."""
    ours, naive = [], []
    with Google(folder, options.latency) as google:
        for threads in NAIVE_THREADS:
            with step(f"gTTS, {threads} at a time"):
                naive.append(_naive(google, texts[: options.naive_articles], threads, options.latency, folder))
        for lanes in options.lanes:
            with (
                step(f"this service, {lanes} lanes"),
                istami(
                    folder / f"lanes-{lanes}",
                    google,
                    "google",
                    ISTAMI_BATCH_LANES=str(lanes),
                    ISTAMI_BATCH_EVERY="0",
                ) as service,
            ):
                ours.append(_ours(service, google, texts, lanes, options.latency))
    return ours, naive, goals(ours, texts)


def goals(ours: Sequence[Row], texts: Sequence[Text]) -> list[Goal]:
    """What the service is held to."""
    needed = len({spoken for text in texts for spoken in utterances(text.title, *text.paragraphs)})
    found = [
        Goal(
            f"{row.lanes} lanes: at least {GOAL_SHARE:.0%} of the ideal",
            f"{row.share:.1%}",
            row.share >= GOAL_SHARE,
        )
        for row in ours
        if row.lanes == GOAL_LANES
    ]
    asked = sorted({row.requests for row in ours})
    found.append(
        Goal(
            "one request for each distinct utterance",
            f"{' or '.join(map(str, asked))} requests, {needed} utterances",
            asked == [needed],
        )
    )
    return found


def _ours(service: Istami, google: Google, texts: Sequence[Text], lanes: int, latency: float) -> Row:
    for number in range(_WARM_UP):
        text = invented(30_000 + number, 150)
        service.put(f"warm-up-{number}", text.title, *text.paragraphs)
    _pregenerate(service, [f"warm-up-{number}" for number in range(_WARM_UP)])
    ids = [f"article-{number}" for number in range(len(texts))]
    for id, text in zip(ids, texts, strict=True):
        service.put(id, text.title, *text.paragraphs)
    google.reset()
    seconds = _pregenerate(service, ids)
    return Row("this service", lanes, len(texts), google.stats()["requests"], seconds, latency)


def _pregenerate(service: Istami, ids: Sequence[str]) -> float:
    """Seconds until all are ready. Raises ``RuntimeError`` when one is not."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "pregenerate", "--ids", ",".join(ids), "--json"],
        cwd=ROOT,
        env=service.environ,
        capture_output=True,
        text=True,
        timeout=_MOST_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"flask pregenerate ended with {done.returncode}: {done.stdout}{done.stderr[-2_000:]}")
    said = json.loads(done.stdout)
    assert said["made"] == len(ids), said
    return said["elapsed_seconds"]


def _naive(google: Google, texts: Sequence[Text], threads: int, latency: float, folder: Path) -> Row:
    google.reset()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.naive_batch", str(folder), str(threads)],
        cwd=ROOT,
        env=clean_environ(**google.environ()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(json.dumps([text.plain() for text in texts]).encode(), timeout=_MOST_SECONDS)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode:
        raise RuntimeError(f"the naive script ended with status {process.returncode}")
    name = "gTTS in a loop" if threads == 1 else f"gTTS in {threads} threads"
    return Row(name, threads, len(texts), google.stats()["requests"], json.loads(output)["seconds"], latency)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.batch",
        description=f"{__doc__.splitlines()[0]}",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--articles", type=positive, default=48, help="how many articles (default 48)")
    parser.add_argument("--naive-articles", type=positive, default=8, help="how many of them for the peer (default 8)")
    parser.add_argument(
        "--lanes", type=positive, nargs="+", default=list(LANES), help="request lanes to try (default 1 2 4 8)"
    )
    parser.add_argument("--latency", type=float, default=0.3, help="Google's, in seconds (default 0.3)")
    parser.add_argument("--json", action="store_true", help="print every measurement as JSON instead of the table")
    return parser.parse_args(arguments)


def _title(options: argparse.Namespace) -> str:
    return f"{options.articles} articles before anyone clicks; Google answers after {options.latency * 1000:g} ms"


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"


def _page(options: argparse.Namespace, ours: list[Row], naive: list[Row], goals: list[Goal]) -> str:
    notes = _NOTES.format(
        warm_up=_WARM_UP,
        rate=GoogleEngine.requests_a_second,
        threads=NAIVE_THREADS[-1],
        naive_articles=min(options.naive_articles, options.articles),
    )
    blocks = [f"{_title(options)}\n{_machine()}", table(ours, naive), notes, "\n".join(goal.line() for goal in goals)]
    return "\n\n".join(blocks)


def table(ours: Sequence[Row], naive: Sequence[Row]) -> str:
    """The rows under their headings; how many times the peers' pace each of ours is."""
    heading = ["", "lanes", "articles/min", "requests", "seconds", "ideal s", "of the ideal"]
    lines = [[*heading, *(f"x {row.name}" for row in naive)]]
    for row in (*naive, *ours):
        ratios = [f"{row.articles_a_minute / other.articles_a_minute:.1f}" for other in naive]
        lines.append(
            [
                row.name,
                str(row.lanes),
                f"{row.articles_a_minute:.1f}",
                str(row.requests),
                f"{row.seconds:.1f}",
                f"{row.ideal_seconds:.1f}",
                f"{row.share:.1%}",
                *ratios,
            ]
        )
    return columns(lines)


def _report(options: argparse.Namespace, ours: list[Row], naive: list[Row], goals: list[Goal]) -> str:
    def shown(row: Row) -> dict:
        figures = {name: getattr(row, name) for name in ("articles_a_minute", "ideal_seconds", "share")}
        beside = {f"times {other.name}": row.articles_a_minute / other.articles_a_minute for other in naive}
        return {**asdict(row), **figures, **beside}

    report = {
        "title": _title(options),
        "machine": _machine(),
        "rows": [shown(row) for row in (*naive, *ours)],
        "goals": [asdict(goal) for goal in goals],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    sys.exit(main())
