"""`unknot forget`: a device that is not to be known any more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from controller import known
from controller.faces.cli.common import LOST, USAGE, as_json, complain, show_json
from controller.known import KnownError, UnknownDeviceError

if TYPE_CHECKING:
    from controller.known import Device


@click.command("forget")
@click.argument("name", metavar="NAME")
@as_json
@click.pass_context
def command(ctx: click.Context, *, name: str, as_json: bool) -> None:
    """Forget the device that you call NAME, and its pairing.

    `unknot devices` lists them. People are forgotten with `unknot person forget`.

    \b
    --json: {"forgotten": NAME, "trouble": null or what is left to do}
    """
    try:
        gone = asyncio.run(known.forget(name, unbond))
    except KnownError as error:
        complain(str(error), f"do: {error.remedy}")
        ctx.exit(LOST if isinstance(error, UnknownDeviceError) else USAGE)
    if as_json:
        show_json({"forgotten": gone.device.name, "trouble": gone.trouble or None})
        return
    click.echo(f"{gone.device.name} is forgotten.")
    complain(gone.trouble)


async def unbond(device: Device) -> None:
    """Have this computer forget its bond with a device. Raises LinkError."""
    from controller.pairing import forget_bond  # noqa: PLC0415  bleak, for a Bluetooth device alone

    await forget_bond(device.link.removeprefix("ble:"))
