"""Questions: what is open, what may be answered, and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from controller.core.branch import Running

QuestionKind = Literal["ready", "rate", "ask", "present"]
Purpose = Literal["begin", "segment", "present", "off"]

WAITS_MS = 600_000
"""How long any question waits (protocol-language, "Steps")."""
OFF_WAITS_MS = 60_000
"""How long "is it off?" waits at the end of a session that did not complete."""


@dataclass(slots=True)
class Question:
    """An open question. `running` is the segment that asks it; `waited_ms` stands in a pause."""

    id: str
    kind: QuestionKind
    purpose: Purpose
    text: str
    choices: tuple[str, ...]
    waits_ms: int
    running: Running | None = None
    waited_ms: int = field(default=0)

    @property
    def blocks(self) -> bool:
        """Whether every device rests and every clock stands until it is answered."""
        return self.purpose != "present"

    @property
    def data(self) -> dict[str, object]:
        """The keys of its `question` event."""
        return {"question": self.id, "text": self.text, "kind": self.kind, "choices": list(self.choices)}

    def accepts(self, value: str | float) -> str | float | None:
        """The value as it counts (a rating as a number), or None where it is no answer to this."""
        text = f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
        if text not in self.choices:
            return None
        return float(text) if self.kind == "rate" else text


RATINGS = tuple(str(n) for n in range(11))


class Questions:
    """The open questions in the order of their asking, with an id that is new for each."""

    def __init__(self) -> None:
        self.open: dict[str, Question] = {}
        self._asked = 0

    def ask(
        self,
        kind: QuestionKind,
        purpose: Purpose,
        text: str,
        choices: tuple[str, ...],
        waits_ms: int = WAITS_MS,
        running: Running | None = None,
    ) -> Question:
        """Open a question."""
        self._asked += 1
        question = Question(f"q{self._asked}", kind, purpose, text, choices, waits_ms, running)
        self.open[question.id] = question
        return question

    def close(self, question: Question) -> None:
        """It is answered, or no longer asked."""
        self.open.pop(question.id, None)

    def close_for(self, running: Running) -> None:
        """The segment that asked has ended."""
        for question in [q for q in self.open.values() if q.running is running]:
            self.close(question)

    def presence(self) -> Question | None:
        """The open presence question."""
        return (
            None if not self.open else next((q for q in self.open.values() if q.purpose == "present"), None)
        )

    @property
    def blocking(self) -> bool:
        """Whether any of them rests every device."""
        return bool(self.open) and any(q.blocks for q in self.open.values())

    def pass_time(self, ms: int) -> Question | None:
        """Let `ms` pass; the first question that has now waited for too long."""
        if not self.open:
            return None
        for question in self.open.values():
            question.waited_ms += ms
        return next((q for q in self.open.values() if q.waited_ms >= q.waits_ms), None)


__all__ = ["OFF_WAITS_MS", "RATINGS", "Question", "Questions"]
