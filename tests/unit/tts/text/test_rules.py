"""Every rule there is does what its example says, spares what it must, and has a name of its own."""

import pkgutil
from collections import Counter
from importlib import import_module

import pytest

import tts.text
from tts.text.reading import Reading, Rule


def _rules() -> dict[str, list[Rule]]:
    """The rules of each module, those it shares with another told once."""
    found: dict[str, list[Rule]] = {}
    seen: set[int] = set()
    for name in sorted(info.name for info in pkgutil.iter_modules(tts.text.__path__) if info.name != "__main__"):
        for value in vars(import_module(f"tts.text.{name}")).values():
            for rule in value if isinstance(value, tuple) else (value,):
                if isinstance(rule, Rule) and id(rule) not in seen:
                    seen.add(id(rule))
                    found.setdefault(name, []).append(rule)
    return found


RULES = _rules()


@pytest.mark.parametrize(
    "rule", [pytest.param(rule, id=f"{name}-{rule.name}") for name, rules in RULES.items() for rule in rules]
)
def test_a_rule_does_what_its_example_says_and_spares_what_it_must(rule: Rule) -> None:
    before, after = rule.example
    assert rule(Reading.of(before)).spoken == after
    assert rule(Reading.of(rule.spares)).spoken == rule.spares
    assert rule.about.endswith(".")


@pytest.mark.parametrize("rule", [rule for rules in RULES.values() for rule in rules], ids=lambda rule: rule.name)
def test_a_rule_leaves_what_it_has_said(rule: Rule) -> None:
    _, after = rule.example
    assert rule(Reading.of(after)).spoken == after


def test_rules_have_names_of_their_own() -> None:
    names = Counter(rule.name for rules in RULES.values() for rule in rules)
    assert [name for name, count in names.items() if count > 1] == []
