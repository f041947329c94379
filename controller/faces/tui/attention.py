"""What the person has had time to see. Times are seconds of any clock that only goes forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.faces.sheet import on_page
from controller.faces.tui.keys import foremost

if TYPE_CHECKING:
    from controller.snapshot import QuestionView, Snapshot

SETTLE = 0.6
"""A key within this of a change was meant for what stood there before: a reaction takes 0.2 to 0.5 s."""
SETTLE_END = 1.0
"""The same for the end, which any key closes."""
BY_ITSELF = 8.0
"""By hand, the second and later places count as ready after this long, unless a key holds them."""


class Attention:
    """The thing that keys are about now, how long it has been shown, and whether a ready counts down.

    Where the session runs in another window, `watching`, it never does: a hand there may hold it.
    """

    def __init__(self, *, watching: bool = False) -> None:
        self._watching = watching
        self._topic: object = None
        self._since = 0.0
        self._question: QuestionView | None = None
        self._by_itself = False
        self._held = False
        self._confirmed = False

    def see(self, snapshot: Snapshot, now: float) -> None:
        """`snapshot` is on the screen from `now`."""
        question = foremost(snapshot.questions)
        topic = _topic(snapshot, question)
        if topic != self._topic:
            self._topic, self._since = topic, now
            self._held = False
        self._question = question if snapshot.state == "asking" else None
        self._by_itself = self._confirmed and not self._watching and _worked_by_hand(snapshot)

    def settled(self, now: float) -> bool:
        """Whether a key can be meant for what is shown."""
        return now - self._since >= (SETTLE_END if self._topic == "ended" else SETTLE)

    def shown_for(self, now: float) -> float:
        """Seconds since what is shown came."""
        return now - self._since

    def counting(self, now: float) -> float | None:
        """Seconds until the open question answers itself; None: it waits for a person."""
        question = self._question
        if not self._by_itself or self._held or question is None:
            return None
        if question.kind != "ready" or question.place is None:
            return None
        return max(0.0, BY_ITSELF - self.shown_for(now))

    def hold(self) -> None:
        """The person wants to say ready when they are."""
        self._held = True

    def answered(self, question_id: str) -> None:
        """The person answered; the first ready for a place makes the next ones count down."""
        question = self._question
        if question is not None and question.id == question_id:
            self._confirmed |= question.kind == "ready" and question.place is not None


def _topic(snapshot: Snapshot, question: QuestionView | None) -> object:
    if snapshot.state in {"ended", "paused"}:
        return snapshot.state
    if question is None:
        return "going"
    # The page of screening grows and shrinks while it is read.
    return "screening" if len(on_page(snapshot.questions)) > 1 else question.id


def _worked_by_hand(snapshot: Snapshot) -> bool:
    """No role is driven: what a ready starts here is the person's own hand."""
    return bool(snapshot.channels) and all(c.by_hand for c in snapshot.channels)
