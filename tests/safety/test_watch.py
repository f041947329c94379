"""What devices report beside a temperature: HT21, HZ21, HZ35, HZ41; and what of it is on record."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from controller.safety.channel import Channel
from controller.safety.watch import Watch

SECOND, MINUTE = 1_000, 60_000
PAD = Channel(role="pad", kind="heat", device="pad", leash="lease", low=30.0, high=43.0, step=0.1)
GUN = Channel(role="gun", kind="percussion", device="gun", leash="lease", low=1200, high=3200, step=50)


@dataclass
class Report:
    """One report; all well unless said."""

    setpoint: float = 0.0
    actual: float | None = None
    state: str = "running"
    fault: str | None = None
    battery: int | None = None


def verdict(watch: Watch, now_ms: int, report: Report) -> tuple[str, str] | None:
    found = watch.report(now_ms, report)
    return None if found is None else (found.grade, found.limit)


def unfit(watch: Watch, now_ms: int) -> tuple[str, str] | None:
    found = watch.unfit(now_ms)
    return None if found is None else (found.grade, found.limit)


def lain(at: float, ms: int, drift: float = 0.0) -> tuple[Watch, int]:
    """A pad at rest that measures `at` for `ms`, and `drift` more in the middle."""
    watch = Watch.over(PAD)
    for now in range(0, ms + 1, SECOND):
        watch.report(now, Report(actual=at + (drift if now >= ms // 2 else 0.0), state="idle"))
    return watch, ms


@pytest.mark.parametrize(
    ("at", "ms", "drift", "expected"),
    [
        (34.9, 0, 0.0, None),
        (35.0, 0, 0.0, ("pause", "HT21")),
        (35.0, MINUTE - SECOND, 0.0, ("pause", "HT21")),
        (35.0, MINUTE, 0.0, None),
        (35.0, MINUTE, 0.4, None),
        (35.0, MINUTE, 0.5, ("pause", "HT21")),
        (37.9, MINUTE, 0.0, None),
        (38.0, MINUTE, 0.0, ("pause", "HT21")),
    ],
)
def test_a_pad_begins_cold_or_at_rest_for_a_minute(
    at: float, ms: int, drift: float, expected: object
) -> None:
    watch, now_ms = lain(at, ms, drift)
    assert unfit(watch, now_ms) == expected


@pytest.mark.parametrize(("battery", "expected"), [(19, ("stop", "HT21")), (20, None), (None, None)])
@pytest.mark.parametrize("channel", [PAD, GUN])
def test_a_battery_under_20_per_cent_begins_nothing_and_one_not_known_passes(
    channel: Channel, battery: int | None, expected: object
) -> None:
    watch = Watch.over(channel)
    watch.report(0, Report(actual=33.0 if channel is PAD else 0.0, battery=battery))
    assert unfit(watch, 0) == expected


@pytest.mark.parametrize(
    ("channel", "battery", "expected"),
    [
        (PAD, 15, None),
        (PAD, 14, ("stop", "HZ21")),
        (GUN, 14, None),
        (GUN, 11, None),
        (GUN, 10, ("stop", "HZ21")),
    ],
)
def test_a_battery_that_empties_ends_heat_at_15_and_all_at_10(
    channel: Channel, battery: int, expected: object
) -> None:
    watch = Watch.over(channel)
    told = 36.0 if channel is PAD else 1200.0
    watch.tell(0, told)
    assert verdict(watch, 100, Report(told, 33.0 if channel is PAD else told, battery=battery)) == expected


def running(watch: Watch, until_ms: int, told: float, actual: float, since_ms: int = 0) -> int | None:
    """When HZ35 was found first, with reports each 100 ms."""
    for now in range(since_ms, until_ms + 1, 100):
        if verdict(watch, now, Report(told, actual)) == ("stop", "HZ35"):
            return now
    return None


def test_a_motor_that_never_starts_has_two_seconds() -> None:
    watch = Watch.over(GUN)
    watch.tell(0, 1200.0)
    assert running(watch, 4_000, 1200.0, 0.0) == 2_100


def test_a_motor_that_stops_has_one_second() -> None:
    watch = Watch.over(GUN)
    watch.tell(0, 2000.0)
    assert running(watch, 10_000, 2000.0, 1990.0) is None
    assert running(watch, 12_000, 2000.0, 400.0, 10_100) == 11_200


def test_a_motor_under_load_is_not_stuck_and_nor_is_one_that_nobody_measures() -> None:
    watch = Watch.over(GUN)
    watch.tell(0, 2000.0)
    assert running(watch, 10_000, 2000.0, 500.0) is None
    blind = Watch("percussion", measured=False, step=50, heard_ms=0)
    blind.tell(0, 2000.0)
    assert running(blind, 10_000, 2000.0, 0.0) is None


def test_an_echo_may_be_as_late_as_a_second() -> None:
    watch = Watch.over(GUN)
    for now in range(0, 20_000, 100):
        watch.tell(now, 1200.0 + now // 100)
        late = max(0, now - 900)
        shown = 1200.0 + late // 100 if now >= 900 else 0.0
        assert verdict(watch, now, Report(shown, 2000.0)) is None, now


@pytest.mark.parametrize(("after", "expected"), [(999, None), (1_000, ("stop", "HZ41"))])
@pytest.mark.parametrize("rest_to", [1200.0, 0.0])
def test_a_device_that_goes_on_with_what_it_did_has_a_second(
    after: int, expected: object, rest_to: float
) -> None:
    """Counted from when it was told, however seldom it reports."""
    watch = Watch.over(GUN)
    before = 1800.0 - rest_to
    watch.tell(0, before)
    watch.report(0, Report(before, 2000.0))
    watch.tell(5_000, rest_to)
    assert verdict(watch, 5_000 + after, Report(before, 2000.0)) == expected


def test_an_echo_of_something_never_told_has_a_second_from_the_last_right_one() -> None:
    watch = Watch.over(GUN)
    watch.tell(0, 1200.0)
    assert verdict(watch, 100, Report(1200.0, 1200.0)) is None
    assert verdict(watch, 1_000, Report(3200.0, 1200.0)) is None
    assert verdict(watch, 1_100, Report(3200.0, 1200.0)) == ("stop", "HZ41")


def test_after_a_loss_everything_counts_anew_but_a_bad_minute() -> None:
    watch = Watch.over(PAD)
    watch.report(0, Report(actual=30.0))
    watch.tell(0, 36.0)
    for now in range(100, MINUTE + 200, 100):
        found = verdict(watch, now, Report(36.0, 30.0))
    assert found == ("pause", "HT14")
    watch.tell(now, 0.0)
    watch.forget(now)
    assert verdict(watch, now + 100, Report(0.0, 20.0)) is None, "no jump over a loss"
    watch.tell(now + 200, 36.0)
    again = [
        then
        for then in range(now + 300, now + MINUTE + 500, 100)
        if verdict(watch, then, Report(36.0, 20.0)) == ("stop", "HT14")
    ]
    assert again[:1] == [now + 300 + MINUTE]
