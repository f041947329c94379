"""What the page on devices worked by hand quotes and counts is what the program says and holds to."""

from __future__ import annotations

import re

from doc_pages import ROOT

from controller.core.ramps import by_hand_setpoint
from controller.core.words import LOOK_AT_SKIN, instruction
from controller.safety.channel import Channel
from controller.safety.limits import HAND_COOL_MS, HT22_LOOK_MS, HT22_SOFT_MS, LOWEST_SETTING, MINUTE_MS
from protocols.plan import Strength

PAGE = (ROOT / "docs" / "how-to" / "by-hand.md").read_text(encoding="utf-8")
PAD = Channel(role="pad", kind="heat", device="pad", leash="person", low=None, high=None, measured=False)
GUN = Channel(
    role="gun", kind="percussion", device="gun", leash="person", low=None, high=None, measured=False
)
LEVELS = Channel.worked_by_hand("gun", "percussion", 5)
SCALED = Channel.worked_by_hand("gun", "percussion", 5, scale=(1200.0, 3200.0))


def test_quoted_lines_are_those_that_are_said() -> None:
    gentle = by_hand_setpoint(Strength(0.2), GUN)
    assert re.findall("^> (.+)$", PAGE, re.MULTILINE) == [
        instruction(PAD, LOWEST_SETTING),
        instruction(GUN, gentle),
        LOOK_AT_SKIN,
        instruction(PAD, 0.0),
        instruction(LEVELS, by_hand_setpoint(Strength(0.2), LEVELS)),
        instruction(SCALED, by_hand_setpoint(Strength(0.35), SCALED)),
    ]


def test_minutes_are_those_of_the_limits() -> None:
    assert f"for {HT22_SOFT_MS // MINUTE_MS} minutes on a place" in PAGE
    assert f"every {HT22_LOOK_MS // MINUTE_MS} minutes" in PAGE
    assert f"is {HAND_COOL_MS // MINUTE_MS} minutes off the skin" in PAGE
