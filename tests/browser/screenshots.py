"""Pictures of the try-it page: two for the documents, and on request every state to look at."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, chromium
from tests.running import ROOT, Istami, wait_for

IMAGES = ROOT / "docs" / "images"
DESKTOP, PHONE, SMALL_PHONE = (1280, 800), (390, 844), (320, 640)
SECONDS = 30
"""Longest wait for anything that should happen."""
_EXAMPLE = """\
examples:
  python -m tests.browser.screenshots
  python -m tests.browser.screenshots --all /tmp/look
"""


def main(arguments: list[str] | None = None) -> int:
    """Take the pictures; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.browser.screenshots",
        description="Takes the pictures in docs/images. Needs chromium and an Arabic font (fonts-noto-core).",
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
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
                _take_all(browser, istami, folder)
            else:
                IMAGES.mkdir(parents=True, exist_ok=True)
                _take_for_the_documents(browser, istami)
        browser.close()
    return 0


def _take_for_the_documents(browser: Browser, istami: Istami) -> None:
    for name, size, scale in (("front-desktop", DESKTOP, 1), ("front-phone", PHONE, 2)):
        with _page(browser, istami, size, "light", scale) as page:
            istami.made("culture")
            _play(page, "culture", 12)
            page.evaluate("scrollTo(0, 0)")
            _take(page, IMAGES / f"{name}.png")


def _take_all(browser: Browser, istami: Istami, folder: Path) -> None:
    for id in ("short", "culture", "sport", "politics"):
        istami.made(id)
    istami.call("DELETE", "/articles/politics/audio", key=True)
    istami.put("untitled", "", "فقرة بلا عنوان فوقها، كما ترد أحيانا من وكالات الأنباء.")
    istami.put("latin", "WhatsApp: 3 new features (2026)", "Only Latin letters, from left to right.")
    istami.put("unbroken", "كلمة" * 40)
    for width, height in (DESKTOP, PHONE, SMALL_PHONE):
        for scheme in ("light", "dark"):
            name = folder / f"{width}-{scheme}"
            with _page(browser, istami, (width, height), scheme) as page:
                _take(page, Path(f"{name}-1-idle.png"), whole=True)
                _play(page, "short", 1)
                _becomes(page, "short", "ended")
                _play(page, "politics", None)
                _becomes(page, "politics", "failed")
                _play(page, "sport", 2)
                _play(page, "culture", 65)
                page.locator('istami-player[article="economy"]').get_by_role("button").focus()
                page.keyboard.press("Shift+Tab")
                page.keyboard.press("Tab")
                _take(page, Path(f"{name}-2-playing-paused-ended-failed-focus.png"), whole=True)
                unanswered = _hold(page, "**/articles/economy/audio.mp3")
                _play(page, "economy", None)
                _becomes(page, "economy", "preparing")
                _take(page, Path(f"{name}-3-preparing.png"), whole=True)
                for route in unanswered:
                    route.abort()
            with _page(browser, istami, (width, height), scheme, scripts=False) as page:
                _take(page, Path(f"{name}-4-without-scripts.png"), whole=True)


@contextmanager
def _page(
    browser: Browser, istami: Istami, size: tuple[int, int], scheme: str, scale: int = 1, scripts: bool = True
) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
        device_scale_factor=scale,
        java_script_enabled=scripts,
        locale="ar-MA",
        reduced_motion="reduce",  # The same picture every time.
    )
    page = context.new_page()
    page.goto(istami.url)
    yield page
    context.close()


def _play(page: Page, article: str, second: int | None) -> None:
    """Press the button, and with ``second`` wait until the sound stands there."""
    player = page.locator(f'istami-player[article="{article}"]')
    player.get_by_role("button").click()
    if second is None:
        return
    expect(player).to_have_attribute("data-state", "playing", timeout=SECONDS * 1000)
    if second > 1:
        wait_for(lambda: player.evaluate("player => player.audio.duration < Infinity"), SECONDS, "a finished sound")
        player.evaluate(f"player => {{ player.audio.currentTime = {second} }}")
    wait_for(lambda: player.evaluate("player => player.audio.currentTime") > second, SECONDS, f"second {second}")
    expect(player).to_have_attribute("data-state", "playing")


def _hold(page: Page, url: str) -> list[Route]:
    """Leave requests for ``url`` without an answer; gives them as they come."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(url, keep)
    return held


def _becomes(page: Page, article: str, state: str) -> None:
    player = page.locator(f'istami-player[article="{article}"]')
    expect(player).to_have_attribute("data-state", state, timeout=SECONDS * 1000)


def _take(page: Page, path: Path, whole: bool = False) -> None:
    page.screenshot(path=path, full_page=whole)
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
