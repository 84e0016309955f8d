"""The listen button on pages, and in browsers, that are not what one would wish."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.host import Host, tag
from tests.browser.player import RESUME, SECONDS, Player
from tests.running import Istami, wait_for
from tests.texts import paragraphs, sentence


def made(istami: Istami, id: str, seed: int) -> None:
    istami.put(id, sentence(seed), *paragraphs(seed, 2))
    istami.made(id)


@pytest.mark.parametrize(
    "parent",
    [
        '<div style="display: flex"><p>سلمى البقاش</p>{}</div>',
        '<div style="display: flex; flex-direction: column; align-items: center">{}</div>',
        "<table><tr><td>{}</td></tr></table>",
        '<div style="float: right">{}</div>',
        '<div style="display: inline-block">{}</div>',
        '<div style="inline-size: fit-content">{}</div>',
    ],
)
def test_it_has_its_width_where_the_page_gives_it_none(page: Page, istami: Istami, host: Host, parent: str) -> None:
    istami.put("o-narrow", sentence(301))
    page.goto(host.put(istami.url, parent.format(tag("o-narrow"))))
    player = Player(page, "o-narrow")
    assert (box := player.element.bounding_box()) and box["width"] >= 250
    player.click()
    player.becomes("playing")
    assert (box := player.element.locator(".panel").bounding_box()) and 250 <= box["width"] <= 390
    assert box["height"] < 140


def test_without_storage_the_choices_hold_as_long_as_the_page(page: Page, istami: Istami, host: Host) -> None:
    made(istami, "o-blocked", 302)
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked') } })")
    page.goto(host.put(istami.url, tag("o-blocked") + tag("o-blocked-2")))
    player = Player(page, "o-blocked")
    player.click()
    player.becomes("playing")
    for choice in ("rate = 1.5", "along = false", "onwards = true"):
        player.call(choice)
    player.click()
    player.becomes("paused")
    player.click()
    player.becomes("playing")
    assert [player.get(name) for name in ("rate", "along", "onwards")] == [1.5, False, True]


@pytest.mark.parametrize("saved", ['{"at": "x"}', '{"at": -5}', "5", "null", '"x"', "{broken"])
def test_what_is_broken_in_the_storage_breaks_nothing(page: Page, istami: Istami, host: Host, saved: str) -> None:
    """Of ours, or of somebody who uses the same names."""
    made(istami, "o-broken", 303)
    page.goto(host.put(istami.url, tag("o-broken")))
    page.evaluate(
        """([place, saved]) => {
          for (const name of [place, "rate", "theme"]) localStorage[`istami:${name}`] = saved;
        }""",
        [f"{istami.url}/articles/o-broken", saved],
    )
    page.reload()
    player = Player(page, "o-broken")
    player.click()
    player.plays_beyond(0.5)
    assert player.get("rate") == 1
    player.call("seek(6)")
    player.plays_beyond(6.1)
    player.click()
    player.becomes("paused")
    kept = page.evaluate("place => localStorage[`istami:${place}`]", f"{istami.url}/articles/o-broken")
    assert json.loads(kept)["at"] > 6


def test_the_sheet_opens_and_closes_by_its_button(page: Page, istami: Istami, host: Host) -> None:
    made(istami, "o-sheet", 304)
    page.goto(host.put(istami.url, tag("o-sheet") + tag("o-sheet-2")))
    player = Player(page, "o-sheet")
    player.click()
    player.becomes("playing")
    sheet = player.element.locator(".sheet")
    for _ in range(2):
        player.more.click()
        expect(sheet).to_be_visible()
        player.more.click()
        expect(sheet).to_be_hidden()
    page.keyboard.press("?")
    expect(sheet).to_be_visible()
    page.keyboard.press("?")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    player.play.dispatch_event("keydown", {"key": "؟", "bubbles": True, "composed": True})  # An Arabic keyboard's.
    expect(sheet).to_be_visible()


def test_a_bar_that_is_never_in_its_place_has_every_control(page: Page, istami: Istami, host: Host) -> None:
    made(istami, "o-always", 311)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(host.put(istami.url, tag("o-always", "sticky=always")))
    player = Player(page, "o-always")
    player.click()
    player.becomes("playing")
    for name in ("play", "previous", "next", "back", "forward", "speed", "more", "close"):
        expect(player.element.locator(f".panel > .{name}")).to_be_in_viewport(ratio=1)


def test_closed_in_the_middle_of_a_playlist_the_button_is_the_pages_again(
    page: Page, istami: Istami, host: Host
) -> None:
    made(istami, "o-first", 305)
    made(istami, "o-second", 306)
    page.goto(host.put(istami.url, tag("o-first", 'headline="الأول" playlist="o-second"')))
    player = Player(page, "o-first")
    player.click()
    player.becomes("playing")
    player.call("next()")
    wait_for(lambda: player.get("article") == "o-second" and player.get("state") == "playing", SECONDS, "the second")
    player.call("close()")
    assert player.get("article") == "o-first"
    expect(player.start).to_have_accessible_name("استمع للمقال: الأول")
    player.click()
    player.becomes("playing")
    assert player.get("hasNext")


def test_an_article_that_is_gone_does_not_stop_the_queue(troubled_page: Page, istami: Istami, host: Host) -> None:
    made(istami, "o-begin", 307)
    made(istami, "o-end", 308)
    troubled_page.goto(host.put(istami.url, tag("o-begin", 'playlist="o-gone o-end"')))
    player = Player(troubled_page, "o-begin")
    player.click()
    player.becomes("playing")
    player.call("onwards = true")
    player.call("seek(player.duration - 0.5)")
    wait_for(lambda: player.get("article") == "o-end" and player.get("state") == "playing", SECONDS, "the last article")


def test_two_buttons_of_one_article_are_no_queue(page: Page, istami: Istami, host: Host) -> None:
    made(istami, "o-twice", 309)
    both = f"{tag('o-twice')}<p>نص</p>{tag('o-twice', 'id=below')}<div hidden>{tag('o-hidden')}</div>"
    page.goto(host.put(istami.url, both))
    assert page.locator("istami-player").first.evaluate("player => player.hasNext") is False
    page.locator("istami-player").first.locator(".button").click()
    expect(page.locator("istami-player").first).to_have_attribute("data-state", "playing", timeout=SECONDS * 1000)
    page.locator("#below .button").click()
    expect(page.locator("#below")).to_have_attribute("data-state", "playing", timeout=SECONDS * 1000)
    expect(page.locator("istami-player").first).to_have_attribute("data-state", "paused")


def test_a_copy_of_an_open_player_is_closed(page: Page, istami: Istami, host: Host) -> None:
    """As when a page is written anew from its own HTML."""
    made(istami, "o-copy", 310)
    page.goto(host.put(istami.url, f"<main>{tag('o-copy', 'sticky=always')}</main>"))
    player = Player(page, "o-copy")
    player.click()
    player.becomes("playing")
    expect(player.element).to_have_attribute("docked", "")
    page.evaluate("document.querySelector('main').innerHTML += ' '")
    player.becomes("idle")
    assert player.get("matches('[open], [docked]')") is False
    player.click()
    player.becomes("playing")
    expect(player.element).to_have_attribute("docked", "")
    expect(player.start).to_contain_text("إيقاف مؤقت")
    player.call("close()")
    expect(player.start).to_contain_text(RESUME)
