"""The session that is measured: half an hour, a pad on the back and a gun on the legs, both at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.answers import Answers
from protocols.language import compile_text

if TYPE_CHECKING:
    from protocols import Plan

PROTOCOL = """\
unknot: 1
title: Half an hour
needs: {pad: heat, gun: percussion}
steps:
  - together:
      - - heat: upper back
          to: low
          for: 26 min
          within: 3 min
      - - repeat: 8
          steps:
            - press: [hamstrings, gluteus maximus]
              side: both
              with: gun
              at: gentle
              for: 15 s
              move: along
              between: 30 s
            - rest: 75 s
"""


def plan() -> Plan:
    """It, compiled. Raises RuntimeError where the language does not take it."""
    compiled = compile_text(PROTOCOL)
    if compiled.plan is None:
        raise RuntimeError(f"the session does not compile: {compiled.diagnostics}")
    return compiled.plan


def answers() -> Answers:
    """A person who answers at once."""
    return Answers({"ready": ["yes"], "present": ["yes"]})
