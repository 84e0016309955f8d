"""The command line: `flask say`, `plan`, `render`, `articles`, `pregenerate`, `lexicon`, `doctor`."""

from flask import Flask

from config import Settings

SETTINGS = "istami-settings"
"""Where a command finds the settings among the application's extensions."""


def init_app(app: Flask, settings: Settings) -> None:
    """Add the commands to the application."""
    from commands import articles, doctor, lexicon, pregenerate, speech  # The web server does not need their imports.

    app.extensions[SETTINGS] = settings
    groups = (articles.articles, lexicon.lexicon)
    for command in (speech.say, speech.plan, speech.render, pregenerate.pregenerate, doctor.doctor, *groups):
        app.cli.add_command(command)
