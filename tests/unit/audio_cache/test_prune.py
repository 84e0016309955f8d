"""Pruning: under the ceiling, oldest first, and never a pointer."""

import os
from pathlib import Path

from audio_cache import keys
from audio_cache.prune import prune
from audio_cache.store import Store


def fill(store: Store, count: int) -> list[str]:
    names = [keys.sound(f"article {n}", f"{n:020x}") for n in range(count)]
    for n, name in enumerate(names):
        store.put(name, bytes(1000))
        os.utime(store.path(name), (1_000_000 + n, 1_000_000 + n))
    return names


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    names = fill(store, 10)
    os.utime(store.path(names[0]), (2_000_000, 1_000_000))  # Heard again lately.
    assert prune(store, 5_000) == 6_000
    assert [store.has(name) for name in names] == [True] + [False] * 6 + [True] * 3


def test_cues_go_with_their_sound_and_never_before_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    names = fill(store, 4)
    for n in range(4):
        store.put(keys.cues(f"article {n}", f"{n:020x}"), b"WEBVTT")
        os.utime(store.path(keys.cues(f"article {n}", f"{n:020x}")), (1000, 1000))
    prune(store, 2_500)
    there = [store.has(name) for name in names]
    assert there == [False, False, True, True]
    assert [store.has(keys.cues(f"article {n}", f"{n:020x}")) for n in range(4)] == there


def test_pointers_stay_and_no_ceiling_is_no_pruning(tmp_path: Path) -> None:
    store = Store(tmp_path)
    names = fill(store, 3)
    store.put(keys.pointer("article 0"), bytes(10_000))
    assert prune(store, 0) == 0
    assert prune(store, 3_000) == 0
    prune(store, 1)
    assert not any(store.has(name) for name in names)
    assert store.has(keys.pointer("article 0"))
