"""Latin letters inside an Arabic text: for voices that cannot read them, all of them; for the others, what has figures.

>>> latin(Reading.of("فازت PSG على Real Madrid بفضل Benjamin")).spoken
'فازت بي إس جي على ريال مدريد بفضل بنيامين'
>>> latin_figures(Reading.of("لقاح COVID-19 من Pfizer")).spoken
'لقاح COVID تسعة عشر من Pfizer'

A word is looked up in ``latin.tsv`` first; capitals that are not there are spelt; the rest is transliterated. Greek and
Cyrillic stay.
"""

import re
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path

from tts.text.grammar import LARGEST, Case, Gender, cardinal, ordinal, singly
from tts.text.reading import Reading, Rule, apply
from tts.text.transliteration import plain, spell, transliterate

LIST = Path(__file__).with_name("latin.tsv")
LONGEST = 60
"""No entry of the list is longer."""

_L = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff\ufb00-\ufb06"
_LETTER = f"[{_L}]"
_PART = f"{_LETTER}[{_L}\u0300-\u036f]*+"
_HYPHEN = "[-\u2010\u2011]"
_CLITIC = "(?:[وف]?(?:[بك]?ال|لل|[بلك])|[وف])"
ANY = re.compile(_LETTER)
WORD = re.compile(rf"{_PART}(?:['’ʼ`´]{_PART})*+")
RUN = re.compile(
    rf"(?:{_PART}|\d++)(?:(?:(?<=[{_L}\u0300-\u036f]){_HYPHEN}(?=\d))?(?:{_PART}|\d++))*+"  # F-16, H1N1, but not 2-PSG
)
CLITIC = re.compile(rf"(?<![^\W_])({_CLITIC})[\u064b-\u0652ـ]*$")
CAMEL = re.compile(r"(?<=[a-z]{3})(?<!^Mac)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z]{2})")

ROMAN = "(?:X{0,3})(?:IX|IV|V?I{0,3})"
ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}
NUMBERED = re.compile(
    "(?:ال)?(?:قرن|قرنين|باب|فصل|جزء|مجلد|دورة|نسخة|مادة|طبعة|درجة|مستوى|مرحلة|عالمية|بابا|ملك|إمبراطور|محمد|حسن|لويس|هنري"
    "|فيليب|فيليبي|كارلوس|ألفونسو|نابليون|بولس|تشارلز|جورج|ويليام|إليزابيث|فرانسوا)"
    "|[IVX]{2,}|Louis|Henr[iy]|Philippe|Felipe|Charles|Carlos|Alfonso|Elizabeth|George|William|Fran[cç]ois|Nicolas"
    "|Moham+ed|Hassan"
)
"""What a single Roman digit may follow: after other words it is a letter."""
FEMININE = re.compile("\\w+ة|إليزابيث|كاترين|كاثرين|فيكتوريا|Elizabeth|Catherine|Victoria|Mary|Marie|Anne")
GENITIVE = re.compile("و?(?:في|من|إلى|على|عن|منذ|خلال|حتى|قبل|بعد|مع|أواخر|أوائل|مطلع|نهاية|بداية|منتصف|أواسط|عهد)")
"""After these a numbered noun is genitive."""


@cache
def _list() -> tuple[dict[str, str], dict[str, str]]:
    """The entries by exact form, and by key."""
    exact, names = {}, {}
    for line in LIST.read_text(encoding="utf-8").splitlines():
        written, _, arabic = line.partition("\t")
        if written.startswith("="):
            exact[written[1:]] = arabic
        elif arabic:
            names[_key(written)] = arabic
    return exact, names


def _key(written: str) -> str:
    """What two spellings of one name have in common.

    >>> _key("Saint-Étienne"), _key("saint etienne"), _key("L’Équipe")
    ('saintetienne', 'saintetienne', 'lequipe')
    """
    return "".join(c if not c.isalpha() else plain(c) for c in written if c.isalnum() or c in "&+.")


def _phrases(kind: str) -> re.Pattern[str]:
    """The entries that have what ``kind`` looks for, the longest first, sorted by initial to be found fast."""
    by_initial = defaultdict(list)
    for line in LIST.read_text(encoding="utf-8").splitlines():
        written = line.partition("\t")[0]
        if "\t" in line and re.search(kind, written):
            by_initial[plain(written[0]) or written[0]].append(written)
    groups = []
    for initial, entries in by_initial.items():
        tails = "|".join(_tail(entry[1:]) for entry in sorted(entries, key=len, reverse=True))
        groups.append(f"{_loosely(initial)}(?:{tails})")
    return re.compile(rf"(?<![{_L}\d])(?:{'|'.join(groups)})(?![{_L}\u0300-\u036f\d]|[.,]\d)", re.IGNORECASE)


def _tail(written: str) -> str:
    signs = {" ": f"(?: |{_HYPHEN})", "-": f"(?: |{_HYPHEN})?", "'": "['’]", "&": " ?& ?"}
    return "".join(signs.get(c) or _loosely(plain(c) if c.isalpha() else c) for c in written)


def _loosely(letter: str) -> str:
    accents = {"a": "áàâäã", "c": "ç", "e": "éèêë", "i": "íîï", "n": "ñ", "o": "óôöõ", "u": "úùûü"}
    return f"[{letter}{accents[letter]}]" if letter in accents else re.escape(letter)


@lru_cache(maxsize=8192)
def _known(written: str) -> str | None:
    if len(written) > LONGEST:
        return None
    exact, names = _list()
    possessor = re.sub(r"['’ʼ`´]s$", "", written)
    return exact.get(written) or names.get(_key(written)) or exact.get(possessor) or names.get(_key(possessor))


def _is_acronym(word: str) -> bool:
    """Up to five capitals, also with a plural s; and what nobody could say: a letter alone, no vowel at all."""
    if len(word) == 1 or re.fullmatch(r"[bcdfghjklmnpqrstvwxz]{2,5}", word, re.IGNORECASE):
        return True
    letters = word[:-1] if word.endswith("s") and len(word) > 2 else word
    return letters.isupper() and len(letters) <= 5


def _word(word: str) -> str:
    """Any word in Arabic letters."""
    if known := _known(word):
        return known
    if _is_acronym(word):
        return spell(word.rstrip("s") or word)
    parts = CAMEL.split(word)
    return " ".join(map(_word, parts)) if len(parts) > 1 else transliterate(re.sub(r"['’ʼ`´]", "", word))


def _joined(match: re.Match[str], words: str) -> str:
    """The words with clitics and their own article joined (``ل`` + ``الجزيرة``), and a space towards other letters."""
    text, start = match.string, match.start()
    before, after = text[max(0, start - 1) : start], text[match.end() : match.end() + 1]
    if clitic := CLITIC.search(text, max(0, start - 8), start):
        if words.startswith("ال") and clitic[1].endswith("ل"):
            words = words[1:] if clitic[1] in {"ل", "ول", "فل"} else words[2:]
    elif before.isalnum():
        words = " " + words
    return words + " " * after.isalnum()


def _figure(digits: str, letters: str) -> str:
    """A figure that was glued to letters. Years and what G is followed by are oblique."""
    digits = "".join(str(int(digit)) for digit in digits)
    if len(digits) > len(str(LARGEST)) or re.match("0.", digits):
        return singly(digits)
    number = int(digits)
    is_oblique = letters == "G" or (letters and 1900 <= number <= 2099)
    return cardinal(number, Gender.MASCULINE, Case.OBLIQUE if is_oblique else Case.NOMINATIVE)


def _mixed(match: re.Match[str], *, keeps_letters: bool) -> str | None:
    """Letters and figures said apart. A figure that goes on outside (``v3.11``) is only set apart."""
    if match[0].isdecimal() or not re.search(r"\d", match[0]):
        return None
    known = _known(match[0])
    if known and not (keeps_letters and re.fullmatch(r"\D+\d+", match[0])):
        return _joined(match, known)
    text, words = match.string, []
    parts = re.findall(rf"\d+|{_PART}", match[0])
    goes_on = re.compile(r"[.,:/٫٬]\d").match(text, match.end())
    has_begun = re.compile(r"\d[.,:/٫٬]").match(text, max(0, match.start() - 2))
    for place, part in enumerate(parts):
        if part[0].isdigit():
            is_outer = (goes_on and place == len(parts) - 1) or (has_begun and place == 0)
            words.append(part if is_outer else _figure(part, parts[place - 1] if place else ""))
        elif part in {"x", "X"} and 0 < place < len(parts) - 1:
            words.append("في")
        else:
            words.append(part if keeps_letters else _word(part))
    return _joined(match, " ".join(words))


def _roman(match: re.Match[str]) -> str | None:
    numeral = match["numeral"]
    before = match.string[max(0, match.start() - 80) : match.start()].split(" ")
    noun = before[-2] if len(before) > 1 and before[-1] in {"", "و"} else ""
    if len(numeral) == 1 and not NUMBERED.fullmatch(noun):
        return None
    values = [ROMAN_DIGITS[digit] for digit in numeral]
    number = sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))
    if not noun or not noun[-1].isalpha():
        return _joined(match, cardinal(number))
    gender = Gender.FEMININE if FEMININE.fullmatch(noun) else Gender.MASCULINE
    governor = before[-3] if len(before) > 2 else ""
    is_genitive = bool(GENITIVE.fullmatch(governor)) or noun.startswith(("بال", "لل")) or "القرنين" in {noun, governor}
    return _joined(match, ordinal(number, gender, Case.OBLIQUE if is_genitive else Case.NOMINATIVE))


def _name(match: re.Match[str]) -> str | None:
    known = _known(match[0])
    return _joined(match, known) if known else None


def _acronym(match: re.Match[str]) -> str | None:
    return _joined(match, _word(match[0])) if _is_acronym(match[0]) else None


def _dotted(match: re.Match[str]) -> str:
    return _joined(match, _word(match[0].replace(".", "")))


RULES = (
    Rule(
        "latin_clitic",
        "A one-letter word or an article joins the Latin word after it.",
        re.compile(rf"(?<![\w.])(?<!(?<!\w)\w )({_CLITIC})(?:ـ* |ـ+)(?=\d{{0,4}}{_LETTER})"),
        lambda match: match[1],
        example=("بحث ب Google والـPSG", "بحث بGoogle والPSG"),
        spares="كتاب Google أ.ب Google",
    ),
    Rule(
        "roman_numeral",
        "Roman numerals after a king, a century or a part of a book are its ordinal.",
        re.compile(
            rf"(?<![{_L}\d.'’-])(?:(?<!\w)ال)?(?P<numeral>(?=[IVX]){ROMAN})(?:e|è?me|th|°)?(?![\w'’&-]|\.\w|[\u0300-\u036f])"
        ),
        _roman,
        example=("لويس XIV في القرن XX", "لويس الرابع عشر في القرن العشرين"),
        spares="Malcolm X، فيتامين C، XL",
    ),
    Rule(
        "latin_phrase",
        "Names of several words, or with figures, from the list.",
        _phrases(r"[-\d &+.]"),
        _name,
        example=("Real Madrid وCOVID-19", "ريال مدريد وكوفيد تسعة عشر"),
        spares="Real, Madrid",
    ),
    Rule(
        "latin_figure",
        "Letters and figures written as one are said apart.",
        RUN,
        lambda match: _mixed(match, keeps_letters=False),
        example=("قمة G20 وطائرة F-16", "قمة جي عشرين وطائرة إف ستة عشر"),
        spares="iPhone 15 و2-1",
    ),
    Rule(
        "dotted_acronym",
        "Capitals with dots are the acronym without them.",
        re.compile(rf"(?<![{_L}.])[A-Z](?:\.[A-Z])+(?![{_L}])(?:\.(?!\s*$))?"),
        _dotted,
        example=("U.N.H.C.R. قالت", "يو إن إتش سي آر قالت"),
        spares="A. وB",
    ),
    Rule(
        "ampersand",
        "Between capitals & is the English word.",
        re.compile(rf"(?<![{_L}])(?P<first>[A-Z]{{1,3}}) ?& ?(?P<last>[A-Z]{{1,3}})(?![{_L}])"),
        lambda match: _joined(match, f"{_word(match['first'])} آند {_word(match['last'])}"),
        example=("مجموعة P&G", "مجموعة بي آند جي"),
        spares="Tom & Jerry",
    ),
    Rule(
        "initial",
        "The dot of a first name's initial is no full stop.",
        re.compile(rf"(?<![{_L}.])([A-Z])\.(?= ?[A-Z][{_L}.])"),
        lambda match: match[1],
        example=("J. Smith", "J Smith"),
        spares="Vitamin C. ثم",
    ),
    Rule(
        "arabic_article",
        "Al and El before a capital are the Arabic article.",
        re.compile(rf"(?<![{_L}])[AE]l(?: |{_HYPHEN})(?=[A-Z])"),
        lambda match: _joined(match, "ال").rstrip(),
        example=("El Malki", "الMalki"),
        spares="Alma, el mar",
    ),
    Rule(
        "latin_hyphen",
        "A hyphen or underscore between Latin words is a space.",
        re.compile(rf"(?<=[{_L}\u0300-\u036f])[-\u2010\u2011_]+(?=[{_L}])"),
        lambda match: " ",
        example=("Bourg-en-Bresse", "Bourg en Bresse"),
        spares="PSG - OM",
    ),
    Rule(
        "latin_name",
        "Words and names from the list.",
        WORD,
        _name,
        example=("FIFA وFacebook", "فيفا وفيسبوك"),
        spares="PSG",
    ),
    Rule(
        "acronym",
        "Capitals that are not in the list are spelt, with the letters' English names.",
        WORD,
        _acronym,
        example=("فريق PSG", "فريق بي إس جي"),
        spares="Psgat",
    ),
    Rule(
        "latin_spelling",
        "All other words are transliterated by rules of spelling.",
        WORD,
        lambda match: _joined(match, _word(match[0])),
        example=("مدينة Beaulieu", "مدينة بوليو"),
        spares="Москва",
    ),
)

NUMBERED_NAME = Rule(
    "numbered_name",
    "Names from the list that end in a figure, before any rule for numbers reads it.",
    _phrases(r" \d+$"),
    _name,
    example=("مؤشر CAC 40 وFrance 24", "مؤشر كاك أربعين وفرانس فانكاتر"),
    spares="قناة 24 وCAC 50",
)

FIGURES = Rule(
    "latin_figure_only",
    "Figures written as one with letters become words; the letters stay for voices that read them.",
    RUN,
    lambda match: _mixed(match, keeps_letters=True),
    example=("COVID-19 وG20 و5G", "COVID تسعة عشر وG عشرين وفايف جي"),
    spares="Google 15",
)


def latin(reading: Reading) -> Reading:
    """The reading with every Latin word in Arabic letters.

    >>> latin(Reading.of("أعلنت الـFIFA")).spoken
    'أعلنت الفيفا'
    """
    return apply(RULES, reading) if ANY.search(reading.spoken) else reading


def latin_figures(reading: Reading) -> Reading:
    """The reading with Latin words as they are, and no figures glued to them.

    >>> latin_figures(Reading.of("شبكة 5G من Orange")).spoken
    'شبكة فايف جي من Orange'
    """
    return FIGURES(reading) if ANY.search(reading.spoken) else reading
