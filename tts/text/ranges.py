"""From one number to another: the first is read here, and agrees with what the second counts.

The second stays in figures, for the families that know what follows it: percent, currency, units, numbers.
"""

import re

from tts.text.context import attached, case_of, is_definite
from tts.text.grammar import FEMININE, MASCULINE, NOMINATIVE, OBLIQUE, Case, definite, dual
from tts.text.nouns import Gender, Noun, Number, noun
from tts.text.nouns import dual as dual_of
from tts.text.nouns import is_definite as has_article
from tts.text.numerals import CLITIC, END, NUMBER, START, Numeral, parse
from tts.text.reading import Reading, Rule, apply

DASH = "[-‐‑‒–—−~]"
"""What joins the two ends of a range."""

NO_CHAIN, CHAIN_END = f"(?<![0-9]{DASH})", f"(?!{DASH}[0-9])"
"""Not before or after a third number: ``4–3–3``."""

UNIT = re.compile(
    r" ?(?:[%٪‰°º℃℉€£$]|(?:كلم|كم|كغ|كلغ|سم|ملم|مم|مل|م[²³23]?|غ|[kK]m|[kK]g|[cm]?m|MAD|DH|USD|EUR)(?!\w))"
    r"| (?:في|ب) ?(?:المائة|المئة|الألف)(?!\w)"
)
"""A sign or a short form that only a quantity has after it."""

_MEASURES = """
    ثانية دقيقة ساعة يوم ليلة أسبوع شهر سنة عام عقد قرن موسم مرة درجة متر كيلومتر لتر طن كيلوغرام غرام هكتار
    درهم دولار أورو ريال دينار جنيه سنتيم ليرة شخص فرد نسمة هدف نقطة حصة لاعب لاعبة مباراة مقعد صوت حالة تلميذ طالب منصب
"""
MEASURES = frozenset(_MEASURES.split())
"""Nouns that are counted wherever they stand after a pair of numbers, in sports news too."""

SCALES = {
    form: singular
    for singular, forms in (
        ("ألف", "ألف ألفا آلاف"),
        ("مليون", "مليون مليونا ملايين"),
        ("مليار", "مليار مليارا مليارات ملايير"),
    )
    for form in forms.split()
}
"""Scale words as they stand after figures, and the singular of each."""

_MARKS = "\u064b-\u065f\u0670"
_WORD = re.compile(rf" ?([ء-ي{_MARKS}]+)")
_STRIP = re.compile(f"[{_MARKS}]")
_FEMININE_UNIT = re.compile(" ?[°º℃℉]")
_HINT = re.compile(rf"[0-9][%٪‰°€$£]? ?(?:{DASH}|إلى|الى|حتى|أو|أم|و)")

_BETWEEN = re.compile(r"(?<!\w)[وف]?(?:ما ?)?بين(?: (?:حوالي|نحو))? ?[%$€£]?$")
_BETWEEN_ONE = re.compile(rf"(?<!\w)[وف]?(?:ما ?)?بين {NUMBER} ?[%٪‰°€$£]$")
_LABEL = re.compile(r"(?<!\w)[وف]?[بل]?(?:ال)?(?:رقم|عدد|مادة|فصل|صفحة|قناة|غرفة|طريق|خط|فئة|سنة|عام)(?: رقم)? $")


def word_after(text: str, index: int) -> str:
    """The Arabic word that follows what ends before ``text[index]``, without its marks; ``""`` if none does."""
    word = _WORD.match(text, index, index + 40)
    return _STRIP.sub("", word[1]) if word else ""


def counted_after(text: str, index: int) -> Noun | None:
    """The indefinite noun that follows a number which ends before ``text[index]``.

    >>> counted_after("5 أيام", 1).singular, counted_after("5 الأيام", 1), counted_after("5 في", 1)
    ('يوم', None, None)
    """
    word = word_after(text, index)
    found = None if not word or has_article(word) else noun(word)
    if found and word[0] in "وفبلك" and found.singular[0] != word[0]:
        return None  # with a clitic: رقم 45 بمكتب
    return found


def is_measured(text: str, index: int, number: int) -> bool:
    """Whether a number which ends before ``text[index]`` is sure to be a quantity: a unit, or a noun in agreement.

    >>> is_measured("15 يوما", 2, 15), is_measured("3 كلم", 1, 3), is_measured("3 شباب", 1, 3)
    (True, True, False)
    """
    if UNIT.match(text, index) or word_after(text, index) in SCALES:
        return True
    found = counted_after(text, index)
    if found is None or _STRIP.sub("", found.singular) not in MEASURES:
        return False
    return found.number is Number.SINGULAR or 3 <= number % 100 <= 10


def is_between(text: str, index: int) -> bool:
    """Whether ``بين`` stands right before ``text[index]``."""
    return _BETWEEN.search(text, max(0, index - 20), index) is not None


def _gender_after(text: str, index: int) -> Gender:
    if _FEMININE_UNIT.match(text, index):
        return FEMININE
    found = counted_after(text, index)
    return found.gender if found else MASCULINE


def _one_or_two(number: int, text: str, index: int, case: Case) -> str | None:
    """One or two of what the second number counts, as its noun says it: سنة، سنتين."""
    scale, found = SCALES.get(word_after(text, index)), counted_after(text, index)
    if scale:
        return scale if number == 1 else dual(scale, case)
    if found is None or not found.plurals:
        return None
    return _STRIP.sub("", found.singular) if number == 1 else dual_of(found, nominative=case is NOMINATIVE)


def _first(match: re.Match[str], number: Numeral) -> str:
    """The first number in words."""
    text, clitic, end = match.string, match["clitic"], match.end("second")
    case, gender = case_of(text, match.start(), clitic), _gender_after(text, end)
    if is_definite(clitic):
        return attached(clitic, definite(number.whole, gender, case))
    few = _one_or_two(number.whole, text, end, case) if number.is_counting and number.whole in (1, 2) else None
    return attached(clitic, few or number.words(gender, case))


def _dashed(match: re.Match[str]) -> str | None:
    first, last = parse(match["first"]), parse(match["second"])
    if first.is_code or last.is_code or (is_definite(match["clitic"]) and not first.is_counting):
        return None
    text, end = match.string, match.end("second")
    between = is_between(text, match.start())
    rises = (first.whole, first.fraction) < (last.whole, last.fraction)
    has_noun = UNIT.match(text, end) or word_after(text, end) in SCALES or counted_after(text, end)
    if match["gap"]:
        is_range = rises and (between or has_noun)
    else:
        is_range = between or has_noun or (rises and last.whole < 1000 * (first.whole + 1))
    sign = "" if match["own"] else match["sign"]
    return _first(match, first) + (" و" if between else " إلى ") + sign if is_range else None


def _agreeing(match: re.Match[str]) -> str | None:
    number, text, clitic = parse(match["first"]), match.string, match["clitic"]
    if not number.is_counting or is_definite(clitic) or _LABEL.search(text, max(0, match.start() - 20), match.start()):
        return None
    if match["joint"] == "و" and not is_between(text, match.start()):
        return None
    if match["minus"]:
        gender = _gender_after(text, match.end("second"))
        return attached(
            clitic, "ناقص " + number.words(gender, OBLIQUE if clitic else case_of(text, match.start(), None))
        )
    has_own_words = number.whole in (1, 2) or _gender_after(text, match.end("second")) is FEMININE
    return _first(match, number) if has_own_words else None


def _joint(match: re.Match[str]) -> str:
    start = match.start()
    return " و" if _BETWEEN_ONE.search(match.string[max(0, start - 40) : start]) else " إلى "


RULES = (
    Rule(
        "range",
        "Two numbers with a dash between them are said with إلى, and with و after بين.",
        re.compile(
            rf"{START}{NO_CHAIN}{CLITIC}(?P<sign>[%$€£]?)(?P<first>{NUMBER})(?P<gap> ?){DASH}(?P=gap)"
            rf"(?=(?P<own>[%$€£]?)(?P<second>{NUMBER}){END}{CHAIN_END})"
        ),
        _dashed,
        example=("يستغرق 15-20 دقيقة، أو بين 3-4 أسابيع", "يستغرق خمس عشرة إلى 20 دقيقة، أو بين ثلاثة و4 أسابيع"),
        spares="F-16 و05-06 و4-3-3 و5 - 2",
    ),
    Rule(
        "range_in_words",
        "The first of two numbers that count one noun agrees with it too; one and two are said by the noun itself.",
        re.compile(
            rf"{START}{CLITIC}(?P<minus>[-−]?)(?P<first>{NUMBER})"
            rf"(?= (?P<joint>إلى|الى|حتى|أو|أم|و(?= ?[0-9])) ?(?P<second>{NUMBER}){END})"
        ),
        _agreeing,
        example=("من 2 إلى 5 سنوات، ما بين 35 و40 درجة", "من سنتين إلى 5 سنوات، ما بين خمس وثلاثين و40 درجة"),
        spares="من 5 إلى 7 أيام، رقم 5 أو 6 سنوات، 20 و30 سنة",
    ),
    Rule(
        "quantities",
        "A dash between two numbers that have a sign each is said as between bare numbers.",
        re.compile(rf"(?<=[%٪‰°€$£]) ?{DASH} ?(?=[0-9])"),
        _joint,
        example=("نسبة 20%-30%، وبين 5°-8°", "نسبة 20% إلى 30%، وبين 5° و8°"),
        spares="20% من 30%",
    ),
)


def ranges(reading: Reading) -> Reading:
    """The reading with ranges in words, all but their second number.

    >>> ranges(Reading.of("بعد 10-15 يوما")).spoken
    'بعد عشرة إلى 15 يوما'
    """
    return apply(RULES, reading) if _HINT.search(reading.spoken) else reading
