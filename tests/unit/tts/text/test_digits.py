import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.digits import digits
from tts.text.reading import Reading


def read(text):
    return digits(Reading.of(text)).spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("سنة ٢٠١٩", "سنة 2019"),
        ("۴۵۶ حاجا", "456 حاجا"),
        ("٢٫٧٪ و١٬٢٥٠", "2٫7% و1٬250"),
        ("१२ ๓ 𞥐 𝟗", "12 3 0 9"),
        ("ب٢٠ و2٥", "ب20 و25"),
        ("½ ² Ⅳ 三", "½ ² Ⅳ 三"),
        ("", ""),
    ],
)
def test_digits_of_every_script_are_ascii(text, spoken):
    assert read(text) == spoken


def test_no_digit_is_forgotten():
    every = "".join(chr(point) for point in range(sys.maxunicode + 1) if chr(point).isdecimal())
    assert read(every) == "".join(str(unicodedata.decimal(digit)) for digit in every)


def test_a_run_of_digits_is_one_change():
    assert [firing.display for firing in digits(Reading.of("١٢٣ و٤")).firings] == ["١٢٣", "٤"]


@given(st.text())
def test_any_text_is_left_with_ascii_digits_only(text):
    spoken = read(text)
    assert not [character for character in spoken if character.isdecimal() and not character.isascii()]
    assert len(spoken) == len(text)
    assert read(spoken) == spoken
