"""Hearing a rendition while it is made: what exists at once, the rest as it comes."""

import hashlib
import logging
import time
from collections.abc import Iterator

from articles.model import Article
from audio_cache import keys
from tts.errors import IstamiError
from web.service import Service
from workers.broker import named_errors
from workers.live import Ended, Piece

log = logging.getLogger(__name__)

FIRST_SOUND_SECONDS = 30.0
"""Longest wait for the first sound; most proxies cut an answer that has not begun after 60 s."""
_FILE_BLOCK = 65_536


class Busy(IstamiError):
    """Many articles are being made; ask again in a few seconds."""

    code = "busy"


class Interrupted(IstamiError):
    """The sound ended before its time."""

    def __init__(self, ended: Ended):
        super().__init__(ended.detail)
        self.code = ended.code  # type: ignore[misc]


def start(service: Service, article: Article) -> Iterator[bytes]:
    """The sound's bytes, a prefix of the final file at any moment and all of it at the end.

    Waits for the first of them, so that a failure before it is still an ordinary error answer:
    raises ``Withdrawn``, ``NothingToRead``, ``BrokerUnavailable``, ``Busy`` or ``Interrupted``.
    """
    service.dispatch.request(article)
    chunks = _chunks(service, article)
    deadline = time.monotonic() + FIRST_SOUND_SECONDS
    try:
        first = next(chunks, None)
        while first is None:
            if time.monotonic() > deadline:
                raise Busy
            first = next(chunks, b"")
    except Interrupted as ended:
        if ended.code != "superseded":
            raise
        return start(service, service.source.get(article.id))  # The text changed while we waited.
    return _whole(first, chunks)


def _whole(first: bytes, chunks: Iterator[bytes | None]) -> Iterator[bytes]:
    yield first
    try:
        for chunk in chunks:
            if chunk:
                yield chunk
    except IstamiError as error:
        log.warning("a listener was cut off: %s", error.detail)
        raise


def _chunks(service: Service, article: Article) -> Iterator[bytes | None]:
    """Pieces as they come; None now and then while waiting.

    A listener whose stream ends early gets an exception, hence a broken connection: never a short file that
    looks whole.
    """
    dispatch, recipe = service.dispatch, service.dispatch.recipe(article)
    heard, size, number = hashlib.sha256(), 0, 0
    with named_errors():
        for entry in dispatch.live.follow(recipe):
            match entry:
                case Piece() if entry.segment.index == number:
                    heard.update(entry.data)
                    size += len(entry.data)
                    number += 1
                    yield entry.data
                case Ended(code=""):
                    return
                case Ended():
                    raise Interrupted(entry)
                case Piece():
                    raise Interrupted(Ended("superseded", "The sound is being made anew; ask again."))
                case None:
                    if not dispatch.live.exists(recipe):
                        published = dispatch.published(article)
                        if published and published.recipe == recipe and published.rendition:
                            yield from _rest(service, article, published.rendition, heard.digest(), size)
                            return
                    dispatch.revive(recipe)
                    yield None


def _rest(service: Service, article: Article, rendition: str, heard: bytes, size: int) -> Iterator[bytes]:
    """The finished file from where the listener stands: the stream is gone, what was heard is the file's beginning."""
    file = service.store.open(keys.sound(article.id, rendition))
    if file is None or hashlib.sha256(file.read(size)).digest() != heard:
        raise Interrupted(Ended("superseded", "The sound has been made anew; ask again."))
    with file:
        while block := file.read(_FILE_BLOCK):
            yield block
