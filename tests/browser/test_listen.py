"""The listen button in a real browser, before the real service: what a reader does, sees and hears."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.host import HEAD, Host, tag
from tests.browser.player import AGAIN, LISTEN, PAUSE, PREPARING, RESUME, SECONDS, Player
from tests.running import ROOT, Istami, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import paragraphs, sentence

CLOSE, SPEED, VOLUME = "إغلاق", "سرعة القراءة", "مستوى الصوت"
PREVIOUS, NEXT, SKIP, ONWARDS = "الجملة السابقة", "الجملة التالية", "المقال التالي", "تابع بالمقال التالي تلقائيا"
BACK, FORWARD = re.compile("^رجوع 10"), re.compile("^تقدّم 30")


@pytest.fixture(scope="module")
def offline_voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Istami]:
    """A service with the embedded voice alone."""
    with Istami(tmp_path_factory.mktemp("espeak"), ISTAMI_ENGINES="espeak") as service:
        yield service


def open_front(page: Page, istami: Istami, article: str) -> Player:
    """The try-it page, and the player of one article on it."""
    page.goto(istami.url)
    return Player(page, article)


def open_article(page: Page, istami: Istami, article: str) -> Player:
    """An article's own try-it page, and its player."""
    page.goto(f"{istami.url}/demo/{quote(article, safe='')}")
    return Player(page, article)


def prepared(istami: Istami, id: str, seed: int, count: int = 2) -> float:
    """Push an article of a title and ``count`` paragraphs, have it made; gives its seconds."""
    istami.put(id, sentence(seed), *paragraphs(seed, count))
    return istami.made(id)["duration_seconds"]


def clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02}"


def asked(page: Page, istami: Istami) -> list[str]:
    """From now on, what the page asks of the service: ``GET player.js``, query and all."""
    found: list[str] = []
    at = istami.url + "/"

    def see(request: Request) -> None:
        if request.url.startswith(at):
            found.append(f"{request.method} {unquote(request.url.removeprefix(at))}")

    page.on("request", see)
    return found


# -- What is fetched, and when


def test_nothing_is_fetched_before_it_is_wanted(page: Page, istami: Istami, host: Host) -> None:
    istami.put("l-quiet", sentence(200, words=6))
    requests = asked(page, istami)
    page.goto(host.put(istami.url, tag("l-quiet")))
    player = Player(page, "l-quiet")
    player.becomes("idle", LISTEN)
    page.wait_for_load_state("networkidle")
    assert requests == ["GET player.js"]
    with page.expect_request("**/audio.mp3"):
        player.start.hover()
        player.start.focus()
    assert requests[1:] == ["HEAD articles/l-quiet/audio.mp3"]  # Once, and it asks for no sound.
    assert istami.call("GET", "/articles/l-quiet/audio").status_code == 404
    player.click()
    player.becomes("ended", AGAIN)
    assert sorted(requests[2:4]) == ["GET articles/l-quiet/audio.mp3", "POST articles/l-quiet/audio"]
    assert {re.sub(r"[?].*", "", request) for request in requests[4:]} <= {
        "GET articles/l-quiet/audio",
        "GET articles/l-quiet/audio.vtt",
    }

    requests.clear()
    page.reload()
    with page.expect_request("**/audio.mp3"):
        page.keyboard.press("Tab")
    expect(player.start).to_be_focused()
    assert requests[1:] == ["HEAD articles/l-quiet/audio.mp3"]


def test_an_eager_player_looks_at_the_manifest_alone(page: Page, istami: Istami, host: Host) -> None:
    istami.put("l-unasked", sentence(201))
    seconds = prepared(istami, "l-eager", 202)
    requests = asked(page, istami)
    page.goto(host.put(istami.url, tag("l-unasked", "eager") + tag("l-eager", "eager lang=en")))
    player = Player(page, "l-eager")
    expect(player.element.locator(".duration")).to_have_text(f"{max(1, round(seconds / 60))} minute")
    page.wait_for_load_state("networkidle")
    looks = ["GET articles/l-eager/audio", "GET articles/l-unasked/audio"]
    assert [requests[0], *sorted(requests[1:])] == ["GET player.js", *looks]
    assert istami.call("GET", "/articles/l-unasked/audio").status_code == 404
    requests.clear()
    player.click()
    player.becomes("playing")
    # The finished file, under the address that may be kept for ever.
    assert f"GET articles/l-eager/audio.mp3?v={istami.manifest('l-eager')['rendition']}" in requests


# -- Hearing an article


def test_a_click_is_heard_to_the_end_and_again(page: Page, istami: Istami, host: Host) -> None:
    """Also: the button never says that it plays before the media element does."""
    istami.put("l-short", sentence(203, words=9))
    Player.probe(page)
    page.goto(host.put(istami.url, tag("l-short")))
    player = Player(page, "l-short")
    assert player.media("src") == ""
    player.keep_log()
    player.click()
    player.becomes("ended", AGAIN)
    seconds = istami.manifest("l-short")["duration_seconds"]
    assert player.get("currentTime") == pytest.approx(seconds, abs=0.1)
    shown = player.shown()
    assert shown[0] == "shown preparing" and shown.index("media playing") < shown.index("shown playing")
    assert shown[-2:] == ["media ended", "shown ended"]
    player.keep_log()
    player.click()
    player.becomes("playing", PAUSE)
    assert player.get("duration") == pytest.approx(seconds, abs=0.05) and player.get("currentTime") < seconds / 2
    player.call("seek(player.duration - 0.5)")
    player.becomes("ended", AGAIN)
    names = [name for name, _ in player.log() if name != "istami-progress"]
    assert names == ["istami-play", "istami-ended"]


def test_events_in_order_with_their_details(page: Page, istami: Istami, host: Host) -> None:
    seconds = prepared(istami, "l-events", 204)
    page.goto(host.put(istami.url, tag("l-events")))
    player = Player(page, "l-events")
    player.keep_log()
    player.click()
    player.plays_beyond(0.3)
    player.click()
    player.becomes("paused")
    player.click()
    player.becomes("playing")
    player.call(f"seek({seconds * 0.42})")
    player.plays_beyond(seconds * 0.42)
    player.call(f"seek({seconds * 0.2})")  # What was told is not told again.
    player.becomes("playing")
    player.plays_beyond(seconds * 0.2 + 0.3)
    player.call(f"seek({seconds * 0.96})")
    player.becomes("ended")
    log = player.log()
    order = [name.removeprefix("istami-") for name, _ in log if name != "istami-progress"]
    assert order == ["play", "pause", "play", "ended"]
    for _, detail in log:
        assert detail["article"] == "l-events"
        assert detail["duration"] == pytest.approx(seconds, abs=0.05) or detail["currentTime"] < 2
        assert 0 <= detail["currentTime"] <= seconds + 0.1
    told = [detail for name, detail in log if name == "istami-progress"]
    percents = [detail["percent"] for detail in told]
    assert percents in ([40, 90], [40, 90, 100])
    assert all(set(detail) == {"article", "currentTime", "duration", "percent"} for detail in told)
    assert all(detail["currentTime"] / seconds * 100 >= detail["percent"] - 1 for detail in told)
    assert log[-1][1]["currentTime"] == pytest.approx(seconds, abs=0.1)


def test_each_tenth_is_told_once(page: Page, istami: Istami, host: Host) -> None:
    istami.put("l-tenths", sentence(205, words=16))
    istami.made("l-tenths")
    page.goto(host.put(istami.url, tag("l-tenths")))
    player = Player(page, "l-tenths")
    player.keep_log()
    player.click()
    player.becomes("ended")
    percents = [detail["percent"] for name, detail in player.log() if name == "istami-progress"]
    # A busy machine may miss one; the end has an event of its own.
    assert sorted(set(percents)) == percents and len(set(percents) & set(range(10, 100, 10))) >= 7


def test_the_embedded_voice_is_heard_too(page: Page, offline_voice: Istami) -> None:
    player = open_front(page, offline_voice, "short")
    player.click()
    player.becomes("playing", PAUSE)
    player.plays_beyond(1)
    player.call("seek(player.duration - 1)")
    player.becomes("ended", AGAIN)


def test_it_pauses_and_goes_on(page: Page, istami: Istami) -> None:
    istami.put("l-pause", sentence(206), *paragraphs(206, 2))
    Player.probe(page)
    player = open_article(page, istami, "l-pause")
    player.click()
    player.plays_beyond(0.5)
    player.click()
    player.becomes("paused", RESUME)
    assert player.media("paused")
    stopped = player.get("currentTime")
    player.click()
    player.becomes("playing", PAUSE)
    assert stopped <= player.plays_beyond(stopped) < stopped + 5


def test_preparing_can_be_called_off(page: Page, istami: Istami, google: StandInGoogle) -> None:
    istami.put("l-called-off", sentence(207))
    google.script("hang", match=sentence(207)[:20])
    Player.probe(page)
    player = open_article(page, istami, "l-called-off")
    player.start.dblclick()  # The first click puts the panel in the button's place; a double click is one click.
    player.becomes("preparing", PREPARING)
    expect(player.note).to_have_text(PREPARING)  # For screen readers.
    player.click()
    player.becomes("idle", LISTEN)
    is_silent(player)


def is_silent(player: Player) -> None:
    """Nothing sounds, and nothing is loaded any more."""
    assert player.media("paused")
    wait_for(lambda: player.media("networkState === HTMLMediaElement.NETWORK_EMPTY"), SECONDS, "an empty media element")


# -- While it is made


def test_it_plays_and_seeks_while_it_is_made(page: Page, istami: Istami, google: StandInGoogle, host: Host) -> None:
    google.latency = 0.3
    istami.put("l-long", sentence(208), *paragraphs(208, 40))
    Player.probe(page)
    page.goto(host.put(istami.url, tag("l-long")))
    player = Player(page, "l-long")
    player.keep_log()
    player.click()
    player.becomes("playing", PAUSE)
    progress = istami.manifest("l-long")["progress"]
    assert progress["segments_total"] == 41 and progress["segments_done"] <= 20
    assert player.get("duration") == 0  # Nobody knows yet.
    expect(player.element.locator(".all")).to_have_text("")
    google.latency = 1.0  # So that it is still made when we are through.

    # Sentences, as far as they are known: to the service, and then to the player, which looks from time to time.
    starts = wait_for(lambda: (known := cues(istami, "l-long"))[4:] and known, SECONDS, "cues")
    look = page.wait_for_event("request", lambda request: "audio.vtt" in request.url).response()
    assert look and look.finished() is None
    player.plays_beyond(0.2)
    goes(player, lambda: player.control(NEXT).click(), starts[1])
    goes(player, lambda: player.control(NEXT).click(), starts[2])
    player.plays_beyond(starts[2] + 1.6)
    goes(player, lambda: player.control(PREVIOUS).click(), starts[2])  # Its own beginning first,
    goes(player, lambda: player.control(PREVIOUS).click(), starts[1])  # then the one before.

    # Any second that exists, forth and back.
    goes(player, lambda: player.call("seek(12)"), 12)
    assert player.media("duration") == float("inf")
    assert int(player.seek.get_attribute("max") or 0) > 13
    assert re.fullmatch(r"0:1\d", player.seek.get_attribute("aria-valuetext") or "")
    goes(player, lambda: player.call("seek(3)"), 3)
    assert istami.manifest("l-long")["state"] == "rendering"
    player.call("seek(100000)")  # As far as there is sound, and then what follows.
    beyond = player.plays_beyond(15)
    assert beyond < istami.manifest("l-long")["progress"]["seconds_done"] + 2
    goes(player, lambda: player.call("seek(3)"), 3)

    google.latency = 0.0
    whole = istami.made("l-long")["duration_seconds"]
    player.keep_log()
    loads = player.media("currentSrc")
    expect(player.element.locator(".all")).to_have_text(clock(whole), timeout=15_000)
    assert player.get("duration") == whole
    assert player.seek.get_attribute("max") == str(int(whole) + 1)
    expect(player.seek).to_have_attribute("aria-valuetext", re.compile(rf"^0:\d\d من {clock(whole)}$"))
    assert [line for line in player.shown() if line.startswith("media")] == [] and player.media("currentSrc") == loads
    assert player.get("state") == "playing" and player.media("currentTime") < 30

    # The whole of it can be gone to now.
    goes(player, lambda: player.call(f"seek({whole - 20})"), whole - 20)
    goes(player, lambda: player.control(PREVIOUS).click(), max(at for at in cues(istami, "l-long") if at < whole - 21))


def goes(player: Player, act: Callable[[], object], to: float, within: float = 2.0) -> None:
    """Do something, and hear it go on at that second."""
    act()
    wait_for(
        lambda: to - 0.1 <= player.get("currentTime") <= to + within and player.get("state") == "playing",
        SECONDS,
        f"second {to}",
    )
    player.plays_beyond(player.get("currentTime"))


def cues(istami: Istami, id: str) -> list[float]:
    """Seconds at which sentences begin, as far as they are known."""
    text = istami.call("GET", f"/articles/{id}/audio.vtt?partial").text
    found = re.findall(r"^(\d+):(\d+):([\d.]+) -->", text, re.MULTILINE)
    return [int(hours) * 3600 + int(minutes) * 60 + float(seconds) for hours, minutes, seconds in found]


# -- Going to another place


def test_the_controls_go_there(page: Page, istami: Istami, host: Host) -> None:
    seconds = prepared(istami, "l-seek", 209, count=4)
    starts = cues(istami, "l-seek")
    page.goto(host.put(istami.url, tag("l-seek")))
    player = Player(page, "l-seek")
    player.click()
    player.plays_beyond(0.2)
    goes(player, lambda: player.control(FORWARD).click(), 30, 4)
    goes(player, lambda: player.control(BACK).click(), 20, 5)
    goes(player, lambda: page.keyboard.press("Home"), 0)
    goes(player, lambda: player.control(BACK).click(), 0)
    goes(player, lambda: player.control(NEXT).click(), starts[1])
    player.plays_beyond(starts[1] + 1.6)
    goes(player, lambda: player.control(PREVIOUS).click(), starts[1], 1)
    goes(player, lambda: player.control(PREVIOUS).click(), starts[0])

    # The bar, by mouse: written from right to left, what is to come is on the left.
    box = player.seek.bounding_box()
    assert box
    middle = box["y"] + 14
    goes(player, lambda: page.mouse.click(box["x"] + box["width"] / 4, middle), seconds * 0.75, 4)
    goes(player, lambda: page.mouse.click(box["x"] + box["width"] * 3 / 4, middle), seconds * 0.23, 4)
    expect(player.seek).to_have_attribute("max", str(int(seconds) + 1))

    player.click()
    player.becomes("paused")
    player.call("seek(10)")
    assert player.get("currentTime") == pytest.approx(10, abs=0.05)
    expect(player.element.locator(".at")).to_have_text("0:10")
    expect(player.seek).to_have_attribute("aria-valuetext", f"0:10 من {clock(seconds)}")
    player.call("skip(-99)")
    assert player.get("currentTime") == 0
    player.call("skip(9999)")
    assert player.get("currentTime") == pytest.approx(seconds, abs=0.1)
    player.call("seek(5)")
    player.click()
    player.becomes("playing")
    player.play.focus()
    page.keyboard.press("End")
    player.becomes("ended", AGAIN)
    player.call("seek(6)")  # From the end back to a place, which is kept when it is pressed.
    player.click()
    player.becomes("playing")
    assert 6 <= player.plays_beyond(6) < 9


def test_speed_and_volume(page: Page, istami: Istami, host: Host) -> None:
    prepared(istami, "l-speed", 210)
    prepared(istami, "l-speed-too", 211, count=1)
    Player.probe(page)
    page.goto(host.put(istami.url, tag("l-speed") + tag("l-speed-too")))
    player, other = Player(page, "l-speed"), Player(page, "l-speed-too")
    player.click()
    player.becomes("playing")
    player.control(SPEED).select_option("1.5")
    assert (player.media("playbackRate"), player.media("preservesPitch"), player.get("rate")) == (1.5, True, 1.5)
    player.more.click()
    player.control(VOLUME).fill("0.25")
    assert player.media("volume") == 0.25
    page.keyboard.press("Escape")
    player.call("seek(8)")  # A new place is read no slower,
    player.becomes("playing")
    assert player.media("playbackRate") == 1.5
    page.reload()  # nor another visit,
    player.click()
    player.becomes("playing")
    assert (player.media("playbackRate"), player.media("preservesPitch")) == (1.5, True)
    expect(player.control(SPEED)).to_have_value("1.5")
    other.click()  # nor another article.
    other.becomes("playing")
    assert other.media("playbackRate") == 1.5
    expect(other.control(SPEED)).to_have_value("1.5")


# -- Coming back


def test_it_goes_on_where_the_reader_left(page: Page, istami: Istami, host: Host) -> None:
    seconds = prepared(istami, "l-resume", 212)
    page.goto(host.put(istami.url, tag("l-resume")))
    player = Player(page, "l-resume")
    player.click()
    player.becomes("playing")
    player.call("seek(9)")
    player.plays_beyond(9.3)
    assert 9.2 < resumes(player) < 12

    player.call(f"seek({seconds - 0.5})")
    player.becomes("ended")
    assert resumes(player) < 1  # What was heard to its end begins anew.

    player.call(f"seek({seconds - 0.5})")
    player.becomes("ended")
    player.control(CLOSE).click()
    assert resumes(player) < 1  # Closed or not.

    # The place is one in that sound: another text has no use for it.
    player.call("seek(9)")
    player.plays_beyond(9.3)
    other = prepared(istami, "l-resume", 213, count=1)
    resumes(player)
    wait_for(lambda: player.get("duration") == other and player.get("currentTime") < 5, SECONDS, "the new beginning")

    player.call("seek(9)")
    player.plays_beyond(9.3)
    player.click()
    player.becomes("paused")
    page.goto("about:blank")
    page.go_back()
    player.becomes("idle")
    at = page.evaluate(
        """() => {
          const [key] = Object.keys(localStorage).filter((key) => key.includes("l-resume"));
          const saved = JSON.parse(localStorage[key]);
          saved.when -= 31 * 24 * 3600 * 1000;
          localStorage[key] = JSON.stringify(saved);
          return saved.at;
        }"""
    )
    assert at > 9
    assert resumes(player) < 1


def resumes(player: Player) -> float:
    """Come to the page again and press; gives the second at which it begins."""
    player.page.reload()
    player.keep_log()
    player.click()
    player.becomes("playing")
    [[name, detail]] = player.log()[:1]
    assert name == "istami-play"
    return detail["currentTime"]


def test_it_goes_on_in_what_was_being_made(page: Page, istami: Istami, google: StandInGoogle, host: Host) -> None:
    google.latency = 0.8
    istami.put("l-halfway", sentence(214), *paragraphs(214, 14))
    page.goto(host.put(istami.url, tag("l-halfway")))
    player = Player(page, "l-halfway")
    player.click()
    player.plays_beyond(1.5)
    assert istami.manifest("l-halfway")["state"] == "rendering"
    assert 1.4 < resumes(player) < 4
    google.latency = 0.0
    whole = istami.made("l-halfway")["duration_seconds"]
    assert 1.4 < resumes(player) < 12
    wait_for(lambda: player.get("duration") == whole, SECONDS, "the duration")
    goes(player, lambda: player.call(f"seek({whole - 10})"), whole - 10)
    goes(player, lambda: player.call("seek(1)"), 1)


def test_a_stream_that_has_come_to_its_end_is_a_file(
    page: Page, istami: Istami, google: StandInGoogle, host: Host
) -> None:
    """Chromium seeks in a stream without an end; in one that has come to its end, no longer."""
    google.latency = 0.3
    istami.put("l-streamed", sentence(247), *paragraphs(247, 2))
    Player.probe(page)
    page.goto(host.put(istami.url, tag("l-streamed")))
    player = Player(page, "l-streamed")
    player.click()
    player.becomes("playing")
    whole = wait_for(lambda: player.get("duration"), SECONDS, "the duration")
    assert player.media("duration") == float("inf")
    goes(player, lambda: player.call(f"seek({whole - 8})"), whole - 8)
    wait_for(lambda: player.media("duration") < 1000, SECONDS, "the end of the stream")
    goes(player, lambda: player.control(BACK).click(), whole - 18, 8)
    goes(player, lambda: player.call("seek(3)"), 3)


def test_without_storage_it_plays_all_the_same(page: Page, istami: Istami, host: Host) -> None:
    prepared(istami, "l-forgetful", 215, count=1)
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })")
    page.goto(host.put(istami.url, tag("l-forgetful")))
    player = Player(page, "l-forgetful")
    player.click()
    player.plays_beyond(0.3)
    player.control(SPEED).select_option("2")
    assert player.get("rate") == 2
    player.click()
    player.becomes("paused", RESUME)
    assert resumes(player) < 0.3
    assert player.get("rate") == 1


# -- One after the other


def test_starting_one_pauses_the_other(page: Page, istami: Istami, google: StandInGoogle, host: Host) -> None:
    prepared(istami, "l-first", 216)
    prepared(istami, "l-second", 217)
    istami.put("l-third", sentence(218), *paragraphs(218, 2))
    google.script("hang", match=sentence(218)[:20])
    page.goto(host.put(istami.url, tag("l-first") + tag("l-second") + tag("l-third")))
    first, second, third = (Player(page, id) for id in ("l-first", "l-second", "l-third"))
    first.click()
    first.becomes("playing")
    first.call("seek(6)")
    first.plays_beyond(6.2)
    second.click()
    second.becomes("playing", PAUSE)
    first.becomes("paused", RESUME)
    second.call("seek(12)")
    second.plays_beyond(12.2)
    kept = first.get("currentTime")
    assert 6 < kept < 9
    first.click()
    first.becomes("playing", PAUSE)
    second.becomes("paused", RESUME)
    assert kept - 0.1 <= first.plays_beyond(kept) < kept + 3
    third.click()  # Preparing counts too: else it would start to speak into the other's words.
    third.becomes("preparing", PREPARING)
    first.becomes("paused", RESUME)
    second.click()
    second.becomes("playing", PAUSE)
    assert 12 < second.get("currentTime") < 16
    third.becomes("idle", LISTEN)
    first.call("seek(2)")  # While another plays: only the place is changed.
    assert (first.get("state"), first.get("currentTime")) == ("paused", 2)
    assert second.plays_beyond(12.5) < 20
    # What was heard to its end begins anew, whatever was heard in between.
    second.call("seek(player.duration - 0.3)")
    second.becomes("ended", AGAIN)
    first.click()
    first.plays_beyond(2)
    second.click()
    second.becomes("playing", PAUSE)
    assert second.get("currentTime") < 5


def test_a_playlist(page: Page, istami: Istami, host: Host) -> None:
    """Ids are percent-encoded; what is not is taken as it stands."""
    ids = ["l-list-1", "خبر 50%", "%zz"]
    for number, id in enumerate(ids):
        istami.put(quote(id, safe=""), f"العنوان {number}", *paragraphs(220 + number, 1))
        istami.made(quote(id, safe=""))
    page.goto(host.put(istami.url, tag(ids[0], f'sticky=always playlist="  {quote(ids[1], safe="")}\n%zz "')))
    player = Player(page, ids[0])
    player.keep_log()
    player.click()
    player.becomes("playing")
    assert player.get("hasNext")
    player.call("seek(player.duration - 0.3)")
    player.becomes("ended", AGAIN)  # It goes on only if asked to,
    player.more.click()
    player.control(ONWARDS).check()
    page.keyboard.press("Escape")
    player.control(AGAIN).first.click()
    player.becomes("playing")
    player.call("seek(player.duration - 0.3)")
    wait_for(lambda: player.get("article") == ids[1], SECONDS, "the next article")
    expect(player.element.locator(".title")).to_have_text("العنوان 1")
    player.becomes("playing", PAUSE)
    assert player.get("currentTime") < 5
    player.more.click()
    player.element.get_by_role("button", name=SKIP).click()
    wait_for(lambda: player.get("article") == "%zz", SECONDS, "the last article")
    expect(player.element.locator(".title")).to_have_text("العنوان 2")
    player.becomes("playing", PAUSE)
    assert not player.get("hasNext")
    page.keyboard.press("Escape")
    player.call("seek(player.duration - 0.3)")
    player.becomes("ended", AGAIN)
    events = [(name.removeprefix("istami-"), detail["article"]) for name, detail in player.log()]
    assert [event for event in events if event[0] != "progress"] == [
        ("play", ids[0]),
        ("ended", ids[0]),
        ("play", ids[0]),
        ("ended", ids[0]),
        ("play", ids[1]),
        ("pause", ids[1]),
        ("play", ids[2]),
        ("ended", ids[2]),
    ]
    page.reload()
    player.click()
    player.becomes("playing")
    assert (player.get("article"), player.get("onwards")) == (ids[0], True)  # The wish is kept,
    assert player.get("currentTime") < 3  # the place of what was heard to its end is not.


def test_several_buttons_are_a_playlist(page: Page, istami: Istami, host: Host) -> None:
    prepared(istami, "l-next-1", 223, count=1)
    prepared(istami, "l-next-2", 224, count=1)
    page.goto(host.put(istami.url, tag("l-next-1", "headline=أول") + "<p>نص</p>" + tag("l-next-2", "headline=ثان")))
    first, second = Player(page, "l-next-1"), Player(page, "l-next-2")
    first.click()
    first.becomes("playing")
    first.call("seek(player.duration - 0.3)")
    first.becomes("ended")
    second.becomes("idle", LISTEN)
    first.call("onwards = true")
    first.click()
    first.becomes("playing")
    first.call("seek(player.duration - 0.3)")
    second.becomes("playing", PAUSE)
    assert first.element.get_attribute("open") is None and not second.get("hasNext")
    second.call("next()")  # After the last there is silence.
    assert second.get("state") in ("paused", "idle") and second.element.get_attribute("open") is None


# -- The phone's lock screen, and the file


def test_the_lock_screen(page: Page, istami: Istami, google: StandInGoogle, host: Host) -> None:
    seconds = prepared(istami, "l-lock", 225)
    istami.put("l-lock-too", sentence(248))
    google.script("hang", match=sentence(248)[:20])
    page.add_init_script(
        """window.handlers = {};
        window.positions = [];
        const { mediaSession } = navigator;
        for (const [name, keep] of [
          ["setActionHandler", (action, act) => (handlers[action] = act)],
          ["setPositionState", (state) => positions.push(state)],
        ]) {
          const real = mediaSession[name].bind(mediaSession);
          mediaSession[name] = (...values) => (keep(...values), real(...values));
        }"""
    )
    meta = '<meta property="og:image" content="/cover.svg"><meta property="og:site_name" content="ضفاف">'
    host.pages["/cover.svg"] = ('<svg xmlns="http://www.w3.org/2000/svg"/>', {"Content-Type": "image/svg+xml"})
    page.goto(host.put(istami.url, meta + tag("l-lock", "headline=أمطار") + tag("l-lock-too")))
    player = Player(page, "l-lock")
    assert page.evaluate("Object.keys(handlers)") == []  # Other players of the page keep theirs until we are pressed.
    player.click()
    player.becomes("playing")
    session = "(({ metadata: { title, artist, artwork }, playbackState }) =>\
        [title, artist, artwork.map(({ src }) => src), playbackState])(navigator.mediaSession)"
    assert page.evaluate(session) == ["أمطار", "ضفاف", [f"{host.url}/cover.svg"], "playing"]

    def press(action: str, **details: Any) -> None:
        page.evaluate(f"handlers.{action}({json.dumps({'action': action, **details})})")

    state = wait_for(lambda: page.evaluate("positions.at(-1)"), SECONDS, "the position")
    assert state["duration"] == pytest.approx(seconds, abs=0.05) and state["playbackRate"] == 1
    assert 0 <= state["position"] < 5
    press("pause")
    player.becomes("paused")
    assert page.evaluate("navigator.mediaSession.playbackState") == "paused"
    press("play")
    player.becomes("playing")
    press("seekto", seekTime=10)
    player.becomes("playing")
    assert 10 <= player.plays_beyond(10) < 13
    press("seekbackward")
    player.becomes("playing")
    assert 0 <= player.get("currentTime") < 5
    press("seekforward")
    player.becomes("playing")
    assert 30 <= player.plays_beyond(30) < 34
    press("pause")
    player.becomes("paused")
    starts = cues(istami, "l-lock")
    number = next(number for number, start in enumerate(starts) if start > player.get("currentTime") + 0.1)
    press("nexttrack")
    assert player.get("currentTime") == pytest.approx(starts[number], abs=0.01)
    press("previoustrack")
    assert player.get("currentTime") == pytest.approx(starts[number - 1], abs=0.01)
    press("play")
    player.becomes("playing")
    player.call("rate = 1.5")
    wait_for(lambda: page.evaluate("positions.at(-1).playbackRate") == 1.5, SECONDS, "the speed")
    player.call("close()")
    assert player.element.get_attribute("open") is None
    player.becomes("paused", RESUME)
    assert page.evaluate("navigator.mediaSession.playbackState") != "playing"
    Player(page, "l-lock-too").click()
    Player(page, "l-lock-too").becomes("preparing")
    # Nobody knows how long this one is: the other's length may not stand there.
    assert page.evaluate("positions.at(-1) ?? null") is None
    # What has no headline is called as the page is.
    assert page.evaluate("navigator.mediaSession.metadata.title") == page.title()


def test_the_file_can_be_saved(page: Page, istami: Istami, google: StandInGoogle, host: Host) -> None:
    google.latency = 1.0
    istami.put("l-save", "أمطار قوية غدا", *paragraphs(226, 3))
    page.add_init_script("Object.defineProperty(navigator.connection, 'saveData', { value: true })")
    page.goto(host.put(istami.url, tag("l-save", "eager lang=en")))
    player = Player(page, "l-save")
    player.click()
    player.becomes("playing")
    player.more.click()
    link = player.element.locator(".download")
    expect(link).to_be_hidden()  # There is no file yet.
    google.latency = 0.0
    manifest = istami.made("l-save")
    expect(link).to_be_visible(timeout=15_000)
    assert link.get_attribute("href") == f"{istami.url}{manifest['audio_url']}&download="
    assert link.get_attribute("download") is not None
    expect(link).to_contain_text("(1 megabyte)")  # To readers who asked to be spared data.
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "أمطار قوية غدا.mp3"
    assert Path(download.value.path()).read_bytes() == istami.sound("l-save")
    player.becomes("playing")  # The page stays, and so does the sound.


# -- The panel's place


def test_the_bar_stays_in_sight(page: Page, istami: Istami, host: Host) -> None:
    prepared(istami, "l-dock", 227)
    below = '<p id="after">نص</p><div style="height: 3000px"></div><p id="end">نهاية</p>'
    page.goto(host.put(istami.url, tag("l-dock", "sticky headline=أمطار") + below))
    player = Player(page, "l-dock")
    panel = player.element.locator(".panel")
    page.evaluate("scrollTo(0, 2000)")
    expect(player.start).not_to_be_in_viewport()
    expect(panel).to_be_hidden()  # Not before it has been pressed.
    page.evaluate("scrollTo(0, 0)")
    player.start.focus()
    page.keyboard.press("Enter")
    player.becomes("playing")
    expect(player.play).to_be_focused()
    assert player.element.get_attribute("docked") is None
    page.evaluate("scrollTo(0, 2000)")
    expect(player.element).to_have_attribute("docked", "")
    expect(player.play).to_be_focused()
    box = panel.bounding_box()
    assert box and box["y"] + box["height"] == 844 and box["width"] == 390
    expect(player.element.locator(".title")).to_have_text("أمطار")
    page.keyboard.press("Space")
    player.becomes("paused")
    page.keyboard.press("Space")
    player.becomes("playing")
    page.evaluate("scrollTo(0, 0)")
    expect(player.element).not_to_have_attribute("docked", "")
    expect(player.play).to_be_focused()
    box = panel.bounding_box()
    assert box and box["y"] < 200
    page.evaluate("scrollTo(0, 2000)")
    expect(player.element).to_have_attribute("docked", "")
    player.control(CLOSE).click()
    expect(panel).to_be_hidden()
    expect(player.start).to_be_focused()
    assert page.evaluate("scrollY") == 2000  # Giving the focus back does not move the page.
    player.becomes("paused", RESUME)


def test_the_bar_of_the_front_page(page: Page, istami: Istami) -> None:
    prepared(istami, "l-front", 228)
    Player.probe(page)
    player = open_front(page, istami, "l-front")
    player.start.scroll_into_view_if_needed()
    before = player.start.bounding_box()
    player.start.focus()
    page.keyboard.press("Enter")
    player.becomes("playing", PAUSE)
    expect(player.element).to_have_attribute("docked", "")
    expect(player.start).to_be_focused()
    after = player.start.bounding_box()
    assert before and after and (before["y"], before["height"]) == (after["y"], after["height"])
    box = player.element.locator(".panel").bounding_box()
    assert box and box["y"] + box["height"] == 844
    expect(player.element.locator(".title")).to_have_text(sentence(228))
    player.start.click()  # Both buttons are one.
    player.becomes("paused", RESUME)
    player.start.click()
    player.becomes("playing", PAUSE)
    player.control(CLOSE).click()
    player.becomes("paused", RESUME)
    expect(player.element.locator(".panel")).to_be_hidden()
    expect(player.start).to_be_focused()
    is_silent(player)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_does_not_jump(page: Page, istami: Istami, width: int) -> None:
    istami.put("l-still", sentence(229), *paragraphs(229, 3))
    page.set_viewport_size({"width": width, "height": 800})
    player = open_article(page, istami, "l-still")
    text = page.locator("#article-body")
    player.becomes("idle")
    before = text.bounding_box()
    player.start.click()
    expect(player.element.locator(".panel")).to_be_visible()
    assert text.bounding_box() == before
    player.becomes("playing", PAUSE)
    assert text.bounding_box() == before
    player.control(CLOSE).click()
    expect(player.element.locator(".panel")).to_be_hidden()
    assert text.bounding_box() == before


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out_and_nothing_is_too_small(page: Page, istami: Istami, width: int) -> None:
    istami.put("l-wide", "كلمة" * 60, "x" * 500)
    istami.put("l-untitled", "", sentence(230))
    page.set_viewport_size({"width": width, "height": 800})
    for open_page in (open_front, open_article):
        player = open_page(page, istami, "l-wide")
        player.becomes("idle", LISTEN)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        boxes = [button.bounding_box() for button in page.locator("istami-player .button").all()]
        assert boxes and all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes)
        player.click()
        player.becomes("playing")
        controls = player.element.locator(".panel :is(button, input, select):visible").all()
        boxes = [control.bounding_box() for control in controls]
        assert len(boxes) >= 5 and all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes)
        assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(istami.url)
    untitled = page.locator("article", has=page.locator('[article="l-untitled"]'))
    expect(untitled.get_by_role("heading")).to_have_text("مقال بلا عنوان")


# -- Other pages, other readers


@pytest.mark.parametrize("id", ["أخبار-اليوم: «خاص» 100%", "50%25?v=1#2&a+b", "'\"<b>"])
def test_any_id_is_found(page: Page, istami: Istami, id: str) -> None:
    istami.put(quote(id, safe=""), sentence(238))
    player = open_front(page, istami, id)
    player.click()
    player.becomes("playing")
    # The link for readers without scripts stands in the element still.
    link = page.request.get(player.element.evaluate("player => player.querySelector('a').href"))
    assert (link.status, link.headers["content-type"]) == (200, "audio/mpeg")


def test_without_scripts_the_link_leads_to_the_sound(browser: Browser, istami: Istami) -> None:
    istami.put("l-plain", sentence(239))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(istami.url)
    link = page.locator('istami-player[article="l-plain"]').get_by_role("link", name=LISTEN)
    box = link.bounding_box()
    assert box and box["height"] >= 44
    with page.expect_response("**/audio.mp3") as answer:
        link.click()
    assert answer.value.status == 200
    assert answer.value.headers["content-type"] == "audio/mpeg"
    page.wait_for_url("**/articles/l-plain/audio.mp3")
    expect(page.locator("video")).to_be_visible()
    context.close()
    data = istami.sound("l-plain")  # What curl would get.
    assert len(data) == istami.made("l-plain")["size_bytes"]


def test_a_plain_audio_element_of_another_site(page: Page, istami: Istami) -> None:
    istami.put("l-bare", sentence(240, words=5))
    page.set_content(
        f'<audio src="{istami.url}/articles/l-bare/audio.mp3" preload="none"></audio>'
        "<button onclick=\"document.querySelector('audio').play()\">play</button>"
    )
    page.get_by_role("button").click()
    wait_for(lambda: page.evaluate("document.querySelector('audio').ended"), SECONDS, "the end of the sound")


def test_the_lines_of_the_readme_on_another_site(page: Page, istami: Istami, host: Host) -> None:
    """Pasted as they stand, into a page that is written from left to right."""
    lines = re.search(r"```html\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert lines
    istami.put("42", sentence(241))
    body = lines[1].replace("https://audio.example.ma", istami.url)
    host.pages["/english"] = (f"<!doctype html><meta charset=utf-8><title>News</title>{body}", {})
    page.goto(f"{host.url}/english")
    player = Player(page, "42")
    expect(player.start.locator("span")).to_have_text(LISTEN)
    box = player.start.bounding_box()
    assert box and box["height"] >= 44  # It brings its own looks.
    player.click()
    player.becomes("playing", PAUSE)


def test_the_script_may_come_from_elsewhere(page: Page, istami: Istami, host: Host) -> None:
    """A site that serves player.js itself, twice over, says where the service is."""
    istami.put("l-base", sentence(242))
    script = istami.call("GET", "/player.js").text
    for path in ("/player.js", "/again.js"):
        host.pages[path] = (script, {"Content-Type": "text/javascript; charset=utf-8"})
    again = '<script type="module" src="/again.js"></script>'
    page.goto(host.put("", again + tag("l-base", f'base="{istami.url}/"')))
    requests = asked(page, istami)
    player = Player(page, "l-base")
    assert player.element.locator(".button").count() == 1
    player.click()
    player.becomes("playing", PAUSE)
    assert "GET articles/l-base/audio.mp3" in requests and "GET player.js" not in requests


def test_the_service_may_be_under_a_path_of_the_site(troubled_page: Page, istami: Istami, host: Host) -> None:
    troubled_page.goto(host.put(istami.url, tag("l-path", "base=/listen/")))
    with troubled_page.expect_request(f"{host.url}/listen/articles/l-path/audio.mp3"):
        Player(troubled_page, "l-path").start.hover()


def test_a_page_that_changes_under_the_button(page: Page, istami: Istami, host: Host) -> None:
    """As on sites that change articles without loading a page."""
    istami.put("l-before", sentence(243), *paragraphs(243, 2))
    istami.put("l-after", sentence(244), *paragraphs(244, 1))
    Player.probe(page)
    page.goto(host.put(istami.url, tag("l-before", "id=player headline=قبل")))
    player = Player(page, "l-before")
    player.click()
    player.plays_beyond(0.3)
    player.call("setAttribute('article', 'l-after')")
    player = Player(page, "l-after")
    assert [player.get("state"), player.get("currentTime"), player.get("article")] == ["idle", 0, "l-after"]
    expect(player.start).to_be_visible()
    player.call("setAttribute('headline', 'بعد')")
    expect(player.start).to_have_accessible_name(f"{LISTEN}: بعد")
    player.call("setAttribute('lang', 'fr')")
    expect(player.start).to_have_accessible_name("Écouter l’article: بعد")
    expect(player.element.locator(".hold")).to_have_attribute("dir", "ltr")
    player.call("setAttribute('lang', 'ar')")
    player.click()
    player.becomes("playing", PAUSE)
    assert "l-after" in player.media("currentSrc")
    assert player.element.locator(".button").count() == 1

    page.evaluate("window.element = document.querySelector('istami-player')")
    page.evaluate("element.remove()")
    is_silent(player)
    assert page.evaluate("element.state") in ("paused", "idle")
    page.evaluate("element.setAttribute('lang', 'en'); document.body.append(element)")  # And it may come back.
    expect(player.start).to_be_visible()
    player.click()
    player.becomes("playing", "Pause")


def test_elements_made_by_scripts(page: Page, istami: Istami, host: Host) -> None:
    istami.put("l-early", sentence(245))
    istami.put("l-late", sentence(246))
    head = "<script>document.addEventListener('DOMContentLoaded', () => document.body.append(early));"
    head += "const early = document.createElement('istami-player'); early.setAttribute('article', 'l-early')</script>"
    host.pages["/scripted"] = (HEAD + head + "<p>نص</p>", {})
    page.goto(f"{host.url}/scripted")
    assert page.evaluate("early.shadowRoot") is None
    page.add_script_tag(url=f"{istami.url}/player.js", type="module")
    page.evaluate("customElements.whenDefined('istami-player')")
    page.evaluate(
        """() => {
          const late = document.createElement("istami-player");
          late.setAttribute("article", "l-late");
          document.body.append(late);
        }"""
    )
    for id in ("l-early", "l-late"):
        player = Player(page, id)
        player.becomes("idle", LISTEN)
        player.click()
        player.becomes("playing", PAUSE)
