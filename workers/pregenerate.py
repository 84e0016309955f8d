"""What `flask pregenerate` does, without the terminal: whose sound is asked for, what it would cost, how far it is."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from articles.errors import ArticleError, ArticleNotFound
from articles.model import Article, check_id
from articles.sources import look
from articles.sources.base import Source
from audio_cache.manifest import Manifest, Manifests, State
from tts.errors import IstamiError, NothingToRead
from tts.model import Request
from workers.batch import OTHER_SETTINGS, Asked, Batch
from workers.broker import named_errors
from workers.budget import ArticleOverCap, CapReached, Caps
from workers.dispatch import Dispatch, VoiceNotAvailable
from workers.reckoning import Reckoner

CHARS_A_SECOND = 15.0
"""Spoken characters in a second of sound, pauses included: 14.9 to 15.2 in four sample articles, embedded voice."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One article's sound in one voice."""

    article: Article
    voice: str = ""
    """Empty for the default voice."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An article whose sound will not be there, and why."""

    article_id: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Picked:
    """Whose sound is wanted, and what cannot even be asked for."""

    wanted: list[Wanted] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


# ---- Whose sound is wanted


def recent(source: Source, since: float, limit: int) -> Picked:
    """The newest ``limit`` articles of the last ``since`` seconds. Raises ``SourceUnavailable``."""
    begin = datetime.now(UTC) - timedelta(seconds=since)
    return Picked([Wanted(article) for article in source.recent(begin, limit)])


def named(source: Source, ids: Iterable[str]) -> Picked:
    """The articles with these ids, each once; one that is not there is a failure and stops no other."""
    picked = Picked()
    for id in dict.fromkeys(ids):
        try:
            picked.wanted.append(Wanted(look(source, check_id(id))))
        except ArticleError as error:
            picked.failures.append(Failure(id, error.code, error.detail))
    return picked


def stale(
    source: Source, dispatch: Dispatch, manifests: Manifests, looked_at: Callable[[int], None] = lambda _: None
) -> Picked:
    """All published sound that is not what would be made today: its words, lexicon, voice or engine order changed.

    What belongs to articles that are gone, or to voices no longer on offer, is left as it is. ``looked_at`` hears how
    much has been looked at.
    """
    picked = Picked()
    for count, (manifest, name) in enumerate(manifests.all(), 1):
        looked_at(count)
        if manifest.state is not State.READY:
            continue
        try:
            voice, article = dispatch.named(name), source.get(manifest.article_id)
        except (ArticleNotFound, VoiceNotAvailable):
            continue
        except ArticleError as error:
            picked.failures.append(Failure(manifest.article_id, error.code, error.detail))
            continue
        if not dispatch.is_fresh(article, manifest, voice):
            picked.wanted.append(Wanted(article, voice))
    return picked


# ---- What it would cost


@dataclass(slots=True)
class Cost:
    """What a run would ask of the first engine, counted before anything is asked."""

    articles: list[Wanted] = field(default_factory=list)
    """Whose sound would be made."""
    ready: int = 0
    withdrawn: int = 0
    failures: list[Failure] = field(default_factory=list)
    requests: int = 0
    """Utterances that are not in the cache; one that several articles share counts once."""
    characters: int = 0
    """Of those requests."""
    seconds: float = 0.0
    """Of sound, about: all that would be published, ``CHARS_A_SECOND``."""


class Estimate:
    """Adds up the cost, article by article. Nothing is contacted and nothing queued."""

    def __init__(self, dispatch: Dispatch, reckoner: Reckoner, caps: Caps):
        self._dispatch = dispatch
        self._reckoner = reckoner
        self._caps = caps
        self._counted: set[Request] = set()
        self.cost = Cost()

    def add(self, wanted: Wanted) -> None:
        """Count one article."""
        article, cost = wanted.article, self.cost
        current = self._dispatch.current(article, wanted.voice)
        if current and current.state is State.WITHDRAWN:
            cost.withdrawn += 1
        elif self._dispatch.is_fresh(article, current, wanted.voice):
            cost.ready += 1
        elif not article.is_readable:
            cost.failures.append(_failure(wanted, NothingToRead()))
        else:
            try:
                self._caps.check(article)
            except ArticleOverCap as error:
                cost.failures.append(_failure(wanted, error))
            else:
                self._count(wanted)

    def _count(self, wanted: Wanted) -> None:
        cost = self.cost
        cost.articles.append(wanted)
        for request in self._reckoner.requests(wanted.article, wanted.voice):
            cost.seconds += len(request.text) / CHARS_A_SECOND
            if request not in self._counted and not self._reckoner.is_kept(request):
                cost.requests += 1
                cost.characters += len(request.text)
            self._counted.add(request)


# ---- How far it is


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    total: int
    """Articles wanted."""
    queued: int
    """Of them, those that this run has put in line."""
    ready: int
    """Those whose sound stood already."""
    withdrawn: int
    """Those that the editor has taken back: they are not made."""
    made: int
    failures: tuple[Failure, ...]
    segments: int
    """Made for this run so far, those of unfinished articles included."""
    seconds: float
    """Of sound, made for this run so far."""
    elapsed: float
    """Seconds since the first question."""
    waits: str
    """Why the batch makes nothing now; empty when it does."""
    is_spent: bool
    """Whether all that is still to come waits for tomorrow's budget."""

    @property
    def done(self) -> int:
        """Articles of which nothing more is to come."""
        return self.ready + self.withdrawn + self.made + len(self.failures)

    @property
    def is_over(self) -> bool:
        """Whether that is all of them."""
        return self.done >= self.total

    @property
    def a_minute(self) -> float:
        """Articles made in a minute, so far."""
        return self.made / self.elapsed * 60 if self.elapsed > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At that rate; None while nothing is known."""
        return (self.total - self.done) / self.a_minute * 60 if self.made and not self.is_over else None


@dataclass(slots=True)
class _Open:
    """An article whose sound is awaited."""

    wanted: Wanted
    recipe: str


class Run:
    """What was asked for in one go, followed until each article is ready or has failed."""

    def __init__(self, batch: Batch, dispatch: Dispatch, source: Source, clock: Callable[[], float] = time.monotonic):
        self._batch = batch
        self._dispatch = dispatch
        self._source = source
        self._clock = clock
        self._begun = clock()
        self._open: dict[tuple[str, str], _Open] = {}
        self._asked_again: set[str] = set()
        """Recipes."""
        self._failures: list[Failure] = []
        self._queued = self._ready = self._withdrawn = self._made = 0
        self._segments, self._seconds = 0, 0.0

    def ask(self, wanted: Wanted, *, anew: bool = False) -> Asked:
        """Put it in line unless it stands already or waits. Raises ``BrokerUnavailable``."""
        asked = self._batch.add(wanted.article, wanted.voice, anew=anew)
        match asked:
            case Asked.READY:
                self._ready += 1
            case Asked.WITHDRAWN:
                self._withdrawn += 1
            case Asked.NOTHING:
                self._failures.append(_failure(wanted, NothingToRead()))
            case Asked.TOO_LONG:
                self._failures.append(_failure(wanted, ArticleOverCap()))
            case _:  # Of what is listed as failed, its entry says more.
                self._queued += asked is Asked.ASKED
                recipe = self._dispatch.recipe(wanted.article, wanted.voice)
                self._open[wanted.article.id, wanted.voice] = _Open(wanted, recipe)
        return asked

    def fail(self, failure: Failure) -> None:
        """Count what could not even be asked for."""
        self._failures.append(failure)

    def look(self) -> Progress:
        """How far it is now. Raises ``BrokerUnavailable``."""
        segments, seconds, busy = 0, 0.0, 0
        with named_errors():
            for place, one in list(self._open.items()):
                entry = self._batch.entry(*place)
                if entry is None or entry.state == "ready":
                    self._settle(place, one)
                elif entry.state == "failed":
                    del self._open[place]
                    self._failures.append(Failure(entry.article_id, entry.code, entry.detail))
                elif entry.state == "making":
                    busy += 1
                    segments += self._dispatch.live.progress(one.recipe)[0]
                    seconds += self._dispatch.live.seconds(one.recipe)
                elif entry.state == "retry":
                    busy += entry.code != CapReached.code
        return Progress(
            total=len(self._open) + self._ready + self._withdrawn + self._made + len(self._failures),
            queued=self._queued,
            ready=self._ready,
            withdrawn=self._withdrawn,
            made=self._made,
            failures=tuple(self._failures),
            segments=self._segments + segments,
            seconds=self._seconds + seconds,
            elapsed=self._clock() - self._begun,
            waits=self._batch.waits() if self._open else "",
            is_spent=bool(self._open) and not busy and self._batch.is_spent(),
        )

    def _settle(self, place: tuple[str, str], one: _Open) -> None:
        """The batch is through with it: it is there, or what became of the article meanwhile decides."""
        article, voice = one.wanted.article, one.wanted.voice
        current = self._dispatch.current(article, voice)
        if not self._dispatch.is_fresh(article, current, voice):
            try:
                article = self._source.get(article.id)
            except ArticleError as error:
                del self._open[place]
                self._failures.append(Failure(article.id, error.code, error.detail))
                return
            current = self._dispatch.current(article, voice)
        del self._open[place]
        if current and current.state is State.WITHDRAWN:
            self._withdrawn += 1
        elif current and self._dispatch.is_fresh(article, current, voice):
            self._count(current)
        elif (recipe := self._dispatch.recipe(article, voice)) in self._asked_again:
            # Others settle it otherwise than it is asked for here, and would for ever.
            self._failures.append(Failure(article.id, OTHER_SETTINGS.code, OTHER_SETTINGS.detail))
        else:  # Its text has changed again.
            self._asked_again.add(recipe)
            self.ask(Wanted(article, voice))

    def _count(self, manifest: Manifest) -> None:
        self._made += 1
        self._segments += manifest.segments_done
        self._seconds += manifest.duration_seconds or 0.0


def _failure(wanted: Wanted, error: IstamiError) -> Failure:
    return Failure(wanted.article.id, error.code, error.detail)
