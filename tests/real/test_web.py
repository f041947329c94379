"""The terminal interface in a real browser: pages that act, pages that look, and pages that are gone."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from browser import Browser, program
from programs import environment
from served import Web, processes, until
from window import Window

from controller.config import record_path
from controller.faces.cli.web import INTERRUPTED
from controller.journal import kept_session, session_ids
from controller.lock import running
from controller.sharing.unattended import GRACE_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from browser import Page

    from controller.lock import Running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
PLAN = """unknot: 1
title: In a page
needs: {gun: percussion}
steps:
  - {press: hamstrings, side: left, at: gentle, move: circles, for: 60 s}
  - {ask: All well?, of: [good, bad]}
"""
SETTLED_S = 1.2
"""After a change, the screen takes a key for one that was meant for what stood there before."""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    program()
    with Browser(tmp_path) as found:
        yield found


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    own = tmp_path / "config" / "protocols"
    own.mkdir(parents=True)
    (tmp_path / "config").chmod(0o700)
    (own / "page.yaml").write_text(PLAN)
    for name, place in environment(tmp_path).items():
        monkeypatch.setenv(name, place)
    with Web(tmp_path) as found:
        yield found


def started(page: Page) -> Running:
    """The session that is begun by typing, as a person would."""
    page.sees("Where does it hurt", "First time here")
    page.press("t")
    page.sees("In a page (yours, page.yaml)")
    while not [row for row in page.rows if "▶" in row and "In a page" in row]:
        page.press("Down")
        page.changes()
    page.press("s")
    page.sees("Bring the massager", "SIMULATED", "Ready space")
    settled()
    page.press(" ")
    page.sees("Massage the left hamstrings")
    (found,) = running()
    return found


def settled() -> None:
    time.sleep(SETTLED_S)  # what is waited for is time itself: a key in this moment means nothing


def test_a_session_is_begun_seen_left_found_again_and_stopped_in_pages(
    web: Web, browser: Browser, tmp_path: Path
) -> None:
    page = browser.open(web.act)
    session = started(page)
    assert page.colours() > 20, "something is drawn"

    looking = browser.open(web.look)
    looking.sees("read only: stop it where it runs", "Massage the left hamstrings")
    for word in ("STOP", "Pause", "Skip", "Faded"):
        assert word not in looking.text
    looking.press("x")
    looking.sees("READ ONLY: nothing was done")
    assert session.held

    page.close()
    looking.sees("PAUSED", "nobody watches")
    assert session.held
    settled()
    looking.press(" ")
    looking.sees("READ ONLY: nothing was done", "PAUSED")

    page = browser.open(web.act)
    page.sees("PAUSED", "nobody watches")
    settled()
    assert "PAUSED" in page.text, "nothing resumes by itself"
    page.press(" ")
    page.sees("▶ Massage the left hamstrings")

    with Window(tmp_path, "watch") as window:
        window.sees("Massage the left hamstrings")
        window.sees("q leaves: it pauses when nobody watches")
        page.press("x")
        page.sees("Stopped", "at rest")
        looking.sees("Stopped")
        assert window.ends(b"z") == 6
    assert not running()
    settled()
    page.press("z")
    page.sees("Just now", "In a page: stopped")
    settled()
    looking.press("z")
    looking.sees("Read only")
    assert "Lately" not in looking.text, "a page that only looks is told nothing of what is kept"
    assert "a see:" not in looking.text, "nothing runs any more"
    assert not page.complaints
    assert not looking.complaints

    until(
        lambda: not [each for each in processes(tmp_path) if "keeping" in each], lambda: processes(tmp_path)
    )
    code, said = web.ends()
    assert code == INTERRUPTED
    assert "In a page: stopped: the person said stop" in said
    until(lambda: not processes(tmp_path), lambda: processes(tmp_path))


def test_a_page_that_is_loaded_again_is_back_before_it_pauses_and_obeys_its_size(
    web: Web, browser: Browser
) -> None:
    page = browser.open(web.act)
    started(page)
    began = time.monotonic()
    page.reload()
    page.sees("Massage the left hamstrings", "STOP")
    assert time.monotonic() - began < GRACE_S
    assert "PAUSED" not in page.text
    before = page.size
    page.resize(560, 420)
    browser.until(lambda: page.size != before and page.size[0] < 72, "another size")
    settled()  # a frame of before may still stand
    page.sees("Massage the left hamstrings", "STOP")
    page.click("STOP")
    page.sees("Stopped")


def test_the_token_is_in_no_address_no_command_line_no_environment_and_no_log(
    web: Web, browser: Browser, tmp_path: Path
) -> None:
    page = browser.open(web.act)
    started(page)
    assert page.evaluate("location.href") == web.look
    assert not [each for each in page.addresses if web.token in each]
    assert all(each.startswith(web.look) for each in page.addresses), "nothing comes from elsewhere"
    assert not [each for each in processes(tmp_path) if web.token in each]
    settled()
    page.press("c", control=True)
    page.says("This page is closed")
    _, said = web.ends()
    assert web.token not in said


def test_a_wrong_token_is_told_and_looking_is_offered(web: Web, browser: Browser) -> None:
    page = browser.open(f"{web.look}#token=wrong")
    page.says("This is not the token")
    page.evaluate("document.getElementById('again').click()")
    page.sees("READ ONLY")
    page.press("d")
    page.press("t")
    page.sees("unknot: thighs")
    assert "Start" not in page.text
    page.press("s")
    page.sees("Read only: this page starts and changes nothing")
    assert not running()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_when_the_server_ends_so_does_the_session_at_rest(
    web: Web, browser: Browser, tmp_path: Path, number: int
) -> None:
    page = browser.open(web.act)
    session = started(page)
    code, said = web.ends(number)
    if number == signal.SIGKILL:
        assert code == -number
    else:
        assert code == INTERRUPTED
        assert "In a page: stopped: the program that it was started from has ended" in said
        assert not session.held, "it had ended before the server did"
    until(lambda: not processes(tmp_path), lambda: processes(tmp_path))
    path = record_path()
    kept = kept_session(path, session_ids(path)[-1])
    assert kept.outcome == "stopped"
    page.says("This page is closed")


def asked(web: Web, method: str, path: str, **headers: str) -> tuple[int, str]:
    """What the server answers to that, from nobody's browser."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    connection.request(method, path, headers={"Host": f"127.0.0.1:{web.port}"} | told)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_other_pages_and_other_names_get_nothing(web: Web) -> None:
    own = web.look.rstrip("/")
    upgrade = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }  # fmt: skip
    assert asked(web, "GET", "/")[0] == 200
    assert asked(web, "GET", "/", Host="evil.example")[0] == 403
    status, ticket = asked(web, "POST", "/ticket", Origin=own)
    assert status == 200
    for origin in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        assert asked(web, "POST", "/ticket", **origin)[0] == 403
        assert asked(web, "GET", f"/ws/{ticket}", **upgrade, **origin)[0] == 403
    assert asked(web, "GET", "/ws/guessed", **upgrade, Origin=own)[0] == 403
    assert asked(web, "GET", "/static/../server.py", Origin=own)[0] == 404
    assert not [each for each in processes(web.folder) if "window" in each], "nothing was started"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", web.port), timeout=5)


def test_a_port_in_use_is_told_with_what_helps(web: Web) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "controller", "web", "--port", str(web.port)], capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"port {web.port} is in use" in done.stderr
    assert "--port" in done.stderr
