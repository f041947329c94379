"""What is invented: pads, the tissue beneath them, percussion heads, sensors."""

from __future__ import annotations

from simulator.physics.head import Head, HeadFacts
from simulator.physics.pad import HeatPad, PadFacts
from simulator.physics.tissue import Tissue, TissueFacts

__all__ = ["Head", "HeadFacts", "HeatPad", "PadFacts", "Tissue", "TissueFacts"]
