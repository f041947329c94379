"""A file's bytes to its plan, or to everything that is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from protocols.body import known_place
from protocols.diagnostics import MOST_DIAGNOSTICS, Diagnostic, Span, first_ones, quoted, render
from protocols.language import compiler
from protocols.language.model import FileModel
from protocols.language.options import MOST_COMBINED, Options, read_options, substitute
from protocols.language.report import diagnostics as report
from protocols.language.report import locate, locate_verb
from protocols.language.resolve import resolve
from protocols.language.source import Document, Source, read
from protocols.language.values import REFERENCE
from protocols.plan import verb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocols.language.source import Path, Value
    from protocols.plan import Kind, Plan, Segment


_MOST_VALUES = 600_000  # to read over all combinations: in a second, and twice what steps can come to
_MOST_BROKEN = 200  # ways to choose that are wrong: each value of each option comes first
_ABOUT = frozenset({"about", "author", "license", "sources", "options"})


@dataclass(frozen=True, slots=True)
class Compiled:
    """Either a plan or what is wrong: never both, never neither.

    `combinations` are the plans of every way to choose the options, the chosen one among them;
    `needs` are all roles of the file, whether a step uses them or not.
    """

    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]
    combinations: tuple[Plan, ...]
    needs: Mapping[str, Kind]
    document: Document = field(repr=False, compare=False)

    @property
    def file(self) -> str:
        """The name by which the file is spoken of."""
        return self.document.file

    def locate(self, segment: Segment, key: str | None = None) -> Span:
        """Where `key` of the step that `segment` came from stands: its value, or for a list its key.

        Without `key`, or where the step does not write it, the verb's value or the item of its list.
        """
        path = _read_path(segment.path)
        if key is not None and key != verb(segment) and (*path, key) in self.document.values:
            return locate(self.document, (*path, key))
        return self._place(segment, (*path, verb(segment)))

    def _place(self, segment: Segment, path: Path) -> Span:
        written = self.document[path]
        place = getattr(segment, "place", None)
        if isinstance(written, list) and place is not None:
            for number, name in enumerate(written):
                if isinstance(name, str) and known_place(name) == place.name:
                    return self.document.values[*path, number]
        return locate(self.document, path)

    def locate_path(self, *path: str | int) -> Span:
        """Where something else of the file stands, as `locate_path("limits", "session")`."""
        return locate(self.document, path)

    def text(self, diagnostic: Diagnostic) -> str:
        """A diagnostic as text, with its source line and a caret."""
        return render(diagnostic, self.document.line(diagnostic.line))


def compile_source(source: Source, chosen: Mapping[str, str] | None = None) -> Compiled:
    """The plan of `source` with the options `chosen` (defaults for the rest), or what is wrong.

    Raises OptionError for a choice that the file does not offer, ReaderMissingError without libyaml.
    """
    document = read(source)
    root = document.root
    if not isinstance(root, dict):
        if root is not None and not document.diagnostics:
            document.report("value", document.values[()], "a protocol is a mapping", "start with: unknot: 1")
        return _wrong(document, document.diagnostics)
    if _is_other_version(document, root):
        return _wrong(document, document.diagnostics)
    options = read_options(document, root)
    choice = options.choose(chosen or {}) if not document.diagnostics else options.defaults
    return _compile(document, root, options, choice)


def _wrong(document: Document, diagnostics: list[Diagnostic]) -> Compiled:
    return Compiled(None, first_ones(diagnostics), (), {}, document)


def _is_other_version(document: Document, root: Mapping[str, Value]) -> bool:
    version = root.get("unknot")
    if version is None or version == "1" or ("unknot",) in document.muted:
        return False
    span = locate(document, ("unknot",))
    shown = quoted(version) if isinstance(version, str) else "this"
    document.report(
        "language-version", span, f"{shown} is no version of the language known here", "write unknot: 1"
    )
    # Of a newer language nothing can be said; anything else is a slip in this one.
    newer = isinstance(version, str) and re.fullmatch(r"[0-9]+(\.[0-9]+)*", version) is not None
    document.muted.add(("unknot",))
    return newer


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One way to choose, compiled."""

    plan: Plan | None
    needs: Mapping[str, Kind]
    wrong: Mapping[tuple[Path, bool], Diagnostic]
    segments: int


@dataclass(slots=True)
class _Attempts:
    """The ways to choose that were compiled, each once, and what is wrong with any of them."""

    document: Document
    root: dict[str, Value]
    options: Options
    made: dict[tuple[str, ...], _Attempt] = field(default_factory=dict)
    wrong: dict[tuple[Path, bool], Diagnostic] = field(default_factory=dict)
    broken: int = 0

    @property
    def enough(self) -> bool:
        """Whether more attempts would hardly tell more."""
        return self.broken >= _MOST_BROKEN or len(self.wrong) >= MOST_DIAGNOSTICS

    @property
    def fewest(self) -> int:
        """The segments of the shortest way."""
        return min(each.segments for each in self.made.values())

    def at(self, combination: Mapping[str, str]) -> _Attempt:
        """The attempt with these choices."""
        key = self.options.key(combination)
        if key not in self.made:
            self.made[key] = attempt = _attempt(self.document, self.root, combination)
            self.wrong = {**attempt.wrong, **self.wrong}
            self.broken += attempt.plan is None
            # What comes to no plan is read once, where no option stands in it.
            self.root = {
                name: value for name, value in self.root.items()
                if name not in _ABOUT or (name != "options" and substitute(value, combination) != value)
            }  # fmt: skip
        return self.made[key]


def _compile(
    document: Document, root: dict[str, Value], options: Options, choice: Mapping[str, str]
) -> Compiled:
    values = sum(path[:1] != ("options",) for path in document.values)
    if options.count > MOST_COMBINED or options.count * values > _MOST_VALUES:
        _too_many(document)
        options = options.defaults_alone()
    attempts = _Attempts(document, root, options)
    for combination in options.each_value():
        if attempts.enough:
            break
        attempts.at(combination)
    if attempts.broken and options.count > 1 and attempts.fewest * options.count > MOST_COMBINED:
        _too_many(document)
        attempts.broken = _MOST_BROKEN
    every = [] if attempts.enough else _plans(attempts)
    if attempts.wrong or document.diagnostics:
        return _wrong(document, [*document.diagnostics, *attempts.wrong.values()])
    plan = next(plan for plan in every if plan.options == choice)
    return Compiled(plan, (), tuple(every), attempts.at(choice).needs, document)


def _plans(attempts: _Attempts) -> list[Plan]:
    """The plans of all ways to choose, as far as they are not too many and not wrong."""
    every: list[Plan] = []
    segments = 0
    for combination in attempts.options.combinations():
        attempt = attempts.at(combination)
        if attempt.plan is not None:
            every.append(replace(attempt.plan, options=combination))
        segments += attempt.segments
        if segments > MOST_COMBINED and attempts.options.count > 1:
            _too_many(attempts.document)
        if segments > MOST_COMBINED or attempts.enough:
            break
    return every


def _too_many(document: Document) -> None:
    message = f"over {MOST_COMBINED} combinations of options times segments"
    span = locate(document, ("options",))
    document.report("too-long", span, message, "offer fewer options, or fewer values of them")


def _attempt(document: Document, root: dict[str, Value], combination: Mapping[str, str]) -> _Attempt:
    filled = {
        key: value if key == "options" else substitute(value, combination) for key, value in root.items()
    }
    resolution = resolve(filled)
    try:
        file = FileModel.model_validate(filled)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        wrong = _chosen(document, report(document, filled, errors, resolution.problems))
        return _Attempt(None, {}, wrong, max(1, resolution.segments))
    if resolution.problems or document.diagnostics:
        wrong = _chosen(document, report(document, filled, (), resolution.problems))
        return _Attempt(None, file.needs, wrong, max(1, resolution.segments))
    plan = compiler.compile_file(file, resolution, lambda path: locate_verb(document, path).line, combination)
    return _Attempt(plan, file.needs, {}, len(plan.segments))


def _chosen(
    document: Document, wrong: Mapping[tuple[Path, bool], Diagnostic]
) -> dict[tuple[Path, bool], Diagnostic]:
    """The same, saying of a value that an option stands for that it does."""
    told = dict(wrong)
    for spot, each in wrong.items():
        written = document[spot[0]]
        if isinstance(written, str) and REFERENCE.fullmatch(written) and not spot[1]:
            told[spot] = replace(each, message=f"{each.message}: a value of the option {written}")
    return told


def _read_path(text: str) -> Path:
    return tuple(
        int(number) if number else word for number, word in re.findall(r"\[([0-9]+)\]|([a-z]+)", text)
    )
