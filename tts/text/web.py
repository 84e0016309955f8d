"""Links are read by their host, e-mail addresses are not read.

The words of a host stay in Latin letters for ``latin``, which comes later; its dots and its endings are put here.
"""

import re

from tts.text.reading import Reading, Rule, apply
from tts.text.transliteration import spell

ENDINGS = {
    "com": "كوم",
    "org": "أورغ",
    "net": "نت",
    "info": "إنفو",
    "gov": "غوف",
    "gouv": "غوف",
    "edu": "إديو",
    "int": "إنت",
    "mil": "ميل",
    "biz": "بيز",
    "name": "نيم",
    "mobi": "موبي",
    "asia": "آسيا",
    "africa": "أفريكا",
    "app": "آب",
    "dev": "ديف",
    "shop": "شوب",
    "store": "ستور",
    "site": "سايت",
    "online": "أونلاين",
    "news": "نيوز",
    "press": "بريس",
    "media": "ميديا",
    "live": "لايف",
    "blog": "بلوغ",
    "cloud": "كلاود",
    "tech": "تك",
    "club": "كلوب",
    "world": "وورلد",
    "today": "توداي",
    "social": "سوشال",
    "sport": "سبورت",
    "ma": "ما",
    "co": "كو",
    "be": "بي",
    "tv": "تي في",
    "fm": "إف إم",
}
"""How the last part of a host is said. Other endings of two letters are spelt."""

COUNTRIES = """
    ae ai al am ao ar at au az ba be bf bg bh bj br by ca cc cd cf cg ch ci cl cm cn cu cv cy cz de dj dk dz ee eg es eu
    fi fm fr ga gg gh gl gm gn gr hk hr hu id ie il im in io iq ir is it jo jp ke km kr kw kz lb li lt lu lv ly ma mc
    me mg mk ml mr mt mu mx my ne ng nl no nz om pe ph pk pl ps pt qa re ro rs ru rw sa sd se sg si sk sn so st sy td tg
    th tk tn to tr tv tw ua ug uk us uz va ve vn ye za zm zw
"""
"""Endings of two letters by which a host is known that has neither a protocol nor www."""

WORDS = "am at be by de es id il im in is it me my ne no re se si so st to us va"
"""Endings that are English or French words too: after them a space may have been forgotten."""

LABELS = {"maroc": "ماروك", "morocco": "موروكو"}
"""Names of places that an address says in its own language."""

UNREAD = re.compile(r"www\d?|ar|m|mobile|amp", re.IGNORECASE)
"""Parts before a host's name that nobody says."""

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9_-]*+)"
_ARABIC = "[\u0620-\u064a-]+"
_PATH = (
    r"(?::[0-9]{1,5}(?![0-9]))?"
    r"(?:(?:://|[/?#])(?:[^\s()\[\]{}<>«»“”\"،؛…|]|\([^\s()]{0,200}\))*(?<![.,;:!?؟'*_]))?"
)
_HOST = rf"(?>{_LABEL}(?:\.{_LABEL})*|{_ARABIC}(?:\.{_ARABIC})*(?:\.[A-Za-z]{{2,24}})?)"
_NOTHING_BEFORE = r"(?<![A-Za-z0-9_.@-])"

_ADDRESS = (
    r"(?<![A-Za-z0-9._%+@-])(?:[وبل](?=[A-Za-z0-9]))?"
    r"(?>(?:mailto:)?[A-Za-z0-9][A-Za-z0-9._%+-]*+@(?:[A-Za-z0-9-]++\.)+[A-Za-z]{2,24})"
)
_ADDRESSES = rf"(?>{_ADDRESS}(?:(?: ?[،,؛;/|–-])? ?(?:أو |و ?)?{_ADDRESS})*)"
_BRACKETED = rf"(?:\( ?{_ADDRESSES} ?\)|\[ ?{_ADDRESSES} ?\]|< ?{_ADDRESSES} ?>|{_ADDRESSES})"

_ENDS = frozenset(COUNTRIES.split()) | frozenset(ENDINGS)
_WORDS = frozenset(WORDS.split())
_LATIN = re.compile("[A-Za-z]")
_LATIN_BEFORE, _LATIN_AFTER = re.compile("[A-Za-z][,;:]? $"), re.compile(" ?[A-Za-z]")
_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)


def _link(match: re.Match[str]) -> str:
    return _said(match["host"], match)


def _bare(match: re.Match[str]) -> str | None:
    """A host by its ending alone; where that is a word, only among Arabic."""
    ending, text = match["ending"], match.string
    if ending.lower() not in _ENDS:
        return None
    if ending.lower() in _WORDS and not match["path"]:
        is_in_latin = _LATIN_BEFORE.search(text, max(0, match.start() - 3), match.start())
        if is_in_latin or _LATIN_AFTER.match(text, match.end()) or not ending.islower():
            return None
    return _said(match["host"], match)


def _said(host: str, match: re.Match[str]) -> str:
    """The host's parts with «دوت» between them."""
    labels = (host.lower() if host.isupper() else host).split(".")
    while len(labels) > 2 and UNREAD.fullmatch(labels[0]):
        del labels[0]
    last = len(labels) - 1
    words = (_part(label, is_ending=0 < place >= last - (len(labels[-1]) == 2)) for place, label in enumerate(labels))
    return " دوت ".join(words) + " " * match.string[match.end() : match.end() + 1].isalnum()


def _part(label: str, *, is_ending: bool) -> str:
    low = label.lower()
    if is_ending and low in ENDINGS:
        return ENDINGS[low]
    if is_ending and len(low) == 2 and low.isalpha() and low.isascii():
        return spell(low)
    if low in LABELS:
        return LABELS[low]
    words = re.sub("[-_]+", " ", label).strip() or label
    return words.upper() if len(words) < 3 or not _VOWEL.search(words) else words


RULES = (
    Rule(
        "link",
        "A link is read by its host; what leads to the page and the page itself are not read.",
        re.compile(
            rf"(?<![A-Za-z0-9])(?<!://)(?:(?:https?|ftp)://|www\d?\.(?=[A-Za-z0-9]))++"
            rf"(?!(?:https?|ftp|www)(?![A-Za-z0-9.-]))(?P<host>{_HOST}){_PATH}",
            re.IGNORECASE,
        ),
        _link,
        example=("زوروا https://www.example.com/a?b=1، أو www.hcp.ma.", "زوروا example دوت كوم، أو HCP دوت ما."),
        spares="بروتوكول http وشبكة www",
    ),
    Rule(
        "host",
        "A host is known by its ending, without a protocol as well.",
        re.compile(
            rf"{_NOTHING_BEFORE}(?P<host>(?>(?:{_LABEL}\.)+(?P<ending>[A-Za-z]{{2,24}})))(?![A-Za-z0-9_@-]|[%+][A-Za-z0-9._%+-]{{0,64}}@|\.[A-Za-z0-9@_-])"
            rf"(?P<path>{_PATH})"
        ),
        _bare,
        example=("موقع Booking.com وt.me/kanal", "موقع Booking دوت كوم وT دوت إم إي"),
        spares="انتهت.وأضاف Node.js، end.In، a.b@example.com",
    ),
    Rule(
        "ending",
        "An ending that is named alone is said with its dot.",
        re.compile(rf"(?<![\w.])\.(?P<ending>{'|'.join(ENDINGS)})(?![\w.])"),
        lambda match: f"دوت {ENDINGS[match['ending']]}",
        example=("النطاق .com", "النطاق دوت كوم"),
        spares="example.com .comics",
    ),
    Rule(
        "email",
        "An e-mail address is not read, nor are the brackets around it.",
        re.compile(rf" {_BRACKETED}(?=[،,؛;.!؟?…)»\]]|$)|{_BRACKETED} ?"),
        lambda match: "",
        example=("راسلوا المكتب (a.b@example.ma) أو النادي: c@example.org.", "راسلوا المكتب أو النادي:."),
        spares="حساب @akhbar و5@3",
    ),
)


def web(reading: Reading) -> Reading:
    """The reading with links and addresses as they are said.

    >>> web(Reading.of("على www.example.ma/page.")).spoken
    'على example دوت ما.'
    """
    return apply(RULES, reading) if _LATIN.search(reading.spoken) else reading
