"""Where articles come from, chosen by URL."""

from articles.sources.base import Source
from articles.sources.library import Library

__all__ = ["Library", "Source", "open_source"]

_SOURCES = {"sqlite": Library, "postgresql": Library}
"""URL scheme (what stands before ``+`` or ``:``) → source."""


def open_source(url: str) -> Source:
    """The source at ``url``: ``sqlite:///PATH`` or ``postgresql://HOST/DB``. Nothing is opened until it is used.

    Raises ``ValueError`` for a scheme that no source has, or a URL it cannot use.
    """
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme not in _SOURCES:
        # The rest of the URL may hold a password: it is not repeated.
        raise ValueError(f"no article source is called {scheme!r}; known: {', '.join(_SOURCES)}")
    return _SOURCES[scheme](url)
