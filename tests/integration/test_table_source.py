"""Articles in the tables of a site's own database: a real SQLite file and a real PostgreSQL."""

import logging
import multiprocessing
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from articles.errors import ArticleNotFound, ArticleTooLarge, InvalidArticle, InvalidArticleId, SourceUnavailable
from articles.sources import table as table_module
from articles.sources.table import SqlTable
from tests.running import wait_for
from tests.standins.postgres import Postgres, running_postgres
from tests.texts import paragraphs, sentence

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
COLUMNS = "table=posts&id=post_id&title=headline&html=body"
POSTS = "create table posts (post_id integer primary key, headline text, body text, link text, pub {time}, mod {time})"


class Sqlite:
    name = "sqlite"

    def __init__(self, folder: Path):
        self.path = folder / "الموقع 100% #1.db"

    def run(self, statement: str, *rows: tuple) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            if rows:
                connection.executemany(statement, rows)
            else:
                connection.executescript(statement)

    def url(self, query: str) -> str:
        return f"sqlite:///{self.path}?{query}"

    def table(self, query: str, skip: str = "") -> SqlTable:
        return SqlTable(self.url(query), skip)


class Postgresql:
    name = "postgresql"

    def __init__(self, server: Postgres):
        self.server = server
        self.run("drop schema if exists public cascade; drop schema if exists cms cascade; create schema public")

    def run(self, statement: str, *rows: tuple) -> None:
        with psycopg.connect(self.server.url()) as connection:
            if rows:
                connection.cursor().executemany(statement.replace("?", "%s"), rows)
            else:
                connection.execute(statement)

    def url(self, query: str) -> str:
        return self.server.url(query)

    def table(self, query: str, skip: str = "") -> SqlTable:
        return SqlTable(self.url(query), skip)


Site = Sqlite | Postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running_postgres() as started:
        yield started


@pytest.fixture
def postgresql(server: Postgres) -> Postgresql:
    return Postgresql(server)


@pytest.fixture
def sqlite(tmp_path: Path) -> Sqlite:
    return Sqlite(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> Site:
    return request.getfixturevalue(request.param)


def fill(site: Site, *rows: tuple, time: str = "timestamp") -> None:
    """The table ``posts`` with these rows, short ones filled up with NULL."""
    site.run(POSTS.format(time=time))
    if rows:
        site.run("insert into posts values (?, ?, ?, ?, ?, ?)", *(row + (None,) * (6 - len(row)) for row in rows))


def ids(table: SqlTable, since: datetime | None = None, limit: int = 50) -> list[str]:
    return [article.id for article in table.recent(since, limit)]


# -- One article ------------------------------------------------------------------------------------------------------


def test_an_article_is_read_from_its_row(site: Site) -> None:
    html = f"<p>{sentence(1)}</p><p>{sentence(2)}</p>"
    row = (7, "عنوان &laquo;الخبر&raquo; <b>اليوم</b>", html, "https://site.example/خبر", "2026-03-14 12:00:00")
    fill(site, (*row, "2026-03-14 13:30:00"))
    got = site.table(COLUMNS + "&url=link&published_at=pub&updated_at=mod").get("7")
    assert (got.id, got.title, got.paragraphs) == ("7", "عنوان «الخبر» اليوم", (sentence(1), sentence(2)))
    assert (got.url, got.language) == ("https://site.example/خبر", "ar")
    assert (got.published_at, got.updated_at) == (NOON, NOON + timedelta(minutes=90))


def test_what_is_not_mapped_or_null_is_not_known(site: Site) -> None:
    fill(site, (7, None, f"<p>{sentence(1)}</p>"))
    for columns in (COLUMNS, COLUMNS + "&url=link&published_at=pub&updated_at=mod"):
        got = site.table(columns).get("7")
        assert (got.title, got.url, got.published_at, got.updated_at) == ("", "", None, None)


def test_the_address_can_be_a_pattern(site: Site) -> None:
    site.run("create table posts (post_id text, headline text, body text)")
    site.run("insert into posts values (?, ?, ?)", ("خبر 1?", "عنوان", "<p>نص</p>"))
    got = site.table(COLUMNS + "&url=https://site.example/news/{id}%3Fsound=1").get("خبر 1?")
    assert got.url == f"https://site.example/news/{quote('خبر 1?')}?sound=1"


@pytest.mark.parametrize("link", ["/news/7", "javascript:alert(1)", "https://", "x" * 3000])
def test_an_address_that_is_none_is_not_known(site: Site, link: str) -> None:
    fill(site, (7, "عنوان", "<p>نص</p>", link))
    assert site.table(COLUMNS + "&url=link").get("7").url == ""


def test_the_language_is_the_rows(site: Site) -> None:
    site.run("create table posts (post_id int, headline text, body text, lang text)")
    site.run("insert into posts values (?, 'عنوان', 'نص', ?)", (1, "ar-MA"), (2, None), (3, "fr"))
    table = site.table(COLUMNS + "&language=lang")
    assert [table.get(id).language for id in "12"] == ["ar-MA", "ar"]
    with pytest.raises(InvalidArticle, match="fr"):
        table.get("3")
    assert sorted(ids(table)) == ["1", "2"]


def test_plain_text_is_cut_into_paragraphs(site: Site) -> None:
    first, second = sentence(1), sentence(2)
    fill(
        site,
        (1, "عنوان", f"{first}\r\n{second}"),
        (2, "عنوان", f"{first}\n{second}\n\n5 < 7 & أكثر &amp; <b>"),
        (3, "عنوان", f"{first}\n\n5 &lt; 7 &amp; أكثر"),
    )
    as_text = site.table(COLUMNS.replace("html=", "text="))
    assert as_text.get("1").paragraphs == (first, second)
    assert as_text.get("2").paragraphs == (f"{first} {second}", "5 < 7 & أكثر &amp; <b>")
    # A column of HTML may hold texts from before there was an editor for HTML.
    assert site.table(COLUMNS).get("3").paragraphs == (first, "5 < 7 & أكثر")


def test_html_without_a_tag_keeps_to_the_rules(site: Site) -> None:
    first, second = sentence(1), sentence(2)
    left = f'{first}\n\n[gallery ids="1"]\n\nhttps://v.example/1\n\nاقرأ أيضا\n\n{second}\r\n&nbsp;\r\n'
    fill(site, (1, "عنوان", left), (2, "عنوان", f"{left}<b></b>"))
    table = site.table(COLUMNS)
    for id in "12":
        got = table.get(id)
        assert got.paragraphs == (first, second)
        assert [skip.why for skip in got.skipped] == ["gallery", "embed", "related"]


def test_marks_and_selectors_to_skip_are_honoured(site: Site) -> None:
    html = '<p>أولى</p><p class="ad">إعلان</p><p data-listen="skip">صورة</p><p>ثانية</p>'
    fill(site, (1, "عنوان", html))
    got = site.table(COLUMNS, skip=".ad").get("1")
    assert got.paragraphs == ("أولى", "ثانية")
    assert sorted(skip.text for skip in got.skipped) == ["إعلان", "صورة"]


def test_paragraphs_are_a_json_list_or_an_array(site: Site, postgresql: Postgresql) -> None:
    site.run("create table posts (post_id int, headline text, body text)")
    site.run(
        "insert into posts values (?, 'عنوان', ?)", (1, '["أولى", "ثانية\\n\\nثالثة"]'), (2, "نص"), (3, '{"a": 1}')
    )
    table = site.table(COLUMNS.replace("html=", "paragraphs="))
    assert table.get("1").paragraphs == ("أولى", "ثانية", "ثالثة")
    for id in ("2", "3"):
        with pytest.raises(InvalidArticle, match="list"):
            table.get(id)


@pytest.mark.parametrize("type_", ["text[]", "json", "jsonb"])
def test_paragraphs_in_postgresqls_own_lists(postgresql: Postgresql, type_: str) -> None:
    postgresql.run(f"create table posts (post_id int, headline text, body {type_})")
    postgresql.run(
        "insert into posts values (1, 'عنوان', %s)".replace(
            "%s", "array['أولى', 'ثانية']" if type_ == "text[]" else '\'["أولى", "ثانية"]\''
        )
    )
    assert postgresql.table(COLUMNS.replace("html=", "paragraphs=")).get("1").paragraphs == ("أولى", "ثانية")


def test_bytes_are_decoded_and_what_is_no_text_is_refused(site: Site) -> None:
    bytes_type = "bytea" if site.name == "postgresql" else "blob"
    site.run(f"create table posts (post_id int, headline text, body {bytes_type})")
    text = " ".join(paragraphs(1, 2))
    bodies = [text.encode(), text.encode("windows-1256"), b"\x00\xff\x90\x00"]
    site.run("insert into posts values (?, 'عنوان', ?)", *enumerate(bodies))
    table = site.table(COLUMNS)
    assert table.get("0").paragraphs == table.get("1").paragraphs == (text,)
    with pytest.raises(InvalidArticle):
        table.get("2")
    assert sorted(ids(table)) == ["0", "1"]


def test_text_of_sqlite_that_is_not_utf8_spoils_its_row_only(sqlite: Sqlite) -> None:
    sqlite.run("create table posts (post_id int, headline text, body text)")
    sqlite.run(
        "insert into posts values (1, 'عنوان', cast(x'c7e1d3e1c7e3' as text)), (2, 'عنوان', cast(x'ff00' as text))"
    )
    sqlite.run("insert into posts values (3, 'عنوان', 'نص')")
    assert sorted(ids(sqlite.table(COLUMNS))) == ["1", "3"]
    assert sqlite.table(COLUMNS).get("1").paragraphs == ("السلام",)


def test_an_article_without_words_or_too_long_is_refused(site: Site) -> None:
    fill(site, (1, None, None), (2, " ", "<p> </p>"), (3, "عنوان", "<p>" + "ا" * 5_000_001), (4, "عنوان", None))
    table = site.table(COLUMNS)
    for id in ("1", "2"):
        with pytest.raises(InvalidArticle):
            table.get(id)
    with pytest.raises(ArticleTooLarge):
        table.get("3")
    assert table.get("4").paragraphs == ()
    assert ids(table) == ["4"]


# -- Ids --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "id", ["خبر", "042", "+42", "42.0", "4_2", " 42", "٤٢", "1e3", "43", "99999999999999999999", "' or 1=1 --", "-0"]
)
@pytest.mark.parametrize("type_", ["integer", "bigint", "numeric(20)", "text"])
def test_only_the_ids_own_writing_finds_it(site: Site, type_: str, id: str) -> None:
    site.run(f"create table posts (post_id {type_}, headline text, body text)")
    site.run("insert into posts values (?, 'عنوان', 'نص')", (42,), (-5,), (0,), (1000,))
    table = site.table(COLUMNS)
    with pytest.raises(ArticleNotFound):
        table.get(id)
    assert [table.get(known).id for known in ("42", "-5", "0", "1000")] == ["42", "-5", "0", "1000"]


def test_ids_of_text_are_compared_byte_for_byte(site: Site) -> None:
    site.run("create table posts (post_id text, headline text, body text)")
    names = ["é", "e\u0301", "A", "a", "a ", "%", "الميناء-الجديد", "'", '"']
    site.run("insert into posts values (?, ?, 'نص')", *((name, f"عنوان {n}") for n, name in enumerate(names)))
    table = site.table(COLUMNS)
    assert [table.get(name).title for name in names] == [f"عنوان {n}" for n in range(len(names))]
    assert sorted(ids(table)) == sorted(names)


def test_a_table_that_ignores_case_does_not_make_two_ids_one(site: Site) -> None:
    if site.name == "postgresql":
        site.run("create collation blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
    collation = "blind" if site.name == "postgresql" else "nocase"
    site.run(f"create table posts (post_id text collate {collation}, headline text, body text)")
    site.run("insert into posts values (?, 'عنوان', 'نص')", ("Abc",))
    table = site.table(COLUMNS)
    assert table.get("Abc").id == "Abc"
    with pytest.raises(ArticleNotFound):
        table.get("abc")


def test_ids_of_other_types(postgresql: Postgresql) -> None:
    uuid = "6f1c0c2e-58d6-4a8e-9f5a-0f6b2f0c9a11"
    postgresql.run("create table posts (post_id uuid, headline text, body text)")
    postgresql.run("insert into posts values (?, 'عنوان', 'نص')", (uuid,))
    table = postgresql.table(COLUMNS)
    assert ids(table) == [table.get(uuid).id] == [uuid]
    for id in (uuid.upper(), uuid.replace("-", ""), "42", "خبر"):
        with pytest.raises(ArticleNotFound):
            table.get(id)
    postgresql.run("create table padded (post_id char(8), headline text, body text)")
    postgresql.run("insert into padded values (?, 'عنوان', 'نص')", ("abc",))
    table = postgresql.table(COLUMNS.replace("posts", "padded"))
    assert ids(table) == [table.get("abc").id] == ["abc"]


def test_a_number_in_a_view_of_sqlite_has_no_type(sqlite: Sqlite) -> None:
    sqlite.run(
        "create table t (n); insert into t values (6);create view posts as select n * 7 as i, 'ع' as t, 'ن' as b from t"
    )
    table = sqlite.table("table=posts&id=i&title=t&html=b")
    assert ids(table) == [table.get("42").id] == ["42"]


@pytest.mark.parametrize("id", ["", "a/b", "..", "a\x00b", "x" * 201])
def test_what_cannot_be_an_id_is_refused(site: Site, id: str) -> None:
    fill(site)
    with pytest.raises(InvalidArticleId):
        site.table(COLUMNS).get(id)


def test_rows_whose_id_cannot_be_one_are_left_out(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.run("create table posts (post_id text, headline text, body text)")
    site.run("insert into posts values (?, 'عنوان', 'نص')", ("a/b",), (None,), ("",), ("جيد",))
    assert ids(site.table(COLUMNS)) == ["جيد"]
    assert len(caplog.messages) == 3
    assert all(record.levelno == logging.WARNING for record in caplog.records)


# -- The newest -------------------------------------------------------------------------------------------------------


def test_recent_is_newest_first(site: Site) -> None:
    rows = [(1, "2026-03-14 08:00:00", None), (2, "2026-03-14 10:00:00", "2026-03-15 00:00:01")]
    rows += [(3, None, "2026-03-14 09:00:00"), (4, None, None), (5, None, None)]
    fill(site, *((id, f"عنوان {id}", "نص", None, pub, mod) for id, pub, mod in rows))
    both = site.table(COLUMNS + "&published_at=pub&updated_at=mod")
    assert ids(both) == ["2", "3", "1", "5", "4"]
    assert ids(both, limit=2) == ["2", "3"]
    assert ids(both, limit=0) == ids(both, limit=-1) == []
    assert ids(site.table(COLUMNS + "&updated_at=mod"))[:2] == ["2", "3"]
    assert ids(site.table(COLUMNS)) == ["5", "4", "3", "2", "1"]


TIMES: dict[str, Callable[[datetime], object]] = {
    "timestamp": lambda moment: moment.replace(tzinfo=None).isoformat(" "),
    "timestamptz": lambda moment: moment.isoformat(),
    "bigint": lambda moment: int(moment.timestamp()),
    "double precision": lambda moment: moment.timestamp(),
    "numeric": lambda moment: int(moment.timestamp() * 1000),
    "text": lambda moment: moment.isoformat(),
    "varchar(40)": lambda moment: moment.astimezone().strftime("%Y-%m-%d %H:%M:%S%z"),
}


@pytest.mark.parametrize("type_", TIMES)
def test_recent_since_counts_publication_and_change(site: Site, type_: str) -> None:
    write = TIMES[type_]
    moments = {
        1: (NOON, None),
        2: (NOON - timedelta(days=9), NOON + timedelta(seconds=1)),
        3: (NOON - timedelta(seconds=1), NOON - timedelta(hours=1)),
        4: (None, NOON),
        5: (NOON - timedelta(days=400), None),
        6: (NOON + timedelta(days=30), None),
        7: (None, None),
    }
    rows = [
        (id, f"عنوان {id}", "نص", None, *(write(moment) if moment else None for moment in pair))
        for id, pair in moments.items()
    ]
    fill(site, *rows, time=type_)
    table = site.table(COLUMNS + "&published_at=pub&updated_at=mod")
    assert set(ids(table, NOON)) == {"1", "2", "4", "6"}
    assert ids(table, NOON)[0] == "6"
    assert ids(table, NOON, limit=1) == ["6"]
    assert ids(table, NOON + timedelta(days=31)) == []
    assert len(ids(table, datetime(2020, 1, 1))) == 6
    assert table.get("2").published_at == NOON - timedelta(days=9)
    assert table.get("2").updated_at == NOON + timedelta(seconds=1)


def test_a_day_without_a_time_counts_until_its_end(site: Site) -> None:
    fill(site, *((day, "عنوان", "نص", None, f"2026-03-{day}") for day in (12, 13, 14)), time="date")
    table = site.table(COLUMNS + "&published_at=pub")
    assert table.get("14").published_at == NOON.replace(hour=0)
    assert ids(table, NOON) == ["14"]
    assert ids(table, NOON - timedelta(days=1)) == ["14", "13"]


def test_times_of_two_types(site: Site) -> None:
    site.run("create table posts (post_id int, headline text, body text, pub bigint, mod timestamp)")
    unix = int(NOON.timestamp())
    site.run(
        "insert into posts values (?, 'ع', 'ن', ?, ?)", (1, unix, None), (2, None, "2026-03-14 13:00:00"), (3, 5, None)
    )
    table = site.table(COLUMNS + "&published_at=pub&updated_at=mod")
    assert ids(table) == ["2", "1", "3"]
    assert ids(table, NOON) == ["2", "1"]


@pytest.mark.parametrize("odd", ["infinity", "-infinity", "0044-03-15 00:00:00 BC", "20260-01-01 00:00:00"])
def test_a_time_that_python_has_not_is_not_known(postgresql: Postgresql, odd: str) -> None:
    fill(postgresql, (1, "عنوان", "نص", None, odd), (2, "عنوان", "نص", None, "2026-03-14 12:00:00"), time="timestamptz")
    table = postgresql.table(COLUMNS + "&published_at=pub")
    assert table.get("1").published_at is None
    assert sorted(ids(table)) == ["1", "2"]
    assert ids(table, NOON) == ["2"]


@pytest.mark.parametrize("odd", ["أمس", "0000-00-00 00:00:00", "", 0, -(10**30), 10**17])
def test_a_value_that_is_no_time_is_not_known(sqlite: Sqlite, odd: object) -> None:
    sqlite.run("create table posts (post_id, headline, body, pub)")
    sqlite.run("insert into posts values (?, 'ع', 'ن', ?)", (1, odd if not isinstance(odd, int) else float(odd)))
    assert sqlite.table(COLUMNS + "&published_at=pub").get("1").published_at is None


def test_sqlite_may_mix_kinds_of_time_in_a_column(sqlite: Sqlite) -> None:
    sqlite.run("create table posts (post_id integer, headline, body, pub datetime)")
    day = timedelta(days=1)
    values = [int(NOON.timestamp()), (NOON - day).timestamp(), "2026-03-14T12:00:01Z", "2026-03-13", None]
    sqlite.run("insert into posts values (?, 'ع', 'ن', ?)", *enumerate(values))
    assert ids(sqlite.table(COLUMNS + "&published_at=pub"), NOON) == ["2", "0"]


def test_broken_rows_leave_room_for_good_ones(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    fill(site, *((id, None, f"<p>{sentence(id)}</p>" if id <= 5 else None) for id in range(1, 11)))
    assert ids(site.table(COLUMNS), limit=3) == ["5", "4", "3"]
    assert "row 10 of posts" in caplog.text


def test_an_id_that_comes_twice_is_one_article(site: Site) -> None:
    site.run("create table posts (post_id int, headline text, body text, pub timestamp)")
    site.run(
        "insert into posts values (1, ?, 'نص', ?)", ("قديم", "2026-03-14 12:00:00"), ("جديد", "2026-03-14 13:00:00")
    )
    table = site.table(COLUMNS + "&published_at=pub")
    assert [found.title for found in table.recent()] == [table.get("1").title] == ["جديد"]


# -- Which rows -------------------------------------------------------------------------------------------------------


def test_only_visible_rows_are_articles(site: Site) -> None:
    site.run("create table posts (post_id int, headline text, body text, status text, kind text, public boolean)")
    rows = [(1, "published", "news", True), (2, "draft", "news", True), (3, "published", "page", True)]
    rows += [(4, "published", "news", False), (5, None, "news", None)]
    site.run("insert into posts values (?, 'ع', 'ن', ?, ?, ?)", *rows)
    shown = {
        "visible=status:published": ["4", "3", "1"],
        "visible=public": ["3", "2", "1"],
        "visible=status:published&visible=public&visible=kind:news": ["1"],
        "visible=status:Published": [],
    }
    for condition, expected in shown.items():
        table = site.table(f"{COLUMNS}&{condition}")
        assert ids(table) == expected
        for id in {"1", "2", "3", "4", "5"} - set(expected):
            with pytest.raises(ArticleNotFound):
                table.get(id)


@pytest.mark.parametrize(("value", "is_shown"), [("yes", True), ("T", True), ("1", True), ("0", False), ("no", False)])
def test_true_is_written_in_many_ways(site: Site, value: str, is_shown: bool) -> None:
    site.run("create table posts (post_id int, headline text, body text, public text)")
    site.run("insert into posts values (1, 'ع', 'ن', ?)", (value,))
    assert bool(ids(site.table(COLUMNS + "&visible=public"))) is is_shown


def test_a_column_of_postgresqls_own_type_can_say_what_is_visible(postgresql: Postgresql) -> None:
    postgresql.run("create type state as enum ('draft', 'live')")
    postgresql.run("create table posts (post_id int, headline text, body text, state state)")
    postgresql.run("insert into posts values (1, 'ع', 'ن', 'live'), (2, 'ع', 'ن', 'draft')")
    assert ids(postgresql.table(COLUMNS + "&visible=state:live")) == ["1"]
    assert ids(postgresql.table(COLUMNS + "&visible=state:gone")) == []


def test_a_view_is_as_good_as_a_table(site: Site) -> None:
    fill(site, (1, "عنوان", "نص"), (2, "آخر", "نص"))
    site.run("create view listen as select post_id as id, headline as title, body from posts where post_id = 2")
    assert ids(site.table("table=listen&id=id&title=title&html=body")) == ["2"]


def test_a_materialized_view_and_another_schema(postgresql: Postgresql) -> None:
    fill(postgresql, (1, "عنوان", "نص"))
    postgresql.run("create schema cms; create materialized view cms.listen as select * from posts")
    assert ids(postgresql.table(COLUMNS.replace("posts", "cms.listen"))) == ["1"]


def test_names_are_quoted(site: Site) -> None:
    names = ['o"; drop table posts; --', "المعرف", "100%", "order", "نص:1", "a%(b)s"]
    id, title, body, link, state, _ = ('"' + name.replace('"', '""') + '"' for name in names)
    site.run(
        f'create table "المقالات %" ({id} int, {title} text, {body} text, {link} text, {state} text, "a%(b)s" text)'
    )
    site.run("insert into \"المقالات %\" values (1, 'ع', '<p>ن</p>', 'https://x.example/', 'ok', 'ok')")
    places = zip(("id", "title", "html", "url"), names, strict=False)
    query = "&".join(f"{role}={quote(name)}" for role, name in places)
    query = f"table={quote('المقالات %')}&{query}&visible={quote('a%(b)s:ok')}"
    got = site.table(query).get("1")
    assert (got.title, got.paragraphs, got.url) == ("ع", ("ن",), "https://x.example/")


def test_a_mapping_file_says_the_same(site: Site, tmp_path: Path) -> None:
    fill(site, (1, "عنوان", "نص", None, "2026-03-14 12:00:00"))
    file = tmp_path / "posts.toml"
    file.write_text(
        'table = "posts"\nid = "post_id"\ntitle = "headline"\nhtml = "body"\npublished_at = "pub"\n'
        'url = "https://site.example/news/{id}"\nvisible = ["headline:عنوان", "body:نص"]\n',
        encoding="utf-8",
    )
    got = site.table(f"mapping={file}").get("1")
    assert (got.title, got.url, got.published_at) == ("عنوان", "https://site.example/news/1", NOON)


# -- The database -----------------------------------------------------------------------------------------------------


def test_opening_asks_nobody(tmp_path: Path) -> None:
    SqlTable(f"sqlite:///{tmp_path}/none/site.db?{COLUMNS}")
    assert list(tmp_path.iterdir()) == []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        SqlTable(f"postgresql://127.0.0.1:{listener.getsockname()[1]}/db?{COLUMNS}")
        with pytest.raises(TimeoutError):
            listener.accept()


def calls(table: SqlTable) -> list[Callable[[], object]]:
    return [table.ping, table.recent, lambda: table.get("1")]


def test_a_table_or_column_that_is_not_there_is_named(site: Site) -> None:
    fill(site, (1, "عنوان", "نص"))
    for call in calls(site.table(COLUMNS.replace("table=posts", "table=news"))):
        with pytest.raises(SourceUnavailable, match="no table news; there are: posts$"):
            call()
    for condition in ("&url=address", "&visible=address:1"):
        for call in calls(site.table(COLUMNS + condition)):
            with pytest.raises(SourceUnavailable, match="no column address; there are: post_id, headline, body, link"):
                call()


def test_a_column_that_goes_and_comes(site: Site) -> None:
    fill(site, (1, "عنوان", "نص"))
    table = site.table(COLUMNS)
    assert ids(table) == ["1"]
    site.run("alter table posts rename column headline to title")
    with pytest.raises(SourceUnavailable):
        table.get("1")
    with pytest.raises(SourceUnavailable, match="no column headline"):
        table.get("1")
    site.run("alter table posts rename column title to headline")
    assert table.get("1").title == "عنوان"


def test_no_file_no_database(sqlite: Sqlite, tmp_path: Path) -> None:
    for call in calls(sqlite.table(COLUMNS)):
        with pytest.raises(SourceUnavailable, match="unable to open"):
            call()
    assert list(tmp_path.iterdir()) == []
    sqlite.path.write_text("no database, but a text that is long enough to be seen as none" * 20)
    with pytest.raises(SourceUnavailable, match="not a database") as caught:
        sqlite.table(COLUMNS).recent()
    assert str(tmp_path) not in caught.value.detail


def test_nothing_can_be_written(site: Site) -> None:
    fill(site, (1, "عنوان", "نص"))
    table = site.table(COLUMNS)
    with pytest.raises(SourceUnavailable, match="read-?only"), table._asking() as connection:
        connection.exec_driver_sql("insert into posts (post_id) values (9)")
    assert ids(table) == ["1"]


def test_a_view_that_writes_cannot(postgresql: Postgresql) -> None:
    fill(postgresql, (1, "عنوان", "نص"))
    postgresql.run("create function count_up() returns int language sql as 'delete from posts returning 1'")
    postgresql.run("create view listen as select post_id, headline, body, count_up() from posts")
    with pytest.raises(SourceUnavailable, match="read-only"):
        postgresql.table(COLUMNS.replace("posts", "listen") + "&language=count_up").recent()


def test_the_file_stays_as_it_was(sqlite: Sqlite, tmp_path: Path) -> None:
    fill(sqlite, (1, "عنوان", "نص"))
    before = (sqlite.path.read_bytes(), sqlite.path.stat().st_mtime_ns)
    assert ids(sqlite.table(COLUMNS)) == ["1"]
    assert (sqlite.path.read_bytes(), sqlite.path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [sqlite.path]


def test_a_question_that_takes_too_long_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "STATEMENT_SECONDS", 1)
    numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000000)"
    site.run(f"create view posts as {numbers} select max(i) as post_id, 'ع' as headline, 'ن' as body from n")
    begun = time.monotonic()
    with pytest.raises(SourceUnavailable, match="interrupted|statement timeout"):
        site.table(COLUMNS).recent()
    assert 0.5 < time.monotonic() - begun < 20


def test_readers_go_on_while_the_site_writes(site: Site) -> None:
    fill(site, (1, "عنوان", "نص"))
    if isinstance(site, Sqlite):
        with closing(sqlite3.connect(site.path, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("DELETE FROM posts")
            assert ids(site.table(COLUMNS)) == ["1"]
    else:
        with psycopg.connect(site.server.url()) as writer:
            writer.execute("delete from posts")
            assert ids(site.table(COLUMNS)) == ["1"]
            writer.rollback()


def test_a_wrong_password_is_said_and_not_shown(postgresql: Postgresql, caplog: pytest.LogCaptureFixture) -> None:
    url = f"postgresql://127.0.0.1:{postgresql.server.port}/postgres?{COLUMNS}&user=istami&password=hidden-word"
    with pytest.raises(SourceUnavailable, match="password authentication failed") as caught:
        SqlTable(url).recent()
    assert "hidden-word" not in caught.value.detail + caplog.text
    assert "\n" not in caught.value.detail


def test_the_databases_own_parameters_reach_it(postgresql: Postgresql) -> None:
    fill(postgresql, (1, "عنوان", "نص"))
    query = f"sslmode=prefer&application_name=istami-listens&connect_timeout=3&{COLUMNS}"
    postgresql.run(
        "create view listen as select post_id, current_setting('application_name') headline, body from posts"
    )
    assert postgresql.table(query.replace("posts", "listen")).get("1").title == "istami-listens"
    with pytest.raises(SourceUnavailable, match="titel"):
        postgresql.table(COLUMNS + "&titel=headline").get("1")
    with pytest.raises(SourceUnavailable, match="SSL"):
        postgresql.table(COLUMNS + "&sslmode=require").get("1")


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        table = SqlTable(f"postgresql://127.0.0.1:{listener.getsockname()[1]}/db?{COLUMNS}&connect_timeout=2")
        begun = time.monotonic()
        with pytest.raises(SourceUnavailable):
            table.get("1")
        assert time.monotonic() - begun < 10


class FrozenAfter:
    """A way to a server that passes on so many questions of each connection, and then nothing more."""

    def __init__(self, port: int):
        self._port = port
        self.questions = 1_000
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "FrozenAfter":
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._port)) as server, suppress(OSError):
            threading.Thread(target=self._pass_on, args=(server, client), daemon=True).start()
            asked = 0
            while data := client.recv(65_536):
                asked += b"SELECT" in data or b"BEGIN" in data
                if asked <= self.questions:
                    server.sendall(data)

    @staticmethod
    def _pass_on(server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65_536):
                client.sendall(data)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("questions", [0, 1, 3])
def test_a_server_that_freezes_is_given_up(
    postgresql: Postgresql, monkeypatch: pytest.MonkeyPatch, questions: int
) -> None:
    monkeypatch.setattr(table_module, "STATEMENT_SECONDS", 1)
    monkeypatch.setattr(table_module, "SPARE_SECONDS", 0.5)
    fill(postgresql, (1, "عنوان", "نص"))
    with FrozenAfter(postgresql.server.port) as way:
        url = postgresql.url(COLUMNS).replace(f":{postgresql.server.port}/", f":{way.port}/")
        table = SqlTable(url)
        way.questions = questions
        begun = time.monotonic()
        with pytest.raises(SourceUnavailable, match="does not answer in time"):
            table.get("1")
        assert 1 < time.monotonic() - begun < 15
        way.questions = 1_000
        before = open_files()
        assert [table.get("1").title for _ in range(3)] == ["عنوان"] * 3
        assert open_files() <= before + 2


def test_a_server_stopped_and_started(postgresql: Postgresql) -> None:
    fill(postgresql, (1, "عنوان", "نص"))
    table = postgresql.table(COLUMNS)
    assert ids(table) == ["1"]
    postgresql.server.stop()
    try:
        for call in calls(table):
            with pytest.raises(SourceUnavailable, match="refused"):
                call()
    finally:
        postgresql.server.start()
    assert ids(table) == ["1"]


def test_threads_and_a_fork(site: Site) -> None:
    fill(site, *((id, f"عنوان {id}", "نص") for id in range(1, 9)))
    table = site.table(COLUMNS)
    titles: list[str] = []
    threads = [threading.Thread(target=lambda id=id: titles.append(table.get(str(id)).title)) for id in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(titles) == [f"عنوان {id}" for id in range(1, 9)]
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    process = context.Process(target=lambda: results.put(ids(table)))
    process.start()
    assert results.get(timeout=20) == [str(id) for id in range(8, 0, -1)]
    process.join(20)


def test_a_database_without_an_encoding(postgresql: Postgresql) -> None:
    with psycopg.connect(postgresql.server.url(), autocommit=True) as connection:
        connection.execute("create database old encoding 'SQL_ASCII' locale 'C' template template0")
    with psycopg.connect(postgresql.server.url(database="old")) as connection:
        connection.execute("create table posts (post_id int, headline text, body text)")
        for id, encoding in enumerate(["utf-8", "windows-1256"]):
            literal = quote(sentence(id).encode(encoding)).replace("%", "\\x").replace(".", "\\x2E")
            connection.execute(f"insert into posts values ({id}, E'{literal}', E'{literal} {literal}')")
    url = postgresql.server.url(COLUMNS, database="old")
    assert SqlTable(url).get("0").title == sentence(0)
    assert SqlTable(url + "&client_encoding=WIN1256").get("1").paragraphs == (f"{sentence(1)} {sentence(1)}",)
    with pytest.raises(SourceUnavailable):
        SqlTable(url).get("1")


def test_ten_thousand_rows_are_asked_by_index(site: Site) -> None:
    fill(site, *((id, f"عنوان {id}", "نص") for id in range(10_000)))
    table = site.table(COLUMNS)
    table.ping()

    def fast() -> bool:
        begun = time.monotonic()
        assert table.get("7777").title == "عنوان 7777"
        return time.monotonic() - begun < 0.1

    assert wait_for(fast, 10, "an answer within 0.1 s")
