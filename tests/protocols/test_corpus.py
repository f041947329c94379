"""Wrong files of our own, one mistake each: found at its place with its code, and nothing else told."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, get_args

import pytest
from corpus_cases import Case, Told, cases, marked, pairs

from controller.faces.cli.checking import checked
from protocols.diagnostics import MOST_DIAGNOSTICS, Code, Diagnostic
from protocols.language import compile_source, compile_text
from protocols.language.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LARGEST = 262_144
CASES = {case.id: case for case in cases()}
BASE = "unknot: 1\ntitle: t\nneeds: {pad: heat, gun: percussion}\nsteps:\n"


def told(text: str | bytes) -> tuple[Diagnostic, ...]:
    data = text if isinstance(text, bytes) else text.encode()
    return compile_source(Source("a.yaml", data)).diagnostics


def places(diagnostics: Iterable[Diagnostic]) -> list[Told]:
    found = [(d.code, d.line, d.column, d.end_line, d.end_column) for d in diagnostics]
    return sorted(found, key=lambda each: each[1:])


def starts(diagnostics: Iterable[Diagnostic]) -> list[tuple[str, int, int]]:
    return [(d.code, d.line, d.column) for d in diagnostics]


@pytest.mark.parametrize("name", CASES)
def test_one_mistake_is_found_at_its_place_and_nothing_else(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    text, expected = marked(case)
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    found = checked(str(path), {}).diagnostics
    assert places(found) == expected
    assert all(d.help for d in found)
    if case.limit is not None:
        assert [d.limit for d in found] == [case.limit]


def test_every_code_has_at_least_three_cases_but_those_of_bytes() -> None:
    counts = Counter(case.code for case in CASES.values())
    assert {code for code in get_args(Code) if counts[code] < 3} == {"encoding", "too-large"}
    assert len({case.limit for case in CASES.values() if case.limit}) >= 20


# Two mistakes


def both_are_told(one: Case, other: Case) -> None:
    for first, second in ((one, other), (other, one)):
        text, expected = marked(first, second)
        assert places(told(text)) == expected, f"{first.id} + {second.id}\n{text}"


def test_two_mistakes_are_both_told_and_nothing_else() -> None:
    several = pairs()
    assert len(several) > 5_000
    for one, other in several[::16]:
        both_are_told(one, other)


@pytest.mark.soak
def test_any_two_mistakes_are_both_told_and_nothing_else() -> None:
    for one, other in pairs():
        both_are_told(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("one spot without moving", "a bout"),
        ("too hot", "a hold by hand"),
        ("a hold by hand", "too hot"),
        ("a zone that no device works", "the sciatic line without moving"),
        ("too strong for the place", "force"),
    ],
)
def test_two_limits_are_both_told(one: str, other: str, tmp_path: Path) -> None:
    first, second = CASES[f"limit: {one}"], CASES[f"limit: {other}"]
    text, expected = marked(first, Case("limit", "between", None, {"steps": "- rest: 2 min\n"}), second)
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    found = checked(str(path), {}).diagnostics
    assert places(found) == expected
    assert [d.limit for d in found] == [first.limit, second.limit]


@pytest.mark.parametrize(
    "name", ["too hot", "the flank for long", "force", "a hold by hand", "a zone that no device works"]
)
def test_a_limit_beside_an_error_is_told_in_the_same_go(name: str, tmp_path: Path) -> None:
    limit, path = CASES[f"limit: {name}"], tmp_path / "a.yaml"
    others = [case for case in CASES.values() if case.pairs and case.code not in {"limit", "too-long"}]
    told_both = 0
    for case in others[::3]:
        text, expected = marked(limit, case)
        path.write_text(text, encoding="utf-8")
        found = places(checked(str(path), {}).diagnostics)
        told_both += found == expected
        assert found in (expected, [each for each in expected if each[0] != "limit"])
    assert told_both >= 0.95 * len(others[::3])


def test_a_limit_before_the_place_where_reading_ends_is_told_too(tmp_path: Path) -> None:
    text, (limit,) = marked(CASES["limit: too hot"], Case("", "", None, {"steps": "- rest: 30 s\n"}))
    path = tmp_path / "a.yaml"
    path.write_text(f"{text}  - rest: [\n", encoding="utf-8")
    found = places(checked(str(path), {}).diagnostics)
    assert (found[0], found[1][0]) == (limit, "syntax")


def test_an_error_between_two_steps_hides_what_lies_between_them(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(marked(CASES["limit: holds too near"])[0].replace("- press", "- rest: 60\n  - press"))
    assert [d.code for d in checked(str(path), {}).diagnostics] == ["unit-missing"] * 2


BREAKS = {
    "a bracket that is not closed": ("  - say: [a\n  - rest: 30 s\n", "syntax"),
    "a tab": ("\t- rest: 30 s\n", "syntax"),
    "a line that does not line up": ("   - rest: 30 s\n", "syntax"),
    "a second document": ("---\nunknot: 1\n", "syntax"),
    "a control character": ("  - say: a\0b\n", "syntax"),
    "a bomb of brackets": (f"  - say: {'[' * 50}\n", "too-deep"),
    "bytes that are no text": ("  - say: \udcff\n", "encoding"),
}
"""What reading ends at, as the last lines of a file."""


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_wrong_before_the_place_where_reading_ends_is_told_too(name: str) -> None:
    end, code = BREAKS[name]
    filler = Case("", "", None, {"steps": "- rest: 30 s\n"})
    for case in CASES.values():
        if not case.pairs or (case.code == "unknown-option" and "options" not in case.parts):
            continue  # an option may still come after that place
        text, expected = marked(case, filler)
        found = told((text + end).encode(errors="surrogateescape"))
        assert [each for each in places(found) if each[0] != code or each in expected] == expected, text + end
        assert sum(d.code == code for d in found) == 1 + sum(each[0] == code for each in expected)


@pytest.mark.parametrize(
    "text",
    [
        "unknot: 1\ntitle: t\nsteps:\n  - cool: pad\n  - rest: $later\n  - rest: [\n",
        "unknot: 1\ntitle: t\nneeds: {pad: heat}\nsteps:\n  - rest: $later\n  - rest: 5 s\n  - rest: [\n",
        "unknot: 1\ntitle: t\nneeds:\n  pad: heat\n gun: percussion\nsteps:\n  - rest: 30 s\n",
        "unknot: 1\ntitle: t\nneeds: {pad: heat}\nsteps:\n  - press: rhomboids\n   side: left\n",
        "a: b\nc: [\n",
    ],
)  # fmt: skip
def test_nothing_is_told_of_what_may_still_come_where_reading_ended(text: str) -> None:
    assert [d.code for d in told(text)][-1:] == ["syntax"]
    assert {d.code for d in told(text)} <= {"syntax", "unknown-key"}


# Bytes


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        ("title: Café\n".encode("latin-1"), 1, 11),
        ("unknot: 1\ntitle: 温熱 é".encode() + b"\xc3\n", 2, 12),
        (b"\xff\xfe" + BASE.encode("utf-16-le"), 1, 1),
        (b"unknot: 1\ntitle: \xed\xa0\x80\n", 2, 8),  # half of a surrogate pair
        (b"unknot: 1\ntitle: \xc0\xaf\n", 2, 8),  # a slash, longer than it may be
    ],
)
def test_bytes_that_are_no_utf8_are_found_where_they_stand(data: bytes, line: int, column: int) -> None:
    assert starts(told(data)) == [("encoding", line, column)]


@pytest.mark.parametrize("filling", ["x", "é", "[", "- "])
def test_a_byte_over_256_kib_is_too_much_whatever_it_is(filling: str) -> None:
    data = (BASE + filling * LARGEST).encode()[: LARGEST + 1]
    assert [(d.code, d.line, d.column) for d in told(data)] == [("too-large", 1, 1)]


def test_256_kib_are_read() -> None:
    text = BASE + "  - rest: 30 s\n#"
    assert not told(text + "x" * (LARGEST - len(text)))


def test_a_byte_order_mark_is_ignored_and_moves_no_column() -> None:
    assert not told(b"\xef\xbb\xbf" + f"{BASE}  - rest: 30 s\n".encode())
    assert starts(told(b"\xef\xbb\xbfunknot: 2\n")) == [("language-version", 1, 9)]
    assert starts(told(b"\xef\xbb\xbftitle: \xff\n")) == [("encoding", 1, 8)]
    compiled = compile_source(Source("a", b"\xef\xbb\xbfunknot: 2\n"))
    assert compiled.text(compiled.diagnostics[0]).splitlines()[1:3] == ["    unknot: 2", f"{'^':>13}"]


def test_json_is_accepted_with_its_places() -> None:
    good = '{"unknot": 1, "title": "t", "steps": [{"rest": "30 s"}]}'
    assert not told(good)
    assert not told(good.replace(", ", ",\n\t"))
    assert starts(told(good.replace('"30 s"', "30"))) == [("unit-missing", 1, 48)]


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_lines_end_as_on_any_machine(ending: str) -> None:
    text = f"{BASE}  - say: a\n  - rest: 60\n".replace("\n", ending)
    assert starts(told(text.encode())) == [("unit-missing", 6, 11)]


# Bounds


def nested(deep: int) -> str:
    """A file whose `sources` is a list in a list: `deep` counts the file's own mapping."""
    return f"{BASE}  - rest: 30 s\nsources: {'[' * (deep - 1)}{']' * (deep - 1)}\n"


def test_twelve_deep_is_read_and_thirteen_is_not() -> None:
    assert [d.code for d in told(nested(12))] == ["value"]
    assert [d.code for d in told(nested(13))] == ["too-deep"]
    assert [d.code for d in told(nested(100_000))] == ["too-deep"]


def test_two_thousand_segments_are_compiled_and_one_more_is_not() -> None:
    most = f"{BASE}  - repeat: 50\n    steps:\n      - repeat: 40\n        steps:\n          - rest: 1 s\n"
    assert not told(most)
    assert starts(told(f"{most}  - rest: 1 s\n")) == [("too-long", 10, 5)]


def test_twenty_thousand_segments_over_all_choices_are_compiled_and_more_are_not() -> None:
    def file(segments: int) -> str:
        of = ", ".join(f"{n} s" for n in range(1, 11))
        return (
            f"unknot: 1\ntitle: t\noptions:\n  a: {{ask: q, of: [{of}], default: 1 s}}\n"
            "steps:\n  - repeat: 40\n    steps:\n      - repeat: 50\n        steps:\n          - rest: $a\n"
            + "  - rest: 1 s\n"
            * (segments - 2000)
        )

    assert not told(file(2000))
    of = ", ".join(f"{n} s" for n in range(1, 12))
    more = file(2000).replace(f"[{', '.join(f'{n} s' for n in range(1, 11))}]", f"[{of}]")
    assert starts(told(more)) == [("too-long", 3, 1)]


def test_at_most_fifty_are_told_and_they_are_the_first() -> None:
    found = told(BASE + "  - rest: 60\n" * 60)
    assert [d.line for d in found] == list(range(5, 5 + MOST_DIAGNOSTICS))
    found = told(BASE + "  - rest: &a 60 s\n" * 30 + "  - rest: 60\n" * 30)
    assert len(found) == MOST_DIAGNOSTICS
    assert [d.code for d in found] == ["alias"] * 30 + ["unit-missing"] * 20


# Columns


BEFORE = {
    "plain": ("abc", 3),
    "wide": ("温熱パッド", 10),
    "wide and half": ("ﾊﾟｯﾄﾞ", 5),
    "full": ("ＡＢ", 4),
    "combining": ("e\u0301a\u0308\u0323", 2),
    "decomposed Korean": ("\u1112\u1161\u11ab", 2),
    "astral": ("𝄞𐍈🧖", 4),
    "joined": ("👩\u200d👩", 4),
    "right to left": ("אבג", 3),
    "not seen": ("a\u2060b\u200bc", 3),
    "soft hyphen": ("a\u00adb", 3),
}
"""Text, and how many columns of a terminal it takes."""


@pytest.mark.parametrize(("before", "wide"), BEFORE.values(), ids=BEFORE)
@pytest.mark.parametrize("wrong", ["rest: 60", "rrest: 30 s"])
def test_columns_are_code_points_and_the_caret_stands_under_them(before: str, wide: int, wrong: str) -> None:
    line = f'  - together: [{{say: "{before}"}}, {{{wrong}}}]'
    what = "60" if "60" in wrong else "rrest"
    compiled = compile_text(f"{BASE}{line}\n")
    (d,) = compiled.diagnostics
    assert (d.line, d.column, d.end_column) == (5, line.index(what) + 1, line.index(what) + 1 + len(what))
    _, source, caret, _ = compiled.text(d).splitlines()
    assert source.strip() == line.strip()
    moved = wide - len(before)
    assert len(caret) - len(caret.lstrip()) == source.index(what) + moved
    assert caret.strip() == "^" * len(what)


def test_a_tab_before_the_place_is_one_column_and_is_shown_as_one() -> None:
    line = '  - together: [{say:\t"a\tb"},\t{rest: 60}]'
    compiled = compile_text(f"{BASE}{line}\n")
    (d,) = compiled.diagnostics
    assert (d.line, d.column) == (5, line.index("60") + 1)
    _, source, caret, _ = compiled.text(d).splitlines()
    assert "\t" not in source
    assert source[caret.index("^") :].startswith("60")


def test_a_wide_value_has_a_caret_as_wide_as_it() -> None:
    compiled = compile_text(f"{BASE}  - rate: 温熱\n")
    (d,) = compiled.diagnostics
    assert (d.column, d.end_column) == (11, 13)
    assert compiled.text(d).splitlines()[2].strip() == "^^^^"


# What was meant


MEANT = {
    "verb": ("- rset: 30 s", "rest"),
    "another word for a verb": ("- massage: rhomboids", "press"),
    "verb in capitals": ("- REST: 30 s", "rest"),
    "key": ("- {stretch: rhomboids, sied: left, hold: 20 s}", "side"),
    "place": ("- rate: rhomboyds", "rhomboids"),
    "area": ("- rate: uper back", "upper back"),
    "place with a hyphen": ("- rate: upper-back", "upper back"),
    "other name": ("- rate: glute maxx", "glute max"),
    "role": ("- {heat: neck, with: pda, to: low, for: 1 min}", "pad"),
    "hand": ("- {press: rhomboids, side: left, with: hnad, for: 5 s}", "hand"),
    "option": ("- rest: $paus", "$pause"),
    "side": ("- {stretch: rhomboids, side: rihgt, hold: 20 s}", "right"),
    "side in capitals": ("- {stretch: rhomboids, side: Left, hold: 20 s}", "left"),
    "move": ("- {press: rhomboids, side: left, with: hand, for: 5 s, move: circels}", "circles"),
    "strength": ("- {press: rhomboids, side: left, with: gun, for: 5 s, at: gentel}", "gentle"),
    "strength in capitals": ("- {press: rhomboids, side: left, with: gun, for: 5 s, at: Gentle}", "gentle"),
    "heat": ("- {heat: neck, to: medum, for: 1 min}", "medium"),
    "unit of time": ("- rest: 30 seconds", "30 s"),
    "slip in a unit of time": ("- rest: 2 mn", "2 min"),
    "milliseconds": ("- rest: 500 ms", "s, min or h"),
    "unit of temperature": ("- {heat: neck, to: 38 celsius, for: 1 min}", "38 °C"),
    "unit of temperature in small": ("- {heat: neck, to: 100 °f, for: 1 min}", "100 °F"),
    "unit of strength": ("- {press: rhomboids, side: left, with: gun, for: 5 s, at: 30 hz}", "30 Hz"),
    "per cent": ("- {press: rhomboids, side: left, with: gun, for: 5 s, at: 30 percent}", "30 %"),
    "unit of force": ("- {press: rhomboids, side: left, with: hand, for: 5 s, force: 1 kg .. 2 kg}", "kgf"),
    "newtons": ("- {press: rhomboids, side: left, with: hand, for: 5 s, force: 1 n .. 2 n}", "N"),
    "until": ("- {repeat: 2, until: tendernes <= 2, steps: [rate: rhomboids]}", "tenderness"),
    "answer": ("- {ask: q, of: [better, worse], stop if: wrse}", "worse"),
}


@pytest.mark.parametrize("name", MEANT)
def test_a_slip_is_answered_with_what_was_meant(name: str) -> None:
    step, meant = MEANT[name]
    options = "options: {pause: {ask: q, of: [30 s], default: 30 s}}\n"
    (d,) = told(f"{options}{BASE}  {step}\n")
    assert meant in d.help
