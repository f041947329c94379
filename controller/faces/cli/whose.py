"""Whose limits are shown, and what that body has had."""

from __future__ import annotations

from dataclasses import replace

import click

from controller.safety import Past, Standing


def past_of(person: str | None) -> Past:
    """What the ledger of `person`, or of guests, tells. One that cannot be read counts as all spent."""
    from controller import people  # noqa: PLC0415  `check` has no person, most of the time
    from controller.ledger import LedgerError, ledger_folder, read  # noqa: PLC0415

    try:
        return read(ledger_folder(None if person is None else people.ledger_name(person))).past
    except LedgerError:
        return Past(readable=False)


def held_to(person: str | None) -> Standing:
    """All that stands for `person`, the ledger included; None: the plain limits. Raises click.UsageError."""
    return Standing() if person is None else replace(standing_of(person), past=past_of(person))


def standing_of(person: str | None) -> Standing:
    """What stands for `person`, without the ledger; None: the plain limits. Raises click.UsageError."""
    if person is None:
        return Standing()
    from datetime import UTC, datetime  # noqa: PLC0415

    from controller import people  # noqa: PLC0415  nor an age

    try:
        return people.person_standing(people.load(person), datetime.now(UTC))
    except people.PersonError as error:
        raise click.UsageError(f"{error}: {error.remedy}") from error
