"""Where articles come from, chosen by URL."""

from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from urllib.parse import parse_qs, urlsplit

from articles.model import Article
from articles.sources.base import Source
from articles.sources.kept import Kept, Shelf
from articles.sources.library import Library

__all__ = ["Kept", "Library", "Shelf", "Source", "is_library", "look", "open_source"]

_SOURCES = {
    "sqlite": "table.SqlTable",
    "postgresql": "table.SqlTable",
    "wordpress": "wordpress.WordPress",
    "feed": "feed.Feed",
    "folder": "folder.Folder",
}
"""URL scheme (what stands before ``+`` or ``:``) → module and class. Each is loaded only where it is used."""


def open_source(url: str, skip: str = "", shelf: Shelf | None = None) -> Source:
    """The source at ``url`` (docs/sources.md). Nothing is opened or contacted until it is used.

    ``skip`` are the CSS selectors of what is not read in its HTML. With a ``shelf`` the last known texts of articles
    that live elsewhere are kept there. Raises ``ValueError`` for a scheme that no source has, or a URL it cannot use.
    """
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme not in _SOURCES:
        # The rest of the URL may hold a password: it is not repeated.
        raise ValueError(f"no article source is called {scheme!r}; known: {', '.join(_SOURCES)}")
    if is_library(url):
        return Library(url)
    module, _, name = _SOURCES[scheme].partition(".")
    kind: Callable[[str, str], Source] = getattr(import_module(f"articles.sources.{module}"), name)
    source = kind(url, skip)
    return source if shelf is None else Kept(source, shelf, _place(url))


def is_library(url: str) -> bool:
    """Whether ``url`` names our own library, rather than a place that others write."""
    parts = urlsplit(url)
    is_database = parts.scheme.partition("+")[0] in ("sqlite", "postgresql")
    return is_database and not {"table", "mapping"} & parse_qs(parts.query, keep_blank_values=True).keys()


def look(source: Source, id: str) -> Article:
    """The article as it is now in its place, where ``source`` can tell; else as ``source`` has it."""
    return getattr(source, "look", source.get)(id)


def _place(url: str) -> str:
    """Names a place without its credentials, which may change."""
    parts = urlsplit(url)
    public = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    return sha256(public.geturl().encode()).hexdigest()[:16]
