"""Years: ألفين وخمسة وعشرين, always oblique; masculine, but feminine after سنة; spans, seasons, decades.

A year and a count look alike: 1953 in في 1953 and in 1953 أسرة. The words before and after tell, see ``_is_year``.
"""

import re

from tts.text import numerals
from tts.text.beside import before, is_counted, is_measured, spaced, word_after
from tts.text.context import attached
from tts.text.grammar import FEMININE, MASCULINE, OBLIQUE, cardinal
from tts.text.months import BEFORE_YEAR
from tts.text.nouns import Gender
from tts.text.reading import Rule

HIJRI_NOW = (1300, 1499)
"""Years that a date in figures has only in the Hijri calendar."""

START = r"(?=[0-9وفبكلا])(?<![$€£¥])(?<![$€£¥] )(?:(?<![\w.,:/٫٬@#+-])|(?<=[0-9])(?=و ?[0-9]))"
"""Nothing before makes it a part of a code, a date or a larger number; ``2024و2025`` lacks a space, no more.
The first characters make most places fail at once."""
JOINED = r"(?<=[ء-ي][ء-ي])|(?<=[ء-ي][-/])"
"""A word before, without a space: سنة2025, كان-2025."""
CLITIC = numerals.CLITIC.replace(r"(?<!\w)", "")
"""What is written together with the figure; what may stand before that, ``START`` says."""
END = r"(?![0-9A-Za-z_])(?![.,:/٫٬'’-][0-9])"

_LIST = re.compile(r"(?:[0-9]{4}(?: ?[-–/] ?| ?[،,]? ?و ?| ?[،,] ?| [إا]لى | حتى | [أا]و ))+$")
_REST_OF_LIST = re.compile(r"(?:(?: ?[،,] ?و? ?| ?و ?| [إا]لى | حتى | [أا]و )[0-9]{4}(?![0-9])){0,6}")
_FEMININE = re.compile(r"(?<![^\W\d_])[وفلبك]?(?:ال|ل)?سن(?:ة|تي|تين|وات)(?: ال\w+){0,2} $")
YEAR_NOUN = re.compile(
    r"(?<![^\W\d_])(?:(?<!هذه )(?<!كل )(?<!نفس )(?<!هذا )(?P<bare>[وفلبك]?(?:سن(?:ة|تي|تين|وات)|عام|عامي|عامين|أعوام))"
    r"|[وفلبك]?(?:ال|ل)?(?:موسم|ميزانية|نسخة|دورة|عهد)(?: ال\w{4,8})?"
    r"|[وفلبك]?(?:ال|ل)?(?:سنة|عام) ال(?:دراسي|مالي|جامعي|ميلادي|هجري|فلاحي)ة?) $"
)
"""A noun that a year follows; in the group ``bare``, even a short one: سنة 92."""
TIME = re.compile(
    r"(?<![^\W\d_])[وفلبك]?(?:في|منذ|مند|خلال|حتى|قبل|بعد|بحلول|أفق|برسم|غاية|متم|نهاية|بداية|أواخر|أوائل|مطلع|منتصف|أواسط"
    r"|صيف|ربيع|خريف|شتاء|دستور|مونديال|أولمبياد|انتخابات|رؤية|كأس|العالم|إفريقيا|أفريقيا|آسيا|أوروبا|العرب|ألعاب|إكسبو"
    r"|كوب|كان|مخطط|استراتيجية|برنامج|حرب|ثورة|أحداث|زلزال|مواليد|فوج|طراز|موديل|دفعة) $"
)
"""A word that a year follows far more often than a count."""
_BETWEEN = re.compile(r"(?<![^\W\d_])[وفلب]?(?:بين|سنتي|عامي) $")
_LABEL = re.compile(
    r"(?<![^\W\d_])[وفلبك]?(?:رقم|الرقم|عدد|العدد|لعدد|الصفحة|صفحة|ص|الغرفة|القناة|الطريق|الفئة|النموذج|المادة|الفصل|البوابة|الخط|"
    r"ناقص|زائد|فاصلة|رمز|الرمز|كود) ?:? ?$"
)
_COUNTING = re.compile(
    r"(?<![^\W\d_])[وفلبك]?(?:(?:أكثر|أزيد|أقل|أكبر|أعلى) من|حوالي|نحو|زهاء|قرابة|[يت]?بلغت?|[يت]?تجاوزت?|[يت]?ناهزت?"
    r"|سجلت?|مجموع|ثمن|سعر|مبلغ|[يت]?ضمت?|على|ارتفاع|علو|قتل|أصيب|حضر|شارك|استفاد|وصل) ?$"
)
_TELEPHONE = re.compile(r"(?<![0-9.,/:-])[0+][0-9]{1,3}(?: [0-9]{2,4})* $")
_ERA = re.compile(r" ?(?:هجري|ميلادي|للهجر|للميلاد|قبل الميلاد|بعد الميلاد)")


def in_full(short: str) -> int:
    """The year that two figures stand for.

    >>> in_full("25"), in_full("98")
    (2025, 1998)
    """
    return int(short) + (2000 if int(short) < 50 else 1900)


def ahead_of(match: re.Match[str]) -> str:
    """What stands before a number; of its clitics, only the و that joins it to another year."""
    is_joined = (match.groupdict().get("clitic") or "").startswith("و")
    ahead = before(match.string, match.start())
    return ahead + ("و" if is_joined else " " if ahead[-1:].isalpha() else "")


def _words(match: re.Match[str], year: int) -> str:
    return cardinal(year, _gender(match), OBLIQUE)


def _gender(match: re.Match[str]) -> Gender:
    """Of the noun for a year that stands before, perhaps before other years."""
    return FEMININE if _FEMININE.search(_LIST.sub("", ahead_of(match))) else MASCULINE


def _is_year(match: re.Match[str]) -> bool:
    """Whether a number is a year: by its era or month, the words before, the noun after."""
    year, text, end = int(match["year"] or match["joined"]), match.string, match.end()
    if _ERA.match(text, end):
        return True
    ahead = _LIST.sub("", ahead_of(match))
    noun = YEAR_NOUN.search(ahead)
    if year < 1000 and not (noun and noun["bare"]):
        return False
    end = _REST_OF_LIST.match(text, end).end()  # type: ignore[union-attr]  # it matches nothing at least
    if is_measured(text, end) or _LABEL.search(ahead):
        return False
    is_recent = 1900 <= year < 2100
    if noun:
        return (is_recent and year != 2000) or not is_counted(year, text, end)
    if BEFORE_YEAR.search(ahead):
        return True
    if not is_recent or _COUNTING.search(ahead) or _TELEPHONE.search(ahead):
        return False
    return bool(TIME.search(ahead) and year % 50) or not is_counted(year, text, end)


def _year(match: re.Match[str]) -> str | None:
    year = int(match["year"] or match["joined"])
    if not year or not _is_year(match):
        return None
    words = spaced(match, attached(match["clitic"], _words(match, year)))
    return " " + words if match.string[match.start() - 1 : match.start()].isalpha() else words


def _season(match: re.Match[str]) -> str | None:
    """Two years with a slash: halves of a season. With a short second one, only the very next year is meant."""
    first, second = int(match["first"]), match["second"]
    last = int(second) if len(second) == 4 else first // 100 * 100 + int(second)
    last += 100 * (len(second) == 2 and last < first)
    if abs(last - first) > (10 if len(second) == 4 else 1) or last == first or _LABEL.search(ahead_of(match)):
        return None
    return attached(match["clitic"], f"{_words(match, first)} {_words(match, last)}")


def _span(match: re.Match[str]) -> str | None:
    first, second = int(match["first"]), match["second"]
    last = int(second) if len(second) == 4 else first // 100 * 100 + int(second)
    if last <= first or (len(second) == 2 and last != first + 1) or _LABEL.search(ahead_of(match)):
        return None
    is_recent = first >= 1800 and last >= 1900
    if is_measured(match.string, match.end()):
        return None
    if (first % 50 == 0 and last % 50 == 0 or not is_recent) and is_counted(last, match.string, match.end()):
        return None
    joint = " و" if _BETWEEN.search(ahead_of(match)) else " إلى "
    return attached(match["clitic"], _words(match, first) + joint + _words(match, last))


_YEARS = {"سنة", "عام", "عاما", "سنوات"}


def _decade(match: re.Match[str]) -> str | None:
    number = int(match["decade"])
    is_list = re.search(r"سنوات (?:ال ?)?[1-9]0 ?و ?(?:ال ?)?$|سنوات (?:ال ?)?$", ahead_of(match))
    if not is_list or is_measured(match.string, match.end()) or word_after(match.string, match.end()) in _YEARS:
        return None
    return attached("و" if (match["clitic"] or "").startswith("و") else "", "ال" + cardinal(number, case=OBLIQUE))


_LAST = r"(?P<second>[12][0-9]{3}|[0-9]{2})"

RULES = (
    Rule(
        "season",
        "The two years of a season or school year, parted by a slash.",
        re.compile(rf"{START}{CLITIC}(?P<first>(?:19|20)[0-9]{{2}}) ?/ ?{_LAST}{END}"),
        _season,
        example=("موسم 2024/25", "موسم ألفين وأربعة وعشرين ألفين وخمسة وعشرين"),
        spares="القرار 2024/31 والملف رقم 2024/2025",
    ),
    Rule(
        "year_span",
        "From a year to a later one.",
        re.compile(rf"{START}{CLITIC}(?P<first>[12][0-9]{{3}}) ?[-–—] ?{_LAST}{END}"),
        _span,
        example=("المخطط 2020-2025", "المخطط ألفين وعشرين إلى ألفين وخمسة وعشرين"),
        spares="1200-1500 درهم، 2025-2020، 2024-31، $2000-2100",
    ),
    Rule(
        "decade",
        "The decade after سنوات.",
        re.compile(rf"{START}{CLITIC}(?P<decade>[1-9]0){END}"),
        _decade,
        example=("سنوات ال80 و90", "سنوات الثمانين والتسعين"),
        spares="مدة سنوات 85 و80 سنة",
    ),
    Rule(
        "year",
        "A number that is a year by what stands before and after it.",
        re.compile(rf"(?:{START}{CLITIC}(?P<year>[1-9][0-9]{{1,3}})|(?:{JOINED})(?P<joined>(?:19|20)[0-9]{{2}})){END}"),
        _year,
        example=(
            "بين 2018 و2022، وفي سنة 2025",
            "بين ألفين وثمانية عشر وألفين واثنين وعشرين، وفي سنة ألفين وخمس وعشرين",
        ),
        spares="لفائدة 1953 أسرة، رقم 2025، 2000 درهم، في 1200، سنة 20 ألف",
    ),
)
