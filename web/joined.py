"""The listen button as readers get it: its modules in one script, so that a page asks for one small file.

The modules work in a browser as they stand, too. Joined they share one scope, so their top-level names must differ;
the minifier refuses a name that is declared twice.
"""

import re
from pathlib import Path

import minify

_IMPORT = re.compile(r'^import (?P<names>.+?) from "\./(?P<file>[\w.]+)"(?: with \{ type: "css" \})?;\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def joined(entry: Path) -> str:
    """The module ``entry`` and all that it imports, each once and before the one that needs it, minified.

    A stylesheet (a CSS module script of HTML) becomes the ``CSSStyleSheet`` that its import would give.
    """
    parts: dict[Path, str] = {}
    _collect(entry, parts)
    # Inside a block, no name is seen from outside and all may be shortened.
    return minify.string("text/javascript", "{" + "".join(parts.values()) + "}")


def _collect(path: Path, parts: dict[Path, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for found in _IMPORT.finditer(text):
        needed = path.with_name(found["file"])
        if needed in parts:
            continue
        if needed.suffix == ".css":
            parts[needed] = _sheet(found["names"], needed)
        else:
            _collect(needed, parts)
    parts[path] = _EXPORT.sub("", _IMPORT.sub("", text))


def _sheet(name: str, path: Path) -> str:
    rules = minify.string("text/css", path.read_text(encoding="utf-8"))
    quoted = rules.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return f"const {name} = new CSSStyleSheet();\n{name}.replaceSync(`{quoted}`);\n"
