"""A listener: what an ``<audio>`` element asks for, and when it comes."""

import hashlib
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Barrier
from urllib.parse import quote, urlsplit

from tts.audio.mp3 import tag_size

_LONGEST_SECONDS = 120
_BLOCK = 65_536
_TAG_HEAD = 10


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer to ``GET /articles/ID/audio.mp3``."""

    first_byte: float
    """Seconds from the click until the first byte of sound, which stands after the file's tag."""
    complete: float
    """Seconds from the click until the last byte."""
    size: int
    """Bytes."""
    digest: str
    """SHA-256 of all of them."""
    data: bytes
    """The bytes themselves; empty when they were not to be kept."""


def listen(url: str, article_id: str, keep: bool = True, start: Barrier | None = None) -> Heard:
    """Click, and listen to the end. Raises ``RuntimeError`` for an answer that is not sound."""
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=_LONGEST_SECONDS)
    try:
        if start:
            start.wait(_LONGEST_SECONDS)
        clicked = time.perf_counter()
        connection.request("GET", f"/articles/{quote(article_id, safe='')}/audio.mp3")
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"the service answers {answer.status}: {answer.read(500)!r}")
        first_byte, beginning, size = 0.0, b"", 0
        hashed, kept = hashlib.sha256(), []
        while block := answer.read1(_BLOCK):
            now = time.perf_counter() - clicked
            size += len(block)
            hashed.update(block)
            if not first_byte:
                beginning = (beginning + block)[:_TAG_HEAD]
                if len(beginning) == _TAG_HEAD and size > tag_size(beginning):
                    first_byte = now
            if keep:
                kept.append(block)
        return Heard(first_byte, time.perf_counter() - clicked, size, hashed.hexdigest(), b"".join(kept))
    finally:
        connection.close()


def listen_together(url: str, article_ids: Sequence[str], keep: bool = False) -> list[Heard]:
    """A click on each of these articles, all in the same moment."""
    start = Barrier(len(article_ids))
    with ThreadPoolExecutor(len(article_ids)) as crowd:
        return list(crowd.map(lambda article_id: listen(url, article_id, keep, start), article_ids))
