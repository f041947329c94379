"""The command line. Nothing but click is imported until a command is called, so that help is quick."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from controller.version import version

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["cli", "main"]

INTERRUPTED = 130
LANGUAGE = 1
"""The version of the protocol language that this program reads up to."""

COMMANDS: dict[str, str] = {
    "demo": "Shows a short session on simulated devices, at once.",
    "ease": "The quickest start: the shipped protocol for an area.",
    "run": "Runs a protocol: with devices, by hand, or simulated.",
    "stop": "Stops whatever this user's program is running.",
    "watch": "Shows the session that another terminal runs: see it, answer, pause, stop.",
    "web": "Serves the same screens to a browser on this machine.",
    "check": "Reads, compiles and checks protocol files.",
    "test": "Tries protocols in virtual time, with every fault at every step.",
    "plan": "Shows what a protocol comes to.",
    "new": "Writes a protocol file to start from.",
    "explain": "Explains a code that `check` prints, or a limit by its id.",
    "schema": "Prints the JSON Schema of protocol files, for editors.",
    "body": "Shows what is known of a place: what may be done, and what it has had.",
    "limits": "Shows the limits as they stand, each with what set it.",
    "history": "Lists what was done.",
    "show": "Shows one session: what was done, and its curves.",
    "export": "Writes one session out, as CSV or JSON.",
    "replay": "Feeds a session's record to the core again, and compares.",
    "person": "People on this machine: add, list, forget.",
    "scan": "Listens for devices over Bluetooth.",
    "pair": "Gets to know a device over Bluetooth, and gives it a name.",
    "devices": "The devices that you have named: list, add, rename.",
    "forget": "Forgets a device, and its pairing.",
    "sim": "Runs simulated devices that other programs can open.",
    "doctor": "Tells what works on this machine, and what to do about the rest.",
}


def _imported(name: str) -> ModuleType:
    collecting = gc.isenabled()
    gc.disable()  # an import makes much, and nearly nothing of it is garbage
    try:
        return importlib.import_module(name)
    finally:
        if collecting:
            gc.enable()


class LazyGroup(click.Group):
    """Knows every command by name and line of help; imports the module of the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a newcomer needs them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = _imported(f"controller.faces.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it; an unknown name is answered with the nearest known one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            import difflib  # noqa: PLC0415  for a slip alone

            close = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean {close[0]}?" if close else f" Commands: {', '.join(COMMANDS)}."
            raise click.UsageError(f"No such command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table above, since asking each command would import them all."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _show_version(ctx: click.Context, parameter: click.Parameter, asked: bool) -> None:
    del parameter
    if not asked or ctx.resilient_parsing:
        return
    click.echo(f"unknot {version() or '(not installed)'}, protocol language {LANGUAGE}")
    ctx.exit()


@click.group(cls=LazyGroup, invoke_without_command=True)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_show_version,
    help="Show the version of the program and of the language.",
)  # fmt: skip
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Eases sore muscles with massagers and heating pads, under safety limits.

    Alone, on a terminal, it opens Home. Or begin with `unknot demo`. Nothing here replaces a professional.
    """
    if "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        ctx.color = False
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> NoReturn:
    """The program. Ends with an exit code of `command-line.md`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(prog_name="unknot", standalone_mode=False)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    gc.freeze()  # the memory goes with the process: nobody looks through it once more
    sys.exit(code)
