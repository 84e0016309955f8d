"""`flask pregenerate`: asks for sound before anyone clicks, and shows how far it is."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn, TextIO

import click
import redis
from flask import current_app
from flask.cli import with_appcontext

from articles.errors import ArticleError, SourceUnavailable
from articles.sources import Library, open_source
from articles.sources.base import Source
from audio_cache.store import StoreFailed
from commands import SETTINGS
from commands.progress import (
    PLAIN_SECONDS,
    Line,
    cost_page,
    cost_result,
    failures_page,
    in_json,
    listed,
    page,
    result,
    status,
)
from config import Settings, seconds
from tts import engines
from workers import pregenerate as work
from workers.broker import BrokerUnavailable, named_errors
from workers.budget import Budget, Caps
from workers.limits import FleetMemory
from workers.pregenerate import Failure, Picked, Progress, Run, Wanted
from workers.reckoning import Reckoner

SOME_FAILED, UNUSABLE, SPENT, INTERRUPTED = 1, 2, 3, 130
"""Exit statuses besides 0, all ready."""

LOOK_SECONDS = 0.5
"""Between two looks; a long line is looked at less often, so that looking costs a tenth of a processor at most."""
LOOKING_SHARE = 0.1
PATIENCE_SECONDS = 60.0
"""A broker or a worker that is away while others wait for it may be restarting; after this it is given up."""
EVERY_SECONDS = 60
"""Between two rounds of ``--watch`` when ISTAMI_BATCH_EVERY is 0."""
_GOES_ON = "what was asked for stays in line, and the service goes on by itself"


class Unusable(click.ClickException):
    """Nothing can be made now; the message says why and the mend."""

    exit_code = UNUSABLE


class Span(click.ParamType):
    """A span of time, as in the settings: 2d, 12h, 30m, or seconds."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            return seconds(value.strip())
        except ValueError as error:
            self.fail(str(error), param, ctx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line said."""

    since: int | None
    limit: int
    ids: tuple[str, ...]
    """Empty when none were named."""
    is_named: bool
    url: str
    is_dry: bool
    is_watching: bool
    is_stale: bool
    is_json: bool


@click.command(
    epilog="Example: flask pregenerate --since 12h --limit 50\n\n"
    "Exit status: 0 all ready, 1 some failed, 2 nothing can be made now, 3 the rest waits for tomorrow's budget."
)
@click.option("--since", type=Span(), metavar="2d", help="How far back; ISTAMI_BATCH_SINCE (2d) if not given.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The newest N articles at most; 1000.")
@click.option("--ids", metavar="A,B,…", help="These articles, whatever their age.")
@click.option(
    "--file", type=click.File(encoding="utf-8-sig"), help="The articles in FILE, an id a line, # comments; - is stdin."
)
@click.option("--source", "url", default="", metavar="URL", help="Import articles from there instead; see the docs.")
@click.option("--stale", "is_stale", is_flag=True, help="Published sound that would be made otherwise today; only it.")
@click.option("--failed", "is_failed", is_flag=True, help="Only list what has been given up, with its reason.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what it would cost; contact no engine, queue nothing.")
@click.option("--watch", "is_watching", is_flag=True, help="Go on, every ISTAMI_BATCH_EVERY seconds, until Ctrl-C.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object on stdout; with --watch one line a round.")
@with_appcontext
def pregenerate(
    since: int | None,
    limit: int | None,
    ids: str | None,
    file: TextIO | None,
    url: str,
    is_stale: bool,
    is_failed: bool,
    is_dry: bool,
    is_watching: bool,
    is_json: bool,
) -> None:
    """Have sound made before anyone clicks: what is missing or stale, newest first, after all readers.

    The service makes it, here or on other machines; this command asks, follows, and tells how it ended. What is
    ready already is not made again, and what is asked for stays in line whether or not anybody follows.
    """
    chosen = [name for name, given in (("--ids", ids is not None), ("--file", file), ("--stale", is_stale)) if given]
    narrowing = [
        name for name, given in (("--since", since is not None), ("--limit", limit), ("--source", url)) if given
    ]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} exclude each other")
    if is_stale and narrowing or chosen and {"--since", "--limit"} & set(narrowing):
        raise click.UsageError(f"{chosen[0]} chooses the articles; {' and '.join(narrowing)} cannot narrow them")
    if is_dry and is_watching:
        raise click.UsageError("--dry-run looks once; leave out --watch")
    if is_failed and (chosen or narrowing or is_dry or is_watching):
        raise click.UsageError("--failed only lists; it goes with --json alone")
    options = Options(
        since=since,
        limit=limit or 1_000,
        ids=_ids(ids, file),
        is_named=ids is not None or file is not None,
        url=url,
        is_dry=is_dry,
        is_watching=is_watching,
        is_stale=is_stale,
        is_json=is_json,
    )
    with _said_plainly():
        sys.exit(_Command(options).failed() if is_failed else _Command(options).run())


def _ids(listed: str | None, file: TextIO | None) -> tuple[str, ...]:
    try:
        lines = file.read().splitlines() if file else (listed or "").split(",")
    except UnicodeDecodeError:
        raise Unusable("the file of ids is not UTF-8; save it as UTF-8") from None
    stripped = [line.strip() for line in lines]
    found = tuple(line for line in stripped if line and not (file and line.startswith("#")))
    if not found and (file or listed is not None):
        raise click.UsageError("no id is given")
    return found


@contextmanager
def _said_plainly() -> Iterator[None]:
    """What makes the whole run impossible, in one line."""
    try:
        yield
    except SourceUnavailable as error:
        raise Unusable(f"{error.detail} [{error.code}] — check ISTAMI_ARTICLES, or --source") from None
    except (BrokerUnavailable, redis.RedisError):
        mend = "check ISTAMI_REDIS_URL" if current_app.extensions[SETTINGS].redis_url else "start it: python app.py"
        raise Unusable(f"the service's broker does not answer — {mend}") from None
    except StoreFailed as error:
        raise Unusable(f"{error.detail} [{error.code}]") from None


class _Command:
    """One call of the command."""

    def __init__(self, options: Options):
        self._options = options
        self._settings: Settings = current_app.extensions[SETTINGS]
        service = current_app.extensions["istami"]
        self._source: Source = service.source
        self._store, self._manifests, self._dispatch = service.store, service.manifests, service.dispatch
        self._client: redis.Redis = service.client
        self._batch = service.batch
        self._budget = Budget(self._client, dict(self._settings.daily_chars))
        self._other = self._opened(options.url)

    def run(self) -> int:
        """All of it; gives the exit status."""
        try:
            if self._options.is_dry:
                return self._estimate()
            self._check_served()
            if self._options.is_watching:
                self._watch()
            return self._round(anew=self._options.is_named)
        except KeyboardInterrupt:
            rest = "nothing was asked for" if self._options.is_dry else _GOES_ON
            click.echo(f"no longer followed; {rest}", err=True)
            return INTERRUPTED

    def _watch(self) -> NoReturn:
        """Round after round; what is away in one may be back in the next."""
        anew = self._options.is_named
        while True:
            try:
                with _said_plainly():
                    self._round(anew=anew)
            except Unusable as error:
                error.show()
            anew = False  # Or what cannot be made would be tried for ever.
            time.sleep(self._settings.batch_every or EVERY_SECONDS)

    def failed(self) -> int:
        """List what was given up."""
        failures = [Failure(entry.article_id, entry.code, entry.detail) for entry in self._batch.failed()]
        click.echo(in_json({"failed": listed(failures)}) if self._options.is_json else failures_page(failures))
        return 0

    def _opened(self, url: str) -> Source | None:
        """The other source, if one is named: the workers know ISTAMI_ARTICLES alone, so the library must hold them."""
        if not url or url == self._settings.articles_url:
            return None
        if not isinstance(self._source, Library):
            raise Unusable(
                "--source imports articles into the library, but ISTAMI_ARTICLES names another place, and the workers "
                "read only that; set ISTAMI_ARTICLES to the source itself, or to a library"
            )
        try:
            return open_source(url, self._settings.listen_skip)
        except ValueError as error:
            raise click.UsageError(f"--source: {error}") from None

    def _picked(self, line: Line) -> Picked:
        options = self._options
        if options.is_stale:
            return work.stale(
                self._source,
                self._dispatch,
                self._manifests,
                lambda number: line.show(f"{number:,} published ones looked at"),
            )
        source = self._other or self._source
        if options.is_named:
            picked = work.named(source, options.ids)
            if not picked.wanted and {failure.code for failure in picked.failures} == {SourceUnavailable.code}:
                raise SourceUnavailable(picked.failures[0].detail)
        else:
            since = self._settings.batch_since if options.since is None else options.since
            picked = work.recent(source, since, options.limit)
        if problem := getattr(source, "problem", ""):
            click.echo(f"{problem} — last known texts are used", err=True)
        return self._imported(picked) if self._other and not options.is_dry else picked

    def _imported(self, picked: Picked) -> Picked:
        assert isinstance(self._source, Library)
        kept = Picked(failures=picked.failures)
        for one in picked.wanted:
            try:
                self._source.put(one.article)
                kept.wanted.append(Wanted(self._source.get(one.article.id)))
            except SourceUnavailable:
                raise
            except ArticleError as error:
                kept.failures.append(Failure(one.article.id, error.code, error.detail))
        return kept

    def _estimate(self) -> int:
        line, first = Line(sys.stderr), self._settings.engines[0]
        picked = self._picked(line)
        engine = engines.build([first], FleetMemory(self._client))[0]
        reckoner = Reckoner(engine, self._store, self._dispatch.lexicon, self._dispatch.voice)
        caps = Caps(self._budget, first, self._settings.article_chars, reckoner.missing)
        estimate = work.Estimate(self._dispatch, reckoner, caps)
        estimate.cost.failures += picked.failures
        for number, one in enumerate(picked.wanted, 1):
            estimate.add(one)
            line.show(f"reading {number}/{len(picked.wanted)}")
        line.clear()
        cost, left = estimate.cost, {name: self._budget.left(name) for name in self._settings.engines}
        click.echo(in_json(cost_result(cost, left)) if self._options.is_json else cost_page(cost, left, first))
        return SOME_FAILED if cost.failures else 0

    def _round(self, *, anew: bool) -> int:
        """Ask, follow, tell; gives what the exit status would be."""
        run, line, spent = Run(self._batch, self._dispatch, self._source), Line(sys.stderr), self._spent()
        try:
            picked = self._picked(line)
            for failure in picked.failures:
                run.fail(failure)
            for number, one in enumerate(picked.wanted, 1):
                run.ask(one, anew=anew)
                line.show(f"asking {number}/{len(picked.wanted)}")
            progress = self._follow(run, line)
        finally:
            line.clear()
        # At midnight the count began anew.
        sent = {name: now - (spent[name] if now >= spent[name] else 0) for name, now in self._spent().items()}
        click.echo(in_json(result(progress, sent)) if self._options.is_json else page(progress, sent))
        if not progress.is_over:
            return SPENT
        return SOME_FAILED if progress.failures else 0

    def _follow(self, run: Run, line: Line) -> Progress:
        """Look until nothing more is to come today."""
        broker, worker = Patience(), Patience()
        while True:
            begun = time.monotonic()
            try:
                progress, is_served = run.look(), self._is_served()
            except BrokerUnavailable as error:
                broker.wait(error)
                line.show("the broker does not answer; trying again")
            else:
                if progress.is_over or progress.is_spent:
                    return progress
                line.show(status(progress))
                broker.end()
                if is_served:
                    worker.end()
                else:
                    worker.wait(Unusable("no worker serves the batch queue any more; what was asked for stays in line"))
            time.sleep(min(max(LOOK_SECONDS, (time.monotonic() - begun) / LOOKING_SHARE), PLAIN_SECONDS))

    def _check_served(self) -> None:
        if not self._is_served():
            raise Unusable(
                "no worker serves the batch queue, so nothing was asked for — start the service: python app.py, "
                "or: celery -A workers.celery_app worker -Q batch"
            )

    def _is_served(self) -> bool:
        with named_errors():
            return bool(self._client.exists("istami:serves:batch"))

    def _spent(self) -> dict[str, int]:
        return {name: self._budget.spent(name) for name in self._settings.engines}


class Patience:
    """With what is away and may come back, as in a restart."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._since: float | None = None

    def wait(self, error: Exception) -> None:
        """It is away still; raises ``error`` when that has lasted too long."""
        if self._since is None:
            self._since = self._clock()
        elif self._clock() - self._since > PATIENCE_SECONDS:
            raise error

    def end(self) -> None:
        """It is there."""
        self._since = None
