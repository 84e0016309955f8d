"""Sounds to test with."""

import numpy as np

from tts.audio.codec import Samples
from tts.audio.mp3 import RATE


def tone(seconds: float, hertz: float = 220.0, level: float = 0.2) -> Samples:
    """A sine; ``level`` is its peak, 1.0 being full scale."""
    clock = np.arange(round(seconds * RATE)) / RATE
    return np.rint(level * 32767 * np.sin(2 * np.pi * hertz * clock)).astype(np.int16)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.int16)


def speechlike(seconds: float, level: float = 0.2, seed: int = 1) -> Samples:
    """Harmonics under a syllable-like envelope: loud and soft parts, with peaks well above the average."""
    clock = np.arange(round(seconds * RATE)) / RATE
    rng = np.random.default_rng(seed)
    voice = sum(np.sin(2 * np.pi * 130 * n * clock + rng.uniform(0, 6)) / n for n in range(1, 20))
    envelope = np.clip(np.sin(2 * np.pi * 3.1 * clock), 0.02, 1) * (0.6 + 0.4 * np.sin(2 * np.pi * 0.4 * clock))
    sound = voice * envelope
    return np.rint(sound / np.abs(sound).max() * level * 32767).astype(np.int16)
