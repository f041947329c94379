"""The firmware's codec against the golden vectors, and against damage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.firmware import codec

VECTORS = json.loads((Path(__file__).parents[1] / "golden" / "wire-vectors.json").read_text(encoding="utf-8"))
VALID = VECTORS["valid"]
KINDS = {"HELLO": 1, "DRIVE": 2, "RENEW": 3, "STOP": 4, "CLEAR": 5, "REPORT": 6}


def encoded(message: dict[str, Any]) -> bytes:
    """What the device says, from its message."""
    head = (message["seq"], message["session"])
    if message["type"] == "ACK":
        return codec.ack(*head, message["request"], message["code"])
    if message["type"] == "STATUS":
        values = [value for channel in message["channels"] for value in channel.values()]
        facts = (message["uptime_ms"], message["state"], message["fault"], message["battery"])
        return codec.status(*head, *facts, values)
    texts = (message["name"], message["serial"], message["firmware"])
    channels: list[tuple[int, int, int, int, int]] = [tuple(item.values()) for item in message["channels"]]
    return codec.info(*head, message["boot"], message["max_lease_ms"], texts, channels)


@pytest.mark.parametrize("vector", VALID, ids=lambda vector: vector["message"]["type"])
def test_every_vector_is_read_or_written_to_the_byte(vector: dict[str, Any]) -> None:
    payload, message = bytes.fromhex(vector["payload"]), vector["message"]
    if message["type"] in KINDS:
        assert codec.request(payload) == (KINDS[message["type"]], *list(message.values())[1:])
    else:
        assert encoded(message) == payload


@pytest.mark.parametrize("vector", VALID, ids=lambda vector: vector["message"]["type"])
def test_every_vector_is_framed_and_unframed_to_the_byte(vector: dict[str, Any]) -> None:
    payload, serial = bytes.fromhex(vector["payload"]), bytes.fromhex(vector["serial"])
    assert codec.frame(payload) == serial
    assert codec.unframe(serial[:-1]) == payload


@pytest.mark.parametrize("vector", VECTORS["undecodable"], ids=lambda vector: vector["why"])
def test_what_does_not_decode_is_dropped(vector: dict[str, Any]) -> None:
    good = bytes.fromhex(VALID[0]["serial"])
    assert codec.Framer().feed(bytes.fromhex(vector["serial"]) + good) == [bytes.fromhex(VALID[0]["payload"])]


def test_crc_is_ccitt_false() -> None:
    assert codec.crc16(b"123456789") == int(VECTORS["crc_check"], 16)


@given(st.binary(min_size=4, max_size=250), st.integers(min_value=1, max_value=40))
def test_any_payload_arrives_however_it_is_cut(payload: bytes, cut: int) -> None:
    framer, data = codec.Framer(), b"\0" + codec.frame(payload)
    parts = [data[at : at + cut] for at in range(0, len(data), cut)]
    assert [found for part in parts for found in framer.feed(part)] == [payload]


@given(st.binary(max_size=600), st.binary(min_size=4, max_size=250))
def test_after_rubbish_and_a_delimiter_the_next_frame_arrives(rubbish: bytes, payload: bytes) -> None:
    assert codec.Framer().feed(rubbish + b"\0" + codec.frame(payload))[-1] == payload


def test_a_flood_without_a_delimiter_is_not_kept() -> None:
    framer = codec.Framer()
    for _ in range(1000):
        assert framer.feed(b"\x55" * 100) == []
        assert len(framer._held) <= codec.MAX_ENCODED
    payload = bytes(VALID[0]["payload"], "ascii")[:20]
    assert framer.feed(b"\0" + codec.frame(payload)) == [payload]


@pytest.mark.parametrize("kind", [1, 2, 3, 5, 6])
def test_a_request_has_one_length_only(kind: int) -> None:
    lengths = [size for size in range(4, 20) if codec.request(bytes([kind]) + bytes(size - 1)) is not None]
    assert lengths == [{1: 9, 2: 9, 3: 6, 5: 4, 6: 6}[kind]]


def test_stop_is_its_header_whatever_follows() -> None:
    assert {codec.request(b"\x04\x09\0\0" + bytes(size)) for size in range(240)} == {(4, 9, 0)}
