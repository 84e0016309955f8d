"""The try-it page and the listen button's script."""

from pathlib import Path

from flask import Blueprint, Response, render_template, send_from_directory

from web.service import service

blueprint = Blueprint("pages", __name__, template_folder="templates")

_PLAYER = Path(__file__).parent / "player"

SHOWN = 30
"""Articles on the try-it page."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; media-src 'self'; connect-src 'self'; img-src 'self'"
)


@blueprint.get("/")
def front() -> Response:
    """The newest articles, each with its listen button."""
    page = Response(render_template("front.html", articles=service().source.recent(None, SHOWN)))
    page.headers["Content-Security-Policy"] = _POLICY
    return page


@blueprint.get("/player.js")
def player() -> Response:
    """The listen button itself."""
    return send_from_directory(_PLAYER, "player.js", mimetype="text/javascript", max_age=300)


@blueprint.get("/icon.svg")
def icon() -> Response:
    """The mark in the browser's tab."""
    return send_from_directory(_PLAYER, "icon.svg", mimetype="image/svg+xml", max_age=86400)


@blueprint.get("/front.css")
def style() -> Response:
    """The try-it page's looks."""
    return send_from_directory(_PLAYER, "front.css", mimetype="text/css", max_age=300)
