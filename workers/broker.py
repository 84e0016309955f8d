"""The connection to Redis, and the errors it may give."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from tts.errors import IstamiError

CONNECT_SECONDS = 2.0
REPLY_SECONDS = 10.0
"""Longer than any blocking read (``live.BLOCK_SECONDS``)."""

MOST_CONNECTIONS = 2_000
"""Each listener to a sound that is being made waits on one."""


class BrokerUnavailable(IstamiError):
    """The queue cannot be reached now; try again in a few seconds."""

    code = "broker_unavailable"


def connect(url: str, retries: int = 0) -> redis.Redis:
    """A client with time-outs; with ``retries``, one that sits out a restart of the broker (some 8 s for 8)."""
    backoff = ExponentialBackoff(cap=2.0, base=0.1)
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=REPLY_SECONDS,
        max_connections=MOST_CONNECTIONS,
        health_check_interval=30,
        retry=Retry(backoff, retries),
        retry_on_error=[redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError] if retries else [],
    )


@contextmanager
def named_errors() -> Iterator[None]:
    """Redis's own exceptions as ``BrokerUnavailable``; no address or password in the message."""
    try:
        yield
    except redis.RedisError as error:
        raise BrokerUnavailable(f"The queue cannot be reached ({type(error).__name__}).") from error
