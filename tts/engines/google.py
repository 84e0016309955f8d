"""Google's voice through gTTS: one utterance, one request. Sole importer of gtts."""

import base64
import binascii
import math
import os
import re
import time
from email.utils import parsedate_to_datetime
from threading import Lock

import requests
from gtts import gTTS
from gtts.version import __version__ as gtts_version
from urllib3.exceptions import HTTPError

from tts.audio import mp3
from tts.engines import wire
from tts.engines.base import Forgetful, Memory
from tts.errors import EmptyAudio, EngineUnavailable, RateLimited, Rejected, TooLong
from tts.model import Voice

URL = "https://translate.google.com/_/TranslateWebserverUi/data/batchexecute"
HOPED_CHARS = 200
"""Characters a request that Google takes on good days."""
SURE_CHARS = gTTS.GOOGLE_TTS_MAX_CHARS
"""Characters a request that Google always takes (gTTS's own constant)."""

READ_SECONDS = 6.0
"""Longest silence on the wire; Google answers 200 characters well under 2 s."""
REPLY_SECONDS = 20.0
"""Longest time for a whole reply, however steadily it drips."""
REPLY_BYTES = 4_000_000
"""Largest reply read: 200 characters are some 20 s of sound, under 250,000 bytes in base64."""
DEFAULT_RETRY_AFTER = 30.0
"""Seconds to leave Google alone when a 429 names none."""
LONGEST_RETRY_AFTER = 3600.0

FASTEST_LETTERS_A_SECOND = 26.0
"""Newsreaders speak 12 to 16 letters a second; a reply faster than this has lost a part of its text."""
SLOWEST_SECONDS_A_LETTER = 1.5
"""A digit can take over a second to say, a letter cannot."""

_SOUND = re.compile(rb'jQ1olc","\[\\"([A-Za-z0-9+/=_-]*(?:\\\\u003d){0,2})\\"')
_FACT_MAX_CHARS = "google.max_chars"


class _OneRequest(gTTS):
    """gTTS that cuts nothing: our phrasing has done it, and gTTS cuts Arabic badly."""

    GOOGLE_TTS_MAX_CHARS = HOPED_CHARS


class GoogleEngine:
    """Google Translate's voice. Thread-safe; connections are kept and belong to the process that made them."""

    name = "google"
    version = f"gtts-{gtts_version}/1"
    voices = (Voice("ar", "ar", "Google Translate, Arabic"),)
    concurrency = 4
    reads_latin = True
    requests_a_second = 25  # What Google bears is not published; its 429 rules in any case.

    def __init__(self, memory: Memory | None = None):
        self._memory = memory or Forgetful()
        self._lock = Lock()
        self._sessions: dict[int, requests.Session] = {}

    @property
    def max_chars(self) -> int:
        """200, or 100 for good once Google has refused more."""
        return SURE_CHARS if self._memory.recall(_FACT_MAX_CHARS) else HOPED_CHARS

    def synthesize(self, text: str, voice: Voice) -> bytes:
        """The MP3 of ``text``: non-empty, whole frames, plausibly long. Raises as the port says."""
        if len(text) > self.max_chars:
            raise TooLong(f"{len(text)} characters; Google takes {self.max_chars} now.")
        body = _body(text, voice)
        try:
            return _checked(_sound_in(self._post(body)), text)
        except (EmptyAudio, Rejected):
            if len(text) <= SURE_CHARS:
                raise
        # More than the sure length and no sound: a passing fault, or the limit? The same text once more decides,
        # and a part of it: Google may just be speaking nothing at all.
        try:
            return _checked(_sound_in(self._post(body)), text)
        except (EmptyAudio, Rejected):
            start = text[:SURE_CHARS].rpartition(" ")[0] or text[:SURE_CHARS]
            _checked(_sound_in(self._post(_body(start, voice))), start)
        self._memory.remember(_FACT_MAX_CHARS, str(SURE_CHARS))
        raise TooLong(f"Google gave no sound for {len(text)} characters; {SURE_CHARS} from now on.")

    def _post(self, body: str) -> bytes:
        deadline = time.monotonic() + REPLY_SECONDS
        try:
            with self._session().post(
                URL,
                data=body,
                headers=gTTS.GOOGLE_TTS_HEADERS,
                timeout=(wire.CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as reply:
                _check_status(reply)
                return _read(reply, deadline)
        except (requests.RequestException, HTTPError) as error:
            if not wire.was_connected(error):
                raise EngineUnavailable("No connection to Google can be made.", reached=False) from error
            raise EngineUnavailable(f"Google's connection failed ({type(error).__name__}).") from error
        except OSError as error:  # requests says so when the certificate bundle it was told to use is not there.
            raise EngineUnavailable("REQUESTS_CA_BUNDLE names no certificate bundle.", reached=False) from error

    def _session(self) -> requests.Session:
        """This process's session: a connection shared across a fork would mix up two conversations."""
        with self._lock:
            if os.getpid() not in self._sessions:
                self._sessions = {os.getpid(): wire.session(self.concurrency)}
            return self._sessions[os.getpid()]


def _body(text: str, voice: Voice) -> str:
    try:
        request = _OneRequest(
            text, lang=voice.language, lang_check=False, pre_processor_funcs=[], tokenizer_func=lambda whole: [whole]
        )
        bodies = request.get_bodies()
    except AssertionError:
        raise Rejected("gTTS finds nothing to say in this text.") from None
    if len(bodies) != 1:
        raise TooLong(f"gTTS makes {len(bodies)} requests of one utterance.")
    return bodies[0]


def _check_status(reply: requests.Response) -> None:
    status = reply.status_code
    if status == 200:
        return
    if status == 429:
        raise RateLimited(_retry_after(reply.headers.get("Retry-After", "")), "Google answers 429: too many requests.")
    if status in (400, 413, 414):
        raise Rejected(f"Google answers {status} to this text.")
    raise EngineUnavailable(f"Google answers {status}.")


def _retry_after(header: str) -> float:
    """Seconds, from either form of RFC 9110 section 10.2.3."""
    try:
        seconds = float(header) if header.strip().isdigit() else parsedate_to_datetime(header).timestamp() - time.time()
    except (ValueError, TypeError):
        return DEFAULT_RETRY_AFTER
    return min(max(seconds, 1.0), LONGEST_RETRY_AFTER) if math.isfinite(seconds) else DEFAULT_RETRY_AFTER


def _read(reply: requests.Response, deadline: float) -> bytes:
    """The whole reply, bounded in size and time; read to its end, so that the connection can be used again."""
    chunks, size = [], 0
    # What is there already, and not a whole chunk, which may be long in dripping.
    while chunk := reply.raw.read1(65_536, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > REPLY_BYTES:
            raise EngineUnavailable(f"Google's reply is over {REPLY_BYTES} bytes.")
        if time.monotonic() > deadline:
            raise EngineUnavailable(f"Google's reply takes over {REPLY_SECONDS:.0f} s.")
    return b"".join(chunks)


def _sound_in(reply: bytes) -> bytes:
    if found := _SOUND.search(reply):
        encoded = found[1].replace(b"\\\\u003d", b"=").translate(bytes.maketrans(b"-_", b"+/"))
        try:
            return base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise EmptyAudio("Google's sound is not valid base64.") from None
    if reply.lstrip()[:1] == b"<":
        raise EngineUnavailable("Google answers with a web page (consent or block) instead of sound.")
    raise EmptyAudio("Google answers without sound.")


def _checked(sound: bytes, text: str) -> bytes:
    """``sound`` if it can be the whole of ``text``; else ``EmptyAudio``: a lost sentence is our worst fault."""
    found = mp3.frames(sound)
    if not found.count:
        raise EmptyAudio("Google's sound is not MP3.")
    if not found.is_complete:
        raise EmptyAudio("Google's sound is cut off in the middle of a frame.")
    letters = sum(map(str.isalnum, text))
    if found.seconds < letters / FASTEST_LETTERS_A_SECOND:
        raise EmptyAudio(f"Google sent {found.seconds:.2f} s of sound for {letters} letters: too short to be all.")
    if found.seconds > 10 + letters * SLOWEST_SECONDS_A_LETTER:
        raise EmptyAudio(f"Google sent {found.seconds:.0f} s of sound for {letters} letters: not this text.")
    return sound
