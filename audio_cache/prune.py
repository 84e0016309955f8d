"""Keeps the audio cache under its ceiling: what was not heard for longest goes first."""

import logging
from contextlib import suppress
from pathlib import Path

from audio_cache.store import Store

log = logging.getLogger(__name__)

PRUNED = ("utterances", "renditions")
"""Folders whose files can be made again. Pointers stay: they are small, and withdrawals must not be forgotten."""
CUES = ".vtt"
DOWN_TO = 0.9
"""A pruning goes a little below the ceiling, so that the next is not due at once."""


def prune(store: Store, max_bytes: int) -> int:
    """Delete the least recently used files until the rest fits; gives the bytes freed. 0 is no ceiling.

    A file that is being read stays readable until it is closed. A rendition whose sound is gone is made again
    when it is asked for.
    """
    if not max_bytes:
        return 0
    files = sorted(_files(store.root))
    size = sum(bytes_ for _, bytes_, _ in files)
    if size <= max_bytes:
        return 0
    freed = 0
    for _, bytes_, path in files:
        if size - freed <= max_bytes * DOWN_TO:
            break
        with suppress(OSError):
            path.unlink()
            path.with_suffix(CUES).unlink(missing_ok=True)  # Cues without their sound are of no use.
            freed += bytes_
    log.info("pruned %d bytes of the audio cache, which held %d", freed, size)
    return freed


def _files(root: Path) -> list[tuple[float, int, Path]]:
    """Last use, size and path of everything that can be made again."""
    found = []
    for folder in PRUNED:
        for path in (root / folder).rglob("*"):
            with suppress(OSError):
                status = path.stat()
                if path.is_file() and path.suffix != CUES:
                    found.append((max(status.st_atime, status.st_mtime), status.st_size, path))
    return found
