"""Every error as RFC 9457 ``application/problem+json`` with a stable ``code``."""

import json
import logging
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from articles.errors import ArticleError, SourceUnavailable
from tts.errors import IstamiError

log = logging.getLogger(__name__)

STATUS = {
    "article_error": 400,
    "article_not_found": 404,
    "audio_not_requested": 404,
    "invalid_article_id": 400,
    "invalid_article": 400,
    "invalid_json": 400,
    "invalid_position": 400,
    "voice_not_available": 400,
    "article_too_large": 413,
    "nothing_to_read": 422,
    "article_over_cap": 413,
    "withdrawn": 410,
    "not_ready": 409,
    "unauthorized": 401,
    "api_key_not_set": 403,
    "hook_signature_wrong": 401,
    "hook_expired": 401,
    "hook_secret_not_set": 403,
    "hook_replayed": 409,
    "rate_limited": 429,
    "daily_cap_reached": 429,
    "broker_unavailable": 503,
    "source_unavailable": 503,
    "engine_unavailable": 503,
    "engine_error": 503,
    "empty_audio": 503,
    "rejected": 503,
    "too_long": 503,
    "busy": 503,
    "gave_up": 503,
    "took_too_long": 503,
    "superseded": 503,
    "store_failed": 503,
    "store_full": 503,
    "lease_lost": 503,
    "codec_error": 500,
    "lexicon_unreadable": 500,
    "unknown_voice": 500,
    "internal_error": 500,
}
"""HTTP status of each code; what is not here is 500."""

RETRY_AFTER_SECONDS = 5
"""For 429 and 503 when nothing better is known."""


_HTTP_CODES = {413: "article_too_large", 416: "range_not_satisfiable"}


def init_app(app: Flask) -> None:
    """Answer every exception with a problem document."""
    app.register_error_handler(IstamiError, _known)
    app.register_error_handler(ArticleError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unknown)


def problem(code: str, detail: str, status: int | None = None, retry_after: float | None = None) -> Response:
    """A problem document with its headers."""
    status = status or STATUS.get(code, 500)
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    if status in (429, 503):
        response.headers["Retry-After"] = after(retry_after or RETRY_AFTER_SECONDS)
    if status == 401:
        scheme = "Istami-Signature" if code.startswith("hook_") else "Bearer"
        response.headers["WWW-Authenticate"] = f'{scheme} realm="istami"'
    return response


def after(seconds: float) -> str:
    """A ``Retry-After`` header: whole seconds, at least one."""
    return str(max(1, round(seconds)))


def _known(error: IstamiError | ArticleError) -> Response:
    if isinstance(error, SourceUnavailable):
        log.warning("at %s %s: %s", request.method, request.path, error.detail)
        return problem(error.code, SourceUnavailable().detail)  # The reason may name tables and hosts of the site's.
    return problem(error.code, error.detail, retry_after=getattr(error, "retry_after", None))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:  # A redirect is no problem.
        return error.get_response()  # type: ignore[return-value]
    # The phrases of a few statuses differ between Python versions; codes do not.
    code = _HTTP_CODES.get(status) or HTTPStatus(status).phrase.lower().replace(" ", "_")
    response = problem(code, error.description or HTTPStatus(status).phrase, status)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "content-range"):
            response.headers[name] = value
    return response


def _unknown(error: Exception) -> Response:
    log.exception("unexpected error at %s %s", request.method, request.path)
    return problem("internal_error", "The server met an unexpected error; its log says more.")
