"""A folder of files: HTML, plain text, Markdown and JSON, read where they lie.

Nothing tells us of a change: each question looks at the folder, and parses only what it needs and has not parsed
before. What is kept is a line for each file (when it was written, the ids in it) and the texts read last.
"""

import heapq
import json
import logging
import os
import stat
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from errno import EACCES, ENAMETOOLONG, ENOENT, EPERM
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from articles.errors import (
    ArticleError,
    ArticleNotFound,
    ArticleTooLarge,
    ArticleUnavailable,
    InvalidArticle,
    InvalidArticleId,
    SourceUnavailable,
)
from articles.extract import decode, each_from_file, item_id
from articles.model import Article, Extract, check_id, in_utc, one_line, shown

ENDINGS = frozenset({".html", ".htm", ".txt", ".md", ".json"})
"""Files of other names are left alone, so those of editors and transfers under way are: ``~`` ``.tmp`` ``.part``."""
STILL_SECONDS = 1.0
"""A file is read when it was last written this long ago: until then it may be half of what it will be.

An empty file is one that is still to be written.
"""
LOOK_SECONDS = 1.0
"""An unknown id makes us look at the whole folder, but not more often than this."""
MOST_BYTES = 20_000_000
"""Largest file that is read."""
MOST_KEPT_CHARS = 8_000_000
"""Characters of articles kept in memory, for each process: some 2,000 articles."""

_CLOCK_SKEW = 60.0
"""A file written later than now, by this much at most, was written on a machine whose clock is ahead."""

_ITS_OWN = frozenset({ENOENT, EACCES, EPERM, ENAMETOOLONG})
"""Errors of one file or folder, not of the disk."""

_Articles = Mapping[str, Article | ArticleError]
"""What is in a file: id → the article, or why it is none."""

_log = logging.getLogger(__name__)


class Signature(NamedTuple):
    """What of a file differs when its content does."""

    inode: int
    size: int
    """Bytes."""
    mtime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> "Signature":
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)

    @property
    def moment(self) -> datetime:
        """When the file was last written, in UTC."""
        return datetime.fromtimestamp(self.mtime_ns / 1e9, UTC)

    @property
    def unrest(self) -> float:
        """Seconds until the file has been still for long enough; 0 when it has."""
        if self.size == 0:  # A writer empties the file first, and Linux tells the new size before the new time.
            return STILL_SECONDS
        age = time.time() - self.mtime_ns / 1e9
        return STILL_SECONDS - age if -_CLOCK_SKEW < age < STILL_SECONDS else 0.0


@dataclass(slots=True)
class _File:
    signature: Signature
    ids: tuple[str, ...]
    published: dict[str, datetime] | None = None
    """Id → publication, of the articles that can be read; None until they have been read once."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What the folder held at one look."""

    looked_at: float
    """By the monotonic clock."""
    files: dict[str, _File] = field(default_factory=dict)
    """By path."""
    places: dict[str, str] = field(default_factory=dict)
    """Id → path of the file that has it."""


class Folder:
    """The articles in a folder and its sub-folders. Safe from many threads, and after a fork.

    An article's id is the one its JSON gives, else the file's name without ending. Where two files have one id, that
    of the path which sorts first is taken. Ids are looked up, never made into a path.
    """

    is_near = True
    """It is asked every time: no site far away."""

    def __init__(self, url: str, skip: str = ""):
        """``folder:///PATH``; ``skip`` as in ``from_html``. Raises ``ValueError`` for a URL that cannot be used."""
        self._root = _root(url)
        self._skip = skip
        self._shelf = _Shelf(-LOOK_SECONDS)
        self._kept = _Kept()
        self._complaints: dict[tuple[str, str], Signature | None] = {}
        """What has been logged about each path, and for which state of the file."""
        self._looking = _Lock()

    def get(self, id: str) -> Article:
        """The article. Raises ``ArticleNotFound``, ``SourceUnavailable``, and an ``ArticleError`` for a broken file."""
        place = self._shelf.places.get(check_id(id)) or self._look(LOOK_SECONDS).places.get(id)
        try:
            return self._article(place, id)
        except ArticleNotFound:
            if place is None:
                raise
        # The file is gone, or has other articles now: another may have this one.
        return self._article(self._look().places.get(id), id)

    def recent(self, since: datetime | None = None, limit: int = 50) -> list[Article]:
        """At most ``limit`` articles, newest first by publication, which is the file's time where none is given.

        With ``since``, only those of files written from then on. Nothing is taken to be published after its file was
        last written: so of 10,000 files only the newest are parsed.
        """
        shelf = self._look()
        since_ns = in_utc(since).timestamp() * 1e9 if since else 0.0
        files = [(path, file) for path, file in shelf.files.items() if file.signature.mtime_ns >= since_ns]
        files.sort(key=lambda item: item[1].signature.mtime_ns, reverse=True)
        newest: list[tuple[datetime, str, str]] = []
        for path, file in files if limit > 0 else ():
            if len(newest) == limit and file.signature.moment < newest[0][0]:
                break
            for id, published_at in self._published(path, file).items():
                if shelf.places.get(id) == path:
                    heapq.heappush(newest, (published_at, id, path))
            while len(newest) > limit:
                heapq.heappop(newest)
        found = ((self._at_once(path) or {}).get(id) for _, id, path in sorted(newest, reverse=True))
        return [article for article in found if isinstance(article, Article)]

    def ping(self) -> None:
        """Returns when the folder can be read; raises ``SourceUnavailable`` otherwise."""
        self._look()

    # -- Looking at the folder ----------------------------------------------------------------------------------------

    def _look(self, old_enough: float = 0.0) -> _Shelf:
        """What the folder holds now, or held at a look less than ``old_enough`` seconds ago."""
        asked = time.monotonic()
        with self._looking:
            # What another thread has found while we waited for our turn is new enough as well.
            if self._shelf.looked_at < asked - old_enough:
                self._shelf = self._look_again(self._shelf)
            return self._shelf

    def _look_again(self, before: _Shelf) -> _Shelf:
        looked_at = time.monotonic()
        try:
            root = os.path.realpath(self._root)
            statuses = dict(self._walk(root))
        except OSError as error:
            _log.warning("folder of articles %s: %s", self._root, error.strerror)
            raise SourceUnavailable(f"the folder of articles cannot be read: {error.strerror}") from error
        shelf = _Shelf(looked_at)
        for path in sorted(statuses):
            file = self._indexed(path, Signature.of(statuses[path]), before.files.get(path))
            if file is None:
                continue
            shelf.files[path] = file
            for id in file.ids:
                if (first := shelf.places.setdefault(id, path)) != path:
                    self._complain(path, file.signature, f"{shown(id)} is the id of {_line(first)} already")
        for path, reason in list(self._complaints):
            if not os.path.lexists(path):
                del self._complaints[path, reason]
        self._kept.keep_only(shelf.files)
        return shelf

    def _walk(self, root: str) -> Iterator[tuple[str, os.stat_result]]:
        """Path and status of every file that may be read. Raises ``OSError`` for a disk that fails."""
        folders = [root]
        while folders:
            folder = folders.pop()
            with self._passing_over(folder if folder != root else ""), os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    with self._passing_over(entry.path):
                        if entry.is_dir(follow_symlinks=False):
                            folders.append(entry.path)
                        elif _is_text(entry, root):
                            yield entry.path, entry.stat()

    @contextmanager
    def _passing_over(self, path: str) -> Iterator[None]:
        """Goes on when a file or folder alone cannot be read; one that is gone since it was listed is not told of."""
        try:
            yield
        except OSError as error:
            if not path or error.errno not in _ITS_OWN:
                raise
            if error.errno != ENOENT:
                self._complain(path, None, str(error.strerror))

    def _indexed(self, path: str, signature: Signature, before: _File | None) -> _File | None:
        """What is to be known of a file; what was, while it must not be read."""
        if signature.unrest or (before and before.signature == signature):
            return before
        try:
            return _File(signature, self._ids(path))
        except (_BeingWritten, FileNotFoundError):
            return before
        except OSError as error:
            self._complain(path, signature, str(error.strerror))
        except ArticleError as error:
            self._complain(path, signature, error.detail)
        # Broken is not gone: who asks for its articles is told why there are none.
        return _File(signature, before.ids if before else _valid([Path(path).stem]))

    def _ids(self, path: str) -> tuple[str, ...]:
        """The ids in a file, found without parsing its articles. Raises ``OSError`` or why the file is broken."""
        name = Path(path)
        if name.suffix.lower() != ".json":
            return (check_id(name.stem),)
        try:
            value = json.loads(decode(_read(path)[1]))
        except (ValueError, RecursionError) as error:
            raise InvalidArticle(f"the file is not JSON: {one_line(str(error))}") from None
        if not isinstance(value, list):
            return _valid([item_id(value) or name.stem])
        ids = []
        for item in value:
            with suppress(InvalidArticle):  # Its own fault: it is told of when the file is read.
                ids.append(item_id(item) or name.stem)
        return _valid(ids)

    def _complain(self, path: str, signature: Signature | None, reason: str) -> None:
        """Log it, once for each state of the file."""
        if self._complaints.get((path, reason), ()) != signature:
            self._complaints[path, reason] = signature
            _log.warning("article file %s: %s", _line(path), reason)

    # -- Reading what is in a file ------------------------------------------------------------------------------------

    def _article(self, path: str | None, id: str) -> Article:
        """Raises ``ArticleNotFound``, ``SourceUnavailable``, or why the file or the article is broken."""
        try:
            found = self._articles(path, patience=STILL_SECONDS).get(id) if path else None
        except FileNotFoundError:
            found = None
        except _BeingWritten:
            raise ArticleUnavailable("the article's file is being written; try again in a second") from None
        except OSError as error:
            raise ArticleUnavailable(f"the article's file cannot be read: {error.strerror}") from error
        if found is None:
            raise ArticleNotFound
        if isinstance(found, ArticleError):
            raise type(found)(found.detail)
        return found

    def _published(self, path: str, file: _File) -> Mapping[str, datetime]:
        """Id → publication of the articles in a file that can be read; found out once for each state of the file."""
        if file.published is None:
            found = self._at_once(path)
            if found is None:
                return {}
            articles = [article for article in found.values() if isinstance(article, Article)]
            file.published = {article.id: article.published_at for article in articles if article.published_at}
        return file.published

    def _at_once(self, path: str) -> _Articles | None:
        """The articles in a file; None when it cannot be read now."""
        try:
            return self._articles(path)
        except (_BeingWritten, OSError):
            return None

    def _articles(self, path: str, patience: float = 0.0) -> _Articles:
        """The articles in a file, as they were before while it is being written.

        When they are not known, a file that is being written is waited for, ``patience`` seconds at most. Raises
        ``OSError`` and ``_BeingWritten``.
        """
        if not _is_inside(path, os.path.realpath(self._root)):
            raise FileNotFoundError  # Since the last look it has become a link that leads out of the folder.
        signature, kept = Signature.of(Path(path).stat()), self._kept.get(path)
        if kept and (kept.signature == signature or signature.unrest):
            return kept.articles
        time.sleep(min(signature.unrest, patience))
        try:
            signature, data = _read(path)
            articles: _Articles = self._parsed(path, signature, data)
        except _BeingWritten:
            if kept:
                return kept.articles
            raise
        except ArticleError as error:
            file = self._shelf.files.get(path)
            articles = dict.fromkeys(file.ids if file else (), error)
            self._complain(path, signature, error.detail)
        self._kept.put(path, signature, articles)
        return articles

    def _parsed(self, path: str, signature: Signature, data: bytes) -> _Articles:
        articles: dict[str, Article | ArticleError] = {}
        for own_id, extract in each_from_file(path, data, self._skip, may_be_page=False):
            id = own_id or Path(path).stem
            found = extract if isinstance(extract, ArticleError) else _dated(extract, id, signature.moment)
            if isinstance(found, ArticleError):
                self._complain(path, signature, found.detail)
            if not isinstance(articles.get(id), Article):
                articles[id] = found
        return articles


class _BeingWritten(Exception):
    """The file is not still."""


def _read(path: str) -> tuple[Signature, bytes]:
    """What is in a file that is still, before and after it is read.

    Raises ``OSError``, ``_BeingWritten`` and ``ArticleTooLarge``.
    """
    # Without O_NONBLOCK a pipe, put in the file's place since it was looked at, would hold us for ever.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        status = os.fstat(file.fileno())
        signature = Signature.of(status)
        if not stat.S_ISREG(status.st_mode):
            raise FileNotFoundError
        if signature.unrest:
            raise _BeingWritten
        if signature.size > MOST_BYTES:
            raise ArticleTooLarge(f"the file has {signature.size:,} bytes; the limit is {MOST_BYTES:,}")
        data = file.read(MOST_BYTES + 1)
        if Signature.of(os.fstat(file.fileno())) != signature:
            raise _BeingWritten
    return signature, data


def _is_text(entry: os.DirEntry, root: str) -> bool:
    """Whether it is a file to be read; a link is, when it leads to one in the folder."""
    if Path(entry.name).suffix.lower() not in ENDINGS:
        return False
    if entry.is_symlink():
        return _is_inside(entry.path, root) and Path(entry.path).is_file()
    return entry.is_file()


def _is_inside(path: str, root: str) -> bool:
    # Not Path.resolve(), which raises for a link that leads to itself.
    return Path(os.path.realpath(path)).is_relative_to(root)


def _dated(extract: Extract, id: str, written_at: datetime) -> Article | ArticleError:
    """The article of a file, or why it is none."""
    try:
        article = replace(extract, published_at=extract.published_at or written_at).to_article(id)
    except ArticleError as error:
        return error
    return replace(article, updated_at=written_at)


def _line(path: str) -> str:
    """``path`` as it can stand in the log: of a long one, its end."""
    line = one_line(path.encode("utf-8", "replace").decode())
    return line if len(line) <= 500 else f"…{line[-499:]}"


def _valid(ids: Iterable[str]) -> tuple[str, ...]:
    """Those that can be article ids, each once."""
    found = dict.fromkeys(ids)
    for id in list(found):
        try:
            check_id(id)
        except InvalidArticleId:
            del found[id]
    return tuple(found)


def _root(url: str) -> Path:
    try:
        parts = urlsplit(url)
        path = Path(unquote(parts.path, errors="strict"))
    except ValueError:
        path = Path()
    if not path.is_absolute() or "\0" in str(path) or url != f"folder://{urlsplit(url).path}":
        raise ValueError("a folder of articles is folder:///PATH, its signs ? # % written as %3F %23 %25")
    return path


class _Lock:
    """A lock that a fork does not leave locked: the thread that held it is not there any more."""

    def __init__(self) -> None:
        self._lock, self._owner = threading.Lock(), os.getpid()

    def __enter__(self) -> None:
        if self._owner != os.getpid():
            self._lock, self._owner = threading.Lock(), os.getpid()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@dataclass(frozen=True, slots=True)
class _Text:
    signature: Signature
    articles: _Articles
    chars: int


class _Kept:
    """The files read last, by path, ``MOST_KEPT_CHARS`` of them at most."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, _Text] = OrderedDict()
        self._chars = 0
        self._lock = _Lock()

    def get(self, path: str) -> _Text | None:
        with self._lock:
            if path in self._texts:
                self._texts.move_to_end(path)
            return self._texts.get(path)

    def put(self, path: str, signature: Signature, articles: _Articles) -> None:
        found = [article for article in articles.values() if isinstance(article, Article)]
        chars = sum(len(text) for article in found for text in (article.title, *article.paragraphs))
        with self._lock:
            self._drop(path)
            self._texts[path] = _Text(signature, articles, chars)
            self._chars += chars
            while self._chars > MOST_KEPT_CHARS:
                self._drop(next(iter(self._texts)))

    def keep_only(self, paths: Mapping[str, object]) -> None:
        with self._lock:
            for path in [path for path in self._texts if path not in paths]:
                self._drop(path)

    def _drop(self, path: str) -> None:
        if text := self._texts.pop(path, None):
            self._chars -= text.chars
