"""What the help says. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from controller.config import config_dir, record_path, state_dir

if TYPE_CHECKING:
    from collections.abc import Callable

HOME: Final = """\
  n u l h g t   an area, as arrows and Enter do
  Tab, mouse    reach every word that has a key
  d             a demo, at once
  b             by hand: you work what you own
  s             simulated: no device, no body
  1 2 3         what you ran lately, again
  v  p          devices; get to know one
  y             history: look back, compare, export
  w             people: who sits here now
  ,             settings: looks, bell, keys
  a             see what another window runs
  Ctrl+P        all commands, by name
  PgUp PgDn     the text beside the body
  ?             this page, from every page
  q  Ctrl+C     end
On every other page Esc goes back, arrows choose of the list, Space and PgDn turn the text."""
PROTOCOLS: Final = """\
  Enter         start, with your devices
  b  s          start by hand, or simulated
  w             ask for each device
  o             the next value of its options
  f             show what would be lowered to the limits
  e             open it in your editor
  Esc           back"""
RUN: Final = """\
  x  Esc        stop: everything to rest, at once, whatever is open
  Space         pause, and go on; ready, where it is asked
  p             pause, while a question is open
  f             the point has faded: on to the next
  s             skip this step
  0 to 9, t     how tender it is; t is ten
  b             bell on or off
  Ctrl+C        stop, then leave
A key pressed in the very moment that the screen changes never says ready and never resumes."""
IDEA: Final = """\
A sore muscle often has a tender point. Warmth first, then light pressure held on the point until it fades, \
then rest and a slow stretch: that is what a protocol does, step by step.
It tells you where and how long, and drives what can be driven, within limits for heat, pressure and time.
What each place has had is counted over days, so that more is not taken for better.
You say ready before anything touches you, and stop at any moment.
Nothing is sent anywhere."""
SEE: Final = """\
Nothing here replaces a professional, and no question here can see what they see.
Call for help at once: chest pain, weakness or numbness that is new, trouble with bladder or bowel, a calf \
that is hot and swollen, the worst headache of your life, a pain that began with a fall.
See somebody soon: pain that grows, wakes you at night, comes with fever or lost weight, or has stayed for \
six weeks.
When you are not sure, ask before you press or warm anything."""
DOCS: Final = """\
In the folder docs of the program:
  tutorial.md                the first half hour
  how-to/home.md             this screen, page by page
  how-to/people.md           people, a guest, a clinician
  how-to/settings.md         themes, keys, pedals and clickers
  reference/language.md      protocol files
  reference/limits.md        every limit, with its reason
On the command line: unknot --help, unknot explain HT1, unknot limits."""


def places() -> str:
    """Where things are kept on this machine."""
    return f"""\
Settings, and your own protocols in the folder protocols:
  {config_dir()}
The record of sessions, which names nobody:
  {record_path()}
People with their answers, and what each body has had:
  {state_dir()}
All of it is readable by you alone. Nothing is sent anywhere."""


CHAPTERS: Final[tuple[tuple[str, Callable[[], str]], ...]] = (
    ("Keys on Home", lambda: HOME),
    ("Keys of a protocol", lambda: PROTOCOLS),
    ("Keys while a session runs", lambda: RUN),
    ("The idea", lambda: IDEA),
    ("When to see a professional", lambda: SEE),
    ("Where files are kept", places),
    ("More to read", lambda: DOCS),
)
"""Name and text; the last but one is asked for when it is shown."""
