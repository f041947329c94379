"""The body under a pad's hot spot: a column of layers from the skin to the core (Pennes' equation).

It is the referee. It takes the temperature of the pad's hottest point and nothing else, knows no
setpoint and no controller, and reckons its own dose. The pad keeps its one lump of skin, which is the
load that its whole area has and against which its calibration holds; the column stands under the one
spot where the fabric touches best, so it is small enough not to cool the pad, and it errs on the hot
side: heat leaves the spot downwards only, never sideways.

Finite volumes in depth, implicit in time, with fixed steps that do not depend on who looks and when.
After a quarter of an hour in which nothing was stirred the steps are long, and after six hours the
column is where it settles, so that days between sessions cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

STEP_MS = 2000
LONG_STEP_MS = 60_000
CALM_MS = 900_000  # after so long without a change the steps are long
SETTLED_MS = 21_600_000  # and after so long nothing moves
SETTLING_ROUNDS = 400
DERMIS_CELLS, FAT_CELLS, MUSCLE_CELLS, MUSCLE_GROWTH = 4, 4, 8, 1.25

Contact: TypeAlias = Callable[[int], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TissueFacts:
    """A person's tissue. mm; conductivity `_k` in W/(m K); heat capacity `_heat` in J/(m³ K), density
    times specific heat; blood flow `_flow` at rest in 1/s; the body's own warmth `_warmth` in W/m³; °C.

    Values: Holmes' and the IT'IS tables' usual ones, as Ng and Chua's skin model has them. The skin's
    flow rises to eleven times that at rest at 44 °C and is up already at 35 to 38 °C (Frontiers in
    Physiology 2023, 1293752); a straight line between. `contact` in W/(m² K) is the firm end of 50 to 200 for
    cloth on skin, as it is at a hot spot; `air_loss` that of bare skin in still room air.
    `fat_mm` is the person's: 4 to 20.

    Two values are not those of the tables, for with them no pack on the skin warms the depth as a hot
    pack does: vessels lie side by side and hand warmth over, so blood brings `blood_share` of what it
    would if it came straight from the core, and muscle conducts twice what it would without vessels.
    Both move every reading; neither belongs to one. The core lies under 5 cm of muscle, so that it does
    not hold a reading at 3 cm.
    """

    epidermis_mm: float = 0.1
    epidermis_k: float = 0.24
    epidermis_heat: float = 4.3e6
    dermis_mm: float = 1.5
    dermis_k: float = 0.45
    dermis_heat: float = 3.96e6
    dermis_flow: float = 0.00125
    dermis_warmth: float = 200.0
    fat_mm: float = 5.0
    fat_k: float = 0.20
    fat_heat: float = 2.5e6
    fat_flow: float = 0.0005
    fat_warmth: float = 200.0
    muscle_mm: float = 50.0
    muscle_k: float = 1.0
    muscle_heat: float = 4.12e6
    muscle_flow: float = 0.0006
    muscle_warmth: float = 700.0
    blood_heat: float = 4.0e6
    blood_share: float = 0.5
    core: float = 37.0
    flow_rises_from: float = 35.0
    flow_full_at: float = 44.0
    flow_times: float = 11.0
    contact: float = 200.0
    air: float = 24.0
    air_loss: float = 9.0


@dataclass(frozen=True, slots=True)
class _Cell:
    """A slice of a layer: m, W/(m K), J/(m³ K), 1/s, W/m³; `skin` where its flow answers to heat."""

    size: float
    k: float
    heat: float
    flow: float
    warmth: float
    skin: bool


def _cells(facts: TissueFacts, fineness: int) -> list[_Cell]:
    """From the outside in, each layer cut as fine as heat varies there."""
    grown = [MUSCLE_GROWTH**nth for nth in range(MUSCLE_CELLS)]
    layers = (
        ("epidermis", [1.0]),
        ("dermis", [1.0] * DERMIS_CELLS),
        ("fat", [1.0] * FAT_CELLS),
        ("muscle", grown),
    )
    cells = []
    for layer, shares in layers:
        k, heat, flow, warmth = (
            getattr(facts, f"{layer}_{what}", 0.0) for what in ("k", "heat", "flow", "warmth")
        )
        unit = getattr(facts, f"{layer}_mm") / 1000 / sum(shares) / fineness
        for share in shares:
            cells += [_Cell(unit * share, k, heat, flow, warmth, layer == "dermis")] * fineness
    return cells


class Tissue:
    """A column at `at_ms` of its own clock, which begins at 0 with bare skin at rest.

    It outlives pads: `HeatPad.lie_on` lays one on it, `advance` without a contact lets time pass bare.
    `fineness` divides cells and steps, to see what the grid costs.
    """

    def __init__(self, facts: TissueFacts | None = None, *, fineness: int = 1) -> None:
        self.facts = facts = facts or TissueFacts()
        self.at_ms = 0
        self.dose = 0.0
        self._step_ms = STEP_MS // fineness
        self._done_ms = 0  # where the last step ended
        self._stirred_ms = 0
        cells = _cells(facts, fineness)
        self._depths = _centres(cells)
        self._skin = (1 + DERMIS_CELLS) * fineness
        self._heat = [cell.heat * cell.size for cell in cells]
        self._flow = [facts.blood_heat * facts.blood_share * cell.flow * cell.size for cell in cells]
        self._reacts = [at for at, cell in enumerate(cells) if cell.skin]
        self._source = [cell.warmth * cell.size for cell in cells]
        half = [cell.size / cell.k / 2 for cell in cells]
        self._outer = half[0]
        self._across = [1 / (a + b) for a, b in pairwise(half)] + [1 / half[-1]]
        self._now = [facts.core] * len(cells)
        self._settle(None)
        self.hottest_seen = self.hottest

    @property
    def hottest(self) -> float:
        """°C of the hottest place in the skin."""
        return max(self._now[: self._skin])

    def at_depth(self, depth_mm: float) -> float:
        """°C so far below the surface. Raises ValueError beyond the column."""
        depths, now = self._depths, self._now
        if not 0 <= depth_mm <= depths[-1]:
            raise ValueError(f"no tissue at {depth_mm} mm; there is from 0 to {depths[-1]:.1f} mm")
        if depth_mm <= depths[0]:
            return now[0]
        below = next(at for at, depth in enumerate(depths) if depth >= depth_mm)
        share = (depth_mm - depths[below - 1]) / (depths[below] - depths[below - 1])
        return now[below - 1] + share * (now[below] - now[below - 1])

    def advance(self, to_ms: int, contact: Contact | None = None) -> None:
        """Let time pass until `to_ms` under what touches it: °C at a moment, or None for bare skin."""
        while True:
            calm_ms = self._done_ms - self._stirred_ms
            if calm_ms >= SETTLED_MS and to_ms > self._done_ms:
                self._settle(None if contact is None else contact(to_ms))
                self._count(to_ms)
                break
            step_ms = self._step_ms if calm_ms < CALM_MS else LONG_STEP_MS
            if self._done_ms + step_ms > to_ms:
                break
            self._pass(self._done_ms + step_ms, contact)
        self.at_ms = max(self.at_ms, to_ms)

    def stir(self, contact: Contact | None = None, *, anew: bool = False) -> None:
        """What touches it changes now, and was `contact` until now; `anew` where that is something
        else from now on, rather than the same thing that warms or cools."""
        if self.at_ms > self._done_ms and (anew or self._done_ms - self._stirred_ms >= CALM_MS):
            self._pass(self.at_ms, contact)
        self._stirred_ms = self._done_ms

    def _pass(self, to_ms: int, contact: Contact | None) -> None:
        """One implicit step."""
        self._solve((to_ms - self._done_ms) / 1000, None if contact is None else contact(to_ms))
        self._count(to_ms)

    def _count(self, to_ms: int) -> None:
        """CEM43 in minutes (Sapareto and Dewey): every degree over 43 °C halves the time that it
        takes, every degree under takes four times as long, and nothing counts under 39 °C."""
        hottest = self.hottest
        self.hottest_seen = max(self.hottest_seen, hottest)
        if hottest >= 39.0:
            base = 2.0 if hottest >= 43.0 else 4.0
            self.dose += float(base ** (hottest - 43.0)) * (to_ms - self._done_ms) / 60_000
        self._done_ms = to_ms

    def _settle(self, contact: float | None) -> None:
        for _ in range(SETTLING_ROUNDS):
            before = self._now[0]
            self._solve(1e6, contact)
            if abs(self._now[0] - before) < 1e-9:
                break

    def _solve(self, seconds: float, contact: float | None) -> None:
        """The tridiagonal system of one step, eliminated from the outside in."""
        facts, now, across = self.facts, self._now, self._across
        if contact is None:
            touching, outside = 1 / (1 / facts.air_loss + self._outer), facts.air
        else:
            touching, outside = 1 / (1 / facts.contact + self._outer), contact
        flow = self._flow.copy()
        reach, most = facts.flow_full_at - facts.flow_rises_from, facts.flow_times - 1
        for at in self._reacts:
            share = (now[at] - facts.flow_rises_from) / reach
            if share > 0.0:
                flow[at] *= 1 + most * min(1.0, share)
        core = facts.core
        passed: list[float] = []
        given: list[float] = []
        load, push = touching, touching * outside  # what lies above, on the diagonal and on the right
        for heat, blood, source, below, was in zip(self._heat, flow, self._source, across, now, strict=True):
            kept = heat / seconds
            diagonal = kept + blood + below + load
            share, warm = below / diagonal, (kept * was + blood * core + source + push) / diagonal
            passed.append(share)
            given.append(warm)
            load, push = below * (1.0 - share), below * warm
        self._now = _back(passed, given, core)


def _back(passed: list[float], given: list[float], core: float) -> list[float]:
    """Back substitution from the core."""
    below = core
    found = []
    for share, value in zip(reversed(passed), reversed(given), strict=True):
        below = value + share * below
        found.append(below)
    found.reverse()
    return found


def _centres(cells: list[_Cell]) -> list[float]:
    """Their depths, mm."""
    depth, centres = 0.0, []
    for cell in cells:
        centres.append((depth + cell.size / 2) * 1000)
        depth += cell.size
    return centres
