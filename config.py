"""Settings from ISTAMI_* environment variables: the only reader of the environment."""

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import quote, urlsplit

PREFIX = "ISTAMI_"
ROOT = Path(__file__).resolve().parent

ENGINES = ("google", "espeak")
SHORTEST_SECRET = 16
"""Characters."""

# A unix socket's path may hold 107 bytes on Linux, 103 on macOS.
_LONGEST_SOCKET_PATH = 100


class SettingsError(ValueError):
    """A setting is unknown or cannot be used; the message names it and the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an operator can choose. Each field is ``ISTAMI_`` + its name in capitals."""

    host: str = "127.0.0.1"
    """Address the web server listens on."""
    port: int = 8000
    """TCP port the web server listens on; 0 takes a free one."""
    redis_url: str = field(default="", repr=False)
    """Broker: ``redis://``, ``rediss://`` or ``unix://``. Empty starts an embedded Valkey."""
    data_dir: Path = ROOT / "data"
    """Where the embedded Valkey and the default article library keep their data."""
    articles: str = field(default="", repr=False)
    """Article source; empty means SQLite under ``data_dir``."""
    audio_cache: str = str(ROOT / "audio_cache" / "objects")
    """Finished sound: a folder."""
    engines: tuple[str, ...] = ("google", "espeak")
    """Engines in order of preference, separated by commas."""
    voice: str = "ar"
    """Voice name: ``ar``, or with espeak also ``ar-female`` and ``ar-deep``."""
    api_key: str = field(default="", repr=False)
    """Key for writing calls; empty refuses them."""
    cors_origins: tuple[str, ...] = ("*",)
    """Sites whose pages may call the API; ``*`` is every site."""
    cache_max_bytes: int = 0
    """Ceiling for the audio cache, in bytes; 0 is none. What was not heard for longest goes first."""
    lexicon: str = ""
    """Path of the publisher's pronunciation lexicon (docs/lexicon.md); empty is none."""
    listen_skip: str = ""
    """CSS selectors, separated by commas, of elements in articles' HTML that are not read; empty is none."""
    hook_secret: str = field(default="", repr=False)
    """Secret that signs the calls of the publish hook; empty refuses them."""
    batch_every: int = 300
    """Seconds between two looks for new and changed articles; 0 never looks."""
    batch_since: int = 2 * 24 * 3600
    """Seconds back that such a look goes; in the environment ``2d``, ``12h``, ``30m`` or seconds."""
    batch_lanes: int = 4
    """Requests to one engine at the same time, for all that is made before anyone clicks."""
    daily_chars: tuple[tuple[str, int], ...] = ()
    """Most characters a day (UTC) for each engine named, as ``google=500000``; empty is no cap."""
    article_chars: int = 0
    """Most characters of an article; 0 is no cap."""
    caps: str = "batch"
    """Whom the two caps stop: ``batch`` alone, or ``all``, readers' clicks too."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """The settings in ``environ`` (the process's own by default).

        Raises ``SettingsError`` for an unknown ``ISTAMI_*`` name or an unusable value.
        """
        environ = os.environ if environ is None else environ
        parsers = _parsers()
        values: dict[str, object] = {}
        for variable, raw in environ.items():
            if not variable.startswith(PREFIX):
                continue
            name = variable.removeprefix(PREFIX).lower()
            if name not in parsers:
                raise SettingsError(_unknown(variable, parsers))
            if not raw.strip():
                continue  # An empty variable is an unset one, as in most service managers.
            try:
                values[name] = parsers[name](raw.strip())
            except ValueError as error:
                raise SettingsError(f"{variable}: {error}") from None
        return cls(**values)  # type: ignore[arg-type]

    @property
    def is_embedded(self) -> bool:
        """Whether this machine runs its own Valkey."""
        return not self.redis_url

    @property
    def socket_path(self) -> Path:
        """The embedded Valkey's socket; the same for every process that shares ``data_dir``."""
        path = self.data_dir.resolve() / "valkey.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return path
        digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"istami-{os.getuid()}-{digest}" / "valkey.sock"

    @property
    def broker_url(self) -> str:
        """Where Redis protocol is spoken, in redis-py's form."""
        return self.redis_url or f"unix://{quote(str(self.socket_path))}?db=0"

    @property
    def articles_url(self) -> str:
        """Where articles come from."""
        return self.articles or f"sqlite:///{self.data_dir.resolve() / 'articles.db'}"


def _parsers() -> dict:
    """How each setting is read from its text."""
    return {
        "host": str,
        "port": _port,
        "redis_url": _redis_url,
        "data_dir": _folder,
        "articles": _articles,
        "audio_cache": _audio_cache,
        "engines": _engines,
        "voice": _voice,
        "api_key": _api_key,
        "cors_origins": _origins,
        "cache_max_bytes": _bytes,
        "lexicon": _lexicon,
        "listen_skip": str,
        "hook_secret": _hook_secret,
        "batch_every": seconds,
        "batch_since": seconds,
        "batch_lanes": _lanes,
        "daily_chars": _daily_chars,
        "article_chars": _count,
        "caps": _caps,
    }


def _unknown(variable: str, parsers: Mapping) -> str:
    names = [PREFIX + name.upper() for name in parsers]
    near = get_close_matches(variable.upper(), names, n=1, cutoff=0.0)[0]
    return f"{variable} is not a setting; did you mean {near}? Known: {', '.join(names)}"


def _port(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or int(raw) > 65535:
        raise ValueError(f"{raw!r} is not a port; give a number from 0 to 65535")
    return int(raw)


def _folder(raw: str) -> Path:
    return Path(raw).expanduser().absolute()


def _redis_url(raw: str) -> str:
    if urlsplit(raw).scheme not in ("redis", "rediss", "unix"):
        # The value may hold a password: it is not repeated.
        raise ValueError("give redis://HOST:PORT/DB, rediss://… or unix:///path")
    return raw


def _articles(raw: str) -> str:
    if urlsplit(raw).scheme.partition("+")[0] not in ("sqlite", "postgresql", "wordpress", "feed", "folder"):
        # The value may hold a password: it is not repeated.
        raise ValueError(
            "give sqlite:///PATH, postgresql://HOST/DB, wordpress+https://SITE, feed+https://SITE/FEED or folder:///PATH"
        )
    return raw


def _audio_cache(raw: str) -> str:
    if "://" in raw:
        raise ValueError(f"{raw.partition('://')[0]}:// is not supported in this version; give a folder's path")
    return str(_folder(raw))


def _engines(raw: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in raw.split(",") if name.strip())
    unknown = [name for name in names if name not in ENGINES]
    if unknown or not names or len(set(names)) < len(names):
        raise ValueError(
            f"{raw!r} is not an engine order; give google, espeak or both, each once, separated by a comma"
        )
    return names


def _api_key(raw: str) -> str:
    if not re.fullmatch(r"[!-~]+", raw):
        # The value is a secret: it is not repeated.
        raise ValueError("a key is ASCII letters, digits and signs without spaces: it travels in an HTTP header")
    return raw


def _hook_secret(raw: str) -> str:
    if len(raw) < SHORTEST_SECRET:
        # The value is a secret: it is not repeated.
        raise ValueError(f"a secret has at least {SHORTEST_SECRET} characters")
    return raw


def _count(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit():
        raise ValueError(f"{raw!r} is not a whole number")
    return int(raw)


def _lanes(raw: str) -> int:
    if not 1 <= (lanes := _count(raw)) <= 64:
        raise ValueError(f"{raw!r} is not a number of lanes; give 1 to 64")
    return lanes


def seconds(raw: str) -> int:
    """A span of time: ``2d``, ``12h``, ``30m``, or seconds. Raises ``ValueError``."""
    match = re.fullmatch(r"(\d{1,9})\s*([smhd]?)", raw, re.IGNORECASE | re.ASCII)
    if not match:
        raise ValueError(f"{raw!r} is not a time; give 2d, 12h, 30m, or seconds")
    return int(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[match[2].lower()]


def _daily_chars(raw: str) -> tuple[tuple[str, int], ...]:
    caps = []
    for part in raw.split(","):
        name, _, count = (piece.strip() for piece in part.partition("="))
        if name not in ENGINES or not count.isascii() or not count.isdigit():
            raise ValueError(f"{part.strip()!r} is not a cap; give an engine and its characters a day: google=500000")
        caps.append((name, int(count)))
    if len({name for name, _ in caps}) < len(caps):
        raise ValueError("each engine has one cap")
    return tuple(caps)


def _caps(raw: str) -> str:
    if raw not in ("batch", "all"):
        raise ValueError(f"{raw!r} is not one of: batch, all")
    return raw


def _voice(raw: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", raw):
        raise ValueError(f"{raw!r} is not a voice's name; give ar, ar-female or ar-deep")
    return raw


def _lexicon(raw: str) -> str:
    return str(_folder(raw))


def _origins(raw: str) -> tuple[str, ...]:
    origins = tuple(origin.strip().rstrip("/") for origin in raw.split(",") if origin.strip())
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[^/\s]+", origin):
            raise ValueError(f"{origin!r} is not an origin; give https://www.example.ma, or * for every site")
    return origins


def _bytes(raw: str) -> int:
    match = re.fullmatch(r"(\d+)\s*([KMGT]?)i?B?", raw, re.IGNORECASE | re.ASCII)
    if not match:
        raise ValueError(f"{raw!r} is not a size; give bytes, or a number with K, M, G or T")
    return int(match[1]) * 1024 ** " KMGT".index(match[2].upper() or " ")
