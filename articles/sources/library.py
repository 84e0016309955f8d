"""The library: articles that were pushed or imported, in SQLite or, by URL, in PostgreSQL."""

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    URL,
    Column,
    Connection,
    DateTime,
    Engine,
    Index,
    MetaData,
    RowMapping,
    Table,
    Text,
    TypeDecorator,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    make_url,
    or_,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable

from articles.errors import ArticleNotFound, SourceUnavailable
from articles.model import Article, Skip, check_id, in_utc, one_line

BUSY_SECONDS = 5.0
"""How long one writer waits for another before it gives up."""

CONNECT_SECONDS = 5
"""How long a connection to PostgreSQL may take."""

_TRIES = 3
"""How often a write is begun: each time another process has created or deleted the same article meanwhile."""

_WRITES = "istami_writes"
"""Execution option of connections that write."""

_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)
_to_json = partial(json.dumps, ensure_ascii=False)


class _UtcTime(TypeDecorator):
    """A moment in UTC. Kept without a zone, because SQLite has none."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return in_utc(value).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


_metadata = MetaData()

_articles = Table(
    "articles",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("published_at", _UtcTime),
    Column("updated_at", _UtcTime, nullable=False),
    Column("language", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("paragraphs", JSON, nullable=False),
    Column("skipped", JSON(none_as_null=True)),
)

_marks = Table("library_marks", _metadata, Column("name", Text, primary_key=True))
"""What has been done once and for all; ``seeded`` is the only mark so far."""

_newest = func.coalesce(_articles.c.published_at, _articles.c.updated_at)
_by_newest = Index("articles_by_newest", _newest)


class Library:
    """Articles in a database. Safe from many threads and processes and after a fork: each call has its own connection.

    Every method raises ``SourceUnavailable`` when the database cannot be used, with the reason on one line.
    """

    def __init__(self, url: str):
        """``sqlite:///PATH`` or ``postgresql://HOST/DB``; raises ``ValueError`` for a URL that cannot be used."""
        self._engine = _open_engine(url)
        self._writer = self._engine.execution_options(**{_WRITES: True})
        self._is_ready = False
        """Whether the tables are known to be there. Found out on first use, so that opening never fails."""

    def get(self, id: str) -> Article:
        """The article. Raises ``ArticleNotFound``, and ``InvalidArticleId`` for what cannot be an id."""
        query = select(_articles).where(_articles.c.id == check_id(id))
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise ArticleNotFound
        return _article(row)

    def recent(self, since: datetime | None = None, limit: int = 50) -> list[Article]:
        """At most ``limit`` articles, newest first by publication (by change, when that is not known).

        With ``since``, only those published or changed at that moment or later.
        """
        query = select(_articles).order_by(_newest.desc(), _articles.c.id).limit(max(limit, 0))
        if since is not None:
            query = query.where(or_(_articles.c.published_at >= since, _articles.c.updated_at >= since))
        with self._reading() as connection:
            return [_article(row) for row in connection.execute(query).mappings()]

    def put(self, article: Article) -> bool:
        """Keep ``article``; True when its id is new. Its ``updated_at`` is the library's to set.

        That moves only when title, paragraphs or language change: pushing the same text again changes nothing.
        Raises ``InvalidArticleId``.
        """
        check_id(article.id)
        return self._write(lambda connection: _put(connection, article))

    def delete(self, id: str) -> None:
        """Forget the article. Raises ``ArticleNotFound``, and ``InvalidArticleId`` for what cannot be an id."""
        query = delete(_articles).where(_articles.c.id == check_id(id))
        if not self._write(lambda connection: connection.execute(query).rowcount):
            raise ArticleNotFound

    def seed(self, articles: Iterable[Article]) -> int:
        """On the library's very first start, keep ``articles``; how many were added.

        Never again after that, so an article the editor has deleted stays deleted; and an id that is already taken
        is left alone. Of several processes that start together, one does it and the others wait and do nothing.
        """
        chosen = list(articles)
        return self._write(lambda connection: _seed(connection, chosen))

    def ping(self) -> None:
        """Returns when articles can be read; raises ``SourceUnavailable`` otherwise."""
        with self._reading() as connection:
            connection.execute(select(_articles.c.id).limit(1)).first()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._plain_errors():
            self._prepare()
            with self._engine.connect() as connection:
                yield connection

    def _write(self, work: Callable[[Connection], _Result]) -> _Result:
        """What ``work`` returns, done in one transaction, and again when another writer got in between."""
        with self._plain_errors():
            self._prepare()
            return self._transact(work)

    def _transact(self, work: Callable[[Connection], _Result]) -> _Result:
        for _ in range(_TRIES - 1):
            with suppress(IntegrityError), self._writer.begin() as connection:
                return work(connection)
        with self._writer.begin() as connection:
            return work(connection)

    def _prepare(self) -> None:
        """Make the folder, the file, and the tables and columns that are not there yet."""
        if self._is_ready:
            return
        if self._engine.dialect.name == "sqlite":
            _prepare_sqlite(self._engine)
        with self._engine.connect() as connection:
            is_complete = _is_complete(connection)
        if not is_complete:
            self._transact(_create_tables)
        self._is_ready = True

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        """Turns what a database can raise into ``SourceUnavailable``; where the library lies is only logged."""
        try:
            yield
        except (DBAPIError, sqlite3.Error, OSError) as error:
            self._is_ready = False  # The file may have been moved away: look again next time.
            reason = getattr(error, "orig", None) or getattr(error, "strerror", None) or error
            place = self._engine.url.set(query={})  # The query may hold a password, which only the user's part hides.
            _log.warning("article library %s: %s", place, one_line(str(reason)))
            raise SourceUnavailable(f"the article library cannot be used: {one_line(str(reason))}") from error


def _is_complete(connection: Connection) -> bool:
    here = inspect(connection)
    return all(map(here.has_table, _metadata.tables)) and _has_skipped(connection)


def _create_tables(connection: Connection) -> None:
    for table in _metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
    if not _has_skipped(connection):  # The table is an earlier version's.
        if_not_exists = "" if connection.dialect.name == "sqlite" else "IF NOT EXISTS "
        connection.exec_driver_sql(f"ALTER TABLE articles ADD COLUMN {if_not_exists}skipped JSON")
    # Last: from here on PostgreSQL's lock on the table is shared, and two that share it could not alter it.
    connection.execute(CreateIndex(_by_newest, if_not_exists=True))


def _has_skipped(connection: Connection) -> bool:
    return any(column["name"] == "skipped" for column in inspect(connection).get_columns(_articles.name))


def _article(row: RowMapping) -> Article:
    skipped = tuple(Skip(each["why"], each["text"]) for each in row["skipped"] or ())
    return Article(**{**row, "paragraphs": tuple(row["paragraphs"]), "skipped": skipped})


def _values(article: Article) -> dict[str, Any]:
    """The columns of ``article``, but for ``updated_at``."""
    return {
        "id": article.id,
        "title": article.title,
        "paragraphs": list(article.paragraphs),
        "language": article.language,
        "url": article.url,
        "published_at": article.published_at,
        "skipped": [asdict(skip) for skip in article.skipped] or None,
    }


def _put(connection: Connection, article: Article) -> bool:
    here = _articles.c.id == article.id
    values = _values(article)
    old = connection.execute(select(_articles).where(here).with_for_update()).mappings().first()
    if old is None:
        connection.execute(insert(_articles).values(**values, updated_at=datetime.now(UTC)))
        return True
    is_same_text = all(old[name] == values[name] for name in ("title", "paragraphs", "language"))
    updated_at = old["updated_at"] if is_same_text else datetime.now(UTC)
    connection.execute(update(_articles).where(here).values(**values, updated_at=updated_at))
    return False


def _seed(connection: Connection, articles: list[Article]) -> int:
    if connection.execute(select(_marks).where(_marks.c.name == "seeded")).first():
        return 0
    connection.execute(insert(_marks).values(name="seeded"))
    taken = set(connection.execute(select(_articles.c.id)).scalars())
    new = [article for article in articles if article.id not in taken]
    for article in new:
        connection.execute(insert(_articles).values(**_values(article), updated_at=datetime.now(UTC)))
    return len(new)


def _open_engine(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return _open_sqlite(address)
        limits = {} if "connect_timeout" in address.query else {"connect_timeout": CONNECT_SECONDS}
        return create_engine(address, poolclass=NullPool, json_serializer=_to_json, connect_args=limits)
    except ModuleNotFoundError as error:
        raise ValueError(f"this kind of article library needs the Python package {error.name}; install it") from None
    except (ArgumentError, NoSuchModuleError):
        # The URL may hold a password: it is not repeated.
        raise ValueError(
            "the article library's URL cannot be used; give sqlite:///PATH or postgresql://HOST/DB"
        ) from None


# -- SQLite's own ways, all of them -----------------------------------------------------------------------------------


def _open_sqlite(address: URL) -> Engine:
    """An engine whose writers take the write lock at once: one that reads first cannot wait for its turn later."""
    if not address.database or address.database == ":memory:":
        raise ValueError("the article library needs a file, for several processes share it: sqlite:///PATH")
    address = address.set(database=str(Path(address.database).expanduser().absolute()))
    engine = create_engine(
        address, poolclass=NullPool, json_serializer=_to_json, connect_args={"timeout": BUSY_SECONDS}
    )

    @event.listens_for(engine, "connect")
    def begin_only_when_told(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writer = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")

    return engine


def _prepare_sqlite(engine: Engine) -> None:
    """Make the folder, and let readers go on while one writes (WAL; kept in the file from then on).

    The change to WAL does not wait for other processes by itself, so it is tried again until ``BUSY_SECONDS``.
    """
    Path(engine.url.database or "").parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        finally:
            connection.close()
