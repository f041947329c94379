"""`unknot devices`: the devices that this user has named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from controller import known
from controller.faces.cli.asking import told_of
from controller.faces.cli.common import DONE, LOST, USAGE, as_json, complain, show_json, table
from controller.known import KINDS, Device, KnownError, UnknownDeviceError
from protocols.diagnostics import quoted

if TYPE_CHECKING:
    from protocols.plan import Kind

SUPPORTED: tuple[dict[str, object], ...] = (
    {
        "family": "Knot",
        "kinds": list(KINDS),
        "links": ["ble", "serial"],
        "says": "any device that speaks the Knot profile, over Bluetooth or a serial port",
    },
    {
        "family": "by hand",
        "kinds": list(KINDS),
        "links": ["hand"],
        "says": "any gun and any pad: the program says what to do and times it",
    },
)
_ADDED = ("--by-hand", "--kind", "--levels", "--slowest", "--fastest")


@click.command("devices")
@click.argument("action", type=click.Choice(["list", "add", "rename"]), metavar="[ACTION]", default="list")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--supported", is_flag=True, help="list: what can be used at all.")
@click.option("--by-hand", is_flag=True, help="add: a device of your own without a link, which you work.")
@click.option("--kind", metavar="KIND", help="add: percussion or heat.")
@click.option("--levels", type=int, metavar="N", help="add: how many levels it has.")
@click.option("--slowest", type=int, metavar="N", help="add: strokes a minute on its first level.")
@click.option("--fastest", type=int, metavar="N", help="add: strokes a minute on its last level.")
@as_json
@click.pass_context
def command(
    ctx: click.Context, *, action: str, names: tuple[str, ...], supported: bool, by_hand: bool,
    kind: str | None, levels: int | None, slowest: int | None, fastest: int | None, as_json: bool,
) -> None:  # fmt: skip
    """The devices that you have named: list, add --by-hand NAME, rename OLD NEW.

    `unknot run FILE --use ROLE=NAME` takes one. `add` is for a gun or a pad that has no link: with its
    number of levels it is told which to set, and with its slowest and fastest, as the manual says, more
    than medium may be asked of it. `unknot forget NAME` removes one.

    \b
    --json: list {"devices": [{"name", "kinds", "link" ("ble:ADDRESS",
      "serial:PATH" or "hand"), "serial", "model", "simulated", "added" (a day),
      "radio", "levels", "slowest", "fastest"}], "said": null or what the person
      must know of the file};
      --supported {"supported": [{"family", "kinds", "links", "says"}]};
      add and rename {"device": as in list}
    """
    own = dict(zip(_ADDED, (by_hand or None, kind, levels, slowest, fastest), strict=True))
    _refuse_misuse(action, names, [each for each, given in own.items() if given is not None], supported)
    try:
        if action == "add":
            _show(known.add(_by_hand(names[0], kind, levels, slowest, fastest)), "is kept", as_json=as_json)
        elif action == "rename":
            _show(known.rename(*names), f"is what {quoted(names[0])} is called now", as_json=as_json)
        elif supported:
            _show_supported(as_json=as_json)
        else:
            _list(as_json=as_json)
    except KnownError as error:
        complain(str(error), f"do: {error.remedy}")
        ctx.exit(LOST if isinstance(error, UnknownDeviceError) else USAGE)
    ctx.exit(DONE)


def _refuse_misuse(action: str, names: tuple[str, ...], own: list[str], supported: bool) -> None:
    wanted = {"list": 0, "add": 1, "rename": 2}[action]
    if len(names) != wanted:
        write = {"list": "unknot devices", "add": "unknot devices add --by-hand NAME --kind percussion"}
        more = write.get(action, "unknot devices rename OLD NEW")
        raise click.UsageError(f"{len(names)} names for {action}. Write: {more} (quote a name with spaces)")
    if own and action != "add":
        raise click.UsageError(f"{own[0]} belongs to add: unknot devices add --by-hand NAME")
    if supported and action != "list":
        raise click.UsageError("--supported belongs to the list: unknot devices --supported")
    if action == "add" and "--by-hand" not in own:
        raise click.UsageError(
            "a device with a link is added by pairing it. For one without, write --by-hand"
        )


def _by_hand(
    name: str, kind: str | None, levels: int | None, slowest: int | None, fastest: int | None
) -> Device:
    found: Kind | None = next((each for each in KINDS if each == kind), None)
    if found is None:
        what = "what does it do?" if kind is None else f"{quoted(kind)} is no kind."
        raise click.UsageError(f"{what} Write --kind percussion or --kind heat")
    return known.worked_by_hand(name, found, levels, slowest, fastest)


def _show(device: Device, what: str, *, as_json: bool) -> None:
    said = known.load().said
    complain(said)
    if as_json:
        show_json({"device": known.to_json(device)})
        return
    role = "gun" if "percussion" in device.kinds else "pad"
    click.echo(
        f"{device.name} {what}: {told_of(device)}. Use it: unknot run FILE --use '{role}={device.name}'"
    )


def _list(*, as_json: bool) -> None:
    found = known.load()
    if as_json:
        devices = [known.to_json(each) for each in found.devices]
        show_json({"devices": devices, "said": found.said or None})
        return
    complain(found.said)
    if not found.devices:
        click.echo(
            "No device is known. One without a link: unknot devices add --by-hand NAME --kind percussion"
        )
    for line in table((each.name, " and ".join(each.kinds), told_of(each)) for each in found.devices):
        click.echo(line)


def _show_supported(*, as_json: bool) -> None:
    if as_json:
        show_json({"supported": SUPPORTED})
        return
    for family in SUPPORTED:
        click.echo(f"{family['family']}: {family['says']}")
