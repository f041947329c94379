"""Files on both sides of the limits of a session and its order, as in `foreign_limits`."""

from __future__ import annotations

from foreign_steps import MAYBE, Steps, hand, heat, press, repeat, rest, together

FAR = together(heat("thighs", "low", "1 min"), rest("3 min") + press("hamstrings", "10 s"))

ORDER: dict[str, tuple[Steps, set[str]]] = {
    # SP1 to SP3
    "held for 60 s": (hand("neck", "60 s"), set()),
    "held for 61 s": (hand("suboccipitals", "61 s"), {"SP1"}),
    "held three times": (repeat(3, hand("suboccipitals", "20 s", "both") + rest("30 s")), set()),
    "held four times": (repeat(4, hand("suboccipitals", "20 s", "both") + rest("30 s")), {"SP2"}),
    "held again after 30 s": (hand("QL", "20 s") + rest("30 s") + hand("QL", "20 s"), set()),
    "held again after 29 s": (hand("QL", "20 s") + rest("29 s") + hand("QL", "20 s"), {"SP2"}),
    "held again after a rest that an until may cut": (
        hand("QL", "20 s")
        + rest("1 s")
        + repeat(2, "- rate: neck\n- rest: 28 s", "tenderness <= 1")
        + hand("QL", "20 s"),
        {"SP2"},
    ),
    "held on the other side at once": (hand("QL", "20 s", "both", "1 s"), set()),
    "six points held": (
        hand("[QL, erector spinae, piriformis, iliopsoas, adductors, hamstrings]", "20 s"),
        set(),
    ),
    "seven points held": (
        hand("[QL, erector spinae, piriformis, iliopsoas, adductors, hamstrings, vastus lateralis]", "20 s"),
        {"SP3"},
    ),
    "held still on the sciatic line": (hand("piriformis", "60 s"), set()),
    # SE1
    "45 min": (rest("45 min"), set()),
    "45 min 1 s": (rest("45 min 1 s"), {"SE1"}),
    "an hour": (rest("1 h"), {"SE1"}),
    "45 min with within": (heat("thighs", "low", "10 min", "15 min") + rest("20 min"), set()),
    "46 min with within": (heat("thighs", "low", "10 min", "16 min") + rest("20 min"), {"SE1"}),
    "46 min with the within of cool": (rest("30 min") + "- cool: pad\n  within: 16 min\n", {"SE1"}),
    "46 min by repeats that may end": (
        repeat(2, rest("23 min") + "- rate: neck", "tenderness <= 1"),
        {"SE1"},
    ),
    "44 min side by side": (together(rest("44 min"), rest("40 min")), set()),
    "as long as the file's own": (("session: 5 min", rest("5 min")), set()),
    "longer than the file's own": (("session: 5 min", rest("301 s")), {"SE1"}),
    # SE2
    "500 segments": (repeat(50, "- say: A\n" * 10), set()),
    "501 segments": (repeat(50, "- say: A\n" * 10) + "- say: A\n", {"SE2"}),
    "2,000 segments": (repeat(50, "- say: A\n" * 40), {"SE2"}),
    # SE4
    "heat, 60 s, percussion": (
        heat("upper back", "low", "1 min") + rest("60 s") + press("rhomboids", "10 s"),
        set(),
    ),
    "heat, 59 s, percussion": (
        heat("upper back", "low", "1 min") + rest("59 s") + press("rhomboids", "10 s"),
        {"SE4"},
    ),
    "heat, 59 s, percussion on the area beside": (
        heat("neck", "low", "1 min") + rest("59 s") + press("rhomboids", "10 s"),
        {"SE4"},
    ),
    "heat, 60 s, percussion on the area beside": (
        heat("neck", "low", "1 min") + rest("60 s") + press("rhomboids", "10 s"),
        set(),
    ),
    "heat, percussion at once, two areas off": (
        heat("neck", "low", "1 min") + press("erector spinae", "10 s"),
        set(),
    ),
    "hips beside glutes": (heat("hips", "low", "1 min") + press("gluteus maximus", "10 s"), {"SE4"}),
    "hips beside thighs": (heat("hips", "low", "1 min") + press("hamstrings", "10 s"), {"SE4"}),
    "thighs are not beside the lower back": (
        heat("thighs", "low", "1 min") + press("erector spinae", "10 s"),
        set(),
    ),
    "one side warmed, the other pressed": (
        heat("upper back", "low", "1 min", side="left") + press("rhomboids", "10 s", side="right"),
        {"SE4"},
    ),
    "38 °C, no cooling": (
        heat("upper back", "38 °C", "1 min") + rest("60 s") + press("rhomboids", "10 s"),
        set(),
    ),
    "39 °C, no cooling": (
        heat("upper back", "39 °C", "1 min") + rest("60 s") + press("rhomboids", "10 s"),
        {"SE4"},
    ),
    "39 °C, a long rest is no cooling": (
        heat("upper back", "39 °C", "1 min") + rest("10 min") + press("rhomboids", "10 s"),
        {"SE4"},
    ),
    "39 °C, cooled below 38": (
        heat("upper back", "39 °C", "1 min")
        + "- cool: pad\n  below: 38 °C\n"
        + rest("60 s")
        + press("rhomboids", "10 s"),
        set(),
    ),
    "39 °C, cooled below 38.5": (
        heat("upper back", "39 °C", "1 min")
        + "- cool: pad\n  below: 38.5 °C\n"
        + rest("60 s")
        + press("rhomboids", "10 s"),
        {"SE4"},
    ),
    "cooling may take no time": (
        heat("upper back", "39 °C", "1 min") + "- cool: pad\n" + rest("59 s") + press("rhomboids", "10 s"),
        {"SE4"},
    ),
    "another pad cooled": (
        heat("upper back", "39 °C", "1 min")
        + "  with: pad\n- cool: pad2\n"
        + rest("60 s")
        + press("rhomboids", "10 s"),
        {"SE4"},
    ),
    "the rest may be cut by an until": (
        heat("upper back", "low", "1 min") + MAYBE + press("rhomboids", "10 s"),
        {"SE4"},
    ),
    "the rest may be cut by a fade": (
        heat("upper back", "low", "1 min") + press("hamstrings", "60 s") + press("rhomboids", "10 s"),
        {"SE4"},
    ),
    "the rest may be cut by a skip": (
        heat("upper back", "low", "1 min")
        + "- stretch: rhomboids\n  side: left\n  hold: 60 s\n"
        + press("rhomboids", "10 s"),
        {"SE4"},
    ),
    "half strength after heat": (
        heat("thighs", "low", "1 min") + rest("60 s") + press("hamstrings", "10 s", "50 %"),
        set(),
    ),
    "over half within 5 min of heat": (
        heat("thighs", "low", "1 min") + rest("299 s") + press("rectus femoris", "10 s", "51 %"),
        {"SE4"},
    ),
    "over half 5 min after heat": (
        heat("thighs", "low", "1 min") + rest("5 min") + press("rectus femoris", "10 s", "51 %"),
        set(),
    ),
    "by hand on warm skin": (heat("thighs", "high", "1 min") + hand("hamstrings", "20 s"), set()),
    # SE5
    "percussion, 2 min, heat": (
        press("rhomboids", "10 s") + rest("2 min") + heat("upper back", "40 °C", "1 min"),
        set(),
    ),
    "percussion, 119 s, heat": (
        press("rhomboids", "10 s") + rest("119 s") + heat("upper back", "low", "1 min"),
        {"SE5"},
    ),
    "percussion, 119 s, heat beside": (
        press("erector spinae", "10 s") + rest("119 s") + heat("hips", "low", "1 min"),
        {"SE5"},
    ),
    "percussion, heat two areas off": (press("rhomboids", "10 s") + heat("thighs", "high", "1 min"), set()),
    "percussion, then 40.5 °C": (
        press("rhomboids", "10 s") + rest("2 min") + heat("upper back", "40.5 °C", "1 min"),
        {"SE5"},
    ),
    "percussion, then 40.5 °C beside": (
        press("hamstrings", "10 s") + rest("10 min") + heat("hips", "40.5 °C", "1 min"),
        {"SE5"},
    ),
    "a fade cannot make the gap longer": (
        press("rhomboids", "60 s") + rest("100 s") + heat("upper back", "low", "1 min"),
        {"SE5"},
    ),
    "in a second round": (
        repeat(
            2, heat("upper back", "low", "1 min") + rest("60 s") + press("rhomboids", "10 s") + rest("100 s")
        ),
        {"SE5"},
    ),
    "in a second round, with the rest": (
        repeat(
            2, heat("upper back", "low", "1 min") + rest("60 s") + press("rhomboids", "10 s") + rest("120 s")
        ),
        set(),
    ),
    # SE6
    "at once on one area": (
        together(heat("upper back", "low", "1 min"), press("rhomboids", "10 s")),
        {"SE6"},
    ),
    "at once on the area beside": (
        together(heat("neck", "low", "1 min"), press("rhomboids", "10 s")),
        {"SE6"},
    ),
    "at once far off": (together(heat("thighs", "low", "1 min"), press("rhomboids", "10 s")), set()),
    "at once by hand": (together(heat("neck", "low", "1 min"), hand("rhomboids", "10 s")), set()),
    # Branches are judged as if all of one lay beside all of another.
    "late enough in the other branch": (FAR, {"SE6"}),
    "late enough only without within": (
        together(heat("thighs", "low", "1 min", "5 min"), rest("3 min") + press("hamstrings", "10 s")),
        {"SE6"},
    ),
    "late in the other branch, the rest too short": (
        together(heat("thighs", "low", "1 min"), rest("179 s") + press("hamstrings", "10 s")),
        {"SE6"},
    ),
    # Another place needs no rest
    "all limits of a place apart": (
        press("rhomboids", "60 s") + press("hamstrings", "60 s") + press("gluteus maximus", "60 s"),
        set(),
    ),
}
