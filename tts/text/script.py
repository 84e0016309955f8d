"""The pipeline: an article's title and paragraphs → the script that is read."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tts.model import Passage, PassageKind, Script, Utterance
from tts.text.abbreviations import abbreviations
from tts.text.annotations import Annotated, is_annotated, parse
from tts.text.clean import clean
from tts.text.codes import codes
from tts.text.currency import currency
from tts.text.dates import dates
from tts.text.digits import digits
from tts.text.fractions import fractions
from tts.text.latin import latin, latin_figures
from tts.text.lexicon import NONE, Lexicon
from tts.text.marks import hashtags, marks
from tts.text.numbers import leftovers, numbers
from tts.text.ordinals import ordinals
from tts.text.percent import percent
from tts.text.phrasing import check_limit, phrase
from tts.text.ranges import ranges
from tts.text.reading import Reading
from tts.text.scores import scores
from tts.text.seams import Pause
from tts.text.times import times
from tts.text.units import units
from tts.text.web import web

VERSION = "2"
"""Changes whenever the same article would be spoken differently; part of cache keys."""

STAGES = (
    digits,
    web,
    hashtags,
    abbreviations,
    dates,
    times,
    codes,
    scores,
    fractions,
    ranges,
    percent,
    currency,
    units,
    ordinals,
    numbers,
    latin,
    marks,
    leftovers,
)
"""What turns a clean text into what is spoken for it, in order. Each takes a reading and gives one. The publisher's
lexicon comes before them all."""

LATIN_KEPT = tuple(latin_figures if stage is latin else stage for stage in STAGES)
"""The same for voices that read Latin letters themselves."""

MOST_PASSES = 5
"""A late rule may uncover what an early one reads (``A¼``): the rules run until they have nothing left to say. Two
passes are enough for what people write; the second finds no figures any more and costs little."""

PASSAGE_CHARS = 1_200
"""Most spoken characters in one passage, some 90 s of sound: bounds the wait for a segment, and its memory."""

FINAL_PAUSES = {PassageKind.TITLE: Pause.TITLE, PassageKind.PARAGRAPH: Pause.PARAGRAPH}
"""The pause after a passage."""


def read(text: str, *, reads_latin: bool = False, lexicon: Lexicon = NONE) -> Reading:
    """A text and what is spoken for it.

    >>> read("بعد 3 سنوات").spoken
    'بعد ثلاث سنوات'
    """
    reading = parse(text).reading(lexicon) if is_annotated(text) else lexicon(clean(Reading.of(text)))
    for _ in range(MOST_PASSES):
        before = reading.spoken
        for stage in LATIN_KEPT if reads_latin else STAGES:
            reading = stage(reading)
        reading = clean(reading)
        if reading.spoken == before:
            break
    return reading


def build(
    title: str, paragraphs: Iterable[str], max_chars: int, *, reads_latin: bool = False, lexicon: Lexicon = NONE
) -> Script:
    """An article as it will be read: title first. A blank title or paragraph gives no passage.

    ``max_chars`` is the most spoken characters in one utterance; ``ValueError`` below 20. ``reads_latin`` is whether
    the voice reads Latin letters itself. Where passages begin and end depends on neither, nor on the lexicon.
    """
    check_limit(max_chars)
    texts = [(PassageKind.TITLE, title), *((PassageKind.PARAGRAPH, paragraph) for paragraph in paragraphs)]
    return Script(
        tuple(
            _passage(kind, part, phrase(read(part, reads_latin=reads_latin, lexicon=lexicon), max_chars, pause_ms))
            for kind, text in texts
            if not _is_blank(_shown(text))
            for part, pause_ms in _parts(text, FINAL_PAUSES[kind])
        ),
        reads_latin,
    )


def read_passage(passage: Passage, *, reads_latin: bool = False, lexicon: Lexicon = NONE) -> Reading:
    """A passage's text and what is spoken for it."""
    return read(passage.source or passage.text, reads_latin=reads_latin, lexicon=lexicon)


def recut(passage: Passage, max_chars: int, *, reads_latin: bool = False, lexicon: Lexicon = NONE) -> Passage:
    """The same passage for another engine, with another limit or other letters."""
    reading = read_passage(passage, reads_latin=reads_latin, lexicon=lexicon)
    return replace(passage, utterances=phrase(reading, max_chars, passage.utterances[-1].pause_ms))


def _passage(kind: PassageKind, text: str, utterances: tuple[Utterance, ...]) -> Passage:
    return Passage(kind, _shown(text), utterances, source=text if is_annotated(text) else "")


def _parts(text: str, final_pause: Pause) -> Iterator[tuple[str, int]]:
    """The text and the pause after it, in parts if it is very long: nobody waits for an hour of sound to hear any.

    An annotation stays in one part.
    """
    annotated = parse(text) if is_annotated(text) else Annotated(text, ())
    reading = annotated.reading(NONE) if annotated.annotations else clean(Reading.of(annotated.display))
    if len(reading.spoken) <= PASSAGE_CHARS:
        yield text, int(final_pause)
        return
    for part in phrase(reading, PASSAGE_CHARS, int(final_pause)):
        if part.text:
            yield annotated.source(part.start, part.end), part.pause_ms


def _shown(text: str) -> str:
    return parse(text).display if is_annotated(text) else text


def _is_blank(text: str) -> bool:
    """Whether there is nothing to see: only spaces and invisible characters."""
    return not any(character.isprintable() and not character.isspace() for character in text)
