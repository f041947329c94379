"""The files of people: `people/NAME/person.json` in the state folder, one folder for all of a person."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from controller.config import ConfigError, private_dir, state_dir, sync, write_whole
from controller.people.form import person_from_json, person_to_json
from controller.people.person import Person, PersonError, checked_name, same_name
from controller.safety.screening import current

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from controller.people.person import Clinician
    from controller.safety.screening import Answer

FILE = "person.json"
BIGGEST = 4 * 1024 * 1024
"""Bytes; years of answers are a tenth of that."""
KEPT_S = 90 * 86_400.0
"""How long an answer is kept after another took its place."""


def people_dir() -> Path:
    """The folder of all people; private. Raises PersonError."""
    try:
        private_dir(state_dir())
        return private_dir(state_dir() / "people")
    except ConfigError as error:
        raise PersonError(str(error), error.remedy) from error


def folder_of(name: str) -> Path:
    """Where everything of that person is, whether or not it is there. Raises PersonError for no name."""
    plain = same_name(checked_name(name))
    slug = re.sub("[^a-z]+", "-", plain).strip("-")[:20]
    return people_dir() / f"{slug}.{hashlib.sha256(plain.encode()).hexdigest()[:16]}"


def is_known(name: str) -> bool:
    """Whether there is a file for that name, readable or not. Raises PersonError for no name."""
    return os.path.lexists(folder_of(name) / FILE)


def ledger_name(name: str) -> str:
    """The name under which a person's ledger is kept: the same in any letter case."""
    return same_name(checked_name(name))


def add(name: str, now: datetime, answers: Sequence[Answer] = (), *, owner: bool | None = None) -> Person:
    """Make somebody known; the first is the one whose machine it is, unless told. Raises PersonError."""
    plain = checked_name(name)
    folder = folder_of(plain)
    with _alone():
        others = [path for path in people_dir().iterdir() if path.is_dir()]
        if is_known(plain):
            raise PersonError(f"{plain} is known here already", "see who is: unknot person list")
        person = Person(
            name=plain, created=now, owner=not others if owner is None else owner, answers=tuple(answers)
        )
        if person.owner:
            _disown(others)
        _write(folder, person)
    return person


def load(name: str) -> Person:
    """Read somebody. Raises PersonError where there is nobody, or nobody that can be trusted."""
    folder = folder_of(name)
    if not folder.is_dir():
        raise PersonError(f"nobody here is called {name}", f"add them with: unknot person add '{name}'")
    return _read(folder)


def everybody() -> tuple[tuple[Person, ...], tuple[PersonError, ...]]:
    """All who can be read, by name; and why others cannot."""
    found, broken = [], []
    for folder in sorted(path for path in people_dir().iterdir() if path.is_dir() or path.is_symlink()):
        try:
            found.append(_read(folder))
        except PersonError as error:
            broken.append(error)
    return tuple(sorted(found, key=lambda each: same_name(each.name))), tuple(broken)


def owner() -> Person | None:
    """Whose machine it is; None: nobody's. Raises PersonError where somebody unreadable may be the one."""
    found, broken = everybody()
    for each in found:
        if each.owner:
            return each
    if broken:
        raise broken[0]
    return None


def save(person: Person) -> None:
    """Write somebody, whole or not at all. Raises PersonError."""
    with _alone():
        _write(folder_of(person.name), person)


def keep_answers(name: str, answers: Sequence[Answer]) -> Person:
    """Put answers behind those on record, the earlier ones kept. Raises PersonError."""
    with _alone():
        person = load(name)
        kept = (*person.answers, *answers)
        stand = {(each.row, each.at_s) for each in current(kept)}
        last_s = max((each.at_s for each in kept), default=0.0)
        pruned = [e for e in kept if (e.row, e.at_s) in stand or last_s - e.at_s <= KEPT_S]
        person = replace(person, answers=tuple(pruned))
        _write(folder_of(name), person)
    return person


def session_completed(name: str) -> Person:
    """Count one more session that completed. Raises PersonError."""
    with _alone():
        person = load(name)
        person = replace(person, sessions=person.sessions + 1)
        _write(folder_of(name), person)
    return person


def set_clinician(name: str, clinician: Clinician | None) -> Person:
    """Keep who vouches for somebody, or that nobody does. Raises PersonError."""
    with _alone():
        person = replace(load(name), clinician=clinician)
        _write(folder_of(name), person)
    return person


def forget(name: str) -> None:
    """Remove everything of that person, readable or not. Raises PersonError where there is nobody."""
    with _alone():
        folder = folder_of(name)
        if not folder.is_dir() or folder.is_symlink():
            raise PersonError(f"nobody here is called {name}", "see who is: unknot person list")
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise PersonError(
                f"{folder} cannot be removed whole: {error.strerror}", f"remove {folder} yourself"
            ) from error


@contextmanager
def _alone() -> Iterator[None]:
    """Two programs never write people at once: an answer would be lost."""
    descriptor = os.open(people_dir(), os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _disown(folders: Sequence[Path]) -> None:
    for folder in folders:
        person = _read(folder)
        if person.owner:
            _write(folder, replace(person, owner=False))


def _read(folder: Path) -> Person:
    path = folder / FILE
    try:
        _trusted(folder)
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            _trusted_file(path, os.fstat(file.fileno()))
            text = file.read(BIGGEST + 1)
        if len(text) > BIGGEST:
            raise _damaged(path, "it is too large")
        person = person_from_json(json.loads(text))
    except OSError as error:
        raise PersonError(f"{path} cannot be read: {error.strerror}", _remedy(path)) from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if folder_of(person.name) != folder:
        raise _damaged(path, f"it names {person.name!r}, and lies in somebody else's folder")
    return person


def _trusted(folder: Path) -> None:
    try:
        private_dir(folder)
    except ConfigError as error:
        raise PersonError(str(error), error.remedy) from error


def _trusted_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise _damaged(path, "it is no file")
    if found.st_uid != os.getuid():
        raise PersonError(f"{path} belongs to another user", _remedy(path))
    if found.st_mode & 0o022:
        raise PersonError(f"others may write to {path}", f"look at what it says, then: chmod 600 '{path}'")


def _write(folder: Path, person: Person) -> None:
    text = json.dumps(person_to_json(person), ensure_ascii=False, indent=1) + "\n"
    path = folder / FILE
    try:
        _trusted(folder)
        write_whole(path, text)
        sync(folder.parent)
    except OSError as error:
        raise PersonError(f"{path} cannot be written: {error.strerror}", "free some space there") from error


def _damaged(path: Path, why: str) -> PersonError:
    return PersonError(f"{path} is damaged: {why}", _remedy(path))


def _remedy(path: Path) -> str:
    return f"put {path} right, or move the folder {path.parent} away and add the person anew"
