"""`limits` and `body`: every row, at 80 columns, and what is known of a place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from controller.faces.cli import body, cli, limits
from controller.faces.cli.limits import value
from controller.safety import LIMITS, Given, Had, Past, Standing
from controller.safety.profiles import OVER_65

if TYPE_CHECKING:
    import pytest
    from click.testing import Result

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "limits.md"


def unknot(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), env={"COLUMNS": "80"})


def test_every_row_is_shown_within_80_columns() -> None:
    shown = unknot("limits").stdout.splitlines()
    assert max(map(len, shown)) <= 80
    assert [line.split()[0] for line in shown if line[2:4].isupper() and line[:2] == "  "] == [
        each.id for each in LIMITS
    ]


def test_json_has_stable_keys_and_a_row_for_each() -> None:
    told = json.loads(unknot("limits", "--json").stdout)
    assert set(told) == {"person", "limits"}
    assert [each["id"] for each in told["limits"]] == [each.id for each in LIMITS]
    first = told["limits"][0]
    assert (first["soft"], first["hard"], first["stands"], first["set_by"]) == (41.0, 42.0, 41.0, "soft")
    assert set(first) == {
        "id", "quantity", "unit", "scope", "soft", "hard", "stands", "set_by", "basis", "enforced",
    }  # fmt: skip


def test_a_profile_says_that_it_set_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "standing_of", lambda _: Standing(tightenings=(OVER_65,)))
    first = json.loads(unknot("limits", "--json").stdout)["limits"][0]
    assert (first["stands"], first["set_by"]) == (39.0, "profile")


def test_the_page_has_every_row_of_the_table() -> None:
    rows = [
        line
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line[:1] == "|" and line[2:4].isupper()
    ]
    assert rows == [
        f"| {each.id} | {each.quantity} | {each.scope} | {value(each.soft, each.unit)} | "
        f"{value(each.hard, each.unit)} | {each.basis} |"
        for each in LIMITS
    ]


def test_a_place_says_what_may_be_done_there() -> None:
    told = json.loads(unknot("body", "deep", "rotators", "--json").stdout)
    assert told["area"] == "glutes"
    assert told["adjacent"] == ["hips", "lower back", "thighs"]
    assert (told["percussion"]["soft"], told["percussion"]["moving_only"]) == (0.4, True)
    assert "never heated" in unknot("body", "iliopsoas").stdout


def test_what_a_place_had_and_what_has_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    had = Had(percussion_ms=60_000, percussion_end_s=100.0)
    given = Given(session="s", began_s=0.0, ended_s=100.0, sites={("thighs", "left"): had})
    monkeypatch.setattr(body, "past_of", lambda _: Past(now_s=3700.0, given=(given,)))
    told = json.loads(unknot("body", "thighs", "--json").stdout)
    assert told["had"][0]["day"]["percussion_seconds"] == 60.0
    assert told["had"][0]["session"]["percussion_seconds"] == 0.0
    assert "PC7" in {each["limit"] for each in told["waits"] if each["side"] == "left"}
    assert "has to wait" in unknot("body", "thighs").stdout


def test_an_unknown_place_and_an_unknown_person_are_wrong_usage() -> None:
    result = unknot("body", "nekc")
    assert result.exit_code == 2
    assert "did you mean neck?" in result.stderr
    assert unknot("limits", "--person", "nobody").exit_code == 2
