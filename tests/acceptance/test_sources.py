"""Articles of others, read aloud: found, made before anyone clicks, and still heard while their place is away."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.running import Istami, wait_for
from tests.standins.google import StandInGoogle
from tests.standins.postgres import running_postgres
from tests.standins.site import StandInSite
from tests.standins.wordpress import StandInWordPress
from tests.texts import paragraphs, sentence

BOX = '<div class="wp-block-group related"><h3>اقرأ أيضا</h3><ul><li><a href="/?p=7">خبر آخر</a></li></ul></div>'
FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>الأفق</title>
<item><title>{title}</title><link>{url}/news/harbour</link><guid>{url}/news/harbour</guid><pubDate>{date}</pubDate>
<content:encoded><![CDATA[{html}]]></content:encoded></item></channel></rss>"""


@contextmanager
def service(folder: Path, google: StandInGoogle, source: str, **environ: str) -> Iterator[Istami]:
    """A service that looks for new articles every second, and never at Google itself."""
    with Istami(folder, ISTAMI_ARTICLES=source, **google.environ(), **{"ISTAMI_BATCH_EVERY": "1", **environ}) as istami:
        yield istami


def ready_unasked(istami: Istami, id: str) -> dict:
    """The manifest once the sound stands, without ever asking for it."""

    def found() -> dict | None:
        manifest = istami.manifest(id)
        return manifest if manifest.get("state") == "ready" else None

    return wait_for(found, 60, f"sound of {id} that nobody asked for")


def html(*texts: str) -> str:
    return "".join(f"<p>{each}</p>" for each in texts)


def test_a_wordpress_site_is_read_before_anyone_clicks_and_while_it_is_away(
    google: StandInGoogle, tmp_path: Path
) -> None:
    with StandInWordPress() as wordpress:
        now = datetime.now(UTC)
        wordpress.publish(42, sentence(1), html(*paragraphs(1, 3)) + BOX, date=now)
        wordpress.publish(43, sentence(2), html(*paragraphs(2, 2)), date=now, password="secret-word")
        with service(tmp_path, google, wordpress.source_url) as istami:
            manifest = ready_unasked(istami, "42")
            assert manifest["progress"]["segments_total"] == 4  # The box is no passage.
            assert istami.call("GET", "/articles/43/audio").status_code == 404
            article = istami.call("GET", "/articles/42").json()
            assert article["source"]["problem"] is None and article["source"]["asked_at"]
            assert any(skip["text"].startswith("اقرأ أيضا") for skip in article["skipped"])
            assert "42" in istami.call("GET", "/").text

            wordpress.publish(44, sentence(3), html(*paragraphs(3, 2)), date=datetime.now(UTC))
            ready_unasked(istami, "44")

            wordpress.down()
            asked = google.stats()["requests"]
            assert len(istami.sound("42")) == manifest["size_bytes"]
            wait_for(lambda: _problem(istami, "42") == "source_unavailable", 30, "the service to notice")
            assert istami.call("GET", "/").status_code == 200
            assert istami.call("GET", "/readyz").status_code == 200
            assert google.stats()["requests"] == asked
        with service(tmp_path, google, wordpress.source_url) as istami:  # It starts without its site, too.
            assert len(istami.sound("42")) == manifest["size_bytes"]
            assert istami.call("GET", "/articles/999/audio").status_code == 503


def _problem(istami: Istami, id: str) -> str | None:
    istami.manifest(id)  # Serving it is what makes the service look.
    return istami.call("GET", f"/articles/{id}").json()["source"]["problem"]


def test_a_feed_is_read_before_anyone_clicks(google: StandInGoogle, tmp_path: Path) -> None:
    with StandInSite() as site:
        date = format_datetime(datetime.now(UTC))
        content = html(*paragraphs(11, 2))
        site.page("/rss", FEED.format(title=sentence(11), url=site.url, date=date, html=content), "application/rss+xml")
        with service(tmp_path, google, f"feed+{site.url}/rss") as istami:
            assert ready_unasked(istami, "harbour")["progress"]["segments_total"] == 3


def test_a_file_put_into_a_folder_is_read_before_anyone_clicks(google: StandInGoogle, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    with service(tmp_path / "service", google, f"folder://{folder}") as istami:
        draft = tmp_path / "draft"
        draft.write_text(json.dumps({"title": sentence(21), "paragraphs": paragraphs(21, 2)}), encoding="utf-8")
        draft.rename(folder / "ميناء.json")
        first = ready_unasked(istami, "ميناء")
        asked = google.stats()["requests"]

        draft.write_text(json.dumps({"title": sentence(21), "paragraphs": [*paragraphs(21, 2), sentence(29)]}))
        draft.rename(folder / "ميناء.json")
        wait_for(lambda: ready_unasked(istami, "ميناء")["rendition"] != first["rendition"], 60, "the corrected sound")
        assert istami.manifest("ميناء")["progress"]["segments_total"] == 4
        assert google.stats()["requests"] == asked + 1  # Only what is new is asked for.


def test_a_table_of_the_sites_own_is_read_before_anyone_clicks(google: StandInGoogle, tmp_path: Path) -> None:
    with running_postgres() as server:
        engine = create_engine(server.url())
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE posts (nr int PRIMARY KEY, head text, body text, pub timestamptz)"))
            row = {"nr": 7, "head": sentence(31), "body": html(*paragraphs(31, 2)), "pub": datetime.now(UTC)}
            connection.execute(text("INSERT INTO posts VALUES (:nr, :head, :body, :pub)"), row)
        engine.dispose()
        source = server.url("table=posts&id=nr&title=head&html=body&published_at=pub")
        with service(tmp_path, google, source) as istami:
            assert ready_unasked(istami, "7")["progress"]["segments_total"] == 3
            server.stop()
            assert istami.call("GET", "/articles/7").json()["source"]["problem"] == "source_unavailable"
            assert istami.call("GET", "/articles/7/audio.mp3").status_code == 200
