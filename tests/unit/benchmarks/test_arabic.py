import doctest
import json
import re

import pytest

from benchmarks import arabic, phonemes, suites
from benchmarks.phonemes import edits, reference
from tests import held
from tests.held import Tally, compared, sentences, total
from tts.text.diacritics import MARKS, SHADDA

LETTERS = "[\u0621-\u063a\u0641-\u064a]"


def heard(marked):
    return "".join(reference(marked))


@pytest.mark.parametrize("module", [arabic, phonemes, held], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_are_true(module):
    if module is arabic:
        pytest.importorskip("num2words")
    found = doctest.testmod(module)
    assert found.attempted and not found.failed


# The held set


def test_the_held_set_has_sentences_of_a_newsreaders_length_on_many_topics():
    assert len(sentences()) == 150
    assert len({sentence.marked for sentence in sentences()}) == 150
    assert len({sentence.topic for sentence in sentences()}) >= 10
    assert all(8 <= len(sentence.marked.split()) <= 20 for sentence in sentences())


@pytest.mark.parametrize("sentence", sentences(), ids=lambda sentence: sentence.marked[:20])
def test_every_letter_of_the_held_set_is_marked_or_needs_no_mark(sentence):
    for word in re.findall("[\u0621-\u0652]+", sentence.marked):
        units = re.findall(f"({LETTERS})([{''.join(MARKS)}]*)", word)
        assert "".join(letter + marks for letter, marks in units) == word
        for place, (letter, marks) in enumerate(units):
            before = units[place - 1][1] if place else ""
            after = units[place + 1][1] if place + 1 < len(units) else ""
            assert (
                marks
                or letter in "اآ"
                or (letter == "ى" and before[-1] in "\u064e\u064b")
                or (letter == "ي" and before[-1] == "\u0650")
                or (letter == "و" and before[-1] == "\u064f")
                or (letter == "ل" and SHADDA in after)
            ), word


def test_marks_are_compared_as_sets_without_sukun_and_dagger_alef():
    assert compared("حَدَّ مِن", "حَدَّ مِنْ") == Tally(letters=4, endings=2)
    assert compared("هٰذا", "هذا").wrong == 0
    assert compared("كِتابٌ قَلم", "كُتابٌ قَلمٌ") == Tally(letters=7, wrong=2, endings=2, wrong_endings=1)


def test_a_letter_that_became_another_is_counted():
    assert compared("إِن", "أِن").changed == 1
    with pytest.raises(ValueError):
        compared("ذهبا", "ذهب")


def test_error_rates_with_and_without_endings():
    tally = total([Tally(letters=10, wrong=2, endings=2, wrong_endings=1), Tally(letters=10, endings=2)])
    assert tally.error_rate == 2 / 20
    assert tally.inner_error_rate == 1 / 16


# The map of phonemes


@pytest.mark.parametrize(
    ("marked", "phonemes"),
    [
        ("الشَّمْسُ طَالِعَةٌ", "?aSSamsut[a:liAa"),
        ("فِي الْبَيْتِ", "filbajt"),
        ("بِالصَّوْتِ", "bis[s[awt"),
        ("وَالِدٌ وَالْوَلَدُ", "wa:lidunwalwalad"),
        ("وَاشْتَكَى وَاتَّفَقَ", "waStaka:wattafaq"),
        ("لِلِاسْتِمَاعِ", "lilistima:A"),
        ("زِلْزَالٌ عَنِيفٌ الْجَزِيرَةَ", "zilza:lunAani:funildZazi:ra"),
        ("قَرَأَ كِتَابًا جَدِيدًا", "qara?akita:bandZadi:da:"),
        ("مُسْتَشْفًى كَبِيرٌ، مُسْتَشْفًى", "mustaSfankabi:rmustaSfa:"),
        ("أَحْيَاءً", "?aHja:?a:"),
        ("سَنَةً، حَيَاةٌ", "sanaHaja:h"),
        ("صَحَفِيٌّ. الْقَاضِيَ. هُوَ", "s[aHafi:?alqa:dH i:hu:".replace(" ", "")),
        ("حَقٌّ", "Haqq"),
        ("قَالُوا هَذَا", "qa:lu:ha:Da:"),
        ("ذَلِكَ لَكِنَّ هَؤُلَاءِ أُولَئِكَ", "Da:likala:kinnaha:?ula:?i?u:la:?ik"),
        ("وَاللَّهُ", "walla:h"),
        ("خَمْسُمِائَةٍ", "Xamsumi?a"),
        ("انْتُخِبَتْ. اسْتَقْبَلَ. الْتَقَى", "?untuXibat?istaqbal?iltaqa:"),
        ("قُوَّةٌ حُرِّيَّةٌ", "quwwatunHurrijja".replace("uww", "u:w").replace("ijj", "i:j")),
        ("آخَرُ", "?a:Xar"),
    ],
)
def test_what_should_be_heard(marked, phonemes):
    assert heard(marked) == phonemes


def test_every_sentence_of_the_held_set_is_heard_in_consonants_and_vowels():
    for sentence in sentences():
        said = reference(sentence.marked)
        vowels = [phoneme[0] in "aiu" for phoneme in said]
        assert not any(first and second for first, second in zip(vowels, vowels[1:], strict=False)), sentence.marked
        assert "ccc" not in "".join("v" if is_vowel else "c" for is_vowel in vowels), sentence.marked


@pytest.mark.parametrize(
    ("heard", "wanted", "count"),
    [("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("abd", "abc", 1), ("xabc", "abc", 1)],
)
def test_edits(heard, wanted, count):
    assert edits(heard, wanted) == edits(wanted, heard) == count


# The public suites


def test_nemos_lines():
    assert suites.nemo("5~خمسة\n12~اثنا عشر\n\n") == [("5", "خمسة"), ("12", "اثنا عشر")]


def test_only_nominative_masculine_cardinals_of_ar_php():
    source = """
        $Arabic = new \\ArPHP\\I18N\\Arabic();
        $Arabic->setNumberFeminine(1);
        $expected[] = 'خمسة';
        $actual[]   = $Arabic->int2str(5);
        $expected[] = 'خمسة فاصلة اثنان';
        $actual[]   = $Arabic->int2str('5.2');
        $Arabic->setNumberFormat(2);
        $expected[] = 'عشرين';
        $actual[]   = $Arabic->int2str(20);
        $Arabic = new \\ArPHP\\I18N\\Arabic();
        $expected[] = 'ثلاثون';
        $actual[]   = $Arabic->int2str(30);
    """
    assert suites.arphp(source) == [("5", "خمسة"), ("30", "ثلاثون")]


def test_moments_months_by_name_and_in_figures():
    cases = suites.moment("months: 'يناير_فبراير'.split('_'),\nmonthsShort: 'ينا_فبر'")
    assert cases[:2] == [
        ("5 يناير 2025", "الخامس من يناير ألفين وخمسة وعشرين"),
        ("05-01-2025", "الخامس من يناير ألفين وخمسة وعشرين"),
    ]
    assert len(cases) == 4
    assert suites.moment("weekdays: 'الأحد'") == []


def test_inputs_with_figures_of_any_script(tmp_path):
    folder = tmp_path / "Specs" / "Number" / "Arabic"
    folder.mkdir(parents=True)
    cases = [{"Input": "بعد ٣ أيام"}, {"Input": "بعد ثلاثة أيام"}, {"Input": "2 فقط"}, {"Input": "2 فقط"}]
    (folder / "NumberModel.json").write_text(json.dumps(cases), encoding="utf-8-sig")
    assert suites.recognizers(tmp_path) == ["2 فقط", "بعد ٣ أيام"]


def test_spellings_and_the_tanwin_of_scale_words_are_no_errors():
    read = {"1": "خمسة وعشرون ألفًا ومئة", "2": "اثنين"}.get
    result = suites.judged("suite", [("1", "خمسة وعشرون ألف ومائة"), ("2", "اثنان")], read)
    assert (result.total, len(result.wrong)) == (2, 1)


def test_a_digit_that_is_left_and_a_crash_are_told():
    def read(text):
        return text.replace("5", "خمسة") if "9" not in text else 1 / 0

    result = suites.judged_without_digits("suite", ["5", "٦", "9"], read)
    assert len(result.wrong) == 2
    assert "ZeroDivisionError" in result.wrong[1]


# The command


def test_a_paragraph_has_the_length_it_should():
    assert [len(arabic.paragraph(length)) for length in (1, 2_000, 50_000)] == [1, 2_000, 50_000]


@pytest.mark.parametrize("option", ["--nemo", "--arphp", "--moment", "--wikinews", "--recognizers"])
def test_a_file_that_is_not_the_suite_is_told_at_once(option, tmp_path, capsys):
    path = tmp_path if option == "--recognizers" else tmp_path / "other.txt"
    if path.suffix:
        path.write_text("something else\n", encoding="utf-8")
    assert arabic.main([option, str(path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
