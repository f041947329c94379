"""Files that nobody meant to write, and what must hold for each of them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from controller.safety import verify
from protocols.bounds import bounds
from protocols.diagnostics import MOST_DIAGNOSTICS
from protocols.language import Source, compile_source, load, shipped

if TYPE_CHECKING:
    import random

    from protocols.diagnostics import Diagnostic
    from protocols.language import Compiled

EXAMPLE = """\
unknot: 1
title: Desk worker's neck and shoulders
about: Warm the upper back, work two points on each side, then stretch.
needs:
  pad: heat
  gun: percussion
options:
  strength: {ask: "How strong today?", of: [gentle, medium], default: gentle}
limits:
  session: 40 min
steps:
  - ask: Has anything new started to hurt since the last session?
    stop if: yes
    because: Speak with a professional first.
  - heat: upper back
    to: medium
    for: 10 min
    within: 8 min
  - cool: pad
    below: 37 °C
    within: 8 min
  - rest: 1 min
  - repeat: 2
    until: tenderness <= 2
    steps:
      - press: [upper trapezius, levator scapulae]
        side: both
        with: gun
        at: $strength
        for: 15 s
        move: circles
        between: 15 s
      - rest: 30 s
      - rate: upper trapezius
  - together:
      - say: Sit back.
      - [{rest: 20 s}, {stretch: rhomboids, side: left, hold: 20 s}]
  - press: suboccipitals
    side: both
    with: hand
    for: 20 s
    force: 10 N .. 20 N
  - stretch: upper trapezius
    side: both
    hold: 30 s
    times: 2
"""
TEXTS = [EXAMPLE.encode(), *(load(name).data for name in shipped())]

_PIECES = [
    b"\t", b"\0", b"\xff", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!!x ", b"<<: ", b"---\n", b"? ",
    b": ", b"- ", b"'", b'"', b"|", b">", b"#", b"\n", b"\r", b"$", b"$strength", b"99", b"1e999", b"-1",
    b"both", b"hand", b"together:", b"repeat: 99", b"until: tenderness <= 2", b"\xe2\x80\xa8",
    b"\xef\xbb\xbf", "é首".encode(), "\u202e".encode(), b"",
]  # fmt: skip
_TOKEN = re.compile(rb"[A-Za-z0-9_.%/]+|[^A-Za-z0-9_.%/]")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def mutated(dice: random.Random) -> bytes:
    """One of the texts with one to four slips: of bytes, of lines or of words."""
    data = dice.choice(TEXTS)
    for _ in range(dice.randint(1, 4)):
        data = dice.choice([_bytes_changed, _lines_changed, _words_changed])(data, dice)
    return data


def _bytes_changed(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    end = min(len(data), start + dice.choice([0, 0, 1, 3, 20]))
    new = dice.choice([*_PIECES, data[start : start + 40], data[::-1][:9], bytes([dice.randrange(256)])])
    return data[:start] + new + data[end:]


def _changed(parts: list[bytes], other: list[bytes], dice: random.Random) -> bytes:
    """One part left out, doubled, moved, or in place of it one from another text."""
    if not parts:
        return b""
    at, to = dice.randrange(len(parts)), dice.randrange(len(parts))
    way = dice.randrange(4)
    if way == 0:
        del parts[at]
    elif way == 1:
        parts.insert(to, parts[at])
    elif way == 2:
        parts.insert(to, parts.pop(at))
    else:
        parts[at] = dice.choice(other)
    return b"".join(parts)


def _lines_changed(data: bytes, dice: random.Random) -> bytes:
    other = dice.choice(TEXTS).splitlines(keepends=True)
    lines = data.splitlines(keepends=True)
    if lines and dice.random() < 0.3:
        at = dice.randrange(len(lines))
        lines[at] = b" " * dice.randrange(9) + lines[at].lstrip()
        return b"".join(lines)
    return _changed(lines, other, dice)


def _words_changed(data: bytes, dice: random.Random) -> bytes:
    return _changed(_TOKEN.findall(data), _TOKEN.findall(dice.choice(TEXTS)), dice)


def judged(data: bytes) -> Compiled:
    """`data` compiled, held to everything that holds for every file."""
    compiled = compile_source(Source("m.yaml", data))
    assert (compiled.plan is None) == bool(compiled.diagnostics)
    assert bool(compiled.combinations) == (compiled.plan is not None)
    assert len(compiled.diagnostics) <= MOST_DIAGNOSTICS
    places = [(d.line, d.column) for d in compiled.diagnostics]
    assert places == sorted(places)
    lines = _BREAK.split(data.decode("utf-8-sig", errors="replace"))
    for diagnostic in compiled.diagnostics:
        assert_lies_in(diagnostic, lines)
        assert_is_said(compiled, diagnostic)
    for plan in {id(each.segments): each for each in compiled.combinations}.values():
        found = bounds(plan)
        assert 0 <= found.shortest_ms <= found.longest_ms
        for violation in verify(plan):
            assert violation.message
        assert len(plan.sha256) == 64
    return compiled


def obeyed(character: str) -> bool:
    """Whether a terminal may do something else with it than show it."""
    turns = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    category = unicodedata.category(character)
    return category in {"Cc", "Cs", "Zl", "Zp"} or unicodedata.bidirectional(character) in turns


def assert_lies_in(d: Diagnostic, lines: list[str]) -> None:
    """The place is in the file, and ends where or after it starts: nothing written is a place too."""
    assert 1 <= d.line <= d.end_line <= len(lines), d
    assert 1 <= d.column <= len(lines[d.line - 1]) + 1, d
    assert (d.line, d.column) <= (d.end_line, d.end_column), d
    assert d.end_column <= len(lines[d.end_line - 1]) + 2, d


def assert_is_said(compiled: Compiled, d: Diagnostic) -> None:
    """In short words without a character that a terminal obeys."""
    assert d.message
    assert len(d.message) < 2_000
    assert len(d.help) < 2_000
    text = compiled.text(d)
    assert not any(obeyed(c) for c in text.replace("\n", "")), text
    assert not any(obeyed(c) for c in d.message + d.help), d
