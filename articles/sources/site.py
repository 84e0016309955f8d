"""An article's site over HTTP. The one place that asks it anything.

Ids, feeds and pages are written by others, so no address of theirs is trusted: only the path and the query are taken
from it, and the rest is always the configured scheme, host and port.
"""

import base64
import logging
import math
import os
import re
import socket
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from threading import BoundedSemaphore, Lock
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import requote_uri
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from articles.errors import SourceUnavailable
from articles.sources.deadline import cut_after

LANES = 4
"""Requests to a site at a time, from one process."""
MOST_BYTES = 20_000_000
"""Largest answer that is read, in bytes after decompression."""
MOST_REDIRECTS = 3
KEPT_BYTES = 16_000_000
"""Most bytes of answers kept to be asked for again with their ``ETag`` or ``Last-Modified``."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*")
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_CHUNK = 65_536
_HEADERS = {"User-Agent": "Istami (listen to article)", "Accept-Encoding": "gzip, deflate"}
_log = logging.getLogger(__name__)


class OffSite(SourceUnavailable):
    """The address is not on the articles' site; nothing was asked."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a site is waited for, and left alone when it fails; all in seconds."""

    connect: float = 5.0
    read: float = 10.0
    """Longest silence, and longest time for the head of an answer."""
    whole: float = 30.0
    """Longest time for an answer with its redirects, however steadily it drips."""
    pause: float = 1.0
    """First time that the site is left alone; each failure doubles it."""
    longest_pause: float = 60.0
    longest_retry_after: float = 600.0


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the site."""

    status: int
    """2xx, or 4xx other than 429."""
    headers: Mapping[str, str]
    """By name, in any case."""
    body: bytes
    """Decompressed."""
    url: str
    """Where it was found in the end."""


class Site:
    """The site at ``url``, in threads and after a fork. Only its scheme, host and port are ever asked.

    From http to https of the same host it follows. Certificates are checked (``REQUESTS_CA_BUNDLE`` is honoured, and
    proxies), cookies are not kept. After 429, 5xx or a failed connection the site is left alone for a while; until
    then every ``get`` fails at once.
    """

    def __init__(self, url: str, *, user: str = "", password: str = "", patience: Patience = PATIENCE):
        """``http(s)://host[:port][/path]``; raises ``ValueError`` for anything else. Nothing is asked yet."""
        parts = _split(url)
        if not parts or parts.scheme not in _PORTS or parts.username is not None or parts.fragment:
            raise ValueError("the site's address cannot be used; give http(s)://host[:port][/path]")
        self.host = _host(parts)
        self._origins = _origins(parts.scheme, self.host, parts.port or _PORTS[parts.scheme])
        root = next(iter(self._origins.values()))
        self._url = f"{root}{parts.path}?{parts.query}"
        self._folder = f"{root}{parts.path.rstrip('/')}/"
        self._patience = patience
        self._credentials = {"Authorization": _basic(user, password)} if user or password else {}
        self._own = _Own(patience)

    def get(
        self, address: str, parameters: Mapping[str, str] = MappingProxyType({}), *, most_bytes: int = MOST_BYTES
    ) -> Reply:
        """What stands at ``address``: relative to the site's URL (empty: that itself), or absolute on the same site.

        Raises ``OffSite``, and ``SourceUnavailable`` when there is no answer, or none that can be used. An answer that
        has not changed (304) is given as it was the last time, with its 200.
        """
        url = self._resolved(address, parameters)
        deadline = time.monotonic() + self._patience.whole
        for _ in range(1 + MOST_REDIRECTS):
            reply = self._ask(url, most_bytes, deadline)
            if 200 <= reply.status < 300 or reply.status >= 400:
                return reply
            location = reply.headers.get("Location", "") if reply.status in _REDIRECTS else ""
            url = self._redirected(url, location)
        raise SourceUnavailable(f"{self.host} redirects more than {MOST_REDIRECTS} times")

    def is_here(self, address: str) -> bool:
        """Whether ``get`` would ask for ``address``."""
        try:
            self._resolved(address)
        except OffSite:
            return False
        return True

    def _resolved(self, address: str, parameters: Mapping[str, str] = MappingProxyType({})) -> str:
        """The URL to ask for. Of ``address`` only path and query go into it."""
        parts = _split(address.strip(), self._folder) if address.strip() else _split(self._url)
        origin = parts and self._origins.get((parts.scheme, _host(parts), parts.port or _PORTS.get(parts.scheme, 0)))
        if not parts or not origin:
            raise OffSite(f"the address is not on {self.host}; nothing was asked")
        query = "&".join(filter(None, (parts.query, urlencode(parameters))))
        return requote_uri(f"{origin}{parts.path or '/'}{'?' + query if query else ''}")

    def _redirected(self, url: str, location: str) -> str:
        there = _split(location, url) if location else None
        if not there:
            raise SourceUnavailable(f"{self.host} neither answers nor says where the answer is")
        if url.startswith("https:") and there.scheme == "http":
            raise OffSite(f"{self.host} redirects from https to http; that is not followed")
        if not self.is_here(there.geturl()):
            raise OffSite(f"{self.host} redirects to {_host(there) or 'another place'}; that is not followed")
        return self._resolved(there.geturl())

    def _ask(self, url: str, most_bytes: int, deadline: float) -> Reply:
        """One request. What it says of the site's health is remembered."""
        own = self._own = self._own.of_this_process()
        with own.lane(self.host, deadline):
            began = time.monotonic()
            try:
                reply = self._fetch(own, url, most_bytes, deadline)
            except (requests.RequestException, OSError) as error:
                raise self._failed(own, began, _reason(error)) from error
        if reply.status == 429 or reply.status >= 500:
            raise self._failed(own, began, f"answers {reply.status}", _seconds(reply.headers.get("Retry-After", "")))
        own.rest.end(began)
        return own.kept.resolve(url, reply)

    def _failed(self, own: "_Own", began: float, reason: str, retry_after: float = 0.0) -> SourceUnavailable:
        seconds = own.rest.begin(began, reason, retry_after)
        _log.warning("%s %s; it is left alone for %.0f s", self.host, reason, seconds)
        return SourceUnavailable(f"{self.host} {reason}")

    def _fetch(self, own: "_Own", url: str, most_bytes: int, deadline: float) -> Reply:
        with own.session.get(
            url,
            headers={**own.kept.conditions(url), **self._credentials},
            timeout=(self._patience.connect, self._patience.read),
            allow_redirects=False,
            stream=True,
        ) as answer:
            body = b"" if answer.status_code in _REDIRECTS else self._body(answer, most_bytes, deadline)
            return Reply(answer.status_code, answer.headers, body, url)

    def _body(self, answer: requests.Response, most_bytes: int, deadline: float) -> bytes:
        chunks, size = [], 0
        with cut_after(deadline - time.monotonic(), answer.raw.shutdown):
            for chunk in answer.iter_content(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > most_bytes:
                    raise SourceUnavailable(f"{self.host} sends more than {most_bytes:,} bytes at once")
        return b"".join(chunks)


# -- What belongs to one process ---------------------------------------------------------------------------------------


class _Own:
    """Connections, lanes and locks: none of them may be shared across a fork."""

    def __init__(self, patience: Patience):
        self.patience = patience
        self.rest = _Rest(patience)
        self.kept = _Kept()
        self.session = _session()
        self._lanes = BoundedSemaphore(LANES)
        self._pid = os.getpid()

    def of_this_process(self) -> "_Own":
        """This one, or a new one after a fork. No lock: one might have been held at the very moment of the fork."""
        return self if self._pid == os.getpid() else _Own(self.patience)

    @contextmanager
    def lane(self, host: str, deadline: float) -> Iterator[None]:
        """One of the site's lanes. Raises ``SourceUnavailable`` while the site is left alone, or all lanes are busy."""
        if not self._lanes.acquire(timeout=max(deadline - time.monotonic(), 0)):
            raise SourceUnavailable(f"{host} is busy with our other requests")
        try:
            self.rest.check(host)
            yield
        finally:
            self._lanes.release()


@dataclass
class _Rest:
    """How long a failing site is left alone."""

    patience: Patience
    _pause: float = 0.0
    _since: float = 0.0
    _until: float = 0.0
    _reason: str = ""
    _lock: Lock = field(default_factory=Lock)

    def check(self, host: str) -> None:
        """Raises ``SourceUnavailable`` while the site is left alone."""
        left = self._until - time.monotonic()
        if left > 0:
            raise SourceUnavailable(f"{host} {self._reason}; it is asked again in {math.ceil(left)} s")

    def begin(self, began: float, reason: str, retry_after: float) -> float:
        """A request that began then has failed; seconds the site is left alone. Those that fail together are one."""
        with self._lock:
            now = time.monotonic()
            if began >= self._since:
                doubled = min(self._pause * 2 or self.patience.pause, self.patience.longest_pause)
                self._pause, self._since, self._reason = doubled, now, reason
            seconds = max(self._pause, min(retry_after, self.patience.longest_retry_after))
            self._until = max(self._until, now + seconds)
            return self._until - now

    def end(self, began: float) -> None:
        """A request that began then was answered; news only when nothing has failed since."""
        with self._lock:
            if began >= self._since:
                self._pause = self._until = 0.0


class _Kept:
    """The last answers that can be asked for conditionally."""

    def __init__(self) -> None:
        self._replies: OrderedDict[str, Reply] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def conditions(self, url: str) -> dict[str, str]:
        """The headers that ask whether what is kept of ``url`` still stands."""
        with self._lock:
            reply = self._replies.get(url)
        names = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
        return {name: reply.headers[of] for name, of in names.items() if of in reply.headers} if reply else {}

    def resolve(self, url: str, reply: Reply) -> Reply:
        """``reply``, kept when it can be asked for again; in place of a 304 what was kept."""
        with self._lock:
            kept = self._replies.get(url)
            if reply.status == 304 and kept:
                self._replies.move_to_end(url)
                return kept
            if kept:
                self._bytes -= len(self._replies.pop(url).body)
            if reply.status == 200 and ("ETag" in reply.headers or "Last-Modified" in reply.headers):
                self._replies[url] = reply
                self._bytes += len(reply.body)
            while self._bytes > KEPT_BYTES:
                self._bytes -= len(self._replies.popitem(last=False)[1].body)
        return reply


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: even when told not to follow, requests would read the redirect's whole body, however large."""


def _session() -> requests.Session:
    session = _Session()
    adapter = _Adapter(pool_connections=2, pool_maxsize=LANES)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.headers.update(_HEADERS)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = lambda request: request  # Without one, requests would send what ~/.netrc holds for the host.
    return session


# -- Whole answers in time ---------------------------------------------------------------------------------------------


class _PromptHead:
    """A connection that has the head of an answer within the read time-out as a whole."""

    def getresponse(self: Any) -> Any:
        with cut_after(self.timeout, partial(self.sock.shutdown, socket.SHUT_RD)):
            return super().getresponse()  # type: ignore[misc]


class _Plain(_PromptHead, HTTPConnection):
    pass


class _Secure(_PromptHead, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
        return manager


# -- Addresses and headers ---------------------------------------------------------------------------------------------


def _split(address: str, base: str = "") -> SplitResult | None:
    """The parts of an absolute URL, or of one relative to ``base``; None when no host could be asked for it."""
    if _UNUSABLE.search(address):
        return None
    try:
        parts = urlsplit(urljoin(base, address))
        return parts if parts.port != 0 and _HOST.fullmatch(_host(parts)) else None
    except ValueError:
        return None


def _host(parts: SplitResult) -> str:
    """The host as it travels: lower case, other scripts than Latin in their ASCII form. Raises ``ValueError``."""
    host = (parts.hostname or "").lower()
    return host if host.isascii() else host.encode("idna").decode()


def _origins(scheme: str, host: str, port: int) -> dict[tuple[str, str, int], str]:
    """Scheme, host and port that may be asked → how their URLs begin; the configured one first."""
    name = f"[{host}]" if ":" in host else host
    allowed = [(scheme, port)]
    if scheme == "http":
        allowed.append(("https", 443 if port == 80 else port))
    return {
        (scheme, host, port): f"{scheme}://{name}" + (f":{port}" if port != _PORTS[scheme] else "")
        for scheme, port in allowed
    }


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _seconds(retry_after: str) -> float:
    """Seconds from now, from either form of RFC 9110 section 10.2.3; 0 when it says neither."""
    text = retry_after.strip()
    try:
        return float(text) if text.isdecimal() else max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _reason(error: Exception) -> str:
    """What went wrong, to follow the host's name. Not the error's own words: they hold the whole URL."""
    if isinstance(error, requests.exceptions.SSLError):
        return "has no certificate that can be trusted, or speaks no TLS"
    if isinstance(error, (requests.Timeout, TimeoutError)):
        return "does not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "breaks off in the middle of an answer"
    if isinstance(error, requests.ConnectionError):
        return "cannot be reached"
    if isinstance(error, requests.RequestException):
        return f"sends an answer that cannot be read ({type(error).__name__})"
    return "cannot be asked: REQUESTS_CA_BUNDLE names no certificate bundle"
