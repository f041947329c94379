"""Bluetooth as message links. The one place for bleak, used as any program would use it.

A `Radio` is what bleak reaches devices through: the system's own, or the virtual one of an `unknot sim`
of this user, which brings bleak backends of its own. Everything here is on the loop's clock.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from bleak import BleakAdapter, BleakClient, BleakScanner

from controller.config import runtime_dir
from controller.links.adapter import adapter_trouble
from controller.links.ble_words import BleError, in_use, not_found, not_usable, why_not
from controller.links.claims import Claim

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from types import TracebackType

    from bleak.backends.adapter import BaseBleakAdapter
    from bleak.backends.client import BaseBleakClient
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

    from controller.links import Gatt, LinkError
    from controller.links.pairing import Agent

FIND_WITHIN = 10.0
"""Seconds of listening for a device; one that advertises does so at least every 10.24 s, most far oftener."""
CONNECT_WITHIN = 15.0
"""Seconds of one try to connect; past that the operating system's own tries rarely come to anything."""
TRIES = 4
FRESH_AFTER = 2
"""Failed tries after which a device is looked for anew: what the system remembers of it may be stale."""
BACKOFF = (0.25, 0.5, 1.0)
WRITE_WITHIN = 1.5
"""Seconds for a write to be confirmed; a lease is at most 2 s."""
BOND_WITHIN = 60.0
"""Seconds for a person to compare or type six digits."""
CLOSE_WITHIN = 5.0
"""Seconds for giving a connection back: BlueZ takes about two."""
QUIET = 1.5
"""Seconds without a notification, of a device that reports every second at rest, until it is asked."""
QUEUE = 64
MOST_SEEN = 500
"""Devices that a scan keeps at most; past that the weakest go."""


class Radio(Protocol):
    """A way into the air. The backends are None for the system's own."""

    agent: Agent | None

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def simulated(self) -> bool:
        """Whether no hardware can be behind it."""
        ...

    @property
    def scanner(self) -> type[BaseBleakScanner] | None:
        """For `BleakScanner`."""
        ...

    @property
    def client(self) -> type[BaseBleakClient] | None:
        """For `BleakClient`."""
        ...

    @property
    def adapter(self) -> type[BaseBleakAdapter] | None:
        """For `BleakAdapter`."""
        ...

    async def close(self) -> None:
        """Nobody uses it any more."""
        ...


@dataclass(slots=True)
class System:
    """The operating system's own Bluetooth."""

    name: str = "Bluetooth"
    simulated: bool = False
    scanner: type[BaseBleakScanner] | None = None
    client: type[BaseBleakClient] | None = None
    adapter: type[BaseBleakAdapter] | None = None
    agent: Agent | None = None

    async def close(self) -> None:
        """It stays as it is."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A device as it was last heard; `signal` in dBm. Its name is whatever it says, control characters
    and all."""

    address: str
    name: str
    signal: int
    services: frozenset[str]
    radio: Radio
    handle: BLEDevice


@asynccontextmanager
async def air() -> AsyncIterator[list[Radio]]:
    """Every way into the air: the system's, then those of running `unknot sim`s of this user. Whoever enters
    while another is in gets the same ones: a program is one computer to its devices."""
    shared = _SHARED.setdefault(asyncio.get_running_loop(), _Shared())
    if not shared.users:
        shared.radios = [System()]
        for point in entry_points(group="unknot.simulator", name="radios"):
            shared.radios += point.load()(runtime_dir())
    shared.users += 1
    try:
        yield shared.radios
    finally:
        shared.users -= 1
        if not shared.users:
            for radio in shared.radios:
                await radio.close()


@dataclass(slots=True)
class _Shared:
    radios: list[Radio] = field(default_factory=list)
    users: int = 0


_SHARED: WeakKeyDictionary[asyncio.AbstractEventLoop, _Shared] = WeakKeyDictionary()


class Scan:
    """Listens on `radios` while it is entered. `seen` has the newest sighting by address; `unusable` why
    a radio cannot be listened on. Raises LinkError where none can."""

    def __init__(self, radios: Sequence[Radio]) -> None:
        self.seen: dict[str, Sighting] = {}
        self.unusable: list[LinkError] = []
        self.heard = asyncio.Event()
        self._radios = radios
        self._scanners: list[BleakScanner] = []

    async def __aenter__(self) -> Scan:
        for radio in self._radios:
            scanner = BleakScanner(self._listener(radio), backend=radio.scanner)
            try:
                async with asyncio.timeout(CONNECT_WITHIN):
                    await scanner.start()
            except Exception as error:  # noqa: BLE001  backends raise what their system raises
                known = None if radio.simulated else adapter_trouble()
                self.unusable.append(known or why_not(error))
            else:
                self._scanners.append(scanner)
        if not self._scanners:
            raise self.unusable[0]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for scanner in self._scanners:
            with suppress(Exception):  # the adapter may be gone; nobody listens any more either way
                await scanner.stop()

    def _listener(self, radio: Radio) -> Callable[[BLEDevice, AdvertisementData], None]:
        def hear(device: BLEDevice, said: AdvertisementData) -> None:
            name = said.local_name or device.name or ""
            services = frozenset(each.lower() for each in said.service_uuids)
            key = device.address.upper()
            self.seen[key] = Sighting(device.address, name, said.rssi, services, radio, device)
            if len(self.seen) > MOST_SEEN:
                del self.seen[min(self.seen, key=lambda each: self.seen[each].signal)]
            self.heard.set()

        return hear


async def find(address: str, radios: Sequence[Radio], within: float = FIND_WITHIN) -> Sighting:
    """Listen until the device at `address` is heard. Raises LinkError."""
    key = address.upper()
    async with Scan(radios) as scan:
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while key not in scan.seen:
                    scan.heard.clear()
                    await scan.heard.wait()
                return scan.seen[key]
        raise not_found(address, scan.unusable)


async def open_ble(
    address: str, gatt: Gatt, radios: Sequence[Radio] | None = None, *, bonds: bool = False
) -> BleLink:
    """Connect to the device at `address` on one of `radios`, all of them unless told, and subscribe to it;
    with `bonds`, pair where there is no bond. Raises LinkError, ConfigError."""
    if radios is None:
        async with AsyncExitStack() as stack:
            link = await open_ble(address, gatt, await stack.enter_async_context(air()), bonds=bonds)
            link.owns = stack.pop_all()
            return link
    claim = Claim.take(address)
    try:
        held = await _held(address, gatt, radios, ours=claim.left_behind)
        sighting = held or await find(address, radios)
        claim.connected()
        link = await _connected(sighting, gatt, radios, bonds=bonds)
    except BaseException:
        claim.release()
        raise
    link.held_over, link.claim = held is not None, claim
    return link


async def _held(address: str, gatt: Gatt, radios: Sequence[Radio], *, ours: bool) -> Sighting | None:
    """The device where the operating system holds a connection to it already. Raises LinkError where that
    is not `ours`, left by a process that died."""
    for radio in radios:
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                adapter = await BleakAdapter.get(backend=radio.adapter)
                devices = await adapter.get_connected_devices([gatt.service])
        except Exception:  # noqa: BLE001, S112  not on every system, and finding says what is wrong
            continue
        for device in devices:
            if device.address.upper() == address.upper() and not ours:
                raise in_use(address)
            if device.address.upper() == address.upper():
                return Sighting(device.address, device.name or "", 0, frozenset(), radio, device)
    return None


_CONNECTING: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def _one_at_a_time() -> asyncio.Lock:
    """An adapter connects to one device at a time; a second try fails the first on many systems."""
    return _CONNECTING.setdefault(asyncio.get_running_loop(), asyncio.Lock())


async def _connected(sighting: Sighting, gatt: Gatt, radios: Sequence[Radio], *, bonds: bool) -> BleLink:
    async with _one_at_a_time():
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(BACKOFF[attempt - 1])
            if attempt and attempt % FRESH_AFTER == 0:
                sighting = await find(sighting.address, radios)
            link = BleLink(sighting.radio, gatt)
            try:
                await link.connect(sighting.handle, bonds=bonds)
            except Exception as error:
                await link.wait_closed()
                failed = why_not(error)
                if failed.final:
                    raise failed from error
            except BaseException:
                link.close()
                raise
            else:
                return link
    raise failed


async def bond(sighting: Sighting, gatt: Gatt, agent: Agent) -> bytes:
    """Pair, see that what needs a bond works, and give the connection back; returns what the device says
    of itself. `agent` answers for the person. Raises BleError."""
    async with _one_at_a_time(), _answered_by(agent, sighting.radio):
        client: BleakClient | None = None
        try:
            client = await _client(sighting.handle, sighting.radio, lambda _: None)
            async with asyncio.timeout(BOND_WITHIN):
                with suppress(NotImplementedError):  # macOS asks the person by itself, at the first need
                    await client.pair()
                info = await client.read_gatt_char(gatt.info)
                await client.start_notify(gatt.status, lambda *_: None)
        except TimeoutError as error:
            raise BleError("pairing-timeout") from error
        except Exception as error:
            raise why_not(error) from error
        finally:
            if client is not None:
                with suppress(Exception):  # it is given up either way
                    async with asyncio.timeout(CLOSE_WITHIN):
                        await client.disconnect()
    return bytes(info)


async def unbond(address: str, radios: Sequence[Radio], within: float = FIND_WITHIN) -> None:
    """Have this computer forget its side of the bond with the device at `address`, which must be heard.
    Raises BleError."""
    sighting = await find(address, radios, within)
    client = BleakClient(sighting.handle, backend=sighting.radio.client)
    try:
        async with asyncio.timeout(CLOSE_WITHIN):
            await client.unpair()
    except NotImplementedError as error:
        text = "this system forgets devices in its own settings alone"
        raise BleError("failed", text, "remove it there") from error
    except Exception as error:
        raise why_not(error) from error


async def _asked_for(_device: str) -> bool:
    """A device that can show no number bonds: it was chosen by hand, for that."""
    return True


@asynccontextmanager
async def _answered_by(agent: Agent, radio: Radio) -> AsyncIterator[None]:
    """Whatever the system asks about pairing goes to `agent`."""
    if radio.simulated:
        radio.agent = agent
        try:
            yield
        finally:
            radio.agent = None
    elif sys.platform == "linux":
        from controller.links.bluez_agent import Answers, PairingAgent  # noqa: PLC0415  for this system alone

        answers = Answers(
            allow=_asked_for, confirm=lambda _, number: agent.confirm(number),
            enter=lambda _: agent.passkey(), show=lambda _, number: agent.display(number),
        )  # fmt: skip
        async with PairingAgent(answers):
            yield
    else:
        yield  # Windows and macOS ask by themselves


class BleLink:
    """A MessageLink over one connection. `resubscribed` counts subscriptions that had died silently."""

    patience = 0.5  # a write that waits for the next two connection events, there and back
    queues = True

    def __init__(self, radio: Radio, gatt: Gatt) -> None:
        self.claim: Claim | None = None
        self.owns: AsyncExitStack | None = None
        self.held_over = False
        self.resubscribed = 0
        self._radio = radio
        self._gatt = gatt
        self._client: BleakClient | None = None
        self._on_message: Callable[[bytes], None] | None = None
        self._on_lost: Callable[[str], None] | None = None
        self._early: list[bytes] = []
        self._queue: deque[bytes] = deque(maxlen=QUEUE)
        self._pump: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._heard = 0
        self._gone = ""

    @property
    def pseudo(self) -> bool:
        """Whether this is the virtual radio."""
        return self._radio.simulated

    async def connect(self, handle: BLEDevice, *, bonds: bool) -> None:
        """Connect, see that INFO fits, subscribe. Raises whatever bleak raises, or LinkError."""
        client = self._client = await _client(handle, self._radio, lambda _: self._lose("out of reach"))
        async with asyncio.timeout(CONNECT_WITHIN):
            if bonds:
                await client.pair()
            info = await client.read_gatt_char(self._gatt.info)
            await client.start_notify(self._gatt.status, self._hear)
        status = client.services.get_characteristic(self._gatt.status)
        room = status.max_write_without_response_size if status is not None else 0
        if len(info) > room:
            raise not_usable(f"its messages of {len(info)} bytes do not fit the link's {room}")
        self._watch = asyncio.ensure_future(self._ask_when_quiet(client))

    def listen(self, on_message: Callable[[bytes], None], on_lost: Callable[[str], None]) -> None:
        """Deliver what arrives; `on_lost(why)` once, when the link is gone for good."""
        self._on_message, self._on_lost = on_message, on_lost
        early, self._early = self._early, []
        for each in early:
            on_message(each)
        if self._gone:
            self._tell_lost(self._gone)

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

    def _hear(self, _sender: object, data: bytearray) -> None:
        self._heard += 1
        self._deliver(bytes(data))

    def _deliver(self, message: bytes) -> None:
        if self._on_message is not None:
            self._on_message(message)
        elif self._closing is None and len(self._early) < QUEUE:
            self._early.append(message)

    def _lose(self, why: str) -> None:
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
        client = self._client
        while self._queue and client is not None:
            message = self._queue.popleft()
            try:
                async with asyncio.timeout(WRITE_WITHIN):
                    await client.write_gatt_char(self._gatt.command, message, response=True)
            except TimeoutError:
                self._lose("it did not confirm what was written")
            except Exception as error:  # noqa: BLE001  a link that drops in a write raises anything
                self._lose(str(why_not(error)) if client.is_connected else "out of reach")

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
                    await client.start_notify(self._gatt.status, self._hear)
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
                if self._client is not None:
                    await self._client.disconnect()
        except Exception:  # noqa: BLE001  backends raise what their system raises
            left_behind = True  # the next one to come joins the connection
        if self.claim is not None:
            self.claim.release(left_behind=left_behind)
        if self.owns is not None:
            await self.owns.aclose()


async def _client(handle: BLEDevice, radio: Radio, lost: Callable[[BleakClient], None]) -> BleakClient:
    """One try to connect; on Linux with what is known of BlueZ's passing errors."""
    async with asyncio.timeout(CONNECT_WITHIN):
        if sys.platform == "linux" and radio.client is None:
            from bleak_retry_connector import establish_connection  # noqa: PLC0415  for this system alone

            return await establish_connection(BleakClient, handle, handle.address, lost, max_attempts=1)
        client = BleakClient(handle, lost, backend=radio.client)
        await client.connect()
        return client
