"""The program, loaded once: to load it takes seconds in the guest, and each run of it is a fork of this.

`python -m tests.bluez.guest_loaded DESCRIPTOR` takes messages on that socket, each with the words of a
run and with the descriptors of a socket, its stdin, its stdout and its stderr; on the socket go the id of
the process and then how it ended.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys

COMMANDS = ("devices", "doctor", "forget", "pair", "run", "scan", "stop")
BESIDE = (
    *("bleak", "bleak.backends.bluezdbus.client", "bleak.backends.bluezdbus.scanner"),
    *("bleak_retry_connector", "controller.links.ble.bluez_agent", "controller.pairing"),
    *("controller.runner", "controller.faces.cli.json_lines", "controller.sharing"),
)
LARGEST = 8192


def load() -> None:
    for command in COMMANDS:
        importlib.import_module(f"controller.faces.cli.{command}")
    for each in BESIDE:
        importlib.import_module(each)
    gc.freeze()


def serve(orders: socket.socket) -> None:
    """Returns in each process that is a run; ends with the other side."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, descriptors, _, _ = socket.recv_fds(orders, LARGEST, 4)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            orders.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return begin(json.loads(message), descriptors)
        for each in descriptors:
            os.close(each)


def begin(words: list[str], descriptors: list[int]) -> None:
    """Fork the run, which this process waits for: only a parent hears how a process ended."""
    told, *standard = descriptors
    process = os.fork()
    if process:
        with socket.socket(fileno=told) as told_to:
            for each in (0, 1, 2, *standard):
                os.close(each)
            told_to.send(json.dumps(process).encode())
            _, status = os.waitpid(process, 0)
            told_to.send(json.dumps(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.close(told)
    for number, each in enumerate(standard):
        os.dup2(each, number)
        os.close(each)
    sys.argv = ["unknot", *words]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=stream.isatty())  # type: ignore[union-attr]


if __name__ == "__main__":
    load()
    serve(socket.socket(fileno=int(sys.argv[1])))
    from controller.faces.cli import main

    main()
