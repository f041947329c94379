"""Areas, points, what is next to what, and other names. From `protocol-language.md`, "Places"."""

from __future__ import annotations

AREAS: dict[str, tuple[str, ...]] = {
    "neck": ("suboccipitals",),
    "upper back": (
        "upper trapezius", "levator scapulae", "rhomboids", "thoracic paraspinals", "infraspinatus",
    ),
    "lower back": ("erector spinae", "quadratus lumborum"),
    "hips": ("tensor fasciae latae", "gluteus medius", "iliopsoas"),
    "glutes": ("gluteus maximus", "gluteus minimus", "piriformis", "deep rotators"),
    "thighs": ("vastus lateralis", "rectus femoris", "hamstrings", "adductors"),
}  # fmt: skip

AREA_OF: dict[str, str] = {point: area for area, points in AREAS.items() for point in points}

ADJACENT: dict[str, frozenset[str]] = {
    "neck": frozenset({"upper back"}),
    "upper back": frozenset({"neck", "lower back"}),
    "lower back": frozenset({"upper back", "hips", "glutes"}),
    "hips": frozenset({"lower back", "glutes", "thighs"}),
    "glutes": frozenset({"lower back", "hips", "thighs"}),
    "thighs": frozenset({"hips", "glutes"}),
}

OTHER_NAMES: dict[str, str] = {
    other: name
    for name, others in {
        "lower back": ("low back",),
        "hips": ("hip",),
        "glutes": ("glute", "gluteals", "buttock", "buttocks"),
        "thighs": ("thigh",),
        "suboccipitals": ("suboccipital", "suboccipital muscles"),
        "upper trapezius": ("upper trap", "upper traps"),
        "levator scapulae": ("levator", "levator scapula"),
        "rhomboids": (
            "rhomboid", "rhomboid major", "rhomboid minor",
            "middle trapezius", "mid trapezius", "middle trap", "middle traps", "mid trap", "mid traps",
        ),
        "thoracic paraspinals": ("thoracic paraspinal", "thoracic erectors", "thoracic erector spinae"),
        "infraspinatus": ("infra", "infraspinatus muscle"),
        "erector spinae": (
            "lumbar erectors", "lumbar erector spinae", "lumbar paraspinals", "multifidus", "multifidi",
        ),
        "quadratus lumborum": ("ql", "qls"),
        "tensor fasciae latae": ("tfl", "tensor fascia latae", "tensor fascia lata", "tensor fasciae lata"),
        "gluteus medius": ("glute med", "glute medius", "gluteus med", "gmed"),
        "iliopsoas": ("psoas", "psoas major", "iliacus"),
        "gluteus maximus": ("glute max", "glute maximus", "gluteus max", "gmax"),
        "gluteus minimus": ("glute min", "glute minimus", "gluteus min", "gmin"),
        "piriformis": ("pyriformis", "piriformis muscle"),
        "deep rotators": ("deep rotator", "deep hip rotators", "deep external rotators", "deep six"),
        "vastus lateralis": ("outer quad", "outer quads"),
        "rectus femoris": ("rec fem",),
        "hamstrings": ("hamstring", "hams"),
        "adductors": ("adductor", "hip adductors"),
    }.items()
    for other in others
}  # fmt: skip
"""What else people call them, each the name of one alone. What has no such name is in `no_places`."""


def plain_name(name: str) -> str:
    """`name` as it is compared: one space between words, any letter case the same."""
    return " ".join(name.split()).casefold()


def known_place(name: str) -> str | None:
    """The canonical name of a point or an area in any letter case, or None."""
    plain = plain_name(name)
    plain = OTHER_NAMES.get(plain, plain)
    return plain if plain in AREAS or plain in AREA_OF else None


def area_of(name: str) -> str:
    """The area that `name` is, or lies in. Raises KeyError for an unknown name."""
    return name if name in AREAS else AREA_OF[name]


def points_of(name: str) -> tuple[str, ...]:
    """The points that `name` stands for: an area's, or the point itself."""
    return AREAS.get(name, (name,))


def near(area: str, other: str) -> bool:
    """Whether two areas are the same or adjacent."""
    return area == other or other in ADJACENT[area]
