"""Names in the store: those of an earlier version still mean the same, and none is made from outside's characters."""

import re

import pytest

from audio_cache import keys

ID = "أخبار-42"
HASHED = "62/624999f11cf109a400cff5c6a597430f15cbf08d5bfd9db75b8048ec4c0c7bf3"


def test_what_an_earlier_version_has_kept_is_found() -> None:
    assert keys.pointer(ID) == f"articles/{HASHED}.json"
    assert keys.sound(ID, "0" * 20) == f"renditions/{HASHED}/{'0' * 20}.mp3"
    recipe = keys.recipe("عنوان", ["فقرة"], "www.example.ma", "2026-05-20", "making")
    assert recipe == "71e0efacc303c285168426db2d35be96390b204a9adc1218bec8f5bc192f05c6"


@pytest.mark.parametrize("voice", ["ar", "../../x", "/etc", "صوت", "a" * 5000, "\0"])
def test_a_voices_pointer_is_named_by_a_hash(voice: str) -> None:
    assert re.fullmatch(rf"voices/{HASHED}/[0-9a-f]{{64}}\.json", keys.pointer(ID, voice))
    assert keys.pointer(ID, voice) != keys.pointer(ID, voice + " ")
