"""The page of devices: getting to know one, adding one by hand, naming, showing and forgetting it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from controller import known
from controller.config import ConfigError
from controller.faces.home import reach
from controller.faces.home.ask_panel import AskPanel
from controller.faces.home.device_words import Standing, here
from controller.faces.home.list_page import keyed
from controller.faces.home.looking_page import LookingPage
from controller.faces.home.talk import Question, Talk
from controller.faces.home.words import wrapped
from controller.known import Device, KnownError
from controller.links import LinkError
from controller.links.ports import Port
from controller.looking import DeviceError

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from controller.faces.home.facts import Facts
    from controller.faces.home.looking_page import Item
    from controller.faces.home.reach import Heard
    from controller.faces.tui.signs import Signs
    from controller.pairing import Candidate
    from protocols.plan import Kind

ACTIONS: Final = (
    ("scan", "Scan", "s"),
    ("pair", "Pair", "p"),
    ("add", "By hand", "a"),
    ("rename", "Rename", "r"),
    ("pulse", "Pulse", "u"),
    ("forget", "Forget", "f"),
    ("back", "Back", "esc"),
)
SCAN_HINT: Final = "Listening. What is on the air or on a port comes into the list."
PAIR_HINT: Final = "Hold its button until it shows that it pairs, then Enter on it."
LISTENED: Final = "Two minutes are over: s listens again."
ENDED: Final = "Nothing was paired."
STOPPED: Final = "Stopped, and at rest."
WHAT: Final = Question("What is it?", (("1", "A massager"), ("2", "A heating pad")))


class DevicesScreen(LookingPage):
    """Every deed is a short conversation in the page; Esc is the way out of each, and x stops what runs."""

    ACTIONS = ACTIONS
    CHOSEN = "choose"
    BINDINGS: ClassVar[list[BindingType]] = keyed(ACTIONS, enter="choose", x="stop", X="stop")

    def __init__(self, facts: Facts, signs: Signs, *, pairs: bool = False) -> None:
        super().__init__(facts, signs)
        self._pairs = pairs
        self._talk: Talk | None = None
        self._listening: reach.Listening | None = None
        self._wanted: str | None = None
        self._first = False

    def compose(self) -> ComposeResult:
        """The list page, and where it asks."""
        yield from super().compose()
        yield AskPanel(self._signs)

    def on_mount(self) -> None:
        """Begin to pair at once, where that was asked for."""
        super().on_mount()
        if self._pairs:
            self.action_do("pair")

    # What the person does

    def told(self, columns: int) -> str:
        """The conversation that is on, else the one that is chosen."""
        if self._talk is not None and self._talk.lines:
            return "\n".join(wrapped(self._talk.lines, columns))
        return super().told(columns)

    def who(self) -> str:
        """How long it listens still."""
        return f"listening, {self._heard.left} s" if self._does == "scan" and self._heard is not None else ""

    @property
    def busy(self) -> bool:
        """While somebody is asked, too."""
        return super().busy or self._talk is not None

    def on_key(self, event: events.Key) -> None:
        """A key that answers."""
        if self._talk is not None and self.query_one(AskPanel).press(event.character):
            event.stop()
            event.prevent_default()

    def action_move(self, by: int) -> None:
        """Not while something is asked: it is about the one that is chosen."""
        self._first = False
        if self._talk is None:
            super().action_move(by)

    def action_do(self, deed: str) -> None:
        """One of the actions; while something is asked or runs, there is only the way out of that."""
        if deed in {"back", "stop"}:
            if not self._out() and deed == "back" and not self._leaving:
                self.leave()
        elif self._talk is None and not self._leaving:
            super().action_do(deed)

    def act(self, deed: str) -> None:
        """One of the actions."""
        self._lines = ()
        item = self.item
        if deed == "scan":
            self._scan(SCAN_HINT)
        elif deed == "add":
            self.run_worker(self._add())
        elif isinstance(item, Device) and deed == "pair":
            # One that has lost its bond is meant itself; else whoever pairs means one that is not known yet.
            self._scan(PAIR_HINT, (_address(item) or None) if self.standing(item).state == "other" else None)
        elif isinstance(item, Device):
            self._act_on(item, deed)
        elif deed not in {"pair", "choose"}:
            self._hint = "That is for a device that is known: p gets to know one."
        elif item is None or isinstance(item, Port):
            self._scan(PAIR_HINT)
        else:
            self._pair(item)

    def _act_on(self, device: Device, deed: str) -> None:
        if deed == "choose" and self._does == "scan":
            self._want(_address(device))
        elif deed == "choose":
            self.set_standing(device, Standing(look=self.standing(device).look))
            self.look()
        elif deed == "rename":
            self.run_worker(self._rename(device))
        elif deed == "forget":
            self.run_worker(self._forget(device))
        elif device.by_hand:
            self._hint = f"{device.name} is worked by you: it cannot show itself."
        else:
            self.run_worker(self._pulse(device))

    def _out(self) -> bool:
        """Out of what is asked or runs, and stay; whether there was any."""
        if self._talk is not None and self._talk.question is not None:
            self._talk.answer(None)
        elif self._does in {"scan", "pair", "pulse"}:
            self._hands.cancel()
        else:
            return self._talk is not None
        return True

    # Questions

    def on_ask_panel_answered(self, event: AskPanel.Answered) -> None:
        """An answer."""
        event.stop()
        if self._talk is not None:
            self._talk.answer(event.value)

    def on_ask_panel_stopped(self, event: AskPanel.Stopped) -> None:
        """Stop what runs."""
        event.stop()
        self._out()

    def _new_talk(self) -> Talk:
        return Talk(lambda: self.post(self._ask))

    async def _ask(self) -> None:
        """Bring what is asked up to date."""
        if not (self.is_here and self.query("#ask-answers")):
            return
        talk = self._talk
        self.set_class(talk is not None, "-asking")
        busy = "" if talk is None else "It runs now." if talk.driving else "One moment …"
        await self.query_one(AskPanel).show(None if talk is None else talk.question, busy)
        if talk is not None:
            self.query_one(".page-scroll").scroll_end(animate=False)
        self.draw()

    async def _hush(self, *lines: str) -> None:
        """The conversation is over; `lines` are what came of it."""
        self._talk, self._hint = None, ""
        self._lines = lines
        await self._ask()
        if self.is_here:
            self.top()
            self.set_focus(None)
            self.look()

    # Scan and pair

    def _scan(self, hint: str, wanted: str | None = None) -> None:
        self._hint, self._wanted = hint, wanted
        self._first = hint == PAIR_HINT and wanted is None
        if self._does == "scan":
            return
        self._heard, self._order = None, []
        talk = self._new_talk()
        self._listening = listening = reach.Listening(lambda heard: self.post(self._hear, heard), talk)
        self.begin("scan", listening.listen, lambda error: self._paired(listening, talk, error))

    def _hear(self, heard: Heard) -> None:
        here_now = self.item
        self._heard = heard
        for each in heard.found:
            self._place(each)
        for device in self._devices:
            address = device.link.partition(":")[2].upper()
            if any(each.sighting.address.upper() == address for each in heard.found):
                self._on_air(device)
        usable = [each for each in heard.found if each.kind.usable and each in self.items]
        if self._first and usable:
            self._first = False
            self.stand_on(lambda item: item is usable[0])
        elif len(self.items) != len(self._picks()):
            self.stand_on(lambda item: _same(item, here_now))
        self.draw()
        if self._wanted is not None:
            self._want(self._wanted)

    def _want(self, address: str) -> None:
        """Pair with that one, when it is heard."""
        self._wanted = address
        heard = () if self._heard is None else self._heard.found
        wanted = [each for each in heard if each.sighting.address.upper() == address.upper()]
        if wanted:
            self._pair(wanted[0])
        else:
            self._hint = "It is not heard yet: hold its button until it shows that it pairs."

    def _place(self, found: Candidate) -> None:
        """A new one stands where its signal puts it; from then on no line moves under a finger."""
        if found.sighting.address in self._order:
            return
        heard = {} if self._heard is None else {each.sighting.address: each for each in self._heard.found}
        weaker = (
            n for n, each in enumerate(self._order) if each in heard and heard[each].order > found.order
        )
        self._order.insert(next(weaker, len(self._order)), found.sighting.address)

    def _on_air(self, device: Device) -> None:
        before = self.standing(device)
        if before.state in {"new", "missing", "looking"}:
            self.set_standing(device, Standing("heard", look=before.look))

    def _pair(self, found: Candidate) -> None:
        if not found.kind.usable:
            self._hint = f"It cannot be used: {here(found.kind.why_not)}"
            return
        listening = self._listening
        if self._does != "scan" or listening is None:
            # What stands in the list from before may be gone: pair with it when it is heard again.
            self._scan(PAIR_HINT, found.sighting.address)
            return
        self._does, self._talk, self._wanted = "pair", listening.talk, None
        self._talk.say(
            f"{found.kind.name or found.sighting.address}: hold its button until it shows that it pairs."
        )
        listening.choose(found)

    async def _paired(self, listening: reach.Listening, talk: Talk, error: BaseException | None) -> None:
        self._wanted = None
        began = bool(talk.lines)
        device = listening.paired
        if device is not None:
            self.set_standing(device, Standing())
            await self._reload(device)
            await self._hush(f"{device.name} is known. A protocol that needs one takes it from now on.")
        elif isinstance(error, asyncio.CancelledError) and talk.met is not None:
            met = talk.met
            self.begin("forget", lambda: reach.unmeet(met), _nothing)
            await self._hush(f"{STOPPED} It is not kept: p pairs it anew.")
        elif error is None or isinstance(error, asyncio.CancelledError):
            await self._hush(*((ENDED,) if began else ()))
            self._hint = LISTENED if error is None else "No longer listening."
        else:
            await self._hush(*_told(error))

    # By hand

    async def _add(self) -> None:
        talk = self._talk = self._new_talk()
        talk.say("A gun or a pad of your own without a link: you work it, the program says how and times it.")
        kinds: dict[str, Kind] = {"1": "percussion", "2": "heat"}
        kind = kinds.get(await talk.ask(WHAT) or "")
        told = await self._own(talk, kind) if kind is not None else None
        if told is None:
            await self._hush("Nothing was added.")
            return
        await self._reload(told)
        await self._hush(f"{told.name} is kept. A protocol that needs one takes it from now on.")

    async def _own(self, talk: Talk, kind: Kind) -> Device | None:
        name = known.free_name("my gun" if kind == "percussion" else "my pad", self._devices)
        asked = {"How many levels has it?": ""}
        if kind == "percussion":
            asked |= {"Strokes a minute on its first level?": "", "Strokes a minute on its last level?": ""}
        while True:
            typed = await talk.ask(Question("Its name here:", typed="text", proposed=name))
            if typed is None:
                return None
            name = typed or name
            for text, before in asked.items():
                number = await talk.ask(
                    Question(f"{text} (empty: not known)", typed="number", proposed=before, taken="Next")
                )
                if number is None:
                    return None
                asked[text] = number
            try:
                numbers = [_number(each) for each in asked.values()]
                return await asyncio.to_thread(
                    lambda: known.add(known.worked_by_hand(name, kind, *numbers))  # noqa: B023
                )
            except KnownError as error:
                talk.say(f"{error}: {error.remedy}.")

    # Deeds on a known one

    async def _rename(self, device: Device) -> None:
        talk = self._talk = self._new_talk()
        while typed := await talk.ask(
            Question(f"What is {device.name} to be called?", typed="text", proposed=device.name)
        ):
            try:
                renamed = await asyncio.to_thread(known.rename, device.name, typed)
            except KnownError as error:
                talk.say(f"{error}: {error.remedy}.")
                continue
            await self._reload(renamed)
            break
        await self._hush()

    async def _pulse(self, device: Device) -> None:
        talk = self._talk = self._new_talk()
        if not await talk.may_show():
            await self._hush(f"{device.name} did not run.")
            return
        talk.driving = True
        talk.say(f"{device.name} runs for two seconds at its lowest. x stops it at once.")
        self.begin("pulse", lambda: reach.pulse(device), self._pulsed)

    async def _pulsed(self, error: BaseException | None) -> None:
        if error is None:
            await self._hush("It has shown itself, and is at rest.")
        else:
            await self._hush(*(_told(error) if not isinstance(error, asyncio.CancelledError) else (STOPPED,)))

    async def _forget(self, device: Device) -> None:
        talk = self._talk = self._new_talk()
        bond = " and its pairing with this computer" if device.link.startswith("ble:") else ""
        talk.say(f"Its name{bond} would be forgotten. What was done with it stays in the history.")
        if not await talk.is_so(f"Forget {device.name}?"):
            await self._hush()
            return
        done = reach.Forgetting(device)
        self.begin("forget", done.forget, lambda error: self._forgotten(done, error))

    async def _forgotten(self, done: reach.Forgetting, error: BaseException | None) -> None:
        await self._reload(None)
        if isinstance(error, Exception):
            await self._hush(*_told(error))
        else:
            await self._hush(
                f"{done.device.name} is forgotten.", *((f"! {done.trouble}",) if done.trouble else ())
            )

    async def _reload(self, stand_on: Device | None) -> None:
        found = await asyncio.to_thread(known.load)
        self._devices, self._seen = found.devices, await asyncio.to_thread(known.last_seen)
        self.stand_on(
            lambda item: stand_on is not None and isinstance(item, Device) and item.name == stand_on.name
        )


def _told(error: BaseException) -> tuple[str, ...]:
    """Why something could not be, and what to do; a bug is raised."""
    if not isinstance(error, DeviceError | LinkError | ConfigError | KnownError):
        raise error
    remedy = here(error.remedy)
    return (f"! {error}.", *((f"  Do: {remedy}.",) if remedy else ()))


def _same(item: Item, other: Item | None) -> bool:
    """Whether two lines of the list are of one device."""
    if isinstance(item, Device) or isinstance(other, Device | None):
        return item is other
    if isinstance(item, Port) or isinstance(other, Port):
        return item == other
    return item.sighting.address == other.sighting.address


def _address(device: Device) -> str:
    """Where it is reached over Bluetooth; empty for any other."""
    link, _, address = device.link.partition(":")
    return address if link == "ble" else ""


def _number(typed: str) -> int | None:
    """A number; None where nothing is typed. Raises KnownError for anything else."""
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal()):
        raise KnownError(f"{typed!r} is no whole number", "write digits, or nothing where it is not known")
    return int(typed)


async def _nothing(_error: BaseException | None) -> None:
    """What is done is done."""
