"""One known device: what it is called, how it is reached, and what it is known to do."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from controller.safety.channel import LEAST_LEVELS, LEAST_ON_A_SCALE, Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from protocols.plan import Kind

LONGEST_NAME = 40
MOST_LEVELS = 100
RATES = (300, 10_000)
"""Strokes a minute that a massager may have; what is lower was meant in strokes a second."""
KINDS: Final[tuple[Kind, ...]] = ("percussion", "heat")
HAND = "hand"
_LINKS = ("ble:", "serial:")
_TAKEN = (HAND, "sim")
"""What `--use` reads as something else than a name."""


class KnownError(Exception):
    """A device that cannot be named, found or kept, with `remedy`, what a person can do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class UnknownDeviceError(KnownError):
    """No device has that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device with a name. `link` is `ble:ADDRESS`, `serial:PATH` or `hand`; `added` a day, ISO 8601.

    `serial` is the number that the device itself tells, empty by hand. `radio`: the adapter it was paired
    with. `levels`, and `slowest` and `fastest` in strokes a minute: by hand, where they are known. Raises
    KnownError for anything else.
    """

    name: str
    kinds: tuple[Kind, ...]
    link: str
    added: str
    serial: str = ""
    model: str = ""
    simulated: bool = False
    radio: str = ""
    levels: int | None = None
    slowest: int | None = None
    fastest: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", checked_name(self.name))
        _check_kinds(self.kinds)
        _check_link(self)
        _check_scale(self)
        try:
            date.fromisoformat(self.added)
        except ValueError:
            raise KnownError(f"{self.added!r} is no day", "write it such as 2027-01-31") from None

    @property
    def by_hand(self) -> bool:
        """Whether the person works it."""
        return self.link == HAND

    @property
    def scale(self) -> tuple[float, float] | None:
        """Its slowest and fastest in strokes a minute, where they are known."""
        if self.slowest is None or self.fastest is None:
            return None
        return float(self.slowest), float(self.fastest)

    def channel(self, role: str) -> Channel:
        """What `role` is bound to. For a device that is worked by hand alone."""
        return Channel.worked_by_hand(role, self.kinds[0], self.levels, name=self.name, scale=self.scale)


def worked_by_hand(
    name: str, kind: Kind, levels: int | None = None, slowest: int | None = None, fastest: int | None = None
) -> Device:
    """A device of the person's own without a link, added today. Raises KnownError."""
    today = datetime.now().astimezone().date()
    return Device(
        name=name, kinds=(kind,), link=HAND, added=f"{today}",
        levels=levels, slowest=slowest, fastest=fastest,
    )  # fmt: skip


def checked_name(name: str) -> str:
    """`name` as it is kept: one line, 1 to 40 characters. Raises KnownError."""
    remedy = f"use 1 to {LONGEST_NAME} characters, such as: my gun"
    if not name.isprintable():
        raise KnownError("a name has no control characters", remedy)
    plain = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 1 <= len(plain) <= LONGEST_NAME:
        raise KnownError(f"a name has 1 to {LONGEST_NAME} characters", remedy)
    if plain.startswith("-"):
        raise KnownError("a name that begins with - reads as an option", "begin it with a letter")
    same = same_name(plain)
    if same in _TAKEN or same.startswith(_LINKS):
        raise KnownError(f"{plain!r} means something else to --use", "choose another name")
    return plain


def same_name(name: str) -> str:
    """`name` as it is compared: any letter case, and any way to write a letter, the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", " ".join(name.split())).casefold())


def free_name(name: str, devices: Iterable[Device]) -> str:
    """`name`, or the first of `name 2`, `name 3`, … that no device has."""
    taken = {same_name(each.name) for each in devices}
    return next(each for each in (name, *(f"{name} {n}" for n in range(2, 1000))) if each not in taken)


def to_json(device: Device) -> dict[str, object]:
    """Its fields by name."""
    return asdict(device) | {"kinds": list(device.kinds)}


def from_json(told: object) -> Device:
    """The device that `to_json` told. Raises ValueError and KnownError for anything else."""
    if not isinstance(told, dict):
        raise ValueError("a device is no object")  # noqa: TRY004  read from a file: its value is wrong
    _check_types(told)
    return Device(**{**told, "kinds": tuple(told["kinds"])})


_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "name": (str,), "kinds": (list,), "link": (str,), "added": (str,), "serial": (str,), "model": (str,),
    "simulated": (bool,), "radio": (str,), "levels": (int, type(None)), "slowest": (int, type(None)),
    "fastest": (int, type(None)),
}  # fmt: skip


def _check_types(told: Mapping[object, object]) -> None:
    for key in (each.name for each in fields(Device)):
        # By the very type: JSON's true is an int to Python.
        if key not in told or type(told[key]) not in _TYPES[key]:
            raise ValueError(f"a device has no fit {key}")
    if more := set(told) - set(_TYPES):
        raise ValueError(f"a device has {min(map(str, more))}, which means nothing")


def _check_kinds(kinds: tuple[Kind, ...]) -> None:
    if not kinds or not all(each in KINDS for each in kinds) or len(set(kinds)) != len(kinds):
        raise KnownError(f"{', '.join(map(str, kinds)) or 'nothing'} is no kind", "percussion or heat")


def _check_link(device: Device) -> None:
    told = (device.link, device.serial, device.model, device.radio)
    if not all(each.isprintable() for each in told):
        raise KnownError("a device tells of itself with control characters", "update its firmware")
    if device.by_hand:
        if device.serial or device.radio or device.simulated or len(device.kinds) > 1:
            raise KnownError("a device worked by hand has one kind, and no link", "leave the rest out")
        return
    prefix = next((each for each in _LINKS if device.link.startswith(each)), None)
    if prefix is None or device.link == prefix:
        raise KnownError(f"{device.link!r} is no link", "write ble:ADDRESS, serial:PATH or hand")
    if not device.serial:
        raise KnownError("a device without a serial number is not known again", "update its firmware")


def _check_scale(device: Device) -> None:
    given = [each is not None for each in (device.slowest, device.fastest)]
    if not device.by_hand and (device.levels is not None or any(given)):
        raise KnownError("a device with a link tells its own levels", "leave levels and speeds out")
    if "heat" in device.kinds and any(given):
        raise KnownError("a pad has no strokes a minute", "leave slowest and fastest out")
    if any(given) and not all(given):
        raise KnownError("slowest and fastest go together", "give both, as the manual says, or neither")
    if device.slowest is not None and device.fastest is not None:
        _check_rates(device.slowest, device.fastest)
    if device.levels is not None:
        _check_levels(device, device.levels)


def _check_rates(slowest: int, fastest: int) -> None:
    lowest, highest = RATES
    if not slowest < fastest:
        raise KnownError(
            f"slowest {slowest} is not below fastest {fastest}", "write the lower one as slowest"
        )
    if not (lowest <= slowest and fastest <= highest):
        raise KnownError(
            f"{slowest} to {fastest} strokes a minute is out of {lowest} to {highest}",
            "write strokes a minute: what the manual says in Hz, times 60",
        )


def _check_levels(device: Device, levels: int) -> None:
    if not 1 <= levels <= MOST_LEVELS:
        raise KnownError(
            f"{levels} levels: a device has 1 to {MOST_LEVELS}", "count those that it can be set to"
        )
    if "percussion" not in device.kinds:
        return
    if levels < LEAST_ON_A_SCALE:
        raise KnownError("a massager with one level has none that is gentle", "use one that has several")
    if device.scale is None and levels < LEAST_LEVELS:
        raise KnownError(
            f"{levels} levels of unknown speed: none of them is in the lowest third",
            "give its slowest and fastest too, as the manual says",
        )
