"""The engines by name. Each module is imported only when its engine is asked for."""

from collections.abc import Sequence
from importlib import import_module

from tts.engines.base import Engine, Memory
from tts.errors import UnknownVoice

_ENGINES = {"google": ("tts.engines.google", "GoogleEngine"), "espeak": ("tts.engines.espeak", "EspeakEngine")}

NAMES = tuple(_ENGINES)
"""Every engine there is."""


def build(names: Sequence[str], memory: Memory | None = None) -> list[Engine]:
    """The named engines in that order; ``memory`` keeps what they learn about their service."""
    engines = []
    for name in names:
        module, factory = _ENGINES[name]
        engines.append(getattr(import_module(module), factory)(memory))
    return engines


def check_voice(order: Sequence[Engine], name: str) -> None:
    """Raises ``UnknownVoice`` unless one of the engines has a voice of that name."""
    known = list(dict.fromkeys(voice.name for engine in order for voice in engine.voices))
    if name not in known:
        raise UnknownVoice(f"No engine in use has a voice called {name!r}; known: {', '.join(known)}.")
