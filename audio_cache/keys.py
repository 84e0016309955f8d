"""Names of everything in the store. A key covers everything that changes the bytes under it."""

import hashlib
import json
import re
from collections.abc import Sequence

from tts.model import Request

RENDITION_DIGITS = 20
"""A rendition is named by so many hex digits of its file's SHA-256."""

_RENDITION = re.compile(rf"[0-9a-f]{{{RENDITION_DIGITS}}}")


def digest(*parts: object) -> str:
    """SHA-256 of the parts, 64 hex digits; JSON keeps their borders apart."""
    text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def text(title: str, paragraphs: Sequence[str]) -> str:
    """The article's words: a withdrawal lasts until they change."""
    return digest("text", title, list(paragraphs))


def recipe(title: str, paragraphs: Sequence[str], site: str, date: str, making: str) -> str:
    """What a rendition is made from: the words, the tag's fields, and how they are made (voice, engine, versions)."""
    return digest("recipe", title, list(paragraphs), site, date, making)


def utterance(request: Request) -> str:
    """An engine's kept reply."""
    name = digest("utterance", request.engine, request.version, request.voice, request.text)
    return f"utterances/{name[:2]}/{name}.mp3"


def pointer(article_id: str, voice: str = "") -> str:
    """The manifest of an article's current rendition: the default voice's, or that of the voice that is named."""
    name = _article(article_id)
    if voice:
        return f"voices/{name[:2]}/{name}/{digest('voice', voice)}.json"
    return f"articles/{name[:2]}/{name}.json"


def sound(article_id: str, rendition: str) -> str:
    """A rendition's MP3."""
    return f"{_renditions(article_id)}/{rendition}.mp3"


def cues(article_id: str, rendition: str) -> str:
    """A rendition's cues, as WebVTT."""
    return f"{_renditions(article_id)}/{rendition}.vtt"


def known_text(name: str) -> str:
    """The last known text of an article that lives elsewhere; ``name`` is its place's and its own."""
    digest_ = digest("known text", name)
    return f"texts/{digest_[:2]}/{digest_}.json"


def is_rendition(name: str) -> bool:
    """Whether ``name`` has the form of a rendition's name."""
    return bool(_RENDITION.fullmatch(name))


def _renditions(article_id: str) -> str:
    name = _article(article_id)
    return f"renditions/{name[:2]}/{name}"


def _article(article_id: str) -> str:
    """Ids are hostile and as long as a file name may be: only their hash touches the disk."""
    return hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()
