"""Click options out of struct fields: help, default and environment name stand beside the field, once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import click
import msgspec
from msgspec import Meta

F = TypeVar("F", bound=Callable[..., Any])


class PlanOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of ``plan``."""

    json: Annotated[bool, Meta(description="print one JSON object")] = False
    exit_code: Annotated[bool, Meta(description="exit 0: nothing to do, 10: changes, 11: conflicts")] = False
    prune: Annotated[bool, Meta(description="archive pages whose source is gone")] = False
    force: Annotated[bool, Meta(description="overwrite edits that people made on the wiki")] = False
    adopt: Annotated[bool, Meta(description="take over existing pages of the same title")] = False
    recreate: Annotated[bool, Meta(description="make pages again that are gone from the wiki")] = False
    strict: Annotated[bool, Meta(description="a report with notes (losses) is not published")] = False


class SyncOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of ``sync``."""

    json: Annotated[bool, Meta(description="print one JSON object")] = False
    dry_run: Annotated[bool, Meta(description="stop after the plan; nothing is written")] = False
    prune: Annotated[bool, Meta(description="archive pages whose source is gone")] = False
    force: Annotated[bool, Meta(description="overwrite edits that people made on the wiki")] = False
    adopt: Annotated[bool, Meta(description="take over existing pages of the same title")] = False
    recreate: Annotated[bool, Meta(description="make pages again that are gone from the wiki")] = False
    jobs: Annotated[int, Meta(description="pages written at once; 0: as many as the wiki bears", ge=0)] = 0
    execute: Annotated[bool, Meta(description="run notebooks in a fresh kernel first, in a temporary copy")] = False
    strict: Annotated[bool, Meta(description="a report with notes (losses) is not published")] = False
    watch: Annotated[bool, Meta(description="stay, and sync again when files change")] = False
    executor: Annotated[str, Meta(description="where reports are rendered: local, processes or dask://HOST:PORT")] = (
        "local"
    )


class MirrorOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of ``mirror``."""

    ref: Annotated[str, Meta(description="branch, tag or commit to publish; default: the default branch")] = ""
    every: Annotated[str, Meta(description="stay, and run again after 30s, 30m, 2h or 1d")] = ""
    json: Annotated[bool, Meta(description="print one JSON object a run")] = False
    prune: Annotated[bool, Meta(description="archive pages whose source is gone")] = False
    force: Annotated[bool, Meta(description="overwrite edits that people made on the wiki")] = False
    adopt: Annotated[bool, Meta(description="take over existing pages of the same title")] = False
    recreate: Annotated[bool, Meta(description="make pages again that are gone from the wiki")] = False
    strict: Annotated[bool, Meta(description="a report with notes (losses) is not published")] = False
    jobs: Annotated[int, Meta(description="pages written at once; 0: as many as the wiki bears", ge=0)] = 0
    metrics_port: Annotated[int, Meta(description="serve /metrics and /healthz there; 0: don't", ge=0, le=65535)] = 0
    metrics_host: Annotated[str, Meta(description="address to serve them on")] = "127.0.0.1"
    cache: Annotated[Path | None, Meta(description="folder for the clone, which only saves work")] = None


class ConvertOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of ``convert``."""

    to: Annotated[str, Meta(description="what to make: confluence, notion, model, or what a plug-in writes")]
    output: Annotated[Path, Meta(description="folder to write to", extra={"short": "-o"})]
    flavor: Annotated[Literal["cloud", "datacenter"], Meta(description="which Confluence it is for")] = "cloud"


class SandboxOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of ``sandbox serve``."""

    port: Annotated[int, Meta(description="port to listen on; 0: any free one", ge=0, le=65535)] = 8765
    data: Annotated[Path | None, Meta(description="SQLite file to keep everything in; default: memory")] = None
    host: Annotated[str, Meta(description="address to listen on")] = "127.0.0.1"


class DemoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of ``demo``."""

    port: Annotated[int, Meta(description="port of the sandbox; 0: any free one", ge=0, le=65535)] = 8765
    no_open: Annotated[bool, Meta(description="do not open a browser")] = False
    once: Annotated[bool, Meta(description="end as soon as everything is published")] = False


class PreviewOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of ``preview``."""

    port: Annotated[int, Meta(description="port to listen on; 0: any free one", ge=0, le=65535)] = 8765
    no_open: Annotated[bool, Meta(description="do not open a browser")] = False


def variables() -> set[str]:
    """Environment variables of all options."""
    structs = (
        PlanOptions, SyncOptions, MirrorOptions, ConvertOptions, SandboxOptions, DemoOptions, PreviewOptions,
    )  # fmt: skip
    return {f"NBWIKI_{name.upper()}" for struct in structs for name in struct.__struct_fields__}


def options(struct: type[msgspec.Struct]) -> Callable[[F], F]:
    """A decorator that adds the struct's fields as options and passes them as one value, ``options``."""
    hints = get_type_hints(struct, include_extras=True)
    fields = msgspec.structs.fields(struct)

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            values = {field.name: kwargs.pop(field.name) for field in fields}
            return function(*args, options=struct(**values), **kwargs)

        decorated: Any = call
        for field in reversed(fields):
            decorated = _option(field, hints[field.name])(decorated)
        return decorated  # type: ignore[no-any-return]

    return decorate


def _option(field: msgspec.structs.FieldInfo, hint: Any) -> Callable[[F], F]:
    kind, meta = get_args(hint)[:2]
    flag = "--" + field.name.replace("_", "-")
    names = [flag, field.name, *([meta.extra["short"]] if meta.extra else [])]
    settings: dict[str, Any] = {"help": meta.description, "envvar": f"NBWIKI_{field.name.upper()}"}
    if kind is bool:
        return click.option(*names, is_flag=True, default=field.default, **settings)
    if field.required:
        return click.option(*names, type=_click_type(kind, meta), required=True, **settings)
    shown = field.default not in {"", None}
    return click.option(*names, type=_click_type(kind, meta), default=field.default, show_default=shown, **settings)


def _click_type(kind: Any, meta: Meta) -> Any:
    if get_origin(kind) is Literal:
        return click.Choice(get_args(kind))
    if kind is int:
        most = int(meta.le) if meta.le is not None else None
        return click.IntRange(min=int(meta.ge), max=most) if meta.ge is not None else int
    if kind is Path or Path in get_args(kind):
        return click.Path(path_type=Path)
    return str
