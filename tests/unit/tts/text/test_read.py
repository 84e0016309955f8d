"""The whole front end: nothing it is given breaks it, nothing is lost, and its output is at rest."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.gold import families
from tts.text.reading import Reading
from tts.text.script import read

PIECES = """
    في من إلى سنة 3 سنوات درهم ال و ب 18 ماي 2025 1446 ه % - / : . , ، ( ) 2-1 20:30 كلم م² FIFA PSG G20 5G http://a.ma
    a@b.c # _ & + = 0 00 007 1.250.000 3,5 ½ مليون ألف د. ص (صور) [1] * ~ × ال69 لـ +212 € $ °C -5 « » " ² 10⁻³ R&D
"""
NEWS = st.lists(
    st.one_of(
        st.sampled_from(PIECES.split()),
        st.integers(0, 10**16).map(str),
        st.text(st.characters(), max_size=3),
    ),
    max_size=12,
)
TEXTS = st.one_of(
    st.text(st.characters(), max_size=60),
    NEWS.map(" ".join),
    NEWS.map("".join),
    st.text("0123456789.,:/-% و", max_size=25),
)


@given(TEXTS)
@example("٣٫٥٪ -١٢")
def test_any_text_can_be_read(text: str) -> None:
    for reads_latin in (False, True):
        reading = read(text, reads_latin=reads_latin)
        assert_is_whole(reading)
        assert not any(c.isdecimal() for c in reading.spoken)
        assert read(reading.spoken, reads_latin=reads_latin).spoken == reading.spoken


def assert_is_whole(reading: Reading) -> None:
    """Spans are in order and inside the text, and what is outside them was dropped by a rule with a name."""
    assert len(reading.starts) == len(reading.ends) == len(reading.spoken)
    covered, last = set(), (0, 0)
    for start, end in zip(reading.starts, reading.ends, strict=True):
        assert 0 <= start < end <= len(reading.display)
        assert (start, end) == last or start >= last[1]
        last = (start, end)
        covered.update(range(start, end))
    for firing in reading.firings:
        assert firing.rule
        covered.update(range(firing.start, firing.end))
    assert covered == set(range(len(reading.display)))


@pytest.mark.parametrize("sentence", [case.sentence for _, cases in families() for case in cases])
def test_the_gold_set_is_at_rest(sentence: str) -> None:
    reading = read(sentence)
    assert_is_whole(reading)
    assert read(reading.spoken).spoken == reading.spoken


@pytest.mark.parametrize(
    "text", ["9" * 5000, "1-" * 3000, "1." * 3000, "ال" * 3000 + "5", "5 " * 3000, "A" * 5000, "و20 " * 1000]
)
def test_hostile_lengths_take_no_hostile_time(text: str) -> None:
    assert not any(c.isdecimal() for c in read(text).spoken)
