"""Where articles come from, chosen by URL."""

import re
from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from urllib.parse import urlsplit

from articles import skipping
from articles.sources.base import Source, look
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
    skipping.check(skip)
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
    scheme = url.partition(":")[0].partition("+")[0]
    # Looked for in the text: parsers do not agree on a stray # or ? in a password, and our library makes its tables.
    return scheme in ("sqlite", "postgresql") and not re.search(r"[?&](table|mapping)=", url)


def _place(url: str) -> str:
    """Names a place without its credentials, which may change."""
    parts = urlsplit(url)
    public = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
    return sha256(public.geturl().encode()).hexdigest()[:16]
