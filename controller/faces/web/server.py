"""The server of `unknot web`: pages on this machine, a program for each, and one life for all of them."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import textual_serve
from aiohttp import WSMsgType, web

from controller.faces.web.guard import ADDRESS, guarding
from controller.faces.web.tab import MOST_TYPED, Tab, size
from controller.keeping import Life

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.faces.web.tickets import Tickets
    from controller.snapshot import Ended

MOST_TABS: Final = 16
"""Each has a program of some 60 MB."""
REST_S: Final = 15.0
"""How long sessions may take to end when the server does: at rest within a second or two, then the record."""
BEATS_S: Final = 15.0
"""How often a page is asked whether it is still there."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ServeError(Exception):
    """Why nothing is served, with `remedy`, what a person can do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def bound(port: int) -> socket.socket:
    """A socket on that port of this machine alone; 0: on any that is free. Raises ServeError."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((ADDRESS, port))
        made.listen()
    except OSError as error:
        made.close()
        raise _why(port, error) from error
    return made


def _why(port: int, error: OSError) -> ServeError:
    if error.errno == errno.EADDRINUSE:
        return ServeError(
            f"port {port} is in use",
            "another `unknot web` may run: open the address that it printed, or choose another with --port",
        )
    if error.errno == errno.EACCES:
        return ServeError(f"port {port} may not be used", "choose one from 1024 on with --port")
    return ServeError(f"port {port} cannot be used: {error.strerror}", "choose another with --port")


class Pages:
    """What is served. `ended` hears how sessions end, whether or not a page still shows them."""

    def __init__(self, tickets: Tickets, life: Life, port: int, ended: Callable[[str, Ended], None]) -> None:
        self._tickets, self._life, self._port, self._ended = tickets, life, port, ended
        self._tabs: set[Tab] = set()
        self._sockets: set[web.WebSocketResponse] = set()

    def application(self) -> web.Application:
        """The routes, behind their guard."""
        app = web.Application(middlewares=[guarding(self._port)], client_max_size=4096)
        page = Path(str(files("controller.faces.web") / "page"))
        static = Path(textual_serve.__file__).parent / "static"
        app.add_routes(
            [
                web.get("/", lambda _: _index(page)),
                web.post("/ticket", self._ticket),
                web.get("/ws/{ticket}", self._connect),
                web.static("/page", page),
                web.static("/static", static),
            ]
        )
        return app

    def told(self) -> bool:
        """Hear what sessions tell; False: nobody is left."""
        heard = self._life.heard(0)
        for title, ended in heard or ():
            self._ended(title, ended)
        return heard is not None

    async def close(self) -> None:
        """End every page and its program."""
        for websocket in tuple(self._sockets):
            with contextlib.suppress(ConnectionError):
                await websocket.close()
        await asyncio.gather(*(tab.stop() for tab in tuple(self._tabs)), return_exceptions=True)

    async def _ticket(self, request: web.Request) -> web.Response:
        now = asyncio.get_running_loop().time()
        ticket = self._tickets.issue(await request.text(), now)
        if ticket is None:
            raise web.HTTPForbidden
        return web.Response(text=ticket)

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        rights = self._tickets.redeem(request.match_info["ticket"], asyncio.get_running_loop().time())
        if rights is None:
            raise web.HTTPForbidden
        if len(self._tabs) >= MOST_TABS:
            raise web.HTTPServiceUnavailable
        websocket = web.WebSocketResponse(heartbeat=BEATS_S, max_msg_size=4 * MOST_TYPED)
        tab = Tab(websocket, rights, self._life.descriptor)
        self._tabs.add(tab)
        try:
            await websocket.prepare(request)
            self._sockets.add(websocket)
            await tab.start(_told(request, "width", 80), _told(request, "height", 24))
            await self._carry(websocket, tab)
        finally:
            await asyncio.shield(tab.stop())
            self._sockets.discard(websocket)
            self._tabs.discard(tab)
        return websocket

    async def _carry(self, websocket: web.WebSocketResponse, tab: Tab) -> None:
        async for message in websocket:
            if message.type == WSMsgType.TEXT:
                with contextlib.suppress(ValueError):  # no JSON: no page of ours
                    await tab.take(message.json())


async def _index(page: Path) -> web.Response:
    return web.Response(text=(page / "index.html").read_text(encoding="utf-8"), content_type="text/html")


def _told(request: web.Request, name: str, otherwise: int) -> int:
    told = request.query.get(name, "")
    return size(int(told)) if told.isascii() and told.isdigit() and len(told) < 6 else otherwise


async def serve(
    made: socket.socket, tickets: Tickets, ready: Callable[[], None], ended: Callable[[str, Ended], None]
) -> bool:
    """Serve on `made` until a signal, then end pages and sessions; whether all of those said how."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for number in _SIGNALS:
        loop.add_signal_handler(number, over.set)
    life = Life()
    pages = Pages(tickets, life, made.getsockname()[1], ended)
    runner = web.AppRunner(pages.application(), access_log=None, handle_signals=False, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.SockSite(runner, made).start()
        loop.add_reader(life.fileno(), pages.told)
        ready()
        await over.wait()
    finally:
        loop.remove_reader(life.fileno())
        life.end()  # sessions come to rest first, pages close after that
        await pages.close()
        await runner.cleanup()
    return await asyncio.to_thread(_farewell, life, ended)


def _farewell(life: Life, ended: Callable[[str, Ended], None]) -> bool:
    try:
        for title, last in life.farewell(REST_S):
            ended(title, last)
    except TimeoutError:
        return False
    finally:
        life.close()
    return True
