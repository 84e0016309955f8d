"""``data-listen-as``: shown as it is, spoken as an editor says."""

import pytest

from articles.extract import from_html
from articles.model import Article, Skip, annotation, shown_text
from tests.texts import sentence
from tts.text import script

CAF = annotation("CAF", "الكاف")


def test_a_word_is_annotated_in_its_place() -> None:
    found = from_html(
        '<p>قال <abbr class="x" data-listen-as=" الكاف\n">CAF</abbr>، أمس، ن<b data-listen-as="م">ع</b>م.</p>'
    )
    assert found.paragraphs == (f"قال {CAF}، أمس، ن{annotation('ع', 'م')}م.",)
    assert found.skipped == ()


def test_the_spaces_at_its_edges_stay_outside() -> None:
    assert from_html('<p>قال<b data-listen-as="الكاف"> CAF </b>نعم</p>').paragraphs == (f"قال {CAF} نعم",)


def test_a_block_is_one_paragraph() -> None:
    rows = "<tr><th>الفريق</th><th>النقاط</th></tr><tr><td>الوداد</td><td>3</td></tr>"
    spoken = "جدول الترتيب"
    assert from_html(f'<table data-listen-as="{spoken}">{rows}</table>').paragraphs == (
        annotation("الفريق، النقاط الوداد، 3", spoken),
    )
    assert from_html(f'<ul data-listen-as="{spoken}"><li>أ<li>ب</ul>').paragraphs == (annotation("أ ب", spoken),)
    table = f'<table><tr data-listen-as="{spoken}"><td>أ</td><td>ب</td></tr><tr><td>ت</td><td>ث</td></tr></table>'
    assert from_html(table).paragraphs == (annotation("أ، ب", spoken), "ت، ث")


def test_the_outer_of_two_counts() -> None:
    html = '<p data-listen-as="خارج">قال <b data-listen-as="داخل">نعم</b></p>'
    assert from_html(html).paragraphs == (annotation("قال نعم", "خارج"),)


def test_what_a_rule_would_leave_out_is_read_when_an_editor_says_how() -> None:
    caption = '<figcaption class="wp-caption-text" data-listen-as="صورة الوزير">و.</figcaption>'
    assert from_html(f"<figure>{caption}</figure>").paragraphs == (annotation("و.", "صورة الوزير"),)
    assert from_html('<p data-listen-as="إعلان من الهيئة">إعلان</p>').paragraphs == (
        annotation("إعلان", "إعلان من الهيئة"),
    )


def test_an_empty_one_is_shown_in_a_sentence_and_skipped_as_a_paragraph() -> None:
    found = from_html('<p>قال <i data-listen-as="">(ع)</i> نعم.</p><p data-listen-as=" ">سطر</p>')
    assert found.paragraphs == (f"قال {annotation('(ع)', '')} نعم.",)
    assert found.skipped == (Skip("data-listen-as", "سطر"),)


def test_where_nothing_is_shown_nothing_is_spoken() -> None:
    found = from_html('<p>نص</p><img alt="شعار" data-listen-as="شعار الجريدة">')
    assert (found.paragraphs, found.skipped) == (("نص",), (Skip("data-listen-as", "شعار الجريدة"),))


def test_what_is_hidden_or_skipped_stays_so() -> None:
    hidden = '<p>نص</p><p hidden data-listen-as="س">ص</p><p data-listen="skip"><b data-listen-as="س">ص</b></p>'
    assert from_html(hidden).paragraphs == ("نص",)
    assert from_html(hidden, skip="p + p").paragraphs == ("نص",)


def test_it_is_kept_in_what_an_editor_chooses() -> None:
    assert from_html('<p>لا</p><p data-listen="only" data-listen-as="الكاف">CAF</p>').paragraphs == (CAF,)


def test_the_headline_may_have_one() -> None:
    heading = '<h1><b data-listen-as="الكاف">CAF</b> تقرر</h1><p>نص</p>'
    for found in (from_html(heading), from_html(heading, title="CAF تقرر"), Article.from_push("1", {"html": heading})):
        assert (found.title, found.paragraphs) == (f"{CAF} تقرر", ("نص",))


def test_a_page_keeps_them() -> None:
    texts = [sentence(number) * 2 for number in range(5)]
    body = "".join(f'<p>{text} وقال <abbr data-listen-as="الكاف">CAF</abbr> نعم.</p>' for text in texts)
    table = '<table data-listen-as="جدول"><tr><td>1</td><td>2</td></tr></table>'
    html = (
        '<!doctype html><html><head><meta property="og:title" content="CAF تقرر | الأفق"></head><body><nav>قائمة</nav>'
        f'<main><h1 data-listen-as="الكاف تقرر">CAF تقرر</h1>{body}{table}<p>{sentence(9) * 2}</p></main></body></html>'
    )
    found = from_html(html)
    assert found.title == annotation("CAF تقرر", "الكاف تقرر")
    assert found.paragraphs == (
        *(f"{text} وقال {CAF} نعم." for text in texts),
        annotation("1، 2", "جدول"),
        sentence(9) * 2,
    )


@pytest.mark.parametrize("value", ["\ufff9أ\ufffaب\ufffb", "أ\ufffbب", "&#xFFFB;أب"])
def test_marks_in_an_attribute_do_no_harm(value: str) -> None:
    (paragraph,) = from_html(f'<p>قال <b data-listen-as="{value}">ص</b>.</p>').paragraphs
    assert shown_text(paragraph) == "قال ص."
    assert paragraph.count("\ufff9") == paragraph.count("\ufffb") == 1


@pytest.mark.parametrize(
    "marks", [("&#xfff9;", "&#xfffa;", "&#xfffb;"), ("&#65529;", "&#65530", "&#65531;"), ("&#&#65529;65529;", "", "")]
)
@pytest.mark.parametrize("frame", ["<p>{}</p>", "<!doctype html><body><main><h1>ع</h1><p>{}</p></main>"])
def test_marks_in_html_are_dropped_however_they_are_written(marks: tuple[str, str, str], frame: str) -> None:
    before, between, after = marks
    (paragraph,) = from_html(frame.format(f"قال {before}هو {between}هي{after} <b>ثم{after} نعم</b>.")).paragraphs
    assert paragraph == shown_text(paragraph)


def test_signs_in_a_page_are_not_taken_for_ours() -> None:
    signs = "".join(map(chr, range(0xA000, 0xA48D)))
    for text in (signs[:3], signs):
        html = f'<p title="{text}7{text}">{text}9{text} <b data-listen-as="س">ص</b></p>'
        (paragraph,) = from_html(html).paragraphs
        assert shown_text(paragraph) == f"{text}9{text} ص"


def test_json_paragraphs_may_have_them() -> None:
    article = Article.from_push(
        "1", {"title": f"{CAF} تقرر", "paragraphs": [f"قال {CAF} نعم.", "\ufff9أ\n\nب\ufffaس\ufffb"]}
    )
    assert article.title == f"{CAF} تقرر"
    assert article.paragraphs[0] == f"قال {CAF} نعم."
    shown = article.as_json()
    assert (shown["title"], shown["paragraphs"]) == ("CAF تقرر", ["قال CAF نعم.", "أ", "بس"])


OUT_OF_ORDER = ["\ufff9أ", "أ\ufffaب\ufffb", "\ufff9أ\ufff9ب\ufffaت\ufffbث\ufffaج\ufffb", "\ufff9\ufffaس\ufffb ن"]


@pytest.mark.parametrize("text", ["نص", CAF, f"أ {CAF} ب {CAF}", *OUT_OF_ORDER])
def test_readers_see_what_the_script_shows(text: str) -> None:
    assert shown_text(text) == script.read(text).display


def test_an_article_is_readable_if_something_is_spoken() -> None:
    assert not Article("1", "", (annotation("نص", "…"),)).is_readable
    assert Article("1", "", (annotation("…", "نص"),)).is_readable
