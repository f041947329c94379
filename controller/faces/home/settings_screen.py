"""Settings: each with its value; what is changed holds at once, is kept at once, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from controller.faces.home.list_page import ListPage, keyed
from controller.faces.home.words import wrapped
from controller.faces.tui.ground import ground
from controller.faces.tui.themes import no_color
from controller.keynames import pressed, shown
from controller.settings import (
    CHOICES,
    DEEDS,
    SettingsError,
    mapped,
    settings_path,
    with_value,
)

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

    from controller.faces.home.facts import Facts
    from controller.faces.tui.signs import Signs
    from controller.settings import Deed, Settings

ACTIONS: Final = (
    ("next", "Set", "Enter"),
    ("undo", "Undo", "u"),
    ("clear", "No key", "n"),
    ("back", "Back", "esc"),
)
NAMES: Final = {
    "theme": "Theme", "bell": "Bell", "way": "Home begins with", "frames": "Pictures a second",
}  # fmt: skip
TOLD: Final = {
    "theme": "How it looks: dark, light, colour-blind (blue and orange, for every eye), or monochrome "
    "(bold and reverse alone). NO_COLOR in the environment is always monochrome.",
    "bell": "A stroke at every step and question, three when something is wrong. b changes it for one run.",
    "way": "Who fills the roles of what is started from Home, until b or s says otherwise there.",
    "frames": "At the most, while a session runs. Over SSH it is one, whatever is set.",
}
VALUES: Final = {True: "on", False: "off", "own": "your devices", "hand": "by hand", "sim": "simulated"}
KEY_TOLD: Final = (
    "A key of your own that says {deed} while a session runs: of a pedal, or a presenter's clicker. Enter, "
    "then press it. It obeys the same care as every key: in the moment that the screen changes it never says "
    "ready and never resumes. x and Esc always stop."
)
LEARNS: Final = "Press the key that is to say {deed}. Esc leaves it as it is."


class SettingsScreen(ListPage):
    """Settings, then what keys of one's own say."""

    ACTIONS = ACTIONS
    CHOSEN = "next"
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        ACTIONS, enter="next", right="next", left="previous", delete="clear"
    )

    def __init__(self, facts: Facts, signs: Signs) -> None:
        super().__init__("unknot: settings", signs)
        self._who = facts.who
        self._problems = facts.settings_said
        self._before: list[Settings] = []
        self._learns: Deed | None = None

    # What is shown

    def who(self) -> str:
        """For whom Home is."""
        return f"for {self._who}"

    def headlines(self) -> list[str]:
        """A line each."""
        settings = self._settings
        found = [f"{NAMES[name]}: {_value(getattr(settings, name))}" for name in CHOICES]
        return [*found, *(f"Key for {deed}: {_keys_of(settings, deed)}" for deed in DEEDS)]

    def told(self, columns: int) -> str:
        """What the one that is chosen does, and where it is kept."""
        lines = [self._text(), ""]
        if no_color():
            lines += ["NO_COLOR is set: no colour is sent, whatever the theme.", ""]
        lines += [f"! {each}" for each in self._problems] + [""] * bool(self._problems)
        lines += ["Kept at once in", f"  {settings_path()}", "What else stands in that file stays."]
        return "\n".join(wrapped(lines, columns))

    def _text(self) -> str:
        name = self._setting
        return TOLD[name] if name is not None else KEY_TOLD.format(deed=self._deed)

    def moved(self) -> None:
        """Nothing is learnt for another one."""
        self._learns = None

    # What the person does

    async def on_key(self, event: events.Key) -> None:
        """While a key is learnt every key is that one."""
        if self._learns is None:
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self._learns = None
            self.say("Nothing is changed.")
        else:
            self._learn(pressed(event.key, event.character), self._learns)

    def act(self, deed: str) -> None:
        """One of the actions."""
        self._learns = None
        if deed == "undo":
            self._undo()
        elif deed == "clear":
            self._clear()
        elif self._setting is not None:
            self._turn(self._setting, -1 if deed == "previous" else 1)
        elif deed == "next":
            self._learns = self._deed
            self._hint = LEARNS.format(deed=self._deed)

    def _turn(self, name: str, by: int) -> None:
        values = CHOICES[name]
        at = values.index(getattr(self._settings, name))
        self._set(with_value(self._settings, name, values[(at + by) % len(values)]))

    def _learn(self, key: str, deed: Deed) -> None:
        try:
            key, _ = mapped(shown(key), deed)
        except SettingsError as error:
            self.say(f"{error}: {error.remedy}. Esc leaves it as it is.")
            return
        before = self._settings.keys.get(key)
        self._learns = None
        self._set(replace(self._settings, keys={**self._settings.keys, key: deed}))
        moved = f" It said {before} before." if before not in {None, deed} else ""
        self.say(f"{shown(key)} says {deed} from now on.{moved}")

    def _clear(self) -> None:
        keys = {key: deed for key, deed in self._settings.keys.items() if deed != self._deed}
        if self._setting is not None or len(keys) == len(self._settings.keys):
            self._hint = "There is no key of your own here to take away."
            return
        self._set(replace(self._settings, keys=keys))
        self._hint = f"No key of your own says {self._deed} any more. u brings it back."

    def _undo(self) -> None:
        if not self._before:
            self._hint = "Nothing was changed here."
            return
        ground(self).change(self._before.pop(), self.say)
        self._hint = "As it was before."

    def _set(self, settings: Settings) -> None:
        self._before.append(self._settings)
        ground(self).change(settings, self.say)

    @property
    def _settings(self) -> Settings:
        return ground(self).settings

    @property
    def _setting(self) -> str | None:
        """The setting that is chosen; None: a key."""
        return [*CHOICES, *([None] * len(DEEDS))][self._at]

    @property
    def _deed(self) -> Deed:
        return DEEDS[self._at - len(CHOICES)]


def _value(value: object) -> str:
    return VALUES.get(value, str(value)) if isinstance(value, bool | str) else str(value)


def _keys_of(settings: Settings, deed: Deed) -> str:
    return "  ".join(shown(key) for key, says in settings.keys.items() if says == deed) or "none of your own"
