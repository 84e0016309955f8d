"""`flask doctor`: is every part of the service well, and if not, what to do."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import click
import numpy as np
import redis
from flask import current_app
from flask.cli import with_appcontext

from articles.errors import ArticleError
from articles.sources import Kept
from audio_cache.store import Store, StoreFailed
from commands import SETTINGS
from config import Settings
from tts import engines
from tts.audio import codec, mp3
from tts.engines.base import voice_named
from tts.errors import IstamiError, LexiconError
from tts.text.lexicon_file import load
from workers import broker
from workers.dispatch import QUEUES


class Ill(Exception):
    """A part is not well; the message says what is wrong and the mend."""


@click.command(epilog="Example: flask doctor")
@with_appcontext
def doctor() -> None:
    """Check broker, workers, store, articles, codec, lexicon and each engine: one line each, with the mend."""
    settings: Settings = current_app.extensions[SETTINGS]
    checks: list[tuple[str, Callable[[], str]]] = [
        ("broker", lambda: _broker(settings)),
        *((f"worker {name}", lambda name=name: _worker(settings, name)) for name in QUEUES),  # type: ignore[misc]
        ("store", lambda: _store(settings)),
        ("articles", _articles),
        ("codec", _codec),
        *([("lexicon", lambda: _lexicon(settings))] if settings.lexicon else []),
        *((f"engine {name}", lambda name=name: _engine(settings, name)) for name in settings.engines),  # type: ignore[misc]
    ]
    ill = 0
    for name, check in checks:
        try:
            click.echo(f"ok    {name:18} {check()}")
        except Ill as error:
            ill += 1
            click.echo(f"ILL   {name:18} {error}")
    if ill:
        raise click.exceptions.Exit(1)


def _broker(settings: Settings) -> str:
    try:
        info = broker.connect(settings.broker_url).info("server")
    except redis.RedisError as error:
        mend = "start the service: python app.py" if settings.is_embedded else "check ISTAMI_REDIS_URL and its server"
        raise Ill(f"no answer ({type(error).__name__}) — {mend}") from None
    kind = "Valkey" if "valkey_version" in info else "Redis"
    where = f"embedded, {settings.socket_path}" if settings.is_embedded else "at ISTAMI_REDIS_URL"
    return f"{kind} {info.get('valkey_version', info['redis_version'])}, {where}"


def _worker(settings: Settings, queue: str) -> str:
    try:
        client = broker.connect(settings.broker_url)
        if not client.exists(f"istami:serves:{queue}"):
            raise Ill(f"none — python app.py, or: celery -A workers.celery_app worker -Q {queue}")
        return f"serving; {client.llen(queue)} waiting"
    except redis.RedisError:
        raise Ill("unknown while the broker is away — mend the broker first") from None


def _store(settings: Settings) -> str:
    try:
        Store(settings.audio_cache).check()
    except StoreFailed as error:
        raise Ill(f"{error.detail} — make {settings.audio_cache} writable or set ISTAMI_AUDIO_CACHE") from None
    return settings.audio_cache


def _articles() -> str:
    source = current_app.extensions["istami"].source
    try:
        source.recent(datetime.now(UTC), 1)  # With a time it is the place itself that answers.
    except ArticleError as error:
        meanwhile = "; last known texts are read meanwhile" if isinstance(source, Kept) else ""
        raise Ill(f"{error.detail} — check ISTAMI_ARTICLES{meanwhile}") from None
    newest = source.recent(None, 1)
    return f"newest: {newest[0].shown_title}" if newest else "none yet — flask articles import FILE"


def _lexicon(settings: Settings) -> str:
    try:
        found = load(settings.lexicon)
    except LexiconError as error:
        raise Ill(f"{error.detail} — mend the file, or ISTAMI_LEXICON") from None
    if found.faults:
        raise Ill(f"{len(found.faults)} entries cannot be used — see: flask lexicon check")
    return f"{len(found.entries)} entries, {settings.lexicon}"


def _codec() -> str:
    tone = (8000 * np.sin(np.arange(mp3.RATE) * 2 * np.pi * 440 / mp3.RATE)).astype(np.int16)
    data = codec.encode(tone)
    if len(codec.decode(data)) != mp3.frames(data).count * mp3.FRAME_SAMPLES:
        raise Ill("a test tone came back with another length — reinstall: pip install -r requirements.txt")
    return "MP3 24 kHz mono 64 kb/s, encoded and decoded in process"


def _engine(settings: Settings, name: str) -> str:
    engine = engines.build([name])[0]
    started = time.monotonic()
    try:
        sound = codec.decode(engine.synthesize("مرحبا بكم", voice_named(engine, settings.voice)))
    except IstamiError as error:
        mend = "check the network and HTTPS_PROXY" if name == "google" else "pip install -r requirements.txt"
        raise Ill(f"{error.detail} [{error.code}] — {mend}") from None
    return f"{len(sound) / mp3.RATE:.1f} s of sound in {time.monotonic() - started:.2f} s"
