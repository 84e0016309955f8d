"""What the try-it newspaper puts around an article, and in which order."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import app
from articles.model import Article
from articles.samples import samples
from config import ROOT, Settings
from web import newspaper
from web.newspaper import Story

SAMPLES = {sample.id: sample for sample in samples()}


def stories(*counts: int) -> list[Story]:
    """Stories with so many paragraphs, named by their place."""
    return [Story(Article(str(place), "عنوان", ("فقرة.",) * count)) for place, count in enumerate(counts)]


def ids(found: list[Story]) -> str:
    return " ".join(story.article.id for story in found)


def test_every_sample_has_a_section_and_a_picture() -> None:
    for sample in SAMPLES.values():
        story = newspaper.story(sample)
        assert story.section != Story(sample).section
        assert story.picture and story.alt and story.caption


def test_another_text_under_a_samples_id_has_none_of_it() -> None:
    for changed in (
        replace(SAMPLES["sport"], title="عنوان آخر"),
        replace(SAMPLES["sport"], paragraphs=("نص آخر.",)),
    ):
        assert newspaper.story(changed) == Story(changed)


def test_of_each_tag_the_first_occurrence_is_a_link() -> None:
    story = Story(Article("1", "", ("وبحر وبحرنا: قال بحر ثم بحر.", "بحر، نهر.", "نهر")), tags=("بحر", "نهر"))
    assert story.body() == [
        [("وبحر وبحرنا: قال ", False), ("بحر", True), (" ثم ", False), ("بحر", False), (".", False)],
        [("بحر، ", False), ("نهر", True), (".", False)],
        [("نهر", False)],
    ]


@pytest.mark.parametrize("count", range(40))
def test_what_interrupts_a_text_stands_between_its_paragraphs(count: int) -> None:
    [story] = stories(count)
    asides = story.asides()
    assert list(asides.values()) == (["quote", "advertisement", "stories"] if count >= 4 else [])
    assert all(0 < place < count for place in asides)
    assert list(asides) == sorted(asides)


@pytest.mark.parametrize(
    ("counts", "order"), [((), ""), ((1, 2), "0 1"), ((1, 5, 1, 7), "1 0 2 3"), ((3, 1), "0 1"), ((1, 1, 3), "2 0 1")]
)
def test_a_full_story_leads(counts: tuple[int, ...], order: str) -> None:
    assert ids(newspaper.lead_first(stories(*counts))) == order


def test_other_stories_are_older_first_and_then_the_newest() -> None:
    recent = stories(1, 1, 1, 1)
    assert ids(newspaper.others(recent[2], recent)) == "3 0 1"
    assert ids(newspaper.others(recent[0], recent)) == "1 2 3"
    unknown = Story(Article("9", "قديم", ()))
    assert ids(newspaper.others(unknown, recent)) == "0 1 2 3"


@pytest.mark.parametrize(("hidden", "time"), [("", "18:05 09:00"), ("sys.modules['tzdata'] = None", "18:05 10:00")])
def test_the_clock_is_moroccos_or_near_it(hidden: str, time: str) -> None:
    """During Ramadan it is UTC there; a machine without a table of zones does not know."""
    script = f"""
import sys
{hidden}
from datetime import datetime
from web import wording
for moment in ("2026-05-20T17:05:00+00:00", "2026-03-01T09:00:00+00:00"):
    print(wording.clock(datetime.fromisoformat(moment)))
"""
    environ = {**os.environ, "PYTHONTZPATH": ""}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.stdout.split() == time.split(), done.stderr


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """The web application alone, with a library in ``tmp_path`` that can be damaged."""
    library = tmp_path / "library.db"
    settings = Settings(data_dir=tmp_path, articles=f"sqlite:///{library}", engines=("espeak",))
    client = app.create_app(settings).test_client()
    assert client.get("/").status_code == 200
    for file in tmp_path.glob("library.db*"):
        file.unlink()
    library.mkdir()
    return client


@pytest.mark.parametrize(("path", "front"), [("/", "./"), ("/demo/culture", "../")])
def test_without_its_library_the_newspaper_says_so(client: FlaskClient, path: str, front: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 503 and int(reply.headers["Retry-After"]) > 0
    assert "المقالات غير متاحة الآن" in reply.text
    assert f'<a class="action" href="{front}">' in reply.text
    assert json.loads(client.get("/articles/culture").text)["code"] == "source_unavailable"
