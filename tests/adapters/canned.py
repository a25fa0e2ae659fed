"""A server of canned answers, and a transport to it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from adapters.confluence.transport import Transport
from adapters.settings import TargetSettings, Token

SECRET = "sekret-0123456789-abcdef"


class Canned:
    """A server that gives the answers of a list in turn (the last one for ever) and keeps what it got."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = [(200, {}, b"{}")]
        self.got: list[tuple[str, str, dict[str, str], bytes]] = []
        canned = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                canned.got.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status, headers, data = canned.answers.pop(0) if len(canned.answers) > 1 else canned.answers[0]
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815  (the base class looks for these)

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/wiki"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


def transport(url: str, slept: list[float] | None = None, **changes: Any) -> Transport:
    sleep = (slept if slept is not None else []).append
    known = {"name": "t", "kind": "confluence", "url": url, "token": Token(SECRET), "sleep": sleep}
    return Transport(url, TargetSettings(**{**known, **changes}))


def error(status: int, title: str) -> tuple[int, dict[str, str], bytes]:
    return status, {"atl-traceid": "abc"}, json.dumps({"errors": [{"status": status, "title": title}]}).encode()
