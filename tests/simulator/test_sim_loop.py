"""The loop whose clock jumps."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from simulator.loop import VirtualLoop, virtual_loop


def run(main: object, speed: float | None = None) -> object:
    with asyncio.Runner(loop_factory=lambda: virtual_loop(speed)) as runner:
        return runner.run(main)  # type: ignore[arg-type]


def this_loop() -> VirtualLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop


def test_every_deadline_in_milliseconds_is_met_to_the_last_bit() -> None:
    async def main() -> list[tuple[float, float]]:
        loop, met = this_loop(), []
        for at_ms in [*range(1, 3000, 7), *range(3_599_000, 3_600_000, 13), 86_400_000, 200_000_000]:
            done = asyncio.Event()
            loop.call_at(at_ms / 1000, done.set)
            await done.wait()
            met.append((at_ms / 1000, loop.time()))
        return met

    met = run(main())
    assert isinstance(met, list)
    assert all(asked == found for asked, found in met)


def test_the_clock_starts_at_0_and_an_hour_takes_no_time() -> None:
    async def main() -> tuple[float, float]:
        before = this_loop().time()
        await asyncio.sleep(3600)
        return before, this_loop().time()

    began = time.monotonic()
    assert run(main()) == (0.0, 3600.0)
    assert time.monotonic() - began < 5


def test_two_runs_of_the_same_timers_are_the_same_run() -> None:
    async def main() -> list[tuple[str, float]]:
        seen: list[tuple[str, float]] = []

        async def tick(name: str, every: float) -> None:
            for _ in range(50):
                await asyncio.sleep(every)
                seen.append((name, this_loop().time()))

        await asyncio.gather(tick("a", 0.1), tick("b", 0.25), tick("c", 0.3))
        return seen

    assert run(main()) == run(main())


@pytest.mark.parametrize("speed", [None, 1000.0])
def test_while_held_the_clock_stands_and_a_descriptor_wakes_the_loop(speed: float | None) -> None:
    async def main() -> None:
        loop, woken = this_loop(), asyncio.Event()
        read, write = os.pipe()
        timer = loop.call_later(5, lambda: None)
        loop.hold()
        loop.hold()
        before = loop.time()
        loop.add_reader(read, woken.set)
        os.write(write, b"x")
        await woken.wait()
        assert loop.time() == before
        still = []
        for _ in range(2):
            loop.release()
            still.append(loop.held)
        assert still == [True, False]
        loop.remove_reader(read)
        os.close(read)
        os.close(write)
        await asyncio.sleep(10)
        assert loop.time() >= before + 10
        assert timer.when() < loop.time()

    run(main(), speed)


def test_while_held_a_thread_wakes_the_loop() -> None:
    async def main() -> tuple[float, float]:
        loop, woken = this_loop(), asyncio.Event()
        loop.hold()
        before = loop.time()
        loop.run_in_executor(None, lambda: loop.call_soon_threadsafe(woken.set))
        await woken.wait()
        return before, loop.time()

    assert run(main()) == (0.0, 0.0)


def test_release_without_hold_is_a_mistake() -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError, match="without"):
            this_loop().release()

    run(main())


def test_a_thread_takes_no_virtual_time() -> None:
    async def main() -> float:
        gate = asyncio.Event()
        loop = this_loop()
        ready, go = os.pipe()
        job = asyncio.wait_for(asyncio.to_thread(os.read, ready, 1), timeout=0.5)
        loop.call_soon(os.write, go, b"x")
        assert await job == b"x"
        os.close(ready)
        os.close(go)
        gate.set()
        return loop.time()

    assert run(main()) == 0.0


def test_a_timeout_and_its_cancelling_work() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 7.5)
        return this_loop().time()

    assert run(main()) == 7.5


def test_a_speed_scales_real_time_and_is_never_early() -> None:
    async def main() -> float:
        await asyncio.sleep(20)
        return this_loop().time()

    began = time.monotonic()
    reached = run(main(), 200.0)
    took = time.monotonic() - began
    assert isinstance(reached, float)
    assert 20 <= reached < 20 + 200 * took
    assert took >= 0.1


@pytest.mark.parametrize("speed", [0.0, -1.0, float("inf"), float("nan")])
def test_a_speed_is_a_positive_number(speed: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        virtual_loop(speed)
