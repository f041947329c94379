"""The screen in its main states at three sizes, and in every theme. `UNKNOT_UPDATE=1` writes files anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from golden import GOLDEN, SIZES, THEMED, same, same_styles, styles_of
from screen_fake import (
    ASK,
    AWAKE,
    DONE,
    LIMITED,
    LOWERED,
    OVER,
    PAUSED,
    PRESENT,
    RATE,
    READY,
    SCREENING,
    SINCE,
    SOFTENED,
    UNKNOWN,
    Stage,
    by_hand,
    play,
    shot,
    warming,
)  # fmt: skip

from controller.core import words
from controller.faces.tui.signs import ASCII, UTF8
from controller.snapshot import QuestionView

if TYPE_CHECKING:
    from controller.snapshot import Ended, Snapshot

CONFIRM = shot(
    0, state="preparing", simulated=False, line="Before it begins", countdown=None,
    questions=(QuestionView(id="q1", text=words.BEGIN, kind="ready", choices=("yes",)),),
)  # fmt: skip
SCENES: dict[str, tuple[list[Snapshot], Ended | None]] = {
    "warming": (warming(), None),
    "pressing": ([*warming()[:-1], shot()], None),
    "limited": ([*warming()[:-1], LIMITED], None),
    "softened": ([*warming()[:-1], SOFTENED], None),
    "lowered": ([LOWERED], None),
    "ready": ([READY], None),
    "rate": ([RATE], None),
    "ask": ([ASK], None),
    "present": ([PRESENT], None),
    "screening": ([SCREENING], None),
    "awake": ([AWAKE], None),
    "since": ([SINCE], None),
    "confirm": ([CONFIRM], None),
    "paused": ([PAUSED], None),
    "by-hand": ([by_hand(1)], None),
    "done": ([OVER], DONE),
    "unknown": ([OVER], UNKNOWN),
}


def draw(scene: str, size: tuple[int, int], ascii_only: bool = False, themed: str = "") -> str:
    shots, ended = SCENES[scene]
    drawn: list[str] = []

    async def show(stage: Stage) -> None:
        stage.session.ended = ended
        await stage.show(*shots)
        await stage.later(0)
        drawn.append(stage.text())
        if themed:
            same_styles(themed, await styles_of(stage.app, stage.pilot))

    play(show, size=size, signs=ASCII if ascii_only else UTF8)
    return drawn[0]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_each_state_looks_as_it_did(scene: str, size: str) -> None:
    drawn = draw(scene, SIZES[size], themed=f"run-{scene}" if size == THEMED else "")
    same(GOLDEN / "tui" / f"{scene}-{size}.txt", drawn)
    assert ("■ STOP x" in drawn) == (scene not in {"done", "unknown"})


@pytest.mark.parametrize("scene", SCENES)
def test_without_utf8_every_sign_has_an_ascii_one(scene: str) -> None:
    drawn = draw(scene, (80, 24), ascii_only=True)
    assert {c for c in drawn if ord(c) > 126} == set()


@pytest.mark.parametrize("scene", ["pressing", "rate", "confirm", "paused"])
def test_the_stop_key_is_there_on_the_smallest_screen(scene: str) -> None:
    assert "■ STOP x" in draw(scene, (40, 12))


def test_the_narrow_screen_keeps_line_and_countdown_and_drops_the_plot() -> None:
    narrow = draw("pressing", (60, 20))
    assert "Massage the left upper trapezius, in small circles" in narrow
    assert "┃ ┃ :" in narrow
    assert "°C │" not in narrow
    assert "°C │" in draw("pressing", (80, 24))


def test_the_whole_confirmation_can_be_read_at_80_by_24() -> None:
    drawn = " ".join(draw("confirm", (80, 24)).replace("█", " ").split())
    assert " ".join(words.BEGIN.split()) in drawn
