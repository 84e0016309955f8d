import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.reading import Reading
from tts.text.web import COUNTRIES, ENDINGS, WORDS, web


def read(text: str) -> str:
    return web(Reading.of(text)).spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("زوروا https://www.example.com/a/2025?id=7 ابتداء", "زوروا example دوت كوم ابتداء"),
        ("عبر www.youtube.com، حسب", "عبر youtube دوت كوم، حسب"),
        ("(https://www.google.com).", "(google دوت كوم)."),
        ("https://youtu.be/Ab3_xYz9.", "youtu دوت بي."),
        ("https://ar.wikipedia.org/wiki/الرباط_(مدينة) ثم", "wikipedia دوت أورغ ثم"),
        ("http://localhost:8080/x", "localhost"),
        ("http://192.168.1.1/a", "192 دوت 168 دوت 1 دوت 1"),
        ("https://example.com/… شاهد", "example دوت كوم… شاهد"),
        ("شاهدوا:https://t.co/x", "شاهدوا:T دوت كو"),
        ("بـhttps://example.comوقال", "بـexample دوت كوم وقال"),
        ("http://http://example.ma", "example دوت ما"),
        ("https://العربية.net/خبر", "العربية دوت نت"),
        ("https://موقع.مصر", "موقع دوت مصر"),
        ("تابعوا WWW.EXAMPLE.COM/festival", "تابعوا example دوت كوم"),
        ("موقع 2m.ma وhcp.ma", "موقع 2M دوت ما وHCP دوت ما"),
        ("www.bbc.co.uk", "BBC دوت كو دوت يو كيه"),
        ("www.service-public.gov.ma", "service public دوت غوف دوت ما"),
        ("www.maroc.ma", "ماروك دوت ما"),
        ("fr.example.com", "FR دوت example دوت كوم"),
        ("«Example.com»", "«Example دوت كوم»"),
        ("spiegel.de حسب", "spiegel دوت دي إي حسب"),
        ("البريد (a.b@example.org) دون", "البريد دون"),
        ("البريد: a@example.ma، أو b@example.ma وc@example.ma.", "البريد:."),
        ("راسلوا a+b@mail.example.co.uk قبل", "راسلوا قبل"),
        ("<mailto:a@example.com>", ""),
    ],
)
def test_a_link_is_read_by_its_host_and_an_address_is_not_read(text, spoken):
    assert read(text) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "انتهت المباراة.وأضاف المدرب",
        "Le Monde.Il a dit, end.In the",
        "Node.js وcv.pdf وU.S. وe.g. و3.5 و1.250DH",
        "حساب @example وa @ b و5@3",
        "http:// وwww. و://",
    ],
)
def test_what_only_resembles_a_link_stays(text):
    assert read(text) == text


def test_a_link_is_highlighted_as_a_whole():
    reading = web(Reading.of("على https://www.example.com/a، ثم"))
    assert {reading.display[slice(*reading.span(i, i + 1))] for i in range(4, reading.spoken.index("،"))} == {
        "https://www.example.com/a"
    }


def test_endings_are_endings():
    assert set(WORDS.split()) <= set(COUNTRIES.split()) | set(ENDINGS)


PIECES = """
    http:// https:// www. a.ma b.com @ . / : ? # ( ) < > [ ] ، و ب أو ar. m. 2m. -x _ example % + …
"""


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from([*PIECES.split(), " "]), max_size=14).map("".join)))
def test_any_text_can_be_read_and_is_then_at_rest(text):
    spoken = read(text)
    assert read(spoken) == spoken


@pytest.mark.parametrize(
    "piece", ["a", "a.", "a@", "a.b@", "@", "http://", "www.a.", "http://a/(", "a.ma/", "a@b.c ", "-"]
)
def test_hostile_lengths_take_no_hostile_time(piece):
    read(piece * 20_000)
