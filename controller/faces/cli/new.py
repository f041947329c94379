"""`unknot new`: a protocol file to start from."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

import click

from controller.faces.cli.schema import SHIPPED
from protocols.body import AREAS, area_of, known_place
from protocols.diagnostics import quoted, suggestion


@dataclass(frozen=True, slots=True)
class _Start:
    """What differs from area to area: where the pad lies, and what is pressed and stretched."""

    say: str
    point: str
    by_hand: bool = False


_STARTS: Final[dict[str, _Start]] = {
    "neck": _Start("Lie back with the pad under your neck.", "suboccipitals", by_hand=True),
    "upper back": _Start("Put the pad across your upper back and let your shoulders drop.", "rhomboids"),
    "lower back": _Start("Lie on your side, the pad against your lower back.", "erector spinae"),
    "hips": _Start("Lie on your back, the pad on the outside of the hip.", "gluteus medius"),
    "glutes": _Start("Lie on your front, the pad across the buttocks.", "gluteus maximus"),
    "thighs": _Start("Sit with your legs at ease, the pad across them.", "rectus femoris"),
}

# Low warmth, short bouts and long rests: within the first-use and over-65 rows (safety.md, 6.5).
_FILE: Final = Template("""\
# yaml-language-server: $$schema=$schema
# The line above lets an editor complete and check this file by the schema on this machine.
unknot: 1                    # the version of the language
title: My $area
about: Warm the $area, press one point on each side, then stretch.

$needs

# A step is one verb with its keys, and steps are done in their order. Every quantity has its unit.
steps:
  - ask: Has anything new started to hurt since the last session?
    stop if: yes             # this answer ends the session; every question makes the devices rest
    because: Speak with a professional first.

  - say: $say

  - heat: $area
    with: pad
    to: low                  # 37 °C where it is hottest; or medium (39 °C), or as 38 °C
    for: 5 min               # from when it is warm; up to 10 min for a first time
    within: 5 min            # how long the warming up may take; past it the session ends

  # Warm skin feels pain less well: the pad cools, and a minute passes, before any pressure.
  - cool: pad
    below: 38 °C
  - rest: 60 s

  - repeat: 2                # at most twice
    until: tenderness <= 2   # and only once where the rating below is no more than this
    steps:
$press
      - rate: $point
        side: both           # asks for each side; the worse one counts
      - rest: 30 s

  - stretch: $point
    side: both
    hold: 20 s               # 15 to 30 s, to a pull that is no pain
    times: 2
""")

_BY_HAND: Final = Template("""\
      - press: $point
        side: both           # left, then right; or one of them
        with: hand           # your fingers: no device presses the neck
        for: 20 s
        between: 30 s        # the rest from one side to the other""")

_BY_DEVICE: Final = Template("""\
      - press: $point
        side: both           # left, then right; or one of them
        with: gun            # or hand, for fingers or a ball; then take `at` out
        at: gentle           # 20 % of the way from the gun's slowest to its fastest
        for: 15 s
        move: circles        # or along the muscle
        between: 30 s        # the rest from one side to the other""")

_NEEDS: Final = """\
# What the steps need, under names of your own. Which devices they are is said when the file is run.
needs:
  pad: heat"""


def protocol(area: str) -> str:
    """The text of a protocol for `area`, commented for somebody who has never seen one."""
    start = _STARTS[area]
    press = _BY_HAND if start.by_hand else _BY_DEVICE
    return _FILE.substitute(
        schema=SHIPPED.as_uri(),
        area=area,
        say=start.say,
        point=start.point,
        needs=_NEEDS if start.by_hand else f"{_NEEDS}\n  gun: percussion",
        press=press.substitute(point=start.point),
    )


def _area(ctx: click.Context, parameter: click.Parameter, words: str) -> str:
    del ctx
    name = words.replace("-", " ").replace("_", " ")
    place = known_place(name)
    if place is None:
        raise click.BadParameter(
            f"{quoted(words)} is no area: {suggestion(name, AREAS) or ', '.join(AREAS)}", param=parameter
        )
    if place not in AREAS:
        area = area_of(place).replace(" ", "-")
        raise click.BadParameter(f"{quoted(words)} is a point: write {area}", param=parameter)
    return place


@click.command("new")
@click.argument("area", callback=_area)
@click.option(
    "-o", "--output", metavar="FILE", help="Where to write it instead of AREA.yaml; - is stdout.",
)  # fmt: skip
def command(*, area: str, output: str | None) -> None:
    """Write a commented protocol for AREA to start from, with its schema line.

    AREA is neck, upper-back, lower-back, hips, glutes or thighs. No file is ever overwritten.
    """
    file = output or f"{area.replace(' ', '-')}.yaml"
    if file == "-":
        click.echo(protocol(area), nl=False)
        return
    try:
        with Path(file).open("x", encoding="utf-8") as stream:
            stream.write(protocol(area))
    except FileExistsError:
        raise click.UsageError(f"{file} is there already: write another with -o FILE") from None
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written ({error.strerror}): name another with -o") from None
    name = shlex.quote(file)
    click.echo(f"Wrote {file}. Change it in an editor, then:")
    click.echo(f"  unknot check {name}\n  unknot run {name} --by-hand")
