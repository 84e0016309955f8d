"""Fractions, marks out of ten or twenty, and ratios."""

import re
import unicodedata

from tts.text.context import attached, case_of, is_definite
from tts.text.grammar import OBLIQUE, Case, cardinal, dual
from tts.text.nouns import Gender, noun
from tts.text.nouns import is_definite as has_article
from tts.text.numerals import CLITIC, END, NUMBER, START, parse
from tts.text.ranges import SCALES, UNIT, counted_after, word_after
from tts.text.reading import Reading, Rule, apply

PARTS = {
    2: ("نصف", "أنصاف"),
    3: ("ثلث", "أثلاث"),
    4: ("ربع", "أرباع"),
    5: ("خمس", "أخماس"),
    6: ("سدس", "أسداس"),
    7: ("سبع", "أسباع"),
    8: ("ثمن", "أثمان"),
    9: ("تسع", "أتساع"),
    10: ("عشر", "أعشار"),
}
"""One part, and several."""

VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
"""Fractions in one character."""

SLASH = "[/⁄∕]"

_RATIO = re.compile(
    r"(?<!\w)[وف]?[بلك]?(?:ال)?(?:نسبة|مقياس|سلم|تركيز|معدل|خليط|مزيج|أبعاد|شاشة|شاشات|تناسب|عرض|آية|سورة|إنجيل|سفر)"
    r"(?: \w+)? ?[:(]? ?$"
)
_MARK = re.compile(
    r"(?<!\w)[وفبلك]*(?:ال)?(?:نقطة|نقط|علامة|معدل|تقييم|تنقيط|تقدير|درجة|امتحان|اختبار|مقياس|سلم|خريطة)(?:ه|ها|هم)?(?!\w)[^.؛!؟]*$"
)
_OWNED = re.compile(
    "(?!(?:[وف]?(?:من|في|عن|ل|ب|إلي|علي|بين|لدي|عند|مع|حول|ضد|بعد|قبل))(?:ها|هم|هما|نا|ه)$).{2,}(?:ها|هم|هما|نا|ه)"
    "|هذا|ذلك|تلك|هؤلاء|أولئك"
)
"""What has a pronoun, prepositions apart: مخزونها، not منها; and demonstratives."""
_QUARTERS = {(1, 2): "5", (1, 4): "25", (3, 4): "75", (1, 5): "2", (2, 5): "4", (3, 5): "6", (4, 5): "8"}
_HINT = re.compile(f"[0-9] ?[/⁄∕:]|[{VULGAR}]")


def is_ratio_at(text: str, index: int) -> bool:
    """Whether the words before ``text[index]`` announce a ratio: بنسبة 1:3."""
    return _RATIO.search(text, max(0, index - 40), index) is not None


def part(above: int, below: int, case: Case, *, has_owner: bool = False) -> str:
    """A fraction in words; ``has_owner`` when what it is a part of follows at once: ثلثا السكان.

    >>> part(1, 2, Case.NOMINATIVE), part(2, 3, Case.OBLIQUE, has_owner=True), part(3, 4, Case.NOMINATIVE)
    ('نصف', 'ثلثي', 'ثلاثة أرباع')
    """
    one, many = PARTS[below]
    if above == 1:
        return one
    if above == 2:
        return dual(one, case).removesuffix("ن" if has_owner else "")
    return f"{cardinal(above, case=case)} {many}"


def _has_owner(text: str, index: int) -> bool:
    """Whether what a fraction is a part of follows it: السكان، مخزونها، أعضاء البرلمان، لتر."""
    word = word_after(text, index)
    return bool(word) and bool(has_article(word) or noun(word) is not None or _OWNED.fullmatch(word) or word in SCALES)


def _after_article(clitic: str | None, words: str) -> str:
    return attached(clitic, "ال" + words if is_definite(clitic) else words)


def _in_percent(match: re.Match[str], words: str) -> str:
    return words + (" في المائة" if match["percent"] else "")


def _parts_of(sign: str) -> tuple[int, int]:
    """The numbers above and below the line of one of ``VULGAR``."""
    above, below = unicodedata.normalize("NFKC", sign).split("⁄")
    return int(above), int(below)


def _vulgar(match: re.Match[str]) -> str:
    return _fraction(match, *_parts_of(match["sign"]))


def _fraction(match: re.Match[str], above: int, below: int) -> str:
    text, clitic = match.string, match["clitic"]
    has_owner = not match["percent"] and not is_definite(clitic) and _has_owner(text, match.end())
    words = part(above, below, case_of(text, match.start(), clitic), has_owner=has_owner)
    return _in_percent(match, _after_article(clitic, words))


def _mixed(match: re.Match[str]) -> str | None:
    """Two and a half of something: what is counted comes between. ``2½ ساعة`` is ``2 ساعة ونصف``."""
    above, below = _parts_of(match["sign"]) if match["sign"] else (int(match["above"]), int(match["below"]))
    if above >= below:
        return None
    text, whole, clitic = match.string, match["whole"], match["clitic"]
    case = case_of(text, match.start(), clitic)
    tail, counted = f" و{part(above, below, case)}", match["counted"] or ""
    if match["unit"]:
        decimals = _QUARTERS.get((above, below))
        return f"{clitic or ''}{whole}.{decimals}{match['unit']}" if decimals else None
    if not _is_counted(match):
        return attached(clitic, cardinal(int(whole), case=case)) + tail + match[0][match.end("last") - match.start() :]
    if counted in SCALES:
        tail = f"{tail} {SCALES[counted]}"
    return f"{clitic or ''}{counted if whole == '1' else f'{whole} {counted}'}{tail}"


def _is_counted(match: re.Match[str]) -> bool:
    text, end = match.string, match.end("last")
    return bool(match["counted"]) and bool(
        match["counted"] in SCALES or UNIT.fullmatch(match["counted"]) or counted_after(text, end)
    )


def _slashed(match: re.Match[str]) -> str | None:
    above, below = parse(match["above"]), parse(match["below"])
    text, end = match.string, match.end("below")
    if above.is_counting and below.is_counting and below.whole in PARTS and 0 < above.whole < below.whole:
        is_part = _has_owner(text, end) or word_after(text, end) == "من"
        is_of_ten = below.whole == 10 and above.whole > 1
        is_mark = is_of_ten or _MARK.search(text, max(0, match.start() - 40), match.start())
        if is_part or not is_mark:
            return _fraction(match, above.whole, below.whole)
    clitic = match["clitic"]
    if is_definite(clitic):
        return None
    counted = counted_after(text, end) if match["above"] == match["below"] else None
    gender = counted.gender if counted else Gender.MASCULINE
    words = f"{above.words(gender, case_of(text, match.start(), clitic))} على {below.words(gender, OBLIQUE)}"
    return _in_percent(match, attached(clitic, words))


def _sixteenth(match: re.Match[str]) -> str:
    return attached(match["clitic"], "سدس عشر")


def _ratio(match: re.Match[str]) -> str | None:
    first, second = parse(match["first"]), parse(match["second"])
    is_scale = first.digits == "1" and second.whole >= 1000
    if is_definite(match["clitic"]) or not (is_scale or is_ratio_at(match.string, match.start())):
        return None
    words = (
        f"{first.words(case=case_of(match.string, match.start(), match['clitic']))} إلى {second.words(case=OBLIQUE)}"
    )
    return attached(match["clitic"], words)


_PERCENT = "(?P<percent> ?[%٪])?"

RULES = (
    Rule(
        "mixed_fraction",
        "A fraction after a whole number follows what they count.",
        re.compile(
            rf"{START}{CLITIC}(?P<whole>[1-9][0-9]{{0,2}})"
            rf"(?P<last> ?(?P<sign>[{VULGAR}])| (?P<above>[1-9]){SLASH}(?P<below>[2-9]|10){END})"
            r"(?:(?P<unit> ?[%٪°℃€$£])| (?P<counted>[ء-ي]{1,20}[²³]?)(?!\w))?"
        ),
        _mixed,
        example=("بعد 2½ ساعة و3 1/2 مليون، 2½%", "بعد 2 ساعة ونصف و3 مليون ونصف مليون، 2.5%"),
        spares="½ ساعة، 2 3/3",
    ),
    Rule(
        "fraction_sign",
        "A fraction in one character is said by its parts.",
        re.compile(rf"{START}{CLITIC}(?P<sign>[{VULGAR}]){_PERCENT}"),
        _vulgar,
        example=("½ لتر و¼ القيمة و⅔ السكان، ⅔ منهم", "نصف لتر وربع القيمة وثلثي السكان، ثلثان منهم"),
        spares="1/2",
    ),
    Rule(
        "sixteenth",
        "The round of sixteen matches is named by its fraction.",
        re.compile(rf"{START}{CLITIC}(?:(?<=دور )1 ?{SLASH} ?16{END}|1 ?{SLASH} ?16(?= (?:ال)?نهائي))"),
        _sixteenth,
        example=("1/16 النهائي ودور 1/16", "سدس عشر النهائي ودور سدس عشر"),
        spares="بنسبة 1/16 فقط",
    ),
    Rule(
        "fraction",
        "One to nine parts of two to ten are named; what is out of ten, twenty or more is said with على.",
        re.compile(rf"{START}{CLITIC}(?P<above>{NUMBER})(?P<gap> ?){SLASH}(?P=gap)(?P<below>{NUMBER}){END}{_PERCENT}"),
        _slashed,
        example=("2/3 الأعضاء، بمعدل 18,5/20", "ثلثا الأعضاء، بمعدل ثمانية عشر فاصلة خمسة على عشرين"),
        spares="2/3/4 و/أو 5",
    ),
    Rule(
        "ratio",
        "Two numbers with a colon are a ratio after a word that says so, and when one stands to thousands.",
        re.compile(rf"{START}{CLITIC}(?P<first>{NUMBER})(?P<gap> ?):(?P=gap)(?P<second>{NUMBER}){END}"),
        _ratio,
        example=("بنسبة 1:3 على خريطة 1:50000", "بنسبة واحد إلى ثلاثة على خريطة واحد إلى خمسين ألفًا"),
        spares="فاز 3:1 في 10:30",
    ),
)


def fractions(reading: Reading) -> Reading:
    """The reading with fractions and ratios in words.

    >>> fractions(Reading.of("3/4 الأشغال، 7/10 في الامتحان")).spoken
    'ثلاثة أرباع الأشغال، سبعة على عشرة في الامتحان'
    """
    return apply(RULES, reading) if _HINT.search(reading.spoken) else reading
