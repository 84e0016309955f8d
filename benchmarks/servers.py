"""The processes a run starts, each stopped however the run ends."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.running import ROOT, Istami, clean_environ


class Google:
    """The stand-in Google as a process of its own, always at the same address, there or gone."""

    def __init__(self, folder: Path, latency: float):
        self._ca = folder / "google-ca.pem"
        self._latency = latency
        self._http = requests.Session()
        self._http.trust_env = False
        # Never listening: it keeps the port for the stand-in, so that while that is gone connections are refused.
        self._reservation = socket.socket()
        self._reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._reservation.bind(("127.0.0.1", 0))
        self.port = self._reservation.getsockname()[1]
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "Google":
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._reservation.close()

    @property
    def url(self) -> str:
        """Its address: a proxy's, and that of its own endpoints."""
        return f"http://127.0.0.1:{self.port}"

    def environ(self) -> dict[str, str]:
        """The environment that leads a client here."""
        proxy = {"HTTPS_PROXY": self.url, "https_proxy": self.url, "NO_PROXY": "", "no_proxy": ""}
        return {**proxy, "REQUESTS_CA_BUNDLE": str(self._ca)}

    def start(self) -> None:
        """Start, and wait until it listens."""
        command = [sys.executable, "-m", "tests.standins.google", "--port", str(self.port), "--ca", str(self._ca)]
        command += ["--latency", str(self._latency)]
        self._process = subprocess.Popen(command, cwd=ROOT, env=clean_environ(), stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        if "listening" not in self._process.stdout.readline():
            raise RuntimeError("the stand-in Google did not start")

    def stop(self) -> None:
        """Gone: open connections are cut, new ones refused."""
        self._http.close()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(15)
            finally:
                self._process.kill()
                self._process = None

    def start_afresh(self) -> None:
        """Cut every connection, count from zero."""
        self.stop()
        self.start()

    def set(self, **settings: object) -> None:
        """Change its latency, max_chars or blackhole."""
        self._http.post(self.url + "/settings", json=settings, timeout=5).raise_for_status()

    def reset(self) -> None:
        """Count from zero."""
        self._http.post(self.url + "/reset", timeout=5).raise_for_status()

    def stats(self) -> dict:
        """The counts; see the stand-in's ``Tally``."""
        return self._http.get(self.url + "/stats", timeout=5).json()


@contextmanager
def istami(folder: Path, google: Google, engines: str, **environ: str) -> Iterator[Istami]:
    """This service in fresh folders, ready to be asked."""
    service = Istami(folder, **google.environ(), ISTAMI_ENGINES=engines, **environ)
    try:
        service.start()
        yield service
    finally:
        service.stop()
