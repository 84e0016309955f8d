"""Bad input: a clear problem document with a stable code, or correct sound; never something in between."""

import random
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.running import Istami
from tests.standins.google import StandInGoogle
from tests.texts import paragraph, sentence
from tts.audio import codec, mp3


def refusal(reply) -> tuple[int, str]:
    """Status and code of a problem document."""
    assert reply.headers["Content-Type"] == "application/problem+json"
    body = reply.json()
    assert body["status"] == reply.status_code
    assert body["detail"] and body["title"]
    return reply.status_code, body["code"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("GET", "/audio"), ("POST", "/audio"), ("GET", "/audio.mp3"), ("GET", "/audio.vtt")],
)
def test_an_unknown_article(istami: Istami, method: str, path: str) -> None:
    assert refusal(istami.call(method, "/articles/nobody-wrote-this" + path)) == (404, "article_not_found")


@pytest.mark.parametrize("id", ["%ff%fe", "a" * 201, quote("م" * 101), "a%00b", "a%0Ab", "%C3"])
def test_an_id_that_cannot_be_one(istami: Istami, id: str) -> None:
    for method, path in (("POST", "/audio"), ("GET", "/audio.mp3"), ("GET", "")):
        assert refusal(istami.call(method, f"/articles/{id}{path}")) == (400, "invalid_article_id")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid_json"),
        (b"\xff\xfe", 400, "invalid_json"),
        (b"", 400, "invalid_json"),
        (b"[" * 100_000, 400, "invalid_json"),
        (b"[]", 400, "invalid_article"),
        (b'{"titel": "x"}', 400, "invalid_article"),
        (b'{"title": 7}', 400, "invalid_article"),
        (b'{"title": "\\ud800"}', 400, "invalid_article"),
        (b'{"title": "x", "language": "fr"}', 400, "invalid_article"),
        (b'{"title": "x", "url": "javascript:alert(1)"}', 400, "invalid_article"),
        (b'{"title": "x", "published_at": "yesterday"}', 400, "invalid_article"),
        (b"{}", 400, "invalid_article"),
    ],
)
def test_a_push_that_cannot_be_used(istami: Istami, body: bytes, status: int, code: str) -> None:
    reply = istami.call("PUT", "/articles/pushed", key=True, data=body, headers={"Content-Type": "application/json"})
    assert refusal(reply) == (status, code)
    assert istami.call("GET", "/articles/pushed").status_code == 404


def test_a_push_that_is_too_large(istami: Istami) -> None:
    reply = istami.call("PUT", "/articles/large", key=True, json={"title": "x", "paragraphs": ["م" * 1_000_001]})
    assert refusal(reply) == (413, "article_too_large")
    reply = istami.call("PUT", "/articles/large", key=True, data=b" " * (17 * 1024 * 1024))
    assert refusal(reply) == (413, "article_too_large")


def test_writing_needs_the_key(istami: Istami) -> None:
    body = {"title": "x"}
    assert refusal(istami.call("PUT", "/articles/k", json=body)) == (401, "unauthorized")
    for scheme in ("Bearer wrong", "Basic aaaa", "Bearer "):
        reply = istami.call("PUT", "/articles/k", json=body, headers={"Authorization": scheme})
        assert refusal(reply) == (401, "unauthorized")
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert refusal(istami.call("DELETE", "/articles/k")) == (401, "unauthorized")


def test_unknown_paths_and_methods(istami: Istami) -> None:
    assert refusal(istami.call("GET", "/nowhere")) == (404, "not_found")
    reply = istami.call("POST", "/articles/x/audio.mp3")
    assert refusal(reply) == (405, "method_not_allowed")
    assert "GET" in reply.headers["Allow"]


@pytest.mark.parametrize(
    ("id", "title", "body"),
    [("emoji", "😀🎉", ["👍🏽 ❤️"]), ("marks", "***", ["— … —"]), ("invisible", "\u200f\u200b", ["\u202e\u2066"])],
)
def test_nothing_to_read(istami: Istami, google: StandInGoogle, id: str, title: str, body: list[str]) -> None:
    istami.put(id, title, *body)
    assert refusal(istami.ask(id)) == (422, "nothing_to_read")
    assert refusal(istami.call("GET", f"/articles/{id}/audio.mp3")) == (422, "nothing_to_read")
    assert google.stats()["requests"] == 0


def test_only_latin_is_read(istami: Istami, google: StandInGoogle) -> None:
    istami.put("latin", "Breaking news", "The committee met on Monday in Rabat and agreed on a plan.")
    assert istami.made("latin")["duration_seconds"] > 3
    assert len(google.stats()["texts"]) == 2


def test_direction_marks_and_invisible_characters_are_not_spoken(istami: Istami, google: StandInGoogle) -> None:
    hidden = "\u202e\u200f\u2067\u200b\ufeff\u00ad"
    text = sentence(61)
    istami.put("bidi", hidden.join(text.split(" ")[:2]), hidden.join(text))
    istami.made("bidi")
    spoken = "".join(google.stats()["texts"])
    assert not set(spoken) & set(hidden)
    assert "".join(text.split()) in ["".join(asked.split()) for asked in google.stats()["texts"]]


def test_a_paragraph_of_30000_characters_without_a_space(istami: Istami, google: StandInGoogle) -> None:
    letters = random.Random(30_000)
    word = "".join(letters.choice("ابتجدرسعفقكلمنهوي") for _ in range(30_000))
    istami.put("endless", "كلمة لا تنتهي", word)
    manifest = istami.made("endless", 200)
    assert sum(len(text) for text in google.stats()["texts"]) == len(word) + len("كلمة لا تنتهي")
    assert len(istami.sound("endless")) == manifest["size_bytes"]


def test_200000_characters(istami: Istami, google: StandInGoogle) -> None:
    """Sound starts at once, the whole comes out, and nothing is left behind."""
    body, size = [], 0
    while size < 200_000:
        body.append(paragraph(7_000 + len(body), 6))
        size += len(body[-1])
    drafts = Path(istami.environ["ISTAMI_AUDIO_CACHE"])
    left_by_killed_workers = set(drafts.glob(".draft-*"))
    istami.put("novel", sentence(62), *body)
    listener = istami.call("GET", "/articles/novel/audio.mp3", stream=True)
    assert next(listener.iter_content(32_768))
    assert istami.manifest("novel")["state"] == "rendering"
    manifest = istami.made("novel", 400)
    texts = google.stats()["texts"]
    assert sorted(" ".join(texts).split()) == sorted(" ".join([sentence(62), *body]).split())
    data = istami.call("GET", manifest["audio_url"]).content
    found = mp3.frames(data)
    assert found.is_complete
    assert found.seconds == pytest.approx(manifest["duration_seconds"], abs=0.03)
    assert len(codec.decode(data[-192 * 500 :])) > 0
    assert set(drafts.glob(".draft-*")) <= left_by_killed_workers


def test_hostile_words_are_only_words(istami: Istami) -> None:
    istami.put("hostile", '<script>alert(1)</script> & "quoted"', "{{ 7*7 }} %s ../../etc/passwd")
    page = istami.call("GET", "/").text
    assert "<script>alert" not in page
    manifest = istami.made("hostile")
    assert istami.call("GET", manifest["cues_url"]).text.startswith("WEBVTT")
