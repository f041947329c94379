"""What looks like something else, what cannot be seen, and where lines end and columns count."""

from __future__ import annotations

import pytest
from hostile import judged

from protocols.language import compile_text
from protocols.plan import Rest

STEPS = "unknot: 1\ntitle: t\nneeds: {pad: heat, gun: percussion}\nsteps:\n"
HEAT = STEPS + "- heat: upper back\n  for: 1 min\n  to: «\n"
PRESS = STEPS + "- press: ql\n  side: left\n  for: 5 s\n  at: «\n"


def told(text: str, value: str) -> list[tuple[str, int, int]]:
    marked = text.replace("«", value)
    before = text.split("«", maxsplit=1)[0]
    found = judged(marked.encode()).diagnostics
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert all((d.line, d.column) == place for d in found), found
    return [(d.code, d.line, d.column) for d in found]


@pytest.mark.parametrize(
    "value", ["1０ min", "１０ min", "١٠ min", "१० min", "10 мin", "10 ｍｉｎ", "½ min", "10²s"]
)
def test_a_duration_in_other_digits_or_letters_is_none(value: str) -> None:
    assert len(told(STEPS + "- rest: «\n", value)) == 1


@pytest.mark.parametrize("value", ["39 ℃", "39 °С", "39 ºC", "39 ˚C", "39 \u212a", "102 ℉", "３９ °C"])
def test_a_temperature_in_signs_that_look_alike_is_none(value: str) -> None:
    assert len(told(HEAT, value)) == 1


@pytest.mark.parametrize("value", ["40 ％", "40 ٪", "30 ㎐", "1800 ∕min", "٤٠ %", "ｇentle", "gеntle"])
def test_a_strength_in_signs_that_look_alike_is_none(value: str) -> None:
    assert len(told(PRESS, value)) == 1


@pytest.mark.parametrize("key", ["rеst", "ｒest", "rest\u200b", "re\u0301st", "\ufeffrest", "rest\xa0"])
def test_a_verb_that_looks_like_one_is_none_and_the_real_one_is_named(key: str) -> None:
    (d,) = judged((STEPS + f"- {key}: 5 s\n").encode()).diagnostics
    assert (d.code, d.line, d.column, d.help) == ("unknown-verb", 5, 3, "did you mean rest?")


@pytest.mark.parametrize(
    "name", ["uррer trapezius", "ＱＬ", "ql\u200b", "ql\u0301", "\u202eql", "upper trapezius\xad"]
)
def test_a_place_that_looks_like_one_is_none(name: str) -> None:
    assert told(STEPS + "- rate: «\n", name) == [("unknown-place", 5, 9)]


@pytest.mark.parametrize("digit", ["１", "²", "९", "٣"])
def test_rounds_are_counted_in_digits_of_ours_alone(digit: str) -> None:
    assert told(STEPS + "- repeat: «\n  steps: [rest: 5 s]\n", digit) == [("value", 5, 11)]


@pytest.mark.parametrize("version", ["１", "٢"])
def test_a_version_in_other_digits_is_no_version(version: str) -> None:
    assert told("unknot: «\ntitle: t\nsteps: [rest: 5 s]\n", version) == [("language-version", 1, 9)]


@pytest.mark.parametrize("space", ["\xa0", "\u202f", "\u2009", "\u3000"])
def test_a_space_that_an_editor_put_in_is_a_space_between_number_and_unit(space: str) -> None:
    plan = judged((STEPS + f"- rest: 10{space}min\n").encode()).plan
    assert plan is not None
    assert plan.segments == (Rest(number=1, path="", line=0, hold_ms=600_000),)


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u200e", "\xad"])
def test_what_cannot_be_seen_is_no_space(hidden: str) -> None:
    assert len(told(STEPS + "- rest: «\n", f"10{hidden}min")) == 1


@pytest.mark.parametrize("bidi", [*"\u061c\u200e\u200f\u202a\u202e\u2066\u2069"])
def test_text_that_turns_its_direction_is_refused(bidi: str) -> None:
    assert told(STEPS + "- say: «\n", f"a{bidi}b") == [("value", 5, 8)]


@pytest.mark.parametrize(
    ("text", "place"),
    [("a\0b", (5, 9)), ("a\x1bb", (5, 9)), ("a\x7fb", (5, 9)), ("é首😀\x9bb", (5, 11)), ("a\ufffeb", (5, 9))],
)
def test_a_control_character_is_told_by_its_number_at_its_place(text: str, place: tuple[int, int]) -> None:
    (d,) = judged((STEPS + f"- say: {text}\n").encode()).diagnostics
    assert (d.code, (d.line, d.column), "U+" in d.message) == ("syntax", place, True)


def test_lone_surrogates_are_no_utf8_and_half_an_escape_is_no_character() -> None:
    (d,) = compile_text(STEPS + "- say: a\ud800\n").diagnostics
    assert (d.code, d.line, d.column) == ("encoding", 5, 9)
    (d,) = judged((STEPS + '- say: "a\\ud83d\\ude00"\n').encode()).diagnostics
    assert (d.code, d.line, d.help) == ("syntax", 5, "write the character itself")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x85", "\u2028", "\u2029"])
def test_every_end_of_a_line_that_yaml_knows_is_counted_once(end: str) -> None:
    text = (STEPS + "- say: |\n    é\n    首\n- rest: 5\n").replace("\n", end)
    (*_, d) = judged(text.encode()).diagnostics  # a separator that stays in the text is refused there
    assert (d.code, d.line, d.column, d.end_column) == ("unit-missing", 8, 9, 10)


@pytest.mark.parametrize("wide", ["首首", "e\u0301", "😀", "👩\u200d👧", "a\xa0b", "한", "a\u200bb"])
def test_columns_before_a_mistake_count_code_points(wide: str) -> None:
    (d,) = judged((STEPS[:-1] + f" [{{say: {wide}}}, {{rest: 5}}]\n").encode()).diagnostics
    assert (d.line, d.column) == (4, 25 + len(wide))


def test_an_error_past_the_last_character_lies_in_the_file() -> None:
    for text in (STEPS + "- [a", "unknot: [" + " " * 50, "a: 'b", "a: |", "a:", '"'):
        (d, *_) = judged(text.encode()).diagnostics
        assert d.end_line <= text.count("\n") + 1


@pytest.mark.parametrize("escape", ["\\0", "\\e[2J", "\\x9b", "\\u202e", "\\L", "\\n", "\\u2066"])
def test_what_an_escape_hides_is_never_printed_raw(escape: str) -> None:
    assert told(STEPS + "- rate: «\n", f'"q{escape}l"') == [("unknown-place", 5, 9)]
