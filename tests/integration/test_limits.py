"""One breaker, one rate limit, one memory for the whole fleet."""

import redis

from tts.errors import EmptyAudio, EngineUnavailable, RateLimited, Rejected
from workers import broker, limits
from workers.limits import FleetGate, FleetMemory


class Engine:
    name = "google"
    requests_a_second = 25


ENGINE = Engine()


def test_a_dead_network_opens_the_breaker_at_once_for_everyone(client: redis.Redis) -> None:
    FleetGate(client).failed(ENGINE, EngineUnavailable(reached=False))
    other = FleetGate(client)
    assert not other.allows(ENGINE)
    assert not other.may_try(ENGINE)  # Not before the rest is over.
    client.delete("istami:trial:google")
    assert other.may_try(ENGINE) and not other.may_try(ENGINE)  # One trial.
    other.succeeded(ENGINE)
    assert FleetGate(client).allows(ENGINE)


def test_other_failures_open_it_after_three(client: redis.Redis) -> None:
    gate = FleetGate(client)
    gate.failed(ENGINE, EngineUnavailable())
    gate.failed(ENGINE, EmptyAudio())
    assert gate.allows(ENGINE)
    gate.failed(ENGINE, EngineUnavailable())
    assert not gate.allows(ENGINE)


def test_a_success_forgets_failures_and_a_rejected_text_is_none(client: redis.Redis) -> None:
    gate = FleetGate(client)
    for _ in range(5):
        gate.failed(ENGINE, EngineUnavailable())
        gate.succeeded(ENGINE)
        gate.failed(ENGINE, Rejected())
    assert gate.allows(ENGINE)


def test_a_429_holds_everyone_back_until_retry_after(client: redis.Redis) -> None:
    FleetGate(client).failed(ENGINE, RateLimited(7.0))
    gate = FleetGate(client)
    assert not gate.allows(ENGINE)
    assert 6 < gate.held(ENGINE) <= 7
    client.delete("istami:hold:google")
    assert gate.allows(ENGINE)


def test_the_rate_limit_lets_a_burst_through_and_then_spaces(client: redis.Redis) -> None:
    gate = FleetGate(client)
    delays = [gate.turn(ENGINE) for _ in range(limits.BURST + 50)]
    assert not any(delays[: limits.BURST])
    assert delays[-1] > 20 / ENGINE.requests_a_second
    assert delays[limits.BURST + 1 :] == sorted(delays[limits.BURST + 1 :])


def test_memory_is_shared(client: redis.Redis) -> None:
    FleetMemory(client).remember("google.max_chars", "100")
    assert FleetMemory(client).recall("google.max_chars") == "100"
    assert FleetMemory(client).recall("unknown") is None


def test_without_a_broker_everything_may_pass() -> None:
    away = broker.connect("unix:///nowhere/valkey.sock")
    gate = FleetGate(away)
    gate.failed(ENGINE, EngineUnavailable(reached=False))
    gate.succeeded(ENGINE)
    assert gate.allows(ENGINE) and gate.may_try(ENGINE) and gate.turn(ENGINE) == gate.held(ENGINE) == 0
    assert FleetMemory(away).recall("x") is None
