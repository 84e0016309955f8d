"""The figures of a run, as people and programs read them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from statistics import median

MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Row:
    """One case, measured once, or the median of several measurements."""

    first_byte: float
    """Seconds from the click to the first byte of sound."""
    complete: float
    """Seconds from the click to the complete file."""
    requests: float
    """Requests to Google."""
    connections: float
    """TCP connections to Google."""
    cpu_seconds: float
    """Processor time of all processes of the case."""
    memory_bytes: float
    """All processes together, at their peaks."""
    largest_bytes: float
    """The largest process, at its peak."""
    sound_seconds: float
    """Length of the decoded sound."""
    words: float
    """Words that Google was asked to speak."""


def middle(rows: Sequence[Row]) -> Row:
    """The median, field by field."""
    return Row(*(median(getattr(row, field.name) for row in rows) for field in fields(Row)))


@dataclass(frozen=True, slots=True)
class Goal:
    """Something promised, and what was measured."""

    promise: str
    measured: str
    is_reached: bool

    def line(self) -> str:
        """``reached`` or ``MISSED``, the promise, the measurement."""
        return f"{'reached' if self.is_reached else 'MISSED ':7}  {self.promise}: {self.measured}"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms"


def _megabytes(count: float) -> str:
    return f"{count / MEGABYTE:.0f} MB"


_COLUMNS = (
    ("first audio byte", lambda row: _time(row.first_byte)),
    ("complete file", lambda row: _time(row.complete)),
    ("requests", lambda row: f"{row.requests:g}"),
    ("TCP connections", lambda row: f"{row.connections:g}"),
    ("CPU seconds", lambda row: f"{row.cpu_seconds:.2f}" if row.cpu_seconds >= 0.1 else f"{row.cpu_seconds:.3f}"),
    ("peak memory", lambda row: _megabytes(row.memory_bytes)),
    ("largest process", lambda row: _megabytes(row.largest_bytes)),
    ("sound", lambda row: f"{row.sound_seconds:.1f} s"),
    ("words", lambda row: f"{row.words:g}"),
)


def columns(rows: Iterable[Sequence[str]]) -> str:
    """The rows in columns, all but the first aligned to the right.

    >>> print(columns([["", "right"], ["dates", "9/10"]]))
           right
    dates   9/10
    """
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def table(rows: dict[str, Row]) -> str:
    """The rows under their headings."""
    lines = [["", *(heading for heading, _ in _COLUMNS)]]
    return columns(lines + [[name, *(shown(row) for _, shown in _COLUMNS)] for name, row in rows.items()])


def as_json(rows: Sequence[Row]) -> dict:
    """The median and each measurement."""
    return {"median": asdict(middle(rows)), "runs": [asdict(row) for row in rows]}
