"""Arabic spelt as it is heard, for espeak-ng, which reads fully marked Arabic badly.

It says «سَيَزُورُ» as sa-i-a-zuuru, «بِالصَّوْتِ» as biaassawti, «قَالُوا» as qaaluu-aa, the article with a glottal stop in
mid-phrase, and case endings before every pause.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tts.text.diacritics import MARKS

_NOTATION = {
    # In the rules below a Latin letter stands for a mark: a i u the short vowels, A I U their tanwins, w shadda,
    # o sukun, d dagger alef; V any short vowel, M any mark, C any letter. P is one or more prefixed particles.
    **dict(zip("AUIauiwo", map(chr, range(0x64B, 0x653)), strict=True)),
    "d": "\u0670",
    "V": "[\u064e-\u0650]",
    "M": "[\u064b-\u0652\u0670]",
    "C": "[\u0621-\u063a\u0641-\u064a\u067e\u06af]",
    "P": "(?:[وفبكل][\u064e\u0650]|أ\u064e)",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One change of spelling."""

    pattern: re.Pattern[str]
    """What is changed, within one word."""
    replacement: str
    """By what."""
    example: str
    """``before → after``; the tests hold the rule to it."""


def _rules(*rows: tuple[str, str, str]) -> tuple[Rule, ...]:
    def marks(notation: str) -> str:
        return "".join(_NOTATION.get(c, c) for c in notation)

    return tuple(
        Rule(re.compile(marks(pattern)), marks(replacement), example) for pattern, replacement, example in rows
    )


BEFORE_A_PAUSE = _rules(
    # The pausal form: nobody reads «في المدرسةِ.» with its case ending.
    ("(?:Aا|a?اA|Aى|a?ىA)$", "aا", "كِتَابًا → كِتَابَا"),
    ("(?<=[أء])A$", "aا", "خَطَأً → خَطَأَا"),
    ("(?<=iي)wM*$|(?<=uو)wM*$", "", "صَحَفِيٌّ → صَحَفِي"),
    ("(?<=.{4}[iu])([وي])[aiuUI]$", r"\1", "الْقَاضِيَ → الْقَاضِي"),
    ("(?<=[oا])([وي])[aiuUI]$", r"\1o", "رَأْيٌ → رَأْيْ"),
    ("(?<=.[^وي])[aiuAIU]$", "o", "كَبِيرٌ → كَبِيرْ"),
    ("(?<=ا)ةo?$", "هo", "الْحَيَاةْ → الْحَيَاهْ"),
    ("ةo?$", "", "مَدْرَسَةْ → مَدْرَسَ"),
)

EVERYWHERE = _rules(
    # Silent letters, and vowels that spelling leaves out.
    ("^(عaمoر[aiUI])و$", r"\1", "عَمْرٌو → عَمْرٌ"),
    ("(?<=ى)d", "", "عَلَىٰ → عَلَى"),
    ("a?d", "aا", "هٰذَا → هَاذَا"),
    ("(?<=[ua])(وo?)ا$", r"\1", "قَالُوا → قَالُو"),
    ("مiائ", "مiئ", "مِائَةٌ → مِئَةٌ"),
    ("(?<=^ه)a(?=ذ|ؤu|كaذ|أa)|(?<=Vه)a(?=ذ|ؤu)", "aا", "لِهَذِهِ → لِهَاذِهِ"),
    ("(ذa)ل(?=iكM?)", r"\1ال", "كَذَلِكَ → كَذَالِكَ"),
    ("^(P*)لaك(?=iن)", r"\1لaاك", "وَلَكِنَّ → وَلَاكِنَّ"),
    ("أuولaئ", "أuلaائ", "أُولَئِكَ → أُلَائِكَ"),
    ("(?<=إiل)aه", "aاه", "إِلَهٌ → إِلَاهٌ"),
    ("(?<=رaحoم)aن|(?<=رwaحoم)aن", "aان", "الرَّحْمَنِ → الرَّحْمَانِ"),
    ("(الل|^P?لiل)waه(?=M*$|uمw)", r"\1waاه", "بِاللَّهِ → بِاللَّاهِ"),
    # The hamza that was not typed, and the alef that only carries a cluster and is not heard after a vowel.
    ("ا(?=[au])", "أ", "اَحْمَدُ → أَحْمَدُ"),
    ("ا(?=i)", "إ", "لِاِنَّ → لِإِنَّ"),
    ("الi?ا(?=C[ow])", "الi", "الِاسْتِقْلَالُ → الِسْتِقْلَالُ"),
    ("^(P+)ا(?=ل(?:[ow]|C|iC[ow]))", r"\1", "بِالْبَيْتِ → بِلْبَيْتِ"),
    ("^(P+)ا(?=[^وي]oC)", r"\1", "وَاسْتَقْبَلَ → وَسْتَقْبَلَ"),
    ("^([وف]a)ا(?=[تد]w)", r"\1", "وَاتَّفَقَ → وَتَّفَقَ"),
    ("^(P+)ل(?=Cw)", r"\1", "لِلشَّمْسِ → لِشَّمْسِ"),
    # The tanwin is an n; the last letter of a word needs a mark, or espeak-ng takes it for a suffix.
    ("(?:Aا|a?اA|Aى|a?ىA|A)$", "aنo", "هُدًى → هُدَنْ"),
    ("U$", "uنo", "كَبِيرٌ → كَبِيرُنْ"),
    ("I$", "iنo", "كَبِيرٍ → كَبِيرِنْ"),
    ("(?<=.)ة$", "", "مَدْرَسَة → مَدْرَسَ"),
    ("([^اىويآaiuowdAIU])$", r"\1o", "شُبَّاك → شُبَّاكْ"),
)

JOINED_ALEF = _rules(
    # How a word with a joined alef begins after a pause. After another word the first two characters are not heard.
    ("^ا(?=لoت)", "إi", "الْتَقَى → إِلْتَقَى"),
    ("^الo?(?=Cw)", "أa", "الشَّمْسُ → أَشَّمْسُ"),
    ("^ا(?=لw|لi?C[ow])", "أa", "الَّذِي → أَلَّذِي"),
    ("^الo?(?=C)", "أaلo", "الْبَيْتُ → أَلْبَيْتُ"),
    ("^ا(?=[^سبم]oCu.{3})", "أu", "انْتُخِبَتْ → أُنْتُخِبَتْ"),
    ("^ا(?=C[ow])", "إi", "ارْتَفَعَ → إِرْتَفَعَ"),
)

BEFORE_A_JOINED_ALEF = _rules(
    # How the word before it ends: a long vowel is shortened, a consonant receives a vowel.
    ("(?<=a)[اى]$|(?<=i)ي$|(?<=u)و$", "", "فِي → فِ"),
    ("(?<=^مiن)o$", "a", "مِنْ → مِنَ"),
    ("(?<=[هكت]uم)o$|(?<=aو)o$", "u", "هُمْ → هُمُ"),
    ("o$", "i", "قَدْ → قَدِ"),
)

GLIDES = _rules(
    # espeak-ng reads و and ي after a vowel as a long vowel or a diphthong. A tatweel between them prevents it.
    ("(?<=iي)wo?$|(?<=uو)wo?$", "", "عَلِيّ → عَلِي"),
    ("([وي])w", r"\1o\1", "قُوَّةِ → قُوْوَةِ"),
    ("(?<=V)([وي])(?=ا)", r"\1a", "سُورِيا → سُورِيَا"),
    ("(?<=a)([وي])(?!M)", r"\1o", "بَيتُ → بَيْتُ"),
    ("(?<=ا)([وي])$", r"\1o", "شَاي → شَايْ"),
    ("(?<=V)([وي])(?=[aiuo])", r"ـo\1", "دُوَلُ → دُـْوَلُ"),
    ("يi", "يـi", "يِ → يـِ"),
)

_MARK = re.compile(f"[{''.join(sorted(MARKS))}]")
_WORD = re.compile(f"({_NOTATION['C']}(?:{_NOTATION['C']}|{_NOTATION['M']})*)")
_PAUSE = re.compile(r"""[\s»”"')\]]*[.،؛:!?؟,;…–—]""")
_NO_PAUSE = re.compile(r"""[\s«»“”"]+""")


def spelt_as_heard(text: str) -> str:
    """Diacritised ``text`` spelt so that espeak-ng says what a newsreader would.

    Pausal forms before punctuation, joined alefs silent in mid-phrase, every consonant و and ي a consonant, tanwin as
    an n. Words without a single mark are left as they are. Of 8,202 different words of WikiNews so spelt, espeak-ng
    pronounces all but 6 sound by sound as written.
    """
    *parts, end = _WORD.split(text)  # between, word, between, word, …, end
    parts.append(end + ".")
    marked = [i for i in range(1, len(parts), 2) if _MARK.search(parts[i])]
    for i in marked:
        parts[i] = _applied(BEFORE_A_PAUSE if _PAUSE.match(parts[i + 1]) else (), parts[i])
        parts[i] = _applied(EVERYWHERE, parts[i])
    for i in marked:
        opened = _applied(JOINED_ALEF, parts[i])
        if opened != parts[i] and i - 2 in marked and _NO_PAUSE.fullmatch(parts[i - 1]):
            parts[i - 2] = _applied(BEFORE_A_JOINED_ALEF, parts[i - 2])
            opened = opened[2:]
        parts[i] = opened
    for i in marked:
        parts[i] = _applied(GLIDES, parts[i])
    return "".join(parts[:-1]) + end


def has_arabic(text: str) -> bool:
    """Whether there is an Arabic word in ``text``."""
    return bool(_WORD.search(text))


def _applied(rules: Iterable[Rule], word: str) -> str:
    for rule in rules:
        word = rule.pattern.sub(rule.replacement, word)
    return word
