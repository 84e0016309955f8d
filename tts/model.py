"""The nouns of speech: what is read, what it sounds like, and when each piece is heard."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Voice:
    """One way an engine can sound."""

    name: str
    """The name used in settings, manifests and cache keys, for example ``ar``."""
    language: str
    """BCP 47 language tag, for example ``ar``."""
    description: str = ""
    """One line for the operator."""


class PassageKind(StrEnum):
    """What part of the article a passage is."""

    TITLE = "title"
    """The headline, read first and followed by the longest pause."""
    PARAGRAPH = "paragraph"
    """One paragraph of the body."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One engine request. Never cut inside a word, a number or a URL."""

    text: str
    """Display text: an exact slice of the passage's text, surrounding white space included."""
    start: int
    """Where the slice begins in the passage's text, in characters."""
    spoken: str
    """What the engine is given. Empty when there is nothing to pronounce: then only the pause sounds."""
    pause_ms: int
    """Silence after the utterance, in milliseconds."""

    @property
    def end(self) -> int:
        """Where the slice ends in the passage's text (exclusive), in characters."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Passage:
    """The title or one paragraph, as it will be read."""

    kind: PassageKind
    """Title or paragraph."""
    text: str
    """Display text. The utterances' texts, joined, are exactly this."""
    utterances: tuple[Utterance, ...]
    """In reading order."""
    source: str = ""
    """The text with its annotations (what is to be spoken otherwise) in place; empty when it has none."""


@dataclass(frozen=True, slots=True)
class Script:
    """An article as it will be read."""

    passages: tuple[Passage, ...]
    """Title first, then each paragraph."""
    reads_latin: bool = False
    """Whether it is for a voice that reads Latin letters itself."""

    @property
    def is_readable(self) -> bool:
        """Whether at least one utterance has something to pronounce."""
        return any(u.spoken for p in self.passages for u in p.utterances)


@dataclass(frozen=True, slots=True)
class Request:
    """What determines an utterance's sound: all of it belongs in a cache key."""

    engine: str
    """The engine's name."""
    version: str
    """The engine's version."""
    voice: str
    """The voice's name."""
    text: str
    """What is spoken."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A timed piece of display text: one utterance."""

    start: float
    """Seconds from the start of the sound it belongs to (its segment, or the whole rendition)."""
    end: float
    """Seconds, exclusive."""
    text: str
    """The display text heard between ``start`` and ``end``."""
    passage: int
    """Index of its passage in the script."""
    first: int
    """First character in the passage's text."""
    last: int
    """One past the last character in the passage's text."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The finished sound of one passage: MP3, silent at both ends, joinable as bytes."""

    index: int
    """Index of the passage in the script, from 0."""
    data: bytes
    """MP3: CBR 64 kb/s, mono, 24 kHz, no tag and no header frame."""
    engine: str
    """Name of the engine that spoke it; empty when the passage has nothing to pronounce."""
    cues: tuple[Cue, ...]
    """Times count from the start of this segment."""
    gains: dict[str, float]
    """Gain in dB of each engine's voice, decided so far: one gain a voice in a whole rendition."""

    @property
    def duration(self) -> float:
        """Seconds; exact, because the bit rate is constant (8,000 bytes a second)."""
        return len(self.data) / 8000
