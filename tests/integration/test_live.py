"""The stream of segments: nothing twice, nothing missed."""

import io
import threading
from dataclasses import replace

import pytest
import redis

from tts.audio.id3 import opening_tag
from tts.cues import to_webvtt
from tts.model import Cue, Segment
from workers.live import Ended, Live, Piece, Sound, frame_at, seek


def piece(index: int, data: bytes = b"", tag: bytes = b"") -> Piece:
    """One of three segments of 0.048 s each."""
    data = data or bytes([index]) * 384
    cue = Cue(0.046, 0.048, f"جملة {index}", index, 0, 7)
    return Piece(tag + data, Segment(index, data, "google", (cue,), {"google": 4.5}), 3, index * 384)


def sound(index: int, data: bytes = b"") -> Sound:
    """What listeners get of it."""
    return Sound(index, data or bytes([index]) * 384)


def test_what_goes_in_comes_out(client: redis.Redis) -> None:
    live = Live(client)
    pieces = [piece(0, tag=b"ID3tag"), piece(1), piece(2)]
    for one in pieces:
        live.add("r", one)
    assert live.pieces("r") == pieces
    live.end("r")
    assert list(live.follow("r")) == [sound(0, b"ID3tag" + bytes(384)), sound(1), sound(2), Ended()]
    assert list(live.follow("r", after=2)) == [sound(2), Ended()]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (0, [sound(0), sound(1), sound(2)]),
        (192, [sound(0, bytes(192)), sound(1), sound(2)]),
        (384, [sound(1), sound(2)]),
        (960, [sound(2, b"\2" * 192)]),
        (1152, []),
        (10**100, []),
    ],
)
def test_the_sound_from_the_middle_on(client: redis.Redis, start: int, expected: list[Sound]) -> None:
    live = Live(client)
    for one in (piece(0, tag=b"ID3tag"), piece(1), piece(2)):
        live.add("r", one)
    live.end("r")
    assert list(live.follow_from("r", start)) == [*expected, Ended()]


def test_what_is_not_there_yet_is_passed_over_as_it_comes(client: redis.Redis) -> None:
    live = Live(client)
    listening = live.follow_from("r", 384 + 192)
    for one in (piece(0, tag=b"ID3tag"), piece(1), piece(2)):
        live.add("r", one)
    assert next(listening) == sound(1, b"\1" * 192)  # The first was there when it looked.
    live.drop("r")
    waiting = live.follow_from("r", 384 + 192)
    assert next(waiting) is None
    for one in (piece(0), piece(1)):
        live.add("r", one)
    assert [next(waiting), next(waiting)] == [None, sound(1, b"\1" * 192)]
    live.drop("r")
    live.add("r", piece(2))  # Of a maker that came too late: where it begins, nobody can say.
    assert list(live.follow_from("r", 0)) == [Ended("superseded", "The sound is being made anew; ask again.")]


def test_cues_are_on_the_renditions_clock_and_come_without_the_sound(client: redis.Redis) -> None:
    live, cues = Live(client), []
    assert live.webvtt("r") == "WEBVTT\n"
    for index, clock in enumerate((0.0, 0.048, 0.096)):
        live.add("r", piece(index, tag=b"" if index else b"ID3tag"))
        cues += [replace(piece(index).segment.cues[0], start=0.046 + clock, end=0.048 + clock)]
        assert live.webvtt("r") == to_webvtt(cues)
    live.end("r")
    assert live.webvtt("r") == to_webvtt(cues)
    client.delete("istami:live:r")
    assert live.webvtt("r") == to_webvtt(cues)


def test_a_second_is_found_at_the_border_of_its_frame() -> None:
    for seconds, place in {0: 0, 0.0239: 0, 0.024: 192, 4.199: 33_408, 4.2: 33_600}.items():
        assert frame_at(seconds) == place
    assert [frame_at(n * 24 / 1000) for n in range(100_000)] == [n * 192 for n in range(100_000)]


@pytest.mark.parametrize("tag", [b"", opening_tag("عنوان", "", "", 0)])
def test_a_file_is_sought_behind_its_tag(tag: bytes) -> None:
    file = io.BytesIO(tag + bytes(384) + b"rest")
    assert seek(file, 384) == 4 and file.read() == b"rest"
    assert seek(file, 388) == seek(file, 10**100) == 0


def test_a_retry_adds_nothing_twice_and_takes_what_stands(client: redis.Redis) -> None:
    live = Live(client)
    live.add("r", piece(0))
    other = piece(0, b"other bytes")
    assert live.add("r", other) == piece(0)
    assert live.pieces("r") == [piece(0)]
    assert live.size("r") == 384


def test_a_follower_gets_pieces_as_they_come(client: redis.Redis) -> None:
    live, heard, first = Live(client), [], threading.Event()

    def listen() -> None:
        for entry in live.follow("r"):
            if entry is not None:
                heard.append(entry)
                first.set()

    listener = threading.Thread(target=listen)
    listener.start()
    live.add("r", piece(0))
    assert first.wait(5)
    live.add("r", piece(1))
    live.end("r", Ended("engine_unavailable", "no sound"))
    listener.join(5)
    assert heard == [sound(0), sound(1), Ended("engine_unavailable", "no sound")]


def test_an_ended_or_broken_stream_is_not_taken_up_again(client: redis.Redis) -> None:
    live = Live(client)
    live.add("r", piece(0))
    live.end("r", Ended("gave_up"))
    assert live.pieces("r") == [] and not live.exists("r")
    live.add("hole", piece(1))
    assert live.webvtt("hole") == "WEBVTT\n"
    assert live.pieces("hole") == []
    live.add("half", piece(0))
    client.delete("istami:live:half:facts")
    assert live.pieces("half") == [] and not live.exists("half")


def test_progress(client: redis.Redis) -> None:
    live = Live(client)
    assert live.progress("r") == (0, None, None)
    live.add("r", piece(0))
    live.add("r", piece(1))
    assert live.progress("r") == (2, 3, None)
    assert live.seconds("r") == 0.096
    live.end("r", Ended("store_full", "full"))
    live.end("r")
    assert live.progress("r") == (2, 3, Ended("store_full", "full"))
    assert live.seconds("r") == 0.096
    live.end("unbegun", Ended("gave_up"))
    assert live.progress("unbegun") == (0, None, Ended("gave_up"))


def test_nothing_is_kept_for_ever(client: redis.Redis) -> None:
    live = Live(client)
    live.add("r", piece(0))
    assert len(client.keys("*")) == 2
    assert all(0 < client.ttl(key) <= 6 * 3600 for key in client.keys("*"))
    live.end("r")
    assert all(0 < client.ttl(key) <= 30 for key in client.keys("*"))
    live.drop("r")
    assert client.keys("*") == []
