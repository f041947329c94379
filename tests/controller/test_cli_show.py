"""`show`: a session's course and its curves, legible in any terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from kept_sessions import GUN, HAND_PAD, PAD, Kept, plan_of, unknot, whole

from controller.core.events import Command, Failed, LinkFound, LinkLost, Reading, Tick
from controller.faces.told.curve import Chart, draw, label_width
from controller.faces.told.words import clock

if TYPE_CHECKING:
    from pathlib import Path

    from controller.faces.told.curve import Ink

TOGETHER = """unknot: 1
title: Side by side
needs: {pad: heat, gun: percussion}
limits: {heat: 38 °C}
steps:
  - together:
      - {heat: upper back, to: low, for: 1 min}
      - - {press: gluteus maximus, side: left, at: gentle, for: 5 s, move: circles}
  - repeat: 3
    until: left <= 1
    steps: [{rest: 30 s}, {ask: Better?, scale: 0 .. 3, as: left}]
"""


def shown(*arguments: object) -> str:
    done = unknot("show", *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def squeezed(text: str) -> str:
    return " ".join(text.split())


# The course


def test_the_head_tells_what_when_on_what_and_how_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    plan = whole(tmp_path)
    assert shown("last").splitlines()[:9] == [
        "Warm and press",
        "2026-03-01 08:30, 3:57 long, devices",
        "Done.",
        "tenderness 4",
        'pad: Pad, "one"',
        "gun: =Gun",
        "strength: gentle",
        "session 20260301-083000-aaaa",
        f"plan {plan.sha256}",
    ]


def test_the_course_tells_each_step_and_what_happened_in_the_order_of_time(tmp_path: Path) -> None:
    whole(tmp_path)
    course = shown("last").split("210\n")[-1]
    assert [" ".join(line.split()) for line in course.splitlines() if line.strip()] == [
        "0:00 Everything lies where it belongs, flat and dry, and stop is in",
        "reach. Begin? yes (after 0:20)",
        '0:00 1 "Sit down."',
        "0:00 2 Sore today? (0:03)",
        "0:03 answered much (after 0:03)",
        "0:03 3 Warmth on the lower back, 38 °C (2:16)",
        "pad told 36.0 → 38.0 °C, measured 33.0 to 37.9 °C",
        "2:19 4 Cooling below 37 °C (0:23)",
        "2:42 5 Rest (1:00)",
        "3:42 6 Massage the left gluteus maximus, in small circles, at 20 %",
        "(0:11)",
        "gun told 1200 → 1580 /min, measured 1590 /min",
        "3:44 Bring the massager to the left gluteus maximus. Ready? yes (after",
        "0:01)",
        "3:54 7 How tender is the left gluteus maximus? (0:03)",
        "3:57 answered 4 (after 0:03)",
        "3:57 ended: completed",
    ]


def test_pauses_losses_skips_limits_and_words_of_the_person_are_told(tmp_path: Path) -> None:
    kept = Kept(plan_of(tmp_path), (PAD, GUN))
    kept.feed(Tick())
    kept.answer("yes")
    kept.answer("much")
    kept.run(5, pad=33.0, gun=0.0)
    kept.feed(Command("pause"))
    kept.run(10, pad=33.0, gun=0.0)
    kept.feed(Command("resume"))
    kept.run(5, pad=33.0, gun=0.0)
    kept.feed(LinkLost("pad", "silent"))
    kept.run(2, gun=0.0)
    kept.feed(LinkFound("pad"))
    kept.run(2, pad=33.0, gun=0.0)
    kept.feed(Command("resume"))
    kept.run(2, pad=33.0, gun=0.0)
    kept.feed(Command("skip"))
    kept.run(1, pad=33.0, gun=0.0)
    kept.feed(Reading(role="pad", setpoint=0.0, actual=45.0))
    kept.close(kept.core.outcome)
    assert kept.core.outcome == "limit"
    told = squeezed(shown("last"))
    for says in (
        "0:05 paused: the person said so",
        "0:15 went on",
        '0:20 lost Pad, "one": silent',
        '0:22 found Pad, "one" again: answers again',
        "Warmth on the lower back, 38 °C (0:26, skipped)",
        "limit HT2: measured 45, allowed 43",
        "not reached: steps 6 to 7",
        "ended: limit (HT2: ",
        "Stopped by a safety limit. HT2: ",
    ):
        assert says in told


def test_branches_and_rounds_that_were_not_needed_are_told(tmp_path: Path) -> None:
    kept = Kept(plan_of(tmp_path, TOGETHER), (PAD, GUN))
    kept.feed(Tick())
    kept.answer("yes")
    kept.answer("yes")
    for degrees in (37.0, 37.1, 37.0, 37.1, 37.0, 37.1, 37.0, 37.1, 37.0):
        kept.run(20, pad=degrees, gun=1200.0)
    kept.answer("1")
    kept.run(1, pad=33.0, gun=0.0)
    kept.close(kept.core.outcome)
    told = squeezed(shown("last"))
    assert "step 5: not needed any more" in told
    assert "Side by side" in told
    assert told.index(" 1 Warmth on the upper back") < told.index(" 2 Massage the left gluteus maximus")


def test_a_session_by_hand_has_its_course_and_no_curve(tmp_path: Path) -> None:
    text = "unknot: 1\ntitle: By hand\nneeds: {pad: heat}\nsteps: [{heat: lower back, to: low, for: 1 min}]\n"
    kept = Kept(plan_of(tmp_path, text), (HAND_PAD,))
    kept.feed(Tick())
    kept.answer("yes")
    kept.answer("yes")
    kept.run(61)
    kept.answer("yes")
    kept.close(kept.core.outcome)
    told = shown("last")
    assert "\npad: pad (by hand)\n" in told
    assert "pad told 37.0 °C" in told
    assert "Is everything switched off and off the skin? yes" in squeezed(told)
    assert "measured" not in told


def test_a_session_that_never_began_and_never_ended_is_shown(tmp_path: Path) -> None:
    kept = Kept(plan_of(tmp_path), (PAD, GUN))
    kept.feed(Reading(role="pad", setpoint=0.0, actual=33.0, state="idle"), Tick())
    kept.run(5, pad=33.0, gun=0.0)
    kept.close(None)
    told = squeezed(shown("last"))
    assert "It never came to its end on record" in told
    assert "not answered: Everything lies where it belongs" in told
    assert "not reached: steps 1 to 7" in told
    assert "no end on record" in told


def test_a_session_of_no_step_at_all_is_shown(tmp_path: Path) -> None:
    Kept(plan_of(tmp_path), (PAD, GUN)).close(None)
    assert "no end on record" in shown("last")
    assert json.loads(shown("last", "--json"))["readings"] == []


def test_why_it_failed_is_told(tmp_path: Path) -> None:
    kept = Kept(plan_of(tmp_path), (PAD, GUN))
    kept.feed(Tick(), Failed("the disk is full\x1b[2J"))
    kept.close("failed")
    told = shown("last")
    assert "It failed. the disk is full" in told
    assert "\x1b" not in told


@pytest.mark.parametrize("columns", [40, 60, 80, 100])
def test_no_line_is_wider_than_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    whole(tmp_path)
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = shown("last").splitlines()
    assert max(map(len, lines)) <= columns
    assert max(len(line) for line in lines if "│" in line) > columns // 2


def test_piped_it_is_80_wide_and_without_colour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    whole(tmp_path)
    told = shown("last")
    assert "\x1b" not in told
    assert max(len(line) for line in told.splitlines() if "└" in line) == 80


@pytest.mark.parametrize(
    ("asked", "code"),
    [("20260301-083000-aaaa", 0), ("2026", 0), ("aaaa", 0), ("last", 0), ("zzz", 2), ("", 2), ("0301", 2)],
)
def test_an_id_may_be_cut_short_at_either_end(tmp_path: Path, asked: str, code: int) -> None:
    whole(tmp_path)
    assert unknot("show", asked).exit_code == code


def test_an_id_that_fits_two_is_refused_with_both(tmp_path: Path) -> None:
    for end in ("aaaa", "bbbb"):
        Kept(plan_of(tmp_path), (PAD, GUN), f"20260301-083000-{end}").close("completed")
    done = unknot("show", "2026")
    assert done.exit_code == 2
    assert "2 sessions fit 2026" in done.stderr
    assert "20260301-083000-aaaa, 20260301-083000-bbbb" in done.stderr
    assert "session 20260301-083000-bbbb" in shown("last")


def test_without_a_record_it_says_so() -> None:
    done = unknot("show", "last")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no session is on record yet; try `unknot demo`" in done.stderr


# The curves


def test_the_chart_of_a_session_is_this(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    whole(tmp_path)
    lines = shown("last").splitlines()
    begin = next(n for n, line in enumerate(lines) if line.startswith("pad: temperature"))
    assert lines[begin : begin + 16] == PAD_CHART.splitlines()


PAD_CHART = """\
pad: temperature (Pad, "one")
⠤⠤⠤ measured  ⠤⠤⠄⠀⠤⠤⠄ target  ⠄⠀⠄ limit
    40 °C │
          │      ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄
          │
    38    │            ⣀⣠⠄ ⠉⠉⠁ ⠉⠉⠁⢸⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⣇
          │        ⣀⣠⠄ ⠁     ⢠⠤⠤⠤⠴⠚          ⢸
          │     ⣠⠄ ⠁         ⢸               ⠘⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⡆
    36    │    ⠈⠁        ⢀⡏⠉⠉⠉                           ⢧
          │           ⡖⠒⠒⠚                               ⠘⠒⠦
    34    │       ⢀⣀⣀⣀⡇
          │       ⣸
          │⠒⠒⠒⠒⠒⠒⠒⠃
    32    │
          └────┴──────────┴──────────┴──────────┴───────────
               0 min      1          2          3
"""


def chart(**lines: tuple[tuple[float, float | None], ...]) -> Chart:
    inks: tuple[Ink, ...] = ("limit", "target", "measured")
    return Chart(
        unit="°C",
        begin=0.0,
        end=60.0,
        lines=tuple((ink, lines[ink]) for ink in inks if ink in lines),
        low=30.0,
        high=40.0,
    )


def text(drawn: tuple[tuple[tuple[str, object], ...], ...]) -> list[str]:
    return ["".join(part for part, _ in row) for row in drawn]


def test_a_flat_line_lies_at_its_value_from_edge_to_edge() -> None:
    rows = text(draw(chart(measured=((0.0, 40.0), (60.0, 40.0))), width=40, rows=6))
    assert rows[0] == "40 °C │" + "⠉" * 33
    assert all(row.endswith("│") for row in rows[1:6])
    rows = text(draw(chart(measured=((0.0, 30.0), (60.0, 30.0))), width=40, rows=6))
    assert rows[5] == "30    │" + "⣀" * 33


def test_a_slope_has_no_holes() -> None:
    rows = text(draw(chart(measured=((0.0, 30.0), (60.0, 40.0))), width=40, rows=6))
    cells = [row[7:].ljust(33) for row in rows[:6]]
    assert all(any(row[column] != " " for row in cells) for column in range(33))


def test_what_is_not_known_leaves_a_gap() -> None:
    points = ((0.0, 35.0), (20.0, 35.0), (20.1, None), (40.0, 35.0), (60.0, 35.0))
    rows = text(draw(chart(measured=points), width=40, rows=6))
    drawn = next(row[7:] for row in rows if "⠒" in row or "⠤" in row or "⠉" in row or "⣀" in row)
    assert drawn[0] != " "
    assert drawn[15] == " "
    assert drawn[-1] != " "


def test_lines_differ_by_their_dashes_and_the_measured_one_is_seen_where_they_meet() -> None:
    flat = ((0.0, 40.0), (60.0, 40.0))
    rows = {
        ink: text(draw(chart(**{ink: flat}), width=47, rows=6))[0][7:]
        for ink in ("measured", "target", "limit")
    }
    assert len({row[:8] for row in rows.values()}) == 3
    both = draw(chart(limit=flat, target=flat, measured=flat), width=47, rows=6)[0]
    assert [ink for _, ink in both] == [None, "measured"]


def test_without_the_signs_it_is_drawn_in_ascii() -> None:
    flat = ((0.0, 40.0), (60.0, 40.0))
    low = ((0.0, 30.0), (60.0, 30.0))
    rows = text(draw(chart(limit=flat, measured=low), width=40, rows=6, utf8=False))
    assert all(row.replace("°", "").isascii() for row in rows)
    assert rows[0].startswith("40 °C |. . . .") or rows[0].startswith("40 °C |. .")
    assert rows[5].endswith("*" * 33)


def test_a_value_outside_is_drawn_inside() -> None:
    drawn = Chart(
        unit="x", begin=0.0, end=10.0, lines=(("measured", ((-5.0, 1.0), (20.0, 1.0))),), low=0.0, high=2.0
    )
    assert len(text(draw(drawn, width=40, rows=6))) == 8


def test_charts_with_one_margin_have_their_times_below_one_another() -> None:
    wide = Chart(unit="/min", begin=0.0, end=60.0, lines=(), low=0.0, high=2000.0)
    margin = max(label_width(each, 6) for each in (wide, chart()))
    axes = [text(draw(each, width=50, rows=6, margin=margin))[-2:] for each in (wide, chart())]
    assert axes[0] == axes[1]


@pytest.mark.parametrize(
    ("end", "labels"),
    [(20.0, ["0", "s", "5", "10", "15", "20"]), (2400.0, ["0", "min", "10", "20", "30", "40"])],
)
def test_times_are_round(end: float, labels: list[str]) -> None:
    drawn = Chart(unit="x", begin=0.0, end=end, lines=(), low=0.0, high=1.0)
    assert text(draw(drawn, width=50, rows=4))[-1].split() == labels


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0:00"), (-0.4, "0:00"), (-61, "-1:01"), (59.9, "0:59"), (3599, "59:59"), (3661, "1:01:01")],
)
def test_times_are_said_as_on_a_clock(seconds: float, said: str) -> None:
    assert clock(seconds) == said
