"""`unknot person`: who is known on this machine, and what is tighter for them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from controller import people
from controller.answers import Answers, AnswersError
from controller.faces.cli.common import DONE, FILE_ERRORS, REFUSED, USAGE, as_json, complain, show_json
from controller.faces.persons import AGE, FORGOTTEN, asking, forget, line, outcome, refuse_known, vouched
from controller.faces.sheet import group, marks_of, on_page, words
from controller.ledger import LedgerError
from controller.people import Clinician, Person, PersonError
from controller.safety.screening import AnswerError
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from controller.faces.sheet import Mark
    from controller.safety.screening import Screened, Screening

_INTRO = """\
{name}: a few questions, so that nothing is done that could harm you. Your answers stay on this machine.
Not sure counts as yes: it is the safer answer.
"""
_WANTED = "Numbers that are true, `u` before those you are not sure of (7 u9), or n for none of these"


@click.command("person")
@click.argument("action", type=click.Choice(["add", "list", "clinician", "forget"]), metavar="ACTION")
@click.argument("name", required=False)
@click.option(
    "--answers", "answers_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="add: the answers from a YAML file, such as `screening: no`, `R10a: 71`, `C3: yes`.",
)  # fmt: skip
@click.option("--owner", is_flag=True, help="add: it is this person's machine. The first has it unless told.")
@click.option("--by", metavar="CLINICIAN", help="clinician: the name of who treats them and vouches.")
@click.option("--until", metavar="DATE", help="clinician: the last day, such as 2027-01-31; 90 days at most.")
@click.option("--end", is_flag=True, help="clinician: nobody vouches any more.")
@click.option("--yes", is_flag=True, help="forget: do not ask.")
@as_json
@click.pass_context
def command(
    ctx: click.Context, *, action: str, name: str | None, answers_file: Path | None, owner: bool,
    by: str | None, until: str | None, end: bool, yes: bool, as_json: bool,
) -> None:  # fmt: skip
    """People on this machine: add NAME, list, clinician NAME, forget NAME.

    `add` asks what must be known before anything may press or warm a body; an emergency answer ends
    with 4. `clinician` lets the soft limits of that person rise towards the hard ones for some weeks, because
    a clinician who treats them says so. `forget` removes the answers and the ledger of that person.

    \b
    --json: list {"people": [{"name", "owner", "age_group", "rows" (profile
      rows that apply), "blocked" (screening rows), "sessions",
      "last_screening" (ISO 8601, UTC), "needs_screening", "clinician" (null or
      {"name", "from", "until"})}], "broken": [...]};
      add {"person": as in list, "emergency", "blocks", "warnings"};
      clinician {"person": as in list}; forget {"forgotten": NAME}
    """
    if (name is None) == (action != "list"):
        raise click.UsageError("list takes no name" if action == "list" else f"{action} whom? Give a NAME.")
    try:
        if action == "list":
            _list(as_json=as_json)
        elif action == "forget":
            _forget(name or "", yes=yes, as_json=as_json)
        elif action == "clinician":
            _vouch(name or "", None if end else _clinician(by, until), as_json=as_json)
        else:
            ctx.exit(_add(name or "", answers_file, owner=owner, as_json=as_json))
    except (PersonError, LedgerError) as error:
        complain(printable(str(error)), f"do: {printable(error.remedy)}")
        ctx.exit(USAGE)
    except (AnswersError, AnswerError) as error:
        complain(f"{answers_file}: {printable(str(error))}")
        ctx.exit(FILE_ERRORS)


def _add(name: str, answers_file: Path | None, *, owner: bool, as_json: bool) -> int:
    refuse_known(name)
    now = datetime.now(UTC)
    screening = asking(name, now)
    if answers_file is None:
        _ask(screening, " ".join(name.split()))
    else:
        _fill(screening, Answers.parse(answers_file.read_text(encoding="utf-8")))
    person = people.add(name, now, screening.answers, owner=owner or None)
    result = screening.result
    if as_json:
        blocks = [{"row": b.row, "message": b.message} for b in result.blocks]
        told = {"person": _to_json(person, now), "emergency": result.emergency, "blocks": blocks}
        show_json({**told, "warnings": list(result.warnings)})
    else:
        _say(person, result, now)
    return DONE if result.emergency is None else REFUSED


def _fill(screening: Screening, answers: Answers) -> None:
    if answers.answer("detail", f"{AGE}a", "") is not None:
        screening.take(AGE, "yes")
    while not screening.done:
        question = screening.open[0]
        # A detail is never answered by what the file says for all rows.
        kind = "detail" if question.id.endswith("a") else "screening"
        value = answers.answer(kind, question.id, question.text)
        if value is None:
            raise AnswerError(f"{question.id} is not answered: {question.text}")
        screening.take(question.id, str(value))


def _ask(screening: Screening, name: str) -> None:
    """One page, and what its true lines need; every prompt on stderr, so that stdout stays clean."""
    click.echo(_INTRO.format(name=printable(name)), err=True)
    screening.take(AGE, "yes")
    _ask_one(screening, "Your age, in years")
    page = on_page(screening.open)
    heading = ""
    for number, each in enumerate(page, 1):
        if group(each.id) != heading:
            heading = group(each.id)
            click.echo(heading, err=True)
        click.echo(f"{number:>4}  {each.text}", err=True)
    for word in words(_marks([each.id for each in page]), {}):
        if not screening.done:
            screening.take(word.question, str(word.value))
        while not screening.done and screening.open[0].id.endswith("a"):
            _ask_one(screening, screening.open[0].text)


def _ask_one(screening: Screening, text: str) -> None:
    while True:
        try:
            screening.take(screening.open[0].id, str(click.prompt(text, err=True)))
        except AnswerError as error:
            complain(str(error))
        else:
            return


def _marks(rows: Sequence[str]) -> dict[str, Mark]:
    while True:
        marks = marks_of(str(click.prompt(_WANTED, err=True)), len(rows))
        if marks is not None:
            return {rows[number - 1]: mark for number, mark in marks.items()}
        complain(f"Type numbers from 1 to {len(rows)}, such as: 7 u9. Or n alone, for none.")


def _say(person: Person, result: Screened, now: datetime) -> None:
    whose = " This is their machine: `unknot run` is for them unless told." if person.owner else ""
    click.echo(f"{person.name} is added.{whose}")
    if result.emergency is not None:
        complain(f"STOP. {result.emergency}")
        return
    for each in outcome(person, result, now):
        click.echo(each)


def _list(*, as_json: bool) -> None:
    now = datetime.now(UTC)
    found, broken = people.everybody()
    if as_json:
        reasons = [{"why": str(each), "remedy": each.remedy} for each in broken]
        show_json({"people": [_to_json(each, now) for each in found], "broken": reasons})
        return
    for error in broken:
        complain(f"left out: {printable(str(error))}", f"do: {printable(error.remedy)}")
    if not found and not broken:
        click.echo("Nobody is known here: whoever starts a session is a guest. Add: unknot person add NAME")
    for each in found:
        click.echo(line(each, now))


def _to_json(person: Person, now: datetime) -> dict[str, object]:
    last = max((each.at_s for each in person.answers), default=None)
    standing = people.person_standing(person, now)
    return {
        "name": person.name,
        "owner": person.owner,
        "age_group": people.age_group(person, now),
        "rows": sorted(
            {each.row for each in standing.tightenings} | ({"PF12"} if standing.raised else set())
        ),
        "blocked": sorted({each.row for each in standing.blocks}),
        "sessions": person.sessions,
        "last_screening": None if last is None else f"{datetime.fromtimestamp(last, UTC):%FT%TZ}",
        "needs_screening": people.needs_screening(person, now),
        "clinician": person.clinician
        and {
            "name": person.clinician.name,
            "from": f"{person.clinician.since}",
            "until": f"{person.clinician.until}",
        },
    }


def _clinician(by: str | None, until: str | None) -> Clinician:
    if by is None or until is None:
        raise click.UsageError("who vouches, and for how long? Give --by CLINICIAN --until DATE, or --end.")
    try:
        last = date.fromisoformat(until)
    except ValueError:
        raise click.UsageError(f"{printable(until)} is no day; write it such as 2027-01-31.") from None
    name = " ".join(by.split())
    if not name.isprintable():
        raise click.UsageError("a clinician's name has letters only.")
    return Clinician(name=name, since=datetime.now().astimezone().date(), until=last)


def _vouch(name: str, clinician: Clinician | None, *, as_json: bool) -> None:
    person = people.set_clinician(name, clinician)
    if as_json:
        show_json({"person": _to_json(person, datetime.now(UTC))})
    elif clinician is None:
        click.echo(f"{person.name}: nobody vouches any more; the soft limits stand.")
    else:
        click.echo(f"{person.name}: {vouched(clinician, datetime.now(UTC))}.")
        click.echo("Files may go past soft limits until then. Nothing goes past a hard one.")


def _forget(name: str, *, yes: bool, as_json: bool) -> None:
    if not people.is_known(name):
        people.load(name)
    if not yes:
        click.confirm(f"Remove {name}, with all answers and the ledger, for good?", abort=True, err=True)
    forget(name)
    if as_json:
        show_json({"forgotten": name})
    else:
        click.echo(f"{name} is forgotten. {FORGOTTEN}")
