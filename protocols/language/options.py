"""The options of a file, what `$name` stands for, and every way to choose."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from protocols.diagnostics import MOST_DIAGNOSTICS, nearest, quoted, suggestion
from protocols.language.model import OptionModel
from protocols.language.report import locate
from protocols.language.values import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from protocols.language.source import Document, Path, Value

MOST_COMBINED: Final = 20_000
"""Combinations of options times segments, at most (protocol-language, "The file")."""


class OptionError(ValueError):
    """A choice from outside that the file does not offer: wrong usage, not an error of the file."""


@dataclass(slots=True)
class Options:
    """The values of each sound option, its default, and which of them the file refers to."""

    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        """How many combinations there are."""
        return prod(len(of) for of in self.values.values())

    def combinations(self) -> Iterator[dict[str, str]]:
        """Every way to choose, the first values first."""
        for chosen in itertools.product(*self.values.values()):
            yield dict(zip(self.values, chosen, strict=True))

    def each_value(self) -> Iterator[dict[str, str]]:
        """As few ways to choose as have every value of every option in them."""
        for number in range(max((len(of) for of in self.values.values()), default=0)):
            yield {name: of[number % len(of)] for name, of in self.values.items()}

    def key(self, combination: Mapping[str, str]) -> tuple[str, ...]:
        """What of a combination the steps can tell apart."""
        return tuple(value for name, value in combination.items() if name in self.used)

    def defaults_alone(self) -> Options:
        """The same with nothing left to choose."""
        return Options({name: (value,) for name, value in self.defaults.items()}, self.defaults, self.used)

    def choose(self, chosen: Mapping[str, str]) -> dict[str, str]:
        """`chosen` with defaults for the rest. Raises OptionError."""
        for name, value in chosen.items():
            if name not in self.values:
                raise OptionError(
                    f"no option {quoted(name)}: {suggestion(name, self.values) or 'the file has none'}"
                )
            if value not in self.values[name]:
                raise OptionError(
                    f"option {name} has no {quoted(value)}: {suggestion(value, self.values[name])}"
                )
        return {name: chosen.get(name, self.defaults[name]) for name in self.values}


def read_options(document: Document, root: Mapping[str, Value]) -> Options:
    """The sound options. Mutes what refers to unsound ones, and reports what refers to none."""
    options = Options()
    written = root.get("options", {})
    declared = written if isinstance(written, dict) else {}
    for name, spec in declared.items():
        try:
            option = OptionModel.model_validate(spec)
        except ValidationError:
            continue
        options.values[name], options.defaults[name] = tuple(option.of), option.default
    certain = isinstance(written, dict) and not any(nearest(k, ("options",)) for k in root if k != "options")
    told = 0
    for path, name in _references(dict(root), ()):
        if name in options.values:
            options.used.add(name)
            continue
        if certain and told < MOST_DIAGNOSTICS and name not in declared and path not in document.muted:
            told += 1
            help = suggestion(name, [f"${n}" for n in declared]) or "add it to options"
            document.report("unknown-option", locate(document, path), f"no option {quoted(name)}", help)
        document.muted.add(path)
    return options


def _references(value: Value, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        found = REFERENCE.fullmatch(value)
        if found:
            yield path, found[1]
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _references(each, (*path, number))
    else:
        for key, each in value.items():
            if path or key not in {"options", "unknot"}:
                yield from _references(each, (*path, key))


def substitute(value: Value, choice: Mapping[str, str]) -> Value:
    """`value` with the choice in place of every `$name` that has one."""
    if isinstance(value, str):
        found = REFERENCE.fullmatch(value)
        return choice.get(found[1], value) if found else value
    if isinstance(value, list):
        return [substitute(each, choice) for each in value]
    return {key: substitute(each, choice) for key, each in value.items()}
