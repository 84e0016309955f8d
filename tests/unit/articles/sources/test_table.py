"""What an operator may say about a table of articles; tests/integration/test_table_source.py has the databases."""

import sys
from pathlib import Path

import pytest

from articles.sources.table import SqlTable

PLACES = ["sqlite:////srv/site.db", "postgresql://me:hidden-word@db.example/site", "postgresql+psycopg:///site"]
WHOLE = "table=posts&id=id&html=body"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "query",
    [
        WHOLE,
        WHOLE + "&title=t&url=link&published_at=p&updated_at=u&language=l&visible=status:live&visible=public",
        "table=cms.posts&id=id&text=body&url=https://site.example/{id}",
        "table=posts&id=id&paragraphs=body&url=http://site.example/%7Bid%7D/",
    ],
)
def test_what_can_be_used(place: str, query: str) -> None:
    SqlTable(f"{place}?{query}")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("table=posts", "needs id"),
        ("id=id&html=body", "needs table"),
        ("html=body", "needs table and id"),
        ("table=posts&id=id", "needs one of html, text, paragraphs"),
        (WHOLE + "&text=body", "needs one of html, text, paragraphs"),
        (WHOLE + "&title=a&title=b", "one title"),
        (WHOLE + "&url=https://site.example/news", "url is a column, or"),
        (WHOLE + "&url=ftp://site.example/{id}", "url is a column, or"),
        (WHOLE + "&mapping=/srv/posts.toml", "not in both"),
        ("mapping=/nowhere/posts.toml", "cannot be read: No such file"),
    ],
)
def test_what_cannot_be_used_is_said(place: str, query: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        SqlTable(f"{place}?{query}")
    assert "hidden-word" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:hidden-word@host/db?" + WHOLE,
        "postgresql+asyncpg://me:hidden-word@host/db?" + WHOLE,
        "postgresql://me:hidden-word@host:port/db?" + WHOLE,
        "sqlite://?" + WHOLE,
        "sqlite:///:memory:?" + WHOLE,
        "sqlite:///file:hidden-word?" + WHOLE,
        "sqlite:x",
        "",
    ],
)
def test_a_place_that_cannot_be_used_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises(ValueError, match="table of articles is") as caught:
        SqlTable(url)
    assert "hidden-word" not in str(caught.value)


def test_a_name_that_sqlite_would_not_miss_is_refused() -> None:
    with pytest.raises(ValueError, match="has no titel; known: table, id, title"):
        SqlTable(f"sqlite:////srv/site.db?{WHOLE}&titel=headline")
    SqlTable(f"sqlite:////srv/site.db?{WHOLE}&timeout=1")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('table = "posts', "is not TOML"),
        ("\udcff", "is not TOML"),
        ('table = "posts"\nid = "id"\nhtml = "body"\ntitel = "t"', "has no titel"),
        ('table = "posts"\nid = 7\nhtml = "body"', "one id"),
        ('table = "posts"\nid = ""\nhtml = "body"', "one id"),
        ('table = "posts"\nid = "id"\nhtml = "body"\nvisible = true', "visible is"),
        ('table = "posts"\nid = "id"\nhtml = "body"\nvisible = [1]', "visible"),
        ('id = "id"', "needs table"),
    ],
)
def test_what_is_wrong_in_a_mapping_file_is_said(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "posts.toml"
    file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ValueError, match=reason):
        SqlTable(f"sqlite:////srv/site.db?mapping={file}")


def test_a_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # As the interpreter itself marks what cannot be imported.
    with pytest.raises(ValueError, match=r"psycopg\[binary\]"):
        SqlTable(f"postgresql://host/db?{WHOLE}")
