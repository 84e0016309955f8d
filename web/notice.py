"""What a publisher's site tells the publish hook: our own small body, or what WordPress and its plugins send."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from articles.errors import InvalidArticle
from articles.model import PUSH_FIELDS, check_id, shown

FIELDS = ("id", "event", "correction", "nonce", *PUSH_FIELDS)
"""What our own body may hold. The nonce says nothing: it makes two calls in one second different."""

_WORDPRESS = frozenset({"ID", "post_id", "post", "status", "post_status", "post_title", "post_content", "content"})
"""Only WordPress bodies have any of these."""
_TAG = re.compile(r"<[^<>]*>")


class Event(StrEnum):
    """What has happened to the article."""

    PUBLISHED = "published"
    """It is there for everyone, and was not before."""
    UPDATED = "updated"
    DELETED = "deleted"
    """It is there no more, or not for everyone."""


@dataclass(frozen=True, slots=True)
class Notice:
    """That something has happened to an article."""

    article_id: str
    event: Event
    is_correction: bool
    """Whether the sound of the words before must not be heard any more."""
    text: dict[str, Any] | None
    """The article as ``PUT /articles/<id>`` takes it; None when its place is to be asked."""


def read(body: object) -> Notice:
    """The notice in ``body``, decoded JSON.

    Raises ``InvalidArticleId``, or ``InvalidArticle`` (the detail names the field).
    """
    if not isinstance(body, dict):
        raise InvalidArticle("the body must be a JSON object")
    is_wordpress = bool(_WORDPRESS & body.keys()) or isinstance(body.get("title"), dict)
    return _wordpress(body) if is_wordpress else _generic(body)


def _generic(body: Mapping[str, Any]) -> Notice:
    for name in body:
        if name not in FIELDS:
            raise InvalidArticle(f"{shown(name)} is not a field of the hook; known: {', '.join(FIELDS)}")
    try:
        event = Event(body.get("event", Event.UPDATED))
    except ValueError:
        raise InvalidArticle(f"event is not one of: {', '.join(Event)}") from None
    is_correction = body.get("correction", False)
    if not isinstance(is_correction, bool):
        raise InvalidArticle("correction is not true or false")
    text = {name: body[name] for name in PUSH_FIELDS if name in body}
    return Notice(_id(body.get("id")), event, is_correction, text or None)


def _wordpress(body: Mapping[str, Any]) -> Notice:
    """A REST object, or the row of a post as plugins send it, perhaps inside ``post``. What is not known is ignored."""
    inner = body.get("post")
    fields = {**inner, **body} if isinstance(inner, dict) else body
    status = _first(fields, "status", "post_status") or "publish"
    content = fields.get("content")
    is_protected = isinstance(content, dict) and bool(content.get("protected"))
    if status != "publish" or is_protected or _first(fields, "password", "post_password"):
        event = Event.DELETED
    else:
        event = Event(fields["event"]) if fields.get("event") in tuple(Event) else Event.UPDATED
    is_correction = fields.get("correction") in (True, "1", "true")
    return Notice(_id(_first(fields, "post_id", "ID", "id")), event, is_correction, _wordpress_text(fields))


def _wordpress_text(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    content = _rendered(fields.get("content")) or _rendered(fields.get("post_content"))
    if not content:
        return None
    title = _rendered(fields.get("title")) or _rendered(fields.get("post_title"))
    text = {"title": html.unescape(_TAG.sub("", title)), "html": content}
    if published_at := _moment(_first(fields, "date_gmt", "post_date_gmt")):
        text["published_at"] = published_at
    if str(link := fields.get("link")).startswith(("http://", "https://")):
        text["url"] = str(link)
    return text


def _rendered(value: object) -> str:
    """Text as the database has it, or in the REST API's wrapping."""
    if isinstance(value, dict):
        value = value.get("rendered") or value.get("raw")
    return value if isinstance(value, str) else ""


def _moment(value: object) -> str:
    """``value`` if it is a time; WordPress has zeros for one that is not known."""
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return ""
    return str(value)


def _first(fields: Mapping[str, Any], *names: str) -> Any:
    return next((fields[name] for name in names if fields.get(name)), None)


def _id(value: object) -> str:
    """An id; sites that number their articles may send the number."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return check_id(value)
