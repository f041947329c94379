"""`python -m tests.bluez`: real BlueZ and its kernel against a simulated device, in a virtual machine.

A machine on which that cannot run has failed: nothing is skipped.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.bluez import vm
from tests.bluez.packages import CACHE, CannotRunError


def main() -> int:
    """Print each check; 0 where all passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bluez", description=__doc__)
    parser.add_argument("--all", action="store_true", help="print the guest's whole console")
    parser.add_argument("--module", default="tests.bluez.guest_scenario", help="what to run in the guest")
    asked = parser.parse_args()
    started = time.monotonic()
    passed, failed = [], []

    CACHE.mkdir(exist_ok=True)
    console = (CACHE / "console.log").open("w", buffering=1)

    def heard(line: str) -> None:
        print(line, file=console)
        kind = line.partition(" ")[0]
        if kind == "ok":
            passed.append(line)
        if kind == "FAILED":
            failed.append(line)
        if asked.all or failed or kind == "ok":
            print(line, flush=True)

    try:
        status = vm.run([sys.executable, "-m", asked.module], heard)
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
