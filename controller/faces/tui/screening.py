"""The one page of screening: rows that are marked where they hold, and one key for "none of these"."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from controller.faces.sheet import NUMBER, Line, Sheet, on_page
from controller.faces.tui.attention import SETTLE
from controller.faces.tui.panel import Choice, DeedButton
from controller.faces.tui.signs import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual import events
    from textual.app import ComposeResult

    from controller.core.events import Answer
    from controller.faces.sheet import Mark
    from controller.faces.tui.signs import Signs
    from controller.snapshot import QuestionView

NONE = "none"
"""What the button of the page does: it hands the page in, or reads on where lines are below."""
PAD = "0 1 2 3 4 5 6 7 8 9 <"
"""Digits to click on."""
HELD_S = 1.0
"""How long the page stands while its answers are taken; then what is open is shown, whatever it is."""
_MARKS: dict[str, Mark] = {"y": "yes", "u": "unsure"}
_MOVES = {"down": 1, "up": -1}


class SheetLine(Static):
    """A line that a click marks."""

    class Pressed(Message):
        """It was clicked, on that sign of it."""

        def __init__(self, line: Line, sign: str) -> None:
            super().__init__()
            self.line = line
            self.sign = sign

    def __init__(self, line: Line) -> None:
        super().__init__(markup=False)
        self.line = line
        self._shown = ""

    def show(self, line: Line, width: int, signs: Signs, *, here: bool) -> None:
        """Be `line` from now on."""
        self.line = line
        mark = signs.here if here else " "
        text = f"{mark} {'     ' if line.option else ''}{line.sign} "
        if not line.row:
            text = "       " if line.option else ""
        if line.option == NUMBER and line.row:
            shown = f"{text}{line.text}   {PAD}"
        else:
            shown = textwrap.fill(f"{text}{line.text}", max(width, 24), subsequent_indent=" " * len(text))
        shown = fit(shown, signs)
        if shown != self._shown:
            self._shown = shown
            self.update(shown)
        self.set_class(here, "-here")
        self.set_class(line.sign in {"[yes]", "[ ? ]", "(*)"}, "-marked")
        self.set_class(not line.row, "-over")

    def on_click(self, event: events.Click) -> None:
        """A click is a press."""
        if self.line.row:
            sign = self._shown[event.x] if event.y == 0 and event.x < len(self._shown) else ""
            pad = self.line.option == NUMBER and event.x >= len(self._shown) - len(PAD)
            self.post_message(self.Pressed(self.line, sign if pad else ""))


class ScreeningPage(Vertical):
    """Shows a `Sheet`; what it comes to is posted as `Given`."""

    class Given(Message):
        """Words for whoever asks."""

        def __init__(self, words: tuple[Answer, ...]) -> None:
            super().__init__()
            self.words = words

    def __init__(self, signs: Signs, now: Callable[[], float]) -> None:
        super().__init__(id="screening")
        self._signs, self._now = signs, now
        self._sheet = Sheet()
        self._lines: dict[str, SheetLine] = {}
        self._handed: tuple[frozenset[str], float] | None = None
        self._seen = 0
        self._since = 0.0
        self._asks = ""

    def compose(self) -> ComposeResult:
        """The parts, empty."""
        yield Static(id="screening-head", markup=False)
        yield VerticalScroll(id="screening-rows", can_focus=False)
        with Horizontal(id="screening-foot"):
            yield DeedButton(Choice("None of these", "n", NONE), kind="choice")
            yield Static(id="screening-hint", markup=False)

    # What is asked

    def wants(self, questions: Iterable[QuestionView]) -> bool:
        """Whether `questions` are for this page, or it still stands while its answers are taken."""
        open_ = {q.id for q in questions}
        if self._handed is not None:
            rows, since = self._handed
            details = {f"{row}a" for row in rows}
            if self._now() - since < HELD_S and open_ & (rows | details):
                return True
            self._handed = None
        # One row alone needs no page.
        return len(on_page(questions)) > 1

    def ask(self, questions: Iterable[QuestionView]) -> None:
        """Show what is open."""
        if self._handed is None:
            rows = tuple(q.id for q in self._sheet.rows)
            self._sheet.ask(questions)
            if rows != tuple(q.id for q in self._sheet.rows):
                self._seen, self._since = 0, self._now()
                self.query_one("#screening-rows", VerticalScroll).scroll_home(animate=False)
                # What is in sight is known only when the new lines have their places.
                self.call_after_refresh(self.draw)
        self.draw()

    # What the person does

    def key(self, key: str) -> bool:
        """Take a key; False: it is none of this page's."""
        if self._handed is not None:
            return True
        line = self._sheet.at_here
        if key in {"pagedown", "pageup", "n"}:
            self._leaf(key)
            return True
        if key in _MOVES:
            self._sheet.move(_MOVES[key], self._first_in_sight())
        elif key.isdigit() or key == "backspace":
            self._sheet.type("<" if key == "backspace" else key)
        elif line is not None and key in {"space", "enter", *_MARKS}:
            self._press(line, _MARKS.get(key))
        else:
            # Nothing to pause or to skip yet, and no line to mark.
            return key in {"space", "enter", "p", "s", "f", *_MARKS}
        self.draw()
        self._follow()
        return True

    def _leaf(self, key: str) -> None:
        if key == "n":
            self.hand_in()
            return
        rows = self.query_one("#screening-rows", VerticalScroll)
        by = max(rows.size.height - 1, 1)
        self._turn_to(rows.scroll_offset.y + (by if key == "pagedown" else -by))

    def hand_in(self) -> None:
        """Give the answers; but first show every line, and have every detail told.

        Not in the moment that lines came: that was meant for what stood here before.
        """
        if self._handed is not None or self._now() - self._since < SETTLE:
            return
        urgent = self._sheet.urgent
        missing = None if urgent else self._sheet.missing
        if missing is not None:
            self._sheet.here = missing.key
            self._asks = "This one line more, please."
            self.draw()
            self._follow()
        elif not urgent and not self._all_seen():
            self._turn_to(self._seen - 1)
        else:
            self._give(frozenset(q.id for q in self._sheet.rows), self._sheet.words)

    def on_sheet_line_pressed(self, event: SheetLine.Pressed) -> None:
        """A click on a line."""
        event.stop()
        if self._handed is not None:
            return
        if event.sign.strip():
            self._sheet.here = event.line.key
            self._sheet.type(event.sign)
        elif not event.line.option or event.line.option != NUMBER:
            self._press(event.line, None)
        self.draw()

    def _press(self, line: Line, mark: Mark | None) -> None:
        self._asks = ""
        changed = self._sheet.press(line, mark)
        if changed is not None:
            self._give(frozenset({changed.question}), (changed,))

    def _give(self, rows: frozenset[str], words: tuple[Answer, ...]) -> None:
        self._handed = rows, self._now()
        self.post_message(self.Given(words))

    # Drawing

    def draw(self) -> None:
        """Bring all lines to the sheet; those that say the same are left alone."""
        rows = self.query_one("#screening-rows", VerticalScroll)
        width = self.app.size.width - 5
        lines = self._sheet.lines
        for key in self._lines.keys() - {line.key for line in lines}:
            self._lines.pop(key).remove()
        before: SheetLine | None = None
        for line in lines:
            widget = self._lines.get(line.key)
            if widget is None:
                widget = self._lines[line.key] = SheetLine(line)
                if before is None:
                    rows.mount(widget, before=0 if rows.children else None)
                else:
                    rows.mount(widget, after=before)
            widget.show(line, width, self._signs, here=line.key == self._sheet.here)
            before = widget
        self._draw_words()

    def _draw_words(self) -> None:
        head = f"{self._signs.ask} Before we begin: does any of this hold for you?"
        self._say("#screening-head", head)
        word = "The others: no" if self._sheet.marked else "None of these"
        if not self._all_seen():
            word = "Read on"
        self.query_one(DeedButton).become(Choice("Done" if self._sheet.urgent else word, "n", NONE))
        arrows = "↑ ↓" if self._signs.utf8 else "up, down,"
        hint = self._asks or f"Or mark: {arrows} y yes u not sure"
        self._say("#screening-hint", hint)

    def _say(self, selector: str, text: str) -> None:
        widget, shown = self.query_one(selector, Static), fit(text, self._signs)
        if widget.content != shown:
            widget.update(shown)

    def _all_seen(self) -> bool:
        """Whether every line has been in sight, from the top on."""
        rows = self.query_one("#screening-rows", VerticalScroll)
        if rows.scroll_offset.y <= self._seen:
            self._seen = max(self._seen, rows.scroll_offset.y + rows.size.height)
        return rows.size.height > 0 and self._seen >= rows.virtual_size.height

    def _turn_to(self, line: int) -> None:
        self._sheet.here = None
        self.query_one("#screening-rows", VerticalScroll).scroll_to(y=line, animate=False)
        self.call_after_refresh(self.draw)

    def _first_in_sight(self) -> str | None:
        top = self.query_one("#screening-rows", VerticalScroll).scroll_offset.y
        shown = (line.key for line in self._sheet.lines if line.row)
        return next((key for key in shown if self._lines[key].virtual_region.y >= top), None)

    def _follow(self) -> None:
        widget = self._lines.get(self._sheet.here or "")
        if widget is not None:
            rows = self.query_one("#screening-rows", VerticalScroll)
            rows.call_after_refresh(rows.scroll_to_widget, widget, animate=False)
            self.call_after_refresh(self.draw)
