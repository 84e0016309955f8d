"""Numbers in Arabic words, and the words they count: gender, case, the definite, the construct.

Case is heard in writing as ون or ين, ان or ين: nominative or *oblique* (genitive and accusative are alike). Only a
bare واحد, ألف, مليون and their like tell the accusative by its alef: سجل ألفًا ومائتي هدف.
The cardinals are tafqit's; ordinals, definites, decimals and agreement are built on them here.

>>> cardinal(25, Gender.FEMININE, Case.OBLIQUE)
'خمس وعشرين'
>>> counted(25, Measure("درهم", "دراهم"), Case.NOMINATIVE)
'خمسة وعشرون درهمًا'
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import tafqit

from tts.text.nouns import Gender


class Case(StrEnum):
    """The cases that can be told apart in unmarked writing."""

    NOMINATIVE = "nominative"
    """عشرون، اثنان، مائتان."""
    OBLIQUE = "genitive"
    """عشرين، اثنين، مائتين: genitive, or accusative without being sure of it."""
    ACCUSATIVE = "accusative"
    """Surely accusative: like oblique, but ألفًا."""


MASCULINE, FEMININE = Gender.MASCULINE, Gender.FEMININE
NOMINATIVE, OBLIQUE, ACCUSATIVE = Case.NOMINATIVE, Case.OBLIQUE, Case.ACCUSATIVE

LARGEST = 10**15 - 1
"""The largest number that is read as a number; longer ones are codes, said digit by digit."""

_DIGITS = ("صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة")
_ORDINALS = {
    MASCULINE: ("الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر"),
    FEMININE: ("الأولى", "الثانية", "الثالثة", "الرابعة", "الخامسة")
    + ("السادسة", "السابعة", "الثامنة", "التاسعة", "العاشرة"),
}
_FIRST_OF_MORE = {MASCULINE: "الحادي", FEMININE: "الحادية"}
_TEEN = {MASCULINE: " عشر", FEMININE: " عشرة"}
_TRILLION = 10**12
_NUNATED = re.compile("(?<=مائت[اي])ن$|(?<=ألف[اي])ن$|(?<=مليون[اي])ن$|(?<=مليار[اي])ن$|(?<=تريليون[اي])ن$|ًا$")
_BARE = re.compile(r"(^| و)(واحد|ألف|مليون|مليار|تريليون)(?= و|$)")


@lru_cache(maxsize=8192)
def cardinal(number: int, gender: Gender = MASCULINE, case: Case = NOMINATIVE) -> str:
    """A number in words, ``gender`` being that of what it counts; ``ValueError`` if not 0 to ``LARGEST``.

    >>> cardinal(3, Gender.FEMININE), cardinal(11, Gender.FEMININE), cardinal(2000, case=Case.OBLIQUE)
    ('ثلاث', 'إحدى عشرة', 'ألفين')
    """
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} is not between 0 and {LARGEST}.")
    trillions, rest = divmod(number, _TRILLION)
    words = [_trillions(trillions, case)] if trillions else []
    if rest or not trillions:
        words.append(tafqit.number_ar(rest, feminine=gender is FEMININE, case=_written(case)))
    if case is ACCUSATIVE:
        words = [_BARE.sub(r"\1\2ًا", part) for part in words]
    return " و".join(words)


def _written(case: Case) -> Case:
    """The case that words without an alef of tanwin show."""
    return OBLIQUE if case is ACCUSATIVE else case


def _trillions(number: int, case: Case) -> str:
    return TRILLION.singular if number == 1 else counted(number, TRILLION, _written(case))


def construct(number: int, gender: Gender = MASCULINE, case: Case = NOMINATIVE) -> str:
    """The number as it stands before the noun it counts: a last dual loses its ن, a last scale word its tanwin.

    >>> construct(200), construct(2000, case=Case.OBLIQUE), construct(25_000), construct(25)
    ('مائتا', 'ألفي', 'خمسة وعشرون ألف', 'خمسة وعشرون')
    """
    words = cardinal(number, gender, case)
    if number % 100 or not number:
        return words
    return _NUNATED.sub("", words)


@lru_cache(maxsize=8192)
def definite(number: int, gender: Gender = MASCULINE, case: Case = NOMINATIVE) -> str:
    """A cardinal with the article, on both sides of each و, and once on 11 to 19.

    >>> definite(20), definite(11, Gender.FEMININE), definite(27, Gender.FEMININE), definite(4000)
    ('العشرون', 'الإحدى عشرة', 'السبع والعشرون', 'الأربعة آلاف')
    """
    return "ال" + cardinal(number, gender, _written(case)).replace(" و", " وال")


@lru_cache(maxsize=8192)
def ordinal(number: int, gender: Gender = MASCULINE, case: Case = NOMINATIVE) -> str:
    """A definite ordinal; zero has none, and is ``ValueError``.

    >>> ordinal(69, Gender.FEMININE), ordinal(12), ordinal(101, Gender.FEMININE), ordinal(100)
    ('التاسعة والستون', 'الثاني عشر', 'الأولى بعد المائة', 'المائة')
    """
    if number < 1:
        raise ValueError("Zero has no ordinal.")
    rest = number % 100
    if number > 100 and rest:
        return f"{ordinal(rest, gender, case)} بعد {definite(number - rest, case=OBLIQUE)}"
    if rest == 0 or (rest >= 20 and rest % 10 == 0):
        return definite(number, case=case)
    if rest <= 10:
        return _ORDINALS[gender][rest - 1]
    unit = _FIRST_OF_MORE[gender] if rest % 10 == 1 else _ORDINALS[gender][rest % 10 - 1]
    return unit + (_TEEN[gender] if rest < 20 else " و" + definite(rest - rest % 10, case=case))


def decimal(whole: int, fraction: str, case: Case = NOMINATIVE) -> str:
    """A number with the digits after its point: zeros singly, then up to three digits as a number, more singly.

    >>> decimal(3, "5"), decimal(0, "05"), decimal(3, "14159")
    ('ثلاثة فاصلة خمسة', 'صفر فاصلة صفر خمسة', 'ثلاثة فاصلة واحد أربعة واحد خمسة تسعة')
    """
    return f"{cardinal(whole, case=_written(case))} فاصلة {led_by_zeros(fraction, case)}"


def led_by_zeros(digits: str, case: Case = NOMINATIVE) -> str:
    """Leading zeros singly, the rest as a number if it has up to three digits, else singly.

    >>> led_by_zeros("007"), led_by_zeros("0458")
    ('صفر صفر سبعة', 'صفر أربعمائة وثمانية وخمسون')
    """
    rest = digits.lstrip("0")
    zeros = ["صفر"] * (len(digits) - len(rest))
    if len(rest) > 3:
        return " ".join([*zeros, singly(rest)])
    return " ".join([*zeros, *([cardinal(int(rest), case=_written(case))] if rest else [])])


def singly(digits: str) -> str:
    """Digit by digit.

    >>> singly("1905")
    'واحد تسعة صفر خمسة'
    """
    return " ".join(_DIGITS[int(digit)] for digit in digits)


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit or currency and its forms: ``متر``, ``أمتار``, with the adjective ``مربع`` or the tail ``في الساعة``."""

    singular: str
    """متر، سنة، أورو."""
    plural: str
    """أمتار، سنوات؛ the singular again for a word that never changes."""
    gender: Gender = MASCULINE
    """Of the singular."""
    adjective: str = ""
    """An adjective in the masculine singular: مربع."""
    tail: str = ""
    """Words that follow and never change: في الساعة."""

    def one(self) -> str:
        """The bare singular, as after a hundred or a decimal: ``متر مربع``."""
        return self._with(self.singular, self._agreeing())

    def many(self) -> str:
        """The plural, as after 3 to 10: ``أمتار مربعة``."""
        return self._with(self.plural, self._agreeing(FEMININE) if self.plural != self.singular else self._agreeing())

    def two(self, case: Case) -> str:
        """The dual: ``متران مربعان``. Words that never change are counted: ``اثنان أورو``."""
        if self.plural == self.singular:
            return f"{cardinal(2, self.gender, case)} {self.one()}"
        return self._with(dual(self.singular, case), self._agreeing() and dual(self._agreeing(), case))

    def accusative(self) -> str:
        """The singular after 11 to 99: ``مترًا مربعًا``."""
        if self.plural == self.singular:
            return self.one()
        return self._with(accusative(self.singular), accusative(self._agreeing()))

    def _agreeing(self, gender: Gender | None = None) -> str:
        return self.adjective + "ة" if self.adjective and (gender or self.gender) is FEMININE else self.adjective

    def _with(self, noun: str, adjective: str) -> str:
        return " ".join(filter(None, (noun, adjective, self.tail)))


TRILLION = Measure("تريليون", "تريليونات")


def counted(number: int, measure: Measure, case: Case = NOMINATIVE) -> str:
    """A number and what it measures, in agreement.

    >>> [counted(n, Measure("سنة", "سنوات", Gender.FEMININE)) for n in (1, 2, 3, 11, 100)]
    ['سنة واحدة', 'سنتان', 'ثلاث سنوات', 'إحدى عشرة سنة', 'مائة سنة']
    >>> counted(102, Measure("درهم", "دراهم"), Case.OBLIQUE)
    'مائة درهم ودرهمين'
    """
    rest = number % 100
    if number > 100 and rest in (1, 2):
        return f"{counted(number - rest, measure, case)} و{counted(rest, measure, case)}"
    if rest == 1:
        return f"{measure.one()} {cardinal(1, measure.gender)}"
    if rest == 2:
        return measure.two(case)
    if number == 0:
        return f"{cardinal(0)} {measure.one()}"
    noun = measure.one() if rest == 0 else measure.many() if rest <= 10 else measure.accusative()
    return f"{construct(number, measure.gender, case)} {noun}"


def dual(noun: str, case: Case = NOMINATIVE) -> str:
    """Two of a thing.

    >>> dual("سنة"), dual("درهم", Case.OBLIQUE), dual("مستشفى")
    ('سنتان', 'درهمين', 'مستشفيان')
    """
    stem = noun[:-1] + {"ة": "ت", "ى": "ي"}[noun[-1]] if noun.endswith(("ة", "ى")) else noun
    return stem + ("ان" if case is NOMINATIVE else "ين")


def accusative(noun: str) -> str:
    """The indefinite accusative as it is written: with ``ًا``, or unchanged after ة, اء, أ, ى and ا.

    >>> accusative("درهم"), accusative("سنة"), accusative("جزء"), accusative("مساء")
    ('درهمًا', 'سنة', 'جزءًا', 'مساء')
    """
    return noun if not noun or noun.endswith(("ة", "اء", "أ", "ى", "ا", "و")) else noun + "ًا"
