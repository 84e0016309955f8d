"""An engine in this process with scripted faults, honouring the port; its sound is the stand-in Google's."""

from collections import defaultdict, deque
from threading import Lock

from tests.standins import speech
from tts.engines.base import Sound
from tts.errors import EngineError
from tts.model import Voice


class ScriptedEngine:
    """Speaks every text, but for the faults scripted for it."""

    version = "1"
    requests_a_second = 0
    reads_latin = True
    voices = (Voice("ar", "ar"),)

    def __init__(self, name: str = "google", max_chars: int = 200, concurrency: int = 4):
        self.name = name
        self.max_chars = max_chars
        self.concurrency = concurrency
        self.texts: list[str] = []
        """Asked for, in order of arrival."""
        self._faults: dict[str, deque[EngineError]] = defaultdict(deque)
        self._always: EngineError | None = None
        self._lock = Lock()

    def fails(self, error: EngineError, containing: str = "", times: int = 1) -> None:
        """The next ``times`` requests whose text holds ``containing`` raise ``error``."""
        self._faults[containing].extend([error] * times)

    def is_down(self, error: EngineError | None) -> None:
        """Every request raises ``error``; None ends that."""
        self._always = error

    def synthesize(self, text: str, voice: Voice) -> Sound:
        with self._lock:
            self.texts.append(text)
            if self._always:
                raise self._always
            for part, errors in self._faults.items():
                if part in text and errors:
                    raise errors.popleft()
        return speech.mp3(text)
