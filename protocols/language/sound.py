"""What of a wrong file is sound, as a plan: so that limits which it breaks can be told in the same go."""

from __future__ import annotations

from bisect import bisect_right
from copy import deepcopy
from typing import TYPE_CHECKING

from pydantic import ValidationError

from protocols.language import compiler
from protocols.language.model import FileModel
from protocols.language.options import substitute
from protocols.language.report import locate_verb
from protocols.language.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from protocols.diagnostics import Diagnostic
    from protocols.language.check import Compiled
    from protocols.language.source import Document, Path, Value
    from protocols.plan import Plan

_FILLER: dict[str, Value] = {"say": "…"}  # in place of a wrong step, so that paths stay as they are
_INSTEAD: dict[str, Value] = {"unknot": "1", "title": "…"}
_ENTRIES = frozenset({"needs", "options", "limits"})  # each of their entries is by itself


def sound_part(compiled: Compiled) -> Plan | None:
    """The plan of a wrong file with the steps left out that are wrong, options as by default.

    None where too little is sure. Only what more steps can but make worse may be told of it.
    """
    document = compiled.document
    root = deepcopy(document.root)
    if not isinstance(root, dict) or document.merged - {()} or _is_too_long(compiled):
        return None
    for path in _wrong(document, compiled.diagnostics):
        if path == ("steps",):
            return None
        if path[0] == "steps":
            _replace(root, path)
        else:
            _take_out(root, path)
    return _compile(document, {**_INSTEAD, **root})


def _is_too_long(compiled: Compiled) -> bool:
    return any(each.code == "too-long" for each in compiled.diagnostics)


def _wrong(document: Document, diagnostics: tuple[Diagnostic, ...]) -> Iterator[Path]:
    """The innermost step of each error, or the role, option, limit or key of the root that it is in."""
    both = (document.keys, document.values)
    places = sorted((span, path) for spans in both for path, span in spans.items() if path)
    starts = [(span.line, span.column) for span, _ in places]
    for each in diagnostics:
        at = bisect_right(starts, (each.line, each.column)) - 1
        if at >= 0:
            yield _step(document, places[at][1])


def _step(document: Document, path: Path) -> Path:
    for length in range(len(path), 1, -1):
        last, above = path[length - 1], path[length - 2]
        is_step = isinstance(document[path[:length]], dict) or above in {"steps", "together"}
        if path[0] == "steps" and isinstance(last, int) and is_step:
            return path[:length]
    return path[:2] if path[0] in _ENTRIES else path[:1]


def _take_out(root: dict[str, Value], path: Path) -> None:
    owner = root.get(str(path[0])) if len(path) > 1 else root
    if isinstance(owner, dict):
        owner.pop(str(path[-1]), None)


def _replace(root: dict[str, Value], path: Path) -> None:
    node: Value | None = root
    for step in path[:-1]:
        node = _child(node, step)
    last = path[-1]
    if isinstance(node, list) and isinstance(last, int) and last < len(node):
        node[last] = dict(_FILLER)


def _child(node: Value | None, step: str | int) -> Value | None:
    """None for what is not there: where reading ended, or in a step that was replaced before."""
    if isinstance(node, dict) and isinstance(step, str):
        return node.get(step)
    return node[step] if isinstance(node, list) and isinstance(step, int) and step < len(node) else None


def _compile(document: Document, root: dict[str, Value]) -> Plan | None:
    options = root.get("options") or {}
    named = options.items() if isinstance(options, dict) else ()
    choice = {name: str(spec.get("default", "")).strip() for name, spec in named if isinstance(spec, dict)}
    filled = {key: value if key == "options" else substitute(value, choice) for key, value in root.items()}
    resolution = resolve(filled)
    if resolution.problems:
        return None
    try:
        file = FileModel.model_validate(filled)
    except ValidationError:
        return None
    return compiler.compile_file(file, resolution, lambda path: locate_verb(document, path).line, choice)
