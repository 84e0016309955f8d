"""Numbers that say which one, not how many: ordinals, labels, and all numbers with the article."""

import re
from dataclasses import dataclass, replace

from tts.text.agreement import counted_noun, gender_of, is_scaled, nominative_shown
from tts.text.context import LOOK_BACK, PREPOSITIONS, attached, case_of, case_of_noun, is_definite
from tts.text.grammar import NOMINATIVE, OBLIQUE, Case, construct, definite, ordinal
from tts.text.nouns import Gender, Noun, Number, noun
from tts.text.nouns import is_definite as has_article
from tts.text.numerals import CLITIC, END, FIGURE, NUMBER, START, Numeral, parse
from tts.text.reading import Reading, Rule, apply
from tts.text.verbs import bare, is_verb, listed

RANKED = listed("""
    دورة نسخة قرن مادة فصل ذكرى طبعة جولة أسبوع دقيقة مرتبة مركز رتبة قمة مؤتمر مهرجان معرض ملتقى منتدى حلقة دفعة
    فوج ولاية مرحلة محطة شهر ليلة عيد كأس بطولة تظاهرة ندوة هدف لقب مرة يوم سنة عام موسم مباراة لقاء اجتماع جلسة
    آية بند فقرة باب جزء مجلد طابق مستوى قسم صف جيل كتيبة لواء فرقة ميدالية نقطة شوط حصة عدد حكومة دائرة مجموعة
    درجة عقد مناظرة مسابقة أمسية حملة رحلة قافلة سهرة مقابلة هزيمة فوز تتويج انتصار مشاركة تعديل ثانية ساعة
""")
"""What is numbered in order; other nouns are rather counted."""

BARE = listed("""
    دورة نسخة قرن مادة فصل ذكرى طبعة جولة أسبوع دقيقة مرتبة مركز رتبة قمة حلقة دفعة فوج ولاية مرحلة آية بند فقرة
    باب جزء مجلد طابق مستوى قسم صف جيل كتيبة لواء فرقة شوط مجموعة درجة ملتقى مهرجان مؤتمر منتدى معرض ليلة جلسة عيد
    موسم محطة شطر ربع مصنف
""")
"""What a number without the article ranks too."""

ALWAYS = listed("مادة فصل قرن ذكرى آية مرتبة مركز رتبة بند فقرة مصنف")
"""Those that a number ranks whatever noun follows it, and however large it is."""

AMOUNT_VERBS = re.compile(
    "[وف]?(?:[يت]?بلغ|[يت]?صل|وصل|رتفع|[اي]رتفع|نخفض|[اي]نخفض|[يت]?تجاوز|[يت]?ناهز|[يت]?قارب|فاق|[يت]فوق|استقر)ت?"
)
"""Verbs after which العدد and الرقم are an amount, no label."""

LABELLED = listed("""
    رقم رقمي رقما قناة غرفة طريق بوابة خط عدد صفحة فئة نموذج أرقام صفحات غرف قنوات بوابات خطوط رقمين صفحتين حافلة
    ملعب شقة جناح رصيف زنقة
""")
"""What a number names: it stays as in counting."""

LABELLED_BARE = listed("رقم رقمي رقما رقمين أرقام صفحة صفحتي صفحات جزء غرفة شقة زنقة بوابة")
"""What a number names without the article too."""

FAMOUS = {"مجموعة": Gender.FEMININE, "دور": Gender.MASCULINE, "عقد": Gender.MASCULINE}
"""Nouns before a definite number that is a name: مجموعة السبع، دور الستة عشر."""

LONGEST_WORD = 20
"""Letters of the longest word before a number that matters."""

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Such a number after a session or a season is its year."""

SUFFIXES = ("هما", "هم", "هن", "ها", "ه", "نا", "ي")
DAMMA, OTHER_VOWELS = "\u064f", ("\u064e", "\u0650")

_NUMBER_ITSELF = listed("رقم رقمي رقما رقمين أرقام")
_SAID = frozenset(
    word
    for number in (*range(1, 101), 200, 1000)
    for gender in Gender
    for case in (NOMINATIVE, OBLIQUE)
    for form in (ordinal(number, gender, case), definite(number, gender, case))
    for word in form.split()
)
"""What a number that has been read leaves before the next: one noun takes one."""

_COUNT = rf"{START}{CLITIC}(?P<number>{NUMBER}){END}"
_TOKEN = re.compile(r"\w[\w\u064b-\u0652\u0670]*")
_BREAK = re.compile(r"[!؟?؛;«»()\[\]…|\n،,:\"]|\.(?![0-9])")
_JOINED = re.compile(
    "(?:(?:ال)?[0-9]+(?: [^\\W\\d_]{2,10}يا(?= ))?(?: ?[،,] ?| أو | او | إلى | الى | ثم | ?و ?))+(?:ال)?$"
)
_MORE = re.compile(r" ?(?:و|[،,]|أو|او) ?(?:ال)?[0-9]")
_YEARS = re.compile("(?: ?(?:و|أو|إلى|الى) ?[0-9]+){0,3} (?:سن[ةه]|سنوات|عام|أعوام|ربيع|خريف|شهر|أشهر|يوم)")
_OF_EVENT = re.compile(" (?:لل|على التوالي|من (?:الحرب|العدوان|الحصار|الإضراب))")
_OF_AGE = re.compile(r" من (?:عمر|العمر)")
_WORLDWIDE = re.compile(r" [^\W\d_]{2,10}يا(?!\w)")
_SCHOOL = re.compile(r" (?:ال)?(?:[إا]عدادي|ابتدائي|ب[ا]?كالوريا|ثانوي|جامعي)")
_GOVERNED = re.compile("[بكل]ال$|لل$")
_LAST_WORD = re.compile(r"\w[\w\u064b-\u0652\u0670]*$")
_CLITICS = re.compile("^[وف]?(?:[بك]?ال|لل|[بلك](?=رقم))")


@dataclass(frozen=True, slots=True)
class Head:
    """The noun before a number that the number belongs to."""

    noun: Noun
    """As the lexicon has it."""
    written: str
    """As the author wrote it."""
    start: int
    """Where it begins in the text."""
    is_beside: bool = False
    """Whether nothing stands between it and the number."""

    @property
    def is_one(self) -> bool:
        """Whether it is one thing, of which a number says which."""
        return self.noun.number is Number.SINGULAR

    @property
    def is_indefinite(self) -> bool:
        """Whether it has neither article nor pronoun."""
        return not has_article(self.written) and _possessed(bare(self.written)) is None

    @property
    def is_age(self) -> bool:
        """Whether it is سن before a number: سن الثامنة عشرة."""
        return self.noun.singular == "سن" and self.is_indefinite

    @property
    def is_ranked(self) -> bool:
        """Whether a definite number after it says which one, whatever noun follows."""
        return self.is_one and self.noun.singular in RANKED and has_article(self.written)

    def definite(self, number: int, text: str, case: Case) -> str:
        """A definite number after it: an ordinal, or a cardinal after several things and in names."""
        if self.is_indefinite and self.is_one and self.noun.singular in FAMOUS:
            return definite(number, FAMOUS[self.noun.singular], OBLIQUE)
        if self.noun.number is Number.PLURAL and self.is_indefinite and self.is_beside:
            return definite(number, self.noun.gender, OBLIQUE)
        if self.noun.number is Number.PLURAL or (self.noun.number is Number.DUAL and number == 2):
            return definite(number, self.noun.gender, case)
        is_name = 20 <= number < 100 and number % 10 == 0
        if self.is_indefinite and (self.noun.singular not in RANKED or is_name):
            return definite(number, case=OBLIQUE)
        return ordinal(number, self.noun.gender, case)

    def case(self, text: str) -> Case:
        """Its case: the author's vowel, or its place."""
        if self.written.endswith(DAMMA):
            return NOMINATIVE
        if not self.is_one and bare(self.written).endswith(("ان", "ون", "ين")):
            return OBLIQUE if bare(self.written).endswith("ين") else NOMINATIVE
        return OBLIQUE if self.written.endswith(OTHER_VOWELS) else case_of_noun(text, self.start)


def _head(text: str, start: int, clitic: str | None) -> Head | None:
    """The noun phrase that a number at ``text[start]`` belongs to, over the numbers that it is joined to."""
    low = max(0, start - LOOK_BACK)
    before = text[low:start]
    if joined := _JOINED.search(before + (clitic or "")):
        before = before[: joined.start()]
    elif clitic and clitic[0] in "وف":
        return None
    before = before.rstrip()
    begin = 0
    for mark in _BREAK.finditer(before):
        begin = mark.end()
    words = [(word[0], low + word.start()) for word in _TOKEN.finditer(before, begin)]
    return _head_of(words) if words and before.endswith(words[-1][0]) else None


def _head_of(words: list[tuple[str, int]]) -> Head | None:
    last, head = bare(words[-1][0]), _as_head(words[-1])
    head = replace(head, is_beside=True) if head else None
    if last in _SAID:
        return None
    if not has_article(last) and (head is not None or not last.endswith(("ه", "ها", "هم"))):
        return head
    chain: list[Head | None] = []
    for word, start in reversed(words[-5:]):
        is_determined = has_article(word)
        if bare(word) in PREPOSITIONS or (is_verb(word) and not is_determined):
            break
        chain.append(_as_head((word, start)))
        if chain[1:] and not is_determined:
            break
    return _of_chain(chain)


def _of_chain(chain: list[Head | None]) -> Head | None:
    """The head among a run of words, the nearest to the number first: الدول العربية، أعضاء مجلس الأمن."""
    for position, head in enumerate(chain):
        if head is None or _is_adjective(head, chain[position + 1 :]):
            continue
        outer = next((h for h in chain[position + 1 :] if h is not None and h.noun.number is Number.PLURAL), None)
        if not head.is_one and outer is not None and has_article(outer.written):
            return outer
        if head.is_one and head.noun.singular not in RANKED:
            ranked = next((h for h in chain[position + 1 :] if h is not None and h.noun.singular in RANKED), None)
            return ranked or outer or head
        return head
    return None


def _is_adjective(head: Head, before: list[Head | None]) -> bool:
    word = bare(head.written)
    return bool(before) and before[0] is not None and not head.noun.plurals and word.endswith(("ي", "ية", "ة"))


def _as_head(word: tuple[str, int]) -> Head | None:
    written, start = word
    known = noun(written)
    if known is None or not known.plurals:
        known = _possessed(bare(written)) or known
    return None if known is None else Head(known, written, start)


def _possessed(word: str) -> Noun | None:
    """The noun that a pronoun is written together with: نسختها."""
    for suffix in SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem == word or len(stem) < 3:
            continue
        for form in (stem[:-1] + {"ت": "ة", "ا": "ى", "ئ": "ء", "ؤ": "ء"}.get(stem[-1], stem[-1]), stem):
            known = noun(form)
            if known is not None and known.plurals:
                return known
    return None


def _label(match: re.Match[str]) -> str | None:
    number, text, end = parse(match["number"]), match.string, match.end()
    clitic = match["clitic"]
    if clitic not in (None, "و"):
        return None
    word, outer = _words_before(text, match.start(), clitic)
    if AMOUNT_VERBS.fullmatch(bare(outer)):
        return None
    name = _CLITICS.sub("", bare(word), count=1)
    if name not in (LABELLED if has_article(word) else LABELLED_BARE):
        return None
    is_number = name in _NUMBER_ITSELF
    if not is_number and (is_scaled(text, end) or _is_counting(number, text, end)):
        return None
    return _spaced(match, number.words())


def _words_before(text: str, start: int, clitic: str | None) -> tuple[str, str]:
    """The word before a number, over the numbers that it is joined to, and the one before that; empty for none."""
    before = text[max(0, start - LOOK_BACK) : start]
    if joined := _JOINED.search(before + (clitic or "")):
        before = before[: joined.start()]
    elif clitic:
        return "", ""
    *_, outer, last = ["", "", *before.rstrip()[-2 * LONGEST_WORD :].split()]
    found = _LAST_WORD.search(last)
    return (found[0] if found else "", outer)


def _is_counting(number: Numeral, text: str, end: int) -> bool:
    """Whether the noun after a number is one that it counts: the number is no name then."""
    counted = counted_noun(text, end)
    return counted is not None and counted.suits(number.whole if number.is_counting else 0)


def _article(match: re.Match[str]) -> str | None:
    number, text, end = parse(match["number"]), match.string, match.end()
    if not is_definite(match["clitic"]) or not number.is_counting:
        return None
    if is_scaled(text, end):
        words = "ال" + construct(number.whole, case=_case(match))
        return attached(match["clitic"], words) if number.whole > 2 else None
    return _spaced(match, _with_article(match, number.whole))


def _with_article(match: re.Match[str], number: int) -> str:
    """A definite number, by what stands after it and before it."""
    text, start, end, clitic = match.string, match.start(), match.end(), match["clitic"]
    head = None if _GOVERNED.search(clitic) else _head(text, start, clitic)
    counted = counted_noun(text, end)
    if counted and counted.suits(number) and (counted.is_surely_counted or head is None or not head.is_ranked):
        case, gender = _case(match), counted.noun.gender
        return definite(number, gender, case) if number % 100 else "ال" + construct(number, gender, case)
    if number == 0 or (head is None and not _OF_AGE.match(text, end)):
        return definite(number, gender_of(text, start, end), _case(match))
    if head is None or head.is_age:
        return ordinal(number, Gender.FEMININE, _case(match))
    return head.definite(number, text, OBLIQUE if _is_after_to(text, start) else head.case(text))


def _case(match: re.Match[str]) -> Case:
    shown = nominative_shown(match.string, match.end())
    if shown is not None:
        return NOMINATIVE if shown else OBLIQUE
    return case_of(match.string, match.start(), match["clitic"])


def _rank(match: re.Match[str]) -> str | None:
    number, text, start, end = parse(match["number"]), match.string, match.start(), match.end()
    if match["clitic"] not in (None, "و") or not number.is_counting or not number.whole:
        return None
    if match["clitic"] is None and _OF_AGE.match(text, end) and text.endswith("في ", 0, start) and number.whole < 120:
        return _spaced(match, ordinal(number.whole, Gender.FEMININE, OBLIQUE))
    head = _head(text, start, match["clitic"])
    if head is not None and head.is_age and not _YEARS.match(text, end):
        return _spaced(match, ordinal(number.whole, Gender.FEMININE, OBLIQUE))
    if (
        head is None
        or head.is_indefinite
        or not (head.noun.singular in BARE or _is_ranked_here(head, number, text, end))
    ):
        return None
    if head.noun.number is Number.PLURAL and not _is_joined(match):
        return None
    is_sure = head.noun.singular in ALWAYS
    is_at_school = _SCHOOL.match(text, end) is not None
    counted = None if is_at_school or (is_sure and _WORLDWIDE.match(text, end)) else counted_noun(text, end)
    is_unsure = is_sure or (counted is not None and is_verb(counted.written))
    if counted and counted.suits(number.whole) and (counted.is_surely_counted or not is_unsure):
        return None
    if not is_sure and (is_scaled(text, end) or FIRST_YEAR <= number.whole <= LAST_YEAR):
        return None
    case = OBLIQUE if _is_after_to(text, start) else head.case(text)
    return _spaced(match, ordinal(number.whole, head.noun.gender, case))


def _is_ranked_here(head: Head, number: Numeral, text: str, end: int) -> bool:
    """Whether a noun that is ranked in few places is ranked here: اليوم 100 للحرب، السنة 3 إعدادي، للمرة 2."""
    match head.noun.singular:
        case "يوم":  # not today
            return _OF_EVENT.match(text, end) is not None
        case "سنة":
            return _SCHOOL.match(text, end) is not None
        case "مرة":
            return bare(head.written) in ("للمرة", "وللمرة")
        case "حرب":
            return number.whole <= 2
        case "عقد":
            return _possessed(bare(head.written)) is not None
    return False


def _is_joined(match: re.Match[str]) -> bool:
    """Whether a number is one of several, all of them with one head."""
    before = match.string[max(0, match.start() - LOOK_BACK) : match.start()] + (match["clitic"] or "")
    return _JOINED.search(before) is not None or _MORE.match(match.string, match.end()) is not None


def _is_after_to(text: str, start: int) -> bool:
    return text[max(0, start - 4) : start] in ("إلى ", "الى ")


def _spaced(match: re.Match[str], words: str) -> str:
    """The words with the clitic of the match, and apart from a letter that follows the figures at once."""
    return attached(match["clitic"], words) + " " * match.string[match.end() : match.end() + 1].isalpha()


_MONARCHS = {"محمد": 6, "الحسن": 2, "لويس": 18, "فيليبي": 6, "تشارلز": 3, "شارل": 10, "فؤاد": 2, "عبد الحميد": 2}
"""Names of kings, and the last of them."""


def _monarch(match: re.Match[str]) -> str | None:
    number, text, end = int(match["number"]), match.string, match.end()
    if not 0 < number <= _MONARCHS[match["name"]]:
        return None
    counted = counted_noun(text, end)
    return None if counted and counted.suits(number) else f"{match['name']} {ordinal(number)}"


def _several(match: re.Match[str]) -> str | None:
    """Figures between a definite plural and its adjective, or after a governed one: السنوات 5 الماضية."""
    number, text, start = parse(match["number"]), match.string, match.start()
    head = _head(text, start, None)
    if head is None or head.noun.number is not Number.PLURAL or not has_article(head.written):
        return None
    if not number.is_counting or not number.whole or text[head.start : start].strip() != head.written:
        return None
    outer = text[max(0, head.start - LONGEST_WORD) : head.start].split()
    is_governed = bool(outer) and bare(outer[-1]) in PREPOSITIONS
    if not match["adjective"] and not is_governed:
        return None
    return definite(number.whole, head.noun.gender, head.case(text))


RULES = (
    Rule(
        "monarch",
        "A figure after a king's name is an ordinal.",
        re.compile(rf"(?<!\w)(?P<name>{'|'.join(_MONARCHS)}) (?P<number>[0-9]{{1,2}}){END}(?!\w)"),
        _monarch,
        example=("جامعة محمد 5 ومسجد الحسن 2", "جامعة محمد الخامس ومسجد الحسن الثاني"),
        spares="سجل محمد 5 أهداف و20 تمريرة",
    ),
    Rule(
        "several",
        "Bare figures between several definite things and their adjective are a definite cardinal.",
        re.compile(rf"{START}(?P<number>[0-9]{{1,4}}){END}(?=(?P<adjective> (?:ال|لل)\w+)|[.،]?$)"),
        _several,
        example=("خلال السنوات 5 الماضية", "خلال السنوات الخمس الماضية"),
        spares="بلغت الإصابات 24",
    ),
    Rule(
        "label",
        "A number that names a thing is read as in counting.",
        re.compile(_COUNT),
        _label,
        example=("الطريق رقم 12 والقناة 2", "الطريق رقم اثنا عشر والقناة اثنان"),
        spares="بلغ العدد 20 شخصا في 12 قناة",
    ),
    Rule(
        "article",
        "A number with ال is an ordinal after one definite thing, else a definite cardinal.",
        re.compile(_COUNT),
        _article,
        example=("الذكرى ال69 مع الأيام ال10 وال20 لاعبا", "الذكرى التاسعة والستون مع الأيام العشرة والعشرين لاعبا"),
        spares="عتبة ال1.5 درجة في 20 يوما",
    ),
    Rule(
        "rank",
        "After what is numbered in order, a number without ال is an ordinal too.",
        re.compile(_COUNT),
        _rank,
        example=("الدورة 93 وفق المادة 47", "الدورة الثالثة والتسعون وفق المادة السابعة والأربعين"),
        spares="شهدت الدورة 20 فيلما في الموسم 2024",
    ),
)


def ordinals(reading: Reading) -> Reading:
    """The reading with its ordinals, labels and definite numbers in words.

    >>> ordinals(Reading.of("الذكرى ال69")).spoken
    'الذكرى التاسعة والستون'
    """
    return apply(RULES, reading) if FIGURE.search(reading.spoken) else reading
