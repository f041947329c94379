"""Plans built by hand, and a desk at which one session is fed and everything it decides is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.core import (
    Answer,
    Command,
    Effect,
    Hold,
    Input,
    LinkFound,
    LinkLost,
    Reading,
    Reopen,
    Said,
    Session,
    Tick,
)
from controller.safety.channel import Channel
from controller.safety.pad_watch import PadWatch
from controller.safety.standing import PLAIN, presence_ms
from protocols.plan import (
    Ask,
    Condition,
    Cool,
    Heat,
    Place,
    Plan,
    Press,
    Rate,
    Rest,
    Say,
    Segment,
    Strength,
    Stretch,
    numbers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from controller.core.events import DeviceState, Do
    from controller.core.questions import Question
    from controller.safety.finding import Finding
    from controller.safety.standing import Standing
    from protocols.plan import Kind, Track

SECOND, MINUTE = 1_000, 60_000
BACK = Place("upper back", "left")
GLUTE = Place("gluteus maximus", "left")

PAD = Channel(
    role="pad", kind="heat", device="pad", leash="lease", low=30.0, high=43.0, step=0.1, lease_ms=2000,
    simulated=True,
)  # fmt: skip
GUN = Channel(
    role="gun", kind="percussion", device="gun", leash="lease", low=1200, high=3200, step=50, lease_ms=2000,
    simulated=True,
)  # fmt: skip
HAND_PAD = Channel(role="pad", kind="heat", device="pad", leash="person", low=None, high=None, measured=False)
HAND_GUN = Channel(
    role="gun", kind="percussion", device="gun", leash="person", low=None, high=None, measured=False
)
WARM, RESTING = 37.0, 33.0


class Writer:
    """Numbers the segments of a plan as they are written."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []

    def _step(self) -> dict[str, object]:
        return {"number": len(self.segments) + 1, "path": f"steps[{len(self.segments)}]", "line": 1}

    def _keep(self, segment: Segment) -> int:
        self.segments.append(segment)
        return segment.number

    def heat(
        self, to: float = 38.0, hold_ms: int = MINUTE, within_ms: int = 5 * MINUTE, place: Place = BACK
    ) -> int:
        n = len(self.segments) + 1
        return self._keep(
            Heat(
                number=n,
                path="",
                line=n,
                place=place,
                role="pad",
                to=to,
                hold_ms=hold_ms,
                within_ms=within_ms,
            )
        )

    def press(
        self,
        hold_ms: int = 30 * SECOND,
        at: float = 0.35,
        place: Place = GLUTE,
        role: str | None = "gun",
    ) -> int:
        n = len(self.segments) + 1
        strength = None if role is None else Strength(at)
        return self._keep(
            Press(
                number=n, path="", line=n, place=place, role=role, at=strength, hold_ms=hold_ms,
                move="circles", force=None,
            )
        )  # fmt: skip

    def rest(self, hold_ms: int = 10 * SECOND) -> int:
        n = len(self.segments) + 1
        return self._keep(Rest(number=n, path="", line=n, hold_ms=hold_ms))

    def stretch(self, hold_ms: int = 10 * SECOND) -> int:
        n = len(self.segments) + 1
        return self._keep(Stretch(number=n, path="", line=n, place=GLUTE, hold_ms=hold_ms))

    def rate(self, place: Place = GLUTE) -> int:
        n = len(self.segments) + 1
        return self._keep(Rate(number=n, path="", line=n, place=place))

    def ask(
        self,
        *stop_if: Condition,
        choices: tuple[str, ...] = ("yes", "no"),
        name: str | None = None,
        because: str | None = None,
    ) -> int:
        n = len(self.segments) + 1
        return self._keep(
            Ask(
                number=n, path="", line=n, text="Anything new?", choices=choices, name=name, stop_if=stop_if,
                because=because,
            )
        )  # fmt: skip

    def say(self) -> int:
        n = len(self.segments) + 1
        return self._keep(Say(number=n, path="", line=n, text="Breathe."))

    def cool(self, below: float = 37.0, within_ms: int = 5 * MINUTE) -> int:
        n = len(self.segments) + 1
        return self._keep(Cool(number=n, path="", line=n, role="pad", below=below, within_ms=within_ms))

    def plan(self, *track: object) -> Plan:
        """The plan with that track, or with everything one after the other."""
        items: Track = tuple(track) or tuple(range(1, len(self.segments) + 1))  # type: ignore[arg-type]
        used = {getattr(self.segments[n - 1], "role", None) for n in numbers(items)}
        kinds: dict[str, Kind] = {"pad": "heat", "gun": "percussion"}
        return Plan(
            title="a plan",
            roles={role: kind for role, kind in kinds.items() if role in used},
            segments=tuple(self.segments),
            track=items,
        )


class AtWill(PadWatch):
    """Pads of the desk are as warm as a test wants them, from one moment to the next: how a pad may
    move is tested on `PadWatch` itself, and with simulated pads."""

    def _judge(self, now_ms: int, actual: float) -> Iterator[Finding | None]:
        yield self._too_hot(now_ms, actual)


def at_will(session: Session, start: float = RESTING) -> Session:
    """The session, with pads that may be anything and have lain at `start` for long."""
    for watch in session.watches.values():
        if watch._pad is not None:
            watch._pad = AtWill()
            watch._settling = (-MINUTE, start, start)
    return session


class Desk:
    """One session, its clock, and what it has decided. Readings come by themselves at every tick:
    what the device was told, and `actual` as set (None in `silent`); a head runs as it was told."""

    def __init__(
        self,
        plan: Plan,
        channels: Mapping[str, Channel] | None = None,
        *,
        begin: bool = True,
        pad: float = RESTING,
        standing: Standing = PLAIN,
    ) -> None:
        known = {"pad": PAD, "gun": GUN} if channels is None else channels
        self.channels = {role: known[role] for role in plan.roles or ("gun",)}
        self.session = at_will(Session(plan, self.channels, "s", presence_ms=presence_ms(standing)), pad)
        self.now_ms = 5_000
        self.effects: list[Effect] = []
        self.timed: list[tuple[int, Effect]] = []
        self.actual: dict[str, float | None] = {"pad": pad}
        self.silent: set[str] = set()
        self.held = dict.fromkeys(self.channels, 0.0)
        for role, channel in self.channels.items():
            if not channel.by_hand:
                self.read(role, self.actual.get(role, 0.0), state="idle")
        self.feed(Tick())
        if begin and self.session.stage == "confirming":
            self.answer("yes")

    def feed(self, event: Input) -> tuple[Effect, ...]:
        effects = self.session.feed(event, self.now_ms)
        for effect in effects:
            self.timed.append((self.now_ms, effect))
            if isinstance(effect, Hold):
                self.held[effect.role] = effect.setpoint
        self.effects.extend(effects)
        return effects

    def read(
        self,
        role: str,
        actual: float | None,
        *,
        setpoint: float | None = None,
        state: DeviceState = "running",
        fault: str | None = None,
    ) -> tuple[Effect, ...]:
        told = self.held[role] if setpoint is None else setpoint
        return self.feed(Reading(role=role, setpoint=told, actual=actual, state=state, fault=fault))

    def run(self, ms: int, step: int = 100) -> None:
        """Let time pass in ticks, each with a reading of every device that is not silent or lost."""
        end = self.now_ms + ms
        while self.now_ms < end:
            self.now_ms = min(end, self.now_ms + step)
            for role, channel in self.channels.items():
                if not channel.by_hand and role not in self.silent and role not in self.session.lost:
                    self.read(role, self.actual.get(role, self.held[role]))
            self.feed(Tick())

    def do(self, do: Do, refused: str | None = None) -> tuple[Effect, ...]:
        return self.feed(Command(do, refused))

    def lose(self, role: str, why: str = "does not answer") -> tuple[Effect, ...]:
        return self.feed(LinkLost(role, why))

    def find(self, role: str) -> tuple[Effect, ...]:
        """The link is there again, and the device says at once how it is."""
        return self.feed(LinkFound(role)) + self.read(role, self.actual.get(role, 0.0), state="idle")

    @property
    def question(self) -> Question:
        """The only open question."""
        (question,) = self.session.questions.open.values()
        return question

    def answer(self, value: str | float | None, question: str | None = None) -> tuple[Effect, ...]:
        return self.feed(Answer(self.question.id if question is None else question, value))

    def said(self, event: str) -> list[Mapping[str, object]]:
        """The data of every such event so far."""
        return [e.data for e in self.effects if isinstance(e, Said) and e.event == event]

    def whys(self, event: str = "segment-ended") -> list[tuple[object, object]]:
        """(segment, why) of every such event."""
        return [(data["segment"], data["why"]) for data in self.said(event)]

    def reopened(self) -> int:
        return sum(isinstance(e, Reopen) for e in self.effects)

    @property
    def at_rest(self) -> bool:
        return not any(self.held.values())

    def end(self) -> tuple[object, object] | None:
        """(outcome, exit), once it has ended."""
        ended = self.said("session-ended")
        assert len(ended) <= 1
        return (ended[0]["outcome"], ended[0]["exit"]) if ended else None

    def driven_ms(self, role: str, since: int = 0) -> int:
        """How long `role` was held off rest from `since` to now."""
        total, before, at = 0, 0.0, since
        for when, effect in [*self.timed, (self.now_ms, Hold(role, 0.0))]:
            if isinstance(effect, Hold) and effect.role == role:
                if before:
                    total += max(0, when - max(at, since))
                before, at = effect.setpoint, when
        return total
