"""A stand-in for Google's voice: the real wire, on this machine, with the faults of a bad day.

It is an HTTP proxy with a certificate authority of its own. A client that honours ``HTTPS_PROXY`` and
``REQUESTS_CA_BUNDLE`` (the real gTTS, a real ``requests`` session) asks it for ``translate.google.com``, and then
speaks to it over real sockets and real TLS as it would to Google. No code under test knows that it is here::

    with StandInGoogle(latency=0.3) as google:
        os.environ.update(google.environ())
        google.script("429", times=2, retry_after=3)
        ...
        google.stats()["requests"]

or from another process: ``python -m tests.standins.google --help``.
"""

import argparse
import base64
import contextlib
import json
import random
import re
import signal
import socket
import ssl
import struct
import sys
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import trustme

from tests.standins import speech

HOST = "translate.google.com"
PATH = "/_/TranslateWebserverUi/data/batchexecute"
RPC = "jQ1olc"

FAULTS = {
    "consent": "200 with Google's consent page instead of a reply",
    "dribble": "the right reply, its bytes spread over `seconds`: no read time-out notices",
    "empty": "200 with no body at all",
    "garbage": "sound that is not MP3",
    "hang": "never answers",
    "null": "null instead of sound, as Google does for a text it will not speak",
    "reset": "the connection is reset (RST)",
    "slow": "the right reply, `seconds` late",
    "truncated": "MP3 cut at about 40 %, inside a frame",
}
"""Every fault by name. Any status from 400 to 599 is one too; 429 carries ``Retry-After``."""

_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 429: "Too Many Requests", 502: "Bad Gateway"}
_PATIENCE = 10  # seconds for our own threads to end
_LONGEST_HEAD = 65_536  # bytes
_QUICKACK = getattr(socket, "TCP_QUICKACK", None)  # Linux only
# What lets two sockets share a port while at most one listens; elsewhere SO_REUSEADDR does not, on Linux the
# other would let two stand-ins listen on one port.
_SHARED = socket.SO_REUSEADDR if sys.platform == "linux" else socket.SO_REUSEPORT


class StandInGoogle:
    """Google's voice on 127.0.0.1, served by threads of this process. Use it as a context manager."""

    def __init__(self, latency: float = 0.0, max_chars: int = 200, port: int = 0):
        self.latency = latency
        """Seconds before each answer; requests wait side by side."""
        self.max_chars = max_chars
        """Longer texts are answered with null."""
        self.blackhole = False
        """While true, connections are accepted and CONNECT is never answered."""
        self.port = port
        """TCP port, known once started."""
        self._faults = Faults()
        self._tally = Tally()
        self._authority = trustme.CA()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(HOST).configure_cert(self._tls)
        self._folder: tempfile.TemporaryDirectory | None = None
        self._reservation: socket.socket | None = None
        self._listener: socket.socket | None = None
        self._acceptor: threading.Thread | None = None
        self._closing = threading.Event()
        self._visits: dict[threading.Thread, Wire] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> "StandInGoogle":
        speech.prepare()
        self._folder = tempfile.TemporaryDirectory(prefix="standin-google-")
        self.ca_path.write_bytes(self.ca_pem)
        # Bound for as long as we live and never listening: while we are down nobody else can take the port.
        self._reservation = _bound(self.port)
        self.port = self._reservation.getsockname()[1]
        self.up()
        return self

    def __exit__(self, *_exc) -> None:
        self.down()
        self._reservation.close()
        self._folder.cleanup()

    # What a test asks for and looks at

    @property
    def url(self) -> str:
        """The proxy's address, which is also where ``/stats`` and its neighbours answer."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca_pem(self) -> bytes:
        """The authority's certificate, PEM."""
        return self._authority.cert_pem.bytes()

    @property
    def ca_path(self) -> Path:
        """A file with the authority's certificate; gone when the stand-in is."""
        return Path(self._folder.name) / "ca.pem"

    def environ(self) -> dict[str, str]:
        """The environment that leads a client here."""
        proxy = {"HTTPS_PROXY": self.url, "https_proxy": self.url}
        return proxy | {"REQUESTS_CA_BUNDLE": str(self.ca_path), "NO_PROXY": "", "no_proxy": ""}

    def script(
        self,
        fault: str | int,
        times: int | None = 1,
        match: str | None = None,
        retry_after: int | str | None = 1,
        seconds: float = 0.0,
        share: float = 1.0,
        seed: int = 0,
    ) -> None:
        """Let the next ``times`` requests (``None``: all, until ``clear_script``) meet ``fault``.

        With ``match``, only requests whose text holds that regular expression. Each request meets the oldest fault
        that fits it. ``retry_after`` is the header of a 429 (``None``: no header), ``seconds`` is for slow and dribble.
        With ``share``, each fitting request meets it with that probability, by dice that ``seed`` throws the same way
        each time.
        """
        count = times if times is None else int(times)
        self._faults.add(Fault(str(fault), count, match, retry_after, float(seconds), float(share), int(seed)))

    def clear_script(self) -> None:
        """Forget every fault not yet met."""
        self._faults.clear()

    def stats(self) -> dict:
        """What has happened since the start or the last ``reset``; the keys are those of ``Tally``."""
        return self._tally.snapshot()

    def reset(self) -> None:
        """Count from zero. The script stays."""
        self._tally.reset()

    # Being there or not

    def up(self) -> None:
        """Listen, on the same port as before. Nothing happens when already up."""
        if self._listener:
            return
        self._closing.clear()
        self._listener = _bound(self.port)
        self._listener.listen(1024)
        self._acceptor = threading.Thread(target=self._accept, name="standin-google", daemon=True)
        self._acceptor.start()

    def down(self) -> None:
        """Refuse connections and cut those that are open, as a machine that went away. Nothing happens when down."""
        if not self._listener:
            return
        self._closing.set()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            pass  # accept() wakes up for a visitor, not for close().
        self._acceptor.join(_PATIENCE)
        self._listener.close()
        self._listener = None
        with self._lock:
            visits = dict(self._visits)
        for wire in visits.values():
            wire.cut()
        for visit in visits:
            visit.join(_PATIENCE)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:  # Out of files, or the visitor has left already.
                self._closing.wait(0.05)
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire = Wire(connection)
            visit = threading.Thread(target=self._visit, args=(wire,), name="standin-google-visit", daemon=True)
            with self._lock:
                self._visits[visit] = wire
            visit.start()

    def _visit(self, wire: "Wire") -> None:
        """One connection from beginning to end. A client that goes away ends it, and that is no news."""
        try:
            with contextlib.suppress(OSError):
                for request in wire.requests():
                    if request.method == "CONNECT":
                        self._tunnel(wire, request)
                        return
                    wire.send(self._control(request))
        finally:
            wire.close()
            with self._lock:
                del self._visits[threading.current_thread()]

    # Google's side

    def _tunnel(self, wire: "Wire", request: "Request") -> None:
        self._tally.connected()
        if self.blackhole:
            wire.wait_for_goodbye()
            return
        if request.target != f"{HOST}:443":
            wire.send(Reply(502, f"This stand-in knows only {HOST}:443, not {request.target}.\n", "text/plain"))
            return
        wire.send_bytes(b"HTTP/1.1 200 Connection established\r\n\r\n")
        wire.secure(self._tls)
        for inner in wire.requests():
            if (inner.method, urlsplit(inner.target).path) != ("POST", PATH):
                wire.send(Reply(404, _page("Error 404 (Not Found)!!1")))
            elif (text := text_of(inner.body)) is None:
                wire.send(Reply(400, _page("Error 400 (Bad Request)!!1")))
            elif not self._speak(wire, text, framed="rt=c" in urlsplit(inner.target).query.split("&")):
                return

    def _speak(self, wire: "Wire", text: str, framed: bool) -> bool:
        """Answer one request for sound; false when the connection is over."""
        with self._tally.in_flight(text):
            fault = self._faults.take(text) or Fault("")
            self._tally.met(fault.name)
            self._pause(self.latency + (fault.seconds if fault.name == "slow" else 0))
            if fault.name == "hang":
                wire.wait_for_goodbye()
                return False
            if fault.name == "reset":
                wire.reset()
                return False
            reply = self._reply(text, fault, framed)
            self._tally.answered(reply.status)
            rest = reply.encode()
            if fault.name == "dribble":
                rest = self._dribble(wire, rest, fault.seconds)
        # Sent when no longer counted as in flight, or the client's next request could seem to overlap this one.
        wire.send_bytes(rest)
        return True

    def _reply(self, text: str, fault: "Fault", framed: bool) -> "Reply":
        if fault.status == 429:
            return Reply(429, _page("Sorry..."), headers=_retry_after(fault.retry_after))
        if fault.status:
            return Reply(fault.status, _page(f"Error {fault.status} (Server Error)!!1"))
        if fault.name == "consent":
            return Reply(200, _page("Before you continue to Google Translate"))
        if fault.name == "empty":
            return Reply(200, "")
        return Reply(200, envelope(self._sound(text, fault), framed), "application/json; charset=utf-8")

    def _sound(self, text: str, fault: "Fault") -> str | None:
        """Base64 of what the reply holds for sound."""
        if fault.name == "null":
            return None
        if fault.name == "garbage":
            return base64.b64encode(b"This is not the sound of anything. " * 120).decode()
        if len(text) > self.max_chars:
            self._tally.met("too_long")
            return None
        sound = speech.mp3_base64(text)
        if not sound:
            self._tally.met("unspeakable")
            return None
        if fault.name == "truncated":
            frames = base64.b64decode(sound)
            cut = len(frames) * 2 // 5 // speech.FRAME * speech.FRAME + speech.FRAME // 2
            return base64.b64encode(frames[:cut]).decode()
        return sound

    def _dribble(self, wire: "Wire", data: bytes, seconds: float, pieces: int = 20) -> bytes:
        """Send all but the last of ``pieces``, evenly over ``seconds``, and give back the last."""
        step = -(-len(data) // pieces)
        while len(data) > step:
            wire.send_bytes(data[:step])
            data = data[step:]
            self._pause(seconds / (pieces - 1))
        return data

    def _pause(self, seconds: float) -> None:
        if seconds > 0 and self._closing.wait(seconds):
            raise ConnectionAbortedError("the stand-in went down")

    # The same port, in plain HTTP: driving it from another process

    def _control(self, request: "Request") -> "Reply":
        try:
            match request.method, request.target:
                case "GET", "/stats":
                    return _json(self.stats())
                case "GET", "/ca.pem":
                    return Reply(200, self.ca_pem.decode(), "application/x-pem-file")
                case "POST", "/script":
                    self.script(**json.loads(request.body))
                case "DELETE", "/script":
                    self.clear_script()
                case "POST", "/reset":
                    self.reset()
                case "POST", "/settings":
                    self._set(**json.loads(request.body))
                case _:
                    return _json({"error": f"no {request.method} {request.target} here"}, 404)
        except (ValueError, TypeError) as error:
            return _json({"error": str(error)}, 400)
        return _json({"ok": True})

    def _set(self, latency: float | None = None, max_chars: int | None = None, blackhole: bool | None = None) -> None:
        self.latency = self.latency if latency is None else float(latency)
        self.max_chars = self.max_chars if max_chars is None else int(max_chars)
        self.blackhole = self.blackhole if blackhole is None else bool(blackhole)


def text_of(body: bytes) -> str | None:
    """The text a batchexecute body asks for; ``None`` when it does not ask for speech."""
    try:
        call = json.loads(parse_qs(body.decode())["f.req"][0])[0][0]
        return json.loads(call[1])[0] if call[0] == RPC else None
    except (ValueError, LookupError, TypeError):
        return None


def envelope(sound: str | None, framed: bool = False) -> str:
    """Google's reply around base64 sound, or around null.

    Google puts the length of each part on a line before it when the address says ``rt=c``, and sends the parts as
    one list when it does not, as gTTS does not. The length counts the line end before the part.
    """
    result, status = ('["@"]', None) if sound else (None, [3])
    spoken = [["wrb.fr", RPC, result, None, None, status, "generic"]]
    timing = [["di", 27], ["af.httprm", 27, "-1", 8]]
    parts = [spoken, timing] if framed else [spoken + timing]
    # Base64 stands in JSON as it is, and 80 KB are dear to escape, twice.
    texts = [_rows(part).replace("@", sound or "") for part in parts]
    return ")]}'\n\n" + ("".join(f"{len(text) + 2}\n{text}\n" for text in texts) if framed else texts[0])


def _rows(rows: list) -> str:
    return "[" + "\n,".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]"


def _page(title: str) -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body><p>{title}</p></body></html>"


def _retry_after(value: int | str | None) -> dict[str, str]:
    return {} if value is None else {"Retry-After": str(value)}


def _json(value: object, status: int = 200) -> "Reply":
    return Reply(status, json.dumps(value, ensure_ascii=False), "application/json")


def _bound(port: int) -> socket.socket:
    """A socket bound to the port beside another of ours; only the one that listens is visited."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, _SHARED, 1)
    bound.bind(("127.0.0.1", port))
    return bound


@dataclass(slots=True)
class Fault:
    """Something that goes wrong for the next requests."""

    name: str
    """A key of ``FAULTS``, or a status code; empty for no fault."""
    times: int | None = 1
    """How many requests still meet it; ``None`` for all."""
    match: str | None = None
    """Regular expression to be found in the text; ``None`` for any text."""
    retry_after: int | str | None = 1
    """The header of a 429: seconds or a date; ``None`` leaves it out."""
    seconds: float = 0.0
    """How late, for slow and dribble."""
    share: float = 1.0
    """Probability that a request which fits meets it."""
    seed: int = 0
    """Of the dice."""
    _dice: random.Random = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    @property
    def status(self) -> int:
        """The HTTP status the fault answers with; 0 when that is not the fault."""
        return int(self.name) if self.name.isdecimal() else 0

    def fits(self, text: str) -> bool:
        """Whether a request for this text meets the fault."""
        return self.match is None or re.search(self.match, text) is not None

    def strikes(self) -> bool:
        """Whether this request meets it; the dice are thrown."""
        return self.share == 1 or self._dice.random() < self.share


class Faults:
    """The script: faults in the order they were asked for."""

    def __init__(self):
        self._lock = threading.Lock()
        self._queue: deque[Fault] = deque()

    def add(self, fault: Fault) -> None:
        """Put a fault at the end. Raises ``ValueError`` for one that is not known or cannot be."""
        if fault.name not in FAULTS and not 400 <= fault.status <= 599:
            raise ValueError(f"no fault {fault.name!r}; there are {', '.join(FAULTS)} and the statuses 400 to 599")
        try:
            re.compile(fault.match or "")
        except re.error as error:
            raise ValueError(f"match {fault.match!r} is not a regular expression: {error}") from None
        if fault.times is not None and fault.times < 1:
            raise ValueError(f"{fault.times} times is no fault; give 1 or more, or none for all requests")
        if not 0 < fault.share <= 1:
            raise ValueError(f"a share of {fault.share} is no fault; give more than 0, at most 1")
        with self._lock:
            self._queue.append(fault)

    def take(self, text: str) -> Fault | None:
        """The oldest fault that fits the text, once."""
        with self._lock:
            fault = next((fault for fault in self._queue if fault.fits(text) and fault.strikes()), None)
            if fault and fault.times is not None:
                fault.times -= 1
                if not fault.times:
                    self._queue.remove(fault)
            return fault

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._queue.clear()


class Tally:
    """What has been asked and answered."""

    def __init__(self):
        self._lock = threading.Lock()
        self._now = 0
        self.reset()

    def reset(self) -> None:
        """Count from zero; requests that wait for their answer still count towards the peak."""
        with self._lock:
            self._connections = 0
            self._peak = self._now
            self._by_status: Counter[str] = Counter()
            self._by_fault: Counter[str] = Counter()
            self._texts: list[str] = []

    def connected(self) -> None:
        """A CONNECT has come, whatever its answer."""
        with self._lock:
            self._connections += 1

    @contextlib.contextmanager
    def in_flight(self, text: str) -> Iterator[None]:
        """A request for this text, from its arrival until its answer is ready to go."""
        with self._lock:
            self._texts.append(text)
            self._now += 1
            self._peak = max(self._peak, self._now)
        try:
            yield
        finally:
            with self._lock:
                self._now -= 1

    def met(self, fault: str) -> None:
        """A fault has met a request; an empty name is none."""
        if fault:
            with self._lock:
                self._by_fault[fault] += 1

    def answered(self, status: int) -> None:
        """An answer is about to be sent."""
        with self._lock:
            self._by_status[str(status)] += 1

    def snapshot(self) -> dict:
        """The counts, as they are sent in JSON too."""
        with self._lock:
            return {
                "requests": len(self._texts),  # for sound, answered or not
                "connections": self._connections,  # TCP connections that asked CONNECT
                "in_flight": self._now,
                "peak_concurrency": self._peak,  # most requests waiting at one time
                "by_status": dict(self._by_status),
                "by_fault": dict(self._by_fault),  # scripted faults, and too_long and unspeakable texts
                "texts": list(self._texts),  # in order of arrival
            }


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, as far as a stand-in cares."""

    method: str
    target: str
    body: bytes
    is_last: bool
    """Whether the client will close after the answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer."""

    status: int
    body: str
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The answer as it travels."""
        body = self.body.encode()
        headers = {"Content-Type": self.content_type, "Content-Length": str(len(body))} | self.headers
        lines = [f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Error')}", *map(": ".join, headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body


class Wire:
    """HTTP/1.1 over one socket, in the clear and then perhaps in TLS.

    Written by hand rather than with ``http.server`` because the faults need the socket itself, and because the
    stand-in must cost little beside what is measured.
    """

    def __init__(self, connection: socket.socket):
        self._socket = connection
        self._buffer = b""
        self._lock = threading.Lock()  # the socket may be cut from another thread while it changes or closes

    def requests(self) -> Iterator[Request]:
        """Requests as they come, until the client has said its last."""
        while request := self._read():
            yield request
            if request.is_last:
                return

    def _read(self) -> Request | None:
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > _LONGEST_HEAD or not self._fill():
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        try:
            method, target, version = first.split(" ")
            length = int(headers.get("content-length", 0))
        except ValueError:
            return None  # Not HTTP: there is nothing to say to it.
        while len(self._buffer) < length:
            if not self._fill():
                return None
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        is_last = version != "HTTP/1.1" or headers.get("connection", "").lower() == "close"
        return Request(method, target, body, is_last)

    def _fill(self) -> bool:
        # urllib3 keeps Nagle's algorithm on towards a proxy, and sends head and body apart: unless the head is
        # acknowledged at once the body comes 40 ms later, which Google asked without a proxy would not see.
        if _QUICKACK is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)  # Linux forgets it after a while.
        data = self._socket.recv(65_536)
        self._buffer += data
        return bool(data)

    def send(self, reply: Reply) -> None:
        """Send an answer."""
        self.send_bytes(reply.encode())

    def send_bytes(self, data: bytes) -> None:
        """Send part of an answer."""
        self._socket.sendall(data)

    def secure(self, context: ssl.SSLContext) -> None:
        """Go on in TLS."""
        with self._lock:
            self._socket = context.wrap_socket(self._socket, server_side=True, do_handshake_on_connect=False)
        self._socket.do_handshake()

    def wait_for_goodbye(self) -> None:
        """Say nothing until the client gives up."""
        while self._fill():
            self._buffer = b""

    def reset(self) -> None:
        """Close with RST: the client sees "connection reset by peer"."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def cut(self) -> None:
        """End the connection from another thread; whoever waits on it wakes up."""
        with self._lock, contextlib.suppress(OSError):
            # Not SSLSocket's own shutdown, which takes the TLS state away under the other thread's feet.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket; closing twice is harmless."""
        with self._lock:
            self._socket.close()


_EXAMPLE = """\
example:
  python -m tests.standins.google --port 8443 --latency 0.3 --ca ca.pem &
  export HTTPS_PROXY=http://127.0.0.1:8443 REQUESTS_CA_BUNDLE=ca.pem
  gtts-cli --nocheck --lang ar "السلام عليكم" --output hello.mp3
  curl -d '{"fault": "429", "times": 2, "retry_after": 3}' http://127.0.0.1:8443/script
  curl http://127.0.0.1:8443/stats

plain HTTP on the same port:
  GET /stats  GET /ca.pem  POST /script  DELETE /script  POST /reset  POST /settings
  script:   {"fault", "times", "match", "retry_after", "seconds", "share", "seed"}
  settings: {"latency", "max_chars", "blackhole"}

faults (besides any status from 400 to 599):
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the stand-in as a process until SIGTERM or SIGINT."""
    faults = "".join(f"  {name:<10} {meaning}\n" for name, meaning in FAULTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.standins.google",
        description="A stand-in for Google's voice, behind an HTTP proxy with its own certificate authority.",
        epilog=_EXAMPLE + faults,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0, the default, takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer (default 0)")
    parser.add_argument("--max-chars", type=int, default=200, help="longest text that is spoken (default 200)")
    parser.add_argument("--ca", type=Path, help="where to write the authority's certificate, PEM")
    options = parser.parse_args(arguments)

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with StandInGoogle(options.latency, options.max_chars, options.port) as google:
        if options.ca:
            options.ca.write_bytes(google.ca_pem)
        print(f"listening on 127.0.0.1:{google.port}", flush=True)
        stopped.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
