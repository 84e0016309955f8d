"""How sound is made, as one line: what is made another way is another rendition."""

from tts.engines.base import Engine, voice_named
from tts.text import script

SOUND_VERSION = "1"
"""Changes whenever the same utterances would give other bytes: part of every rendition's key."""


def signature(engine: Engine, voice: str) -> str:
    """Names everything but the words: engine, voice, and the versions of the rules and of the sound.

    Only the first engine in order counts: what an understudy speaks is made again in any case.
    """
    return (
        f"{engine.name} {engine.version} {voice_named(engine, voice).name} text-{script.VERSION} sound-{SOUND_VERSION}"
    )
