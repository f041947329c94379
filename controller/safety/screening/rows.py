"""The questions of section 4 of `safety.md` as data: `R1` to `R11`, `C1` to `C20`. Pure.

A row's `stops` and `tightens` are what its blocking answer, and `unsure`, come to. Where its detail tells
that less is needed, `eased` stands instead of `stops`; dates and ages are judged in `judge`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from controller.safety import limits, profiles
from controller.safety.standing import Tightening

if TYPE_CHECKING:
    from controller.safety.standing import Touch

Form = Literal["S", "F"]
"""S: asked before each session, where it can matter. F: when a person is added, and every 30 days."""
Override = Literal["no", "clin", "warn"]
"""Who may lift what the row blocks: nobody, a clinician profile; `warn`: it blocks nothing."""
DetailKind = Literal["age", "date", "places", "symptom"]

ALL: Final[frozenset[Touch]] = frozenset({"heat", "percussion", "pressure"})
HEAT: Final[frozenset[Touch]] = frozenset({"heat"})
PERCUSSION: Final[frozenset[Touch]] = frozenset({"percussion"})
WORK: Final[frozenset[Touch]] = frozenset({"percussion", "pressure"})
DRIVEN: Final[frozenset[Touch]] = frozenset({"heat", "percussion"})

TRUNK: Final = frozenset({"upper back", "lower back", "hips", "glutes"})
LEGS: Final = frozenset({"thighs", "glutes", "hips"})
"""The limb of C6: of the areas that are worked, all that a leg's veins drain through."""
BONY: Final = frozenset({"neck", "upper back", "lower back", "hips"})
"""Spine, ribs and hip bones lie right under these (C11)."""
NECK: Final = frozenset({"neck", "upper trapezius"})


@dataclass(frozen=True, slots=True)
class Stop:
    """Keeps `touches` away from `places` (None: everywhere), or from where the answer is about (`here`)."""

    touches: frozenset[Touch]
    places: frozenset[str] | None = None
    here: bool = False
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """What a yes is followed by; its id is the row's with an `a`."""

    kind: DetailKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A question of section 4. `message` says why something is kept away, and what to do; `unmeasured`,
    why a clinician's word changes nothing of that for heat that nobody measures."""

    id: str
    form: Form
    text: str
    message: str
    override: Override
    unmeasured: str = ""
    stops: tuple[Stop, ...] = ()
    eased: tuple[Stop, ...] = ()
    tightens: tuple[Tightening, ...] = ()
    blocking: Literal["yes", "no"] = "yes"
    detail: Detail | None = None

    @property
    def here(self) -> bool:
        """Whether it is about the places of a plan, so that other places are asked for anew."""
        return self.form == "S" and any(stop.here for stop in self.stops)

    @property
    def emergency(self) -> bool:
        """Whether its blocking answer ends everything."""
        return any(stop.emergency for stop in self.stops)


_ANY = (Stop(ALL),)
_EMERGENCY = (Stop(ALL, emergency=True),)
_WHERE = "Where? Areas or muscles with commas between, `none` for none of these, `all` for everywhere."
_CALL = "Call the emergency number now. Do not start a session."
_TODAY = Tightening(
    row="PC8", name="hard exercise today", strength_most=limits.PC8_SOFT,
    percussion_day_ms=limits.PC8_SOFT_MS,
)  # fmt: skip

ROWS: Final[tuple[Row, ...]] = (
    Row(
        id="R1", form="S", override="no", stops=_EMERGENCY,
        text="New numbness around groin or seat, trouble with bladder or bowel, new numbness in sex?",
        message="Go to emergency care now: nerves in the low back may be under pressure.",
    ),
    Row(
        id="R2", form="S", override="no", stops=_EMERGENCY,
        text="New or growing weakness of a leg or arm, a foot that drags, both legs, unsteady walking?",
        message="Go to emergency care today: growing weakness must be looked at at once.",
    ),
    Row(
        id="R3", form="S", override="no", stops=_EMERGENCY,
        text="Pain in the chest, short of breath, pain into arm or jaw, fainting?",
        message=_CALL,
    ),
    Row(
        id="R4", form="S", override="no", stops=_EMERGENCY,
        text="Sudden worst headache, new dizziness, double vision, slurred speech, drooping face or arm?",
        message=f"{_CALL} Leave the neck alone.",
    ),
    Row(
        id="R5", form="F", override="clin", stops=_ANY,
        text="A fall, crash or blow just before the pain? Over 50 or weak bones: even a small lift?",
        message="See a doctor first: a broken bone must be ruled out.",
    ),
    Row(
        id="R6", form="F", override="clin", stops=_ANY,
        text="Fever, chills, a recent infection, injected drugs, weak immune system, steroids?",
        message="See a doctor soon: it may be an infection.",
    ),
    Row(
        id="R7", form="F", override="clin", stops=_ANY,
        text="Cancer, now or earlier, or weight lost without a reason?",
        message="Ask your doctor before you use this.",
    ),
    Row(
        id="R8", form="F", override="clin", stops=_ANY,
        text="Pain that is worse lying down, wakes you every night, or is the same in every position?",
        message="Have this pain looked at by a doctor first.",
    ),
    Row(
        id="R9", form="F", override="no", stops=_EMERGENCY,
        text="Pain with a lump in the belly that beats, or over 60 and a new tearing pain in the back?",
        message="Go to emergency care now: a large vessel may be torn.",
    ),
    Row(
        id="R10", form="F", override="clin", stops=_ANY,
        tightens=(profiles.UNDER_18, profiles.OVER_65),
        text="Younger than 18, or 65 or older?",
        message="Under 18: only with a clinician's profile and an adult beside you.",
        detail=Detail("age", "How old, in years?"),
    ),
    Row(
        id="R11", form="F", override="warn",
        text="A first new pain under 20 or over 50, or no better after 4 to 6 weeks?",
        message="See a professional about this pain; this may ease it meanwhile.",
    ),
    Row(
        id="C1", form="S", override="clin",
        stops=(Stop(HEAT, TRUNK), Stop(PERCUSSION, TRUNK | {"adductors"})),
        tightens=(profiles.PREGNANCY,),
        text="Pregnant, or maybe pregnant?",
        message="Ask your midwife or doctor first; nothing on back, hips, seat and inner thigh until then.",
    ),
    Row(
        id="C2", form="F", override="clin",
        stops=(Stop(DRIVEN, here=True),), tightens=(profiles.REDUCED_FEELING,),
        text="Somewhere you feel heat, cold or pain less (nerves, diabetes, stroke, MS, a scar)?",
        message="You may not feel a burn there: no heat and no percussion. Ask your doctor.",
        unmeasured="You may not feel a burn there: only heat that is measured, which keeps to 39 °C.",
        detail=Detail("places", _WHERE),
    ),
    Row(
        id="C3", form="F", override="clin", tightens=(profiles.DIABETES,),
        text="Diabetes, with normal feeling in the skin?",
        message="Diabetes: gentler and shorter. Look at the skin before and after, with a mirror or a photo.",
    ),
    Row(
        id="C4", form="S", override="no", stops=(Stop(HEAT),), tightens=(profiles.SEDATED,),
        text="In the last 8 hours alcohol, cannabis, sleep or strong pain pills? Sleepy, alone at bedtime?",
        message="Heat only when you are wide awake: leave it out today, or wait 8 hours.",
    ),
    Row(
        id="C5", form="F", override="clin", stops=(Stop(WORK),), tightens=(profiles.BLOOD_THINNERS,),
        text="Blood thinners, a bleeding disorder, easy bruising, few platelets?",
        message="Pressing and percussion may bruise or bleed: ask your doctor. Gentle heat is possible.",
    ),
    Row(
        id="C6", form="F", override="no", stops=_EMERGENCY, eased=(Stop(ALL, LEGS),),
        text="A blood clot ever, a swollen painful calf, or one leg swollen after a long trip or bed rest?",
        message="It may be a blood clot: have it looked at by a doctor today. Do not press or heat the leg.",
        detail=Detail("symptom", "Is a leg or calf swollen or painful now?"),
    ),
    Row(
        id="C7", form="F", override="clin", stops=(Stop(PERCUSSION), Stop(ALL, here=True)),
        text="A pacemaker, pump, stimulator, cochlear implant or brain shunt?",
        message="Ask the maker of the implant and your heart doctor first: no percussion, nothing near it.",
        detail=Detail("places", f"What lies within 20 cm of it? {_WHERE.partition('? ')[2]}"),
    ),
    Row(
        id="C8", form="F", override="clin", stops=(Stop(DRIVEN, here=True),),
        text="Metal, a new joint, a stent, surgery in the last 12 weeks, or skin that had radiation?",
        message="Ask your surgeon first: no heat and no percussion there.",
        detail=Detail("places", _WHERE),
    ),
    Row(
        id="C9", form="S", override="no", stops=(Stop(ALL, here=True),),
        text="Hurt, red, swollen or infected skin here: wound, burn, rash, lump, changed mole, swollen vein?",
        message="Leave that place alone until it has healed; show it to a doctor if it does not.",
    ),
    Row(
        id="C10", form="S", override="no", stops=(Stop(DRIVEN, here=True),),
        text="A sprain, tear, strain or bruise here in the last 3 days?",
        message="Rest it, and cool it first. See a doctor if it is bad or gets worse.",
    ),
    Row(
        id="C11", form="F", override="clin", stops=(Stop(PERCUSSION, BONY),),
        tightens=(profiles.OSTEOPOROSIS,),
        text="Weak or thin bones, a broken rib, or steroids for a long time?",
        message="To spare the bones: no percussion on neck, back and hips, press lightly. Ask a doctor.",
    ),
    Row(
        id="C12", form="F", override="clin", stops=(Stop(HEAT),), tightens=(profiles.HEART,),
        text="Bad circulation, white fingers in the cold, a weak heart, angina, untreated high pressure?",
        message="Ask your doctor before any heat; percussion is gentler.",
    ),
    Row(
        id="C13", form="S", override="clin", stops=(Stop(PERCUSSION),), tightens=(_TODAY,),
        text="Hard exercise or too little water in the last day? Muscle or blood illness, sore from statins?",
        message="Tired muscles can break down: no percussion before a doctor agrees."
        " Dark urine is an emergency.",
        detail=Detail(
            "symptom", "Is it sickle cells, a muscle illness, soreness from statins, or untreated anaemia?"
        ),
    ),
    Row(
        id="C14", form="S", override="no", stops=(Stop(ALL, here=True),), eased=(Stop(HEAT, here=True),),
        text="A warming or menthol rub, patch or numbing cream here in the last 8 hours?",
        message="Wash it off and wait 8 hours: with it, heat burns sooner and you feel it later.",
        detail=Detail("symptom", "Does it numb the skin?"),
    ),
    Row(
        id="C15", form="S", override="clin", stops=(Stop(ALL, here=True),),
        eased=(Stop(WORK, here=True),),
        text="Needling, an injection, cupping or acupuncture here, lately?",
        message="Leave that place alone for a day, and to gentle warmth for two."
        " Short of breath after needles near the chest: emergency.",
        detail=Detail("date", "When? `20 h` ago, `yesterday`, or a date such as 2027-03-01 18:30."),
    ),
    Row(
        id="C16", form="S", override="clin", stops=(Stop(PERCUSSION),),
        text="A fibromyalgia flare, migraine, pain shooting down arm or leg, or hot joints now?",
        message="No percussion today; begin gently, with a professional.",
    ),
    Row(
        id="C17", form="F", override="clin", stops=(Stop(PERCUSSION),),
        text="Fits set off by shaking or light, or great fear of the device?",
        message="No percussion: ask your doctor, or work by hand.",
    ),
    Row(
        id="C18", form="S", override="no", stops=_ANY, blocking="no",
        text="Awake, feeling heat and pain here right now, and able to reach stop or call someone?",
        message="You must be able to feel, and to stop: start when you are, or with somebody beside you.",
    ),
    Row(
        id="C19", form="F", override="no", stops=(Stop(PERCUSSION, NECK),),
        text="Very loose joints by birth (Ehlers-Danlos, Marfan), torn artery, neck surgery, unstable neck?",
        message="No percussion on the neck and the top of the shoulders, and care everywhere: vessels and"
        " joints may not bear it.",
    ),
    Row(
        id="C20", form="S", override="no", stops=(Stop(HEAT, here=True),),
        text="Brown or red net-like marks on the skin here, where you often use heat?",
        message="Stop heat at that place, and show the marks to a skin doctor.",
    ),
)  # fmt: skip

BY_ID: Final = {row.id: row for row in ROWS}
ALWAYS: Final = ("R1", "R2", "R3", "R4")
"""Asked before every plan, whatever it does."""
LAST: Final = "C18"
"""Asked after the page, by itself, each time; no "none" answers it."""

PREVENTION: Final = {
    "neck": "raise the screen, bring the chin back, take breaks",
    "upper back": "rest the arms, carry less on one side, look straight ahead",
    "lower back": "stand up every half hour, bend at the hips to lift",
    "hips": "sit less long, stand on both legs, do not sit cross-legged",
    "glutes": "empty the back pocket, use a soft seat",
    "thighs": "load slowly, check the height of saddle and seat",
}
"""What helps without a device, by area (section 3)."""
