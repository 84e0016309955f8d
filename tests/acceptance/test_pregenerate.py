"""`flask pregenerate` beside the real service: what it asks for, what comes of it, and how it says so."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from articles.model import Article
from articles.sources import Library
from tests.running import ROOT, Istami, hear_ctrl_c, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import sentence

NAME = "وقال بنكيران إن الأشغال بدأت."
NEVER = "وهذه جملة مرفوضة تماما لا تقرأ أبدا."
ALONE = {"ISTAMI_ENGINES": "google", "ISTAMI_BATCH_EVERY": "0"}
"""No understudy, and nothing made that was not asked for."""


@pytest.fixture(scope="module")
def _service(_google: StandInGoogle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Istami]:
    folder = tmp_path_factory.mktemp("pregenerate")
    lexicon = folder / "lexicon.txt"
    lexicon.write_text("# Names\n", encoding="utf-8")
    with Istami(folder / "istami", **_google.environ(), **ALONE, ISTAMI_LEXICON=str(lexicon)) as istami:
        yield istami


@pytest.fixture
def service(_service: Istami, google: StandInGoogle) -> Istami:
    """Shared: each test uses its own article ids."""
    return _service


def started(service: Istami, *arguments: str, **environ: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "pregenerate", *arguments],
        cwd=ROOT, env={**service.environ, **environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=hear_ctrl_c,
    )  # fmt: skip


def run(service: Istami, *arguments: str, status: int = 0, input: str | None = None) -> str:
    """What it prints on stdout, and on stderr if it cannot be done."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "pregenerate", *arguments],
        cwd=ROOT, env=service.environ, capture_output=True, text=True, timeout=120, input=input,
    )  # fmt: skip
    assert done.returncode == status, (done.stdout, done.stderr, service.words()[-3000:])
    assert "Traceback" not in done.stderr
    return done.stdout or done.stderr


def told(service: Istami, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What it says in JSON: nothing but one object."""
    return json.loads(run(service, *arguments, "--json", status=status))


def test_what_is_missing_is_made_and_a_second_run_asks_for_nothing(service: Istami, google: StandInGoogle) -> None:
    ids = ["missing-1", "missing-2", "missing-3"]
    for number, id in enumerate(ids):
        service.put(id, sentence(100 + number), sentence(110 + number), sentence(99))
    said = told(service, "--ids", ",".join(ids))
    assert (said["articles"], said["asked"], said["made"], said["ready"], said["failed"]) == (3, 3, 3, 0, [])
    manifests = [service.manifest(id) for id in ids]
    assert {manifest["state"] for manifest in manifests} == {"ready"}
    assert said["sound_seconds"] == pytest.approx(sum(m["duration_seconds"] for m in manifests), abs=0.2)
    assert said["segments"] == 9
    texts = google.stats()["texts"]
    assert len(texts) == len(set(texts)) == 7  # The sentence they share is asked for once.
    assert said["characters_sent"] == {"google": sum(map(len, texts))}

    google.reset()
    again = run(service, "--ids", ",".join(ids))
    assert "nothing to do: all is ready" in again
    assert google.stats()["requests"] == 0
    assert [service.manifest(id)["rendition"] for id in ids] == [manifest["rendition"] for manifest in manifests]


def test_the_newest_and_no_more(service: Istami, google: StandInGoogle) -> None:
    for id, day in (("older", 1), ("newest", 2)):
        body = {"title": sentence(120 + day), "paragraphs": [], "published_at": f"2100-01-0{day}T00:00:00Z"}
        assert service.call("PUT", f"/articles/{id}", key=True, json=body).ok
    assert told(service, "--since", "12h", "--limit", "1")["made"] == 1
    assert service.manifest("newest")["state"] == "ready"
    assert service.call("GET", "/articles/older/audio").json()["code"] == "audio_not_requested"
    for id in ("older", "newest"):
        service.call("DELETE", f"/articles/{id}", key=True)


def test_a_dry_run_tells_what_is_then_asked(service: Istami, google: StandInGoogle) -> None:
    service.put("dry-1", sentence(130), sentence(131), sentence(132))
    service.put("dry-2", sentence(133), "في 14 مارس 2025 ارتفع السعر 3,5% إلى 1200 درهم.", sentence(132))
    service.made("dry-1")
    service.put("dry-1", sentence(130), sentence(131), sentence(134))
    google.reset()
    dry = told(service, "--ids", "dry-1,dry-2", "--dry-run")
    assert [one["id"] for one in dry["articles"]] == ["dry-1", "dry-2"]
    assert google.stats()["requests"] == google.stats()["connections"] == 0
    assert service.call("GET", "/articles/dry-2/audio").status_code == 404
    said = told(service, "--ids", "dry-1,dry-2")
    texts = google.stats()["texts"]
    assert (dry["requests"], dry["characters"]) == (len(texts), sum(map(len, texts)))
    assert said["sound_seconds"] / 2 < dry["sound_seconds"] < said["sound_seconds"] * 2
    assert re.search(r"^articles to make +0$", run(service, "--ids", "dry-1,dry-2", "--dry-run"), re.MULTILINE)


def test_only_the_changed_words_of_an_article_are_asked_for_again(service: Istami, google: StandInGoogle) -> None:
    service.put("changed", sentence(140), sentence(141), sentence(142))
    told(service, "--ids", "changed")
    before = service.manifest("changed")["rendition"]
    service.put("changed", sentence(140), sentence(143), sentence(142))
    google.reset()
    assert told(service, "--ids", "changed")["made"] == 1
    assert google.stats()["texts"] == [sentence(143)]
    assert service.manifest("changed")["rendition"] != before


def test_a_corrected_name_makes_stale_what_it_touches_and_only_that(service: Istami, google: StandInGoogle) -> None:
    service.put("named", sentence(150), NAME)
    service.put("other", sentence(151), sentence(152))
    service.put("unmade", sentence(153), NAME)
    told(service, "--ids", "named,other")
    before = {id: service.manifest(id)["rendition"] for id in ("named", "other")}
    assert told(service, "--stale")["articles"] == 0
    google.reset()

    lexicon = Path(service.environ["ISTAMI_LEXICON"])
    lexicon.write_text("بنكيران = ابن كيران\n", encoding="utf-8")
    dry = told(service, "--stale", "--dry-run")
    assert ([one["id"] for one in dry["articles"]], dry["requests"]) == (["named"], 1)
    said = told(service, "--stale")
    assert (said["articles"], said["made"]) == (1, 1)
    assert google.stats()["texts"] == [NAME.replace("بنكيران", "ابن كيران")]
    assert service.manifest("named")["rendition"] != before["named"]
    assert service.manifest("other")["rendition"] == before["other"]
    assert service.call("GET", "/articles/unmade/audio").status_code == 404
    assert told(service, "--stale")["articles"] == 0


def test_what_cannot_be_made_is_told_and_stops_nothing_else(service: Istami, google: StandInGoogle) -> None:
    google.script("400", times=None, match="مرفوضة")
    service.put("refused", sentence(160), NEVER)
    service.put("willing", sentence(161))
    said = told(service, "--ids", "refused,no-such-article,willing", status=1)
    assert (said["articles"], said["made"]) == (3, 1)
    reasons = {failure["id"]: failure["code"] for failure in said["failed"]}
    assert reasons == {"refused": "rejected", "no-such-article": "article_not_found"}
    assert service.manifest("willing")["state"] == "ready"
    shown = run(service, "--ids", "refused,willing", status=1)
    assert "failed: rejected" in shown and "  refused: " in shown
    assert "refused" in run(service, "--failed")
    google.clear_script()
    assert told(service, "--ids", "refused")["made"] == 1
    assert "refused" not in run(service, "--failed")


def test_withdrawn_sound_stays_withdrawn(service: Istami, google: StandInGoogle) -> None:
    service.put("taken", sentence(165))
    service.made("taken")
    service.call("DELETE", "/articles/taken/audio", key=True)
    said = told(service, "--ids", "taken")
    assert (said["withdrawn"], said["made"], said["failed"]) == (1, 0, [])
    assert service.ask("taken").status_code == 410


def test_ids_come_through_a_pipe(service: Istami, google: StandInGoogle) -> None:
    service.put("piped", sentence(170))
    assert re.search(r"^made +1$", run(service, "--file", "-", input="# from the desk\n\npiped\n"), re.MULTILINE)
    assert service.manifest("piped")["state"] == "ready"


def test_articles_of_another_source_are_imported(service: Istami, google: StandInGoogle, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    Library(url).put(Article("theirs", sentence(175), (sentence(176),)))
    assert service.call("GET", "/articles/theirs").status_code == 404
    assert told(service, "--source", url, "--since", "1h")["made"] == 1
    assert service.manifest("theirs")["state"] == "ready"


def test_whoever_stops_following_stops_nothing(service: Istami, google: StandInGoogle) -> None:
    google.latency = 0.5
    service.put("followed", sentence(180), *map(sentence, range(181, 189)))
    following = started(service, "--ids", "followed")
    wait_for(lambda: google.stats()["requests"], 30, "the first request")
    following.send_signal(signal.SIGINT)
    _, said = following.communicate(timeout=30)
    assert following.returncode == 130
    assert "the service goes on by itself" in said and "Traceback" not in said
    google.latency = 0.0
    wait_for(lambda: service.manifest("followed")["state"] == "ready", 30, "the sound")


def test_watching_makes_what_comes(service: Istami, google: StandInGoogle) -> None:
    service.put("watched-1", sentence(190))
    watching = started(service, "--since", "1h", "--watch", "--json", ISTAMI_BATCH_EVERY="1")
    assert watching.stdout
    try:
        assert json.loads(watching.stdout.readline())["made"] >= 1
        assert service.manifest("watched-1")["state"] == "ready"
        service.put("watched-2", sentence(191))
        made = sum(json.loads(watching.stdout.readline())["made"] for _ in range(2))
        assert made == 1
        assert service.manifest("watched-2")["state"] == "ready"
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=30)
        assert watching.returncode == 130
    finally:
        watching.kill()
        watching.wait()


def test_a_terminal_sees_one_line_redrawn(service: Istami, google: StandInGoogle) -> None:
    google.latency = 0.3
    service.put("drawn", sentence(195), *map(sentence, range(196, 206)))
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "pregenerate", "--ids", "drawn"],
        cwd=ROOT, env={**service.environ, "COLUMNS": "200"}, stdout=subprocess.PIPE, stderr=theirs, text=True,
    )  # fmt: skip
    os.close(theirs)
    drawn = b""
    try:
        while part := os.read(ours, 4096):
            drawn += part
    except OSError:  # Linux's way to say that nobody has the other end any more.
        pass
    os.close(ours)
    table, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert re.search(r"^made +1$", table, re.MULTILINE)
    assert b"\r0/1 articles" in drawn and b"articles/min" in drawn and b"\n" not in drawn


def test_without_a_service_nothing_can_be_made(service: Istami, tmp_path: Path) -> None:
    alone = Istami(tmp_path, **ALONE)
    assert "the service's broker does not answer — start it: python app.py" in run(alone, status=2)
    assert json.loads(run(alone, "--dry-run", "--json"))["requests"] > 10  # The samples.
    assert "try 'python -m flask pregenerate --help'" in run(alone, "--since", "soon", status=2).lower()


def test_the_budget_of_a_day_is_kept_and_clicks_still_work(google: StandInGoogle, tmp_path: Path) -> None:
    caps = {"ISTAMI_DAILY_CHARS": "google=200"}
    with Istami(tmp_path, **google.environ(), **ALONE, **caps) as service:
        for number in range(3):
            service.put(f"capped-{number}", sentence(210 + number))
        ids = ",".join(f"capped-{number}" for number in range(3))
        assert "more than google has left today" in run(service, "--ids", ids, "--dry-run")
        said = told(service, "--ids", ids, status=3)
        assert (said["made"], said["waiting"], said["failed"]) == (2, 1, [])
        assert "00:00 UTC" in said["waits"]
        assert sum(map(len, google.stats()["texts"])) <= 200
        again = told(service, "--ids", ids, status=3)
        assert (again["asked"], again["ready"], again["waiting"]) == (0, 2, 1)
        waiting = next(id for id in ids.split(",") if service.manifest(id).get("state") != "ready")
        assert service.made(waiting)["state"] == "ready"
        assert told(service, "--ids", ids)["ready"] == 3


def test_the_caps_may_hold_readers_back_too(google: StandInGoogle, tmp_path: Path) -> None:
    caps = {"ISTAMI_DAILY_CHARS": "google=150", "ISTAMI_ARTICLE_CHARS": "120", "ISTAMI_CAPS": "all"}
    with Istami(tmp_path, **google.environ(), **ALONE, **caps) as service:
        service.put("first", sentence(220))
        service.put("second", sentence(221))
        service.put("long", sentence(222), sentence(223))
        said = told(service, "--ids", "first,long", status=1)
        assert [(one["id"], one["code"]) for one in said["failed"]] == [("long", "article_over_cap")]
        reply = service.ask("second")
        assert (reply.status_code, reply.json()["code"]) == (429, "daily_cap_reached")
        assert 0 < int(reply.headers["Retry-After"]) <= 24 * 3600
        assert (service.ask("long").status_code, service.ask("long").json()["code"]) == (413, "article_over_cap")
        assert service.ask("first").status_code == 200
