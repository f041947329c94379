"""The pages that Home opens by a deed of `ACTIONS`, each loaded when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from controller.faces.home.facts import Facts
    from controller.faces.tui.signs import Signs


def _history(facts: Facts, signs: Signs) -> Screen[None]:
    from controller.faces.home.history_screen import HistoryScreen  # noqa: PLC0415

    return HistoryScreen(facts, signs)


def _devices(facts: Facts, signs: Signs) -> Screen[None]:
    from controller.faces.home.devices_screen import DevicesScreen  # noqa: PLC0415

    return DevicesScreen(facts, signs)


def _pair(facts: Facts, signs: Signs) -> Screen[None]:
    from controller.faces.home.devices_screen import DevicesScreen  # noqa: PLC0415

    return DevicesScreen(facts, signs, pairs=True)


def _people(facts: Facts, signs: Signs) -> Screen[None]:
    from controller.faces.home.people_screen import PeopleScreen  # noqa: PLC0415

    return PeopleScreen(facts, signs)


def _settings(facts: Facts, signs: Signs) -> Screen[None]:
    from controller.faces.home.settings_screen import SettingsScreen  # noqa: PLC0415

    return SettingsScreen(facts, signs)


PAGES: Final[dict[str, Callable[[Facts, Signs], Screen[None]]]] = {
    "devices": _devices,
    "pair": _pair,
    "history": _history,
    "people": _people,
    "settings": _settings,
}
"""By deed. When a page closes, what is kept is read again."""
