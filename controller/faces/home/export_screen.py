"""A session into a file: the three forms, and where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from controller.faces.home.exporting import FORMS, ConfigError, folder, write
from controller.faces.home.list_page import ListPage, keyed
from controller.faces.home.off_loop import off_loop
from controller.faces.home.words import wrapped

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from textual.binding import BindingType

    from controller.faces.tui.signs import Signs
    from controller.journal import Story

ACTIONS: Final = (("write", "Write", "Enter"), ("back", "Back", "esc"))


class ExportScreen(ListPage):
    """Arrows choose the form, Enter writes it; nothing is ever written over."""

    ACTIONS = ACTIONS
    CHOSEN = "write"
    BINDINGS: ClassVar[list[BindingType]] = keyed(ACTIONS, enter="write")

    def __init__(self, told: Story, signs: Signs) -> None:
        super().__init__("unknot: export", signs)
        self._story = told
        self._written = ""
        self.reading: threading.Thread | None = None

    def headlines(self) -> list[str]:
        """The forms."""
        return [each.name for each in FORMS]

    def told(self, columns: int) -> str:
        """What the form is for, and where it goes or went."""
        form = FORMS[self._at]
        where = self._written or f"It is written into {folder()}"
        private = "Only you can read that folder. Nothing is sent anywhere, and no file is written over."
        return "\n".join(wrapped([form.told, "", where, private], columns))

    def moved(self) -> None:
        """Another form is not written yet."""
        self._written = ""

    def act(self, deed: str) -> None:
        """Write it."""
        form = FORMS[self._at]

        def work() -> Callable[[], object]:
            try:
                said = f"Written: {write(self._story, form)}"
            except (ConfigError, OSError) as error:
                remedy = getattr(error, "remedy", f"see that {folder()} can be written")
                said = f"Not written: {error}. Remedy: {remedy}"
            return lambda: self._say_where(said)

        self.reading = off_loop(self, work, "export")

    def _say_where(self, said: str) -> None:
        self._written = said
        self.draw()
