import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.cues import from_json, to_json, to_webvtt
from tts.model import Cue


def cue(text="مرحبا", start=0.0, end=1.0, passage=0, first=0):
    return Cue(start, end, text, passage, first, first + len(text))


def blocks(webvtt):
    """Identifier, start, end and payload of each cue, read as a browser does: blocks parted by blank lines."""
    header, *rest = webvtt.rstrip("\n").split("\n\n")
    assert header == "WEBVTT"
    for block in rest:
        identifier, times, payload = block.split("\n")
        start, end = re.fullmatch(r"(\d{2,}:\d\d:\d\d\.\d{3}) --> (\d{2,}:\d\d:\d\d\.\d{3})", times).groups()
        yield identifier, start, end, payload


def milliseconds(clock):
    hours, minutes, seconds = clock.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + int(seconds.replace(".", ""))


def test_cues_become_a_webvtt_file():
    cues = [cue("افتتاح المعرض", 0.046, 1.5), cue("قال الوزير: ", 1.5, 2.25, passage=1, first=14)]
    assert to_webvtt(cues) == (
        "WEBVTT\n\n"
        "0.0\n00:00:00.046 --> 00:00:01.500\nافتتاح المعرض\n\n"
        "1.14\n00:00:01.500 --> 00:00:02.250\nقال الوزير:\n"
    )


def test_no_cues_are_an_empty_file():
    assert to_webvtt([]) == "WEBVTT\n"


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("أ & ب < ج > د", "أ &amp; ب &lt; ج &gt; د"),
        ("من --> إلى", "من --&gt; إلى"),
        ("&amp;", "&amp;amp;"),
        ("سطر\nثان\r\n\r\nثالث\u2028رابع", "سطر ثان ثالث رابع"),
        ("  نص  ", "نص"),
        ("نص\ud800\x00نص", "نص\ufffd نص"),
    ],
)
def test_payloads_are_escaped_and_on_one_line(text, payload):
    [(_, _, _, written)] = blocks(to_webvtt([cue(text)]))
    assert written == payload


def test_blank_cues_are_left_out():
    assert [block[0] for block in blocks(to_webvtt([cue("", first=1), cue(" \n ", first=2), cue("نص", first=3)]))] == [
        "0.3"
    ]


@pytest.mark.parametrize(
    ("seconds", "clock"),
    [
        (0, "00:00:00.000"),
        (59.9994, "00:00:59.999"),
        (59.9996, "00:01:00.000"),
        (3599.9999, "01:00:00.000"),
        (360_000, "100:00:00.000"),
    ],
)
def test_times_are_written_as_clocks(seconds, clock):
    [(_, start, _, _)] = blocks(to_webvtt([cue(start=seconds, end=seconds + 2)]))
    assert start == clock


def test_times_never_go_back():
    cues = [cue(start=1, end=2), cue(start=1.9996, end=1.9997), cue(start=1.5, end=1.5), cue(start=3, end=4)]
    assert [(milliseconds(start), milliseconds(end)) for _, start, end, _ in blocks(to_webvtt(cues))] == [
        (1000, 2000),
        (2000, 2001),
        (2001, 2002),
        (3000, 4000),
    ]


def test_json_has_one_key_a_field():
    assert to_json([cue("نص", 1.0, 2.5, 3, 4)]) == [
        {"start": 1.0, "end": 2.5, "text": "نص", "passage": 3, "first": 4, "last": 6}
    ]


seconds = st.floats(0, 400_000, allow_nan=False)
cues = st.lists(
    st.builds(
        Cue,
        seconds,
        seconds,
        st.text(st.characters()),
        st.integers(0, 999),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
    )
)


@given(cues)
def test_json_comes_back_as_it_was(some):
    assert from_json(to_json(some)) == tuple(some)
    assert from_json(json.loads(json.dumps(to_json(some)))) == tuple(some)


@given(cues)
def test_any_cues_make_a_file_that_can_be_read(some):
    written = to_webvtt(iter(some))
    assert written.encode("utf-8")
    assert written.endswith("\n")
    read = list(blocks(written))
    assert len(read) <= len(some)
    times = [milliseconds(clock) for _, start, end, _ in read for clock in (start, end)]
    assert all(before <= after for before, after in pairwise(times))
    assert all(milliseconds(start) < milliseconds(end) for _, start, end, _ in read)
    assert not any("-->" in payload or "<" in payload for *_, payload in read)
