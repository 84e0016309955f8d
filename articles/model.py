"""The nouns of this room: an article, and what was extracted from a page or file before it has an id."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from articles.errors import ArticleTooLarge, InvalidArticle, InvalidArticleId

MAX_CHARS = 1_000_000
"""Longest title and paragraphs together, in characters: about 18 hours of speech."""
MAX_HTML_CHARS = 5 * MAX_CHARS
"""Longest HTML that is parsed at all, in characters: markup may weigh more than its text."""
MAX_ID_BYTES = 200
"""Longest article id, in bytes of UTF-8."""
MAX_URL_CHARS = 2_048
"""Longest article URL, in characters."""

PUSH_FIELDS = ("title", "html", "paragraphs", "language", "published_at", "url")
"""What the body of ``PUT /articles/<id>`` may hold."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SILENT = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")  # Control characters that are not white space.
_ANNOTATION_MARK = re.compile("[\ufff9-\ufffb]")
_ANNOTATION = re.compile("\ufff9([^\ufff9-\ufffb]*)\ufffa([^\ufff9-\ufffb]*)\ufffb")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ARABIC_TAG = re.compile(r"ar(-[a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Skip:
    """A part of a page that is not read aloud."""

    why: str
    """Name of the rule that left it out, for example ``data-listen``, ``related`` or ``ISTAMI_LISTEN_SKIP .ad``."""
    text: str
    """How it begins, on one line; empty when it has no text."""


@dataclass(frozen=True, slots=True)
class Article:
    """A title and paragraphs to be read aloud."""

    id: str
    """Chosen by the source; see ``check_id``. Never used as a file name unhashed."""
    title: str
    """The headline on one line. May be empty when there are paragraphs. May hold annotations, see ``annotation``."""
    paragraphs: tuple[str, ...]
    """The body in reading order, one paragraph an item: stripped, not empty, without line breaks. May hold annotations,
    see ``annotation``."""
    language: str = "ar"
    """BCP 47 tag: ``ar``, or ``ar-`` and a region."""
    url: str = ""
    """The article's public page, ``http`` or ``https``; empty when not known."""
    published_at: datetime | None = None
    """When the publisher published it, in UTC; None when not known."""
    updated_at: datetime | None = None
    """When its text last changed in the source, in UTC; None until it has been stored."""
    skipped: tuple[Skip, ...] = ()
    """What of its page is not read, and why; for the editor, no part of the text."""

    @property
    def is_readable(self) -> bool:
        """Whether there is at least one letter or digit to read."""
        return any(map(_is_readable, (self.title, *self.paragraphs)))

    @property
    def shown_title(self) -> str:
        """The headline as readers see it."""
        return shown_text(self.title)

    @property
    def shown_paragraphs(self) -> tuple[str, ...]:
        """The body as readers see it."""
        return tuple(map(shown_text, self.paragraphs))

    def as_json(self) -> dict[str, Any]:
        """The article as ``GET /articles/<id>`` gives it: times in ISO 8601, ``null`` where not known."""
        return {
            "id": self.id,
            "title": self.shown_title,
            "paragraphs": list(self.shown_paragraphs),
            "language": self.language,
            "url": self.url,
            "published_at": self.published_at.isoformat() if self.published_at else None,
            "updated_at": self.updated_at.isoformat() if self.updated_at else None,
            "skipped": [asdict(skip) for skip in self.skipped],
        }

    @classmethod
    def from_push(cls, id: str, body: object, skip: str = "") -> "Article":
        """The article in ``body``, the decoded JSON of ``PUT /articles/<id>``.

        ``skip`` are CSS selectors of what of its HTML is not read. Raises ``InvalidArticleId``, ``InvalidArticle``
        (the detail names the field) or ``ArticleTooLarge``.
        """
        return read_push(body, check_id(id), skip).to_article()


@dataclass(frozen=True, slots=True)
class Extract:
    """What was found in a page, a text or a file: an article without a home yet."""

    title: str
    """The headline on one line; empty when none was found."""
    paragraphs: tuple[str, ...]
    """The body in reading order, as in ``Article``."""
    url: str = ""
    """The article's public page; empty when not known."""
    published_at: datetime | None = None
    """The date and time on the page, in UTC; None when none was found."""
    language: str = "ar"
    """BCP 47 tag."""
    id: str = ""
    """The id the file itself gives; empty when it gives none."""
    skipped: tuple[Skip, ...] = ()
    """What of the page is not read, as in ``Article``."""

    def to_article(self, id: str = "") -> Article:
        """The article under ``id`` (the file's own id when empty).

        Raises ``InvalidArticleId``, ``ArticleTooLarge``, and ``InvalidArticle`` when there is no text at all.
        """
        id = check_id(id or self.id)
        if not self.title and not self.paragraphs:
            raise InvalidArticle("the article has neither a title nor paragraphs")
        check_size(self.title, *self.paragraphs)
        return Article(
            id, self.title, self.paragraphs, self.language, self.url, self.published_at, skipped=self.skipped
        )


def read_push(body: object, id: str = "", skip: str = "") -> Extract:
    """What ``body``, the decoded JSON of ``PUT /articles/<id>``, says; ``skip`` as in ``Article.from_push``.

    Raises ``InvalidArticle`` (the detail names the field) or ``ArticleTooLarge``.
    """
    fields = _object(body)
    title = one_line(_string(fields, "title"))
    language = _language(_string(fields, "language", "ar"))
    url = _url(fields.get("url"))
    published_at = _moment(fields.get("published_at"))
    if "html" in fields and "paragraphs" in fields:
        raise InvalidArticle("give html or paragraphs, not both")
    if "html" in fields:
        found = _from_html(_string(fields, "html"), url, title, skip)
        return replace(found, url=url, published_at=published_at or found.published_at, language=language, id=id)
    return Extract(title, _paragraphs(fields.get("paragraphs", [])), url, published_at, language, id)


def check_id(raw: object) -> str:
    """``raw`` unchanged, when it can be an article id.

    Nothing is normalised: two spellings that look alike are two articles. Raises ``InvalidArticleId``.
    """
    if not isinstance(raw, str) or not raw:
        raise InvalidArticleId("the article id is empty; give 1 to 200 bytes of UTF-8")
    if _LONE_SURROGATE.search(raw):
        raise InvalidArticleId("the article id is not valid UTF-8")
    if len(raw.encode()) > MAX_ID_BYTES:
        raise InvalidArticleId(f"the article id is longer than {MAX_ID_BYTES} bytes of UTF-8")
    if _CONTROL.search(raw):
        raise InvalidArticleId("the article id holds a control character")
    if "/" in raw or raw in (".", ".."):
        raise InvalidArticleId("an article id is one segment of a path: no slash, and neither . nor ..")
    return raw


def check_size(*texts: str, limit: int = MAX_CHARS) -> None:
    """Raises ``ArticleTooLarge`` when ``texts`` have more than ``limit`` characters together."""
    size = sum(map(len, texts))
    if size > limit:
        raise ArticleTooLarge(f"the article has {size:,} characters; the limit is {limit:,}")


def one_line(text: str) -> str:
    """``text`` with each run of white space as one space, stripped, without control characters.

    >>> one_line("  عنوان\\n  طويل ")
    'عنوان طويل'
    """
    return " ".join(_SILENT.sub("", text).split())


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs of ``text``: cut at blank lines only, so a single line break becomes a space.

    >>> split_paragraphs("سطر\\nسطر ثان\\n\\nفقرة")
    ['سطر سطر ثان', 'فقرة']
    """
    paragraphs: list[list[str]] = [[]]
    for line in text.splitlines():
        line = _CONTROL.sub("", line.replace("\t", " ")).strip()
        if line:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([])
    return [" ".join(lines) for lines in paragraphs if lines]


def annotation(shown: str, spoken: str) -> str:
    """``shown`` with ``spoken`` as what is said in its place, for a title or a paragraph; nothing is said for an empty
    ``spoken``.

    These are the interlinear annotations of Unicode: U+FFF9, what is shown, U+FFFA, what is spoken, U+FFFB.
    """
    return f"\ufff9{shown_text(shown)}\ufffa{shown_text(spoken)}\ufffb"


def shown_text(text: str) -> str:
    """``text`` as readers see it: without what is spoken in the place of something, and without the marks of that.

    >>> shown_text("قرر " + annotation("CAF", "الاتحاد الإفريقي") + " أمس")
    'قرر CAF أمس'

    Marks out of their order, or one pair in another, are dropped, and the text between them stays.
    """
    if not is_annotated(text):
        return text
    return _ANNOTATION_MARK.sub("", _ANNOTATION.sub(r"\1", text))


def is_annotated(text: str) -> bool:
    """Whether ``text`` has any mark of an annotation, in order or not."""
    return any(mark in text for mark in "\ufff9\ufffa\ufffb")


def _is_readable(text: str) -> bool:
    spoken = _ANNOTATION.sub(r"\2", text) if is_annotated(text) else text
    return any(map(str.isalnum, spoken))


def shown(text: str) -> str:
    """``text`` as it can stand in a message: short, on one line, valid Unicode."""
    line = one_line(text.encode("utf-8", "replace").decode())
    return line if len(line) <= 60 else line[:59] + "…"


def _object(body: object) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise InvalidArticle("the article must be a JSON object")
    for name in body:
        if name not in PUSH_FIELDS:
            raise InvalidArticle(f"{shown(str(name))} is not a field; known: {', '.join(PUSH_FIELDS)}")
    return body


def _string(fields: dict[str, Any], name: str, default: str = "") -> str:
    return _text(fields.get(name, default), name)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidArticle(f"{name} must be a string")
    if _LONE_SURROGATE.search(value):
        raise InvalidArticle(f"{name} holds half of a surrogate pair; it is not valid Unicode")
    return value


def _paragraphs(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InvalidArticle("paragraphs must be a list of strings")
    texts = [_text(item, f"paragraphs[{index}]") for index, item in enumerate(value)]
    return tuple(paragraph for text in texts for paragraph in split_paragraphs(text))


def _from_html(html: str, url: str, title: str, skip: str) -> Extract:
    check_size(html, limit=MAX_HTML_CHARS)
    # Here, not above: the extractor takes a quarter of a second to load, and only HTML needs it.
    from articles.extract import from_html

    return from_html(html, url, title, skip)


def _language(tag: str) -> str:
    if not _ARABIC_TAG.fullmatch(tag):
        raise InvalidArticle(f"language {shown(tag)!r} is not Arabic; give ar, or ar- and a region such as ar-MA")
    return tag


def _url(value: object) -> str:
    if value is None or value == "":
        return ""
    url = _text(value, "url")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or len(url) > MAX_URL_CHARS or _CONTROL.search(url) or url != "".join(url.split()):
        raise InvalidArticle(f"url {shown(url)!r} is not an http or https address")
    return url


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        return in_utc(datetime.fromisoformat(_text(value, "published_at")))
    except (ValueError, OverflowError):
        raise InvalidArticle("published_at is not an ISO 8601 time such as 2026-03-14T18:30:00+01:00") from None


def in_utc(moment: datetime) -> datetime:
    """``moment`` in UTC; one without a zone is taken to be UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
