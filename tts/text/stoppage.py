"""Minutes of a match: الدقيقة 45+2, د 90. A bare الدقيقة 90 is an ordinal like others; 45+2 alone is a sum."""

import re

from tts.text.beside import before
from tts.text.context import attached, case_at
from tts.text.grammar import FEMININE, cardinal, ordinal
from tts.text.reading import Rule
from tts.text.years import START

LAST_MINUTE = 130
"""Of a match with extra time, and some more."""

_LETTERED = re.compile(
    r"(?<![^\W\d_])[وفبلك]?(?:ال|ل)?(?:فيتامين|فيتامينات|مجموعة|قسم|فئة|فوج|فريق|صنف|درجة|سلسلة|عمارة|بلوك|شطر|باب|بوابة"
    r"|مدخل|جناح|مدرج|قاعة|ملحق|حرف|نموذج|مستوى|شعبة|خط|رمز) $"
)
"""Nouns that a letter names one of: فيتامين د, المجموعة د."""
_MINUTE_NOUN = re.compile(r"(?<![^\W\d_])(?P<clitic>[وفبلك]?)(?:ال|لل)دقيقة \(?$")


def _stoppage(match: re.Match[str]) -> str | None:
    """الدقيقة 45+2 «الخامسة والأربعين زائد اثنتين»; after the short د the word is put as well."""
    text, noun = match.string, _MINUTE_NOUN.search(before(match.string, match.start()))
    if match["short"] == "د" and _LETTERED.search(before(text, match.start())):
        return None
    if not match["short"] and not (noun and (match["extra"] or match["sign"])):
        return None
    if not 0 < int(match["minute"]) <= LAST_MINUTE:
        return None
    start = match.start() if noun is None else match.start() - len(noun[0])
    case = case_at(text, max(0, start))
    words = ordinal(int(match["minute"]), FEMININE, case)
    if match["extra"]:
        words += f" زائد {cardinal(int(match['extra']), FEMININE, case)}"
    return attached(match["short"][:-1], f"الدقيقة {words}") if match["short"] else words


RULES = (
    Rule(
        "stoppage",
        "A minute of a match with added time or a sign, or after the short د.",
        re.compile(
            rf"(?:(?<![^\W\d_])(?P<short>[وفبل]?د)\.? ?|{START})"
            rf"(?P<minute>[0-9]{{1,3}})(?: ?\+ ?(?P<extra>[0-9]{{1,2}}))?"
            rf"(?P<sign> ?['’′])?(?![0-9A-Za-z_])(?![.,:/+][0-9])(?! ?[%])"
        ),
        _stoppage,
        example=("في الدقيقة 45+2 و(د 90+3)", "في الدقيقة الخامسة والأربعين زائد اثنتين و(الدقيقة التسعون زائد ثلاث)"),
        spares="حكيمي 45+2 وفي الدقيقة 90 و5' ورقم 3+2 و(د 500)، فيتامين د 20",
    ),
)
