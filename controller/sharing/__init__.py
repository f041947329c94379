"""One session, many faces: the process that runs it serves it on a local socket of its user."""

from __future__ import annotations

from controller.sharing.address import AttachError, socket_beside
from controller.sharing.attached import GONE, Attached
from controller.sharing.lines import WordError, event_line, parse
from controller.sharing.port import SessionPort
from controller.sharing.server import Server

__all__ = [
    "GONE",
    "AttachError",
    "Attached",
    "Server",
    "SessionPort",
    "WordError",
    "event_line",
    "parse",
    "socket_beside",
]
