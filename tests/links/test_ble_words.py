"""What Bluetooth's layers raise, in words: each cause has its own, and a next step."""

from __future__ import annotations

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)

from controller.links import LinkError
from controller.links.ble.words import FINAL, WORDS, BleError, in_use, misfit, not_found, not_usable, why_not

Reason = BleakBluetoothNotAvailableReason
Code = BleakGATTProtocolErrorCode
RAISED: dict[str, list[Exception]] = {
    "adapter-missing": [
        BleakBluetoothNotAvailableError("No Bluetooth adapters found.", Reason.NO_BLUETOOTH),
        BleakBluetoothNotAvailableError("-", Reason.NO_BLE_CENTRAL_ROLE),
    ],
    "adapter-off": [
        BleakBluetoothNotAvailableError("-", Reason.POWERED_OFF),
        BleakDBusError("org.bluez.Error.NotReady", ["Resource Not Ready"]),
    ],
    "no-permission": [
        BleakBluetoothNotAvailableError("-", Reason.DENIED_BY_USER),
        BleakBluetoothNotAvailableError("-", Reason.DENIED_BY_SYSTEM),
        BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", ["Rejected send message"]),
        PermissionError(13, "Permission denied"),
    ],
    "service-missing": [
        BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", ["org.bluez was not provided"]),
        FileNotFoundError(2, "No such file or directory"),
    ],
    "pairing-refused": [
        BleakDBusError("org.bluez.Error.AuthenticationRejected", ["Authentication Rejected"]),
        BleakDBusError("org.bluez.Error.AuthenticationCanceled", ["Authentication Canceled"]),
        BleakDBusError("org.bluez.Error.AuthenticationFailed", ["Authentication Failed"]),
        BleakError("AA:BB: authentication failed: passkey entry failed"),
    ],
    "pairing-timeout": [BleakDBusError("org.bluez.Error.AuthenticationTimeout", ["Authentication Timeout"])],
    "not-paired": [
        BleakGATTProtocolError(Code.INSUFFICIENT_AUTHENTICATION),
        BleakGATTProtocolError(Code.INSUFFICIENT_ENCRYPTION),
    ],
    "not-found": [
        BleakDeviceNotFoundError("AA:BB", "Device with address AA:BB was not found."),
        BleakDBusError("org.freedesktop.DBus.Error.UnknownObject", ["no such object"]),
    ],
    "bond-lost": [BleakError("AA:BB: authentication failure: the device does not know this computer's key")],
    "in-use": [BleakDBusError("org.bluez.Error.InProgress", ["Operation already in progress"])],
    "dropped": [BleakError("disconnected"), BleakError("Not connected")],
}
CASES = [(cause, error) for cause, errors in RAISED.items() for error in errors]


@pytest.mark.parametrize(("cause", "error"), CASES, ids=[f"{c}-{type(e).__name__}" for c, e in CASES])
def test_what_is_raised_comes_to_its_cause(cause: str, error: Exception) -> None:
    told = why_not(error)
    assert told.cause == cause
    assert str(told)
    assert told.remedy


def test_every_cause_has_words_of_its_own() -> None:
    told = [
        *WORDS.values(),
        (str(in_use("A")), in_use("A").remedy),
        (str(not_found("A")), not_found("A").remedy),
        (str(misfit("A")), misfit("A").remedy),
    ]
    texts = [text for text, _ in told]
    assert len(set(texts)) == len(texts)
    assert all(remedy for _, remedy in told)


def test_what_another_try_mends_is_not_final() -> None:
    assert not why_not(BleakError("disconnected")).final
    assert not why_not(TimeoutError()).final
    assert not not_found("A").final
    assert not misfit("A").final
    assert all(BleError(cause).final for cause in FINAL)


def test_what_nobody_foresaw_is_told_without_control_characters() -> None:
    told = why_not(RuntimeError("odd \x1b[2J thing"))
    assert told.cause == "failed"
    assert "odd  [2J thing" in str(told)


def test_words_that_are_there_already_are_kept() -> None:
    mine = not_usable("its messages do not fit")
    assert why_not(mine) is mine
    other = why_not(LinkError("no such port", "plug it in"))
    assert (str(other), other.remedy) == ("no such port", "plug it in")


def test_a_device_that_is_not_heard_is_told_beside_a_radio_that_cannot_listen() -> None:
    told = not_found("AA:BB", [BleError("adapter-off")])
    assert "AA:BB" in str(told)
    assert "switched off" in str(told)
    assert "bluetoothctl" in told.remedy
