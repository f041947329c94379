"""`unknot pair`: a short conversation from a device on the air to one that has a name here."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

import click

from controller import known
from controller.faces.cli import ending
from controller.faces.cli.asker import Asker
from controller.faces.cli.choosing import NothingChosenError, chosen
from controller.faces.cli.common import LOST, REFUSED, USAGE, as_json, complain, show_json
from controller.faces.cli.face import on_terminal
from controller.known import KnownError
from controller.links import LinkError, ble
from controller.pairing import DeviceError, UnpairedError, candidates, keep, meet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from controller.known import Device
    from controller.pairing import Candidate

LOOK_FOR = 15.0
"""Seconds to look for a device that was named."""
NAMESAKES = 1.5
"""Seconds of listening for another one of that name."""
INTERRUPTED = 130


class _MisusedError(Exception):
    """What was written cannot be done, with `remedy`."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
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
        _end(ctx, REFUSED if error.declined else LOST, error, error.remedy, as_json=as_json)
    except NothingChosenError as error:
        _end(ctx, INTERRUPTED if error.ended else LOST, error, "", as_json=as_json)
    except (_MisusedError, KnownError) as error:
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
        raise _MisusedError("which device?", "name its address: unknot pair ADDRESS --yes")
    if not (person.talks or person.yes):
        raise _MisusedError("nobody is asked here", "add --yes where somebody holds the device")
    if name is not None:
        known.checked_name(name)
    async with ble.air() as radios:
        choice = await (chosen(radios) if which is None else _named(which, radios, person))
        found = await meet(choice, person, radios)
        return await keep(found, person, radios, name)


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
        raise _MisusedError(text, "name the address of the one that you mean; `unknot scan` lists them")
    if found:
        return found[0]
    why = f" ({unusable[0]})" if unusable else ""
    text = f"{which!r} is not heard{why}: it is off, out of range, or connected to something else"
    raise UnpairedError(text, "hold its button until it shows that it pairs; see `unknot scan`")
