"""The program's version, for whoever has to say which program it was."""

from __future__ import annotations


def version() -> str | None:
    """None where it is not installed."""
    from importlib import metadata  # noqa: PLC0415  slow, and rarely asked

    try:
        return metadata.version("unknot")
    except metadata.PackageNotFoundError:
        return None
