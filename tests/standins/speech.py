"""Stand-in speech: real Arabic sound for any text, at the price of joining strings.

A bank of spoken words is made once with espeak-ng, levelled, and encoded one word a chunk exactly as Google
sends sound: MPEG-2 layer III, 24 kHz, mono, 64 kb/s. Every chunk is silent at both ends and leans on no frame
before it, so chunks may be joined as bytes. A word always picks the same chunk: the same text gives the same bytes.

Run as a program, it makes the bank (espeak-ng keeps global state, so it is given a process of its own)::

    python tests/standins/speech.py BANK.json
"""

import base64
import ctypes
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from functools import cache
from hashlib import blake2b
from pathlib import Path

RATE = 24_000
"""Samples a second of Google's sound."""
FRAME = 192
"""Bytes in one frame: 576 samples at 64 kb/s. A multiple of 3, so base64 texts of frames join as well as the frames."""
BEFORE, AFTER = 0.02, 0.06
"""Seconds of silence put around a word. With ``CODEC``, at least 50 ms stand at each end."""
CODEC = 0.06
"""Seconds of silence that encoding adds to a chunk, most of it before the word (1,105 samples)."""
LEVEL = -23.0
"""Loudness of every word, LUFS."""

WORDS = (
    "من في على عن ثم قد هل كم ما لا لم كل أو إن هو هي",
    "كتاب مدينة سلام جديد رئيس عربي صباح شمس بحر عام قمر نهر يوم جبل باب وزير",
    "المغرب الحكومة المدرسة الاقتصاد التعليم الصحراء الجامعة المواطن "
    "البرلمان الرياضة السياحة القانون الطبيعة الصحافة الثقافة الحضارة",
)
"""The bank in three lengths of word, so that a text lasts about as long as its letters need."""
_SHORT, _LONG, _VERY_LONG = 3, 7, 9  # letters: short up to 3, long from 7, several chunks from 9


def mp3_base64(text: str) -> str:
    """The sound of ``text`` as base64 of MP3; empty when it has nothing to pronounce."""
    words = re.findall(r"\w+", _without_marks(text))
    if not words:
        return ""
    bank = _bank()
    return "".join([bank["lead"], *(chunk for word in words for chunk in _chunks(word, bank["words"])), bank["tail"]])


def prepare() -> None:
    """Have the bank ready, so that the first text costs no more than the next."""
    _bank()


def mp3(text: str) -> bytes:
    """The sound of ``text`` as MP3 bytes."""
    return base64.b64decode(mp3_base64(text))


def _without_marks(text: str) -> str:
    """``text`` without diacritics and tatweel: they take no time to say. ``كَتَبَ`` → ``كتب``."""
    return "".join(mark for mark in text if mark != "ـ" and not unicodedata.combining(mark))


def _chunks(word: str, bank: list[list[str]]) -> list[str]:
    """One chunk of about the word's length, or one for every six letters of a very long word."""
    if len(word) >= _VERY_LONG:
        return [_pick(word[start:], bank[1]) for start in range(0, len(word), 6)]
    return [_pick(word, bank[0 if len(word) <= _SHORT else 2 if len(word) >= _LONG else 1])]


def _pick(word: str, chunks: list[str]) -> str:
    # Python's own hash of a text changes from process to process.
    return chunks[int.from_bytes(blake2b(word.encode(), digest_size=4).digest()) % len(chunks)]


@cache
def _bank() -> dict:
    """The bank, from the system's temporary folder when some process has made it before.

    Named after this file's content, so that a changed recipe never meets an old bank. JSON rather than pickle:
    a pickle at a well-known name in a folder open to all would run whatever another user put there.
    """
    recipe = blake2b(Path(__file__).read_bytes(), digest_size=8).hexdigest()
    path = Path(tempfile.gettempdir()) / f"istami-standin-speech-{recipe}.json"
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        subprocess.run([sys.executable, __file__, str(path)], check=True, stdout=subprocess.DEVNULL)
    return json.loads(path.read_text())


def make(path: Path) -> None:
    """Speak, level and encode every word, and put the bank at ``path`` all at once."""
    import numpy as np

    espeak = _Espeak()
    before, after = np.zeros(int(BEFORE * RATE)), np.zeros(int(AFTER * RATE))
    bank = {
        "lead": _encode(np.zeros(int(0.05 * RATE))),  # 0.1 s with the codec's delay
        "words": [[_encode(_levelled([before, espeak.say(word), after])) for word in group.split()] for group in WORDS],
        "tail": _encode(np.zeros(int(0.15 * RATE))),
    }
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(json.dumps(bank))
    part.replace(path)


class _Espeak:
    """Just enough of espeak-ng's C interface to hear one word."""

    _SYNCHRONOUS, _UTF8, _WORDS_A_MINUTE = 2, 1, 1  # from espeak-ng's speak_lib.h

    def __init__(self):
        import espeakng_loader

        self._samples: list = []
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = str(espeakng_loader.get_data_path()).encode()
        self._rate = self._library.espeak_Initialize(self._SYNCHRONOUS, 0, data, 0)
        # Kept on self: the library calls it later, and Python would collect it.
        callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self._callback = callback(self._keep)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_SetParameter(self._WORDS_A_MINUTE, 330, 0)
        if self._rate <= 0 or self._library.espeak_SetVoiceByName(b"ar") != 0:
            raise RuntimeError("espeak-ng did not start with its Arabic voice; is espeakng-loader installed whole?")

    def say(self, word: str):
        """The word's samples at 24 kHz from -1 to 1, without the silence around it."""
        import numpy as np

        self._samples.clear()
        text = word.encode() + b"\0"
        self._library.espeak_Synth(text, ctypes.c_size_t(len(text)), 0, 0, 0, self._UTF8, None, None)
        heard = np.array(self._samples) / 32768
        loud = np.flatnonzero(np.abs(heard) > 0.01 * np.abs(heard).max())
        heard = heard[loud[0] : loud[-1] + 1]
        length = len(heard) / self._rate
        return np.interp(np.arange(int(length * RATE)) / RATE, np.arange(len(heard)) / self._rate, heard)

    def _keep(self, samples, count: int, _events) -> int:
        if samples:
            self._samples.extend(samples[:count])
        return 0  # go on


def _levelled(pieces: list):
    """The pieces joined, at the common loudness: a text sounds equally loud whatever its words."""
    import numpy as np
    import pyloudnorm

    chunk = np.concatenate(pieces)
    # Measured as it will be heard, encoded and in a row of words: one word is too short to measure.
    row = np.tile(np.concatenate([np.zeros(int(CODEC * RATE)), chunk]), 6)
    loudness = pyloudnorm.Meter(RATE).integrated_loudness(row)
    return np.clip(chunk * 10 ** ((LEVEL - loudness) / 20), -0.9, 0.9)


def _encode(samples) -> str:
    """Base64 of the samples as whole MP3 frames."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(5)
    frames = bytes(encoder.encode((samples * 32767).astype("<i2").tobytes()) + encoder.flush())
    if len(frames) % FRAME:
        raise RuntimeError(f"{len(frames)} bytes are not whole frames of {FRAME}; was the bit rate changed?")
    return base64.b64encode(frames).decode()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
