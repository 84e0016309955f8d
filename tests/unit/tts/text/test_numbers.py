import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.numbers import LEFTOVER, RULES, leftovers, numbers
from tts.text.reading import Reading


def read(text):
    return numbers(Reading.of(text)).spoken


@pytest.mark.parametrize("rule", (*RULES, LEFTOVER), ids=lambda rule: rule.name)
def test_each_rule_does_what_its_example_says_and_spares_what_it_must(rule):
    before, after = rule.example
    assert rule(Reading.of(before)).spoken == after
    assert rule(Reading.of(rule.spares)).spoken == rule.spares
    assert rule.about.endswith(".")


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("1 قتيل و3 جرحى", "قتيل واحد وثلاثة جرحى"),
        ("ل1 لاعب", "للاعب واحد"),
        ("واحد من 1", "واحد من واحد"),
        ("لمدة 2 سنة", "لمدة سنتين"),
        ("أصيب 2 شرطي", "أصيب شرطيان"),
        ("شارك 2 لاعبين", "شارك لاعبان اثنان"),
        ("مع شخصين و2 طائرتين", "مع شخصين وطائرتين اثنتين"),
        ("في 2 مدن", "في مدينتين"),
        ("أن 2 من كل 10 مرضى", "أن اثنين من كل عشرة مرضى"),
        ("سجل 101 حالة", "سجل مائة حالة وحالة واحدة"),
        ("202 شخصا", "مائتا شخص وشخصان"),
        ("102 أشخاص", "مائة واثنان أشخاص"),
        ("6 آبار و8 ساعات و9 قرى", "ست آبار وثماني ساعات وتسع قرى"),
        ("4 مستشفيات و7 قضاة", "أربعة مستشفيات وسبعة قضاة"),
        ("بعد 12 سنة", "بعد اثنتي عشرة سنة"),
        ("21 امرأة و22 رجلا", "إحدى وعشرون امرأة واثنان وعشرون رجلا"),
        ("0 حالة", "صفر حالة"),
        ("شارك 200 عداء من 300", "شارك مائتا عداء من ثلاثمائة"),
        ("200 منهم", "مائتان منهم"),
        ("وفر 1200 منصب", "وفر ألفًا ومائتي منصب"),
        ("بلغ عددهم 1000", "بلغ عددهم ألفًا"),
        ("بين 19 و34 سنة", "بين تسع عشرة وأربع وثلاثين سنة"),
        ("وأصيب 25 آخرون و12 آخرين", "وأصيب خمسة وعشرون آخرون واثني عشر آخرين"),
    ],
)
def test_numbers_count_their_nouns(text, spoken):
    assert read(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("25 مليون سنتيم", "خمسة وعشرون مليون سنتيم"),
        ("نحو 2 مليون سائح", "نحو مليوني سائح"),
        ("2 مليار", "ملياران"),
        ("بلغت 2 مليار و500 مليون", "بلغت مليارين وخمسمائة مليون"),
        ("بلغ 1 مليار", "بلغ مليارًا"),
        ("بلغ 1 مليار درهم", "بلغ مليار درهم"),
        ("ب1 مليون", "بمليون"),
        ("ال2 مليون سائح", "المليونا سائح"),
        ("200 ألف شخص", "مائتا ألف شخص"),
        ("1.5 مليار", "واحد فاصلة خمسة مليار"),
        ("3 آلاف امرأة", "ثلاثة آلاف امرأة"),
        ("9 ملايير درهم", "تسعة ملايير درهم"),
    ],
)
def test_scale_words_stay(text, spoken):
    assert read(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("إلى -12 درجة", "إلى ناقص اثنتي عشرة درجة"),
        ("(−3,5)", "(ناقص ثلاثة فاصلة خمسة)"),
        ("درجتين و-1", "درجتين وناقص واحد"),
        ("بين 2- و 5 درجات", "بين ناقص اثنتين وخمس درجات"),
        ("سجلت 3- درجات", "سجلت ناقص ثلاث درجات"),
        ("إلى +5 درجات", "إلى زائد خمس درجات"),
        ("حصل على مُعَدَّل 15", "حصل على مُعَدَّل خمسة عشر"),
        ("كَتَب 20 كتابا", "كَتَب عشرين كتابا"),
        ("في الفوج ب 22 طالبا", "في الفوج ب اثنين وعشرين طالبا"),
        ("البوابة ب 7", "البوابة ب سبعة"),
        ('أكثر من "200" شخص', 'أكثر من "مائتي" شخص'),
        ("بين «2» و«12» سنة", "بين «اثنتين» و«اثنتي عشرة» سنة"),
        ("بين -3 و5 درجات", "بين ناقص ثلاث وخمس درجات"),
        ("- 3 قتلى", "- ثلاثة قتلى"),
        ("نور-3", "نور-3"),
        ("ب20 ول 30 وال3.5", "بعشرين ولثلاثين والثلاثة فاصلة خمسة"),
        ("20شخصا", "عشرون شخصا"),
        ("007 و" + "1" * 16, "صفر صفر سبعة و" + " ".join(["واحد"] * 16)),
        ("A320 3G 10-15 1/2 10:30", "A320 3G 10-15 1/2 10:30"),
    ],
)
def test_signs_clitics_and_codes(text, spoken):
    assert read(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("A320", "A ثلاثمائة وعشرين"),
        ("1/0", "واحد/صفر"),
        ("10.20.30", "عشرة نقطة عشرون نقطة ثلاثون"),
        ("ب10:30", "بعشرة:ثلاثون"),
        ("1.2.3,4", "واحد نقطة اثنان نقطة ثلاثة فاصلة أربعة"),
        ("x²³", "x ثلاثة وعشرين"),
        ("①", "واحد"),
        ("", ""),
    ],
)
def test_no_figure_is_left(text, spoken):
    assert leftovers(Reading.of(text)).spoken == spoken


FIGURES = st.text(st.sampled_from("0123456789 .,٫٬،'/:-−+%()وبلاكف سنةAح²"))


@given(st.one_of(FIGURES, st.text(), st.integers(0, 10**400).map(str)))
def test_any_text_is_read_to_the_last_figure_and_once_is_enough(text):
    spoken = leftovers(numbers(Reading.of(text))).spoken
    assert not any(character.isdecimal() and character.isascii() or character in "²³①" for character in spoken)
    assert leftovers(numbers(Reading.of(spoken))).spoken == spoken


def test_long_runs_take_no_time():
    for text in ("1" * 100_000 + "a", "1 111" * 20_000, "5" + ",111" * 25_000 + "a", "1," * 25_000):
        assert leftovers(numbers(Reading.of(text))).spoken
