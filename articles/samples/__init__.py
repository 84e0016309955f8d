"""Sample articles, so that a fresh install has something to listen to. Events and persons are invented."""

import json
from importlib.resources import files

from articles.model import Article, read_push


def samples() -> list[Article]:
    """The samples, newest first: ``short``, ``culture``, ``sport``, ``politics``, ``economy``."""
    found = (file for file in files(__name__).iterdir() if file.name.endswith(".json"))
    articles = [_article(json.loads(file.read_text(encoding="utf-8"))) for file in found]
    return sorted(articles, key=lambda article: str(article.published_at), reverse=True)


def _article(fields: dict) -> Article:
    """The file holds the body of ``PUT /articles/<id>`` and the id."""
    return read_push(fields, fields.pop("id")).to_article()
