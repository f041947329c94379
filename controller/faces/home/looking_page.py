"""The devices as a list, and the one that is chosen looked at for as long as the page stands on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, Protocol, cast

from controller import known
from controller.config import ConfigError
from controller.faces.home import reach
from controller.faces.home.device_words import (
    Standing,
    details,
    headline,
    heard_details,
    heard_line,
    here,
    port_details,
    port_line,
)  # fmt: skip
from controller.faces.home.list_page import ListPage
from controller.faces.home.words import wrapped
from controller.known import Device
from controller.links import LinkError
from controller.links.ports import Port
from controller.looking import DeviceError, SessionRunsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual.timer import Timer

    from controller.faces.home.device_words import State
    from controller.faces.home.facts import Facts
    from controller.faces.home.hands import Hands, Job
    from controller.faces.home.reach import Heard
    from controller.faces.tui.signs import Signs
    from controller.looking import Look
    from controller.pairing import Candidate

    Item = Device | Candidate | Port
    Then = Callable[[BaseException | None], Awaitable[None]]

SETTLE: Final = 0.3
"""Seconds that the page stands on a device until it is looked at: whoever passes by connects to none."""
NOTHING: Final = """\
No device is known yet.

p  gets to know one over Bluetooth
a  adds one of your own that you work by hand
s  looks what is there"""

_PARTS: Final = (".page-title", ".page-who", ".page-list", ".page-scroll", ".page-text", ".page-hint")

Does = Literal["", "look", "scan", "pair", "pulse", "forget"]
"""What the hands do."""


class Handed(Protocol):
    """The application, as far as this page needs it."""

    hands: Hands


class LookingPage(ListPage):
    """Known devices first, then what was heard; one job at a time is with the `Hands`."""

    def __init__(self, facts: Facts, signs: Signs) -> None:
        super().__init__("unknot: devices", signs)
        self._devices: Sequence[Device] = facts.devices
        self._seen = dict(facts.seen)
        self._standings: dict[str, Standing] = {}
        self._heard: Heard | None = None
        self._order: list[str] = []
        self._lines: tuple[str, ...] = ()
        self._does: Does = ""
        self._turn = 0
        self._leaving = False
        self._settling: Timer | None = None

    def on_mount(self) -> None:
        """Stand on the first, and look at it."""
        self._hands, self._later = cast("Handed", self.app).hands, self.app.call_later
        super().on_mount()
        self.moved()

    def on_unmount(self) -> None:
        """Whatever closes the page, the device is let go."""
        self._hands.cancel()

    # What is shown

    @property
    def items(self) -> list[Item]:
        """All of the list."""
        heard = self._heard
        if heard is None:
            return list(self._devices)
        links = {each.link.partition(":")[2].upper() for each in self._devices}
        by_address = {each.sighting.address: each for each in heard.found}
        found = [by_address[each] for each in self._order if each in by_address and each.upper() not in links]
        return [*self._devices, *found, *(each for each in heard.ports if each.path.upper() not in links)]

    @property
    def item(self) -> Item | None:
        """The one that is chosen."""
        items = self.items
        return items[self._at] if self._at < len(items) else None

    @property
    def device(self) -> Device | None:
        """The one that is chosen, where it is known."""
        return self.item if isinstance(self.item, Device) else None

    def headlines(self) -> list[str]:
        """A line for each."""
        return [self._line(each) for each in self.items]

    def _line(self, item: Item) -> str:
        if isinstance(item, Device):
            return headline(item, self.standing(item))
        return port_line(item) if isinstance(item, Port) else heard_line(item)

    def told(self, columns: int) -> str:
        """What was said last, then the one that is chosen."""
        return "\n".join(wrapped(self._told(), columns))

    def _told(self) -> Iterator[str]:
        if self._lines:
            yield from (*self._lines, "")
        item = self.item
        if isinstance(item, Device):
            yield from details(item, self.standing(item), self._seen.get(item.serial))
        elif isinstance(item, Port):
            yield from port_details(item)
        elif item is not None:
            yield from heard_details(item)
        else:
            yield from NOTHING.split("\n")
        for note in self._heard.notes if self._heard is not None else ():
            yield ""
            yield f"({here(note)})"

    def standing(self, device: Device) -> Standing:
        """How a known device stands."""
        return self._standings.get(device.serial or device.name, Standing())

    def set_standing(self, device: Device, standing: Standing) -> None:
        """It stands so from now on."""
        self._standings[device.serial or device.name] = standing

    def stand_on(self, wanted: Callable[[Item], bool]) -> None:
        """Be on the first of the list that is `wanted`, where there is one."""
        found = [n for n, each in enumerate(self.items) if wanted(each)]
        self._at = found[0] if found else self._at
        self.relist()

    # The hands

    def begin(self, does: Does, job: Job, then: Then) -> None:
        """Have the hands do that, once they hold nothing else; `then` is told what it raised."""
        self._turn += 1
        turn, self._does = self._turn, does
        self._hands.begin(job, lambda error: self.post(self._over, turn, error, then))

    def post(self, call: Callable[..., object], *args: object) -> None:
        """From the hands' thread to the screen's."""
        with suppress(RuntimeError):  # the application closes
            self._later(self._while_here, call, *args)

    async def _while_here(self, call: Callable[..., object], *args: object) -> None:
        """What comes late, for a page that is being closed, changes nothing."""
        if self.is_here:
            done = call(*args)
            if isinstance(done, Awaitable):
                await done

    @property
    def is_here(self) -> bool:
        """Whether its parts are there: they go before the page does."""
        return all(self.query(each) for each in _PARTS)

    def relist(self) -> None:
        """As many lines as there are now."""
        if self.is_here:
            super().relist()

    def draw(self) -> None:
        """Bring every part up to date."""
        if self.is_here:
            super().draw()

    async def _over(self, turn: int, error: BaseException | None, then: Then) -> None:
        if turn == self._turn:
            self._does = ""
        await then(error)
        if self._leaving and not self._does:
            self.dismiss()
            return
        self.look()
        self.draw()

    def leave(self) -> None:
        """Home, once the device is let go: what is started there may want it."""
        self._leaving = True
        if self._does:
            self.say("Letting the device go …")
            self._hands.cancel()
        else:
            self.dismiss()

    # Looking

    def moved(self) -> None:
        """Let the last one go; look at this one when the person stays."""
        self._lines = ()
        if self._settling is not None:
            self._settling.stop()
        if self._does == "look":
            self._hands.cancel()
        self._settling = self.set_timer(SETTLE, self.look)

    @property
    def busy(self) -> bool:
        """Whether nothing else is to be begun."""
        return bool(self._does) or self._leaving

    def look(self) -> None:
        """Look at the one that is chosen, where it can be and nothing else goes on."""
        device = self.device
        if device is None or device.by_hand or self.busy or self.standing(device).why:
            return
        self.set_standing(device, replace(self.standing(device), state="looking"))

        def tell(look: Look) -> None:
            self.post(self._saw, device, look)

        self.begin("look", lambda: reach.watch(device, tell), lambda error: self._looked(device, error))
        self.draw()

    def _saw(self, device: Device, look: Look) -> None:
        if self._does == "look" and device is self.device:
            self.set_standing(device, Standing("answers", look=look))
            self.draw()

    async def _looked(self, device: Device, error: BaseException | None) -> None:
        before = self.standing(device)
        self._seen = await asyncio.to_thread(known.last_seen)
        if isinstance(error, DeviceError | LinkError | ConfigError):
            self.set_standing(device, Standing(_state(error), str(error), error.remedy, before.look))
        elif before.state == "looking":
            self.set_standing(device, replace(before, state="new"))
        _raise_a_bug(error)


def _state(error: DeviceError | LinkError | ConfigError) -> State:
    if isinstance(error, SessionRunsError):
        return "waits"
    return "other" if isinstance(error, ConfigError) else error.trouble


def _raise_a_bug(error: BaseException | None) -> None:
    """What no person can act on ends the program, as everywhere."""
    known_kinds = (DeviceError, LinkError, ConfigError)
    if isinstance(error, Exception) and not isinstance(error, known_kinds):
        raise error
