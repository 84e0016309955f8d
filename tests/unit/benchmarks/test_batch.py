"""The benchmark of many articles: its figures, its goals, its words."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.batch import GOAL_LANES, Row, articles, goals, table
from benchmarks.words import utterances
from tests.running import ROOT, clean_environ, hear_ctrl_c, wait_for

TEXTS = articles(10)
NEEDED = sum(len(utterances(text.title, *text.paragraphs)) for text in TEXTS)


def row(seconds: float, requests: int = NEEDED, lanes: int = GOAL_LANES, name: str = "this service") -> Row:
    return Row(name, lanes, len(TEXTS), requests, seconds, latency=0.3)


def test_the_articles_are_distinct_and_of_ten_to_twenty_requests() -> None:
    found = [utterances(text.title, *text.paragraphs) for text in articles(60)]
    assert all(8 <= len(one) <= 22 for one in found)
    assert sum(map(len, found)) == len(set().union(*found))


def test_the_share_of_the_ideal() -> None:
    found = Row("this service", 4, 40, 600, seconds=60.0, latency=0.3)
    assert (found.articles_a_minute, found.ideal_seconds, found.share) == (40.0, 45.0, 0.75)


def test_the_goals_are_reached_or_missed() -> None:
    ideal = NEEDED * 0.3 / GOAL_LANES
    assert [goal.is_reached for goal in goals([row(ideal / 0.85), row(ideal * 9, lanes=1)], TEXTS)] == [True, True]
    assert [goal.is_reached for goal in goals([row(ideal / 0.84)], TEXTS)] == [False, True]
    assert [goal.is_reached for goal in goals([row(ideal, NEEDED + 1)], TEXTS)] == [True, False]


def test_the_table_sets_each_row_beside_the_peers() -> None:
    naive = [row(60.0, lanes=1, name="gTTS in a loop"), row(30.0, name="gTTS in 4 threads")]
    lines = table([row(15.0)], naive).splitlines()
    assert len(lines) == 4 and len({len(line) for line in lines}) == 1
    assert lines[3].split()[-2:] == ["4.0", "2.0"]


def started(*arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "benchmarks.batch", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=clean_environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=hear_ctrl_c,
    )  # fmt: skip


def test_help_shows_an_example() -> None:
    said, _ = started("--help").communicate(timeout=60)
    assert "python -m benchmarks.batch --articles 12 --lanes 4" in said


def test_what_cannot_be_run_is_said() -> None:
    process = started("--lanes", "0")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2 and "give 1 or more" in said


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_interrupted_it_leaves_nothing_behind(tmp_path: Path) -> None:
    process = started("--articles", "1", "--naive-articles", "1", "--lanes", "1", "--latency", "30")
    mark = f"{process.pid}".encode()

    def children() -> list[str]:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if (folder / "stat").read_bytes().rpartition(b")")[2].split()[1] == mark:
                    found.append(folder.name)
            except OSError:
                continue
        return found

    left = wait_for(lambda: len(found := children()) >= 2 and found, 30, "the stand-in and the peer")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in said
    assert not [pid for pid in left if Path(f"/proc/{pid}").exists()]


def test_a_small_run_prints_every_figure() -> None:
    process = started("--articles", "2", "--naive-articles", "1", "--lanes", "4", "--latency", "0.01", "--json")
    said, problems = process.communicate(timeout=180)
    assert process.returncode == 0, problems
    report = json.loads(said)
    assert [one["name"] for one in report["rows"]] == ["gTTS in a loop", "gTTS in 4 threads", "this service"]
    assert report["rows"][2]["requests"] == len(
        set().union(*(utterances(text.title, *text.paragraphs) for text in articles(2)))
    )
    assert report["goals"][1]["is_reached"]
