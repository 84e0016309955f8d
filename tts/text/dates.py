"""Dates: days of a month, in words or figures, one or several; then years, see ``tts.text.years``.

A day is a definite ordinal, always oblique: 18 ماي «الثامن عشر من ماي». Only the figures are replaced; names of months
stay as they are written, and months in figures get Morocco's.
"""

import re

from tts.text import eras, years
from tts.text.beside import before, is_counted, spaced
from tts.text.context import attached
from tts.text.grammar import MASCULINE, OBLIQUE, cardinal, ordinal
from tts.text.months import BEFORE_YEAR, DAYS, HIJRI, HIJRI_DAYS, MOROCCAN, NAME
from tts.text.reading import Reading, Rule, apply

START, CLITIC = years.START, years.CLITIC
END = r"(?![0-9A-Za-z_])(?![.,:/٫٬-][0-9])"

DAY = "(?:0?[1-9]|[12][0-9]|3[01])(?![0-9])"
MONTH = "(?:0?[1-9]|1[0-2])(?![0-9])"
YEAR = "[12][0-9]{3}(?![0-9])"
WEEKDAY = "(?:ال[إا]ثنين|الثلاثاء|ال[أا]ربعاء|الخميس|الجمعة|السبت|ال[أا]حد)"

NUMERIC = re.compile(
    rf"(?:{START}|(?<=[12][0-9]{{3}}-)){CLITIC}"
    rf"(?:(?P<day>{DAY}) ?(?P<sign>[-/.–]) ?(?P<month>{MONTH}) ?(?P=sign) ?(?P<year>{YEAR})"
    rf"|(?P<iso_year>{YEAR}) ?(?P<iso_sign>[-/.–]) ?(?P<iso_month>{MONTH}) ?(?P=iso_sign) ?(?P<iso_day>{DAY}))"
    rf"(?:(?P<to> ?[-–—] ?)(?={DAY} ?[-/.–] ?{MONTH} ?[-/.–] ?{YEAR}{END})|(?P<time>T)(?=[0-9]{{2}}:)|{END})"
)

OF_MONTH = (
    rf"(?:(?P<name> ?(?:شهر )?{NAME})"
    rf"|(?P<of> من (?:شهر )?{NAME}| من (?:كل |هذا |نفس |ذات )?(?:ال)?شهر(?!\w))"
    r"|(?P<this> (?:الجاري|المقبل|القادم|الماضي|المنصرم|الفائت|الحالي|منه)(?!\w))"
    rf"|(?P<figures> ?(?P<mark>[-/.]) ?{MONTH} ?(?P=mark) ?{YEAR}))"
)
"""What makes the number before it a day: its month, by name, in figures, or just meant."""

_LIST = (
    rf"(?:(?P<conjunction> ?[،,] ?و? ?| ?[ول] ?(?=[0-9]|ال)| (?:و?[إا]لى|[إا]لى غاية|حتى|[أا]و|ثم) )"
    rf"(?:(?:يوم )?(?:{WEEKDAY} )?)(?:ال ?)?{DAY}){{0,4}}"
)
_LABEL = re.compile(
    "(?:رقم|الرقم|عدد|العدد|الدورة|النسخة|الطبعة|المادة|الفصل|الصفحة|القناة|الجولة|الأسبوع|الاسبوع|المرتبة|المركز|الحلقة"
    "|القرار|القانون|المرسوم|الظهير|الملف|ملف|قرار|قانون|مرسوم|ظهير|قضية|القضية|بنتيجة|النتيجة) ?:? ?$"
)
_EDITION = re.compile("(?:الدورة|النسخة|الطبعة|الجولة|الأسبوع|الاسبوع|المرتبة|المركز|الحلقة) ?$")
_ON_A_DAY = re.compile(rf"(?<![^\W\d_])[وفلبك]?(?:يوم|ليوم|يومي|أيام|ليلة|بتاريخ|تاريخ|{WEEKDAY}) ?:? ?$")
_OF_DAYS = re.compile(
    rf"(?<![^\W\d_])[وفلبك]?(?:يوم|يومي|أيام|ليلة|بتاريخ|تاريخ|في|من|[إا]لى|حتى|بين|منذ|غاية|قبل|بعد|{WEEKDAY}) ?$"
)
_BETWEEN = re.compile(r"(?<![^\W\d_])[وفلب]?(?:بين|يومي) $")
_HINT = re.compile("[0-9/]")
_DAY_ITSELF = re.compile(rf"(?<!كل )(?<![^\W\d_])[وفلبك]?(?:يوم|{WEEKDAY}) $")


def _is_labelled(match: re.Match[str]) -> bool:
    return bool(_LABEL.search(before(match.string, match.start())))


def _ordinal(match: re.Match[str], digits: str) -> str:
    return attached(match["clitic"], ordinal(int(digits), MASCULINE, OBLIQUE))


def _in_figures(match: re.Match[str]) -> str | None:
    day = int(match["day"] or match["iso_day"])
    month = int(match["month"] or match["iso_month"])
    year = int(match["year"] or match["iso_year"])
    is_hijri = years.HIJRI_NOW[0] <= year <= years.HIJRI_NOW[1]
    if day > (HIJRI_DAYS if is_hijri else DAYS[month - 1]) or _is_labelled(match):
        return None
    name = (HIJRI if is_hijri else MOROCCAN)[month - 1]
    words = f"{_ordinal(match, str(day))} من {name} {cardinal(year, case=OBLIQUE)}"
    return spaced(match, words + (" " if match["time"] else " إلى " if match["to"] else ""))


def _month_in_figures(match: re.Match[str]) -> str | None:
    if _is_labelled(match):
        return None
    month, year = int(match["month"] or match["iso_month"]), int(match["year"] or match["iso_year"])
    return attached(match["clitic"], f"{MOROCCAN[month - 1]} {cardinal(year, case=OBLIQUE)}")


def _after_day_word(match: re.Match[str]) -> str | None:
    day, year = int(match["day"]), match["year"] or match["short_year"]
    month = int(match["month"] or match["zero"] or match["short_month"])
    ahead, is_padded = before(match.string, match.start()), (match["month"] or "").startswith("0")
    is_meant = match["year"] or _ON_A_DAY.search(ahead) or (is_padded and _OF_DAYS.search(ahead))
    if day > DAYS[month - 1] or not is_meant or _is_labelled(match):
        return None
    words = f"{_ordinal(match, match['day'])} من {MOROCCAN[month - 1]}"
    return f"{words} {cardinal(years.in_full(year), case=OBLIQUE)}" if year else words


def _english_order(match: re.Match[str]) -> str:
    return f"{ordinal(int(match['day']), MASCULINE, OBLIQUE)} من {match['month']}"


def _joined(match: re.Match[str]) -> str | None:
    text, start = match.string, match.start()
    is_day = re.search(r"(?<![0-9])[0-9]{1,2}$", text[max(0, start - 3) : start])
    return " " if is_day or BEFORE_YEAR.search(before(text, start)) else None


def _span(match: re.Match[str]) -> str | None:
    is_tight = len(match["dash"]) == 1 and match["name"]
    is_edition = is_tight and _EDITION.search(before(match.string, match.start()))  # and then its dates: الدورة 5-9 ماي
    if int(match["day"]) >= int(match["last"]) or (_is_labelled(match) and not is_edition):
        return None
    is_between = _BETWEEN.search(before(match.string, match.start()))
    return _ordinal(match, match["day"]) + (" و" if is_between else " إلى ")


def _named(match: re.Match[str]) -> str | None:
    is_alone = match["conjunction"] is None
    if _is_labelled(match) or (not is_alone and not match["conjunction"].strip(" ،,")):
        return None
    if match["figures"] and is_alone:
        return None  # a whole date in figures
    if match["this"] and not _OF_DAYS.search(before(match.string, match.start())):
        return None
    words = _ordinal(match, match["day"])
    return spaced(match, words + " من" if match["name"] and is_alone else words)


def _of_the_week(match: re.Match[str]) -> str | None:
    if not _DAY_ITSELF.search(before(match.string, match.start())):
        return None
    return None if is_counted(int(match["day"]), match.string, match.end()) else _ordinal(match, match["day"])


RULES = (
    Rule(
        "joined_date",
        "Signs between a day, the name of its month and a year are not said, nor between two names of one month.",
        re.compile(
            rf"(?<=[0-9])(?:[-/](?={NAME})| [-/] (?={NAME} ?[-/] ?{YEAR}))"
            rf"|(?<=[^\W\d])(?: ?/ ?(?={NAME}|{YEAR})| ?-(?! ) ?(?={YEAR})| - (?={YEAR}))"
        ),
        _joined,
        example=("في 20 غشت/أغسطس و18-ماي-2025", "في 20 غشت أغسطس و18 ماي 2025"),
        spares="القانون/المرسوم 2-1 - ماي",
    ),
    Rule(
        "day_span",
        "Two days of one month with a dash between them.",
        re.compile(rf"{START}{CLITIC}(?P<day>{DAY})(?P<dash> ?[-–—/] ?)(?=(?P<last>{DAY}){OF_MONTH})"),
        _span,
        example=("معرض (24-27 نونبر)", "معرض (الرابع والعشرين إلى 27 نونبر)"),
        spares="فاز 2-1 في ماي، الدورة 12 - 18 ماي",
    ),
    Rule(
        "day",
        "The day of a month, alone or in a list that ends in the month.",
        re.compile(rf"{START}{CLITIC}(?P<day>{DAY})(?={_LIST}{OF_MONTH})"),
        _named,
        example=("أيام 12، 13 و14 يونيو، وفي ال25 من كل شهر",)
        + ("أيام الثاني عشر، الثالث عشر والرابع عشر من يونيو، وفي الخامس والعشرين من كل شهر",),
        spares="بلغت 2.5 ماي، 32 يناير، الدورة 12، فاز 3 صفر، 20 الماضية",
    ),
    Rule(
        "date",
        "A date in figures, day or year first, between 1300 and 1499 by the Hijri calendar.",
        NUMERIC,
        _in_figures,
        example=("في 24/11/2025", "في الرابع والعشرين من نونبر ألفين وخمسة وعشرين"),
        spares="31/02/2025 القرار رقم 12/05/2020",
    ),
    Rule(
        "month",
        "A month and a year in figures.",
        re.compile(
            rf"{START}{CLITIC}(?:(?P<month>0?[1-9]|1[0-2]) ?/ ?(?P<year>(?:19|20)[0-9]{{2}})"
            rf"|(?P<iso_year>(?:19|20)[0-9]{{2}})[-/](?P<iso_month>0[1-9])){END}"
        ),
        _month_in_figures,
        example=("تنتهي في 05/2026", "تنتهي في ماي ألفين وستة وعشرين"),
        spares="الملف رقم 05/2026 و13/2026 و05/26",
    ),
    Rule(
        "day_and_month",
        "A day and a month in figures, with a short year or where the words before say that it is a day.",
        re.compile(
            rf"{START}{CLITIC}(?P<day>{DAY})(?:/(?P<month>{MONTH})(?:/(?P<year>[0-9]{{2}}))?"
            rf"|(?P<mark>[-.])(?:(?P<short_month>{MONTH})(?P=mark)(?P<short_year>[0-9]{{2}})|(?P<zero>0[1-9]))){END}"
        ),
        _after_day_word,
        example=("يوم 18/05، بتاريخ 3-4-21", "يوم الثامن عشر من ماي، بتاريخ الثالث من أبريل ألفين وواحد وعشرين"),
        spares="كسر 3/4 ويوم 18/13، 3-4-21",
    ),
    Rule(
        "english_date",
        "The month before its day, as blogs in an English format have it.",
        re.compile(rf"(?<![^\W\d_])(?P<month>{NAME}) (?P<day>{DAY})[،,](?= ?{YEAR})"),
        _english_order,
        example=("نشر في مايو 18, 2025", "نشر في الثامن عشر من مايو 2025"),
        spares="في مايو 18 شخصا",
    ),
    Rule(
        "weekday",
        "The date after a day of the week that names no month.",
        re.compile(rf"{START}{CLITIC}(?P<day>{DAY}){END}(?! ?[-–:/%hH])"),
        _of_the_week,
        example=("من الاثنين 3 إلى الجمعة 7", "من الاثنين الثالث إلى الجمعة السابع"),
        spares="قتل الاثنين 3 أشخاص، وفي كل يوم 20 لاعبا، وأمس 5",
    ),
)


_ALL = (*eras.RULES, *RULES, *years.RULES)


def dates(reading: Reading) -> Reading:
    """The reading after these rules.

    >>> dates(Reading.of("من 24 إلى 27 نونبر 2025")).spoken
    'من الرابع والعشرين إلى السابع والعشرين من نونبر ألفين وخمسة وعشرين'
    """
    return apply(_ALL, reading) if _HINT.search(reading.spoken) else reading
