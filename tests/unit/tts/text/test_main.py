"""`python -m tts.text`, as it is called from outside."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]


def spoken(lines: bytes, *options: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tts.text", *options], cwd=ROOT, input=lines, capture_output=True, check=True
    )
    assert not done.stderr
    return done.stdout.decode().split("\n")[:-1]


def test_a_line_gives_a_line() -> None:
    lines = "بعد 3 سنوات\r\n\nقال".encode() + b"\xff" + " الوزير".encode()
    assert spoken(lines) == ["بعد ثلاث سنوات", "", "قال الوزير"]


def test_diacritics() -> None:
    [line] = spoken("قال الوزير\n".encode(), "--diacritics")
    assert line != "قال الوزير" and line.startswith("قَالَ")


def test_why() -> None:
    [line] = spoken("بعد 3 سنوات".encode(), "--why")
    told = json.loads(line)
    assert told["display"] == "بعد 3 سنوات" and told["spoken"] == "بعد ثلاث سنوات"
    [rule] = told["rules"]
    assert (rule["start"], rule["end"], rule["display"], rule["spoken"]) == (4, 5, "3", "ثلاث") and rule["rule"]


def test_latin_can_be_kept() -> None:
    assert spoken("قرار FIFA".encode()) == ["قرار فيفا"]
    assert spoken("قرار FIFA".encode(), "--keep-latin") == ["قرار FIFA"]


def test_a_lexicon(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.txt"
    file.write_text("بنكيران = بِنكِيران\n", encoding="utf-8")
    assert spoken("قال بنكيران".encode(), "--lexicon", str(file)) == ["قال بِنكِيران"]
    missing = [sys.executable, "-m", "tts.text", "--lexicon", str(tmp_path / "none")]
    done = subprocess.run(missing, cwd=ROOT, input=b"", capture_output=True, check=False)
    assert done.returncode == 2 and b"lexicon_unreadable" in done.stderr


def test_help_has_an_example() -> None:
    assert any("Example: " in line for line in spoken(b"", "--help"))
