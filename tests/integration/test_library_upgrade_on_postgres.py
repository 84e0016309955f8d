"""A library of an earlier version in a real PostgreSQL, found by several processes at the same time."""

import multiprocessing
from collections.abc import Iterator

import psycopg
import pytest

from articles.errors import SourceUnavailable
from articles.model import Article, Skip
from articles.sources.library import Library
from tests.standins.postgres import running_postgres

PROCESSES = 6
EARLIER = """
    CREATE TABLE articles (id TEXT PRIMARY KEY, published_at TIMESTAMP, updated_at TIMESTAMP NOT NULL,
        language TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, paragraphs JSON NOT NULL);
    CREATE TABLE library_marks (name TEXT PRIMARY KEY);
    CREATE INDEX articles_by_newest ON articles (coalesce(published_at, updated_at));
    INSERT INTO articles VALUES ('old', NULL, '2026-03-14 12:00:00', 'ar', '', 'عنوان', '["فقرة"]');
"""


@pytest.fixture
def url() -> Iterator[str]:
    with running_postgres() as server:
        with psycopg.connect(server.url()) as connection:
            connection.execute(EARLIER)
        yield server.url()


def _first_use(url: str, name: str, barrier, results) -> None:  # noqa: ANN001
    library = Library(url)
    barrier.wait(60)
    try:
        library.put(Article(name, "عنوان", ("فقرة",), skipped=(Skip("related", name),)))
        results.put((library.get("old").skipped, library.get(name).skipped[0].text))
    except SourceUnavailable as error:
        results.put(error.detail)


def test_the_column_is_added_once_and_everybody_goes_on(url: str) -> None:
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(PROCESSES), context.Queue()
    names = [f"new-{number}" for number in range(PROCESSES)]
    processes = [context.Process(target=_first_use, args=(url, name, barrier, results)) for name in names]
    for process in processes:
        process.start()
    assert sorted((results.get(timeout=90) for _ in processes), key=str) == [((), name) for name in names]
    for process in processes:
        process.join(30)
