"""The listen button for those who do not see it, or press it with keys: names, states, order, focus, what is spoken."""

from pathlib import Path
from typing import Any, Literal, NamedTuple

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.browser.player import PREPARING, Player
from tests.running import Istami, wait_for
from tests.texts import paragraphs

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
ARTICLE, TITLE = "access", "برنامج جديد لدعم التعليم في القرى البعيدة"
CONTROLS = ["play", "previous", "seek", "next", "back", "forward", "speed", "along", "more", "close"]
"""By their classes, from the beginning to the end."""

AUDIT = """async () => {
  const { violations } = await axe.run(document, { rules: { "target-size": { enabled: true } } });
  return violations.map(({ id, nodes }) => [id, nodes.map(({ target, failureSummary }) => [target, failureSummary])]);
}"""
FOCUSED = """() => {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused === document.body ? null : focused.classList[0] ?? focused.id ?? focused.localName;
}"""
"""The first class, or the id, of the element that has the focus; null if it is lost."""


class Screen(NamedTuple):
    """A size in CSS pixels, and light or dark."""

    size: tuple[int, int]
    scheme: Literal["light", "dark"]

    def show(self, page: Page) -> None:
        page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        page.emulate_media(color_scheme=self.scheme)


PHONE, DESKTOP = (390, 844), (1280, 800)
SCREENS = [Screen(size, scheme) for size in (PHONE, DESKTOP) for scheme in ("light", "dark")]


@pytest.fixture
def address(istami: Istami) -> str:
    """The article's page; its sound is there."""
    istami.put(ARTICLE, TITLE, *paragraphs(41, 3))
    istami.made(ARTICLE)
    return f"{istami.url}/demo/{ARTICLE}"


def opened(page: Page, address: str, lang: str | None = None, **attributes: str) -> Player:
    """The player of the article's page, closed; it knows the sound's duration."""
    page.goto(address)
    player = Player(page, ARTICLE)
    for name, value in {**({"lang": lang} if lang else {}), **attributes}.items():
        player.element.evaluate("(player, [name, value]) => player.setAttribute(name, value)", [name, value])
    expect(player.element.locator("small")).not_to_be_empty()
    return player


def paused(player: Player, second: float = 20) -> None:
    """Play, pause, and stand at ``second``."""
    player.start.focus()
    player.page.keyboard.press("Enter")
    player.becomes("playing")
    wait_for(lambda: player.get("duration"), 10, "the duration")
    player.page.keyboard.press("Enter")
    player.becomes("paused")
    player.call(f"seek({second})")


# -- axe


@pytest.mark.parametrize(("lang", "screens"), [("ar", SCREENS), ("fr", SCREENS[::3]), ("en", SCREENS[1:3])])
def test_axe_finds_no_fault_in_any_state(troubled_page: Page, address: str, lang: str, screens: list[Screen]) -> None:
    page = troubled_page
    page.add_init_script(AXE)
    player = opened(page, address, lang)
    page.emulate_media(reduced_motion="reduce")
    found = {}
    for state in player.walk():
        for screen in screens:
            screen.show(page)
            if violations := page.evaluate(AUDIT):
                found[state, screen] = violations
    assert found == {}


def test_axe_finds_no_fault_on_the_front(page: Page, istami: Istami, address: str) -> None:
    page.add_init_script(AXE)
    page.goto(istami.url)
    player = Player(page, ARTICLE)
    for is_playing in False, True:
        if is_playing:
            player.click()
            player.becomes("playing")
        for screen in SCREENS:
            screen.show(page)
            assert page.evaluate(AUDIT) == [], (is_playing, screen)


# -- Keys


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_tab_goes_as_the_eye_does(page: Page, address: str, lang: str) -> None:
    player = opened(page, address, lang)
    paused(player)
    for screen in PHONE, DESKTOP:
        Screen(screen, "light").show(page)
        for is_docked in False, True:
            player.scroll_away(is_docked)
            player.play.evaluate("button => button.focus({ preventScroll: true })")
            order = [page.evaluate(FOCUSED)]
            while order[-1] != "close" and len(order) < 20:
                page.keyboard.press("Tab")
                order.append(page.evaluate(FOCUSED))
            assert order == seen(player, lang), (screen, is_docked)
            if not is_docked:
                assert order == CONTROLS


def seen(player: Player, lang: str) -> list[str]:
    """The panel's controls as the eye meets them: row by row, each in the direction of the language."""
    places = player.element.evaluate(
        """player => [...player.shadowRoot.querySelectorAll(".panel :is(button, select, input)")]
          .filter((each) => each.checkVisibility())
          .map((each) => [each.getBoundingClientRect(), each.classList[0]])
          .map(([{ left, top, height }, name]) => [Math.round((top + height / 2) / 20), left, name])"""
    )
    return [name for _, _, name in sorted(places, key=lambda each: (each[0], -each[1] if lang == "ar" else each[1]))]


@pytest.mark.parametrize(("lang", "forth", "back"), [("ar", "Left", "Right"), ("fr", "Right", "Left")])
def test_keys_of_the_open_player(page: Page, address: str, lang: str, forth: str, back: str) -> None:
    player = opened(page, address, lang)
    for key in "?", "End", "ArrowLeft":  # Closed, it takes none.
        player.start.press(key)
    assert (player.get("state"), player.get("currentTime")) == ("idle", 0)
    paused(player)
    length = player.get("duration")

    def stands(second: float) -> None:
        wait_for(lambda: abs(player.get("currentTime") - second) < 0.1, 5, f"second {second}")

    for name in "play", "seek":
        page.locator(f"istami-player [part~={name}]:visible").first.focus()
        for key, second in [
            (f"Arrow{forth}", 25),
            (f"Arrow{back}", 20),
            (f"Arrow{back}", 15),
            ("Home", 0),
            (f"Arrow{back}", 0),
            ("End", length),
            (f"Arrow{forth}", length),
            (f"Arrow{back}", length - 5),
        ]:
            page.keyboard.press(key)
            stands(second)
        # Some of them mean something to the browser: the space bar presses a button, arrows move a slider.
        ours = ["Space", "?"] if name == "seek" else [f"Arrow{forth}", "Home", "?"]
        for modifier in "Control", "Alt", "Meta":
            for key in ours:
                page.keyboard.press(f"{modifier}+{key}")
        stands(length - 5)
        assert player.get("state") == "paused"
        player.call("seek(20)")
    page.keyboard.press("Space")
    player.becomes("playing")
    page.keyboard.press("Space")
    player.becomes("paused")


def test_the_sheet_takes_and_returns_the_focus(page: Page, address: str) -> None:
    player = opened(page, address)
    paused(player)
    sheet = player.element.locator(".sheet")
    for name, key in [("play", "?"), ("seek", "?"), ("more", "Enter"), ("more", "Space")]:
        player.element.locator(f":is(button, input).{name}").focus()
        page.keyboard.press(key)
        expect(sheet).to_be_visible()
        assert sheet.evaluate("sheet => sheet.matches(':focus-within')"), name
        stood = player.get("currentTime")
        page.keyboard.press("ArrowLeft")
        assert player.get("currentTime") == stood
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        assert page.evaluate(FOCUSED) == name


def test_keys_elsewhere_on_the_page_are_the_page_s(page: Page, address: str) -> None:
    player = opened(page, address)
    page.evaluate("document.querySelector('h1').after(document.createElement('textarea'))")
    paused(player)
    field = page.locator("textarea")
    field.focus()
    page.keyboard.type("a b?")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    page.keyboard.type("_")
    assert field.input_value() == "_a b?"
    field.blur()
    for key in "Space", "?", "ArrowLeft", "End":
        page.keyboard.press(key)
    expect(player.element.locator(".sheet")).to_be_hidden()
    assert (player.get("state"), player.get("currentTime")) == ("paused", pytest.approx(20, abs=0.1))


def test_the_focus_is_never_lost(troubled_page: Page, address: str, istami: Istami) -> None:
    page = troubled_page
    player = opened(page, address)
    page.evaluate("document.querySelector('.facts').append(document.createElement('button'))")
    paused(player)
    assert page.evaluate(FOCUSED) == "play"
    for name in "play", "seek", "more":
        player.element.locator(f":is(button, input).{name}").evaluate("each => each.focus({ preventScroll: true })")
        for is_docked in True, False:
            player.scroll_away(is_docked)
            assert page.evaluate(FOCUSED) == name
    # From before the player, by key, to its place in the page: the bar goes back there.
    player.scroll_away()
    page.locator(".facts button").evaluate("each => each.focus({ preventScroll: true })")
    page.keyboard.press("Tab")
    wait_for(lambda: player.element.get_attribute("docked") is None, 5, "the panel in its place")
    assert page.evaluate(FOCUSED) == "play"
    for is_docked in False, True:
        player.scroll_away(is_docked)
        player.element.locator("button.close").evaluate("each => each.focus({ preventScroll: true })")
        page.keyboard.press("Enter")
        assert page.evaluate(FOCUSED) == "button"
        page.keyboard.press("Enter")
        player.becomes("playing")
        assert page.evaluate(FOCUSED) == ("button" if is_docked else "play")
    # On to the next articles, as far as there are any.
    player.scroll_away(False)
    for _ in range(2):
        page.keyboard.press("?")
        player.element.locator("button.skip").focus()
        page.keyboard.press("Enter")
        assert page.evaluate(FOCUSED) is not None
        page.keyboard.press("Escape")
        assert page.evaluate(FOCUSED) == "play"
    # A failure while the slider has the focus, which it covers.
    player.seek.focus()
    player.call("setAttribute('voice', 'nobody')")
    player.start.focus()
    page.keyboard.press("Enter")
    player.becomes("failed")
    assert page.evaluate(FOCUSED) == "play"


# -- What a screen reader is told


class Node(NamedTuple):
    """One node of the browser's accessibility tree."""

    role: str
    name: str
    state: str = ""
    """Whether it is pressed or checked; a list's value."""


def tree(player: Player) -> list[Node]:
    """What stands in the element, as assistive technology is given it."""
    session = player.page.context.new_cdp_session(player.page)
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    found = session.send("DOM.querySelector", {"nodeId": root, "selector": f"istami-player[article={ARTICLE}]"})
    nodes = session.send("Accessibility.queryAXTree", {"nodeId": found["nodeId"]})["nodes"]
    session.detach()
    roles = {"button", "slider", "combobox", "status", "group", "dialog", "checkbox", "link"}
    return [_node(each) for each in nodes if not each["ignored"] and each["role"]["value"] in roles]


def _node(raw: dict[str, Any]) -> Node:
    role, name = raw["role"]["value"], " ".join(raw["name"]["value"].split())
    properties = {each["name"]: each["value"].get("value") for each in raw.get("properties", [])}
    state = properties.get("pressed", properties.get("checked", raw.get("value", {}).get("value", "")))
    # Of a slider this protocol tells the bare number; its words are looked at by themselves.
    return Node(role, name, "" if role == "slider" else str(state))


WORDS = {
    "ar": {
        "listen": "استمع للمقال",
        "panel": ["متابعة الاستماع", "الجملة السابقة", "موضع الاستماع", "الجملة التالية", "رجوع 10 ثوان"],
        "more": ["تقدّم 30 ثانية", "سرعة القراءة", "تتبّع النص", "المزيد", "إغلاق"],
        "sheet": ["تنزيل الصوت", "مستوى الصوت", "تابع بالمقال التالي تلقائيا", "المقال التالي"],
        "of": "0:12 من {}",
    },
    "fr": {
        "listen": "Écouter l’article",
        "panel": [
            "Reprendre",
            "Phrase précédente",
            "Position",
            "Phrase suivante",
            "Reculer de 10 secondes",
        ],
        "more": ["Avancer de 30 secondes", "Vitesse", "Suivre le texte", "Plus", "Fermer"],
        "sheet": ["Télécharger", "Volume", "Enchaîner avec l’article suivant", "Article suivant"],
        "of": "0:12 sur {}",
    },
    "en": {
        "listen": "Listen to the article",
        "panel": ["Resume", "Previous sentence", "Position", "Next sentence", "Back 10 seconds"],
        "more": ["Forward 30 seconds", "Speed", "Read along", "More", "Close"],
        "sheet": ["Download", "Volume", "Go on to the next article", "Next article"],
        "of": "0:12 of {}",
    },
}


@pytest.mark.parametrize("lang", list(WORDS))
def test_names_and_states(page: Page, address: str, lang: str) -> None:
    words = WORDS[lang]
    player = opened(page, address, lang)
    assert tree(player) == [Node("button", f"{words['listen']}: {TITLE}")]
    paused(player, 12)
    resume, previous, seek, next, back = words["panel"]
    forward, speed, along, more, close = words["more"]
    panel = [
        Node("group", TITLE),
        Node("button", f"{resume}: {TITLE}"),
        Node("button", previous),
        Node("slider", seek),
        Node("status", ""),
        Node("button", next),
        Node("button", back),
        Node("button", forward),
        Node("combobox", speed, "×1"),
        Node("button", along, "true"),
        Node("button", more),
        Node("button", close),
    ]
    assert tree(player) == panel
    whole = player.element.locator(".all").text_content()
    assert player.seek.get_attribute("aria-valuetext") == words["of"].format(whole)
    player.control(along).click()
    player.control(speed).select_option("1.5")
    panel[8:10] = [Node("combobox", speed, "×1.5"), Node("button", along, "false")]
    if lang == "fr":
        panel[8] = Node("combobox", speed, "×1,5")
    assert tree(player) == panel
    player.element.locator("button.more").click()
    download, volume, onwards, skip = words["sheet"]
    assert tree(player) == [
        *panel,
        Node("dialog", more),
        Node("link", download),
        Node("slider", volume),
        Node("checkbox", onwards, "false"),
        Node("button", skip),
    ]


def test_what_is_spoken_by_itself(troubled_page: Page, address: str) -> None:
    """Only what the reader has to know; never the clock, which would drown the article."""
    page = troubled_page
    player = opened(page, address)
    with player.unanswered():
        player.click()
        expect(player.note).to_have_text(PREPARING)
        expect(player.note).to_be_visible()
        player.call("close()")
    player.click()
    player.becomes("playing")
    expect(player.note).to_be_empty()
    player.note.evaluate(
        """note => new MutationObserver((records) => (note.changes = [...(note.changes ?? []), ...records.map(String)]))
          .observe(note, { childList: true, characterData: true, subtree: true, attributes: true })"""
    )
    clock = player.element.locator(".at")
    before = clock.text_content()
    player.plays_beyond(player.get("currentTime") + 3)
    assert clock.text_content() != before
    assert player.note.evaluate("note => note.changes") is None
    spoken = player.element.evaluate("player => [...player.shadowRoot.querySelectorAll('[aria-live], [role]')].length")
    assert spoken == 3  # The panel, the status, the sheet.
    page.context.set_offline(True)
    player.call("seek(0)")
    player.call("close()")
    player.click()
    expect(player.note).to_have_text("انقطع الاتصال. نعاود المحاولة…")
    page.context.set_offline(False)
    player.call("setAttribute('voice', 'nobody')")
    player.click()
    expect(player.note).to_have_text("تعذّر تحضير الصوت الآن.")
    assert tree(player)[4] == Node("button", "الجملة التالية")
