"""Where protocol files come from: a path, the library that is shipped, or text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from protocols.diagnostics import quoted, suggestion
from protocols.language.check import Compiled, compile_source
from protocols.language.source import LARGEST, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIBRARY = Path(__file__).parent.parent / "library"


class LoadError(OSError):
    """No such file or shipped protocol, or it cannot be read; the message says what to do."""


def shipped() -> tuple[str, ...]:
    """The names of the protocols that come with the program."""
    return tuple(sorted(path.stem for path in _LIBRARY.glob("*.yaml")))


def load(path_or_name: str) -> Source:
    """The bytes of a file, or of a shipped protocol by its name. Raises LoadError.

    A file that is there wins over a name. Not more is read than shows that a file is too large.
    """
    path = Path(path_or_name)
    names = shipped()
    if path_or_name in names and not path.is_file():
        path = _LIBRARY / f"{path_or_name}.yaml"
        return Source(path.name, path.read_bytes())
    try:
        with path.open("rb") as file:
            return Source(path_or_name, file.read(LARGEST + 1))
    except FileNotFoundError:
        bare = path.suffix == "" and path.name == path_or_name
        help = f"; shipped protocols: {suggestion(path_or_name, names)}" if bare else ""
        raise LoadError(f"there is no file {quoted(path_or_name, 200)}{help}") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise LoadError(f"{quoted(path_or_name, 200)} cannot be read: {why}") from error


def compile_text(text: str, file: str = "protocol.yaml", chosen: Mapping[str, str] | None = None) -> Compiled:
    """As `compile_source`, for text that is in no file."""
    return compile_source(Source(file, text.encode("utf-8", "surrogatepass")), chosen)
