"""The command line's front: a group that loads a command's module only when it is called."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec
from click.core import ParameterSource

from bridge import __version__

COMMANDS = {
    "init": ("bridge.cli_local:init", "Write nbwiki.toml for this folder."),
    "doctor": ("bridge.cli_local:doctor", "Check credentials, permissions and renderers."),
    "check": ("bridge.cli_local:check", "Check documents offline, before they are published."),
    "convert": ("bridge.cli_local:convert", "Convert documents offline into a folder."),
    "preview": ("bridge.cli_sandbox:preview", "Show the pages as readers will see them, as you write."),
    "plan": ("bridge.cli_sync:plan", "Show what sync would change, and why."),
    "sync": ("bridge.cli_sync:sync", "Publish reports and bring pages up to date."),
    "mirror": ("bridge.cli_mirror:mirror", "Publish a git repository, once or again and again."),
    "status": ("bridge.cli_sync:status", "Show each report: in sync, changed, edited, gone, stale."),
    "feedback": ("bridge.cli_sync:feedback", "Show readers' comments, by report and place."),
    "history": ("bridge.cli_sync:history", "Show the versions of a report's page."),
    "audit": ("bridge.cli_life:audit", "Show reports that need somebody; mark stale ones."),
    "supersede": ("bridge.cli_life:supersede", "Say on both pages that one report replaces another."),
    "reassign": ("bridge.cli_life:reassign", "Give all reports of one owner to another."),
    "digest": ("bridge.cli_hub:digest", "Tell what is new, as text, feed or message to a channel."),
    "topics": ("bridge.cli_hub:topics", "List, rename and merge topics over all reports."),
    "remove": ("bridge.cli_sync:remove", "Take a report off the wiki."),
    "import": ("bridge.cli_import:import_", "Take over what an earlier tool published."),
    "sandbox": ("bridge.cli_sandbox:sandbox", "Run a local wiki that speaks Confluence and Notion."),
    "demo": ("bridge.cli_sandbox:demo", "Publish the example reports to a local wiki and show them."),
}


class Globals(msgspec.Struct, frozen=True, kw_only=True):
    """Options before the command."""

    config: Path | None = None
    verbosity: int = 0
    log_format: str = "text"


class LazyGroup(click.Group):
    """Lists commands with their help from a table, and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Group) and not {"verbose", "log_format"} & {
            one.name for one in command.params
        }:
            command.params += [_anywhere(option) for option in main.params if option.name in _ANYWHERE]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from bridge.keys import suggestion

            ctx.fail(f"no such command {args[0]!r}. {suggestion(args[0], COMMANDS)}".strip())
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="nbwiki")
@click.option("--config", type=click.Path(path_type=Path), envvar="NBWIKI_CONFIG", help="configuration file")
@click.option("-v", "--verbose", count=True, help="say more; twice: everything")
@click.option("-q", "--quiet", is_flag=True, help="problems only")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", help="form of the log on stderr")
@click.pass_context
def main(ctx: click.Context, config: Path | None, verbose: int, *, quiet: bool, log_format: str) -> None:
    """Publish notebooks and reports as native Confluence pages and Notion blocks."""
    ctx.obj = Globals(config=config, verbosity=-1 if quiet else verbose, log_format=log_format)
    from bridge.log import set_up

    set_up(verbosity=ctx.obj.verbosity, as_json=log_format == "json")


_ANYWHERE: dict[str | None, Callable[[Globals, Any], Globals]] = {
    "config": lambda so_far, value: msgspec.structs.replace(so_far, config=value),
    "verbose": lambda so_far, value: msgspec.structs.replace(so_far, verbosity=max(0, so_far.verbosity) + value),
    "quiet": lambda so_far, _: msgspec.structs.replace(so_far, verbosity=-1),
    "log_format": lambda so_far, value: msgspec.structs.replace(so_far, log_format=value),
}


def _anywhere(option: click.Parameter) -> click.Option:
    """A global option that is also taken after the command's name."""

    def note(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if value and ctx.get_parameter_source(str(param.name)) is ParameterSource.COMMANDLINE:
            ctx.obj = _ANYWHERE[param.name](ctx.obj, value)
            from bridge.log import set_up

            set_up(verbosity=ctx.obj.verbosity, as_json=ctx.obj.log_format == "json")

    given: Any = option
    return click.Option(
        [*given.opts, str(given.name)],
        type=given.type,
        is_flag=given.is_flag,
        count=given.count,
        default=given.default,
        help=given.help,
        expose_value=False,
        callback=note,
    )


def run(arguments: list[str] | None = None) -> int:
    """The exit code of a run. Errors of ours become one line on stderr; a bug becomes a traceback without secrets."""
    from converters.errors import BridgeError

    try:
        result = main.main(args=arguments, prog_name="nbwiki", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BridgeError as error:
        from bridge.exit_codes import exit_code, message

        click.echo(f"nbwiki: {mask(message(error))}", err=True)
        return exit_code(error)
    except (ImportError, AttributeError) as error:
        from bridge.__main__ import explain_clash

        # modules are loaded late, so another distribution's files in our packages show only here
        if clash := explain_clash(error):
            click.echo(f"nbwiki: {clash}", err=True)
        else:
            logging.getLogger("bridge").exception("nbwiki failed; this is a bug")
        return 1
    except Exception:
        logging.getLogger("bridge").exception("nbwiki failed; this is a bug")
        return 1
    return result if isinstance(result, int) else 0


def mask(text: str) -> str:
    """Text without the secrets that the log hides."""
    for handler in logging.getLogger().handlers:
        formatter: Any = handler.formatter
        if hasattr(formatter, "mask"):
            return str(formatter.mask(text))
    return text


def echo_error(text: str) -> None:
    """One line on stderr, masked."""
    sys.stderr.write(mask(text) + "\n")


__all__ = ["Globals", "echo_error", "main", "mask", "run"]
