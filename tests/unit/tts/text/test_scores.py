import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.reading import Reading
from tts.text.scores import scores


def read(text):
    return scores(Reading.of(text)).spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("فاز الرجاء 2-1 على ضيفه", "فاز الرجاء اثنين مقابل واحد على ضيفه"),
        ("النتيجة: 2-0", "النتيجة: اثنان مقابل صفر"),
        ("تعادلا 0 – 0", "تعادلا صفر مقابل صفر"),
        ("تقدم ب2-0", "تقدم باثنين مقابل صفر"),
        ("(1-1 و2-1) و3-2", "(واحد مقابل واحد واثنان مقابل واحد) وثلاثة مقابل اثنين"),
        ("2-1 ذهابا و2-0 إيابا", "اثنان مقابل واحد ذهابا واثنان مقابل صفر إيابا"),
        ("خسر المنتخب 12-28", "خسر المنتخب اثني عشر مقابل ثمانية وعشرين"),
        ("كرة السلة 102:98", "كرة السلة مائة واثنين مقابل ثمانية وتسعين"),
        ("(25-20، 18-25)", "(خمسة وعشرون مقابل عشرين، 18-25)"),
        ("بنتيجة 6/4 و7/5", "بنتيجة ستة مقابل أربعة وسبعة مقابل خمسة"),
        ("الرجاء 1-3 شباب المحمدية", "الرجاء واحد مقابل ثلاثة شباب المحمدية"),
        ("حسم التصويت 15-8", "حسم التصويت خمسة عشر مقابل ثمانية"),
        ("بأغلبية 250-120", "بأغلبية مائتين وخمسين مقابل مائة وعشرين"),
        ("لقاء انتهى 1-2.", "لقاء انتهى واحد مقابل اثنين."),
    ],
)
def test_a_text_is_read(text, spoken):
    assert read(text) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "تستغرق 10-15 يوما",
        "خلال 10-8 أيام",
        "اختار المدرب 20-25 لاعبا",
        "حضر المباراة 10-15 ألف متفرج",
        "يغيب اللاعب 3-4 أسابيع",
        "تتراوح أعمار اللاعبين بين 15-17",
        "الفئة العمرية (15-17)",
        "بنسبة 3:1",
        "دور 1/4 النهائي",
        "الصفحات 14-18",
        "20-5%",
        "05-04",
        "سورة البقرة 2:255",
        "بهدف بلوغ 45-50",
    ],
)
def test_what_is_none_of_these_stays(text):
    assert read(text) == text


FIGURES = st.one_of(
    st.sampled_from("0123456789"),
    st.sampled_from(" -–:/(),و."),
    st.sampled_from(["فاز ", "بين ", " يوما", "بنسبة "]),
)


@given(st.lists(FIGURES, max_size=40).map("".join))
def test_any_text_is_read_once(text):
    spoken = read(text)
    assert read(spoken) == spoken


@given(st.text())
def test_any_text_is_read(text):
    read(text)


@pytest.mark.parametrize("part", ["1", "1-", "2-1 ", "(1-1 و", "فاز 45-46 "])
def test_hostile_figures_are_read(part):
    read(part * 1000)
