import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tts.text.clean import clean
from tts.text.phrasing import CLASS, COST, MIN_CHARS, ORPHAN_CHARS, phrase
from tts.text.reading import Reading
from tts.text.seams import CHARACTERS, SPACE, Pause, roles, seams

NEWS = (
    "أعلن وزير الصحة د. أحمد سالم، أمس (الأحد)، أن عدد الإصابات بلغ 1.250.000 حالة؛ وقال: «نحن نتابع الوضع عن كثب». "
    "وأضاف أن النسبة انخفضت إلى 3،5 في المئة بحلول الساعة 18:30 من يوم 18 - 05 - 2025.وأكد أن الموقع "
    "https://example.com/a,b?c=1:2 مفتوح للجميع... فهل يكفي ذلك؟! نعم."
)
SAMPLE_LIMITS = (20, 25, 33, 40, 60, 100, 200, 1000)
limits = st.one_of(st.integers(MIN_CHARS, 60), st.sampled_from(SAMPLE_LIMITS))


def cut(text, max_chars):
    """The display texts of the utterances."""
    return [utterance.text for utterance in phrase(Reading.of(text), max_chars, 700)]


# --- Seams ----------------------------------------------------------------------------------------------------------

MARKERS = {
    "⁰": Pause.BOUND,
    "¹": Pause.EDGE,
    "²": Pause.COMMA,
    "³": Pause.COLON,
    "⁴": Pause.SEMICOLON,
    "⁵": Pause.FULL_STOP,
}


@pytest.mark.parametrize(
    "marked",
    [
        # A seam is marked ⁰ bound, ¹ edge, ² comma, ³ colon, ⁴ semicolon, ⁵ full stop; an unmarked space is just that.
        "وصل الوزير. ⁵ثم غادر؟ ⁵نعم! ⁵حقا… ⁵ربما.. ⁵كيف؟! ⁵انتهى۔ ⁵نعم",
        "انتهى.⁵وأضاف ¹(أمس).⁵وأكد «نعم».⁵وقال عام 2025.⁵وختم",
        "الأول، ²الثاني؛ ⁴الثالث, ²الرابع; ⁴الخامس: ³السادس",
        "الأول،²الثاني؛⁴الثالث:³الرابع؟⁵الخامس!⁵السادس…⁵السابع..⁵الثامن",
        "كلمة ⁰، ²كلمة ⁰. ⁵كلمة ⁰؟ ⁵كلمة",
        "نعم.» ⁵لا.) ⁵كلا؟!» ⁵بلى",
        "قال: ³«نعم». ⁵ثم فاز «الأهلي» أمس على «نادي ⁰الزمالك ⁰المصري»، ²وعلى ”غيره“ أيضا",
        "قال ¹«إن الأهلي هو الذي فاز» ¹أمس",
        'حسب ل"رويترز" وال«كاف» و"قناة ⁰الجزيرة" أمس',
        'وقال إن ¹و«لكن هذا غير صحيح إطلاقا» ¹ثم ¹ل"من يريد أن يعرف المزيد" ¹نعم',
        "هو ¹(كما قيل) ¹طبيب ¹[كاتب] ¹مصري¹(شرح)¹كلمة",
        "قال ¹( ⁰نعم ⁰) ¹ثم",
        'قال: ³"نعم ثم لا ولا"، ²ثم ¹"لا ثم نعم ونعم". ⁵وصمت وقال:³"كلا ثم كلا وكلا" ¹ثم',
        "قال ¹“نعم ثم لا ولا” ¹ثم ¹”لا ثم نعم ونعم“ ¹ثم",
        "قال ¹‘نعم’ ¹ثم O'Neil وO’Neil",
        "الوزير ⁰— ³وهو طبيب ⁰– ³قال—³نعم",
        "الوزير ⁰- ³وهو طبيب ⁰- ³قال ⁰-- ³نعم- ³لا",
        "الوزير ¹-وهو طبيب- ³قال شبه-رسمي",
        "بلغ 3،5 و3,5 و٣٫٥ و18:30 و1.250.000 و2-1 و-5 و10/12/2024 و2024-2025 وكوفيد-19 في -5 ",
        "بلغ 1 ⁰250 ⁰000 دولار يوم 18 ⁰- ⁰05 ⁰- ⁰2025 مساء",
        "قال د. ⁰أحمد وم. ⁰علي وأ.د. ⁰منى ود. ⁰سامي وDr. ⁰Smith في U.S. ⁰أمس",
        "عام 300 ق.م وبعده، ²ص.ب. ⁰12 إلخ. ⁵ثم مدرستُه. ⁵ثم",
        "راسلوا info@example.com. ⁵أو زوروا https://example.com/a,b;c:d?e=(f)! ⁵شكرا",
        "زوروا www.example.com/صفحة,أخرى، ²ثم example.org/a,b:c، ²ثم مئة.net و3.5G",
        "قال a,b وf(x) ¹وC:D",
    ],
)
def test_a_text_may_be_cut_at(marked):
    text, expected = "", {}
    for character in marked:
        if character in MARKERS:
            expected[len(text)] = MARKERS[character]
            continue
        if text.endswith(" "):
            expected.setdefault(len(text), Pause.SPACE)
        text += character
    assert dict(seams(Reading.of(text))) == expected


def test_roles_are_one_a_character():
    assert roles(NEWS[:41]) == "wwww wwww wwwww ww=wwww wwww, www (wwwww)"
    assert len(roles(NEWS)) == len(NEWS)


def test_a_space_is_what_python_calls_one():
    assert set(CHARACTERS[SPACE]) == {c for c in map(chr, range(0x110000)) if c.isspace()}


def test_a_character_has_one_role():
    characters = "".join(CHARACTERS.values())
    assert len(characters) == len(set(characters))


def test_stronger_seams_leave_longer_pauses_and_cost_less():
    assert list(Pause) == sorted(Pause, key=int)
    costs = [COST[pause] for pause in Pause if pause in COST]
    assert len(costs) == len(set(costs))
    assert costs == sorted(costs, reverse=True)


def test_the_inside_of_a_block_is_bound():
    reading = Reading.of("فاز 25 مرة").rewrite("numbers", re.compile("25"), lambda match: "خمسا، وعشرين")
    assert dict(seams(reading)) == {4: Pause.SPACE, 10: Pause.BOUND, 17: Pause.SPACE}


# --- Packing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "max_chars", "expected"),
    [
        # Whole sentences together, as many as fit.
        ("وصل الوفد. غادر الوفد. عاد الوفد.", 24, ["وصل الوفد. غادر الوفد. ", "عاد الوفد."]),
        # A sentence that fits stays whole, even where a piece of the next would fit beside it.
        ("وصل الوفد إلى العاصمة. وعاد، ثم غادر إلى بلده.", 30, ["وصل الوفد إلى العاصمة. ", "وعاد، ثم غادر إلى بلده."]),
        # A sentence too long is cut at clauses; one of its own size follows whole.
        (
            "قال الوزير أمس، وهو يبتسم، إن الأمر انتهى. شكرا لكم جميعا.",
            30,
            ["قال الوزير أمس، وهو يبتسم، ", "إن الأمر انتهى. ", "شكرا لكم جميعا."],
        ),
        # Of two ways with as many pieces, the one with the stronger seam.
        ("في البيت، في الحقل؛ في السوق، في النهر", 30, ["في البيت، في الحقل؛ ", "في السوق، في النهر"]),
        # A clause too long is cut between words; no orphan is left where words can move.
        (
            "ذهب الأولاد الصغار إلى مدرستهم القريبة صباحا",
            39,
            ["ذهب الأولاد الصغار إلى ", "مدرستهم القريبة صباحا"],
        ),
        # A sentence so short goes with its neighbour, rather than alone.
        ("نعم. ذهب الأولاد، ثم عادوا إلى البيت", 24, ["نعم. ذهب الأولاد، ", "ثم عادوا إلى البيت"]),
        # Openings belong to what follows, closings to what precedes.
        ("كتبت صحيفة الأخبار «نقلا عن مصدر» أمس", 20, ["كتبت صحيفة الأخبار ", "«نقلا عن مصدر» أمس"]),
        ("كتبت صحيفة كبيرة ( نقلا عن مصدر ) أمس", 20, ["كتبت صحيفة كبيرة ", "( نقلا عن مصدر ) أمس"]),
        # Not after an abbreviation, not inside a spaced number.
        ("استقبله الوزير أمس د. أحمد سالم غانم", 21, ["استقبله الوزير أمس ", "د. أحمد سالم غانم"]),
        ("وبلغ المجموع هذا 1 250 000 دولار", 20, ["وبلغ المجموع هذا ", "1 250 000 دولار"]),
        # Unless there is no other way.
        ("1 250 000 100 200 300", 20, ["1 250 000 100 200 ", "300"]),
        # What cannot be pronounced goes with a neighbour.
        ("*** وصل الوفد إلى هنا. *** ثم غادر الوفد", 24, ["*** وصل الوفد إلى هنا. ", "*** ثم غادر الوفد"]),
        ("وصل الوفد إلى هنا *", 20, ["وصل الوفد إلى هنا *"]),
        ("  وصل الوفد إلى العاصمة  أمس  ", 22, ["  وصل الوفد إلى العاصمة  ", "أمس  "]),
        ("   ", 20, ["   "]),
        ("", 20, [""]),
        # A word longer than an utterance is cut inside, in even pieces, its neighbours kept out of it.
        (
            "زوروا https://example.com/abcdefghijkl اليوم",
            20,
            ["زوروا ", "https://example.", "com/abcdefghijkl ", "اليوم"],
        ),
    ],
)
def test_a_text_is_cut(text, max_chars, expected):
    assert cut(text, max_chars) == expected


def test_a_news_paragraph_is_cut_and_paused():
    utterances = phrase(Reading.of(NEWS), 100, final_pause_ms=700)
    assert [(u.text, u.pause_ms) for u in utterances] == [
        ("أعلن وزير الصحة د. أحمد سالم، أمس (الأحد)، أن عدد الإصابات بلغ 1.250.000 حالة؛ ", 300),
        ("وقال: «نحن نتابع الوضع عن كثب». ", 450),
        ("وأضاف أن النسبة انخفضت إلى 3،5 في المئة بحلول الساعة 18:30 من يوم 18 - 05 - 2025.", 450),
        ("وأكد أن الموقع https://example.com/a,b?c=1:2 مفتوح للجميع... فهل يكفي ذلك؟! نعم.", 700),
    ]
    assert [type(u.pause_ms) for u in utterances] == [int] * 4
    assert utterances[1].start == len(utterances[0].text)


def test_a_passage_with_nothing_to_pronounce_is_one_silent_utterance():
    [utterance] = phrase(clean(Reading.of(" *** — 🌹 " + "!" * 500)), 20, 700)
    assert (utterance.spoken, utterance.start, len(utterance.text), utterance.pause_ms) == ("", 0, 509, 700)


def test_a_row_of_marks_too_long_to_be_spoken_is_shown_only():
    utterances = phrase(Reading.of("نعم " + "_" * 50 + " لا"), 20, 700)
    assert [u.spoken for u in utterances] == ["نعم", "لا"]
    assert [len(u.text) for u in utterances] == [55, 2]


def test_a_block_stays_whole_where_it_can():
    reading = Reading.of("انتخب عام 1925 رئيسا").rewrite(
        "years", re.compile("1925"), lambda match: "ألف وتسعمئة وخمسة وعشرين"
    )
    assert [u.text for u in phrase(reading, 30, 700)] == ["انتخب عام ", "1925 رئيسا"]


def test_a_block_longer_than_an_utterance_is_spoken_in_pieces_and_shown_with_the_first():
    reading = Reading.of("عام 1925 انتخب").rewrite(
        "years", re.compile("1925"), lambda match: "ألف وتسعمئة وخمسة وعشرين"
    )
    utterances = phrase(reading, 20, 700)
    assert [(u.text, u.start, u.spoken) for u in utterances] == [
        ("عام 1925 ", 0, "عام ألف وتسعمئة"),
        ("انتخب", 9, "وخمسة وعشرين انتخب"),
    ]


def test_a_cut_inside_prefers_the_edge_of_a_block():
    reading = Reading.of("ا" * 14 + "ب" * 8).rewrite("r", re.compile("ب+"), lambda match: "ت" * 16)
    assert [u.spoken for u in phrase(reading, 20, 700)] == ["ا" * 14, "ت" * 16]


@pytest.mark.parametrize("grapheme", ["بَّ", "e\u0301\u0302", "👩\u200d🚀", "👍🏽", "✊\ufe0f"])
def test_a_cut_inside_does_not_part_a_letter_from_its_marks(grapheme):
    utterances = phrase(Reading.of("ا" + grapheme * 100), 20, 700)
    assert len(utterances) > 1 or not grapheme[0].isalnum()
    assert {u.text.strip("ا") for u in utterances} <= {grapheme * n for n in range(101)}


@pytest.mark.parametrize("max_chars", [-1, 0, 19])
def test_a_limit_too_small_is_refused(max_chars):
    with pytest.raises(ValueError, match="20"):
        phrase(Reading.of("نعم"), max_chars, 700)


# --- Properties -----------------------------------------------------------------------------------------------------

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإؤئةى"
words = st.text(LETTERS, min_size=1, max_size=11)
marked_words = st.lists(
    st.tuples(st.sampled_from(LETTERS), st.sampled_from(["", "", "َ", "ُّ", "ّ", "ْ", "ًـ", "ـ"])), min_size=1, max_size=8
).map(lambda pairs: "".join(map("".join, pairs)))
numbers = st.sampled_from(["3،5", "3,5", "18:30", "1.250.000", "2-1", "١٢٫٥", "2024", "50%", "-5", "10/12/2024", "+20"])
links = st.sampled_from(
    [
        "https://example.com/a,b;c?d=1:2",
        "www.example.com/صفحة",
        "info@example.com",
        "http://a.b/(c)!d",
        "example.org/x,y",
    ]
)
marks = st.sampled_from([".", "؟", "!", "…", "..", "؟!", "،", "؛", ":", ",", ";", ".»", "»،", '".', ")."])
dashes = st.sampled_from(["—", "–", "-", "***", "«", "»", "(", ")", "[", "]", '"', "“", "”", "•", "'", "/"])
oddities = st.sampled_from(
    ["🔴", "👨‍👩‍👧", "🇪🇬", "\u200f", "\u202b", "\u202c", "\u00a0", "\n", "ﷺ", "ﻻ", "د.", "ق.م.", "1 250 000"]
)
glue = st.sampled_from(["", " ", " ", " ", "  "])
tokens = st.one_of(words, words, marked_words, numbers, links, marks, dashes, oddities)
arabic = st.lists(st.tuples(tokens, glue), max_size=60).map(lambda pairs: "".join(map("".join, pairs)))
texts = st.one_of(arabic, st.text(st.characters()), st.text(st.sampled_from("اب َ1.،: «»()\"'-~؟\n🏽"), max_size=90))
readings = st.one_of(texts.map(Reading.of), texts.map(lambda text: clean(Reading.of(text))))


def bare(text):
    return re.sub(r"\s+", "", text)


def longest(pattern, text):
    return max((len(match[0]) for match in re.finditer(pattern, text)), default=0)


def places(reading, utterances):
    """Where each utterance's words stand in the spoken text; what stands between must be unpronounceable."""
    end = 0
    for utterance in utterances:
        start = reading.spoken.index(utterance.spoken, end)
        between = bare(reading.spoken[end:start])
        assert not any(map(str.isalnum, between))
        end = start + len(utterance.spoken)
        yield start, end
    assert not any(map(str.isalnum, reading.spoken[end:]))


@given(readings, limits)
def test_any_text_is_cut_without_loss(reading, max_chars):
    utterances = phrase(reading, max_chars, 700)
    assert "".join(u.text for u in utterances) == reading.display
    assert [u.start for u in utterances] == [0, *(u.end for u in utterances[:-1])]
    assert all(len(u.spoken) <= max_chars for u in utterances)
    assert all(u.spoken == u.spoken.strip() for u in utterances)
    assert not any(u.text[:1].isspace() for u in utterances[1:])

    is_heard = any(map(str.isalnum, reading.spoken))
    assert all(any(map(str.isalnum, u.spoken)) for u in utterances) == is_heard
    if not is_heard:
        assert [u.spoken for u in utterances] == [""]
    elif longest(r"\S+", reading.spoken) + 2 * longest(r"[\W_]+", reading.spoken) <= max_chars:
        assert "".join(bare(u.spoken) for u in utterances) == bare(reading.spoken)
    list(places(reading, utterances))


@given(readings, limits)
def test_no_word_is_cut_inside(reading, max_chars):
    spoken = reading.spoken
    for before, after in pairwise(places(reading, phrase(reading, max_chars, 700))):
        if before[1] != after[0]:
            continue
        index = after[0]
        run_start = max((m.end() for m in re.finditer(r"\s", spoken[:index])), default=0)
        run = re.match(r"\S+", spoken[run_start:])[0]
        if len(run) <= max_chars:
            assert re.fullmatch(r"[^\w\s].|.[(\[{«‹<“”\"'‘’„]", spoken[index - 1 : index + 1], re.DOTALL)
            assert not re.fullmatch(r"\d[.,:،٫/-]\d", spoken[index - 2 : index + 1])


@given(
    st.lists(st.tuples(st.one_of(words, numbers, links), st.sampled_from(["", "", ".", "،", "؛", "؟!", ":", "»"]))),
    limits,
)
def test_no_number_and_no_link_is_cut_inside(pairs, max_chars):
    text = " ".join(token + mark for token, mark in pairs)
    cuts = {utterance.start for utterance in phrase(Reading.of(text), max_chars, 700)}
    start = 0
    for token, mark in pairs:
        end = start + len(token + mark)
        if end - start <= max_chars:
            assert not cuts & set(range(start + 1, end))
        start = end + 1


@given(readings, limits)
def test_each_cut_is_at_the_strongest_seam_the_utterance_holds(reading, max_chars):
    strength = dict(seams(reading))
    spans = list(places(reading, phrase(reading, max_chars, 700)))
    for (start, end), (following, _) in pairwise(spans):
        assume(not bare(reading.spoken[end:following]))  # Marks too long to be spoken: what is cut at is not at hand.
        taken = CLASS[strength.get(following, Pause.INSIDE)]
        missed = [
            index
            for index, pause in strength.items()
            if start < index < end
            and CLASS[pause] > taken
            and len(reading.spoken[start:index].rstrip()) >= ORPHAN_CHARS
            and any(map(str.isalnum, reading.spoken[start:index]))
            and any(map(str.isalnum, reading.spoken[index:end]))
        ]
        assert not missed


@given(st.lists(words, min_size=1), limits)
def test_words_alone_are_packed_into_the_fewest_utterances(items, max_chars):
    fewest, room = 0, -1
    for item in items:
        room -= len(item) + 1
        if room < 0:
            fewest, room = fewest + 1, max_chars - len(item)
    assert len(cut(" ".join(items), max_chars)) == fewest


@given(st.lists(st.lists(words, min_size=1, max_size=4).map(" ".join), min_size=1), st.integers(52, 200))
def test_whole_sentences_are_packed_into_the_fewest_utterances(sentences, max_chars):
    sentences = [f"{sentence} كله." for sentence in sentences]
    fewest, room = 0, -1
    for sentence in sentences:
        room -= len(sentence) + 1
        if room < 0:
            fewest, room = fewest + 1, max_chars - len(sentence)
    pieces = cut(" ".join(sentences), max_chars)
    assert len(pieces) == fewest
    assert all(piece.rstrip().endswith(".") for piece in pieces)


@given(st.lists(st.sampled_from(["ب", "َ", "ّ", "x", "e\u0301", "ۖ"]), min_size=30, max_size=200).map("".join), limits)
def test_a_word_without_end_is_cut_between_characters(text, max_chars):
    assume(not re.search(r"[^بxe]{6}", text))
    pieces = phrase(Reading.of("ب" + text), max_chars, 700)
    assert all(unicodedata.category(u.spoken[0])[0] != "M" for u in pieces)


@given(
    st.lists(st.tuples(st.one_of(words, marked_words, numbers), st.sampled_from(["", "", "،", "."]))),
    st.sampled_from([re.compile(p) for p in (r"\d+", "[ابتة]+", r"\w+ \w+")]),
    st.sampled_from(["و", "خمسة عشر ألفا", ""]),
)
def test_a_block_is_cut_only_when_it_must_be(pairs, pattern, spoken_instead):
    text = " ".join(map("".join, pairs))
    reading = clean(Reading.of(text)).rewrite("r", pattern, lambda match: spoken_instead)
    utterances = phrase(reading, 40, 700)
    assert "".join(u.text for u in utterances) == text
    for start, _ in places(reading, utterances):
        if reading.is_inside_block(start):
            open_seams = [0, *(index for index, pause in seams(reading) if pause > Pause.BOUND), len(reading.spoken)]
            before = max(index for index in open_seams if index <= start)
            after = min(index for index in open_seams if index > start)
            assert len(reading.spoken[before:after].rstrip()) > 40
