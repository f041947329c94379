"""The program: Home where it is called alone on a terminal, else the command line.

Home loads no click: its first picture comes a tenth sooner without.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Ends with an exit code of `command-line.md`."""
    if len(sys.argv) == 1 and on_terminal():
        gc.disable()  # the first picture makes much, and nearly nothing of it is garbage
        from controller.faces.home.visit import run_home  # noqa: PLC0415

        code, ended = run_home()
        if ended is not None:
            from controller.faces.cli.face import tell  # noqa: PLC0415  most visits end at rest

            tell(ended)
        gc.freeze()  # the memory goes with the process: nobody looks through it once more
        sys.exit(code)
    from controller.faces.cli import main as command_line  # noqa: PLC0415

    command_line()


def on_terminal() -> bool:
    """Whether a person sits at both ends, and a screen can be drawn."""
    ends = (sys.stdin, sys.stdout, sys.stderr)
    return os.environ.get("TERM") != "dumb" and all(each is not None and each.isatty() for each in ends)
