"""Markdown as HTML: CommonMark and tables, the HTML in it left as it is.

What CommonMark swallows though its author means it to be read is text here: «[ملاحظة]: مهم», «1956. سنة الاستقلال».
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_DEEPEST = 100
"""Levels of lists and quotations in one another that are read; markdown-it drops what is deeper."""
_MOST_SEARCHED = 5_000_000
"""Brackets of a paragraph times its characters, at most, if links are looked for: it may be read from each bracket on
to its end."""
_SHORT_NUMBER = 2
"""Most digits of a number that counts the items of a list; a longer one is of the text."""
_DEFINITION = re.compile(r"\[[^\]]*\]:\s*(?:<|[/#.]|[a-z][a-z0-9+.-]*:)", re.ASCII | re.IGNORECASE)


def to_html(text: str) -> str:
    """``text`` as HTML. Never raises: what is no Markdown is text.

    >>> to_html("# عنوان\\nنص **مهم**")
    '<h1>عنوان</h1>\\n<p>نص <strong>مهم</strong></p>\\n'
    """
    html: str = _parser().render(text)
    return html


@cache
def _parser() -> MarkdownIt:
    parser = _common()
    parser.block.ruler.at("reference", _reference)
    parser.core.ruler.at("inline", _read_paragraphs)
    parser.add_render_rule("list_item_open", _item_open)
    return parser


@cache
def _without_links() -> MarkdownIt:
    return _common().disable(["link", "image"])


def _common() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True, "maxNesting": _DEEPEST}).enable(["table", "strikethrough"])


def _reference(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A line such as ``[1]: https://…`` says where a link leads, and is not read; «[ملاحظة]: مهم» is."""
    is_address = _DEFINITION.match(state.src, state.bMarks[first] + state.tShift[first])
    return bool(is_address) and reference(state, first, last, silent)


def _read_paragraphs(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children is not None:
            is_crowded = token.content.count("[") * len(token.content) > _MOST_SEARCHED
            parser = _without_links() if is_crowded else state.md
            parser.inline.parse(token.content, parser, state.env, token.children)


def _item_open(self: RendererHTML, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    item = tokens[number]
    return f"<li>{item.info}{item.markup} " if len(item.info) > _SHORT_NUMBER else "<li>"
