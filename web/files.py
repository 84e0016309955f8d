"""The listen button and the try-it pages' own files: small texts, compressed once and kept."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from web.joined import joined
from web.packing import pack

blueprint = Blueprint("files", __name__)

_PLAYER = Path(__file__).parent / "player"
_DEMO = Path(__file__).parent / "demo"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
"""What is served, by the name's ending; no other file is."""

FIVE_MINUTES = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Text:
    """A file as it is sent."""

    plain: bytes
    packed: bytes
    """The same, gzip-compressed."""
    digest: str
    """The first 16 hex digits of the SHA-256 of ``plain``."""

    @classmethod
    def of(cls, plain: bytes) -> "Text":
        # With the time left out, every process and every restart sends the same bytes.
        return cls(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:16])


@blueprint.get("/player.js")
def player() -> Response:
    """The listen button: one script, whatever it is written in."""
    changes = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in _PLAYER.iterdir()))
    return _send(_player(changes), ".js")


@blueprint.get("/assets/<name>")
def asset(name: str) -> Response:
    """A stylesheet or a picture of the try-it pages."""
    found = texts(_DEMO)
    if name not in found:
        raise NotFound
    return _send(found[name], Path(name).suffix)


@lru_cache(maxsize=1)
def _player(changes: tuple[tuple[str, int], ...]) -> Text:
    return Text.of(joined(_PLAYER / "element.js").encode())


def texts(folder: Path) -> dict[str, Text]:
    """The folder's files by name. Each is read again when it has changed, so that nobody has to restart to see it."""
    found = {}
    for path in folder.iterdir():
        if path.suffix in _TYPES:
            status = path.stat()
            found[path.name] = _read(path, status.st_mtime_ns, status.st_size)
    return found


@lru_cache(maxsize=128)
def _read(path: Path, modified: int, size: int) -> Text:
    return Text.of(path.read_bytes())


def _send(text: Text, suffix: str) -> Response:
    response = Response(text.plain, mimetype=_TYPES[suffix])
    response.set_etag(text.digest)
    response.headers["Cache-Control"] = FIVE_MINUTES
    return pack(response, text.packed).make_conditional(request)  # type: ignore[return-value]
