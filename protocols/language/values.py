"""The kinds of value a file holds, as pydantic types: text to what it means, with the code of each error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import Discriminator, Field, PlainValidator, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from protocols import units
from protocols.body import AREA_OF, AREAS, OTHER_NAMES, known_place
from protocols.diagnostics import is_control, nearest, quoted, suggestion
from protocols.no_places import instead
from protocols.plan import Comparison, Kind, Move, Side, Strength

if TYPE_CHECKING:
    from collections.abc import Callable

    from protocols.diagnostics import Code

REFERENCE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_-]*)")
"""`$name`, where it is all of a value."""

NAME = re.compile(r"[a-z][a-z0-9_-]*")
_COMPARED = re.compile(r"(<=|>=|==|!=|<|>)\s*([^\s<>=!].*)", re.DOTALL)
_UNTIL = re.compile(r"([^\s<>=!]+)\s*(<=|>=|==|!=|<|>)\s*([^\s<>=!].*)", re.DOTALL)
_RANGE = re.compile(r"([0-9]{1,3})\s*\.\.\s*([0-9]{1,3})")
_WIDEST_SCALE = 100  # answers on a scale: more cannot be told apart, nor shown

REFUSED_METHODS = frozenset({
    "needle", "needles", "needling", "dry needle", "dry needling", "acupuncture", "electroacupuncture",
    "cup", "cups", "cupping", "inject", "injection", "injections",
    "ice", "icing", "ice bath", "ice baths", "ice pack", "cold plunge", "cryotherapy",
    "tens", "ems", "estim", "e stim", "shock", "shocks", "electrical stimulation", "electric stimulation",
    "electrostimulation", "electrical", "electric",
})  # fmt: skip


def problem(
    code: Code, message: str, help: str | Callable[[], str] = "", **context: object
) -> PydanticCustomError:
    """An error that carries our code. `at` in the context: the key of the value that it is about.

    Help that takes long to find comes as a function: of thousands of errors few are told.
    """
    return PydanticCustomError(code, "{message}", {"message": message, "help": help, **context})


def is_refused_method(word: str) -> bool:
    """Whether `word` names something that is never in a protocol."""
    return " ".join(re.sub("[_-]", " ", word).casefold().split()) in REFUSED_METHODS


def refused_method(word: str, **context: object) -> PydanticCustomError:
    """The refusal of a method by its name."""
    message = f"{quoted(word)} is never in a protocol"
    help = "needling is for a professional; cupping, injections, ice baths and currents are not for a program"
    return problem("refused-method", message, help, **context)


def scalar(value: object) -> str:
    """The text of a value. Raises where it is a list, a mapping or nothing."""
    if isinstance(value, str):
        if value.strip():
            return value
        raise problem("value", "nothing is written here", "write a value, or take the key out")
    found = "a list" if isinstance(value, list) else "a mapping"
    raise problem("value", f"{found} stands where one value belongs", "write one value")


def _quantity(read: Callable[[str], object]) -> PlainValidator:
    def validate(value: object) -> object:
        try:
            return read(scalar(value))
        except units.QuantityError as error:
            raise problem(error.code, str(error), error.find_help) from None

    return PlainValidator(validate)


def _in_schema(name: str) -> WithJsonSchema:
    """What editors know of a value is in `schema`, under this name."""
    return WithJsonSchema({"value": name})


def _word(choices: tuple[str, ...]) -> PlainValidator:
    def validate(value: object) -> str:
        text = scalar(value).strip()
        if text in choices:
            return text
        message = f"{quoted(text)} is none of {', '.join(choices)}"
        raise problem("value", message, lambda: suggestion(text, choices))

    return PlainValidator(validate)


def _kind(value: object) -> str:
    text = scalar(value).strip()
    if is_refused_method(text):
        raise refused_method(text)
    kinds = get_args(Kind)
    if text not in kinds:
        raise problem("value", f"{quoted(text)} is no kind of device", lambda: suggestion(text, kinds))
    return text


def _text(value: object) -> str:
    text = scalar(value)
    bad = next((c for c in text if is_control(c) and c not in "\n\t"), None)
    if bad is not None:
        raise problem("value", f"a control character (U+{ord(bad):04X}) in text", "take it out")
    return text.strip()


def _title(value: object) -> str:
    text = _text(value)
    if len(text) > 80:
        raise problem("value", f"the title has {len(text)} characters", "write at most 80")
    return " ".join(text.split())


def _name(value: object) -> str:
    text = scalar(value)
    if not NAME.fullmatch(text):
        raise problem("value", f"{quoted(text)} is no name", "write a lower-case word, as sore_side")
    return text


def _role_name(value: object) -> str:
    text = _name(value)
    if text == "hand":
        raise problem(
            "value", "the name hand is kept for the person's own hand", "name the role otherwise, as gun"
        )
    return text


def _answer_name(value: object) -> str:
    text = _name(value)
    if text == "tenderness":
        raise problem("value", "the name tenderness is kept for what rate asks", "name the answer otherwise")
    return text


def _place(value: object) -> str:
    text = scalar(value)
    known = known_place(text)
    if known is None:
        raise problem("unknown-place", f"{quoted(text)} is no place known here", lambda: _place_help(text))
    return known


def _place_help(text: str) -> str:
    told = instead(text)
    if told is not None:
        return told
    meant = nearest(" ".join(text.split()), [*AREAS, *AREA_OF, *OTHER_NAMES])
    return f"did you mean {meant}?" if meant else f"areas: {', '.join(AREAS)}; or a point, as rhomboids"


def _area(value: object) -> str:
    place = _place(value)
    if place not in AREAS:
        raise problem("value", f"{quoted(place)} is a point", f"heat takes an area: {AREA_OF[place]}")
    return place


def _number_from(low: int, high: int) -> Callable[[object], int]:
    def validate(value: object) -> int:
        text = scalar(value).strip()
        if re.fullmatch("[0-9]{1,6}", text) and low <= int(text) <= high:
            return int(text)
        raise problem(
            "value", f"{quoted(text)} is no whole number from {low} to {high}", f"write {low} to {high}"
        )

    return validate


def read_condition(text: str) -> tuple[str, Comparison, str] | None:
    """`NAME <= VALUE` in its three parts; None where `text` is none."""
    found = _UNTIL.fullmatch(text.strip())
    return (found[1], found[2], found[3]) if found else None  # type: ignore[return-value]


def read_comparison(text: str) -> tuple[Comparison, str] | None:
    """`>= 8` in its two parts; None where `text` is none."""
    found = _COMPARED.fullmatch(text.strip())
    return (found[1], found[2]) if found else None  # type: ignore[return-value]


def read_number(text: str) -> float | None:
    """A plain number without a unit, as in a condition; None where `text` is none."""
    return float(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text.strip()) else None


def _until(value: object) -> str:
    text = scalar(value).strip()
    if read_condition(text) is None:
        raise problem("value", f"{quoted(text)} is no condition", "write it as tenderness <= 2")
    return text


def read_scale(text: str) -> tuple[int, int] | None:
    """`0 .. 10` as its two ends; None where `text` is none."""
    found = _RANGE.fullmatch(text.strip())
    low, high = (int(found[1]), int(found[2])) if found else (0, 0)
    return (low, high) if 0 < high - low <= _WIDEST_SCALE else None


def _scale(value: object) -> tuple[int, int]:
    text = scalar(value)
    ends = read_scale(text)
    if ends is None:
        help = "write whole numbers from less to more, as 0 .. 10"
        raise problem("value", f"{quoted(text)} is no scale", help)
    return ends


Text = Annotated[str, PlainValidator(_text), _in_schema("text")]
Title = Annotated[str, PlainValidator(_title), _in_schema("title")]
RoleName = Annotated[str, PlainValidator(_role_name)]
OptionName = Annotated[str, PlainValidator(_name)]
AnswerName = Annotated[str, PlainValidator(_answer_name), _in_schema("answer-name")]
RoleKind = Annotated[Kind, PlainValidator(_kind), _in_schema("kind")]
Duration = Annotated[int, _quantity(units.read_duration), _in_schema("duration")]
Temperature = Annotated[float, _quantity(units.read_temperature), _in_schema("temperature")]
AnyStrength = Annotated[Strength, _quantity(units.read_strength), _in_schema("strength")]
Force = Annotated[tuple[float, float], _quantity(units.read_force), _in_schema("force")]
AnyPlace = Annotated[str, PlainValidator(_place), _in_schema("place")]
Area = Annotated[str, PlainValidator(_area), _in_schema("area")]
OneOrMorePlaces = Annotated[
    Annotated[list[AnyPlace], Field(min_length=1), Tag("<places>")] | Annotated[AnyPlace, Tag("<place>")],
    Discriminator(lambda value: "<places>" if isinstance(value, list) else "<place>"),
]
AnyName = Annotated[str, PlainValidator(lambda value: scalar(value).strip()), _in_schema("role")]
AnySide = Annotated[Side, _word(get_args(Side)), _in_schema("side")]
AnyMove = Annotated[Move, _word(get_args(Move)), _in_schema("move")]
Times = Annotated[int, PlainValidator(_number_from(1, 99)), _in_schema("times")]
UntilText = Annotated[str, PlainValidator(_until), _in_schema("condition")]
Scale = Annotated[tuple[int, int], PlainValidator(_scale), _in_schema("scale")]
VersionOne = Annotated[Literal["1"], _word(("1",)), _in_schema("version")]
