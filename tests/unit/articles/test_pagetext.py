"""The article inside plain text. All pages, names and events are invented; each page has furniture of its own."""

import textwrap
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles.pagelines import (
    fold,
    is_closing,
    is_date_line,
    is_furniture,
    is_hashtag_row,
    is_navigation,
    is_related,
    is_share_row,
    is_stopped,
    ticker_items,
)
from articles.pagetext import from_page_text

TITLE = "مدير الميناء: الرصيف الجديد يضع أسفي على خريطة الخطوط البحرية الكبرى (صور)"

BODY = [
    "احتضنت مدينة أسفي، صباح اليوم السبت 14 مارس الجاري، لقاء تواصليا خصص لتقديم أشغال الرصيف الجديد بالميناء، وذلك "
    "بحضور منتخبين ومهنيين في قطاع الصيد البحري وممثلين عن شركات النقل واللوجستيك بالجهة.",
    "وأبرز مدير الميناء، عبد الكبير السملالي، أن الأشغال بلغت مرحلتها الأخيرة، موضحا أن طول الرصيف يناهز 420 مترا، وأن "
    "عمقه سيسمح لأول مرة باستقبال سفن تتجاوز حمولتها 60 ألف طن.",
    "وقال: نعم.",
    "«لن نعود إلى الوراء»",
    "وأضاف المتحدث أن المشروع كلف 1,3 مليار درهم، ساهمت فيه الدولة والجهة ومؤسسات خاصة، مبرزا أن ستين في المائة من "
    "اليد العاملة من أبناء المدينة",
    "هل يكفي ذلك؟",
    "وفي السياق ذاته، أشار السملالي إلى أن عدد الخطوط المنتظمة سينتقل من أربعة خطوط إلى أحد عشر خطا، ابتداء من شهر "
    "شتنبر 2026، بعد التوقيع على اتفاقيات مع ثلاث شركات للملاحة.",
    "شارك في اللقاء عدد من الخبراء.",
    "ومن جهتهم، عبر ممثلو المهنيين عن ارتياحهم لتقدم الأشغال، غير أنهم طالبوا بالإسراع في ربط الميناء بالطريق السيار "
    "وبتخصيص فضاءات لتفريغ السمك بعيدا عن حركة الشاحنات.",
    "واختتم اللقاء بزيارة ميدانية للورش، اطلع خلالها الحاضرون على سير العمل في محطة الحاويات، وعلى التدابير المتخذة "
    "لحماية الشاطئ المجاور من آثار التعرية.",
]

HEADLINES = [
    "توقيف شخصين بتهمة سرقة أسلاك كهربائية",
    'شركة "أطلس ويند" تشرع في بناء محطة ريحية بالشمال',
    "ارتفاع طفيف في أسعار الخضر خلال الأسبوع الأول من الشهر",
    "نهضة الوادي يتأهل إلى نصف النهاية بعد مباراة مثيرة",
    "افتتاح معرض للكتاب المستعمل بساحة المدينة القديمة...",
    "هل تنجح الجماعات في تدبير النفايات المنزلية؟",
]

TICKER = "    ".join([*HEADLINES[:3], TITLE, *HEADLINES[3:]]) + "    "

AGGREGATOR = [
    TICKER,
    *[""] * 6,
    "شكرا على التبليغ!",
    "سيتم إخفاء هذه الصورة تلقائيا بعد الإبلاغ عنها من طرف عدد من الزوار.",
    *[""] * 3,
    TITLE,
    "نشر في الساحل يوم 14 - 03 - 2026",
    *[""] * 2,
    "الخط :",
    "إستمع للمقال",
    *BODY,
    "الوسوم",
    "أسفي الميناء النقل البحري الصيد",
    *[""] * 2,
    "اضغط هنا لمطالعة الخبر في موقعه الأصلي.",
]

NEWSPAPER = [
    f"{TITLE} - جريدة المرسى",
    "الرئيسية",
    "سياسة",
    "مجتمع",
    "الرئيسية > اقتصاد > موانئ",
    "اقتصاد",
    TITLE,
    "بقلم: نادية الحمري",
    "السبت 14 مارس 2026 - 12:45",
    "3 تعليقات",
    "فيسبوك تويتر واتساب تيليغرام نسخ الرابط",
    "حجم الخط: A- A+",
    *BODY[:5],
    "اقرأ أيضا: ميناء الجرف يستقبل أول باخرة للغاز الطبيعي",
    *BODY[5:],
    "شارك المقال على",
    "فيسبوك",
    "واتساب",
    "كلمات دلالية: أسفي، الميناء، النقل البحري",
    "مقالات ذات صلة",
    *HEADLINES,
    "التعليقات (3)",
    "قارئ من أسفي",
    "مشروع طال انتظاره كثيرا، ونتمنى أن يستفيد منه شباب المدينة قبل غيرهم وأن تحترم فيه شروط السلامة.",
    "جميع الحقوق محفوظة © 2026 جريدة المرسى",
]

VERTICAL = [
    "المرسى 24",
    "الرئيسية | أخبار | رياضة | ثقافة",
    *HEADLINES,
    TITLE,
    "منذ ساعتين",
    "استمع إلى المقال",
    "وقت القراءة: 3 دقائق",
    *BODY[:2],
    "إعلان",
    *BODY[2:7],
    "قد يعجبك أيضا",
    HEADLINES[0],
    *BODY[7:],
    "المصدر: المرسى 24 - وكالات",
    "الأكثر قراءة",
    *HEADLINES[:4],
    "سياسة الخصوصية",
]

PORTAL = [
    "الصفحة الرئيسية › الجهات › أسفي",
    TITLE,
    "لقاء تواصلي يكشف آخر مستجدات الورش المينائي",
    "تم النشر بتاريخ: 2026/03/14 على الساعة 12:45",
    "صورة: أرشيف الميناء",
    "شارك :",
    "20 مشاهدة",
    *BODY,
    "تابعونا على أخبار جوجل",
    "Tags:",
    "أسفي",
    "ميناء",
    "لا توجد تعليقات.",
    "أضف تعليقك",
    "لن يتم نشر عنوان بريدك الإلكتروني، والحقول الإلزامية مشار إليها بعلامة خاصة في هذه الاستمارة.",
]

NAMED = [
    "المرسى 24",
    "صوت وصورة",
    "سياسة",
    TITLE,
    "المرسى 24 - محمد الراضي",
    "14 مارس، 2026 الساعة 10:20 م",
    "صوت النص",
    *BODY,
    "#أسفي #الميناء",
    "النشرة الإخبارية",
    "مواضيع ذات صلة",
    *[
        text
        for title in HEADLINES
        for text in (title, f"ملخص قصير عن {title}، كما يظهر في الصفحة الأولى من الموقع مع...")
    ],
]

BARE = [
    "القائمة",
    "بحث",
    TITLE,
    "عبد الإله الشاوي",
    *BODY,
    "اضغط هنا للاشتراك في نشرتنا البريدية.",
    "طباعة",
    "العودة",
    "جميع الحقوق محفوظة للمرسى 24.",
]

PAGES = {
    "aggregator": AGGREGATOR,
    "aggregator, no ticker": AGGREGATOR[1:],
    "aggregator, no byline": [line for line in AGGREGATOR if not line.startswith("نشر في")],
    "aggregator, neither": [line for line in AGGREGATOR[1:] if not line.startswith("نشر في")],
    "newspaper": NEWSPAPER,
    "vertical ticker": VERTICAL,
    "author and teasers": NAMED,
    "teasers above": [*NAMED[-12:], *NAMED[3:-14]],
    "bare": BARE,
}


@pytest.mark.parametrize("lines", PAGES.values(), ids=PAGES.keys())
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", " \n"])
def test_a_page_gives_its_one_article(lines: list[str], end: str) -> None:
    found = from_page_text(end.join(lines))
    assert found.title == TITLE
    assert list(found.paragraphs) == BODY


def test_a_summary_under_the_headline_is_kept() -> None:
    found = from_page_text("\n".join(PORTAL))
    assert (found.title, list(found.paragraphs)) == (TITLE, [PORTAL[2], *BODY])


def test_the_date_of_the_page_is_kept() -> None:
    assert from_page_text("\n".join(AGGREGATOR)).published_at == datetime(2026, 3, 14, tzinfo=UTC)
    assert from_page_text("\n".join(NEWSPAPER)).published_at == datetime(2026, 3, 14, 12, 45, tzinfo=UTC)
    assert from_page_text("\n".join(PORTAL)).published_at == datetime(2026, 3, 14, 12, 45, tzinfo=UTC)
    assert from_page_text("\n".join(NAMED)).published_at == datetime(2026, 3, 14, 22, 20, tzinfo=UTC)
    assert from_page_text("\n".join(VERTICAL)).published_at is None


@pytest.mark.parametrize("length", range(1, len(BODY) + 1))
def test_a_body_of_any_length_is_whole(length: int) -> None:
    start, end = AGGREGATOR.index(BODY[0]), AGGREGATOR.index("الوسوم")
    lines = [*AGGREGATOR[:start], *BODY[:length], *AGGREGATOR[end:]]
    assert list(from_page_text("\n".join(lines)).paragraphs) == BODY[:length]


@pytest.mark.parametrize(
    "line",
    [
        "وقال: نعم.",
        "وأضاف:",
        "«من جد وجد»",
        '"هذا كل ما لدي"',
        "خلفية الملف",
        "1. السياق العام",
        "- تعزيز التعاون",
        "14 مارس 2026: انطلاق الأشغال",
        "ضرورة الإسراع بإخراج النصوص التطبيقية إلى حيز الوجود",
        "شارك في الندوة خبراء.",
        "نشر الرابط على فيسبوك.",
        "الخط الأحمر.",
        "الخط السككي الجديد",
        "كتب: لن أعود أبدا",
        "تابعنا على الأرض ما يجري.",
        "وأكد أن جميع الحقوق محفوظة للعمال.",
        "المصدر ذاته نفى الخبر.",
        "انضم إلى مجموعة من المتطوعين.",
        "التعليقات على القرار كثيرة.",
        "في نفس السياق، لم يصدر أي رد.",
        "وهنا توقف الكلام...",
        "نسبة النجاح: 3 / 4 من المترشحين",
    ],
)
@pytest.mark.parametrize("place", [1, 5, len(BODY) - 1])
def test_a_line_that_looks_like_furniture_stays_inside_a_body(line: str, place: int) -> None:
    body = [*BODY[:place], line, *BODY[place:]]
    start, end = AGGREGATOR.index(BODY[0]), AGGREGATOR.index("الوسوم")
    found = from_page_text("\n".join([*AGGREGATOR[:start], *body, *AGGREGATOR[end:]]))
    assert list(found.paragraphs) == body


def test_a_body_without_full_stops_is_whole() -> None:
    body = [line.rstrip(".") for line in BODY]
    start, end = AGGREGATOR.index(BODY[0]), AGGREGATOR.index("الوسوم")
    assert list(from_page_text("\n".join([*AGGREGATOR[:start], *body, *AGGREGATOR[end:]])).paragraphs) == body


def test_a_body_of_one_short_line_without_a_full_stop_is_found() -> None:
    lines = [
        TITLE,
        "نشر يوم 14-03-2026",
        "الخط :",
        "لا تعليق من إدارة الميناء حتى الآن",
        "الوسوم",
        "أسفي الميناء النقل البحري",
    ]
    found = from_page_text("\n".join(lines))
    assert (found.title, found.paragraphs) == (TITLE, (lines[3],))


def test_lines_of_middle_length_without_full_stops_are_a_body_too() -> None:
    body = [f"الجملة رقم {number} من نص لا يضع صاحبه نقطة في آخر السطر مهما طال الكلام" for number in range(9)]
    found = from_page_text("\n".join(["الرئيسية > رأي", TITLE, "نشر يوم 14-03-2026", *body, "الوسوم", "رأي"]))
    assert (found.title, list(found.paragraphs)) == (TITLE, body)
    found = from_page_text("\n".join(["الرئيسية > رأي", TITLE, *body, "الوسوم", "رأي"]))
    assert (found.title, list(found.paragraphs)) == (TITLE, body)


def test_a_headline_with_a_full_stop_is_found() -> None:
    found = from_page_text("\n".join(["الرئيسية > فن", "رحيل الفنان عبد الرحيم البحري.", "نشر يوم 14-03-2026", *BODY]))
    assert (found.title, list(found.paragraphs)) == ("رحيل الفنان عبد الرحيم البحري.", BODY)


def test_a_headline_of_the_ticker_under_the_byline_is_not_the_title() -> None:
    lines = [TICKER, TITLE, "نشر يوم 14-03-2026", "اقرأ أيضا", HEADLINES[0], *BODY]
    found = from_page_text("\n".join(lines))
    assert (found.title, list(found.paragraphs)) == (TITLE, BODY)


@pytest.mark.parametrize(
    "label", [["اقرأ أيضا: خبر آخر"], ["اقرأ أيضا", HEADLINES[5]], ["مواضيع ذات صلة", *HEADLINES[:4]]]
)
def test_a_body_goes_on_after_links_to_other_articles(label: list[str]) -> None:
    found = from_page_text("\n".join([TITLE, "نشر يوم 14-03-2026", *BODY[:2], *label, *BODY[6:]]))
    assert list(found.paragraphs) == [*BODY[:2], *BODY[6:]]


def test_a_list_that_ends_the_body_is_whole() -> None:
    body = [*BODY, "والموانئ المعنية بالبرنامج هي:", "أسفي", "الجديدة", "آسفي الجديد"]
    start = AGGREGATOR.index(BODY[0])
    assert list(from_page_text("\n".join([*AGGREGATOR[:start], *body, "شارك", "طباعة"])).paragraphs) == body


def test_a_list_of_applications_is_no_row_of_buttons() -> None:
    body = [*BODY[:2], "وأكثر التطبيقات استعمالا بين الشباب هي:", "واتساب", "فيسبوك", *BODY[2:]]
    start, end = AGGREGATOR.index(BODY[0]), AGGREGATOR.index("الوسوم")
    assert list(from_page_text("\n".join([*AGGREGATOR[:start], *body, *AGGREGATOR[end:]])).paragraphs) == body


def test_a_counter_between_summary_and_body_closes_nothing() -> None:
    lines = [TITLE, "لقاء يكشف مستجدات الورش.", "5 تعليقات", *BODY, "5 تعليقات", "قارئ", "تعليق طويل. " * 20]
    assert list(from_page_text("\n".join(lines)).paragraphs) == [lines[1], *BODY]


# -- Clean text -------------------------------------------------------------------------------------------------------

CLEAN = {
    "blank line below the title": [TITLE, "", *BODY],
    "one a line": [TITLE, *BODY],
    "blank lines": [text for line in [TITLE, *BODY] for text in (line, "")],
    "wrapped": [text for line in [TITLE, *BODY] for text in (*textwrap.wrap(line, 72), "")],
    "byte order mark": ["\ufeff" + TITLE, "", *BODY],
}


@pytest.mark.parametrize("lines", CLEAN.values(), ids=CLEAN.keys())
def test_clean_text_comes_out_whole(lines: list[str]) -> None:
    found = from_page_text("\n".join(lines))
    assert (found.title, list(found.paragraphs)) == (TITLE, BODY)


def test_verse_is_not_joined() -> None:
    lines = ["قصيدة البحر", "", "يا بحر كم في موجك", "من قصة لم تكتب", "", "عد بي إلى شاطئ", "كان لنا ملعبا"]
    assert from_page_text("\n".join(lines)).paragraphs == tuple(line for line in lines[1:] if line)


@pytest.mark.parametrize(
    ("text", "title", "paragraphs"),
    [
        ("", "", ()),
        (" \n\t\n", "", ()),
        ("عاجل: هزة أرضية خفيفة بالشمال", "عاجل: هزة أرضية خفيفة بالشمال", ()),
        ("نص قصير للقراءة.", "", ("نص قصير للقراءة.",)),
        ("رحيل الفنان.\n\n" + BODY[0], "رحيل الفنان.", (BODY[0],)),
        (BODY[0] + "\n" + BODY[1], "", (BODY[0], BODY[1])),
        ("استقالة\n" + BODY[0], "استقالة", (BODY[0],)),
    ],
)
def test_what_is_the_title_of_a_clean_text(text: str, title: str, paragraphs: tuple[str, ...]) -> None:
    found = from_page_text(text)
    assert (found.title, found.paragraphs) == (title, paragraphs)


# -- The rules, one by one --------------------------------------------------------------------------------------------


def test_a_ticker_is_headlines_with_wide_gaps() -> None:
    assert ticker_items(TICKER)[3] == TITLE
    assert ticker_items(" | ".join(HEADLINES)) == HEADLINES
    assert not ticker_items("   ".join(BODY))  # Paragraphs glued together.
    assert not ticker_items(BODY[0].replace(" ", "   "))  # A justified line.
    assert not ticker_items("الجهة\tالعدد\tالنسبة\tالرتبة")  # A table.


@pytest.mark.parametrize("line", ["الرئيسية > سياسة", "الرئيسية / مجتمع / حوادث", "سياسة | مجتمع | رياضة", "الرئيسية"])
def test_navigation(line: str) -> None:
    assert is_navigation(line)


@pytest.mark.parametrize("line", ["حصل الحزب على 3 / 4 من المقاعد", "«أ» و«ب» و«ج»", "مجتمع مدني قوي", TITLE])
def test_not_navigation(line: str) -> None:
    assert not is_navigation(line)


@pytest.mark.parametrize(
    "line",
    ["نشر في الأفق يوم 18 - 05 - 2026", "الأحد 18 ماي 2026 - 14:30", "منذ ساعتين", "آخر تحديث: 14:30", "2026/05/18"],
)
def test_date_lines(line: str) -> None:
    assert is_date_line(line)


@pytest.mark.parametrize(
    "line",
    ["انعقد الاجتماع يوم 18 ماي 2026.", "18 ماي 2026: انطلاق الأشغال", "نشر الوزير تدوينة", "سنة 2026 سنة الماء"],
)
def test_not_date_lines(line: str) -> None:
    assert not is_date_line(line)


def test_other_kinds_of_line() -> None:
    assert is_share_row("شارك المقال على واتساب")
    assert not is_share_row("شارك في الندوة خبراء")
    assert is_hashtag_row("#المغرب #البحر")
    assert not is_hashtag_row("تصدر وسم #البحر المنصات")
    assert is_related("إقرأ أيضاً : عنوان آخر")
    assert not is_related("اقرأ الوزير السلام على الحاضرين")
    assert is_closing("الوسوم: المغرب، البحر")
    assert is_closing("التعليقات (٣)")
    assert not is_closing("الوسوم التي نالها الفائزون كثيرة")
    assert is_furniture("جميع الحقوق محفوظة © 2026")
    assert not is_furniture(BODY[0])
    assert fold(" «الكلماتُ الدّلاليّة» : ") == "الكلمات الدلاليه"
    assert is_stopped("قال: «نعم.»")
    assert not is_stopped("قال...")


# -- Whatever comes ---------------------------------------------------------------------------------------------------

pieces = st.sampled_from([*NAMED, *AGGREGATOR, *NEWSPAPER, *VERTICAL, *PORTAL, *BARE, "", "   ", ":", ".", "«»"])


@settings(deadline=None)
@given(st.text(st.characters()) | st.lists(pieces | st.text(st.characters(), max_size=20), max_size=30).map("\n".join))
@example("0\r\x1b 0")
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = from_page_text(text)
    assert all(paragraph == " ".join(paragraph.split()) != "" for paragraph in found.paragraphs)


@example([BODY[3]] * 12, NEWSPAPER)
@example([BODY[3]] * 12, AGGREGATOR)
@settings(deadline=None)
@given(
    st.lists(st.sampled_from(BODY), min_size=3, max_size=12),
    st.sampled_from([AGGREGATOR, NEWSPAPER, VERTICAL, NAMED, BARE]),
)
def test_no_long_sentence_of_a_body_is_ever_lost(body: list[str], lines: list[str]) -> None:
    body = [BODY[0], *body, BODY[-1]]
    start, end = lines.index(BODY[0]), lines.index(BODY[-1]) + 1
    found = from_page_text("\n".join([*lines[:start], *body, *lines[end:]]))
    assert list(found.paragraphs) == body
