"""The engine port: what every voice must offer, and all it may raise."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from tts.model import Voice


@dataclass(frozen=True, slots=True)
class PCM:
    """Uncompressed sound: signed 16-bit little-endian, mono."""

    data: bytes
    """The samples."""
    rate: int
    """Samples a second."""


Sound = bytes | PCM
"""What an engine returns: a complete MP3 file's bytes, or PCM."""


class Memory(Protocol):
    """Where an engine keeps a fact it learnt about its service, for all workers and for good."""

    def recall(self, fact: str) -> str | None:
        """What was remembered, if anything."""

    def remember(self, fact: str, value: str) -> None:
        """Keep it."""


class Forgetful:
    """A memory that lasts as long as its process."""

    def __init__(self) -> None:
        self._facts: dict[str, str] = {}

    def recall(self, fact: str) -> str | None:
        return self._facts.get(fact)

    def remember(self, fact: str, value: str) -> None:
        self._facts[fact] = value


@runtime_checkable
class Engine(Protocol):
    """Turns one utterance's spoken text into sound."""

    name: str
    """The name used in settings and manifests, for example ``google``."""
    version: str
    """Changes whenever the same text would sound different: part of every cache key."""
    voices: tuple[Voice, ...]
    """The voices on offer; the first is the default."""
    concurrency: int
    """How many utterances may be asked for at the same time."""
    reads_latin: bool
    """Whether it reads words in Latin letters well; else it is given them in Arabic letters."""
    requests_a_second: int
    """The steady rate that is asked of its service by the whole fleet; 0 for no limit."""

    @property
    def max_chars(self) -> int:
        """Most characters in one request. May shrink while running (see ``TooLong``)."""

    def synthesize(self, text: str, voice: Voice) -> Sound:
        """The sound of ``text``: never empty.

        Raises ``RateLimited``, ``EngineUnavailable``, ``Rejected`` (or its kind ``TooLong``) or ``EmptyAudio``,
        and nothing else.
        """


def voice_named(engine: Engine, name: str) -> Voice:
    """The engine's voice of that name, else its first: an understudy need not know the star's voices."""
    return next((voice for voice in engine.voices if voice.name == name), engine.voices[0])
