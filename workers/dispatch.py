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
from tts.text.annotations import masked
from tts.text.lexicon import Lexicon
from tts.text.lexicon_file import Watched
from workers.broker import BrokerUnavailable, named_errors
from workers.budget import ArticleOverCap as ArticleOverCap
from workers.budget import CapReached as CapReached
from workers.budget import Caps
from workers.lease import Leases
from workers.live import Ended, Live

log = logging.getLogger(__name__)

MOST_TRIES = 3
"""How often a rendition whose maker or message is gone is asked for again before it counts as failed."""
CORRECTED_SECONDS = 24 * 3600
"""How long it is remembered to which words an article was corrected, and which were taken back for it."""
_OTHER_WORDS = "other words"
INTERACTIVE, BATCH = QUEUES = "interactive", "batch"

_WANTED = "istami:wanted"
_NOTE = """
local record = redis.call('HGET', KEYS[1], ARGV[1])
if not record then return 0 end
record = cjson.decode(record)
for name, value in pairs(cjson.decode(ARGV[2])) do record[name] = value end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(record))
return 1
"""
_SETTLE_UNHEARD = """
local record = redis.call('HGET', KEYS[1], ARGV[1])
if record and cjson.decode(record).queue ~= 'batch' then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
return 1
"""


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
        caps: Caps | None = None,
    ):
        """``making`` is how the default voice is made, ``voices`` how each that may be asked for by its name is.

        ``patient`` is a client that sits out a restart of the broker: for those who already listen. ``caps`` hold
        readers back, too.
        """
        self._client = client
        self._send = send
        self._caps = caps
        self._renote, self._settle_unheard = map(client.register_script, (_NOTE, _SETTLE_UNHEARD))
        self._voices = voices or {voice: making}
        self._makings = {"": making} | {name: made for name, made in self._voices.items() if made != making}
        self.voice = voice
        self.lexicon = lexicon or Watched("")
        self.manifests = manifests
        self.leases = Leases(client)
        self.live = Live(patient or client)

    @property
    def voices(self) -> list[str]:
        """Every voice that may be asked for, "" for the default one."""
        return list(self._makings)

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

        Raises ``Withdrawn``, ``NothingToRead`` or ``BrokerUnavailable``; where caps hold readers back, also
        ``ArticleOverCap`` or ``CapReached``.
        """
        current = self.current(article, voice)
        is_withdrawn = current is not None and current.state is State.WITHDRAWN
        if is_withdrawn and not lift_withdrawal:
            raise Withdrawn
        if current and self.is_fresh(article, current, voice):
            return current
        if not article.is_readable:
            raise NothingToRead
        recipe = self.recipe(article, voice)
        if self._caps and queue == INTERACTIVE:
            with named_errors():
                if self.wanted_in(recipe) is None:
                    self._caps.reserve(article, voice, recipe, among=_WANTED)
        if is_withdrawn:
            self.manifests.restore(article.id)
        self.ask(article.id, voice, recipe, queue)
        status = self.status(article, voice)
        assert status is not None
        return status

    def ask(self, article_id: str, voice: str, recipe: str, queue: str) -> None:
        """Ask for a rendition that is not published, unless that has been done. Raises ``BrokerUnavailable``."""
        with named_errors():
            wanted_in = self.wanted_in(recipe)
            if queue == INTERACTIVE and wanted_in == BATCH:
                if self._note(recipe, queue=INTERACTIVE):
                    if self.leases.state(recipe) != "held":  # It only waits in the batch queue: the reader overtakes.
                        self.leases.queue(recipe)
                        self._want(article_id, voice, recipe, queue, tries=0)
                    return
                wanted_in = None  # Its maker has settled it in this moment.
            if wanted_in:
                self.revive(recipe)
            elif self._claim(recipe):
                if self.stands(article_id, voice, recipe):  # Its maker has ended while we looked.
                    self.leases.unqueue(recipe)
                else:
                    self._want(article_id, voice, recipe, queue, tries=0)

    def stands(self, article_id: str, voice: str, recipe: str) -> bool:
        """Whether that rendition is published."""
        current = self.manifests.current(article_id, voice)
        return current is not None and current.recipe == recipe

    def _claim(self, recipe: str) -> bool:
        """Claim the right to ask for a rendition that nobody waits for; False when somebody else has."""
        if self.leases.queue(recipe):
            return True
        if not self.live.progress(recipe)[2]:
            return False
        self.leases.revoke(recipe)  # Its maker has said how it ended, and only has yet to let go.
        return self.leases.queue(recipe)

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
            if not wanted["begun"] and self._waits_in(wanted["queue"]):
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

    def wanted_in(self, recipe: str) -> str | None:
        """The queue in which the rendition was asked for, ``interactive`` once a reader has; None if it is settled."""
        record = self._client.hget(_WANTED, recipe)
        return json.loads(record)["queue"] if record else None

    def _waits_in(self, queue: str) -> bool:
        """Whether what no maker has begun may still have its message in the queue.

        In the batch queue, which is kept short but never empty, messages are counted: with fewer than there should be,
        some are lost.
        """
        messages = self._client.llen(queue)
        if queue == INTERACTIVE or not messages:
            return bool(messages)
        records = map(json.loads, self._client.hvals(_WANTED))
        return messages >= sum(record["queue"] == queue and not record["begun"] for record in records)

    def begun(self, recipe: str) -> None:
        """A maker has begun: the message is no longer in its queue."""
        self._note(recipe, begun=True)

    def settled(self, recipe: str) -> None:
        """The rendition is ready or has failed: nobody waits for a maker any more."""
        self._client.hdel(_WANTED, recipe)

    def settled_unheard(self, recipe: str) -> bool:
        """Settle what has failed in the batch queue, unless a reader has asked for it meanwhile: then False."""
        return bool(self._settle_unheard(keys=[_WANTED], args=[recipe]))

    def _note(self, recipe: str, **facts: object) -> bool:
        """Change what is known of a wanted rendition; False when it is settled."""
        return bool(self._renote(keys=[_WANTED], args=[recipe, json.dumps(facts)]))

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
            with suppress(redis.RedisError):  # No correction told again may lift this.
                self._client.delete(*(_key_of(what, article.id) for what in ("corrected", "taken")))
            self._stop_making(article)
            self._stop_making_others(article)
        return mark

    def take_back(self, article: Article) -> None:
        """Nothing of the article may be heard, nor its words be made again, until ``correct`` says what is right."""
        with self.pointing(article.id):
            heard = self._heard(article)
            self.manifests.withdraw(article.id, text_of(article), self.voice)
            with suppress(redis.RedisError):
                self._client.set(_key_of("taken", article.id), json.dumps(sorted(heard)), ex=CORRECTED_SECONDS)
            self._stop_making(article)
            self._stop_making_others(article)

    def correct(self, now: Article) -> None:
        """Take back at once all sound that reads other words than ``now``, from the disk and from whoever makes it.

        When nothing but ``now``'s very words could be heard it is those that are wrong: they are withdrawn, until the
        text changes; unless they are what an earlier call has corrected the article to, for the same correction may be
        told twice.
        """
        with self.pointing(now.id):
            is_told_again = self._is_corrected_to(now)
            if self._heard(now) != {text_of(now)}:
                self.manifests.forget(now.id)
                self._stop_making_others(now)
                self._remember_correction(now)
            elif not is_told_again:
                self.manifests.withdraw(now.id, text_of(now), self.voice)
                self._stop_making(now)
            elif self._is_withdrawn(now.id):
                self.manifests.restore(now.id)
            with suppress(redis.RedisError):
                self._client.delete(_key_of("taken", now.id))

    def _heard(self, article: Article) -> set[str]:
        """Digests of the words that can be heard of the article, or could before they were taken back."""
        if self._is_withdrawn(article.id):
            with suppress(redis.RedisError):
                if taken := self._client.get(_key_of("taken", article.id)):
                    return set(json.loads(taken))
        published = [self.manifests.current(article.id, voice) for voice in self._makings]
        heard = {manifest.text for manifest in published if manifest}
        with suppress(redis.RedisError):
            ours = {self.recipe(article, voice) for voice in self._makings}
            for recipe in self._wanted_of(article.id):
                heard.add(text_of(article) if recipe in ours else _OTHER_WORDS)
        return heard

    def _is_withdrawn(self, article_id: str) -> bool:
        current = self.manifests.current(article_id)
        return current is not None and current.state is State.WITHDRAWN

    def _remember_correction(self, article: Article) -> None:
        with suppress(redis.RedisError):
            self._client.set(_key_of("corrected", article.id), text_of(article), ex=CORRECTED_SECONDS)

    def _is_corrected_to(self, article: Article) -> bool:
        with suppress(redis.RedisError):
            return self._client.get(_key_of("corrected", article.id)) == text_of(article).encode()
        return False

    def forget(self, article: Article) -> None:
        """The article is deleted: so is its sound."""
        with self.pointing(article.id):
            self.manifests.forget(article.id)
            self._stop_making(article)
            self._stop_making_others(article)

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
        """Stop the makers of these words, and cut their listeners."""
        self._stop(article.id, lambda: [self.recipe(article, voice) for voice in self._makings])

    def _stop_making_others(self, article: Article) -> None:
        """Stop the makers of other words of this article, and cut their listeners."""
        kept = {self.recipe(article, voice) for voice in self._makings}

        self._stop(article.id, lambda: list(self._wanted_of(article.id) - kept))

    def _wanted_of(self, article_id: str) -> set[str]:
        """Recipes of the article, of whatever words, that are asked for and not yet settled."""
        wanted = self._client.hgetall(_WANTED).items()
        return {recipe.decode() for recipe, record in wanted if json.loads(record)["article_id"] == article_id}

    def _stop(self, article_id: str, recipes: Callable[[], list[str]]) -> None:
        try:
            for recipe in recipes():
                self.settled(recipe)
                self.leases.revoke(recipe)
                self.live.end(recipe, Ended(Withdrawn.code, Withdrawn().detail))
                self.live.drop(recipe)
        except redis.RedisError:
            # Without the broker no lease can be renewed, so no maker can publish either.
            log.warning("withdrew article %r while the broker was away", article_id)

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


def _key_of(what: str, article_id: str) -> str:
    return f"istami:{what}:{keys.pointer(article_id)}"


def text_of(article: Article) -> str:
    """Digest of the article's words."""
    return keys.text(article.title, article.paragraphs)


def site_of(article: Article) -> str:
    """The site's host name, for the file's tag; empty when the article has no address."""
    return urlsplit(article.url).hostname or ""


def date_of(article: Article) -> str:
    """The day of publication, ISO 8601; empty when unknown."""
    return article.published_at.date().isoformat() if article.published_at else ""


@lru_cache(maxsize=1_024)
def _effect(lexicon: Lexicon, title: str, paragraphs: tuple[str, ...]) -> str:
    """Kept, because every request and every look for new articles asks for it, and 5,000 characters take 10 ms."""
    return lexicon.effect(map(masked, (title, *paragraphs)))
