"""What people write today: gTTS sentence by sentence, pydub's ``+=``, one export. Around it a clock, nothing else.

python -m benchmarks.naive article.mp3 < article.txt
"""

import json
import os
import re
import sys
import tempfile
import time

from gtts import gTTS
from pydub import AudioSegment

from benchmarks.processes import largest_peak


def speak(text: str, path: str) -> None:
    """The article's sound at ``path``."""
    combined = AudioSegment.empty()
    with tempfile.TemporaryDirectory() as folder:
        for sentence in re.split(r"(?<=[.!?؟…])\s+", text):
            if sentence.strip():
                gTTS(sentence, lang="ar").save(f"{folder}/sentence.mp3")
                combined += AudioSegment.from_mp3(f"{folder}/sentence.mp3")
    combined.export(path, format="mp3")


def main() -> None:
    """Speak what comes in; print what it took as JSON. Starting Python and importing are not counted."""
    text = sys.stdin.read()
    begun, used = time.perf_counter(), _cpu_seconds()
    speak(text, sys.argv[1])
    seconds, cpu_seconds = time.perf_counter() - begun, _cpu_seconds() - used
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds, "largest_bytes": largest_peak(os.getpid())}))


def _cpu_seconds() -> float:
    """This process's, and those of its children that have ended: ffmpeg and ffprobe."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    main()
