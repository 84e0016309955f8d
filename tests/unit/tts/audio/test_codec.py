"""Decoding and encoding: constant frames, exact lengths, joinable as bytes."""

import numpy as np
import pytest

from tests.standins import speech
from tests.unit.tts.audio.sounds import silence, speechlike, tone
from tts.audio import codec, mp3
from tts.engines.base import PCM
from tts.errors import CodecError


@pytest.mark.parametrize("seconds", [0.01, 0.024, 1.0, 3.333, 20.0])
def test_a_segment_is_whole_192_byte_frames_without_header_or_tag(seconds: float) -> None:
    data = codec.encode(tone(seconds))
    found = mp3.frames(data)
    assert len(data) % mp3.FRAME_BYTES == 0
    assert found.is_complete and found.count == len(data) // mp3.FRAME_BYTES
    assert found.seconds == pytest.approx(len(data) / mp3.BYTES_PER_SECOND)
    assert data[:2] == b"\xff\xf3"  # MPEG-2 layer III, no CRC
    assert not any(mark in data[:400] for mark in (b"Xing", b"Info", b"ID3"))


def test_decoded_length_is_bytes_over_8000_exactly() -> None:
    data = codec.encode(speechlike(7.0))
    assert len(codec.decode(data)) == len(data) // mp3.FRAME_BYTES * mp3.FRAME_SAMPLES


def test_the_sound_begins_1105_samples_in() -> None:
    data = codec.encode(np.concatenate([silence(0.5), tone(0.5, 1000), silence(0.5)]))
    heard = np.abs(codec.decode(data).astype(int)) > 1500
    assert abs(int(np.argmax(heard)) - (mp3.DELAY_SAMPLES + mp3.RATE // 2)) < 60


def test_joined_segments_decode_like_the_segments_alone() -> None:
    """No click and no lost sample at a join, because both sides are silent."""
    parts = [np.concatenate([silence(0.05), speechlike(1.5, seed=n), silence(0.4)]) for n in range(4)]
    segments = [codec.encode(part) for part in parts]
    joined = codec.decode(b"".join(segments)).astype(int)
    apart = np.concatenate([codec.decode(segment) for segment in segments]).astype(int)
    assert len(joined) == len(apart)
    assert np.abs(joined - apart).max() <= 2


def test_the_level_is_kept() -> None:
    for level in (0.05, 0.3, 0.7):
        before = tone(2.0, 440, level)
        after = codec.decode(codec.encode(before))[mp3.RATE // 2 : mp3.RATE]
        assert np.abs(after).max() / 32767 == pytest.approx(level, rel=0.02)


def test_encoding_is_a_function_of_the_samples() -> None:
    assert codec.encode(speechlike(2.0)) == codec.encode(speechlike(2.0))


def test_pcm_of_another_rate_keeps_its_length_and_pitch() -> None:
    clock = np.arange(22_050) / 22_050
    data = np.rint(8000 * np.sin(2 * np.pi * 440 * clock)).astype("<i2").tobytes()
    samples = codec.decode(PCM(data, 22_050))
    assert abs(len(samples) - mp3.RATE) < 50
    spectrum = np.abs(np.fft.rfft(samples[: mp3.RATE - 100]))
    assert abs(np.argmax(spectrum) * mp3.RATE / (mp3.RATE - 100) - 440) < 2


@pytest.mark.parametrize("data", [b"", b"not sound at all" * 50, b"\xff\xf3", b"<html></html>", PCM(b"", 22_050)])
def test_what_is_not_sound_is_a_codec_error(data: bytes | PCM) -> None:
    with pytest.raises(CodecError):
        codec.decode(data)


def test_frames_see_a_cut_and_a_tag() -> None:
    sound = speech.mp3("مرحبا بكم في المغرب")
    assert mp3.frames(sound).is_complete
    assert not mp3.frames(sound[: len(sound) * 2 // 5 + 7]).is_complete
    assert not mp3.frames(sound + b"<html>").is_complete
    assert mp3.frames(b"").count == 0
    tagged = b"ID3\x04\x00\x00\x00\x00\x00\x14" + b"\0" * 20 + sound
    assert mp3.frames(tagged) == mp3.frames(sound)
    assert mp3.tag_size(tagged) == 30
