"""Pictures of the try-it pages: those of the documents, and on request the listen button in every state to look at."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.player import Player
from tests.running import ROOT, Istami, wait_for

IMAGES = ROOT / "docs" / "images"
DESKTOP, PHONE = (1280, 800), (390, 844)
SIZES = [(1280, 800), (360, 740)]
LARGEST_BYTES = 250_000
ARTICLE = "culture"
FAILURES = {
    "not-found": (404, "article_not_found"),
    "withdrawn": (410, "withdrawn"),
    "nothing-to-read": (422, "nothing_to_read"),
    "busy": (429, "rate_limited"),
    "other": (500, "internal_error"),
}
"""The status and code of a refusal, by the name of its picture."""
Scheme = Literal["light", "dark"]
_EXAMPLE = """\
examples:
  python -m tests.browser.screenshots
  python -m tests.browser.screenshots --all /tmp/look
"""


def main(arguments: list[str] | None = None) -> int:
    """Take the pictures; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.browser.screenshots",
        description="Takes the pictures in docs/images. Needs chromium and Arabic fonts (fonts-noto-core).",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--all",
        type=Path,
        metavar="FOLDER",
        help="instead, every state, phone and desktop, light and dark, into this folder",
    )
    folder = parser.parse_args(arguments).all
    path = chromium()
    if path is None:
        print("no browser on this machine: apt-get install chromium", file=sys.stderr)
        return 1
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        with Istami(Path(scratch), ISTAMI_ENGINES="espeak") as istami:
            for id in ARTICLE, "short", "economy":
                istami.made(id)
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
                _take_all(browser, istami, folder)
            else:
                IMAGES.mkdir(parents=True, exist_ok=True)
                _take_for_the_documents(browser, istami)
        browser.close()
    return 0


def _take_for_the_documents(browser: Browser, istami: Istami) -> None:
    """The front and an article, on a desktop and on a phone; the player open, marking, and as the bar."""
    with _page(browser, istami.url, DESKTOP, "light") as page:
        _small(page, IMAGES / "front-desktop.png")
    with _page(browser, istami.url, PHONE, "dark", 1.5) as page:
        player = Player(page, ARTICLE)
        player.click()
        player.becomes("playing")
        player.call("seek(24)")
        _still(player)
        _small(page, IMAGES / "front-phone.png")
    for name, size, scale in ("article-desktop", DESKTOP, 1), ("article-phone", PHONE, 1.5):
        with _page(browser, f"{istami.url}/demo/{ARTICLE}", size, "light", scale) as page:
            player = Player(page, ARTICLE)
            player.element.evaluate("player => player.removeAttribute('sticky')")
            player.click()
            player.becomes("playing")
            wait_for(lambda player=player: player.get("duration"), 30, "the duration")
            player.call("sentence(1)")  # From the title to the first of the text.
            _marked(page)
            _still(player)
            player.element.evaluate("player => scrollBy(0, player.getBoundingClientRect().top - 60)")
            _small(page, IMAGES / f"{name}.png")
    with _page(browser, f"{istami.url}/demo/{ARTICLE}", PHONE, "dark", 1.5) as page:
        player = Player(page, ARTICLE)
        _docked_and_marking(player)
        _small(page, IMAGES / "bar-phone-dark.png")


def _take_all(browser: Browser, istami: Istami, folder: Path) -> None:
    demo = f"{istami.url}/demo/{ARTICLE}"
    for size in SIZES:
        for scheme in "light", "dark":
            name = f"{size[0]}-{scheme}"
            with _page(browser, demo, size, scheme) as page:
                player = Player(page, ARTICLE)
                expect(player.element.locator("small")).not_to_be_empty()
                for number, state in enumerate(player.walk(), 1):
                    if state == "playing":
                        _marked(page)
                    path = folder / f"{name}-{number}-{state}.png"
                    page.screenshot(path=path) if state in ("docked", "sheet") else _close_up(player, path)
            with _page(browser, demo, size, scheme) as page:
                _docked_and_marking(Player(page, ARTICLE))
                page.screenshot(path=folder / f"{name}-marked.png")
            for reason, (status, code) in FAILURES.items():
                with _page(browser, demo, size, scheme) as page:
                    _refuse(page, status, code)
                    player = Player(page, ARTICLE)
                    player.click()
                    player.becomes("failed")
                    _close_up(player, folder / f"{name}-failed-{reason}.png")
            for title, attributes in {"fr": {"lang": "fr"}, "en": {"lang": "en"}, "digits": {"digits": "arab"}}.items():
                with _page(browser, demo, size, scheme) as page:
                    player = Player(page, ARTICLE)
                    for attribute, value in attributes.items():
                        player.call(f"setAttribute('{attribute}', '{value}')")
                    _close_up(player, folder / f"{name}-{title}-closed.png")
                    _paused(player)
                    _close_up(player, folder / f"{name}-{title}.png")
                    player.element.locator("button.more").click()
                    page.screenshot(path=folder / f"{name}-{title}-sheet.png")
            with _page(browser, istami.url, size, scheme) as page:
                player = Player(page, ARTICLE)
                player.click()
                player.becomes("playing")
                _still(player)
                page.screenshot(path=folder / f"{name}-front.png", full_page=True)
            with _page(browser, demo, size, scheme, forced_colors="active") as page:
                player = Player(page, ARTICLE)
                _close_up(player, folder / f"{name}-forced-closed.png")
                _paused(player)
                _close_up(player, folder / f"{name}-forced.png")
                player.element.locator("button.more").click()
                page.screenshot(path=folder / f"{name}-forced-sheet.png")
            with _page(browser, demo, (320, 640), scheme) as page:
                player = Player(page, ARTICLE)
                _paused(player)
                _close_up(player, folder / f"320-{scheme}-from-{name}.png")
            with _page(browser, demo, size, scheme, java_script_enabled=False) as page:
                page.screenshot(path=folder / f"{name}-without-scripts.png")
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


@contextmanager
def _page(
    browser: Browser, address: str, size: tuple[int, int], scheme: Scheme, scale: float = 1, **options: Any
) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        device_scale_factor=scale,
        locale="ar-MA",
        reduced_motion="reduce",  # The same picture every time.
        **options,
    )
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def _paused(player: Player) -> None:
    player.click()
    player.becomes("playing")
    player.call("seek(24)")
    player.plays_beyond(24)
    player.call("pause()")
    player.becomes("paused")


def _docked_and_marking(player: Player) -> None:
    """Some way into the text, the player at the bottom of the screen and the sentence that is heard marked."""
    player.click()
    player.becomes("playing")
    wait_for(lambda: player.get("duration"), 30, "the duration")
    player.call("seek(player.duration * 0.4)")
    player.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(player.page.locator("istami-player[docked]")).to_have_count(1)
    _marked(player.page)
    player.page.evaluate(
        "scrollTo(0, scrollY + [...CSS.highlights.get('istami')][0].getBoundingClientRect().top - innerHeight * 0.35)"
    )
    _still(player)


def _marked(page: Page) -> None:
    wait_for(lambda: page.evaluate("CSS.highlights.get('istami')?.size"), 30, "a marked sentence")


def _still(player: Player) -> None:
    """Wait until it sounds, after a seek."""
    player.becomes("playing")
    player.plays_beyond(player.get("currentTime") + 0.2)


def _refuse(page: Page, status: int, code: str) -> None:
    reply = {"status": status, "json": {"code": code}, "headers": {"Retry-After": "600"}}
    page.route("**/articles/**", lambda route: route.fulfill(**reply))  # type: ignore[arg-type]


def _close_up(player: Player, path: Path) -> None:
    """The player and a little of what is around it."""
    player.element.scroll_into_view_if_needed()
    box = player.element.bounding_box()
    assert box
    around = {"x": max(0, box["x"] - 16), "y": box["y"] - 16, "width": box["width"] + 32, "height": box["height"] + 32}
    player.page.screenshot(path=path, clip=around)  # type: ignore[arg-type]


def _small(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path}: {size:,} bytes")
    assert size < LARGEST_BYTES


if __name__ == "__main__":
    sys.exit(main())
