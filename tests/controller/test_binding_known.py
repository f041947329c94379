"""A known device in a session: held to its serial over a link, and worked by its own levels by hand."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from knot_device import STOP, Bench, Device, drives, play

from controller import known
from controller.answers import Answers
from controller.api import Session, Setup
from controller.binding import Refusal, bind, open_all
from controller.core import Answer, Said
from controller.devices.hand import HandDriver
from protocols.language import Source, compile_source

if TYPE_CHECKING:
    from controller.links import MessageLink
    from protocols import Plan

LINKED = known.Device(
    name="My gun", kinds=("percussion",), link="serial:/dev/x", added="2027-01-31", serial="KN-0001"
)
OWN = known.Device(
    name="Old gun", kinds=("percussion",), link="hand", added="2027-01-31",
    levels=5, slowest=1200, fastest=3200,
)  # fmt: skip
FILE = """unknot: 1
title: One press
needs: {gun: percussion}
steps:
  - {press: %s, side: left, at: %s, for: 15 s, move: circles}
"""


def plan(at: str = "medium", place: str = "upper trapezius") -> Plan:
    compiled = compile_source(Source("file.yaml", (FILE % (place, at)).encode()), {})
    assert compiled.plan is not None
    return compiled.plan


@pytest.mark.parametrize(("serial", "refused"), [("KN-0001", False), ("SIM-X", True)])
def test_another_device_on_the_port_of_a_known_one_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, serial: str, refused: bool
) -> None:
    async def scene() -> None:
        device = Device(serial=serial)
        async with Bench(device) as bench:

            async def opened(_: str) -> MessageLink:
                return await bench.connect()

            monkeypatch.setattr("controller.binding.on_port", opened)
            drivers = bind({"gun": LINKED.link}, plan(), None, by_hand=False, known={"gun": LINKED})
            if not refused:
                await open_all(drivers, plan(), {"gun": LINKED})
            else:
                with pytest.raises(Refusal) as why:
                    await open_all(drivers, plan(), {"gun": LINKED})
                assert why.value.exit == 5
                assert why.value.text == "serial:/dev/x: this is SIM-X, not your My gun (KN-0001)"
                assert "--use gun=serial:/dev/x" in why.value.remedy
                assert device.requests(STOP)
            assert drives(device) == []
            await drivers["gun"].close()

    play(scene)


def test_a_driver_that_tells_no_serial_is_never_a_known_device() -> None:
    with pytest.raises(Refusal, match="not your My gun"):
        asyncio.run(open_all({"gun": HandDriver("gun", "percussion")}, plan(), {"gun": LINKED}))


@pytest.mark.parametrize(
    ("devices", "says"),
    [
        ({"gun": replace(LINKED, kinds=("heat",))}, "the gun needs one for percussion"),
        ({"gun": LINKED, "tens": LINKED}, "no role 'tens'"),
    ],
)
def test_a_device_that_does_not_fit_is_wrong_usage(devices: dict[str, known.Device], says: str) -> None:
    with pytest.raises(Refusal, match=says) as why:
        bind({}, plan(), None, by_hand=True, known=devices)
    assert why.value.exit == 2


def told(at: str, device: known.Device, place: str = "upper trapezius") -> tuple[list[dict[str, Any]], Any]:
    """What a run by hand with that device instructs, answered through the door that stdin uses."""
    setup = Setup(plan=plan(at, place), use={"gun": "hand"}, known={"gun": device}, speed=float("inf"))
    session = Session(setup)
    said: list[dict[str, Any]] = []

    def hear(event: Any) -> None:
        if not isinstance(event, Said):
            return
        if event.event == "instruct":
            said.append(dict(event.data))
        if event.event == "question":
            session.send(answer_to(event))

    session.subscribe(hear, pictures=False)
    return said, session.run_here()


def answer_to(event: Said) -> Any:
    kind, question = event.data["kind"], str(event.data["question"])
    answers = Answers({"ready": ["yes"], "present": ["yes"], "screening": ["no"], "C18": ["yes"]})
    value = answers.answer(str(kind), question, str(event.data["text"]))
    return Answer(question, str(value))


def test_a_run_by_hand_says_the_level_to_set() -> None:
    said, ended = told("24 %", OWN)
    assert ended.exit == 0, ended
    assert [(each["setpoint"], each["unit"], each["text"]) for each in said] == [
        (1200.0, "/min", "Switch the gun on at level 1 of 5"),
        (0.0, "/min", "Take the gun off the skin and switch it off"),
    ]
    assert said[0]["device"] == "Old gun (by hand)"


def test_over_medium_needs_a_known_scale() -> None:
    unknown = replace(OWN, slowest=None, fastest=None)
    said, ended = told("36 %", unknown, "vastus lateralis")
    assert (said, ended.exit) == ([], 4)
    assert "LE4" in str(ended.why)
    said, ended = told("36 %", OWN, "vastus lateralis")
    assert ended.exit == 0, ended
    assert (said[0]["setpoint"], said[0]["text"]) == (1700.0, "Switch the gun on at level 2 of 5")


def test_on_an_unknown_scale_the_level_is_said_all_the_same() -> None:
    said, ended = told("24 %", replace(OWN, slowest=None, fastest=None))
    assert ended.exit == 0, ended
    assert (said[0]["unit"], said[0]["text"]) == ("%", "Switch the gun on at level 1 of 5")
