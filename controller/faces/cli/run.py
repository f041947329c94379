"""`unknot run`: a protocol with devices, by hand, or simulated."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypedDict, Unpack

import click

from controller.answers import Answers, AnswersError
from controller.api import Setup
from controller.faces.cli.checking import checked
from controller.faces.cli.common import (
    LOST,
    USAGE,
    chosen_options,
    complain,
    named_values,
    speed_option,
)
from controller.faces.cli.face import face_for, on_terminal, show
from controller.faces.cli.fitting import changes, hint, within_limits
from controller.faces.cli.json_lines import JsonLines, refused
from controller.faces.cli.roles import Roles, advice, names
from controller.known import KnownError, load, named, refuse_misfits
from controller.whose import before_asking
from protocols.plan import Ask

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from controller.faces.cli.common import F
    from controller.known import Device
    from controller.safety.fit import Fitted
    from protocols.plan import Plan

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class NotBegunError(Exception):
    """Why nothing is run: an exit code, and what to say."""

    def __init__(self, code: int, *lines: str) -> None:
        super().__init__(*lines)
        self.code = code
        self.lines = lines


class Told(TypedDict):
    """What `run_options` were given."""

    use: dict[str, str]
    by_hand: bool
    sim: bool
    bench: Path | None
    chosen: dict[str, str]
    fit: bool
    person: str | None
    speed: float | None
    plain: bool
    as_json: bool
    answers: Path | None
    say: bool


def run_options(command: F) -> F:
    """The options of every command that runs a protocol."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: tuple[Callable[[F], F], ...] = (
    click.option(
        "--use", multiple=True, metavar="ROLE=DEVICE", callback=named_values,
        help="What fills a role: the name of a known device, serial:PATH, or hand; may be given many times.",
    ),
    click.option("--by-hand", is_flag=True, help="You work every role that --use does not name."),
    click.option("--sim", is_flag=True, help="Simulated devices of the right kinds fill every other role."),
    click.option("--bench", type=_FILE, help="Simulated devices as this file says."),
    chosen_options,
    click.option("--person", metavar="NAME", help="Whose body it is; see `unknot person`."),
    click.option("--fit", is_flag=True, help="Lower what is over a limit, show that, and run it."),
    speed_option("How much faster than real time, with --sim or --bench alone."),
    click.option("--plain", is_flag=True, help="Lines that are only ever added; no cursor movement."),
    click.option(
        "--json", "as_json", is_flag=True, help="Events as JSON Lines on stdout, commands on stdin.",
    ),
    click.option("--answers", type=_FILE, help="Answers given beforehand, so that nobody is needed."),
    click.option("--say", is_flag=True, help="Speak."),
)  # fmt: skip


@click.command("run")
@click.argument("file", metavar="FILE")
@run_options
@click.pass_context
def command(ctx: click.Context, *, file: str, **told: Unpack[Told]) -> None:
    """Run FILE: a path, or the name of a shipped protocol.

    x, Esc or Ctrl-C stop everything at any moment; so does `unknot stop` in another terminal.
    """
    source = str(Path(file).resolve()) if Path(file).is_file() else file
    run_plan(ctx, lambda roles: _plan(file, told, roles), told, source=source)


def run_plan(
    ctx: click.Context, plan_for: Callable[[Roles], Plan], told: Told, *, source: str | None = None
) -> NoReturn:
    """Run what `plan_for` the roles as told is, and exit. `plan_for` raises NotBegunError to refuse.

    `source`: the file or the shipped protocol that the plan is of, whole.
    """
    roles = Roles(
        use=told["use"], by_hand=told["by_hand"], sim=told["sim"] or "sim" in told["use"].values(),
        bench=told["bench"],
    )  # fmt: skip
    _refuse_contradictions(roles, told["speed"])
    as_json, answers = told["as_json"], told["answers"]
    face = face_for(as_json=as_json, plain=told["plain"], speed=told["speed"])
    try:
        _known(told["person"])
        kept = _devices(roles)
        roles = _linked(roles, kept)
        plan = plan_for(roles)
        roles = _filled(roles, plan, kept, ask=on_terminal() and not as_json)
        setup = Setup(
            plan=plan, use=roles.use, known=roles.known, by_hand=roles.by_hand, sim=roles.sim,
            bench=roles.bench, speed=told["speed"],
            answers=None if answers is None else _answers(answers, plan, roles),
            person=told["person"], fit=told["fit"], lowered=None if face == "screen" else _say_lowered,
            source=source,
        )  # fmt: skip
    except NotBegunError as error:
        complain(*error.lines)
        if as_json:
            JsonLines(sys.stdout, lambda: None).write(refused(error.code))
        ctx.exit(error.code)
    ctx.exit(show(setup, face, say=told["say"]))


def _known(person: str | None) -> None:
    from controller import people  # noqa: PLC0415  most runs name nobody

    try:
        if person is not None:
            people.load(person)
    except people.PersonError as error:
        raise NotBegunError(USAGE, str(error), error.remedy) from error


def _refuse_contradictions(roles: Roles, speed: float | None) -> None:
    if roles.by_hand and (roles.sim or roles.bench is not None):
        raise click.UsageError("--by-hand and simulated devices both fill the rest: leave one out")
    if speed is not None and not roles.simulated:
        raise click.UsageError("--speed needs --sim or --bench, and no other device: bodies keep real time")


def _plan(file: str, told: Told, roles: Roles) -> Plan:
    """The plan of the file; with --fit not yet lowered: the session knows the devices, and who it is for."""
    standing = before_asking(told["person"], simulated=roles.simulated)
    result = checked(file, told["chosen"], every=roles.simulated, standing=standing)
    judged, lines = within_limits(result) if told["fit"] else (result, [hint(result)])
    if result.compiled.plan is None or not judged.ok:
        raise NotBegunError(judged.exit, *judged.text, *lines)
    return result.compiled.plan


def _say_lowered(found: Fitted) -> None:
    complain(*changes(found))


def _filled(roles: Roles, plan: Plan, kept: Sequence[Device], *, ask: bool) -> Roles:
    for role in roles.use:
        if role not in plan.roles:
            known = ", ".join(plan.roles) or "none"
            raise NotBegunError(USAGE, f"the protocol has no role {role!r}; its roles: {known}")
    _refuse_misfits(roles, plan, kept)
    missing = roles.missing(plan)
    if not missing:
        return roles
    if not ask:
        raise NotBegunError(USAGE, advice(missing, kept))
    from controller.faces.cli.asking import ask_for  # noqa: PLC0415  most runs ask nothing

    return ask_for(missing, roles, kept)


def _refuse_misfits(roles: Roles, plan: Plan, kept: Sequence[Device]) -> None:
    try:
        refuse_misfits(roles.known, plan.roles, kept)
    except KnownError as error:
        raise NotBegunError(USAGE, str(error), error.remedy) from error


def _devices(roles: Roles) -> Sequence[Device]:
    """The known devices, where they matter; what is wrong with their file is said, and stops nothing."""
    if roles.rest_is_filled and not names(roles.use):
        return ()
    try:
        known = load()
    except KnownError as error:
        complain(str(error), error.remedy)
        return ()
    complain(known.said)
    return known.devices


def _linked(roles: Roles, kept: Sequence[Device]) -> Roles:
    """`roles` with the links of the devices that are named. Raises NotBegunError."""
    try:
        found = {role: named(name, kept) for role, name in names(roles.use).items()}
    except KnownError as error:
        raise NotBegunError(LOST, str(error), error.remedy) from error
    links = {role: device.link for role, device in found.items()}
    return replace(roles, use={**roles.use, **links}, known=found)


def _answers(path: Path, plan: Plan, roles: Roles) -> Answers:
    asked = [segment.text for segment in plan.segments if isinstance(segment, Ask)]
    try:
        answers = Answers.parse(path.read_text(encoding="utf-8-sig"), asked)
    except (AnswersError, UnicodeDecodeError, OSError) as error:
        raise NotBegunError(USAGE, f"{path}: {error}") from error
    if not roles.simulated and answers.for_real().ignored:
        kinds = ", ".join(answers.for_real().ignored)
        complain(f"{path}: {kinds}: on real devices and by hand only somebody who is there may answer these")
    return answers
