"""Asking for renditions: one message for many clicks, and none lost between two makers."""

import json
from pathlib import Path

import pytest
import redis

from articles.model import Article
from audio_cache import keys
from audio_cache.manifest import Manifest, Manifests, State
from audio_cache.store import Store
from tests.texts import sentence
from workers.dispatch import MOST_TRIES, Dispatch, VoiceNotAvailable, Withdrawn
from workers.lease import LeaseLost
from workers.live import Ended

ARTICLE = Article("42", sentence(1), (sentence(2),))
VOICES = {"ar": "making", "ar-deep": "making of the deep one"}
NAME = "0123456789abcdef0123"


@pytest.fixture
def sent() -> list[tuple[str, str, str, bool, str]]:
    return []


@pytest.fixture
def dispatch(client: redis.Redis, tmp_path: Path, sent: list) -> Dispatch:
    manifests = Manifests(Store(tmp_path))
    return Dispatch(client, manifests, "making", "ar", lambda *message: sent.append(message), voices=VOICES)


def test_many_clicks_send_one_message(dispatch: Dispatch, sent: list) -> None:
    states = [dispatch.request(ARTICLE).state for _ in range(20)]
    assert set(states) == {State.QUEUED}
    assert sent == [("interactive", "42", dispatch.recipe(ARTICLE), False, "")]


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


def test_the_default_voice_needs_no_name(dispatch: Dispatch, client: redis.Redis) -> None:
    assert [dispatch.named(name) for name in ("", "ar", "ar-deep")] == ["", "", "ar-deep"]
    with pytest.raises(VoiceNotAvailable, match=r"known: ar, ar-deep\.$"):
        dispatch.named("ar-female")
    only = Dispatch(client, dispatch.manifests, "making", "ar", lambda *_: None)
    assert only.named("ar") == "" and only.recipe(ARTICLE) == dispatch.recipe(ARTICLE)
    # Sound of before there were voices is still today's.
    assert dispatch.recipe(ARTICLE) == keys.recipe(ARTICLE.title, ARTICLE.paragraphs, "", "", "making")


def test_each_voice_is_asked_for_on_its_own(dispatch: Dispatch, sent: list) -> None:
    for voice in ("ar-deep", "", "ar-deep", ""):
        assert dispatch.request(ARTICLE, voice).voice == (voice or "ar")
    recipes = [dispatch.recipe(ARTICLE, voice) for voice in ("ar-deep", "")]
    assert [message[2:] for message in sent] == [(recipes[0], False, "ar-deep"), (recipes[1], False, "")]
    assert set(dispatch.wanted()) == set(recipes)


def test_a_voice_whose_maker_dies_is_asked_for_again(dispatch: Dispatch, sent: list) -> None:
    dispatch.request(ARTICLE, "ar-deep")
    recipe = dispatch.recipe(ARTICLE, "ar-deep")
    dispatch.begun(recipe)
    dispatch.leases.revoke(recipe)
    dispatch.revive(recipe)
    assert sent == [("interactive", "42", recipe, False, "ar-deep")] * 2


def test_what_was_wanted_before_there_were_voices_is_asked_for_again(
    dispatch: Dispatch, sent: list, client: redis.Redis
) -> None:
    recipe = dispatch.recipe(ARTICLE)
    record = {"article_id": "42", "queue": "interactive", "tries": 0, "begun": True, "at": 1}
    client.hset("istami:wanted", recipe, json.dumps(record))
    dispatch.revive(recipe)
    assert sent == [("interactive", "42", recipe, False, "")]


def test_withdrawing_stops_every_voice(dispatch: Dispatch) -> None:
    deep = dispatch.recipe(ARTICLE, "ar-deep")
    dispatch.request(ARTICLE)
    dispatch.request(ARTICLE, "ar-deep")
    with dispatch.leases.hold(deep) as held:
        assert held
        held.check()
        dispatch.withdraw(ARTICLE)
        with pytest.raises(LeaseLost):
            held.check()
    assert dispatch.wanted() == []
    with pytest.raises(Withdrawn):
        dispatch.request(ARTICLE, "ar-deep")
    assert dispatch.request(ARTICLE, lift_withdrawal=True).state is State.QUEUED
    assert dispatch.request(ARTICLE, "ar-deep").state is State.QUEUED


def test_a_withdrawal_of_other_words_does_not_hide_a_voice(dispatch: Dispatch, tmp_path: Path) -> None:
    dispatch.withdraw(Article("42", "other words", ()))
    recipe = dispatch.recipe(ARTICLE, "ar-deep")
    manifest = Manifest(article_id="42", state=State.READY, voice="ar-deep", recipe=recipe, rendition=NAME)
    Store(tmp_path).put(keys.sound("42", NAME), b"sound")
    dispatch.manifests.point(manifest, "ar-deep")
    assert dispatch.published(ARTICLE, "ar-deep") == dispatch.status(ARTICLE, "ar-deep") == manifest
    assert dispatch.published(ARTICLE) is dispatch.status(ARTICLE) is None
