"""Percentages: ``20%``, ``%52``, ``17‰``, and the figures of one that is written out."""

import re

from tts.text.context import is_definite
from tts.text.grammar import definite
from tts.text.numerals import CLITIC, END, NUMBER, parse
from tts.text.quantities import FIGURES, SIGNED, case_in, said
from tts.text.reading import Reading, Rule, apply

SHARES = {"%": "في المائة", "٪": "في المائة", "‰": "في الألف"}
"""The signs, and how they are said."""

SHARE = "(?<![%٪‰])(?<![%٪‰] )(?P<share>[%٪‰])(?! ?[%٪‰])"
WRITTEN_OUT = r" ?(?:في ?|ب)ال(?:م[ايئ]+ة|ألف)(?!\w)"
"""What the author wrote instead of a sign: في المائة، بالمئة."""

_HINT = re.compile(rf"{SHARE}|[0-9]{WRITTEN_OUT}")


def _figures(match: re.Match[str]) -> str:
    """The figures in words. A group of three digits is no thousands here: 1,125% is a little over one."""
    number, case = parse(match["number"], is_decimal=True), case_in(match)
    if not is_definite(match["clitic"]):
        words = number.words(case=case)
    elif number.is_counting:
        words = definite(number.whole, case=case)
    else:
        words = "ال" + number.words(case=case)
    return said(match, words)


def _share(match: re.Match[str]) -> str:
    runs_on = match.string[match.end() : match.end() + 1].isalnum()
    return f"{_figures(match)} {SHARES[match['share']]}" + " " * runs_on


RULES = (
    Rule(
        "percent",
        "Figures and the sign after them.",
        re.compile(rf"{FIGURES} ?{SHARE}(?![A-Za-z])"),
        _share,
        example=(
            "نما ب3,5% و-2 %، عن عتبة ال3%",
            "نما بثلاثة فاصلة خمسة في المائة وناقص اثنين في المائة، عن عتبة الثلاثة في المائة",
        ),
        spares="زاد 20 مرة، 20%d",
    ),
    Rule(
        "percent_before",
        "The sign may stand before the figures, as it is seen there in a line from right to left.",
        re.compile(rf"(?<![A-Za-z0-9_/]){CLITIC}{SIGNED}{SHARE} ?(?P<number>{NUMBER}){END}"),
        _share,
        example=("بلغت %52 مقابل ٪ 60", "بلغت اثنين وخمسين في المائة مقابل ستين في المائة"),
        spares="caf%20 و%%5",
    ),
    Rule(
        "percent_in_words",
        "The figures before في المائة are read alone: no hundred loses its ن, no group of three is thousands.",
        re.compile(rf"{FIGURES}(?={WRITTEN_OUT})"),
        _figures,
        example=(
            "نمو بنسبة 1,125 في المائة و200 بالمئة",
            "نمو بنسبة واحد فاصلة مائة وخمسة وعشرين في المائة ومائتين بالمئة",
        ),
        spares="20 في مائة مدينة",
    ),
    Rule(
        "percent_alone",
        "A sign after a word: the number is in words already.",
        re.compile(rf"(?<=[^\W\d_]{{2}}) ?{SHARE}(?!\w)"),
        lambda match: " " + SHARES[match["share"]],
        example=("نصف % من السكان", "نصف في المائة من السكان"),
        spares="%s",
    ),
)


def percent(reading: Reading) -> Reading:
    """The reading with percentages in words.

    >>> percent(Reading.of("80% من المياه")).spoken
    'ثمانون في المائة من المياه'
    """
    return apply(RULES, reading) if _HINT.search(reading.spoken) else reading
