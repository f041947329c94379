"""The radio of a computer whose chip is in another process, an `unknot sim`."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from typing import TYPE_CHECKING, Any

from bumble.keys import KeyStore, PairingKeys
from bumble.transport.common import StreamPacketSink, StreamPacketSource

from simulator.radio.backend import Radio
from simulator.radio.central import Central
from simulator.radio.host import SteadyHost
from simulator.radio.places import keys_of, short

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class FileKeys(KeyStore):
    """The bonds of one computer, in a file that all its programs share, as an operating system keeps them."""

    def __init__(self, path: Path, computer: str) -> None:
        self._path = path
        self._computer = computer

    async def delete(self, name: str) -> None:
        """Forget one; raises KeyError where there is none."""
        everything = self._load()
        del everything.get(self._computer, {})[name]
        self._save(everything)

    async def update(self, name: str, keys: PairingKeys) -> None:
        """Keep one."""
        everything = self._load()
        everything.setdefault(self._computer, {})[name] = keys.to_dict()
        self._save(everything)

    async def get(self, name: str) -> PairingKeys | None:
        """The one with that device."""
        found = self._load().get(self._computer, {}).get(name)
        return None if found is None else PairingKeys.from_dict(found)

    async def get_all(self) -> list[tuple[str, PairingKeys]]:
        """Every one."""
        found = self._load().get(self._computer, {})
        return [(name, PairingKeys.from_dict(keys)) for name, keys in found.items()]

    def _load(self) -> dict[str, dict[str, dict[str, Any]]]:
        try:
            loaded: dict[str, dict[str, dict[str, Any]]] = json.loads(self._path.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return loaded

    def _save(self, everything: dict[str, dict[str, dict[str, Any]]]) -> None:
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:  # noqa: PTH123 - with its mode from the first moment
            json.dump(everything, file)
        fresh.replace(self._path)


class _Source(StreamPacketSource):
    def __init__(self, on_lost: Callable[[], None]) -> None:
        super().__init__()
        self._on_lost = on_lost

    def connection_lost(self, _error: Exception | None) -> None:
        self.on_transport_lost()
        self._on_lost()


class FarChip:
    """A chip behind a sim's socket."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._transport: asyncio.Transport | None = None
        self.on_lost: Callable[[], None] = lambda: None

    async def open(self) -> SteadyHost:
        """A host with its chip. Raises OSError."""
        joining = socket.socket(socket.AF_UNIX)
        joining.setblocking(False)
        loop = asyncio.get_running_loop()
        try:
            with short(self._path) as name:
                await loop.sock_connect(joining, name)
            transport, source = await loop.create_unix_connection(lambda: _Source(self.on_lost), sock=joining)
        except BaseException:
            joining.close()
            raise
        self._transport = transport
        return SteadyHost(source, StreamPacketSink(transport))

    async def close(self) -> None:
        """Give it back."""
        if self._transport is not None:
            self._transport.close()


def joined_radio(path: Path) -> Radio:
    """The radio of the sim that listens there."""
    chip = FarChip(path)
    central = Central(chip, lambda computer: FileKeys(keys_of(path), computer))
    chip.on_lost = central.lose
    return Radio(f"sim {path.stem.removeprefix('radio-')}", central)


__all__ = ["joined_radio"]
