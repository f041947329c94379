"""What is known of whoever sits here: what was done lately, what may be had again when, their devices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from controller.faces.home.recent import Recent
    from controller.journal import Digest
    from controller.known import Device, Seen
    from controller.people import Person, PersonError
    from controller.safety import Standing
    from controller.safety.past import Before
    from controller.safety.standing import Touch

GUEST = "a guest"
LATELY = 4
"""Sessions that are told of: what can be taken in at a glance."""
LOOKED_THROUGH = 12
"""Sessions in which what was run lately is looked for."""
_TOUCHES: tuple[tuple[Touch, str], ...] = (("heat", "heat"), ("percussion", "massager"))
_SIDES = ("left", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Lines for Home, and what a protocol is held to. `said`: what is wrong with what is kept; `unread`: why
    somebody is not among the `people`. `seen`: when a device was last heard, by its serial number."""

    who: str = GUEST
    lately: tuple[str, ...] = ()
    recent: tuple[Recent, ...] = ()
    again: tuple[str, ...] = ()
    devices: tuple[Device, ...] = ()
    seen: Mapping[str, Seen] = field(default_factory=dict)
    standing: Standing | None = None
    said: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    unread: tuple[PersonError, ...] = ()
    settings_said: tuple[str, ...] = ()

    @property
    def first_run(self) -> bool:
        """Whether nothing was ever done or named here."""
        return not (self.lately or self.devices or self.said or self.people) and self.who == GUEST


@dataclass(slots=True)
class _Found:
    said: list[str] = field(default_factory=list)


def read_facts(person: str | None = None) -> Facts:
    """Read all of it, for that person, `guest`, or None: the one whose machine it is. Blocks on the disk;
    what cannot be read is said, and hides nothing else."""
    from controller.settings import load  # noqa: PLC0415  all of this waits until the first picture is drawn

    found = _Found()
    everybody, unread = _everybody(found)
    standing, who = _standing(found, person)
    wrong = tuple(map(str, load().problems))
    told = tuple(_latest(found, who))
    return Facts(
        who=who,
        lately=_lately(told[:LATELY]),
        recent=_recent(told),
        again=tuple(again(standing)),
        devices=_devices(found),
        seen=_seen(),
        standing=standing,
        said=(*found.said, *wrong),
        people=everybody,
        unread=unread,
        settings_said=wrong,
    )


def _everybody(found: _Found) -> tuple[tuple[Person, ...], tuple[PersonError, ...]]:
    from controller import people  # noqa: PLC0415

    try:
        return people.everybody()
    except people.PersonError as error:
        found.said.append(f"{error}: {error.remedy}")
        return (), ()


def guest_facts() -> Facts:
    """What somebody sees who may only look: nothing that is kept of anybody."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from controller import people  # noqa: PLC0415

    return Facts(standing=people.person_standing(None, datetime.now(UTC)))


def _standing(found: _Found, name: str | None) -> tuple[Standing, str]:
    """What stands for whoever sits here: what a run on a body is held to."""
    from dataclasses import replace  # noqa: PLC0415  all of this waits until the first picture is drawn
    from datetime import UTC, datetime  # noqa: PLC0415

    from controller import people  # noqa: PLC0415
    from controller.faces.cli.whose import past_of  # noqa: PLC0415

    try:
        person = people.owner() if name is None else None if name == people.GUEST else people.load(name)
    except people.PersonError as error:
        found.said.append(f"{error}: {error.remedy}")
        person = None
    name = None if person is None else person.name
    standing = replace(people.person_standing(person, datetime.now(UTC)), past=past_of(name))
    return standing, name or GUEST


def _devices(found: _Found) -> tuple[Device, ...]:
    from controller.known import KnownError, load  # noqa: PLC0415

    try:
        known = load()
    except KnownError as error:
        found.said.append(f"{error}: {error.remedy}")
        return ()
    if known.said:
        found.said.append(known.said)
    return tuple(known.devices)


def _seen() -> Mapping[str, Seen]:
    from controller.known import last_seen  # noqa: PLC0415

    return last_seen()


def _latest(found: _Found, who: str) -> Iterator[Digest]:
    """Sessions of `who`, and those that nobody's ledger names, newest first."""
    from controller.faces.home.record import Unread, ids, in_short, whose  # noqa: PLC0415

    listed = ids()
    if isinstance(listed, Unread):
        found.said.append(listed.why)
        return
    had = whose() if listed else {}
    mine = [each for each in listed if had.get(each, who) == who]
    for each in in_short(mine[:LOOKED_THROUGH]):
        if isinstance(each, Unread):
            found.said.append(each.why)
        else:
            yield each


def _lately(told: Iterable[Digest]) -> tuple[str, ...]:
    from controller.faces.told.running import runs  # noqa: PLC0415
    from controller.lock import running  # noqa: PLC0415

    living = running()
    return tuple(lately_line(each, running=runs(each, living)) for each in told)


def _recent(told: Iterable[Digest]) -> tuple[Recent, ...]:
    from controller.faces.home.recent import recents  # noqa: PLC0415

    return recents(told)


def lately_line(
    told: Digest, *, day: str = "%d %b %H:%M", tender: str = "tender ", running: bool = False
) -> str:
    """A session in a line: the day, where, how it ended, how tender it was before and after."""
    from controller.faces.told.words import clock, outcome, tenderness  # noqa: PLC0415
    from protocols.diagnostics import printable  # noqa: PLC0415

    what = ", ".join(areas_of(told.plan.segments)) or printable(told.plan.title)
    parts = [f"{told.began.astimezone():{day}}", what, outcome(told, running=running)]
    if told.seconds:
        parts.append(clock(told.seconds))
    if told.ratings:
        parts.append(f"{tender}{tenderness(told.ratings, utf8=True)}")
    if told.simulated:
        parts.append("simulated")
    return "  ".join(parts)


def areas_of(segments: Iterable[object]) -> tuple[str, ...]:
    """The areas that are warmed, pressed or stretched, in the body's order."""
    from protocols.body import AREAS, area_of  # noqa: PLC0415
    from protocols.plan import Heat, Press, Stretch  # noqa: PLC0415

    touched = {area_of(each.place.name) for each in segments if isinstance(each, Heat | Press | Stretch)}
    return tuple(area for area in AREAS if area in touched)


def again(standing: Standing, only: Iterable[str] | None = None) -> Iterator[str]:
    """What has to wait, the areas that wait alike together; nothing: all may be had now. `only` of those."""
    from controller.safety import before  # noqa: PLC0415
    from protocols.body import AREAS  # noqa: PLC0415

    known = before(standing.past)
    if not known.readable:
        yield "What you had before cannot be read: heat and massager wait 24 h."
        return
    alike: dict[str, list[str]] = {}
    for area in AREAS if only is None else only:
        for touch, word in _TOUCHES:
            told = _wait(standing, known, touch, area)
            if told:
                alike.setdefault(f"{word} {told}", []).append(area)
    for told, areas in alike.items():
        yield f"{'everywhere' if len(areas) == len(AREAS) else ', '.join(areas)}: {told}"


def _wait(standing: Standing, known: Before, touch: Touch, area: str) -> str:
    from controller.safety.waits import waits  # noqa: PLC0415

    found = [pair for side in _SIDES for pair in waits(standing, known, touch, (area, side))]
    timed = [wait.needed - wait.found for wait, _ in found if wait.unit == "s"]
    counted = [message for wait, message in found if wait.unit != "s"]
    if counted:
        return f"waits: {counted[0]}"
    return f"again in {span(max(timed))}" if timed else ""


def span(seconds: float) -> str:
    """A wait as hours and minutes, rounded up."""
    minutes = int(-(-seconds // 60))
    hours, minutes = divmod(minutes, 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{minutes} min"] if minutes or not hours else [])
    return " ".join(parts)
