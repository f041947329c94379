"""One connection of a computer to a device, which all clients of that device share."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from bleak.exc import BleakError, BleakGATTProtocolError
from bumble import att, core, hci, smp
from bumble.device import Peer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bumble.device import Connection
    from bumble.gatt_client import CharacteristicProxy, ServiceProxy

    from simulator.radio.central import Central

T = TypeVar("T")
MTU = 517  # that an operating system asks for
DEFAULT_MTU = 23
LETTING_GO = 5.0  # s that the chip has for ending a connection
PAIRING = 30.0  # s, the time of the security manager's protocol


class Link:
    """Ready to use after `ready`. Every call raises BleakError when the link is lost under it."""

    def __init__(self, central: Central, connection: Connection, address: str) -> None:
        self.address = address
        self.users: dict[object, Callable[[], None]] = {}  # told once, when it is lost
        self.lost = False
        self._central = central
        self._connection = connection
        self._peer = Peer(connection)
        self._had_bond = False
        self._turn = asyncio.Lock()  # ATT has one request under way at a time
        self._pairing = asyncio.Lock()
        self._readied: asyncio.Task[None] | None = None
        self._working: set[asyncio.Future[Any]] = set()
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)
        if connection not in connection.device.connections.values():
            self._on_disconnection(0)  # it was lost before anybody could look

    @property
    def mtu(self) -> int:
        """Of ATT, as negotiated."""
        return self._connection.att_mtu

    @property
    def mtu_known(self) -> int:
        """What a program is told of it: with a bond, what stood before there was this connection."""
        return DEFAULT_MTU if self._had_bond else self.mtu

    @property
    def services(self) -> list[ServiceProxy]:
        """What `ready` has found."""
        return self._peer.services

    @property
    def encrypted(self) -> bool:
        """Whether it is encrypted."""
        return bool(self._connection.encryption)

    async def ready(self) -> None:
        """Encrypt with the bond, where there is one, and find the services; lets the link go if it cannot."""
        if self._readied is None:
            self._readied = asyncio.get_running_loop().create_task(self._prepare())
            self._readied.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            await asyncio.shield(self._readied)
        except BaseException:
            await self.disconnect()
            raise

    async def disconnect(self) -> None:
        """For all who use it. Safe to repeat."""
        if not self.lost:
            try:
                async with asyncio.timeout(LETTING_GO):
                    await self._connection.disconnect()
            except (hci.HCI_Error, core.BaseBumbleError, TimeoutError):
                self._on_disconnection(0)
            except asyncio.CancelledError:
                if not self.lost:
                    raise

    async def pair(self) -> None:
        """Bond, or do nothing where there is a bond."""
        await _through(self._pairing, self._bond)

    async def read(self, handle: int) -> bytes:
        """A value by its handle. Raises BleakGATTProtocolError for what the device says no to."""
        return await self._request(lambda: self._peer.gatt_client.read_value(handle))

    async def write(self, handle: int, data: bytes, response: bool) -> None:
        """A value by its handle. Raises BleakGATTProtocolError for what the device says no to."""
        await self._request(lambda: self._peer.gatt_client.write_value(handle, data, with_response=response))

    async def subscribe(
        self, characteristic: CharacteristicProxy[bytes], callback: Callable[[bytes], None]
    ) -> None:
        """Have the device notify. Raises BleakGATTProtocolError for what the device says no to."""
        try:
            await self._request(lambda: self._peer.gatt_client.subscribe(characteristic, callback))
        except BleakError:
            self._peer.gatt_client.notification_subscribers.pop(characteristic.handle, None)
            raise

    async def unsubscribe(
        self, characteristic: CharacteristicProxy[bytes], callback: Callable[[bytes], None]
    ) -> None:
        """No more of it to that callback."""
        await self._request(lambda: self._peer.gatt_client.unsubscribe(characteristic, callback))

    # inside

    async def _prepare(self) -> None:
        self._had_bond = await self._central.bonded(self.address)
        if self._had_bond:
            try:
                await self._guard(self._connection.encrypt())
            except (hci.HCI_Error, BleakError) as error:
                raise BleakError(
                    f"{self.address}: authentication failure: the device does not know this computer's key; "
                    "remove the pairing and pair again"
                ) from error
        async with self._turn:
            await self._ask(self._peer.request_mtu(MTU))
            await self._ask(self._peer.discover_all())  # type: ignore[no-untyped-call]

    async def _request(self, make: Callable[[], Coroutine[object, object, T]]) -> T:
        return await _through(self._turn, lambda: self._ask(make()))

    async def _bond(self) -> None:
        if await self._central.bonded(self.address):
            return
        try:
            async with asyncio.timeout(PAIRING):
                await self._guard(self._connection.pair())
        except TimeoutError:
            await self.disconnect()
            raise BleakError(f"{self.address}: authentication timeout") from None
        except core.ProtocolError as error:
            raise BleakError(f"{self.address}: authentication failed: {_reason(error)}") from error

    async def _ask(self, request: Coroutine[object, object, T]) -> T:
        """An ATT request; a device that does not answer it loses the link, as the protocol has it."""
        try:
            return await self._guard(request)
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except core.TimeoutError as error:
            await self.disconnect()
            raise BleakError(f"{self.address} does not answer") from error

    async def _guard(self, work: Coroutine[object, object, T]) -> T:
        """`work`, but a link that is lost under it is an error and no cancellation."""
        if self.lost:
            work.close()
            raise BleakError(f"{self.address} is not connected")
        # A task of its own, for `_on_disconnection` to end: Bumble misses a loss between two of its steps.
        working = asyncio.ensure_future(work)
        self._working.add(working)
        working.add_done_callback(self._working.discard)
        try:
            return await working
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise BleakError(f"{self.address} disconnected") from error

    def _on_disconnection(self, _reason: int) -> None:
        if self.lost:
            return
        self.lost = True
        for working in tuple(self._working):
            _end(working)
        if self._central.links.get(self.address) is self:
            del self._central.links[self.address]
        users, self.users = self.users, {}
        for told in users.values():
            told()


def _end(working: asyncio.Future[Any]) -> None:
    """Cancel until it has ended: Bumble's waiting swallows a cancellation that comes with an answer."""
    if not working.done():
        working.cancel()
        asyncio.get_running_loop().call_soon(_end, working)


async def _through(lock: asyncio.Lock, make: Callable[[], Coroutine[object, object, T]]) -> T:
    """One at a time. What has begun ends though its caller left: its answer is for nobody else."""
    await lock.acquire()
    task = asyncio.get_running_loop().create_task(make())

    def over(done: asyncio.Task[T]) -> None:
        lock.release()
        if not done.cancelled():
            done.exception()

    task.add_done_callback(over)
    return await asyncio.shield(task)


def _reason(error: core.ProtocolError) -> str:
    known = {int(code): code.name.lower().replace("_", " ") for code in smp.ErrorCode}
    return known.get(error.error_code or 0, str(error))


__all__ = ["Link"]
