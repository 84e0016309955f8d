"""The opening tag: readable by a player, padded for a browser's first read."""

import io

import av
import pytest

from tests.unit.tts.audio.sounds import speechlike
from tts.audio import codec, mp3
from tts.audio.id3 import FIRST_READ_BYTES, opening_tag


@pytest.mark.parametrize("first", [0, 192, 9_600, 32_000, 32_758, 32_768, 300_000])
def test_tag_and_first_segment_fill_the_first_read(first: int) -> None:
    tag = opening_tag("عنوان", "news.example.ma", "2026-05-18", first)
    assert len(tag) + first >= FIRST_READ_BYTES
    assert len(tag) == mp3.tag_size(tag)


def test_a_long_first_segment_needs_no_padding() -> None:
    assert len(opening_tag("عنوان", "", "", 100_000)) < 100


def test_a_player_reads_the_title_and_the_sound() -> None:
    sound = codec.encode(speechlike(1.0))
    tag = opening_tag("عنوان المقال «الأول»", "news.example.ma", "2026-05-18", len(sound))
    with av.open(io.BytesIO(tag + sound), format="mp3") as container:
        assert container.metadata["title"] == "عنوان المقال «الأول»"
        assert container.metadata["artist"] == "news.example.ma"
        assert container.metadata["date"] == "2026-05-18"
    assert len(codec.decode(tag + sound)) == len(codec.decode(sound))


def test_hostile_titles_do_no_harm() -> None:
    tag = opening_tag("ع\udc80\x00\xff" * 5000, "", "", 10)
    assert len(tag) == mp3.tag_size(tag)
