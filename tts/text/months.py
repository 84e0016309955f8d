"""The names of the months, as the press of each country writes them."""

import re

MOROCCAN = (
    *("يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو"),
    *("يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"),
)
"""The names that months in figures are given."""

HIJRI = (
    *("محرم", "صفر", "ربيع الأول", "ربيع الثاني", "جمادى الأولى", "جمادى الآخرة"),
    *("رجب", "شعبان", "رمضان", "شوال", "ذي القعدة", "ذي الحجة"),
)
"""The months of the Hijri year, as they are after من."""

DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""The most days each month has."""

HIJRI_DAYS = 30
"""The most days a Hijri month has."""

OTHERS = (
    *("مايو", "يونيه", "يوليو", "يوليه", "أغسطس", "أوغسطس", "أغشت", "سبتمبر", "شتمبر"),
    *("نوفمبر", "نونمبر", "ديسمبر", "دسمبر", "دجمبر", "إبريل"),
    *("جانفي", "فيفري", "أفريل", "جوان", "جويلية", "أوت"),
    *("كانون الثاني", "كانون ثاني", "شباط", "آذار", "اذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول"),
    *("تشرين الأول", "تشرين أول", "تشرين الثاني", "تشرين ثاني", "كانون الأول", "كانون أول"),
    *("محرم الحرام", "صفر الخير", "ربيع الآخر", "ربيع النبوي", "جمادى الثانية", "جمادى الآخر", "جمادى الأول"),
    *("ذو القعدة", "ذو الحجة", "ذوالقعدة", "ذوالحجة", "ذي قعدة", "ذي حجة"),
)
"""Names in use in Egypt and the Gulf, Algeria and Tunisia, Mauritania, the Levant and Iraq; more Hijri names."""


def _pattern(name: str) -> str:
    """A name with any hamza on its alefs, and with vowel marks or without."""
    letters = "".join(f"{_LETTERS.get(letter, letter)}{_MARKS}" for letter in name)
    return letters.replace(f" {_MARKS}", " ")


_MARKS = "[\u064b-\u0652]{0,2}"
_LETTERS = {"أ": "[أا]", "إ": "[إا]", "ى": "[ىي]"}

_AMBIGUOUS = "صفر"
"""The month, and zero: فاز 3 صفر. Only a year after it tells."""

_NAMES = sorted({*MOROCCAN, *HIJRI, *OTHERS} - {_AMBIGUOUS}, key=len, reverse=True)

NAME = rf"(?:(?:{'|'.join(map(_pattern, _NAMES))})(?![^\W\d])|{_pattern(_AMBIGUOUS)}(?= 1[34][0-9]{{2}}(?![0-9])))"
"""One month by name."""

BEFORE_YEAR = re.compile(
    rf"(?<![^\W\d_])[وفبل]?(?:{'|'.join(map(_pattern, [*_NAMES, _AMBIGUOUS]))})"
    r"(?: ?\([^()\d]{2,15}\)| المبارك| الأبرك)?[,،]? ?$"
)
"""A month, perhaps with its other name in brackets, at the end of what stands before a year."""
