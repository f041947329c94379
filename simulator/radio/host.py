"""A Bluetooth host whose programs may give up at any moment."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from bumble import hci
from bumble.host import Host

RP = TypeVar("RP", bound=hci.HCI_ReturnParameters)
KEY_ANSWERS = (
    hci.HCI_LE_Long_Term_Key_Request_Reply_Command,
    hci.HCI_LE_Long_Term_Key_Request_Negative_Reply_Command,
)


class SteadyHost(Host):
    """An answer that comes in the very turn of the loop in which its command is given up is let go."""

    def on_command_processed(
        self,
        event: hci.HCI_Command_Complete_Event[hci.HCI_ReturnParameters] | hci.HCI_Command_Status_Event,
    ) -> None:
        """The chip has answered a command."""
        if self.pending_response is None or not self.pending_response.done():
            super().on_command_processed(event)

    async def send_sync_command(
        self, command: hci.HCI_SyncCommand[RP], response_timeout: float | None = None
    ) -> RP:
        """As Bumble has it; an answer about a key whose link is gone is given up."""
        try:
            return await super().send_sync_command(command, response_timeout)
        except hci.HCI_Error as error:
            if isinstance(command, KEY_ANSWERS):
                raise asyncio.CancelledError from error
            raise


__all__ = ["SteadyHost"]
