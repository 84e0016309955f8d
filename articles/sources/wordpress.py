"""Articles of a WordPress site, by its REST API."""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml.html import HTMLParser, fragment_fromstring

from articles.blocks import blocks
from articles.errors import ArticleError, ArticleNotFound, ArticleUnavailable, SourceUnavailable
from articles.extract import from_html
from articles.model import MAX_HTML_CHARS, MAX_URL_CHARS, Article, check_size, in_utc, one_line, shown
from articles.sources.site import PATIENCE, Patience, Site

POSTS_A_PAGE = 20
"""WordPress gives up to 100, but renders each of them anew: a slow site must answer within the read time-out."""
MOST_PAGES = 500
"""A list is not followed further."""

_FIELDS = "id,date_gmt,modified_gmt,link,status,title,content"
_GONE = frozenset({"rest_post_invalid_id"})
_HIDDEN = frozenset({"rest_forbidden", "rest_forbidden_context", "rest_cannot_read", "rest_post_incorrect_password"})
"""Said of a post in the bin, a draft, a private one; but by plugins that close the whole REST API as well."""
_REFUSED = frozenset({"incorrect_password", "invalid_username", "invalid_email", "application_passwords_disabled"})
_NO_SUCH_PAGE = "rest_post_invalid_page_number"
_REST_BASE = re.compile(r"[A-Za-z0-9_-]{1,100}")
_ID = re.compile(r"[1-9][0-9]{0,18}")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")
_NOT_IN_URLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What WordPress says."""

    status: int
    headers: Mapping[str, str]
    value: Any
    """The decoded JSON."""

    @property
    def code(self) -> str:
        """The code of an error, ``rest_…`` mostly; empty for anything else."""
        code = self.value.get("code") if self.status >= 400 and isinstance(self.value, dict) else None
        return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


class WordPress:
    """The published posts of a site. Drafts, private and password-protected posts are never given."""

    def __init__(self, url: str, skip: str = "", *, patience: Patience = PATIENCE):
        """``wordpress+https://[user:application%20password@]host[:port][/folder][?type=REST_BASE]``.

        ``skip`` is a CSS selector group of what is not read. Raises ``ValueError`` for a URL that cannot be used.
        """
        self._skip = skip
        self._site, self._type = _opened(url, patience)
        self._is_pretty = True
        """Whether the API answers under ``wp-json/``; without pretty permalinks it does only to ``?rest_route=``."""

    def may_have(self, id: str) -> bool:
        """Whether a post could have that id."""
        return bool(_ID.fullmatch(id))

    def get(self, id: str) -> Article:
        """The post. Raises ``ArticleNotFound`` when WordPress says so itself, ``SourceUnavailable`` for all else."""
        if not self.may_have(id):
            raise ArticleNotFound
        answer = self._ask(f"/{id}", {"_fields": _FIELDS})
        if answer.status != 200:
            raise self._missing(id, answer)
        if _field(answer.value, "id", int) != int(id):
            raise self._odd(f"answers with another post than {id}")
        return self._article(answer.value)

    def recent(self, since: datetime | None = None, limit: int = 50) -> list[Article]:
        """At most ``limit`` posts, newest first by publication; with ``since``, only those published or changed since.

        A post that cannot be read is left out, with a line in the log. Raises ``SourceUnavailable``.
        """
        if limit <= 0:
            return []
        if since is None:
            return self._listed(limit, {"orderby": "date"})
        since = in_utc(since)
        # WordPress means "later than", in whole seconds. A scheduled post counts as changed when it was written.
        asked = (since - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        published = self._listed(limit, {"orderby": "date", "after": asked}, "date_gmt", since)
        changed = self._listed(limit, {"orderby": "modified", "modified_after": asked}, "modified_gmt", since)
        found = {article.id: article for article in (*published, *changed)}
        return sorted(found.values(), key=_published, reverse=True)[:limit]

    def _listed(
        self, limit: int, parameters: dict[str, str], field: str = "", since: datetime | None = None
    ) -> list[Article]:
        """The first ``limit`` posts of a list, as far as their ``field`` is not before ``since``.

        WordPress before 5.7 does not know ``modified_after`` and gives all; the list's order tells where to stop.
        """
        found: dict[str, Article] = {}
        for post in self._posts(min(limit, POSTS_A_PAGE), parameters):
            try:
                if since and (_moment(post, field) or since) < since:
                    break
                article = self._article(post)
            except ArticleNotFound:  # Protected by a password.
                continue
            except ArticleError as error:
                _log.warning("post %s of %s is left out: %s", _shown_id(post), self._site.host, error.detail)
                continue
            found[article.id] = article
            if len(found) >= limit:
                break
        return list(found.values())

    def _posts(self, per_page: int, parameters: dict[str, str]) -> Iterator[Any]:
        """The posts of a list, page by page, each once."""
        parameters = {"_fields": _FIELDS, "per_page": str(per_page), "order": "desc", **parameters}
        seen: set[str] = set()
        for page in range(1, MOST_PAGES + 1):
            answer = self._ask("", {**parameters, "page": str(page)})
            if page > 1 and answer.code == _NO_SUCH_PAGE:
                return
            posts = answer.value
            if answer.status != 200 or not isinstance(posts, list):
                raise self._unusable(answer)
            # Pages overlap when something is published meanwhile; a cache that ignores `page` repeats the first.
            new = [post for post in posts if _shown_id(post) not in seen]
            seen.update(map(_shown_id, new))
            yield from new
            if not new or _is_last(answer, page, len(posts) < per_page):
                return

    def _article(self, post: Any) -> Article:
        """The article in a post's JSON. Raises ``ArticleNotFound`` for what the public may not read."""
        id, status, content = str(_field(post, "id", int)), _field(post, "status", str), _field(post, "content", dict)
        if not _ID.fullmatch(id):
            raise ArticleUnavailable("a post from WordPress has no usable id")
        if status != "publish" or content.get("protected", False) is not False:
            raise ArticleNotFound
        if "protected" not in content:
            raise ArticleUnavailable("a post from WordPress does not say whether it is protected")
        html, title = _field(content, "rendered", str), _plain(_field(_field(post, "title", dict), "rendered", str))
        check_size(html, limit=MAX_HTML_CHARS)
        url = _web_address(_field(post, "link", str))
        extract = from_html(html, url, title, self._skip)
        check_size(extract.title, *extract.paragraphs)
        return Article(
            id,
            extract.title,
            extract.paragraphs,
            url=url,
            published_at=_moment(post, "date_gmt"),
            updated_at=_moment(post, "modified_gmt"),
            skipped=extract.skipped,
        )

    def _ask(self, path: str, parameters: dict[str, str]) -> "_Answer":
        """WordPress's own answer, which is JSON. What is not comes from something before it, or from a site without
        pretty permalinks: then the other form of the address is tried, and remembered when it is the right one."""
        route = f"/wp/v2/{self._type}{path}"
        for is_pretty in (self._is_pretty, not self._is_pretty):
            if is_pretty:
                reply = self._site.get(f"wp-json{route}", parameters)
            else:
                reply = self._site.get("index.php", {"rest_route": route, **parameters})
            if (value := _json(reply.body)) is not None:
                self._is_pretty = is_pretty
                return _Answer(reply.status, reply.headers, value)
        raise self._odd(f"answers {reply.status} with something else than WordPress's JSON")

    def _missing(self, id: str, answer: "_Answer") -> ArticleError:
        """What an answer without the post means. A post is gone only when a list is open to us and lacks it."""
        if answer.code in _GONE:
            return ArticleNotFound()
        if answer.code not in _HIDDEN:
            return self._unusable(answer)
        listed = self._ask("", {"_fields": "id", "include": id, "per_page": "1"})
        return ArticleNotFound() if listed.status == 200 and listed.value == [] else self._unusable(answer)

    def _unusable(self, answer: "_Answer") -> SourceUnavailable:
        if answer.code in _REFUSED:
            return self._odd("refuses the user or the application password")
        if answer.code == "rest_no_route":
            return self._odd(f"has no REST route wp/v2/{self._type}")
        return self._odd(f"answers {answer.status}" + (f" ({answer.code})" if answer.code else ""))

    def _odd(self, reason: str) -> SourceUnavailable:
        return SourceUnavailable(f"{self._site.host} {reason}")


def _opened(url: str, patience: Patience) -> tuple[Site, str]:
    """The site, and the REST base of its posts. No message repeats the URL: it may hold a password."""
    try:
        parts = urlsplit(url)
        parameters = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        site = Site(
            f"{parts.scheme.removeprefix('wordpress+')}://{parts.netloc.rpartition('@')[2]}{parts.path}",
            user=user,
            password=password,
            patience=patience,
        )
    except ValueError:
        raise ValueError(
            "the WordPress site's URL cannot be used; give wordpress+https://[USER:PASSWORD@]SITE[/FOLDER]"
        ) from None
    if not parts.scheme.startswith("wordpress+") or not parts.netloc:
        raise ValueError("a WordPress site's URL begins with wordpress+https:// or wordpress+http://")
    if parts.fragment or bool(user) != bool(password):
        raise ValueError("a WordPress site's URL has a user and an application password, or neither, and no #")
    for name, _ in parameters:
        if name != "type":
            raise ValueError("a WordPress site's URL has no parameter but ?type=, the REST base of its posts")
    base = parameters[-1][1] if parameters else "posts"
    if not _REST_BASE.fullmatch(base):
        raise ValueError("?type= of a WordPress site's URL is a REST base such as posts or articles")
    return site, base


def _json(body: bytes) -> Any:
    """The decoded answer; None when it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _is_last(answer: _Answer, page: int, is_short: bool) -> bool:
    """Whether no page follows, by the header WordPress sends; where something has taken it away, after a short one."""
    pages = answer.headers.get("X-WP-TotalPages", "")
    return page >= int(pages) if re.fullmatch("[0-9]{1,9}", pages) else is_short


def _field(fields: Any, name: str, kind: type) -> Any:
    value = fields.get(name) if isinstance(fields, dict) else None
    if not isinstance(value, kind):
        raise ArticleUnavailable(f"a post from WordPress has no usable {name}")
    return value


def _moment(post: Any, name: str) -> datetime | None:
    """A time of WordPress in UTC: ``…_gmt`` has no zone. Imported posts may have none, as null or as nonsense."""
    text = post.get(name) if isinstance(post, dict) else None
    if text is None:
        return None
    try:
        return in_utc(datetime.fromisoformat(text))
    except (TypeError, ValueError, OverflowError):
        _log.warning("post %s: its %s is no time: %s", _shown_id(post), name, shown(repr(text)))
        return None


def _shown_id(post: Any) -> str:
    """A post's id for lists and the log, whatever is in its place."""
    return one_line(repr(post.get("id") if isinstance(post, dict) else post))[:40]


def _plain(title: str) -> str:
    """A title as WordPress renders it, without its tags and entities.

    >>> _plain("الرباط &#8211; <em>جديد</em><br>اليوم")
    'الرباط – جديد اليوم'
    """
    line = one_line(title.encode("utf-8", "ignore").decode())
    if not line:
        return ""
    tree = fragment_fromstring(line.encode(), create_parent="div", parser=HTMLParser(encoding="utf-8"))
    return one_line(" ".join(blocks(tree)))


def _web_address(link: str) -> str:
    """``link`` when a browser can go there; else nothing."""
    try:
        parts = urlsplit(link)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return link if is_usable and len(link) <= MAX_URL_CHARS and not _NOT_IN_URLS.search(link) else ""


def _published(article: Article) -> datetime:
    return article.published_at or datetime.min.replace(tzinfo=UTC)
