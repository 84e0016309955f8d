"""Last known texts: what is asked, what is kept, and what is read while the place cannot be asked."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from articles.errors import (
    ArticleNotFound,
    ArticleNotShown,
    ArticleUnavailable,
    InvalidArticleId,
    SourceUnavailable,
)
from articles.model import Article, Skip
from articles.sources import kept
from articles.sources.kept import Kept
from audio_cache.store import Store
from audio_cache.texts import Texts
from tests.running import wait_for

MORNING = datetime(2026, 3, 14, 8, tzinfo=UTC)
STORY = Article(
    "42",
    "عنوان",
    ("فقرة أولى.", "فقرة ثانية."),
    url="https://example.ma/42",
    published_at=MORNING,
    updated_at=MORNING,
    skipped=(Skip("related", "اقرأ أيضا"),),
)


class Place:
    """A site in this process that counts how often it is asked, and can be away."""

    def __init__(self, *articles: Article):
        self.articles = {article.id: article for article in articles}
        self.is_away = False
        self.asked: list[str] = []

    def get(self, id: str) -> Article:
        self._ask(id)
        if id not in self.articles:
            raise ArticleNotFound
        return self.articles[id]

    def recent(self, since: datetime | None = None, limit: int = 50) -> list[Article]:
        self._ask("recent")
        return [each for each in self.articles.values() if since is None or (each.updated_at or MORNING) >= since][
            :limit
        ]

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.is_away:
            raise SourceUnavailable("the site is away")


class Window(Place):
    """It shows only its newest articles."""

    def get(self, id: str) -> Article:
        try:
            return super().get(id)
        except ArticleNotFound:
            raise ArticleNotShown from None


class Database(Place):
    is_near = True


@pytest.fixture
def shelf(tmp_path: Path) -> Texts:
    return Texts(Store(tmp_path))


def another_process(place: Place, shelf: Texts) -> Kept:
    return Kept(place, shelf, "here")


def test_what_is_known_is_not_asked_for_again(shelf: Texts) -> None:
    place = Place(STORY)
    assert another_process(place, shelf).get("42") == STORY
    assert another_process(place, shelf).get("42") == STORY
    assert place.asked == ["42"]


def test_a_look_asks_the_place_and_all_processes_know(shelf: Texts) -> None:
    place = Place(STORY)
    web, worker = another_process(place, shelf), another_process(place, shelf)
    assert web.get("42") == worker.get("42") == STORY
    changed = place.articles["42"] = replace(STORY, title="عنوان آخر")
    assert web.get("42") == STORY
    assert web.look("42") == changed
    assert worker.get("42") == changed


def test_a_place_that_is_away_leaves_the_last_known_text_and_says_so(shelf: Texts) -> None:
    place = Place(STORY)
    source = another_process(place, shelf)
    source.get("42")
    well = source.known("42")
    assert well and well.problem == "" and well.asked_at and datetime.now(UTC) - well.asked_at < timedelta(minutes=1)
    place.is_away = True
    assert source.look("42") == STORY
    ill = source.known("42")
    assert ill and ill.problem == "source_unavailable" and ill.asked_at == well.asked_at
    assert source.problem == another_process(place, shelf).problem == "the site is away"
    with pytest.raises(SourceUnavailable):
        source.look("43")
    place.is_away = False
    source.look("42")
    assert source.problem == ""


def test_what_is_gone_is_forgotten(shelf: Texts) -> None:
    place = Place(STORY)
    source = another_process(place, shelf)
    source.get("42")
    del place.articles["42"]
    with pytest.raises(ArticleNotFound):
        source.look("42")
    place.is_away = True
    with pytest.raises(ArticleNotFound):
        source.get("42")
    with pytest.raises(SourceUnavailable):
        another_process(place, shelf).get("42")


def test_what_fell_out_of_a_window_is_not_gone(shelf: Texts) -> None:
    place = Window(STORY)
    source = another_process(place, shelf)
    source.get("42")
    place.articles.clear()
    assert source.look("42") == STORY
    with pytest.raises(ArticleNotFound):
        source.look("43")


def test_what_another_process_has_kept_meanwhile_is_no_longer_what_this_one_kept(shelf: Texts) -> None:
    place = Place(STORY)
    web, worker = another_process(place, shelf), another_process(place, shelf)
    worker.recent(MORNING)
    place.articles["42"] = replace(STORY, title="عنوان آخر")
    web.look("42")
    place.articles["42"] = STORY
    worker.recent(MORNING)
    assert web.get("42") == STORY
    del place.articles["42"]
    with pytest.raises(ArticleNotFound):
        web.look("42")
    place.articles["42"] = STORY
    worker.recent(MORNING)
    place.is_away = True
    assert worker.get("42") == STORY


class SlowWalk(Place):
    """While its newest articles are walked through, something happens."""

    def __init__(self, *articles: Article):
        super().__init__(*articles)
        self.meanwhile = lambda: None

    def recent(self, since: datetime | None = None, limit: int = 50) -> list[Article]:
        found = super().recent(since, limit)
        self.meanwhile()
        return found


def test_a_long_walk_does_not_undo_what_is_heard_meanwhile(shelf: Texts) -> None:
    place = SlowWalk(STORY, replace(STORY, id="43"))
    hook, worker = another_process(place, shelf), another_process(place, shelf)
    corrected = replace(STORY, title="عنوان مصحح")

    def meanwhile() -> None:
        place.articles["42"] = corrected
        hook.look("42")
        place.articles.pop("43", None)
        with pytest.raises(ArticleNotFound):
            hook.look("43")

    place.meanwhile = meanwhile
    assert worker.recent(MORNING) == [corrected]
    place.is_away = True
    assert worker.get("42") == corrected
    with pytest.raises(SourceUnavailable):
        another_process(place, shelf).get("43")
    place.is_away, place.meanwhile = False, lambda: None
    place.articles["43"] = replace(STORY, id="43")  # Published again.
    worker.recent(MORNING)
    assert another_process(place, shelf).get("43").id == "43"


def test_the_clock_of_another_machine_is_not_trusted(shelf: Texts, tmp_path: Path) -> None:
    place = Place(STORY, replace(STORY, id="43"))
    source = another_process(place, shelf)
    source.get("42")
    del place.articles["43"]
    with pytest.raises(ArticleNotFound):
        source.look("43")
    for path in files(tmp_path):
        record = json.loads(path.read_text())
        for name in {"asked_at", "gone_at"} & record.keys():
            record[name] = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        path.write_text(json.dumps(record))
    place.articles = {"42": replace(STORY, title="عنوان مصحح"), "43": replace(STORY, id="43")}
    assert source.look("42").title == "عنوان مصحح"
    assert source.look("43").id == "43"


class Full(Texts):
    """A shelf without room."""

    def put(self, name: str, data: bytes) -> None:
        pass


def test_what_is_gone_goes_from_a_full_disk_too(tmp_path: Path, shelf: Texts) -> None:
    place = Place(STORY)
    another_process(place, shelf).get("42")
    del place.articles["42"]
    full = another_process(place, Full(Store(tmp_path)))
    with pytest.raises(ArticleNotFound):
        full.look("42")
    place.is_away = True
    with pytest.raises(ArticleNotFound):
        full.get("42")
    with pytest.raises(SourceUnavailable):
        another_process(place, shelf).get("42")


def test_one_broken_article_makes_no_other_ill(shelf: Texts) -> None:
    class Broken(Place):
        def get(self, id: str) -> Article:
            if id == "43" and self.is_broken:
                raise ArticleUnavailable
            return super().get(id)

        is_broken = False

    place = Broken(STORY, replace(STORY, id="43"))
    source = another_process(place, shelf)
    source.get("42"), source.get("43")
    place.is_broken = True
    assert source.look("43").title == STORY.title
    assert [known and known.problem for known in map(source.known, ("42", "43"))] == ["", "source_unavailable"]
    assert source.problem == ""
    place.is_broken = False
    source.look("43")
    assert (known := source.known("43")) and known.problem == ""


def test_an_unknown_id_is_asked_for_once_a_minute_but_looked_for_whenever_told(shelf: Texts) -> None:
    place = Place()
    source = another_process(place, shelf)
    for _ in range(3):
        with pytest.raises(ArticleNotFound):
            source.get("42")
    assert place.asked == ["42"]
    place.articles["42"] = STORY
    assert source.look("42") == STORY
    assert source.get("42") == STORY


def test_made_up_ids_do_not_flood_the_place(shelf: Texts) -> None:
    place = Place(STORY)
    source = another_process(place, shelf)
    source.get("42")
    refused = 0
    for number in range(1000, 1000 + 2 * int(kept.STRANGERS_AT_ONCE)):
        try:
            source.get(str(number))
        except SourceUnavailable:
            refused += 1
        except ArticleNotFound:
            pass
    assert refused > kept.STRANGERS_AT_ONCE / 2
    assert len(place.asked) == 1 + 2 * kept.STRANGERS_AT_ONCE - refused
    assert source.get("42") == STORY


def test_a_database_is_asked_every_time_and_kept_for_when_it_is_down(shelf: Texts, tmp_path: Path) -> None:
    place = Database(STORY)
    source = another_process(place, shelf)
    assert source.get("42") == source.get("42") == STORY
    assert place.asked == ["42", "42"]
    changed = place.articles["42"] = replace(STORY, title="عنوان آخر")
    assert source.get("42") == changed
    place.is_away = True
    assert source.get("42") == source.get("42") == changed
    assert place.asked == ["42"] * 4  # Not twice in a few seconds, for each try may take seconds.
    with pytest.raises(SourceUnavailable):
        source.get("43")


def test_the_newest_are_asked_for_once_a_minute_and_known_while_the_place_is_away(shelf: Texts) -> None:
    other = replace(STORY, id="43")
    place = Place(STORY, other)
    source = another_process(place, shelf)
    assert source.recent(None, 1) == [STORY]
    assert source.recent(None, 5) == [STORY, other]
    assert place.asked == ["recent"]
    place.is_away = True
    assert another_process(place, shelf).recent(None, 5) == [STORY, other]
    with pytest.raises(SourceUnavailable):  # Who asks for what is new is not told of what is known.
        source.recent(MORNING, 5)
    assert source.recent(None, 500) == [STORY, other]
    assert source.get("43") == other


def test_what_is_no_longer_listed_is_looked_at(shelf: Texts) -> None:
    hidden = replace(STORY, id="43")
    place = Place(STORY, hidden)
    web, worker = another_process(place, shelf), another_process(place, shelf)
    assert worker.recent(MORNING) == [STORY, hidden]
    del place.articles["43"]  # Its editor has made it private.
    assert worker.recent(MORNING) == [STORY]
    assert place.asked[-1] == "43"
    with pytest.raises(ArticleNotFound):
        web.get("43")
    assert web.recent() == [STORY]
    place.asked.clear()
    worker.recent(MORNING)
    assert place.asked == ["recent"]


def test_nobody_waits_for_the_newest_of_a_slow_place(shelf: Texts) -> None:
    place = Stalled(STORY)
    another_process(place, shelf).recent()
    place.articles["43"] = replace(STORY, id="43")
    place.goes_on.clear()
    source = another_process(place, shelf)
    for _ in range(5):  # The one who asks for them does so aside, and only one.
        assert source.recent() == [STORY]
    wait_for(lambda: place.asked == ["recent"] * 2, 5, "the place to be asked")
    place.goes_on.set()
    wait_for(lambda: len(source.recent()) == 2, 5, "the newest")
    assert place.asked == ["recent"] * 2


class Stalled(Place):
    """Its newest articles come when they may."""

    def __init__(self, *articles: Article):
        super().__init__(*articles)
        self.goes_on = Event()
        self.goes_on.set()

    def recent(self, since: datetime | None = None, limit: int = 50) -> list[Article]:
        found = super().recent(since, limit)
        assert self.goes_on.wait(20)
        return found


def test_damaged_lists_and_reports_harm_nobody(tmp_path: Path, shelf: Texts) -> None:
    place = Place(STORY)
    another_process(place, shelf).recent()
    for path in files(tmp_path):
        path.write_bytes(b"\xff{")
    source = another_process(place, shelf)
    assert source.recent() == [STORY]
    assert source.problem == ""


def test_ids_that_a_place_cannot_have_cost_nothing(shelf: Texts) -> None:
    class Numbered(Place):
        def may_have(self, id: str) -> bool:
            return id.isdigit()

    place = Numbered(STORY)
    source = another_process(place, shelf)
    for number in range(2 * int(kept.STRANGERS_AT_ONCE)):
        with pytest.raises(ArticleNotFound):
            source.get(f"x{number}")
    assert source.get("42") == STORY
    assert place.asked == ["42"]


def test_an_empty_place_is_not_asked_at_each_visit(shelf: Texts) -> None:
    place = Place()
    source = another_process(place, shelf)
    assert source.recent() == source.recent() == []
    assert place.asked == ["recent"]


def test_a_place_that_was_never_reached_has_no_newest(shelf: Texts) -> None:
    place = Place()
    place.is_away = True
    with pytest.raises(SourceUnavailable):
        another_process(place, shelf).recent()


def test_a_change_without_a_date_is_dated_and_no_other(shelf: Texts) -> None:
    undated = replace(STORY, updated_at=None)
    place = Place(undated)
    source = another_process(place, shelf)
    first = source.look("42").updated_at
    assert first and source.look("42").updated_at == first
    assert [each.updated_at for each in source.recent()] == [first]
    place.articles["42"] = replace(undated, paragraphs=("فقرة أخرى.",))
    second = source.look("42").updated_at
    assert second and second > first


def test_two_places_on_one_shelf_do_not_meet(shelf: Texts) -> None:
    one, other = Place(STORY), Place(replace(STORY, title="خبر آخر"))
    assert Kept(one, shelf, "one").get("42").title == "عنوان"
    assert Kept(other, shelf, "other").get("42").title == "خبر آخر"


@pytest.mark.parametrize("id", ["", "a/b", "..", "\0newest", "x" * 201])
def test_what_cannot_be_an_id_is_asked_of_nobody(shelf: Texts, id: str) -> None:
    place = Place()
    source = another_process(place, shelf)
    for verb in (source.get, source.look, source.known):
        with pytest.raises(InvalidArticleId):
            verb(id)
    assert place.asked == []


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"article": {}}', "نص".encode()])
def test_a_damaged_text_is_asked_for_again(tmp_path: Path, shelf: Texts, damage: bytes) -> None:
    place = Place(STORY)
    another_process(place, shelf).get("42")
    for path in files(tmp_path):
        path.write_bytes(damage)
    assert another_process(place, shelf).get("42") == STORY
    assert place.asked == ["42", "42"]


def test_a_shelf_that_cannot_be_written_keeps_nobody_from_reading(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place = Place(STORY)
    source = another_process(place, Texts(Store(tmp_path / "file")))
    assert source.get("42") == source.get("42") == STORY
    assert place.asked == ["42"]


def files(folder: Path) -> Iterable[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
