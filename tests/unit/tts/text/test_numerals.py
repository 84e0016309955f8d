import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.grammar import ACCUSATIVE, FEMININE, OBLIQUE
from tts.text.numerals import CLITIC, END, NUMBER, START, Numeral, parse

WRITTEN = re.compile(START + CLITIC + rf"(?P<number>{NUMBER})" + END)


@pytest.mark.parametrize(
    ("written", "digits", "fraction"),
    [
        ("7", "7", ""),
        ("007", "007", ""),
        ("1.250", "1250", ""),
        ("1,250", "1250", ""),
        ("1.250.000", "1250000", ""),
        ("1,250,000.75", "1250000", "75"),
        ("1.250.000,5", "1250000", "5"),
        ("1 250 000", "1250000", ""),
        ("1'250'000", "1250000", ""),
        ("1٬250٬000٫5", "1250000", "5"),
        ("3,5", "3", "5"),
        ("3.14159", "3", "14159"),
        ("3٫125", "3", "125"),
        ("3،5", "3", "5"),
        ("0.125", "0", "125"),
        ("0,05", "0", "05"),
        ("1234.567", "1234", "567"),
    ],
)
def test_a_written_number_is_worth(written, digits, fraction):
    assert re.fullmatch(NUMBER, written)
    assert parse(written) == Numeral(digits, fraction)


def test_one_group_of_three_is_a_decimal_where_it_must_be():
    assert parse("3.125", is_decimal=True) == Numeral("3", "125")
    assert parse("1.250.000", is_decimal=True) == Numeral("1250000")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("بلغ 25 و1.250 و3,5", ["25", "1.250", "3,5"]),
        ("ب20 وال30 لل40 ف 5", ["20", "30", "40", "5"]),
        ("A4 12h 1.2.3 10-15 3/4 10:30 @5 #6 +7 x_8", []),
        ("20شخصا، 30.", ["20", "30"]),
        ("المواد 2،3،4 و5", ["2", "3", "4", "5"]),
        ("1 250 شخصا و12 3", ["1 250", "12", "3"]),
        ("(5) 5% 5°", ["5", "5", "5"]),
    ],
)
def test_numbers_are_found_in_a_text(text, numbers):
    assert [match["number"] for match in WRITTEN.finditer(text)] == numbers


@pytest.mark.parametrize(
    ("text", "clitic"),
    [("20", None), ("و20", "و"), ("بال20", "بال"), ("لل 20", "لل"), ("ولل20", "ولل"), ("وب20", "وب"), ("ك 20", "ك")],
)
def test_what_is_written_together_with_a_number_is_found(text, clitic):
    assert WRITTEN.fullmatch(text)["clitic"] == clitic


def test_letters_of_a_word_are_no_clitic():
    assert WRITTEN.search("كتاب 20")["clitic"] is None


@pytest.mark.parametrize(
    ("numeral", "words"),
    [
        (Numeral("25"), "خمس وعشرين"),
        (Numeral("3", "5"), "ثلاثة فاصلة خمسة"),
        (Numeral("007"), "صفر صفر سبعة"),
        (Numeral("007", "5"), "صفر صفر سبعة فاصلة خمسة"),
        (Numeral("1" * 16), " ".join(["واحد"] * 16)),
        (Numeral("0"), "صفر"),
    ],
)
def test_a_number_is_said(numeral, words):
    assert numeral.words(FEMININE, OBLIQUE) == words


def test_a_number_before_its_noun_is_in_the_construct():
    assert Numeral("1200").words(case=ACCUSATIVE, before_noun=True) == "ألفًا ومائتي"


@given(st.from_regex(NUMBER, fullmatch=True))
def test_every_written_number_can_be_said(written):
    assert parse(written).words()
