"""`pair`: from a device on the air to one that has a name, and everything that may come between."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from air_fake import Air, unknot
from radio_kit import bench_of

from controller import known
from controller.faces.cli import choosing
from controller.faces.cli.choosing import Choice
from controller.links.ble.air import Sighting, System
from controller.pairing import GONE_AFTER, candidates
from simulator.ble import Wild, address_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.bench import Bench

GUN, PAD = address_of("SIM-GUN1"), address_of("SIM-PAD1")
KNOT = frozenset({"daee0001-fce3-4bab-96ba-bce836e09d0b"})


@pytest.fixture
def air(monkeypatch: pytest.MonkeyPatch) -> Air:
    return Air(monkeypatch, lambda: bench_of("percussion"))


def told(*words: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unknot("pair", *words, "--json").stdout)
    return found


def names() -> list[str]:
    return [each.name for each in known.load().devices]


# without a person at the terminal


@pytest.mark.usefixtures("air")
@pytest.mark.parametrize("which", [GUN, GUN.lower(), "Knot-GUN1", "knot-gun1"])
def test_a_device_is_named_by_its_address_or_what_it_advertises(which: str) -> None:
    found = told(which, "--yes", "--name", "my gun")
    assert found["ok"]
    assert found["device"] | {"added": ""} == {
        "name": "my gun", "kinds": ["percussion"], "link": f"ble:{GUN}", "serial": "SIM-GUN1",
        "model": "Knot percussion", "simulated": True, "radio": "sim", "added": "",
        "levels": None, "slowest": None, "fastest": None,
    }  # fmt: skip
    assert names() == ["my gun"]


@pytest.mark.usefixtures("air")
def test_a_name_is_found_where_none_is_given_and_is_free() -> None:
    unknot("devices", "add", "--by-hand", "Gun", "--kind", "percussion")
    done = unknot("pair", GUN, "--yes")
    assert done.stdout == "gun 2 is known. Use it: unknot run FILE --use 'gun=gun 2'\n"


@pytest.mark.usefixtures("air")
def test_a_device_that_is_known_keeps_its_name_unless_it_is_given_another() -> None:
    assert told(GUN, "--yes", "--name", "first")["device"]["name"] == "first"
    assert told(GUN, "--yes")["device"]["name"] == "first"
    assert told(GUN, "--yes", "--name", "second")["device"]["name"] == "second"
    assert names() == ["second"]


@pytest.mark.usefixtures("air")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "which device?"),
        ((GUN,), 2, "nobody is asked here"),
        ((GUN, "--yes", "--name", "-x"), 2, "reads as an option"),
        ((GUN, "--yes", "--name", "hand"), 2, "means something else"),
        (("C0:00:00:00:00:01", "--yes"), 5, "is not heard"),
        (("nobody", "--yes"), 5, "is not heard"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code_and_a_next_step(
    words: tuple[str, ...], code: int, said: str
) -> None:
    done = unknot("pair", *words)
    assert (done.exit_code, done.stdout) == (code, "")
    message, remedy = done.stderr.splitlines()
    assert said in message
    assert remedy
    as_json = unknot("pair", *words, "--json")
    assert as_json.exit_code == code
    assert json.loads(as_json.stdout) == {"ok": False, "errors": [{"message": message, "hint": remedy}]}
    assert names() == []


def test_of_two_devices_of_one_name_neither_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    Air(monkeypatch, lambda: bench_of("percussion", "heat", wild=Wild(name="Twin")))
    done = unknot("pair", "twin", "--yes")
    assert done.exit_code == 2
    assert "2 devices call themselves 'twin'" in done.stderr
    assert GUN in done.stderr
    assert PAD in done.stderr
    assert told(PAD, "--yes")["ok"]


@pytest.mark.parametrize(
    ("facts", "said", "next_step"),
    [
        ({"pairing_window_ms": 0}, "refused to pair", "hold its button"),
        ({"pairing": "numeric"}, "were not the same", "compare all digits"),
        ({"pairing": "passkey"}, "none was given", "compare all digits"),
        ({"wild": Wild(info=b"\x00")}, "does not say what it is", "update its firmware"),
    ],
)
def test_a_pairing_that_fails_says_why(
    facts: dict[str, Any], said: str, next_step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Air(monkeypatch, lambda: bench_of("percussion", **facts))
    done = unknot("pair", GUN, "--yes")
    assert (done.exit_code, done.stdout) == (5, "")
    assert said in done.stderr
    assert next_step in done.stderr
    assert names() == []


# with one


def test_four_keys_pair_a_device_and_give_it_the_name_that_is_proposed(air: Air) -> None:
    air.keys, air.typed = ["a", "y", "y"], [""]
    done = unknot("pair")
    assert done.exit_code == 0, done.output
    assert "It is Knot percussion (SIM-GUN1)" in done.stdout
    assert "gun is known" in done.stdout
    assert (air.keys, names()) == ([], ["gun"])


def test_a_pad_shows_its_light(monkeypatch: pytest.MonkeyPatch) -> None:
    air = Air(monkeypatch, lambda: bench_of("heat"))
    air.keys, air.typed = ["a", "y", "y"], ["warm one"]
    assert "Did its light come on?" in unknot("pair").stdout
    assert names() == ["warm one"]


def test_the_gun_runs_while_it_shows_itself_and_rests_when_it_is_asked_about(air: Air) -> None:
    at_rest: list[bool] = []
    air.pressing = lambda bench: at_rest.append(bench.device("gun").at_rest)
    air.keys, air.typed = ["a", "y", "y"], [""]
    unknot("pair")
    assert at_rest == [True, True, True]
    assert air.bench is not None
    moved = [motor for _, motor, _ in air.bench.device("gun").trace if motor]
    assert set(moved) == {1200}, "its lowest"


def test_keys_that_choose_nothing_change_nothing(air: Air) -> None:
    air.keys, air.typed = ["z", "\x1b[A", " ", "A", "x", "Y", "n"], [""]
    done = unknot("pair")
    assert done.exit_code == 4
    assert air.keys == []


@pytest.mark.parametrize(
    ("pressed", "said"), [("n", "has not shown itself"), ("yn", "not the device in your hand")]
)
def test_a_no_forgets_the_bond_again(pressed: str, said: str, air: Air) -> None:
    air.keys = ["a", *pressed]
    done = unknot("pair")
    assert done.exit_code == 4
    assert said in done.stderr
    assert "run unknot pair again" in done.stderr
    assert names() == []


@pytest.mark.parametrize("end", ["q", ""])
def test_q_and_the_end_of_the_input_end_the_choice(end: str, air: Air) -> None:
    air.keys = [end]
    done = unknot("pair")
    assert (done.exit_code, done.stderr) == (130, "nothing was paired\n")


def test_a_choice_that_nobody_makes_ends_after_the_two_minutes_of_a_button(air: Air) -> None:
    air.keys = ["z"]
    done = unknot("pair")
    assert (done.exit_code, done.stderr) == (5, "nothing was chosen in two minutes\n")


def test_a_name_that_cannot_be_is_asked_for_again(air: Air) -> None:
    unknot("devices", "add", "--by-hand", "mine", "--kind", "percussion")
    air.keys, air.typed = ["a", "y", "y"], ["mine", "-x", "serial:1", "yours"]
    done = unknot("pair")
    assert done.exit_code == 0
    assert "is called 'mine' already" in done.stderr
    assert names() == ["mine", "yours"]


def test_a_device_that_goes_while_it_is_chosen_is_said_to_be_gone(air: Air) -> None:
    def gone(bench: Bench) -> None:
        bench.befall("gun", "held by another")

    air.pressing, air.keys = gone, ["a"]
    done = unknot("pair")
    assert done.exit_code == 5
    assert len(done.stderr.splitlines()) == 2, done.stderr
    assert names() == []


def test_the_numbers_of_both_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    air = Air(monkeypatch, lambda: bench_of("percussion", pairing="numeric"))
    shown: list[int | None] = []
    air.pressing = lambda bench: shown.append(bench.on_air.peripherals["gun"].bonding.shown)
    air.keys, air.typed = ["a", "y", "y", "y"], [""]
    done = unknot("pair")
    assert done.exit_code == 0, done.output
    assert f"Does the device show {shown[1]:06}?" in done.stdout


def test_a_no_to_the_numbers_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    air = Air(monkeypatch, lambda: bench_of("percussion", pairing="numeric"))
    air.keys = ["a", "n"]
    done = unknot("pair")
    assert done.exit_code == 5
    assert "the numbers were not the same" in done.stderr


def test_a_passkey_is_typed_and_what_is_none_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    air = Air(monkeypatch, lambda: bench_of("percussion", pairing="passkey"))
    lines = ["12", "abcdef", "\u0661\u0662\u0663\u0664\u0665\u0666", "what it shows", "its name"]

    async def typed() -> str | None:
        await asyncio.sleep(1)
        assert air.bench is not None
        shown = air.bench.on_air.peripherals["gun"].bonding.shown
        told = lines.pop(0)
        return f"{shown:06}" if told == "what it shows" else told

    monkeypatch.setattr("controller.faces.cli.asker.line", typed)
    air.keys = ["a", "y", "y"]
    done = unknot("pair")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("That is not six digits.") == 3


def test_what_cannot_be_used_has_no_letter_and_says_why_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choice = Choice()
    choice.hear(candidates(seen(("BEDJET_V3", -50, frozenset()), ("Knot-1", -60, KNOT))))
    assert choice.letters == {"C0:00:00:00:00:01": "a"}
    rows = choice.rows()
    assert rows[0].startswith("a  Knot-1")
    assert "there is no driver" in rows[1]


# the list


def seen(*told: tuple[str, int, frozenset[str]], at: float = 100.0) -> dict[str, Sighting]:
    handle: Any = None
    return {
        (where := f"C0:00:00:00:00:{nth:02X}"): Sighting(where, name, signal, services, System(), handle, at)
        for nth, (name, signal, services) in enumerate(told)
    }


def heard(*signals: int) -> Iterable[Any]:
    return candidates(seen(*((f"Knot-{nth}", signal, KNOT) for nth, signal in enumerate(signals))))


def test_a_line_stays_where_it_is_however_near_its_device_comes() -> None:
    choice = Choice()
    choice.hear(heard(-50, -60))
    before = [row.split()[:2] for row in choice.rows()]
    choice.hear(heard(-90, -40))
    assert [row.split()[:2] for row in choice.rows()] == before
    choice.hear(heard(-90, -40, -10))
    assert [row.split()[:2] for row in choice.rows()] == [*before, ["c", "Knot-2"]]


def test_where_there_is_no_room_for_all_the_nearest_are_shown_in_their_order() -> None:
    choice = Choice()
    choice.hear(heard(-50, -60, -70, -80))
    choice.hear(heard(-80, -60, -70, -50))
    assert [row[0] for row in choice.near(4)] == ["a", "b", "c", "d"]
    shown = choice.near(3)
    assert [row[0] for row in shown[:-1]] == ["b", "d"], "at -60 and -50"
    assert shown[-1] == "… and 2 more, farther away"
    assert choice.near(-3) == ["… and 4 more, farther away"]


def test_past_the_letters_devices_are_listed_without_one() -> None:
    choice = Choice()
    choice.hear(heard(*range(-90, -50)))
    assert sorted(filter(str.strip, choice.letters.values())) == list(choosing.LETTERS)
    assert len(choice.rows()) == 40
    assert choice.chosen(" ") is None
    assert "unknot pair ADDRESS" in " ".join(choice.foot(9, []))


def test_what_is_not_known_is_counted_alone() -> None:
    choice = Choice()
    choice.hear(candidates(seen(("TV", -40, frozenset()), ("Knot-1", -60, KNOT), ("", -60, frozenset()))))
    assert len(choice.rows()) == 1
    assert choice.foot(9, [])[0].startswith("2 others")


def test_a_device_that_is_heard_no_more_leaves_the_list() -> None:
    gone = seen(("Knot-1", -60, KNOT), at=100 - GONE_AFTER - 1)
    assert candidates(gone, 100 - GONE_AFTER) == []
    assert len(candidates(gone)) == 1


def test_nothing_heard_asks_whether_it_is_switched_on() -> None:
    choice = Choice()
    assert choice.rows() == []
    assert "is it switched on?" in choice.foot(9, [])[0]
    assert choice.foot(9.4, ["(x)"])[-1] == "q ends. Listening for 9 s more."


def test_a_letter_of_none_is_said() -> None:
    choice = Choice()
    choice.hear(heard(-50))
    assert choice.chosen("k") is None
    assert choice.foot(9, [])[-1].endswith("k is the letter of none")
    assert choice.chosen("\x1b[A") is None
    assert choice.note == ""
