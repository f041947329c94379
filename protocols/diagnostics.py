"""An error or a warning with its code and its place: as text with a caret, and as JSON.

Lines and columns count from 1, columns in code points. Standard library only.
"""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning"]
Code = Literal[
    "syntax", "encoding", "too-large", "too-deep", "too-long", "duplicate-key", "alias", "tag",
    "unknown-key", "missing-key", "unknown-verb", "unit-missing", "unit-unknown", "value",
    "unknown-place", "side-missing", "unknown-role", "role-conflict", "unknown-option",
    "language-version", "refused-method", "limit",
]  # fmt: skip

MOST_DIAGNOSTICS = 50
"""How many a file is reported with, at most (protocol-language, "Reading a file")."""

_MOST_KNOWN = 200  # words that one is compared with
_WIDEST_LINE = 160  # columns of a source line shown around the caret


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From a line and column up to, not including, `end_column` of `end_line`."""

    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """What is wrong, where, and what to write instead.

    `limit`, `asked` and `allowed` belong to code `limit` alone: the id of the limit, and seconds,
    °C or whatever else that limit counts.
    """

    severity: Severity
    code: Code
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    help: str
    limit: str | None = None
    asked: float | None = None
    allowed: float | None = None

    def to_json(self) -> dict[str, object]:
        """The object of `check --json`."""
        shown: dict[str, object] = {
            "severity": self.severity, "code": self.code, "file": self.file,
            "line": self.line, "column": self.column,
            "end_line": self.end_line, "end_column": self.end_column,
            "message": self.message, "help": self.help,
        }  # fmt: skip
        if self.code == "limit":
            shown |= {"limit": self.limit, "asked": self.asked, "allowed": self.allowed}
        return shown


def diagnose(
    code: Code, file: str, span: Span, message: str, help: str = "", severity: Severity = "error"
) -> Diagnostic:
    """A diagnostic at `span`."""
    return Diagnostic(
        severity=severity, code=code, file=file,
        line=span.line, column=span.column, end_line=span.end_line, end_column=span.end_column,
        message=message, help=help,
    )  # fmt: skip


def first_ones(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """In the order of their places, at most MOST_DIAGNOSTICS of them."""
    ordered = sorted(diagnostics, key=lambda d: (d.line, d.column))
    return tuple(ordered[:MOST_DIAGNOSTICS])


def render(diagnostic: Diagnostic, source_line: str | None) -> str:
    """`file:line:column: code: message`, the source line, a caret under the place, and the help."""
    d = diagnostic
    kind = "" if d.severity == "error" else f"{d.severity}: "
    lines = [f"{printable(d.file)}:{d.line}:{d.column}: {kind}{d.code}: {printable(d.message)}"]
    if source_line is not None:
        end = d.end_column if d.end_line == d.line else len(source_line) + 1
        lines += _pointed(source_line, d.column - 1, end - 1)
    if d.help:
        lines.append(f"  help: {printable(d.help)}")
    return "\n".join(lines)


def _pointed(line: str, start: int, end: int) -> list[str]:
    first = max(0, start - _WIDEST_LINE // 2)
    shown = line[first : first + _WIDEST_LINE]
    before, under = line[first:start], line[start : min(end, first + _WIDEST_LINE)]
    caret = " " * width(before) + "^" * max(1, width(under))
    return [f"    {printable(shown)}".rstrip(), f"    {caret}"]


def width(text: str) -> int:
    """How many columns of a terminal `text` takes: wide characters two, combining ones none."""
    return sum(_width(character) for character in printable(text))


def _width(character: str) -> int:
    if character == "\u00ad":  # a soft hyphen is shown
        return 1
    if unicodedata.category(character) in {"Mn", "Me", "Cf"} or "\u1160" <= character <= "\u11ff":
        return 0  # the latter: Korean vowels and endings join the letter before them
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def is_control(character: str) -> bool:
    """Whether a terminal might obey `character` rather than show it."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or (
        character in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    )


def printable(text: str) -> str:
    """`text` with every character that a terminal might obey shown as one that it does not."""
    if text.isascii() and text.isprintable():
        return text
    return "".join((" " if c == "\t" else "\ufffd") if is_control(c) else c for c in text)


def quoted(text: str, longest: int = 40) -> str:
    """What was written, in quotes, on one line and cut to `longest`."""
    plain = printable(" ".join(text[: 4 * longest].split()))
    return f'"{plain}"' if len(plain) <= longest else f'"{plain[: longest - 1]}…"'


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be."""
    if not 0 < len(word) <= 40:
        return None
    close = difflib.get_close_matches(word.casefold(), list(islice(known, _MOST_KNOWN)), n=1, cutoff=0.6)
    return close[0] if close else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """Help for an unknown word: the nearest known one, or all of them."""
    words = list(known)
    close = nearest(word, words)
    if close:
        return f"did you mean {close}?"
    return f"write one of: {', '.join(words[:20])}" if words else ""
