"""A real browser: Debian's Chromium, driven by Playwright. What a page complains of fails its test."""

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.host import Host

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_REFUSED = "Failed to load resource: "
"""How Chromium tells its console of an answer that is an error, whatever the page does about it."""
_MISSING = f"{_REFUSED}the server responded with a status of 404"
_MANIFEST = re.compile(r"/articles/[^/?]+/audio(\?|$)")


def chromium() -> str | None:
    """Path of the system's browser."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


@pytest.fixture(scope="package")  # Not longer: while Playwright runs, no other test could run an event loop.
def browser() -> Iterator[Browser]:
    """The browser. Without one its tests are skipped, and fail where REQUIRE_BROWSER is set."""
    path = chromium()
    if path is None:
        lacking = "no browser on this machine: apt-get install chromium"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(lacking, pytrace=False)
        pytest.skip(lacking)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile on a phone's screen: nothing cached, nothing remembered."""
    context = browser.new_context(locale="ar-MA", viewport={"width": 390, "height": 844})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose console stays empty: no error, no warning, no violation of its Content-Security-Policy."""
    complaints: list[str] = []
    yield _watched(context, complaints, may_look_in_vain=True)
    assert complaints == []


@pytest.fixture
def troubled_page(context: BrowserContext) -> Iterator[Page]:
    """A page for tests of errors: nothing but the service's refusals may stand in its console."""
    complaints: list[str] = []
    yield _watched(context, complaints)
    assert [complaint for complaint in complaints if not complaint.startswith(_REFUSED)] == []


def _watched(context: BrowserContext, complaints: list[str], may_look_in_vain: bool = False) -> Page:
    requested: set[str] = set()

    def listen(message: ConsoleMessage) -> None:
        url = message.location["url"]
        # On a page that names no icon the browser asks for this one by itself; that there is none is no fault.
        if message.type not in ("error", "warning") or url.endswith("/favicon.ico"):
            return
        # An `eager` player looks at a manifest before anyone has asked for the sound. That there is none yet is an
        # ordinary answer, but no script can keep the browser from writing a line about a 404.
        is_look = message.text.startswith(_MISSING) and _MANIFEST.search(url) and url not in requested
        if not (may_look_in_vain and is_look):
            complaints.append(message.text)

    page = context.new_page()
    page.on("request", lambda request: request.method == "POST" and requested.add(request.url))
    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    """A publisher's site."""
    with Host() as host:
        yield host
