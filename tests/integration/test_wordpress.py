"""The WordPress plugin, run by PHP in a stand-in of WordPress; what it prints is compared as a tree."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from lxml.html import HtmlElement, fragment_fromstring

from tests.running import ROOT
from web import hook
from web.notice import Event, read

PLUGIN = ROOT / "integrations" / "wordpress" / "istami.php"
STANDIN = ROOT / "tests" / "standins" / "wordpress.php"
URL = "https://listen.example.ma"
SCRIPT = ("script", {"type": "module", "src": f"{URL}/player.js", "id": "istami-player-js-module"}, "", [], "\n")
PARENT = ":has(> istami-player[article='42'])"
POST = {"ID": 42, "post_title": "أمطار قوية غدا", "post_content": 'الأرصاد "تحذر".\nسطر ثان.\n\nفقرة ثانية.'}
TEXT = [
    ("p", {}, "الأرصاد “تحذر”.", [("br", {}, "", [], "\nسطر ثان.")], "\n"),
    ("p", {}, "فقرة ثانية.", [], "\n"),
]
Tree = tuple[str, dict[str, str], str, list["Tree"], str]


@pytest.fixture(scope="module")
def php() -> str:
    """Path of PHP. Without one these tests are skipped, and fail where REQUIRE_PHP is set."""
    path = shutil.which("php")
    if path is None:
        lacking = "no PHP on this machine: apt-get install php-cli"
        if os.environ.get("REQUIRE_PHP"):
            pytest.fail(lacking, pytrace=False)
        pytest.skip(lacking)
    return path


class Site:
    """A WordPress site with the plugin, its address set."""

    def __init__(self, php: str, plugin: Path = PLUGIN):
        self.php = php
        self.plugin = plugin

    def view(self, **view: Any) -> dict[str, Any]:
        """The answer to one view of the site (see the stand-in): by default the page of post 42."""
        view = {"posts": [POST], "queried": 42, "option": {"url": URL}, **view}
        run = subprocess.run(
            [self.php, str(STANDIN), str(self.plugin)],
            input=json.dumps(view),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return json.loads(run.stdout)

    def article(self, **view: Any) -> list[Tree]:
        """The page's only text."""
        (text,) = self.view(**view)["texts"]
        return trees(text[1])


@pytest.fixture(scope="module")
def site(php: str) -> Site:
    return Site(php)


def trees(html: str) -> list[Tree]:
    return [tree(element) for element in fragment_fromstring(html, create_parent=True)]


def tree(element: HtmlElement) -> Tree:
    """Name, attributes, text, children, and the text after it."""
    children = [tree(child) for child in element]
    return (str(element.tag), dict(element.attrib), element.text or "", children, element.tail or "")


def player(article: str = "42", path: str = "", tail: str = "", **attributes: str) -> Tree:
    """The button as the reader's browser gets it."""
    link = {"href": f"{URL}/articles/{path or article}/audio.mp3", "rel": "nofollow"}
    inside: list[Tree] = [("a", link, "استمع للمقال", [], "")]
    return ("istami-player", {"article": article, **attributes, "data-listen": "skip"}, "", inside, tail)


def automatic(tail: str = "", headline: str = POST["post_title"]) -> Tree:
    return player(tail=tail, headline=headline, highlight=PARENT)


def shortcode(tail: str = "\n", **attributes: str) -> Tree:
    """The button of a shortcode in its own article."""
    return player(**{"tail": tail, "headline": POST["post_title"], "highlight": ".entry-content", **attributes})


def with_text(content: str, **more: Any) -> dict[str, Any]:
    return {"posts": [{**POST, "post_content": content, **more}]}


def assert_untouched(answer: dict[str, Any]) -> None:
    assert all("istami" not in text for _, text in answer["texts"])
    assert answer["texts"] and answer["footer"] == ""


@pytest.mark.parametrize("file", [PLUGIN, STANDIN], ids=lambda file: file.name)
def test_it_is_php(php: str, file: Path) -> None:
    run = subprocess.run([php, "-l", str(file)], capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_before_the_text_unless_told_otherwise(site: Site) -> None:
    answer = site.view()
    assert trees(answer["texts"][0][1]) == [automatic(), *TEXT]
    assert trees(answer["footer"]) == [SCRIPT]


def test_after_the_text(site: Site) -> None:
    assert site.article(option={"url": URL, "placement": "after"}) == [*TEXT, automatic()]


def test_by_shortcode_only(site: Site) -> None:
    option = {"url": URL, "placement": "shortcode"}
    assert_untouched(site.view(option=option))
    content = "[istami]\n\nفقرة ثانية."
    assert site.article(option=option, **with_text(content)) == [shortcode(), TEXT[1]]


def test_the_filters_would_spoil_a_button_put_in_too_early(php: str, tmp_path: Path) -> None:
    early = tmp_path / "early.php"
    early.write_text(PLUGIN.read_text().replace("'istami_content', 20 )", "'istami_content', 5 )"))
    assert Site(php, early).article() != [automatic(), *TEXT]
    assert [name for name, *_ in Site(php, early).article()] == ["p", "p"]


@pytest.mark.parametrize("address", [URL + "/", f"  {URL}//  "])
def test_a_slash_at_the_addresss_end(site: Site, address: str) -> None:
    answer = site.view(option={"url": address})
    assert trees(answer["texts"][0][1]) == [automatic(), *TEXT]
    assert trees(answer["footer"]) == [SCRIPT]


def test_a_constant_overrides_the_address(site: Site) -> None:
    answer = site.view(option={"url": "https://other.example.ma"}, address=URL)
    assert trees(answer["texts"][0][1]) == [automatic(), *TEXT]
    assert "http://127.0.0.1:8000/player.js" in site.view(address="http://127.0.0.1:8000")["footer"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "JavaScript://listen.example.ma/%0aalert(1)",
        "data:text/javascript,alert(1)",
        "//listen.example.ma",
        "/listen",
        "https:///listen",
        f"{URL}/?a=b",
        f"{URL}#a",
        ["https://listen.example.ma"],
    ],
)
def test_without_a_usable_address_nothing_is_printed(site: Site, address: Any) -> None:
    posts = [{**POST, "post_content": POST["post_content"] + "[istami]"}]
    assert_untouched(site.view(option={"url": address}, posts=posts))
    assert_untouched(site.view(option={"url": "http://listen.example.ma"}))
    if isinstance(address, str):
        assert_untouched(site.view(address=address, posts=posts))


def test_without_settings_nothing_is_printed(site: Site) -> None:
    assert_untouched(site.view(option=None))


def test_an_address_cannot_leave_its_attribute(site: Site) -> None:
    answer = site.view(address=f"{URL}/\"><script>alert('1')</script>&lt")
    (script,) = trees(answer["footer"])
    assert script[1]["src"] == f"{URL}/scriptalert('1')/script&lt/player.js"
    (button, *text) = trees(answer["texts"][0][1])
    assert button[3][0][1]["href"] == f"{URL}/scriptalert('1')/script&lt/articles/42/audio.mp3"
    assert text == TEXT


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("قال: \"نعم\" و«لا» & 'ربما'", "قال: “نعم” و«لا» & ‘ربما’"),
        ("المغرب &amp; إسبانيا", "المغرب & إسبانيا"),
        ("<em>عاجل</em>: أمطار", "عاجل: أمطار"),
        ('"><script>alert(1)</script>أمطار', "“>أمطار"),
        ("", None),
    ],
)
def test_a_titles_marks_stay_in_the_headline(site: Site, title: str, headline: str | None) -> None:
    button = automatic(headline=headline) if headline else player(highlight=PARENT)
    assert site.article(posts=[{**POST, "post_title": title}]) == [button, *TEXT]


@pytest.mark.parametrize("view", ["feed", "embed", "rest"])
def test_where_no_reader_is(site: Site, view: str) -> None:
    assert_untouched(site.view(view=view))
    assert_untouched(site.view(view=view, **with_text("أ [istami] ب")))


def test_an_excerpt_says_nothing_of_it(site: Site) -> None:
    answer = site.view(view="excerpt")
    assert_untouched(answer)
    assert "استمع" not in answer["texts"][0][1] and "فقرة ثانية." in answer["texts"][0][1]


def test_a_password_comes_first(site: Site) -> None:
    posts = [{**POST, "post_password": "سر"}]
    assert_untouched(site.view(posts=posts))
    assert site.view(posts=posts, template="[istami]")["template"] == ""
    assert site.article(posts=posts, knows_password=True) == [automatic(headline=f"محمي: {POST['post_title']}"), *TEXT]


def test_post_types(site: Site) -> None:
    page = [{**POST, "post_type": "page"}]
    assert_untouched(site.view(posts=page))
    assert site.article(posts=page, option={"url": URL, "types": ["post", "page"]}) == [automatic(), *TEXT]
    assert_untouched(site.view(option={"url": URL, "types": []}))


@pytest.mark.parametrize("status", ["draft", "private", "future"])
def test_what_is_not_published_has_no_button_and_keeps_its_title(site: Site, status: str) -> None:
    hidden = {**POST, "ID": 7, "post_title": "سر", "post_status": status}
    assert_untouched(site.view(posts=[hidden], queried=7))
    assert site.view(posts=[POST, hidden], template="[istami article=7]")["template"] == ""
    assert site.view(posts=[POST], template="[istami article=7]")["template"] == ""


def test_a_list_of_posts_has_none(site: Site) -> None:
    posts = [POST, {**POST, "ID": 43}]
    category = 42  # Ids of categories and of posts are counted apart.
    assert_untouched(site.view(view="list", queried=category, posts=posts))
    shown = site.view(view="list", queried=category, posts=[{**post, "post_content": "[istami]"} for post in posts])
    assert [trees(text) for _, text in shown["texts"]] == [
        [player(str(post["ID"]), tail="\n", headline=POST["post_title"])] for post in posts
    ]
    assert trees(shown["footer"]) == [SCRIPT]


def test_only_the_article_that_the_page_is_about(site: Site) -> None:
    (_, main), (_, related) = site.view(posts=[POST, {**POST, "ID": 43}], inner=[43])["texts"]
    assert trees(main) == [automatic(), *TEXT]
    assert trees(related) == TEXT
    assert_untouched(site.view(replaced=True))


def test_once_for_a_post(site: Site) -> None:
    first, second = site.view(again=2)["texts"]
    assert trees(first[1]) == [automatic(), *TEXT]
    assert trees(second[1]) == TEXT
    description, shown = site.view(head=True)["texts"]
    assert trees(description[1]) == TEXT
    assert trees(shown[1]) == [automatic(), *TEXT]


def test_a_shortcode_in_the_text_is_enough(site: Site) -> None:
    assert site.article(**with_text("[istami]\n\nفقرة ثانية.")) == [shortcode(), TEXT[1]]
    # Written to show how it is written, it is none.
    assert site.article(**with_text("اكتب [[istami]].")) == [automatic(), ("p", {}, "اكتب [istami].", [], "\n")]


def test_a_shortcodes_attributes(site: Site) -> None:
    content = "[istami voice='ar-MA' highlight=\"#a &gt; p\" lang=ar digits=arab theme=dark eager sticky=always]"
    wanted = {"voice": "ar-MA", "highlight": "#a > p", "lang": "ar", "digits": "arab", "theme": "dark"}
    assert site.article(**with_text(content)) == [shortcode(eager="eager", sticky="always", **wanted)]
    assert site.article(**with_text("[istami playlist='43 %D8%A3']")) == [shortcode(playlist="43 %D8%A3")]
    assert site.article(**with_text('[istami highlight="" EAGER="0" sticky=No onclick="alert(1)" style=x /]')) == [
        player(headline=POST["post_title"], tail="\n")
    ]


def test_a_shortcode_for_another_article(site: Site) -> None:
    other = {**POST, "ID": 43, "post_title": "آخر"}
    template = site.view(posts=[POST, other], template='[istami article="43"] [istami article="أخبار/50%"] [istami]')
    assert trees(template["template"]) == [
        player("43", headline="آخر", tail=" "),
        player("أخبار/50%", path="%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1%2F50%25", tail=" "),
        shortcode(tail=""),
    ]
    assert site.view(template="[istami article='']")["template"] == site.view(template="[istami]")["template"] != ""
    assert site.view(view="list", posts=[], queried=0, template="[istami]")["template"] == ""


@pytest.mark.parametrize(
    "name", ["article", "voice", "highlight", "lang", "digits", "theme", "eager", "sticky", "playlist"]
)
@pytest.mark.parametrize(
    "value", ['"><script>alert(1)</script>', '" onmouseover="alert(1)', "javascript:alert(1)", "&quot;><b>"]
)
def test_hostile_attributes_stay_attributes(site: Site, name: str, value: str) -> None:
    written = f"[istami {name}='{value}']"
    answer = site.view(template=written, **with_text(written))
    (button,) = trees(answer["template"])
    assert button[1].pop(name) == value.replace("&quot;", '"')
    expected = {"article": "42", "headline": POST["post_title"], "highlight": ".entry-content", "data-listen": "skip"}
    if name == "article":  # Another article's: neither its title nor its text are here.
        expected = {"data-listen": "skip"}
    expected.pop(name, None)
    assert button[:3] == ("istami-player", expected, "")
    (link,) = button[3]
    assert (link[0], link[2], link[3]) == ("a", "استمع للمقال", [])
    assert link[1]["href"].startswith(f"{URL}/articles/") and set(link[1]) == {"href", "rel"}
    # In a text WordPress itself may curl the quotes of such a shortcode, but makes nothing else of it.
    in_text = fragment_fromstring(answer["texts"][0][1], create_parent=True)
    assert {element.tag for element in in_text.iterdescendants()} <= {"istami-player", "a", "p"}
    names = {name for element in in_text.iterdescendants() for name in element.attrib}
    assert names <= {*button[1], name, "article", "headline", "highlight", "href", "rel"}


def test_wordpress_without_script_modules(site: Site) -> None:
    answer = site.view(old=True, template="[istami] [istami]")
    assert trees(answer["texts"][0][1]) == [automatic(), *TEXT]
    assert trees(answer["footer"]) == [("script", {"type": "module", "src": f"{URL}/player.js"}, "", [], "\n")]
    assert_untouched(site.view(old=True, option=None))


def fields(html: str) -> dict[tuple[str, str], dict[str, str]]:
    """A form's fields by name and value."""
    form = fragment_fromstring(html, create_parent=True)
    return {(field.get("name", ""), field.get("value", "")): dict(field.attrib) for field in form.iter("input")}


def test_the_settings_page(site: Site) -> None:
    shown = fields(site.view(view="admin", option={"url": URL, "placement": "after", "types": ["page"]})["settings"])
    assert {key for key, field in shown.items() if "checked" in field} == {
        ("istami[placement]", "after"),
        ("istami[types][]", "page"),
    }
    assert "disabled" not in shown["istami[url]", URL]
    fixed = fields(site.view(view="admin", address="https://'\"><b>fixed")["settings"])
    assert "disabled" in fixed["istami[url]", "https://'\"><b>fixed"]


def test_the_settings_page_is_for_managers(site: Site) -> None:
    answer = site.view(view="admin", may_manage=False, form={"url": "https://other.example.ma"})
    assert answer["settings"] == "" and answer["option"] == {"url": URL}


def test_settings_are_kept_clean(site: Site) -> None:
    form = {"url": " https://new.example.ma/ ", "placement": "after", "types": ["page", "revision", "<b>"], "x": "y"}
    answer = site.view(view="admin", form=form)
    assert answer["option"] == {"url": "https://new.example.ma", "placement": "after", "types": ["page"]}
    assert answer["errors"] == []
    emptied = site.view(view="admin", form={"url": "", "placement": "everywhere"})
    assert emptied["option"] == {"url": "", "placement": "before", "types": []} and emptied["errors"] == []


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://listen.example.ma", "listen.example.ma", "//a", ["a"]]
)
def test_an_address_that_cannot_be_used_is_said_and_not_kept(site: Site, address: Any) -> None:
    answer = site.view(view="admin", form={"url": address})
    assert answer["errors"] == ["istami_url"] and answer["option"]["url"] == URL


def test_under_a_constant_the_address_kept_stays(site: Site) -> None:
    answer = site.view(view="admin", address="https://other.example.ma", form={"placement": "after"})
    assert answer["option"] == {"url": URL, "placement": "after", "types": []} and answer["errors"] == []


SECRET = "a-long-secret-of-ours"
SERVICE = {"option": {"url": URL, "types": ["post"]}, "secret": SECRET}


def told(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """What the service is told: each call checked for its address, its signature, and that nobody waits for it."""
    bodies = []
    for address, options in answer["calls"]:
        headers = options["headers"]
        assert address == f"{URL}/hooks/publish" and options["blocking"] is False and options["timeout"] <= 2
        assert headers["Content-Type"] == "application/json"
        assert abs(int(headers["X-Istami-Timestamp"]) - time.time()) < 60
        body = options["body"].encode()
        assert headers["X-Istami-Signature"] == hook.signature(SECRET, headers["X-Istami-Timestamp"], body)
        bodies.append(json.loads(body))
    assert len({body.pop("nonce") for body in bodies}) == len(bodies)
    return bodies


def saved(site: Site, *saves: dict[str, Any], posts: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    return site.view(saves=saves, posts=[POST] if posts is None else posts, **{**SERVICE, **more})


def notice(event: str, status: str = "publish", **more: Any) -> dict[str, Any]:
    return {"id": 42, "event": event, "status": status, "correction": False, **more}


def test_the_service_is_told_of_what_readers_see_change(site: Site) -> None:
    assert told(saved(site, POST, posts=[])) == [notice("published")]
    assert told(saved(site, {**POST, "post_title": "عنوان آخر"})) == [notice("updated")]
    assert told(saved(site, {"ID": 42, "post_status": "publish"}, posts=[{**POST, "post_status": "future"}])) == [
        notice("published")
    ]
    for status in ("trash", "draft", "private"):
        assert told(saved(site, {"ID": 42, "post_status": status})) == [notice("deleted", status)]
    assert told(saved(site, {"deleted": 42})) == [notice("deleted", "trash")]


def test_behind_a_password_it_is_gone(site: Site) -> None:
    (body,) = told(saved(site, {"ID": 42, "post_password": "كلمة-سر"}))
    assert body == notice("deleted") and read(body).event is Event.DELETED
    hidden = [{**POST, "post_password": "كلمة-سر"}]
    assert told(saved(site, {"ID": 42, "post_title": "آخر"}, posts=hidden)) == []
    assert told(saved(site, {"ID": 42, "post_password": ""}, posts=hidden)) == [notice("published")]


def test_the_service_is_not_told_of_what_no_reader_sees(site: Site) -> None:
    assert told(saved(site, {**POST, "post_status": "draft"}, posts=[])) == []
    assert told(saved(site, {"ID": 42, "post_title": "مسودة"}, posts=[{**POST, "post_status": "draft"}])) == []
    assert told(saved(site, {"deleted": 42}, posts=[{**POST, "post_status": "trash"}])) == []
    assert told(saved(site, {**POST, "post_type": "page"}, posts=[])) == []
    assert told(saved(site, {**POST, "post_type": "page"}, posts=[], option={"url": URL, "types": ["page"]})) != []


def test_once_in_a_request_with_what_came_last(site: Site) -> None:
    twice = [{"ID": 42, "post_status": "publish"}, {"ID": 42, "post_title": "عنوان آخر"}]
    assert told(saved(site, *twice, posts=[{**POST, "post_status": "draft"}])) == [notice("published")]
    assert told(saved(site, {"ID": 42}, {"ID": 42, "post_status": "private"})) == [notice("deleted", "private")]
    assert [body["id"] for body in told(saved(site, {**POST, "ID": 7}, POST))] == [7, 42]


def test_without_a_secret_or_an_address_nobody_is_told(site: Site) -> None:
    assert saved(site, POST, secret=None)["calls"] == []
    assert saved(site, POST, option={"url": "", "types": ["post"]})["calls"] == []


def test_a_correction_by_the_box_of_the_classic_editor(site: Site) -> None:
    answer = saved(site, POST, form={"istami_correction": "1", "post_ID": "42"})
    assert told(answer) == [notice("updated", correction=True)]
    assert read(told(answer)[0]).is_correction
    (box,) = fragment_fromstring(answer["box"], create_parent=True).iter("input")
    assert (box.get("name"), box.get("value"), "checked" in box.attrib) == ("istami_correction", "1", False)
    other = saved(site, POST, {**POST, "ID": 7}, form={"istami_correction": "1", "post_ID": "7"})
    assert [body["correction"] for body in told(other)] == [False, True]


def test_the_box_is_only_where_it_does_something(site: Site) -> None:
    for without in (
        {"posts": [{**POST, "post_status": "draft"}]},
        {"posts": [{**POST, "post_type": "page"}]},
        {"secret": None},
        {"option": {"url": "", "types": ["post"]}},
    ):
        assert saved(site, **without)["box"] == ""


def test_a_correction_by_a_themes_filter(php: str, tmp_path: Path) -> None:
    theme = tmp_path / "theme.php"
    theme.write_text(
        PLUGIN.read_text()
        + """
add_filter( 'istami_is_correction', 'theme_is_correction', 10, 3 );
function theme_is_correction( $is_correction, $post, $before ) {
	return $is_correction || 0 === strpos( $post->post_title, 'تصحيح' ) && $before->post_title !== $post->post_title;
}
"""
    )
    corrected = saved(Site(php, theme), {"ID": 42, "post_title": "تصحيح: أمطار"}, {"ID": 42, "post_content": "نص"})
    assert told(corrected) == [notice("updated", correction=True)]
    assert told(saved(Site(php, theme), {"ID": 42, "post_title": "أمطار"})) == [notice("updated")]
