"""A protocol file as pydantic models. What one value or one step must be is here; what needs more of
the file (roles, names of answers, counts) is in `resolve`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, field_validator

from protocols.diagnostics import nearest, quoted
from protocols.language import values as v
from protocols.plan import Condition
from protocols.units import write_duration, write_temperature

if TYPE_CHECKING:
    from pydantic import ValidationInfo
    from pydantic_core import PydanticCustomError

_FEW: Final = 20  # answers or values in one message
ANSWER: Final = "answer"
"""The subject of a condition in `stop if`: the answer to the question itself."""

SOFT_LIMITS: Final[dict[str, tuple[str, float]]] = {
    "session": ("SE1", 45 * 60.0),
    "heat": ("HT1", 41.0),
    "heat time": ("HT9", 30 * 60.0),
    "press": ("PC2", 60.0),
    "press per area": ("PC3", 120.0),
}
"""Key of `limits` to the id of the limit and its soft value, in seconds or °C (safety.md, section 6)."""


class _Model(BaseModel):
    # Built once, as parts of FileModel, when a file is first read.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class StepModel(_Model):
    """One step. `verb` is the key that makes it one."""

    verb: ClassVar[str]


class HeatStep(StepModel):
    """Warms an area."""

    verb = "heat"
    area: v.Area = Field(alias="heat")
    side: v.AnySide = "both"
    role: v.AnyName | None = Field(None, alias="with")
    to: v.Temperature
    hold: v.Duration = Field(alias="for")
    within: v.Duration = 600_000


class PressStep(StepModel):
    """Percussion, or the person's own pressure."""

    verb = "press"
    places: v.OneOrMorePlaces = Field(alias="press")
    side: v.AnySide
    role: v.AnyName | None = Field(None, alias="with")
    at: v.AnyStrength | None = None
    hold: v.Duration = Field(alias="for")
    force: v.Force | None = None
    move: v.AnyMove = "still"
    between: v.Duration = 30_000


class RestStep(StepModel):
    """Everything at rest."""

    verb = "rest"
    hold: v.Duration = Field(alias="rest")


class StretchStep(StepModel):
    """Guided holds."""

    verb = "stretch"
    place: v.AnyPlace = Field(alias="stretch")
    side: v.AnySide
    hold: v.Duration
    times: v.Times = 1
    between: v.Duration = 10_000


class RateStep(StepModel):
    """Asks for tenderness."""

    verb = "rate"
    place: v.AnyPlace = Field(alias="rate")
    side: v.AnySide | None = None


class AskStep(StepModel):
    """A question."""

    verb = "ask"
    text: v.Text = Field(alias="ask")
    scale: v.Scale | None = None
    of: Annotated[list[v.Text], Field(min_length=1)] | None = None
    name: v.AnswerName | None = Field(None, alias="as")
    stop_if: v.Text | None = Field(None, alias="stop if")
    because: v.Text | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be answered."""
        return choices(self.scale, self.of)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The answers that end the session."""
        if self.stop_if is None:
            return ()
        return (_stop_condition(self.stop_if, self.scale, self.choices),)

    @field_validator("of", mode="after")
    @classmethod
    def _one_kind_of_answer(cls, of: list[str] | None, info: ValidationInfo) -> list[str] | None:
        if of is not None and info.data.get("scale") is not None:
            raise v.problem(
                "value", "a question has a scale or a list of answers, not both", "keep one of them"
            )
        _no_doubles(of or [])
        return of

    @field_validator("stop_if", mode="after")
    @classmethod
    def _stop_if_can_be_answered(cls, text: str | None, info: ValidationInfo) -> str | None:
        if text is not None and "scale" in info.data and "of" in info.data:
            scale = info.data["scale"]
            _stop_condition(text, scale, choices(scale, info.data["of"]))
        return text


class SayStep(StepModel):
    """Shown and spoken."""

    verb = "say"
    text: v.Text = Field(alias="say")


class CoolStep(StepModel):
    """Waits until a pad has cooled."""

    verb = "cool"
    role: v.AnyName = Field(alias="cool")
    below: v.Temperature = 37.0
    within: v.Duration = 600_000


class RepeatStep(StepModel):
    """Rounds of steps."""

    verb = "repeat"
    rounds: v.Times = Field(alias="repeat")
    until: v.UntilText | None = None
    steps: Annotated[list[AnyStep], Field(min_length=1)]


class TogetherStep(StepModel):
    """Branches side by side."""

    verb = "together"
    # The alias stands outside, where it is known before AnyBranch is.
    branches: Annotated[list[AnyBranch], Field(min_length=2, max_length=4)] = Field(alias="together")


STEPS: Final[dict[str, type[StepModel]]] = {
    model.verb: model
    for model in (
        HeatStep, PressStep, RestStep, StretchStep, RateStep, AskStep, SayStep, CoolStep,
        RepeatStep, TogetherStep,
    )
}  # fmt: skip


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that a file may write for `model`, in their order."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def verb_of(step: object) -> str | None:
    """The first verb among the keys of a step as it was read; None where there is none."""
    return next((key for key in step if key in STEPS), None) if isinstance(step, dict) else None


def choices(scale: tuple[int, int] | None, of: list[str] | None) -> tuple[str, ...]:
    """The answers of a question: of its scale, of its list, or yes and no."""
    if scale is not None:
        return tuple(str(n) for n in range(scale[0], scale[1] + 1))
    return tuple(of) if of else ("yes", "no")


def _no_doubles(words: list[str]) -> None:
    if len(set(words)) < len(words):
        double = next(word for word, count in Counter(words).items() if count > 1)
        raise v.problem("value", f"{quoted(double)} is there twice", "keep one of them")


def _stop_condition(text: str, scale: tuple[int, int] | None, answers: tuple[str, ...]) -> Condition:
    if scale is None:
        if text not in answers:
            help = f"write one of: {', '.join(answers[:_FEW])}"
            raise v.problem("value", f"{quoted(text)} is no answer to this question", help)
        return Condition(ANSWER, "==", text)
    comparison, written = v.read_comparison(text) or ("==", text)
    number = v.read_number(written)
    if number is None or not scale[0] <= number <= scale[1]:
        help = f"write a number from {scale[0]} to {scale[1]}, or compare with one, as >= {scale[1]}"
        raise v.problem("value", f"{quoted(text)} is no answer on this scale", help)
    return Condition(ANSWER, comparison, number)


def _one_verb(step: object) -> object:
    if not isinstance(step, dict):
        found = "a list" if isinstance(step, list) else quoted(str(step))
        raise v.problem("value", f"{found} is no step", "write a step as a verb and its value, as rest: 30 s")
    if verb_of(step) is None:
        raise _no_verb([str(key) for key in step])
    return step


_MODIFIERS = frozenset(key for model in STEPS.values() for key in keys_of(model))


_MEANT = {
    **dict.fromkeys(("vibrate", "vibration", "massage", "percuss", "percussion", "pound"), "press"),
    **dict.fromkeys(("warm", "warmth", "heating"), "heat"),
    **dict.fromkeys(("wait", "pause", "sleep", "break"), "rest"),
    **dict.fromkeys(("loop", "again"), "repeat"),
    **dict.fromkeys(("tell", "print", "show"), "say"),
}
"""What people call our verbs."""


def _no_verb(keys: list[str]) -> PydanticCustomError:
    refused = next((key for key in keys if v.is_refused_method(key)), None)
    if refused is not None:
        return v.refused_method(refused, at=refused)
    known = f"write one of: {', '.join(STEPS)}"
    if not keys:
        return v.problem("unknown-verb", "a step without a verb", known)
    strange = next((key for key in keys if key not in _MODIFIERS), None)
    if strange is None:
        return v.problem("unknown-verb", "a step without a verb", known, at=keys[0])

    def help() -> str:
        meant = _MEANT.get(strange.casefold()) or nearest(strange, STEPS)
        return f"did you mean {meant}?" if meant else known

    return v.problem("unknown-verb", f"{quoted(strange)} is no verb", help, at=strange)


def step_tag(verb: str) -> str:
    """What pydantic puts into the place of an error for a step of that verb."""
    return f"<{verb}>"


def _tag(step: Any) -> str:  # noqa: ANN401 - pydantic hands over whatever was read
    if isinstance(step, StepModel):
        return step_tag(step.verb)
    return step_tag(verb_of(step) or "")


def _branch_tag(branch: Any) -> str:  # noqa: ANN401 - pydantic hands over whatever was read
    return "<steps>" if isinstance(branch, list) else "<step>"


AnyStep = Annotated[
    Annotated[HeatStep, Tag("<heat>")]
    | Annotated[PressStep, Tag("<press>")]
    | Annotated[RestStep, Tag("<rest>")]
    | Annotated[StretchStep, Tag("<stretch>")]
    | Annotated[RateStep, Tag("<rate>")]
    | Annotated[AskStep, Tag("<ask>")]
    | Annotated[SayStep, Tag("<say>")]
    | Annotated[CoolStep, Tag("<cool>")]
    | Annotated[RepeatStep, Tag("<repeat>")]
    | Annotated[TogetherStep, Tag("<together>")],
    Discriminator(_tag),
    BeforeValidator(_one_verb),
]
AnyBranch = Annotated[
    Annotated[Annotated[list[AnyStep], Field(min_length=1)], Tag("<steps>")]
    | Annotated[AnyStep, Tag("<step>")],
    Discriminator(_branch_tag),
]

TAGS: Final = frozenset(["<steps>", "<step>", "<places>", "<place>", *map(step_tag, STEPS)])
"""What pydantic puts into the place of an error beside the keys and positions of the file."""


class OptionModel(_Model):
    """What is left to the person to choose."""

    ask: v.Text
    of: Annotated[list[v.Text], Field(min_length=1)]
    default: v.Text

    @field_validator("of", mode="after")
    @classmethod
    def _each_once(cls, of: list[str]) -> list[str]:
        _no_doubles(of)
        return of

    @field_validator("default", mode="after")
    @classmethod
    def _among_the_values(cls, default: str, info: ValidationInfo) -> str:
        of = info.data.get("of")
        if of is not None and default not in of:
            raise v.problem(
                "value",
                f"{quoted(default)} is none of the option's values",
                f"write one of: {', '.join(of[:_FEW])}",
            )
        return default


class LimitsModel(_Model):
    """Soft limits that the file tightens."""

    session: v.Duration | None = None
    heat: v.Temperature | None = None
    heat_time: v.Duration | None = Field(None, alias="heat time")
    press: v.Duration | None = None
    press_per_area: v.Duration | None = Field(None, alias="press per area")

    @field_validator("*", mode="after")
    @classmethod
    def _tighter(cls, value: float | None, info: ValidationInfo) -> float | None:
        key = (info.field_name or "").replace("_", " ")
        limit, allowed = SOFT_LIMITS[key]
        asked = value if value is None or key == "heat" else value / 1000
        if asked is not None and asked > allowed:
            most = write_temperature(allowed) if key == "heat" else write_duration(round(allowed * 1000))
            context = {"limit": limit, "asked": asked, "allowed": allowed}
            raise v.problem(
                "limit",
                f"limit {limit} is {most}: a file may only tighten it",
                f"write at most {most}",
                **context,
            )
        return value

    def by_id(self) -> dict[str, float]:
        """Ids of limits to their tighter values, in seconds or °C."""
        given: dict[str, float] = {}
        for key, (limit, _) in SOFT_LIMITS.items():
            value = getattr(self, key.replace(" ", "_"))
            if value is not None:
                given[limit] = value if key == "heat" else value / 1000
        return given


class FileModel(_Model):
    """A whole file."""

    unknot: v.VersionOne
    title: v.Title
    about: v.Text | None = None
    author: v.Text | None = None
    license: v.Text | None = None
    sources: list[v.Text] = []
    needs: dict[v.RoleName, v.RoleKind] = {}
    options: dict[v.OptionName, OptionModel] = {}
    limits: LimitsModel = LimitsModel.model_construct()
    steps: Annotated[list[AnyStep], Field(min_length=1)]
