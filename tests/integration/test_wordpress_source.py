"""Articles of a WordPress site, read from a stand-in over real sockets."""

import base64
import logging
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from articles.errors import ArticleNotFound, ArticleTooLarge, SourceUnavailable
from articles.sources import wordpress as wordpress_module
from articles.sources.site import Patience
from articles.sources.wordpress import WordPress
from tests.standins.wordpress import RENDERED, StandInWordPress, main

QUICK = Patience(connect=1, read=0.5, whole=1, pause=0)
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BODY = "<p>تتوقع الأرصاد أمطارا قوية.</p>\n"


pytestmark = pytest.mark.usefixtures("no_proxies")


@pytest.fixture
def site() -> Iterator[StandInWordPress]:
    with StandInWordPress() as standin:
        yield standin


@pytest.fixture
def source(site: StandInWordPress) -> WordPress:
    return WordPress(site.source_url, patience=QUICK)


def reason(call: Callable[[], Any]) -> str:
    """Why the site cannot be used."""
    with pytest.raises(SourceUnavailable) as caught:
        call()
    return caught.value.detail


def ids(source: WordPress, since: datetime | None = None, limit: int = 50) -> list[int]:
    return [int(article.id) for article in source.recent(since, limit)]


# -- One post ---------------------------------------------------------------------------------------------------------


def test_a_post_is_an_article(site: StandInWordPress, source: WordPress) -> None:
    site.publish(42, "أمطار قوية غدا", BODY + "<p>فقرة ثانية.</p>", date=NOON, modified=NOON + HOUR)
    article = source.get("42")
    assert (article.id, article.title) == ("42", "أمطار قوية غدا")
    assert article.paragraphs == ("تتوقع الأرصاد أمطارا قوية.", "فقرة ثانية.")
    assert (article.published_at, article.updated_at) == (NOON, NOON + HOUR)
    assert article.url == f"{site.url}/2026/03/42/"
    assert article.language == "ar"
    (request,) = site.requests
    assert request.path == "/wp-json/wp/v2/posts/42"
    assert set(request.query) == {"_fields"}


@pytest.mark.parametrize(
    ("rendered", "title"),
    [
        ("الرباط &#8211; &laquo;جديد&raquo; &amp; قديم", "الرباط – «جديد» & قديم"),
        ("عاجل:&nbsp;<em>أمطار</em>\n قوية", "عاجل: أمطار قوية"),
        ("سطر<br />ثان", "سطر ثان"),
        ("5 &lt; 6", "5 < 6"),
        ("عنوان<script>alert(1)</script>", "عنوان"),
        ("عنوان \udc00\x00\x07قصير", "عنوان قصير"),
        ("شاهد أيضا: ما وقع", "شاهد أيضا: ما وقع"),
    ],
)
def test_a_title_is_plain_text_on_one_line(
    site: StandInWordPress, source: WordPress, rendered: str, title: str
) -> None:
    site.publish(1, rendered, BODY)
    assert source.get("1").title == title


def test_a_post_without_title_or_without_text(site: StandInWordPress, source: WordPress) -> None:
    site.publish(1, "", BODY)
    site.publish(2, "صور اليوم", '[gallery ids="1,2"]<figure><img src="a.jpg"></figure>')
    site.publish(3, "", "")
    assert (source.get("1").title, len(source.get("1").paragraphs)) == ("", 1)
    assert source.get("2").is_readable
    assert not source.get("3").is_readable


@pytest.mark.parametrize("link", ["javascript:alert(1)", "/2026/1/", "", "ftp://site.ma/1", "http://[", "http://a b/"])
def test_only_a_web_address_is_kept(site: StandInWordPress, source: WordPress, link: str) -> None:
    site.publish(1, "عنوان", BODY)
    site.spoil(1, link=link)
    assert source.get("1").url == ""


def test_what_the_operator_skips_is_not_read(site: StandInWordPress) -> None:
    site.publish(1, "عنوان", BODY + '<div class="promo"><p>اشترك الآن في عرضنا.</p></div>')
    article = WordPress(site.source_url, ".promo").get("1")
    assert article.paragraphs == ("تتوقع الأرصاد أمطارا قوية.",)
    assert any("اشترك الآن" in skip.text and ".promo" in skip.why for skip in article.skipped)


def test_a_post_that_is_too_long_is_said_to_be(site: StandInWordPress, source: WordPress) -> None:
    site.publish(1, "عنوان", "<p>" + "كلمة " * 210_000 + "</p>")
    site.publish(2, "عنوان", BODY)
    with pytest.raises(ArticleTooLarge):
        source.get("1")
    assert ids(source) == [2]


# -- Whole chain, with posts as real sites render them ----------------------------------------------------------------


def read(site: StandInWordPress, source: WordPress, name: str) -> tuple[str, tuple[str, ...]]:
    site.publish(1, *RENDERED[name])
    article = source.get("1")
    return article.title, article.paragraphs


def test_blocks_as_the_editor_wrote_them(site: StandInWordPress, source: WordPress) -> None:
    assert read(site, source, "gutenberg") == (
        "الرباط تطلق “خطة المدارس” – 120 مؤسسة جديدة",
        (
            "أعلنت وزارة التربية، أمس الثلاثاء، عن خطة لبناء 120 مدرسة في القرى البعيدة\xa0قبل نهاية\xa02027.",
            "التمويل",
            "وقال الوزير: «الميزانية جاهزة»، موضحا أن الكلفة تبلغ 1,5 مليار درهم…",
            "بناء الأقسام",
            "تعبيد الطرق & الإنارة",
            "لن يبقى طفل واحد خارج المدرسة.",
            "وزير التربية",
            "الجهة، المدارس",
            "سوس ماسة، 34",
            "وتنطلق الأشغال في شتنبر المقبل.",
        ),
    )


def test_a_post_of_the_classic_editor(site: StandInWordPress, source: WordPress) -> None:
    assert read(site, source, "classic") == (
        "الرجاء يفوز على ضيفه بهدفين لواحد",
        (
            "فاز الرجاء مساء السبت على ضيفه بهدفين لواحد في مباراة حضرها أربعون ألف متفرج.",
            "وسجل الهدف الأول في الدقيقة 12.",
            "ويلعب الفريق مباراته المقبلة خارج ميدانه.",
        ),
    )


def test_shortcodes_left_behind_are_not_read(site: StandInWordPress, source: WordPress) -> None:
    assert read(site, source, "shortcodes") == (
        "معرض الكتاب يفتح أبوابه",
        (
            "يفتح معرض الكتاب أبوابه يوم الخميس.",
            "ويشارك فيه 700 ناشر [بينهم 90 من أفريقيا] هذا العام.",
            "ويستمر المعرض عشرة أيام.",
        ),
    )


# -- What is not there, and what only seems so ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "id",
    ["", "0", "042", "-1", "+1", "1.0", " 1", "1\n", "٤٢", "42a", "../../users", "42?context=edit", "42/revisions"]
    + ["@evil", "http://169.254.169.254/", "9" * 20, "\ud800"],
)
def test_what_cannot_be_an_id_is_not_even_asked_for(site: StandInWordPress, source: WordPress, id: str) -> None:
    with pytest.raises(ArticleNotFound):
        source.get(id)
    assert site.requests == []


def test_a_post_that_was_deleted_or_put_in_the_bin_is_gone(site: StandInWordPress, source: WordPress) -> None:
    for id in (1, 2, 3):
        site.publish(id, "عنوان", BODY)
        assert source.get(str(id)).id == str(id)
    site.delete(1)
    site.trash(2)
    site.publish(3, "عنوان", BODY, type="pages")
    for id in ("1", "2", "3", "4"):
        with pytest.raises(ArticleNotFound):
            source.get(id)
    assert ids(source) == []


@pytest.mark.parametrize("as_editor", [False, True])
@pytest.mark.parametrize("status", ["draft", "private", "future", "pending", "trash"])
def test_what_is_not_published_is_never_read(as_editor: bool, status: str) -> None:
    credentials = {"user": "editor", "password": "abcd EFGH 1234"} if as_editor else {}
    with StandInWordPress(**credentials) as site:
        site.publish(1, "سر", BODY, status=status)
        site.publish(2, "عنوان", BODY)
        source = WordPress(site.source_url)
        with pytest.raises(ArticleNotFound):
            source.get("1")
        assert ids(source) == [2]


@pytest.mark.parametrize("as_editor", [False, True])
def test_a_post_with_a_password_is_never_read(as_editor: bool, caplog: pytest.LogCaptureFixture) -> None:
    credentials = {"user": "editor", "password": "abcd EFGH 1234"} if as_editor else {}
    with StandInWordPress(**credentials) as site:
        site.publish(1, "سر", BODY, password="1234")
        site.publish(2, "عنوان", BODY)
        # A plugin that shows the text to some: it is not for everyone's ears all the same.
        site.publish(3, "سر", BODY)
        site.spoil(3, content={"rendered": BODY, "protected": True})
        source = WordPress(site.source_url)
        for id in ("1", "3"):
            with pytest.raises(ArticleNotFound):
                source.get(id)
        assert ids(source) == [2]
    assert "left out" not in caplog.text


@pytest.mark.parametrize("closed_with", ["rest_cannot_access", "rest_forbidden", "rest_login_required"])
def test_a_closed_api_makes_no_post_disappear(site: StandInWordPress, source: WordPress, closed_with: str) -> None:
    site.publish(1, "عنوان", BODY)
    site.is_closed, site.closed_with = True, closed_with
    assert reason(lambda: source.get("1")) == f"127.0.0.1 answers 401 ({closed_with})"
    assert closed_with in reason(lambda: source.recent())
    site.is_closed = False
    assert source.get("1").title == "عنوان"


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (404, "text/html", "<!doctype html><h1>404</h1>"),
        (404, "application/json", '{"error": "not found"}'),
        (404, "application/json", '{"code": 404}'),
        (404, "application/json", '{"code": ["rest_post_invalid_id"]}'),
        (404, "application/json", "[]"),
        (404, "text/html", ""),
        (410, "text/plain", "gone"),
        (403, "text/html", "<html>Cloudflare</html>"),
        (200, "text/html", "<!doctype html><p>صيانة</p>"),
        (200, "application/json", '{"code": "rest_post_invalid_id", "data": {"status": 404}}'),
        (200, "application/json", "Warning: PHP notice\n{}"),
        (200, "application/json", '{"id": 1, "title"'),
        (200, "application/json", "[" * 100_000),
        (200, "application/json", "null"),
        (200, "application/json", '{"id": 2}'),
        (200, "application/json", '{"id": "1"}'),
        (200, "application/json", '{"id": true}'),
        (200, "application/json", b"\xff\xfe\x00"),
    ],
)
def test_what_wordpress_did_not_say_makes_no_post_disappear(status: int, content_type: str, body: str | bytes) -> None:
    with WordPressInFront(status, content_type, body.encode() if isinstance(body, str) else body) as site:
        source = WordPress(site.source_url, patience=QUICK)
        assert reason(lambda: source.get("1"))
        assert reason(lambda: source.recent())


def test_an_empty_list_is_no_post() -> None:
    with WordPressInFront(200, "application/json", b"[]") as site:
        source = WordPress(site.source_url, patience=QUICK)
        assert "no usable id" in reason(lambda: source.get("1"))
        assert source.recent() == []


class WordPressInFront(StandInWordPress):
    """Something that stands before WordPress and always says the same."""

    def __init__(self, status: int, content_type: str, body: bytes):
        super().__init__()
        self._says = (body, content_type, status)

    def answer(self, request: Any) -> Any:
        usual = super().answer(request)
        usual.body, usual.content_type, usual.status = self._says
        return usual


SPOILED = [
    {"title": "نص"},
    {"title": {"rendered": None}},
    {"content": {"rendered": ["a"], "protected": False}},
    {"content": []},
    {"status": None},
    {"link": 7},
    {"content": {"rendered": BODY}},
]


@pytest.mark.parametrize("fields", SPOILED)
def test_a_spoiled_post_is_no_missing_post(
    site: StandInWordPress, source: WordPress, fields: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    for id in (1, 2, 3):
        site.publish(id, f"عنوان {id}", BODY, date=NOON + id * HOUR)
    site.spoil(2, **fields)
    said = reason(lambda: source.get("2"))
    assert any(word in said for word in (next(iter(fields)), "rendered", "protected"))
    assert ids(source) == [3, 1]
    assert ids(source, since=NOON) == [3, 1]
    assert "post 2 of 127.0.0.1 is left out" in caplog.text


def test_a_time_that_an_import_left_out_is_not_known(site: StandInWordPress, source: WordPress) -> None:
    site.publish(1, "عنوان", BODY, date=NOON)
    site.spoil(1, date_gmt=None, modified_gmt=None)
    article = source.get("1")
    assert (article.published_at, article.updated_at) == (None, None)
    assert ids(source, since=NOON - HOUR) == [1]


@pytest.mark.parametrize("odd", ["", "أمس", "2026-13-01T00:00:00", 0, [], "0000-00-00T00:00:00"])
def test_a_time_that_is_none_makes_no_post_unreadable(
    site: StandInWordPress, source: WordPress, odd: object, caplog: pytest.LogCaptureFixture
) -> None:
    site.publish(1, "عنوان", BODY, date=NOON)
    site.spoil(1, date_gmt=odd, modified_gmt=odd)
    article = source.get("1")
    assert (article.published_at, article.updated_at) == (None, None)
    assert ids(source, since=NOON - HOUR) == [1]
    assert "post 1: its date_gmt is no time" in caplog.text


@pytest.mark.parametrize(("id", "said"), [(2, "another post than 1"), (True, "no usable id"), ("1", "no usable id")])
def test_another_post_is_not_taken_for_the_one_asked_for(
    site: StandInWordPress, source: WordPress, id: object, said: str
) -> None:
    site.publish(1, "عنوان", BODY)
    site.spoil(1, id=id)
    assert said in reason(lambda: source.get("1"))


def test_the_lists_odd_members_are_left_out(site: StandInWordPress, source: WordPress) -> None:
    for id in (1, 2, 3, 4):
        site.publish(id, "عنوان", BODY, date=NOON + id * HOUR)
    site.spoil(2, id="2")
    site.spoil(3, id=-3)
    assert ids(source) == [4, 1]


# -- Bad days ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["hang", "reset", "truncated", "html", "429", "500", "503", "redirect"])
def test_a_site_that_is_down_is_unavailable(site: StandInWordPress, source: WordPress, fault: str) -> None:
    site.publish(1, "عنوان", BODY)
    site.fault(fault, times=None, to="http://169.254.169.254/wp-json/wp/v2/posts/1")
    assert "127.0.0.1 " in reason(lambda: source.get("1"))
    assert "127.0.0.1 " in reason(lambda: source.recent())
    site.clear_faults()
    assert source.get("1").title == "عنوان"


def test_a_list_that_breaks_off_is_no_list(site: StandInWordPress, source: WordPress) -> None:
    site.fill(30)
    site.fault(500, match="page=2")
    assert reason(lambda: source.recent(limit=30)) == "127.0.0.1 answers 500"


def test_a_post_type_that_is_not_in_the_api(site: StandInWordPress) -> None:
    source = WordPress(site.source_url + "?type=secrets", patience=QUICK)
    assert reason(lambda: source.get("1")) == "127.0.0.1 has no REST route wp/v2/secrets"
    assert reason(lambda: source.recent()) == "127.0.0.1 has no REST route wp/v2/secrets"


# -- Lists ------------------------------------------------------------------------------------------------------------


def test_posts_come_newest_first_page_by_page(site: StandInWordPress, source: WordPress) -> None:
    site.fill(50)
    assert ids(source, limit=45) == list(range(50, 5, -1))
    assert [request.query["page"] for request in site.requests] == ["1", "2", "3"]
    assert all(int(request.query["per_page"]) <= 100 for request in site.requests)
    site.reset()
    assert ids(source, limit=100) == list(range(50, 0, -1))
    assert len(site.requests) == 3
    site.reset()
    assert ids(source, limit=3) == [50, 49, 48]
    assert [request.query["per_page"] for request in site.requests] == ["3"]


@pytest.mark.parametrize("limit", [0, -1])
def test_nothing_is_asked_for_nothing(site: StandInWordPress, source: WordPress, limit: int) -> None:
    assert source.recent(limit=limit) == []
    assert site.requests == []


def test_an_empty_site_has_no_posts(source: WordPress) -> None:
    assert source.recent() == source.recent(NOON) == []


@pytest.mark.parametrize("count", [19, 20, 40, 41])
def test_without_the_headers_of_paging_a_short_page_is_the_last(
    site: StandInWordPress, source: WordPress, count: int
) -> None:
    site.sends_totals = False
    site.fill(count)
    assert ids(source, limit=100) == list(range(count, 0, -1))


def test_a_cache_that_ignores_the_page_is_not_asked_for_ever() -> None:
    class Cached(StandInWordPress):
        def answer(self, request: Any) -> Any:
            request.target = re.sub(r"&page=\d+", "", request.target)
            return super().answer(request)

    with Cached() as cached:
        cached.sends_totals = False
        cached.fill(25)
        assert ids(WordPress(cached.source_url), limit=100) == list(range(25, 5, -1))
        assert len(cached.requests) == 2


def test_a_post_published_while_paging_is_not_given_twice(site: StandInWordPress) -> None:
    class Lively(StandInWordPress):
        def answer(self, request: Any) -> Any:
            reply = super().answer(request)
            if request.query.get("page") == "1":
                self.publish(1000, "عاجل", BODY)
            return reply

    with Lively() as lively:
        lively.fill(40)
        assert ids(WordPress(lively.source_url), limit=100) == list(range(40, 0, -1))


def test_since_gives_what_was_published_or_changed_from_then_on(site: StandInWordPress, source: WordPress) -> None:
    site.publish(1, "قديم", BODY, date=NOON - 9 * HOUR)
    site.publish(2, "قديم تغير", BODY, date=NOON - 8 * HOUR, modified=NOON + HOUR)
    site.publish(3, "قديم تغير في اللحظة", BODY, date=NOON - 7 * HOUR, modified=NOON)
    site.publish(4, "قبلها بثانية", BODY, date=NOON - timedelta(seconds=1))
    site.publish(5, "في اللحظة", BODY, date=NOON)
    site.publish(6, "بعدها", BODY, date=NOON + HOUR)
    # WordPress does not count the publication of a scheduled post as a change.
    site.publish(7, "مبرمج", BODY, date=NOON + 2 * HOUR, modified=NOON - 20 * HOUR)
    assert ids(source, since=NOON) == [7, 6, 5, 3, 2]
    assert ids(source, since=NOON, limit=3) == [7, 6, 5]
    assert ids(source, since=NOON.astimezone(tz=None)) == [7, 6, 5, 3, 2]
    assert ids(source, since=NOON.replace(tzinfo=None)) == [7, 6, 5, 3, 2]
    assert ids(source, since=NOON + 9 * HOUR) == []


def test_wordpress_before_5_7_gives_the_changed_posts_too(site: StandInWordPress, source: WordPress) -> None:
    site.knows_modified_after = False
    site.fill(100, every=3600)
    now = datetime.now(UTC)
    site.change(3, html="<p>نص جديد.</p>")
    assert ids(source, since=now - timedelta(hours=2, minutes=30)) == [100, 99, 3]
    assert len(site.requests) == 2  # One page of each list: the archive is not read to its end.


def test_a_change_is_seen_at_once(site: StandInWordPress, source: WordPress) -> None:
    site.validators = True
    site.publish(1, "عنوان", BODY, date=NOON)
    before = source.get("1")
    assert source.get("1") == before
    assert [request.status for request in site.requests] == [200, 304]
    site.change(1, html="<p>نص مصحح.</p>")
    after = source.get("1")
    assert after.paragraphs == ("نص مصحح.",)
    assert after.published_at == NOON
    assert before.updated_at and after.updated_at and after.updated_at > before.updated_at


# -- Addresses --------------------------------------------------------------------------------------------------------


def test_a_site_without_pretty_permalinks(site: StandInWordPress, source: WordPress) -> None:
    site.pretty = False
    site.publish(1, "عنوان", BODY)
    for _ in range(3):
        assert source.get("1").url == f"{site.url}/?p=1"
    assert ids(source) == [1]
    # Found out once, and remembered.
    assert ["rest_route" in request.query for request in site.requests] == [False, True, True, True, True]
    with pytest.raises(ArticleNotFound):
        source.get("2")
    site.pretty = True
    assert source.get("1").id == "1"


def test_a_site_that_got_pretty_permalinks_only(site: StandInWordPress, source: WordPress) -> None:
    site.publish(1, "عنوان", BODY)
    site.pretty = False
    source.get("1")
    site.pretty = True
    site.fault(404, times=None, match="rest_route")
    assert source.get("1").id == "1"


def test_wordpress_in_a_folder_and_another_post_type() -> None:
    with StandInWordPress(folder="/blog") as site:
        site.publish(1, "عنوان", BODY, type="articles")
        source = WordPress(site.source_url + "/?type=articles")
        assert source.get("1").url == f"{site.url}/blog/{site.posts[1].date:%Y/%m}/1/"
        assert ids(source) == [1]
        assert site.requests[0].path == "/blog/wp-json/wp/v2/articles/1"
        with pytest.raises(ArticleNotFound):
            WordPress(site.source_url).get("1")


@pytest.mark.parametrize(
    "url",
    [
        "wordpress://site.ma",
        "wordpress+ftp://site.ma",
        "wordpress+https://",
        "wordpress+https:site.ma",
        "https://site.ma/hunter2",
        "wordpress+https://editor:hunter2@",
        "wordpress+https://editor@site.ma",
        "wordpress+https://:hunter2@site.ma",
        "wordpress+https://site.ma:x/hunter2",
        "wordpress+https://site.ma/#hunter2",
        "wordpress+https://site.ma?token=hunter2",
        "wordpress+https://site.ma?type",
        "wordpress+https://site.ma?type=",
        "wordpress+https://site.ma?type=../users",
        "wordpress+https://site.ma?type=posts&x=hunter2",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="WordPress site's URL") as caught:
        WordPress(url)
    assert "hunter2" not in str(caught.value)


def test_nothing_is_asked_before_it_is_used(site: StandInWordPress) -> None:
    WordPress(site.source_url)
    WordPress("wordpress+https://editor:abcd%20EFGH@nowhere.invalid/blog?type=news")
    assert site.requests == []


# -- Application passwords --------------------------------------------------------------------------------------------


def test_the_application_password_opens_a_closed_api(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with StandInWordPress(user="م.editor", password="abcd EFGH 1234 ijkl") as site:
        site.is_closed = True
        site.publish(1, "عنوان", BODY)
        assert "abcd%20EFGH" in site.source_url
        assert WordPress(site.source_url).get("1").title == "عنوان"
        encoded = base64.b64encode("م.editor:abcd EFGH 1234 ijkl".encode()).decode()
        assert site.requests[0].headers["authorization"] == f"Basic {encoded}"
        wrong = WordPress(site.source_url.replace("abcd", "hunter2"), patience=QUICK)
        words = reason(lambda: wrong.get("1")) + reason(lambda: wrong.recent())
        assert words.count("refuses the user or the application password") == 2
        nobody = WordPress(site.source_url.replace("editor", "nobody"), patience=QUICK)
        assert "refuses the user" in reason(lambda: nobody.get("1"))
        stranger = WordPress(re.sub(r"//.*@", "//", site.source_url), patience=QUICK)
        assert "answers 401 (rest_cannot_access)" in reason(lambda: stranger.get("1"))
    for secret in ("abcd", "hunter2", encoded):
        assert secret not in words + caplog.text


def test_tls_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    with StandInWordPress(tls=True, user="editor", password="abcd") as site:
        site.publish(1, "عنوان", BODY)
        assert site.source_url.startswith("wordpress+https://")
        assert "no certificate that can be trusted" in reason(lambda: WordPress(site.source_url).get("1"))
        assert site.requests == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(site.ca_path))
        assert WordPress(site.source_url).get("1").title == "عنوان"


# -- Threads, and the stand-in itself ---------------------------------------------------------------------------------


def test_many_threads_ask_at_once(site: StandInWordPress, source: WordPress) -> None:
    site.fill(20)
    got: list[str] = []
    threads = [threading.Thread(target=lambda id=id: got.append(source.get(str(id)).id)) for id in range(1, 21)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, got)) == list(range(1, 21))
    assert site.peak <= 4


def test_the_stand_in_answers_as_the_handbook_says(site: StandInWordPress) -> None:
    site.fill(25)
    api = f"{site.url}/wp-json/wp/v2/posts"

    def ask(path: str = "", **parameters: Any) -> requests.Response:
        return requests.get(api + path, params=parameters, timeout=5)

    first = ask(per_page=10)
    assert (first.headers["X-WP-Total"], first.headers["X-WP-TotalPages"]) == ("25", "3")
    assert 'page=2>; rel="next"' in first.headers["Link"]
    assert "prev" not in first.headers["Link"]
    assert 'page=1>; rel="prev"' in ask(per_page=10, page=2).headers["Link"]
    assert ask(per_page=101).json()["data"]["params"] == {
        "per_page": "per_page must be between 1 (inclusive) and 100 (inclusive)"
    }
    assert ask(per_page=10, page=4).json()["code"] == "rest_post_invalid_page_number"
    assert ask(after="yesterday").json()["code"] == "rest_invalid_param"
    assert ask(status="draft").json()["code"] == "rest_invalid_param"
    assert ask(after="2100-01-01T00:00:00", page=3).json() == []
    assert list(ask(_fields="id,title", orderby="id", order="asc").json()[0]) == ["id", "title"]
    missing = ask("/99").json()
    assert (missing["code"], missing["data"]) == ("rest_post_invalid_id", {"status": 404})
    assert missing["message"]
    assert ask("/1", context="edit").json()["code"] == "rest_forbidden_context"
    site.trash(1)
    assert (ask("/1").status_code, ask("/1").json()["code"]) == (401, "rest_forbidden")
    assert requests.get(f"{site.url}/wp-json/wp/v2/users/1/x", timeout=5).json()["code"] == "rest_no_route"


def test_the_stand_in_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "ISTAMI_ARTICLES" in capsys.readouterr().out


def test_a_page_is_not_larger_than_wordpress_allows() -> None:
    assert 1 <= wordpress_module.POSTS_A_PAGE <= 100
