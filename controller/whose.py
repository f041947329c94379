"""For whom a run is: a named person of this machine, a guest, or nobody in particular."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from controller import people
from controller.ledger import LedgerWriter, ledger_folder, read
from controller.people import PersonError
from controller.safety.screening import Screening, rows_for
from controller.safety.standing import PLAIN, Standing
from controller.version import version

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from controller.people import Person
    from controller.safety.screening import Screened
    from controller.safety.standing import Past
    from protocols.plan import Plan


@dataclass(frozen=True, slots=True)
class Body:
    """The body that a run is for; `person` None: a guest. Of a simulated run nothing is `kept`."""

    person: Person | None
    kept: bool

    @property
    def folder(self) -> Path:
        """Where its ledger is."""
        return ledger_folder(None if self.person is None else people.ledger_name(self.person.name))

    def ledger(self) -> AbstractContextManager[LedgerWriter | None]:
        """Its ledger, to write; None where nothing is kept. Raises LedgerError."""
        return LedgerWriter.open(self.folder) if self.kept else nullcontext()

    def past(self, ledger: LedgerWriter | None) -> Past:
        """What it has had. Raises LedgerError."""
        return read(self.folder).past if ledger is None else ledger.past

    def screening(self, plan: Plan) -> Screening:
        """What is asked before `plan`."""
        now = datetime.now().astimezone()
        offset = now.utcoffset()
        now_s, offset_s = now.timestamp(), 0.0 if offset is None else offset.total_seconds()
        return Screening(rows_for(plan, people.known(self.person, version() or ""), now_s, offset_s), now_s)

    def keep(self, screening: Screening) -> None:
        """Put the answers on the person's record. Raises PersonError."""
        if self.kept and self.person is not None and screening.answers:
            people.keep_answers(self.person.name, screening.answers)

    def standing(self, past: Past, screened: Screened) -> Standing:
        """All that stands for it."""
        return replace(people.person_standing(self.person, datetime.now(UTC), screened), past=past)

    def completed(self) -> None:
        """One more session is done. Raises PersonError."""
        if self.kept and self.person is not None:
            people.session_completed(self.person.name)


def body_for(name: str | None, *, simulated: bool) -> Body | None:
    """Whose body: the person named (or `guest`), else the one whose machine it is, else a guest.

    Simulated devices touch nobody, unless a person is named: then that person's limits hold. Raises
    PersonError.
    """
    if name == people.GUEST:
        return None if simulated else Body(None, kept=True)
    if name is not None:
        return Body(people.load(name), kept=not simulated)
    if simulated:
        return None
    try:
        return Body(people.owner(), kept=True)
    except PersonError:
        return Body(None, kept=True)  # a file that cannot be trusted is nobody's: asked all, as a guest


def before_asking(name: str | None, *, simulated: bool = False) -> Standing:
    """The loosest that may come to stand: plain limits, or hard ones where a clinician vouches.

    All that is stricter is known only when the person has answered. Raises PersonError.
    """
    body = body_for(name, simulated=simulated)
    raised = body is not None and people.person_standing(body.person, datetime.now(UTC)).raised
    return Standing(raised=True) if raised else PLAIN
