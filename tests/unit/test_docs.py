"""Every setting, route and error code has its line in the documents, and the documents name no others."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

import app
from articles.errors import ArticleError
from config import PREFIX, ROOT, Settings
from tts.errors import IstamiError
from web.errors import STATUS

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]
LARGEST_IMAGE_BYTES = 250_000


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows(page: str) -> dict[str, list[str]]:
    """Table rows whose first cell is one word of code: that word, and the other cells."""
    found = re.findall(r"^\| `([^`|]+)` \|(.*)\|$", page, re.MULTILINE)
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in found}


def shown(value: object) -> str:
    """A setting's default as the documents write it."""
    if isinstance(value, tuple):
        value = ",".join(value)
    if isinstance(value, Path) or str(value).startswith(str(ROOT)):
        value = Path(str(value)).relative_to(ROOT)
    return f"`{value}`" if str(value) else "unset"


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    assert rows(read("operations.md"))[PREFIX + name.upper()][0] == shown(getattr(Settings(), name))


def test_no_other_setting_is_named() -> None:
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    for page in PAGES:
        named = re.findall(rf"\b{PREFIX}[A-Z_]+\b", page.read_text(encoding="utf-8"))
        assert set(named) <= known, page.name


def routes(folder: Path) -> set[str]:
    """Every call of the web application, as ``GET /articles/<id>``."""
    settings = Settings(data_dir=folder, audio_cache=str(folder / "audio"), engines=("espeak",))
    rules = app.create_app(settings).url_map.iter_rules()
    return {f"{method} {rule.rule}" for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


def test_every_route_is_documented_and_no_other(tmp_path: Path) -> None:
    assert set(re.findall(r"^### `([^`]+)`$", read("http-api.md"), re.MULTILINE)) == routes(tmp_path)


def kinds(kind: type) -> Iterator[type]:
    """An exception and everything derived from it, in our own modules."""
    yield kind
    for derived in kind.__subclasses__():
        yield from kinds(derived)


def codes() -> dict[str, str]:
    """Every error code that a class has, and the class."""
    return {
        kind.code: f"{kind.__module__}.{kind.__qualname__}"
        for root in (IstamiError, ArticleError)
        for kind in kinds(root)
        if not kind.__module__.startswith("tests.")
    }


def test_every_error_has_a_status() -> None:
    assert {code: where for code, where in codes().items() if code not in STATUS} == {}


def test_every_error_code_is_documented_with_its_status_and_no_other() -> None:
    documented = {
        name: cells[0] for name, cells in rows(read("http-api.md")).items() if re.fullmatch(r"[45]\d\d", cells[0])
    }
    assert set(documented) == set(codes()) | set(STATUS)
    assert {name: documented[name] for name in STATUS} == {name: str(status) for name, status in STATUS.items()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text) + re.findall(r'src="(docs/[^"]+)"', text)
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not missing


def test_images_are_small() -> None:
    images = list((DOCS / "images").iterdir())
    assert images and all(image.stat().st_size < LARGEST_IMAGE_BYTES for image in images)


def test_the_readme_has_the_two_commands() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    install = "python3 -m venv .venv && .venv/bin/pip install -r {} && .venv/bin/python {}"
    for command in (install.format("requirements.txt", "app.py"), install.format("requirements-dev.txt", "-m pytest")):
        assert lines.count(command) == 1
        assert lines[lines.index(command) - 1] == "```sh"
