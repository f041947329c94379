"""A valid file, its options chosen, to its plan: lists, sides, times and repeats unrolled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict, cast

from protocols import plan as p
from protocols.language import model as m

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from protocols.language.resolve import Resolution
    from protocols.language.source import Path


class _Origin(TypedDict):
    number: int
    path: str
    line: int


def compile_file(
    file: m.FileModel, resolution: Resolution, line_of: Callable[[Path], int], options: Mapping[str, str]
) -> p.Plan:
    """The plan of a file in which nothing is wrong; `line_of` a step's path is its verb's line."""
    compiler = _Compiler(resolution, line_of)
    track = compiler.steps(file.steps, ("steps",))
    return p.Plan(
        title=file.title,
        roles={role: file.needs[role] for role in compiler.roles},
        segments=tuple(compiler.segments),
        track=track,
        limits=file.limits.by_id(),
        options=dict(options),
    )


def written(path: Path) -> str:
    """A path as text: `steps[3].steps[0]`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


@dataclass(slots=True)
class _Compiler:
    resolution: Resolution
    line_of: Callable[[Path], int]
    segments: list[p.Segment] = field(default_factory=list)
    roles: dict[str, None] = field(default_factory=dict)

    def steps(self, steps: Iterable[m.StepModel], path: Path) -> p.Track:
        items: list[p.Item] = []
        for number, step in enumerate(steps):
            items += self.step(step, (*path, number))
        return tuple(items)

    def step(self, step: m.StepModel, path: Path) -> p.Track:
        if isinstance(step, m.RepeatStep):
            return self._repeat(step, path)
        if isinstance(step, m.TogetherStep):
            return (
                p.Fork(tuple(self._branch(b, (*path, "together", n)) for n, b in enumerate(step.branches))),
            )
        first = len(self.segments) + 1
        _EXPAND[type(step)](self, step, path)
        return tuple(range(first, len(self.segments) + 1))

    def _branch(self, branch: m.StepModel | Sequence[m.StepModel], path: Path) -> p.Track:
        return self.step(branch, path) if isinstance(branch, m.StepModel) else self.steps(branch, path)

    def _repeat(self, step: m.RepeatStep, path: Path) -> p.Track:
        rounds = [self.steps(step.steps, (*path, "steps")) for _ in range(step.rounds)]
        condition = self.resolution.conditions.get(path)
        if condition is None:
            return tuple(item for each in rounds for item in each)
        items: p.Track = rounds[-1]
        for each in reversed(rounds[:-1]):
            items = (*each, p.Until(condition, self._rates(each, condition), len(items)), *items)
        return items

    def _rates(self, track: p.Track, condition: p.Condition) -> tuple[int, ...]:
        if condition.subject != "tenderness":
            return ()
        return tuple(n for n in p.numbers(track) if isinstance(self.segments[n - 1], p.Rate))

    def origin(self, path: Path) -> _Origin:
        return {"number": len(self.segments) + 1, "path": written(path), "line": self.line_of(path)}

    def role(self, path: Path) -> str:
        role = cast("str", self.resolution.roles[path])
        self.roles.setdefault(role)
        return role

    def heat(self, step: m.HeatStep, path: Path) -> None:
        place = p.Place(step.area, step.side)
        self.segments.append(p.Heat(
            **self.origin(path), place=place, role=self.role(path),
            to=step.to, hold_ms=step.hold, within_ms=step.within,
        ))  # fmt: skip

    def press(self, step: m.PressStep, path: Path) -> None:
        role = None if self.resolution.roles[path] is None else self.role(path)
        names = step.places if isinstance(step.places, list) else [step.places]
        for n, place in enumerate(p.Place(name, side) for name in names for side in _sides(step.side)):
            if n:
                self._rest(step.between, path)
            self.segments.append(p.Press(
                **self.origin(path), place=place, role=role, at=step.at,
                hold_ms=step.hold, move=step.move, force=step.force,
            ))  # fmt: skip

    def rest(self, step: m.RestStep, path: Path) -> None:
        self._rest(step.hold, path)

    def _rest(self, hold_ms: int, path: Path) -> None:
        self.segments.append(p.Rest(**self.origin(path), hold_ms=hold_ms))

    def stretch(self, step: m.StretchStep, path: Path) -> None:
        holds = [p.Place(step.place, side) for side in _sides(step.side) for _ in range(step.times)]
        for n, place in enumerate(holds):
            if n:
                self._rest(step.between, path)
            self.segments.append(p.Stretch(**self.origin(path), place=place, hold_ms=step.hold))

    def rate(self, step: m.RateStep, path: Path) -> None:
        self.segments.append(p.Rate(**self.origin(path), place=p.Place(step.place, step.side)))

    def ask(self, step: m.AskStep, path: Path) -> None:
        self.segments.append(p.Ask(
            **self.origin(path), text=step.text, choices=step.choices, name=step.name,
            stop_if=step.conditions, because=step.because,
        ))  # fmt: skip

    def say(self, step: m.SayStep, path: Path) -> None:
        self.segments.append(p.Say(**self.origin(path), text=step.text))

    def cool(self, step: m.CoolStep, path: Path) -> None:
        role = self.role(path)
        self.segments.append(p.Cool(**self.origin(path), role=role, below=step.below, within_ms=step.within))


def _sides(side: p.Side) -> tuple[p.Side, ...]:
    return ("left", "right") if side == "both" else (side,)


_EXPAND: dict[type[m.StepModel], Callable[[_Compiler, m.StepModel, Path], None]] = {
    m.HeatStep: cast("Callable[[_Compiler, m.StepModel, Path], None]", _Compiler.heat),
    m.PressStep: cast("Callable[[_Compiler, m.StepModel, Path], None]", _Compiler.press),
    m.RestStep: cast("Callable[[_Compiler, m.StepModel, Path], None]", _Compiler.rest),
    m.StretchStep: cast("Callable[[_Compiler, m.StepModel, Path], None]", _Compiler.stretch),
    m.RateStep: cast("Callable[[_Compiler, m.StepModel, Path], None]", _Compiler.rate),
    m.AskStep: cast("Callable[[_Compiler, m.StepModel, Path], None]", _Compiler.ask),
    m.SayStep: cast("Callable[[_Compiler, m.StepModel, Path], None]", _Compiler.say),
    m.CoolStep: cast("Callable[[_Compiler, m.StepModel, Path], None]", _Compiler.cool),
}
