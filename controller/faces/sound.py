"""What is heard: a bell, and lines spoken by the system's speaker command. Never the only signal.

`spoken` and `bells` are pure, so that the line mode can use them too.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

from controller.core.events import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from controller.snapshot import QuestionView, Snapshot

SPEAKERS: tuple[tuple[str, ...], ...] = (("spd-say",), ("say",), ("espeak-ng",), ("espeak",))
"""Speaker commands in the order in which they are tried; the line comes after them as one argument."""
LONGEST = 200
"""Characters spoken of a text; a longer one is to be read."""
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")
_OUTCOMES = {
    "completed": "Done.",
    "failed": "It failed. Ended.",
    "unanswered": "No answer came. Ended.",
    "refused": "Refused.",
    "lost": "A device is lost. Ended.",
    "stopped": "Stopped.",
    "limit": "Stopped by a safety limit.",
}


def bells(said: Said) -> int:
    """Strokes of the bell for an event: one at a change, three at a limit, a loss or a bad end."""
    if said.event in {"limit", "device-lost"}:
        return 3
    if said.event == "session-ended":
        return 1 if said.data.get("outcome") == "completed" else 3
    return 1 if said.event in {"segment-started", "question", "paused"} else 0


def spoken(before: Snapshot | None, after: Snapshot) -> tuple[str, ...]:
    """What is said aloud when `after` follows `before`."""
    if after.state == "ended":
        return (
            () if before is not None and before.state == "ended" else (*_take_off(before, after), _end(after))
        )
    if after.state == "paused":
        return _paused(before, after)
    lines = [*_take_off(before, after), *_step(before, after), *_questions(before, after)]
    return tuple(dict.fromkeys([*lines, *_ten_seconds(before, after)]))


def _end(after: Snapshot) -> str:
    said = _OUTCOMES.get(after.outcome or "", "Ended.")
    return f"{said} {after.why}" if after.why and after.outcome != "completed" else said


def _paused(before: Snapshot | None, after: Snapshot) -> tuple[str, ...]:
    if before is not None and before.state == "paused" and before.reasons == after.reasons:
        return ()
    return (*_take_off(before, after), f"Paused. {'. '.join(after.reasons)}".strip())


def _step(before: Snapshot | None, after: Snapshot) -> tuple[str, ...]:
    if after.state != "running" or not after.line:
        return ()
    same = before is not None and before.state == "running" and _gist(before) == _gist(after)
    return () if same else (after.line,)


def _gist(snapshot: Snapshot) -> tuple[object, ...]:
    """What makes a line new: its step and its words, not a figure that runs in it."""
    now = tuple(s.number for s in snapshot.segments if s.state == "now")
    return (now, _NUMBERS.sub("", snapshot.line))


def _questions(before: Snapshot | None, after: Snapshot) -> list[str]:
    known = {q.id for q in before.questions} if before is not None else set()
    return [_question(q) for q in after.questions if q.id not in known][:1]


def _question(question: QuestionView) -> str:
    text = question.text if len(question.text) <= LONGEST else "Please read the screen."
    if question.kind == "ready" and "ready" not in text.lower():
        return f"{text} Ready?"
    return text


def _take_off(before: Snapshot | None, after: Snapshot) -> tuple[str, ...]:
    """Only a person can take away what is worked by hand."""
    if before is None or "take it off" in f"{after.line} {' '.join(after.reasons)}".lower():
        return ()
    was_on = {c.role for c in before.channels if c.by_hand and c.setpoint > 0}
    off = [c.role for c in after.channels if c.role in was_on and c.setpoint <= 0]
    return (f"Take it off: {', '.join(off)}.",) if off else ()


def _ten_seconds(before: Snapshot | None, after: Snapshot) -> tuple[str, ...]:
    if before is None or before.state != "running" or after.state != "running":
        return ()
    then, left = before.countdown, after.countdown
    if then is None or left is None:
        return ()
    # Where time runs fast the mark is passed by far: then nothing is said.
    return ("10 seconds.",) if then > 10 >= left > 7 else ()


class Voice(Protocol):
    """A way to say a line; the newest line wins."""

    def say(self, line: str) -> None:
        """Speak `line` now, and no longer what was being said. Never blocks."""
        ...

    def close(self) -> None:
        """Be silent. Safe to repeat."""
        ...


class Speaker:
    """Speaks through the first of `commands` that is installed. `trouble` says what is wrong, once known."""

    def __init__(
        self,
        commands: Sequence[Sequence[str]] = SPEAKERS,
        which: Callable[[str], str | None] = shutil.which,
    ) -> None:
        self.trouble: str | None = None
        found = ((path, *command[1:]) for command in commands if (path := which(command[0])))
        self._command = next(found, None)
        self._speaking: subprocess.Popen[bytes] | None = None
        self._ending: list[subprocess.Popen[bytes]] = []
        if self._command is None:
            names = ", ".join(command[0] for command in commands)
            self.trouble = f"nothing can speak here: install one of {names}"

    def say(self, line: str) -> None:
        """Speak `line`; an older one that still sounds is ended."""
        self._hush()
        text = " ".join(line.split()).lstrip("- ")
        if self._command is None or not text:
            return
        try:
            self._speaking = subprocess.Popen(  # noqa: S603 - a fixed program, no shell, the line is one argument
                [*self._command, text],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            self.trouble = f"{self._command[0]} cannot speak: {error.strerror}"
            self._command = None

    def close(self) -> None:
        """End what is being said and leave no process behind."""
        self._hush()
        for process in self._ending:
            try:
                process.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._ending.clear()

    def _hush(self) -> None:
        if self._speaking is not None:
            if self._speaking.poll() is None:
                self._speaking.terminate()
            self._ending.append(self._speaking)
            self._speaking = None
        self._ending = [p for p in self._ending if p.poll() is None]


def _ring_terminal(strokes: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\a" * strokes)
        sys.stderr.flush()


class Sound:
    """The bell and the voice of one session; `bell` can be switched while it runs.

    Give it everything a session tells, in order: `hear`. `ring` is how the bell is struck.
    """

    def __init__(self, bell: bool, say: bool, *, voice: Voice | None = None) -> None:
        self.bell = bell
        self.ring: Callable[[int], None] = _ring_terminal
        self.trouble: str | None = None
        self._voice = voice
        self._before: Snapshot | None = None
        if say and voice is None:
            speaker = Speaker()
            self._voice, self.trouble = speaker, speaker.trouble

    def hear(self, word: Snapshot | Said) -> None:
        """Ring and speak as `word` asks for. Never blocks."""
        if isinstance(word, Said):
            if self.bell and (strokes := bells(word)):
                self.ring(strokes)
            return
        lines = spoken(self._before, word)
        self._before = word
        if lines and self._voice is not None:
            self._voice.say(" ".join(lines))

    def close(self) -> None:
        """Be silent, and leave no process behind."""
        if self._voice is not None:
            self._voice.close()
