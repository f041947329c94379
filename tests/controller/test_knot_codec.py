"""The Knot codec and framing against the golden vectors and against anything else."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.devices.knot import codec
from controller.devices.knot.codec import (
    Ack,
    Clear,
    Drive,
    Hello,
    Info,
    InfoChannel,
    Message,
    Renew,
    Report,
    Status,
    Stop,
    WireError,
    decode,
    encode,
)
from controller.devices.knot.framing import MAX_FRAME, Deframer, frame

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "golden" / "wire-vectors.json").read_text()
)
VALID: list[dict[str, Any]] = VECTORS["valid"]
NAMES: dict[str, type[Message]] = {
    cls.__name__.upper(): cls for cls in (Hello, Drive, Renew, Stop, Clear, Report, Info, Status, Ack)
}
GOOD = frame(encode(Stop(7)))


def message(golden: dict[str, Any]) -> Message:
    given = {key: value for key, value in golden.items() if key != "type"}
    if golden["type"] == "INFO":
        given["channels"] = tuple(
            InfoChannel(c["kind"], c["flags"], c["min"], c["max"], c["step"]) for c in given["channels"]
        )
    if golden["type"] == "STATUS":
        given["values"] = tuple(v for c in given.pop("channels") for v in (c["setpoint"], c["actual"]))
    return NAMES[golden["type"]](**given)


@pytest.mark.parametrize("vector", VALID)
def test_each_golden_vector_holds_both_ways(vector: dict[str, Any]) -> None:
    payload, serial = bytes.fromhex(vector["payload"]), bytes.fromhex(vector["serial"])
    expected = message(vector["message"])
    assert encode(expected) == payload
    assert frame(payload) == serial
    assert Deframer().feed(serial) == [payload]
    assert decode(payload) == expected
    assert type(decode(payload)) is type(expected)


def test_the_golden_vectors_cover_every_message() -> None:
    assert {v["message"]["type"] for v in VALID} == set(NAMES)


@pytest.mark.parametrize("vector", VECTORS["undecodable"], ids=lambda v: str(v["why"]))
def test_each_undecodable_vector_is_dropped_and_counted(vector: dict[str, Any]) -> None:
    deframer = Deframer()
    assert deframer.feed(bytes.fromhex(vector["serial"])) == []
    assert deframer.dropped == 1
    assert deframer.feed(GOOD) == [encode(Stop(7))]


@pytest.mark.parametrize("vector", VALID)
def test_a_writer_that_loses_any_one_byte_is_found_out(vector: dict[str, Any]) -> None:
    serial = bytes.fromhex(vector["serial"])
    for at in range(len(serial) - 1):
        cut = serial[:at] + serial[at + 1 :]
        assert Deframer().feed(cut + GOOD) == [encode(Stop(7))], f"byte {at}"
    assert Deframer().feed(serial[:-1]) == []


@pytest.mark.parametrize("vector", VALID)
def test_a_payload_that_loses_any_one_byte_is_not_the_same_message(vector: dict[str, Any]) -> None:
    payload = bytes.fromhex(vector["payload"])
    for at in range(len(payload)):
        try:
            found = decode(payload[:at] + payload[at + 1 :])
        except WireError:
            continue
        assert found != message(vector["message"]), f"byte {at}"


@pytest.mark.parametrize("vector", VALID)
def test_short_payloads_of_every_type_are_refused(vector: dict[str, Any]) -> None:
    payload = bytes.fromhex(vector["payload"])
    whole = {len(payload)} if vector["message"]["type"] != "STATUS" else set(range(11, len(payload) + 1, 4))
    for size in set(range(len(payload))) - whole:
        with pytest.raises(WireError):
            decode(payload[:size])


@pytest.mark.parametrize("vector", VALID)
def test_one_byte_too_many_is_refused_but_for_stop_and_info(vector: dict[str, Any]) -> None:
    payload = bytes.fromhex(vector["payload"])
    if vector["message"]["type"] in {"STOP", "INFO"} and len(payload) < 250:
        assert decode(payload + b"\xaa") == message(vector["message"])
    else:
        with pytest.raises(WireError):
            decode(payload + b"\xaa")


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x00\x00\x00\x00",
        b"\x07\x00\x00\x00",
        b"\x84\x00\x00\x00",
        b"\x04" + bytes(250),
        bytes.fromhex("8100010001000000000001") + b"\x21" + b"n" * 33 + b"\x00\x00\x00",
        bytes.fromhex("8100010001 00000000 d007 00 01 ff 00 00".replace(" ", "")),
        bytes.fromhex("8100010001 00000000 d007 01 ff 01 53 00 00".replace(" ", "")),
    ],
    ids=[
        "empty",
        "type 0",
        "type 7",
        "type 84",
        "251 bytes",
        "long name",
        "serial no ASCII",
        "name no UTF-8",
    ],
)
def test_malformed_payloads_are_refused(payload: bytes) -> None:
    with pytest.raises(WireError):
        decode(payload)


@pytest.mark.parametrize(
    "bad",
    [
        Drive(0, 1, 0, 65536, 100),
        Drive(256, 1, 0, 0, 100),
        Hello(0, owner=-1),
        Status(0, 0, 0, 0, 0, 0, (1, 2, 3)),
        Status(0, 0, 0, 0, 0, 0, (0,) * 122),
        Info(0, 1, 1, 0, 100, "n" * 33, "s", "f", ()),
        Info(0, 1, 1, 0, 100, "n", "é", "f", ()),
        Info(0, 1, 1, 0, 100, "n" * 32, "s" * 24, "f" * 16, (InfoChannel(1, 3, 0, 1, 1),) * 21),
    ],
)
def test_a_message_that_does_not_fit_is_refused(bad: Message) -> None:
    with pytest.raises(WireError):
        encode(bad)


@given(st.binary(max_size=260))
def test_any_bytes_come_to_a_message_or_a_wire_error(payload: bytes) -> None:
    try:
        found = decode(payload)
    except WireError:
        return
    again = encode(found)
    assert again == payload[: len(again)]
    assert len(again) == len(payload) or isinstance(found, Stop | Info)


@given(st.binary(min_size=9, max_size=13).map(lambda body: b"\x82" + body))
def test_status_of_any_length_is_whole_channels_or_refused(payload: bytes) -> None:
    if len(payload) == 11:
        assert encode(decode(payload)) == payload
    else:
        with pytest.raises(WireError):
            decode(payload)


def test_requests_with_the_same_values_are_still_different_messages() -> None:
    a: Message = Stop(1, 2)
    b: Message = Clear(1, 2)
    assert a != b
    assert asdict(Stop(1)) == {"seq": 1, "session": 0}
    assert codec.OK == 0
    assert codec.WAS_STOPPED == 8


def test_frames_cut_anywhere_come_out_whole() -> None:
    stream = b"".join(bytes.fromhex(v["serial"]) for v in VALID)
    payloads = [bytes.fromhex(v["payload"]) for v in VALID]
    byte_by_byte = Deframer()
    assert [p for b in stream for p in byte_by_byte.feed(bytes((b,)))] == payloads
    rng = random.Random(1)
    for _ in range(50):
        cuts = [0, *sorted(rng.randrange(len(stream)) for _ in range(20)), len(stream)]
        deframer = Deframer()
        assert [p for a, b in pairwise(cuts) for p in deframer.feed(stream[a:b])] == payloads
        assert deframer.dropped == 0


def test_empty_frames_are_ignored_and_not_counted() -> None:
    deframer = Deframer()
    assert deframer.feed(b"\0\0\0" + GOOD + b"\0") == [encode(Stop(7))]
    assert deframer.dropped == 0


@pytest.mark.parametrize("chunk", [1, 7, 253, 254, 4096])
def test_an_endless_frame_is_not_kept_and_the_next_one_is_found(chunk: int) -> None:
    deframer = Deframer()
    for _ in range(20_000 // chunk + 2):
        assert deframer.feed(b"\x55" * chunk) == []
        assert len(deframer._begun) <= MAX_FRAME
    assert deframer.feed(b"\0" + GOOD) == [encode(Stop(7))]
    assert deframer.dropped == 1


def test_the_longest_payload_passes_and_one_byte_more_does_not() -> None:
    assert Deframer().feed(frame(bytes(250))) == [bytes(250)]
    assert Deframer().feed(frame(bytes(251))) == []


def pound(rounds: int, seed: int) -> None:
    """Rubbish and mutated frames of every sort; after a delimiter, a good frame always arrives."""
    rng = random.Random(seed)
    frames = [bytes.fromhex(v["serial"]) for v in VALID] + [
        bytes.fromhex(v["serial"]) for v in VECTORS["undecodable"]
    ]
    deframer, good = Deframer(), encode(Stop(7))
    for n in range(rounds):
        if n % 3 == 0:
            data = rng.randbytes(rng.randrange(600 if n % 300 == 0 else 40))
        else:
            mutated = bytearray(rng.choice(frames))
            for _ in range(rng.randrange(3)):
                mutated[rng.randrange(len(mutated))] = rng.randrange(256)
            data = bytes(mutated[: rng.randrange(len(mutated) + 1)] if n % 5 == 0 else mutated)
        deframer.feed(data)
        assert len(deframer._begun) <= MAX_FRAME
        assert deframer.feed(b"\0" + GOOD)[-1:] == [good]


def test_twenty_thousand_bad_frames_lose_no_good_one() -> None:
    pound(20_000, seed=1)


@pytest.mark.soak
def test_a_million_bad_frames_lose_no_good_one() -> None:
    pound(1_000_000, seed=2)
