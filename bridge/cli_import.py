"""``import``: parse, call one function, print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import click

from adapters.adopting import TOOLS, Tool
from bridge.cli import Globals, mask
from bridge.session import opened, settings_for


@click.command("import")
@click.argument("tool", type=click.Choice(TOOLS))
@click.argument("path", type=click.Path(path_type=Path))
@click.option("-t", "--target", envvar="NBWIKI_TARGET", help="target that the pages are on; default: the only one")
@click.option("--dry-run", is_flag=True, help="show what would be taken over; write nothing")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.pass_obj
def import_(obj: Globals, tool: str, path: Path, target: str | None, *, dry_run: bool, as_json: bool) -> int:
    """Take over what an earlier tool published: metadata and pages, with their ids, history and comments."""
    from bridge.importing import as_json as object_of
    from bridge.importing import as_text, import_from

    name = cast("Tool", tool)
    with opened(settings_for(obj), target) as (chosen, _, wiki):
        taken = import_from(name, path, settings_for(obj), wiki, write=not dry_run)
    shown = json.dumps(object_of(chosen, name, taken), ensure_ascii=False) if as_json else as_text(taken)
    click.echo(mask(shown))
    states = {one.state for one in taken}
    return 1 if "error" in states else 7 if "conflict" in states else 0
