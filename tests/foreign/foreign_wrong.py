"""Files with errors: name -> (text with a mark before each error, the codes in the order of the file)."""

from __future__ import annotations

from foreign_kit import GUN, GUN2, PAD, PAD2, file

P = "- press: rhomboids\n  side: left\n  at: gentle\n  for: 10 s\n"
H = "- heat: thighs\n  to: low\n  for: 1 min\n"
ASK = "options:\n  o: {ask: Which?, of: [gentle, medium], default: gentle}\n"


def press(old: str, new: str) -> str:
    """A press that is right but for one place."""
    assert old in P
    return file(P.replace(old, new), needs=GUN)


def heat(old: str, new: str) -> str:
    """A heat that is right but for one place."""
    assert old in H
    return file(H.replace(old, new), needs=PAD)


def top(line: str, code: str) -> tuple[str, str]:
    """A file with one line more before its steps."""
    return file("- say: A", head=line + "\n"), code


WRONG: dict[str, tuple[str, str]] = {
    # Values and their units.
    **{
        f"for: {bad}": (press("10 s", "«" + bad), code)
        for bad, code in {
            "60": "unit-missing",
            "1:30": "unit-missing",
            "1.5": "unit-missing",
            '"60"': "unit-missing",
            "10 seconds ago": "unit-unknown",
            "10 parsecs": "unit-unknown",
            "0 s": "value",
            "-5 s": "value",
            "soon": "value",
            "39 °C": "unit-unknown",
            "1 min 30": "unit-missing",
            "1e3 s": "unit-unknown",
            "nan s": "value",
            "inf s": "value",
            "٣ s": "value",
            '""': "value",
            "0x10 s": "unit-unknown",
            "no": "value",
        }.items()
    },
    **{
        f"to: {bad}": (heat("low", "«" + bad), code)
        for bad, code in {
            "41": "unit-missing",
            "level 5": "value",
            "39 K": "unit-unknown",
            "warm": "value",
            "gentle": "value",
            "104 °C": "value",
            "40 °F": "value",
            "39 s": "unit-unknown",
            "nan °C": "value",
            "-39 °C": "value",
        }.items()
    },
    **{
        f"at: {bad}": (press("gentle", "«" + bad), code)
        for bad, code in {
            "3": "unit-missing",
            "0 %": "value",
            "101 %": "value",
            "-1 %": "value",
            "low": "value",
            "1800 rpm": "unit-unknown",
            "30 kHz": "unit-unknown",
            "level 5": "value",
            "0 /min": "value",
        }.items()
    },
    **{
        f"force: {bad}": (file(P + f"  force: «{bad}", needs=GUN), code)
        for bad, code in {
            "10": "unit-missing",
            "20 N .. 10 N": "value",
            "10 .. 20": "unit-missing",
            "10 lb .. 20 lb": "unit-unknown",
        }.items()
    },
    "below without a unit": (file("- cool: pad\n  below: «37", needs=PAD), "unit-missing"),
    "within without a unit": (file("- cool: pad\n  within: «5", needs=PAD), "unit-missing"),
    "between without a unit": (file(P + "  between: «5", needs=GUN), "unit-missing"),
    "rest without a unit": (file("- rest: «60"), "unit-missing"),
    "hold without a unit": (file("- stretch: rhomboids\n  side: left\n  hold: «20"), "unit-missing"),
    "a session's limit without a unit": (file("- say: A", head="limits:\n  session: «30\n"), "unit-missing"),
    "move": (file(P + "  move: «sideways", needs=GUN), "value"),
    "side": (press("left", "«up"), "value"),
    "times of nought": (file("- stretch: rhomboids\n  side: left\n  hold: 20 s\n  times: «0"), "value"),
    "times of a half": (file("- stretch: rhomboids\n  side: left\n  hold: 20 s\n  times: «1.5"), "value"),
    "scale the wrong way": (file("- ask: A\n  scale: «10 .. 0"), "value"),
    "scale of words": (file("- ask: A\n  scale: «low .. high"), "value"),
    **{
        f"repeat: {bad}": (file(f"- repeat: «{bad}\n  steps:\n    - say: A"), "value")
        for bad in ("0", "100", "-1", "1.5", "often", "two", "1e1", "0x2", "1_0")
    },
    **{
        f"until: {bad}": (file(f"- repeat: 2\n  until: «{bad}\n  steps:\n    - rate: rhomboids"), "value")
        for bad in (
            "tenderness",
            "tenderness <=",
            "tenderness <= many",
            "pain <= 2",
            "tenderness << 2",
            "yes",
        )
    },
    "until tenderness with no rate inside": (
        file("- rate: rhomboids\n- repeat: 2\n  until: «tenderness <= 2\n  steps:\n    - say: A"),
        "value",
    ),
    # Keys.
    "a key that no step has": (file(P + "  «speed: 3", needs=GUN), "unknown-key"),
    "a key of another verb": (file(P + "  «within: 3 min", needs=GUN), "unknown-key"),
    "a key in capitals": (file("- rest: 5 s\n  «For: 3 s"), "unknown-key"),
    "a key of the file": top("«autor: me", "unknown-key"),
    "a key of the limits": (file("- say: A", head="limits:\n  «sesion: 30 min\n"), "unknown-key"),
    "a key of an option": (
        file("- say: $o", head=ASK.replace("default:", "«other: 1, default:")),
        "unknown-key",
    ),
    "a merge key": (file("- say: A\n  «<<: {because: b}"), "unknown-key"),
    "a step's key twice": (file("- rest: 5 s\n  «rest: 6 s"), "duplicate-key"),
    "a file's key twice": top("«title: U", "duplicate-key"),
    "a role twice": (file(P, needs=GUN + "  «gun: percussion\n"), "duplicate-key"),
    "a key twice, quoted": top('«"title": U', "duplicate-key"),
    # Missing.
    **{
        f"no {key}": (
            file(
                "- «press: rhomboids\n  side: left\n  at: gentle\n  for: 10 s\n".replace(
                    f"  {key}: {value}\n", ""
                ),
                needs=GUN,
            ),
            code,
        )
        for key, value, code in (
            ("at", "gentle", "missing-key"),
            ("for", "10 s", "missing-key"),
            ("side", "left", "side-missing"),
        )
    },
    "heat: no to": (file("- «heat: thighs\n  for: 1 min", needs=PAD), "missing-key"),
    "heat: no for": (file("- «heat: thighs\n  to: low", needs=PAD), "missing-key"),
    "stretch: no hold": (file("- «stretch: rhomboids\n  side: left"), "missing-key"),
    "stretch: no side": (file("- «stretch: rhomboids\n  hold: 20 s"), "side-missing"),
    "stretch: no side of an area": (file("- «stretch: lower back\n  hold: 20 s"), "side-missing"),
    "press by hand: no side": (file("- «press: neck\n  with: hand\n  for: 20 s"), "side-missing"),
    "repeat: no steps": (file("- «repeat: 2"), "missing-key"),
    "an option without its answers": (
        file("- say: $o", head="options:\n  «o: {ask: A, default: b}\n"),
        "missing-key",
    ),
    # Lists and mappings where they do not belong, at their key.
    "a list for a duration": (file("- rest: 5 s\n- «rest: [5 s]"), "value"),
    "a mapping for a key": (file("- stretch: rhomboids\n  side: left\n  «hold: {s: 5}"), "value"),
    "needs a list": top("«needs: [pad, gun]", "value"),
    "limits a list": top("«limits: [session]", "value"),
    "sources a text": top("sources: «one", "value"),
    "title a list": ("unknot: 1\n«title: [a]\nsteps:\n  - say: A\n", "value"),
    "steps a text": ("unknot: 1\ntitle: T\nsteps: «none\n", "value"),
    "steps empty": ("unknot: 1\ntitle: T\n«steps: []\n", "value"),
    "steps a mapping": ("unknot: 1\ntitle: T\n«steps: {say: A}\n", "value"),
    "a heat of two areas": (file("- «heat: [thighs, neck]\n  to: low\n  for: 1 min", needs=PAD), "value"),
    "press of nothing": (file("- «press: []\n  side: left\n  at: gentle\n  for: 9 s", needs=GUN), "value"),
    "together of one": (file("- «together:\n    - say: A"), "value"),
    "together of five": (file("- «together:\n" + "    - say: A\n" * 5), "value"),
    "repeat of nothing": (file("- repeat: 2\n  «steps: []"), "value"),
    "a title of 81": (file("- say: A").replace("title: T", "title: «" + "a" * 81), "value"),
    "a title of nothing": (file("- say: A").replace("title: T", 'title: «""'), "value"),
    # Verbs.
    "a verb misspelt": (file("- «pres: rhomboids\n  side: left\n  for: 9 s"), "unknown-verb"),
    "a verb that is none": (file("- «vibrate: rhomboids"), "unknown-verb"),
    "a verb in capitals": (file("- «Rest: 5 s"), "unknown-verb"),
    **{
        f"{verb} is refused": (file(f"- «{verb}: rhomboids"), "refused-method")
        for verb in (
            "needle",
            "dry needling",
            "needling",
            "cup",
            "cupping",
            "inject",
            "injection",
            "injections",
            "ice bath",
            "electrical stimulation",
            "tens",
            "TENS",
            "ems",
            "acupuncture",
        )
    },
    # Places.
    "a place misspelt": (press("rhomboids", "«rhomboid s"), "unknown-place"),
    "a place not there": (press("rhomboids", "«left knee"), "unknown-place"),
    "one of a list": (press("rhomboids", "[rhomboids, «spine]"), "unknown-place"),
    "heat's place": (heat("thighs", "«belly"), "unknown-place"),
    "heat on a point": (heat("thighs", "«rhomboids"), "value"),
    "heat on the groin": (heat("thighs", "«iliopsoas"), "value"),
    "rate's place": (file("- rate: «head"), "unknown-place"),
    "stretch's place": (file("- stretch: «chest\n  side: left\n  hold: 20 s"), "unknown-place"),
    "a look-alike letter": (press("rhomboids", "«rhоmboids"), "unknown-place"),
    # Roles.
    "a role not needed": (file(P + "  with: «drill", needs=GUN), "unknown-role"),
    "cool of a role not there": (file("- cool: «pad"), "unknown-role"),
    # Options.
    "an option not there": (file("- say: A\n- rest: «$long"), "unknown-option"),
    "a default that is no choice": (
        file("- say: $o", head="options:\n  o: {ask: A, of: [b, c], default: «d}\n"),
        "value",
    ),
    "an option with one answer only, a wrong unit": (
        file(
            P.replace("10 s", "$o"),
            needs=GUN,
            head="options:\n  o: {ask: A, of: [10 s, 60], default: 10 s}\n",
        ).replace("$o", "«$o"),
        "unit-missing",
    ),
    # The version.
    "a newer language": ("unknot: «2\ntitle: T\nsteps:\n  - say: A\n", "language-version"),
    "an older language": ("unknot: «0\ntitle: T\nsteps:\n  - say: A\n", "language-version"),
    # YAML.
    "an anchor": (file("- say: «&a A"), "alias"),
    "an alias": (file("- say: A\n- say: «*a"), "alias"),
    "a tag": (file("- say: «!!str A"), "tag"),
    "a tag that runs": (file("- say: «!!python/name:os.system A"), "tag"),
    "a tag on a mapping": (file("- «!thing {say: A}"), "tag"),
    "two documents": (file("- say: A") + "«---\na: b\n", "syntax"),
    "a tab": ("unknot: 1\ntitle: T\nsteps:\n«\t- say: A\n", "syntax"),
    "nesting of 13": (
        file(
            "- together:\n    - - say: A\n    - - repeat: 1\n        steps:\n          - repeat: 1\n"
            "            steps:\n              - repeat: 1\n                steps:\n"
            "                  - press: «[neck]"
        ),
        "too-deep",
    ),
    "brackets 13 deep": ("x: " + "[" * 11 + "«[]" + "]" * 11, "too-deep"),
    # Length.
    "2,001 segments": (
        file("- «repeat: 99\n  steps:\n    - repeat: 23\n      steps:\n        - say: A"),
        "too-long",
    ),
    # The file's own limits are no looser than ours.
    **{
        f"limits {key}": (file("- say: A", head=f"limits:\n  {key}: «{value}\n"), "limit")
        for key, value in {
            "session": "46 min",
            "heat": "41.1 °C",
            "heat time": "31 min",
            "press": "61 s",
            "press per area": "121 s",
        }.items()
    },
    # Several at once.
    "all in one go": (
        "unknot: 1\ntitle: T\nsteps:\n  - rest: «60\n  - «vibrate: neck\n  - rest: 5 s\n    «fro: 3\n"
        "  - stretch: «nek\n    side: left\n    hold: 5 s\n",
        "unit-missing unknown-verb unknown-key unknown-place",
    ),
}

ONLY_CODE: dict[str, tuple[str | bytes, str]] = {
    # The page names no place for these.
    "an empty file": ("", "syntax"),
    "only a comment": ("# nothing\n", "syntax"),
    "a list": ("- say: A\n", "value"),
    "a text": ("hello\n", "value"),
    "no version": ("title: T\nsteps:\n  - say: A\n", "missing-key"),
    "no title": ("unknot: 1\nsteps:\n  - say: A\n", "missing-key"),
    "no steps": ("unknot: 1\ntitle: T\n", "missing-key"),
    "a bracket open": ("unknot: 1\ntitle: [T\nsteps:\n  - say: A\n", "syntax"),
    "not UTF-8": (b"unknot: 1\ntitle: \xff\xfe\nsteps:\n  - say: A\n", "encoding"),
    "UTF-16": (file("- say: A").encode("utf-16"), "encoding"),
    "half a character at the end": (file("- say: A").encode() + b"# \xc3", "encoding"),
    "over 256 KiB": (file("- say: A") + "#" * (262145 - len(file("- say: A"))), "too-large"),
    "a bomb of brackets": ("[" * 100_000, "too-deep"),
    "a bomb of braces": ("a: " + "{a: " * 50_000, "too-deep"),
    "21,000 combinations and segments": (
        file(
            "- say: $a\n- say: $b\n- say: $c\n" + "- say: A\n" * 18,
            head="options:\n"
            + "".join(
                f"  {n}: {{ask: A, of: [{', '.join(f'w{i}' for i in range(10))}], default: w0}}\n"
                for n in "abc"
            ),
        ),
        "too-long",
    ),
    "a million million combinations": (
        file(
            "- say: $a\n",
            head="options:\n"
            + "".join(
                f"  {n}: {{ask: A, of: [{', '.join(f'w{i}' for i in range(100))}], default: w0}}\n"
                for n in "abcdef"
            ),
        ),
        "too-long",
    ),
    "two steps in one": (file("- rest: 5 s\n  say: A"), "unknown-key"),
    "a step that is text": (file("- rest"), "value"),
    "a press without a role": (file(P), "unknown-role"),
    "a press where two guns could": (file(P, needs=GUN + GUN2), "role-conflict"),
    "a press with a pad": (file(P + "  with: pad", needs=PAD), "role-conflict"),
    "cool of a gun": (file("- cool: gun", needs=GUN), "role-conflict"),
    "hand as a role": (file("- say: A", needs="  hand: percussion\n"), "value"),
    "a role in capitals": (file("- say: A", needs="  Gun: percussion\n"), "value"),
    "a role of another kind": (file("- say: A", needs="  gun: laser\n"), "value"),
    "one role in two branches": (
        file(
            "- together:\n    - heat: thighs\n      to: low\n      for: 1 min\n"
            "    - heat: neck\n      to: low\n      for: 1 min",
            needs=PAD,
        ),
        "role-conflict",
    ),
    "cooling a role that another branch heats": (
        file("- together:\n    - heat: thighs\n      to: low\n      for: 1 min\n    - cool: pad", needs=PAD),
        "role-conflict",
    ),
    "one role in two branches, deep": (
        file(
            "- together:\n    " + P.rstrip().replace("\n", "\n    ") + "\n    - - say: A\n      - repeat: 2\n"
            "        steps:\n          " + P.rstrip().replace("\n", "\n          "),
            needs=GUN,
        ),
        "role-conflict",
    ),
    "two heads, one needed for each": (file(H, needs=PAD + PAD2), "role-conflict"),
}
