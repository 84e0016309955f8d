"""The network between a browser and the service: a TCP relay that can be slow, cut, stalled and mended; and a proxy."""

import contextlib
import http.client
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

_BLOCK = 4_096
_TICK = 0.05


class Wire:
    """Relays to a port on this machine. ``url`` is where the browser finds it."""

    def __init__(self, url: str, bytes_per_second: int = 0):
        """``bytes_per_second`` slows down what the service answers, on each connection; 0 does not. May be changed."""
        self.bytes_per_second = bytes_per_second
        self.asked: list[str] = []
        """What was asked for, in order: ``/articles/42/audio.mp3?v=1 bytes=0-``."""
        self.sent = 0
        """Bytes that came through from the service to the browser."""
        self._target = ("127.0.0.1", int(url.rsplit(":", 1)[1]))
        self._port = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listening: socket.socket | None = None
        self._flows = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> "Wire":
        self.mend()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.cut()

    def mend(self) -> None:
        """Let everything through again, on the same port as before."""
        self._flows.set()
        if self._listening:
            return
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self._port))
        listening.listen(64)
        self._port = listening.getsockname()[1]
        self._listening = listening
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones, as when the network is gone."""
        self._flows.set()
        if self._listening:
            with contextlib.suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None
        with self._lock:
            for connection in self._open:
                _reset(connection)
            self._open.clear()

    def stall(self) -> None:
        """Keep every connection and take new ones, but let nothing through: as in a tunnel, nobody is told."""
        self._flows.clear()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target)
            except OSError:
                _reset(near)
                continue
            with self._lock:
                self._open |= {near, far}
            threading.Thread(target=self._relay, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._relay, args=(far, near, False), daemon=True).start()

    def _relay(self, source: socket.socket, sink: socket.socket, is_asking: bool) -> None:
        with contextlib.suppress(OSError):
            while True:
                rate = 0 if is_asking else self.bytes_per_second
                data = source.recv(min(_BLOCK, int(rate * _TICK)) if rate else _BLOCK)
                self._flows.wait()
                if not data:
                    break
                if is_asking:
                    self._note(data)
                sink.sendall(data)
                self.sent += 0 if is_asking else len(data)
                if rate:
                    time.sleep(len(data) / rate)
        # Half closed: the other direction may still have something to say.
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _note(self, data: bytes) -> None:
        for head in data.decode("latin-1").split("\r\n\r\n"):
            first, *headers = head.split("\r\n")
            words = first.split(" ")
            ranges = [value for name, _, value in (line.partition(": ") for line in headers) if name.lower() == "range"]
            if len(words) == 3:
                self.asked.append(" ".join([words[1], *ranges]))


class Proxy:
    """An HTTP proxy before a service, with the faults of one.

    It takes an answer that breaks off for a whole one, and ends it as such: with the last chunk, or, where ``is_old``
    makes it speak HTTP/1.0, by closing the connection.
    """

    def __init__(self, url: str, is_old: bool = False):
        self.refusal: tuple[int, dict[str, str], str] | None = None
        """Status, headers and body of the answer to everything that is asked about sound; the service is not asked."""
        self.asked: list[tuple[float, str]] = []
        """When (``time.monotonic()``) what was asked about sound: ``POST /articles/42/audio``."""
        self.late = 0.0
        """Seconds before the first byte of a sound."""
        self._target = int(url.rsplit(":", 1)[1])
        self._open: set[http.client.HTTPConnection] = set()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0" if is_old else "HTTP/1.1"

            def do_GET(self) -> None:
                proxy._answer(self)

            do_POST = do_HEAD = do_GET

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True  # The browser keeps its connections.
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Proxy":
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.finish()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def finish(self) -> None:
        """End every answer under way, properly."""
        for connection in list(self._open):
            with contextlib.suppress(OSError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _answer(self, near: BaseHTTPRequestHandler) -> None:
        is_sound = "/audio" in near.path
        if is_sound:
            self.asked.append((time.monotonic(), f"{near.command} {near.path}"))
        if near.command == "GET" and "/audio.mp3" in near.path:
            time.sleep(self.late)
        if not is_sound or self.refusal is None:
            self._pass_on(near)
            return
        status, headers, body = self.refusal
        near.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body.encode()))}.items():
            near.send_header(name, value)
        near.end_headers()
        if near.command != "HEAD":
            near.wfile.write(body.encode())

    def _pass_on(self, near: BaseHTTPRequestHandler) -> None:
        far = http.client.HTTPConnection("127.0.0.1", self._target)
        kept = {name: value for name in ("Range", "If-None-Match") if (value := near.headers[name])}
        far.request(near.command, near.path, headers=kept)
        self._open.add(far)
        reply = far.getresponse()
        near.send_response(reply.status)
        for name, value in reply.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                near.send_header(name, value)
        is_chunked = near.protocol_version == "HTTP/1.1" and near.command != "HEAD" and reply.status != 304
        if is_chunked:
            near.send_header("Transfer-Encoding", "chunked")
        near.end_headers()
        with contextlib.suppress(OSError, http.client.HTTPException):
            while near.command != "HEAD" and (data := reply.read1(_BLOCK)):
                near.wfile.write(b"%X\r\n%b\r\n" % (len(data), data) if is_chunked else data)
        if is_chunked:
            with contextlib.suppress(OSError):
                near.wfile.write(b"0\r\n\r\n")
        self._open.discard(far)
        far.close()


def _reset(connection: socket.socket) -> None:
    """Close with RST, and wake whoever waits on it."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
