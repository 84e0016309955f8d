"""The listen button in a real browser, before the real service: what a reader does, sees and hears."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.running import ROOT, Istami, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import paragraphs, sentence

SECONDS = 30
"""Longest wait for anything that should happen."""

LISTEN, PAUSE, RESUME = "استمع للمقال", "إيقاف مؤقت", "متابعة الاستماع"
AGAIN, RETRY = "استمع من جديد", "حاول مرة أخرى"


class Player:
    """One ``<istami-player>`` on a page."""

    def __init__(self, page: Page, article: str):
        self.element = page.locator(f"istami-player[article={json.dumps(article, ensure_ascii=False)}]")
        self.button: Locator = self.element.get_by_role("button")
        self.note: Locator = self.element.get_by_role("status")

    def click(self) -> None:
        self.button.click()

    def becomes(self, state: str, label: str | None = None) -> None:
        """Wait for a state, and for the button's words if given."""
        expect(self.element).to_have_attribute("data-state", state, timeout=SECONDS * 1000)
        if label:
            expect(self.button).to_have_text(label)

    def fails(self, reason: str, label: str) -> None:
        """Wait for the failure and its reason."""
        self.becomes("failed", label)
        expect(self.note).to_be_visible()
        expect(self.note).to_have_text(re.compile(reason))

    def media(self, property: str) -> Any:
        """A property of the media element."""
        return self.element.evaluate(f"player => player.audio.{property}")

    def plays_beyond(self, seconds: float) -> float:
        """Wait until more than ``seconds`` have been heard; gives the time."""
        return wait_for(
            lambda: (now := self.media("currentTime")) > seconds and now, SECONDS, f"second {seconds} of the sound"
        )

    def keep_log(self) -> None:
        """From now on, remember what the media element says and what the button shows, in order."""
        self.element.evaluate(
            """player => {
              player.log = [];
              const hear = (event) => player.log.push(`media ${event.type}`);
              for (const name of ["playing", "pause", "ended"]) player.audio.addEventListener(name, hear, true);
              const see = () => player.log.push(`shown ${player.dataset.state}`);
              new MutationObserver(see).observe(player, { attributeFilter: ["data-state"] });
            }"""
        )

    def log(self) -> list[str]:
        return self.element.evaluate("player => player.log")


def open_front(page: Page, istami: Istami, article: str) -> Player:
    """The try-it page, and the player of one article on it."""
    page.goto(istami.url)
    return Player(page, article)


@pytest.fixture(scope="module")
def offline_voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Istami]:
    """A service with the embedded voice alone."""
    with Istami(tmp_path_factory.mktemp("espeak"), ISTAMI_ENGINES="espeak") as service:
        yield service


# -- Hearing an article


def test_a_click_is_heard_to_the_end_and_again(page: Page, istami: Istami) -> None:
    """Also: the button never says that it plays before the media element does."""
    istami.put("b-short", "نص قصير")
    player = open_front(page, istami, "b-short")
    player.becomes("idle", LISTEN)
    assert player.media("currentSrc") == ""  # Nothing is asked for before the click.
    player.keep_log()
    player.click()
    player.becomes("ended", AGAIN)
    log = player.log()
    # Between the two a slow machine may have waited for sound; what counts is that the media element spoke first.
    assert log[:3] == ["shown preparing", "media playing", "shown playing"]
    assert log[-3:] == ["media pause", "media ended", "shown ended"]
    seconds = istami.manifest("b-short")["duration_seconds"]
    assert player.media("currentTime") == pytest.approx(seconds, abs=0.1)
    player.click()
    player.becomes("playing", PAUSE)
    assert player.media("duration") == pytest.approx(seconds, abs=0.05)  # This time it is the finished file.
    player.becomes("ended", AGAIN)


def test_the_embedded_voice_is_heard_too(page: Page, offline_voice: Istami) -> None:
    player = open_front(page, offline_voice, "short")
    player.click()
    player.becomes("playing", PAUSE)
    player.plays_beyond(1)
    player.becomes("ended", AGAIN)


def test_it_pauses_and_goes_on(page: Page, istami: Istami) -> None:
    istami.put("b-pause", sentence(81), *paragraphs(81, 2))
    player = open_front(page, istami, "b-pause")
    player.click()
    player.plays_beyond(0.5)
    player.click()
    player.becomes("paused", RESUME)
    assert player.media("paused")
    stopped = player.media("currentTime")
    player.click()
    player.becomes("playing", PAUSE)
    assert player.plays_beyond(stopped) < stopped + 5


def test_it_plays_while_it_is_made_and_seeks_when_it_is_ready(
    page: Page, istami: Istami, google: StandInGoogle
) -> None:
    google.latency = 0.3
    body = paragraphs(82, 20)
    istami.put("b-long", sentence(82), *body)
    google.script("hang", match=" ".join(body[-1].split()[-3:]))  # Until it is asked for again, nothing can end.
    player = open_front(page, istami, "b-long")
    player.click()
    player.becomes("playing", PAUSE)
    player.plays_beyond(0.5)
    assert istami.manifest("b-long")["state"] == "rendering"
    assert player.media("duration") == float("inf")

    google.latency = 0.0
    whole = istami.made("b-long")["duration_seconds"]
    assert whole > 60
    page.reload()
    player.click()
    player.becomes("playing", PAUSE)
    assert player.media("duration") == pytest.approx(whole, abs=0.05)
    player.element.evaluate(f"player => {{ player.audio.currentTime = {whole / 2} }}")
    assert player.plays_beyond(whole / 2 + 0.3) < whole / 2 + 20
    player.becomes("playing", PAUSE)
    expect(player.element).to_contain_text(re.compile(r"\d+:\d\d / " + f"{int(whole / 60)}:{int(whole % 60):02}"))


def test_starting_one_pauses_the_other(page: Page, istami: Istami, google: StandInGoogle) -> None:
    for id, seed in (("b-first", 83), ("b-second", 84), ("b-third", 85)):
        istami.put(id, sentence(seed), *paragraphs(seed, 2))
    istami.made("b-first")
    istami.made("b-second")
    google.script("hang", match=sentence(85)[:20])
    first = open_front(page, istami, "b-first")
    second, third = Player(page, "b-second"), Player(page, "b-third")
    first.click()
    first.plays_beyond(0.3)
    second.click()
    second.becomes("playing", PAUSE)
    first.becomes("paused", RESUME)
    first.click()
    first.becomes("playing", PAUSE)
    second.becomes("paused", RESUME)
    third.click()  # Preparing counts too: else it would start to speak into the other's words.
    third.becomes("preparing", "يُحضَّر الصوت…")
    first.becomes("paused", RESUME)
    second.click()
    second.becomes("playing", PAUSE)
    third.becomes("idle", LISTEN)


def test_preparing_can_be_called_off(page: Page, istami: Istami, google: StandInGoogle) -> None:
    istami.put("b-called-off", sentence(86))
    google.script("hang", match=sentence(86)[:20])
    player = open_front(page, istami, "b-called-off")
    player.button.dblclick()  # A double click is one click.
    player.becomes("preparing", "يُحضَّر الصوت…")
    expect(player.note).to_have_text("يُحضَّر الصوت…")  # For screen readers.
    player.click()
    player.becomes("idle", LISTEN)
    assert player.media("networkState") == 0  # NETWORK_EMPTY: nothing is loaded any more.


def test_the_keyboard_alone_is_enough(page: Page, istami: Istami) -> None:
    istami.put("b-keys", sentence(87), *paragraphs(87, 2))
    player = open_front(page, istami, "b-keys")

    def reached() -> bool:
        page.keyboard.press("Tab")
        return player.element.evaluate("player => player.matches(':focus-within')")

    wait_for(reached, SECONDS, "the button under the Tab key")
    expect(player.button).to_have_css("outline-style", "solid")
    expect(player.button).to_have_accessible_name(f"{LISTEN}: {sentence(87)}")
    page.keyboard.press("Enter")
    player.becomes("playing", PAUSE)
    page.keyboard.press("Space")
    player.becomes("paused", RESUME)
    expect(player.button).to_be_focused()
    expect(player.button).to_have_accessible_name(f"{RESUME}: {sentence(87)}")


@pytest.mark.parametrize("id", ["أخبار-اليوم: «خاص» 100%", "50%25?v=1#2&a+b", "'\"<b>"])
def test_any_id_is_found(page: Page, istami: Istami, id: str) -> None:
    istami.put(quote(id, safe=""), sentence(88))
    player = open_front(page, istami, id)
    player.click()
    player.becomes("playing")
    # The link for readers without scripts stands in the element still.
    link = page.request.get(player.element.evaluate("player => player.querySelector('a').href"))
    assert (link.status, link.headers["content-type"]) == (200, "audio/mpeg")


# -- No sound, and why


def test_reasons_that_last(troubled_page: Page, istami: Istami) -> None:
    istami.put("b-withdrawn", sentence(89))
    istami.put("b-silent", "😀🎉", "👍🏽")
    istami.put("b-deleted", sentence(90))
    player = open_front(troubled_page, istami, "b-withdrawn")
    istami.call("DELETE", "/articles/b-withdrawn/audio", key=True)
    istami.call("DELETE", "/articles/b-deleted", key=True)
    player.click()
    player.fails("^سُحب", LISTEN)
    silent = Player(troubled_page, "b-silent")
    silent.click()
    silent.fails("نص يُقرأ", LISTEN)
    deleted = Player(troubled_page, "b-deleted")
    deleted.click()
    deleted.fails("غير موجود", LISTEN)
    expect(player.note).to_have_text(re.compile("^سُحب"))  # Each player's reason is its own.


def test_withdrawn_in_the_middle_and_given_back(troubled_page: Page, istami: Istami, google: StandInGoogle) -> None:
    """The connection breaks; the reason is told; when there is sound again, it goes on where it stopped."""
    body = paragraphs(91, 3)
    istami.put("b-stopped", sentence(91, words=9), *body)
    google.script("hang", match=body[0][:20])
    player = open_front(troubled_page, istami, "b-stopped")
    player.click()
    player.plays_beyond(1)
    istami.call("DELETE", "/articles/b-stopped/audio", key=True)
    player.fails("^سُحب", LISTEN)
    google.clear_script()
    istami.call("POST", "/articles/b-stopped/audio", key=True)
    istami.made("b-stopped")
    player.click()
    player.becomes("playing", PAUSE)
    assert 1 <= player.media("currentTime") < 5


def test_reasons_that_pass(troubled_page: Page, _google: StandInGoogle, google: StandInGoogle, tmp_path: Path) -> None:
    """Too many requests, no service at all, and the way back."""
    with Istami(tmp_path, **_google.environ(), ISTAMI_ENGINES="google") as istami:
        istami.put("b-limited", sentence(92))
        istami.put("b-offline", sentence(93), *paragraphs(93, 2))
        google.script("429", times=None, retry_after=600)
        limited = open_front(troubled_page, istami, "b-limited")
        limited.click()
        limited.fails("الطلبات كثيرة.*حاول بعد", RETRY)
        google.clear_script()

        istami.stop()
        offline = Player(troubled_page, "b-offline")
        offline.click()
        offline.fails("تعذّر الاتصال", RETRY)
        expect(limited.note).to_have_text(re.compile("الطلبات كثيرة"))


def test_a_refusal_says_how_long_to_wait(troubled_page: Page, istami: Istami) -> None:
    """As a proxy in front of the service would refuse: with a status and Retry-After alone."""
    istami.put("b-proxy", sentence(94))
    player = open_front(troubled_page, istami, "b-proxy")
    troubled_page.route(
        "**/articles/b-proxy/audio*",
        lambda route: route.fulfill(status=503, headers={"Retry-After": "30"}, body="<h1>Busy</h1>"),
    )
    player.click()
    player.fails("تعذّر تحضير الصوت الآن. حاول بعد 30 ثانية.", RETRY)
    troubled_page.unroute("**/articles/b-proxy/audio*")
    player.click()
    player.becomes("playing", PAUSE)
    expect(player.note).to_have_text("")


# -- Other pages, other readers


def test_without_scripts_the_link_leads_to_the_sound(browser: Browser, istami: Istami) -> None:
    istami.put("b-plain", sentence(96))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(istami.url)
    link = page.locator('istami-player[article="b-plain"]').get_by_role("link", name=LISTEN)
    box = link.bounding_box()
    assert box and box["height"] >= 44
    with page.expect_response("**/audio.mp3") as answer:
        link.click()
    assert answer.value.status == 200
    assert answer.value.headers["content-type"] == "audio/mpeg"
    page.wait_for_url("**/articles/b-plain/audio.mp3")
    expect(page.locator("video")).to_be_visible()
    context.close()
    data = istami.sound("b-plain")  # What curl would get.
    assert len(data) == istami.made("b-plain")["size_bytes"]


def test_a_plain_audio_element_of_another_site(page: Page, istami: Istami) -> None:
    istami.put("b-bare", sentence(97, words=5))
    page.set_content(
        f'<audio src="{istami.url}/articles/b-bare/audio.mp3" preload="none"></audio>'
        "<button onclick=\"document.querySelector('audio').play()\">play</button>"
    )
    page.get_by_role("button").click()
    wait_for(lambda: page.evaluate("document.querySelector('audio').ended"), SECONDS, "the end of the sound")


def test_the_lines_of_the_readme_on_another_site(page: Page, istami: Istami) -> None:
    """Pasted as they stand, into a page of another origin that is written from left to right."""
    lines = re.search(r"```html\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert lines
    istami.put("42", sentence(98))
    body = lines[1].replace("https://audio.example.ma", istami.url)
    with _site(f"<!doctype html><meta charset=utf-8><title>News</title>{body}") as address:
        page.goto(address)
        player = Player(page, "42")
        expect(player.button).to_have_text(LISTEN)
        box = player.button.bounding_box()
        assert box and box["height"] >= 44  # It brings its own looks.
        player.click()
        player.becomes("playing", PAUSE)


def test_reasons_are_told_on_another_site(troubled_page: Page, istami: Istami) -> None:
    with _site(f'<script type="module" src="{istami.url}/player.js"></script><istami-player article="?">') as address:
        troubled_page.goto(address)
        player = Player(troubled_page, "?")
        player.click()
        player.fails("غير موجود", LISTEN)


def test_a_page_that_changes_under_the_button(page: Page, istami: Istami) -> None:
    """As on sites that change articles without loading a page."""
    istami.put("b-before", sentence(99), *paragraphs(99, 2))
    istami.put("b-after", sentence(100))
    player = open_front(page, istami, "b-before")
    player.click()
    player.plays_beyond(0.3)
    element = player.element.element_handle()
    element.evaluate("player => player.setAttribute('article', 'b-after')")
    assert element.evaluate("player => [player.dataset.state, player.audio.currentTime]") == ["idle", 0]
    element.evaluate("player => player.toggle()")
    wait_for(lambda: element.evaluate("player => player.dataset.state") == "playing", SECONDS, "the other article")
    assert "b-after" in element.evaluate("player => player.audio.currentSrc")
    element.evaluate("player => player.remove()")
    assert element.evaluate("player => player.audio.paused")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out_and_nothing_is_too_small(page: Page, istami: Istami, width: int) -> None:
    istami.put("b-wide", "كلمة" * 60, "x" * 500)
    istami.put("b-untitled", "", sentence(101))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(istami.url)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [button.bounding_box() for button in page.get_by_role("button").all()]
    assert boxes and all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes)
    untitled = page.locator("article", has=page.locator('[article="b-untitled"]'))
    expect(untitled.get_by_role("heading")).to_have_text("مقال بلا عنوان")


@contextmanager
def _site(html: str) -> Iterator[str]:
    """A site of another origin with one page; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode() if self.path == "/" else b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
