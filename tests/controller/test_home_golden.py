"""Home and its pages at three sizes, as text. `UNKNOT_UPDATE=1` writes the files anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from home_fake import ANA, BROKEN, NOBODY, TOO_MUCH, Visit, visit
from screen_fake import OVER, SCREENING, UNKNOWN

from controller.faces.home.shelf import own_folder
from controller.faces.tui.signs import ASCII, UTF8

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from controller.faces.home.facts import Facts

GOLDEN = Path(__file__).parents[1] / "golden" / "home"
SIZES = {"60x20": (60, 20), "80x24": (80, 24), "120x40": (120, 40)}


def keys(*pressed: str) -> Callable[[Visit], Awaitable[None]]:
    async def scene(at: Visit) -> None:
        await at.press(*pressed)

    return scene


def own(text: str, *pressed: str) -> Callable[[Visit], Awaitable[None]]:
    async def scene(at: Visit) -> None:
        own_folder().mkdir(parents=True)
        (own_folder() / "mine.yaml").write_text(text, encoding="utf-8")
        await at.press(*pressed)

    return scene


async def screened(at: Visit) -> None:
    await at.press("n", "b")
    await at.show(SCREENING)
    await at.pilot.pause()


async def after(at: Visit) -> None:
    await at.press("n", "b")
    await at.show(OVER)
    at.sessions[-1].ended = UNKNOWN
    await at.frame(2.0)
    await at.press("space")


SCENES: dict[str, tuple[Facts, Callable[[Visit], Awaitable[None]]]] = {
    "first-run": (NOBODY, keys()),
    "first-run-by-hand": (NOBODY, keys("b")),
    "returning": (ANA, keys("down")),
    "help": (ANA, keys("question_mark")),
    "after": (ANA, after),
    "protocols": (ANA, keys("u")),
    "protocols-nobody": (NOBODY, keys("n")),
    "broken": (ANA, own(BROKEN, "n", "down")),
    "over": (ANA, own(TOO_MUCH, "n", "down")),
    "fit": (ANA, own(TOO_MUCH, "n", "down", "f")),
    "before-run": (ANA, keys("u", "w")),
    "before-run-second": (NOBODY, keys("u", "enter", "b")),
    "screening": (ANA, screened),
}


def draw(scene: str, size: tuple[int, int], ascii_only: bool = False) -> str:
    facts, play = SCENES[scene]
    drawn: list[str] = []

    async def show(at: Visit) -> None:
        await play(at)
        await at.pilot.pause()
        drawn.append(at.text())

    visit(show, facts, size=size, signs=ASCII if ascii_only else UTF8)
    return drawn[0]


@pytest.fixture(autouse=True)
def no_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.links.ports.ports", tuple)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_each_page_looks_as_it_did(scene: str, size: str) -> None:
    drawn = draw(scene, SIZES[size])
    path = GOLDEN / f"{scene}-{size}.txt"
    if os.environ.get("UNKNOT_UPDATE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("scene", [each for each in SCENES if each != "screening"])
def test_without_utf8_every_sign_has_an_ascii_one(scene: str) -> None:
    drawn = draw(scene, (80, 24), ascii_only=True)
    assert {c for c in drawn if ord(c) > 126} == set()
