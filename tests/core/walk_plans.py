"""Random plans that the limits accept, from a seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core_desk import GUN, HAND_GUN, HAND_PAD, MINUTE, PAD, SECOND, Writer

from controller.safety import verify
from protocols.plan import Condition, Fork, Item, Place, Until

if TYPE_CHECKING:
    from random import Random

    from controller.safety import Channel
    from protocols.plan import Plan

WARMED = (Place("upper back", "both"), Place("rhomboids", "left"), Place("infraspinatus", "right"))
WORKED = (
    Place("gluteus maximus", "left"),
    Place("gluteus maximus", "right"),
    Place("vastus lateralis", "left"),
    Place("hamstrings", "right"),
    Place("rectus femoris", "left"),
)


class _Author:
    def __init__(self, draw: Random, *, long: bool) -> None:
        self.draw = draw
        self.long = long
        self.writer = Writer()
        self.names: list[str] = []

    def items(self, most: int, *, deep: bool, roles: frozenset[str]) -> list[Item]:
        found: list[Item] = []
        for _ in range(self.draw.randint(1, most)):
            shape = self.draw.random()
            if deep and shape < 0.18:
                found.append(self.fork(roles))
            elif deep and shape < 0.36:
                found += self.rounds(roles)
            else:
                found.append(self.step(roles))
        return found

    def step(self, roles: frozenset[str]) -> int:
        writer, draw = self.writer, self.draw
        verbs = ["rest", "stretch", "rate", "ask", "say", "hand", "rest"]
        verbs += ["heat", "heat", "heat", "cool"] if "pad" in roles else []
        verbs += ["press", "press", "press"] if "gun" in roles else []
        long = self.long or draw.random() < 0.1
        hold = draw.randint(60, 400) * SECOND if long else draw.randint(1, 120) * 100
        match draw.choice(verbs):
            case "heat":
                to = draw.choice((36.5, 37.0, 38.0, 39.0, 40.0))
                return writer.heat(to, hold, draw.randint(5, 240) * SECOND, draw.choice(WARMED))
            case "cool":
                return writer.cool(draw.choice((35.0, 36.0, 37.0)), draw.randint(5, 240) * SECOND)
            case "press":
                return writer.press(min(hold, 25_000), draw.choice((0.1, 0.2, 0.35)), draw.choice(WORKED))
            case "hand":
                return writer.press(min(hold, 50_000), 0.0, draw.choice(WORKED), role=None)
            case "rate":
                return writer.rate(draw.choice(WORKED))
            case "ask":
                return self.ask()
            case "say":
                return writer.say()
            case "stretch":
                return writer.stretch(hold)
            case _:
                return writer.rest(max(hold, 31 * SECOND) if draw.random() < 0.5 else hold)

    def ask(self) -> int:
        name = self.draw.choice((None, "mood"))
        stop = (Condition("answer", "==", "3"),) if self.draw.random() < 0.3 else ()
        if name is not None:
            self.names.append(name)
        return self.writer.ask(*stop, choices=("1", "2", "3"), name=name)

    def fork(self, roles: frozenset[str]) -> Fork:
        apart = [roles & {"pad"}, roles & {"gun"}]
        if self.draw.random() < 0.5:
            apart.append(frozenset())
        return Fork(tuple(tuple(self.items(3, deep=False, roles=frozenset(each))) for each in apart))

    def rounds(self, roles: frozenset[str]) -> list[Item]:
        """Two or three rounds with the same condition in between, as a `repeat` comes to."""
        rounds: list[list[Item]] = []
        rated: list[tuple[int, ...]] = []
        for _ in range(self.draw.randint(2, 3)):
            steps: list[Item] = [self.step(roles) for _ in range(self.draw.randint(1, 2))]
            rate = self.writer.rate(self.draw.choice(WORKED))
            rounds.append([*steps, rate])
            rated.append((rate,))
        condition = Condition("tenderness", "<=", float(self.draw.randint(0, 6)))
        track: list[Item] = list(rounds[-1])
        for steps, rates in zip(reversed(rounds[:-1]), reversed(rated[:-1]), strict=True):
            track = [*steps, Until(condition, rates, len(track)), *track]
        return track


def channels_for(draw: Random, plan: Plan) -> dict[str, Channel]:
    """Simulated devices, real ones, or the person's own."""
    how = draw.choice(("simulated", "simulated", "simulated", "real", "hand", "mixed"))
    pads, guns = (
        (PAD, replace(PAD, simulated=False), HAND_PAD),
        (GUN, replace(GUN, simulated=False), HAND_GUN),
    )
    pick = {"simulated": (0, 0), "real": (1, 1), "hand": (2, 2), "mixed": draw.choice(((0, 2), (2, 0)))}[how]
    known = {"pad": pads[pick[0]], "gun": guns[pick[1]]}
    return {role: known[role] for role in plan.roles}


def accepted(draw: Random, *, long: bool = False) -> tuple[Plan, dict[str, Channel]]:
    """A plan that the limits accept for the devices that come with it; `long`: of steps of minutes."""
    while True:
        author = _Author(draw, long=long)
        roles = draw.choice((frozenset({"pad", "gun"}), frozenset({"pad"}), frozenset({"gun"})))
        track = author.items(6, deep=True, roles=roles)
        plan = author.writer.plan(*track)
        channels = channels_for(draw, plan)
        if not verify(plan, channels):
            return plan, channels


__all__ = ["MINUTE", "accepted"]
