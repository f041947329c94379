"""`unknot export`: one session of the record as a table or as a document."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from controller.faces.cli.records import kept, session_argument
from controller.faces.told.document import document, table, text_of
from controller.journal import story

Form = Literal["csv", "json"]


@click.command("export")
@session_argument
@click.option(
    "--csv", "form", flag_value="csv", help="A row for each setpoint and reading; this, unless told."
)
@click.option("--json", "form", flag_value="json", help="One JSON document with everything.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Where to write it; stdout unless told. A name that ends in .json is JSON, unless told.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Write over FILE where it is there already.")
def command(*, session: str, form: Form | None, output: Path | None, force: bool) -> None:
    """Write one session of the record out, also one that never came to its end.

    ID is as for `unknot show`. Times are seconds since the session began; below 0 it was being
    confirmed.

    CSV (RFC 4180, UTF-8): the columns are the same for every session, with their units; a value
    stands in the column of its unit. A `reading` is what a device reported, a `setpoint` what it was
    to be held at from then on (0: rest).

    \b
    JSON: "schema", "version", "session", "began" (ISO 8601, UTC), "seconds",
    "outcome" (null: it never ended), "exit", "why", "simulated",
    "plan" (with "sha256", "segments", "track"), "devices", "tenderness",
    "segments", and with "t": "events" (those of `run --json`), "setpoints",
    "readings".
    """
    with kept(session) as (path, found):
        told = story(path, found)
    if form is None:
        form = "json" if output is not None and output.suffix.lower() == ".json" else "csv"
    text = table(told) if form == "csv" else text_of(document(told)) + "\n"
    if output is None:
        click.echo(text.encode(), nl=False)  # line ends and UTF-8 are part of the form
    else:
        _to_file(output, text, force=force)
        click.echo(f"written to {output}", err=True)


def _to_file(path: Path, text: str, *, force: bool) -> None:
    try:
        with path.open("wb" if force else "xb") as file:
            file.write(text.encode())
    except FileExistsError as error:
        raise click.UsageError(f"{path} is there already: name another file, or add --force") from error
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error
