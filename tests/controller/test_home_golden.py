"""Home and its pages at three sizes, and in every theme. `UNKNOT_UPDATE=1` writes the files anew."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from golden import GOLDEN, SIZES, THEMED, same, same_styles, styles_of
from history_fake import broken, looking_back, past, read
from history_fake import own_file as past_file
from home_fake import ANA, BROKEN, NOBODY, THEN, TOO_MUCH, TWO, Visit, visit
from screen_fake import DONE, OVER, SCREENING, UNKNOWN, shot

from controller.config import record_path
from controller.faces.home import help_words, settings_screen
from controller.faces.home.recent import Recent
from controller.faces.home.shelf import own_folder
from controller.faces.home.shelf import read as read_file
from controller.faces.tui.signs import ASCII, UTF8
from controller.lock import Running
from controller.safety.standing import PLAIN
from controller.snapshot import Ended

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from controller.faces.home.facts import Facts
    from controller.settings import Way
    from protocols.plan import Plan

LIMIT = Ended("limit", 6, "HT2: 43.1 °C measured, 43 °C allowed")
RECENTLY: tuple[tuple[str, Way], ...] = (("neck", "hand"), ("lower-back", "own"), ("thighs", "sim"))


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


def after(ended: Ended, *pressed: str) -> Callable[[Visit], Awaitable[None]]:
    """A run by hand to its end, with the newest session of the past as its record."""

    async def scene(at: Visit) -> None:
        past(whole_one=False)
        await at.press("n", "b")
        await at.show(replace(OVER, session="20260320-191500-ffff", simulated=False, t=19.0))
        at.sessions[-1].ended = ended
        await at.frame(2.0)
        await at.press("space")
        await at.known()
        await read(at)
        await at.press(*pressed)

    return scene


def looks_back(*pressed: str) -> Callable[[Visit], Awaitable[None]]:
    async def scene(at: Visit) -> None:
        past()
        await at.press("y")
        for key in ("left_alone", *pressed):
            if key != "left_alone":
                await at.press(key)
            await read(at)

    return scene


async def looks_at_changed(at: Visit) -> None:
    past()
    past_file("unknot: 1\ntitle: Press and ask\nsteps:\n  - rest: 1 min\n")
    await at.press("y")
    await read(at)
    await at.press("enter")
    await read(at)


async def looks_at_broken(at: Visit) -> None:
    with pytest.MonkeyPatch.context() as places:
        places.chdir(record_path().parent.parent)
        places.setenv("UNKNOT_STATE_DIR", "state")
        broken()
        await at.press("y")
        await read(at)


RAN = replace(
    ANA,
    recent=tuple(
        Recent(cast("Plan", read_file(name, None, {}, PLAIN).plan), name, way) for name, way in RECENTLY
    ),
)


async def asked_anew(at: Visit) -> None:
    await at.press("w", "a", *"Cleo", "enter", *"40", "enter")
    await at.known()
    await at.press("down", "y")


async def commands(at: Visit) -> None:
    await at.press("ctrl+p")
    await at.app.workers.wait_for_complete()
    await at.pilot.pause()


async def running(at: Visit) -> None:
    await at.press("n", "b")
    await at.show(shot())


async def commands_of_a_run(at: Visit) -> None:
    await running(at)
    await commands(at)


async def help_of_a_run(at: Visit) -> None:
    at.app.settings = replace(at.app.settings, keys={"pagedown": "ready", "f5": "pause"})
    await running(at)
    await at.press("question_mark")
    await at.pilot.pause()


SCENES: dict[str, tuple[Facts, Callable[[Visit], Awaitable[None]]]] = {
    "first-run": (NOBODY, keys()),
    "first-run-by-hand": (NOBODY, keys("b")),
    "returning": (ANA, keys("down")),
    "help": (ANA, keys("question_mark")),
    "after": (ANA, after(UNKNOWN, "enter")),
    "after-completed": (looking_back(), after(DONE)),
    "after-limit": (looking_back(), after(LIMIT)),
    "after-unknown": (looking_back(), after(UNKNOWN)),
    "recent": (RAN, keys()),
    "history": (looking_back(), looks_back()),
    "history-details": (looking_back(), looks_back("end", "pagedown")),
    "history-tenderness": (looking_back(), looks_back("t")),
    "history-week": (looking_back(), looks_back("w")),
    "history-compare": (looking_back(), looks_back("m", "down", "c")),
    "history-replay": (looking_back(), looks_back("r")),
    "history-changed": (looking_back(), looks_at_changed),
    "history-broken": (looking_back(), looks_at_broken),
    "history-empty": (NOBODY, keys("y", "left")),
    "protocols": (ANA, keys("u")),
    "protocols-nobody": (NOBODY, keys("n")),
    "broken": (ANA, own(BROKEN, "n", "down")),
    "over": (ANA, own(TOO_MUCH, "n", "down")),
    "fit": (ANA, own(TOO_MUCH, "n", "down", "f")),
    "before-run": (ANA, keys("u", "w")),
    "before-run-second": (NOBODY, keys("u", "enter", "b")),
    "screening": (ANA, screened),
    "people-nobody": (NOBODY, keys("w")),
    "people-two": (TWO, keys("w")),
    "people-forget": (TWO, keys("w", "f")),
    "people-guest": (TWO, keys("w", "down", "down")),
    "people-add": (TWO, keys("w", "a", *"Cleo")),
    "people-asked": (TWO, asked_anew),
    "settings": (ANA, keys("comma")),
    "settings-learns": (ANA, keys("comma", "down", "down", "down", "down", "enter")),
    "help-professional": (ANA, keys("question_mark", "down", "down", "down", "down")),
    "help-places": (ANA, keys("question_mark", "down", "down", "down", "down", "down")),
    "commands": (TWO, commands),
    "run-commands": (ANA, commands_of_a_run),
    "run-help": (ANA, help_of_a_run),
    "elsewhere": (ANA, Visit.looked),
    "read-only": (NOBODY, keys()),
    "read-only-protocols": (NOBODY, keys("u")),
}
OTHER = Running(Path("session-1.lock"), 1, "A sore, stiff neck", "2027-01-31T18:00", "s1")
SEATS: dict[str, dict[str, Any]] = {
    "elsewhere": {"around": lambda: (OTHER,)},
    "read-only": {"reads_only": True},
    "read-only-protocols": {"reads_only": True},
}


IN_FULL = {"screening", "commands", "run-commands"}
"""Where words of others or of the library stand, with signs of their own."""


def draw(scene: str, size: tuple[int, int], ascii_only: bool = False, themed: str = "") -> str:
    facts, play = SCENES[scene]
    drawn: list[str] = []

    async def show(at: Visit) -> None:
        await play(at)
        await at.known()
        drawn.append(at.text())
        if themed:
            same_styles(themed, await styles_of(at.app, at.pilot))

    visit(show, facts, size=size, signs=ASCII if ascii_only else UTF8, **SEATS.get(scene, {}))
    return drawn[0]


@pytest.fixture(autouse=True)
def nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No ports and no folders, and the hours of one time zone."""
    monkeypatch.setattr("controller.links.ports.ports", tuple)
    monkeypatch.setattr("controller.faces.home.people_screen.now", lambda: THEN)
    config, state = Path("/home/ana/.config/unknot"), Path("/home/ana/.local/state/unknot")
    monkeypatch.setattr(settings_screen, "settings_path", lambda: config / "config.toml")
    monkeypatch.setattr(help_words, "config_dir", lambda: config)
    monkeypatch.setattr(help_words, "state_dir", lambda: state)
    monkeypatch.setattr(help_words, "record_path", lambda: state / "record.sqlite")
    with monkeypatch.context() as at:
        at.setenv("TZ", "UTC0")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_each_page_looks_as_it_did(scene: str, size: str) -> None:
    themed = f"home-{scene}" if size == THEMED else ""
    same(GOLDEN / "home" / f"{scene}-{size}.txt", draw(scene, SIZES[size], themed=themed))


@pytest.mark.parametrize("scene", [each for each in SCENES if each not in IN_FULL])
def test_without_utf8_every_sign_has_an_ascii_one(scene: str) -> None:
    drawn = draw(scene, (80, 24), ascii_only=True)
    assert {c for c in drawn if ord(c) > 126} == set()
