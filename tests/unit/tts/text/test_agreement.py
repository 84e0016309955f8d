import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.agreement import counted_noun, gender_of, is_before_noun, is_scaled, nominative_shown
from tts.text.grammar import FEMININE, MASCULINE


def around(text):
    """The text and where the number that stands between two # begins and ends."""
    start = text.index("#")
    end = text.index("#", start + 1) - 1
    return text.replace("#", ""), start, end


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("#3# سنوات", FEMININE),
        ("#3# أيام", MASCULINE),
        ("بين #19# و34 سنة", FEMININE),
        ("من #3# إلى 5 سنوات", FEMININE),
        ("#3# أو 4 مرات", FEMININE),
        ("#3#، 4 أو 5 مرات", FEMININE),
        ("#3# من النساء", FEMININE),
        ("#6# من هذه الشركات", FEMININE),
        ("#9# من كل 10 أسر", FEMININE),
        ("#24# طيلة الأسبوع", MASCULINE),
        ("#16# نهاية السنة", MASCULINE),
        ("#12# إضافة إلى ذلك", MASCULINE),
        ("#5# أسرة", MASCULINE),
        ("#3# دور للشباب", FEMININE),
        ("#3# ورش", FEMININE),
        ("#12# مغربية", FEMININE),
        ("#12# صحفية", FEMININE),
        ("#3# أستاذات", FEMININE),
        ("#3# من اللاعبين", MASCULINE),
        ("#3# من أصل 10 دول", FEMININE),
        ("من 20 حالة إلى #23#", FEMININE),
        ("8 طائرات، #3# منها", FEMININE),
        ("8 جنود، #3# منهم", MASCULINE),
        ("4 رجال و#3# أخريات", FEMININE),
        ("#25# مليون سنة", MASCULINE),
        ("#3# فقط", MASCULINE),
        ("#3# لانتفاضة المدينة", MASCULINE),
        ("#3#", MASCULINE),
        ("20 سنة و#3#", MASCULINE),
    ],
)
def test_a_number_takes_its_gender_from_what_it_counts(text, gender):
    assert gender_of(*around(text)) is gender


@pytest.mark.parametrize(
    ("text", "is_noun"),
    [
        (" شخص", True),
        (" عداء", True),
        (" من", False),
        (" منهم", False),
        (" يشاركون", False),
        (" المقبلة", False),
        (" وعشرون", False),
        (".", False),
        (" MAD", False),
        ("", False),
    ],
)
def test_whether_a_number_stands_before_what_it_counts(text, is_noun):
    assert is_before_noun(text, 0) is is_noun


def test_the_noun_after_a_number_is_looked_up():
    counted = counted_noun("20 لاعبا", 2)
    assert counted is not None
    assert (counted.noun.singular, counted.written, counted.end) == ("لاعب", "لاعبا", 8)
    assert counted.suits(20) and not counted.suits(5) and counted.is_surely_counted
    assert counted_noun("20 اللاعبين", 2) is None
    assert counted_noun("20 بلاعب", 2) is None


def test_scale_words_and_endings_are_seen():
    assert is_scaled("25 مليون", 2) and is_scaled("3 آلاف", 1) and not is_scaled("3 ألفية", 1)
    assert nominative_shown("17 آخرون", 2) is True
    assert nominative_shown("12 سفيرا المعتمدون", 2) is True
    assert nominative_shown("17 شخصا آخرين", 2) is False
    assert nominative_shown("17 شخصا", 2) is None


@given(st.text(st.sampled_from("وبالسنةاتمنهم ،.-0123")), st.integers(0, 30), st.integers(0, 30))
def test_any_place_of_any_text_has_a_gender(text, start, end):
    assert gender_of(text, min(start, end, len(text)), min(max(start, end), len(text))) in (MASCULINE, FEMININE)
