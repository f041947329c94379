"""Home: where does it hurt, what was done lately, what may be had again when."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Grid, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from controller.faces.home.body_map import KEYS, LARGE, SMALL
from controller.faces.home.pick import Pick
from controller.faces.home.words import (
    ACTIONS,
    LOOKING,
    LOOKS_ONLY,
    WAYS,
    elsewhere,
    first_run,
    overview,
    wrapped,
)
from controller.faces.tui.signs import Signs, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from controller.faces.home.facts import Facts
    from controller.faces.home.recent import Recent
    from controller.lock import Running
    from controller.settings import Way

RECENT = 3
"""How many of those that were run lately have a digit."""
TALL = 24
"""Rows from which there is room for the large body."""
ATTACH = "attach"
"""The deed of seeing what runs elsewhere."""
_ACROSS = 2
_MOVES = {"up": -_ACROSS, "down": _ACROSS, "left": -1, "right": 1}


class BodyMap(Static):
    """The body; a click on an area chooses it."""

    class Chosen(Message):
        """An area was clicked."""

        def __init__(self, area: str) -> None:
            super().__init__()
            self.area = area

    def __init__(self, signs: Signs) -> None:
        super().__init__(id="body", markup=False)
        self._signs = signs
        self._figure = LARGE
        self._area: str | None = None

    def show(self, area: str | None, rows: int) -> None:
        """Draw it with `area` chosen, for a terminal of so many rows."""
        figure = LARGE if rows >= TALL else SMALL
        if (figure, area) == (self._figure, self._area):
            return
        self._figure, self._area = figure, area
        parts: list[tuple[str, str] | str] = []
        for row in figure.cells(area, utf8=self._signs.utf8):
            parts += [(c.char, "bold $accent" if c.chosen else "$primary") if c.area else c.char for c in row]
            parts.append("\n")
        self.styles.width = figure.width
        self.update(Content.assemble(*parts[:-1]))

    def on_click(self, event: events.Click) -> None:
        """The area that lies there."""
        area = self._figure.area_at(event.x, event.y)
        if area is not None:
            self.post_message(self.Chosen(area))


class HomeScreen(Screen[None]):
    """Arrows, a letter or the mouse choose an area; `Asked` says what the person wants."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"move('{key}')", show=False) for key in _MOVES),
        *(Binding(key, f"area('{area}')", show=False) for key, area in KEYS.items()),
        Binding("pageup", "leaf(-1)", show=False),
        Binding("pagedown", "leaf(1)", show=False),
        # A comma parts keys from each other.
        *(Binding("comma" if key == "," else key, f"do('{deed}')", show=False) for deed, _, key in ACTIONS),
        *(Binding(str(n + 1), f"do('{n + 1}')", show=False) for n in range(RECENT)),
        Binding("p", "do('pair')", show=False),
        Binding("a", f"do('{ATTACH}')", show=False),
    ]

    class Asked(Message):
        """An area, a deed of `ACTIONS`, `ATTACH`, or the number of what was run lately."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, signs: Signs, way: Way = "own", *, reads_only: bool = False) -> None:
        super().__init__()
        self._signs = signs
        self._reads_only = reads_only
        self._elsewhere: tuple[Running, ...] = ()
        self._facts: Facts | None = None
        self._after: tuple[str, ...] = ()
        self._way: Way = way
        self._lines: tuple[str, ...] = ()
        self._area = next(iter(KEYS.values()))

    def compose(self) -> ComposeResult:
        """All of it at once; facts come when they are read."""
        with Horizontal(id="home-head"):
            yield Static("unknot", id="home-name", markup=False)
            yield Static(id="home-who", markup=False)
        yield Static("Where does it hurt?", id="home-question", markup=False)
        with Horizontal(id="home-middle"):
            yield BodyMap(self._signs)
            with Vertical(id="home-side"):
                with Grid(id="areas"):
                    for key, area in KEYS.items():
                        yield Pick(area, key, area, classes="area")
                yield Pick("", "", ATTACH, id="do-attach")
                yield Vertical(id="recent")
                with VerticalScroll(id="home-scroll", can_focus=False):
                    yield Static(id="home-facts", markup=False)
        with Horizontal(id="home-actions"):
            for deed, text, key in ACTIONS:
                if not self._reads_only or deed in LOOKING:
                    yield Pick(text, key, deed, classes="action", id=f"do-{deed}")

    def on_mount(self) -> None:
        """Stand on the first area."""
        self._areas()[0].focus()
        self.draw()

    def on_resize(self) -> None:
        """Another size may have room for the other body."""
        self.draw()
        self.call_after_refresh(self.draw)

    def on_descendant_focus(self) -> None:
        """The area that is stood on is the one that is drawn."""
        if isinstance(self.focused, Pick) and self.focused.deed in KEYS.values():
            self._area = self.focused.deed
            self.draw()

    # What is known

    def know(self, facts: Facts | None) -> None:
        """Show `facts`; None: they are read anew."""
        self._facts = facts
        self._offer(() if facts is None else facts.recent)
        self.draw()

    def _offer(self, recent: Sequence[Recent]) -> None:
        """What was run lately, each by its digit or a click."""
        box = self.query_one("#recent", Vertical)
        picks = list(box.query(Pick).results(Pick))
        for extra in picks[len(recent) :]:
            extra.remove()
        box.mount_all(Pick("", "", str(n + 1)) for n in range(len(picks), len(recent)))
        for pick, (n, each) in zip(box.query(Pick).results(Pick), enumerate(recent, 1), strict=False):
            pick.say(fit(f"{n} again: {each.says}", self._signs), "")
        box.set_class(bool(recent), "-some")

    def runs(self, running: tuple[Running, ...]) -> None:
        """Offer to see what other processes run."""
        if running != self._elsewhere:
            self._elsewhere = running
            self.draw()

    def after(self, lines: tuple[str, ...]) -> None:
        """Show how the last session went, first."""
        self._after = lines
        self.query_one("#home-scroll", VerticalScroll).scroll_home(animate=False)
        self.draw()

    def go(self, way: Way) -> None:
        """Say how things are done from now on."""
        self._way = way
        self.draw()

    # What the person does

    def action_move(self, key: str) -> None:
        """To the area that lies there, or back to the areas."""
        areas = self._areas()
        if self.focused not in areas:
            areas[[each.deed for each in areas].index(self._area)].focus()
            return
        at = areas.index(self.focused) + _MOVES[key]
        if 0 <= at < len(areas):
            areas[at].focus()

    def action_leaf(self, by: int) -> None:
        """A screenful of what is told on or back."""
        text = self.query_one("#home-scroll", VerticalScroll)
        text.scroll_relative(y=by * max(text.size.height - 1, 1), animate=False)

    def action_area(self, area: str) -> None:
        """Its letter."""
        next(each for each in self._areas() if each.deed == area).focus()
        self.post_message(self.Asked(area))

    def action_do(self, deed: str) -> None:
        """One of the actions."""
        if self._may(deed):
            self.post_message(self.Asked(deed))

    def _may(self, deed: str) -> bool:
        if deed == ATTACH:
            return bool(self._elsewhere)
        if deed.isdigit() and (self._facts is None or int(deed) > len(self._facts.recent)):
            return False
        return not self._reads_only or deed in LOOKING

    def on_pick_pressed(self, event: Pick.Pressed) -> None:
        """A word was chosen."""
        event.stop()
        if event.deed in KEYS.values():
            self.action_area(event.deed)
        else:
            self.action_do(event.deed)

    def on_body_map_chosen(self, event: BodyMap.Chosen) -> None:
        """A click on the body."""
        event.stop()
        self.action_area(event.area)

    def _areas(self) -> list[Pick]:
        return list(self.query(".area").results(Pick))

    # Drawing

    def draw(self) -> None:
        """Bring every part up to date."""
        if not self.is_mounted:
            return
        self.query_one(BodyMap).show(self._area, self.app.size.height)
        for each in self._areas():
            key = each.deed[0]
            mark = self._signs.here if each.deed == self._area else " "
            each.say(f"{mark} {each.deed}", key)
        attach = self.query_one("#do-attach", Pick)
        attach.display = bool(self._elsewhere)
        attach.say(fit(elsewhere(self._elsewhere), self._signs), "")
        self._say("#home-who", self._who())
        columns = self.query_one("#home-scroll").scrollable_content_region.width
        self._tell(tuple(fit(each, self._signs) for each in wrapped(self._told(), columns)))

    def _who(self) -> str:
        if self._reads_only:
            return "[READ ONLY]"
        who, way = "" if self._facts is None else f"for {self._facts.who}", WAYS[self._way]
        return f"[{way.upper()}]  {who}" if way else who

    def _told(self) -> list[str]:
        facts = self._facts
        if self._reads_only:
            return [*self._after, *LOOKS_ONLY]
        if facts is None:
            return []
        if facts.first_run and not self._after:
            return first_run(self._way).split("\n")
        return overview(facts, self._after).split("\n")

    def _tell(self, lines: tuple[str, ...]) -> None:
        if lines != self._lines:
            self._lines = lines
            heads = ((f"{each}\n", "" if each.startswith(" ") else "bold") for each in lines)
            self.query_one("#home-facts", Static).update(Content.assemble(*heads))

    def _say(self, selector: str, text: str) -> None:
        widget, shown = self.query_one(selector, Static), fit(text, self._signs)
        if widget.content != shown:
            widget.update(shown)
