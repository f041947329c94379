"""`unknot plan`: what a protocol comes to, before anything is driven."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import TYPE_CHECKING

import click

from controller.faces.cli.calendar import calendar, next_start
from controller.faces.cli.check import needs
from controller.faces.cli.checking import Checked, checked, seconds
from controller.faces.cli.common import as_json, chosen_options, complain, show_json, table
from controller.faces.cli.fitting import hint, within_limits
from controller.faces.cli.whose import held_to
from protocols.bounds import bounds, length_ms
from protocols.diagnostics import printable
from protocols.plan import Ask, Cool, Heat, Press, Rate, Rest, Say, Segment, Stretch, segment_to_json, verb
from protocols.units import write_duration, write_force, write_strength, write_temperature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocols.bounds import Load, Site
    from protocols.plan import Plan


@click.command("plan")
@click.argument("file", metavar="FILE")
@as_json
@click.option(
    "--ics", is_flag=True,
    help="Print a calendar file with one event: a reminder, which starts nothing by itself.",
)  # fmt: skip
@click.option(
    "--at", type=click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]), metavar="'YYYY-MM-DD HH:MM'",
    help="With --ics: when it begins, in local time; the next quarter of an hour unless told.",
)  # fmt: skip
@chosen_options
@click.option("--person", metavar="NAME", help="Hold it to the limits of this person.")
@click.option("--fit", is_flag=True, help="Show it with what is over a limit lowered, and what that was.")
@click.pass_context
def command(
    ctx: click.Context, *, file: str, as_json: bool, ics: bool, at: datetime | None, chosen: dict[str, str],
    person: str | None, fit: bool,
) -> None:  # fmt: skip
    """Show the plan of FILE: its segments, its length, and what each place gets at the longest.

    FILE is a path, or the name of a shipped protocol. `unknot plan FILE --ics > FILE.ics` makes a
    calendar file of it.
    """
    if ics and as_json:
        raise click.UsageError("--ics and --json both fill stdout: leave one out")
    if at is not None and not ics:
        raise click.UsageError("--at belongs to --ics")
    result = checked(file, chosen, standing=held_to(person))
    said = [hint(result)]
    if fit:
        result, said = within_limits(result)
    plan = result.compiled.plan
    if as_json:
        show_json(to_json(result))
    elif ics and plan is not None and result.ok:
        begin = ["unknot", "run", file, *(f"--option={name}={value}" for name, value in chosen.items())]
        _show_calendar(plan, shlex.join(begin), at)
    elif plan is not None and not ics:
        for line in lines(plan, result):
            click.echo(line)
    if not as_json:
        complain(*result.text)
    complain(*said)
    ctx.exit(result.exit)


def _show_calendar(plan: Plan, begin: str, at: datetime | None) -> None:
    now = datetime.now().astimezone()
    start = next_start(now) if at is None else at
    if at is not None and at.astimezone() < now:
        complain(f"{at:%Y-%m-%d %H:%M} is past already")
    steps = [f"{number}. {what}" for number, what in enumerate(step_words(plan), 1)]
    text = calendar(
        plan,
        [*steps, "", f"To begin: {begin}"],
        longest_ms=bounds(plan).longest_ms,
        start=start,
        now=now,
    )
    click.echo(text.encode(), nl=False)  # line ends and UTF-8 are part of the form


def _in_words(segment: Segment) -> str:
    _, word, what, lasts = _row(segment)
    return f"{word}: {what}, {lasts}" if lasts else f"{word}: {what}"


def to_json(result: Checked) -> dict[str, object]:
    """`plan --json`: the plan, also where a limit refuses it; without one, what is wrong alone."""
    plan = result.compiled.plan
    shown: dict[str, object] = {"file": result.file, "ok": result.ok}
    if plan is not None:
        shown |= {
            "title": plan.title,
            "sha256": plan.sha256,
            "seconds": seconds(plan),
            "needs": dict(result.compiled.needs),
            "options": dict(plan.options),
            "segments": [_segment_json(each) for each in plan.segments],
            "places": [
                *_places_json("point", bounds(plan).points),
                *_places_json("area", bounds(plan).areas),
            ],
        }
    return shown | {"diagnostics": [each.to_json() for each in result.diagnostics]}


def _segment_json(segment: Segment) -> dict[str, object]:
    length = {
        "shortest": length_ms(segment, longest=False) / 1000,
        "longest": length_ms(segment) / 1000,
    }
    return segment_to_json(segment) | {"seconds": length}


def _places_json(kind: str, loads: Mapping[Site, Load]) -> list[dict[str, object]]:
    return [
        {
            "place": name,
            "kind": kind,
            "side": side,
            "seconds": {
                "heat": load.heat_ms / 1000,
                "percussion": load.percussion_ms / 1000,
                "pressure": load.pressure_ms / 1000,
            },
            "dose": load.dose,
        }
        for (name, side), load in loads.items()
    ]


def lines(plan: Plan, result: Checked) -> list[str]:
    """The plan as text."""
    both = bounds(plan)
    return [
        printable(plan.title),
        f"{_time(both.shortest_ms)} at the shortest, {_time(both.longest_ms)} at the longest,"
        " waiting for you left out",
        f"{needs(result.compiled.needs)}",
        *(f"{name}: {printable(value)}" for name, value in plan.options.items()),
        f"sha256 {plan.sha256}",
        "",
        *table([("", "step", "what", "for"), *(_row(each) for each in plan.segments)]),
        *_places(both.areas, "area"),
        *_places(both.points, "point"),
    ]


def step_words(plan: Plan) -> list[str]:
    """Each segment in words."""
    return [_in_words(each) for each in plan.segments]


def _time(ms: int) -> str:
    return write_duration(ms) if ms else "0 s"


def _row(segment: Segment) -> tuple[str, ...]:
    longest = length_ms(segment)
    lasts = (
        f"{_time(segment.hold_ms)} + up to {_time(segment.within_ms)}" if isinstance(segment, Heat) else ""
    )
    if isinstance(segment, Cool):
        lasts = f"up to {_time(segment.within_ms)}"
    return (
        str(segment.number),
        verb(segment),
        printable(_what(segment)),
        lasts or (_time(longest) if longest else ""),
    )


def _what(segment: Segment) -> str:  # noqa: PLR0911  one for each verb
    match segment:
        case Heat():
            return f"{segment.place} to {write_temperature(segment.to)} with {segment.role}"
        case Press():
            return _press(segment)
        case Rest():
            return "everything at rest"
        case Stretch() | Rate():
            return str(segment.place)
        case Ask():
            return f"{segment.text} ({', '.join(segment.choices)})"
        case Say():
            return segment.text
        case Cool():
            return f"{segment.role} below {write_temperature(segment.below)}"


def _press(segment: Press) -> str:
    words = [str(segment.place), f"with {segment.role or 'hand'}"]
    if segment.at is not None:
        words.append(f"at {write_strength(segment.at)}")
    if segment.move != "still":
        words.append(f"({segment.move})")
    if segment.force is not None:
        words.append(f"with {write_force(segment.force)}")
    return " ".join(words)


def _places(loads: Mapping[Site, Load], kind: str) -> list[str]:
    if not loads:
        return []
    rows = [
        (
            f"{name}, {side}",
            *map(_time, (load.heat_ms, load.percussion_ms, load.pressure_ms)),
            f"{load.dose:.3f}",
        )
        for (name, side), load in loads.items()
    ]
    return ["", *table([(f"{kind}, at the longest", "heat", "percussion", "by hand", "CEM43 min"), *rows])]
