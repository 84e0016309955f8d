"""How loud speech is, and one gain that brings a voice to the target without clipping."""

from collections.abc import Sequence

import numpy as np
import pyloudnorm
from scipy.ndimage import minimum_filter1d
from scipy.signal import resample_poly
from scipy.signal.windows import hann

from tts.audio.codec import Samples
from tts.audio.mp3 import RATE

TARGET_LUFS = -19.0
"""Mono; heard as -16 LUFS from two loudspeakers (AES TD1008 for speech on the web)."""
CEILING_DBTP = -2.0
"""Limiter's ceiling: 1 dB under the promised -1 dBTP, because coding at 64 kb/s adds ripple."""
_OVERSAMPLE = 4
"""ITU-R BS.1770-5 annex 2: true peaks are read at four times the rate (here 96 kHz)."""
_LOOK_MS = 5
_SHORTEST_S = 0.4
"""One gating block of BS.1770: less cannot be measured."""


def loudness(samples: Samples) -> float:
    """Integrated loudness in LUFS (ITU-R BS.1770); ``-inf`` for silence or under 0.4 s."""
    if len(samples) <= _SHORTEST_S * RATE or not samples.any():
        return float("-inf")
    return float(pyloudnorm.Meter(RATE).integrated_loudness(samples.astype(np.float64) / 32768))


def gain_for(pieces: Sequence[Samples]) -> float:
    """The gain in dB that brings this sound to the target; 0 when it cannot be measured."""
    measured = loudness(np.concatenate(pieces))
    return round(TARGET_LUFS - measured, 2) if np.isfinite(measured) else 0.0


def true_peak(samples: Samples) -> float:
    """The highest true peak in dBTP; ``-inf`` for silence."""
    fine = resample_poly(samples.astype(np.float32) / 32768, _OVERSAMPLE, 1)
    peak = float(np.abs(fine).max(initial=0))
    return 20 * np.log10(peak) if peak else float("-inf")


def amplify(samples: Samples, gain_db: float) -> Samples:
    """The samples with the gain applied; the few peaks that would pass the ceiling are eased down, not clipped."""
    loud = samples.astype(np.float32) * np.float32(10 ** (gain_db / 20) / 32768)
    _limit(loud, 10 ** (CEILING_DBTP / 20))
    return np.rint(loud * 32767).clip(-32768, 32767).astype(np.int16)


def _limit(loud: np.ndarray, ceiling: float) -> None:
    """A look-ahead limiter, in place: the needed gain, held over a few milliseconds and smoothed over the same span.

    The smoothed gain is an average of values none of which is above the needed one, so no peak passes.
    Speech needs it in few places, so only those are touched.
    """
    needed = _needed_gain(loud, ceiling)
    low = np.flatnonzero(needed < 1)
    if not len(low):
        return
    reach = RATE * _LOOK_MS // 1000
    kernel = hann(2 * reach + 1)
    kernel /= kernel.sum()
    for run in np.split(low, np.flatnonzero(np.diff(low) > 4 * reach) + 1):
        start, end = max(run[0] - 2 * reach, 0), min(run[-1] + 2 * reach + 1, len(loud))
        held = minimum_filter1d(needed[start:end], 2 * reach + 1, mode="nearest")
        loud[start:end] *= np.convolve(np.pad(held, reach, mode="edge"), kernel, mode="valid")


def _needed_gain(loud: np.ndarray, ceiling: float) -> np.ndarray:
    """The gain at each sample that keeps it, and the peaks between it and its neighbours, under the ceiling."""
    needed = np.ones(len(loud), dtype=np.float32)
    # Between samples speech at 24 kHz rises by a fraction of a decibel; 2 dB below the ceiling is safe to leave out.
    near = np.flatnonzero(np.abs(loud) > ceiling * 10 ** (-2 / 20))
    if not len(near):
        return needed
    context = np.pad(loud, _TAPS // 2)[near[:, None] + np.arange(_TAPS)]
    peaks = np.maximum(np.abs(context @ _BETWEEN).max(axis=1), np.abs(loud[near]))
    needed[near] = np.minimum(1.0, ceiling / peaks)
    return needed


def _between_filter() -> np.ndarray:
    """Windowed-sinc taps that read the signal a quarter, a half and three quarters before and after a sample."""
    places = np.array([-0.75, -0.5, -0.25, 0.25, 0.5, 0.75])
    distance = np.arange(_TAPS)[:, None] - _TAPS // 2 - places[None, :]
    return (np.sinc(distance) * (0.5 + 0.5 * np.cos(np.pi * distance / (_TAPS // 2 + 1)))).astype(np.float32)


_TAPS = 25
_BETWEEN = _between_filter()
