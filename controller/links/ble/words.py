"""Why Bluetooth does not work, in words, with a next step: from what the system's own layers raise. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from controller.links import LinkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.links import Trouble

Cause = Literal[
    "adapter-missing", "adapter-off", "service-missing", "no-permission", "in-use", "not-found",
    "not-paired", "bond-lost", "pairing-refused", "pairing-declined", "pairing-timeout", "not-usable",
    "dropped", "failed",
]  # fmt: skip
FINAL: frozenset[Cause] = frozenset(
    {"adapter-missing", "adapter-off", "service-missing", "no-permission", "in-use", "not-paired",
     "bond-lost", "pairing-refused", "pairing-declined", "pairing-timeout", "not-usable"}
)  # fmt: skip
"""Causes that another try does not mend."""

WORDS: dict[Cause, tuple[str, str]] = {
    "adapter-missing": (
        "this computer has no Bluetooth adapter", "plug one in, or use a serial port; see `unknot doctor`"),
    "adapter-off": (
        "Bluetooth is switched off", "switch it on in the system's settings, or: bluetoothctl power on"),
    "service-missing": (
        "the system's Bluetooth service does not run", "start it (often: systemctl start bluetooth)"),
    "no-permission": (
        "this program may not use Bluetooth",
        "allow it in the system's settings for privacy and Bluetooth; on Linux, join the group `bluetooth`"),
    "not-paired": ("it is not paired with this computer", "run: unknot pair"),
    "bond-lost": (
        "the device and this computer no longer know each other",
        "hold the device's button until it shows that it pairs, then run: unknot pair"),
    "pairing-refused": (
        "the device refused to pair", "hold its button until it shows that it pairs, then try again"),
    "pairing-declined": (
        "the numbers were not the same, or none was given", "run unknot pair again, and compare all digits"),
    "pairing-timeout": ("pairing was not finished in time", "hold the device's button and try again"),
    "dropped": ("the connection dropped", "bring the device nearer and try again"),
    "failed": ("Bluetooth failed", "switch the device off and on, then try again; see `unknot doctor`"),
}  # fmt: skip

_SIGNS: tuple[tuple[Cause, tuple[str, ...]], ...] = (
    ("adapter-off", ("powered_off", "resource not ready", "not powered", "org.bluez.error.notready")),
    ("adapter-missing", ("no_bluetooth", "no bluetooth adapter", "no_ble_central", "no such adapter")),
    ("no-permission", ("denied_by", "accessdenied", "permission denied", "not authorized to use bluetooth")),
    ("service-missing", ("serviceunknown", "namehasnoowner", "spawn.", "system_bus_socket", "no such file")),
    ("pairing-refused", ("authenticationrejected", "authenticationcanceled", "pairing not supported",
                         "confirm_value_failed", "pairing failed", "authenticationfailed",
                         "authentication failed")),
    ("pairing-timeout", ("authenticationtimeout",)),
    ("bond-lost", ("pin or key missing", "authentication failure", "key missing")),
    ("not-paired", ("insufficient authentication", "insufficient encryption", "insufficient authorization",
                    "not paired", "notpermitted: not paired")),
    ("in-use", ("inprogress", "already connected")),
    ("not-found", ("was not found", "not found", "unknownobject", "page timeout")),
    ("dropped", ("disconnect", "not connected", "abort", "service discovery has not been performed")),
)  # fmt: skip


_TROUBLES: dict[Cause, Trouble] = {"in-use": "taken", "not-found": "missing"}


class BleError(LinkError):
    """A LinkError of Bluetooth; `cause` is stable, `final` where another try would not help."""

    def __init__(self, cause: Cause, message: str = "", remedy: str = "") -> None:
        known, help = WORDS.get(cause, ("", ""))
        super().__init__(message or known, remedy or help, _TROUBLES.get(cause, "other"))
        self.cause = cause

    @property
    def final(self) -> bool:
        """Whether another try would come to the same."""
        return self.cause in FINAL


def why_not(error: BaseException) -> BleError:
    """`error`, raised by bleak or by what is under it, in words."""
    if isinstance(error, BleError):
        return error
    if isinstance(error, LinkError):
        return BleError("failed", str(error), error.remedy)
    if isinstance(error, TimeoutError):
        return BleError("failed", "the device did not answer in time", WORDS["dropped"][1])
    told = f"{type(error).__name__} {' '.join(map(str, error.args))}".lower()
    for cause, signs in _SIGNS:
        if any(sign in told for sign in signs):
            return _NAMED[cause]("the device") if cause in _NAMED else BleError(cause)
    return BleError("failed", f"{WORDS['failed'][0]}: {_plain(str(error) or type(error).__name__)}")


def not_found(address: str, unusable: list[LinkError] | None = None) -> BleError:
    """The device is not heard; `unusable` are the radios that could not listen for it."""
    text = f"{address} is not heard: it is off, out of range, or connected to another phone or computer"
    remedy = "switch it on, bring it near, disconnect it elsewhere, then try again"
    if unusable:
        return BleError("not-found", f"{text}; {unusable[0]}", f"{remedy}; {unusable[0].remedy}")
    return BleError("not-found", text, remedy)


def in_use(address: str) -> BleError:
    """Another program of this computer holds the connection."""
    text = f"{address} is connected to another program on this computer"
    return BleError("in-use", text, "close that program, or switch the device off and on")


_NAMED: dict[Cause, Callable[[str], BleError]] = {"not-found": not_found, "in-use": in_use}
"""Causes whose words name the device."""


def not_usable(why: str) -> BleError:
    """A device that could never be driven over this link."""
    return BleError("not-usable", f"not usable over Bluetooth: {why}", "use a cable, or another adapter")


def misfit(what: str) -> BleError:
    """A device that offers the right service, and not what belongs to it. Another try may find it: systems
    tell at times of services that they have not read to the end."""
    text = f"it has the service of a device that this program knows, but {what}"
    return BleError("failed", text, "switch it off and on; if that does not help, update its firmware")


def _plain(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)[:200]
