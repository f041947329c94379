"""Files that the page allows: every verb, key and form of value. Name -> text, and what they come to."""

from __future__ import annotations

import json

from foreign_kit import GUN, GUN2, PAD, PAD2, file

EXAMPLE = """\
unknot: 1
title: Desk worker's neck and shoulders
about: Warm the upper back, work two points on each side, then stretch.
needs:
  pad: heat
  gun: percussion
options:
  strength: {ask: "How strong today?", of: [gentle, medium], default: gentle}
limits:
  session: 40 min
steps:
  - ask: Has anything new started to hurt since the last session?
    stop if: yes
    because: Speak with a professional first.
  - heat: upper back
    to: medium
    for: 10 min
    within: 8 min
  - cool: pad
    below: 37 °C
    within: 8 min
  - rest: 1 min
  - repeat: 2
    until: tenderness <= 2
    steps:
      - press: [upper trapezius, levator scapulae]
        side: both
        with: gun
        at: $strength
        for: 15 s
        move: circles
        between: 15 s
      - rest: 30 s
      - rate: upper trapezius
  - press: suboccipitals
    side: both
    with: hand
    for: 20 s
  - stretch: upper trapezius
    side: both
    hold: 30 s
    times: 2
"""

PRESS = "- press: rhomboids\n  side: left\n  at: {at}\n  for: 10 s\n"
HEAT = "- heat: upper back\n  to: {to}\n  for: 1 min\n"
DURATIONS = {
    "90 s": 90,
    "10 min": 600,
    "1 min 30 s": 90,
    "1.5 min": 90,
    "0.5 h": 1800,
    "0.1 h 2 min 3 s": 483,
    "0.25 s": 0.25,
    '"90 s"': 90,
    "'90 s'": 90,
}
"""Durations as written, and their seconds."""

ALL_KEYS = """\
unknot: 1
title: Everything
about: About
author: Somebody
license: CC0-1.0
sources: [one, two]
needs: {pad: heat, gun: percussion}
limits:
  session: 44 min
  heat: 40 °C
  heat time: 20 min
  press: 50 s
  press per area: 100 s
steps:
  - heat: thighs
    side: left
    with: pad
    to: 38 °C
    for: 1 min
    within: 2 min
  - cool: pad
    below: 36 °C
    within: 3 min
  - rest: 60 s
  - press: hamstrings
    side: right
    with: gun
    at: 30 %
    for: 20 s
    force: 10 N .. 20 N
    move: along
    between: 5 s
  - stretch: thighs
    side: right
    hold: 20 s
    times: 3
    between: 5 s
  - rate: hamstrings
    side: right
  - ask: How much?
    scale: 0 .. 10
    as: pain
  - ask: Which?
    of: [good, bad]
    as: mood
    stop if: bad
    because: Enough for today.
  - say: Well done.
"""

AS_JSON = json.dumps({
    "unknot": "1", "title": "T", "needs": {"gun": "percussion"},
    "steps": [{"press": ["rhomboids"], "side": "both", "at": "gentle", "for": "10 s"}],
})  # fmt: skip

BARE_JSON = AS_JSON.replace('"unknot": "1"', '"unknot": 1')

RIGHT = {
    "the page's own example": EXAMPLE,
    "every key": ALL_KEYS,
    "JSON": AS_JSON,
    "JSON, the version as a number": BARE_JSON,
    "a leading byte-order mark": "\ufeff" + ALL_KEYS,
    "carriage returns": EXAMPLE.replace("\n", "\r\n"),
    "no newline at the end": EXAMPLE.rstrip("\n"),
    "a document's start": "---\n" + EXAMPLE,
    "a document's end": EXAMPLE + "...\n",
    "comments": "# one\n" + EXAMPLE + "# two\n",
    "no device, no needs": file("- say: Hello"),
    "the verb not first": file("- side: left\n  hold: 10 s\n  stretch: rhomboids"),
    "a title of 80": file("- say: A").replace("title: T", "title: " + "ä" * 80),
    "text that YAML would guess at": file(
        "- say: no\n- say: 12:30\n- say: ~\n- say: 0x1F\n- say: 2020-01-01"
    ),
    "a dollar inside a text": file("- say: It is $5 or so"),
    "a block of text": file("- say: |\n    one\n    two\n- say: >-\n    three\n    four"),
    **{
        f"a heat of {to}": file(HEAT.format(to=to), needs=PAD)
        for to in (
            "39 °C",
            "39 C",
            "39.5 °C",
            "102.2 °F",
            "102.2 F",
            "105.8 °F",
            "low",
            "medium",
            "high",
        )
    },
    **{
        f"a strength of {at}": file(PRESS.format(at=at), needs=GUN)
        for at in (
            "gentle",
            "medium",
            "40 %",
            "1800 /min",
            "2000 /min",
            "30 Hz",
            "0.5 %",
            "12.5 %",
        )
    },
    "strong": file("- press: rectus femoris\n  side: left\n  at: strong\n  for: 10 s", needs=GUN),
    "a force in kgf": file(PRESS.format(at="gentle") + "  force: 1 kgf .. 2 kgf", needs=GUN),
    **{
        f"move {move}": file(PRESS.format(at="gentle") + f"  move: {move}", needs=GUN)
        for move in ("still", "circles", "along")
    },
    "places in capitals": file(
        "- press: [Upper Trapezius, LEVATOR SCAPULAE]\n  side: both\n  at: gentle\n  for: 5 s\n"
        "- stretch: Lower Back\n  side: left\n  hold: 15 s",
        needs=GUN,
    ),
    "other names": file(
        "- press: [middle trapezius, multifidus, TFL]\n  side: left\n  at: gentle\n  for: 5 s\n"
        "- press: QL\n  side: left\n  with: hand\n  for: 20 s\n- stretch: ql\n  side: right\n  hold: 15 s",
        needs=GUN,
    ),
    "an area pressed": file(
        "- press: upper back\n  side: both\n  at: gentle\n  for: 20 s\n  move: along", needs=GUN
    ),
    "by hand where no device goes": file(
        "- press: [suboccipitals, iliopsoas, quadratus lumborum]\n  side: left\n  with: hand\n  for: 20 s"
    ),
    "an area by hand": file("- press: neck\n  side: both\n  with: hand\n  for: 20 s"),
    "heat where it is allowed beside the groin": file("- heat: hips\n  to: low\n  for: 5 min", needs=PAD),
    "cool by itself": file("- cool: pad", needs=PAD),
    "two guns, each named": file(
        "- press: rhomboids\n  side: left\n  at: gentle\n  for: 5 s\n  with: gun\n"
        "- press: rhomboids\n  side: right\n  at: gentle\n  for: 5 s\n  with: gun2",
        needs=GUN + GUN2,
    ),
    "two pads, each named": file(
        "- heat: thighs\n  to: low\n  for: 1 min\n  with: pad\n"
        "- heat: upper back\n  to: low\n  for: 1 min\n  with: pad2",
        needs=PAD + PAD2,
    ),
    "rate, sides": file("- rate: rhomboids\n- rate: rhomboids\n  side: both\n- rate: neck\n  side: left"),
    "ask, plain": file("- ask: Fine?"),
    "ask, stop if no": file('- ask: Fine?\n  stop if: no\n  because: "Then rest."'),
    "ask, a scale and a stop": file('- ask: Pain?\n  scale: 0 .. 10\n  stop if: ">= 7"'),
    "ask, any scale": file("- ask: How many?\n  scale: 1 .. 5\n  as: many"),
    "repeat, plain": file("- repeat: 99\n  steps:\n    - say: A"),
    "repeat, once": file("- repeat: 1\n  steps:\n    - say: A"),
    "repeat until tenderness": file("- repeat: 3\n  until: tenderness <= 0\n  steps:\n    - rate: rhomboids"),
    "repeat until an answer": file(
        "- repeat: 3\n  until: pain <= 3\n  steps:\n    - ask: Pain?\n      scale: 0 .. 10\n      as: pain"
    ),
    "repeat until the rest of the comparisons": file(
        "\n".join(
            f"- repeat: 3\n  until: pain {sign} 3\n  steps:\n    - ask: Pain?\n      scale: 0 .. 10\n"
            f"      as: pain"
            for sign in ("<", "<=", ">", ">=")
        )
    ),
    "repeat until a word": file(
        "- repeat: 3\n  until: mood == good\n  steps:\n    - ask: How?\n      of: [good, bad]\n      as: mood"
    ),
    "repeat until a yes": file(
        "- repeat: 3\n  until: better == yes\n  steps:\n    - ask: Better?\n      as: better"
    ),
    "repeat, the rate deep inside": file(
        "- repeat: 2\n  until: tenderness <= 2\n  steps:\n    - repeat: 2\n      steps:\n        - rate: neck"
    ),
    "together, steps and lists": file(
        "- together:\n    - say: A\n    - - say: B\n      - rest: 5 s\n    - rest: 6 s\n    - [say: C]"
    ),
    "together, heat far from the press": file(
        "- together:\n    - heat: thighs\n      to: low\n      for: 2 min\n      within: 2 min\n"
        "    - press: rhomboids\n      side: left\n      at: gentle\n      for: 20 s",
        needs=PAD + GUN,
    ),
    "options in every place": file(
        "- press: [$where, rhomboids]\n  side: $side\n  at: $at\n  for: $time\n  move: $move\n"
        "  between: $gap\n"
        "- repeat: $times\n  steps:\n    - say: $word",
        needs=GUN,
        head="options:\n"
        "  where: {ask: Where?, of: [upper trapezius, levator scapulae], default: upper trapezius}\n"
        "  side: {ask: Side?, of: [left, both], default: both}\n"
        "  at: {ask: At?, of: [gentle, 1800 /min], default: gentle}\n"
        "  time: {ask: Long?, of: [10 s, 0.25 min], default: 10 s}\n"
        "  move: {ask: How?, of: [circles, along], default: along}\n"
        "  gap: {ask: Gap?, of: [30 s, 40 s], default: 30 s}\n"
        "  times: {ask: Times?, of: [1, 2], default: 1}\n"
        "  word: {ask: Word?, of: [Well done, Enough], default: Enough}\n",
    ),
    "nesting of 12": file(
        "- together:\n    - - say: A\n    - - repeat: 1\n        steps:\n          - repeat: 1\n"
        "            steps:\n              - repeat: 1\n                steps:\n                  - say: B"
    ),
    "2,000 characters of text": file("- say: " + "a" * 2000),
    "256 KiB to the byte": file("- say: A") + "#" * (262144 - len(file("- say: A")) - 1) + "\n",
    "500 segments": file("- repeat: 50\n  steps:\n" + "    - say: A\n" * 10),
    "20,000 combinations and segments": file(
        "- say: $a\n- say: $b\n- say: $c\n" + "- say: A\n" * 17,
        head="options:\n"
        + "".join(
            f"  {n}: {{ask: A, of: [{', '.join(f'w{i}' for i in range(10))}], default: w0}}\n" for n in "abc"
        ),
    ),
}

COMES_TO = {
    # name -> segments, shortest and longest, counted by hand from the page.
    "the page's own example": (32, 600 + 60 + 135 + 70 + 150, 480 + 600 + 480 + 60 + 270 + 70 + 150),
    "every key": (13, 60 + 60 + 20 + 70, 180 + 180 + 60 + 20 + 70),
    "repeat, plain": (99, 0, 0),
    "repeat until tenderness": (3, 0, 0),
    "together, steps and lists": (5, 6, 6),
    "together, heat far from the press": (2, 120, 240),
    "cool by itself": (1, 0, 600),
    "by hand where no device goes": (5, 120, 120),
    "500 segments": (500, 0, 0),
}
