"""Every example of the README and of docs/ does what its page says; see `doc_pages`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from doc_pages import PAGES, ROOT, Block, blocks, blocks_of, same, walk

if TYPE_CHECKING:
    from pathlib import Path

WITH_EXAMPLES = [page for page in PAGES if blocks(page)]
WITH_LONG_ONES = [page for page in WITH_EXAMPLES if any(block.soak for block in blocks(page))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a reader sits: empty, but for what the README says in passing."""
    place = tmp_path / "here"
    place.mkdir()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [answers] = re.findall(r"`(\{ready:.*?\})`", readme)
    (place / "answers.yaml").write_text(answers, encoding="utf-8")
    return place


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_the_page_hold(page: Path, folder: Path) -> None:
    if page.name == "README.md":
        [protocol] = [block for block in blocks(page) if block.language == "yaml"]
        (folder / "my-protocol.yaml").write_text(protocol.text, encoding="utf-8")
    walk(blocks(page), folder)


@pytest.mark.soak
@pytest.mark.parametrize("page", WITH_LONG_ONES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_long_examples_of_the_page_hold_too(page: Path, folder: Path) -> None:
    walk(blocks(page), folder, soak=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target, anchor in re.findall(r"\]\((?!http)([^)#]*)(?:#([^)]*))?\)", text):
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), (page, target)
        if anchor:
            assert anchor in anchors(there), (page, target, anchor)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_linked_from_another() -> None:
    linked = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8"))
    }
    assert [page for page in PAGES if page.name != "README.md" and page not in linked] == []


@pytest.mark.parametrize(
    ("shown", "came", "holds"),
    [
        ("a 1 s\n", "a 1 s  \n", True),
        ("a … s\n", "a 12 s\n", True),
        ("a … s\n", "a 12 s\nb\n", False),
        ("a\n…\nz\n", "a\nm\nn\nz\n", True),
        ("a\n…\n", "a\nm\nn\n", True),
        ("a\n", "a\nz\n", False),
        ("", "a\n", False),
        ("(a)\n", "a\n", False),
    ],
)
def test_dots_stand_for_what_varies_and_for_nothing_else(shown: str, came: str, holds: bool) -> None:
    block = Block("here:1", "sh", "")
    if holds:
        same(block, came, shown)
    else:
        with pytest.raises(AssertionError, match="here:1"):
            same(block, came, shown)


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("```yaml\n- rest: 30\n```\n", "has no unit"),
        ("```yaml\n- rest: 30 s\n```\n\n```text\nsomething\n```\n", "something"),
        ("```sh\nunknot check --no-such upper-back\n```\n", "No such option"),
        ("```sh\nunknot no-such\n```\n", "No such command"),
        ("```sh\nunknot check none.yaml\n```\n", "none.yaml"),
        ("```sh\nunknot run upper-back --nope\n```\n", "No such option"),
        ("```sh\nwget somewhere\n```\n", "wget"),
        ("```sh\nunknot --version\n```\n\n```text\nunknot 99\n```\n", "unknot 99"),
        ("```python\nprint()\n```\n", "nothing checks"),
        ("```text\nwords\n```\n", "output of nothing"),
        ("```yaml\n- rest: 30 s\n", "not closed"),
    ],
)
def test_a_page_that_is_wrong_is_found(page: str, why: str, folder: Path) -> None:
    with pytest.raises(AssertionError, match=re.escape(why)):
        walk(blocks_of(page, "page.md"), folder)
