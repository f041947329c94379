"""A file of many steps that is right in every respect: what is checked, and what peers get instead."""

from __future__ import annotations

SIX_STEPS = """\
  - say: Lie down comfortably, and breathe slowly.
  - press: {place}
    side: {side}
    with: gun
    at: gentle
    for: 2 s
    move: circles
  - rest: 4 s
  - rate: {place}
    side: {side}
  - stretch: {other}
    side: {side}
    hold: 10 s
  - ask: How does that feel?
    of: [good, so so, bad]
    as: feeling
    stop if: bad
    because: nothing here should hurt
"""
PLACES = (
    ("hamstrings", "rectus femoris"),
    ("gluteus maximus", "gluteus medius"),
    ("vastus lateralis", "adductors"),
)


def protocol(steps: int) -> str:
    """A protocol of that many steps, a multiple of six."""
    rounds = [
        SIX_STEPS.format(place=place, other=other, side=("left", "right")[n // len(PLACES) % 2])
        for n in range(steps // 6)
        for place, other in [PLACES[n % len(PLACES)]]
    ]
    return "unknot: 1\ntitle: Many steps\nneeds: {gun: percussion}\nsteps:\n" + "".join(rounds)


def for_opentrons(steps: int) -> str:
    """As many steps of the least that opentrons has: a comment, a delay."""
    return (
        'metadata = {"apiLevel": "2.20"}\n\n\ndef run(protocol):\n'
        f"    for n in range({steps // 2}):\n"
        '        protocol.comment(f"step {n}")\n'
        "        protocol.delay(seconds=30)\n"
    )
