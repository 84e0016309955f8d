"""Loudness at the target, peaks under the ceiling, and nothing pumped."""

import numpy as np
import pyloudnorm
import pytest

from tests.unit.tts.audio.sounds import silence, speechlike, tone
from tts.audio import codec
from tts.audio.loudness import CEILING_DBTP, TARGET_LUFS, amplify, gain_for, loudness, true_peak
from tts.audio.mp3 import RATE


def test_a_full_scale_sine_reads_as_the_standard_says() -> None:
    """EBU Tech 3341: a 1 kHz sine of -23 dBFS peak in one channel reads -26 LUFS (within 0.1)."""
    assert loudness(tone(5, 1000, 10 ** (-23 / 20))) == pytest.approx(-26.0, abs=0.1)


def test_our_meter_and_another_agree() -> None:
    """Within 0.15 LU; ours is ffmpeg's, which reads in steps of 100 ms."""
    for seed in range(4):
        sound = speechlike(3 + seed, 0.3, seed)
        other = pyloudnorm.Meter(RATE).integrated_loudness(sound / 32768)
        assert loudness(sound) == pytest.approx(other, abs=0.15)


@pytest.mark.parametrize("level", [0.02, 0.1, 0.5, 0.95])
def test_one_gain_reaches_the_target_and_peaks_stay_under_the_ceiling(level: float) -> None:
    sound = speechlike(8.0, level)
    loud = amplify(sound, gain_for([sound]))
    assert loudness(loud) == pytest.approx(TARGET_LUFS, abs=0.6)
    assert true_peak(loud) <= CEILING_DBTP + 0.1
    assert true_peak(codec.decode(codec.encode(loud))) <= -1.0


def test_a_peak_is_eased_not_clipped() -> None:
    sound = np.concatenate([tone(1, 200, 0.1), tone(0.05, 200, 0.99), tone(1, 200, 0.1)])
    loud = amplify(sound, 6.0)
    assert true_peak(loud) <= CEILING_DBTP + 0.1
    assert np.count_nonzero(np.abs(loud.astype(int)) == np.abs(loud.astype(int)).max()) < 50
    # Half a second away from the peak nothing is changed but by the gain.
    assert np.abs(loud[:12_000].astype(int) - np.rint(sound[:12_000] * 10 ** (6 / 20)).astype(int)).max() <= 1


def test_silence_and_too_little_sound_have_no_gain() -> None:
    assert gain_for([silence(2)]) == 0.0
    assert gain_for([tone(0.1)]) == 0.0
    assert not amplify(silence(1), 20.0).any()
    assert true_peak(silence(1)) == float("-inf")
    assert len(amplify(np.zeros(0, np.int16), 3.0)) == 0
