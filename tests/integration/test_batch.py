"""The line of articles that are made before anyone clicks: its order, caps and retries, and that it forgets none."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis

from articles.model import Article
from audio_cache import keys
from audio_cache.manifest import Manifest, Manifests, State
from audio_cache.store import Store
from tests.texts import sentence
from workers import batch as lines
from workers import broker
from workers.batch import MOST_TRIES, Asked, Batch
from workers.broker import BrokerUnavailable
from workers.budget import Budget, size
from workers.dispatch import Dispatch, text_of
from workers.live import Ended

DAY = datetime(2026, 3, 14, tzinfo=UTC)
NAME = "0123456789abcdef0123"
LATER = timedelta(hours=1).total_seconds()


def article(number: int, words: int = 14) -> Article:
    """The higher its number, the newer it is."""
    return Article(str(number), sentence(number, words), (), published_at=DAY + timedelta(hours=number))


@pytest.fixture
def sent() -> list[tuple[str, str, str, bool, str]]:
    return []


@pytest.fixture
def dispatch(client: redis.Redis, tmp_path: Path, sent: list) -> Dispatch:
    voices = {"ar": "making", "ar-deep": "making of the deep one"}
    manifests = Manifests(Store(tmp_path))
    return Dispatch(client, manifests, "making", "ar", lambda *message: sent.append(message), voices=voices)


@pytest.fixture
def line(client: redis.Redis, dispatch: Dispatch) -> Batch:
    """It has room for two."""
    return Batch(client, dispatch, Budget(client, {}), "google", room=2)


def asked_for(sent: list) -> list[str]:
    return [message[1] for message in sent]


def publish(dispatch: Dispatch, what: Article) -> None:
    """Its sound stands, as after a click."""
    dispatch.manifests._store.put(keys.sound(what.id, NAME), b"sound")
    recipe, text = dispatch.recipe(what), text_of(what)
    dispatch.manifests.point(
        Manifest(article_id=what.id, state=State.READY, voice="ar", recipe=recipe, text=text, rendition=NAME)
    )


def ends(line: Batch, dispatch: Dispatch, what: Article) -> None:
    """A maker made it."""
    recipe = dispatch.recipe(what)
    publish(dispatch, what)
    line.made(what.id, "", recipe)
    dispatch.settled(recipe)
    dispatch.leases.revoke(recipe)


def fails(line: Batch, dispatch: Dispatch, what: Article, code: str = "empty_audio") -> None:
    """A maker tried and failed."""
    recipe = dispatch.recipe(what)
    line.failed_to(what.id, "", recipe, Ended(code, "Why."))
    dispatch.settled(recipe)
    dispatch.leases.revoke(recipe)


def its_time_has_come(client: redis.Redis, line: Batch, id: str) -> None:
    client.zadd("istami:batch:retry", {id: 0}, xx=True)
    line.feed()


def state(line: Batch, id: int | str, voice: str = "") -> str | None:
    entry = line.entry(str(id), voice)
    return entry and entry.state


# ---- Order, and once


def test_the_newest_goes_first_a_few_at_a_time(line: Batch, dispatch: Dispatch, sent: list) -> None:
    articles = [article(number) for number in range(6)]
    for one in articles[:2]:
        assert line.add(one) is Asked.ASKED
    assert asked_for(sent) == ["0", "1"]  # There was nothing newer then.
    for one in articles[2:]:
        line.add(one)
    assert line.sizes() == {"waiting": 4, "making": 2, "retry": 0, "failed": 0}
    for one in (articles[0], articles[1], *reversed(articles[2:])):
        ends(line, dispatch, one)
        line.feed()
    assert asked_for(sent) == ["0", "1", "5", "4", "3", "2"]
    assert {message[0] for message in sent} == {"batch"}
    assert {state(line, number) for number in range(6)} == {"ready"}
    assert line.sizes() == {"waiting": 0, "making": 0, "retry": 0, "failed": 0}


def test_asking_again_queues_nothing(line: Batch, dispatch: Dispatch, sent: list) -> None:
    articles = [article(number) for number in range(4)]
    assert [line.add(one) for one in articles] == [Asked.ASKED] * 4
    assert [line.add(one) for one in articles] == [Asked.WAITING] * 4
    assert line.add(articles[0], "ar-deep") is Asked.ASKED  # Another voice is another sound.
    ends(line, dispatch, articles[0])
    assert line.add(articles[0]) is Asked.READY
    line.feed()
    assert asked_for(sent) == ["0", "1", "3"] and line.sizes()["waiting"] == 2


def test_many_who_ask_at_once_ask_once(client: redis.Redis, dispatch: Dispatch, sent: list) -> None:
    articles = [article(number) for number in range(20)]

    def ask(one: Article) -> Asked:
        return Batch(client, dispatch, Budget(client, {}), "google", room=3).add(one)

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(ask, articles * 4))
    assert answers.count(Asked.ASKED) == 20 and answers.count(Asked.WAITING) == 60
    assert len(sent) == len(set(sent)) == 3


def test_what_a_reader_waits_for_is_not_asked_for_again(line: Batch, dispatch: Dispatch, sent: list) -> None:
    dispatch.request(article(1))
    assert line.add(article(1)) is Asked.WAITING
    assert state(line, 1) == "making"
    for number in (2, 3):  # It takes no room of the batch.
        line.add(article(number))
    assert [message[:2] for message in sent] == [("interactive", "1"), ("batch", "2"), ("batch", "3")]
    recipe = dispatch.recipe(article(1))
    publish(dispatch, article(1))
    dispatch.settled(recipe)
    line.feed()
    assert state(line, 1) == "ready"


def test_a_reader_overtakes_and_makes_room(line: Batch, dispatch: Dispatch, sent: list) -> None:
    for number in (1, 2, 3, 4):
        line.add(article(number))
    dispatch.request(article(3))  # In the line.
    dispatch.request(article(1))  # In the making, as far as Celery's batch queue.
    line.feed()
    assert [message[:2] for message in sent] == [
        ("batch", "1"),
        ("batch", "2"),
        ("interactive", "3"),
        ("interactive", "1"),
        ("batch", "4"),
    ]
    for number in (1, 3):
        ends(line, dispatch, article(number))
    assert [state(line, number) for number in (1, 2, 3, 4)] == ["ready", "making", "ready", "making"]


def test_what_became_fresh_in_the_line_is_not_asked_for(line: Batch, dispatch: Dispatch, sent: list) -> None:
    for number in (1, 2, 3):
        line.add(article(number))
    publish(dispatch, article(3))
    ends(line, dispatch, article(1))
    line.feed()
    assert state(line, 3) == "ready" and asked_for(sent) == ["1", "2"]


# ---- What is not put into the line


def test_the_withdrawn_the_mute_and_the_too_long(client: redis.Redis, dispatch: Dispatch, sent: list) -> None:
    line = Batch(client, dispatch, Budget(client, {}), "google", article_chars=300)
    dispatch.withdraw(article(1))
    assert line.add(article(1)) is Asked.WITHDRAWN
    assert line.add(Article("2", "…", ())) is Asked.NOTHING
    assert line.add(article(3, words=200)) is Asked.TOO_LONG
    assert sent == [] and [line.entry(id) for id in "123"] == [None] * 3


def test_what_became_unfit_in_the_line_leaves_it(client: redis.Redis, dispatch: Dispatch) -> None:
    line = Batch(client, dispatch, Budget(client, {}), "google", article_chars=300)
    for number in (1, 2, 3):
        line.add(article(number))
    dispatch.withdraw(article(1))
    line.add(article(1))
    line.add(Article("2", "…", ()))
    line.add(Article("3", sentence(3, 200), ()))
    assert line.sizes() == {"waiting": 0, "making": 0, "retry": 0, "failed": 0}
    assert [line.entry(id) for id in "123"] == [None] * 3


def test_a_deleted_article_is_forgotten_in_every_voice(line: Batch) -> None:
    for voice in ("", "ar-deep"):
        line.add(article(1), voice)
    line.forget("1")
    assert line.entry("1") is line.entry("1", "ar-deep") is None
    assert line.sizes()["making"] == 0


# ---- Failures


def test_failures_are_tried_again_later_and_later_and_then_listed(
    line: Batch, dispatch: Dispatch, client: redis.Redis, sent: list
) -> None:
    line.add(article(1))
    delays = []
    for _ in range(MOST_TRIES - 1):
        fails(line, dispatch, article(1))
        line.feed()
        entry = line.entry("1")
        assert entry and entry.state == "retry" and entry.due and (entry.code, entry.detail) == ("empty_audio", "Why.")
        delays.append(round(entry.due - datetime.now(UTC).timestamp()))
        assert line.add(article(1)) is Asked.WAITING
        its_time_has_come(client, line, "1")
        assert state(line, 1) == "making"
    assert delays == [5, 20, 80, 320]
    fails(line, dispatch, article(1))
    assert len(sent) == MOST_TRIES
    (entry,) = line.failed()
    assert (entry.article_id, entry.state, entry.tries, entry.code) == ("1", "failed", MOST_TRIES, "empty_audio")
    line.feed()
    assert line.add(article(1)) is Asked.FAILED and len(sent) == MOST_TRIES


@pytest.mark.parametrize("code", ["rejected", "article_not_found", "gave_up"])
def test_what_no_try_can_mend_is_listed_at_once(line: Batch, dispatch: Dispatch, code: str) -> None:
    line.add(article(1))
    fails(line, dispatch, article(1), code)
    assert [(entry.code, entry.tries) for entry in line.failed()] == [(code, 1)]


def test_one_that_fails_stops_no_other(line: Batch, dispatch: Dispatch, sent: list) -> None:
    for number in (1, 2, 3):
        line.add(article(number))
    fails(line, dispatch, article(1))
    fails(line, dispatch, article(2), "rejected")
    line.feed()
    assert asked_for(sent) == ["1", "2", "3"]


def test_one_that_cannot_be_looked_up_stops_no_other(
    line: Batch, dispatch: Dispatch, client: redis.Redis, tmp_path: Path, sent: list
) -> None:
    client.set("istami:breaker:google", 1)
    for number in (1, 2):
        line.add(article(number))
    client.delete("istami:breaker:google")
    (tmp_path / keys.pointer("2")).mkdir(parents=True)
    line.feed()
    line.feed()
    assert asked_for(sent) == ["1"]
    entry = line.entry("2")
    assert entry and (entry.state, entry.code) == ("retry", "store_failed")
    (tmp_path / keys.pointer("1")).mkdir(parents=True)
    dispatch.settled(dispatch.recipe(article(1)))
    line.feed()
    assert state(line, 1) == "making"


def test_an_entry_whose_facts_are_gone_stops_no_other(line: Batch, client: redis.Redis, sent: list) -> None:
    """A broker of the operator's own may be set to throw keys away."""
    for set_ in ("waiting", "making", "theirs", "retry"):
        client.zadd(f"istami:batch:{set_}", {f"lost-{set_}": -9e9 if set_ == "waiting" else 0})
    line.add(article(1))
    line.add(article(2))
    assert asked_for(sent) == ["1", "2"]
    assert line.sizes() == {"waiting": 0, "making": 2, "retry": 0, "failed": 0}


@pytest.mark.parametrize("code", ["store_full", "source_unavailable"])
def test_the_line_rests_when_the_house_is_at_fault(
    line: Batch, dispatch: Dispatch, client: redis.Redis, sent: list, code: str
) -> None:
    """However long it lasts: nothing is given up."""
    for number in range(4):
        line.add(article(number))
    rests = []
    for _ in range(MOST_TRIES + 1):
        for id in asked_for(sent):
            fails(line, dispatch, article(int(id)), code)
        sent.clear()
        line.feed()
        assert sent == [] and line.waits().startswith("Why; the next try is in ")
        rests.append(round(client.pttl("istami:batch:rest") / 1000))
        client.delete("istami:batch:rest")
        for entry in client.zrange("istami:batch:retry", 0, -1):
            client.zadd("istami:batch:retry", {entry: 0})
        line.feed()
        assert len(sent) == 2
    assert rests == [5, 10, 20, 40, 60, 60] and line.failed() == []
    assert max(line.entry(str(number)).tries for number in range(4)) == 1  # type: ignore[union-attr]
    ends(line, dispatch, article(int(asked_for(sent)[0])))
    fails(line, dispatch, article(int(asked_for(sent)[1])), code)
    assert line.waits() == ""


def test_what_the_house_cannot_do_for_one_article_is_the_articles_fault(
    line: Batch, dispatch: Dispatch, client: redis.Redis
) -> None:
    line.add(article(1))
    for _ in range(MOST_TRIES):
        fails(line, dispatch, article(1), "source_unavailable")
        its_time_has_come(client, line, "1")
    assert [entry.code for entry in line.failed()] == ["source_unavailable"]


def test_a_new_chance(line: Batch, dispatch: Dispatch, sent: list) -> None:
    """After a change of the text, when it is asked for anew, and when a click has made it."""
    for number in (1, 2, 3):
        line.add(article(number))
        fails(line, dispatch, article(number), "rejected")
    changed = replace(article(1), title=sentence(100))
    assert line.add(changed) is Asked.ASKED
    assert line.add(article(2), anew=True) is Asked.ASKED
    publish(dispatch, article(3))
    assert line.add(article(3)) is Asked.READY
    assert line.failed() == []
    entry = line.entry("2")
    assert entry and (entry.tries, entry.code) == (0, "")


def test_the_list_of_failures_is_bounded(
    line: Batch, dispatch: Dispatch, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MOST_FAILED", 2)
    for number in range(4):
        line.add(article(number))
        fails(line, dispatch, article(number), "rejected")
    line.feed()
    assert [entry.article_id for entry in line.failed()] == ["3", "2"]
    assert line.entry("0") is None
    client.zadd("istami:batch:failed", {"3": datetime.now(UTC).timestamp() - lines.FAILED_KEPT_SECONDS - 1})
    line.feed()
    assert [entry.article_id for entry in line.failed()] == ["2"]
    assert 0 < client.ttl("istami:batch:of:2") <= lines.FAILED_KEPT_SECONDS


def test_an_engine_that_rests_costs_no_tries(line: Batch, dispatch: Dispatch, client: redis.Redis, sent: list) -> None:
    for number in (1, 2, 3):
        line.add(article(number))
    client.set("istami:breaker:google", "engine_unavailable")
    for _ in range(2 * MOST_TRIES):
        fails(line, dispatch, article(1), "engine_unavailable")
        its_time_has_come(client, line, "1")
    assert len(sent) == 2 and "google rests" in line.waits()
    client.delete("istami:breaker:google")
    client.set("istami:hold:google", 1, ex=90)
    line.feed()
    assert len(sent) == 2 and line.waits().endswith("left alone for 1 min.")
    client.delete("istami:hold:google")
    line.feed()
    entry = line.entry("1")
    assert entry and entry.tries == 0 and asked_for(sent)[2:] == ["3"] and line.waits() == ""


# ---- Nothing is lost


def test_a_maker_that_died_is_replaced(line: Batch, dispatch: Dispatch, sent: list) -> None:
    """Its message is with it, its lease has run out."""
    line.add(article(1))
    recipe = dispatch.recipe(article(1))
    with dispatch.leases.hold(recipe):
        dispatch.begun(recipe)
    line.feed()
    assert state(line, 1) == "making" and len(sent) == 1
    dispatch.revive(recipe)
    assert sent == [("batch", "1", recipe, False, "")] * 2
    for _ in range(5):
        dispatch.leases.revoke(recipe)
        dispatch.revive(recipe)
    line.feed()
    assert [entry.code for entry in line.failed()] == ["gave_up"]


def test_what_nobody_makes_any_more_stands_in_the_line_again(
    line: Batch, dispatch: Dispatch, client: redis.Redis, sent: list
) -> None:
    line.add(article(1))
    recipe = dispatch.recipe(article(1))
    dispatch.settled(recipe)  # And its process died before it could say how it went.
    dispatch.leases.revoke(recipe)
    line.feed()
    assert len(sent) == 1  # Perhaps it is just about to.
    client.zincrby("istami:batch:making", -LATER, "1")
    line.feed()
    assert len(sent) == 2 and state(line, 1) == "making"


def test_a_process_that_dies_between_line_and_queue_loses_nothing(
    client: redis.Redis, dispatch: Dispatch, sent: list
) -> None:
    def dies(*_: object) -> None:
        raise MemoryError

    broken = Dispatch(client, dispatch.manifests, "making", "ar", dies)
    with pytest.raises(MemoryError):
        Batch(client, broken, Budget(client, {}), "google").add(article(1))
    recipe = dispatch.recipe(article(1))
    dispatch.leases.revoke(recipe)
    dispatch.revive(recipe)
    assert asked_for(sent) == ["1"]


def test_a_message_that_was_lost_is_sent_again_though_others_wait(
    line: Batch, dispatch: Dispatch, client: redis.Redis, sent: list
) -> None:
    line.add(article(1))
    line.add(article(2))
    for number in (1, 2):
        dispatch.leases.revoke(dispatch.recipe(article(number)))
    client.lpush("batch", "a message", "a message")
    dispatch.revive(dispatch.recipe(article(1)))
    assert len(sent) == 2
    client.rpop("batch")
    dispatch.revive(dispatch.recipe(article(1)))
    assert asked_for(sent) == ["1", "2", "1"]


def test_a_withdrawal_in_the_making_ends_it(line: Batch, dispatch: Dispatch) -> None:
    line.add(article(1))
    dispatch.withdraw(article(1))
    line.add(article(1))
    assert line.entry("1") is None


def test_without_a_broker_it_says_so(dispatch: Dispatch) -> None:
    away = broker.connect("unix:///nowhere/valkey.sock")
    line = Batch(away, dispatch, Budget(away, {}), "google")
    for call in (line.feed, line.failed, line.waits, line.sizes, lambda: line.add(article(1)), lambda: line.entry("1")):
        with pytest.raises(BrokerUnavailable):
            call()


# ---- Budget


def test_the_daily_cap_holds_the_line_until_midnight(client: redis.Redis, dispatch: Dispatch, sent: list) -> None:
    clock = [DAY.timestamp() + LATER]
    articles = [article(number) for number in (3, 2, 1)]
    cap = sum(map(size, articles[:2]))
    budget = Budget(client, {"google": cap}, lambda: clock[0])
    line = Batch(client, dispatch, budget, "google")
    for one in articles:
        line.add(one)
    assert asked_for(sent) == ["3", "2"]  # What is in the making counts.
    assert line.waits() == "" and not line.is_spent()
    for one in articles[:2]:
        budget.take("google", size(one))
        ends(line, dispatch, one)
    line.feed()
    assert len(sent) == 2 and line.is_spent()
    assert line.waits() == (
        f"The cap of {cap:,} characters a day for google is reached; it goes on at 00:00 UTC, in 23 h 0 min."
    )
    clock[0] += 23 * LATER
    line.feed()
    assert asked_for(sent) == ["3", "2", "1"] and line.waits() == ""


def test_what_was_stopped_by_the_cap_in_the_middle_waits_too(
    client: redis.Redis, dispatch: Dispatch, sent: list
) -> None:
    """Numbers are longer when they are read out."""
    budget = Budget(client, {"google": 1000})
    line = Batch(client, dispatch, budget, "google")
    line.add(article(1))
    recipe = dispatch.recipe(article(1))
    line.failed_to("1", "", recipe, Ended("daily_cap_reached", "", retry_after=LATER))
    dispatch.settled(recipe)
    entry = line.entry("1")
    assert entry and (entry.state, entry.tries) == ("retry", 0) and line.is_spent() and "cap of 1,000" in line.waits()
    dispatch.leases.revoke(recipe)
    its_time_has_come(client, line, "1")
    assert state(line, 1) == "making" and not line.is_spent()


def test_an_article_over_the_whole_cap_is_listed_at_once(client: redis.Redis, dispatch: Dispatch, sent: list) -> None:
    line = Batch(client, dispatch, Budget(client, {"google": 200}), "google")
    assert line.add(article(2, words=100)) is Asked.FAILED
    line.add(article(1))
    assert asked_for(sent) == ["1"]
    assert [(entry.article_id, entry.code) for entry in line.failed()] == [("2", "article_over_cap")]


def test_a_cap_that_was_raised_since_is_a_new_chance(client: redis.Redis, dispatch: Dispatch, sent: list) -> None:
    long = article(2, words=100)
    Batch(client, dispatch, Budget(client, {"google": 200}), "google").add(long)
    assert Batch(client, dispatch, Budget(client, {"google": 2000}), "google").add(long) is Asked.ASKED


def test_a_cap_that_was_lowered_since_blocks_nothing(client: redis.Redis, dispatch: Dispatch, sent: list) -> None:
    client.set("istami:breaker:google", 1)
    Batch(client, dispatch, Budget(client, {}), "google").add(article(2, words=100))
    client.delete("istami:breaker:google")
    line = Batch(client, dispatch, Budget(client, {"google": 200}), "google")
    line.add(article(1))
    assert asked_for(sent) == ["1"] and [entry.article_id for entry in line.failed()] == ["2"]
