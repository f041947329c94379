"""Bench files: a set of simulated devices, and what goes wrong with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

import yaml

from simulator import ble
from simulator.ble import BleFacts, RadioFault, Wild, address_of
from simulator.device import DeviceFacts, SimDevice
from simulator.faults import Fault, What, begin, end, play, read_fault
from simulator.memory import MemoryCable, MemoryEnd
from simulator.physics import HeadFacts, PadFacts, Tissue
from simulator.quantities import milliseconds, quantity

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.radio.backend import Radio
    from simulator.radio.on_air import OnAir

Reader: TypeAlias = Callable[[object], Any]

STANDARD = {
    "percussion": DeviceFacts(name="gun", kind="percussion", serial="SIM-GUN1", low=1200, high=3200, step=50),
    "heat": DeviceFacts(name="pad", kind="heat", serial="SIM-PAD1", low=30.0, high=43.0, step=0.1),
}


# What `unknot sim` shows: each standard device once with a port, and once by radio.
SHOWN = (
    *STANDARD.values(),
    replace(STANDARD["percussion"], name="ble gun", serial="SIM-GUN2", link="ble"),
    replace(STANDARD["heat"], name="ble pad", serial="SIM-PAD2", link="ble"),
)


class BenchError(Exception):
    """A bench file that cannot be used; says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a bench file says."""

    seed: int = 1
    devices: tuple[DeviceFacts, ...] = tuple(STANDARD.values())
    faults: tuple[Fault, ...] = ()


def _of(dimension: str) -> Reader:
    return lambda value: quantity(value, dimension)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is not a text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{value!r} is not a whole number")  # noqa: TRY004 - of the file
    return value


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither yes nor no")  # noqa: TRY004 - of the file
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("a list belongs here")  # noqa: TRY004 - of the file
    return value


_PAD: dict[str, Reader] = {
    "power": _of("power"),
    "pad capacity": _of("capacity"),
    "skin capacity": _of("capacity"),
    "pad to skin": _of("conductance"),
    "pad to air": _of("conductance"),
    "skin to body": _of("conductance"),
    "rest": _of("temperature"),
    "hot spot": _of("share"),
    "sensor lag": milliseconds,
    "dead time": milliseconds,
    "covered": _yes_no,
}
_HEAD: dict[str, Reader] = {"spin up": milliseconds}


def _keys(raw: object, readers: dict[str, Reader], where: str) -> dict[str, Any]:
    """The mapping's values, read; times in ms get their suffix. Raises BenchError."""
    if not isinstance(raw, dict):
        raise BenchError(f"{where}: a mapping belongs here")
    values = {}
    for key, value in raw.items():
        if key not in readers:
            raise BenchError(f"{where}: unknown key {key!r}; known are {', '.join(readers)}")
        field = str(key).replace(" ", "_") + ("_ms" if readers[key] is milliseconds else "")
        try:
            values[field] = readers[key](value)
        except ValueError as error:
            raise BenchError(f"{where}: {key}: {error}") from error
    return values


def _device(raw: object, where: str) -> DeviceFacts:
    kind = raw.get("kind") if isinstance(raw, dict) else None
    if kind not in STANDARD:
        raise BenchError(f"{where}: kind is one of {', '.join(STANDARD)}")
    scale = _of("rate" if kind == "percussion" else "temperature")
    readers: dict[str, Reader] = {
        "name": _text,
        "kind": _text,
        "serial": _text,
        "min": scale,
        "max": scale,
        "step": scale,
        "max lease": milliseconds,
        "battery": _of("share"),
        "start": _of("temperature"),
        "path": _text,
        "pad": lambda pad: PadFacts(**_keys(pad, _PAD, f"{where}: pad")),
        "head": lambda head: HeadFacts(**_keys(head, _HEAD, f"{where}: head")),
        "link": ble.LINK,
        **ble.KEYS,
        "wild": lambda wild: Wild(**_keys(wild, ble.WILD_KEYS, f"{where}: wild")),
    }
    values = _radio(_keys(raw, readers, where), where)
    values["low"] = values.pop("min", STANDARD[kind].low)
    values["high"] = values.pop("max", STANDARD[kind].high)
    if "battery" in values:
        values["battery"] = round(values["battery"] * 100)
    facts = replace(STANDARD[kind], **values)
    _check(facts, where)
    return facts


def _radio(values: dict[str, Any], where: str) -> dict[str, Any]:
    """What is of the radio, in a record of its own."""
    facts = {field: values.pop(field) for field in BleFacts.__slots__ if field in values}
    if values.get("link") != "ble":
        if facts:
            raise BenchError(f"{where}: {next(iter(facts))} is for a device with link: ble")
        return values
    if "path" in values:
        raise BenchError(f"{where}: path is for a device with a port")
    return {**values, "ble": BleFacts(**facts)}


def _check(facts: DeviceFacts, where: str) -> None:
    if not facts.serial.startswith("SIM-") or len(facts.serial) > 24 or not facts.serial.isascii():
        raise BenchError(
            f"{where}: serial {facts.serial!r} does not begin with SIM-, or is over 24 characters"
        )
    if not 0 < facts.max_lease_ms <= 2000:
        raise BenchError(f"{where}: max lease is more than 0 and at most 2000 ms")
    if not 0 < facts.low < facts.high or facts.step <= 0:
        raise BenchError(f"{where}: min is over 0 and under max, and step is over 0")


def _faults(raw: object, where: str, folder: Path) -> tuple[Fault, ...]:
    """Faults as a list, or the name of a file with that list."""
    if isinstance(raw, str):
        where = str(folder / raw)
        raw = _yaml(folder / raw)
    if not isinstance(raw, list):
        raise BenchError(f"{where}: faults are a list")
    faults = []
    for at, item in enumerate(raw):
        try:
            faults.append(read_fault(item))
        except ValueError as error:
            raise BenchError(f"{where}: faults[{at}]: {error}") from error
    return tuple(faults)


def _yaml(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BenchError(f"{path}: {error}") from error


def read_plan(path: Path) -> Plan:
    """A bench file. Raises BenchError."""
    raw = _yaml(path)
    values = _keys(raw, {"seed": _whole, "devices": _list, "faults": lambda faults: faults}, str(path))
    devices = tuple(
        _device(item, f"{path}: devices[{at}]") for at, item in enumerate(values.get("devices", ()))
    )
    devices = devices or Plan().devices
    names = [device.name for device in devices]
    for field in (names, [device.serial for device in devices]):
        if len(set(field)) < len(field):
            raise BenchError(f"{path}: two devices share a name or a serial; give each its own")
    addresses = [device.ble.address for device in devices if device.ble.address is not None]
    if len(set(addresses)) < len(addresses):
        raise BenchError(f"{path}: two devices share an address; give each its own")
    faults = _faults(values.get("faults", []), str(path), path.parent)
    for fault in faults:
        if fault.device not in names:
            raise BenchError(f"{path}: a fault names {fault.device!r}, which is no device here")
        link = devices[names.index(fault.device)].link
        if link == "serial" and fault.what in get_args(RadioFault):
            raise BenchError(
                f"{path}: {fault.what!r} befalls a device with link: ble, {fault.device!r} has a port"
            )
    return Plan(seed=values.get("seed", 1), devices=devices, faults=faults)


class _MemoryPort:
    """A device's port that one link at a time is open on."""

    def __init__(self, device: SimDevice) -> None:
        self._device = device
        self._cable: MemoryCable | None = None

    def open(self) -> MemoryEnd:
        """The controller's end of a new cable; one that was open is lost."""
        self.unplug("the port was opened again")
        self._cable = MemoryCable()
        self._cable.device.listen(self._device.receive, lambda _why: None)
        return self._cable.host

    def send(self, data: bytes) -> None:
        if self._cable is not None:
            self._cable.device.write(data)

    def unplug(self, why: str) -> None:
        if self._cable is not None:
            self._cable.cut(why)
            self._cable = None

    def replug(self) -> None:
        """Whoever wants it opens it."""


class Bench:
    """Simulated devices; `start` powers them on inside a running loop.

    `tissue` is what the pads lie on, by the device's name: bodies that live longer than a bench.
    """

    def __init__(self, plan: Plan, tissue: Mapping[str, Tissue] | None = None) -> None:
        self.plan = plan
        self.seed = plan.seed
        self._devices = {
            facts.name: SimDevice(facts, plan.seed, (tissue or {}).get(facts.name)) for facts in plan.devices
        }
        self._ports: dict[str, _MemoryPort] = {}
        self._faults: set[asyncio.Task[None]] = set()
        self._on_air: OnAir | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The devices' names, in the file's order."""
        return tuple(self._devices)

    def start(self) -> None:
        """Power on, and let the fault script begin."""
        loop = asyncio.get_running_loop()
        for device in self._devices.values():
            device.start(loop)
        if any(device.facts.link == "ble" for device in self._devices.values()):
            self.on_air  # noqa: B018 - from now on they are heard
        for fault in self.plan.faults:
            self.inject(fault)

    def inject(self, fault: Fault) -> None:
        """One more fault; its times count from the bench's start."""
        task = asyncio.get_running_loop().create_task(play(fault, self.device(fault.device)))
        self._faults.add(task)
        task.add_done_callback(self._faults.discard)

    def device(self, name: str) -> SimDevice:
        """The device of that name. Raises KeyError."""
        return self._devices[name]

    def befall(self, name: str, what: What) -> None:
        """Let a fault happen to the device now; it lasts until `relieve`. Raises KeyError."""
        begin(what, self.device(name))

    def relieve(self, name: str, what: What) -> None:
        """Let that fault be over. Raises KeyError."""
        end(what, self.device(name))

    def find(self, kind: str, nth: int = 0) -> str:
        """The name of the first device of a kind, or of the one `nth` after it. Raises KeyError."""
        names = [name for name, device in self._devices.items() if device.facts.kind == kind]
        if nth >= len(names):
            raise KeyError(kind)
        return names[nth]

    async def link(self, name: str) -> MemoryEnd:
        """Open the device's port. Raises ConnectionError while its link is lost."""
        device = self.device(name)
        if device.facts.link != "serial":
            raise ConnectionError(f"{name}: there is no port, it is reached by radio")
        if not device.plugged:
            raise ConnectionError(f"{name}: the port is gone")
        port = self._ports.get(name)
        if port is None:
            port = self._ports[name] = _MemoryPort(device)
            device.port = port
        return port.open()

    @property
    def on_air(self) -> OnAir:
        """The Bluetooth devices and the air between them, from first use on the running loop."""
        if self._on_air is None:
            from simulator.radio.on_air import OnAir  # noqa: PLC0415 - a bench without radio goes without it

            devices = [device for device in self._devices.values() if device.facts.link == "ble"]
            self._on_air = OnAir(devices, self.seed)
        return self._on_air

    @property
    def radio(self) -> Radio:
        """The radio of the computer that the devices are near."""
        return self.on_air.radio()

    def address(self, name: str) -> str | None:
        """The device's Bluetooth address; None for one with a port. Raises KeyError."""
        facts = self.device(name).facts
        return None if facts.link != "ble" else facts.ble.address or address_of(facts.serial)

    def stop(self) -> None:
        """Power everything off."""
        for task in tuple(self._faults):
            task.cancel()
        if self._on_air is not None:
            self._on_air.stop()
        for device in self._devices.values():
            device.stranger.leave()
            device.stop()


def open_bench(
    path: Path | None = None,
    *,
    kinds: Sequence[str] | None = None,
    seed: int = 1,
    tissue: Mapping[str, Tissue] | None = None,
) -> Bench:
    """The bench of a file; else one standard device for each of `kinds`, the second gun being "gun 2";
    else the standard bench: a percussion device "gun" and a heat device "pad". Pads
    lie on `tissue`, by the device's name, or on a body of their own at rest.

    Raises BenchError.
    """
    if path is not None:
        return Bench(read_plan(path), tissue)
    if kinds is None:
        return Bench(Plan(seed=seed), tissue)
    devices = tuple(_another(kind, kinds[:at]) for at, kind in enumerate(kinds))
    return Bench(Plan(seed=seed, devices=devices), tissue)


def shown_bench() -> Bench:
    """What `unknot sim` shows unless told."""
    return Bench(Plan(devices=SHOWN))


def _another(kind: str, before: Sequence[str]) -> DeviceFacts:
    facts, nth = STANDARD[kind], 1 + sum(other == kind for other in before)
    if nth == 1:
        return facts
    return replace(facts, name=f"{facts.name} {nth}", serial=f"{facts.serial[:-1]}{nth}")


__all__ = ["Bench", "BenchError", "open_bench", "shown_bench"]
