"""What processes cost, read from Linux's /proc: processor time and memory."""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_RESET_PEAK = "5"  # proc(5), clear_refs: VmHWM becomes the present size


@dataclass
class Cost:
    """Filled in when the measured block ends."""

    cpu_seconds: float = 0.0
    """User and system time of all processes, children waited for included."""
    memory_bytes: int = 0
    """All processes together, each at its own peak; a page that several share counts once."""
    largest_bytes: int = 0
    """The largest single process at its peak."""


@contextmanager
def cost_of(pids: Iterable[int]) -> Iterator[Cost]:
    """What these processes take while the block runs."""
    cost, pids = Cost(), list(pids)
    for pid in pids:
        with suppress(OSError):
            _file(pid, "clear_refs").write_text(_RESET_PEAK)
    before = cpu_seconds(pids)
    yield cost
    cost.cpu_seconds = cpu_seconds(pids) - before
    peaks = [_peaks(pid) for pid in pids]
    cost.memory_bytes = sum(shared for shared, _ in peaks)
    cost.largest_bytes = max((whole for _, whole in peaks), default=0)


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time so far, of these and of their children that have ended."""
    ticks = 0
    for pid in pids:
        with suppress(OSError):
            fields = _file(pid, "stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
    return ticks / _TICKS


def wait_until_idle(pids: Iterable[int], seconds: float = 20.0) -> None:
    """Return once the processes have done next to nothing for half a second, or after ``seconds``."""
    pids, deadline = list(pids), time.monotonic() + seconds
    while time.monotonic() < deadline:
        before = cpu_seconds(pids)
        time.sleep(0.5)
        if cpu_seconds(pids) - before <= 0.03:
            return


def largest_peak(pid: int) -> int:
    """Bytes: the process's peak so far; 0 when it has ended."""
    return _peaks(pid)[1]


def _peaks(pid: int) -> tuple[int, int]:
    """Bytes at the peak: with shared pages divided among those who share them, and in full.

    The first is today's share raised by what was given back since the peak.
    """
    try:
        sizes = _kilobytes(_file(pid, "status"))
        share = _kilobytes(_file(pid, "smaps_rollup"))["Pss"]
    except (OSError, KeyError):
        return 0, 0
    return 1024 * (share + sizes["VmHWM"] - sizes["VmRSS"]), 1024 * sizes["VmHWM"]


def _kilobytes(path: Path) -> dict[str, int]:
    rows = (line.split() for line in path.read_text().splitlines())
    return {row[0].rstrip(":"): int(row[1]) for row in rows if row[-1] == "kB"}


def _file(pid: int, name: str) -> Path:
    return Path("/proc") / str(pid) / name
