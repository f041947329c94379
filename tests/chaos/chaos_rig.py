"""A whole session in virtual time over the in-process simulator, and a saboteur who breaks it once."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import controller
from controller import api
from controller.answers import Answers
from controller.journal import journal
from protocols.language import compile_text
from simulator.bench import Bench, Plan
from simulator.device import DeviceFacts
from simulator.loop import virtual_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

    import pytest

    from controller.snapshot import Ended

ROOM = str(Path(controller.__file__).parent)
LEASE_S = 2.1
"""After the longest lease, and the 50 ms that a device has for it (wire-profile W6)."""
STUCK_S = 2.0
"""Real seconds; a session here takes a tenth of one."""
OVER_S = 900.0
"""Virtual seconds after which a session that does not end is given up."""

PROTOCOL = """unknot: 1
title: Chaos
needs: {pad: heat, gun: percussion}
steps:
  - say: Begin.
  - together:
    - - heat: upper back
        to: 35.5 °C
        for: 2 s
        within: 2 min
    - - press: gluteus maximus
        side: left
        at: gentle
        for: 2 s
        move: circles
  - rate: gluteus maximus
  - repeat: 2
    until: tenderness <= 3
    steps:
      - ask: Well?
      - rate: gluteus maximus
  - press: hamstrings
    side: left
    with: hand
    for: 0.5 s
  - rest: 0.5 s
"""

Place = tuple[str, str, int]
"""A file of the controller, a function in it (with the line of its `def`), and a line."""


class SabotageError(Exception):
    """What is raised where the saboteur was sent."""


class StuckError(Exception):
    """Raised in the session's thread when it has stood still for `STUCK_S` of real time."""


@contextmanager
def unstuck() -> Iterator[None]:
    """Raise StuckError in this thread when what is inside takes too long."""

    def raise_stuck(_number: int, _frame: object) -> None:
        raise StuckError

    kept = signal.signal(signal.SIGUSR1, raise_stuck)
    here = threading.get_ident()
    timer = threading.Timer(STUCK_S, lambda: signal.pthread_kill(here, signal.SIGUSR1))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        signal.signal(signal.SIGUSR1, kept)


@dataclass
class Tracer:
    """Sees every line of the controller that runs; at the first run of `target` it raises."""

    target: Place | None = None
    seen: set[Place] = field(default_factory=set)
    struck: int = 0

    def __enter__(self) -> Tracer:
        threading.settrace(self.trace)
        sys.settrace(self.trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)

    def trace(self, frame: FrameType, event: str, _arg: object) -> Any:
        code = frame.f_code
        name = code.co_filename
        if event != "call" or not name.startswith(ROOM) or code.co_name == "<module>":
            return None
        if self.target is None:
            return self.note
        if (name, _of(code)) != self.target[:2]:
            return None
        return self.strike if not self.struck else None

    def note(self, frame: FrameType, event: str, _arg: object) -> Any:
        if event == "line":
            code = frame.f_code
            self.seen.add((code.co_filename, _of(code), frame.f_lineno))
        return self.note

    def strike(self, frame: FrameType, event: str, _arg: object) -> Any:
        if (
            event == "line"
            and self.target is not None
            and frame.f_lineno == self.target[2]
            and not self.struck
        ):
            self.struck += 1
            raise SabotageError(f"{self.target}")
        return self.strike


def _of(code: CodeType) -> str:
    return f"{code.co_qualname}:{code.co_firstlineno}"


class Kept(Bench):
    """A bench that its session does not switch off, so that what follows can be seen."""

    def stop(self) -> None:
        """Powered on until the loop ends."""

    @property
    def resting(self) -> bool:
        return all(self.device(name).at_rest for name in self.names)

    def driven(self, name: str) -> list[tuple[int, int, float]]:
        """(ms, strokes a minute, duty) of every change."""
        return list(self.device(name).trace)


def bench() -> Kept:
    """A gun and a pad that is nearly warm, so that a session takes seconds."""
    gun = DeviceFacts(name="gun", kind="percussion", serial="SIM-GUN1", low=1200, high=3200, step=50)
    pad = DeviceFacts(
        name="pad", kind="heat", serial="SIM-PAD1", low=30.0, high=43.0, step=0.1, start=34.0
    )  # fmt: skip
    return Kept(Plan(devices=(gun, pad)))


@dataclass
class Outcome:
    """How a session came out, and whether its devices were at rest a lease later and stayed so."""

    ended: Ended | None
    error: BaseException | None
    bench: Kept
    events: list[str]
    resting: bool
    stays: bool


def run(
    monkeypatch: pytest.MonkeyPatch,
    tracer: Tracer | None = None,
    on_event: Callable[[api.Session, Kept, str], None] = lambda *_: None,
) -> Outcome:
    """One session with `tracer` at work, and the world after it until every lease has run out."""
    _forget()
    devices = bench()
    loops = {"bench": lambda _path, **_more: devices, "loop": virtual_loop}
    monkeypatch.setattr(api, "simulator", loops.__getitem__)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    monkeypatch.setattr(journal, "ANSWER_SECONDS", 0.3)  # a writer that is dead is waited for no longer
    answers = Answers({"ready": ["yes"], "present": ["yes"], "rate": ["5", "3"], "ask": ["no"]})
    plan = compile_text(PROTOCOL).plan
    assert plan is not None
    session = api.Session(api.Setup(plan=plan, sim=True, speed=float("inf"), answers=answers))
    events: list[str] = []

    def hear(fact: object) -> None:
        event = getattr(fact, "event", None)
        if event is not None:
            events.append(event)

    def tell(fact: object) -> None:
        on_event(session, devices, getattr(fact, "event", ""))

    session.subscribe(hear)
    session.subscribe(tell)
    return _outcome(session, devices, events, tracer)


def _forget() -> None:
    """What an earlier session has left in caches would spare a later one its lines."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("controller.", "protocols.")):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _outcome(session: api.Session, devices: Kept, events: list[str], tracer: Tracer | None) -> Outcome:
    ended: Ended | None = None
    error: BaseException | None = None

    async def go() -> tuple[bool, bool]:
        nonlocal ended, error
        # What a broken task leaves behind is part of the mess.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        try:
            with unstuck(), tracer or nullcontext():
                async with asyncio.timeout(OVER_S):
                    ended = await session._main(signals=False)
        except Exception as broken:  # noqa: BLE001  a session may end in any way; its devices must rest
            error = broken
        # As the end of the loop would: nothing of the session's is left to help.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.sleep(LEASE_S)
        resting = devices.resting
        before = [len(devices.driven(name)) for name in devices.names]
        await asyncio.sleep(LEASE_S)
        after = [len(devices.driven(name)) for name in devices.names]
        return resting, before == after and devices.resting

    with asyncio.Runner(loop_factory=lambda: virtual_loop(None)) as runner:
        resting, stays = runner.run(go())
    return Outcome(ended, error, devices, events, resting, stays)


def places(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Place], Outcome]:
    """Every place that one session comes by, as that session itself shows."""
    tracer = Tracer()
    outcome = run(monkeypatch, tracer)
    return sorted(tracer.seen), outcome


def firsts(found: list[Place]) -> list[Place]:
    """Of each function the first line."""
    kept: dict[tuple[str, str], Place] = {}
    for place in found:
        kept.setdefault(place[:2], place)
    return list(kept.values())


def at_home(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let everything that the program keeps be kept under `folder`."""
    for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"):
        (folder / name).mkdir(mode=0o700)
        monkeypatch.setenv(name, str(folder / name))
