"""Imports go downwards only: a room may use the rooms under it, never those above."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ALLOWED = {
    "tts": [],
    "articles": [],
    "audio_cache": ["tts.model", "tts.errors"],
    "workers": ["tts", "audio_cache", "articles"],
    "web": [
        *("workers.batch", "workers.broker", "workers.dispatch", "workers.live"),
        *("audio_cache", "articles", "tts.model", "tts.errors"),
    ],
    "commands": ["workers", "tts", "audio_cache", "articles", "config"],
}
ROOTS = ["app.py", "workers/celery_app.py", "supervisor.py"]
"""Where the settings are wired in."""
ROOMS = [*ALLOWED, "config", "app", "supervisor"]
SOLE_IMPORTERS = {
    "gtts": "tts/engines/google.py",
    "pydub": "tts/audio/stitch.py",
    "lameenc": "tts/audio/codec.py",
    "espeakng_loader": "tts/engines/espeak.py",
    "onnxruntime": "tts/text/diacritics.py",
    "trafilatura": "articles/extract.py",
    "feedparser": "articles/sources/feeditems.py",
}


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module a file imports, inside functions too."""
    package = list(path.relative_to(ROOT).parent.parts)
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names.add(module)
            names.update(f"{module}.{alias.name}" for alias in node.names)
    return names


def is_inside(name: str, rooms: list[str]) -> bool:
    return any(name == room or name.startswith(room + ".") for room in rooms)


@pytest.mark.parametrize("room", ALLOWED)
def test_imports_go_downwards(room: str) -> None:
    wrong = []
    for path in modules(room):
        where = str(path.relative_to(ROOT))
        if where in ROOTS:
            continue
        for name in imported(path):
            top = name.split(".")[0]
            if top not in ROOMS or top == room:
                continue
            # `from tts import model` names both `tts` and `tts.model`: the package alone gives nothing away.
            if name in {allowed.split(".")[0] for allowed in ALLOWED[room]} and "." not in name:
                continue
            if not is_inside(name, ALLOWED[room]):
                wrong.append(f"{where} imports {name}")
    assert not wrong


@pytest.mark.parametrize("library", SOLE_IMPORTERS)
def test_each_wrapped_library_has_one_importer(library: str) -> None:
    importers = [
        str(path.relative_to(ROOT))
        for room in [*ALLOWED, "."]
        for path in (modules(room) if room != "." else sorted(ROOT.glob("*.py")))
        if is_inside_any(library, imported(path))
    ]
    assert importers == [SOLE_IMPORTERS[library]]


def test_ffmpegs_libraries_are_used_to_decode_and_to_meter_only() -> None:
    importers = [str(path.relative_to(ROOT)) for path in modules("tts") if is_inside_any("av", imported(path))]
    assert importers == ["tts/audio/codec.py", "tts/audio/loudness.py"]


def is_inside_any(library: str, names: set[str]) -> bool:
    return any(is_inside(name, [library]) for name in names)


def test_only_config_reads_the_environment() -> None:
    """Passing the whole environment on to a child process is not reading it."""
    wrong = []
    for room in [*ALLOWED, "."]:
        for path in modules(room) if room != "." else sorted(ROOT.glob("*.py")):
            source = path.read_text(encoding="utf-8").replace("{**os.environ, ", "")
            if path.name != "config.py" and ("os.environ" in source or "getenv" in source):
                wrong.append(str(path.relative_to(ROOT)))
    assert not wrong


def test_only_roots_and_commands_see_the_settings() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for room in ALLOWED
        for path in modules(room)
        if is_inside_any("config", imported(path)) and room != "commands" and str(path.relative_to(ROOT)) not in ROOTS
    ]
    assert not wrong
