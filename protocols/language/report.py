"""From what pydantic and `resolve` found wrong to diagnostics with a place, one for each cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from protocols.diagnostics import MOST_DIAGNOSTICS, Code, Diagnostic, Span, nearest, quoted, suggestion
from protocols.language.model import STEPS, TAGS, FileModel, LimitsModel, OptionModel, keys_of, verb_of
from protocols.language.resolve import Problem, misspelt
from protocols.language.values import is_refused_method, refused_method

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from protocols.language.source import Document, Path, Value

_Spot = tuple["Path", bool]  # a path, and whether its key is meant rather than its value
_CODES = frozenset(get_args(Code))
_SIDED = frozenset({"press", "stretch"})


def diagnostics(
    document: Document, root: Value, errors: Iterable[ErrorDetails], problems: Iterable[Problem]
) -> dict[_Spot, Diagnostic]:
    """At most MOST_DIAGNOSTICS, the first of the file, one for a spot and none that follows from another."""
    found: dict[_Spot, ErrorDetails | Problem] = {}
    for error in errors:
        found.setdefault(_spot(error), error)
    for each in problems:
        found.setdefault((each.path, False), each)
    told: dict[_Spot, Diagnostic] = {}
    placed = sorted(((_locate(document, *spot), spot) for spot in found), key=lambda each: each[0])
    for span, spot in placed:
        what = found[spot]
        problem = what if isinstance(what, Problem) else _problem(root, spot[0], what)
        if problem is not None and not _follows(document, problem):
            told[spot] = _diagnostic(document, span, problem)
        if len(told) == MOST_DIAGNOSTICS:
            break
    return told


def _follows(document: Document, problem: Problem) -> bool:
    """Whether the error only follows from one that was told before: a refused value or merge key."""
    path = problem.path
    if any(path[:length] in document.muted for length in range(1, len(path) + 1)):
        return True
    if path in document.merged:
        return True
    return path[:-1] in document.merged and (path not in document.values or problem.code == "unknown-verb")


def locate(document: Document, path: Path) -> Span:
    """A scalar at its value, a list or mapping at its key, a missing key at its step's verb."""
    if path in document.values:
        value = document[path]
        return (
            document.values[path]
            if isinstance(value, str)
            else document.keys.get(path, document.values[path])
        )
    if path in document.keys:
        return document.keys[path]
    while path and path not in document.values:
        path = path[:-1]
    return locate_verb(document, path)


def locate_verb(document: Document, path: Path) -> Span:
    """The verb of the step at `path`; of anything else its key, or where it begins."""
    verb = _verb(document[path], path)
    if verb is not None:
        return document.keys[*path, verb]
    return document.keys.get(path, document.values.get(path, Span()))


def _locate(document: Document, path: Path, is_key: bool) -> Span:
    return document.keys.get(path, Span()) if is_key else locate(document, path)


def _verb(node: Value | None, path: Path) -> str | None:
    # Steps alone stand in lists; `ask` is also a key of an option.
    return verb_of(node) if path and isinstance(path[-1], int) else None


def _spot(error: ErrorDetails) -> _Spot:
    location = list(error["loc"])
    last_is_key = error["type"] == "extra_forbidden"
    kept = [
        step for step in (location[:-1] if last_is_key else location) if step not in TAGS and step != "[key]"
    ]
    if last_is_key:
        kept.append(location[-1])
    key = error.get("ctx", {}).get("at")
    if key is not None:
        return (*kept, key), True
    return tuple(kept), last_is_key or "[key]" in location


def _problem(root: Value, path: Path, error: ErrorDetails) -> Problem | None:
    context = error.get("ctx", {})
    kind = error["type"]
    if kind in _CODES:
        return Problem(path, kind, str(context["message"]), context["help"], context)  # type: ignore[arg-type]
    if kind == "missing":
        return _missing(root, path)
    if kind == "extra_forbidden":
        return _unknown_key(root, path)
    if kind in {"too_short", "too_long"}:
        few = "too few" if kind == "too_short" else "too many"
        bounds = " and ".join(f"{word} {context[k]}" for k, word in _LENGTHS.items() if k in context)
        return Problem(path, "value", f"{few} in this list", f"write {bounds}")
    wanted = "a list" if kind == "list_type" else "a mapping, as key: value"
    return Problem(path, "value", f"{wanted} belongs here", f"write {wanted}")


_LENGTHS = {"min_length": "at least", "max_length": "at most"}


def _missing(root: Value, path: Path) -> Problem | None:
    parent, key = _at(root, path[:-1]), str(path[-1])
    if not isinstance(parent, dict) or misspelt(parent, key, _known(parent, path[:-1])):
        return None
    verb = _verb(parent, path[:-1])
    owner = verb or (str(path[-2]) if len(path) > 1 else "a protocol")
    if key == "side" and verb in _SIDED:
        return Problem(
            path, "side-missing", f"{owner} needs a side", "add side: left, side: right or side: both"
        )
    return Problem(path, "missing-key", f"{owner} needs {key}", f"add {key}: {_EXAMPLES.get(key, '…')}")


_EXAMPLES = {
    "unknot": "1",
    "to": "38 °C",
    "for": "30 s",
    "hold": "20 s",
    "at": "gentle",
    "ask": "and the question",
    "of": "[gentle, medium]",
    "default": "and one of its values",
    "title": "and what the protocol is called",
    "steps": "and at least one step under it, as - rest: 30 s",
}


def _unknown_key(root: Value, path: Path) -> Problem:
    parent, key = _at(root, path[:-1]), str(path[-1])
    if is_refused_method(key):
        context = refused_method(key).context or {}
        return Problem(path, "refused-method", context["message"], context["help"])
    known = _known(parent if isinstance(parent, dict) else {}, path[:-1])
    verb = _verb(parent, path[:-1])
    if key in STEPS and verb is not None:
        return Problem(
            path,
            "unknown-key",
            f"a step has one verb, and this one has {verb}",
            f"make {key} a step of its own",
        )
    where = f" in {verb}" if verb else ""
    missing = [word for word in known if not isinstance(parent, dict) or word not in parent]
    meant = nearest(key, missing) or nearest(key, known)
    help = f"did you mean {meant}?" if meant else suggestion(key, known)
    if verb is not None and len(known) == 1:
        help = f"take it out: {verb} has no other keys"
    elif verb is not None and (owners := [each for each, model in STEPS.items() if key in keys_of(model)]):
        help = f"{key} goes with {', '.join(owners)}" + (f"; {help}" if meant else "")
    return Problem(path, "unknown-key", f"unknown key {quoted(key)}{where}", help)


def _known(parent: dict[str, Value], path: Path) -> tuple[str, ...]:
    verb = _verb(parent, path)
    model: type[BaseModel] = FileModel
    if verb is not None:
        model = STEPS[verb]
    elif path:
        model = LimitsModel if path == ("limits",) else OptionModel
    return keys_of(model)


def _at(root: Value, path: Path) -> Value | None:
    node: Value | None = root
    for step in path:
        if isinstance(node, dict) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return None
    return node


def _diagnostic(document: Document, span: Span, problem: Problem) -> Diagnostic:
    limit, asked, allowed = (problem.context.get(key) for key in ("limit", "asked", "allowed"))
    return Diagnostic(
        severity="error", code=problem.code, file=document.file,
        line=span.line, column=span.column, end_line=span.end_line, end_column=span.end_column,
        message=problem.message, help=problem.help if isinstance(problem.help, str) else problem.help(),
        limit=None if limit is None else str(limit),
        asked=asked if isinstance(asked, float) else None,
        allowed=allowed if isinstance(allowed, float) else None,
    )  # fmt: skip
