"""What workers do: make a rendition, and keep the house in order."""

import logging
import time
from contextlib import suppress
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
from tts.errors import EngineError, IstamiError
from tts.model import Cue, Segment
from tts.render import render
from tts.text import script as scripts
from workers.batch import Batch
from workers.budget import Budget, CapReached
from workers.dispatch import BATCH, INTERACTIVE, Dispatch, VoiceNotAvailable, date_of, site_of, text_of
from workers.lanes import Lanes
from workers.lease import Held, LeaseLost
from workers.limits import BatchGate, FleetGate
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
    batch: Batch
    budget: Budget
    lanes: Lanes
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


class _NotNow(Exception):
    """What nobody waits for was not made; it will be tried again."""

    def __init__(self, ended: Ended):
        self.ended = ended


def make(
    workshop: Workshop, article_id: str, asked: str, remake: bool, voice: str = "", queue: str = INTERACTIVE
) -> str:
    """Make the rendition that was asked for in ``queue``; gives a word for the log."""
    word = _make(workshop, article_id, asked, remake, voice, queue == BATCH)
    if queue == BATCH:
        workshop.batch.feed()
    return word


def _make(workshop: Workshop, article_id: str, asked: str, remake: bool, voice: str, in_batch: bool) -> str:
    dispatch, batch, live = workshop.dispatch, workshop.batch, workshop.dispatch.live
    try:
        article, voice = workshop.source.get(article_id), dispatch.named(voice)
    except (ArticleError, VoiceNotAvailable) as error:
        ended = _reason(error)
        if in_batch:
            batch.failed_to(article_id, voice, asked, ended)
        if not in_batch or not dispatch.settled_unheard(asked):
            dispatch.settled(asked)
            live.end(asked, ended)
        dispatch.leases.unqueue(asked)
        return ended.code
    recipe = dispatch.recipe(article, voice)
    if recipe != asked:
        _send_on(workshop, article, voice, asked, in_batch)
        return "superseded"
    job = _Job(article, voice, recipe)
    try:
        with dispatch.leases.hold(recipe) as held:
            if held is None:
                return "already being made"
            current = dispatch.current(article, voice)
            if current and current.state is State.WITHDRAWN:
                batch.forget(article_id)
                dispatch.settled(recipe)
                return "withdrawn"
            if current and current.recipe == recipe and not (remake and current.degraded):
                batch.made(article_id, voice, recipe)
                dispatch.settled(recipe)
                return "already made"
            # A remake is not heard while it is made: listeners have the degraded rendition until the better one stands.
            is_remake = current is not None and current.recipe == recipe
            return _make_held(workshop, job, held, is_remake, in_batch)
    except _NotNow as not_now:
        # Now that the lease is free: a reader who came in the last moment must not wait for a maker that has gone.
        batch.failed_to(article_id, voice, recipe, not_now.ended)
        if not dispatch.settled_unheard(recipe):
            dispatch.revive(recipe)
        return not_now.ended.code


def _send_on(workshop: Workshop, article: Article, voice: str, asked: str, in_batch: bool) -> None:
    """The text, or how it is made, has changed since: whoever waits for the old sound is sent to the new one."""
    dispatch = workshop.dispatch
    is_unheard = in_batch and dispatch.settled_unheard(asked)
    dispatch.settled(asked)
    dispatch.live.end(asked, Ended("superseded", "The article's text has changed."))
    dispatch.leases.unqueue(asked)
    if in_batch:
        workshop.batch.superseded(article, voice, asked)
    if not is_unheard:
        dispatch.request(article, voice)


def _make_held(workshop: Workshop, job: _Job, held: Held, is_remake: bool, in_batch: bool) -> str:
    dispatch, live, batch = workshop.dispatch, workshop.dispatch.live, workshop.batch
    try:
        dispatch.begun(job.recipe)
        manifest = _render(workshop, job, held, _gate(workshop, job, in_batch), heard=not is_remake)
    except LeaseLost:
        log.info("article %r: gave way to another maker or to a withdrawal", job.article.id)
        return LeaseLost.code
    except (IstamiError, ArticleError, SoftTimeLimitExceeded) as error:
        ended = _reason(error)
        log.warning("article %r was not made: %s: %s", job.article.id, ended.code, ended.detail)
        _fail(workshop, job, ended, is_remake, in_batch)
        return ended.code
    except redis.RedisError:
        raise  # Nothing can be said without the broker; the message or the sweeper brings the work back.
    except Exception:
        log.exception("article %r was not made", job.article.id)
        ended = Ended("internal_error", "The worker met an unexpected error; its log says more.")
        _fail(workshop, job, ended, is_remake, in_batch)
        return ended.code
    if stands := dispatch.stands(job.article.id, job.voice, job.recipe):
        batch.made(job.article.id, job.voice, job.recipe)
    dispatch.settled(job.recipe)
    if not is_remake:
        live.end(job.recipe)
    if in_batch and not stands:  # Its text has changed meanwhile.
        with suppress(ArticleError):
            batch.add(workshop.source.get(job.article.id), job.voice)
    if manifest.degraded:
        _remake_later(workshop, manifest, job.voice)
    else:
        workshop.client.zrem(_DEGRADED, _entry(job.article.id, job.voice))
    return "degraded" if manifest.degraded else "made"


def _gate(workshop: Workshop, job: _Job, in_batch: bool) -> FleetGate:
    if not in_batch:
        return workshop.gate
    return BatchGate(
        workshop.client,
        workshop.budget,
        workshop.lanes,
        lambda: workshop.dispatch.wanted_in(job.recipe) == INTERACTIVE,
    )


def _fail(workshop: Workshop, job: _Job, ended: Ended, is_remake: bool, in_batch: bool) -> None:
    if in_batch and not is_remake:
        raise _NotNow(ended)
    workshop.dispatch.settled(job.recipe)
    if not is_remake:
        workshop.dispatch.live.end(job.recipe, ended)
        return
    if ended.code == CapReached.code:
        due = time.time() + workshop.budget.resets_in()
        workshop.client.zadd(_DEGRADED, {_entry(job.article.id, job.voice): due})
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


def _render(workshop: Workshop, job: _Job, held: Held, gate: FleetGate, heard: bool) -> Manifest:
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
            gate,
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
    return opening_tag(article.shown_title, site_of(article), date_of(article), len(segment.data))


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
        return Ended(error.code, error.detail, getattr(error, "retry_after", None))
    return Ended("took_too_long", "Making this sound took longer than a task may.")


def tend(workshop: Workshop) -> None:
    """Ask again for what was left half-made, try engines that rest, make degraded renditions again, sweep the store."""
    if not workshop.client.set(_TENDING, 1, nx=True, ex=_TENDING_SECONDS):
        return
    for recipe in workshop.dispatch.wanted():
        workshop.dispatch.revive(recipe)
    workshop.batch.feed()
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
