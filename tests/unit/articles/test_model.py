"""Article ids, and the body of ``PUT /articles/<id>``."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles import errors
from articles.errors import ArticleError, ArticleTooLarge, InvalidArticle, InvalidArticleId
from articles.model import MAX_CHARS, MAX_HTML_CHARS, PUSH_FIELDS, Article, check_id, split_paragraphs


def push(**body: object) -> Article:
    return Article.from_push("42", body)


@pytest.mark.parametrize(
    "id", ["42", "انعقاد-الجمعية", "a.b", "...", " ", "e\u0301", "\u00e9", "x" * 200, "ع" * 100, "🎧"]
)
def test_an_id_comes_back_unchanged(id: str) -> None:
    assert check_id(id) == id


@pytest.mark.parametrize(
    "id", ["", ".", "..", "a/b", "x" * 201, "ع" * 101, "a\nb", "a\0b", "\x7f", "\x85", "\ud800", None, 42, b"x"]
)
def test_what_cannot_be_an_id_is_refused(id: object) -> None:
    with pytest.raises(InvalidArticleId):
        check_id(id)


@settings(deadline=None)
@given(st.text(st.characters(), max_size=250) | st.none() | st.integers())
def test_an_id_is_kept_or_refused(raw: object) -> None:
    try:
        assert check_id(raw) is raw
    except InvalidArticleId as error:
        assert error.detail.encode()


def test_paragraphs_are_stripped_and_empty_ones_go() -> None:
    article = push(title="  عنوان\n طويل ", paragraphs=[" أولى ", "", " \n ", "سطر\r\nيتبعه سطر\n\n\nفقرة"])
    assert article.title == "عنوان طويل"
    assert article.paragraphs == ("أولى", "سطر يتبعه سطر", "فقرة")


def test_control_characters_are_not_kept() -> None:
    article = push(title="عن\0وان", paragraphs=["فق\x07رة\tأولى"])
    assert (article.title, article.paragraphs) == ("عنوان", ("فقرة أولى",))


def test_a_title_alone_is_an_article() -> None:
    assert push(title="عاجل").paragraphs == ()


def test_paragraphs_alone_are_an_article() -> None:
    assert push(paragraphs=["نص"]).title == push(title="", paragraphs=["نص"]).title == ""


def test_html_gives_paragraphs_and_a_missing_title() -> None:
    article = push(html="<h1>عنوان</h1><p>نص</p>")
    assert (article.title, article.paragraphs) == ("عنوان", ("نص",))


def test_a_heading_that_differs_from_the_given_title_is_not_lost() -> None:
    assert push(title="آخر", html="<h1>عنوان</h1><p>نص</p>").paragraphs == ("عنوان", "نص")
    assert push(title="عنوان", html="<h1>عنوان</h1><p>نص</p>").paragraphs == ("نص",)


@pytest.mark.parametrize(
    ("given_time", "kept"),
    [
        ("2026-03-14T18:30:00+01:00", datetime(2026, 3, 14, 17, 30, tzinfo=UTC)),
        ("2026-03-14T18:30:00Z", datetime(2026, 3, 14, 18, 30, tzinfo=UTC)),
        ("2026-03-14 18:30", datetime(2026, 3, 14, 18, 30, tzinfo=UTC)),
        ("2026-03-14", datetime(2026, 3, 14, tzinfo=UTC)),
        (None, None),
    ],
)
def test_times_are_kept_in_utc(given_time: str | None, kept: datetime | None) -> None:
    assert push(title="ع", published_at=given_time).published_at == kept


def test_json_is_what_was_pushed() -> None:
    article = push(
        title="ع", paragraphs=["ن"], language="ar-MA", url="https://site.example/م", published_at="2026-01-02"
    )
    assert article.as_json() == {
        "id": "42",
        "title": "ع",
        "paragraphs": ["ن"],
        "language": "ar-MA",
        "url": "https://site.example/م",
        "published_at": "2026-01-02T00:00:00+00:00",
        "updated_at": None,
        "skipped": [],
    }
    assert json.dumps(article.as_json())


def test_what_get_answers_can_be_pushed_again() -> None:
    answered = push(title="ع", paragraphs=["ن"]).as_json()
    assert push(**{name: answered[name] for name in PUSH_FIELDS if name in answered}).as_json() == answered


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ([], "object"),
        (None, "object"),
        ("نص", "object"),
        ({}, "neither"),
        ({"title": "  ", "paragraphs": [" "]}, "neither"),
        ({"title": None, "paragraphs": ["ن"]}, "title"),
        ({"title": 5}, "title"),
        ({"title": "ع", "body": "ن"}, "body"),
        ({"title": "ع", "id": "7"}, "id"),
        ({"title": "ع", "\ud800": "ن"}, "?"),
        ({"title": "ع", "html": "<p>ن", "paragraphs": []}, "not both"),
        ({"title": "ع", "html": None}, "html"),
        ({"title": "ع", "paragraphs": "ن"}, "paragraphs"),
        ({"title": "ع", "paragraphs": None}, "paragraphs"),
        ({"title": "ع", "paragraphs": ["ن", 5]}, "paragraphs[1]"),
        ({"title": "ع", "paragraphs": ["ن", "\udc00"]}, "paragraphs[1]"),
        ({"title": "\ud83d"}, "title"),
        ({"title": "ع", "html": "\ud83d"}, "html"),
        ({"title": "ع", "language": "fr"}, "language"),
        ({"title": "ع", "language": "ary"}, "language"),
        ({"title": "ع", "language": "ar-"}, "language"),
        ({"title": "ع", "language": None}, "language"),
        ({"title": "ع", "url": "javascript:alert(1)"}, "url"),
        ({"title": "ع", "url": "//site.example/"}, "url"),
        ({"title": "ع", "url": "https://"}, "url"),
        ({"title": "ع", "url": "https://[::1"}, "url"),
        ({"title": "ع", "url": "https://site.example/a b"}, "url"),
        ({"title": "ع", "url": "https://site.example/" + "x" * 2048}, "url"),
        ({"title": "ع", "url": 5}, "url"),
        ({"title": "ع", "published_at": "أمس"}, "published_at"),
        ({"title": "ع", "published_at": 1700000000}, "published_at"),
        ({"title": "ع", "published_at": "0001-01-01T00:00:00+14:00"}, "published_at"),
    ],
)
def test_a_wrong_body_is_refused_by_name(body: object, named: str) -> None:
    with pytest.raises(InvalidArticle) as caught:
        Article.from_push("42", body)
    assert named in caught.value.detail
    assert "\n" not in caught.value.detail
    assert caught.value.detail.encode()


def test_the_id_is_checked_first() -> None:
    with pytest.raises(InvalidArticleId):
        Article.from_push("", {"title": 5})


def test_the_longest_article_is_accepted_and_no_longer_one() -> None:
    assert push(title="ع", paragraphs=["ن" * (MAX_CHARS - 1)]).is_readable
    with pytest.raises(ArticleTooLarge):
        push(title="ع", paragraphs=["ن" * MAX_CHARS])
    with pytest.raises(ArticleTooLarge):
        push(html="<p>" * MAX_HTML_CHARS)


@pytest.mark.parametrize(("text", "expected"), [("…", False), ("«»؟!", False), ("ن", True), ("٣", True), ("A", True)])
def test_readable_means_a_letter_or_digit(text: str, expected: bool) -> None:
    assert Article("1", text, ()).is_readable is expected
    assert Article("1", "", ("—", text)).is_readable is expected


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
texts = st.text(st.characters(), max_size=60)
likely = {
    "title": texts,
    "html": st.lists(st.sampled_from(["<p>", "</p>", "<br>", "<b>", "<table><tr><td>", "<html>", "<!--", "&#", "نص"]))
    .map("".join)
    .flatmap(lambda html: texts.map(lambda text: html + text)),
    "paragraphs": st.lists(texts, max_size=4),
    "language": st.sampled_from(["ar", "ar-MA", "fr"]),
    "published_at": st.datetimes(timezones=st.just(timezone(timedelta(hours=14)))).map(datetime.isoformat) | texts,
    "url": texts.map(lambda rest: "https://" + rest),
}
bodies = values | st.fixed_dictionaries({}, optional={name: value | values for name, value in likely.items()})


@settings(deadline=None)
@given(bodies)
@example({"html": "<!doctype html>"})
@example({"html": "<html><frameset>"})
def test_any_body_is_an_article_or_an_article_error(body: Any) -> None:
    try:
        article = Article.from_push("42", body)
    except ArticleError as error:
        assert error.detail.encode()
        return
    assert article.title or article.paragraphs
    assert article.title == " ".join(article.title.split())
    assert all(paragraph and paragraph == paragraph.strip() for paragraph in article.paragraphs)
    assert "\n" not in "".join(article.paragraphs)
    assert json.dumps(article.as_json(), ensure_ascii=False).encode()


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_splitting_loses_no_word(text: str) -> None:
    assert " ".join(split_paragraphs(text)).split() == text.split()


def test_every_error_has_a_code_of_its_own_and_a_message() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ArticleError)]
    with_codes = [kind for kind in kinds if "code" in vars(kind)]
    assert len({kind.code for kind in with_codes}) == len(with_codes) == 6
    assert len(kinds) == 8  # Two are nearer descriptions of others.
    assert all(kind().detail.endswith(".") for kind in kinds)
