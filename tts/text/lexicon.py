"""The publisher's own lexicon: words, names and phrases that are to be spoken as an editor says.

An entry matches whole words, with or without diacritics and tatweel, in Latin letters in either case. A hamza left
off an alef on one side is no difference (احمد is أحمد), another hamza is (إعلام is not أعلام). Arabic clitics may stand
in front: و ف, then ب ل ك, then ال. The longest match wins, and what an entry has put there no other entry changes.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from tts.text.clean import clean
from tts.text.reading import Reading

RULE = "lexicon"
"""The lexicon's name in firings."""
_TASHKEEL = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
_WORD = rf"[^\W_]+(?:[{_TASHKEEL}\u0300-\u036f]+[^\W_]*)*"
_PART = re.compile(rf"{_WORD}|\S")
_CHUNK = re.compile(  # a link; a word, with what hangs on it as in www.example.com, Covid-19 and 3.5; any other sign
    rf"(?i:https?://|www\.)\S+"
    rf"|{_WORD}((?<=[A-Za-z0-9])[-.@_+/?=&#%:~]+[A-Za-z0-9]+|(?<=\d)[.,٫٬]\d+)*"
    rf"|\S"
)
_WHOLE = re.compile(r"[.@,٫٬]")
"""What makes one unit of a chunk: an address or a number. An entry must have all of it."""
_CLITICS = re.compile("أ?[وف]?[بلكس]?")
_ARTICLE = re.compile(rf"[اٱ][{_TASHKEEL}]*(ل[{_TASHKEEL}]*)")
_SPAN = re.compile(".+", re.DOTALL)
_SILENT = {
    **dict.fromkeys(i for i in range(0x0600, 0x0700) if re.match(f"[{_TASHKEEL}]", chr(i))),
    ord("ـ"): None,
}
_BARE = str.maketrans({**_SILENT, ord("ٱ"): "ا"})
_WITHOUT_HAMZA = str.maketrans("أإآ", "ااا")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the lexicon."""

    written: str
    """As it stands in articles."""
    spoken: str
    """What is to be said."""
    line: int
    """Its line in the file, from 1."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line of the lexicon is not used, or not as it stands."""

    line: int
    """Its line in the file, from 1."""
    reason: str
    """What is wrong and what to do."""


class Lexicon:
    """Entries ready to be applied: one stage of the pipeline.

    >>> lexicon = Lexicon([Entry("بنكيران", "بِنكِيران", line=1)])
    >>> lexicon(Reading.of("وقال لبنكيران")).spoken
    'وقال لبِنكِيران'
    """

    def __init__(self, entries: Iterable[Entry] = (), faults: Iterable[Fault] = ()):
        self.entries = tuple(entries)
        """In the order of the file; no two match the same words."""
        self.faults = tuple(faults)
        """By line."""
        self._root = _Node()
        for entry in self.entries:
            self._root.add(entry)

    def __call__(self, reading: Reading) -> Reading:
        """The reading after the lexicon; what it is given should be clean."""
        if not self.entries:
            return reading
        found = _Found({change.start: change for change in self.changes(reading.spoken)})
        return reading.rewrite(RULE, found, found.spoken) if found.changes else reading  # type: ignore[arg-type]

    def changes(self, text: str) -> "list[Change]":
        """What the lexicon says otherwise than it is written in a clean text, in order."""
        if not self.entries:
            return []
        units = list(_units(text))
        changes, position = [], 0
        while position < len(units):
            match = self._match(units, position)
            if match is None:
                position += 1
                continue
            start, end = units[position].start, units[match.last].end
            spoken = _joined(text[start : units[position].end], match)
            if spoken != text[start:end]:
                changes.append(Change(start, end, spoken, match.row.entry))
            position = match.last + 1
        return changes

    def effect(self, texts: Iterable[str]) -> str:
        """Names all that the lexicon changes in these display texts; empty when it changes nothing there.

        Another lexicon gives them the same name when, and only when, it has the same said in the same places.
        """
        if not self.entries:
            return ""
        changes = [
            (number, change.start, change.end, change.spoken)
            for number, text in enumerate(texts)
            for change in self.changes(clean(Reading.of(text)).spoken)
        ]
        return sha256(repr(changes).encode()).hexdigest() if changes else ""

    def _match(self, units: "list[_Unit]", position: int) -> "_Match | None":
        """The longest match that begins with a unit; of two as long, the one with fewer letters taken for clitics."""
        best: _Match | None = None
        for way in _ways(units[position].bare):
            node, last, bare = self._root.next.get(way.stem.translate(_WITHOUT_HAMZA)), position, way.stem
            while node is not None:
                if node.rows and (best is None or last > best.last):
                    row = _same(node.rows, bare)
                    if row is not None and row.takes(way):
                        best = _Match(last, way, row)
                last += 1
                if last == len(units):
                    break
                bare += units[last].bare
                node = node.next.get(units[last].loose)
        return best


def key(written: str) -> str:
    """What two written forms have in common when they match the same words."""
    return "".join(" " * unit.loose.startswith(" ") + unit.bare for unit in _written_units(written))


@lru_cache(maxsize=16_384)
def cleaned(text: str) -> str:
    """A form as it is when the lexicon's turn comes in the pipeline."""
    return clean(Reading.of(text)).spoken.strip()


# ---- Matching


class Change(NamedTuple):
    """What is said instead of a span of text."""

    start: int
    """Where the span begins, in characters."""
    end: int
    """Where it ends, exclusive."""
    spoken: str
    """What is said, the clitics included."""
    entry: Entry
    """Whose words they are."""


class _Found:
    """Changes in the place of a pattern: what ``Reading.rewrite`` asks of one."""

    def __init__(self, changes: dict[int, Change]):
        self.changes = changes

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        for change in self.changes.values():
            match = _SPAN.fullmatch(text, change.start, change.end)
            assert match is not None
            yield match

    def spoken(self, match: re.Match[str]) -> str:
        return self.changes[match.start()].spoken


class _Unit(NamedTuple):
    """A word, an address, a number or a sign of a text."""

    start: int
    end: int
    bare: str
    """Without tashkeel and tatweel, in small letters."""
    loose: str
    """The same without hamza on alefs, after a space if there is one before it."""


class _Row(NamedTuple):
    """An entry, as matching needs it."""

    entry: Entry
    bare: str
    letters: int

    def takes(self, way: "_Way") -> bool:
        """Whether the entry may have these clitics: «أحمد» has nothing to do with «حمد», nor «السم» with «سم»."""
        if not way.taken:
            return True
        if not "ء" <= self.bare[0] <= "ۓ":
            return not set("أس").intersection(way.head)
        if "س" in way.head and (self.bare[0] not in "أانيت" or self.letters < 4 or self.bare.startswith("ال")):
            return False  # It makes a future of a verb, and nothing of other words.
        return self.letters >= (5 if "أ" in way.head else 3)


class _Way(NamedTuple):
    """A way to see a word: clitics, and the stem that an entry may begin with."""

    stem: str
    head: str = ""
    """Clitics before the article, bare."""
    taken: int = 0
    """Letters before the stem, those of an article that stays with the stem not counted."""
    contracted: bool = False
    """Whether the article has lost its alef to a ل before it."""


class _Match(NamedTuple):
    last: int
    """The last unit that belongs to it."""
    way: _Way
    row: _Row


class _Node:
    """A place in the tree of entries: one step for each unit."""

    __slots__ = ("next", "rows")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.rows: list[_Row] = []

    def add(self, entry: Entry) -> None:
        node, units = self, _written_units(entry.written)
        for unit in units:
            node = node.next.setdefault(unit.loose, _Node())
        bare = "".join(unit.bare for unit in units)
        node.rows.append(_Row(entry, bare, sum(map(str.isalpha, bare))))


def _written_units(written: str) -> list[_Unit]:
    return [unit for unit in _units(cleaned(written)) if unit.bare]


def _units(text: str) -> Iterator[_Unit]:
    end = 0
    for chunk in _CHUNK.finditer(text):
        is_compound = chunk.lastindex and not _WHOLE.search(chunk[0])
        for match in _PART.finditer(text, chunk.start(), chunk.end()) if is_compound else (chunk,):
            start, space = match.start(), " " * (match.start() > end)
            bare = unicodedata.normalize("NFC", match[0]).translate(_BARE).casefold()
            end = match.end()
            yield _Unit(start, end, bare, space + bare.translate(_WITHOUT_HAMZA))


def _ways(word: str) -> Iterator[_Way]:
    """The ways to see a word, with the fewest letters taken for clitics first."""
    yield _Way(word)
    clitics = _CLITICS.match(word)
    assert clitics is not None
    for taken in range(clitics.end() + 1):
        head, rest = word[:taken], word[taken:]
        if taken and rest:
            yield _Way(rest, head, taken)
        if rest.startswith("ال"):
            yield _Way(rest[2:], head, taken + 2)
        if head.endswith("ل") and rest.startswith("ل"):
            yield _Way("ال" + rest[1:], head, taken, contracted=True)  # للقاهرة: القاهرة
            yield _Way("ال" + rest, head, taken, contracted=True)  # لليلة: الليلة, of whose three lams two are written
            yield _Way(rest[1:], head, taken + 1, contracted=True)


def _same(rows: list[_Row], bare: str) -> _Row | None:
    """The row that matches: letter by letter, or else the only one that differs in hamzas left off alone."""
    alike = []
    for row in rows:
        if row.bare == bare:
            return row
        if all(a == b or "ا" in (a, b) for a, b in zip(row.bare, bare, strict=True)):
            alike.append(row)
    return alike[0] if len(alike) == 1 else None


def _joined(word: str, match: _Match) -> str:
    """The spoken form behind the clitics of the word it is said for.

    The article is said once, whichever side has it; after ل it loses its alef, as it is written: «للقاهرة».
    """
    way, row = match.way, match.row
    head, spoken = word[: _after(word, len(way.head))], row.entry.spoken
    has_own_article = not way.contracted and way.taken > len(way.head)
    if way.taken > len(way.head) and not _ARTICLE.match(spoken):
        spoken = (word[len(head) : _after(word, way.taken)] if has_own_article else "ال") + spoken
    article = _ARTICLE.match(spoken)
    if not (way.head.endswith("ل") and article):
        return head + spoken
    if not way.contracted and (has_own_article or row.bare.startswith("ال")):
        return head + spoken  # So the author has it: لالمغرب, and a name like الكسندر has no article.
    noun = spoken[article.end() :]
    return head + ("" if noun.startswith("ل") else article[1]) + noun


def _after(word: str, letters: int) -> int:
    """Where a word goes on after so many letters and the marks on them."""
    for index, character in enumerate(word):
        if ord(character) not in _SILENT:
            if not letters:
                return index
            letters -= 1
    return len(word)


NONE = Lexicon()
"""The lexicon of a publisher who has none."""
