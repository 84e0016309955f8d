"""The editor's ``data-listen-as="…"``: an element's text is shown as it is and spoken as the attribute says."""

import re

from lxml.html import HtmlElement, tostring

from articles.blocks import HIDDEN, MARKUP, blocks, is_block, why_left_out
from articles.model import annotation, one_line, shown_text
from articles.skipping import Skips, outermost, remove

ATTRIBUTE = "data-listen-as"
"""The attribute, and the name of its rule."""
_SIGNS = range(0xA000, 0xA48D)
"""Letters (of the Yi script) of which one that a page does not have marks its annotations, while it is taken apart:
readers of HTML drop the characters that Unicode has for that."""
_KEPT = frozenset(["p", "li", "dd", "dt", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "summary"])
"""Blocks that stay what they are; any other becomes a plain paragraph."""


class Annotator:
    """Writes the annotations of a page into its text, so that they survive whatever is done with its elements."""

    def __init__(self, tree: HtmlElement, skips: Skips):
        """Changes ``tree``: an element so marked has one piece of text afterwards.

        An element without text, and a whole paragraph that is to be spoken as nothing, go.
        """
        self._spoken: list[str] = []
        self._sign = ""
        marked = [element for element, _ in outermost(tree, _rule)]
        if marked:
            letters = set(tostring(tree, encoding="unicode"))
            self._sign = next((chr(code) for code in _SIGNS if chr(code) not in letters), "")
        silent = []
        for element in marked:
            is_shown = why_left_out(element) not in (HIDDEN, MARKUP) and element.tag not in ("html", "body")
            if self._sign and is_shown and not self._annotate(element, skips):
                silent.append(element)
        remove(tree, silent)

    def restore(self, text: str) -> str:
        """``text`` of the page with its annotations as ``articles.model.annotation`` writes them."""
        sign = self._sign
        if not sign or sign not in text:
            return text
        text = re.sub(
            f"{sign}([^{sign}]*){sign}([0-9]+){sign}",
            lambda match: annotation(match[1], self._spoken[int(match[2])]),
            text,
        )
        return text.replace(sign, "")

    def _annotate(self, element: HtmlElement, skips: Skips) -> bool:
        """False when it is to go."""
        spoken = one_line(shown_text(element.get(ATTRIBUTE) or ""))
        raw = element.text_content()
        shown = one_line(shown_text(" ".join(blocks(element)) or raw))
        is_paragraph = is_block(element.tag)
        if not shown or (is_paragraph and not spoken):
            skips.add(ATTRIBUTE, shown or spoken)
            return False
        before, after = (" " * edge.isspace() for edge in (raw[:1], raw[-1:]))
        text = f"{self._sign}{shown}{self._sign}{len(self._spoken)}{self._sign}"
        self._spoken.append(spoken)
        for child in list(element):
            element.remove(child)
        for name in ("class", "id", "style", ATTRIBUTE):
            element.attrib.pop(name, None)
        holder = element
        if element.tag == "tr":
            holder = element.makeelement("td")
            element.text = None
            element.append(holder)
        elif element.tag not in _KEPT:
            element.tag = "p" if is_paragraph else "span"
        holder.text = text if is_paragraph else f"{before}{text}{after}"
        return True


def _rule(element: HtmlElement) -> str:
    return "" if element.get(ATTRIBUTE) is None else ATTRIBUTE
