"""The virtual radio: simulated devices over a Bluetooth stack in software, and bleak's backends onto it.

Importing this loads no Bluetooth stack; using it does.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from simulator.radio.places import living_sockets

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.radio.backend import Radio

# What Bumble has to say is for whoever asks this logger for it: a call of its own to the root logger sets
# that up to write to standard error.
logging.getLogger("bumble").propagate = False
logging.getLogger("bumble").addHandler(logging.NullHandler())


def radios(folder: Path) -> list[Radio]:
    """One radio for each `unknot sim` of this user that lives, in the order of their start.

    `folder` is where they keep their sockets; what the dead have left there is removed. A radio belongs
    to the running loop once it is used.
    """
    sockets = living_sockets(folder)
    if not sockets:
        return []
    from simulator.radio.joined import joined_radio  # noqa: PLC0415 - it loads the Bluetooth stack

    return [joined_radio(path) for path in sockets]


__all__ = ["radios"]
