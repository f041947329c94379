"""Runs in the guest: the checks one after another, each a line `ok NAME SECONDS` or `FAILED NAME WHY`."""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
from typing import TYPE_CHECKING

from tests.bluez import guest_checks as checks
from tests.bluez.guest_bus import Bluez, Station

if TYPE_CHECKING:
    from collections.abc import Awaitable

BEFORE_THE_RADIO = (checks.no_system_bus, checks.no_adapter)
WITH_THE_RADIO = (
    checks.adapter_switched_off,
    checks.found_by_its_service,
    checks.read_without_pairing,
    checks.just_works,
    checks.encrypted_again_without_a_question,
    checks.unpaired_write_asks,
    checks.same_number_on_both,
    checks.number_entered_on_the_computer,
    checks.number_entered_on_the_device,
    checks.refused_by_the_person,
    checks.refused_by_the_device,
    checks.wrong_number,
    checks.gone_while_the_person_is_asked,
    checks.nobody_to_ask,
    checks.bond_lost_on_the_device,
    checks.bond_lost_on_the_computer,
    checks.gone_in_the_middle_of_a_write,
    checks.out_of_range,
    checks.killed_and_joined,
    checks.joined_while_held,
    checks.bluetoothd_ended,
)
PATIENCE = 60.0


async def check(name: str, attempt: Awaitable[None]) -> None:
    started = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            await attempt
    except (Exception, asyncio.CancelledError) as why:
        print(f"FAILED {name}: {type(why).__name__} {why}", flush=True)
        traceback.print_exc(file=sys.stdout)
    else:
        print(f"ok {name} {time.monotonic() - started:.2f} s", flush=True)


async def scenario() -> None:
    for alone in BEFORE_THE_RADIO:
        await check(alone.__name__.replace("_", " "), alone())
    guest = checks.Guest(await Bluez.connect(), await Station.start("tests.bluez.guest_device"))
    await guest.bluez.power(True)
    await guest.station.order("advertise", True)
    for each in WITH_THE_RADIO:
        await check(each.__name__.replace("_", " "), each(guest))


if __name__ == "__main__":
    asyncio.run(scenario())
