"""What of an article's HTML is not read, and what looks like it and is."""

import json
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import pageclasses
from articles.extract import from_file, from_html
from articles.model import Article, Skip
from articles.skipping import MOST_SKIPS, SKIP_CHARS, check
from tests.texts import sentence

FIRST, SECOND, THIRD = (sentence(number) for number in (1, 2, 3))
AROUND = f"<p>{FIRST}</p>{{}}<p>{SECOND}</p>"


def why(html: str, title: str = "") -> list[tuple[str, str]]:
    """What is skipped of ``html`` between two paragraphs that stay."""
    found = from_html(AROUND.format(html), title=title)
    assert found.paragraphs[0] == FIRST
    assert found.paragraphs[-1] == SECOND
    assert len(found.paragraphs) == 2, found.paragraphs
    return [(skip.why, skip.text) for skip in found.skipped]


def kept(html: str, title: str = "") -> tuple[str, ...]:
    """The paragraphs of ``html`` between two others; nothing may be skipped."""
    found = from_html(AROUND.format(html), title=title)
    assert found.skipped == ()
    return found.paragraphs[1:-1]


def page(article: str) -> str:
    return f"""<!doctype html><html><head><title>عنوان المقال | الأفق</title></head><body>
        <header><nav><a href="/">الرئيسية</a></nav></header>
        <main><article><h1>عنوان المقال</h1>{article}</article></main>
        <div><h3>آخر الأخبار</h3></div><footer>جميع الحقوق محفوظة</footer></body></html>"""


LINK = '<a href="https://x.example/1">الحكومة تعلن موعد الانتخابات</a>'
LONG = [
    f"صادق المجلس الجهوي، في دورته رقم {number}، على الاتفاقية المتعلقة بتأهيل الطرق القروية وربط الدواوير المعزولة."
    for number in range(6)
]


def marked_up(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


# -- What editors and operators say


def test_what_an_editor_skips_is_not_read() -> None:
    assert why(f'<div data-listen="skip"><p>{THIRD}</p><ul><li>بند</li></ul></div>') == [
        ("data-listen", f"{THIRD} بند"[:SKIP_CHARS])
    ]
    assert why('<p data-listen=" SKIP ">سطر<b>.</b></p>') == [("data-listen", "سطر.")]


def test_a_word_skipped_leaves_its_sentence_whole() -> None:
    found = from_html('<p>قال الوزير <span data-listen="skip">(رويترز) </span>إن القرار نهائي.</p>')
    assert found.paragraphs == ("قال الوزير إن القرار نهائي.",)


def test_a_block_skipped_keeps_its_neighbours_apart() -> None:
    found = from_html('<div>سطر<div data-listen="skip">لا</div>وسطر</div>')
    assert found.paragraphs == ("سطر", "وسطر")


@pytest.mark.parametrize("value", ["", "no", "skipped", "only skip"])
def test_another_value_means_nothing(value: str) -> None:
    assert kept(f'<p data-listen="{value}">{THIRD}</p>') == (THIRD,)


def test_only_what_an_editor_chooses_is_read_in_order_after_the_headline() -> None:
    html = (
        f'<h1>عنوان</h1><p>{FIRST}</p><p data-listen="only">{SECOND} <i data-listen="skip">بلا هذا</i></p>'
        f'<aside data-listen="only"><p>{THIRD}</p><p data-listen="only">وهذا.</p></aside>'
        '<p>لا <span data-listen="only">نعم</span></p>'
    )
    for whole in (html, page(html.replace("<h1>عنوان</h1>", "")).replace("عنوان المقال", "عنوان")):
        found = from_html(whole)
        assert found.title == "عنوان"
        assert found.paragraphs == (SECOND, THIRD, "وهذا.", "نعم")
    assert found.skipped[0] == Skip("data-listen", "بلا هذا")
    assert found.skipped[1].why == "data-listen=only"
    assert found.skipped[1].text.startswith(FIRST[:40])


def test_what_stands_behind_a_chosen_word_is_not_chosen() -> None:
    found = from_html('<p>قال <b data-listen="only">كذا</b> وكذا.</p><p>ثم.</p>')
    assert found.paragraphs == ("كذا",)
    assert found.skipped == (Skip("data-listen=only", "قال · وكذا. · ثم."),)


def test_a_paragraph_that_an_editor_chooses_is_read_whatever_it_says() -> None:
    chosen = '<p data-listen="only" class="sharedaddy">شارك المقال</p><figcaption data-listen="only">إعلان</figcaption>'
    assert from_html(AROUND.format(chosen)).paragraphs == ("شارك المقال", "إعلان")


def test_in_a_body_that_an_editor_chooses_the_rules_are_kept() -> None:
    body = f'<p>{THIRD}</p><p>شارك المقال</p><p class="yarpp">خبر</p><p>اقرأ أيضا: {LINK}</p><p>[gallery]</p>'
    note = '<figure><figcaption data-listen="only">صورة للوزير</figcaption></figure>'
    found = from_html(page(f'<p>{FIRST}</p><div class="related-posts" data-listen="only">{body}{note}</div>'))
    assert found.paragraphs == (THIRD, "صورة للوزير")
    assert [skip.why for skip in found.skipped] == ["related", "gallery", "share", "related", "data-listen=only"]


def test_only_inside_what_is_skipped_is_not_read() -> None:
    found = from_html(AROUND.format(f'<div data-listen="skip"><p data-listen="only">{THIRD}</p></div>'))
    assert found.paragraphs == (FIRST, SECOND)


def test_all_may_be_skipped() -> None:
    assert from_html('<html><body data-listen="skip"><div><p>نص</p></div></body></html>').paragraphs == ()
    assert from_html('<html data-listen="skip"><body><div><p>نص</p></div></body></html>').paragraphs == ()
    assert from_html("<p>نص</p>", skip="html").paragraphs == ()


@pytest.mark.parametrize("tag", ["html", "body"])
def test_all_may_be_chosen(tag: str) -> None:
    html = "<html><body><p>نص</p></body></html>".replace(f"<{tag}>", f'<{tag} data-listen="only">')
    assert from_html(html).paragraphs == ("نص",)


def test_a_page_keeps_to_the_marks() -> None:
    marked = f'<p data-listen="skip">{LONG[4]}</p>'
    found = from_html(page(f"{marked_up(LONG[:2])}{marked}{marked_up(LONG[2:4])}"))
    assert found.paragraphs == tuple(LONG[:4])
    assert found.skipped == (
        Skip("data-listen", LONG[4]),
        Skip("page", "آخر الأخبار · جميع الحقوق محفوظة"),
    )


@pytest.mark.parametrize("selectors", [".note", "p.note, #none", "div > .note", "[data-kind=note]", "p:not(.text)"])
def test_what_the_operator_selects_is_not_read(selectors: str) -> None:
    html = f'<div><p class="text">{FIRST}</p><p class="note" data-kind="note">{THIRD}</p></div>'
    found = from_html(html, skip=selectors)
    assert found.paragraphs == (FIRST,)
    assert [skip.text for skip in found.skipped] == [THIRD]
    paged = from_html(page(marked_up(LONG) + html), skip=selectors.replace("p:not(.text)", ".note"))
    assert paged.paragraphs == (*LONG, FIRST)


def test_a_skip_names_its_selector_alone() -> None:
    found = from_html('<p>نص</p><p id="ad">أ</p><p class="x">ب</p>', skip="#ad , .x")
    assert found.skipped == (Skip("ISTAMI_LISTEN_SKIP #ad", "أ"), Skip("ISTAMI_LISTEN_SKIP .x", "ب"))


def test_files_and_pushes_keep_to_the_selectors() -> None:
    html = '<p>نص</p><p class="x">ب</p>'
    assert from_file("a.html", html.encode(), ".x")[0].paragraphs == ("نص",)
    assert from_file("a.json", json.dumps([{"id": 1, "html": html}]).encode(), ".x")[0].paragraphs == ("نص",)
    assert from_file("a.json", json.dumps({"html": html}).encode(), ".x")[0].paragraphs == ("نص",)
    pushed = Article.from_push("1", {"html": html}, ".x")
    assert pushed.paragraphs == ("نص",)
    assert pushed.as_json()["skipped"] == [{"why": "ISTAMI_LISTEN_SKIP .x", "text": "ب"}]


@pytest.mark.parametrize("selectors", ["", "  ", ".a", ".a, #b", "p:hover", "a[href^='https://x.example']"])
def test_selectors_are_accepted(selectors: str) -> None:
    check(selectors)


@pytest.mark.parametrize("selectors", [".", ".a,,", "p::before", "p:unknown", "ns|p", "{}", "[", ":not(" * 5000])
def test_what_is_no_selector_is_refused_in_a_sentence(selectors: str) -> None:
    with pytest.raises(ValueError, match="ISTAMI_LISTEN_SKIP is no list of CSS selectors") as caught:
        check(selectors)
    assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match="CSS"):
        from_html("<p>نص</p>", skip=selectors)


# -- What content systems leave in a text


@pytest.mark.parametrize(("rule", "name"), [(r, n) for r, names in pageclasses.CLASSES.items() for n in names.split()])
def test_every_class_name_has_its_rule(rule: str, name: str) -> None:
    assert why(f'<div class="x {name}"><p>{THIRD}</p></div>') == [(rule, THIRD)]
    assert kept(f'<div class="my-{name}"><p>{THIRD}</p></div>') == (THIRD,)


@pytest.mark.parametrize(("rule", "name"), [(r, n) for r, names in pageclasses.GENERIC.items() for n in names.split()])
def test_a_name_that_an_editor_might_choose_counts_only_without_prose(rule: str, name: str) -> None:
    box = f'<div class="{name}">{{}}<p>صورة {LINK}</p></div>'
    assert [found for found, _ in why(box.format(""))] == [rule]
    assert [found for found, _ in why(box.format(f"<p>{PROSE[:200]}…</p>"))] == [rule]
    assert [found for found, _ in why(box.format(f'<p><a href="/1">{PROSE}</a></p>'))] == [rule]
    assert len(kept(box.format(f"<h2>قسم من المقال</h2><p>{THIRD}</p>"))) == 3
    assert len(kept(box.format("<p>وسيستفيد منه مئة ألف شخص.</p>"))) == 2


def test_a_large_part_of_a_text_is_no_box() -> None:
    lines = "".join(f"<p>بيت من الشعر رقم {number}</p>" for number in range(1_200))
    assert len(kept(f'<div class="read-also">{lines}</div>')) == 1_200


def test_many_boxes_in_one_another_take_no_time() -> None:
    begun = process_time()
    from_html('<div class="read-also">' * 3_000 + f"<p>{THIRD}</p>" + "كلمة " * 200_000)
    from_html(f'<div class="read-also"><p>{THIRD}</p><p>كلمة</p>' * 3_000)
    assert process_time() - begun < 10


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ('<div class="gallery galleryid-12"><p>صورة</p></div>', "gallery"),
        ('<div class="code-block code-block-3">إعلان تجاري</div>', "ad"),
        ('<div id="toc_container"><p>صورة</p></div>', "contents"),
        ("<figure><img src=a.jpg><figcaption>صورة</figcaption></figure>", "caption"),
        ('<iframe src="https://v.example/1"></iframe>', "embed"),
        ("<video><p>لا يعمل</p></video>", "player"),
        ("<audio>لا يعمل</audio>", "player"),
        ("<aside>صورة</aside>", "aside"),
        ("<nav>صورة</nav>", "navigation"),
        ("<form><p>صورة</p></form>", "form"),
        ("<p hidden>صورة</p>", "hidden"),
        ('<p aria-hidden=" TRUE ">صورة</p>', "hidden"),
    ],
)
def test_elements_that_are_no_text(html: str, rule: str) -> None:
    assert [found for found, _ in why(html)] == [rule]


def test_a_frame_without_text_is_told_by_its_name_or_address() -> None:
    assert why('<iframe src="https://v.example/1"></iframe>') == [("embed", "https://v.example/1")]
    assert why('<iframe title="فيديو" src="https://v.example/1"></iframe>') == [("embed", "فيديو")]


def test_what_nobody_sees_is_not_mentioned() -> None:
    html = "<script>var a = 1;</script><style>p {}</style><p hidden></p><template><p>نص</p></template>"
    assert why(html) == []


@pytest.mark.parametrize(
    "html",
    [
        f"<blockquote><p>{THIRD}</p></blockquote>",
        f'<blockquote class="wp-block-quote"><p>{THIRD}</p></blockquote>',
        f'<div class="gallery"><p>{THIRD}</p></div>',
        f'<pre class="code-block">{THIRD}</pre>',
        f'<div class="wp-block-group sharing"><p>{THIRD}</p></div>',
        f'<table class="share-buttons-report"><tr><td>{THIRD}</td></tr></table>',
    ],
)
def test_what_looks_like_furniture_by_its_tag_or_class_is_read(html: str) -> None:
    assert kept(html) == (THIRD,)


def test_what_holds_the_headline_is_no_furniture() -> None:
    found = from_html(f'<div class="related-posts"><h1>عنوان</h1><p>{FIRST}</p></div>')
    assert (found.title, found.paragraphs) == ("عنوان", (FIRST,))


@pytest.mark.parametrize(
    "html",
    [
        f"<p>اقرأ أيضا: {LINK}</p>",
        f"<p><strong>إقرأ أيضاً :</strong> {LINK}</p>",
        f"<p>شاهد أيضا<br>{LINK}<br>{LINK}</p>",
        f"<p>اقرأ أيضا: - {LINK} -</p>",
        f"<p>{LINK.replace('>ال', '>اقرأ أيضا: ال')}</p>",
        f"<h3>مقالات ذات صلة</h3><ul><li>{LINK}</li><li><b>{LINK}</b></li></ul>",
        f"<p>مواضيع ذات صلة:</p><p>{LINK}</p><p>{LINK}</p>",
        f"<div><strong>الأكثر قراءة</strong></div><p>{LINK}؟</p>",
        f"<p>READ ALSO: {LINK}</p>",
        f"<p><strong>Lire aussi :</strong> {LINK}</p>",
        f"<p>ذات صلة: {LINK}</p>",
        f"<h4>ذات صلة</h4><p>{LINK}</p><ul><li>{LINK}</li></ul>",
        f"<p>See also</p><p>{LINK}</p>",
        "<p>اقرأ أيضا</p>",
        "<p>شاهد أيضا:</p><iframe></iframe>",
    ],
)
def test_links_to_other_articles_are_not_read(html: str) -> None:
    assert {rule for rule, _ in why(html)} <= {"related", "embed"}


PROSE = (
    "اقرأ أيضا ما كتبه المؤرخ في كتابه عن المدينة، فهو يصف فيه الأسواق والأبواب والحرف القديمة وصفا دقيقا لا يترك شيئا،"
    " ويروي ما سمعه من الشيوخ عن تاريخها الطويل، وعما تغير فيها حين وصلت السكة الحديد، وما بقي منه في ذاكرة الناس."
)


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "اقرأ أيضا: ما كتبه المؤرخ عن المدينة يستحق وقفة طويلة.",
        "اقرأ أيضا ما كتبه المؤرخ",
        "شارك في الندوة خبراء من المغرب.",
        "نشر الخبر",
        "المشاركة",
        "فيسبوك",
        "ظهرت المقالة الشهيرة لطه حسين أولا على صفحات جريدة السياسة.",
        "إعلان الرباط",
        "ذات صلة",
        "ذات صلة: قضايا المناخ",
        "Read also",
        "مختارات",
        "أخبار أخرى",
        "https://x.example/report هو عنوان التقرير",
    ],
)
def test_prose_that_begins_like_furniture_is_read(text: str) -> None:
    assert kept(f"<p>{text}</p>") == (text,)


def test_items_of_a_list_without_links_are_read() -> None:
    items = ["اقرأ", "شارك", "إعلان", "اقرأ أيضا", "المزيد", "https://x.example/report"]
    assert kept("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>") == tuple(items)
    assert [rule for rule, _ in why(f"<ul><li>اقرأ أيضا</li><li>{LINK}</li></ul>")] == ["related"] * 2


def test_prose_with_a_link_in_it_is_read() -> None:
    html = f"<p>اقرأ أيضا ما نشرناه عن {LINK} في العدد الماضي.</p>"
    assert kept(html) == ("اقرأ أيضا ما نشرناه عن الحكومة تعلن موعد الانتخابات في العدد الماضي.",)
    whole = f'<p><a href="/1">{PROSE}</a></p>'
    assert kept(whole) == (PROSE,)


@pytest.mark.parametrize("heading", ["أخبار أخرى", "مختارات", "التقارير", "المراجع:"])
def test_a_list_of_links_under_its_own_heading_is_read(heading: str) -> None:
    assert len(kept(f"<h2>{heading}</h2><ul><li>{LINK}</li><li>{LINK}</li></ul>")) == 3


def test_a_list_of_links_that_is_the_text_is_read() -> None:
    html = f"<p>وهذه أهم التقارير:</p><ul><li>{LINK}</li><li>{LINK}</li></ul>"
    assert len(kept(html)) == 3
    networks = '<p>أكثر الشبكات استعمالا:</p><ul><li><a href="/1">فيسبوك</a></li><li><a href="/2">واتساب</a></li></ul>'
    assert kept(networks) == ("أكثر الشبكات استعمالا:", "فيسبوك", "واتساب")


def test_the_article_goes_on_after_a_box_of_links() -> None:
    found = from_html(f"<p>{FIRST}</p><h4>اقرأ أيضا</h4><p>{LINK}</p><p>{SECOND}</p><p>{LINK} قال: {THIRD}</p>")
    assert found.paragraphs[:2] == (FIRST, SECOND)
    assert found.paragraphs[2].endswith(THIRD)


SITE = '<a href="https://x.example">الأفق</a>'


@pytest.mark.parametrize(
    "html",
    [
        f"<p>ظهرت المقالة {LINK} أولاً على {SITE}.</p>",
        f"<p>The post {LINK} appeared first on {SITE}.</p>",
        f"<p>التدوينة {LINK} ظهرت أولاً على {SITE}.</p>",
        "<p>ظهرت المقالة عنوان الخبر أولاً على الأفق.</p>",
    ],
)
def test_the_line_that_feeds_end_with_is_not_read(html: str) -> None:
    assert [rule for rule, _ in why(html, title="عنوان الخبر")] == ["syndication"]


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<p>شارك المقال</p>", "share"),
        ("<p>شارك هذا الموضوع:</p>", "share"),
        ("<p>Share this:</p>", "share"),
        ('<p><a href="/f">فيسبوك</a> <a href="/t">تويتر</a></p>', "share"),
        ("<p>- إعلان -</p>", "ad"),
        ("<p>Publicité</p>", "ad"),
        ("<p>Advertisement</p>", "ad"),
        ("<p>https://www.youtube.com/watch?v=abc</p>", "embed"),
    ],
)
def test_paragraphs_that_are_buttons_and_places(html: str, rule: str) -> None:
    assert [found for found, _ in why(html)] == [rule]


def test_an_address_that_the_text_announces_is_read() -> None:
    assert kept("<p>وعنوان التقرير:</p><p>https://x.example/report</p>")[-1] == "https://x.example/report"


# -- What is kept of it


def test_what_is_skipped_is_told_as_it_is_shown() -> None:
    assert why('<div class="yarpp">خبر <b data-listen-as="س">ص</b></div>') == [("related", "خبر ص")]


def test_what_is_skipped_is_told_within_bounds() -> None:
    html = "".join(f'<p data-listen="skip">{"كلمة " * 200}</p>' for _ in range(2 * MOST_SKIPS))
    found = from_html(f"<p>{FIRST}</p>{html}")
    assert len(found.skipped) == MOST_SKIPS
    assert all(len(skip.text) == SKIP_CHARS and skip.text.endswith("…") for skip in found.skipped)
    assert from_html('<p data-listen="skip">سطر<br>\nثان\x07</p>').skipped == (Skip("data-listen", "سطر ثان"),)


def test_an_article_carries_what_is_skipped() -> None:
    article = from_html('<p>نص</p><p data-listen="skip">لا</p>').to_article("1")
    assert article.skipped == (Skip("data-listen", "لا"),)


def test_of_a_copied_page_it_is_told_what_stood_around_the_article() -> None:
    text = "\n".join(["الرئيسية > سياسة", "عنوان المقال", "نشر يوم 18 - 05 - 2026", *LONG, "الوسوم: طرق", "خبر آخر"])
    (found,) = from_file("a.txt", text.encode())
    assert found.paragraphs == tuple(LONG)
    assert [skip.why for skip in found.skipped] == ["page"]
    assert "الرئيسية > سياسة" in found.skipped[0].text
    assert from_file("a.txt", "\n\n".join(LONG).encode())[0].skipped == ()


TAGS = "html p div span aside a h1 ul li figure figcaption blockquote table tr td body"
ATTRIBUTES = 'data-listen="skip"|data-listen="only"|data-listen-as="س"|data-listen-as=""|class="yarpp"|href=x'
tags, attributes = st.sampled_from(TAGS.split()), st.sampled_from(["", *ATTRIBUTES.split("|")])
soup = st.lists(
    st.one_of(
        st.builds("<{} {}>".format, tags, attributes),
        tags.map("</{}>".format),
        st.text("ابتث [/]\n:.اقرأ أيضا", max_size=9),
        st.sampled_from(["[gallery]", "[caption]", "[/caption]", "<!doctype html>", "\ufff9", "\ufffb"]),
    ),
    max_size=20,
).map("".join)


@settings(deadline=None)
@given(soup)
def test_marked_soup_never_raises(html: str) -> None:
    found = from_html(html, skip=".yarpp a, body > p")
    assert all(paragraph == paragraph.strip() != "" for paragraph in found.paragraphs)
    assert len(found.skipped) <= MOST_SKIPS


block_tags = st.sampled_from(["p", "li", "h2", "figcaption", "aside"])


@settings(deadline=None)
@given(st.lists(st.tuples(block_tags, st.text("ابتثج .:", min_size=1)), max_size=8))
def test_every_word_is_read_or_said_to_be_skipped(blocks: list[tuple[str, str]]) -> None:
    found = from_html("".join(f"<{tag}>{text}</{tag}>" for tag, text in blocks))
    words = [word for _, text in blocks for word in text.split()]
    assert sorted(" ".join([*found.paragraphs, *(skip.text for skip in found.skipped)]).split()) == sorted(words)
