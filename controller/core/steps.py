"""The steps of a plan as they run: begin, count, reach, end."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from controller.core import words
from controller.core.branch import Branch, Running
from controller.core.questions import RATINGS, Question, Questions
from controller.core.softening import GRAIN
from controller.safety import limits as at
from protocols.plan import Ask, Cool, Heat, Press, Rate, Rest, Say, Stretch, numbers, verb

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from controller.core.softening import Softening
    from controller.core.voice import Voice
    from controller.safety.channel import Channel
    from protocols.plan import Condition, Plan, Segment, Track, Until

COMPARE: dict[str, Callable[[float | str, float | str], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


class Steps:
    """Where a session is in its plan. `ended` maps numbers of segments to why they ended; `running`
    is everything that runs now, in the order of the file, `driven` the roles that it drives while the
    clocks run, `driving` the same by number."""

    def __init__(
        self,
        plan: Plan,
        channels: Mapping[str, Channel],
        voice: Voice,
        questions: Questions,
        softening: Softening,
    ) -> None:
        self.plan = plan
        self.ended: dict[int, str] = {}
        self.ratings: dict[int, float] = {}
        self.branch = Branch(plan.track)
        self.running: tuple[Running, ...] = ()
        self.driven: list[tuple[str, Heat | Press]] = []
        self.driving: dict[str, int] = {}
        self._settled = False
        self._channels = channels
        self._voice = voice
        self._questions = questions
        self._softening = softening
        self._answers: dict[str, str] = {}
        self._begun = 0

    @property
    def front(self) -> Running | None:
        """What a person means by the present step: of all that run, what began last."""
        return max(self.running, key=lambda r: r.order, default=None)

    @property
    def run_ms(self) -> int:
        """How long the steps have run by their own clocks: never over the plan's longest length."""
        return self.branch.run_ms

    @property
    def remaining_ms(self) -> int | None:
        """Until something ends by itself; None where only answers and readings end what runs."""
        remaining = [r.remaining_ms for r in self.running if r.remaining_ms is not None]
        return min(remaining) if remaining else None

    def _changed(self) -> None:
        self.running = tuple(self.branch.active())
        self.driven = [
            (r.segment.role, r.segment)
            for r in self.running
            if isinstance(r.segment, Heat | Press) and r.segment.role is not None and r.phase != "asking"
        ]
        self.driving = {role: segment.number for role, segment in self.driven}

    @property
    def heat_to_come(self) -> bool:
        """Whether a pad that is driven heats, or has a segment ahead."""
        return any(
            isinstance(segment, Heat)
            and segment.number not in self.ended
            and not self._channels[segment.role].by_hand
            for segment in self.plan.segments
        )

    @property
    def held_by_hand(self) -> int | None:
        """The number of the `press` with the person's own hand that counts now."""
        holding = (
            r.segment.number
            for r in self.running
            if isinstance(r.segment, Press) and r.segment.role is None and r.phase == "counting"
        )
        return next(holding, None)

    def pass_time(self, ms: int) -> None:
        """Let every running step's clock run by `ms`, none past its end."""
        self.branch.pass_time(ms)

    def advance(self, actual: Mapping[str, float | None]) -> Running | None:
        """End what is over and begin what can begin. A step that did not reach its temperature in
        `within` is returned: the session has failed."""
        while True:
            self._reach(actual)
            for running in self.running:
                if running.remaining_ms == 0:
                    if running.phase == "waiting":
                        return running
                    self.end(running, "done")
            if self._settled:
                return None
            self._settled = True
            self.branch.move(self._begin, self._needless)
            self._changed()

    def end(self, running: Running, why: str) -> None:
        """A segment has ended, as `why` says."""
        self._questions.close_for(running)
        self.branch.drop(running)
        self._changed()
        self._settled = False
        self._say_ended(running.segment, why)

    def faded(self) -> None:
        """The point under the hand has faded: its place ends early."""
        pressing = [r for r in self.running if isinstance(r.segment, Press)]
        if pressing:
            self.end(max(pressing, key=lambda r: r.order), "faded")

    def answered(self, question: Question, value: str | float) -> tuple[Ask, str] | None:
        """Take the answer of a segment's question; the question and answer that end the session."""
        running = question.running
        if running is None:
            return None
        segment = running.segment
        if isinstance(segment, Rate):
            self.ratings[segment.number] = float(value)
        elif isinstance(segment, Ask):
            answer = str(value)
            if segment.name is not None:
                self._answers[segment.name] = answer
            if any(_holds(condition, answer) for condition in segment.stop_if):
                return segment, answer
        else:
            running.phase = "counting"
            self._changed()
            return None
        self.end(running, "done")
        return None

    def _reach(self, actual: Mapping[str, float | None]) -> None:
        for running in self.running:
            if running.phase != "waiting":
                continue
            segment = running.segment
            if isinstance(segment, Heat):
                measured = actual.get(segment.role)
                if measured is not None and self._reached(segment, measured):
                    running.phase = "counting"
                    # The pad heated then too, and no longer than `within` and `for` may it heat.
                    running.counted_ms = min(running.late_ms, segment.hold_ms)
            elif isinstance(segment, Cool):
                measured = actual.get(segment.role)
                if measured is not None and measured < segment.below:
                    self.end(running, "done")

    def _reached(self, segment: Heat, measured: float) -> bool:
        # A pad that was softened meanwhile is there too, and one that was warmer before needs not cool.
        lowest = self._softening.level(segment.role, segment)
        return lowest - at.NEAR_TARGET - GRAIN <= measured <= segment.to + at.NEAR_TARGET

    def _begin(self, number: int) -> Running | None:
        segment = self.plan.segment(number)
        self._begun += 1
        self._voice.say("segment-started", **_data(segment))
        if isinstance(segment, Say):
            self._say_ended(segment, "done")
            return None
        running = self._running(segment)
        running.order = self._begun
        if running.phase == "asking":
            self._ask(running)
        return running

    def _running(self, segment: Segment) -> Running:
        match segment:
            case Heat() if not self._channels[segment.role].by_hand:
                return Running(segment, "waiting", segment.hold_ms, segment.within_ms)
            case Heat() | Press():
                return Running(segment, "asking", segment.hold_ms)
            case Cool() if self._channels[segment.role].by_hand:
                return Running(segment, "counting", at.HAND_COOL_MS)
            case Cool():
                return Running(segment, "waiting", None, segment.within_ms)
            case Rest() | Stretch():
                return Running(segment, "counting", segment.hold_ms)
            case _:
                return Running(segment, "asking", None)

    def _ask(self, running: Running) -> None:
        segment = running.segment
        if isinstance(segment, Rate):
            asked = self._questions.ask(
                "rate", "segment", words.rate_text(segment.place), RATINGS, running=running
            )
        elif isinstance(segment, Ask):
            asked = self._questions.ask("ask", "segment", segment.text, segment.choices, running=running)
        elif isinstance(segment, Heat | Press):
            text = words.ready_text(segment, self._channels)
            asked = self._questions.ask("ready", "segment", text, ("yes",), running=running)
        else:
            return
        self._voice.say("question", **asked.data)

    def _needless(self, until: Until, rounds: Track) -> bool:
        condition = until.condition
        if condition.subject == "tenderness":
            rated = [self.ratings[n] for n in until.rates if n in self.ratings]
            met = bool(rated) and _holds(condition, max(rated))
        else:
            answer = self._answers.get(condition.subject)
            met = answer is not None and _holds(condition, answer)
        if met:
            for number in numbers(rounds):
                self._say_ended(self.plan.segment(number), "until")
        return met

    def _say_ended(self, segment: Segment, why: str) -> None:
        self.ended[segment.number] = why
        self._voice.say("segment-ended", **_data(segment), why=why)


def _data(segment: Segment) -> dict[str, object]:
    place = words.place_of(segment)
    data: dict[str, object] = {
        "segment": segment.number,
        "verb": verb(segment),
        "place": place.name if place else None,
        "side": place.side if place else None,
        "seconds": words.seconds_of(segment),
    }
    if isinstance(segment, Say):
        data["text"] = segment.text
    return data


def _holds(condition: Condition, answer: float | str) -> bool:
    if isinstance(condition.value, str):
        return COMPARE[condition.comparison](str(answer), condition.value)
    try:
        return COMPARE[condition.comparison](float(answer), condition.value)
    except ValueError:  # words, of another question that bears the same name
        return False
