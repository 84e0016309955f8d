"""A few lanes to an engine for the whole fleet, and one request for each utterance."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from workers import broker, lanes
from workers.lanes import Lanes


def always() -> bool:
    return True


class Crowd:
    """Counts who is in at the same time."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.now -= 1


def test_no_more_at_a_time_than_there_are_lanes_and_none_is_left_idle(client: redis.Redis) -> None:
    crowd, begun = Crowd(), time.monotonic()

    def ask(_: int) -> None:
        with Lanes(client, 4).lane("google", always), crowd:
            time.sleep(0.05)

    with ThreadPoolExecutor(12) as makers:
        list(makers.map(ask, range(60)))
    assert crowd.most == 4
    assert time.monotonic() - begun < 60 * 0.05 / 4 / 0.6  # A free lane that is only seen at the next look would show.
    assert not client.zcard("istami:lanes:google")


def test_each_engine_has_its_own(client: redis.Redis) -> None:
    ours = Lanes(client, 1)
    with ours.lane("google", always), ours.lane("espeak", always):
        assert client.zcard("istami:lanes:google") == client.zcard("istami:lanes:espeak") == 1


def test_whoever_needs_none_any_more_passes(client: redis.Redis) -> None:
    is_needed, passed = threading.Event(), threading.Event()
    is_needed.set()

    def ask() -> None:
        with Lanes(client, 1).lane("google", is_needed.is_set):
            passed.set()

    with Lanes(client, 1).lane("google", always), ThreadPoolExecutor(1) as maker:
        maker.submit(ask)
        assert not passed.wait(2 * lanes.LOOK_SECONDS)
        is_needed.clear()
        assert passed.wait(4 * lanes.LOOK_SECONDS)


def test_the_lanes_of_the_dead_come_back(client: redis.Redis) -> None:
    seconds, microseconds = client.time()
    now = seconds + microseconds / 1e6
    client.zadd("istami:lanes:google", {"killed": now + 0.3, "killed-too": now + 0.3})
    begun = time.monotonic()
    with Lanes(client, 2).lane("google", always):
        assert 0.25 < time.monotonic() - begun < 2


def test_a_lane_that_has_run_out_is_not_given_back_twice(client: redis.Redis) -> None:
    with Lanes(client, 1).lane("google", always):
        client.delete("istami:lanes:google")
    assert not client.exists("istami:lanes:google:free")


def test_an_error_gives_the_lane_back(client: redis.Redis) -> None:
    with pytest.raises(ValueError, match="x"), Lanes(client, 1).lane("google", always):
        raise ValueError("x")
    assert not client.zcard("istami:lanes:google")


def test_one_at_a_time_gets_an_utterance(client: redis.Redis) -> None:
    crowd, ours = Crowd(), Lanes(client, 4)

    def get(_: int) -> None:
        with ours.claim("a", always), crowd:
            time.sleep(0.02)

    with ThreadPoolExecutor(4) as makers:
        list(makers.map(get, range(6)))
    assert crowd.most == 1
    with ours.claim("a", always), ours.claim("b", always):
        assert sorted(client.keys("istami:claim:*")) == [b"istami:claim:a", b"istami:claim:b"]
    assert not client.keys("istami:claim:*")


def test_a_claim_that_ran_out_and_is_anothers_now_is_left_alone(client: redis.Redis) -> None:
    with Lanes(client, 4).claim("a", always):
        assert 0 < client.ttl("istami:claim:a") <= lanes.CLAIM_SECONDS
        client.set("istami:claim:a", "another's")
    assert client.get("istami:claim:a") == b"another's"


def test_without_a_broker_everything_may_pass() -> None:
    away = Lanes(broker.connect("unix:///nowhere/valkey.sock"), 1)
    with away.lane("google", always), away.lane("google", always), away.claim("a", always), away.claim("a", always):
        pass
