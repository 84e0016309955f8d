"""The three cases of the table: what people write today, this service cold, and the finished file."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.listener import listen, listen_together
from benchmarks.processes import cost_of, wait_until_idle
from benchmarks.report import Row
from benchmarks.servers import Google
from benchmarks.words import Text, invented, word_count
from supervisor import INTERACTIVE_PROCESSES
from tests.running import ROOT, Istami, clean_environ, wait_for
from tts.audio.codec import decode
from tts.audio.mp3 import RATE

CLICKED = "clicked"
"""The article's id in the service."""
DOWNLOADS = 20
"""Of the finished file: the kernel counts processor time in steps of 10 ms, too coarse for one."""
_WARM_UP_CHARS = 200
_NAIVE_SECONDS = 600


def naive(google: Google, text: Text, folder: Path) -> Row:
    """The loop, in a process of its own."""
    google.start_afresh()
    folder.mkdir(parents=True)
    path = folder / "naive.mp3"
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.naive", str(path)],
        cwd=ROOT,
        env=clean_environ(**google.environ()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(text.plain().encode(), timeout=_NAIVE_SECONDS)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # Its ffmpeg as well, if we are interrupted.
        process.wait()
    if process.returncode:
        raise RuntimeError(f"the naive loop ended with status {process.returncode}")
    cost, stats = json.loads(output), google.stats()
    return Row(
        first_byte=cost["seconds"],
        complete=cost["seconds"],
        requests=stats["requests"],
        connections=stats["connections"],
        cpu_seconds=cost["cpu_seconds"],
        memory_bytes=cost["largest_bytes"],
        largest_bytes=cost["largest_bytes"],
        sound_seconds=_sound_seconds(path.read_bytes()),
        words=word_count(stats["texts"]),
    )


@dataclass(frozen=True, slots=True)
class Clicked:
    """What one service in fresh folders gave."""

    first_ever: float
    """Seconds to the first byte of the first click after the service has said that it is ready."""
    cold: Row
    """An article that nobody has asked for before."""
    warm: Row
    """The same URL again."""


def click(service: Istami, google: Google, text: Text) -> Clicked:
    """The service's first clicks, then a cold one, then the same URL again."""
    first_ever = warm_up(service)
    service.put(CLICKED, text.title, *text.paragraphs)
    pids = service.processes()
    wait_until_idle(pids)
    google.start_afresh()  # Cuts the connections that the warm-up left: the cold case makes all of its own.
    with cost_of(pids) as cost:
        heard = listen(service.url, CLICKED)
    stats = google.stats()
    wait_for(lambda: service.manifest(CLICKED)["state"] == "ready", 10, "the manifest")
    cold = Row(
        first_byte=heard.first_byte,
        complete=heard.complete,
        requests=stats["requests"],
        connections=stats["connections"],
        cpu_seconds=cost.cpu_seconds,
        memory_bytes=cost.memory_bytes,
        largest_bytes=cost.largest_bytes,
        sound_seconds=_sound_seconds(heard.data),
        words=word_count(stats["texts"]),
    )
    return Clicked(first_ever, cold, _finished(service, google, pids, cold))


def warm_up(service: Istami) -> float:
    """One short article in each of the worker's processes; gives the seconds to the first of their first bytes."""
    ids = [f"warm-up-{number}" for number in range(INTERACTIVE_PROCESSES)]
    for number, id in enumerate(ids):
        text = invented(number, _WARM_UP_CHARS)
        service.put(id, text.title, *text.paragraphs)
    heard = listen_together(service.url, ids)
    for id in ids:
        service.made(id)
    return min(one.first_byte for one in heard)


def _finished(service: Istami, google: Google, pids: list[int], cold: Row) -> Row:
    """The finished file, several times."""
    google.reset()
    with cost_of(pids) as cost:
        heard = [listen(service.url, CLICKED, keep=False) for _ in range(DOWNLOADS)]
    stats = google.stats()
    return Row(
        first_byte=median(one.first_byte for one in heard),
        complete=median(one.complete for one in heard),
        requests=stats["requests"],
        connections=stats["connections"],
        cpu_seconds=cost.cpu_seconds / DOWNLOADS,
        memory_bytes=cost.memory_bytes,
        largest_bytes=cost.largest_bytes,
        sound_seconds=cold.sound_seconds,
        words=word_count(stats["texts"]),
    )


def _sound_seconds(mp3: bytes) -> float:
    return len(decode(mp3)) / RATE
