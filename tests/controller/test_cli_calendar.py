"""`plan --ics`: a calendar file, read back by a small reader of RFC 5545 that knows nothing of ours."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kept_sessions import WARM, plan_of, unknot

from controller.faces.cli.calendar import calendar, duration, escaped, folded, next_start

if TYPE_CHECKING:
    from pathlib import Path

    from protocols.plan import Plan

NOW = datetime(2026, 11, 23, 21, 54, 10, tzinfo=UTC)
AT = datetime(2026, 11, 24, 18, 30)  # noqa: DTZ001  local, as a person gives it
TITLED = """unknot: 1
title: "Neck; warm, then \\\\ \\"press\\" – Wärme 首"
steps:
  - say: "One, two; three\\\\four"
  - rest: 1 min 30 s
  - {press: suboccipitals, side: both, with: hand, for: 20 s}
  - {stretch: upper trapezius, side: left, hold: 20 s}
"""


def unfolded(data: bytes) -> list[str]:
    """Section 3.1: lines end with CRLF, none is over 75 octets, a space or tab continues one."""
    assert data.endswith(b"\r\n")
    physical = data[:-2].split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in physical)
    assert max(len(line) for line in physical) <= 75
    for line in physical:
        line.decode()  # no character is split
    return re.sub(rb"\r\n[ \t]", b"", data[:-2]).decode().split("\r\n")


def value_of(text: str) -> str:
    """Section 3.3.11: what TEXT stands for; a bare comma, semicolon or backslash is an error."""
    out, rest = "", iter(text)
    for sign in rest:
        assert sign not in ",;"
        escapes = {"n": "\n", "N": "\n", "\\": "\\", ",": ",", ";": ";"}
        out += escapes[next(rest)] if sign == "\\" else sign
    return out


def parsed(data: bytes) -> dict[str, dict[str, str]]:
    """Each component's properties, by its name; components nest and end."""
    found: dict[str, dict[str, str]] = {}
    open_ones: list[str] = []
    for line in unfolded(data):
        name, _, value = line.partition(":")
        assert re.fullmatch(r"[A-Z-]+", name), line
        if name == "BEGIN":
            open_ones.append(value)
            found[value] = {}
        elif name == "END":
            assert open_ones.pop() == value
        else:
            assert name not in found[open_ones[-1]], "once each"
            found[open_ones[-1]][name] = value
    assert not open_ones
    return found


def made(plan: Plan, steps: tuple[str, ...] = ("1. rest: 1 min",)) -> dict[str, dict[str, str]]:
    return parsed(calendar(plan, steps, longest_ms=90_000, start=AT, now=NOW).encode())


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return plan_of(tmp_path, TITLED)


def test_the_file_has_what_the_rfc_requires_and_an_alarm_before(plan: Plan) -> None:
    found = made(plan)
    assert list(found) == ["VCALENDAR", "VEVENT", "VALARM"]
    assert found["VCALENDAR"]["VERSION"] == "2.0"
    assert found["VCALENDAR"]["PRODID"]
    event, alarm = found["VEVENT"], found["VALARM"]
    assert event["DTSTAMP"] == "20261123T215410Z"
    assert event["DTSTART"] == "20261124T183000"
    assert event["DURATION"] == "PT1M30S"
    assert "DTEND" not in event
    assert (alarm["ACTION"], alarm["TRIGGER"]) == ("DISPLAY", "-PT10M")
    assert value_of(alarm["DESCRIPTION"]) == plan.title


def test_title_and_steps_come_back_as_they_were(plan: Plan) -> None:
    steps = ("1. say: One, two; three\\four", "2. rest: Wärme 首 " + "é" * 100)
    event = made(plan, steps)["VEVENT"]
    assert value_of(event["SUMMARY"]) == plan.title == 'Neck; warm, then \\ "press" – Wärme 首'
    assert value_of(event["DESCRIPTION"]).splitlines()[:2] == list(steps)


def test_the_uid_is_of_the_plan_and_the_start_alone(plan: Plan, tmp_path: Path) -> None:
    uid = made(plan)["VEVENT"]["UID"]
    later = calendar(plan, (), longest_ms=1, start=AT, now=NOW + timedelta(days=1))
    assert parsed(later.encode())["VEVENT"]["UID"] == uid
    moved = calendar(plan, (), longest_ms=1, start=AT + timedelta(days=1), now=NOW)
    assert parsed(moved.encode())["VEVENT"]["UID"] != uid
    other = plan_of(tmp_path, TITLED.replace("1 min 30 s", "2 min"))
    assert made(other)["VEVENT"]["UID"] != uid


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_survives_but_for_control_characters(text: str) -> None:
    (line,) = unfolded(f"{folded('SUMMARY:' + escaped(text))}\r\n".encode())
    back = value_of(line.removeprefix("SUMMARY:"))
    assert not any(sign < " " and sign != "\n" for sign in back)
    if text.isprintable():
        assert back == text


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0, "PT0S"), (1, "PT1S"), (59_000, "PT59S"), (60_000, "PT1M"), (90_500, "PT1M31S"),
        (3_600_000, "PT1H"), (3_605_000, "PT1H0M5S"), (5_400_000, "PT1H30M"),
    ],
)  # fmt: skip
def test_lengths_are_written_as_the_rfc_has_them(ms: int, said: str) -> None:
    assert duration(ms) == said


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("18:00:00", "18:15"),
        ("18:05:00", "18:15"),
        ("18:05:01", "18:30"),
        ("18:14:59", "18:30"),
        ("23:50:00", "00:00"),
    ],
)
def test_unless_told_it_begins_at_the_next_quarter_that_leaves_time_for_the_alarm(
    now: str, start: str
) -> None:
    assert f"{next_start(datetime.fromisoformat(f'2026-11-24 {now}')):%H:%M}" == start


# The command


def test_the_command_writes_the_calendar_alone(tmp_path: Path) -> None:
    file = tmp_path / "my neck.yaml"
    file.write_text(TITLED)
    done = unknot("plan", file, "--ics", "--at", "2126-11-24 18:30")
    assert (done.exit_code, done.stderr) == (0, "")
    event = parsed(done.stdout_bytes)["VEVENT"]
    assert event["DTSTART"] == "21261124T183000"
    assert event["DURATION"] == "PT3M"
    told = value_of(event["DESCRIPTION"])
    assert told.splitlines() == [
        "1. say: One, two; three\\four",
        "2. rest: everything at rest, 1 min 30 s",
        "3. press: suboccipitals, left with hand, 20 s",
        "4. rest: everything at rest, 30 s",
        "5. press: suboccipitals, right with hand, 20 s",
        "6. stretch: upper trapezius, left, 20 s",
        "",
        f"To begin: unknot run '{file}'",
        "",
        "Nothing starts by itself: this is a reminder.",
    ]


def test_a_choice_is_in_what_to_type(tmp_path: Path) -> None:
    file = tmp_path / "neck.yaml"
    file.write_text(WARM)
    done = unknot("plan", file, "--ics", "--option", "strength=medium")
    told = value_of(parsed(done.stdout_bytes)["VEVENT"]["DESCRIPTION"])
    assert f"To begin: unknot run {file} --option=strength=medium" in told


def test_a_time_that_is_past_is_written_and_said(tmp_path: Path) -> None:
    done = unknot("plan", "demo", "--ics", "--at", "2001-01-02T03:04")
    assert done.exit_code == 0
    assert parsed(done.stdout_bytes)["VEVENT"]["DTSTART"] == "20010102T030400"
    assert "2001-01-02 03:04 is past already" in done.stderr


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--ics", "--json"), "leave one out"),
        (("--at", "2026-11-24 18:30"), "--at belongs to --ics"),
        (("--ics", "--at", "tomorrow"), "does not match"),
    ],
)
def test_contradictions_are_wrong_usage(flags: tuple[str, ...], says: str) -> None:
    done = unknot("plan", "demo", *flags)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr


@pytest.mark.parametrize(
    ("steps", "code"),
    [("[{heat: upper back, to: 42 °C, for: 5 min}]", 4), ("[{heat: upper back, to: 42, for: 5 min}]", 3)],
)
def test_what_may_not_be_run_is_not_put_in_a_calendar(tmp_path: Path, steps: str, code: int) -> None:
    file = tmp_path / "hot.yaml"
    file.write_text(f"unknot: 1\ntitle: Hot\nneeds: {{pad: heat}}\nsteps: {steps}\n")
    done = unknot("plan", file, "--ics")
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr
