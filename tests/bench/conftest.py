"""`bench` is no part of what is installed: tests find it beside the other rooms."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
