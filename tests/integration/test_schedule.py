"""The round that looks for new and changed articles."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis

from articles.errors import SourceUnavailable
from articles.model import Article
from articles.sources import Library
from audio_cache import keys
from tests.integration.workshops import Message, work, workshop_of
from tests.standins.engine import ScriptedEngine
from tests.texts import sentence
from workers import broker, queue
from workers.schedule import look_round
from workers.tasks import Workshop

EVERY, SINCE = 300, 3600


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Three articles: new, old, and old but changed just now."""
    made = Library(f"sqlite:///{tmp_path / 'articles.db'}")
    now = datetime.now(UTC)
    for number, age in ((1, timedelta(minutes=5)), (2, timedelta(minutes=1)), (3, timedelta(days=9))):
        made.put(Article(str(number), sentence(number), (), published_at=now - age))
    return made


@pytest.fixture
def sent() -> list[Message]:
    return []


@pytest.fixture
def house(client: redis.Redis, tmp_path: Path, library: Library, sent: list[Message]) -> Workshop:
    return workshop_of(client, tmp_path / "store", library, [ScriptedEngine()], sent)


def look_again(house: Workshop) -> None:
    house.client.delete("istami:looking")
    look_round(house, EVERY, SINCE)


def test_new_and_changed_articles_are_made_once(house: Workshop, sent: list[Message], library: Library) -> None:
    look_round(house, EVERY, SINCE)
    assert {message[1] for message in sent} == {"1", "2", "3"}  # The third was changed, so the library says, just now.
    assert {message[0] for message in sent} == {"batch"}
    assert work(house, sent) == ["made"] * 3
    look_again(house)
    assert sent == []
    library.put(Article("3", sentence(33), (), published_at=datetime.now(UTC) - timedelta(days=9)))
    look_again(house)
    assert [message[1] for message in sent] == ["3"]


def test_what_is_older_is_left_to_the_first_click(house: Workshop, sent: list[Message]) -> None:
    look_round(house, EVERY, since=-60)
    assert sent == []


def test_many_beats_look_once(house: Workshop, sent: list[Message], library: Library) -> None:
    look_round(house, EVERY, SINCE)
    sent.clear()
    library.put(Article("4", sentence(4), ()))
    look_round(house, EVERY, SINCE)
    assert sent == []
    assert EVERY * 0.8 < house.client.ttl("istami:looking") < EVERY


class Broken:
    """A source that is away."""

    def recent(self, since: datetime | None = None, limit: int = 50) -> list[Article]:
        raise SourceUnavailable("the site is away")


def test_a_source_that_is_away_is_only_logged(house: Workshop, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        look_round(replace(house, source=Broken()), EVERY, SINCE)  # type: ignore[arg-type]
    assert "could not look for new articles: the site is away" in caplog.text


def test_so_is_a_broker_that_is_away(house: Workshop, caplog: pytest.LogCaptureFixture) -> None:
    look_round(replace(house, client=broker.connect("unix:///nowhere/valkey.sock")), EVERY, SINCE)
    assert "could not look for new articles" in caplog.text


def test_one_bad_article_stops_no_other(house: Workshop, sent: list[Message], caplog: pytest.LogCaptureFixture) -> None:
    unreadable = house.store.path(keys.pointer("2"))
    unreadable.mkdir(parents=True)
    look_round(house, EVERY, SINCE)
    assert {message[1] for message in sent} == {"1", "3"}
    assert "article '2' cannot be made ready: The audio cache cannot be read" in caplog.text


def test_the_beat_looks_only_when_it_is_told_to() -> None:
    url = "redis://127.0.0.1:1/0"
    assert "look" not in queue.celery(url).conf.beat_schedule
    entry = queue.celery(url, 300).conf.beat_schedule["look"]
    assert (entry["task"], entry["schedule"], entry["options"]["queue"]) == ("istami.look", 300, "interactive")
