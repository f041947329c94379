"""What a body had before, for the tests: sessions that end so many seconds ago."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from controller.safety import Given, Had, Past, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

NOW, HOUR, DAY = 1_000_000_000.0 // 86_400 * 86_400 + 20 * 3600, 3600.0, 86_400.0
BACK = ("upper back", "left")
BOTH = (BACK, ("upper back", "right"))
THIGH = ("thighs", "left")


def gave(ago: float, had: Had | None = None, sites: Any = BOTH, length: float = 60.0, **other: Any) -> Given:
    """A session that ended `ago` seconds before now."""
    end = NOW - ago
    facts: dict[str, Any] = {"completed": False, **other}
    each = {} if had is None else dict.fromkeys(sites, had)
    return Given(session=f"s{ago}", began_s=end - length, ended_s=end, sites=each, **facts)


def warmed(ago: float, ms: int = 60_000, dose: float = 0.0, sites: Any = BOTH, **other: Any) -> Given:
    """One with heat."""
    had = Had(heat_rows_ms=(ms, 0, 0, 0), dose=dose, heat_end_s=NOW - ago)
    return gave(ago, had, sites, **{"heat_ms": ms, "heat_driven_ms": ms, **other})


def worked(ago: float, ms: int = 10_000, sites: Any = BOTH, **other: Any) -> Given:
    """One with percussion."""
    had = Had(percussion_ms=ms, percussion_end_s=NOW - ago)
    return gave(ago, had, sites, **{"percussion_ms": ms, "hand_held_ms": ms, **other})


def after(*given: Given, readable: bool = True, **other: Any) -> Standing:
    """A body that had these."""
    ordered: Iterable[Given] = sorted(given, key=lambda each: each.began_s)
    return Standing(past=Past(now_s=NOW, given=tuple(ordered), readable=readable), **other)
