"""The library, on real SQLite files and with real processes."""

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from articles.errors import ArticleNotFound, InvalidArticleId, SourceUnavailable
from articles.model import Article, Skip
from articles.sources import Library, open_source
from articles.sources import library as library_module

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
SAMPLES = [Article(name, f"عنوان {name}", ("فقرة",), published_at=NOON) for name in ("أ", "ب", "ج")]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/new/folder/articles.db"


@pytest.fixture
def library(url: str) -> Library:
    return Library(url)


def article(id: str = "42", title: str = "عنوان", **fields: object) -> Article:
    return Article(id, title, ("أولى", "ثانية"), **fields)  # type: ignore[arg-type]


def test_an_article_comes_back_as_it_was_put(library: Library) -> None:
    before = datetime.now(UTC)
    put = article("الميناء-الجديد", language="ar-MA", url="https://x.example/م", published_at=NOON)
    assert library.put(put) is True
    got = library.get("الميناء-الجديد")
    assert got.updated_at is not None
    assert before <= got.updated_at <= datetime.now(UTC)
    assert {**got.as_json(), "updated_at": None} == put.as_json()
    assert got.paragraphs == put.paragraphs


def test_ids_are_compared_byte_for_byte(library: Library) -> None:
    for number, id in enumerate(["\u00e9", "e\u0301", "A", "a", "a ", "%"]):
        assert library.put(article(id, f"عنوان {number}"))
    assert library.get("e\u0301").title == "عنوان 1"
    assert library.get("a").title == "عنوان 3"


@pytest.mark.parametrize("id", ["nothing", "'; drop table articles; --", "%"])
def test_an_unknown_article_is_not_found(library: Library, id: str) -> None:
    with pytest.raises(ArticleNotFound):
        library.get(id)
    with pytest.raises(ArticleNotFound):
        library.delete(id)


@pytest.mark.parametrize("id", ["", "\ud800", "x" * 201])
def test_what_cannot_be_an_id_is_refused(library: Library, id: str) -> None:
    for call in (library.get, library.delete, lambda id: library.put(article(id))):
        with pytest.raises(InvalidArticleId):
            call(id)


def test_the_same_text_again_keeps_its_time(library: Library) -> None:
    library.put(article())
    first = library.get("42").updated_at
    assert library.put(article(url="https://x.example/", published_at=NOON)) is False
    again = library.get("42")
    assert (again.updated_at, again.url, again.published_at) == (first, "https://x.example/", NOON)


@pytest.mark.parametrize("changed", [{"title": "آخر"}, {"language": "ar-MA"}])
def test_another_text_moves_the_time(library: Library, changed: dict[str, str]) -> None:
    library.put(article())
    first = library.get("42").updated_at
    library.put(article(**changed))
    now = library.get("42").updated_at
    assert first is not None
    assert now is not None
    assert now > first


def test_delete_forgets(library: Library) -> None:
    library.put(article())
    library.delete("42")
    with pytest.raises(ArticleNotFound):
        library.get("42")


def test_recent_is_newest_first_by_publication(library: Library) -> None:
    for id, hours in (("old", -5), ("new", 5), ("middle", 0)):
        library.put(article(id, published_at=NOON + timedelta(hours=hours)))
    library.put(article("undated"))  # Counts from now on, which is later than all of these.
    order = [found.id for found in library.recent()]
    assert [id for id in order if id != "undated"] == ["new", "middle", "old"]
    assert [found.id for found in library.recent(limit=2)] == order[:2]
    assert library.recent(limit=0) == library.recent(limit=-1) == []


def test_recent_since_counts_publication_and_change(library: Library) -> None:
    library.put(article("old", published_at=NOON))
    time_of_put = library.get("old").updated_at
    assert time_of_put is not None
    library.put(article("planned", published_at=time_of_put + timedelta(days=30)))
    assert [found.id for found in library.recent(time_of_put)] == ["planned", "old"]
    assert [found.id for found in library.recent(time_of_put + timedelta(days=1))] == ["planned"]
    assert [found.id for found in library.recent(datetime(2000, 1, 1))] == ["planned", "old"]


def test_seeding_happens_once(library: Library) -> None:
    assert library.seed(SAMPLES) == 3
    library.delete("ب")
    assert library.seed(SAMPLES) == 0
    assert {found.id for found in library.recent()} == {"أ", "ج"}


def test_seeding_does_not_replace_what_an_editor_has_put(library: Library) -> None:
    library.put(article("أ", "عنوان المحرر"))
    assert library.seed(SAMPLES) == 2
    assert library.get("أ").title == "عنوان المحرر"


def test_a_library_emptied_by_hand_is_not_seeded_again(library: Library, url: str) -> None:
    library.seed(SAMPLES)
    for sample in SAMPLES:
        library.delete(sample.id)
    assert Library(url).seed(SAMPLES) == 0
    assert library.recent() == []


def _start(url: str, barrier, results) -> None:  # noqa: ANN001
    barrier.wait(20)
    library = Library(url)
    added = library.seed(SAMPLES)
    for _ in range(5):
        library.put(article("shared", f"عنوان {time.monotonic_ns()}"))
    results.put((added, len(library.recent())))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_that_start_together_seed_once(url: str, method: str) -> None:
    context = multiprocessing.get_context(method)
    count = 6 if method == "fork" else 2
    barrier, results = context.Barrier(count), context.Queue()
    processes = [context.Process(target=_start, args=(url, barrier, results)) for _ in range(count)]
    for process in processes:
        process.start()
    answers = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(20)
    assert sorted(added for added, _ in answers) == [0] * (count - 1) + [3]
    assert {found for _, found in answers} == {4}


def test_a_library_used_before_a_fork_works_after_it(library: Library) -> None:
    library.seed(SAMPLES)
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    process = context.Process(target=lambda: results.put((library.put(article()), library.get("أ").title)))
    process.start()
    assert results.get(timeout=20) == (True, "عنوان أ")
    process.join(20)
    assert library.get("42").title == "عنوان"


def test_many_threads_write_and_read(library: Library) -> None:
    errors: list[Exception] = []

    def work(name: int) -> None:
        try:
            for number in range(10):
                library.put(article(f"{name}-{number}"))
                library.put(article("shared", f"عنوان {name} {number}"))
                assert library.get(f"{name}-{number}").title == "عنوان"
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(library.recent(limit=1000)) == 81


def test_readers_go_on_while_another_writes(library: Library, url: str) -> None:
    library.seed(SAMPLES)
    with sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM articles")
        assert len(library.recent()) == 3
        writer.execute("ROLLBACK")


def test_a_writer_that_waits_too_long_says_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_module, "BUSY_SECONDS", 0.1)
    library = Library(url)
    library.ping()
    with sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(SourceUnavailable, match="locked"):
            library.put(article())
        writer.execute("ROLLBACK")
    assert library.put(article())


def calls(library: Library) -> list[Callable[[], object]]:
    return [
        library.ping,
        library.recent,
        lambda: library.get("42"),
        lambda: library.put(article()),
        lambda: library.delete("42"),
        lambda: library.seed(SAMPLES),
    ]


def test_a_file_that_is_no_database_is_reported_on_one_line(tmp_path: Path) -> None:
    file = tmp_path / "articles.db"
    file.write_text("this is not a database, it is a text that is long enough to be seen as none" * 20)
    for call in calls(Library(f"sqlite:///{file}")):
        with pytest.raises(SourceUnavailable) as caught:
            call()
        assert "not a database" in caught.value.detail
        assert "\n" not in caught.value.detail
        assert str(tmp_path) not in caught.value.detail


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for call in calls(Library(f"sqlite:///{tmp_path}/file/articles.db")):
        with pytest.raises(SourceUnavailable):
            call()


def test_a_library_taken_away_is_made_again(library: Library, url: str) -> None:
    library.put(article())
    for file in Path(url.removeprefix("sqlite:///")).parent.iterdir():
        file.unlink()
    with pytest.raises(SourceUnavailable):
        library.ping()
    library.ping()
    assert library.put(article())


def test_opening_touches_nothing(url: str) -> None:
    open_source(url)
    assert not Path(url.removeprefix("sqlite:///")).parent.exists()


def test_a_relative_path_does_not_follow_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    library = open_source("sqlite:///here.db")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert library.recent() == []
    assert (tmp_path / "here.db").exists()


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://me:secret@host/db", "articles.db", "", "sqlite:x"]
)
def test_a_url_that_cannot_be_used_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite") as caught:
        open_source(url)
    assert "secret" not in str(caught.value)


SKIPPED = (Skip("related", "اقرأ أيضا: خبر آخر"), Skip("embed", ""))


def test_what_is_skipped_is_kept_and_is_no_part_of_the_text(library: Library) -> None:
    library.put(article(skipped=SKIPPED))
    first = library.get("42")
    assert first.skipped == SKIPPED
    library.put(article())
    assert (library.get("42").skipped, library.get("42").updated_at) == ((), first.updated_at)


def of_an_earlier_version(url: str) -> None:
    """A library as it was before it kept what is skipped, with one article."""
    file = Path(url.removeprefix("sqlite:///"))
    file.parent.mkdir(parents=True)
    with sqlite3.connect(file) as connection:
        connection.executescript("""
            CREATE TABLE articles (id TEXT NOT NULL PRIMARY KEY, published_at DATETIME, updated_at DATETIME NOT NULL,
                language TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, paragraphs JSON NOT NULL);
            CREATE TABLE library_marks (name TEXT NOT NULL PRIMARY KEY);
            CREATE INDEX articles_by_newest ON articles (coalesce(published_at, updated_at));
            INSERT INTO articles VALUES ('old', NULL, '2026-03-14 12:00:00.000000', 'ar', '', 'عنوان', '["فقرة"]');
        """)


def test_a_library_of_an_earlier_version_is_brought_up_to_date(url: str, library: Library) -> None:
    of_an_earlier_version(url)
    assert (library.get("old").paragraphs, library.get("old").skipped) == (("فقرة",), ())
    assert library.get("old").updated_at == NOON
    library.put(article(skipped=SKIPPED))
    assert library.get("42").skipped == SKIPPED


def _first_use(url: str, barrier, results) -> None:  # noqa: ANN001
    barrier.wait(20)
    try:
        results.put(Library(url).get("old").skipped)
    except SourceUnavailable as error:
        results.put(error.detail)


def test_processes_that_find_an_earlier_version_together_all_go_on(url: str) -> None:
    of_an_earlier_version(url)
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(6), context.Queue()
    processes = [context.Process(target=_first_use, args=(url, barrier, results)) for _ in range(6)]
    for process in processes:
        process.start()
    assert [results.get(timeout=60) for _ in processes] == [()] * 6
    for process in processes:
        process.join(20)
