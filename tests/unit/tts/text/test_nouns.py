import doctest
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text import nouns
from tts.text.nouns import LEXICON, LONGEST, Gender, Noun, Number, dual, is_definite, noun

ROWS = [line.split("\t") for line in LEXICON.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]

SHARED = {"أم", "إمام"}
"""Spelt like a little word, which is what a text more often means."""

TWO_GENDERS = {"رجل"}
"""Forms of two nouns of different genders: the first in the file owns them."""


def unmarked(word):
    return re.sub("[\u064b-\u0652]", "", word).translate(str.maketrans("أإآ", "ااا"))


def gender(word):
    found = noun(word)
    return found and found.gender.name[0].lower()


def met(word):
    found = noun(word)
    return found and (found.singular, found.gender.name[0].lower(), found.number.value)


def test_the_examples_in_the_docstrings_hold():
    results = doctest.testmod(nouns)
    assert results.attempted
    assert not results.failed


def test_the_stated_number_of_nouns_is_the_real_one():
    [stated] = re.findall(r"(\d+) nouns, a line each", nouns.__doc__)
    assert int(stated) == len(ROWS)


def test_every_row_is_well_formed_and_there_once():
    for row in ROWS:
        assert len(row) in (3, 4), row
        singular, plurals, letter, *remark = row
        assert letter in ("m", "f"), row
        assert all(
            re.fullmatch("[\u0621-\u064a\u064b-\u0652]{2,}", form) for form in (singular, *plurals.split("|")) if form
        )
        assert "" not in plurals.split("|") or not plurals, row
        assert all(remark), row
    singulars = [row[0] for row in ROWS]
    assert len(set(singulars)) == len(singulars)


def test_no_form_belongs_to_nouns_of_different_genders_unless_it_is_meant_to():
    genders = {}
    for singular, plurals, letter, *_ in ROWS:
        for form in (singular, *filter(None, plurals.split("|"))):
            genders.setdefault(unmarked(form), set()).add(letter)
    assert {form for form, letters in genders.items() if len(letters) > 1} == TWO_GENDERS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_known_noun_is_found_in_each_of_its_forms(row):
    singular, plurals, letter, *_ = row
    forms = [singular, *filter(None, plurals.split("|"))]
    for form in forms:
        if form not in SHARED and unmarked(form) not in TWO_GENDERS:
            assert gender(form) == letter
    found = noun(singular)
    if found and found.singular == singular:
        assert found.number is Number.SINGULAR
        assert found.plurals == tuple(filter(None, plurals.split("|")))


def test_only_little_words_hide_a_noun():
    assert {row[0] for row in ROWS if noun(row[0]) is None} == SHARED


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        # each number of a noun
        ("سنة", ("سنة", "f", "singular")),
        ("سنتان", ("سنة", "f", "dual")),
        ("السنة", ("سنة", "f", "singular")),
        ("الغاز", ("غاز", "m", "singular")),
        ("ألغاز", ("لغز", "m", "plural")),
        ("سنتين", ("سنة", "f", "dual")),
        ("سنوات", ("سنة", "f", "plural")),
        ("سنين", ("سنة", "f", "plural")),
        ("أعوام", ("عام", "m", "plural")),
        ("مرشحون", ("مرشح", "m", "plural")),
        ("مرشحين", ("مرشح", "m", "plural")),
        ("عدائين", ("عداء", "m", "plural")),
        ("آخرين", ("آخر", "m", "plural")),
        # tanwin, hamza, marks, tatweel
        ("شخصا", ("شخص", "m", "singular")),
        ("درهمًا", ("درهم", "m", "singular")),
        ("دِرْهَماً", ("درهم", "m", "singular")),
        ("شيئا", ("شيء", "m", "singular")),
        ("جزءا", ("جزء", "m", "singular")),
        ("قاضيا", ("قاضٍ", "m", "singular")),
        ("قاضٍ", ("قاضٍ", "m", "singular")),
        ("قاض", ("قاضٍ", "m", "singular")),
        ("القاضي", ("قاضٍ", "m", "singular")),
        ("ليالٍ", ("ليلة", "f", "plural")),
        ("الثواني", ("ثانية", "f", "plural")),
        ("اسابيع", ("أسبوع", "m", "plural")),
        ("ا\u0654سابيع", ("أسبوع", "m", "plural")),
        ("ايـام", ("يوم", "m", "plural")),
        ("مبانى", ("مبنى", "m", "plural")),
        # the article and clitics
        ("الأيام", ("يوم", "m", "plural")),
        ("وأيام", ("يوم", "m", "plural")),
        ("والأيام", ("يوم", "m", "plural")),
        ("بدولة", ("دولة", "f", "singular")),
        ("وبدولة", ("دولة", "f", "singular")),
        ("للدول", ("دولة", "f", "plural")),
        ("للجنة", ("لجنة", "f", "singular")),
        ("لليالي", ("ليلة", "f", "plural")),
        ("فالمستشفيات", ("مستشفى", "m", "plural")),
        # what only looks like a clitic or a case ending
        ("وزير", ("وزير", "m", "singular")),
        ("والد", ("والد", "m", "singular")),
        ("بلدان", ("بلد", "m", "plural")),
        ("التزامات", ("التزام", "m", "plural")),
        ("لاعبا", ("لاعب", "m", "singular")),
        ("عون", ("عون", "m", "singular")),
        ("عين", ("عين", "f", "singular")),
        ("إنسان", ("إنسان", "m", "singular")),
        ("قانون", ("قانون", "m", "singular")),
        ("سجون", ("سجن", "m", "plural")),
        ("طلبة", ("طالب", "m", "plural")),
        ("قضاة", ("قاضٍ", "m", "plural")),
        ("قتلى", ("قتيل", "m", "plural")),
        ("جرحى", ("جريح", "m", "plural")),
        ("أشخاص", ("شخص", "m", "plural")),
        ("أطنان", ("طن", "m", "plural")),
        ("مليمتر", ("مليمتر", "m", "singular")),
        ("رجل", ("رجل", "m", "singular")),
        ("أرجل", ("رِجل", "f", "plural")),
        ("مزارع", ("مزرعة", "f", "plural")),
        ("مزارعين", ("مزارع", "m", "plural")),
        ("كتاب", ("كتاب", "m", "singular")),
        ("إجراء", ("إجراء", "m", "singular")),
    ],
)
def test_a_known_noun_is_found(word, expected):
    assert met(word) == expected


@pytest.mark.parametrize(
    "words",
    [
        "حرب أرض دار نفس عين يد شمس سوق بئر كأس روح إصبع نار قدم سن أذن صحراء ذكرى بنت أمهات",
        "سنوات دول مدن قضايا ضحايا وثائق دقائق جرائم نقاط مناطق حروب أراض آبار كؤوس أصابع أيد نساء فتيات",
        "قناة مباراة وفاة مباريات قنوات وفيات نسمة ميدالية درجة كاميرا",
    ],
)
def test_these_are_feminine(words):
    assert [word for word in words.split() if gender(word) != "f"] == []


@pytest.mark.parametrize(
    "words",
    [
        "خليفة داعية مستشفى مقهى مستوى مبنى مستشفيات مستويات طريق رأس",
        "قرارات اجتماعات انتخابات مطارات قطاعات مجالات تصريحات إجراءات اتفاقات بيانات مخيمات حمامات بلاغات لقاءات",
        "أسئلة أجهزة أندية أسلحة أئمة أساتذة قادة فصائل حرائق زبائن عوائق كمائن",
        "كيلومترات هكتارات دولارات ريالات سنتيمات أطنان فيروسات فيديوهات أيام أشهر أسابيع دراهم",
    ],
)
def test_these_are_masculine(words):
    assert [word for word in words.split() if gender(word) != "m"] == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("بهلوانة", ("بهلوانة", "f", "singular")),
        ("نحاتتان", ("نحاتة", "f", "dual")),
        ("النحاتتين", ("نحاتة", "f", "dual")),
        ("نحاتات", ("نحاتة", "f", "plural")),
        ("ألمانيات", ("ألمانية", "f", "plural")),
        ("يمنيون", ("يمني", "m", "plural")),
        ("سباكين", ("سباك", "m", "plural")),
        ("بهلوانان", ("بهلوان", "m", "dual")),
        ("ترميمات", ("ترميم", "m", "plural")),
        ("وترميمات", ("ترميم", "m", "plural")),
        ("الإنعاشات", ("إنعاش", "m", "plural")),
        ("ارتدادات", ("ارتداد", "m", "plural")),
        ("انقسامات", ("انقسام", "m", "plural")),
        ("استفسارات", ("استفسار", "m", "plural")),
        ("استشارات", ("استشارة", "f", "plural")),
        ("تفاهمات", ("تفاهم", "m", "plural")),
        ("تحرشات", ("تحرش", "m", "plural")),
        ("تعبئات", ("تعبئة", "f", "plural")),
        ("كيلوطنات", ("كيلوطن", "m", "plural")),
        ("ذبائح", ("ذبيحة", "f", "plural")),
        ("تدشين", ("تدشين", "m", "singular")),
        ("نجوى", ("نجوى", "f", "singular")),
        ("مشفى", ("مشفى", "m", "singular")),
    ],
)
def test_an_unknown_noun_is_guessed_from_its_form(word, expected):
    assert met(word) == expected
    assert noun(word).plurals == ()


@pytest.mark.parametrize(
    "words",
    [
        "في من على إلى عن مع حتى منذ تحت فوق ضمن خلال بعد قبل مقابل أمام حسب وفق أو ثم فقط منهم بينهم بين",
        "وفي ومن فقط وفقط وعلى ولكن بسبب فيما بها لدى متى",
        "كان كانت بات مات قال بقي أدلى أجرى ألقى تلقى يبقى يعيشون يلعبان ينتمون",
        "أخرى الأخرى كبيرة الكبيرة وكبيرة صغيرتين متتالية إضافية مغربية الأولى الكبرى كبار",
        "واحد خمسة عشرين عشرون مائة مئات عشرات آلاف مليون ملايين مليارات",
        "أبريل نيسان حزيران رمضان شعبان جوان تشرين لبنان فلسطين البحرين",
        "خبلاء حسناء أسطرة قبعثر ا ب ء",
    ],
)
def test_what_is_no_noun_or_tells_nothing_is_not_guessed(words):
    assert [word for word in words.split() if noun(word)] == []


@pytest.mark.parametrize(
    "word", ["", " ", "12", "PSG", "ة", "ات", "ان", "ٍ", "ـ", "سنة " + "ـ" * LONGEST, "ة" * 100_000]
)
def test_what_is_no_word_is_no_noun(word):
    assert noun(word) is None


@pytest.mark.parametrize(
    ("singular", "nominative", "oblique"),
    [
        ("كتاب", "كتابان", "كتابين"),
        ("سنة", "سنتان", "سنتين"),
        ("مستشفى", "مستشفيان", "مستشفيين"),
        ("ذكرى", "ذكريان", "ذكريين"),
        ("صحراء", "صحراوان", "صحراوين"),
        ("لقاء", "لقاءان", "لقاءين"),
        ("جزء", "جزءان", "جزأين"),
        ("شيء", "شيئان", "شيئين"),
        ("مبدأ", "مبدآن", "مبدأين"),
        ("لاجئ", "لاجئان", "لاجئين"),
        ("لواء", "لواءان", "لواءين"),
        ("قاض", "قاضيان", "قاضيين"),
        ("القاضي", "قاضيان", "قاضيين"),
        ("تحدٍّ", "تحديان", "تحديين"),
        ("كرسي", "كرسيان", "كرسيين"),
        ("عضو", "عضوان", "عضوين"),
        ("أب", "أبوان", "أبوين"),
        ("أخ", "أخوان", "أخوين"),
        ("عصا", "عصوان", "عصوين"),
        ("كاميرا", "كاميرتان", "كاميرتين"),
        ("امرأة", "امرأتان", "امرأتين"),
        ("أرجل", "رجلان", "رجلين"),
        ("أيام", "يومان", "يومين"),
        ("نحاتات", "نحاتتان", "نحاتتين"),
    ],
)
def test_two_of_a_noun(singular, nominative, oblique):
    found = noun(singular)
    assert dual(found, nominative=True) == nominative
    assert dual(found, nominative=False) == oblique


def test_the_dual_of_every_known_noun_is_found_again():
    for singular, _, letter, *_ in ROWS:
        entry = Noun(singular, Gender.FEMININE if letter == "f" else Gender.MASCULINE, Number.SINGULAR)
        assert noun(dual(entry, nominative=True)) is not None or singular == "شعب"  # شعبان is a month


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("الأيام", True),
        ("والأيام", True),
        ("بالأيام", True),
        ("كالأيام", True),
        ("للأيام", True),
        ("فالذكرى", True),
        ("الْأَيَّام", True),
        ("الالتزام", True),
        ("الوالد", True),
        ("أيام", False),
        ("ألعاب", False),
        ("ا\u0654لعاب", False),
        ("إلغاء", False),
        ("التزام", False),
        ("والد", False),
        ("بالغ", False),
        ("ال", False),
        ("", False),
        ("لجنة", False),
    ],
)
def test_the_article_makes_a_word_definite(word, expected):
    assert is_definite(word) is expected


WORDS = st.one_of(
    st.text(max_size=60),
    st.text("ابتثجحدرسشعفقكلمنهويىةءأإآؤئ\u064b\u064d\u0651ـ", max_size=12),
    st.tuples(
        st.sampled_from(["", "و", "ال", "وبال", "لل", "ف"]),
        st.text("ابتدرسعفقلمنيء", max_size=6),
        st.sampled_from(["ة", "ات", "ان", "ين", "ون", "تان", "اء", "ى", "ا"]),
    ).map("".join),
)


@given(WORDS)
def test_any_word_has_an_answer(word):
    found = noun(word)
    assert is_definite(word) in (True, False)
    if found:
        assert found.singular
        assert dual(found, nominative=True).endswith(("ان", "آن"))
        assert dual(found, nominative=False).endswith("ين")


@given(WORDS)
def test_marks_do_not_change_the_answer(word):
    assert met(word) == met("".join(character + "\u064e" for character in word)) or len(word) * 2 > LONGEST
