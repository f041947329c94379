"""256 KiB of anything, and smaller files that would cost much more than they show."""

from __future__ import annotations

from itertools import count, repeat
from typing import TYPE_CHECKING

from protocols.language.source import LARGEST, MOST_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = "unknot: 1\ntitle: t\nneeds: {pad: heat, gun: percussion}\n"
STEPS = HEAD + "steps:\n"

_ENDLESS = {
    "squares": "[", "braces": "{", "both": "[{", "mappings": "{a: ", "closed": "]", "letters": "x",
    "quotes": "'", "double quotes": '"', "colons": ":", "spaced colons": ": ", "dashes": "- ",
    "empty items": "-\n", "question marks": "? ", "empty keys": "?\n", "tags": "!", "tagged items": "- !\n",
    "ampersands": "&", "anchors": "- &a x\n", "stars": "*", "aliases": "- *a\n", "percents": "%",
    "directives": "%YAML 1.1\n", "bars": "|", "block scalars": "- |\n x\n", "folded": "- >\n x\n",
    "spaces": " ", "lines": "\n", "carriage returns": "\r", "both ends": "\r\n", "tabs": "\t",
    "comments": "#\n", "one comment": "#", "NULs": "\0", "byte-order marks": "\ufeff",
    "line separators": "\u2028", "next lines": "\x85", "commas": ",", "documents": "---\n", "ends": "...\n",
    "emoji": "😀", "combining": "\u0301", "joiners": "\u200d", "overrides": "\u202e", "merges": "<<: a\n",
    "one key again": "a: b\n", "options": "- $x\n", "escapes": '"\\x41" ', "digits": "9", "minus": "-",
    "dots": ".", "no-break spaces": "\xa0", "map keys": "? {a: b}\n: c\n",
}  # fmt: skip
_BEFORE = {"": "", " as steps": STEPS, " as a value": STEPS + "- rest: ", " in quotes": STEPS + '- say: "'}


def filled(head: str, items: Iterable[str], tail: str = "", values: int = 1) -> bytes:
    """As many items as a file may have, `values` of them in each."""
    parts, size = [head], len(head.encode()) + len(tail.encode())
    for number, item in enumerate(items):
        size += len(item.encode())
        if size > LARGEST or number * values > MOST_VALUES - 100:
            break
        parts.append(item)
    return ("".join(parts) + tail).encode()


def endless() -> dict[str, bytes]:
    """One piece again and again to the largest size, alone and at several places of a file."""
    bombs = {
        f"{name}{where}": (head + piece * ((LARGEST - len(head)) // len(piece.encode()))).encode()
        for name, piece in _ENDLESS.items()
        for where, head in _BEFORE.items()
    }
    bombs["no UTF-8"] = b"\xff" * LARGEST
    bombs["surrogates"] = b"\xed\xa0\x80" * (LARGEST // 3)
    bombs["deep indentation"] = "".join(" " * n + "a:\n" for n in range(700)).encode()
    bombs["laughs"] = "".join(f"{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 500)).encode()
    bombs["a long key"] = (STEPS + f"- {'x' * 250_000}: y\n").encode()
    bombs["long keys"] = (f"? {'x' * 120_000}\n: a\n? {'y' * 120_000}\n: b\n").encode()
    return bombs


def _words(start: str) -> Iterable[str]:
    return (f"{start}{n:05}" for n in count())


def costly() -> dict[str, bytes]:
    """Thousands of slips, each of which is compared, sorted or told."""
    roles = "".join(f"  r{n:018}: heat\n" for n in range(200))
    many = "unknot: 1\ntitle: t\nneeds:\n" + roles + "steps:\n"
    names = "".join(f"- {{ask: q, as: a{n:04}}}\n" for n in range(1_000))
    declared = "".join(f"  o{n:04}: {{}}\n" for n in range(200))
    return {
        "wrong places": filled(STEPS + "- press: [", (f"{w}, " for w in _words("levat")), "]\n"),
        "wrong verbs": filled(STEPS, (f"- res{w}: x\n" for w in _words("")), values=2),
        "wrong roles": filled(many, (f"- cool: {w}\n" for w in _words("r0000000000")), values=2),
        "wrong roles of heat": filled(
            many, (f"- heat: neck\n  with: {w}\n" for w in _words("r00000")), values=4),
        "wrong keys": filled(STEPS, (
            "- press: ql\n" + "".join(f"  wit{n}{k:02}: x\n" for k in range(28)) for n in count()),
            values=29),
        "wrong units": filled(STEPS, (f"- rest: 5 {w}\n" for w in ("minuts", "secnds") * 9_999), values=2),
        "wrong levels": filled(STEPS, (
            f"- heat: neck\n  to: medi{w}\n  for: 5 s\n" for w in _words("")), values=4),
        "wrong sides": filled(STEPS, (f"- rate: ql\n  side: lef{w}\n" for w in _words("")), values=3),
        "no values": filled(STEPS + "- ", repeat("press: ,"), values=2),
        "no values in a flow": filled(HEAD + "steps: [", repeat("press: a,"), "]\n", values=2),
        "empty steps": filled(STEPS, repeat("-\n")),
        "empty mappings": filled(HEAD + "steps: [", repeat("{},"), "]\n"),
        "wrong conditions": filled(STEPS + names, (
            f"- repeat: 2\n  until: a{w} == yes\n  steps: [x]\n" for w in _words("x")), values=4),
        "branches after names": filled(STEPS + names, repeat("- together: [a: b, x, x, x]\n"), values=7),
        "answers": filled(STEPS + "- ask: q\n  of: [", (f"{w}, " for w in _words("a")), "]\n  stop if: x\n"),
        "wrong options": filled(f"unknot: 1\ntitle: t\noptions:\n{declared}steps:\n", (
            f"- rest: $o{w}\n" for w in _words("")), values=2),
        "ten thousand keys": filled("unknot: 1\ntitle: t\n", (f"k{n}: v\n" for n in range(10_000))),
        "ten thousand keys in a step": filled(STEPS + "- rest: 5 s\n", (
            f"  k{n}: v\n" for n in range(10_000))),
        "ten thousand items": filled(STEPS, ("- rest: 5 s\n" for _ in range(10_000)), values=2),
        "roles without a kind": filled("unknot: 1\ntitle: t\nneeds:\n", (
            f"  K{w}: hea\n" for w in _words("")), "steps:\n- {heat: neck, to: low, for: 1 min}\n"),
        "too many values": filled(STEPS, repeat("- 5\n"), values=0),
    }  # fmt: skip


def _options(number: int, values: str) -> str:
    return "options:\n" + "".join(
        f"  o{n}: {{ask: q, of: [{values}], default: {values.split(',', maxsplit=1)[0]}}}\n"
        for n in range(number)
    )


def unrolled() -> dict[str, bytes]:
    """What multiplies: options, rounds and branches."""
    fourteen = "".join(f"- rate: $o{n}\n" for n in range(14))
    return {
        "options near the bound": (
            HEAD + _options(10, "1 s, 2 s") + "steps:\n" + "".join(f"- rest: $o{n}\n" for n in range(10))
            + "- rest: 5 s\n" * 9).encode(),
        "options over the bound, all wrong": (
            HEAD + _options(14, "ab, cd") + "steps:\n" + fourteen).encode(),
        "options of a file without steps": (
            HEAD + _options(14, "ab, cd") + "about: [" + "$o1, " * 14 + "]\n").encode(),
        "options and one mistake": (
            HEAD + _options(14, "ab, cd") + "steps:\n- rest: 5\n" + fourteen).encode(),
        "long segments": (
            HEAD + _options(3, "1 s, 2 s") + "steps:\n" + "- rest: $o1\n" * 3 + "- rest: 5 s\n" * 1_997
        ).encode(),
        "rounds of rounds": (STEPS + "- {repeat: 99, steps: [{repeat: 99, steps: [rest: 5 s]}]}\n").encode(),
        "branches of branches": (
            STEPS + "- " + "together: [" * 4 + "rest: 5 s, rest: 5 s" + "], rest: 5 s" * 3 + "]\n").encode(),
    }  # fmt: skip
