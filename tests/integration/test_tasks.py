"""Makers: what they make in each voice, and what they do with messages that cannot be served."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis

from articles.errors import ArticleNotFound, SourceUnavailable
from articles.model import Article
from audio_cache.manifest import State
from tests.integration.workshops import work, workshop_of
from tests.standins.engine import ScriptedEngine
from tests.texts import sentence
from tts.engines.base import Sound
from tts.errors import EngineError, EngineUnavailable, RateLimited, Rejected
from tts.model import Voice
from workers import tasks
from workers.batch import Asked, Batch
from workers.budget import Budget, size
from workers.dispatch import Dispatch
from workers.limits import FleetGate
from workers.reckoning import Reckoner
from workers.tasks import Workshop

ARTICLE = Article("42", sentence(1), (sentence(2),))
DEGRADED = "istami:degraded"


class Star(ScriptedEngine):
    """The first engine; the understudy has one voice only."""

    voices = (Voice("ar", "ar"), Voice("ar-deep", "ar"))


class OneArticle:
    """A source."""

    def get(self, article_id: str) -> Article:
        if article_id != ARTICLE.id:
            raise ArticleNotFound
        return ARTICLE


@pytest.fixture
def star() -> Star:
    return Star()


@pytest.fixture
def sent() -> list[tuple[str, str, str, bool, str]]:
    return []


@pytest.fixture
def workshop(client: redis.Redis, tmp_path: Path, star: Star, sent: list) -> Workshop:
    return workshop_of(client, tmp_path, OneArticle(), [star, ScriptedEngine("understudy")], sent)  # type: ignore[arg-type]


def test_a_degraded_rendition_is_made_again_in_its_voice(
    workshop: Workshop, star: Star, sent: list, client: redis.Redis
) -> None:
    dispatch = workshop.dispatch
    star.is_down(EngineUnavailable(reached=False))
    for voice in ("", "ar-deep"):
        dispatch.request(ARTICLE, voice)
    assert work(workshop, sent) == ["degraded", "degraded"]
    assert set(client.zrange(DEGRADED, 0, -1)) == {b"42", b"42/ar-deep"}

    star.is_down(None)
    workshop.gate.succeeded(star)
    client.zadd(DEGRADED, {"42/ar-deep": 0})  # Its turn has come, and not the other's.
    tasks.tend(workshop)
    assert [(message[0], *message[3:]) for message in sent] == [("batch", True, "ar-deep")]
    assert work(workshop, sent) == ["made"]
    assert client.zrange(DEGRADED, 0, -1) == [b"42"]
    seen = {voice: dispatch.published(ARTICLE, voice) for voice in ("", "ar-deep")}
    assert {voice: (m.voice, m.engine, m.degraded) for voice, m in seen.items() if m} == {
        "": ("ar", "understudy", True),
        "ar-deep": ("ar-deep", "google", False),
    }


def test_a_remake_in_vain_is_counted_in_its_voice(
    workshop: Workshop, star: Star, sent: list, client: redis.Redis
) -> None:
    star.is_down(EngineUnavailable(reached=False))
    for voice in ("", "ar-deep"):
        workshop.dispatch.request(ARTICLE, voice)
    work(workshop, sent)
    workshop.dispatch.request_remake(ARTICLE, "ar-deep")
    assert work(workshop, sent) == ["engine_unavailable"]
    counts = {voice: workshop.manifests.current("42", voice).remakes for voice in ("", "ar-deep")}  # type: ignore[union-attr]
    assert counts == {"": 0, "ar-deep": 1}
    assert client.zscore(DEGRADED, "42/ar-deep") > client.zscore(DEGRADED, "42") + 5


def test_a_remake_that_the_cap_forbids_waits_for_the_next_day(
    workshop: Workshop, star: Star, sent: list, client: redis.Redis
) -> None:
    star.is_down(EngineUnavailable(reached=False))
    workshop.dispatch.request(ARTICLE)
    work(workshop, sent)
    star.is_down(None)
    workshop.gate.succeeded(star)
    workshop.dispatch.request_remake(ARTICLE, "")
    assert work(replace(workshop, budget=Budget(client, {"google": 10})), sent) == ["daily_cap_reached"]
    current = workshop.manifests.current("42")
    assert current and (current.remakes, current.engine) == (0, "understudy")
    waits = (client.zscore(DEGRADED, "42") or 0) - time.time()
    assert waits == pytest.approx(workshop.budget.resets_in(), abs=5)


def test_what_nobody_can_make_better_leaves_the_list(workshop: Workshop, sent: list, client: redis.Redis) -> None:
    client.zadd(DEGRADED, {"42/of-an-engine-that-is-gone": 0, "43/ar-deep": 1, "43": 2})
    tasks.tend(workshop)
    tasks._remake_some(workshop)
    assert client.zcard(DEGRADED) == 0 and sent == []


def test_a_message_for_a_voice_that_is_gone_is_settled(workshop: Workshop, client: redis.Redis) -> None:
    client.hset("istami:wanted", "recipe", "{}")
    assert tasks.make(workshop, "42", "recipe", False, "of-an-engine-that-is-gone") == "voice_not_available"
    assert workshop.dispatch.wanted() == []
    ended = workshop.dispatch.live.progress("recipe")[2]
    assert ended and ended.code == "voice_not_available"


def test_whoever_waits_for_old_words_is_sent_on_in_the_same_voice(workshop: Workshop, sent: list) -> None:
    assert tasks.make(workshop, "42", "the old words' recipe", False, "ar-deep") == "superseded"
    assert [message[4] for message in sent] == ["ar-deep"]
    assert work(workshop, sent) == ["made"]
    status = workshop.dispatch.status(ARTICLE, "ar-deep")
    assert status and (status.state, status.voice) == (State.READY, "ar-deep")
    assert workshop.dispatch.status(ARTICLE) is None


def test_a_voice_that_has_become_the_default_stands_as_the_default(workshop: Workshop) -> None:
    """Its message was sent before the operator changed the default."""
    recipe = workshop.dispatch.recipe(ARTICLE)
    assert tasks.make(workshop, "42", recipe, False, "ar") == "made"
    current = workshop.manifests.current("42")
    assert current and (current.recipe, current.voice) == (recipe, "ar")


# ---- What the batch makes


@pytest.fixture
def line(workshop: Workshop) -> Batch:
    return workshop.batch


def seen(line: Batch) -> tuple[str, str]:
    """The article's state in the line, and the last failure's code."""
    entry = line.entry(ARTICLE.id)
    return (entry.state, entry.code) if entry else ("", "")


def test_the_batch_makes_an_article_and_goes_on_to_the_next(
    client: redis.Redis, workshop: Workshop, line: Batch, sent: list
) -> None:
    narrow = replace(workshop, batch=Batch(client, workshop.dispatch, workshop.budget, "google", room=1))
    for voice in ("", "ar-deep"):
        narrow.batch.add(ARTICLE, voice)
    assert work(narrow, sent) == ["made"] and seen(line) == ("ready", "")
    assert work(narrow, sent) == ["made"] and sent == []
    assert line.sizes() == {"waiting": 0, "making": 0, "retry": 0, "failed": 0}
    assert line.add(ARTICLE) is Asked.READY and workshop.dispatch.wanted() == []


@pytest.mark.parametrize("error", [EngineUnavailable(reached=False), RateLimited(600.0)])
def test_the_batch_waits_for_its_engine(
    workshop: Workshop, line: Batch, star: Star, sent: list, client: redis.Redis, error: EngineError
) -> None:
    """No understudy speaks, no try is counted, and no click is told of it."""
    star.is_down(error)
    line.add(ARTICLE)
    assert work(workshop, sent) == [error.code]
    entry = line.entry(ARTICLE.id)
    assert entry and (entry.state, entry.tries) == ("retry", 0) and line.waits()
    assert workshop.dispatch.status(ARTICLE) is None and workshop.dispatch.wanted() == []
    star.is_down(None)
    client.delete("istami:breaker:google", "istami:hold:google")
    client.zadd("istami:batch:retry", {ARTICLE.id: 0})
    tasks.tend(workshop)
    assert work(workshop, sent) == ["made"]
    published = workshop.dispatch.published(ARTICLE)
    assert published and (published.engine, published.degraded) == ("google", False)


def test_a_failure_of_its_own_counts_as_a_try(workshop: Workshop, line: Batch, star: Star, sent: list) -> None:
    star.fails(EngineUnavailable(), containing=ARTICLE.paragraphs[0][:12], times=4)
    line.add(ARTICLE)
    assert work(workshop, sent) == ["engine_unavailable"]
    entry = line.entry(ARTICLE.id)
    assert entry and (entry.state, entry.tries, entry.code) == ("retry", 1, "engine_unavailable")


def test_a_refused_passage_goes_to_the_understudy_alone(
    workshop: Workshop, line: Batch, star: Star, sent: list
) -> None:
    star.fails(Rejected(), containing=ARTICLE.paragraphs[0][:12])
    line.add(ARTICLE)
    assert work(workshop, sent) == ["degraded"] and seen(line) == ("ready", "")
    published = workshop.dispatch.published(ARTICLE)
    assert published and published.engine == "google+understudy"


def test_an_engine_that_refuses_everything_is_waited_for(
    workshop: Workshop, line: Batch, star: Star, sent: list, client: redis.Redis
) -> None:
    star.is_down(Rejected("400"))
    line.add(ARTICLE)
    assert work(workshop, sent) == ["engine_unavailable"]
    entry = line.entry(ARTICLE.id)
    assert entry and (entry.state, entry.tries) == ("retry", 1) and "refuses" in entry.detail
    assert workshop.dispatch.published(ARTICLE) is None
    star.is_down(None)
    client.zadd("istami:batch:retry", {ARTICLE.id: 0})
    line.feed()
    assert work(workshop, sent)[0] in ("made", "degraded")  # Its first passage may be the understudy's.


def test_a_reader_who_joins_hears_the_understudy_at_once(
    workshop: Workshop, line: Batch, star: Star, sent: list
) -> None:
    """The batch is in the middle of the article; its engine dies then."""

    class Dies(Star):
        def synthesize(self, text: str, voice: Voice) -> Sound:
            if text in ARTICLE.paragraphs[0]:
                assert workshop.dispatch.request(ARTICLE).state is State.RENDERING
                raise EngineUnavailable(reached=False)
            return super().synthesize(text, voice)

    line.add(ARTICLE)
    assert work(replace(workshop, engines=[Dies(), workshop.engines[1]]), sent) == ["degraded"]
    assert sent == [] and seen(line) == ("ready", "")
    status = workshop.dispatch.status(ARTICLE)
    assert status and status.state is State.READY


def test_a_reader_who_comes_as_the_batch_gives_up_gets_a_maker(
    workshop: Workshop, line: Batch, star: Star, sent: list
) -> None:
    """The line has its failure, and the reader hears the sound."""

    class Late(Batch):
        def failed_to(self, *about: Any) -> None:
            assert workshop.dispatch.request(ARTICLE).state is State.QUEUED
            super().failed_to(*about)

    star.is_down(EngineUnavailable(reached=False))
    line.add(ARTICLE)
    late = Late(workshop.client, workshop.dispatch, workshop.budget, "google")
    assert work(replace(workshop, batch=late), sent) == ["engine_unavailable"]
    assert [message[0] for message in sent] == ["interactive"]
    assert work(workshop, sent) == ["degraded"] and seen(line)[0] == "ready"


def test_the_batch_stops_at_the_cap_and_a_click_does_not(client: redis.Redis, workshop: Workshop, sent: list) -> None:
    budget = Budget(client, {"google": len(ARTICLE.title) + len(ARTICLE.paragraphs[0]) + 5})
    line = Batch(client, workshop.dispatch, budget, "google")
    capped = replace(workshop, budget=budget, batch=line, gate=FleetGate(client, budget))
    line.add(ARTICLE)
    budget.spend("google", 10)
    assert work(capped, sent) == ["daily_cap_reached"]
    assert seen(line) == ("retry", "daily_cap_reached") and line.is_spent()
    workshop.dispatch.request(ARTICLE)
    assert work(capped, sent) == ["made"] and seen(line)[0] == "ready"
    assert (budget.left("google") or 0) == 0


def reckoning(client: redis.Redis, workshop: Workshop, cap: int) -> Batch:
    """The line as workers have it, with what has been written in ``ARTICLES``."""
    reckoner = Reckoner(workshop.engines[0], workshop.store, workshop.dispatch.lexicon, "ar")
    budget = Budget(client, {"google": cap})
    return Batch(
        client, workshop.dispatch, budget, "google", reckon=lambda id, voice: reckoner.missing(ARTICLES[id], voice)
    )


NUMBERS = Article(
    "numbers", sentence(97), tuple(f"بلغ {number * 987 + 123456} ثم {number * 1313}." for number in range(6))
)
ARTICLES = {one.id: one for one in (ARTICLE, NUMBERS)}


def test_the_budget_counts_numbers_as_they_are_spoken(client: redis.Redis, workshop: Workshop, sent: list) -> None:
    line = reckoning(client, workshop, cap=2 * size(NUMBERS))
    line.add(NUMBERS)
    assert sent == [] and [(entry.article_id, entry.code) for entry in line.failed()] == [
        ("numbers", "article_over_cap")
    ]
    assert line.add(NUMBERS) is Asked.FAILED
    raised = reckoning(client, workshop, cap=5 * size(NUMBERS))
    Budget(client, {}).spend("google", 3 * size(NUMBERS))
    assert raised.add(NUMBERS) is Asked.ASKED and sent == [] and raised.is_spent()


def test_the_budget_does_not_count_what_is_in_the_cache(client: redis.Redis, workshop: Workshop, sent: list) -> None:
    workshop.dispatch.request(ARTICLE)
    assert work(workshop, sent) == ["made"]
    workshop.manifests.forget(ARTICLE.id)
    line = reckoning(client, workshop, cap=size(ARTICLE) - 1)
    assert line.add(ARTICLE) is Asked.ASKED and [message[1] for message in sent] == [ARTICLE.id]


def test_what_leaves_the_line_while_it_is_reckoned_is_gone(client: redis.Redis, workshop: Workshop) -> None:
    def reckon(id: str, voice: str) -> int:
        line.forget(id)
        return 7

    line = Batch(client, workshop.dispatch, Budget(client, {"google": 10_000}), "google", reckon=reckon)
    line.add(ARTICLE)
    assert line.entry(ARTICLE.id) is None and not client.keys("istami:batch:*")


def test_an_article_that_is_gone_is_listed(workshop: Workshop, line: Batch, sent: list) -> None:
    gone = Article("43", sentence(3), ())
    line.add(gone)
    assert work(workshop, sent) == ["article_not_found"]
    assert [(entry.article_id, entry.code) for entry in line.failed()] == [("43", "article_not_found")]


def test_an_unexpected_error_is_tried_again(workshop: Workshop, line: Batch, star: Star, sent: list) -> None:
    star.is_down(ZeroDivisionError("a bug"))  # type: ignore[arg-type]
    line.add(ARTICLE)
    assert work(workshop, sent) == ["internal_error"] and seen(line) == ("retry", "internal_error")


def test_text_that_changes_in_the_line_is_made_as_it_is_now(workshop: Workshop, line: Batch, sent: list) -> None:
    line.add(replace(ARTICLE, title=sentence(99)))  # As it was.
    assert work(workshop, sent) == ["superseded"]
    assert [message[0] for message in sent] == ["batch"]
    assert work(workshop, sent) == ["made"] and seen(line)[0] == "ready"


def test_other_settings_elsewhere_send_no_messages_round_and_round(
    client: redis.Redis, workshop: Workshop, line: Batch, sent: list
) -> None:
    """Two machines, one with a newer voice, and each gets what the other has asked for."""
    one, other = workshop.dispatch, Dispatch(client, workshop.manifests, "newer", "ar", workshop.dispatch._send)
    newer = replace(workshop, dispatch=other, batch=Batch(client, other, workshop.budget, "google"))
    line.add(ARTICLE)
    for number, receiver in enumerate([newer, workshop, newer, workshop], 1):
        assert work(receiver, sent) == ["superseded"] and sent == []
        entry = line.entry(ARTICLE.id)
        assert entry and (entry.state, entry.tries, entry.code) == ("retry", number, "other_settings")
        client.zadd("istami:batch:retry", {ARTICLE.id: 0})
        line.feed()
    assert work(newer, sent) == ["superseded"] and seen(line) == ("failed", "other_settings")
    assert one.wanted() == []


def test_another_lexicon_than_when_it_was_asked_for_only_delays(
    client: redis.Redis, workshop: Workshop, line: Batch, sent: list
) -> None:
    Batch(
        client, Dispatch(client, workshop.manifests, "older", "ar", workshop.dispatch._send), workshop.budget, "google"
    ).add(ARTICLE)
    assert work(workshop, sent) == ["superseded"] and seen(line) == ("retry", "other_settings")
    client.zadd("istami:batch:retry", {ARTICLE.id: 0})
    line.feed()
    assert work(workshop, sent) == ["made"] and seen(line)[0] == "ready"


def test_text_that_changes_while_it_is_made_is_made_again(workshop: Workshop, line: Batch, sent: list) -> None:
    class Changing(OneArticle):
        asked = 0

        def get(self, article_id: str) -> Article:
            self.asked += 1
            return ARTICLE if self.asked == 1 else CHANGED

    changing = replace(workshop, source=Changing())  # type: ignore[arg-type]
    line.add(ARTICLE)
    assert work(changing, sent) == ["made"] and seen(line)[0] == "making"
    assert work(changing, sent) == ["made"] and seen(line)[0] == "ready"
    published = workshop.dispatch.published(CHANGED)
    assert published and workshop.dispatch.is_fresh(CHANGED, published)


CHANGED = Article("42", sentence(98), (sentence(2),))


def test_what_was_withdrawn_meanwhile_leaves_the_line(
    workshop: Workshop, line: Batch, sent: list, client: redis.Redis
) -> None:
    client.set("istami:breaker:google", 1)
    line.add(ARTICLE)
    workshop.dispatch.withdraw(ARTICLE)
    client.delete("istami:breaker:google")
    line.feed()
    assert work(workshop, sent) == ["withdrawn"] and seen(line) == ("", "")
    assert workshop.dispatch.wanted() == []


def test_a_source_that_is_away_is_asked_again_and_no_click_is_told(
    workshop: Workshop, line: Batch, sent: list, client: redis.Redis
) -> None:
    class Away(OneArticle):
        def get(self, article_id: str) -> Article:
            raise SourceUnavailable

    line.add(ARTICLE)
    assert work(replace(workshop, source=Away()), sent) == ["source_unavailable"]  # type: ignore[arg-type]
    assert seen(line) == ("retry", "source_unavailable") and workshop.dispatch.status(ARTICLE) is None
    client.zadd("istami:batch:retry", {ARTICLE.id: 0})
    line.feed()
    assert work(workshop, sent) == ["made"] and seen(line)[0] == "ready"


def test_a_click_settles_what_waits_in_the_line(
    workshop: Workshop, line: Batch, client: redis.Redis, sent: list
) -> None:
    client.set("istami:breaker:google", 1)
    line.add(ARTICLE)
    assert seen(line) == ("waiting", "") and sent == []
    client.delete("istami:breaker:google")
    workshop.dispatch.request(ARTICLE)
    assert work(workshop, sent) == ["made"] and seen(line) == ("ready", "")
