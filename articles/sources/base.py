"""The port: what any place that articles come from can be asked."""

from datetime import datetime
from typing import Protocol

from articles.model import Article


class Source(Protocol):
    """A place that articles come from. Safe to use from many threads, and after a fork."""

    def get(self, id: str) -> Article:
        """The article. Raises ``ArticleNotFound``, or ``SourceUnavailable`` when the place cannot be asked."""

    def recent(self, since: datetime | None = None, limit: int = 50) -> list[Article]:
        """At most ``limit`` articles, newest first; with ``since``, only those published or changed from then on.

        Raises ``SourceUnavailable``.
        """


def look(source: Source, id: str) -> Article:
    """The article as it is now in its place, where ``source`` can tell; else as ``source`` has it."""
    return getattr(source, "look", source.get)(id)
