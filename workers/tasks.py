"""What workers do: make a rendition, and keep the house in order."""

import logging
import time
from dataclasses import dataclass, replace

import redis
from celery.exceptions import SoftTimeLimitExceeded

from articles.errors import ArticleError
from articles.model import Article
from articles.sources.base import Source
from audio_cache import keys
from audio_cache.manifest import Manifest, Manifests, State, timestamp
from audio_cache.prune import prune
from audio_cache.store import Draft, Store, UtteranceCache
from tts.audio.id3 import opening_tag
from tts.audio.mp3 import BYTES_PER_SECOND
from tts.cues import to_webvtt
from tts.engines.base import Engine, voice_named
from tts.errors import EngineError, IstamiError, RateLimited
from tts.model import Cue, Segment
from tts.render import render
from tts.text import script as scripts
from workers.dispatch import Dispatch, VoiceNotAvailable, date_of, site_of, text_of
from workers.lease import Held, LeaseLost
from workers.limits import FleetGate
from workers.live import Ended, Piece

log = logging.getLogger(__name__)

FIRST_REMAKE_SECONDS = 10
"""Wait before a degraded rendition is made again, if its engine is well; doubles with each remake in vain."""
MOST_REMAKES = 9
"""Remakes in vain (an hour and more of a well engine): then it must be the text that the engine refuses."""
REMAKES_AT_ONCE = 2
_DEGRADED = "istami:degraded"
"""Sorted set of degraded renditions (``_entry``) by the time when each is made again."""
_TENDING = "istami:tending"
_TENDING_SECONDS = 3
_PRUNING = "istami:pruning"
_PRUNING_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Workshop:
    """All that a worker works with."""

    source: Source
    store: Store
    manifests: Manifests
    dispatch: Dispatch
    engines: list[Engine]
    voice: str
    gate: FleetGate
    client: redis.Redis
    cache_max_bytes: int
    """Ceiling for the store; 0 is none."""


@dataclass(frozen=True, slots=True)
class _Job:
    """What a maker makes."""

    article: Article
    voice: str
    """Empty for the default voice."""
    recipe: str


def make(workshop: Workshop, article_id: str, asked: str, remake: bool, voice: str = "") -> str:
    """Make the rendition that was asked for; gives a word for the log."""
    dispatch, live = workshop.dispatch, workshop.dispatch.live
    try:
        article, voice = workshop.source.get(article_id), dispatch.named(voice)
    except (ArticleError, VoiceNotAvailable) as error:
        dispatch.settled(asked)
        live.end(asked, Ended(error.code, error.detail))
        return error.code
    recipe = dispatch.recipe(article, voice)
    if recipe != asked:
        # The text has changed since: whoever waits for the old words is sent to the new ones.
        dispatch.settled(asked)
        live.end(asked, Ended("superseded", "The article's text has changed."))
        dispatch.leases.unqueue(asked)
        dispatch.request(article, voice)
        return "superseded"
    with dispatch.leases.hold(recipe) as held:
        if held is None:
            return "already being made"
        current = dispatch.current(article, voice)
        if current and current.state is State.WITHDRAWN:
            return "withdrawn"
        if current and current.recipe == recipe and not (remake and current.degraded):
            dispatch.settled(recipe)
            return "already made"
        # A remake is not heard while it is made: listeners have the degraded rendition until the better one stands.
        is_remake = current is not None and current.recipe == recipe
        return _make_held(workshop, _Job(article, voice, recipe), held, is_remake)


def _make_held(workshop: Workshop, job: _Job, held: Held, is_remake: bool) -> str:
    dispatch, live = workshop.dispatch, workshop.dispatch.live
    try:
        dispatch.begun(job.recipe)
        manifest = _render(workshop, job, held, heard=not is_remake)
    except LeaseLost:
        log.info("article %r: gave way to another maker or to a withdrawal", job.article.id)
        return LeaseLost.code
    except (IstamiError, ArticleError, SoftTimeLimitExceeded) as error:
        ended = _reason(error)
        log.warning("article %r was not made: %s: %s", job.article.id, ended.code, ended.detail)
        _fail(workshop, job, ended, is_remake)
        return ended.code
    except redis.RedisError:
        raise  # Nothing can be said without the broker; the message or the sweeper brings the work back.
    except Exception:
        ended = Ended("internal_error", "The worker met an unexpected error; its log says more.")
        _fail(workshop, job, ended, is_remake)
        raise
    dispatch.settled(job.recipe)
    if not is_remake:
        live.end(job.recipe)
    if manifest.degraded:
        _remake_later(workshop, manifest, job.voice)
    else:
        workshop.client.zrem(_DEGRADED, _entry(job.article.id, job.voice))
    return "degraded" if manifest.degraded else "made"


def _fail(workshop: Workshop, job: _Job, ended: Ended, is_remake: bool) -> None:
    workshop.dispatch.settled(job.recipe)
    if not is_remake:
        workshop.dispatch.live.end(job.recipe, ended)
        return
    with workshop.dispatch.pointing(job.article.id):  # A withdrawal in this moment must not be overwritten.
        if (current := workshop.dispatch.current(job.article, job.voice)) and current.degraded:
            _count_remake(workshop, current, job.voice)


def _count_remake(workshop: Workshop, current: Manifest, voice: str) -> None:
    """A remake was in vain: what stands, stays, and the next is tried later than this one."""
    workshop.manifests.amend(current, voice, remakes=current.remakes + 1)
    _remake_later(workshop, replace(current, remakes=current.remakes + 1), voice)


def _remake_later(workshop: Workshop, degraded: Manifest, voice: str) -> None:
    due = time.time() + FIRST_REMAKE_SECONDS * 2**degraded.remakes
    workshop.client.zadd(_DEGRADED, {_entry(degraded.article_id, voice): due})


def _entry(article_id: str, voice: str) -> str:
    """An id holds no slash; the default voice's entry is the bare id, as it was before there were others."""
    return f"{article_id}/{voice}" if voice else article_id


def _render(workshop: Workshop, job: _Job, held: Held, heard: bool) -> Manifest:
    """Renders, publishes, and gives the manifest. What is ``heard`` goes out to listeners as it is made."""
    article, live = job.article, workshop.dispatch.live
    lexicon, first = workshop.dispatch.lexicon.current(), workshop.engines[0]
    script = scripts.build(
        article.title, article.paragraphs, first.max_chars, reads_latin=first.reads_latin, lexicon=lexicon
    )
    with workshop.store.draft() as draft:
        made = _Made(draft)
        for piece in live.pieces(job.recipe) if heard else []:
            made.add(piece)
        cache = UtteranceCache(workshop.store)
        for segment in render(
            script,
            workshop.engines,
            job.voice or workshop.voice,
            cache,
            workshop.gate,
            start=made.count,
            gains=made.gains,
            lexicon=lexicon,
        ):
            held.check()
            piece = Piece(_tag(article, segment) + segment.data, segment, len(script.passages), made.size)
            made.add(live.add(job.recipe, piece) if heard else piece)
        return _publish(workshop, job, held, made)


class _Made:
    """What has been made of a rendition: the file so far, and what the manifest will say of it."""

    def __init__(self, draft: Draft):
        self.draft = draft
        self.count = 0
        self.size = 0
        """Bytes of sound; the tag does not count."""
        self.speakers: dict[str, None] = {}
        self.gains: dict[str, float] = {}
        self.cues: list[Cue] = []
        """On the rendition's clock."""

    def add(self, piece: Piece) -> None:
        self.draft.write(piece.data)
        self.cues += piece.cues
        self.count += 1
        self.size += len(piece.segment.data)
        self.gains = piece.segment.gains
        if piece.segment.engine:
            self.speakers[piece.segment.engine] = None


def _tag(article: Article, segment: Segment) -> bytes:
    """The file's one tag stands in front of its first segment."""
    if segment.index:
        return b""
    return opening_tag(article.title, site_of(article), date_of(article), len(segment.data))


def _publish(workshop: Workshop, job: _Job, held: Held, made: _Made) -> Manifest:
    article, recipe, dispatch, first = job.article, job.recipe, workshop.dispatch, workshop.engines[0]
    current = dispatch.current(article, job.voice)
    degraded = list(made.speakers) != [first.name]
    rendition = made.draft.sha256[: keys.RENDITION_DIGITS]
    manifest = Manifest(
        article_id=article.id,
        state=State.READY,
        voice=voice_named(first, job.voice or workshop.voice).name,
        recipe=recipe,
        text=text_of(article),
        rendition=rendition,
        engine="+".join(made.speakers),
        degraded=degraded,
        segments_done=made.count,
        segments_total=made.count,
        duration_seconds=round(made.size / BYTES_PER_SECOND, 3),
        size_bytes=made.draft.size,
        created_at=timestamp(),
        remakes=current.remakes + 1 if current and current.degraded and current.recipe == recipe else 0,
    )
    with dispatch.pointing(article.id):
        held.check()
        current = dispatch.current(article, job.voice)
        if current and current.state is State.WITHDRAWN:
            raise LeaseLost("Withdrawn while the broker was away.")
        if dispatch.recipe(workshop.source.get(article.id), job.voice) != recipe:
            return manifest  # The text has changed meanwhile: its own rendition will stand, not this one.
        if degraded and manifest.remakes and current:
            # No better than what stands, which stays.
            workshop.manifests.amend(current, job.voice, remakes=manifest.remakes)
            return manifest
        workshop.store.put(keys.cues(article.id, rendition), to_webvtt(made.cues).encode())
        made.draft.publish(keys.sound(article.id, rendition))
        workshop.manifests.point(manifest, job.voice)
    return manifest


def _reason(error: Exception) -> Ended:
    if isinstance(error, IstamiError | ArticleError):
        return Ended(error.code, error.detail, error.retry_after if isinstance(error, RateLimited) else None)
    return Ended("took_too_long", "Making this sound took longer than a task may.")


def tend(workshop: Workshop) -> None:
    """Ask again for what was left half-made, try engines that rest, make degraded renditions again, sweep the store."""
    if not workshop.client.set(_TENDING, 1, nx=True, ex=_TENDING_SECONDS):
        return
    for recipe in workshop.dispatch.wanted():
        workshop.dispatch.revive(recipe)
    for engine in workshop.engines:
        _probe(workshop, engine)
    if workshop.gate.allows(workshop.engines[0]):
        _remake_some(workshop)
    workshop.store.sweep()
    if workshop.client.set(_PRUNING, 1, nx=True, ex=_PRUNING_SECONDS):
        prune(workshop.store, workshop.cache_max_bytes)


def _probe(workshop: Workshop, engine: Engine) -> None:
    """One short request to an engine that rests, so that no reader has to find out whether it is back."""
    gate = workshop.gate
    if gate.allows(engine) or gate.held(engine) or not gate.may_try(engine):
        return
    try:
        engine.synthesize("مرحبا", voice_named(engine, workshop.voice))
    except EngineError as error:
        workshop.gate.failed(engine, error)
    else:
        log.info("engine %s is back", engine.name)
        workshop.gate.succeeded(engine)


def _remake_some(workshop: Workshop) -> None:
    """The degraded renditions whose turn has come; each stays on the list until it is no longer degraded."""
    dispatch = workshop.dispatch
    for raw in workshop.client.zrangebyscore(_DEGRADED, 0, time.time(), start=0, num=REMAKES_AT_ONCE):
        article_id, _, name = raw.decode().partition("/")
        try:
            article, voice = workshop.source.get(article_id), dispatch.named(name)
            current = dispatch.current(article, voice)
        except (ArticleError, VoiceNotAvailable):
            current = None
        is_worth_it = current and current.degraded and current.remakes < MOST_REMAKES
        if current and is_worth_it and dispatch.is_fresh(article, current, voice):
            _remake_later(workshop, current, voice)
            dispatch.request_remake(article, voice)
        else:
            workshop.client.zrem(_DEGRADED, raw)
