"""«ضفاف», the invented newspaper of the try-it pages: what it puts around an article's text."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from articles.model import Article
from articles.samples import samples

_EXTRAS = Path(__file__).parent / "demo" / "extras.json"

FEWEST_PARAGRAPHS = 4
"""A shorter text is not interrupted."""
FULL_STORY_PARAGRAPHS = 3
"""What is shorter is a brief, and does not lead the front."""

Paragraph = list[tuple[str, bool]]
"""Its text in pieces, each with whether it is a link; joined they are the paragraph, unchanged."""


@dataclass(frozen=True, slots=True)
class Story:
    """An article as the newspaper shows it. Only the samples have a picture, a quote and tags."""

    article: Article
    section: str = "أخبار"
    byline: str = "هيئة التحرير"
    picture: str = ""
    """Name of a file under ``assets/``; empty when there is none."""
    alt: str = ""
    """What the picture shows, for those who do not see it."""
    caption: str = ""
    quote: str = ""
    """Words of the text that are worth a large type."""
    speaker: str = ""
    """Who said them."""
    tags: tuple[str, ...] = ()
    """Words of the text that are links there."""

    @property
    def headline(self) -> str:
        """The title, or what stands where there is none."""
        return self.article.shown_title or "مقال بلا عنوان"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text, as it is shown."""
        return self.article.shown_paragraphs

    @property
    def path(self) -> str:
        """The article's id, percent-encoded whole."""
        return quote(self.article.id, safe="")

    @property
    def moment(self) -> datetime | None:
        """When it was published or, if nobody knows, when its text last changed."""
        return self.article.published_at or self.article.updated_at

    @property
    def is_full(self) -> bool:
        """Whether it is more than a brief."""
        return len(self.article.paragraphs) >= FULL_STORY_PARAGRAPHS

    @property
    def is_short(self) -> bool:
        """Whether nothing should stand between its paragraphs."""
        return len(self.article.paragraphs) < FEWEST_PARAGRAPHS

    def body(self) -> list[Paragraph]:
        """The paragraphs, with each tag's first occurrence as a link."""
        left = set(self.tags)
        return [_linked(text, left) for text in self.paragraphs]

    def asides(self) -> dict[int, str]:
        """What stands after which paragraph, counted from 1: the quote, then the advertisement, then other stories."""
        if self.is_short:
            return {}
        count = len(self.article.paragraphs)
        return {count // 4: "quote", count // 2: "advertisement", count * 5 // 6: "stories"}


def story(article: Article) -> Story:
    """The article with what the newspaper knows about it, if it is a sample."""
    known, extras = _known().get(article.id, (None, {}))
    # Somebody may have pushed another text under a sample's id.
    if known is None or (known.title, known.paragraphs) != (article.title, article.paragraphs):
        return Story(article)
    return Story(article, **{**extras, "tags": tuple(extras.get("tags", ()))})


def lead_first(stories: Iterable[Story]) -> list[Story]:
    """The same stories in the same order, but for the first that is more than a brief: it leads."""
    ordered = list(stories)
    lead = next((story for story in ordered if story.is_full), None)
    return ordered if lead is None else [lead, *(story for story in ordered if story is not lead)]


def others(story: Story, recent: list[Story]) -> list[Story]:
    """The recent stories without this one: from the next older one on, and then from the newest."""
    ids = [each.article.id for each in recent]
    here = ids.index(story.article.id) if story.article.id in ids else -1
    return [*recent[here + 1 :], *recent[: max(here, 0)]]


def _linked(text: str, left: set[str]) -> Paragraph:
    """``text`` in pieces; tags that become links are taken out of ``left``."""
    if not left:
        return [(text, False)]
    tags = "|".join(map(re.escape, sorted(left)))
    pieces = []
    for piece in re.split(rf"\b({tags})\b", text):  # Whole words: a link that began within one would cut its letters.
        if piece:
            pieces.append((piece, piece in left))
            left.discard(piece)
    return pieces


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[Article, dict]]:
    """The samples and what ``extras.json`` has for them, by id."""
    extras = json.loads(_EXTRAS.read_text(encoding="utf-8"))
    return {sample.id: (sample, extras.get(sample.id, {})) for sample in samples()}
