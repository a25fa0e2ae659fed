"""What the tests of ``mirror`` share: repositories that change, the real command as a process, git hosts."""

from __future__ import annotations

import base64
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.e2e.publish import ROOT, TOKENS, state
from tests.security.command import server

LONGEST_S = 60.0


class Repository:
    """A repository on disk that commits what it is told; names and times are fixed."""

    def __init__(self, folder: Path, branch: str = "main") -> None:
        self.folder = folder
        self.commits = 0
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", branch)

    def git(self, *arguments: str) -> str:
        day = f"2026-01-{1 + self.commits % 28:02}T{self.commits // 28 % 24:02}:00:00Z"
        env = {**os.environ, "GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
        identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false")
        command = ["git", *identity, *arguments]
        done = subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True, env=env)
        return done.stdout.strip()

    def write(self, path: str, text: str | bytes) -> None:
        full = self.folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, message: str = "work") -> str:
        self.commits += 1
        self.git("add", "-A")
        self.git("commit", "-qm", message, "--allow-empty")
        return self.head()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD")


def targets(folder: Path, url: str, source: str = "") -> Path:
    """A folder to run mirrors in, with a Confluence and a Notion target of a sandbox."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nbwiki.toml").write_text(
        f"""
{source}
[targets.cloud]
kind = "confluence"
url = "{url}/wiki"
space = "DATA"
parent = "Reports"
user_env = "CONFLUENCE_USER"
token_env = "CONFLUENCE_TOKEN"

[targets.notion]
kind = "notion"
url = "{url}/notion"
parent = "{state(url)["notion_data_hub"]}"
token_env = "NOTION_TOKEN"
"""
    )
    return folder


def environment(**more: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NBWIKI", "CONFLUENCE", "NOTION", "GIT_"))
    }
    return {**kept, **TOKENS, "PYTHONPATH": str(ROOT), **more}


class Running:
    """``nbwiki mirror --json`` as a process; ``next()`` is its next line, as JSON."""

    def __init__(self, cwd: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "bridge", "mirror", *arguments, "--json", "--cache", str(cwd / "cache")]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, cwd=cwd, env=env or environment(), stdout=pipe, stderr=pipe, text=True, stdin=subprocess.DEVNULL
        )
        self.errors: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._threads = [
            threading.Thread(target=self._read, daemon=True),
            threading.Thread(target=self._hear, daemon=True),
        ]
        for one in self._threads:
            one.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)

    def _hear(self) -> None:
        assert self.process.stderr
        self.errors += iter(self.process.stderr)

    def next(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._lines.get(timeout=LONGEST_S))
        except queue.Empty:
            raise AssertionError(f"no line; {self.process.poll()}: {''.join(self.errors)}") from None
        return found

    def until(self, **wanted: Any) -> dict[str, Any]:
        """The next line with these values."""
        while True:
            found = self.next()
            if all(found[name] == value for name, value in wanted.items()):
                return found

    def end(self, number: int = signal.SIGTERM) -> int:
        """The exit code after a signal."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(timeout=LONGEST_S)
        for one in self._threads:
            one.join(timeout=5)
        assert self.process.stdout
        assert self.process.stderr
        self.process.stdout.close()
        self.process.stderr.close()
        return code


@contextmanager
def running(cwd: Path, *arguments: str, env: dict[str, str] | None = None) -> Iterator[Running]:
    """A mirror that is surely over afterwards."""
    here = Running(cwd, *arguments, env=env)
    try:
        yield here
    finally:
        if here.process.poll() is None:
            here.process.kill()
            here.wait()


@contextmanager
def git_host(root: Path, user: str = "", password: str = "", asked: list[str] | None = None) -> Iterator[str]:
    """The address of a web server that serves the repositories below ``root`` by git's own http-backend.

    With a user, it wants basic credentials, as private hosts do. ``asked`` collects what it was asked.
    """
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Transfer-Encoding") == "chunked":
                body = self._chunks()
            if asked is not None:
                asked.append(f"{self.command} {self.path} {self.headers.get('Authorization', '')}")
            if user and self.headers.get("Authorization") != wanted:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            path, _, query = self.path.partition("?")
            env = {
                **os.environ,
                "GIT_PROJECT_ROOT": str(root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "REMOTE_ADDR": "127.0.0.1",
            }
            done = subprocess.run(["git", "http-backend"], input=body, env=env, capture_output=True, check=False)
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            fields = [line.split(": ", 1) for line in head.decode().splitlines()]
            status = next((value for name, value in fields if name == "Status"), "200 OK")
            self.send_response(int(status.split()[0]))
            for name, value in fields:
                if name != "Status":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815

        def _chunks(self) -> bytes:
            parts = []
            while size := int(self.rfile.readline().strip() or b"0", 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Nothing on stderr."""

    with server(Host) as address:
        yield address
