"""`flask say`, `flask plan`, `flask render`: speech without the queue."""

from contextlib import nullcontext
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from articles.errors import ArticleError
from articles.model import Article, check_id
from audio_cache.store import Store, UtteranceCache
from commands import SETTINGS
from config import Settings
from tts import engines
from tts.audio.id3 import opening_tag
from tts.engines.base import Engine
from tts.errors import IstamiError
from tts.model import Script
from tts.render import render as render_script
from tts.text import script as scripts
from workers.dispatch import date_of, site_of

_engine_option = click.option(
    "--engine",
    "names",
    multiple=True,
    type=click.Choice(engines.NAMES),
    help="Engine order; ISTAMI_ENGINES if not given.",
)
_output_option = click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The MP3 file to write."
)


@click.command(epilog='Example: flask say "مرحبا بكم" -o hello.mp3')
@click.argument("text")
@_output_option
@_engine_option
@with_appcontext
def say(text: str, output: Path, names: tuple[str, ...]) -> None:
    """Speak TEXT into an MP3 file."""
    order = _engines(names)
    _write(output, scripts.build("", text.splitlines(), order[0].max_chars), order, None, quiet=True)


@click.command(epilog="Example: flask plan politics")
@click.argument("id")
@click.option("--max-chars", type=click.IntRange(min=20), help="The engine's limit; the first engine's if not given.")
@with_appcontext
def plan(id: str, max_chars: int | None) -> None:
    """Show how article ID will be read: passages and utterances. Nothing is contacted."""
    article = _article(id)
    script = scripts.build(article.title, article.paragraphs, max_chars or _engines(())[0].max_chars)
    utterances = [utterance for passage in script.passages for utterance in passage.utterances]
    for number, passage in enumerate(script.passages, start=1):
        click.echo(f"{number}. {passage.kind} · {len(passage.text)} characters")
        for utterance in passage.utterances:
            click.echo(f"   [{len(utterance.spoken):3} chars, then {utterance.pause_ms:4} ms]  {utterance.spoken}")
    asked = [utterance for utterance in utterances if utterance.spoken]
    click.echo(
        f"{len(script.passages)} passages, {len(utterances)} utterances, {len(asked)} requests, "
        f"{sum(len(utterance.spoken) for utterance in asked)} characters"
    )


@click.command(epilog="Example: flask render politics -o politics.mp3")
@click.argument("id")
@_output_option
@_engine_option
@with_appcontext
def render(id: str, output: Path, names: tuple[str, ...]) -> None:
    """Render article ID into an MP3 file, here and now, without the queue."""
    article = _article(id)
    order = _engines(names)
    script = scripts.build(article.title, article.paragraphs, order[0].max_chars)
    _write(output, script, order, article, quiet=False)


def _write(output: Path, script: Script, order: list[Engine], tagged: Article | None, quiet: bool) -> None:
    """The script's sound in a file that appears only when it is complete."""
    settings: Settings = current_app.extensions[SETTINGS]
    cache = UtteranceCache(Store(settings.audio_cache))
    segments = render_script(script, order, settings.voice, cache)
    shown = (
        nullcontext(segments)
        if quiet
        else click.progressbar(segments, length=len(script.passages), label="passages", show_pos=True)
    )
    seconds, heard = 0.0, set()
    try:
        with Store(output.absolute().parent).draft() as draft, shown as arriving:
            for segment in arriving:
                if tagged and not segment.index:
                    draft.write(opening_tag(tagged.title, site_of(tagged), date_of(tagged), len(segment.data)))
                draft.write(segment.data)
                seconds += segment.duration
                heard.add(segment.engine)
            draft.publish(output.name)
    except IstamiError as error:
        raise click.ClickException(f"{error.detail} [{error.code}]") from None
    by = "+".join(sorted(heard - {""}))
    click.echo(f"{output}: {seconds:.1f} s, {output.stat().st_size} bytes, spoken by {by}")


def _engines(names: tuple[str, ...]) -> list[Engine]:
    settings: Settings = current_app.extensions[SETTINGS]
    return engines.build(names or settings.engines)


def _article(id: str) -> Article:
    try:
        return current_app.extensions["istami"].source.get(check_id(id))
    except ArticleError as error:
        raise click.ClickException(f"{error.detail} [{error.code}]") from None
