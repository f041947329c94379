"""Peers in pinned environments of their own, made on first use; unknot's own never sees them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.rounds import PYTHON, ROOT

PLACE = ROOT / ".bench"
PINS = Path(__file__).parent / "peers"
PATIENCE = 600
"""Seconds that an installation may take."""


class PeerError(Exception):
    """A peer that cannot be installed here; what needs it is skipped."""


@dataclass(frozen=True, slots=True)
class Peer:
    """An environment with exactly what `peers/NAME.txt` pins."""

    folder: Path
    pins: tuple[str, ...]

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.program("python")

    def program(self, name: str) -> Path:
        """A program of it."""
        return self.folder / "bin" / name

    def version(self, package: str) -> str:
        """`package` with the version that is pinned. Raises KeyError."""
        for pin in self.pins:
            name, _, version = pin.partition("==")
            if name == package:
                return f"{name} {version}"
        raise KeyError(package)


def peer(name: str, place: Path = PLACE, pins_folder: Path = PINS) -> Peer:
    """The environment of that name, made where it is missing or other than pinned. Raises PeerError."""
    text = (pins_folder / f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    pins = tuple(line for line in lines if line and not line.startswith("#"))
    folder = place / name
    stamp = folder / ".made"
    wanted = hashlib.sha256(text.encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"installing {name} under {place.name}/, once", flush=True)
        _make(name, folder, pins)
        stamp.write_text(wanted, encoding="utf-8")
    return Peer(folder, pins)


def bare_python(place: Path = PLACE) -> Path:
    """An interpreter with nothing installed: an editable install makes every start of ours slower."""
    python = place / "bare" / "bin" / "python"
    if not python.exists():
        _run(PYTHON, "-m", "venv", "--without-pip", str(place / "bare"))
    return python


def _make(name: str, folder: Path, pins: tuple[str, ...]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    # Everything is pinned: pip looks for nothing more.
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", *pins)
    try:
        _run(PYTHON, "-m", "venv", str(folder))
        _run(folder / "bin" / "python", *pip)
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:] or [f"exit {error.returncode}"]
        raise PeerError(f"{name} cannot be installed: {last[0]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerError(f"{name} cannot be installed: {error}") from error


def _run(program: Path, *arguments: str) -> None:
    subprocess.run([program, *arguments], check=True, capture_output=True, text=True, timeout=PATIENCE)
