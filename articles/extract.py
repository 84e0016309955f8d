"""An article's text out of HTML, page text, or a file.

A CMS pushes a *fragment*: every block of it is the article, so every block is taken and nothing is guessed.
A whole *page* has menus, teasers and footers around the article. There trafilatura decides: in the article
extraction benchmark kept by Zyte it is published at F1 0.958, newspaper4k at 0.949 and readability-lxml at 0.922;
it also keeps lists, quotations and tables apart, and finds the page's title. It runs with ``favor_recall``: for a
listener a stray line is a smaller harm than a lost sentence. A page it finds nothing in is read block by block.
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath
from typing import Any

from lxml.etree import ParserError, strip_elements
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from articles.blocks import PAGE_FRAME, Block, blocks, read_blocks
from articles.errors import ArticleError, InvalidArticle
from articles.listen_as import Annotator
from articles.model import (
    MAX_HTML_CHARS,
    Extract,
    Skip,
    check_size,
    in_utc,
    is_annotated,
    one_line,
    read_push,
    shown_text,
)
from articles.pagelines import furniture_rule, same_words
from articles.pagetext import from_clean_text, from_page_text, without_buttons
from articles.shortcodes import without_shortcodes
from articles.skipping import (
    ONLY,
    PAGE,
    SKIP_CHARS,
    Skips,
    drop_furniture,
    drop_unwanted,
    only,
    take_only,
    without_furniture,
)

__all__ = ["Extract", "decode", "each_from_file", "from_file", "from_html", "from_page_text", "item_id"]

_WHOLE_PAGE = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_LAYOUT = frozenset(
    {"div", "section", "article", "main", "header", "footer", "nav", "aside", "form", "table", "center"}
)
_UNPARSABLE = re.compile(r"^\s*<\?xml[^>]*>|[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufff9-\ufffb\ufffe\uffff]")
_SITE_SUFFIX = re.compile(r"(?P<title>.*\S)\s+(?P<mark>[-–—|])\s+(?P<site>[^|–—]+)")
_MOST_SITE_WORDS = 4

# Longest first: the mark of UTF-32 begins like that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")


def from_html(html: str, url: str = "", title: str = "", skip: str = "", *, may_be_page: bool = True) -> Extract:
    """The title and paragraphs of ``html``: a fragment as a CMS pushes it, or a whole page if it may be one.

    ``title`` is the headline when it is known; when empty, the page's own, or the ``<h1>`` a fragment begins with.
    The headline is not repeated as first paragraph. ``skip`` are CSS selectors of what is not read; raises
    ``ValueError`` when they are none, and never for odd markup: what holds no text gives none.
    """
    html = shown_text(_UNPARSABLE.sub("", html))
    is_page = may_be_page and bool(_WHOLE_PAGE.search(html))
    tree = _tree(html if is_page else f"<html><body>{html}</body></html>")
    is_page = is_page and not _is_wrapped_fragment(tree)
    skips = Skips()
    drop_unwanted(tree, skip, skips)
    page = _Page(tree, url, title, Annotator(tree, skips), skips)
    found = _from_chosen(page) if only(tree) else _from_page(page) if is_page else _from_fragment(page)
    skipped = (Skip(each.why, shown_text(page.annotator.restore(each.text))) for each in skips)
    return replace(found, url=url, skipped=tuple(skipped))


def from_file(name: str, data: bytes, skip: str = "", *, may_be_page: bool = True) -> list[Extract]:
    """The articles in a file, chosen by its name's ending; ``skip`` as in ``from_html``.

    ``.json`` holds the body of ``PUT /articles/<id>``, or a list of them, each with an optional ``id``;
    ``.html`` and ``.htm`` a page or fragment, ``.md`` a fragment in Markdown; anything else is plain text: an article
    as it was written or, if it ``may_be_page``, all that a news page shows.
    Raises ``InvalidArticle`` or ``ArticleTooLarge``, also for one item of a list.
    """
    extracts = []
    for _, found in each_from_file(name, data, skip, may_be_page=may_be_page):
        if isinstance(found, ArticleError):
            raise found
        extracts.append(found)
    return extracts


def each_from_file(
    name: str, data: bytes, skip: str = "", *, may_be_page: bool = True
) -> Iterator[tuple[str, Extract | ArticleError]]:
    """The same one by one, each with the id it gives, empty when it gives none. A bad item of a list is an error in
    its place, and spoils no other. Raises ``ArticleError`` when the file as a whole is bad."""
    kind = PurePath(name).suffix.lower()
    text = decode(data)
    if kind == ".json":
        yield from _from_json(text, skip)
    elif kind in (".html", ".htm"):
        yield "", from_html(text, skip=skip)
    elif kind == ".md":
        from articles.markdown import to_html  # A fifth of a second: only Markdown pays for it.

        check_size(text, limit=MAX_HTML_CHARS)
        yield "", from_html(to_html(text), skip=skip, may_be_page=False)
    else:
        yield "", from_page_text(text) if may_be_page else from_clean_text(text)


def item_id(item: Any) -> str:
    """The id that an item of a JSON file gives, a number as its digits; empty when it gives none.

    Raises ``InvalidArticle`` for what cannot be one.
    """
    id = item.get("id", "") if isinstance(item, dict) else ""
    if isinstance(id, bool) or not isinstance(id, str | int):
        raise InvalidArticle("id must be a string")
    return str(id)


def decode(data: bytes) -> str:
    """``data`` as text. Raises ``InvalidArticle`` when it is not text.

    The rule: a byte order mark says UTF-8, UTF-16 or UTF-32; without one it is UTF-8 if it is valid UTF-8; else what
    an HTML ``<meta charset>`` declares; else windows-1256, but only when most of its letters come out Arabic.
    """
    text = _by_mark(data) or _by_trial(data)
    if text is None or "\0" in text:
        raise InvalidArticle("the file is not text in UTF-8, UTF-16 or windows-1256; save it as UTF-8")
    return text


@dataclass(frozen=True, slots=True)
class _Page:
    """HTML without what editor and operator want skipped, annotated as the editor says."""

    tree: HtmlElement
    url: str
    title: str
    """The headline, if it is known."""
    annotator: Annotator
    skips: Skips

    def restored(self, found: Iterable[Block]) -> list[Block]:
        """Paragraphs of the tree with their annotations, without shortcodes."""
        restored = [block._replace(text=self.annotator.restore(block.text)) for block in found]
        return without_shortcodes(restored, self.skips)

    def heading(self) -> str:
        """The text of the ``<h1>``, annotated; empty when there is none, or more than one."""
        return self.annotator.restore(_heading(self.tree))


def _from_fragment(page: _Page) -> Extract:
    """All blocks of the body but furniture. An ``<h1>`` before everything else is the title, unless there is one."""
    body = page.tree.find("body")
    if body is None:
        return Extract(page.title, ())
    drop_furniture(body, page.skips, is_page=False)
    found = page.restored(read_blocks(body))
    title, heading = page.title, body.find(".//h1")
    if found and heading is not None:
        text = page.annotator.restore(one_line(heading.text_content()))
        is_first = same_words(shown_text(found[0].text), shown_text(text))
        title = (title and _as_marked(title, text)) or (found[0].text if is_first else "")
    title = title or without_site(_title_element(page.tree))
    kept = without_furniture(found, shown_text(title), page.skips)
    return Extract(title, _without_title([block.text for block in kept], title))


def _from_chosen(page: _Page) -> Extract:
    """The headline, and the elements the editor chose with ``data-listen="only"``: nothing is guessed.

    In what holds several paragraphs the rules are kept; a paragraph that is chosen itself is read.
    """
    heading = page.heading()
    title = _as_marked(page.title or heading or without_site(_title_element(page.tree)), heading)
    chosen: list[Block] = []
    for part in take_only(page.tree):
        drop_furniture(part, page.skips, is_page=False)
        found = page.restored(read_blocks(part))
        chosen += without_furniture(found, shown_text(title), page.skips) if len(found) > 1 else found
    rest = [page.annotator.restore(text) for text in _body_blocks(page.tree)]
    _summarise(page, [text for text in rest if not same_words(shown_text(text), shown_text(title))], ONLY)
    return Extract(title, _without_title([block.text for block in chosen], title), published_at=_published(page.tree))


def _from_page(page: _Page) -> Extract:
    """What trafilatura takes for the article; if it finds none, the blocks of the page's likeliest part."""
    import trafilatura  # A quarter of a second: only whole pages pay for it.

    tree = page.tree
    drop_furniture(tree, page.skips, is_page=True)
    found: Any = trafilatura.bare_extraction(
        tree, url=page.url or None, favor_recall=True, include_comments=False, with_metadata=True
    )
    marked_heading = page.heading()
    heading = shown_text(marked_heading)
    raw_title = shown_text(page.annotator.restore(one_line((found and found.title) or "")))
    raw_title = raw_title or heading or _title_element(tree)
    own_title = without_site(raw_title, one_line((found and found.sitename) or ""), heading)
    title = page.title or own_title
    paragraphs = read_blocks(found.body) if found and found.body is not None else []
    if not paragraphs or _gave_up([block.text for block in paragraphs], _heading(tree)):
        paragraphs = _main_blocks(tree)
    texts = [block.text for block in page.restored(paragraphs)]
    kept = without_buttons(texts)
    remaining = set(kept)
    for text in texts:
        if text not in remaining:
            page.skips.add(furniture_rule(text), text)
    everything = [page.annotator.restore(text) for text in _body_blocks(tree)]
    known = {*texts, *(text for text in everything if same_words(shown_text(text), shown_text(title)))}
    _summarise(page, [text for text in everything if text not in known], PAGE)
    body = _without_title(kept, title, own_title, raw_title, heading)
    return Extract(_as_marked(title, marked_heading), body, published_at=_published(tree))


def _summarise(page: _Page, rest: list[str], why: str) -> None:
    """Says in one entry what of the page is not the article."""
    if rest:
        page.skips.add(why, " · ".join(rest[:SKIP_CHARS]))


def _as_marked(title: str, heading: str) -> str:
    """``title`` with the annotations of the page's heading, if it says the same."""
    return heading if is_annotated(heading) and same_words(shown_text(title), shown_text(heading)) else title


def _gave_up(paragraphs: list[str], heading: str) -> bool:
    """Whether trafilatura, finding no article (a very short one), gave all words of the page in one paragraph."""
    return len(paragraphs) == 1 and heading in paragraphs[0][1:] and heading != ""


def without_site(title: str, site: str = "", heading: str = "") -> str:
    """``title`` without the site's name behind a bar or a dash.

    >>> without_site("المجلس يصادق على قانون المناجم | الأفق")
    'المجلس يصادق على قانون المناجم'

    What stands behind the mark goes when it is ``site``, when the page's ``heading`` lacks it, or when it is a few
    words behind a bar. A score («الوداد 2 - الرجاء 1») and a headline in two halves stay.
    """
    match = _SITE_SUFFIX.fullmatch(title)
    if not match:
        return title
    head, tail = match["title"], match["site"]
    is_name = match["mark"] == "|" and len(tail.split()) <= _MOST_SITE_WORDS
    return head if is_name or same_words(tail, site) or same_words(head, heading) else title


def _title_element(tree: HtmlElement) -> str:
    return one_line(tree.findtext(".//head/title") or "")


def _heading(tree: HtmlElement) -> str:
    """The text of the page's ``<h1>``; empty when there is none, or more than one."""
    headings = [one_line(heading.text_content()) for heading in tree.iter("h1")]
    return headings[0] if len(headings) == 1 else ""


def _main_blocks(tree: HtmlElement) -> list[Block]:
    """The blocks of ``<article>``, else ``<main>``, else what stands beside the ``<h1>``, else of the body."""
    for name in ("article", "main"):
        paragraphs = [paragraph for part in tree.iter(name) for paragraph in read_blocks(part, PAGE_FRAME)]
        if paragraphs:
            return paragraphs
    heading = tree.find(".//h1")
    beside = [] if heading is None else read_blocks(heading.getparent(), PAGE_FRAME)
    body = tree.find("body")
    return beside if len(beside) > 1 or body is None else read_blocks(body, PAGE_FRAME)


def _body_blocks(tree: HtmlElement) -> list[str]:
    body = tree.find("body")
    return [] if body is None else blocks(body)


def _without_title(paragraphs: list[str], *titles: str) -> tuple[str, ...]:
    """``paragraphs`` without the headline where the body repeats it first: it would be read twice."""
    first = shown_text(paragraphs[0]) if paragraphs else ""
    repeats = any(same_words(first, shown_text(title)) for title in titles)
    return tuple(paragraphs[1:] if repeats else paragraphs)


def _is_wrapped_fragment(tree: HtmlElement) -> bool:
    """Whether a document is only paragraphs in ``<html><body>``: it has no layout that could hold furniture."""
    return not any(element.tag in _LAYOUT for element in tree.iter())


def _published(tree: HtmlElement) -> datetime | None:
    """The time the page says it was published, in UTC. Dates in the text are not looked at: they may be anyone's."""
    for meta in tree.iter("meta"):
        if meta.get("property") == "article:published_time":
            try:
                return in_utc(datetime.fromisoformat(meta.get("content", "").strip()))
            except (ValueError, OverflowError):
                return None
    return None


def _tree(html: str) -> HtmlElement:
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = document_fromstring(html.encode(), parser=parser, ensure_head_body=True)
    except ParserError:  # A document without one element, such as a doctype alone.
        return document_fromstring("<html><body></body></html>")
    _drop_unwritable(tree)
    strip_elements(tree, "istami-player", with_tail=False)  # «استمع للمقال» is not to be heard in the article.
    return tree


def _drop_unwritable(tree: HtmlElement) -> None:
    """Take out the characters that the parser makes of ``&#1;`` and lxml does not let be written again, and the marks
    of annotations."""

    for node in tree.iter():
        if _UNWRITABLE.search(node.tail or ""):
            node.tail = _UNWRITABLE.sub("", node.tail.replace("\f", " "))
        if isinstance(node.tag, str) and _UNWRITABLE.search(node.text or ""):
            node.text = _UNWRITABLE.sub("", node.text.replace("\f", " "))


def _from_json(text: str, skip: str) -> Iterator[tuple[str, Extract | ArticleError]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidArticle(f"the file is not JSON: {one_line(str(error))}") from None
    for number, item in enumerate(value if isinstance(value, list) else [value], 1):
        id = ""
        try:
            id = item_id(item)
            fields = {name: item[name] for name in item if name != "id"} if isinstance(item, dict) else item
            yield id, read_push(fields, id, skip)
        except ArticleError as error:
            where = f"article {number} of the list: " if isinstance(value, list) else ""
            yield id, type(error)(f"{where}{error.detail}")


def _by_mark(data: bytes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    return None


def _by_trial(data: bytes) -> str | None:
    declared = _DECLARED_CHARSET.search(data[:2048])
    text = _decoded(data, "utf-8")
    if text is None and declared:
        text = _decoded(data, declared[1].decode("ascii", "replace"))
    if text is None and _is_mostly_arabic(legacy := data.decode("windows-1256", "replace")):
        text = legacy
    return text


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _is_mostly_arabic(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return letters > 0 and len(_ARABIC_LETTER.findall(text)) * 2 > letters
