"""What should be heard and what espeak-ng says, in one alphabet: espeak-ng's own names of Arabic phonemes.

What should be heard comes from fully marked text, as a newsreader speaks Modern Standard Arabic, by this map:

    ب b  ت t  ث T  ج dZ ح H  خ X  د d  ذ D  ر r  ز z  س s  ش S  ص s[ ض dH ط t[ ظ Z  ع A  غ Q
    ف f  ق q  ك k  ل l  م m  ن n  ه h  و w  ي j  ء أ إ ؤ ئ ?  ة t  fatha a  kasra i  damma u
    آ ?a:  fatha with ا or ى a:  kasra with a bare ي i:  damma with a bare و u:  tanwin an, in, un  shadda twice

* A bare lam before a letter with shadda is not heard: الشَّمْسُ aSSamsu.
* A joined alef is heard after a pause only: ?a in the article, ?u where a damma follows, else ?i. In mid-phrase the
  long vowel before it is short, and a consonant before it receives an i: عَنِيفٌ الْ… Aani:funil….
* Before a pause (. ، ؛ : ! ؟ … and the end) short endings are not heard, كِتَابًا ends in a:, ـِيّ in i:, ـَة in a,
  ـَاة in a:h.
* The long a that spelling leaves out is heard in هذا، هذه، هؤلاء، ذلك، لكن، أولئك، الله.

Espeak-ng's variants are folded: emphatic vowels are vowels, a long consonant is two, R is r, x is X, gH is Q, and
stress and pauses are dropped. iyy and uww count as i:j and u:w, on both sides.
"""

import ctypes
import re
from collections.abc import Iterable, Sequence

from tts.text.diacritics import (
    DAMMA,
    DAMMATAN,
    FATHA,
    FATHATAN,
    KASRA,
    KASRATAN,
    SHADDA,
    SUKUN,
    TANWIN,
    VOWELS,
    shadda_first,
)

_MAP = """
ب b  ت t  ث T  ج dZ ح H  خ X  د d  ذ D  ر r  ز z  س s  ش S  ص s[ ض dH ط t[ ظ Z  ع A  غ Q
ف f  ق q  ك k  ل l  م m  ن n  ه h  و w  ي j  ة t  ء ?  أ ?  إ ?  ؤ ?  ئ ?
"""
_NAMES = dict(zip(_MAP.split()[::2], _MAP.split()[1::2], strict=True))
_SHORT = {FATHA: "a", KASRA: "i", DAMMA: "u", FATHATAN: "a", KASRATAN: "i", DAMMATAN: "u"}
_GLIDES = {"ي": (KASRA, "i:"), "و": (DAMMA, "u:")}
_SHORTENED = {"a:": "a", "i:": "i", "u:": "u"}

_UNWRITTEN_A = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (f"(?<=ه{FATHA})(?=ذ{FATHA}|ذ{KASRA}|ؤ{DAMMA})", "ا"),
        (f"(?<=ذ{FATHA})(?=ل{KASRA}ك)", "ا"),
        (f"(?<=ل{FATHA})(?=ك{KASRA}ن)", "ا"),
        (f"(?<=ل{FATHA})(?=ئ{KASRA}ك)", "ا"),
        (f"(?<=ل{SHADDA}{FATHA})(?=ه[{FATHA}{KASRA}{DAMMA}]?$)", "ا"),
    )
)
_ALEF_AFTER_PARTICLE = re.compile(f"^([وفكأ]{FATHA})ا(?=ل(?:{SUKUN}|\\w|{KASRA}ا)|[^وي]{SUKUN}|[تد]{SHADDA})")
_ARTICLE = re.compile(f"ال(?!{SUKUN}ت{FATHA})")
_UNIT = re.compile("([\u0621-\u064a])([\u064b-\u0652]*)")
_WORD = re.compile("[\u0621-\u0652]+")
_PAUSE = re.compile("[.،؛:!?؟,;…]")

Phonemes = list[str]


def reference(marked: str) -> Phonemes:
    """What should be heard of a fully marked text.

    >>> " ".join(reference("فِي الْمَدْرَسَةِ."))
    'f i l m a d r a s a'
    """
    heard: Phonemes = []
    for phrase in _PAUSE.split(shadda_first(marked)):
        words = _WORD.findall(phrase)
        said: Phonemes = []
        for place, word in enumerate(words):
            for pattern, alef in _UNWRITTEN_A:
                word = pattern.sub(alef, word)
            units = _UNIT.findall(_ALEF_AFTER_PARTICLE.sub(r"\1", word))
            if units[0] == ("ا", ""):
                _join(said, word, units)
                units = units[1:]
            said += _pausal(units) if place == len(words) - 1 else _sounds(units)
        heard += said
    return _folded(heard)


def _join(said: Phonemes, word: str, units: Sequence[tuple[str, str]]) -> None:
    """Says a joined alef, or ends what was said before it."""
    if not said:
        is_damma = len(units) > 2 and DAMMA in units[2][1]
        said += ["?", "a" if _ARTICLE.match(word) else "u" if is_damma else "i"]
    elif said[-1] in _SHORTENED:
        said[-1] = _SHORTENED[said[-1]]
    elif said[-1] not in "aiu":
        said.append("i")


def _sounds(units: Sequence[tuple[str, str]]) -> Phonemes:
    """One word within a phrase."""
    said: Phonemes = []
    before = ""
    for letter, marks in units:
        if letter == "آ":
            said += ["?", "a:"]
        elif letter in "اى":
            if FATHA in before:
                said[-1] = "a:"
        elif letter in _GLIDES and not marks and _GLIDES[letter][0] in before:
            said[-1] = _GLIDES[letter][1]
        elif letter != "ل" or marks:
            said += [_NAMES[letter]] * (2 if SHADDA in marks else 1)
            said += [_SHORT[mark] for mark in marks if mark in _SHORT]
            said += ["n"] if TANWIN.intersection(marks) else []
        before = marks
    return said


def _pausal(units: Sequence[tuple[str, str]]) -> Phonemes:
    """One word before a pause."""
    *rest, (letter, marks) = units
    before = rest[-1][1] if rest else ""
    if letter in "اى" and FATHATAN in before:
        return _sounds([*rest[:-1], (rest[-1][0], before.replace(FATHATAN, FATHA)), ("ا", "")])
    if letter == "ة":
        return _sounds(rest) + (["h"] if rest and rest[-1][0] == "ا" else [])
    if FATHATAN in marks:
        return _sounds([*rest, (letter, marks.replace(FATHATAN, FATHA)), ("ا", "")])
    if letter in _GLIDES and _GLIDES[letter][0] in before:
        return _sounds([*rest, (letter, "")])
    return _sounds([*rest, (letter, "".join(mark for mark in marks if mark not in VOWELS | TANWIN) or SUKUN)])


def _folded(phonemes: Iterable[str]) -> Phonemes:
    """The same without variants of one sound."""
    same: Phonemes = []
    for phoneme in phonemes:
        if same[-2:] == ["i", "j"] and phoneme == "j":
            same[-2] = "i:"
        elif same[-2:] == ["u", "w"] and phoneme == "w":
            same[-2] = "u:"
        else:
            same.append(phoneme)
    return same


def edits(heard: Sequence[str], wanted: Sequence[str]) -> int:
    """The fewest phonemes to insert, leave out or exchange (Levenshtein's distance).

    >>> edits("kitab", "kutub")
    2
    """
    row = list(range(len(wanted) + 1))
    for count, phoneme in enumerate(heard, 1):
        diagonal, row[0] = row[0], count
        for place, other in enumerate(wanted, 1):
            diagonal, row[place] = row[place], min(diagonal + (phoneme != other), row[place] + 1, row[place - 1] + 1)
    return row[-1]


class Espeak:
    """espeak-ng's stock Arabic voice, asked for phonemes instead of sound. One to a process: it is one library."""

    _SYNCHRONOUS, _UTF8, _SEPARATED = 2, 1, ord("_") << 8  # from espeak-ng's speak_lib.h
    _FOLDED = {"R": "r", "x": "X", "gH": "Q"}

    def __init__(self) -> None:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        rate = library.espeak_Initialize(self._SYNCHRONOUS, 0, str(espeakng_loader.get_data_path()).encode(), 0)
        if rate <= 0 or library.espeak_SetVoiceByName(b"ar"):
            raise RuntimeError("espeak-ng did not start with its Arabic voice; is espeakng-loader installed whole?")
        self._read = library.espeak_TextToPhonemes
        self._read.restype = ctypes.c_char_p

    def phonemes(self, text: str) -> Phonemes:
        """What it says for a text, pauses and stress left out."""
        rest, clauses = ctypes.c_char_p(text.encode()), []
        while rest.value is not None:
            clauses.append(self._read(ctypes.byref(rest), self._UTF8, self._SEPARATED).decode())
        names = (re.sub("[',%.;|-]", "", name) for name in re.split(r"[_\s]+", " ".join(clauses)))
        return _folded(phoneme for name in names for phoneme in self._plain(name))

    def _plain(self, name: str) -> Phonemes:
        consonant = name.rstrip(":")
        if not consonant or consonant in "aiu":
            return [name] if consonant else []
        return [self._FOLDED.get(consonant, consonant)] * (2 if consonant != name else 1)
