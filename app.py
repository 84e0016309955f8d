"""Istami: the web application, and with `python app.py` the whole service on this machine."""

import argparse
import logging
import signal
import socket
import sys

import click
import waitress
from flask import Flask

import commands
import web
from articles.errors import ArticleError
from articles.samples import samples
from articles.sources import Library, open_source
from audio_cache.manifest import Manifests
from audio_cache.store import Store
from audio_cache.texts import Texts
from config import Settings, SettingsError
from supervisor import StartError, Supervisor
from tts import engines, making
from tts.errors import IstamiError, LexiconError
from tts.text import lexicon_file
from tts.text.lexicon_file import Watched
from web.service import Service
from workers import broker, queue
from workers.batch import Batch
from workers.budget import Budget, Caps
from workers.dispatch import Dispatch
from workers.reckoning import Reckoner

LISTENER_THREADS = 256
"""Each listener to a sound that is still being made holds one; finished files hold none."""
MOST_CONNECTIONS = 4_000
_CLICK_RETRIES, _LISTENER_RETRIES = 1, 7
"""A click does not wait for a broker that is away; a listener sits out its restart, some 6 s."""


def create_app(settings: Settings | None = None) -> Flask:
    """The web application and the command line; settings come from the environment unless given.

    Nothing is contacted before the first request, so it starts whether or not the broker answers.
    """
    try:
        settings = settings or Settings.from_environ()
        store = Store(settings.audio_cache)
        source = open_source(settings.articles_url, settings.listen_skip, Texts(store))
        if isinstance(source, Library) and settings.articles_url.startswith("sqlite:"):
            source.seed(samples())
        order = engines.build(settings.engines)
        engines.check_voice(order, settings.voice)
    except (ValueError, ArticleError, IstamiError) as error:
        raise click.ClickException(str(error)) from None
    manifests = Manifests(store)
    client = broker.connect(settings.broker_url, _CLICK_RETRIES)
    patient = broker.connect(settings.broker_url, _LISTENER_RETRIES)
    send = queue.sender(queue.celery(settings.broker_url))
    budget = Budget(client, dict(settings.daily_chars))
    lexicon = Watched(settings.lexicon)
    reckoner = Reckoner(order[0], store, lexicon, settings.voice)
    caps = Caps(budget, order[0].name, settings.article_chars, reckoner.missing) if settings.caps == "all" else None
    dispatch = Dispatch(
        client,
        manifests,
        making.signature(order[0], settings.voice),
        settings.voice,
        send,
        patient,
        lexicon,
        {voice.name: making.signature(order[0], voice.name) for voice in order[0].voices},
        caps,
    )
    app = Flask(__name__, static_folder=None)
    web.init_app(
        app,
        Service(
            source=source,
            store=store,
            manifests=manifests,
            dispatch=dispatch,
            engines=settings.engines,
            cors_origins=settings.cors_origins,
            api_key=settings.api_key,
            client=client,
            batch=Batch(
                client,
                dispatch,
                budget,
                order[0].name,
                settings.article_chars,
                reckon=lambda id, voice: reckoner.missing(source.get(id), voice),
            ),
            hook_secret=settings.hook_secret,
            listen_skip=settings.listen_skip,
        ),
    )
    commands.init_app(app, settings)
    return app


def main(arguments: list[str] | None = None) -> int:
    """Run the whole service until Ctrl-C or SIGTERM; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python app.py",
        description="Runs the whole service on this machine: broker, workers and web server.",
        epilog="Example: ISTAMI_PORT=9000 ISTAMI_ENGINES=espeak python app.py   (all settings: docs/operations.md)",
    )
    parser.add_argument("--web-on-fd", type=int, help=argparse.SUPPRESS)  # How the supervisor starts the web server.
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = Settings.from_environ()
        if chosen.web_on_fd is not None:
            return serve(settings, socket.socket(fileno=chosen.web_on_fd))
        if settings.lexicon:
            lexicon_file.load(settings.lexicon)  # One that cannot be read is said now, not with the first click.
        return Supervisor(settings).run()
    except (SettingsError, StartError, LexiconError, click.ClickException) as error:
        print(f"istami: {error}", file=sys.stderr)
        return 2


def serve(settings: Settings, listening: socket.socket) -> int:
    """The web server, on a socket that is bound already."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.getLogger("waitress").addFilter(_is_unexpected)
    waitress.serve(
        create_app(settings),
        sockets=[listening],
        threads=LISTENER_THREADS,
        connection_limit=MOST_CONNECTIONS,
        asyncore_use_poll=True,
        channel_timeout=120,
        ident="istami",
        clear_untrusted_proxy_headers=True,
        max_request_body_size=2 * web.MOST_BODY_BYTES,  # What is more is refused before it is read.
    )
    return 0


def _is_unexpected(record: logging.LogRecord) -> bool:
    """Cutting a listener off is done by raising; it has been logged in one line already."""
    return not (record.exc_info and isinstance(record.exc_info[1], IstamiError))


if __name__ == "__main__":
    sys.exit(main())
