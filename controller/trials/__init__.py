"""A protocol tried in virtual time: every way through it, and every standard fault at every segment."""

from controller.trials.catalog import Trial
from controller.trials.report import KINDS, Reported, junit, to_json
from controller.trials.run import FileTrials, PlanTrials, Settings, TrialsError, try_file
from controller.trials.verdict import Finding, Verdict

__all__ = [
    "KINDS",
    "FileTrials",
    "Finding",
    "PlanTrials",
    "Reported",
    "Settings",
    "Trial",
    "TrialsError",
    "Verdict",
    "junit",
    "to_json",
    "try_file",
]
