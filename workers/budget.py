"""How many characters each engine may be sent in a day (UTC), and how many it has been sent."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import redis

from articles.model import Article
from tts.errors import IstamiError

DAY_SECONDS = 24 * 3600
_KEPT_SECONDS = 2 * DAY_SECONDS

# Counts the characters, unless that would go over the cap; -1 is no cap.
_TAKE = """
local spent, characters, cap = tonumber(redis.call('GET', KEYS[1]) or 0), tonumber(ARGV[1]), tonumber(ARGV[2])
if cap >= 0 and spent + characters > cap then return 0 end
redis.call('INCRBY', KEYS[1], characters)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
# Notes that a wanted rendition needs so many characters: 1, unless with what is spent (-1), or also with what others
# that are wanted still need (0), that would go over the cap. Whoever notes is given a moment to become wanted.
_RESERVE = """
local recipe, characters, cap, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local spent, held, notes = tonumber(redis.call('GET', KEYS[1]) or 0), 0, redis.call('HGETALL', KEYS[2])
for at = 1, #notes, 2 do
    local needed, since = string.match(notes[at + 1], '(%d+) (%d+)')
    if redis.call('HEXISTS', KEYS[3], notes[at]) == 0 and now - since > tonumber(ARGV[5]) then
        redis.call('HDEL', KEYS[2], notes[at])
    elseif notes[at] ~= recipe then
        held = held + needed
    end
end
if spent + characters > cap then return -1 end
if spent + held + characters > cap then return 0 end
redis.call('HSET', KEYS[2], recipe, string.format('%d %d', characters, now))
redis.call('EXPIRE', KEYS[2], ARGV[6])
return 1
"""
_MOMENT_SECONDS = 10


class CapReached(IstamiError):
    """The characters that a speech engine may be sent in a day are spent; the next day begins at 00:00 UTC."""

    code = "daily_cap_reached"

    def __init__(self, retry_after: float, detail: str | None = None):
        super().__init__(detail)
        self.retry_after = retry_after
        """Seconds until the next day, or until something that is being made may be ready."""


class ArticleOverCap(IstamiError):
    """The article is longer than this service may have read aloud."""

    code = "article_over_cap"


class Budget:
    """The fleet's spending. When the broker is away nothing is counted and everything may pass."""

    def __init__(self, client: redis.Redis, caps: Mapping[str, int], clock: Callable[[], float] = time.time):
        """``caps``: characters a day, for each engine that has a cap."""
        self._client = client
        self._caps = caps
        self._clock = clock
        self._take, self._reserve = client.register_script(_TAKE), client.register_script(_RESERVE)

    def cap(self, engine: str) -> int | None:
        """Characters a day; None is no cap."""
        return self._caps.get(engine)

    def spend(self, engine: str, characters: int) -> None:
        """Count characters that are sent to the engine."""
        self._count(engine, characters, -1)

    def take(self, engine: str, characters: int) -> None:
        """Count characters that are about to be sent. Raises ``CapReached`` instead of going over the cap."""
        cap = self._caps.get(engine, -1)
        if not self._count(engine, characters, cap):
            raise CapReached(self.resets_in(), f"The cap of {cap:,} characters a day for {engine} is reached.")

    def reserve(self, engine: str, recipe: str, characters: int, among: str) -> None:
        """Note what a rendition will need as long as it is ``among`` those wanted: a hash by recipe.

        Raises ``CapReached`` if that would go over the cap, together with all that is being made.
        """
        if (cap := self.cap(engine)) is None:
            return
        now = int(self._clock())
        found = self._reserve(
            keys=[self._key(engine), f"istami:reserved:{engine}", among],
            args=[recipe, characters, cap, now, _MOMENT_SECONDS, DAY_SECONDS],
        )
        if found < 0:
            raise CapReached(self.resets_in())
        if not found:
            detail = (
                f"What is being made now may need the rest of today's {cap:,} characters for {engine}; try again soon."
            )
            raise CapReached(_MOMENT_SECONDS, detail)

    def spent(self, engine: str) -> int:
        """Characters sent today."""
        return int(self._client.get(self._key(engine)) or 0)

    def left(self, engine: str) -> int | None:
        """Characters left for today, never under 0; None is no cap."""
        cap = self.cap(engine)
        return None if cap is None else max(cap - self.spent(engine), 0)

    def resets_in(self) -> float:
        """Seconds until the next day."""
        return DAY_SECONDS - self._clock() % DAY_SECONDS

    def _count(self, engine: str, characters: int, cap: int) -> bool:
        try:
            return bool(self._take(keys=[self._key(engine)], args=[characters, cap, _KEPT_SECONDS]))
        except redis.RedisError:
            return True

    def _key(self, engine: str) -> str:
        return f"istami:spent:{engine}:{datetime.fromtimestamp(self._clock(), UTC).date().isoformat()}"


class Caps:
    """What the caps say to readers who ask for an article that is not made yet."""

    def __init__(
        self,
        budget: Budget,
        engine: str,
        article_chars: int = 0,
        reckon: Callable[[Article, str], int] | None = None,
    ):
        """``engine`` is the first in order; ``article_chars`` the most characters of an article, 0 is no cap.

        ``reckon`` gives the characters that the engine would be sent for an article in a voice; without it the
        article's own count.
        """
        self._budget = budget
        self._engine = engine
        self._article_chars = article_chars
        self._reckon = reckon

    def check(self, article: Article) -> None:
        """Raises ``ArticleOverCap``."""
        self._needs(article, "")

    def reserve(self, article: Article, voice: str, recipe: str, among: str) -> None:
        """Note what a rendition needs; see ``Budget.reserve``. Raises ``ArticleOverCap`` or ``CapReached``."""
        self._budget.reserve(self._engine, recipe, self._needs(article, voice), among)

    def _needs(self, article: Article, voice: str) -> int:
        if self._article_chars and size(article) > self._article_chars:
            raise ArticleOverCap(f"The article has {size(article):,} characters; the cap is {self._article_chars:,}.")
        cap = self._budget.cap(self._engine)
        if cap is None:
            return 0
        characters = self._reckon(article, voice) if self._reckon else size(article)
        if characters > cap:
            raise ArticleOverCap(f"The article has {characters:,} characters; {self._engine} has {cap:,} a day.")
        return characters


def size(article: Article) -> int:
    """The article's characters, title and paragraphs: about what engines are sent for it."""
    return len(article.title) + sum(map(len, article.paragraphs))
