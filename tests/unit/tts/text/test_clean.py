import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.clean import clean
from tts.text.reading import Reading


def cleaned(text):
    return clean(Reading.of(text)).spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("افتتح الرئيس،\u00a0 أمس،\tالمعرض", "افتتح الرئيس، أمس، المعرض"),
        ("سطر أول\r\n\r\nسطر\u2029ثان\u0085ثالث", "سطر أول سطر ثان ثالث"),
        ("\u200fقال \u202bالوزير\u202c\u200e: «نعم»", "قال الوزير: «نعم»"),
        ("می\u200cخواهم ه\u200d", "میخواهم ه"),
        ("الـعــربـيـة", "العربية"),
        ("الفريق ـ وهو الأول ـ فاز", "الفريق – وهو الأول – فاز"),
        ("ﷲ أكبر وﷲ أعلم، عبدﷲ", "الله أكبر والله أعلم، عبد الله"),
        ("رسول اللهﷺقال", "رسول الله صلى الله عليه وسلم قال"),
        ("﷽", "بسم الله الرحمن الرحيم"),
        ("علي﵇", "علي عليه السلام"),
        ("ثمنه 5﷼", "ثمنه 5 ريال"),
        ("ﻗﺎﻝ ﺍﻟﻮﺯﻳﺮ ﻻ", "قال الوزير لا"),
        ("بﹶيت كﱠ", "بَيت كَّ"),
        ("مبروك 🎉🎉 للفائزين 👨‍👩‍👧‍👦!", "مبروك للفائزين !"),
        ("فازت 🇪🇬 على 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "فازت على "),
        ("أحسنت👏🏿", "أحسنت"),
        ("عاجلٌ🔴الآن", "عاجلٌ الآن"),
        ("المركز 1️⃣ و٢️⃣", "المركز 1 و٢"),
        ("❤️ ☎️ ✔ ★ ► ■", " "),
        ("𝗕𝗕𝗖 و ＣＮＮ و ℬ", "BBC و CNN و B"),
        ("② ثم ⓐ ثم ❸", "2 ثم a ثم 3"),
        ("\ue001نص\uf8ff \U000f0001هنا\udc80", "نص هنا"),
        ("\x00\x07", " "),
        ("", ""),
    ],
)
def test_a_text_is_cleaned(text, spoken):
    assert cleaned(text) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "قال: «بلغت النسبة 3،5%»؛ أما الباقي (١٢٫٥) فلا! أليس كذلك؟",
        "ذَهَبَ الْوَلَدُ إِلَى الْمَدْرَسَةِ",
        "مُحَمَّد مُحَمَّد",  # shadda first and vowel first
        "﴿قل هو الله أحد﴾ ۝ ۞",
        "https://example.com/a?b=1&c=[2]",
        "20° م² 5 × 3 = 15 €7 $8 №9 ½ ± # * @",
        "Paris, naïve, Ω, 中文, हिन्दी",
    ],
)
def test_what_the_author_wrote_to_be_read_stays(text):
    assert clean(Reading.of(text)) == Reading.of(text)


def test_a_firing_tells_what_was_dropped_and_by_which_rule():
    reading = clean(Reading.of("خبر 🔴 عاجل"))
    assert [(f.rule, f.display, f.spoken) for f in reading.firings] == [
        ("pictograph", "🔴", ""),
        ("spaces", " 🔴 ", " "),
    ]


CHARACTERS = st.one_of(
    st.characters(),
    st.sampled_from("اب ـ\u064e\u0651\u200f\u200d\ufeff\n\u00a01٢🔴🏽🇪\u20e3\ufe0f#ﷺﻻ①Ａ𝐀.،«"),
    st.integers(0xFB50, 0xFEFF).map(chr),
    st.integers(0x2000, 0x2BFF).map(chr),
    st.integers(0x1F000, 0x1FBFF).map(chr),
)


@given(st.text(CHARACTERS))
def test_cleaning_any_text_leaves_only_what_can_be_said(text):
    spoken = cleaned(text)
    assert not [c for c in spoken if unicodedata.category(c) in {"Cc", "Cn", "Co", "Cs", "Zl", "Zp"}]
    assert not set(spoken) & set("ـ\u200b\u200c\u200d\u200e\u200f\u202b\u2067\ufeff\u00ad\ufe0f\u20e3\u00a0")
    assert "  " not in spoken
    assert not [c for c in spoken if "ARABIC" in unicodedata.name(c, "") and unicodedata.decomposition(c)[:1] == "<"]
    assert cleaned(spoken) == spoken


@given(st.text(CHARACTERS))
def test_cleaning_keeps_plain_letters_digits_and_marks_in_order(text):
    def kept(string):
        return [c for c in string if c.isascii() and c.isalnum() or "\u0620" <= c <= "\u0669" and c != "ـ"]

    plain = "".join(c for c in text if c < "\u2000")
    assert kept(cleaned(plain)) == kept(plain)
