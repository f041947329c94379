"""`unknot pair`: a short conversation from a device on the air to one that has a name here."""

from __future__ import annotations

import asyncio
import string
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import click

from controller import known
from controller.faces.cli.asker import Asker
from controller.faces.cli.common import LOST, REFUSED, USAGE, as_json, complain, show_json
from controller.faces.cli.face import on_terminal
from controller.faces.cli.lively import EVERY, Lively, keys
from controller.faces.cli.scan import lines
from controller.known import Device
from controller.links import LinkError, ble
from controller.pairing import Candidate, DeviceError, candidates, pair, shows_itself

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from controller.pairing import Known

LETTERS = string.ascii_lowercase.replace("q", "")
LISTEN = 120.0
"""Seconds that a device takes new bonds after its button was pressed (wire-profile, "Over BLE")."""
LOOK_FOR = 15.0
"""Seconds to look for a device that was named."""
INTERRUPTED = 130
HOLD = "Hold the device's button until it shows that it pairs. A letter chooses it, q ends."


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
    """Get to know a device over Bluetooth: DEVICE is its address, or the name that it advertises.

    It bonds, shows itself by two seconds at its lowest level, and gets a name for `--use`.
    """
    talks = on_terminal() and not as_json
    try:
        saved = asyncio.run(_pair(which, name, Asker(yes=yes, talks=talks)))
    except UnpairedError as error:
        _end(ctx, error.code, error, error.remedy, as_json=as_json)
    except (LinkError, DeviceError, known.KnownError) as error:
        _end(ctx, LOST, error, error.remedy, as_json=as_json)
    if as_json:
        show_json({"ok": True, "device": known.to_json(saved)})
    else:
        click.echo(f"{saved.name} is known. Use it: unknot run FILE --use ROLE={saved.name}")


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
        chosen = await (_chosen(radios) if which is None else _named(which, radios))
        if not chosen.kind.usable:
            raise UnpairedError(LOST, f"{chosen.kind.name or 'it'} cannot be used: {chosen.kind.why_not}")
        found = await pair(chosen.sighting, person)
        person.say(f"It is {found}.")
        if not await shows_itself(found, person, radios):
            await ble.unbond(chosen.sighting.address, radios)
            text = "it was not the device in your hand, so it is forgotten again"
            raise UnpairedError(REFUSED, text, "run unknot pair again, and choose another one")
    return await _saved(found, name, person)


async def _saved(found: Known, name: str | None, person: Asker) -> Device:
    """The device by its name here; one that was known before keeps it."""
    link = f"ble:{found.address}"
    devices = known.load().devices
    same = next((each for each in devices if each.serial == found.serial), None)
    if same is not None:
        return known.relink(same.name, link)
    kind = "pad" if "heat" in found.lowest else "gun"
    chosen = name or await person.name(_free(kind, devices))
    return known.add(
        Device(
            name=chosen, kinds=tuple(found.lowest), link=link, serial=found.serial, model=found.model,
            simulated=found.simulated, radio=found.radio, added=f"{datetime.now(UTC):%F}",
        )
    )  # fmt: skip


def _free(name: str, devices: Iterable[Device]) -> str:
    taken = {known.same_name(each.name) for each in devices}
    return next(each for each in (name, *(f"{name} {n}" for n in range(2, 1000))) if each not in taken)


async def _named(which: str, radios: Sequence[ble.Radio]) -> Candidate:
    """Listen until the device with that address or advertised name is heard."""

    def is_it(each: Candidate) -> bool:
        return which.lower() in {each.sighting.address.lower(), each.kind.name.lower()}

    async with ble.Scan(radios) as scan:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_FOR):
                while True:
                    for each in filter(is_it, candidates(scan.seen)):
                        return each
                    scan.heard.clear()
                    await scan.heard.wait()
        unusable = scan.unusable
    why = f" ({unusable[0]})" if unusable else ""
    text = f"{which!r} is not heard{why}: it is off, out of range, or connected to something else"
    raise UnpairedError(LOST, text, "hold its button until it shows that it pairs; see `unknot scan`")


async def _chosen(radios: Sequence[ble.Radio]) -> Candidate:
    """Show what is heard until the person chooses. A letter stays with its device, wherever that moves."""
    click.echo(HOLD)
    letters: dict[str, str] = {}
    until = time.monotonic() + LISTEN
    async with ble.Scan(radios) as scan:
        for why in scan.unusable:
            complain(str(why), why.remedy)
        with Lively() as view, keys() as pressed:
            while time.monotonic() < until:
                found = candidates(scan.seen)
                _give_letters(found, letters)
                view.draw(lines(found, letters))
                key = await _key(pressed)
                if key == "q":
                    raise UnpairedError(INTERRUPTED, "nothing was paired")
                for each in found:
                    if key is not None and letters.get(each.sighting.address) == key:
                        return each
    raise UnpairedError(LOST, "nothing was chosen in two minutes", "run unknot pair again")


def _give_letters(found: Iterable[Candidate], letters: dict[str, str]) -> None:
    free = iter(LETTERS[len(letters) :])
    for each in found:
        if each.kind.usable and each.sighting.address not in letters and (letter := next(free, "")):
            letters[each.sighting.address] = letter


async def _key(pressed: asyncio.Queue[str]) -> str | None:
    with suppress(TimeoutError):
        async with asyncio.timeout(EVERY):
            return (await pressed.get()).lower()
    return None
