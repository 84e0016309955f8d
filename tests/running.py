"""The real service in its own processes, for tests and benchmarks."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter

ROOT = Path(__file__).parents[1]
API_KEY = "an-editors-key"
START_SECONDS = 60
T = TypeVar("T")


def clean_environ(**extra: str) -> dict[str, str]:
    """This process's environment without any setting of ours, without proxies, and with ``extra``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ISTAMI_") and not name.lower().endswith("_proxy") and name != "REQUESTS_CA_BUNDLE"
    }
    return {**kept, "PYTHONUNBUFFERED": "1", **extra}


def hear_ctrl_c() -> None:
    """For ``preexec_fn``: what a shell starts in the background ignores Ctrl-C, and so would the tests' children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Istami:
    """`python app.py` on a free port with folders of its own."""

    def __init__(self, folder: Path, **environ: str):
        self.folder = folder
        self.log = folder / "service.log"
        self.environ = clean_environ(
            **{
                "ISTAMI_PORT": "0",
                "ISTAMI_DATA_DIR": str(folder / "data"),
                "ISTAMI_AUDIO_CACHE": str(folder / "cache"),
                "ISTAMI_API_KEY": API_KEY,
                "ISTAMI_BATCH_EVERY": "0",  # Nothing is made but what the test asks for.
                **environ,
            }
        )
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.mount("http://", HTTPAdapter(pool_maxsize=300))
        self.url = ""
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Istami":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and wait until the address is printed and the workers serve."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            begun = output.tell()
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env=self.environ, stdout=output, stderr=subprocess.STDOUT
            )

        def address() -> str | None:
            assert self.process
            if self.process.poll() is not None:
                raise AssertionError(f"the service ended with {self.process.returncode}:\n{self.words()}")
            found = re.search(r"listening on (http://\S+?)/ ", self.words()[begun:])
            return found[1] if found else None

        self.url = wait_for(address, START_SECONDS, "the address")
        wait_for(lambda: self.http.get(self.url + "/readyz").ok, START_SECONDS, "readiness")

    def stop(self) -> int:
        """SIGTERM; gives the exit status."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(15)
        finally:
            self.process.kill()
            self.process = None

    def words(self) -> str:
        """What the service has printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def call(self, method: str, path: str, key: bool = False, **options: Any) -> requests.Response:
        """One request."""
        headers = {**({"Authorization": f"Bearer {API_KEY}"} if key else {}), **options.pop("headers", {})}
        return self.http.request(method, self.url + path, headers=headers, timeout=120, **options)

    def put(self, id: str, title: str, *paragraphs: str) -> None:
        """Push an article."""
        reply = self.call("PUT", f"/articles/{id}", key=True, json={"title": title, "paragraphs": list(paragraphs)})
        assert reply.status_code in (200, 201), reply.text

    def ask(self, id: str) -> requests.Response:
        """POST for the sound."""
        return self.call("POST", f"/articles/{id}/audio")

    def manifest(self, id: str) -> dict[str, Any]:
        """GET the manifest."""
        return self.call("GET", f"/articles/{id}/audio").json()

    def made(self, id: str, seconds: float = 90) -> dict[str, Any]:
        """Ask for the sound, wait for its end, and give the manifest."""
        reply = self.ask(id)
        assert reply.status_code in (200, 202), reply.text

        def ended() -> dict[str, Any] | None:
            manifest = self.manifest(id)
            return manifest if manifest["state"] in ("ready", "failed", "withdrawn") else None

        manifest = wait_for(ended, seconds, f"the sound of {id}")
        assert manifest["state"] == "ready", (manifest, self.words()[-3000:])
        return manifest

    def sound(self, id: str) -> bytes:
        """The whole of audio.mp3, progressive or finished."""
        reply = self.call("GET", f"/articles/{id}/audio.mp3")
        assert reply.status_code == 200, reply.text
        return reply.content

    def processes(self) -> list[int]:
        """Every process of this service: it has our data folder in its environment, or works inside it."""
        mark = f"ISTAMI_DATA_DIR={self.environ['ISTAMI_DATA_DIR']}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                is_ours = mark in (process / "environ").read_bytes().split(b"\0") or (
                    # Valkey writes its title over its environment.
                    (process / "cwd").readlink().is_relative_to(self.environ["ISTAMI_DATA_DIR"])
                )
            except OSError:
                continue
            if is_ours:
                found.append(int(process.name))
        return found


def wait_for(condition: Callable[[], T | None], seconds: float, what: str) -> T:
    """The condition's first true value; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain for {what}")
