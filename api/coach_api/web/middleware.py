"""Around every request: safe headers, counting, one log line without names, and the last resort.

The line has the route's template, never the address as asked, for that may hold a secret. An
unexpected error is logged by its kind and its place; its message, which may quote somebody, is not.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coach_api.problems import problem_of_status
from coach_api.sessions.metrics import Metrics

_log = logging.getLogger("coach_api.requests")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}
_HSTS = "max-age=31536000"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Those that are counted by name: anybody can make up others without end."""
CLIENT_GONE = 499
"""Counted when a request breaks off before its answer, as nginx does."""


class Around:
    """The outermost layer of the app. `secure` is whether browsers reach it by https."""

    def __init__(self, app: ASGIApp, metrics: Metrics, secure: bool) -> None:
        self._app, self._metrics = app, metrics
        dress = dict(HEADERS) | ({"Strict-Transport-Security": _HSTS} if secure else {})
        dress["Cache-Control"] = "private, no-store"
        self._dress = tuple((name.lower().encode(), text.encode()) for name, text in dress.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._count(scope, status, time.perf_counter() - began)
                worn = {name for name, _ in message["headers"]}
                message["headers"] += [each for each in self._dress if each[0] not in worn]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except ClientDisconnect:  # nobody waits for an answer
            self._count(scope, CLIENT_GONE, time.perf_counter() - began)
        except Exception as error:
            _log_error(scope, error)
            if status:
                raise ConnectionError("The answer broke off.") from None
            await _last_resort(scope, receive, sending)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = template(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(method, route).observe(seconds)
        _log.info("%s %s %d %.0f ms", method, route, status, 1000 * seconds)


class TusHeaders:
    """What tus asks of every request and answer below one address, refusals too.

    Parameters
    ----------
    path : the address of the uploads.
    version : of the protocol, said in every answer.
    """

    def __init__(self, app: ASGIApp, path: str, version: str) -> None:
        self._app, self._path = app, path
        self._header = (b"tus-resumable", version.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not self._is_below(scope["path"]):
            await self._app(scope, receive, send)
            return
        # For clients whose network lets only GET and POST pass.
        method = dict(scope["headers"]).get(b"x-http-method-override", b"").decode("latin-1")
        if method in _METHODS:
            scope["method"] = method

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], self._header]
            await send(message)

        await self._app(scope, receive, sending)

    def _is_below(self, path: str) -> bool:
        return path == self._path or path.startswith(f"{self._path}/")


def template(scope: Scope) -> str:
    """The route that answers, with its parameters unfilled; "unknown" when there is none."""
    return getattr(scope.get("route"), "path", None) or "unknown"


def _log_error(scope: Scope, error: Exception) -> None:
    place = "".join(traceback.format_tb(error.__traceback__)[-4:])
    _log.error("%s %s %s\n%s", scope["method"], template(scope), type(error).__name__, place)


async def _last_resort(scope: Scope, receive: Receive, send: Send) -> None:
    problem = problem_of_status(500, "The service met an error of its own. It has been logged.")
    answer = JSONResponse(problem.body(), problem.status, media_type="application/problem+json")
    await answer(scope, receive, send)
