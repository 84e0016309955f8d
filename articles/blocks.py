"""The blocks of an HTML tree, each as a paragraph of plain text. No guessing: what is text is kept."""

import re
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from articles.model import split_paragraphs

CELL_JOINT = "، "
"""Stands between the cells of a table's row: heard as a short pause."""

PAGE_FRAME = frozenset({"header", "footer"})
"""What surrounds the article in a whole page, for ``blocks(…, without=PAGE_FRAME)``."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MARKUP = "markup"
"""The rule for elements that nobody sees."""
HIDDEN = "hidden"
"""The rule for what its author hides."""

_NOT_TEXT = {
    tag: rule
    for rule, tags in {
        MARKUP: "area canvas link map meta noscript script style svg template title",
        "caption": "figcaption",
        "player": "audio video",
        "embed": "embed iframe object",
        "form": "button datalist form input optgroup option progress select textarea",
        "navigation": "nav",
        "aside": "aside",
    }.items()
    for tag in tags.split()
}
"""Elements that are not read, and the rule that says so."""
# Each begins and ends a paragraph. The last six are trafilatura's names, for its result is read here as well.
_BLOCKS = _words(
    "address article blockquote body caption center dd details dialog div dl dt fieldset figure footer"
    " h1 h2 h3 h4 h5 h6 header hgroup hr legend li main ol p pre section summary table tbody td tfoot th thead tr ul"
    " cell head item list quote row"
)
# Inside these a blank line in the source is only white space, as everywhere in HTML. Outside of them it is how
# an editor without <p> separates paragraphs.
_PARAGRAPHS = _words("caption dd dt h1 h2 h3 h4 h5 h6 li p summary td th cell head item")
_LISTS = frozenset({"ol", "ul", "list"})
_ROWS = frozenset({"tr", "row"})
_CELLS = frozenset({"td", "th", "cell"})
_BREAKS = frozenset({"br", "lb"})

_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINE = re.compile(r"\n[ \t\r\f]*\n")
_VISIBLE = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]")
_LINKED = "\ufdd0"
"""Stands for a character in a link. Unicode leaves it to programs' own use: it is no character of any text."""


class Block(NamedTuple):
    """A paragraph."""

    text: str
    unlinked: str
    """What of it is outside of links."""
    is_item: bool = False
    """Whether it stands in a list."""


def blocks(root: HtmlElement, without: frozenset[str] = frozenset()) -> list[str]:
    """The paragraphs under ``root`` in reading order.

    A list item is one; a table's row is one, its cells joined by ``CELL_JOINT``; two line breaks make two. Scripts,
    captions, navigation, forms, hidden elements and the tags in ``without`` are left out.

    >>> from lxml.html import fromstring
    >>> blocks(fromstring("<div><p>سطر<br>ثان</p><ul><li>أول<li>آخر</ul></div>"))
    ['سطر ثان', 'أول', 'آخر']
    """
    return [block.text for block in read_blocks(root, without)]


def read_blocks(root: HtmlElement, without: frozenset[str] = frozenset()) -> list[Block]:
    """The same, each with what of it is outside of links."""
    reader = _Reader()
    skipping = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start" and skipping is None:
            if element.tag in without or why_left_out(element):
                skipping = element
                if cuts(element.tag):
                    reader.flush()
            else:
                reader.start(element)
        elif event == "end" and skipping is None:
            reader.end(element)
        elif event == "end" and skipping is element:
            skipping = None
        if event != "start" and skipping is None and element is not root:
            reader.text(element.tail)
    reader.flush()
    return reader.paragraphs


def why_left_out(element: HtmlElement) -> str:
    """The rule by which nobody reads ``element``: it is not text, or its author hides it. Empty when it is read."""
    is_hidden = (
        element.get("hidden") is not None
        or element.get("aria-hidden", "").strip().lower() == "true"
        or bool(_INVISIBLE.search(element.get("style", "")))
    )
    return _NOT_TEXT.get(element.tag, HIDDEN if is_hidden else "")


def cuts(tag: str) -> bool:
    """Whether such an element, though it is left out, keeps apart what stands before and after it."""
    return tag not in ("script", "style", "link", "meta", "noscript", "template")


def is_block(tag: str) -> bool:
    """Whether such an element begins and ends a paragraph, or stands between paragraphs."""
    return tag in _BLOCKS or (tag in _NOT_TEXT and cuts(tag))


class _Reader:
    """Gathers text until a block begins or ends, then keeps it as paragraphs."""

    def __init__(self) -> None:
        self.paragraphs: list[Block] = []
        self._pieces: list[str] = []
        self._unlinked: list[str] = []
        """The same pieces, those in links as signs."""
        self._sinks = [self.paragraphs]
        """Where paragraphs go: the article, or the cell of a table being read."""
        self._rows: list[list[list[Block]]] = []
        self._inside = 0
        """How many open elements of ``_PARAGRAPHS`` the text is in."""
        self._links = 0
        """How many open links it is in."""
        self._lists = 0
        """How many open lists it is in."""

    def start(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _BREAKS:
            self._put("\n")
        if tag in _BLOCKS:
            self.flush()
        self._inside += tag in _PARAGRAPHS
        self._lists += tag in _LISTS
        self._links += _is_link(element)
        if tag in _ROWS:
            self._rows.append([])
        if tag in _CELLS:
            self._sinks.append([])
        self.text(element.text)

    def end(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self.flush()
        self._inside -= tag in _PARAGRAPHS
        self._lists -= tag in _LISTS
        self._links -= _is_link(element)
        if tag in _CELLS:
            self._end_cell()
        if tag in _ROWS:
            self._end_row()

    def text(self, text: str | None) -> None:
        if not text:
            return
        pieces = [text] if self._inside else _BLANK_LINE.split(text)
        self._put("\n\n".join(_SPACES.sub(" ", piece) for piece in pieces))

    def flush(self) -> None:
        """The text gathered so far becomes paragraphs of the innermost sink."""
        texts = split_paragraphs("".join(self._pieces))
        unlinked = split_paragraphs("".join(self._unlinked)) if self._unlinked != self._pieces else texts
        self._sinks[-1].extend(
            Block(text, outside.replace(_LINKED, "").strip(), self._lists > 0)
            for text, outside in zip(texts, unlinked, strict=True)
        )
        self._pieces.clear()
        self._unlinked.clear()

    def _put(self, piece: str) -> None:
        self._pieces.append(piece)
        self._unlinked.append(_VISIBLE.sub(_LINKED, piece) if self._links else piece)

    def _end_cell(self) -> None:
        cell = self._sinks.pop()
        if self._rows:
            self._rows[-1].append(cell)
        else:
            self._sinks[-1].extend(cell)

    def _end_row(self) -> None:
        """A row with one filled cell is layout, and keeps its paragraphs; any other is read as one paragraph."""
        cells = [cell for cell in self._rows.pop() if cell]
        if len(cells) == 1:
            self._sinks[-1].extend(cells[0])
        elif cells:
            text = CELL_JOINT.join(" ".join(block.text for block in cell) for cell in cells)
            self._sinks[-1].append(Block(text, " ".join(block.unlinked for cell in cells for block in cell).strip()))


def _is_link(element: HtmlElement) -> bool:
    return element.tag == "a" and element.get("href") is not None
