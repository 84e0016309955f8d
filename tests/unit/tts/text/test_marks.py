import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.marks import EARLY_RULES, RULES, hashtags, marks
from tts.text.reading import Reading


def early(text: str) -> str:
    return hashtags(Reading.of(text)).spoken


def late(text: str) -> str:
    return marks(Reading.of(text)).spoken


@pytest.mark.parametrize("rule", {rule.name: rule for rule in EARLY_RULES + RULES}.values(), ids=lambda rule: rule.name)
def test_each_rule_does_what_its_example_says_and_spares_what_it_must(rule):
    before, after = rule.example
    assert rule(Reading.of(before)).spoken == after
    assert rule(Reading.of(rule.spares)).spoken == rule.spares
    assert rule.about.endswith(".")


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("حريق بإنزكان (صور)", "حريق بإنزكان "),
        ("(فيديو) لحظة", "لحظة"),
        ("(فيديو): لحظة", "لحظة"),
        ("شلالات (+صور) [فيديو]", "شلالات "),
        ("زلزال (صور+فيديو) (صور و فيديو) (3 صور)", "زلزال "),
        ("زلزال (بالفيديو) + فيديو", "زلزال "),
        ("قياسيا[1] وفق [2]، ثم[3][4]. 20[5]، المصدر [2] أن", "قياسيا وفق ، ثم. 20، المصدر أن"),
        ("قياسيا¹ وفق «المصدر»²", "قياسيا وفق «المصدر»"),
        ("#رمضان_كريم و#كلنا_مع_الحوز", "رمضان كريم وكلنا مع الحوز"),
        ("#كأس_إفريقيا_2025: الأسود", "كأس إفريقيا 2025: الأسود"),
        ("#مونديال2030#المغرب", "مونديال 2030 المغرب"),
        ("ب@أخبار_الشمال «@BBC»", "بأخبار الشمال «BBC»"),
        ("الحلقة #5 وN°3", "الحلقة رقم 5 ورقم 3"),
        ("اطلبوا *555*1#", "اطلبوا نجمة 555 نجمة 1 مربع"),
        ("و/أو، أو/و ثم و / او", "أو، أو ثم أو"),
        ("المستفيدين/ات والأستاذ(ة) والموظفات/ين", "المستفيدين المستفيدات والأستاذ والأستاذة والموظفات والموظفين"),
        ("7 × 8 = 56", "7 في 8 يساوي 56"),
        ("50م × 20م و3 × (-2)", "50م في 20م و3 في (-2)"),
        ("5+5 و2 + 3", "5 زائد 5 و2 زائد 3"),
        ("10 - 3 = 7 و6 ÷ 2 = 3", "10 ناقص 3 يساوي 7 و6 على 2 يساوي 3"),
        ("شاركت 20+ دارا ب100%+ و$100+", "شاركت أكثر من 20 دارا بأكثر من 100% وأكثر من $100"),
        ("أزيد من 500+ وأكثر من +100 وفوق 60+", "أزيد من 500 وأكثر من 100 وفوق 60"),
        ("~20 وحوالي ~50 وبهامش ±3 و+/- 5", "حوالي 20 وحوالي 50 وبهامش زائد أو ناقص 3 وزائد أو ناقص 5"),
        ("<3 سنوات و5 > 3 شكرا <3", "أقل من 3 سنوات و5 أكثر من 3 شكرا "),
        ("<<نعم>>", "«نعم»"),
        ("إنفوغرافيك | أهم • الأرقام", "إنفوغرافيك، أهم، الأرقام"),
        ("• تأهيل", "تأهيل"),
        ("- 5 أشخاص", "5 أشخاص"),
        ("* تحسين", "تحسين"),
        ("*** ملاحظة *** ", "ملاحظة "),
        ("الأول ----- الثاني", "الأول – الثاني"),
        ("=======", ""),
        ("شكرا :) إلى (:", "شكرا إلى "),
        ("() حريق ([]) (نص)", " حريق (نص)"),
        ("النور &amp; الأمل", "النور & الأمل"),
    ],
)
def test_early_marks(text, spoken):
    assert early(text) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "بالفيديو.. لحظة سقوط",
        "الصور (صور الأقمار)",
        "قتل [5] أشخاص سنة [2025]",
        "100 كلم² و5 م³",
        "الدقيقة 45+2 و(د 90+3)",
        "-5 درجات و+212 و+18",
        "قال - وهو طبيب - إنه... نعم!",
        "«نعم» (نص) [نص] ((نص))",
        "10-3 و2/3 و5% و30°",
        "(كما يلي:) ثم",
    ],
)
def test_what_others_read_stays(text):
    assert early(text) == text


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("النور & الأمل", "النور والأمل"),
        ("آر&دي &", "آر ودي"),
        ("ديزني+ و+خمسة وسي++", "ديزني بلس وزائد خمسة وسي بلس بلس"),
        ("الدعم + التكوين", "الدعم زائد التكوين"),
        ("طالب/طالبة", "طالب طالبة"),
        ("الرباط / هشام، أولا/ ثانيا", "الرباط، هشام، أولا، ثانيا"),
        ("الملعب° هنا", "الملعب هنا"),
        ("(°) - نص", "نص"),
        ("زلزال - فيديو", "زلزال "),
    ],
)
def test_late_marks(text, spoken):
    assert late(text) == spoken


PIECES = """
    صور فيديو ( ) [ ] [1] (صور) 5 20 2025 # @ _ & + - – * = × ÷ ± < > ~ ^ | • / \\ ° § № :
    ) ، . و أو ة طالب a² ¹ % $
"""


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from([*PIECES.split(), " "]), max_size=14).map("".join)))
def test_any_text_can_be_read_and_is_then_at_rest(text):
    spoken = late(early(text))
    assert late(early(spoken)) == spoken


@pytest.mark.parametrize(
    "piece",
    ["[", "[1", "(", "( ", ")(", "+", "- ", "1*", "1+", "5=", "#a", "_", "صور+", "| ", ". -", "*1*1", "«", "& ", "/ "],
)
def test_hostile_lengths_take_no_hostile_time(piece):
    late(early(piece * 20_000))
