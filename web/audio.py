"""An article's sound: ask for it, see how far it is, hear it, read along, take it back."""

import os
import re
import unicodedata
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, jsonify, redirect, request, send_file

from articles.model import Article
from audio_cache import keys
from audio_cache.manifest import Manifest, State
from tts.errors import IstamiError
from web import listening
from web.errors import after
from web.looking import look_later
from web.packing import pack
from web.service import article_id, has_key, require_key, service
from workers.broker import BrokerUnavailable, named_errors
from workers.live import frame_at

blueprint = Blueprint("audio", __name__, url_prefix="/articles/<id>")

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""May be kept, but must be checked by its ETag before it is used."""
LONGEST_NAME_BYTES = 120
"""Of a downloaded file's name; file systems take 255."""

_SECONDS = re.compile(r"([0-9]{1,12}(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]{1,2})?", re.IGNORECASE)
_LIVE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold the beginning back until its buffer is full.
}


class NotRequested(IstamiError):
    """This article's sound has not been asked for; POST here to ask."""

    code = "audio_not_requested"


class NotReady(IstamiError):
    """The sound is still being made; its cues come when it is ready."""

    code = "not_ready"


class InvalidPosition(IstamiError):
    """The parameter "from" is a number of seconds, 0 or more."""

    code = "invalid_position"


@blueprint.post("/audio")
def ask(id: str) -> tuple[Response, int, dict[str, str]]:
    """202 while it is made, 200 when it is ready."""
    article, voice = _asked(id)
    manifest = service().dispatch.request(article, voice, lift_withdrawal=has_key())
    status = 200 if manifest.state is State.READY else 202
    location = url_of(article.id, "audio", voice)
    return jsonify(_public(manifest, voice)), status, {"Location": location, "Cache-Control": "no-store"}


@blueprint.get("/audio")
def status(id: str) -> tuple[Response, dict[str, str]]:
    """The manifest."""
    article, voice = _asked(id)
    manifest = service().dispatch.status(article, voice)
    if manifest is None:
        raise NotRequested
    headers = {"Cache-Control": "no-store"}
    if manifest.retry_after:
        headers["Retry-After"] = after(manifest.retry_after)
    return jsonify(_public(manifest, voice)), headers


@blueprint.delete("/audio")
def withdraw(id: str) -> tuple[Response, dict[str, str]]:
    """Withdraw at once in every voice, until the text changes or the sound is asked for with the key."""
    require_key()
    manifest = service().dispatch.withdraw(service().source.get(article_id(id)))
    return jsonify(_public(manifest)), {"Cache-Control": "no-store"}


@blueprint.get("/audio.mp3")
def sound(id: str) -> Response:
    """The finished file, or the sound as it is made; asking for it requests it."""
    article, voice = _asked(id)
    published = service().dispatch.published(article, voice)
    begin = _position()
    response = _kept(article, voice, published, begin) or _live(article, voice, begin)
    if "download" in request.args and response.status_code < 300:
        response.headers["Content-Disposition"] = _attachment(article.shown_title)
    return response


@blueprint.get("/audio.vtt")
def cues(id: str) -> Response:
    """WebVTT cues of the finished sound; with ``partial`` of what is made so far."""
    article, voice = _asked(id)
    published = service().dispatch.published(article, voice)
    if version := request.args.get("v"):
        return _cues(article, version) or _to_current(article, "audio.vtt", voice, "partial")
    return _cues(article, published.rendition if published else None) or _cues_so_far(article, voice)


def _asked(id: str) -> tuple[Article, str]:
    """The article and the voice that are asked for; the default voice is "". Its place is looked at afterwards."""
    article, voice = service().source.get(article_id(id)), service().dispatch.named(request.args.get("voice", ""))
    look_later(article.id, voice)
    return article, voice


def _position() -> int | None:
    """The byte of the sound that ``from`` asks for, at the border of a frame; None for the whole file."""
    text = request.args.get("from")
    if text is None:
        return None
    if not _SECONDS.fullmatch(text):
        raise InvalidPosition
    return frame_at(float(text))


def _kept(article: Article, voice: str, published: Manifest | None, begin: int | None) -> Response | None:
    """The version that is asked for, or the way to the current one; or what is published, if anything is."""
    version = request.args.get("v")
    if version is not None:
        kept = _file(article, version, FOR_EVER, begin) if keys.is_rendition(version) else None
        return kept or _to_current(article, "audio.mp3", voice, "from", "download")
    if published and published.rendition:
        _renew(article, voice, published)
        return _file(article, published.rendition, ASK_AGAIN, begin)
    return None


def _to_current(article: Article, name: str, voice: str, *keeping: str) -> Response:
    """The way from a version that is gone to the current one, with some of the parameters."""
    kept = {key: request.args[key] for key in keeping if key in request.args}
    response = redirect(url_of(article.id, name, voice, **kept), 302)
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]


def _file(article: Article, rendition: str, caching: str, begin: int | None) -> Response | None:
    """A finished rendition, with Range, ETag and 304; from the middle it is played once and has none of them."""
    file = service().store.open(keys.sound(article.id, rendition))
    if file is None:
        return None
    if begin is not None:
        blocks, size = listening.resume(file, begin)
        response = Response(blocks, mimetype="audio/mpeg", headers=_LIVE_HEADERS)
        response.call_on_close(file.close)
        response.content_length = size
        return response
    size = os.fstat(file.fileno()).st_size
    response = send_file(file, mimetype="audio/mpeg", etag=rendition, conditional=False, max_age=None)
    response.content_length = size
    response.headers["Cache-Control"] = caching
    return response.make_conditional(request, accept_ranges=True, complete_length=size)  # type: ignore[return-value]


def _live(article: Article, voice: str, begin: int | None) -> Response:
    if request.method == "HEAD":  # Looking is not asking.
        return Response(status=200, mimetype="audio/mpeg", headers=_LIVE_HEADERS)
    return Response(listening.start(service(), article, begin, voice), mimetype="audio/mpeg", headers=_LIVE_HEADERS)


def _attachment(title: str) -> str:
    """The Content-Disposition that saves a file under the article's title (RFC 6266).

    >>> _attachment("غد")
    "attachment; filename=article.mp3; filename*=UTF-8''%D8%BA%D8%AF.mp3"
    >>> _attachment("../..")
    'attachment; filename=article.mp3'
    """
    name = " ".join("".join(map(_in_a_name, title)).split()).strip(". ")
    name = name.encode()[: LONGEST_NAME_BYTES - len(".mp3")].decode(errors="ignore").rstrip(". ")
    full = f"; filename*=UTF-8''{quote(name, safe='')}.mp3" if name else ""
    return f"attachment; filename=article.mp3{full}"


def _in_a_name(character: str) -> str:
    category = unicodedata.category(character)
    if character in '/\\:*?"<>|' or category[0] == "Z" or category == "Cc":
        return " "
    return "" if category[0] == "C" else character  # Formatting can turn a name around, a surrogate break it.


def _cues(article: Article, version: str | None) -> Response | None:
    text = service().store.get(keys.cues(article.id, version)) if version and keys.is_rendition(version) else None
    if text is None or version is None:
        return None
    response = Response(text, mimetype="text/vtt")
    response.set_etag(version)
    response.headers["Cache-Control"] = FOR_EVER if "v" in request.args else ASK_AGAIN
    return pack(response).make_conditional(request)  # type: ignore[return-value]


def _cues_so_far(article: Article, voice: str) -> Response:
    manifest = service().dispatch.status(article, voice)
    if manifest is None:
        raise NotRequested
    if finished := _cues(article, manifest.rendition):  # Since we looked.
        return finished
    if "partial" not in request.args:
        raise NotReady
    with named_errors():
        text = service().dispatch.live.webvtt(manifest.recipe)
    return pack(Response(text, mimetype="text/vtt", headers={"Cache-Control": "no-store"}))


def _renew(article: Article, voice: str, published: Manifest) -> None:
    """What is published plays on; if the text has changed since, the new sound is asked for."""
    if service().dispatch.is_fresh(article, published, voice) or request.method == "HEAD":
        return
    try:
        service().dispatch.request(article, voice)
    except (BrokerUnavailable, IstamiError):
        return  # The reader gets the old sound in any case.


def _public(manifest: Manifest, voice: str = "") -> dict[str, object]:
    """The manifest's public form (docs/http-api.md)."""
    id, version = manifest.article_id, {"v": manifest.rendition} if manifest.rendition else {}
    error = {"code": manifest.error_code, "detail": manifest.error_detail} if manifest.error_code else None
    is_withdrawn = manifest.state is State.WITHDRAWN
    return {
        "article_id": manifest.article_id,
        "state": manifest.state.value,
        "rendition": manifest.rendition,
        "voice": manifest.voice,
        "engine": manifest.engine,
        "degraded": manifest.degraded,
        "progress": {
            "segments_done": manifest.segments_done,
            "segments_total": manifest.segments_total,
            "seconds_done": _seconds_done(manifest),
        },
        "duration_seconds": manifest.duration_seconds,
        "size_bytes": manifest.size_bytes,
        "audio_url": None if is_withdrawn else url_of(id, "audio.mp3", voice, **version),
        "cues_url": url_of(id, "audio.vtt", voice, **version) if manifest.rendition else None,
        "created_at": manifest.created_at,
        "error": error,
    }


def _seconds_done(manifest: Manifest) -> float:
    if manifest.duration_seconds is not None:
        return manifest.duration_seconds
    if not manifest.segments_done:
        return 0.0
    with named_errors():
        return service().dispatch.live.seconds(manifest.recipe)


def url_of(id: str, name: str, voice: str = "", **parameters: str) -> str:
    """The address of the article's ``name`` in that voice."""
    query = urlencode(({"voice": voice} if voice else {}) | parameters)
    return f"/articles/{quote(id, safe='')}/{name}" + (f"?{query}" if query else "")
