"""Help, in chapters: keys of every page, the idea, when to see somebody, where things are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from controller.faces.home.help_words import CHAPTERS
from controller.faces.home.list_page import ListPage, keyed
from controller.faces.home.words import wrapped
from controller.faces.tui.ground import ground
from controller.keynames import shown

if TYPE_CHECKING:
    from textual.binding import BindingType

    from controller.faces.tui.signs import Signs

ACTIONS = (("back", "Back", "esc"),)


class HelpScreen(ListPage):
    """Chapters above, the one that is chosen below."""

    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = keyed(ACTIONS, question_mark="back")

    def __init__(self, signs: Signs) -> None:
        super().__init__("unknot: help", signs)

    def headlines(self) -> list[str]:
        """The chapters."""
        return [name for name, _ in CHAPTERS]

    def told(self, columns: int) -> str:
        """The chapter that is chosen."""
        name, text = CHAPTERS[self._at]
        lines = text().split("\n")
        if name.startswith("Keys while"):
            own = ground(self).settings.keys
            lines += [f"  {shown(key):<14}{deed}, as your settings say" for key, deed in own.items()]
        return "\n".join(wrapped(lines, columns))

    def act(self, deed: str) -> None:
        """There is nothing to do here but to read."""
