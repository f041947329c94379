"""The face of `run --json`: events as JSON Lines on stdout, commands as JSON Lines on stdin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO, cast, get_args

from controller.core.events import Answer, Command, Do, Said
from controller.faces.cli.common import LOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.snapshot import Snapshot

WORDS: tuple[str, ...] = get_args(Do)


class WordError(ValueError):
    """A line on stdin that is no command; the message says what one looks like."""


def parse(line: str) -> Command | Answer:
    """One line of stdin. Raises WordError."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WordError(f'not JSON; write for example {{"do": "pause"}} ({error})') from error
    if isinstance(told, str):
        told = {"do": told}
    if not isinstance(told, dict):
        raise WordError('a command is an object such as {"do": "pause"}')
    do = told.get("do")
    if do == "answer":
        return _answer(told)
    if do not in WORDS:
        raise WordError(f'"do" is one of {", ".join((*WORDS, "answer"))}, not {json.dumps(do)}')
    return Command(cast("Do", do))


def _answer(told: dict[str, object]) -> Answer:
    question, value = told.get("question"), told.get("value")
    if not isinstance(question, str):
        raise WordError('an answer names its question: {"do": "answer", "question": ID, "value": VALUE}')
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise WordError(f'"value" is a text or a number, not {json.dumps(value)}')
    return Answer(question, value)


class JsonLines:
    """Writes each event at once. `broken` is called once, when nobody reads any more."""

    def __init__(self, out: TextIO, broken: Callable[[], None]) -> None:
        self._out: TextIO | None = out
        self._broken = broken

    def hear(self, news: Said | Snapshot) -> None:
        """An event becomes a line; pictures are for other faces."""
        if isinstance(news, Said):
            self.write(news)

    def write(self, said: Said) -> None:
        """One line, `t` first, then the event."""
        if self._out is None:
            return
        keys = dict(said.data)
        line = {"t": keys.pop("t", 0), "event": said.event, **keys}
        try:
            self._out.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._out.flush()
        except (OSError, ValueError):
            self._out = None
            self._broken()


def refused(code: int) -> Said:
    """The only event of a run that never began."""
    outcome = "lost" if code == LOST else "refused"
    return Said("session-ended", {"t": 0, "outcome": outcome, "exit": code})
