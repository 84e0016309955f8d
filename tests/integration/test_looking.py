"""Looking after the answer: at most once a minute for an article on all machines, and never in a reader's way."""

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
import redis

from articles.errors import ArticleNotFound, SourceUnavailable
from articles.model import Article
from articles.sources.kept import Known
from audio_cache import keys
from audio_cache.manifest import Manifest, Manifests, State
from audio_cache.store import Store
from tests.running import wait_for
from tests.texts import sentence
from web.looking import MOST_WAITING, Looking
from web.service import Service
from workers import broker
from workers.dispatch import Dispatch

OLD, NEW = Article("42", sentence(1), ()), Article("42", sentence(2), ())
NAME = "0123456789abcdef0123"


@dataclass
class Place:
    """A source with a place of its own behind it."""

    article: Article = NEW
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(minutes=2))
    error: Exception | None = None
    answers: Event = field(default_factory=Event)
    looked: list[str] = field(default_factory=list)

    def look(self, id: str) -> Article:
        self.looked.append(id)
        self.answers.wait(10)
        if self.error:
            raise self.error
        return replace(self.article, id=id)

    def known(self, id: str) -> Known:
        return Known(replace(OLD, id=id), self.asked_at, "")


@dataclass
class House:
    """A service around that place, and what it sends to its workers."""

    service: Service
    place: Place
    sent: list[tuple]

    def publish(self, article: Article) -> None:
        """Its sound stands."""
        self.service.store.put(keys.sound(article.id, NAME), b"")
        recipe = self.service.dispatch.recipe(article)
        manifest = Manifest(article_id=article.id, state=State.READY, voice="ar", recipe=recipe, rendition=NAME)
        self.service.manifests.point(manifest)


def house(client: redis.Redis, folder: Path) -> House:
    place, sent = Place(), []
    place.answers.set()
    store = Store(folder)
    manifests = Manifests(store)
    dispatch = Dispatch(client, manifests, "making", "ar", lambda *message: sent.append(message))
    service = Service(place, store, manifests, dispatch, (), (), client, SimpleNamespace())  # type: ignore[arg-type]
    return House(service, place, sent)


@pytest.fixture
def here(client: redis.Redis, tmp_path: Path) -> House:
    return house(client, tmp_path)


def looked(house: House, count: int = 1) -> None:
    wait_for(lambda: len(house.place.looked) == count, 5, "a look")


def test_a_changed_text_has_its_sound_made(here: House) -> None:
    here.publish(OLD)
    Looking(here.service).later("42", "")
    wait_for(lambda: here.sent, 5, "a message")
    ((queue, id, recipe, *_),) = here.sent
    assert (queue, id, recipe) == ("interactive", "42", here.service.dispatch.recipe(NEW))


@pytest.mark.parametrize("published", [None, NEW])
def test_where_no_old_sound_stands_nothing_is_made(here: House, published: Article | None) -> None:
    if published:
        here.publish(published)
    Looking(here.service).look("42", "")
    assert here.place.looked == ["42"] and here.sent == []


def test_a_withdrawn_one_stays_so(here: House, caplog: pytest.LogCaptureFixture) -> None:
    here.service.dispatch.withdraw(NEW)
    Looking(here.service).look("42", "")
    assert here.place.looked == ["42"] and here.sent == []


def test_once_a_minute_on_all_machines(here: House, client: redis.Redis, tmp_path: Path) -> None:
    there = house(client, tmp_path)
    one, other = Looking(here.service), Looking(there.service)
    one.look("42", "")
    one.look("42", "")
    other.look("42", "")
    assert (here.place.looked, there.place.looked) == (["42"], [])
    other.look("43", "")
    assert there.place.looked == ["43"]
    assert {client.ttl(key) for key in client.keys("istami:looked:*")} <= {59, 60}


def test_what_was_asked_for_within_the_minute_is_not_looked_at(here: House) -> None:
    here.place.asked_at = datetime.now(UTC) - timedelta(seconds=50)
    Looking(here.service).look("42", "")
    assert here.place.looked == []
    here.place.asked_at = datetime.now(UTC) - timedelta(seconds=61)
    Looking(here.service).look("42", "")
    assert here.place.looked == ["42"]


def test_nobody_waits_for_a_slow_place_and_the_line_is_short(here: House) -> None:
    here.place.answers.clear()
    looking = Looking(here.service)
    began = time.monotonic()
    for number in range(10 * MOST_WAITING):
        looking.later(str(number), "")
        looking.later("0", "")
    assert time.monotonic() - began < 5
    looked(here, 2)  # As many as there are threads.
    here.place.answers.set()
    wait_for(lambda: len(here.place.looked) >= MOST_WAITING, 10, "the line to end")
    assert len(here.place.looked) <= MOST_WAITING + 4 and len(set(here.place.looked)) == len(here.place.looked)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SourceUnavailable("the site answers 503"), "the site answers 503"),
        (ArticleNotFound(), "gone from its place"),
        (RuntimeError("unexpected"), "unexpected"),
    ],
)
def test_a_look_that_fails_is_said_and_the_next_goes_on(
    here: House, caplog: pytest.LogCaptureFixture, error: Exception, said: str
) -> None:
    caplog.set_level("INFO", "web.looking")
    here.place.error = error
    looking = Looking(here.service)
    for id in ("1", "2", "3"):
        looking.later(id, "")
    looked(here, 3)
    wait_for(lambda: len(caplog.records) == 3, 5, "three lines")
    assert all(said in f"{record.getMessage()} {record.exc_info}" for record in caplog.records)
    assert all("\n" not in record.getMessage() for record in caplog.records)


def test_without_a_broker_nobody_looks(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    here = house(broker.connect("redis://:secret@127.0.0.1:1/0"), tmp_path)
    Looking(here.service).later("42", "")
    wait_for(lambda: caplog.records, 10, "a line")
    assert here.place.looked == [] and "secret" not in caplog.text


def test_the_library_needs_no_looking(here: House, client: redis.Redis) -> None:
    service = replace(here.service, source=SimpleNamespace(get=lambda id: OLD))  # type: ignore[arg-type]
    Looking(service).later("42", "")
    assert here.place.looked == [] and not client.keys("istami:looked:*")
