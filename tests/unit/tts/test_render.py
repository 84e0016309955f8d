"""Rendering: segments in order, nothing lost, faults retried or handed to the understudy."""

import threading
from collections import defaultdict
from contextlib import AbstractContextManager

import numpy as np
import pytest

from tests.standins.engine import ScriptedEngine
from tests.texts import paragraph, paragraphs, sentence
from tts import render as renders
from tts.audio import codec, loudness, mp3
from tts.errors import EmptyAudio, EngineUnavailable, NothingToRead, RateLimited, Rejected, TooLong
from tts.model import Request, Script, Segment
from tts.render import Gate, render
from tts.text import script as scripts


class DictCache(dict):
    def put(self, request: Request, sound: bytes) -> None:
        self[request] = sound


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renders, "FIRST_BACKOFF_S", 0.001)


def build(count: int = 5, title: str = sentence(1), seed: int = 5) -> Script:
    return scripts.build(title, paragraphs(seed, count), 200)


def words(texts: list[str]) -> list[str]:
    return sorted(" ".join(texts).split())


def all_words(script: Script) -> list[str]:
    return words([passage.text for passage in script.passages])


def test_segments_come_in_order_and_say_everything() -> None:
    engine, script = ScriptedEngine(), build()
    segments = list(render(script, [engine], "ar"))
    assert [segment.index for segment in segments] == list(range(6))
    assert words(engine.texts) == all_words(script)
    assert {segment.engine for segment in segments} == {"google"}
    for segment, passage in zip(segments, script.passages, strict=True):
        assert "".join(cue.text for cue in segment.cues) == passage.text
        assert segment.cues[-1].end == pytest.approx(segment.duration)


def test_the_bytes_are_a_function_of_the_content() -> None:
    first = [segment.data for segment in render(build(), [ScriptedEngine()], "ar")]
    second = [segment.data for segment in render(build(), [ScriptedEngine(concurrency=1)], "ar")]
    assert first == second


def test_the_first_segment_does_not_wait_for_the_last() -> None:
    script, release = build(8), threading.Event()

    class Slow(ScriptedEngine):
        def synthesize(self, text, voice):
            if text in script.passages[-1].text:
                assert release.wait(20)
            return super().synthesize(text, voice)

    segments = render(script, [Slow()], "ar")
    early = [next(segments) for _ in range(6)]
    release.set()
    assert len(early) + len(list(segments)) == 9


def test_loudness_is_on_target_with_one_gain() -> None:
    segments = list(render(build(), [ScriptedEngine()], "ar"))
    assert len({segment.gains["google"] for segment in segments}) == 1
    samples = codec.decode(b"".join(segment.data for segment in segments))
    assert abs(loudness.loudness(samples) - loudness.TARGET_LUFS) <= 1
    assert loudness.true_peak(samples) <= -1


def test_a_short_title_waits_for_the_first_paragraph_to_set_the_gain() -> None:
    script = build(3, title="خبر.")
    gains = [segment.gains["google"] for segment in render(script, [ScriptedEngine()], "ar")]
    assert len(set(gains)) == 1
    alone = next(iter(render(scripts.build("خبر.", [], 200), [ScriptedEngine()], "ar")))
    assert alone.data


def test_joins_are_silent() -> None:
    segments = list(render(build(), [ScriptedEngine()], "ar"))
    samples = np.abs(codec.decode(b"".join(segment.data for segment in segments)).astype(int))
    end = 0.0
    for segment in segments[:-1]:
        end += segment.duration
        at = round(end * mp3.RATE)
        assert samples[at - mp3.RATE // 20 : at + mp3.RATE // 25].max() <= 12


def test_passing_faults_are_tried_again() -> None:
    engine = ScriptedEngine()
    engine.fails(EmptyAudio(), times=2)
    engine.fails(EngineUnavailable("503"), times=1)
    engine.fails(RateLimited(0.01), times=2)
    script = build()
    segments = list(render(script, [engine, ScriptedEngine("espeak")], "ar"))
    assert {segment.engine for segment in segments} == {"google"}
    assert len(segments) == 6


def test_the_understudy_takes_over_at_a_passage_boundary_and_stays() -> None:
    script = build(6)
    google, espeak = ScriptedEngine(), ScriptedEngine("espeak", max_chars=300, concurrency=1)
    google.fails(EngineUnavailable("503"), containing=script.passages[3].utterances[1].spoken, times=99)
    segments = list(render(script, [google, espeak], "ar"))
    assert [segment.engine for segment in segments] == ["google"] * 3 + ["espeak"] * 4
    assert words(espeak.texts) == words([passage.text for passage in script.passages[3:]])
    assert segments[-1].gains.keys() == {"google", "espeak"}


def test_a_dead_network_is_not_tried_twice() -> None:
    google, espeak = ScriptedEngine(concurrency=1), ScriptedEngine("espeak")
    google.is_down(EngineUnavailable("no route", reached=False))
    segments = list(render(build(), [google, espeak], "ar"))
    assert {segment.engine for segment in segments} == {"espeak"}
    assert len(google.texts) <= 2  # The one that failed, and at most one more that its lane had begun.


def test_a_refused_text_goes_to_the_understudy_alone() -> None:
    script = build(5)
    google, espeak = ScriptedEngine(), ScriptedEngine("espeak")
    google.fails(Rejected(), containing=script.passages[2].utterances[0].spoken, times=99)
    segments = list(render(script, [google, espeak], "ar"))
    assert [segment.engine for segment in segments] == ["google"] * 2 + ["espeak"] + ["google"] * 3


def test_with_no_understudy_the_error_comes_out_and_no_half_segment_with_it() -> None:
    script = build(4)
    google = ScriptedEngine()
    google.fails(EmptyAudio(), containing=script.passages[2].utterances[1].spoken, times=99)
    made: list[Segment] = []
    with pytest.raises(EmptyAudio):
        made.extend(render(script, [google], "ar"))
    assert len(made) <= 2


def test_a_long_rate_limit_goes_to_the_understudy_or_out() -> None:
    google = ScriptedEngine()
    google.is_down(RateLimited(1800))
    segments = list(render(build(), [google, ScriptedEngine("espeak")], "ar"))
    assert {segment.engine for segment in segments} == {"espeak"}
    with pytest.raises(RateLimited):
        list(render(build(), [google], "ar"))


def test_a_closed_gate_asks_nothing_of_the_engine() -> None:
    class Closed(Gate):
        def allows(self, engine):
            return engine.name != "google"

        def may_try(self, engine):
            return False

    google = ScriptedEngine()
    assert list(render(build(), [google, ScriptedEngine("espeak")], "ar", gate=Closed()))
    with pytest.raises(EngineUnavailable):
        list(render(build(), [google], "ar", gate=Closed()))
    assert not google.texts


def test_when_the_engine_takes_less_the_same_passage_is_cut_again() -> None:
    class Shrinking(ScriptedEngine):
        def synthesize(self, text, voice):
            if len(text) > 100:
                self.max_chars = 100
                raise TooLong
            return super().synthesize(text, voice)

    script, engine = build(), Shrinking()
    segments = list(render(script, [engine], "ar"))
    assert [segment.index for segment in segments] == list(range(6))
    assert words([cue.text for segment in segments for cue in segment.cues]) == all_words(script)
    assert max(map(len, engine.texts)) <= 100


def test_what_is_cached_is_not_asked_for_again() -> None:
    cache, script = DictCache(), build(5)
    list(render(script, [ScriptedEngine()], "ar", cache))
    engine = ScriptedEngine()
    changed = [*paragraphs(5, 5)]
    changed[3] = paragraph(4711)
    list(render(scripts.build(sentence(1), changed, 200), [engine], "ar", cache))
    assert words(engine.texts) == words([changed[3]])


def test_a_damaged_cached_reply_is_asked_for_again() -> None:
    cache, script = DictCache(), build(2)
    list(render(script, [ScriptedEngine()], "ar", cache))
    for request in cache:
        cache[request] = b"damaged"
    engine = ScriptedEngine()
    assert len(list(render(script, [engine], "ar", cache))) == 3
    assert words(engine.texts) == all_words(script)


def test_a_second_try_goes_on_where_the_first_stopped() -> None:
    script = build(5)
    whole = list(render(script, [ScriptedEngine()], "ar"))
    engine = ScriptedEngine()
    rest = list(render(script, [engine], "ar", start=4, gains=whole[3].gains))
    assert [segment.data for segment in whole[:4] + rest] == [segment.data for segment in whole]
    assert words(engine.texts) == words([passage.text for passage in script.passages[4:]])


def test_nothing_to_read() -> None:
    for script in (scripts.build("", [], 200), scripts.build("😀", ["***", "—"], 200)):
        with pytest.raises(NothingToRead):
            list(render(script, [ScriptedEngine()], "ar"))


def test_a_passage_of_marks_is_a_pause_in_its_place() -> None:
    script = scripts.build(sentence(1), [paragraph(1), "* * *", paragraph(2)], 200)
    segments = list(render(script, [ScriptedEngine()], "ar"))
    assert [segment.engine for segment in segments] == ["google", "google", "", "google"]
    assert not codec.decode(segments[2].data).any()


def test_giving_up_early_stops_the_lanes() -> None:
    engine = ScriptedEngine()
    segments = render(build(40), [engine], "ar")
    next(segments)
    segments.close()
    asked = len(engine.texts)
    assert asked < 60
    assert threading.active_count() < 30


def test_lookahead_is_bounded() -> None:
    engine = ScriptedEngine()
    segments = render(build(60), [engine], "ar")
    next(segments)
    for _ in range(200):
        threading.Event().wait(0.005)
    assert len(engine.texts) <= engine.concurrency * renders.LOOKAHEAD + 6
    segments.close()


class Unheard(Gate):
    """Nobody waits for the sound, or until somebody does."""

    def __init__(self) -> None:
        self.has_reader = False
        self.turns: list[tuple[int, int]] = []
        self._lanes = threading.Semaphore(1)
        self._claims: dict[Request, threading.Lock] = defaultdict(threading.Lock)

    def can_wait(self) -> bool:
        return not self.has_reader

    def claim(self, request: Request) -> AbstractContextManager:
        return self._claims[request]

    def lane(self, engine) -> AbstractContextManager:
        return self._lanes

    def turn(self, engine, characters: int) -> float:
        self.turns.append((characters, self._lanes._value))
        return 0.0


def test_what_can_wait_is_not_spoken_by_the_understudy() -> None:
    script, star, understudy = build(), ScriptedEngine(), ScriptedEngine("understudy")
    star.fails(EngineUnavailable(), containing=script.passages[3].text[:12], times=99)
    segments = render(script, [star, understudy], "ar", gate=Unheard())
    with pytest.raises(EngineUnavailable):
        list(segments)
    assert understudy.texts == []


def test_it_waits_for_an_engine_that_rests_too() -> None:
    class Resting(Unheard):
        def allows(self, engine) -> bool:
            return engine.name == "understudy"

        def may_try(self, engine) -> bool:
            return False

    understudy = ScriptedEngine("understudy")
    with pytest.raises(EngineUnavailable):
        list(render(build(), [ScriptedEngine(), understudy], "ar", gate=Resting()))
    assert understudy.texts == []


def test_a_passage_the_engine_refuses_cannot_wait() -> None:
    script, star, understudy = build(), ScriptedEngine(), ScriptedEngine("understudy")
    star.fails(Rejected(), containing=script.passages[3].text[:12])
    speakers = [segment.engine for segment in render(script, [star, understudy], "ar", gate=Unheard())]
    assert speakers == ["google"] * 3 + ["understudy"] + ["google"] * 2


@pytest.mark.parametrize("has_understudy", [True, False])
def test_what_the_engine_refuses_altogether_can_wait(has_understudy: bool) -> None:
    """It is the engine's fault then, not the text's: a try later may succeed."""
    script, star, understudy, cache = build(), ScriptedEngine(), ScriptedEngine("understudy"), DictCache()
    list(render(scripts.build(script.passages[4].text, [], 200), [star], "ar", cache))  # A sentence known from before.
    star.is_down(Rejected("400"))
    with pytest.raises(EngineUnavailable, match="google refuses most of this article: 400"):
        list(render(script, [star, understudy][: 1 + has_understudy], "ar", cache, Unheard()))
    assert len(set(understudy.texts)) <= 2
    speakers = {segment.engine for segment in render(script, [star, understudy], "ar")}
    assert speakers == {"understudy"}  # A reader hears it all the same.


def test_once_somebody_waits_the_understudy_takes_over() -> None:
    gate, script, star, understudy = Unheard(), build(), ScriptedEngine(), ScriptedEngine("understudy")
    star.fails(EngineUnavailable(), containing=script.passages[3].text[:12], times=99)
    segments = render(script, [star, understudy], "ar", gate=gate)
    speakers = [next(segments).engine]
    gate.has_reader = True
    speakers += [segment.engine for segment in segments]
    assert speakers == ["google"] * 3 + ["understudy"] * 3


def test_every_request_has_a_lane_and_is_counted_in_characters() -> None:
    gate, engine = Unheard(), ScriptedEngine()
    engine.fails(EngineUnavailable(), times=2)
    list(render(build(), [engine], "ar", gate=gate))
    assert sorted(characters for characters, _ in gate.turns) == sorted(map(len, engine.texts))
    assert {free for _, free in gate.turns} == {0}
    assert len(engine.texts) == len(set(engine.texts)) + 2


def test_an_utterance_that_stands_twice_is_asked_for_once() -> None:
    engine, twice = ScriptedEngine(), sentence(77)
    script = scripts.build(sentence(1), [twice, twice, twice], 200)
    segments = list(render(script, [engine], "ar", DictCache(), Unheard()))
    assert len(segments) == 4 and len(engine.texts) == 2
