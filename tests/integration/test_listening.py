"""A listener whose stream is gone before the sound has ended goes on in the published file, if it is the same sound."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import redis
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from articles.model import Article
from audio_cache import keys
from audio_cache.manifest import Manifest, Manifests, State
from audio_cache.store import Store
from tests.texts import sentence
from tts.audio.id3 import FIRST_READ_BYTES, opening_tag
from tts.model import Segment
from web import listening
from web.service import Service
from workers.dispatch import Dispatch
from workers.live import Piece

ARTICLE = Article("42", sentence(1), (sentence(2),))
TAG, FIRST, SECOND = opening_tag("عنوان", "", "", 0), b"\1" * 1920, b"\2" * 1920
NAME = "0123456789abcdef0123"


@pytest.fixture
def service(client: redis.Redis, tmp_path: Path) -> Service:
    store = Store(tmp_path)
    manifests = Manifests(store)
    dispatch = Dispatch(client, manifests, "making", "ar", lambda *_: None)
    return Service(SimpleNamespace(), store, manifests, dispatch, (), (), client, SimpleNamespace())  # type: ignore[arg-type]


def made_without_the_stream(service: Service, sound: bytes) -> None:
    """Publishes the file; nothing of it is live."""
    dispatch = service.dispatch
    recipe = dispatch.recipe(ARTICLE)
    service.store.put(keys.sound(ARTICLE.id, NAME), TAG + sound)
    manifest = Manifest(article_id=ARTICLE.id, state=State.READY, voice="ar", recipe=recipe, rendition=NAME)
    service.manifests.point(manifest)
    dispatch.live.drop(recipe)


def hearing(service: Service, begin: int | None) -> tuple[bytes, Iterator[bytes]]:
    """What a listener has heard when the first of two segments is made, and what will come."""
    piece = Piece(TAG + FIRST, Segment(0, FIRST, "google", (), {}), 2, 0)
    service.dispatch.live.add(service.dispatch.recipe(ARTICLE), piece)
    chunks = listening.start(service, ARTICLE, begin)
    heard = next(chunks)
    return heard + (b"" if begin is None else next(chunks)), chunks


@pytest.mark.parametrize("begin", [None, 0, 192, 1728])
def test_it_goes_on_to_the_last_byte(service: Service, begin: int | None) -> None:
    heard, chunks = hearing(service, begin)
    made_without_the_stream(service, FIRST + SECOND)
    heard += b"".join(chunks)
    if begin is None:
        assert heard == TAG + FIRST + SECOND
    else:
        assert heard.endswith((FIRST + SECOND)[begin:])
        assert heard.startswith(b"ID3") and len(heard) == FIRST_READ_BYTES + len(SECOND)


@pytest.mark.parametrize("begin", [None, 192])
def test_it_is_cut_off_if_the_sound_is_another(service: Service, begin: int | None) -> None:
    _, chunks = hearing(service, begin)
    made_without_the_stream(service, SECOND + FIRST)
    with pytest.raises(listening.Interrupted) as caught:
        list(chunks)
    assert caught.value.code == "superseded"


def test_whoever_comes_when_the_stream_is_gone_already_gets_the_file(service: Service) -> None:
    made_without_the_stream(service, FIRST + SECOND)
    assert b"".join(listening.start(service, ARTICLE, 3648)).endswith(b"\0" + SECOND[-192:])
    with pytest.raises(RequestedRangeNotSatisfiable):
        listening.start(service, ARTICLE, 3840)
