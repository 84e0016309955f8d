"""A word in Latin letters → the Arabic letters a newspaper would write it with.

The spelling of a word gives away whose it is, roughly, and each language has its table. A table's rows are tried in
order at each place of the word, its own rows before those all languages share:

>>> [transliterate(word) for word in ("Schneider", "Beaulieu", "Fletcher", "Castillo")]
['شنايدر', 'بوليو', 'فليتشر', 'كاستيو']
"""

import re
import unicodedata
from functools import cache, lru_cache

# fmt: off
LETTER_NAMES = {
    "a": "إيه", "b": "بي", "c": "سي", "d": "دي", "e": "إي", "f": "إف", "g": "جي",
    "h": "إتش", "i": "آي", "j": "جيه", "k": "كيه", "l": "إل", "m": "إم", "n": "إن",
    "o": "أو", "p": "بي", "q": "كيو", "r": "آر", "s": "إس", "t": "تي", "u": "يو",
    "v": "في", "w": "دبليو", "x": "إكس", "y": "واي", "z": "زد",
}
# fmt: on
"""The English names of the letters, as Arabic newsreaders say them."""

LONGEST_KEPT = 40
"""Longer words are not remembered: they are seldom seen twice, and hostile ones would fill the memory."""

ACCENTED = str.maketrans(
    {"č": "tch", "ć": "tch", "š": "sh", "ş": "sh", "ș": "sh", "ž": "zh", "ż": "zh", "ț": "ts", "ţ": "ts"}
    | {"ç": "ss", "ñ": "ny", "ß": "ss", "æ": "ae", "œ": "eu", "þ": "th", "ð": "d", "ŋ": "ng", "ə": "a", "ı": "i"}
    | dict.fromkeys("éèêëęě", "é")
)
"""What an accent does to a letter's sound. Other accents change nothing that Arabic letters could show."""

LANGUAGES = (
    ("turkish", r"[ğışİ]|oğlu"),
    (
        "slavic",
        r"[čćšžřěłńśźżů]|s[kz]y$|ski$|vi[cč]h?$|ić$|wi[ct]z|[eo]v(?:a|ich)?$|enko$|chuk$|cz|sz|zh|rzy",
    ),
    (
        "german",
        r"[ßöä]|sch|tz|dt$|ü|ei[nt]z?$|(?:mann|stein|berg|berger|burg|feld|bach|meier|mayer|haus|hof|wald|[hn]er[tz])$",
    ),
    ("portuguese", r"ã|õ|inh[oa]s?$|lh|eir[oa]s?$|ões"),
    (
        "italian",
        r"(?:ini|ell[io]|ett[io]|[aeou]cc?[hi]?i|aldi?|ardi|[aeiou]zz[iao]|igli[ao]|iano|oni|eschi|ori)$|gli|cch|ggi",
    ),
    (
        "spanish",
        r"[ñáíóú]|[^aeiou]?ez$|ill[oa]s?$|a[jx]al$|[aeiou]jo$"
        r"|(?:ado|ero|era|ita|ito|uela|ano|osa|oso|dad|ción|guez|ndo|nda)s?$",
    ),
    (
        "english",
        r"(?:sh|w|ck|oo|[^i]ee)(?!$)|(?:land|ford|field|ley|ham|shire|worth|wood|kins|[^is]ton|[^aeiou]son)s?$",
    ),
    (
        "french",
        r"[éèêëàâçîïôûùœ]|eau|^(?:ch|jea|beau|bou|mou|rou|lou|fou|cou|dou|tou|gu[eiy])|[^aeiou]ou[^aeiou]|oi|vill|gn[aoy]"
        r"|(?:aux?|oux?|oi[sxt]?|ai[sxt]|aul?[tdx]|eux?|euse|i[eè]re?|ette?|[gq]uet|elle|ique|gne|gny|iot|[^t]che|euve"
        r"|ain|oin|ine|enne|onne|anne|e?[mnl]ent|ence|ance|ard|ert|ond|ont|and|ant|ieu|aire|ille|oire|ie|eur|ac|el[lm]e)s?$",
    ),
    (
        "english",
        r"sh|th|w|ck|oo|ee|[aeo]y$|igh|[aiou][bdfgklmnprtv]e$|(?:ing|tion|ton|son|er|man)s?$|ould|y$|[aeiou]dge|tch|ea|u(?:mp|nt|ff)",
    ),
)
"""Signs by which a word's language is told, the surest first."""

ENGLISH = (
    (r"^kn|^gn|^pn", "ن"),
    (r"^wr", "ر"),
    (r"^ps", "س"),
    (r"^wh(?=o)", "ه"),
    (r"wh", "و"),
    (r"mb$", "م"),
    (r"[st]ion(?=s?$)", "شن"),
    (r"ville$", "فيل"),
    (r"kin(?=s$)", "كن"),
    (r"(?<=[^aeiouscxz])es$|(?<=[bdglmnr])s$", "ز"),
    (r"ture(?=s?$)", "تشر"),
    (r"cial|tial", "شال"),
    (r"cious|tious", "شس"),
    (r"ing", "ينغ"),
    (r"tch", "تش"),
    (r"d?ge(?=s?$)", "ج"),
    (r"dg(?=e)", "ج"),
    (r"augh|ough", "و"),
    (r"eigh", "ي"),
    (r"igh", "اي"),
    (r"gh", "غ"),
    (r"qu", "كو"),
    (r"th", "ث"),
    (r"sch", "ش"),
    (r"(?<=[^aeiou])a(?=(?:[bdfgklmnprtvz]|ch|st)es?$)", "ي"),
    (r"(?<=.)i(?=[bdfgklmnprtvz]e$)", "اي"),
    (r"(?<=[bdfghklmnpqrstvwz])le(?=s?$)", "ل"),
    (r"(?<=[^aeiouy])e(?=[rn]s?$|[rn]t?son$)", ""),
    (r"u(?=[bcdfgkmnpstvxz](?:[^aeiouyr]|$))", "ا"),
    (r"ai|ea(?=.)|ee|ei|ie", "ي"),
    (r"ey$", "ي"),
    (r"ay|uy$|ye$", "اي"),
    (r"y(?=(?:[kln]e|an|st)$)|(?<=[^aeiou])y(?=[a-z]{1,2}r$)", "اي"),
    (r"ew$", "يو"),
    (r"^au|^aw|^oa", "أو"),
    (r"au|aw|oa|oo|ow$|ou|oe$|ue$", "و"),
    (r"ow(?=[aeiou])", "او"),
    (r"ow(?=n|d|l)", "او"),
    (r"ow", "و"),
    (r"^eu|^u(?=[^aeiou][aeiou])", "يو"),
    (r"c(?=[eiy])", "س"),
    (r"^g(?=e)|g(?=[ey]$)", "ج"),
    (r"(?<=[aeiour])se$", "ز"),
)
FRENCH = (
    (r"^h?ou(?=[aeiou])", "و"),
    (r"tion(?=s?$)", "سيون"),
    (r"eaux?$|eaud$|a[ul]l?[tdx]s?$|auds?$|ots?$|op$|oz$", "و"),
    (r"^eau|^au|^ou|^eu", "أو"),
    (r"eau|au", "و"),
    (r"oin", "وان"),
    (r"ois$|oit$|oix$|oid$|oie$|oi|oy(?=[^aeiou]|$)", "وا"),
    (r"oux$|ous$|out$|oud$|ou", "و"),
    (r"ieux?$", "يو"),
    (r"eux$|eu|euill?", "و"),
    (r"aille?s?$|ail$", "اي"),
    (r"eille?s?$|eil$", "اي"),
    (r"vill", "فيل"),
    (r"ill(?=e)", "ي"),
    (r"(?:a|e)in(?=[^aeiouyén]|$)|(?<=[^aeoé])in(?=[^aeiouyénh]|$)|(?<=.)yn(?=[^aeiouyé]|$)", "ان"),
    (r"ien(?=n?e?s?$)|ienn?e", "يان"),
    (r"^en(?=[^aeiouyén])|^em(?=[bp])", "أن"),
    (r"en[ts]s?$|(?<=.)en(?=[cdtsg])", "ان"),
    (r"(?<=.)em(?=[bp])", "ام"),
    (r"ai[stx]$|é[ets]$|ey$", "ي"),
    (r"et[sz]?$", "يه"),
    (r"a[iy]e?|ei", "ي"),
    (r"ie[rz]s?$", "ييه"),
    (r"ée?s?$", "يه"),
    (r"(?:(?<=ch)|(?<=[glnt]))er$", "ي"),
    (r"i[eé](?=r|[^aeiou])", "يي"),
    (r"ie$", "ي"),
    (r"(?<=[aeoiuyén])r[dts]$", "ر"),
    (r"(?<=n)[dtgs]s?$|(?<=n)ts$", ""),
    (r"(?<=[aiu])[stx]$", ""),
    (r"(?<=[^aeiouyé])es?$|(?<=[aiu])e$", ""),
    (r"(?<=^[^aeiou])e(?=[bcdfglmnpqrtv][aeiouylré])", "و"),
    (r"(?<=[^aeiou])e(?=rn|rtr|st)", ""),
    (r"sch|ch", "ش"),
    (r"gn", "ني"),
    (r"gu(?=[eiyé])", "غ"),
    (r"ge(?=[ao])|g(?=[eiyé])", "ج"),
    (r"cqu|qu", "ك"),
    (r"th", "ت"),
    (r"ss", "س"),
    (r"(?<=[aeiouyé])s(?=[aeiouyé])", "ز"),
    (r"c(?=[eiyé])", "س"),
    (r"ü|û", "و"),
)
SPANISH = (
    (r"qu(?=[eiéi])", "ك"),
    (r"gu(?=[ei])", "غ"),
    (r"i?ll(?=[aou])", "ي"),
    (r"ch", "تش"),
    (r"ción$|cion$", "سيون"),
    (r"j|g(?=[ei])|^x(?=a)", "خ"),
    (r"ue(?=.)", "وي"),
    (r"e$", "ي"),
    (r"z", "ز"),
)
PORTUGUESE = (
    (r"gu(?=[ei])", "غ"),
    (r"ch|x", "ش"),
    (r"nh", "ني"),
    (r"lh", "لي"),
    (r"g(?=[ei])|j", "ج"),
    (r"qu(?=[ei])", "ك"),
    (r"e$", "ي"),
)
ITALIAN = (
    (r"sci(?=[aou])|sc(?=[ei])", "ش"),
    (r"cch|ch", "ك"),
    (r"c?ci(?=[aou])|c?c(?=[ei])", "تش"),
    (r"gh", "غ"),
    (r"g?gi(?=[aou])|g?g(?=[ei])", "ج"),
    (r"gli(?=[aou])", "لي"),
    (r"gn", "ني"),
    (r"zz", "تس"),
    (r"qu", "كو"),
    (r"(?<=.)ia$", "يا"),
    (r"e$", "ي"),
)
GERMAN = (
    (r"tsch", "تش"),
    (r"sch", "ش"),
    (r"^st", "شت"),
    (r"^sp", "شب"),
    (r"(?<=n)st(?=ein)", "شت"),
    (r"chs", "كس"),
    (r"(?<=[aou])ch", "خ"),
    (r"ch", "ش"),
    (r"dt", "ت"),
    (r"tz|z", "تس"),
    (r"th", "ت"),
    (r"^eu", "أوي"),
    (r"eu|aeu", "وي"),
    (r"^ei", "أي"),
    (r"ei|a[iy]|ey", "اي"),
    (r"ie", "ي"),
    (r"(?<=[aeiou])h(?=[^aeiou]|$)", ""),
    (r"(?<=[^aeiou])e(?=[rnl]s?$|rg)|(?<=ei)e(?=r)", ""),
    (r"e$", "ه"),
    (r"ng", "نغ"),
    (r"qu", "كف"),
    (r"w|v", "ف"),
    (r"^j", "ي"),
)
SLAVIC = (
    (r"szcz|shch", "شتش"),
    (r"tch|cz|(?<=vi)ch$|c(?=$|ic?$)|ch(?=[eu]|in|ik)", "تش"),
    (r"sh|sz", "ش"),
    (r"zh|rz", "ج"),
    (r"ch", "خ"),
    (r"c", "تس"),
    (r"^j|j", "ي"),
    (r"iy$|yy$", "ي"),
    (r"^ye", "ي"),
    (r"y[ae]", "يا"),
    (r"yu", "يو"),
    (r"w", "ف"),
    (r"e$", "ي"),
)
TURKISH = ((r"ss", "تش"), (r"ğ", "غ"), (r"c", "ج"), (r"e$", "ي"))

COMMON = (
    *((f"{consonant}(?={consonant})", "") for consonant in "bdfgjklmnpqrstvwxz"),
    (r"^aa", "آ"),
    (r"^abd(?:el|al|ul)(?=.)", "عبد ال"),
    (r"^ae|^ai|^ei|^ey|^ee|^ea|^é", "إي"),
    (r"^ou(?=[aei])", "و"),
    (r"^oo|^ou(?![aeiou])|^au|^oe", "أو"),
    (r"^a", "أ"),
    (r"^i(?=[nmls][^aeiou]|[^aeiou]{2})|^e", "إ"),
    (r"^i|^y(?![aeiou])", "إي"),
    (r"^[ou](?![aeiou])|^o", "أو"),
    (r"^u|ou|oo", "و"),
    (r"tsch|tch|ch", "تش"),
    (r"sch|sh", "ش"),
    (r"th", "ث"),
    (r"ph", "ف"),
    (r"kh", "خ"),
    (r"gh", "غ"),
    (r"zh|dj|dzh", "ج"),
    (r"ck|cqu|q(?!u)", "ك"),
    (r"sc(?=[eiyé])", "س"),
    (r"cc(?=[eiyé])", "كس"),
    (r"c(?=c)", ""),
    (r"c(?=[eiyé])", "س"),
    (r"qu(?=[ei])", "ك"),
    (r"qu", "كو"),
    (r"^x", "ز"),
    (r"x", "كس"),
    (r"tion$", "سيون"),
    (r"[ae]y$", "اي"),
    (r"eau", "و"),
    (r"ee|ii|iy|yi", "ي"),
    (r"ie(?=.)|ia(?=[^aeiouy]{2})", "يا"),
    (r"ie$", "ي"),
    (r"uo|uu|oe|ue$", "و"),
    (r"ae", "اي"),
    (r"ah$|aa", "ا"),
    (r"ea$", "يا"),
    (r"é$", "يه"),
    (r"é", "ي"),
    (r"(?<=[^aeiouyé])e(?=[rn]$)", ""),
    (r"e(?=n[^aeiouyé])", ""),
    (r"(?<=[^aeiouyé])e$", ""),
    *zip("abcdefghijklmnopqrstuvwxyz", "ابكديفغهيجكلمنوبكرستوفوكيز", strict=True),
    (".", ""),
)
"""Rows that every language ends with; the letters alone are the last. House spelling: g is غ, p is ب, v is ف."""

ROWS = {
    "english": ENGLISH,
    "french": FRENCH,
    "spanish": SPANISH,
    "portuguese": PORTUGUESE,
    "italian": ITALIAN,
    "german": GERMAN,
    "slavic": SLAVIC,
    "turkish": TURKISH,
    "other": (),
}


def plain(word: str) -> str:
    """The word in small letters without accents: what words are compared by.

    >>> plain("Łódź")
    'lodz'
    """
    if word.isascii():
        return word.lower()
    return "".join(map(_plain_letter, unicodedata.normalize("NFKD", word.lower())))


def spell(word: str) -> str:
    """The names of the word's letters.

    >>> spell("PSG")
    'بي إس جي'
    """
    return " ".join(LETTER_NAMES[letter] for letter in plain(word) if letter in LETTER_NAMES) or "آ"


def transliterate(word: str) -> str:
    """The word in Arabic letters; never empty, and never with a letter that is not Arabic."""
    return _transliterated(word) if len(word) <= LONGEST_KEPT else _transliterated.__wrapped__(word)


@lru_cache(maxsize=8192)
def _transliterated(word: str) -> str:
    word = unicodedata.normalize("NFC", word.lower())
    pattern, arabic = _table(_language(word))
    sounds = "".join(letter if letter == "é" else plain(letter) for letter in word.translate(ACCENTED))
    spelt = pattern.sub(lambda match: arabic[(match.lastindex or 0) - 1], sounds)
    return _tidy(spelt) or spell(word)


def _language(word: str) -> str:
    return next((language for language, signs in _signs() if signs.search(word)), "other")


@cache
def _signs() -> list[tuple[str, re.Pattern[str]]]:
    return [(language, re.compile(signs)) for language, signs in LANGUAGES]


@cache
def _table(language: str) -> tuple[re.Pattern[str], list[str]]:
    """One pattern for the language's rows, each a group of its own, and the Arabic for each group."""
    rows = ROWS[language] + COMMON
    return re.compile("|".join(f"({spelling})" for spelling, _ in rows)), [arabic for _, arabic in rows]


def _tidy(arabic: str) -> str:
    """Long vowels that ended up side by side, once; more than two of a letter in a row, twice."""
    return re.sub(r"(.)\1{2,}", r"\1\1", re.sub(r"([اي])\1{2,}|(ا)\2|يي$|وو(?=.)", lambda m: m[0][0], arabic))


@cache
def _plain_letter(letter: str) -> str:
    """Without its accent: by decomposition, or else by the letter's name (``LATIN SMALL LETTER L WITH STROKE``)."""
    if letter.isascii() or unicodedata.combining(letter):
        return letter if letter.isalpha() else ""
    special = letter.translate(ACCENTED)
    if special.isascii():
        return special
    name = re.match(r"LATIN SMALL LETTER (?:\w+ )?([A-Z])\b", unicodedata.name(letter, ""))
    return name[1].lower() if name else ""
