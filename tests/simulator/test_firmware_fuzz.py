"""Whatever a peer sends: only a valid DRIVE leaves rest, and STOP always ends it."""

from __future__ import annotations

import struct

from hypothesis import given, settings
from hypothesis import strategies as st
from knot_peer import DRIVE, GUN, PAD, Rig, drive, frame, hello, stop

bytes_of = st.binary(max_size=40)
payloads = st.one_of(
    bytes_of,
    st.builds(lambda kind, rest: bytes([kind]) + rest, st.integers(0, 8), bytes_of),
    st.builds(hello, st.integers(0, 3), st.integers(0, 2)),
    st.just(stop()),
)
wire = st.one_of(payloads.map(frame), bytes_of)
steps = st.lists(st.tuples(wire, st.integers(0, 700)), max_size=30)


@given(steps)
@settings(max_examples=150, deadline=None)
def test_without_a_drive_nothing_leaves_rest(sent: list[tuple[bytes, int]]) -> None:
    rig = Rig(GUN, PAD)
    rig.ask(hello())
    for data, wait in sent:
        if DRIVE not in data:
            rig.firmware.receive(data, rig.now_ms)
        assert rig.at_rest
        rig.pass_ms(wait)
        assert rig.at_rest


fields = st.tuples(
    st.sampled_from([0, 1, 2, 0xFFFF]),
    st.sampled_from([0, 1, 2, 255]),
    st.sampled_from([0, 1199, 1200, 1225, 3000, 3005, 3600, 4300, 4310]),
    st.sampled_from([0, 1, 2000, 2001]),
)


@given(fields)
@settings(max_examples=300, deadline=None)
def test_a_drive_is_taken_exactly_when_every_field_is_right(asked: tuple[int, int, int, int]) -> None:
    rig = Rig(GUN, PAD)
    rig.ask(hello())
    offset, channel, setpoint, lease = asked
    rig.ask(drive((rig.session + offset) & 0xFFFF, setpoint, channel=channel, lease=lease))
    gun = channel == 0 and 1200 <= setpoint <= 3200 and setpoint % 50 == 0
    pad = channel == 1 and 3000 <= setpoint <= 4300 and setpoint % 10 == 0
    assert rig.firmware.driven is (offset == 0 and (gun or pad) and 0 < lease <= 2000)


@given(steps, st.integers(1200, 3200).map(lambda value: value // 50 * 50), st.integers(0, 0xFFFF))
@settings(max_examples=150, deadline=None)
def test_stop_always_rests_at_once(sent: list[tuple[bytes, int]], setpoint: int, session: int) -> None:
    rig = Rig(GUN, PAD)
    rig.ask(hello())
    rig.ask(drive(rig.session, setpoint, lease=2000))
    for data, wait in sent:
        rig.firmware.receive(data, rig.now_ms)
        rig.pass_ms(wait)
    rig.firmware.receive(b"\0" + frame(struct.pack("<BBH", 4, 0, session)), rig.now_ms)
    assert rig.at_rest
    assert rig.status().state in (2, 3)


@given(steps)
@settings(max_examples=100, deadline=None)
def test_without_a_renewal_everything_rests_within_the_longest_lease(sent: list[tuple[bytes, int]]) -> None:
    rig = Rig(GUN, PAD)
    rig.ask(hello())
    rig.ask(drive(rig.session, 2000, lease=2000))
    for data, wait in sent:
        rig.firmware.receive(data, rig.now_ms)
        rig.pass_ms(wait)
    rig.pass_ms(2000)
    assert rig.at_rest
