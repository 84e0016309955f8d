"""A publisher's site: another origin than the service's, with pages that a test puts there."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType

HEAD = '<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>الخبر</title>'


class Host:
    """The site, served by threads of this process. ``url`` ends without a slash."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, headers = pages.get(self.path, ("", {}))
                self.send_response(200 if self.path in pages else 404)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Host":
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def put(self, service: str, body: str, path: str = "/", **headers: str) -> str:
        """A page with ``body`` and the listen button's script; gives its address. ``a_b`` names the header ``a-b``."""
        script = f'<script type="module" src="{service}/player.js"></script>'
        self.pages[path] = HEAD + script + body, {name.replace("_", "-"): value for name, value in headers.items()}
        return self.url + path


def tag(article: str, attributes: str = "") -> str:
    """A listen button as a page has it, without words for readers without scripts."""
    return f'<istami-player article="{article}" {attributes}></istami-player>'
