"""What each code of a diagnostic means, why it is one, and an example of it wrong and right.

Examples are parts of a file: steps alone, or keys of its root. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocols.diagnostics import Code


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code in a sentence, its reason, and YAML that has it and that has not."""

    what: str
    why: str
    wrong: str
    right: str


CODES: Final[Mapping[Code, Explanation]] = {
    "syntax": Explanation(
        "The text is no YAML, or no single document of it.",
        "Often a bracket or quote that is not closed, a tab as indentation, or a line that does not line up "
        "with its neighbours. The place is where reading had to end: look there and in the line before.",
        "- press: [upper trapezius, levator scapulae\n  side: both\n",
        "- press: [upper trapezius, levator scapulae]\n"
        "  side: both\n  with: gun\n  at: gentle\n  for: 15 s\n",
    ),
    "encoding": Explanation(
        "Bytes that are not UTF-8.",
        "One encoding for every machine, so that °C is °C everywhere. Most editors offer it as "
        '"save with encoding".',
        "title: Café  # saved as Latin-1\n",
        "title: Café  # saved as UTF-8\n",
    ),
    "too-large": Explanation(
        "The file is over 256 KiB.",
        "No protocol needs that much, and a small bound keeps reading quick whatever a file holds.",
        "about: and so on, for 300 KiB\n",
        "about: One page at most.\n",
    ),
    "too-deep": Explanation(
        "Lists and mappings inside one another more than 12 deep.",
        "A person cannot follow it any more, and a bomb of brackets is stopped before it costs anything.",
        "sources: [[[[[[[[[[[[deep]]]]]]]]]]]]\n",
        "sources: [a book, a page]\n",
    ),
    "too-long": Explanation(
        "More than 2,000 segments, with lists, sides and repeats written out.",
        "Every segment is checked against the limits before anything runs, "
        "for every way to choose the options: over all of them 20,000 segments are the most.",
        "- repeat: 50\n  steps:\n    - repeat: 50\n      steps:\n        - rest: 1 s\n",
        "- repeat: 5\n  steps:\n    - repeat: 5\n      steps:\n        - rest: 1 s\n",
    ),
    "duplicate-key": Explanation(
        "A key is there twice in one mapping; the second is shown.",
        "Only one of the two could count, and nobody sees which.",
        "- rest: 30 s\n  rest: 60 s\n",
        "- rest: 30 s\n- rest: 60 s\n",
    ),
    "alias": Explanation(
        "An anchor (&name) or an alias (*name) of YAML.",
        "A value that stands elsewhere is not seen where it is used. "
        "Write it out, or make it an option: $name.",
        "- rest: &pause 30 s\n",
        "- rest: 30 s\n",
    ),
    "tag": Explanation(
        "A tag of YAML (!name).",
        "Tags make a value something else than what is written. Here every value is the text that you see.",
        "- rest: !!str 30 s\n",
        "- rest: 30 s\n",
    ),
    "unknown-key": Explanation(
        "A key that the language does not have here, YAML's merge key among them.",
        "A key that nobody reads is a wish that nobody follows: a slip in within would leave its bound out.",
        "- rest: 30 s\n  sied: left\n",
        "- rest: 30 s\n",
    ),
    "missing-key": Explanation(
        "Something that has to be said is not; the verb of the step is shown.",
        "What a device does to a body is never guessed: how hot, how strong and how long stand in the file.",
        "- heat: upper back\n  with: pad\n  to: 38 °C\n",
        "- heat: upper back\n  with: pad\n  to: 38 °C\n  for: 10 min\n",
    ),
    "unknown-verb": Explanation(
        "A step without one of the ten verbs.",
        "A step is one of heat, press, rest, stretch, rate, ask, say, cool, repeat and together.",
        "- massage: upper trapezius\n  side: both\n",
        "- press: upper trapezius\n  side: both\n  with: gun\n  at: gentle\n  for: 15 s\n",
    ),
    "unit-missing": Explanation(
        "A number without its unit.",
        "60 may be seconds or minutes, 40 may be °C or °F: taken for the other, it burns.",
        "- rest: 60\n",
        "- rest: 60 s\n",
    ),
    "unit-unknown": Explanation(
        "A unit that is not used for this.",
        "Times are s, min and h; temperatures °C and °F; strengths %, /min and Hz; forces N and kgf.",
        "- rest: 60 sec\n",
        "- rest: 60 s\n",
    ),
    "value": Explanation(
        "A value that cannot stand here; the message says what can.",
        "Each value is one of a few words, a number within bounds, or text; "
        "a list stands only where one belongs.",
        "- press: upper trapezius\n  side: left\n  with: gun\n  at: gentle\n  for: 15 s\n  move: wobble\n",
        "- press: upper trapezius\n  side: left\n  with: gun\n  at: gentle\n  for: 15 s\n  move: circles\n",
    ),
    "unknown-place": Explanation(
        "No area or point of the body that this program knows.",
        "Limits are kept by place: for one that is not in the table nobody knows how much is too much.",
        "- rate: calf\n",
        "- rate: hamstrings\n",
    ),
    "side-missing": Explanation(
        "A press or stretch that does not say which side; its verb is shown.",
        "Every point has a left and a right one, and each is counted by itself.",
        "- stretch: upper trapezius\n  hold: 20 s\n",
        "- stretch: upper trapezius\n  side: both\n  hold: 20 s\n",
    ),
    "unknown-role": Explanation(
        "A role that is not in needs.",
        "needs says what has to be at hand, so that a run can find every device before it begins.",
        "- cool: mat\n",
        "- cool: pad\n",
    ),
    "role-conflict": Explanation(
        "A role that cannot do this: of the other kind, not the only one, or driven twice at once.",
        "A heating pad cannot press, a hand cannot warm, and no device can obey two steps at a time.",
        "- heat: upper back\n  with: gun\n  to: 38 °C\n  for: 5 min\n",
        "- heat: upper back\n  with: pad\n  to: 38 °C\n  for: 5 min\n",
    ),
    "unknown-option": Explanation(
        "A $name that is not in options.",
        "What stands for a choice has to have one, with a question and a default.",
        "- rest: $pause\n",
        "options:\n  pause: {ask: How long a rest?, of: [30 s, 1 min], default: 30 s}\n"
        "steps:\n- rest: $pause\n",
    ),
    "language-version": Explanation(
        "A version of the language that this program does not know.",
        "A newer version may mean other things by the same words: better no run than a wrong one.",
        "unknot: 2\n",
        "unknot: 1\n",
    ),
    "refused-method": Explanation(
        "A method that is never in a protocol.",
        "Needling is for a professional. Cupping, injections, ice baths and currents are not for a program.",
        "- dry needling: upper trapezius\n",
        "- press: upper trapezius\n  side: left\n  with: hand\n  for: 20 s\n",
    ),
    "limit": Explanation(
        "A safety limit that the file would break or loosen.",
        "A file may stay below a limit, never go over it. The message ends with the limit's id: "
        "unknot explain HT1, for one, tells its value and its reason.",
        "limits:\n  session: 1 h\n",
        "limits:\n  session: 40 min\n",
    ),
}  # fmt: skip
