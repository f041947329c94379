"""What Linux tells of an adapter before anybody tries it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.links.ble.adapter import adapter_trouble

if TYPE_CHECKING:
    from pathlib import Path


def _adapter(folder: Path, name: str, **blocked: str) -> None:
    switch = folder / name / "rfkill3"
    switch.mkdir(parents=True)
    for each in ("hard", "soft"):
        (switch / each).write_text(f"{blocked.get(each, '0')}\n")


def _cause(folder: Path) -> str | None:
    trouble = adapter_trouble(folder)
    return None if trouble is None else trouble.cause


def test_no_adapter_is_said(tmp_path: Path) -> None:
    assert _cause(tmp_path) == "adapter-missing"
    (tmp_path / "hci0:64").mkdir()  # a connection is none
    assert _cause(tmp_path) == "adapter-missing"


def test_a_blocked_adapter_is_told_apart_from_one_with_a_switch(tmp_path: Path) -> None:
    _adapter(tmp_path, "hci0", soft="1")
    trouble = adapter_trouble(tmp_path)
    assert trouble is not None
    assert "rfkill unblock" in trouble.remedy
    _adapter(tmp_path, "hci1", hard="1")
    assert _cause(tmp_path) == "adapter-off"


def test_one_adapter_that_works_is_enough(tmp_path: Path) -> None:
    _adapter(tmp_path, "hci0", soft="1")
    _adapter(tmp_path, "hci1")
    assert _cause(tmp_path) is None
