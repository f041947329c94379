"""A device is pulled out in the middle of a press, and put back; another one in its place is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from programs import Run, simulator
from served import until

if TYPE_CHECKING:
    from pathlib import Path


BENCH = """\
devices:
  - {{name: gun, kind: percussion, serial: SIM-GUN7, path: {path}}}
faults:
  - {{device: gun, at: driven + 1 s, do: link lost, for: 1500 ms}}
"""
PROTOCOL = """\
unknot: 1
title: One press
needs: {gun: percussion}
steps:
  - {press: hamstrings, side: left, at: gentle, for: 6 s, move: along}
"""


def test_an_unplugged_device_pauses_and_comes_back_on_a_word(tmp_path: Path) -> None:
    port = tmp_path / "gun.tty"
    bench, protocol = tmp_path / "bench.yaml", tmp_path / "press.yaml"
    bench.write_text(BENCH.format(path=port), encoding="utf-8")
    protocol.write_text(PROTOCOL, encoding="utf-8")
    with (
        simulator(tmp_path, "--bench", str(bench)),
        Run(tmp_path, str(protocol), "--use", f"gun=serial:{port}") as run,
    ):
        run.until(lambda event: event["event"] == "device-lost")
        paused = run.until(lambda event: event["event"] == "paused")
        assert "gun" in paused["why"].lower()
        run.tell(do="resume")
        still = run.until(lambda event: event["event"] == "device-lost")
        assert "no such port" in still["why"]
        until(port.is_symlink, lambda: f"{port} never came back")
        run.tell(do="resume")
        back = run.until(lambda event: event["event"] in {"device-lost", "resumed"})
        assert back["event"] == "resumed"
        last = run.to_the_end()
    assert last["outcome"] == "completed"
    names = [event["event"] for event in run.events if event["event"] != "reading"]
    assert names.index("device-lost") < names.index("paused") < names.index("device-found")
    assert names.index("device-found") < names.index("resumed")
    paused_at = names.index("paused")
    between = names[paused_at : names.index("resumed")]
    assert "drive" not in between
    started, ended = (
        next(e for e in run.events if e["event"] == f"segment-{what}") for what in ("started", "ended")
    )
    stood = back["t"] - paused["t"]
    assert abs(ended["t"] - started["t"] - stood - 6.0) < 0.3
