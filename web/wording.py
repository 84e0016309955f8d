"""Dates and durations as a Moroccan newspaper writes them."""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup, escape

_DAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
_MONTHS = (
    *("يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو"),
    *("يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"),
)
_FIGURES = re.compile(r"(\d+(?:[-–/]\d+)+)")
_ARABIC_LETTER = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")


def _zone() -> tzinfo:
    try:
        return ZoneInfo("Africa/Casablanca")
    except ZoneInfoNotFoundError:  # A slim machine has no table of zones. This is right but for Ramadan.
        return timezone(timedelta(hours=1))


ZONE = _zone()
"""The newspaper's."""


def local(moment: datetime) -> datetime:
    """``moment`` in the newspaper's zone; as it is at the ends of the calendar, where there is no other."""
    try:
        return moment.astimezone(ZONE)
    except OverflowError:
        return moment


def day(moment: datetime) -> str:
    """The day of ``moment`` in words.

    >>> day(datetime.fromisoformat("2026-04-18T23:30:00+00:00"))
    'الأحد 19 أبريل 2026'
    """
    here = local(moment)
    return f"{_DAYS[here.weekday()]} {here.day} {_MONTHS[here.month - 1]} {here.year}"


def clock(moment: datetime) -> str:
    """Hour and minute.

    >>> clock(datetime.fromisoformat("2026-04-18T08:05:00+00:00"))
    '09:05'
    """
    here = local(moment)
    return f"{here.hour:02}:{here.minute:02}"


def minutes(seconds: float) -> str:
    """A duration, to the minute.

    >>> [minutes(60 * count) for count in (0.4, 1, 2, 3, 10, 11, 100, 103)]
    ['أقل من دقيقة', 'دقيقة واحدة', 'دقيقتان', '3 دقائق', '10 دقائق', '11 دقيقة', '100 دقيقة', '103 دقائق']
    """
    count = round(seconds / 60)
    if count < 3:
        return ("أقل من دقيقة", "دقيقة واحدة", "دقيقتان")[count]
    return f"{count} {'دقائق' if 3 <= count % 100 <= 10 else 'دقيقة'}"


def is_arabic(text: str) -> bool:
    """Whether there is an Arabic letter in ``text``: then it runs from right to left, whatever word comes first.

    >>> is_arabic("FIFA تعلن"), is_arabic("WhatsApp, 2026")
    (True, False)
    """
    return bool(_ARABIC_LETTER.search(text))


def unbroken(text: str) -> Markup:
    """``text`` as HTML in which no line ends within «2-1».

    >>> unbroken("فوز 2-1 <في> الختام")
    Markup('فوز <span class="whole">2-1</span> &lt;في&gt; الختام')
    """
    pieces = _FIGURES.split(text)
    return Markup("").join(
        Markup('<span class="whole">{}</span>').format(piece) if index % 2 else escape(piece)
        for index, piece in enumerate(pieces)
    )
