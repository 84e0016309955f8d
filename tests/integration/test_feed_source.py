"""A feed and its pages over real sockets."""

import base64
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import escape

import pytest

from articles.errors import ArticleNotFound, ArticleNotShown, InvalidArticleId, SourceUnavailable
from articles.sources import feed as feed_module
from articles.sources.feed import PAGES_AT_ONCE, Feed
from tests.standins.site import StandInSite
from tests.texts import paragraphs, sentence

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
HEADLINE = "بلدية وزان تفتح خزانتها الجديدة"
FOOTER = (
    '<p>ظهرت المقالة <a href="https://site.ma/khizana">بلدية وزان تفتح خزانتها الجديدة</a> أولاً على'
    ' <a href="https://site.ma">الأفق</a>.</p>'
)


@pytest.fixture
def site() -> Iterator[StandInSite]:
    with StandInSite() as site:
        yield site


def html(texts: list[str]) -> str:
    return "\n".join(f"<p>{text}</p>" for text in texts)


def whole_page(title: str, texts: list[str]) -> str:
    return (
        f"<!doctype html><html lang='ar'><head><title>{title} | الأفق</title></head><body>"
        "<header><nav><a href='/'>الرئيسية</a> <a href='/sport'>رياضة</a></nav></header>"
        f"<main><article><h1>{title}</h1>{html(texts)}</article></main>"
        "<footer><p>جميع الحقوق محفوظة</p></footer></body></html>"
    )


def rss(*items: str) -> str:
    return (
        "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'"
        " xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        f"<channel><title>الأفق</title><link>https://site.ma</link><language>ar</language>{''.join(items)}</channel></rss>"
    )


def full(link: str, texts: list[str], title: str = HEADLINE, more: str = "") -> str:
    """An item as WordPress writes it."""
    return (
        f"<item><title>{title}</title><link>{escape(link)}</link><dc:creator><![CDATA[محمد]]></dc:creator>"
        f"<guid isPermaLink='false'>{escape(link)}#guid</guid>{more}"
        f"<description><![CDATA[<p>{texts[0][:60] if texts else ''} [&#8230;]</p>\n{FOOTER}]]></description>"
        f"<content:encoded><![CDATA[\n{html(texts)}\n{FOOTER}\n]]></content:encoded></item>"
    )


def brief(link: str, summary: str, title: str = HEADLINE, more: str = "") -> str:
    """An item with a summary alone."""
    return f"<item><title>{title}</title><link>{escape(link)}</link><description>{summary}</description>{more}</item>"


def dated(moment: datetime) -> str:
    return f"<pubDate>{moment:%a, %d %b %Y %H:%M:%S} +0000</pubDate>"


def opened(site: StandInSite, *items: str, path: str = "/rss") -> Feed:
    site.page(path, rss(*items), "application/rss+xml; charset=UTF-8")
    return Feed(f"feed+{site.url}{path}")


def asked(site: StandInSite) -> list[str]:
    return [request.target for request in site.requests]


# -- Full content -----------------------------------------------------------------------------------------------------


def test_a_wordpress_feed_is_read_in_full_without_its_footer(site: StandInSite) -> None:
    texts = paragraphs(1, 6)
    source = opened(site, full(f"{site.url}/2026/khizana/", texts, more=dated(NOON)))
    article = source.get("khizana")
    assert (article.title, list(article.paragraphs)) == (HEADLINE, texts)
    assert (article.url, article.published_at, article.updated_at) == (f"{site.url}/2026/khizana/", NOON, None)
    assert [skip.text[:12] for skip in article.skipped] == ["ظهرت المقالة"]
    assert source.recent() == [article]
    assert asked(site) == ["/rss"]


def test_atom_with_xhtml_is_read_with_both_its_times(site: StandInSite) -> None:
    texts = paragraphs(2, 5)
    site.page(
        "/atom.xml",
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>الأفق</title>"
        f"<entry><title type='html'>{HEADLINE}</title><id>tag:site.ma,2026:7</id><link href='/khizana'/>"
        "<published>2026-03-14T12:00:00Z</published><updated>2026-03-14T14:00:00+01:00</updated>"
        f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{html(texts)}</div></content></entry></feed>",
        "application/atom+xml",
    )
    article = Feed(f"feed+{site.url}/atom.xml").get("khizana")
    assert list(article.paragraphs) == texts
    assert (article.published_at, article.updated_at) == (NOON, NOON + timedelta(hours=1))
    assert article.url == f"{site.url}/khizana"


def test_a_feed_in_windows_1256_that_says_it_is_utf8(site: StandInSite) -> None:
    texts = paragraphs(3, 5)
    body = rss(full(f"{site.url}/khizana", texts)).replace("&#8230;", "").encode("windows-1256")
    site.page("/rss", body, "text/xml; charset=UTF-8")
    article = Feed(f"feed+{site.url}/rss").get("khizana")
    assert (article.title, list(article.paragraphs)) == (HEADLINE, texts)


def test_what_editor_and_operator_mark_is_left_out_of_feed_and_page(site: StandInSite) -> None:
    texts = paragraphs(32, 5)
    marked = [*texts, '<span data-listen="skip">إعلان أول</span>', '<span class="ad">إعلان ثان</span>']
    site.page("/page", whole_page(HEADLINE, marked))
    opened(site, full(f"{site.url}/full", marked), brief(f"{site.url}/page", texts[0]))
    source = Feed(f"feed+{site.url}/rss", skip=".ad")
    for id in ("full", "page"):
        article = source.get(id)
        assert list(article.paragraphs) == texts
        assert {"إعلان أول", "إعلان ثان"} <= {skip.text for skip in article.skipped}


def test_a_feed_by_query_and_behind_a_password(site: StandInSite) -> None:
    opened(site, full(f"{site.url}/1", paragraphs(4, 4)), path="/index.php?format=feed&type=rss")
    address = site.url.replace("http://", "http://editor:s%40cret@")
    assert Feed(f"feed+{address}/index.php?format=feed&type=rss").get("1").title == HEADLINE
    request = site.requests[0]
    assert request.query == {"format": "feed", "type": "rss"}
    assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")) == b"editor:s@cret"


# -- Summary and page -------------------------------------------------------------------------------------------------


def test_behind_a_summary_the_page_is_read_and_only_once(site: StandInSite) -> None:
    texts = paragraphs(5, 6)
    site.page("/khizana", whole_page(HEADLINE, texts))
    source = opened(site, brief(f"{site.url}/khizana", texts[0], more=dated(NOON)))
    article = source.get("khizana")
    assert (article.title, list(article.paragraphs), article.published_at) == (HEADLINE, texts, NOON)
    assert source.recent() == source.recent() == [article]
    assert asked(site) == ["/rss", "/khizana"]


def test_one_article_asked_for_is_one_page_asked_for(site: StandInSite) -> None:
    for number in range(5):
        site.page(f"/{number}", whole_page(f"{HEADLINE} {number}", paragraphs(60 + number, 5)))
    source = opened(site, *(brief(f"{site.url}/{n}", sentence(n), f"{HEADLINE} {n}") for n in range(5)))
    assert [article.id for article in source.recent(limit=1)] == ["0"]
    assert source.recent(limit=0) == []
    assert asked(site) == ["/rss", "/0"]
    assert [article.id for article in source.recent(limit=3)] == ["0", "1", "2"]
    assert sorted(asked(site)) == ["/0", "/1", "/2", "/rss"]


def test_content_that_ends_as_a_teaser_is_no_article(site: StandInSite) -> None:
    texts = paragraphs(7, 6)
    site.page("/khizana", whole_page(HEADLINE, texts))
    teaser = texts[0] + " [&#8230;]"
    assert list(opened(site, full(f"{site.url}/khizana", [teaser])).get("khizana").paragraphs) == texts


def test_a_short_article_that_is_whole_stays_as_the_feed_gives_it(site: StandInSite) -> None:
    text = sentence(8)
    site.page("/khizana", whole_page(HEADLINE, [text, "شاركوا الخبر مع أصدقائكم."]))
    assert opened(site, full(f"{site.url}/khizana", [text])).get("khizana").paragraphs == (text,)
    site.page("/khizana", status=404)
    assert opened(site, full(f"{site.url}/khizana", [text])).get("khizana").paragraphs == (text,)


def test_a_description_that_is_the_whole_article_is_read_without_the_pages_furniture(site: StandInSite) -> None:
    texts = paragraphs(9, 8)
    site.page("/khizana", whole_page(HEADLINE, texts))
    source = opened(site, brief(f"{site.url}/khizana", escape(html(texts)) + escape("<p>خاتمة.</p>")))
    assert list(source.get("khizana").paragraphs) == [*texts, "خاتمة."]


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_a_summary_is_never_read_in_place_of_a_page_that_is_away(site: StandInSite, status: int) -> None:
    site.page("/khizana", status=status)
    source = opened(site, brief(f"{site.url}/khizana", sentence(10)))
    with pytest.raises(SourceUnavailable, match=str(status)):
        source.get("khizana")
    with pytest.raises(SourceUnavailable):
        source.recent()


@pytest.mark.parametrize("shown", ["<div id='app'></div>", "<form><label>كلمة السر</label></form><p>سجل دخولك.</p>"])
def test_a_page_that_shows_no_article_is_as_good_as_away(site: StandInSite, shown: str) -> None:
    site.page("/khizana", f"<!doctype html><html><body>{shown}</body></html>")
    with pytest.raises(SourceUnavailable, match="shows no article on the page of khizana"):
        opened(site, brief(f"{site.url}/khizana", sentence(11))).get("khizana")


def test_a_page_that_is_gone_is_no_article(site: StandInSite) -> None:
    site.page("/khizana", status=410)
    with pytest.raises(ArticleNotFound, match="gone"):
        opened(site, brief(f"{site.url}/khizana", sentence(12))).get("khizana")


def test_a_protected_post_is_never_read(site: StandInSite) -> None:
    form = "<form action='/wp-login.php' class='post-password-form'><p>هذا المحتوى محمي بكلمة مرور.</p></form>"
    site.page("/summary", whole_page(HEADLINE, [form]))
    source = opened(site, full(f"{site.url}/full", [form]), brief(f"{site.url}/summary", sentence(13)))
    for id in ("full", "summary"):
        with pytest.raises(ArticleNotFound, match="protected by a password"):
            source.get(id)
    assert source.recent() == []


def test_a_theme_that_styles_the_form_protects_nothing(site: StandInSite) -> None:
    texts = paragraphs(31, 5)
    style = "<style>form.post-password-form{margin:0}</style>"
    site.page("/khizana", whole_page(HEADLINE, texts).replace("</head>", f"{style}</head>"))
    assert list(opened(site, brief(f"{site.url}/khizana", texts[0])).get("khizana").paragraphs) == texts


def test_a_page_elsewhere_is_not_asked_for_and_the_summary_says_so(site: StandInSite) -> None:
    with StandInSite() as other:
        other.page("/khizana", whole_page(HEADLINE, paragraphs(14, 5)))
        source = opened(site, brief(f"{other.url}/khizana", sentence(14)), brief(f"{site.url}/moved", sentence(15)))
        site.fault("redirect", match="/moved", to=f"{other.url}/khizana")
        for id, number in (("khizana", 14), ("moved", 15)):
            article = source.get(id)
            assert article.paragraphs == (sentence(number),)
            assert [skip.why for skip in article.skipped] == ["page that is not on the feed's site"]
        assert other.requests == []


def test_a_link_to_what_is_no_page_leaves_the_summary(site: StandInSite) -> None:
    site.page("/khizana.pdf", b"%PDF-1.7", "application/pdf")
    article = opened(site, brief(f"{site.url}/khizana.pdf", sentence(16))).get("khizana.pdf")
    assert article.paragraphs == (sentence(16),)


def test_old_http_links_of_an_https_site_are_asked_by_https(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = paragraphs(17, 5)
    with StandInSite(tls=True) as site:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(site.ca_path))
        site.page("/khizana", whole_page(HEADLINE, texts))
        link = site.url.replace("https:", "http:") + "/khizana"
        article = opened(site, brief(link, texts[0])).get("khizana")
        assert list(article.paragraphs) == texts
        assert all(request.is_secure for request in site.requests)


def test_look_asks_for_the_page_anew(site: StandInSite) -> None:
    before, after = paragraphs(18, 5), paragraphs(19, 5)
    site.page("/khizana", whole_page(HEADLINE, before))
    source = opened(site, brief(f"{site.url}/khizana", sentence(18)))
    assert list(source.get("khizana").paragraphs) == before
    site.page("/khizana", whole_page(HEADLINE, after))
    assert list(source.get("khizana").paragraphs) == before
    assert list(source.look("khizana").paragraphs) == after
    assert list(source.get("khizana").paragraphs) == after


# -- The list ---------------------------------------------------------------------------------------------------------


def test_recent_is_the_feeds_order_and_since_looks_at_both_dates(site: StandInSite) -> None:
    changed = f"<dc:date>{(NOON + timedelta(hours=5)).isoformat()}</dc:date>"
    source = opened(
        site,
        full(f"{site.url}/old", paragraphs(20, 4), more=dated(NOON - timedelta(days=3))),
        full(f"{site.url}/new", paragraphs(21, 4), more=dated(NOON)),
        full(f"{site.url}/undated", paragraphs(22, 4)),
        full(f"{site.url}/changed", paragraphs(23, 4), more=changed),
    )
    assert [article.id for article in source.recent()] == ["old", "new", "undated", "changed"]
    assert [article.id for article in source.recent(NOON)] == ["new", "undated", "changed"]
    assert [article.id for article in source.recent(NOON + timedelta(seconds=1))] == ["undated", "changed"]
    assert [article.id for article in source.recent(NOON, limit=2)] == ["new", "undated"]


def test_pages_of_a_list_are_asked_for_a_few_at_a_time(site: StandInSite) -> None:
    links = [f"{site.url}/{number}" for number in range(9)]
    for number in range(9):
        site.page(f"/{number}", whole_page(f"عنوان {number}", paragraphs(number, 4)))
    feed = opened(site, *(brief(link, "موجز") for link in links))
    site.fault("slow", None, "/[0-9]$", seconds=0.3)
    begun = time.monotonic()
    assert [article.id for article in feed.recent(limit=6)] == list("012345")
    assert time.monotonic() - begun < 6 * 0.3
    assert sorted(asked(site)) == sorted(["/rss", *(f"/{number}" for number in range(6))])
    assert 1 < site.peak <= PAGES_AT_ONCE


def test_a_broken_item_never_stops_the_list(site: StandInSite, caplog: pytest.LogCaptureFixture) -> None:
    source = opened(
        site,
        brief(f"{site.url}/empty.pdf", "", ""),
        brief(f"{site.url}/junk.pdf", "ش" * 1_000_001),
        brief(f"{site.url}/away", sentence(24)),
        full(f"{site.url}/good", paragraphs(24, 4)),
    )
    for name in ("/empty.pdf", "/junk.pdf"):
        site.page(name, b"%PDF-1.7", "application/pdf")
    assert [article.id for article in source.recent()] == ["good"]
    lines = [record.getMessage() for record in caplog.records if record.name == feed_module.__name__]
    assert [line.split("'")[1] for line in lines] == ["empty.pdf", "junk.pdf", "away"]


def test_what_the_feed_does_not_show_is_not_found(site: StandInSite) -> None:
    source = opened(site, full(f"{site.url}/1", paragraphs(25, 4)))
    with pytest.raises(ArticleNotShown):  # A feed shows its newest only: that is not gone.
        source.get("2")
    with pytest.raises(InvalidArticleId):
        source.get("../etc/passwd")


def test_the_feed_is_asked_once_a_minute_by_all_threads(site: StandInSite, monkeypatch: pytest.MonkeyPatch) -> None:
    source = opened(site, full(f"{site.url}/1", paragraphs(26, 4)))
    site.fault("slow", seconds=0.2)
    titles: list[str] = []
    threads = [threading.Thread(target=lambda: titles.append(source.get("1").title)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert titles == [HEADLINE] * 8
    assert asked(site) == ["/rss"]
    monkeypatch.setattr(feed_module, "FEED_SECONDS", 0.0)
    source.get("1")
    assert asked(site) == ["/rss", "/rss"]


def test_an_unchanged_feed_is_not_sent_again(site: StandInSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "FEED_SECONDS", 0.0)
    site.page("/rss", rss(full(f"{site.url}/1", paragraphs(27, 4))), "application/rss+xml", etag='"1"')
    source = Feed(f"feed+{site.url}/rss")
    assert source.get("1") == source.get("1")
    assert [request.status for request in site.requests] == [200, 304]


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_fork_while_a_thread_asks_does_not_hang_the_child(site: StandInSite) -> None:
    source = opened(site, full(f"{site.url}/1", paragraphs(28, 4)))
    with source._feed_lock:
        child = os.fork()
        if child == 0:
            os._exit(0 if source.get("1").title == HEADLINE else 1)
    assert os.waitpid(child, 0)[1] == 0


# -- A site on a bad day ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda site: site.page("/rss", status=404), "answers 404 Not Found where its feed should be"),
        (lambda site: site.page("/rss", status=401), "answers 401 Unauthorized where its feed should be"),
        (lambda site: site.fault("html", times=None), "no RSS or Atom feed; give the feed's own address"),
        (lambda site: site.fault("503", times=None), "503"),
        (lambda site: site.fault("reset", times=None), "cannot be reached"),
        (lambda site: site.fault("large", times=None), "more than 5,000,000 bytes"),
        (lambda site: site.fault("bomb", times=None), "more than 5,000,000 bytes"),
    ],
)
def test_no_feed_is_told_in_one_sentence(site: StandInSite, wrong: Callable[[StandInSite], None], words: str) -> None:
    opened(site, full(f"{site.url}/1", paragraphs(29, 4)))
    wrong(site)
    source = Feed(f"feed+{site.url.replace('://', '://editor:geheim@')}/rss?key=geheim")
    for ask in (lambda: source.get("1"), source.recent):
        with pytest.raises(SourceUnavailable, match=words) as raised:
            ask()
        assert "geheim" not in raised.value.detail
    assert len(site.requests) == 1


def test_a_feed_that_came_back_is_read(site: StandInSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "LOOK_SECONDS", 0.0)
    source = opened(site, full(f"{site.url}/1", paragraphs(30, 4)))
    site.fault("html")
    with pytest.raises(SourceUnavailable):
        source.get("1")
    assert source.get("1").title == HEADLINE
