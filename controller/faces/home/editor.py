"""Another program on the same terminal: the person's editor, or one of our own commands."""

from __future__ import annotations

import os
import shlex
import subprocess

EDITORS = ("VISUAL", "EDITOR")
USUAL = "vi"


def editor() -> list[str]:
    """The person's editor, as words of a command."""
    told = next((os.environ[name] for name in EDITORS if os.environ.get(name)), USUAL)
    return shlex.split(told) or [USUAL]


def ran(command: list[str], *, wait: bool) -> bool:
    """Run it to its end; whether it could be. `wait`: what it said stays until Enter."""
    try:
        subprocess.run(command, check=False)  # noqa: S603  the person's own editor, or this program
    except OSError:
        return False
    if wait:
        _until_enter()
    return True


def _until_enter() -> None:
    try:
        input("Enter goes back. ")
    except (EOFError, KeyboardInterrupt):
        return
