"""Digits of every script as ASCII ones, and the percent signs that go with them.

The signs ``٫`` and ``٬`` stay: they tell a decimal from thousands.
"""

import re
import unicodedata

from tts.text.reading import Reading, Rule, apply

LAST = 0x1FFFF
"""The last character that may be a digit: none stands beyond the first two planes, and it takes time to look."""


def _zeros() -> str:
    """The zero of every script but ASCII: its digits are the ten characters from there."""
    return "".join(chr(point) for point in range(0x80, LAST + 1) if unicodedata.decimal(chr(point), None) == 0)


_CLASS = "".join(f"{zero}-{chr(ord(zero) + 9)}" for zero in _zeros())

RULES = (
    Rule(
        "digits",
        "Digits of every script are the same digits.",
        re.compile(f"[{_CLASS}]+"),
        lambda match: "".join(str(unicodedata.decimal(digit)) for digit in match[0]),
        example=("قتل ١٢ وجرح ۴۵ في ١٬٢٥٠٫٥", "قتل 12 وجرح 45 في 1٬250٫5"),
        spares="قتل 12 وجرح 45 ½ m² Ⅳ",
    ),
    Rule(
        "percent_sign",
        "The Arabic percent and per mille signs are the common ones.",
        re.compile("[٪؉]"),
        lambda match: "%" if match[0] == "٪" else "‰",
        example=("5٪ و3؉", "5% و3‰"),
        spares="5% و3‰ و٫",
    ),
)


def digits(reading: Reading) -> Reading:
    """The reading with ASCII digits only.

    >>> digits(Reading.of("٢٫٧٪")).spoken
    '2٫7%'
    """
    return apply(RULES, reading)
