"""The gender and number of the nouns that news counts.

What is known stands in ``nouns.tsv``, compiled for this project from the vocabulary of Moroccan and pan-Arab news:
1494 nouns, a line each: singular, plurals parted by ``|``, gender (``m`` or ``f``), and a remark where one is due.
A form that two nouns share is the one's whose singular it is, or else the first one's. The gender of other words is
guessed from their endings, as far as those tell; ``None`` is no mistake: before an unknown noun numbers are masculine.

>>> noun("سنوات").gender, noun("للسنتين").number
(<Gender.FEMININE: 'feminine'>, <Number.DUAL: 'dual'>)
>>> noun("شخصًا").singular
'شخص'
>>> noun("فقط") is None
True
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

LEXICON = Path(__file__).with_suffix(".tsv")
"""The nouns that are known."""

PEOPLE = ("people", "jobs")
"""Sections of the file whose nouns are persons."""

LONGEST = 40
"""Characters of the longest word looked at, its marks included: no noun is longer, and the cache stays small."""


class Gender(StrEnum):
    """What a number agrees with. A plural's is that of its singular."""

    MASCULINE = "masculine"
    FEMININE = "feminine"


class Number(StrEnum):
    """How many a form of a noun stands for."""

    SINGULAR = "singular"
    DUAL = "dual"
    PLURAL = "plural"


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun as it was met in a text."""

    singular: str
    """Without marks, except ``ٍ`` where a final ي is dropped: ``قاضٍ``. Of a guessed noun, the usual one."""
    gender: Gender
    number: Number
    """That of the form that was met."""
    plurals: tuple[str, ...] = ()
    """In the nominative, the most usual first; none when the noun is guessed, or not counted beyond two."""
    is_person: bool = False
    """Whether it stands in the file among people and their jobs."""


NOT_NOUNS = """
    في من على إلى عن مع حتى منذ عند لدى بين تحت فوق ضمن خلال بعد قبل مقابل أمام وراء خلف دون بدون عبر نحو حول ضد غير
    سوى حسب وفق وفقا بحسب بسبب بشكل بفضل رغم عدا لولا بيد بينما حيث حين أين متى كيف كيفما ريثما
    أو ثم أم بل لكن لأن إن أن إذا إذ لو لم لن لا ما قد كما كأن هل إلا أما إما كي كذلك أيضا فقط تقريبا حاليا سنويا
    هذا هذه ذلك تلك هؤلاء أولئك الذي التي الذين اللذين اللذان اللتين اللتان اللواتي هو هي هم هن أنا نحن أنت
    منهم منها منه بينهم بينها فيهم فيها لهم لها كل بعض جميع كلا كلتا كافة عدة بضعة بضع ذو ذات ذوي الآن
    كان كانت كانوا فاز بات مات عاد قال أكد أعلن بلغ بقي بقى رأى جرى أتى مضى قضى سعى مشى نفى أدلى أجرى ألقى أبدى

    واحد واحدة اثنان اثنين اثنتان اثنتين ثلاث ثلاثة أربع أربعة خمس خمسة ست ستة سبع سبعة ثمان ثماني ثمانية تسع تسعة
    عشر عشرة عشرون عشرين ثلاثون ثلاثين أربعون أربعين خمسون خمسين ستون ستين سبعون سبعين ثمانون ثمانين تسعون تسعين
    مائة مئة مائتان مائتين مئتان مئتين مئات مئوية عشرات عشرينات ثلاثينات أربعينات خمسينات ستينات سبعينات ثمانينات
    تسعينات عشرينيات ثلاثينيات أربعينيات خمسينيات ستينيات سبعينيات ثمانينيات تسعينيات ألف ألفا ألفان ألفين آلاف ألوف
    مليون مليونا مليونان مليونين ملايين مليار مليارا ملياران مليارين مليارات بليون تريليون تريليونات
    أول أولى ثالثة رابعة خامسة سادسة سابعة ثامنة تاسعة عاشرة حادية أخيرة

    يناير فبراير مارس أبريل إبريل ماي مايو يونيو يوليوز يوليو غشت أغسطس شتنبر سبتمبر أكتوبر نونبر نوفمبر دجنبر ديسمبر
    كانون شباط آذار نيسان أيار حزيران تموز أيلول تشرين جانفي فيفري أفريل جوان جويلية أوت محرم صفر ربيع جمادى رجب
    شعبان رمضان شوال
    إفريقيا آسيا أوروبا
    لبنان السودان إيران عمان باكستان أفغانستان اليابان اليونان الأردن تطوان وجدة طنجة سلا فلسطين الصين البحرين
    ألمان الأرجنتين أوكرانيا فرنسا إسبانيا برلين بوتين حسين ياسين ماكرون القاهرة غزة مكة جدة

    أخرى أخريات كبرى صغرى عظمى وسطى قصوى يسرى يمنى دنيا عليا كبار صغار جدد كبيرة صغيرة جديدة قديمة خطيرة طفيفة
    بليغة متفرقة متفاوتة مختلفة متنوعة متعددة عديدة كثيرة قليلة كاملة متوسطة بارزة هامة كبيرتان كبيرتين صغيرتان
    صغيرتين طويلة قصيرة سابقة لاحقة مقبلة قادمة ماضية جارية متتالية متتابعة متواصلة واسعة ضخمة عالقة مشتركة جيدة سيئة
    حرجة مؤكدة محتملة مسجلة جاهزة مفتوحة مغلقة ممكنة لازمة خاصة عامة حرة حية ميتة صعبة سهلة ضعيفة متأخرة متقدمة مرتفعة
    منخفضة قياسية نظيفة مستقلة موزعة مربعة مكعبة متحركة ثابتة
"""
"""What follows numbers and is no noun they count, and might pass for one: little words, verbs, numerals, names of
months and places, adjectives. With و, ف or the article as well."""

WITH_ARTICLE = ("السنة", "الغاز")
"""Words with the article that are, but for a hamza, plurals without it: ألسنة."""

MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670ـ]")
ONE_ALEF = str.maketrans("أإآٱ", "اااا")

CONJUNCTION = "[وف]"
ARTICLE = re.compile(f"^{CONJUNCTION}?(?:[بك]?[اٱ]ل|لل)(?=..)")
CLITICS = tuple(re.compile(clitics + "(?=..)") for clitics in (CONJUNCTION, "[بلك]", f"{CONJUNCTION}[بلك]"))

VERB = re.compile("ي.*[^ي][وا]ن|ي.*ى|[ات]..+ى")
"""Forms of verbs that end like nouns: يعيشون, يلعبان, أدلى, تلقى; not يمنيون."""

MASCULINE_ATE = re.compile(
    r"ت..ي."  # تحليل
    r"|ا[^ا]{2}ا."  # إصلاح، اتفاق
    r"|ا.[تطد].ا."  # اجتماع, but not استقالة
    r"|ان..ا."  # انفجار
    r"|است..ا."  # استثمار
    r"|ت.ا.."  # تجاوز
    r"|ت[^ا]{2}[^ايئ]"  # تطور, but not تصفية، تعبئة
    r"|(?:كيلو|سنتي|مي?لي|ميكرو|ميغا|ميجا|غيغا|جيجا|تيرا).+"
)
"""Stems of plurals in ـات whose singular has no ة: verbal nouns of the derived forms, and foreign measures."""

HOLLOW_TENTH = re.compile("است.ا.")
"""استشارة, استقالة: the one verbal noun with ة that looks like those above without it."""

IRREGULAR_DUALS = {"أب": "أبو", "أخ": "أخو", "عصا": "عصو"}
"""What the dual's ending joins, where it is not to be told from the singular."""

JOINING = "بتثجحخسشصضطظعغفقكلمنهي"
"""Letters that join the next: a hamza between two that join has a seat."""


def noun(word: str) -> Noun | None:
    """The noun that a word of a text is a form of, whatever its case, marks, article and one-letter clitics.

    >>> noun("وبالمستشفيات").gender, noun("لاعبين").number
    (<Gender.MASCULINE: 'masculine'>, <Number.PLURAL: 'plural'>)
    """
    return _noun(word) if len(word) <= LONGEST else None


@lru_cache(maxsize=4096)
def _noun(word: str) -> Noun | None:
    nouns, excluded = _lexicon(), not_nouns()
    unmarked = _unmarked(word)
    if unmarked in WITH_ARTICLE:
        unmarked = unmarked[2:]
    for bare in map(fold, _without_clitics(unmarked)):
        if bare in excluded:
            return None
        if bare in nouns:
            return nouns[bare]
        if bare[-1:] == "ى" and bare[:-1] + "ي" in nouns:  # as Egypt's papers write it
            return nouns[bare[:-1] + "ي"]
    return _guess(ARTICLE.sub("", unmarked))


def is_definite(word: str) -> bool:
    """Whether a word has the article, after one-letter clitics or none. للجنة may lack it, but has it more often.

    >>> [is_definite(word) for word in ("الأيام", "وبالأيام", "للأيام", "أيام", "ألعاب", "التزام")]
    [True, True, True, False, False, False]
    """
    unmarked = _unmarked(word[: LONGEST + 1])
    is_word = fold(unmarked) in _lexicon() and unmarked not in WITH_ARTICLE
    return ARTICLE.match(unmarked) is not None and not is_word


def dual(noun: Noun, nominative: bool) -> str:
    """Two of a noun.

    >>> dual(noun("مستشفى"), nominative=True), dual(noun("سنة"), nominative=False)
    ('مستشفيان', 'سنتين')
    """
    singular, ending = noun.singular, "ان" if nominative else "ين"
    if singular in IRREGULAR_DUALS:
        return IRREGULAR_DUALS[singular] + ending
    if "ٍ" in singular:
        return _unmarked(singular) + "ي" + ending
    singular = _unmarked(singular)
    stem, last = singular[:-1], singular[-1:]
    if last == "ة" or (last == "ا" and noun.gender is Gender.FEMININE):
        return stem + "ت" + ending
    if last == "ى":
        return stem + "ي" + ending
    if last == "أ" and nominative:
        return stem + "آن"
    if last == "ء":
        return _dual_after_hamza(stem, noun.gender, ending)
    return singular + ending


def _dual_after_hamza(stem: str, gender: Gender, ending: str) -> str:
    before = stem[-1:]
    if before == "ا" and gender is Gender.FEMININE:
        return stem + "و" + ending
    if before in JOINING:
        return stem + "ئ" + ending
    if ending == "ين" and before not in "او":
        return stem + "أ" + ending
    return stem + "ء" + ending


def _unmarked(word: str) -> str:
    """A word without vowels and tatweel. Its hamzas stay, composed: ألعاب has no article."""
    return MARKS.sub("", unicodedata.normalize("NFC", word))


def fold(word: str) -> str:
    """A word as it is looked up: no marks, one alef."""
    return _unmarked(word).translate(ONE_ALEF)


def _without_clitics(word: str) -> Iterator[str]:
    """A word, then what is left of it if what it begins with is the article or clitics."""
    yield word
    for clitics in (ARTICLE, *CLITICS):
        if match := clitics.match(word):
            yield word[match.end() :]


@cache
def not_nouns() -> frozenset[str]:
    """Words that may follow a number and are not what it counts, folded."""
    return frozenset(fold(word) for word in NOT_NOUNS.split())


@cache
def _lexicon() -> dict[str, Noun]:
    """Every form of every noun that is known. What is written in the file goes before what is derived from it."""
    entries = list(_entries())
    forms: dict[str, Noun] = {}
    for entry in entries:
        _add(forms, entry, *_cases(entry.singular))
    for entry in entries:
        for plural in entry.plurals:
            _add(forms, replace(entry, number=Number.PLURAL), *_cases(plural), _oblique(plural))
    for entry in entries:
        two = replace(entry, number=Number.DUAL)
        _add(forms, two, dual(entry, nominative=True), dual(entry, nominative=False))
    for entry in entries:
        _add(forms, entry, _accusative(entry.singular))
        for plural in entry.plurals:
            if _oblique(plural) == plural:
                _add(forms, replace(entry, number=Number.PLURAL), _accusative(plural))
    return forms


def _entries() -> Iterator[Noun]:
    section = ""
    for line in LEXICON.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            section = line[2:]
        else:
            singular, plurals, gender, *_ = line.split("\t")
            yield Noun(
                singular,
                Gender.FEMININE if gender == "f" else Gender.MASCULINE,
                Number.SINGULAR,
                tuple(plurals.split("|")) if plurals else (),
                is_person=section in PEOPLE,
            )


def _add(forms: dict[str, Noun], form_of: Noun, *written: str) -> None:
    for form in written:
        forms.setdefault(fold(form), form_of)


def _cases(form: str) -> tuple[str, ...]:
    """A form, and the one with its ي when it drops it: قاضٍ and قاضي."""
    return (form, _unmarked(form) + "ي") if "ٍ" in form else (form,)


def _oblique(plural: str) -> str:
    """A plural after a preposition. A short one in ـون is a broken one: سجون."""
    if not plural.endswith("ون") or len(plural) < 5:
        return plural
    return plural[:-3] + "ئين" if plural.endswith("ؤون") else plural[:-2] + "ين"


def _accusative(form: str) -> str:
    """A form with the alef of tanwin, if it takes one."""
    form = _cases(form)[-1]
    if form.endswith(("ة", "ى", "أ", "اء", "ا")):
        return form
    if form.endswith("ء") and form[-2:-1] in JOINING:
        return form[:-1] + "ئا"
    return form + "ا"


def _guess(word: str) -> Noun | None:
    """What a word's ending tells of it.

    A word in ـية is rather an adjective (مغربية), one in ـاء rather a plural (خبراء) than like صحراء, and one like
    أنشطة a plural too: nothing is said of those.
    """
    stem, ending = word[:-2], word[-2:]
    if VERB.fullmatch(fold(word)):
        return None
    if len(stem) >= 3:
        if ending == "ات":
            return _sound_feminine(stem)
        if ending in ("ان", "ين") and stem[-1] == "ت":
            return Noun(stem[:-1] + "ة", Gender.FEMININE, Number.DUAL)
        if ending == "ين" and re.fullmatch("ت..", stem):
            return Noun(word, Gender.MASCULINE, Number.SINGULAR)
        if ending in ("ون", "ين"):
            return Noun(stem, Gender.MASCULINE, Number.PLURAL)
        if ending == "ان":
            return Noun(stem, Gender.MASCULINE, Number.DUAL)
    if re.fullmatch("..ائ.", word):
        return Noun(f"{word[:2]}ي{word[-1]}ة", Gender.FEMININE, Number.PLURAL)
    if len(word) >= 3 and ending != "ية" and word[-1] == "ة" and not re.fullmatch("ا[^ا]{3}ة", fold(word)):
        return Noun(word, Gender.FEMININE, Number.SINGULAR)
    if len(word) >= 4 and word[-1] == "ى":
        gender = Gender.MASCULINE if word[0] == "م" else Gender.FEMININE  # مقهى, but ذكرى
        return Noun(word, gender, Number.SINGULAR)
    return None


def _sound_feminine(stem: str) -> Noun:
    """The noun whose plural is ``stem`` and ـات."""
    for bare in _without_clitics(stem):
        if MASCULINE_ATE.fullmatch(fold(bare)) and not HOLLOW_TENTH.fullmatch(bare):
            return Noun(bare, Gender.MASCULINE, Number.PLURAL)
    return Noun(stem + "ة", Gender.FEMININE, Number.PLURAL)
