"""The one codec: any engine's sound to samples, and samples to a segment's MP3; all in this process."""

import io

import av
import lameenc
import numpy as np
from numpy.typing import NDArray

from tts.audio.mp3 import BYTES_PER_SECOND, RATE
from tts.engines.base import PCM, Sound
from tts.errors import CodecError

Samples = NDArray[np.int16]
"""Mono samples at 24 kHz."""

# LAME's quality 2 costs three times the processor of 5 and is not told apart on 64 kb/s mono speech.
_LAME_QUALITY = 5
# LAME turns everything down by this factor before it encodes (measured: -0.45 dB), and lameenc cannot tell it not to.
_LAME_SCALE = 0.95


def decode(sound: Sound) -> Samples:
    """The samples of an engine's reply, mono at 24 kHz. Raises ``CodecError`` for what is not sound."""
    if isinstance(sound, PCM):
        return _resample_pcm(sound)
    try:
        with av.open(io.BytesIO(sound), format="mp3") as container:
            # Gathered first and resampled at once: frame by frame costs half as much again.
            gathered = av.AudioFifo()
            for frame in container.decode(audio=0):
                frame.pts = None
                gathered.write(frame)
            whole = gathered.read()
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise CodecError(f"The sound cannot be decoded: {error}") from error
    if whole is None:
        raise CodecError("The sound holds no samples.")
    return _resampled(whole)


def encode(samples: Samples) -> bytes:
    """One MP3 run: CBR 64 kb/s, mono, 24 kHz, without tag or Xing header; each call is a fresh encoder.

    Runs that begin and end in silence can be joined as bytes. The level is kept; above -0.5 dBFS it clips.
    """
    level = np.rint(samples.astype(np.float32) / _LAME_SCALE).clip(-32768, 32767).astype("<i2")
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(RATE)
    encoder.set_bit_rate(BYTES_PER_SECOND * 8 // 1000)
    encoder.set_quality(_LAME_QUALITY)
    return bytes(encoder.encode(level.tobytes()) + encoder.flush())


def _resample_pcm(sound: PCM) -> Samples:
    samples = np.frombuffer(sound.data, dtype="<i2")
    if not len(samples):
        raise CodecError("The sound holds no samples.")
    if sound.rate == RATE:
        return samples.astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = sound.rate
    return _resampled(frame)


def _resampled(frame: av.AudioFrame) -> Samples:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    return np.concatenate([out.to_ndarray()[0] for out in [*resampler.resample(frame), *resampler.resample(None)]])
