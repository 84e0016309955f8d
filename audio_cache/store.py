"""Keeps bytes under keys on the local disk. Writes are atomic: a reader sees the old bytes or the new, never half."""

import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from audio_cache import keys
from tts.errors import IstamiError
from tts.model import Request

_DRAFT_PREFIX = ".draft-"
_SURELY_LOCKED_AFTER_S = 60
"""A draft is locked by its writer as soon as it is made; one this old without a lock has no writer."""


class StoreFailed(IstamiError):
    """The audio cache cannot be read or written."""

    code = "store_failed"


class StoreFull(StoreFailed):
    """The disk of the audio cache is full; free space or move ISTAMI_AUDIO_CACHE."""

    code = "store_full"


class Draft:
    """A file being written, unseen until it is published under a key."""

    def __init__(self, store: "Store", file: BinaryIO):
        self._store = store
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0
        """Bytes written so far."""

    @property
    def sha256(self) -> str:
        """Of all bytes written so far, 64 hex digits."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        """Append. Raises ``StoreFull`` or ``StoreFailed``."""
        with _named_errors():
            self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    def publish(self, key: str, *, durable: bool = True) -> None:
        """Put the whole under ``key`` at once; ``durable`` means that it outlives a power cut."""
        with _named_errors():
            self._file.flush()
            if durable:
                os.fsync(self._file.fileno())
            target = self._store.path(key)
            target.parent.mkdir(parents=True, exist_ok=True)
            Path(self._file.name).replace(target)
            if durable:
                _sync_folder(target.parent)


class Store:
    """A folder of keys. Safe for many threads and processes."""

    def __init__(self, root: str | Path):
        self.root = Path(root)

    def get(self, key: str) -> bytes | None:
        """The bytes under ``key``. Raises ``StoreFailed`` if it is there and cannot be read."""
        file = self.open(key)
        if file is None:
            return None
        with file, _named_errors("read"):
            return file.read()

    def open(self, key: str) -> BinaryIO | None:
        """The bytes under ``key`` as a seekable file; it stays readable even when the key is deleted meanwhile."""
        with _named_errors("read"):
            try:
                return self.path(key).open("rb")
            except (FileNotFoundError, NotADirectoryError):
                return None

    def has(self, key: str) -> bool:
        """Whether anything lies under ``key``."""
        return self.path(key).is_file()

    def put(self, key: str, data: bytes, *, durable: bool = True) -> None:
        """Keep ``data`` under ``key``, replacing what was there."""
        with self.draft() as draft:
            draft.write(data)
            draft.publish(key, durable=durable)

    def delete(self, key: str) -> None:
        """Forget ``key``; deleting what is not there is no error."""
        with _named_errors():
            self.path(key).unlink(missing_ok=True)

    def delete_under(self, key: str) -> None:
        """Forget every key in the folder that holds ``key``."""
        shutil.rmtree(self.path(key).parent, ignore_errors=True)

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        """A draft in this store; what is not published when the block ends leaves no trace."""
        with _named_errors():
            self.root.mkdir(parents=True, exist_ok=True)
            file = NamedTemporaryFile(dir=self.root, prefix=_DRAFT_PREFIX, delete=False)  # noqa: SIM115
            os.fchmod(file.fileno(), 0o644)  # Sound is public; a temporary file is its writer's alone.
            fcntl.flock(file, fcntl.LOCK_EX)  # Until it is closed, or its writer is dead.
        try:
            yield Draft(self, file)  # type: ignore[arg-type]
        finally:
            with suppress(OSError):
                file.close()
            Path(file.name).unlink(missing_ok=True)

    def check(self) -> None:
        """Write and delete one file. Raises ``StoreFull`` or ``StoreFailed``."""
        with self.draft() as draft:
            draft.write(b"ok")

    def sweep(self) -> None:
        """Remove the drafts of writers that were killed."""
        for path in self.root.glob(_DRAFT_PREFIX + "*"):
            with suppress(OSError), path.open("rb") as file:
                if time.time() - path.stat().st_mtime > _SURELY_LOCKED_AFTER_S:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()

    def path(self, key: str) -> Path:
        """Where ``key`` lies. Keys come from ``audio_cache.keys`` only, never from outside."""
        return self.root / key


class UtteranceCache:
    """Engines' replies in a store; the cache that ``tts.render`` asks for."""

    def __init__(self, store: Store):
        self._store = store

    def get(self, request: Request) -> bytes | None:
        with suppress(StoreFailed):
            return self._store.get(keys.utterance(request))
        return None

    def put(self, request: Request, sound: bytes) -> None:
        # A reply that cannot be kept is asked for again another day: no reason to stop reading now.
        with suppress(StoreFailed):
            self._store.put(keys.utterance(request), sound, durable=False)


@contextmanager
def _named_errors(doing: str = "written") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreFull from error
        raise StoreFailed(f"The audio cache cannot be {doing}: {error.strerror}.") from error


def _sync_folder(folder: Path) -> None:
    """The rename itself must survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
