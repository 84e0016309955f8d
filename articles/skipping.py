"""What of an article's HTML is not read aloud, and by which rule.

First what editors say: ``data-listen="skip"``, the operator's CSS selectors, ``data-listen="only"``. Then named rules
for what content systems and their plug-ins leave in a text: share buttons, boxes of other articles, embeds, captions,
players, advertisements. Nothing goes without the name of a rule; in doubt a rule leaves a text alone, for a stray line
is a smaller harm than a lost sentence.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from cssselect import HTMLTranslator, Selector, SelectorError, parse
from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from articles import pageclasses
from articles.blocks import HIDDEN, MARKUP, Block, blocks, is_block, read_blocks, why_left_out
from articles.model import Skip, is_annotated, one_line, shown_text
from articles.pagelines import (
    FURNITURE_CHARS,
    LABEL_WORDS,
    count_words,
    ends_sentence,
    fold,
    is_ad_label,
    is_prose,
    is_related_act,
    is_related_label,
    is_share_request,
    is_share_row,
    is_syndicated,
)

MOST_SKIPS = 200
"""Skips kept of one article."""
SKIP_CHARS = 120
"""Most characters kept of each."""
SETTING = "ISTAMI_LISTEN_SKIP"
"""The setting with the operator's selectors: with the selector, the name of that rule."""
FRAME_WORDS = 7
"""Most words around the links of «ظهرت المقالة … أولاً على …», in any language."""
MARK = "data-listen"
"""The editor's attribute, and the name of its rule."""
BOX_CHARS, BOX_PIECES = 20_000, 1_000
"""What is larger is no box because of a generic class name: characters, and pieces of text."""
ONLY = f"{MARK}=only"
"""The rule for the rest of a page of which the editor chose parts."""
PAGE = "page"
"""The rule for what of a whole page is not its article."""

_CLASS_RULES = {name.lower(): rule for rule, names in pageclasses.CLASSES.items() for name in names.split()}
_GENERIC_RULES = {name: rule for rule, names in pageclasses.GENERIC.items() for name in names.split()}
_PAIR_RULES = {first: (re.compile(second), rule) for (first, second), rule in pageclasses.PAIRS.items()}
_REMOVED = "istami-removed"
_FRAMES = frozenset({"html", "body", "article", "main"})
"""No class makes these a plug-in's."""
_DOTS = ("…", "...")
_URL = re.compile(r"https?://\S+")
_TEXT = etree.XPath(".//text()[not(ancestor::script or ancestor::style)]")

_Why = Callable[[HtmlElement], str]
"""The rule by which an element is not read; empty when it is."""


class Skips:
    """Gathers what is left out, as much of it as is worth keeping."""

    def __init__(self) -> None:
        self._found: list[Skip] = []

    def add(self, why: str, text: str) -> None:
        """Keep how ``text`` begins, on one line."""
        if len(self._found) < MOST_SKIPS:
            line = one_line(shown_text(text[: 20 * SKIP_CHARS]))
            self._found.append(Skip(why, line if len(line) <= SKIP_CHARS else line[: SKIP_CHARS - 1] + "…"))

    def add_element(self, why: str, element: HtmlElement) -> None:
        """Keep how an element begins; where it has no text, what it is called or the address it shows."""
        if len(self._found) < MOST_SKIPS:
            text = " ".join(blocks(element)) or " ".join(_TEXT(element))
            self.add(why, text.strip() or element.get("title") or element.get("src") or "")

    def __iter__(self) -> Iterator[Skip]:
        return iter(self._found)


def check(selectors: str) -> None:
    """Raises ``ValueError``, with a sentence for the operator, unless ``selectors`` is a group of CSS selectors.

    An empty text is a group of none.
    """
    _compiled(selectors)


def drop_unwanted(tree: HtmlElement, selectors: str, skips: Skips) -> None:
    """Take out of ``tree`` what the editor marks ``data-listen="skip"`` and what the selectors choose.

    Raises ``ValueError`` as ``check`` does.
    """
    chosen = {element: rule for rule, path in _compiled(selectors) for element in path(tree)}

    def why(element: HtmlElement) -> str:
        return MARK if _mark(element) == "skip" else chosen.get(element, "")

    _drop(tree, why, skips)


def only(tree: HtmlElement) -> list[HtmlElement]:
    """The elements marked ``data-listen="only"`` in reading order; of one in another, the outer."""

    def why(element: HtmlElement) -> str:
        return MARK if _mark(element) == "only" and element.tag != "html" else ""

    return [element for element, _ in outermost(tree, why)]


def take_only(tree: HtmlElement) -> list[HtmlElement]:
    """The same elements, taken out of ``tree``, each in a block. What is so marked is text, whatever its tag."""
    taken = []
    for element in only(tree):
        for marked in element.iter(etree.Element):
            if _mark(marked) == "only" and why_left_out(marked) not in ("", HIDDEN):
                marked.tag = "div"
        border = tree.makeelement("hr")
        border.tail, element.tail = element.tail, None  # What stands behind it was not chosen.
        element.addnext(border)
        block = tree.makeelement("div")
        block.append(element)
        taken.append(block)
    return taken


def drop_furniture(body: HtmlElement, skips: Skips, *, is_page: bool) -> None:
    """Take out of ``body`` what a content system or a plug-in puts there.

    In a fragment also the elements that are never text, as captions; in a page others see to them. An element that the
    editor chose stays, but for what is in it.
    """

    def why(element: HtmlElement) -> str:
        rule = "" if is_page else why_left_out(element)
        return rule or ("" if _mark(element) == "only" else _class_rule(element))

    _drop(body, why, skips)


def without_furniture(body: Sequence[Block], title: str, skips: Skips) -> list[Block]:
    """``body``, the paragraphs of a fragment, without those that are no part of its text.

    They are: a label as «اقرأ أيضا» with the links below or behind it; a request to share; «ظهرت المقالة … أولاً على …»
    with its links; a lone address, which was to become an embed; the place of an advertisement. Must not touch prose
    that begins like a label, a list of links under any other heading, and what an editor annotates.
    """
    kept: list[Block] = []
    number = 0
    while number < len(body):
        block = body[number]
        above = kept[-1].text if kept else ""
        end = number if above.endswith(":") else _after_related(body, number)
        rule = "related" if end > number else _paragraph_rule(block, above, title)
        end = max(end, number + 1)
        if rule and not is_annotated(block.text):
            for dropped in body[number:end]:
                skips.add(rule, dropped.text)
        else:
            kept.append(block)
            end = number + 1
        number = end
    return kept


def _after_related(body: Sequence[Block], number: int) -> int:
    """Where the links to other articles end that begin at ``number``; ``number`` itself when none do."""
    block = body[number]
    if _is_links(block):
        return number + 1 if is_related_label(block.text) and ":" in block.text else _after_label(body, number)
    has_links = block.unlinked != block.text
    if has_links and _is_bare_label(block.unlinked):
        return number + 1
    return number if has_links else _after_label(body, number)


def _after_label(body: Sequence[Block], number: int) -> int:
    """The same for a label that stands alone: what calls the reader goes, any other only with links below it."""
    text, is_item = body[number].text, _is_plain_item(body[number])
    if not _is_bare_label(text):
        return number
    end = number + 1
    while end < len(body) and _is_links(body[end]) and not _is_sentence(body[end].text):
        end += 1
    return end if end > number + 1 or (is_related_act(text) and not is_item) else number


def _is_bare_label(text: str) -> bool:
    return is_related_label(text) and ":" not in fold(text)


def _is_links(block: Block) -> bool:
    return not _has_words(block.unlinked) and _has_words(block.text) and not is_annotated(block.text)


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _is_sentence(text: str) -> bool:
    return is_prose(text) and ends_sentence(text)


def _paragraph_rule(block: Block, above: str, title: str) -> str:
    text = block.text
    if len(text) > 2 * FURNITURE_CHARS:
        return ""
    if (_is_frame(block) or (title and title in text)) and is_syndicated(text):
        return "syndication"
    if len(text) > FURNITURE_CHARS:
        return ""
    if _is_plain_item(block) or above.endswith(":"):
        return ""
    if is_share_request(text) or _is_row_of_links(block):
        return "share"
    if is_ad_label(text):
        return "ad"
    return "embed" if _URL.fullmatch(text) else ""


def _is_plain_item(block: Block) -> bool:
    """Whether it is an item of a list without a link, and so no button: «نصائح: - اكتب - شارك»."""
    return block.is_item and block.unlinked == block.text


def _is_frame(block: Block) -> bool:
    """Whether it is links and a few words around them."""
    return block.unlinked != block.text and len(block.unlinked.split()) <= FRAME_WORDS


def _is_row_of_links(block: Block) -> bool:
    return _is_links(block) and is_share_row(block.text) and count_words(block.text) > 1


def _mark(element: HtmlElement) -> str:
    return element.get(MARK, "").strip().lower()


def _class_rule(element: HtmlElement) -> str:
    """The rule whose class or id the element has. What holds the headline is the article, whatever it is called."""
    names = element.get("class", "").lower().split()
    rule = pageclasses.IDS.get(element.get("id", "")) or next(filter(None, map(_CLASS_RULES.get, names)), "")
    for name in names:
        if not rule and name in _PAIR_RULES:
            pattern, paired = _PAIR_RULES[name]
            rule = paired if any(map(pattern.fullmatch, names)) else ""
    if not rule and (generic := next(filter(None, map(_GENERIC_RULES.get, names)), "")):
        rule = "" if _holds_prose(element) else generic
    return rule if rule and element.tag not in _FRAMES and element.find(".//h1") is None else ""


def _holds_prose(element: HtmlElement) -> bool:
    """Whether an element has a sentence outside of its links, or is too large for a box."""
    chars = 0
    for number, text in enumerate(element.itertext(), 1):
        chars += len(text)
        if number > BOX_PIECES or chars > BOX_CHARS:
            return True
    return any(_is_told(block.unlinked) for block in read_blocks(element))


def _is_told(text: str) -> bool:
    """Whether it is a sentence. A box's label has few words, and what it shows of an article ends in dots."""
    is_cut = ends_sentence(text) and text.rstrip("[] ").endswith(_DOTS)
    return not is_cut and (is_prose(text) or (ends_sentence(text) and count_words(text) > LABEL_WORDS))


def _drop(tree: HtmlElement, why: _Why, skips: Skips) -> None:
    dropped = outermost(tree, why)
    for element, rule in dropped:
        if rule != MARKUP and not (rule == HIDDEN and not one_line("".join(element.itertext()))):
            skips.add_element(rule, element)
    remove(tree, [element for element, _ in dropped])


def outermost(tree: HtmlElement, why: _Why) -> list[tuple[HtmlElement, str]]:
    """The elements a rule names, in reading order, but for those inside another."""
    found = []
    walk = etree.iterwalk(tree, events=("start",))
    for _, element in walk:
        if rule := why(element):
            found.append((element, rule))
            walk.skip_subtree()
    return found


def remove(tree: HtmlElement, elements: Iterable[HtmlElement]) -> None:
    """Take elements out; what stood before and after a block stays apart, what stood around a word does not."""
    parents = set()
    for element in elements:
        parent = element.getparent()
        if parent is None or element.tag == "body":
            element.clear(keep_tail=True)
        elif is_block(element.tag):
            rule = parent.makeelement("hr")
            rule.tail, element.tail = element.tail, None
            parent.replace(element, rule)
        else:
            element.tag = _REMOVED
            parents.add(parent)
    # All at once: one by one, the text behind each would be joined to all the text before it.
    etree.strip_elements(tree, _REMOVED, with_tail=False)
    for parent in parents:  # What is left of their text lies in as many pieces, which the reader of pages minds.
        parent.text = parent.text
        for child in parent:
            child.tail = child.tail


@lru_cache(maxsize=16)
def _compiled(selectors: str) -> tuple[tuple[str, etree.XPath], ...]:
    """Each selector's rule, and the path to the elements it chooses."""
    if not selectors.strip():
        return ()
    try:
        paths = tuple((f"{SETTING} {selector.canonical()}", _path(selector)) for selector in parse(selectors))
    except (SelectorError, etree.XPathError, RecursionError) as error:
        reason = one_line(str(error)) or type(error).__name__
        raise ValueError(
            f"{SETTING} is no list of CSS selectors ({reason}); give some such as .related, #ads, [data-ad]"
        ) from None
    return paths


def _path(selector: Selector) -> etree.XPath:
    path = etree.XPath(HTMLTranslator().selector_to_xpath(selector, translate_pseudo_elements=True))
    path(document_fromstring("<p>"))  # Some faults show only now.
    return path
