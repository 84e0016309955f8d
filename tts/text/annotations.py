"""Words that an editor wants spoken otherwise than they are shown, written in place as Unicode's interlinear
annotations: U+FFF9, what is shown, U+FFFA, what is spoken, U+FFFB.

What is spoken replaces what is shown before any rule runs: the lexicon leaves it alone, and numbers in it are read as
everywhere. An annotation with nothing to speak is shown and silent. Marks that are not in this order mean nothing.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from tts.text.clean import clean
from tts.text.lexicon import Lexicon
from tts.text.reading import Firing, Reading

RULE = "listen-as"
"""The name of these changes in firings."""
MOST_SPOKEN = 1_000
"""Longest text that is spoken for an annotation, in characters, for it stays in one passage. A longer one is passed
over, and what is shown is read."""

_START, _MIDDLE, _END = "\ufff9", "\ufffa", "\ufffb"
_MARK = re.compile(f"[{_START}{_MIDDLE}{_END}]")
_ANNOTATION = re.compile(f"{_START}([^{_START}{_MIDDLE}{_END}]*){_MIDDLE}([^{_START}{_MIDDLE}{_END}]*){_END}")
_HIDDEN = re.compile(f"{_START}+")
_ANYTHING = "※"


class _Annotation(NamedTuple):
    """Display text that is spoken otherwise."""

    start: int
    """Where it begins in the display text, in characters."""
    end: int
    """Where it ends, exclusive."""
    written: str
    """What to speak, as the editor wrote it."""
    spoken: str
    """The same, clean; a space where the neighbours of a silent one would run together."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text whose annotations are known."""

    display: str
    """What is shown."""
    annotations: tuple[_Annotation, ...]
    """In order."""

    def reading(self, lexicon: Lexicon) -> Reading:
        """The clean reading, the lexicon applied to all but the annotations."""
        reading = clean(self._raw_reading())
        # What the lexicon must leave alone it is shown as marks: no entry can have any, for entries are clean.
        hidden = [
            slice(bisect_left(reading.starts, each.start), bisect_left(reading.starts, each.end))
            for each in self.annotations
        ]
        characters = list(reading.spoken)
        for part in hidden:
            characters[part] = _START * (part.stop - part.start)
        told = lexicon(replace(reading, spoken="".join(characters)))
        kept = chain.from_iterable(reading.spoken[part] for part in hidden)
        return replace(told, spoken=_HIDDEN.sub(lambda run: "".join(next(kept) for _ in run[0]), told.spoken))

    def source(self, start: int, end: int) -> str:
        """The slice of the display text with its annotations written in place."""
        return "".join(
            f"{_START}{text}{_MIDDLE}{each.written}{_END}" if each else text for text, each in self._pieces(start, end)
        )

    def masked(self) -> str:
        """The display text with a sign for each annotation."""
        return "".join(
            (_ANYTHING if each.spoken.strip() else each.spoken) if each else text for text, each in self._pieces()
        )

    def _raw_reading(self) -> Reading:
        spoken: list[str] = []
        starts, ends = array("I"), array("I")
        position = 0
        for text, each in self._pieces():
            end = position + len(text)
            spoken.append(each.spoken if each else text)
            starts.extend([position] * len(each.spoken) if each else range(position, end))
            ends.extend([end] * len(each.spoken) if each else range(position + 1, end + 1))
            position = end
        firings = tuple(
            Firing(each.start, each.end, self.display[each.start : each.end], each.spoken, RULE)
            for each in self.annotations
        )
        return Reading(self.display, "".join(spoken), starts, ends, firings)

    def _pieces(self, start: int = 0, end: int | None = None) -> Iterator[tuple[str, _Annotation | None]]:
        end = len(self.display) if end is None else end
        for each in self.annotations:
            if start <= each.start and each.end <= end:
                yield self.display[start : each.start], None
                yield self.display[each.start : each.end], each
                start = each.end
        yield self.display[start:end], None


def is_annotated(text: str) -> bool:
    """Whether a text has any of the marks, in order or not."""
    return _START in text or _MIDDLE in text or _END in text


def parse(text: str) -> Annotated:
    """The text without marks, and its annotations. Never raises; takes time in proportion to the text.

    >>> parse("قال \\ufff9CAF\\ufffaالكاف\\ufffb إنه").display
    'قال CAF إنه'
    """
    found: list[_Annotation] = []
    shown: list[str] = []
    size = done = 0
    for match in _ANNOTATION.finditer(text):
        for piece in (_MARK.sub("", text[done : match.start()]), match[1]):
            shown.append(piece)
            size += len(piece)
        done = match.end()
        if match[1].strip() and len(match[2]) <= MOST_SPOKEN:
            spoken = clean(Reading.of(match[2])).spoken.strip()
            found.append(_Annotation(size - len(match[1]), size, match[2], spoken))
    shown.append(_MARK.sub("", text[done:]))
    display = "".join(shown)
    return Annotated(display, tuple(_kept_apart(each, display) for each in found))


def masked(text: str) -> str:
    """The text with a sign in the place of each annotation: what the lexicon may change, in its surroundings.

    >>> masked("قال \\ufff9CAF\\ufffaالكاف\\ufffb إنه")
    'قال ※ إنه'
    """
    return parse(text).masked() if is_annotated(text) else text


def _kept_apart(each: _Annotation, display: str) -> _Annotation:
    if each.spoken:
        return each
    before, after = display[max(each.start - 1, 0) : each.start], display[each.end : each.end + 1]
    return each._replace(spoken=" ") if before.isalnum() and after.isalnum() else each
