"""One article in several voices: each its own rendition, all of them one article's sound."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from articles.model import Article
from audio_cache import keys
from audio_cache.manifest import Manifests
from audio_cache.store import Store
from tests.running import Istami, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import paragraph, paragraphs, sentence
from tts import engines, making
from tts.audio import mp3
from workers import broker, queue
from workers.dispatch import Dispatch

VOICES = ["ar", "ar-female", "ar-deep"]
DEEP = "?voice=ar-deep"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Istami]:
    """A service whose first engine has several voices."""
    with Istami(tmp_path_factory.mktemp("voices"), ISTAMI_ENGINES="espeak") as service:
        yield service


def call(istami: Istami, method: str, id: str, name: str = "audio", query: str = "", **options: Any):
    return istami.call(method, f"/articles/{id}/{name}{query}", **options)


def manifest(istami: Istami, id: str, query: str = "") -> dict[str, Any]:
    return call(istami, "GET", id, query=query).json()


def ready(istami: Istami, id: str, query: str = "", not_yet: str | None = None) -> dict[str, Any]:
    """The manifest, once there is a rendition other than ``not_yet``."""

    def reached() -> dict[str, Any] | None:
        seen = manifest(istami, id, query)
        assert seen.get("state") in ("queued", "rendering", "ready"), (seen, istami.words()[-2000:])
        return seen if seen["state"] == "ready" and seen["rendition"] != not_yet else None

    return wait_for(reached, 60, f"the sound of {id}{query}")


def made(istami: Istami, id: str, query: str = "") -> dict[str, Any]:
    """Ask for the sound in a voice, wait for its end, and give the manifest."""
    reply = call(istami, "POST", id, query=query)
    assert reply.status_code in (200, 202), reply.text
    return ready(istami, id, query)


def code(reply: requests.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["code"]


def cache(istami: Istami) -> Path:
    return Path(istami.environ["ISTAMI_AUDIO_CACHE"])


def pointers(istami: Istami, id: str) -> dict[str, str]:
    """The voice and the rendition of everything that stands for an article in the store."""
    store = Store(cache(istami))
    files = [store.path(keys.pointer(id)), *store.path(keys.pointer(id, "any")).parent.glob("*")]
    found = [json.loads(file.read_bytes()) for file in files if file.exists()]
    return {each["voice"]: each["rendition"] for each in found}


def test_each_voice_has_a_rendition_of_its_own(alone: Istami) -> None:
    alone.put("both", sentence(101), *paragraphs(101, 2))
    plain = made(alone, "both")
    assert code(call(alone, "GET", "both", query=DEEP)) == (404, "audio_not_requested")
    assert code(call(alone, "GET", "both", "audio.vtt", DEEP)) == (404, "audio_not_requested")

    asked = call(alone, "POST", "both", query=DEEP)
    assert (asked.status_code, asked.headers["Location"]) == (202, "/articles/both/audio?voice=ar-deep")
    assert (asked.json()["voice"], asked.json()["audio_url"]) == ("ar-deep", "/articles/both/audio.mp3?voice=ar-deep")
    heard = call(alone, "GET", "both", "audio.mp3", DEEP).content
    deep = ready(alone, "both", DEEP)
    assert (plain["voice"], deep["voice"]) == ("ar", "ar-deep")
    assert plain["rendition"] != deep["rendition"]
    assert pointers(alone, "both") == {each["voice"]: each["rendition"] for each in (plain, deep)}

    version = f"voice=ar-deep&v={deep['rendition']}"
    assert (deep["audio_url"], deep["cues_url"]) == tuple(f"/articles/both/audio.{n}?{version}" for n in ("mp3", "vtt"))
    kept = alone.call("GET", deep["audio_url"])
    assert kept.content == heard != alone.call("GET", plain["audio_url"]).content
    assert "immutable" in kept.headers["Cache-Control"] and kept.headers["ETag"] == f'"{deep["rendition"]}"'
    assert alone.call("GET", deep["cues_url"]).content == call(alone, "GET", "both", "audio.vtt", DEEP).content
    current = call(alone, "GET", "both", "audio.mp3", DEEP, headers={"If-None-Match": f'"{plain["rendition"]}"'})
    assert current.content == heard
    rest = call(alone, "GET", "both", "audio.mp3", DEEP + "&from=1.2").content
    assert rest[mp3.tag_size(rest) :] == heard[mp3.tag_size(heard) + 50 * mp3.FRAME_BYTES :]

    for query, seen in (("", plain), (DEEP, deep)):  # Both stand: nothing is made again.
        again = call(alone, "POST", "both", query=query)
        assert (again.status_code, again.json()) == (200, seen)


def test_asking_for_the_sound_in_a_voice_is_enough(alone: Istami) -> None:
    alone.put("plain", sentence(102), *paragraphs(102, 3))
    data = call(alone, "GET", "plain", "audio.mp3", "?voice=ar-female").content
    seen = ready(alone, "plain", "?voice=ar-female")
    assert (len(data), seen["voice"]) == (seen["size_bytes"], "ar-female")
    assert pointers(alone, "plain").keys() == {"ar-female"}
    assert code(call(alone, "GET", "plain")) == (404, "audio_not_requested")


def test_a_version_that_is_gone_leads_to_the_same_voice(alone: Istami) -> None:
    alone.put("moved", sentence(103))
    made(alone, "moved", DEEP)
    query = f"?v={'0' * 20}&download&voice=ar-deep&from=0.5"
    gone = call(alone, "GET", "moved", "audio.mp3", query, allow_redirects=False)
    assert gone.status_code == 302
    assert gone.headers["Location"] == "/articles/moved/audio.mp3?voice=ar-deep&from=0.5&download="


def test_the_default_voice_by_its_name_is_the_default(alone: Istami) -> None:
    alone.put("named", sentence(104))
    seen = made(alone, "named", "?voice=ar")
    assert seen == manifest(alone, "named") == manifest(alone, "named", "?voice=")
    assert call(alone, "POST", "named").json() == seen
    assert seen["audio_url"] == f"/articles/named/audio.mp3?v={seen['rendition']}"
    assert call(alone, "POST", "named", query="?voice=ar").headers["Location"] == "/articles/named/audio"
    assert not Store(cache(alone)).path(keys.pointer("named", "any")).parent.exists()


HOSTILE = ["AR", "ar-", " ar", "ar\n", "ar\0", "en", "../../../../tmp/x", "%s{0}", "ar\nERROR forged", "ص" * 2000, "🗣"]


@pytest.mark.parametrize("voice", [*map(quote, HOSTILE), "%ff", "%"], ids=lambda voice: voice[:20])
def test_a_voice_there_is_not_is_refused(alone: Istami, voice: str) -> None:
    alone.put("refused", sentence(105))
    before, said = sorted(cache(alone).rglob("*")), len(alone.words())
    for method, name in (("POST", "audio"), ("GET", "audio"), ("GET", "audio.mp3"), ("GET", "audio.vtt")):
        reply = call(alone, method, "refused", name, f"?voice={voice}", key=method == "POST")
        assert code(reply) == (400, "voice_not_available")
        assert reply.json()["detail"].endswith(f"known: {', '.join(VOICES)}.")
    assert call(alone, "HEAD", "refused", "audio.mp3", f"?voice={voice}").status_code == 400
    assert code(call(alone, "GET", "refused")) == (404, "audio_not_requested")
    assert sorted(cache(alone).rglob("*")) == before
    assert alone.words()[said:] == ""


def test_an_unknown_article_comes_before_an_unknown_voice(alone: Istami) -> None:
    assert code(call(alone, "GET", "no-such", query="?voice=en")) == (404, "article_not_found")


def test_google_has_one_voice(istami: Istami, google: StandInGoogle) -> None:
    istami.put("one-voice", sentence(106))
    reply = call(istami, "POST", "one-voice", query=DEEP)
    assert code(reply) == (400, "voice_not_available")
    assert reply.json()["detail"].endswith("known: ar.")
    assert google.stats()["requests"] == 0
    assert made(istami, "one-voice", "?voice=ar") == made(istami, "one-voice")


def test_another_default_keeps_its_place(tmp_path: Path) -> None:
    """What the operator calls the default is what stands without a name; the first of the engine's is one of many."""
    with Istami(tmp_path, ISTAMI_ENGINES="espeak", ISTAMI_VOICE="ar-deep") as istami:
        istami.put("other", sentence(107))
        assert made(istami, "other") == made(istami, "other", DEEP)
        assert made(istami, "other", "?voice=ar")["audio_url"].startswith("/articles/other/audio.mp3?voice=ar&v=")
        assert pointers(istami, "other").keys() == {"ar", "ar-deep"}
        assert json.loads(Store(cache(istami)).path(keys.pointer("other")).read_bytes())["voice"] == "ar-deep"


def test_a_changed_text_is_read_again_in_the_voice_that_is_asked_for(alone: Istami) -> None:
    body = paragraphs(108, 2)
    alone.put("edited", sentence(108), *body)
    old = {query: made(alone, "edited", query)["rendition"] for query in ("", DEEP)}
    sound = call(alone, "GET", "edited", "audio.mp3", DEEP).content
    alone.put("edited", sentence(108), body[0], paragraph(999))
    assert manifest(alone, "edited")["rendition"] == old[""]  # Looking is not asking.
    made(alone, "edited")
    renewed = ready(alone, "edited", not_yet=old[""])["rendition"]
    assert pointers(alone, "edited") == {"ar": renewed, "ar-deep": old[DEEP]}

    assert call(alone, "GET", "edited", "audio.mp3", DEEP).content == sound  # It plays on, and the new is asked for.
    deep = ready(alone, "edited", DEEP, not_yet=old[DEEP])["rendition"]
    assert pointers(alone, "edited") == {"ar": renewed, "ar-deep": deep}


def test_withdrawing_takes_every_voice_back_and_lifting_gives_every_voice_free(alone: Istami) -> None:
    alone.put("taken", sentence(109), *paragraphs(109, 1))
    stood = {query: made(alone, "taken", query) for query in ("", DEEP)}
    assert call(alone, "DELETE", "taken", key=True).json()["state"] == "withdrawn"
    for query, seen in stood.items():
        withdrawn = manifest(alone, "taken", query)
        assert (withdrawn["state"], withdrawn["voice"], withdrawn["audio_url"]) == ("withdrawn", seen["voice"], None)
        assert code(call(alone, "POST", "taken", query=query)) == (410, "withdrawn")
        assert code(call(alone, "GET", "taken", "audio.mp3", query)) == (410, "withdrawn")
        assert code(alone.call("GET", seen["audio_url"])) == (410, "withdrawn")
        assert code(alone.call("GET", seen["cues_url"])) == (410, "withdrawn")
    assert pointers(alone, "taken") == {"ar": None}
    assert not Store(cache(alone)).path(keys.sound("taken", "any")).parent.exists()

    assert call(alone, "POST", "taken", query=DEEP, key=True).status_code == 202
    assert ready(alone, "taken", DEEP)["rendition"] == stood[DEEP]["rendition"]
    assert code(call(alone, "GET", "taken")) == (404, "audio_not_requested")
    assert made(alone, "taken")["rendition"] == stood[""]["rendition"]


def test_a_withdrawal_ends_with_the_text_in_every_voice(alone: Istami) -> None:
    alone.put("corrected", sentence(110))
    old = made(alone, "corrected", DEEP)
    call(alone, "DELETE", "corrected", key=True)
    alone.put("corrected", sentence(111))
    deep = made(alone, "corrected", DEEP)
    assert deep["rendition"] != old["rendition"]
    assert alone.call("GET", deep["audio_url"]).status_code == 200
    assert code(call(alone, "GET", "corrected")) == (404, "audio_not_requested")


def test_deleting_an_article_deletes_every_voice(alone: Istami) -> None:
    alone.put("gone", sentence(112))
    urls = [made(alone, "gone", query)["audio_url"] for query in ("", DEEP)]
    assert alone.call("DELETE", "/articles/gone", key=True).status_code == 204
    for url in urls:
        assert code(alone.call("GET", url)) == (404, "article_not_found")
    assert pointers(alone, "gone") == {}
    name = Path(keys.pointer("gone")).stem
    assert not [path for path in cache(alone).rglob("*") if name in str(path)]


def test_a_message_of_before_there_were_voices_is_understood(alone: Istami) -> None:
    alone.put("message", sentence(113))
    url = f"unix://{alone.environ['ISTAMI_DATA_DIR']}/valkey.sock"
    (engine,) = engines.build(["espeak"])
    manifests = Manifests(Store(cache(alone)))
    dispatch = Dispatch(broker.connect(url), manifests, making.signature(engine, "ar"), "ar", lambda *_: None)
    recipe = dispatch.recipe(Article("message", sentence(113), ()))
    queue.celery(url).send_task("istami.make", args=["message", recipe, False], queue="interactive")
    kept = wait_for(lambda: manifests.current("message"), 30, "the rendition")
    assert (kept.recipe, kept.voice) == (recipe, "ar")
    assert ready(alone, "message")["rendition"] == kept.rendition
