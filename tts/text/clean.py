"""Drops and replaces what no voice can say: invisible marks, emoji, private characters, odd letter forms.

What the author wrote to be read stays as it is: letters, digits of every script, punctuation, and the Arabic marks
in whatever order they were typed. The rules run in the order of ``RULES``.
"""

import re
import unicodedata

from tts.text.reading import Reading, Rule, apply

PHRASES = {
    "﷏": "سلامه علينا",
    "﵀": "رحمه الله",
    "﵁": "رضي الله عنه",
    "﵂": "رضي الله عنها",
    "﵃": "رضي الله عنهم",
    "﵄": "رضي الله عنهما",
    "﵅": "رضي الله عنهن",
    "﵆": "صلى الله عليه وآله",
    "﵇": "عليه السلام",
    "﵈": "عليهم السلام",
    "﵉": "عليهما السلام",
    "﵊": "عليه الصلاة والسلام",
    "﵋": "قدس سره",
    "﵌": "صلى الله عليه وآله وسلم",
    "﵍": "عليها السلام",
    "﵎": "تبارك وتعالى",
    "﵏": "رحمهم الله",
    "﷼": "ريال",
    "﷽": "بسم الله الرحمن الرحيم",
    "﷾": "سبحانه وتعالى",
    "﷿": "عز وجل",
} | {sign: unicodedata.normalize("NFKC", sign) for sign in "ﷰﷱﷲﷳﷴﷵﷶﷷﷸﷹﷺﷻ"}
"""Single characters that stand for whole words, and the words. Unicode itself spells out the last twelve only."""

PREFIX = re.compile(r"(?<![^\W\d_])[وفبتكأ][\u064b-\u0652]?$")
"""A one-letter word that is written together with the next."""

PICTOGRAPHS = (
    r"\u00a9\u00ae\u2117\u2120\u2122"  # © ® ℗ ℠ ™
    r"\u2190-\u21ff\u27f0-\u27ff\u2900-\u297f\u2b00-\u2bff"  # arrows and stars
    r"\u2300-\u2307\u230c-\u2328\u232b-\u23ff\u2400-\u245f"  # clocks, keys, pictures of control codes
    r"\u2500-\u2767\u2776-\u27bf\u2800-\u28ff"  # boxes, shapes, miscellany, dingbats, braille; no brackets
    r"\u3030\u303d\u3297\u3299\ufffc\ufffd"  # Japanese signs; the places of a lost picture and of a lost character
    r"\U0001f000-\U0001fbff"  # emoji, flags, skin tones, playing cards
)
"""Character class of what is seen and not said. Not in it: mathematical and currency signs, ``°``, ``%``, ``№``."""


def _drop(match: re.Match[str]) -> str:
    return ""


def _space(match: re.Match[str]) -> str:
    return " "


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 1) : match.start()]


def _after(match: re.Match[str]) -> str:
    return match.string[match.end() : match.end() + 1]


def _is_sounded(character: str) -> bool:
    """Whether it is part of a word or number: a letter, a digit, or a mark on one."""
    return character.isalnum() or (bool(character) and unicodedata.combining(character) > 0)


def _phrase(match: re.Match[str]) -> str:
    """The words, with a space towards a neighbour they would run into: ``محمدﷺ`` is two words, ``وﷲ`` is one."""
    is_prefixed = PREFIX.search(match.string, max(0, match.start() - 3), match.start())
    runs_into = _is_sounded(_before(match)) and not is_prefixed
    return " " * runs_into + PHRASES[match[0]] + " " * _after(match).isalnum()


def _letters(match: re.Match[str]) -> str:
    # Compatibility forms of a bare mark carry a space or a tatweel: the mark alone is meant.
    return unicodedata.normalize("NFKC", match[0]).lstrip(" ـ")


def _plain(match: re.Match[str]) -> str | None:
    """A styled character's plain one. ``℃`` and ``ª`` are no styles: they mean something else than their letters."""
    is_style = unicodedata.decomposition(match[0]).startswith(("<font>", "<wide>"))
    return unicodedata.normalize("NFKC", match[0]) if is_style else None


def _enclosed(match: re.Match[str]) -> str | None:
    plain = unicodedata.normalize("NFKC", match[0])
    number = unicodedata.numeric(match[0], None)
    if plain != match[0]:
        return plain
    return None if number is None else str(int(number))


def _drop_pictograph(match: re.Match[str]) -> str:
    return " " if _is_sounded(_before(match)) and _after(match).isalnum() else ""


def _drop_unassigned(match: re.Match[str]) -> str | None:
    return "" if unicodedata.category(match[0][0]) in {"Cn", "Co", "Cs"} else None


SPACES = Rule(
    "spaces",
    "Runs of spaces, and spaces of other widths, are one plain space.",
    re.compile(r"\s{2,}|[^\S ]"),
    _space,
    example=("قال\u00a0الوزير   أمس", "قال الوزير أمس"),
    spares="قال الوزير أمس",
)
"""Other rules that drop something end with it too."""

RULES = (
    Rule(
        "control",
        "Control characters, line and paragraph separators and the blank braille cell are spaces.",
        re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u2800]+"),
        _space,
        example=("قال\r\nالوزير\u2028أمس\x00ليلا", "قال الوزير أمس ليلا"),
        spares="قال الوزير أمس",
    ),
    Rule(
        "invisible",
        "Direction marks, joiners, soft hyphens, byte order marks, variation selectors and tags are not heard.",
        re.compile(
            r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
            r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
        ),
        _drop,
        example=("\ufeffال\u00adقا\u200cهرة \u2067(مصر)\u2069", "القاهرة (مصر)"),
        spares="كِتَابٌ ۝ ١٢",
    ),
    Rule(
        "phrase",
        "One character that stands for words is spelt out.",
        re.compile(f"[{''.join(PHRASES)}]"),
        _phrase,
        example=("النبي محمدﷺ قال", "النبي محمد صلى الله عليه وسلم قال"),
        spares="﴿نص﴾",
    ),
    Rule(
        "presentation",
        "Arabic letters in the forms of old fonts and copied PDFs are the letters themselves.",
        re.compile(r"[\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdf9\ufe70-\ufe72\ufe74-\ufefc]"),
        _letters,
        example=("ﺍﻟﺴﻼﻡ", "السلام"),
        spares="السّلام ﴿﴾",
    ),
    Rule(
        "tatweel_dash",
        "A tatweel that stands alone between spaces was typed for a dash.",
        re.compile(r"(?<=\s)ـ+(?=\s)"),
        lambda match: "–",
        example=("الوزير ـ وهو طبيب ـ قال", "الوزير – وهو طبيب – قال"),
        spares="محـــمد 1446هـ",
    ),
    Rule(
        "tatweel",
        "A tatweel stretches a word on the page; it has no sound.",
        re.compile("ـ+"),
        _drop,
        example=("محـــمد 1446هـ", "محمد 1446ه"),
        spares="محمد - علي _ سامي",
    ),
    Rule(
        "style",
        "Letters and digits in mathematical styles or in full width are plain ones.",
        re.compile(
            r"[\u2102-\u2149\uff01-\uff60\uffe0-\uffe6\U0001d400-\U0001d7ff\U0001ee00-\U0001eeff\U0001fbf0-\U0001fbf9]"
        ),
        _plain,
        example=("𝐁𝐁𝐂 ＡＢＣ１２！", "BBC ABC12!"),
        spares="BBC 20℃ م² №",
    ),
    Rule(
        "enclosed",
        "A number or letter in a ring or a box keeps its value.",
        re.compile(r"[\u2460-\u24ff\u2776-\u2793\U0001f100-\U0001f16f]"),
        _enclosed,
        example=("① أولا ❷ ثانيا ⒊ ثالثا", "1 أولا 2 ثانيا 3. ثالثا"),
        spares="1 أولا",
    ),
    Rule(
        "keycap",
        "A number's key keeps its number; the star and hash keys are pictures.",
        re.compile("[#*]?\u20e3"),
        _drop,
        example=("1\u20e3 أولا #\u20e3", "1 أولا "),
        spares="#رمضان * 1",
    ),
    Rule(
        "pictograph",
        "Emoji, flags, arrows, shapes and other pictures are dropped; words they stood between stay apart.",
        re.compile(f"[{PICTOGRAPHS}]+"),
        _drop_pictograph,
        example=("عاجل🔴الآن 👍🏽. 🇪🇬", "عاجل الآن . "),
        spares="5 + 3 × 2 = 11، 20° 5% €7 ‼",
    ),
    Rule(
        "unassigned",
        "Private-use, unassigned and lone surrogate characters mean nothing to anybody else.",
        re.compile(
            r"[\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]+"
            r"|[^\x00-\u0377\u0400-\u052f\u0600-\u06ff\u2000-\u2064\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]"
        ),
        _drop_unassigned,
        example=("قال\ue000 \ud800الوزير\U000fffff\ufdd0", "قال الوزير"),
        spares="中文 اردو ٹ कहा",
    ),
    SPACES,
)


def clean(reading: Reading) -> Reading:
    """The reading without what no voice can say.

    >>> clean(Reading.of("السـلام عليكم 🌹")).spoken
    'السلام عليكم '
    """
    return apply(RULES, reading)
