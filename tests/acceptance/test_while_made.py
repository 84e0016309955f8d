"""Read along, go on after a broken connection, and save the file, while the sound is still being made."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from tests.running import Istami, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import paragraphs, sentence
from tts.audio import codec, mp3
from tts.audio.id3 import FIRST_READ_BYTES

SECOND = mp3.BYTES_PER_SECOND


def begin(istami: Istami, google: StandInGoogle, id: str, seed: int, done: int, of: int = 6) -> dict[str, Any]:
    """Has ``done`` passages of an article made, then Google is silent for 6 s; gives the manifest."""
    body = paragraphs(seed, of)
    istami.put(id, sentence(seed), *body)
    text = body[done - 1] if done else sentence(seed)
    google.script("hang", match=" ".join(text.split()[-3:]))
    istami.ask(id)

    def reached() -> dict[str, Any] | None:
        manifest = istami.manifest(id)
        is_there = manifest["state"] == "rendering" and manifest["progress"]["segments_done"] == done
        return manifest if is_there else None

    return wait_for(reached, 20, f"{done} passages of {id}")


def get(istami: Istami, id: str, query: str = "", **options: Any) -> requests.Response:
    return istami.call("GET", f"/articles/{id}/audio.mp3{query}", **options)


def cues(istami: Istami, id: str, query: str = "?partial") -> requests.Response:
    return istami.call("GET", f"/articles/{id}/audio.vtt{query}")


def heard(chunks: Iterator[bytes], size: int) -> bytes:
    """At least ``size`` bytes, or all there are."""
    data = b""
    for chunk in chunks:
        data += chunk
        if len(data) >= size:
            break
    return data


def bare(data: bytes) -> bytes:
    """The sound without the tag."""
    return data[mp3.tag_size(data) :]


def code(reply: requests.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["code"]


def test_cues_come_while_the_sound_is_made(istami: Istami, google: StandInGoogle) -> None:
    manifest = begin(istami, google, "along", 21, done=4)
    assert code(cues(istami, "along", "")) == (409, "not_ready")
    reply = cues(istami, "along")
    assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "no-store")
    assert reply.headers["Content-Type"].startswith("text/vtt") and "ETag" not in reply.headers
    early = reply.content.decode()
    seconds = manifest["progress"]["seconds_done"]
    assert manifest["duration_seconds"] is None and seconds > 10
    last = early.rsplit(" --> ", 1)[1].split("\n")[0]
    assert last == f"00:{int(seconds // 60):02}:{seconds % 60:06.3f}"

    manifest = istami.made("along")
    assert manifest["progress"]["seconds_done"] == manifest["duration_seconds"] > seconds
    final = cues(istami, "along", "")
    whole = final.content.decode()
    assert whole.startswith(early) and {block[0] for block in early.split("\n\n")[1:]} == set("0123")
    finished = cues(istami, "along")
    assert (finished.content, finished.headers["ETag"]) == (final.content, final.headers["ETag"])
    assert finished.headers["Cache-Control"] == "no-cache"


def test_before_the_first_sound_there_are_no_cues(istami: Istami, google: StandInGoogle) -> None:
    istami.put("silent", sentence(22))
    assert code(cues(istami, "silent")) == (404, "audio_not_requested")
    manifest = begin(istami, google, "silent", 22, done=0, of=1)
    assert manifest["progress"]["seconds_done"] == 0.0
    assert cues(istami, "silent").content == b"WEBVTT\n"
    istami.made("silent")
    assert cues(istami, "silent").content.count(b"-->") >= 2


def test_whoever_hears_the_old_sound_gets_its_cues(istami: Istami, google: StandInGoogle) -> None:
    istami.put("renewed", sentence(23), *paragraphs(23, 2))
    first = istami.made("renewed")
    old = cues(istami, "renewed", "").content
    manifest = begin(istami, google, "renewed", 24, done=3)
    assert manifest["rendition"] is None and manifest["progress"]["seconds_done"] > 0
    assert cues(istami, "renewed").content == old
    assert bare(get(istami, "renewed", "?from=1").content) == bare(istami.sound("renewed"))[41 * 192 :]
    assert istami.made("renewed")["rendition"] != first["rendition"]
    assert cues(istami, "renewed").content != old


def test_going_on_where_the_connection_broke(istami: Istami, google: StandInGoogle) -> None:
    """What was heard before and what comes after the break are the file, to the byte."""
    manifest = begin(istami, google, "broken", 25, done=4)
    edge = manifest["progress"]["seconds_done"]
    with get(istami, "broken", stream=True) as before:
        head = bare(heard(before.iter_content(None), FIRST_READ_BYTES + 10 * SECOND))
    answers = {}
    for second in (0, 3.999, 10.01, edge - 0.024):
        reply = get(istami, "broken", f"?from={second}", stream=True, headers={"Range": "bytes=5-"})
        assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "no-store")
        chunks = reply.iter_content(None)
        start = heard(chunks, FIRST_READ_BYTES)  # A browser plays from here, without waiting for what is to come.
        assert mp3.tag_size(start) and len(start) >= FIRST_READ_BYTES
        answers[second] = start, chunks
    assert istami.manifest("broken")["progress"]["segments_done"] == 4
    final = bare(istami.call("GET", istami.made("broken")["audio_url"]).content)
    for second, (start, chunks) in answers.items():
        place = round(second * 1000) // 24 * mp3.FRAME_BYTES
        rest = bare(start + b"".join(chunks))
        assert final[:place] + rest == final
        if place <= len(head):
            assert head[:place] + rest == final


def test_a_second_that_is_not_made_yet_is_waited_for(istami: Istami, google: StandInGoogle) -> None:
    edge = begin(istami, google, "ahead", 26, done=3)["progress"]["seconds_done"]
    waiting = get(istami, "ahead", f"?from={edge}", stream=True)
    beyond = get(istami, "ahead", "?from=100000", stream=True)  # Nobody can say yet that there is no such second.
    assert code(beyond) == (416, "range_not_satisfiable")
    final = bare(istami.call("GET", istami.made("ahead")["audio_url"]).content)
    assert bare(waiting.content) == final[round(edge * SECOND) :]


def test_a_second_that_is_not_made_in_time_is_refused(google: StandInGoogle, tmp_path: Path) -> None:
    google.latency = 4.0
    with Istami(tmp_path, **google.environ(), ISTAMI_ENGINES="google") as istami:  # The understudy would be too quick.
        istami.put("endless", sentence(27), *paragraphs(27, 60))
        reply = get(istami, "endless", "?from=600")
        assert code(reply) == (503, "busy")
        assert reply.headers["Retry-After"]


def test_what_cannot_be_finished_is_broken_off(istami: Istami, google: StandInGoogle) -> None:
    begin(istami, google, "taken", 28, done=3)
    chunks = get(istami, "taken", "?from=2", stream=True).iter_content(None)
    heard(chunks, FIRST_READ_BYTES)
    istami.call("DELETE", "/articles/taken/audio", key=True)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        list(chunks)
    assert code(get(istami, "taken", "?from=2")) == (410, "withdrawn")


def test_a_killed_worker_changes_neither_cues_nor_places(istami: Istami, google: StandInGoogle) -> None:
    manifest = begin(istami, google, "crashed", 29, done=3, of=8)
    edge = manifest["progress"]["seconds_done"]
    early = cues(istami, "crashed").content
    reply = get(istami, "crashed", f"?from={edge - 5}", stream=True)
    for pid in istami.processes():
        if b"interactive@" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    assert cues(istami, "crashed").content == early
    rest = bare(reply.content)
    manifest = istami.made("crashed")
    final = bare(istami.call("GET", manifest["audio_url"]).content)
    place = round((edge - 5) * 1000) // 24 * mp3.FRAME_BYTES
    assert rest == final[place:]
    whole = cues(istami, "crashed").content
    assert whole.startswith(early) and len(early) > len("WEBVTT\n")
    assert whole.decode().rsplit(" --> ", 1)[1].split("\n")[0].endswith(f"{manifest['duration_seconds'] % 60:06.3f}")


def test_the_rest_of_a_finished_file(istami: Istami) -> None:
    istami.put("rest", sentence(30), *paragraphs(30, 2))
    manifest = istami.made("rest")
    sound, seconds = bare(istami.sound("rest")), manifest["duration_seconds"]
    for query, place in (
        ("?from=0", 0),
        ("?from=2.5e0", 104 * 192),
        (f"?from={seconds - 0.001}", len(sound) - 192),
        (f"?v={manifest['rendition']}&from=1.2", 50 * 192),
    ):
        reply = get(istami, "rest", query, headers={"Range": "bytes=0-9", "If-None-Match": "*"})
        assert reply.status_code == 200 and bare(reply.content) == sound[place:], query
        assert reply.headers["Content-Length"] == str(len(reply.content)) and len(reply.content) >= FIRST_READ_BYTES
        assert reply.headers["Cache-Control"] == "no-store" and "ETag" not in reply.headers
    samples = codec.decode(get(istami, "rest", "?from=3").content)
    assert len(samples) / mp3.RATE == pytest.approx(seconds - 3, abs=0.05)
    head = istami.call("HEAD", "/articles/rest/audio.mp3?from=0")
    assert int(head.headers["Content-Length"]) >= len(sound) and not head.content
    for second in (seconds, seconds + 0.5, "1e99"):
        assert code(get(istami, "rest", f"?from={second}")) == (416, "range_not_satisfiable")


def test_a_position_is_a_number_of_seconds(istami: Istami, google: StandInGoogle) -> None:
    istami.put("position", sentence(31))
    numbers = ("-1", "-0", "nan", "inf", "1e999", "9" * 5000)
    for wrong in (*numbers, "", ".", " 1", "1,5", "1.2.3", "0x10", "1_0", "%D9%A3"):
        assert code(get(istami, "position", f"?from={wrong}")) == (400, "invalid_position"), wrong
    assert istami.call("HEAD", "/articles/position/audio.mp3?from=x").status_code == 400
    assert istami.call("HEAD", "/articles/position/audio.mp3?from=5").status_code == 200
    assert google.stats()["requests"] == 0
    assert istami.manifest("position")["code"] == "audio_not_requested"


def saved_as(reply: requests.Response) -> str:
    """The file name that a browser saves under."""
    start, name = reply.headers["Content-Disposition"].split("; filename*=UTF-8''")
    assert start == "attachment; filename=article.mp3"
    return unquote(name, errors="strict")


def test_a_download_has_the_articles_title(istami: Istami, google: StandInGoogle) -> None:
    begin(istami, google, "save", 32, done=2, of=2)
    title = sentence(32).rstrip(".")
    name = title.encode()[:116].decode(errors="ignore").rstrip() + ".mp3"
    early = get(istami, "save", "?download", stream=True)
    resumed = get(istami, "save", "?from=1&download", stream=True)
    assert saved_as(early) == saved_as(resumed) == name
    assert early.headers["Cache-Control"] == "no-store"
    assert "Content-Disposition" not in get(istami, "save", stream=True).headers
    data = early.content
    manifest = istami.made("save")
    assert data == istami.sound("save")
    kept = istami.call("GET", manifest["audio_url"] + "&download")
    assert saved_as(kept) == saved_as(get(istami, "save", "?download=1")) == name
    assert kept.content == data and "immutable" in kept.headers["Cache-Control"]
    part = get(istami, "save", "?download", headers={"Range": "bytes=0-99"})
    assert part.status_code == 206 and saved_as(part) == name
    assert saved_as(get(istami, "save", "?from=1&download")) == name

    gone = get(istami, "save", f"?v={'0' * 20}&download&from=1.5", allow_redirects=False)
    assert (gone.status_code, gone.headers["Location"]) == (302, "/articles/save/audio.mp3?from=1.5&download=")
    followed = get(istami, "save", f"?v={'0' * 20}&download&from=1.5")
    assert saved_as(followed) == name and bare(followed.content) == bare(data)[62 * 192 :]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("غزة/القدس: «خبر»\u202e?", "غزة القدس «خبر».mp3"),
        ('..\\.. "a"\tb\u2028c', "a b c.mp3"),
        ("مُحَمَّد 100%", "مُحَمَّد 100%.mp3"),
        ("ط" * 200, "ط" * 58 + ".mp3"),
    ],
)
def test_a_download_has_a_safe_name(istami: Istami, title: str, name: str) -> None:
    istami.put("named", title, sentence(33))
    istami.made("named")
    assert saved_as(get(istami, "named", "?download")) == name


def test_a_download_without_a_title_has_a_name_all_the_same(istami: Istami) -> None:
    istami.put("untitled", "", sentence(34))
    istami.made("untitled")
    reply = get(istami, "untitled", "?download")
    assert reply.headers["Content-Disposition"] == "attachment; filename=article.mp3"


def test_other_sites_scripts_may_read_it_all(istami: Istami, google: StandInGoogle) -> None:
    begin(istami, google, "abroad", 35, done=2, of=2)
    origin = {"Origin": "https://news.example.ma"}
    paths = {"audio.vtt?partial": 200, "audio.mp3?from=1": 200, "audio.vtt": 409, "audio.mp3?from=x": 400, "audio": 200}
    for path, status in paths.items():
        reply = istami.call("GET", f"/articles/abroad/{path}", headers=origin, stream=True)
        assert reply.status_code == status, path
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        exposed = reply.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"Content-Length", "Content-Range", "ETag", "Retry-After"} <= set(exposed)
        preflight = istami.call(
            "OPTIONS",
            f"/articles/abroad/{path}",
            headers={**origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"},
        )
        assert preflight.ok and preflight.headers["Access-Control-Allow-Origin"] == "*"
        assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
        assert "Range" in preflight.headers["Access-Control-Allow-Headers"]
