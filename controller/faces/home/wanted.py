"""The word from a page of Home that something is to be opened to be run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from controller.faces.home.shelf import Entry
    from controller.settings import Way


class Wanted(Message):
    """Open the protocols with this one chosen; nothing begins by it."""

    def __init__(self, entry: Entry, way: Way) -> None:
        super().__init__()
        self.entry, self.way = entry, way
