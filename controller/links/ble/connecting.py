"""Getting to a connection, and to a bond, with bounded tries on the loop's clock."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bleak import BleakAdapter, BleakClient

from controller.links.ble.agents import Heard, Nobody
from controller.links.ble.air import FIND_WITHIN, Sighting, air, find
from controller.links.ble.claims import Claim
from controller.links.ble.link import CLOSE_WITHIN, BleLink
from controller.links.ble.offered import refuse_misfit
from controller.links.ble.words import BleError, in_use, not_usable, why_not

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from bleak.backends.device import BLEDevice

    from controller.links import Gatt
    from controller.links.ble.agents import Agent
    from controller.links.ble.air import Radio

CONNECT_WITHIN = 15.0
"""Seconds of one try to connect; past that the operating system's own tries rarely come to anything."""
REFUSALS = 3
"""Connections of one try that the device ended at once, after which it is sure to have forgotten its bond."""
TRIES = 4
FRESH_AFTER = 2
"""Failed tries after which a device is looked for anew: what the system remembers of it may be stale."""
BACKOFF = (0.25, 0.5, 1.0)
BOND_WITHIN = 60.0
"""Seconds for a person to compare or type six digits."""


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
    claim, held = Claim.take(address), None
    try:
        held = await _held(address, gatt, radios, ours=claim.left_behind)
        sighting = held or await _found(address, radios)
        claim.connected()
        link = await _connected(sighting, gatt, radios, bonds=bonds)
    except BaseException:
        claim.release(left_behind=held is not None)  # what could not be joined is still there to be
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


async def _found(address: str, radios: Sequence[Radio]) -> Sighting:
    async with _one_at_a_time():
        return await find(address, radios)


_CONNECTING: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def _one_at_a_time() -> asyncio.Lock:
    """An adapter looks for or connects to one device at a time: a second try fails the first on many systems,
    and BlueZ has a program listen once."""
    return _CONNECTING.setdefault(asyncio.get_running_loop(), asyncio.Lock())


async def _connected(sighting: Sighting, gatt: Gatt, radios: Sequence[Radio], *, bonds: bool) -> BleLink:
    async with _one_at_a_time():
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(BACKOFF[attempt - 1])
            if attempt and attempt % FRESH_AFTER == 0:
                sighting = await find(sighting.address, radios)
            try:
                return await _linked(sighting, gatt, bonds=bonds)
            except Exception as error:
                failed = why_not(error)
                if failed.final:
                    raise failed from error
    raise failed


async def _linked(sighting: Sighting, gatt: Gatt, *, bonds: bool) -> BleLink:
    """One try. Raises whatever bleak raises, or BleError, with nothing connected then."""
    if not bonds and _is_paired(sighting.handle) is False:
        raise BleError("not-paired")  # BlueZ would ask an agent that is not there, for ever
    link = BleLink(sighting.radio, gatt)
    try:
        link.client = client = await _client(sighting.handle, sighting.radio, link.lose)
        refuse_misfit(client.services, gatt)
        async with asyncio.timeout(CONNECT_WITHIN):
            if bonds:
                async with _answered_by(Nobody(), sighting.radio):
                    await _pair(client)
            info = await client.read_gatt_char(gatt.info)
            await client.start_notify(gatt.status, link.hear)
            await _refuse_narrow(client, gatt, sighting.radio, len(info))
    except Exception:
        await link.wait_closed()
        raise
    except BaseException:
        link.close()
        raise
    link.begin(client)
    return link


async def _refuse_narrow(client: BleakClient, gatt: Gatt, radio: Radio, needed: int) -> None:
    """A link on which what a device says of itself does not fit one notification. Raises BleError."""
    status = client.services.get_characteristic(gatt.status)
    room = status.max_write_without_response_size if status is not None else 0
    if needed > room and status is not None:
        room = await radio.room(status)
    if needed > room:
        raise not_usable(f"its messages of {needed} bytes do not fit the link's {room}")


async def bond(sighting: Sighting, gatt: Gatt, agent: Agent) -> bytes:
    """Pair, see that what needs a bond works, and give the connection back; returns what the device says
    of itself. `agent` answers for the person. Raises BleError."""
    heard = Heard(agent)
    async with _one_at_a_time(), _answered_by(heard, sighting.radio):
        client: BleakClient | None = None
        try:
            client = await _client(sighting.handle, sighting.radio, lambda: None)
            refuse_misfit(client.services, gatt)
            async with asyncio.timeout(BOND_WITHIN):
                await _pair(client)
                info = await client.read_gatt_char(gatt.info)
                await client.start_notify(gatt.status, lambda *_: None)
        except TimeoutError as error:
            raise BleError("pairing-timeout") from error
        except Exception as error:
            why = why_not(error)
            wrong = heard.declined or (heard.asked and why.cause == "pairing-refused")
            raise BleError("pairing-declined") if wrong else why from error
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


async def _pair(client: BleakClient) -> None:
    with suppress(NotImplementedError):  # macOS asks the person by itself, at the first need
        await client.pair()


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
        from controller.links.ble.bluez_agent import Answers, PairingAgent  # noqa: PLC0415  for this system alone

        answers = Answers(
            allow=_asked_for, confirm=lambda _, number: agent.confirm(number),
            enter=lambda _: agent.passkey(), show=lambda _, number: agent.display(number),
        )  # fmt: skip
        async with PairingAgent(answers):
            yield
    else:
        yield  # Windows and macOS ask by themselves


async def _client(handle: BLEDevice, radio: Radio, lost: Callable[[], None]) -> BleakClient:
    """One try to connect, on Linux with what is known of BlueZ's passing errors. `lost` is called once the
    connection that is returned is gone. Raises whatever bleak raises, or BleError."""
    drops, connected = 0, False

    def dropped(_client: BleakClient) -> None:
        nonlocal drops
        drops += 1
        if connected:
            lost()
        elif drops == REFUSALS and _is_paired(handle):
            limit.reschedule(asyncio.get_running_loop().time())

    try:
        async with asyncio.timeout(CONNECT_WITHIN) as limit:
            if sys.platform == "linux" and radio.client is None:
                from bleak_retry_connector import establish_connection  # noqa: PLC0415  for this system alone

                client = await establish_connection(
                    BleakClient, handle, handle.address, dropped, max_attempts=1
                )
            else:
                client = BleakClient(handle, dropped, backend=radio.client)
                await client.connect()
    except Exception as error:
        # BlueZ connects, the device refuses the key, and bleak tries again by itself, many times.
        if drops > 1 and _is_paired(handle):
            raise BleError("bond-lost") from error
        raise
    connected = True
    if not client.is_connected:
        raise BleError("dropped")
    return client


def _is_paired(handle: BLEDevice) -> bool | None:
    """Whether BlueZ has a bond with it, as it was heard; None on other systems."""
    props = handle.details.get("props") if isinstance(handle.details, dict) else None
    paired = props.get("Paired") if isinstance(props, dict) else None
    return paired if isinstance(paired, bool) else None
