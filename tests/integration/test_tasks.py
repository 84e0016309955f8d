"""Makers: what they make in each voice, and what they do with messages that cannot be served."""

from pathlib import Path

import pytest
import redis

from articles.errors import ArticleNotFound
from articles.model import Article
from audio_cache.manifest import Manifests, State
from audio_cache.store import Store
from tests.standins.engine import ScriptedEngine
from tests.texts import sentence
from tts import making
from tts.errors import EngineUnavailable
from tts.model import Voice
from workers import tasks
from workers.dispatch import Dispatch
from workers.limits import FleetGate
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
    store = Store(tmp_path)
    manifests = Manifests(store)
    voices = {voice.name: making.signature(star, voice.name) for voice in star.voices}
    dispatch = Dispatch(client, manifests, voices["ar"], "ar", lambda *message: sent.append(message), voices=voices)
    order = [star, ScriptedEngine("understudy")]
    return Workshop(OneArticle(), store, manifests, dispatch, order, "ar", FleetGate(client), client, 0)  # type: ignore[arg-type]


def work(workshop: Workshop, sent: list) -> list[str]:
    """Serves all messages; gives a word for each."""
    messages = sent[:]
    sent.clear()
    return [tasks.make(workshop, *message[1:]) for message in messages]


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
    assert work(workshop, sent) == ["degraded"]
    counts = {voice: workshop.manifests.current("42", voice).remakes for voice in ("", "ar-deep")}  # type: ignore[union-attr]
    assert counts == {"": 0, "ar-deep": 1}
    assert client.zscore(DEGRADED, "42/ar-deep") > client.zscore(DEGRADED, "42") + 5


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
