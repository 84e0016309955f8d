"""Sentences with all their vowels, held out: nothing may be trained on them or tuned to them, they only measure.

News in Modern Standard Arabic, written for this project, every letter marked as a grammar has it: case endings, no
mark on long vowels, on the joined alef and on the article's lam before a sun letter, no dagger alef.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from tts.text.diacritics import MARKS, SUKUN

FILE = Path(__file__).parent / "diacritised.tsv"

_UNTOLD = {SUKUN, "\u0670"}
"""Marks that are as good as none."""

Letter = tuple[str, frozenset[str]]
"""A letter and its marks."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the held set."""

    marked: str
    topic: str


def sentences() -> list[Sentence]:
    """The held set, in its order."""
    return [Sentence(*line.split("\t")) for line in FILE.read_text(encoding="utf-8").splitlines()]


def bare(text: str) -> str:
    """A text without its marks.

    >>> bare("ذَهَبَ")
    'ذهب'
    """
    return "".join(c for c in text if c not in MARKS)


@dataclass(frozen=True, slots=True)
class Tally:
    """Letters that were judged, and those that differ."""

    letters: int = 0
    wrong: int = 0
    """Whose marks differ."""
    endings: int = 0
    """Last letters of words, among ``letters``."""
    wrong_endings: int = 0
    changed: int = 0
    """Letters that became others."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Tally)))

    @property
    def error_rate(self) -> float:
        """Diacritic error rate: the share of letters whose marks differ."""
        return self.wrong / self.letters

    @property
    def inner_error_rate(self) -> float:
        """The same without the last letter of each word."""
        return (self.wrong - self.wrong_endings) / (self.letters - self.endings)


def compared(marked: str, right: str) -> Tally:
    """The marks of one text against the right ones.

    Marks are sets: their order does not count. A sukun counts as no mark and a dagger alef neither, since good writers
    leave both out. Raises ``ValueError`` when there are not the same words of as many letters.

    >>> compared("ذَهَبُ", "ذَهَبَ")
    Tally(letters=3, wrong=1, endings=1, wrong_endings=1, changed=0)
    """
    pairs = [
        (mine, theirs, theirs is other[-1])
        for word, other in zip(_words(marked), _words(right), strict=True)
        for mine, theirs in zip(word, other, strict=True)
    ]
    return Tally(
        letters=len(pairs),
        wrong=sum(mine[1] != theirs[1] for mine, theirs, _ in pairs),
        endings=sum(is_last for _, _, is_last in pairs),
        wrong_endings=sum(mine[1] != theirs[1] and is_last for mine, theirs, is_last in pairs),
        changed=sum(mine[0] != theirs[0] for mine, theirs, _ in pairs),
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return sum(tallies, Tally())


def _words(text: str) -> Iterator[list[Letter]]:
    """Each run of Arabic letters, each letter with its marks."""
    word: list[Letter] = []
    for char in text:
        if "\u0620" <= char <= "\u06d3" and char.isalpha():
            word.append((char, frozenset()))
        elif char in MARKS and word:
            letter, marks = word[-1]
            word[-1] = (letter, marks | {char} - _UNTOLD)
        elif word:
            yield word
            word = []
    if word:
        yield word
