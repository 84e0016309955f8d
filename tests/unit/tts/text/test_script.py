import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tts.text
from tts.model import PassageKind, Script
from tts.text import script
from tts.text.seams import Pause

TITLE = "افتتاح معرض الكتاب 📚 في القاهرة"
FIRST = "افتتح الوزير، أمس، المعرض. وقال: «إنه عيد للقراءة، وللناس جميعا»."
SECOND = "ويستمر المعرض حتى 15 مايو؛ والدخول مجاني."


def test_a_script_is_the_title_then_the_paragraphs():
    built = script.build(TITLE, iter([FIRST, SECOND]), 200)
    assert [(p.kind, p.text) for p in built.passages] == [
        (PassageKind.TITLE, TITLE),
        (PassageKind.PARAGRAPH, FIRST),
        (PassageKind.PARAGRAPH, SECOND),
    ]
    assert built.is_readable


def test_the_last_utterance_has_its_passages_pause():
    title, paragraph, _ = script.build(TITLE, [FIRST, SECOND], 40).passages
    assert [u.pause_ms for u in title.utterances] == [1000]
    assert [u.pause_ms for u in paragraph.utterances] == [450, 700]


def test_display_text_is_kept_and_spoken_text_is_cleaned():
    [title] = script.build(TITLE, [], 200).passages
    [utterance] = title.utterances
    assert utterance.text == TITLE
    assert utterance.spoken == "افتتاح معرض الكتاب في القاهرة"


@pytest.mark.parametrize("blank", ["", "  \n\t", "\u00a0\u3000", "\u200f\ufeff\u200b", "\ue000"])
def test_a_blank_title_or_paragraph_gives_no_passage(blank):
    assert script.build(blank, [blank, blank], 200) == Script(())
    assert [p.text for p in script.build(blank, [FIRST, blank, SECOND], 200).passages] == [FIRST, SECOND]


def test_a_paragraph_of_signs_is_shown_and_not_spoken():
    built = script.build("", ["***"], 200)
    assert [u.spoken for u in built.passages[0].utterances] == [""]
    assert not built.is_readable


def test_a_passage_is_cut_again_for_another_limit():
    [passage] = script.build("", [FIRST], 200).passages
    assert script.recut(passage, 40) == script.build("", [FIRST], 40).passages[0]
    assert script.recut(script.recut(passage, 40), 200) == passage
    assert len(script.recut(passage, 40).utterances) > len(passage.utterances)


@pytest.mark.parametrize("max_chars", [-5, 0, 19])
def test_a_limit_too_small_is_refused(max_chars):
    with pytest.raises(ValueError, match="20"):
        script.build("", [], max_chars)
    with pytest.raises(ValueError, match="20"):
        script.recut(script.build(TITLE, [], 200).passages[0], max_chars)


def test_the_version_is_a_short_text():
    assert script.VERSION
    assert script.VERSION.isalnum()


def test_reading_a_text_runs_every_stage():
    reading = script.read("السـلام\u200f عليكم")
    assert (reading.display, reading.spoken) == ("السـلام\u200f عليكم", "السلام عليكم")
    assert [firing.rule for firing in reading.firings] == ["invisible", "tatweel"]


def test_the_room_lists_its_files():
    files = {path.stem for path in Path(tts.text.__file__).parent.glob("[a-z]*.py")}
    rows = " ".join(line for line in tts.text.__doc__.splitlines() if "  " in line)
    assert files <= set(re.findall(r"\w+", rows))


@given(
    st.text(st.characters(), max_size=40),
    st.lists(st.text(st.characters(), max_size=80), max_size=4),
    st.integers(20, 90),
)
def test_any_article_keeps_its_text(title, paragraphs, max_chars):
    built = script.build(title, paragraphs, max_chars)
    seen = [text for text in (title, *paragraphs) if any(c.isprintable() and not c.isspace() for c in text)]
    assert [p.text for p in built.passages] == seen
    for passage in built.passages:
        assert "".join(u.text for u in passage.utterances) == passage.text
        assert all(passage.text[u.start : u.end] == u.text for u in passage.utterances)
        assert all(len(u.spoken) <= max_chars for u in passage.utterances)


def test_a_very_long_paragraph_becomes_several_passages_wherever_it_is_cut():
    text = " ".join(f"{FIRST} {number}." for number in range(200))
    passages = script.build("", [text], 200).passages
    assert len(passages) > 10
    assert "".join(passage.text for passage in passages) == text
    assert all(len(passage.text) <= script.PASSAGE_CHARS + 1 for passage in passages)
    assert [passage.utterances[-1].pause_ms for passage in passages[:-1]] == [Pause.FULL_STOP] * (len(passages) - 1)
    assert passages[-1].utterances[-1].pause_ms == Pause.PARAGRAPH
    # An earlier try may have made some of them with another limit: they must be the same passages.
    assert [passage.text for passage in script.build("", [text], 60).passages] == [p.text for p in passages]
