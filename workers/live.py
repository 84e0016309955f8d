"""What can be heard of a rendition while it is made: a Redis stream of segments, from the first to the last.

Entry ``n-0`` (n from 1) is segment n - 1; its bytes, joined in order, are the file. Explicit ids make a retry
harmless: what is there already cannot be added again. One last entry ``n-1`` says how it ended.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import redis

from tts.model import Cue, Segment

BLOCK_SECONDS = 4.0
"""Longest wait inside Redis for the next entry."""
KEPT_AFTER_END_SECONDS = 30
"""For listeners who are just catching up; whoever is slower goes on from the published file."""
KEPT_UNFINISHED_SECONDS = 6 * 3600
"""Half-made sound that nobody takes up again is forgotten."""
_BATCH = 16


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment as listeners get it."""

    data: bytes
    """The segment's bytes; the first piece opens with the file's tag."""
    segment: Segment
    """The segment itself, without the tag."""
    total: int
    """Segments of the whole rendition."""


@dataclass(frozen=True, slots=True)
class Ended:
    """No more pieces will come."""

    code: str = ""
    """Error code; empty when the rendition is complete."""
    detail: str = ""
    """What went wrong."""


class Live:
    """The streams of all renditions that are being made."""

    def __init__(self, client: redis.Redis):
        self._client = client

    def add(self, recipe: str, piece: Piece) -> Piece:
        """Add the piece and give it back, or the one that already stands in its place."""
        number = piece.segment.index + 1
        fields = {"data": piece.data, "meta": _dumps(piece)}
        try:
            self._client.xadd(_key(recipe), fields, id=f"{number}-0")
        except redis.ResponseError:
            found = self._client.xrange(_key(recipe), f"{number}-0", f"{number}-0")
            if not found:
                raise
            return _piece(number, found[0][1])
        self._client.expire(_key(recipe), KEPT_UNFINISHED_SECONDS)
        return piece

    def end(self, recipe: str, ended: Ended = Ended()) -> None:  # noqa: B008 - frozen
        """Say that no more will come; what was heard stays for those still listening."""
        key = _key(recipe)
        last = self._client.xrevrange(key, count=1)
        number = int(last[0][0].split(b"-")[0]) if last else 0
        try:
            self._client.xadd(key, {"end": json.dumps(asdict(ended))}, id=f"{number}-1")
        except redis.ResponseError:
            return  # It had ended before.
        self._client.expire(key, KEPT_AFTER_END_SECONDS)

    def pieces(self, recipe: str) -> list[Piece]:
        """What exists so far of an unfinished rendition. One that has ended, or has a hole, is cleared away first."""
        entries = self._client.xrange(_key(recipe))
        expected = [f"{number}-0".encode() for number in range(1, len(entries) + 1)]
        if [entry for entry, _ in entries] != expected:
            self.drop(recipe)
            return []
        return [_piece(_number(entry), fields) for entry, fields in entries]

    def progress(self, recipe: str) -> tuple[int, int | None, Ended | None]:
        """Segments done, segments in all if known, and how it ended if it has."""
        last = self._client.xrevrange(_key(recipe), count=2)
        ended = next((_ended(fields) for _, fields in last if b"end" in fields), None)
        for entry, fields in last:
            if b"meta" in fields:
                return _number(entry), json.loads(fields[b"meta"])["total"], ended
        return 0, None, ended

    def follow(self, recipe: str, after: int = 0) -> Iterator[Piece | Ended | None]:
        """Pieces from ``after`` on, as they come, and at last how it ended; None while waiting, every few seconds."""
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
                    yield _ended(fields)
                    return
                yield _piece(_number(entry), fields)

    def exists(self, recipe: str) -> bool:
        """Whether there is anything to hear or to learn."""
        return bool(self._client.exists(_key(recipe)))

    def drop(self, recipe: str) -> None:
        """Forget the stream."""
        self._client.delete(_key(recipe))


def _dumps(piece: Piece) -> str:
    segment = piece.segment
    return json.dumps(
        {
            "total": piece.total,
            "tag": len(piece.data) - len(segment.data),
            "engine": segment.engine,
            "gains": segment.gains,
            "cues": [asdict(cue) for cue in segment.cues],
        },
        ensure_ascii=False,
    )


def _piece(number: int, fields: dict[bytes, bytes]) -> Piece:
    meta, data = json.loads(fields[b"meta"]), fields[b"data"]
    cues = tuple(Cue(**cue) for cue in meta["cues"])
    segment = Segment(number - 1, data[meta["tag"] :], meta["engine"], cues, meta["gains"])
    return Piece(data, segment, meta["total"])


def _ended(fields: dict[bytes, bytes]) -> Ended:
    return Ended(**json.loads(fields[b"end"]))


def _number(entry: bytes) -> int:
    return int(entry.split(b"-")[0])


def _key(recipe: str) -> str:
    return f"istami:live:{recipe}"
