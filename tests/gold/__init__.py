"""Sentences and how they are said: the measure of the Arabic front end, and the one comparison that judges it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent

_SAME = str.maketrans("أإآٱىؤئ", "اااايوي")
_HUNDRED = re.compile("ما?ي(?=[ةت])")
_SPACED_HUNDRED = re.compile(r"(ثلاث|اربع|خمس|ست|سبع|ثمان|ثماني|تسع) (?=مية)")


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence of the gold set."""

    sentence: str
    """As an article has it."""
    accepted: tuple[str, ...]
    """How it may be read; the first is the house style."""
    family: str
    """What it is a case of: the name of its file."""
    source: str
    """The grammar topic, style guide or usage the reading comes from."""


def families() -> Iterator[tuple[str, list[Case]]]:
    """Every family with its cases, by name."""
    for path in sorted(FOLDER.glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = (line.split("\t") for line in lines)
        yield path.stem, [Case(row[0], tuple(row[1].split("|")), row[2], row[3]) for row in rows]


def fold(text: str) -> str:
    """A text without what two correct spellings may differ in: vowel marks, hamza seats, مئة, punctuation, spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFC", text) if not unicodedata.combining(c) and c != "ـ")
    bare = _HUNDRED.sub("مي", bare.translate(_SAME))
    words = " ".join(re.findall(r"\w+", bare))
    return re.sub(r"(?<!\w)([وفبلك]?ثمان)ي(?!\w)", r"\1", _SPACED_HUNDRED.sub(r"\1", words))


def is_right(spoken: str, case: Case) -> bool:
    """Whether a reading is one of the accepted."""
    return fold(spoken) in {fold(form) for form in case.accepted}
