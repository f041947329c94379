"""The file of known devices, `devices/known.json` in the state folder: private, whole, and never lost."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from controller.config import ConfigError, private_dir, state_dir, sync, write_whole
from controller.known.device import Device, KnownError, from_json, same_name, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FILE = "known.json"
VERSION = 1
BIGGEST = 1024 * 1024
"""Bytes; a thousand devices are a third of that."""


def devices_dir(*, make: bool = True) -> Path:
    """The private folder, made where it is missing. Raises KnownError."""
    folder = state_dir() / "devices"
    try:
        if make or os.path.lexists(folder):
            private_dir(state_dir())
            private_dir(folder)
    except ConfigError as error:
        raise KnownError(str(error), error.remedy) from error
    return folder


@contextmanager
def alone() -> Iterator[Path]:
    """The folder, with no other program writing: a device would be lost."""
    folder = devices_dir()
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)


def sound(folder: Path) -> tuple[Device, ...]:
    """What is kept, before it is written anew: what is damaged is out of the way then."""
    try:
        return read(folder / FILE)
    except ValueError:
        _set_aside(folder)
        return ()


def read(path: Path) -> tuple[Device, ...]:
    """The devices of a file, none where it is missing. Raises ValueError for what is damaged, KnownError for
    what is not to be touched."""
    text = _bytes_of(path)
    return () if text is None else _parsed(path, text)


def _parsed(path: Path, text: bytes) -> tuple[Device, ...]:
    if len(text) > BIGGEST:
        raise ValueError("it is too large")
    try:
        told = json.loads(text)
        version, listed = told["version"], list(told["devices"])
    except (KeyError, RecursionError, TypeError) as error:
        raise ValueError("it holds no devices") from error
    if type(version) is int and version > VERSION:
        raise KnownError(f"{path} is of a newer version of the program", "update this one")
    if version != VERSION:
        raise ValueError("it has no version")
    try:
        found = tuple(map(from_json, listed))
    except KnownError as error:
        raise ValueError(str(error)) from error
    if len({same_name(each.name) for each in found}) != len(found):
        raise ValueError("two devices have one name")
    return found


def _bytes_of(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            _trusted(path, os.fstat(file.fileno()))
            return file.read(BIGGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KnownError(f"{path} cannot be read: {error.strerror}", f"move {path} away") from error


def _trusted(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid():
        raise KnownError(f"{path} is no file of yours", f"move {path} away")
    if found.st_mode & 0o022:
        raise KnownError(f"others may write to {path}", f"look at what it says, then: chmod 600 '{path}'")


def _set_aside(folder: Path) -> None:
    stamp = f"{FILE}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    aside, number = folder / stamp, 1
    while os.path.lexists(aside):
        number += 1
        aside = folder / f"{stamp}-{number}"
    try:
        (folder / FILE).rename(aside)
        sync(folder)
    except OSError as error:
        raise KnownError(
            f"{folder / FILE} is damaged, and cannot be set aside: {error.strerror}",
            f"move {folder / FILE} away",
        ) from error


def said(folder: Path) -> str:
    """What the person must be told of a file that was set aside; empty where none lies there."""
    aside = sorted(folder.glob(f"{FILE}.damaged-*"))
    if not aside:
        return ""
    return (
        f"the list of devices was damaged and is kept as {aside[-1]}: put it right and name it {FILE} again, "
        "or remove it and add the devices anew"
    )


def write(folder: Path, devices: Iterable[Device]) -> None:
    """Keep these, whole or not at all. Raises KnownError."""
    told = {"version": VERSION, "devices": [to_json(each) for each in devices]}
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    path = folder / FILE
    try:
        write_whole(path, text)
    except OSError as error:
        raise KnownError(f"{path} cannot be written: {error.strerror}", "free some space there") from error
