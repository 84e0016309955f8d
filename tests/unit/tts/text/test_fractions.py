import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.fractions import fractions
from tts.text.reading import Reading


def read(text):
    return fractions(Reading.of(text)).spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("أكثر من 2/3 أعضاء البرلمان", "أكثر من ثلثي أعضاء البرلمان"),
        ("2/3 المغاربة", "ثلثا المغاربة"),
        ("2/3 هذه الأسر", "ثلثا هذه الأسر"),
        ("أكثر من ⅔ منهم", "أكثر من ثلثين منهم"),
        ("بنسبة 1/3", "بنسبة ثلث"),
        ("فقد 1/2 مخزونه", "فقد نصف مخزونه"),
        ("5/6 تراب الإقليم", "خمسة أسداس تراب الإقليم"),
        ("ب¼ قيمتها", "بربع قيمتها"),
        ("ساعة و½ من", "ساعة ونصف من"),
        ("ال1/2 الأول", "النصف الأول"),
        ("½% و1/4 %", "نصف في المائة وربع في المائة"),
        ("دور 1/8 النهائي", "دور ثمن النهائي"),
        ("1½ ساعة", "ساعة ونصف"),
        ("ب2½ كلم", "ب2 كلم ونصف"),
        ("2 ½ مليون درهم", "2 مليون ونصف مليون درهم"),
        ("3 1/2 سنوات", "3 سنوات ونصف"),
        ("عدد 2½ من", "عدد اثنين ونصف من"),
        ("37½°", "37.5°"),
        ("24/24 و7/7", "أربعة وعشرون على أربعة وعشرين وسبعة على سبعة"),
        ("24/24 ساعة", "أربع وعشرون على أربع وعشرين ساعة"),
        ("بمعدل 18,75/20", "بمعدل ثمانية عشر فاصلة خمسة وسبعين على عشرين"),
        ("نال الفيلم 7/10 في", "نال الفيلم سبعة على عشرة في"),
        ("7/10 من الأسر", "سبعة أعشار من الأسر"),
        ("بمعدل 4/5", "بمعدل أربعة على خمسة"),
        ("120/80", "مائة وعشرون على ثمانين"),
        ("0/0", "صفر على صفر"),
        ("بمقياس 1/50000", "بمقياس واحد على خمسين ألفًا"),
        ("بنسبة 1:3 أو 1:50000", "بنسبة واحد إلى ثلاثة أو واحد إلى خمسين ألفًا"),
        ("شاشة 16:9", "شاشة ستة عشر إلى تسعة"),
    ],
)
def test_a_text_is_read(text, spoken):
    assert read(text) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "و/أو 5",
        "1/2/3",
        "10:30",
        "فاز 3:1",
    ],
)
def test_what_is_none_of_these_stays(text):
    assert read(text) == text


FIGURES = st.one_of(
    st.sampled_from("0123456789"),
    st.sampled_from(" /½⅔⅞:%°.,و"),
    st.sampled_from(["بنسبة ", "من ", " السكان", " ساعة", " مليون"]),
)


@given(st.lists(FIGURES, max_size=40).map("".join))
def test_any_text_is_read_once(text):
    spoken = read(text)
    assert read(spoken) == spoken


@given(st.text())
def test_any_text_is_read(text):
    read(text)


@pytest.mark.parametrize("part", ["1", "1/", "½ ", "1½ ", "بنسبة 1:3 "])
def test_hostile_figures_are_read(part):
    read(part * 1000)
