"""Which limits a picture says are near, from the account of what was really given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from core_desk import GUN, HAND_PAD, MINUTE, PAD, SECOND, Desk, Writer

from controller.core import Tick
from controller.core.picture import Picture
from controller.safety import PLAIN, Account, Driven, Given, Had, Past, Sample, Standing
from controller.sharing import lines
from protocols.plan import Place

if TYPE_CHECKING:
    from controller.snapshot import LimitView, Snapshot
    from protocols.plan import Plan

UPPER = Place("upper back", "both")


class Shown:
    """A session with its account, as the runner keeps both."""

    def __init__(self, plan: Plan, standing: Standing = PLAIN, channels: object = None) -> None:
        known = channels or {"pad": PAD, "gun": GUN}
        self.desk = Desk(plan, known)  # type: ignore[arg-type]
        self.account = Account(plan, self.desk.channels, standing)
        self.picture = Picture(self.desk.session, self.account)

    def run(self, ms: int) -> Shown:
        for _ in range(ms // SECOND):
            driven = {role: Driven(n, self.desk.held[role]) for role, n in self.desk.session.driving.items()}
            self.desk.run(SECOND, SECOND)
            samples = {"pad": Sample(self.desk.actual.get("pad"), self.desk.now_ms)}
            self.account.advance(self.desk.now_ms, driven, samples)
        return self

    def near(self) -> list[tuple[str, str, str]]:
        return [(each.id, each.text, each.left) for each in self.snapshot.near]

    @property
    def snapshot(self) -> Snapshot:
        return self.picture.now()


def warming(to: float = 38.0, minutes: int = 30, place: Place = UPPER, **known: object) -> Shown:
    writer = Writer()
    writer.heat(to, minutes * MINUTE, 5 * MINUTE, place)
    shown = Shown(writer.plan(), **known)  # type: ignore[arg-type]
    shown.desk.actual["pad"] = to
    return shown


def stay(shown: Shown, minutes: int) -> Shown:
    """That long, with somebody there."""
    for _ in range(minutes):
        shown.run(MINUTE)
        for question in list(shown.desk.session.questions.open):
            shown.desk.answer("yes", question)
    return shown


def test_nothing_is_near_at_the_begin() -> None:
    assert warming().run(MINUTE).near() == []


def test_warmth_on_a_place_is_near_from_seven_tenths_of_what_stands() -> None:
    shown = stay(warming(40.0, 20), 13)
    assert "HT4" not in [limit for limit, _, _ in shown.near()]
    stay(shown, 2)
    assert ("HT4", "warmth on the upper back", "5 min left") in shown.near()


def test_the_most_pressing_is_first_and_three_are_enough() -> None:
    shown = stay(warming(40.0, 20), 18)
    shares = [each.used / each.allowed for each in shown.snapshot.near]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) <= 3
    assert shown.snapshot.near[0].id == "HT4"


def test_what_the_day_had_before_is_taken_off() -> None:
    earlier = Given(
        session="e", began_s=0.0, ended_s=60.0,
        sites={("upper back", s): Had(heat_rows_ms=(40 * MINUTE, 0, 0, 0)) for s in ("left", "right")},
    )  # fmt: skip
    standing = Standing(past=Past(now_s=36_000.0, given=(earlier,)))
    shown = stay(warming(38.0, 5, standing=standing), 4)
    assert shown.near()[0] == ("HT7", "warmth on the upper back", "61 s left")


def test_dose_is_told_in_its_own_unit() -> None:
    shown = stay(warming(41.0, 15), 14)
    found = {limit: left for limit, _, left in shown.near()}
    assert found["HT5"].endswith("CEM43 left")


def test_massage_is_counted_for_its_area_and_for_all() -> None:
    writer = Writer()
    for _ in range(4):
        writer.press(60 * SECOND, 0.3, Place("gluteus maximus", "left"))
        writer.rest(60 * SECOND)
    shown = Shown(writer.plan())
    shown.desk.answer("yes")
    shown.run(60 * SECOND)
    assert shown.near() == []
    shown.run(60 * SECOND)
    shown.desk.answer("yes")
    shown.run(40 * SECOND)
    assert shown.near() == [("PC3", "massage of the left glutes", "21 s left")]


def test_warmth_by_hand_is_counted_by_its_own_limit() -> None:
    writer = Writer()
    writer.heat(41.0, 10 * MINUTE, place=UPPER)
    shown = Shown(writer.plan(), channels={"pad": HAND_PAD})
    shown.desk.answer("yes")
    stay(shown, 8)
    assert ("HT22", "warmth on the upper back", "2 min left") in shown.near()
    assert shown.snapshot.channels[0].limit is None


def test_a_long_pause_and_a_long_session_are_told() -> None:
    writer = Writer()
    writer.rest(45 * MINUTE)
    shown = Shown(writer.plan())
    shown.run(MINUTE)
    shown.desk.do("pause")
    shown.run(7 * MINUTE)
    assert shown.near() == [("SE8", "this pause", "3 min left")]
    shown.desk.do("resume")
    shown.run(36 * MINUTE)
    assert shown.near() == [("SE1", "this session", "16 min left")]


def test_when_it_is_over_nothing_is_near() -> None:
    shown = stay(warming(40.0, 20), 18)
    shown.desk.do("stop")
    assert shown.snapshot.near == ()


@pytest.mark.parametrize(("place", "most"), [("upper back", 41.0), ("lower back", 39.0)])
def test_the_ceiling_is_that_of_the_place(place: str, most: float) -> None:
    shown = warming(38.0, 5, Place(place, "both"))
    assert shown.snapshot.channels[0].limit == most


def test_it_goes_over_the_socket_and_an_older_session_has_none() -> None:
    shown = stay(warming(40.0, 20), 18)
    shown.desk.feed(Tick())
    line = lines.picture_line(shown.snapshot)
    assert lines.told(line.encode()) == shown.snapshot
    near: tuple[LimitView, ...] = shown.snapshot.near
    assert near
    older = line.replace('"near": ', '"nothing": ').replace('"told": ', '"x": ').replace('"limit": ', '"y": ')
    told = lines.told(older.encode())
    assert getattr(told, "near", None) == ()
