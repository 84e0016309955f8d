"""For the operator's monitor."""

from flask import Blueprint, Response, jsonify

from articles.errors import SourceUnavailable
from audio_cache.store import StoreFailed
from web.service import service

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> tuple[Response, dict[str, str]]:
    """The process is up."""
    return jsonify(status="ok"), {"Cache-Control": "no-store"}


@blueprint.get("/readyz")
def ready() -> tuple[Response, int, dict[str, str]]:
    """Broker, workers, store and an engine answer: 200; else 503 with the one that does not.

    Whether the place of the articles answers is said, and changes nothing: what is known of them is heard all the same.
    """
    checks = service().dispatch.health(service().engines)
    try:
        service().store.check()
        checks["store"] = True
    except StoreFailed:
        checks["store"] = False
    is_ready = all(checks.values())
    body = jsonify(status="ready" if is_ready else "not ready", checks=checks | {"articles": _has_articles()})
    return body, 200 if is_ready else 503, {"Cache-Control": "no-store"}


def _has_articles() -> bool:
    """Whether the source answers: the library now, a place of others when it was asked last."""
    source = service().source
    if hasattr(source, "problem"):
        return not source.problem
    if not hasattr(source, "ping"):
        return True
    try:
        source.ping()
    except SourceUnavailable:
        return False
    return True
