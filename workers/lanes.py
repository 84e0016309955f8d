"""What batch makers share: a few lanes to each engine, and one request for each utterance that several of them need.

The lanes are a semaphore in Redis. Whoever holds one has a token in a sorted set, scored by the time at which it runs
out: the lanes of a process that was killed come back by themselves. Whoever gives a lane back leaves a word in a list,
on which one of those who wait blocks: a free lane is taken within a millisecond.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import redis

TOKEN_SECONDS = 10
"""Longer than an engine's answers, but for the very slowest; a killed worker's lanes are lost for so long at most."""
CLAIM_SECONDS = 15
"""Longer than a try and a second; a killed worker's claims are in the way for so long at most."""
LOOK_SECONDS = 0.25
"""Longest wait between two looks at whether the wait has become needless, or a token has run out."""
CLAIM_LOOK_SECONDS = 0.05

_TAKE = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
_GIVE = """
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return end
redis.call('RPUSH', KEYS[2], 1)
redis.call('LTRIM', KEYS[2], 0, ARGV[2] - 1)
redis.call('EXPIRE', KEYS[2], ARGV[3])
"""
_LET_GO = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Lanes:
    """The lanes to every engine. When the broker is away everything may pass."""

    def __init__(self, client: redis.Redis, lanes: int):
        self._client = client
        self._lanes = lanes
        self._take, self._give, self._let_go = map(client.register_script, (_TAKE, _GIVE, _LET_GO))

    @contextmanager
    def lane(self, engine: str, is_needed: Callable[[], bool]) -> Iterator[None]:
        """Hold one of the engine's lanes for the block; wait for it as long as ``is_needed``."""
        taken, free, token = f"istami:lanes:{engine}", f"istami:lanes:{engine}:free", secrets.token_hex(8)

        def is_ours() -> bool:
            return bool(self._take(keys=[taken], args=[token, self._lanes, TOKEN_SECONDS]))

        def give() -> None:
            self._give(keys=[taken, free], args=[token, self._lanes, TOKEN_SECONDS])

        with self._held(is_needed, is_ours, lambda: self._client.blpop([free], timeout=LOOK_SECONDS), give):
            yield

    @contextmanager
    def claim(self, utterance: str, is_needed: Callable[[], bool]) -> Iterator[None]:
        """Be the only one to get this utterance for the block; wait for that as long as ``is_needed``."""
        key, token = f"istami:claim:{utterance}", secrets.token_hex(8)

        def is_ours() -> bool:
            return bool(self._client.set(key, token, nx=True, ex=CLAIM_SECONDS))

        def let_go() -> None:
            self._let_go(keys=[key], args=[token])

        with self._held(is_needed, is_ours, lambda: time.sleep(CLAIM_LOOK_SECONDS), let_go):
            yield

    @staticmethod
    @contextmanager
    def _held(
        is_needed: Callable[[], bool], take: Callable[[], bool], wait: Callable[[], object], give: Callable[[], None]
    ) -> Iterator[None]:
        has_it = False
        try:
            while not (has_it := take()) and is_needed():
                wait()
        except redis.RedisError:
            pass
        try:
            yield
        finally:
            if has_it:
                with suppress(redis.RedisError):  # It runs out by itself.
                    give()
