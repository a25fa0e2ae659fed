"""Tokens and passwords, whatever fails and however loudly it is told, are in no output."""

from __future__ import annotations

import base64
import json
import logging
import socket
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from adapters import open_wiki
from adapters.errors import WikiError
from adapters.sandbox.server import Server
from adapters.settings import TargetSettings, Token
from bridge.log import Masking
from tests.e2e.publish import Run, configure, requests_since
from tests.security.command import nbwiki, server

TOKEN = "tok/EN+se=cret ~\"9'é"
USER = "ann.lee@example.com"
PROXY_PASSWORD = "pr0xy@p%40ss:word"
KINDS = {
    "cloud": ("confluence", "/wiki", 'deployment = "cloud"\nuser_env = "CONFLUENCE_USER"'),
    "datacenter": ("confluence", "/dc", 'deployment = "datacenter"'),
    "notion": ("notion", "/notion", ""),
}
PLAIN_TOKEN = "tok/EN+se=cret~9"


def spellings(secret: str) -> set[str]:
    """Every way in which a secret may show."""
    basic = base64.b64encode(f"{USER}:{secret}".encode()).decode()
    bare = base64.b64encode(secret.encode()).decode()
    found = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), basic, bare, basic.rstrip("=")}
    return found | {json.dumps(secret)[1:-1], repr(secret)[1:-1]}


def assert_hidden(run: Run, *secrets: str) -> None:
    for secret in secrets:
        for form in spellings(secret):
            assert form not in run.out, form
            assert form not in run.err, form


class Echo(BaseHTTPRequestHandler):
    """A server (a proxy, a debugging gateway) that says everything it heard; how, is in the path's first part."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        mode = self.path.split("/")[1]
        heard = self.headers.get("Authorization", "")
        value = heard.partition(" ")[2]
        try:
            opened = base64.b64decode(value, validate=True).decode()
        except ValueError:
            opened = value
        said = f"{heard} {opened} {quote(opened, safe='')} {quote_plus(opened)}"
        status = int(mode) if mode.isdigit() else 200
        body = {
            "list": "[]",
            "nonsense": json.dumps({said: said, "results": said, "id": said}),
            "html": f"<html>{said}</html>",
        }.get(mode) or json.dumps(
            {
                "message": said,
                "code": "validation_error",
                "errors": [{"title": said, "detail": said}],
                "object": "error",
                "status": status,
            }
        )
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if mode == "html" else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_CONNECT = do_GET  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Nothing on stderr."""


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    with server(Echo) as address:
        yield address


def write_config(folder: Path, address: str, target: str, more: str = "") -> None:
    kind, path, own = KINDS[target]
    token_env = "NOTION_TOKEN" if kind == "notion" else "CONFLUENCE_TOKEN"
    (folder / "a.md").write_text("# A\n\ntext\n", encoding="utf-8")
    (folder / "nbwiki.toml").write_text(
        f'[source]\ninclude = ["*.md"]\n[targets.t]\nkind = "{kind}"\nurl = "{address}{path}"\nspace = "DATA"\n'
        f'parent = "da7a000000004000800000000000d47a"\ntoken_env = "{token_env}"\n'
        f"max_attempts = 1\ntimeout_s = 5\n{own}\n{more}\n",
        encoding="utf-8",
    )


def loud(folder: Path, *arguments: str, form: str = "text", **environment: str) -> Run:
    """The command with everything on."""
    tokens = {"CONFLUENCE_TOKEN": PLAIN_TOKEN, "NOTION_TOKEN": PLAIN_TOKEN, "CONFLUENCE_USER": USER, **environment}
    return nbwiki("-v", "-v", "--log-format", form, *arguments, cwd=folder, environment=tokens)


@pytest.mark.parametrize("mode", ["400", "403", "500", "list", "nonsense"])
@pytest.mark.parametrize("target", KINDS)
def test_a_wiki_that_repeats_the_token(tmp_path: Path, echo: str, target: str, mode: str) -> None:
    write_config(tmp_path, f"{echo}/{mode}", target)
    form = "json" if mode == "list" else "text"
    run = loud(tmp_path, "doctor" if mode == "403" else "sync", "--json", form=form)
    assert run.code
    assert run.err or mode == "403"
    assert_hidden(run, PLAIN_TOKEN)


def test_a_bug_gives_a_traceback_without_secrets(tmp_path: Path, echo: str) -> None:
    """An answer that no wiki gives makes our code fail; what is told of it holds no secret."""
    write_config(tmp_path, f"{echo}/list", "notion")
    run = loud(tmp_path, "sync")
    assert run.code
    assert_hidden(run, PLAIN_TOKEN)


@pytest.mark.parametrize("target", KINDS)
def test_failing_connections(tmp_path: Path, target: str, echo: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    password = quote(PROXY_PASSWORD, safe="")
    refused, tls = f"http://127.0.0.1:{port}", echo.replace("http:", "https:")
    proxy = f"http://ann:{password}@127.0.0.1:{port}"
    ways: list[tuple[str, str, dict[str, str]]] = [
        (refused, "", {}),
        (tls, "", {}),
        ("http://wiki.example", "", {"HTTP_PROXY": proxy, "http_proxy": proxy}),
        ("http://wiki.example", "", {"NBWIKI_TARGETS_T_PROXY": proxy}),
    ]
    for address, more, environment in ways:
        write_config(tmp_path, address, target, more)
        run = loud(tmp_path, "sync", **environment)
        assert run.code == 6, run.err
        assert_hidden(run, PLAIN_TOKEN, PROXY_PASSWORD, password)


def test_the_file_may_hold_no_credential(tmp_path: Path) -> None:
    for line in (
        f'token = "{PLAIN_TOKEN}"',
        f'token_env = "{PLAIN_TOKEN}"',
        f'proxy = "http://ann:{quote(PLAIN_TOKEN, safe="")}@proxy.example"',
        f'user_env = "ATATT3x{"A" * 40}"',
    ):
        write_config(tmp_path, "http://127.0.0.1:9", "datacenter", line)
        text = (tmp_path / "nbwiki.toml").read_text(encoding="utf-8")
        if line.startswith("token_env"):
            text = text.replace('token_env = "CONFLUENCE_TOKEN"\n', "")
        (tmp_path / "nbwiki.toml").write_text(text, encoding="utf-8")
        run = nbwiki("-v", "-v", "sync", cwd=tmp_path)
        assert run.code == 3, (line, run.err)
        assert "never stand in the file" in run.err
        assert_hidden(run, PLAIN_TOKEN, f"ATATT3x{'A' * 40}")


@pytest.mark.parametrize("target", KINDS)
def test_objects_and_errors_hold_no_token(target: str, echo: str) -> None:
    kind, path, _ = KINDS[target]
    settings = TargetSettings(
        name="t",
        kind=kind,
        url=f"{echo}/500{path}",
        token=Token(PLAIN_TOKEN),
        user=USER if target == "cloud" else "",
        deployment="datacenter" if target == "datacenter" else "cloud",
        space="DATA",
        parent="0123456789abcdef0123456789abcdef" if target == "notion" else "x",
        max_attempts=1,
    )
    wiki = open_wiki(settings)
    try:
        with pytest.raises(WikiError) as caught:
            wiki.observe()
        shown = [
            repr(settings),
            str(settings),
            repr(wiki),
            str(wiki),
            repr(vars(wiki)),
            repr(settings.token),
            f"{settings.token}",
        ]
        shown += [repr(vars(value)) for value in vars(wiki).values() if hasattr(value, "__dict__")]
        mask = Masking([PLAIN_TOKEN, f"{USER}:{PLAIN_TOKEN}"]).mask
        shown += [mask(repr(caught.value.args)), mask(str(caught.value)), mask(caught.value.hint)]
        for form in spellings(PLAIN_TOKEN):
            for text in shown:
                assert form not in text
    finally:
        wiki.close()


@pytest.mark.parametrize("as_json", [False, True])
def test_masking_knows_every_spelling(*, as_json: bool) -> None:
    formatter = Masking([TOKEN, f"{USER}:{TOKEN}"], as_json=as_json)
    for form in spellings(TOKEN):
        try:
            raise ValueError(f"before {form} after")
        except ValueError:
            record = logging.LogRecord("bridge", logging.ERROR, __file__, 1, "said %s", (form,), sys.exc_info())
        text = formatter.format(record)
        for other in spellings(TOKEN):
            assert other not in text
            assert json.dumps(other)[1:-1] not in text


def test_masking_knows_the_shapes_of_credentials() -> None:
    mask = Masking().mask
    for text in (
        "GET https://ann:pa@ss@host/x",
        "https://ghp_0123456789@github.com/a",
        "Authorization: Basic QWxhZGRpbg==",
        "{'Authorization': 'Bearer QWxhZGRpbg=='}",
        f"ATATT3x{'QWxhZGRpbg' * 3}",
        "ntn_0123456789QWxhZGRpbg",
    ):
        shown = mask(text)
        assert "***" in shown
        assert not any(part in shown for part in ("QWxhZGRpbg", "ss@", "pa@", "ghp_"))
    harmless = "see https://medium.com/@ann/x and ann@example.com, https://h/a?b=c@d"
    assert mask(harmless) == harmless


def test_the_sandbox_masks_what_it_logs(tmp_path: Path, sandbox: Server) -> None:
    (tmp_path / "a.md").write_text("# A\n", encoding="utf-8")
    configure(tmp_path, sandbox.url, tmp_path, ("a.md",))
    environment = {"CONFLUENCE_TOKEN": PLAIN_TOKEN, "NOTION_TOKEN": PLAIN_TOKEN, "CONFLUENCE_USER": USER}
    for target in KINDS:
        run = nbwiki("-v", "-v", "sync", "-t", target, cwd=tmp_path, environment=environment)
        assert run.code in {5, 3}, run.err
        assert_hidden(run, PLAIN_TOKEN)
    log = requests_since(sandbox.url)
    assert {entry["headers"]["authorization"] for entry in log if "authorization" in entry["headers"]} == {"***"}
    assert not any(form in json.dumps(log) for form in spellings(PLAIN_TOKEN))


def test_executed_notebooks_see_no_token(tmp_path: Path, sandbox: Server) -> None:
    """With --execute a notebook's code runs; what it may print of its surroundings holds no credential."""
    code = "import os; print(sorted(k + '=' + v[::-1] for k, v in os.environ.items()))"
    cells = [{"cell_type": "code", "metadata": {}, "source": code, "execution_count": None, "outputs": []}]
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    notebook["metadata"] = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    (tmp_path / "env.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    configure(tmp_path, sandbox.url, tmp_path, ("env.ipynb",))
    environment = {"NOTION_TOKEN": PLAIN_TOKEN, "PATH_OF_OURS": "visible"}
    run = nbwiki("sync", "-t", "cloud", "--execute", "--json", cwd=tmp_path, environment=environment)
    assert run.code == 0, run.err
    bodies = json.dumps(sandbox_pages(sandbox.url))
    assert "elbisiv" in bodies
    assert PLAIN_TOKEN[::-1] not in bodies
    assert "CONFLUENCE_TOKEN" not in bodies


def sandbox_pages(url: str) -> list[str]:
    from tests.e2e.publish import state

    return [page["body"] for page in state(url)["pages"] if page.get("body")]
