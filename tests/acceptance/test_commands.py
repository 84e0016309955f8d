"""The command line, as an editor and an operator use it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT, Istami, clean_environ
from tests.standins.google import StandInGoogle
from tts.audio import codec, mp3


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return clean_environ(
        ISTAMI_DATA_DIR=str(tmp_path / "data"), ISTAMI_AUDIO_CACHE=str(tmp_path / "cache"), ISTAMI_ENGINES="espeak"
    )


def flask(environ: dict[str, str], *arguments: str, fails: bool = False) -> str:
    """Runs `flask …`; gives all it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode != 0) == fails, done.stdout
    assert "Traceback" not in done.stdout
    return done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["say"],
        ["plan"],
        ["render"],
        ["doctor"],
        ["pregenerate"],
        ["articles", "import"],
        ["articles", "list"],
        ["articles", "show"],
        ["lexicon", "check"],
        ["lexicon", "add"],
        ["lexicon", "list"],
    ],
    ids=" ".join,
)
def test_every_command_has_help_with_an_example(environ: dict[str, str], command: list[str]) -> None:
    assert "Example: flask " + " ".join(command) in flask(environ, *command, "--help")


def test_say(environ: dict[str, str], tmp_path: Path) -> None:
    output = tmp_path / "hello.mp3"
    said = flask(environ, "say", "مرحبا بكم في نشرة الأخبار.", "-o", str(output))
    seconds = float(re.search(r"([\d.]+) s,", said)[1])  # type: ignore[index]
    samples = codec.decode(output.read_bytes())
    assert len(samples) / mp3.RATE == pytest.approx(seconds, abs=0.06)
    assert abs(samples.astype(int)).max() > 3000
    assert "nothing_to_read" in flask(environ, "say", "***", "-o", str(tmp_path / "none.mp3"), fails=True)
    assert not (tmp_path / "none.mp3").exists()
    assert "store_failed" in flask(environ, "say", "مرحبا", "-o", str(output / "inside.mp3"), fails=True)


def test_plan_needs_no_network(environ: dict[str, str], google: StandInGoogle) -> None:
    planned = flask({**environ, **google.environ(), "ISTAMI_ENGINES": "google"}, "plan", "politics")
    assert google.stats()["requests"] == 0 and google.stats()["connections"] == 0
    assert re.search(r"\d+ passages, \d+ utterances, \d+ requests, \d+ characters", planned)
    short = flask(environ, "plan", "politics", "--max-chars", "50")
    assert max(int(number) for number in re.findall(r"\[ *(\d+) chars", short)) <= 50
    assert "article_not_found" in flask(environ, "plan", "nobody", fails=True)


def test_plan_shows_what_is_not_read_and_what_is_read_otherwise(environ: dict[str, str], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<h1>عنوان</h1><p>قال <b data-listen-as="الكاف">CAF</b> نعم.</p><p data-listen="skip">ملاحظة للمحرر.</p>'
        '<div class="sharedaddy">شارك هذا الموضوع</div><p class="note">حاشية.</p>',
        encoding="utf-8",
    )
    environ = {**environ, "ISTAMI_LISTEN_SKIP": ".note"}
    flask(environ, "articles", "import", str(page))
    lines = flask(environ, "plan", "--why", "page").splitlines()
    skipped = [line for line in lines if line.startswith("not read")]
    assert skipped == [
        "not read (data-listen): ملاحظة للمحرر.",
        "not read (ISTAMI_LISTEN_SKIP .note): حاشية.",
        "not read (share): شارك هذا الموضوع",
    ]
    assert lines[-1] == "2 passages, 2 utterances, 2 requests, 19 characters"
    assert "listen-as  «CAF» → «الكاف»" in "\n".join(lines)
    assert "2. paragraph · 12 characters" in lines


def test_render_shows_progress_and_writes_the_whole(environ: dict[str, str], tmp_path: Path) -> None:
    output = tmp_path / "short.mp3"
    shown = flask(environ, "render", "short", "-o", str(output))
    assert "spoken by espeak" in shown
    assert mp3.frames(output.read_bytes()).is_complete


def test_render_without_network_fails_over(environ: dict[str, str], google: StandInGoogle, tmp_path: Path) -> None:
    google.down()
    dark = {**environ, **google.environ(), "ISTAMI_ENGINES": "google,espeak"}
    assert "spoken by espeak" in flask(dark, "render", "short", "-o", str(tmp_path / "a.mp3"))
    alone = {**dark, "ISTAMI_ENGINES": "google"}
    assert "engine_unavailable" in flask(alone, "render", "short", "-o", str(tmp_path / "b.mp3"), fails=True)
    assert not (tmp_path / "b.mp3").exists()


def test_articles(environ: dict[str, str], tmp_path: Path) -> None:
    listed = flask(environ, "articles", "list")
    assert all(name in listed for name in ("politics", "short"))
    page = tmp_path / "news.txt"
    page.write_text("عنوان الخبر\n\nهذه فقرة أولى كاملة من الخبر، وفيها ما يكفي من الكلام.\n", encoding="utf-8")
    assert "imported news" in flask(environ, "articles", "import", str(page))
    assert "عنوان الخبر" in flask(environ, "articles", "show", "news")
    flask(environ, "articles", "import", str(tmp_path / "missing.txt"), fails=True)


def test_doctor(istami: Istami, environ: dict[str, str]) -> None:
    well = flask(istami.environ, "doctor")
    names = (
        "broker",
        "worker interactive",
        "worker batch",
        "store",
        "articles",
        "codec",
        "engine google",
        "engine espeak",
    )
    for name in names:
        assert re.search(rf"^ok +{name} ", well, re.MULTILINE), well
    ill = flask(environ, "doctor", fails=True)
    assert re.search(r"^ILL +broker .*python app.py", ill, re.MULTILINE)
    assert re.search(r"^ok +engine espeak", ill, re.MULTILINE)


def test_a_bad_setting_is_one_clear_line(environ: dict[str, str]) -> None:
    assert "did you mean ISTAMI_VOICE" in flask({**environ, "ISTAMI_VIOCE": "ar"}, "articles", "list", fails=True)
