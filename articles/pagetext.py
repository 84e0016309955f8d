"""The article inside plain text: a clean file, or everything a news page shows, copied in one go.

A page is known by its *furniture*: the ticker of headlines, the breadcrumb, the byline, buttons, tags, comments.
Text without any is a clean file and comes out whole. In a page the densest run of sentences shows where the body
is, the title is looked for above it, and the body is cut where the furniture below begins. When a rule is in doubt
the line stays: a stray label is a smaller harm than a lost sentence. What kind a line is, ``pagelines`` says.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from articles.model import Extract, is_annotated, one_line
from articles.pagelines import (
    LABEL_WORDS,
    LONG_CHARS,
    PROSE_CHARS,
    count_words,
    ends_sentence,
    find_date,
    fold,
    is_author,
    is_closing,
    is_counter,
    is_date_line,
    is_furniture,
    is_label,
    is_navigation,
    is_prose,
    is_published,
    is_related,
    is_rights,
    is_share_row,
    is_stopped,
    same_words,
    ticker_items,
)
from articles.skipping import PAGE, Skips

HEADLINE_CHARS = 100
"""A line below «اقرأ أيضا» that is this long is no headline any more, in characters."""
TITLE_CHARS = 250
"""Longest headline, in characters."""
PREAMBLE_LINES = 8
"""Most lines of furniture between title and body."""

_SITE = re.compile(r" [-–|] .{1,60}$")
_QUOTES = ("«", '"', "“")
_TEASER_ENDS = ("…", "...", "[…]", "[...]")


def from_page_text(text: str) -> Extract:
    """The article in ``text``. Never raises: text without an article gives no title and no paragraphs."""
    lines = text.lstrip("\ufeff").splitlines()
    if any(_is_page_line(line) for line in lines):
        return _from_page([line.strip() for line in lines if fold(line)])
    return from_clean_text(text)


def from_clean_text(text: str) -> Extract:
    """A title and paragraphs, one a line or separated by blank lines; lines wrapped at a margin are joined. No word
    is left out."""
    paragraphs = unwrap(text.lstrip("\ufeff").splitlines())
    if paragraphs and is_first_headline(paragraphs):
        return Extract(paragraphs[0], tuple(paragraphs[1:]))
    return Extract("", tuple(paragraphs))


def _is_page_line(line: str) -> bool:
    """Whether no clean text has such a line."""
    return is_furniture(line) or is_author(line) or is_date_line(line) or bool(ticker_items(line))


def _from_page(lines: Sequence[str]) -> Extract:
    run = below_byline(lines, densest_run(lines))
    at = find_title(lines, run)
    title = lines[at] if at is not None else ""
    body = lines[run:] if at is None else lines[at + 1 :]
    near = [*body[:PREAMBLE_LINES], *lines[max((at or run) - 3, 0) : at or run]]
    published_at = next(filter(None, map(find_date, near)), None)
    headlines = {fold(item) for line in lines for item in ticker_items(line)}
    body = body[: find_end(body)]
    body = [line for line in body if not ticker_items(line) and fold(line) not in headlines]
    body = without_buttons(without_tail(without_related(without_preamble(body, title))))
    skips = Skips()
    known = {title, *body}
    skips.add(PAGE, " · ".join(line for line in lines if line not in known))
    paragraphs = tuple(filter(None, map(one_line, body)))
    return Extract(one_line(title), paragraphs, published_at=published_at, skipped=tuple(skips))


def densest_run(lines: Sequence[str]) -> int:
    """Index of the first line of the run with the most sentences: where the body begins, or soon after. The number of
    lines when there are no sentences.

    Prose counts for its length, other lines against it, furniture heavily; the run is the one with the largest sum.
    """
    best, best_start, total, start = 0, len(lines), 0, 0
    for number, line in enumerate(lines):
        if total <= 0:
            total, start = 0, number
        total += _weight(line)
        if total > best:
            best, best_start = total, start
    return best_start


def below_byline(lines: Sequence[str], run: int) -> int:
    """Where the body begins, when a byline above ``run`` has a sentence just below it; else ``run``.

    An article that begins with many short lines is so not taken to begin after them.
    """
    byline = next((number for number in reversed(range(run)) if _is_byline(lines[number])), run)
    near = range(byline + 1, min(byline + 2 + PREAMBLE_LINES, run))
    return next((number for number in near if _is_text(lines[number])), run)


def _is_byline(line: str) -> bool:
    return is_date_line(line) or is_author(line)


def _weight(line: str) -> int:
    if ticker_items(line) or is_navigation(line) or is_date_line(line) or is_furniture(line):
        return -150
    if line.endswith(_TEASER_ENDS):
        return 0
    if is_prose(line):
        return min(len(line), 400)
    return 30 if ends_sentence(line) else -40


def find_title(lines: Sequence[str], run: int) -> int | None:
    """Index of the headline above the body that begins at ``run``; None when there is none.

    By falling certainty: a line that also runs in the ticker; one that stands there twice; the lines above the
    byline; what stands between the navigation and the body; a short sentence.
    """
    above = [number for number in range(run) if is_headline(lines[number])]
    in_ticker = {fold(item) for line in lines for item in ticker_items(line)}
    after = 1 + max((n for n in range(run) if is_navigation(lines[n]) or ticker_items(lines[n])), default=-1)
    byline = next((number for number in range(after, run) if _is_byline(lines[number])), run)
    ticked = [number for number in above if fold(lines[number]) in in_ticker]
    if ticked:
        return ([number for number in ticked if number < byline] or ticked)[-1]
    shown_twice = _repeated(lines[:run])
    twice = [number for number in above if number >= after and fold(lines[number]) in shown_twice]
    if twice:
        return ([number for number in twice if number < byline] or twice)[-1]
    if byline < run and (together := _lines_above(above, byline)):
        return _choose_title(lines, together)
    below_navigation = [number for number in above if number >= after] or above
    if after and run < len(lines) and below_navigation:
        return _choose_title(lines, below_navigation)
    if below_navigation:
        return below_navigation[0] if not after else _choose_title(lines, below_navigation[:3])
    return next((number for number in reversed(range(byline)) if _is_short_sentence(lines[number])), None)


def is_headline(line: str) -> bool:
    """Whether ``line`` can be a headline: words without a full stop, and nothing else of a page's furniture."""
    is_other = is_furniture(line) or is_navigation(line) or is_date_line(line) or is_label(line) or ticker_items(line)
    return 0 < len(fold(line)) <= TITLE_CHARS and not is_stopped(line) and not is_other


def _is_short_sentence(line: str) -> bool:
    """A headline with a full stop: «رحيل الفنان فلان.»"""
    return is_stopped(line) and len(line) < PROSE_CHARS and not is_furniture(line)


def _repeated(lines: Sequence[str]) -> set[str]:
    """The folded lines of four words or more that come twice, alone or with the site's name added («… - الأفق»)."""
    folded = [fold(line) for line in lines if len(line) <= TITLE_CHARS]
    counts = Counter(folded)
    counts.update(head for text in folded for head in [_SITE.sub("", text)] if head != text)
    return {text for text, times in counts.items() if times > 1 and len(text.split()) >= 4}


def _lines_above(above: Sequence[int], byline: int) -> list[int]:
    """The headlines that stand together above the byline, nearest last; other furniture in between is passed over."""
    before = [number for number in above if number < byline]
    first = len(before) - 1
    while first > 0 and before[first - 1] == before[first] - 1:
        first -= 1
    return before[max(first, 0) :]


def _choose_title(lines: Sequence[str], pool: Sequence[int]) -> int | None:
    """The headline among neighbours: the last of a list of headlines, else the first that is more than a section or a
    name, for a headline stands above its summary."""
    long_enough = [number for number in pool if count_words(lines[number]) >= LABEL_WORDS]
    if len(long_enough) > 3:
        return long_enough[-1]
    return next(iter(long_enough or sorted(pool, key=lambda number: -len(lines[number]))), None)


def find_end(body: Sequence[str]) -> int:
    """How many lines of ``body`` there are before the first label that closes the article, or the copyright line.

    A label above the first sentence closes nothing, nor does a bare counter («3 تعليقات») above the second.
    """
    last_prose = max((number for number, line in enumerate(body) if is_prose(line)), default=-1)
    is_text = _is_text if any(map(_is_text, body)) else _is_summary
    sentences = 0
    for number, line in enumerate(body):
        if is_closing(line) and sentences > is_counter(line):
            return number
        if is_rights(line) and sentences and number > last_prose:
            return number
        sentences += is_text(line)
    return len(body)


def without_preamble(body: Sequence[str], title: str) -> list[str]:
    """``body`` without the furniture between title and text: date, labels, buttons, the title once more.

    «الخط :», «استمع الآن», «يوسف العمراني» go. Lines of five words or more stay, for they may be a summary, and so do
    quotations.
    """
    first = next((n for n, line in enumerate(body) if _is_text(line)), len(body))
    if first > PREAMBLE_LINES:  # More than a page puts there: these are short lines of the article.
        first = 1 + max((n for n in range(first) if _is_preamble(body[n])), default=-1)
    kept = [line for line in body[:first] if not _is_preamble(line) and not same_words(line, title)]
    if first <= PREAMBLE_LINES:
        kept = [line for line in kept if _is_summary(line) or line.startswith(_QUOTES)]
    rest = [line for line in body[first:] if not is_published(line)]
    return kept + rest


def _is_preamble(line: str) -> bool:
    return is_author(line) or is_furniture(line) or is_date_line(line) or is_label(line) or is_navigation(line)


def _is_summary(line: str) -> bool:
    """Whether ``line``, though it ends no sentence, is too long for a button or a name."""
    return count_words(line) > LABEL_WORDS and not _is_preamble(line)


def _is_text(line: str) -> bool:
    """Whether ``line`` is a sentence or a long line, and not furniture."""
    return (ends_sentence(line) or len(line) >= LONG_CHARS) and not is_furniture(line)


def without_related(body: Sequence[str]) -> list[str]:
    """``body`` without links to other articles: a label as «اقرأ أيضا» and the headlines below it.

    Where sentences follow the article goes on, and so does the result; after a list of three headlines it takes two.
    Teasers that end in «…» are no such sentences.
    """
    texts = [number for number, line in enumerate(body) if _is_text(line) and _goes_on(line)]
    kept: list[str] = []
    number = 0
    while number < len(body):
        line = body[number]
        number += 1
        if not is_related(line):
            kept.append(line)
            continue
        first = number
        if ":" not in line.rstrip(" :"):  # With a colon its headline stands on the same line.
            number = _after_headlines(body, number)
        sentences_left = len(texts) - bisect_left(texts, number)
        if texts and texts[0] < first and sentences_left < (2 if number - first >= 3 else 1):
            break
    return kept


def _after_headlines(body: Sequence[str], number: int) -> int:
    """Where the headlines end that begin at ``number``: the line right below the label is one even if it asks."""
    if number < len(body) and not is_prose(body[number]):
        number += 1
    while number < len(body) and not ends_sentence(body[number]) and len(body[number]) < HEADLINE_CHARS:
        number += 1
    return number


def _goes_on(line: str) -> bool:
    """Whether a sentence is of the article, and not a teaser's, cut off with dots, nor a headline that asks."""
    return is_stopped(line) or (is_prose(line) and not line.endswith(_TEASER_ENDS))


def without_tail(body: Sequence[str]) -> list[str]:
    """``body`` without what follows its last sentence, from the first button or notice on, and without lone names.

    Must not touch a list that ends the article: «والمدن المعنية هي:», «الرباط», «فاس».
    """
    end = 1 + max((number for number, line in enumerate(body) if _is_text(line)), default=len(body) - 1)
    tail: list[str] = []
    for line in body[end:]:
        if is_furniture(line) or is_date_line(line) or is_author(line):
            break
        if len(line.split()) > 2 or any(above.endswith(":") for above in tail):
            tail.append(line)
    return [*body[:end], *tail]


def without_buttons(body: Sequence[str]) -> list[str]:
    """``body`` without furniture between its sentences.

    Must not touch a list whose entries look like buttons: «أكثر التطبيقات استعمالا هي:», «واتساب», «فيسبوك», nor what
    an editor annotates.
    """
    kept: list[str] = []
    in_list = False
    for line in body:
        is_text = is_annotated(line) or not is_furniture(line)
        if is_text:
            in_list = line.endswith(":")
        if is_text or (in_list and is_share_row(line)):
            kept.append(line)
    return kept


# -- The clean file ---------------------------------------------------------------------------------------------------


def is_first_headline(paragraphs: Sequence[str]) -> bool:
    """Whether a clean text begins with its headline: a line without a full stop, or a short one above a longer text.

    A text of one sentence has no headline.
    """
    first = paragraphs[0]
    if len(first) > TITLE_CHARS:
        return False
    is_text = is_stopped(first) or first.endswith(("؛", "،", ":"))
    return not is_text or (len(paragraphs) > 1 and len(first) < min(PROSE_CHARS, len(paragraphs[1])))


def unwrap(lines: Sequence[str]) -> list[str]:
    """The paragraphs of ``lines``: each line is one, unless the text was wrapped at a margin.

    Wrapped means: there are blank lines, and of the lines followed by another one most are long, none over 120
    characters, and most do not end a sentence. Must not touch verse (short lines) or one paragraph a line.
    """
    blocks: list[list[str]] = [[]]
    for line in map(one_line, lines):
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    blocks = [block for block in blocks if block]
    inner = [line for block in blocks for line in block[:-1]]
    broken = [line for line in inner if 50 <= len(line) <= 120 and not ends_sentence(line)]
    is_wrapped = len(blocks) > 1 and len(broken) * 3 > len(inner) * 2 and all(len(line) <= 120 for line in inner)
    return [" ".join(block) for block in blocks] if is_wrapped else [line for block in blocks for line in block]
