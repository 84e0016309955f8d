"""`flask articles`: import, list, show."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from flask import Flask

from articles.model import Article, Skip, annotation
from articles.sources import Library
from commands.articles import articles


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(f"sqlite:///{tmp_path}/library/articles.db")


@pytest.fixture
def app(library: Library) -> Flask:
    app = Flask(__name__)
    app.extensions["istami"] = SimpleNamespace(source=library, listen_skip=".note")
    app.cli.add_command(articles)
    return app


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner(mix_stderr=False).invoke(args=["articles", *map(str, arguments)])


def write(path: Path, content: object) -> Path:
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


def test_files_of_every_kind_are_imported(app: Flask, library: Library, tmp_path: Path) -> None:
    text = write(tmp_path / "الميناء.txt", "عنوان النص\n\nفقرة أولى.\nفقرة ثانية.")
    html = write(tmp_path / "page.html", "<h1>عنوان الصفحة</h1><p>فقرة.</p>")
    many = write(tmp_path / "many.json", [{"id": "7", "title": "ع", "paragraphs": ["ن"]}, {"id": 8, "title": "غ"}])
    result = run(app, "import", text, html, many)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "imported الميناء: عنوان النص (2 paragraphs, 31 characters)",
        "imported page: عنوان الصفحة (1 paragraph, 17 characters)",
        "imported 7: ع (1 paragraph, 2 characters)",
        "imported 8: غ (0 paragraphs, 1 characters)",
    ]
    assert library.get("الميناء").paragraphs == ("فقرة أولى.", "فقرة ثانية.")
    assert len(library.recent()) == 4


def test_what_the_operator_skips_is_not_imported(app: Flask, library: Library, tmp_path: Path) -> None:
    run(app, "import", write(tmp_path / "page.html", '<p>فقرة.</p><p class="note">ملاحظة.</p>'))
    assert library.get("page").paragraphs == ("فقرة.",)
    assert library.get("page").skipped == (Skip("ISTAMI_LISTEN_SKIP .note", "ملاحظة."),)


def test_an_article_is_shown_and_counted_without_what_is_spoken_instead(
    app: Flask, library: Library, tmp_path: Path
) -> None:
    page = write(tmp_path / "page.html", '<h1 data-listen-as="الكاف">CAF</h1><p>قال <b data-listen-as="س">ص</b>.</p>')
    assert "imported page: CAF (1 paragraph, 9 characters)" in run(app, "import", page).output
    assert library.get("page").title == annotation("CAF", "الكاف")
    assert run(app, "show", "page").output == "CAF\n1. قال ص.\n"
    assert run(app, "list").output.splitlines()[1].split() == ["-", "9", "page", "CAF"]


def test_the_id_may_be_chosen_for_one_file(app: Flask, library: Library, tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", {"id": "own", "title": "ع"})
    assert run(app, "import", "--id", "mine", file).exit_code == 0
    assert run(app, "import", file).exit_code == 0
    assert {found.id for found in library.recent()} == {"mine", "own"}
    assert run(app, "import", "--id", "mine", file, file).exit_code == 2


def test_a_bad_file_does_not_stop_the_others(app: Flask, library: Library, tmp_path: Path) -> None:
    bad = [
        write(tmp_path / "empty.txt", " \n"),
        write(tmp_path / "marks.txt", "…!؟"),
        write(tmp_path / "broken.json", "{"),
        write(tmp_path / "no-ids.json", [{"title": "ع"}, {"title": "غ"}]),
        write(tmp_path / "none.json", []),
        write(tmp_path / ("x" * 199 + "é.txt"), "عنوان"),
        tmp_path / "missing.txt",
        tmp_path,
    ]
    good = write(tmp_path / "good.txt", "عنوان المقال\n\nفقرة.")
    result = run(app, "import", *bad, good)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == ["imported good: عنوان المقال (1 paragraph, 17 characters)"]
    assert len(result.stderr.splitlines()) == len(bad)
    for file, line in zip(bad, result.stderr.splitlines(), strict=True):
        assert line.startswith(f"{file}: ")
    assert [found.id for found in library.recent()] == ["good"]


def test_a_list_with_one_bad_article_is_not_taken_by_half(app: Flask, library: Library, tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", [{"id": "7", "title": "ع"}, {"id": "8", "title": "…"}])
    assert run(app, "import", file).exit_code == 1
    assert library.recent() == []


def test_importing_again_replaces(app: Flask, library: Library, tmp_path: Path) -> None:
    for title in ("الأول", "الثاني"):
        assert run(app, "import", write(tmp_path / "a.txt", title)).exit_code == 0
    assert [found.title for found in library.recent()] == ["الثاني"]


def test_list_is_newest_first(app: Flask, library: Library) -> None:
    for day, id in ((1, "old"), (3, "new"), (2, "middle-one")):
        library.put(Article(id, f"عنوان {day}", ("نص",), published_at=datetime(2026, 3, day, 8, 5, tzinfo=UTC)))
    assert run(app, "list").output.splitlines() == [
        "PUBLISHED (UTC)   CHARS  ID          TITLE",
        "2026-03-03 08:05      9  new         عنوان 3",
        "2026-03-02 08:05      9  middle-one  عنوان 2",
        "2026-03-01 08:05      9  old         عنوان 1",
    ]
    assert len(run(app, "list", "--limit", 1).output.splitlines()) == 2


def test_an_empty_library_says_what_to_do(app: Flask) -> None:
    result = run(app, "list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "flask articles import" in result.stderr


def test_show_gives_title_and_numbered_paragraphs(app: Flask, library: Library) -> None:
    library.put(Article("7", "عنوان", tuple(f"فقرة {number}" for number in range(10))))
    lines = run(app, "show", "7").output.splitlines()
    assert lines[:2] == ["عنوان", " 1. فقرة 0"]
    assert lines[-1] == "10. فقرة 9"
    library.put(Article("8", "", ("فقرة",)))
    assert run(app, "show", "8").output.splitlines() == ["(no title)", "1. فقرة"]


def test_an_unknown_article_is_one_line_on_stderr(app: Flask) -> None:
    result = run(app, "show", "7")
    assert result.exit_code == 1
    assert result.stderr == "Error: There is no article with this id. [article_not_found]\n"


def test_a_broken_library_is_reported(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "library").write_text("")
    file = write(tmp_path / "a.txt", "عنوان")
    for arguments in (["list"], ["show", "7"], ["import", file]):
        result = run(app, *arguments)
        assert result.exit_code == 1
        assert "source_unavailable" in result.stderr
        assert "Traceback" not in result.output


def test_a_source_that_only_reads_takes_nothing_in(app: Flask, tmp_path: Path) -> None:
    app.extensions["istami"] = SimpleNamespace(source=SimpleNamespace(get=None, recent=None), listen_skip="")
    result = run(app, "import", write(tmp_path / "a.txt", "عنوان"))
    assert result.exit_code == 1
    assert "only reads" in result.stderr


@pytest.mark.parametrize("command", [[], ["import"], ["list"], ["show"]])
def test_every_help_has_an_example(app: Flask, command: list[str]) -> None:
    assert "Example: flask articles" in run(app, *command, "--help").output
