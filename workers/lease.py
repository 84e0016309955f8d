"""The lease: the short-lived claim on making a rendition. Whoever holds it is the only maker.

A lease is first *queued* (the web has asked for the rendition, no worker has begun) and then *held* by one task,
which keeps it alive with a heartbeat. A queued lease belongs to nobody: the first task that starts takes it, so a
second message for the same rendition does no harm.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import redis

from tts.errors import IstamiError

QUEUED_MS = 30_000
"""After this a click may send a second message: the first may have been lost."""
HELD_MS = 10_000
"""A maker that is silent this long is dead."""
BEAT_SECONDS = 2.5
DEAD_AFTER_SECONDS = 2_400
"""No heartbeat keeps a lease longer: above a task's hard time limit, under the queue's visibility time-out."""

_QUEUED = b"queued"

_TAKE = """
local value = redis.call('GET', KEYS[1])
if value and value ~= 'queued' then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_KEEP = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
_DROP = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class LeaseLost(IstamiError):
    """Another maker has taken over, or the sound was withdrawn."""

    code = "lease_lost"


class Held:
    """A lease that is ours."""

    def __init__(self, lease: "Leases", key: str, token: str):
        self._lease = lease
        self._key = key
        self._token = token
        self._taken = time.monotonic()

    def check(self) -> None:
        """Renew the lease. Raises ``LeaseLost`` if it is no longer ours."""
        too_old = time.monotonic() - self._taken > DEAD_AFTER_SECONDS
        if too_old or not self._lease.keep(self._key, self._token):
            raise LeaseLost


class Leases:
    """The leases of all renditions."""

    def __init__(self, client: redis.Redis):
        self._client = client
        self._take = client.register_script(_TAKE)
        self._keep = client.register_script(_KEEP)
        self._drop = client.register_script(_DROP)

    def queue(self, recipe: str) -> bool:
        """Claim the right to ask for a rendition; False when it is being made or already asked for."""
        return bool(self._client.set(_key(recipe), _QUEUED, nx=True, px=QUEUED_MS))

    def unqueue(self, recipe: str) -> None:
        """Give up a queued claim whose message could not be sent."""
        self._drop(keys=[_key(recipe)], args=[_QUEUED])

    def state(self, recipe: str) -> str | None:
        """``queued``, ``held`` or None."""
        value = self._client.get(_key(recipe))
        return None if value is None else "queued" if value == _QUEUED else "held"

    def revoke(self, recipe: str) -> None:
        """Take the lease from whoever holds it."""
        self._client.delete(_key(recipe))

    def keep(self, key: str, token: str) -> bool:
        """Renew a held lease; False when it is not this token's."""
        return bool(self._keep(keys=[key], args=[token, HELD_MS]))

    @contextmanager
    def hold(self, recipe: str) -> Iterator[Held | None]:
        """Hold the lease for the block, with a heartbeat beside it; None when another task holds it."""
        key, token = _key(recipe), secrets.token_hex(16)
        if not self._take(keys=[key], args=[token, HELD_MS]):
            yield None
            return
        held, stop = Held(self, key, token), Event()
        heart = Thread(target=_beat, args=(held, stop), name="lease-heartbeat", daemon=True)
        heart.start()
        try:
            yield held
        finally:
            stop.set()
            heart.join(timeout=1)
            self._drop(keys=[key], args=[token])


def _beat(held: Held, stop: Event) -> None:
    while not stop.wait(BEAT_SECONDS):
        try:
            held.check()
        except LeaseLost:
            return
        except redis.RedisError:
            continue  # The broker restarts; the maker itself will notice if it does not come back.


def _key(recipe: str) -> str:
    return f"istami:lease:{recipe}"
