"""`flask lexicon`: check, add, list."""

import stat
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from click.testing import Result
from flask import Flask

from commands import SETTINGS
from commands.lexicon import lexicon
from config import Settings
from tts.text.lexicon_file import PLS, load

COLUMNS = "\ufeff# أسماء\r\nبنكيران\tبِنكِيران\r\n\r\n# حلف\r\nNATO\tناتو"
XML = f"""<?xml version="1.0"?>
<!-- ours -->
<p:lexicon version="1.0"
    xmlns:p="{PLS}" xml:lang="ar">
  <p:lexeme><p:grapheme>بنكيران</p:grapheme>
     <p:alias>لا</p:alias><p:alias  prefer="true">بِنكِيران</p:alias><p:example>x</p:example></p:lexeme>
  <p:lexeme><p:grapheme>NATO</p:grapheme><p:grapheme>OTAN</p:grapheme><p:alias>ناتو</p:alias></p:lexeme>
  <!-- the end -->
</p:lexicon>
<!-- </p:lexicon> -->
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "names.txt"


@pytest.fixture
def app(file: Path) -> Flask:
    app = Flask(__name__)
    app.extensions[SETTINGS] = replace(Settings(), lexicon=str(file))
    app.cli.add_command(lexicon)
    return app


def run(app: Flask, *arguments: object) -> Result:
    result = app.test_cli_runner(mix_stderr=False).invoke(args=["lexicon", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def write(file: Path, text: str) -> None:
    file.write_bytes(text.encode())


def text_of(file: Path) -> str:
    return file.read_bytes().decode()


def test_check(app: Flask, file: Path, tmp_path: Path) -> None:
    write(file, "بنكيران = بِنكِيران\n\nكلمة\n2030 = عام\n")
    result = run(app, "check")
    assert result.exit_code == 1
    first, second, summary = result.stdout.splitlines()
    assert first.startswith(f"{file}:3: ") and second.startswith(f"{file}:4: ")
    assert summary == "1 entry in use, 2 to mend"
    other = tmp_path / "other.pls"
    write(other, XML)
    result = run(app, "check", other)
    assert (result.exit_code, result.stdout) == (0, "3 entries in use, 0 to mend\n")


def test_check_of_what_is_no_lexicon(app: Flask, file: Path) -> None:
    result = run(app, "check")
    assert result.exit_code == 1 and "lexicon_unreadable" in result.stderr
    file.write_bytes(b"\xff")
    assert "UTF-8" in run(app, "check").stderr
    assert "UTF-8" in run(app, "add", "أب", "ج").stderr


def test_add_makes_the_file(app: Flask, file: Path) -> None:
    result = run(app, "add", "بنكيران", "بِنكِيران")
    assert result.stdout == f"{file}:2: بنكيران = بِنكِيران (added); 1 entry\n"
    assert run(app, "add", "NATO", "ناتو").stdout.endswith("(added); 2 entries\n")
    assert text_of(file) == "# The publisher's lexicon: written = spoken\nبنكيران = بِنكِيران\nNATO = ناتو\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_add_keeps_all_else_in_columns(app: Flask, file: Path) -> None:
    write(file, COLUMNS)
    file.chmod(0o664)
    assert run(app, "add", "فاس", "فَاس").exit_code == 0
    assert text_of(file) == COLUMNS + "\r\nفاس\tفَاس\r\n"
    assert run(app, "add", "--replace", "بَنكيران", "بَنكِيران").stdout.endswith("(changed); 3 entries\n")
    assert text_of(file) == COLUMNS.replace("بنكيران\tبِنكِيران", "بَنكيران\tبَنكِيران") + "\r\nفاس\tفَاس\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o664


def test_replace_on_the_first_line_and_on_one_with_signs(app: Flask, file: Path) -> None:
    write(file, "\ufeffNATO = ناتو\nفاس = فَاس")
    assert run(app, "add", "--replace", "NATO", "حلف").exit_code == 0
    assert run(app, "add", "أ = ب", "أ يساوي ب").exit_code == 0
    assert text_of(file) == "\ufeffNATO = حلف\nفاس = فَاس\nأ = ب\tأ يساوي ب\n"


def test_add_keeps_all_else_in_pls(app: Flask, file: Path) -> None:
    write(file, XML)
    assert run(app, "add", "AT&T", "إيه تي آند تي").stdout == (f"{file}:9: AT&T = إيه تي آند تي (added); 4 entries\n")
    new = "  <p:lexeme><p:grapheme>AT&amp;T</p:grapheme><p:alias>إيه تي آند تي</p:alias></p:lexeme>\n"
    end = "</p:lexicon>\n<!--"
    assert text_of(file) == XML.replace(end, new + end)
    write(file, XML)
    assert run(app, "add", "--replace", "بنكيران", "بَنكِيران").exit_code == 0
    assert text_of(file) == XML.replace(">بِنكِيران<", ">بَنكِيران<")
    write(file, XML)
    assert run(app, "add", "--replace", "otan", "أوتان").exit_code == 0
    new = "  <p:lexeme><p:grapheme>otan</p:grapheme><p:alias>أوتان</p:alias></p:lexeme>\n"
    assert text_of(file) == XML.replace("<p:grapheme>OTAN</p:grapheme>", "").replace(end, new + end)


def test_add_to_a_pls_on_one_line_without_prefix(app: Flask, file: Path) -> None:
    write(file, f'<lexicon xmlns="{PLS}" xml:lang="ar"></lexicon>')
    assert run(app, "add", "فاس", "فَاس").exit_code == 0
    assert [entry.spoken for entry in load(file).entries] == ["فَاس"]


@pytest.mark.parametrize("content", [COLUMNS, XML], ids=["columns", "pls"])
@pytest.mark.parametrize(
    ("written", "spoken", "reason"),
    [
        ("بنكيران", "بنكيران", "line {} already"),
        ("nato", "ناتو", "line {} already"),
        ("2030", "عام", "no letter"),
        ("فاس", "…", "nothing to pronounce"),
        ("فاس", "", "spoken form is empty"),
        ("فاس\nمكناس", "فَاس", "control character"),
        ("حلف", "NATO", "itself matched by line"),
        ("ناتو", "حلف", "stays as it is"),  # it would be what «NATO» is spoken as
    ],
)
def test_add_refuses_what_check_would_report(
    app: Flask, file: Path, content: str, written: str, spoken: str, reason: str
) -> None:
    write(file, content)
    before = {entry.written.lower(): entry.line for entry in load(file).entries}
    result = run(app, "add", written, spoken)
    assert result.exit_code == 1
    assert reason.format(before.get(written)) in result.stderr
    assert text_of(file) == content


def test_add_refuses_what_would_be_a_comment(app: Flask, file: Path) -> None:
    assert "cannot be told" in run(app, "add", "#فاس", "فَاس").stderr
    assert not file.exists()


def test_add_to_a_file_with_faults_leaves_them(app: Flask, file: Path) -> None:
    write(file, "كلمة\n")
    assert run(app, "add", "فاس", "فَاس").exit_code == 0
    assert text_of(file) == "كلمة\nفاس = فَاس\n"


def test_add_follows_a_link(app: Flask, file: Path, tmp_path: Path) -> None:
    target = tmp_path / "kept" / "real.txt"
    target.parent.mkdir()
    file.symlink_to(target)
    assert run(app, "add", "فاس", "فَاس").exit_code == 0
    assert file.is_symlink() and target.exists()


def test_add_where_there_is_no_folder(app: Flask, tmp_path: Path) -> None:
    app.extensions[SETTINGS] = replace(Settings(), lexicon=str(tmp_path / "none" / "names.txt"))
    result = run(app, "add", "فاس", "فَاس")
    assert result.exit_code == 1 and "No such file" in result.stderr


def test_editors_at_the_same_time_undo_nothing(app: Flask, file: Path) -> None:
    from commands.lexicon import _in_columns, _locked, _replace, _text  # The runner is not for threads.

    def add(number: int) -> None:
        with _locked(file):
            _replace(file, _in_columns(_text(file), "كلمة" + "ب" * number, "قول", None))

    threads = [Thread(target=add, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(load(file).entries) == 20


def test_list(app: Flask, file: Path) -> None:
    write(file, COLUMNS + "\nخطأ\n")
    result = run(app, "list")
    assert result.stdout.splitlines() == ["    2  بنكيران = بِنكِيران", "    5  NATO = ناتو"]
    assert "1 more to mend" in result.stderr
    assert run(app, "list", "--match", "كِير").stdout == "    2  بنكيران = بِنكِيران\n"
    assert run(app, "list", "--match", "nat").stdout == "    5  NATO = ناتو\n"
    assert run(app, "list", "--match", "zz").stdout == ""


@pytest.mark.parametrize("arguments", [["check"], ["add", "أ", "ب"], ["list"]])
def test_without_the_setting_it_is_named(app: Flask, arguments: list[str]) -> None:
    app.extensions[SETTINGS] = Settings()
    result = run(app, *arguments)
    assert result.exit_code == 1 and "ISTAMI_LEXICON" in result.stderr


@pytest.mark.parametrize("command", [[], ["check"], ["add"], ["list"]])
def test_every_help_has_an_example(app: Flask, command: list[str]) -> None:
    assert "Example: flask lexicon" in run(app, *command, "--help").output
