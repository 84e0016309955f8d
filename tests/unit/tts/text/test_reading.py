import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.reading import Firing, Reading, Rule, apply


def say(reading, pattern, words, rule="rule"):
    return reading.rewrite(rule, re.compile(pattern), lambda match: words)


def traced(reading):
    """Each spoken character with the display text it came from."""
    return [(c, reading.display[slice(*reading.span(i, i + 1))]) for i, c in enumerate(reading.spoken)]


def test_a_text_is_first_spoken_as_it_is_written():
    reading = Reading.of("خبر")
    assert (reading.display, reading.spoken, reading.firings) == ("خبر", "خبر", ())
    assert traced(reading) == [("خ", "خ"), ("ب", "ب"), ("ر", "ر")]


def test_an_empty_text_has_a_reading():
    reading = say(Reading.of(""), "خ", "ح")
    assert (reading.spoken, reading.display_cut(0)) == ("", 0)


def test_what_replaces_a_match_maps_to_all_of_it():
    reading = say(Reading.of("في 12 مايو"), r"\d+", "اثني عشر", "numbers")
    assert reading.spoken == "في اثني عشر مايو"
    assert {source for _, source in traced(reading)[3:11]} == {"12"}
    assert traced(reading)[12] == ("م", "م")
    assert reading.firings == (Firing(3, 5, "12", "اثني عشر", "numbers"),)


def test_none_leaves_a_match_alone():
    reading = Reading.of("5 و50")
    assert reading.rewrite("r", re.compile(r"\d+"), lambda m: "خمسة" if m[0] == "5" else None).spoken == "خمسة و50"
    assert reading.rewrite("r", re.compile(r"\d+"), lambda m: None) is reading


def test_a_replacement_equal_to_its_match_is_no_firing():
    reading = Reading.of("نعم")
    assert reading.rewrite("r", re.compile("نعم"), lambda m: m[0]) is reading


def test_an_empty_match_is_left_alone():
    assert say(Reading.of("نعم"), r"\b|لا", "!").spoken == "نعم"


def test_an_empty_replacement_drops_the_span_and_says_which_rule_did():
    reading = say(Reading.of("خبر [1] عاجل"), r"\[\d\] ", "", "footnote")
    assert reading.spoken == "خبر عاجل"
    assert reading.firings == (Firing(4, 8, "[1] ", "", "footnote"),)
    assert traced(reading)[4] == ("ع", "ع")


def test_a_match_over_earlier_blocks_joins_their_display_spans():
    reading = say(say(Reading.of("5 كم هنا"), "كم", "كيلومترا"), "5 كيلومترا", "خمسة كيلومترات", "units")
    assert reading.spoken == "خمسة كيلومترات هنا"
    assert reading.firings[-1] == Firing(0, 4, "5 كم", "خمسة كيلومترات", "units")


def test_a_match_on_part_of_a_block_takes_in_its_whole_display_span():
    reading = say(say(Reading.of("a12b"), "12", "xyz"), "z", "ZZ", "later")
    assert reading.spoken == "axyZZb"
    assert traced(reading)[1:5] == [("x", "12"), ("y", "12"), ("Z", "12"), ("Z", "12")]
    assert reading.firings[-1] == Firing(1, 3, "12", "xyZZ", "later")


def test_a_match_across_a_blocks_edge_widens_the_block():
    reading = say(say(Reading.of("a12b3"), "12", "xyz"), "zb", "Q")
    assert reading.spoken == "axyQ3"
    assert traced(reading)[1:4] == [("x", "12b"), ("y", "12b"), ("Q", "12b")]


def test_two_matches_in_one_block_are_one_firing():
    reading = say(say(Reading.of("12"), "12", "x-y-z"), "-", "+")
    assert reading.spoken == "x+y+z"
    assert reading.firings[1:] == (Firing(0, 2, "12", "x+y+z", "rule"),)


def test_matches_in_neighbouring_blocks_stay_apart():
    reading = say(say(Reading.of("12"), r"\d", "xy"), "x", "X")
    assert [(f.start, f.end, f.spoken) for f in reading.firings[2:]] == [(0, 1, "Xy"), (1, 2, "Xy")]


def test_a_block_is_known_by_its_inside():
    reading = say(Reading.of("a12b"), "12", "xyz")
    assert [reading.is_inside_block(i) for i in range(6)] == [False, False, True, True, False, False]


@pytest.mark.parametrize(("index", "cut"), [(0, 0), (1, 1), (2, 4), (3, 4), (4, 4), (5, 5), (6, 6)])
def test_a_cut_leaves_the_space_and_the_block_it_is_in_before_it(index, cut):
    reading = say(Reading.of("a12 bc"), "12", "xy")  # a x y _ b c
    assert reading.display_cut(index) == cut


def test_display_text_that_is_not_spoken_stays_before_the_cut():
    reading = say(Reading.of("أ 🌹ب"), "🌹", "")
    assert reading.display_cut(2) == 3


def test_readings_compare_and_hash_by_value():
    assert Reading.of("نعم") == Reading.of("نعم")
    assert hash(Reading.of("نعم")) == hash(Reading.of("نعم"))
    assert Reading.of("نعم") != say(Reading.of("نعم"), "م", "ن")


def test_a_table_of_rules_runs_in_order():
    def rule(name, pattern, words):
        return Rule(name, "", re.compile(pattern), lambda match: words, example=("", ""), spares="")

    reading = apply([rule("one", "a", "b"), rule("two", "b", "c")], Reading.of("ab"))
    assert reading.spoken == "cc"
    assert [firing.rule for firing in reading.firings] == ["one", "two", "two"]


PATTERNS = [re.compile(p) for p in ("a", "[ab]+", "b(?=c)", "c.", "x", "xa|bx", "(?<=x).", "..", r"\s+")]
REWRITES = st.lists(st.tuples(st.sampled_from(PATTERNS), st.sampled_from(["", "x", "ab", "xcx", None])), max_size=6)


@given(st.text("abc ", max_size=30), REWRITES)
def test_any_rewrites_speak_what_substitution_would_and_keep_spans_in_order(display, rewrites):
    reading, expected = Reading.of(display), display
    for pattern, words in rewrites:
        reading = reading.rewrite("r", pattern, lambda match, words=words: words)
        expected = pattern.sub(lambda match, words=words: match[0] if words is None else words, expected)
    assert reading.spoken == expected
    assert reading.display == display
    assert len(reading.starts) == len(reading.ends) == len(expected)

    spans = list(zip(reading.starts, reading.ends, strict=True))
    assert all(0 <= start < end <= len(display) for start, end in spans)
    for before, after in pairwise(spans):
        assert before == after or before[1] <= after[0]
    untouched = [
        i for i, (start, end) in enumerate(spans) if all(not f.start <= start < f.end for f in reading.firings)
    ]
    assert all(traced(reading)[i][0] == traced(reading)[i][1] for i in untouched)
    assert all(firing.display == display[firing.start : firing.end] for firing in reading.firings)
    cuts = [reading.display_cut(i) for i in range(len(expected) + 1)]
    assert cuts == sorted(cuts)
    assert cuts[0] == 0
