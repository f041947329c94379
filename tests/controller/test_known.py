"""The file of known devices: private, whole, never lost; and which device may fill which role."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from controller import known
from controller.config import state_dir
from controller.known import Device, KnownError, UnknownDeviceError, refuse_misfits
from controller.known.device import from_json
from controller.links import LinkError

if TYPE_CHECKING:
    from pathlib import Path

GUN = Device(
    name="My gun", kinds=("percussion",), link="hand", added="2027-01-31",
    levels=5, slowest=1200, fastest=3200,
)  # fmt: skip
PAD = Device(
    name="Warm pad", kinds=("heat",), link="ble:AA:BB", added="2027-02-01", serial="KN-7", model="Knot heat",
    radio="hci0",
)  # fmt: skip
BOTH = Device(
    name="Both", kinds=("percussion", "heat"), link="serial:/dev/ttyACM0", added="2027-02-02", serial="KN-8",
    simulated=True,
)  # fmt: skip


def file() -> Path:
    return state_dir() / "devices" / "known.json"


def test_devices_are_kept_as_told_in_a_file_that_only_the_user_can_read() -> None:
    assert known.load() == known.Known(())
    assert not file().parent.exists()
    for each in (GUN, PAD, BOTH):
        assert known.add(each) == each
    assert known.load() == known.Known((GUN, PAD, BOTH))
    assert known.get("  mY gun ") == GUN
    assert stat.S_IMODE(file().stat().st_mode) == 0o600
    assert stat.S_IMODE(file().parent.stat().st_mode) == 0o700
    assert [*file().parent.iterdir()] == [file()]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("", "1 to 40"), ("   ", "1 to 40"), ("a" * 41, "1 to 40"), ("gun\x1b[2J", "control"),
        ("gun\n", "control"), ("gun\u202e", "control"), ("Hand", "something else"),
        ("ｓｉｍ", "something else"), ("serial:/dev/x", "something else"), ("BLE:AA", "something else"),
        ("--json", "option"),
    ],
)  # fmt: skip
def test_a_name_that_is_none_is_refused_with_a_remedy(name: str, wrong: str) -> None:
    with pytest.raises(KnownError, match=wrong) as refused:
        replace(GUN, name=name)
    assert refused.value.remedy


@pytest.mark.parametrize("name", ["a" * 40, "Zoë's old gun (2)", "Пистолет", "筋膜枪", "=x"])
def test_names_of_any_script_are_kept(name: str) -> None:
    known.add(replace(GUN, name=name))
    assert known.get(name).name == name


def test_a_name_is_taken_in_every_letter_case_and_width() -> None:
    known.add(GUN)
    for other in ("my GUN", "  My   gun", "Ｍy gun"):
        with pytest.raises(KnownError, match="called 'My gun' already"):
            known.add(replace(GUN, name=other))


def test_the_same_device_is_not_known_twice() -> None:
    known.add(PAD)
    with pytest.raises(KnownError, match="known already: Warm pad"):
        known.add(replace(PAD, name="Other"))


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"kinds": ()}, "no kind"), ({"kinds": ("cold",)}, "no kind"),
        ({"kinds": ("heat", "heat")}, "no kind"),
        ({"kinds": ("percussion", "heat")}, "one kind"), ({"link": "usb:1"}, "no link"),
        ({"link": "serial:"}, "no link"), ({"serial": "KN-1"}, "no link"), ({"simulated": True}, "no link"),
        ({"added": "soon"}, "no day"), ({"model": "\x1b"}, "control characters"),
        ({"levels": 0}, "1 to 100"), ({"levels": 101}, "1 to 100"), ({"levels": 1}, "none that is gentle"),
        ({"levels": 2, "slowest": None, "fastest": None}, "lowest third"), ({"slowest": None}, "go together"),
        ({"fastest": None}, "go together"), ({"slowest": 3200}, "not below"),
        ({"slowest": 20, "fastest": 53}, "out of 300"), ({"fastest": 10_001}, "out of 300"),
        ({"kinds": ("heat",)}, "no strokes"),
    ],
)  # fmt: skip
def test_what_a_device_by_hand_cannot_be(told: dict[str, Any], wrong: str) -> None:
    with pytest.raises(KnownError, match=wrong) as refused:
        replace(GUN, **told)
    assert refused.value.remedy


def test_a_device_with_a_link_has_a_serial_and_tells_its_own_levels() -> None:
    with pytest.raises(KnownError, match="not known again"):
        replace(PAD, serial="")
    with pytest.raises(KnownError, match="its own levels"):
        replace(PAD, levels=3)


def test_the_channel_by_hand_is_that_of_the_device() -> None:
    channel = GUN.channel("gun")
    assert (channel.device, channel.low, channel.high, channel.levels) == (
        "My gun (by hand)", 1200.0, 3200.0, 5,
    )  # fmt: skip
    assert (channel.by_hand, channel.simulated, channel.measured) == (True, False, False)
    assert replace(GUN, levels=2).channel("gun").step == 2000.0
    pad = Device(name="p", kinds=("heat",), link="hand", added="2027-01-01", levels=1)
    assert pad.channel("pad").unit == "°C"


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(UnknownDeviceError) as none_at_all:
        known.get("My gun")
    assert "unknot devices add" in none_at_all.value.remedy
    known.add(GUN)
    with pytest.raises(UnknownDeviceError, match="'my gnu'") as refused:
        known.get("my gnu")
    assert refused.value.remedy.startswith("did you mean 'My gun'?")
    with pytest.raises(UnknownDeviceError, match="'\ufffd'"):
        known.get("\x1b")


def test_a_device_is_renamed_in_its_place() -> None:
    known.add(GUN)
    known.add(PAD)
    assert known.rename("my gun", "MY GUN").name == "MY GUN"
    with pytest.raises(KnownError, match="already"):
        known.rename("my gun", "warm PAD")
    with pytest.raises(KnownError, match="control"):
        known.rename("my gun", "a\tb")
    with pytest.raises(UnknownDeviceError):
        known.rename("nobody", "x")
    assert [each.name for each in known.load().devices] == ["MY GUN", "Warm pad"]


# Forgetting


def test_what_is_forgotten_is_gone_and_its_bond_with_it() -> None:
    known.add(GUN)
    known.add(PAD)
    unbonded: list[Device] = []

    async def unbond(device: Device) -> None:
        unbonded.append(device)

    assert asyncio.run(known.forget("warm pad", unbond)) == known.Forgotten(PAD)
    assert asyncio.run(known.forget("My gun", unbond)) == known.Forgotten(GUN)
    assert unbonded == [PAD]
    assert known.load().devices == ()
    with pytest.raises(UnknownDeviceError):
        asyncio.run(known.forget("My gun"))


@pytest.mark.parametrize("why", [LinkError("no adapter", "plug one in"), TimeoutError("no adapter"), None])
def test_the_record_goes_also_where_the_bond_stays_and_that_is_told(why: Exception | None) -> None:
    async def unbond(device: Device) -> None:
        assert why is not None
        raise why

    known.add(PAD)
    gone = asyncio.run(known.forget("Warm pad", None if why is None else unbond))
    assert "system's Bluetooth settings" in gone.trouble
    assert why is None or "no adapter" in gone.trouble
    assert known.load().devices == ()


def test_a_fault_of_the_program_is_not_hidden_and_the_record_goes_all_the_same() -> None:
    async def unbond(device: Device) -> None:
        raise ZeroDivisionError

    known.add(PAD)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(known.forget("Warm pad", unbond))
    assert known.load().devices == ()


# What is damaged


def damaged(told: bytes) -> None:
    known.add(GUN)
    file().write_bytes(told)


BAD = [
    b"", b"{", b"\xff\xfe", b"[]", b"{}", b'{"version": 0, "devices": []}', b'{"version": 1}',
    b'{"version": true, "devices": 3}', b'{"version": 1, "devices": [[]]}', b"[" * 100_000,
    b'{"version": 1, "devices": [' + json.dumps({"name": "x"}).encode() + b"]}", b" " * 1024 * 1024 + b" ",
]  # fmt: skip


@pytest.mark.parametrize("told", BAD, ids=range(len(BAD)))
def test_a_damaged_file_is_set_aside_untouched_and_said_until_it_is_gone(told: bytes) -> None:
    damaged(told)
    first = known.load()
    (aside,) = file().parent.iterdir()
    assert aside.name.startswith("known.json.damaged-")
    assert aside.read_bytes() == told
    assert first.devices == ()
    assert str(aside) in first.said
    known.add(PAD)
    assert known.load() == known.Known((PAD,), first.said)
    aside.unlink()
    assert known.load() == known.Known((PAD,))


def test_whoever_writes_first_sets_it_aside_too_and_never_over_another() -> None:
    for text in (b"one", b"two"):
        damaged(text)
        known.add(PAD)
        file().unlink()
    assert sorted(each.read_bytes() for each in file().parent.glob("*.damaged-*")) == [b"one", b"two"]


@pytest.mark.parametrize(
    "change",
    [
        {"levels": True}, {"levels": 2.5}, {"name": 3}, {"name": "a\x00"}, {"name": "\ud800"},
        {"kinds": "heat"}, {"kinds": [[]]}, {"simulated": 0}, {"more": 1},
        {"levels": 2, "slowest": None, "fastest": None},
    ],
)  # fmt: skip
def test_a_record_with_one_wrong_value_is_not_believed(change: dict[str, object]) -> None:
    told = known.to_json(GUN)
    assert from_json(json.loads(json.dumps(told))) == GUN
    damaged(json.dumps({"version": 1, "devices": [told | change]}).encode())
    assert known.load().devices == ()
    assert known.load().said


def test_two_records_of_one_name_are_not_believed() -> None:
    twice = [known.to_json(GUN), known.to_json(replace(GUN, name="MY GUN"))]
    damaged(json.dumps({"version": 1, "devices": twice}).encode())
    assert known.load().said


def test_a_file_of_a_newer_version_is_left_alone() -> None:
    damaged(told := b'{"version": 2, "devices": [1]}')
    for act in (known.load, lambda: known.add(PAD)):
        with pytest.raises(KnownError, match="newer version"):
            act()
    assert file().read_bytes() == told


def test_a_file_that_others_may_write_to_is_not_believed_nor_touched(tmp_path: Path) -> None:
    known.add(GUN)
    file().chmod(0o622)
    with pytest.raises(KnownError, match="others may write") as refused:
        known.load()
    assert "chmod 600" in refused.value.remedy
    file().unlink()
    file().symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KnownError, match="cannot be read"):
        known.add(GUN)
    file().unlink()
    os.mkfifo(file(), 0o600)
    with pytest.raises(KnownError, match="no file of yours"):
        known.load()


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("UNKNOT_STATE_DIR", str(tmp_path / "file"))
    with pytest.raises(KnownError) as refused:
        known.add(GUN)
    assert "UNKNOT_STATE_DIR" in refused.value.remedy


def test_an_interrupted_write_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    known.add(GUN)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("controller.known.file.os.fsync", full)
        with pytest.raises(KnownError, match="cannot be written"):
            known.add(PAD)
    assert known.load().devices == (GUN,)
    known.add(PAD)
    assert known.load().devices == (GUN, PAD)


# Roles


def test_a_device_fills_a_role_of_its_kind_alone() -> None:
    refuse_misfits({"gun": GUN, "pad": PAD}, {"gun": "percussion", "pad": "heat"})
    with pytest.raises(KnownError, match="My gun is for percussion: the pad needs one for heat") as refused:
        refuse_misfits({"pad": GUN}, {"pad": "heat"}, [GUN, PAD, BOTH])
    assert refused.value.remedy == "write --use 'pad=Warm pad' or --use 'pad=Both'"
    with pytest.raises(KnownError) as refused:
        refuse_misfits({"pad": GUN}, {"pad": "heat"}, [GUN])
    assert "no device for heat is known" in refused.value.remedy


def test_a_device_fills_one_role_of_a_kind() -> None:
    refuse_misfits({"gun": BOTH, "pad": BOTH}, {"gun": "percussion", "pad": "heat"})
    with pytest.raises(KnownError, match="My gun is named for gun and for other"):
        refuse_misfits({"gun": GUN, "other": GUN}, {"gun": "percussion", "other": "percussion"})
