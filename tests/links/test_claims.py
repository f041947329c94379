"""One process has a device, and what a dead one left connected is known."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from controller.links import LinkError
from controller.links.ble.claims import Claim

ADDRESS = "F0:F0:F0:F0:F0:01"
DIES_CONNECTED = f"""
import os
from controller.links.ble.claims import Claim
Claim.take("{ADDRESS}").connected()
os.kill(os.getpid(), 9)
"""


def test_a_device_is_claimed_once() -> None:
    first = Claim.take(ADDRESS)
    with pytest.raises(LinkError, match="in use by another unknot") as refused:
        Claim.take(ADDRESS.lower())
    assert "unknot stop" in refused.value.remedy
    Claim.take("F0:F0:F0:F0:F0:02").release()
    first.release()
    first.release()
    again = Claim.take(ADDRESS)
    assert not again.left_behind
    again.release()


def test_what_a_killed_process_had_connected_is_known_until_it_is_given_back() -> None:
    subprocess.run([sys.executable, "-c", DIES_CONNECTED], check=False, env=dict(os.environ))
    claim = Claim.take(ADDRESS)
    assert claim.left_behind
    claim.release()
    again = Claim.take(ADDRESS)
    assert not again.left_behind
    again.release()


def test_a_connection_that_could_not_be_ended_is_left_to_the_next() -> None:
    claim = Claim.take(ADDRESS)
    claim.connected()
    claim.release(left_behind=True)
    after = Claim.take(ADDRESS)
    assert after.left_behind
    after.release()


def test_a_claim_that_never_connected_leaves_nothing_behind() -> None:
    claim = Claim.take(ADDRESS)
    claim.release(left_behind=True)
    after = Claim.take(ADDRESS)
    assert not after.left_behind
    after.release()
