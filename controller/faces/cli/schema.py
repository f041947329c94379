"""`unknot schema`: what an editor needs to complete and check protocol files."""

from __future__ import annotations

from pathlib import Path

import click

import protocols

SHIPPED = Path(protocols.__file__).with_name("unknot.schema.json")


@click.command("schema")
@click.option("--json", "as_json", is_flag=True, help="The same: a schema is JSON.")
def command(*, as_json: bool) -> None:
    """Print the JSON Schema of protocol files.

    `unknot new` writes files that name it already. In another file, write this as the first line, with
    the path under which you save it: # yaml-language-server: $schema=unknot.schema.json
    """
    del as_json
    click.echo(SHIPPED.read_text(encoding="utf-8"), nl=False)
