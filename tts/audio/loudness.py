"""How loud speech is, and one gain that brings a voice to the target without clipping."""

from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tts.audio.codec import Samples
from tts.audio.mp3 import RATE

TARGET_LUFS = -19.0
"""Mono; heard as -16 LUFS from two loudspeakers (AES TD1008 for speech on the web)."""
CEILING_DBTP = -2.4
"""Limiter's ceiling: under the promised -1 dBTP, because coding at 64 kb/s adds up to 0.9 dB (measured)."""
_LOOK_MS = 5
_UNMEASURABLE_LUFS = -70.0
"""BS.1770's absolute gate: what the meter says of silence, and of less than one gating block (0.4 s)."""


def loudness(samples: Samples) -> float:
    """Integrated loudness in LUFS (ITU-R BS.1770); ``-inf`` for silence or under 0.4 s."""
    measured = _metered(samples).get("lavfi.r128.I", _UNMEASURABLE_LUFS)
    return measured if measured > _UNMEASURABLE_LUFS else float("-inf")


def true_peak(samples: Samples) -> float:
    """The highest true peak in dBTP (BS.1770 annex 2, read at 192 kHz); ``-inf`` for silence."""
    peak = _metered(samples).get("lavfi.r128.true_peak", 0.0)
    return 20 * float(np.log10(peak)) if peak else float("-inf")


def gain_for(pieces: Sequence[Samples]) -> float:
    """The gain in dB that brings this sound to the target; 0 when it cannot be measured."""
    measured = loudness(np.concatenate(pieces))
    return round(TARGET_LUFS - measured, 2) if np.isfinite(measured) else 0.0


def amplify(samples: Samples, gain_db: float) -> Samples:
    """The samples with the gain applied; the few peaks that would pass the ceiling are eased down, not clipped."""
    loud = samples.astype(np.float32) * np.float32(10 ** (gain_db / 20) / 32768)
    _limit(loud, 10 ** (CEILING_DBTP / 20))
    return np.rint(loud * 32767).clip(-32768, 32767).astype(np.int16)


def _metered(samples: Samples) -> dict[str, float]:
    """What ffmpeg's EBU R128 meter reads at the end of the samples, by its own names; empty for under 0.1 s."""
    meter = av.filter.Graph()
    source = meter.add_abuffer(format="s16", sample_rate=RATE, layout="mono", time_base=Fraction(1, RATE))
    ebur128, sink = meter.add("ebur128", "metadata=1:peak=true:framelog=quiet"), meter.add("abuffersink")
    source.link_to(ebur128)
    ebur128.link_to(sink)
    meter.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate, frame.pts = RATE, 0
    source.push(frame)
    source.push(None)
    readings: dict[str, str] = {}
    while True:
        try:
            readings = sink.pull().metadata or readings
        except (av.error.EOFError, av.error.BlockingIOError):
            return {name: float(value) for name, value in readings.items()}


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
    window = 2 * reach + 1
    kernel = np.hanning(window + 2)[1:-1]
    kernel /= kernel.sum()
    for run in np.split(low, np.flatnonzero(np.diff(low) > 4 * reach) + 1):
        start, end = max(run[0] - 2 * reach, 0), min(run[-1] + 2 * reach + 1, len(loud))
        held = sliding_window_view(np.pad(needed[start:end], reach, mode="edge"), window).min(axis=1)
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
