"""Short titles before names: د. يوسف is «الدكتور يوسف», أ. سلمى «الأستاذة سلمى».

A title is feminine when the name is a woman's, or when the name tells nothing and a feminine verb or noun stands
before it. A letter before no name is none: المجموعة د. وسيواجه stays.
"""

import re

from tts.text.beside import MARKS, before
from tts.text.context import attached
from tts.text.reading import Rule

TITLES = {
    "د": ("الدكتور", "الدكتورة"),
    "دة": ("الدكتورة", "الدكتورة"),
    "أ": ("الأستاذ", "الأستاذة"),
    "أة": ("الأستاذة", "الأستاذة"),
    "ذ": ("الأستاذ", "الأستاذة"),
    "ذة": ("الأستاذة", "الأستاذة"),
    "م": ("المهندس", "المهندسة"),
    "أد": ("الأستاذ الدكتور", "الأستاذة الدكتورة"),
    "اد": ("الأستاذ الدكتور", "الأستاذة الدكتورة"),
    "ادة": ("الأستاذة الدكتورة", "الأستاذة الدكتورة"),
    "أدة": ("الأستاذة الدكتورة", "الأستاذة الدكتورة"),
    "أمد": ("الأستاذ المساعد الدكتور", "الأستاذة المساعدة الدكتورة"),
}
"""Each short form, for a man and for a woman. ذ. is the Moroccan form, of lawyers above all."""

MEN = """
    محمد أحمد احمد امحمد محمود حامد حمد حماد علي عمر عثمان حسن حسين الحسن الحسين الحسان يوسف إبراهيم ابراهيم إسماعيل
    اسماعيل إسحاق إدريس ادريس موسى عيسى يحيى زكريا داود داوود سليمان سلمان نوح هود صالح أيوب ايوب يونس إلياس الياس
    عبد عبدالله عبدالرحمن عبدالرحيم عبدالكريم عبدالعزيز عبدالقادر عبداللطيف عبدالحق عبدالإله عبدالمجيد عبدالسلام
    عبدو خالد سعيد سعد سعود رشيد كريم جمال كمال جلال هلال بلال نبيل جميل خليل طارق فؤاد فريد فيصل فهد فارس أنس انس
    أمين الأمين امين أيمن أشرف أسامة اسامة حمزة طلحة معاوية حذيفة قتادة عكرمة خليفة عطية سلامة جمعة عرفة طه ياسين
    ياسر زيد زياد زهير زين رضا رضوان مراد منير منصور مصطفى المصطفى مهدي المهدي الهادي هادي هاني هشام هيثم وليد وائل
    وسيم وديع وجيه وحيد نزار نضال ناصر نصر نادر نعيم نجيب نوفل نور لطفي لؤي ماجد مازن مالك ماهر مجدي مجيد مختار
    المختار مروان مسعود معاذ معتز ميلود المولودي ميمون مبارك امبارك مولاي سيدي سي الحاج حاتم حازم حبيب الحبيب حسام
    حسني حكيم حليم حميد خالص رامي راشد رائد رؤوف ربيع رفيق رمزي رمضان رياض زكي سالم سامي سامح سفيان سمير سيف شادي
    شاكر شريف الشريف شعيب شوقي شكيب صابر صادق الصديق صديق صلاح ضياء طاهر الطاهر الطيب طيب ظافر عادل عاصم عامر عباس
    عدنان عز عزيز عصام عماد عمار عمرو غازي غسان فاضل فتحي فوزي قاسم قيس العربي التهامي الجيلالي الطايع المعطي المكي
    المدني البشير بشير بدر باسم بسام بوبكر أبوبكر بوشعيب بوعزة بنعيسى بنسالم بوجمعة الحسني إلهام توفيق ثامر جابر
    جعفر جاد جواد جورج إيلي بطرس ميشال مارك جان بيير محسن محيي مدحت ممدوح أكرم أنور انور أنيس أكثم أديب أمجد إحسان
    إياد إيهاب تامر تميم حيدر خضر خلدون رأفت راغب سهيل شهاب عبدة عبده عبيد غالب فادي كاظم لحسن لحبيب مصعب معمر مؤيد
    مهند نبيه نايف هاشم همام يزيد يسري يعقوب ربيعة عقبة عبادة حارثة أمية علقمة ميسرة عنترة حمادة عمارة جودة شحاتة
    عودة
"""
"""First names of men: those that might seem to be something else, and the usual ones."""

WOMEN = """
    سلمى ليلى مريم زينب هند سعاد نجاة حنان إيمان ايمان أسماء اسماء هدى نوال كوثر لبنى سناء وفاء رجاء مليكة فاطمة
    خديجة عائشة نعيمة أمينة امينة سعيدة رشيدة جميلة كريمة سميرة منى مونية مونيا سارة سارا ياسمين ياسمينة شيماء دنيا
    دعاء هاجر حسناء حليمة حياة حفصة حورية خولة رانيا رباب رقية ريم رحمة رحيمة زهرة الزهرة زهراء زهور زبيدة سهام
    سهيلة سكينة سلوى سمية شهرزاد صفاء صفية صباح ضحى عزيزة عفاف غزلان غيثة فدوى فرح فريدة فوزية فتيحة كنزة كلثوم
    كلثومة لطيفة لمياء لميس لينا ليال ماجدة مها مي مية ميساء ميسون منال منية نادية ناديا نبيلة نجلاء نجوى نزهة نسرين
    نهى نهاد نورة نور الهدى نوارة هالة هبة هناء هيام وداد وردة وئام وصال ولاء يسرى يسرا آمال امال آية أحلام احلام
    أمل إكرام اكرام إبتسام ابتسام إنصاف إلهام الهام بشرى بديعة بثينة بهيجة تورية ثورية ثريا جليلة جهان جيهان حبيبة
    حكيمة خلود رشا رغد روان ريما زكية سامية سحر سهى شادية شروق صفا عالية عبلة عبير عتيقة عواطف غادة فاتن فاتحة فضيلة
    فطومة قمر كاميليا لالة لورا ماري ماريا مايا محجوبة مارية مروة ملاك ميادة ناهد نهيلة هنادي وجدان وسيمة ياقوت أسية
    آسية السعدية السعيدة الباتول البتول
"""
"""First names of women, likewise. Other names that end in ة are taken for a woman's, but not a family's: العلوية."""

LABELS = """
    مجموعة المجموعة فئة الفئة فيتامين الفيتامين حرف الحرف قسم القسم فرقة الفرقة درجة الدرجة صنف الصنف نموذج النموذج
    شعبة الشعبة مستوى المستوى قاعة القاعة نقطة النقطة فقرة الفقرة بند البند فرع الفرع مدرج المدرج بلوك عمارة العمارة
    ملحق الملحق المخيم محور المحور سلسلة السلسلة نوع النوع فصيلة الفصيلة هيباتيت التهاب شطر الشطر ملعب رمز الرمز خط
    الخط باب الباب
"""
"""What a letter after it is a label of."""

NO_NAMES = """
    ثم كما لكن لكنه لكنها في من على إلى الى عن مع هذا هذه ذلك تلك هو هي هم كان كانت قال قالت أو او أما إذ إن أن لا
    لم لن قد لقد فقط تقريبا مغربي بعد قبل حيث بينما فيما حين عندما منذ خلال أضاف أكد هناك كل بعض غير ليس حتى بل إذا
    لو كلم كم هل ما بما مما عند لدى يجب يمكن يتم تم تمت جرى سوف أيضا يذكر
    ألف باء تاء ثاء جيم حاء خاء دال ذال راء زاي سين شين صاد ضاد طاء ظاء عين غين فاء قاف كاف لام ميم نون هاء واو ياء
    صفحة صفحات الجزء المجلد الطبعة صندوق
"""
"""What is no name after a letter: the beginning of a sentence, the names of letters, words of references."""

FEMININE_NOUNS = """
    باحثة أستاذة استاذة سيدة خبيرة محامية وزيرة طبيبة أخصائية اخصائية مختصة كاتبة رئيسة مديرة نائبة مستشارة شاعرة
    زميلة منسقة عميدة مهندسة صحفية صحافية روائية فنانة ناقدة مؤلفة متدخلة محاضرة ضيفة مرشحة
"""
"""Women by their profession, without the article."""

NO_VERBS = "وقت بيت تحت بنت أخت صوت سبت موت حوت زيت ثابت صامت ساكت مؤقت توقيت تثبيت ملكوت إنترنت"
"""Words in ت that are no feminine verbs."""

_MEN, _WOMEN = frozenset(MEN.split()), frozenset(WOMEN.split())
_NAMES = _MEN | _WOMEN
_LABELS, _NO_NAMES = frozenset(LABELS.split()), frozenset(NO_NAMES.split())
_FEMININE, _NO_VERBS = frozenset(FEMININE_NOUNS.split()), frozenset(NO_VERBS.split())

_LETTER = "[\u0621-\u064a]"
_WORD_BEFORE = re.compile(r"(\w+) [«\"(]?$")
_TITLE = "(?:أ\\. ?م\\. ?د|[أا]\\.? ?دة?|دة|د\\. ?ة|أة|ذة|[دذمأ])"
_CLITICS = "(?:و?ال|[وف]?لل|وب|ول|فل|[وفبل])"
_WORDS = frozenset(["فم", "لم", "فذ", "ولم", "فلم", "لأد", "وأد", "ولد"])
"""What looks like a clitic and a title, and is a word."""
_INITIAL = re.compile(r"(?<!\w)\w\. ?$")
_SENTENCE = re.compile("[وف](?:س?[يتن]|أ|ال|ل|ب|قد|كان|قال|هو|هي|من|في|عل|إن|أن|م)")
_VERBAL_NOUN = re.compile(r"ت\w\wي\w$")
_STARTS = frozenset(".؛!؟:-–•")


def is_label(text: str, index: int) -> bool:
    """Whether a letter at ``text[index]`` stands after a word it is the label of.

    >>> is_label("تصدر المجموعة د. ثم", 14), is_label("أوضح د. يوسف", 5)
    (True, False)
    """
    word = _WORD_BEFORE.search(before(text, index))
    return word is not None and (word[1] in _LABELS or word[1][1:] in _LABELS)


def _title(match: re.Match[str]) -> str | None:
    text, name, key = match.string, MARKS.sub("", match["name"]), re.sub("[. ]", "", match["title"])
    clitic = match["clitic"] or ""
    if clitic and not match["sign"]:  # ولد محمد
        return None
    if clitic + match["title"] in _WORDS or is_label(text, match.start()) or not _is_name(match, name, key):
        return None
    masculine, feminine = TITLES[key]
    title = feminine if _is_woman(text, match.start(), name) else masculine
    if before(text, match.start()).endswith("يا ") and not clitic:
        title = title.replace("ال", "", 1)
    clitic = clitic.removesuffix("ال") if not clitic.endswith("لل") else clitic[:-1]
    return attached(clitic, title) + " " * (text[match.end()] != " ")


def _is_name(match: re.Match[str], name: str, key: str) -> bool:
    """Whether what follows is a name. The fewer signs of a title there are, the surer it must be."""
    ahead = before(match.string, match.start()).rstrip(' «"(')
    if ahead[-1:].isdecimal() and (key == "م" or name not in _NAMES):
        return False  # metres, the evening, dirhams
    if name not in _NAMES and _INITIAL.search(ahead):
        return False  # ج. د. سالينجر
    if name in _NAMES:
        return bool(match["sign"]) or key in {"د", "ذ"}
    if not match["sign"] or name in _NO_NAMES or _SENTENCE.match(name) or _VERBAL_NOUN.match(name):
        return False
    if key in {"أ", "م"} and name.startswith("ي"):
        return False
    if len(key) > 1:
        return True
    if not ahead or ahead[-1] in _STARTS:
        return key != "أ" and not name.startswith("ال")  # it may be an item's letter: أ. تحديد الأسعار
    return bool(match["clitic"]) or ahead.rpartition(" ")[2].removeprefix("و") not in _NAMES  # هشام م. البالغ


def _is_woman(text: str, index: int, name: str) -> bool:
    if (name in _WOMEN) is not (name in _MEN):
        return name in _WOMEN
    if name.endswith("ة") and not name.startswith("ال") and not name.startswith(("بن", "أبو", "بو", "ابن")):
        return True
    word = _WORD_BEFORE.search(before(text, index))
    if word is None:
        return False
    verb = word[1].removeprefix("و")
    is_noun = verb.removeprefix("ال") in _FEMININE or verb.removeprefix("لل") in _FEMININE
    is_verb = len(verb) > 2 and verb.endswith("ت") and not verb.startswith("ال") and not verb.endswith("ات")
    return is_noun or (is_verb and verb not in _NO_VERBS)


RULES = (
    Rule(
        "title",
        "A short title before a name is said in full, in the gender of its bearer.",
        re.compile(
            rf"(?<![\w\u064b-\u0652.])(?P<clitic>{_CLITICS})?(?P<title>{_TITLE})(?P<sign>\.| ?/| \.|(?= ))"
            rf"(?=(?: {_TITLE}[./]){{0,2}} ?(?P<name>{_LETTER}[\u0621-\u0652\u0670]+))"
        ),
        _title,
        example=("قالت د. سلمى لأ.د. يوسف وم/ علي", "قالت الدكتورة سلمى للأستاذ الدكتور يوسف والمهندس علي"),
        spares="المجموعة د. وسيواجه فيتامين د. محمد، لم. أحمد، أ. تحديد، ولد محمد، ج. د. سالينجر",
    ),
)
