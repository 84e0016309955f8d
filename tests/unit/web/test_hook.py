"""What the publish hook takes for a notice: our own body, REST objects of WordPress, what its plugins send."""

import hashlib
import hmac
from typing import Any

import pytest

from articles.errors import InvalidArticle, InvalidArticleId
from web.hook import signature
from web.notice import Event, Notice, read

HTML = "<p>الأرصاد تدعو إلى الحذر.</p>"
REST: dict[str, Any] = {
    "id": 42,
    "status": "publish",
    "date_gmt": "2026-05-20T17:05:00",
    "modified_gmt": "2026-05-20T17:05:00",
    "title": {"rendered": "قال: &#8220;نعم&#8221; <em>اليوم</em>"},
    "content": {"rendered": HTML, "protected": False},
    "link": "https://www.example.ma/42",
    "categories": [3],
}
REST_TEXT = {
    "title": "قال: “نعم” اليوم",
    "html": HTML,
    "published_at": "2026-05-20T17:05:00",
    "url": "https://www.example.ma/42",
}
ROW: dict[str, Any] = {
    "ID": 42,
    "post_status": "publish",
    "post_date_gmt": "2026-05-20 17:05:00",
    "post_title": "أمطار &amp; رياح",
    "post_content": HTML,
    "post_password": "",
    "guid": "https://www.example.ma/?p=42",
}
ROW_TEXT = {"title": "أمطار & رياح", "html": HTML, "published_at": "2026-05-20 17:05:00"}


def test_the_signature_is_an_hmac_of_timestamp_and_body() -> None:
    body = '{"id": "أ"}'.encode()
    expected = hmac.new("سر طويل جدا هنا".encode(), b"1790000000." + body, hashlib.sha256).hexdigest()
    assert signature("سر طويل جدا هنا", "1790000000", body) == f"sha256={expected}"


@pytest.mark.parametrize(
    ("body", "notice"),
    [
        ({"id": "42"}, Notice("42", Event.UPDATED, False, None)),
        ({"id": 42, "event": "published"}, Notice("42", Event.PUBLISHED, False, None)),
        ({"id": "أخبار 50%", "event": "deleted"}, Notice("أخبار 50%", Event.DELETED, False, None)),
        ({"id": "42", "correction": True}, Notice("42", Event.UPDATED, True, None)),
        (
            {"id": "42", "title": "أ", "paragraphs": ["ب"], "language": "ar", "published_at": None, "url": ""},
            Notice(
                "42",
                Event.UPDATED,
                False,
                {"title": "أ", "paragraphs": ["ب"], "language": "ar", "published_at": None, "url": ""},
            ),
        ),
    ],
)
def test_our_own_body(body: dict[str, Any], notice: Notice) -> None:
    assert read(body) == notice


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ([], "JSON object"),
        ("42", "JSON object"),
        ({"id": "42", "corection": True}, "corection is not a field"),
        ({"id": "42", "event": "trashed"}, "event is not one of: published, updated, deleted"),
        ({"id": "42", "event": ["deleted"]}, "event is not one of"),
        ({"id": "42", "correction": "yes"}, "correction is not true or false"),
        ({"id": "42", "correction": 1}, "correction is not true or false"),
    ],
)
def test_what_our_own_body_cannot_be(body: object, named: str) -> None:
    with pytest.raises(InvalidArticle) as caught:
        read(body)
    assert named in caught.value.detail


@pytest.mark.parametrize("id", [None, "", True, 4.2, ["42"], "a/b", "..", "أ" * 101, "\ud800"])
def test_what_is_no_id(id: object) -> None:
    for body in ({"id": id}, {"post_id": id, "status": "publish"}):
        with pytest.raises(InvalidArticleId):
            read(body)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (REST, REST_TEXT),
        (ROW, ROW_TEXT),
        ({"post_id": 42, "post": ROW, "post_meta": {"x": ["y"]}}, ROW_TEXT),
        ({"post_id": "42", "post_status": "publish"}, None),
        ({**REST, "content": {"rendered": "", "raw": HTML}, "title": "أ", "link": "javascript:alert(1)"},
         {"title": "أ", "html": HTML, "published_at": "2026-05-20T17:05:00"}),
        ({**ROW, "post_date_gmt": "0000-00-00 00:00:00", "post_title": None}, {"title": "", "html": HTML}),
        ({"id": 42, "title": {"rendered": "أ"}}, None),
    ],
)  # fmt: skip
def test_what_wordpress_sends(body: dict[str, Any], text: dict[str, str] | None) -> None:
    assert read(body) == Notice("42", Event.UPDATED, False, text)


def test_wordpress_may_say_more() -> None:
    assert read({**REST, "event": "published", "correction": "1"}) == Notice("42", Event.PUBLISHED, True, REST_TEXT)
    assert read({**REST, "event": {"name": "x"}, "correction": "no"}) == Notice("42", Event.UPDATED, False, REST_TEXT)
    assert read({"id": 42, "status": "publish", "event": "deleted"}).event is Event.DELETED


@pytest.mark.parametrize(
    "change",
    [
        {"status": "trash"},
        {"status": "draft"},
        {"status": "private"},
        {"status": "future"},
        {"status": ["publish"]},
        {"password": "سر"},
        {"content": {"rendered": "", "protected": True}},
    ],
)
def test_what_not_everybody_may_read_is_gone(change: dict[str, Any]) -> None:
    assert read({**REST, "event": "published", **change}).event is Event.DELETED
    if "content" not in change:
        row = {f"post_{name}": value for name, value in change.items()}
        assert read({**ROW, **row}).event is Event.DELETED
