"""The pages that Home opens by a deed of `ACTIONS`, each loaded when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from controller.faces.home.facts import Facts
    from controller.faces.tui.signs import Signs

PAGES: Final[dict[str, Callable[[Facts, Signs], Screen[None]]]] = {}
"""By deed. When a page closes, what is kept is read again."""
