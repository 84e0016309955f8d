"""A text changes: the old sound plays on until the new one stands; a correction takes it away at once."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.hooking import SECRET, code, send, signed, state, tell
from tests.running import Istami, wait_for
from tests.standins.google import StandInGoogle
from tests.standins.wordpress import StandInWordPress
from tests.texts import paragraphs, sentence
from web.hook import CALLS_AT_ONCE

HOOK = {"ISTAMI_HOOK_SECRET": SECRET, "ISTAMI_BATCH_EVERY": "0"}


@pytest.fixture(scope="module")
def _pushed(_google: StandInGoogle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Istami]:
    with Istami(tmp_path_factory.mktemp("pushed"), **_google.environ(), **HOOK) as service:
        yield service


@pytest.fixture
def pushed(_pushed: Istami, google: StandInGoogle) -> Istami:
    """A service whose articles are pushed."""
    return _pushed


@pytest.fixture(scope="module")
def _wordpress() -> Iterator[StandInWordPress]:
    with StandInWordPress() as wordpress:
        yield wordpress


@pytest.fixture
def wordpress(_wordpress: StandInWordPress) -> Iterator[StandInWordPress]:
    """A site that is well, and whose requests are counted from zero."""
    _wordpress.reset()
    yield _wordpress
    _wordpress.clear_faults()


@pytest.fixture(scope="module")
def _drawn(
    _google: StandInGoogle, _wordpress: StandInWordPress, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Istami]:
    # The stand-in for Google is the proxy for https; the site is asked in plain HTTP.
    environ = {"ISTAMI_ARTICLES": _wordpress.source_url, **_google.environ(), **HOOK}
    with Istami(tmp_path_factory.mktemp("drawn"), **environ) as service:
        yield service


@pytest.fixture
def drawn(_drawn: Istami, google: StandInGoogle, wordpress: StandInWordPress) -> Istami:
    """A service whose articles are those of a WordPress site."""
    return _drawn


def get(istami: Istami, id: str, query: str = "", **options: Any) -> requests.Response:
    return istami.call("GET", f"/articles/{id}/audio.mp3{query}", **options)


def renewed(istami: Istami, id: str, rendition: str) -> dict[str, Any]:
    """Waits for another rendition than that, without asking for it; gives its manifest."""

    def found() -> dict[str, Any] | None:
        manifest = istami.manifest(id)
        return manifest if manifest.get("state") == "ready" and manifest["rendition"] != rendition else None

    return wait_for(found, 40, f"new sound of {id}")


def marked_up(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def asked(wordpress: StandInWordPress, id: int) -> int:
    """How often the site was asked for the post."""
    return sum(request.path.endswith(f"/posts/{id}") for request in wordpress.requests)


def age(istami: Istami) -> None:
    """Time passes: what is known of the articles was last asked for two minutes ago."""
    for path in Path(istami.environ["ISTAMI_AUDIO_CACHE"]).rglob("texts/*/*.json"):
        record = json.loads(path.read_text())
        if "asked_at" in record:
            asked_at = datetime.fromisoformat(record["asked_at"]) - timedelta(minutes=2)
            path.write_text(json.dumps({**record, "asked_at": asked_at.isoformat()}))


# -- The old sound plays on -------------------------------------------------------------------------------------------


def test_the_old_sound_plays_on_and_only_what_is_new_is_asked_for(pushed: Istami, google: StandInGoogle) -> None:
    body = paragraphs(1, 4)
    pushed.put("changed", sentence(1), *body)
    first = pushed.made("changed")
    old = get(pushed, "changed")
    google.reset()
    google.latency = 1.0
    body[2] = sentence(101)
    assert tell(pushed, id="changed", title=sentence(1), paragraphs=body)["asked"] == "asked"
    during = get(pushed, "changed")  # While the new one is made.
    assert (during.content, during.headers["ETag"]) == (old.content, old.headers["ETag"])
    assert during.headers["Cache-Control"] == "no-cache"
    second = renewed(pushed, "changed", first["rendition"])
    texts = google.stats()["texts"]
    assert texts and all(text in sentence(101) for text in texts)
    assert len(texts) == len(set(texts))

    new = get(pushed, "changed", headers={"If-None-Match": old.headers["ETag"]})
    assert new.status_code == 200 and new.headers["ETag"] == f'"{second["rendition"]}"' != old.headers["ETag"]
    head = pushed.call("HEAD", "/articles/changed/audio.mp3", headers={"If-None-Match": old.headers["ETag"]})
    assert (head.status_code, head.headers["ETag"]) == (200, new.headers["ETag"])
    for method in ("GET", "HEAD"):
        same = pushed.call(method, "/articles/changed/audio.mp3", headers={"If-None-Match": new.headers["ETag"]})
        assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", new.headers["ETag"])
    # Whoever is in the middle of the old sound can go on.
    assert get(pushed, "changed", f"?v={first['rendition']}").content == old.content


# -- Corrections ------------------------------------------------------------------------------------------------------


def test_a_correction_takes_the_old_sound_away_at_once(pushed: Istami, google: StandInGoogle) -> None:
    pushed.put("corrected", sentence(2), *paragraphs(2, 3))
    first = pushed.made("corrected")
    etag = get(pushed, "corrected").headers["ETag"]
    google.latency = 0.5
    body = [*paragraphs(2, 2), sentence(102)]
    assert tell(pushed, id="corrected", title=sentence(2), paragraphs=body, correction=True)["asked"] == "asked"
    for name in ("audio.mp3", "audio.vtt"):  # The addresses of the old sound lead to the new one.
        gone = pushed.call("GET", f"/articles/corrected/{name}?v={first['rendition']}", allow_redirects=False)
        assert (gone.status_code, gone.headers["Location"]) == (302, f"/articles/corrected/{name}")
        assert "immutable" not in gone.headers.get("Cache-Control", "")
    live = get(pushed, "corrected", headers={"If-None-Match": etag})
    assert live.status_code == 200 and live.headers["Cache-Control"] == "no-store" and "ETag" not in live.headers
    second = renewed(pushed, "corrected", first["rendition"])
    assert get(pushed, "corrected").content == live.content
    assert get(pushed, "corrected").headers["ETag"] == f'"{second["rendition"]}"'
    assert pushed.call("GET", first["cues_url"]).text == pushed.call("GET", second["cues_url"]).text
    assert not list(Path(pushed.environ["ISTAMI_AUDIO_CACHE"]).rglob(f"{first['rendition']}.*"))


def test_a_correction_told_twice_is_one(pushed: Istami) -> None:
    pushed.put("twice", sentence(9))
    first = pushed.made("twice")
    for _ in range(2):
        tell(pushed, id="twice", title=sentence(109), correction=True)
        second = renewed(pushed, "twice", first["rendition"])
    assert tell(pushed, id="twice", title=sentence(109), correction=True)["asked"] == "ready"
    assert get(pushed, "twice").headers["ETag"] == f'"{second["rendition"]}"'


def test_a_post_made_private_is_shown_no_more(drawn: Istami, wordpress: StandInWordPress) -> None:
    wordpress.publish(7, sentence(17), marked_up(sentence(117)))
    drawn.made("7")
    wordpress.change(7, password="secret-word")
    age(drawn)
    for path in ("/articles/7", "/demo/7"):  # Whoever reads it, and hears nothing, lets it be looked at.
        wait_for(lambda path=path: drawn.call("GET", path).status_code == 404, 10, f"the end of {path}")


def test_whoever_listens_to_what_is_corrected_is_cut_off(pushed: Istami, google: StandInGoogle) -> None:
    google.latency = 0.4
    pushed.put("listened", sentence(3), *paragraphs(3, 15))
    chunks = get(pushed, "listened", stream=True).iter_content(1000)
    next(chunks)
    tell(pushed, id="listened", title=sentence(3), paragraphs=[sentence(103)], correction=True)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        list(chunks)
    assert pushed.made("listened")["progress"]["segments_total"] == 2


def test_whoever_waits_for_what_is_corrected_hears_the_new_words(pushed: Istami, google: StandInGoogle) -> None:
    google.latency = 3.0
    pushed.put("waited", sentence(7), *paragraphs(7, 2))
    heard: list[requests.Response] = []
    listener = threading.Thread(target=lambda: heard.append(get(pushed, "waited")))
    listener.start()
    wait_for(lambda: google.stats()["requests"], 10, "the first words to be asked for")
    google.latency = 0.0
    tell(pushed, id="waited", title=sentence(107), paragraphs=[], correction=True)
    listener.join()
    assert heard[0].status_code == 200
    renewed(pushed, "waited", "")
    assert heard[0].content == get(pushed, "waited").content


def test_a_correction_is_one_in_every_voice(google: StandInGoogle, tmp_path: Path) -> None:
    with Istami(tmp_path, ISTAMI_ENGINES="espeak", **HOOK) as istami:
        istami.put("voices", sentence(8))
        istami.made("voices")
        deep = "/articles/voices/audio.mp3?voice=ar-deep"
        assert istami.call("GET", deep).status_code == 200
        wait_for(lambda: istami.call("HEAD", deep).headers.get("ETag"), 10, "the deep voice's file")
        tell(istami, id="voices", title=sentence(108), correction=True)
        assert "ETag" not in istami.call("HEAD", deep).headers
        renewed(istami, "voices", "")
        assert len(list((tmp_path / "cache").rglob("renditions/*/*/*.mp3"))) == 1


def test_a_correction_of_what_was_put_before(pushed: Istami) -> None:
    pushed.put("before", sentence(4))
    first = pushed.made("before")
    pushed.put("before", sentence(104))
    assert get(pushed, "before").headers["ETag"] == f'"{first["rendition"]}"'  # Put alone is no correction.
    tell(pushed, id="before", correction=True)
    assert get(pushed, "before", f"?v={first['rendition']}", allow_redirects=False).status_code == 302
    renewed(pushed, "before", first["rendition"])


def test_a_correction_without_new_words_withdraws_until_they_come(pushed: Istami) -> None:
    pushed.put("wrong", sentence(5))
    first = pushed.made("wrong")
    answer = tell(pushed, id="wrong", correction=True)
    assert answer == {"article_id": "wrong", "state": "withdrawn", "asked": "withdrawn"}
    for path in ("/articles/wrong/audio.mp3", first["audio_url"], first["cues_url"]):
        assert code(pushed.call("GET", path)) == (410, "withdrawn")
    assert tell(pushed, id="wrong")["asked"] == "withdrawn"
    assert tell(pushed, id="wrong", title=sentence(105))["asked"] == "asked"
    renewed(pushed, "wrong", first["rendition"])


def test_a_wrong_correction_changes_nothing(pushed: Istami) -> None:
    pushed.put("typo", sentence(6))
    rendition = pushed.made("typo")["rendition"]
    reply = send(pushed, signed(b'{"id": "typo", "correction": true, "paragraphs": "one"}'))
    assert code(reply) == (400, "invalid_article")
    assert pushed.manifest("typo")["rendition"] == rendition


# -- A site of its own ------------------------------------------------------------------------------------------------


def test_a_change_is_seen_after_the_click_not_before(drawn: Istami, wordpress: StandInWordPress) -> None:
    wordpress.publish(1, sentence(11), marked_up(*paragraphs(11, 2)))
    first = drawn.made("1")
    wordpress.change(1, html=marked_up(sentence(111)))
    old = get(drawn, "1")
    assert asked(wordpress, 1) == 1  # It was asked for within the minute.
    age(drawn)
    wordpress.fault("slow", match="/posts/1", seconds=2)
    replies: list[requests.Response] = []
    clicks = [threading.Thread(target=lambda: replies.append(get(drawn, "1"))) for _ in range(20)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert [(reply.content, reply.elapsed.total_seconds() < 1) for reply in replies] == [(old.content, True)] * 20
    second = renewed(drawn, "1", first["rendition"])
    assert get(drawn, "1").headers["ETag"] == f'"{second["rendition"]}"'
    assert asked(wordpress, 1) == 2
    assert drawn.call("GET", "/articles/1").json()["paragraphs"] == [sentence(111)]


def test_what_is_gone_from_the_site_is_heard_no_more(drawn: Istami, wordpress: StandInWordPress) -> None:
    wordpress.publish(2, sentence(12), marked_up(sentence(112)))
    drawn.made("2")
    wordpress.trash(2)
    age(drawn)
    assert get(drawn, "2").status_code == 200
    wait_for(lambda: get(drawn, "2").status_code == 404, 10, "the article to be missed")
    assert code(drawn.ask("2")) == (404, "article_not_found")


def test_the_hook_has_the_site_asked_at_once(drawn: Istami, wordpress: StandInWordPress) -> None:
    post = {"ID": 3, "post_status": "publish"}
    wordpress.publish(3, sentence(13), marked_up(sentence(113)))
    assert tell(drawn, **post)["asked"] == "asked"
    first = renewed(drawn, "3", "")
    wordpress.change(3, html=marked_up(sentence(213)))
    assert tell(drawn, **post)["asked"] == "asked"
    second = renewed(drawn, "3", first["rendition"])
    # What the body holds is no matter: the site itself is asked.
    assert tell(drawn, **post, post_content="<p>كلام آخر</p>")["asked"] == "ready"
    wordpress.change(3, status="private")
    assert tell(drawn, ID=3, post_status="private") == {"article_id": "3", "state": None, "asked": "gone"}
    assert code(get(drawn, "3", f"?v={second['rendition']}")) == (404, "article_not_found")
    wordpress.change(3, status="publish")
    assert tell(drawn, **post)["asked"] == "asked"
    assert renewed(drawn, "3", "")["duration_seconds"] == second["duration_seconds"]


def test_a_correction_on_the_site(drawn: Istami, wordpress: StandInWordPress) -> None:
    wordpress.publish(4, sentence(14), marked_up(sentence(114)))
    first = drawn.made("4")
    wordpress.change(4, html=marked_up(sentence(214)))
    wordpress.fault("slow", match="/posts/4", seconds=2)
    answers: list[dict[str, Any]] = []
    call = threading.Thread(target=lambda: answers.append(tell(drawn, id="4", correction=True)))
    call.start()
    # Even while the site is asked.
    wait_for(lambda: get(drawn, "4", f"?v={first['rendition']}").status_code == 410, 1.5, "the old sound to go")
    assert answers == []
    call.join()
    assert answers[0]["asked"] == "asked"
    renewed(drawn, "4", first["rendition"])


def test_a_site_that_is_down_serves_the_last_known_text_and_says_so(drawn: Istami, wordpress: StandInWordPress) -> None:
    wordpress.publish(5, sentence(15), marked_up(sentence(115)))
    wordpress.publish(6, sentence(16), marked_up(sentence(116)))
    drawn.made("5"), drawn.made("6")
    source = drawn.call("GET", "/articles/5").json()["source"]
    assert (source["is_last_known"], source["problem"]) == (False, None)
    assert abs((datetime.fromisoformat(source["asked_at"]) - datetime.now().astimezone()).total_seconds()) < 60
    assert drawn.call("GET", "/readyz").json()["checks"]["articles"] is True
    age(drawn)
    wordpress.down()
    try:
        assert get(drawn, "5").status_code == 200
        wait_for(lambda: drawn.call("GET", "/articles/5").json()["source"]["is_last_known"], 10, "a word of it")
        article = drawn.call("GET", "/articles/5").json()
        assert article["source"]["problem"] == "source_unavailable" and article["paragraphs"] == [sentence(115)]
        assert get(drawn, "5").status_code == 200
        ready = drawn.call("GET", "/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "ready")
        assert ready.json()["checks"]["articles"] is False
        call = signed(b'{"id": "6", "correction": true}')
        for _ in range(2):  # Sent again, it is not refused as a replay.
            reply = send(drawn, call)
            assert code(reply) == (503, "source_unavailable") and reply.headers["Retry-After"]
        assert code(get(drawn, "6")) == (410, "withdrawn")
    finally:
        wordpress.up()
    wordpress.change(6, html=marked_up(sentence(216)))
    wait_for(lambda: send(drawn, call).status_code == 202, 70, "the site to be asked again")
    assert code(send(drawn, call)) == (409, "hook_replayed")
    renewed(drawn, "6", "")
    assert drawn.call("GET", "/articles/6").json()["source"]["problem"] is None
    assert state(drawn, "5") == "ready"


def test_a_flood_of_calls_holds_no_reader_while_the_site_hangs(drawn: Istami, wordpress: StandInWordPress) -> None:
    wordpress.publish(20, sentence(20), marked_up(sentence(120)))
    drawn.made("20")
    wordpress.fault("hang", times=None)
    with ThreadPoolExecutor(40) as callers:
        calls = [signed(json.dumps({"id": str(number)}).encode()) for number in range(100, 140)]
        told = [callers.submit(send, drawn, call) for call in calls]
        wait_for(lambda: any(each.done() for each in told), 10, "a call to be refused")
        assert get(drawn, "20").status_code == 200
        correction = send(drawn, signed(b'{"id": "20", "correction": true}'))
        assert correction.status_code == 503 and code(get(drawn, "20")) == (410, "withdrawn")
        answers = [each.result() for each in told]
    codes = Counter(code(answer) for answer in answers)
    assert codes[503, "busy"] >= 40 - CALLS_AT_ONCE and set(codes) == {(503, "busy"), (503, "source_unavailable")}
    assert all(answer.headers["Retry-After"] for answer in answers)
