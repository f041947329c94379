"""What a device on the air is, from what it advertises: whether it can be used, and why not. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from controller.devices.knot.gatt import GATT
from protocols.diagnostics import width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BY_HAND: Final = "work it by hand: unknot devices add --by-hand NAME --kind KIND"
LONGEST_NAME: Final = 32
"""Columns of a device's name that are shown: a name may have 248 bytes of anything."""
MARKS: Final = 2
"""On one letter; some languages have two, names that are made to spill over other lines have many."""


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of device that may be heard. `service` alone tells it; where that is None, a name does
    (compared from its beginning, in any case). `why_not` is empty where there is a driver."""

    name: str
    what: str
    service: str | None = None
    names: tuple[str, ...] = ()
    why_not: str = ""


_NO_PROTOCOL = f"its maker has published no way to drive it: {BY_HAND}"
_NO_DRIVER = f"there is no driver for it: {BY_HAND}"

KNOT: Final = Family("knot", "a Knot device", GATT.service)
FAMILIES: Final = (
    KNOT,
    Family("bedjet", "a BedJet", "00001000-bed0-0080-aa55-4265644a6574", ("bedjet",), why_not=_NO_DRIVER),
    Family("ooler", "an Ooler", "5c293993-d039-4225-92f6-31fa62101e96", why_not=_NO_DRIVER),
    Family("theragun", "a Theragun", names=("theragun", "thera"), why_not=_NO_DRIVER),
    Family("hyperice", "a Hyperice device", names=("hypervolt", "hyperice", "venom"), why_not=_NO_PROTOCOL),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a sighting comes to: `what` in words, `why_not` it cannot be used (empty where it can)."""

    name: str
    what: str
    why_not: str = ""

    @property
    def usable(self) -> bool:
        """Whether it can be paired and driven."""
        return not self.why_not


def recognise(name: str, services: Iterable[str]) -> Kind:
    """What advertises `name` and `services` (128 bit UUIDs)."""
    shown, offered = plain(name), {each.lower() for each in services}
    for family in FAMILIES:
        by_name = any(shown.lower().startswith(each) for each in family.names)
        if family.service in offered or by_name:
            return Kind(shown, family.what, family.why_not)
    return Kind(shown, "something else", "it is no massager or pad that this program knows")


def plain(name: str) -> str:
    """`name` as it may be shown on a terminal: no control characters, no marks that turn text around or
    pile up, one line, cut to 32 columns. Empty where nothing of it would be seen."""
    words = " ".join("".join(_calm(name[: 8 * LONGEST_NAME])).split())
    if width(words) <= LONGEST_NAME:
        return words if width(words) else ""
    kept = sum(1 for each in accumulate(map(width, words)) if each < LONGEST_NAME)
    return f"{words[:kept]}…"


def _calm(text: str) -> Iterator[str]:
    marks = 0
    for each in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.category(each) in {"Mn", "Me"} else 0
        if marks <= MARKS:
            yield each if each.isprintable() else " "
