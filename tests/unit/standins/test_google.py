"""The stand-in Google on the wire: asked by the real gTTS and by real sessions, through sockets and TLS."""

import base64
import io
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import av
import numpy as np
import pyloudnorm
import pytest
import requests
from gtts import gTTS, gTTSError

from tests.standins import speech
from tests.standins.google import FAULTS, HOST, PATH, RPC, StandInGoogle

ROOT = Path(__file__).resolve().parents[3]
URL = f"https://{HOST}{PATH}"
TEXT = "أعلنت الحكومة اليوم عن خطة جديدة لدعم التعليم في المناطق القروية"
DEADLINE = 10
"""Seconds until a condition that should come true is given up."""


@pytest.fixture
def google(monkeypatch) -> Iterator[StandInGoogle]:
    with StandInGoogle() as google:
        for name, value in google.environ().items():
            monkeypatch.setenv(name, value)
        yield google


@pytest.fixture
def session(google) -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture(autouse=True)
def no_thread_dies_loudly(monkeypatch):
    """A client that goes away must never become a traceback."""
    deaths: list = []
    monkeypatch.setattr(threading, "excepthook", deaths.append)
    yield
    assert not deaths


def body(text: str) -> str:
    """The body gTTS sends for a text."""
    rpc = [[[RPC, json.dumps([text, "ar", None, "null"]), None, "generic"]]]
    return f"f.req={quote(json.dumps(rpc))}&"


def ask(session: requests.Session, text: str = TEXT, timeout: float = DEADLINE) -> requests.Response:
    return session.post(URL, body(text), headers=gTTS.GOOGLE_TTS_HEADERS, timeout=timeout)


def sound(response: requests.Response) -> bytes | None:
    """The sound in a reply, found as gTTS finds it."""
    found = re.search(RPC + r'","\[\\"(.*)\\"]', response.text)
    return base64.b64decode(found[1], validate=True) if found else None


def decode(mp3: bytes) -> np.ndarray:
    """Samples from -1 to 1."""
    with av.open(io.BytesIO(mp3), format="mp3") as file:
        assert (file.streams.audio[0].rate, file.streams.audio[0].channels) == (24_000, 1)
        return np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(audio=0)])


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.005)


class TestTheRealLibrary:
    def test_gtts_saves_speech_of_a_plausible_length(self, google, tmp_path):
        gTTS(TEXT, lang="ar", lang_check=False, timeout=5).save(tmp_path / "it.mp3")

        samples = decode((tmp_path / "it.mp3").read_bytes())
        assert 10 <= len(TEXT) / (len(samples) / speech.RATE) <= 18
        assert np.abs(samples).max() > 0.1
        assert google.stats()["texts"] == [TEXT]

    def test_gtts_opens_a_connection_for_each_part(self, google):
        gTTS(f"{TEXT}. {TEXT}.", lang="ar", lang_check=False, timeout=5).write_to_fp(io.BytesIO())
        assert google.stats()["connections"] == google.stats()["requests"] == 2

    def test_gtts_calls_null_an_error(self, google):
        google.script("null")
        with pytest.raises(gTTSError, match="No audio stream in response"):
            gTTS(TEXT, lang="ar", lang_check=False, timeout=5).write_to_fp(io.BytesIO())

    def test_gtts_loses_a_sentence_in_silence_on_a_consent_page(self, google):
        google.script("consent")
        heard = io.BytesIO()
        gTTS(TEXT, lang="ar", lang_check=False, timeout=5).write_to_fp(heard)
        assert heard.getvalue() == b""


class TestTheWire:
    def test_one_connection_serves_many_requests(self, google, session):
        for number in range(20):
            assert ask(session, f"{TEXT} {number}").status_code == 200

        stats = google.stats()
        assert (stats["connections"], stats["requests"], stats["by_status"]) == (1, 20, {"200": 20})
        assert stats["peak_concurrency"] == 1

    def test_the_reply_is_shaped_as_googles(self, session):
        response = ask(session)
        guard, _, rows = response.text.partition("\n\n")
        (kind, rpc, result, *_, generic), *rest = json.loads(rows)
        assert (guard, kind, rpc, generic) == (")]}'", "wrb.fr", RPC, "generic")
        assert [row[0] for row in rest] == ["di", "af.httprm"]
        assert base64.b64decode(json.loads(result)[0]) == speech.mp3(TEXT)

    def test_lengths_stand_before_the_parts_for_those_who_ask(self, session):
        text = session.post(f"{URL}?rpcids={RPC}&rt=c", body(TEXT), headers=gTTS.GOOGLE_TTS_HEADERS).text
        rest = text.removeprefix(")]}'\n\n")
        kinds = []
        while rest:
            length = re.match(r"\d+", rest)[0]
            part = rest[len(length) : len(length) + int(length)]
            kinds += [row[0] for row in json.loads(part)]
            rest = rest[len(length) + int(length) :]
        assert kinds == ["wrb.fr", "di", "af.httprm"]

    def test_a_client_that_does_not_know_the_authority_refuses(self, google, monkeypatch):
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        with requests.Session() as session, pytest.raises(requests.exceptions.SSLError):
            ask(session)
        assert google.stats()["requests"] == 0

    @pytest.mark.parametrize(
        "address", ["https://example.com/", f"https://{HOST}:8443/", "https://translate.google.ma"]
    )
    def test_another_host_is_refused(self, session, address):
        with pytest.raises(requests.exceptions.ProxyError, match="502"):
            session.get(address, timeout=DEADLINE)

    def test_another_call_is_refused(self, google, session):
        assert session.get(f"https://{HOST}/").status_code == 404
        assert session.post(URL, "f.req=nonsense").status_code == 400
        assert google.stats()["requests"] == 0

    def test_three_hundred_connections_are_served_at_once(self, google):
        with ExitStack() as clients:
            sockets = [clients.enter_context(tunnel(google)) for _ in range(300)]
            for client in sockets:
                send(client, TEXT)
            for client in sockets:
                assert client.recv(12) == b"HTTP/1.1 200"
        assert google.stats()["connections"] == google.stats()["requests"] == 300

    def test_clients_that_go_away_are_no_news(self, google, capfd):
        google.latency = 0.05
        for farewell in (
            b"",
            b"CONNECT",
            b"\x16\x03\x01\r\n\r\n",
            f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\nnot TLS".encode(),
        ):
            with socket.create_connection(("127.0.0.1", google.port)) as client:
                client.sendall(farewell)
        for _ in range(3):
            with tunnel(google) as client:
                send(client, TEXT)
        wait_until(lambda: google.stats()["requests"] == 3 and not google.stats()["in_flight"])
        google.down()
        assert capfd.readouterr() == ("", "")

    def test_nothing_is_left_behind(self):
        others = set(threading.enumerate())  # Another stand-in may serve the whole test session.
        with StandInGoogle() as google, tunnel(google) as client:
            google.script("hang")
            send(client, TEXT)
            wait_until(lambda: google.stats()["in_flight"] == 1)
            ca = google.ca_path
            assert ca.exists()
            google.down()
        assert not ca.exists()
        started = set(threading.enumerate()) - others
        assert not [thread for thread in started if thread.name.startswith("standin-google")]


@contextmanager
def tunnel(google: StandInGoogle) -> Iterator[ssl.SSLSocket]:
    """A bare TLS connection to Google through the proxy."""
    with socket.create_connection(("127.0.0.1", google.port), timeout=DEADLINE) as plain:
        plain.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())
        assert plain.recv(1024).startswith(b"HTTP/1.1 200")
        context = ssl.create_default_context(cadata=google.ca_pem.decode())
        with context.wrap_socket(plain, server_hostname=HOST) as client:
            yield client


def send(client: socket.socket, text: str) -> None:
    data = body(text)
    client.sendall(f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(data)}\r\n\r\n{data}".encode())


class TestTheSound:
    def test_the_same_text_gives_the_same_bytes_in_every_process(self, session):
        code = f"import sys; from tests.standins import speech; sys.stdout.buffer.write(speech.mp3({TEXT!r}))"
        elsewhere = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": "1", "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        )
        assert sound(ask(session)) == elsewhere.stdout == speech.mp3(TEXT)

    def test_another_word_gives_other_bytes(self):
        assert speech.mp3("السلام عليكم") != speech.mp3("السلام عليهم")

    def test_diacritics_change_nothing(self):
        assert speech.mp3("السَّلامُ عَلَيْكُـــمْ") == speech.mp3("السلام عليكم")

    def test_it_is_made_of_whole_frames_without_any_tag(self):
        mp3 = speech.mp3(TEXT)
        assert len(mp3) % speech.FRAME == 0
        # MPEG-2 layer III, no checksum, 64 kb/s, 24 kHz, no padding: the same header on every frame.
        assert {mp3[start : start + 3] for start in range(0, len(mp3), speech.FRAME)} == {b"\xff\xf3\x84"}
        assert b"Xing" not in mp3
        assert b"Info" not in mp3

    def test_every_chunk_is_silent_at_both_ends(self):
        bank = speech._bank()
        chunks = [base64.b64decode(chunk) for group in bank["words"] for chunk in group]
        lead = base64.b64decode(bank["lead"])
        samples = decode(lead + b"".join(chunks))
        edge = int(0.05 * speech.RATE)
        start = len(samples) - sum(map(len, chunks)) * 3  # a byte lasts three samples
        for chunk in chunks:
            end = start + len(chunk) * 3
            assert np.abs(samples[start : start + edge]).max() < 0.005
            assert np.abs(samples[end - edge : end]).max() < 0.005
            assert np.abs(samples[start:end]).max() > 0.1
            start = end

    def test_it_is_as_loud_as_a_voice(self):
        assert pyloudnorm.Meter(speech.RATE).integrated_loudness(decode(speech.mp3(TEXT))) == pytest.approx(-23, abs=1)


class TestFaults:
    @pytest.mark.parametrize("status", [429, "403", "500", "503", 599])
    def test_a_status(self, google, session, status):
        google.script(status)
        response = ask(session)
        assert response.status_code == int(status)
        assert response.headers.get("Retry-After") == ("1" if status == 429 else None)
        assert ask(session).status_code == 200
        assert google.stats()["by_fault"] == {str(status): 1}
        assert google.stats()["by_status"] == {str(status): 1, "200": 1}
        assert google.stats()["connections"] == 1

    @pytest.mark.parametrize("value", [3, 0, "Wed, 21 Oct 2015 07:28:00 GMT", None])
    def test_retry_after_is_what_was_asked(self, google, session, value):
        google.script("429", retry_after=value)
        assert ask(session).headers.get("Retry-After") == (None if value is None else str(value))

    def test_consent(self, google, session):
        google.script("consent")
        response = ask(session)
        assert (response.status_code, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "Before you continue" in response.text

    def test_empty(self, google, session):
        google.script("empty")
        response = ask(session)
        assert (response.status_code, response.content) == (200, b"")

    def test_null(self, google, session):
        google.script("null")
        assert json.loads(ask(session).text.removeprefix(")]}'"))[0][:3] == ["wrb.fr", RPC, None]

    def test_truncated(self, google, session):
        google.script("truncated")
        cut, whole = sound(ask(session)), sound(ask(session))
        assert whole.startswith(cut)
        assert len(cut) / len(whole) == pytest.approx(0.4, abs=0.03)
        assert len(cut) % speech.FRAME

    def test_garbage(self, google, session):
        google.script("garbage")
        with pytest.raises((av.FFmpegError, ValueError)):
            decode(sound(ask(session)))

    def test_hang(self, google, session):
        google.script("hang")
        with pytest.raises(requests.exceptions.ReadTimeout):
            ask(session, timeout=0.2)
        wait_until(lambda: not google.stats()["in_flight"])
        assert google.stats()["by_status"] == {}
        assert ask(session).status_code == 200

    def test_reset(self, google, session):
        google.script("reset", times=2)
        with pytest.raises(requests.exceptions.ConnectionError):
            ask(session)
        with tunnel(google) as client:
            send(client, TEXT)
            # Python's ssl reports a reset as the end of the stream: look below it.
            with pytest.raises(ConnectionResetError):
                while socket.socket.recv(client, 4096):
                    pass
        assert ask(session).status_code == 200
        assert google.stats()["connections"] == 3

    def test_slow(self, google, session):
        google.script("slow", seconds=0.3)
        with pytest.raises(requests.exceptions.ReadTimeout):
            ask(session, timeout=0.1)
        google.script("slow", seconds=0.3)
        start = time.monotonic()
        assert sound(ask(session)) == speech.mp3(TEXT)
        assert time.monotonic() - start >= 0.3

    def test_dribble_passes_under_a_read_timeout(self, google, session):
        google.script("dribble", seconds=0.6)
        start = time.monotonic()
        assert sound(ask(session, timeout=0.5)) == speech.mp3(TEXT)
        assert time.monotonic() - start >= 0.6

    def test_they_come_in_order_and_run_out(self, google, session):
        google.script("503", times=2)
        google.script("429")
        assert [ask(session).status_code for _ in range(4)] == [503, 503, 429, 200]

    def test_only_the_texts_that_match(self, google, session):
        google.script("500", match="^عاجل", times=2)
        google.script("503")
        answers = [ask(session, text).status_code for text in ("خبر", "عاجل: خبر", "خبر", "عاجل: آخر")]
        assert answers == [503, 500, 200, 500]

    def test_without_a_number_they_last_until_cleared(self, google, session):
        google.script("503", times=None)
        assert {ask(session).status_code for _ in range(5)} == {503}
        google.clear_script()
        assert ask(session).status_code == 200

    def test_a_share_of_the_requests_by_seeded_dice(self, google, session):
        def answers() -> list[int]:
            google.clear_script()
            google.script("503", times=None, share=0.2, seed=7)
            return [ask(session).status_code for _ in range(60)]

        met = answers()
        assert 4 <= met.count(503) <= 24 and set(met) == {200, 503}
        assert answers() == met

    @pytest.mark.parametrize(
        "wrong",
        [
            {"fault": "hagn"},
            {"fault": 200},
            {"fault": "hang", "match": "("},
            {"fault": "hang", "times": 0},
            {"fault": "hang", "share": 0},
            {"fault": "hang", "share": 1.1},
        ],
    )
    def test_a_script_that_cannot_be_is_refused(self, google, wrong):
        with pytest.raises(ValueError, match=r"no fault|not a regular expression|0 times"):
            google.script(**wrong)

    def test_every_fault_is_tested_here(self):
        assert all(any(name.startswith(f"test_{fault}") for name in dir(TestFaults)) for fault in FAULTS)


class TestLimits:
    def test_a_text_that_is_too_long_is_answered_with_null(self, google, session):
        assert sound(ask(session, "ن" * 200))
        assert sound(ask(session, "ن" * 201)) is None
        google.max_chars = 100
        assert sound(ask(session, "ن" * 101)) is None
        assert google.stats()["by_fault"] == {"too_long": 2}
        assert google.stats()["by_status"] == {"200": 3}

    def test_a_text_without_words_is_answered_with_null(self, google, session):
        assert sound(ask(session, "؟ ! …")) is None
        assert google.stats()["by_fault"] == {"unspeakable": 1}

    def test_requests_wait_out_the_latency_side_by_side(self, google):
        google.latency = 0.4
        start = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(lambda number: sound(ask(requests.Session(), f"{TEXT} {number}")), range(8)))
        assert 0.4 <= time.monotonic() - start < 8 * 0.4

    def test_the_peak_of_concurrency_is_counted(self, google):
        google.script("hang", times=5)
        with ExitStack() as clients:
            for number in range(5):
                send(clients.enter_context(tunnel(google)), f"{TEXT} {number}")
            wait_until(lambda: google.stats()["in_flight"] == 5)
        wait_until(lambda: google.stats()["in_flight"] == 0)
        assert google.stats()["peak_concurrency"] == 5
        assert sorted(google.stats()["texts"]) == [f"{TEXT} {number}" for number in range(5)]

    def test_reset_counts_from_zero_and_keeps_the_script(self, google, session):
        ask(session)
        google.script("503")
        google.reset()
        assert google.stats() == {
            "requests": 0,
            "connections": 0,
            "in_flight": 0,
            "peak_concurrency": 0,
            "by_status": {},
            "by_fault": {},
            "texts": [],
        }
        assert ask(session).status_code == 503


class TestBeingThereOrNot:
    def test_down_refuses_and_up_serves_again(self, google, session):
        ask(session)
        google.down()
        for _ in range(2):  # The connection that was open is cut; a new one is refused.
            with pytest.raises(requests.exceptions.ConnectionError):
                ask(session)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", google.port))
        google.up()
        assert ask(session).status_code == 200

    def test_down_ends_the_answers_that_are_on_their_way(self, google):
        google.latency = 60
        with tunnel(google) as client:
            send(client, TEXT)
            wait_until(lambda: google.stats()["in_flight"] == 1)
            google.down()
            assert google.stats()["in_flight"] == 0
            assert client.recv(1) == b""

    def test_down_and_up_twice_are_harmless(self, google, session):
        google.down()
        google.down()
        google.up()
        google.up()
        assert ask(session).status_code == 200

    def test_blackhole_never_answers(self, google, session):
        google.blackhole = True
        with pytest.raises(requests.exceptions.Timeout):
            ask(session, timeout=0.2)
        assert (google.stats()["connections"], google.stats()["requests"]) == (1, 0)
        google.blackhole = False
        assert ask(session).status_code == 200


@pytest.fixture
def process(tmp_path) -> Iterator[tuple[subprocess.Popen, str, Path]]:
    """The stand-in as a process of its own, its address and its CA file."""
    ca = tmp_path / "ca.pem"
    command = [sys.executable, "-m", "tests.standins.google", "--max-chars", "100", "--ca", str(ca)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            assert re.fullmatch(r"listening on 127\.0\.0\.1:\d+\n", line)
            yield process, f"http://{line.split()[-1]}", ca
        finally:
            process.kill()


class TestAsAProcess:
    def test_it_is_driven_over_http_and_stops_on_sigterm(self, process, monkeypatch):
        running, url, ca = process
        monkeypatch.setenv("HTTPS_PROXY", url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca))
        with requests.Session() as session:
            assert requests.get(f"{url}/ca.pem").content == ca.read_bytes()
            assert sound(ask(session)) == speech.mp3(TEXT)
            assert sound(ask(session, "ن" * 101)) is None

            assert requests.post(f"{url}/reset").ok
            assert requests.post(f"{url}/settings", json={"latency": 0.1, "max_chars": 300}).ok
            assert requests.post(f"{url}/script", json={"fault": "429", "retry_after": 3, "match": "خطة"}).ok
            assert sound(ask(session, "ن" * 300))
            assert ask(session).headers["Retry-After"] == "3"
            stats = requests.get(f"{url}/stats").json()
            assert stats["by_status"] == {"200": 1, "429": 1}
            assert stats["texts"][1] == TEXT

            assert requests.post(f"{url}/script", json={"fault": "503", "times": None}).ok
            assert requests.delete(f"{url}/script").ok
            assert ask(session).ok

            running.send_signal(signal.SIGTERM)
            assert running.wait(DEADLINE) == 0
            assert running.stderr.read() == ""

    @pytest.mark.parametrize(
        ("path", "data", "status"),
        [
            ("/script", '{"fault": "hagn"}', 400),
            ("/script", '{"flaut": "hang"}', 400),
            ("/script", '{"fault": "hang", "times": "many"}', 400),
            ("/settings", "[]", 400),
            ("/settings", "{", 400),
            ("/nothing", "", 404),
        ],
    )
    def test_a_mistake_is_explained(self, google, path, data, status):
        response = requests.post(google.url + path, data)
        assert response.status_code == status
        assert response.json()["error"]

    def test_help_shows_an_example_and_every_fault(self):
        command = [sys.executable, "-m", "tests.standins.google", "--help"]
        text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert "example:\n  python -m tests.standins.google --port" in text
        assert all(re.search(rf"^  {fault} +\S", text, re.MULTILINE) for fault in FAULTS)
