"""`python -m bench`: every row in turn; the last line says how many goals are met. Exit 1 on a miss."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
from typing import TYPE_CHECKING

from bench.goals import LEAST_ROUNDS, exit_code, summary
from bench.report import lines

if TYPE_CHECKING:
    from bench.goals import Result
    from bench.report import Row

ROWS = {
    1: "startup", 2: "check", 3: "check_memory", 4: "reading", 5: "session", 6: "dispatch", 7: "ticks",
    8: "stop", 9: "codec", 10: "link", 11: "fleet", 12: "screen", 13: "first_frame", 14: "journal",
    15: "ledger", 18: "suite", 19: "air_fleet", 20: "keys",
}  # fmt: skip


def main() -> int:
    """Measure the rows asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, choices=[[], *ROWS], metavar="ROW", help=f"of {[*ROWS]}")
    asked = parser.parse_args().rows or [*ROWS]
    print(
        f"Python {platform.python_version()} on {platform.system()} {platform.release()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}. "
        f"Median (least .. greatest) of the ratios of {LEAST_ROUNDS} rounds or more."
    )
    results: list[Result] = []
    for number in asked:
        row: Row = importlib.import_module(f"bench.rows.{ROWS[number]}").measure()
        results += row.results
        print(*lines(row), sep="\n", flush=True)
    print(summary(results))
    return exit_code(results)


if __name__ == "__main__":
    sys.exit(main())
