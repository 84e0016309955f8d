import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.percent import percent
from tts.text.reading import Reading


def spoken(text):
    return percent(Reading.of(text)).spoken


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("80% من المياه", "ثمانون في المائة من المياه"),
        ("بنسبة 2%", "بنسبة اثنين في المائة"),
        ("(41%)", "(واحد وأربعون في المائة)"),
        ("حافلة مغربية 100%", "حافلة مغربية مائة في المائة"),
        ("بأزيد من 200%", "بأزيد من مائتين في المائة"),
        ("بمعدل 17‰", "بمعدل سبعة عشر في الألف"),
        ("في 1,125% من الأجر", "في واحد فاصلة مائة وخمسة وعشرين في المائة من الأجر"),
        ("إلى 1.000.000%", "إلى مليون في المائة"),
        ("من 9.5% إلى 13.6%", "من تسعة فاصلة خمسة في المائة إلى ثلاثة عشر فاصلة ستة في المائة"),
        ("بين 30% و45%", "بين ثلاثين في المائة وخمسة وأربعين في المائة"),
        ("ب 12 % في أسبوع", "باثني عشر في المائة في أسبوع"),
        ("وبال3 ٪، لل10%", "وبالثلاثة في المائة، للعشرة في المائة"),
        ("ل%5 ثم (%5)", "لخمسة في المائة ثم (خمسة في المائة)"),
        ("-20% على الملابس", "ناقص عشرين في المائة على الملابس"),
        ("(−1,5%)", "(ناقص واحد فاصلة خمسة في المائة)"),
        ("بين -3% و-5%", "بين ناقص ثلاثة في المائة وناقص خمسة في المائة"),
        ("بهامش ±3%", "بهامش زائد أو ناقص ثلاثة في المائة"),
        ("نمو +5%", "نمو زائد خمسة في المائة"),
        ("50%من السكان", "خمسون في المائة من السكان"),
        ("عشرة إلى 15%", "عشرة إلى خمسة عشر في المائة"),
        ("من 200 في المائة", "من مائتين في المائة"),
        ("ب 5 بالمئة", "بخمسة بالمئة"),
        ("20 في الألف", "عشرون في الألف"),
        ("ثلث % من", "ثلث في المائة من"),
        ("007%", "صفر صفر سبعة في المائة"),
    ],
)
def test_percentages_are_read(text, said):
    assert spoken(text) == said


@pytest.mark.parametrize("text", ["", "%", "و%", "a%20b", "20%d", "20 في مدينة", "100 شخص", "https://a.b/%D8%A7"])
def test_what_is_no_percentage_stays(text):
    assert spoken(text) == text


def test_a_firing_covers_the_figures_and_the_sign():
    reading = percent(Reading.of("بنسبة 20% خلال"))
    assert [(firing.rule, firing.display) for firing in reading.firings] == [("percent", "20%")]


PIECES = st.sampled_from(
    [
        "%",
        "٪",
        "‰",
        " ",
        "5",
        "0",
        "12",
        "1.250",
        ",",
        ".",
        "٫",
        "-",
        "−",
        "+",
        "و",
        "ب",
        "ال",
        "لل",
        "(",
        "في المائة",
        "نصف",
        "a",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text())
def test_any_text_is_read(text):
    assert isinstance(spoken(text), str)


AMOUNTS = st.tuples(
    st.sampled_from(["", "ب", "ب ", "و", "ال", "لل", "-", "(", "+", "%"]),
    st.sampled_from(["0", "1", "2", "5", "12", "100", "3,5", "1.250", "1.250.000", "0,05", "007"]),
    st.sampled_from(["%", " %", "٪", "‰", " في المائة", "% من", "%)", ""]),
)


@given(st.lists(AMOUNTS.map("".join), max_size=4).map("، ".join))
def test_what_is_read_is_read_once_for_all(text):
    once = spoken(text)
    assert spoken(once) == once


def test_a_number_of_any_length_is_read():
    assert spoken("9" * 400 + "%").endswith("تسعة في المائة")
