"""Who is answered by the server of pages, and who may act."""

from __future__ import annotations

import pytest

from controller.faces.web.guard import policy, refusal
from controller.faces.web.tab import LARGEST, size
from controller.faces.web.tickets import MOST_OPEN, TICKET_S, Tickets

PORT = 8042
OWN = f"127.0.0.1:{PORT}"


@pytest.mark.parametrize("host", [OWN, f"localhost:{PORT}"])
@pytest.mark.parametrize("origin", [None, f"http://{OWN}", f"http://localhost:{PORT}"])
def test_a_page_of_its_own_is_answered(host: str, origin: str | None) -> None:
    assert refusal(host, origin, PORT, must_tell=False) is None
    assert (refusal(host, origin, PORT, must_tell=True) is None) == (origin is not None)


@pytest.mark.parametrize(
    "host", [None, "", "127.0.0.1", "127.0.0.1:80", f"evil.example:{PORT}", f"127.0.0.1:{PORT}.evil.example"]
)
def test_another_name_is_refused(host: str | None) -> None:
    assert refusal(host, f"http://{OWN}", PORT, must_tell=False)


@pytest.mark.parametrize(
    "origin",
    ["null", "", "http://evil.example", "http://127.0.0.1:1", f"https://{OWN}", f"http://{OWN}.evil.example"],
)
@pytest.mark.parametrize("must_tell", [True, False])
def test_another_page_is_refused(origin: str, must_tell: bool) -> None:
    assert refusal(OWN, origin, PORT, must_tell=must_tell)


def test_nothing_comes_from_elsewhere_and_no_page_shows_it_within_itself() -> None:
    told = policy(PORT)
    assert "frame-ancestors 'none'" in told
    assert "default-src 'none'" in told
    assert "https:" not in told


def test_a_ticket_is_good_once_and_for_a_moment_and_for_what_its_page_showed() -> None:
    tickets = Tickets()
    acts, reads = tickets.issue(tickets.token, 0.0), tickets.issue("", 0.0)
    assert acts is not None
    assert reads is not None
    assert tickets.redeem(acts, 1.0) == "acts"
    assert tickets.redeem(acts, 1.0) is None
    assert tickets.redeem(reads, TICKET_S - 0.1) == "reads"
    late = tickets.issue(tickets.token, 0.0)
    assert late is not None
    assert tickets.redeem(late, TICKET_S) is None
    assert tickets.redeem("", 0.0) is None
    assert tickets.redeem("guessed", 0.0) is None


@pytest.mark.parametrize("token", ["wrong", " ", "tökén"])
def test_a_wrong_token_gets_nothing(token: str) -> None:
    tickets = Tickets()
    assert tickets.issue(token, 0.0) is None
    assert tickets.issue(tickets.token[:-1], 0.0) is None
    assert tickets.issue(f"{tickets.token}x", 0.0) is None
    assert tickets.token != Tickets().token


def test_tickets_that_nobody_uses_do_not_pile_up() -> None:
    tickets = Tickets()
    first = tickets.issue("", 0.0)
    for _ in range(MOST_OPEN):
        newest = tickets.issue("", 0.0)
    assert first is not None
    assert newest is not None
    assert tickets.redeem(first, 0.0) is None
    assert tickets.redeem(newest, 0.0) == "reads"


@pytest.mark.parametrize(("told", "is_"), [(-1, 1), (0, 1), (80, 80), (10**9, LARGEST)])
def test_a_size_is_one_that_can_be_drawn(told: int, is_: int) -> None:
    assert size(told) == is_
