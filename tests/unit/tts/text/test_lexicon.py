"""The publisher's lexicon: reading its two formats, and applying it."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.errors import LexiconError
from tts.text import lexicon as lexicons
from tts.text.lexicon import NONE, RULE, Entry
from tts.text.lexicon_file import PLS, Watched, load, parse
from tts.text.reading import Reading


def said(text: str, *rows: str) -> str:
    lexicon = parse("\n".join(rows))
    assert not lexicon.faults
    once = lexicon(Reading.of(text)).spoken
    assert lexicon(Reading.of(once)).spoken == once
    return once


def pls(body: str, attributes: str = 'version="1.0" alphabet="ipa" xml:lang="ar"') -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<lexicon {attributes} xmlns="{PLS}">\n{body}\n</lexicon>\n'


# ---- Applying it


@pytest.mark.parametrize(
    ("row", "text", "spoken"),
    [
        ("بنكيران = بِنكِيران", "قال بنكيران، وبنكيران لبنكيران", "قال بِنكِيران، وبِنكِيران لبِنكِيران"),
        ("بنكيران = بِنكِيران", "بَنْكيـــران", "بِنكِيران"),  # the author's own diacritics give way
        ("بَنكيران = بِنكِيران", "بنكيران", "بِنكِيران"),
        ("بنكيران = بِنكِيران", "«بنكيران»: #بنكيران_اليوم (وبنكيران)", "«بِنكِيران»: #بِنكِيران_اليوم (وبِنكِيران)"),
        ("القاهرة = القَاهِرَة", "للقاهرة وبالقاهرة ولِلْقاهرة", "للقَاهِرَة وبالقَاهِرَة ولِلقَاهِرَة"),
        ("القاهرة = مصر", "للقاهرة وبالقاهرة والقاهرة", "لمصر وبمصر ومصر"),
        ("ناتو = نَاتُو", "الناتو وللناتو لناتو بناتو", "النَاتُو وللنَاتُو لنَاتُو بنَاتُو"),
        ("ناتو = النَّاتو", "ناتو الناتو للناتو لناتو بناتو", "النَّاتو النَّاتو للنَّاتو للنَّاتو بالنَّاتو"),
        ("الليلة = اللَّيْلَة", "الليلة لليلة ولليلة", "اللَّيْلَة للَّيْلَة وللَّيْلَة"),
        ("الكسندر = الِكسَندَر", "الكسندر ولالكسندر", "الِكسَندَر ولالِكسَندَر"),
        ("يعلن = يُعلِن", "سيعلن وسيعلن", "سيُعلِن وسيُعلِن"),
        ("NATO = ناتو", "NATO nato الNATO وNato للNATO", "ناتو ناتو الناتو وناتو للناتو"),
        ("EU = أوروبا", "الEU وEU", "الأوروبا وأوروبا"),
        ("COVID-19 = كوفيد", "Covid-19 وCOVID-19", "كوفيد وكوفيد"),
        ("Node.js = نود", "Node.js", "نود"),
        ("C++ = سي", "لغة C++.", "لغة سي."),
        ("Émile = إميل", "E\u0301mile", "إميل"),
        ("بن كيران = بِن كِيران", "وبن   كيران", "وبِن كِيران"),
        ("عبد الإله = عبدُ الإِله", "عبد الاله", "عبدُ الإِله"),
        ("احمد = أَحمَد", "أحمد احمد", "أَحمَد أَحمَد"),
        ("م. ت. ف = منظمة التحرير", "وم. ت. ف.", "ومنظمة التحرير."),
        ("كوفيد 19 = كوفيد تسعة عشر", "كوفيد 19 كوفيد 19.5", "كوفيد تسعة عشر كوفيد 19.5"),
    ],
)
def test_an_entry_is_said(row: str, text: str, spoken: str) -> None:
    assert said(text, row) == spoken


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("كيران = كِيران", "بنكيران كيرانية"),  # a part of a word
        ("حمد = حَمَد", "أحمد"),
        ("عيد = عِيد", "سعيد"),
        ("سم = سنتيمتر", "السم وسم"),
        ("إعلام = إِعْلَام", "أعلام"),
        ("حزب الاستقلال = حِزب", "حزب، الاستقلال"),
        ("BBC = بي بي سي", "https://bbc.com/BBC www.bbc.com bbc.co.uk/BBC?a=BBC info@bbc.com BBCs"),
        ("علي = عَلي", "على"),
    ],
)
def test_an_entry_leaves_other_words_alone(row: str, text: str) -> None:
    assert said(text, row) == text


def test_the_longest_match_wins() -> None:
    rows = ("محمد = مُحمد", "محمد السادس = مُحمد السَّادس", "وليد = وَليد", "ليد = لِيد")
    assert said("محمد السادس ومحمد", *rows) == "مُحمد السَّادس ومُحمد"
    assert said("محمد السابع", *rows) == "مُحمد السابع"
    assert said("وليد ليد", *rows) == "وَليد لِيد"  # a word with an entry of its own is no clitic and another word


def test_what_an_entry_says_no_other_entry_changes() -> None:
    lexicon = parse("ب = ج\nأول ب = ثان\nثان ثالث = خطأ")
    assert lexicon(Reading.of("أول ب ثالث")).spoken == "ثان ثالث"


def test_a_hamza_left_off_is_no_difference_unless_two_entries_differ_by_it() -> None:
    rows = ("أمل = أَمل", "آمل = آمِل")
    assert said("أمل آمل امل", *rows) == "أَمل آمِل امل"


def test_a_change_is_one_block_that_leads_back_to_the_display_text() -> None:
    reading = parse("بن كيران = بِنكِيران")(Reading.of("قال وبن كيران أمس"))
    (firing,) = reading.firings
    assert (firing.rule, firing.display, firing.spoken) == (RULE, "وبن كيران", "وبِنكِيران")
    assert reading.display_cut(reading.spoken.index("كِ")) == reading.display.index("أمس")


def test_an_empty_lexicon_gives_the_reading_itself() -> None:
    reading = Reading.of("نص")
    assert NONE(reading) is reading
    assert parse("غيره = كلام")(reading) is reading


def test_the_effect_changes_when_and_only_when_something_else_is_said() -> None:
    texts = ("عنوان", "قال بنكـيران في فاس")
    one = parse("بنكيران = بِنكِيران")
    assert one.effect(texts) == parse("# x\nطنجة = طَنجة\nبنكيران\tبِنكِيران").effect(texts) != ""
    assert one.effect(texts) != parse("بنكيران = بَنكِيران").effect(texts)
    assert one.effect(texts) != parse("بنكيران = بِنكِيران\nفاس = فَاس").effect(texts)
    assert one.effect(["لا شيء"]) == NONE.effect(texts) == parse("بنكيران = بنكيران").effect(texts) == ""


MARKED = st.text(st.sampled_from("بتل"), min_size=1, max_size=4).flatmap(
    lambda word: st.tuples(st.just(word), st.lists(st.sampled_from(["", "َ", "ّ", "ُ"]), min_size=4, max_size=4))
)


@given(st.lists(MARKED), st.text(st.sampled_from("والبتل ،َA."), max_size=60))
def test_what_adds_diacritics_adds_nothing_else_and_nothing_twice(
    words: list[tuple[str, list[str]]], text: str
) -> None:
    rows = [
        f"{word} = {''.join(map(str.__add__, word, marks))}"
        for word, marks in {lexicons.key(word): (word, marks) for word, marks in words}.values()
    ]
    lexicon = parse("\n".join(rows))
    assert not lexicon.faults
    reading = lexicon(Reading.of(text))
    assert lexicons.key(reading.spoken) == lexicons.key(text)
    assert lexicon(Reading.of(reading.spoken)).spoken == reading.spoken


def letters(number: int) -> str:
    return "".join("ءبجدهزحطيك"[int(digit)] for digit in str(number))


def test_five_thousand_entries_and_hostile_texts_are_fast() -> None:
    words = [letters(number) for number in range(10_000, 15_000)]
    lexicon = parse("\n".join(f"{word} = {word}َ" for word in words))
    assert len(lexicon.entries) == 5000
    for text in (" ".join(words * 7), "ولل" * 66_000, "a-" * 100_000, "a" + "-" * 200_000, "َ" * 200_000, "ب." * 99_000):
        started = time.perf_counter()
        lexicon(Reading.of(text))
        assert time.perf_counter() - started < len(text) / 40_000  # a fifth of the aim: test machines are slow


# ---- Two columns


def test_two_columns() -> None:
    text = "\ufeff# أسماء\r\n\r\nبنكيران\tبِنكِيران\t\r\n  NATO =  ناتو \rأ = ب = ج\n"
    expected = (Entry("بنكيران", "بِنكِيران", 3), Entry("NATO", "ناتو", 4), Entry("أ", "ب = ج", 5))
    for source in (text, text.encode()):
        assert parse(source).entries == expected
        assert parse(source).faults == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("بنكيران", "neither a TAB nor"),
        ("بنكيران=بِنكِيران", "neither a TAB nor"),
        ("بنكيران =", "spoken form is empty"),
        ("بنكيران\t", "spoken form is empty"),
        (" = بنكيران", "written form is empty"),
        ("\tبنكيران", "written form is empty"),
        ("أ\tب\tج", "more than two columns"),
        ("ب" * 201 + " = ب", "201 characters"),
        ("ب = " + "ب" * 201, "201 characters"),
        ("ب\x07 = ج", "U+0007"),
        ("ب = ج\u2028د", "U+2028"),
        ("2030 = ألفان وثلاثون", "no letter"),
        ("🌹 = وردة", "no letter"),
        ("بنكيران = …", "nothing to pronounce"),
        ("كاف = كاف كاف", "matched by this same entry"),
        ("أول = ثان", "matched by line 2"),
        ("ثالث = لثان", "matched by line 2"),
        ("\u064b = ب", "no letter"),
    ],
)
def test_what_cannot_be_used_is_told_by_line_and_leaves_the_rest_in_use(row: str, reason: str) -> None:
    lexicon = parse(f"{row}\nثان = ثَانٍ وثالث عشر\nجيد = جَيد")
    (fault,) = [fault for fault in lexicon.faults if fault.line == 1]
    assert reason in fault.reason and fault.reason.endswith(".")
    assert lexicon.entries[-1] == Entry("جيد", "جَيد", 3)
    assert 1 not in [entry.line for entry in lexicon.entries]


def test_the_first_of_two_entries_for_one_word_is_used() -> None:
    lexicon = parse("NATO = ناتو\nnato = حلف\nNATO = ناتو\nبَ = ج\nبـ = ج")
    assert [entry.line for entry in lexicon.entries] == [1, 4]
    assert [(fault.line, "line 1" in fault.reason, "otherwise" in fault.reason) for fault in lexicon.faults] == [
        (2, True, True),
        (3, True, False),
        (5, False, False),
    ]


def test_chains_and_circles_are_faults() -> None:
    assert [fault.line for fault in parse("واحد = اثنان\nاثنان = ثلاثة\nثلاثة = واحد").faults] == [1, 2, 3]
    assert [fault.line for fault in parse("واحد = اثنان\nاثنان = ثلاثة").faults] == [1]
    assert [fault.line for fault in parse("واحد = نور\nونور = ثلاثة").faults] == [1]  # «وواحد» would be «ونور»
    assert parse("واحد = واحِد\nواحد واحد = واحِد واحِد").faults == ()


def test_what_is_spoken_is_clean() -> None:
    assert parse("بنكيران = بِنـكِيران\u200f 🌹").entries[0].spoken == "بِنكِيران"


@given(st.text(st.one_of(st.characters(), st.sampled_from("اب =\t\n\r#<>"))))
def test_any_text_is_a_lexicon_or_one_named_error(text: str) -> None:
    try:
        lexicon = parse(text)
    except LexiconError as error:
        assert "XML" in error.detail
    else:
        lines = [entry.line for entry in lexicon.entries] + [fault.line for fault in lexicon.faults]
        assert len(lines) == len(set(lines))
        lexicon(Reading.of(text))


# ---- PLS


def test_pls() -> None:
    lexicon = parse(
        pls(
            """<!-- أسماء -->
            <lexeme><grapheme>NATO</grapheme><grapheme>OTAN</grapheme>
            <alias>حلف</alias><alias prefer="true">النَّاتو &amp; <!-- x -->حلفه</alias><example>x</example></lexeme>
            <lexeme xml:id="a"><grapheme>بن
              كيران</grapheme><phoneme>bin</phoneme><alias>بِنكِيران</alias></lexeme>"""
        ).encode()
    )
    assert lexicon.faults == ()
    assert lexicon.entries == (
        Entry("NATO", "النَّاتو & حلفه", 4),
        Entry("OTAN", "النَّاتو & حلفه", 4),
        Entry("بن كيران", "بِنكِيران", 6),
    )


def test_pls_with_a_prefix_and_another_arabic() -> None:
    lexeme = "<p:lexeme><p:grapheme>أب</p:grapheme><p:alias>ج</p:alias></p:lexeme>"
    text = f'<p:lexicon xmlns:p="{PLS}" xml:lang="ar-MA">{lexeme}</p:lexicon>'
    assert parse("\ufeff" + text).entries == parse(text).entries == (Entry("أب", "ج", 1),)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<lexeme><grapheme>أ</grapheme><phoneme>a</phoneme></lexeme>", "only a <phoneme>"),
        ("<lexeme><grapheme>أ</grapheme></lexeme>", "no <alias>"),
        ("<lexeme><alias>أ</alias></lexeme>", "no <grapheme>"),
        ("<lexeme><grapheme>أ</grapheme><alias> </alias></lexeme>", "spoken form is empty"),
        ("<lexeme role='noun'><grapheme>أ</grapheme><alias>ب</alias></lexeme>", "role"),
        ("<lexeme xml:lang='fr'><grapheme>أ</grapheme><alias>ب</alias></lexeme>", '"fr"'),
        ("<lexem><grapheme>أ</grapheme><alias>ب</alias></lexem>", "<lexem> is no part"),
        ("<lexeme><grapheme>أ</grapheme><grapheme>أ</grapheme><alias>ب</alias></lexeme>", "says the same"),
    ],
)
def test_a_lexeme_that_cannot_be_used_is_told(body: str, reason: str) -> None:
    lexicon = parse(
        pls("<meta name='x' content='y'/>" + body + "<lexeme><grapheme>ج</grapheme><alias>د</alias></lexeme>")
    )
    (fault,) = lexicon.faults
    assert reason in fault.reason and fault.line == 3
    assert lexicon.entries[-1] == Entry("ج", "د", 3)


@pytest.mark.parametrize(
    ("attributes", "reason", "entries"),
    [
        ('version="1.0"', "xml:lang", 1),
        ('xml:lang="ar" alphabet="x-sampa"', "alphabet", 1),
        ('xml:lang="fr"', "No entry is used", 0),
    ],
)
def test_language_and_alphabet_are_looked_at(attributes: str, reason: str, entries: int) -> None:
    lexicon = parse(pls("<lexeme><grapheme>أ</grapheme><alias>ب</alias></lexeme>", attributes))
    assert [(fault.line, reason in fault.reason) for fault in lexicon.faults] == [(2, True)]
    assert len(lexicon.entries) == entries


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<lexicon></lexicon>", "no lexicon"),
        ("<lexicon", "Line 1 is not well-formed"),
        (pls("<lexeme>"), "is not well-formed XML"),
        (pls("<lexeme/>").replace("pronunciation-lexicon", "other"), "no lexicon"),
        (pls("&x;"), "not well-formed"),
        ('<!DOCTYPE lexicon [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + pls("&x;"), "DOCTYPE"),
        ("أ = ب\nسطر".encode("cp1256"), "Line 1 is not UTF-8"),
        ("أ = ب\n".encode() + b"\xff", "Line 2 is not UTF-8"),
        ("أ = ب\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_file_that_is_none_is_one_named_error(source: str | bytes, reason: str) -> None:
    with pytest.raises(LexiconError) as caught:
        parse(source)
    assert reason in caught.value.detail
    assert caught.value.code == "lexicon_unreadable"


# ---- Files


def test_load_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    for content, reason in ((b"\xff", "UTF-8"), (b"#" * 4_000_001, "larger"), (b"<a/>", "no lexicon")):
        file.write_bytes(content)
        with pytest.raises(LexiconError, match=f"names.txt.*{reason}"):
            load(file)
    for missing in (tmp_path, tmp_path / "none.txt"):
        with pytest.raises(LexiconError, match="cannot be read"):
            load(missing)
    file.write_text("أب = ج", encoding="utf-8")
    assert load(file).entries == (Entry("أب", "ج", 1),)


def test_a_watched_file_is_read_again_when_it_changes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert Watched("").current() is NONE
    file = tmp_path / "names.txt"
    watched = Watched(str(file))
    assert watched.current() is NONE and watched.current() is NONE
    assert len(caplog.records) == 1
    file.write_text("أب = ج", encoding="utf-8")
    first = watched.current()
    assert len(first.entries) == 1 and watched.current() is first
    file.write_text("أب = ج\nد = ه", encoding="utf-8")
    second = watched.current()
    assert len(second.entries) == 2
    file.write_bytes(b"\xff")
    assert watched.current() is second
    file.unlink()
    assert watched.current() is second
    assert len(caplog.records) == 3
