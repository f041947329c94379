"""`unknot pair`: a short conversation from a device on the air to one that has a name here."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import click

from controller import known
from controller.faces.cli import ending
from controller.faces.cli.asker import Asker
from controller.faces.cli.choosing import NothingChosenError, chosen
from controller.faces.cli.common import LOST, REFUSED, USAGE, as_json, complain, show_json
from controller.faces.cli.face import on_terminal
from controller.known import Device, KnownError
from controller.links import LinkError, ble
from controller.pairing import Candidate, DeviceError, candidates, pair, shows_itself

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from controller.pairing import Known, Shown

LOOK_FOR = 15.0
"""Seconds to look for a device that was named."""
NAMESAKES = 1.5
"""Seconds of listening for another one of that name."""
INTERRUPTED = 130
NOT_SEEN: dict[Shown, tuple[str, str]] = {
    "not seen": (
        "it was not the device in your hand, so it is forgotten again",
        "run unknot pair again, and choose another one"),
    "not tried": (
        "it has not shown itself, so it is forgotten again",
        "run unknot pair again when you have it in your hand"),
}  # fmt: skip


class UnpairedError(Exception):
    """Why no device was paired: an exit code, and what to say."""

    def __init__(self, code: int, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy


@click.command("pair")
@click.argument("which", metavar="[DEVICE]", required=False)
@click.option("--name", metavar="NAME", help="What it is to be called here.")
@click.option("--yes", is_flag=True, help="You hold it: do not ask, and let it show itself.")
@as_json
@click.pass_context
def command(ctx: click.Context, *, which: str | None, name: str | None, yes: bool, as_json: bool) -> None:
    """Get to know a device over Bluetooth: DEVICE is its address, or the name that it advertises; without,
    choose from what is heard.

    It bonds, shows itself by two seconds at its lowest level, and gets a name for `--use`.

    \b
    --json: {"ok": true, "device": as `unknot devices` has it}, or
      {"ok": false, "errors": [{"message", "hint"}]}
    """
    talks = on_terminal() and not as_json
    try:
        saved = ending.run(_pair(which, name, Asker(yes=yes, talks=talks)))
    except UnpairedError as error:
        _end(ctx, error.code, error, error.remedy, as_json=as_json)
    except NothingChosenError as error:
        _end(ctx, INTERRUPTED if error.ended else LOST, error, "", as_json=as_json)
    except KnownError as error:
        _end(ctx, USAGE, error, error.remedy, as_json=as_json)
    except (LinkError, DeviceError) as error:
        _end(ctx, LOST, error, error.remedy, as_json=as_json)
    if as_json:
        show_json({"ok": True, "device": known.to_json(saved)})
    else:
        role = "pad" if "heat" in saved.kinds else "gun"
        click.echo(f"{saved.name} is known. Use it: unknot run FILE --use '{role}={saved.name}'")


def _end(ctx: click.Context, code: int, error: Exception, remedy: str, *, as_json: bool) -> NoReturn:
    if as_json:
        show_json({"ok": False, "errors": [{"message": str(error), "hint": remedy}]})
    complain(str(error), remedy)
    ctx.exit(code)


async def _pair(which: str | None, name: str | None, person: Asker) -> Device:
    if which is None and not person.talks:
        raise UnpairedError(USAGE, "which device?", "name its address: unknot pair ADDRESS --yes")
    if not (person.talks or person.yes):
        raise UnpairedError(USAGE, "nobody is asked here", "add --yes where somebody holds the device")
    if name is not None:
        known.checked_name(name)
    async with ble.air() as radios:
        found = await _known(which, person, radios)
    return await _saved(found, name, person)


async def _known(which: str | None, person: Asker, radios: Sequence[ble.Radio]) -> Known:
    """Bonded, and seen to be the one in the hand; else it is forgotten again."""
    choice = await (chosen(radios) if which is None else _named(which, radios, person))
    called = choice.kind.name or choice.sighting.address
    if not choice.kind.usable:
        raise UnpairedError(LOST, f"{called} cannot be used: {choice.kind.why_not}")
    person.say(f"Pairing with {called} …")
    found = await pair(choice.sighting, person)
    person.say(f"It is {found}.")
    shown = await shows_itself(found, person, radios)
    if shown != "seen":
        await ble.unbond(choice.sighting.address, radios)
        raise UnpairedError(REFUSED, *NOT_SEEN[shown])
    return found


async def _saved(found: Known, name: str | None, person: Asker) -> Device:
    """The device by its name here; one that was known before keeps its name, unless it is given another."""
    link = f"ble:{found.address}"
    devices = known.load().devices
    same = next((each for each in devices if each.serial == found.serial), None)
    if same is not None:
        if name is not None and known.same_name(name) != known.same_name(same.name):
            same = known.rename(same.name, name)
        return known.relink(same.name, link)
    proposed = _free("pad" if "heat" in found.lowest else "gun", devices)
    while True:
        try:
            return known.add(_device(found, name or await person.name(proposed), link))
        except KnownError as error:
            if name is not None or not person.talks:
                raise
            complain(str(error), error.remedy)


def _device(found: Known, name: str, link: str) -> Device:
    return Device(
        name=name, kinds=tuple(found.lowest), link=link, serial=found.serial, model=found.model,
        simulated=found.simulated, radio=found.radio, added=f"{datetime.now(UTC):%F}",
    )  # fmt: skip


def _free(name: str, devices: Iterable[Device]) -> str:
    taken = {known.same_name(each.name) for each in devices}
    return next(each for each in (name, *(f"{name} {n}" for n in range(2, 1000))) if each not in taken)


async def _named(which: str, radios: Sequence[ble.Radio], person: Asker) -> Candidate:
    """Listen until the device with that address or advertised name is heard."""

    def those() -> list[Candidate]:
        """By address, or else everyone of that name."""
        heard = candidates(scan.seen)
        at = [each for each in heard if each.sighting.address.lower() == which.lower()]
        return at or [each for each in heard if each.kind.name.lower() == which.lower()]

    async with ble.Scan(radios) as scan:
        person.say(f"Listening for {which} …")
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_FOR):
                while not those():
                    scan.heard.clear()
                    await scan.heard.wait()
        if those() and which.lower() != those()[0].sighting.address.lower():
            await asyncio.sleep(NAMESAKES)
        found, unusable = those(), scan.unusable
    if len(found) > 1:
        where = ", ".join(each.sighting.address for each in found[:3])
        text = f"{len(found)} devices call themselves {which!r}: {where}"
        raise UnpairedError(
            USAGE, text, "name the address of the one that you mean; `unknot scan` lists them"
        )
    if found:
        return found[0]
    why = f" ({unusable[0]})" if unusable else ""
    text = f"{which!r} is not heard{why}: it is off, out of range, or connected to something else"
    raise UnpairedError(LOST, text, "hold its button until it shows that it pairs; see `unknot scan`")
