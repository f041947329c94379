"""What a key means just now. Pure, so that every key can be tried in every state.

Stop keys are not here: `ground` takes them before all else, and they mean stop everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from controller.core.events import Answer, Command
from controller.keynames import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.settings import Deed as Mapped
    from controller.snapshot import QuestionView, Snapshot

DETACH_KEYS = ("q", "Q")
"""Where the session runs elsewhere: leave it, and let it go on."""

Inner = Literal["hold", "bell", "help", "close", "left", "right", "up", "down"]
Deed = Command | Answer | Inner
"""A word for the session, or something of the screen's own."""

SOFTER_KEYS = ("minus", "underscore")
STRONGER_KEYS = ("plus", "equals_sign")
"""With or without shift: on most keyboards both are one key."""

READY_KEYS = ("space", "enter", "r")
NONE_MAPPED: Mapping[str, Mapped] = MappingProxyType({})
_RESERVED = "xsfbpr?q"
_MEANT: Mapping[Mapped, str] = {
    "ready": "r", "faded": "f", "pause": "p", "skip": "s", "stop": "x", "softer": "minus",
    "stronger": "plus", "bell": "b", "help": "question_mark",
}  # fmt: skip
"""The built-in key of each deed that a key of one's own can have; none of them answers a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What the screen shows. `settled`: it has shown it so long that a key can be meant for it.

    A key that was on its way to pause must never say ready or resume, because the screen has
    changed under the finger. `counting`: a ready by hand is about to answer itself. `over`: the
    session has ended, whatever its last snapshot said.
    """

    snapshot: Snapshot | None
    question: QuestionView | None
    settled: bool = True
    counting: bool = False
    help_open: bool = False
    over: bool = False


def translated(key: str, mapped: Mapping[str, Mapped]) -> str:
    """The built-in key for what a key of one's own says, so that the same care is taken with it."""
    deed = mapped.get(key)
    return key if deed is None else _MEANT[deed]


def key_of(deed: Mapped, key: str, mapped: Mapping[str, Mapped]) -> str:
    """The key that is shown for `deed`: the usual one unless it says something else now."""
    usual = "question_mark" if key == "?" else key
    if mapped.get(usual, deed) == deed:
        return key
    return next((shown(each) for each, says in mapped.items() if says == deed), "")


def foremost(questions: tuple[QuestionView, ...]) -> QuestionView | None:
    """The question that keys answer: the presence question before all others, then in order."""
    for question in questions:
        if question.kind == "present":
            return question
    return questions[0] if questions else None


def choice_keys(question: QuestionView, mapped: Mapping[str, Mapped] = NONE_MAPPED) -> dict[str, str]:
    """Key to choice: numbers for numbers (`t` is ten), else 1 to 9, and first letters where unique.

    A letter that is `mapped` is none.
    """
    choices = question.choices
    if choices and all(c.isdigit() for c in choices):
        keys = {c: c for c in choices if len(c) == 1}
        return keys | ({"t": "10"} if "10" in choices else {})
    keys = {str(n): choice for n, choice in enumerate(choices[:9], 1)}
    for choice in choices:
        letter = choice[:1].lower()
        alone = sum(c[:1].lower() == letter for c in choices) == 1
        if alone and letter.isalpha() and letter not in _RESERVED and letter not in mapped:
            keys[letter] = choice
    return keys


def answer(question: QuestionView, choice: str) -> Answer:
    """The answer that a choice stands for: a number for `rate`, the choice itself otherwise."""
    return Answer(question.id, float(choice) if question.kind == "rate" else choice)


def meaning(key: str, moment: Moment) -> Deed | None:
    """What `key` does now; None: nothing. `key` is the terminal's name for it (`space`, `enter`)."""
    snapshot, question = moment.snapshot, moment.question
    if moment.over or (snapshot is not None and snapshot.state == "ended"):
        return "close" if moment.settled else None
    if moment.help_open:
        return _pause_or_resume(key, moment) or "help"
    if snapshot is not None and snapshot.state == "paused" and key in {"space", "p"}:
        return _pause_or_resume(key, moment)
    if question is not None and moment.settled:
        return _for_question(key, question, counting=moment.counting)
    return _plain(key, moment)


def _for_question(key: str, question: QuestionView, *, counting: bool) -> Deed | None:
    if question.kind == "present":
        return Answer(question.id, "yes")
    if question.kind == "ready" and key in READY_KEYS:
        return Answer(question.id, "yes")
    if counting:
        return "hold"
    choice = choice_keys(question).get(key)
    if choice is not None:
        return answer(question, choice)
    return _common(key)


def _common(key: str) -> Deed | None:
    inner: dict[str, Deed] = {
        "b": "bell", "question_mark": "help", "left": "left", "right": "right",
        "up": "up", "down": "down", "s": Command("skip"), "p": Command("pause"),
        **dict.fromkeys(SOFTER_KEYS, Command("softer")),
        **dict.fromkeys(STRONGER_KEYS, Command("stronger")),
    }  # fmt: skip
    return inner.get(key)


def _pause_or_resume(key: str, moment: Moment) -> Deed | None:
    if key not in {"space", "p"}:
        return None
    if moment.snapshot is None or moment.snapshot.state != "paused":
        return Command("pause")
    return Command("resume") if moment.settled else None


def _plain(key: str, moment: Moment) -> Deed | None:
    if key in {"space", "p"}:
        return _pause_or_resume(key, moment)
    if moment.question is not None and key not in {"b", "question_mark", *SOFTER_KEYS}:
        return None
    return Command("faded") if key == "f" else _common(key)
