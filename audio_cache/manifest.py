"""What a rendition is and how far it is, and which one is an article's current in each voice."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain

from audio_cache import keys
from audio_cache.store import Store

_POINTERS = ("articles/*/*.json", "voices/*/*/*.json")
"""Where ``keys.pointer`` puts them."""


class State(StrEnum):
    """How far a rendition is."""

    QUEUED = "queued"
    """Asked for; no worker has begun."""
    RENDERING = "rendering"
    """A worker is making it; what exists can be heard."""
    READY = "ready"
    """Complete and published."""
    FAILED = "failed"
    """Not made; ``error`` says why."""
    WITHDRAWN = "withdrawn"
    """Taken back by the editor until the text changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One rendition of one article."""

    article_id: str
    state: State
    voice: str
    recipe: str = ""
    """What it is made from; another recipe means that this one is stale."""
    text: str = ""
    """Digest of the words it reads."""
    rendition: str | None = None
    """Its name, once complete: the first 20 hex digits of its file's SHA-256."""
    engine: str | None = None
    """Who speaks; ``google+espeak`` when an understudy took over."""
    degraded: bool = False
    """Whether an understudy spoke a part of it: it will be made again."""
    segments_done: int = 0
    segments_total: int | None = None
    """Passages; None before a worker has counted them."""
    duration_seconds: float | None = None
    size_bytes: int | None = None
    created_at: str | None = None
    """ISO 8601, UTC."""
    error_code: str | None = None
    error_detail: str | None = None
    retry_after: float | None = None
    """Seconds after which to ask again for what has failed; None when not known. Never stored: a failure is not."""
    remakes: int = 0
    """How often a degraded rendition has been made again in vain."""

    def dumps(self) -> bytes:
        fields = asdict(self)
        del fields["retry_after"]
        return json.dumps(fields, ensure_ascii=False).encode()

    @classmethod
    def loads(cls, data: bytes) -> "Manifest":
        fields = json.loads(data)
        return cls(**{**fields, "state": State(fields["state"])})


class Manifests:
    """Each article's pointers to its current renditions: one for the default voice, one for each other."""

    def __init__(self, store: Store):
        self._store = store

    def current(self, article_id: str, voice: str = "") -> Manifest | None:
        """The current rendition's manifest; None if there never was one.

        For the default voice it may be the mark of a withdrawal, which is every voice's.
        """
        data = self._store.get(keys.pointer(article_id, voice))
        try:
            manifest = Manifest.loads(data) if data else None
        except (ValueError, TypeError, KeyError):
            return None  # Written by another version: as good as none, it will be made again.
        if manifest and manifest.rendition and not self._store.has(keys.sound(article_id, manifest.rendition)):
            return None  # Its sound was pruned.
        return manifest

    def all(self) -> Iterator[tuple[Manifest, str]]:
        """Every published rendition's manifest, and the voice in which it is current ("" for the default); unordered.

        What cannot be read is passed over.
        """
        for path in chain.from_iterable(self._store.root.glob(pattern) for pattern in _POINTERS):
            try:
                manifest = Manifest.loads(path.read_bytes())
            except (OSError, ValueError, TypeError, KeyError):
                continue
            for voice in ("", manifest.voice):
                is_its_pointer = path == self._store.path(keys.pointer(manifest.article_id, voice))
                if is_its_pointer and manifest.rendition and self.current(manifest.article_id, voice):
                    yield manifest, voice

    def point(self, manifest: Manifest, voice: str = "") -> None:
        """Make a complete rendition, whose sound and cues are already in the store, the current one in its voice."""
        self._store.put(keys.pointer(manifest.article_id, voice), manifest.dumps())

    def amend(self, manifest: Manifest, voice: str = "", /, **changes: object) -> None:
        """Change what is known of the current rendition."""
        self.point(replace(manifest, **changes), voice)  # type: ignore[arg-type]

    def withdraw(self, article_id: str, text: str, voice: str) -> Manifest:
        """Take the article's sound back in every voice: the mark first, then every rendition's bytes."""
        mark = Manifest(article_id=article_id, state=State.WITHDRAWN, voice=voice, text=text, created_at=timestamp())
        self._store.put(keys.pointer(article_id), mark.dumps())
        self._delete_renditions(article_id)
        return mark

    def restore(self, article_id: str) -> None:
        """Lift a withdrawal."""
        self._store.delete(keys.pointer(article_id))

    def forget(self, article_id: str) -> None:
        """The article is gone, and its sound with it."""
        self._store.delete(keys.pointer(article_id))
        self._delete_renditions(article_id)

    def _delete_renditions(self, article_id: str) -> None:
        """Every rendition's bytes, and every pointer but the default voice's."""
        self._store.delete_under(keys.sound(article_id, "any"))
        self._store.delete_under(keys.pointer(article_id, "any"))


def timestamp() -> str:
    """Now, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
