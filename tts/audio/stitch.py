"""Joins the utterances of one passage with pydub: silence trimmed, pauses set, one join. Sole importer of pydub."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tts.audio.codec import Samples
from tts.audio.mp3 import DELAY_SAMPLES, RATE

with warnings.catch_warnings():
    # pydub warns that it finds no ffmpeg binary (we need none) and that audioop leaves the standard library.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment
    from pydub.silence import detect_leading_silence

LEAD_MS = 20
"""Silence before a passage's first sound: a segment begins silent, so that segments join without a click."""
_MARGIN_MS = 25
"""Kept before and after what is loud enough, so that a soft first or last consonant is not shaved."""
_FADE_MS = 6
"""Ramp at each trimmed edge: no step, no click."""
_SILENCE_BELOW_SPEECH_DB = 38
"""What is this much softer than the utterance as a whole is silence."""
_STEP_MS = 5


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance's sound and the pause that follows it."""

    samples: Samples | None
    """None when the utterance has nothing to pronounce."""
    pause_ms: int
    """Silence after it, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Stitched:
    """A passage's sound before its gain is set."""

    samples: Samples
    """Silent at both ends."""
    starts: tuple[int, ...]
    """Where each utterance begins, in samples."""


def stitch(utterances: Sequence[Spoken]) -> Stitched:
    """One passage: each utterance trimmed and followed by its pause.

    The codec's own delay (46 ms) is heard before the next segment, so it is taken off the last pause.
    """
    delay_ms = DELAY_SAMPLES * 1000 / RATE
    pieces = [_silence(LEAD_MS)]
    starts = []
    for position, utterance in enumerate(utterances, start=1):
        starts.append(sum(map(len, pieces)))
        if utterance.samples is not None:
            pieces.append(_trimmed(utterance.samples))
        is_last = position == len(utterances)
        pieces.append(_silence(max(utterance.pause_ms - (delay_ms + LEAD_MS if is_last else 0), LEAD_MS)))
    # A bytes join is linear; `+=` on AudioSegments copies everything each time.
    joined = _sound(b"".join(pieces))
    samples = np.frombuffer(joined.raw_data, dtype="<i2")
    return Stitched(samples, tuple(start // 2 for start in starts))


def _trimmed(samples: Samples) -> bytes:
    sound = _sound(samples.astype("<i2").tobytes())
    threshold = sound.dBFS - _SILENCE_BELOW_SPEECH_DB
    lead = detect_leading_silence(sound, threshold, _STEP_MS)
    tail = detect_leading_silence(sound.reverse(), threshold, _STEP_MS)
    if lead >= len(sound):
        return sound.raw_data
    kept = sound[max(lead - _MARGIN_MS, 0) : len(sound) - max(tail - _MARGIN_MS, 0)]
    return kept.fade_in(_FADE_MS).fade_out(_FADE_MS).raw_data


def _silence(milliseconds: float) -> bytes:
    return bytes(2 * round(milliseconds * RATE / 1000))


def _sound(data: bytes) -> AudioSegment:
    return AudioSegment(data=data, sample_width=2, frame_rate=RATE, channels=1)
