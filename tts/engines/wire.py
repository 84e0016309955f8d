"""The session to a speech service: pooled, kept alive, certificate-checking, and never waiting long to connect."""

import socket
from concurrent.futures import Future, TimeoutError
from threading import Thread

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import NewConnectionError

CONNECT_SECONDS = 1.0
"""Longest wait for a connection, from the name lookup to the TLS handshake: with no network at all
the understudy must speak within 2 s of the click."""


class NotConnected(NewConnectionError):
    """No connection was made; nothing was asked of the service."""


class _BoundedConnection(HTTPSConnection):
    """Connects within ``CONNECT_SECONDS`` in all.

    A socket's own time-out counts for each address and each step, and leaves out the name lookup, which alone
    can block for 10 s and more when the network is gone. So the connecting is done beside, and not waited for.
    """

    def connect(self) -> None:
        # urllib3 leaves Nagle's algorithm on towards a proxy, which costs 40 ms a request.
        self.socket_options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        future: Future[None] = Future()
        Thread(target=self._connect_into, args=(future,), name="connect", daemon=True).start()
        try:
            future.result(timeout=CONNECT_SECONDS)
        except TimeoutError:
            future.add_done_callback(lambda _: self.close())
            raise NotConnected(self, f"no connection within {CONNECT_SECONDS} s") from None
        except Exception as error:
            raise NotConnected(self, type(error).__name__) from error

    def _connect_into(self, future: Future) -> None:
        try:
            super().connect()
        except Exception as error:  # noqa: BLE001 - carried to the waiting thread, whatever it is
            future.set_exception(error)
        else:
            future.set_result(None)


class _BoundedPool(HTTPSConnectionPool):
    ConnectionCls = _BoundedConnection


class _BoundedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        _bound(self.poolmanager)

    def proxy_manager_for(self, proxy, **kwargs):
        return _bound(super().proxy_manager_for(proxy, **kwargs))


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: even when told not to follow, requests would read the redirect's whole body, however large."""


def session(lanes: int) -> requests.Session:
    """A session that keeps up to ``lanes`` connections; it honours HTTPS_PROXY and REQUESTS_CA_BUNDLE."""
    made = _Session()
    made.mount("https://", _BoundedAdapter(pool_connections=1, pool_maxsize=lanes, max_retries=0, pool_block=True))
    return made


def was_connected(error: BaseException | None) -> bool:
    """Whether a connection stood when ``error`` was raised."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, NotConnected):
            return False
        seen.add(id(error))
        inner = [part for part in (*error.args, getattr(error, "reason", None)) if isinstance(part, BaseException)]
        error = inner[0] if inner else error.__cause__ or error.__context__
    return True


def _bound(manager: PoolManager | ProxyManager):
    manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "https": _BoundedPool}
    return manager
