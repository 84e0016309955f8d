"""Tashkeel: writes the short vowels that Arabic newspapers leave out.

``diacritize("ذهب الولد")`` → ``ذَهَبَ الْوَلَدُ``. Letters are never changed, added or removed; what the author has
marked stays as marked. A voice that reads letter by letter (espeak-ng) needs this; one that knows Arabic does not.

The reading comes from the ``rawi-ensemble`` model inside the wheel of text2tashkeel: a character BiLSTM, 4.9 MB.
Against the hand-marked WikiNews set (16,000 words of news) it errs on 2.3 % of the letters inside words and on
10.5 % of the case endings, when it is read the way this module reads it (measured with version 0.1.0).
"""

import json
import os
import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources

from tts.errors import EngineUnavailable

MARKS = frozenset("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670")
"""Tashkeel: fathatan to sukun, and the dagger alef. Hamza and madda above a letter count as part of the letter."""

PIECE_CHARS = 300
"""Most characters shown to the model at once, so that time and memory stay linear. Without cuts (passages of 800
characters) the first figure above would be 2.2 %."""

FATHATAN, DAMMATAN, KASRATAN, FATHA, DAMMA, KASRA, SHADDA, SUKUN = map(chr, range(0x64B, 0x653))
TANWIN = frozenset((FATHATAN, DAMMATAN, KASRATAN))
VOWELS = frozenset((FATHA, DAMMA, KASRA))

_FORMS = "\ufb50-\ufbb1\ufbd3-\ufbff\ufe80-\ufefc"  # presentation forms of single letters, and the lam-alefs
_LETTERS = (
    f"\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f{_FORMS}"
)
_CLINGING = (  # what may stand between a letter and the next without ending the word: signs, tatweel, bidi controls
    "\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
)
_LETTER = re.compile(f"([{_LETTERS}])([{_CLINGING}]*)")
_WORD = re.compile(f"(?:[{_LETTERS}][{_CLINGING}]*)+")
_MARK_RUN = re.compile(f"[{''.join(sorted(MARKS))}]{{2,}}")
_PIECE = re.compile(  # all the rest, else as far as a sentence ends, a word ends, or the limit falls
    r".{1,N}\Z|.{1,N}(?<=[.!?؟؛])(?= )|.{1,N}(?<= )|.{1,N}".replace("N", str(PIECE_CHARS)), re.DOTALL
)

Marks = str
"""The tashkeel of one letter, the shadda first; empty when it has none."""


def diacritize(text: str) -> str:
    """``text`` with its vowels written in.

    Without the marks of ``MARKS``, the result and ``text`` are equal, character for character, whatever is in it. A
    letter the author has marked keeps exactly its marks (a lone shadda receives its vowel); a word marked throughout
    is left alone. Within one letter the shadda is put before the vowel, the author's own included, because espeak-ng
    loses the vowel otherwise; so the result must not be NFC-normalised any more. Running it again changes nothing.

    Raises ``EngineUnavailable`` when the model cannot be loaded, and nothing else.
    """
    words = [_Word(match) for match in _WORD.finditer(text)]
    unfinished = [word for word in words if not word.is_complete]
    if unfinished:
        predicted = _predicted(text)
        for word in unfinished:
            word.complete([predicted[i] for i in word.positions])
    return shadda_first("".join(_woven(text, words)))


def shadda_first(text: str) -> str:
    """``text`` with each letter's shadda before its other marks; Unicode's canonical order has it after the vowels."""
    return _MARK_RUN.sub(lambda run: "".join(sorted(run[0], key=lambda mark: mark != SHADDA)), text)


def _woven(text: str, words: Iterable["_Word"]) -> Iterable[str]:
    """The pieces of ``text``, with ``words`` in their places."""
    end = 0
    for word in words:
        yield text[end : word.start]
        yield str(word)
        end = word.end
    yield text[end:]


class _Word:
    """One Arabic word: its letters, and what clings to each."""

    def __init__(self, match: re.Match[str]):
        self.start, self.end = match.span()
        units = list(_LETTER.finditer(match[0]))
        self.positions = [self.start + unit.start() for unit in units]
        self.letters = "".join(unit[1] for unit in units)
        self.tails = [unit[2] for unit in units]
        self.own: list[Marks] = ["".join(c for c in tail if c in MARKS or c == "\u06e1") for tail in self.tails]

    def __str__(self) -> str:
        return "".join(letter + tail for letter, tail in zip(self.letters, self.tails, strict=True))

    @property
    def is_complete(self) -> bool:
        """Whether the author has marked all that is customary: «مُحَمَّد» is complete, «مؤتمرًا» and «خُصصت» are not.

        Nobody marks alefs, long vowels or the article's lam, and few the last letter. One mark alone («كُل») is a
        hint about a word, not a spelling of it. A single letter is read by its name («د. أحمد»), but for the particles.
        """
        if len(self.letters) == 1:
            return bool(self.own[0]) or self.letters not in "وفبكل"
        return sum(map(bool, self.own)) > 1 and all(marks or self._needs_none(i) for i, marks in enumerate(self.own))

    def _needs_none(self, i: int) -> bool:
        if i == len(self.letters) - 1 or self.letters[i] in "اآىٱ":
            return True
        if self.letters[i] == "ل":
            return i > 0 and (self.letters[i - 1] in "اٱ" or SHADDA in self.own[i + 1])
        return i > 0 and self.letters[i] in "وي"

    def complete(self, predicted: Sequence[Marks]) -> None:
        """Give every unmarked letter the mark that agrees with its spelling and with the author's marks."""
        model = _without_second_tanwin(self.own, _passive(self.letters, self.own, _seated(self.letters, predicted)))
        marks = [_joined(own, other) for own, other in zip(self.own, model, strict=True)]
        for i, added in enumerate(_without_sukun_before_shadda(self.own, marks)):
            own, tail = self.own[i], self.tails[i]
            if not own:
                self.tails[i] = added + tail
            elif own == SHADDA:
                self.tails[i] = tail.replace(SHADDA, added)


def _seated(letters: str, predicted: Sequence[Marks]) -> list[Marks]:
    """«ان» can be أَنَّ or إِنَّ to the model, which sees no hamza; the author's letter decides: أ no kasra, إ only kasra."""
    seated = list(predicted)
    for i, letter in enumerate(letters):
        last = i == len(letters) - 1
        if letter == "آ":
            seated[i] = ""
        elif letter == "إ":
            seated[i] = KASRA
        elif letter == "أ" and ((seated[i] == KASRA and not last) or (not seated[i] and i == 0)):
            seated[i] = FATHA
    return seated


def _passive(letters: str, own: Sequence[Marks], model: list[Marks]) -> list[Marks]:
    """«خُصصت» with the author's damma where the model read خَصَّصَت is the passive خُصِّصَت; «يُطلب» is يُطْلَبُ, not يَطْلُبُ.

    Of 88 such words in WikiNews this leaves 31 % misread, against 50 % without it. Words with an alef are left
    alone: they are mostly nouns (أُمَنَاء).
    """
    last = len(letters) - 1
    if last < 2 or own[0] != DAMMA or model[0] != FATHA:
        return model
    model = list(model)
    if letters[0] in "يتن" and model[1] == SUKUN:
        theme = [i for i in range(2, last) if KASRA in model[i] or DAMMA in model[i]]
        if theme:
            model[theme[-1]] = model[theme[-1]].replace(KASRA, FATHA).replace(DAMMA, FATHA)
    elif "ا" not in letters and (letters[-1] == "ت" or model[-1] == FATHA):
        root_end = last - (letters[-1] == "ت")
        theme = [i for i in range(1, root_end) if FATHA in model[i]]
        if theme:
            model[theme[-1]] = model[theme[-1]].replace(FATHA, KASRA)
    return model


def _without_second_tanwin(own: Sequence[Marks], model: list[Marks]) -> list[Marks]:
    """A word has one tanwin: beside the author's «مؤتمراً» the model's مُؤْتَمَرًا gives مُؤْتَمَراً."""
    if not any(TANWIN.intersection(marks) for marks in own):
        return model
    return [marks.replace(FATHATAN, FATHA).replace(DAMMATAN, "").replace(KASRATAN, "") for marks in model]


def _joined(own: Marks, model: Marks) -> Marks:
    """The author's marks, else the model's; a lone shadda is given the model's vowel: خُصّصت → خُصِّصَت."""
    if own == SHADDA:
        return SHADDA + model.replace(SHADDA, "").replace(SUKUN, "")
    return own or model


def _without_sukun_before_shadda(own: Sequence[Marks], marks: Sequence[Marks]) -> list[Marks]:
    """Three consonants cannot meet: the author's «تعلّم» makes the model's تَعْلَم into تَعَلَّم."""
    following = [*marks[1:], ""]
    return [
        FATHA if not mine and here == SUKUN and SHADDA in after else here
        for mine, here, after in zip(own, marks, following, strict=True)
    ]


def _predicted(text: str) -> list[Marks]:
    """What the model would write after each character of ``text``, the author's marks unseen."""
    shown = [_shown(char) for char in text]
    pieces = _PIECE.findall("".join(shown))
    heard = (marks for piece in pieces for marks in _model().marks(piece))
    # A ligature shows the model several letters; a mark on one of them would be heard on another.
    return [marks[0] if len(marks) == 1 else "" for marks in ([next(heard) for _ in chars] for chars in shown)]


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    """How the model is shown one character: as it was trained, in bare letters, without hamza, marks or symbols."""
    if char.isspace():
        return " "
    is_presentation_form = "\ufb50" <= char <= "\ufefc"
    letters = unicodedata.normalize("NFKD", char) if is_presentation_form else unicodedata.normalize("NFD", char)
    bare = (c for c in letters if unicodedata.category(c) not in {"Mn", "So", "Cf"})
    return "".join(bare).translate(_SAME_LETTER)


_SAME_LETTER = str.maketrans("ٱکیھہە", "اكيههه", "ـ")


class _Model:
    """The onnxruntime session and its vocabulary."""

    def __init__(self) -> None:
        import numpy
        import onnxruntime

        folder = resources.files("text2tashkeel") / "models"
        vocabulary = json.loads((folder / "rawi_v2.vocab.json").read_text(encoding="utf-8"))
        self._ids: dict[str, int] = vocabulary["char_to_idx"]
        self._marks = {number: _tidy(marks) for marks, number in vocabulary["diac_to_idx"].items()}
        self._array = numpy.array
        # The package's own wrapper takes its thread count from the environment alone and composes its answer to NFC,
        # so its model is run here directly. By default onnxruntime keeps a spinning thread on every core: on two cores
        # that cost 95 to 170 µs of CPU a character against 53 to 65, and saved no time once the machine was busy.
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            (folder / "rawi_ensemble.int8.onnx").read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def marks(self, piece: str) -> list[Marks]:
        """One answer for each character of ``piece``, which must not be empty."""
        unknown = self._ids["<UNK>"]
        ids = self._array([[self._ids.get(char, unknown) for char in piece]], dtype="int64")
        return [self._marks[int(number)] for number in self._session.run(["gated_cls"], {"input": ids})[0][0]]


def _tidy(marks: str) -> Marks:
    """One of the model's classes as one letter can bear it: at most a shadda, one vowel, and a dagger alef."""
    shadda = SHADDA if SHADDA in marks else ""
    vowels = [mark for mark in marks if mark in VOWELS or mark in TANWIN or (mark == SUKUN and not shadda)]
    return shadda + "".join(vowels[:1]) + ("\u0670" if "\u0670" in marks else "")


_models: dict[int, _Model] = {}
_loading = threading.Lock()
if hasattr(os, "register_at_fork"):  # a child must not inherit a lock that a thread it does not have holds
    os.register_at_fork(before=_loading.acquire, after_in_parent=_loading.release, after_in_child=_loading.release)


def _model() -> _Model:
    """This process's model, loaded when first needed (0.1 s). A forked child loads its own: sessions do not fork."""
    pid = os.getpid()
    if pid not in _models:
        with _loading:
            if pid not in _models:
                _models[pid] = _load()
    return _models[pid]


def _load() -> _Model:
    try:
        return _Model()
    except Exception as error:  # noqa: BLE001 - onnxruntime's own errors have no common base
        raise EngineUnavailable(
            f"The diacritics model cannot be loaded ({type(error).__name__}: {error}). "
            "Mend it with: pip install --force-reinstall text2tashkeel onnxruntime"
        ) from error
