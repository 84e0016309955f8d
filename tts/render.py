"""Renders a script: yields its segments in order, each as soon as it is ready."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from tts.audio import codec, loudness
from tts.audio.mp3 import BYTES_PER_SECOND, DELAY_SAMPLES, RATE
from tts.audio.stitch import Spoken, Stitched, stitch
from tts.engines.base import Engine, Sound, voice_named
from tts.errors import (
    CodecError,
    EmptyAudio,
    EngineError,
    EngineUnavailable,
    NothingToRead,
    RateLimited,
    Rejected,
    TooLong,
)
from tts.model import Cue, Passage, Request, Script, Segment, Utterance
from tts.text import script as scripts
from tts.text.lexicon import NONE, Lexicon

FIRST_SOUND_S = 3.0
"""Sound from which a voice's gain is taken."""
TRIES = 4
"""Requests for one utterance before its engine is given up."""
TRYING_S = 8.0
"""After so long no further try is begun."""
TRYING_UNHEARD_S = 3.0
"""The same for an engine that has not spoken yet: one that hangs must not keep the reader from the understudy."""
FIRST_BACKOFF_S = 0.25
"""Doubles with each try."""
PATIENCE_S = 2.0
"""A rate limit shorter than this is waited out; a longer one goes to the understudy."""
PATIENCE_ALONE_S = 60.0
"""The same, when no other engine is left."""
LOOKAHEAD = 4
"""Utterances asked for ahead of the one needed, for each lane: bounds memory, keeps every lane busy."""


class Cache(Protocol):
    """Keeps engines' replies."""

    def get(self, request: Request) -> bytes | None:
        """The kept reply, if any."""

    def put(self, request: Request, sound: bytes) -> None:
        """Keep it; failing to is not an error."""


class Gate:
    """Says which engine may be asked, and hears how it went. This one lets everything pass."""

    def allows(self, engine: Engine) -> bool:
        """Whether the engine is thought to be well."""
        return True

    def may_try(self, engine: Engine) -> bool:
        """Whether an engine thought ill may be asked all the same, there being no other."""
        return True

    def held(self, engine: Engine) -> float:
        """Seconds for which the engine's service has asked to be left alone."""
        return 0.0

    def can_wait(self) -> bool:
        """Whether nobody waits for the sound: then it is better made later than by an understudy."""
        return False

    def claim(self, request: Request) -> AbstractContextManager[None]:
        """Held by whoever gets the sound of an utterance; may wait until another has got it."""
        return nullcontext()

    def lane(self, engine: Engine) -> AbstractContextManager[None]:
        """Held around each request to the engine; may wait for a free one."""
        return nullcontext()

    def turn(self, engine: Engine, characters: int) -> float:
        """Seconds until the next request may be sent at the engine's rate; it is counted, with its characters."""
        return 0.0

    def succeeded(self, engine: Engine) -> None:
        """The engine gave sound."""

    def failed(self, engine: Engine, error: EngineError) -> None:
        """The engine failed an utterance for good."""

    def refused(self, engine: Engine, request: Request) -> None:
        """The engine will not speak this utterance: its text is at fault, or with many in a row the engine."""


class NoCache:
    """Keeps nothing."""

    def get(self, request: Request) -> bytes | None:
        return None

    def put(self, request: Request, sound: bytes) -> None:
        return None


def render(
    script: Script,
    engines: Sequence[Engine],
    voice: str,
    cache: Cache | None = None,
    gate: Gate | None = None,
    start: int = 0,
    gains: dict[str, float] | None = None,
    lexicon: Lexicon = NONE,
) -> Iterator[Segment]:
    """Segments in order, from number ``start`` on; an earlier try that made those before hands on their ``gains``.

    The first engine speaks; when it fails, the next takes over from the beginning of that passage to the end; but when
    the gate says that all this can wait, the next speaks only what the first refuses, and nothing if that is the
    greater part. ``lexicon`` is the one the script was built with. No segment is yielded that lacks an utterance.

    Raises ``NothingToRead``, or the last engine's error.
    """
    if not script.is_readable:
        raise NothingToRead
    gains = dict(gains or {})
    waiting: list[_Take] = []
    with ExitStack() as stack:
        stage = _Stage(engines, voice, NoCache() if cache is None else cache, gate or Gate(), lexicon, stack)
        for take in stage.takes(script, start):
            if waiting and waiting[-1].engine != take.engine:
                yield from _finish(waiting, gains)
            waiting.append(take)
            if take.engine in gains or _seconds(waiting) >= FIRST_SOUND_S:
                yield from _finish(waiting, gains)
        yield from _finish(waiting, gains)


@dataclass(frozen=True, slots=True)
class _Take:
    """A passage spoken and stitched, its gain not yet set."""

    index: int
    engine: str
    passage: Passage
    sound: Stitched
    is_silent: bool
    """Whether it has nothing to pronounce."""


def _finish(waiting: list[_Take], gains: dict[str, float]) -> Iterator[Segment]:
    """Sets the voice's gain if it is still open, and encodes what waited for it."""
    for take in waiting:
        if take.engine not in gains:
            gains[take.engine] = loudness.gain_for([other.sound.samples for other in waiting])
        data = codec.encode(loudness.amplify(take.sound.samples, gains[take.engine]))
        speaker = "" if take.is_silent else take.engine
        yield Segment(take.index, data, speaker, _cues(take, len(data) / BYTES_PER_SECOND), dict(gains))
    waiting.clear()


def _seconds(takes: Sequence[_Take]) -> float:
    return sum(len(take.sound.samples) for take in takes) / RATE


def _cues(take: _Take, duration: float) -> tuple[Cue, ...]:
    """One cue an utterance, from its first sound to the next one's: times as heard, the codec's delay included."""
    starts = [round((start + DELAY_SAMPLES) / RATE, 3) for start in take.sound.starts]
    ends = [*starts[1:], duration]
    return tuple(
        Cue(start, end, utterance.text, take.index, utterance.start, utterance.end)
        for start, end, utterance in zip(starts, ends, take.passage.utterances, strict=True)
    )


class _Stage:
    """Has passages spoken in order, a few utterances at a time, by the first engine that can."""

    def __init__(
        self, engines: Sequence[Engine], voice: str, cache: Cache, gate: Gate, lexicon: Lexicon, stack: ExitStack
    ):
        self._engines = deque(engines)
        self._voice = voice
        self._cache = cache
        self._gate = gate
        self._lexicon = lexicon
        self._stack = stack
        self._heard = False
        """Whether the engine in turn has answered: then a failed connection is bad luck, not a dead network."""
        self._given: defaultdict[str, set[str]] = defaultdict(set)
        self._refused: defaultdict[str, set[str]] = defaultdict(set)
        """Texts that each engine has spoken, here or earlier, and those it will not speak."""

    def takes(self, script: Script, start: int) -> Iterator[_Take]:
        index, end = start, len(script.passages)
        last_error: EngineError | None = None
        while index < end:
            engine = self._next_engine(last_error)
            limit = engine.max_chars
            try:
                for take in self._spoken_by(engine, script, index, end):
                    yield take
                    index = take.index + 1
            except EngineError as error:
                if isinstance(error, TooLong) and engine.max_chars < limit:
                    continue  # The same engine again, with passages cut to what it takes now.
                self._gate.failed(engine, error)
                if isinstance(error, Rejected) and self._refuses_most(engine) and self._gate.can_wait():
                    # One text may be at fault, hardly most of an article: better its sound is made later.
                    detail = f"{engine.name} refuses most of this article: {error.detail}"
                    raise EngineUnavailable(detail) from error
                if isinstance(error, Rejected | EmptyAudio) and len(self._engines) > 1:
                    # The text is at fault, not the service: only this passage goes to the understudy.
                    yield from self._spoken_by(self._engines[1], script, index, index + 1)
                    index += 1
                elif self._gate.can_wait():
                    raise
                else:
                    last_error = error
                    self._engines.popleft()
                    self._heard = False

    def _refuses_most(self, engine: Engine) -> bool:
        """Whether it has refused several texts, and more than it has spoken."""
        return len(self._refused[engine.name]) > max(1, len(self._given[engine.name]))

    def _next_engine(self, last_error: EngineError | None) -> Engine:
        """The first engine in turn that is thought well; when none is, the first that may be tried."""
        in_turn = list(self._engines)[: 1 if self._gate.can_wait() else None]
        for allowed in (self._gate.allows, self._gate.may_try):
            for engine in in_turn:
                if allowed(engine):
                    while self._engines[0] is not engine:
                        self._engines.popleft()
                    return engine
        raise last_error or EngineUnavailable("Every speech engine is resting after failures; try again shortly.")

    def _spoken_by(self, engine: Engine, script: Script, start: int, end: int) -> Iterator[_Take]:
        """Speaks passages ``start`` to ``end`` (exclusive) with one engine, keeping all its lanes busy."""
        stop = Event()
        lanes = ThreadPoolExecutor(engine.concurrency, thread_name_prefix=f"{engine.name}-lane")
        self._stack.callback(lanes.shutdown, wait=False, cancel_futures=True)
        self._stack.callback(stop.set)
        ahead: deque[tuple[int, Passage, list[Future[codec.Samples | None]]]] = deque()
        upcoming = iter(range(start, end))
        try:
            while True:
                while sum(len(futures) for _, _, futures in ahead) < engine.concurrency * LOOKAHEAD:
                    if (index := next(upcoming, None)) is None:
                        break
                    passage = self._fitted(script, index, engine)
                    speak = self._speaker(engine, stop)
                    ahead.append((index, passage, [lanes.submit(speak, u) for u in passage.utterances]))
                if not ahead:
                    return
                index, passage, futures = ahead.popleft()
                spoken = [
                    Spoken(future.result(), utterance.pause_ms)
                    for future, utterance in zip(futures, passage.utterances, strict=True)
                ]
                is_silent = all(sound.samples is None for sound in spoken)
                yield _Take(index, engine.name, passage, stitch(spoken), is_silent)
        finally:
            stop.set()
            lanes.shutdown(wait=False, cancel_futures=True)

    def _fitted(self, script: Script, index: int, engine: Engine) -> Passage:
        """The passage, written again only if the engine takes less than it was cut for, or other letters."""
        passage, max_chars = script.passages[index], engine.max_chars
        fits = all(len(utterance.spoken) <= max_chars for utterance in passage.utterances)
        if fits and engine.reads_latin is script.reads_latin:
            return passage
        return scripts.recut(passage, max_chars, reads_latin=engine.reads_latin, lexicon=self._lexicon)

    def _speaker(self, engine: Engine, stop: Event) -> Callable[[Utterance], codec.Samples | None]:
        voice = voice_named(engine, self._voice)

        def speak(utterance: Utterance) -> codec.Samples | None:
            if not utterance.spoken:
                return None
            request = Request(engine.name, engine.version, voice.name, utterance.spoken)
            try:
                samples = given(request, lambda: engine.synthesize(utterance.spoken, voice))
            except Rejected as error:
                if not isinstance(error, TooLong):
                    self._refused[engine.name].add(request.text)
                    self._gate.refused(engine, request)
                raise
            self._given[engine.name].add(request.text)
            return samples

        def given(request: Request, ask: Callable[[], Sound]) -> codec.Samples:
            if (kept := self._kept(request)) is not None:
                return kept
            with self._gate.claim(request):
                if (kept := self._kept(request)) is not None:  # Another has got it meanwhile.
                    return kept
                return self._asked(engine, request, ask, stop)

        return speak

    def _kept(self, request: Request) -> codec.Samples | None:
        kept = self._cache.get(request)
        if kept is not None:
            with suppress(CodecError):  # A damaged file in the cache is asked for again and replaced.
                return codec.decode(kept)
        return None

    def _asked(self, engine: Engine, request: Request, ask: Callable[[], Sound], stop: Event) -> codec.Samples:
        """The engine's sound for one utterance, after as many tries as its errors deserve."""
        patience = PATIENCE_S if len(self._engines) > 1 else PATIENCE_ALONE_S
        failures, begun = 0, time.monotonic()
        while True:
            patience = _wait_out(self._gate.held(engine), patience, stop)
            try:
                with self._gate.lane(engine):
                    _pause(self._gate.turn(engine, len(request.text)), stop)
                    sound = ask()
                samples = codec.decode(sound)
            except RateLimited as error:
                self._gate.failed(engine, error)
                patience = _wait_out(error.retry_after, patience, stop)
            except (EmptyAudio, EngineUnavailable, CodecError) as error:
                failures += 1
                hopeless = not getattr(error, "reached", True) and not self._heard
                trying = TRYING_S if self._heard or len(self._engines) == 1 else TRYING_UNHEARD_S
                is_late = time.monotonic() - begun > trying and not self._gate.can_wait()
                if stop.is_set() or hopeless or failures == TRIES or is_late:
                    raise error if isinstance(error, EngineError) else EmptyAudio(error.detail) from error
                _pause(FIRST_BACKOFF_S * 2 ** (failures - 1), stop)
            else:
                self._heard = True
                self._gate.succeeded(engine)
                if isinstance(sound, bytes):  # PCM is made here, and sooner made again than read back.
                    self._cache.put(request, sound)
                return samples


def _wait_out(seconds: float, patience: float, stop: Event) -> float:
    """Waits, and gives the patience left; raises ``RateLimited`` at once if that is too long to wait."""
    if seconds > patience:
        raise RateLimited(seconds)
    _pause(seconds, stop)
    return patience - seconds


def _pause(seconds: float, stop: Event) -> None:
    if seconds > 0 and stop.wait(seconds):
        raise EngineUnavailable("This rendition was given up.")
