"""What trials came to, for programs: JSON and JUnit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from controller.trials.run import FileTrials, PlanTrials
    from controller.trials.verdict import Verdict

KINDS = (
    "limits", "ways", "by hand", "late", "never", "words", "link lost", "restart", "silence",
    "sensor open", "sensor short", "sensor frozen", "person gone",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A file's trials with how each is named: `repeat` gives the line that shows one again."""

    file: str
    title: str
    seconds: float
    trials: FileTrials
    repeat: Callable[[Verdict], str]


def to_json(result: Reported) -> dict[str, object]:
    """The object of one file."""
    trials = result.trials
    return {
        "file": result.file,
        "ok": not trials.failed,
        "seconds": round(result.seconds, 3),
        "diagnostics": [],
        "plans": [_plan(plan) for plan in trials.plans],
        "trials": [_trial(verdict, result.repeat(verdict)) for verdict in trials.verdicts],
    }


def _plan(plan: PlanTrials) -> dict[str, object]:
    return {
        "sha256": plan.plan.sha256,
        "options": dict(plan.plan.options),
        "same": list(plan.same),
        "notes": list(plan.notes),
        "tried": len(plan.verdicts),
        "failed": sum(not verdict.ok for verdict in plan.verdicts),
    }


def _trial(verdict: Verdict, repeat: str) -> dict[str, object]:
    figures = verdict.figures
    return {
        "name": verdict.name,
        "kind": verdict.kind,
        "segment": verdict.segment or None,
        "ok": verdict.ok,
        "outcome": verdict.outcome,
        "exit": verdict.exit,
        "whole": verdict.chosen,
        "seconds": {"length": figures.length, "wall": figures.wall, "to_rest": figures.to_rest},
        "hottest": figures.hottest,
        "findings": [{"happened": each.happened, "expected": each.expected} for each in verdict.findings],
        "repeat": repeat,
    }


def junit(results: Iterable[Reported], broken: Iterable[tuple[str, str]]) -> str:
    """One suite for each file, one case for each trial; of a file that is `broken`, what is wrong."""
    root = ET.Element("testsuites", name="unknot test")
    for result in results:
        verdicts = result.trials.verdicts
        suite = _suite(root, result.file, len(verdicts), len(result.trials.failed), result.seconds)
        for verdict in verdicts:
            kind = f"{result.file}.{verdict.kind}"
            case = ET.SubElement(suite, "testcase", classname=_xml(kind), name=_xml(verdict.name), time="0")
            if not verdict.ok:
                first = verdict.findings[0].happened
                failure = ET.SubElement(case, "failure", type=verdict.kind, message=_xml(first))
                lines = [*map(str, verdict.findings), "", *verdict.course, "", result.repeat(verdict)]
                failure.text = _xml("\n".join(lines))
    for file, text in broken:
        suite = _suite(root, file, 1, 1, 0.0)
        case = ET.SubElement(suite, "testcase", classname=_xml(f"{file}.check"), name="check", time="0")
        failure = ET.SubElement(case, "failure", type="check", message="the file has errors")
        failure.text = _xml(text)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, file: str, tests: int, failures: int, seconds: float) -> ET.Element:
    return ET.SubElement(
        root, "testsuite", name=_xml(file), tests=str(tests), failures=str(failures),
        errors="0", skipped="0", time=f"{seconds:.3f}",
    )  # fmt: skip


def _xml(text: str) -> str:
    """`text` without the characters that XML 1.0 has no place for."""
    return "".join(c if _allowed(c) else "\ufffd" for c in text)


def _allowed(c: str) -> bool:
    return c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
