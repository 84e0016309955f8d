"""An editor corrects a name: what it touches is made again, and only that."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import ROOT, Istami, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import sentence

NAME = "وقال بنكيران إن الأشغال بدأت."


@pytest.fixture
def service(google: StandInGoogle, tmp_path: Path) -> Iterator[Istami]:
    lexicon = tmp_path / "lexicon.txt"
    lexicon.write_text("# Names\n", encoding="utf-8")
    with Istami(tmp_path / "istami", **google.environ(), ISTAMI_LEXICON=str(lexicon)) as istami:
        yield istami


def flask(service: Istami, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT, env=service.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_corrected_name_is_asked_for_again_and_nothing_else(service: Istami, google: StandInGoogle) -> None:
    service.put("named", sentence(51), sentence(52), NAME, sentence(53))
    service.put("other", sentence(54), sentence(55))
    for id in ("named", "other"):
        service.sound(id)
    before = {id: service.made(id)["rendition"] for id in ("named", "other")}
    google.reset()

    flask(service, "lexicon", "add", "بنكيران", "ابن كيران")
    assert service.ask("named").status_code == 202
    wait_for(lambda: service.made("named")["rendition"] != before["named"], 30, "the corrected sound")
    assert google.stats()["texts"] == [NAME.replace("بنكيران", "ابن كيران")]
    assert service.ask("other").status_code == 200
    assert service.made("other")["rendition"] == before["other"]
    assert len(google.stats()["texts"]) == 1

    assert "lexicon            1 entries" in flask(service, "doctor")
    why = flask(service, "plan", "--why", "named")
    assert "lexicon  «بنكيران» → «ابن كيران»" in why


def test_the_understudy_says_it_too(service: Istami, google: StandInGoogle) -> None:
    flask(service, "lexicon", "add", "بنكيران", "ابن كيران")
    planned = flask(service, "plan", "--engine", "espeak", "politics")
    assert planned
    service.put("spoken", sentence(56), NAME)
    google.down()
    assert service.sound("spoken")
    assert service.made("spoken")["engine"] == "espeak"


def test_a_lexicon_that_is_not_there_is_said_at_the_start(tmp_path: Path, service: Istami) -> None:
    environ = {**service.environ, "ISTAMI_LEXICON": str(tmp_path / "none.txt"), "ISTAMI_DATA_DIR": str(tmp_path / "d")}
    done = subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "istami: The lexicon" in done.stderr and "Traceback" not in done.stderr
