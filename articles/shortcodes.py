"""Shortcodes of WordPress that nothing has replaced: ``[gallery ids="1,2"]``, ``[vc_row]words[/vc_row]``.

Of most only the brackets go, for the words between them are the text. Brackets are no shortcode unless WordPress or a
well-known builder has that name, or an attribute follows it, or it is closed and its name is that of a part of a page
or has a hyphen or underscore: «[المصدر]», «[1]», «[sic]» and the «[i]» of a formula stay.
"""

import re
from collections.abc import Sequence

from articles.blocks import Block
from articles.model import one_line
from articles.skipping import Skips

RULE = "shortcode"
_TAG = re.compile(r"(?<!\[)\[(?P<close>/)?(?P<name>[a-z][a-z0-9_-]{0,40})(?P<rest>(?:[\s/=][^\[\]]{0,4000})?)\]")
_ATTRIBUTE = re.compile(r"\s+[a-z_][\w-]*\s*=\s*\S", re.ASCII | re.IGNORECASE)
_CLOSING = re.compile(r"\[/([a-z][a-z0-9_-]{0,40})\]")
_BETWEEN = "\x1e"
"""Stands between paragraphs. No paragraph has it: control characters are taken out of them."""

WITH_CONTENT = {
    name: rule
    for rule, names in {
        "caption": "caption wp_caption",
        "embed": "embed embedyt youtube vimeo tweet twitter instagram facebook soundcloud googlemaps",
        "player": "audio video playlist",
        "gallery": "gallery",
        RULE: "vc_raw_html vc_raw_js",
    }.items()
    for name in names.split()
}
"""What stands between these and their closing goes too, within one paragraph: it is an address, a caption, or code."""
_WITHOUT_CONTENT = (
    "contact-form contact-form-7 mc4wp_form rev_slider smartslider3 tablepress wpforms toc ez-toc adsense sociallocker"
    " dropcap elementor-template yop_poll ninja_form gravityform metaslider layerslider ngg nextgen_gallery"
)
_PAIRS = (
    "accordion alert blockquote box button cite code col column columns content divider highlight icon message note"
    " notice panel pullquote quote row section slide slider spoiler tab table tabs toggle"
    " half third fourth one_half one_third two_third"
)
"""Known only where they are closed: «[section]» alone is prose."""
_NAMES = frozenset(WITH_CONTENT) | frozenset(_WITHOUT_CONTENT.split())
_BUILDERS = ("vc_", "et_pb_", "fusion_", "su_", "tdb_", "td_block_", "av_", "ux_", "mk_")


def without_shortcodes(body: Sequence[Block], skips: Skips) -> list[Block]:
    """``body`` without shortcodes, and without paragraphs that were nothing else. Takes time in proportion to it."""
    if not any("[" in block.text for block in body):
        return list(body)
    text = _BETWEEN.join(block.text for block in body)
    pieces, done = [], 0
    for start, end, rule in _cuts(text):
        pieces += [text[done:start], _BETWEEN * text.count(_BETWEEN, start, end)]
        skips.add(rule, text[start:end].replace(_BETWEEN, " "))
        done = end
    texts = "".join([*pieces, text[done:]]).split(_BETWEEN)
    closed = _closed(text)
    return [
        block
        if block.text == left
        else block._replace(text=one_line(left), unlinked=one_line(_without_tags(block.unlinked, closed)))
        for block, left in zip(body, texts, strict=True)
        if block.text == left or any(map(str.isalnum, left))
    ]


def _cuts(text: str) -> list[tuple[int, int, str]]:
    """Where each shortcode begins and ends, and the rule by which it goes."""
    closed = _closed(text)
    tags = [tag for tag in _TAG.finditer(text) if _is_shortcode(tag, closed)]
    following: dict[str, re.Match[str]] = {}
    partners: list[re.Match[str] | None] = []
    for tag in reversed(tags):
        partners.append(following.get(tag["name"]))
        following[tag["name"]] = tag
    cuts: list[tuple[int, int, str]] = []
    for tag, partner in zip(tags, reversed(partners), strict=True):
        if cuts and tag.start() < cuts[-1][1]:
            continue
        end = partner.end() if partner and _takes_content(tag, partner) else tag.end()
        cuts.append((tag.start(), end, WITH_CONTENT.get(tag["name"], RULE)))
    return cuts


def _takes_content(tag: re.Match[str], partner: re.Match[str]) -> bool:
    """Whether what stands between a shortcode and the next of its name goes with it."""
    is_pair = tag["name"] in WITH_CONTENT and not tag["close"] and bool(partner["close"])
    return is_pair and _BETWEEN not in tag.string[tag.end() : partner.start()]


def _closed(text: str) -> set[str]:
    """The names that ``text`` closes and that are no prose."""
    with_attributes = {tag["name"] for tag in _TAG.finditer(text) if _ATTRIBUTE.match(tag["rest"])}
    known = with_attributes.union(_PAIRS.split())
    names = set(_CLOSING.findall(text))
    return {name for name in names if name in known or "_" in name or "-" in name}


def _is_shortcode(tag: re.Match[str], closed: set[str]) -> bool:
    name = tag["name"]
    if name in closed or name in _NAMES or name.startswith(_BUILDERS):
        return True
    return bool(_ATTRIBUTE.match(tag["rest"]))


def _without_tags(text: str, closed: set[str]) -> str:
    return _TAG.sub(lambda tag: "" if _is_shortcode(tag, closed) else tag[0], text)
