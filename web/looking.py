"""Serve, then look: whether a text has changed in its place is found out after the answer, never before it."""

import logging
from datetime import UTC, datetime
from queue import Full, Queue
from threading import Lock, Thread

import redis
from flask import Flask, current_app

from articles.errors import ArticleError, ArticleNotFound
from tts.errors import IstamiError
from web.service import Service

log = logging.getLogger(__name__)

EVERY_SECONDS = 60
"""An article is looked at no more often, by however many machines."""
THREADS = 2
MOST_WAITING = 100
"""Articles. What comes while so many wait is looked at after a later click."""

_EXTENSION = "istami.looking"


class Looking:
    """Looks at articles in their place, in threads of its own."""

    def __init__(self, service: Service):
        self._service = service
        self._waiting: Queue[tuple[str, str]] = Queue(MOST_WAITING)
        self._ids: set[str] = set()
        """Of those that wait or are being looked at."""
        self._threads: list[Thread] = []
        self._lock = Lock()

    def later(self, article_id: str, voice: str) -> None:
        """Have the article looked at; returns at once, whatever the broker and the article's place do."""
        if not hasattr(self._service.source, "look"):
            return
        with self._lock:
            if article_id in self._ids:
                return
            try:
                self._waiting.put_nowait((article_id, voice))
            except Full:
                return
            self._ids.add(article_id)
            # Daemons, for the service must be able to stop while a site does not answer; and not begun before the
            # first look, for a fork leaves threads behind.
            while len(self._threads) < THREADS:
                self._threads.append(Thread(target=self._work, name="looking", daemon=True))
                self._threads[-1].start()

    def look(self, article_id: str, voice: str) -> None:
        """Ask the article's place, unless that was done within the minute; a changed text has its sound made."""
        if self._is_known_well(article_id) or not self._takes_turn(article_id):
            return
        dispatch = self._service.dispatch
        article = self._service.source.look(article_id)  # type: ignore[attr-defined]
        current = dispatch.current(article, voice)
        if current and current.rendition and not dispatch.is_fresh(article, current, voice):
            dispatch.request(article, voice)

    def _is_known_well(self, article_id: str) -> bool:
        if not hasattr(self._service.source, "known"):
            return False
        known = self._service.source.known(article_id)
        # Not before its time: another machine's clock may be ahead.
        return bool(
            known and not known.problem and 0 <= (datetime.now(UTC) - known.asked_at).total_seconds() < EVERY_SECONDS
        )

    def _takes_turn(self, article_id: str) -> bool:
        return bool(self._service.client.set(f"istami:looked:{article_id}", 1, nx=True, ex=EVERY_SECONDS))

    def _work(self) -> None:
        while True:
            article_id, voice = self._waiting.get()
            try:
                self.look(article_id, voice)
            except ArticleNotFound:
                log.info("article %r is gone from its place", article_id)
            except (ArticleError, IstamiError) as error:
                log.warning("looking at article %r: %s", article_id, error.detail)
            except redis.RedisError as error:
                log.warning("looking at article %r: %s", article_id, type(error).__name__)
            except Exception:
                log.exception("looking at article %r", article_id)
            finally:
                with self._lock:
                    self._ids.discard(article_id)


def init_app(app: Flask, service: Service) -> None:
    """Let the application look."""
    app.extensions[_EXTENSION] = Looking(service)


def look_later(article_id: str, voice: str = "") -> None:
    """Have the article looked at once the answer is given; costs the answer nothing."""
    current_app.extensions[_EXTENSION].later(article_id, voice)
