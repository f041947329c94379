"""Another program on the same terminal: the person's editor."""

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


def ran(command: list[str]) -> bool:
    """Run it to its end; whether it could be."""
    try:
        subprocess.run(command, check=False)  # noqa: S603  the person's own editor
    except OSError:
        return False
    return True
