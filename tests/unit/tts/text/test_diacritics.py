"""Diacritics: letters and the author's marks are sacred; what is added is consistent and in espeak-ng's order."""

import multiprocessing
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tts.errors import EngineUnavailable
from tts.text import diacritics
from tts.text.diacritics import MARKS, PIECE_CHARS, SHADDA, diacritize, shadda_first

NEWS = "أعلنت وزارة الصحة أن عدد الإصابات ارتفع إلى ثلاثمئة حالة، وأن الوزير عقد مؤتمرا صحفيا."

marks = st.text("".join(sorted(MARKS)), max_size=3)
letters = st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةىٱپچڤگکیـ" + "ﻻﻣﷲﷺ" + "ٕٓٔ" + "\u200c\u200f\u2067")
others = st.sampled_from(" \n\t.،؛؟!«»()0123٠١٢٣%aZé😀🇸🇦\u00a0\u200b\ud800\x00")
arabic_like = st.lists(
    st.one_of(st.tuples(letters, marks).map("".join), st.tuples(letters, st.just("")).map("".join), others),
    max_size=60,
).map("".join)
any_text = st.one_of(st.text(st.characters(), max_size=200), arabic_like)


def bare(text: str) -> str:
    return "".join(c for c in text if c not in MARKS)


def runs(text: str) -> list[tuple[str, str]]:
    """Each character with the marks that follow it; first the marks that follow nothing."""
    found = [["", ""]]
    for c in text:
        if c in MARKS:
            found[-1][1] += c
        else:
            found.append([c, ""])
    return [(c, m) for c, m in found]


@settings(max_examples=400, deadline=None)
@given(any_text)
@example("مَّ")
@example("\u064eمحمد")
@example("مـَحمد")
@example("أ" + "\u0654")
@example("ﻻَ")
@example("ب" * (2 * PIECE_CHARS + 1))
def test_letters_and_the_authors_marks_are_kept_and_twice_is_once(text):
    result = diacritize(text)
    assert bare(result) == bare(text)
    for (_, own), (_, now) in zip(runs(text), runs(result), strict=True):
        if not own:
            continue
        if own == SHADDA:
            assert now.startswith(SHADDA)
        else:
            assert sorted(now) == sorted(own)
    assert diacritize(result) == result
    assert not any(before in MARKS and before != SHADDA and after == SHADDA for before, after in pairs(result))


def pairs(text):
    return zip(text, text[1:], strict=False)


class Reads:
    """A model that reads one text one way."""

    def __init__(self, reading: str):
        self._marks = [own for _, own in runs(shadda_first(reading))[1:]]

    def marks(self, piece: str) -> list[str]:
        assert len(piece) == len(self._marks)
        return self._marks


@pytest.mark.parametrize(
    ("text", "model_reads", "expected"),
    [
        ("ذهب الولد", "ذَهَبَ الْوَلَدُ", "ذَهَبَ الْوَلَدُ"),
        # a final tanwin, before the alef and on it
        ("مؤتمرًا", "مُؤْتَمَرًا", "مُؤْتَمَرًا"),
        ("مؤتمراً كبيراً", "مُؤْتَمَرًا كَبِيرًا", "مُؤْتَمَرَاً كَبِيرَاً"),
        # a damma that makes the passive, or changes nothing but itself
        ("خُصصت الأموال", "خَصَّصَتِ الْأَمْوَالُ", "خُصِّصَتِ الْأَمْوَالُ"),
        ("كُتب", "كَتَبَ", "كُتِبَ"),
        ("يُطلب", "يَطْلُبُ", "يُطْلَبُ"),
        ("يُجسد", "يُجَسِّدُ", "يُجَسِّدُ"),
        ("أُمناء", "أَمَنَاءُ", "أُمَنَاءُ"),
        # a lone shadda receives its vowel, and the letter before it loses its sukun
        ("المتّحدة", "الْمُتَّحِدَةِ", "الْمُتَّحِدَةِ"),
        ("تعلّم", "تَعْلَمُ", "تَعَلَّمُ"),
        ("العامّ", "الْعَامْ", "الْعَامّ"),
        # a word marked throughout is the author's; one with a single mark is not
        ("مُحَمَّد ذهب", "مُحَمَّدٌ ذَهَبَ", "مُحَمَّد ذَهَبَ"),
        ("الشَّمس", "الشَّمْسُ", "الشَّمْسُ"),
        ("لِلتُّجَّارِ هنا", "لِلْتِجَارِ هُنَا", "لِلتُّجَّارِ هُنَا"),
        ("كُل", "كُلِّ", "كُلِّ"),
        # a letter stands for its name, a particle does not
        ("د. و", "دِ. وَ", "د. وَ"),
        # the model sees no hamza; the letter decides
        ("إن", "أَنَّ", "إِنَّ"),
        ("أن", "إِنَّ", "أَنَّ"),
        ("آخر", "اَخَرُ", "آخَرُ"),
        # a tatweel does not part a word
        ("جمـَيل", "جَمِيلٌ", "جَمـَيلٌ"),
    ],
)
def test_what_is_added_agrees_with_the_author(monkeypatch, text, model_reads, expected):
    monkeypatch.setattr(diacritics, "_model", lambda: Reads(model_reads))
    assert diacritize(text) == shadda_first(expected)


def test_the_model_reads_news():
    expected = shadda_first("أَعْلَنَتْ وِزَارَةُ الصِّحَّةِ أَنَّ عَدَدَ الْإِصَابَاتِ ارْتَفَعَ إِلَى ثَلَاثِمِئَةِ حَالَةٍ، وَأَنَّ الْوَزِيرَ عَقَدَ مُؤْتَمَرًا صَحَفِيًّا.")
    right = [here == there for here, there in zip(runs(diacritize(NEWS)), runs(expected), strict=True)]
    assert sum(right) > 0.95 * len(right)  # the last digits of its arithmetic differ between processors


@pytest.mark.parametrize("text", ["", " ", "Reuters 2013", "😀🇸🇦", "!؟", "漢字", "\ud800\x00", "ﷺ"])
def test_what_is_not_arabic_letters_stays(text):
    assert diacritize(text) == text


def test_hamza_and_madda_are_never_contradicted():
    for word, marks_ in runs(diacritize("آمن أحمد إسلام آخر أول إلى أمام إعلام قرآن مآل")):
        if word == "آ":
            assert not marks_
        if word == "إ":
            assert marks_ == "\u0650"


def test_presentation_forms_are_read_like_the_letters_they_show():
    shown = "ﻣﺤﻤﺪ"
    assert [m for _, m in runs(diacritize(shown))] == [m for _, m in runs(diacritize("محمد"))]


def test_a_tatweel_does_not_part_a_word():
    assert diacritize("كـــتاب").replace("ـ", "") == diacritize("كتاب")
    assert diacritize("مـَحمد") != "مـَحمد"


def test_the_shadda_comes_before_the_vowel_even_the_authors():
    canonical = unicodedata.normalize("NFC", "مُحَمَّدٌ")
    assert canonical.index("\u064e\u0651") > 0
    assert "\u0651\u064e" in diacritize(canonical)
    assert sorted(diacritize(canonical)) == sorted(canonical)


def test_a_long_text_is_read_in_pieces():
    long = " ".join([NEWS] * 40)
    assert len(long) > 10 * PIECE_CHARS
    result = diacritize(long)
    assert bare(result) == long
    assert diacritize(NEWS) in result


def test_importing_it_loads_no_model():
    code = "import sys, tts.text.diacritics; assert not {'onnxruntime', 'numpy', 'text2tashkeel'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_threads_share_one_session(monkeypatch):
    loaded = []
    monkeypatch.setattr(diacritics, "_models", {})
    monkeypatch.setattr(diacritics, "_load", lambda load=diacritics._load: loaded.append(load()) or loaded[-1])
    with ThreadPoolExecutor(8) as threads:
        results = set(threads.map(diacritize, [NEWS] * 64))
    assert len(loaded) == 1
    assert len(results) == 1


def _in_child(text):
    return diacritize(text), len(diacritics._models)


@pytest.mark.skipif(not hasattr(diacritics.os, "fork"), reason="no fork on this system")
def test_a_forked_child_loads_its_own_session():
    expected = diacritize(NEWS)
    before = len(diacritics._models)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(_in_child, [NEWS]).get(60) == (expected, before + 1)


def test_a_model_that_cannot_be_loaded_is_an_unavailable_engine(monkeypatch):
    def broken():
        raise ImportError("No module named 'onnxruntime'")

    monkeypatch.setattr(diacritics, "_models", {})
    monkeypatch.setattr(diacritics, "_Model", broken)
    with pytest.raises(EngineUnavailable, match="pip install"):
        diacritize(NEWS)
    assert diacritize("مُحَمَّد") == shadda_first("مُحَمَّد")  # nothing to add, no model needed
