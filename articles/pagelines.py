"""What a line of a news page can be, each kind a rule of its own. A line is judged by its form, without its neighbours.

The words the rules look for are in ``pagewords``.
"""

import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache

from articles import pagewords as words

PROSE_CHARS = 80
"""A line this long that ends a sentence is surely body, in characters."""
LONG_CHARS = 130
"""A line this long is body even if it does not end a sentence, in characters."""
FURNITURE_CHARS = 300
"""No button, label or notice is longer, in characters."""
LABEL_WORDS = 4
"""Most words of a label before its colon."""

_UNHEARD = re.compile(
    r"[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_SAME_LETTERS = str.maketrans("أإآٱىة", "ااااي" + "ه")
_SENTENCE_END = re.compile(r"[.!?؟…][\s\"»”’')\]]*$")
_WIDE_GAP = re.compile(r"\s{3,}|\t+|\s+[|•●■★]\s+")
_STEP = re.compile(r"\s*[>›»]\s*|\s+[/\\←]\s+")
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,2}|\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{1,2})(?!\d)")
_NAMED_DATE = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(sorted(words.MONTHS, key=len, reverse=True))})\s*[،,]?\s+(\d{{4}})"
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s?[:h]\s?(\d{2})(?!\d)(?:\s*(م|مساء|pm)(?!\w))?")
_AGO = re.compile(r"(?:نشر )?(?:منذ|قبل) \S+(?: \S+)?")
_DATED_ENTRY = re.compile(r"\d{4}\s*:\s*[^\W\d]")
_WORD = re.compile(r"[^\W\d_]+")


def fold(line: str) -> str:
    """``line`` as ``pagewords`` spells it: no vowel marks, one alef, no punctuation at its ends, lower case.

    >>> fold("  الكلمات الدّلاليّة : ")
    'الكلمات الدلاليه'
    """
    return _fold_short(line) if len(line) <= FURNITURE_CHARS else _fold(line)


def _fold(line: str) -> str:
    text = _UNHEARD.sub("", unicodedata.normalize("NFKC", line)).translate(_SAME_LETTERS).lower()
    start, end = 0, len(text)
    while start < end and not _is_word_part(text[start]):
        start += 1
    while end > start and not _is_word_part(text[end - 1]):
        end -= 1
    return " ".join(text[start:end].split())


# A line is folded by each rule it is shown to: some forty times.
_fold_short = lru_cache(maxsize=1024)(_fold)


def _is_word_part(character: str) -> bool:
    return character.isalnum() or character == "©"


def same_words(one: str, other: str) -> bool:
    """Whether two lines say the same, whatever their vowel marks and outer punctuation. Two empty lines do not."""
    return fold(one) == fold(other) != ""


def count_words(line: str) -> int:
    """How many words of letters ``line`` has: «الأفق - محمد العلمي» has three."""
    return len(_WORD.findall(fold(line)))


def ends_sentence(line: str) -> bool:
    """Whether ``line`` ends a sentence: «وقال: نعم.» and «ماذا بعد؟» do, «الخط :» and a headline do not."""
    return bool(_SENTENCE_END.search(line))


def is_stopped(line: str) -> bool:
    """Whether ``line`` ends with one full stop, inside a quotation or not. Dots of omission are none."""
    bare = line.rstrip(" \"»”’')]")
    return bare.endswith(".") and not bare.endswith("..")


def is_prose(line: str) -> bool:
    """Whether ``line`` is surely some article's body: long, and ending a sentence or very long."""
    size = len(line)
    return (size >= PROSE_CHARS and ends_sentence(line)) or size >= LONG_CHARS


def ticker_items(line: str) -> list[str]:
    """The headlines of a ticker: four or more on one line with wide gaps or bars between; else none.

    «الحكومة تصادق على مرسوم    أمطار قوية بالشمال    …». Must not touch a paragraph with wide gaps between its
    sentences or words, nor a row of a table: the items of a ticker are headlines of three words or more on average.
    """
    items = [item for item in map(str.strip, _WIDE_GAP.split(line.strip())) if item]
    sentences = sum(map(is_stopped, items))
    is_ticker = (
        not is_stopped(line) and len(items) >= 4 and len(line.split()) >= 3 * len(items) and sentences * 4 < len(items)
    )
    return items if is_ticker else []


def is_navigation(line: str) -> bool:
    """A breadcrumb, a row of sections, or the word for the home page: what stands above an article.

    «الرئيسية > سياسة», «سياسة | مجتمع | رياضة», «الرئيسية». Must not touch «3 / 4 من المقاعد» or a quotation in
    «…»: without the home page it takes three items or more, of two words at most.
    """
    if len(line) > 200 or ends_sentence(line):
        return False
    if words.HOME.fullmatch(fold(line)) or (not _is_quoting(line) and _is_breadcrumb(line)):
        return True
    items = [item for item in _WIDE_GAP.split(line.strip()) if item.strip()]
    return len(items) >= 3 and all(len(item.split()) <= 2 for item in items)


def _is_quoting(line: str) -> bool:
    return "«" in line


def _is_breadcrumb(line: str) -> bool:
    steps = [fold(step) for step in _STEP.split(line)]
    return len(steps) > 1 and bool(words.HOME.fullmatch(steps[0]))


def is_date_line(line: str) -> bool:
    """The line under the headline that says when, and perhaps where and who.

    «نشر في الأفق يوم 18 - 05 - 2026», «الأحد 18 ماي 2026 - 14:30», «منذ ساعتين». Must not touch a sentence with a
    date («انعقد الاجتماع يوم 18 ماي 2026.») nor an entry of a chronology («18 ماي 2026: انطلاق الأشغال»).
    """
    if len(line) > 120 or ends_sentence(line):
        return False
    text = fold(line)
    if _AGO.fullmatch(text) or is_published(line):
        return True
    has_time = bool(_NUMERIC_DATE.search(text) or _NAMED_DATE.search(text))
    others = [word for word in _WORD.findall(text) if word not in words.DATE_WORDS and word not in words.MONTHS]
    return has_time and len(others) <= 3 and not _DATED_ENTRY.search(text)


def is_published(line: str) -> bool:
    """A date line that names the act: «نشر يوم 18 - 05 - 2026», «آخر تحديث: 14:30». A sentence is none."""
    if len(line) > 120 or ends_sentence(line):
        return False
    text = fold(line)
    has_time = any(pattern.search(text) for pattern in (_NUMERIC_DATE, _NAMED_DATE, _CLOCK, _AGO))
    return has_time and bool(words.PUBLISHED.match(text))


def is_author(line: str) -> bool:
    """Who wrote it: «إعداد: يوسف العمراني». Inside a body it may lead a quotation: «كتب: لن أعود»."""
    return _fits(words.AUTHOR, line) and not is_stopped(line)


def is_rights(line: str) -> bool:
    """The copyright line: «جميع الحقوق محفوظة © 2026»."""
    return _fits(words.RIGHTS, line)


def is_label(line: str) -> bool:
    """A few words and a colon, as «الخط :». Inside a body it may lead a quotation: «وقال:»."""
    return line.rstrip().endswith((":", "：")) and len(line.split()) <= LABEL_WORDS


def is_share_row(line: str) -> bool:
    """Buttons that send the page to others: «شارك المقال على واتساب», «فيسبوك تويتر».

    Must not touch «شارك في الندوة خبراء» or «نشر الرابط على فيسبوك.»: all words are of buttons, and there is no stop.
    """
    tokens = [] if is_stopped(line) else fold(line).split()
    known = all(token in words.SHARE_WORDS or token.isdigit() for token in tokens)
    return known and not words.SHARE_ACTS.isdisjoint(tokens)


def is_hashtag_row(line: str) -> bool:
    """«#المغرب #البحر». Must not touch a sentence with a hashtag in it."""
    tokens = line.split()
    return bool(tokens) and all(token.startswith("#") for token in tokens)


def is_related(line: str) -> bool:
    """A label of links to other articles, alone or with a headline behind its colon: «اقرأ أيضا: …»."""
    return _fits(words.RELATED, line)


def is_related_label(line: str) -> bool:
    """The same inside an article's own HTML, where links are known, and «مختارات» and «أخبار أخرى» may head a part of
    the article."""
    return (is_related(line) or _fits(words.RELATED_LINKS, line)) and not _fits(words.SECTIONS, line)


def is_related_act(line: str) -> bool:
    """A label that tells the reader to follow links: «اقرأ أيضا», and not «مقالات ذات صلة», which may head a text."""
    return _fits(words.RELATED_ACTS, line)


def is_syndicated(line: str) -> bool:
    """Where the text stood first, as feeds of WordPress say it: «ظهرت المقالة … أولاً على …»."""
    return len(line) <= 2 * FURNITURE_CHARS and bool(words.SYNDICATED.fullmatch(fold(line)))


def is_share_request(line: str) -> bool:
    """A row of buttons that begins by asking: «شارك المقال», «مشاركة على فيسبوك»; a name alone does not ask."""
    first, *others = fold(line).split()[:2] or [""]
    return is_share_row(line) and (first in words.SHARE_REQUESTS or (first in words.SHARE_NOUNS and bool(others)))


def is_ad_label(line: str) -> bool:
    """The place of an advertisement: «إعلان», «مساحة إعلانية»."""
    return _fits(words.AD_LABELS, line)


def is_closing(line: str) -> bool:
    """A label after which the article is over: its tags («الوسوم: …») or its readers' comments («التعليقات (3)»)."""
    if _fits(words.COMMENT_NOTICES, line):
        return True
    label, colon, _ = line.partition(":")
    is_labelled = _fits(words.TAGS, line) or _fits(words.COMMENTS, line) or bool(colon and _fits(words.TAGS, label))
    return is_labelled and not is_stopped(line)


def is_counter(line: str) -> bool:
    """A closing label that begins with its number, «3 تعليقات»: many pages show it under the headline as well."""
    return is_closing(line) and fold(line)[:1].isdigit()


def is_furniture(line: str) -> bool:
    """Whether ``line`` is of the page and not of the article, by its words alone, wherever it stands.

    Must not touch a sentence that begins like a button: every pattern has to fit the whole line, and what is only
    a label has no full stop («الخط الأحمر.» stays).
    """
    if len(line) > FURNITURE_CHARS:
        return False
    if any(_fits(kind, line) for kind in (words.NOTICES, words.SOURCE, words.RIGHTS)):
        return True
    if is_share_row(line) or is_hashtag_row(line) or is_related(line) or is_closing(line) or _is_breadcrumb(line):
        return True
    return _fits(words.TOOLS, line) and not is_stopped(line)


def furniture_rule(line: str) -> str:
    """The name of the rule by which a line of furniture goes."""
    for name, fits in (("related", is_related), ("share", is_share_row), ("ad", is_ad_label)):
        if fits(line):
            return name
    return "furniture"


def _fits(kind: re.Pattern[str], line: str) -> bool:
    return len(line) <= FURNITURE_CHARS and bool(kind.fullmatch(fold(line)))


def find_date(line: str) -> datetime | None:
    """The date and time of a date line, in UTC; None when it is none. The year stands first or last: 18 - 05 - 2026."""
    if not is_date_line(line):
        return None
    text = fold(line)
    named, numeric, clock = _NAMED_DATE.search(text), _NUMERIC_DATE.search(text), _CLOCK.search(text)
    if named:
        day, month, year = int(named[1]), words.MONTHS[named[2]], int(named[3])
    elif numeric:
        day, month, year = map(int, reversed(numeric.groups()) if len(numeric[1]) == 4 else numeric.groups())
    else:
        return None
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (0, 0)
    if clock and clock[3] and hour < 12:
        hour += 12
    try:
        return datetime(year, month, day, hour, minute, tzinfo=UTC) if year > 99 else None
    except ValueError:  # The 31st of February.
        return None
