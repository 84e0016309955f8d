"""What stands after a number: the noun it counts, and the gender it takes from it.

>>> gender_of("بين 19 و34 سنة", 4, 6)
<Gender.FEMININE: 'feminine'>
"""

import re
from dataclasses import dataclass

from tts.text.context import LOOK_BACK
from tts.text.nouns import Gender, Noun, Number, fold, is_definite, not_nouns, noun
from tts.text.numerals import NUMBER
from tts.text.verbs import bare, is_verb

SCALES = {
    word: scale
    for scale, words in {
        "ألف": "ألف ألفا الف الفا آلاف الاف ألاف",
        "مليون": "مليون مليونا ملايين",
        "مليار": "مليار مليارا مليارات ملايير",
        "بليون": "بليون بليونا بلايين",
        "تريليون": "تريليون تريليونا تريليونات ترليون ترليونا ترليونات",
    }.items()
    for word in words.split()
}
"""Scale words as they are written after figures, and their singulars."""

PLURALS_OF_OTHERS = {"أسرة": Gender.MASCULINE, "دور": Gender.FEMININE, "ورش": Gender.FEMININE}
"""Words that after 3 to 10 are the plural of another noun than the one they are elsewhere: beds, houses, workshops."""

_NEXT_WORD = re.compile(r" ([^\W\d_]+)")
_FROM_3_TO_10 = re.compile("(?<![0-9])(?:[3-9]|10)$")
_FROM_11 = re.compile("(?:1[1-9]|[2-9][0-9])$")

MOST_JOINED = 4
"""Most numbers that may stand between one and the noun it shares with them."""

_OPENED = re.compile(r"[\"«“][0-9][0-9.,٫٬]*$")
_CLOSING = frozenset('"»”')
LONGEST = 30
"""Characters of a number in quotes that are looked back at."""

_ADVERBS = re.compile(
    r" (?:طيلة|رفقة|نتيجة|علاوة|مباشرة|بغية|خشية|صحبة|كافة|مقارنة|[إا]ضافة (?:[إا]لى|ل)|نسبة [إا]لى"
    r"|دفعة واحدة|(?:نهاية|بداية) ال\w+)(?!\w)"
)
"""Words that have the shape of a feminine noun and say how, why or since when."""

_WORD = re.compile(r" ?(\w[\w\u064b-\u0652\u0670]*)")
_SCALE = re.compile(rf" ?(?:{'|'.join(SCALES)})\u064b?(?!\w)")
_NEXT_NUMBER = re.compile(
    r"(?: (?:و|أو|او|إلى|الى|أم|حتى|من أصل|من بين|من كل) ?| ?[-–،/] ?| و)"
    rf"(?:ال|[بل])?[\"«“]?(?:[-−]|ناقص )?{NUMBER}(?![0-9.,:/%])"
)
_OF_THEM = re.compile(r" من (هذه |هؤلاء |تلك |هذا )?(\w+)")
_COUNTED_BEFORE = re.compile(rf"{NUMBER}(?: (?:{'|'.join(SCALES)}))? ([^\W\d_]\w*)")
_SAME_AS_BEFORE = re.compile(r"(?:إلى|الى|مقابل|بدل|عوض|أصل|أو|او|ضد) ?[-−]?$")
_THEM = re.compile(r" (?:(منهم|آخرين|آخرون|اخرين|اخرون)|(منهن|أخريات)|(منها|أخرى|اخرى|فقط))(?!\w)")
_OTHERS = re.compile(r" (?:[^\W\d_]+ )?(?:[آا]خر([وي])ن|ال(?!قان|تلفز)[^\W\d_]{2,10}(و)ن)(?!\w)")


@dataclass(frozen=True, slots=True)
class Counted:
    """A noun that stands right after a number."""

    noun: Noun
    """The word, as the lexicon has it."""
    written: str
    """As the author wrote it."""
    end: int
    """Where it ends in the text."""

    def suits(self, number: int) -> bool:
        """Whether its form is the one that such a number counts: plural after 3 to 10, else singular."""
        plural = self.noun.number is Number.PLURAL
        return plural if 3 <= number % 100 <= 10 else self.noun.number is Number.SINGULAR

    @property
    def is_surely_counted(self) -> bool:
        """Whether its form tells that it is counted: a plural, or the accusative of لاعبا."""
        return self.noun.number is Number.PLURAL or self.written.endswith(("ا", "ًا", "اً"))


def counted_noun(text: str, end: int) -> Counted | None:
    """The indefinite noun right after a number that ends at ``text[end]``, if it is one that is known."""
    end = _after_quote(text, end)
    word = _WORD.match(text, end)
    if word is None or _ADVERBS.match(text, end):
        return None
    known = noun(word[1])
    if known is None or is_definite(word[1]) or not _is_without_clitics(bare(word[1]), known):
        return None
    return Counted(known, word[1], word.end())


def is_before_noun(text: str, end: int) -> bool:
    """Whether a word that a number counts follows: known as a noun, or not known to be anything else."""
    if counted_noun(text, end):
        return True
    end = _after_quote(text, end)
    if _ADVERBS.match(text, end):
        return False
    word = _WORD.match(text, end)
    if word is None or noun(word[1]) is not None:
        return False
    bare_word = bare(word[1])
    return (
        "\u0620" <= bare_word[0] <= "\u064a"
        and len(bare_word) > 2
        and bare_word[0] not in "وف"
        and fold(bare_word) not in not_nouns()
        and not is_definite(word[1])
        and not bare_word.startswith(("بال", "لل"))
        and not is_verb(word[1])
    )


def is_scaled(text: str, end: int) -> bool:
    """Whether a scale word follows the number: 25 مليون."""
    return _SCALE.match(text, _after_quote(text, end)) is not None


def _after_quote(text: str, end: int) -> int:
    """Where a number ends with the quotes it stands alone in: "200" شخص."""
    if text[end : end + 1] in _CLOSING and _OPENED.search(text, max(0, end - LONGEST), end):
        return end + 1
    return end


def gender_of(text: str, start: int, end: int) -> Gender:
    """The gender that ``text[start:end]``, a number, takes from what it counts.

    That stands after it, after the numbers it is joined to, or before it; masculine when nothing is known.
    """
    return (
        _gender_of_form(text, start, end)
        or _gender_after(text, end)
        or _gender_before(text, start, end)
        or Gender.MASCULINE
    )


def nominative_shown(text: str, end: int) -> bool | None:
    """What an ending after the number tells of its case: آخرون، المعتمدون, or آخرين."""
    ending = _OTHERS.match(text, end)
    return None if ending is None else "و" in (ending[1], ending[2])


def _gender_of_form(text: str, start: int, end: int) -> Gender | None:
    """What the number tells of a word that is not sure to be a noun: 5 أسرة, 12 مغربية."""
    word = _NEXT_WORD.match(text, end)
    if word is None or _ADVERBS.match(text, end):
        return None
    number = text[max(start, end - LONGEST) : end]
    if word[1] in PLURALS_OF_OTHERS and _FROM_3_TO_10.search(number):
        return PLURALS_OF_OTHERS[word[1]]
    if word[1].endswith("ية") and noun(word[1]) is None and not is_definite(word[1]) and _FROM_11.search(number):
        return Gender.FEMININE
    return None


def _gender_after(text: str, end: int) -> Gender | None:
    for _ in range(MOST_JOINED):
        end = _after_quote(text, end)
        if _SCALE.match(text, end):
            return None
        if counted := counted_noun(text, end):
            return counted.noun.gender
        following = _NEXT_NUMBER.match(text, end)
        if following is None:
            break
        end = following.end()
    if (of := _OF_THEM.match(text, end)) and is_definite(of[2]) and (known := noun(of[2])):
        return known.gender if known.number is Number.PLURAL else None
    return None


def _gender_before(text: str, start: int, end: int) -> Gender | None:
    them = _THEM.match(text, end)
    if them and them.lastindex in (1, 2):
        return Gender.MASCULINE if them.lastindex == 1 else Gender.FEMININE
    before = text[max(0, start - LOOK_BACK) : start]
    if not them and not _SAME_AS_BEFORE.search(before):
        return None
    gender = None
    for counted in _COUNTED_BEFORE.finditer(before):
        known = noun(counted[1])
        gender = known.gender if known else gender
    return gender


def _is_without_clitics(word: str, known: Noun) -> bool:
    """Whether a word is the noun itself: not لانتفاضة."""
    return fold(word)[0] in {fold(form)[0] for form in (known.singular, *known.plurals)}
