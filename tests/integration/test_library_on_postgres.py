"""The library in a real PostgreSQL, written by several processes."""

import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from articles.errors import ArticleNotFound, SourceUnavailable
from articles.model import Article
from articles.sources.library import Library
from tests.running import wait_for
from tests.standins.postgres import Postgres, running_postgres
from tests.texts import paragraphs, sentence

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
SAMPLES = [Article(name, f"عنوان {name}", ("فقرة",), published_at=NOON) for name in ("أ", "ب", "ج")]
PROCESSES = 4


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running_postgres() as started:
        yield started


@pytest.fixture
def url(server: Postgres) -> str:
    with psycopg.connect(server.url()) as connection:
        connection.execute("drop schema if exists public cascade; create schema public")
    return server.url()


@pytest.fixture
def library(url: str) -> Library:
    return Library(url)


def article(id: str = "42", title: str = "عنوان", **fields: object) -> Article:
    return Article(id, title, tuple(paragraphs(1, 3)), **fields)  # type: ignore[arg-type]


def test_an_article_comes_back_as_it_was_put(library: Library) -> None:
    before = datetime.now(UTC)
    put = Article(
        "الميناء-الجديد",
        "«ميناء» جديد؛ 50% — مُشَكَّل ﷺ 🎉",
        (*paragraphs(7, 3), "a'; drop table articles; -- \\ %s %(x)s :y"),
        "ar-MA",
        "https://x.example/م",
        NOON,
    )
    assert library.put(put) is True
    got = library.get("الميناء-الجديد")
    assert got.updated_at is not None
    assert before <= got.updated_at <= datetime.now(UTC)
    assert {**got.as_json(), "updated_at": None} == put.as_json()
    assert got.paragraphs == put.paragraphs
    assert library.recent() == [got]


def test_ids_are_compared_byte_for_byte(library: Library) -> None:
    ids = ["é", "e\u0301", "A", "a", "a ", "%", "042", "42"]
    for number, id in enumerate(ids):
        assert library.put(article(id, f"عنوان {number}"))
    assert [library.get(id).title for id in ids] == [f"عنوان {number}" for number in range(len(ids))]


def test_the_same_text_again_keeps_its_time_and_another_moves_it(library: Library) -> None:
    library.put(article())
    first = library.get("42").updated_at
    assert first
    assert library.put(article(url="https://x.example/", published_at=NOON)) is False
    again = library.get("42")
    assert (again.updated_at, again.url, again.published_at) == (first, "https://x.example/", NOON)
    library.put(article(title="آخر"))
    assert (library.get("42").updated_at or first) > first


def test_recent_is_newest_first_and_knows_since(library: Library) -> None:
    for id, hours in (("old", -5), ("new", 5), ("middle", 0)):
        library.put(article(id, published_at=NOON + timedelta(hours=hours)))
    library.put(article("undated"))  # Counts from now on, which is later than all of these.
    assert [found.id for found in library.recent()] == ["undated", "new", "middle", "old"]
    assert [found.id for found in library.recent(limit=2)] == ["undated", "new"]
    assert library.recent(limit=0) == library.recent(limit=-1) == []
    put = library.get("undated").updated_at
    assert put
    assert [found.id for found in library.recent(put)] == ["undated"]
    assert library.recent(put + timedelta(days=1)) == []
    assert len(library.recent(datetime(2000, 1, 1))) == 4


def test_delete_forgets(library: Library) -> None:
    library.put(article())
    library.delete("42")
    for call in (library.get, library.delete):
        with pytest.raises(ArticleNotFound):
            call("42")


def test_seeding_happens_once(library: Library, url: str) -> None:
    library.put(article("أ", "عنوان المحرر"))
    assert library.seed(SAMPLES) == 2
    library.delete("ب")
    assert Library(url).seed(SAMPLES) == 0
    assert {found.id for found in library.recent()} == {"أ", "ج"}
    assert library.get("أ").title == "عنوان المحرر"


def _start(url: str, name: int, barrier, results) -> None:  # noqa: ANN001
    """What a process of the service does at its start, and more of it, all at the same time."""
    try:
        library = Library(url)
        barrier.wait(60)
        added = library.seed(SAMPLES)
        for number in range(10):
            library.put(article(f"{name}-{number}", sentence(number)))
            library.put(article("shared", f"عنوان {name} {number}"))
            assert library.get(f"{name}-{number}").title == sentence(number)
            assert len(library.recent(limit=5)) == 5 or number < 5
        library.delete(f"{name}-0")
        results.put(added)
    except BaseException as error:
        results.put(f"{type(error).__name__}: {error}")
        raise


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_that_start_together(url: str, method: str) -> None:
    context = multiprocessing.get_context(method)
    barrier, results = context.Barrier(PROCESSES), context.Queue()
    processes = [context.Process(target=_start, args=(url, name, barrier, results)) for name in range(PROCESSES)]
    for process in processes:
        process.start()
    answers = [results.get(timeout=90) for _ in processes]
    for process in processes:
        process.join(30)
    assert sorted(answers, key=str) == [0] * (PROCESSES - 1) + [3]
    assert len(Library(url).recent(limit=1000)) == 3 + 1 + 9 * PROCESSES


def _push(url: str, barrier, results) -> None:  # noqa: ANN001
    library = Library(url)
    library.ping()
    outcomes = []
    for number in range(20):
        barrier.wait(60)
        try:
            outcomes.append(library.put(article("shared", f"عنوان {number}")))
            barrier.wait(60)
            library.delete("shared")
        except ArticleNotFound:
            pass
        except SourceUnavailable as error:
            outcomes.append(error.detail)
    results.put(outcomes)


def test_one_id_put_and_deleted_by_all_at_once(url: str) -> None:
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(PROCESSES), context.Queue()
    processes = [context.Process(target=_push, args=(url, barrier, results)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    rounds = list(zip(*(results.get(timeout=90) for _ in processes), strict=True))
    for process in processes:
        process.join(30)
    # In each round one of them made the article, the others found it.
    assert [sorted(outcomes, key=str) for outcomes in rounds] == [[False] * (PROCESSES - 1) + [True]] * 20


def test_a_library_used_before_a_fork_works_after_it(library: Library) -> None:
    library.seed(SAMPLES)
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    process = context.Process(target=lambda: results.put((library.put(article()), library.get("أ").title)))
    process.start()
    assert results.get(timeout=20) == (True, "عنوان أ")
    process.join(20)
    assert library.get("42").title == "عنوان"


def calls(library: Library) -> list[Callable[[], object]]:
    return [
        library.ping,
        library.recent,
        lambda: library.get("42"),
        lambda: library.put(article()),
        lambda: library.delete("42"),
        lambda: library.seed(SAMPLES),
    ]


def test_a_server_stopped_and_started(library: Library, server: Postgres, caplog: pytest.LogCaptureFixture) -> None:
    library.put(article())
    server.stop()
    try:
        with caplog.at_level(logging.INFO):
            for call in calls(library):
                begun = time.monotonic()
                with pytest.raises(SourceUnavailable, match="refused") as caught:
                    call()
                assert time.monotonic() - begun < 5
                assert "\n" not in caught.value.detail
                assert server.password not in caught.value.detail
    finally:
        server.start()
    assert server.password not in caplog.text
    assert caplog.messages
    assert library.get("42").title == "عنوان"
    assert library.put(article("43"))


def test_a_connection_cut_in_the_middle_is_reported(library: Library, url: str) -> None:
    library.put(article())
    with psycopg.connect(url) as other:
        other.execute("lock table articles")
        context = multiprocessing.get_context("fork")
        results = context.Queue()

        def put() -> None:
            try:
                results.put(library.put(article(title="آخر")))
            except SourceUnavailable as error:
                results.put(error.detail)

        process = context.Process(target=put)
        process.start()
        waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock'"
        with psycopg.connect(url, autocommit=True) as watcher:
            (pid,) = wait_for(lambda: watcher.execute(waiting).fetchone(), 20, "a process that waits for the table")
            watcher.execute("select pg_terminate_backend(%s)", [pid])
        assert "terminating connection" in results.get(timeout=20)
        process.join(20)
    assert library.put(article(title="آخر")) is False


def test_a_database_that_may_only_be_read_is_reported(library: Library, url: str) -> None:
    library.put(article())
    reading = Library(url + "?options=-cdefault_transaction_read_only%3Don")
    assert reading.get("42").title == "عنوان"
    with pytest.raises(SourceUnavailable, match="read-only"):
        reading.put(article("43"))
