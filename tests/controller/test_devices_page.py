"""The page of devices with a person before it: every deed by keys, by the mouse, and every way out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from devices_fake import HERE, MY_GUN, MY_PAD, OLD_GUN, SEEN, Reached, sighting
from home_fake import Visit, visit

from controller import known
from controller.faces.home.facts import Facts
from controller.links import LinkError
from controller.links.ble.words import BleError
from controller.links.ports import Port
from controller.looking import DeviceError, SessionRunsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from controller.known import Device
    from controller.pairing import Person


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> Reached:
    return Reached(monkeypatch)


def play(scene: Callable[[Visit], Awaitable[None]], *devices: Device, key: str = "v") -> Visit:
    for each in devices:
        known.add(each)

    async def opened(at: Visit) -> None:
        await at.press(key)
        await at.until(lambda: at.page == "DevicesScreen")
        await scene(at)

    return visit(opened, Facts(devices=devices, seen=SEEN, lately=("something",)))


def names() -> list[str]:
    return [each.name for each in known.load().devices]


# Looking


def test_the_one_that_is_stood_on_is_looked_at_and_let_go_for_the_next(reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.sees(
            "+ answers", "at rest, battery 80 %", "1200 to 3200 strokes", "within 2 s", "and it holds"
        )
        await at.press("down")
        await at.sees("24.3 °C", "30 to 42 °C", "within 1.5 s", "battery not told")
        assert reached.log == ["look at my gun", "let my gun go", "look at my pad"]

    play(scene, MY_GUN, MY_PAD)
    assert reached.log[-1] == "let my pad go"


def test_whoever_passes_by_connects_to_none(reached: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    settle = "controller.faces.home.looking_page.SETTLE"
    monkeypatch.setattr(settle, 1000)

    async def scene(at: Visit) -> None:
        await at.press("down", "up", "down", "down")
        assert reached.log == []
        monkeypatch.setattr(settle, 0.01)
        await at.press("up")
        await at.sees("24.3 °C")

    play(scene, MY_GUN, MY_PAD, OLD_GUN)
    assert reached.log == ["look at my pad", "let my pad go"]


def test_home_is_shown_when_the_device_is_let_go_and_not_before(reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.sees("+ answers")
        reached.lets_go.clear()
        try:
            await at.press("escape", "escape")
            await at.sees("Letting the device go")
            assert at.page == "DevicesScreen"
        finally:
            reached.lets_go.set()
        await at.until(lambda: at.page == "HomeScreen")
        assert reached.log == ["look at my gun", "let my gun go"]

    play(scene, MY_GUN)


@pytest.mark.parametrize(
    ("error", "state", "remedy"),
    [
        (BleError("not-paired"), "! cannot be used", "Do: press p"),
        (
            LinkError("C0 is in use by another unknot of yours", "end it", "taken"),
            "! in use",
            "end it",
        ),
        (DeviceError("it is not heard", "switch it on", "missing"), "! not found", "switch it on"),
        (
            SessionRunsError("Neck runs in another window", "look again"),
            "a session runs",
            "look again",
        ),
    ],
)
def test_why_one_cannot_be_used_is_said_with_what_to_do(
    error: Exception, state: str, remedy: str, reached: Reached
) -> None:
    reached.errors["my gun"] = error

    async def scene(at: Visit) -> None:
        await at.sees(state, f"! {error}.", remedy)
        assert reached.log == ["look at my gun"], "it is not tried again by itself"
        del reached.errors["my gun"]
        await at.press("enter")
        await at.sees("+ answers")

    play(scene, MY_GUN)


def test_one_worked_by_hand_tells_its_levels_and_nothing_is_reached_for(reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.sees("worked by hand", "Levels    5", "2027-01-29")
        await at.press("u")
        await at.sees("it cannot show itself")

    play(scene, OLD_GUN)
    assert reached.log == []


@pytest.mark.parametrize("key", ["r", "u", "f", "enter"])
def test_with_none_known_each_key_says_what_can_be_done(key: str, reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.sees("No device is known yet", "p  gets to know one")
        await at.press(key)
        if key != "enter":
            await at.sees("p gets to know one.")

    play(scene)
    assert "pair" not in " ".join(reached.log)


# Pairing


async def to_the_hand(at: Visit) -> None:
    await at.sees("▶ Knot-2", "Hold its button")
    await at.press("enter")
    await at.sees("It is Knot percussion (SIM-1)", "Now?")


def test_from_home_p_and_four_keys_make_a_device_with_a_name(reached: Reached) -> None:
    reached.heard = [sighting(1, signal=-80), sighting(2, signal=-40)]

    async def scene(at: Visit) -> None:
        await to_the_hand(at)
        assert "runs" not in " ".join(reached.log), "nothing runs before a yes"
        await at.press("y")
        await at.until(reached.running.is_set)
        await at.sees("x stops it at once", "Stop x")
        reached.release.set()
        await at.sees("Did it move?")
        await at.press("y")
        await at.sees("Its name here:")
        reached.looks = {"gun": reached.looks["my gun"]}
        await at.press("enter")
        await at.sees("gun is known", "+ answers")
        [device] = known.load().devices
        assert (device.name, device.link, device.serial) == ("gun", f"ble:{HERE}02", "SIM-1")

    play(scene, key="p")


def test_the_mouse_alone_pairs_too(reached: Reached) -> None:
    reached.heard = [sighting(2)]
    reached.release.set()
    reached.looks = {"gun": reached.looks["my gun"]}

    async def scene(at: Visit) -> None:
        await at.click("#do-pair")
        await at.sees("▶ Knot-2")
        await at.click("#do-pair")
        for question in ("Now?", "Did it move?", "Its name here:"):
            await at.sees(question)
            await at.click("#ask-answers Pick")
        await at.sees("gun is known")

    play(scene)
    assert names() == ["gun"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [("n", "has not shown itself"), ("yn", "not the device in your hand")],
)
def test_a_no_forgets_the_bond_again_and_says_so(keys: str, said: str, reached: Reached) -> None:
    reached.heard = [sighting(2)]
    reached.release.set()

    async def scene(at: Visit) -> None:
        await to_the_hand(at)
        for key in keys:
            await at.press(key)
            if key == "y":
                await at.sees("Did it move?")
        await at.sees(said, "Do: press p again")

    play(scene, key="p")
    assert f"unbond {HERE}02" in reached.log
    assert names() == []


@pytest.mark.parametrize("question", ["Now?", "Did it move?", "Its name here:"])
def test_esc_gives_up_every_question_and_nothing_is_kept(question: str, reached: Reached) -> None:
    reached.heard = [sighting(2)]
    reached.release.set()

    async def scene(at: Visit) -> None:
        await to_the_hand(at)
        for each in ("Now?", "Did it move?", "Its name here:"):
            await at.sees(each)
            if each == question:
                break
            await at.press("y")
        await at.press("escape")
        await at.sees("so it is forgotten again")
        assert at.page == "DevicesScreen"

    play(scene, key="p")
    assert f"unbond {HERE}02" in reached.log
    assert names() == []


@pytest.mark.parametrize("key", ["x", "X", "escape", "ctrl+c", "ctrl+q"])
def test_what_runs_while_it_is_paired_is_stopped_at_once(key: str, reached: Reached) -> None:
    reached.heard = [sighting(2)]

    async def scene(at: Visit) -> None:
        await to_the_hand(at)
        await at.press("y")
        await at.until(reached.running.is_set)
        await at.pilot.press(key)
        if not key.startswith("ctrl"):
            await at.sees("Stopped, and at rest.")

    play(scene, key="p")
    assert "it rests" in reached.log
    assert names() == []


@pytest.mark.parametrize(
    ("asks", "keys", "told"),
    [
        ("confirm", ["y"], "True"),
        ("confirm", ["n"], "False"),
        ("confirm", ["escape"], "False"),
        ("passkey", [*"123456", "enter"], "123456"),
        ("passkey", [*"12", "enter", *"654321", "enter"], "654321"),
        ("passkey", ["escape"], "None"),
        ("passkey", ["enter"], "None"),
    ],
)
def test_what_a_bond_asks_is_answered(asks: str, keys: list[str], told: str, reached: Reached) -> None:
    reached.heard = [sighting(2)]

    def asked(person: Person) -> Any:
        return person.confirm(1234) if asks == "confirm" else person.passkey()

    reached.asks = asked

    async def scene(at: Visit) -> None:
        await at.sees("▶ Knot-2")
        await at.press("enter")
        await at.sees("Does the device show 001234?" if asks == "confirm" else "The six digits")
        for nth, key in enumerate(keys):
            await at.press(key)
            if key == "enter" and nth + 1 < len(keys):
                await at.sees("That is not six digits.")
        await at.sees("Now?")

    play(scene, key="p")
    assert f"answered {told}" in reached.log


def test_digits_can_be_clicked(reached: Reached) -> None:
    reached.heard = [sighting(2)]
    reached.asks = lambda person: person.passkey()

    async def scene(at: Visit) -> None:
        await at.sees("▶ Knot-2")
        await at.press("enter")
        await at.sees("The six digits")
        for digit in ("1", "2", "3", "9", "<", "4", "5", "6"):
            nth = "0123456789<".index(digit)
            await at.pilot.click(at.app.screen.query("#ask-pad Pick")[nth])
            await at.pilot.pause()
        await at.click("#ask-answers Pick")
        await at.sees("Now?")

    play(scene, key="p")
    assert "answered 123456" in reached.log


@pytest.mark.parametrize(
    "error", [BleError("pairing-refused"), BleError("pairing-declined"), BleError("bond-lost")]
)
def test_a_refusal_is_said_with_its_remedy(error: BleError, reached: Reached) -> None:
    reached.heard = [sighting(2)]

    def refuse(_person: Person) -> Any:
        raise error

    reached.asks = refuse

    async def scene(at: Visit) -> None:
        await at.sees("▶ Knot-2")
        await at.press("enter")
        await at.sees(f"! {error}.", "Do:")
        assert "unknot pair" not in at.text()
        assert at.page == "DevicesScreen"

    play(scene, key="p")


@pytest.mark.parametrize(
    "cause", ["adapter-missing", "adapter-off", "service-missing", "no-permission", "failed"]
)
def test_where_nothing_can_be_listened_on_it_is_said_at_once(cause: Any, reached: Reached) -> None:
    reached.refuses = BleError(cause)

    async def scene(at: Visit) -> None:
        await at.sees(f"! {reached.refuses}.", "Do:", "No device is known yet")

    play(scene, key="p")


def test_an_adapter_that_cannot_listen_is_told_beside_what_another_hears(reached: Reached) -> None:
    reached.heard, reached.unusable = [sighting(2)], [BleError("adapter-missing")]

    async def scene(at: Visit) -> None:
        await at.sees("▶ Knot-2", "(this computer has no Bluetooth adapter: plug one in")

    play(scene, key="p")


def test_what_cannot_be_used_says_why_and_is_not_paired(reached: Reached) -> None:
    reached.heard = [sighting(2, "BEDJET_V3", services=frozenset())]

    async def scene(at: Visit) -> None:
        await at.sees("BEDJET_V3", "not usable", "there is no driver for it: work", "press a")
        await at.press("enter")
        await at.sees("It cannot be used")

    play(scene, key="p")
    assert not any(each.startswith("pair") for each in reached.log)


def test_no_line_moves_under_a_finger(reached: Reached) -> None:
    reached.heard = [sighting(1, signal=-50), sighting(2, signal=-60)]

    async def scene(at: Visit) -> None:
        await at.sees("▶ Knot-1", "Knot-2")
        reached.heard = [sighting(1, signal=-90), sighting(2, signal=-30), sighting(3, signal=-10)]
        await at.sees("Knot-3", "-90 dBm")
        rows = [row for row in at.text().split("\n") if "new: a" in row]
        assert [row.split("Knot-")[1][0] for row in rows] == ["3", "1", "2"]
        assert "▶ Knot-1" in at.text(), "the one that is stood on stays so"

    play(scene, key="p")


def test_one_that_is_known_is_not_listed_twice_and_is_on_the_air(reached: Reached) -> None:
    reached.heard = [sighting(1), sighting(2)]
    reached.errors["my gun"] = DeviceError("it is not heard", "switch it on", "missing")

    async def scene(at: Visit) -> None:
        await at.sees("! not found")
        await at.press("s")
        await at.sees("on the air", "Knot-2")
        assert "Knot-1" not in at.text()

    play(scene, MY_GUN)


def test_one_that_lost_its_bond_is_paired_anew_by_p_and_keeps_its_name(reached: Reached) -> None:
    reached.heard = [sighting(3, signal=-20), sighting(1)]
    reached.errors["my gun"] = BleError("not-paired")
    reached.found = type(reached.found)(
        f"{HERE}01", "Knot", "G1", "1.0.0", False, "Bluetooth", {"percussion": 1200.0}
    )
    reached.release.set()

    async def scene(at: Visit) -> None:
        await at.sees("Do: press p")
        await at.press("p")
        await at.sees("Now?")
        del reached.errors["my gun"]
        await at.press("y")
        await at.sees("Did it move?")
        await at.press("y")
        await at.sees("my gun is known", "+ answers")

    play(scene, MY_GUN)
    assert f"pair {HERE}01" in reached.log
    assert names() == ["my gun"]


def test_listening_ends_with_esc_and_the_page_stays(reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.sees("listening, 1")
        await at.press("escape")
        await at.sees("No longer listening.")
        await at.press("escape")
        await at.until(lambda: at.page == "HomeScreen")

    play(scene, key="p")
    assert reached.log == []


def test_ports_are_listed_and_not_opened(reached: Reached) -> None:
    reached.ports = (
        Port("/dev/ttyACM0", "Knot board", True), Port("/dev/ttyACM1", "", False),
        Port("/dev/ttyACM2", "", True, ("minicom (7)",)), Port("/dev/pad", "", True),
    )  # fmt: skip

    async def scene(at: Visit) -> None:
        await at.press("s")
        await at.sees("/dev/ttyACM0", "Knot board", "not yours to open", "in use")
        assert at.text().count("/dev/pad") <= 1, "it is one that is known"
        await at.press("down", "down", "down")
        await at.sees("minicom (7)", "close that program")

    play(scene, MY_PAD)


# A device of one's own


async def answer(at: Visit, question: str, *keys: str) -> None:
    await at.sees(question)
    await at.press(*keys)


def test_one_by_hand_is_added_with_its_levels_and_speeds(reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.press("a")
        await answer(at, "What is it?", "1")
        await answer(at, "Its name here", "enter")
        await answer(at, "How many levels", "5", "enter")
        await answer(at, "on its first level", *"1200", "enter")
        await answer(at, "on its last level", *"3200", "enter")
        await at.sees("my gun is kept", "1200 to 3200 strokes a minute")

    play(scene)
    [device] = known.load().devices
    assert (device.kinds, device.levels, device.scale) == (("percussion",), 5, (1200, 3200))
    assert reached.log == []


def test_what_is_not_known_is_left_empty_and_a_pad_is_asked_for_no_speeds(reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.press("a")
        await answer(at, "What is it?", "2")
        await answer(at, "Its name here", "enter")
        await answer(at, "How many levels", "enter")
        await at.sees("my pad is kept", "not known")

    play(scene)
    assert names() == ["my pad"]
    assert reached.log == []


@pytest.mark.usefixtures("reached")
def test_a_mistake_is_said_and_what_was_typed_is_not_lost() -> None:
    async def scene(at: Visit) -> None:
        await at.press("a")
        await answer(at, "What is it?", "1")
        await answer(at, "Its name here", *"mine", "enter")
        await answer(at, "How many levels", "2", "enter")
        await answer(at, "on its first level", "enter")
        await answer(at, "on its last level", "enter")
        await at.sees("none of them is in the lowest third")
        await answer(at, "Its name here", "enter")
        await answer(at, "How many levels", "5", "enter")
        await answer(at, "on its first level", "enter")
        await answer(at, "on its last level", "enter")
        await at.sees("mine is kept")

    play(scene)
    assert [(each.name, each.levels) for each in known.load().devices] == [("mine", 5)]


@pytest.mark.usefixtures("reached")
@pytest.mark.parametrize("after", range(3))
def test_esc_gives_up_adding(after: int) -> None:
    async def scene(at: Visit) -> None:
        await at.press("a")
        for question, key in (("What is it?", "1"), ("Its name", "enter"), ("How many", "5"))[:after]:
            await answer(at, question, key)
        await at.sees(("What is it?", "Its name", "How many")[after])
        await at.press("escape")
        await at.sees("Nothing was added.")

    play(scene)
    assert names() == []


# Rename, pulse, forget


@pytest.mark.usefixtures("reached")
def test_a_device_is_renamed_and_a_name_that_is_taken_is_asked_for_again() -> None:
    async def scene(at: Visit) -> None:
        await at.press("r")
        await answer(at, "What is old gun to be called?", *"MY PAD", "enter")
        await at.sees("is called 'my pad' already")
        await answer(at, "What is old gun", *"new", "enter")
        await at.sees("▶ new")

    play(scene, OLD_GUN, MY_PAD)
    assert names() == ["new", "my pad"]


def test_a_device_shows_itself_after_a_yes_and_is_looked_at_again(reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.sees("+ answers")
        await at.press("u")
        await at.sees("off the body", "Now?")
        assert "my gun runs" not in reached.log
        await at.press("y")
        await at.until(reached.running.is_set)
        assert reached.log == ["look at my gun", "let my gun go", "my gun runs"]
        reached.release.set()
        await at.sees("It has shown itself, and is at rest.", "+ answers")

    play(scene, MY_GUN)


@pytest.mark.parametrize("key", ["n", "escape"])
def test_without_a_yes_nothing_runs(key: str, reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.press("u")
        await at.sees("Now?")
        await at.press(key)
        await at.sees("my gun did not run.")

    play(scene, MY_GUN)
    assert "my gun runs" not in reached.log


@pytest.mark.parametrize("key", ["x", "X", "escape", "ctrl+c", "ctrl+q", "click"])
def test_a_pulse_is_stopped_at_once(key: str, reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.press("u")
        await at.sees("Now?")
        await at.press("y")
        await at.until(reached.running.is_set)
        await at.sees("Stop x")
        if key == "click":
            await at.click("#ask-answers Pick")
        else:
            await at.pilot.press(key)
        if not key.startswith("ctrl"):
            await at.sees("Stopped, and at rest.")

    play(scene, MY_GUN)
    assert "my gun rests" in reached.log


def test_a_pulse_that_cannot_be_says_why(reached: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_device: Device) -> None:
        raise DeviceError("not known whether my gun rests", "switch it off by hand")

    monkeypatch.setattr("controller.faces.home.reach.pulse", fails)

    async def scene(at: Visit) -> None:
        await at.press("u")
        await at.sees("Now?")
        await at.press("y")
        await at.sees("! not known whether my gun rests.", "Do: switch it off by hand.")

    play(scene, MY_GUN)
    assert reached.log


@pytest.mark.parametrize("key", ["n", "escape"])
def test_forgetting_tells_what_is_lost_and_a_no_keeps_it(key: str, reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.press("f")
        await at.sees("its pairing with this computer would be forgotten", "Forget my gun?")
        await at.press(key)
        await at.sees("▶ my gun")

    play(scene, MY_GUN)
    assert names() == ["my gun"]
    assert f"unbond {HERE}01" not in reached.log


def test_a_yes_forgets_the_device_and_its_bond(reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.press("f")
        await at.sees("Forget my gun?")
        await at.press("y")
        await at.sees("my gun is forgotten.", "▶ old gun")

    play(scene, MY_GUN, OLD_GUN)
    assert names() == ["old gun"]
    assert f"unbond {HERE}01" in reached.log


def test_a_bond_that_stays_is_told(reached: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise BleError("not-found", "it is not heard")

    monkeypatch.setattr("controller.links.ble.unbond", fails)

    async def scene(at: Visit) -> None:
        await at.press("f")
        await at.sees("Forget my gun?")
        await at.press("y")
        await at.sees("my gun is forgotten.", "is still paired with this machine")

    play(scene, MY_GUN)
    assert names() == []
    assert reached.log


# What holds for all


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_it_can_be_resized_while_it_asks(size: tuple[int, int], reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.press("u")
        await at.sees("Now?")
        await at.pilot.resize_terminal(*size)
        await at.sees("Yes y", "Give up esc")
        assert len(at.text().splitlines()) == size[1]

    play(scene, MY_GUN)
    assert reached.log


def test_while_something_is_asked_no_other_deed_begins(reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        await at.press("u")
        await at.sees("Now?")
        await at.press("s", "f", "a", "r", "enter", "down", "space")
        assert "Now?" in at.text()
        await at.press("n")

    play(scene, MY_GUN, MY_PAD)
    assert "my gun runs" not in reached.log


def test_home_tells_link_and_battery_as_last_known_and_opens_nothing(reached: Reached) -> None:
    async def scene(at: Visit) -> None:
        assert "my gun  Bluetooth  battery 80 %, " in at.text()
        assert "old gun  by hand" in at.text()

    visit(scene, Facts(devices=(MY_GUN, OLD_GUN), seen=SEEN), size=(120, 40))
    assert reached.log == []
