"""Runs a session behind the face that fits: the screen, plain lines, or JSON Lines."""

from __future__ import annotations

import math
import os
import sys
from typing import TYPE_CHECKING, Literal

from controller.api import Session
from controller.faces.cli.common import complain, drain
from controller.faces.cli.json_lines import JsonLines
from controller.faces.cli.plain import HELP, Plain
from controller.faces.cli.typed import listen
from controller.faces.sound import Sound
from controller.settings import load
from controller.sharing import WordError
from controller.sharing import parse as parse_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.api import Ended, SessionPort, Setup

Face = Literal["json", "plain", "screen"]
DETACH = ("q", "quit")
HOW_TO_DETACH = "q leaves: the session goes on."
HOW_TO_LEAVE_IT = "q leaves: the session pauses when nobody watches."


def on_terminal() -> bool:
    """Whether a person sits at both ends; the screen is drawn on stderr."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def face_for(*, as_json: bool, plain: bool, speed: float | None) -> Face:
    """The face that was asked for, or that this terminal can show."""
    if as_json:
        return "json"
    if plain or speed == math.inf or os.environ.get("TERM") == "dumb" or not on_terminal():
        return "plain"
    return "screen"


def show(setup: Setup, face: Face, *, say: bool = False) -> int:
    """Run the session to its end; its exit code. What the person must know is said on stderr."""
    return follow(Session(setup), face, say=say, demo=setup.demo)


def follow(
    session: SessionPort, face: Face, *, say: bool, demo: bool = False,
    detach: Callable[[], None] | None = None, kept: bool = False,
) -> int:  # fmt: skip
    """Follow a session to its end, or, where it runs elsewhere, until `detach`; the exit code.

    `kept`: it pauses when nobody watches.
    """
    found = load()
    complain(*map(str, found.problems))
    sound = Sound(bell=face != "json" and found.settings.bell, say=say)
    if sound.trouble is not None:
        complain(sound.trouble)
    if face == "screen":
        ended = _on_screen(session, sound, demo=demo, detach=detach, kept=kept)
    else:
        ended = _in_lines(session, sound, face, say=say, detach=detach, kept=kept)
    tell(ended)
    return ended.exit


def tell(ended: Ended) -> None:
    """What went wrong, and what the person has to do by hand."""
    if ended.outcome != "completed" and ended.why:
        complain(ended.why)
    complain(*ended.lines)


def _on_screen(
    session: SessionPort, sound: Sound, *, demo: bool, detach: Callable[[], None] | None, kept: bool
) -> Ended:
    from controller.faces.tui.app import ScreenError, run_app  # noqa: PLC0415  no other face needs Textual

    try:
        return run_app(session, demo=demo, sound=sound, detach=detach, kept=kept)
    except ScreenError as error:
        complain(str(error))
        return error.ended


def _in_lines(
    session: SessionPort, sound: Sound, face: Face, *, say: bool, detach: Callable[[], None] | None,
    kept: bool,
) -> Ended:  # fmt: skip
    def broken() -> None:
        drain(sys.stdout)
        session.interrupt("nobody reads the output any more")

    if face == "json":
        lines = JsonLines(sys.stdout, broken)
        session.subscribe(lines.hear, pictures=False)
        listen(lambda line: _take_json(session, line), session.no_more_answers)
    else:
        plain = Plain(sys.stdout, broken)
        leaving = HOW_TO_LEAVE_IT if kept else HOW_TO_DETACH
        plain.say(HELP if detach is None else f"{HELP} {leaving}")
        session.subscribe(plain.hear)
        listen(lambda line: _take_plain(session, plain, line, detach), session.no_more_answers)
    if face == "plain" or say:
        session.subscribe(sound.hear)
    try:
        return session.run_here()
    finally:
        sound.close()


def _take_json(session: SessionPort, line: str) -> None:
    try:
        session.send(parse_json(line))
    except WordError as error:
        complain(f"not understood: {line.strip()[:80]}: {error}")


def _take_plain(session: SessionPort, plain: Plain, line: str, detach: Callable[[], None] | None) -> None:
    if detach is not None and line.strip().casefold() in DETACH:
        detach()
        return
    for word in plain.parse(line):
        session.send(word)
