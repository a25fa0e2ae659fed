"""``sandbox``, ``demo`` and ``preview``: parse, call one function, print."""

from __future__ import annotations

import ipaddress
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.cli import Globals
from bridge.options import DemoOptions, PreviewOptions, SandboxOptions, options
from converters.errors import ConfigError

if TYPE_CHECKING:
    from adapters.sandbox.server import Server


@click.group()
def sandbox() -> None:
    """Run a local wiki that speaks Confluence and Notion."""


@sandbox.command()
@options(SandboxOptions)
def serve(options: SandboxOptions) -> int:
    """Serve until Ctrl-C."""
    from adapters.sandbox.notion.store import HUB

    if not _loopback(options.host):
        click.echo(f"careful: other machines can reach {options.host}, and the tokens are known to all", err=True)
    server = _start(options)
    click.echo(f"sandbox on {server.url}/ in a browser; token of all three APIs: sandbox")
    click.echo(f"  Confluence Cloud        {server.url}/wiki  space DATA, user author@example.com")
    click.echo(f"  Confluence Data Center  {server.url}/dc  space DATA")
    click.echo(f"  Notion                  {server.url}/notion  page Data hub {HUB}")
    return _wait(server)


@sandbox.command()
@click.option("--port", type=int, default=8765, show_default=True, help="port of the running sandbox")
@click.option("--host", default="127.0.0.1", show_default=True, help="its address")
def reset(port: int, host: str) -> int:
    """Bring a running sandbox back to its first state."""
    request = urllib.request.Request(f"http://{host}:{port}/sandbox/reset", method="POST", data=b"")
    try:
        with urllib.request.urlopen(request, timeout=10):
            click.echo("the sandbox is as new")
    except urllib.error.URLError as error:
        from adapters.errors import WikiUnavailable

        raise WikiUnavailable(f"no sandbox on {host}:{port}", hint="start it: nbwiki sandbox serve") from error
    return 0


@click.command()
@options(DemoOptions)
def demo(options: DemoOptions) -> int:
    """Publish the example reports to a local wiki and show them."""
    from bridge.demo import publish_examples

    server = _start_near(SandboxOptions(port=options.port))
    click.echo(f"publishing the example reports to the sandbox on {server.url}/ …")
    code = publish_examples(server.url, click.echo)
    click.echo(
        "done; without --once the sandbox stays, to be looked at"
        if options.once
        else f"open {server.url}/ in a browser (Ctrl-C ends)"
    )
    if options.once:
        server.close()
        return code
    if not options.no_open:
        click.launch(f"{server.url}/")
    return _wait(server)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options(PreviewOptions)
@click.pass_obj
def preview(obj: Globals, paths: Sequence[Path], options: PreviewOptions) -> int:
    """Show the pages as readers will see them, in a browser; they follow your files as you write."""
    from bridge.preview.pages import PLACE, front
    from bridge.preview.session import Session
    from bridge.session import settings_for
    from bridge.watch import news_of

    root = settings_for(obj).root
    server = _start_near(SandboxOptions(port=options.port))
    session = Session(lambda: settings_for(obj), server.url, paths)
    server.front = front(session)
    address = f"{server.url}{PLACE}"
    click.echo(f"preview on {address} (Ctrl-C ends); nothing leaves this machine")
    if not options.no_open:
        click.launch(address)
    # It watches from the start: what is saved while the first pages are made is published next.
    news = news_of(root)
    news.set()
    try:
        while news.wait():
            news.clear()
            session.refresh()
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    finally:
        server.close()
    return 0


def _start(options: SandboxOptions) -> Server:
    from adapters.sandbox.server import serve as start

    try:
        return start(options.host, options.port, options.data)
    except OSError as error:
        hint = "choose another with --port, or 0 for any free one"
        raise ConfigError(f"can't listen on {options.host}:{options.port}: {error.strerror}", hint=hint) from error


def _start_near(options: SandboxOptions) -> Server:
    """The sandbox on its port, or, where another program has that one, on any free one."""
    try:
        return _start(options)
    except ConfigError as error:
        click.echo(f"{error.message}; taking another port", err=True)
        return _start(SandboxOptions(port=0))


def _wait(server: Server) -> int:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    finally:
        server.close()
    return 0


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
