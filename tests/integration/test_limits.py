"""One breaker, one rate limit, one memory for the whole fleet."""

import pytest
import redis

from tts.errors import EmptyAudio, EngineUnavailable, RateLimited, Rejected
from tts.model import Request
from workers import broker, limits
from workers.budget import Budget, CapReached
from workers.lanes import Lanes
from workers.limits import BatchGate, FleetGate, FleetMemory


class Engine:
    name = "google"
    requests_a_second = 25


ENGINE = Engine()


def reader_gate(client: redis.Redis) -> FleetGate:
    return FleetGate(client, Budget(client, {}))


def test_a_dead_network_opens_the_breaker_at_once_for_everyone(client: redis.Redis) -> None:
    reader_gate(client).failed(ENGINE, EngineUnavailable(reached=False))
    other = reader_gate(client)
    assert not other.allows(ENGINE)
    assert not other.may_try(ENGINE)  # Not before the rest is over.
    client.delete("istami:trial:google")
    assert other.may_try(ENGINE) and not other.may_try(ENGINE)  # One trial.
    other.succeeded(ENGINE)
    assert reader_gate(client).allows(ENGINE)


def test_other_failures_open_it_after_three(client: redis.Redis) -> None:
    gate = reader_gate(client)
    gate.failed(ENGINE, EngineUnavailable())
    gate.failed(ENGINE, EmptyAudio())
    assert gate.allows(ENGINE)
    gate.failed(ENGINE, EngineUnavailable())
    assert not gate.allows(ENGINE)


def test_a_success_forgets_failures_and_a_rejected_text_is_none(client: redis.Redis) -> None:
    gate = reader_gate(client)
    for _ in range(5):
        gate.failed(ENGINE, EngineUnavailable())
        gate.succeeded(ENGINE)
        gate.failed(ENGINE, Rejected())
    assert gate.allows(ENGINE)


def test_one_text_refused_after_the_other_opens_it(client: redis.Redis) -> None:
    gate = reader_gate(client)
    for number in range(3 * limits.REFUSALS_TO_OPEN):
        gate.refused(ENGINE, Request("google", "1", "ar", f"one of {number % 3} texts"))
    gate.succeeded(ENGINE)
    for number in range(limits.REFUSALS_TO_OPEN):
        assert gate.allows(ENGINE)
        gate.refused(ENGINE, Request("google", "1", "ar", f"text {number}"))
    assert not gate.allows(ENGINE)


def test_a_429_holds_everyone_back_until_retry_after(client: redis.Redis) -> None:
    reader_gate(client).failed(ENGINE, RateLimited(7.0))
    gate = reader_gate(client)
    assert not gate.allows(ENGINE)
    assert 6 < gate.held(ENGINE) <= 7
    client.delete("istami:hold:google")
    assert gate.allows(ENGINE)


def test_the_rate_limit_lets_a_burst_through_and_then_spaces(client: redis.Redis) -> None:
    gate = reader_gate(client)
    delays = [gate.turn(ENGINE, 80) for _ in range(limits.BURST + 50)]
    assert not any(delays[: limits.BURST])
    assert delays[-1] > 20 / ENGINE.requests_a_second
    assert delays[limits.BURST + 1 :] == sorted(delays[limits.BURST + 1 :])


def batch_gate(client: redis.Redis, has_reader: list[bool], cap: int = 1_000_000) -> BatchGate:
    """``has_reader`` holds something once a reader waits."""
    return BatchGate(client, Budget(client, {"google": cap}), Lanes(client, 1), lambda: bool(has_reader))


def test_the_batch_leaves_the_burst_to_readers(client: redis.Redis) -> None:
    gate = batch_gate(client, [])
    delays = [gate.turn(ENGINE, 80) for _ in range(3)]
    assert delays[0] == 0 and delays[2] > 1.5 / ENGINE.requests_a_second
    assert not any(reader_gate(client).turn(ENGINE, 80) for _ in range(limits.BURST - 5))


def test_the_batch_has_few_lanes_and_a_cap_until_a_reader_waits(client: redis.Redis) -> None:
    has_reader: list[bool] = []
    gate = batch_gate(client, has_reader, cap=100)
    assert gate.can_wait() and not reader_gate(client).can_wait()
    gate.turn(ENGINE, 80)
    with pytest.raises(CapReached):
        gate.turn(ENGINE, 80)
    with gate.lane(ENGINE), reader_gate(client).lane(ENGINE):
        assert client.zcard("istami:lanes:google") == 1
        has_reader.append(True)
        assert not gate.can_wait()
        with gate.lane(ENGINE):
            gate.turn(ENGINE, 80)
    assert Budget(client, {}).spent("google") == 160


def test_after_a_429_the_other_lanes_of_the_batch_ask_nothing(client: redis.Redis) -> None:
    gate = batch_gate(client, [])
    gate.failed(ENGINE, RateLimited(7.0))
    with pytest.raises(RateLimited) as held:
        gate.turn(ENGINE, 80)
    assert 6 < held.value.retry_after <= 7
    assert Budget(client, {}).spent("google") == 0


def test_readers_characters_are_counted_too(client: redis.Redis) -> None:
    budget = Budget(client, {"google": 100})
    for _ in range(2):
        FleetGate(client, budget).turn(ENGINE, 80)
    assert (budget.spent("google"), budget.left("google")) == (160, 0)


def test_memory_is_shared(client: redis.Redis) -> None:
    FleetMemory(client).remember("google.max_chars", "100")
    assert FleetMemory(client).recall("google.max_chars") == "100"
    assert FleetMemory(client).recall("unknown") is None


def test_without_a_broker_everything_may_pass() -> None:
    away = broker.connect("unix:///nowhere/valkey.sock")
    gate = reader_gate(away)
    gate.failed(ENGINE, EngineUnavailable(reached=False))
    gate.succeeded(ENGINE)
    assert gate.allows(ENGINE) and gate.may_try(ENGINE) and gate.turn(ENGINE, 80) == gate.held(ENGINE) == 0
    assert FleetMemory(away).recall("x") is None
    without = batch_gate(away, [], cap=1)
    with without.lane(ENGINE), without.claim(Request("google", "1", "ar", "x")):
        assert without.can_wait() and without.turn(ENGINE, 80) == 0
