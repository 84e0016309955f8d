"""Asking for renditions: one message for many clicks, and none lost between two makers."""

from pathlib import Path

import pytest
import redis

from articles.model import Article
from audio_cache.manifest import Manifests, State
from audio_cache.store import Store
from tests.texts import sentence
from workers.dispatch import MOST_TRIES, Dispatch
from workers.live import Ended

ARTICLE = Article("42", sentence(1), (sentence(2),))


@pytest.fixture
def sent() -> list[tuple[str, str, str, bool]]:
    return []


@pytest.fixture
def dispatch(client: redis.Redis, tmp_path: Path, sent: list) -> Dispatch:
    return Dispatch(client, Manifests(Store(tmp_path)), "making", "ar", lambda *message: sent.append(message))


def test_many_clicks_send_one_message(dispatch: Dispatch, sent: list) -> None:
    states = [dispatch.request(ARTICLE).state for _ in range(20)]
    assert set(states) == {State.QUEUED}
    assert sent == [("interactive", "42", dispatch.recipe(ARTICLE), False)]


def test_a_reader_overtakes_the_batch(dispatch: Dispatch, sent: list) -> None:
    dispatch.request(ARTICLE, queue="batch")
    dispatch.request(ARTICLE)
    dispatch.request(ARTICLE)
    assert [message[0] for message in sent] == ["batch", "interactive"]


def test_a_failure_is_told_and_the_next_click_asks_again(dispatch: Dispatch, sent: list) -> None:
    """Even when the maker that failed has not let go of its lease yet."""
    dispatch.request(ARTICLE)
    recipe = dispatch.recipe(ARTICLE)
    with dispatch.leases.hold(recipe):
        dispatch.begun(recipe)
        assert dispatch.request(ARTICLE).state is State.RENDERING
        dispatch.settled(recipe)
        dispatch.live.end(recipe, Ended("store_full", "full"))
        status = dispatch.status(ARTICLE)
        assert status and (status.state, status.error_code) == (State.FAILED, "store_full")
        assert dispatch.request(ARTICLE).state is State.QUEUED
    assert len(sent) == 2
    assert dispatch.leases.state(recipe) == "queued"


def test_a_message_in_a_long_queue_is_not_sent_twice(dispatch: Dispatch, sent: list, client: redis.Redis) -> None:
    dispatch.request(ARTICLE)
    recipe = dispatch.recipe(ARTICLE)
    client.lpush("interactive", "the message")
    dispatch.leases.revoke(recipe)  # Its claim has run out while it waited.
    dispatch.revive(recipe)
    dispatch.request(ARTICLE)
    assert len(sent) == 1
    client.delete("interactive")  # Now it is lost.
    dispatch.revive(recipe)
    assert len(sent) == 2


def test_makers_that_die_are_replaced_a_few_times(dispatch: Dispatch, sent: list) -> None:
    dispatch.request(ARTICLE)
    recipe = dispatch.recipe(ARTICLE)
    for _ in range(MOST_TRIES + 2):
        dispatch.begun(recipe)
        dispatch.leases.revoke(recipe)
        dispatch.revive(recipe)
    assert len(sent) == 1 + MOST_TRIES
    status = dispatch.status(ARTICLE)
    assert status and status.error_code == "gave_up"
    assert dispatch.wanted() == []
