"""The radio of the guest, in a process of its own: the computer's controller, and devices in its air.

`python -m tests.bluez.guest_radio MODULE` opens it and awaits `MODULE.serve(radio)`, which sets up
whatever Bumble device it likes on `radio.host(name)`.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, cast

from bumble.controller import Controller
from bumble.hci import LeFeatureMask
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink

if TYPE_CHECKING:
    from bumble.core import PhysicalTransport
    from bumble.hci import Address
    from bumble.ll import AdvertisingPdu, AdvInd

COMPUTER = "00:11:22:33:44:55"
ACL_LENGTH = 251
"""Bytes of a radio packet; Bumble's 27 cuts each message of ours into pieces."""


class Air(LocalLink):
    """A link that says who sent by the address of the connection.

    Bumble always says the random address, and drops what a computer with a public one sends.
    """

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        connection = sender_controller.le_connections.get(destination_address)
        peer = self.find_le_controller(destination_address)
        if connection and peer:
            asyncio.get_running_loop().call_soon(
                peer.on_link_acl_data, connection.self_address, transport, data
            )

    def send_advertising_pdu(self, sender_controller: Controller, packet: AdvertisingPdu) -> None:
        """Send the scan response too, which Bumble keeps to itself."""
        super().send_advertising_pdu(sender_controller, packet)
        sets = sender_controller.advertising_sets.values()
        answers = [sender_controller.le_legacy_advertiser.scan_response_data]
        answers += [bytes(each.scan_response_data) for each in sets]
        for each in filter(None, answers):
            super().send_advertising_pdu(sender_controller, replace(cast("AdvInd", packet), data=each))


class Radio:
    """The air, with the computer's controller in it."""

    def __init__(self) -> None:
        self.air: LocalLink = Air()  # type: ignore[no-untyped-call]  # Bumble's own __init__

    async def open(self) -> None:
        """Give the kernel its controller, which goes with this process."""
        kernel = await open_transport("vhci")
        computer = Controller(
            "computer",
            host_source=kernel.source,
            host_sink=kernel.sink,
            link=self.air,
            public_address=COMPUTER,
        )
        computer.le_acl_data_packet_length = ACL_LENGTH
        # Bumble claims both and reports connections without them: the kernel would miss each one.
        computer.le_features &= ~(LeFeatureMask.LL_PRIVACY | LeFeatureMask.LE_EXTENDED_ADVERTISING)

    def host(self, name: str) -> Host:
        """What a Bumble `Device` is made on, with a controller of its own in this air."""
        controller = Controller(name, link=self.air)
        controller.le_acl_data_packet_length = ACL_LENGTH
        return Host(controller, AsyncPipeSink(controller))


class Station(Protocol):
    """A module that has devices."""

    async def serve(self, radio: Radio) -> None:
        """Set them up, and return when the radio may go."""
        ...


async def main(name: str) -> None:
    """Open the radio, and serve until the station is done."""
    station = cast("Station", importlib.import_module(name))
    radio = Radio()
    await radio.open()
    await station.serve(radio)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
