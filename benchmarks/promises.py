"""What is promised besides speed: one flight for a crowd, no request twice, and a voice without a network."""

from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from statistics import median

from benchmarks.listener import listen, listen_together
from benchmarks.report import Goal
from benchmarks.servers import Google, istami
from benchmarks.words import Text, invented, utterances
from tests.running import Istami
from tts.audio.mp3 import frames
from tts.engines.wire import CONNECT_SECONDS

LONGEST_SILENCE = 2.0
"""Seconds to the first byte with no network at all, beside what the offline voice itself needs."""
_OFFLINE = ("culture", "economy")
"""Samples that every fresh library holds: the first click and the second."""


def kept(name: str, check: Callable[[], list[Goal]]) -> list[Goal]:
    """The check's goals; one that is missed if the check cannot be made to its end."""
    try:
        return check()
    except (RuntimeError, AssertionError, OSError, HTTPException) as error:
        return [Goal(name, f"failed: {type(error).__name__}: {error}", False)]


def crowd(service: Istami, google: Google, listeners: int, characters: int) -> list[Goal]:
    """Many clicks on one cold article in the same moment."""
    text = invented(7_000, characters)
    service.put("crowded", text.title, *text.paragraphs)
    google.reset()
    heard = listen_together(service.url, ["crowded"] * listeners)
    asked = google.stats()["texts"]
    finished = listen(service.url, "crowded")
    are_same = {one.digest for one in heard} == {finished.digest} and frames(finished.data).is_complete
    is_one = sorted(asked) == sorted(utterances(text.title, *text.paragraphs))
    bytes_heard = "identical complete bytes" if are_same else "NOT identical complete bytes"
    first, last = [one.first_byte for one in heard], max(one.complete for one in heard)
    times = (
        f"first byte after {median(first):.2f} s (median), {max(first):.2f} s (last); all complete after {last:.2f} s"
    )
    promise = f"{listeners} clicks at once on one cold article: one rendition, all hear all of it"
    requests = f"{len(asked)} requests{'' if is_one else ', NOT one for each utterance'}"
    return [Goal(promise, f"{requests}; {bytes_heard}; {times}", is_one and are_same)]


def changed_paragraph(service: Istami, google: Google, id: str, text: Text) -> list[Goal]:
    """An article that was made already, with one paragraph replaced."""
    known = utterances(text.title, *text.paragraphs)
    place = len(text.paragraphs) // 2
    paragraph = invented(8_000, 400).paragraphs[0]
    service.put(id, text.title, *text.paragraphs[:place], paragraph, *text.paragraphs[place + 1 :])
    google.reset()
    service.made(id)
    asked = google.stats()["texts"]
    own = utterances("", paragraph)
    promise = "a changed paragraph: only its own utterances are asked again"
    measured = f"{len(asked)} requests; the article has {len(known)} utterances, the new paragraph {len(own)}"
    return [Goal(promise, measured, sorted(asked) == sorted(own - known))]


@dataclass(frozen=True, slots=True)
class Offline:
    """Seconds to the first byte of the first and the second click after the service's start."""

    first: float
    second: float


def offline(google: Google, folder: Path, engines: str) -> Offline:
    """Two clicks on two articles, in a service just started."""
    with istami(folder, google, engines) as service:
        return Offline(*(listen(service.url, id, keep=False).first_byte for id in _OFFLINE))


def without_network(google: Google, folder: Path) -> list[Goal]:
    """Connections refused, then connections accepted and never answered; beside them the offline voice by itself."""
    google.stop()
    alone = offline(google, folder / "espeak", "espeak")
    refused = offline(google, folder / "refused", "google,espeak")
    google.start()
    google.set(blackhole=True)
    silent = offline(google, folder / "blackhole", "google,espeak")
    google.set(blackhole=False)
    goals = []
    for name, found in (("refused", refused), ("never answered", silent)):
        goals += [
            Goal(
                f"no network, connections {name}: first click at most {LONGEST_SILENCE:g} s later than espeak alone",
                f"first byte after {found.first:.2f} s; espeak alone {alone.first:.2f} s",
                found.first <= LONGEST_SILENCE + alone.first,
            ),
            Goal(
                f"no network, connections {name}: second click waits for no time-out",
                f"first byte after {found.second:.2f} s; espeak alone {alone.second:.2f} s; "
                f"the shortest time-out is {CONNECT_SECONDS:g} s",
                found.second <= alone.second + CONNECT_SECONDS / 2,
            ),
        ]
    return goals
