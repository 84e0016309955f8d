"""Times of day: 18:30, 20h30, الساعة 10; durations first, see ``tts.text.durations``.

Hours are read by the 24 that are shown, as definite feminine ordinals: 18:30 «الثامنة عشرة والنصف».
"""

import re

from tts.text import durations, stoppage
from tts.text.beside import before, is_counted, spaced
from tts.text.context import attached
from tts.text.durations import MINUTE, SECOND
from tts.text.grammar import FEMININE, OBLIQUE, cardinal, counted, ordinal
from tts.text.numerals import FIGURE
from tts.text.reading import Reading, Rule, apply
from tts.text.years import CLITIC, START

END = r"(?![0-9A-Za-z_])(?![.,:/٫٬'’+-][0-9])"

HOURS = "(?:[01]?[0-9]|2[0-4])"
CLOCK = rf"(?P<hour>{HOURS})(?:[:hHس]| h )(?P<minute>[0-5][0-9])(?:mn|min)?"
NEXT = rf"{HOURS}(?:[:hH][0-5][0-9]|[hH](?![\w/]))"
FULL = rf"(?P<full>{HOURS})[hH](?![\w/])"
HALF = r"(?: ?(?P<half>[صم]|[AaPp]\.?[Mm])(?!\w)(?! ?[0-9]))?"
HALVES = {"ص": " صباحًا", "a": " صباحًا", "م": " مساءً", "p": " مساءً"}
_SIGNS = {"+": "زائد", "-": "ناقص"}
DAYTIME = r"(?:(?:صباح|مساء|ليل|زوال|ظهر|عصر|فجر)(?:ًا|اً|ا|ً)?(?!\w)|بعد (?:الزوال|الظهر|منتصف))"
"""What says which half of the day an hour is in."""

_SCORE = re.compile(
    r"(?<![^\W\d_])[وفبل]?(?:ال)?"
    r"(?:نتيجة|حصة|واقع|فازت?|فوز|تعادلا?|انتصر|هزم|خسر|تفوق|نسبة|مقياس|سورة|آية|إنجيل)(?: ب)? ?$"
    r"|(?<![^\W\d_])[وفبل]?(?:ال)?(?:سورة|آية|إنجيل|سفر)(?: \w{1,12}){1,2} \(?$"
)
_AT_THE_HOUR = re.compile(r"(?<![^\W\d_])[وفلبك]?(?:ال|لل)ساع(?:ة|تين|تان) ?:? ?$")
_AFTER_AN_HOUR = re.compile(
    r"(?:(?P<between>بين (?:ال|لل)ساعة|(?:ال|لل)ساعت[اي]ن)|(?:ال|لل)ساعة) "
    rf"(?:ال)?{HOURS}(?:[:h.][0-5][0-9])?(?: و(?:ال)?(?:نصف|ربع))?(?: {DAYTIME}| [صم](?!\w))?"
    r"(?P<joint> ?و ?| (?:[إا]لى|حتى|[أا]و)(?: غاية| حدود)? (?:الساعة )?| ?[-–—] ?)$"
)
_JOINED = re.compile(rf"(?<![^\W\d_])(?:بين|من) {HOURS}(?:[:h][0-5][0-9])? ?و ?$")
_BETWEEN = re.compile(r"(?<![^\W\d_])[وف]?بين $")
_DAYTIME_NEXT = re.compile(f" {DAYTIME}")
_DAYTIME_LAST = re.compile(f"{DAYTIME} $")
_RANGE_LEFT = re.compile(r"(?<![^\W\d_])[وف]?(?:بين|من) $")
_AT_DAYTIME = re.compile(
    r"(?:^|[(\[:،•–—-] ?|(?<![^\W\d_])[وفلبك]?(?:من|[إا]لى|حتى|في|بين|على|عند|قبل|بعد|حوالي|نحو|حدود|منذ|غاية"
    rf"|بحلول|تمام|{DAYTIME} [وأ]و?) ?)$"
)


def _hour(hour: int) -> str:
    if hour in (0, 24):
        return "منتصف الليل"
    return "الواحدة" if hour == 1 else ordinal(hour, FEMININE, OBLIQUE)


def _clock(hour: int, minute: int) -> str:
    """The time of day in words.

    >>> _clock(18, 30), _clock(10, 0), _clock(0, 20)
    ('الثامنة عشرة والنصف', 'العاشرة', 'منتصف الليل وعشرين دقيقة')
    """
    if not minute:
        return _hour(hour)
    return f"{_hour(hour)} و{_minutes(minute)}"


def _half(sign: str | None) -> str:
    """What follows a time for ص, م, AM and PM."""
    return HALVES[sign[0].lower()] if sign else ""


def _minutes(minute: int) -> str:
    return {15: "الربع", 30: "النصف"}.get(minute) or counted(minute, MINUTE, OBLIQUE)


def _ahead(match: re.Match[str]) -> str:
    """What stands before a figure, without its clitics."""
    return before(match.string, match.start())


def _attached(match: re.Match[str], words: str) -> str:
    return spaced(match, attached(match["clitic"], words))


def _is_at_the_hour(match: re.Match[str]) -> bool:
    return bool(_AT_THE_HOUR.search(_ahead(match)))


def _seconds(match: re.Match[str]) -> str | None:
    if not _is_at_the_hour(match):
        return None
    parts = [(int(match["minute"]), MINUTE), (int(match["seconds"]), SECOND)]
    words = [_hour(int(match["hour"])), *(counted(number, unit, OBLIQUE) for number, unit in parts if number)]
    return _attached(match, " و".join(words))


def _midnight(match: re.Match[str]) -> str | None:
    if is_counted(24, match.string, match.end()):
        return None
    return match["clitic"] + ("ل" if match["article"] == "لل" else "") + _hour(0)


def _greenwich(match: re.Match[str]) -> str | None:
    if not re.search(r"[0-9h] ?\(?$", _ahead(match)):
        return None
    offset = match["offset"]
    return "بتوقيت غرينتش" + (f" {_SIGNS[match['sign']]} {cardinal(int(offset))}" if offset else "")


def _of_the_day(match: re.Match[str]) -> str | None:
    if _SCORE.search(_ahead(match)):
        return None
    hour = int(match["hour"] or match["full"])
    minute = int(match["minute"] or 0)
    if hour == 24 and minute:
        return None
    return _attached(match, _clock(hour, minute) + _half(match.groupdict().get("half")))


def _from(match: re.Match[str]) -> str | None:
    words = _of_the_day(match)
    return words and words + (" و" if _BETWEEN.search(_ahead(match)) else " إلى ")


def _past(match: re.Match[str]) -> str | None:
    hour = _AFTER_AN_HOUR.search(_ahead(match) + "و")
    minute = int(match["minute"])
    if not hour or hour["between"] or not minute or _is_followed(match):
        return None
    return " " + spaced(match, f"و{_minutes(minute)}")


def _is_followed(match: re.Match[str]) -> bool:
    """Whether a noun that is counted, or the time of day, follows: then it is no minutes."""
    text, end = match.string, match.end()
    return is_counted(int(match["minute"]), text, end) or bool(_DAYTIME_NEXT.match(text, end))


def _joint(match: re.Match[str]) -> str:
    return "و" if (match["clitic"] or "").startswith("و") else ""


def _hour_named(match: re.Match[str]) -> str | None:
    """An hour after الساعة, or joined to one; what و joins is an hour only after بين or before a part of the day."""
    ahead = _ahead(match)
    joined = _AFTER_AN_HOUR.search(ahead + _joint(match))
    has_daytime = match["half"] or _DAYTIME_NEXT.match(match.string, match.end())
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if not has_daytime:
        if is_counted(hour, match.string, match.end()):
            return None
        if joined and joined["joint"].strip() == "و" and not joined["between"]:
            return None
    if not _AT_THE_HOUR.search(ahead) and not joined:
        return None
    words = _attached(match, _clock(hour, minute) + _half(match["half"]))
    return words + (" و" if "بين" in ahead[-12:] else " إلى ") if match["to"] else words


def _hour_of_daytime(match: re.Match[str]) -> str | None:
    ahead, joint = _ahead(match), _joint(match)
    is_joined = joint and (_DAYTIME_LAST.search(ahead) or _JOINED.search(ahead + joint))
    is_meant = match["daytime"] or _RANGE_LEFT.search(ahead)
    if is_joined or (is_meant and _AT_DAYTIME.search(ahead)):
        return _attached(match, _clock(int(match["hour"]), 0))
    return None


RULES = (
    Rule(
        "greenwich",
        "GMT and its Arabic short forms after a time.",
        re.compile(r"(?:(?<= )|(?<=\())(?:ت\. ?غ|تغ|GMT|gmt)(?: ?(?P<sign>[+-]) ?(?P<offset>[0-9]{1,2}))?(?!\w)"),
        _greenwich,
        example=("10:00 (ت.غ) و11:00 GMT+1", "10:00 (بتوقيت غرينتش) و11:00 بتوقيت غرينتش زائد واحد"),
        spares="توقيت GMT+1",
    ),
    Rule(
        "seconds",
        "A time of day to the second, after الساعة.",
        re.compile(rf"{START}{CLITIC}{CLOCK}:(?P<seconds>[0-5][0-9]){END}"),
        _seconds,
        example=("الساعة 10:30:15", "الساعة العاشرة وثلاثين دقيقة وخمس عشرة ثانية"),
        spares="في 2:05:30",
    ),
    Rule(
        "midnight",
        "The hour of midnight is no الساعة.",
        re.compile(rf"(?<![^\W\d_])(?P<clitic>[وفبك]?)(?P<article>ال|لل)ساعة:? ?(?:24|00?)(?:[:.hH]00)?{END}"),
        _midnight,
        example=("على الساعة 24 وقبل الساعة 00:00", "على منتصف الليل وقبل منتصف الليل"),
        spares="الساعة 00:20 وفي الساعة 24 كلم",
    ),
    *stoppage.RULES,
    *durations.RULES,
    Rule(
        "time_span",
        "From one time of day to another, with a dash.",
        re.compile(rf"{START}{CLITIC}(?:{CLOCK}|{FULL}) ?[-–—] ?(?={NEXT})"),
        _from,
        example=("(9:00-15:00)", "(التاسعة إلى 15:00)"),
        spares="19:15 - وصول",
    ),
    Rule(
        "time",
        "A time of day, by the 24 hours it shows.",
        re.compile(rf"{START}{CLITIC}(?:{CLOCK}{HALF}|{FULL}){END}"),
        _of_the_day,
        example=("في 18:30 و20h05، 8:00 م", "في الثامنة عشرة والنصف والعشرين وخمس دقائق، الثامنة مساءً"),
        spares="فاز بنتيجة 21:15، و25:10 و16:9 و90km",
    ),
    Rule(
        "past",
        "Minutes that a و joins to the hour.",
        re.compile(r"(?<=[0-9]) ?و ?(?P<minute>[0-5]?[0-9])(?: د(?!\w))?" + END),
        _past,
        example=("على الساعة 17 و30", "على الساعة 17 والنصف"),
        spares="بين الساعة 8 و12، الساعة 17 و30 دقيقة، بين 17 و30",
    ),
    Rule(
        "hour",
        "The hour after الساعة, and the hours joined to it.",
        re.compile(
            rf"(?:{START}|(?<=[0-9]-)){CLITIC}(?P<hour>{HOURS})"
            rf"(?:(?P<to> ?[-–—] ?)(?={HOURS}(?![0-9:.,]))|(?:[.,:](?P<minute>[0-5][0-9]|(?<=:)[0-9]))?{HALF}{END})"
        ),
        _hour_named,
        example=(
            "بين الساعة 8 و12، والساعة 10.30، الساعة 8 م",
            "بين الساعة الثامنة والثانية عشرة، والساعة العاشرة والنصف، الساعة الثامنة مساءً",
        ),
        spares="سرعته في الساعة 20 كلم، كل ساعة 10، الساعات ال24",
    ),
    Rule(
        "hour_of_daytime",
        "An hour before the words for its part of the day.",
        re.compile(
            rf"{START}{CLITIC}(?P<hour>{HOURS})(?=(?P<daytime> {DAYTIME})|(?: ?و ?| [إا]لى | حتى ){HOURS} {DAYTIME})"
        ),
        _hour_of_daytime,
        example=("من 8 صباحا إلى 6 مساء", "من الثامنة صباحا إلى السادسة مساء"),
        spares="قتل 3 ليلا",
    ),
)


def times(reading: Reading) -> Reading:
    """The reading after these rules.

    >>> times(Reading.of("على الساعة 20h30")).spoken
    'على الساعة العشرين والنصف'
    """
    return apply(RULES, reading) if FIGURE.search(reading.spoken) else reading
