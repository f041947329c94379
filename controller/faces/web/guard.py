"""Which requests are answered: those of a page of this server alone, whatever other pages a browser shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.typedefs import Middleware

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ADDRESS: Final = "127.0.0.1"
_NAMES = (ADDRESS, "localhost")
_HEADERS: Final = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def hosts(port: int) -> frozenset[str]:
    """What a browser calls this server; any other name is one that somebody else has pointed here."""
    return frozenset(f"{name}:{port}" for name in _NAMES)


def policy(port: int) -> str:
    """Nothing from anywhere else, and shown in no other page. xterm.js writes styles of its own."""
    sockets = " ".join(f"ws://{host}" for host in sorted(hosts(port)))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        f"img-src 'self' data:; connect-src 'self' {sockets}; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )


def refusal(host: str | None, origin: str | None, port: int, *, must_tell: bool) -> str | None:
    """Why a request is refused; None: it is not. `must_tell`: it has to say which page it comes from."""
    if host not in hosts(port):
        return f"This server is http://{ADDRESS}:{port}/ and answers to no other name."
    if origin is None:
        return "This is for a page of this server alone." if must_tell else None
    if origin not in {f"http://{each}" for each in hosts(port)}:
        return "Another page asked for this; only a page of this server may."
    return None


def guarding(port: int) -> Middleware:
    """Refuse what another page or another name asks for, and forbid to be shown inside another page."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        asks_more = request.method != "GET" or "Upgrade" in request.headers
        why = refusal(request.headers.get("Host"), request.headers.get("Origin"), port, must_tell=asks_more)
        response = web.Response(status=403, text=f"{why}\n") if why else await _answer(request, handler)
        if not response.prepared:
            response.headers.update(_HEADERS)
            response.headers["Content-Security-Policy"] = policy(port)
            kept = request.path.startswith(("/static/", "/page/"))
            response.headers["Cache-Control"] = "no-cache" if kept else "no-store"
        return response

    return guard


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.Response(status=error.status, text=f"{error.status}: {error.reason}\n")
