"""The items of an RSS or Atom feed.

feedparser reads them, because it takes what can be taken of the XML that real sites send. It is handed bytes and never
an address, so it fetches nothing. Two of its habits are switched off: it would sanitize the HTML, and so drop the
``data-listen`` marks and whole elements it does not know; and it would rewrite links inside the HTML, which nobody
hears. Harm cannot come of it: the HTML is only ever turned into plain text.
"""

import codecs
import hashlib
import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, parse_qs, parse_qsl, unquote, urlsplit

import feedparser
from lxml.html import fromstring

from articles import pagewords
from articles.errors import InvalidArticle, InvalidArticleId
from articles.model import MAX_URL_CHARS, check_id, in_utc, one_line
from articles.pagelines import find_date, fold

MAX_ITEMS = 1_000
"""Items of one feed that are looked at, from its top."""

_CONTENT_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
_ID_PARAMETERS = ("p", "id")
_ENDING = re.compile(r"\.(?:html?|php)$", re.IGNORECASE)
_INDEX = re.compile(r"(?:index|default)\.\w+", re.IGNORECASE)

_ROOT = re.compile(r"<[A-Za-z]")
_UNPARSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CHARACTER = re.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<decimal>[0-9]+));?")
_CHARSET = re.compile(r"(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# A declaration chooses among these only: some of Python's codecs take hours on a text made for it.
_ARABIC_CODECS = ("cp1256", "iso8859-6", "mac-arabic")
_LONE = "\ufffd"

_ARABIC_DATE = re.compile(r"(?P<day>\d{1,2})\s+(?P<month>[^\W\d_]+(?: الثاني| الاول)?)\s*،?\s+(?P<rest>\d{4}.*)")
_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Item:
    """An article as a feed lists it."""

    id: str
    """One segment of a path; see ``item_id``."""
    link: str
    """The article's page, ``http`` or ``https``; empty when the feed gives none that can be used."""
    guid: str
    """What the feed calls it; may be empty."""
    title: str
    """Plain text on one line; may be empty."""
    content: str
    """HTML of what the feed says is the article; empty when it gives a summary alone."""
    summary: str
    """HTML of the summary; may be empty."""
    published_at: datetime | None
    """In UTC; None when not given."""
    updated_at: datetime | None
    """In UTC; None when not given."""

    @property
    def moment(self) -> datetime | None:
        """When it was last published or changed."""
        return max(filter(None, (self.published_at, self.updated_at)), default=None)


def read_items(data: bytes, url: str, content_type: str = "") -> list[Item]:
    """The items of the feed ``data``, found at ``url`` (relative links are meant from there), in the feed's order.

    No two have the same id. An item without link and guid cannot be asked for and is left out. Raises
    ``InvalidArticle`` when ``data`` is no feed.
    """
    parsed = _parse(text_of(data, content_type), url)
    if not parsed.get("version") and not parsed["entries"]:
        raise InvalidArticle("this is no RSS or Atom feed")
    items = (_item(entry) for entry in parsed["entries"][:MAX_ITEMS])
    return _distinct([item for item in items if item.id])


def text_of(data: bytes, content_type: str = "") -> str:
    """``data`` as text; what is no text in any encoding comes out as nonsense.

    Bytes that read as UTF-8 are UTF-8, whatever is declared, even when a few are broken (a headline cut inside a
    letter). Else an Arabic encoding that ``content_type`` or the text itself declares is believed, and without one it
    is windows-1256, which the older of Arabic sites send under any name.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if data[:2] in (b"<\0", b"\0<"):
        return data.decode("utf-16-le" if data[0] else "utf-16-be", "replace")
    text = data.decode("utf-8-sig", "replace")
    letters = sum(character > "\x7f" for character in text)
    if text.count(_LONE) * 10 <= letters:
        return text
    declared = _CHARSET.search(content_type) or _CHARSET.search(data[:2048].decode("latin-1"))
    return data.decode(_arabic_codec(declared[1] if declared else ""), "replace")


def item_id(link: str, guid: str) -> str:
    """The id of an item: what a page template can know of its own address. Empty without link and guid.

    >>> item_id("https://site.ma/2026/03/%D8%AE%D8%A8%D8%B1.html?from=rss", "")
    'خبر'
    >>> item_id("https://site.ma/?p=42", ""), item_id("https://site.ma/article.php?id=42", "")
    ('42', '42')

    It is the last segment of the link's path, percent-decoded, without ``.html``, ``.htm`` or ``.php``. Where that
    names no article (no path, an index page, a script that is told which by ``p=`` or ``id=``), it is that parameter;
    else the guid when it can be an id (no address can); else 20 hexadecimal digits of the SHA-256 of guid or link.
    """
    for candidate in (_id_of_link(link), guid):
        try:
            return check_id(candidate)
        except InvalidArticleId:
            continue
    return _digest(guid or link) if guid or link else ""


def plain(html: str) -> str:
    """The text of a piece of HTML on one line."""
    return one_line(str(fromstring(f"<div>{html}</div>").text_content()))


def _parse(text: str, url: str) -> Any:
    # Without the prolog no document type reaches the parser: no entity bombs, and no external entities.
    start = _ROOT.search(text)
    text = _UNPARSABLE.sub("", text[start.start() :]) if start else ""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        return feedparser.parse(
            io.BytesIO(_CHARACTER.sub(_possible_character, text).encode("utf-8", "replace")),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        # It takes most nonsense, not all: elements where none of their kind belongs.
        raise InvalidArticle("this is no RSS or Atom feed that can be read") from error


def _possible_character(match: re.Match[str]) -> str:
    """The reference as it stands; nothing for one to half of an emoji, a control character, or beyond Unicode."""
    digits = (match["hex"] or match["decimal"]).lstrip("0")
    number = int(digits or "0", 16 if match["hex"] else 10) if len(digits) < 8 else 0
    is_possible = number >= 0x20 or number in (0x9, 0xA, 0xD)
    is_possible = is_possible and not 0xD800 <= number <= 0xDFFF and number <= 0x10FFFD
    return match[0] if is_possible else ""


def _item(entry: dict[str, Any]) -> Item:
    # dict.get: feedparser's own answers for other names when one is missing.
    link = _address(_string(entry, "feedburner_origlink") or _string(entry, "link"))
    guid = one_line(_string(entry, "id"))
    return Item(
        id=item_id(link, guid),
        link=link,
        guid=guid,
        title=_title(entry),
        content="\n".join(map(_html, filter(_is_text, dict.get(entry, "content", ())))),
        summary=_html(dict.get(entry, "summary_detail") or {"value": _string(entry, "summary")}),
        published_at=_moment(entry, "published"),
        updated_at=_moment(entry, "updated"),
    )


def _string(entry: dict[str, Any], name: str) -> str:
    value = dict.get(entry, name)
    return value if isinstance(value, str) else ""


def _title(entry: dict[str, Any]) -> str:
    detail = dict.get(entry, "title_detail") or {}
    title = _string(entry, "title")
    return one_line(title) if detail.get("type") == "text/plain" else plain(title)


def _is_text(part: dict[str, Any]) -> bool:
    return part.get("type", "text/html") in _CONTENT_TYPES


def _html(part: dict[str, Any]) -> str:
    value = str(part.get("value") or "")
    if part.get("type") == "text/plain":
        value = value.replace("&", "&amp;").replace("<", "&lt;")
    return value.strip()


def _address(link: str) -> str:
    """``link`` when it can be an article's page."""
    link = link.strip()
    parts = _split(link)
    is_usable = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return link if is_usable and len(link) <= MAX_URL_CHARS and link == "".join(link.split()) else ""


def _split(link: str) -> SplitResult:
    try:
        return urlsplit(link)
    except ValueError:  # Such as brackets around what is no IPv6 address.
        return urlsplit("")


def _id_of_link(link: str) -> str:
    parts = _split(link)
    segment = parts.path.rstrip("/").rpartition("/")[2]
    try:
        segment = unquote(segment, errors="strict")
        query = parse_qs(parts.query, errors="strict", max_num_fields=100)
    except ValueError:
        return ""
    is_script = _INDEX.fullmatch(segment) or segment.lower().endswith(".php")
    told = next((query[name][0] for name in _ID_PARAMETERS if name in query), "")
    if not segment or (is_script and told):
        return told
    return "" if _INDEX.fullmatch(segment) else _ENDING.sub("", segment)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:20]


def _moment(entry: dict[str, Any], name: str) -> datetime | None:
    parsed = dict.get(entry, f"{name}_parsed")
    try:
        return in_utc(datetime(*parsed[:6])) if parsed else _arabic_moment(_string(entry, name))
    except (ValueError, OverflowError):
        return None


def _arabic_moment(text: str) -> datetime | None:
    """A date with the month's Arabic name: the zone, if given, is kept; feedparser knows no such date."""
    match = _ARABIC_DATE.search(text)
    month = pagewords.MONTHS.get(fold(match["month"])) if match else None
    if not match or not month:
        return find_date(text)
    try:
        english = f"{int(match['day'])} {_ENGLISH_MONTHS[month - 1]} {match['rest']}"
        return in_utc(parsedate_to_datetime(english))
    except (ValueError, TypeError):
        return find_date(text)


def _arabic_codec(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return "cp1256"
    return name if name in _ARABIC_CODECS else "cp1256"


def _distinct(items: list[Item]) -> list[Item]:
    """``items`` without repetition and under distinct ids.

    Of an article listed twice the later state stays, in the first one's place. Two articles that would have the same
    id both go by the digits of their guid or link, so that neither is read under the other's id.
    """
    kept: list[Item] = []
    places: dict[str, list[int]] = {}
    for item in items:
        namesakes = places.setdefault(item.id, [])
        place = next((place for place in namesakes if _is_same(item, kept[place])), None)
        if place is None:
            namesakes.append(len(kept))
            kept.append(item)
        else:
            kept[place] = max(kept[place], item, key=_lateness)
    return [replace(item, id=_digest(item.guid or item.link)) if len(places[item.id]) > 1 else item for item in kept]


def _is_same(one: Item, other: Item) -> bool:
    return (one.guid != "" and one.guid == other.guid) or (one.link != "" and _page(one.link) == _page(other.link))


def _page(link: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """What of a link tells its page from others: not the scheme, not what counts visitors."""
    parts = _split(link)
    query = tuple(pair for pair in parse_qsl(parts.query) if not pair[0].startswith("utm_"))
    return parts.netloc.lower(), parts.path.rstrip("/"), query


def _lateness(item: Item) -> datetime:
    return item.moment or datetime.min.replace(tzinfo=UTC)
