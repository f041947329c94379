"""`unknot doctor`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
import time
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import TYPE_CHECKING

import click

from controller.config import record_path
from controller.faces.cli.common import DONE, FAILED, as_json, show_json
from controller.faces.sound import Speaker
from controller.journal import Journal, JournalError
from controller.links.ports import ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STEP_MS = 10.0
"""The coarsest clock that a control loop of 100 ms can live with."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing. `needed`: without it nothing runs, not even by hand."""

    name: str
    ok: bool
    says: str
    remedy: str | None = None
    needed: bool = False


@click.command("doctor")
@as_json
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Tell what works on this machine and what does not, each with its remedy.

    Ends with 0 when nothing stands in the way of a session by hand.
    """
    checks = [check for look in LOOKS for check in look()]
    ok = all(check.ok for check in checks if check.needed)
    if as_json:
        show_json({"ok": ok, "checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            click.echo(f"{'ok  ' if check.ok else 'NO  '} {check.name}: {check.says}")
            if check.remedy and not check.ok:
                click.echo(f"     do: {check.remedy}")
    ctx.exit(DONE if ok else FAILED)


def _files() -> Iterator[Check]:
    try:
        yaml = importlib.import_module("yaml")
        fast = hasattr(yaml, "CLoader")
    except ImportError:
        fast = False
    remedy = "install a PyYAML wheel that has libyaml"
    yield Check(
        "protocol files", fast, "can be read" if fast else "cannot be read: no libyaml", remedy, needed=True
    )


def _record() -> Iterator[Check]:
    path = record_path()
    try:
        with Journal.open(path) as journal:
            said = journal.said or f"can be written, and there is room ({path})"
    except JournalError as error:
        yield Check("record", False, str(error), error.remedy, needed=True)
    else:
        yield Check("record", True, said, needed=True)


def _clock() -> Iterator[Check]:
    facts = time.get_clock_info("monotonic")
    fine = facts.monotonic and facts.resolution * 1000 <= STEP_MS
    yield Check("clock", fine, f"steps of {facts.resolution * 1e9:g} ns", "use another machine", needed=True)
    sees_sleep = hasattr(time, "CLOCK_BOOTTIME")
    says = "a sleep of this machine is noticed" if sees_sleep else "a sleep of this machine is not noticed"
    yield Check("sleep", sees_sleep, says, "keep the machine awake during a session")


def _terminal() -> Iterator[Check]:
    encoding = (sys.stdout.encoding or "unknown").lower()
    yield Check("text", encoding in {"utf-8", "utf8"}, f"written as {encoding}", "set LANG to a UTF-8 locale")
    term = os.environ.get("TERM", "")
    screen = term not in {"", "dumb"}
    yield Check(
        "terminal", screen, f"TERM is {term or 'not set'}", "nothing is lost: `--plain` needs no screen"
    )
    if "NO_COLOR" in os.environ:
        yield Check("colours", True, "off, as NO_COLOR asks")


def _speaker() -> Iterator[Check]:
    trouble = Speaker().trouble
    says, _, remedy = (trouble or "there is a speaker command").partition(": ")
    yield Check("speech", trouble is None, says, remedy or None)


def _serial() -> Iterator[Check]:
    found = ports()
    if not found:
        yield Check("serial ports", True, "none; plug a device in to use one")
    for port in found:
        yield _port(port.path, port.description, allowed=port.allowed, users=port.users)


def _port(path: str, description: str, *, allowed: bool, users: tuple[str, ...]) -> Check:
    name = f"serial port {path}"
    if not allowed:
        remedy = "have the administrator add you to the port's group (often `dialout`), then log in again"
        return Check(name, False, "you may not open it", remedy)
    if users:
        return Check(name, False, f"in use by {', '.join(users)}", "close that program first")
    return Check(name, True, description or "free")


def _bluetooth() -> Iterator[Check]:
    from controller.links import LinkError, ble  # noqa: PLC0415  slow, and nothing else here needs it

    async def look() -> list[Check]:
        found = []
        async with ble.air() as radios:
            for radio in radios:
                try:
                    async with ble.Scan([radio]):
                        found.append(Check(radio.name, True, "can be listened on"))
                except LinkError as error:
                    found.append(Check(radio.name, False, str(error), error.remedy))
        return found

    yield from asyncio.run(look())


def _simulator() -> Iterator[Check]:
    there = bool(metadata.entry_points(group="unknot.simulator"))
    yield Check(
        "simulator", there, "there" if there else "not in this install", "install the program again, whole"
    )


LOOKS: tuple[Callable[[], Iterator[Check]], ...] = (
    _files, _record, _clock, _terminal, _speaker, _serial, _bluetooth, _simulator,
)  # fmt: skip
