"""Results of matches, and of votes: two numbers said with مقابل."""

import re

from tts.text.context import attached, case_at, is_definite
from tts.text.fractions import is_ratio_at
from tts.text.grammar import OBLIQUE, Case, cardinal
from tts.text.nouns import Number
from tts.text.numerals import CLITIC, END, START
from tts.text.ranges import CHAIN_END, DASH, NO_CHAIN, counted_after, is_between, is_measured, word_after
from tts.text.reading import Reading, Rule, apply

BY_NUMBERS, IN_BRACKETS, IN_SPORT = 20, 50, 150
"""The most that a side has: football's by the numbers alone, handball's in brackets, basketball's near its words."""

NEAR = 90
"""Characters on either side of a pair in which words of sport make it a result."""

SPORT = re.compile(
    r"(?<!\w)[وف]?(?:[بلك]?ال|لل|[بل](?!هدف))?(?:"
    r"[تي]?فوز|فاز|فائز|[تي]?تعادل|[تي]?هزم|هزيمة|[تي]?خسر|خسار|[تي]?تغلب|[تي]?تفوق|[تي]?سحق|اكتسح|أطاح|انتصر|انتصار|[تي]نتصر"
    r"|مبارا|لقاء|شوط|أشواط|نتيجة|نتائج|منتخب|فريق|نادي|كأس|دوري|بطول|ركلات|ترجيح|ملعب|مرمى|كرة|كرات|لاعب|[تي]?تأهل|ذهاب|إياب"
    r"|ديربي|كلاسيكو|تنس|نهائي|مدرب|مهاجم|حارس|هدف|أهداف|هاتريك|ودية|تصفيات|مونديال|متقدم|متأخر|تأخر|تعثر|ضيفه|مضيفه"
    r"|انتهت?(?!\w)|انتهى|[تي]نتهي|ملاكم|ملاكمة|ضيوف|خصم|شباك|جزاء|ثلاثية|رباعية|خماسية"
    r"|بمجموعتين|مجموعتين"
    r"|وداد|رجاء|برشلون|ريال مدريد|أتلتيكو|أهلي|زمالك|هلال|ليفربول|تشيلسي|أرسنال|مانشستر|بايرن|يوفنتوس|ميلان)"
)
"""Words of sport, by their stems."""

VOTE = re.compile(r"(?<!\w)[وف]?(?:[بلك]?ال|[بل])?(?:تصويت|أصوات|صوت|[تي]صوت|أغلبية|مقعد|مقاعد)")
"""Words of votes and elections, in which a side may have any number."""

CLUBS = frozenset({"شباب", "فتيان", "أشبال", "أسود", "نجوم", "أبطال", "سيدات", "فتيات"})
"""Plurals that clubs are named with."""

_AMOUNT = re.compile(
    r"(?<!\w)[وف]?[بلك]?(?:ال)?(?:أعمار\w{0,3}|عمر\w{0,3}|فئة|صفحات|صفحتين|فصول|مواد|[تي]تراوح\w?|رقم|أرقام|سن|درجات)"
    r"(?: (?:من|ما))? ?\(?$"
)
"""What a range of ages, pages or articles follows."""
_RESULT = re.compile(r"(?<!\w)[وف]?[بل]?(?:ال)?(?:نتيجة|حصة|واقع|مجموعتين|تنس)(?!\w)[^.؛!؟]{0,30}$")
_PAIR = re.compile(rf"(?<![0-9])[0-9]{{1,3}} ?(?:{DASH}|:) ?[0-9]{{1,3}}(?![0-9])")
_CLAUSE = re.compile(r".*[.!؟?؛;:«(\[](?![0-9])", re.DOTALL)
_HINT = re.compile(r"[0-9] ?[-‐‑‒–—−~:/] ?[0-9]")
_OPENED = re.compile(r"[(\[]([0-9 ،,;؛:و–—-]{0,30})$")
_CLOSED = re.compile(r"([0-9 ،,;؛:و–—-]{0,30})[)\]]")


def _is_near(words: re.Pattern[str], match: re.Match[str]) -> bool:
    return words.search(match.string, max(0, match.start() - NEAR), match.end() + NEAR) is not None


def _is_alone_in_brackets(match: re.Match[str]) -> bool:
    text = match.string
    return bool(_OPENED.search(text, max(0, match.start() - 32), match.start()) and _CLOSED.match(text, match.end()))


def _is_vote(match: re.Match[str], first: int, second: int) -> bool:
    return match["sign"] not in ":/⁄" and first > second and _is_near(VOTE, match)


def _is_announced(match: re.Match[str]) -> bool:
    """Whether what stands around the pair says that it is a range, a share or a ratio."""
    text, start, end = match.string, match.start(), match.end()
    is_share = text[end : end + 2].lstrip(" ").startswith(("%", "٪"))
    is_range = is_between(text, start) or _AMOUNT.search(text, max(0, start - 20), start)
    return is_share or bool(is_range) or is_ratio_at(text, start)


def _is_score(match: re.Match[str], first: int, second: int) -> bool:
    if _is_announced(match):
        return False
    if _is_vote(match, first, second):
        return True
    if is_measured(match.string, match.end(), second):
        return False
    most = max(first, second)
    if match["sign"] in "/⁄":
        return most <= BY_NUMBERS and bool(_RESULT.search(match.string, max(0, match.start() - 60), match.start()))
    is_time = match["sign"] == ":" and len(match["second"]) == 2
    if most <= BY_NUMBERS and (first >= second or first == 0) and not is_time:
        return True
    if most <= (IN_BRACKETS if first >= second else BY_NUMBERS) and _is_alone_in_brackets(match):
        return True
    return most <= IN_SPORT and not (first < second and _counts(match, second)) and _is_near(SPORT, match)


def _counts(match: re.Match[str], number: int) -> bool:
    """Whether a noun follows in the form that the number asks for."""
    found = counted_after(match.string, match.end())
    if found is None or number < 3 or word_after(match.string, match.end()) in CLUBS:
        return False
    return (found.number is Number.PLURAL) == (3 <= number % 100 <= 10)


def _case(match: re.Match[str]) -> Case:
    """A result is no subject: فاز 2-1 «اثنين». One joined to another with و has that one's case."""
    text, start, clitic = match.string, match.start(), match["clitic"] or ""
    if set(clitic) & set("بكل"):
        return OBLIQUE
    if clitic:
        clause = max(0, start - NEAR)
        opened = _CLAUSE.match(text, clause, start)
        earlier = _PAIR.search(text, opened.end() if opened else clause, start)
        start = earlier.start() if earlier else start
    before = text[max(0, start - 2) : start].rstrip()
    return case_at(text, start) if not before[-1:].isalnum() else OBLIQUE


def _score(match: re.Match[str]) -> str | None:
    written = match["first"], match["second"]
    first, second = map(int, written)
    if is_definite(match["clitic"]) or any(len(side) > 1 and side[0] == "0" for side in written):
        return None
    if not _is_score(match, first, second):
        return None
    return attached(match["clitic"], f"{cardinal(first, case=_case(match))} مقابل {cardinal(second, case=OBLIQUE)}")


RULES = (
    Rule(
        "score",
        "A result is said with مقابل: two small numbers of which the first is not the smaller, or near words of sport.",
        re.compile(
            rf"{START}{NO_CHAIN}{CLITIC}(?P<first>[0-9]{{1,3}})(?P<gap> ?)(?P<sign>{DASH}|[:/⁄])(?P=gap)"
            rf"(?P<second>[0-9]{{1,3}}){END}{CHAIN_END}"
        ),
        _score,
        example=(
            "فاز 2-1 ثم خسر (1-3) بعد تعادل 1:1",
            "فاز اثنين مقابل واحد ثم خسر (واحد مقابل ثلاثة) بعد تعادل واحد مقابل واحد",
        ),
        spares="19:15 بين 3-2، أعمار المشاركين 15-17 سنة، يغيب 3-4 أسابيع، 20-30 ألف متفرج، 4-3-3، 05-06، 7/10",
    ),
)


def scores(reading: Reading) -> Reading:
    """The reading with results in words.

    >>> scores(Reading.of("فاز الفريق 3-0")).spoken
    'فاز الفريق ثلاثة مقابل صفر'
    """
    return apply(RULES, reading) if _HINT.search(reading.spoken) else reading
