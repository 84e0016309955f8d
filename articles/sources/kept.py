"""Keeps the last known text of articles that live elsewhere, so that a place that is slow or down is not felt."""

import json
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from threading import Lock, Thread
from typing import Any, Protocol

from articles.errors import (
    ArticleNotFound,
    ArticleNotShown,
    ArticleUnavailable,
    InvalidArticleId,
    SourceUnavailable,
)
from articles.model import Article, Skip, check_id
from articles.sources.base import Source, look

log = logging.getLogger(__name__)

FRESH_SECONDS = 60.0
"""How long an answer stands: that an id is unknown, and which articles are the newest."""
MOST_STRANGERS_A_SECOND = 10.0
"""Ids never heard of that the place is asked for: whoever makes ids up must not have us flood it."""
STRANGERS_AT_ONCE = 60.0
ILL_SECONDS = 5.0
"""How long a database or folder that cannot be asked is not asked for what is known: each try may take seconds."""
FEWEST_NEWEST = 50
"""The newest articles that are asked for at least, for one who wants few is followed by one who wants more."""
MOST_VANISHED = 20
"""So many articles that the place lists no more are looked at, at a time."""
MOST_MISSING = 20_000
"""Unknown ids that a process has in mind."""
MOST_UNKEPT = 100
"""Articles that it has in mind for a minute, in case that the shelf cannot keep them."""


class Shelf(Protocol):
    """Where last known texts lie, for every process that shares it. It never raises: what it cannot keep is lost."""

    def get(self, name: str) -> bytes | None:
        """What lies there, if anything."""

    def put(self, name: str, data: bytes) -> None:
        """Keep it, in place of what lay there."""

    def delete(self, name: str) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True)
class Known:
    """The last known text of an article."""

    article: Article
    asked_at: datetime
    """When the place was asked that last gave it, in UTC."""
    problem: str
    """Code of the error that the place answered with the last time; empty when all is well."""


class Kept:
    """A source behind which another stands. Safe to use from many threads, and after a fork.

    A source with a true attribute ``is_near`` (a database, a folder) is asked every time, and what is kept serves only
    while it cannot be. Any other is asked for what is not known yet and by ``look``. ``may_have``, where it has one,
    tells ids that it cannot have.
    """

    def __init__(self, source: Source, shelf: Shelf, place: str):
        """``place`` names the source among all that were ever kept on this shelf."""
        self._source = source
        self._shelf = shelf
        self._place = place
        self._is_near = bool(getattr(source, "is_near", False))
        self._may_have: Callable[[str], bool] = getattr(source, "may_have", lambda id: True)
        self._missing = _Memory(MOST_MISSING)
        self._unkept = _Memory(MOST_UNKEPT)
        self._renewed = _Memory(MOST_UNKEPT)
        self._walking = Lock()
        self._strangers = _Bucket(MOST_STRANGERS_A_SECOND, STRANGERS_AT_ONCE)
        self._ill_until = 0.0

    @property
    def problem(self) -> str:
        """Why the place could not be asked the last time, by any process, in one line; empty when it answered."""
        try:
            return str(json.loads(self._shelf.get(self._name(_PROBLEM)) or b'""'))
        except ValueError:
            return ""

    def get(self, id: str) -> Article:
        """The last known text, or what the place says when nothing is known. Raises as ``look`` does."""
        check_id(id)
        if self._is_near and time.monotonic() > self._ill_until:
            return self._ask(id, self._source.get)
        known = self._read(id)
        if known:
            return known.article
        if self._missing.fresh(id) or not self._may_have(id):
            raise ArticleNotFound
        if not self._is_near and not self._strangers.take():
            raise SourceUnavailable("too many unknown articles are asked for at once; try again in a few seconds")
        return self._ask(id, self._source.get)

    def look(self, id: str) -> Article:
        """The article as it is now in its place; the last known text when the place cannot be asked.

        Raises ``ArticleNotFound``, ``InvalidArticleId``, or ``SourceUnavailable`` when nothing is known of it.
        """
        return self._ask(check_id(id), partial(look, self._source), is_look=True)

    def _ask(self, id: str, ask: Callable[[str], Article], is_look: bool = False) -> Article:
        asked_at = datetime.now(UTC)
        try:
            found = ask(id)
        except ArticleNotShown:
            self._is_well()
            known = self._read(id)
            if known is None:
                self._missing.keep(id, True)
                raise
            return known.article
        except ArticleNotFound:
            self._is_well()
            self._forget(id, asked_at, is_look)
            raise
        except SourceUnavailable as error:
            self._is_ill(error)
            known = self._read(id)
            if known is None:
                raise
            log.warning("article %r is read from its last known text: %s", id, error.detail)
            if isinstance(error, ArticleUnavailable):
                self._write(replace(known, problem=error.code))
            return known.article
        self._is_well()
        kept = self._keep(found, asked_at, is_confirmed=not self._is_near)
        if kept is None:
            raise ArticleNotFound
        return kept

    def recent(self, since: datetime | None = None, limit: int = 50) -> list[Article]:
        """With ``since`` what the place says now; without, the last known ones, which are renewed once a minute.

        Raises ``SourceUnavailable``, without ``since`` only when none are known yet.
        """
        if since is not None:
            return self._walk(since, limit)
        if self._is_near and time.monotonic() > self._ill_until:
            with suppress(SourceUnavailable):
                return self._walk(None, limit)
        wanted = max(limit, FEWEST_NEWEST)
        last = self._last_newest(wanted)
        if last is None:
            with self._walking:
                last = self._last_newest(wanted)
                if last is None:
                    last = self._first_newest(wanted)
        elif not self._is_near and not self._renewed.fresh(wanted) and self._walking.acquire(blocking=False):
            # Nobody waits for a site that is slow.
            Thread(target=self._renew, args=(wanted,), name="newest", daemon=True).start()
        return last[:limit]

    def _first_newest(self, limit: int) -> list[Article]:
        if time.monotonic() < self._ill_until:
            raise SourceUnavailable(self.problem or None)
        return self._walk(None, limit)

    def _renew(self, limit: int) -> None:
        try:
            self._walk(None, limit)
        except SourceUnavailable as error:
            log.warning("the newest articles are the last known ones: %s", error.detail)
        except Exception:
            log.exception("renewing the newest articles")
        finally:
            self._renewed.keep(limit, True)
            self._walking.release()

    def _walk(self, since: datetime | None, limit: int) -> list[Article]:
        """What the place says are its newest articles; each is kept. Raises ``SourceUnavailable``."""
        asked_at = datetime.now(UTC)
        try:
            found = self._source.recent(since, limit)
        except SourceUnavailable as error:
            self._is_ill(error)
            raise
        self._is_well()
        kept = [article for each in found if (article := self._keep(each, asked_at))]
        if not self._is_near:
            self._look_for_vanished(kept, since, is_whole=len(found) < limit)
        self._keep_listed(_LISTED if since else _NEWEST, limit, kept)
        if since is None:
            self._renewed.keep(limit, True)
        return kept

    def _look_for_vanished(self, listed: list[Article], since: datetime | None, is_whole: bool) -> None:
        """Looks at what was among the newest and should be listed, but is not: perhaps it is public no more."""
        oldest = None if is_whole else min((each.published_at for each in listed if each.published_at), default=None)
        border = max(filter(None, (since, oldest)), default=_LONG_AGO)
        ids = {article.id for article in listed}
        listed_before = {*self._listed(_NEWEST)["ids"], *self._listed(_LISTED)["ids"]}
        known = filter(None, map(self._read, listed_before - ids))
        missing = [each.article.id for each in known if (each.article.published_at or _LONG_AGO) >= border]
        for id in missing[:MOST_VANISHED]:
            with suppress(ArticleNotFound, SourceUnavailable):
                self.look(id)

    def known(self, id: str) -> Known | None:
        """What is known of the article, and whether its place answers."""
        known = self._read(check_id(id))
        return replace(known, problem=SourceUnavailable.code) if known and self.problem else known

    def _is_ill(self, error: SourceUnavailable) -> None:
        if isinstance(error, ArticleUnavailable):
            return
        self._ill_until = time.monotonic() + ILL_SECONDS
        self._shelf.put(self._name(_PROBLEM), json.dumps(error.detail).encode())

    def _is_well(self) -> None:
        if self.problem:
            self._shelf.delete(self._name(_PROBLEM))

    def _keep(self, found: Article, asked_at: datetime, is_confirmed: bool = False) -> Article | None:
        """Keep what the place gave when it was asked then; gives what stands, None if it is gone since.

        A walk through a site's newest articles takes its time, and must not undo what is heard meanwhile.
        """
        before, gone_at = self._record(found.id)
        now = datetime.now(UTC)  # What is dated later is by another machine's clock, and says nothing.
        if gone_at and asked_at < gone_at <= now:
            return None
        if before and asked_at < before.asked_at <= now:
            return before.article
        self._missing.drop(found.id)
        article = self._dated(found, before)
        if before and before.article.url != article.url and before.article.title != article.title:
            log.warning("article %r was %s and is now %s", article.id, before.article.url, article.url)
        if is_confirmed or before is None or before.problem or before.article != article:
            self._write(Known(article, asked_at, ""))
        return article

    @staticmethod
    def _dated(found: Article, before: Known | None) -> Article:
        if found.updated_at:
            return found
        is_same = before is not None and _words(before.article) == _words(found)
        moment = before.article.updated_at if is_same and before else datetime.now(UTC)
        return replace(found, updated_at=moment)

    def _forget(self, id: str, asked_at: datetime, is_look: bool) -> None:
        """A mark that it is gone replaces what was known. Made-up ids get none: they would fill the disk."""
        known, gone_at = self._record(id)
        if known or (is_look and not gone_at):
            self._shelf.delete(self._name(id))  # First: there may be no room for the mark.
            self._shelf.put(self._name(id), json.dumps({"gone_at": asked_at.isoformat()}).encode())
        self._unkept.drop(id)
        self._missing.keep(id, True)

    def _write(self, known: Known) -> None:
        self._unkept.keep(known.article.id, known)
        record = {
            "article": _as_json(known.article),
            "asked_at": known.asked_at.isoformat(),
            "problem": known.problem,
        }
        self._shelf.put(self._name(known.article.id), json.dumps(record, ensure_ascii=False).encode())

    def _read(self, id: str) -> Known | None:
        return self._record(id)[0]

    def _record(self, id: str) -> tuple[Known | None, datetime | None]:
        """What is known of the article, or since when it is known to be gone."""
        data = self._shelf.get(self._name(id))
        if data is None:
            return self._unkept.fresh(id), None
        try:
            record = json.loads(data)
            if "gone_at" in record:
                return None, datetime.fromisoformat(record["gone_at"])
            asked_at = datetime.fromisoformat(record["asked_at"])
            return Known(_article(record["article"]), asked_at, record["problem"]), None
        except (ValueError, TypeError, KeyError):
            return None, None  # Written by another version: as good as none.

    def _keep_listed(self, name: str, limit: int, found: list[Article]) -> None:
        data = json.dumps({"limit": limit, "ids": [article.id for article in found]}).encode()
        if self._shelf.get(self._name(name)) != data:
            self._shelf.put(self._name(name), data)

    def _listed(self, name: str) -> dict[str, Any]:
        """How many articles were asked for, and which were listed."""
        try:
            record = json.loads(self._shelf.get(self._name(name)) or b"")
            return {"limit": int(record["limit"]), "ids": list(map(check_id, record["ids"]))}
        except (ValueError, TypeError, KeyError, InvalidArticleId):
            return {"limit": 0, "ids": []}

    def _last_newest(self, limit: int) -> list[Article] | None:
        """The newest as they were known last; None if so many were never asked for, and the place can be asked."""
        last = self._listed(_NEWEST)
        if not last["limit"] or (last["limit"] < limit and time.monotonic() > self._ill_until):
            return None
        known = map(self._read, last["ids"][:limit])
        return [each.article for each in known if each]

    def _name(self, id: str) -> str:
        return f"{self._place} {id}"


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NEWEST = "\0newest"
"""Where the ids of the newest articles lie: no article can be called so."""
_LISTED = "\0listed"
"""Where the ids lie that the last look for new and changed articles has found."""
_PROBLEM = "\0problem"
"""Where it is said why the place cannot be asked."""


def _words(article: Article) -> tuple[object, ...]:
    return article.title, article.paragraphs, article.language


def _as_json(article: Article) -> dict[str, Any]:
    fields = asdict(article)
    for name in ("published_at", "updated_at"):
        fields[name] = fields[name].isoformat() if fields[name] else None
    return fields


def _article(fields: dict[str, Any]) -> Article:
    moments = {
        name: datetime.fromisoformat(fields[name]) if fields[name] else None for name in ("published_at", "updated_at")
    }
    skipped = tuple(Skip(**skip) for skip in fields["skipped"])
    return Article(**{**fields, **moments, "paragraphs": tuple(fields["paragraphs"]), "skipped": skipped})


class _Memory:
    """The last things kept, of which the oldest are forgotten."""

    def __init__(self, most: int):
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = Lock()

    def keep(self, key: Hashable, value: Any) -> None:
        with self._lock:
            self._kept[key] = (time.monotonic(), value)
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def fresh(self, key: Hashable) -> Any:
        """What was kept less than ``FRESH_SECONDS`` ago."""
        since, value = self._kept.get(key, (-math.inf, None))
        return value if time.monotonic() - since < FRESH_SECONDS else None

    def drop(self, key: Hashable) -> None:
        with self._lock:
            self._kept.pop(key, None)


class _Bucket:
    """Tokens that come back at a steady rate."""

    def __init__(self, a_second: float, most: float):
        self._rate, self._most = a_second, most
        self._left, self._at = most, time.monotonic()
        self._lock = Lock()

    def take(self) -> bool:
        """Take one; False when there is none."""
        with self._lock:
            now = time.monotonic()
            self._left = min(self._most, self._left + (now - self._at) * self._rate)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True
