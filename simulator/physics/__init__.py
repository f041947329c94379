"""What is invented: pads, the skin beneath them, percussion heads, sensors."""

from __future__ import annotations

from simulator.physics.head import Head, HeadFacts
from simulator.physics.pad import HeatPad, PadFacts

__all__ = ["Head", "HeadFacts", "HeatPad", "PadFacts"]
