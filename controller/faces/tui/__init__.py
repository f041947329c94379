"""The run screen. Textual is imported here and nowhere else: import this only to show it."""

from __future__ import annotations

from controller.faces.tui.app import RunApp, ScreenError, run_app

__all__ = ["RunApp", "ScreenError", "run_app"]
