import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.reading import Reading
from tts.text.units import ROWS, RULES, SHORT, units


def spoken(text):
    return units(Reading.of(text)).spoken


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_does_what_its_example_says_and_spares_what_it_must(rule):
    before, after = rule.example
    assert rule(Reading.of(before)).spoken == after
    assert rule(Reading.of(after)).spoken == after
    assert rule(Reading.of(rule.spares)).spoken == rule.spares
    assert rule.about.endswith(".")


def test_the_table_is_in_order():
    assert all(len(row) == 6 for row in ROWS)
    assert len(SHORT) == sum(len(row[5].split()) for row in ROWS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # length, area, volume
        ("5 كلم و25 كلم و100كم", "5 كيلومترات و25 كيلومترًا و100 كيلومتر"),
        ("على بعد 1 كلم أو 2 km", "على بعد كيلومتر واحد أو كيلومترين"),
        ("120 م² و120m2 و3 كلم2", "120 مترًا مربعًا و120 مترًا مربعًا و3 كيلومترات مربعة"),
        ("850 مليون م³ و3 م³/ث", "850 مليون متر مكعب و3 أمتار مكعبة في الثانية"),
        ("45 ملم و12 سم و5 cm", "45 مليمترًا و12 سنتيمترًا و5 سنتيمترات"),
        ("5 هكتار و25 ha و3 ميل بحري", "5 هكتارات و25 هكتارًا و3 أميال بحرية"),
        ("6 بوصة و5 ft", "6 بوصات و5 أقدام"),
        ("سباق 800 م و400 م حواجز", "سباق 800 متر و400 متر حواجز"),
        ("على ارتفاع 1800 م", "على ارتفاع 1800 متر"),
        ("1 م و80 سم", "متر واحد و80 سنتيمترًا"),
        ("2.5 م و67,45 م", "2.5 متر و67,45 متر"),
        # mass, capacity
        ("8 كلغ و30 غ و5 ملغ", "8 كيلوغرامات و30 غرامًا و5 مليغرامات"),
        ("يحمل 2 كلغ", "يحمل كيلوغرامين"),
        ("5 طن و15 طن و5 قنطار", "5 أطنان و15 طنًا و5 قناطير"),
        ("6 ل/100 كلم و50 برميل", "6 لترات لكل 100 كيلومتر و50 برميلًا"),
        ("5 كيلو غرام", "5 كيلوغرامات"),
        # speed and other rates
        ("90 كلم/س و120 km/h", "90 كيلومترًا في الساعة و120 كيلومترًا في الساعة"),
        ("8 م/ث و20 m/s", "8 أمتار في الثانية و20 مترًا في الثانية"),
        ("5 دراهم/كلغ و12 دولارا للكلغ", "5 دراهم للكيلوغرام و12 دولارا للكيلوغرام"),
        ("20 درهما/ساعة و100 درهم/م²", "20 درهما في الساعة و100 درهم للمتر المربع"),
        ("80 نسمة/كلم²", "80 نسمة في الكيلومتر المربع"),
        ("20 mg/l", "20 مليغرامًا في اللتر"),
        # temperature
        ("15°C و-5°C و(3 °C)", "15 درجة مئوية وناقص 5 درجات مئوية و(3 درجات مئوية)"),
        ("30° و5° و1°", "30 درجة و5 درجات ودرجة واحدة"),
        ("2°C", "درجتان مئويتان"),
        ("إلى -2°C و-5°C", "إلى ناقص درجتين مئويتين وناقص 5 درجات مئوية"),
        ("-12°C تحت الصفر", "12 درجة مئوية تحت الصفر"),
        ("ب 2 نقطة مئوية", "بنقطتين مئويتين"),
        ("5 درجة مئوية و70°F", "5 درجات مئوية و70 درجة فهرنهايت"),
        # power, data, the rest
        ("580 MW و10 kWh و20 GW", "580 ميغاواط و10 كيلوواط ساعة و20 غيغاواط"),
        ("بقدرة 2 ميغاواط", "بقدرة ميغاواطين"),
        ("8 GB و100 Mbps", "8 غيغابايت و100 ميغابت في الثانية"),
        ("1015 hPa و80 dB و1080 px", "1015 هكتوباسكال و80 ديسيبل و1080 بكسل"),
        ("سرعة 3 عقدة و20 kt", "سرعة 3 عقد و20 عقدة"),
        # short forms of one letter
        ("2000 م، والمسار 1200 م، وقفز 8 م", "2000 متر، والمسار 1200 متر، وقفز 8 أمتار"),
        ("5 ل من الماء و0,5 ل و2 سل", "5 لترات من الماء و0,5 لتر وسنتيلتران"),
        ("3 م × 4 م", "3 أمتار × 4 م"),
        # money
        ("150 درهم/mois", "150 درهم في الشهر"),
        ("ارتفع ب 2 نقطة أساس", "ارتفع بنقطتي أساس"),
        # without figures
        ("عشرين كلم ومئات كلم", "عشرين كيلومترًا ومئات الكيلومترات"),
        ("ثمن الكلغ وسعر م²", "ثمن الكيلوغرام وسعر متر مربع"),
        ("بكلغ واحد، والكلغ", "بكيلوغرام واحد، والكيلوغرام"),
        ("كلغ من اللحم", "كيلوغرام من اللحم"),
        ("نصف كلم", "نصف كيلومتر"),
    ],
)
def test_measures_are_put_in_words_that_agree(text, said):
    assert spoken(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5 كيلومترات و25 كيلومترا و3.5 كيلومتر",
        "5.6 درجات على سلم ريشتر",
        "يبدأ العرض 8 م، وتوفي سنة 570 م، و10.30 م",
        "منح 20 ل محمد",
        "شبكة 5G أو 5g",
        "25 عقد، في 15 قدم الوزير",
        "كغ وسم ومل رموز",
        "من 8 م إلى 10 م، ولد في 1200 م، رقم 150 م، بين 1100 م و1150 م",
        "تأسست المدينة 1050 م",
        "الكلم الطيب، كم مرة، سم قاتل",
        "20 كلمة و4 غرف و5 س",
        "A4 m و°N",
        "قانون/مرسوم",
    ],
)
def test_what_agrees_or_is_not_sure_stays(text):
    assert spoken(text) == text


def test_a_firing_covers_no_more_than_what_changes():
    reading = units(Reading.of("بعد 5 كلم من"))
    assert {firing.display for firing in reading.firings} == {" كلم"}


PIECES = st.sampled_from(
    [
        *" ,.-/()°²0125",
        "12",
        "1.250",
        "كلم",
        " كم",
        " م",
        "م²",
        " ل",
        "km",
        "°C",
        " متر",
        " مربع",
        " كيلومتر",
        " مليون",
        "و",
        "ب",
        "ال",
        "س",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text())
def test_any_text_is_read(text):
    assert isinstance(spoken(text), str)


AMOUNTS = st.tuples(
    st.sampled_from(["", "ب", "ب ", "و", "ال", "-", "(", "سباق ", "بعمق "]),
    st.sampled_from(["0", "1", "2", "5", "12", "100", "800", "3,5", "1.250", "1.250.000", "007"]),
    st.sampled_from(
        [
            "",
            " كلم",
            "كلم",
            " م",
            " م²",
            " م2",
            "m",
            "°",
            " °C",
            " كلم/س",
            " متر",
            " متر مربع",
            " مليون طن",
            " ل.",
            " كغ)",
        ]
    ),
)


@given(st.lists(AMOUNTS.map("".join), max_size=4).map("، ".join))
def test_what_is_read_is_read_once_for_all(text):
    once = spoken(text)
    assert spoken(once) == once


def test_a_number_of_any_length_is_let_through():
    spoken("9" * 400 + " كلم و" + "9" * 400 + "°C")
