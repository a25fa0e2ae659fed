"""The sandbox's own server: bytes, request log, state, reset, and a data file that survives."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from adapters.sandbox.server import Server, serve

AUTH = ("author@example.com", "sandbox")
ROOT = Path(__file__).resolve().parents[2]


def test_request_log_masks_secrets(sandbox: Server) -> None:
    requests.post(f"{sandbox.url}/wiki/api/v2/pages?a=1", auth=AUTH, json={"spaceId": "1"})
    requests.get(f"{sandbox.url}/notion/v1/users/me", headers={"Authorization": "Bearer secret-token"})
    log = requests.get(f"{sandbox.url}/sandbox/requests").json()
    assert (log[0]["method"], log[0]["path"]) == ("POST", "/wiki/api/v2/pages")
    assert (log[0]["body"], log[0]["query"], log[0]["status"]) == ({"spaceId": "1"}, {"a": ["1"]}, 404)
    assert all(row["headers"]["authorization"] == "***" for row in log)
    later = requests.get(f"{sandbox.url}/sandbox/requests?since={log[0]['number']}").json()
    assert len(later) == len(log) - 1
    assert requests.delete(f"{sandbox.url}/sandbox/requests").status_code == 204
    assert requests.get(f"{sandbox.url}/sandbox/requests").json() == []


def test_chunked_bodies_head_and_nonsense(sandbox: Server) -> None:
    pieces = (piece for piece in (b'{"spaceId"', b': "1"}'))
    url = f"{sandbox.url}/wiki/api/v2/pages"
    assert requests.post(url, data=pieces, auth=AUTH, headers={"Content-Type": "application/json"}).status_code == 404
    head = requests.head(f"{sandbox.url}/wiki/api/v2/spaces", auth=AUTH)
    assert int(head.headers["Content-Length"]) > 0
    assert head.content == b""
    for raw, status in (
        (b"NONSENSE\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
    ):
        with socket.create_connection(("127.0.0.1", sandbox.port)) as wire:
            wire.sendall(raw)
            assert status in wire.recv(4000)


@pytest.mark.parametrize(("method", "path"), [
    ("POST", "reset"), ("PUT", "faults"), ("POST", "edit"), ("POST", "comment"), ("POST", "view"), ("DELETE", "requests"),
])  # fmt: skip
@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:1"},
])  # fmt: skip
def test_a_page_of_another_site_changes_nothing(
    sandbox: Server, method: str, path: str, headers: dict[str, str]
) -> None:
    before = requests.get(f"{sandbox.url}/sandbox/state").json()
    answer = requests.request(
        method, f"{sandbox.url}/sandbox/{path}", json={"switches": {"premium": True}}, headers=headers
    )
    assert answer.status_code == 403
    assert requests.get(f"{sandbox.url}/sandbox/state").json() == before
    # a program says nothing of where it comes from, and our own pages say so
    assert requests.post(f"{sandbox.url}/sandbox/reset").status_code == 200
    assert requests.post(f"{sandbox.url}/sandbox/reset", headers={"Origin": sandbox.url}).status_code == 200


def test_reset_gives_the_same_ids(sandbox: Server) -> None:
    before = requests.get(f"{sandbox.url}/sandbox/state").json()
    space_id = before["spaces"][0]["id"]
    made = requests.post(f"{sandbox.url}/wiki/api/v2/pages", auth=AUTH, json={"spaceId": space_id, "title": "T"}).json()
    assert any(page["id"] == made["id"] for page in requests.get(f"{sandbox.url}/sandbox/state").json()["pages"])
    assert requests.get(f"{sandbox.url}/sandbox/reset").status_code == 405
    requests.post(f"{sandbox.url}/sandbox/reset")
    after = requests.get(f"{sandbox.url}/sandbox/state").json()
    assert [page["id"] for page in after["pages"]] == [page["id"] for page in before["pages"]]


def test_a_data_file_survives_a_kill(tmp_path: Path) -> None:
    code = (
        "import sys,pathlib,time\nfrom adapters.sandbox.server import serve\n"
        "s = serve(data=pathlib.Path(sys.argv[1]))\nprint(s.url, flush=True)\ntime.sleep(60)\n"
    )
    file = tmp_path / "wiki.sqlite"
    with subprocess.Popen([sys.executable, "-c", code, str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        space_id = requests.get(f"{url}/wiki/api/v2/spaces", auth=AUTH).json()["results"][0]["id"]
        requests.post(f"{url}/wiki/api/v2/pages", auth=AUTH, json={"spaceId": space_id, "title": "Kept"})
        run.send_signal(signal.SIGKILL)
    with serve(data=file) as again:
        found = requests.get(f"{again.url}/wiki/api/v2/pages?title=kept", auth=AUTH).json()["results"]
    assert [page["title"] for page in found] == ["Kept"]


def test_a_name_that_was_made_to_lead_here_gets_nothing(sandbox: Server) -> None:
    """DNS rebinding: a page of another site would read reports, and write with the known token."""
    for path in ("/", "/sandbox/state", "/sandbox/requests", "/preview/state", "/wiki/api/v2/pages"):
        for host in (
            "evil.example",
            f"evil.example:{sandbox.port}",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
        ):
            answer = requests.get(f"{sandbox.url}{path}", headers={"Host": host}, auth=AUTH)
            assert answer.status_code == 421, (path, host)
            assert "Data" not in answer.text
    for host in (
        f"localhost:{sandbox.port}",
        "LOCALHOST",
        "127.0.0.1",
        "[::1]:8765",
        "nbwiki.localhost:1",
        "10.0.0.1:1",
    ):
        assert requests.get(f"{sandbox.url}/", headers={"Host": host}).status_code == 200, host
