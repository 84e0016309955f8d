"""What the routes work with."""

import hmac
from dataclasses import dataclass, field
from typing import Any

import redis
from flask import current_app, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from articles.errors import InvalidArticleId
from articles.model import check_id
from articles.sources.base import Source
from audio_cache.manifest import Manifests
from audio_cache.store import Store
from tts.errors import IstamiError
from workers.batch import Batch
from workers.dispatch import Dispatch

EXTENSION = "istami"


class Unauthorized(IstamiError):
    """This call needs the API key: Authorization: Bearer KEY."""

    code = "unauthorized"


class KeyNotSet(IstamiError):
    """Writing is off: the operator has set no ISTAMI_API_KEY."""

    code = "api_key_not_set"


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of the service that answer requests."""

    source: Source
    store: Store
    manifests: Manifests
    dispatch: Dispatch
    engines: tuple[str, ...]
    """Engine names, in order of preference."""
    cors_origins: tuple[str, ...]
    client: redis.Redis
    """For marks that run out by themselves."""
    batch: Batch
    """The line of what is made before anyone clicks."""
    api_key: str = field(default="", repr=False)
    hook_secret: str = field(default="", repr=False)
    """Signs the calls of the publish hook; empty refuses them."""
    listen_skip: str = ""
    """CSS selectors of what is not read in pushed HTML."""


class InvalidJSON(IstamiError):
    """The body is not JSON in UTF-8."""

    code = "invalid_json"


def service() -> Service:
    """The running application's."""
    return current_app.extensions[EXTENSION]


def article_id(raw: str) -> str:
    """The id in the URL, checked. Raises ``InvalidArticleId``."""
    try:
        # The router has put U+FFFD in place of what is not UTF-8: two broken ids would be one article.
        request.environ["PATH_INFO"].encode("latin-1").decode("utf-8")
    except UnicodeError:
        raise InvalidArticleId("The article id is not UTF-8.") from None
    return check_id(raw)


def json_body() -> Any:
    """The request's body, decoded. Raises ``InvalidJSON``."""
    try:
        return request.get_json(force=True)
    except (BadRequest, UnsupportedMediaType, UnicodeError, RecursionError) as error:
        raise InvalidJSON from error


def has_key() -> bool:
    """Whether the request carries the API key. Raises ``Unauthorized`` for a wrong one."""
    given = request.authorization
    if given is None:
        return False
    key = service().api_key
    if given.type != "bearer" or not key or not hmac.compare_digest((given.token or "").encode(), key.encode()):
        raise Unauthorized("The API key is wrong.")
    return True


def require_key() -> None:
    """Raises ``Unauthorized`` or ``KeyNotSet`` unless the request carries the API key."""
    if not service().api_key:
        raise KeyNotSet
    if not has_key():
        raise Unauthorized
