"""Manifests: what is current, and the mark of a withdrawal."""

from dataclasses import replace
from pathlib import Path

import pytest

from audio_cache import keys
from audio_cache.manifest import Manifest, Manifests, State
from audio_cache.store import Store

NAME = "0123456789abcdef0123"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def ready(rendition: str = NAME) -> Manifest:
    return Manifest(article_id="مقال", state=State.READY, voice="ar", recipe="r", text="t", rendition=rendition)


def test_a_manifest_comes_back_as_it_was(store: Store) -> None:
    manifests = Manifests(store)
    assert manifests.current("مقال") is None
    store.put(keys.sound("مقال", NAME), b"sound")
    manifests.point(ready())
    assert manifests.current("مقال") == ready()
    manifests.amend(ready(), remakes=2)
    assert manifests.current("مقال").remakes == 2  # type: ignore[union-attr]


def test_a_manifest_without_its_sound_is_none(store: Store) -> None:
    manifests = Manifests(store)
    manifests.point(ready())
    assert manifests.current("مقال") is None


def test_withdrawing_removes_the_bytes_and_leaves_the_mark(store: Store) -> None:
    manifests = Manifests(store)
    for name in (NAME, NAME[::-1]):
        store.put(keys.sound("مقال", name), b"sound")
        store.put(keys.cues("مقال", name), b"WEBVTT")
    store.put(keys.sound("آخر", NAME), b"another article's")
    manifests.point(ready())
    manifests.withdraw("مقال", "t", "ar")
    mark = manifests.current("مقال")
    assert mark and mark.state is State.WITHDRAWN and mark.text == "t"
    assert not store.has(keys.sound("مقال", NAME)) and not store.has(keys.cues("مقال", NAME[::-1]))
    assert store.has(keys.sound("آخر", NAME))
    manifests.restore("مقال")
    assert manifests.current("مقال") is None


def test_each_voice_has_a_pointer(store: Store) -> None:
    manifests, other = Manifests(store), NAME[::-1]
    for name in (NAME, other):
        store.put(keys.sound("مقال", name), b"sound")
    manifests.point(ready())
    assert manifests.current("مقال", "ar-deep") is None
    manifests.point(ready(other), "ar-deep")
    manifests.amend(ready(other), "ar-deep", remakes=2)
    assert manifests.current("مقال") == ready()
    assert manifests.current("مقال", "ar-deep") == replace(ready(other), remakes=2)


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_withdrawing_and_forgetting_concern_every_voice_of_one_article(store: Store, is_forgotten: bool) -> None:
    manifests, neighbour = Manifests(store), replace(ready(), article_id="آخر")
    for manifest in (ready(), neighbour):
        store.put(keys.sound(manifest.article_id, NAME), b"sound")
        for voice in ("", "ar-deep", "ar-female"):
            manifests.point(manifest, voice)
    if is_forgotten:
        manifests.forget("مقال")
    else:
        manifests.withdraw("مقال", "t", "ar")
        manifests.restore("مقال")
    assert not [path for path in store.root.rglob("*") if Path(keys.pointer("مقال")).stem in str(path)]
    assert {manifests.current("آخر", voice) for voice in ("", "ar-deep", "ar-female")} == {neighbour}


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"state": "unheard of"}', b'{"state": "ready", "new": 1}'])
def test_a_manifest_of_another_version_is_as_good_as_none(store: Store, data: bytes) -> None:
    store.put(keys.pointer("مقال"), data)
    assert Manifests(store).current("مقال") is None


def test_all_that_is_published_is_found_in_every_voice(store: Store) -> None:
    manifests = Manifests(store)
    assert list(manifests.all()) == []
    deep = replace(ready("1" * 20), voice="ar-deep")
    other = replace(ready("2" * 20), article_id="43")
    withdrawn, pruned = replace(ready("3" * 20), article_id="44"), replace(ready("4" * 20), article_id="45")
    for manifest, voice in ((ready(), ""), (deep, "ar-deep"), (other, ""), (withdrawn, ""), (pruned, "")):
        store.put(keys.sound(manifest.article_id, manifest.rendition or ""), b"sound")
        manifests.point(manifest, voice)
    manifests.withdraw("44", "t", "ar")
    store.delete(keys.sound("45", "4" * 20))
    store.put("articles/00/unreadable.json", b"{")
    store.put("articles/00/another-versions.json", b'{"article_id": "46"}')
    found = sorted(manifests.all(), key=lambda pair: (pair[0].article_id, pair[1]))
    assert found == [(other, ""), (ready(), ""), (deep, "ar-deep")]
