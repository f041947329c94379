"""What needs more of a file than one step: roles, names of answers, conditions, counts.

Works on the values as they were read, so that it says its part also where a step has other errors.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final, get_args

from protocols.diagnostics import nearest, quoted, suggestion
from protocols.language import values as v
from protocols.language.model import STEPS, choices, keys_of, verb_of
from protocols.plan import Condition, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from protocols.diagnostics import Code
    from protocols.language.source import Path, Value

MOST_SEGMENTS: Final = 2_000
"""Segments of a plan, at most (protocol-language; limit SE2, hard)."""

_FEW_KEYS = 30  # more than any step has: past it no misspelling is looked for
_FEW_SLIPS = 200  # steps whose keys are compared: later ones come after more errors than are told
_FEW_NAMES = 20  # names in one message
_MOST_COMPARED = 100  # names that an unknown one is compared with
_KIND_OF: Mapping[str, Kind] = {"heat": "heat", "press": "percussion", "cool": "heat"}


@dataclass(frozen=True, slots=True)
class Problem:
    """An error at a path of the file; where the path does not exist, at the step or key it misses from.

    Help that takes long to find comes as a function: of thousands of errors few are told.
    """

    path: Path
    code: Code
    message: str
    help: str | Callable[[], str]
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a named question can be answered with; `scale` None: with one of `words`."""

    scale: tuple[int, int] | None
    words: tuple[str, ...]


_Names = MutableMapping[str, Answers | None]
"""The names that answers have so far; None: what can be answered is an error of its own."""


@dataclass(slots=True)
class Resolution:
    """The roles that steps drive (None: the hand), the conditions of repeats, by path; and what is wrong.

    `segments` is how many the file comes to; a step that is none counts as one.
    """

    roles: dict[Path, str | None] = field(default_factory=dict)
    conditions: dict[Path, Condition] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    segments: int = 0


@dataclass(slots=True)
class _Seen:
    """What a list of steps came to: each role's first use, whether anything is rated, how many segments."""

    roles: dict[str, Path] = field(default_factory=dict)
    rates: bool = False
    count: int = 0

    def add(self, other: _Seen, times: int = 1) -> None:
        for role, path in other.roles.items():
            self.roles.setdefault(role, path)
        self.rates = self.rates or other.rates
        self.count += times * other.count


def resolve(root: Mapping[str, Value]) -> Resolution:
    """Everything that goes from one step of a file to another. Never raises."""
    resolver = _Resolver(_needs(root))
    steps = root.get("steps")
    if isinstance(steps, list):
        resolver.whole(steps)
    return resolver.found


def misspelt(mapping: Mapping[str, Value], key: str, known: Iterable[str]) -> bool:
    """Whether `key` is missing because it is there under a misspelt name."""
    keys = tuple(known)
    if key in mapping or len(mapping) > _FEW_KEYS:
        return False
    return any(nearest(word, keys) == key for word in mapping if word not in keys)


def _needs(root: Mapping[str, Value]) -> Mapping[str, str] | None:
    """Roles and what was written as their kind; None where that is an error of its own."""
    from_file = root.get("needs", {})
    if not isinstance(from_file, dict) or any(nearest(key, ("needs",)) for key in root if key != "needs"):
        return None
    return {role: kind.strip() if isinstance(kind, str) else "" for role, kind in from_file.items()}


class _Resolver:
    def __init__(self, needs: Mapping[str, str] | None) -> None:
        self.needs = needs
        self.found = Resolution()
        self.unsure = False  # whether a question may have a name that cannot be read
        self.slips = 0
        kinds = get_args(Kind)
        self.roles: Mapping[str, list[str]] = {
            kind: [role for role, k in (needs or {}).items() if k == kind] for kind in kinds
        }
        self.known_kinds = all(k in kinds for k in (needs or {}).values())

    def whole(self, steps: list[Value]) -> None:
        names: _Names = {}
        total, told = 0, False
        for number, step in enumerate(steps):
            total += self._step(step, ("steps", number), names).count
            if total > MOST_SEGMENTS and not told:
                told = True
                message = f"over {MOST_SEGMENTS} segments after lists, sides and repeats"
                self._report(
                    "too-long", ("steps", number, " "), message, "repeat less, or make two protocols of it"
                )
        self.found.segments = total

    def _steps(self, steps: Value | None, path: Path, names: _Names) -> _Seen:
        seen = _Seen()
        if isinstance(steps, list):
            for number, step in enumerate(steps):
                seen.add(self._step(step, (*path, number), names))
        return seen

    def _step(self, step: Value, path: Path, names: _Names) -> _Seen:
        verb = verb_of(step)
        if verb is None or not isinstance(step, dict):
            # Nobody knows what it was meant to be: perhaps a `rate`, or a question with a name.
            self.unsure = self.unsure or (isinstance(step, dict) and "as" in step)
            return _Seen(rates=True, count=1)
        if verb == "repeat":
            return self._repeat(step, path, names)
        if verb == "together":
            return self._together(step["together"], (*path, "together"), names)
        if verb == "ask":
            self._name_answer(step, names)
        return _Seen(self._drives(verb, step, path), verb == "rate", _count(verb, step))

    # Roles

    def _drives(self, verb: str, step: Mapping[str, Value], path: Path) -> dict[str, Path]:
        kind = _KIND_OF.get(verb)
        if kind is None:
            return {}
        key = "cool" if verb == "cool" else "with"
        at = (*path, key)
        role = self._role(verb, kind, step, at)
        self.found.roles[path] = None if role == "hand" else role
        if verb == "press" and "at" not in step and self._by_device(role, step):
            self._report("missing-key", (*path, "at"), "press with a device needs at", "add at: gentle")
        return {} if role is None or role == "hand" else {role: at}

    def _by_device(self, role: str | None, step: Mapping[str, Value]) -> bool:
        """Whether a press is surely meant for a device, also where it is not clear for which."""
        keys = keys_of(STEPS["press"])
        if self._misspelt(step, "at", keys) or self._misspelt(step, "with", keys):
            return False
        if "with" in step:
            return role is not None and role != "hand"
        return bool(self.roles["percussion"])

    def _role(self, verb: str, kind: Kind, step: Mapping[str, Value], path: Path) -> str | None:
        key = str(path[-1])
        written = step.get(key)
        if key in step:
            return self._written_role(verb, kind, written.strip(), path) if isinstance(written, str) else None
        if self._misspelt(step, key, keys_of(STEPS[verb])):
            return None
        return self._only_role(verb, kind, path)

    def _written_role(self, verb: str, kind: Kind, role: str, path: Path) -> str | None:
        if role == "hand":
            if verb != "press":
                self._report(
                    "role-conflict",
                    path,
                    f"{verb} needs a device, not the hand",
                    "press alone is done by hand",
                )
            return role
        if self.needs is None or not role:
            return None
        if role not in self.needs:
            known = [*self.roles[kind][:_MOST_COMPARED], *["hand"] * (verb == "press")]

            def help() -> str:
                meant = nearest(role, known)
                return f"did you mean {meant}?" if meant else f"add to needs: {{{role}: {kind}}}"

            self._report("unknown-role", path, f"{quoted(role)} is no role of needs", help)
            return None
        if self.needs[role] != kind and self.needs[role] in get_args(Kind):
            message = f"{quoted(role)} is for {self.needs[role]}, and {verb} needs {kind}"
            self._report("role-conflict", path, message, f"name a role of kind {kind}")
            return None
        return role

    def _only_role(self, verb: str, kind: Kind, path: Path) -> str | None:
        if self.needs is None:
            return None
        roles = self.roles[kind]
        if len(roles) < 2 and not self.known_kinds:
            return None
        if len(roles) == 1:
            return roles[0]
        if roles:
            message = f"several roles could do this {verb}: {', '.join(roles[:_FEW_NAMES])}"
            self._report("role-conflict", path, message, f"say which: with: {roles[0]}")
        else:
            word = "pad" if kind == "heat" else "gun"
            help = f"add to needs: {{{word}: {kind}}}" + (", or write with: hand" if verb == "press" else "")
            self._report(
                "unknown-role", path, f"{verb} needs a role of kind {kind}, and needs has none", help
            )
        return None

    # Steps that hold steps

    def _together(self, branches: Value, path: Path, names: _Names) -> _Seen:
        seen = _Seen()
        if not isinstance(branches, list):
            return seen
        asked: _Names = {}
        for number, branch in enumerate(branches):
            own = ChainMap[str, "Answers | None"]({}, names)
            at = (*path, number)
            part = self._steps(branch, at, own) if isinstance(branch, list) else self._step(branch, at, own)
            for role in part.roles.keys() & seen.roles.keys():
                message = f"another branch drives {quoted(role)} already"
                self._report("role-conflict", part.roles[role], message, "let one branch alone drive it")
            asked.update(own.maps[0])
            seen.add(part)
        names.update(asked)
        return seen

    def _repeat(self, step: Mapping[str, Value], path: Path, names: _Names) -> _Seen:
        inside = self._steps(step.get("steps"), (*path, "steps"), names)
        seen = _Seen()
        seen.add(inside, _whole(step["repeat"]))
        written = step.get("until")
        parts = v.read_condition(written) if isinstance(written, str) else None
        if parts is not None:
            # A misspelt or missing list of steps is an error of its own.
            rates = inside.rates or not isinstance(step.get("steps"), list)
            self._condition(*parts, path, names, rates=rates)
        return seen

    def _condition(
        self,
        subject: str,
        comparison: str,
        text: str,
        path: Path,
        names: _Names,
        *,
        rates: bool,
    ) -> None:
        at = (*path, "until")
        if subject == "tenderness":
            answers: Answers | None = Answers((0, 10), ())
            if not rates:
                self._report("value", at, "nothing in this repeat is rated", "add a step: rate: a point")
        elif subject in names:
            answers = names[subject]
        elif self.unsure:
            return
        else:
            known = ["tenderness", *islice(names, _MOST_COMPARED)]
            message = f"no question so far has the name {quoted(subject)}"
            self._report("value", at, message, lambda: suggestion(subject, known))
            answers = None
        if answers is None:
            return
        value = _compared(answers, comparison, text)
        if isinstance(value, Problem):
            self._report(value.code, at, value.message, value.help)
        else:
            self.found.conditions[path] = Condition(subject, comparison, value)  # type: ignore[arg-type]

    def _name_answer(self, step: Mapping[str, Value], names: _Names) -> None:
        name = step.get("as")
        if isinstance(name, str) and v.NAME.fullmatch(name):
            names[name] = _answers(step)
        elif name is not None or self._misspelt(step, "as", keys_of(STEPS["ask"])):
            self.unsure = True

    def _misspelt(self, step: Mapping[str, Value], key: str, known: tuple[str, ...]) -> bool:
        if key in step or step.keys() <= set(known):
            return False
        self.slips += 1
        return self.slips <= _FEW_SLIPS and misspelt(step, key, known)

    def _report(self, code: Code, path: Path, message: str, help: str | Callable[[], str]) -> None:
        self.found.problems.append(Problem(path, code, message, help))


def _compared(answers: Answers, comparison: str, text: str) -> float | str | Problem:
    if answers.scale is not None:
        low, high = answers.scale
        number = v.read_number(text)
        if number is not None and low <= number <= high:
            return number
        return Problem(
            (), "value", f"{quoted(text)} is no number from {low} to {high}", f"write {low} to {high}"
        )
    if comparison not in {"==", "!="}:
        return Problem((), "value", f"answers in words have no {comparison}", "compare with == or !=")
    if text not in answers.words:
        help = f"write one of: {', '.join(answers.words[:_FEW_NAMES])}"
        return Problem((), "value", f"{quoted(text)} is no answer to that question", help)
    return text


def _answers(step: Mapping[str, Value]) -> Answers | None:
    """What the question can be answered with; None where that is an error of its own."""
    scale, of = step.get("scale"), step.get("of")
    if scale is not None:
        ends = v.read_scale(scale) if isinstance(scale, str) else None
        return Answers(ends, ()) if ends else None
    if of is not None and not isinstance(of, list):
        return None
    words = [word.strip() for word in of or [] if isinstance(word, str)]
    return Answers(None, choices(None, words))


def _whole(text: Value | None) -> int:
    plain = text.strip() if isinstance(text, str) else ""
    return int(plain) if re.fullmatch("[0-9]{1,2}", plain) else 1


def _count(verb: str, step: Mapping[str, Value]) -> int:
    """Segments that a step without steps becomes: the rests between its parts are segments too."""
    sides = 2 if step.get("side") == "both" else 1
    if verb == "press":
        places = step["press"]
        parts = sides * (len(places) if isinstance(places, list) else 1)
    elif verb == "stretch":
        parts = sides * _whole(step.get("times", "1"))
    else:
        return 1
    return max(1, 2 * parts - 1)
