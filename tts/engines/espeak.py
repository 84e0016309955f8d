"""The embedded voice: espeak-ng, spoken in this process, with no network.

Text is diacritised (``tts.text.diacritics``), then spelt as it is heard (``tts.engines.spelling``), then spoken.
"""

import ctypes
import locale
import os
import re
import tempfile
import threading
import unicodedata
from importlib import metadata
from pathlib import Path

from tts.engines.base import PCM, Memory, voice_named
from tts.engines.spelling import has_arabic, spelt_as_heard
from tts.errors import EmptyAudio, EngineUnavailable, Rejected, TooLong
from tts.model import Voice
from tts.text.diacritics import MARKS, diacritize

REVISION = 1
"""To be raised with every change here, in ``spelling`` or in ``tts.text.diacritics`` that can be heard."""

SAMPLE_RATE = 22_050
"""Samples a second, the only rate espeak-ng has."""

ARABIC_RATE = 270
"""espeak-ng's setting, in words a minute as it counts them. It gives 150 Arabic words a minute (12 letters a second),
measured on news sentences; people read Arabic aloud at 138 ± 20 (Trauzettel-Klosinski and Dietz, IOVS 53:5452, 2012),
and newsreaders a little faster. The library's default, 175, would give 98."""

LATIN_RATE = 175
"""The same for text whose only letters are Latin, which it reads as English: there its count is right."""

FASTEST_CHARACTERS_A_SECOND = 100
"""It speaks 15 of them, and 40 to 75 of a letter or digit repeated 300 times; less sound has lost text."""


class EspeakEngine:
    """espeak-ng's Arabic. Thread-safe and fork-safe; equal texts give equal bytes; there is nothing to remember."""

    name = "espeak"
    voices: tuple[Voice, ...] = (
        Voice("ar", "ar", "espeak-ng, man's voice"),
        Voice("ar-female", "ar", "espeak-ng, woman's voice"),
        Voice("ar-deep", "ar", "espeak-ng, low man's voice"),
    )
    max_chars = 300
    reads_latin = False  # It reads them as English in the middle of Arabic, and far too fast.
    requests_a_second = 0
    concurrency = (
        2  # the library speaks one at a time; diacritising the next meanwhile saves 30 % of the wait (2 cores)
    )

    def __init__(self, memory: Memory | None = None):
        self.version = f"espeak-ng-{_library_version()}+text2tashkeel-{_package_version('text2tashkeel')}/{REVISION}"

    def synthesize(self, text: str, voice: Voice) -> PCM:
        """The sound of ``text``, about 400 times faster than it plays. Raises as the port says."""
        if len(text) > self.max_chars:
            raise TooLong(f"{len(text)} characters; espeak takes {self.max_chars}.")
        speakable = _speakable(text)
        characters = sum(map(str.isalnum, speakable))
        if not characters and any(map(str.isalnum, text)):
            raise Rejected("espeak's Arabic voice has no sounds for the letters of this text.")
        spoken = spelt_as_heard(diacritize(speakable))
        rate = LATIN_RATE if _LATIN.search(spoken) and not has_arabic(spoken) else ARABIC_RATE
        sound = PCM(_speak(spoken, _TIMBRES[voice_named(self, voice.name).name], rate), SAMPLE_RATE)
        seconds = len(sound.data) / 2 / SAMPLE_RATE
        if not any(sound.data) or seconds < characters / FASTEST_CHARACTERS_A_SECOND:
            raise EmptyAudio(f"espeak gave {seconds:.2f} s of sound for {characters} letters and digits.")
        return sound


def _speakable(text: str) -> str:
    """``text`` in the letters the library's Arabic knows; what else there is becomes a space.

    The library must see nothing else: on scripts it does not know it says «letter», and single characters overflow its
    buffers and end the process («⣯», U+28EF, in 1.52.0).
    """
    composed = unicodedata.normalize("NFKC", text).translate(_SAME_SOUND)
    joined = "".join(c for c in composed if c in MARKS or unicodedata.category(c) not in {"Cf", "Mn"})
    return _UNSPEAKABLE.sub(" ", joined)


_SAME_SOUND = str.maketrans("ڤٱکڭیێےھہەۀۆٹڈڑڕڵںچژ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "فاككيييههههوتدررلنجج01234567890123456789", "ـ")
_LATIN = re.compile("[A-Za-z]")
_UNSPEAKABLE = re.compile("[^!-~\u00a2-\u017f\u0621-\u063a\u0641-\u0652\u0670پگ،؛؟٪٫٬«»‘’“”–—…€]+")


# --- The library -----------------------------------------------------------------------------------------------------

_READ_AS_IT_STANDS = 1  # espeakCHARS_UTF8; without espeakSSML and espeakPHONEMES, «<» and «[[» are only characters
_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: no thread, no sound card
_DONT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT
_BUFFER_MS = 200
_DATA_FILES = ("phontab", "phonindex", "phondata", "intonations", "ar_dict")
_RATE, _POSITION_IN_CHARACTERS = 1, 1

# Our own voice files, because the library's Arabic stresses the third syllable from the end whatever it is: rule 6 is
# the heaviest of the last syllables, كِتَابٌ ki-TAA-bun. Pitch flutter, roughness and the trilled r depend on counters
# that nothing resets: without them, and with a fixed seed, equal texts give equal bytes.
_ARABIC = "name Arabic\nlanguage ar\nphonemes ar\nstressRule 6\nflutter 0\nroughness 0\nreplace 0 R *\n"
_WOMAN = "pitch 150 230\n" + "".join(f"formant {n} 115\n" for n in range(1, 6))
_LOW = "pitch 64 92\n" + "".join(f"formant {n} 94\n" for n in range(1, 6))
_TIMBRES = {"ar": _ARABIC, "ar-female": _ARABIC + _WOMAN, "ar-deep": _ARABIC + _LOW}

_Heard = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_chunks: list[bytes] = []


@_Heard  # referred to by this module for good: the library keeps only its address
def _hear(samples, count, events):
    if samples and count > 0:
        _chunks.append(ctypes.string_at(samples, 2 * count))
    return 0


# One library, one speaker at a time; and no fork while it speaks, so that a child inherits it whole. (Initialising it
# a second time, in a child or elsewhere, leaves dangling pointers inside: phonemes go wrong, later it crashes.)
_speaking = threading.Lock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_speaking.acquire, after_in_parent=_speaking.release, after_in_child=_speaking.release)
_library: ctypes.CDLL | None = None
_timbre = ""
_broken = ""


def _speak(text: str, timbre: str, rate: int) -> bytes:
    """The samples of ``text``, signed 16-bit little-endian."""
    encoded = text.encode() + b"\0"
    with _speaking:
        library = _initialised()
        _set_timbre(library, timbre)
        library.espeak_SetParameter(_RATE, rate, 0)
        library.espeak_ng_SetRandSeed(ctypes.c_long(1))
        _chunks.clear()
        status = library.espeak_Synth(
            encoded, ctypes.c_size_t(len(encoded)), 0, _POSITION_IN_CHARACTERS, 0, _READ_AS_IT_STANDS, None, None
        )
        sound = b"".join(_chunks)
        _chunks.clear()
    if status:
        raise EngineUnavailable(f"espeak-ng failed with status {status}.")
    return sound


def _initialised() -> ctypes.CDLL:
    """The library, ready to speak; initialised by the first to speak (2 ms)."""
    global _library, _broken
    if _broken:
        raise EngineUnavailable(_broken)
    if _library is not None:
        return _library
    library, data = _loaded()
    missing = [name for name in _DATA_FILES if not (data / name).is_file()]
    if missing:
        raise EngineUnavailable(f"espeak-ng's data lacks {', '.join(missing)} in {data}. {_MEND}")
    before = locale.setlocale(locale.LC_CTYPE)
    rate = library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, os.fsencode(data), _DONT_EXIT)
    locale.setlocale(locale.LC_CTYPE, before)  # which the library changes for the whole process
    if rate != SAMPLE_RATE:
        _broken = f"espeak-ng cannot read its data in {data} (is the path over 150 characters?). {_MEND}"
        raise EngineUnavailable(_broken)
    library.espeak_SetSynthCallback(_hear)
    _library = library
    return library


def _set_timbre(library: ctypes.CDLL, timbre: str) -> None:
    global _timbre
    if timbre == _timbre:
        return
    with tempfile.TemporaryFile() as file:
        file.write(timbre.encode())
        file.seek(0)
        # By descriptor, because the library takes only short paths in lower case.
        if library.espeak_ng_SetVoiceByFile(f"/dev/fd/{file.fileno()}".encode()):
            raise EngineUnavailable("espeak-ng cannot read its voice through /dev/fd; is /proc mounted?")
    _timbre = timbre


_MEND = "Mend it with: pip install --force-reinstall espeakng-loader"


def _loaded() -> tuple[ctypes.CDLL, Path]:
    """The library, not yet initialised, and its data."""
    try:
        import espeakng_loader

        return ctypes.CDLL(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path())
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineUnavailable(f"espeak-ng cannot be loaded: {error}. {_MEND}") from error


def _library_version() -> str:
    try:
        library, _ = _loaded()
    except EngineUnavailable:
        return "missing"
    library.espeak_Info.restype = ctypes.c_char_p
    return library.espeak_Info(None).decode()


def _package_version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"
