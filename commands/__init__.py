"""The command line: `flask say`, `plan`, `render`, `articles`, `lexicon`, `doctor`."""

from flask import Flask

from config import Settings

SETTINGS = "istami-settings"
"""Where a command finds the settings among the application's extensions."""


def init_app(app: Flask, settings: Settings) -> None:
    """Add the commands to the application."""
    from commands import articles, doctor, lexicon, speech  # The web server does not need what they import.

    app.extensions[SETTINGS] = settings
    for command in (speech.say, speech.plan, speech.render, articles.articles, lexicon.lexicon, doctor.doctor):
        app.cli.add_command(command)
