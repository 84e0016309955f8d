"""docs/player.md says what the listen button takes, tells and looks like, and the button has words for everything."""

import json
import re

import pytest

from config import ROOT
from web.errors import STATUS

FOLDER = ROOT / "web" / "player"
DOCS = (ROOT / "docs" / "player.md").read_text(encoding="utf-8")
MODULES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js")}
ELEMENT, CSS = MODULES["element.js"], (FOLDER / "player.css").read_text(encoding="utf-8")
STRINGS = MODULES["strings.js"]
CODE = "\n".join(text for name, text in MODULES.items() if name != "strings.js")
STATES_AS_ATTRIBUTES = {"open", "docked"}
LIFECYCLE = {"constructor", "connectedCallback", "disconnectedCallback", "attributeChangedCallback"}


def section(title: str) -> str:
    """What stands under a heading."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", DOCS, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def tables(title: str) -> list[list[str]]:
    """The table rows under a heading, without their headings: the cells."""
    rows = re.findall(r"^\| (`.*) \|$", section(title), re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)] for row in rows]


def coded(text: str) -> list[str]:
    """The words of code in a text."""
    return re.findall(r"`([^`]+)`", text)


def first_cells(title: str) -> set[str]:
    """The words of code in the first column of the tables under a heading."""
    return {word for row in tables(title) for word in coded(row[0])}


def table_of_words() -> dict[str, dict[str, str]]:
    """Every language's words by key, without its direction of writing."""
    languages = re.search(r"^const LANGUAGES = (\[.*\]);$", STRINGS, re.MULTILINE)
    table = re.search(r"^const TABLE = \{\n(.*?)^\};$", STRINGS, re.MULTILINE | re.DOTALL)
    assert languages and table
    rows = json.loads(
        "{" + re.sub(r",(\s*[\]}])", r"\1", re.sub(r"^  (\w+):", r'"\1":', table[1], flags=re.M)).rstrip(",\n") + "}"
    )
    del rows["dir"]
    return {name: {key: row[i] for key, row in rows.items()} for i, name in enumerate(json.loads(languages[1]))}


WORDS = table_of_words()


def passing() -> dict[str, str]:
    """Codes that are told in other codes' words."""
    return dict(re.findall(r"^TABLE\.(\w+) = TABLE\.(\w+);$", STRINGS, re.MULTILINE))


# -- What it takes


def test_every_attribute_is_documented_and_no_other() -> None:
    observed = re.search(r"observedAttributes = \[(.*?)\]", ELEMENT)
    assert observed
    used = set(re.findall(r'"(\w+)"', observed[1]))
    used |= set(re.findall(r'(?:(?<!\.)\bget|getAttribute|hasAttribute)\("(\w+)"\)', CODE))
    used |= set(re.findall(r":host\(\[(\w+)=", CSS))
    assert {"article", "eager", "theme", "sticky"} <= used  # One of each way to be used.
    assert first_cells("Attributes") == used - STATES_AS_ATTRIBUTES


def test_what_changes_at_once_is_what_is_observed() -> None:
    observed = re.search(r"observedAttributes = \[(.*?)\]", ELEMENT)
    said = re.search(r"A change of(.*?)closes it", section("Attributes"), re.DOTALL)
    assert observed and said
    assert set(coded(said[1])) == set(re.findall(r'"(\w+)"', observed[1]))


def test_every_state_is_documented_and_no_other() -> None:
    said = re.search(r"`data-state` is(.*?);", section("Attributes"), re.DOTALL)
    assert said
    become = set(
        re.findall(r'"(\w+)"', " ".join(re.findall(r"(?:#become\(|\bstate = )(.*?)[;\n]", MODULES["track.js"])))
    )
    assert set(coded(said[1])) == become


def test_every_method_and_property_is_documented_and_no_other() -> None:
    body = ELEMENT[ELEMENT.index("class IstamiPlayer") : ELEMENT.index("\n}\n")]
    members = set(re.findall(r"^  (?:async )?(?:[gs]et )?(\w+)\(.*\) \{$", body, re.MULTILINE)) - LIFECYCLE
    named = {name.partition("(")[0] for name in first_cells("Methods and properties")}
    assert named == members | {"article"}
    assert "this.article] =" in body or "this.article," in body


def test_the_plugins_attributes_are_the_buttons() -> None:
    plugin = (ROOT / "integrations" / "wordpress" / "istami.php").read_text(encoding="utf-8")
    taken = re.search(r"^ \* Shortcode: \[istami\], with (.*) where wanted", plugin, re.MULTILINE)
    said = re.search(r"It takes (.*?):$", section("WordPress"), re.MULTILINE | re.DOTALL)
    assert taken and said
    assert set(coded(said[1])) == set(taken[1].split(", ")) <= first_cells("Attributes")
    assert all(f"'{name}'" in plugin for name in coded(said[1]))


# -- What it tells


def test_every_event_is_documented_and_no_other() -> None:
    told = {f"istami-{name}" for call in re.findall(r"#tell\((.*)\)", ELEMENT) for name in re.findall(r'"(\w+)"', call)}
    assert first_cells("Events") == told
    named = set(re.findall(r"\b(?<!-)istami-[a-z]+\b", DOCS)) - {"istami-player"}
    assert named == told


def test_what_an_event_says_is_documented() -> None:
    detail = re.search(r"const detail = \{ (.*), \.\.\.more \}", ELEMENT)
    assert detail
    assert all(f"`{name}`" in section("Events") for name in detail[1].split(", "))
    more = {row[0].strip("`"): {word.split(":")[0] for word in coded(row[2])} for row in tables("Events") if row[2]}
    told = re.findall(r'#tell\("(\w+)", \{ (\w+):', ELEMENT)
    assert more == {f"istami-{name}": {key} for name, key in told}


def test_every_code_of_the_service_leads_to_the_documented_words() -> None:
    rows = {code: row[1] for row in tables("Errors") for code in coded(row[0])}
    others = re.search(r"^\| any other \| (.*?) \|", section("Errors"), re.MULTILINE)
    assert others
    words = WORDS["ar"]
    codes = {*STATUS, "offline", "other", "interrupted"}
    shown = {code: words.get(passing().get(code, code), words["other"]) for code in codes}
    assert shown == {code: rows.get(code, others[1]) for code in codes}
    assert set(rows) <= codes


def test_the_players_own_codes_are_documented() -> None:
    own = set(re.findall(r'new Problem\("(\w+)"', CODE)) | set(re.findall(r'\? "article_not_found" : "(\w+)"', CODE))
    assert own == {"offline", "other", "interrupted"}
    assert all(f"`{code}`" in section("Errors") for code in own)


# -- What it looks like


def defaults() -> dict[str, str]:
    """Every custom property a site may set, and what it is where the site sets none."""
    found = {}
    for text in (CSS, CODE):
        for start in re.finditer(r"var\((--istami-[\w-]+), ", text):
            depth, end = 1, start.end()
            while depth:
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            # Another property is named as the site knows it.
            found[start[1]] = re.sub(r"^var\(--([\w-]+)\)$", r"--istami-\1", text[start.end() : end - 1])
    return found


def test_every_custom_property_is_documented_with_its_default() -> None:
    assert set(re.findall(r"--istami-[\w-]+", CSS + CODE)) == set(defaults())  # None is used without a default.
    documented = {row[0].strip("`"): row[1].strip("`") for row in tables("Looks") if row[0].startswith("`--")}
    assert documented == defaults()


def test_no_other_custom_property_is_named() -> None:
    assert set(re.findall(r"--istami-[\w-]+", DOCS)) == set(defaults())


def test_what_reading_along_skips_is_documented() -> None:
    skipped = "".join(
        re.findall(r'^const (?:OURS|SKIP) = (?:OURS \+ )?"(.*)";$', MODULES["readalong.js"], re.MULTILINE)
    )
    names = set(skipped.split(","))
    assert "figcaption" in names
    named = set(coded(section("Reading along")))
    assert names - named == {"istami-player", "br"}  # The button itself, and what has no text.


def test_what_is_remembered_is_documented() -> None:
    names = set(re.findall(r'\bremember\("(\w+)"', CODE))
    assert first_cells("What is kept, what is asked") == names


# -- Its words


@pytest.mark.parametrize("language", WORDS)
def test_every_word_is_there_in_every_language(language: str) -> None:
    for key, words in WORDS[language].items():
        assert words.strip() == words != ""
        assert words.count("{}") == WORDS["ar"][key].count("{}"), key


def test_every_language_is_documented() -> None:
    row = next(row for row in tables("Attributes") if row[0] == "`lang`")
    assert coded(row[1]) == list(WORDS)


def test_every_word_is_used() -> None:
    """A key is used where it stands in quotes, or where it is the code of a problem."""
    used = set(re.findall(r'"(\w+)"', CODE)) | STATUS.keys()
    assert WORDS["ar"].keys() - used == set()


def test_every_word_that_is_asked_for_is_there() -> None:
    """What is not would be told as an error: it is what an unknown key gives."""
    asked = set(re.findall(r'\bsay\("(\w+)"', CODE))
    looks = re.search(r"^const LOOKS = \{(.*?)^\};", MODULES["panel.js"], re.MULTILINE | re.DOTALL)
    assert looks and asked
    asked |= set(re.findall(r': \["(\w+)"', looks[1]))
    assert {"pause", "speed"} <= asked
    assert asked - WORDS["ar"].keys() == set()
