"""What is read: one article of a given length, and the utterances that this service makes of a text."""

import re
from dataclasses import dataclass

from articles.samples import samples
from tests.texts import paragraphs
from tts.engines.google import HOPED_CHARS
from tts.text import script


@dataclass(frozen=True, slots=True)
class Text:
    """An article's words."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def characters(self) -> int:
        """Title and paragraphs together."""
        return sum(map(len, (self.title, *self.paragraphs)))

    def plain(self) -> str:
        """One paragraph a line, the title first."""
        return "\n".join((self.title, *self.paragraphs))


def sample(id: str) -> Text:
    """A sample article."""
    article = next(article for article in samples() if article.id == id)
    return Text(article.title, article.paragraphs)


def shortened(text: Text, characters: int) -> Text:
    """The first ``characters`` characters, title included, without a word cut in two at the end."""
    room, kept = max(characters - len(text.title), 0), []
    for paragraph in text.paragraphs:
        if len(paragraph) > room:
            words = paragraph[:room].rpartition(" ")[0].rstrip("،؛:, ")
            kept += [words + "."] if words else []
            break
        kept.append(paragraph)
        room -= len(paragraph)
    return Text(text.title, tuple(kept))


def invented(seed: int, characters: int) -> Text:
    """An article of news-like words that is like no other."""
    title, *body = paragraphs(seed, 2 + characters // 200)
    return shortened(Text(title.partition(".")[0], tuple(body)), characters)


def utterances(title: str, *paragraphs: str) -> set[str]:
    """What the engine is asked for this text."""
    made = script.build(title, paragraphs, HOPED_CHARS)
    return {utterance.spoken for passage in made.passages for utterance in passage.utterances if utterance.spoken}


def word_count(texts: list[str]) -> int:
    """Words in these texts together."""
    return sum(len(re.findall(r"\w+", text)) for text in texts)
