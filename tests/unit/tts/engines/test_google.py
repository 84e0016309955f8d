"""The google engine on the real wire: real gTTS bodies, our session, TLS, through the stand-in's proxy."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.standins.google import StandInGoogle
from tests.texts import sentence
from tts.audio import mp3
from tts.engines import google as module
from tts.engines.base import Engine, Forgetful
from tts.engines.google import GoogleEngine
from tts.errors import EmptyAudio, EngineUnavailable, RateLimited, Rejected, TooLong

LONG = " ".join(sentence(n) for n in range(3))[:180].rsplit(" ", 1)[0]
SHORT = sentence(1, words=8)


@pytest.fixture
def engine(google: StandInGoogle, monkeypatch: pytest.MonkeyPatch) -> GoogleEngine:
    for name, value in google.environ().items():
        monkeypatch.setenv(name, value)
    return GoogleEngine()


def ask(engine: GoogleEngine, text: str) -> bytes:
    return engine.synthesize(text, engine.voices[0])


def test_it_is_an_engine(engine: GoogleEngine) -> None:
    assert isinstance(engine, Engine)
    assert "2.5.4" in engine.version


def test_one_utterance_is_one_request_word_for_word(engine: GoogleEngine, google: StandInGoogle) -> None:
    text = 'قال: «3،5 في المئة؟» ثم أضاف؛ 18:30 — FIFA & "نعم"!'
    assert mp3.frames(ask(engine, text)).is_complete
    assert google.stats()["texts"] == [text]


def test_connections_are_kept_one_a_lane(engine: GoogleEngine, google: StandInGoogle) -> None:
    google.latency = 0.02
    with ThreadPoolExecutor(engine.concurrency) as lanes:
        list(lanes.map(lambda n: ask(engine, sentence(n)), range(40)))
    stats = google.stats()
    assert stats["requests"] == 40 and stats["connections"] <= engine.concurrency


def test_the_certificate_is_checked(google: StandInGoogle, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in google.environ().items():
        if "PROXY" in name.upper():
            monkeypatch.setenv(name, value)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with pytest.raises(EngineUnavailable) as error:
        ask(GoogleEngine(), SHORT)
    assert not error.value.reached and google.stats()["requests"] == 0


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ("500", EngineUnavailable),
        ("503", EngineUnavailable),
        ("403", EngineUnavailable),
        ("400", Rejected),
        ("consent", EngineUnavailable),
        ("null", EmptyAudio),
        ("empty", EmptyAudio),
        ("truncated", EmptyAudio),
        ("garbage", EmptyAudio),
        ("reset", EngineUnavailable),
    ],
)
def test_every_fault_is_a_typed_error(engine, google, fault: str, raised: type) -> None:
    ask(engine, SHORT)  # The connection stands: none of these means that there is no network.
    google.script(fault)
    with pytest.raises(raised) as error:
        ask(engine, SHORT)
    assert getattr(error.value, "reached", True)
    assert ask(engine, SHORT)


def test_429_carries_retry_after_in_either_form(engine: GoogleEngine, google: StandInGoogle) -> None:
    google.script("429", retry_after=7)
    with pytest.raises(RateLimited) as error:
        ask(engine, SHORT)
    assert error.value.retry_after == 7
    google.script("429", retry_after=None)
    with pytest.raises(RateLimited) as error:
        ask(engine, SHORT)
    assert error.value.retry_after == module.DEFAULT_RETRY_AFTER
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 85 < module._retry_after(moment) <= 90
    for odd in ("soon", "-5", "nan", "1e9", ""):
        assert 1 <= module._retry_after(odd) <= module.LONGEST_RETRY_AFTER
    assert module._retry_after("999999999") == module.LONGEST_RETRY_AFTER


def test_a_reply_that_hangs_or_drips_ends(engine, google, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_SECONDS", 0.3)
    google.script("hang")
    with pytest.raises(EngineUnavailable, match="ReadTimeout"):
        ask(engine, SHORT)
    monkeypatch.setattr(module, "REPLY_SECONDS", 0.5)
    google.script("dribble", seconds=3)
    with pytest.raises(EngineUnavailable, match="takes over"):
        ask(engine, SHORT)


@pytest.mark.parametrize("how", ["down", "blackhole"])
def test_no_network_is_known_soon(engine: GoogleEngine, google: StandInGoogle, how: str) -> None:
    if how == "down":
        google.down()
    google.blackhole = how == "blackhole"
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable) as error:
        ask(engine, SHORT)
    assert not error.value.reached
    assert time.monotonic() - begun < 5  # Not the minutes a socket would wait; the figure is the benchmark's.


def test_the_limit_is_learnt_and_remembered(google: StandInGoogle, engine: GoogleEngine) -> None:
    google.max_chars = 100
    memory = Forgetful()
    engine = GoogleEngine(memory)
    assert engine.max_chars == 200
    with pytest.raises(TooLong):
        ask(engine, LONG)
    assert engine.max_chars == 100 == GoogleEngine(memory).max_chars
    google.reset()
    with pytest.raises(TooLong):
        ask(engine, LONG)
    assert google.stats()["requests"] == 0


def test_a_google_that_speaks_nothing_teaches_no_limit(google: StandInGoogle, engine: GoogleEngine) -> None:
    google.script("null", times=None)
    with pytest.raises(EmptyAudio):
        ask(engine, LONG)
    assert engine.max_chars == 200
    google.clear_script()
    google.script("null", times=1)
    assert ask(engine, LONG)


def test_too_little_sound_for_the_text_is_refused() -> None:
    from tests.standins import speech

    with pytest.raises(EmptyAudio, match="too short"):
        module._checked(speech.mp3("نعم"), LONG)
    with pytest.raises(EmptyAudio, match="not this text"):
        module._checked(speech.mp3(" ".join([LONG] * 3)), "ن")


def test_a_missing_certificate_bundle_is_named(engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(EngineUnavailable, match="REQUESTS_CA_BUNDLE"):
        ask(engine, SHORT)
