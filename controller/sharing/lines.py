"""Everything that goes over a session's socket, as lines of JSON and back.

To a client: events exactly as `run --json` writes them, and for one that said hello `hello`, `picture`
and `ended`; `error` answers what was no command. From a client: commands as on the stdin of a `--json`
run, and `hello`.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args

from controller.core.events import Answer, Command, Do, Said
from controller.snapshot import ChannelView, Ended, LimitView, QuestionView, SegmentView, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
WORDS: tuple[str, ...] = get_args(Do)
LONGEST_TEXT = 4000
"""Characters of an answer: the longest, places that hurt, takes a few hundred."""
LARGEST = 1e9
LONGEST_SHOWN = 60
AS_FAST_AS_IT_GOES = "max"
"""JSON has no infinity."""
R = TypeVar("R")


class WordError(ValueError):
    """A line that is no command; the message says what one looks like."""


class LineError(ValueError):
    """A line of a session that this version does not understand."""


@dataclass(frozen=True, slots=True)
class Hello:
    """A client that knows of pictures, and whether it wants them. `reads_only`: it has no words to give."""

    pictures: bool
    reads_only: bool = False


# From a client


def parse(line: str) -> Command | Answer:
    """One command. Raises WordError."""
    return _word(_loaded(line))


def parse_asked(line: str) -> Command | Answer | Hello:
    """One line of a client. Raises WordError."""
    told = _loaded(line)
    return _hello(told) if isinstance(told, dict) and "hello" in told else _word(told)


def word_line(word: Command | Answer) -> str:
    """A command as its line."""
    if isinstance(word, Command):
        return _dumped({"do": word.do})
    return _dumped({"do": "answer", "question": word.question, "value": word.value})


def hello_line(*, pictures: bool, reads_only: bool = False) -> str:
    """What a face says first."""
    told: dict[str, object] = {"hello": VERSION, "pictures": pictures}
    return _dumped(told | {"reads_only": True} if reads_only else told)


def _loaded(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WordError(f'not JSON; write for example {{"do": "pause"}} ({error})') from error


def _hello(told: Mapping[str, object]) -> Hello:
    if told["hello"] != VERSION or isinstance(told["hello"], bool):
        raise WordError(f"this program speaks version {VERSION}, not {_shown(told['hello'])}")
    wanted = {key: told.get(key, False) for key in ("pictures", "reads_only")}
    for key, value in wanted.items():
        if not isinstance(value, bool):
            raise WordError(f'"{key}" is true or false, not {_shown(value)}')
    return Hello(**{key: value is True for key, value in wanted.items()})


def _word(told: object) -> Command | Answer:
    if isinstance(told, str):
        told = {"do": told}
    if not isinstance(told, dict):
        raise WordError('a command is an object such as {"do": "pause"}')
    do = told.get("do")
    if do == "answer":
        return _answer(told)
    if do not in WORDS:
        raise WordError(f'"do" is one of {", ".join((*WORDS, "answer"))}, not {_shown(do)}')
    return Command(cast("Do", do))


def _answer(told: Mapping[str, object]) -> Answer:
    question, value = told.get("question"), told.get("value")
    if not isinstance(question, str):
        raise WordError('an answer names its question: {"do": "answer", "question": ID, "value": VALUE}')
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise WordError(f'"value" is a text or a number, not {_shown(value)}')
    if not (_fit_to_keep(question) and _fit_to_keep(value)):
        raise WordError("an answer is an ordinary number, or a text of ordinary length and characters")
    return Answer(question, value)


def _shown(value: object) -> str:
    """What stood there, in a word or a few."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return json.dumps(value)[:LONGEST_SHOWN]


def _fit_to_keep(value: str | float) -> bool:
    """Whether the record and every screen can hold it."""
    if not isinstance(value, str):
        return abs(value) <= LARGEST  # nor infinite, nor no number
    return len(value) <= LONGEST_TEXT and not any("\ud800" <= each <= "\udfff" for each in value)


# To a client


def encoded(line: str) -> bytes:
    """A line as it goes over the socket; a lone surrogate becomes an escape of JSON's own."""
    return line.encode("utf-8", "backslashreplace") + b"\n"


def event_line(said: Said) -> str:
    """An event: `t` first, then its name."""
    keys = dict(said.data)
    return _dumped({"t": keys.pop("t", 0), "event": said.event, **keys})


def greeting_line(session: str) -> str:
    """The answer to `hello`."""
    return _dumped({"hello": VERSION, "session": session})


def picture_line(snapshot: Snapshot) -> str:
    """A picture; as fast as it goes is `max`."""
    told = asdict(snapshot)
    if math.isinf(snapshot.speed):
        told["speed"] = AS_FAST_AS_IT_GOES
    return _dumped({"picture": told})


def ended_line(ended: Ended) -> str:
    """How it ended, with everything that a person must know; the last line."""
    return _dumped({"ended": asdict(ended)})


def error_line(text: str) -> str:
    """Why a line of the client did nothing."""
    return _dumped({"error": text})


def told(line: bytes) -> Said | Snapshot | Ended | Hello | WordError:
    """What a session says with one line. Raises LineError."""
    try:
        found = json.loads(line)
        if "event" in found:
            return Said(str(found.pop("event")), found)
        if "picture" in found:
            return _picture(found["picture"])
        if "ended" in found:
            return _record(Ended, found["ended"])
        if "error" in found:
            return WordError(str(found["error"]))
        return Hello(pictures=found["hello"] == VERSION)
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
        raise LineError(f"not understood: {line[:80]!r}") from error


def _picture(told: Mapping[str, Any]) -> Snapshot:
    parts = {
        "segments": tuple(_record(SegmentView, each) for each in told["segments"]),
        "channels": tuple(_record(ChannelView, each) for each in told["channels"]),
        "questions": tuple(_record(QuestionView, each) for each in told["questions"]),
        "near": tuple(_record(LimitView, each) for each in told.get("near", ())),
        "speed": math.inf if told["speed"] == AS_FAST_AS_IT_GOES else told["speed"],
    }
    return _record(Snapshot, {**told, **parts})


def _record(kind: type[R], told: Mapping[str, Any]) -> R:
    """What a later version adds is left out."""
    names = {each.name for each in fields(cast("Any", kind))}
    return kind(**{name: _frozen(value) for name, value in told.items() if name in names})


def _frozen(value: object) -> object:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
