"""The process that keeps one session: its order on stdin, how it ended on stdout; never a window."""

from __future__ import annotations

import contextlib
import sys

from controller.api import Ended, Session
from controller.keeping.life import Lives
from controller.keeping.order import OrderError, ordered
from controller.sharing.lines import ended_line

STARTER_GONE = "the program that it was started from has ended"
FAILED = 1


def main() -> int:
    """Keep it to its end, at rest; its exit code."""
    life = Lives(int(sys.argv[1]))
    try:
        setup = ordered(sys.stdin.readline())
    except OrderError as error:
        _say(Ended("failed", FAILED, str(error)))
        return FAILED
    session = Session(setup, kept=True)
    life.watch(lambda: session.interrupt(STARTER_GONE))
    try:
        ended = session.run_here()
    except Exception as error:  # noqa: BLE001  nobody sees a traceback here: whoever is left is told
        ended = Ended("failed", FAILED, f"a fault of the program: {error!r}", (UNKNOWN,))
    life.tell(setup.plan.title, ended)
    _say(ended)
    return ended.exit


UNKNOWN = "it is not known whether its devices rest: switch them off by hand"


def _say(ended: Ended) -> None:
    with contextlib.suppress(OSError):  # who started it may be gone
        sys.stdout.write(ended_line(ended) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
