"""What people run today for many articles: one gTTS call an article, in a loop or in a pool. Around it a clock.

python -m benchmarks.naive_batch FOLDER THREADS < texts.json
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from gtts import gTTS


def speak(folder: str, texts: list[str], threads: int) -> None:
    """Each text's sound in a file of its own. gTTS's own threshold of 100 characters cuts them into requests."""

    def one(numbered: tuple[int, str]) -> None:
        number, text = numbered
        gTTS(text, lang="ar").save(f"{folder}/{number}.mp3")

    if threads == 1:
        for numbered in enumerate(texts):
            one(numbered)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(one, enumerate(texts)))


def main() -> None:
    """Speak a JSON list of texts; print what it took as JSON. Starting Python and importing are not counted."""
    texts, begun = json.load(sys.stdin), time.perf_counter()
    speak(sys.argv[1], texts, int(sys.argv[2]))
    print(json.dumps({"seconds": time.perf_counter() - begun}))


if __name__ == "__main__":
    main()
