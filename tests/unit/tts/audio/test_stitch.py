"""Stitching: silence trimmed, pauses as told, silent ends, no clicks."""

import numpy as np
import pytest

from tests.unit.tts.audio.sounds import silence, speechlike, tone
from tts.audio import mp3
from tts.audio.stitch import LEAD_MS, Spoken, stitch

MS = mp3.RATE // 1000


def quiet_runs(samples: np.ndarray, shortest_ms: int = 60) -> list[tuple[int, int]]:
    """Start and length in ms of each run of digital silence."""
    is_quiet = np.abs(samples.astype(int)) < 8
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_quiet, [0]))))
    return [
        (int(start) // MS, int(end - start) // MS)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if (end - start) // MS >= shortest_ms
    ]


def test_pauses_replace_the_engines_own_silence() -> None:
    padded = np.concatenate([silence(0.4), tone(1.0), silence(0.9)])
    sound = stitch([Spoken(padded, 200), Spoken(padded, 700)])
    inner, last = quiet_runs(sound.samples)
    # 25 ms of margin stand on both sides of what was loud enough.
    assert 200 <= inner[1] <= 200 + 60
    delay = mp3.DELAY_SAMPLES / mp3.RATE * 1000
    assert 700 - delay - LEAD_MS <= last[1] <= 700 - delay - LEAD_MS + 40


def test_both_ends_are_silent_and_no_edge_jumps() -> None:
    abrupt = tone(1.0, 333, 0.8)[7:-11]  # Begins and ends in the middle of a wave.
    samples = stitch([Spoken(abrupt, 100), Spoken(abrupt, 100)]).samples.astype(int)
    assert not samples[: LEAD_MS * MS].any() and not samples[-LEAD_MS * MS :].any()
    steepest = np.abs(np.diff(abrupt.astype(int))).max()
    assert np.abs(np.diff(samples)).max() <= steepest * 1.05


def test_starts_are_where_the_utterances_sound() -> None:
    sound = stitch([Spoken(tone(0.5), 300), Spoken(None, 200), Spoken(speechlike(0.5), 400)])
    assert sound.starts[0] == LEAD_MS * MS
    assert sound.starts[1] - sound.starts[0] == pytest.approx(0.8 * mp3.RATE, abs=20 * MS)
    assert sound.starts[2] - sound.starts[1] == 200 * MS


def test_an_utterance_that_is_silent_throughout_is_kept_whole() -> None:
    assert len(stitch([Spoken(silence(0.5), 100)]).samples) >= 0.5 * mp3.RATE


def test_a_passage_with_nothing_to_pronounce_is_a_pause() -> None:
    sound = stitch([Spoken(None, 700)])
    assert not sound.samples.any()
    assert 600 * MS < len(sound.samples) < 720 * MS


def test_a_soft_consonant_at_the_edge_is_not_shaved() -> None:
    rng = np.random.default_rng(3)
    hiss = (rng.normal(0, 1, 100 * MS) * 250).astype(np.int16)  # some 30 dB under the vowel
    word = np.concatenate([silence(0.3), hiss, tone(0.6, level=0.5), hiss, silence(0.3)])
    assert len(stitch([Spoken(word, 100)]).samples) > (100 + 600 + 100) * MS
