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
    "middle trapezius": "rhomboids",
    "multifidus": "erector spinae",
    "ql": "quadratus lumborum",
    "tfl": "tensor fasciae latae",
}


def known_place(name: str) -> str | None:
    """The canonical name of a point or an area in any letter case, or None."""
    plain = " ".join(name.split()).casefold()
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
