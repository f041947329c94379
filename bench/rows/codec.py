"""Row 9: bytes to a checked message, beside a checksum and an unpack, and beside JSON into a model."""

from __future__ import annotations

import struct
from binascii import crc_hqx
from importlib.metadata import version
from time import thread_time
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from bench.goals import Goal, Result
from bench.report import Row
from bench.rounds import interleave
from controller.devices.knot import codec
from controller.devices.knot.framing import Deframer, frame

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 10_000
ROUNDS = 99
FLOOR = Goal("rate / rate of struct and crc_hqx", ">=", 0.25)
PEER = Goal("rate / rate of pydantic validate_json", ">=", 1.0)
STATUS = codec.Status(
    seq=7, session=513, uptime_ms=1_234_567, state=codec.RUNNING, fault=0, battery=80, values=(3900, 3871)
)


class Model(BaseModel):
    """The same message as JSON, with the same ranges."""

    seq: int = Field(ge=0, le=0xFF)
    session: int = Field(ge=0, le=0xFFFF)
    uptime_ms: int = Field(ge=0, le=0xFFFFFFFF)
    state: int = Field(ge=0, le=0xFF)
    fault: int = Field(ge=0, le=0xFF)
    battery: int = Field(ge=0, le=0xFF)
    values: tuple[int, ...]


def measure() -> Row:
    """Messages a second of each, in this process, of CPU time."""
    contestants = {"floor": _floor(), "unknot": _unknot(), "pydantic": _pydantic()}
    rounds = interleave({name: _rate(take) for name, take in contestants.items()}, ROUNDS)
    results = (
        Result(FLOOR, rounds.ratios("unknot", "floor")),
        Result(PEER, rounds.ratios("unknot", "pydantic")),
    )
    notes = ", ".join(f"{name} {rounds.middle(name) / 1e6:.2f} M/s" for name in contestants)
    versions = (f"pydantic {version('pydantic')}", f"cobs {version('cobs')}")
    return Row(9, "codec: bytes to a typed, checked STATUS", results, versions, (notes,))


def _floor() -> Callable[[], object]:
    payload = codec.encode(STATUS)
    data = payload + crc_hqx(payload, 0xFFFF).to_bytes(2, "little")
    unpack = struct.Struct("<BBHIBBBHHH").unpack

    def decode(frame: bytes) -> tuple[int, ...]:
        fields = unpack(frame)
        if crc_hqx(frame[:-2], 0xFFFF) != fields[-1]:
            raise ValueError("a bad checksum")
        return fields

    return lambda: decode(data)


def _unknot() -> Callable[[], object]:
    data, feed, decode = frame(codec.encode(STATUS)), Deframer().feed, codec.decode

    def take() -> codec.Message:
        (payload,) = feed(data)
        return decode(payload)

    if take() != STATUS:
        raise RuntimeError("what is measured does not decode")
    return take


def _pydantic() -> Callable[[], object]:
    text, validate = Model(**STATUS._asdict()).model_dump_json().encode(), Model.model_validate_json
    return lambda: validate(text)


def _rate(take: Callable[[], object]) -> Callable[[], float]:
    def measured() -> float:
        began = thread_time()
        for _ in range(TIMES):
            take()
        return TIMES / (thread_time() - began)

    return measured
