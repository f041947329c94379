"""The pure session: facts and words of the person in, setpoints, questions and events out.

No clock, no task, no I/O: the same inputs at the same times give the same decisions, so a session
can be replayed from its record. Time spent in a step stands still in a pause and in every question
but the presence question; all of a session's devices rest meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from controller.core import words
from controller.core.events import (
    Answer,
    Command,
    Failed,
    Hold,
    Interrupted,
    LinkFound,
    LinkLost,
    Reading,
    Refused,
    Reopen,
    Slept,
    Unwatched,
    Withheld,
)
from controller.core.questions import OFF_WAITS_MS, WAITS_MS, Question, Questions
from controller.core.setpoints import Setpoints
from controller.core.steps import Steps
from controller.core.vigil import Vigil
from controller.core.voice import Voice
from controller.safety import limits as at
from protocols.plan import Ask, Cool, Heat, Press, Rest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.core.events import Effect, Input, Outcome
    from controller.safety.channel import Channel
    from controller.safety.finding import Finding
    from protocols.plan import Plan

Stage = Literal["confirming", "running", "cooling", "off", "ended"]
Level = Literal["softer", "stronger"]

READING_EVERY_MS = 100
"""At most ten `reading` events a second for a channel (command-line)."""
_FACES = "faces"
"""The key of the reason that nobody watches."""


class Session:
    """One run of a plan with a person. Feed it; `stage` tells what is going on:

    `confirming`: nothing has begun, one question is open; `running`: in the plan (`paused_ms` tells
    since when it pauses); `cooling`: all done, the pad cools; `off`: is what was worked by hand
    off?; `ended`: nothing follows.
    """

    def __init__(
        self,
        plan: Plan,
        channels: Mapping[str, Channel],
        session_id: str,
        *,
        simulated: bool = False,
        begin: str = words.BEGIN,
        presence_ms: int = at.HT15_SOFT_MS,
    ) -> None:
        self.plan = plan
        self.channels = channels
        self.id = session_id
        self.simulated = is_simulated(channels, otherwise=simulated)
        self.stage: Stage = "confirming"
        self.outcome: Outcome | None = None
        self.exit: int | None = None
        self.why: str | None = None
        self.known_off = False
        self.paused_ms: int | None = None
        self.pause_why: str | None = None
        self.longest_pause_ms = 0
        self.present_ms = 0
        self.reasons: dict[str, str] = {}
        self.lost: set[str] = set()
        self.questions = Questions()
        self.vigil = Vigil(channels)
        self.watches = self.vigil.watches
        self._pads = {role: watch for role, watch in self.watches.items() if watch.kind == "heat"}
        self._begin = begin
        self._presence_ms = presence_ms
        self._voice = Voice()
        self.setpoints = Setpoints(channels)
        self.steps = Steps(plan, channels, self._voice, self.questions, self.setpoints.softening)
        self.told: tuple[int, str] | None = None
        self._wants_back = False
        self._looked_ms = 0
        self._cooling_since = 0
        self._said_reading: dict[str, int] = {}
        self._opened = False

    def feed(self, event: Input, now_ms: int) -> tuple[Effect, ...]:
        """Take `event`, which happens at `now_ms` (monotonic), and say what follows from it.

        Readings that come before anything else are only kept: they tell how the devices are found. So
        is it whether somebody watches.
        """
        if self.over:
            return ()
        if not self._opened and isinstance(event, Reading | Unwatched):
            self._keep(event, now_ms)
            return ()
        self._pass_time(now_ms)
        if not self.over:
            self._take(event)
        self._settle()
        self._refresh()
        effects = self._voice.take_all()
        # What comes to rest does so before anything else is done or said.
        return tuple(sorted(effects, key=_is_no_rest)) if len(effects) > 1 else effects

    def _keep(self, event: Reading | Unwatched, now_ms: int) -> None:
        if isinstance(event, Unwatched):
            self._unwatched(event)
        elif event.role in self.watches:
            self.vigil.report(now_ms, event)

    @property
    def over(self) -> bool:
        """Whether nothing follows."""
        return self.stage == "ended"

    @property
    def now_ms(self) -> int:
        """When the last input was taken."""
        return self._voice.now_ms

    @property
    def started_ms(self) -> int | None:
        """When it began; None before."""
        return self._voice.started_ms

    @property
    def t(self) -> float:
        """Seconds since it began; 0 before."""
        return self._voice.t

    @property
    def clock_runs(self) -> bool:
        """Whether the clocks of the steps run."""
        return self.stage == "running" and self.paused_ms is None and not self.questions.blocking

    @property
    def driving(self) -> Mapping[str, int]:
        """Which segment drives each role that is not at rest."""
        return self.steps.driving if self.clock_runs else {}

    @property
    def held_by_hand(self) -> int | None:
        """The segment in which the person's own hand presses now."""
        return self.steps.held_by_hand if self.clock_runs else None

    @property
    def due_ms(self) -> int | None:
        """When the next step ends by itself, if nothing else happens."""
        remaining = self.steps.remaining_ms if self.clock_runs else None
        return None if remaining is None else self.now_ms + remaining

    # Time

    def _pass_time(self, now_ms: int) -> None:
        if not self._opened:
            self._open(now_ms)
        passed = max(0, now_ms - self.now_ms)
        self._voice.now_ms += passed
        if self.clock_runs:
            self.steps.pass_time(passed)
            if passed > at.HZ15_MS:
                self._voice.limit("HZ15", passed / 1000, at.HZ15_MS / 1000)
                self._pause(f"the computer stood still for {passed / 1000:.0f} s")
        if self.paused_ms is None:
            late = self.questions.pass_time(passed)
            if late is not None:
                self._unanswered(late)
        if self.stage in ("confirming", "running"):
            self._judge_length()

    def _open(self, now_ms: int) -> None:
        self._opened = True
        self._voice.now_ms = self.present_ms = now_ms
        self.vigil.open(now_ms)
        if self.simulated:
            self._start()
        else:
            asked = self.questions.ask("ready", "begin", self._begin + self._batteries(), ("yes",))
            self._voice.say("question", **asked.data)

    def _start(self) -> None:
        self.stage = "running"
        self._voice.started_ms = self.present_ms = self._looked_ms = self.now_ms
        self._voice.say(
            "session-started",
            session=self.id,
            plan=self.plan.sha256,
            title=self.plan.title,
            simulated=self.simulated,
            devices=[
                {"role": c.role, "device": c.device, "kind": c.kind, "by_hand": c.by_hand}
                for c in self.channels.values()
            ],
        )

        for role, found in self.vigil.unfit(self.now_ms):
            self._found(role, found)
        if _FACES in self.reasons and self.stage == "running":
            self._pause(words.NOBODY_WATCHES)

    def _batteries(self) -> str:
        unknown = [self.channels[role].device for role, w in self.watches.items() if w.battery is None]
        return f"\nNot known how full its battery is: {', '.join(unknown)}." if unknown else ""

    # Inputs

    def _take(self, event: Input) -> None:
        match event:
            case Reading():
                self._read(event)
            case Command():
                self._command(event)
            case Answer():
                self._answer(event)
            case LinkLost():
                self._link_lost(event)
            case LinkFound():
                self._link_found(event)
            case Interrupted():
                self._end("stopped", 130, event.why, ask_off=False)
            case Failed():
                self._end("failed", 1, event.why, ask_off=False)
            case _:
                self._note(event)

    def _note(self, event: Input) -> None:
        match event:
            case Withheld():
                present = self.setpoints.present[event.role]
                self.vigil.withhold(self.now_ms, event.role, present, withheld=event.withheld)
            case Unwatched():
                self._unwatched(event)
            case Slept():
                self._limit("HZ13", event.seconds, at.HZ13_MS / 1000, "the computer slept meanwhile")
            case Refused():
                why = f"the gate refused a setpoint of {event.role}"
                self._limit(event.limit, event.measured, event.allowed, why)
            case _:
                pass

    def _unwatched(self, event: Unwatched) -> None:
        """Everything rests until somebody watches, and then until a person resumes."""
        if not event.unwatched:
            self.reasons.pop(_FACES, None)
            return
        self._wants_back = False
        self.reasons[_FACES] = words.NOBODY_WATCHES
        if self.stage == "running":
            self._pause(words.NOBODY_WATCHES)

    def _limit(self, limit: str, measured: float | None, allowed: float | None, why: str) -> None:
        """A limit ends it."""
        self._voice.limit(limit, measured, allowed)
        self._end("limit", 7, f"{limit}: {why}")

    def _read(self, event: Reading) -> None:
        watch = self.watches.get(event.role)
        if watch is None or event.role in self.lost:
            return
        found = self.vigil.report(self.now_ms, event)
        self._say_reading(event)
        heard_again = False
        if self.reasons:
            heard_again = self.reasons.pop(f"HT20 {event.role}", None) is not None
            if watch.cool_enough:
                self.reasons.pop(f"HT2 {event.role}", None)
            if watch.unfit(self.now_ms) is None:
                self.reasons.pop(f"HT21 {event.role}", None)
        if self.stage == "off":
            return
        if event.state == "stopped" and self.stage != "cooling":
            self._end("stopped", 6, f"stop was pressed on {self.channels[event.role].device}")
        elif found is not None and (found.grade == "stop" or self.stage != "cooling"):
            self._found(event.role, found)
        elif heard_again and self._wants_back:
            self._come_back()

    def _say_reading(self, event: Reading) -> None:
        last = self._said_reading.get(event.role)
        if event.actual is None or (last is not None and self.now_ms - last < READING_EVERY_MS):
            return
        self._said_reading[event.role] = self.now_ms
        channel = self.channels[event.role]
        self._voice.say(
            "reading", device=channel.device, channel=channel.kind, actual=event.actual, unit=channel.unit
        )

    def _found(self, role: str, found: Finding) -> None:
        key = f"{found.limit} {role}"
        why = f"{self.channels[role].device}: {found.why}"
        if found.grade == "stop":
            self._limit(found.limit, found.measured, found.allowed, why)
        elif key not in self.reasons:
            self._voice.limit(found.limit, found.measured, found.allowed)
            self._pause(why, key if found.lasts else None)

    def _link_lost(self, event: LinkLost) -> None:
        if event.role not in self.watches:
            return
        self._wants_back = False
        self.lost.add(event.role)
        device = self.channels[event.role].device
        self._voice.say("device-lost", device=device, why=event.why)
        if event.taken:
            self._limit("HZ32", None, None, f"{device}: {event.why}")
        elif self.stage in ("confirming", "running"):
            self._pause(f"{device}: {event.why}", f"link {event.role}")

    def _link_found(self, event: LinkFound) -> None:
        if event.role not in self.lost:
            return
        self.lost.discard(event.role)
        self.watches[event.role].forget(self.now_ms)
        for row in ("link", "HT2"):
            self.reasons.pop(f"{row} {event.role}", None)
        device = self.channels[event.role].device
        # Nothing is driven on a reading from before the loss.
        self.reasons[f"HT20 {event.role}"] = f"{device}: no reading yet"
        self._voice.say("device-found", device=device, why=event.why)

    def _come_back(self) -> None:
        """Resume as the person said, once every device that was lost is found and heard."""
        if not self.lost and not any(key.startswith("HT20") for key in self.reasons):
            self._wants_back = False
            self._resume()

    def _command(self, event: Command) -> None:
        self.present_ms = self.now_ms
        match event.do:
            case "stop":
                self._end("stopped", 6, "the person said stop")
            case "resume" if self.stage in ("confirming", "running"):
                self._resume()
            case "pause" if self.stage == "running":
                self._wants_back = False
                self._pause("the person said so")
            case "faded" if self.stage == "running":
                self.steps.faded()
            case "skip" if self.stage == "running":
                self._skip(event.refused)
            case ("softer" | "stronger") as do if self.stage == "running":
                self._change_level(do)
            case "skip" if self.stage == "cooling":
                self._voice.limit("HT16", self._warmest(), at.HT16_COOL)
            case _:
                pass

    def _change_level(self, do: Level) -> None:
        """Less or more of all that drives now; `told` says in words what came of it, and when."""
        texts = []
        for role, segment in self.steps.driven:
            if isinstance(segment, Press) and segment.at is None:
                continue
            if do == "softer":
                changed = self.setpoints.softer(role, segment)
            else:
                changed = self.setpoints.stronger(self.now_ms, role, segment)
            channel, softening = self.channels[role], self.setpoints.softening
            level, plan = softening.level(role, segment), softening.plan_level(role, segment)
            texts.append(words.level_told(do, channel, level, plan, changed=changed))
            self._voice.say(
                "level", do=do, device=channel.device, channel=channel.kind, level=level, plan=plan,
                unit=channel.unit, changed=changed, text=texts[-1],
            )  # fmt: skip
        if not texts:
            texts.append(words.NOTHING_DRIVEN)
            self._voice.say("level", do=do, changed=False, text=words.NOTHING_DRIVEN)
        self.told = (self.now_ms, "; ".join(texts))

    def _answer(self, event: Answer) -> None:
        question = self.questions.open.get(event.question)
        if question is None:
            return
        if event.value is None:
            self._unanswered(question)
            return
        value = question.accepts(event.value)
        if value is None:
            return
        self.present_ms = self.now_ms
        self.questions.close(question)
        self._voice.say("answer", **question.data, value=value)
        match question.purpose:
            case "begin":
                self._start()
            case "off":
                self.known_off = True
                self._finish()
            case "present":
                self._looked_ms = self.now_ms
            case "segment":
                self._answered(question, value)

    def _answered(self, question: Question, value: str | float) -> None:
        ends = self.steps.answered(question, value)
        if ends is not None:
            asked, answer = ends
            self._end("stopped", 6, asked.because or f"{asked.text} {answer}")
        elif question.kind == "rate" and isinstance(value, float) and value >= at.PC9_HARD:
            self._limit("PC9", value, at.PC9_SOFT, words.TOO_TENDER)

    def _skip(self, refused: str | None) -> None:
        running = self.steps.front
        if running is None:
            return
        if refused is not None and isinstance(running.segment, Rest | Cool):
            self._voice.limit(refused, running.counted_ms / 1000, None)
        elif not (isinstance(running.segment, Ask) and running.segment.stop_if):
            self.steps.end(running, "skipped")

    # Pausing

    def _pause(self, why: str, lasting: str | None = None) -> None:
        """Everything rests. A `lasting` reason must be gone before a person can resume."""
        if lasting is not None:
            self.reasons[lasting] = why
        presence = self.questions.presence()
        if presence is not None:
            self.questions.close(presence)
        if self.paused_ms is None:
            self.paused_ms = self.now_ms
            self.pause_why = why
            self._voice.say("paused", why=why)

    def _resume(self) -> None:
        if self.paused_ms is None:
            return
        if self.lost:
            self._wants_back = True
            self._voice.decide(*(Reopen(role) for role in sorted(self.lost)))
        elif self.reasons:
            self._voice.say("paused", why="; ".join(self.reasons.values()))
        else:
            self.longest_pause_ms = max(self.longest_pause_ms, self.now_ms - self.paused_ms)
            self.paused_ms = self.pause_why = None
            self._wants_back = False
            self.present_ms = self._looked_ms = self.now_ms
            self._voice.say("resumed", why="the person said so")

    # What follows from time and facts

    def _settle(self) -> None:
        if self.stage == "running":
            self._judge_age()
        if self.stage == "running" and self.paused_ms is None:
            self._advance()
        if self.stage in ("confirming", "running"):
            self._judge_length()
        elif self.stage == "cooling" and (
            self._warmest() is None or self.now_ms - self._cooling_since >= at.HT16_WAIT_MS
        ):
            self._end("completed", 0, None)

    def _advance(self) -> None:
        failed = self.steps.advance(self._actual() if self.clock_runs else {})
        if failed is not None:
            self._end("failed", 1, words.not_reached(failed.segment, failed.within_ms or 0))
        elif self.steps.branch.ended:
            self._complete()
        elif self.clock_runs and self.questions.presence() is None:
            self._judge_presence()

    def _judge_age(self) -> None:
        for role, found in self.vigil.ages(self.now_ms, self.lost):
            if self.stage == "running":
                self._found(role, found)

    def _judge_presence(self) -> None:
        text = None
        # Also before a heat that is still to come: the gate lets none begin for a person long unheard.
        if self.now_ms - self.present_ms >= self._presence_ms and self.steps.heat_to_come:
            text = words.STILL_THERE
        for role, segment in self.steps.driven:
            since = self.setpoints.since_ms(role)
            by_hand = isinstance(segment, Heat) and self.channels[role].by_hand
            if by_hand and since is not None and self.now_ms - max(since, self._looked_ms) >= at.HT22_LOOK_MS:
                text = words.LOOK_AT_SKIN
        if text is not None:
            asked = self.questions.ask("present", "present", text, ("yes",), at.HT15_ANSWER_MS)
            self._voice.say("question", **asked.data)

    def _judge_length(self) -> None:
        if self.paused_ms is not None and self.now_ms - self.paused_ms > at.SE8_MS:
            self._voice.limit("SE8", (self.now_ms - self.paused_ms) / 1000, at.SE8_MS / 1000)
            if self.lost:
                self._end("lost", 5, "a device stayed lost for ten minutes")
            else:
                self._end("unanswered", 1, "the pause took longer than ten minutes")
        elif self.t >= at.SE1_HARD_MS / 1000:
            self._limit(
                "SE1", self.t, at.SE1_HARD_MS / 1000, "an hour is the longest that a session may take"
            )

    def _unanswered(self, question: Question) -> None:
        self.questions.close(question)
        if question.purpose == "present":
            self._voice.limit("HT15", question.waited_ms / 1000, at.HT15_ANSWER_MS / 1000)
            self._pause("nobody said that they are there")
        elif question.purpose == "off" and self.outcome != "completed":
            self._finish()
        else:
            why = f"nobody answered: {question.text.splitlines()[0]}"
            self._end("unanswered", 1, why, ask_off=False)

    # The end

    def _complete(self) -> None:
        if self.stage == "running" and self._warmest() is not None:
            self.stage = "cooling"
            self._cooling_since = self.now_ms
        else:
            self._end("completed", 0, None)

    def _warmest(self) -> float | None:
        """°C of the warmest pad that must cool before the end; None where none must."""
        measured = [self.watches[role].actual for role in self.setpoints.heated - self.lost]
        return max((m for m in measured if m is not None and m >= at.HT16_COOL), default=None)

    def _end(self, outcome: Outcome, code: int, why: str | None, *, ask_off: bool = True) -> None:
        if self.stage == "ended":
            return
        # What ended it first stays the outcome; a later word can only hurry the end.
        hurried = self.stage == "off"
        if not hurried or self.outcome == "completed":
            self.outcome, self.exit, self.why = outcome, code, why
        self.questions.open.clear()
        self.paused_ms = self.pause_why = None
        if ask_off and not hurried and self.setpoints.by_hand:
            self.stage = "off"
            waits = WAITS_MS if outcome == "completed" else OFF_WAITS_MS
            asked = self.questions.ask("ready", "off", words.TAKE_OFF, ("yes",), waits)
            self._voice.say("question", **asked.data)
        else:
            self._finish()

    def _finish(self) -> None:
        self.stage = "ended"
        self._refresh()
        self._voice.say("session-ended", outcome=self.outcome, exit=self.exit, why=self.why)

    def _refresh(self) -> None:
        driven = self.steps.driven if self.clock_runs else []
        holds = tuple(self.setpoints.refresh(self.now_ms, driven, self._actual()))
        self.vigil.tell(self.now_ms, holds)
        self._voice.decide(*holds)

    def _actual(self) -> dict[str, float | None]:
        """What each pad measures: nothing else is waited for, or ramped from."""
        return {role: watch.actual for role, watch in self._pads.items()}


def is_simulated(channels: Mapping[str, Channel], *, otherwise: bool) -> bool:
    """Whether no device is real; where there is none that could tell, whoever starts it does."""
    return all(channel.simulated for channel in channels.values()) if channels else otherwise


def _is_no_rest(effect: Effect) -> bool:
    return not (isinstance(effect, Hold) and effect.setpoint == 0.0)
