"""What Home says. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from controller.faces.home.facts import Facts
    from controller.lock import Running
    from controller.settings import Way

WAYS: Final[dict[Way, str]] = {"own": "", "hand": "by hand", "sim": "simulated"}
ACTIONS: Final = (
    ("demo", "Demo", "d"),
    ("hand", "By hand", "b"),
    ("sim", "Simulate", "s"),
    ("devices", "Devices", "v"),
    ("history", "History", "y"),
    ("people", "People", "w"),
    ("settings", "Settings", ","),
    ("help", "Help", "?"),
    ("quit", "Quit", "q"),
)


LOOKING: Final = frozenset({"help", "quit"})
"""What somebody may do who only looks."""
LOOKS_ONLY: Final = (
    "Read only: this page can start, answer and stop nothing, and shows nothing of anybody.",
    "",
    "A session that runs on this machine opens here by itself. It is stopped where it runs, or with"
    " `unknot stop`.",
    "",
    "The protocols can be read: choose an area.",
    "",
    "A page that can act has the token that `unknot web` printed.",
)


def elsewhere(running: Sequence[Running]) -> str:
    """What runs in another window, the newest by name."""
    from protocols.diagnostics import printable  # noqa: PLC0415  the first picture does without

    if not running:
        return ""
    more = f" (and {len(running) - 1} more)" if len(running) > 1 else ""
    return f"a see: {printable(running[-1].title)} runs{more}"


def first_run(way: Way) -> str:
    """What somebody sees who was never here."""
    if way != "own":
        how = "You work it yourself." if way == "hand" else "No device is driven, no body is touched."
        return f"{how}\nNow choose where it hurts."
    return """\
First time here? Choose how:
  d  a demo, at once
  b  by hand: your own things
  p  a device: get to know it
  s  the simulator: no device
Then choose where it hurts.

Nothing here replaces a
professional."""


def overview(facts: Facts, after: Iterable[str]) -> str:
    """What was done, what may be had again when, the devices; first how the last session went."""
    own = tuple(glances(facts))
    parts = (
        ("Just now", tuple(after), ""),
        ("To know", facts.said, ""),
        ("Again", facts.again, "everything may be had now"),
        ("Lately", facts.lately, "nothing yet"),
        ("Devices", own, "none known: p gets to know one"),
    )
    told = (_part(head, lines, otherwise) for head, lines, otherwise in parts)
    return "\n\n".join(each for each in told if each)


def glances(facts: Facts) -> Iterator[str]:
    """The known devices, as last known: nothing is opened for this."""
    from controller.faces.home.device_words import glance  # noqa: PLC0415  the first picture does without

    return (glance(each, facts.seen.get(each.serial)) for each in facts.devices)


def _part(head: str, lines: tuple[str, ...], otherwise: str) -> str:
    shown = lines or ((otherwise,) if otherwise else ())
    return "\n".join((head, *(f"  {line}" for line in shown))) if shown else ""


def wrapped(lines: Iterable[str], columns: int) -> Iterator[str]:
    """`lines` within so many columns; what goes over goes on below, set in by two more."""
    for line in lines:
        room = " " * (len(line) - len(line.lstrip()) + 2)
        yield from textwrap.wrap(line, max(columns, 20), subsequent_indent=room, drop_whitespace=True) or [""]
