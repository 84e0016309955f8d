"""A stand-in for WordPress's REST API, behaving as its handbook and its posts controller document.

::

    with StandInWordPress() as wordpress:
        wordpress.publish(42, "أمطار قوية غدا", "<p>تتوقع الأرصاد أمطارا قوية.</p>")
        WordPress(wordpress.source_url).get("42")

or from another process: ``python -m tests.standins.wordpress --help``.
"""

import argparse
import base64
import html
import json
import math
import re
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.standins.site import FAULTS, Reply, Request, StandInSite
from tests.texts import paragraphs, sentence

LOCAL = timedelta(hours=1)
"""The site's clock is ahead of UTC by this, as in Morocco."""
_MESSAGES = {
    "rest_post_invalid_id": (404, "معرّف المقالة غير صالح."),
    "rest_no_route": (404, "لم يتم العثور على مسار يطابق الرابط وطريقة الطلب."),
    "rest_forbidden_context": (401, "عذرًا، غير مسموح لك بتحرير هذه المقالة."),
    "rest_post_incorrect_password": (403, "كلمة مرور المقالة غير صحيحة."),
    "rest_post_invalid_page_number": (400, "رقم الصفحة المطلوب أكبر من عدد الصفحات المتاحة."),
    "invalid_username": (401, "اسم المستخدم غير معروف."),
    "incorrect_password": (401, "كلمة المرور المقدمة ليست كلمة مرور تطبيق صالحة."),
    "rest_cannot_access": (401, "DRA: Only authenticated users can access the REST API."),
}
RENDERED = {
    path.stem: tuple(path.read_text(encoding="utf-8").split("\n", 1))
    for path in (Path(__file__).parent / "posts").glob("*.html")
}
"""Posts as real sites render them, by name: title (the file's first line) and content.

``gutenberg``: blocks (image, gallery, tweet, quotation, button, table), Jetpack's share bar and related posts.
``classic``: the classic editor's caption, «read also» as a line and as a box, video, gallery, AddToAny's bar, tags.
``shortcodes``: those of plugins that are gone, around text and alone; and brackets that are the author's own.
"""
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:?\d\d)?)?")


class Refused(Exception):
    """An error as WordPress answers it."""

    def __init__(self, code: str, status: int = 0, message: str = "", **data: Any):
        super().__init__(code)
        usual_status, usual_message = _MESSAGES.get(code, (400, code))
        self.status = status or usual_status
        self.body = {"code": code, "message": message or usual_message, "data": {"status": self.status, **data}}


@dataclass(slots=True)
class Post:
    """One post, in the database's words."""

    id: int
    title: str
    """As rendered: with entities, perhaps with tags."""
    html: str
    """As rendered by ``the_content``."""
    date: datetime
    """UTC."""
    modified: datetime
    """UTC."""
    status: str = "publish"
    password: str = ""
    type: str = "posts"
    """REST base of its post type."""
    instead: dict[str, Any] = field(default_factory=dict)
    """Fields that a plugin has spoiled."""


class StandInWordPress(StandInSite):
    """A WordPress on 127.0.0.1. Use it as a context manager."""

    def __init__(
        self,
        *,
        folder: str = "",
        pretty: bool = True,
        knows_modified_after: bool = True,
        user: str = "",
        password: str = "",
        validators: bool = False,
        tls: bool = False,
        certificate_for: str = "127.0.0.1",
        port: int = 0,
    ):
        super().__init__(tls=tls, certificate_for=certificate_for, port=port)
        self.folder = folder
        """Where WordPress lies on the site: empty, or ``/blog``."""
        self.pretty = pretty
        """Whether pretty permalinks are on. Without them only ``?rest_route=`` leads to the API."""
        self.knows_modified_after = knows_modified_after
        """WordPress has it since 5.7."""
        self.user, self.password = user, password
        """An editor and the application password; the editor sees drafts and private posts."""
        self.validators = validators
        """Whether a cache in front sends ``ETag`` and ``Last-Modified``."""
        self.is_closed = False
        """Whether a plugin closes the REST API to visitors, saying ``closed_with``."""
        self.closed_with = "rest_cannot_access"
        self.sends_totals = True
        """Whether the ``X-WP-…`` headers arrive."""
        self.types = ["posts", "pages"]
        """REST bases of the post types that are shown in the API."""
        self.posts: dict[int, Post] = {}

    # What a test asks for

    @property
    def source_url(self) -> str:
        """The site as ``ISTAMI_ARTICLES``."""
        scheme, _, rest = self.url.partition("://")
        credentials = f"{quote(self.user)}:{quote(self.password)}@" if self.user else ""
        return f"wordpress+{scheme}://{credentials}{rest}{self.folder}"

    def publish(
        self,
        id: int,
        title: str,
        html: str,
        *,
        date: datetime | None = None,
        modified: datetime | None = None,
        status: str = "publish",
        password: str = "",
        type: str = "posts",
    ) -> Post:
        """Have a post. Times are now unless given; ``modified`` is ``date`` unless given."""
        date = (date or datetime.now(UTC)).replace(microsecond=0)
        post = Post(int(id), title, html, date, (modified or date).replace(microsecond=0), status, password, type)
        self.posts[post.id] = post
        if type not in self.types:
            self.types.append(type)
        return post

    def change(self, id: int, *, modified: datetime | None = None, **fields: Any) -> Post:
        """Change fields of a post; it counts as modified now unless told."""
        post = self.posts[int(id)]
        for name, value in fields.items():
            setattr(post, name, value)
        post.modified = (modified or datetime.now(UTC)).replace(microsecond=0)
        return post

    def trash(self, id: int) -> None:
        """Put a post in the bin."""
        self.change(id, status="trash")

    def delete(self, id: int) -> None:
        """Delete a post for good."""
        del self.posts[int(id)]

    def spoil(self, id: int, /, **fields: Any) -> None:
        """Let a plugin put something else into fields of the post's JSON."""
        self.posts[int(id)].instead.update(fields)

    def fill(self, count: int, first: int = 1, paragraphs_each: int = 3, every: float = 60.0) -> None:
        """Publish ``count`` posts of distinct text, the highest id newest, one ``every`` so many seconds up to now."""
        now = datetime.now(UTC)
        for number in range(count):
            id = first + number
            body = "".join(f"<p>{text}</p>\n" for text in paragraphs(id, paragraphs_each))
            self.publish(id, sentence(id, 7).rstrip("."), body, date=now - timedelta(seconds=every * (count - number)))

    # WordPress's side

    def answer(self, request: Request) -> Reply:
        route = self._route(request)
        if route is None:
            return self._front(request)
        try:
            value, headers = self._dispatch(route, request)
        except Refused as error:
            return _reply(error.body, status=error.status)
        reply = _reply(value, headers)
        if self.validators:
            changed = max((post.modified for post in self.posts.values()), default=datetime.now(UTC))
            reply.headers["ETag"] = f'W/"{blake2b(reply.body, digest_size=8).hexdigest()}"'
            reply.headers["Last-Modified"] = format_datetime(changed, usegmt=True)
        return reply

    def _route(self, request: Request) -> str | None:
        """The REST route that is asked for; None for a page of the site."""
        if not request.path.startswith(self.folder + "/"):
            return None
        path = request.path.removeprefix(self.folder)
        if path in ("/", "/index.php") and "rest_route" in request.query:
            return request.query["rest_route"]
        if self.pretty and (path == "/wp-json" or path.startswith("/wp-json/")):
            return path.removeprefix("/wp-json") or "/"
        return None

    def _front(self, request: Request) -> Reply:
        """The site itself: a post's page, or the theme's own 404."""
        found = re.search(r"/(\d+)/$|[?&]p=(\d+)$", request.target)
        post = self.posts.get(int(found[1] or found[2])) if found else None
        if post is None or post.status != "publish":
            return Reply("<!doctype html><title>الصفحة غير موجودة</title><h1>404</h1>".encode(), status=404)
        body = f"<!doctype html><title>{post.title}</title><article><h1>{post.title}</h1>{post.html}</article>"
        return Reply(body.encode())

    def _dispatch(self, route: str, request: Request) -> tuple[Any, dict[str, str]]:
        is_editor = self._is_editor(request)
        if self.is_closed and not is_editor:
            raise Refused(self.closed_with, 401)
        if route == "/":
            return {"name": "الأفق", "url": self.url + self.folder, "namespaces": ["oembed/1.0", "wp/v2"]}, {}
        found = re.fullmatch(r"/wp/v2/([A-Za-z0-9_-]+)(?:/(\d+))?", route)
        if request.method != "GET" or not found or found[1] not in self.types:
            raise Refused("rest_no_route")
        query = request.query
        if found[2]:
            return self._single(found[1], int(found[2]), query, is_editor), {}
        return self._collection(found[1], query, is_editor)

    def _is_editor(self, request: Request) -> bool:
        kind, _, encoded = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic" or not self.user:
            return False
        user, _, password = base64.b64decode(encoded).decode().partition(":")
        if user != self.user:
            raise Refused("invalid_username")
        if re.sub(r"[^A-Za-z0-9]", "", password) != re.sub(r"[^A-Za-z0-9]", "", self.password):
            raise Refused("incorrect_password")
        return True

    def _single(self, type: str, id: int, query: dict[str, str], is_editor: bool) -> Any:
        post = self.posts.get(id)
        if post is None or post.type != type:
            raise Refused("rest_post_invalid_id")
        if query.get("context") == "edit" and not is_editor:
            raise Refused("rest_forbidden_context")
        if query.get("password", post.password) != post.password:
            raise Refused("rest_post_incorrect_password")
        if post.status != "publish" and not is_editor:
            raise Refused("rest_forbidden", 401, "عذرًا، غير مسموح لك بالقيام بذلك.")
        return self._prepared(post, query)

    def _collection(self, type: str, query: dict[str, str], is_editor: bool) -> tuple[Any, dict[str, str]]:
        page, per_page = _whole(query, "page", 1), _whole(query, "per_page", 10, 100)
        status = _one_of(query, "status", "publish", ("publish", "draft", "private", "trash", "future", "pending"))
        if status != "publish" and not is_editor:
            raise _invalid("status", "Status is forbidden.")
        posts = [post for post in self.posts.values() if post.type == type and post.status == status]
        if "include" in query:
            posts = [post for post in posts if str(post.id) in query["include"].split(",")]
        posts = [post for post in posts if self._is_within(post, query)]
        key: Callable[[Post], Any] = {
            "date": lambda post: (post.date, post.id),
            "modified": lambda post: (post.modified, post.id),
            "id": lambda post: post.id,
            "title": lambda post: post.title,
        }[_one_of(query, "orderby", "date", ("date", "modified", "id", "title"))]
        posts.sort(key=key, reverse=_one_of(query, "order", "desc", ("asc", "desc")) == "desc")
        pages = math.ceil(len(posts) / per_page)
        if page > pages and posts:
            raise Refused("rest_post_invalid_page_number")
        shown = [self._prepared(post, query) for post in posts[(page - 1) * per_page : page * per_page]]
        return shown, self._paging(type, query, len(posts), page, pages)

    def _paging(self, type: str, query: dict[str, str], total: int, page: int, pages: int) -> dict[str, str]:
        if not self.sends_totals:
            return {}
        links = [(page - 1, "prev")] if page > 1 else []
        links += [(page + 1, "next")] if page < pages else []
        base = f"{self.url}{self.folder}/wp-json/wp/v2/{type}"
        link = ", ".join(f'<{base}?{urlencode({**query, "page": number})}>; rel="{rel}"' for number, rel in links)
        return {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages), **({"Link": link} if link else {})}

    def _is_within(self, post: Post, query: dict[str, str]) -> bool:
        names = {"after": post.date, "before": post.date}
        if self.knows_modified_after:
            names |= {"modified_after": post.modified, "modified_before": post.modified}
        for name, moment in names.items():
            if name in query:
                bound = _moment(query, name)
                if not (moment > bound if name.endswith("after") else moment < bound):
                    return False
        return True

    def _prepared(self, post: Post, query: dict[str, str]) -> dict[str, Any]:
        is_protected = bool(post.password)
        is_open = not is_protected or query.get("password") == post.password
        prepared: dict[str, Any] = {
            "id": post.id,
            "date": _stamp(post.date + LOCAL),
            "date_gmt": _stamp(post.date),
            "guid": {"rendered": f"{self.url}{self.folder}/?p={post.id}"},
            "modified": _stamp(post.modified + LOCAL),
            "modified_gmt": _stamp(post.modified),
            "slug": quote(html.unescape(post.title).replace(" ", "-"), errors="replace").lower()[:200],
            "status": post.status,
            "type": post.type.removesuffix("s"),
            "link": f"{self.url}{self.folder}/" + (f"{post.date:%Y/%m}/{post.id}/" if self.pretty else f"?p={post.id}"),
            "title": {"rendered": f"محمي: {post.title}" if is_protected else post.title},
            "content": {"rendered": post.html if is_open else "", "protected": is_protected},
            "excerpt": {"rendered": "" if is_protected else "<p>مقتطف [&hellip;]</p>\n", "protected": is_protected},
            "author": 1,
            "featured_media": 0,
            "categories": [7],
        }
        prepared.update(post.instead)
        fields = query.get("_fields")
        if not fields:
            return prepared
        chosen = {name.strip().partition(".")[0] for name in fields.split(",")}
        return {name: value for name, value in prepared.items() if name in chosen}


def _reply(value: Any, headers: dict[str, str] | None = None, status: int = 200) -> Reply:
    """JSON as PHP writes it: everything outside ASCII escaped, and slashes too."""
    body = json.dumps(value, separators=(",", ":")).replace("/", "\\/")
    always = {
        "X-Robots-Tag": "noindex",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
        "Allow": "GET",
    }
    return Reply(body.encode(), "application/json; charset=UTF-8", status, {**always, **(headers or {})})


def _invalid(name: str, reason: str) -> Refused:
    return Refused(
        "rest_invalid_param", 400, f"معامل غير صالح: {name}", params={name: reason}, details={name: {"message": reason}}
    )


def _whole(query: dict[str, str], name: str, default: int, most: int = 0) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch("-?[0-9]+", text):
        raise _invalid(name, f"{name} is not of type integer.")
    if int(text) < 1 or (most and int(text) > most):
        raise _invalid(name, f"{name} must be between 1 (inclusive) and {most} (inclusive)")
    return int(text)


def _one_of(query: dict[str, str], name: str, default: str, known: tuple[str, ...]) -> str:
    value = query.get(name, default)
    if value not in known:
        raise _invalid(name, f"{name} is not one of {', '.join(known)}.")
    return value


def _moment(query: dict[str, str], name: str) -> datetime:
    """A time as WordPress reads it: without a zone it is the site's own time."""
    if not _ISO.fullmatch(query[name]):
        raise _invalid(name, "Invalid date.")
    moment = datetime.fromisoformat(query[name])
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC) - LOCAL


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def main(arguments: list[str] | None = None) -> int:
    """Run the stand-in as a process until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.standins.wordpress",
        description="A stand-in WordPress with posts of made-up news. It prints its address for ISTAMI_ARTICLES.",
        epilog="In a test it also has these faults: " + ", ".join(FAULTS) + ", and every status from 400 to 599.",
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0, the default, takes a free one")
    parser.add_argument("--posts", type=int, default=20, help="how many posts there are (default 20)")
    parser.add_argument("--every", type=float, default=600, help="seconds between two posts (default 600)")
    parser.add_argument("--plain", action="store_true", help="without pretty permalinks")
    options = parser.parse_args(arguments)

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with StandInWordPress(port=options.port, pretty=not options.plain) as wordpress:
        wordpress.fill(options.posts, every=options.every)
        for title, body in RENDERED.values():
            wordpress.publish(max(wordpress.posts, default=0) + 1, title, body)
        print(f"ISTAMI_ARTICLES={wordpress.source_url}", flush=True)
        stopped.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
