"""The program behind one page: Home, attached to whatever session runs. `window acts|reads DESCRIPTOR`."""

from __future__ import annotations

import os
import sys
import threading
from typing import Final

from controller.faces.home.app import HomeApp
from controller.faces.home.facts import Facts, guest_facts
from controller.faces.home.visit import run_home
from controller.faces.tui.signs import UTF8
from controller.keeping import Kept, Lives

SERVER_GONE = "`unknot web` has ended"
HURRY_S: Final = 5.0
"""How long this may take to close when its server is gone; no device hangs on it."""


def window(life: Lives, *, acts: bool) -> HomeApp:
    """Home for a page."""
    if acts:
        return HomeApp(signs=UTF8, session_for=lambda setup: Kept(setup, life), at_once=True)
    return HomeApp(signs=UTF8, facts=_to_look_at, at_once=True, reads_only=True)


def _to_look_at(_person: str | None) -> Facts:
    from controller.faces.home import protocols_screen  # noqa: F401, PLC0415  loaded while the person looks

    return guest_facts()


def main() -> int:
    """Show it until its page or its server is gone."""
    life = Lives(int(sys.argv[2]))
    app = window(life, acts=sys.argv[1] == "acts")

    def gone() -> None:
        threading.Timer(HURRY_S, os._exit, (1,)).start()
        app.leave_at_once(SERVER_GONE)

    life.watch(gone)
    code, _ = run_home(app)
    return code


if __name__ == "__main__":
    sys.exit(main())
