"""How `flask pregenerate` is seen: the line that is redrawn, the table at the end, the same in JSON."""

import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO

from articles.model import one_line, shown
from workers.pregenerate import Cost, Failure, Progress

PLAIN_SECONDS = 10.0
"""Between two lines of progress where there is no terminal."""
SHOWN_ARTICLES = 20
"""Of a dry run; JSON has them all."""


class Line:
    """Progress: one line drawn over and over on a terminal, elsewhere a line now and then."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic):
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._clock = clock
        self._last = clock()
        self._width = 0

    def show(self, text: str) -> None:
        """Show this instead."""
        if self._is_terminal:
            text = text[: shutil.get_terminal_size().columns - 1]
            self._stream.write("\r" + text.ljust(self._width))
            self._width = len(text)
            self._stream.flush()
        elif self._clock() - self._last >= PLAIN_SECONDS:
            self._last = self._clock()
            print(text, file=self._stream, flush=True)

    def clear(self) -> None:
        """Leave nothing on the terminal's line."""
        if self._width:
            self.show("")
            self._stream.write("\r")
            self._stream.flush()


def status(progress: Progress) -> str:
    """The line while it goes on."""
    parts = [
        f"{progress.done}/{progress.total} articles",
        f"{progress.segments:,} segments",
        f"{span(progress.seconds)} of sound",
        f"{progress.a_minute:.1f} articles/min",
    ]
    if progress.seconds_left is not None:
        parts.append(f"{span(progress.seconds_left)} left")
    if progress.failures:
        parts.append(f"{len(progress.failures)} failed")
    if progress.waits:
        parts.append(f"waits: {progress.waits}")
    return " · ".join(parts)


def page(progress: Progress, sent: dict[str, int]) -> str:
    """The table at the end; ``sent`` is what each engine was sent meanwhile, in characters."""
    reasons = Counter(failure.code for failure in progress.failures)
    waiting = progress.total - progress.done
    rows = [
        ("articles", f"{progress.total:,}"),
        ("ready already", f"{progress.ready:,}"),
        ("newly asked for", f"{progress.queued:,}"),
        ("made", f"{progress.made:,}"),
        *([("withdrawn", f"{progress.withdrawn:,}")] if progress.withdrawn else []),
        *((f"failed: {code}", f"{count:,}") for code, count in reasons.most_common()),
        *([("still in line", f"{waiting:,}")] if waiting else []),
        ("sound", f"{span(progress.seconds)}, {progress.segments:,} segments"),
        *((f"characters sent to {name}", f"{count:,}") for name, count in sent.items() if count),
        ("took", span(progress.elapsed)),
    ]
    end = "nothing to do: all is ready" if progress.is_over and progress.ready == progress.total else ""
    if not progress.total:
        end = "no articles there; further back: --since 30d"
    return "\n".join([_table(rows), *filter(None, [end, progress.waits]), *map(_failure, progress.failures)])


def cost_page(cost: Cost, left: dict[str, int | None], first: str) -> str:
    """The table of a dry run; ``left`` is what each engine may still be sent today, ``first`` the first engine."""
    rows = [
        ("articles to make", f"{len(cost.articles):,}"),
        ("ready already", f"{cost.ready:,}"),
        *([("withdrawn", f"{cost.withdrawn:,}")] if cost.withdrawn else []),
        *([("cannot be made", f"{len(cost.failures):,}")] if cost.failures else []),
        (f"requests to {first}", f"{cost.requests:,}"),
        ("characters", f"{cost.characters:,}"),
        ("sound, about", f"{cost.seconds / 60:,.1f} min"),
        *((f"{name}: left today", "no cap" if rest is None else f"{rest:,} characters") for name, rest in left.items()),
    ]
    lines = [_table(rows)]
    rest = left[first]
    if rest is not None and rest < cost.characters:
        lines.append(f"more than {first} has left today: the rest waits until 00:00 UTC")
    lines += [
        f"  {one.article.id}  {shown(one.article.shown_title)}".rstrip() for one in cost.articles[:SHOWN_ARTICLES]
    ]
    if len(cost.articles) > SHOWN_ARTICLES:
        lines.append(f"  and {len(cost.articles) - SHOWN_ARTICLES:,} more; --json lists them all")
    lines += map(_failure, cost.failures)
    return "\n".join(lines)


def result(progress: Progress, sent: dict[str, int]) -> dict[str, Any]:
    """The table at the end, for programs."""
    return {
        "articles": progress.total,
        "ready": progress.ready,
        "asked": progress.queued,
        "made": progress.made,
        "withdrawn": progress.withdrawn,
        "failed": listed(progress.failures),
        "waiting": progress.total - progress.done,
        "waits": progress.waits,
        "segments": progress.segments,
        "sound_seconds": round(progress.seconds, 1),
        "characters_sent": sent,
        "elapsed_seconds": round(progress.elapsed, 2),
    }


def cost_result(cost: Cost, left: dict[str, int | None]) -> dict[str, Any]:
    """The table of a dry run, for programs."""
    return {
        "articles": [{"id": one.article.id, "title": one.article.shown_title} for one in cost.articles],
        "ready": cost.ready,
        "withdrawn": cost.withdrawn,
        "failed": listed(cost.failures),
        "requests": cost.requests,
        "characters": cost.characters,
        "sound_seconds": round(cost.seconds, 1),
        "characters_left": left,
    }


def listed(failures: Iterable[Failure]) -> list[dict[str, str]]:
    """The failures, for programs."""
    return [{"id": failure.article_id, "code": failure.code, "detail": failure.detail} for failure in failures]


def failures_page(failures: Sequence[Failure]) -> str:
    """One a line, and what to do."""
    end = f"{len(failures)} given up; a changed text, a click, or --ids gives another chance"
    return "\n".join([*map(_failure, failures), end])


def _failure(failure: Failure) -> str:
    return f"  {shown(failure.article_id)}: {one_line(failure.detail)} [{failure.code}]"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    rows = list(rows)
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {value}" for name, value in rows)


def in_json(found: dict[str, Any]) -> str:
    """On one line."""
    return json.dumps(found, ensure_ascii=False)


def span(seconds: float) -> str:
    """Seconds as people say them.

    >>> span(42.4), span(150), span(7260)
    ('42 s', '2 min 30 s', '2 h 1 min')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
