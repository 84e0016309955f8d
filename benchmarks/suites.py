"""Other projects' tests of Arabic numbers and dates, read from files that the operator has: none is copied here."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.gold import fold

Read = Callable[[str], str]

NEMO = "github.com/NVIDIA/NeMo-text-processing: tests/nemo_text_processing/ar/.../test_cases_cardinal.txt"
ARPHP = "github.com/khaled-alshamaa/ar-php: tests/ArabicTest.php"
MOMENT = "github.com/moment/moment: src/locale/ar-ma.js"
RECOGNIZERS = "github.com/microsoft/Recognizers-Text: the checkout, or any folder with its Specs"

_SCALE_TANWIN = re.compile(r"\b(الف|مليون|مليار)ا\b")
_ARPHP_LINE = re.compile(
    r"setNumber(?P<setting>Feminine|Format|Order)\((?P<value>\d)\)"
    r"|\$expected\[\] = '(?P<expected>[^']*)'"
    r"|int2str\('?(?P<figures>\d+)'?\)"
    r"|(?P<other>new \\ArPHP)"
)
_MOMENT_MONTHS = re.compile(r"months:\s*'([^']+)'")


@dataclass(frozen=True, slots=True)
class Result:
    """How a reader did in one suite."""

    suite: str
    total: int
    wrong: tuple[str, ...]
    """The lines it got wrong, with what it made of them."""


def nemo(text: str) -> list[tuple[str, str]]:
    """Cardinals and their words, lines as ``5~خمسة``."""
    return [tuple(line.split("~", 1)) for line in text.splitlines() if "~" in line]  # type: ignore[misc]


def arphp(text: str) -> list[tuple[str, str]]:
    """The integers ar-php says as cardinals in the masculine nominative, and its words."""
    plain = {"Feminine": "1", "Format": "1", "Order": "1"}
    settings, expected, cases = dict(plain), "", []
    for match in _ARPHP_LINE.finditer(text):
        if match["setting"]:
            settings[match["setting"]] = match["value"]
        elif match["other"]:
            settings = dict(plain)
        elif match["figures"] is None:
            expected = match["expected"]
        elif settings == plain:
            cases.append((match["figures"], expected))
    return cases


def moment(text: str) -> list[tuple[str, str]]:
    """A day of each of Morocco's months, by name and in figures, and its words."""
    months = _MOMENT_MONTHS.search(text)
    cases = []
    for number, month in enumerate(months[1].split("_") if months else (), 1):
        words = f"الخامس من {month} ألفين وخمسة وعشرين"
        cases += [(f"5 {month} 2025", words), (f"05-{number:02}-2025", words)]
    return cases


def recognizers(folder: Path) -> list[str]:
    """The inputs with figures of the Arabic specifications of numbers, dates and times, each once."""
    inputs: set[str] = set()
    for kind in ("DateTime", "Number"):
        for path in folder.rglob(f"{kind}/Arabic/*.json"):
            inputs.update(case["Input"] for case in json.loads(path.read_text(encoding="utf-8-sig")))
    return sorted(text for text in inputs if _has_digit(text))


def judged(suite: str, cases: list[tuple[str, str]], read: Read) -> Result:
    """Whether each is read with those words, whatever the spelling and the tanwin of ألفا, مليونا, مليارا."""
    said = [(figures, read(figures), words) for figures, words in cases]
    return Result(suite, len(cases), tuple(f"{a} «{b}», not «{c}»" for a, b, c in said if _same(b) != _same(c)))


def judged_without_digits(suite: str, inputs: list[str], read: Read) -> Result:
    """Whether each is read without a crash, and no digit of any script is left."""

    def mishaps() -> Iterator[str]:
        for text in inputs:
            try:
                spoken = read(text)
            except Exception as error:  # noqa: BLE001 - a crash is what is looked for
                yield f"{text}: {type(error).__name__}: {error}"
                continue
            if _has_digit(spoken):
                yield f"{text} «{spoken}»"

    return Result(suite, len(inputs), tuple(mishaps()))


def _same(words: str) -> str:
    return _SCALE_TANWIN.sub(r"\1", fold(words))


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)
