"""What the program itself does with the real BlueZ: one long story, each check going on from the last."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from tests.bluez.guest_names import GUN, PAD, SECOND
from tests.bluez.guest_story import since
from tests.bluez.guest_unknot import Unknot

if TYPE_CHECKING:
    from tests.bluez.guest_story import Story
    from tests.bluez.guest_unknot import Event


async def scan_finds_them(story: Story) -> None:
    found = {each["name"]: each for each in (await story.told("scan", "--for", "1"))["devices"]}
    assert found.keys() == {"Knot-GUN1", "Knot-PAD1", "Knot-GUN2"}, found
    for each in found.values():
        assert each["usable"], each
        assert each["what"], each
        assert not each["simulated"], each


async def pairs_by_just_works(story: Story) -> None:
    told = await story.told("pair", GUN.address, "--yes", "--name", "my gun")
    assert told["ok"], told
    assert told["device"]["serial"] == GUN.serial
    assert await story.bonded()
    await story.drives(True)
    await story.drives(False)


async def pairs_by_number_at_a_terminal(story: Story) -> None:
    """One compares and the other enters, while the first one's device shows itself."""
    pair = await story.program("pair", PAD.address, "--name", "my pad", terminal=True)
    asked = await pair.shows(" [y/n] ")
    number = f"{(await story.look(PAD))['shown']:06}"
    assert f"Does the device show {number}?" in asked, (asked, number)
    await pair.shows("It is Knot", "y")
    assert await story.bonded(PAD)
    await asyncio.gather(answer_to_the_end(pair), enter_the_passkey(story))
    await story.heard("drive", PAD)
    await story.heard("stop", PAD)


async def enter_the_passkey(story: Story) -> None:
    """The person leaves when it is bonded: it has no name then."""
    pair = await story.program("pair", SECOND.address, terminal=True)
    await pair.shows("The six digits that the device shows")
    pair.press(f"{(await story.look(SECOND))['shown']:06}\n")
    await pair.shows("Now? [y/n] ")
    assert await story.bonded(SECOND)
    pair.interrupt()
    assert await pair.end() == 130


async def answer_to_the_end(pair: Unknot) -> None:
    await pair.shows("Now? [y/n] ")
    await pair.shows("[y/n] ", "y")
    await pair.shows("is known", "y")
    assert await pair.end() == 0


async def knows_them_by_name(story: Story) -> None:
    told = await story.told("devices")
    names = {each["name"]: each for each in told["devices"]}
    assert names.keys() == {"my gun", "my pad"}, names
    assert names["my gun"]["link"] == f"ble:{GUN.address}"
    assert names["my pad"]["kinds"] == ["heat"]


async def a_service_that_ends_lets_both_rest(story: Story) -> str:
    """It takes both links with it; a person's word takes up both again."""
    run = await story.program(*story.words_for_both())
    await story.drives(True, PAD)
    story.station.clear()
    ends = time.monotonic()
    service = await story.bluez.stop_daemon()
    rests = await story.drives(False, PAD)
    await story.station.event("gun lost")
    await run.until("paused")
    scan, doctor = await asyncio.gather(story.told("scan"), story.told("doctor"))
    said = {scan["errors"][0]["message"], bluetooth(doctor)["says"]}
    assert said == {"the system's Bluetooth service does not run"}, said
    await story.bluez.start_daemon(service)
    await story.bluez.power(True)
    run.tell(do="resume")
    await run.until("resumed")
    await story.drives(True, PAD)
    run.tell(do="stop")
    await story.heard("stop")
    await story.drives(False, PAD)
    assert (await run.last())["exit"] == 6
    return f"its end to rest {since(ends, rests)}; {said.pop()}"


async def loses_the_link_and_goes_on_when_told(story: Story) -> str:
    """At rest at once; a device that is back is left alone until a person says so."""
    run = story.running = await story.program(*story.words())
    assert (await run.until("question"))["kind"] == "screening"
    assert not (await run.until("session-started"))["simulated"]
    await story.driving(run)
    lost = await story.befalls("link lost")
    rests = await story.drives(False)
    why = (await run.until("paused"))["why"]
    await story.is_over("link lost")
    story.station.clear()
    scan = await story.told("scan", "--for", "0.5")
    assert "Knot-GUN1" in {each["name"] for each in scan["devices"]}
    assert not story.station.heard("gun heard"), "it was left alone"
    run.tell(do="resume")
    await run.until("resumed")
    await story.driving(run)
    return f"link lost to rest {since(lost, rests)}; {why}"


async def a_second_run_is_refused(story: Story) -> str:
    why = (await story.refused())["why"]
    assert "in use by another unknot" in why
    assert (await story.look())["drives"] > 0
    return str(why)


async def stops_from_another_terminal(story: Story) -> str:
    asked = time.monotonic()
    stop = asyncio.ensure_future(story.told("stop"))
    stopped = await story.heard("stop")
    await story.drives(False)
    assert [each["title"] for each in (await stop)["stopped"]] == ["A muscle"]
    assert (await story.running.last())["exit"] == 130
    return f"to the device {since(asked, stopped)}"


async def out_of_range_rests_by_its_lease(story: Story) -> str:
    run = story.running = await story.program(*story.words())
    await story.driving(run)
    story.station.clear()
    away = await story.befalls("out of range")
    rests = await story.drives(False)
    why = (await run.until("paused"))["why"]
    noticed = time.monotonic()
    await story.is_over("out of range")
    run.tell(do="resume")
    await run.until("resumed")
    await story.driving(run)
    return f"away to rest {since(away, rests)}, to the pause {since(away, noticed)}; {why}"


async def killed_with_9_and_joined(story: Story) -> str:
    """The device rests by its lease, Linux keeps the link, and the next start's first word is a stop.

    That one is a Python of its own, started once the other is dead.
    """
    story.station.clear()
    killed = story.running.kill()
    heir = await Unknot.start(*story.words())
    rests = await story.drives(False)
    assert await story.running.end() == -9
    assert (await story.look())["connected"]
    story.station.clear()
    when, first = await story.station.event("gun heard")
    assert first == "stop", first
    await story.driving(heir)
    assert not story.station.heard("gun lost")
    heir.tell(do="stop")
    assert (await heir.last())["exit"] == 6
    return f"kill to rest {since(killed, rests)}, to the stop of the next start {since(killed, when)}"


async def an_adapter_that_is_off_is_told(story: Story) -> str:
    await story.bluez.power(False)
    scan, refused, doctor = await asyncio.gather(story.told("scan"), story.refused(), story.told("doctor"))
    said = {scan["errors"][0]["message"], refused["why"], bluetooth(doctor)["says"]}
    assert said == {"Bluetooth is switched off"}, said
    await story.bluez.power(True)
    return str(said.pop())


def bluetooth(doctor: Event) -> Event:
    """What the doctor says of it, which is nothing good here."""
    [found] = [each for each in doctor["checks"] if each["name"] == "Bluetooth"]
    assert not found["ok"]
    return dict(found)


async def what_another_program_holds_is_left_alone(story: Story) -> str:
    """Here that of a settings dialog: nobody of ours died with it."""
    await story.bluez.connect_device(GUN.address)
    story.station.clear()
    why = (await story.refused())["why"]
    assert "connected to another program" in why, why
    assert (await story.look())["connected"]
    assert not story.station.heard("gun heard")
    await story.befalls("link lost")
    await story.is_over("link lost")
    return str(why)


async def a_device_that_forgot_its_bond_is_mended(story: Story) -> str:
    await story.befalls("bond forgotten")
    await story.station.order("close_window", GUN.name)
    asked = time.monotonic()
    why = (await story.refused())["why"]
    told = time.monotonic()
    assert "no longer know each other" in why, why
    refused = (await story.told("pair", GUN.address, "--yes"))["errors"][0]
    assert "refused to pair" in refused["message"], refused
    assert "hold its button" in refused["hint"], refused
    await story.befalls("pairing button")
    story.station.clear()
    mended = await story.told("pair", GUN.address, "--yes")
    assert mended.get("device", {}).get("name") == "my gun", mended
    await story.drives(True)
    await story.drives(False)
    return f"told after {since(asked, told)}; {why}"


async def a_computer_that_forgot_its_bond_is_mended(story: Story) -> str:
    """By whoever names the address, too: that is a word of a person's."""
    await story.bluez.forget(GUN.address)
    asked = time.monotonic()
    why = (await story.refused())["why"]
    told = time.monotonic()
    assert "not paired" in why, why
    run = await story.program(*story.words(f"ble:{GUN.address}"))
    await story.driving(run)
    assert await story.bonded()
    run.tell(do="stop")
    assert (await run.last())["exit"] == 6
    return f"told after {since(asked, told)}; {why}"


async def forgets_the_bond_too(story: Story) -> None:
    assert await story.bonded()
    told = await story.told("forget", "my gun")
    assert (told["forgotten"], told["trouble"]) == ("my gun", None), told
    assert not await story.bonded()


STORY = (
    scan_finds_them,
    pairs_by_just_works,
    pairs_by_number_at_a_terminal,
    knows_them_by_name,
    a_service_that_ends_lets_both_rest,
    loses_the_link_and_goes_on_when_told,
    a_second_run_is_refused,
    stops_from_another_terminal,
    out_of_range_rests_by_its_lease,
    killed_with_9_and_joined,
    an_adapter_that_is_off_is_told,
    what_another_program_holds_is_left_alone,
    a_device_that_forgot_its_bond_is_mended,
    a_computer_that_forgot_its_bond_is_mended,
    forgets_the_bond_too,
)
