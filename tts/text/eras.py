"""The letters of calendars after years and centuries: 1446 ه, 2025 م, ق.م and ب.م. They become words here; the years
themselves are read by ``tts.text.years`` and ``tts.text.dates``, the centuries with the ordinals.
"""

import re

from tts.text.grammar import OBLIQUE, ordinal
from tts.text.months import BEFORE_YEAR
from tts.text.reading import Rule
from tts.text.years import TIME, YEAR_NOUN, ahead_of

_HEIGHT = re.compile("ارتفاع|علو|عمق|سباق|مسافة|طول|عرض|بعد|قمة|متر|حرة|تتابع")
_CENTURY = re.compile(r"(?<![^\W\d_])[وفلبك]?(?:ال|ل)?قرن(?:ين)?(?: [0-9]{1,2} ?[-و] ?)? ?$")
_CENTURY_TOO = re.compile(r"الهجري ?[-–/(،] ?(?:الموافق )?$")
"""A Hijri century, before the same in the other calendar."""
_LIVED = re.compile(r"(?<![^\W\d_])[وف]?(?:ولدت?|توفيت?|ماتت?|تأسست?)(?: \w{1,12}){0,2} $")
_HIJRI_NEXT = re.compile(r" ?[-–/(،,] ?[0-9]{1,4} ?(?:ه(?!\w)|هجري)")
_SPAN = re.compile(r"(?<![0-9.,])(?:[0-9]{3,4} ?[-–/]|[0-9]{1,2} ?(?P<sign>[-/.]) ?[0-9]{1,2} ?(?P=sign)) ?$")
"""The rest of a date in figures, or an earlier year, before a year."""
_SPAN_ALONE = re.compile(r"\( ?[0-9]{3,4} ?[-–/] ?$")
_UNGROUPED = r"(?<![0-9])(?!(?<=[0-9][.,٫٬'’ ])[0-9]{1,3}(?![0-9]))"
"""No last group of a larger number, and no decimals: 2.000, 1.5."""
_CHRIST = {"ق": "قبل الميلاد", "ب": "بعد الميلاد"}


def _hijri(match: re.Match[str]) -> str | None:
    return _of_era(match, "الهجري", "هجرية") if int(match["year"]) < 1600 else None


def _gregorian(match: re.Match[str]) -> str | None:
    """``م`` is a metre as well: it is an era only after words for a year, a date, or beside a Hijri year."""
    year, text, ahead = int(match["year"]), match.string, ahead_of(match)
    is_span = (
        _SPAN.search(ahead) and year > 99 and (year % 50 or _SPAN_ALONE.search(ahead)) and not _HEIGHT.search(ahead)
    )
    is_dated = YEAR_NOUN.search(ahead) or BEFORE_YEAR.search(ahead) or is_span
    is_paired = re.search(r"هجرية ?[)،,]? ?[-–/(،,]? ?(?:الموافق )?(?:ل ?)?$", ahead) or _HIJRI_NEXT.match(
        text, match.end()
    )
    is_in_time = TIME.search(ahead) or match["gap"] == ""
    is_likely = 1900 <= year < 2100 and year % 50 and is_in_time and not _HEIGHT.search(ahead)
    if _CENTURY_TOO.search(ahead) and 0 < year < 22:
        return f"{ordinal(year, case=OBLIQUE)} الميلادي"
    if is_dated or is_paired or is_likely or _CENTURY.search(ahead) or (year > 99 and _LIVED.search(ahead)):
        return _of_era(match, "الميلادي", "ميلادية")
    return None


def _of_era(match: re.Match[str], of_century: str, of_year: str) -> str:
    return f"{match['year']} {of_century if _CENTURY.search(ahead_of(match)) else of_year}"


def _before_christ(match: re.Match[str]) -> str:
    return ("" if match.string[match.start() - 1] == " " else " ") + _CHRIST[match["side"]]


RULES = (
    Rule(
        "before_christ",
        "ق.م and ب.م after a figure.",
        re.compile(r"(?:(?<=[0-9])|(?<=[0-9] ))(?P<side>[قب])(?:\. ?| )م(?!\w)"),
        _before_christ,
        example=("بين 25 ق.م و23ب.م", "بين 25 قبل الميلاد و23 بعد الميلاد"),
        spares="ق.م وق.م.م",
    ),
    Rule(
        "hijri",
        "ه after a year or a century.",
        re.compile(rf"{_UNGROUPED}(?P<year>[0-9]{{1,4}}) ?[هھ](?!\w)"),
        _hijri,
        example=("عام 1446ه والقرن 5 ه", "عام 1446 هجرية والقرن 5 الهجري"),
        spares="2025 هـ و12345 ه و1.250 ه و5 هنا",
    ),
    Rule(
        "gregorian",
        "م after a year or a century, where it cannot be metres.",
        re.compile(rf"{_UNGROUPED}(?P<year>[0-9]{{1,4}})(?P<gap> ?)م(?!\w)"),
        _gregorian,
        example=("سنة 1921 م والقرن 5 الهجري/11م", "سنة 1921 ميلادية والقرن 5 الهجري/الحادي عشر الميلادي"),
        spares="سباق 1500 م، على علو 1950 م، 5 م، ارتفاع 4.167 م، بين 8-10 م",
    ),
)
