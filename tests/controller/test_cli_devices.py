"""`devices`, `forget`, and known devices on the command line of `run` and `ease`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from controller import known
from controller.faces.cli import asking, cli, forget, run
from controller.links import LinkError
from controller.links.ports import Port
from controller.safety.standing import PLAIN
from controller.snapshot import Ended
from controller.within import within

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from controller.api import Setup

PAD = known.Device(
    name="Warm pad", kinds=("heat",), link="serial:/dev/ttyACM0", added="2027-02-01", serial="KN-7",
    model="Knot heat",
)  # fmt: skip
BLE = known.Device(name="Air", kinds=("heat",), link="ble:AA:BB", added="2027-02-01", serial="KN-9")
GUN = ("devices", "add", "--by-hand", "my gun", "--kind", "percussion", "--levels", "5")
SCALE = ("--slowest", "1200", "--fastest", "3200")
X = ("add", "--by-hand", "x", "--kind", "percussion")
THIGH = """unknot: 1
title: Thigh
needs: {gun: percussion}
steps:
  - {press: vastus lateralis, side: left, at: 45 %, for: 20 s, move: along}
"""


class FakeSession:
    """Keeps the setup that it is given."""

    setup: Setup

    def __init__(self, setup: Setup) -> None:
        FakeSession.setup = setup

    def subscribe(self, *_: object, **__: object) -> None:
        """It tells nothing."""

    def no_more_answers(self) -> None:
        """It asks nothing."""

    def run_here(self) -> Ended:
        return Ended("completed", 0)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.faces.cli.face.Session", FakeSession)


@pytest.fixture
def terminal(fake: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "on_terminal", lambda: True)
    ports = (Port("/dev/ttyACM0", "Knot", True), Port("/dev/ttyUSB9", "", True))
    monkeypatch.setattr(asking, "ports", lambda: ports)


def unknot(*arguments: object, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments], input=stdin)


def told(*arguments: object) -> Any:
    done = unknot(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


# devices


def test_a_device_by_hand_is_added_listed_renamed_and_forgotten() -> None:
    assert "No device is known" in unknot("devices").stdout
    added = unknot(*GUN, *SCALE)
    assert (added.exit_code, added.stderr) == (0, "")
    assert "by hand, 5 levels, 1200 to 3200 /min" in added.stdout
    assert "--use 'gun=my gun'" in added.stdout
    assert unknot("devices").stdout == "my gun  percussion  by hand, 5 levels, 1200 to 3200 /min\n"
    assert told("devices", "rename", "MY gun", "Old one")["device"]["name"] == "Old one"
    assert told("forget", "old one") == {"forgotten": "Old one", "trouble": None}
    assert told("devices") == {"devices": [], "said": None}


def test_json_has_every_key_of_the_record() -> None:
    device = told(*GUN, *SCALE)["device"]
    assert told("devices", "list") == {"devices": [device], "said": None}
    assert device | {"added": ""} == {
        "name": "my gun", "kinds": ["percussion"], "link": "hand", "added": "", "serial": "", "model": "",
        "simulated": False, "radio": "", "levels": 5, "slowest": 1200, "fastest": 3200,
    }  # fmt: skip


def test_a_pad_has_its_levels_or_none() -> None:
    assert (
        told("devices", "add", "--by-hand", "pad", "--kind", "heat", "--levels", 3)["device"]["levels"] == 3
    )
    assert told("devices", "add", "--by-hand", "bottle", "--kind", "heat")["device"]["levels"] is None


def test_what_can_be_used_at_all_is_listed() -> None:
    families = told("devices", "--supported")["supported"]
    assert [(each["family"], each["links"]) for each in families] == [
        ("Knot", ["ble", "serial"]), ("by hand", ["hand"]),
    ]  # fmt: skip
    assert all(each["kinds"] == ["percussion", "heat"] and each["says"] for each in families)
    assert "Knot: any device" in unknot("devices", "--supported").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("add", "--by-hand"), 2, "Write: unknot devices add --by-hand NAME"),
        (("add", "--by-hand", "my", "gun", "--kind", "percussion"), 2, "quote a name with spaces"),
        (("add", "x", "--kind", "heat"), 2, "added by pairing"),
        (("add", "--by-hand", "x"), 2, "Write --kind percussion or --kind heat"),
        (("add", "--by-hand", "x", "--kind", "cold"), 2, '"cold" is no kind'),
        ((*X, "--levels", "five"), 2, "'five' is not a valid"),
        ((*X, "--levels", "2"), 2, "give its slowest and fastest"),
        ((*X, "--slowest", "1200"), 2, "give both"),
        ((*X, "--slowest", "20", "--fastest", "53"), 2, "times 60"),
        (("add", "--by-hand", "x", "--kind", "heat", *SCALE), 2, "leave slowest and fastest out"),
        (("add", "--by-hand", "hand", "--kind", "heat"), 2, "choose another name"),
        (("add", "--by-hand", "a\x1b", "--kind", "heat"), 2, "control characters"),
        (("--kind", "heat"), 2, "--kind belongs to add"),
        (("list", "x"), 2, "1 names for list"),
        (("rename", "x"), 2, "unknot devices rename OLD NEW"),
        (("rename", "--supported", "x", "y"), 2, "--supported belongs to the list"),
        (("rename", "my gnu", "x"), 5, "did you mean 'my gun'?"),
        (("rename", "my gun", "sim"), 2, "choose another name"),
    ],
)  # fmt: skip
def test_every_mistake_is_named_with_a_remedy(arguments: tuple[str, ...], code: int, says: str) -> None:
    unknot(*GUN)
    done = unknot("devices", *arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert says in done.stderr
    assert [each["name"] for each in told("devices")["devices"]] == ["my gun"]


def test_a_damaged_list_is_said_wherever_it_matters(fake: None) -> None:
    unknot(*GUN)
    file = known.file.devices_dir() / "known.json"
    file.write_text("{")
    assert "was damaged and is kept as" in unknot("devices").stderr
    assert "kept as" in told("devices")["said"]
    again = unknot(*GUN)
    assert (again.exit_code, "was damaged" in again.stderr) == (0, True)
    assert "was damaged" in unknot("run", "demo", "--use", "gun=gone", "--sim").stderr
    assert "was damaged" not in unknot("run", "demo", "--sim").stderr


def test_a_list_that_cannot_be_read_keeps_nothing_from_being_run_without_it(fake: None) -> None:
    unknot(*GUN)
    (known.file.devices_dir() / "known.json").chmod(0o666)
    assert unknot("run", "demo", "--by-hand").exit_code == 0
    done = unknot("run", "demo", "--use", "gun=my gun", "--sim")
    assert (done.exit_code, "chmod 600" in done.stderr) == (5, True)


# forget


def test_forgetting_a_paired_device_says_what_is_left_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    known.add(BLE)
    done = unknot("forget", "air")
    assert (done.exit_code, done.stdout) == (0, "Air is forgotten.\n")
    assert "AA:BB" in done.stderr
    assert "system's Bluetooth settings" in done.stderr
    known.add(BLE)

    async def unbond(device: known.Device) -> None:
        raise LinkError("the adapter is off", "switch it on")

    monkeypatch.setattr(forget, "unbond", unbond)
    assert "the adapter is off" in told("forget", "AIR")["trouble"]
    assert told("devices")["devices"] == []


def test_forgetting_what_is_not_known_is_5() -> None:
    known.add(BLE)
    done = unknot("forget", "airr")
    assert (done.exit_code, done.stdout) == (5, "")
    assert "did you mean 'Air'?" in done.stderr


# run and ease


@pytest.mark.parametrize("command", [("run", "upper-back"), ("ease", "upper", "back")])
def test_a_known_device_is_used_by_its_name(fake: None, command: tuple[str, ...]) -> None:
    unknot(*GUN)
    known.add(PAD)
    done = unknot(*command, "--use", "pad=warm PAD", "--use", "gun=my gun")
    assert done.exit_code == 0, done.output
    assert FakeSession.setup.use == {"pad": "serial:/dev/ttyACM0", "gun": "hand"}
    assert FakeSession.setup.known == {"pad": PAD, "gun": known.get("my gun")}


@pytest.mark.parametrize(
    ("use", "code", "says"),
    [
        (("gun=Warm pad",), 2, "Warm pad is for heat: the gun needs one for percussion"),
        (("gun=Warm pad",), 2, "write --use 'gun=my gun'"),
        (("pad=warm pda",), 5, "did you mean 'Warm pad'?"),
        (("pad=warm pda",), 5, "no device is known as 'warm pda'"),
        (("tens=my gun",), 2, "no role 'tens'"),
    ],
)
def test_what_does_not_fit_or_is_not_known_is_refused(
    fake: None, use: tuple[str, ...], code: int, says: str
) -> None:
    unknot(*GUN)
    known.add(PAD)
    done = unknot("run", "demo", "--sim", *(f"--use={each}" for each in use))
    assert done.exit_code == code
    assert says in done.stderr


def test_one_device_for_two_roles_is_refused(fake: None, tmp_path: Path) -> None:
    unknot(*GUN)
    file = tmp_path / "two.yaml"
    file.write_text(
        "unknot: 1\ntitle: Two\nneeds: {a: percussion, b: percussion}\nsteps:\n"
        "- {press: vastus lateralis, side: left, with: a, at: gentle, for: 10 s, move: along}\n"
        "- {press: vastus lateralis, side: right, with: b, at: gentle, for: 10 s, move: along}\n"
    )
    done = unknot("run", file, "--use", "a=my gun", "--use", "b=MY GUN")
    assert done.exit_code == 2
    assert "my gun is named for a and for b" in done.stderr


@pytest.mark.parametrize(("scale", "lowered"), [((), ["LE4"]), (SCALE, [])])
def test_fit_takes_what_is_known_of_the_device(
    fake: None, tmp_path: Path, scale: tuple[str, ...], lowered: list[str]
) -> None:
    file = tmp_path / "thigh.yaml"
    file.write_text(THIGH)
    unknot(*GUN, *scale)
    assert unknot("run", file, "--use", "gun=my gun", "--fit").exit_code == 0
    setup = FakeSession.setup
    channels = {role: device.channel(role) for role, device in setup.known.items()}
    changes = within(setup.plan, channels, PLAIN, lower=True).changes
    assert [row for each in changes for row in each.limits] == lowered


def test_advice_names_a_device_that_would_do(fake: None) -> None:
    known.add(PAD)
    done = unknot("run", "demo")
    assert done.exit_code == 2
    assert "add --use 'pad=Warm pad', --by-hand or --sim" in done.stderr


# On a terminal


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("keys", ["\n\n", "\r\r", "11", "1\n"])
def test_a_known_device_of_the_kind_is_first_and_one_key(keys: str) -> None:
    unknot(*GUN)
    known.add(PAD)
    done = unknot("run", "demo", "--plain", stdin=keys)
    assert done.exit_code == 0, done.output
    assert FakeSession.setup.use == {"pad": "serial:/dev/ttyACM0", "gun": "hand"}
    assert FakeSession.setup.known == {"pad": PAD, "gun": known.get("my gun")}
    lines = done.stdout.splitlines()
    at = lines.index("What is the pad (heat)?")
    assert lines[at + 1] == "  1  Warm pad  serial:/dev/ttyACM0, Knot heat, KN-7"
    assert lines[at + 2 : at + 6] == [
        "  h  my own, worked by hand: the program says what to do",
        "  a  all of pad, gun by hand",
        "  s  simulated: no device is driven",
        "  2  /dev/ttyUSB9",
    ]
    assert "Your choice (Enter: Warm pad): 1" in done.stdout


@pytest.mark.usefixtures("terminal")
def test_without_a_known_device_enter_is_no_answer() -> None:
    unknot("devices", "add", "--by-hand", "pad", "--kind", "heat")
    done = unknot("run", "demo", "--plain", stdin="\n\nx2")
    assert done.exit_code == 0, done.output
    assert FakeSession.setup.use == {"pad": "hand", "gun": "serial:/dev/ttyUSB9"}
    assert list(FakeSession.setup.known) == ["pad"]


@pytest.mark.usefixtures("terminal")
def test_a_device_is_offered_for_one_role_of_its_kind(tmp_path: Path) -> None:
    unknot(*GUN)
    file = tmp_path / "two.yaml"
    file.write_text(
        "unknot: 1\ntitle: Two\nneeds: {a: percussion, b: percussion, c: percussion}\nsteps:\n"
        "- {press: vastus lateralis, side: left, with: a, at: gentle, for: 10 s, move: along}\n"
        "- {press: vastus lateralis, side: right, with: b, at: gentle, for: 10 s, move: along}\n"
        "- {press: rectus femoris, side: right, with: c, at: gentle, for: 10 s, move: along}\n"
    )
    done = unknot("run", file, "--plain", "--use", "a=my gun", stdin="\nhs")
    assert done.exit_code == 0, done.output
    assert FakeSession.setup.use == {"a": "hand", "b": "hand", "c": "sim"}
    assert list(FakeSession.setup.known) == ["a"]


@pytest.mark.usefixtures("terminal")
def test_where_numbers_have_two_digits_a_line_is_typed() -> None:
    for number in range(10):
        unknot("devices", "add", "--by-hand", f"pad {number}", "--kind", "heat")
    for typed, name in (("10\n", "pad 9"), ("\n", "pad 0")):
        done = unknot("run", "neck", "--plain", stdin=typed)
        assert done.exit_code == 0, done.output
        assert FakeSession.setup.known["pad"].name == name
