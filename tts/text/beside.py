"""What stands beside a figure, and whether it is what the figure counts."""

import re

from tts.text.nouns import Number, is_definite, noun

BEFORE = 80
"""Characters looked at before a figure: bounds the time it takes."""

MARKS = re.compile("[\u064b-\u065f\u0670]")
_WORD = re.compile(r" ?([^\W\d_][\w\u064b-\u0652\u0670]*)")
_SIGN = re.compile(r" ?[%‰٪$€£¥×+*=°²³A-Za-z]")
_TANWIN = re.compile("(?:ا|ًا|اً)$")

MEASURES = """
    ألف الف ألفا آلاف مليون ملايين مليار ملايير مليارات تريليون بالمائة بالمئة درهم دراهم درهما سنتيم سنتيما
    دولار دولارات دولارا أورو يورو دينار دينارا دنانير ريال ريالا جنيه جنيها ليرة فرنك متر مترا أمتار كيلومتر
    كيلومترا كيلوغرام كلم كم كلغ كغ كغم طن طنا أطنان قنطار قنطارا هكتار هكتارا ميغاواط جيغاواط ملم سم لتر لترا
    غرام غراما م ه نسمة شخص شخصا أشخاص
"""
"""What makes a number before it a count, even where a year is likely: scale words, currencies, units."""

NOT_COUNTED = """
    مقارنة إضافة اضافة نتيجة بداية نهاية مباشرة دفعة مرحلة عوض نسبة رسميا تقريبا أيضا ايضا مرورا وصولا بدلا مثلا
    نظرا استنادا بناء تزامنا ابتداء انطلاقا علما فضلا صباحا مساء ليلا زوالا ظهرا عصرا فجرا قبل بعد ضمن رفقة سنويا
    حاليا لاحقا سابقا عالميا وطنيا محليا دوليا مستقبلا كأس حصرا مجددا معا
"""
"""Adverbs and adverbial nouns that follow years and look like counted nouns."""

_MEASURES, _NOT_COUNTED = frozenset(MEASURES.split()), frozenset(NOT_COUNTED.split())


def before(text: str, index: int) -> str:
    """The text shortly before an index, without vowel marks.

    >>> before("سَنَةَ 1936", 7)
    'سنة '
    """
    return MARKS.sub("", text[max(0, index - BEFORE) : index])


def word_after(text: str, index: int) -> str:
    """The word that follows at once, or over one space; empty when something else follows.

    >>> word_after("1953 أسرة", 4), word_after("1953، أسرة", 4)
    ('أسرة', '')
    """
    word = _WORD.match(text, index, index + 40)
    return word[1] if word else ""


def is_measured(text: str, index: int) -> bool:
    """Whether a scale word, a unit, a currency, per cent or Latin letters follow the figure that ends at ``index``.

    >>> is_measured("2000 درهم", 4), is_measured("2000$", 4), is_measured("2000 مدرسة", 4)
    (True, True, False)
    """
    return bool(_SIGN.match(text, index)) or MARKS.sub("", word_after(text, index)) in _MEASURES


def is_counted(number: int, text: str, index: int) -> bool:
    """Whether the word after the figure that ends at ``index`` is what it counts, or may well be.

    >>> [is_counted(1953, after, 0) for after in (" أسرة", " الأسرة", " بمدينة", " مقارنة", " شهدت", " دوارا")]
    [True, False, False, False, False, True]
    """
    word = word_after(text, index)
    bare = MARKS.sub("", word)
    if is_measured(text, index):
        return True
    if not word or bare in _NOT_COUNTED or is_definite(word):
        return False
    if bare in {"عام", "سنة"}:  # «2024 عام الحسم» against «منذ 2000 عام».
        return number % 50 == 0
    known = noun(word)
    if known is None:
        return bare[0] != "و" and len(bare) > 3 and bool(_TANWIN.search(word)) and not 3 <= number % 100 <= 10
    if _has_clitic(bare, (known.singular, *known.plurals), is_guess=not known.plurals):
        return False
    return known.number is (Number.PLURAL if 3 <= number % 100 <= 10 else Number.SINGULAR)


def _has_clitic(word: str, forms: tuple[str, ...], is_guess: bool) -> bool:
    """Whether a noun, known by its forms or guessed at, begins with a preposition or conjunction: بمدينة."""
    return word[0] in "بلكوف" and (is_guess or not any(form[0] == word[0] for form in forms))


def spaced(match: re.Match[str], words: str) -> str:
    """Words for a figure, with a space towards a word it was written against: ``18ماي``."""
    following = match.string[match.end() : match.end() + 1]
    return words + " " if following.isalpha() else words
