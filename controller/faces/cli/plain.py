"""The face for screen readers, pipes and dumb terminals: lines that are only ever added.

No cursor moves, no colour, no drawing. What a person types are lines too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from controller.core.events import Answer, Command, Said
from controller.faces.cli.screening_lines import ScreeningLines
from controller.faces.told.words import OUTCOMES, WHY
from protocols.units import write_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from controller.core.events import Do
    from controller.snapshot import Snapshot

MARKS = (60, 30, 10, 5, 4, 3, 2, 1)
"""Seconds left that are said (ux, "screen reader")."""
WORDS: dict[str, Do] = {
    "p": "pause", "pause": "pause", "r": "resume", "resume": "resume", "s": "skip", "skip": "skip",
    "f": "faded", "faded": "faded", "-": "softer", "softer": "softer", "+": "stronger",
    "stronger": "stronger", "x": "stop", "stop": "stop",
}  # fmt: skip
HELP = (
    "You can type: p (pause), r (resume), s (skip), f (the point has faded), - (softer), + (stronger), "
    "x (stop); then Enter."
)


class Plain:
    """Says a session in lines. `hear` and `parse` may be called from different threads."""

    def __init__(self, out: TextIO, broken: Callable[[], None]) -> None:
        self._out: TextIO | None = out
        self._broken = broken
        self._questions: dict[str, tuple[str, ...]] = {}
        self._screening = ScreeningLines(self.say)
        self._texts: dict[int, str] = {}
        self._left = float("inf")
        self._driven: set[tuple[object, object]] = set()

    def say(self, line: str) -> None:
        """One line, at once."""
        if self._out is None or not line:
            return
        try:
            self._out.write(line + "\n")
            self._out.flush()
        except (OSError, ValueError):
            self._out = None
            self._broken()

    def hear(self, news: Said | Snapshot) -> None:
        """What a session tells."""
        if isinstance(news, Said):
            self.say(self._line(news.event, news.data))
        else:
            self._look(news)

    def parse(self, line: str) -> tuple[Command | Answer, ...]:
        """What a typed line means; nothing where it means nothing, which is said.

        `x` and `stop` stop whatever is asked at the time.
        """
        word = " ".join(line.split()).casefold()
        do = WORDS.get(word)
        if not word:
            return ()
        if do == "stop":
            return (Command(do),)
        if self._screening.open:
            meant: tuple[Command | Answer, ...] = self._screening.parse(word)
        else:
            meant = self._meant(word, do)
        if not meant:
            self.say(f"Not understood: {line.strip()}. {self._wanted()}")
        return meant

    def _meant(self, word: str, do: Do | None) -> tuple[Command | Answer, ...]:
        answer = self._answer(word, whole=True)
        if answer is None and do is not None:
            return (Command(do),)
        answer = answer or self._answer(word, whole=False)
        return () if answer is None else (answer,)

    def _answer(self, word: str, *, whole: bool) -> Answer | None:
        for question, choices in reversed(list(self._questions.items())):
            fit = [c for c in choices if (c.casefold() == word if whole else c.casefold().startswith(word))]
            if len(fit) == 1:
                return Answer(question, fit[0])
        return None

    def _wanted(self) -> str:
        if self._screening.open:
            return self._screening.wanted
        for choices in reversed(list(self._questions.values())):
            return f"Please answer: {_choices(choices)}."
        return HELP

    def _look(self, snapshot: Snapshot) -> None:
        self._texts.update((each.number, each.text) for each in snapshot.segments)
        self._questions = {each.id: each.choices for each in snapshot.questions}
        self._screening.look(snapshot.questions)
        left = snapshot.countdown
        if left is None or snapshot.state != "running":
            return
        before, self._left = self._left, left
        if left > before or before == float("inf"):
            return
        passed = [mark for mark in MARKS if before > mark >= left]
        if passed:
            self.say(f"{passed[-1]} s")

    def _line(self, event: str, data: Mapping[str, object]) -> str:
        said: dict[str, Callable[[Mapping[str, object]], str]] = {
            "session-started": self._started,
            "segment-started": self._segment_started,
            "segment-ended": self._segment_ended,
            "drive": self._drive,
            "instruct": lambda told: str(told.get("text", "")),
            "question": self._question,
            "answer": self._answered,
            "paused": lambda told: f"Paused: {told.get('why')}. Everything is at rest. Type r to go on.",
            "resumed": lambda told: "Going on.",
            "level": lambda told: f"{told.get('text')}.",
            "limit": _limit,
            "device-lost": lambda told: f"Lost {told.get('device')}: {told.get('why')}.",
            "device-found": lambda told: f"Found {told.get('device')} again: {told.get('why')}.",
            "session-ended": lambda told: OUTCOMES.get(str(told.get("outcome")), "Ended."),
        }
        return said[event](data) if event in said else ""

    def _started(self, data: Mapping[str, object]) -> str:
        simulated = " (simulated: no device is driven)" if data.get("simulated") else ""
        return f"{data.get('title')}{simulated}"

    def _segment_started(self, data: Mapping[str, object]) -> str:
        self._left = float("inf")
        number = data.get("segment")
        text = self._texts.get(number) if isinstance(number, int) else None
        seconds = data.get("seconds")
        lasts = (
            f", {write_duration(round(seconds * 1000))}"
            if isinstance(seconds, int | float) and seconds > 0
            else ""
        )
        return f"Step {number}: {text or _named(data)}{lasts}"

    def _segment_ended(self, data: Mapping[str, object]) -> str:
        why = WHY.get(str(data.get("why")))
        return "" if why is None else f"Step {data.get('segment')}: {why}."

    def _drive(self, data: Mapping[str, object]) -> str:
        channel = (data.get("device"), data.get("channel"))
        on = bool(data.get("setpoint"))
        if on == (channel in self._driven):
            return ""
        if on:
            self._driven.add(channel)
            return f"{channel[0]} is on ({channel[1]})."
        self._driven.discard(channel)
        return f"{channel[0]} is off ({channel[1]})."

    def _question(self, data: Mapping[str, object]) -> str:
        given = data.get("choices")
        choices = tuple(str(each) for each in given) if isinstance(given, list | tuple) else ()
        question = str(data.get("question"))
        if data.get("kind") == "screening":
            return self._screening.told(question, str(data.get("text")))
        self._questions[question] = choices
        return f"{data.get('text')} Answer: {_choices(choices)}."

    def _answered(self, data: Mapping[str, object]) -> str:
        if data.get("kind") == "screening":
            return ""
        self._questions.pop(str(data.get("question")), None)
        value = data.get("value")
        return f"Answered: {value:g}." if isinstance(value, int | float) else f"Answered: {value}."


def _choices(choices: tuple[str, ...]) -> str:
    if choices == tuple(str(number) for number in range(len(choices))) and len(choices) > 2:
        return f"a number from 0 to {len(choices) - 1}"
    return " or ".join(choices)


def _named(data: Mapping[str, object]) -> str:
    place, side = data.get("place"), data.get("side")
    words = [str(data.get("verb")), *([str(place)] if place else [])]
    return " ".join(words) + (f", {side}" if side else "")


def _limit(data: Mapping[str, object]) -> str:
    measured, allowed = data.get("measured"), data.get("allowed")
    figures = [
        f"{word} {value:g}"
        for word, value in (("measured", measured), ("allowed", allowed))
        if isinstance(value, int | float)
    ]
    return f"Limit {data.get('limit')}" + (f": {', '.join(figures)}." if figures else ".")
