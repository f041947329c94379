"""`python -m tests.bluez`: real BlueZ and its kernel against a simulated device, in a virtual machine.

A machine on which that cannot run has failed: nothing is skipped.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.bluez import vm
from tests.bluez.packages import CACHE, CannotRunError

TRACEBACK = "Traceback"
"""What begins with it is of a program or a device that fell over, whatever else passed."""


def main() -> int:
    """Print each check; 0 where all passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bluez", description=__doc__)
    parser.add_argument("--all", action="store_true", help="print the guest's whole console")
    parser.add_argument("--every", action="store_true", help="every check of plain bleak too: a minute more")
    parser.add_argument("--module", default="tests.bluez.guest_scenario", help="what to run in the guest")
    asked = parser.parse_args()
    started = time.monotonic()
    passed: list[str] = []
    failed: list[str] = []
    since: list[str] = []

    CACHE.mkdir(exist_ok=True)
    console = (CACHE / "console.log").open("w", buffering=1)

    def heard(line: str) -> None:
        print(line, file=console)
        kind = line.partition(" ")[0]
        if kind == "ok":
            passed.append(line)
            since.clear()
        if kind in {"FAILED", TRACEBACK}:
            if not (failed or asked.all):
                print(*since, sep="\n")
            failed.append(line)
        since.append(line)
        if asked.all or failed or kind == "ok":
            print(line, flush=True)

    try:
        flags = ["--every"] if asked.every else []
        status = vm.run([sys.executable, "-m", asked.module, *flags], heard)
    except CannotRunError as why:
        print(f"FAILED {why}")
        failed.append(str(why))
        status = 0
    if status:
        print(f"FAILED the scenario ended with {status}")
        failed.append("")
    if failed:
        print(f"the whole console is in {console.name}")
    print(f"{len(passed)} passed, {len(failed)} failed in {time.monotonic() - started:.0f} s")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
