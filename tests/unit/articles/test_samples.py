"""The sample articles: five, different in kind, in sound Arabic type."""

import re
from datetime import UTC, datetime

import pytest

from articles.model import Article, read_push
from articles.samples import samples

BY_ID = {article.id: article for article in samples()}


def text_of(article: Article) -> str:
    return "\n".join((article.title, *article.paragraphs))


def test_there_are_five_newest_first() -> None:
    assert [article.id for article in samples()] == ["short", "culture", "sport", "politics", "economy"]


@pytest.mark.parametrize("article", BY_ID.values(), ids=BY_ID.keys())
def test_each_is_a_dated_article_that_could_have_been_pushed(article: Article) -> None:
    assert article.is_readable
    assert article.published_at is not None
    assert datetime(2026, 1, 1, tzinfo=UTC) <= article.published_at < datetime(2027, 1, 1, tzinfo=UTC)
    pushed = {"title": article.title, "paragraphs": list(article.paragraphs), "language": article.language}
    assert read_push(pushed).paragraphs == article.paragraphs


@pytest.mark.parametrize("article", BY_ID.values(), ids=BY_ID.keys())
def test_the_type_is_clean(article: Article) -> None:
    text = text_of(article)
    assert text.count("«") == text.count("»")
    assert text.count("(") == text.count(")")
    assert not re.search(r"  |\s[،؛.:؟]|[،؛؟](?=[^\s»)])|\"|\?|,(?!\d)|(?<!ه)ـ(?!\d)", text)
    assert all(paragraph.endswith((".", "؟", ".»", "».")) for paragraph in article.paragraphs)


def test_politics_is_long() -> None:
    assert len(text_of(BY_ID["politics"])) >= 3000
    assert len(BY_ID["politics"].paragraphs) >= 10


def test_economy_is_dense_with_numbers() -> None:
    text = text_of(BY_ID["economy"])
    for example in ("7,4%", "18:30", "3,5%", "1.250.000", "24 إلى 27 نونبر 2025", "1447 هـ", "درهم", "أورو", "دولار"):
        assert example in text


def test_short_is_short() -> None:
    assert 30 <= len(text_of(BY_ID["short"])) <= 50


def test_culture_has_quotations_and_latin_names() -> None:
    text = text_of(BY_ID["culture"])
    assert text.count("«") >= 8
    for name in ("FIFA", "Airbus", "WhatsApp"):
        assert name in text


def test_sport_has_scores_and_ages() -> None:
    text = text_of(BY_ID["sport"])
    for example in ("2-1", "أقل من 20 سنة", "90+3"):
        assert example in text
