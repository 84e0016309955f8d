"""Reading along, from the click to the mark: what is marked on a publisher's page is what is heard."""

import html
import re
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from tests.browser.host import Host
from tests.browser.player import SECONDS, Player
from tests.running import Istami, wait_for
from tests.standins.google import StandInGoogle
from tests.texts import sentence

A = (
    "أعلنت شركة AT&T عن برنامج جديد لدعم التعليم في القرى البعيدة، "
    "يمتد على خمس سنوات ويشمل جميع جهات المغرب بلا استثناء."
)
B = (
    "وقال الوزير، بعد مشاورات واسعة مع النقابات، إن «المشروع سيبدأ "
    "خلال الأشهر المقبلة»، وإن كل شيء جاهز لانطلاقه في موعده."
)
C = (
    "وينتظر السكان هذه الخطوة منذ سنوات طويلة وسط ترحيب كبير من "
    "الفلاحين والتجار والجمعيات المحلية العاملة في هذه المناطق."
)
D = (
    "أما المعارضة فترى أن الميزانية لا تكفي لتغطية المرحلة الأولى "
    "من الأشغال، وتطالب بعرض المشروع كاملا على البرلمان أولا."
)
E = "ولم ترد الوزارة على أسئلة الصحافيين في هذا الشأن إلى حدود مساء أمس."
F = "وستعقد اللجنة اجتماعها الثاني يوم 15 يناير 2027 في مدينة فاس."
TITLE, PARAGRAPHS = "برنامج جديد للقرى", [f"{A} {B}", f"{C} {D}", E, F]

PAGE = f"""
<style>.ad, .label {{ display: block }}</style>
<h1>عنوان آخر على الموقع</h1>
<istami-player article="{{id}}" highlight="#story" eager></istami-player>
<div id="story">
  <p>أعلنت شركة <a href="#at&amp;t">AT&amp;T</a> عن <strong>برنامج <em>جديد</em></strong> لدعم&nbsp;التعليم في القرى
    البعيدة، يمتد على خمس سنوات ويشمل جميع جهات المغرب بلا استثناء. وقال الوزير، بعد مشاورات واسعة مع النقابات، إن
    &laquo;المشروع سيبدأ خلال الأشهر المقبلة&raquo;، وإن كل شيء جاهز لانطلاقه في موعده.</p>
  <figure><img alt="" width="300" height="40"><figcaption>{C}</figcaption></figure>
  <blockquote class="pull">{D}</blockquote>
  <p id="own">{C.replace(" سنوات", " <span class=ad>إعلان: سيارات بأقل الأثمان</span>سنوات")} {D}</p>
  <div class="box"><b class="label">اقرأ أيضا</b><ul><li><a href="#other">ارتفاع أسعار المحروقات</a></li></ul></div>
  <p>{F}</p>
</div>
"""
"""Everything a site does to a text; E is not there at all, nor is the title."""

MARKED = """
[...(CSS.highlights.get("istami") ?? [])].map((range) => ({
  text: String(range),
  isQuoted: Boolean(range.startContainer.parentElement.closest("blockquote, figure, .ad, .box, .quote")),
}))
"""
VISIT = f"""
async (player, times) => {{
  const found = [];
  for (const time of times) {{
    player.seek(time);
    await new Promise((resolve) => player.ownerDocument.defaultView.setTimeout(resolve, 60));
    found.push([player.currentTime, {MARKED}]);
  }}
  return found;
}}
"""


class Cue(NamedTuple):
    start: float
    end: float
    text: str


def cues(istami: Istami, id: str) -> list[Cue]:
    """The article's cues as far as they are known."""
    found = re.findall(
        r"^(\d+):(\d+):([\d.]+) --> (\d+):(\d+):([\d.]+)\n(.+)$",
        istami.call("GET", f"/articles/{id}/audio.vtt?partial").text,
        re.MULTILINE,
    )
    return [
        Cue(
            int(h) * 3600 + int(m) * 60 + float(s),
            int(to_h) * 3600 + int(to_m) * 60 + float(to_s),
            html.unescape(text),
        )
        for h, m, s, to_h, to_m, to_s, text in found
    ]


def joined(marked: list[dict]) -> str:
    """The marked text as one line, whatever the page's markup makes of its spaces."""
    return " ".join(" ".join(part["text"] for part in marked).split())


def expected(cue: Cue) -> str:
    """What of our page is marked for a cue."""
    return "" if cue.text.strip(".") in TITLE or cue.text in E else cue.text


def open_story(page: Page, host: Host, istami: Istami, id: str) -> Player:
    page.goto(host.put(istami.url, PAGE.replace("{id}", id)))
    return Player(page, id)


def begin_paused(player: Player) -> None:
    """The player open and paused in the finished sound."""
    player.click()
    player.plays_beyond(0.1)
    player.click()
    player.becomes("paused")


def test_what_is_heard_is_marked_on_another_sites_page(page: Page, istami: Istami, host: Host) -> None:
    """Every sentence, and nothing for the title and for what the site has left out; the page stays as it is."""
    istami.put("f-host", TITLE, *PARAGRAPHS)
    istami.made("f-host")
    known = cues(istami, "f-host")
    assert {"", A, B, C, D, F} == {expected(cue) for cue in known}
    player = open_story(page, host, istami, "f-host")
    before = page.evaluate("[document.head.outerHTML, document.querySelector('#story').outerHTML]")
    begin_paused(player)
    visits = player.element.evaluate(VISIT, [(cue.start + cue.end) / 2 for cue in known])
    for cue, (time, marked) in zip(known, visits, strict=True):
        assert cue.start <= time < cue.end
        assert joined(marked) == expected(cue)
        assert not any(part["isQuoted"] for part in marked), cue.text
    assert page.evaluate("[document.head.outerHTML, document.querySelector('#story').outerHTML]") == before

    player.control("تتبّع النص").click()
    [[_, marked]] = player.element.evaluate(VISIT, [known[1].start + 0.5])
    assert marked == []
    player.control("تتبّع النص").click()
    assert joined(page.evaluate(MARKED)) == expected(known[1])
    player.call("close()")
    assert page.evaluate(MARKED) == []


def test_it_is_marked_while_it_is_made(page: Page, istami: Istami, host: Host, google: StandInGoogle) -> None:
    istami.put("f-made", TITLE, PARAGRAPHS[0], sentence(501))
    google.script("hang", match=sentence(501))
    istami.ask("f-made")
    wait_for(lambda: istami.manifest("f-made")["progress"]["segments_done"] == 2, SECONDS, "title and first paragraph")
    player = open_story(page, host, istami, "f-made")
    player.click()
    player.plays_beyond(0.1)
    known = cues(istami, "f-made")
    assert [cue.text for cue in known[1:]] == [A, B]
    for cue in known[1:]:
        middle = (cue.start + cue.end) / 2
        player.call(f"seek({middle})")
        wait_for(lambda start=cue.start: player.get("currentTime") >= start, SECONDS, "the sentence")
        shown = wait_for(lambda: page.evaluate(MARKED), SECONDS, "a mark")
        assert joined(shown) == cue.text
    assert istami.manifest("f-made")["state"] == "rendering"


def click(page: Page, text: str) -> None:
    """Press on the first line of a text of the page."""
    x, y = page.evaluate(
        """(text) => {
          const walker = document.createTreeWalker(document.querySelector("#story"), NodeFilter.SHOW_TEXT);
          const isOurs = (node) => node.data.includes(text) && !node.parentElement.closest("blockquote, figure");
          while (walker.nextNode() && !isOurs(walker.currentNode));
          const range = new Range();
          range.setStart(walker.currentNode, walker.currentNode.data.indexOf(text));
          range.setEnd(walker.currentNode, range.startOffset + text.length);
          walker.currentNode.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
          const { left, top, width, height } = range.getClientRects()[0];
          return [left + width / 2, top + height / 2];
        }""",
        text,
    )
    page.mouse.click(x, y)


def test_a_press_on_a_sentence_is_heard_from_there(page: Page, istami: Istami, host: Host) -> None:
    """While it plays and when it is paused; not when it is closed or does not follow. A link remains a link."""
    istami.put("f-press", TITLE, *PARAGRAPHS)
    istami.made("f-press")
    starts = {cue.text: cue.start for cue in cues(istami, "f-press")}
    player = open_story(page, host, istami, "f-press")
    player.click()
    player.plays_beyond(0.1)

    def is_heard(text: str) -> None:
        player.becomes("playing")
        wait_for(lambda: starts[text] - 0.05 <= player.get("currentTime") <= starts[text] + 3, SECONDS, text)
        wait_for(lambda: joined(page.evaluate(MARKED)) == text, SECONDS, f"a mark on {text}")

    click(page, "أما المعارضة")
    is_heard(D)
    player.call("pause()")
    player.becomes("paused")
    click(page, "وستعقد اللجنة")
    is_heard(F)
    player.call("pause()")
    player.becomes("paused")
    stood = player.get("currentTime")
    player.call("along = false")
    click(page, "في القرى")
    player.call("along = true")
    player.call("close()")
    click(page, "في القرى")  # Who closes it wants to read.
    assert (player.get("state"), player.get("currentTime")) == ("paused", stood)
    player.click()
    player.becomes("playing")
    click(page, "في القرى")
    is_heard(A)
    player.call("pause()")
    player.becomes("paused")
    stood = player.get("currentTime")
    page.get_by_role("link", name="AT&T").click()
    page.get_by_text("إعلان: سيارات").click()
    page.wait_for_url("**#at&t")
    assert player.get("currentTime") == stood
    assert player.get("state") == "paused"


@pytest.mark.parametrize("id", ["culture", "economy", "politics", "short", "sport"])
def test_every_sentence_of_a_try_it_page_is_found(page: Page, istami: Istami, id: str) -> None:
    istami.made(id)
    known = cues(istami, id)
    page.goto(f"{istami.url}/demo/{id}")
    player = Player(page, id)
    begin_paused(player)
    body = istami.call("GET", f"/articles/{id}").json()["paragraphs"]
    body_cues = [cue for cue in known if any(cue.text in paragraph for paragraph in body)]
    visits = player.element.evaluate(VISIT, [(cue.start + cue.end) / 2 for cue in body_cues])
    found = [joined(marked) for _, marked in visits]
    assert found == [cue.text for cue in body_cues]
    assert not any(part["isQuoted"] for _, marked in visits for part in marked)
    assert 0 < len(known) - len(body_cues) <= 2  # The title stands above the text.
