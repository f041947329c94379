"""What the README says of the project itself; its examples are tried with those of all pages."""

from __future__ import annotations

import re
import tomllib

from doc_pages import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_protocol_shown_is_a_shipped_one() -> None:
    demo = (ROOT / "protocols" / "library" / "demo.yaml").read_text(encoding="utf-8")
    assert f"```yaml\n{demo}```" in README


def test_the_requirements_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ours = {re.split(r"[<>=]", each)[0].lower() for each in project["project"]["dependencies"]}
    tools = {re.split(r"[<>=]", each)[0].lower() for each in project["dependency-groups"]["dev"]}
    rows = re.findall(r"^\| (\w+).*\| (in use|to come) \|$", README, re.MULTILINE)
    named = {"pydantic", "pyserial", "textual", "pytest", "bleak", "bumble", "aiomqtt"}
    assert {name for name, _ in rows} == named
    for name, state in rows:
        assert (name in ours | tools) == (state == "in use"), name
    beside = {"click", "pyyaml", "platformdirs", "cobs", "bleak-retry-connector", "textual-serve"}
    assert ours - named == beside
    assert all(name in README.lower() for name in beside)
