"""The blocks of an HTML tree, each as a paragraph of plain text. No guessing: what is text is kept."""

import re

from lxml import etree
from lxml.html import HtmlElement

from articles.model import split_paragraphs

CELL_JOINT = "، "
"""Stands between the cells of a table's row: heard as a short pause."""

PAGE_FRAME = frozenset({"header", "footer"})
"""What surrounds the article in a whole page, for ``blocks(…, without=PAGE_FRAME)``."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOT_TEXT = _words(
    "area aside audio button canvas datalist embed figcaption form iframe input link map meta nav noscript object"
    " optgroup option progress script select style svg template textarea title video"
)
# Each begins and ends a paragraph. The last six are trafilatura's names, for its result is read here as well.
_BLOCKS = _words(
    "address article blockquote body caption center dd details dialog div dl dt fieldset figure footer"
    " h1 h2 h3 h4 h5 h6 header hgroup hr legend li main ol p pre section summary table tbody td tfoot th thead tr ul"
    " cell head item list quote row"
)
# Inside these a blank line in the source is only white space, as everywhere in HTML. Outside of them it is how
# an editor without <p> separates paragraphs.
_PARAGRAPHS = _words("caption dd dt h1 h2 h3 h4 h5 h6 li p summary td th cell head item")
_ROWS = frozenset({"tr", "row"})
_CELLS = frozenset({"td", "th", "cell"})
_BREAKS = frozenset({"br", "lb"})

_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINE = re.compile(r"\n[ \t\r\f]*\n")


def blocks(root: HtmlElement, without: frozenset[str] = frozenset()) -> list[str]:
    """The paragraphs under ``root`` in reading order.

    A list item is one; a table's row is one, its cells joined by ``CELL_JOINT``; two line breaks make two. Scripts,
    captions, navigation, forms, hidden elements and the tags in ``without`` are left out.

    >>> from lxml.html import fromstring
    >>> blocks(fromstring("<div><p>سطر<br>ثان</p><ul><li>أول<li>آخر</ul></div>"))
    ['سطر ثان', 'أول', 'آخر']
    """
    reader = _Reader()
    skipping = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start" and skipping is None:
            if _is_left_out(element, without):
                skipping = element
                reader.cut(element.tag)
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


def _is_left_out(element: HtmlElement, without: frozenset[str]) -> bool:
    """Whether nobody reads ``element``: not text, or hidden by its author."""
    return (
        element.tag in _NOT_TEXT
        or element.tag in without
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_INVISIBLE.search(element.get("style", "")))
    )


class _Reader:
    """Gathers text until a block begins or ends, then keeps it as paragraphs."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self._pieces: list[str] = []
        self._sinks = [self.paragraphs]
        """Where paragraphs go: the article, or the cell of a table being read."""
        self._rows: list[list[list[str]]] = []
        self._inside = 0
        """How many open elements of ``_PARAGRAPHS`` the text is in."""

    def start(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _BREAKS:
            self._pieces.append("\n")
        if tag in _BLOCKS:
            self.flush()
        self._inside += tag in _PARAGRAPHS
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
        if tag in _CELLS:
            self._end_cell()
        if tag in _ROWS:
            self._end_row()

    def cut(self, tag: str) -> None:
        """An element left out still keeps apart what stood before and after it, unless it is invisible by nature."""
        if tag not in ("script", "style", "link", "meta", "noscript", "template"):
            self.flush()

    def text(self, text: str | None) -> None:
        if not text:
            return
        pieces = [text] if self._inside else _BLANK_LINE.split(text)
        self._pieces.append("\n\n".join(_SPACES.sub(" ", piece) for piece in pieces))

    def flush(self) -> None:
        """The text gathered so far becomes paragraphs of the innermost sink."""
        self._sinks[-1].extend(split_paragraphs("".join(self._pieces)))
        self._pieces.clear()

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
            self._sinks[-1].append(CELL_JOINT.join(" ".join(cell) for cell in cells))
