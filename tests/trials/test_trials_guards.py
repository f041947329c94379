"""`unknot test` fails where a guard of the program under test is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from trial_cases import FOLDER

import controller.core.session as core
from controller.core.questions import Questions
from controller.core.setpoints import Setpoints
from controller.devices.knot.driver import KnotDriver
from controller.faces.cli.checking import checked
from controller.safety.watch import Watch
from controller.trials import FileTrials, Settings, try_file
from protocols.language import shipped
from simulator.firmware.firmware import Firmware

if TYPE_CHECKING:
    from controller.core import Command


def tried(name: str, only: str = "") -> FileTrials:
    plans = checked(name, {}).compiled.combinations
    return try_file(plans, Settings(only=only), lambda *_: None)


def _said(trials: FileTrials) -> str:
    return "\n".join(
        f"{verdict.name}: {finding}" for verdict in trials.failed for finding in verdict.findings
    )


def _no_lease(patch: pytest.MonkeyPatch) -> None:
    renew = Firmware._renew

    def longer(self: Firmware, lease_ms: int, now_ms: int) -> int:
        code = renew(self, lease_ms, now_ms)
        for channel in self.channels:
            channel.until += 60_000
        return int(code)

    patch.setattr(Firmware, "_renew", longer)


def _nothing_told(patch: pytest.MonkeyPatch) -> None:
    hold = KnotDriver.hold

    async def unsent(_self: object) -> bool:
        return True

    def told(self: KnotDriver, setpoint: float) -> None:
        if setpoint != 0.0:
            hold(self, setpoint)

    patch.setattr(KnotDriver, "stop", unsent)
    patch.setattr(KnotDriver, "hold", told)


def _no_rest_in_a_pause(patch: pytest.MonkeyPatch) -> None:
    running = property(lambda self: self.stage == "running" and not self.questions.blocking)
    patch.setattr(core.Session, "clock_runs", running)


def _no_rest_in_a_question(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Questions, "blocking", property(lambda _self: False))


def _deaf_to_resume(patch: pytest.MonkeyPatch) -> None:
    command = core.Session._command

    def heard(self: core.Session, event: Command) -> None:
        if event.do != "resume":
            command(self, event)

    patch.setattr(core.Session, "_command", heard)


def _nothing_grows_old(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Watch, "age", lambda *_: None)


def _rest_is_not_decided(patch: pytest.MonkeyPatch) -> None:
    refresh = Setpoints.refresh

    def late(self: Setpoints, now_ms: int, driven: list, actual: dict) -> list:  # type: ignore[type-arg]
        wanted = list(refresh(self, now_ms, driven, actual))
        kept = [hold for hold in wanted if hold.setpoint != 0.0]
        for hold in wanted:
            if hold.setpoint == 0.0:
                self.present[hold.role] = 0.0
        return kept

    patch.setattr(Setpoints, "refresh", late)


BESIDE = str(FOLDER / "a-late-answer-beside-heat.yaml")
GUARDS = {
    "the firmware ignores its lease": (_no_lease, "demo", "5 press/link lost", "after link lost"),
    "neither stop nor rest is sent": (_nothing_told, "demo", "2 heat/skip", "was driven"),
    "a pause does not rest": (_no_rest_in_a_pause, "demo", "5 press/pause", "in a pause"),
    "a question does not rest": (_no_rest_in_a_question, BESIDE, "whole", "while a question waited"),
    "resume is not heard": (_deaf_to_resume, "demo", "5 press/link lost and back", "it stayed paused"),
    "no reading grows old": (_nothing_grows_old, "demo", "3 cool/silent device", "it went on"),
    "rest is not decided": (_rest_is_not_decided, "demo", "whole", "was driven"),
}


@pytest.mark.parametrize("guard", GUARDS)
def test_a_broken_guard_is_found(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, file, only, says = GUARDS[guard]
    assert not tried(file, only).failed
    broken(monkeypatch)
    assert says in _said(tried(file, only))


def test_all_trials_at_a_driving_segment_of_a_shipped_protocol_pass() -> None:
    trials = tried("demo", "5 press/")
    assert not _said(trials)
    assert {verdict.kind for verdict in trials.verdicts} >= {"late", "never", "words", "link lost", "restart"}


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", shipped())
def test_every_shipped_protocol_passes_whole(name: str) -> None:
    assert not _said(tried(name))
