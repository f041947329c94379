"""Every code that reading a file can give: at its place, and nothing beside it."""

from __future__ import annotations

import re

import pytest

from protocols.language import compile_source, compile_text
from protocols.language.source import LARGEST, Source

HEAD = "unknot: 1\ntitle: t\nneeds: {pad: heat, gun: percussion}\n"
PRESS = "- press: ql\n  side: left\n  with: gun\n  at: gentle\n  for: 5 s\n"
HEAT = "- heat: upper back\n  to: low\n  for: 1 min\n"


def steps(text: str) -> str:
    return HEAD + "steps:\n" + text


def told(marked: str) -> tuple[list[tuple[str, int, int]], list[tuple[int, int]]]:
    """What a file with «marked» places is told, as (code, line, column), and where the marks are."""
    marks, plain = [], ""
    for part in re.split("([«»])", marked):
        if part == "«":
            marks.append((plain.count("\n") + 1, len(plain) - plain.rfind("\n")))
        elif part != "»":
            plain += part
    compiled = compile_text(plain)
    assert (compiled.plan is None) == bool(compiled.diagnostics)
    return [(d.code, d.line, d.column) for d in compiled.diagnostics], marks


CASES = {
    # reading
    "empty": ("syntax", "«»"),
    "bracket never closed": ("syntax", "unknot: 1\ntitle: [a, b\n«"),
    "tab as indentation": ("syntax", HEAD + "steps:\n«\t- rest: 5 s\n"),
    "second document": ("syntax", steps("- rest: 5 s\n") + "«---\nunknot: 1\n"),
    "NUL": ("syntax", "unknot: 1\ntitle: a«\0»b\n"),
    "a list as a key": ("syntax", HEAD + "? «[a]\n: b\n"),
    "colon in text": ("syntax", steps("- say: a «: b: c\n")),
    "root a list": ("value", "«- a\n- b\n"),
    "root a word": ("value", "«word"),
    "duplicate key": ("duplicate-key", steps("- rest: 5 s\n  «rest: 6 s\n")),
    "duplicate key at the root": ("duplicate-key", steps("- rest: 5 s\n") + "«title: u\n"),
    "anchor": ("alias", steps("- rest: «&x 5 s\n")),
    "alias": ("alias", steps("- rest: «*x\n")),
    "alias for a list": ("alias", HEAD + "steps: «*x\n"),
    "tag": ("tag", steps("- rest: «!!int 5\n")),
    "python tag": ("tag", steps("- say: «!!python/object/apply:os.system [ls]\n").replace("[ls]", "ls")),
    "merge key": ("unknown-key", steps("- press: ql\n  «<<: *base\n")),
    "comparison out of quotes": ("syntax", steps("- ask: q\n  stop if: >«= 8\n")),
    # the file
    "newer language": ("language-version", "unknot: «2\nfuture: x\n"),
    "no language": ("language-version", "unknot: «one\ntitle: t\nsteps:\n- rest: 5 s\n"),
    "version missing": ("missing-key", "«»title: t\nsteps:\n- rest: 5 s\n"),
    "title missing": ("missing-key", "«»unknot: 1\nsteps:\n- rest: 5 s\n"),
    "title too long": ("value", f"unknot: 1\ntitle: «{'x' * 81}\nsteps:\n- rest: 5 s\n"),
    "title a list": ("value", "unknot: 1\n«title: [a]\nsteps:\n- rest: 5 s\n"),
    "control character": ("value", 'unknot: 1\ntitle: «"a\\e[2J"\nsteps:\n- rest: 5 s\n'),
    "unknown key": ("unknown-key", steps("- rest: 5 s\n") + "«neds: x\n"),
    "misspelt steps": ("unknown-key", HEAD + "«step:\n- rest: 5 s\n"),
    "steps empty": ("value", HEAD + "«steps: []\n"),
    "steps nothing": ("value", HEAD + "steps:«\n"),
    "steps a mapping": ("value", HEAD + "«steps: {rest: 5 s}\n"),
    "sources no list": ("value", steps("- rest: 5 s\n") + "sources: «x\n"),
    "kind unknown": ("value", "unknot: 1\ntitle: t\nneeds: {gun: «percusion}\nsteps:\n" + PRESS),
    "kind refused": ("refused-method", "unknot: 1\ntitle: t\nneeds: {x: «tens}\nsteps:\n- rest: 5 s\n"),
    "role name": ("value", "unknot: 1\ntitle: t\nneeds: {«Pad: heat}\nsteps:\n- rest: 5 s\n"),
    "role hand": ("value", "unknot: 1\ntitle: t\nneeds: {«hand: heat}\nsteps:\n- rest: 5 s\n"),
    "option without default": (
        "missing-key", HEAD + "options: {«x: {ask: q, of: [5 s]}}\nsteps:\n- rest: $x\n"),
    "option default": (
        "value", HEAD + "options: {x: {ask: q, of: [5 s], default: «6 s}}\nsteps:\n- rest: $x\n"),
    "option twice the same": (
        "value", HEAD + "options: {x: {ask: q, «of: [a, a], default: a}}\nsteps:\n- say: $x\n"),
    "unknown option": ("unknown-option", steps("- rest: «$x\n")),
    "unknown option for a list": ("unknown-option", steps(PRESS.replace("ql", "[«$x, ql]"))),
    "an option's bad value": (
        "unit-missing", HEAD + "options: {x: {ask: q, of: [5 s, 5], default: 5 s}}\nsteps:\n- rest: «$x\n"),
    "session too long": ("limit", HEAD + "limits: {session: «46 min}\nsteps:\n- rest: 5 s\n"),
    "heat too hot": ("limit", HEAD + "limits: {heat: «41.1 °C}\nsteps:\n- rest: 5 s\n"),
    "heat too long": ("limit", HEAD + "limits: {heat time: «31 min}\nsteps:\n- rest: 5 s\n"),
    "press too long": ("limit", HEAD + "limits: {press: «61 s}\nsteps:\n- rest: 5 s\n"),
    "area too long": ("limit", HEAD + "limits: {press per area: «121 s}\nsteps:\n- rest: 5 s\n"),
    "limit without unit": ("unit-missing", HEAD + "limits: {session: «40}\nsteps:\n- rest: 5 s\n"),
    "unknown limit": ("unknown-key", HEAD + "limits: {«sesion: 40 min}\nsteps:\n- rest: 5 s\n"),
    # steps
    "step a word": ("value", steps("- «rest\n")),
    "step a list": ("value", steps("- «[rest]\n")),
    "empty step": ("unknown-verb", steps("- «{}\n")),
    "no verb": ("unknown-verb", steps("- «side: left\n  for: 5 s\n")),
    "unknown verb": ("unknown-verb", steps("- side: left\n  «pres: ql\n")),
    "two verbs": ("unknown-key", steps("- rest: 5 s\n  «say: x\n")),
    "needle": ("refused-method", steps("- «needle: ql\n")),
    "dry needling": ("refused-method", steps("- side: left\n  «dry needling: ql\n")),
    "ice bath": ("refused-method", steps("- «ice_bath: 5 min\n")),
    "cupping beside a verb": ("refused-method", steps("- rest: 5 s\n  «cupping: ql\n")),
    "unknown key in a step": ("unknown-key", steps(PRESS + "  «forces: x\n")),
    "misspelt key in a step": ("unknown-key", steps(PRESS.replace("side", "«sied"))),
    "misspelt strength": ("unknown-key", steps(PRESS.replace("at:", "«att:"))),
    "heat without to": ("missing-key", steps("- «heat: upper back\n  for: 1 min\n")),
    "press without for": ("missing-key", steps("- side: left\n  «press: ql\n  with: hand\n")),
    "press without at": ("missing-key", steps("- «press: ql\n  side: left\n  for: 5 s\n")),
    "stretch without hold": ("missing-key", steps("- «stretch: ql\n  side: left\n")),
    "repeat without steps": ("missing-key", steps("- «repeat: 2\n")),
    "press without side": ("side-missing", steps("- «press: ql\n  with: hand\n  for: 5 s\n")),
    "stretch without side": ("side-missing", steps("- «stretch: upper back\n  hold: 5 s\n")),
    "side": ("value", steps(PRESS.replace("left", "«lft"))),
    "side a list": ("value", steps(PRESS.replace("side: left", "«side: [left]"))),
    "unit missing": ("unit-missing", steps("- rest: «60\n")),
    "minutes and seconds": ("unit-missing", steps("- rest: «1:30\n")),
    "unit unknown": ("unit-unknown", steps("- rest: «60 sec\n")),
    "temperature bare": ("unit-missing", steps(HEAT.replace("low", "«41"))),
    "temperature in the wrong unit": ("value", steps(HEAT.replace("low", "«102 °C"))),
    "strength bare": ("unit-missing", steps(PRESS.replace("gentle", "«3"))),
    "too slow": ("value", steps(PRESS.replace("gentle", "«600 /min"))),
    "one force": ("value", steps(PRESS + "  force: «10 N\n")),
    "move": ("value", steps(PRESS + "  move: «circle\n")),
    "value empty": ("value", steps("- rest:«\n")),
    "unknown place": ("unknown-place", steps(PRESS.replace("ql", "«qll"))),
    "unknown place in a list": ("unknown-place", steps(PRESS.replace("ql", "[ql, «qll]"))),
    "no place in the list": ("value", steps(PRESS.replace("press: ql", "«press: []"))),
    "place a mapping": ("value", steps(PRESS.replace("press: ql", "«press: {a: b}"))),
    "heat on a point": ("value", steps(HEAT.replace("upper back", "«rhomboids"))),
    "heat on a list": ("value", steps(HEAT.replace("heat: upper back", "«heat: [upper back]"))),
    "unknown role": ("unknown-role", steps(PRESS.replace("with: gun", "with: «gnu"))),
    "unknown role to cool": ("unknown-role", steps("- cool: «pd\n")),
    "no role of the kind": (
        "unknown-role", "unknot: 1\ntitle: t\nsteps:\n- «heat: upper back\n  to: low\n  for: 1 min\n"),
    "role of the wrong kind": ("role-conflict", steps(PRESS.replace("with: gun", "with: «pad"))),
    "role of the wrong kind to cool": ("role-conflict", steps("- cool: «gun\n")),
    "heat by hand": ("role-conflict", steps(HEAT + "  with: «hand\n")),
    "several roles": (
        "role-conflict",
        "unknot: 1\ntitle: t\nneeds: {a: heat, b: heat}\nsteps:\n- «heat: neck\n  to: low\n  for: 5 s\n"),
    "repeat too often": ("value", steps("- repeat: «100\n  steps:\n  - rest: 5 s\n")),
    "repeat never": ("value", steps("- repeat: «0\n  steps:\n  - rest: 5 s\n")),
    "until without a rate": (
        "value", steps("- repeat: 2\n  until: «tenderness <= 2\n  steps:\n  - rest: 5 s\n")),
    "until no condition": ("value", steps("- repeat: 2\n  until: «better\n  steps:\n  - rate: ql\n")),
    "until out of the scale": (
        "value", steps("- repeat: 2\n  until: «tenderness <= 11\n  steps:\n  - rate: ql\n")),
    "until of nobody": ("value", steps("- repeat: 2\n  until: «mood <= 2\n  steps:\n  - rate: ql\n")),
    "until of a later answer": (
        "value",
        steps("- repeat: 2\n  until: «mood == yes\n  steps:\n  - rest: 5 s\n- {ask: q, as: mood}\n")),
    "words have no order": (
        "value", steps("- repeat: 2\n  until: «mood <= yes\n  steps:\n  - {ask: q, as: mood}\n")),
    "until no answer": (
        "value", steps("- repeat: 2\n  until: «mood == maybe\n  steps:\n  - {ask: q, as: mood}\n")),
    "one branch": ("value", steps("- «together:\n  - rest: 5 s\n")),
    "five branches": ("value", steps("- «together:\n" + "  - rest: 5 s\n" * 5)),
    "a role in two branches": (
        "role-conflict",
        steps("- together:\n  - {press: ql, side: left, with: gun, at: gentle, for: 5 s}\n"
              "  - [{rest: 5 s}, {press: ql, side: left, with: «gun, at: gentle, for: 5 s}]\n")),
    "an unsaid role in two branches": (
        "role-conflict",
        steps("- together:\n  - {heat: upper back, to: low, for: 5 s}\n"
              "  - {«heat: upper back, to: low, for: 5 s}\n")),
    "a name that cannot be read": ("value", steps(
        "- {ask: q, as: «Mood}\n- repeat: 2\n  until: mood == yes\n  steps:\n  - rest: 5 s\n")),
    "a misspelt name of an answer": ("unknown-key", steps(
        "- {ask: q, «aas: mood}\n- repeat: 2\n  until: mood == yes\n  steps:\n  - rest: 5 s\n")),
    "a misspelt rate": ("unknown-verb", steps(
        "- repeat: 2\n  until: tenderness <= 2\n  steps:\n  - «rat: ql\n")),
    "a misspelt hand": ("unknown-role", steps("- press: ql\n  side: left\n  for: 5 s\n  with: «hnd\n")),
    "a misspelt with": ("unknown-key", steps("- press: ql\n  side: left\n  for: 5 s\n  «wth: hand\n")),
    "misspelt needs": (
        "unknown-key", "unknot: 1\ntitle: t\n«neds: {gun: percussion}\nsteps:\n" + PRESS),
    "misspelt options": (
        "unknown-key", HEAD + "«optoins: {x: {ask: q, of: [5 s], default: 5 s}}\nsteps:\n- rest: $x\n"),
    "misspelt answers' list": ("value", steps("- together:\n  - [«x, {rest: 5 s}]\n  - rest: 5 s\n")),
    "stop if": ("value", steps("- ask: q\n  stop if: «perhaps\n")),
    "stop if on a scale": ("value", steps("- ask: q\n  scale: 0 .. 10\n  stop if: «'>= 11'\n")),
    "stop if compares words": ("value", steps("- ask: q\n  stop if: «'>= 8'\n")),
    "scale": ("value", steps("- ask: q\n  scale: «10 .. 0\n")),
    "scale and answers": ("value", steps("- ask: q\n  scale: 0 .. 10\n  «of: [a, b]\n")),
    "answer's name": ("value", steps("- ask: q\n  as: «Tender\n")),
    "answer's name kept": ("value", steps("- ask: q\n  as: «tenderness\n")),
    "over 2,000 segments": (
        "too-long", steps("- rest: 5 s\n- «repeat: 99\n  steps:\n" + "  - rest: 5 s\n" * 21)),
    "in a branch": ("unit-missing", steps("- together:\n  - rest: 5 s\n  - [{rest: 5 s}, {rest: «5}]\n")),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_is_told_once_at_its_place(name: str) -> None:
    code, marked = CASES[name]
    found, ((line, column),) = told(marked)
    assert found == [(code, line, column)]


@pytest.mark.parametrize(
    ("codes", "marked"),
    [
        (["unit-missing", "side-missing"], steps("- rest: «5\n- «press: ql\n  with: hand\n  for: 5 s\n")),
        (["side-missing", "unit-missing"], steps("- «press: ql\n  with: hand\n  for: «5\n")),
        (["missing-key", "missing-key"], steps("- ««heat: upper back\n")),
        (["unknown-role", "unknown-place"], steps(
            "- with: «gnu\n  press: «qll\n  side: left\n  at: gentle\n  for: 5 s\n")),
        (["duplicate-key", "unit-missing"], steps("- rest: 5 s\n  «rest: 5 s\n- rest: «5\n")),
        (["alias", "alias"], steps("- rest: «&x 5 s\n- rest: «*x\n")),
        (["unit-missing", "role-conflict"], steps(
            "- heat: upper back\n  to: «41\n  for: 1 min\n"
            "- press: ql\n  side: left\n  at: gentle\n  for: 5 s\n  with: «pad\n")),
        (["value", "value"], steps(
            "- rest: «soon\n- repeat: 2\n  until: «tenderness < 1\n  steps:\n  - rest: 5 s\n")),
        (["unit-missing", "too-long"], steps(
            "- rest: «5\n- «repeat: 99\n  steps:\n" + "  - rest: 5 s\n" * 21)),
        (["language-version", "unit-missing"], steps("- rest: «5\n").replace("1", "«one", 1)),
        (["value", "value"], steps("- rest: 5 s\n").replace("{pad: heat", "{«Pad: «hot")),
        (["limit", "unknown-option"], HEAD + "limits: {session: «1 h}\nsteps:\n- rest: «$x\n"),
    ],
)  # fmt: skip
def test_two_mistakes_are_both_told(codes: list[str], marked: str) -> None:
    found, marks = told(marked)
    assert found == [(code, *mark) for code, mark in zip(codes, marks, strict=True)]


def test_a_limit_says_which_with_what_was_asked_and_allowed() -> None:
    (d,) = compile_text(HEAD + "limits: {heat time: 31 min}\nsteps:\n- rest: 5 s\n").diagnostics
    assert (d.limit, d.asked, d.allowed) == ("HT9", 31 * 60.0, 30 * 60.0)


@pytest.mark.parametrize(
    "limits", ["session: 45 min", "heat: high", "heat time: 30 min", "press: 60 s", "press per area: 2 min"]
)
def test_a_limit_may_be_as_loose_as_the_soft_one(limits: str) -> None:
    assert compile_text(HEAD + f"limits: {{{limits}}}\nsteps:\n- rest: 5 s\n").plan is not None


def test_a_file_of_256_kib_is_read_and_one_more_byte_is_not() -> None:
    text = steps("- rest: 5 s\n#").encode()
    largest = text + b"x" * (LARGEST - len(text))
    assert compile_source(Source("a", largest)).plan is not None
    (d,) = compile_source(Source("a", largest + b"x")).diagnostics
    assert (d.code, d.line, d.column) == ("too-large", 1, 1)


def test_bytes_that_are_no_utf8_are_told_where_they_stand() -> None:
    (d,) = compile_source(Source("a", "unknot: 1\ntitle: é".encode() + b"\xff\n")).diagnostics
    assert (d.code, d.line, d.column) == ("encoding", 2, 9)


def test_utf16_is_refused() -> None:
    (d,) = compile_source(Source("a", "unknot: 1".encode("utf-16"))).diagnostics
    assert d.code == "encoding"


def test_a_byte_order_mark_is_ignored_and_moves_no_column() -> None:
    data = b"\xef\xbb\xbf" + b"unknot: 2\n"
    (d,) = compile_source(Source("a", data)).diagnostics
    assert (d.code, d.line, d.column) == ("language-version", 1, 9)


@pytest.mark.parametrize(
    "bomb", ["[" * 100_000, "{a: " * 60_000, "- " * 100_000, "? " * 100_000, "{" * 200_000, "[[{" * 80_000]
)
def test_a_bomb_of_brackets_is_too_deep(bomb: str) -> None:
    (d,) = compile_text(bomb).diagnostics
    assert d.code == "too-deep"


def test_twelve_deep_is_not_too_deep() -> None:
    def nested(depth: int) -> list[str]:
        return [
            d.code for d in compile_text("unknot: 1\na: " + "[" * (depth - 1) + "]" * (depth - 1)).diagnostics
        ]

    assert "too-deep" not in nested(12)
    assert nested(13) == ["too-deep"]


def test_nested_repeats_are_counted_not_unrolled() -> None:
    inner = "{repeat: 99, steps: [" * 4 + "{rest: 5 s}" + "]}" * 4
    (d,) = compile_text(HEAD + f"steps: [{inner}]").diagnostics
    assert (d.code, d.line, d.column) == ("too-long", 4, 10)


def test_two_thousand_segments_are_not_too_long() -> None:
    compiled = compile_text(steps("- repeat: 20\n  steps:\n" + "  - rest: 5 s\n" * 98 + "- rest: 5 s\n" * 40))
    assert compiled.plan is not None
    assert len(compiled.plan.segments) == 2_000


def test_more_combinations_than_allowed_are_told_at_options() -> None:
    options = "".join(f"  o{n}: {{ask: q, of: [a, b], default: a}}\n" for n in range(15))
    (d,) = compile_text(HEAD + "options:\n" + options + "steps:\n- say: $o1\n").diagnostics
    assert (d.code, d.line, d.column) == ("too-long", 4, 1)


def test_combinations_times_segments_is_bounded() -> None:
    options = "options:\n" + "".join(f"  o{n}: {{ask: q, of: [a, b], default: a}}\n" for n in range(10))
    told_of = [
        [d.code for d in compile_text(HEAD + options + "steps:\n" + "- say: $o1\n" * n).diagnostics]
        for n in (19, 20)
    ]
    assert told_of == [[], ["too-long"]]


def test_at_most_fifty_are_told_and_they_are_the_first() -> None:
    compiled = compile_text(steps("- rest: 5\n" * 80))
    assert [d.line for d in compiled.diagnostics] == list(range(5, 55))


def test_columns_count_code_points() -> None:
    compiled = compile_text(HEAD + "steps: [{say: 首e\u0301😀}, {rest: 5}]\n")
    (d,) = compiled.diagnostics
    assert (d.line, d.column, d.end_column) == (4, 29, 30)


def test_lines_end_where_yaml_says_so() -> None:
    compiled = compile_text("unknot: 1\r\ntitle: t\rsteps:\x85- rest: 5\u2028")
    (d,) = compiled.diagnostics
    assert (d.line, compiled.text(d).splitlines()[1].strip()) == (4, "- rest: 5")


def test_a_wrong_value_of_an_option_is_told_once_for_all_combinations() -> None:
    options = (
        "options:\n  x: {ask: q, of: [1, 2, 3], default: 1}\n  y: {ask: q, of: [5 s, 6 s], default: 5 s}\n"
    )
    compiled = compile_text(HEAD + options + "steps:\n- rest: $x\n- rest: $y\n")
    assert [(d.code, d.line) for d in compiled.diagnostics] == [("unit-missing", 8)]


def test_no_is_the_word_no() -> None:
    compiled = compile_text(steps("- ask: q\n  of: [yes, no]\n  stop if: no\n"))
    assert compiled.plan is not None
    assert compiled.plan.segments[0].stop_if[0].value == "no"  # type: ignore[union-attr]


def test_json_is_accepted_with_tabs_between() -> None:
    text = '{\n\t"unknot": 1,\n\t"title": "t",\n\t"steps": [{"rest": "5 s"}]\n}'
    assert compile_text(text).plan is not None


def test_the_advice_against_needling_names_a_professional() -> None:
    (d,) = compile_text(steps("- needling: ql\n")).diagnostics
    assert "professional" in d.help
