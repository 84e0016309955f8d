"""The HTTP face: the article's sound, the library, the listen button, the try-it pages."""

from flask import Flask

from web import articles, audio, cross_origin, errors, files, health, hook, looking, pages
from web.service import EXTENSION, Service

MOST_BODY_BYTES = 16 * 1024 * 1024
"""Largest request: a push of a million characters of JSON-escaped Arabic is some 6 MB."""


def init_app(app: Flask, service: Service) -> None:
    """Put the service's routes on the application."""
    app.extensions[EXTENSION] = service
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    errors.init_app(app)
    cross_origin.init_app(app, service.cors_origins)
    looking.init_app(app, service)
    for room in (audio, articles, hook, pages, files, health):
        app.register_blueprint(room.blueprint)
