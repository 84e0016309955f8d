"""What a feed's bytes say: items, ids, dates, encodings, and hostile XML. Nothing is asked of any site."""

import hashlib
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.errors import InvalidArticle
from articles.sources.feed import Feed, is_cut
from articles.sources.feeditems import Item, item_id, plain, read_items

PLACE = "https://site.ma/rss"
HEADLINE = "افتتاح خزانة بلدية في وزان"
BODY = "<p>افتتحت الخزانة أبوابها صباح أمس.</p><p>وتضم عشرة آلاف كتاب.</p>"


def rss(*items: str, head: str = "<?xml version='1.0' encoding='UTF-8'?>") -> str:
    return (
        f"{head}<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'"
        " xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:media='http://search.yahoo.com/mrss/'>"
        f"<channel><title>الأفق</title><link>https://site.ma/</link>{''.join(items)}</channel></rss>"
    )


def entry(inside: str, link: str = "https://site.ma/khizana") -> str:
    return f"<item><title>{HEADLINE}</title><link>{link}</link>{inside}</item>"


def read(feed: str | bytes, content_type: str = "application/rss+xml") -> list[Item]:
    return read_items(feed if isinstance(feed, bytes) else feed.encode(), PLACE, content_type)


def only(feed: str | bytes, content_type: str = "application/rss+xml") -> Item:
    (item,) = read(feed, content_type)
    return item


def digits(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:20]


# -- The three formats ------------------------------------------------------------------------------------------------


def test_rss_2_with_content_and_description() -> None:
    item = only(
        rss(
            entry(
                f"<guid isPermaLink='false'>https://site.ma/?p=7</guid><description>موجز</description>"
                f"<content:encoded><![CDATA[{BODY}]]></content:encoded>"
                "<pubDate>Sat, 14 Mar 2026 18:30:00 +0100</pubDate>"
            )
        )
    )
    published = datetime(2026, 3, 14, 17, 30, tzinfo=UTC)
    assert item == Item(
        "khizana", "https://site.ma/khizana", "https://site.ma/?p=7", HEADLINE, BODY, "موجز", published, None
    )


def test_rss_1_keeps_its_items_beside_the_channel() -> None:
    item = only(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'"
        " xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='https://site.ma/'><title>الأفق</title></channel>"
        f"<item rdf:about='https://site.ma/khizana'><title>{HEADLINE}</title><link>https://site.ma/khizana</link>"
        "<description>موجز</description><dc:date>2026-03-14T18:30:00+01:00</dc:date></item></rdf:RDF>"
    )
    assert (item.id, item.title, item.content, item.summary) == ("khizana", HEADLINE, "", "موجز")
    assert item.moment == datetime(2026, 3, 14, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ("<content type='html'>&lt;p&gt;سطر &amp;amp; سطر&lt;/p&gt;</content>", "<p>سطر &amp; سطر</p>"),
        (
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>سطر <b>مهم</b></p></div></content>",
            "<p>سطر <b>مهم</b></p>",
        ),
        ("<content type='text'>3 &lt; 5 &amp; كذا</content>", "3 &lt; 5 &amp; كذا"),
        ("<content type='image/png'>iVBORw0KGgo=</content>", ""),
        ("<content src='https://site.ma/khizana'/>", ""),
    ],
)
def test_atom_content_of_every_type(content: str, html: str) -> None:
    item = only(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>الأفق</title><id>tag:site.ma,2026:all</id>"
        f"<entry><title>{HEADLINE}</title><id>tag:site.ma,2026:7</id><link rel='alternate' href='/khizana.html'/>"
        f"<published>2026-03-14T10:00:00Z</published><updated>2026-03-14T12:00:00Z</updated>"
        f"<summary>موجز</summary>{content}</entry></feed>"
    )
    assert (item.content, item.summary) == (html, "موجز")
    assert (item.id, item.link) == ("khizana", "https://site.ma/khizana.html")
    assert item.published_at == datetime(2026, 3, 14, 10, tzinfo=UTC)
    assert item.moment == item.updated_at == datetime(2026, 3, 14, 12, tzinfo=UTC)


def test_marks_of_the_editor_and_unknown_elements_survive() -> None:
    html = '<p data-listen="skip">إعلان</p><my-box><p data-listen-as="عشرة"><a href="/10">10</a></p></my-box>'
    assert only(rss(entry(f"<content:encoded><![CDATA[{html}]]></content:encoded>"))).content == html


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("قال: &#8220;نعم&#8221;", "قال: “نعم”"),
        ("<![CDATA[قال: &#8220;نعم&#8221;]]>", "قال: “نعم”"),
        ("&lt;b&gt;عاجل&lt;/b&gt; زلزال", "عاجل زلزال"),
        ("الوداد 2 &lt; الرجاء 3", "الوداد 2 < الرجاء 3"),
        ("\n  سطر\n  ثان ", "سطر ثان"),
    ],
)
def test_a_title_is_plain_text(title: str, text: str) -> None:
    assert only(rss(f"<item><title>{title}</title><link>https://site.ma/1</link></item>")).title == text


def test_the_title_of_a_picture_is_not_the_articles() -> None:
    inside = "<media:content url='https://site.ma/1.jpg'><media:title>صورة</media:title></media:content>"
    assert only(rss(entry(inside))).title == HEADLINE


# -- Ids --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "guid", "id"),
    [
        ("https://site.ma/2026/03/khizana/", "", "khizana"),
        ("https://site.ma/khizana-123.html?utm_source=rss#top", "", "khizana-123"),
        ("https://site.ma/a.HTM", "", "a"),
        ("https://site.ma/story.php", "", "story"),
        ("https://site.ma/%D8%AE%D8%A8%D8%B1", "", "خبر"),
        ("https://site.ma/خبر", "", "خبر"),
        ("https://site.ma/?p=42", "", "42"),
        ("https://site.ma?id=42&lang=ar", "", "42"),
        ("https://site.ma/index.php?id=42", "", "42"),
        ("https://site.ma/news.php?lang=ar&id=42", "", "42"),
        ("https://site.ma/khizana?p=42", "", "khizana"),
        ("https://site.ma/index.html", "story-9", "story-9"),
        ("", "tag:site.ma,2026:7", "tag:site.ma,2026:7"),
        ("https://site.ma/", "https://site.ma/x", digits("https://site.ma/x")),
        ("https://site.ma/", "a/b", digits("a/b")),
        ("https://site.ma/", "", digits("https://site.ma/")),
        ("https://site.ma/a%2Fb", "", digits("https://site.ma/a%2Fb")),
        ("https://site.ma/%2e%2e", "", digits("https://site.ma/%2e%2e")),
        ("https://site.ma/%00", "", digits("https://site.ma/%00")),
        ("https://site.ma/%ff%fe", "", digits("https://site.ma/%ff%fe")),
        ("https://site.ma/" + "a" * 201, "", digits("https://site.ma/" + "a" * 201)),
        ("", "", ""),
    ],
)
def test_an_id_is_what_a_page_template_can_know(link: str, guid: str, id: str) -> None:
    assert item_id(link, guid) == id


def test_one_article_listed_twice_is_one_in_its_later_state() -> None:
    old = entry("<guid>https://site.ma/khizana</guid><description>قديم</description><dc:date>2026-03-14</dc:date>")
    new = entry(
        "<guid>n2</guid><description>جديد</description><dc:date>2026-03-15</dc:date>",
        "https://site.ma/khizana?utm_source=rss",
    )
    other = entry("", "https://site.ma/other")
    for twice in ((old, other, new), (new, other, old)):
        items = read(rss(*twice))
        assert [(item.id, item.summary) for item in items] == [("khizana", "جديد"), ("other", "")]


def test_an_article_that_moved_to_another_section_is_still_one() -> None:
    moved = [entry("<guid isPermaLink='false'>n7</guid>", f"https://site.ma/{part}/khizana") for part in ("a", "b")]
    assert [item.id for item in read(rss(*moved))] == ["khizana"]


def test_two_articles_that_would_share_an_id_share_none() -> None:
    links = ["https://site.ma/sport/1", "https://site.ma/economy/1"]
    items = read(rss(*(entry("", link) for link in links), entry("", "https://site.ma/2")))
    assert [item.id for item in items] == [digits(links[0]), digits(links[1]), "2"]


def test_an_item_nobody_can_ask_for_is_left_out() -> None:
    assert read(rss("<item><title>بلا عنوان</title></item>", entry("")))[0].id == "khizana"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "https://u:p@site.ma/1", "https://[site.ma/1"]
)
def test_a_link_that_is_no_web_page_is_no_link(link: str) -> None:
    item = only(rss(f"<item><title>خبر</title><guid isPermaLink='false'>n7</guid><link>{link}</link></item>"))
    assert (item.link, item.id) == ("", "n7")


# -- Dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sat, 14 Mar 2026 18:30:00 GMT", datetime(2026, 3, 14, 18, 30, tzinfo=UTC)),
        ("14 Mar 26 18:30 +0100", datetime(2026, 3, 14, 17, 30, tzinfo=UTC)),
        ("Sat, 14 Mar 2026 18:30:00 EST", datetime(2026, 3, 14, 23, 30, tzinfo=UTC)),
        ("2026-03-14T18:30:00+01:00", datetime(2026, 3, 14, 17, 30, tzinfo=UTC)),
        ("2026-03-14 18:30:00", datetime(2026, 3, 14, 18, 30, tzinfo=UTC)),
        ("2026-03-14", datetime(2026, 3, 14, tzinfo=UTC)),
        ("السبت، 14 مارس 2026 18:30:00 +0100", datetime(2026, 3, 14, 17, 30, tzinfo=UTC)),
        ("السبت 14 غشت 2026 - 18:30", datetime(2026, 8, 14, 18, 30, tzinfo=UTC)),
        ("٤ كانون الثاني ٢٠٢٦", datetime(2026, 1, 4, tzinfo=UTC)),
        ("14/03/2026 18:30", datetime(2026, 3, 14, 18, 30, tzinfo=UTC)),
        ("أمس", None),
        ("Sat, 99 Mar 2026 18:30:00 GMT", None),
        ("Sat, 14 Mar 99999999 18:30:00 GMT", None),
        ("", None),
    ],
)
def test_dates_in_the_forms_that_sites_send(text: str, moment: datetime | None) -> None:
    assert only(rss(entry(f"<pubDate>{text}</pubDate>"))).published_at == moment


# -- Encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", ["windows-1256", "utf-8", "iso-8859-1", "no-such-thing", "punycode", ""])
@pytest.mark.parametrize("sent", ["windows-1256", "utf-8", "utf-16"])
def test_what_is_declared_is_not_believed_against_the_bytes(declared: str, sent: str) -> None:
    head = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    item = only(rss(entry(f"<description>{BODY}</description>"), head=head).encode(sent), "text/xml")
    assert item.title == HEADLINE


def test_another_arabic_encoding_is_read_as_header_or_text_declares_it() -> None:
    feed = rss(entry(""), head="").encode("iso-8859-6")
    assert only(feed, "text/xml; charset=ISO-8859-6").title == HEADLINE
    assert only(b"<?xml version='1.0' encoding='iso-8859-6'?>" + feed).title == HEADLINE


def test_utf8_with_a_letter_cut_in_two_stays_utf8() -> None:
    cut = "وتضم عشرة آلاف".encode()[:-1]
    feed = rss(entry(f"<description>{BODY}CUT</description>")).encode().replace(b"CUT", cut)
    item = only(feed)
    assert item.title == HEADLINE
    assert "وتضم عشرة آلا" in item.summary


# -- Broken and hostile -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        "<description>شركة A&B &nbsp; و&laquo;أخرى&raquo;</description>",
        "<description><p>فقرة<br>وسطر</p></description>",
        "<description>حرف \x0b متحكم</description>",
        "<description>وجه &#xD83D;&#xDE00; و&#0; و&#99999999999999; و&#x110000;</description>",
        "<undeclared:thing>1</undeclared:thing><description>نص</description>",
    ],
)
def test_xml_that_is_not_well_formed_is_read_as_far_as_it_goes(broken: str) -> None:
    items = read(rss(entry(broken), entry(f"<description>{BODY}</description>", "https://site.ma/2")))
    assert [item.id for item in items] == ["khizana", "2"]
    assert items[1].summary == BODY if "<p>" not in broken else items[1].summary


def test_a_feed_cut_short_gives_what_came() -> None:
    feed = rss(entry(f"<description>{BODY}</description>"), entry("", "https://site.ma/2"))
    assert "khizana" in [item.id for item in read(feed[: feed.index("https://site.ma/2") + 8])]


BOMB = "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(12))


@pytest.mark.parametrize(
    "doctype",
    [
        f"<!DOCTYPE rss [<!ENTITY a0 'ha'>{BOMB}]>",
        f"\n<!DOCTYPE rss [\n<!ENTITY a0 'ha'>\n{BOMB.replace('><', f'>{chr(10)}<')}\n]>\n",
        "<!DOCTYPE rss [<!ENTITY a12 SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE rss [<!ENTITY % d SYSTEM 'file:///etc/passwd'> %d; <!ENTITY a12 '<b>x</b>'>]>",
        "<!DOCTYPE rss SYSTEM 'file:///etc/passwd'>",
        f"<!DOCTYPE rss [<!ENTITY a12 '{'ha' * 500}'>]>",
        "<!-- <a/> --><!DOCTYPE rss [<!ENTITY a12 SYSTEM 'file:///etc/passwd'>]>",
    ],
)
def test_entities_of_the_feeds_own_are_not_followed(doctype: str) -> None:
    began = time.monotonic()
    try:
        items = read(f"<?xml version='1.0'?>{doctype}" + rss(entry("<description>&a12;</description>"), head=""))
    except InvalidArticle:
        items = []
    assert time.monotonic() - began < 5
    assert all(len(item.summary) < 100 and "root:" not in item.summary for item in items)


@pytest.mark.parametrize("junk", ["<", "&", "<a ", "<a b='", "</a", "<!--", "<![CDATA[", "&#", "<div>", "<item>", "a"])
def test_junk_without_end_is_over_in_seconds(junk: str) -> None:
    began = time.monotonic()
    feed = rss(entry(""), entry(f"<description>{junk * (300_000 // len(junk))}", "https://site.ma/2"))
    assert "khizana" in [item.id for item in read(feed)]
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "answer",
    [
        "<!doctype html><html><head><title>تسجيل الدخول</title></head><body><form></form></body></html>",
        '{"status":"maintenance"}',
        "خطأ في الاتصال بقاعدة البيانات",
        "",
    ],
)
def test_what_is_no_feed_is_said_to_be_none(answer: str) -> None:
    with pytest.raises(InvalidArticle, match="no RSS or Atom feed"):
        read(answer)


def test_a_feed_without_items_is_a_feed() -> None:
    assert read(rss()) == []


@given(st.binary(max_size=300), st.text(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes, text: str) -> None:
    for feed in (data, rss(text, entry(text)).encode("utf-8", "replace"), rss(entry("")).encode()[:200] + data):
        try:
            read(feed)
        except InvalidArticle:
            continue


# -- Teasers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "cut"),
    [
        ("<p>بداية الخبر [&#8230;]</p>", True),
        ("<p>بداية الخبر [...]</p>\n<p>ظهرت المقالة <a>خبر</a> أولاً على <a>الأفق</a>.</p>", True),
        ("<p>بداية الخبر</p><a href='/x'>اقرأ المزيد »</a>", True),
        ("<p>بداية الخبر</p> <a>متابعة القراءة خبر طويل</a>", True),
        ("<p>Le début</p> <a>Lire la suite</a>", True),
        ("<p>وقال: «لا أدري…»</p>", False),
        ("<p>وقال ثم صمت…</p>", False),
        ("<p>حث الوزير التلاميذ على قراءة المزيد من الكتب في العطلة وعلى ارتياد المكتبات العمومية.</p>", False),
        ("<p>بداية الخبر. <a href='/x'>Read more about the municipal library</a></p>", True),
        ("<p>بداية الخبر… لقراءة المزيد</p>", True),
        ("<p>ودعا الكاتب الشباب إلى قراءة المزيد من الكتب.</p>", False),
        ("<p>وختم: «اقرؤوا». قراءة المزيد من الكتب مفيدة.</p>", False),
        ("<ul><li>النوم المبكر</li><li>قراءة المزيد من الكتب</li></ul>", False),
        ("<p>He said read more books every day of the year.</p>", False),
        ("<p>خبر كامل.</p>", False),
        ("", False),
    ],
)
def test_a_teaser_is_known_by_its_end(html: str, cut: bool) -> None:
    assert is_cut(html) is cut


def test_an_ellipsis_alone_only_makes_one_doubt() -> None:
    assert is_cut("<p>وقال ثم صمت…</p>", by_ellipsis=True)


def test_plain_text_of_nothing_is_nothing() -> None:
    assert (plain(""), plain("<!-- x -->"), plain("<b>أ</b>  ب")) == ("", "", "أ ب")


# -- The URL ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["feed+ftp://site.ma/rss", "feed+https://", "feed+https:///rss", "feed+https://u:geheim@site.ma:x/rss"],
)
def test_an_unusable_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="give feed\\+https://HOST/PATH") as raised:
        Feed(url)
    assert "geheim" not in str(raised.value)
