"""A real PostgreSQL for tests: Debian's, in a folder of its own, on a free port of this machine, with a password::

with Postgres() as postgres:
    Library(postgres.url())
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.running import wait_for

PROGRAMS = Path("/usr/lib/postgresql")
LACKING = "no PostgreSQL on this machine: apt-get install postgresql"
USER = "istami"
DATABASE = "postgres"
_START_SECONDS = 60
_STOP_SECONDS = 30


class NoPostgres(RuntimeError):
    """The server's programs are not on this machine; the message says how to get them."""


class Postgres:
    """The server. Raises ``NoPostgres`` when it is made where there is none."""

    def __init__(self) -> None:
        self.programs = _programs()
        self.password = secrets.token_urlsafe(9) + "/@:%"  # Signs that a careless URL stumbles over.
        self.port = 0
        """TCP port, known once started; the same when stopped and started again."""
        self._folder = Path()
        self._server: subprocess.Popen | None = None

    def __enter__(self) -> "Postgres":
        self._folder = Path(tempfile.mkdtemp(prefix="standin-postgres-"))
        try:
            self._make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def url(self, query: str = "", database: str = DATABASE) -> str:
        """Its address, with the password, and with ``query`` behind it."""
        place = f"{USER}:{quote(self.password, safe='')}@127.0.0.1:{self.port}"
        return f"postgresql://{place}/{database}" + (f"?{query}" if query else "")

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.port = self.port or _free_port()
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "", "fsync": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                [self.programs / "postgres", "-D", self._data, *options], stdout=log, stderr=log, **self._owner()
            )
        wait_for(self._answers, _START_SECONDS, "PostgreSQL")

    def stop(self) -> None:
        """Stop without waiting for clients: their connections are cut."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.send_signal(signal.SIGINT)
        try:
            server.wait(_STOP_SECONDS)
        finally:
            server.kill()

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _log(self) -> Path:
        return self._folder / "server.log"

    def _make(self) -> None:
        secret = self._folder / "password"
        secret.write_text(self.password)
        owner = self._owner()
        if owner:
            for path in (self._folder, secret):
                os.chown(path, owner["user"], owner["group"])
        subprocess.run(
            [
                *(self.programs / "initdb", "-D", self._data, "--username", USER, "--pwfile", secret),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            timeout=_START_SECONDS,
            **owner,
        )

    def _answers(self) -> bool:
        if self._server is None or self._server.poll() is not None:
            raise AssertionError(f"PostgreSQL has ended:\n{self._log.read_text(errors='replace')}")
        ready = [self.programs / "pg_isready", "--quiet", "--host=127.0.0.1", f"--port={self.port}"]
        return subprocess.run(ready, check=False).returncode == 0

    def _owner(self) -> dict[str, Any]:
        """Whom the server runs as: PostgreSQL refuses to be root."""
        if os.geteuid() != 0:
            return {}
        names = {user.pw_name: user for user in pwd.getpwall()}
        user = names.get("postgres") or names["nobody"]
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": self._folder}


def _programs() -> Path:
    """Debian keeps them out of the PATH, a folder for each version: the newest."""
    versions = [path for path in PROGRAMS.glob("*/bin") if (path / "initdb").exists()]
    if not versions:
        raise NoPostgres(LACKING)
    return max(versions, key=lambda path: [int(part) for part in path.parent.name.split(".")])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """The server for a fixture. Where there is none its tests are skipped, and fail where REQUIRE_POSTGRES is set."""
    try:
        server = Postgres()
    except NoPostgres as lacking:
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail(str(lacking), pytrace=False)
        pytest.skip(str(lacking))
    with server:
        yield server
