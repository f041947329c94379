"""A session that a test plays by hand, pictures of one, and a way to run the screen over it."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from piloted import piloted

from controller.core.events import Answer, Command, Said
from controller.faces.tui.app import RunApp
from controller.faces.tui.mailbox import Mailbox
from controller.faces.tui.signs import UTF8, Signs
from controller.safety.screening import BY_ID
from controller.snapshot import ChannelView, Ended, LimitView, QuestionView, SegmentView, Snapshot
from docs.pictures import NOON

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from textual.pilot import Pilot

    from controller.faces.sound import Sound
    from controller.settings import Settings

WORK = (
    ("Has anything new started to hurt?", None),
    ("Warmth on the upper back, 39 °C", 600.0),
    ("Cooling below 37 °C", 480.0),
    ("Rest", 60.0),
    ("Massage the left upper trapezius, in small circles at 35%", 15.0),
    ("Massage the right upper trapezius, in small circles at 35%", 15.0),
    ("How tender is the upper trapezius?", None),
    ("Stretch the left upper trapezius, to tightness, not to pain", 30.0),
)


def pad(**known: Any) -> ChannelView:
    base = ChannelView(
        role="pad", device="Knot heat", kind="heat", unit="°C", by_hand=False, linked=True,
        setpoint=0.0, target=None, actual=36.4, strength=None, battery=None,
    )  # fmt: skip
    return replace(base, **known)


def gun(**known: Any) -> ChannelView:
    base = ChannelView(
        role="gun", device="Knot percussion", kind="percussion", unit="/min", by_hand=False, linked=True,
        setpoint=0.0, target=None, actual=0.0, strength=None, battery=84,
    )  # fmt: skip
    return replace(base, **known)


def steps(now: int) -> tuple[SegmentView, ...]:
    return tuple(
        SegmentView(
            number=n, text=text, seconds=seconds, state="done" if n < now else "now" if n == now else "ahead"
        )
        for n, (text, seconds) in enumerate(WORK, 1)
    )


def asked(kind: Any, text: str, choices: tuple[str, ...] = ("yes",), **known: Any) -> QuestionView:
    return QuestionView(
        id=known.get("id", "q1"), text=text, kind=kind, choices=choices, place=known.get("place")
    )


def shot(now: int = 5, **known: Any) -> Snapshot:
    base = Snapshot(
        session="s1", title="Desk worker's neck and shoulders", state="running", simulated=True,
        by_hand=False, speed=1.0, t=420.0, line="Massage the left upper trapezius, in small circles",
        next="Massage the right upper trapezius, in small circles at 35%", countdown=12.4, left=1112.0,
        segments=steps(now), channels=(gun(setpoint=1900.0, strength=0.35), pad()), ahead=(), questions=(),
        reasons=(),
    )  # fmt: skip
    return replace(base, **known)


def warming() -> list[Snapshot]:
    """Seven minutes of a pad that warms, one picture in two seconds."""
    return [
        shot(
            2,
            t=float(t),
            line="Warmth on the upper back, 39 °C",
            countdown=600.0 - max(0, t - 200),
            channels=(
                pad(actual=31 + 8.1 * (1 - math.exp(-t / 110)), setpoint=min(39.0, 36 + t / 30), target=39.0),
                gun(),
            ),
            ahead=((0.0, min(39.0, 36 + t / 30)), (0.0, 39.0), (700.0 - t, 39.0), (700.0 - t, 0.0)),
        )
        for t in range(0, 421, 2)
    ]


def near(id_: str, text: str, used: float, allowed: float, left: str, unit: str = "s") -> LimitView:
    return LimitView(id=id_, text=text, used=used, allowed=allowed, unit=unit, left=left)


LIMITED = replace(
    warming()[-1],
    channels=(
        pad(actual=38.9, setpoint=39.0, target=39.0, limit=41.0, battery=18, device="Knot heat"), gun()
    ),
    near=(
        near("HT4", "warmth on the upper back", 1130.0, 1200.0, "70 s left"),
        near("HT5", "heat dose of the upper back", 0.84, 1.0, "0.16 CEM43 left", "CEM43"),
        near("SE1", "this session", 2640.0, 3600.0, "16 min left"),
    ),
)  # fmt: skip
SOFTENED = replace(
    warming()[-1],
    channels=(pad(actual=38.9, setpoint=38.5, target=38.5, limit=41.0, softened=True), gun()),
    told="pad: softer, 38.5 °C (the plan has 39.0 °C)",
)
LOWERED = shot(
    2, t=4.0, line="Warming the upper back to 39 °C", countdown=None,
    lowered=(
        "Lowered in line 12: heat upper back: to, 41 °C to 39 °C (PF1)",
        "Lowered in line 19: massage upper trapezius: at, 50 % to 40 % (PC13)",
    ),
    channels=(pad(actual=33.0, setpoint=36.0, target=39.0, limit=39.0), gun()),
)  # fmt: skip
READY = shot(
    state="asking", line="Bring the massager to the left upper trapezius", countdown=None,
    channels=(gun(), pad()),
    questions=(
        asked(
            "ready", "Bring the massager to the left upper trapezius. Ready?", place="upper trapezius, left"
        ),
    ),
)  # fmt: skip
RATE = shot(
    7, state="asking", line="How tender is the upper trapezius?", countdown=None, channels=(gun(), pad()),
    questions=(asked("rate", "How tender is the upper trapezius now?", tuple(str(n) for n in range(11))),),
)  # fmt: skip
ASK = shot(
    1, state="asking", line="Has anything new started to hurt?", countdown=None, channels=(gun(), pad()),
    questions=(asked("ask", "Has anything new started to hurt?", ("yes", "no")),),
)  # fmt: skip
PRESENT = shot(
    2,
    countdown=300.0,
    questions=(asked("present", "Are you awake, and does the warmth feel good?", id="p1"),),
)


def screening(*rows: str, texts: Mapping[str, str] = {}) -> Snapshot:
    """The questions before a session, with those rows open."""
    return shot(
        0, state="preparing", line="Before it begins", countdown=None, simulated=False, by_hand=True,
        questions=tuple(
            asked(
                "screening", texts[row] if row in texts else BY_ID[row].text, ("yes", "no", "unsure"), id=row
            )
            for row in rows
        ),
    )  # fmt: skip


SHORT = ("R1", "R2", "R3", "R4", "C4", "C9", "C10", "C14", "C15", "C20")
SCREENING = screening(*SHORT)
AWAKE = screening("C18")
SINCE = screening("S12", texts={"S12": "Has anything changed since 08:10?"})
PAUSED = shot(
    state="paused", countdown=12.4, channels=(gun(linked=False, actual=None), pad()),
    reasons=("Knot percussion: no answer for 1 s",),
)  # fmt: skip
OVER = shot(
    99, state="ended", line="Ended", next=None, countdown=None, left=0.0, channels=(gun(), pad()),
    outcome="completed", exit=0,
)  # fmt: skip
DONE = Ended("completed", 0)
UNKNOWN = Ended(
    "stopped", 6, "the person said stop", ("not known whether Knot heat rests: switch it off by hand",)
)


def by_hand(number: int, **known: Any) -> Snapshot:
    """The ready question of the place with that number, worked by hand."""
    mine = gun(by_hand=True, device="my gun", battery=None, actual=None)
    question = asked("ready", f"Bring it to place {number}. Ready?", id=f"q{number}", place=f"place {number}")
    return replace(READY, simulated=False, by_hand=True, channels=(mine,), questions=(question,), **known)


class FakeSession:
    """Records what is sent; `tell` is the session's own thread speaking."""

    def __init__(self) -> None:
        self.sent: list[Command | Answer] = []
        self.interrupted: list[str] = []
        self.ended: Ended | None = None
        self.started = 0
        self.waited: list[float | None] = []
        self.snapshot: Snapshot | None = None
        self._listeners: list[Callable[[Snapshot | Said], None]] = []

    def send(self, word: Command | Answer) -> None:
        self.sent.append(word)

    def subscribe(self, listener: Callable[[Snapshot | Said], None], *, pictures: bool = True) -> None:
        assert pictures, "a screen draws them"
        self._listeners.append(listener)

    def no_more_answers(self) -> None:
        raise AssertionError("a screen always answers")

    def run_here(self) -> Ended:
        raise AssertionError("a screen has the main thread")

    def start(self) -> None:
        self.started += 1

    def interrupt(self, why: str) -> None:
        self.interrupted.append(why)

    def wait(self, timeout: float | None = None) -> Ended | None:
        self.waited.append(timeout)
        if timeout is None and self.ended is None:
            self.ended = Ended("stopped", 130, self.interrupted[0] if self.interrupted else None)
        return self.ended

    def tell(self, *words: Snapshot | Said) -> None:
        for word in words:
            if not isinstance(word, Said):
                self.snapshot = word
            for listener in self._listeners:
                listener(word)


class Stage:
    """The screen over a fake session, with a clock that the test moves."""

    def __init__(
        self,
        *,
        demo: bool = False,
        sound: Sound | None = None,
        signs: Signs = UTF8,
        detach: Callable[[], None] | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.time = 100.0
        self.session = FakeSession()
        mailbox = Mailbox()
        self.session.subscribe(mailbox.put)
        self.app = RunApp(
            self.session,
            mailbox,
            demo=demo,
            sound=sound,
            signs=signs,
            detach=detach,
            settings=settings,
            now=lambda: self.time,
            wall=lambda: NOON,
        )
        self.pilot: Pilot[None]

    async def show(self, *shots: Snapshot, settle: bool = True) -> None:
        """Tell the session's pictures; then let them stand long enough for keys to count."""
        for each in shots:
            self.session.tell(each)
            self.app.run_screen.frame()
        if settle:
            self.time += 2.0
        await self.pilot.pause()

    async def later(self, seconds: float) -> None:
        """Move the clock, and let a frame be drawn."""
        self.time += seconds
        self.app.run_screen.frame()
        await self.pilot.pause()

    async def press(self, *keys: str) -> list[Command | Answer]:
        """Press keys; what was sent because of them."""
        before = len(self.session.sent)
        await self.pilot.press(*keys)
        return self.session.sent[before:]

    def text(self) -> str:
        """What the screen shows, as plain lines."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


def play(
    scene: Callable[[Stage], Awaitable[None]],
    *,
    size: tuple[int, int] = (80, 24),
    **known: Any,
) -> Stage:
    """Run `scene` with the screen up."""

    async def run() -> Stage:
        stage = Stage(**known)
        async with piloted(stage.app, size) as pilot:
            stage.pilot = pilot
            await scene(stage)
        return stage

    return asyncio.run(run())
