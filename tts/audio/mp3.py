"""What can be known of an MP3 without decoding it: its frames and its length."""

import re
from dataclasses import dataclass

RATE = 24_000
"""Samples a second of every segment."""
BYTES_PER_SECOND = 8_000
"""64 kb/s, constant: time in a file is bytes ÷ 8,000."""
FRAME_SAMPLES = 576
"""Samples in one MPEG-2 layer III frame."""
FRAME_BYTES = 192
"""Bytes in one frame at 24 kHz and 64 kb/s."""
DELAY_SAMPLES = 1_105
"""Silence that encoder (576) and decoder (529) put before the first sample."""

# ISO/IEC 13818-3 (MPEG-2) and 11172-3 (MPEG-1), layer III.
_BIT_RATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_SYNC = re.compile(rb"\xff[\xe0-\xff]")


@dataclass(frozen=True, slots=True)
class Frames:
    """The run of whole frames at the start of some bytes."""

    count: int
    """Whole frames."""
    seconds: float
    """Their length."""
    is_complete: bool
    """Whether the bytes end with the last frame's last byte."""


def frames(data: bytes) -> Frames:
    """The frames in ``data``, which may begin with one ID3v2 tag. Nothing is decoded."""
    position = tag_size(data)
    count, seconds = 0, 0.0
    while found := _frame_at(data, position):
        length, duration = found
        if position + length > len(data):
            break
        position += length
        seconds += duration
        count += 1
    return Frames(count, seconds, count > 0 and position == len(data))


def tag_size(data: bytes) -> int:
    """Bytes taken by the ID3v2 tag in front; 0 when there is none."""
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))


def _frame_at(data: bytes, position: int) -> tuple[int, float] | None:
    """Length in bytes and seconds of the layer III frame whose header stands at ``position``."""
    header = data[position : position + 4]
    if len(header) < 4 or not _SYNC.match(header):
        return None
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bit_rate, sample_rate, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or layer != 1 or bit_rate in (0, 15) or sample_rate == 3:
        return None
    rate = _SAMPLE_RATES[version][sample_rate]
    samples = 1152 if version == 3 else 576
    kilobits = _BIT_RATES[1 if version == 3 else 2][bit_rate]
    return samples // 8 * kilobits * 1000 // rate + padding, samples / rate
