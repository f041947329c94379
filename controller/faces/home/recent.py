"""What was run lately, and whether it is still what it was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from controller.faces.home.shelf import Entry
    from controller.journal import Digest
    from controller.safety import Standing
    from controller.settings import Way
    from protocols.plan import Plan

MOST: Final = 3
"""What is offered by a digit."""
_STEPS_TOLD: Final = 4


@dataclass(frozen=True, slots=True)
class Recent:
    """A plan that was run, the file or the shipped protocol that it is of, and how it was done."""

    plan: Plan
    source: str
    way: Way

    @property
    def says(self) -> str:
        """What it is, in a few words."""
        how = {"own": "", "hand": ", by hand", "sim": ", simulated"}[self.way]
        return f"{printable(self.plan.title)}{how}"


@dataclass(frozen=True, slots=True)
class Found:
    """What it is now: None where it is gone. `changed`: what is not as it was; empty: all is."""

    entry: Entry | None
    changed: tuple[str, ...] = ()


def recent_of(told: Digest) -> Recent:
    """What `told` ran."""
    hand = {each.by_hand for each in told.channels.values()}
    way: Way = "sim" if told.simulated else "hand" if hand == {True} else "own"
    return Recent(told.plan, told.source, way)


def recents(told: Iterable[Digest]) -> tuple[Recent, ...]:
    """The newest few whose file is on record, each file once; the demo is a key of its own."""
    found: dict[str, Recent] = {}
    for each in told:
        if each.source and each.source != "demo":
            found.setdefault(each.source, recent_of(each))
    return tuple(found.values())[:MOST]


def find(recent: Recent, standing: Standing) -> Found:
    """Read it again, with the options that were chosen. Blocks on the disk."""
    from click import ClickException  # noqa: PLC0415  what the reader of files raises

    try:
        entry = _entry(recent, standing)
    except ClickException as error:
        return Found(None, (f"It cannot be run again: {error.message}",))
    if entry is None:
        gone = recent.source or f"a protocol called {printable(recent.plan.title)}"
        return Found(None, (f"It cannot be run again: {printable(gone)} is not there any more.",))
    if entry.plan is None:
        return Found(entry, ("Its file has errors now.",))
    same = recent.plan.sha256 in _hashes(entry, entry.plan)
    return Found(entry, () if same else tuple(_changed(recent.plan, entry.plan)))


def _hashes(entry: Entry, plan: Plan) -> Iterator[str]:
    """Of the plan as it is, and lowered to what stands now: a run with `fit` kept that one."""
    from controller.safety.fit import Fitted  # noqa: PLC0415

    yield plan.sha256
    fitted = entry.fitted()
    if isinstance(fitted, Fitted):
        yield fitted.plan.sha256


def _entry(recent: Recent, standing: Standing) -> Entry | None:
    from controller.faces.home.shelf import choosing, own_files, read  # noqa: PLC0415  loads the reader of files
    from protocols.language import shipped  # noqa: PLC0415

    def entry(name: str, path: Path | None) -> Entry:
        return choosing(read(name, path, {}, standing), recent.plan.options)

    if recent.source in shipped():
        return entry(recent.source, None)
    if recent.source:
        path = Path(recent.source)
        return entry(path.name, path) if path.is_file() else None
    entries = [*(entry(path.name, path) for path in own_files()), *(entry(name, None) for name in shipped())]
    alike = [each for each in entries if each.title == recent.plan.title]
    same = (each for each in alike if each.plan is not None and each.plan.sha256 == recent.plan.sha256)
    return next(same, alike[0] if alike else None)


def _changed(old: Plan, new: Plan) -> Iterator[str]:
    from controller.faces.cli.plan import step_words  # noqa: PLC0415
    from controller.faces.home.timeline import lengths  # noqa: PLC0415

    yield "The file has changed since:"
    pairs = (
        ("its name", old.title, new.title),
        ("its length", lengths(old), lengths(new)),
        ("what it needs", _listed(old.roles), _listed(new.roles)),
        ("its options", _listed(old.options), _listed(new.options)),
    )
    for what, was, now in pairs:
        if was != now:
            yield f"  {what}: {printable(was)}, now {printable(now)}"
    was_steps, now_steps = list(step_words(old)), list(step_words(new))
    if len(was_steps) != len(now_steps):
        yield f"  its steps: {len(was_steps)}, now {len(now_steps)}"
    differ = [n for n, (a, b) in enumerate(zip(was_steps, now_steps, strict=False)) if a != b]
    for n in differ[:_STEPS_TOLD]:
        yield f"  step {n + 1}: {was_steps[n]}, now {now_steps[n]}"
    if len(differ) > _STEPS_TOLD:
        yield f"  and {len(differ) - _STEPS_TOLD} more steps"


def _listed(told: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in told.items()) or "none"
