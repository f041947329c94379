"""Bytes to plain values that know their line and column, and everything a file may not hold.

Nothing is guessed at: every scalar stays the text that was written. The values come straight from
libyaml's events, so that depth, anchors and tags are judged before anything is built.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

import yaml

from protocols.diagnostics import MOST_DIAGNOSTICS, Diagnostic, Span, diagnose, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from protocols.diagnostics import Code

Value = str | list["Value"] | dict[str, "Value"]
Path = tuple[str | int, ...]

LARGEST: Final = 256 * 1024  # bytes of a file
DEEPEST: Final = 12  # lists and mappings inside one another
MOST_VALUES: Final = 22_000  # over every option of 20,000 values, and every step of 2,000 segments

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what libyaml counts as the end of a line
_STRANGE = "\ufffd"  # stands for what is no text
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ReaderMissingError(RuntimeError):
    """PyYAML was built without libyaml, which every machine reads files with."""

    def __init__(self) -> None:
        super().__init__("PyYAML has no libyaml here: install a PyYAML wheel, or libyaml and build it again")


@dataclass(frozen=True, slots=True)
class Source:
    """A file's bytes, and the name by which it is spoken of."""

    file: str
    data: bytes


@dataclass(slots=True)
class Document:
    """What a file holds. `root` is None where nothing in it is sure to be whole.

    `muted` are paths whose value is refused already, so that nothing more is said of them; `merged`
    are mappings with a merge key, or not read to their end, of which nobody knows what is missing.
    """

    file: str
    lines: list[str] = field(default_factory=list)
    root: Value | None = None
    keys: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)
    muted: set[Path] = field(default_factory=set)
    merged: set[Path] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def end(self) -> tuple[int, int]:
        """The line and column past the last character."""
        return len(self.lines), len(self.lines[-1]) + 1

    @property
    def is_full(self) -> bool:
        """Whether as many errors were found as a file is reported with: reading on makes no sense."""
        return len(self.diagnostics) >= MOST_DIAGNOSTICS

    def line(self, number: int) -> str | None:
        """The text of a line, from 1."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else None

    def report(self, code: Code, span: Span, message: str, help: str = "") -> None:
        """Add an error."""
        self.diagnostics.append(diagnose(code, self.file, span, message, help))

    def __getitem__(self, path: Path) -> Value | None:
        node: Value | None = self.root
        for step in path:
            if isinstance(node, dict) and isinstance(step, str):
                node = node.get(step)
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
            else:
                return None
        return node


def read(source: Source) -> Document:
    """What `source` holds, with everything in it that no protocol may hold. Never raises for a file."""
    if not yaml.__with_libyaml__:
        raise ReaderMissingError
    document = Document(source.file)
    if len(source.data) > LARGEST:
        document.report("too-large", Span(), f"the file is over {LARGEST // 1024} KiB", "split it")
        return document
    text = _decode(source.data, document)
    document.lines = _BREAK.split(text)
    strange = _NOT_YAML.search(text)
    if strange and document.diagnostics:
        return document  # no text at all
    if strange:
        span = _span_after(text[: strange.start()])
        document.report("syntax", span, f"a control character (U+{ord(strange[0]):04X})", "take it out")
    _build(_NOT_YAML.sub(_STRANGE, text), document)
    return document


def _decode(data: bytes, document: Document) -> str:
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        span = _span_after(data[: error.start].decode())
        document.report("encoding", span, "these bytes are not UTF-8", "save the file as UTF-8")
        return data.decode(errors="replace")


def _span_after(before: str) -> Span:
    lines = _BREAK.split(before)
    line, column = len(lines), len(lines[-1]) + 1
    return Span(line, column, line, column + 1)


@dataclass(slots=True)
class _Frame:
    """An open list or mapping; `path` is None where it is refused and only read past."""

    node: list[Value] | dict[str, Value]
    path: Path | None
    wants_key: bool
    child: Path | None = None


class _Builder:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[_Frame] = []
        self.documents = 0
        self.bad_key: Span | None = None
        self.garbled = bool(document.diagnostics)

    def feed(self, event: yaml.Event) -> bool:
        """Take an event; False where reading on makes no sense."""
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._report("syntax", event, "a second document", "keep one protocol in a file")
                return False
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            return self._node(event)
        return True

    def _node(self, event: yaml.NodeEvent) -> bool:
        if self.stack and self.stack[-1].wants_key:
            return self._key(event)
        path = self._next_path()
        if path is not None:
            if len(self.document.values) >= MOST_VALUES:
                self._report(
                    "too-long", event, f"over {MOST_VALUES} values in a file", "make two protocols of it"
                )
                return False
            self.document.values[path] = _span(event)
            self._refuse(event, path)
            if self._is_strange(event):
                self.document.muted.add(path)
        if isinstance(event, yaml.CollectionStartEvent):
            return self._open(event, path)
        self._put(event.value if isinstance(event, yaml.ScalarEvent) else "", path)
        return True

    def _is_strange(self, event: yaml.NodeEvent) -> bool:
        """Whether a mistake in the text that was told before hides what is written."""
        return self.garbled and isinstance(event, yaml.ScalarEvent) and _STRANGE in event.value

    def _refuse(self, event: yaml.NodeEvent, path: Path) -> None:
        """An anchor, an alias or a tag at `path`; of a scalar with one nothing more is said."""
        if event.anchor is not None:
            self._refuse_anchor(event)
        if isinstance(event, yaml.AliasEvent):
            self.document.muted.add(path)
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            self._report("tag", event, f"a tag, {quoted(_short(event.tag))}", "write the value alone")
            if isinstance(event, yaml.ScalarEvent):
                self.document.muted.add(path)

    def _next_path(self) -> Path | None:
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.node, list):
            return None if top.path is None else (*top.path, len(top.node))
        return top.child

    def _key(self, event: yaml.NodeEvent) -> bool:
        top = self.stack[-1]
        top.wants_key, top.child = False, None
        if event.anchor is not None and top.path is not None:
            self._refuse_anchor(event)
        if isinstance(event, yaml.CollectionStartEvent):
            # Read on past it: how deep it goes is judged first.
            self.bad_key = self.bad_key or _span(event)
            return self._open(event, None, is_key=True)
        if top.path is None or not isinstance(event, yaml.ScalarEvent):
            return True
        if event.tag is not None:
            self._report("tag", event, f"a tag, {quoted(_short(str(event.tag)))}", "write the key alone")
        self._take_key(top, event, (*top.path, event.value))
        return True

    def _take_key(self, top: _Frame, event: yaml.ScalarEvent, path: Path) -> None:
        if event.value == "<<":
            self.document.merged.add(path[:-1])
            self._report("unknown-key", event, "a merge key", "write the keys out")
        elif self._is_strange(event):
            self.document.merged.add(path[:-1])
        elif event.value in top.node:
            self._report("duplicate-key", event, f"{quoted(event.value)} is here already", "keep one of them")
        else:
            self.document.keys[path] = _span(event)
            top.child = path

    def _open(self, event: yaml.CollectionStartEvent, path: Path | None, *, is_key: bool = False) -> bool:
        if len(self.stack) >= DEEPEST:
            self._report(
                "too-deep", event, f"nested deeper than {DEEPEST}", "take some steps out of their lists"
            )
            return False
        node: list[Value] | dict[str, Value] = {} if isinstance(event, yaml.MappingStartEvent) else []
        if not is_key:
            self._put(node, path)
        self.stack.append(_Frame(node, path, wants_key=isinstance(node, dict)))
        return True

    def _put(self, value: Value, path: Path | None) -> None:
        if not self.stack:
            self.document.root = value
            return
        top = self.stack[-1]
        if isinstance(top.node, list):
            top.node.append(value)
            return
        if path is not None:
            top.node[str(path[-1])] = value
        top.wants_key = True

    def _refuse_anchor(self, event: yaml.NodeEvent) -> None:
        kind = "an alias" if isinstance(event, yaml.AliasEvent) else "an anchor"
        self._report("alias", event, f"{kind}, {quoted(str(event.anchor))}", "write the value out")

    def _report(self, code: Code, event: yaml.Event, message: str, help: str) -> None:
        self.document.report(code, _span(event), message, help)


def _span(event: yaml.Event) -> Span:
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:  # libyaml always knows
        return Span()
    if isinstance(event, yaml.CollectionStartEvent):
        return Span(start.line + 1, start.column + 1, start.line + 1, start.column + 2)
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _build(text: str, document: Document) -> None:
    builder = _Builder(document)
    try:
        whole = all(builder.feed(event) and not document.is_full for event in _events(text))
    except yaml.MarkedYAMLError as error:
        if not builder.garbled:
            line, column = _place_of(error, document)
            end = min(column, len(document.line(line) or "")) + 1
            document.report("syntax", Span(line, column, line, max(column, end)), *_plainly(error))
        whole = False
    if whole and builder.bad_key:
        document.report("syntax", builder.bad_key, "a list or a mapping as a key", "write a word as the key")
    if builder.bad_key or document.is_full or len(document.values) >= MOST_VALUES:
        document.root = None
    elif not whole or builder.garbled:
        document.root = _surely_whole(document, broken=not whole and bool(builder.stack))
    elif not builder.documents:
        document.report("syntax", Span(), "the file is empty", "start with: unknot: 1")


def _surely_whole(document: Document, *, broken: bool) -> Value | None:
    """What stands before the place where reading ended, so that its mistakes are told in the same go.

    Where the document is `broken`, without what was begun last, and without steps whose roles or
    options may be named only after it.
    """
    root = document.root
    if not isinstance(root, dict):
        return None
    document.merged.add(())
    if broken and root:
        last, value = root.popitem()
        document.values.pop((last,), None)
        if last == "steps" and isinstance(value, list) and len(value) > 1 and "needs" in root:
            root["steps"] = value[:-1]
    if "options" not in root:
        document.muted |= {path for path in document.values if str(document[path]).startswith("$")}
    return root


def _place_of(error: yaml.MarkedYAMLError, document: Document) -> tuple[int, int]:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    # libyaml ends a file's last line where nobody did, and then stands on one that is not there.
    return (line, column) if line <= len(document.lines) else document.end


def _events(text: str) -> Iterator[yaml.Event]:
    """libyaml's events. From 0.2.6 on it refuses what is a thousand deep before it tells of the first
    dozen: those are read again from what stands before, so that every version gives the same place."""
    told = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            told += 1
            yield event
    except yaml.MarkedYAMLError as error:
        if error.problem != "exceeded maximum nesting depth" or error.problem_mark is None:
            raise
        before = text[: error.problem_mark.index]
        yield from islice(yaml.parse(before, Loader=yaml.CSafeLoader), told, None)


_WORDS: Mapping[str, tuple[str, str]] = {
    "found character that cannot start any token": (
        "this character cannot stand here", "indent with spaces, and put text that starts so in quotes"),
    "found a tab character that violates indentation": ("a tab as indentation", "indent with spaces"),
    "mapping values are not allowed in this context": (
        "a colon that cannot stand here", "check the indentation, or put the text in quotes"),
    "did not find expected comment or line break": (
        "a > that begins a block of text", "put a comparison in quotes, as '>= 8'"),
    "did not find expected ',' or ']'": (
        "a list in brackets that is not closed", "put commas between its values, and ] at its end"),
    "did not find expected ',' or '}'": (
        "a mapping in braces that is not closed", "put commas between its keys, and } at its end"),
    "did not find expected key": ("this line does not line up", "indent the keys of one step alike"),
    "did not find expected '-' indicator": (
        "this line does not line up", "begin each step of one list with - at the same column"),
    "could not find expected ':'": ("a key without a colon", "write key: value"),
    "found invalid Unicode character escape code": (
        "half of a character in an escape", "write the character itself"),
    "found unexpected end of stream": ("a quote that is never closed", "close the quote"),
}  # fmt: skip


def _short(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def _plainly(error: yaml.MarkedYAMLError) -> tuple[str, str]:
    problem = error.problem or "this is no YAML"
    context = f" ({error.context})" if error.context else ""
    return _WORDS.get(problem, (f"{problem}{context}", "check the brackets and the indentation"))
