"""Signs that are words, and marks that are not read.

What other rules must not meet, or must meet as words, goes early (``hashtags``): the figure of a footnote, the
underscore that hides a year, the ``×`` that governs the number after it. What others still need is settled last
(``marks``): the slash of a date, the ``&`` of a company.
"""

import re
import unicodedata

from tts.text.beside import before, is_counted
from tts.text.clean import SPACES
from tts.text.context import attached, is_definite
from tts.text.numerals import CLITIC, NUMBER, START
from tts.text.reading import Reading, Rule, apply

MEDIA = "صور[ةه]?|فيديوهات|فيديو|صوت|[إا]?نفوغرافي?ك?|فيديو ?غرافي?ك?|كاريكاتير|وثيقة|وثائق|بث مباشر"
"""What a tag in a headline promises."""

UNITS = re.compile(r"(?:(?<!\w)[وفبل]?(?:ال|لل)?(?:م|كم|كلم|سم|ملم|مم|دم|هم)|[A-Za-z]|مترا?|أمتار)$")
"""What a raised figure belongs to: it is no footnote's."""

BRACKETS = {")": "(", "]": "[", "}": "{", "»": "«"}
COMPARED = {"<": "أقل من", ">": "أكثر من", "≤": "أقل من أو يساوي", "≥": "أكثر من أو يساوي", "≠": "لا يساوي"}
SUFFIXES = {"ة": ("ة", "ه", ""), "ات": ("ين", "ون", "ة", ""), "ين": ("ات",), "ون": ("ات",)}
"""Endings written after a slash for the other gender, and those of the word before whose place they take."""

_LETTER = "\u0621-\u064a"
_MARKS = "\u064b-\u0652\u0670"
_MEDIUM = rf"(?:بال|ب|ال)?(?:{MEDIA})(?: (?:من )?(?:ال)?(?:حصرية?|خاصة?|أرشيفي?ة?|مباشرة?|مؤثرة?|صادمة?|جديدة?))?(?!\w)"
_MEDIA = rf"(?:[0-9]{{1,3}} )?{_MEDIUM}(?:(?: ?[+/،&|-] ?| و ?){_MEDIUM}){{0,3}}"
_CLOSING = frozenset(' ،,؛;.!؟?:…)]}»"')
_OPENING = frozenset(' ([{«"')
_SAID_MORE = re.compile(r"(?:أكثر من|أزيد من|ما يزيد عن|فوق|[يت]?تجاوز|[يت]?فوق) $")
_SAID_ABOUT = re.compile(r"(?:حوالي|نحو|قرابة|زهاء|ما يقارب) $")
_CLITIC = re.compile(r"(?<!\w)(?:[وف]?(?:[بك]?ال|لل|[بكل])|[وف])$")
_MINUTE = re.compile(r"(?:دقيقة|(?<!\w)[وفبل]?د\.?) ?\(?[0-9]{1,3}$")
_PARTS = re.compile(
    rf"(?<=[{_LETTER}]{{3}})(?=[0-9])|(?<=[0-9])(?=[{_LETTER}]{{2}})|(?<=[A-Za-z][a-z])(?=[0-9]|[A-Z][a-z])|_+"
)
_WORD_BEFORE = re.compile(rf"[{_LETTER}{_MARKS}]{{2,30}}$")


def _sides(match: re.Match[str]) -> tuple[str, str]:
    """The characters before and after a match; empty at the ends of the text."""
    return match.string[max(0, match.start() - 1) : match.start()], match.string[match.end() : match.end() + 1]


def _is_after_clitic(match: re.Match[str]) -> bool:
    return _CLITIC.search(match.string, max(0, match.start() - 6), match.start()) is not None


def _drop(match: re.Match[str]) -> str:
    return ""


def _part(match: re.Match[str]) -> str:
    """Nothing, or a space where the match held two things apart: not a clitic and its word."""
    left, right = _sides(match)
    is_end = right in _CLOSING and (left.isdecimal() or not left.isascii())
    if not left or not right or left == " " or right == " " or left in _OPENING or is_end:
        return ""
    return "" if _is_after_clitic(match) else " "


def _spaced(word: str, match: re.Match[str]) -> str:
    """The word, with a space towards what it would run into."""
    left, right = _sides(match)
    is_joined = not left or left in _OPENING or (match[0][0] != " " and _is_after_clitic(match))
    is_last = not right or right in _CLOSING
    return " " * (not is_joined) + word + " " * (not is_last)


def _pause(match: re.Match[str]) -> str:
    """A comma, unless there is a pause already, or nothing to part."""
    text, start, end = match.string, match.start(), match.end()
    left = text[max(0, start - 2) : start].rstrip(" ")[-1:]
    right = text[end : end + 1]
    if not left or not right or left in "،,؛;.!؟?:…–—([{«" or right in _CLOSING:
        return " " if left and right and right not in _CLOSING else ""
    return "، "


def _tag(match: re.Match[str]) -> str | None:
    return None if match[0].strip("()[] ") == "صوت" else ""


def _footnote(match: re.Match[str]) -> str | None:
    """Not a year, and not a figure that an editor put into a sentence: قتل [5] أشخاص."""
    left, right = _sides(match)
    figures = re.findall("[0-9]+", match[0])
    is_inserted = left == right == " " and is_counted(int(figures[0]), match.string, match.end())
    return None if is_inserted or max(map(len, figures)) > 3 else _part(match)


def _raised(match: re.Match[str]) -> str | None:
    return None if UNITS.search(match.string[max(0, match.start() - 8) : match.start()]) else ""


def _unbracketed(match: re.Match[str]) -> str:
    """The run of brackets without the pairs that hold nothing."""
    kept: list[str] = []
    for sign in match[0]:
        filled = len(kept) - (kept[-1:] == [" "])
        if sign in BRACKETS and filled and kept[filled - 1] == BRACKETS[sign]:
            del kept[filled - 1 :]
        elif sign != " " or kept[-1:] != [" "]:
            kept.append(sign)
    return "".join(kept)


def _dialled(match: re.Match[str]) -> str:
    return match[0].replace("*", " نجمة ").replace("#", " مربع").strip()


def _parted_tag(match: re.Match[str]) -> str | None:
    words = _PARTS.sub(" ", match["tag"])
    return _part(match) + words if words != match["tag"].replace("_", " ") else None


def _number_sign(match: re.Match[str]) -> str:
    return (match["clitic"] or "") + "رقم" + " " * match.string[match.end() : match.end() + 1].isalnum()


def _both_genders(match: re.Match[str]) -> str | None:
    word = _WORD_BEFORE.search(match.string, max(0, match.start() - 30), match.start())
    if word is None:
        return None
    suffix = match[0].strip("/() ")
    stem = next((word[0].removesuffix(ending) for ending in SUFFIXES[suffix] if word[0].endswith(ending)), None)
    return None if stem is None else f" {stem}{suffix}"


def _plus_between(match: re.Match[str]) -> str | None:
    """45+2 of a match is left to ``tts.text.stoppage``."""
    return None if _MINUTE.search(before(match.string, match.start())) else " زائد "


def _more_than(match: re.Match[str]) -> str | None:
    if is_definite(match["clitic"]):
        return None
    if not match["clitic"] and _SAID_MORE.search(before(match.string, match.start())):
        return match["number"]
    return attached(match["clitic"], f"أكثر من {match['number']}")


def _compared(match: re.Match[str]) -> str:
    sign = match[0].strip()
    return _spaced(COMPARED[{"<=": "≤", ">=": "≥"}.get(sign, sign)], match)


def _run(match: re.Match[str]) -> str:
    """A row of dashes between words is one; other rows are nothing."""
    left, right = match.string[: match.start()][-1:], match.string[match.end() : match.end() + 1]
    if not left or not right:
        return ""
    return (" " * (left != " ") + "– ") if set(match[0]) & set("-–—") else " "


BULLET = Rule(
    "bullet",
    "A mark that begins a text is an item's of a list, or was something's that has gone.",
    re.compile(r"\A ?(?:[-–—*:،؛]+ )+(?=[^ ])"),
    _drop,
    example=("- تأهيل المدارس", "تأهيل المدارس"),
    spares="-5 درجات - تأهيل",
)
MEDIA_TAG = Rule(
    "media_tag",
    "Tags that promise pictures are not read, in brackets or after a plus.",
    re.compile(
        rf"[(\[] ?\+? ?(?:شاهد(?:وا)? )?{_MEDIA} ?\+? ?[)\]] ?|\( ?شاهد(?:وا)? ?\) ?"
        rf"|(?<![^ ])(?:\+ ?{_MEDIA}|{_MEDIUM} ?\+ ?{_MEDIUM})(?![\w+]) ?"
    ),
    _tag,
    example=("حريق مهول (+صور) بإنزكان (فيديو وصور)", "حريق مهول بإنزكان "),
    spares="بالفيديو: لحظة (صور الأقمار) فيديو وصور (صوت)",
)
FOOTNOTE = Rule(
    "footnote",
    "Footnote marks are not read.",
    re.compile(r"\[(?=[\[ ]{0,3}[0-9])[0-9\[\]،, –-]{0,30}\]"),
    _footnote,
    example=("قياسيا[1] وفق المندوبية [2، 3].", "قياسيا وفق المندوبية ."),
    spares="قتل [5] أشخاص [2025]",
)
EMPTY_BRACKETS = Rule(
    "empty_brackets",
    "Brackets that nothing is left between.",
    re.compile(r"[()\[\]{}«»][()\[\]{}«» ]*[()\[\]{}«»]"),
    _unbracketed,
    example=("حريق (( ) ) (نص)", "حريق  (نص)"),
    spares="((نص)) (أ) (ب)",
)
DECORATION = Rule(
    "decoration",
    "Rows of signs: a pause between words, or nothing.",
    re.compile("(?:[-–—=*~^+·] ?){3,}"),
    _run,
    example=("الأول ———— الثاني *** ", "الأول – الثاني "),
    spares="قال... نعم -- لا",
)
SMILEY = Rule(
    "smiley",
    "Faces made of punctuation.",
    re.compile(
        r"(?<![^ ])[:;]['-]?(?:[()]+|[DPp])(?=[ .،!؟]|\Z)|(?<![^ ])[()]+['-]?[:;](?= |\Z)|(?<![^ ])-[_.]-(?= |\Z)"
    ),
    _drop,
    example=("أحسنت :) شكرا :-D (:", "أحسنت  شكرا  "),
    spares="(كما يلي:) وقال :(نعم)",
)


def _joined(match: re.Match[str]) -> str:
    clitic, word = match["clitic"], match["quoted"] or match["bracketed"]
    if clitic.endswith("ال"):
        return clitic + word.removeprefix("ال")
    if clitic.endswith("ل") and word.startswith("ال"):
        return clitic.rstrip("ل") + "لل" + word[2:]
    return clitic + word


EARLY_RULES = (
    Rule(
        "quoted_word",
        "What is written together with a quotation or a bracket is said together with it: the marks are not.",
        re.compile(
            rf"(?<![\w{_MARKS}])(?P<clitic>[وف]?(?:[بك]?ال|لل|[بكل]))"
            r"(?:[«\"“”](?P<quoted>[^«»\"“”()]{1,60})[»\"“”]|\((?P<bracketed>[^«»\"“”()]{2,60})\))"
        ),
        _joined,
        example=('علاقة ب"بوحمرون" ول«التراكتور» وال«أونروا»', "علاقة ببوحمرون وللتراكتور والأونروا"),
        spares="قال «نعم» و«لا» أب (بالتبني)",
    ),
    Rule(
        "entity",
        "What is left of a page's markup: an ampersand, a space.",
        re.compile("&(?:amp;)+(nbsp;)?|&nbsp;"),
        lambda match: " " if "nbsp" in match[0] else "&",
        example=("النور &amp; الأمل&nbsp;هنا", "النور & الأمل هنا"),
        spares="النور & amp; الأمل",
    ),
    Rule(
        "dialled_code",
        "The star and the hash of a code that is dialled are said.",
        re.compile(r"(?<![\w*#])[*#][0-9]{1,6}(?:\*[0-9]{1,16}){0,4}#"),
        _dialled,
        example=("اطلبوا *121#", "اطلبوا نجمة 121 مربع"),
        spares="*121 و#121",
    ),
    Rule(
        "number_sign",
        "№, N° and # before a figure are «رقم».",
        re.compile(r"(?<![^\W_])(?P<clitic>[وفبل]?)(?:رقم )?(?:(?<!#)#|№|[Nn] ?[°º]|No\.) ?(?=[0-9]{1,9}(?!\w))|№"),
        _number_sign,
        example=("الغرفة #12 والملف رقم N° 5", "الغرفة رقم 12 والملف رقم 5"),
        spares="#20_فبراير وNo. وG#5",
    ),
    Rule(
        "paragraph_sign",
        "§ before a figure is a paragraph.",
        re.compile(r"§ ?(?=[0-9])"),
        lambda match: "الفقرة ",
        example=("المادة الثالثة، § 5", "المادة الثالثة، الفقرة 5"),
        spares="§",
    ),
    Rule(
        "parted_tag",
        "Words and figures that a hashtag glues together are said apart.",
        re.compile(r"[#@](?P<tag>\w{1,200}+)"),
        _parted_tag,
        example=("#مونديال2030 #BlackLivesMatter", "مونديال 2030 Black Lives Matter"),
        spares="#رمضان_كريم #G20 @BBC",
    ),
    Rule(
        "tag_sign",
        "The sign of a hashtag or a handle is not read.",
        re.compile(r"[#@]+"),
        _part,
        example=("#رمضان_كريم#كلنا من @أخبار", "رمضان_كريم كلنا من أخبار"),
        spares="رمضان",
    ),
    Rule(
        "underscore",
        "An underscore stands for a space.",
        re.compile("_+"),
        _part,
        example=("كلنا_مع_الحوز_", "كلنا مع الحوز"),
        spares="كلنا-مع",
    ),
    FOOTNOTE,
    EMPTY_BRACKETS,
    Rule(
        "and_or",
        "و/أو is «أو».",
        re.compile(r"(?<!\w)(?:و ?[/\\] ?[أا]و|[أا]و ?[/\\] ?و)(?!\w)"),
        lambda match: "أو",
        example=("بالغرامة و/أو الحبس", "بالغرامة أو الحبس"),
        spares="وأو",
    ),
    Rule(
        "both_genders",
        "An ending for the other gender, after a slash or in brackets, is said with its word.",
        re.compile(rf"(?<=[{_LETTER}{_MARKS}]{{2}})(?:/ ?(?:ة|ات|ين|ون)|\((?:ة|ات|ين|ون)\))(?!\w)"),
        _both_genders,
        example=("كل طالب/ة من المستفيدين(ات)", "كل طالب طالبة من المستفيدين المستفيدات"),
        spares="طالب/طالبة (ة)",
    ),
    Rule(
        "times",
        "× before a number is «في», also a star or an x that stands for it.",
        re.compile(r"(?<=[\w°)]) ?× ?(?=[-−(]{0,2}[0-9])|(?<=[0-9])(?:\*| \* | [xX] )(?=[0-9])"),
        lambda match: " في ",
        example=("أبعادها 8×12 مترا، 5*3 و5 x 3", "أبعادها 8 في 12 مترا، 5 في 3 و5 في 3"),
        spares="الرجاء × الوداد 4x4 *3",
    ),
    Rule(
        "versus",
        "× between words is a match.",
        re.compile(rf"(?<=[{_LETTER}A-Za-z]) ?× ?(?=[{_LETTER}A-Za-z])"),
        lambda match: " ضد ",
        example=("الرجاء × الوداد", "الرجاء ضد الوداد"),
        spares="5 × 3",
    ),
    Rule(
        "power",
        "A number to the power of another: after a circumflex, or raised after ten.",
        re.compile(r"(?<=[0-9])\^(?=[0-9])|(?<=(?<![0-9.,])10)[⁰¹²³⁴-⁹]+(?!\w)"),
        lambda match: " أس " + "".join(str(unicodedata.digit(figure)) for figure in match[0] if figure != "^"),
        example=("2^6 و10⁶", "2 أس 6 و10 أس 6"),
        spares="^ 6 2025¹",
    ),
    Rule(
        "divided",
        "÷ is «على».",
        re.compile(r"(?<=[0-9]) ?÷ ?(?=[0-9])"),
        lambda match: " على ",
        example=("8 ÷ 2", "8 على 2"),
        spares="÷ 2",
    ),
    Rule(
        "plus_or_minus",
        "± is «زائد أو ناقص».",
        re.compile(r" ?(?:±|\+ ?/ ?[-−]) ?(?=[0-9])"),
        lambda match: _spaced("زائد أو ناقص", match),
        example=("بهامش ±3%", "بهامش زائد أو ناقص 3%"),
        spares="±",
    ),
    Rule(
        "plus_between",
        "+ between numbers is «زائد».",
        re.compile(r"(?<=[0-9])(?:\+| \+ )(?=[0-9])"),
        _plus_between,
        example=("مجموعة 5+5", "مجموعة 5 زائد 5"),
        spares="الدقيقة 45+2 و+5 و0537 +212",
    ),
    Rule(
        "minus_before_equals",
        "A dash between numbers is «ناقص» where a result follows.",
        re.compile(r"(?<=[0-9]) ?[-−–] ?(?=[0-9]{1,15}(?:[.,][0-9]{1,9})? ?=)"),
        lambda match: " ناقص ",
        example=("10 - 3 = 7", "10 ناقص 3 = 7"),
        spares="10-3 و7=",
    ),
    Rule(
        "equals",
        "= is «يساوي».",
        re.compile(r"(?<=[^ =<>!]) ?(?<![=<>!])=(?![=>]) ?(?=[\w(+$€£−-])"),
        lambda match: _spaced("يساوي", match),
        example=("7 في 8 = 56", "7 في 8 يساوي 56"),
        spares="=== 5 => 3",
    ),
    Rule(
        "more_than",
        "A plus after a number is «أكثر من».",
        re.compile(rf"{START}{CLITIC}(?P<number>[$€£]?{NUMBER}[%$€£]?)\+(?![\w+])(?! [0-9])"),
        _more_than,
        example=("شاركت 20+ دارا و100+", "شاركت أكثر من 20 دارا وأكثر من 100"),
        spares="5+5 و5 + 5 وA+",
    ),
    Rule(
        "more_than_said",
        "A plus before a number after «أكثر من» adds nothing.",
        re.compile(r"(?<= )\+ ?(?=[0-9])"),
        lambda match: "" if _SAID_MORE.search(before(match.string, match.start())) else None,
        example=("أكثر من +100 ألف", "أكثر من 100 ألف"),
        spares="فيلم +18",
    ),
    Rule(
        "about",
        "A tilde before a number is «حوالي».",
        re.compile(r"(?<![\w~])(?<![0-9] )[~≈∼] ?(?=[0-9])"),
        lambda match: "" if _SAID_ABOUT.search(before(match.string, match.start())) else "حوالي ",
        example=("شارك ~200 شخص", "شارك حوالي 200 شخص"),
        spares="10~20 و10 ~ 20",
    ),
    Rule(
        "heart",
        "A heart in two signs is not read.",
        re.compile(r"(?<![^ ])<3(?= ?(?:[.،!؟]|\Z))"),
        _drop,
        example=("شكرا <3", "شكرا "),
        spares="<3 سنوات",
    ),
    Rule(
        "compared",
        "Signs of comparison before a number.",
        re.compile(r"(?<![<>=-])(?:[<>]=?|[≤≥≠]) ?(?=[0-9])"),
        _compared,
        example=("الكثافة < 5 أو >=7", "الكثافة أقل من 5 أو أكثر من أو يساوي 7"),
        spares="<نعم> << 5 -> 5",
    ),
    Rule(
        "guillemet",
        "Doubled signs that stand for quotation marks.",
        re.compile("<<|>>"),
        lambda match: "«" if match[0] == "<<" else "»",
        example=("قال: <<نعم>>", "قال: «نعم»"),
        spares="< نعم >",
    ),
    Rule(
        "barred_tag",
        "A tag after a bar that ends the text is not read.",
        re.compile(rf"(?<= )\| ?{_MEDIA} ?\Z"),
        _drop,
        example=("زلزال الحوز | فيديو", "زلزال الحوز "),
        spares="إنفوغرافيك | أرقام الميزانية",
    ),
    Rule(
        "separator",
        "Bars and bullets between words are pauses.",
        re.compile(" ?(?:[|¦•‣] ?)+|(?<= )· "),
        _pause,
        example=("• عاجل | زلزال يضرب", "عاجل، زلزال يضرب"),
        spares="عاجل - زلزال",
    ),
    BULLET,
    DECORATION,
    Rule(
        "arrow",
        "Arrows made of other signs.",
        re.compile("[-=]{1,3}>|<(?:-(?![0-9])|=)[-=]{0,2}"),
        _part,
        example=("من هنا -> هناك", "من هنا  هناك"),
        spares="من - هناك <-5",
    ),
    Rule(
        "tilde_dash",
        "A tilde that stands alone is a dash.",
        re.compile("(?<= )~(?= )"),
        lambda match: "–",
        example=("قال ~ وهو طبيب ~ إنه", "قال – وهو طبيب – إنه"),
        spares="قال~وهو",
    ),
    Rule(
        "unread",
        "Signs that have no sound where they stand.",
        re.compile(r"[*^~<>=±≤≥≠≈∼×÷§†‡※¤◌`´\\|¦•‣]+"),
        _part,
        example=("كلمة* مهمة`، سطر\\آخر", "كلمة مهمة، سطر آخر"),
        spares="+ & / ° %",
    ),
    MEDIA_TAG,
    FOOTNOTE,
    Rule(
        "raised_footnote",
        "Nor are those in raised figures.",
        re.compile(rf"(?<=[{_LETTER}{_MARKS}»”\")\].،])[¹²³⁰⁴-⁹]+(?!\w)"),
        _raised,
        example=("قياسيا¹ وفق المندوبية»²³.", "قياسيا وفق المندوبية»."),
        spares="5 م² وx² و100 كلم²",
    ),
    EMPTY_BRACKETS,
    SMILEY,
    SPACES,
    BULLET,
)
"""The rules that come before those for figures."""


def _and(match: re.Match[str]) -> str:
    left, right = _sides(match)
    if not (right.isalpha() or right.isdecimal()):
        return " " if left and right and right not in _CLOSING else ""
    return " " * bool(left and left not in _OPENING) + "و"


def _plus(match: re.Match[str]) -> str:
    """«بلس» at the end of a name, «زائد» before a word or number."""
    left, right = _sides(match)
    if left.isalnum() and not right.isalnum():
        return " بلس" * len(match[0])
    return _spaced("زائد", match) if right.isalnum() else _part(match)


def _slash(match: re.Match[str]) -> str:
    """A space between words, a comma where the author set them further apart."""
    left, right = _sides(match)
    is_open = match[0][-1] == " " and (left.isalnum() or left in '»”)"')
    return _pause(match) if is_open and right else " " if left and right else ""


RULES = (
    Rule(
        "and",
        "& is «و».",
        re.compile(" ?&(?: ?&)* ?"),
        _and,
        example=("شركة النور & الأمل", "شركة النور والأمل"),
        spares="النور و الأمل",
    ),
    Rule(
        "plus_left",
        "A plus that is left: of a name, or before a number.",
        re.compile(r"(?<=\w)\+{1,2}(?![\w+])| ?\+(?: ?\+)* ?(?=\w)|\++"),
        _plus,
        example=("ديزني+ وفيلم +18", "ديزني بلس وفيلم زائد 18"),
        spares="ديزني",
    ),
    Rule(
        "slash",
        "A slash between words is a short pause.",
        re.compile(r" ?/(?: ?/)* ?"),
        _slash,
        example=("قانون/مرسوم، الرباط / هشام", "قانون مرسوم، الرباط، هشام"),
        spares="قانون-مرسوم",
    ),
    Rule(
        "silent",
        "Degrees, primes and other small signs that no number claimed.",
        re.compile("[°ºª′″¨¸]+"),
        _part,
        example=("الملعب° هنا", "الملعب هنا"),
        spares="الملعب",
    ),
    MEDIA_TAG,
    Rule(
        "media_end",
        "A tag after a dash that ends the text is one too.",
        re.compile(rf"(?<= )[-–—] {_MEDIA} ?\Z"),
        _drop,
        example=("زلزال الحوز - فيديو وصور", "زلزال الحوز "),
        spares="زلزال - فيديو يوثق",
    ),
    SMILEY,
    DECORATION,
    EMPTY_BRACKETS,
    SPACES,
    BULLET,
)
"""The rules that come last."""


_HINT = re.compile(rf"\A ?:|[^\s{_LETTER}{_MARKS}A-Za-z.,،؛;؟!«»\"“”:]|(?<=[وفبكل])[«\"“]|[«\"“] ?[»\"”]|{MEDIA}")
"""What is in a text that the early rules have anything to do with: another sign than those of prose."""


def hashtags(reading: Reading) -> Reading:
    """The reading with the words of its hashtags, without its footnote marks, and with the signs between figures said.

    >>> hashtags(Reading.of("#كأس_إفريقيا_2025 بحضور 20+ دولة[1]")).spoken
    'كأس إفريقيا 2025 بحضور أكثر من 20 دولة'
    """
    return apply(EARLY_RULES, reading) if _HINT.search(reading.spoken) else reading


def marks(reading: Reading) -> Reading:
    """The reading without signs: those that are words are said, the others are pauses or nothing.

    >>> marks(Reading.of("النور & الأمل، قانون/مرسوم")).spoken
    'النور والأمل، قانون مرسوم'
    """
    return apply(RULES, reading)
