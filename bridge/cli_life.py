"""``audit``, ``supersede`` and ``reassign``: parse, call one function, print."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from bridge.cli import Globals, mask
from bridge.cli_sync import TARGET
from bridge.exit_codes import DONE, SOME_FAILED
from bridge.session import opened, settings_for

JSON = click.option("--json", "as_json", is_flag=True, help="print one JSON object")


@click.command()
@TARGET
@JSON
@click.option("--dry-run", is_flag=True, help="set no badge; nothing is written")
@click.option(
    "--questions/--no-questions",
    default=None,
    help="ask for readers' open questions: a request or two a report, in Notion one a block (default: with a hub in Confluence)",
)
@click.pass_obj
def audit(obj: Globals, target: str | None, *, as_json: bool, dry_run: bool, questions: bool | None) -> int:
    """Show reports that are stale, ownerless, untagged, orphaned or never read; stale ones get a badge on their page.

    With the hub on, its page of health is brought up to date.
    """
    from bridge.audit import audit_of, audit_text

    settings = settings_for(obj)
    with opened(settings, target) as (name, _, wiki):
        found = audit_of(settings, wiki, name, write=not dry_run, questions=questions)
    _print(found, audit_text, as_json=as_json)
    failed = found["errors"] or found["health"]["verb"] == "error"
    return SOME_FAILED if failed else DONE


@click.command()
@click.argument("old")
@click.argument("new")
@TARGET
@JSON
@click.pass_obj
def supersede(obj: Globals, old: str, new: str, target: str | None, *, as_json: bool) -> int:
    """Say on both pages that NEW replaces OLD. Reports are named by file, title, page or address."""
    from bridge.succession import supersede as superseded
    from bridge.succession import told_text

    with opened(settings_for(obj), target) as (name, _, wiki):
        found = superseded(wiki, name, old, new)
    return _told(found, told_text, as_json=as_json)


@click.command()
@click.option("--from", "from_", required=True, metavar="A", help="who owns them now, as the reports name them")
@click.option("--to", required=True, metavar="B", help="who is to own them")
@TARGET
@JSON
@click.pass_obj
def reassign(obj: Globals, from_: str, to: str, target: str | None, *, as_json: bool) -> int:
    """Give all reports of one owner to another; their authors stay as they are."""
    from bridge.succession import reassign as reassigned
    from bridge.succession import told_text

    with opened(settings_for(obj), target) as (name, _, wiki):
        found = reassigned(wiki, name, from_, to)
    return _told(found, told_text, as_json=as_json)


def _told(found: dict[str, Any], text: Callable[[dict[str, Any]], str], *, as_json: bool) -> int:
    _print(found, text, as_json=as_json)
    return SOME_FAILED if any(one["verb"] == "error" for one in found["reports"]) else DONE


def _print(found: dict[str, Any], text: Callable[[dict[str, Any]], str], *, as_json: bool) -> None:
    click.echo(mask(json.dumps(found, ensure_ascii=False) if as_json else text(found)))
