"""The publish hook: a publisher's site says at once that an article is new, changed, corrected or gone."""

import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import Any

import redis
from flask import Blueprint, Response, jsonify, request

from articles.errors import ArticleError, ArticleNotFound, SourceUnavailable
from articles.model import Article
from articles.sources import look
from audio_cache.manifest import State
from tts.errors import IstamiError, NothingToRead
from web import notice
from web.audio import url_of
from web.errors import STATUS
from web.listening import Busy
from web.notice import Event, Notice
from web.service import json_body, service
from workers.batch import Asked
from workers.broker import named_errors
from workers.dispatch import ArticleOverCap, CapReached, Withdrawn

blueprint = Blueprint("hook", __name__)

WINDOW_SECONDS = 300
"""How far the sender's clock may be from ours, either way."""

CALLS_AT_ONCE = 16
"""That ask the articles' place."""
WHILE_ANSWERED_SECONDS = 90
"""For so long a call is being answered at most; if its answer is cut off it may come again after that."""

_places = BoundedSemaphore(CALLS_AT_ONCE)
_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})", re.IGNORECASE)
_GONE = "gone"


class HookSecretNotSet(IstamiError):
    """The publish hook is off: the operator has set no ISTAMI_HOOK_SECRET."""

    code = "hook_secret_not_set"


class HookSignatureWrong(IstamiError):
    """X-Istami-Signature is not sha256= and the HMAC-SHA256 of X-Istami-Timestamp, a full stop and the body."""

    code = "hook_signature_wrong"


class HookExpired(IstamiError):
    """X-Istami-Timestamp is too far from the server's time."""

    code = "hook_expired"


class HookReplayed(IstamiError):
    """This signed call has been accepted already; nothing is done. Sign each call afresh."""

    code = "hook_replayed"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What ``X-Istami-Signature`` must say.

    >>> signature("a-long-secret-of-ours", "1790000000", b"{}")[:18]
    'sha256=7e5d76cf527'
    """
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


@blueprint.post("/hooks/publish")
def publish() -> tuple[Response, int, dict[str, str]]:
    """202 with what was done; the sound itself is made by and by."""
    signed = _check_signature()
    told = notice.read(json_body())
    with _once(signed):
        article, asked = _take_back(told.article_id) if told.event is Event.DELETED else _renew(told)
        manifest = service().dispatch.status(article) if article else None
    state = manifest.state.value if manifest else None
    body = jsonify(article_id=told.article_id, state=state, asked=asked)
    return body, 202, {"Location": url_of(told.article_id, "audio"), "Cache-Control": "no-store"}


def _check_signature() -> str:
    """The call's signature. Raises what is wrong with it; the clock only to those who know the secret."""
    secret = service().hook_secret
    if not secret:
        raise HookSecretNotSet
    timestamp, given = request.headers.get("X-Istami-Timestamp", ""), request.headers.get("X-Istami-Signature", "")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or not _SIGNATURE.fullmatch(given):
        raise HookSignatureWrong
    wanted = signature(secret, timestamp, request.get_data())
    if not hmac.compare_digest(wanted, given.lower()):
        raise HookSignatureWrong
    now = time.time()
    if abs(now - int(timestamp)) > WINDOW_SECONDS:
        here = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
        raise HookExpired(
            f"X-Istami-Timestamp is more than {WINDOW_SECONDS} s from the server's time, {int(now)} ({here})."
        )
    return wanted


@contextmanager
def _place() -> Iterator[None]:
    """One of few calls that ask the articles' place. Raises ``Busy``: a slow one must not hold readers' threads."""
    if not _places.acquire(blocking=False):
        raise Busy("Many calls are being answered; send this one again in a few seconds.")
    try:
        yield
    finally:
        _places.release()


@contextmanager
def _once(signed: str) -> Iterator[None]:
    """Holds for one call with this signature; one that fails for a time may come again."""
    client, key = service().client, f"istami:hook:{signed}"
    with named_errors():
        is_new = client.set(key, 1, nx=True, ex=WHILE_ANSWERED_SECONDS)
    if not is_new:
        raise HookReplayed
    try:
        yield
        with suppress(redis.RedisError):
            client.expire(key, 2 * WINDOW_SECONDS + 1)
    except Exception as error:
        if STATUS.get(getattr(error, "code", ""), 500) in (429, 500, 503):
            with suppress(redis.RedisError):
                client.delete(key)
        raise


def _renew(told: Notice) -> tuple[Article, str]:
    """The article as it is now, and what asking for its sound has come to."""
    if told.is_correction:
        article = _corrected(told)
        return article, _ask_at_once(article)
    article, dispatch = _new(told), service().dispatch
    if told.event is Event.PUBLISHED and (current := dispatch.current(article)) and current.state is State.WITHDRAWN:
        service().manifests.restore(article.id)
    return article, _ask_by_and_by(article)


def _corrected(told: Notice) -> Article:
    """The article as it is now; from here on nobody hears the words before."""
    before, dispatch = _known(told.article_id), service().dispatch
    if before and _library() is None:
        dispatch.take_back(before)  # At once: its place may be slow.
    article = _new(told)
    dispatch.correct(article)
    return article


def _take_back(article_id: str) -> tuple[Article | None, str]:
    """Take the article's sound back; gives the article if it is still in its place."""
    before, dispatch = _known(article_id), service().dispatch
    service().batch.forget(article_id)
    if before:
        dispatch.withdraw(before)
    article = _left(article_id)
    if article is None:
        dispatch.forget(before or Article(article_id, "", ()))
        return None, _GONE
    dispatch.withdraw(article)
    return article, Asked.WITHDRAWN


def _ask_at_once(article: Article) -> str:
    """A corrected article goes before all that is made in advance, unless a cap is reached: readers wait for it."""
    try:
        manifest = service().dispatch.request(article)
    except Withdrawn:
        return Asked.WITHDRAWN
    except NothingToRead:
        return Asked.NOTHING
    except (CapReached, ArticleOverCap):
        return _ask_by_and_by(article)
    return Asked.READY if manifest.state is State.READY else Asked.ASKED


def _ask_by_and_by(article: Article) -> str:
    return service().batch.add(article, anew=True)


def _library() -> Any | None:
    """The source, if it can be written here."""
    source = service().source
    return source if hasattr(source, "put") else None


def _new(told: Notice) -> Article:
    """The article as the notice has it, where we keep it ourselves; else as its place has it."""
    library = _library()
    if library is None or told.text is None:
        return _now(told.article_id)
    library.put(Article.from_push(told.article_id, told.text, service().listen_skip))
    return library.get(told.article_id)


def _left(article_id: str) -> Article | None:
    """What is still in the place of an article that is said to be gone; from the library it is deleted."""
    library = _library()
    try:
        if library is None:
            return _now(article_id)
        library.delete(article_id)
    except ArticleNotFound:
        pass
    return None


def _known(article_id: str) -> Article | None:
    """The article's text as we know it, without waiting for a place that may be slow."""
    source = service().source
    try:
        if hasattr(source, "known"):
            known = source.known(article_id)
            return known.article if known else None
        return source.get(article_id)
    except ArticleError:
        return None


def _now(article_id: str) -> Article:
    """The article as its place has it now. Raises ``SourceUnavailable`` also where its last known text would do."""
    source = service().source
    if _library() is not None:
        return source.get(article_id)
    with _place():
        article = look(source, article_id)
    if (known := source.known(article_id) if hasattr(source, "known") else None) and known.problem:
        raise SourceUnavailable("The place of the articles cannot be asked now; send this again.")
    return article
