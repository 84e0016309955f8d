"""Characters a day for each engine, counted for the whole fleet."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import redis

from articles.model import Article
from workers import broker
from workers.budget import DAY_SECONDS, ArticleOverCap, Budget, CapReached, Caps, size

WANTED = "istami:wanted"
EVENING = datetime(2026, 3, 14, 23, 30, tzinfo=UTC).timestamp()


def article(characters: int) -> Article:
    return Article("42", "س" * 10, ("ش" * (characters - 10),))


def test_what_one_worker_spends_is_spent_for_all(client: redis.Redis) -> None:
    caps = {"google": 100}
    Budget(client, caps).spend("google", 30)
    Budget(client, caps).take("google", 50)
    other = Budget(client, caps)
    assert (other.spent("google"), other.left("google")) == (80, 20)
    assert (other.spent("espeak"), other.left("espeak")) == (0, None)


def test_the_cap_is_never_passed_but_for_readers(client: redis.Redis) -> None:
    budget = Budget(client, {"google": 100})
    budget.take("google", 100)
    with pytest.raises(CapReached, match=r"100 characters a day for google"):
        budget.take("google", 1)
    assert budget.spent("google") == 100
    budget.spend("google", 7)
    assert (budget.spent("google"), budget.left("google")) == (107, 0)


def test_a_new_day_begins_at_midnight_utc(client: redis.Redis) -> None:
    now = EVENING
    budget = Budget(client, {"google": 100}, lambda: now)
    budget.take("google", 100)
    assert budget.resets_in() == 1800
    with pytest.raises(CapReached) as reached:
        budget.take("google", 1)
    assert reached.value.retry_after == 1800
    now += 1800
    assert (budget.left("google"), budget.resets_in()) == (100, DAY_SECONDS)
    budget.take("google", 1)
    assert 0 < client.ttl("istami:spent:google:2026-03-15") <= 2 * DAY_SECONDS


def test_an_engine_without_a_cap_is_counted_too(client: redis.Redis) -> None:
    budget = Budget(client, {})
    budget.take("google", 1_000_000)
    assert (budget.spent("google"), budget.left("google")) == (1_000_000, None)


def test_caps_for_readers(client: redis.Redis) -> None:
    budget = Budget(client, {"google": 500})
    caps = Caps(budget, "google", article_chars=400)
    assert size(article(400)) == 400
    caps.check(article(400))
    with pytest.raises(ArticleOverCap, match="401 characters; the cap is 400"):
        caps.check(article(401))
    budget.spend("google", 101)
    with pytest.raises(CapReached) as reached:
        caps.reserve(article(400), "", "one", WANTED)
    assert reached.value.retry_after > 10
    caps.reserve(article(399), "", "one", WANTED)
    with pytest.raises(ArticleOverCap, match="501 characters; google has 500 a day"):
        Caps(budget, "google").check(article(501))


def test_clicks_at_the_same_time_do_not_pass_the_cap_together(client: redis.Redis) -> None:
    now = EVENING
    budget = Budget(client, {"google": 1000}, lambda: now)

    def click(recipe: str) -> bool:
        try:
            Caps(budget, "google").reserve(article(300), "", recipe, WANTED)
        except CapReached as reached:
            assert reached.retry_after == 10 and "being made now" in reached.detail
            return False
        client.hset(WANTED, recipe, "{}")
        return True

    with ThreadPoolExecutor(10) as readers:
        assert sum(readers.map(click, map(str, range(10)))) == 3
    made, waits, *_ = client.hkeys(WANTED)
    assert click(made.decode())  # The same once more needs nothing more.
    budget.spend("google", 50)  # It was mostly in the cache.
    client.hdel(WANTED, made)
    now += 11
    assert click("after it") and not click("too many")


def test_what_is_in_the_cache_needs_nothing(client: redis.Redis) -> None:
    caps = Caps(Budget(client, {"google": 100}), "google", reckon=lambda article, voice: 7)
    for number in range(100 // 7):
        caps.reserve(article(300), "", str(number), WANTED)
    with pytest.raises(CapReached):
        caps.reserve(article(300), "", "one more", WANTED)


def test_without_a_broker_everything_may_pass() -> None:
    budget = Budget(broker.connect("unix:///nowhere/valkey.sock"), {"google": 1})
    budget.take("google", 100)
    budget.spend("google", 100)
