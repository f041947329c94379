"""What of all that was said still stands, for one who comes late."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from controller.core.events import Said
    from controller.snapshot import Snapshot

_BEGINS: dict[str, tuple[str, ...]] = {
    "session-started": (),
    "segment-started": ("segment",),
    "drive": ("device", "channel"),
    "instruct": ("device", "channel"),
    "question": ("question",),
    "paused": (),
    "device-lost": ("device",),
    "session-ended": (),
}
"""Events that hold until another takes them back, each with the keys that tell which one it is."""
_ENDS = {
    "segment-ended": "segment-started",
    "answer": "question",
    "resumed": "paused",
    "device-found": "device-lost",
}


class Present:
    """Hears every event of one session, in order."""

    def __init__(self) -> None:
        self._heard = 0
        self._standing: dict[tuple[object, ...], tuple[int, Said]] = {}

    @property
    def facts(self) -> tuple[Said, ...]:
        """What stands, in the order in which it came."""
        return tuple(said for _, said in self._standing.values())

    def hear(self, said: Said) -> None:
        """It begins something, or ends what began, or is over as soon as it is said."""
        self._heard += 1
        begins = _ENDS.get(said.event, said.event)
        if begins not in _BEGINS:
            return
        key = (begins, *(said.data.get(name) for name in _BEGINS[begins]))
        self._standing.pop(key, None)
        if said.event in _BEGINS and not _rests(said):
            self._standing[key] = (self._heard, said)

    def look(self, picture: Snapshot, heard: int) -> None:
        """`picture` was taken after that many events. Some things end without a word of their own, a
        question that is no longer asked among them: what began before and is not in it has ended."""
        for key, (number, said) in list(self._standing.items()):
            if number <= heard and not _shown(said, picture):
                del self._standing[key]


def _rests(said: Said) -> bool:
    return said.event in {"drive", "instruct"} and not said.data.get("setpoint")


def _shown(said: Said, picture: Snapshot) -> bool:
    if said.event == "question":
        return said.data.get("question") in {each.id for each in picture.questions}
    if said.event == "segment-started":
        return said.data.get("segment") in {each.number for each in picture.segments if each.state == "now"}
    return said.event != "paused" or picture.state == "paused"
