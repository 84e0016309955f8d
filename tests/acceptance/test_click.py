"""One click, end to end: real processes, the real Redis protocol, the real gTTS over TLS, real MP3s."""

import io
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import av
import pytest
import requests

from tests.running import Istami, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import paragraph, paragraphs, sentence
from tts.audio import codec, loudness, mp3

FIELDS = {
    "article_id", "state", "rendition", "voice", "engine", "degraded", "progress", "duration_seconds", "size_bytes",
    "audio_url", "cues_url", "created_at", "error",
}  # fmt: skip


def test_an_id_goes_in_and_one_complete_mp3_comes_out(istami: Istami, google: StandInGoogle) -> None:
    title, body = sentence(1), paragraphs(1, 4)
    istami.put("whole", title, *body)
    reply = istami.ask("whole")
    assert reply.status_code == 202
    assert reply.headers["Location"] == "/articles/whole/audio"
    assert reply.json().keys() == FIELDS
    assert reply.json()["state"] in ("queued", "rendering")
    manifest = istami.made("whole")
    assert manifest.keys() == FIELDS
    assert manifest["progress"] == {
        "segments_done": 5,
        "segments_total": 5,
        "seconds_done": manifest["duration_seconds"],
    }
    assert (manifest["engine"], manifest["voice"], manifest["degraded"]) == ("google", "ar", False)
    assert istami.ask("whole").status_code == 200

    data = istami.call("GET", manifest["audio_url"]).content
    assert len(data) == manifest["size_bytes"]
    samples = codec.decode(data)
    assert abs(len(samples) / mp3.RATE - manifest["duration_seconds"]) <= mp3.FRAME_SAMPLES / mp3.RATE
    assert (len(data) - mp3.tag_size(data)) / mp3.BYTES_PER_SECOND == pytest.approx(manifest["duration_seconds"])
    assert abs(loudness.loudness(samples) - loudness.TARGET_LUFS) <= 1
    assert loudness.true_peak(samples) <= -1
    words = " ".join([title, *body]).split()
    assert sorted(" ".join(google.stats()["texts"]).split()) == sorted(words)
    with av.open(io.BytesIO(data)) as container:
        assert container.metadata["title"] == title


def test_asking_for_the_sound_is_enough(istami: Istami) -> None:
    istami.put("plain", sentence(2), *paragraphs(2, 2))
    data = istami.sound("plain")
    manifest = istami.made("plain")
    assert len(data) == manifest["size_bytes"]
    assert istami.sound("plain") == data


def test_sound_starts_while_later_paragraphs_are_still_made(istami: Istami, google: StandInGoogle) -> None:
    """The bytes sent at any moment are a prefix of the final file; a late joiner misses nothing."""
    body = paragraphs(3, 12)
    istami.put("growing", sentence(3), *body)
    google.script("hang", match=" ".join(body[-1].split()[-3:]))  # Until it is asked for again, nothing can end.
    early = istami.call("GET", "/articles/growing/audio.mp3", stream=True)
    assert early.headers["Cache-Control"] == "no-store"
    chunks = early.iter_content(None)
    head = next(chunks)
    while len(head) < mp3.BYTES_PER_SECOND * 20:
        head += next(chunks)
    manifest = istami.manifest("growing")
    assert manifest["state"] == "rendering"
    assert 0 < manifest["progress"]["segments_done"] < manifest["progress"]["segments_total"] == 13
    assert istami.call("GET", "/articles/growing/audio.vtt").status_code == 409

    late = istami.call("GET", "/articles/growing/audio.mp3", stream=True)
    late_chunks = late.iter_content(None)
    late_head = next(late_chunks)
    assert late_head[: len(head)] == head[: len(late_head)]

    final = istami.call("GET", istami.made("growing")["audio_url"]).content
    assert head + b"".join(chunks) == final
    assert late_head + b"".join(late_chunks) == final
    assert istami.sound("growing") == final


def test_two_hundred_clicks_make_one_rendition(istami: Istami, google: StandInGoogle) -> None:
    istami.put("crowd", sentence(4), *paragraphs(4, 6))
    google.latency = 0.2
    barrier = threading.Barrier(200)

    def click(_: int) -> bytes:
        barrier.wait()
        return istami.call("GET", "/articles/crowd/audio.mp3").content

    with ThreadPoolExecutor(200) as clicks:
        heard = list(clicks.map(click, range(200)))
    final = istami.call("GET", istami.made("crowd")["audio_url"]).content
    assert set(heard) == {final}
    texts = google.stats()["texts"]
    assert len(texts) == len(set(texts))
    assert google.stats()["connections"] <= 4


def test_a_finished_file_has_ranges_and_etags(istami: Istami) -> None:
    istami.put("file", sentence(5))
    manifest = istami.made("file")
    plain = istami.call("GET", "/articles/file/audio.mp3")
    versioned = istami.call("GET", manifest["audio_url"])
    assert plain.content == versioned.content
    assert plain.headers["Content-Type"] == "audio/mpeg"
    assert plain.headers["ETag"] == f'"{manifest["rendition"]}"'
    assert plain.headers["Cache-Control"] == "no-cache"
    assert (
        "immutable" in versioned.headers["Cache-Control"] and "max-age=31536000" in versioned.headers["Cache-Control"]
    )
    assert plain.headers["Accept-Ranges"] == "bytes"

    part = istami.call("GET", "/articles/file/audio.mp3", headers={"Range": "bytes=1000-1999"})
    assert part.status_code == 206 and part.content == plain.content[1000:2000]
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(plain.content)}"
    tail = istami.call("GET", "/articles/file/audio.mp3", headers={"Range": "bytes=-500"})
    assert tail.content == plain.content[-500:]
    beyond = istami.call("GET", "/articles/file/audio.mp3", headers={"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")
    assert beyond.headers["Content-Range"] == f"bytes */{len(plain.content)}"
    other = istami.call("GET", "/articles/file/audio.mp3", headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert other.status_code == 200 and other.content == plain.content
    same = istami.call("GET", "/articles/file/audio.mp3", headers={"If-None-Match": plain.headers["ETag"]})
    assert same.status_code == 304 and not same.content
    head = istami.call("HEAD", "/articles/file/audio.mp3")
    assert head.headers["Content-Length"] == str(len(plain.content)) and not head.content
    old = istami.call("GET", "/articles/file/audio.mp3?v=" + "0" * 20, allow_redirects=False)
    assert old.status_code == 302 and old.headers["Location"].endswith("/articles/file/audio.mp3")


def test_looking_is_not_asking(istami: Istami, google: StandInGoogle) -> None:
    istami.put("unasked", sentence(6))
    assert istami.call("HEAD", "/articles/unasked/audio.mp3").status_code == 200
    reply = istami.call("GET", "/articles/unasked/audio")
    assert (reply.status_code, reply.json()["code"]) == (404, "audio_not_requested")
    assert istami.call("GET", "/articles/unasked/audio.vtt").json()["code"] == "audio_not_requested"
    assert google.stats()["requests"] == 0


def test_cues_follow_the_sound(istami: Istami) -> None:
    title, body = sentence(7), paragraphs(7, 3)
    istami.put("cues", title, *body)
    manifest = istami.made("cues")
    reply = istami.call("GET", manifest["cues_url"])
    assert reply.headers["Content-Type"].startswith("text/vtt")
    blocks = reply.content.decode("utf-8").strip().split("\n\n")
    assert blocks[0].startswith("WEBVTT")
    assert " ".join(block.split("\n", 2)[2] for block in blocks[1:]).split() == " ".join([title, *body]).split()
    times = [block.split("\n")[1].split(" --> ") for block in blocks[1:]]
    seconds = [(clock(start), clock(end)) for start, end in times]
    assert all(start < end for start, end in seconds)
    assert all(a[1] <= b[0] + 0.2 for a, b in zip(seconds, seconds[1:], strict=False))
    assert seconds[-1][1] == pytest.approx(manifest["duration_seconds"], abs=0.05)
    # Each cue begins where its utterance is heard: silence before, sound at once after.
    samples = abs(codec.decode(istami.sound("cues")).astype(int))
    for start, _ in seconds[1:]:
        at = round(start * mp3.RATE)
        assert samples[at - mp3.RATE // 10 : at - mp3.RATE // 50].max() < 400
        assert samples[at : at + mp3.RATE // 5].max() > 1000


def clock(stamp: str) -> float:
    hours, minutes, rest = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_only_a_changed_paragraph_is_asked_for_again(istami: Istami, google: StandInGoogle) -> None:
    title, body = sentence(8), paragraphs(8, 5)
    istami.put("edited", title, *body)
    first = istami.made("edited")
    old = istami.sound("edited")
    google.reset()
    body[2] = paragraph(999)
    istami.put("edited", title, *body)
    assert istami.sound("edited") == old  # The old sound plays on, and asking for it asks for the new.
    renewed = wait_for(
        lambda: (m := istami.manifest("edited"))["state"] == "ready" and m["rendition"] != first["rendition"] and m,
        30,
        "the corrected sound",
    )
    asked = " ".join(google.stats()["texts"])  # In order of arrival: its utterances are asked for side by side.
    assert sorted(asked.split()) == sorted(paragraph(999).split())
    assert istami.call("GET", renewed["audio_url"]).content == istami.sound("edited") != old
    assert istami.call("GET", first["audio_url"]).content == old  # A listener in the middle of it is not cut off.


def test_withdrawing_is_at_once_and_until_the_text_changes(istami: Istami) -> None:
    istami.put("taken-back", sentence(9))
    manifest = istami.made("taken-back")
    assert istami.call("DELETE", "/articles/taken-back/audio").status_code == 401
    assert istami.call("DELETE", "/articles/taken-back/audio", key=True).json()["state"] == "withdrawn"
    for path in ("/articles/taken-back/audio.mp3", manifest["audio_url"], manifest["cues_url"]):
        reply = istami.call("GET", path)
        assert (reply.status_code, reply.json()["code"]) == (410, "withdrawn"), path
    assert istami.ask("taken-back").status_code == 410
    assert istami.manifest("taken-back")["state"] == "withdrawn"
    assert istami.call("POST", "/articles/taken-back/audio", key=True).status_code in (200, 202)
    again = istami.made("taken-back")
    assert again["rendition"] == manifest["rendition"]

    istami.call("DELETE", "/articles/taken-back/audio", key=True)
    istami.put("taken-back", sentence(10))
    assert istami.made("taken-back")["rendition"] != manifest["rendition"]


def test_withdrawing_stops_a_rendition_that_is_being_made(istami: Istami, google: StandInGoogle) -> None:
    istami.put("stopped", sentence(11), *paragraphs(11, 20))
    google.latency = 0.3
    listener = istami.call("GET", "/articles/stopped/audio.mp3", stream=True)
    chunks = listener.iter_content(None)
    next(chunks)
    assert istami.call("DELETE", "/articles/stopped/audio", key=True).status_code == 200
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        list(chunks)  # Cut off, and seen to be: never a short file that looks whole.
    wait_for(lambda: google.stats()["in_flight"] == 0, 15, "the maker to give up")
    assert istami.ask("stopped").status_code == 410
    cache = Path(istami.environ["ISTAMI_AUDIO_CACHE"])
    wait_for(lambda: not list(cache.glob(".draft-*")), 15, "the draft to go")


def test_deleting_an_article_deletes_its_sound(istami: Istami) -> None:
    istami.put("gone", sentence(12))
    manifest = istami.made("gone")
    assert istami.call("DELETE", "/articles/gone", key=True).status_code == 204
    for path in ("/articles/gone", "/articles/gone/audio", manifest["audio_url"]):
        assert istami.call("GET", path).json()["code"] == "article_not_found"


def test_an_arabic_slug_is_an_id_like_any_other(istami: Istami) -> None:
    id = "أخبار-اليوم: «خاص» 100%"
    path = quote(id, safe="")
    istami.put(path, sentence(13))
    manifest = istami.made(path)
    assert manifest["article_id"] == id
    assert istami.call("GET", manifest["audio_url"]).status_code == 200


def test_a_worker_killed_in_the_middle_loses_nothing(istami: Istami, google: StandInGoogle) -> None:
    istami.put("killed", sentence(14), *paragraphs(14, 16))
    google.latency = 0.4
    listener = istami.call("GET", "/articles/killed/audio.mp3", stream=True)
    chunks = listener.iter_content(None)
    heard = next(chunks)
    workers = [pid for pid in istami.processes() if b"interactive@" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert len(workers) >= 3  # The worker and its two processes.
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    google.latency = 0.0
    heard += b"".join(chunks)
    manifest = istami.made("killed")
    assert heard == istami.call("GET", manifest["audio_url"]).content
    texts = google.stats()["texts"]
    assert sorted(" ".join(dict.fromkeys(texts)).split()) == sorted(
        " ".join([sentence(14), *paragraphs(14, 16)]).split()
    )
