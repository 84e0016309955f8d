"""Cues → WebVTT and JSON."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from tts.model import Cue

_BREAKS = re.compile("[\x00\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def to_webvtt(cues: Iterable[Cue]) -> str:
    """The cues, in reading order, as a WebVTT file. Identifiers are ``passage.first``; blank cues are left out.

    Each cue lasts at least a millisecond and none begins before the last one has ended, whatever rounding does.

    >>> print(to_webvtt([Cue(0, 1.25, "مرحبا", passage=0, first=0, last=5)]), end="")
    WEBVTT
    <BLANKLINE>
    0.0
    00:00:00.000 --> 00:00:01.250
    مرحبا
    """
    blocks, now = ["WEBVTT\n"], 0
    for cue in cues:
        payload = _payload(cue.text)
        if not payload:
            continue
        start = max(now, round(cue.start * 1000))
        now = max(start + 1, round(cue.end * 1000))
        blocks.append(f"{cue.passage}.{cue.first}\n{_clock(start)} --> {_clock(now)}\n{payload}\n")
    return "\n".join(blocks)


def to_json(cues: Iterable[Cue]) -> list[dict[str, Any]]:
    """The cues as JSON objects, one key a field; ``from_json`` gives back the same cues."""
    return [asdict(cue) for cue in cues]


def from_json(items: Iterable[Mapping[str, Any]]) -> tuple[Cue, ...]:
    """The cues that ``to_json`` made objects of."""
    return tuple(Cue(**item) for item in items)


def _payload(text: str) -> str:
    """Cue text on one line; ``>`` is escaped, so it can never hold an arrow."""
    line = _BREAKS.sub(" ", text).strip()
    return _SURROGATES.sub("\ufffd", line).translate(_ESCAPES)


def _clock(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"
