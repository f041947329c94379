"""What is said of a device: one line of the list, and all of it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from protocols.diagnostics import printable, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.known import Device, Seen
    from controller.links.ports import Port
    from controller.looking import Look
    from controller.pairing import Candidate
    from controller.safety.channel import Channel, Leash
    from protocols.plan import Kind

State = Literal["new", "hand", "heard", "looking", "answers", "taken", "missing", "other", "waits"]
"""How a known device stands, as far as this page has found out."""

STATES: Final[dict[State, str]] = {
    "new": "not looked at",
    "hand": "worked by hand",
    "heard": "on the air",
    "looking": "looking for it …",
    "answers": "+ answers",
    "taken": "! in use",
    "missing": "! not found",
    "other": "! cannot be used",
    "waits": "a session runs",
}
KINDS: Final[dict[Kind, str]] = {"percussion": "massager", "heat": "heating pad"}
LONGEST: Final = 14
"""Columns of a name in the list."""
BOND: Final = "ble:"
_LEASHES: Final[dict[Leash, str]] = {
    "lease": "rests by itself within {lease:g} s of the last word from here",
    "timer": "its own timer ends it, and nothing else does",
    "none": "nothing ends it but its own switch: it is not driven",
    "person": "you: it is yours to switch off",
}
_TO_ADD: Final = "unknot devices add --by-hand NAME --kind KIND"
_TO_PAIR: Final = re.compile(r"run:? `?unknot pair`?( again)?")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one device beside its record; `why` and `remedy` where it cannot be used."""

    state: State = "new"
    why: str = ""
    remedy: str = ""
    look: Look | None = None


def headline(device: Device, standing: Standing) -> str:
    """A known device in a line."""
    state: State = "hand" if device.by_hand else standing.state
    what = "both" if len(device.kinds) > 1 else "pad" if "heat" in device.kinds else "massager"
    parts = [_filled(device.name, LONGEST), _filled(what, 8), _filled(way(device), 9), STATES[state]]
    return "  ".join(parts)


def heard_line(found: Candidate) -> str:
    """A device on the air that is not known, in a line."""
    seen, kind = found.sighting, found.kind
    state = f"new: {kind.what}" if kind.usable else f"! {kind.what}, not usable"
    return "  ".join((_filled(kind.name or "(no name)", LONGEST), _filled(f"{seen.signal} dBm", 7), state))


def port_line(port: Port) -> str:
    """A serial port with something on it, in a line."""
    state = "! in use" if port.users else "serial port" if port.allowed else "! not yours to open"
    return "  ".join((_filled(port.path, LONGEST), state, printable(port.description))).rstrip()


def way(device: Device) -> str:
    """How it is reached, in a word."""
    return "by hand" if device.by_hand else "Bluetooth" if device.link.startswith(BOND) else "cable"


def _filled(text: str, columns: int) -> str:
    plain = printable(text)
    while width(plain) > columns:
        plain = f"{plain[:-2]}…"
    return plain + " " * (columns - width(plain))


# All of one


def details(device: Device, standing: Standing, seen: Seen | None) -> Iterator[str]:
    """A known device: first what it does now or why it cannot be used, then what it is."""
    if device.by_hand:
        yield from _by_hand(device)
        return
    yield from _now(standing)
    yield f"Kind      {' and '.join(KINDS[each] for each in device.kinds)}"
    yield f"Link      {way(device)}, {printable(device.link.partition(':')[2])}"
    if device.link.startswith(BOND):
        yield f"Bond      {_bond(device, standing)}"
    firmware = (
        standing.look.firmware if standing.look is not None else seen.firmware if seen is not None else ""
    )
    simulated = ", simulated" if device.simulated else ""
    yield f"Model     {printable(device.model) or 'not told'}{simulated}"
    yield f"Serial    {printable(device.serial)}"
    yield f"Firmware  {printable(firmware) or 'known once it answers'}"
    yield from _offers(standing.look)
    if standing.state != "answers":
        yield f"Last      {heard(seen) or 'not heard since it was added'}"
    yield f"Added     {device.added}"


def _by_hand(device: Device) -> Iterator[str]:
    (kind,) = device.kinds
    yield f"Your own {KINDS[kind]}: the program says what to do, and times it."
    yield ""
    if device.levels is not None:
        yield f"Levels    {device.levels}"
    else:
        yield "Levels    not known: it is told gentle, medium and strong"
    if device.scale is not None:
        yield f"Speeds    {device.slowest} to {device.fastest} strokes a minute"
    yield f"If lost   {_LEASHES['person']}"
    yield f"Added     {device.added}"


def _now(standing: Standing) -> Iterator[str]:
    if standing.why:
        yield f"! {standing.why}."
        yield f"  Do: {here(standing.remedy)}. Enter looks again."
        yield ""
    if standing.look is not None and standing.state == "answers":
        yield f"Now       {now(standing.look)}"
    elif not standing.why:
        yield f"Now       {STATES[standing.state]}"


def now(look: Look) -> str:
    """What it reports at this moment."""
    reading = look.reading
    rests = reading.setpoint == 0 and reading.state != "fault"
    runs_down = look.kind == "percussion" and bool(reading.actual)
    parts = [("coming to rest" if runs_down else "at rest") if rests else printable(reading.state)]
    if reading.fault:
        parts.append(printable(reading.fault))
    if reading.actual is not None and look.kind == "heat":
        parts.append(f"{reading.actual:.1f} °C")
    elif reading.actual:
        parts.append(f"{reading.actual:g} strokes a minute")
    parts.append("battery not told" if reading.battery is None else f"battery {reading.battery} %")
    return ", ".join(parts)


def _bond(device: Device, standing: Standing) -> str:
    where = f" (adapter {printable(device.radio)})" if device.radio else ""
    if standing.state == "answers":
        return f"paired with this computer{where}, and it holds"
    return f"made when it was paired{where}"


def _offers(look: Look | None) -> Iterator[str]:
    if look is None:
        yield "Range     known once it answers"
        return
    for kind, each in look.offers.items():
        yield f"Range     {offered(kind, each)}"
    leashes = {_LEASHES[each.leash].format(lease=each.lease_ms / 1000) for each in look.offers.values()}
    yield from (f"If lost   {each}" for each in sorted(leashes))


def offered(kind: Kind, channel: Channel) -> str:
    """What it can be set to."""
    if kind == "heat":
        measured = "" if channel.measured else ", not measured"
        return f"{channel.low:g} to {channel.high:g} °C at most, by {channel.step:g}{measured}"
    return f"{channel.low:g} to {channel.high:g} strokes a minute, by {channel.step:g}"


def heard(seen: Seen | None) -> str:
    """When it was last heard, and its battery then; empty where it never was."""
    if seen is None:
        return ""
    told = "heard" if seen.battery is None else f"battery {seen.battery} %,"
    return f"{told} {seen.at.astimezone():%d %b %H:%M}"


def heard_details(found: Candidate) -> Iterator[str]:
    """A device on the air that is not known."""
    seen, kind = found.sighting, found.kind
    if kind.usable:
        yield "Not known yet. Hold its button until it shows that it pairs, then press Enter."
    else:
        yield f"! It cannot be used: {here(kind.why_not)}."
    yield ""
    yield f"It is     {kind.what}{', simulated' if seen.radio.simulated else ''}"
    yield f"Address   {seen.address}"
    yield f"Signal    {seen.signal} dBm (nearer is nearer to 0)"


def port_details(port: Port) -> Iterator[str]:
    """A serial port that no known device is on."""
    if port.users:
        yield f"! In use by {', '.join(map(printable, port.users))}."
        yield "  Do: close that program first."
    elif not port.allowed:
        yield "! You may not open it."
        yield "  Do: have the administrator add you to the port's group (often dialout), then log in again."
    else:
        yield "It is not opened until a run needs it: opening resets many boards."
        yield f"Use it: w on a protocol asks for each device, or --use gun=serial:{printable(port.path)}"


def here(remedy: str) -> str:
    """A remedy of the commands as it is done on this page."""
    return _TO_PAIR.sub(r"press p\1", remedy.replace(_TO_ADD, "press a"))


def glance(device: Device, seen: Seen | None) -> str:
    """A known device on Home: how it is reached, and its battery as last known."""
    told = heard(seen)
    return f"{printable(device.name)}  {way(device)}{'  ' + told if told else ''}"
