"""The page of devices at three sizes, and in every theme."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from devices_fake import MY_GUN, MY_PAD, OLD_GUN, SEEN, Reached, sighting
from golden import GOLDEN, SIZES, THEMED, same, same_styles, styles_of
from home_fake import Visit, visit

from controller.faces.home.facts import Facts
from controller.faces.tui.signs import ASCII, UTF8
from controller.links.ble.words import BleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

NONE = Facts(lately=("something",))
TWO = Facts(lately=("something",), devices=(MY_GUN, OLD_GUN), seen=SEEN)
WITH_PAD = Facts(lately=("something",), devices=(MY_PAD, MY_GUN), seen=SEEN)


def shows(*steps: tuple[str, tuple[str, ...]]) -> Callable[[Visit], Awaitable[None]]:
    """Press keys, each time waiting for what they bring."""

    async def scene(at: Visit) -> None:
        for wanted, pressed in steps:
            await at.sees(wanted)
            await at.press(*pressed)

    return scene


def on_the_air(reached: Reached) -> None:
    reached.heard = [
        sighting(7, signal=-44),
        sighting(8, "BEDJET_V3", -60, frozenset()),
        sighting(9, signal=-71),
    ]


def asks_for_digits(reached: Reached) -> None:
    on_the_air(reached)
    reached.asks = lambda person: person.passkey()


def not_usable(reached: Reached) -> None:
    reached.errors["my gun"] = BleError("bond-lost")


def no_adapter(reached: Reached) -> None:
    reached.refuses = BleError("service-missing")


def nothing(_reached: Reached) -> None:
    """As it is."""


SCENES: dict[
    str, tuple[Facts, Callable[[Reached], None], str, Callable[[Visit], Awaitable[None]]]
] = {
    "none": (NONE, nothing, "v", shows(("No device is known", ()))),
    "two": (TWO, nothing, "v", shows(("+ answers", ("down",)), ("Levels", ()))),
    "details": (WITH_PAD, nothing, "v", shows(("+ answers", ()))),
    "not-usable": (TWO, not_usable, "v", shows(("Enter looks again", ()))),
    "scanning": (NONE, on_the_air, "p", shows(("▶ Knot-7", ("down", "down")), ("▶ BEDJET", ()))),
    "no-adapter": (TWO, no_adapter, "p", shows(("systemctl start", ()))),
    "pairing": (NONE, on_the_air, "p", shows(("▶ Knot-7", ("enter",)), ("Now?", ()))),
    "passkey": (NONE, asks_for_digits, "p",
                shows(("▶ Knot-7", ("enter",)), ("six digits", (*"123",)), ("123", ()))),
    "running": (TWO, nothing, "v", shows(("+ answers", ("u",)), ("Now?", ("y",)), ("Stop x", ()))),
    "adding": (NONE, nothing, "v", shows(("No device", ("a",)), ("What is it?", ("1",)), ("Its name", ()))),
    "forgetting": (TWO, nothing, "v", shows(("+ answers", ("f",)), ("Forget my gun?", ()))),
}  # fmt: skip


def draw(
    scene: str, reached: Reached, size: tuple[int, int], *, ascii_only: bool = False, themed: str = ""
) -> str:
    facts, befall, key, play = SCENES[scene]
    befall(reached)
    drawn: list[str] = []

    async def show(at: Visit) -> None:
        await at.press(key)
        await at.until(lambda: at.page == "DevicesScreen")
        await play(at)
        await at.pilot.pause()
        drawn.append(at.text())
        if themed:
            same_styles(themed, await styles_of(at.app, at.pilot))

    visit(show, facts, size=size, signs=ASCII if ascii_only else UTF8)
    return drawn[0]


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> Reached:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    # What is left of the two minutes is not for a picture.
    monkeypatch.setattr("controller.faces.home.reach.round", lambda _left: 120, raising=False)
    return Reached(monkeypatch)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_the_page_looks_as_it_did(scene: str, size: str, reached: Reached) -> None:
    themed = f"devices-{scene}" if size == THEMED else ""
    same(GOLDEN / "devices" / f"{scene}-{size}.txt", draw(scene, reached, SIZES[size], themed=themed))


@pytest.mark.parametrize("scene", ["none", "details", "not-usable", "running", "adding", "forgetting"])
def test_without_utf8_every_sign_has_an_ascii_one(scene: str, reached: Reached) -> None:
    drawn = draw(scene, reached, (80, 24), ascii_only=True)
    assert {c for c in drawn if ord(c) > 126} == set()
