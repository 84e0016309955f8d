"""The store: atomic, and nothing half-written whatever happens."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from audio_cache import keys
from audio_cache.store import Store, StoreFailed, UtteranceCache
from tests.running import ROOT
from tts.model import Request


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "objects")


def files(store: Store) -> list[str]:
    return sorted(str(path.relative_to(store.root)) for path in store.root.rglob("*") if path.is_file())


def test_what_is_put_is_there_until_it_is_deleted(store: Store) -> None:
    assert store.get("a/b") is None and store.open("a/b") is None and not store.has("a/b")
    store.put("a/b", b"one")
    store.put("a/b", b"two")
    assert store.get("a/b") == b"two" and store.has("a/b")
    with store.open("a/b") as file:  # type: ignore[union-attr]
        store.delete("a/b")
        assert file.read() == b"two"
    store.delete("a/b")
    assert files(store) == []


def test_a_draft_is_unseen_until_it_is_published(store: Store) -> None:
    with store.draft() as draft:
        draft.write(b"first ")
        draft.write(b"second")
        assert store.get("x/y") is None
        draft.publish("x/y")
    assert store.get("x/y") == b"first second"
    assert (draft.size, len(draft.sha256)) == (12, 64)
    assert files(store) == ["x/y"]


def test_a_draft_that_is_given_up_leaves_no_trace(store: Store) -> None:
    with pytest.raises(RuntimeError), store.draft() as draft:
        draft.write(b"half")
        raise RuntimeError
    assert files(store) == []


def test_a_reader_sees_old_or_new_and_never_half(store: Store) -> None:
    versions = [bytes([n]) * 300_000 for n in range(8)]
    store.put("k/v", versions[0])
    stop, seen = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            seen.append(store.get("k/v"))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        for version in versions:
            store.put("k/v", version, durable=False)
    stop.set()
    reader.join()
    assert set(seen) <= set(versions)


def test_a_full_disk_is_a_clear_error_and_keeps_the_old(tmp_path: Path) -> None:
    """A real write that the kernel refuses: the process may write no file over 100 kB."""
    program = f"""
        import resource, signal, sys
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        from audio_cache.store import Store, StoreFull
        store = Store({str(tmp_path / "objects")!r})
        store.put("k/v", b"old")
        try:
            store.put("k/v", bytes(1_000_000))
        except StoreFull as error:
            print(error.code, error.detail)
        print(store.get("k/v"))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert "store_full The disk of the audio cache is full" in done.stdout and "b'old'" in done.stdout, done
    assert files(Store(tmp_path / "objects")) == ["k/v"]


def test_a_store_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "objects")
    with pytest.raises(StoreFailed, match="cannot be written"):
        store.check()
    assert store.get("a/b") is None
    request = Request("google", "1", "ar", "نص")
    UtteranceCache(store).put(request, b"kept is not needed")
    assert UtteranceCache(store).get(request) is None


def test_only_drafts_without_a_writer_are_swept(store: Store) -> None:
    program = f"""
        import os, signal
        from audio_cache.store import Store
        with Store({str(store.root)!r}).draft() as draft:
            draft.write(b"half")
            os.kill(os.getpid(), signal.SIGKILL)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, timeout=60)
    [orphan] = store.root.glob(".draft-*")
    store.sweep()
    assert orphan.exists()  # Too young to tell from one whose writer has just begun.
    with store.draft() as draft:
        draft.write(b"still being written")
        for path in store.root.glob(".draft-*"):
            os.utime(path, (time.time() - 100,) * 2)
        store.sweep()
        assert not orphan.exists()
        draft.publish("a/b")
    assert store.get("a/b") == b"still being written"


def test_keys_cover_everything_and_let_nothing_through() -> None:
    request = Request("google", "1", "ar", "نص")
    others = [
        Request("espeak", "1", "ar", "نص"),
        Request("google", "2", "ar", "نص"),
        Request("google", "1", "ar-female", "نص"),
        Request("google", "1", "ar", "نص آخر"),
        Request("google1", "", "ar", "نص"),
    ]
    assert len({keys.utterance(one) for one in [request, *others]}) == 6
    recipes = {
        keys.recipe("t", ["a", "b"], "s", "d", "m"),
        keys.recipe("t", ["ab"], "s", "d", "m"),
        keys.recipe("t", ["a", "b"], "", "d", "m"),
        keys.recipe("t", ["a", "b"], "s", "", "m"),
        keys.recipe("t", ["a", "b"], "s", "d", "n"),
        keys.recipe("ta", ["b"], "s", "d", "m"),
    }
    assert len(recipes) == 6
    for hostile in ("../../etc/passwd", "/etc/passwd", ".", "..", "a\0b", "م" * 100):
        assert keys.pointer(hostile).count("/") == 2 and ".." not in keys.pointer(hostile)
    assert keys.is_rendition("0123456789abcdef0123")
    for wrong in ("", "../x", "0123456789ABCDEF0123", "0" * 19, "0" * 21, "0" * 20 + "\n"):
        assert not keys.is_rendition(wrong)
