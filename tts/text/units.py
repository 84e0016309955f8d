"""Measures: short forms become the unit's name after the figures, and the name agrees with them.

``5 كلم`` becomes ``5 كيلومتر``, then ``5 كيلومترات``; ``numbers`` reads the figures. The table ``units.tsv`` has a line
for each unit: noun, plural (none if the noun never changes), gender, adjective, words that follow and never change,
and short forms, with ``_`` for a space. Short forms of one letter that may mean something else are read only where the
words around them speak of a measure: ``5 م`` is more often an hour than a length.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from tts.text.currency import WORDS as CURRENCY_WORDS
from tts.text.grammar import Measure, dual
from tts.text.quantities import (
    AFTER_SCALE,
    ONE_OR_TWO,
    SIGNS,
    case_in,
    corrected,
    corrected_scale,
    fold,
    measure,
    numeral_before,
    one_of,
    one_or_two,
    said,
    scale_before,
    table,
    vocabulary,
)
from tts.text.reading import Reading, Rule, apply

ROWS = table(__file__)
UNITS = [measure(*row[:5]) for row in ROWS]

SHORT = {form.replace("_", " "): unit for unit, row in zip(UNITS, ROWS, strict=True) for form in row[5].split()}
"""What each short form stands for."""

ADJECTIVES = ["بحري", "متري"]
"""What units are called besides the adjectives of the table."""

WORDS = vocabulary(UNITS, ADJECTIVES)

METRE, LITRE = SHORT["m"], SHORT["l"]

TIMES = {
    form: time
    for time, forms in (
        ("الساعة", "س سا ساعة الساعة h hr hour heure"),
        ("الثانية", "ث ثا ثانية الثانية s sec"),
        ("الدقيقة", "د دقيقة الدقيقة min mn"),
        ("اليوم", "يوم day j jour"),
        ("الشهر", "شهر month mois"),
        ("السنة", "سنة an année year"),
        ("العام", "عام"),
        ("الأسبوع", "أسبوع"),
    )
    for form in forms.split()
}
"""What a measure may be taken by, after a slash."""

PER = {form: unit for form, unit in SHORT.items() if form.isalpha() or form[-1] in "²³23"}
PER |= {unit.one(): unit for unit in UNITS if not unit.tail} | {"م": METRE, "ل": LITRE}
"""What else it may be taken by."""

PEOPLE = frozenset({"نسمة", "شخص", "فرد", "ساكن"})
"""What is counted on an area besides measures."""

AFTER_WORD: dict[str, Callable[[Measure], str]] = {
    word: form
    for form, words in (
        (Measure.many, "ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة ثلاث أربع خمس ست سبع ثماني ثمان تسع بضعة بضع عدة"),
        (Measure.accusative, "عشر عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون"),
        (Measure.accusative, "عشرين ثلاثين أربعين خمسين ستين سبعين ثمانين تسعين"),
        (Measure.one, "مائة مئة مائتا مائتي مئتا مئتي نصف ربع ثلث ثلثي ثلثا أرباع"),
        (lambda unit: with_article(unit, many=True), "عشرات مئات"),
    )
    for word in words.split()
}
"""What form of a unit follows a number in words, by its last word."""

LENGTH = (
    r"(?:على بعد|[يت]بعد|[بل]?(?:مسافة|طول|ارتفاع|علو|عمق|قطر|سمك|عرض)(?:ه|ها)?|منسوب"
    r"|[يت]?قفزت?|قفزة|ب?قفزات|[يت]?رمت?ى?|رمية|رمي|[يت]?قطعت?|[يت]?سبحت?|[يت]?بلغ|[يت]?علوت?)"
)
LENGTH_BEFORE = re.compile(rf"(?<!\w)[وف]?{LENGTH}(?: \w{{1,12}}){{0,2}} [وبل]?[0-9.,]+ ?$")
TRACK_BEFORE = re.compile(r"(?<!\w)(?:ال|ل|ب)?(?:سباق|سباقي|سباقات|نهائي|سباحة|تتابع|عدو|مسبح|تخصص|حواجز|جري)(?!\w)")
TRACK_AFTER = re.compile(r" (?:حواجز|موانع|تتابع|حرة|حر|سباحة|عدو|فراشة|متنوع)(?!\w)")
HEIGHT_AFTER = re.compile(r" (?:و ?[0-9]{1,2} ?(?:سم|سنتيمتر)|[x×*] ?[0-9])")
YEAR_BEFORE = re.compile(r"(?<!\w)(?:سنة|عام|حوالي|القرن|ميلاد)(?: \w{1,12})? ?[وب]?[0-9.,]+ ?$")
TIME_BEFORE = re.compile(
    r"(?<!\w)[وف]?(?:في|منذ|خلال|حتى|قبل|بعد|من|إلى|بين|الساعة|توفي|ولد|هجرية|ه|أواخر|أوائل|مطلع)"
    r"(?: عام| سنة)? [وب]?[0-9.,]+ ?$"
    r"|(?<!\w)[وف]?(?:تأسس|أسس|بني|شيد|حكم|عاش|دولة|عهد)\w{0,3}(?: \w{1,12}){0,3} [وب]?[0-9.,]+ ?$"
    r"|(?<!\w)(?:رقم|الرقم|عدد|العدد|المادة|الفصل|القانون|قانون|ص|صفحة|الصفحة|بين [0-9]{3,4} م) ?[و]?[0-9.,]+ ?$"
    r"|[-–/(] ?[0-9.,]+ ?$"
)
"""What makes a م after figures a metre, or forbids it."""

VOLUME = "ب?سعة|سعتها|سعته|قنينة|قنينات|خزان|استهلاك|[يت]ستهلك|حليب|مياه|(?:ال)?ماء|زيت|وقود|بنزين|غازوال|محرك"
VOLUME_AFTER = re.compile(
    r"/100| من (?:ال)?(?:ماء|مياه|حليب|زيت|زيوت|وقود|بنزين|غازوال|كازوال|محروقات|دم|عصير|لبن"
    r"|ديزل|خمر|خمور|كحول|ماحيا|هواء)(?!\w)"
)
VOLUME_BEFORE = re.compile(rf"(?<!\w)(?:{VOLUME})(?: [ء-ي]{{1,12}}){{0,3}} [وب]?[0-9.,]+ ?$")
"""What makes a ل after figures a litre."""

LOOK_BACK = 40
"""Characters in which such a word is looked for."""


END_OF_UNIT = r"(?![\w²³°^])"
ANY_SHORT = f"(?P<short>{one_of(SHORT)}){END_OF_UNIT}"
NAMED = re.compile(r"(?:^|[.:؛!؟\n]|(?<!\w)(?:ال)?(?:رمز|رموز|اختصار|مختصر|وحدة|وحدات|حرف|حرفي|حروف))[\s«\"(]*$")
"""Where a short form is not said of anything: at the start of a sentence, or spoken of as a sign."""
SURE_SHORT = one_of(["كلغ", "كغ", "كغم", "كجم", "ملغ", "ملغم", *(form for form in SHORT if form[-1] in "²³")])
"""Short forms that are no words, and need no figures before them."""

_HINT = re.compile(f"[0-9²³]|(?<!\\w){SURE_SHORT}(?!\\w)| كلم")


CODE_BEFORE = re.compile("[A-WYZa-wyz_][0-9][0-9.,]{0,9}$")
"""Figures that are no number: A4; but 3x5 are two."""


def with_article(unit: Measure, *, many: bool = False) -> str:
    """A unit with the article, in the singular or the plural.

    >>> with_article(Measure("متر", "أمتار", adjective="مربع")), with_article(Measure("لتر", "لترات"), many=True)
    ('المتر المربع', 'اللترات')
    """
    bare = replace(unit, tail="")
    words = (bare.many() if many else bare.one()).split()
    return " ".join(["ال" + word for word in words] + [unit.tail] * bool(unit.tail))


def for_each(unit: Measure) -> str:
    """For each of a unit.

    >>> for_each(Measure("لتر", "لترات")), for_each(Measure("كيلوغرام", "كيلوغرامات"))
    ('للتر', 'للكيلوغرام')
    """
    return "لل" + with_article(unit).removeprefix("ال").removeprefix("ل")


def _spelt(match: re.Match[str]) -> str | None:
    if match[0] == "g" and "2" <= match.string[match.start() - 1] <= "6":
        return None  # a mobile network: 5g
    if CODE_BEFORE.search(match.string, max(0, match.start() - 12), match.start()):
        return None
    return " " + SHORT[match["short"]].one()


def _spelt_after_word(match: re.Match[str]) -> str | None:
    form = AFTER_WORD.get(_last_word(match.string, match.start()).lstrip("وب"))
    return " " + form(SHORT[match["short"]]) if form else None


def _spelt_alone(match: re.Match[str]) -> str | None:
    unit, article = SHORT[match["short"]], match["article"]
    text, start = match.string, match.start()
    is_priced = text.startswith((" من ", " واحد"), match.end())
    if not article and not is_priced and NAMED.search(text, max(0, start - LOOK_BACK), start):
        return None
    if article == "لل":
        return for_each(unit)
    if article and article.endswith("ال"):
        return article.removesuffix("ال") + with_article(unit)
    return (article or "") + unit.one()


def _metre(match: re.Match[str]) -> str | None:
    text, start, end = match.string, match.start(), match.end()
    number = numeral_before(text, start)
    if number is None or number.is_code or YEAR_BEFORE.search(text, max(0, start - LOOK_BACK), start):
        return None
    on_track = TRACK_BEFORE.search(text, max(0, start - LOOK_BACK), start) or TRACK_AFTER.match(text, end)
    is_metre = (
        LENGTH_BEFORE.search(text, max(0, start - LOOK_BACK), start)
        or HEIGHT_AFTER.match(text, end)
        or (on_track and number.whole >= 50)
        or (
            number.fraction
            and (len(number.fraction) == 1 or number.fraction[0] > "5" or "," in text[start - 3 : start])
        )
        or (number.is_counting and _is_no_time(number.whole, text, start))
    )
    return " " + METRE.one() if is_metre else None


def _is_no_time(number: int, text: str, index: int) -> bool:
    """Whether a number whose figures end at an index can be no hour and no year: 60, 3000, but also a bare 1200."""
    if 24 < number < 100 or number > 2100:
        return True
    return number >= 100 and number % 50 == 0 and not TIME_BEFORE.search(text, max(0, index - LOOK_BACK), index)


def _litre(match: re.Match[str]) -> str | None:
    text, start = match.string, match.start()
    number = numeral_before(text, start)
    is_litre = (
        VOLUME_AFTER.match(text, match.end())
        or VOLUME_BEFORE.search(text, max(0, start - LOOK_BACK), start)
        or (number is not None and number.fraction)
    )
    return " " + LITRE.one() if is_litre else None


def _last_word(text: str, index: int) -> str:
    return text[max(0, index - 14) : index].rsplit(" ", 1)[-1]


def _per(match: re.Match[str]) -> str | None:
    text, start, per = match.string, match.start(), match["per"]
    word = _last_word(text, start)
    if fold(word) in WORDS.adjectives or fold(word) in CURRENCY_WORDS.adjectives or word == "ساعة":
        word = _last_word(text, start - len(word) - 1)
    if CURRENCY_WORDS.noun(word) and per not in TIMES:
        return " " + for_each(PER[per])
    if CURRENCY_WORDS.noun(word) or WORDS.noun(word) or word in PEOPLE:
        return " في " + (TIMES[per] if per in TIMES else with_article(PER[per]))
    return None


def _minus(match: re.Match[str]) -> str | None:
    clitic = match["clitic"] or ""
    if match["below"]:
        return clitic
    return clitic + SIGNS["-"] if clitic else None


RULES = (
    Rule(
        "unit",
        "A short form after figures, or after a scale word, is the unit's name.",
        re.compile(rf"(?:(?<=[0-9])|{AFTER_SCALE}) ?{ANY_SHORT}"),
        _spelt,
        example=("5 كلم و120 م² و15°C و850 مليون م³", "5 كيلومتر و120 متر مربع و15 درجة مئوية و850 مليون متر مكعب"),
        spares="5G و20 كلمة، 4 غرف",
    ),
    Rule(
        "metre",
        "م is a metre when what is near speaks of length, or when it can be no hour and no year.",
        re.compile(r"(?<=[0-9]) ?م(?![\w²³°^\u064b-\u0652]|\.\w)"),
        _metre,
        example=("سباق 800 م، بعمق 5 م، على 2.5م", "سباق 800 متر، بعمق 5 متر، على 2.5 متر"),
        spares="يعرض 8 م، سنة 570 م، في 1200 م، 10.30 م",
    ),
    Rule(
        "metre_per",
        "So it is before a slash and a time.",
        re.compile(r"(?<=[0-9]) ?م(?= ?/ ?(?:ث|س|د|ثا|ثانية|ساعة|دقيقة)(?!\w))"),
        lambda match: " " + METRE.one(),
        example=("سرعته 8 م/ث", "سرعته 8 متر/ث"),
        spares="8 م/أحمد",
    ),
    Rule(
        "litre",
        "ل is a litre when what is near speaks of what is measured in litres.",
        re.compile(r"(?<=[0-9]) ?ل(?![\w\u064b-\u0652])"),
        _litre,
        example=("قنينة 5 ل، تستهلك 6 ل/100 كلم", "قنينة 5 لتر، تستهلك 6 لتر/100 كلم"),
        spares="منح 20 ل محمد",
    ),
    Rule(
        "unit_after_word",
        "A short form after a number in words agrees with it.",
        re.compile(rf"(?<=[ء-ي]) {ANY_SHORT}"),
        _spelt_after_word,
        example=("عشرة كلم وعشرين كغ ومائة م²", "عشرة كيلومترات وعشرين كيلوغرامًا ومائة متر مربع"),
        spares="قال كم وشرب سم",
    ),
    Rule(
        "per_hundred",
        "A slash before a hundred of a unit is لكل.",
        re.compile(r"(?<=[ء-ي]) ?/ ?(?=100 ?(?:كيلومتر|كلم|كم|متر|غرام|مليلتر)(?!\w))"),
        lambda match: " لكل ",
        example=("6 لترات/100 كلم", "6 لترات لكل 100 كلم"),
        spares="علامة/100",
    ),
    Rule(
        "per",
        "A slash between a measure and another is في, between money and a measure ل.",
        re.compile(rf"(?<=[ء-ي]) ?/ ?(?P<per>{one_of([*TIMES, *PER])}){END_OF_UNIT}"),
        _per,
        example=(
            "90 كيلومتر/س، 5 دراهم/كلغ، 80 نسمة/كلم²",
            "90 كيلومتر في الساعة، 5 دراهم للكيلوغرام، 80 نسمة في الكيلومتر المربع",
        ),
        spares="قانون/س، متر/مربع",
    ),
    Rule(
        "unit_alone",
        "A short form that is no word needs no number; the article goes with it.",
        re.compile(
            rf"(?<!\w)(?P<article>[وف]?[بك]?ال|لل|[وف]?[بل]|[وف])? ?(?<![0-9] )(?P<short>{SURE_SHORT}){END_OF_UNIT}"
        ),
        _spelt_alone,
        example=("ثمن الكلغ وسعر م² للكم² بكلغ", "ثمن الكيلوغرام وسعر متر مربع للكيلومتر المربع بكيلوغرام"),
        spares="الكلم الطيب، رمز كغ. كغ وسم",
    ),
    Rule(
        "marathon",
        "The one distance whose three decimals are no thousands.",
        re.compile(r"(?<![0-9A-Za-z.,])42[.,]195(?= ?كيلومتر)"),
        lambda match: "42٫195",
        example=("سباق 42,195 كيلومتر", "سباق 42٫195 كيلومتر"),
        spares="سباق 42.195 متر",
    ),
    Rule(
        "basis_points",
        "One or two نقطة أساس: a dual before it loses its ن.",
        re.compile(rf"{ONE_OR_TWO} ?نقط(?:ة|تين|تان) أساس(?!\w)"),
        lambda match: said(
            match, "نقطة أساس واحدة" if match["number"] == "1" else dual("نقطة", case_in(match))[:-1] + " أساس"
        ),
        example=("ب2 نقطة أساس، 1 نقطة أساس", "بنقطتي أساس، نقطة أساس واحدة"),
        spares="12 نقطة أساس، 2 نقطة أساسية",
    ),
    Rule(
        "one_or_two_units",
        "One or two of a unit is said by its name.",
        re.compile(rf"{ONE_OR_TWO} ?{WORDS.noun_and_adjective()}"),
        lambda match: one_or_two(WORDS, match),
        example=("بعد 2 كيلومتر و1 متر مربع", "بعد كيلومترين ومتر مربع واحد"),
        spares="12 كيلومترا، 1 مليون طن",
    ),
    Rule(
        "unit_agreement",
        "The name agrees with the figures before it, its adjective too.",
        re.compile(rf"(?<=[0-9]) ?{WORDS.noun_and_adjective()}"),
        lambda match: corrected(WORDS, match),
        example=("3 كيلومتر مربع و25 متر و100هكتارا", "3 كيلومترات مربعة و25 مترًا و100 هكتار"),
        spares="3 أمتار و25 مترا و3.5 متر و15 درجة",
    ),
    Rule(
        "scale_of_units",
        "A scale word between figures and a unit agrees as well.",
        scale_before(unit.singular for unit in UNITS),
        corrected_scale,
        example=("3 مليون طن", "3 ملايين طن"),
        spares="25 مليون طن و3 ملايين طن و3 مليون نسمة",
    ),
    Rule(
        "below_zero",
        "A minus is said after a clitic too, and is not said when تحت الصفر says it.",
        re.compile(
            r"(?P<clitic>(?<!\w)[وفبل])?(?<![^\s(\[وفبل])[-−]"
            r"(?=[0-9][0-9.,]{0,6} درج(?:ة|ات)(?: مئوية)?(?P<below> تحت الصفر)?)"
        ),
        _minus,
        example=("بين -5 درجات و-3 درجات، -12 درجة تحت الصفر", "بين -5 درجات وناقص 3 درجات، 12 درجة تحت الصفر"),
        spares="نور-3 درجات، -3 درجات",
    ),
)


def units(reading: Reading) -> Reading:
    """The reading with measures in names that agree.

    >>> units(Reading.of("تبعد 5 كلم، بسرعة 90 كلم/س")).spoken
    'تبعد 5 كيلومترات، بسرعة 90 كيلومترًا في الساعة'
    """
    return apply(RULES, reading) if _HINT.search(reading.spoken) else reading
