"""One circuit breaker, one rate limit and one memory for each engine, for the whole fleet."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import redis

from audio_cache import keys
from tts.engines.base import Engine
from tts.errors import EngineError, EngineUnavailable, RateLimited, Rejected
from tts.model import Request
from tts.render import Gate
from workers.budget import Budget
from workers.lanes import LOOK_SECONDS, Lanes

log = logging.getLogger(__name__)

FAILURES_TO_OPEN = 3
"""Utterances given up in a row; a dead network opens at once."""
REFUSALS_TO_OPEN = 10
"""Different texts refused in a row: then it is not the texts."""
FAILURES_WITHIN_SECONDS = 120
OPEN_SECONDS = 900
"""An open breaker is closed by a trial that succeeds; after so long without any trial it closes by itself."""
REST_SECONDS = 30
"""An open breaker lets one trial through in this time."""
BURST = 60
"""Requests that may come at once before the steady rate counts: a long article's worth."""

# Generic cell rate algorithm: one key, the time at which the bucket would be empty again.
# It is not counted while the engine is held back: then the answer is what is left of that, below 0.
_ADMIT = """
local held = KEYS[2] and redis.call('PTTL', KEYS[2]) or 0
if held > 0 then return -held end
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local step, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
redis.call('SET', KEYS[1], due + step, 'PX', math.ceil(due + step - now + 1000))
return math.max(0, math.floor(due - now - step * burst))
"""


class FleetGate(Gate):
    """The gate that all workers share, for what a reader waits for. When the broker is away, everything may pass."""

    def __init__(self, client: redis.Redis, budget: Budget):
        self._client = client
        self._budget = budget
        self._admit = client.register_script(_ADMIT)

    def allows(self, engine: Engine) -> bool:
        """Neither resting after failures nor held back by a 429."""
        return self._ask(lambda: not self._client.exists(_open(engine), _hold(engine)), True)

    def may_try(self, engine: Engine) -> bool:
        """One caller in ``REST_SECONDS`` may try an engine that rests; one held back by a 429 is waited for."""
        return self._ask(
            lambda: (
                not self._client.exists(_open(engine))
                or bool(self._client.set(_trial(engine), 1, nx=True, ex=REST_SECONDS))
            ),
            True,
        )

    def held(self, engine: Engine) -> float:
        """Seconds: the rest of a 429's Retry-After."""
        return self._ask(lambda: max(self._client.pttl(_hold(engine)), 0) / 1000, 0.0)

    def turn(self, engine: Engine, characters: int) -> float:
        """Seconds: the rate limit's delay."""
        self._budget.spend(engine.name, characters)
        return (
            self._ask(lambda: self._admitted([_rate(engine)], engine, BURST), 0.0) if engine.requests_a_second else 0.0
        )

    def succeeded(self, engine: Engine) -> None:
        self._ask(
            lambda: self._client.delete(_open(engine), _failures(engine), _refusals(engine), _trial(engine)), None
        )

    def failed(self, engine: Engine, error: EngineError) -> None:
        if isinstance(error, RateLimited):
            self._ask(lambda: self._client.set(_hold(engine), 1, px=max(int(error.retry_after * 1000), 1)), None)
        elif isinstance(error, EngineUnavailable) and not error.reached:
            self._open(engine, error)
        elif not isinstance(error, Rejected):
            self._ask(lambda: self._count(engine, error), None)

    def refused(self, engine: Engine, request: Request) -> None:
        self._ask(lambda: self._count_refusal(engine, request), None)

    def state(self, name: str) -> str:
        """``closed``, ``open`` or ``held`` for the operator."""
        return (
            "open"
            if self._client.exists(f"istami:breaker:{name}")
            else ("held" if self._client.exists(f"istami:hold:{name}") else "closed")
        )

    def _count(self, engine: Engine, error: EngineError) -> None:
        count = self._client.incr(_failures(engine))
        self._client.expire(_failures(engine), FAILURES_WITHIN_SECONDS)
        if count >= FAILURES_TO_OPEN:
            self._open(engine, error)

    def _count_refusal(self, engine: Engine, request: Request) -> None:
        self._client.sadd(_refusals(engine), keys.utterance(request))
        self._client.expire(_refusals(engine), FAILURES_WITHIN_SECONDS)
        if self._client.scard(_refusals(engine)) >= REFUSALS_TO_OPEN:
            self._open(engine, Rejected("It refuses one text after the other."))

    def _open(self, engine: Engine, error: EngineError) -> None:
        log.warning("engine %s rests: %s", engine.name, error.detail)

        def rest() -> None:
            self._client.set(_open(engine), error.code, ex=OPEN_SECONDS)
            self._client.set(_trial(engine), 1, ex=REST_SECONDS)

        self._ask(rest, None)

    def _admitted(self, names: list[str], engine: Engine, burst: int) -> float:
        """Counts a request at the engine's rate, and gives the seconds until it may be sent."""
        step = 1000 // engine.requests_a_second if engine.requests_a_second else 0
        return self._admit(keys=names, args=[step, burst]) / 1000

    @staticmethod
    def _ask(call: Callable, otherwise):
        try:
            return call()
        except redis.RedisError:
            return otherwise


class BatchGate(FleetGate):
    """The same gate for what nobody waits for yet: few lanes, the steady rate, and not a character over the cap.

    Once a reader waits for it after all, it passes as a reader's.
    """

    def __init__(self, client: redis.Redis, budget: Budget, lanes: Lanes, has_reader: Callable[[], bool]):
        super().__init__(client, budget)
        self._lanes = lanes
        self._has_reader = has_reader
        self._could_wait, self._looked = True, 0.0

    def can_wait(self) -> bool:
        self._looked = time.monotonic()
        self._could_wait = self._could_wait and self._ask(lambda: not self._has_reader(), True)
        return self._could_wait

    def claim(self, request: Request) -> AbstractContextManager[None]:
        return self._lanes.claim(keys.utterance(request), self.can_wait)

    def lane(self, engine: Engine) -> AbstractContextManager[None]:
        return self._lanes.lane(engine.name, self.can_wait)

    def turn(self, engine: Engine, characters: int) -> float:
        """Seconds: the rate limit's delay. Raises ``CapReached``, and ``RateLimited`` after a 429 on another lane."""
        if not self._could_wait_lately():
            return super().turn(engine, characters)
        delay = self._ask(lambda: self._admitted([_rate(engine), _hold(engine)], engine, burst=0), 0.0)
        if delay < 0:
            raise RateLimited(-delay)
        self._budget.take(engine.name, characters)
        return delay

    def _could_wait_lately(self) -> bool:
        """As of a moment ago: a lane is too dear to look each time that somebody has one."""
        return self._could_wait if time.monotonic() - self._looked < LOOK_SECONDS else self.can_wait()


class FleetMemory:
    """What engines have learnt about their service, in Redis."""

    def __init__(self, client: redis.Redis):
        self._client = client

    def recall(self, fact: str) -> str | None:
        try:
            value = self._client.hget("istami:memory", fact)
        except redis.RedisError:
            return None
        return value.decode() if value is not None else None

    def remember(self, fact: str, value: str) -> None:
        try:
            self._client.hset("istami:memory", fact, value)
        except redis.RedisError:
            log.warning("could not remember %s=%s", fact, value)


def _rate(engine: Engine) -> str:
    return f"istami:rate:{engine.name}"


def _open(engine: Engine) -> str:
    return f"istami:breaker:{engine.name}"


def _hold(engine: Engine) -> str:
    return f"istami:hold:{engine.name}"


def _trial(engine: Engine) -> str:
    return f"istami:trial:{engine.name}"


def _failures(engine: Engine) -> str:
    return f"istami:failures:{engine.name}"


def _refusals(engine: Engine) -> str:
    return f"istami:refusals:{engine.name}"
