import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.abbreviations import RULES, abbreviations
from tts.text.reading import Reading
from tts.text.titles import MEN, TITLES, WOMEN


def read(text: str) -> str:
    return abbreviations(Reading.of(text)).spoken


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_does_what_its_example_says_and_spares_what_it_must(rule):
    before, after = rule.example
    assert rule(Reading.of(before)).spoken == after
    assert rule(Reading.of(rule.spares)).spoken == rule.spares
    assert rule.about.endswith(".")


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("أوضح د. يوسف العلمي", "أوضح الدكتور يوسف العلمي"),
        ("أوضح د.يوسف ود . علي", "أوضح الدكتور يوسف والدكتور علي"),
        ("أكد د محمد", "أكد الدكتور محمد"),
        ("قالت د. سلمى", "قالت الدكتورة سلمى"),
        ("مع د. سلمى", "مع الدكتورة سلمى"),
        ("صرحت د. شاريج", "صرحت الدكتورة شاريج"),
        ("الباحثة د. ناهيد", "الباحثة الدكتورة ناهيد"),
        ("كرمت د. أحمد", "كرمت الدكتور أحمد"),
        ("تصريحات د. العلمي", "تصريحات الدكتور العلمي"),
        ("د. أسامة ود. وهبي", "الدكتور أسامة والدكتور وهبي"),
        ("إشراف أ. د. محمد وأ.د/ منى", "إشراف الأستاذ الدكتور محمد والأستاذة الدكتورة منى"),
        ("أ.م.د. علي", "الأستاذ المساعد الدكتور علي"),
        ("لد. محمد وبد. محمد والد. محمد", "للدكتور محمد وبالدكتور محمد والدكتور محمد"),
        ("ذ. محمد وذة. نعيمة ودة. منى", "الأستاذ محمد والأستاذة نعيمة والدكتورة منى"),
        ("يا د. أحمد", "يا دكتور أحمد"),
        ("د. مُحَمَّد", "الدكتور مُحَمَّد"),
        ("(د. عمر) و«م. عمر»", "(الدكتور عمر) و«المهندس عمر»"),
        ("السكر والشاي...إلخ", "السكر والشاي...إلى آخره"),
        ("السكر، الخ.", "السكر، إلى آخره."),
        ("النبي(ص)قال", "النبي صلى الله عليه وسلم قال"),
        ("الصحابة (رض) وابن عباس (رض)", "الصحابة رضي الله عنهم وابن عباس رضي الله عنهما"),
        ("انظر ص. 148 وص20", "انظر صفحة 148 وصفحة 20"),
        ("المقدمة، ج.1 ص.12", "المقدمة، الجزء 1، صفحة 12"),
        ("لسان العرب، ج 5، ط 3.", "لسان العرب، الجزء 5، الطبعة 3."),
        ("ابن رشد (ت 595 ه)", "ابن رشد (توفي سنة 595 ه)"),
        ("الرباط (و.م.ع) - عقد", "الرباط (وكالة المغرب العربي للأنباء) - عقد"),
        ("وكالة و.م.ع وعن (د ب أ)", "وكالة المغرب العربي للأنباء وعن (وكالة الأنباء الألمانية)"),
        ("شركة ش.م.م", "شركة ذات مسؤولية محدودة"),
        ("الموقوف (م.ب) وع. ب. البالغ", "الموقوف (ميم باء) وعين باء البالغ"),
        ("القرن الثالث ق.م.", "القرن الثالث قبل الميلاد."),
        ("المدعو (ق.م)", "المدعو (قاف ميم)"),
    ],
)
def test_a_short_form_is_written_out(text, spoken):
    assert read(text) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "متصدرا للمجموعة د. وسيواجه",
        "فيتامين د. محمد",
        "المستوى أ. محمد",
        "أ. تحديد الأسعار",
        "بطول 5 م. وأكد و5 كم. أحمد",
        "المدعو محمد أ. اعتقل وهشام م. البالغ",
        "م. يبلغ",
        "هذا لم. أحمد",
        "50 د.م. فقط",
        "218 ق.م و14:00 ت.غ",
        "المجموعة ج 2 نقاط",
        "الساعة 8 ص 12 مارس",
        "المشتبه فيه (ع)",
        "الخال والخير",
    ],
)
def test_what_is_no_short_form_stays(text):
    assert read(text) == text


def test_every_title_has_two_forms():
    assert all(len(forms) == 2 for forms in TITLES.values())
    assert len(MEN.split()) > 200
    assert len(WOMEN.split()) > 150


PIECES = """
    د أ م ذ ص ج ط ت ع ق . / ( ) 5 148 و ل ال محمد سلمى العلمي قالت إلخ رض ، : المجموعة ب يا وكالة
"""


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from([*PIECES.split(), " "]), max_size=14).map("".join)))
def test_any_text_can_be_read_and_is_then_at_rest(text):
    spoken = read(text)
    assert read(spoken) == spoken


@pytest.mark.parametrize("piece", ["د.", "د. ", "أ.ب", "أ. ", "ص 1 ", "(ص)", "و م ع ", "ت غ ", "أ.د. ", "م/"])
def test_hostile_lengths_take_no_hostile_time(piece):
    read(piece * 20_000)
