"""One ``<istami-player>`` on a page, as a reader uses it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.running import wait_for

SECONDS = 30
"""Longest wait for anything that should happen."""

LISTEN, PREPARING, PAUSE, RESUME = "استمع للمقال", "يُحضَّر الصوت…", "إيقاف مؤقت", "متابعة الاستماع"
AGAIN, RETRY = "استمع من جديد", "حاول مرة أخرى"


class Player:
    """The element, its closed button (``start``) and the controls of its open panel."""

    def __init__(self, page: Page, article: str):
        self.page = page
        self.element = page.locator(f"istami-player[article={json.dumps(article, ensure_ascii=False)}]")
        self.start: Locator = self.element.locator(".button")
        self.play: Locator = self.element.locator("button.play")
        self.more: Locator = self.element.locator("button.more")
        self.seek: Locator = self.element.locator(".seek")
        self.note: Locator = self.element.get_by_role("status")

    @staticmethod
    def probe(page: Page) -> None:
        """Before a page is opened: have ``media`` and ``shown`` see its media element, which is no part of the page."""
        page.add_init_script(
            """window.heard = [];
            const Real = Audio;
            window.Audio = function (...values) {
              const media = new Real(...values);
              for (const name of ["playing", "pause", "waiting", "emptied", "ended"])
                media.addEventListener(name, () => window.shown?.push(`media ${name}`));
              heard.push(media);
              return media;
            };"""
        )

    def click(self) -> None:
        """Press the button that plays and pauses, whichever of the two is there."""
        self.element.locator(".button:visible, .play:visible").first.click()

    def control(self, name: str | re.Pattern[str]) -> Locator:
        """A control by its accessible name."""
        return self.element.get_by_label(name, exact=True)

    def becomes(self, state: str, label: str | None = None) -> None:
        """Wait for a state, and for the words of the button that plays if given."""
        expect(self.element).to_have_attribute("data-state", state, timeout=SECONDS * 1000)
        if label:
            expect(self.start.locator("span")).to_have_text(label)

    def get(self, property: str) -> Any:
        """A property of the element, such as ``currentTime``."""
        return self.element.evaluate(f"player => player.{property}")

    def call(self, expression: str) -> Any:
        """What a script of the page may do: ``seek(12)``."""
        return self.element.evaluate(f"player => player.{expression}")

    def media(self, property: str) -> Any:
        """A property of the media element; the page must have been opened after ``probe``."""
        return self.page.evaluate(f"heard[0].{property}")

    def plays_beyond(self, seconds: float) -> float:
        """Wait until the sound has passed ``seconds``; gives the time."""
        return wait_for(
            lambda: (now := self.get("currentTime")) > seconds and now, SECONDS, f"second {seconds} of the sound"
        )

    def fails(self, reason: str) -> None:
        """Wait for the failure and its reason."""
        self.becomes("failed", RETRY)
        expect(self.note).to_be_visible()
        expect(self.note).to_contain_text(reason)

    def keep_log(self) -> None:
        """From now on, remember the page's events of players, in order: their names and details. Again: forget them."""
        self.element.evaluate(
            """player => {
              window.shown = [];
              const isKept = player.log;
              player.log = [];
              if (isKept) return;
              const see = () => window.shown.push(`shown ${player.dataset.state}`);
              new MutationObserver(see).observe(player, { attributeFilter: ["data-state"] });
              for (const name of ["play", "pause", "progress", "ended", "error"])
                document.addEventListener(`istami-${name}`, ({ type, detail }) => player.log.push([type, detail]));
            }"""
        )

    def shown(self) -> list[str]:
        """What the media element has said and the player shown since ``keep_log``: ``shown playing``."""
        return self.page.evaluate("shown")

    def log(self) -> list[list[Any]]:
        return self.element.evaluate("player => player.log")

    def keep_states(self) -> None:
        """From now on, remember the states in order."""
        self.element.evaluate(
            """player => {
              player.states = [];
              const { states, dataset } = player;
              const see = () => states.at(-1) !== dataset.state && states.push(dataset.state);
              new MutationObserver(see).observe(player, { attributeFilter: ["data-state"] });
            }"""
        )

    def states(self) -> list[str]:
        return self.element.evaluate("player => player.states")

    def keep_places(self) -> None:
        """From now on, remember where in the sound the reader is, 20 times a second."""
        self.element.evaluate(
            """player => {
              player.places = [];
              setInterval(() => player.places.push([performance.now() / 1000, player.currentTime]), 50);
            }"""
        )

    def hears_all_once(self) -> None:
        """Nothing was heard twice and nothing left out since ``keep_places``, give or take half a second."""
        places, rate = self.element.evaluate("player => [player.places, player.rate]")
        steps = [(then[1], now[1], now[0] - then[0]) for then, now in zip(places, places[1:], strict=False)]
        assert len(steps) > 5
        torn = [(then, now) for then, now, passed in steps if not -0.5 <= now - then <= 0.5 + passed * rate]
        assert torn == []

    @contextmanager
    def unanswered(self, url: str = "**/audio.mp3*") -> Iterator[None]:
        """Inside, requests for ``url`` stay without an answer."""
        held: list[Route] = []

        def keep(route: Route) -> None:
            held.append(route)

        self.page.route(url, keep)
        yield
        for route in held:
            route.fulfill(status=204)
        self.page.unroute(url)

    def scroll_away(self, dock: bool = True) -> None:
        """To the end of the page, where the panel is docked, or back to its beginning."""
        self.page.evaluate("(end) => scrollTo(0, end ? document.documentElement.scrollHeight : 0)", dock)
        expect(self.page.locator("istami-player[docked]")).to_have_count(int(dock))

    def walk(self) -> Iterator[str]:
        """Lead the player through everything it can be, and give each name while it is so.

        It stands closed at the beginning of a page that it shall be ``sticky`` on; its sound is finished.
        """
        yield "closed"
        with self.unanswered():
            self.click()
            self.becomes("preparing")
            yield "preparing"
            self.call("close()")
        self.click()
        self.becomes("playing")
        self.plays_beyond(0.2)
        yield "playing"
        self.scroll_away()
        yield "docked"
        self.scroll_away(False)
        self.click()
        self.becomes("paused")
        yield "paused"
        self.element.locator("button.more").click()
        expect(self.element.locator(".sheet")).to_be_visible()
        yield "sheet"
        self.page.keyboard.press("Escape")
        self.click()
        self.becomes("playing")
        self.call("seek(player.duration)")
        self.becomes("ended")
        yield "ended"
        self.call("setAttribute('voice', 'nobody')")  # Nothing of that can be in the browser's cache.
        self.page.context.set_offline(True)
        self.click()
        self.becomes("offline")
        yield "offline"
        self.call("close()")
        self.page.context.set_offline(False)
        self.click()
        self.becomes("failed")
        yield "failed"
