"""Files on both sides of each limit: name -> (steps, the ids that must be named; none where it is within)."""

from __future__ import annotations

from foreign_order import ORDER
from foreign_steps import MAYBE, Steps, hand, heat, press, repeat, rest, together

HEAT: dict[str, tuple[Steps, set[str]]] = {
    # HT1, set-point
    "41 °C": (heat("thighs", "41 °C", "1 min"), set()),
    "105.8 °F is 41 °C": (heat("thighs", "105.8 °F", "1 min"), set()),
    "high is 41 °C": (heat("thighs", "high", "1 min"), set()),
    "41.1 °C": (heat("thighs", "41.1 °C", "1 min"), {"HT1"}),
    "41.01 °C": (heat("thighs", "41.01 °C", "1 min"), {"HT1"}),
    "105.9 °F": (heat("thighs", "105.9 °F", "1 min"), {"HT1"}),
    "43 °C": (heat("thighs", "43 °C", "1 s", "1 s"), {"HT1"}),
    # HT4, time at a temperature
    "39 °C, 29 min": (heat("thighs", "39 °C", "29 min"), set()),
    "39.1 °C, 20 min": (heat("thighs", "39.1 °C", "20 min"), set()),
    "39.1 °C, 20 min 1 s": (heat("thighs", "39.1 °C", "20 min 1 s"), {"HT4"}),
    "40 °C, 20 min": (heat("thighs", "40 °C", "20 min", "10 min"), set()),
    "40 °C, 21 min": (heat("thighs", "40 °C", "21 min"), {"HT4"}),
    "104 °F, 20 min": (heat("thighs", "104 °F", "20 min"), set()),
    "41 °C, 15 min": (heat("thighs", "41 °C", "15 min"), set()),
    "41 °C, 15 min 10 s": (heat("thighs", "41 °C", "15 min 10 s"), {"HT4"}),
    "40.5 °C, 15 min 10 s": (heat("thighs", "40.5 °C", "15 min 10 s"), {"HT4"}),
    "two steps, 20 min at 40 and over": (
        heat("thighs", "41 °C", "10 min") + heat("thighs", "40 °C", "10 min"),
        set(),
    ),
    "two steps, 21 min at 40 and over": (
        heat("thighs", "41 °C", "10 min") + heat("thighs", "40 °C", "11 min"),
        {"HT4"},
    ),
    "two sides": (
        heat("thighs", "40 °C", "11 min", side="left") + heat("thighs", "40 °C", "10 min", side="right"),
        set(),
    ),
    "both sides, then one": (
        heat("thighs", "40 °C", "11 min") + heat("thighs", "40 °C", "10 min", side="left"),
        {"HT4"},
    ),
    "by repeats": (repeat(3, heat("thighs", "40 °C", "7 min")), {"HT4"}),
    "by repeats that may end": (
        repeat(3, heat("thighs", "40 °C", "7 min") + "- rate: rhomboids", "tenderness <= 2"),
        {"HT4"},
    ),
    # HT5, dose
    "a dose of 1": (heat("thighs", "41 °C", "15 min", "4 min"), set()),
    "a dose of 1.016": (heat("thighs", "41 °C", "15 min", "5 min"), {"HT5"}),
    "a dose of 1 in two": (
        heat("thighs", "41 °C", "7 min", "1 min") + heat("thighs", "41 °C", "8 min", "3 min"),
        set(),
    ),
    "a dose over 1 in two": (
        heat("thighs", "41 °C", "7 min", "1 min") + heat("thighs", "41 °C", "8 min", "3 min 10 s"),
        {"HT5"},
    ),
    "a dose over 1 by within": (repeat(7, heat("thighs", "41 °C", "2 min", "2 min 10 s")), {"HT5"}),
    # HT9, heat of a session
    "30 min driven in two places": (
        heat("thighs", "39 °C", "14 min", side="left") + heat("thighs", "39 °C", "14 min", side="right"),
        set(),
    ),
    "30 min and a second driven in two places": (
        heat("thighs", "39 °C", "14 min 1 s", side="left") + heat("thighs", "39 °C", "14 min", side="right"),
        {"HT9"},
    ),
    "30 min of for, but 31 driven": (heat("thighs", "39 °C", "30 min"), {"HT9"}),
    "31 min in two places": (
        heat("thighs", "39 °C", "16 min", side="left") + heat("thighs", "39 °C", "15 min", side="right"),
        {"HT9"},
    ),
    "31 min in two areas": (
        heat("thighs", "39 °C", "16 min") + heat("upper back", "39 °C", "15 min"),
        {"HT9"},
    ),
    "31 min in one": (heat("thighs", "39 °C", "31 min"), {"HT4", "HT9"}),
    # HT17, two places at once
    "two pads at once": (
        together(
            heat("thighs", "low", "1 min") + "  with: pad", heat("neck", "low", "1 min") + "  with: pad2"
        ),
        {"HT17"},
    ),
    # HT18, neck and flank
    "neck, 39 °C for 10 min": (heat("neck", "39 °C", "10 min"), set()),
    "neck, 39.1 °C": (heat("neck", "39.1 °C", "1 min"), {"HT18"}),
    "neck, 41.5 °C": (heat("neck", "41.5 °C", "1 min"), {"HT18"}),
    "neck, 6 and 5 min": (heat("neck", "low", "6 min") + heat("neck", "low", "5 min"), {"HT18"}),
    "neck, 11 min on two sides": (
        heat("neck", "low", "6 min", side="left") + heat("neck", "low", "5 min", side="right"),
        set(),
    ),
    "neck, 11 min": (heat("neck", "39 °C", "11 min"), {"HT18"}),
    "lower back, 40 °C": (heat("lower back", "40 °C", "1 min"), {"HT18"}),
    "lower back, 11 min": (heat("lower back", "low", "11 min"), {"HT18"}),
    # ZN1
    "heat on the outer hip": (heat("hips", "40 °C", "11 min"), set()),
    # The file's own
    "cooler than the file's own": (("heat: 38 °C", heat("thighs", "38 °C", "1 min")), set()),
    "hotter than the file's own": (("heat: 38 °C", heat("thighs", "38.1 °C", "1 min")), {"HT1"}),
    "longer than the file's own": (("heat time: 5 min", heat("thighs", "38 °C", "5 min 1 s")), {"HT9"}),
    "as long as the file's own": (("heat time: 5 min", heat("thighs", "38 °C", "5 min")), set()),
    "an option over": (
        ("OPTION {ask: A, of: [41 °C, 41.5 °C], default: 41 °C}", heat("thighs", "$o", "1 min")),
        {"HT1"},
    ),
}

SIX = "[upper trapezius, vastus lateralis, gluteus maximus]"

CAPS = {
    "upper trapezius": 40,
    "levator scapulae": 40,
    "rhomboids": 40,
    "thoracic paraspinals": 40,
    "infraspinatus": 40,
    "upper back": 40,
    "erector spinae": 40,
    "tensor fasciae latae": 50,
    "gluteus medius": 50,
    "gluteus maximus": 60,
    "gluteus minimus": 40,
    "piriformis": 40,
    "deep rotators": 40,
    "glutes": 40,
    "vastus lateralis": 60,
    "rectus femoris": 60,
    "hamstrings": 50,
    "adductors": 20,
    "thighs": 20,
}
BOUTS = {
    "upper trapezius": 60,
    "upper back": 60,
    "erector spinae": 45,
    "gluteus medius": 60,
    "tensor fasciae latae": 60,
    "gluteus maximus": 90,
    "gluteus minimus": 45,
    "piriformis": 45,
    "deep rotators": 45,
    "glutes": 45,
    "vastus lateralis": 90,
    "rectus femoris": 90,
    "hamstrings": 60,
    "adductors": 30,
    "thighs": 30,
}
NECK = ("neck", "suboccipitals")
NEVER = ("quadratus lumborum", "lower back", "iliopsoas", "hips")
MOVING = ("piriformis", "gluteus minimus", "deep rotators", "glutes")

PERCUSSION: dict[str, tuple[Steps, set[str]]] = {
    # PC13 and ZN1
    **{f"{place} at its cap": (press(place, "10 s", f"{cap} %"), set()) for place, cap in CAPS.items()},
    **{
        f"{place} over its cap": (press(place, "10 s", f"{cap + 1} %"), {"PC13"})
        for place, cap in CAPS.items()
    },
    **{
        f"{place} at its cap in /min": (press(place, "10 s", f"{1200 + 20 * cap} /min"), set())
        for place, cap in CAPS.items()
    },
    **{
        f"{place} over its cap in /min": (press(place, "10 s", f"{1201 + 20 * cap} /min"), {"PC13"})
        for place, cap in CAPS.items()
    },
    "2080 /min is 44 %": (press("rhomboids", "10 s", "2080 /min"), {"PC13"}),
    "33.3 Hz is under 40 %": (press("rhomboids", "10 s", "33.3 Hz"), set()),
    "34 Hz is 42 %": (press("rhomboids", "10 s", "34 Hz"), {"PC13"}),
    "strong on the upper back": (press("rhomboids", "10 s", "strong"), {"PC13"}),
    **{f"{place} never": (press(place, "10 s", "1 %"), {"ZN1"}) for place in NEVER},
    **{f"{place} never, by its cap": (press(place, "10 s", "1 %"), {"PC13"}) for place in NECK},
    **{
        f"{place} never still": (press(place, "10 s", "gentle", more="move: still"), {"ZN1"})
        for place in MOVING
    },
    # PC1
    "still for 30 s": (press("rhomboids", "30 s", more="move: still"), set()),
    "still for 31 s": (press("rhomboids", "31 s", more="move: still"), {"PC1"}),
    "still for 31 s unless told": (press("rhomboids", "31 s").replace("  move: circles\n", ""), {"PC1"}),
    "still twice, no rest": (
        press("rhomboids", "20 s", more="move: still")
        + rest("10 s")
        + press("rhomboids", "20 s", more="move: still"),
        {"PC1"},
    ),
    "still twice, a rest": (
        press("rhomboids", "20 s", more="move: still")
        + rest("30 s")
        + press("rhomboids", "20 s", more="move: still"),
        set(),
    ),
    "still on two spots": (
        press("rhomboids", "20 s", more="move: still")
        + rest("10 s")
        + press("infraspinatus", "20 s", more="move: still"),
        set(),
    ),
    "still on the two sides": (press("rhomboids", "30 s", side="both", more="move: still"), set()),
    # PC2
    **{f"{place}, its bout": (press(place, f"{time} s", "20 %"), set()) for place, time in BOUTS.items()},
    **{
        f"{place}, over its bout": (press(place, f"{time + 1} s", "20 %"), {"PC2"})
        for place, time in BOUTS.items()
    },
    "two points in one bout": (
        press("rhomboids", "40 s") + rest("29 s") + press("infraspinatus", "30 s"),
        {"PC2"},
    ),
    "a list in one bout": (press("[rhomboids, infraspinatus]", "40 s", more="between: 10 s"), {"PC2"}),
    "the default between on one side": (press("[rhomboids, infraspinatus]", "30 s"), set()),
    "the two sides, each its own bout": (
        press("rhomboids", "60 s", side="both", more="between: 0.1 s"),
        set(),
    ),
    "together on one area": (
        together(press("rhomboids", "31 s") + "  with: gun", press("infraspinatus", "31 s") + "  with: gun2"),
        {"PC2"},
    ),
    "together on the two sides": (
        together(
            press("rhomboids", "60 s") + "  with: gun",
            press("infraspinatus", "60 s", side="right") + "  with: gun2",
        ),
        set(),
    ),
    "by an area and its point": (
        press("upper back", "40 s") + rest("10 s") + press("rhomboids", "21 s"),
        {"PC2"},
    ),
    "over the file's own": (("press: 20 s", press("rhomboids", "21 s")), {"PC2"}),
    "within the file's own": (("press: 20 s", press("rhomboids", "20 s")), set()),
    # PC6, what is no rest joins two bouts
    "as long a rest as the bout": (
        press("rhomboids", "40 s") + rest("40 s") + press("rhomboids", "40 s"),
        set(),
    ),
    "a shorter rest than the bout": (
        press("rhomboids", "40 s") + rest("39 s") + press("rhomboids", "40 s"),
        {"PC2"},
    ),
    "a rest of 30 s": (press("rhomboids", "20 s") + rest("30 s") + press("rhomboids", "60 s"), set()),
    "a rest of 29 s": (press("rhomboids", "20 s") + rest("29 s") + press("rhomboids", "60 s"), {"PC2"}),
    "a rest that an until may cut": (
        press("rhomboids", "40 s") + MAYBE + press("rhomboids", "40 s"),
        {"PC2"},
    ),
    "a rest that an until cannot cut": (
        press("rhomboids", "30 s") + MAYBE + press("rhomboids", "60 s"),
        set(),
    ),
    "a rest made of the other side, which may fade": (
        press("rhomboids", "40 s") + press("rhomboids", "40 s", side="right") + press("rhomboids", "40 s"),
        {"PC2"},
    ),
    "a rest beside the other side": (
        press("rhomboids", "40 s")
        + press("rhomboids", "40 s", side="right")
        + rest("40 s")
        + press("rhomboids", "40 s"),
        set(),
    ),
    "a rest made of a stretch, which may be skipped": (
        press("rhomboids", "40 s")
        + "- stretch: rhomboids\n  side: left\n  hold: 40 s\n"
        + press("rhomboids", "40 s"),
        {"PC2"},
    ),
    "hand pressure between": (
        press("rhomboids", "40 s") + hand("rhomboids", "40 s") + press("rhomboids", "40 s"),
        {"PC2"},
    ),
    "waiting for the person is no rest": (
        press("rhomboids", "40 s") + "- ask: Ready?\n- rate: rhomboids\n" + press("rhomboids", "40 s"),
        {"PC2"},
    ),
    "a rest of a branch beside": (
        press("rhomboids", "40 s") + together(rest("40 s"), rest("5 s")) + press("rhomboids", "40 s"),
        set(),
    ),
    # PC3
    "120 s on an area": (press("rhomboids", "60 s") + rest("60 s") + press("infraspinatus", "60 s"), set()),
    "121 s on an area": (
        press("rhomboids", "60 s")
        + rest("60 s")
        + press("infraspinatus", "60 s")
        + rest("60 s")
        + press("upper back", "1 s"),
        {"PC3"},
    ),
    "121 s by repeats": (repeat(11, press("rhomboids", "11 s") + rest("30 s")), {"PC3"}),
    "110 s by repeats": (repeat(10, press("rhomboids", "11 s") + rest("30 s")), set()),
    "240 s on two sides": (repeat(2, press("rhomboids", "60 s", side="both") + rest("60 s")), set()),
    "the file's own per area": (
        ("press per area: 40 s", press("rhomboids", "20 s") + rest("30 s") + press("rhomboids", "21 s")),
        {"PC3"},
    ),
    # PC5
    "10 min of percussion": (repeat(2, press(SIX, "50 s", side="both") + rest("50 s")), set()),
    "10 min 12 s of percussion": (repeat(2, press(SIX, "51 s", side="both") + rest("51 s")), {"PC5"}),
    # SE3
    "four areas": (
        "".join(
            press(place, "5 s") for place in ("rhomboids", "gluteus medius", "gluteus maximus", "hamstrings")
        ),
        set(),
    ),
    "five areas": (
        "".join(
            press(place, "5 s")
            for place in ("rhomboids", "erector spinae", "gluteus medius", "gluteus maximus", "hamstrings")
        ),
        {"SE3"},
    ),
    # PC11
    "a force of 50 N on the back": (press("rhomboids", "10 s", more="force: 10 N .. 50 N"), set()),
    "a force of 51 N on the back": (press("rhomboids", "10 s", more="force: 10 N .. 51 N"), {"PC11"}),
}

LIMITS = {**HEAT, **PERCUSSION, **ORDER}
