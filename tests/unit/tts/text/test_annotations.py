"""Words spoken otherwise than they are shown."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.texts import sentence
from tts.model import PassageKind
from tts.text import annotations, script
from tts.text.lexicon import Entry, Lexicon


def annotated(shown: str, spoken: str) -> str:
    return f"\ufff9{shown}\ufffa{spoken}\ufffb"


CAF = annotated("CAF", "الاتحاد الإفريقي")


def test_what_is_shown_and_what_is_spoken_part():
    reading = script.read(f"قرر {CAF} أمس")
    assert (reading.display, reading.spoken) == ("قرر CAF أمس", "قرر الاتحاد الإفريقي أمس")
    first = reading.spoken.index("الاتحاد")
    assert reading.span(first, first + len("الاتحاد الإفريقي")) == (4, 7)
    assert [(f.rule, f.display, f.spoken) for f in reading.firings] == [("listen-as", "CAF", "الاتحاد الإفريقي")]


def test_numbers_in_it_are_read_as_everywhere():
    assert script.read(f"يضم {annotated('الفريق', '3 لاعبين')}").spoken == "يضم ثلاثة لاعبين"


def test_the_lexicon_leaves_it_alone_and_works_around_it():
    lexicon = Lexicon(
        [Entry("الاتحاد", "الإتِّحاد", line=1), Entry("CAF", "كاف", line=2), Entry("أمس", "البارحة", line=3)]
    )
    reading = script.read(f"الاتحاد {CAF} CAF أمس", lexicon=lexicon)
    assert reading.spoken == "الإتِّحاد الاتحاد الإفريقي كاف البارحة"
    assert reading.display == "الاتحاد CAF CAF أمس"


def test_no_entry_of_the_lexicon_reaches_across_it():
    lexicon = Lexicon([Entry("مجلس النواب", "البرلمان", line=1)])
    text = f"مجلس {annotated('(CAF)', 'الكاف')} النواب"
    assert script.read(text, lexicon=lexicon).spoken == "مجلس الكاف النواب"


@pytest.mark.parametrize(
    ("before", "after", "spoken"),
    [("قال ", " الوزير", "قال الوزير"), ("قال", "الوزير", "قال الوزير"), ("قال", ".", "قال.")],
)
def test_an_empty_one_is_shown_and_silent(before: str, after: str, spoken: str):
    [passage] = script.build("", [f"{before}{annotated('(ع)', ' ')}{after}"], 200).passages
    assert passage.text == f"{before}(ع){after}"
    assert [utterance.spoken for utterance in passage.utterances] == [spoken]


def test_a_paragraph_may_be_silent_as_a_whole():
    built = script.build("", [annotated("جدول النتائج", "")], 200)
    assert [(u.text, u.spoken) for u in built.passages[0].utterances] == [("جدول النتائج", "")]
    assert not built.is_readable


def test_a_title_may_have_one_and_utterances_show_what_is_shown():
    [title] = script.build(f"{CAF} يقرر", [], 200).passages
    assert (title.kind, title.text) == (PassageKind.TITLE, "CAF يقرر")
    assert [(u.text, u.spoken) for u in title.utterances] == [("CAF يقرر", "الاتحاد الإفريقي يقرر")]


def test_a_passage_is_cut_again_with_its_annotations():
    text = f"{sentence(1)} {CAF} {sentence(2)}"
    [passage] = script.build("", [text], 200, reads_latin=True).passages
    again = script.recut(passage, 40)
    assert again == script.build("", [text], 40).passages[0]
    assert "الاتحاد الإفريقي" in " ".join(utterance.spoken for utterance in again.utterances)
    assert script.recut(again, 200, reads_latin=True) == passage


def test_a_long_paragraph_is_never_cut_inside_one():
    long = annotated("كلمة أولى. وكلمة ثانية.", " ".join(sentence(n) for n in range(8)))
    text = " ".join(f"{sentence(n)} {long}" for n in range(12))
    passages = script.build("", [text], 200).passages
    assert len(passages) > 3
    assert "".join(passage.text for passage in passages) == annotations.parse(text).display
    for passage in passages:
        assert passage.source.count("\ufff9") == passage.source.count("\ufffa") == passage.source.count("\ufffb")
        assert annotations.parse(passage.source).display == passage.text
    assert sum(passage.source.count("\ufff9") for passage in passages) == 12


@pytest.mark.parametrize(
    ("text", "display", "spoken"),
    [
        ("أ \ufff9ب", "أ ب", "أ ب"),
        ("أ \ufffaب\ufffb ت", "أ ب ت", "أ ب ت"),
        ("\ufff9أ\ufff9ب\ufffaت\ufffbث\ufffaج\ufffb", "أبثج", "أتثج"),
        ("\ufff9\ufffaخفي\ufffb", "", ""),
        ("\ufff9أ\ufffaب\ufffaت\ufffb", "أبت", "أبت"),
    ],
)
def test_marks_out_of_order_mean_nothing(text: str, display: str, spoken: str):
    reading = script.read(text)
    assert (reading.display, reading.spoken) == (display, spoken)


def test_one_that_is_too_long_to_speak_is_passed_over():
    assert script.read(annotated("نص", "كلمة " * annotations.MOST_SPOKEN)).spoken == "نص"


def test_nothing_shown_gives_no_passage():
    assert script.build(annotated("", "سر"), [annotated(" ", "سر")], 200).passages == ()


@given(
    st.lists(st.sampled_from(["\ufff9", "\ufffa", "\ufffb", "أب", "3", " ", ".", "م", "🌹"]), max_size=30).map("".join)
)
def test_every_spoken_character_has_its_display_text(text: str):
    reading = script.read(text, lexicon=Lexicon([Entry("أب", "والد", line=1)]))
    assert len(reading.spoken) == len(reading.starts) == len(reading.ends)
    assert all(
        0 <= start < end <= len(reading.display) for start, end in zip(reading.starts, reading.ends, strict=True)
    )
    shown = "".join(character for character in reading.display if character in "\ufff9\ufffa\ufffb")
    assert shown == ""
    built = script.build("", [text], 20)
    for passage in built.passages:
        assert "".join(utterance.text for utterance in passage.utterances) == passage.text
        assert passage == script.recut(passage, 20)


def test_a_masked_text_shows_the_lexicon_what_it_may_change():
    assert annotations.masked(f"قرر {CAF} أمس") == "قرر ※ أمس"
    assert annotations.masked("قرر أمس") == "قرر أمس"


def test_marks_without_end_take_no_time():
    hostile = "\ufff9" * 100_000 + "\ufff9أ\ufffa" * 100_000
    begun = process_time()
    annotations.parse(hostile)
    assert process_time() - begun < 2
