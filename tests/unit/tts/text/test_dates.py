import re
import time

import pytest
from babel.dates import get_month_names
from hijridate import Hijri
from hypothesis import given
from hypothesis import strategies as st

from tts.text import eras, years
from tts.text.dates import RULES, dates
from tts.text.months import HIJRI, MOROCCAN, NAME
from tts.text.reading import Reading

ALL_RULES = [*eras.RULES, *RULES, *years.RULES]


def spoken(text):
    return dates(Reading.of(text)).spoken


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_each_rule_does_what_its_example_says_and_spares_what_it_must(rule):
    before, after = rule.example
    assert rule(Reading.of(before)).spoken == after
    assert rule(Reading.of(rule.spares)).spoken == rule.spares
    assert rule.about.endswith(".")


def test_rules_have_names_of_their_own():
    assert len({rule.name for rule in ALL_RULES}) == len(ALL_RULES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 ماي", "الأول من ماي"),
        ("18ماي 2025", "الثامن عشر من ماي ألفين وخمسة وعشرين"),
        ("في 18 - ماي - 2025", "في الثامن عشر من ماي ألفين وخمسة وعشرين"),
        ("فاتح يناير 2026", "فاتح يناير ألفين وستة وعشرين"),
        ("ل 20 فبراير و21 مَارْس", "للعشرين من فبراير والحادي والعشرين من مَارْس"),
        ("من 24 إلى غاية 27 نونبر", "من الرابع والعشرين إلى غاية السابع والعشرين من نونبر"),
        ("يومي 3-4 ماي", "يومي الثالث والرابع من ماي"),
        ("السبت 3 والأحد 4 ماي", "السبت الثالث والأحد الرابع من ماي"),
        ("من 24 إلى 27/11/2025", "من الرابع والعشرين إلى السابع والعشرين من نونبر ألفين وخمسة وعشرين"),
        ("20 أو 21 أبريل", "العشرين أو الحادي والعشرين من أبريل"),
        ("15 أيار (مايو) 2024", "الخامس عشر من أيار (مايو) ألفين وأربعة وعشرين"),
        ("17 تشرين الأول/أكتوبر 2019", "السابع عشر من تشرين الأول أكتوبر ألفين وتسعة عشر"),
        ("5 جويلية 1962", "الخامس من جويلية ألف وتسعمائة واثنين وستين"),
        ("1 صفر 1447", "الأول من صفر ألف وأربعمائة وسبعة وأربعين"),
        ("12/05/1446ه", "الثاني عشر من جمادى الأولى ألف وأربعمائة وستة وأربعين هجرية"),
        ("في 15 من شهر ماي", "في الخامس عشر من شهر ماي"),
        ("يوم 15 الجاري", "يوم الخامس عشر الجاري"),
        ("2025/05/18", "الثامن عشر من ماي ألفين وخمسة وعشرين"),
        ("2025 - 05 - 18", "الثامن عشر من ماي ألفين وخمسة وعشرين"),
        ("2025-05-18T10:00", "الثامن عشر من ماي ألفين وخمسة وعشرين 10:00"),
        ("18.5.2025.", "الثامن عشر من ماي ألفين وخمسة وعشرين."),
        (
            "24/11/2025-05/12/2025",
            "الرابع والعشرين من نونبر ألفين وخمسة وعشرين إلى الخامس من دجنبر ألفين وخمسة وعشرين",
        ),
        ("18/05/98", "الثامن عشر من ماي ألف وتسعمائة وثمانية وتسعين"),
        ("بتاريخ 18-05", "بتاريخ الثامن عشر من ماي"),
        ("بتاريخ 3-4-21 ويوم 03.04.21",)
        + ("بتاريخ الثالث من أبريل ألفين وواحد وعشرين ويوم الثالث من أبريل ألفين وواحد وعشرين",),
        ("الدورة 5-9 فبراير", "الدورة الخامس إلى التاسع من فبراير"),
        ("مايو 18, 2025", "الثامن عشر من مايو ألفين وخمسة وعشرين"),
    ],
)
def test_a_day_is_read_as_a_date(text, expected):
    assert spoken(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("في 2023 زيادة بنسبة", "في ألفين وثلاثة وعشرين زيادة بنسبة"),
        ("وُلد سَنَةَ 1936", "وُلد سَنَةَ ألف وتسعمائة وست وثلاثين"),
        ("السنة المالية 2026", "السنة المالية ألفين وست وعشرين"),
        ("سنوات 2011 و2012 و2013", "سنوات ألفين وإحدى عشرة وألفين واثنتي عشرة وألفين وثلاث عشرة"),
        ("سنة 92", "سنة اثنتين وتسعين"),
        ("عام 2000", "عام ألفين"),
        ("سنتي 2023-2024", "سنتي ألفين وثلاث وعشرين وألفين وأربع وعشرين"),
        ("الموسم الفلاحي 2024-25", "الموسم الفلاحي ألفين وأربعة وعشرين إلى ألفين وخمسة وعشرين"),
        ("موسم 1999/00", "موسم ألف وتسعمائة وتسعة وتسعين ألفين"),
        ("مقارنة ب2023", "مقارنة بألفين وثلاثة وعشرين"),
        ("2025 سنة الحسم", "ألفين وخمسة وعشرين سنة الحسم"),
        ("كان-2025", "كان-ألفين وخمسة وعشرين"),
        ("منذ2011 و 2012", "منذ ألفين وأحد عشر وألفين واثني عشر"),
        ("2024و2025", "ألفين وأربعة وعشرين وألفين وخمسة وعشرين"),
        (
            "سنة 672 ه / 1273 م",
            "سنة ستمائة واثنتين وسبعين هجرية / ألف ومائتين وثلاثة وسبعين ميلادية",
        ),
        ("سنة 480 ق. م", "سنة أربعمائة وثمانين قبل الميلاد"),
        ("القرن 19 م", "القرن 19 الميلادي"),
        ("حكم المرابطين (1050-1150 م)", "حكم المرابطين (ألف وخمسين إلى ألف ومائة وخمسين ميلادية)"),
        ("القرن 5ه/11م", "القرن 5 الهجري/الحادي عشر الميلادي"),
        ("ولد سنة 570 م وتوفي 632 م",) + ("ولد سنة خمسمائة وسبعين ميلادية وتوفي ستمائة واثنين وثلاثين ميلادية",),
        ("سنوات ال70", "سنوات السبعين"),
    ],
)
def test_a_year_is_read_as_a_year(text, expected):
    assert spoken(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "32/13/2025، 31/02/2025، 05/18/2025",
        "الملف رقم 12/2025",
        "05-22-33-44-55 و1/1/2025/3",
        "الدورة 12 - 18 لاعبا",
        "فاز 3 صفر",
        "لفائدة 1953 أسرة",
        "بين 1500 و2000 درهم، و1950 دولارا و1999$",
        "شارك 2000 طالب، أكثر من 2024 عداء",
        "كل سنة 2000 طالب، وكل سنة 1953 أسرة",
        "رقم 2025، العدد 1998",
        "على علو 2.000 م، بطول 1.500م، عمق 1 200 م، 2,5 م، بين 8-10 م",
        "سعره $2000-2100 و$ 2025",
        "على ارتفاع 2000 م و4167م",
        "مارس 20 لاعبا الرياضة، وفي ماي 20 شخصا",
        "0/0/0000 و99999999/12/2025 و00 ماي",
        "خلال 10 أيام من رمضان",
    ],
)
def test_what_is_no_date_stays(text):
    assert spoken(text) == text


def test_only_the_figures_are_replaced():
    reading = dates(Reading.of("من 24 إلى 27 نونبر 2025"))
    assert [firing.display for firing in reading.firings] == ["24", "27", "2025"]


def test_moroccan_months_are_those_of_the_locale_data():
    assert list(MOROCCAN) == list(get_month_names("wide", locale="ar_MA").values())


def test_hijri_months_are_those_of_the_calendar():
    nominative = [name.replace("ذي", "ذو") for name in HIJRI]
    assert nominative == [Hijri(1446, month, 1).month_name("ar") for month in range(1, 13)]


@pytest.mark.parametrize("country", ["MA", "DZ", "TN", "MR", "LB", "SY", "IQ", "EG", "SA"])
def test_every_countrys_months_are_known(country):
    for name in get_month_names("wide", locale=f"ar_{country}").values():
        assert re.fullmatch(NAME, name), name


PIECES = """
    2025 2024 1999 2000 18 05 5 12 31 99 0 1446 / - . : ، , و في سنة عام السنة سنوات ال ماي أيار صفر يونيو إلى بين
    من يوم السبت كل شهر ه م ق.م ب.م درهم أسرة T + % ( ) رقم الساعة
"""
TEXTS = st.lists(st.tuples(st.sampled_from(PIECES.split()), st.sampled_from(["", " "]))).map(
    lambda pairs: "".join(a + b for a, b in pairs)
)


@given(st.one_of(TEXTS, st.text(st.one_of(st.characters(), st.sampled_from("0123456789/-.:وملهب ")))))
def test_any_text_is_read_and_a_second_time_changes_nothing(text):
    once = spoken(text)
    assert spoken(once) == once


@pytest.mark.parametrize("piece", ["1", "12 ", "1، ", "2 و", "2025-", "2025/", "18/05/2025-", "3 ماي ", "سنة 2025 و"])
def test_time_grows_with_the_text_only(piece):
    text = (piece * 50_000)[:100_000]
    start = time.process_time()
    spoken(text)
    assert time.process_time() - start < 8
