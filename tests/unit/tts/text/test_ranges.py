import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.ranges import ranges
from tts.text.reading import Reading


def read(text):
    return ranges(Reading.of(text)).spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("تستغرق 10-15 يوما", "تستغرق عشرة إلى 15 يوما"),
        ("بين 15-20 سنة", "بين خمس عشرة و20 سنة"),
        ("20-30 ألف زائر", "عشرون إلى 30 ألف زائر"),
        ("بنحو 3–5 ملايين", "بنحو ثلاثة إلى 5 ملايين"),
        ("بنحو 2,5-3 كلغ", "بنحو اثنين فاصلة خمسة إلى 3 كلغ"),
        ("بين 3.000-4.500 درهم", "بين ثلاثة آلاف و4.500 درهم"),
        ("ب20-30%", "بعشرين إلى 30%"),
        ("ل 3-5 سنوات", "لثلاث إلى 5 سنوات"),
        ("من 80 - 100 درهم", "من ثمانين إلى 100 درهم"),
        ("درجة 15-20°C", "درجة خمس عشرة إلى 20°C"),
        ("بقيمة $20-30 مليون", "بقيمة عشرين إلى $30 مليون"),
        ("بقيمة $20-$30", "بقيمة عشرين إلى $30"),
        ("نسبة %20-30", "نسبة عشرين إلى %30"),
        ("بعد 2-3 أيام", "بعد يومين إلى 3 أيام"),
        ("نحو 1-2 مليون", "نحو مليون إلى 2 مليون"),
        ("قتل 2 أو 3 أشخاص", "قتل شخصان أو 3 أشخاص"),
        ("ما بين -3 و5 درجات", "ما بين ناقص ثلاث و5 درجات"),
        ("من 5 الى 7 سنوات", "من خمس الى 7 سنوات"),
        ("الصفحات 14-18 من", "الصفحات أربعة عشر إلى 18 من"),
        ("بين 20% - 30%", "بين 20% و30%"),
        ("0-3 سنوات", "صفر إلى 3 سنوات"),
    ],
)
def test_a_text_is_read(text, spoken):
    assert read(text) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "سنة 2025 - بعد انتظار",
        "7-5 و5 - 12",
        "2-1",
        "من 5 إلى 7 كلم",
        "20 و30 سنة",
        "رقم 5 أو 6 سنوات",
        "0537-70",
        "F-16 وU-17",
        "3-1-5",
    ],
)
def test_what_is_none_of_these_stays(text):
    assert read(text) == text


FIGURES = st.one_of(
    st.sampled_from("0123456789"),
    st.sampled_from(" -–%$°.,و"),
    st.sampled_from([" إلى ", "بين ", " أو ", " سنوات", " مليون"]),
)


@given(st.lists(FIGURES, max_size=40).map("".join))
def test_any_text_is_read_once(text):
    spoken = read(text)
    assert read(spoken) == spoken


@given(st.text())
def test_any_text_is_read(text):
    read(text)


@pytest.mark.parametrize("part", ["1", "1-", "1 إلى ", "بين 1-2 ", "2 أو 3 سنوات "])
def test_hostile_figures_are_read(part):
    read(part * 1000)
