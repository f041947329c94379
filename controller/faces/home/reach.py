"""What the page of devices has its `Hands` do. Everything here runs in their thread."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller import known
from controller.faces.cli.forget import unbond
from controller.links import LinkError
from controller.links.ports import ports
from controller.looking import pulse, watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.faces.home.talk import Talk
    from controller.known import Device
    from controller.links.ble import Radio
    from controller.links.ports import Port
    from controller.pairing import Candidate, Known

EVERY = 0.25
"""Seconds between two looks at what is heard."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is on the air and on the ports; `left` are seconds of listening, `notes` what cannot be listened
    on and what to do about it."""

    found: tuple[Candidate, ...] = ()
    ports: tuple[Port, ...] = ()
    notes: tuple[str, ...] = ()
    left: int = 0


class Listening:
    """A wait for the person's choice among what is heard; `choose` may be called from any thread."""

    def __init__(self, tell: Callable[[Heard], None], talk: Talk) -> None:
        self._tell, self.talk = tell, talk
        self._loop: asyncio.AbstractEventLoop | None = None
        self._chosen: asyncio.Future[Candidate] | None = None
        self.paired: Device | None = None

    def choose(self, candidate: Candidate) -> None:
        """Pair with that one."""
        chosen = self._chosen
        if self._loop is not None and chosen is not None:
            self._loop.call_soon_threadsafe(_take, chosen, candidate)

    async def listen(self) -> None:
        """Tell what is heard, then lead the conversation with what is chosen; `paired` is what comes of it.
        Raises LinkError, DeviceError, UnpairedError, KnownError."""
        self._loop = asyncio.get_running_loop()
        self._chosen = self._loop.create_future()
        plugged = ports()
        self._tell(Heard(ports=plugged))
        # What is slow to load is loaded here, beside the screen.
        from controller.links import ble  # noqa: PLC0415
        from controller.pairing import keep, meet  # noqa: PLC0415

        async with ble.air() as radios:
            chosen = await self._wait(radios, plugged, self._chosen)
            if chosen is None:
                return
            found = await meet(chosen, self.talk, radios)
            self.paired = await keep(found, self.talk, radios)

    async def _wait(
        self, radios: list[Radio], plugged: tuple[Port, ...], chosen: asyncio.Future[Candidate]
    ) -> Candidate | None:
        from controller.faces.cli.scan import said  # noqa: PLC0415
        from controller.links import ble  # noqa: PLC0415
        from controller.pairing import GONE_AFTER, LISTEN, candidates  # noqa: PLC0415

        loop = asyncio.get_running_loop()
        until = loop.time() + LISTEN
        async with ble.Scan(radios) as scan:
            notes = tuple(said(each) for each in scan.unusable)
            while (left := until - loop.time()) > 0:
                found = tuple(candidates(scan.seen, loop.time() - GONE_AFTER))
                self._tell(Heard(found, plugged, notes, round(left)))
                with suppress(TimeoutError):
                    async with asyncio.timeout(EVERY):
                        return await asyncio.shield(chosen)
        return None


def _take(chosen: asyncio.Future[Candidate], candidate: Candidate) -> None:
    if not chosen.done():
        chosen.set_result(candidate)


class Forgetting:
    """A device that is to be forgotten; `trouble` is what is left to do then, if anything."""

    def __init__(self, device: Device) -> None:
        self.device, self.trouble = device, ""

    async def forget(self) -> None:
        """It is not known any more, nor is its bond. Raises KnownError."""
        self.trouble = (await known.forget(self.device.name, unbond)).trouble


async def unmeet(device: Known) -> None:
    """Forget the bond with a device that was met and is not kept."""
    from controller.pairing import forget_bond  # noqa: PLC0415  bleak, which is slow to load

    with suppress(LinkError):  # it is asked for its button again all the same
        await forget_bond(device.address)


__all__ = ["Forgetting", "Heard", "Listening", "pulse", "unmeet", "watch"]
