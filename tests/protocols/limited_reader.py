"""Reads every file of a folder in at most 100 MB more than an idle reader has, and prints what each took."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from hostile import judged

from protocols.language import Source, compile_source, compile_text

MOST = 100_000_000


def limited() -> None:
    """Let this process grow by MOST bytes and no further."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MOST
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main(folder: str) -> None:
    judged(b"unknot: 1")
    compile_text("unknot: 1\ntitle: t\nsteps: [{rest: 5 s}]")
    limited()
    took = {}
    for path in sorted(Path(folder).iterdir()):
        data = path.read_bytes()
        began = time.process_time()
        codes = [d.code for d in compile_source(Source(path.name, data)).diagnostics]
        took[path.name] = [time.process_time() - began, codes]
    print(json.dumps(took))


if __name__ == "__main__":
    if sys.argv[1] == "--too-much":
        limited()
        bytearray(MOST + 1_000_000)
    else:
        main(sys.argv[1])
