"""`unknot sim`: simulated devices on pseudo-terminals and a virtual radio, until told to end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.bench import Bench, BenchError, open_bench, shown_bench
from simulator.faults import begin
from simulator.ports import PtyPort
from simulator.radio.places import PlaceError, running, runtime_dir

if TYPE_CHECKING:
    from simulator.device import SimDevice
    from simulator.radio.served import RadioServer


@click.command()
@click.option(
    "--bench",
    "bench_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that says which devices, and what goes wrong with them.",
)
@click.option(
    "--press",
    is_flag=True,
    help="Press the pairing button of the Bluetooth devices of every sim that runs, and end.",
)
def sim(bench_file: Path | None, press: bool) -> None:
    """Run simulated devices that other programs can open.

    Without a bench file: one percussion and one heat device with a port, and the same by Bluetooth, which
    make bonds for two minutes. Prints one JSON line with their ports and addresses when they are ready;
    ends on Ctrl-C.
    """
    if press:
        _press()
        return
    try:
        bench = shown_bench() if bench_file is None else open_bench(bench_file)
        asyncio.run(_serve(bench, Path() if bench_file is None else bench_file.parent))
    except (BenchError, PlaceError) as error:
        raise click.UsageError(str(error)) from error


def _press() -> None:
    pressed = running(runtime_dir())
    for pid in pressed:
        os.kill(pid, signal.SIGUSR1)
    if not pressed:
        raise click.UsageError("no sim with Bluetooth devices runs")
    click.echo("Pressed: they make bonds for two minutes.")


async def _serve(bench: Bench, folder: Path) -> None:
    end = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(signum, end.set)
    ports: dict[str, PtyPort] = {}
    server: RadioServer | None = None
    try:
        for name in bench.names:
            facts = bench.device(name).facts
            if facts.link == "serial":
                ports[name] = PtyPort(bench.device(name), folder / facts.path if facts.path else None)
        bench.start()
        on_air = [bench.device(name) for name in bench.names if name not in ports]
        if on_air:
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _press_each, on_air)
            server = await _open_radio(bench)
        entries = [_entry(bench, name, f"serial:{port.path}") for name, port in ports.items()]
        entries += [
            _entry(bench, name, f"ble:{bench.address(name)}") for name in bench.names if name not in ports
        ]
        click.echo(json.dumps({"devices": entries}))
        await end.wait()
    finally:
        if server is not None:
            await server.close()
        bench.stop()
        for port in ports.values():
            port.unplug("the simulator ends")


def _press_each(devices: list[SimDevice]) -> None:
    for device in devices:
        begin("pairing button", device)


async def _open_radio(bench: Bench) -> RadioServer:
    from simulator.radio.served import RadioServer  # noqa: PLC0415 - a bench without radio goes without it

    server = RadioServer(bench.on_air.air, runtime_dir())
    await server.open()
    return server


def _entry(bench: Bench, name: str, link: str) -> dict[str, str]:
    return {"name": name, "kind": bench.device(name).facts.kind, "link": link}


if __name__ == "__main__":
    sim()
