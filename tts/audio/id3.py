"""The one ID3v2.4 tag that opens a file: title, site, date, and room to fill a browser's first read."""

from collections.abc import Iterable

FIRST_READ_BYTES = 32_768
"""Chromium's media stack reads in blocks of this size and sounds nothing before the first is full."""

_ENCODING_UTF8 = b"\x03"


def opening_tag(title: str, site: str, date: str, first_segment_bytes: int) -> bytes:
    """An ID3v2.4 tag, padded so that it and the first segment fill the browser's first read.

    ``date`` is ISO 8601 or empty. The same arguments always give the same bytes.
    """
    frames = b"".join(_frames((("TIT2", title), ("TPE1", site), ("TDRC", date), ("TLAN", "ara"))))
    size = max(len(frames), FIRST_READ_BYTES - first_segment_bytes - 10)
    return b"ID3\x04\x00\x00" + _synchsafe(size) + frames.ljust(size, b"\x00")


def _frames(fields: Iterable[tuple[str, str]]) -> Iterable[bytes]:
    for name, text in fields:
        if text:
            body = _ENCODING_UTF8 + text.encode("utf-8", "replace")
            yield name.encode("ascii") + _synchsafe(len(body)) + b"\x00\x00" + body


def _synchsafe(number: int) -> bytes:
    """Four bytes of seven bits each (ID3v2.4 section 6.2): no byte looks like the start of an MP3 frame."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
