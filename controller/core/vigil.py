"""The watches over all driven devices of a session."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from controller.safety import limits as at
from controller.safety.watch import RUNAWAY, Watch

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from controller.core.events import Hold, Reading
    from controller.safety.channel import Channel
    from controller.safety.finding import Finding

ONCE_MORE = frozenset({"HT12", "HT13", "HZ06"})
"""What may pause a session twice: the third time a device is out of control, and that ends it."""

Found = tuple[str, "Finding"]
"""A role, and what is wrong with its device."""


class Vigil:
    """`watches` by role; what a person works by hand has none. `runaway`: devices that are not believed
    when they say that they rest."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self.watches = {
            role: Watch.over(channel) for role, channel in channels.items() if not channel.by_hand
        }
        self.runaway: set[str] = set()
        self._pauses: Counter[tuple[str, str]] = Counter()
        self._withheld: set[str] = set()
        self._fresh_until = 0  # no device can have been silent for too long before

    def open(self, now_ms: int) -> None:
        """All devices were heard just now."""
        for watch in self.watches.values():
            watch.heard_ms = now_ms

    def report(self, now_ms: int, reading: Reading) -> Finding | None:
        """What is wrong with a device, from what it says."""
        found = self.watches[reading.role].report(now_ms, reading)
        if found is None:
            return None
        if found.grade == "pause" and found.limit in ONCE_MORE:
            self._pauses[reading.role, found.limit] += 1
            if self._pauses[reading.role, found.limit] > 2:
                found = replace(found, grade="stop", why=f"{found.why}, for the third time")
        if found.grade == "stop" and found.limit in RUNAWAY:
            self.runaway.add(reading.role)
        return found

    def tell(self, now_ms: int, holds: Iterable[Hold]) -> None:
        """Devices are told something new, unless it is withheld from them."""
        for hold in holds:
            watch = self.watches.get(hold.role)
            if watch is not None and hold.role not in self._withheld:
                watch.tell(now_ms, hold.setpoint)

    def withhold(self, now_ms: int, role: str, setpoint: float, *, withheld: bool) -> None:
        """Whether `role` is told to rest for now, instead of `setpoint`."""
        (self._withheld.add if withheld else self._withheld.discard)(role)
        if role in self.watches:
            self.watches[role].tell(now_ms, 0.0 if withheld else setpoint)

    def unfit(self, now_ms: int) -> Iterator[Found]:
        """The devices that are not fit to begin with (HT21)."""
        for role, watch in self.watches.items():
            found = watch.unfit(now_ms)
            if found is not None:
                yield role, found

    def ages(self, now_ms: int, lost: Collection[str]) -> Iterator[Found]:
        """The devices that were not heard for too long."""
        if now_ms <= self._fresh_until:
            return
        heard = [watch.heard_ms for role, watch in self.watches.items() if role not in lost]
        self._fresh_until = min(heard, default=now_ms) + at.HT20_SOFT_MS
        for role, watch in self.watches.items():
            found = None if role in lost else watch.age(now_ms)
            if found is not None:
                yield role, found
