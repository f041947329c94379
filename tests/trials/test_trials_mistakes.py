"""The ten mistakes are found, each by its name, and `check` finds those that the table says."""

from __future__ import annotations

import pytest
from trial_cases import FOLDER, MISTAKES, Mistake

from controller.faces.cli.checking import checked
from controller.trials import Settings, try_file


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.file)
def test_a_mistake_is_found_by_its_trial(mistake: Mistake) -> None:
    found = try_file(checked(str(mistake.path), {}).compiled.combinations, Settings(), lambda *_: None)
    said = {verdict.name: " ".join(map(str, verdict.findings)) for verdict in found.failed}
    assert mistake.trial in said
    assert mistake.says in said[mistake.trial]
    assert found.only_limits == mistake.check


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.file)
def test_check_finds_what_the_table_says_it_does(mistake: Mistake) -> None:
    assert (not checked(str(mistake.path), {}).ok) == mistake.check


def test_there_are_ten_and_each_file_is_in_the_table() -> None:
    assert len(MISTAKES) == 10
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {each.file for each in MISTAKES}
