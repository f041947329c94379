"""What is done to a session in each trial, and how the session may end after it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from controller.trials.answers import stops, walked
from controller.trials.judge import Expected
from controller.trials.verdict import Finding
from controller.trials.world import GIVEN_UP_S
from protocols.plan import Ask

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from random import Random

    from controller.core.events import Do
    from controller.trials.catalog import Trial
    from controller.trials.world import What, When, World

    Play = Callable[[World, Trial, Random], Coroutine[None, None, list[Finding]]]

End = tuple[str, int]
"""An outcome, and its exit code."""
COMPLETED, STOPPED, ENOUGH = ("completed", 0), ("stopped", 6), ("stopped", 130)
FAILED, UNANSWERED, LOST, LIMIT = ("failed", 1), ("unanswered", 1), ("lost", 5), ("limit", 7)

JUST_IN_TIME_S = 597.0
"""With the two seconds that a person takes anyway, a second before a question runs out."""
OUT_S = 4.0
"""How long a link stays lost that comes back: past every lease, and the second after it."""
SHOWN_S = 7.0
"""How long a fault is given to show before the person says stop: past HT20, and a second."""
BOOT_S = 3.0
"""How long a device takes that restarts, amply."""
SEEN_S = 1.0
"""How long something is looked at after it has happened."""
WATCHED_S = 4.0
"""How long a segment is followed at most after it went on."""


async def _until(world: World, seconds: float, met: Callable[[], bool]) -> None:
    """Wait until `met`, or the session is over, for at most `seconds`."""
    end = world.loop.time() + seconds
    while not met() and not world.session_over and world.loop.time() < end:  # noqa: ASYNC110  facts of many kinds
        await asyncio.sleep(0.1)


async def _stop_soon(world: World, trial: Trial) -> None:
    """Follow what goes on a little, then the person says stop."""
    await _until(world, WATCHED_S, lambda: trial.segment not in world.running)
    await asyncio.sleep(SEEN_S)
    world.say("stop")


async def _goes_on(world: World, trial: Trial, after: str) -> list[Finding]:
    """The person says resume: is it heard?"""
    world.say("resume")
    await _until(world, SEEN_S, lambda: not world.paused)
    if world.paused and not world.session_over:
        world.say("stop")
        return [Finding(f"it stayed paused after {after} and the person's resume", "it goes on")]
    if not trial.whole:
        await _stop_soon(world, trial)
    return []


async def _link_back(world: World, trial: Trial, _draw: Random) -> list[Finding]:
    world.befall(trial.role, "link lost")
    await asyncio.sleep(OUT_S)
    world.relieve()
    await asyncio.sleep(0.5)
    return await _goes_on(world, trial, "the link came back")


async def _link_warming(world: World, trial: Trial, draw: Random) -> list[Finding]:
    found = await _link_back(world, replace(trial, whole=True), draw)
    # Does the pad still come to its temperature in what is left of `within`?
    await _until(world, GIVEN_UP_S, lambda: trial.segment not in world.running)
    world.say("stop")
    return found


async def _restart(world: World, trial: Trial, _draw: Random) -> list[Finding]:
    world.befall(trial.role, "restart")
    await asyncio.sleep(BOOT_S)
    return await _goes_on(world, trial, "the device restarted")


async def _pause(world: World, trial: Trial, _draw: Random) -> list[Finding]:
    world.say("pause")
    await asyncio.sleep(OUT_S)
    return await _goes_on(world, trial, "a pause")


def _strike(what: What) -> Play:
    """A fault that lasts; cut short, the person says stop a while later."""

    async def play(world: World, trial: Trial, _draw: Random) -> list[Finding]:
        world.befall(trial.role, what)
        if not trial.whole:
            await _until(world, SHOWN_S, lambda: world.session_over)
            went_on = what != "sensor frozen" and not world.paused and not world.session_over
            world.say("stop")
            if went_on:
                return [Finding(f"it went on for {SHOWN_S:g} s after {what}", "a pause, or the end")]
        return []

    return play


async def _gone(world: World, trial: Trial, _draw: Random) -> list[Finding]:
    world.person.present = False
    if not trial.whole:
        await asyncio.sleep(WATCHED_S)
        world.interrupt()
    return []


async def _late(world: World, trial: Trial, draw: Random) -> list[Finding]:
    world.person.slow[trial.segment] = JUST_IN_TIME_S if trial.whole else draw.uniform(5.0, 30.0)
    if not trial.whole:
        await _until(world, 60.0, lambda: trial.segment not in world.running)
        await _stop_soon(world, trial)
    return []


async def _never(world: World, trial: Trial, _draw: Random) -> list[Finding]:
    world.person.slow[trial.segment] = None
    if not trial.whole:
        await asyncio.sleep(WATCHED_S)
        world.interrupt()
    return []


def _word(do: Do) -> Play:
    """A word of the person that moves the session on."""

    async def play(world: World, trial: Trial, _draw: Random) -> list[Finding]:
        world.say(do)
        await asyncio.sleep(WATCHED_S)
        world.say("stop")
        return []

    return play


async def _answer(world: World, trial: Trial, _draw: Random) -> list[Finding]:
    world.person.answers = {**world.person.answers, trial.segment: trial.value}
    return []


@dataclass(frozen=True, slots=True)
class Scene:
    """What is done and `when`, and how a session may end that is let go on to its end, or is cut `short`."""

    play: Play
    ends: frozenset[End]
    short: frozenset[End]
    when: When = "amid"


def _scene(
    play: Play, *ends: End, short: tuple[End, ...] = (STOPPED, COMPLETED), when: When = "amid"
) -> Scene:
    return Scene(play, frozenset(ends), frozenset(short), when)


SCENES = {
    "link lost": _scene(_strike("link lost"), LOST),
    "link back": _scene(_link_back, COMPLETED),
    "link warming": _scene(_link_warming, when="warming"),
    "restart": _scene(_restart),
    "silence": _scene(_strike("silence"), short=(LOST, LIMIT, STOPPED)),
    "open": _scene(_strike("sensor open"), short=(LIMIT,)),
    "short": _scene(_strike("sensor short"), short=(LIMIT,)),
    "frozen": _scene(
        _strike("sensor frozen"),
        COMPLETED,
        LIMIT,
        FAILED,
        UNANSWERED,
        short=(STOPPED, LIMIT, FAILED, COMPLETED),
    ),
    "gone": _scene(_gone, UNANSWERED, COMPLETED, short=(ENOUGH, UNANSWERED, COMPLETED)),
    "late": _scene(_late, COMPLETED, when="begun"),
    "never": _scene(_never, UNANSWERED, short=(ENOUGH,), when="begun"),
    "pause": _scene(_pause),
    "skip": _scene(_word("skip")),
    "faded": _scene(_word("faded")),
    "answer": _scene(_answer, when="begun"),
}
"""By `Trial.act`, as command-line.md has outcomes and exit codes."""


def expected(world: World, trial: Trial) -> Expected:
    """How `trial` may end, known once it has."""
    if trial.act in {"answer", "rounds once", "unhurried", "by hand", "stem"}:
        answers = world.person.answers
        segment = world.plan.segment(trial.segment) if trial.segment else None
        if isinstance(segment, Ask) and stops(segment, trial.value):
            return Expected(ends=frozenset({STOPPED}))
        return Expected(ends=frozenset({COMPLETED}), order=walked(world.plan, answers))
    scene = SCENES[trial.act]
    ends = scene.ends if trial.whole else scene.short
    return Expected(ends=ends | {COMPLETED} if _too_late(world, trial) else ends)


def _too_late(world: World, trial: Trial) -> bool:
    """Whether the session was as good as over before anything could come of what was done to it."""
    done = [struck.at_ms for struck in world.struck] or [at_ms for at_ms, _ in world.words]
    if not done:
        return trial.act not in {"late", "never", "gone"}
    ended = next((s.at_ms for s in world.sights if s.event == "session-ended"), world.now_ms())
    return ended - done[0] < SHOWN_S * 1000
