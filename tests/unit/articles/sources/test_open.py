"""Which source a URL names."""

import pytest

from articles.sources import Kept, Library, is_library, open_source
from articles.sources.feed import Feed
from articles.sources.folder import Folder
from articles.sources.table import SqlTable
from articles.sources.wordpress import WordPress
from audio_cache.store import Store
from audio_cache.texts import Texts

TABLE = "table=posts&id=id&html=body"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("sqlite:////srv/articles.db", Library),
        ("postgresql://u:p@db/istami?sslmode=require", Library),
        (f"sqlite:////srv/site.db?{TABLE}", SqlTable),
        (f"postgresql://u:p@db/site?sslmode=require&{TABLE}", SqlTable),
        ("wordpress+https://example.ma", WordPress),
        ("feed+https://example.ma/rss?type=full", Feed),
        ("folder:///srv/articles", Folder),
    ],
)
def test_each_url_names_one_kind(url: str, kind: type, tmp_path) -> None:
    assert type(open_source(url)) is kind
    on_a_shelf = open_source(url, shelf=Texts(Store(tmp_path)))
    assert type(on_a_shelf) is (Library if kind is Library else Kept)


@pytest.mark.parametrize(
    "url", [f"sqlite:////srv/a#1.db?{TABLE}", f"postgresql://u:p#?w@db/site?{TABLE}", "sqlite:///a.db?mapping=/a.toml"]
)
def test_a_stray_sign_does_not_make_a_site_s_database_our_library(url: str) -> None:
    assert not is_library(url)


@pytest.mark.parametrize("url", ["ftp://u:secret@x", "mysql://u:secret@db/x", "secret"])
def test_an_unknown_kind_is_named_without_its_secrets(url: str) -> None:
    with pytest.raises(ValueError, match="no article source is called") as error:
        open_source(url)
    assert "secret" not in str(error.value) or url == "secret"


def test_selectors_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError):
        open_source("wordpress+https://example.ma", "p[")
