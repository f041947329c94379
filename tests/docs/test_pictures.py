"""The pictures of the documents can be drawn anew at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from doc_pages import ROOT

from docs.pictures import main

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = {
    "run-screen": "[SIMULATED]",
    "home": "Where&#160;does&#160;it&#160;hurt?",
    "protocol": "At&#160;the&#160;longest",
    "history": "What&#160;each&#160;place&#160;had",
}


@pytest.mark.slow
def test_each_is_drawn_by_the_program_and_shown_by_a_page(tmp_path: Path) -> None:
    main(tmp_path)
    pages = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "README.md", ROOT / "docs" / "tutorial.md")
    )
    for name, words in SHOWN.items():
        assert words in (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        assert f"{name}.svg)" in pages
    assert {path.stem for path in tmp_path.iterdir()} == set(SHOWN)
