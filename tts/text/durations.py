"""Durations written with signs: 2:05:30 of a race, 1h30 after مدة. In words, 90 دقيقة, they are plain numbers.

What looks like a time of day is a duration only where the words before say that it lasts;
``tts.text.times`` reads the others.
"""

import re

from tts.text.beside import before, spaced, word_after
from tts.text.context import attached, case_of
from tts.text.grammar import FEMININE, Case, Measure, counted
from tts.text.reading import Rule
from tts.text.years import CLITIC, START

END = r"(?![0-9A-Za-z_])(?![.,:/٫٬'’+-][0-9])"

HOUR = Measure("ساعة", "ساعات", FEMININE)
MINUTE = Measure("دقيقة", "دقائق", FEMININE)
SECOND = Measure("ثانية", "ثوان", FEMININE)
HUNDREDTH = Measure("جزء", "أجزاء", tail="من المائة")

_LASTS = re.compile(
    r"(?<![^\W\d_])[وفبل]?(?:(?:ال|ل)?مدة|مدت[هك](?:ا|ما)?|[ايت]ست?غرق\w*|دامت?ا?|[يت]دوم|استمرت?|[يت]ستمر|طيلة|طوال|ظرف|زمن|خلال"
    r"|قدره|قدرها)"
    r"(?: (?:(?:أكثر|أقل|أزيد|اقل|اكثر) من|(?!(?:في|على|[إا]لى|حتى|عند|الساعة|منذ|من|قبل|بعد|غاية) )[^\W\d]+)){0,4} $"
)
_AFTER_A_WHILE = re.compile(r"(?<![^\W\d_])[وف]?بعد (?:حوالي |نحو |أزيد من |أقل من )?$")
_RUNS = re.compile(r"(?<![^\W\d_])[وفب]?(?:زمن|زمنا|زمنه|زمنها|قدره|قدرها)(?: (?:قدره|قدرها|بلغ|قياسي|جديد))* $")


def _lasting(hours: int, minutes: int, seconds: int, case: Case) -> str:
    """A duration in words; a single hour is «ساعة» before its minutes.

    >>> _lasting(2, 5, 30, Case.OBLIQUE), _lasting(1, 30, 0, Case.OBLIQUE)
    ('ساعتين وخمس دقائق وثلاثين ثانية', 'ساعة وثلاثين دقيقة')
    """
    parts = [counted(hours, HOUR, case)] if hours else []
    parts += [counted(minutes, MINUTE, case)] if minutes else []
    parts += [counted(seconds, SECOND, case)] if seconds else []
    if hours == 1 and len(parts) > 1:
        parts[0] = HOUR.one()
    return " و".join(parts or [counted(0, SECOND, case)])


def _attached(match: re.Match[str], words: str) -> str:
    return spaced(match, attached(match["clitic"], words))


def _case(match: re.Match[str]) -> Case:
    return case_of(match.string, match.start(), match["clitic"])


def _race(match: re.Match[str]) -> str:
    hours, minutes, seconds = (int(match[name]) for name in ("hours", "minutes", "seconds"))
    return _attached(match, _lasting(hours, minutes, seconds, _case(match)))


def _hundredths(match: re.Match[str]) -> str:
    case = _case(match)
    words = _lasting(0, int(match["minutes"]), int(match["seconds"]), case)
    hundredths = int(match["hundredths"])
    return _attached(match, words + (f" و{counted(hundredths, HUNDREDTH, case)}" if hundredths else ""))


def _measured(match: re.Match[str]) -> str:
    first, second = int(match["first"]), int(match["second"])
    of_hours = match["noun"].startswith("ساع")
    return _attached(match, _lasting(*((first, second, 0) if of_hours else (0, first, second)), _case(match)))


def _duration(match: re.Match[str]) -> str | None:
    text, ahead = match.string, before(match.string, match.start())
    hours, minutes = int(match["hours"]), int(match["minutes"] or 0)
    if match["sign"] == ":" and _RUNS.search(ahead):
        return _attached(match, _lasting(0, hours, minutes, _case(match)))
    is_after = hours < 10 and _AFTER_A_WHILE.search(ahead) and word_after(text, match.end()) == "من"
    is_long = match["sign"] != ":" and (hours > 24 or (hours == 24 and not minutes))
    if not (is_long or is_after or _LASTS.search(ahead)) or not hours + minutes:
        return None
    return _attached(match, _lasting(hours, minutes, 0, _case(match)))


RULES = (
    Rule(
        "race",
        "Hours, minutes and seconds: how long it took, but after الساعة the time of day.",
        re.compile(
            rf"{START}{CLITIC}(?P<hours>[0-9]{{1,2}})(?:[:hH]|سا? )(?P<minutes>[0-5][0-9])(?:[:'’′]|mn|min)"
            rf"(?P<seconds>[0-5][0-9])(?:''|[\"”″s])?{END}"
        ),
        _race,
        example=("في 2:05:30", "في ساعتين وخمس دقائق وثلاثين ثانية"),
        spares="الآية 2:05 و2:65:30",
    ),
    Rule(
        "hundredths",
        "Minutes, seconds and hundredths of a race.",
        re.compile(
            rf"{START}{CLITIC}(?P<minutes>[0-9]{{1,2}})[:'](?P<seconds>[0-5][0-9])(?:\.|''|\")(?P<hundredths>[0-9]{{2}}){END}"
        ),
        _hundredths,
        example=("قطعها في 3:26.34", "قطعها في ثلاث دقائق وست وعشرين ثانية وأربعة وثلاثين جزءًا من المائة"),
        spares="3:26 و3.26.34",
    ),
    Rule(
        "measured",
        "Two parts with a colon that are said to be hours or minutes.",
        re.compile(
            rf"{START}{CLITIC}(?P<first>[0-9]{{1,2}}):(?P<second>[0-5][0-9]) (?P<noun>ساعة|ساعات|دقيقة|دقائق)(?!\w)"
        ),
        _measured,
        example=("استغرق 3:45 دقائق", "استغرق ثلاث دقائق وخمس وأربعين ثانية"),
        spares="على 3:45 مساء",
    ),
    Rule(
        "duration",
        "Hours and minutes where the words before say that it lasts.",
        re.compile(
            rf"{START}{CLITIC}(?P<hours>[0-9]{{1,3}})(?P<sign>[:hH])(?:(?P<minutes>[0-5][0-9])(?:mn|min)?|(?<=[hH])(?!/)){END}"
        ),
        _duration,
        example=("مدة 1h30 وخلال 48h", "مدة ساعة وثلاثين دقيقة وخلال ثماني وأربعين ساعة"),
        spares="استمر إلى 18:30 وعلى 1h30",
    ),
)
