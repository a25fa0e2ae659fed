"""Settings out of flags, environment, ``nbwiki.toml`` and defaults, in that order of weight.

The only reader of the environment. A mistake in the file is a ConfigError that names file, line and nearest key.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from bridge.credentials import token_variables
from bridge.keys import line_of, suggestion
from bridge.settings import SECTIONS, File, Settings, TargetSection
from bridge.variables import from_environment
from converters.errors import ConfigError
from converters.metadata import Metadata, Person

FILE_NAME = "nbwiki.toml"

LITERAL_TOKEN = re.compile(
    r"^(ATATT3x\S{20,}|ATCTT3x\S{20,}|ntn_\S{20,}|secret_\w{30,}|ghp_\w{30,}|glpat-\S{16,}|[A-Za-z0-9+/]{43}=?)$"
)
"""Atlassian API tokens, Notion integration tokens (both generations), GitHub, GitLab, Data Center PATs (44 characters of
base64)."""
SECRET_KEYS = {"token", "password", "api_key", "api_token", "secret", "pat"}
ENV_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


def environment() -> Mapping[str, str]:
    """The process environment."""
    return os.environ  # noqa: TID251  (the one place)


def color_wanted(env: Mapping[str, str]) -> bool:
    """Whether colours may be used: not with ``NO_COLOR`` (https://no-color.org)."""
    return not env.get("NO_COLOR")


def find_file(start: Path) -> Path | None:
    """``nbwiki.toml`` in a folder or the nearest one above it."""
    return next((folder / FILE_NAME for folder in (start, *start.parents) if (folder / FILE_NAME).is_file()), None)


def load(
    path: Path | None,
    env: Mapping[str, str],
    start: Path,
    flags: Mapping[str, object] | None = None,
    *,
    rooted: bool = True,
) -> Settings:
    """Settings for a run that starts in ``start``. ``flags`` are dotted keys. Raises ConfigError.

    Without ``rooted`` the sources are elsewhere, and ``root`` is ``start`` (:mod:`bridge.mirror_settings`).
    """
    path = path or (Path(env["NBWIKI_CONFIG"]) if env.get("NBWIKI_CONFIG") else find_file(start))
    text = _read(path) if path else ""
    data = _parse(text, path)
    if path:
        _refuse_literal_tokens(data, text, path)
    given = set(_leaves(data))
    overlay = {**dict(from_environment(env, data)), **(flags or {})}
    for dotted, value in overlay.items():
        _put(data, dotted, value)
    _check_keys(data, text, path)
    file = _convert(data, text, path)
    root = ((path.parent if path else start) / file.source.root).resolve() if rooted else start
    if not root.is_dir():
        raise ConfigError(f"source.root {file.source.root!r} is no folder", where=str(path) if path else None)
    defaults = defaults_of(file.defaults, text, path)
    return Settings(root=root, path=path, file=file, defaults=defaults, given=frozenset(given | set(overlay)))


def target_name(settings: Settings, name: str | None) -> str:
    """The target meant: the one named, else the only one. Raises ConfigError."""
    names = list(settings.file.targets)
    where = str(settings.path) if settings.path else None
    if name is None and len(names) == 1:
        return names[0]
    if not names:
        hint = "`nbwiki init` writes nbwiki.toml; `nbwiki demo` shows everything without an account"
        raise ConfigError("no target is configured", where=where, hint=hint)
    if name is None:
        raise ConfigError("several targets are configured", where=where, hint=f"choose with -t: {', '.join(names)}")
    if name not in names:
        hint = suggestion(name, names) or f"configured: {', '.join(names)}"
        raise ConfigError(f"there is no target {name!r}", where=where, hint=hint)
    return name


def cache_folder(env: Mapping[str, str]) -> Path:
    """Where what only saves work is kept: systemd's ``CacheDirectory=``, else the user's folder for that."""
    if given := env.get("CACHE_DIRECTORY", "").partition(":")[0]:
        return Path(given)
    from platformdirs import user_cache_path

    return user_cache_path("nbwiki", appauthor=False)


@contextmanager
def without_tokens(settings: Settings) -> Iterator[None]:
    """The environment without the targets' tokens, for what documents start: a notebook prints what it likes."""
    names = token_variables(settings)
    taken = {name: os.environ.pop(name) for name in names if name in os.environ}  # noqa: TID251
    try:
        yield
    finally:
        os.environ.update(taken)  # noqa: TID251


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError("no such configuration file", where=str(path), hint="`nbwiki init` writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"can't be read: {error}", where=str(path)) from error


def _parse(text: str, path: Path | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not TOML: {error}", where=str(path)) from error
    except RecursionError:
        raise ConfigError("is nested too deeply", where=str(path)) from None


def _leaves(data: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def _put(data: dict[str, Any], dotted: str, value: object) -> None:
    *parents, last = dotted.split(".")
    for parent in parents:
        data = data.setdefault(parent, {})
    data[last] = value


def _refuse_literal_tokens(data: Mapping[str, Any], text: str, path: Path, prefix: tuple[str, ...] = ()) -> None:
    for key, value in data.items():
        here = (*prefix, key)
        if isinstance(value, dict):
            _refuse_literal_tokens(value, text, path, here)
        elif isinstance(value, str):
            named = key.lower() in SECRET_KEYS and prefix[:1] == ("targets",)
            no_name = key in {"token_env", "user_env"} and value and not ENV_NAME.match(value)
            userinfo = key in {"url", "repository", "proxy"} and re.match(r"\w+://[^/\s]*:[^/\s]*@", value)
            if named or no_name or userinfo or LITERAL_TOKEN.match(value):
                raise ConfigError(
                    f"{'.'.join(here)} looks like a credential, and those never stand in the file",
                    where=f"{path} line {line_of(text, here)}",
                    hint='put it into an environment variable and name that: token_env = "CONFLUENCE_TOKEN"',
                )


def _check_keys(data: Mapping[str, Any], text: str, path: Path | None) -> None:
    for section, value in data.items():
        if section == "targets" and isinstance(value, dict):
            for name, target_data in value.items():
                _known(target_data, TargetSection, ("targets", name), text, path)
        elif section in SECTIONS:
            _known(value, SECTIONS[section], (section,), text, path)
        elif section not in {"defaults", "targets"}:
            raise _unknown((section,), list(File.__struct_fields__), text, path)


def _known(value: object, struct: type[msgspec.Struct], at: tuple[str, ...], text: str, path: Path | None) -> None:
    if isinstance(value, dict):
        for key in value:
            if key not in struct.__struct_fields__:
                raise _unknown((*at, key), list(struct.__struct_fields__), text, path)


def _unknown(at: tuple[str, ...], known: list[str], text: str, path: Path | None) -> ConfigError:
    hint = suggestion(at[-1], known) or f"known here: {', '.join(known)}"
    return ConfigError(f"unknown key {'.'.join(at)!r}", where=f"{path} line {line_of(text, at)}", hint=hint)


def _convert(data: dict[str, Any], text: str, path: Path | None) -> File:
    try:
        return msgspec.convert(data, File)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        at = tuple(re.findall(r"[\w-]+", place.replace("[...]", ""))) if place else ()
        if at[:1] == ("targets",) and "[...]" in place:
            at = _bad_target(data, at)
        where = f"{path} line {line_of(text, at)}" if path else None
        raise ConfigError(f"{'.'.join(at)}: {message[0].lower()}{message[1:]}", where=where) from error


def _bad_target(data: Mapping[str, Any], at: tuple[str, ...]) -> tuple[str, ...]:
    """The path of a wrong value in ``[targets.NAME]``; msgspec's own path doesn't tell the name."""
    for name, section in data["targets"].items():
        try:
            msgspec.convert(section, TargetSection)
        except msgspec.ValidationError:
            return ("targets", name, *at[1:])
    return at


def defaults_of(raw: Mapping[str, object], text: str = "", path: Path | None = None) -> Metadata:
    """``[defaults]`` as metadata; people may be given by name. Raises ConfigError."""
    values = dict(raw)
    known = [name for name in Metadata.__struct_fields__ if name not in {"extra", "provenance"}]
    for key in values:
        if key not in known:
            raise _unknown(("defaults", key), known, text, path)
    for key in ("authors", "reviewers"):
        people = values.get(key)
        if isinstance(people, list | str):
            values[key] = [_person(one) for one in ([people] if isinstance(people, str) else people)]
    if isinstance(values.get("owner"), str):
        values["owner"] = _person(values["owner"])
    run = values.get("run")
    if isinstance(run, Mapping):  # binder = true: the address is built from the repository's
        values["run"] = {name: "true" if value is True else value for name, value in run.items() if value is not False}
    for key in ("created", "updated", "data_as_of", "review_by"):
        if hasattr(values.get(key), "isoformat"):
            values[key] = values[key].isoformat()  # type: ignore[attr-defined]
    try:
        return msgspec.convert(values, Metadata)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        at = ("defaults", *re.findall(r"\w+", place)[:1])
        raise ConfigError(f"{'.'.join(at)}: {message}", where=f"{path} line {line_of(text, at)}") from error


def _person(value: object) -> object:
    """``Ann Lee <ann@acme.com>`` as a Person; anything else as it is."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(.*?)\s*<([^<>]+@[^<>]+)>\s*", value)
    person = Person(name=match[1], email=match[2]) if match else Person(name=value.strip())
    return msgspec.to_builtins(person)
