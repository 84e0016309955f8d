"""The listen button's modules in one script."""

from pathlib import Path

import minify
import pytest

from web.joined import joined


def written(folder: Path, **files: str) -> Path:
    """The entry of modules that stand in ``folder``."""
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder / "entry.js"


def test_what_is_imported_comes_first_and_once(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        entry_js='import { b } from "./b.js";\nimport { a, A } from "./a.js";\nsay(a, b, A);\n',
        a_js="export const a = 1;\nexport class A {}\n",
        b_js='import { a } from "./a.js";\n\n// A comment.\nexport function b() {\n  return a;\n}\n',
    )
    script = joined(entry)
    assert "import" not in script and "export" not in script and "comment" not in script
    assert script.count("=1") == 1
    assert script.index("=1") < script.index("function") < script.index("say(")


def test_a_stylesheet_is_what_its_import_would_give(tmp_path: Path) -> None:
    rules = 'p::before {\n  content: "\\201C `${x}`";\n}\n'
    entry = written(tmp_path, entry_js='import looks from "./a.css" with { type: "css" };\nuse(looks);\n', a_css=rules)
    script = joined(entry)
    assert "new CSSStyleSheet" in script
    assert r'p::before{content:"\\201C \`\${x}\`"}' in script


def test_two_modules_cannot_share_a_name(tmp_path: Path) -> None:
    other = "export const a = 1, b = 2;\n"
    entry = written(tmp_path, entry_js='import { a } from "./a.js";\nconst b = a;\n', a_js=other)
    with pytest.raises(minify.MinifyError, match="already been declared"):
        joined(entry)
