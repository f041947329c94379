"""One connection as a MessageLink."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from controller.links.ble.words import why_not

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AsyncExitStack

    from bleak import BleakClient

    from controller.links import Gatt
    from controller.links.ble.air import Radio
    from controller.links.ble.claims import Claim

WRITE_WITHIN = 1.5
"""Seconds for a write to be confirmed; a lease is at most 2 s."""
CLOSE_WITHIN = 5.0
"""Seconds for giving a connection back: BlueZ takes about two."""
QUIET = 1.5
"""Seconds without a notification, of a device that reports every second at rest, until it is asked."""
QUEUE = 64
MOST = 200
"""Notifications in a second past which a device is given up: one that keeps to its profile sends 20, and
replies to what it is asked."""
FLOODS = "it sends far more than it was asked for"


class BleLink:
    """A MessageLink over one connection, from `begin` on. `resubscribed` counts subscriptions that had died
    silently; `claim` and `owns` go when it is given back."""

    patience = 0.5  # a write that waits for the next two connection events, there and back
    queues = True

    def __init__(self, radio: Radio, gatt: Gatt) -> None:
        self.claim: Claim | None = None
        self.owns: AsyncExitStack | None = None
        self.held_over = False
        self.resubscribed = 0
        self._radio = radio
        self._gatt = gatt
        self.client: BleakClient | None = None
        self._on_message: Callable[[bytes], None] | None = None
        self._on_lost: Callable[[str], None] | None = None
        self._early: list[bytes] = []
        self._queue: deque[bytes] = deque(maxlen=QUEUE)
        self._pump: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._heard = 0
        self._counted_from, self._counted = 0.0, 0
        self._deaf = False
        self._gone = ""

    @property
    def pseudo(self) -> bool:
        """Whether this is the virtual radio."""
        return self._radio.simulated

    def begin(self, client: BleakClient) -> None:
        """`client` is connected, and `hear` subscribed: from here on it is a link."""
        self.client = client
        self._watch = asyncio.ensure_future(self._ask_when_quiet(client))

    def listen(self, on_message: Callable[[bytes], None], on_lost: Callable[[str], None]) -> None:
        """Deliver what arrives; `on_lost(why)` once, when the link is gone for good."""
        self._on_message, self._on_lost = on_message, on_lost
        early, self._early = self._early, []
        for each in early:
            on_message(each)
        if self._gone or self._deaf:
            self._tell_lost(self._gone or FLOODS)

    def write(self, message: bytes) -> None:
        """Queue `message`; past 64 the oldest is dropped, since a newer one replaces what it said."""
        if not self._gone:
            self._queue.append(message)
            self._start_pump()

    def write_now(self, message: bytes) -> None:
        """Drop all that has not left, and send `message` next: one write at most is before it."""
        self._queue.clear()
        self.write(message)

    def close(self) -> None:
        """Give the connection back, once what is queued has left. Safe to repeat."""
        self._on_message = self._on_lost = None
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._give_back())

    async def wait_closed(self) -> None:
        """Until it is given back; never raises."""
        self.close()
        if self._closing is not None:
            await asyncio.wait([self._closing])

    def hear(self, _sender: object, data: bytearray) -> None:
        """What is notified."""
        if self._deaf or self._is_flood():
            return
        self._heard += 1
        self._deliver(bytes(data))

    def _is_flood(self) -> bool:
        """Count what comes. A device that floods the loop is heard no more, and can still be told to stop."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._counted_from >= 1:
            self._counted_from, self._counted = loop.time(), 0
        self._counted += 1
        if self._counted > MOST:
            self._deaf = True
            loop.call_soon(self._tell_lost, FLOODS)
        return self._deaf

    def _deliver(self, message: bytes) -> None:
        if self._on_message is not None:
            self._on_message(message)
        elif self._closing is None and len(self._early) < QUEUE:
            self._early.append(message)

    def lose(self, why: str = "out of reach") -> None:
        """The connection is gone. Safe to repeat."""
        if self._gone:
            return
        self._gone = why
        self._queue.clear()
        # From the loop, so that nobody is told in the middle of a write.
        asyncio.get_running_loop().call_soon(self._tell_lost, why)

    def _tell_lost(self, why: str) -> None:
        on_lost, self._on_lost = self._on_lost, None
        if on_lost is not None:
            on_lost(why)

    def _start_pump(self) -> None:
        if self._pump is None or self._pump.done():
            self._pump = asyncio.ensure_future(self._send())

    async def _send(self) -> None:
        client = self.client
        while self._queue and client is not None:
            message = self._queue.popleft()
            try:
                async with asyncio.timeout(WRITE_WITHIN):
                    await client.write_gatt_char(self._gatt.command, message, response=True)
            except TimeoutError:
                self.lose("it did not confirm what was written")
            except Exception as error:  # noqa: BLE001  a link that drops in a write raises anything
                self.lose(str(why_not(error)) if client.is_connected else "out of reach")

    async def _ask_when_quiet(self, client: BleakClient) -> None:
        """A subscription can die while the connection lives: what is read is delivered, and it is renewed."""
        heard = -1
        while not self._gone:
            heard = self._heard
            await asyncio.sleep(QUIET)
            if self._heard != heard or self._gone:
                continue
            with suppress(Exception):  # what cannot be asked ages, and is judged by its age
                async with asyncio.timeout(QUIET):
                    self._deliver(bytes(await client.read_gatt_char(self._gatt.info)))
                    await client.stop_notify(self._gatt.status)
                    await client.start_notify(self._gatt.status, self.hear)
                    self.resubscribed += 1

    async def _give_back(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        if self._pump is not None:
            await asyncio.wait([self._pump], timeout=WRITE_WITHIN)
            self._pump.cancel()
        self._gone = self._gone or "closed"
        left_behind = False
        try:
            async with asyncio.timeout(CLOSE_WITHIN):
                if self.client is not None:
                    await self.client.disconnect()
        except Exception:  # noqa: BLE001  backends raise what their system raises
            left_behind = True  # the next one to come joins the connection
        if self.claim is not None:
            self.claim.release(left_behind=left_behind)
        if self.owns is not None:
            await self.owns.aclose()
