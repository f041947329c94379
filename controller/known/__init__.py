"""The devices that this user has named: over a link, held to their serial, or worked by hand.

They lie in one private file. A file that is damaged is set aside untouched, and said for as long as it
lies there. When each was last heard is kept beside it.
"""

from __future__ import annotations

from controller.known.device import (
    HAND,
    KINDS,
    Device,
    KnownError,
    UnknownDeviceError,
    checked_name,
    free_name,
    from_json,
    same_name,
    to_json,
    worked_by_hand,
)
from controller.known.roles import refuse_misfits
from controller.known.seen import Seen, last_seen, saw
from controller.known.store import Forgotten, Known, Unbond, add, forget, get, load, named, relink, rename

__all__ = [
    "HAND",
    "KINDS",
    "Device",
    "Forgotten",
    "Known",
    "KnownError",
    "Seen",
    "Unbond",
    "UnknownDeviceError",
    "add",
    "checked_name",
    "forget",
    "free_name",
    "from_json",
    "get",
    "last_seen",
    "load",
    "named",
    "refuse_misfits",
    "relink",
    "rename",
    "same_name",
    "saw",
    "to_json",
    "worked_by_hand",
]
