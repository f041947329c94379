"""`unknot sim`: simulated devices on pseudo-terminals, until told to end."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

import click

from simulator.bench import Bench, BenchError, open_bench
from simulator.ports import PtyPort


@click.command()
@click.option(
    "--bench",
    "bench_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that says which devices, and what goes wrong with them.",
)
def sim(bench_file: Path | None) -> None:
    """Run simulated devices that other programs can open.

    Without a bench file: one percussion and one heat device. Prints one JSON line with their ports when
    they are ready; ends on Ctrl-C.
    """
    try:
        bench = open_bench(bench_file)
    except BenchError as error:
        raise click.UsageError(str(error)) from error
    asyncio.run(_serve(bench, Path() if bench_file is None else bench_file.parent))


async def _serve(bench: Bench, folder: Path) -> None:
    end = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(signum, end.set)
    ports: dict[str, PtyPort] = {}
    try:
        for name in bench.names:
            path = bench.device(name).facts.path
            ports[name] = PtyPort(bench.device(name), folder / path if path else None)
        bench.start()
        click.echo(json.dumps({"devices": [_entry(bench, name, port) for name, port in ports.items()]}))
        await end.wait()
    finally:
        bench.stop()
        for port in ports.values():
            port.close()


def _entry(bench: Bench, name: str, port: PtyPort) -> dict[str, str]:
    return {"name": name, "kind": bench.device(name).facts.kind, "link": f"serial:{port.path}"}


if __name__ == "__main__":
    sim()
