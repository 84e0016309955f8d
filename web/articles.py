"""The library: push an article, read it, delete it (the keys are the editor's)."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, jsonify

from articles.errors import InvalidArticle
from articles.model import Article
from web.looking import look_later
from web.service import article_id, json_body, require_key, service
from workers.broker import BrokerUnavailable

blueprint = Blueprint("articles", __name__, url_prefix="/articles/<id>")


@blueprint.put("")
def push(id: str) -> tuple[Response, int]:
    """201 for a new article, 200 for a changed one."""
    require_key()
    article = Article.from_push(article_id(id), json_body(), service().listen_skip)
    is_new = _library().put(article)
    return jsonify(_shown(service().source.get(article.id))), 201 if is_new else 200


@blueprint.get("")
def show(id: str) -> Response:
    """The article as it is shown."""
    article = service().source.get(article_id(id))
    look_later(article.id)
    return jsonify(_shown(article))


@blueprint.delete("")
def delete(id: str) -> tuple[str, int]:
    """Delete the article and its sound."""
    require_key()
    article = service().source.get(article_id(id))
    _library().delete(article.id)
    service().dispatch.forget(article)
    with suppress(BrokerUnavailable):  # It is not found then, when its turn comes.
        service().batch.forget(article.id)
    return "", 204


def _shown(article: Article) -> dict[str, Any]:
    """The article, and how its place was when it was last asked."""
    source = service().source
    known = source.known(article.id) if hasattr(source, "known") else None
    asked_at = known.asked_at.isoformat(timespec="seconds") if known and known.asked_at else None
    problem = known.problem if known else ""
    return article.as_json() | {
        "source": {"asked_at": asked_at, "is_last_known": bool(problem), "problem": problem or None}
    }


def _library() -> Any:
    """The source, if it can be written."""
    if not hasattr(service().source, "put"):
        raise InvalidArticle("Articles come from a source that cannot be written here.")
    return service().source
