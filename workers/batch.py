"""The line of articles that are made before anyone clicks: newest first, under the budget, tried again when they fail.

The line lives in Redis and is never thrown away: each entry (an article in one voice) stands in one of the sorted sets
below and has its facts in a hash of its own. Only a few entries at a time are *making*: asked for in Celery's batch
queue, where they are one flight with every click for the same sound. All changes are one script each, so that any
number of processes may add, feed and settle at the same time.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

import redis

from articles.errors import ArticleError
from articles.model import Article
from audio_cache.manifest import State
from audio_cache.store import StoreFailed
from workers.broker import named_errors
from workers.budget import ArticleOverCap, Budget, CapReached, size
from workers.dispatch import BATCH, INTERACTIVE, Dispatch, Withdrawn, text_of
from workers.live import Ended

log = logging.getLogger(__name__)

MOST_TRIES = 5
"""Then an article is listed as failed."""
FIRST_DELAY_SECONDS = 5.0
"""Wait before the second try; four times as long before each further one."""
DELAY_GROWTH = 4
PERMANENT = {
    "article_not_found",
    "article_over_cap",
    "article_too_large",
    "gave_up",
    "invalid_article",
    "invalid_article_id",
    "nothing_to_read",
    "rejected",
    "too_long",
    "unknown_voice",
    "voice_not_available",
}
"""Trying again would change nothing."""
OF_THE_HOUSE = {"lexicon_unreadable", "source_unavailable", "store_failed", "store_full"}
"""With two articles in a row it is no fault of theirs: the line rests, and their tries do not count."""
LONGEST_REST_SECONDS = 60
OTHER_SETTINGS = Ended(
    "other_settings",
    "The workers have other settings: ISTAMI_LEXICON, ISTAMI_VOICE or ISTAMI_ENGINES, or the version.",
)
READY_KEPT_SECONDS = 3600
"""How long it can be seen that an entry has become ready."""
FAILED_KEPT_SECONDS = 30 * 24 * 3600
MOST_FAILED = 10_000
"""Failed entries listed; the oldest go."""
LOST_AFTER_SECONDS = 10
"""An entry in the making that nobody wants or makes has lost its process; it goes back into the line."""

ROOM = 6
"""Entries in the making at once: two for each of the batch worker's processes, so that none waits for its message."""

_KEY = "istami:batch:"
_WAITING, _MAKING, _THEIRS, _RETRY, _READY, _FAILED = "waiting", "making", "theirs", "retry", "ready", "failed"
"""States, and the sorted sets of the entries in them; their scores are the order in the line, the time of asking
(``theirs``: asked for by a reader), the time of the next try, and the time of failing. What is ready has no set."""
_UNSETTLED = (_WAITING, _MAKING, _THEIRS, _RETRY)
_ILL, _REST, _RESTS = _KEY + "ill", _KEY + "rest", _KEY + "rests"
"""Since the last article that was made: those that the house has failed, why the line rests now, and how many times."""
_ILL_SECONDS = 600

# Both take: entry, recipe, new state, score, seconds to keep (0: for ever), and facts to set.
_PLACE = """
local function place(facts, first)
    local entry, to, seconds = ARGV[1], ARGV[3], tonumber(ARGV[5])
    local from = redis.call('HGET', facts, 'state')
    if from then redis.call('ZREM', 'istami:batch:' .. from, entry) end
    if to ~= 'ready' then redis.call('ZADD', 'istami:batch:' .. to, ARGV[4], entry) end
    redis.call('HSET', facts, 'state', to, 'recipe', ARGV[2], 'score', ARGV[4], unpack(ARGV, first))
    if seconds > 0 then redis.call('EXPIRE', facts, seconds) else redis.call('PERSIST', facts) end
end
"""
# New in the line, unless it stands there already with the same recipe; gives the state it stands in then.
_ADD = (
    _PLACE
    + """
local state, recipe = unpack(redis.call('HMGET', KEYS[1], 'state', 'recipe'))
if recipe == ARGV[2] and state ~= 'ready' and (state ~= 'failed' or ARGV[6] == '') then return state end
if state then redis.call('ZREM', 'istami:batch:' .. state, ARGV[1]) end
redis.call('DEL', KEYS[1])
place(KEYS[1], 7)
return ''
"""
)
# From one of the states in ARGV[6] to another, if it is still about that recipe, or about whichever (ARGV[7]).
_MOVE = (
    _PLACE
    + """
local state, recipe = unpack(redis.call('HMGET', KEYS[1], 'state', 'recipe'))
if not state or not string.find(ARGV[6], '|' .. state .. '|', 1, true) then return 0 end
if recipe ~= ARGV[2] and ARGV[7] ~= 'whichever' then return 0 end
place(KEYS[1], 8)
return 1
"""
)
# The first in line becomes the next in the making, if there is room and budget. ARGV: room, cap and left (-1: no
# cap), now. Gives the entry and its recipe, which is empty if its facts are gone; then it leaves the line.
_NEXT = """
local room, cap, left = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local making = redis.call('ZRANGE', KEYS[2], 0, -1)
local entry = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
if not entry or #making >= room then return {} end
local facts = 'istami:batch:of:' .. entry
local recipe, characters = unpack(redis.call('HMGET', facts, 'recipe', 'chars'))
if not recipe then
    redis.call('ZREM', KEYS[1], entry)
    return {entry, ''}
end
characters = tonumber(characters or 0)
if cap >= 0 and characters <= cap then
    for _, other in ipairs(making) do
        left = left - tonumber(redis.call('HGET', 'istami:batch:of:' .. other, 'chars') or 0)
    end
    if characters > left then return {} end
end
redis.call('ZREM', KEYS[1], entry)
redis.call('ZADD', KEYS[2], ARGV[4], entry)
redis.call('HSET', facts, 'state', 'making', 'score', ARGV[4])
return {entry, recipe}
"""
# Both only while the entry is still about that recipe. ARGV: entry, recipe, characters.
_OF_IT = "if redis.call('HGET', KEYS[1], 'recipe') ~= ARGV[2] then return end\n"
_RECKONED = _OF_IT + "redis.call('HSET', KEYS[1], 'chars', ARGV[3], 'reckoned', ARGV[3])"
_LEAVE = (
    _OF_IT
    + """
redis.call('ZREM', 'istami:batch:' .. redis.call('HGET', KEYS[1], 'state'), ARGV[1])
redis.call('DEL', KEYS[1])
"""
)


class Asked(StrEnum):
    """What came of asking for an article."""

    ASKED = "asked"
    """It is new in the line."""
    WAITING = "waiting"
    """It stood in the line, or is being made, already."""
    READY = "ready"
    """Fresh sound stands."""
    FAILED = "failed"
    """It is listed as failed, and nothing has changed since; ask anew to try again all the same."""
    WITHDRAWN = "withdrawn"
    """The editor has withdrawn its sound."""
    NOTHING = "nothing"
    """It has nothing to read."""
    TOO_LONG = "too_long"
    """It is over the cap for one article."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in one voice, in the line or just out of it."""

    article_id: str
    voice: str
    """Empty for the default voice."""
    state: str
    """``waiting``, ``making``, ``retry``, ``ready`` or ``failed``."""
    tries: int
    """Tries that have failed."""
    due: float | None
    """Unix time of the next try, in state ``retry``."""
    chars: int
    """The article's characters; once it was first in line under a cap, those that are still to be sent."""
    code: str
    """Of the last failure; empty if there was none."""
    detail: str


class Batch:
    """The line. Methods raise ``BrokerUnavailable`` when Redis is away."""

    def __init__(
        self,
        client: redis.Redis,
        dispatch: Dispatch,
        budget: Budget,
        engine: str,
        article_chars: int = 0,
        room: int = ROOM,
        reckon: Callable[[str, str], int] | None = None,
    ):
        """``engine`` names the first engine in order, whose budget counts.

        ``article_chars`` is the most characters of an article (0: no cap), ``room`` the entries in the making at once.
        ``reckon`` gives the characters that the engine would be sent for an article, by its id and a voice; without it
        the article's own characters count.
        """
        self._client = client
        self._dispatch = dispatch
        self._budget = budget
        self._engine = engine
        self._article_chars = article_chars
        self._room = room
        self._reckon = reckon
        self._add, self._move, self._next = (client.register_script(script) for script in (_ADD, _MOVE, _NEXT))
        self._reckoned, self._leave = client.register_script(_RECKONED), client.register_script(_LEAVE)

    def add(self, article: Article, voice: str = "", *, anew: bool = False) -> Asked:
        """Put the article into the line, unless there is nothing to do; ``anew`` also if it is listed as failed.

        ``voice`` is one that ``Dispatch.named`` has given.
        """
        asked = self._put(article, voice, anew)
        if asked is Asked.ASKED:
            self.feed()
        return asked

    def superseded(self, article: Article, voice: str, asked: str) -> None:
        """A maker would make the article otherwise than was ``asked``; as it would, it goes into the line.

        At once when the words have changed. If they have not, another process has or had other settings: then it counts
        as a try, or two who never agree would send each other messages without end.
        """
        with named_errors():
            facts = self._client.hgetall(_facts(_entry(article.id, voice)))
        is_about = facts.get(b"recipe") == asked.encode()
        if not is_about or facts.get(b"text") != text_of(article).encode():
            self.add(article, voice)
        elif self._put(article, voice, tries=int(facts.get(b"tries", 0))) is Asked.ASKED:
            self.failed_to(article.id, voice, self._dispatch.recipe(article, voice), OTHER_SETTINGS)

    def _put(self, article: Article, voice: str, anew: bool = False, tries: int = 0) -> Asked:
        entry, recipe = _entry(article.id, voice), self._dispatch.recipe(article, voice)
        current, characters = self._dispatch.current(article, voice), size(article)
        if current and current.state is State.WITHDRAWN:
            self.forget(article.id)
            return Asked.WITHDRAWN
        if current and current.recipe == recipe:
            with named_errors():
                self._settle(entry, recipe, "whichever")
            return Asked.READY
        if not article.is_readable:
            self._drop([entry])
            return Asked.NOTHING
        if self._article_chars and characters > self._article_chars:
            self._drop([entry])
            return Asked.TOO_LONG
        order = -(article.published_at.timestamp() if article.published_at else time.time())
        with named_errors():
            is_wanted = self._dispatch.wanted_in(recipe) is not None
            state, score = (_THEIRS, time.time()) if is_wanted else (_WAITING, order)
            facts = ["article_id", article.id, "voice", voice, "chars", characters, "order", order]
            facts += ["text", text_of(article), "tries", tries]
            code, about, reckoned = self._client.hmget(_facts(entry), "code", "recipe", "reckoned")
            if reckoned and about == recipe.encode():
                over = self._over_cap(int(reckoned))
            else:
                over = None if self._reckon else self._over_cap(characters)
            if not over and code == ArticleOverCap.code.encode():
                anew = True  # The cap has been raised since.
            found = self._add(
                keys=[_facts(entry)], args=[entry, recipe, state, score, 0, "anew" if anew else "", *facts]
            )
            if found:
                return Asked.FAILED if found == b"failed" else Asked.WAITING
        if over:
            self.failed_to(article.id, voice, recipe, over)
            return Asked.FAILED
        return Asked.WAITING if is_wanted else Asked.ASKED

    def entry(self, article_id: str, voice: str = "") -> Entry | None:
        """What is known of it; None when it is not in the line, and has not just left it."""
        with named_errors():
            facts = self._client.hgetall(_facts(_entry(article_id, voice)))
        return _read(facts) if facts else None

    def failed(self) -> list[Entry]:
        """Entries that were given up, the latest first."""
        with named_errors():
            names = self._client.zrevrange(_KEY + _FAILED, 0, -1)
            with self._client.pipeline(transaction=False) as all_facts:
                for name in names:
                    all_facts.hgetall(_facts(name.decode()))
                found = all_facts.execute()
        return [_read(facts) for facts in found if facts.get(b"state") == _FAILED.encode()]

    def sizes(self) -> dict[str, int]:
        """How many entries are ``waiting``, ``making``, ``retry`` and ``failed``."""
        with named_errors(), self._client.pipeline(transaction=False) as counts:
            for state in (_WAITING, _MAKING, _THEIRS, _RETRY, _FAILED):
                counts.zcard(_KEY + state)
            waiting, making, theirs, retry, failed = counts.execute()
        return {_WAITING: waiting, _MAKING: making + theirs, _RETRY: retry, _FAILED: failed}

    def feed(self) -> None:
        """Ask for the next in line while there is room, budget and an engine that is well.

        To be called whenever something may have changed, and every few seconds.
        """
        with named_errors():
            self._bring_back()
            self._look_after()
            self._sweep()
            while not self._rests() and (found := self._take_next()):
                entry, recipe = found
                if recipe:
                    self._ask(entry, recipe)

    def waits(self) -> str:
        """Why the line does not move now, in a sentence; empty when nothing keeps it."""
        with named_errors():
            if not self._client.exists(_KEY + _WAITING, _KEY + _RETRY):
                return ""
            if rests := self._rests():
                return rests
        if not self.is_spent():
            return ""
        return (
            f"The cap of {self._budget.cap(self._engine):,} characters a day for {self._engine} is reached; it goes on "
            f"at 00:00 UTC, in {_span(self._budget.resets_in())}."
        )

    def is_spent(self) -> bool:
        """Whether the next article waits for tomorrow's budget."""
        with named_errors():
            left = self._budget.left(self._engine)
            if left is None:
                return False
            if first := self._client.zrange(_KEY + _WAITING, 0, 0):
                return int(self._client.hget(_facts(first[0].decode()), "chars") or 0) > left
            first = self._client.zrange(_KEY + _RETRY, 0, 0)
            return bool(first) and self._client.hget(_facts(first[0].decode()), "code") == CapReached.code.encode()

    def forget(self, article_id: str) -> None:
        """Take the article out of the line, in every voice."""
        self._drop([_entry(article_id, voice) for voice in self._dispatch.voices])

    def made(self, article_id: str, voice: str, recipe: str) -> None:
        """Its sound stands, whoever made it."""
        with named_errors():
            self._settle(_entry(article_id, voice), recipe)
            self._client.delete(_ILL, _REST, _RESTS)

    def failed_to(self, article_id: str, voice: str, recipe: str, ended: Ended) -> None:
        """A try has failed: the next is due later, or there is none."""
        entry = _entry(article_id, voice)
        with named_errors():
            facts = self._client.hgetall(_facts(entry))
            if not facts:
                return
            if self._is_no_fault(ended):
                delay = ended.retry_after or FIRST_DELAY_SECONDS
                self._change(entry, recipe, _UNSETTLED, _RETRY, time.time() + delay, ended=ended)
                return
            if ended.code in OF_THE_HOUSE and (rest := self._rest(entry, ended)):
                self._change(entry, recipe, _UNSETTLED, _RETRY, time.time() + rest, ended=ended)
                return
            tries = int(facts.get(b"tries", 0)) + 1
            if ended.code in PERMANENT or tries >= MOST_TRIES:
                log.warning("article %r is given up: %s: %s", article_id, ended.code, ended.detail)
                kept = FAILED_KEPT_SECONDS
                self._change(entry, recipe, _UNSETTLED, _FAILED, time.time(), kept, ended=ended, tries=tries)
                return
            due = time.time() + FIRST_DELAY_SECONDS * DELAY_GROWTH ** (tries - 1)
            self._change(entry, recipe, _UNSETTLED, _RETRY, due, ended=ended, tries=tries)

    def _is_no_fault(self, ended: Ended) -> bool:
        """Whether it was no fault of the article's: then the try does not count."""
        if ended.code == CapReached.code:
            return True
        return ended.code in ("rate_limited", "engine_unavailable") and bool(self._engine_rests())

    def _rest(self, entry: str, ended: Ended) -> float:
        """Seconds for which the line rests, longer each time; 0 while this article alone has failed so."""
        self._client.sadd(_ILL, entry)
        self._client.expire(_ILL, _ILL_SECONDS)
        if self._client.scard(_ILL) < 2:
            return 0.0
        rest = min(FIRST_DELAY_SECONDS * 2 ** int(self._client.get(_RESTS) or 0), LONGEST_REST_SECONDS)
        if self._client.set(_REST, ended.detail, nx=True, px=int(rest * 1000)):
            log.warning("the line rests for %s: %s", _span(rest), ended.detail)
            self._client.incr(_RESTS)
            self._client.expire(_RESTS, _ILL_SECONDS)
        return max(self._client.pttl(_REST), 1) / 1000

    def _over_cap(self, characters: int) -> Ended | None:
        cap = self._budget.cap(self._engine)
        if cap is None or characters <= cap:
            return None
        return Ended(
            ArticleOverCap.code, f"The article has {characters:,} characters; {self._engine} has {cap:,} a day."
        )

    def _rests(self) -> str:
        """Why nothing is asked for now; empty when it is."""
        if rest := self._client.get(_REST):
            return f"{rest.decode().rstrip('.')}; the next try is in {_span(self._client.pttl(_REST) / 1000)}."
        return self._engine_rests()

    def _engine_rests(self) -> str:
        """Why the engine is not asked now; empty when it is."""
        if self._client.exists(f"istami:breaker:{self._engine}"):
            return f"{self._engine} rests after failures; it goes on when {self._engine} answers again."
        held = self._client.pttl(f"istami:hold:{self._engine}")
        return f"{self._engine} asks to be left alone for {_span(held / 1000)}." if held > 0 else ""

    def _bring_back(self) -> None:
        """Those whose next try is due stand in the line again, in their old order."""
        for name in self._client.zrangebyscore(_KEY + _RETRY, 0, time.time()):
            self._into_line(name.decode(), _RETRY)

    def _look_after(self) -> None:
        """Follow what is in the making: its maker settles it, unless that maker was a reader's, or died."""
        for state in (_MAKING, _THEIRS):
            for name, since in self._client.zrange(_KEY + state, 0, -1, withscores=True):
                self._follow(name.decode(), state, since)

    def _follow(self, entry: str, state: str, since: float) -> None:
        article_id, _, voice = entry.partition("/")
        recipe = (self._client.hget(_facts(entry), "recipe") or b"").decode()
        queue = self._dispatch.wanted_in(recipe)
        if queue is not None:
            if queue == INTERACTIVE and state == _MAKING:
                self._change(entry, recipe, (_MAKING,), _THEIRS, since)  # It takes no room any more.
            return
        ended = self._dispatch.live.progress(recipe)[2]
        if self._stands(article_id, voice, recipe):
            self.made(article_id, voice, recipe)
        elif ended and ended.code == Withdrawn.code:
            self._leave(keys=[_facts(entry)], args=[entry, recipe])  # Not what has been put in line since.
        elif ended and ended.code and ended.code != "superseded":
            self.failed_to(article_id, voice, recipe, ended)
        elif time.time() - since > LOST_AFTER_SECONDS and not self._dispatch.leases.state(recipe):
            self._into_line(entry, state)

    def _take_next(self) -> tuple[str, str] | None:
        cap, left = self._budget.cap(self._engine), self._budget.left(self._engine)
        if cap is not None and self._reckon:
            self._reckon_first()
        found = self._next(
            keys=[_KEY + _WAITING, _KEY + _MAKING],
            args=[self._room, -1 if cap is None else cap, -1 if left is None else left, time.time()],
        )
        return (found[0].decode(), found[1].decode()) if found else None

    def _reckon_first(self) -> None:
        """Only of the first in line, for it takes some milliseconds, and what is in the cache changes."""
        first = self._client.zrange(_KEY + _WAITING, 0, 0)
        if not first:
            return
        article_id, _, voice = (entry := first[0].decode()).partition("/")
        recipe, reckoned = self._client.hmget(_facts(entry), "recipe", "reckoned")
        if not recipe or reckoned:
            return
        try:
            characters = self._reckon(article_id, voice) if self._reckon else 0
        except (ArticleError, StoreFailed):
            return  # Its maker will say so.
        self._reckoned(keys=[_facts(entry)], args=[entry, recipe, characters])

    def _ask(self, entry: str, recipe: str) -> None:
        article_id, _, voice = entry.partition("/")
        characters = int(self._client.hget(_facts(entry), "chars") or 0)
        if over := self._over_cap(characters):
            self.failed_to(article_id, voice, recipe, over)
            return
        try:
            if self._dispatch.stands(article_id, voice, recipe):
                self.made(article_id, voice, recipe)
            else:
                self._dispatch.ask(article_id, voice, recipe, BATCH)
        except StoreFailed as error:  # One article that cannot be looked up stops no other.
            self.failed_to(article_id, voice, recipe, Ended(error.code, error.detail))

    def _stands(self, article_id: str, voice: str, recipe: str) -> bool:
        try:
            return self._dispatch.stands(article_id, voice, recipe)
        except StoreFailed:
            return False  # It goes back into the line, and fails there.

    def _into_line(self, entry: str, state: str) -> None:
        """Back into its old place."""
        self._client.hdel(_facts(entry), "reckoned")  # Some of it may be in the cache by now.
        recipe, order = self._client.hmget(_facts(entry), "recipe", "order")
        if recipe and order:
            self._change(entry, recipe.decode(), (state,), _WAITING, float(order))
        else:
            self._client.zrem(_KEY + state, entry)

    def _settle(self, entry: str, recipe: str, about: str = "") -> None:
        self._change(entry, recipe, (*_UNSETTLED, _FAILED), _READY, time.time(), READY_KEPT_SECONDS, about)

    def _change(
        self,
        entry: str,
        recipe: str,
        states: Iterable[str],
        to: str,
        score: float,
        kept: int = 0,
        about: str = "",
        ended: Ended | None = None,
        tries: int = 0,
    ) -> None:
        """Move the entry, if it is in one of those states and still about that recipe."""
        among = f"|{'|'.join(states)}|"
        changed = [
            *(("code", ended.code, "detail", ended.detail) if ended else ()),
            *(("tries", tries) if tries else ()),
        ]
        self._move(keys=[_facts(entry)], args=[entry, recipe, to, score, kept, among, about, *changed])

    def _drop(self, entries: Iterable[str]) -> None:
        with named_errors(), self._client.pipeline() as all_of_it:
            for entry in entries:
                for state in (*_UNSETTLED, _FAILED):
                    all_of_it.zrem(_KEY + state, entry)
                all_of_it.delete(_facts(entry))
            all_of_it.execute()

    def _sweep(self) -> None:
        """Failures of long ago are forgotten, as their facts are; so are the oldest when there are too many."""
        self._client.zremrangebyscore(_KEY + _FAILED, 0, time.time() - FAILED_KEPT_SECONDS)
        for name in self._client.zrange(_KEY + _FAILED, 0, -MOST_FAILED - 1):
            self._client.zrem(_KEY + _FAILED, name)
            self._client.delete(_facts(name.decode()))


def _entry(article_id: str, voice: str) -> str:
    """An id holds no slash."""
    return f"{article_id}/{voice}" if voice else article_id


def _facts(entry: str) -> str:
    return f"{_KEY}of:{entry}"


def _read(facts: dict[bytes, bytes]) -> Entry:
    known = {name.decode(): value.decode() for name, value in facts.items()}
    state = _MAKING if known["state"] == _THEIRS else known["state"]
    return Entry(
        article_id=known["article_id"],
        voice=known["voice"],
        state=state,
        tries=int(known.get("tries", 0)),
        due=float(known["score"]) if state == _RETRY else None,
        chars=int(known["chars"]),
        code=known.get("code", ""),
        detail=known.get("detail", ""),
    )


def _span(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{seconds} s"
