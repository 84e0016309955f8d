"""The library: push an article, read it, delete it (the keys are the editor's)."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from articles.errors import InvalidArticle
from articles.model import Article
from tts.errors import IstamiError
from web.service import article_id, require_key, service

blueprint = Blueprint("articles", __name__, url_prefix="/articles/<id>")


class InvalidJSON(IstamiError):
    """The body is not JSON in UTF-8."""

    code = "invalid_json"


@blueprint.put("")
def push(id: str) -> tuple[Response, int]:
    """201 for a new article, 200 for a changed one."""
    require_key()
    article = Article.from_push(article_id(id), _body())
    is_new = _library().put(article)
    return jsonify(service().source.get(article.id).as_json()), 201 if is_new else 200


@blueprint.get("")
def show(id: str) -> Response:
    """The article as it will be read."""
    return jsonify(service().source.get(article_id(id)).as_json())


@blueprint.delete("")
def delete(id: str) -> tuple[str, int]:
    """Delete the article and its sound."""
    require_key()
    article = service().source.get(article_id(id))
    _library().delete(article.id)
    service().dispatch.forget(article)
    return "", 204


def _library() -> Any:
    """The source, if it can be written."""
    if not hasattr(service().source, "put"):
        raise InvalidArticle("Articles come from a source that cannot be written here.")
    return service().source


def _body() -> object:
    try:
        return request.get_json(force=True)
    except (BadRequest, UnsupportedMediaType, UnicodeError, RecursionError) as error:
        raise InvalidJSON from error
