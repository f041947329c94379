"""What the Bluetooth side of a simulated device is like, as bench files say it. Needs no Bluetooth stack."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, get_args

from simulator.quantities import milliseconds, quantity

Reader: TypeAlias = Callable[[object], Any]

Link = Literal["serial", "ble"]
Pairing = Literal["just works", "numeric", "passkey", "none"]
RadioFault = Literal[
    "out of range",
    "drop in a write",
    "held by another",
    "bond forgotten",
    "pairing button",
    "subscription dead",
    "notifications doubled",
    "notifications late",
]

SMALLEST_MTU, LARGEST_MTU = 23, 517


@dataclass(frozen=True, slots=True, kw_only=True)
class Wild:
    """What a hostile device says of itself instead; None leaves it."""

    name: str | None = None  # in the advertisement
    info: bytes | None = None  # an INFO payload
    notifications: float = 0.0  # of Status, per second, beside its own


@dataclass(frozen=True, slots=True, kw_only=True)
class BleFacts:
    """Signal in dBm, latency in ms one way, loss a share of what is sent, the window in ms after start."""

    address: str | None = None
    signal: float = -60.0
    mtu: int = 247
    latency_ms: int = 0
    loss: float = 0.0
    pairing: Pairing = "just works"
    pairing_window_ms: int = 120_000
    wild: Wild = Wild()


class RadioSide(Protocol):
    """The Bluetooth side of a device, for fault scripts."""

    def befall(self, what: RadioFault, on: bool) -> None:
        """It happens, or is over."""
        ...


def _one_of(kinds: object) -> Reader:
    def read(value: object) -> object:
        if value not in get_args(kinds):
            raise ValueError(f"{value!r} is none of {', '.join(get_args(kinds))}")
        return value

    return read


def _address(value: object) -> str:
    text = str(value).upper()
    if not re.fullmatch(r"[C-F][0-9A-F](:[0-9A-F]{2}){5}", text):
        raise ValueError(f"{value!r} is not a random static address: six pairs of digits, the first C0 to FF")
    return text


def _mtu(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not SMALLEST_MTU <= value <= LARGEST_MTU:
        raise ValueError(f"{value!r} is not a whole number from {SMALLEST_MTU} to {LARGEST_MTU}")
    return value


def _share(value: object) -> float:
    share = quantity(value, "share")
    if not 0 <= share < 1:
        raise ValueError(f"{value!r} is not at least 0 and under 100 %")
    return share


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a text")  # noqa: TRY004 - of the file
    return value


def _payload(value: object) -> bytes:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not hexadecimal digits in quotes")  # noqa: TRY004 - of the file
    return bytes.fromhex(value)


LINK: Reader = _one_of(Link)
KEYS: dict[str, Reader] = {
    "address": _address,
    "signal": lambda value: quantity(value, "signal"),
    "mtu": _mtu,
    "latency": milliseconds,
    "loss": _share,
    "pairing": _one_of(Pairing),
    "pairing window": milliseconds,
}
WILD_KEYS: dict[str, Reader] = {
    "name": _name,
    "info": _payload,
    "notifications": lambda value: quantity(value, "frequency"),
}


def address_of(serial: str) -> str:
    """A random static address that is always the same for a serial."""
    tail = hashlib.sha256(serial.encode()).digest()[:5]
    return ":".join(f"{byte:02X}" for byte in b"\xf0" + tail)


__all__ = [
    "KEYS",
    "LINK",
    "WILD_KEYS",
    "BleFacts",
    "Link",
    "Pairing",
    "RadioFault",
    "RadioSide",
    "Wild",
    "address_of",
]
