"""A site's RSS or Atom feed: articles it gives in full, or a summary and the page behind it."""

import logging
import os
import re
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from threading import Lock
from urllib.parse import unquote, urlsplit

from lxml.html import fromstring

from articles.blocks import Block, read_blocks
from articles.errors import (
    ArticleError,
    ArticleNotFound,
    ArticleNotShown,
    ArticleUnavailable,
    InvalidArticle,
    SourceUnavailable,
)
from articles.extract import from_html
from articles.model import Article, Extract, Skip, check_id, in_utc, shown
from articles.pagelines import is_syndicated
from articles.sources.feeditems import Item, read_items, text_of
from articles.sources.site import LANES, PATIENCE, OffSite, Patience, Reply, Site

FEED_SECONDS = 60.0
"""How long the feed is not asked again."""
LOOK_SECONDS = 5.0
"""How long ``look`` does not ask for it again, and nobody does after it could not be had."""
PAGE_SECONDS = 3600.0
"""How long a page is not asked for again while the feed says the same of its article."""
MOST_BYTES = 5_000_000
"""Largest feed or page that is read, in bytes."""
PAGES_AT_ONCE = LANES - 1
"""Pages of a list that are asked for at a time: one of the site's lanes stays free."""
MOST_PAGES = 500
"""Pages whose text is kept in memory."""

LEAD_CHARS = 300
"""Content shorter than this may be a mere lead: its page is looked at."""
SUMMARY_CHARS = 600
"""A summary is seldom longer."""

_CUT = re.compile(r"\[(?:…|\.\.\.)\][\s.»←→:]*$")
_CALL = re.compile(
    r"(?:^|(?<=\s))(?:"
    r"(?P<arabic>(?:[إاأ]قرأ|ل?قراءة|متابعة|تابع) (?:المزيد(?! من )|البقية|بقية|باقي|القراءة|التفاصيل)).{0,40}"
    r"|(?P<latin>read more|read the rest|continue reading|lire la suite|lire plus).{0,80})$",
    re.IGNORECASE,
)
_CALL_WORDS = 4
"""Most words of a call to read on that is no link."""
_PASSWORD_FORM = re.compile(r"<form\s[^>]*post-password-form", re.IGNORECASE)
"""WordPress gives this form in place of a protected post, in the feed as on the page."""
_log = logging.getLogger(__name__)


class Feed:
    """The articles that a feed shows. Safe to use from many threads, and after a fork.

    What a feed gives in full is read from there. When it gives a summary, the page behind it is read, if it lies on
    the feed's own site: no other is ever asked.
    """

    def __init__(self, url: str, skip: str = "", *, patience: Patience = PATIENCE):
        """``feed+https://[USER:PASSWORD@]HOST/PATH``; ``skip`` holds CSS selectors of what is not read.

        Raises ``ValueError`` for a URL that cannot be used. Nothing is asked yet.
        """
        self._site = _open_site(url, patience)
        self._is_secure = url.lower().startswith("feed+https:")
        self._skip = skip
        self._asked_at = float("-inf")
        self._shown: list[Item] | SourceUnavailable = []
        self._pages: OrderedDict[Item, tuple[float, Extract | None]] = OrderedDict()
        self._renew_locks()

    def get(self, id: str) -> Article:
        """The article, from a feed asked at most a minute ago.

        Raises ``ArticleNotFound`` when the feed does not show it, ``InvalidArticleId`` for what cannot be an id, and
        ``SourceUnavailable`` when feed or page cannot be had.
        """
        return self._article(self._find(id, FEED_SECONDS))

    def look(self, id: str) -> Article:
        """The article as feed and page say now. Raises as ``get`` does."""
        return self._article(self._find(id, LOOK_SECONDS), anew=True)

    def recent(self, since: datetime | None = None, limit: int = 50) -> list[Article]:
        """At most ``limit`` articles in the feed's order; with ``since``, those published or changed from then on.

        One without any date counts as recent. One that cannot be read is left out. Raises ``SourceUnavailable``.
        """
        items = (
            item for item in self._items(FEED_SECONDS) if not (since and item.moment and item.moment < in_utc(since))
        )
        found: list[Article] = []
        away: SourceUnavailable | None = None
        with ThreadPoolExecutor(PAGES_AT_ONCE) as threads:
            while wanted := list(islice(items, max(limit - len(found), 0))):
                for item, article in zip(wanted, threads.map(self._readable, wanted), strict=True):
                    if isinstance(article, Article):
                        found.append(article)
                        continue
                    away = article if isinstance(article, SourceUnavailable) else away
                    reason = article.detail
                    _log.warning("article %r of the feed at %s is left out: %s", item.id, self._site.host, reason)
        if away and not found:
            raise away
        return found

    def _readable(self, item: Item) -> Article | ArticleError:
        """The article, or why it is left out."""
        try:
            return self._article(item)
        except ArticleError as error:
            return error

    def _find(self, id: str, seconds: float) -> Item:
        check_id(id)
        found = next((item for item in self._items(seconds) if item.id == id), None)
        if found is None:
            raise ArticleNotShown("the feed does not show this article")
        return found

    # -- The feed -----------------------------------------------------------------------------------------------------

    def _items(self, seconds: float) -> list[Item]:
        """What the feed showed at most ``seconds`` ago."""
        if self._pid != os.getpid():
            self._renew_locks()
        with self._feed_lock:
            if isinstance(self._shown, SourceUnavailable):
                seconds = LOOK_SECONDS
            if time.monotonic() - self._asked_at >= seconds:
                self._shown = self._ask()
                self._asked_at = time.monotonic()
            if isinstance(self._shown, SourceUnavailable):
                raise SourceUnavailable(self._shown.detail)
            return self._shown

    def _ask(self) -> list[Item] | SourceUnavailable:
        """The items; or why there are none."""
        try:
            reply = self._site.get("", most_bytes=MOST_BYTES)
            if reply.status >= 400:
                return SourceUnavailable(f"{self._site.host} answers {_status(reply)} where its feed should be")
            return read_items(reply.body, reply.url, reply.headers.get("Content-Type", ""))
        except SourceUnavailable as error:
            return error
        except InvalidArticle:
            return SourceUnavailable(
                f"{self._site.host} answers with something that is no RSS or Atom feed; give the feed's own address"
            )

    # -- An article ---------------------------------------------------------------------------------------------------

    def _article(self, item: Item, anew: bool = False) -> Article:
        """What is to be read of ``item``; with ``anew``, its page is asked for even if it is kept."""
        own = self._extract(item, item.content or item.summary)
        is_summary = not item.content or is_cut(item.content)
        may_be_lead = _size(own) < LEAD_CHARS or is_cut(item.content, by_ellipsis=True)
        found = self._fuller(item, own, is_summary, anew) if is_summary or may_be_lead else own
        article = found.to_article(item.id)
        return replace(article, published_at=item.published_at or found.published_at, updated_at=item.updated_at)

    def _fuller(self, item: Item, own: Extract, is_summary: bool, anew: bool) -> Extract:
        """The article's page, or ``own``, what the feed gives, where that says as much.

        A summary is not read in place of a page that is only away for now: whoever hears it would take it for all.
        """
        try:
            page = self._page(item, anew)
        except ArticleError:
            if is_summary:
                raise
            return own
        if not is_summary:
            return page if page and _size(page) > 3 * _size(own) else own
        if page is None:
            return replace(own, skipped=(*own.skipped, Skip("page that is not on the feed's site", shown(item.link))))
        if _size(page) * 2 < _size(own) < SUMMARY_CHARS or not (page.paragraphs or own.paragraphs):
            raise ArticleUnavailable(f"{self._site.host} shows no article on the page of {shown(item.id)}")
        return page if _size(own) < 0.8 * _size(page) else own

    def _page(self, item: Item, anew: bool) -> Extract | None:
        """The article on the item's page; None when that is not on the feed's site, or not HTML."""
        address = self._page_address(item.link)
        if not address:
            return None
        with self._pages_lock:
            until, known = self._pages.get(item, (0.0, None))
        if time.monotonic() < until and not anew:
            return known
        found = self._ask_page(item, address)
        with self._pages_lock:
            self._pages[item] = (time.monotonic() + PAGE_SECONDS, found)
            self._pages.move_to_end(item)
            if len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        return found

    def _page_address(self, link: str) -> str:
        """Where to ask for the page. Old links say http on sites that long since speak https: those are asked so."""
        if self._is_secure and link.lower().startswith("http:"):
            link = "https" + link[4:]
        return link if link and self._site.is_here(link) else ""

    def _ask_page(self, item: Item, address: str) -> Extract | None:
        try:
            reply = self._site.get(address, most_bytes=MOST_BYTES)
        except OffSite:  # It redirects elsewhere.
            return None
        if reply.status == HTTPStatus.GONE:
            raise ArticleNotFound(f"{self._site.host} says that the page of {shown(item.id)} is gone")
        if reply.status >= 400:
            raise ArticleUnavailable(f"{self._site.host} answers {_status(reply)} for the page of {shown(item.id)}")
        kind = reply.headers.get("Content-Type", "text/html")
        if "html" not in kind.lower():
            return None
        return self._extract(item, text_of(reply.body, kind))

    def _extract(self, item: Item, html: str) -> Extract:
        if _PASSWORD_FORM.search(html):
            raise ArticleNotFound(f"{shown(item.id)} is protected by a password")
        return from_html(html, item.link, item.title, self._skip)

    def _renew_locks(self) -> None:
        """After a fork a lock may be held by a thread that is not there any more."""
        self._feed_lock, self._pages_lock, self._pid = Lock(), Lock(), os.getpid()


def is_cut(html: str, by_ellipsis: bool = False) -> bool:
    """Whether a text ends as teasers do: «[…]», «اقرأ المزيد»; with ``by_ellipsis`` also «…», as some quotations do.

    «ظهرت المقالة … أولاً على …» may stand below.
    """
    found = read_blocks(fromstring(f"<div>{html}</div>"))
    while found and is_syndicated(found[-1].text):
        found.pop()
    if not found:
        return False
    end = found[-1].text
    return bool(_CUT.search(end)) or _ends_in_call(found[-1]) or (by_ellipsis and end.endswith(("…", "...")))


def _ends_in_call(block: Block) -> bool:
    """Whether it ends in a call to read on: a link, or a few words that are no part of a sentence."""
    call = _CALL.search(block.text.rstrip(" .»←→:"))
    if not call:
        return False
    before = block.text[: call.start()].rstrip()
    is_link = (call["arabic"] or call["latin"]) not in block.unlinked
    return is_link or (len(call[0].split()) <= _CALL_WORDS and (not before or before.endswith(tuple(".…!؟?»"))))


def _size(found: Extract) -> int:
    """Characters to be read, without the title."""
    return sum(map(len, found.paragraphs))


def _status(reply: Reply) -> str:
    try:
        return f"{reply.status} {HTTPStatus(reply.status).phrase}"
    except ValueError:
        return str(reply.status)


def _open_site(url: str, patience: Patience) -> Site:
    try:
        parts = urlsplit(url.removeprefix("feed+"))
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return Site(bare, user=user, password=password, patience=patience)
    except ValueError:  # Its words may repeat the password.
        raise ValueError("the feed's URL cannot be used; give feed+https://HOST/PATH") from None
