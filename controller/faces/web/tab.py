"""One page: the program behind it, which lives no longer than its page, and what goes back and forth."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import TYPE_CHECKING, Final, ParamSpec

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Awaitable, Callable

    from aiohttp import web

    from controller.faces.web.tickets import Rights

P = ParamSpec("P")
ENDS_S: Final = 5.0
"""How long a program may take to end when its page is closed; then it is killed. It drives nothing."""
LARGEST: Final = 500
"""Columns and rows of a page; more is no screen."""
MOST_TYPED: Final = 64 * 1024
"""Characters in one message: what is pasted, and no more than a field here could use."""


class Tab(AppService):
    """As textual-serve has it, with a program that is started without a shell."""

    def __init__(self, websocket: web.WebSocketResponse, rights: Rights, life: int) -> None:
        super().__init__(
            "unknot", write_bytes=_quiet(websocket.send_bytes), write_str=_quiet(websocket.send_str),
            close=_quiet(websocket.close), download_manager=DownloadManager(),
        )  # fmt: skip
        self._rights, self._life = rights, life

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        environment = self._build_environment(width=width, height=height)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "controller.faces.web.window", self._rights, str(self._life),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=environment, pass_fds=(self._life,), start_new_session=True,
        )  # fmt: skip
        self._process, self._stdin = process, process.stdin
        return process

    async def take(self, message: object) -> None:
        """A message of the page; what is none does nothing."""
        match message:
            case ["stdin", str(typed)] if len(typed) <= MOST_TYPED:
                await self.send_bytes(typed.encode("utf-8", "ignore"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                await self.set_terminal_size(size(width), size(height))
            case ["ping", str(sent)]:
                await self.remote_write_str(json.dumps(["pong", sent[:40]]))
            case ["focus"]:
                await self.focus()
            case ["blur"]:
                await self.blur()
            case _:
                pass

    async def stop(self) -> None:
        """End the program, whatever it does."""
        process = self._process
        try:
            async with asyncio.timeout(ENDS_S):
                await super().stop()
                if process is not None:
                    await process.wait()
        except TimeoutError:
            if process is not None and process.returncode is None:
                process.kill()
                await process.wait()


def size(told: int) -> int:
    """Columns or rows, within what can be drawn."""
    return max(1, min(told, LARGEST))


def _quiet(call: Callable[P, Awaitable[object]]) -> Callable[P, Awaitable[None]]:
    """`call`; to a page that is gone it does nothing: its program is still read, or it could not end."""

    async def quiet(*args: P.args, **named: P.kwargs) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            await call(*args, **named)

    return quiet
