"""The pure parts of the screen: the plot, its history, the words, the mailbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from screen_fake import LIMITED, OVER, PAUSED, UNKNOWN, gun, pad, shot, warming

from controller.core.events import Said
from controller.faces.tui import words
from controller.faces.tui.history import MOST, History, Sample, plotted, worth_plotting
from controller.faces.tui.mailbox import Mailbox
from controller.faces.tui.plot import LABEL, draw, scale_for
from controller.faces.tui.signs import ASCII, UTF8, fit, signs_for
from controller.snapshot import Ended

if TYPE_CHECKING:
    from controller.faces.tui.signs import Signs


def rows(*args: object, **known: object) -> list[str]:
    return ["".join(text for text, _ in row) for row in draw(*args, **known)]  # type: ignore[arg-type]


FLAT = [Sample(float(t), 35.0, None) for t in range(0, 301, 5)]


@pytest.mark.parametrize("size", [(14, 4), (30, 8), (52, 12), (120, 30)])
def test_every_row_of_the_plot_has_the_width_asked_for(size: tuple[int, int]) -> None:
    width, height = size
    drawn = rows(FLAT, [(0.0, 39.0), (300.0, 39.0)], 300.0, width=width, height=height)
    assert [len(row) for row in drawn] == [width] * height


@pytest.mark.parametrize("size", [(13, 10), (60, 3), (0, 0)])
def test_where_there_is_no_room_nothing_is_drawn(size: tuple[int, int]) -> None:
    assert rows(FLAT, [], 300.0, width=size[0], height=size[1]) == []


def test_actual_is_solid_the_setpoint_dashed_and_what_is_ahead_dotted() -> None:
    samples = [Sample(float(t), 32.0, 38.0) for t in range(0, 301)]
    drawn = rows(samples, [(0.0, 36.0), (300.0, 36.0)], 300.0, width=66, height=18, signs=ASCII)
    ink = {sign: max(row[LABEL:].count(sign) for row in drawn[:-2]) for sign in "*-."}
    half = (66 - LABEL) // 2
    assert abs(ink["*"] - half) <= 1
    assert abs(ink["-"] - half // 2) <= 1
    assert abs(ink["."] - half // 2) <= 1


def test_a_missing_reading_leaves_a_gap() -> None:
    samples = [*FLAT[:20], Sample(100.0, None, None), *[replace_t(s, s.t + 100) for s in FLAT[20:]]]
    drawn = rows(samples, [], 400.0, width=60, height=12, signs=ASCII)
    line = next(row for row in drawn if "*" in row)
    assert "*    " in line.strip()


def replace_t(sample: Sample, t: float) -> Sample:
    return Sample(t, sample.actual, sample.setpoint)


def test_rest_ahead_is_not_drawn_as_zero_degrees() -> None:
    scale = scale_for([], [(0.0, 39.0), (60.0, 39.0), (60.0, 0.0)], 0.0)
    assert (scale.low, scale.high) == (30.0, 40.0)


def test_the_axes_say_degrees_and_minutes() -> None:
    drawn = rows(FLAT, [(0.0, 39.0), (600.0, 39.0)], 300.0, width=60, height=14)
    assert drawn[0].startswith("40°C │")
    assert drawn[-1].rstrip().endswith("15 min")
    assert drawn[-2].count("▲") == 1


def test_a_history_that_has_grown_long_keeps_its_span_at_half_the_grain() -> None:
    history = History()
    for t in range(MOST * 4):
        history.add(shot(t=float(t), channels=(pad(setpoint=39.0, actual=38.0),)))
    assert len(history.samples) <= MOST + 1
    assert history.samples[0].t == 0.0
    assert history.samples[-1].t > MOST * 4 - 10


def test_a_pad_worked_by_hand_or_no_pad_is_not_plotted() -> None:
    assert plotted(shot(channels=(gun(), pad(by_hand=True)))) is None
    assert not worth_plotting([], shot(channels=(gun(),)))
    assert plotted(warming()[0]) is not None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-:--"),
        (0.0, "0:00"),
        (0.1, "0:01"),
        (59.9, "1:00"),
        (61.0, "1:01"),
        (3600.0, "60:00"),
        (-1.0, "0:00"),
    ],
)
def test_the_clock_never_says_zero_before_it_is(seconds: float | None, text: str) -> None:
    assert words.clock(seconds) == text


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        (gun(), "gun: at rest"),
        (gun(setpoint=1900.0, strength=0.35), "gun: 35 % (1900 /min)"),
        (gun(setpoint=1900.0), "gun: 1900 /min"),
        (gun(setpoint=1.0, strength=0.4, by_hand=True), "gun: on, 40 %, by hand"),
        (
            gun(setpoint=1.0, strength=0.4, by_hand=True, setting="level 2 of 5"),
            "gun: on, level 2 of 5, by hand",
        ),
        (gun(by_hand=True), "gun: by hand, at rest"),
        (pad(actual=None), "pad: at rest"),
        (pad(setpoint=39.0, target=None, actual=None), "pad: not measured → 39.0 °C"),
        (pad(setpoint=37.0, target=39.0, actual=36.44), "pad: 36.4 °C → 39.0 °C"),
        (pad(setpoint=30.0, by_hand=True), "pad: on, by hand"),
        (
            pad(setpoint=38.5, target=38.5, actual=39.0, softened=True),
            "pad: 39.0 °C → 38.5 °C, softer",
        ),
        (gun(setpoint=1700.0, strength=0.25, softened=True), "gun: 25 % (1700 /min), softer"),
        (
            gun(setpoint=1.0, strength=0.2, by_hand=True, setting="level 1 of 5", softened=True),
            "gun: on, level 1 of 5, softer, by hand",
        ),
        (pad(linked=False), "pad: ! no link: see that it rests"),
    ],
)
def test_a_channel_in_words(channel: object, text: str) -> None:
    assert words.channel_text(channel) == text  # type: ignore[arg-type]


AT = datetime(2026, 1, 1, 23, 50, tzinfo=UTC)


def test_the_status_line_has_the_clock_and_when_it_is_over_at_the_longest() -> None:
    text = words.status_text(shot(left=1112.0), wall=AT)
    assert text.startswith("23:50  ·  at most 18:32 left, over by 00:08  ·  Knot percussion linked")
    paused = words.status_text(replace(PAUSED, left=1112.0), wall=AT)
    assert "over by" not in paused
    assert "over by" not in words.status_text(shot(speed=10.0), wall=AT)


def test_what_is_wrong_with_a_device_comes_first_and_is_all_that_a_narrow_one_says() -> None:
    low = shot(channels=(gun(), pad(battery=20)))
    assert "  ·  Knot heat linked, battery LOW, 20 %: charge it  ·  at most" in words.status_text(
        low, wall=AT
    )
    assert "Knot percussion" not in words.status_text(low, narrow=True)
    assert words.status_text(shot(), narrow=True).endswith("all linked")
    assert words.status_text(shot(channels=(pad(battery=21),)), narrow=True).endswith("·  linked")
    assert words.status_text(shot(channels=(gun(by_hand=True),)), narrow=True).endswith("by hand")
    assert "NO LINK" in words.status_text(PAUSED, narrow=True)


def test_a_limit_that_is_near_says_what_is_left_of_what_and_its_row() -> None:
    assert words.near_lines(LIMITED) == [
        "! 70 s left: warmth on the upper back, 18:50 of 20:00 (HT4)",
        "! 0.16 CEM43 left: heat dose of the upper back, 0.84 of 1.00 (HT5)",
        "! 16 min left: this session, 44:00 of 60:00 (SE1)",
    ]
    assert words.near_lines(shot()) == []


def test_what_was_lowered_is_said_at_the_begin_until_a_word_has_an_answer() -> None:
    lowered = ("one", "two", "three")
    assert words.note_text(shot(t=5.0, lowered=lowered)) == "one\ntwo\nand 1 more, all told at the end"
    assert words.note_text(shot(t=5.0, lowered=lowered, told="pad: softer")) == "pad: softer"
    assert words.note_text(shot(t=61.0, lowered=lowered)) == ""
    assert words.note_text(replace(OVER, t=5.0, lowered=lowered)) == ""


@pytest.mark.parametrize("signs", [UTF8, ASCII])
def test_the_limit_is_a_line_with_its_number_and_a_sign(signs: Signs) -> None:
    drawn = rows(FLAT, [(0.0, 36.0), (300.0, 36.0)], 300.0, width=66, height=18, signs=signs, limit=41.0)
    (row,) = [row for row in drawn if "limit" in row]
    assert f"! limit 41 {signs.degree}" in row
    assert drawn[0].lstrip().startswith(f"45{signs.degree}")
    assert row.count("=") > 20 or signs.utf8
    without = rows(FLAT, [(0.0, 36.0), (300.0, 36.0)], 300.0, width=66, height=18, signs=signs)
    assert not any("limit" in row for row in without)


def test_a_curve_at_its_limit_goes_before_the_line() -> None:
    hot = [Sample(float(t), 41.0, None) for t in range(0, 301)]
    (row,) = [row for row in rows(hot, [], 300.0, width=66, height=18, signs=ASCII, limit=41.0) if "*" in row]
    assert row.count("*") == 66 - LABEL


def test_badges_name_simulated_by_hand_and_speed() -> None:
    assert words.badges(shot(by_hand=True, speed=10.0)) == "[SIMULATED]  [BY HAND]  [×10]"
    assert words.badges(shot(simulated=False)) == ""
    assert words.badges(shot(simulated=False, speed=float("inf"))) == "[×max]"


@pytest.mark.parametrize(
    "line",
    [
        "not known whether Knot heat rests: switch it off by hand",
        "pad: not known, switch the device off",
        "Unplug the pad",
    ],
)
def test_lines_that_ask_the_person_to_act_are_loud(line: str) -> None:
    assert words.is_loud(line)
    assert not words.is_loud("gun: at rest")


def test_a_channel_that_is_not_surely_at_rest_is_loud_where_the_session_says_nothing() -> None:
    still_on = replace(OVER, channels=(pad(setpoint=39.0), gun(linked=False), gun()))
    loud, quiet = words.end_lines(still_on, Ended("failed", 1, "it broke"))
    assert len(loud) == 2
    assert quiet == ["it broke", "gun (Knot percussion): at rest"]
    assert words.end_lines(OVER, UNKNOWN)[0] == [UNKNOWN.lines[0]]


def test_states_are_a_sign_and_a_word_in_both_alphabets() -> None:
    assert words.state_word(PAUSED) == "‖ paused"
    assert words.state_word(PAUSED, ASCII) == "|| paused"
    assert signs_for("UTF-8") is UTF8
    assert signs_for(None) is ASCII
    assert fit("39 °C — done…", ASCII) == "39 C - done..."


def test_only_what_cannot_wait_wakes_the_screen() -> None:
    woken: list[int] = []
    box = Mailbox()
    box.wake_by(lambda: woken.append(1))
    box.put(shot())
    box.put(shot(countdown=12.0))
    box.put(Said("reading"))
    assert len(woken) == 1
    box.put(PAUSED)
    assert len(woken) == 2
    assert [type(w).__name__ for w in box.take()] == ["Snapshot", "Snapshot", "Said", "Snapshot"]
    assert box.take() == []
    assert box.newest is PAUSED
