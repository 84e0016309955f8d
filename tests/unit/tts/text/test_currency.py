import pytest
from babel import Locale
from babel.numbers import get_currency_symbol
from hypothesis import given
from hypothesis import strategies as st

from tts.text.currency import ARABIC_CODES, CODES, COINS, CURRENCIES, ROWS, currency
from tts.text.quantities import fold
from tts.text.reading import Reading


def spoken(text):
    return currency(Reading.of(text)).spoken


def test_the_table_is_in_order():
    assert all(len(row) == 8 for row in ROWS)
    assert len(CURRENCIES) == len(ROWS)
    assert len(CODES) == sum(len(row[4].split()) for row in ROWS)
    assert len(ARABIC_CODES) == len([row for row in ROWS if row[5]])
    assert {worth for _, worth in COINS.values()} == {100, 1000}


OTHER_NAMES = {"EUR", "ILS", "MRO", "RUR", "XOF", "XAF", "LBP", "THB"}
"""Codes that babel does not know, or by another name than Morocco's news."""


@pytest.mark.parametrize("code", sorted(code for code in CODES if len(code) == 3 and code.isalpha() and code.isupper()))
def test_names_are_those_of_babel(code):
    name = Locale.parse("ar_MA").currencies.get(code)
    if code in OTHER_NAMES or name is None:
        return
    ours = CODES[code].one().split()
    assert fold(name).split()[0] == fold(ours[0])
    if len(ours) > 1:
        assert fold(ours[1]).rstrip("ة") == fold(name).split()[1].rstrip("ة")


@pytest.mark.parametrize(
    "code", ["MAD", "DZD", "TND", "LYD", "EGP", "SAR", "AED", "QAR", "KWD", "BHD", "OMR", "JOD", "IQD", "SYP"]
)
def test_arabic_codes_are_those_of_babel(code):
    symbol = get_currency_symbol(code, "ar_MA").rstrip("\u200f.")
    assert ARABIC_CODES[symbol] == CODES[code]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # pairs
        ("بين 10,50 و12,75 درهما", "بين 10,50 و12,75 درهما"),
        (
            "واحد فاصلة اثنين في المائة إلى 68.15 دولارا",
            "واحد فاصلة اثنين في المائة إلى ثمانية وستين دولارًا وخمسة عشر سنتًا",
        ),
        ("ثلاثة فاصلة خمسة إلى 12.50 درهما", "ثلاثة فاصلة خمسة إلى 12.50 درهما"),
        # signs and codes
        ("$5", "5 دولارات"),
        ("ب $ 5", "ب 5 دولارات"),
        ("100€ أو €100", "100 أورو أو 100 أورو"),
        ("500 MAD و500MAD و500 DH", "500 درهم و500 درهم و500 درهم"),
        ("EUR 2500", "2500 أورو"),
        ("US$ 100 أو 100 US$ أو USD 100", "100 دولار أو 100 دولار أو 100 دولار"),
        ("$100 دولار و€20 يورو", "100 دولار و20 يورو"),
        ("-$5 و(-5$) و$-5", "-5 دولارات و(-5 دولارات) و-5 دولارات"),
        ("بين 5$ و10$", "بين 5 دولارات و10 دولارات"),
        ("5€/كلغ", "5 أورو/كلغ"),
        ("4000 د.م. شهريا", "4000 درهم شهريا"),
        ("بلغ 4000 د.م.", "بلغ 4000 درهم."),
        ("15 د.إ و7 ج.م و25 ل.ت", "15 درهمًا إماراتيًا و7 جنيهات مصرية و25 ليرة تركية"),
        ("5 AED و15 AED", "5 دراهم إماراتية و15 درهمًا إماراتيًا"),
        ("سعر ال$ و(€)", "سعر الدولار و(أورو)"),
        # scale words
        ("$1.5 مليون", "1.5 مليون دولار"),
        ("£25 مليون", "25 مليون جنيه إسترليني"),
        ("$5M و$2.5bn و3M€", "5 ملايين دولار و2.5 مليار دولار و3 ملايين أورو"),
        ("300 MDH و1,2 MMDH و5 KDH", "300 مليون درهم و1,2 مليار درهم و5 آلاف درهم"),
        ("5 مليون € و15 ألف د.م.", "5 ملايين أورو و15 ألف درهم."),
        ("3 مليون درهم و25 مليون درهم", "3 ملايين درهم و25 مليون درهم"),
        # coins
        ("12,50 درهما", "اثنا عشر درهمًا وخمسون سنتيمًا"),
        ("ب0,50 درهم", "بخمسين سنتيمًا"),
        ("إلى 3.75 USD", "إلى ثلاثة دولارات وخمسة وسبعين سنتًا"),
        ("عند 1.250,75 درهم", "عند ألف ومائتين وخمسين درهمًا وخمسة وسبعين سنتيمًا"),
        ("ثمنه 3,00 دراهم", "ثمنه ثلاثة دراهم"),
        ("من 5,75 دولار أمريكي", "من خمسة دولارات أمريكية وخمسة وسبعين سنتًا"),
        ("ب 2.50 دينار تونسي", "بدينارين تونسيين وخمسمائة مليم"),
        ("في -2,50 درهم", "في ناقص درهمين وخمسين سنتيمًا"),
        # agreement
        ("7 درهم، 25 درهم، 100 دراهم", "7 دراهم، 25 درهمًا، 100 درهم"),
        ("103 دينار و75 دولار أمريكي", "103 دنانير و75 دولارًا أمريكيًا"),
        ("3 ليرة تركية و3 جنيه استرليني", "3 ليرات تركية و3 جنيهات استرلينية"),
        ("60 سنتيم و5 ملّيم", "60 سنتيمًا و5 ملّيمات"),
        ("ال5 درهم", "ال5 دراهم"),
        ("1500درهم", "1500 درهم"),
        ("2 درهم زيادة", "درهمان زيادة"),
        ("ب 1 درهم", "بدرهم واحد"),
        ("في 2 ليرة", "في ليرتين"),
        ("من 2 أورو", "من اثنين أورو"),
        ("عشرة إلى 15 درهم", "عشرة إلى 15 درهمًا"),
    ],
)
def test_amounts_are_put_in_words_that_agree(text, said):
    assert spoken(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5 دراهم و25 درهما و25 درهمًا و100 درهم",
        "3,5 درهم و1.250 درهما و10.000 درهم و2,500 دينار",
        "25 مليون سنتيم و3,2 ملايين درهم",
        "في 2018 ريال مدريد، و2 ريال مدريد",
        "سنة 2015 سنت الحكومة قانونا",
        "من 10,50 إلى 12,75 درهما",
        "A$AP وEURO وMad Max",
        "5G و20 DHL و5 BDT",
        "007 درهم",
        "$USD و$$",
        "دم و5 د وقال د.محمد",
    ],
)
def test_what_agrees_or_is_not_sure_stays(text):
    assert spoken(text) == text


def test_a_firing_covers_no_more_than_what_changes():
    reading = currency(Reading.of("حوالي 25 درهم للفرد"))
    assert [(firing.rule, firing.display) for firing in reading.firings] == [("currency_agreement", " درهم")]


PIECES = st.sampled_from(
    [
        *"$€£ ,.-()0125",
        "12",
        "1.250",
        "2,50",
        " درهم",
        " دينار تونسي",
        " دولار",
        " مليون",
        "DH",
        "M",
        "USD",
        "د.م",
        ".",
        "و",
        "ب",
        "ال",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text())
def test_any_text_is_read(text):
    assert isinstance(spoken(text), str)


AMOUNTS = st.tuples(
    st.sampled_from(["", "ب", "ب ", "و", "ال", "-", "(", "$", "€", "USD "]),
    st.sampled_from(["0", "1", "2", "5", "12", "100", "3,5", "12,50", "0.250", "1.250", "1.250.000", "007"]),
    st.sampled_from(["", " درهم", "درهم", " دراهم", " دينار تونسي", " مليون", " مليون درهم", " يورو", " سنت فقط", "."]),
)


@given(st.lists(AMOUNTS.map("".join), max_size=4).map("، ".join))
def test_what_is_read_is_read_once_for_all(text):
    once = spoken(text)
    assert spoken(once) == once


def test_a_number_of_any_length_is_let_through():
    spoken("9" * 400 + " درهم و$" + "9" * 400 + ",50")
