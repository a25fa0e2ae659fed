"""The real command with a limit in time, and a server that must never be asked anything."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.e2e.process import at_start, forked, fresh
from tests.e2e.publish import ROOT, TOKENS, Run


def nbwiki(*arguments: str, cwd: Path, environment: Mapping[str, str] | None = None) -> Run:
    """What one command did. Only the few variables that it needs go along."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ}
    env = {
        **kept,
        **at_start(os.environ),
        **TOKENS,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "default",
        **(environment or {}),
    }
    code, out, err = forked(arguments, cwd, env) or fresh(arguments, cwd, env)
    return Run(code, out.decode(), err.decode())


@contextmanager
def server(answer: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server on a port of its own."""
    here = ThreadingHTTPServer(("127.0.0.1", 0), answer)
    thread = threading.Thread(target=here.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{here.server_port}"
    finally:
        here.shutdown()
        here.server_close()
        thread.join()


@contextmanager
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server's address, and the list of everything that it was asked for."""
    asked: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.send_response(200)
            self.end_headers()

        do_HEAD = do_POST = do_PUT = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Nothing on stderr."""

    with server(Canary) as address:
        yield address, asked
