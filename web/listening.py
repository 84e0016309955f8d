"""Hearing a rendition while it is made, or from the middle: what exists at once, the rest as it comes."""

import hashlib
import logging
import time
from collections.abc import Iterator
from typing import BinaryIO

from werkzeug.exceptions import RequestedRangeNotSatisfiable

from articles.model import Article
from audio_cache import keys
from tts.errors import IstamiError
from web.service import Service
from workers.broker import named_errors
from workers.dispatch import Withdrawn, text_of
from workers.live import Ended, Sound, seek, tag_for

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
        self.retry_after = ended.retry_after


def start(service: Service, article: Article, begin: int | None = None, voice: str = "") -> Iterator[bytes]:
    """The sound's bytes, a prefix of the final file at any moment and all of it at the end.

    With ``begin`` they are the sound from that byte on (the tag does not count), behind a tag of their own.
    Waits for the first of them, so that a failure before it is still an ordinary error answer: raises ``Withdrawn``,
    ``NothingToRead``, ``BrokerUnavailable``, ``Busy``, ``Interrupted`` or ``RequestedRangeNotSatisfiable``.
    """
    service.dispatch.request(article, voice)
    chunks = _chunks(service, article, begin, voice)
    deadline = time.monotonic() + FIRST_SOUND_SECONDS
    try:
        first = next(chunks, None)
        while first is None:
            if time.monotonic() > deadline:
                raise Busy
            first = next(chunks, b"")
    except Interrupted as ended:
        if ended.code not in ("superseded", Withdrawn.code):
            raise
        now = service.source.get(article.id)
        if ended.code == Withdrawn.code and text_of(now) == text_of(article):
            raise
        return start(service, now, begin, voice)  # The text changed, or was corrected, while we waited.
    return _whole(first, chunks)


def resume(file: BinaryIO, begin: int) -> tuple[Iterator[bytes], int]:
    """A finished file's sound from byte ``begin`` on, behind a tag of its own; and the bytes of both.

    Raises ``RequestedRangeNotSatisfiable``.
    """
    left = seek(file, begin)
    if not left:
        raise _beyond_the_end()
    tag = tag_for(left)
    return _whole(tag, _blocks(file)), len(tag) + left


def _whole(first: bytes, chunks: Iterator[bytes | None]) -> Iterator[bytes]:
    yield first
    try:
        for chunk in chunks:
            if chunk:
                yield chunk
    except IstamiError as error:
        log.warning("a listener was cut off: %s", error.detail)
        raise


def _chunks(service: Service, article: Article, begin: int | None, voice: str) -> Iterator[bytes | None]:
    """Pieces as they come; None now and then while waiting.

    A listener whose stream ends early gets an exception, hence a broken connection: never a short file that
    looks whole.
    """
    dispatch, recipe = service.dispatch, service.dispatch.recipe(article, voice)
    live = dispatch.live
    heard, size, number = hashlib.sha256(), 0, 0 if begin is None else None
    with named_errors():
        for entry in live.follow(recipe) if begin is None else live.follow_from(recipe, begin):
            match entry:
                case Sound() if number in (None, entry.number):
                    if begin is not None and number is None:
                        yield tag_for(max(len(entry.data), live.size(recipe) - begin))
                    heard.update(entry.data)
                    size += len(entry.data)
                    number = entry.number + 1
                    yield entry.data
                case Ended(code=""):
                    if number is None:
                        raise _beyond_the_end()
                    return
                case Ended():
                    raise Interrupted(entry)
                case Sound():
                    raise _made_anew()
                case None:
                    if not live.exists(recipe):
                        published = dispatch.published(article, voice)
                        if published and published.recipe == recipe and published.rendition:
                            yield from _rest(service, article, published.rendition, heard.digest(), size, begin)
                            return
                    dispatch.revive(recipe)
                    yield None


def _rest(
    service: Service, article: Article, rendition: str, heard: bytes, size: int, begin: int | None
) -> Iterator[bytes]:
    """The finished file from where the listener stands: the stream is gone, what was heard stands in the file."""
    file = service.store.open(keys.sound(article.id, rendition))
    if file is None:
        raise _made_anew()
    with file:
        if begin is not None and not size:
            yield from resume(file, begin)[0]
            return
        if begin is not None:
            seek(file, begin)
        if hashlib.sha256(file.read(size)).digest() != heard:
            raise _made_anew()
        yield from _blocks(file)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_FILE_BLOCK):
        yield block


def _made_anew() -> Interrupted:
    return Interrupted(Ended("superseded", "The sound is being made anew, or has been; ask again."))


def _beyond_the_end() -> RequestedRangeNotSatisfiable:
    return RequestedRangeNotSatisfiable(description="The sound ends before that second.")
