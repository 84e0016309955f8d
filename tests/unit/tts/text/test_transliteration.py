import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.transliteration import plain, spell, transliterate


@pytest.mark.parametrize(
    ("word", "arabic"),
    [
        ("Beaulieu", "بوليو"),
        ("Bernard", "برنار"),
        ("Olivier", "أوليفييه"),
        ("Dupont", "دوبون"),
        ("Trezeguet", "تريزيغيه"),
        ("Fletcher", "فليتشر"),
        ("Blake", "بليك"),
        ("Wright", "رايت"),
        ("Ashland", "أشلاند"),
        ("Castillo", "كاستيو"),
        ("Carvajal", "كارفاخال"),
        ("Guimarães", "غيمارايس"),
        ("Bonucci", "بونوتشي"),
        ("Müller", "مولر"),
        ("Steinbach", "شتاينباخ"),
        ("Kovačić", "كوفاتشيتش"),
        ("Ivanov", "إيفانوف"),
        ("Yıldız", "يلديز"),
        ("Ouahbi", "واهبي"),
        ("Abdelali", "عبد الالي"),
    ],
)
def test_a_word_is_spelt_by_the_rules_of_its_language(word, arabic):
    assert transliterate(word) == arabic


def test_letter_case_makes_no_difference():
    assert transliterate("BEAULIEU") == transliterate("beaulieu") == transliterate("Beaulieu")


def test_an_accent_written_as_a_mark_of_its_own_makes_no_difference():
    assert transliterate("Muno\u0303z") == transliterate("Munõz")


@pytest.mark.parametrize(("word", "letters"), [("Łódź", "lodz"), ("Ødegård", "odegard"), ("Straße", "strasse")])
def test_plain_letters_have_no_accents(word, letters):
    assert plain(word) == letters


def test_letters_are_spelt_by_their_english_names():
    assert spell("BBC") == "بي بي سي"
    assert spell("É") == "إي"


@given(st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=1, max_size=30))
def test_every_word_has_arabic_letters_and_no_others(word):
    assert re.fullmatch("[ء-ي]+( [ء-ي]+)*", transliterate(word))
