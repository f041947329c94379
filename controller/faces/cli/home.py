"""`unknot` alone, on a terminal: Home."""

from __future__ import annotations

from controller.faces.home.app import run_home


def home() -> int:
    """Show it until it is left; the exit code. What the person must still know is said on stderr."""
    code, ended = run_home()
    if ended is not None:
        from controller.faces.cli.face import tell  # noqa: PLC0415  most visits end at rest

        tell(ended)
    return code
