"""``digest`` and ``topics``: parse, call one function, print."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bridge.cli import Globals, mask
from bridge.cli_sync import TARGET
from bridge.discover import UsageError
from bridge.session import opened, settings_for

JSON = click.option("--json", "as_json", is_flag=True, help="print one JSON object")


@click.command()
@TARGET
@click.option("--since", default="7d", metavar="D", show_default=True, help="from this day on, or 7d, 2w ago")
@click.option("--topic", default="", help="of one topic only")
@click.option("--team", default="", help="from or for one team only")
@click.option("--format", "form", type=click.Choice(["md", "json", "rss", "slack", "teams"]), default="md",
              show_default=True, help="Markdown, JSON Feed, RSS, or a channel's message")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), help="file to write instead of printing")
@click.option("--post", metavar="NAME", help="send it to the channel [hub.webhooks.NAME]; nothing where nothing is new")
@click.option("--no-questions", is_flag=True, help="leave out unanswered questions (a request for each report)")
@JSON
@click.pass_obj
def digest(  # noqa: PLR0913  (one parameter an option)
    obj: Globals, target: str | None, *, since: str, topic: str, team: str, form: str, output: Path | None,
    post: str | None, no_questions: bool, as_json: bool,
) -> int:  # fmt: skip
    """Tell what is new: new, updated, superseded and stale reports, unanswered questions. Writes nothing to the wiki."""
    from bridge.config import environment
    from bridge.credentials import webhook
    from bridge.feedback import since_of
    from bridge.hub.digest import digest_of
    from bridge.hub.feeds import FORMATS
    from bridge.hub.feeds import as_json as json_of

    settings = settings_for(obj)
    channel = webhook(settings, post, environment()) if post else None
    moment = since_of(since)
    with opened(settings, target) as (name, _, wiki):
        found = digest_of(wiki, name, moment, topic=topic, team=team, questions=not no_questions)
    if channel is not None:
        from bridge.hub.webhook import post as send

        if not found.empty:
            send(channel, json_of(found) if channel.kind == "json" else FORMATS[channel.kind](found))
        told = "nothing new, nothing sent" if found.empty else f"sent to {channel.name}"
        click.echo(json.dumps({"schema": 1, "target": found.target, "sent": not found.empty}) if as_json else told)
        return 0
    text = json_of(found) + "\n" if as_json else FORMATS[form](found)
    if output is not None:
        try:
            output.write_text(mask(text), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{output} can't be written: {error.strerror}", hint="choose another file: -o") from error
    else:
        click.echo(mask(text), nl=False)
    return 0


@click.group(invoke_without_command=True)
@TARGET
@JSON
@click.pass_context
def topics(ctx: click.Context, target: str | None, *, as_json: bool) -> int:
    """List topics with the number of their reports; rename or merge them."""
    if ctx.invoked_subcommand is not None:
        return 0
    from bridge.hub.renaming import topics_of, topics_text

    obj: Globals = ctx.obj
    settings = settings_for(obj)
    with opened(settings, target) as (name, _, wiki):
        found = topics_of(settings, wiki, name)
    click.echo(mask(json.dumps(found, ensure_ascii=False) if as_json else topics_text(found)))
    return 0


@topics.command()
@click.argument("old")
@click.argument("new")
@TARGET
@click.option("--dry-run", is_flag=True, help="show what would be written; change nothing")
@JSON
@click.pass_obj
def rename(obj: Globals, old: str, new: str, target: str | None, *, dry_run: bool, as_json: bool) -> int:
    """Show the topic OLD as NEW on all reports, or merge it into NEW where that is there.

    Writes an alias into nbwiki.toml, which holds for reports to come, and publishes the reports that have OLD.
    """
    from bridge.cli_sync import show
    from bridge.hub.renaming import rename as renamed

    settings = settings_for(obj)
    with opened(settings, target) as (name, _, wiki):
        done = renamed(settings, wiki, name, old, new, write=not dry_run)
    show(done, obj, as_json=as_json)
    return done.code
