"""What can be heard of a rendition while it is made: a Redis stream of segments, from the first to the last.

Entry ``n-0`` (n from 1) is segment n - 1; its bytes, joined in order, are the file. Explicit ids make a retry
harmless: what is there already cannot be added again. One last entry ``n-1`` says how it ended.

What else is known of segment n - 1 stands under ``n`` in a hash beside the stream, and how it ended under ``end``:
cues and progress are asked for every few seconds, and must not fetch the sound.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, BinaryIO

import redis

from tts.audio.id3 import opening_tag
from tts.audio.mp3 import BYTES_PER_SECOND, FRAME_BYTES, FRAME_SAMPLES, RATE, tag_size
from tts.cues import to_webvtt
from tts.model import Cue, Segment

BLOCK_SECONDS = 4.0
"""Longest wait inside Redis for the next entry."""
KEPT_AFTER_END_SECONDS = 30
"""For listeners who are just catching up; whoever is slower goes on from the published file."""
KEPT_UNFINISHED_SECONDS = 6 * 3600
"""Half-made sound that nobody takes up again is forgotten."""
_BATCH = 16
_FRAME_MICROSECONDS = 1_000_000 * FRAME_SAMPLES // RATE


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment and its place in the rendition, as makers know it."""

    data: bytes
    """The segment's bytes; the first piece opens with the file's tag."""
    segment: Segment
    """The segment itself, without the tag."""
    total: int
    """Segments of the whole rendition."""
    start: int
    """Bytes of sound before the segment; the tag does not count."""

    @property
    def cues(self) -> tuple[Cue, ...]:
        """On the rendition's clock, which starts after the tag."""
        return _on_clock(self.segment.cues, self.start)


@dataclass(frozen=True, slots=True)
class Sound:
    """A segment's bytes, or what is left of them, as listeners get them."""

    number: int
    """The segment's, from 0."""
    data: bytes
    """The file's tag stands in front of the first segment."""


@dataclass(frozen=True, slots=True)
class Ended:
    """No more pieces will come."""

    code: str = ""
    """Error code; empty when the rendition is complete."""
    detail: str = ""
    """What went wrong."""
    retry_after: float | None = None
    """Seconds after which asking again makes sense, if the engine has said so."""


class Live:
    """The streams of all renditions that are being made."""

    def __init__(self, client: redis.Redis):
        self._client = client

    def add(self, recipe: str, piece: Piece) -> Piece:
        """Add the piece and give it back, or the one that already stands in its place."""
        number = piece.segment.index + 1
        with self._client.pipeline() as both:
            both.xadd(_key(recipe), {"data": piece.data}, id=f"{number}-0")
            both.hsetnx(_facts(recipe), str(number), _dumps(piece))
            both.expire(_key(recipe), KEPT_UNFINISHED_SECONDS)
            both.expire(_facts(recipe), KEPT_UNFINISHED_SECONDS)
            added, *_ = both.execute(raise_on_error=False)
        if not isinstance(added, redis.ResponseError):
            return piece
        found = self._client.xrange(_key(recipe), f"{number}-0", f"{number}-0")
        facts = self._fact(recipe, number)
        if not found or facts is None:
            raise added
        return _piece(number, found[0][1][b"data"], facts)

    def end(self, recipe: str, ended: Ended = Ended()) -> None:  # noqa: B008 - frozen
        """Say that no more will come; what was heard stays for those still listening."""
        last = self._client.xrevrange(_key(recipe), count=1)
        if last and b"end" in last[0][1]:
            return
        said = json.dumps(asdict(ended))
        with self._client.pipeline() as both:
            both.xadd(_key(recipe), {"end": said}, id=f"{_number(last[0][0]) if last else 0}-1")
            both.hsetnx(_facts(recipe), "end", said)
            both.expire(_key(recipe), KEPT_AFTER_END_SECONDS)
            both.expire(_facts(recipe), KEPT_AFTER_END_SECONDS)
            both.execute(raise_on_error=False)  # The entry is refused if it ended meanwhile.

    def pieces(self, recipe: str) -> list[Piece]:
        """What exists so far of an unfinished rendition. One that has ended, or has a hole, is cleared away first."""
        entries, facts = self._client.xrange(_key(recipe)), self._client.hgetall(_facts(recipe))
        numbers = range(1, len(entries) + 1)
        is_sound = [entry for entry, _ in entries] == [f"{number}-0".encode() for number in numbers]
        if not is_sound or facts.keys() != {_field(number) for number in numbers}:
            self.drop(recipe)
            return []
        return [
            _piece(number, fields[b"data"], json.loads(facts[_field(number)]))
            for number, (_, fields) in zip(numbers, entries, strict=True)
        ]

    def progress(self, recipe: str) -> tuple[int, int | None, Ended | None]:
        """Segments done, segments in all if known, and how it ended if it has."""
        last, ended = self._last(recipe)
        return (last["number"], last["total"], ended) if last else (0, None, ended)

    def size(self, recipe: str) -> int:
        """Bytes of sound made so far; the tag does not count."""
        last, _ = self._last(recipe)
        return last["start"] + last["bytes"] if last else 0

    def seconds(self, recipe: str) -> float:
        """Length of the sound made so far."""
        return round(self.size(recipe) / BYTES_PER_SECOND, 3)

    def webvtt(self, recipe: str) -> str:
        """The cues of the sound made so far: at any moment a prefix of the final WebVTT."""
        return to_webvtt(cue for facts in self._all_facts(recipe) for cue in _on_clock(_cues(facts), facts["start"]))

    def follow(self, recipe: str, after: int = 0) -> Iterator[Sound | Ended | None]:
        """Segments but the first ``after``, as they come, and at last how it ended; None now and then while waiting."""
        position = f"{after}-0" if after else "0"
        while True:
            reply = self._client.xread({_key(recipe): position}, count=_BATCH, block=int(BLOCK_SECONDS * 1000))
            if not reply:
                yield None
                continue
            entries = reply[0][1] if isinstance(reply, list) else next(iter(reply.values()))[0]
            for entry, fields in entries:
                position = entry
                if b"end" in fields:
                    yield _ended(fields[b"end"])
                    return
                yield Sound(_number(entry) - 1, fields[b"data"])

    def follow_from(self, recipe: str, start: int) -> Iterator[Sound | Ended | None]:
        """As ``follow``, from byte ``start`` of the sound on, where the tag does not count and does not come."""
        passed = sum(facts["start"] + facts["bytes"] <= start for facts in self._all_facts(recipe))
        entries = self.follow(recipe, after=passed)
        for entry in entries:
            if not isinstance(entry, Sound):
                yield entry
            elif (facts := self._fact(recipe, entry.number + 1)) is None or facts["start"] > start:
                yield Ended("superseded", "The sound is being made anew; ask again.")
                return
            elif start >= facts["start"] + facts["bytes"]:
                yield None
            else:
                yield replace(entry, data=entry.data[facts["tag"] + start - facts["start"] :])
                yield from entries

    def exists(self, recipe: str) -> bool:
        """Whether there is anything to hear or to learn."""
        return bool(self._client.exists(_key(recipe)))

    def drop(self, recipe: str) -> None:
        """Forget the stream."""
        self._client.delete(_key(recipe), _facts(recipe))

    def _fact(self, recipe: str, number: int) -> dict[str, Any] | None:
        found = self._client.hget(_facts(recipe), str(number))
        return json.loads(found) if found else None

    def _all_facts(self, recipe: str) -> Iterator[dict[str, Any]]:
        """Of the segments from the first to the last before a hole."""
        found, number = self._client.hgetall(_facts(recipe)), 1
        while facts := found.get(_field(number)):
            yield json.loads(facts)
            number += 1

    def _last(self, recipe: str) -> tuple[dict[str, Any] | None, Ended | None]:
        """What is known of the last segment, and how it ended."""
        with self._client.pipeline() as both:
            both.hlen(_facts(recipe))
            both.hget(_facts(recipe), "end")
            count, end = both.execute()
        number = count - 1 if end else count
        facts = self._fact(recipe, number) if number else None
        return facts and {**facts, "number": number}, _ended(end) if end else None


def frame_at(seconds: float) -> int:
    """Bytes of sound before the MP3 frame that is heard at that second; the tag does not count."""
    return round(seconds * 1_000_000) // _FRAME_MICROSECONDS * FRAME_BYTES


def tag_for(ready: int) -> bytes:
    """The tag that opens an answer from the middle of the sound, of which ``ready`` bytes exist at once."""
    return opening_tag("", "", "", ready)


def seek(file: BinaryIO, start: int) -> int:
    """Stand at byte ``start`` of the sound in an MP3 file, where the tag does not count; gives the bytes from there."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size - file.seek(min(size, tag_size(file.read(10)) + start))


def _on_clock(cues: tuple[Cue, ...], start: int) -> tuple[Cue, ...]:
    """A segment's cues on its rendition's clock; ``start`` is the bytes of sound before it."""
    clock = start / BYTES_PER_SECOND
    return tuple(replace(cue, start=round(clock + cue.start, 3), end=round(clock + cue.end, 3)) for cue in cues)


def _dumps(piece: Piece) -> str:
    segment = piece.segment
    return json.dumps(
        {
            "total": piece.total,
            "start": piece.start,
            "bytes": len(segment.data),
            "tag": len(piece.data) - len(segment.data),
            "engine": segment.engine,
            "gains": segment.gains,
            "cues": [asdict(cue) for cue in segment.cues],
        },
        ensure_ascii=False,
    )


def _piece(number: int, data: bytes, facts: dict[str, Any]) -> Piece:
    segment = Segment(number - 1, data[facts["tag"] :], facts["engine"], _cues(facts), facts["gains"])
    return Piece(data, segment, facts["total"], facts["start"])


def _cues(facts: dict[str, Any]) -> tuple[Cue, ...]:
    return tuple(Cue(**cue) for cue in facts["cues"])


def _ended(said: bytes) -> Ended:
    return Ended(**json.loads(said))


def _number(entry: bytes) -> int:
    return int(entry.split(b"-")[0])


def _field(number: int) -> bytes:
    return str(number).encode()


def _key(recipe: str) -> str:
    return f"istami:live:{recipe}"


def _facts(recipe: str) -> str:
    return f"istami:live:{recipe}:facts"
