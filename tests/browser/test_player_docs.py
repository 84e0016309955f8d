"""What docs/player.md says of the listen button, seen in the browser: its parts, its words, the policy it needs."""

import re

import pytest
from playwright.sync_api import Page

from benchmarks.player import Site
from tests.browser.player import Player
from tests.running import Istami
from tests.unit.test_player_docs import DOCS, WORDS, coded, section, tables

SHADOW = "[...document.querySelector('istami-player').shadowRoot.querySelectorAll('*')]"


@pytest.mark.parametrize("language", WORDS)
def test_every_part_is_documented_and_every_control_has_its_words(page: Page, istami: Istami, language: str) -> None:
    """An unknown key's words would be those of an error."""
    istami.put("p-docs", "نص قصير")
    with Site() as site:
        script = f'<script type="module" src="{istami.url}/player.js"></script>'
        page.goto(site.publish("/", f'{script}<istami-player article="p-docs" lang="{language}"></istami-player>'))
        player = Player(page, "p-docs")
        player.click()
        player.becomes("ended")
        parts = page.evaluate(f"{SHADOW}.flatMap((each) => [...each.part])")
        shown = page.evaluate(f"{SHADOW}.flatMap((each) => [each.ariaLabel, each.title, each.textContent])")
    assert {part for row in tables("Looks") for part in coded(row[0]) if not part.startswith("--")} == set(parts)
    assert WORDS[language]["again"] in shown
    assert WORDS[language]["other"] not in shown


def test_the_documented_policy_is_enough(page: Page, istami: Istami) -> None:
    """A page that allows this and nothing else; the fixture's console stays empty."""
    istami.put("p-policy", "سياسة", "جملة قصيرة.")
    policy = re.search(r"^```\n(script-src .*)\n```$", section("Content-Security-Policy"), re.MULTILINE)
    line = re.search(r"^<istami-player article=\"42\" highlight.*$", DOCS, re.MULTILINE)
    assert policy and line
    page_of_site = f"""<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; {policy[1]}">
<script type="module" src="https://audio.example.ma/player.js"></script>
{line[0].replace("42", "p-policy")}<article><p>جملة قصيرة.</p></article>""".replace(
        "https://audio.example.ma", istami.url
    )
    with Site() as site:
        page.goto(site.publish("/", page_of_site))
        player = Player(page, "p-policy")
        player.click()
        player.becomes("ended")
        assert player.get("canFollow")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_documented_rule_keeps_the_buttons_place(page: Page, istami: Istami, width: int) -> None:
    rule = re.search(r"```css\n(istami-player:not\(:defined\).*?)```", section("Looks"), re.DOTALL)
    assert rule
    viewport = '<meta name="viewport" content="width=device-width">'
    page.set_viewport_size({"width": width, "height": 844})
    with Site() as site:
        page.goto(site.publish("/", f"<!doctype html>{viewport}<style>{rule[1]}</style><istami-player article=7>"))
        kept = page.locator("istami-player").bounding_box()
        page.add_script_tag(url=f"{istami.url}/player.js", type="module")
        Player(page, "7").becomes("idle")
        assert page.locator("istami-player").bounding_box() == kept
