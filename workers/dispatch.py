"""The web's only door to the workers: ask for an article's sound, see how far it is, take it back."""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

import redis
from kombu.exceptions import OperationalError

from articles.model import Article
from audio_cache import keys
from audio_cache.manifest import Manifest, Manifests, State
from tts.errors import IstamiError, NothingToRead
from tts.text.lexicon import Lexicon
from tts.text.lexicon_file import Watched
from workers.broker import BrokerUnavailable, named_errors
from workers.lease import Leases
from workers.live import Ended, Live

log = logging.getLogger(__name__)

MOST_TRIES = 3
"""How often a rendition whose maker or message is gone is asked for again before it counts as failed."""
INTERACTIVE, BATCH = QUEUES = "interactive", "batch"

_WANTED = "istami:wanted"


class Withdrawn(IstamiError):
    """The editor has withdrawn this article's sound."""

    code = "withdrawn"


class VoiceNotAvailable(IstamiError):
    """This service has no such voice."""

    code = "voice_not_available"


Send = Callable[[str, str, str, bool, str], None]
"""Sends one message: queue, article id, recipe, whether it is the remake of a degraded rendition, voice."""


class Dispatch:
    """Requests for renditions, one flight each.

    Wherever a ``voice`` is given, it is one that ``named`` has given; "" is the default voice.
    """

    def __init__(
        self,
        client: redis.Redis,
        manifests: Manifests,
        making: str,
        voice: str,
        send: Send,
        patient: redis.Redis | None = None,
        lexicon: Watched | None = None,
        voices: Mapping[str, str] | None = None,
    ):
        """``making`` is how the default voice is made, ``voices`` how each that may be asked for by its name is.

        ``patient`` is a client that sits out a restart of the broker: for those who already listen.
        """
        self._client = client
        self._send = send
        self._voices = voices or {voice: making}
        self._makings = {"": making} | {name: made for name, made in self._voices.items() if made != making}
        self.voice = voice
        self.lexicon = lexicon or Watched("")
        self.manifests = manifests
        self.leases = Leases(client)
        self.live = Live(patient or client)

    def named(self, name: str) -> str:
        """The voice of that name, "" if it is the default or none is named. Raises ``VoiceNotAvailable``."""
        if name and name not in self._voices:
            raise VoiceNotAvailable(f"This service has no such voice; known: {', '.join(self._voices)}.")
        return name if name in self._makings else ""

    def recipe(self, article: Article, voice: str = "") -> str:
        """What the article's sound would be made from today; of the lexicon, what it changes in this article."""
        effect = _effect(self.lexicon.current(), article.title, article.paragraphs)
        making = self._makings[voice]
        if effect:
            making = f"{making} lexicon-{effect}"
        return keys.recipe(article.title, article.paragraphs, site_of(article), date_of(article), making)

    def current(self, article: Article, voice: str = "") -> Manifest | None:
        """The article's rendition in that voice, perhaps stale, or the mark of a withdrawal.

        A withdrawal holds for every voice, until the text changes.
        """
        current = self.manifests.current(article.id)
        if current and current.state is State.WITHDRAWN:
            if current.text == text_of(article):
                return replace(current, voice=voice or current.voice)
            current = None
        return self.manifests.current(article.id, voice) if voice else current

    def published(self, article: Article, voice: str = "") -> Manifest | None:
        """The rendition that listeners get, perhaps stale; from the disk alone, whatever the broker does.

        Raises ``Withdrawn``.
        """
        current = self.current(article, voice)
        if current and current.state is State.WITHDRAWN:
            raise Withdrawn
        return current

    def is_fresh(self, article: Article, manifest: Manifest | None, voice: str = "") -> bool:
        """Whether the published rendition reads today's text as that voice is made today."""
        return manifest is not None and manifest.recipe == self.recipe(article, voice)

    def status(self, article: Article, voice: str = "") -> Manifest | None:
        """How far the article's sound is; None if it was never asked for. Raises ``BrokerUnavailable``."""
        current = self.current(article, voice)
        if current and (current.state is State.WITHDRAWN or self.is_fresh(article, current, voice)):
            return current
        recipe = self.recipe(article, voice)
        with named_errors():
            lease = self.leases.state(recipe)
            done, total, ended = self.live.progress(recipe)
            wanted = self._client.hexists(_WANTED, recipe)
        if not (wanted or lease or ended):
            # What was published under another recipe is still what listeners get.
            return current
        making = Manifest(
            article_id=article.id,
            state=State.RENDERING,
            voice=voice or self.voice,
            recipe=recipe,
            text=text_of(article),
            segments_done=done,
            segments_total=total,
        )
        if ended and ended.code and not wanted:  # Whoever fails settles first, and lets go of the lease last.
            return replace(
                making,
                state=State.FAILED,
                error_code=ended.code,
                error_detail=ended.detail,
                retry_after=ended.retry_after,
            )
        return making if lease == "held" or done else replace(making, state=State.QUEUED)

    def request(
        self, article: Article, voice: str = "", *, lift_withdrawal: bool = False, queue: str = INTERACTIVE
    ) -> Manifest:
        """Ask for the article's sound, unless it is ready or asked for already.

        Raises ``Withdrawn``, ``NothingToRead`` or ``BrokerUnavailable``.
        """
        current = self.current(article, voice)
        if current and current.state is State.WITHDRAWN:
            if not lift_withdrawal:
                raise Withdrawn
            self.manifests.restore(article.id)
            current = None
        if current and self.is_fresh(article, current, voice):
            return current
        if not article.is_readable:
            raise NothingToRead
        recipe = self.recipe(article, voice)
        with named_errors():
            record = self._client.hget(_WANTED, recipe)
            if record is None:
                if self._claim(recipe):
                    current = self.current(article, voice)
                    if current and self.is_fresh(article, current, voice):  # Its maker has ended while we looked.
                        self.leases.unqueue(recipe)
                        return current
                    self._want(article.id, voice, recipe, queue, tries=0)
            elif queue == INTERACTIVE and self._overtakes(record, recipe):
                self._want(article.id, voice, recipe, queue, tries=0)
            else:
                self.revive(recipe)
        status = self.status(article, voice)
        assert status is not None
        return status

    def _claim(self, recipe: str) -> bool:
        """Claim the right to ask for a rendition that nobody waits for; False when somebody else has."""
        if self.leases.queue(recipe):
            return True
        if not self.live.progress(recipe)[2]:
            return False
        self.leases.revoke(recipe)  # Its maker has said how it ended, and only has yet to let go.
        return self.leases.queue(recipe)

    def _overtakes(self, record: bytes, recipe: str) -> bool:
        """Whether a reader wants what so far only waits in the batch queue."""
        wanted = json.loads(record)
        return wanted["queue"] == BATCH and self.leases.state(recipe) != "held"

    def request_remake(self, article: Article, voice: str) -> None:
        """Ask for a better rendition of an article whose published one is degraded."""
        recipe = self.recipe(article, voice)
        if self.leases.queue(recipe):
            self._send_or_unqueue(BATCH, article.id, voice, recipe, remake=True)

    def revive(self, recipe: str) -> None:
        """Ask again for a rendition whose maker or message is gone, a few times; then say that it failed."""
        with named_errors():
            record = self._client.hget(_WANTED, recipe)
            if record is None or self.leases.state(recipe):
                return
            wanted = json.loads(record)
            if not wanted["begun"] and self._client.llen(wanted["queue"]):
                return  # No maker has begun because the queue is long: its message still waits there.
            if not self.leases.queue(recipe):
                return
            if not self._client.hexists(_WANTED, recipe):  # Settled while we looked: makers settle before they let go.
                self.leases.unqueue(recipe)
                return
            if wanted["tries"] >= MOST_TRIES:
                self.live.end(recipe, Ended("gave_up", "Worker after worker has died while making this sound."))
                self.settled(recipe)
                self.leases.unqueue(recipe)
                return
            log.warning("asking again for article %r: its maker is gone", wanted["article_id"])
            voice = wanted.get("voice", "")  # Records of before there were voices have none.
            self._want(wanted["article_id"], voice, recipe, wanted["queue"], wanted["tries"] + 1)

    def wanted(self) -> list[str]:
        """Recipes asked for and not yet settled."""
        return [recipe.decode() for recipe in self._client.hkeys(_WANTED)]

    def begun(self, recipe: str) -> None:
        """A maker has begun: the message is no longer in its queue."""
        raw = self._client.hget(_WANTED, recipe)
        if raw is not None:
            self._client.hset(_WANTED, recipe, json.dumps({**json.loads(raw), "begun": True}))

    def settled(self, recipe: str) -> None:
        """The rendition is ready or has failed: nobody waits for a maker any more."""
        self._client.hdel(_WANTED, recipe)

    def health(self, engines: Sequence[str]) -> dict[str, bool]:
        """Whether the broker answers, each queue has a worker, and at least one engine is not resting."""
        try:
            self._client.ping()
            served = {f"worker_{queue}": bool(self._client.exists(f"istami:serves:{queue}")) for queue in QUEUES}
            resting = self._client.exists(*(f"istami:breaker:{name}" for name in engines))
        except redis.RedisError:
            return {"broker": False}
        return {"broker": True, **served, "engine": resting < len(engines)}

    def withdraw(self, article: Article) -> Manifest:
        """Take the article's sound back at once in every voice, from the disk and from whoever is making it."""
        with self.pointing(article.id):
            mark = self.manifests.withdraw(article.id, text_of(article), self.voice)
            self._stop_making(article)
        return mark

    def forget(self, article: Article) -> None:
        """The article is deleted: so is its sound."""
        with self.pointing(article.id):
            self.manifests.forget(article.id)
            self._stop_making(article)

    @contextmanager
    def pointing(self, article_id: str) -> Iterator[None]:
        """Held by whoever changes what is current for an article: publishing and withdrawing must not cross.

        Without the broker nobody can publish, so there is nothing to cross.
        """
        lock = self._client.lock(f"istami:pointing:{keys.pointer(article_id)}", timeout=30, blocking_timeout=30)
        try:
            is_ours = lock.acquire()
        except redis.RedisError:
            is_ours = False
        try:
            yield
        finally:
            if is_ours:
                with suppress(redis.RedisError):  # It runs out by itself.
                    lock.release()

    def _stop_making(self, article: Article) -> None:
        try:
            for recipe in [self.recipe(article, voice) for voice in self._makings]:
                self.settled(recipe)
                self.leases.revoke(recipe)
                self.live.end(recipe, Ended(Withdrawn.code, Withdrawn().detail))
                self.live.drop(recipe)
        except redis.RedisError:
            # Without the broker no lease can be renewed, so no maker can publish either.
            log.warning("withdrew article %r while the broker was away", article.id)

    def _want(self, article_id: str, voice: str, recipe: str, queue: str, tries: int) -> None:
        """Send the message, and remember that it was sent until the rendition is settled."""
        if self.live.progress(recipe)[2]:
            self.live.drop(recipe)  # An earlier attempt that ended: this one begins afresh.
        record = {"article_id": article_id, "voice": voice, "queue": queue, "tries": tries, "begun": False}
        self._client.hset(_WANTED, recipe, json.dumps({**record, "at": int(time.time())}))
        self._send_or_unqueue(queue, article_id, voice, recipe, remake=False)

    def _send_or_unqueue(self, queue: str, article_id: str, voice: str, recipe: str, remake: bool) -> None:
        try:
            self._send(queue, article_id, recipe, remake, voice)
        except OperationalError as error:
            self.leases.unqueue(recipe)
            raise BrokerUnavailable from error


def text_of(article: Article) -> str:
    """Digest of the article's words."""
    return keys.text(article.title, article.paragraphs)


def site_of(article: Article) -> str:
    """The site's host name, for the file's tag; empty when the article has no address."""
    return urlsplit(article.url).hostname or ""


def date_of(article: Article) -> str:
    """The day of publication, ISO 8601; empty when unknown."""
    return article.published_at.date().isoformat() if article.published_at else ""


@lru_cache(maxsize=512)
def _effect(lexicon: Lexicon, title: str, paragraphs: tuple[str, ...]) -> str:
    """Kept, because every request asks for it, and 5,000 characters take 10 ms."""
    return lexicon.effect((title, *paragraphs))
