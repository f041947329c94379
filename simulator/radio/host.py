"""A Bluetooth host whose programs may give up at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bumble.host import Host

if TYPE_CHECKING:
    from bumble import hci


class SteadyHost(Host):
    """An answer that comes in the very turn of the loop in which its command is given up is let go."""

    def on_command_processed(
        self,
        event: hci.HCI_Command_Complete_Event[hci.HCI_ReturnParameters] | hci.HCI_Command_Status_Event,
    ) -> None:
        """The chip has answered a command."""
        if self.pending_response is None or not self.pending_response.done():
            super().on_command_processed(event)


__all__ = ["SteadyHost"]
