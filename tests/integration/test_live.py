"""The stream of segments: nothing twice, nothing missed."""

import threading

import redis

from tts.model import Cue, Segment
from workers.live import Ended, Live, Piece


def piece(index: int, data: bytes = b"", tag: bytes = b"") -> Piece:
    data = data or bytes([index]) * 300
    cue = Cue(0.046, 1.0, f"جملة {index}", index, 0, 7)
    return Piece(tag + data, Segment(index, data, "google", (cue,), {"google": 4.5}), 3)


def test_what_goes_in_comes_out(client: redis.Redis) -> None:
    live = Live(client)
    pieces = [piece(0, tag=b"ID3tag"), piece(1), piece(2)]
    for one in pieces:
        live.add("r", one)
    assert live.pieces("r") == pieces
    live.end("r")
    assert list(live.follow("r")) == [*pieces, Ended()]
    assert list(live.follow("r", after=2)) == [pieces[2], Ended()]


def test_a_retry_adds_nothing_twice_and_takes_what_stands(client: redis.Redis) -> None:
    live = Live(client)
    live.add("r", piece(0))
    other = piece(0, b"other bytes")
    assert live.add("r", other) == piece(0)
    assert live.pieces("r") == [piece(0)]


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
    assert heard == [piece(0), piece(1), Ended("engine_unavailable", "no sound")]


def test_an_ended_or_broken_stream_is_not_taken_up_again(client: redis.Redis) -> None:
    live = Live(client)
    live.add("r", piece(0))
    live.end("r", Ended("gave_up"))
    assert live.pieces("r") == [] and not live.exists("r")
    live.add("hole", piece(1))
    assert live.pieces("hole") == []


def test_progress(client: redis.Redis) -> None:
    live = Live(client)
    assert live.progress("r") == (0, None, None)
    live.add("r", piece(0))
    live.add("r", piece(1))
    assert live.progress("r") == (2, 3, None)
    live.end("r", Ended("store_full", "full"))
    live.end("r")
    assert live.progress("r") == (2, 3, Ended("store_full", "full"))


def test_nothing_is_kept_for_ever(client: redis.Redis) -> None:
    live = Live(client)
    live.add("r", piece(0))
    assert 0 < client.ttl("istami:live:r") <= 6 * 3600
    live.end("r")
    assert 0 < client.ttl("istami:live:r") <= 30
