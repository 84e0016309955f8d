"""A thousand articles before anyone clicks, on a bad day: none is lost, none asked for twice, and readers go first."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest

from articles.model import Article
from articles.sources import Library
from audio_cache.manifest import Manifests, State
from audio_cache.store import Store
from benchmarks.listener import listen
from benchmarks.processes import cpu_seconds
from config import Settings
from tests.running import ROOT, Istami, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import sentence
from workers import broker

ARTICLES = 1_000
CLICKED = [f"batch-{number}" for number in (995, 996, 997)]
"""Among the oldest: the batch comes to them last."""
REFUSED = {"batch-100", "batch-400", "batch-700"}
UNLIKE_OTHERS = 990
"""From this number on no paragraph is shared: a reader does not wait for a batch maker that asks for the same."""
LATENCY = 0.08
LANES = 4
FAULTS = {"500": 0.0125, "reset": 0.0125, "empty": 0.01, "truncated": 0.01, "429": 0.005}
"""Five requests in a hundred."""
LONGEST_START = LATENCY + 1.0
"""Seconds from a click to its first sound."""


def written() -> list[Article]:
    """The newest first. Two neighbours share a paragraph, and every tenth article one that they all have."""
    now, found = datetime.now(UTC), []
    for number in range(ARTICLES):
        own = sentence(500_000 + number, 6)
        body = [own if number >= UNLIKE_OTHERS else sentence(600_000 + number // 2, 6)]
        if number % 10 == 0:
            body.append(sentence(700_000, 6))
        id = f"batch-{number}"
        if id in REFUSED:
            body.append(f"مرفوضة {sentence(800_000 + number, 5)}")
        found.append(
            Article(id, sentence(900_000 + number, 6), tuple(body), published_at=now - timedelta(minutes=number))
        )
    return found


def go_wrong(google: StandInGoogle, seed: int) -> None:
    """Let the day be bad, by dice."""
    google.clear_script()
    google.script("400", times=None, match="مرفوضة")
    for number, (fault, share) in enumerate(FAULTS.items()):
        google.script(fault, times=None, share=share, seed=seed + number)


@pytest.fixture
def service(google: StandInGoogle, tmp_path: Path) -> Iterator[Istami]:
    alone = {"ISTAMI_ENGINES": "google", "ISTAMI_BATCH_EVERY": "0", "ISTAMI_BATCH_LANES": str(LANES)}
    with Istami(tmp_path, **google.environ(), **alone) as istami:
        yield istami


def batch_worker(service: Istami) -> tuple[int, int]:
    """The batch worker, and of its processes the one that has made most (one of them only keeps the schedule)."""
    found = {}
    for pid in service.processes():
        try:
            if b"batch@" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found[pid] = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # It has ended.
            continue
    worker = next(pid for pid, parent in found.items() if parent not in found)
    return worker, max((pid for pid in found if pid != worker), key=lambda pid: cpu_seconds([pid]))


def test_a_thousand_articles_on_a_bad_day(service: Istami, google: StandInGoogle) -> None:
    articles = written()
    expected = {text for article in articles for text in (article.title, *article.paragraphs)}
    settings = Settings.from_environ(service.environ)
    library = Library(settings.articles_url)
    for article in articles:
        library.put(article)
    manifests = Manifests(Store(settings.audio_cache))
    client = broker.connect(settings.broker_url)
    google.latency = LATENCY
    go_wrong(google, seed=0)

    following = subprocess.Popen(
        [sys.executable, "-m", "flask", "pregenerate", "--limit", str(ARTICLES), "--json"],
        cwd=ROOT, env=service.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    output: list[tuple[str, str]] = []
    reader = threading.Thread(target=lambda: output.append(following.communicate(timeout=600)))
    reader.start()
    try:
        wait_for(lambda: manifests.current("batch-150"), 120, "the first tenth and more")

        google.clear_script()  # A click shall measure who goes first, not how Google's faults are dealt with.
        wait_for(lambda: not client.exists("istami:hold:google"), 10, "the end of a 429")
        assert all(manifests.current(id) is None for id in CLICKED)
        starts = [listen(service.url, id, keep=False).first_byte for id in CLICKED]
        assert median(starts) <= LONGEST_START, starts
        go_wrong(google, seed=100)

        wait_for(lambda: manifests.current("batch-350"), 120, "a third and more")
        _, maker = batch_worker(service)
        os.kill(maker, signal.SIGKILL)
        wait_for(lambda: manifests.current("batch-550"), 120, "the half and more")
        worker, _ = batch_worker(service)
        os.kill(worker, signal.SIGKILL)
        reader.join(300)
        assert following.poll() is not None, "it should be over by now"
    finally:
        following.kill()
        reader.join()

    assert following.returncode == 1, output
    said = json.loads(output[0][0])
    assert (said["articles"], said["ready"] + said["made"], said["waiting"]) == (ARTICLES, ARTICLES - len(REFUSED), 0)
    assert {failure["id"]: failure["code"] for failure in said["failed"]} == dict.fromkeys(REFUSED, "rejected")
    for article in articles:
        manifest = manifests.current(article.id)
        if article.id in REFUSED:
            assert manifest is None
        else:
            assert manifest and (manifest.state, manifest.engine, manifest.degraded) == (State.READY, "google", False)

    stats = google.stats()
    texts, faults = Counter(stats["texts"]), Counter(stats["by_fault"])
    assert set(texts) == expected
    assert all(faults[fault] for fault in FAULTS)
    refused = sum(count for text, count in texts.items() if text.startswith("مرفوضة"))
    assert refused == faults["400"] == len(REFUSED)
    retries = sum(faults.values()) - refused
    lost = stats["requests"] - len(expected) - retries
    assert 0 <= lost <= 2 * LANES  # What was in the air when a process was killed.
