"""Finds where a text may be cut, and how long a pause a cut there leaves.

Every character gets a *role*: word, space, stop, comma, opening or closing mark, … Numbers, links, abbreviations and
quoted names are words, whatever they are written with; quotes, hyphens and full stops get their role from what
stands around them. A *seam* is then a place between roles.
"""

import re
from collections.abc import Iterator
from enum import IntEnum

from tts.text.reading import Reading


class Pause(IntEnum):
    """Silence after an utterance, in milliseconds, by the seam it ends at: the stronger the seam, the longer."""

    INSIDE = 0
    """Inside a word, a number or a link that is longer than an utterance."""
    BOUND = 20
    """A space that holds its neighbours together: in ``1 250 000``, after ``د.``, between a bracket and its text."""
    SPACE = 40
    """Any other space."""
    EDGE = 120
    """The edge of a quotation or of brackets, with no other mark."""
    COMMA = 180
    """A comma."""
    COLON = 220
    """A colon or a dash."""
    SEMICOLON = 300
    """A semicolon."""
    FULL_STOP = 450
    """The end of a sentence: full stop, question or exclamation mark, ellipsis."""
    PARAGRAPH = 700
    """The end of a paragraph."""
    TITLE = 1000
    """The end of the headline."""


WORD, SPACE, BOUND, END, OPEN, CLOSE, DASH = "w", " ", "=", "!", "(", ")", "-"
"""Roles. A bound space is one inside a unit. A dash belongs to what precedes it, or else its role is to open."""
STOP, HYPHEN, APOSTROPHE, QUOTE, LEFT_QUOTE, RIGHT_QUOTE = ".", "~", "'", '"', "<", ">"
"""Roles that ``SETTLED`` turns into others."""

CHARACTERS = {
    SPACE: "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000",
    END: "!?؟…۔‼⁇⁈⁉‽。！？",
    STOP: ".",
    ";": ";؛⁏；",
    ",": ",،、，",
    ":": ":：",
    DASH: "–—―⸺",
    HYPHEN: "-‐‑−",
    OPEN: "([{«‹⟨（﴿",
    CLOSE: ")]}»›⟩）﴾",
    QUOTE: '"',
    LEFT_QUOTE: "“„‟",
    RIGHT_QUOTE: "”",
    APOSTROPHE: "'’‘",
}
"""The characters of each role; all others are words."""

PAUSES = {
    END: Pause.FULL_STOP,
    ";": Pause.SEMICOLON,
    ":": Pause.COLON,
    DASH: Pause.COLON,
    ",": Pause.COMMA,
    CLOSE: Pause.EDGE,
}
"""The pause at each role that belongs to what precedes it."""

PREFIXES = "[وف]?(?:ال|لل|بال|كال|[بكل])|[وف]"
"""Words that are written together with the next one, even with a quotation: و«نعم»."""
ABBREVIATIONS = "Dr|Mr|Mrs|Ms|Prof|St|No|vs"
"""What a full stop does not end, besides single letters. ``إلخ.`` may end a sentence."""

_ARABIC = r"\u0620-\u065f\u066e-\u06d3"
_LATIN = r"A-Za-z0-9\u00c0-\u024f"
_MARKS = r"\u0610-\u061a\u064b-\u065f\u0670"
_NAME_WORD = r"[^\s.,;:!?،؛؟…«»“”„\"()\[\]]{1,20}"
_LINK = r"[^\s«»“”\"<>،؛…]* [^\s«»“”\"<>،؛….,;:!?؟)\]}'*_-]"

UNITS = re.compile(
    rf"""
      # Not a unit: a space forgotten between two sentences. انتهى.وأضاف  (الأحد).وأضاف  2025.وأضاف
      (?P<stop> (?: (?<=[{_ARABIC}]{{2}}) | (?<=[)\]»”%٪]) | (?<=\d{{4}}) ) \. (?=[{_ARABIC}]{{2}}) )
      # https://example.com/a?b=1,2 but not the marks that follow it
    | (?:https?://|www\.) {_LINK}
      # name@example.com
    | (?<![\w.+-]) [\w.+-]++ @ [\w-]++ (?:\.[\w-]++)+
      # example.com/page
    | (?<![\w.-]) (?:[A-Za-z0-9-]++\.)+ [A-Za-z]{{2,}} / {_LINK}
      # 3،5  18:30  1.250.000  2-1  -5  18 - 05 - 2025  1 250 000
    | (?:(?<!\w)[-+−])? \d++ (?: (?: \s[-–—/×]\s | [-–/×.,:٫٬،'’] | \s(?=\d{{3}}(?!\d)) ) \d++ )*
      # د.  ود.  ق.م.  U.S.  and the space that holds what they belong to
    | (?<![\w{_MARKS}]) و? (?: (?:[^\W\d_]|{ABBREVIATIONS}) \. )++ (?: [^\W\d_](?![\w{_MARKS}]) | \s+ )?
      # «الشرق الأوسط»  ل"رويترز"  a quotation of up to three words is a name
    | (?<![\w{_MARKS}]) (?:{PREFIXES})? [«“”„"] {_NAME_WORD} (?:\s{_NAME_WORD}){{0,2}} [»“”"]
      # و«  which opens a longer one
    | (?<![\w{_MARKS}]) (?P<prefix>{PREFIXES}) (?=[«“”„"'‘(\[])
      # a,b  f(x)  12:pm  and a number that follows another unit
    | (?<=[{_LATIN}]) [.,;:!?(] (?=[{_LATIN}]) | (?<=\d) [.,:،٫] (?=\d)
    """,
    re.VERBOSE,
)
"""What is cut only where nothing else can be: inside at its spaces, and elsewhere not at all. Two groups are no units
but are found here because their letters tell: ``stop`` is the end of a sentence, ``prefix`` an opening."""

_WORD_FOLLOWS = r"(?=[w(\"'<>])"
_GAP_PRECEDES = r"(?<![^ =(\"'<>])"
SETTLED = (
    (re.compile("(?<=w)'(?=w)"), WORD),  # O'Neil
    (re.compile(rf"{_GAP_PRECEDES}[\"'>]{_WORD_FOLLOWS}"), OPEN),  # قال "نعم"
    (re.compile(rf"(?<=[:,])[\"']{_WORD_FOLLOWS}"), OPEN),  # قال:"نعم"
    (re.compile(r"(?<=[^ =(])<(?=[ =!;:,.)]|$)"), CLOSE),  # ”نعم“
    (re.compile("<"), OPEN),
    (re.compile("[\"'>]"), CLOSE),
    (re.compile(r"\.(?=[.!])|(?<=[.!])\."), END),  # ..  ؟.
    (re.compile(r"\.(?=[^w~]|$)"), END),
    (re.compile(r"\."), WORD),  # net. as in .net
    (re.compile(r"(?<![^ =])[-~](?=[w(])"), OPEN),  # قال -وهو طبيب- إنه
    (re.compile("~(?![w(])|(?<=~)~"), DASH),  # قال - وهو طبيب - إنه
    (re.compile("~"), WORD),  # شبه-رسمي
)
"""Settles the open roles, step by step."""

SEAM = re.compile(r"(?P<marks>[-!;:,)](?:[ =]*+[-!;:,)])*+)(?P<gap>[ =]*+)|(?P<space>[ =]++)|(?<=w)(?=\()")
"""A cut may come at the end of each match: after marks and the space that follows, after a space, before a bracket."""
_GAP = re.compile("[ =]+")


class _RoleTable(dict[int, str]):
    def __missing__(self, code: int) -> str:
        return WORD


_ROLE_OF = _RoleTable((ord(character), role) for role, characters in CHARACTERS.items() for character in characters)


def roles(text: str) -> str:
    """The role of each character, as a string of the same length.

    >>> roles('قال: "بلغ الوزن 3،5 كيلو."')
    'www: (www wwwww www wwww!)'
    """
    raw, pieces, done = text.translate(_ROLE_OF), [], 0
    for unit in UNITS.finditer(text):
        pieces.append(raw[done : unit.start()])
        done = unit.end()
        pieces.append(_held(unit, raw))
    text_roles = "".join([*pieces, raw[done:]])
    for pattern, role in SETTLED:
        text_roles = pattern.sub(role, text_roles)
    return text_roles


def _held(unit: re.Match[str], raw: str) -> str:
    if unit["stop"]:
        return END
    if unit["prefix"]:
        return OPEN * len(unit["prefix"])
    return "".join(BOUND if role == SPACE else WORD for role in raw[unit.start() : unit.end()])


def seams(reading: Reading) -> Iterator[tuple[int, Pause]]:
    """Every index where the spoken text may be cut, in order, with the pause a cut there leaves.

    Every run of spaces is followed by a seam. An opening mark belongs to what follows it, all other marks to what
    precedes them. The end of the text is not a seam.

    >>> list(seams(Reading.of("نعم، قال")))
    [(5, <Pause.COMMA: 180>)]
    """
    text_roles = roles(reading.spoken)
    for seam in SEAM.finditer(text_roles):
        if seam["marks"]:
            yield from ((seam.start() + gap.end(), Pause.BOUND) for gap in _GAP.finditer(seam["marks"]))
        index = seam.end()
        if index == len(text_roles):
            return
        if not reading.is_inside_block(index):
            yield index, _pause(seam, text_roles)
        elif seam["gap"] or seam["space"]:
            yield index, Pause.BOUND


def _pause(seam: re.Match[str], text_roles: str) -> Pause:
    opens = text_roles.startswith(OPEN, seam.end())
    if seam["marks"]:
        pause = max(PAUSES[mark] for mark in set(seam["marks"]) if mark in PAUSES)
        return max(pause, Pause.EDGE) if opens else pause
    if seam["space"]:
        follows_opening = text_roles.endswith(OPEN, 0, seam.start())
        precedes_mark = text_roles.startswith(tuple(PAUSES), seam.end())
        if BOUND in seam["space"] or follows_opening or precedes_mark:
            return Pause.BOUND
    return Pause.EDGE if opens else Pause.SPACE
