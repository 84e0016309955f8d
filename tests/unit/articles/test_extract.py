"""The article in HTML and in files."""

import json
import re
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.errors import ArticleError, InvalidArticle
from articles.extract import decode, from_file, from_html, without_site

FRAGMENT = """
<h2>خلفية القرار</h2>
<p>قال <strong>الوزير</strong> إن <em>القرار</em>&nbsp;نهائي &laquo;ولا رجعة فيه&raquo;&#1563; ثم انصرف.</p>
<p>نعم.</p>
<script>document.write("<p>لا يقرأ</p>")</script><style>p { color: red }</style>
<figure><img src="a.jpg" alt="صورة"><figcaption>تعليق الصورة</figcaption></figure>
<ul><li>البند الأول</li><li>البند <b>الثاني</b><ul><li>فرع</li></ul></li></ul>
<blockquote><p>«لن نتراجع»</p></blockquote>
<table><tr><th>الجهة</th><th>العدد</th></tr><tr><td>الشمال</td><td>12</td></tr></table>
<nav>قائمة</nav><aside>إعلان</aside><form><label>بريدك</label><input><button>أرسل</button></form>
<p>سطر أول<br>وسطر ثان<br><br>وفقرة أخرى</p>
<p hidden>مخفي</p><p style="display: none">مخفي أيضا</p>
نص بلا وسم<!-- تعليق --> وتتمته
"""


def test_every_block_of_a_fragment_is_taken() -> None:
    assert from_html(FRAGMENT).paragraphs == (
        "خلفية القرار",
        "قال الوزير إن القرار\xa0نهائي «ولا رجعة فيه»؛ ثم انصرف.",
        "نعم.",
        "البند الأول",
        "البند الثاني",
        "فرع",
        "«لن نتراجع»",
        "الجهة، العدد",
        "الشمال، 12",
        "سطر أول وسطر ثان",
        "وفقرة أخرى",
        "نص بلا وسم وتتمته",
    )


def test_the_listen_button_is_not_read() -> None:
    button = '<istami-player article="42"><a href="audio.mp3">استمع للمقال</a></istami-player>'
    expected = ("فقرة أولى.", "فقرة ثانية قبل الزر وبعده.")
    fragment = f"{button}<p>فقرة أولى.</p><p>فقرة ثانية قبل الزر {button}وبعده.</p>"
    assert from_html(fragment).paragraphs == expected
    page = f"<!doctype html><title>عنوان</title><body><h1>عنوان</h1>{button}<article><p>فقرة أولى.</p></article>"
    assert "استمع" not in " ".join(from_html(page).paragraphs)


def test_a_fragment_has_the_title_of_its_first_heading_only() -> None:
    assert from_html("<h1>عنوان</h1><p>نص</p>").title == "عنوان"
    assert from_html("<p>نص</p><h1>عنوان</h1>").title == ""
    assert from_html(FRAGMENT).title == ""


def test_markup_inside_a_word_does_not_cut_it() -> None:
    assert from_html("<p>ال<b>مغ</b>رب</p>").paragraphs == ("المغرب",)


def test_text_without_tags_is_cut_at_blank_lines() -> None:
    assert from_html("سطر\nثان\n\nفقرة <b>أخرى</b>").paragraphs == ("سطر ثان", "فقرة أخرى")


def test_a_layout_table_keeps_its_paragraphs() -> None:
    assert from_html("<table><tr><td><p>أولى</p><p>ثانية</p></td></tr></table>").paragraphs == ("أولى", "ثانية")


def test_a_table_in_a_table_is_read() -> None:
    inner = "<table><tr><td>1</td><td>2</td></tr></table>"
    assert from_html(f"<table><tr><td>أ</td><td>{inner}</td></tr></table>").paragraphs == ("أ، 1، 2",)


@pytest.mark.parametrize(
    "html", ["", " ", "<p></p>", "<html>", "<!doctype html>", "<html><frameset></frameset></html>"]
)
def test_nothing_gives_nothing(html: str) -> None:
    assert (from_html(html).title, from_html(html).paragraphs) == ("", ())


def test_a_document_without_layout_is_a_fragment() -> None:
    found = from_html("<html><head><title>عنوان | الأفق</title></head><body><p>قصير.</p><p>نعم.</p></body></html>")
    assert (found.title, found.paragraphs) == ("عنوان", ("قصير.", "نعم."))


SENTENCE = (
    "صادق المجلس الجهوي، في دورته العادية، على الاتفاقية رقم {} المتعلقة بتأهيل الطرق القروية وربط الدواوير المعزولة."
)
BODY = [
    SENTENCE.format(1),
    "وقال الرئيس: نعم.",
    "محاور البرنامج",
    SENTENCE.format(2),
    "«لن نتراجع»",
    SENTENCE.format(3),
]


def page(article: str, head: str = "<title>المجلس يصادق على تأهيل الطرق - جريدة الأفق</title>") -> str:
    side = "".join(f'<li><a href="/{n}">خبر جانبي رقم {n} لا صلة له بالمقال</a></li>' for n in range(8))
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8">{head}</head><body>
        <header><nav><a href="/">الرئيسية</a> <a href="/s">سياسة</a></nav></header>
        <main>{article}</main>
        <aside><h3>الأكثر قراءة</h3><ul>{side}</ul></aside><footer>جميع الحقوق محفوظة</footer></body></html>"""


def marked_up(body: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in body)


def test_a_page_gives_its_article_and_nothing_around_it() -> None:
    head = '<meta property="article:published_time" content="2026-02-03T10:20:00+01:00"><title>x</title>'
    found = from_html(page(f"<article><h1>المجلس يصادق على تأهيل الطرق</h1>{marked_up(BODY)}</article>", head))
    assert found.title == "المجلس يصادق على تأهيل الطرق"
    assert list(found.paragraphs) == BODY
    assert found.published_at is not None
    assert found.published_at.isoformat() == "2026-02-03T09:20:00+00:00"


def test_a_link_to_another_article_inside_the_body_goes() -> None:
    inside = '<p><strong>اقرأ أيضا: <a href="/x">عنوان مقال آخر</a></strong></p>'
    found = from_html(page(f"<article><h1>ع</h1>{marked_up(BODY[:3])}{inside}{marked_up(BODY[3:])}</article>"))
    assert list(found.paragraphs) == BODY


def test_a_known_title_is_not_replaced() -> None:
    found = from_html(page(f"<article><h1>عنوان الصفحة</h1>{marked_up(BODY)}</article>"), title="عنوان المحرر")
    assert (found.title, list(found.paragraphs)) == ("عنوان المحرر", BODY)


@pytest.mark.parametrize("mark", [" - جريدة الأفق", " | جريدة الأفق"])
def test_the_site_name_is_taken_off_the_title(mark: str) -> None:
    title = "المجلس يصادق على تأهيل الطرق"
    head = f'<meta property="og:title" content="{title}{mark}"><meta property="og:site_name" content="جريدة الأفق">'
    assert from_html(page(f"<div>{marked_up(BODY)}</div>", head)).title == title


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("المجلس يصادق على القانون | الأفق", "المجلس يصادق على القانون"),
        ("مباراة القمة: الوداد 2 - الرجاء 1", "مباراة القمة: الوداد 2 - الرجاء 1"),
        ("الوزير يعلن خطة جديدة - تفاصيل البرنامج", "الوزير يعلن خطة جديدة - تفاصيل البرنامج"),
        ("عنوان", "عنوان"),
        ("", ""),
    ],
)
def test_only_a_site_name_is_taken_off(title: str, kept: str) -> None:
    assert without_site(title) == kept


@pytest.mark.parametrize("tag", ["article", "main", "div"])
def test_a_page_too_short_for_heuristics_is_read_block_by_block(tag: str) -> None:
    short = f"<{tag}><h1>أمطار قوية بالشمال</h1><p>نشرة إنذارية.</p><p>نعم.</p></{tag}>"
    found = from_html(page("").replace("<main></main>", short))
    assert (found.title, found.paragraphs) == ("أمطار قوية بالشمال", ("نشرة إنذارية.", "نعم."))


TAGS = "p div br b table tr td ul li h1 article main body html head title script style nav form"
tags = st.sampled_from(TAGS.split())
soup = st.lists(
    st.one_of(tags.map("<{}>".format), tags.map("</{}>".format), st.text(st.characters(), max_size=9), st.just("<!--"))
).map("".join)


@settings(deadline=None)
@given(soup)
def test_tag_soup_never_raises(html: str) -> None:
    found = from_html(html)
    assert all(paragraph == paragraph.strip() != "" for paragraph in found.paragraphs)


@settings(deadline=None)
@given(st.lists(st.text("ابتثجح .،", min_size=1).filter(str.strip), min_size=1, max_size=6))
def test_no_word_of_a_fragment_is_lost(texts: list[str]) -> None:
    found = from_html("".join(f"<p>{text}</p>" for text in texts))
    assert " ".join(found.paragraphs).split() == " ".join(texts).split()


TEXT = "عنوان المقال\n\nالفقرة الأولى من المقال، وفيها خبر.\n\nالفقرة الثانية."


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.encode("windows-1256"),
        TEXT.replace("\n", "\r\n").encode("windows-1256"),
    ],
)
def test_arabic_text_is_decoded(data: bytes) -> None:
    assert decode(data).replace("\r", "") == TEXT


def test_a_page_may_declare_its_encoding() -> None:
    html = '<meta charset="iso-8859-6"><p>فقرة من المقال</p>'
    assert from_file("a.html", html.encode("iso-8859-6"))[0].paragraphs == ("فقرة من المقال",)


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xd8\xff\xe0", "été".encode("latin-1"), b"a\0b"])
def test_what_is_not_text_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidArticle, match="UTF-8"):
        decode(data)


def test_a_text_file_is_page_text() -> None:
    (found,) = from_file("a.txt", TEXT.encode())
    assert found.title == "عنوان المقال"
    assert found.paragraphs == ("الفقرة الأولى من المقال، وفيها خبر.", "الفقرة الثانية.")


PLAIN = [
    ["محطات", "18 ماي 2026", "انطلاق الأشغال", "20 ماي 2026", "نهاية الأشغال."],
    ["حوار", "هل توافق؟", "- نعم", "- لا", "التعليقات (3)", "ثم انصرف."],
    ["الوزارة توسع الطرق", "نص.", "اقرأ أيضا: خبر آخر", "الوسوم: طرق", "المصدر", "جميع الحقوق محفوظة"],
    ["انقطع التيار.", "عاد التيار."],
]


@pytest.mark.parametrize("lines", PLAIN)
@pytest.mark.parametrize("end", ["\n", "\n\n", "\r\n"])
def test_a_text_that_is_no_page_comes_out_whole(lines: list[str], end: str) -> None:
    (found,) = from_file("a.txt", ("\ufeff" + end.join(lines)).encode(), may_be_page=False)
    assert [text for text in (found.title, *found.paragraphs) if text] == lines
    assert found.skipped == ()


def test_the_first_line_of_a_text_is_its_title() -> None:
    (found,) = from_file("a.txt", f"عنوان المقال\n\n{TEXT}".encode(), may_be_page=False)
    assert found.title == "عنوان المقال"
    assert " ".join(found.paragraphs) == TEXT.replace("\n\n", " ")


def markdown(text: str, skip: str = "") -> tuple[str, tuple[str, ...]]:
    (found,) = from_file("a.md", text.encode(), skip)
    return found.title, found.paragraphs


def test_headings_and_items_of_markdown_are_the_authors() -> None:
    headed = "# الوزارة توسع الطرق\n\n## التعليقات\n\n{}\n\n## الوسوم\n\n{}\n\n## المصدر\n\n{}"
    first, second, third = (SENTENCE.format(number) for number in range(3))
    assert markdown(headed.format(first, second, third)) == (
        "الوزارة توسع الطرق",
        ("التعليقات", first, "الوسوم", second, "المصدر", third),
    )
    items = ["نعم", "لا", "المزيد", "بحث", "حفظ", "شارك", "18 ماي 2026", "التعليقات (3)", "السابق"]
    assert markdown("# ع\n" + "".join(f"- {item}\n" for item in items))[1] == tuple(items)
    dialogue = ["نعم", "لا", "التعليقات (3)", "18 ماي 2026", "انطلاق الأشغال"]
    assert markdown("\n\n".join(dialogue))[1] == tuple(dialogue)


def test_marks_for_editors_hold_in_markdown() -> None:
    box = '<div class="x">\n\n**حاشية**\n\n</div>'
    text = f'نص <span data-listen="skip">سر</span>ظاهر.\n\n{box}\n\nثم <b hidden>لا</b>نعم.'
    (found,) = from_file("a.md", text.encode(), ".x")
    assert found.paragraphs == ("نص ظاهر.", "ثم نعم.")
    assert sorted(skip.text for skip in found.skipped) == ["حاشية", "سر", "لا"]
    assert markdown("أولى\n\n<p data-listen='only'>ثانية</p>\n\nثالثة")[1] == ("ثانية",)


def test_tables_and_fences_of_markdown_are_read() -> None:
    assert markdown("| الجهة | العدد |\n|---|:-:|\n| الشمال | 12 |")[1] == ("الجهة، العدد", "الشمال، 12")
    assert markdown("قبل\n\n```html\n<b>نص</b>\n\n[i] = 1\n```\n\nبعد ~~خطأ~~ `كود`")[1] == (
        "قبل",
        "<b>نص</b>",
        "[i] = 1",
        "بعد خطأ كود",
    )
    assert markdown("![صورة](a.jpg) نص [رابط][1] و<https://x.example>\n\n[1]: https://x.example 'ع'")[1] == (
        "نص رابط وhttps://x.example",
    )


@pytest.mark.parametrize(
    "text",
    [
        "[ملاحظة]: مهم",
        "1956. سنة الاستقلال",
        "كما ورد[^1] هنا",
        "3 < 4 و5 > 2",
        "<نص> بين قوسين",
        "2 * 3 * 4",
        "مع_شرطة_سفلية",
    ],
)
def test_what_markdown_would_swallow_is_read(text: str) -> None:
    assert markdown(f"قبل.\n\n{text}\n\nبعد.")[1] == ("قبل.", text, "بعد.")


def test_a_numbered_list_is_read_without_its_numbers() -> None:
    assert markdown("1. أول\n2. ثان\n1999. سنة")[1] == ("أول", "ثان", "1999. سنة")


def test_markdown_is_never_a_whole_page() -> None:
    text = "\n\n".join(["# عنوان", "وسم <body> و<html> في النص.", "<header>رأس</header>", *BODY, "جميع الحقوق محفوظة"])
    assert markdown(text) == ("عنوان", ("وسم", "و في النص.", "رأس", *BODY, "جميع الحقوق محفوظة"))


@pytest.mark.parametrize("hostile", ["[x" * 50_000, "![x" * 50_000, "> " * 50_000, "*a " * 50_000, "[a](" * 30_000])
def test_markdown_of_nothing_but_beginnings_takes_no_time(hostile: str) -> None:
    begun = process_time()
    from_file("a.md", hostile.encode())
    assert process_time() - begun < 5


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["# ", "- ", "1. ", "> ", "**", "_", "`", "\n", "\n\n", "نص", "كلمة", " "]), max_size=30)
)
def test_no_word_of_markdown_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    title, paragraphs = markdown(text)
    letters = re.compile("[نصكلمة]+")
    read = "".join(letters.findall(" ".join([title, *paragraphs])))
    assert read == "".join(letters.findall(text))


def test_markdown_loses_its_marks() -> None:
    text = "# عنوان المقال\nفقرة **مهمة** فيها [رابط](https://x.example).\n\n## محور\n- بند أول\n- بند ثان\n"
    (found,) = from_file("a.md", (text + "\n> قول\n\n---\n").encode())
    assert found.title == "عنوان المقال"
    assert found.paragraphs == ("فقرة مهمة فيها رابط.", "محور", "بند أول", "بند ثان", "قول")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("نص [رابط](https://x.example/a_(b)) هنا", "نص رابط هنا"),
        ("نص [![صورة](a.png)](https://x.example) هنا", "نص هنا"),
        ("نص [1] و[رابط](x) هنا", "نص [1] ورابط هنا"),
        ("نص ***مهم*** و**مهم *جدا* هنا** و`رمز`", "نص مهم ومهم جدا هنا ورمز"),
        ("## محور ##", "محور"),
        ("# C# لغة", "C# لغة"),
    ],
)
def test_marks_of_markdown_in_odd_places(markdown: str, text: str) -> None:
    (found,) = from_file("a.md", f"عنوان المقال\n\n{markdown}".encode())
    assert " ".join(" ".join([found.title, *found.paragraphs]).split()) == f"عنوان المقال {text}"


@pytest.mark.parametrize("junk", ["[x", "![x", "[x](", "[x](y)(", "[", "**x ", "__x ", "`x ", "# #", "- ", "> "])
def test_markdown_of_nothing_but_beginnings_is_over_in_seconds(junk: str) -> None:
    begun = process_time()
    from_file("a.md", b"# " + junk.encode() * (300_000 // len(junk)) + b"x")
    assert process_time() - begun < 10


BOLD = 'كلمة <b data-listen="skip">سر</b> '
NUMBER = 'كلمة <b data-listen-as="س"></b> '
PAGE = "<!doctype html><body><main><article>{}</article></main>"


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{BOLD * 40_000}</p>",
        f"<p>{NUMBER * 40_000}</p>",
        f"<p>{'كلمة <istami-player>زر</istami-player> ' * 40_000}</p>",
        PAGE.format(f"<p>{BOLD * 30_000}</p>"),
    ],
)
def test_removing_many_elements_is_over_in_seconds(html: str) -> None:
    begun = process_time()
    (paragraph,) = from_html(html).paragraphs
    assert process_time() - begun < 10
    assert set(paragraph.split()) == {"كلمة"}


def test_many_lines_of_furniture_are_known_in_seconds() -> None:
    begun = process_time()
    texts = [f"<p>الخبر رقم {number}</p>" for number in range(20_000)]
    assert len(from_html(PAGE.format("".join(texts))).paragraphs) == 20_000
    assert process_time() - begun < 10


@pytest.mark.parametrize("odd", ["\uffff", "\ufffe", "\f", "&#1;", "&#12;", "&#x1f;", "&#&#1;1;", "&#65535;"])
@pytest.mark.parametrize("tag", ["b", "div"])
def test_what_cannot_be_written_again_does_no_harm(odd: str, tag: str) -> None:
    left_out = f'<{tag} data-listen="skip">سر</{tag}>'
    found = from_html(f"<div>قال{odd} <i>نعم{odd}</i> {left_out} ثم{odd} ذهب<!-- {odd} -->{odd}</div>")
    assert "سر" not in " ".join(found.paragraphs)
    words = ["قال", "نعم", "ثم", "ذهب"]
    if "1;" not in odd[3:]:
        assert " ".join(found.paragraphs).split() == words


def test_json_is_the_body_of_a_push_with_an_id() -> None:
    item = {"id": "7", "title": "ع", "html": "<p>نص</p>", "language": "ar-MA", "url": "https://x.example/7"}
    (found,) = from_file("a.JSON", json.dumps(item).encode())
    assert (found.id, found.title, found.paragraphs) == ("7", "ع", ("نص",))
    assert (found.language, found.url) == ("ar-MA", "https://x.example/7")


def test_json_may_be_a_list() -> None:
    data = json.dumps([{"id": 7, "title": "ع"}, {"title": "غ"}]).encode()
    assert [(found.id, found.title) for found in from_file("a.json", data)] == [("7", "ع"), ("", "غ")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "5",
        "null",
        '{"id": true, "title": "ع"}',
        '{"title": 5}',
        '[{"title": "ع"}, {"body": 1}]',
        "[" * 100_000,
    ],
)
def test_wrong_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidArticle) as caught:
        from_file("a.json", text.encode())
    assert "\n" not in caught.value.detail


@settings(deadline=None)
@given(
    st.sampled_from(["a.json", "a.html", "a.txt", "a.md"]),
    st.binary() | soup.map(lambda text: text.encode("utf-16", "surrogatepass")),
)
def test_any_file_is_read_or_an_article_error(name: str, data: bytes) -> None:
    try:
        from_file(name, data)
    except ArticleError as error:
        assert error.detail.encode()
