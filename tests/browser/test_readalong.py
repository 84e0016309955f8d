"""Reading along in a real browser: whose words are marked on the page, and what clicking and scrolling do with them."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.running import ROOT, wait_for
from tests.texts import sentence

SECONDS = 10
"""Longest wait for anything that should happen."""

STRICT = "default-src 'none'; script-src 'self'; style-src 'none'"

MARKED = "[...(CSS.highlights.get('istami') ?? [])].map(String).join('|')"
"""What is marked now; parts of one cue are parted by ``|``."""


class Site:
    """A site with our module and whatever pages a test puts on it."""

    def __init__(self) -> None:
        module = (ROOT / "web/player/readalong.js").read_bytes()
        files: dict[str, tuple[str, bytes, str | None]] = {"/readalong.js": ("text/javascript", module, None)}
        self.files = files

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body, policy = files.get(self.path, ("text/plain", b"", None))
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def open(self, page: Page, html: str, policy: str | None = None) -> None:
        """Open a page that has ``html`` in its <article>."""
        document = f'<!doctype html><html lang="ar" dir="rtl"><title>مقال</title><body><article>{html}</article>'
        self.files["/"] = ("text/html", document.encode(), policy)
        page.goto(f"{self.url}/")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


def place(page: Page, cues: list[str]) -> list[str | None]:
    """What ``place`` finds for cues in the page's article, as the page's text without the spaces of its markup."""
    found = page.evaluate(
        """async (texts) => {
          const { place } = await import("/readalong.js");
          const cues = texts.map((text, i) => ({ start: i, end: i + 1, text }));
          const found = place(cues, document.querySelector("article"));
          return found.map((ranges) => ranges && ranges.map(String).join("|"));
        }""",
        cues,
    )
    return [text if text is None else " ".join(text.split()) for text in found]


# -- What is found on a page

A = "أعلنت الحكومة المغربية اليوم عن برنامج جديد لدعم التعليم في القرى."
B = "وقال الوزير إن المشروع سيبدأ خلال الأشهر المقبلة بعد مشاورات واسعة."
C = "وينتظر السكان هذه الخطوة منذ سنوات طويلة وسط ترحيب كبير."
D = "أما المعارضة فترى أن الميزانية لا تكفي لتغطية المرحلة الأولى."
AD = "حمّل تطبيقنا الآن واربح جوائز قيّمة"


class Case(NamedTuple):
    """An article, what is spoken of it, and what of it should be marked for each: None is nothing."""

    name: str
    html: str
    cues: list[str]
    marked: list[str | None]


CASES = [
    Case("the same text", f"<p>{A} {B}</p><p>{C}</p>", [A, B, C], [A, B, C]),
    Case("an ad between paragraphs", f"<p>{A}</p><div>{AD}</div><p>{B}</p>", [A, B], [A, B]),
    Case(
        "a caption, a side box and a menu are no text",
        f"<figure><figcaption>{A}</figcaption></figure><p>{A}</p><aside>{B}</aside><nav>{B}</nav><p>{B}</p>",
        [A, B],
        [A, B],
    ),
    Case(
        "scripts, our own button and form controls are no text",
        f"<istami-player>{A}</istami-player><p>{A}</p><script type='text/plain'>{B}</script><template>{B}</template>"
        f"<noscript>{B}</noscript><button>{B}</button><textarea>{B}</textarea><p>{B}</p>",
        [A, B],
        [A, B],
    ),
    Case(
        "what is hidden is no text",
        f"<p hidden>{A}</p><p aria-hidden='true'>{A}</p><p style='display: none'>{A}</p><p>{A}</p>",
        [A],
        [A],
    ),
    Case(
        "links and emphasis",
        "<p>زار <a href='#'>رئيس <b>الحكومة</b></a> مدينة <em>فاس</em> صباح اليوم.</p>",
        ["زار رئيس الحكومة مدينة فاس صباح اليوم."],
        ["زار رئيس الحكومة مدينة فاس صباح اليوم."],
    ),
    Case(
        "emphasis within a word",
        "<p>فاز <b>ال</b>مغرب على ضيفه بهدفين م<i>قا</i>بل لا شيء.</p>",
        ["فاز المغرب على ضيفه بهدفين مقابل لا شيء."],
        ["فاز المغرب على ضيفه بهدفين مقابل لا شيء."],
    ),
    Case(
        "blocks and line breaks part words",
        "<div>فاز المغرب أمس<br>على ضيفه<div>بهدفين نظيفين</div></div>",
        ["فاز المغرب أمس", "على ضيفه بهدفين نظيفين"],
        ["فاز المغرب أمس", "على ضيفه|بهدفين نظيفين"],
    ),
    Case(
        "diacritics and tatweel",
        "<p>قَالَ الوَزِيرُ إِنَّ الخُطَّةَ نَاجِحَـــةٌ.</p><p>وشكر الحاضرين جميعا على صبرهم.</p>",
        ["قال الوزير إن الخطة ناجحة.", "وشكرَ الحاضــرين جميعًا على صبرِهم."],
        ["قَالَ الوَزِيرُ إِنَّ الخُطَّةَ نَاجِحَـــةٌ.", "وشكر الحاضرين جميعا على صبرهم."],
    ),
    Case(
        "soft hyphens, zero width, no-break spaces and marks of direction",
        "<p>قال&nbsp;الوز&shy;ير إن&#8203; الخط&zwnj;ة&rlm; نا&#xfeff;جحة.</p>",
        ["قال الوزير إن الخطة ناجحة."],
        ["قال الوز\u00adير إن\u200b الخط\u200cة\u200f نا\ufeffجحة."],
    ),
    Case(
        "presentation forms and ligatures",
        "<p>ﻗﺎﻝ ﺍﻟﻮﺯﻳﺮ ﺇﻥ ﺍﻷﻣﻮﺭ ﺑﺨﻴﺮ، وصلى على النبي محمد ﷺ أمام الناس.</p>",
        ["قال الوزير إن الأمور بخير،", "وصلى على النبي محمد صلى الله عليه وسلم أمام الناس."],
        ["ﻗﺎﻝ ﺍﻟﻮﺯﻳﺮ ﺇﻥ ﺍﻷﻣﻮﺭ ﺑﺨﻴﺮ،", "وصلى على النبي محمد ﷺ أمام الناس."],
    ),
    Case(
        "other quotation marks and punctuation",
        '<p>قال الوزير: «الوضع تحت السيطرة»، وأضاف بعد ذلك — "لن نتراجع"!</p>',
        ['قال الوزير "الوضع تحت السيطرة" ،', "وأضاف بعد ذلك: “لن نتراجع”."],
        ["قال الوزير: «الوضع تحت السيطرة»،", 'وأضاف بعد ذلك — "لن نتراجع"!'],
    ),
    Case(
        "full stop and closing quote belong to it, the opening quote to the next",
        "<p>وصل الوفد المغربي مساء أمس الأربعاء. «نحن سعداء جدا بهذا الاستقبال الحار.» (قال رئيس الوفد للصحف أمس)</p>",
        ["وصل الوفد المغربي مساء أمس الأربعاء", "نحن سعداء جدا بهذا الاستقبال الحار", "قال رئيس الوفد للصحف أمس"],
        [
            "وصل الوفد المغربي مساء أمس الأربعاء.",
            "«نحن سعداء جدا بهذا الاستقبال الحار.»",
            "(قال رئيس الوفد للصحف أمس)",
        ],
    ),
    Case(
        "straight quotes open after a space; a full stop may stand apart",
        '<p>وصل الوفد المغربي مساء أمس الأربعاء . "نحن سعداء جدا بهذا الاستقبال الحار"</p>',
        ["وصل الوفد المغربي مساء أمس الأربعاء.", "نحن سعداء جدا بهذا الاستقبال الحار."],
        ["وصل الوفد المغربي مساء أمس الأربعاء .", '"نحن سعداء جدا بهذا الاستقبال الحار"'],
    ),
    Case(
        "entities, Latin letters and numbers",
        "<p>وقّعت شركة AT&amp;T عقدا بقيمة 1,500 مليون درهم يوم ٢٠ ماي 2024.</p>",
        ["وقّعت شركة at&t عقدا بقيمة 1,500 مليون درهم يوم ٢٠ ماي 2024."],
        ["وقّعت شركة AT&T عقدا بقيمة 1,500 مليون درهم يوم ٢٠ ماي 2024."],
    ),
    Case("a sentence is missing on the page", f"<p>{A}</p><p>{C}</p>", [A, B, C], [A, None, C]),
    Case("a sentence is not spoken", f"<p>{A} {D} {B}</p>", [A, B], [A, B]),
    Case("the text is shortened", f"<p>{A}</p><p>وقال الوزير إن المشروع سيبدأ…</p>", [A, B, C], [A, None, None]),
    Case("a word has changed", f"<p>{A} {B.replace('الأشهر', 'الأسابيع')} {C}</p>", [A, B, C], [A, None, C]),
    Case(
        "a pull quote before its place", f"<p>{A}</p><blockquote>{C}</blockquote><p>{B} {C}</p>", [A, B, C], [A, B, C]
    ),
    Case(
        "a pull quote directly before its paragraph",
        f"<p>{A}</p><blockquote>اقتباس: {B}</blockquote><p>{B} {C}</p>",
        [A, B, C],
        [A, B, C],
    ),
    Case("all is there twice", f"<p>{A} {B}</p><p>{A} {B}</p>", [A, B], [None, None]),
    Case(
        "a short sentence twice",
        f"<p>{A} نعم. {B} نعم. {C}</p>",
        [A, "نعم.", B, "نعم.", C],
        [A, "نعم.", B, "نعم.", C],
    ),
    Case(
        "a short sentence in another place",
        f"<p>{A}</p><div>هل توافق؟ نعم. أم لا؟</div><p>{B}</p>",
        [A, "نعم.", B],
        [A, None, B],
    ),
    Case(
        "a short sentence that is how another begins",
        f"<p>{A} نعم للمشروع الجديد. {B}</p>",
        [A, "نعم.", B],
        [A, None, B],
    ),
    Case("a short one of two", f"<p>{A} نعم. {B}</p>", [A, "نعم.", "نعم.", B], [A, None, None, B]),
    Case(
        "an ad in the middle of a sentence",
        f"<p>{A} وقال الوزير إن المشروع</p><div>{AD}</div><p>سيبدأ خلال الأشهر المقبلة بعد مشاورات واسعة. {C}</p>",
        [A, B, C],
        [A, "وقال الوزير إن المشروع|سيبدأ خلال الأشهر المقبلة بعد مشاورات واسعة.", C],
    ),
    Case(
        "an ad in the line, beginning like what follows",
        f"<p>{A} {B.replace('المشروع', '<span>الفرصة الآن لكم</span> المشروع')} {C}</p>",
        [A, B, C],
        [A, "وقال الوزير إن|المشروع سيبدأ خلال الأشهر المقبلة بعد مشاورات واسعة.", C],
    ),
    Case(
        "a side box in the middle of a sentence",
        f"<div>وقال الوزير إن المشروع <aside>{AD}</aside> سيبدأ خلال الأشهر المقبلة بعد مشاورات واسعة.</div>",
        [B],
        ["وقال الوزير إن المشروع|سيبدأ خلال الأشهر المقبلة بعد مشاورات واسعة."],
    ),
    Case("nothing to say", f"<p>{A} *** {B}</p>", [A, "***", "", B], [A, None, None, B]),
    Case("nothing on the page", "", [A, "نعم."], [None, None]),
    Case("no cues", f"<p>{A}</p>", [], []),
    Case(
        "clauses of one sentence",
        "<p>قال الوزير، الذي وصل أمس، إن الأشغال ستبدأ قريبا</p>",
        ["قال الوزير،", "الذي وصل أمس،", "إن الأشغال", "ستبدأ قريبا"],
        ["قال الوزير،", "الذي وصل أمس،", "إن الأشغال", "ستبدأ قريبا"],
    ),
    Case("not in the middle of words", "<p>والكتاب الجديد للمؤلفين</p>", ["الكتاب الجديد للمؤلف"], [None]),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_is_found(site: Site, page: Page, case: Case) -> None:
    site.open(page, case.html)
    before = page.evaluate("document.documentElement.outerHTML")
    assert place(page, case.cues) == case.marked
    assert page.evaluate("document.documentElement.outerHTML") == before


def test_pull_quotes_are_not_taken_for_their_places(site: Site, page: Page) -> None:
    """The words are the same: what counts is the element that they are marked in."""
    quote, wrapped = f"<blockquote>{B}</blockquote>", f"<div class=quote><p>{B}</p></div>"
    for html in (
        f"<p>{A}</p>{quote}<p id=own>{B} {C}</p>",
        f"<p>{A}</p>{quote}<p id=own>{B}</p><p>{C}</p>",
        f"<p>{A}</p><p id=own>{B}</p>{wrapped}<p>{C}</p>",
        f"<p>{A}</p>{wrapped}<p id=own>{B}</p><p>{C}</p>",
        f"<p id=own>{A} {B}</p>{quote}<p>{C}</p>",
        f"<p>{A}</p><p id=own>{D} {B}</p>{quote}<p>{C}</p>",
        f"{quote}<p>{A}</p><p id=own>{D} {B}</p><p>{C}</p>",
    ):
        site.open(page, html)
        own = page.evaluate(
            """async (texts) => {
              const { place } = await import("/readalong.js");
              const ranges = place(texts.map((text) => ({ text })), document.querySelector("article"))[2];
              return ranges?.map((range) => range.startContainer.parentElement.id);
            }""",
            [A, D, B, C] if D in html else [A, "***", B, C],
        )
        assert own == ["own"], html


LONG = [sentence(n) for n in range(3000)]


@pytest.mark.parametrize(
    ("texts", "html", "least"),
    [
        (LONG, "".join(f"<p>{text}</p><p>{sentence(5000 + n)}</p>" for n, text in enumerate(LONG)), 2800),
        (["نعم " * 50_000] * 3, f"<p>{'نعم ' * 50_000}</p>", 0),
        (["نعم وألف نعم ثم لا."] * 5000, "<p>نعم وألف نعم ثم لا.</p>" * 5000, 5000),
        (LONG, "".join(f"<p>{text}</p>" for text in reversed(LONG)), 0),
        (LONG, "".join(f"<p>{text}</p>" for text in LONG[1500:] + LONG[:1500]), 1400),
        (["نعم لا " * n for n in range(400)], f"<p>{'نعم لا ' * 20_000}</p>", 0),
    ],
    ids=["a long article", "one word", "equal sentences", "backwards", "halves swapped", "one in the other"],
)
def test_work_is_bounded(site: Site, page: Page, texts: list[str], html: str, least: int) -> None:
    site.open(page, html)
    milliseconds, found = page.evaluate(
        """async (texts) => {
          const { place } = await import("/readalong.js");
          const start = performance.now();
          const found = place(texts.map((text) => ({ text })), document.querySelector("article"));
          return [performance.now() - start, found.filter(Boolean).length];
        }""",
        texts,
    )
    assert milliseconds < 5000
    assert found >= least


# -- Marking, clicking and scrolling

READING = """
async (texts) => {
  const { ReadAlong } = await import("/readalong.js");
  window.cues = texts.map((text, i) => ({ start: i, end: i + 1, text }));
  window.picked = [];
  window.reading = new ReadAlong("article", (cue) => picked.push(cue.text));
  reading.match(cues);
}
"""


def read_along(page: Page, texts: list[str]) -> None:
    """A ``reading`` of the page's article, its ``cues``, and those that the reader has ``picked``."""
    page.evaluate(READING, texts)


def shown(page: Page, cue: int | None) -> str:
    """What is marked when a cue is shown."""
    return page.evaluate(f"(reading.show(cues[{json.dumps(cue)}] ?? null), {MARKED})")


def test_it_marks_one_sentence_after_the_other_and_leaves_the_page_as_it_was(site: Site, page: Page) -> None:
    site.open(page, f"<p>{A} {B}</p><p>{C}</p>", STRICT)
    before = page.evaluate("document.documentElement.outerHTML")
    read_along(page, [A, D, C])
    assert [shown(page, cue) for cue in (0, 1, 2, None, 0)] == [A, "", C, "", A]
    assert page.evaluate("document.adoptedStyleSheets.length") == 1
    page.evaluate("reading.stop()")
    assert page.evaluate(MARKED) == ""
    assert shown(page, 0) == ""
    assert page.evaluate("document.documentElement.outerHTML") == before


@pytest.mark.parametrize(
    ("scheme", "forced", "style"),
    [
        ("light", "none", ""),
        ("dark", "none", ":root { color-scheme: dark; background: #000; color: #fff }"),
        ("dark", "active", ""),
        ("light", "none", ":root { --istami-highlight: #cfc }"),
    ],
)
def test_marked_text_can_be_read(site: Site, page: Page, scheme: Any, forced: Any, style: str) -> None:
    """Dark on light or light on dark: seven to one at least."""
    page.emulate_media(color_scheme=scheme, forced_colors=forced)
    site.open(page, f"<style>{style}</style><p>{A}</p>")
    read_along(page, [A])
    shown(page, 0)
    colour, background = page.evaluate(
        """["color", "backgroundColor"].map((name) => {
          const marked = getComputedStyle(document.querySelector("p"), "::highlight(istami)")[name];
          return marked.match(/[\\d.]+/g).map(Number);
        })"""
    )
    if "--istami" in style:
        assert background == [204, 255, 204]
    page_colour = 0 if scheme == "dark" else 255
    alpha = background[3] if len(background) == 4 else 1
    assert alpha > 0.2  # To be seen at all.
    background = [alpha * part + (1 - alpha) * page_colour for part in background[:3]]

    def luminance(rgb: list[float]) -> float:
        linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(colour), luminance(background)))
    assert (light + 0.05) / (dark + 0.05) >= 7


def test_cues_come_while_the_sound_is_made(site: Site, page: Page) -> None:
    site.open(page, f"<p>{A} {B}</p>")
    read_along(page, [A])
    assert shown(page, 0) == A
    assert (
        page.evaluate(
            f"(cues = [...cues, {json.dumps({'text': B})}], reading.match(cues), reading.show(cues[1]), {MARKED})"
        )
        == B
    )
    assert (
        page.evaluate(f"(cues = cues.map((cue) => ({{...cue}})), reading.match(cues), reading.show(cues[0]), {MARKED})")
        == A
    )


def test_it_finds_its_place_again_on_a_page_made_anew(site: Site, page: Page) -> None:
    site.open(page, f"<p>{A}</p><p>{B}</p>")
    read_along(page, [A, B, C])
    for remake in (
        "document.querySelector('article').innerHTML += ''",
        "document.querySelector('article').replaceWith(document.querySelector('article').cloneNode(true))",
        "document.querySelector('p').firstChild.data += ''",
    ):
        assert shown(page, 0) == A
        page.evaluate(remake)
        assert shown(page, 0) == A
        assert shown(page, 1) == B
    assert shown(page, 2) == ""
    page.evaluate("(text) => document.querySelector('article').append(text)", C)
    assert shown(page, 2) == C


@pytest.mark.parametrize("selector", ["", "p[", ".no-such", None])
def test_without_a_text_it_does_nothing(site: Site, page: Page, selector: str | None) -> None:
    site.open(page, f"<p>{A}</p>")
    read_along(page, [A])
    able = page.evaluate(
        """async (selector) => {
          const { ReadAlong } = await import("/readalong.js");
          reading = new ReadAlong(selector, () => {});
          reading.match(cues);
          return Boolean(ReadAlong.able(selector));
        }""",
        selector,
    )
    assert not able
    assert shown(page, 0) == ""
    page.mouse.click(200, 20)
    page.evaluate("(reading.follow(), reading.stop())")


def test_without_the_api_it_does_nothing(site: Site, page: Page) -> None:
    page.add_init_script("delete CSS.highlights; delete window.Highlight")
    site.open(page, f"<p>{A}</p>")
    read_along(page, [A])
    page.evaluate("(reading.match(cues), reading.show(cues[0]), reading.follow())")
    page.get_by_text(A).click()
    page.evaluate("(reading.show(null), reading.stop())")
    assert page.evaluate("picked") == []
    assert page.evaluate("import('/readalong.js').then(({ ReadAlong }) => Boolean(ReadAlong.able('article')))") is False


def click(page: Page, text: str, **options: Any) -> None:
    """Click in the middle of the first line of a text on the page."""
    x, y = page.evaluate(
        """(text) => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode() && !walker.currentNode.data.includes(text));
          const range = new Range();
          range.setStart(walker.currentNode, walker.currentNode.data.indexOf(text));
          range.setEnd(walker.currentNode, range.startOffset + text.length);
          const { left, top, width, height } = range.getClientRects()[0];
          return [left + width / 2, top + height / 2];
        }""",
        text,
    )
    page.mouse.click(x, y, **options)


def test_a_click_picks_a_sentence(site: Site, page: Page) -> None:
    site.open(
        page,
        f"<p>{A} {B} <a href='#x'>{C}</a></p><p style='width: 50%'>قصير جدا هذا</p>"
        f"<p onclick='event.preventDefault()'>{D}</p>",
    )
    read_along(page, [A, B, C, "قصير جدا هذا", D])

    def picked() -> list[str]:
        return page.evaluate("picked.splice(0)")

    click(page, "برنامج جديد")
    assert picked() == [A]
    click(page, "وقال الوزير")
    assert picked() == [B]
    click(page, "السكان")  # In a link.
    click(page, "المعارضة")  # The page has its own use for it.
    click(page, "برنامج جديد", button="middle")
    page.keyboard.down("Shift")
    click(page, "الوزير")
    page.keyboard.up("Shift")
    page.evaluate("getSelection().empty()")
    box = page.get_by_text("قصير").bounding_box()
    assert box
    page.mouse.click(box["x"] + 3, box["y"] + 3)  # Beside the text, in its paragraph.
    page.mouse.click(1, box["y"] + 3)  # In the margin.
    assert picked() == []
    click(page, "قصير")
    assert picked() == ["قصير جدا هذا"]
    page.mouse.move(300, 30)
    page.mouse.down()
    page.mouse.move(200, 30)
    page.mouse.up()
    assert page.evaluate("getSelection().isCollapsed") is False
    assert picked() == []
    page.evaluate("getSelection().empty()")
    cover = "<div id=cover style='position: fixed; inset: 0; background: #fff'></div>"
    page.evaluate("(cover) => document.body.insertAdjacentHTML('beforeend', cover)", cover)
    click(page, "برنامج جديد")
    page.evaluate("(document.querySelector('#cover').remove(), reading.stop())")
    click(page, "برنامج جديد")
    assert picked() == []


TALL = "".join(f"<p style='margin: 0 0 600px; width: 200vw'>{sentence(n)}</p>" for n in range(20))
TEXTS = [sentence(n) for n in range(20)]

IN_VIEW = """(() => {
  const { top, bottom } = [...CSS.highlights.get("istami")][0].getBoundingClientRect();
  return top > 0 && bottom < innerHeight * 0.7;
})()"""


def rests(page: Page) -> float:
    """Where the page is when it has stopped moving."""
    places: list[float] = []

    def at_rest() -> bool:
        places.append(
            page.evaluate(
                "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30))).then(() => scrollY)"
            )
        )
        return len(places) > 6 and len(set(places[-6:])) == 1

    wait_for(at_rest, SECONDS, "the page to stand still")
    return places[-1]


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_it_scrolls_along_until_the_reader_does(site: Site, page: Page, motion: Any) -> None:
    page.emulate_media(reduced_motion=motion)
    site.open(page, TALL)
    read_along(page, TEXTS)
    shown(page, 0)
    assert rests(page) == 0
    for leave in (
        lambda: page.mouse.wheel(0, 100),
        lambda: page.keyboard.press("PageDown"),
        lambda: page.evaluate("scrollBy({ top: 90, behavior: 'instant' })"),  # As dragging the scroll bar does.
    ):
        page.evaluate("(scrollTo(0, 0), reading.follow())")
        rests(page)
        page.evaluate("reading.follow()")
        for cue in (5, 7):
            shown(page, cue)
            if motion == "reduce":
                assert page.evaluate(IN_VIEW)
            rests(page)
            assert page.evaluate(IN_VIEW)
        assert page.evaluate("scrollX") == 0
        before = rests(page)
        leave()
        page.wait_for_function("before => scrollY !== before", arg=before, timeout=SECONDS * 1000)
        left = rests(page)
        shown(page, 12)
        assert rests(page) == left
        page.evaluate("reading.follow()")
        shown(page, 12)
        assert rests(page) > left
        assert page.evaluate(IN_VIEW)


NO_SCROLLEND = "addEventListener('scrollend', (event) => event.stopImmediatePropagation(), true)"
"""As in browsers that do not have this event."""


@pytest.mark.parametrize("script", ["", NO_SCROLLEND], ids=["", "without scrollend"])
def test_the_reader_can_stop_it_while_it_scrolls(site: Site, page: Page, script: str) -> None:
    page.add_init_script(script)
    site.open(page, TALL)
    read_along(page, TEXTS)
    shown(page, 19)
    page.wait_for_function("scrollY > 0", timeout=SECONDS * 1000)
    page.mouse.wheel(0, -50)
    left = rests(page)
    shown(page, 3)
    assert rests(page) == left


def test_it_leaves_a_reader_alone_who_selects(site: Site, page: Page) -> None:
    site.open(page, TALL)
    read_along(page, TEXTS)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('p'))")
    shown(page, 9)
    assert rests(page) == 0
    page.evaluate("getSelection().empty()")
    shown(page, 10)
    assert rests(page) > 0


def test_a_finger_that_moves_stops_it(site: Site, context: BrowserContext, page: Page) -> None:
    page.add_init_script(NO_SCROLLEND)
    site.open(page, TALL)
    read_along(page, TEXTS)
    shown(page, 5)
    rests(page)
    devtools = context.new_cdp_session(page)
    for kind, points in (("touchStart", [400]), ("touchMove", [300]), ("touchEnd", [])):
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": 100, "y": y} for y in points]})
    left = rests(page)
    shown(page, 12)
    assert rests(page) == left


def test_what_grows_above_does_not_stop_it(site: Site, page: Page) -> None:
    """The browser then scrolls by itself, so that the text stays where it is."""
    site.open(page, f"<div id=ad></div>{TALL}")
    read_along(page, TEXTS)
    shown(page, 5)
    before = rests(page)
    page.evaluate("document.querySelector('#ad').style.height = '300px'")
    page.wait_for_function("before => scrollY !== before", arg=before, timeout=SECONDS * 1000)
    rests(page)
    shown(page, 12)
    rests(page)
    assert page.evaluate(IN_VIEW)
