"""`unknot ease`: the quickest start, the shipped protocol for an area."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Unpack

import click

from controller.faces.cli.common import USAGE, complain
from controller.faces.cli.face import on_terminal
from controller.faces.cli.run import NotBegunError, Told, run_options, run_plan
from controller.safety import longest_ms, verify
from protocols.body import AREA_OF, AREAS, OTHER_NAMES, area_of, known_place
from protocols.diagnostics import nearest, quoted
from protocols.language import Compiled, OptionError, ReaderMissingError, Source, compile_source
from protocols.language.shorten import TooShortError, shorten
from protocols.no_places import HELP, instead
from protocols.units import QuantityError, read_duration, write_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.faces.cli.roles import Roles
    from protocols.plan import Plan


class Duration(click.ParamType[int]):
    """A duration with its unit, as in a protocol file; in milliseconds."""

    name = "duration"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Fails for what is no duration, saying what to write."""
        if isinstance(value, int):
            return value
        try:
            return read_duration(value)
        except QuantityError as error:
            self.fail(f"{error}: {error.help}", param, ctx)


@click.command("ease")
@click.argument("area", metavar="AREA", nargs=-1)
@click.option("--for", "most_ms", type=Duration(), metavar="TIME", help='At most this long: "5 min".')
@run_options
@click.pass_context
def command(ctx: click.Context, *, area: tuple[str, ...], most_ms: int | None, **told: Unpack[Told]) -> None:
    """Ease AREA with the protocol that is shipped for it.

    AREA is the neck, the upper back, the lower back, the hips, the glutes or the thighs, or a muscle there.
    x, Esc or Ctrl-C stop everything at any moment; so does `unknot stop` in another terminal.
    """
    found = _area(" ".join(area)) if area else _asked(as_json=told["as_json"])
    compiled = _compiled(found, told["chosen"])

    def plan_for(roles: Roles) -> Plan:
        return _plan(compiled) if most_ms is None else _cut(compiled, most_ms, roles)

    run_plan(ctx, plan_for, told)


def _area(written: str) -> str:
    """The area that somebody means, said where it is not what they wrote. Raises click.UsageError."""
    name = " ".join(written.replace("-", " ").replace("_", " ").split())
    place = known_place(name)
    if place is None:
        raise click.UsageError(f"{quoted(written)} is no place here: {_hint(name)}. {_six()}")
    area = area_of(place)
    if place != area:
        complain(f"Easing the {area}, the area of the {place}.")
    return area


def _hint(name: str) -> str:
    meant = nearest(name, (*AREAS, *AREA_OF, *OTHER_NAMES))
    if meant:
        return f"did you mean {meant}?"
    return instead(name) or instead(nearest(name, HELP) or "") or "no such area or muscle is known"


def _six() -> str:
    return f"The areas: {', '.join(AREAS)}."


def _asked(*, as_json: bool) -> str:
    """The area that the person at the terminal chooses. Raises click.UsageError where nobody sits."""
    if as_json or not on_terminal():
        raise click.UsageError(f"which area? {_six()}")
    click.echo("What shall be eased?")
    for number, area in enumerate(AREAS, 1):
        click.echo(f"  {number}  {area}")
    while True:
        chosen = str(click.prompt("A number, or a name")).strip()
        if chosen.isascii() and chosen.isdigit() and 1 <= int(chosen) <= len(AREAS):
            return tuple(AREAS)[int(chosen) - 1]
        try:
            return _area(chosen)
        except click.UsageError as error:
            complain(error.message)


def _compiled(area: str, chosen: Mapping[str, str]) -> Compiled:
    """The shipped protocol itself, also where a file of its name lies in the folder."""
    name = f"{area.replace(' ', '-')}.yaml"
    data = (files("protocols") / "library" / name).read_bytes()
    try:
        return compile_source(Source(name, data), chosen)
    except OptionError as error:
        raise click.UsageError(str(error)) from error
    except ReaderMissingError as error:
        raise click.ClickException(str(error)) from error


def _plan(compiled: Compiled) -> Plan:
    if compiled.plan is None:
        raise click.ClickException(f"the shipped {compiled.file} is broken: install the program again")
    return compiled.plan


def _cut(compiled: Compiled, most_ms: int, roles: Roles) -> Plan:
    """The plan, cut to `most_ms` and said how. Raises NotBegunError where that is too short."""
    whole = _length(_plan(compiled), roles)
    try:
        short = shorten(compiled, most_ms, lambda plan: _length(plan, roles))
    except TooShortError as error:
        least = error.shortest_ms or whole or 0
        said = f"{write_duration(most_ms)} is too short to be of use: the shortest that works is"
        raise NotBegunError(USAGE, f'{said} --for "{write_duration(least)}"') from error
    if short.without:
        complain(f"Cut to {write_duration(_length(short.plan, roles) or 0)}: {', '.join(short.without)}.")
    return short.plan


def _length(plan: Plan, roles: Roles) -> int | None:
    """The longest, whoever fills the roles that nothing fills yet; None where a limit refuses it."""
    every: list[bool] = []
    if not roles.by_hand:
        every.append(False)
    if roles.by_hand or not roles.rest_is_filled:
        every.append(True)
    lengths = []
    for rest in every:
        channels = roles.by_hand_channels(plan, rest=rest)
        if verify(plan, channels):
            return None
        lengths.append(longest_ms(plan, channels))
    return max(lengths)
