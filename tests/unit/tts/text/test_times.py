import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.reading import Reading
from tts.text.times import RULES, times


def spoken(text):
    return times(Reading.of(text)).spoken


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_does_what_its_example_says_and_spares_what_it_must(rule):
    before, after = rule.example
    assert rule(Reading.of(before)).spoken == after
    assert rule(Reading.of(rule.spares)).spoken == rule.spares
    assert rule.about.endswith(".")


def test_rules_have_names_of_their_own():
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("على الساعة ال10", "على الساعة العاشرة"),
        ("الساعة: 18:30", "الساعة: الثامنة عشرة والنصف"),
        ("الساعة 18.30", "الساعة الثامنة عشرة والنصف"),
        ("الساعة 9:5", "الساعة التاسعة وخمس دقائق"),
        ("الساعة 10 و15", "الساعة العاشرة والربع"),
        ("الساعة 10 و30 دقيقة", "الساعة العاشرة و30 دقيقة"),
        ("الساعة 1 ليلا", "الساعة الواحدة ليلا"),
        ("من الساعة 10-12", "من الساعة العاشرة إلى الثانية عشرة"),
        ("بين 8 و10 ليلا", "بين الثامنة والعاشرة ليلا"),
        ("من الساعة 8 مساء إلى 11 ليلا", "من الساعة الثامنة مساء إلى الحادية عشرة ليلا"),
        ("00:00 و00:20 و24:00", "منتصف الليل ومنتصف الليل وعشرين دقيقة ومنتصف الليل"),
        ("ل18:30 وبال20h", "للثامنة عشرة والنصف وبالعشرين"),
        ("بين 10:00-12:30", "بين العاشرة والثانية عشرة والنصف"),
        ("19:15 - وصول", "التاسعة عشرة والربع - وصول"),
        ("8:30 PM و08:00 ص", "الثامنة والنصف مساءً والثامنة صباحًا"),
        ("10:00 GMT", "العاشرة بتوقيت غرينتش"),
        ("13:01، 13:02 و13:11", "الثالثة عشرة ودقيقة واحدة، الثالثة عشرة ودقيقتين والثالثة عشرة وإحدى عشرة دقيقة"),
        ("على الساعة 8 م بساحة", "على الساعة الثامنة مساءً بساحة"),
        ("بين الساعة 8 ص و6 م.", "بين الساعة الثامنة صباحًا والسادسة مساءً."),
        ("الساعة 24، وللساعة 00:00، والساعة 0", "منتصف الليل، ولمنتصف الليل، ومنتصف الليل"),
        ("الساعة 00:20", "الساعة منتصف الليل وعشرين دقيقة"),
        ("(د.45+2)", "(الدقيقة الخامسة والأربعون زائد اثنتان)"),
        ("في الدقيقة 5'", "في الدقيقة الخامسة"),
    ],
)
def test_a_time_of_day_is_read_by_its_24_hours(text, expected):
    assert spoken(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("استغرقت العملية الجراحية 2h15", "استغرقت العملية الجراحية ساعتين وخمس عشرة دقيقة"),
        ("لمدة تزيد عن 1h30", "لمدة تزيد عن ساعة وثلاثين دقيقة"),
        ("بعد 1h30 من الانتظار", "بعد ساعة وثلاثين دقيقة من الانتظار"),
        ("استمر إلى 18h30", "استمر إلى الثامنة عشرة والنصف"),
        ("دامت 1h", "دامت ساعة واحدة"),
        ("في 1:12:11", "في ساعة واثنتي عشرة دقيقة وإحدى عشرة ثانية"),
        ("في 0:45:00", "في خمس وأربعين دقيقة"),
        ("بزمن 3:26", "بزمن ثلاث دقائق وست وعشرين ثانية"),
        ("بزمن 2h05'30''", "بزمن ساعتين وخمس دقائق وثلاثين ثانية"),
    ],
)
def test_a_duration_is_read_as_one(text, expected):
    assert spoken(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "24:30 و25:10 و18:60",
        "فاز بنتيجة 21:15 وتعادل 10:10",
        "24h/24 و7/7 و90km/h",
        "120 كلم في الساعة 20 دقيقة",
        "خلال الساعات ال24 الماضية",
        "مدة 90 دقيقة",
        "حكيمي 5' و(45+2)",
        "قتل 3 ليلا",
        "16:9",
        "سورة النساء 4:34",
        "فيتامين د 20 وحدة، المجموعة د 6 نقط، القسم د 30 تلميذا",
        "ألوان 10:20:30:40",
    ],
)
def test_what_is_no_time_stays(text):
    assert spoken(text) == text


PIECES = """
    18 30 05 5 24 00 0 1 : h H . - – , و في الساعة الساعتين بين من إلى صباحا ليلا مدة خلال د الدقيقة + ' دقيقة ص م
    GMT س استغرق بعد زمن % ( )
"""
TEXTS = st.lists(st.tuples(st.sampled_from(PIECES.split()), st.sampled_from(["", " "]))).map(
    lambda pairs: "".join(a + b for a, b in pairs)
)


@given(st.one_of(TEXTS, st.text(st.one_of(st.characters(), st.sampled_from("0123456789:h.'+دوس ")))))
def test_any_text_is_read_and_a_second_time_changes_nothing(text):
    once = spoken(text)
    assert spoken(once) == once


@pytest.mark.parametrize("piece", ["1", "12:", "12:30 ", "1h", "الساعة 8 و", "د 5+", "12:30-", "مدة "])
def test_time_grows_with_the_text_only(piece):
    text = (piece * 50_000)[:100_000]
    start = time.process_time()
    spoken(text)
    assert time.process_time() - start < 8
