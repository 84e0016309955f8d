"""`flask say`, `flask plan`, `flask render`: speech without the queue."""

from collections.abc import Iterable
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
from tts.errors import IstamiError, LexiconError
from tts.model import Script
from tts.render import render as render_script
from tts.text import script as scripts
from tts.text.lexicon import NONE, Lexicon
from tts.text.lexicon_file import load
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
    order, lexicon = _engines(names), _lexicon()
    _write(output, _script("", text.splitlines(), order[0], lexicon), order, lexicon, None, quiet=True)


@click.command(epilog="Example: flask plan --why politics")
@click.argument("id")
@click.option("--max-chars", type=click.IntRange(min=20), help="The engine's limit; the first engine's if not given.")
@click.option("--why", is_flag=True, help="Show what is written as well, and each change with the name of its rule.")
@_engine_option
@with_appcontext
def plan(id: str, max_chars: int | None, why: bool, names: tuple[str, ...]) -> None:
    """Show how article ID will be read, in passages and utterances, and what of its page will not, with the rule that
    says so. Nothing is contacted."""
    article, engine, lexicon = _article(id), _engines(names)[0], _lexicon()
    script = _script(article.title, article.paragraphs, engine, lexicon, max_chars)
    utterances = [utterance for passage in script.passages for utterance in passage.utterances]
    for number, passage in enumerate(script.passages, start=1):
        click.echo(f"{number}. {passage.kind} · {len(passage.text)} characters")
        firings = scripts.read_passage(passage, reads_latin=engine.reads_latin, lexicon=lexicon).firings if why else ()
        for utterance in passage.utterances:
            click.echo(f"   [{len(utterance.spoken):3} chars, then {utterance.pause_ms:4} ms]  {utterance.spoken}")
            if why:
                click.echo(f"{'written':>28}  {utterance.text.strip()}")
            for firing in firings:
                if utterance.start <= firing.start < utterance.end:
                    said = f"«{firing.spoken}»" if firing.spoken.strip() else "not read"
                    click.echo(f"{firing.rule:>28}  «{firing.display}» → {said}")
    for skip in article.skipped:
        click.echo(f"not read ({skip.why}): {skip.text}".rstrip())
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
    order, lexicon = _engines(names), _lexicon()
    script = _script(article.title, article.paragraphs, order[0], lexicon)
    _write(output, script, order, lexicon, article, quiet=False)


def _script(
    title: str, paragraphs: Iterable[str], engine: Engine, lexicon: Lexicon, max_chars: int | None = None
) -> Script:
    return scripts.build(
        title, paragraphs, max_chars or engine.max_chars, reads_latin=engine.reads_latin, lexicon=lexicon
    )


def _lexicon() -> Lexicon:
    settings: Settings = current_app.extensions[SETTINGS]
    try:
        return load(settings.lexicon) if settings.lexicon else NONE
    except LexiconError as error:
        raise click.ClickException(f"{error.detail} [{error.code}]") from None


def _write(
    output: Path, script: Script, order: list[Engine], lexicon: Lexicon, tagged: Article | None, quiet: bool
) -> None:
    """The script's sound in a file that appears only when it is complete."""
    settings: Settings = current_app.extensions[SETTINGS]
    cache = UtteranceCache(Store(settings.audio_cache))
    segments = render_script(script, order, settings.voice, cache, lexicon=lexicon)
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
                    draft.write(opening_tag(tagged.shown_title, site_of(tagged), date_of(tagged), len(segment.data)))
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
