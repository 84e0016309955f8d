"""`flask lexicon`: check, extend and search the publisher's pronunciation lexicon."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from xml.parsers import expat
from xml.sax.saxutils import escape

import click
from flask import current_app
from flask.cli import AppGroup

from commands import SETTINGS
from config import Settings
from tts.errors import LexiconError
from tts.text.lexicon import Entry, Lexicon, key
from tts.text.lexicon_file import PLS, flaw, load, parse

_NEW_FILE = "# The publisher's lexicon: written = spoken\n"

lexicon = AppGroup(
    "lexicon", help="Check, extend and search the pronunciation lexicon.", epilog="Example: flask lexicon check"
)


@lexicon.command("check", epilog="Example: flask lexicon check names.txt")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def check(file: Path | None) -> None:
    """Say which lines of FILE cannot be used, and why.

    FILE is the lexicon of ISTAMI_LEXICON if not given. The exit status is 1 if there is any such line.
    """
    file = file or _path()
    found = _load(file)
    for fault in found.faults:
        click.echo(f"{file}:{fault.line}: {fault.reason}")
    click.echo(f"{_count(found)} in use, {len(found.faults)} to mend")
    if found.faults:
        raise click.exceptions.Exit(1)


@lexicon.command("add", epilog='Example: flask lexicon add بنكيران "بِنكِيران"')
@click.argument("written")
@click.argument("spoken")
@click.option("--replace", "replacing", is_flag=True, help="Change what WRITTEN is spoken as, if it is there already.")
def add(written: str, spoken: str, replacing: bool) -> None:
    """From now on, say SPOKEN where an article has WRITTEN.

    The entry goes to the end of the lexicon, in the file's own format; comments and all other lines stay as they are.
    A file that is not there yet is made.
    """
    file = _path()
    if reason := flaw(written, spoken):
        raise click.ClickException(reason)
    with _locked(file):
        old = _text(file)
        before = _parse(file, old)
        present = next((entry for entry in before.entries if key(entry.written) == key(written)), None)
        if present and not replacing:
            raise click.ClickException(
                f"«{present.written}» is on line {present.line} already, spoken «{present.spoken}»; "
                "--replace changes that"
            )
        new = (_in_pls if old.lstrip("\ufeff \t\r\n").startswith("<") else _in_columns)(old, written, spoken, present)
        after = _parse(file, new)
        known = {fault.line for fault in before.faults}
        for fault in after.faults:
            if fault.line not in known:
                raise click.ClickException(f"{file} stays as it is. Line {fault.line} of the new one: {fault.reason}")
        added = next((entry for entry in after.entries if key(entry.written) == key(written)), None)
        if not added or key(added.spoken) != key(spoken) or len(after.entries) != len(before.entries) + (not present):
            raise click.ClickException(f"{file} stays as it is: «{written}» cannot be told from the rest of it.")
        _replace(file, new)
    click.echo(
        f"{file}:{added.line}: {added.written} = {added.spoken} ({'changed' if present else 'added'}); {_count(after)}"
    )


@lexicon.command("list", epilog="Example: flask lexicon list --match بنكيران")
@click.option("--match", default="", metavar="TEXT", help="Only entries with TEXT in either form; diacritics ignored.")
def list_(match: str) -> None:
    """List the entries in use: line, written and spoken form."""
    file = _path()
    found = _load(file)
    sought = key(match)
    for entry in found.entries:
        if sought in key(entry.written) or sought in key(entry.spoken):
            click.echo(f"{entry.line:5}  {entry.written} = {entry.spoken}")
    if found.faults:
        click.echo(f"{len(found.faults)} more to mend: flask lexicon check", err=True)


def _path() -> Path:
    settings: Settings = current_app.extensions[SETTINGS]
    if not settings.lexicon:
        raise click.ClickException(
            "there is no lexicon yet; set ISTAMI_LEXICON to the path of its file, for example /etc/istami/lexicon.txt"
        )
    return Path(settings.lexicon)


def _load(file: Path) -> Lexicon:
    try:
        return load(file)
    except LexiconError as error:
        raise click.ClickException(f"{error.detail} [{error.code}]") from None


def _parse(file: Path, text: str) -> Lexicon:
    try:
        return parse(text)
    except LexiconError as error:
        raise click.ClickException(f"{file}: {error.detail} [{error.code}]") from None


def _count(found: Lexicon) -> str:
    count = len(found.entries)
    return f"{count} entr{'y' if count == 1 else 'ies'}"


def _text(file: Path) -> str:
    """The file as it is, byte order mark and line ends included; a heading when there is none yet."""
    try:
        return file.read_bytes().decode()
    except FileNotFoundError:
        return _NEW_FILE
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None


# ---- New text of a file, all else in it left as it is


def _in_columns(text: str, written: str, spoken: str, present: Entry | None) -> str:
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    if lines[-1] == "":
        lines.pop()
    end = "\r\n" if "\r\n" in text else "\n"
    if present is None:
        if lines and not lines[-1].endswith(("\n", "\r")):
            lines[-1] += end
        model = next((line for line in reversed(lines) if line.strip() and not line.lstrip().startswith("#")), "")
        return "".join([*lines, _line(written, spoken, model) + end])
    line = lines[present.line - 1]
    lines[present.line - 1] = (
        "\ufeff" * line.startswith("\ufeff") + _line(written, spoken, line) + line[len(line.rstrip("\r\n")) :]
    )
    return "".join(lines)


def _line(written: str, spoken: str, model: str) -> str:
    """One entry, its columns parted as in another line."""
    return f"{written}\t{spoken}" if "\t" in model or " = " in written else f"{written} = {spoken}"


def _in_pls(text: str, written: str, spoken: str, present: Entry | None) -> str:
    data = text.encode()
    places = _Places(data)
    lexeme = next((one for one in places.lexemes if present and one.has(present.written)), None)
    if lexeme and len(lexeme.graphemes) == 1:
        alias = lexeme.alias
        return (data[: alias.start] + escape(spoken).encode() + data[alias.end :]).decode()
    prefix = f"{places.prefix}:" if places.prefix else ""
    end = b"\r\n" if b"\r\n" in data else b"\n"
    forms = "".join(
        f"<{prefix}{name}>{escape(form)}</{prefix}{name}>" for name, form in (("grapheme", written), ("alias", spoken))
    )
    new = f"  <{prefix}lexeme>{forms}</{prefix}lexeme>".encode() + end
    head, tail = data[: places.end], data[places.end :]
    if lexeme:  # Its other written forms stay as they are.
        old = next(grapheme for grapheme in lexeme.graphemes if key(grapheme.text) == key(written))
        head = head[: old.outer_start] + head[old.outer_end :]
    stem = head.rstrip(b" \t")
    return ((stem if stem.endswith(b"\n") else stem + end) + new + tail).decode()


@dataclass(slots=True)
class _Element:
    """Where an element lies in the file, in bytes."""

    outer_start: int
    start: int
    """Where its content begins."""
    is_preferred: bool = False
    end: int = 0
    """Where its content ends."""
    outer_end: int = 0
    text: str = ""


@dataclass(slots=True)
class _Lexeme:
    graphemes: list[_Element] = field(default_factory=list)
    aliases: list[_Element] = field(default_factory=list)

    def has(self, written: str) -> bool:
        return any(key(grapheme.text) == key(written) for grapheme in self.graphemes) and bool(self.aliases)

    @property
    def alias(self) -> _Element:
        """The one that is spoken."""
        return next((alias for alias in self.aliases if alias.is_preferred), self.aliases[0])


class _Places:
    """Where the parts of a PLS file lie. What has come here is well formed and has no DTD."""

    def __init__(self, data: bytes):
        self.lexemes: list[_Lexeme] = []
        self.prefix = ""
        self.end = 0
        """Where the last tag begins."""
        self._data = data
        self._open: _Element | None = None
        self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self._parser.namespace_prefixes = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._finish
        self._parser.CharacterDataHandler = self._characters
        self._parser.Parse(data, True)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "lexeme":
            self.lexemes.append(_Lexeme())
        elif local in ("grapheme", "alias") and self.lexemes:
            start = self._parser.CurrentByteIndex
            content = self._data.index(b">", start) + 1
            self._open = _Element(start, content, attributes.get("prefer") == "true")

    def _characters(self, text: str) -> None:
        if self._open:
            self._open.text += text

    def _finish(self, name: str) -> None:
        local, at = _local(name), self._parser.CurrentByteIndex
        if local == "lexicon":
            self.end = at
            self.prefix = name.split(" ")[2] if name.count(" ") == 2 else ""
        elif local in ("grapheme", "alias") and self._open:
            element, self._open = self._open, None
            element.end, element.outer_end = at, self._data.index(b">", at) + 1
            element.text = " ".join(element.text.split())
            (self.lexemes[-1].graphemes if local == "grapheme" else self.lexemes[-1].aliases).append(element)


def _local(name: str) -> str:
    """The element's name, if it is one of the lexicon's own."""
    namespace, _, rest = name.partition(" ")
    return rest.split(" ")[0] if namespace == PLS else ""


# ---- The file on the disk


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Held while the file is read, changed and written: two editors' entries must not undo each other."""
    try:
        folder = os.open(file.resolve().parent, os.O_RDONLY)
    except OSError as error:
        raise click.ClickException(f"{file.resolve().parent}: {error.strerror}") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _replace(file: Path, text: str) -> None:
    """Put the new text in the old one's place at once, with its permissions, so that it outlives a power cut."""
    target = file.resolve()  # A link stays a link.
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}-", delete=False) as draft:
            try:
                draft.write(text.encode())
                draft.flush()
                os.fchmod(draft.fileno(), mode)
                os.fsync(draft.fileno())
                Path(draft.name).replace(target)
            except BaseException:
                Path(draft.name).unlink(missing_ok=True)
                raise
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None
