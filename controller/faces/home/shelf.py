"""The protocols for an area: the shipped ones, then one's own, each read, compiled and held to limits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from controller.config import ConfigError, config_dir, numbered_names, private_dir, write_whole
from controller.faces.cli.checking import Checked, checked
from controller.faces.cli.common import DONE, REFUSED
from controller.faces.home.facts import areas_of
from controller.safety import verify
from controller.safety.fit import Fitted, Unfit, fit
from protocols.language import load, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from controller.safety import Channel, Standing
    from protocols.plan import Plan

MOST_OWN = 50
"""Files of one's own that are read; who keeps more names one with `unknot run`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One protocol as it stands with its options `chosen`. `path`: one's own file; None: a shipped one."""

    name: str
    path: Path | None
    result: Checked
    standing: Standing
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def plan(self) -> Plan | None:
        """What it comes to; None where the file is broken."""
        return self.result.compiled.plan

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name if self.plan is None else self.plan.title

    @property
    def source(self) -> str:
        """What the record keeps of where it is from."""
        return self.name if self.path is None else str(self.path)

    @property
    def broken(self) -> bool:
        """Whether the file itself is wrong, and not only over a limit."""
        return self.result.exit not in {DONE, REFUSED}

    def fitted(self, channels: Mapping[str, Channel] | None = None) -> Fitted | Unfit | None:
        """The plan lowered to the limits that stand; None where there is none."""
        if self.plan is None or self.broken:
            return None
        return fit(self.plan, channels, lambda plan, known: verify(plan, known, self.standing))

    def choose(self, name: str) -> Entry:
        """With the value after the present one of that option."""
        if self.plan is None:
            return self
        values = self.values[name]
        after = values[(values.index(self.plan.options[name]) + 1) % len(values)]
        return read(self.name, self.path, {**self.chosen, name: after}, self.standing)

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        """The values of each option, in the file's order."""
        found: dict[str, dict[str, None]] = {}
        for plan in self.result.compiled.combinations:
            for name, value in (plan.options if plan is not None else {}).items():
                found.setdefault(name, {}).setdefault(value)
        return {name: tuple(of) for name, of in found.items()}


def own_folder() -> Path:
    """Where one's own protocols lie."""
    return config_dir() / "protocols"


def shelf(area: str, standing: Standing) -> tuple[Entry, ...]:
    """What there is for `area`; a broken file of one's own may be for any, and comes last."""
    first = read(area.replace(" ", "-"), None, {}, standing)
    others = (read(name, None, {}, standing) for name in shipped() if name not in {first.name, "demo"})
    own = tuple(_own(standing))
    whole = [each for each in (*own, *others) if each.plan is not None and area in _areas(each.plan)]
    return (first, *whole, *(each for each in own if each.plan is None))


def everything(standing: Standing) -> Iterator[tuple[str, Entry]]:
    """Every protocol that can be read, with the first area that it touches."""
    every = (*_own(standing), *(read(name, None, {}, standing) for name in shipped() if name != "demo"))
    for each in every:
        areas = () if each.plan is None else _areas(each.plan)
        if areas:
            yield areas[0], each


def _own(standing: Standing) -> Iterator[Entry]:
    for path in own_files()[:MOST_OWN]:
        yield read(path.name, path, {}, standing)


def own_files() -> list[Path]:
    """One's own protocols, by name."""
    folder = own_folder()
    return [path for path in sorted(folder.glob("*.y*ml")) if path.is_file()] if folder.is_dir() else []


def _areas(plan: Plan) -> tuple[str, ...]:
    return areas_of(plan.segments)


def read(name: str, path: Path | None, chosen: Mapping[str, str], standing: Standing) -> Entry:
    """Read and check it, the chosen combination alone held to the limits."""
    told = name if path is None else str(path)
    result = checked(told, chosen, every=False, standing=standing)
    return Entry(name=name, path=path, result=result, standing=standing, chosen=chosen)


def again(entry: Entry) -> Entry:
    """`entry` read anew, after it was changed; a choice that the file no longer offers is dropped."""
    return choosing(read(entry.name, entry.path, {}, entry.standing), entry.chosen)


def choosing(entry: Entry, options: Mapping[str, str]) -> Entry:
    """`entry` with those of `options` that it offers."""
    kept = {name: value for name, value in options.items() if value in entry.values.get(name, ())}
    return read(entry.name, entry.path, kept, entry.standing) if kept else entry


def own_copy(entry: Entry) -> Entry:
    """`entry` as a file of one's own, copied there where it is a shipped one. Raises ConfigError, OSError."""
    if entry.path is not None:
        return entry
    folder = private_dir(own_folder())
    path = next(each for each in numbered_names(folder, f"my-{entry.name}", "yaml") if not each.exists())
    write_whole(path, load(entry.name).data.decode())
    return replace(entry, name=path.name, path=path)


__all__ = [
    "ConfigError", "Entry", "again", "choosing", "everything", "own_copy", "own_files", "own_folder", "read",
    "shelf",
]  # fmt: skip
