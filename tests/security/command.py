"""The real command with a limit in time, and a server that must never be asked anything."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.e2e.publish import ROOT, TOKENS, Run

LONGEST_S = 120
"""A hang is a failure with a name, not a stopped build."""


def nbwiki(*arguments: str, cwd: Path, environment: Mapping[str, str] | None = None) -> Run:
    """What one command did. Only the few variables that it needs go along."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ}
    env = {**kept, **TOKENS, "PYTHONPATH": str(ROOT), **(environment or {})}
    done = subprocess.run(
        [sys.executable, "-m", "bridge", *arguments],
        cwd=cwd,
        env=env,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=LONGEST_S,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


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
