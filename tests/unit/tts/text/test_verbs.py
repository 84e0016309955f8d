import pytest

from tts.text.grammar import FEMININE, MASCULINE
from tts.text.verbs import agrees, is_passive, is_verb, may_be_passive, takes_object, takes_subject

VERBS = "تنعقد انطلقت تحتضن ينص صادقت شهدت سيوفر ستنطلق ارتفع استقبل وقالوا يعيش احتفل اشترى أدانت فسجلت كان"
OTHERS = (
    "سيارة تنظيم تقرير تعاون تطور يوم يناير انطلاق اجتماع بيت القاهرة استقالة توصية تونسية مدينة شركات لاعبات "
    "استنادا تبعا ياسين وقت نقطة ستة تونس يورو انتخابات فيهم"
)


@pytest.mark.parametrize("word", VERBS.split())
def test_verbs_are_known(word):
    assert is_verb(word)


@pytest.mark.parametrize("word", OTHERS.split())
def test_other_words_are_no_verbs(word):
    assert not is_verb(word)


def test_verbs_are_told_by_what_follows_them():
    assert takes_subject("أُصيب") and takes_subject("ويشارك") and not takes_subject("سجل")
    assert may_be_passive("قتلت") and not may_be_passive("شارك")
    assert takes_object("ستحتل") and not takes_object("انطلق")


@pytest.mark.parametrize(
    ("word", "passive"),
    [
        ("قُتِلَ", True),
        ("فُقد", True),
        ("وُجد", True),
        ("وقُتل", True),
        ("أُصِيبَ", True),
        ("افْتُتِحَ", True),
        ("قَتَلَ", False),
        ("وقَتَلَ", False),
        ("أَوْقَفَ", False),
        ("قتل", None),
        ("يُعْرَضُ", None),
        ("", None),
    ],
)
def test_the_authors_vowels_tell_the_passive(word, passive):
    assert is_passive(word) is passive


@pytest.mark.parametrize(
    ("word", "gender"),
    [
        ("احتل", MASCULINE),
        ("تقدم", MASCULINE),
        ("يحتل", MASCULINE),
        ("احتلت", FEMININE),
        ("وستنعقد", FEMININE),
        ("يصوت", MASCULINE),
    ],
)
def test_a_verb_shows_the_gender_of_its_subject(word, gender):
    assert [of for of in (MASCULINE, FEMININE) if agrees(word, of)] == [gender]
