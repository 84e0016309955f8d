"""A stand-in for a publisher's site: pages over real HTTP or HTTPS on this machine, with the faults of a bad day.

::

    with StandInSite() as site:
        site.page("/rss.xml", "<rss/>", "application/rss+xml", etag='"1"')
        site.fault("429", times=2, retry_after=3)
        requests.get(site.url + "/rss.xml")
        site.requests[0].status  # 429

With ``tls=True`` it speaks TLS by an authority of its own (``REQUESTS_CA_BUNDLE=site.ca_path``), and sends whoever
comes in plain HTTP to https on the same port.
"""

import contextlib
import gzip
import re
import socket
import ssl
import struct
import tempfile
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import trustme

FAULTS = {
    "bomb": "64 MB of zeros in 64 KB of gzip",
    "dribble": "the right answer, its bytes spread evenly over `seconds`: no read time-out notices",
    "hang": "never answers",
    "html": "200 with a page of a plugin in the way, as a firewall or a maintenance mode sends it",
    "large": "a body without length that goes on for 64 MB",
    "redirect": "302 to the address `to`",
    "reset": "the connection is reset (RST)",
    "slow": "the right answer, `seconds` late",
    "truncated": "the connection ends at half the body",
}
"""Every fault by name. Any status from 400 to 599 is one too, with ``Retry-After`` when ``retry_after`` is given."""

_HUGE = 64 * 1024 * 1024
_IN_THE_WAY = "<!doctype html><html><head><title>لحظة من فضلك</title></head><body><p>نتحقق من متصفحك.</p></body></html>"


@dataclass(slots=True)
class Request:
    """One request as it came, and the status it was answered with."""

    method: str
    target: str
    """Path and query as they came, percent-encoded."""
    headers: dict[str, str]
    """By lower-case name."""
    is_secure: bool
    status: int = 0
    """0 while there is no answer, and for one that never comes."""

    @property
    def path(self) -> str:
        """The path as it came."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters, decoded; of two with one name the last."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass(slots=True)
class Reply:
    """An answer."""

    body: bytes = b""
    content_type: str = "text/html; charset=UTF-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    """Others than type and length; with ``ETag`` or ``Last-Modified`` conditional requests are answered 304."""


@dataclass(slots=True)
class Fault:
    """Something that goes wrong for the next requests."""

    name: str
    """A key of ``FAULTS``, or a status."""
    times: int | None = 1
    """How many requests still meet it; None for all."""
    match: str = ""
    """Regular expression to be found in the target."""
    seconds: float = 0.0
    retry_after: int | str | None = None
    to: str = ""


class StandInSite:
    """A site on 127.0.0.1, served by threads of this process. Use it as a context manager.

    A subclass overrides ``answer``.
    """

    def __init__(self, *, tls: bool = False, certificate_for: str = "127.0.0.1", port: int = 0):
        self.port = port
        """TCP port, known once started."""
        self.tls = tls
        self.compress = False
        """Whether answers are sent in gzip to clients that take it."""
        self.requests: list[Request] = []
        """Every request, in order of arrival."""
        self.peak = 0
        """Most requests that were waiting for their answer at one time."""
        self._pages: dict[str, Reply] = {}
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._now = 0
        self._closing = threading.Event()
        self._server: _Server | None = None
        self._reservation: socket.socket | None = None
        self._folder: tempfile.TemporaryDirectory | None = None
        self._authority = trustme.CA() if tls else None
        self._certificate_for = certificate_for

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="standin-site-")
        if self._authority:
            self.ca_path.write_bytes(self._authority.cert_pem.bytes())
        # Bound for as long as we live and never listening: while we are down nobody else can take the port.
        self._reservation = socket.socket()
        self._reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._reservation.bind(("127.0.0.1", self.port))
        self.port = self._reservation.getsockname()[1]
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()
        self._reservation.close()
        self._folder.cleanup()

    # What a test asks for and looks at

    @property
    def url(self) -> str:
        """The site's address, without a slash at its end."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def ca_path(self) -> Path:
        """A file with the authority's certificate (with ``tls``); gone when the stand-in is."""
        return Path(self._folder.name) / "ca.pem"

    def page(
        self,
        target: str,
        body: str | bytes = "",
        content_type: str = "text/html; charset=UTF-8",
        *,
        status: int = 200,
        etag: str = "",
        last_modified: datetime | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Have a page at ``target``: a path (for any query), or a path with its query."""
        chosen = dict(headers or {})
        if etag:
            chosen["ETag"] = etag
        if last_modified:
            chosen["Last-Modified"] = format_datetime(last_modified.astimezone(UTC), usegmt=True)
        data = body.encode() if isinstance(body, str) else body
        self._pages[target] = Reply(data, content_type, status, chosen)

    def remove(self, target: str) -> None:
        """Have no page there any more."""
        del self._pages[target]

    def fault(
        self,
        name: str | int,
        times: int | None = 1,
        match: str = "",
        *,
        seconds: float = 0.0,
        retry_after: int | str | None = None,
        to: str = "",
    ) -> None:
        """Let the next ``times`` requests (None: all, until ``clear_faults``) whose target matches meet a fault."""
        name = str(name)
        if name not in FAULTS and not re.fullmatch("[45][0-9][0-9]", name):
            raise ValueError(f"no fault {name!r}; there are {', '.join(FAULTS)} and the statuses 400 to 599")
        if name == "bomb":
            _bomb()  # Packed now, so that it is sent at once.
        with self._lock:
            self._faults.append(Fault(name, times, match, seconds, retry_after, to))

    def clear_faults(self) -> None:
        """Forget every fault not yet met."""
        with self._lock:
            self._faults.clear()

    def reset(self) -> None:
        """Forget the requests."""
        with self._lock:
            self.requests.clear()
            self.peak = self._now

    def up(self) -> None:
        """Listen, on the same port as before. Nothing happens when already up."""
        if self._server:
            return
        self._closing.clear()
        context = None
        if self._authority:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._authority.issue_cert(self._certificate_for).configure_cert(context)
        self._server = _Server(self, context)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), name="standin-site", daemon=True).start()

    def down(self) -> None:
        """Refuse connections and cut those that are open, as a machine that went away."""
        if not self._server:
            return
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.cut()
        self._server = None

    # What a subclass overrides

    def answer(self, request: Request) -> Reply:
        """The answer when nothing goes wrong: the page of that target, or 404."""
        found = self._pages.get(request.target) or self._pages.get(request.path)
        return found or Reply(b"<!doctype html><title>404</title>", status=404)

    # Between the socket and the answer

    def _take_fault(self, request: Request) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if re.search(fault.match, request.target):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._faults.remove(fault)
                    return fault
        return None

    @contextlib.contextmanager
    def _counted(self, request: Request) -> Iterator[None]:
        with self._lock:
            self.requests.append(request)
            self._now += 1
            self.peak = max(self.peak, self._now)
        try:
            yield
        finally:
            with self._lock:
                self._now -= 1

    def _pause(self, seconds: float) -> None:
        if self._closing.wait(seconds):
            raise ConnectionAbortedError("the stand-in went down")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, site: StandInSite, context: ssl.SSLContext | None):
        super().__init__(("127.0.0.1", site.port), _Handler)
        self.site = site
        self.context = context
        self._open: set[socket.socket] = set()

    def process_request_thread(self, request, client_address) -> None:
        """One connection, in its own thread: the first byte tells TLS from plain HTTP."""
        with contextlib.suppress(OSError):
            request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.add(request)
            if self.context and request.recv(1, socket.MSG_PEEK) == b"\x16":
                self._open.discard(request)
                request = self.context.wrap_socket(request, server_side=True)
                self._open.add(request)
            self.finish_request(request, client_address)
        self._open.discard(request)
        with contextlib.suppress(OSError):
            request.close()

    def cut(self) -> None:
        """End every open connection from outside; whoever waits on one wakes up."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                # Not SSLSocket's own shutdown, which takes the TLS state away under the other thread's feet.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:  # noqa: N802 - http.server's name
        site = self.server.site
        is_secure = isinstance(self.connection, ssl.SSLSocket)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, is_secure)
        with site._counted(request):
            fault = site._take_fault(request)
            reply = self._reply(site, request, fault)
        if reply is None:
            self.close_connection = True
            return
        request.status = reply.status
        self._send(reply, fault)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing: ``requests`` tells."""

    def _reply(self, site: StandInSite, request: Request, fault: Fault | None) -> Reply | None:
        """None when there is none: the connection is over."""
        if site.tls and not request.is_secure:
            return Reply(status=301, headers={"Location": site.url + request.target})
        name = fault.name if fault else ""
        if name == "hang":
            while self.connection.recv(65_536):
                pass
            return None
        if name == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return None
        if name == "slow":
            site._pause(fault.seconds)
        if name.isdigit():
            later = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            return Reply(b"<!doctype html><title>Error</title>", status=int(name), headers=later)
        if name == "redirect":
            return Reply(status=302, headers={"Location": fault.to})
        if name == "html":
            return Reply(_IN_THE_WAY.encode())
        if name == "bomb":
            return Reply(_bomb(), headers={"Content-Encoding": "gzip"})
        return self._compressed(site, _conditional(request, site.answer(request)), request)

    def _compressed(self, site: StandInSite, reply: Reply, request: Request) -> Reply:
        if not (site.compress and reply.body and "gzip" in request.headers.get("accept-encoding", "")):
            return reply
        return Reply(
            gzip.compress(reply.body), reply.content_type, reply.status, {**reply.headers, "Content-Encoding": "gzip"}
        )

    def _send(self, reply: Reply, fault: Fault | None) -> None:
        name = fault.name if fault else ""
        has_body = reply.status != 304
        headers = {"Content-Type": reply.content_type, **reply.headers} if has_body else reply.headers
        if name == "large":
            headers = {**headers, "Connection": "close"}
        elif has_body:
            headers = {**headers, "Content-Length": str(len(reply.body))}
        head = f"HTTP/1.1 {reply.status} {_reason(reply.status)}\r\n"
        head += "".join(f"{header}: {value}\r\n" for header, value in headers.items())
        body = reply.body if has_body and self.command != "HEAD" else b""
        if name == "large":
            self._send_large(head)
        elif name == "truncated":
            self.close_connection = True
            self.wfile.write(head.encode() + b"\r\n" + body[: len(body) // 2])
        elif name == "dribble":
            self._dribble(head.encode() + b"\r\n" + body, fault.seconds)
        else:
            self.wfile.write(head.encode() + b"\r\n" + body)

    def _send_large(self, head: str) -> None:
        self.close_connection = True
        self.wfile.write(head.encode() + b"\r\n")
        for _ in range(_HUGE // 65_536):
            self.wfile.write(b" " * 65_536)

    def _dribble(self, data: bytes, seconds: float, pieces: int = 40) -> None:
        step = -(-len(data) // pieces)
        for start in range(0, len(data), step):
            self.wfile.write(data[start : start + step])
            self.server.site._pause(seconds / pieces)


def _conditional(request: Request, reply: Reply) -> Reply:
    """``reply``, or 304 when the client has it already (RFC 9110 section 13.2.2: the tag goes before the time)."""
    if reply.status != 200:
        return reply
    tag, changed = reply.headers.get("ETag"), reply.headers.get("Last-Modified")
    if "if-none-match" in request.headers:
        known = request.headers["if-none-match"]
        is_known = tag is not None and tag in (part.strip() for part in known.split(","))
    else:
        since = request.headers.get("if-modified-since")
        is_known = bool(changed and since) and parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    return Reply(status=304, headers=reply.headers) if is_known else reply


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(1024 * 1024)
    return b"".join([*(packer.compress(zeros) for _ in range(_HUGE // len(zeros))), packer.flush()])
