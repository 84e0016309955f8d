import pytest
import tafqit
from hypothesis import given
from hypothesis import strategies as st

from tts.text.grammar import (
    ACCUSATIVE,
    FEMININE,
    LARGEST,
    MASCULINE,
    NOMINATIVE,
    OBLIQUE,
    Measure,
    accusative,
    cardinal,
    construct,
    counted,
    decimal,
    definite,
    dual,
    led_by_zeros,
    ordinal,
    singly,
)

NUMBERS = st.one_of(st.integers(0, 3000), st.integers(0, LARGEST))
GENDERS = st.sampled_from([MASCULINE, FEMININE])
CASES = st.sampled_from([NOMINATIVE, OBLIQUE, ACCUSATIVE])

DIRHAM = Measure("درهم", "دراهم")
YEAR = Measure("سنة", "سنوات", FEMININE)
EURO = Measure("أورو", "أورو")
SQUARE_METRE = Measure("متر", "أمتار", adjective="مربع")
DEGREE = Measure("درجة", "درجات", FEMININE, adjective="مئوي")
KM_AN_HOUR = Measure("كيلومتر", "كيلومترات", tail="في الساعة")

# Written from the grammars, not from any program: number; masculine, feminine in the nominative; then oblique.
TABLE = """
0 صفر صفر صفر صفر
1 واحد واحدة واحد واحدة
2 اثنان اثنتان اثنين اثنتين
3 ثلاثة ثلاث ثلاثة ثلاث
8 ثمانية ثماني ثمانية ثماني
10 عشرة عشر عشرة عشر
11 أحد_عشر إحدى_عشرة أحد_عشر إحدى_عشرة
12 اثنا_عشر اثنتا_عشرة اثني_عشر اثنتي_عشرة
13 ثلاثة_عشر ثلاث_عشرة ثلاثة_عشر ثلاث_عشرة
18 ثمانية_عشر ثماني_عشرة ثمانية_عشر ثماني_عشرة
20 عشرون عشرون عشرين عشرين
21 واحد_وعشرون إحدى_وعشرون واحد_وعشرين إحدى_وعشرين
32 اثنان_وثلاثون اثنتان_وثلاثون اثنين_وثلاثين اثنتين_وثلاثين
99 تسعة_وتسعون تسع_وتسعون تسعة_وتسعين تسع_وتسعين
100 مائة مائة مائة مائة
104 مائة_وأربعة مائة_وأربع مائة_وأربعة مائة_وأربع
112 مائة_واثنا_عشر مائة_واثنتا_عشرة مائة_واثني_عشر مائة_واثنتي_عشرة
200 مائتان مائتان مائتين مائتين
350 ثلاثمائة_وخمسون ثلاثمائة_وخمسون ثلاثمائة_وخمسين ثلاثمائة_وخمسين
1000 ألف ألف ألف ألف
1936 ألف_وتسعمائة_وستة_وثلاثون ألف_وتسعمائة_وست_وثلاثون ألف_وتسعمائة_وستة_وثلاثين ألف_وتسعمائة_وست_وثلاثين
2000 ألفان ألفان ألفين ألفين
2025 ألفان_وخمسة_وعشرون ألفان_وخمس_وعشرون ألفين_وخمسة_وعشرين ألفين_وخمس_وعشرين
3000 ثلاثة_آلاف ثلاثة_آلاف ثلاثة_آلاف ثلاثة_آلاف
25000 خمسة_وعشرون_ألفًا خمسة_وعشرون_ألفًا خمسة_وعشرين_ألفًا خمسة_وعشرين_ألفًا
200000 مائتا_ألف مائتا_ألف مائتي_ألف مائتي_ألف
2000000 مليونان مليونان مليونين مليونين
3006000 ثلاثة_ملايين_وستة_آلاف ثلاثة_ملايين_وستة_آلاف ثلاثة_ملايين_وستة_آلاف ثلاثة_ملايين_وستة_آلاف
2000000000 ملياران ملياران مليارين مليارين
1000000000000 تريليون تريليون تريليون تريليون
2000000000005 تريليونان_وخمسة تريليونان_وخمس تريليونين_وخمسة تريليونين_وخمس
""".replace("_", " ")


def rows():
    for line in TABLE.strip().splitlines():
        number, rest = line.split(" ", 1)
        yield int(number), rest


@pytest.mark.parametrize(("number", "forms"), list(rows()))
def test_a_cardinal_has_its_four_forms(number, forms):
    assert forms == " ".join(
        cardinal(number, gender, case) for case in (NOMINATIVE, OBLIQUE) for gender in (MASCULINE, FEMININE)
    )


@given(st.integers(0, 10**12 - 1), GENDERS)
def test_cardinals_below_a_trillion_are_tafqits(number, gender):
    assert cardinal(number, gender, OBLIQUE) == tafqit.number_ar(number, feminine=gender is FEMININE, case="genitive")


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_a_number_out_of_bounds_is_no_cardinal(number):
    with pytest.raises(ValueError, match=str(number)):
        cardinal(number)


@pytest.mark.parametrize(
    ("number", "gender", "words"),
    [
        (1, MASCULINE, "واحدًا"),
        (1, FEMININE, "واحدة"),
        (21, MASCULINE, "واحدًا وعشرين"),
        (1000, MASCULINE, "ألفًا"),
        (1_250_000, MASCULINE, "مليونًا ومائتين وخمسين ألفًا"),
        (2_001_000, MASCULINE, "مليونين وألفًا"),
        (10**12 + 2, FEMININE, "تريليونًا واثنتين"),
        (300, MASCULINE, "ثلاثمائة"),
    ],
)
def test_bare_words_show_the_accusative(number, gender, words):
    assert cardinal(number, gender, ACCUSATIVE) == words


@pytest.mark.parametrize(
    ("number", "case", "words"),
    [
        (200, NOMINATIVE, "مائتا"),
        (1200, ACCUSATIVE, "ألفًا ومائتي"),
        (2000, OBLIQUE, "ألفي"),
        (2_000_000, NOMINATIVE, "مليونا"),
        (2 * 10**9, OBLIQUE, "ملياري"),
        (2 * 10**12, NOMINATIVE, "تريليونا"),
        (3_000_000, NOMINATIVE, "ثلاثة ملايين"),
        (25_000, OBLIQUE, "خمسة وعشرين ألف"),
        (1000, ACCUSATIVE, "ألف"),
        (1002, NOMINATIVE, "ألف واثنان"),
        (20, NOMINATIVE, "عشرون"),
        (0, NOMINATIVE, "صفر"),
    ],
)
def test_before_its_noun_a_number_loses_its_noon_or_tanwin(number, case, words):
    assert construct(number, case=case) == words


@pytest.mark.parametrize(
    ("number", "gender", "case", "words"),
    [
        (1, FEMININE, NOMINATIVE, "الواحدة"),
        (3, FEMININE, NOMINATIVE, "الثلاث"),
        (12, MASCULINE, OBLIQUE, "الاثني عشر"),
        (12, FEMININE, NOMINATIVE, "الاثنتا عشرة"),
        (21, FEMININE, OBLIQUE, "الإحدى والعشرين"),
        (48, FEMININE, OBLIQUE, "الثماني والأربعين"),
        (100, MASCULINE, OBLIQUE, "المائة"),
        (1000, MASCULINE, ACCUSATIVE, "الألف"),
        (10**12, MASCULINE, NOMINATIVE, "التريليون"),
    ],
)
def test_a_definite_number_has_the_article_on_each_part(number, gender, case, words):
    assert definite(number, gender, case) == words


@pytest.mark.parametrize(
    ("number", "gender", "case", "words"),
    [
        (1, MASCULINE, NOMINATIVE, "الأول"),
        (2, FEMININE, NOMINATIVE, "الثانية"),
        (10, MASCULINE, OBLIQUE, "العاشر"),
        (11, MASCULINE, OBLIQUE, "الحادي عشر"),
        (11, FEMININE, OBLIQUE, "الحادية عشرة"),
        (20, FEMININE, NOMINATIVE, "العشرون"),
        (21, FEMININE, OBLIQUE, "الحادية والعشرين"),
        (99, MASCULINE, ACCUSATIVE, "التاسع والتسعين"),
        (100, FEMININE, NOMINATIVE, "المائة"),
        (101, FEMININE, NOMINATIVE, "الأولى بعد المائة"),
        (112, MASCULINE, NOMINATIVE, "الثاني عشر بعد المائة"),
        (150, MASCULINE, OBLIQUE, "الخمسين بعد المائة"),
        (222, FEMININE, NOMINATIVE, "الثانية والعشرون بعد المائتين"),
        (1000, MASCULINE, NOMINATIVE, "الألف"),
    ],
)
def test_an_ordinal_agrees(number, gender, case, words):
    assert ordinal(number, gender, case) == words


def test_zero_has_no_ordinal():
    with pytest.raises(ValueError, match="ordinal"):
        ordinal(0)


def test_decimals_and_figures_are_said_in_parts():
    assert decimal(12, "5", OBLIQUE) == "اثني عشر فاصلة خمسة"
    assert decimal(1, "25", ACCUSATIVE) == "واحد فاصلة خمسة وعشرين"
    assert decimal(2, "050") == "اثنان فاصلة صفر خمسون"
    assert led_by_zeros("0000") == "صفر صفر صفر صفر"
    assert led_by_zeros("1234") == "واحد اثنان ثلاثة أربعة"
    assert singly("905") == "تسعة صفر خمسة"


@pytest.mark.parametrize(
    ("number", "measure", "case", "words"),
    [
        (0, DIRHAM, NOMINATIVE, "صفر درهم"),
        (1, YEAR, OBLIQUE, "سنة واحدة"),
        (2, DIRHAM, OBLIQUE, "درهمين"),
        (2, EURO, NOMINATIVE, "اثنان أورو"),
        (2, SQUARE_METRE, NOMINATIVE, "متران مربعان"),
        (2, DEGREE, OBLIQUE, "درجتين مئويتين"),
        (3, SQUARE_METRE, NOMINATIVE, "ثلاثة أمتار مربعة"),
        (5, DEGREE, NOMINATIVE, "خمس درجات مئوية"),
        (10, EURO, NOMINATIVE, "عشرة أورو"),
        (15, DEGREE, OBLIQUE, "خمس عشرة درجة مئوية"),
        (25, SQUARE_METRE, OBLIQUE, "خمسة وعشرين مترًا مربعًا"),
        (90, KM_AN_HOUR, NOMINATIVE, "تسعون كيلومترًا في الساعة"),
        (100, KM_AN_HOUR, NOMINATIVE, "مائة كيلومتر في الساعة"),
        (200, YEAR, NOMINATIVE, "مائتا سنة"),
        (1250, DIRHAM, ACCUSATIVE, "ألفًا ومائتين وخمسين درهمًا"),
        (101, DIRHAM, NOMINATIVE, "مائة درهم ودرهم واحد"),
    ],
)
def test_a_measure_agrees_with_its_number(number, measure, case, words):
    assert counted(number, measure, case) == words


def test_nouns_have_duals_and_accusatives():
    assert [dual(noun) for noun in ("سنة", "مستشفى", "يوم")] == ["سنتان", "مستشفيان", "يومان"]
    assert [accusative(noun) for noun in ("يوم", "سنة", "مساء", "")] == ["يومًا", "سنة", "مساء", ""]


@given(NUMBERS, GENDERS, CASES)
def test_every_number_has_every_form(number, gender, case):
    for words in (cardinal(number, gender, case), construct(number, gender, case), definite(number, gender, case)):
        assert words
        assert not any(character.isdigit() for character in words)
    assert definite(number, gender, case).startswith("ال")
    if number:
        assert ordinal(number, gender, case).startswith("ال")
