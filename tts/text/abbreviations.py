"""Short forms written out: titles before names, إلخ, honorifics, pages, agencies; other initials by their letters."""

import re

from tts.text.beside import before
from tts.text.context import attached
from tts.text.reading import Reading, Rule, apply
from tts.text.titles import RULES as TITLES
from tts.text.titles import is_label

LETTERS = "ا ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ي أ إ آ"
LETTER_NAMES = """
    ألف باء تاء ثاء جيم حاء خاء دال ذال راء زاي سين شين صاد ضاد طاء ظاء عين غين فاء قاف كاف لام ميم نون هاء واو ياء
    ألف ألف ألف
"""
"""The letters and their names."""

INITIALS = {
    "ومع": "وكالة المغرب العربي للأنباء",
    "أفب": "وكالة فرانس برس",
    "افب": "وكالة فرانس برس",
    "دبأ": "وكالة الأنباء الألمانية",
    "دبا": "وكالة الأنباء الألمانية",
    "أشأ": "وكالة أنباء الشرق الأوسط",
    "اشا": "وكالة أنباء الشرق الأوسط",
    "وأج": "وكالة الأنباء الجزائرية",
    "ومأ": "الولايات المتحدة الأمريكية",
    "وما": "الولايات المتحدة الأمريكية",
    "متف": "منظمة التحرير الفلسطينية",
    "شمم": "شركة ذات مسؤولية محدودة",
    "شذمم": "شركة ذات مسؤولية محدودة",
    "ذمم": "ذات مسؤولية محدودة",
    "قم": "قبل الميلاد",
    "بم": "بعد الميلاد",
}
"""Initials that stand for something else than a name. ق.م after a figure is left to ``tts.text.eras``."""

MEASURES = "تغ دم دج دت دإ دا رس دك رق رع دب جم لل لس دع دأ شج مم كم كغ قظ بظ"
"""Initials that are units, currencies or times: those who read the figures know them."""

REFERENCES = {"ج": "الجزء", "مج": "المجلد", "ط": "الطبعة"}
"""Short forms of references; the figure after them is an ordinal."""

HOLY = re.compile(
    r"(?<!\w)[وفبلك]?(النبي|نبي|الرسول|رسول|الإمام|المسيح|سيدنا|سيدتنا|السيدة|الملك|عيسى|موسى|إبراهيم|ابراهيم|علي"
    r"|الحسين|الحسن|فاطمة|زينب|مريم|آدم|نوح|يوسف|داود|سليمان|يعقوب|يحيى|زكريا|هارون|أيوب|يونس|إسماعيل|إسحاق|جبريل|الخضر"
    r"|الرضا|الصادق|المهدي|لوط|هود|صالح|شعيب|إدريس|الزهراء)(?!\w)"
)
"""Whom (ع) may stand after: after other words it is somebody's initial."""

PROPHET = re.compile(
    r"(?<!\w)[وفبلك]?(?:النبي|نبينا|نبيه|الرسول|رسول|رسوله|رسولنا|محمد|محمدا|المصطفى|الأمين|الله)(?!\w)"
)
"""Whom (ص) may stand after, likewise."""

_ERA = re.compile(r"قرن|سنة|عام|ألف|مائة|مئة")
_COMPANIONS = re.compile(r"(?<!\w)[وفبلك]?(?:ال|لل)?(?:صحابة|صحابه|أصحابه|صحابته|خلفاء|تابعين|أزواجه|أجمعين)(?!\w)")
_SHE = re.compile(
    r"(?<!\w)[وفبل]?(?:عائشة|خديجة|فاطمة|حفصة|زينب|أسماء|أم|السيدة|صفية|سودة|رقية|مريم|سمية|الخنساء)(?!\w)"
)
_TWO_OF_THEM = re.compile(r"(?<!\w)[وف]?(?:ابن عباس|ابن عمر|ابن عمرو|ابن مسعود|ابن الزبير)(?: \w+)? ?$")

_NAMES = dict(zip(LETTERS.split(), LETTER_NAMES.split(), strict=True))
_MEASURES = frozenset(MEASURES.split())
_L = "[\u0621-\u064a]"
_ALONE = r"(?<![\w\u064b-\u0652.])"
_HOUR_BEFORE = re.compile(r"(?:[0-9]:[0-9]{2}|(?:ساعة|من|إلى|على|حتى) [0-9]{1,2}) ?$")
_SCALE_BEFORE = re.compile(r"(?:\d|مليون|ملايين|مليار|ملايير|مليارات|ألف|آلاف|الف) ?$")


def _initials(match: re.Match[str]) -> str | None:
    text, end = match.string, match.end()
    letters, ahead = re.sub("[. ]", "", match["letters"]), before(text, match.start())
    if letters in _MEASURES or _SCALE_BEFORE.search(ahead):
        return None
    is_in_brackets = ahead.endswith(("(", "«", '"')) and len(letters) == 2
    known = INITIALS.get(letters) if not is_in_brackets else None
    if letters in {"قم", "بم"} and not is_in_brackets and not _ERA.search(ahead):
        return None
    if known and ahead.rstrip(" («").endswith(known):
        return ""  # its own name, in brackets behind it
    if known is None and " " in match["letters"] and "." not in match["letters"]:
        return None
    words = known or " ".join(_NAMES.get(letter, letter) for letter in letters)
    first, _, rest = words.partition(" ")
    if ahead.endswith((f"{first} ", f"{first} (")):
        words = rest  # وكالة و.م.ع
    # A last full stop is the initials' own only if the sentence goes on.
    follows = text[end : end + 3].lstrip(" ")[:1]
    ends = match["stop"] and (end == len(text) or text[end] not in ' )]»"' or not follows or follows in "و.")
    return attached(match["clitic"], words) + ("." if ends else "")


def _reference(match: re.Match[str]) -> str | None:
    text, start, form = match.string, match.start(), match["form"]
    ahead = before(text, start)
    is_dotted = match["stop"] or ahead.rstrip(" ")[-1:] in {"", "(", "،", ",", "-", "–", "؛", "["}
    if not is_dotted or is_label(text, start) or _SCALE_BEFORE.search(ahead) or text[match.end()] == "0":
        return None
    return attached(match["clitic"], REFERENCES[form]) + " "


def _page(match: re.Match[str]) -> str | None:
    ahead = before(match.string, match.start())
    if _HOUR_BEFORE.search(ahead) or is_label(match.string, match.start()):
        return None
    joint = "، " if match["space"] and not match["clitic"] else match["space"]
    return joint + match["clitic"] + ("صفحات " if match["many"] else "صفحة ")


def _prayer(match: re.Match[str]) -> str | None:
    text, start = match.string, match.start()
    ahead = " ".join(before(text, start).split()[-3:])
    is_the_prophet = match[0] == "صلعم" or (PROPHET.search(ahead) and not is_label(text, start))
    return _set_apart(match, "صلى الله عليه وسلم") if is_the_prophet else None


def _peace(match: re.Match[str]) -> str | None:
    ahead = " ".join(before(match.string, match.start()).split()[-4:])
    holy = list(HOLY.finditer(ahead))
    if not holy:
        return None
    return _set_apart(match, "عليها السلام" if holy[-1][1] in {"مريم", "فاطمة", "زينب", "الزهراء"} else "عليه السلام")


def _pleased(match: re.Match[str]) -> str:
    ahead = " ".join(before(match.string, match.start()).split()[-4:])
    if _TWO_OF_THEM.search(ahead):
        whom = "عنهما"
    elif _COMPANIONS.search(ahead):
        whom = "عنهم"
    else:
        whom = "عنها" if _SHE.search(ahead) else "عنه"
    return _set_apart(match, f"رضي الله {whom}")


def _set_apart(match: re.Match[str], words: str) -> str:
    text, start, end = match.string, match.start(), match.end()
    return " " * text[max(0, start - 1) : start].isalnum() + words + " " * text[end : end + 1].isalnum()


RULES = (
    *TITLES,
    Rule(
        "et_cetera",
        "إلخ is «إلى آخره», with its hamza or without.",
        re.compile(r"(?<![\w\u064b-\u0652])(?P<clitic>و?)[إاأ]لخ(?!\w)"),
        lambda match: match["clitic"] + "إلى آخره",
        example=("السكر والزيت إلخ. والشاي، الخ…", "السكر والزيت إلى آخره. والشاي، إلى آخره…"),
        spares="الخير والخال",
    ),
    Rule(
        "prayer",
        "(ص) after the Prophet's name.",
        re.compile(r"\((?:ص|صلعم)\)|(?<!\w)صلعم(?!\w)"),
        _prayer,
        example=("قال الرسول (ص) لأصحابه", "قال الرسول صلى الله عليه وسلم لأصحابه"),
        spares="المجموعة (ص) و(ص 5) والقاصر (ص)",
    ),
    Rule(
        "peace",
        "(ع) after a prophet's or an imam's name.",
        re.compile(r"\(ع\)"),
        _peace,
        example=("معجزات موسى (ع) ومريم (ع)", "معجزات موسى عليه السلام ومريم عليها السلام"),
        spares="المشتبه فيه (ع)",
    ),
    Rule(
        "pleased",
        "(رض) after a companion's name.",
        re.compile(r"\((?:رض|ر\.? ?ض|رضه)\)"),
        _pleased,
        example=("عن عمر (رض) وعائشة (رض)", "عن عمر رضي الله عنه وعائشة رضي الله عنها"),
        spares="(رضا)",
    ),
    Rule(
        "post_box",
        "ص.ب before a figure is a post box.",
        re.compile(rf"{_ALONE}(?P<clitic>[وب]?)ص\. ?ب\.?(?=:? ?[0-9])"),
        lambda match: f"{match['clitic']}صندوق البريد",
        example=("العنوان: ص.ب. 1234", "العنوان: صندوق البريد 1234"),
        spares="المدعو (ص.ب)",
    ),
    Rule(
        "page",
        "ص before a figure is a page.",
        re.compile(rf"(?P<space>(?:(?<=[0-9]) )?){_ALONE}(?P<clitic>[وفب]?)ص(?P<many>\.? ?ص)?\.?:? ?(?=[1-9])"),
        _page,
        example=("انظر الجزء 2 ص 15 وص. 20 وص.ص 3-5", "انظر الجزء 2، صفحة 15 وصفحة 20 وصفحات 3-5"),
        spares="الساعة 8 ص 15 و(ص) وص0",
    ),
    Rule(
        "reference",
        "ج, مج and ط before a figure are a part, a volume and an edition.",
        re.compile(rf"{_ALONE}(?P<clitic>[وفب]?)(?P<form>ج|مج|ط)(?P<stop>\.?) ?(?=[0-9]{{1,3}}(?![0-9%]|[.,][0-9]))"),
        _reference,
        example=("تاريخ الثغور، ج 2، ط. 3", "تاريخ الثغور، الجزء 2، الطبعة 3"),
        spares="المجموعة ج. 2 وتوقيت ط 5 وج 2025",
    ),
    Rule(
        "death",
        "ت before a year in brackets tells when somebody died.",
        re.compile(r"(?<=\()ت(?:\.|:)? ?(?=[0-9]{2,4} ?(?:ه|م|\)|/|-))"),
        lambda match: "توفي سنة ",
        example=("الشريف الإدريسي (ت 560ه)", "الشريف الإدريسي (توفي سنة 560ه)"),
        spares="(ت 5) وت 560",
    ),
    Rule(
        "initials",
        "Initials are what they stand for, or else the names of the letters.",
        re.compile(
            rf"{_ALONE}(?P<clitic>ال|[وفبل](?={_L}))?"
            rf"(?P<letters>{_L}(?:\. ?{_L}(?!\w)){{1,7}}|(?:أ ف ب|ا ف ب|د ب أ|و م ع|أ ش أ)(?!\w))"
            rf"(?P<stop>\.?)(?!\w|[.] ?{_L}(?!\w))"
        ),
        _initials,
        example=(
            "وكالة أ.ف.ب عن المدعو (ع. ب)، والقرن الثالث ق.م",
            "وكالة فرانس برس عن المدعو (عين باء)، والقرن الثالث قبل الميلاد",
        ),
        spares="218 ق.م و10:00 ت.غ و5 د.م. ومليون د.ج، أ ب",
    ),
)


def abbreviations(reading: Reading) -> Reading:
    """The reading with its short forms written out.

    >>> abbreviations(Reading.of("أوضح د. يوسف أن السكر والزيت إلخ.")).spoken
    'أوضح الدكتور يوسف أن السكر والزيت إلى آخره.'
    """
    return apply(RULES, reading)
