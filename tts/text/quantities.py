"""What percentages, amounts of money and measures have in common: how figures are found, and put in their place.

The noun a number counts is put in agreement with it here when the author, or a short form spelt out, has it otherwise:
``5 درهم`` becomes ``5 دراهم``. The figures stay: ``numbers`` reads them in agreement with the noun.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tts.text.context import attached, case_of, is_definite
from tts.text.grammar import OBLIQUE, Case, Measure, counted, dual
from tts.text.nouns import Gender
from tts.text.numerals import CLITIC, NUMBER, START, Numeral, parse

SIGNED = r"(?:(?<![^\s(\[«وفبلك])(?P<signed>[-−+±]))?"
"""A sign that belongs to the number after it: before it is a space, a bracket, a clitic or nothing."""

FIGURES = rf"{START}{CLITIC}{SIGNED}(?P<number>{NUMBER})"
"""A number with its sign and what is written together with it."""

ONE_OR_TWO = rf"(?<![0-9] ){START}{CLITIC}{SIGNED}(?P<number>[12])"
"""The same for 1 and 2 alone."""

SIGNS = {"-": "ناقص ", "−": "ناقص ", "+": "زائد ", "±": "زائد أو ناقص "}
"""How the signs are said."""

SCALES = ("ألف", "ألفا", "ألفي", "آلاف", "مليون", "مليونا", "مليوني", "ملايين") + (
    "مليار", "مليارا", "ملياري", "ملايير", "مليارات", "بليون", "تريليون", "تريليونات",
)  # fmt: skip
"""Words for thousand, million and more, as they stand between figures and what these count."""

FEW_SCALES = {"ألف": "آلاف", "مليون": "ملايين", "مليار": "مليارات", "تريليون": "تريليونات"}
"""Scale words, and what they are after 3 to 10."""

AFTER_SCALE = "(?:" + "|".join(f"(?<={word})" for word in SCALES) + ")"
"""A place right after a scale word."""

HOMOGRAPHS = frozenset({"قدم", "سنت"})
"""Nouns that are verbs too: not to be trusted after what may be a date or a label."""
_DATE_OR_LABEL = re.compile(r"(?<!\w)(?:يوم|سنة|عام|في|منذ|بتاريخ|موسم|رقم|المادة|الفصل) ?[0-9]+ ?$")

UNCLEAR_PLURALS = frozenset({"عقد", "فلوس", "أجزاء"})
"""Plurals that belong to other nouns as well: not to be corrected."""

VOWELS = "اويى"
"""Last letters of foreign names that take no ending of the dual: أورو، بيزو."""

LONGEST_NUMBER = 40
"""Characters of a number that are looked back at."""

_BEFORE = re.compile(rf"(?<![0-9A-Za-z_.,:/٫٬]){NUMBER}$")
_BELOW_ZERO = re.compile(r"(?: \w{1,15}){0,2} تحت الصفر")
_ONE_ALEF = str.maketrans("أإآ", "ااا", "ً")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The nouns and adjectives by which a family counts."""

    nouns: Mapping[str, Measure]
    """Every form of each noun, folded, and the bare noun."""
    adjectives: Mapping[str, str]
    """Every singular form of each adjective, folded, and its masculine: of ``سعودية``, ``سعودي``."""

    def noun(self, written: str) -> Measure | None:
        """The noun a written form belongs to.

        >>> vocabulary([Measure("درهم", "دراهم")]).noun("درهمًا").plural
        'دراهم'
        """
        return self.nouns.get(fold(written))

    def noun_and_adjective(self) -> str:
        """The pattern of a noun, perhaps with an adjective."""
        adjectives = one_of(self.adjectives).replace("ا", "[اأإآ]")
        tail = rf"(?: (?P<adjective>{adjectives}))?" if adjectives else "(?P<adjective>(?!))?"
        return rf"(?P<noun>[ء-غف-يّ]{{2,14}}(?:ًا?)?){tail}(?![\w\u064b-\u0652])"

    def measure(self, match: re.Match[str]) -> Measure | None:
        """What ``noun_and_adjective`` found, in the author's spelling of the adjective."""
        noun = self.noun(match["noun"])
        if noun is None or not match["adjective"]:
            return noun
        known = self.adjectives[fold(match["adjective"])]
        written = match["adjective"].replace("ً", "")[: len(known)]
        return replace(noun, adjective=written)


def fold(word: str) -> str:
    """A word without tanwin and without hamza on its alefs.

    >>> fold("أورو"), fold("درهمًا")
    ('اورو', 'درهما')
    """
    return word.translate(_ONE_ALEF)


def table(module: str) -> list[list[str]]:
    """The rows of the table that lies beside a module, which gives its ``__file__``."""
    lines = Path(module).with_suffix(".tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def measure(noun: str, plural: str, gender: str, adjective: str = "", tail: str = "") -> Measure:
    """The measure that a table's columns tell of; a noun without a plural never changes."""
    return Measure(noun, plural or noun, Gender.FEMININE if gender == "f" else Gender.MASCULINE, adjective, tail)


def vocabulary(measures: Iterable[Measure], adjectives: Iterable[str] = ()) -> Vocabulary:
    """The vocabulary of some measures, and of more adjectives than they have."""
    nouns: dict[str, Measure] = {}
    known = list(adjectives)
    for each in measures:
        bare = replace(each, adjective="", tail="")
        for form in {bare.singular, bare.plural, bare.accusative()} - UNCLEAR_PLURALS:
            nouns.setdefault(fold(form), bare)
        known += [each.adjective] if each.adjective else []
    return Vocabulary(nouns, {fold(word) + ending: word for word in known for ending in ("", "ة", "ا")})


def case_in(match: re.Match[str]) -> Case:
    """The case of what ``FIGURES`` found: ناقص and زائد are nouns before it."""
    return OBLIQUE if match["signed"] else case_of(match.string, match.start(), match["clitic"])


def said(match: re.Match[str], words: str) -> str:
    """Words for what ``FIGURES`` found, with its sign and clitics; no minus when ``تحت الصفر`` says it."""
    sign = SIGNS.get(match["signed"] or "", "")
    if sign == SIGNS["-"] and _BELOW_ZERO.match(match.string, match.end()):
        sign = ""
    return attached(match["clitic"], sign + words)


def numeral_before(text: str, index: int) -> Numeral | None:
    """The number in figures that ends before ``text[index]``.

    >>> numeral_before("بلغ 1.250 درهم", 9)
    Numeral(digits='1250', fraction='')
    """
    found = _BEFORE.search(text, max(0, index - LONGEST_NUMBER), index)
    return parse(found[0]) if found else None


def scale(number: Numeral | None, word: str) -> str:
    """A scale word as it stands after a number.

    >>> scale(Numeral("3"), "مليون"), scale(Numeral("3", "5"), "مليون")
    ('ملايين', 'مليون')
    """
    is_few = number is not None and number.is_counting and 3 <= number.whole % 100 <= 10
    return FEW_SCALES[word] if is_few else word


def scale_before(nouns: Iterable[str]) -> re.Pattern[str]:
    """The pattern of a scale word between figures and a noun, for ``corrected_scale``."""
    return re.compile(rf"(?<=[0-9]) ?(?P<scale>{one_of(FEW_SCALES)})(?= (?:{one_of(nouns)})(?!\w))")


def corrected_scale(match: re.Match[str]) -> str:
    """A scale word that agrees with the figures before it: ``3 مليون درهم`` is ``3 ملايين درهم``."""
    return " " + scale(numeral_before(match.string, match.start()), match["scale"])


def one_of(words: Iterable[str]) -> str:
    """The pattern of any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def agreeing(number: int, thing: Measure) -> str:
    """What a number above two counts, without the number.

    >>> agreeing(5, Measure("متر", "أمتار", adjective="مربع")), agreeing(25, Measure("درهم", "دراهم"))
    ('أمتار مربعة', 'درهمًا')
    """
    rest = number % 100
    return thing.many() if 3 <= rest <= 10 else thing.accusative() if rest > 10 else thing.one()


def corrected(words: Vocabulary, match: re.Match[str]) -> str | None:
    """A measure right after figures, if it does not agree with them."""
    thing, number = words.measure(match), numeral_before(match.string, match.start())
    if thing is None or number is None or not number.is_counting or number.whole % 100 in (1, 2):
        return None
    if match["noun"] in HOMOGRAPHS and _DATE_OR_LABEL.search(match.string, max(0, match.start() - 20), match.start()):
        return None
    right = agreeing(number.whole, thing)
    return None if fold(match[0]) == fold(" " + right) else " " + right


def one_or_two(words: Vocabulary, match: re.Match[str]) -> str | None:
    """One or two of a measure: the noun says it."""
    thing = words.measure(match)
    if thing is None or is_definite(match["clitic"]):
        return None
    if match["noun"] in HOMOGRAPHS and _DATE_OR_LABEL.search(
        match.string, max(0, match.start() - 20), match.end("number")
    ):
        return None
    case = case_in(match)
    if match["number"] == "2" and thing.plural == thing.singular and thing.singular[-1] not in VOWELS:
        return said(match, dual(thing.singular, case))
    return said(match, counted(int(match["number"]), thing, case))
