"""A radio chip in software: Bumble's controller, with what its model of a radio leaves out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bumble import hci, ll
from bumble.controller import Controller, LegacyAdvertiser

from simulator.radio.conditions import Conditions

if TYPE_CHECKING:
    from bumble.controller import Connection
    from bumble.transport.common import TransportSink

    from simulator.radio.air import Air

EVERY = 0.1  # s between advertisements, while anybody listens
LONGEST_PACKET = 251  # bytes, LE's data length extension
# An HCI event of the extended kind for each of these would be a chip that no host here needs.
LEFT_OUT = hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING


@dataclass
class Advertisement(ll.AdvInd):
    """With the scan response, and how strongly it is heard."""

    scan_response: bytes = b""
    rssi: int = 0


class Advertiser(LegacyAdvertiser):
    """Sends when somebody begins to listen and from then on at its interval; to nobody it sends nothing."""

    def start(self) -> None:
        """On, and heard at once."""
        self.stop()
        self.enabled = True
        self.call()

    def call(self) -> None:
        """Somebody begins to listen: send at the next turn of the loop."""
        if self.enabled:
            if self.timer_handle is not None:
                self.timer_handle.cancel()
            self.timer_handle = asyncio.get_running_loop().call_soon(self._on_timer_fired)

    def _on_timer_fired(self) -> None:
        self.timer_handle = None
        chip = self.controller
        if not self.enabled or not isinstance(chip, Chip) or not chip.air.heard():
            return
        self.send_advertising_data()
        self.timer_handle = asyncio.get_running_loop().call_later(EVERY, self._on_timer_fired)

    def send_advertising_data(self) -> None:
        """One advertisement, if the device may be heard."""
        chip = self.controller
        if isinstance(chip, Chip) and chip.audible and not chip.conditions.lost():
            rssi = chip.conditions.seen_signal()
            chip.send_advertising_pdu(
                Advertisement(self.address, self.advertising_data, self.scan_response_data, rssi)
            )


class Chip(Controller):
    """`conditions` are those of a device's chip; a computer's are always good."""

    def __init__(
        self,
        air: Air,
        name: str,
        host: TransportSink | None = None,
        public_address: str | None = None,
        conditions: Conditions | None = None,
    ) -> None:
        super().__init__(name, host_sink=host, link=air, public_address=public_address)
        self.air = air
        self.conditions = conditions or Conditions()
        self.of_device = conditions is not None
        self.le_acl_data_packet_length = LONGEST_PACKET
        self.le_features = Controller.le_features & ~LEFT_OUT
        self.le_legacy_advertiser = Advertiser(self)

    @property
    def audible(self) -> bool:
        """Whether its advertisements leave it and arrive."""
        return not (self.conditions.quiet or self.conditions.away)

    @property
    def listening(self) -> bool:
        """Whether it waits for advertisements."""
        return self.le_scan_enable or self.pending_le_connection is not None

    def call(self) -> None:
        """Somebody begins to listen."""
        if isinstance(self.le_legacy_advertiser, Advertiser):
            self.le_legacy_advertiser.call()

    def on_le_disconnected(self, connection: Connection, reason: int) -> None:
        """The connection is gone on this side; the host is told. Harmless where it was gone before."""
        if self.le_connections.get(connection.peer_address) is connection:
            super().on_le_disconnected(connection, reason)

    def switch_off(self) -> None:
        """Gone for good; the host hears nothing more."""
        self.le_legacy_advertiser.stop()
        self.host = None
        self.air.remove_controller(self)

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        """To the host at the next turn of the loop, if it is still there by then."""
        if self.host is not None:
            asyncio.get_running_loop().call_soon(self._hand_over, bytes(packet))

    def _hand_over(self, packet: bytes) -> None:
        if self.host is not None:
            self.host.on_packet(packet)

    # HCI commands whose handling differs

    def on_hci_le_set_scan_enable_command(
        self, command: hci.HCI_LE_Set_Scan_Enable_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Whoever advertises is heard at once."""
        answer = super().on_hci_le_set_scan_enable_command(command)
        if self.le_scan_enable:
            self.air.call()
        return answer

    def on_hci_le_create_connection_command(self, command: hci.HCI_LE_Create_Connection_Command) -> None:
        """Whoever advertises is heard at once."""
        super().on_hci_le_create_connection_command(command)
        if self.pending_le_connection is command:
            self.air.call()

    def on_hci_le_create_connection_cancel_command(
        self, command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """The host is told that the attempt is over, and the next one is free."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        asyncio.get_running_loop().call_soon(
            self.send_hci_packet,
            hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=pending.peer_address.address_type,
                peer_address=pending.peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            ),
        )
        return super().on_hci_le_create_connection_cancel_command(command)

    # from the air

    def on_le_connect_ind(self, packet: ll.ConnectInd) -> None:
        """A central connects; a chip that does not advertise does not hear it."""
        if self.audible:
            super().on_le_connect_ind(packet)

    def on_advertising_pdu(self, pdu: ll.AdvInd | ll.AdvExtInd) -> None:
        """Report it, and its scan response, to a host that scans; connect to it where the host waits to."""
        if not isinstance(pdu, Advertisement):
            return
        if self.le_scan_enable:
            kinds = hci.HCI_LE_Advertising_Report_Event.EventType
            for kind, data in ((kinds.ADV_IND, pdu.data), (kinds.SCAN_RSP, pdu.scan_response)):
                report = hci.HCI_LE_Advertising_Report_Event.Report(
                    event_type=kind,
                    address_type=pdu.advertiser_address.address_type,
                    address=pdu.advertiser_address,
                    data=data,
                    rssi=pdu.rssi,
                )
                self.send_hci_packet(hci.HCI_LE_Advertising_Report_Event([report]))
        pending = self.pending_le_connection
        if pending is not None and pending.peer_address == pdu.advertiser_address:
            self.create_le_connection(pdu.advertiser_address)


__all__ = ["Chip"]
