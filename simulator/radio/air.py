"""The air between radio chips: what is sent, when it arrives, and whether."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bumble import hci, ll
from bumble.link import LocalLink

from simulator.radio.chip import Advertisement, Chip
from simulator.radio.conditions import LATE, Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bumble.controller import Connection, Controller
    from bumble.core import PhysicalTransport

SUPERVISION = 4.0  # s without a packet after which either side holds a connection for lost
TIMED_OUT = hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR
NOT_MADE = hci.HCI_ErrorCode.CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR
ATT_CHANNEL, NOTIFICATION = b"\x04\x00", b"\x1b"


class Way:
    """One direction of a connection, by the conditions of the device at either end of it."""

    def __init__(self, sender: Chip, connection: Connection, peer: Chip) -> None:
        self.sender, self.connection, self.peer = sender, connection, peer
        self._conditions = sender.conditions if sender.of_device else peer.conditions
        loop = asyncio.get_running_loop()
        self._lane, self._late = Lane(loop), Lane(loop)
        self.hold(sender.conditions.away or peer.conditions.away)

    def send(self, arrive: Callable[[], None]) -> None:
        """What is sent again until it arrives."""
        self._lane.put(self._conditions.delay(), arrive)

    def notify(self, arrive: Callable[[], None]) -> None:
        """What may be lost, late or doubled."""
        conditions = self._conditions
        if conditions.lost():
            return
        for _ in range(2 if conditions.doubled else 1):
            if conditions.late:
                self._late.put(conditions.latency + LATE, arrive)
            else:
                self._lane.put(conditions.latency, arrive)

    def hold(self, held: bool) -> None:
        """Keep what is on its way."""
        self._lane.hold(held)
        self._late.hold(held)

    def clear(self) -> None:
        """Lose what is on its way."""
        self._lane.clear()
        self._late.clear()


class Air(LocalLink):
    """Chips that hear one another. A packet of a connection is late or lost by the device's conditions.

    A lost packet is sent again, as the link layer does; a lost notification is lost, as in the queues of
    an operating system that is behind.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._loop = asyncio.get_running_loop()
        self._chips: list[Chip] = []  # a set's order would differ from run to run
        self._ways: dict[tuple[Chip, hci.Address], Way] = {}
        self._watches: dict[Chip, asyncio.TimerHandle] = {}

    # who hears whom

    def heard(self) -> bool:
        """Whether anybody listens."""
        return any(chip.listening for chip in self._chips)

    def call(self) -> None:
        """Somebody begins to listen: whoever advertises does so at once."""
        for chip in self._chips:
            chip.call()

    def add_controller(self, controller: Controller) -> None:
        """A chip is there."""
        super().add_controller(controller)
        if isinstance(controller, Chip):
            self._chips.append(controller)

    def remove_controller(self, controller: Controller) -> None:
        """It is gone, its connections are cut. Safe to repeat."""
        if isinstance(controller, Chip) and controller in self._chips:
            self.cut(controller)
            self._unwatch(controller)
            self._chips.remove(controller)
            for way in tuple(self._ways.values()):
                if controller in (way.sender, way.peer):
                    self._clear(way.sender, way.connection.peer_address)
            super().remove_controller(controller)

    def silence(self) -> None:
        """No chip tells its host anything any more."""
        for chip in self._chips:
            chip.host = None

    # what befalls a chip's connections

    def cut(self, chip: Chip, reason: int = TIMED_OUT) -> None:
        """Both sides lose every connection of the chip now."""
        for connection, peer in self._connections(chip):
            chip.on_le_disconnected(connection, reason)
            if peer is not None:
                peer[0].on_le_disconnected(peer[1], reason)

    def vanish(self, chip: Chip) -> None:
        """The chip forgets its connections without a word; the other side notices by the supervision time."""
        for connection, peer in self._connections(chip):
            chip.on_le_disconnected(connection, TIMED_OUT)
            if peer is not None:
                self._loop.call_later(SUPERVISION, peer[0].on_le_disconnected, peer[1], TIMED_OUT)

    def set_away(self, chip: Chip, away: bool) -> None:
        """Out of range: what is sent waits, and is lost with the connection when that takes too long."""
        chip.conditions.away = away
        self._unwatch(chip)
        for way in self._ways.values():
            if chip in (way.sender, way.peer):
                way.hold(away)
        if away:
            self._watches[chip] = self._loop.call_later(SUPERVISION, self.cut, chip)
        else:
            chip.call()

    # what chips send

    def send_advertising_pdu(self, sender_controller: Controller, packet: ll.AdvertisingPdu) -> None:
        """An advertisement for all that listen; what is for one chip it knows by its address."""
        for chip in self._chips:
            if chip is not sender_controller and (chip.listening or not isinstance(packet, Advertisement)):
                self._loop.call_soon(chip.on_ll_advertising_pdu, packet)
        if isinstance(packet, ll.ConnectInd) and isinstance(sender_controller, Chip):
            self._loop.call_soon(self._see_answer, sender_controller, packet.advertiser_address)

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        """A packet on its way, from the address that the sender has in this connection."""
        way = self._way(sender_controller, destination_address)
        if way is None:
            return
        address, peer = way.connection.self_address, way.peer

        def arrive() -> None:
            if address in peer.le_connections:
                peer.on_link_acl_data(address, transport, data)

        if data[2:4] == ATT_CHANNEL and data[4:5] == NOTIFICATION:
            way.notify(arrive)
        else:
            way.send(arrive)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """As data, in its turn; for a chip that is gone it is lost."""
        way = self._way(self.find_le_controller(sender_address), receiver_address)
        if way is None:
            return
        peer = way.peer

        def arrive() -> None:
            if sender_address in peer.le_connections:
                peer.on_ll_control_pdu(sender_address, packet)

        way.send(arrive)

    # inside

    def _see_answer(self, chip: Chip, device: hci.Address) -> None:
        """A device that has not taken the connection, since another was faster, leaves the central alone."""
        connection = chip.le_connections.get(device)
        if connection is not None and self._other_end(chip, connection) is None:
            chip.on_le_disconnected(connection, NOT_MADE)

    def _way(self, sender: Controller | None, destination: hci.Address) -> Way | None:
        """From the sender to the other end of its connection, where both are there."""
        connection = sender.le_connections.get(destination) if sender is not None else None
        if not isinstance(sender, Chip) or connection is None:
            return None
        way = self._ways.get((sender, destination))
        if way is None or way.connection is not connection:
            peer = self.find_le_controller(destination)
            if not isinstance(peer, Chip):
                return None
            way = self._ways[sender, destination] = Way(sender, connection, peer)
        return way

    def _connections(self, chip: Chip) -> Iterator[tuple[Connection, tuple[Chip, Connection] | None]]:
        """Each of the chip's connections, with the other end; what is on its way in them is lost."""
        for connection in tuple(chip.le_connections.values()):
            peer = self._other_end(chip, connection)
            self._clear(chip, connection.peer_address)
            if peer is not None:
                self._clear(peer[0], peer[1].peer_address)
            yield connection, peer

    def _other_end(self, chip: Chip, connection: Connection) -> tuple[Chip, Connection] | None:
        for peer in self._chips:
            other = peer.le_connections.get(connection.self_address)
            if peer is not chip and other is not None and other.self_address == connection.peer_address:
                return peer, other
        return None

    def _clear(self, chip: Chip, destination: hci.Address) -> None:
        way = self._ways.pop((chip, destination), None)
        if way is not None:
            way.clear()

    def _unwatch(self, chip: Chip) -> None:
        watch = self._watches.pop(chip, None)
        if watch is not None:
            watch.cancel()


__all__ = ["Air"]
