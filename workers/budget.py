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


class CapReached(IstamiError):
    """The characters that a speech engine may be sent in a day are spent; the next day begins at 00:00 UTC."""

    code = "daily_cap_reached"

    def __init__(self, retry_after: float, detail: str | None = None):
        super().__init__(detail)
        self.retry_after = retry_after
        """Seconds until the next day."""


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
        self._take = client.register_script(_TAKE)

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

    def __init__(self, budget: Budget, engine: str, article_chars: int = 0):
        """``engine`` is the first in order; ``article_chars`` the most characters of an article, 0 is no cap."""
        self._budget = budget
        self._engine = engine
        self._article_chars = article_chars

    def check(self, article: Article) -> None:
        """Raises ``ArticleOverCap`` or ``CapReached``."""
        characters = size(article)
        if self._article_chars and characters > self._article_chars:
            raise ArticleOverCap(f"The article has {characters:,} characters; the cap is {self._article_chars:,}.")
        cap, left = self._budget.cap(self._engine), self._budget.left(self._engine)
        if cap is not None and left is not None and characters > left:
            if characters > cap:
                raise ArticleOverCap(f"The article has {characters:,} characters; {self._engine} has {cap:,} a day.")
            raise CapReached(self._budget.resets_in())


def size(article: Article) -> int:
    """The article's characters, title and paragraphs: about what engines are sent for it."""
    return len(article.title) + sum(map(len, article.paragraphs))
