"""Why each limit is there and what it does, for a person; the numbers are in `limits`.

Reasons: `safety.md`, sections 0 to 6. Ids that begin with HZ are hazards of its section 5 which a run
names when a device reports them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final

from controller.safety.profiles import CLINICIAN, PROFILES
from controller.safety.remedies import remedy
from controller.safety.table import LIMITS, Limit
from controller.safety.ways import Violation

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reason:
    """`then`: what happens. `keys`: for each row of the table, the key of a file that breaks it,
    or "". `title` is for what has no row there.
    """

    why: str
    then: str = "A file over it is not run; a device is never told more."
    keys: tuple[str, ...] = ()
    title: str = ""


_ALL_STEPS = "A file over it is not run. All steps add up, each side by itself."
_DAY = "What the last 24 hours had counts; a ledger that cannot be read counts as all of it."
_WAIT = "A file is run again when the time is up. What is given within half an hour is one session."
_TIGHTENS = "It makes the other limits tighter: the tightest that applies holds."
_RAISES = "It has a name, a date and an end; nothing passes the hard values."
_STOPS = "The run stops: every device goes to rest."
_LEASH = "What makes a device rest when nobody tells it to decides what it may be asked for."

REASONS: Final[Mapping[str, Reason]] = {
    "HT1": Reason("Skin burns at 43 °C when it is held there, and a pad is hotter in spots.", keys=("to",)),
    "HT2": Reason("So near to 43 °C something is wrong: a folded pad, or a heater out of control.",
                  "At the soft value the session pauses with heat off; at the hard one it ends."),
    "HT3": Reason("The device has a ceiling of its own, which holds also when this program is wrong.", _STOPS,
                  title="the device's own ceiling of temperature"),
    "HT4": Reason("Skin that is warm for long burns at temperatures that feel fine: the hotter, the shorter.",
                  _ALL_STEPS, ("for",) * 4),
    "HT5": Reason("Temperature and time add up in tissue: a dose counts both, in minutes at 43 °C.",
                  _ALL_STEPS, ("for",)),
    "HT6": Reason("A day's sessions add up: many short ones can burn like one that is too long.", _DAY,
                  ("for",)),
    "HT7": Reason("Skin that is warmed for hours of a day changes for good.", _DAY, ("for",)),
    "HT8": Reason("The skin has to come back to itself between two sessions of heat.", _WAIT, ("heat",) * 2,
                  "sessions with heat on an area: how many in 24 hours, how far apart"),
    "HT9": Reason("Most burns by heating pads come from long use, not from high settings.", _ALL_STEPS,
                  ("for",), "heat of a session, all places together"),
    "HT10": Reason("Heat on one place day after day draws a brown net on the skin that may stay.",
                   "A warning: leave a day out."),
    "HT11": Reason("Skin and sensor lag behind a heater: a slow rise leaves time to notice.",
                   "The temperature is raised at this pace and no faster.",
                   title="how fast the temperature is raised"),
    "HT12": Reason("Nothing on skin warms that fast: the heater or its sensor is at fault.", _STOPS,
                   title="how fast a reading may rise"),
    "HT13": Reason("A pad that goes over its set-point is not in control.", _STOPS,
                   title="how far a reading may be over the set-point"),
    "HT14": Reason("A pad that is driven and does not warm may have lost its sensor, and heat without end.",
                   _STOPS, title="a heater that does not warm as it should"),
    "HT15": Reason("Burns happen to people who fall asleep on a pad.",
                   "During heat you are asked whether you are there; without an answer heat goes off."),
    "HT16": Reason("A place stays warm for some time after the pad is off.",
                   "The end of a session waits for the pad to cool; the place takes no new heat meanwhile.",
                   title="cooling after the last heat of a session"),
    "HT17": Reason("The more of the skin is warm at once, the less heat the body can carry away.",
                   keys=("heat",)),
    "HT18": Reason("The skin at the neck is thin, and at the flank the kidney lies under it.",
                   keys=("to", "for"), title="heat at the neck and the flank"),
    "HT19": Reason("Without a reading nobody knows how hot a pad is, so it must end by itself.",
                   "Such a pad is driven only with a timer of its own, or worked by hand."),
    "HT20": Reason("An old reading says nothing of now, and a heater goes on meanwhile.",
                   "Without a fresh reading the device goes to rest, then the session ends."),
    "HT21": Reason("A pad that is warm already, or an empty battery, begins a session in the dark.",
                   "The run waits, or does not begin.", title="how a device must be at the start"),
    "HT22": Reason("A pad worked by hand has no reading: its lowest setting may well be 40 °C and more.",
                   "Only the lowest setting, for a short time, with a look at the skin in between.",
                   ("for",)),
    "PC1": Reason("Blows on one spot bruise; a head that moves spreads them.", keys=("for",)),
    "PC2": Reason("A muscle needs a rest between bouts; pain comes later than harm.", keys=("for",)),
    "PC3": Reason("Muscle that is worked for many minutes can break down; there are such reports.",
                  _ALL_STEPS, ("for",)),
    "PC4": Reason("Muscle that is worked again and again in a day can break down.", _DAY, ("for",)),
    "PC5": Reason("Makers of massage guns advise short use, and nobody has tried more.", _ALL_STEPS,
                  ("for", "for"), "percussion of a session, and in 24 hours"),
    "PC6": Reason("A rest that is too short joins two bouts into one.",
                  "A rest that is needed cannot be skipped."),
    "PC7": Reason("Soreness comes hours later: the same muscle needs a day to tell.", _WAIT, ("press",) * 3,
                  "sessions on the same area and side: how far apart, how many"),
    "PC8": Reason("Muscle that is tired or sore from hard exercise breaks down more easily.", _DAY,
                  ("for", "at"), "percussion after hard exercise"),
    "PC9": Reason("Pressing should ease; that much pain says that something else is wrong.",
                  "The session ends at once; the place is left alone for a day. See a professional."),
    "PC10": Reason("A start at full strength is a blow, and leaves no time to say stop.",
                   "The strength is raised at this pace and no faster.",
                   title="how fast the strength is raised"),
    "PC11": Reason("Force over this bruises: it is a quarter of what hurts healthy people.",
                   "A file over it is not run.", title="force of pressing, by area"),
    "PC12": Reason("A shaking handle harms the hand that holds it, over years.",
                   "A warning at the soft value; past the hard one nothing percusses that day."),
    "PC13": Reason("Thin muscle over bone, ribs and nerves takes less than a thigh.",
                   "A file over it is not run; 0 %: not by a device at all.",
                   title="strength of percussion, by place"),
    "SP1": Reason("Longer pressure on one point starves it of blood and adds nothing.", keys=("for",)),
    "SP2": Reason("The same point again and again gets sore.", _ALL_STEPS, ("press", "between"),
                  "holds of a point and side by hand, and the rest between them"),
    "SP3": Reason("Few points done well ease more than many, and soreness adds up.", keys=("press",)),
    "SP4": Reason("Pressure over this hurts and bruises.", "Press so that it eases: nobody measures it."),
    "SE1": Reason("Attention fades, and with it the word that stops a session.", keys=("steps",),
                  title="length of a session"),
    "SE2": Reason("Nobody can look over a plan that long before it runs.", keys=("steps",)),
    "SE3": Reason("The body answers to what was done a day later: a few areas at a time.", keys=("heat",)),
    "SE4": Reason("Warm skin feels pain less well, so a gun right after a pad can hurt unnoticed.",
                  "Cool, rest, and be gentle for a while after.", ("press", "press", "at"),
                  "percussion after heat on or next to the same area"),
    "SE5": Reason("Worked muscle is full of blood, and warms faster.", keys=("heat", "to"),
                  title="heat after percussion on or next to the same area"),
    "SE6": Reason("Heat numbs: nobody would feel that the gun does harm.", keys=("press",),
                  title="heat and percussion at once on or next to the same area"),
    "SE7": Reason("The body answers to percussion as a whole, and it answers late.", _WAIT, ("press",)),
    "SE8": Reason("After a long pause nobody knows how the body and the devices are.",
                  "The session ends; begin a new one."),
    "SE9": Reason("A stretch does more after the pressing, and percussion hurts on what is stretched.",
                  "A warning: warm, press, then stretch."),
    "ZN1": Reason("Vessels, nerves, organs or bone lie there with little over them.",
                  "Such a place is refused, with a device or at all.", ("press",), "forbidden zones"),
    "LE1": Reason(_LEASH, "A device that rests by itself within seconds may do what the other rows allow.",
                  title="a device that rests by itself within seconds"),
    "LE2": Reason(_LEASH, "A device with a timer of its own is driven only while that is set.",
                  ("at", "for"), "a device with a timer of its own"),
    "LE3": Reason(_LEASH, "A device that nothing rests does not heat, and percusses gently.",
                  ("", "at", "for"), "a device that nothing rests by itself"),
    "LE4": Reason(_LEASH, "By hand, on a scale that nobody knows, the lower part alone is used.", ("at",),
                  "by hand, on a scale that nobody knows"),
    **{
        row.row: Reason(why, _RAISES if row is CLINICIAN else _TIGHTENS, title=f"profile: {row.name}")
        for row, why in zip(PROFILES, (
            "Who does not feel heat and pain does not notice a burn.",
            "Skin heals slowly with diabetes, and feeling may go unnoticed.",
            "Skin gets thinner with age, and answers later.",
            "Small bodies warm faster, and somebody has to watch.",
            "Heat and blows near the child are not for home.",
            "Blood that clots slowly bruises from little.",
            "Brittle bones break from little.",
            "A heart that is ill carries heat away less well.",
            "A needled place is a wound for two days.",
            "Who is drowsy does not notice harm, and does not stop it.",
            "Learn first how it feels; a guest's body is not known here.",
            "A clinician may allow what lies between the soft and the hard values.",
        ), strict=True)
    },
    "HZ03": Reason("A fault of its own that a device reports has no good explanation from afar.", _STOPS,
                   title="a fault that the device reports"),
    "HZ06": Reason("Where a reading stands still that must change, nobody knows how hot a pad is.", _STOPS,
                   title="a reading that stands still"),
    "HZ13": Reason("While a computer sleeps nobody looks at the devices.", _STOPS,
                   title="the computer slept during a session"),
    "HZ15": Reason("While the program stands still nobody looks at the devices: they rest by their lease.",
                   "The session pauses with everything at rest, and goes on when you say so.",
                   title="the program stood still for over a second"),
    "HZ21": Reason("A battery that is nearly empty drives by halves, and its sensors drift.", _STOPS,
                   title="the device's battery is low"),
    "HZ32": Reason("A device that two programs drive does what neither of them knows.", _STOPS,
                   title="another program drives the device"),
    "HZ35": Reason("A head that is stuck or draws too much is pressed too hard, or broken.", _STOPS,
                   title="the device's motor is stuck or overloaded"),
    "HZ41": Reason("A device that does something else than it was told cannot be held to any limit.", _STOPS,
                   title="the device does not do what it was told"),
}  # fmt: skip


def rows(limit: str) -> tuple[Limit, ...]:
    """The rows of the table with that id; none for what a device alone judges."""
    return tuple(row for row in LIMITS if row.id == limit)


def title(limit: str) -> str:
    """What it limits, in a few words. Raises KeyError for an unknown id."""
    return REASONS[limit].title or rows(limit)[0].quantity


def remedies(limit: str) -> tuple[str, ...]:
    """What `check` advises where a file breaks it. Raises KeyError for an unknown id."""
    pairs = zip(rows(limit), REASONS[limit].keys, strict=False)
    told = (remedy(Violation(limit, "", inf, row.soft or 0.0, None, key)) for row, key in pairs if key)
    return tuple(dict.fromkeys(told))
