"""How small texts are compressed, and when a file is read again."""

import gzip
import os
from pathlib import Path

from web.files import Text, texts


def test_the_same_bytes_are_compressed_to_the_same_bytes() -> None:
    text = Text.of("سماع".encode() * 100)
    assert text == Text.of(text.plain)
    assert gzip.decompress(text.packed) == text.plain and len(text.packed) < len(text.plain) / 5


def test_a_changed_file_shows_without_a_restart(tmp_path: Path) -> None:
    script = tmp_path / "a.js"
    script.write_text("1;")
    (tmp_path / "notes.txt").write_text("not served")
    first = texts(tmp_path)
    assert list(first) == ["a.js"]
    assert texts(tmp_path)["a.js"] is first["a.js"]
    script.write_text("2;")
    os.utime(script, ns=(0, script.stat().st_mtime_ns + 1))  # The clock of file systems is coarser than this test.
    assert texts(tmp_path)["a.js"].plain == b"2;"
    script.unlink()
    assert texts(tmp_path) == {}
