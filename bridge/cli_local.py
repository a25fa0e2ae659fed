"""``init``, ``doctor``, ``check`` and ``convert``: parse, call one function, print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from bridge.cli import Globals, echo_error, mask
from bridge.options import ConvertOptions, options
from bridge.session import settings_for


@click.command()
@click.option("--yes", is_flag=True, help="never ask; take what was detected and the defaults")
@click.option("--force", is_flag=True, help="overwrite an existing nbwiki.toml")
def init(*, yes: bool, force: bool) -> int:
    """Write nbwiki.toml for this folder; asks only for what can't be detected."""
    from bridge.init import write_config

    for text in write_config(Path.cwd(), ask=None if yes else click.prompt, force=force):
        click.echo(text)
    return 0


@click.command()
@click.option("-t", "--target", envvar="NBWIKI_TARGET", help="target to look at; default: all of them")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.pass_obj
def doctor(obj: Globals, target: str | None, *, as_json: bool) -> int:
    """Check credentials, permissions, space, parent and renderers. Writes nothing to the wiki."""
    from bridge.doctor import examine, text_of

    found = examine(settings_for(obj), target)
    report = {"schema": 1, "findings": [one.as_json() for one in found]}
    click.echo(mask(json.dumps(report, ensure_ascii=False) if as_json else text_of(found)))
    return max((one.code for one in found), default=0)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="warnings fail as well")
@click.option("-t", "--target", help="ask this wiki, too: which published reports are like those that are new")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.pass_obj
def check(obj: Globals, paths: Sequence[Path], *, strict: bool, target: str | None, as_json: bool) -> int:
    """Check documents offline: do they parse, do links and pictures lead somewhere, would they run elsewhere, do they hold.

    Nothing is sent or run; with -t a wiki is asked, and not written to. Exit code 0, or 4 where something is wrong.
    """
    from bridge import check as checks

    results = checks.check(settings_for(obj), paths)
    if target is not None:
        from bridge.publish import publish
        from bridge.session import opened
        from bridge.sync.actions import Flags

        settings = settings_for(obj)
        with opened(settings, target) as (name, _, wiki):
            done = publish(settings, wiki, name, flags=Flags(), paths=paths, write=False)
        results = checks.with_similar(results, done.actions)
    code = checks.exit_code_of(results, strict=strict)
    if as_json:
        click.echo(mask(json.dumps(checks.as_json(results, code), ensure_ascii=False)))
    else:
        for text in checks.lines(results, verbose=obj.verbosity > 0, quiet=obj.verbosity < 0):
            click.echo(mask(text))
    return code


@click.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@options(ConvertOptions)
@click.pass_obj
def convert(obj: Globals, sources: Sequence[Path], options: ConvertOptions) -> int:
    """Convert documents offline into DIR/<path without suffix>/."""
    from bridge.convert import convert as convert_all

    results = convert_all(settings_for(obj), sources, options.to, options.output, options.flavor)
    for one in results:
        if one.error:
            echo_error(f"x {one.error}")
        elif obj.verbosity >= 0:
            click.echo(mask(f"+ {one.path} → {one.folder}" + (f" [{one.notes} notes]" if one.notes else "")))
    return 4 if any(one.error for one in results) else 0
