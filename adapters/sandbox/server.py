"""The sandbox's HTTP server: threads, keep-alive, dispatch by path prefix, request log and faults.

``serve(host, port, data)`` starts it in a thread and gives a :class:`Server` with ``port``, ``url``, ``state`` and
``close()``. Everything but carrying bytes is done by the modules that it dispatches to.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from adapters.sandbox import admin, confluence, notion, web
from adapters.sandbox.faults import Faults
from adapters.sandbox.http import Request, Response
from adapters.sandbox.request_log import RequestLog
from adapters.sandbox.state import State

MAX_BODY_BYTES = 64 * 1024 * 1024
_IDLE_S = 75  # an idle keep-alive connection is closed after this
_PREFIXES = (
    ("/wiki/api/", "confluence", confluence.handle),
    ("/wiki/rest/", "confluence", confluence.handle),
    ("/wiki/download/", "confluence", confluence.handle),
    ("/_media/", "confluence", confluence.handle),
    ("/_edge/tenant_info", "confluence", confluence.handle),
    ("/ex/confluence/", "confluence", confluence.handle),
    ("/dc/rest/", "confluence-dc", confluence.handle),
    ("/dc/download/", "confluence-dc", confluence.handle),
    ("/dc/pages/movepage.action", "confluence-dc", confluence.handle),
    ("/notion/v1/", "notion", notion.handle),
    ("/notion/files/", "notion", notion.handle),
)


class _Refused(Exception):
    """A request whose body can't be read; the connection is closed after the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Connections(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], server: Server) -> None:
        self.owner = server
        self.open_sockets: set[socket.socket] = set()
        super().__init__(address, _Handler)


class Server:
    """A running sandbox."""

    def __init__(self, host: str, port: int, data: Path | None) -> None:
        self.state = State(data)
        self.log = RequestLog()
        admin.prepare(self.state)
        self.faults = Faults()
        self.faults.resume(self.state.setting("faults", {}))
        self.faults.keep = lambda kept: self.state.keep("faults", kept)
        self.front: Callable[[Request], Response | None] | None = None
        """Asked before all else, where somebody set it: pages of another part on this port (``nbwiki preview``)."""
        self._http = _Connections((host, port), self)
        self.host = host
        self.port = int(self._http.server_address[1])
        self.local = ipaddress.ip_address(str(self._http.server_address[0])).is_loopback
        """Whether it is for this machine only. Then it answers to no other name: a page from elsewhere whose name was
        made to lead here could read and write everything (DNS rebinding)."""
        shown = f"[{host}]" if ":" in host else host
        self.url = self.state.address = f"http://{shown}:{self.port}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, name="sandbox", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stops listening, cuts open connections, closes the database. Closing twice is fine."""
        self._http.shutdown()
        self._http.server_close()
        for connection in list(self._http.open_sockets):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was faster
        self._thread.join(timeout=5)
        self.state.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, request: Request) -> tuple[Response, str]:
        """The response to one request, and the name of the API that gave it."""
        if request.path == "/sandbox" or request.path.startswith("/sandbox/"):
            return admin.handle(request, self.state, self.log, self.faults), "sandbox"
        if self.front is not None and (response := self.front(request)) is not None:
            return response, "web"
        for prefix, api, handle in _PREFIXES:
            if request.path.startswith(prefix):
                return handle(request, self.state), api
        return web.handle(request, self.state), "web"


def serve(host: str = "127.0.0.1", port: int = 0, data: Path | None = None) -> Server:
    """A sandbox that is running and ready; port 0 takes a free one, no data file keeps all in memory."""
    return Server(host, port, data)


def api_of(path: str) -> str:
    """The name of the API that a path belongs to."""
    return next((api for prefix, api, _ in _PREFIXES if path.startswith(prefix)), "web")


def _local_name(host: str) -> bool:
    """Whether a ``Host`` is an address in numbers or this machine's own name: nobody else can make those lead here."""
    name = host.rpartition(":")[0] if host.count(":") == 1 else host.partition("]")[0].removeprefix("[")
    name = (name or host).lower().removesuffix(".")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in {"", "localhost"} or name.endswith(".localhost")
    return True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nbwiki-sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = _IDLE_S
    server: _Connections

    def setup(self) -> None:
        super().setup()
        self.server.open_sockets.add(self.connection)

    def finish(self) -> None:
        self.server.open_sockets.discard(self.connection)
        try:
            super().finish()
        except OSError:
            return  # the other side is gone

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Silence: the request log is the record."""

    def _serve(self) -> None:
        began, clock = time.time(), time.perf_counter()
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            body = self._body(headers)
        except _Refused as refused:
            self.close_connection = True
            self._send(Response(refused.status, {"message": str(refused)}), head=False)
            return
        head = self.command == "HEAD"
        request = Request.parse("GET" if head else self.command, self.path, headers, body)
        owner = self.server.owner
        response, api, cut = Response(500, {"message": "the sandbox itself failed; see its log"}), "", False
        keep_alive, self.close_connection = not self.close_connection, True
        try:
            if self.path.startswith("/") and owner.local and not _local_name(headers.get("host", "")):
                response = Response(421, {"message": f"this server is called {owner.url}"})
            else:
                response, api, cut = self._answer(owner, request)
            self.close_connection = cut or not keep_alive
        finally:
            if api != "sandbox":
                duration_ms = (time.perf_counter() - clock) * 1000
                owner.log.add(request, 0 if cut else response.status, began, duration_ms, api)
            if not cut:
                self._send(response, head=head)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _serve  # noqa: N815

    def _answer(self, owner: Server, request: Request) -> tuple[Response, str, bool]:
        strike = None if request.path.startswith("/sandbox") else owner.faults.strike(request)
        if strike is None:
            return *owner.answer(request), False
        if strike.delay_s:
            time.sleep(strike.delay_s)
        if strike.reset == "before":
            self._cut()
            return Response(), api_of(request.path), True
        if strike.response is not None and not strike.after_work:
            return strike.response, api_of(request.path), False
        response, api = owner.answer(request)
        if strike.reset == "after":
            self._cut()
            return response, api, True
        return strike.response or response, api, False

    def _cut(self) -> None:
        # A zero linger makes close() send RST: the client sees a reset connection, not a clean end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.server.open_sockets.discard(self.connection)
        self.rfile.close()
        self.connection.close()

    def _body(self, headers: dict[str, str]) -> bytes:
        coding = headers.get("transfer-encoding", "").lower()
        if coding:
            if coding != "chunked":
                raise _Refused(501, f"transfer coding {coding!r} is not supported")
            return self._chunks()
        length = headers.get("content-length", "0").strip()
        if not (length.isascii() and length.isdigit()):
            raise _Refused(400, "Content-Length is no number")
        if len(length) > 12 or int(length) > MAX_BODY_BYTES:
            raise _Refused(413, f"the body is larger than {MAX_BODY_BYTES} bytes")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionResetError("the client went away inside a body")
        return body

    def _chunks(self) -> bytes:
        parts: list[bytes] = []
        total = 0
        while True:
            size_line = self.rfile.readline(256).split(b";")[0].strip()
            try:
                size = int(size_line, 16)
            except ValueError:
                raise _Refused(400, "malformed chunk size") from None
            total += size
            if size < 0 or total > MAX_BODY_BYTES:
                raise _Refused(413, f"the body is larger than {MAX_BODY_BYTES} bytes")
            if size == 0:
                while self.rfile.readline(65536).strip():
                    pass  # trailers are read and forgotten
                return b"".join(parts)
            parts.append(self.rfile.read(size))
            if self.rfile.readline(8).strip():
                raise _Refused(400, "malformed chunk")

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The header ``Date`` by the sandbox's own clock."""
        return super().date_time_string(timestamp or self.server.owner.state.now())

    def _send(self, response: Response, *, head: bool) -> None:
        body, content_type = response.encoded()
        self.send_response(response.status)
        bodiless = response.status in {204, 304}
        if not bodiless:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        # One write for headers and body: two small ones would wait for each other on slow paths.
        if not (head or bodiless):
            wire, self.wfile = self.wfile, io.BytesIO()
            self.end_headers()
            wire.write(self.wfile.getvalue() + body)
            self.wfile = wire
        else:
            self.end_headers()
