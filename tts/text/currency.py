"""Amounts of money: signs and codes become the name after the figures, the name agrees, two decimals are coins.

``$5`` becomes ``5 دولار``, then ``5 دولارات``; ``numbers`` reads the figures. The table ``currency.tsv`` has a line for
each currency and coin: noun, plural (none if the noun never changes), gender, adjective, signs and Latin codes, Arabic
code, small coin, and how many of it make one. A noun's first line is the currency meant when it stands alone.
"""

import re

from tts.text.context import is_definite
from tts.text.grammar import counted
from tts.text.numerals import NUMBER, Numeral, parse
from tts.text.quantities import (
    AFTER_SCALE,
    FIGURES,
    ONE_OR_TWO,
    SCALES,
    case_in,
    corrected,
    corrected_scale,
    fold,
    measure,
    numeral_before,
    one_of,
    one_or_two,
    said,
    scale,
    scale_before,
    table,
    vocabulary,
)
from tts.text.reading import Reading, Rule, apply

ROWS = table(__file__)
CURRENCIES = {(row[0], row[3]): measure(*row[:4]) for row in ROWS}
"""Every currency and coin, by noun and adjective."""

CODES = {code: CURRENCIES[row[0], row[3]] for row in ROWS for code in row[4].split()}
"""What each sign and Latin code stands for."""

ARABIC_CODES = {row[5]: CURRENCIES[row[0], row[3]] for row in ROWS if row[5]}
"""What each dotted Arabic code stands for: د.م، ر.س."""

COINS = {(row[0], fold(row[3])): (CURRENCIES[row[6], ""], int(row[7])) for row in ROWS if row[6]}
"""The small coin of a currency, and how many of it make one, by noun and adjective."""

WORDS = vocabulary(CURRENCIES.values())
NAMES = {noun for noun, _ in CURRENCIES}

LATIN_SCALES = {
    letters: scale_word
    for scale_word, forms in (
        ("ألف", "k K"),
        ("مليون", "m M mn Mn"),
        ("مليار", "MM bn Bn B b Md Mds md mds"),
        ("تريليون", "tn trn T"),
    )
    for letters in forms.split()
}
"""Thousand, million and more as Latin letters: $5M, 300 MDH."""

UNCERTAIN_LETTERS = frozenset("BbT")
"""Those of them that begin other codes: 5 BDT is no milliard of Tunisian dinars."""

CLUB = re.compile(r" (?:مدريد|سوسيداد|بيتيس|مايوركا|سرقسطة|أوفييدو|بلد)(?!\w)")
"""What makes ``ريال`` before it a football club."""

LEADING_LETTERS = [code for code in CODES if code.isalpha() and len(code) == 3 and code.isupper()] + ["DH", "Dh", "Dhs"]
"""Latin codes that are known for certain before figures."""

SIGNS = [code for code in CODES if not code.isalpha()]
SINGLE_SIGNS = "".join(sign for sign in SIGNS if len(sign) == 1)
WELL_KNOWN = ["USD", "EUR", "GBP", "JPY", "CNY", "CHF", "MAD", "DZD", "TND", "EGP", "SAR", "AED", "QAR", "KWD"]
"""Codes that are known for certain without figures."""

LEADING = f"(?<![A-Za-z{SINGLE_SIGNS}])(?P<code>{one_of(SIGNS + LEADING_LETTERS)})"
CODE = f"(?P<code>{one_of(CODES)})"
ARABIC_CODE = f"(?P<code>{one_of(ARABIC_CODES)})".replace(r"\.", r"\. ?")
LETTERS = f"(?P<letters>{one_of(LATIN_SCALES)})"
WORD = rf"(?P<word> (?:{one_of(SCALES)})(?!\w))"
AFTER_NUMBER = f"(?:(?<=[0-9])|{AFTER_SCALE})"
"""Where a currency is counted by what stands before."""

SAME = {"يورو": "أورو", "شيقل": "شيكل"}
"""Names of one currency."""

_PREFIX = re.compile(r"(?<!\w)[وف]?(?:[بكل]?ال|[بكلوف])$")
_NEXT_WORD = re.compile(r" ?(\w{2,14})(?!\w)")
_HINT = re.compile(f"[0-9]|[{SINGLE_SIGNS}]|{AFTER_SCALE} ?[A-Zد]|{one_of(WELL_KNOWN)}")
_DIGIT_WORD = r"و?(?:صفر|واحد|[إأ]حد|اثن|ثلاث|أربع|خمس|ست|سبع|ثما?ن|تسع|عشر|مائ)\w{0,5}"
_PAIRED = re.compile(rf"(?:[0-9][.,٫][0-9]+|فاصلة(?: {_DIGIT_WORD}){{1,4}}) (?:(?:إلى|الى|حتى|أو) )?$")
"""A decimal that counts nothing yet, and what joins another to it: no percentage."""


def _scale(number: Numeral | None, letters: str | None) -> str:
    """What stands between a number and the currency for Latin letters: `` ملايين``."""
    return " " + scale(number, LATIN_SCALES[letters]) if letters else ""


def _name(match: re.Match[str]) -> str:
    """The name that takes the code's place; none if it follows all the same: ``$5 دولار``."""
    thing = CODES[match["code"]]
    following = _NEXT_WORD.match(match.string, match.end())
    named = following and WORDS.noun(following[1])
    return "" if named and SAME.get(named.singular, named.singular) == thing.singular else " " + thing.one()


def _moved(match: re.Match[str]) -> str:
    between = match["word"] or _scale(parse(match["number"]), match["letters"])
    return f"{match['signed']}{match['number']}{between}{_name(match)}"


def _named(match: re.Match[str]) -> str | None:
    if match["letters"] in UNCERTAIN_LETTERS and match["code"].isalpha():
        return None
    return _scale(numeral_before(match.string, match.start()), match["letters"]) + _name(match)


def _named_in_arabic(match: re.Match[str]) -> str:
    return " " + ARABIC_CODES[match["code"].replace(" ", "")].one()


def _alone(match: re.Match[str]) -> str:
    before, after = match.string[max(0, match.start() - 4) : match.start()], match.string[match.end() : match.end() + 1]
    runs_into = before[-1:].isalnum() and not _PREFIX.search(before)
    return " " * runs_into + CODES[match[0]].one() + " " * after.isalnum()


def _is_club(match: re.Match[str]) -> bool:
    return match["noun"] == "ريال" and CLUB.match(match.string, match.end()) is not None


def _agreement(match: re.Match[str]) -> str | None:
    return None if _is_club(match) else corrected(WORDS, match)


def _one_or_two(match: re.Match[str]) -> str | None:
    return None if _is_club(match) else one_or_two(WORDS, match)


def _coins(match: re.Match[str]) -> str | None:
    number, whole_coin = parse(match["number"]), WORDS.measure(match)
    if whole_coin is None or number.is_code or is_definite(match["clitic"]):
        return None
    coin, worth = COINS.get((whole_coin.singular, fold(whole_coin.adjective))) or (None, 0)
    digits = len(str(worth)) - 1
    if coin is None or not 2 <= len(number.fraction) <= digits or _is_of_a_pair(match):
        return None
    coins, case = int(number.fraction.ljust(digits, "0")), case_in(match)
    parts = [counted(amount, thing, case) for amount, thing in ((number.whole, whole_coin), (coins, coin)) if amount]
    return said(match, " و".join(parts)) if parts else None


def _is_of_a_pair(match: re.Match[str]) -> bool:
    """Whether another decimal, of the same currency, goes before: from 10,50 to 12,75."""
    return _PAIRED.search(match.string, max(0, match.start() - 60), match.start()) is not None


RULES = (
    Rule(
        "currency_before",
        "A sign or code before figures goes after them and their scale word, as it is said.",
        re.compile(rf"{LEADING} ?(?P<signed>[-−]?)(?P<number>{NUMBER})(?![0-9])(?: ?{LETTERS}|{WORD})?(?![A-Za-z_])"),
        _moved,
        example=("ب$5 و€2.5 مليون وEUR 20", "ب5 دولار و2.5 مليون أورو و20 أورو"),
        spares="$HOME وROI 20",
    ),
    Rule(
        "currency_after",
        "A sign or code after figures, or after a scale word, is the currency's name.",
        re.compile(rf"{AFTER_NUMBER}(?: ?{LETTERS})? ?{CODE}(?![\w{SINGLE_SIGNS}])"),
        _named,
        example=("100€ و30 DH و5 ملايين $ و3M€", "100 أورو و30 درهم و5 ملايين دولار و3 ملايين أورو"),
        spares="20 DHL و5M",
    ),
    Rule(
        "currency_arabic_code",
        "So is a dotted Arabic code; its last point is not said unless it may end the sentence.",
        re.compile(rf"{AFTER_NUMBER} ?{ARABIC_CODE}(?!\w)(?:\.(?=\s*[^\s\"»)]))?"),
        _named_in_arabic,
        example=("500 د.م. شهريا، أو 20 ر.س.", "500 درهم شهريا، أو 20 ريال سعودي."),
        spares="قال د.محمد، 5 د.",
    ),
    Rule(
        "currency_alone",
        "A sign or a well-known code that no figures belong to is the currency's name.",
        re.compile(
            f"(?<![A-Za-z0-9_{SINGLE_SIGNS}])(?:[{SINGLE_SIGNS}]|{one_of(WELL_KNOWN)})(?![A-Za-z0-9_{SINGLE_SIGNS}])"
        ),
        _alone,
        example=("سعر ال€ مقابل $ وUSD/MAD", "سعر الأورو مقابل دولار ودولار/درهم"),
        spares="A$AP وEURO",
    ),
    Rule(
        "coins",
        "Two decimals are the small coin, three where a thousand of it make one; not in a pair of numbers.",
        re.compile(rf"{FIGURES} ?{WORDS.noun_and_adjective()}"),
        _coins,
        example=("بثمن 12,50 درهما و0.250 دينار كويتي", "بثمن اثني عشر درهمًا وخمسين سنتيمًا ومائتين وخمسين فلسًا"),
        spares="3,5 درهم و12,50 مليون درهم، بين 10,50 و12,75 درهما",
    ),
    Rule(
        "one_or_two_coins",
        "One or two of a currency is said by its name.",
        re.compile(rf"{ONE_OR_TWO} ?{WORDS.noun_and_adjective()}"),
        _one_or_two,
        example=("ب 1 درهم، 2 دولار أمريكي", "بدرهم واحد، دولاران أمريكيان"),
        spares="12 درهما، 1 مليون درهم",
    ),
    Rule(
        "currency_agreement",
        "The name agrees with the figures before it, its adjective too.",
        re.compile(rf"(?<=[0-9]) ?{WORDS.noun_and_adjective()}"),
        _agreement,
        example=("7 درهم و25 دولار أمريكي و100دراهم", "7 دراهم و25 دولارًا أمريكيًا و100 درهم"),
        spares="7 دراهم و25 دولارا أمريكيا و3.5 درهم",
    ),
    Rule(
        "scale_of_money",
        "A scale word between figures and a currency agrees as well.",
        scale_before(NAMES),
        corrected_scale,
        example=("3 مليون درهم و5 مليار سنتيم", "3 ملايين درهم و5 مليارات سنتيم"),
        spares="25 مليون درهم و5 مليون نسمة",
    ),
)


def currency(reading: Reading) -> Reading:
    """The reading with amounts of money in names that agree, coins in words.

    >>> currency(Reading.of("من $5 إلى 12,50 درهما")).spoken
    'من 5 دولارات إلى اثني عشر درهمًا وخمسين سنتيمًا'
    """
    return apply(RULES, reading) if _HINT.search(reading.spoken) else reading
