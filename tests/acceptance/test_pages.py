"""The try-it pages and the listen button's files, as a browser gets them: text, headers, addresses."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urljoin

import pytest
import requests
from lxml import html

from articles.model import Article
from articles.samples import samples
from tests.running import ROOT, Istami
from web.wording import day

TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
DEMO = ROOT / "web" / "demo"
PLAIN, PACKED = {"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip, deflate, br"}
ASSETS = sorted(path.name for path in DEMO.iterdir() if path.suffix in TYPES)
SAMPLES = {sample.id: sample for sample in samples()}
EXTRAS = json.loads((DEMO / "extras.json").read_text(encoding="utf-8"))
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"' {{ 7*7 }} &amp; <!--"
LARGEST_PICTURE_BYTES = 12 * 1024
LARGEST_PLAYER_BYTES = 12 * 1024
"""Gzipped, styles and all."""


@pytest.fixture(scope="module")
def istami(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Istami]:
    """A service of its own: what is on the front depends on everything that was ever pushed."""
    with Istami(tmp_path_factory.mktemp("pages"), ISTAMI_ENGINES="espeak") as service:
        yield service


def files(istami: Istami) -> Iterator[str]:
    """The path of every file that the pages are made of."""
    yield "/player.js"
    yield from (f"/assets/{name}" for name in ASSETS)


def page(istami: Istami, path: str, status: int = 200) -> html.HtmlElement:
    """A page as a browser sees it, once it is known to keep every page's promises."""
    reply = istami.call("GET", path)
    assert (reply.status_code, reply.headers["Content-Type"]) == (status, "text/html; charset=utf-8"), reply.text
    policy = reply.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'") and "unsafe" not in policy
    document = html.document_fromstring(reply.content.decode())
    for element in document.iter("*"):
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
    assert not document.xpath("//style")
    for script in document.xpath("//script"):
        assert (script.text, script.get("src")) == (None, root(path) + "player.js")
    levels = [int(heading.tag[1]) for heading in document.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    return document


def root(path: str) -> str:
    """How a page's addresses lead to the service's root."""
    return "../" if path.startswith("/demo/") else "./"


def demo(id: str) -> str:
    return f"/demo/{quote(id, safe='')}"


def body(document: html.HtmlElement) -> list[str]:
    """What read-along finds: the paragraphs of #article-body, without what is only beside the text."""
    [element] = document.xpath("//*[@id='article-body']")
    beside = element.xpath("./aside|./figure|./nav")
    for aside in beside:
        aside.drop_tree()
    assert all(child.tag == "p" for child in element)
    return [child.text_content().strip() for child in element]


def player(document: html.HtmlElement, id: str) -> html.HtmlElement:
    [found] = [each for each in document.xpath("//istami-player") if each.get("article") == id]
    return found


@contextmanager
def pushed(istami: Istami, id: str, **fields: object) -> Iterator[Article]:
    """An article that is there for one test only."""
    path = f"/articles/{quote(id, safe='')}"
    reply = istami.call("PUT", path, key=True, json=fields)
    assert reply.status_code in (200, 201), reply.text
    yield Article.from_push(id, fields)
    assert istami.call("DELETE", path, key=True).status_code == 204


# -- Files


def test_the_listen_button_is_one_small_script(istami: Istami) -> None:
    reply = istami.call("GET", "/player.js", headers=PACKED)
    assert reply.headers["Content-Type"].startswith("text/javascript")
    assert int(reply.headers["Content-Length"]) <= LARGEST_PLAYER_BYTES
    assert re.search(r"customElements\.define\([\"`']istami-player", reply.text)
    assert not re.search(r"^import|^export|https?://(?!www\.w3\.org/)", reply.text, re.MULTILINE)


@pytest.mark.parametrize(
    "path",
    ["/player/element.js", "/player/", "/assets/element.js", "/assets/extras.json"]
    + ["/assets/site.CSS", "/assets/..%2Fpages.py", "/front.css"],
)
def test_nothing_else_is_served(istami: Istami, path: str) -> None:
    reply = istami.call("GET", path)
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


def test_files_go_compressed_to_those_who_accept_it(istami: Istami) -> None:
    for path in files(istami):
        plain, packed = istami.call("GET", path, headers=PLAIN), istami.call("GET", path, headers=PACKED)
        assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip", path
        assert plain.content == packed.content
        if len(plain.content) > 1000:
            assert int(packed.headers["Content-Length"]) < 0.6 * int(plain.headers["Content-Length"]), path
        assert plain.headers["ETag"] != packed.headers["ETag"]
        for reply in (plain, packed):
            assert "Accept-Encoding" in reply.headers["Vary"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", None),
        ("br", None),
        ("gzip;q=0", None),
        ("gzip;q=0, *", None),
        ("*;q=0", None),
        ("gzip;q=0.1", "gzip"),
        ("GZIP", "gzip"),
        ("*", "gzip"),
    ],
)
def test_compression_is_as_the_client_says(istami: Istami, accepted: str, encoding: str | None) -> None:
    for path in ("/player.js", "/assets/site.css"):
        reply = istami.call("GET", path, headers={"Accept-Encoding": accepted})
        assert reply.headers.get("Content-Encoding") == encoding


@pytest.mark.parametrize("accept", [PLAIN, PACKED], ids=["plain", "packed"])
def test_files_are_asked_for_again_by_their_etag(istami: Istami, accept: dict[str, str]) -> None:
    for path in files(istami):
        first = istami.call("GET", path, headers=accept)
        again = istami.call("GET", path, headers={**accept, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary"):
            assert again.headers[name] == first.headers[name]
        looked = istami.call("HEAD", path, headers=accept)
        assert (looked.content, looked.headers["Content-Length"]) == (b"", first.headers["Content-Length"])


def test_what_keeps_its_address_is_looked_at_again_after_five_minutes(istami: Istami) -> None:
    for path in ("/player.js", *(f"/assets/{name}" for name in ASSETS)):
        assert istami.call("GET", path).headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("name", [name for name in ASSETS if name.endswith(".svg")])
def test_pictures_are_small_and_bring_nothing_along(name: str) -> None:
    text = (DEMO / name).read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST_PICTURE_BYTES
    assert not re.search(r"<script|<style|<text|<image|\son\w+=|style=|href=\"(?!#)", text)


# -- Pages


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_a_sample_as_a_newspaper_prints_it(istami: Istami, sample: Article) -> None:
    document = page(istami, demo(sample.id))
    extras = EXTRAS[sample.id]
    assert document.xpath("string(//h1)") == sample.title
    [figure] = document.xpath("//figure")
    assert figure.xpath("string(figcaption)") == extras["caption"]
    assert figure.xpath("img/@alt") == [extras["alt"]]
    assert document.xpath("//meta[@property='og:image']/@content") == [f"../assets/{extras['picture']}"]
    assert document.xpath("//meta[@property='og:title']/@content") == [sample.title]
    assert document.xpath("//meta[@property='og:site_name']/@content") == ["ضفاف"]
    [button] = document.xpath("//istami-player")
    assert button.get("article") == sample.id and button.get("headline") == sample.title
    assert button.get("highlight") == "#article-body" and "eager" in button.attrib and "sticky" in button.attrib
    assert [link.text_content() for link in document.xpath("//*[@id='article-body']/p/a")] == in_order(sample, extras)
    assert tuple(body(document)) == sample.paragraphs


def in_order(sample: Article, extras: dict) -> list[str]:
    """The tags, as they follow each other in the text; every one is there."""
    text = "\n".join(sample.paragraphs)
    return sorted(extras["tags"], key=lambda tag: text.index(tag))


@pytest.mark.parametrize("id", [id for id, sample in SAMPLES.items() if len(sample.paragraphs) > 1])
def test_a_long_text_is_interrupted_as_newspapers_do(istami: Istami, id: str) -> None:
    document = page(istami, demo(id))
    classes = document.xpath("//*[@id='article-body']/aside/@class")
    assert classes == ["quote", "advertisement", "also"]
    assert EXTRAS[id]["quote"] in "\n".join(SAMPLES[id].paragraphs)
    assert EXTRAS[id]["quote"] in document.xpath("string(//aside[@class='quote'])")
    links = document.xpath("//aside[@class='also']//a/@href")
    ids = [unquote(each) for each in document.xpath("//istami-player/@playlist")[0].split()]
    assert links == [f"../demo/{quote(each, safe='')}" for each in ids] and len(ids) == 2
    assert id not in ids


def test_every_address_on_the_pages_leads_somewhere(istami: Istami) -> None:
    for path in ("/", *map(demo, SAMPLES)):
        document = page(istami, path)
        found = {
            urljoin(path, each) for each in document.xpath("//@src | //@href | //meta[@property='og:image']/@content")
        }
        for target in sorted(found):
            assert target.startswith("/"), target
            reply = istami.call("HEAD", target.partition("#")[0])
            assert reply.status_code == 200, target
        front = page(istami, "/")
        for target in found:
            if target.startswith("/#"):
                assert front.xpath("//*[@id=$id]", id=unquote(target[2:])), target


def test_the_front_has_every_article_with_its_button(istami: Istami) -> None:
    with pushed(istami, "p-later", title="Latin first", paragraphs=["One.", "Two."], published_at="2100-01-01"):
        document = page(istami, "/")
        stories = document.xpath("//main//article")
        assert len(stories) >= len(SAMPLES) + 1
        # A brief does not lead, however new it is; otherwise the newest comes first.
        assert "lead" in stories[0].get("class").split() and len(stories) > 1
        assert stories[1].xpath("string(.//h2)") == "Latin first"
        assert stories[1].xpath(".//h2/@dir") == ["ltr"]
        for sample in SAMPLES.values():
            button = player(document, sample.id)
            assert button.get("headline") == sample.title and button.get("sticky") == "always"
            assert button.xpath("a/@href") == [f"articles/{sample.id}/audio.mp3"]


def test_the_front_says_how_long_a_sound_is_once_it_is_there(istami: Istami) -> None:
    with pushed(istami, "p-long", title="مقال يُسمع", published_at="2100-01-02"):
        story = "//article[.//istami-player[@article='p-long']]"
        assert "استماع" not in page(istami, "/").xpath(f"string({story})")
        istami.made("p-long")
        assert "استماع: أقل من دقيقة" in page(istami, "/").xpath(f"string({story})")
        istami.call("DELETE", "/articles/p-long/audio", key=True)
        assert "استماع" not in page(istami, "/").xpath(f"string({story})")


def test_days_are_in_arabic_and_for_machines(istami: Istami) -> None:
    [today, time] = page(istami, "/demo/culture").xpath("//time")
    assert today.text_content() == day(datetime.fromisoformat(today.get("datetime")).replace(hour=12, tzinfo=UTC))
    assert time.text_content() == "السبت 18 أبريل 2026"
    assert time.get("datetime") == "2026-04-18T10:30:00+00:00"


@pytest.mark.parametrize("id", ["p-plain", "مقال 50%", "a\"b'<c>&d?e#f+g;", "..%2e", "site.css"])
def test_an_article_may_have_any_id(istami: Istami, id: str) -> None:
    with pushed(istami, id, title="عنوان", paragraphs=["فقرة."], published_at="2100-01-03"):
        front = page(istami, "/")
        [link] = [each for each in front.xpath("//main//h2/a/@href") if unquote(each) == f"demo/{id}"]
        document = page(istami, "/" + link)
        assert body(document) == ["فقرة."]
        [href] = player(document, id).xpath("a/@href")
        assert istami.call("HEAD", urljoin(demo(id), href)).status_code == 200
        # The player of the oldest article goes on with the newest.
        assert id in map(unquote, page(istami, "/demo/economy").xpath("//istami-player/@playlist")[0].split())


def test_hostile_text_stays_text(istami: Istami) -> None:
    fields = {"title": HOSTILE, "paragraphs": [HOSTILE] * 6, "published_at": "2100-01-04"}
    with pushed(istami, "p-hostile<script>", **fields) as article:
        document = page(istami, demo(article.id))
        assert document.xpath("string(//h1)") == article.title
        assert player(document, article.id).get("headline") == article.title
        assert tuple(body(document)) == article.paragraphs
        assert player(page(istami, "/"), article.id).get("headline") == article.title


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "عنوان بلا فقرات"},
        {"paragraphs": ["فقرة بلا عنوان."]},
        {"title": "Latin only", "paragraphs": ["One.", "Two.", "Three.", "Four."]},
        {"title": "كلمة" * 500, "paragraphs": ["كلمة" * 5000]},
        {"title": "طويل", "paragraphs": [f"الفقرة رقم {number}." for number in range(1000)]},
        {"title": "أول الزمان", "published_at": "0001-01-01T00:00:00"},
        {"title": "آخر الزمان", "published_at": "9999-12-31T23:59:59"},
        {"title": "!?", "paragraphs": ["…"]},
    ],
    ids=["no-paragraphs", "untitled", "latin", "unbroken", "1000-paragraphs", "first-day", "last-day", "unreadable"],
)
def test_an_odd_article_has_its_page_too(istami: Istami, fields: dict) -> None:
    with pushed(istami, "p-odd", **{"published_at": "2100-01-05", **fields}) as article:
        document = page(istami, "/demo/p-odd")
        assert document.xpath("string(//h1)") == (article.title or "مقال بلا عنوان")
        assert "هيئة التحرير" in document.xpath("string(//main//header)")
        assert not document.xpath("//figure")
        assert tuple(body(document)) == article.paragraphs
        page(istami, "/")


@pytest.mark.parametrize("id", ["nobody-wrote-this", "a" * 201, "%ff%fe", "a%00b"])
def test_a_missing_article_is_a_page_for_readers(istami: Istami, id: str) -> None:
    document = page(istami, f"/demo/{id}", 404)
    assert document.xpath("string(//h1)") == "هذه الصفحة غير موجودة"
    assert document.xpath("//main//a/@href") == ["../"]


def test_the_pages_ask_for_no_sound(istami: Istami) -> None:
    with pushed(istami, "p-unasked", title="لم يُطلب صوته", published_at="2100-01-06"):
        page(istami, "/")
        page(istami, "/demo/p-unasked")
        reply: requests.Response = istami.call("GET", "/articles/p-unasked/audio")
        assert (reply.status_code, reply.json()["code"]) == (404, "audio_not_requested")
