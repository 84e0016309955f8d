"""The pipeline: an article's title and paragraphs → the script that is read."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tts.model import Passage, PassageKind, Script
from tts.text.clean import clean
from tts.text.phrasing import check_limit, phrase
from tts.text.reading import Reading
from tts.text.seams import Pause

VERSION = "1"
"""Changes whenever the same article would be spoken differently; part of cache keys."""

STAGES = (clean,)
"""What turns a text into what is spoken for it, in order. Each takes a reading and gives one."""

PASSAGE_CHARS = 1_200
"""Most spoken characters in one passage, some 90 s of sound: bounds the wait for a segment, and its memory."""

FINAL_PAUSES = {PassageKind.TITLE: Pause.TITLE, PassageKind.PARAGRAPH: Pause.PARAGRAPH}
"""The pause after a passage."""


def read(text: str) -> Reading:
    """A text and what is spoken for it.

    >>> read("صـباح الخير").spoken
    'صباح الخير'
    """
    reading = Reading.of(text)
    for stage in STAGES:
        reading = stage(reading)
    return reading


def build(title: str, paragraphs: Iterable[str], max_chars: int) -> Script:
    """An article as it will be read: title first. A blank title or paragraph gives no passage.

    ``max_chars`` is the most spoken characters in one utterance; ``ValueError`` below 20. Where passages begin
    and end does not depend on it.
    """
    check_limit(max_chars)
    texts = [(PassageKind.TITLE, title), *((PassageKind.PARAGRAPH, paragraph) for paragraph in paragraphs)]
    return Script(
        tuple(part for kind, text in texts if not _is_blank(text) for part in _passages(kind, text, max_chars))
    )


def recut(passage: Passage, max_chars: int) -> Passage:
    """The same passage, cut again for an engine with another limit."""
    utterances = phrase(read(passage.text), max_chars, passage.utterances[-1].pause_ms)
    return replace(passage, utterances=utterances)


def _passages(kind: PassageKind, text: str, max_chars: int) -> Iterator[Passage]:
    """One passage, or several for a very long text: nobody waits for an hour of sound before the first is heard."""
    reading, final_pause = read(text), int(FINAL_PAUSES[kind])
    if len(reading.spoken) <= PASSAGE_CHARS:
        yield Passage(kind, text, phrase(reading, max_chars, final_pause))
        return
    for part in phrase(reading, PASSAGE_CHARS, final_pause):
        if part.text:
            yield Passage(kind, part.text, phrase(read(part.text), max_chars, part.pause_ms))


def _is_blank(text: str) -> bool:
    """Whether there is nothing to see: only spaces and invisible characters."""
    return not any(character.isprintable() and not character.isspace() for character in text)
