"""Words that are verbs, as far as their shape or a list tells, and what a number after them is to them.

>>> takes_subject("وأصيب"), takes_subject("سجلت"), is_verb("تنعقد"), is_verb("تنظيم")
(True, False, True, False)
"""

import re
from functools import cache, lru_cache

from tts.text.nouns import Gender, noun

MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670]")


def listed(words: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(words.split())


INTRANSITIVE = """
    أصيب:صاب توفي:توفى لقي:لقى مات:موت غرق:غرق نجا:نجو اختفى:ختفي شارك:شارك حضر:حضر استفاد:ستفيد وصل:صل عاد:عود
    غادر:غادر تأهل:تأهل تظاهر:تظاهر احتج:حتج صوت:صوت تقدم:تقدم ترشح:ترشح تخرج:تخرج نزح:نزح هاجر:هاجر سقط:سقط
    انهار:نهار احترق:حترق اندلع:ندلع وقع:قع حدث:حدث انطلق:نطلق توقف:توقف انضم:نضم انسحب:نسحب استقال:ستقيل
    استشهد:ستشهد رحل:رحل عاش:عيش وجد:وجد عمل:عمل بقي:بقى تبقى:تبقى مر:مر مضى:مضي صدر:صدر ظهر:ظهر فاز:فوز
    تنافس:تنافس تبارى:تبارى التحق:لتحق تجمع:تجمع تطوع:تطوع وقف:قف جاء:جيء تضرر:تضرر انقلب:نقلب خرج:خرج دخل:دخل
    هرب:هرب فر:فر هبط:هبط صعد:صعد نزل:نزل شفي:شفى تعافى:تعافى تدرب:تدرب سافر:سافر قدم:قدم ولد:ولد نجح:نجح رسب:رسب
    أدين:دان أحيل:حال أقيل:قال أعيد:عاد أقيم:قام أجري:جرى أعفي:عفى أودع:ودع استدعي:ستدعى اختير:ختار صودر:صادر
    بني:بنى أفرج:فرج سكن:سكن قطن:قطن أقام:قيم تظلم:تظلم تعرض:تعرض تجند:تجند تسلل:تسلل اعتصم:عتصم أضرب:ضرب
    انتحر:نتحر اختنق:ختنق انعقد:نعقد انتهى:نتهي اختتم:ختتم افتتح:فتتح ابتدأ:بتدئ تأجل:تأجل تواصل:تواصل استمر:ستمر
    توالى:توالى نص:نص ضاع:ضيع تحطم:تحطم نفق:نفق تسمم:تسمم جرى:جري عارض:عارض امتنع:متنع وافق:وافق زال:زال صادق:صادق
    رفض:رفض أكد:ؤكد كفى:كفي تم:تم استؤنف:ستأنف درس:درس ارتفع:رتفع انخفض:نخفض تضاعف:تضاعف تراجع:تراجع حل:حل بدأ:بدأ
    قال:قول صرح:صرح أفاد:فيد اعتبر:عتبر أجاب:جيب أعرب:عرب اعترف:عترف انتقد:نتقد ندد:ندد دعا:دعو رأى:رى اعتقد:عتقد
    عانى:عاني بيع:باع استعد:ستعد حصل:حصل حوكم:حاكم اجتاز:جتاز ساهم:ساهم أسهم:سهم خاض:خوض أدلى:دلي افتقر:فتقر
    تعرف:تعرف قرر:قرر اختار:ختار تلقى:تلقى استيقظ:ستيقظ انتقل:نتقل تسلق:تسلق اقتحم:قتحم حاول:حاول تمكن:تمكن لجأ:لجأ
    فضل:فضل أمضى:مضي تابع:تابع شاهد:شاهد تخلى:تخلى توصل:توصل انتمى:نتمي انحدر:نحدر غاب:غيب انقضى:نقضي زاد:زيد
    فصلت:فصل عبرت:عبر
"""
"""Verbs whose subject (or what was done to) comes at once: past, and present without its first letter."""

PASSIVE = """
    قتل:قتل جرح:جرح اعتقل:عتقل أوقف:وقف نقل:نقل انتخب:نتخب عين:عين أسر:ؤسر أنقذ:نقذ أنجز:نجز خصص:خصص أحدث:حدث
    ضبط:ضبط حجز:حجز نظم:نظم هدم:هدم دمر:دمر أغلق:غلق رحل:رحل أعدم:عدم سجن:سجن طرد:طرد فقد:فقد أطلق:طلق كرم:كرم
    توبع:تابع أجلي:جلى نشر:نشر عرض:عرض رشح:رشح استبعد:ستبعد أعلن:علن عقد:عقد سحب:سحب اختطف:ختطف احتجز:حتجز طالب:طالب
"""
"""Verbs that without their vowels are active or passive alike: passive when nothing before them can have done it."""

TRANSITIVE = """
    بلغ:بلغ سجل:سجل حقق:حقق أحرز:حرز نال:نال حصد:حصد احتل:حتل خلد:خلد أحيا:حيي أحيى:حيي أحيت:حيي صادف:صادف
    وافق:وافق أكمل:كمل أنهى:نهي استضاف:ستضيف احتضن:حتضن تجاوز:تجاوز ناهز:ناهز قارب:قارب ساوى:ساوي عادل:عادل فاق:فوق
    كلف:كلف ضم:ضم شمل:شمل قضى:قضي دام:دوم استغرق:ستغرق رصد:رصد منح:منح باع:بيع اشترى:شتري تسلم:تسلم استقبل:ستقبل
    وزع:وزع أعطى:عطي ضخ:ضخ وفر:وفر جمع:جمع أنفق:نفق دفع:دفع ربح:ربح خسر:خسر كسب:كسب قطع:قطع امتلك:متلك ملك:ملك
    شكل:شكل مثل:مثل أصدر:صدر أصاب:صيب أحصى:حصي عدى:عدو تعدى:تعدى ودع:ودع عادى:عادي شغل:شغل وظف:وظف غطى:غطي
    زار:زور أضاف:ضيف استدعى:ستدعي كان:كون ليس:ليس أصبح:صبح صار:صير ظل:ظل
"""
"""Verbs after which a number, or a definite noun, is their object or predicate."""

BY_PEOPLE = "نال:نال مثل:مثل زار:زور امتلك:متلك ملك:ملك أنهى:نهي أكمل:كمل قضى:قضي تسلم:تسلم ربح:ربح خسر:خسر باع:بيع"
"""Those of them that a number of persons after them does, rather than undergoes."""

RISES = "ارتفع:رتفع انخفض:نخفض تراجع:تراجع زاد:زيد نزل:نزل صعد:صعد هبط:هبط قفز:قفز تقدم:تقدم"
"""Verbs after which a number of points, degrees or coins, or a percentage, says by how much."""

VERBAL_NOUNS = listed("ضبط حجز نقل هدم سجن طرد نشر عرض عقد سحب أسر فقد قتل جرح")
"""Verbal nouns that are written like a passive."""

PASSIVE_FIRST = listed("قتل جرح فقد أسر")
"""Those that at the start of a clause are verbs all the same."""

NO_VERBS = listed("""
    يوم يد يمين يسار يناير يونيو يوليو يوليوز يونس يوسف ياسين يحيى يورو يعقوب ياسر يزيد ستة ستين ستون ستمائة ستار
    سياق سيناء سيدي سيد سير تونس تطوان تازة تركيا تارودانت تيزنيت تزنيت تاونات تمارة تشاد ترامب تيفلت توغو تمنراست
    تقريبا تحت تلك تلو تجاه تباعا تبعا وقت بيت زيت صوت موت سبت بنت أخت تخت تحديدا تماما تفاصيل تجاوب اكتوبر اثنتا
    فيه فيها فيهم فيهن فيهما فينا انت أنت ليت ميت ثابت ثبت نفط
""")
"""What has the shape of a verb and is none."""

_PRESENT = re.compile("س?ي(?!و).{2,}|س?ت(?!.{2}ي.$|.ا..$|.{1,4}ة$).{3,}")
_PAST = re.compile(r"ا(?:ن..|.ت.|ست..)[^اةى]|ا(?:حت|شت|مت|عت|هت|رت|لت|قت|غت|ضط|زد).|.{2,}[^اوي]ت|.{2,}وا")
_HE = re.compile("س?ي")
_FEMININE = re.compile("س?ت.*|.*ت")
_FIRST_VOWEL = re.compile(
    r"(?:[وف]\u064e?(?=\w[\u064b-\u0652]*\w))?(?!ي|ت\u064f)(?:ا\w\u0652?)?\w\u0651?([\u064e\u064f])"
)
LONGEST = 12
"""Letters of the longest word that is looked at."""

DAMMA = "\u064f"


def bare(word: str) -> str:
    """A word without marks."""
    return MARKS.sub("", word)


def _forms(verbs: str) -> frozenset[str]:
    forms = set()
    for verb in verbs.split():
        past, _, present = verb.partition(":")
        feminine = past[:-1] + "ت" if past.endswith(("ى", "ا")) else past + "ت"
        forms |= {past, feminine, *(first + present for first in ("ي", "ت", "سي", "ست"))}
    return frozenset(forms)


@cache
def _pasts() -> frozenset[str]:
    """Past forms of he, some of which begin as present forms of she do: تقدم."""
    return frozenset(verb.partition(":")[0] for verb in (INTRANSITIVE + PASSIVE + TRANSITIVE).split())


@cache
def _table(verbs: str) -> frozenset[str]:
    return _forms(verbs)


def without_conjunction(word: str) -> str:
    """A word without the و or ف before it, if enough of it is left to be a word."""
    return word[1:] if word[:1] in ("و", "ف") and len(word) > 3 else word


def _is_in(word: str, table: frozenset[str]) -> bool:
    return word in table or without_conjunction(word) in table


def takes_subject(word: str) -> bool:
    """Whether a number that comes next is its subject: أصيب 20 شخصا."""
    return _is_in(bare(word), _table(INTRANSITIVE))


def may_be_passive(word: str) -> bool:
    """Whether it is active or passive for all that is written: قتل 20 شخصا."""
    return _is_in(bare(word), _table(PASSIVE))


def takes_object(word: str) -> bool:
    """Whether a definite noun that comes next is rather its object: احتل المركز 12."""
    return _is_in(bare(word), _table(TRANSITIVE))


def is_done_by_people(word: str) -> bool:
    """Whether a number of persons that comes next is its subject, though other numbers are its object: نال 20 طالبا."""
    return not takes_object(word) or _is_in(bare(word), _table(BY_PEOPLE))


def rises(word: str) -> bool:
    """Whether a number of points or coins after it says by how much: ارتفع 20 نقطة."""
    return _is_in(bare(word), _table(RISES))


@lru_cache(maxsize=8192)
def is_verb(word: str) -> bool:
    """Whether it is a verb, judging by the lists and by its shape."""
    word = bare(word)
    if takes_subject(word) or may_be_passive(word) or takes_object(word):
        return True
    if word in NO_VERBS:
        return False
    word = without_conjunction(word)
    if word in NO_VERBS or word.startswith("ال") or len(word) > LONGEST:
        return False
    known = noun(word)
    if known is not None and known.plurals:
        return False
    return _PRESENT.fullmatch(word) is not None or _PAST.fullmatch(word) is not None


def is_passive(word: str) -> bool | None:
    """What the author's vowels say of a past verb: ``قُتِلَ`` true, ``قَتَلَ`` false; ``None`` when they say nothing.

    >>> is_passive("قُتِلَ"), is_passive("وقَتَلَ"), is_passive("قتل")
    (True, False, None)
    """
    vowel = _FIRST_VOWEL.match(word)
    return None if vowel is None else vowel[1] == DAMMA


def agrees(word: str, gender: Gender) -> bool:
    """Whether a noun of that gender can be a verb's subject.

    >>> agrees("احتلت", Gender.MASCULINE), agrees("تنعقد", Gender.FEMININE)
    (False, True)
    """
    verb = bare(word) if bare(word) in _pasts() else without_conjunction(bare(word))
    if verb in _pasts() or _HE.match(verb):
        return gender is Gender.MASCULINE
    return (_FEMININE.fullmatch(verb) is not None) == (gender is Gender.FEMININE)
