"""The screen with a person before it: keys, buttons, the end, and all the ways in which it can break."""

from __future__ import annotations

import os
import re
import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from screen_fake import (
    ASK,
    AWAKE,
    DONE,
    OVER,
    PAUSED,
    PRESENT,
    RATE,
    READY,
    UNKNOWN,
    FakeSession,
    Stage,
    asked,
    by_hand,
    gun,
    play,
    shot,
    warming,
)  # fmt: skip
from textual.widgets import Static

from controller.core.events import Answer, Command, Said
from controller.faces.sound import Sound
from controller.faces.tui import app as app_module
from controller.faces.tui.app import RunApp, ScreenError, run_app
from controller.faces.tui.ground import SIGNALS
from controller.faces.tui.panel import DeedButton
from controller.faces.tui.run_drawing import SILENT
from controller.faces.tui.run_screen import DEMO_STAYS, LEAVE_AFTER, RunScreen
from controller.snapshot import Ended
from docs.pictures import save_picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from controller.snapshot import Snapshot

STOP = Command("stop")


@pytest.mark.parametrize(
    ("snapshot", "key", "sent"),
    [
        (shot(), "space", [Command("pause")]),
        (shot(), "s", [Command("skip")]),
        (shot(), "f", [Command("faded")]),
        (shot(), "minus", [Command("softer")]),
        (shot(), "-", [Command("softer")]),
        (shot(), "+", [Command("stronger")]),
        (shot(), "=", [Command("stronger")]),
        (shot(), "x", [STOP]),
        (shot(), "X", [STOP]),
        (shot(), "escape", [STOP]),
        (PAUSED, "space", [Command("resume")]),
        (PAUSED, "x", [STOP]),
        (READY, "space", [Answer("q1", "yes")]),
        (READY, "enter", [Answer("q1", "yes")]),
        (READY, "R", [Answer("q1", "yes")]),
        (READY, "escape", [STOP]),
        (RATE, "8", [Answer("q1", 8.0)]),
        (RATE, "t", [Answer("q1", 10.0)]),
        (ASK, "n", [Answer("q1", "no")]),
        (PRESENT, "k", [Answer("p1", "yes")]),
        (PRESENT, "x", [STOP]),
        (AWAKE, "3", [Answer("C18", "unsure")]),
    ],
)
def test_each_key_says_its_word_to_the_session(snapshot: Snapshot, key: str, sent: list[object]) -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(snapshot)
        assert await stage.press(key) == sent

    play(scene)


@pytest.mark.parametrize("key", ["x", "escape"])
def test_stop_works_before_the_first_picture_with_help_open_and_with_any_focus(key: str) -> None:
    async def scene(stage: Stage) -> None:
        assert await stage.press(key) == [STOP]
        await stage.show(RATE)
        await stage.press("question_mark")
        assert "Any key closes this page" in stage.text()
        assert await stage.press(key) == [STOP]
        await stage.press("tab", "tab", "tab")
        assert await stage.press(key) == [STOP]

    play(scene)


def test_stop_is_shown_at_once_before_the_session_says_anything() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await stage.press("x")
        while "■ STOPPING" not in stage.text():
            await stage.pilot.pause(0.01)

    play(scene)


@pytest.mark.parametrize("stop", ["stop", "click", "leave"])
def test_the_devices_are_told_before_anything_is_drawn(stop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To draw takes as long as the whole way of a stop, and would hold the session up."""
    drawn: list[str] = []

    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        screen = stage.app.run_screen
        monkeypatch.setattr(screen, "draw", lambda: drawn.append(stop))
        ways: dict[str, Callable[[], None]] = {
            "stop": screen.stop,
            "click": lambda: screen.do("stop"),
            "leave": lambda: screen.leave("why"),
        }
        ways[stop]()
        assert stage.session.sent or stage.session.interrupted
        assert not drawn
        while not drawn:
            await stage.pilot.pause(0.01)

    play(scene)


def test_a_pause_that_crosses_a_new_question_is_a_pause_and_never_a_yes() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await stage.show(READY, settle=False)
        assert await stage.press("space") == [Command("pause")]
        assert await stage.press("enter") == []
        await stage.later(0.7)
        assert await stage.press("space") == [Answer("q1", "yes")]

    play(scene)


def test_a_pause_that_crosses_a_limits_pause_does_not_resume() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await stage.show(PAUSED, settle=False)
        assert await stage.press("space") == []

    play(scene)


def test_every_button_is_reached_by_tab_and_pressed_by_enter() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        words: list[object] = []
        # The bell, where there is one, and help come between; stop is two away.
        for _ in range(7):
            if "Keys" in stage.text():
                await stage.press("q")
            words += await stage.press("tab", "enter")
        said = [Command("pause"), STOP, Command("skip"), Command("faded")]
        assert words == [*said, Command("softer"), Command("stronger")]

    play(scene)


def test_a_click_says_the_word_and_leaves_enter_to_the_question() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(READY)
        await stage.pilot.click("#actions DeedButton")
        assert stage.session.sent == [Command("pause")]
        assert await stage.press("enter") == [Answer("q1", "yes")]

    play(scene)


def test_arrows_walk_along_the_choices_and_enter_takes_one() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(RATE)
        assert await stage.press("right", "right", "right", "enter") == [Answer("q1", 2.0)]

    play(scene)


def test_a_new_question_takes_the_focus_from_an_old_button() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await stage.press("tab", "tab", "tab")
        await stage.show(READY)
        assert await stage.press("enter") == [Answer("q1", "yes")]

    play(scene)


def test_by_hand_the_second_place_goes_on_by_itself_after_eight_seconds_and_says_so() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(by_hand(1))
        await stage.later(60)
        assert stage.session.sent == []
        await stage.press("space")
        await stage.show(shot(by_hand=True, channels=by_hand(1).channels))
        await stage.show(by_hand(2), settle=False)
        await stage.later(2.5)
        assert "Goes on by itself in 6 s" in stage.text()
        await stage.later(6)
        await stage.later(1)
        assert stage.session.sent == [Answer("q1", "yes"), Answer("q2", "yes")]

    play(scene)


def test_by_hand_any_key_holds_the_countdown_until_a_real_ready() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(by_hand(1))
        await stage.press("space")
        await stage.show(by_hand(2))
        assert await stage.press("q") == []
        await stage.later(60)
        assert "by itself" not in stage.text()
        assert await stage.press("enter") == [Answer("q2", "yes")]

    play(scene)


def test_a_driven_device_never_starts_by_itself() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(READY)
        await stage.press("space")
        second = replace(READY.questions[0], id="q2")
        await stage.show(replace(READY, questions=(second,)))
        await stage.later(600)
        assert stage.session.sent == [Answer("q1", "yes")]

    play(scene)


def test_the_end_says_what_is_not_known_and_nothing_else_about_rest() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.ended = UNKNOWN
        await stage.show(OVER)
        assert "! not known whether Knot heat rests: switch it off by hand" in stage.text()
        assert re.search(r"\bat rest\b", stage.text()) is None

    play(scene)


def test_a_session_that_was_refused_before_its_first_picture_says_why() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.ended = Ended("refused", 4, "HT21: the pad is still warm")
        await stage.later(0)
        assert "! Refused" in stage.text()
        assert "HT21: the pad is still warm" in stage.text()

    play(scene)


def test_help_opens_closes_and_gives_way_to_a_question() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await stage.press("question_mark", "q")
        assert "Any key closes" not in stage.text()
        await stage.press("question_mark")
        await stage.pilot.pause()
        assert "Any key closes" in stage.text()
        await stage.show(READY)
        assert "Any key closes" not in stage.text()
        assert await stage.press("space") == [Answer("q1", "yes")]

    play(scene)


def test_rest_is_not_claimed_before_the_session_has_ended() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(OVER)
        assert "Making sure that everything is at rest" in stage.text()
        assert "(Knot heat): at rest" not in stage.text()

    play(scene)


def test_any_key_closes_the_end_but_not_in_its_first_moment() -> None:
    async def scene(stage: Stage) -> None:
        stage.session.ended = DONE
        await stage.show(OVER, settle=False)
        await stage.press("x", "q")
        assert stage.app.is_running
        await stage.later(1.1)
        await stage.press("q")
        assert not stage.app.is_running or stage.app.return_code == 0

    stage = play(scene)
    assert stage.session.sent == []


def test_a_demo_says_who_answers_and_closes_by_itself() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        assert "a simulated person answers" in stage.text()
        stage.session.ended = DONE
        await stage.show(OVER, settle=False)
        await stage.later(DEMO_STAYS - 0.5)
        assert stage.app.return_code is None
        await stage.later(1)
        assert stage.app.return_code == 0

    play(scene, demo=True)


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q"])
def test_ctrl_c_interrupts_and_leaves_when_all_is_at_rest(key: str) -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await stage.press(key)
        assert stage.session.interrupted == ["Ctrl+C"]
        assert stage.app.return_code is None
        stage.session.ended = DONE
        await stage.later(0.3)
        assert stage.app.return_code == 0

    play(scene)


def test_ctrl_c_leaves_also_when_the_session_says_nothing_more() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await stage.press("ctrl+c")
        await stage.later(LEAVE_AFTER + 0.1)
        assert stage.app.return_code == 0

    play(scene)


def test_a_session_that_falls_silent_is_said_loudly() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot(), settle=False)
        await stage.later(SILENT + 1)
        assert "! NO WORD from the session for 4 s" in stage.text()
        await stage.show(shot(t=430.0))
        assert "NO WORD" not in stage.text()

    play(scene)


@pytest.mark.parametrize(("speed", "silent"), [(1.0, True), (20.0, False)])
def test_simulated_time_that_stands_for_a_question_is_no_silence(speed: float, silent: bool) -> None:
    async def scene(stage: Stage) -> None:
        present = asked("present", "Are you awake?", id="p1")
        await stage.show(shot(speed=speed, questions=(present,)), settle=False)
        await stage.later(SILENT + 1)
        assert ("NO WORD" in stage.text()) is silent

    play(scene)


def test_what_was_said_of_a_place_stands_beside_its_ready_question() -> None:
    async def scene(stage: Stage) -> None:
        ready = replace(asked("ready", "Your fingers on the left. Ready?"), told="Pinch the ridge.")
        await stage.show(shot(state="asking", questions=(ready,)))
        assert "Pinch the ridge." in stage.text()

    play(scene)


def test_the_bell_key_switches_the_bell_and_shows_it() -> None:
    sound = Sound(bell=True, say=False)

    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        assert "♪ on b" in stage.text()
        await stage.press("b")
        assert not sound.bell
        await stage.pilot.pause()
        assert "♪ off b" in stage.text()

    play(scene, sound=sound)


def test_three_strokes_of_a_limit_are_heard_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[float] = []
    monkeypatch.setattr(RunApp, "bell", lambda _self: rung.append(1))

    async def scene(stage: Stage) -> None:
        timers: list[float] = []
        monkeypatch.setattr(stage.app.run_screen, "set_timer", lambda after, _do: timers.append(after))
        stage.session.tell(Said("limit", {"limit": "HT2"}), Said("segment-started", {}))
        await stage.later(0)
        assert [round(t, 2) for t in timers] == [0.0, 0.25, 0.5]

    play(scene, sound=Sound(bell=True, say=False))


def test_what_the_session_tells_from_its_thread_is_drawn_without_waiting_for_a_frame() -> None:
    async def scene(stage: Stage) -> None:
        thread = threading.Thread(target=stage.session.tell, args=(PAUSED,))
        thread.start()
        thread.join()
        await stage.pilot.pause()
        await stage.pilot.pause()
        assert "‖ PAUSED" in stage.text()

    play(scene)


def test_a_picture_that_says_the_same_draws_nothing_again() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(*warming())
        updates: list[str] = []
        for widget in stage.app.screen.query(Static):
            widget.update = lambda *_a, name=widget.id, **_k: updates.append(name or "?")  # type: ignore[method-assign]
        await stage.show(replace(warming()[-1], t=420.2))
        assert updates == []

    play(scene)


def test_no_color_leaves_no_colour_and_what_matters_by_other_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def scene(stage: Stage) -> None:
        await stage.show(PAUSED)
        styles = {}
        for strip in stage.app.screen._compositor.render_strips():
            for text, style, _ in strip:
                if style is not None:
                    assert (style.color, style.bgcolor) == (None, None)
                    styles[text.strip()] = style
        assert styles["‖ PAUSED"].bold
        assert styles["■ STOP"].reverse

    play(scene)


class CrashError(Exception):
    """A widget of ours broke."""


def _run_headless(monkeypatch: pytest.MonkeyPatch, then: Any) -> None:
    real = RunApp.run

    def run(self: RunApp, **_known: Any) -> None:
        real(self, headless=True, size=(80, 24), auto_pilot=then)

    monkeypatch.setattr(app_module.RunApp, "run", run)


def test_run_app_returns_how_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    session = FakeSession()

    async def person(pilot: Any) -> None:
        session.ended = DONE
        session.tell(OVER)
        pilot.app.run_screen.frame()
        pilot.app.exit()

    _run_headless(monkeypatch, person)
    assert run_app(session) == DONE
    assert session.started == 1
    assert session.interrupted == []


def test_a_screen_that_is_closed_while_the_session_runs_interrupts_it_and_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = FakeSession()

    async def person(pilot: Any) -> None:
        session.tell(shot())
        pilot.app.exit()

    _run_headless(monkeypatch, person)
    assert run_app(session).exit == 130
    assert session.interrupted == ["the screen was closed"]
    assert session.waited[-1] is None


def test_a_widget_that_breaks_ends_the_session_before_the_error_goes_on(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    session = FakeSession()

    def broken(*_args: object) -> None:
        raise CrashError

    async def person(pilot: Any) -> None:
        monkeypatch.setattr(RunScreen, "draw", broken)
        session.tell(shot())
        await pilot.pause(0.1)

    _run_headless(monkeypatch, person)
    with pytest.raises(ScreenError) as told:
        run_app(session)
    assert told.value.ended.exit == 130
    assert session.interrupted == ["the screen was closed"]
    assert session.waited[-1] is None
    capfd.readouterr()


def test_an_application_that_cannot_even_start_ends_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    session = FakeSession()

    def run(_self: RunApp, **_known: Any) -> None:
        raise CrashError

    monkeypatch.setattr(app_module.RunApp, "run", run)
    with pytest.raises(CrashError):
        run_app(session)
    assert session.interrupted == ["the screen was closed"]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_interrupts_the_session_closes_the_screen_and_handlers_are_put_back(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = getattr(signal, name)
    before = signal.getsignal(number)
    session = FakeSession()

    async def person(pilot: Any) -> None:
        session.tell(shot())
        os.kill(os.getpid(), number)
        await pilot.pause(0.5)

    _run_headless(monkeypatch, person)
    assert run_app(session).why == session.interrupted[0]
    assert session.interrupted[0] == SIGNALS[name]
    assert signal.getsignal(number) is before


def test_the_picture_for_documents_is_an_svg_of_the_last_snapshot(tmp_path: Path) -> None:
    save_picture(warming(), tmp_path / "run.svg")
    svg = (tmp_path / "run.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "SIMULATED" in svg


def test_a_device_by_hand_is_named_so_on_the_status_line() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot(by_hand=True, simulated=False, channels=(gun(by_hand=True, device="my gun"),)))
        assert "[BY HAND]" in stage.text()
        assert "my gun by hand" in stage.text()
        assert len(stage.app.screen.query(DeedButton)) >= 6

    play(scene)


# A session that runs elsewhere


@pytest.mark.parametrize("key", ["q", "Q"])
def test_q_leaves_a_session_that_runs_elsewhere_whatever_is_shown(key: str) -> None:
    left: list[str] = []

    async def scene(stage: Stage) -> None:
        for snapshot in (shot(), RATE, PAUSED):
            await stage.show(snapshot)
        assert "q leaves, and it goes on" in stage.text()
        await stage.press("question_mark")
        assert "leave; the session goes on" in stage.text()
        assert await stage.press(key) == []
        assert left == ["detached"]
        stage.session.ended = Ended("detached", 0)
        await stage.later(0.1)
        assert not stage.app.is_running

    assert play(scene, detach=lambda: left.append("detached")).session.interrupted == []


def test_q_means_nothing_where_the_session_is_the_windows_own() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        assert await stage.press("q") == []
        assert stage.app.is_running
        assert "q leaves" not in stage.text()

    play(scene)


def test_ctrl_c_leaves_a_session_that_runs_elsewhere_and_never_says_that_it_stops() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await stage.press("ctrl+c")
        assert stage.session.interrupted == ["Ctrl+C"]
        assert "STOPPING" not in stage.text()
        stage.session.ended = Ended("detached", 130)
        await stage.later(0.1)
        assert not stage.app.is_running

    play(scene, detach=lambda: None)


def test_x_stops_a_session_that_runs_elsewhere_and_q_closes_its_end() -> None:
    left: list[str] = []

    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        assert await stage.press("x") == [STOP]
        stage.session.ended = Ended("stopped", 6)
        await stage.show(OVER)
        await stage.press("q")
        assert not stage.app.is_running

    play(scene, detach=lambda: left.append("detached"))
    assert left == []


def test_by_hand_nothing_goes_on_by_itself_from_another_window() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(by_hand(1))
        await stage.press("space")
        await stage.show(shot(by_hand=True, channels=by_hand(1).channels))
        await stage.show(by_hand(2))
        await stage.later(60.0)
        assert stage.session.sent == [Answer("q1", "yes")]
        assert await stage.press("space") == [Answer("q2", "yes")]

    play(scene, detach=lambda: None)
