"""`flask articles`: put articles into the library, and look at what is there."""

from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from articles.errors import ArticleError, InvalidArticle
from articles.extract import from_file
from articles.model import Article

articles = AppGroup("articles", help="Import, list and show articles.", epilog="Example: flask articles list --limit 5")


@articles.command("import", epilog="Example: flask articles import report.txt page.html articles.json")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--id", "id", default="", help="The article's id, for a single file; else the JSON's own, or the file's name."
)
def import_(files: tuple[Path, ...], id: str) -> None:
    """Read articles from files and keep them in the library.

    FILE is JSON (the body of PUT /articles/ID, or a list of them, each with its "id"), an HTML page or fragment
    (.html, .htm), Markdown (.md), or plain text: a clean text or all of a news page, in UTF-8, UTF-16 or
    windows-1256. A file that cannot be used is reported and does not stop the others; the exit status is then 1.
    """
    if id and len(files) > 1:
        raise click.UsageError("--id names one article; give one file with it")
    failed = 0
    for file in files:
        try:
            for article in _read(file, id):
                _source("put").put(article)
                click.echo(f"imported {article.id}: {_summary(article)}")
        except ArticleError as error:
            failed += 1
            click.echo(f"{file}: {error.detail} [{error.code}]", err=True)
        except OSError as error:
            failed += 1
            click.echo(f"{file}: {error.strerror}", err=True)
    if failed:
        raise click.exceptions.Exit(1)


@articles.command("list", epilog="Example: flask articles list --limit 5")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=1), help="How many articles at most.")
def list_(limit: int) -> None:
    """List articles, newest first: when published, characters, id and title."""
    try:
        found = _source("recent").recent(None, limit)
    except ArticleError as error:
        raise _plain(error) from None
    if not found:
        click.echo("no articles yet; flask articles import FILE", err=True)
        return
    rows = [("PUBLISHED (UTC)", "CHARS", "ID", "TITLE"), *map(_row, found)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for when, size, id, title in rows:
        click.echo(f"{when:{widths[0]}}  {size:>{widths[1]}}  {id:{widths[2]}}  {title}".rstrip())


@articles.command("show", epilog="Example: flask articles show politics")
@click.argument("id")
def show(id: str) -> None:
    """Show article ID: its title and its paragraphs, numbered."""
    try:
        article: Article = _source("get").get(id)
    except ArticleError as error:
        raise _plain(error) from None
    click.echo(article.shown_title or "(no title)")
    width = len(str(len(article.paragraphs)))
    for number, paragraph in enumerate(article.shown_paragraphs, 1):
        click.echo(f"{number:{width}}. {paragraph}")


def _read(file: Path, id: str) -> list[Article]:
    """All articles of a file, or an error: a list is taken whole or not at all."""
    extracts = from_file(file.name, file.read_bytes(), current_app.extensions["istami"].listen_skip)
    if not extracts:
        raise InvalidArticle("there is no article in it")
    if len(extracts) > 1 and (id or not all(extract.id for extract in extracts)):
        raise InvalidArticle("it holds several articles: each needs its own id in the file")
    found = [extract.to_article(id or extract.id or file.stem) for extract in extracts]
    if not all(article.is_readable for article in found):
        raise InvalidArticle("there is no readable text in it")
    return found


def _summary(article: Article) -> str:
    count = len(article.paragraphs)
    return f"{article.shown_title or '(no title)'} ({count} paragraph{'s' * (count != 1)}, {_size(article)} characters)"


def _row(article: Article) -> tuple[str, str, str, str]:
    when = f"{article.published_at:%Y-%m-%d %H:%M}" if article.published_at else "-"
    return when, str(_size(article)), article.id, article.shown_title or "(no title)"


def _size(article: Article) -> int:
    """Characters that are shown."""
    return len(article.shown_title) + sum(map(len, article.shown_paragraphs))


def _source(verb: str) -> Any:
    """The article source; an error when it cannot do ``verb``, as a feed cannot take articles in."""
    source = current_app.extensions["istami"].source
    if not hasattr(source, verb):
        raise click.ClickException("articles come from a source that only reads; set ISTAMI_ARTICLES to a library")
    return source


def _plain(error: ArticleError) -> click.ClickException:
    return click.ClickException(f"{error.detail} [{error.code}]")
