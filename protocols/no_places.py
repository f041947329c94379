"""What people call a part of the body that is no place here, or two of them: what to say instead.

The zones that nobody works are those of `safety.md`, section 2.4. Standard library only.
"""

from __future__ import annotations

from typing import Final

from protocols.body import plain_name

_TWO: Final[dict[str, tuple[str, ...]]] = {
    "upper trapezius or rhomboids (the middle trapezius)": ("trapezius", "trap", "traps"),
    "thoracic paraspinals or erector spinae": (
        "paraspinal", "paraspinals", "erector", "erectors", "spinal erectors", "back extensors",
    ),
    "rectus femoris or vastus lateralis": ("quad", "quads", "quadriceps", "quadriceps femoris"),
    "gluteus maximus, gluteus medius or gluteus minimus, or the area glutes": ("gluteus",),
    "iliopsoas, rectus femoris or tensor fasciae latae": ("hip flexor", "hip flexors"),
    "quadratus lumborum or deep rotators": ("quadratus",),
    "upper back or lower back": ("back", "mid back", "middle back"),
    "lower back, or erector spinae": ("lumbar", "lumbar region", "lumbar spine muscles"),
    "upper trapezius, levator scapulae or infraspinatus; the joint itself is no place here": (
        "shoulder", "shoulders", "shoulder blade", "shoulder blades", "scapula",
    ),
    "neck, or suboccipitals: warmth, and fingers alone": (
        "nape", "back of the neck", "back of neck", "neck back", "posterior neck", "cervical", "cervicals",
    ),
    "hamstrings": ("biceps femoris", "semitendinosus", "semimembranosus", "leg biceps", "back of the thigh"),
    "adductors, which means the lower two thirds of the inner thigh": (
        "inner thigh", "inner thighs", "adductor magnus", "adductor longus", "adductor brevis", "gracilis",
    ),
    "vastus lateralis": ("outer thigh", "outer thighs", "lateral quad", "lateral quads"),
    "rectus femoris": ("front of the thigh", "front thigh"),
    "quadratus lumborum, by hand alone: the kidney lies under it": ("flank", "flanks"),
    "infraspinatus, the one muscle of the rotator cuff that is a place here": (
        "rotator cuff", "supraspinatus", "teres minor", "subscapularis",
    ),
}  # fmt: skip

_NEVER: Final[dict[str, tuple[str, ...]]] = {
    "the front and the sides of the neck hold the arteries and the windpipe": (
        "front of the neck", "front of neck", "neck front", "side of the neck", "sides of the neck",
        "side of neck", "neck side", "throat", "scm", "sternocleidomastoid", "scalene", "scalenes",
        "carotid", "anterior neck",
    ),
    "the head and the face are bone, eyes and ears": (
        "head", "face", "skull", "scalp", "forehead", "temple", "temples", "jaw", "masseter",
        "eye", "eyes", "ear", "ears",
    ),
    "the spine itself is bone": (
        "spine", "cervical spine", "thoracic spine", "lumbar spine", "vertebrae", "spinous processes",
        "sacrum", "coccyx", "tailbone", "si joint", "sacroiliac joint",
    ),
    "the lungs, the heart and large nerves lie there": (
        "chest", "sternum", "breast", "breasts", "ribs", "rib", "rib cage", "armpit", "armpits", "axilla",
        "pec", "pecs", "pectoral", "pectorals", "pectoralis", "pectoralis major", "pectoralis minor",
    ),
    "organs and large vessels lie there": (
        "abdomen", "belly", "stomach", "abs", "groin", "femoral triangle", "genitals",
        "kidney", "kidneys", "upper inner thigh", "inner upper thigh",
    ),
    "vessels and a nerve lie there with little over them": (
        "back of the knee", "behind the knee", "popliteal fossa", "hollow of the knee", "popliteus",
    ),
    "it is a joint, or bone with little over it": (
        "knee", "knees", "kneecap", "elbow", "elbows", "ankle", "ankles", "shin", "shins", "foot bones",
        "greater trochanter", "trochanter", "iliac crest", "hip bone",
        "sit bone", "sit bones", "sitting bone",
    ),
    "it is a nerve": ("sciatic nerve", "sciatic"),
}  # fmt: skip

_ELSEWHERE: Final[dict[str, tuple[str, ...]]] = {
    "it is a band of tissue, not a muscle: work vastus lateralis or tensor fasciae latae beside it": (
        "it band", "itb", "iliotibial band", "iliotibial tract",
    ),
    "it ends near the kneecap, which nobody works: rectus femoris is the front of the thigh": (
        "vmo", "vastus medialis", "vastus medialis oblique", "teardrop",
    ),
    "it is under rectus femoris: work that": ("vastus intermedius",),
    "this program ends at the thighs: a sore, swollen calf is for a doctor first": (
        "calf", "calves", "gastrocnemius", "soleus", "lower leg", "lower legs", "achilles", "achilles tendon",
    ),
    "this program ends at the thighs": ("foot", "feet", "sole", "soles", "arch", "plantar fascia", "toes"),
    "this program does not work arms and hands": (
        "arm", "arms", "upper arm", "forearm", "forearms", "biceps", "triceps", "deltoid", "deltoids",
        "delts", "hand", "hands", "wrist", "wrists", "fingers",
    ),
    "it lies over the ribs, and is no place of this program": (
        "lats", "lat", "latissimus", "latissimus dorsi", "serratus", "serratus anterior",
        "lower trapezius", "lower trap", "lower traps", "teres major",
    ),
    "name the muscle": ("leg", "legs", "body", "whole body", "full body", "trunk", "core"),
}  # fmt: skip

HELP: Final[dict[str, str]] = {
    name: f"{before}{say}"
    for before, table in (("write ", _TWO), ("never worked here: ", _NEVER), ("", _ELSEWHERE))
    for say, names in table.items()
    for name in names
}
"""What to say of each name, in small letters."""


def instead(name: str) -> str | None:
    """What to write instead of a common name that is no place of ours, or why nothing; None: unheard of."""
    return HELP.get(plain_name(name).removeprefix("the "))
