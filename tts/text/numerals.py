"""How numbers are written: the pattern that finds one, and what it is worth.

Figures are ASCII by now (``digits`` has seen to that). Thousands are grouped by a point, a comma, an apostrophe, a
space or the Arabic ``٬``; decimals stand after a point, a comma or the Arabic ``٫`` and ``،``.
"""

import re
from dataclasses import dataclass

from tts.text.grammar import LARGEST, NOMINATIVE, Case, cardinal, construct, decimal, led_by_zeros, singly
from tts.text.nouns import Gender

NUMBER = (
    r"(?:[0-9]{1,3}(?:"
    r"(?:\.[0-9]{3}){1,4}(?![0-9])(?:[,٫][0-9]+)?"
    r"|(?:,[0-9]{3}){1,4}(?![0-9])(?:[.٫][0-9]+)?"
    r"|(?:٬[0-9]{3}){1,4}(?![0-9])(?:[.,٫][0-9]+)?"
    r"|(?:['’][0-9]{3}){1,4}(?![0-9])(?:[.,٫][0-9]+)?"
    r"|(?:[ ][0-9]{3}){1,4}(?![0-9])(?:[.,٫][0-9]+)?"
    r")|(?<![0-9]،)[0-9]+،[0-9]+(?!،?[0-9])|[0-9]+(?:[.,٫][0-9]+)?)"
)
"""One written number, without a sign. Greedy: what may be thousands is thousands, up to four groups of them: an endless
row of groups takes no endless time."""

FIGURE = re.compile("[0-9]")
"""What there must be for most rules to have anything to do."""

START = r"(?:(?<![\w.,:/٫٬@#+-])|(?<=[0-9])(?=و[0-9]))"
"""Nothing before it makes it the rest of a code, a date or a larger number; 20و30 lacks a space."""
END = r"(?![0-9])(?!%?[.,:/٫٬-][0-9])(?![A-Za-z_])"
"""Nothing after it does."""

_LETTERED = "".join(f"(?<!{noun} ب )" for noun in ("فوج", "مجموعة", "فئة", "قسم", "باب", "بوابة", "شطر"))
CLITIC = (
    r"(?:(?:(?<!\w)(?<![\u064b-\u065f\u0670])|(?<=[0-9])(?=و[0-9]))"
    rf"(?P<clitic>[وف]?(?:لل|[بكل]?ال|[بكل])|[وف])(?: {_LETTERED})?)?"
)
"""What is written together with the number, perhaps over a space left there by mistake; see ``tts.text.context``.
Neither the last letter of a diacritised word is, nor the letter that names a group: الفوج ب 22."""

_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,٬'’ ][0-9]{3})+(?![0-9])")
_DECIMAL = re.compile(r"[.,٫،](?=[0-9]+$)")


@dataclass(frozen=True, slots=True)
class Numeral:
    """What a written number is worth."""

    digits: str
    """The digits of its whole part, as written, without separators: ``007``."""
    fraction: str = ""
    """The digits after its decimal sign; empty when it is whole."""

    @property
    def whole(self) -> int:
        """Its whole part."""
        return int(self.digits)

    @property
    def is_code(self) -> bool:
        """Whether it is said figure by figure: too long for a number, or led by zeros."""
        return len(self.digits) > len(str(LARGEST)) or (len(self.digits) > 1 and self.digits[0] == "0")

    @property
    def is_counting(self) -> bool:
        """Whether it is a plain whole number."""
        return not self.fraction and not self.is_code

    def words(self, gender: Gender = Gender.MASCULINE, case: Case = NOMINATIVE, *, before_noun: bool = False) -> str:
        """The number in words.

        >>> Numeral("1250").words(), Numeral("3", "5").words(case=Case.OBLIQUE), Numeral("007").words()
        ('ألف ومائتان وخمسون', 'ثلاثة فاصلة خمسة', 'صفر صفر سبعة')
        """
        if self.fraction and not self.is_code:
            return decimal(self.whole, self.fraction, case)
        if self.is_code:
            words = led_by_zeros(self.digits, case) if len(self.digits) < 8 else singly(self.digits)
            return f"{words} فاصلة {led_by_zeros(self.fraction, case)}" if self.fraction else words
        return (construct if before_noun else cardinal)(self.whole, gender, case)


def parse(written: str, *, is_decimal: bool = False) -> Numeral:
    """The worth of what ``NUMBER`` matched. ``is_decimal`` says that one group of three is no thousands (a percentage).

    >>> parse("1.250.000"), parse("3,5"), parse("1,250.75"), parse("0.125")
    (Numeral(digits='1250000', fraction=''), Numeral(digits='3', fraction='5'), Numeral(digits='1250', fraction='75'), \
Numeral(digits='0', fraction='125'))
    """
    grouped = _GROUPED.match(written)
    if grouped and not _is_one_decimal(written, grouped[0], is_decimal):
        rest = written[grouped.end() + 1 :]
        return Numeral(re.sub("[^0-9]", "", grouped[0]), rest)
    whole, *fraction = _DECIMAL.split(written, maxsplit=1)
    return Numeral(whole, fraction[0] if fraction else "")


def _is_one_decimal(written: str, grouped: str, is_decimal: bool) -> bool:
    """``0.125``, and ``3.125`` where the author must mean three and an eighth."""
    return written == grouped and len(grouped) <= 7 and grouped[-4] in ".," and (is_decimal or written[0] == "0")
