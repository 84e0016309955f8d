"""A text and what is spoken for it, every spoken character traceable to the display text it came from.

Rules replace spans of the spoken text by other words, one rule after another:

>>> from re import compile
>>> reading = Reading.of("فاز 3 لاعبين").rewrite("digit", compile("3"), lambda match: "ثلاثة")
>>> reading.spoken
'فاز ثلاثة لاعبين'
>>> reading.display[slice(*reading.span(4, 9))]
'3'
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Replacement = Callable[[re.Match[str]], str | None]
"""What to say instead of a match: ``""`` drops it, ``None`` leaves it alone."""


@dataclass(frozen=True, slots=True)
class Firing:
    """One change a rule made."""

    start: int
    """Where the changed span begins in the display text, in characters."""
    end: int
    """Where it ends, exclusive."""
    display: str
    """The span as the author wrote it."""
    spoken: str
    """What is spoken for the whole span once this rule has run; empty when nothing is."""
    rule: str
    """The rule's name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A display text, its spoken text, and the way back from the second to the first.

    Each spoken character has a display span. Neighbours share the same span (they are one *block*: what one rewrite
    put there) or have spans that do not overlap; spans are in order, and none is empty. Display characters outside
    every span are not spoken. Readings are immutable, and rewriting takes time in proportion to the text.
    """

    display: str
    """The text as the author wrote it."""
    spoken: str
    """The text as it will be spoken."""
    starts: "array[int]" = field(repr=False, hash=False)
    """For each spoken character, where its display span begins. Not to be changed."""
    ends: "array[int]" = field(repr=False, hash=False)
    """For each spoken character, where its display span ends, exclusive. Not to be changed."""
    firings: tuple[Firing, ...] = ()
    """Every change, in the order the rules made them."""

    @classmethod
    def of(cls, display: str) -> "Reading":
        """The reading that speaks a text just as it is written."""
        length = len(display)
        return cls(display, display, array("I", range(length)), array("I", range(1, length + 1)))

    def rewrite(self, rule: str, pattern: re.Pattern[str], replacement: Replacement) -> "Reading":
        """Replaces every match of ``pattern`` in the spoken text.

        What replaces a match becomes a block: it maps to all the display text the match came from. A match on a
        part of an earlier block changes that part, and joins the whole block to what it replaced. Empty matches
        and replacements equal to the match change nothing.

        >>> Reading.of("﷼5").rewrite("rial", re.compile("﷼"), lambda match: "ريال ").firings
        (Firing(start=0, end=1, display='﷼', spoken='ريال ', rule='rial'),)
        """
        edits = list(_edits(pattern.finditer(self.spoken), replacement))
        return _Rewriting(self, rule).apply(edits) if edits else self

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The display span, start and end, that ``spoken[first:last]`` came from; ``first < last``."""
        return self.starts[first], self.ends[last - 1]

    def is_inside_block(self, index: int) -> bool:
        """Whether a cut before ``spoken[index]`` would part characters that one rewrite put there together."""
        return 0 < index < len(self.spoken) and self.starts[index] < self.ends[index - 1]

    def display_cut(self, index: int) -> int:
        """Where a cut before ``spoken[index]`` falls in the display text.

        White space stays with what precedes it; so does display text that is not spoken, and so does the whole
        display text of a block that is cut inside.
        """
        if index == 0:
            return 0
        if self.is_inside_block(index):
            index = bisect_right(self.starts, self.starts[index])
        while self.spoken[index : index + 1].isspace():
            index += 1
        return self.starts[index] if index < len(self.spoken) else len(self.display)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a rule table: a named rewrite with its own sample. Tests run every row's samples."""

    name: str
    """Names the rule in firings."""
    about: str
    """What it does and why, in a sentence."""
    pattern: re.Pattern[str]
    """What it looks for in the spoken text."""
    replacement: Replacement
    """What is said instead."""
    example: tuple[str, str]
    """A text before and after."""
    spares: str
    """A text that resembles what it looks for, and that it must not touch."""

    def __call__(self, reading: Reading) -> Reading:
        """The reading after this rule."""
        return reading.rewrite(self.name, self.pattern, self.replacement)


def apply(rules: Iterable[Rule], reading: Reading) -> Reading:
    """The reading after all the rules, in their order."""
    for rule in rules:
        reading = rule(reading)
    return reading


_Edit = tuple[int, int, str]
"""Spoken span, first and last (exclusive), and its new text."""


def _edits(matches: Iterable[re.Match[str]], replacement: Replacement) -> Iterable[_Edit]:
    for match in matches:
        if not match[0]:
            continue
        new = replacement(match)
        if new is not None and new != match[0]:
            yield match.start(), match.end(), new


class _Rewriting:
    """One rule's edits being carried from an old reading into a new one."""

    def __init__(self, old: Reading, rule: str):
        self._old = old
        self._rule = rule
        self._copied = 0
        """Everything before this index of the old spoken text is already in the new reading."""
        self._spoken: list[str] = []
        self._starts = array("I")
        self._ends = array("I")
        self._firings: list[Firing] = []

    def apply(self, edits: list[_Edit]) -> Reading:
        position = 0
        while position < len(edits):
            position = self._replace_group(edits, position)
        self._keep_until(len(self._old.spoken))
        firings = self._old.firings + tuple(self._firings)
        return Reading(self._old.display, "".join(self._spoken), self._starts, self._ends, firings)

    def _replace_group(self, edits: list[_Edit], position: int) -> int:
        """Makes one block of an edit and all that shares an old block with it; returns the next edit's position."""
        spoken = self._old.spoken
        first, last, new = edits[position]
        group_first, group_last = self._block_start(first), self._block_end(last)
        pieces = [spoken[group_first:first], new]
        position += 1
        while position < len(edits) and edits[position][0] < group_last:
            next_first, next_last, new = edits[position]
            pieces += [spoken[last:next_first], new]
            last, group_last = next_last, self._block_end(max(next_last, group_last))
            position += 1
        pieces.append(spoken[last:group_last])
        self._keep_until(group_first)
        self._put("".join(pieces), group_first, group_last)
        return position

    def _put(self, new: str, group_first: int, group_last: int) -> None:
        start, end = self._old.span(group_first, group_last)
        self._spoken.append(new)
        self._starts.extend(array("I", [start]) * len(new))
        self._ends.extend(array("I", [end]) * len(new))
        self._firings.append(Firing(start, end, self._old.display[start:end], new, self._rule))
        self._copied = group_last

    def _keep_until(self, index: int) -> None:
        kept = slice(self._copied, index)
        self._spoken.append(self._old.spoken[kept])
        self._starts.extend(self._old.starts[kept])
        self._ends.extend(self._old.ends[kept])

    def _block_start(self, index: int) -> int:
        while self._old.is_inside_block(index):
            index -= 1
        return index

    def _block_end(self, index: int) -> int:
        while self._old.is_inside_block(index):
            index += 1
        return index
