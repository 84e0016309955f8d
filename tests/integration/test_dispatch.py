"""Asking for renditions: one message for many clicks, and none lost between two makers."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from articles.model import Article
from audio_cache import keys
from audio_cache.manifest import Manifest, Manifests, State
from audio_cache.store import Store
from tests.running import wait_for
from tests.texts import sentence
from tts.model import Segment
from workers.budget import ArticleOverCap, Budget, CapReached, Caps, size
from workers.dispatch import MOST_TRIES, Dispatch, VoiceNotAvailable, Withdrawn, text_of
from workers.lease import LeaseLost
from workers.live import Ended, Piece

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


def test_a_reader_joins_what_the_batch_is_making(dispatch: Dispatch, sent: list) -> None:
    """Nothing is sent; if the maker fails or dies now, it is a reader's article that goes on."""
    dispatch.request(ARTICLE, queue="batch")
    recipe = dispatch.recipe(ARTICLE)
    with dispatch.leases.hold(recipe):
        dispatch.begun(recipe)
        assert dispatch.wanted_in(recipe) == "batch"
        assert dispatch.request(ARTICLE).state is State.RENDERING
        assert len(sent) == 1 and dispatch.wanted_in(recipe) == "interactive"
        assert not dispatch.settled_unheard(recipe)
    dispatch.revive(recipe)
    assert [message[0] for message in sent] == ["batch", "interactive"]


def test_what_no_reader_has_joined_is_settled_unheard(dispatch: Dispatch, sent: list) -> None:
    dispatch.request(ARTICLE, queue="batch")
    recipe = dispatch.recipe(ARTICLE)
    with dispatch.leases.hold(recipe):
        pass
    assert dispatch.settled_unheard(recipe) and dispatch.wanted() == []
    assert dispatch.request(ARTICLE).state is State.QUEUED  # The click that comes a moment later asks on its own.
    assert [message[0] for message in sent] == ["batch", "interactive"]


def test_caps_hold_readers_back_before_anything_is_claimed(
    client: redis.Redis, dispatch: Dispatch, tmp_path: Path, sent: list
) -> None:
    budget = Budget(client, {"google": 2 * size(ARTICLE)})
    capped = Dispatch(
        client, dispatch.manifests, "making", "ar", lambda *message: sent.append(message), caps=Caps(budget, "google")
    )
    assert capped.request(ARTICLE).state is State.QUEUED
    budget.spend("google", 2 * size(ARTICLE))
    assert capped.request(ARTICLE).state is State.QUEUED  # It is being made already.
    other = Article("43", sentence(3), ())
    with pytest.raises(CapReached):
        capped.request(other)
    with pytest.raises(ArticleOverCap):
        capped.request(Article("44", sentence(4, 200), ()))
    assert len(sent) == 1 and len(capped.wanted()) == 1
    mark = capped.withdraw(other)
    with pytest.raises(CapReached):
        capped.request(other, lift_withdrawal=True)
    assert capped.current(other) == mark
    publish(dispatch, tmp_path, "", ARTICLE)
    assert capped.request(ARTICLE).state is State.READY


CORRECTED = replace(ARTICLE, title=sentence(9))


def publish(dispatch: Dispatch, folder: Path, voice: str, article: Article, name: str = NAME) -> Manifest:
    """A rendition of the article stands in that voice."""
    Store(folder).put(keys.sound(article.id, name), b"sound")
    published = Manifest(
        article_id=article.id,
        state=State.READY,
        voice=voice or "ar",
        recipe=dispatch.recipe(article, voice),
        text=text_of(article),
        rendition=name,
    )
    dispatch.manifests.point(published, voice)
    return published


def test_a_correction_takes_the_old_words_back_in_every_voice(dispatch: Dispatch, tmp_path: Path) -> None:
    for voice, name in (("", NAME), ("ar-deep", NAME[::-1])):
        publish(dispatch, tmp_path, voice, ARTICLE, name)
    dispatch.correct(CORRECTED)
    assert not list(tmp_path.rglob("*.mp3"))
    assert [dispatch.current(CORRECTED, voice) for voice in ("", "ar-deep")] == [None, None]
    assert dispatch.request(CORRECTED).state is State.QUEUED


def test_a_correction_stops_the_makers_of_the_old_words_only(dispatch: Dispatch) -> None:
    for article in (ARTICLE, CORRECTED):
        dispatch.request(article)
        dispatch.request(article, "ar-deep")
    old, new = dispatch.recipe(ARTICLE, "ar-deep"), dispatch.recipe(CORRECTED, "ar-deep")
    with dispatch.leases.hold(old) as stopped, dispatch.leases.hold(new) as kept:
        dispatch.correct(CORRECTED)
        assert stopped and kept
        with pytest.raises(LeaseLost):
            stopped.check()
        kept.check()
    assert set(dispatch.wanted()) == {dispatch.recipe(CORRECTED), new}


def test_a_correction_cuts_those_who_listen_to_the_old_words(dispatch: Dispatch, client: redis.Redis) -> None:
    recipe = dispatch.recipe(ARTICLE)
    dispatch.request(ARTICLE)
    segment = Segment(0, b"sound", "google", (), {})
    dispatch.live.add(recipe, Piece(b"sound", segment, 2, 0))
    with ThreadPoolExecutor(1) as listener:
        heard = listener.submit(lambda: list(dispatch.live.follow(recipe, after=1)))
        wait_for(lambda: client.info("clients")["blocked_clients"], 5, "the listener")
        dispatch.correct(CORRECTED)
        assert [type(last).__name__ for last in heard.result(20)][-1] == "Ended"
    assert not dispatch.live.exists(recipe)


def test_a_correction_without_other_words_withdraws(dispatch: Dispatch, tmp_path: Path) -> None:
    publish(dispatch, tmp_path, "", ARTICLE)
    dispatch.correct(ARTICLE)
    assert not list(tmp_path.rglob("*.mp3"))
    with pytest.raises(Withdrawn):
        dispatch.request(ARTICLE)
    assert dispatch.request(CORRECTED).state is State.QUEUED


def test_what_is_taken_back_is_corrected_when_the_right_words_come(dispatch: Dispatch, tmp_path: Path) -> None:
    publish(dispatch, tmp_path, "", ARTICLE)
    dispatch.take_back(ARTICLE)
    with pytest.raises(Withdrawn):
        dispatch.request(ARTICLE)
    assert not list(tmp_path.rglob("*.mp3"))
    dispatch.correct(CORRECTED)
    assert dispatch.request(CORRECTED).state is State.QUEUED


def test_right_words_that_are_known_already_are_not_taken_for_wrong_ones(dispatch: Dispatch, tmp_path: Path) -> None:
    """A look has learnt them before the hook came, which comes twice: its first call could not ask the place."""
    publish(dispatch, tmp_path, "", ARTICLE)
    for _ in range(2):
        dispatch.take_back(CORRECTED)
    dispatch.correct(CORRECTED)
    assert dispatch.request(CORRECTED).state is State.QUEUED


def test_the_same_correction_told_again_brings_its_words_back(dispatch: Dispatch, tmp_path: Path) -> None:
    publish(dispatch, tmp_path, "", ARTICLE)
    dispatch.correct(CORRECTED)
    publish(dispatch, tmp_path, "", CORRECTED)
    dispatch.correct(CORRECTED)
    assert dispatch.request(CORRECTED).state is State.READY
    dispatch.take_back(CORRECTED)
    dispatch.correct(CORRECTED)
    assert dispatch.request(CORRECTED).state is State.QUEUED


def test_what_an_editor_withdrew_stays_so_when_a_correction_has_no_other_words(
    dispatch: Dispatch, tmp_path: Path
) -> None:
    publish(dispatch, tmp_path, "", ARTICLE)
    dispatch.withdraw(ARTICLE)
    dispatch.take_back(ARTICLE)
    dispatch.correct(ARTICLE)
    with pytest.raises(Withdrawn):
        dispatch.request(ARTICLE)


def test_a_correction_told_again_lifts_no_withdrawal(dispatch: Dispatch, tmp_path: Path) -> None:
    publish(dispatch, tmp_path, "", ARTICLE)
    dispatch.correct(CORRECTED)
    publish(dispatch, tmp_path, "", CORRECTED)
    dispatch.withdraw(CORRECTED)
    dispatch.take_back(CORRECTED)
    dispatch.correct(CORRECTED)
    with pytest.raises(Withdrawn):
        dispatch.request(CORRECTED)


def test_taking_back_stops_what_is_made_for_the_first_time(dispatch: Dispatch) -> None:
    dispatch.request(ARTICLE)
    with dispatch.leases.hold(dispatch.recipe(ARTICLE)) as held:
        dispatch.take_back(ARTICLE)
        assert held
        with pytest.raises(LeaseLost):
            held.check()
    dispatch.correct(ARTICLE)
    with pytest.raises(Withdrawn):
        dispatch.request(ARTICLE)


def test_right_words_beside_wrong_ones_are_no_reason_to_withdraw(dispatch: Dispatch, tmp_path: Path) -> None:
    publish(dispatch, tmp_path, "", CORRECTED)
    publish(dispatch, tmp_path, "ar-deep", ARTICLE, NAME[::-1])
    dispatch.correct(CORRECTED)
    assert not list(tmp_path.rglob("*.mp3"))
    assert dispatch.request(CORRECTED).state is State.QUEUED


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
