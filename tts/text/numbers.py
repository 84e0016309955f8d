"""Numbers that count, with the noun they count; and all figures that no other rule has read."""

import re
import unicodedata

from tts.text import nouns
from tts.text.agreement import SCALES, Counted, counted_noun, gender_of, is_before_noun, is_scaled, nominative_shown
from tts.text.context import attached, case_of, is_definite
from tts.text.digits import LAST
from tts.text.grammar import ACCUSATIVE, NOMINATIVE, OBLIQUE, Case, accusative, cardinal, construct, dual
from tts.text.nouns import Gender, Number
from tts.text.numerals import CLITIC, END, FIGURE, NUMBER, START, parse
from tts.text.reading import Reading, Rule, apply

_NOUN = r" ?[\u0620-\u064a][\u0620-\u0652\u0670]*"
_COUNT = rf"{START}{CLITIC}(?P<number>%s){END}"


def _case(match: re.Match[str]) -> Case:
    """The case of the number in a match: what stands after it tells more surely than what stands before."""
    shown = nominative_shown(match.string, match.end("number"))
    if shown is not None:
        return NOMINATIVE if shown else OBLIQUE
    return case_of(match.string, match.start(), match["clitic"])


def _one(match: re.Match[str]) -> str | None:
    counted = counted_noun(match.string, match.end("number"))
    if counted is None or counted.noun.number is not Number.SINGULAR or is_definite(match["clitic"]):
        return None
    return attached(match["clitic"], f"{_singular(counted)} {cardinal(1, counted.noun.gender)}")


def _two(match: re.Match[str]) -> str | None:
    counted = counted_noun(match.string, match.end("number"))
    if counted is None or is_definite(match["clitic"]):
        return None
    noun, case = counted.noun, _case(match)
    ending = counted.written[-2:]
    if noun.number is Number.DUAL:
        case = NOMINATIVE if ending == "ان" else OBLIQUE
    words = nouns.dual(noun, case is NOMINATIVE)
    if noun.number is not Number.SINGULAR and ending in ("ان", "ين", "ون"):
        words += " " + cardinal(2, noun.gender, case)
    return attached(match["clitic"], words)


def _and_one_or_two(match: re.Match[str]) -> str | None:
    number = parse(match["number"])
    counted = counted_noun(match.string, match.end("number"))
    if not number.is_counting or number.whole < 100 or is_definite(match["clitic"]):
        return None
    if counted is None or counted.noun.number is not Number.SINGULAR:
        return None
    noun, case, singular, rest = counted.noun, _case(match), _singular(counted), number.whole % 100
    last = nouns.dual(noun, case is NOMINATIVE) if rest == 2 else f"{singular} {cardinal(1, noun.gender)}"
    return attached(match["clitic"], f"{construct(number.whole - rest, noun.gender, case)} {singular} و{last}")


def _singular(counted: Counted) -> str:
    """The noun as it was written, but for the alef of an accusative."""
    alef = re.fullmatch("(.+?)\u064b?ا\u064b?", counted.written)
    return alef[1] if alef and not counted.noun.singular.endswith("ا") else counted.written


def _scale(match: re.Match[str]) -> str:
    scale, case = SCALES[match["scale"]], _case(match)
    is_counting = is_before_noun(match.string, match.end())
    if match["number"] == "2":
        words = dual(scale, case)[: -1 if is_counting else None]
    else:
        words = accusative(scale) if case is ACCUSATIVE and not is_counting else scale
    return attached(match["clitic"], "ال" * is_definite(match["clitic"]) + words)


def _cardinal(match: re.Match[str]) -> str:
    number, text, end = parse(match["number"]), match.string, match.end()
    gender = gender_of(text, match.start(), end) if number.is_counting else Gender.MASCULINE
    words = number.words(gender, _case(match), before_noun=is_scaled(text, end) or is_before_noun(text, end))
    words = attached(match["clitic"], "ال" * is_definite(match["clitic"]) + words)
    return words + " " * text[end : end + 1].isalpha()


_SIGN_START = r"(?:(?<![^\s(\[{«\"])|(?<=\sو))(?<![0-9] )"


def _minus_after(match: re.Match[str]) -> str | None:
    if not match["degrees"] and not match.string.endswith("بين ", 0, match.start()):
        return None
    return f"{match['and'] or ''}ناقص {match['number']}"


RULES = (
    Rule(
        "minus",
        "A minus belongs to a number when nothing but a space, a bracket or و stands before it.",
        re.compile(rf"{_SIGN_START}[-−](?={NUMBER}{END})"),
        lambda match: "ناقص ",
        example=("سجلت -5 درجات (−3) و-2", "سجلت ناقص 5 درجات (ناقص 3) وناقص 2"),
        spares="نور-3 و- 3 قتلى، 5 -3",
    ),
    Rule(
        "minus_after",
        "A minus that stands after its number, as it looks before it from right to left: of degrees, or after بين.",
        re.compile(rf"{START}(?P<and>و)?(?P<number>{NUMBER})[-−](?= (?:(?P<degrees>درج(?:ة|ات))|و ?[0-9]))"),
        _minus_after,
        example=("بين 5- و2- درجات", "بين ناقص 5 وناقص 2 درجات"),
        spares="1- و2- درج المنزل، 5- 3 درجات",
    ),
    Rule(
        "plus",
        "A plus before a number is «زائد», and its noun is counted as ever.",
        re.compile(rf"{_SIGN_START}\+(?={NUMBER}{END})"),
        lambda match: "زائد ",
        example=("+5 درجات", "زائد 5 درجات"),
        spares="ديزني+ و5 +3",
    ),
    Rule(
        "scale",
        "One and two before a scale word are said by its own form, which loses the ن of two before what is counted.",
        re.compile(_COUNT.replace("%s", "[12]") + rf" ?(?P<scale>{'|'.join(SCALES)})(?!\w)"),
        _scale,
        example=("يزورها 2 مليون سائح و1 مليون من بلدنا", "يزورها مليونا سائح ومليون من بلدنا"),
        spares="زاره 3 ملايين و12 مليون سائح",
    ),
    Rule(
        "one",
        "One follows the noun it counts.",
        re.compile(_COUNT.replace("%s", "1") + _NOUN),
        _one,
        example=("1 قتيل في حادثة و1 طفلة", "قتيل واحد في حادثة وطفلة واحدة"),
        spares="رقم 1 في العالم 11 قتيل",
    ),
    Rule(
        "two",
        "Two is the noun's own dual; a plural that looks like one is said with the number.",
        re.compile(_COUNT.replace("%s", "2") + _NOUN),
        _two,
        example=("حبس 2 سنة مع 2 لاعبين", "حبس سنتين مع لاعبين اثنين"),
        spares="رقم 2 في العالم 12 سنة",
    ),
    Rule(
        "and_one_or_two",
        "One and two after hundreds are said apart, with the noun in its own form.",
        re.compile(_COUNT.replace("%s", rf"(?=[0-9.,٬'’ ]{{2,20}}(?<=0[12]){_NOUN}){NUMBER}") + _NOUN),
        _and_one_or_two,
        example=("سجل 101 حالة و102 قتيل", "سجل مائة حالة وحالة واحدة ومائة قتيل وقتيلين"),
        spares="سجل 112 حالة و100 قتيل و101 في المدينة",
    ),
    Rule(
        "cardinal",
        "A number is read in the gender of what it counts and in the case of its place.",
        re.compile(_COUNT.replace("%s", NUMBER)),
        _cardinal,
        example=("شارك 200 عداء من 11 دولة", "شارك مائتا عداء من إحدى عشرة دولة"),
        spares="A320 10-15",
    ),
)


def numbers(reading: Reading) -> Reading:
    """The reading with its plain numbers in words.

    >>> numbers(Reading.of("بعد 3 سنوات")).spoken
    'بعد ثلاث سنوات'
    """
    return apply(RULES, reading) if FIGURE.search(reading.spoken) else reading


_DIGITS = "0-9" + "".join(chr(point) for point in range(0x80, LAST) if chr(point).isdigit())
"""Every digit there is; ² and its like have been left by all before."""

_SIGNS = {".": " نقطة ", ",": " فاصلة ", "٫": " فاصلة "}


def _leftover(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    written = "".join(str(unicodedata.digit(sign, sign)) for sign in match["number"])
    case = case_of(text, start, match["clitic"])
    if _NUMBER.fullmatch(written):
        words = parse(written).words(case=case)
    else:
        words = _PART.sub(lambda part: _SIGNS.get(part[0]) or parse(part[0]).words(case=case), written)
    words = attached(match["clitic"], "ال" * is_definite(match["clitic"]) + words)
    return " " * text[start - 1 : start].isalnum() * (start > 0) + words + " " * text[end : end + 1].isalnum()


_NUMBER = re.compile(NUMBER)
_FIGURES = frozenset(chr(point) for point in range(LAST) if chr(point).isdigit())
_PART = re.compile("[0-9]+|[.,٫]")

LEFTOVER = Rule(
    "leftover",
    "Any figure still there is read, whatever stands around it.",
    re.compile(rf"{CLITIC}(?P<number>[{_DIGITS}]+(?:[.,٫][{_DIGITS}]+)*)"),
    _leftover,
    example=("نور3 و10.20.30", "نور ثلاثة وعشرة نقطة عشرين نقطة ثلاثين"),
    spares="لا أرقام ½",
)


def leftovers(reading: Reading) -> Reading:
    """The reading without a single figure.

    >>> leftovers(Reading.of("A4:5")).spoken
    'A أربعة:خمسة'
    """
    return LEFTOVER(reading) if not _FIGURES.isdisjoint(reading.spoken) else reading
