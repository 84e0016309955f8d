"""One maker at a time, by the real Redis protocol."""

import threading

import pytest
import redis

from workers import lease, queue
from workers.lease import LeaseLost, Leases


def test_of_many_clicks_one_claims(client: redis.Redis) -> None:
    leases = Leases(client)
    barrier, claims = threading.Barrier(50), []

    def click() -> None:
        barrier.wait()
        claims.append(leases.queue("r"))

    threads = [threading.Thread(target=click) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert claims.count(True) == 1


def test_a_queued_lease_is_taken_by_the_first_task_and_no_other(client: redis.Redis) -> None:
    leases = Leases(client)
    leases.queue("r")
    with leases.hold("r") as first, leases.hold("r") as second:
        assert first is not None and second is None
        assert leases.state("r") == "held"
        assert not leases.queue("r")
    assert leases.state("r") is None


def test_a_task_may_begin_when_the_queued_claim_has_run_out(client: redis.Redis) -> None:
    with Leases(client).hold("r") as held:
        assert held is not None


def test_a_revoked_lease_is_lost_and_the_next_holder_keeps_his(client: redis.Redis) -> None:
    leases = Leases(client)
    with leases.hold("r") as held:
        assert held
        held.check()
        leases.revoke("r")
        with pytest.raises(LeaseLost):
            held.check()
        client.set("istami:lease:r", "another maker")
    assert client.get("istami:lease:r") == b"another maker"


def test_the_heart_beats(client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(lease, "HELD_MS", 200)
    with Leases(client).hold("r"):
        seen = [client.pttl("istami:lease:r") for _ in range(5) if not threading.Event().wait(0.1)]
    assert min(seen) > 0


def test_giving_up_a_claim_leaves_a_holders_lease_alone(client: redis.Redis) -> None:
    leases = Leases(client)
    with leases.hold("r"):
        leases.unqueue("r")
        assert leases.state("r") == "held"
    leases.queue("r")
    leases.unqueue("r")
    assert leases.state("r") is None


def test_the_times_are_in_order() -> None:
    """A task ends before its lease is dead, and the queue hands its message out again only after that."""
    assert queue.SOFT_LIMIT_SECONDS < queue.HARD_LIMIT_SECONDS < lease.DEAD_AFTER_SECONDS < queue.VISIBILITY_SECONDS
    assert lease.BEAT_SECONDS * 3 < lease.HELD_MS / 1000
