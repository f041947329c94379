"""What the list of commands offers on Home."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from controller.faces.home.body_map import KEYS
from controller.faces.home.words import ACTIONS
from controller.faces.tui.commands import Word
from controller.people import GUEST
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from controller.faces.home.app import HomeApp
    from controller.faces.home.facts import Facts
    from controller.people import Person


def home_words(app: HomeApp, people: Iterable[Person]) -> Iterator[Word]:
    """Areas, actions, and who may sit here."""
    for key, area in KEYS.items():
        yield Word(f"Ease the {area}", partial(app.ask_home, area), f"on Home: {key}")
    for deed, text, key in ACTIONS:
        yield Word(text, partial(app.ask_home, deed), f"on Home: {key}")
    for each in people:
        yield Word(f"I am {each.name}", partial(app.be, None if each.owner else each.name))
    yield Word("I am a guest", partial(app.be, GUEST))


def protocol_words(app: HomeApp, facts: Facts) -> Iterator[Word]:
    """Every protocol by its title; reads and compiles each."""
    from controller.faces.home.shelf import everything  # noqa: PLC0415  the list opens without
    from controller.safety.standing import PLAIN  # noqa: PLC0415

    for area, entry in everything(facts.standing or PLAIN):
        told = f"for the {area}" if entry.path is None else f"for the {area}; yours, {printable(entry.name)}"
        yield Word(printable(entry.title), partial(app.open_protocol, area, entry.name), told)
