"""Answers given beforehand, so that a run needs nobody: see `command-line.md`, "An answers file"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

KINDS = ("ready", "rate", "ask", "present", "screening")
OF_A_PERSON = frozenset({"ready", "present", "screening"})
"""On real devices and by hand these are for somebody who is there, never for a file."""

_LOADER: type[yaml.BaseLoader | yaml.CBaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_ID = re.compile(r"[A-Za-z]+\d+[a-z]?")
_WORD = re.compile(r"[\w-]+")
_CHOICES = {"ready": ("yes",), "present": ("yes",), "screening": ("yes", "no", "unsure")}
_BIGGEST = 256 * 1024


class AnswersError(Exception):
    """An answers file that means nothing; the message holds the line and what to write instead."""


@dataclass(slots=True)
class _Turns:
    values: tuple[str, ...]
    given: int = 0

    def take(self) -> str:
        value = self.values[min(self.given, len(self.values) - 1)]
        self.given += 1
        return value


class Answers:
    """What to answer. Lists are given in turn, the last value from then on."""

    def __init__(self, values: Mapping[str, Collection[str]], *, real: bool = False) -> None:
        self._turns = {_plain(key): _Turns(tuple(value)) for key, value in values.items()}
        self._real = real

    @classmethod
    def parse(cls, text: str, asked: Collection[str] = ()) -> Answers:
        """Read a file; `asked` are texts of questions that are known to come. Raises AnswersError."""
        if len(text) > _BIGGEST:
            raise AnswersError("an answers file holds at most 256 KiB")
        try:
            node = yaml.compose(text, Loader=_LOADER)
        except (yaml.YAMLError, RecursionError) as error:
            raise AnswersError(f"not YAML: {_first_line(error)}") from error
        if not isinstance(node, yaml.MappingNode):
            raise AnswersError("an answers file is a mapping, such as ready: yes")
        known = {_plain(each) for each in asked}
        values: dict[str, tuple[str, ...]] = {}
        for key_node, value_node in node.value:
            key = _key(key_node, known)
            if key in values:
                raise AnswersError(f"{_line(key_node)}: {key!r} is there twice; write one list instead")
            values[key] = _values(key, value_node)
        return cls(values)

    def for_real(self) -> Answers:
        """The same from the start, silent on what only somebody who is there may answer."""
        return Answers({key: turns.values for key, turns in self._turns.items()}, real=True)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Kinds in the file that it is not listened to for, since devices are real or by hand."""
        return tuple(kind for kind in KINDS if self._real and kind in OF_A_PERSON and kind in self._turns)

    def speaks_for(self, kind: str) -> bool:
        """Whether a question of `kind` is for the file at all; if not, somebody else is asked."""
        return not (self._real and kind in OF_A_PERSON)

    def answer(self, kind: str, question: str, text: str) -> str | float | None:
        """The value for one question: by its id, else by its text, else by its kind; None: left out."""
        if not self.speaks_for(kind):
            return None
        for key in (question, _plain(text), kind):
            turns = self._turns.get(key)
            if turns is not None:
                return _typed(kind, turns.take())
        return None


def _typed(kind: str, value: str) -> str | float | None:
    return _number(value) if kind == "rate" else value


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number <= 10 and number.is_integer() else None


def _plain(text: str) -> str:
    return " ".join(text.split())


def _line(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}"


def _first_line(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).partition("\n")[0]


def _key(node: yaml.Node, known: Collection[str]) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise AnswersError(f"{_line(node)}: a key is a kind, the id or the text of a question")
    key = _plain(node.value)
    if key in KINDS or key in known or _ID.fullmatch(key) or not _WORD.fullmatch(key):
        return key
    raise AnswersError(f"{_line(node)}: no question is of kind {key!r}; kinds are {', '.join(KINDS)}")


def _values(key: str, node: yaml.Node) -> tuple[str, ...]:
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if not nodes:
        raise AnswersError(f"{_line(node)}: the list for {key!r} is empty")
    return tuple(_value(key, each) for each in nodes)


def _value(key: str, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise AnswersError(f"{_line(node)}: {key!r} takes a value or a list of values")
    value = _plain(node.value)
    choices = _CHOICES.get(key)
    if choices is not None and value not in choices:
        raise AnswersError(f"{_line(node)}: {key!r} is answered with {' or '.join(choices)}, not {value!r}")
    if key == "rate" and _number(value) is None:
        raise AnswersError(
            f"{_line(node)}: 'rate' is answered with a whole number from 0 to 10, not {value!r}"
        )
    return value
