"""What the user has set, in `config.toml` of the config folder: how it looks, sounds, and what keys say.

What is wrong in the file is told with its line and a remedy, and the default stands in its place.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from controller.config import ConfigError, config_dir, private_dir, write_whole
from controller.keynames import key_named, may_be_mapped, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Theme = Literal["dark", "light", "colour-blind", "monochrome"]
Way = Literal["own", "hand", "sim"]
Deed = Literal["ready", "faded", "pause", "skip", "stop", "softer", "stronger", "bell", "help"]
"""What a key of one's own can say while a session runs."""

THEMES: Final[tuple[Theme, ...]] = get_args(Theme)
WAYS: Final[tuple[Way, ...]] = get_args(Way)
DEEDS: Final[tuple[Deed, ...]] = get_args(Deed)
FRAMES: Final = (1, 2, 4)
"""Pictures a second, at the most; over SSH it is one whatever is set."""
BIGGEST: Final = 64 * 1024
_LINE = re.compile(r"at line (\d+)")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class SettingsError(Exception):
    """Settings that cannot be kept, with `remedy`, what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of it. `keys`: from the terminal's name of a key to what it says."""

    theme: Theme = "dark"
    bell: bool = True
    way: Way = "own"
    frames: int = 4
    keys: Mapping[str, Deed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in the file that means nothing, and what to write instead. `line` 0: the file as a whole."""

    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"config.toml, line {self.line}" if self.line else "config.toml"
        return f"{where}: {self.message}: {self.remedy}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a file comes to, and what was left out of it. `broken`: nothing of it could be read."""

    settings: Settings
    problems: tuple[Problem, ...] = ()
    broken: bool = False


def settings_path() -> Path:
    """The file."""
    return config_dir() / "config.toml"


def load() -> Found:
    """Read the file; where there is none, all is as it is by default."""
    try:
        return parse(_read(settings_path()))
    except FileNotFoundError:
        return Found(Settings())
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        told = Problem(line=0, message=f"it cannot be read: {why}", remedy="the defaults stand until it can")
        return Found(Settings(), (told,), broken=True)


def parse(text: str) -> Found:
    """What `text` sets."""
    import tomllib  # noqa: PLC0415  most people have no such file, and the first picture does without

    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        problem = Problem(
            line=int(line[1]) if line else text.rstrip().count("\n") + 1,
            message=f"this is no TOML ({error})",
            remedy="put it right, or remove the file; until then the defaults stand",
        )
        return Found(Settings(), (problem,), broken=True)
    return _judged(told, text)


def _judged(told: Mapping[str, object], text: str) -> Found:
    settings, problems = Settings(), []
    for name, value in told.items():
        if name == "keys":
            continue
        if name not in CHOICES:
            remedy = f"remove it; there are {', '.join(CHOICES)} and [keys]"
            problems.append(
                Problem(line=_line_of(text, name), message=f"{name} is no setting", remedy=remedy)
            )
        elif not _offered(name, value):
            problems.append(_no_value(name, value, text))
        else:
            settings = with_value(settings, name, value)
    keys, wrong = _keys(told.get("keys", {}), text)
    return Found(replace(settings, keys=keys), (*problems, *wrong))


def _offered(name: str, value: object) -> bool:
    return any(type(each) is type(value) and each == value for each in CHOICES[name])


def _no_value(name: str, value: object, text: str) -> Problem:
    return Problem(
        line=_line_of(text, name),
        message=f"{name} is not {_toml(value)}",
        remedy=f"write one of {', '.join(_toml(each) for each in CHOICES[name])}",
    )


def _keys(told: object, text: str) -> tuple[dict[str, Deed], list[Problem]]:
    found: dict[str, Deed] = {}
    if not isinstance(told, dict):
        remedy = 'write a line [keys], and below it such as PageDown = "ready"'
        return found, [Problem(line=_line_of(text, "keys"), message="keys is no table", remedy=remedy)]
    problems = []
    for written, deed in told.items():
        line = _line_of(text, written, "keys")
        try:
            key, meant = mapped(written, deed)
        except SettingsError as error:
            problems.append(Problem(line=line, message=str(error), remedy=error.remedy))
            continue
        if key in found:
            remedy = "leave one of them"
            problems.append(Problem(line=line, message=f"{written} is set twice", remedy=remedy))
        found.setdefault(key, meant)
    return found, problems


def mapped(written: str, deed: object) -> tuple[str, Deed]:
    """The terminal's name of that key, and what it is to say. Raises SettingsError."""
    key = key_named(written)
    if key is None:
        raise SettingsError(
            f"{written!r} is no key", "write such as PageDown, F5, Home, ctrl+g, or a sign in quotes"
        )
    why = may_be_mapped(key)
    if why:
        raise SettingsError(f"{shown(key)} {why}", "choose another key")
    for each in DEEDS:
        if each == deed:
            return key, each
    raise SettingsError(f"{_toml(deed)} is nothing that a key can say", f"write one of {', '.join(DEEDS)}")


# Writing


def with_value(settings: Settings, name: str, value: object) -> Settings:
    """`settings` with another value of `CHOICES[name]`."""
    return _WITH[name](settings, value)


def keep(settings: Settings) -> None:
    """Write the file so that it says `settings`; all else in it stays as it is. Raises SettingsError."""
    try:
        path = private_dir(config_dir()) / settings_path().name
        before = _read(path) if path.exists() else ""
        after = rewritten(before, settings)
        if after != before:
            write_whole(path, after)
    except ConfigError as error:
        raise SettingsError(str(error), error.remedy) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{settings_path()} cannot be written: {error}", "see who owns it") from error


def rewritten(text: str, settings: Settings) -> str:
    """`text` as it says `settings`, changed only where it said otherwise. Raises SettingsError."""
    found = parse(text)
    if found.broken:
        raise SettingsError(f"not kept: {found.problems[0]}", "it holds until you leave")
    lines = text.splitlines()
    for name in CHOICES:
        value = getattr(settings, name)
        if value != getattr(found.settings, name):
            lines = _set(lines, name, _toml(value))
    for key in found.settings.keys.keys() - settings.keys.keys():
        lines = _without(lines, key)
    for key, deed in settings.keys.items():
        if found.settings.keys.get(key) != deed:
            lines = _set(_without(lines, key), shown(key), _toml(deed), "keys")
    after = "\n".join(lines) + "\n" if lines else ""
    if parse(after).settings != settings:
        raise SettingsError("the file is written in a way of its own", f"change {settings_path()} by hand")
    return after


def _set(lines: list[str], name: str, value: str, table: str = "") -> list[str]:
    at = _index(lines, name, table)
    line = f"{name if _BARE.fullmatch(name) else _toml(name)} = {value}"
    if at is not None:
        comment = re.search(r"\s+#[^\"']*$", lines[at])
        return [*lines[:at], line + (comment[0] if comment else ""), *lines[at + 1 :]]
    if table and not any(_header(each) == table for each in lines):
        return [*lines, *([""] if lines else []), f"[{table}]", line]
    at = _end_of(lines, table)
    return [*lines[:at], line, *lines[at:]]


def _without(lines: list[str], key: str) -> list[str]:
    table, kept = "", []
    for line in lines:
        table = table if _header(line) is None else str(_header(line))
        name = _name(line)
        if table != "keys" or name is None or key_named(name) != key:
            kept.append(line)
    return kept


def _end_of(lines: list[str], table: str) -> int:
    """Where a line can be added to the table: behind its last one that says something."""
    here, end = "", 0
    for n, line in enumerate(lines):
        here = here if _header(line) is None else str(_header(line))
        if here == table and line.strip():
            end = n + 1
    return end


def _index(lines: list[str], name: str, table: str = "") -> int | None:
    here = ""
    for n, line in enumerate(lines):
        here = here if _header(line) is None else str(_header(line))
        if here == table and _name(line) == name:
            return n
    return None


def _line_of(text: str, name: str, table: str = "") -> int:
    lines = text.splitlines()
    found = _index(lines, name, table)
    if found is None and not table:
        found = next((n for n, line in enumerate(lines) if _header(line) == name), None)
    return 0 if found is None else found + 1


def _header(line: str) -> str | None:
    found = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?$", line)
    return None if found is None else found[1].strip("\"'")


def _name(line: str) -> str | None:
    found = re.match(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""", line)
    if found is None:
        return None
    name = found[1]
    try:
        return str(json.loads(name)) if name.startswith('"') else name.strip("'")
    except ValueError:
        return None


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(BIGGEST).decode()


CHOICES: Final[dict[str, tuple[object, ...]]] = {
    "theme": THEMES, "bell": (True, False), "way": WAYS, "frames": FRAMES,
}  # fmt: skip
"""Every setting but the keys, with what it can be; the first is the default but for frames."""
_WITH: Final[dict[str, Callable[[Settings, object], Settings]]] = {
    "theme": lambda settings, value: replace(settings, theme=cast("Theme", value)),
    "bell": lambda settings, value: replace(settings, bell=cast("bool", value)),
    "way": lambda settings, value: replace(settings, way=cast("Way", value)),
    "frames": lambda settings, value: replace(settings, frames=cast("int", value)),
}
