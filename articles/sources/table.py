"""A table or view of the site's own database, read where it lies and never changed."""

import json
import logging
import os
import re
import socket
import sqlite3
import time
import tomllib
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import (
    URL,
    BigInteger,
    ColumnClause,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Float,
    Integer,
    Numeric,
    RowMapping,
    Select,
    String,
    TableClause,
    Text,
    Uuid,
    case,
    cast,
    column,
    create_engine,
    event,
    false,
    func,
    inspect,
    literal,
    make_url,
    or_,
    select,
    table,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchTableError, SAWarning
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import quoted_name
from sqlalchemy.types import TypeEngine

from articles.errors import ArticleError, ArticleNotFound, InvalidArticle, SourceUnavailable
from articles.model import (
    MAX_HTML_CHARS,
    Article,
    Extract,
    check_id,
    check_size,
    in_utc,
    one_line,
    read_push,
    shown,
    split_paragraphs,
)
from articles.sources.deadline import cut_after

CONNECT_SECONDS = 5
"""How long a connection may take."""
STATEMENT_SECONDS = 5
"""How long the database may work on one question."""
SPARE_SECONDS = 2
"""How much longer it is waited for: a server that is frozen does not count its seconds."""
SPARE_ROWS = 50
"""Rows read beyond those asked for, to stand in for rows that cannot be read."""

_BODIES = ("html", "text", "paragraphs")
_TIMES = ("published_at", "updated_at")
_ROLES = ("id", "title", *_BODIES, "url", *_TIMES, "language")
NAMES = ("table", *_ROLES, "visible")
"""What the URL, or the mapping file, may say."""

_DRIVERS = ("postgresql", "postgresql+psycopg", "postgresql+psycopg2", "sqlite", "sqlite+pysqlite")
_SQLITE_PARAMETERS = frozenset({"cache", "immutable", "mode", "nolock", "psow", "timeout", "uri", "vfs"})
_TRUE = ("1", "on", "t", "true", "y", "yes")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_MOST_SECONDS = 100_000_000_000
"""A larger number is a time in milliseconds: in seconds it would be after the year 5138."""

_log = logging.getLogger(__name__)
_question: ContextVar[ExitStack] = ContextVar("_question")
"""What ends with the question that is being asked."""


class SqlTable:
    """Articles in the rows of a table or view. Safe from many threads, and after a fork: each call connects anew.

    Every method raises ``SourceUnavailable`` when the database cannot be used, with the reason on one line.
    """

    is_near = True
    """It is asked every time: no site far away."""

    def __init__(self, url: str, skip: str = ""):
        """``postgresql://HOST/DB?table=…&id=…&html=…`` or ``sqlite:///PATH?…``; ``skip`` as in ``from_html``.

        A mapping file is read now, the database only when it is used. Raises ``ValueError`` for what cannot be used.
        """
        address = _address(url)
        own = {name: value for name, value in address.query.items() if name in (*NAMES, "mapping")}
        self._mapping = _Mapping.of(_mapping_file(own) if "mapping" in own else own)
        self._source = self._mapping.source()
        self._engine = _open_engine(address.difference_update_query(own))
        self._skip = skip
        self._types: Mapping[str, TypeEngine] = {}
        self._is_known = False
        """Whether ``_types`` are the table's columns: not before the first look, and no longer after an error."""

    def get(self, id: str) -> Article:
        """The article. Raises ``ArticleNotFound``, and an ``ArticleError`` for a row that is no article."""
        check_id(id)
        with self._asking() as connection:
            query = self._query().where(self._is_id(id)).limit(SPARE_ROWS)
            rows = connection.execute(query).mappings().all()
        # The database may find more than was asked for: '042' for the number 42, or 'A' for 'a'.
        for row in rows:
            if row["id"] == id:
                return self._article(row)
        raise ArticleNotFound

    def recent(self, since: datetime | None = None, limit: int = 50) -> list[Article]:
        """At most ``limit`` articles, newest first by publication, else by change, else by id.

        With ``since``, only those published or changed from then on; a day without a time counts until its end.
        A table that tells no times gives its newest ids.
        """
        if limit <= 0:
            return []
        with self._asking() as connection:
            query = self._query()
            times = [self._is_since(role, since) for role in self._times] if since else []
            if times:
                query = query.where(or_(*times))
            rows = connection.execute(query.limit(limit + SPARE_ROWS)).mappings().all()
        found: dict[str, Article] = {}
        for row in rows:
            article = self._readable(row)
            if article and (not since or not times or _reaches(article, in_utc(since))):
                found.setdefault(article.id, article)
        return sorted(found.values(), key=_newest, reverse=True)[:limit]

    def ping(self) -> None:
        """Returns when articles can be read; raises ``SourceUnavailable`` otherwise."""
        with self._asking() as connection:
            connection.execute(self._query().limit(1)).first()

    # -- The question -------------------------------------------------------------------------------------------------

    @property
    def _times(self) -> list[str]:
        return [role for role in _TIMES if role in self._mapping.columns]

    @property
    def _is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    def _query(self) -> Select:
        """All visible rows, newest first, each value under the name of its role."""
        mapping = self._mapping
        fields = [self._selected(role).label(role) for role in mapping.columns]
        query = select(*fields)
        for name, value in mapping.visible:
            text = cast(self._source.c[name], Text)
            query = query.where(func.lower(text).in_(_TRUE) if value is None else text == value)
        return query.order_by(*(key.desc().nulls_last() for key in self._newest_first()))

    def _selected(self, role: str) -> ColumnElement:
        """A column as it is read. A time of PostgreSQL is read as text, for it may be one that Python has not."""
        is_time = isinstance(self._type(role), DateTime | Date) and not self._is_sqlite
        return cast(self._column(role), Text) if role == "id" or is_time else self._column(role)

    def _newest_first(self) -> Iterator[ColumnElement]:
        keys = [self._column(role) for role in self._times]
        if len({_kind(self._type(role)) for role in self._times}) == 1:
            yield func.coalesce(*keys) if len(keys) > 1 else keys[0]
        else:
            yield from keys
        yield self._column("id")

    def _is_id(self, id: str) -> ColumnElement[bool]:
        """The condition that a row is this article's; it may hold for a few more."""
        here, type_, number = self._column("id"), self._type("id"), _integer(id)
        if self._is_sqlite:  # A column's type is no promise there.
            same_number = [here == literal(number, BigInteger)] if number is not None else []
            return or_(here == literal(id, Text), *same_number)
        if isinstance(type_, Integer):
            return here == literal(number, BigInteger) if number is not None else false()
        if isinstance(type_, Uuid):
            return here == literal(UUID(id), Uuid) if _is_uuid(id) else false()
        if isinstance(type_, String):
            return here == literal(id, Text)
        return cast(here, Text) == id

    def _is_since(self, role: str, since: datetime) -> ColumnElement[bool]:
        """The condition that a time is ``since`` or later; where times are texts it may hold a day earlier."""
        time, type_, since = self._column(role), self._type(role), in_utc(since)
        unix = literal(since.timestamp(), Float)
        # Zones are up to 14 hours apart, so the text of the day before is never later than the moment.
        text = literal(f"{since - timedelta(days=1):%Y-%m-%d}", Text)
        if self._is_sqlite:
            return case((func.typeof(time) == "text", time >= text), else_=time >= unix)
        if isinstance(type_, DateTime):
            moment = since if type_.timezone else since.replace(tzinfo=None)
            return time >= literal(moment, DateTime(timezone=type_.timezone))
        if isinstance(type_, Date):
            return time >= literal(since.date(), Date)
        return time >= unix if isinstance(type_, Integer | Numeric | Float) else cast(time, Text) >= text

    def _column(self, role: str) -> ColumnElement:
        return self._source.c[self._mapping.columns[role]]

    def _type(self, role: str) -> TypeEngine:
        return self._types[self._mapping.columns[role]]

    # -- The answer ---------------------------------------------------------------------------------------------------

    def _readable(self, row: RowMapping) -> Article | None:
        try:
            return self._article(row)
        except ArticleError as error:
            _log.warning(
                "row %s of %s is no article: %s", shown(str(row["id"])), shown(self._mapping.table), error.detail
            )
            return None

    def _article(self, row: RowMapping) -> Article:
        """Raises ``InvalidArticle``, ``InvalidArticleId`` or ``ArticleTooLarge``."""
        id = check_id(_text(row["id"]))
        url = self._url(row, id)
        title = _headline(_text(row.get("title")))
        language = read_push({"language": _text(row.get("language")) or "ar"}).language
        published_at, updated_at = (_moment(row.get(role)) for role in _TIMES)
        found = self._extract(row, url, title)
        found = replace(found, language=language, published_at=published_at or found.published_at)
        return replace(found.to_article(id), updated_at=updated_at)

    def _extract(self, row: RowMapping, url: str, title: str) -> Extract:
        if "paragraphs" in row:
            texts = _items(row["paragraphs"])
            return Extract(title, tuple(part for text in texts for part in split_paragraphs(text)), url)
        if "text" in row:
            return Extract(title, _plain(_text(row["text"])), url)
        html = _text(row["html"])
        check_size(html, limit=MAX_HTML_CHARS)
        # Here, not above: the extractor takes a quarter of a second to load, and only HTML needs it.
        from articles.extract import from_html

        return from_html(html, url, title, skip=self._skip)

    def _url(self, row: RowMapping, id: str) -> str:
        """The article's page; empty when the row holds no whole address."""
        pattern = self._mapping.pattern
        try:
            return read_push({"url": pattern.replace("{id}", quote(id, "")) or _text(row.get("url"))}).url
        except InvalidArticle:
            return ""

    # -- The database -------------------------------------------------------------------------------------------------

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        """A connection; what a database can raise becomes ``SourceUnavailable``."""
        try:
            with ExitStack() as question:
                _question.set(question)
                connection = question.enter_context(self._engine.connect())
                if not self._is_known:
                    self._types = self._look(connection)
                    self._is_known = True
                yield connection
        except (DBAPIError, sqlite3.Error, UnicodeError, OSError) as error:
            self._is_known = False  # The table may have changed: look again next time.
            reason = one_line(str(getattr(error, "orig", None) or error))
            # Without the query: it may hold a password.
            _log.warning("site's database %s: %s", self._engine.url.set(query={}), reason)
            raise SourceUnavailable(f"the site's database cannot be used: {reason}") from error

    def _look(self, connection: Connection) -> Mapping[str, TypeEngine]:
        """The table's columns and their types. Raises ``SourceUnavailable`` naming the one that is not there."""
        mapping, inspector = self._mapping, inspect(connection)
        where = f"{mapping.schema}.{mapping.table}" if mapping.schema else mapping.table
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # Types that SQLAlchemy does not know are read as they come.
                types = {item["name"]: item["type"] for item in inspector.get_columns(mapping.table, mapping.schema)}
        except NoSuchTableError:
            there = [*inspector.get_table_names(mapping.schema), *inspector.get_view_names(mapping.schema)]
            raise SourceUnavailable(f"the site's database has no table {where}; there are: {_listed(there)}") from None
        if missing := [here.name for here in self._source.c if here.name not in types]:
            raise SourceUnavailable(f"table {where} has no column {missing[0]}; there are: {_listed(types)}")
        return types


# -- What the operator says -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mapping:
    """Which table, and which of its columns is what."""

    schema: str | None
    table: str
    columns: Mapping[str, str]
    """Role → column."""
    pattern: str
    """The public address with ``{id}``; empty when it is in a column, or not known."""
    visible: tuple[tuple[str, str | None], ...]
    """Columns that must have this value, or be true."""

    @classmethod
    def of(cls, fields: Mapping[str, object]) -> "_Mapping":
        """Raises ``ValueError``."""
        for name in fields:
            if name not in NAMES:
                raise ValueError(f"a table of articles has no {shown(name)}; known: {', '.join(NAMES)}")
        given = {name: _name(name, value) for name, value in fields.items() if name != "visible"}
        if missing := [name for name in ("table", "id") if name not in given]:
            raise ValueError(f"a table of articles needs {' and '.join(missing)}")
        if sum(body in given for body in _BODIES) != 1:
            raise ValueError(f"a table of articles needs one of {', '.join(_BODIES)}")
        schema, _, table = given.pop("table").rpartition(".")
        pattern = given.pop("url") if "://" in given.get("url", "") else ""
        if pattern and ("{id}" not in pattern or not pattern.startswith(("http://", "https://"))):
            raise ValueError("url is a column, or an address such as https://site.example/news/{id}")
        conditions = fields.get("visible", ())
        conditions = [conditions] if isinstance(conditions, str) else conditions
        if not isinstance(conditions, Iterable):
            raise ValueError("visible is COLUMN, COLUMN:VALUE, or a list of them")
        return cls(schema or None, table, given, pattern, tuple(map(_condition, conditions)))

    def source(self) -> TableClause:
        """The table with the columns that are used. They have no types: values come as the driver gives them."""
        names = dict.fromkeys([*self.columns.values(), *(name for name, _ in self.visible)])
        columns: list[ColumnClause] = [column(quoted_name(name, quote=True)) for name in names]
        schema = quoted_name(self.schema, quote=True) if self.schema else None
        return table(quoted_name(self.table, quote=True), *columns, schema=schema)


def _name(name: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"a table of articles has one {name}, a name")
    return value


def _condition(raw: object) -> tuple[str, str | None]:
    name, colon, value = _name("visible", raw).partition(":")
    return name, value if colon else None


def _mapping_file(fields: Mapping[str, Any]) -> dict[str, object]:
    if len(fields) > 1:
        raise ValueError("say what the columns are in the URL or in the mapping file, not in both")
    path = Path(_name("mapping", fields["mapping"])).expanduser()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"the mapping file {path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"the mapping file {path} is not TOML: {one_line(str(error))}") from None


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = None
    if address is None or address.drivername not in _DRIVERS:
        # The URL may hold a password: it is not repeated.
        raise ValueError("a table of articles is at postgresql://HOST/DB?table=… or sqlite:///PATH?table=…")
    return address


# -- Opening a database, to read only ---------------------------------------------------------------------------------


def _open_engine(address: URL) -> Engine:
    try:
        return _open_sqlite(address) if address.get_backend_name() == "sqlite" else _open_postgresql(address)
    except ImportError:
        raise ValueError("a table in PostgreSQL needs the Python package psycopg[binary]; install it") from None


def _open_postgresql(address: URL) -> Engine:
    # The keepalives notice within some 10 s that a server is gone in the middle of an answer. The encoding is
    # said because a database that has none (SQL_ASCII) would send bytes; the URL may say another.
    defaults = {
        "client_encoding": "utf8",
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": 1000 * (CONNECT_SECONDS + STATEMENT_SECONDS),
        "keepalives_idle": CONNECT_SECONDS,
        "keepalives_interval": 2,
        "keepalives_count": 3,
    }
    defaults = {name: value for name, value in defaults.items() if name not in address.query}
    engine = create_engine(
        address, poolclass=NullPool, connect_args=defaults, execution_options={"postgresql_readonly": True}
    )

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Dialect, _: object, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        connection: Any = dialect.connect(*arguments, **options)
        # A copy: the number of the connection's own may be another file's by the time it is shut down.
        line = _question.get().enter_context(socket.socket(fileno=os.dup(connection.fileno())))
        cut = partial(line.shutdown, socket.SHUT_RDWR)
        _question.get().enter_context(cut_after(STATEMENT_SECONDS + SPARE_SECONDS, cut))
        return connection

    @event.listens_for(engine, "begin")
    def limit(connection: Connection) -> None:
        # For this transaction only: between us and the server there may be a pooler that hands the session on.
        settings = {"statement_timeout": f"{STATEMENT_SECONDS}s", "datestyle": "ISO, YMD", "timezone": "UTC"}
        connection.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))

    return engine


def _open_sqlite(address: URL) -> Engine:
    if not address.database or address.database == ":memory:" or address.database.startswith("file:"):
        raise ValueError("a table of articles is in a file: sqlite:///PATH?table=…")
    if unknown := sorted(set(address.query) - _SQLITE_PARAMETERS):
        # SQLite itself would say nothing.
        raise ValueError(f"a table of articles has no {shown(unknown[0])}; known: {', '.join(NAMES)}")
    path = quote(str(Path(address.database).expanduser().absolute()))
    address = address.set(database=f"file:{path}").update_query_dict({"mode": "ro", "uri": "true"})
    engine = create_engine(address, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def limit(connection: sqlite3.Connection, _: object) -> None:
        deadline = time.monotonic() + STATEMENT_SECONDS
        connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        connection.text_factory = _utf8_or_bytes

    return engine


def _utf8_or_bytes(data: bytes) -> str | bytes:
    """A text that is not UTF-8 spoils its own row only."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _kind(type_: TypeEngine) -> tuple[object, ...]:
    """Equal for types that the database can put in one order."""
    return (type(type_), getattr(type_, "timezone", None))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(shown, names)) or "none"


# -- Values as they come ----------------------------------------------------------------------------------------------


def _integer(id: str) -> int | None:
    """The number that ``id`` is the only writing of, in 64 bits.

    >>> _integer("42"), _integer("042"), _integer("٤٢")
    (42, None, None)
    """
    number = int(id) if _INTEGER.fullmatch(id) else None
    return number if number is not None and -(2**63) <= number < 2**63 else None


def _is_uuid(id: str) -> bool:
    try:
        return str(UUID(id)) == id
    except ValueError:
        return False


def _text(value: object) -> str:
    """``value`` as text, empty for NULL. Raises ``InvalidArticle``."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bytes() | memoryview():
            from articles.extract import decode  # As above: heavy, and seldom needed.

            return decode(bytes(value))
        case bool() | list() | dict():
            raise InvalidArticle(f"a column holds a value of type {type(value).__name__} where text is needed")
    return str(value)


def _headline(text: str) -> str:
    """A title column's text without the markup it may hold.

    >>> _headline("الملك يستقبل <em>رئيس</em> الحكومة &quot;اليوم&quot;")
    'الملك يستقبل رئيس الحكومة "اليوم"'
    """
    return one_line(unescape(_TAG.sub("", text)))


def _plain(text: str) -> tuple[str, ...]:
    """The paragraphs of a text column: cut at blank lines; where there are none, each line is one.

    >>> _plain("أولى\\nثانية"), _plain("أولى\\nتتمة\\n\\nثانية")
    (('أولى', 'ثانية'), ('أولى تتمة', 'ثانية'))
    """
    paragraphs = split_paragraphs(text)
    return tuple(paragraphs if len(paragraphs) > 1 else split_paragraphs("\n\n".join(text.splitlines())))


def _items(value: object) -> list[str]:
    """The items of an array, of a JSON list, or of a text that is one. Raises ``InvalidArticle``."""
    if isinstance(value, list):
        return list(map(_text, value))
    text = _text(value)
    try:
        items = json.loads(text or "[]")
    except (ValueError, RecursionError):
        items = None
    if not isinstance(items, list):
        raise InvalidArticle("paragraphs is not a list; map a column of plain text as text")
    return list(map(_text, items))


def _moment(value: object) -> datetime | None:
    """``value`` in UTC; None when it is no time, or zero, which many systems write for none.

    >>> str(_moment("2026-03-14 18:30:00+01")), str(_moment(1773509400)), str(_moment("2026-03-14 17:30"))
    ('2026-03-14 17:30:00+00:00', '2026-03-14 17:30:00+00:00', '2026-03-14 17:30:00+00:00')
    """
    if not value or isinstance(value, bool):
        return None
    try:
        if isinstance(value, datetime):
            return in_utc(value)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        if isinstance(value, int | float | Decimal):
            seconds = float(value)
            return datetime.fromtimestamp(seconds / 1000 if seconds > _MOST_SECONDS else seconds, UTC)
        return in_utc(datetime.fromisoformat(_text(value).strip()))
    except (ValueError, OverflowError, OSError, InvalidArticle):
        return None


def _reaches(article: Article, since: datetime) -> bool:
    return any(
        moment + (timedelta(days=1) if moment.time() == datetime.min.time() else timedelta()) >= since
        for moment in (article.published_at, article.updated_at)
        if moment
    )


def _newest(article: Article) -> datetime:
    return article.published_at or article.updated_at or datetime.min.replace(tzinfo=UTC)
