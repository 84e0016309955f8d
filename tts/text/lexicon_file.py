"""The lexicon's file: two columns or W3C PLS 1.0, read with all its faults told, and read again when it changes.

PLS: https://www.w3.org/TR/pronunciation-lexicon/. Of it the aliases are used: no voice takes phonemes.
"""

import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from tts.errors import LexiconError
from tts.text.lexicon import NONE, Entry, Fault, Lexicon, cleaned, key
from tts.text.reading import Reading

log = logging.getLogger(__name__)

MOST_BYTES = 4_000_000
MOST_CHARACTERS = 200
"""The longest written or spoken form."""
PLS = "http://www.w3.org/2005/01/pronunciation-lexicon"
LANGUAGES = {"ar", "arb", "ary"}
"""Language codes of Arabic, standard and Moroccan."""

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def parse(source: str | bytes) -> Lexicon:
    """The lexicon in a file's content. Entries that cannot be used become faults and stop nothing.

    Raises ``LexiconError`` when the whole cannot be read: not UTF-8, XML that is not well formed or no PLS.
    """
    text = _decoded(source).removeprefix("\ufeff")
    return _checked(_pls(text) if text.lstrip().startswith("<") else _columns(text))


def load(path: str | Path) -> Lexicon:
    """The lexicon in a file. Raises ``LexiconError`` when it cannot be read; the message says why."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise LexiconError(f"The lexicon {path} cannot be read: {error.strerror}.") from error
    if len(data) > MOST_BYTES:
        raise LexiconError(f"The lexicon {path} is larger than {MOST_BYTES:,} bytes.")
    try:
        return parse(data)
    except LexiconError as error:
        raise LexiconError(f"{path}: {error.detail}") from error


class Watched:
    """A lexicon's file that may change while the service runs: it is read again whenever it has."""

    def __init__(self, path: str):
        """Nothing is read yet. ``path`` may be empty: then there is no lexicon."""
        self._path = path
        self._stamp: tuple[int, ...] | None = None
        self._lexicon = NONE

    def current(self) -> Lexicon:
        """The lexicon as the file has it now; while the file cannot be read, as it last could."""
        if not self._path:
            return NONE
        stamp = self._stamped()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._lexicon = load(self._path)
            except LexiconError as error:
                log.warning("%s What was read before stays in use.", error.detail)
        return self._lexicon

    def _stamped(self) -> tuple[int, ...]:
        """Tells one state of the file from another."""
        try:
            stat = Path(self._path).stat()
        except OSError:
            return ()
        return stat.st_ino, stat.st_size, stat.st_mtime_ns


def flaw(written: str, spoken: str) -> str:
    """Why these two cannot be an entry, as a sentence; empty when they can."""
    for side, form in (("written", written), ("spoken", spoken)):
        if not form.strip():
            return f"The {side} form is empty: give both, the written form first."
        if len(form) > MOST_CHARACTERS:
            return f"The {side} form has {len(form)} characters: give {MOST_CHARACTERS} at most."
        control = next((c for c in form if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}), "")
        if control:
            return f"There is a control character (U+{ord(control):04X}) in the {side} form: remove it."
    if not any(map(str.isalpha, cleaned(written))):
        return "The written form has no letter: numbers and signs are read by the rules, not by the lexicon."
    if not any(map(str.isalnum, cleaned(spoken))):
        return "The spoken form has nothing to pronounce: write the words to be said."
    return ""


# ---- Reading the two formats


def _decoded(source: str | bytes) -> str:
    if isinstance(source, str):
        return source
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise LexiconError(f"Line {line} is not UTF-8: save the file as UTF-8.") from error


def _columns(text: str) -> Iterator[Entry | Fault]:
    """Lines of two columns. Lines that begin with # are comments."""
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        padded = f" {line} "  # So that « = » is found where one side is missing.
        written, separator, spoken = padded.partition("\t" if "\t" in line.strip() or " = " not in padded else " = ")
        if not separator:
            yield Fault(number, "There is neither a TAB nor « = » with its spaces: put one between written and spoken.")
        elif "\t" in spoken.strip():
            yield Fault(number, "There are more than two columns: leave the written and the spoken form only.")
        else:
            yield Entry(written.strip(" "), spoken.strip(" \t"), number)


def _pls(text: str) -> Iterator[Entry | Fault]:
    root = _root(text)
    language = root.get(_LANG)
    if language is None:
        yield Fault(root.sourceline, 'The language is not said: write xml:lang="ar" in <lexicon>.')
        language = "ar"
    if root.get("alphabet", "ipa") != "ipa":
        yield Fault(root.sourceline, f'The alphabet "{root.get("alphabet")}" is not known: write alphabet="ipa".')
    if not _is_arabic(language):
        yield Fault(root.sourceline, f'No entry is used: they are for "{language}", and Arabic is read. See xml:lang.')
        return
    for child in root:
        name = etree.QName(child)
        if name.text == f"{{{PLS}}}lexeme":
            yield from _lexeme(child)
        elif name.namespace == PLS and name.localname not in {"meta", "metadata"}:
            yield Fault(child.sourceline, f"<{name.localname}> is no part of a lexicon: write <lexeme>.")


def _root(text: str) -> etree._Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise LexiconError("The XML has a DOCTYPE or entities, which are not read: remove them.")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        what = error.msg.partition(", line ")[0]
        raise LexiconError(f"Line {error.lineno} is not well-formed XML: {what}.") from error
    if root.tag != f"{{{PLS}}}lexicon":
        raise LexiconError(f'This is XML but no lexicon: its first element must be <lexicon xmlns="{PLS}">.')
    return root


def _lexeme(lexeme: etree._Element) -> Iterator[Entry | Fault]:
    graphemes, aliases = (list(lexeme.iterchildren(f"{{{PLS}}}{name}")) for name in ("grapheme", "alias"))
    language = lexeme.get(_LANG, "ar")
    if not _is_arabic(language):
        yield Fault(lexeme.sourceline, f'This lexeme is for "{language}", and Arabic is read: remove it.')
    elif lexeme.get("role"):
        yield Fault(lexeme.sourceline, "A role cannot be told apart in a text: remove the attribute, or the lexeme.")
    elif not graphemes:
        yield Fault(lexeme.sourceline, "There is no <grapheme>: add the written form.")
    elif not aliases:
        phoneme = lexeme.find(f"{{{PLS}}}phoneme")
        has = "no <alias>" if phoneme is None else "only a <phoneme>, which no voice takes"
        yield Fault(lexeme.sourceline, f"There is {has}: add an <alias> with the words to be said.")
    else:
        alias = next((alias for alias in aliases if alias.get("prefer") == "true"), aliases[0])
        for grapheme in graphemes:
            yield Entry(_text(grapheme), _text(alias), grapheme.sourceline)


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _is_arabic(language: str) -> bool:
    return language.lower().partition("-")[0] in LANGUAGES


def _checked(rows: Iterable[Entry | Fault]) -> Lexicon:
    """The lexicon of all that can be used; the rest is told as faults."""
    kept: dict[str, Entry] = {}
    faults: list[Fault] = []
    for row in rows:
        if isinstance(row, Fault):
            faults.append(row)
        elif reason := flaw(row.written, row.spoken):
            faults.append(Fault(row.line, reason))
        elif first := kept.get(key(row.written)):
            does = "says the same" if first.spoken == cleaned(row.spoken) else "speaks it otherwise"
            faults.append(Fault(row.line, f"«{row.written}» is on line {first.line} already, which {does}: keep one."))
        else:
            kept[key(row.written)] = replace(row, spoken=cleaned(row.spoken))
    lexicon = Lexicon(kept.values())
    while rematched := dict(_rematched(lexicon)):
        faults += [Fault(entry.line, reason) for entry, reason in rematched.items()]
        lexicon = Lexicon(entry for entry in lexicon.entries if entry not in rematched)
    return Lexicon(lexicon.entries, sorted(faults, key=lambda fault: fault.line))


def _rematched(lexicon: Lexicon) -> Iterator[tuple[Entry, str]]:
    """Entries whose spoken form the lexicon would change again, and why. What only adds diacritics never is."""
    for entry in lexicon.entries:
        if key(entry.spoken) == key(entry.written):
            continue
        for clitics in ("", *"أوفبلك", "ال", "لل"):
            once = Reading.of(clitics + cleaned(entry.written))
            if [change.entry for change in lexicon.changes(once.spoken)] != [entry]:
                continue  # Another entry is for this.
            if again := lexicon.changes(lexicon(once).spoken):
                other = again[0].entry.line
                by = "this same entry" if other == entry.line else f"line {other}"
                reason = f"Its spoken form «{entry.spoken}» is itself matched by {by}: write what is heard in the end."
                yield entry, reason
                break
