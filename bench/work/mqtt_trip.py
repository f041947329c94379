"""QoS 1 there and back by bare aiomqtt, over a broker in a process of its own: the median of many, µs.

It runs in the environment of that peer, which has nothing of ours.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import signal
import socket
from statistics import median
from time import perf_counter
from typing import Any

TIMES, WARM = 200, 20
TOPIC = "bench"
AT_ONCE = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
"""Else an acknowledgement waits 40 ms for company, and anything would look fast beside it."""


def main() -> None:
    """Measure it once."""
    port = _free_port()
    broker = os.fork()
    if broker == 0:
        try:
            asyncio.run(_broker(port))
        finally:
            os._exit(1)
    try:
        found = asyncio.run(_trips(port))
    finally:
        os.kill(broker, signal.SIGKILL)
        os.waitpid(broker, 0)
    print(json.dumps({"us": median(found) * 1e6}))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def _broker(port: int) -> None:
    broker: Any = importlib.import_module("amqtt.broker").Broker
    plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    listeners = {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}}
    await broker({"listeners": listeners, "plugins": plugins}).start()
    await asyncio.Event().wait()


async def _trips(port: int) -> list[float]:
    client: Any = importlib.import_module("aiomqtt").Client
    await _listening(port)
    found = []
    async with client("127.0.0.1", port, socket_options=[AT_ONCE]) as mqtt:
        await mqtt.subscribe(TOPIC, qos=1)
        arrivals = aiter(mqtt.messages)
        for _ in range(WARM + TIMES):
            began = perf_counter()
            await mqtt.publish(TOPIC, b"x", qos=1)
            await anext(arrivals)
            found.append(perf_counter() - began)
    return found[WARM:]


async def _listening(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise RuntimeError("the broker does not listen")


if __name__ == "__main__":
    main()
