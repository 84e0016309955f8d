"""Shortcodes that nothing has replaced, and brackets that are prose."""

from time import process_time

import pytest

from articles.blocks import Block
from articles.shortcodes import without_shortcodes
from articles.skipping import Skips


def read(*texts: str) -> tuple[list[str], list[tuple[str, str]]]:
    skips = Skips()
    kept = without_shortcodes([Block(text, text) for text in texts], skips)
    return [block.text for block in kept], [(skip.why, skip.text) for skip in skips]


@pytest.mark.parametrize(
    ("texts", "kept", "rules"),
    [
        (['قبل [gallery ids="1,2"] بعد'], ["قبل بعد"], ["gallery"]),
        (["[gallery ids=”1,2″]"], [], ["gallery"]),
        (["[caption id=“a” width=“300”]صورة من الأرشيف[/caption]"], [], ["caption"]),
        (['[caption id="a"]', "صورة[/caption]", "نص"], ["صورة", "نص"], ["caption"] * 2),
        (["[embed]https://v.example/1[/embed]"], [], ["embed"]),
        (["[video mp4=a.mp4][/video] نص"], ["نص"], ["player"]),
        (["[vc_row][vc_column_text]نص[/vc_column_text][/vc_row]"], ["نص"], ["shortcode"] * 4),
        (["[vc_raw_html]JTNDc2NyaXB0[/vc_raw_html]"], [], ["shortcode"]),
        (["[quote]قول[/quote]"], ["قول"], ["shortcode"] * 2),
        (["[my_box]نص[/my_box]"], ["نص"], ["shortcode"] * 2),
        (['[author name="علي"]قال كلاما[/author]'], ["قال كلاما"], ["shortcode"] * 2),
        (['[my-box color="red"]نص'], ["نص"], ["shortcode"]),
        (["[contact-form-7 id=12]", "[table id=1 /]"], [], ["shortcode"] * 2),
        (["نص [/section]"], ["نص"], ["shortcode"]),
    ],
)
def test_shortcodes_go_and_words_stay(texts: list[str], kept: list[str], rules: list[str]) -> None:
    found, skipped = read(*texts)
    assert found == kept
    assert [why for why, _ in skipped] == rules


@pytest.mark.parametrize(
    "text",
    [
        "قال [المصدر] إن القرار نهائي",
        "كما ورد في التقرير[1] وفي غيره [2، 3]",
        "كتب الشاعر [sic] هكذا",
        "بلاغ [AFP] و[Reuters] و[email protected]",
        "الفترة [a, b] مغلقة، و[x = 1] معادلة",
        "[[gallery]] هو الوسم",
        "استعمل [i] و[/i]: arr[i] = brr[j];",
        "وسم الخط العريض [b] ويغلق [/b] هكذا",
        "[section] وحده",
        "[…] ثم مضى",
        "[Gallery of Modern Art]",
        "قوس [ مفتوح",
    ],
)
def test_brackets_in_prose_stay(text: str) -> None:
    assert read(text) == ([text], [])


@pytest.mark.parametrize("name", ["caption", "embed", "video", "audio", "gallery", "vc_raw_html"])
def test_what_is_closed_in_another_paragraph_loses_only_its_brackets(name: str) -> None:
    texts = ["نص أول", "نص ثان مهم.", "نص ثالث مهم.", "نص رابع"]
    assert read(f"[{name}]{texts[0]}", *texts[1:3], f"{texts[3]}[/{name}]")[0] == texts
    assert read(f"[{name}]", *texts)[0] == texts
    assert read(f"[{name}]", *texts, f"[/{name}]")[0] == texts


def test_of_two_openers_the_last_is_closed() -> None:
    assert read("[gallery] نص [gallery] صور [/gallery]")[0] == ["نص"]


def test_what_is_skipped_is_told() -> None:
    assert read('[caption width="3"]صورة[/caption] نص') == (
        ["نص"],
        [("caption", '[caption width="3"]صورة[/caption]')],
    )


@pytest.mark.parametrize("hostile", ["[a " * 200_000, "[a" + " " * 500_000, "[caption]" * 60_000, "[a b=" * 100_000])
def test_brackets_without_end_take_no_time(hostile: str) -> None:
    begun = process_time()
    read(hostile)
    assert process_time() - begun < 3
