"""Figures that are no quantity: telephone numbers, versions, laws, formations, accounts, plates."""

import re

from tts.text.context import attached, case_of, case_of_noun, is_definite
from tts.text.grammar import LARGEST, NOMINATIVE, OBLIQUE, Case, cardinal, led_by_zeros, ordinal, singly
from tts.text.latin import NUMBERED_NAME
from tts.text.nouns import Gender, noun
from tts.text.numerals import CLITIC, END, START
from tts.text.ranges import DASH, SCALES, UNIT, counted_after, word_after
from tts.text.reading import Reading, Rule, apply

PAUSE = "، "
POINT = " نقطة "
OVER = " على "

LONGEST_WORDS = 6
"""Digits of the longest part of a code that is said as a number."""

_PREFIX = r"(?<!\w)[وف]?(?:[بك]?ال|لل|[بلك])?"
_OPENS = "[ :(]{0,3}$"

PHONE = re.compile(
    rf"(?:{_PREFIX}(?:هاتف|هواتف|جوال|محمول|واتس|فاكس|اتصال|مكالمات)\w*|[Tt][eé]l|TEL|[Ff]ax|GSM|WhatsApp)"
    r"[^0-9.؛!؟]{0,30}$"
)
"""Words that announce a telephone number."""
PHONE_AT_ONCE = re.compile(
    rf"(?:{_PREFIX}(?:رقم\w{{0,2}}(?: \w+)?|هاتف|جوال|واتساب|فاكس)|:|[Tt][eé]l\.?|TEL|[Ff]ax|GSM|WhatsApp){_OPENS}"
)
"""The same, where nothing else can be meant."""

SERVICE = re.compile(rf"{_PREFIX}رقم ال(?:أخضر|اقتصادي|قصير|مجاني|هاتفي|وطني|موحد|مختصر|سري)(?: \w+)? ?{_OPENS}")
"""What a service's short number follows."""

ACCOUNT = re.compile(
    rf"(?:{_PREFIX}(?:حساب|بطاقة|رخصة|جواز|لوحة)\w*(?: \w+){{0,4}}? (?:رقم|عدد|الرقم|الترقيم|التسجيل)"
    rf"|{_PREFIX}رقم (?:ال)?(?:حساب|بطاقة|رخصة|جواز|لوحة|تسلسلي)\w*(?: \w+){{0,3}}"
    rf"|{_PREFIX}رقم (?:بنكي|سري|تسلسلي)|إيبان|ردمك|RIB|IBAN|ISBN|ISSN|IMEI) ?{_OPENS}"
)
"""Words that announce the number of an account, a card, a licence, a book."""
VEHICLE = re.compile(rf"{_PREFIX}(?:لوحة|لوحات|ترقيم|سيارة|شاحنة|دراجة|مركبة|حافلة|مسجلة|مرقمة)(?!\w)")

LAW = "(?:قانون|قوانين|مرسوم|مراسيم|ظهير|مدونة|مقرر|قرار|دورية|مذكرة|منشور|أمر|توصية)"
_OF_LAW = re.compile(rf"{_PREFIX}{LAW}(?!\w)")
_LAW_AT_ONCE = re.compile(rf"{_PREFIX}(?:{LAW}(?: [اأإ]ل\w+){{0,2}}|رقم){_OPENS}")
NUMBERED = re.compile(rf"{_PREFIX}(?:رقم|عدد|ملف|قضية){_OPENS}")
VERSION = re.compile(
    rf"(?:{_PREFIX}(?:[إا]صدار|[إا]صدارة|نسخة|بند|فقرة|مادة|فصل|قسم|جدول|شكل|مبحث|بلوتوث|[أا]ندرويد|ويندوز"
    r"|[أآ]ي ?[أاآ]و ?[إا]س|ماك ?[أاآ]و ?[إا]س|شات ?جي ?بي ?تي)"
    r"|(?<![A-Za-z])(?:iOS|iPadOS|macOS|watchOS|Android|Windows|Linux|Python|Java|ChatGPT|GPT|Gemini|Claude|Llama"
    r"|Bluetooth|USB|HDMI|[vV]|[vV]ersion))(?: رقم)? $"
)
MODEL = re.compile(rf"{_PREFIX}(?:بوينغ|إيرباص|طراز|نموذج|موديل)(?!\w) ?$")
MACHINE = re.compile("(?:IP|آي ?بي|بروتوكول|عنوان|عناوين|خادم)")
ORDERED = re.compile(rf"{_PREFIX}(?:دورة|نسخة|قرن|مادة|فصل|جولة|أسبوع|دقيقة|مرتبة|مركز|ذكرى|طبعة|باب|حلقة) $")
"""What is numbered by an ordinal: a zero before it only fills the column."""

FEMININE_ENDINGS = frozenset({"ère", "ere", "ères", "eres", "re", "nde", "ndes"})
"""Of French ordinals."""

_HINT = re.compile(
    r"رقم ال|[A-Za-z] [0-9]|[0-9][a-zè]|[0-9]{5}|(?<![0-9])0[0-9]|[0-9] (?:[0-9]|[أدطج] )"
    r"|[0-9] ?(?:[-‐‑‒–—−~./⁄]|[|/–-] ?[أ-ي]) ?[0-9أ-ي]"
)


def _before(match: re.Match[str], length: int = 60) -> str:
    return match.string[max(0, match.start() - length) : match.start()]


def _groups(written: str) -> list[str]:
    return re.findall("[0-9]+", written)


def _word(group: str, case: Case = NOMINATIVE) -> str:
    """A part of a code: a number if it is short and no zero leads it. A code has the form of counting: اثنان."""
    if group[0] == "0" or len(group) > LONGEST_WORDS:
        return led_by_zeros(group, case)
    return cardinal(int(group), case=case)


def _pairs(digits: str) -> list[str]:
    """Two by two from the end, as telephone numbers are said; what is over comes first: ``6`` or ``010``."""
    odd = len(digits) % 2 * (3 if digits[0] == "0" else 1)
    return [*([digits[:odd]] if odd else []), *(digits[i : i + 2] for i in range(odd, len(digits), 2))]


def _paused(groups: list[str]) -> str:
    return PAUSE.join(map(_word, groups))


def _is_counted(match: re.Match[str]) -> bool:
    text, end = match.string, match.end()
    return bool(UNIT.match(text, end) or word_after(text, end) in SCALES or counted_after(text, end))


def _local(match: re.Match[str]) -> str:
    groups = _groups(match["number"])
    is_service = len(groups) > 1 and groups[0].startswith("080")
    return attached(match["clitic"], _paused(groups if is_service else _pairs("".join(groups))))


def _plus(match: re.Match[str]) -> str:
    return "صفر صفر" if match["plus"] == "00" else "زائد"


def _moroccan(match: re.Match[str]) -> str:
    return f"{_plus(match)} {cardinal(212)}{PAUSE}{_paused(_pairs(''.join(_groups(match['number']))))}"


def _foreign(match: re.Match[str]) -> str | None:
    groups = _groups(match["number"])
    length = len(match["code"]) + sum(map(len, groups))
    is_sure = bool(PHONE.search(_before(match)))
    if not (7 if is_sure else 10) <= length <= 15 or (not is_sure and {3} == set(map(len, groups))):
        return None
    return f"{_plus(match)} {cardinal(int(match['code']))}{PAUSE}{_paused(groups if groups[1:] else _pairs(groups[0]))}"


def _announced(match: re.Match[str]) -> str | None:
    groups, before = _groups(match["number"]), _before(match)
    if not 7 <= sum(map(len, groups)) <= 12 or not PHONE.search(before):
        return None
    if groups[0][0] != "0" and not PHONE_AT_ONCE.search(before):
        return None
    if len(groups) == 1:
        digits = groups[0]
        groups = ["212", *_pairs(digits[3:])] if len(digits) == 12 and digits.startswith("212") else _pairs(digits)
    return attached(match["clitic"], _paused(groups))


def _short(match: re.Match[str]) -> str | None:
    return cardinal(int(match["number"])) if SERVICE.search(_before(match, 30)) and not _is_counted(match) else None


def _singly(match: re.Match[str]) -> str:
    return attached(match["clitic"], PAUSE.join(map(singly, _groups(match["number"]))))


def _account(match: re.Match[str]) -> str | None:
    is_long = sum(map(len, _groups(match["number"]))) >= 5
    return _singly(match) if is_long and not _is_counted(match) and ACCOUNT.search(_before(match)) else None


def _plate(match: re.Match[str]) -> str | None:
    is_sure = len(match["number"]) > 3 and match["letter"].strip(" أدطج")
    if not is_sure and not VEHICLE.search(_before(match, 80)):
        return None
    return attached(match["clitic"], f"{singly(match['number'])}{match['letter']}{_word(match['region'])}")


def _chain(match: re.Match[str]) -> str | None:
    groups = _groups(match["number"])
    is_short = max(map(len, groups)) == 1
    if match["gap"] and not (is_short and sum(map(int, groups)) == 10):
        return None
    if sum(map(len, groups)) >= 9:
        return _singly(match)
    return attached(match["clitic"], " ".join(map(_word, groups)) if is_short else _paused(groups))


def _dotted(match: re.Match[str]) -> str | None:
    groups, before = _groups(match["number"]), _before(match)
    of_law = _LAW_AT_ONCE.search(before)
    is_thousands = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]) and groups[0] != "0"
    if is_thousands and not (of_law and _OF_LAW.search(before)) and not (len(groups) == 4 and MACHINE.search(before)):
        return None
    if len(groups) == 2 and not of_law and not VERSION.search(before):
        return None
    if UNIT.match(match.string, match.end()) or word_after(match.string, match.end()) in SCALES:
        return None
    return attached(match["clitic"], POINT.join(map(_word, groups)))


def _dashed(match: re.Match[str]) -> str | None:
    if not (_LAW_AT_ONCE.search(_before(match)) or MODEL.search(_before(match, 20))):
        return None
    return attached(match["clitic"], " ".join(map(_word, _groups(match["number"]))))


def _over(match: re.Match[str]) -> str | None:
    before = _before(match)
    if not (NUMBERED.search(before) or _LAW_AT_ONCE.search(before)):
        return None
    first, *rest = _groups(match["number"])
    return attached(match["clitic"], OVER.join([_word(first), *(_word(group, OBLIQUE) for group in rest)]))


def _led_by_zero(match: re.Match[str]) -> str | None:
    text, clitic, rest = match.string, match["clitic"], match["rest"]
    is_amount = _is_counted(match) or _before(match, 1) in tuple("%$€£")
    if len(match["zeros"]) == 1 and rest and (is_amount or ORDERED.search(_before(match, 20))):
        return (clitic or "") + rest
    if is_definite(clitic) or is_amount:
        return None
    case = case_of(text, match.start(), clitic) if clitic else NOMINATIVE
    return attached(clitic, led_by_zeros(match["zeros"] + rest, case))


def _foreign_ordinal(match: re.Match[str]) -> str:
    """The gender is that of the Arabic noun before, else that of the French ending."""
    text, start, clitic = match.string, match.start(), match["clitic"]
    before = re.search(r"([^\W\d_]+) $", _before(match, 30))
    counted = noun(before[1]) if before else None
    by_ending = Gender.FEMININE if match["ending"] in FEMININE_ENDINGS else Gender.MASCULINE
    if before and counted and clitic in (None, "ال"):
        case = case_of_noun(text, start - len(before[0]))
    else:
        case = case_of(text, start, clitic)
    return attached(clitic, ordinal(int(match["number"]), counted.gender if counted else by_ending, case))


def _code(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{START}{CLITIC}(?P<number>{pattern}){END}")


RULES = (
    NUMBERED_NAME,
    Rule(
        "foreign_ordinal",
        "French and English ordinals in figures.",
        re.compile(
            rf"{START}{CLITIC}(?P<number>[1-9][0-9]{{0,2}})"
            r"(?P<ending>ers?|[èe]res?|re|[èeé]mes?|i[èe]mes?|e|nde?s?|st|rd|th)(?![\w'’-])"
        ),
        _foreign_ordinal,
        example=("الدورة ال20ème و1er", "الدورة العشرون والأول"),
        spares="20em و5eC و1.5e",
    ),
    Rule(
        "local_telephone",
        "Ten digits led by a zero are a telephone number, said by pairs; 080 by the groups it is written in.",
        re.compile(rf"{START}{CLITIC}(?P<number>0[1-9](?:(?: - |[ .-]?)[0-9]){{8}})(?![0-9])"),
        _local,
        example=("0612345678", "صفر ستة، اثنا عشر، أربعة وثلاثون، ستة وخمسون، ثمانية وسبعون"),
        spares="05 أشخاص، 0.612345678",
    ),
    Rule(
        "moroccan_telephone",
        "A number with Morocco's code is said by pairs after it.",
        re.compile(
            r"(?:\(\+212\)|(?P<plus>(?<!\w)\+|(?<![\w.,/-])00)212)"
            r"(?P<number>(?:[ .-]?\(?0\)?)?(?:[ .-]?[0-9]){9})(?![0-9])"
        ),
        _moroccan,
        example=("+212 661 20 35 47", "زائد مائتان واثنا عشر، ستة، واحد وستون، عشرون، خمسة وثلاثون، سبعة وأربعون"),
        spares="+212 شخصا",
    ),
    Rule(
        "foreign_telephone",
        "A number with another country's code is said by the groups it is written in.",
        re.compile(
            r"(?P<plus>(?<!\w)\+|(?<![\w.,/:-])00)(?P<code>1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9]{2})"
            r"(?P<number>[ .-]?[0-9]++(?:[ .-][0-9]++)*+)"
        ),
        _foreign,
        example=("+33 1 42 68 53 00", "زائد ثلاثة وثلاثون، واحد، اثنان وأربعون، ثمانية وستون، ثلاثة وخمسون، صفر صفر"),
        spares="+500 000 درهم، 00",
    ),
    Rule(
        "telephone",
        "Seven digits and more after words that announce a telephone number are said by groups, else by pairs.",
        _code("[0-9]{2,}+(?:[ .-][0-9]{2,}+)*+"),
        _announced,
        example=("الهاتف: 2222 1234", "الهاتف: ألفان ومائتان واثنان وعشرون، ألف ومائتان وأربعة وثلاثون"),
        spares="باعت 1 500 000 هاتف، الرقم الأخضر 141",
    ),
    Rule(
        "service",
        "A service's short number has the form of counting.",
        re.compile(rf"{START}(?P<number>[1-9][0-9]{{1,5}}){END}"),
        _short,
        example=("على الرقم الأخضر 141", "على الرقم الأخضر مائة وواحد وأربعون"),
        spares="الرقم القياسي 141، بلغ 141",
    ),
    Rule(
        "card",
        "Four digits four times are a bank card's, said digit by digit.",
        _code("[0-9]{4}(?:[ -][0-9]{4}){3,4}"),
        _singly,
        example=(
            "1234 0000 1111 2222",
            "واحد اثنان ثلاثة أربعة، صفر صفر صفر صفر، واحد واحد واحد واحد، اثنان اثنان اثنان اثنان",
        ),
        spares="1234 0000 1111",
    ),
    Rule(
        "account",
        "The number of an account, a card, a licence or a book is said digit by digit.",
        _code("[0-9]++(?:[ .-][0-9]++)*+"),
        _account,
        example=("رقم الحساب 230 78", "رقم الحساب اثنان ثلاثة صفر، سبعة ثمانية"),
        spares="وزعت بطاقات على 25000 أسرة",
    ),
    Rule(
        "long",
        "A figure too long for a number is said digit by digit.",
        _code(f"[0-9]{{{len(str(LARGEST)) + 1},}}+"),
        _singly,
        example=(
            "1234567890123456",
            "واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة صفر واحد اثنان ثلاثة أربعة خمسة ستة",
        ),
        spares="123456789012345",
    ),
    Rule(
        "plate",
        "The number on a vehicle's plate is said digit by digit, then the letter and the number of the region.",
        re.compile(
            rf"{START}{CLITIC}(?P<number>[0-9]{{1,6}})(?P<letter> ?[-–/|] ?[أ-ي] ?[-–/|] ?| [أدطج] )"
            rf"(?P<region>[0-9]{{1,2}}){END}"
        ),
        _plate,
        example=("السيارة 123-أ-6", "السيارة واحد اثنان ثلاثة-أ-ستة"),
        spares="5 - أ - 6",
    ),
    Rule(
        "chain",
        "Three figures and more with dashes are a team's formation or a code.",
        _code(f"[0-9]++(?P<gap> ?){DASH}(?P=gap)[0-9]++(?:(?P=gap){DASH}(?P=gap)[0-9]++)++"),
        _chain,
        example=(
            "خطة 4-2-3-1، ردمك 978-9954-1-2",
            "خطة أربعة اثنان ثلاثة واحد، ردمك تسعة سبعة ثمانية، تسعة تسعة خمسة أربعة، واحد، اثنان",
        ),
        spares="10-15 و1 - 2 - 3",
    ),
    Rule(
        "dotted",
        "The points of versions, laws and addresses of machines are said, and are no decimal sign.",
        _code(r"[0-9]++(?:\.[0-9]++)++"),
        _dotted,
        example=("القانون رقم 43.20، 3.11.2", "القانون رقم ثلاثة وأربعون نقطة عشرون، ثلاثة نقطة أحد عشر نقطة اثنان"),
        spares="3.5 و1.250.000، القانون خفضها 3.5، الرقم القياسي 3.5، الفصل 3.5 مليون",
    ),
    Rule(
        "dashed",
        "Two figures with a dash are the number of a law or a model after words that say so.",
        _code(f"[0-9]{{1,4}}{DASH}[0-9]{{1,4}}"),
        _dashed,
        example=(
            "القانون رقم 15-95 وبوينغ 737-800",
            "القانون رقم خمسة عشر خمسة وتسعون وبوينغ سبعمائة وسبعة وثلاثون ثمانمائة",
        ),
        spares="10-15 يوما",
    ),
    Rule(
        "over",
        "The slashes in the number of a file or a resolution are said على.",
        _code("[0-9]{1,9}(?: ?/ ?[0-9]{1,9}){1,3}"),
        _over,
        example=("ملف عدد 12/2020", "ملف عدد اثنا عشر على ألفين وعشرين"),
        spares="7/10",
    ),
    Rule(
        "led_by_zero",
        "A zero before a number is said, but not one that fills the column before what is counted.",
        re.compile(rf"{START}{CLITIC}(?<![0-9][ '’])(?=0[0-9])(?P<zeros>0++)(?P<rest>[0-9]*+){END}"),
        _led_by_zero,
        example=("العميل 007 و05 أشخاص", "العميل صفر صفر سبعة و5 أشخاص"),
        spares="0.05 و10 و1 250 000 و1'000",
    ),
)


def codes(reading: Reading) -> Reading:
    """The reading with codes in words.

    >>> codes(Reading.of("القانون رقم 43.20")).spoken
    'القانون رقم ثلاثة وأربعون نقطة عشرون'
    """
    return apply(RULES, reading) if _HINT.search(reading.spoken) else reading
