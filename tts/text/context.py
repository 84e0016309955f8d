"""What stands before a number, and what it asks of it: the case, the clitics.

>>> case_at("بلغ عدد القتلى 20 شخصا", 15), case_at("20 شخصا", 0), case_at("في 20 مدينة", 3)
(<Case.ACCUSATIVE: 'accusative'>, <Case.NOMINATIVE: 'nominative'>, <Case.OBLIQUE: 'genitive'>)
"""

import re
from dataclasses import dataclass

from tts.text.grammar import ACCUSATIVE, NOMINATIVE, OBLIQUE, Case
from tts.text.nouns import Gender, Noun, Number, noun
from tts.text.nouns import is_definite as has_article
from tts.text.verbs import (
    PASSIVE_FIRST,
    VERBAL_NOUNS,
    agrees,
    bare,
    is_done_by_people,
    is_passive,
    is_verb,
    listed,
    may_be_passive,
    rises,
    takes_object,
    takes_subject,
    without_conjunction,
)

LOOK_BACK = 80
"""Characters before a number that can govern it: bounds the time a number takes."""

JOINED = 4
"""Most numbers in a row, each joined to the one before it, that are followed back to the first."""

AMOUNTS = listed("""
    عدد قيمة مدة طول سعر ثمن قدر مجموع نسبة مساحة وزن كلفة تكلفة سن ارتفاع علو عرض عمق درجة معدل عمر حصيلة رصيد
    مبلغ سرعة راتب أجر أجرة سعة قوة طاقة قطر حجم مسافة دخل ربح ميزانية غرامة حرارة متوسط إجمالي مجموع عمق سمك كثافة
    رأسمال نفقة مردود إنتاج حمولة معاش
""")
"""What a number is said of: عدد سكانها 20 ألفا."""

_NOMINATIVE_AFTER = listed(
    "هناك هنالك ثمة ثم هم هن وهم وهن وهو وهي ضحيته ضحيتها ضحيتهم هو هي حيث بينما فيما لكن لولا إنما"
) | {stem + suffix for stem in ("بين", "من", "ضمن") for suffix in ("هم", "ها", "هن", "هما", "كم", "نا")}
_ITS_AMOUNT = frozenset(
    noun.replace("ة", "ت") + suffix for noun in AMOUNTS for suffix in ("ه", "ها", "هم", "هن", "هما", "نا", "ي")
)
_PRONOUN_AFTER = re.compile("(?:في|من|ل|لدي|لد|ب|عند|علي|إلي|الي|مع|عن)(?:ه|ها|هم|هن|هما|نا|ي)")
_SISTERS = listed("إن أن ان لأن بأن كأن وكأن ليت لعل فإن وأن")
_TO_BE = re.compile("(?:كان|[يت]كون|ليس|[أا]صبح|[يت]صبح|صار|ظل|بات|أمس)ت?|[أا]ضح[ىت]|أمسى")
_DONE = re.compile("[وف]?(?:س?[يت]تم|تمت?|جرى|يجري)")
_ALTERNATIVES = frozenset(("أو", "او", "أم", "و", "بل", "أي"))
_THIS = listed("هذا هذه ذلك تلك هاته")

PREPOSITIONS = listed("""
    في من على إلى الى عن مع حتى منذ عند لدى بين تحت فوق ضمن خلال بعد قبل مقابل أمام وراء خلف دون بدون عبر نحو حول
    ضد غير سوى حسب وفق رغم حوالي قرابة زهاء طيلة طوال أثناء إثر جراء وسط قرب قبيل بعيد كل بعض جميع أزيد أكثر أقل
    قبالة برسم بواقع باستثناء عدا لمدة بنسبة
""")
_PARTICLES = listed("حيث إذ لم لن قد سوف لقد بعدما كما فيما بينما عندما حين لما حينما كلما ربما وقد فقد ولم حتى")
"""What stands before a verb and leaves it the first of its clause."""

_TIMES = listed("سنة عام شهر يوم أسبوع ساعة دقيقة ثانية ليلة قرن عقد")
_SPENT = re.compile(
    "[وف]?(?:س?[يت])?(?:مر|مضى|مضي|تبقى|نقضى|انقضى|نقضي|فصل|نتهي|انتهى|خصص|كفي|كفى)ت?|[وف]?(?:بقيت|مضت|انقضت|تبقت|انتهت|كفت)"
)
"""Verbs whose subject is time itself, of which others have some: عاش 90 سنة."""

_STEPS = listed(
    "نقطة درجة درهم دولار أورو يورو ريال جنيه دينار سنت سنتيم ليرة فرنك روبل ين يوان متر سنتيمتر مليمتر كيلومتر"
)
"""What things rise and fall by."""

_AGENTS = listed("""
    جندي ضابط شرطي دركي عسكري مقاتل مسلح مدني عنصر قتيل جريح مصاب أسير معتقل موقوف سجين سجينة محتجز مفقود ناجٍ متهم
    مدان شاهد لاعب لاعبة مدرب رياضي رياضية عداء سباح ملاكم متسابق منافس مريض مريضة متبرع ناخب معارض مستوطن دولة بلد
    حزب حركة نقابة جمعية منظمة هيئة شركة مقاولة بنك مؤسسة أسرة عائلة فريق منتخب ناد
""")
"""What acts like people."""

_VISITED = listed(
    "حضر حضرت يحضر تحضر سيحضر غادر غادرت يغادر تغادر زار زارت يزور تابع تابعت يتابع شاهد يشاهد دخل دخلت يدخل"
)
"""Verbs whose object, a thing, may come before a number of people who are their subject: حضر اللقاء 20 وزيرا."""

_BEFORE_CONSTRUCT = PREPOSITIONS - listed("كل بعض جميع")
_PLACES = listed("في وفي داخل بين لدى عند على")

_WHEN = listed("""
    أمس اليوم غدا الآن مساء صباح صباحا ليلا ليلة فجر ظهر عصر يوم أول الاثنين الإثنين الثلاثاء الأربعاء الخميس
    الجمعة السبت الأحد هنا أيضا مجددا حاليا سنويا رسميا قبل بعد خلال منذ
""")
_OPENS = frozenset("([{«\"“:؛;.!؟?…•-–—−,/|*،‹'‘=+>\n")
_CLOSES = ")]}»”’›\"'-–— "
_ASIDE = re.compile(r"[،,] ([^\W\d]\w*)[^،,.:]*[،,]$")
_DASH_CLOSING = re.compile(r"(?<=\s)[-–—]\w[^-–—]*\w[-–—]$")
_CLAUSE = re.compile(r"[!؟?؛;«(\[…|\n]|[.:](?![0-9])")
_OPENING = {'"': '"', "«": "»", "“": "”"}
_ALONE = re.compile(r"[0-9][0-9.,٫٬]*([\"»”])")
_AFTER_NUMBER = re.compile(
    r"[^\W\d]{0,3}[0-9][0-9.,٫٬]*[\"»”]? ?(?P<percent>[%٪]|(?:في|ب)?(?: ?ال)(?:مائة|مئة))?(?P<coin>[$€£])?"
    r"(?P<scale> ?(?:ألف|مليون|مليار|آلاف|ملايين|ملايير)ا?(?!\w))? ?(?P<word>\w[\w\u064b-\u0652\u0670]*)?"
)
_ATTACHED = re.compile("[وف]?(?:[بكل]|[بك]?ال|لل)")
_VERBAL_NOUN = re.compile("ت..ي[^ي]|[اإ]..ا.|مقتل|مصرع|ا.ت.ا.|است..ا.")
_ARTICLE = re.compile("^ال")
_TOKEN = re.compile(r"\w[\w\u064b-\u065f\u0670]*")
_CLITIC = r"(?:(?<![\w\u064b-\u065f\u0670])(?P<clitic>[وف]?(?:لل|[بكل]?ال|[بكل])|[وف]) ?)?"
_NUMBER_WORD = re.compile(
    rf"{_CLITIC}(?:[0-9][0-9.,٫٬]*"
    r"|(?P<ends>(?:عشر|ثلاث|أربع|خمس|ست|سبع|ثمان|تسع)(?:ون|ين)|(?:اثنت?|مائت|مئت|ألف|مليار)(?:ان|ين)|مائت[اي])(?!\w)|(?<!\w)(?:(?:ثلاث|أربع|خمس|ست|سبع|ثماني|تسع|عشر)ة?|مائة)(?!\w))"
)


def case_at(text: str, index: int) -> Case:
    """The case of a number, its clitics included, that begins at ``text[index]``."""
    return _case(text, index, JOINED)


def case_of(text: str, start: int, clitic: str | None) -> Case:
    """The case of a number with what is written together with it (``CLITIC``'s group): بـ ك لـ govern it.

    >>> case_of("قتل 3 جنود و20 مدنيا", 11, "و")
    <Case.NOMINATIVE: 'nominative'>
    """
    return _case_of(text, start, clitic, JOINED)


def case_of_noun(text: str, index: int) -> Case:
    """The case of a definite noun that begins at ``text[index]``, clitics included.

    >>> case_of_noun("انطلقت الدورة 93", 7), case_of_noun("تحتضن فاس الدورة 29", 10)
    (<Case.NOMINATIVE: 'nominative'>, <Case.OBLIQUE: 'genitive'>)
    """
    return _case_of_noun(text, index, JOINED)


def is_definite(clitic: str | None) -> bool:
    """Whether the article is written with the number: ال, بال, لل."""
    return bool(clitic) and (clitic or "").endswith(("ال", "لل"))


def attached(clitic: str | None, words: str) -> str:
    """Words with what is written together with them, the article no longer counted: it is in the words.

    >>> attached("وبال", "العشرين"), attached("لل", "العشرين"), attached("ب", "عشرين")
    ('وبالعشرين', 'للعشرين', 'بعشرين')
    """
    clitic = clitic or ""
    if clitic.endswith("لل"):
        clitic = clitic[:-1]
    elif clitic.endswith("ال"):
        clitic = clitic[:-2]
    return clitic[:-1] + "لل" + words[2:] if clitic.endswith("ل") and words.startswith("ال") else clitic + words


def _case_of(text: str, start: int, clitic: str | None, depth: int) -> Case:
    letters = (clitic or "").removesuffix("ال")
    if set(letters) & set("بكل"):
        return OBLIQUE
    if letters == "و":
        return _case_of_joined(text, start, depth)
    return NOMINATIVE if letters == "ف" else _case(text, start, depth)


def _before(text: str, index: int) -> tuple[str, int]:
    """What stands before an index in its sentence, and where that begins."""
    low = max(0, index - LOOK_BACK)
    closing = _OPENING.get(text[index - 1 : index])
    if closing and (alone := _ALONE.match(text, index)) and alone[1] == closing:
        index -= 1
    return text[low:index].rstrip(), low


def _tokens(before: str) -> list[re.Match[str]]:
    """The words of the clause that ``before`` ends with."""
    begin = 0
    for mark in _CLAUSE.finditer(before):
        begin = mark.end()
    return list(_TOKEN.finditer(before, begin))


def _case(text: str, index: int, depth: int) -> Case:
    before, low = _before(text, index)
    if before.endswith(("،", ",")) and before[-2:-1].isdigit():
        return _case_of_joined(text, index, depth)
    if (aside := _ASIDE.search(before)) and depth and _is_adverbial(aside[1]):
        return _case(text, low + aside.start(), depth - 1)
    if not before or (before[-1] in _OPENS and not _DASH_CLOSING.search(before)):
        return NOMINATIVE
    tokens = _tokens(before.rstrip(_CLOSES))
    if not tokens:
        return NOMINATIVE
    written = tokens[-1][0]
    word = _without_conjunction(bare(written))
    if word in _ALTERNATIVES and len(tokens) > 1:
        return _case_of_joined(text, low + tokens[-1].start(), depth)
    if word in ("ناقص", "زائد") and depth:
        return _case_of(text, low + tokens[-1].start(), "و" if written[0] == "و" else None, depth - 1)
    if _ATTACHED.fullmatch(written):
        return OBLIQUE
    if word in _SISTERS or (word == "لكن" and "\u0651" in written):
        return ACCUSATIVE
    if _is_one_of(written, _NOMINATIVE_AFTER):
        return NOMINATIVE
    if _is_one_of(written, PREPOSITIONS):
        return OBLIQUE
    if _takes_object_already(word, tokens):
        return NOMINATIVE
    counted = _counted(text, index)
    if is_verb(written) or (len(tokens) > 1 and bare(tokens[-2][0]) in ("لم", "ولم", "لن")):
        return OBLIQUE if _is_verbal_noun(tokens, counted) else _case_after_verb(tokens, counted)
    return _case_after_noun(tokens, word, counted)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a number counts, for its case."""

    noun: Noun | None
    is_step: bool
    """Whether something may rise or fall by so much: 20 نقطة، 3%."""
    is_scaled: bool

    @property
    def gender(self) -> Gender | None:
        """The noun's gender, unless it is one that counts heads: 20 رأسا."""
        return None if self.noun is None or self.noun.singular == "رأس" else self.noun.gender

    @property
    def is_agent(self) -> bool:
        """Whether it can do something."""
        return self.noun is not None and (self.noun.is_person or self.noun.singular in _AGENTS)

    @property
    def is_time(self) -> bool:
        """Whether it is a span of time."""
        return self.noun is not None and self.noun.singular in _TIMES


_NOTHING = _Counted(None, is_step=False, is_scaled=False)


def _counted(text: str, index: int) -> _Counted:
    """What a number at an index counts."""
    found = _AFTER_NUMBER.match(text, index)
    if found is None:
        return _NOTHING
    counted = noun(found["word"]) if found["word"] and not has_article(found["word"]) else None
    is_step = bool(found["percent"] or found["coin"]) or (counted is not None and counted.singular in _STEPS)
    return _Counted(counted, is_step, found["scale"] is not None)


def _case_after_verb(tokens: list[re.Match[str]], counted: _Counted) -> Case:
    """The case of a number right after a verb: its subject, or its object."""
    verb = tokens[-1][0]
    if counted.is_step and rises(verb):
        return ACCUSATIVE
    if counted.is_time and not _SPENT.fullmatch(bare(verb)):
        return ACCUSATIVE
    is_hers = agrees(verb, Gender.FEMININE)
    is_uncounted = counted.noun is None
    if is_hers and (counted.gender is Gender.MASCULINE or (is_uncounted and may_be_passive(verb))):
        return ACCUSATIVE
    if (passive := is_passive(verb)) is not None and not takes_subject(verb):
        return NOMINATIVE if passive else ACCUSATIVE
    if takes_subject(verb) or _is_to_be(verb):
        return NOMINATIVE
    if may_be_passive(verb) and not _has_doer(tokens):
        return NOMINATIVE
    if (
        counted.is_agent
        and is_done_by_people(verb)
        and _is_first(tokens)
        and agrees(verb, counted.gender or Gender.MASCULINE)
    ):
        return NOMINATIVE
    return ACCUSATIVE


def _is_first(tokens: list[re.Match[str]]) -> bool:
    """Whether nothing but particles stands before the last word in its clause."""
    return all(bare(token[0]) in _PARTICLES for token in tokens[:-1])


def _is_verbal_noun(tokens: list[re.Match[str]], counted: _Counted) -> bool:
    """Whether what may be a passive is a noun: تم حجز, بعد نقل, عملية ضبط, توقيف شخص وحجز, حجز 12 سيارة."""
    word = bare(tokens[-1][0])
    name = word if word in VERBAL_NOUNS else _without_conjunction(word)
    if len(tokens) > 1:
        before = tokens[-2][0]
        if _DONE.fullmatch(bare(before)) or (bare(before) != "حتى" and _is_one_of(before, PREPOSITIONS)):
            return True
    if name not in VERBAL_NOUNS or is_passive(tokens[-1][0]) is not None:
        return False
    if name == word and len(tokens) > 1 and _is_indefinite_noun(before):
        return True
    if name != word and _is_after_verbal_noun(tokens[:-1]):
        return True
    if name in PASSIVE_FIRST:
        return False
    return (name == word and len(tokens) == 1) or counted.gender is Gender.FEMININE


def _is_indefinite_noun(word: str) -> bool:
    known = noun(word)
    return (
        known is not None
        and bool(known.plurals)
        and not has_article(word)
        and bare(word) not in _WHEN
        and not _is_possessed(bare(word))
    )


def _is_after_verbal_noun(tokens: list[re.Match[str]]) -> bool:
    """Whether the last main word is a verbal noun: توقيف 3 أشخاص يشتبه في تورطهم و."""
    for position in range(len(tokens) - 1, -1, -1):
        written = bare(tokens[position][0])
        word = _without_conjunction(written)
        if position:
            is_noun = word in VERBAL_NOUNS and _is_one_of(tokens[position - 1][0], PREPOSITIONS)
        else:
            is_noun = written in VERBAL_NOUNS and written not in PASSIVE_FIRST
        if is_noun or _VERBAL_NOUN.fullmatch(word):
            return True
        if is_verb(word) and word[0] not in "يت":
            return False
    return False


def _takes_object_already(word: str, tokens: list[re.Match[str]]) -> bool:
    """Whether it is a verb with a pronoun, whose subject comes next: يشاهدها 20 مليونا."""
    stem = re.fullmatch("(.{3,})(?:ه|ها|هم)", word)
    if stem is not None and takes_subject(stem[1]):
        return True
    if stem is None or word in _ITS_AMOUNT or _is_possessed(word) or _is_governed(word) or _is_pronoun(word):
        return False
    return is_verb(stem[1]) or len(tokens) == 1


def _is_pronoun(word: str) -> bool:
    """Whether it is a preposition with its pronoun: فيها."""
    return _PRONOUN_AFTER.fullmatch(word) is not None


def _has_doer(tokens: list[re.Match[str]]) -> bool:
    """Whether something before the verb can have done what it tells: الجيش قتل, الذي قتل; and not في الحادث قتل."""
    verb = bare(tokens[-1][0])
    before = [bare(token[0]) for token in tokens[:-1]]
    while before and before[-1] in ("قد", "لم", "لن", "سوف", "وقد"):
        before.pop()
    if not before or (verb[0] in "وف" and is_verb(verb[1:])):
        return False
    word, outer = before[-1], before[-2] if len(before) > 1 else ""
    subject = noun(before[0]) if _is_indefinite_noun(before[0]) else None
    if subject is not None and subject.singular not in _TIMES and verb[0] in "يت" and agrees(verb, subject.gender):
        return not _is_one_of(before[0], PREPOSITIONS)
    if word in _WHEN or _is_governed(word) or outer in PREPOSITIONS or (word == "أن" and outer == "بعد"):
        return False
    return has_article(word) or word in ("الذي", "التي", "الذين", "من") or word in _SISTERS


def _case_after_noun(tokens: list[re.Match[str]], word: str, counted: _Counted) -> Case:
    """The case of a number after what is no verb: what its sentence's verb asks for, if the word lets it through."""
    pronoun = _is_pronoun(word)
    if word in _ITS_AMOUNT:
        return _case_of_amount(tokens)
    is_closed = pronoun or has_article(word) or word in _WHEN or _is_possessed(word)
    position = next((i for i in range(len(tokens) - 2, -1, -1) if is_verb(tokens[i][0])), None)
    if position is None:
        return NOMINATIVE if pronoun or _is_predicate(tokens, counted, is_closed=is_closed) else OBLIQUE
    if (
        not is_closed
        and bare(tokens[-2][0]) in _BEFORE_CONSTRUCT
        and (noun(word) is not None or word in ("أصل", "أجل"))
    ):
        return OBLIQUE
    if pronoun and _holds(tokens, word):
        return NOMINATIVE
    verb, after = tokens[position][0], tokens[position + 1][0]
    if counted.is_time and is_closed and not _SPENT.fullmatch(bare(verb)):
        return ACCUSATIVE
    known = noun(word)
    is_open = known is None or (_is_governed(word) and known.number is Number.PLURAL)
    is_step = counted.is_step and rises(verb)
    if _is_adverbial(after) and (is_closed or is_open) and _is_without_doer(tokens[: position + 1]) and not is_step:
        return NOMINATIVE
    if counted.is_agent and _without_conjunction(bare(verb)) in _VISITED and is_closed and len(tokens) == position + 2:
        visited = noun(after)
        if visited is not None and not visited.is_person:
            return NOMINATIVE
    return ACCUSATIVE if is_closed else OBLIQUE


def _holds(tokens: list[re.Match[str]], word: str) -> bool:
    """Whether a pronoun begins what is said of a thing: غرفة فيها 12 سريرا, بما فيها 20 طفلا."""
    before = tokens[-2][0]
    return bare(before) in ("بما", "مما") or (word[0] in "فلب" and _is_indefinite_noun(before) and not is_verb(before))


def _is_predicate(tokens: list[re.Match[str]], counted: _Counted, *, is_closed: bool) -> bool:
    """Whether a number is said of what stands before it, without a verb: سعر البرميل 20 دولارا, في الحافلة 52 راكبا."""
    words = [bare(token[0]) for token in tokens]
    first = _ARTICLE.sub("", _without_conjunction(words[0]))
    if is_closed and first in AMOUNTS:
        return True
    if counted.noun is None and not counted.is_scaled:
        return False
    if words[0] in ("لكل", "ولكل") or (len(words) > 2 and words[1] == "كل" and words[0] in _PLACES):
        return True
    if not is_closed:
        return False
    return len(words) == 1 or words[0] in _THIS or (words[0] in _PLACES and len(words) == 2)


def _case_of_amount(tokens: list[re.Match[str]]) -> Case:
    """The case of a number after عددهم or its like: what is said of it, or what a verb before it tells of it."""
    before = tokens[:-1]
    if bare(tokens[-1][0]) not in _ITS_AMOUNT:  # joined: طوله 20 مترا وعرضه 12 مترا
        position = next((i for i in range(len(before) - 1, -1, -1) if bare(before[i][0]) in _ITS_AMOUNT), None)
        before = before if position is None else before[:position]
    if before and bare(before[-1][0]) == "ما":  # بلغ ما مجموعه 20
        return ACCUSATIVE if any(is_verb(token[0]) for token in before) else NOMINATIVE
    while before and bare(before[-1][0]) in AMOUNTS:
        before = before[:-1]
    if before and is_verb(before[-1][0]) and not _is_indefinite_noun(before[-1][0]):
        return ACCUSATIVE
    return NOMINATIVE


def _is_without_doer(tokens: list[re.Match[str]]) -> bool:
    """Whether the subject of the last of these words, a verb, is still to come."""
    verb = tokens[-1][0]
    return (
        bool(is_passive(verb))
        or takes_subject(verb)
        or _is_to_be(verb)
        or (may_be_passive(verb) and not _has_doer(tokens))
    )


def _is_adverbial(word: str) -> bool:
    """Whether a word begins what tells where or when: في، بالمدينة، أمس."""
    word = bare(word)
    return (
        word in PREPOSITIONS
        or word in _WHEN
        or word in _THIS
        or _is_pronoun(word)
        or _is_governed(word)
        or (word.startswith("ب") and noun(word) is None)
    )


def _is_possessed(word: str) -> bool:
    """Whether it is a noun with a pronoun: قوته."""
    for suffix in ("هما", "ها", "هم", "هن", "نا", "ه"):
        if word.endswith(suffix) and len(word) > len(suffix) + 2:
            stem = word.removesuffix(suffix)
            known = noun(stem[:-1] + "ة" if stem.endswith("ت") else stem)
            return known is not None and bool(known.plurals)
    return False


def _case_of_joined(text: str, index: int, depth: int) -> Case:
    """The case of what و joins to something: the same as that."""
    before, low = _before(text, index)
    before = before.rstrip("،, " + _CLOSES)
    tokens = _tokens(before)
    if not tokens:
        return NOMINATIVE
    if depth == 0:
        return OBLIQUE
    numbers = list(_NUMBER_WORD.finditer(before, tokens[0].start()))
    number = numbers[-1] if numbers else None
    if number is not None and not any(is_verb(t[0]) for t in tokens if t.start() >= number.end()):
        if number["ends"]:
            return OBLIQUE if number["ends"].endswith(("ين", "ي")) else NOMINATIVE
        return _case_of(text, low + number.start(), number["clitic"], depth - 1)
    word = bare(tokens[-1][0])
    known = noun(word)
    if known is not None and known.number is not Number.SINGULAR and word.endswith(("ان", "ون", "ين")):
        return OBLIQUE if word.endswith("ين") else NOMINATIVE
    start = low + tokens[-1].start()
    return _case_of_noun(text, start, depth - 1) if has_article(word) else _case(text, start, depth - 1)


def _case_of_noun(text: str, index: int, depth: int) -> Case:
    at = _TOKEN.match(text, index)
    word = bare(at[0]) if at else ""
    if _is_governed(word):
        return OBLIQUE
    if re.match("وال", word) and depth:
        return _case_of_joined(text, index, depth)
    before, low = _before(text, index)
    if not before or before[-1] in _OPENS:
        return NOMINATIVE
    tokens = _tokens(before.rstrip(_CLOSES))
    if not tokens:
        return NOMINATIVE
    written = tokens[-1][0]
    previous = _without_conjunction(bare(written))
    if previous in _THIS and depth:
        return _case_of_noun(text, low + tokens[-1].start(), depth - 1)
    if _is_one_of(written, _NOMINATIVE_AFTER):
        return NOMINATIVE
    position = next((i for i in range(len(tokens) - 1, -1, -1) if is_verb(tokens[i][0])), None)
    if _is_one_of(written, PREPOSITIONS) or position is None:
        return OBLIQUE
    verb, between = tokens[position][0], tokens[position + 1 :]
    if between and not (_is_adverbial(between[0][0]) and takes_subject(verb)):
        return OBLIQUE
    if between and not (has_article(previous) or previous in _WHEN or noun(previous) is None or previous[0] in "بل"):
        return OBLIQUE
    head = noun(word)
    if takes_object(verb) and is_passive(verb) is not True or (head is not None and not agrees(verb, head.gender)):
        return OBLIQUE
    return NOMINATIVE


def _is_governed(word: str) -> bool:
    """Whether a noun is written together with a preposition: بالذكرى، لعيده."""
    if re.match("[وف]?(?:[بك]ال|لل)", word):
        return True
    word = _without_conjunction(word)
    if word[:1] not in ("ب", "ل", "ك"):
        return False
    known = noun(word)
    if known is not None:
        return all(bare(form)[0] != word[0] for form in (known.singular, *known.plurals))
    if re.fullmatch("..{2,}(?:ه|ها|هم|هن)", word) is None:
        return False
    return _is_possessed(word[1:]) or not _is_possessed(word)


def _is_to_be(verb: str) -> bool:
    return _TO_BE.fullmatch(_without_conjunction(bare(verb))) is not None


def _is_one_of(word: str, words: frozenset[str]) -> bool:
    word = bare(word)
    return word in words or _without_conjunction(word) in words


def _without_conjunction(word: str) -> str:
    return word if _begins_itself(word) else without_conjunction(word)


def _begins_itself(word: str) -> bool:
    """Whether its first letter is no conjunction: فيها، وزنه."""
    return word in _ITS_AMOUNT or word in PREPOSITIONS or _is_pronoun(word)
