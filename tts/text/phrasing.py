"""Cuts a reading into utterances that an engine takes, each at the strongest seam that fits.

*Chunks*, the text between seams, are packed into the cheapest utterances: whole sentences together; a sentence that is
too long by its clauses; a clause that is too long by its words. Only a chunk longer than an utterance is cut inside.
"""

import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from tts.model import Utterance
from tts.text.reading import Reading
from tts.text.seams import Pause, seams

MIN_CHARS = 20
"""The smallest limit a text can be cut to."""
ORPHAN_CHARS = 15
"""Less than this is not worth a request: a piece of a sentence so short is an orphan, and no seam so near is taken
for the sake of its strength. Orphans are left only where they spare a weaker cut or an utterance."""

CLASS = {
    Pause.INSIDE: 0,
    Pause.BOUND: 0,
    Pause.SPACE: 1,
    Pause.EDGE: 1,
    Pause.COMMA: 2,
    Pause.COLON: 2,
    Pause.SEMICOLON: 2,
    Pause.FULL_STOP: 3,
    Pause.PARAGRAPH: 3,
}
"""How good an ending a seam is: none, of a word, of a clause, of a sentence."""
SENTENCE = CLASS[Pause.FULL_STOP]

_STEP = [1 << 24 * n for n in range(10)]
COST = {
    Pause.INSIDE: _STEP[9],
    Pause.BOUND: _STEP[8],
    Pause.SPACE: _STEP[6],
    Pause.EDGE: _STEP[4] + 3,
    Pause.COMMA: _STEP[4] + 2,
    Pause.COLON: _STEP[4] + 1,
    Pause.SEMICOLON: _STEP[4],
    Pause.FULL_STOP: _STEP[2],
}
"""What a cut costs. A step is more than all lower steps can add up to in a text of a million characters; so no number
of commas cut at is worth a word, and no number of utterances saved is worth a comma."""
SKIP_COST = (_STEP[7], _STEP[5], _STEP[3], 0)
"""What a cut of each class costs besides, if the utterance holds a seam of a better class."""
ORPHAN_COST = _STEP[1]

_JOINERS = frozenset("\u200c\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


class _Chunk(NamedTuple):
    """Spoken text that stays in one utterance."""

    first: int
    """Index of its first character; it is no space."""
    last: int
    """One past its last character that is no space."""
    pause: Pause
    """The seam after it."""
    is_silent: bool
    """Whether it has no letter and no digit: nothing to pronounce."""


def phrase(reading: Reading, max_chars: int, final_pause_ms: int) -> tuple[Utterance, ...]:
    """The utterances of a passage: at least one, each of at most ``max_chars`` spoken characters.

    Their texts, joined, are the display text. The last one is followed by ``final_pause_ms``. Only a passage with
    nothing to pronounce has an utterance with nothing to speak. Marks without a letter or digit go with a neighbour;
    a row of them too long for that is not spoken. Takes time in proportion to the text.

    >>> [utterance.text for utterance in phrase(Reading.of("وصل الوزير أمس. وقال: «نعم»."), 20, 700)]
    ['وصل الوزير أمس. ', 'وقال: «نعم».']
    """
    check_limit(max_chars)
    chunks = _attach_silent(_chunks(reading, max_chars), max_chars)
    heard = [piece for piece in _pack(chunks, max_chars) if not piece.is_silent]
    cuts = [0, *(reading.display_cut(piece.first) for piece in heard[1:]), len(reading.display)]
    pauses = [*(int(piece.pause) for piece in heard[:-1]), final_pause_ms]
    spoken = [reading.spoken[piece.first : piece.last] for piece in heard] or [""]
    return tuple(
        Utterance(reading.display[start:end], start, words, pause)
        for start, end, words, pause in zip(cuts[:-1], cuts[1:], spoken, pauses, strict=True)
    )


def check_limit(max_chars: int) -> None:
    """Raises ``ValueError`` for a limit too small to cut text to."""
    if max_chars < MIN_CHARS:
        raise ValueError(f"An utterance needs room for {MIN_CHARS} characters; max_chars is {max_chars}.")


def _chunks(reading: Reading, max_chars: int) -> Iterator[_Chunk]:
    """The text between seams. What is longer than an utterance is cut inside, or left out if it is silent."""
    spoken = reading.spoken
    first = len(spoken) - len(spoken.lstrip())
    for index, pause in (*seams(reading), (len(spoken), Pause.PARAGRAPH)):
        last = first + len(spoken[first:index].rstrip())
        if last - first > max_chars and _is_silent(spoken[first:last]):
            first = index
        while last - first > max_chars:
            cut = _forced_cut(reading, first, last, max_chars)
            yield _Chunk(first, cut, Pause.INSIDE, _is_silent(spoken[first:cut]))
            first = cut
        if first < last:
            yield _Chunk(first, last, pause, _is_silent(spoken[first:last]))
            first = index


def _is_silent(text: str) -> bool:
    return not any(character.isalnum() for character in text)


def _forced_cut(reading: Reading, first: int, last: int, max_chars: int) -> int:
    """Where to cut inside: about even pieces, between blocks if possible, between whole characters if possible."""
    pieces = -(-(last - first) // max_chars)
    size = -(-(last - first) // pieces)
    between_characters = 0
    for index in range(first + size, first + size // 2, -1):
        if not _parts_character(reading.spoken, index):
            if not reading.is_inside_block(index):
                return index
            between_characters = between_characters or index
    return between_characters or first + size


def _parts_character(text: str, index: int) -> bool:
    """Whether a cut before ``text[index]`` would part a letter from its marks, or an emoji from its parts."""
    before, after = text[index - 1], text[index]
    are_flags = all("\U0001f1e6" <= character <= "\U0001f1ff" for character in (before, after))
    return unicodedata.category(after).startswith("M") or after in _JOINERS or before == "\u200d" or are_flags


def _attach_silent(chunks: Iterable[_Chunk], max_chars: int) -> list[_Chunk]:
    """Joins chunks with nothing to pronounce to a neighbour: across the weaker of their seams if they fit there."""
    return _join(_join(chunks, _belong_together, max_chars), _lack_a_voice, max_chars)


def _belong_together(previous: _Chunk, chunk: _Chunk) -> bool:
    return previous.is_silent or (chunk.is_silent and previous.pause <= chunk.pause)


def _lack_a_voice(previous: _Chunk, chunk: _Chunk) -> bool:
    return previous.is_silent or chunk.is_silent


def _join(chunks: Iterable[_Chunk], should: Callable[[_Chunk, _Chunk], bool], max_chars: int) -> list[_Chunk]:
    """Joins neighbours that should be joined and fit into one utterance."""
    joined: list[_Chunk] = []
    for chunk in chunks:
        while joined and should(joined[-1], chunk) and chunk.last - joined[-1].first <= max_chars:
            previous = joined.pop()
            chunk = _Chunk(previous.first, chunk.last, chunk.pause, previous.is_silent and chunk.is_silent)
        joined.append(chunk)
    return joined


def _pack(chunks: Sequence[_Chunk], max_chars: int) -> Iterator[_Chunk]:
    """The chunks joined into the cheapest pieces of at most ``max_chars``; of equal ways, the longest pieces first."""
    ends = _cheapest_ends(chunks, max_chars)
    begin = 0
    while begin < len(chunks):
        end = ends[begin]
        is_silent = all(chunk.is_silent for chunk in chunks[begin : end + 1])
        yield _Chunk(chunks[begin].first, chunks[end].last, chunks[end].pause, is_silent)
        begin = end + 1


class _Reach:
    """The ends in reach: they enter by falling index and leave by falling limit, and the cheapest is always at hand.

    Each enters and leaves once. Those that a later one undercuts leave early.
    """

    def __init__(self, prices: Sequence[int]):
        self._prices = prices
        self._ends: deque[int] = deque()

    def enter(self, end: int) -> None:
        while self._ends and self._prices[self._ends[0]] > self._prices[end]:
            self._ends.popleft()
        self._ends.appendleft(end)

    def cheapest(self, limit: int) -> int | None:
        while self._ends and self._ends[-1] > limit:
            self._ends.pop()
        return self._ends[-1] if self._ends else None


def _cheapest_ends(chunks: Sequence[_Chunk], max_chars: int) -> list[int]:
    """For each chunk, the last chunk of the utterance that begins with it. Goes from the last chunk to the first."""
    count, classes = len(chunks), range(SENTENCE + 1)
    prices = [COST[chunk.pause] for chunk in chunks[:-1]] + [0]
    ends = [0] * count
    fair, unfair = ([_Reach(prices) for _ in classes] for _ in range(2))  # Ends that skip no better one; all ends.
    better = [count] * len(classes)  # For each class, the nearest end of a better one.
    entering = farthest = count - 1
    for begin in reversed(range(count)):
        first = chunks[begin].first
        while entering >= begin and chunks[entering].last - first >= ORPHAN_CHARS:
            rank = CLASS[chunks[entering].pause]
            fair[rank].enter(entering)
            unfair[rank].enter(entering)
            better[:rank] = [entering] * rank
            entering -= 1
        while chunks[farthest].last - first > max_chars:
            farthest -= 1
        choices = []
        for rank in classes:
            if (end := fair[rank].cheapest(min(better[rank], farthest))) is not None:
                choices.append((prices[end], -end))
            if (end := unfair[rank].cheapest(farthest)) is not None:
                choices.append((prices[end] + SKIP_COST[rank], -end))
        is_fragment = _parts_sentence(chunks, begin)
        for end in range(entering, begin - 1, -1):
            is_orphan = is_fragment or _parts_sentence(chunks, end + 1)
            choices.append((prices[end] + ORPHAN_COST * is_orphan, -end))
        cost, end = min(choices)
        ends[begin] = -end
        if begin:
            prices[begin - 1] += cost  # From now on: of a cut here and of all that follows.
    return ends


def _parts_sentence(chunks: Sequence[_Chunk], index: int) -> bool:
    """Whether a cut before ``chunks[index]`` is inside a sentence."""
    return 0 < index < len(chunks) and chunks[index - 1].pause < Pause.FULL_STOP
