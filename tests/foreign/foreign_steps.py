"""Steps as text, and the whole file around them."""

from __future__ import annotations

from foreign_kit import GUN, GUN2, PAD, PAD2, file

Steps = str | tuple[str, str]
"""Steps; or what stands before them (a limit of the file's own, an option) and the steps."""


def heat(place: str, to: str, time: str, within: str = "1 min", side: str = "") -> str:
    """One step of heat."""
    return f"- heat: {place}\n  to: {to}\n  for: {time}\n  within: {within}\n" + (
        f"  side: {side}\n" if side else ""
    )


def press(place: str, time: str, at: str = "gentle", side: str = "left", *, more: str = "") -> str:
    """One step of percussion, in circles unless told."""
    move = "" if "move:" in more else "  move: circles\n"
    return f"- press: {place}\n  side: {side}\n  at: {at}\n  for: {time}\n{move}" + (
        f"  {more}\n" if more else ""
    )


def hand(place: str, time: str, side: str = "left", between: str = "30 s") -> str:
    """One step of the person's own pressure."""
    return f"- press: {place}\n  side: {side}\n  with: hand\n  for: {time}\n  between: {between}\n"


def rest(time: str) -> str:
    """One rest."""
    return f"- rest: {time}\n"


def together(*branches: str) -> str:
    """Steps side by side; each branch one or more steps."""
    lines = ["- together:"]
    for branch in branches:
        rows = branch.rstrip("\n").split("\n")
        lines += [f"    - {rows[0]}", *(f"      {row}" for row in rows[1:])]
    return "\n".join(lines) + "\n"


def repeat(times: int, steps: str, until: str = "") -> str:
    """Steps again and again."""
    rows = "".join(f"    {row}\n" for row in steps.rstrip("\n").split("\n"))
    return f"- repeat: {times}\n" + (f"  until: {until}\n" if until else "") + "  steps:\n" + rows


MAYBE = repeat(2, "- rate: rhomboids\n- rest: 30 s\n", "tenderness <= 2")
"""30 s at least, a minute at most."""


def text(steps: Steps) -> str:
    """The whole file around the steps, with the roles that they use."""
    head = ""
    if isinstance(steps, tuple):
        own, steps = steps
        head = f"options:\n  o: {own[7:]}\n" if own.startswith("OPTION ") else f"limits:\n  {own}\n"
    needs = PAD if "heat:" in steps or "cool: pad" in steps else ""
    needs += GUN if "at:" in steps else ""
    needs += PAD2 if "pad2" in steps else ""
    needs += GUN2 if "gun2" in steps else ""
    return file(steps, needs=needs, head=head)
