"""An article's sound: ask for it, see how far it is, hear it, read along, take it back."""

import os
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, redirect, request, send_file

from articles.model import Article
from audio_cache import keys
from audio_cache.manifest import Manifest, State
from tts.errors import IstamiError
from web import listening
from web.service import article_id, has_key, require_key, service
from workers.broker import BrokerUnavailable

blueprint = Blueprint("audio", __name__, url_prefix="/articles/<id>")

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""May be kept, but must be checked by its ETag before it is used."""


class NotRequested(IstamiError):
    """This article's sound has not been asked for; POST here to ask."""

    code = "audio_not_requested"


class NotReady(IstamiError):
    """The sound is still being made; its cues come when it is ready."""

    code = "not_ready"


@blueprint.post("/audio")
def ask(id: str) -> tuple[Response, int, dict[str, str]]:
    """202 while it is made, 200 when it is ready."""
    article = service().source.get(article_id(id))
    manifest = service().dispatch.request(article, lift_withdrawal=has_key())
    status = 200 if manifest.state is State.READY else 202
    return jsonify(_public(manifest)), status, {"Location": _url(article, "audio"), "Cache-Control": "no-store"}


@blueprint.get("/audio")
def status(id: str) -> tuple[Response, dict[str, str]]:
    """The manifest."""
    manifest = service().dispatch.status(service().source.get(article_id(id)))
    if manifest is None:
        raise NotRequested
    return jsonify(_public(manifest)), {"Cache-Control": "no-store"}


@blueprint.delete("/audio")
def withdraw(id: str) -> tuple[Response, dict[str, str]]:
    """Withdraw at once, until the text changes or the sound is asked for with the key."""
    require_key()
    manifest = service().dispatch.withdraw(service().source.get(article_id(id)))
    return jsonify(_public(manifest)), {"Cache-Control": "no-store"}


@blueprint.get("/audio.mp3")
def sound(id: str) -> Response:
    """The finished file, or the sound as it is made; asking for it requests it."""
    article = service().source.get(article_id(id))
    published = service().dispatch.published(article)
    version = request.args.get("v")
    if version is not None:
        kept = _file(article, version, FOR_EVER) if keys.is_rendition(version) else None
        return kept or redirect(_url(article, "audio.mp3"), 302)  # type: ignore[return-value]
    if published and published.rendition:
        _renew(article, published)
        if file := _file(article, published.rendition, ASK_AGAIN):
            return file
    return _live(article)


@blueprint.get("/audio.vtt")
def cues(id: str) -> Response:
    """WebVTT cues of the finished sound."""
    article = service().source.get(article_id(id))
    published = service().dispatch.published(article)
    version = request.args.get("v") or (published.rendition if published else None)
    text = service().store.get(keys.cues(article.id, version)) if version and keys.is_rendition(version) else None
    if text is None or version is None:
        if service().dispatch.status(article) is None:
            raise NotRequested
        raise NotReady
    response = Response(text, mimetype="text/vtt")
    response.set_etag(version)
    response.headers["Cache-Control"] = FOR_EVER if "v" in request.args else ASK_AGAIN
    return response.make_conditional(request)  # type: ignore[return-value]


def _file(article: Article, rendition: str, caching: str) -> Response | None:
    """A finished rendition, with Range, ETag and 304."""
    file = service().store.open(keys.sound(article.id, rendition))
    if file is None:
        return None
    size = os.fstat(file.fileno()).st_size
    response = send_file(file, mimetype="audio/mpeg", etag=rendition, conditional=False, max_age=None)
    response.content_length = size
    response.headers["Cache-Control"] = caching
    return response.make_conditional(request, accept_ranges=True, complete_length=size)  # type: ignore[return-value]


def _renew(article: Article, published: Manifest) -> None:
    """What is published plays on; if the text has changed since, the new sound is asked for."""
    if service().dispatch.is_fresh(article, published) or request.method == "HEAD":
        return
    try:
        service().dispatch.request(article)
    except (BrokerUnavailable, IstamiError):
        return  # The reader gets the old sound in any case.


def _live(article: Article) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",  # nginx would hold the beginning back until its buffer is full.
    }
    if request.method == "HEAD":  # Looking is not asking.
        return Response(status=200, mimetype="audio/mpeg", headers=headers)
    return Response(listening.start(service(), article), mimetype="audio/mpeg", headers=headers)


def _public(manifest: Manifest) -> dict[str, object]:
    """The manifest's public form (docs/http-api.md)."""
    id = quote(manifest.article_id, safe="")
    version = f"?v={manifest.rendition}" if manifest.rendition else ""
    error = {"code": manifest.error_code, "detail": manifest.error_detail} if manifest.error_code else None
    is_withdrawn = manifest.state is State.WITHDRAWN
    return {
        "article_id": manifest.article_id,
        "state": manifest.state.value,
        "rendition": manifest.rendition,
        "voice": manifest.voice,
        "engine": manifest.engine,
        "degraded": manifest.degraded,
        "progress": {"segments_done": manifest.segments_done, "segments_total": manifest.segments_total},
        "duration_seconds": manifest.duration_seconds,
        "size_bytes": manifest.size_bytes,
        "audio_url": None if is_withdrawn else f"/articles/{id}/audio.mp3{version}",
        "cues_url": f"/articles/{id}/audio.vtt{version}" if manifest.rendition else None,
        "created_at": manifest.created_at,
        "error": error,
    }


def _url(article: Article, name: str) -> str:
    return f"/articles/{quote(article.id, safe='')}/{name}"
