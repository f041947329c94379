"""What the gate costs for each setpoint: `python -m bench.work.gate`.

Heat and percussion in the middle of a session; for nobody in particular, and for somebody over 65 with
26 sessions before. The floor is a bare call with one comparison for each guard that was asked.
"""

from __future__ import annotations

from statistics import median
from time import thread_time
from typing import TYPE_CHECKING

from bench.rounds import interleave
from controller.safety import (
    PLAIN,
    Account,
    Channel,
    Driven,
    Given,
    Had,
    Past,
    Request,
    Sample,
    Standing,
    View,
    admit,
)
from controller.safety.gate import BODY_GUARDS, GUARDS
from controller.safety.profiles import OVER_65
from protocols.plan import Heat, Place, Plan, Press, Segment, Strength

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = 4_000
ROUNDS = 15
BACK, THIGH = Place("upper back", "both"), Place("rectus femoris", "left")
PAD = Channel(role="pad", kind="heat", device="pad", leash="lease", low=30.0, high=43.0, step=0.1)
GUN = Channel(role="gun", kind="percussion", device="gun", leash="lease", low=1200, high=3200, step=50)
NOW_S, DAY_S = 1_000_000_000.0, 86_400.0


def somebody() -> Standing:
    """Over 65, with 26 sessions of heat and percussion on the same places, two days apart."""
    had = {
        ("upper back", "left"): Had(heat_rows_ms=(300_000, 0, 0, 0), dose=0.1, heat_end_s=NOW_S - 2 * DAY_S),
        ("thighs", "left"): Had(percussion_ms=30_000, percussion_end_s=NOW_S - 2 * DAY_S),
    }
    given = [
        Given(
            session=f"s{n}", began_s=NOW_S - 2 * n * DAY_S - 900, ended_s=NOW_S - 2 * n * DAY_S, sites=had,
            completed=True,
        )
        for n in range(26, 0, -1)
    ]  # fmt: skip
    return Standing(tightenings=(OVER_65,), past=Past(now_s=NOW_S, given=tuple(given)))


def in_the_middle(role: str, setpoint: float, standing: Standing) -> tuple[Request, View]:
    """A setpoint that the gate lets pass, after twenty seconds at work."""
    segment: Segment = Heat(
        number=1, path="steps[0]", line=1, place=BACK, role=role, to=38.0, hold_ms=600_000, within_ms=300_000
    )
    if role == "gun":
        segment = Press(
            number=1, path="steps[0]", line=1, place=THIGH, role=role, at=Strength(0.3), hold_ms=60_000,
            move="circles", force=None,
        )  # fmt: skip
    channel = PAD if role == "pad" else GUN
    plan = Plan(title="t", roles={role: channel.kind}, segments=(segment,), track=(1,))
    account = Account(plan, {role: channel}, standing)
    samples = {}
    for now_ms in range(0, 20_001, 100):
        samples[role] = Sample(37.0 if role == "pad" else setpoint, now_ms)
        account.advance(now_ms, {role: Driven(1, setpoint)}, samples)
    view = View(
        plan=plan, channels={role: channel}, samples=samples, account=account, now_ms=20_000, started_ms=0,
        present_ms=20_000, paused_ms=0, worst_rating=None, standing=standing,
    )  # fmt: skip
    return Request(role, setpoint, 1), view


def _admitting(request: Request, view: View) -> Callable[[], float]:
    if (refusal := admit(request, view)) is not None:
        raise RuntimeError(f"what is measured is refused: {refusal}")

    def measured() -> float:
        began = thread_time()
        for _ in range(CALLS):
            admit(request, view)
        return (thread_time() - began) / CALLS

    return measured


def _floor(guards: int) -> Callable[[], float]:
    def guard(value: float) -> str | None:
        return None if value <= 1.0 else "over"

    asked = (guard,) * guards

    def measured() -> float:
        began = thread_time()
        for _ in range(CALLS):
            for each in asked:
                each(0.5)
        return (thread_time() - began) / CALLS

    return measured


def main() -> None:
    """A line for each: µs, and the ratio to its floor, both the median of the rounds."""
    body = somebody()
    plain, whole = len(GUARDS), len(GUARDS) + len(BODY_GUARDS)
    rounds = interleave(
        {
            "floor": _floor(plain),
            "floor with a past": _floor(whole),
            "heat": _admitting(*in_the_middle("pad", 36.5, PLAIN)),
            "press": _admitting(*in_the_middle("gun", 1500.0, PLAIN)),
            "heat with a past": _admitting(*in_the_middle("pad", 36.5, body)),
            "press with a past": _admitting(*in_the_middle("gun", 1500.0, body)),
        },
        ROUNDS,
    )
    for name in rounds.values:
        floor = "floor with a past" if name.endswith("past") else "floor"
        ratio = median(rounds.ratios(name, floor))
        print(f"{name:18} {rounds.middle(name) * 1e6:6.1f} µs  {ratio:5.1f} × floor")


if __name__ == "__main__":
    main()
