"""When there is no sound, or no network, or another sound than before: what the reader sees, hears and can do."""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from tests.browser.host import Host
from tests.browser.player import AGAIN, LISTEN, PAUSE, PREPARING, RESUME, SECONDS, Player
from tests.browser.wire import Proxy, Wire
from tests.running import Istami, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import paragraphs, sentence
from tts.audio import mp3

OFFLINE = "انقطع الاتصال"
SLOW = 20_000
"""Bytes a second: two and a half seconds of sound. The browser never has much more than it plays."""


@pytest.fixture(scope="module")
def _own(_google: StandInGoogle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Istami]:
    with Istami(tmp_path_factory.mktemp("trouble"), **_google.environ(), ISTAMI_ENGINES="google") as service:
        # Started again, it is found where it was.
        service.environ["ISTAMI_PORT"] = service.url.rsplit(":", 1)[1]
        yield service


@pytest.fixture
def own(_own: Istami, google: StandInGoogle) -> Istami:
    """A service of this module's own, with Google's voice alone; nothing is held against that yet."""
    broker(_own).delete(*(f"istami:{kind}:google" for kind in ("breaker", "trial", "failures", "hold")))
    return _own


def broker(istami: Istami) -> redis.Redis:
    """The service's own Valkey."""
    return redis.Redis(unix_socket_path=f"{istami.environ['ISTAMI_DATA_DIR']}/valkey.sock")


def open_article(page: Page, url: str, id: str) -> Player:
    """An article's page, and its player."""
    page.goto(f"{url}/demo/{id}")
    player = Player(page, id)
    expect(player.start).to_be_visible()
    return player


def put_half_made(istami: Istami, google: StandInGoogle, id: str, seed: int) -> None:
    """An article of whose sound some 8 s are made at once, the rest never, until the script is cleared."""
    first, *body = (sentence(seed * 10 + n, words=12) for n in range(4))
    istami.put(id, first, *body)
    google.script("hang", times=None, match=body[1])


# -- The service says no


def test_refusals_that_last(troubled_page: Page, istami: Istami, host: Host) -> None:
    """Each has its words; nothing plays meanwhile; the focus stays; once the cause is gone, the button works."""
    page = troubled_page
    cases: dict[str, tuple[str, str, Callable[[], object]]] = {
        "t-missing": (
            "article_not_found",
            "هذا المقال غير موجود.",
            lambda: istami.put("t-missing", "عاد المقال"),
        ),
        "t-withdrawn": (
            "withdrawn",
            "سُحب هذا التسجيل.",
            lambda: istami.call("POST", "/articles/t-withdrawn/audio", key=True),
        ),
        "t-silent": (
            "nothing_to_read",
            "لا يوجد في هذا المقال نص يُقرأ.",
            lambda: istami.put("t-silent", "كُتب المقال"),
        ),
    }
    istami.put("t-withdrawn", "خبر مسحوب")
    istami.call("DELETE", "/articles/t-withdrawn/audio", key=True)
    istami.put("t-silent", "😀🎉", "👍🏽")
    page.goto(host.put(istami.url, "".join(f'<istami-player article="{id}"></istami-player>' for id in cases)))
    players = {id: Player(page, id) for id in cases}
    for id, (code, words, _) in cases.items():
        player = players[id]
        player.keep_log()
        player.keep_states()
        player.start.focus()
        page.keyboard.press("Enter")
        player.fails(words)
        expect(player.note).to_have_text(words)
        expect(player.play).to_be_focused()
        assert set(player.states()) == {"preparing", "failed"}
        [[name, detail]] = player.log()
        assert (name, detail["code"], detail["article"]) == ("istami-error", code, id)
    for id, (_, words, mend) in cases.items():
        expect(players[id].note).to_have_text(words)  # Each player's reason is its own.
        mend()
        players[id].play.focus()
        page.keyboard.press("Enter")
        players[id].becomes("playing")
        expect(players[id].note).to_have_text("")
        expect(players[id].play).to_be_focused()


def test_withdrawn_in_the_middle_and_given_back(troubled_page: Page, own: Istami, google: StandInGoogle) -> None:
    put_half_made(own, google, "t-taken", 401)
    player = open_article(troubled_page, own.url, "t-taken")
    player.keep_log()
    player.click()
    player.plays_beyond(1)
    own.call("DELETE", "/articles/t-taken/audio", key=True)
    player.fails("سُحب هذا التسجيل.")
    stopped = player.get("currentTime")
    assert [name for name, _ in player.log()] == ["istami-play", "istami-pause", "istami-error"]
    assert player.log()[-1][1]["code"] == "withdrawn"
    google.clear_script()
    own.call("POST", "/articles/t-taken/audio", key=True)
    own.made("t-taken")
    player.click()
    player.becomes("playing", PAUSE)
    assert stopped - 0.5 <= player.get("currentTime") < stopped + 5


def test_too_many_requests(troubled_page: Page, own: Istami, google: StandInGoogle) -> None:
    """What would take too long to wait for is left to the reader."""
    own.put("t-limited", "حدود الطلبات")
    google.script("429", times=None, retry_after=600)
    player = open_article(troubled_page, own.url, "t-limited")
    player.keep_log()
    player.click()
    player.fails("الطلبات كثيرة الآن. حاول بعد ")
    assert player.log()[-1][1]["code"] == "rate_limited"
    google.clear_script()
    broker(own).delete("istami:hold:google")  # The ten minutes are over.
    player.click()
    player.becomes("playing", PAUSE)


JSON = {"Content-Type": "application/problem+json", "Retry-After": "1"}
HTML = {"Content-Type": "text/html", "Retry-After": "1"}


def looks(proxy: Proxy) -> list[float]:
    """When the manifest was asked for."""
    return [when for when, what in proxy.asked if what.endswith("/audio")]


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ((503, JSON, '{"code": "busy"}'), "الطلبات كثيرة الآن."),
        ((429, JSON, '{"code": "rate_limited"}'), "الطلبات كثيرة الآن."),
        ((503, JSON, '{"code": "broker_unavailable"}'), "تعذّر تحضير الصوت الآن."),
        ((503, HTML, "<h1>Service Unavailable</h1>"), "تعذّر تحضير الصوت الآن."),
    ],
    ids=["busy", "too many requests", "no broker", "a proxy's page"],
)
def test_who_is_busy_is_asked_again_when_it_says(
    troubled_page: Page, istami: Istami, refusal: tuple[int, dict[str, str], str], words: str
) -> None:
    """Not sooner, and not for ever; in the end the reader may ask."""
    istami.put("t-busy", "كثرة الطلبات")
    with Proxy(istami.url) as proxy:
        player = open_article(troubled_page, proxy.url, "t-busy")
        player.keep_states()
        player.keep_log()
        proxy.refusal = refusal
        proxy.asked.clear()
        player.click()
        expect(player.note).to_contain_text(f"{words} نعاود المحاولة بعد ")
        expect(player.element).to_have_attribute("data-state", "preparing")
        player.fails(words)
        times = looks(proxy)
        assert 3 <= len(times) <= 10
        # The first two may come together: the sound and the manifest are asked for at the same time.
        assert all(later - sooner >= 0.95 for sooner, later in zip(times[1:], times[2:], strict=False))
        assert "playing" not in player.states()
        assert [name for name, _ in player.log()] == ["istami-error"]
        proxy.refusal = None
        player.click()
        player.becomes("playing", PAUSE)
        expect(player.note).to_have_text("")


def test_who_was_busy_is_heard_without_another_press(troubled_page: Page, istami: Istami) -> None:
    istami.put("t-was-busy", "كثرة الطلبات")
    with Proxy(istami.url) as proxy:
        player = open_article(troubled_page, proxy.url, "t-was-busy")
        player.keep_log()
        proxy.refusal = (503, JSON, '{"code": "busy"}')
        player.click()
        expect(player.note).to_contain_text("نعاود المحاولة بعد ")
        proxy.refusal = None
        player.becomes("playing", PAUSE)
        assert [name for name, _ in player.log() if name != "istami-progress"] == ["istami-play"]


def test_nobody_works(troubled_page: Page, own: Istami) -> None:
    """Preparing can be called off; when somebody works again, the press is answered without another."""
    own.put("t-idle", "لا أحد يعمل")
    player = open_article(troubled_page, own.url, "t-idle")
    with held(own, b"celery"):
        player.click()
        player.becomes("preparing")
        player.click()
        player.becomes("idle", LISTEN)
        player.click()
        player.becomes("preparing")
    player.becomes("ended", AGAIN)


@contextmanager
def held(istami: Istami, name: bytes) -> Iterator[None]:
    """Those of the service's processes that have ``name`` in their command are held for a while."""
    pids = [pid for pid in istami.processes() if name in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


# -- The network goes and comes


@pytest.mark.parametrize("is_made", [False, True], ids=["while it is made", "ready"])
def test_the_network_is_cut_and_mended(troubled_page: Page, own: Istami, google: StandInGoogle, is_made: bool) -> None:
    """What has come is heard to its end; then it waits, says so, and goes on from there by itself."""
    id = f"t-cut-{is_made}"
    put_half_made(own, google, id, 410 + is_made)
    if is_made:
        google.clear_script()
        own.made(id)
    with Wire(own.url, SLOW) as wire:
        player = open_article(troubled_page, wire.url, id)
        player.keep_places()
        player.keep_log()
        player.click()
        player.plays_beyond(1)
        wire.cut()
        assert player.get("state") == "playing"  # There is still something to hear.
        player.becomes("offline", PREPARING)
        expect(player.note).to_have_text(f"{OFFLINE}. نعاود المحاولة…")
        stopped = player.get("currentTime")
        assert stopped > 1
        asked = len(wire.asked)
        wire.bytes_per_second = 0
        wire.mend()
        player.plays_beyond(stopped + 1)
        expect(player.note).to_have_text("")
        player.hears_all_once()
        google.clear_script()
        place = place_asked_for(wire.asked[asked:], own.sound(id) if is_made else b"")
        # Of a file the browser keeps what has come, and that may be more than it could play.
        assert stopped - 0.5 <= place <= stopped + (4.1 if is_made else 0.5)
        assert {name for name, _ in player.log()} <= {"istami-play", "istami-progress", "istami-ended"}


def place_asked_for(asked: list[str], sound: bytes) -> float:
    """The second of the sound from which on it was asked for first: ``from=``, or where a Range begins."""
    first = next(what for what in asked if "/audio.mp3?" in what)
    if found := re.search(r"[?&]from=([\d.]+)", first):
        return float(found[1])
    begin = re.search(r" bytes=(\d+)-", first)
    assert begin, first
    return (int(begin[1]) - mp3.tag_size(sound)) / mp3.BYTES_PER_SECOND


def test_a_pause_during_the_cut_lasts(troubled_page: Page, istami: Istami) -> None:
    """Who has paused is not surprised by sound; pressed again, it goes on from there."""
    istami.put("t-cut-pause", sentence(420), *paragraphs(420, 2))
    istami.made("t-cut-pause")
    with Wire(istami.url, SLOW) as wire:
        player = open_article(troubled_page, wire.url, "t-cut-pause")
        player.keep_places()
        player.click()
        player.plays_beyond(1)
        wire.cut()
        player.becomes("offline")
        player.click()
        player.becomes("paused", RESUME)
        expect(player.note).to_have_text("")
        stopped = player.get("currentTime")
        asked = len(wire.asked)
        wire.mend()
        player.click()
        player.plays_beyond(stopped + 0.5)
        player.hears_all_once()
        assert not [what for what in wire.asked[asked:] if what.startswith("/articles/t-cut-pause/audio.mp3 bytes=0-")]

        # And paused while there is still something to hear, which nobody hears then.
        player.click()
        player.becomes("paused", RESUME)
        stopped = player.get("currentTime")
        wire.cut()
        wire.mend()
        player.click()
        player.plays_beyond(stopped + 6)
        player.hears_all_once()


def test_a_cut_before_the_first_sound(troubled_page: Page, istami: Istami, google: StandInGoogle) -> None:
    """Also: pressing the button without any network."""
    istami.put("t-cut-first", "قبل أول صوت")
    google.script("hang", match="قبل أول صوت")
    with Wire(istami.url) as wire:
        player = open_article(troubled_page, wire.url, "t-cut-first")
        player.keep_states()
        player.click()
        wait_for(lambda: google.stats()["requests"], SECONDS, "a request for sound")
        wire.cut()
        player.becomes("offline")
        expect(player.note).to_contain_text(OFFLINE)
        wire.mend()
        player.becomes("ended", AGAIN)
        assert re.fullmatch("(preparing )+(offline )+(preparing )*playing .*ended", " ".join(player.states()))
        player.call("close()")
        troubled_page.reload()
        wire.cut()
        player.click()
        player.becomes("offline")
        wire.mend()
        player.becomes("ended", AGAIN)


@pytest.mark.parametrize("is_made", [False, True], ids=["while it is made", "ready"])
def test_a_network_that_lets_nothing_through(
    troubled_page: Page, own: Istami, google: StandInGoogle, is_made: bool
) -> None:
    """As in a tunnel: no connection breaks, and nothing comes."""
    id = f"t-stall-{is_made}"
    put_half_made(own, google, id, 430 + is_made)
    if is_made:
        google.clear_script()
        own.made(id)
    with Wire(own.url, SLOW) as wire:
        player = open_article(troubled_page, wire.url, id)
        player.keep_places()
        player.click()
        player.plays_beyond(1)
        wire.stall()
        player.becomes("preparing", PREPARING)
        stopped = player.get("currentTime")
        wire.bytes_per_second = 0
        wire.mend()
        player.plays_beyond(stopped + 1)
        player.hears_all_once()


def test_a_sound_whose_first_byte_is_late_is_waited_for(page: Page, istami: Istami) -> None:
    """A satellite, or a cold edge of a delivery network: everything else answers at once."""
    istami.put("t-late", sentence(438), sentence(439))
    istami.made("t-late")
    with Proxy(istami.url) as proxy:
        proxy.late = 5
        player = open_article(page, proxy.url, "t-late")
        player.click()
        player.plays_beyond(1)
        assert [asked for _, asked in proxy.asked if asked.startswith("GET /articles/t-late/audio.mp3")][1:] == []


def test_a_cut_in_the_last_seconds(troubled_page: Page, istami: Istami) -> None:
    """It is not called the end, and the last words are heard."""
    istami.put("t-cut-last", sentence(440), sentence(441))
    seconds = istami.made("t-cut-last")["duration_seconds"]
    with Wire(istami.url, SLOW) as wire:
        player = open_article(troubled_page, wire.url, "t-cut-last")
        player.keep_places()
        player.keep_log()
        player.click()
        begun = wire.sent
        wait_for(lambda: wire.sent - begun > (seconds - 1.5) * mp3.BYTES_PER_SECOND, SECONDS, "nearly all of the sound")
        wire.cut()
        player.becomes("offline")
        assert "istami-ended" not in dict(player.log())
        wire.mend()
        player.becomes("ended", AGAIN)
        assert player.get("currentTime") == pytest.approx(seconds, abs=0.1)
        player.hears_all_once()


def test_the_service_is_started_again(troubled_page: Page, own: Istami, google: StandInGoogle) -> None:
    """In the middle of making and listening."""
    put_half_made(own, google, "t-restart", 450)
    player = open_article(troubled_page, own.url, "t-restart")
    player.keep_places()
    player.click()
    player.plays_beyond(1)
    own.stop()
    player.becomes("offline")
    expect(player.note).to_contain_text(OFFLINE)
    stopped = player.get("currentTime")
    google.clear_script()
    own.start()
    player.plays_beyond(stopped + 1)
    player.hears_all_once()


@pytest.mark.parametrize("is_old", [False, True], ids=["last chunk", "HTTP/1.0"])
def test_an_early_end_that_looks_whole(troubled_page: Page, own: Istami, google: StandInGoogle, is_old: bool) -> None:
    """A proxy takes what broke off for all there is. It is not called the end."""
    id = f"t-early-{is_old}"
    put_half_made(own, google, id, 460 + is_old)
    with Proxy(own.url, is_old) as proxy:
        player = open_article(troubled_page, proxy.url, id)
        player.keep_places()
        player.keep_log()
        player.click()
        player.plays_beyond(1)
        made = own.manifest(id)["progress"]["seconds_done"]
        proxy.finish()
        wait_for(lambda: any("from=" in what for _, what in proxy.asked), SECONDS, "a request for the rest")
        google.clear_script()
        seconds = own.made(id)["duration_seconds"]
        player.plays_beyond(made + 0.5)
        player.hears_all_once()
        assert "istami-ended" not in dict(player.log())
        player.call(f"seek({seconds - 1})")
        player.becomes("ended", AGAIN)
        assert player.get("currentTime") == pytest.approx(seconds, abs=0.1)


# -- Another sound than before


def test_the_text_changes_while_the_old_sound_is_heard(page: Page, istami: Istami) -> None:
    """It is heard to its end; the next press is for the new one, from its beginning."""
    istami.put("t-changed", sentence(470), sentence(471))
    first = istami.made("t-changed")
    player = open_article(page, istami.url, "t-changed")
    player.keep_places()
    player.click()
    player.plays_beyond(1)
    istami.put("t-changed", sentence(472), sentence(473), sentence(474))
    second = istami.made("t-changed")
    assert second["rendition"] != first["rendition"]
    player.plays_beyond(2)
    player.hears_all_once()
    assert player.get("duration") == pytest.approx(first["duration_seconds"], abs=0.05)
    player.call(f"seek({first['duration_seconds'] - 0.5})")
    player.becomes("ended", AGAIN)

    page.reload()
    player.keep_places()
    player.click()
    player.plays_beyond(0.5)
    player.hears_all_once()
    assert player.get("duration") == pytest.approx(second["duration_seconds"], abs=0.05)


def test_the_sound_that_was_heard_last_time_is_gone(troubled_page: Page, own: Istami) -> None:
    """What comes in its place is heard from the beginning: what was remembered is no place in it."""
    own.put("t-gone", sentence(480), *paragraphs(480, 1))
    own.made("t-gone")
    player = open_article(troubled_page, own.url, "t-gone")
    player.click()
    player.plays_beyond(0.5)
    player.call("seek(6)")
    player.plays_beyond(6)
    player.click()
    player.becomes("paused")
    own.put("t-gone", sentence(481), *paragraphs(481, 1))
    shutil.rmtree(own.environ["ISTAMI_AUDIO_CACHE"])
    Path(own.environ["ISTAMI_AUDIO_CACHE"]).mkdir()
    # The browser may keep a sound for ever; it need not.
    troubled_page.context.new_cdp_session(troubled_page).send("Network.clearBrowserCache")
    troubled_page.reload()
    player.click()
    player.becomes("playing")
    wait_for(lambda: 0.5 < player.get("currentTime") < 5, SECONDS, "the new sound from its beginning")


# -- Strict pages, private readers

STRICT = (
    "default-src 'none'; script-src {0}; connect-src {0}; media-src {0}; style-src 'none'; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  violations.push([event.effectiveDirective, event.blockedURI]);
});
"""


def test_the_strictest_policy_of_a_page_is_enough(page: Page, istami: Istami, host: Host) -> None:
    """Also: it sets no cookie, and asks nobody but the service."""
    text = [sentence(490), *paragraphs(490, 1)]
    istami.put("t-strict", *text)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(WATCH)
    page.goto(
        host.put(
            istami.url,
            f'<istami-player article="t-strict" highlight="#text" sticky eager></istami-player><p id="text">{text[1]}',
            Content_Security_Policy=STRICT.format(istami.url),
        )
    )
    player = Player(page, "t-strict")
    player.click()
    player.plays_beyond(0.3)
    wait_for(lambda: page.evaluate("CSS.highlights.get('istami')?.size"), SECONDS, "a marked sentence")
    player.element.get_by_role("button", name="المزيد").click()
    page.keyboard.press("Escape")
    player.call("seek(1)")
    player.becomes("playing", PAUSE)
    expect(player.play).to_have_css("border-radius", "99px")  # It has its looks.
    assert page.evaluate("violations") == []
    assert {url for url in asked if not url.startswith((istami.url, host.url))} == set()
    assert page.context.cookies() == []


def test_without_scripts_the_link_leads_to_the_sound(browser: Browser, istami: Istami) -> None:
    istami.put("t-plain", sentence(495))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{istami.url}/demo/t-plain")
    link = page.locator("istami-player").get_by_role("link", name=LISTEN)
    with page.expect_response("**/audio.mp3") as answer:
        link.click()
    assert (answer.value.status, answer.value.headers["content-type"]) == (200, "audio/mpeg")
    expect(page.locator("video")).to_be_visible()
    assert context.cookies() == []
    context.close()
