"""How the listen button looks: sizes, directions, colours, and what a site's own styles can and cannot do to it."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.host import Host
from tests.browser.player import Player
from tests.running import Istami, wait_for
from tests.texts import paragraphs

ARTICLE, TITLE = (
    "looks",
    "برنامج جديد لدعم التعليم في القرى البعيدة يبدأ خلال الأشهر المقبلة بعد مشاورات واسعة مع النقابات",
)
SMALLEST_TARGET = 44
"""CSS pixels of what is pressed, each way."""
TEXTS = ("at", "all", "title", "note")
TEXT_CONTRAST, ICON_CONTRAST = 4.5, 3

PARTS = """player => Object.fromEntries(
  [...player.shadowRoot.querySelectorAll("button, select, input, a, .at, .all, .title, .note")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && (each.ariaLabel || each.textContent))
  .map((each) => [each.classList[0], each.getBoundingClientRect()])
  .map(([name, { left, top, right, bottom }]) => [name, [left, top, right, bottom]]))"""
"""The boxes of what can be seen and pressed or read, by the first class of each."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Istami]:
    """A service whose button may stand on any site."""
    with Istami(tmp_path_factory.mktemp("looks"), ISTAMI_ENGINES="espeak", ISTAMI_CORS_ORIGINS="*") as service:
        service.put(ARTICLE, TITLE, *paragraphs(43, 3))
        service.made(ARTICLE)
        yield service


@pytest.fixture
def place(page: Page, service: Istami, host: Host) -> Callable[..., Player]:
    """Puts the player on a page of the host, with styles and attributes, and gives it, closed and with its duration."""

    def put(css: str = "", before: str = "<main>", after: str = "</main>", **attributes: str) -> Player:
        values = {"article": ARTICLE, "headline": TITLE, "eager": "", "sticky": "", **attributes}
        element = " ".join(f'{name}="{value}"' for name, value in values.items())
        tall = '<p style="height: 3000px">نص</p>'
        style = f"<style>body {{ margin: 0 }} {css}</style>"
        body = f"{style}{before}<istami-player {element}></istami-player>{after}{tall}"
        page.goto(host.put(service.url, body))
        player = Player(page, ARTICLE)
        expect(player.element.locator("small")).not_to_be_empty()
        return player

    return put


def paused(player: Player, second: float = 12) -> None:
    """Play, pause, and stand at ``second``."""
    player.click()
    player.becomes("playing")
    wait_for(lambda: player.get("duration"), 10, "the duration")
    player.call("pause()")
    player.becomes("paused")
    player.call(f"seek({second})")


def style(locator: Locator, property: str, pseudo: str = "") -> str:
    """A computed style."""
    return locator.evaluate(
        "(element, [property, pseudo]) => getComputedStyle(element, pseudo).getPropertyValue(property)",
        [property, pseudo],
    )


# -- Sizes

CASES: dict[str, tuple[str, dict[str, str]]] = {
    "Arabic": ("", {}),
    "French": ("", {"lang": "fr"}),
    "English": ("", {"lang": "en"}),
    "Arabic digits": ("", {"digits": "arab"}),
    "text of 200 %": ("html { font-size: 200% }", {"lang": "fr"}),
    "a root of 10 px": ("html { font-size: 62.5% } body { font-size: 1.6rem }", {}),
}


@pytest.mark.parametrize("case", CASES)
def test_everything_has_room(page: Page, place: Callable[..., Player], case: str) -> None:
    """From a folded phone, or a sidebar, to a desktop at 100 % and, at half the width, at 200 %."""
    page.route("**/audio?*", _lengthen)
    page.route("**/audio", _lengthen)
    css, attributes = CASES[case]
    player = place(css, **attributes)
    faults = []
    heights: dict[int, float] = {}
    for state in "closed", "paused", "docked":
        if state == "paused":
            paused(player)
            expect(player.element.locator(".all")).to_have_text("١:٠٢:٠٣" if "digits" in attributes else "1:02:03")
        for width in 280, 320, 360, 390, 580, 640, 1280:
            if width < 320 and "%" in case:
                continue
            page.set_viewport_size({"width": width, "height": 700})
            if state == "docked":
                player.scroll_away()
            faults += [(state, width, fault) for fault in _faults(page, player)]
            height = player.element.bounding_box()["height"]
            if abs(heights.setdefault(width, height) - height) > 0.5:
                faults.append((state, width, f"jumps from {heights[width]} to {height}"))
    assert not faults, "\n".join(map(str, faults))


def _answer(route: Route, **answer: Any) -> None:
    route.fulfill(**answer)


def _lengthen(route: Route) -> None:
    """The service's own answer, but of a sound that lasts an hour and more."""
    reply = route.fetch()
    manifest = reply.json()
    manifest["duration_seconds"] = 3723
    route.fulfill(response=reply, json=manifest)


def _faults(page: Page, player: Player) -> Iterator[str]:
    """What is too small, cut off, or upon another."""
    width = page.viewport_size["width"]
    boxes = player.element.evaluate(PARTS)
    for name, (left, top, right, bottom) in boxes.items():
        if left < -0.5 or right > width + 0.5:
            yield f"{name} stands out: {left} to {right}"
        if name not in TEXTS and min(right - left, bottom - top) < SMALLEST_TARGET - 0.01:
            yield f"{name} is small: {right - left} by {bottom - top}"
    for (name, one), (other, two) in combinations(boxes.items(), 2):
        apart = one[2] <= two[0] + 0.5 or two[2] <= one[0] + 0.5 or one[3] <= two[1] + 0.5 or two[3] <= one[1] + 0.5
        if not apart and "seek" not in (name, other):
            yield f"{name} is upon {other}"
    if "seek" in boxes and boxes["at"][1] < boxes["seek"][1] + 21:
        yield "the clock is upon the thumb"
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "the page scrolls sideways"
    cut = player.element.evaluate(
        """player => [...player.shadowRoot.querySelectorAll(".button span, small, .at, .all, select, button")]
          .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1 && each.clientWidth)
          .map((each) => each.className)"""
    )
    yield from (f"{name} is cut off" for name in cut)


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_no_reason_of_a_failure_is_cut_off(troubled_page: Page, service: Istami, host: Host, lang: str) -> None:
    page = troubled_page
    page.goto(host.put(service.url, f'<istami-player article="{ARTICLE}" lang="{lang}"></istami-player>'))
    player = Player(page, ARTICLE)
    for code in "article_not_found", "withdrawn", "nothing_to_read", "rate_limited", "internal_error":
        headers = {
            "Retry-After": "600",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "Retry-After",
        }
        answer = partial(_answer, status=503, headers=headers, json={"code": code})
        page.route("**/articles/**", answer)
        player.click()
        player.becomes("failed")
        for width in 280, 360, 390, 1280:
            page.set_viewport_size({"width": width, "height": 700})
            inner, outer = player.note.bounding_box(), player.element.locator(".panel").bounding_box()
            assert inner["y"] >= outer["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"], (
                code,
                width,
            )
            assert not list(_faults(page, player)), (code, width)
        player.call("close()")
        page.unroute("**/articles/**")


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_the_sheet_has_room(page: Page, place: Callable[..., Player], lang: str) -> None:
    player = place(lang=lang, playlist="another", highlight="p")
    paused(player)
    player.element.locator("button.more").click()
    items = player.element.locator(".item:visible, .volume")
    for width in 280, 360, 1280:
        page.set_viewport_size({"width": width, "height": 700})
        sheet = player.element.locator(".sheet").bounding_box()
        assert sheet["x"] >= 0 and sheet["x"] + sheet["width"] <= width
        assert sheet["y"] >= 0 and sheet["y"] + sheet["height"] <= 700
        for item in items.all():
            assert item.bounding_box()["height"] >= SMALLEST_TARGET, (width, item)
            assert item.evaluate("item => item.scrollWidth <= item.clientWidth"), (width, item)
    assert items.count() == 5


# -- Directions


@pytest.mark.parametrize(("lang", "side"), [("ar", "left"), ("fr", "right"), ("en", "right")])
def test_direction(page: Page, place: Callable[..., Player], lang: str, side: str) -> None:
    player = place(lang=lang, highlight="p")
    paused(player, 40)
    # What a browser does not name is its default, "to bottom".
    assert f"to {side}" in style(player.seek, "background-image")
    box = player.seek.bounding_box()
    quarter = box["x"] + box["width"] * (0.75 if lang == "ar" else 0.25)
    page.mouse.click(quarter, box["y"] + 14)
    duration = player.get("duration")
    wait_for(lambda: abs(player.get("currentTime") / duration - 0.25) < 0.03, 5, "a quarter of the sound")
    for name in "previous", "next", "along", "play", "back", "forward":
        mirrored = style(player.element.locator(f"button.{name} svg"), "transform").startswith("matrix(-1,")
        assert mirrored == (lang == "ar" and name in ("previous", "next", "along")), name
    first, last = (player.element.locator(f"button.{name}").bounding_box()["x"] for name in ("previous", "next"))
    assert (first > last) == (lang == "ar")
    for name in "at", "all", "title":
        assert player.element.locator(f".{name}").evaluate("each => each.localName") == "bdi"


# -- Colours

CONTRASTS = """player => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, i) => (part * a + below[i] * (255 - a)) / 255);
  const behind = (element) => {
    if (!element) return null; // Every page of these tests has a ground of its own.
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 255 ? own : over(own, behind(element.parentElement ?? element.getRootNode().host));
  };
  const light = (colour) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = colour.map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (colour, ground) => {
    const [low, high] = [light(over(rgba(colour), ground)), light(ground)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const found = [];
  for (const each of player.shadowRoot.querySelectorAll("*")) {
    if (!each.checkVisibility({ visibilityProperty: true })) continue;
    const { color, outlineColor } = getComputedStyle(each);
    const name = each.getAttribute("class") || each.localName;
    const hasText = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (hasText) found.push(["text", name, contrast(color, behind(each))]);
    if (each.localName === "svg") found.push(["icon", name, contrast(color, behind(each))]);
    if (each.matches("button.play, :host(:not([sticky=always])) .button svg")) {
      const { backgroundColor } = getComputedStyle(each);
      found.push(["icon", `the disc of ${name}`, contrast(backgroundColor, behind(each.parentElement))]);
    }
    if (each.matches("button, select, input, a")) {
      each.focus({ preventScroll: true, focusVisible: true });
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(each);
      const isThere = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
      found.push(["icon", `the focus of ${name}`, isThere ? contrast(outlineColor, behind(each.parentElement)) : 0]);
    }
  }
  return found;
}"""
"""Text, icons and rings of focus of the element: [kind, name, contrast with what is behind]."""


@pytest.mark.parametrize("palette", ["default", "newspaper", "forced"])
def test_contrast(page: Page, place: Callable[..., Player], service: Istami, palette: str) -> None:
    if palette == "newspaper":
        page.goto(f"{service.url}/demo/{ARTICLE}")
        player = Player(page, ARTICLE)
    else:
        player = place("html { color-scheme: light dark; background: Canvas }")
    if palette == "forced":
        page.emulate_media(forced_colors="active")
    poor = []
    kinds = set()
    for state in "closed", "paused", "sheet", "docked", "docked sheet":
        if state == "paused":
            paused(player)
        player.scroll_away("docked" in state)
        if "sheet" in state:
            player.element.locator("button.more").click()
        for scheme in "light", "dark":
            page.emulate_media(color_scheme=scheme)
            for kind, name, contrast in player.element.evaluate(CONTRASTS):
                kinds.add(name)
                if contrast < (TEXT_CONTRAST if kind == "text" else ICON_CONTRAST):
                    poor.append((state, scheme, name, round(contrast, 2)))
        page.keyboard.press("Escape")
    assert not poor, "\n".join(map(str, poor))
    # Browsers that force colours take backgrounds away, and the slider is painted by nothing else.
    assert "gradient" in style(player.seek, "background-image")
    assert {"duration", "at", "play", "the focus of seek", "the focus of download item", "p"} <= kinds


def test_always_docked_contrast(page: Page, place: Callable[..., Player]) -> None:
    player = place("html { color-scheme: light dark; background: Canvas }", sticky="always")
    for scheme in "light", "dark":
        page.emulate_media(color_scheme=scheme)
        for kind, name, contrast in player.element.evaluate(CONTRASTS):
            assert contrast >= (TEXT_CONTRAST if kind == "text" else ICON_CONTRAST), (scheme, name)


LIGHT, DARK = "rgb(255, 255, 255)", "rgb(30, 33, 36)"


@pytest.mark.parametrize("system", ["light", "dark"])
def test_light_and_dark_are_the_page_s_or_the_site_s(page: Page, place: Callable[..., Player], system: str) -> None:
    page.emulate_media(color_scheme=system)
    its = {"light": LIGHT, "dark": DARK}[system]
    for of_page in "normal", "light", "dark", "light dark":
        player = place(f":root {{ color-scheme: {of_page} }}")
        inherited = {"normal": LIGHT, "light": LIGHT, "dark": DARK, "light dark": its}[of_page]
        for theme, expected in [("", inherited), ("light", LIGHT), ("dark", DARK), ("auto", its)]:
            player.element.evaluate("(player, theme) => player.setAttribute('theme', theme)", theme)
            assert style(player.start, "background-color") == expected, (of_page, theme)


def test_what_a_site_can_set(page: Page, place: Callable[..., Player]) -> None:
    player = place(
        """body { font: 18px/1.8 "Courier New", monospace }
        istami-player {
          --istami-accent: rgb(1, 2, 3); --istami-on-accent: rgb(250, 251, 252); --istami-surface: rgb(240, 230, 220);
          --istami-text: rgb(10, 20, 30); --istami-muted: rgb(40, 50, 60); --istami-line: rgb(70, 80, 90);
          --istami-focus: rgb(100, 0, 0); --istami-radius: 3px;
        }
        istami-player::part(panel) { padding: 11px }
        istami-player::part(close) { color: rgb(5, 6, 7) }
        istami-player::part(button) { letter-spacing: 1px }
        istami-player::part(sheet) { border-width: 5px }
        istami-player::part(seek) { opacity: .9 }
        istami-player::part(time) { font-style: italic }"""
    )
    part = player.element.locator
    assert style(player.start, "font-family").startswith('"Courier New"')
    assert style(player.start, "letter-spacing") == "1px"
    paused(player)
    expected = [
        (player.play, "background-color", "rgb(1, 2, 3)"),
        (player.play, "color", "rgb(250, 251, 252)"),
        (part(".panel"), "background-color", "rgb(240, 230, 220)"),
        (part(".panel"), "border-top-color", "rgb(70, 80, 90)"),
        (part(".panel"), "border-top-left-radius", "3px"),
        (part(".panel"), "padding-top", "11px"),
        (part("button.more"), "color", "rgb(10, 20, 30)"),
        (part("button.close"), "color", "rgb(5, 6, 7)"),
        (part(".time"), "color", "rgb(40, 50, 60)"),
        (part(".time"), "font-style", "italic"),
        (part(".sheet"), "border-top-width", "5px"),
        (player.seek, "opacity", "0.9"),
        (part(".speed"), "font-family", '"Courier New", monospace'),
    ]
    assert [(property, style(locator, property)) for locator, property, _ in expected] == [
        (property, value) for _, property, value in expected
    ]
    player.play.focus()
    page.keyboard.press("Tab")
    assert style(part("button.previous"), "outline-color") == "rgb(100, 0, 0)"


# -- What a site does without meaning to


def test_motion_only_for_those_who_want_it(page: Page, place: Callable[..., Player]) -> None:
    player = place()
    with player.unanswered():
        player.click()
        player.becomes("preparing")
        moving = "player => player.shadowRoot.getAnimations().length"
        page.emulate_media(reduced_motion="no-preference")
        wait_for(lambda: player.element.evaluate(moving), 5, "the icon turning")
        page.emulate_media(reduced_motion="reduce")
        wait_for(lambda: not player.element.evaluate(moving), 5, "the icon standing still")
        player.call("close()")


HOSTILE = """
* { all: unset !important }
*, *::before, *::after { box-sizing: content-box !important; font-size: 7px; line-height: 0; transition: all 9s }
button, input, select, svg, [role] { display: none !important }
div, span { position: absolute !important; float: left !important; inset: 0; width: 1px !important }
svg, path { width: 300px !important; fill: transparent !important }
.panel, .button, .hold, .dock, .sheet, .play, .time, .item { visibility: hidden !important }
"""


def test_a_site_s_styles_stay_outside(page: Page, place: Callable[..., Player]) -> None:
    plain, hostile = [], []
    for found, css in (plain, ""), (hostile, HOSTILE):
        tall = "p { height: 3000px !important; display: block !important }"
        player = place(f"main {{ font: 16px sans-serif; display: block !important }} {css} {tall}")
        paused(player)
        for is_docked in False, True:
            player.scroll_away(is_docked)
            found.append(player.element.evaluate(PARTS).keys())
            assert list(_faults(page, player)) == []
            assert player.element.locator("button.more svg").bounding_box()["width"] <= 30
    assert plain == hostile


@pytest.mark.parametrize(
    "css",
    [
        "transform: translateY(-20px)",
        "overflow: hidden; height: 160px",
        "position: relative; z-index: -1; isolation: isolate",
        "filter: blur(0); contain: layout",
        "will-change: transform; perspective: 100px",
        "clip-path: inset(0)",
    ],
)
def test_the_docked_bar_is_above_all(page: Page, place: Callable[..., Player], css: str) -> None:
    covered = '<div style="position: fixed; inset: auto 0 0; height: 90px; z-index: 2147483647; background: red"></div>'
    player = place(before=f'{covered}<main style="{css}">')
    player.start.evaluate("button => button.click()")
    player.becomes("playing")
    player.scroll_away()
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    box = player.element.locator(".panel").bounding_box()
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, width, pytest.approx(height, abs=0.5))
    assert box["height"] < 80
    top = page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.localName", [width / 2, height - 20])
    assert top == "istami-player"
    player.play.click()
    player.becomes("paused")
