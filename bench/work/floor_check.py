"""The floor of `unknot check FILE`: what it stands on is imported, one model defined, the file composed."""

import sys
from pathlib import Path

import click  # noqa: F401  the import is what is measured
import yaml
from pydantic import BaseModel


class Step(BaseModel):
    """One model."""

    say: str


def main() -> None:
    """Compose the file that the argument names."""
    yaml.compose(Path(sys.argv[1]).read_bytes(), Loader=yaml.CSafeLoader)


if __name__ == "__main__":
    main()
