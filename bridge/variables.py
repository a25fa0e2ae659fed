"""Settings out of environment variables: ``NBWIKI_<SECTION>_<KEY>`` and ``NBWIKI_TARGETS_<NAME>_<KEY>``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from bridge.keys import closest
from bridge.settings import SECTIONS, Settings, TargetSection
from converters.errors import ConfigError

PREFIX = "NBWIKI_"


def from_environment(env: Mapping[str, str], data: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Dotted keys and their values. ``data`` is the file, which names the targets. Raises ConfigError."""
    for section, struct in SECTIONS.items():
        for field in msgspec.structs.fields(struct):
            yield from _value(env, _variable(section, field.name), f"{section}.{field.name}", field.type)
    for name in data.get("targets", {}):
        for field in msgspec.structs.fields(TargetSection):
            variable = _variable(f"targets_{name}", field.name)
            yield from _value(env, variable, f"targets.{name}.{field.name}", field.type)


def _value(env: Mapping[str, str], variable: str, dotted: str, kind: Any) -> Iterator[tuple[str, object]]:
    if variable not in env:
        return
    text: object = env[variable]
    if "tuple" in str(kind):
        text = [part.strip() for part in str(text).split(",") if part.strip()]
    elif "Mapping" in str(kind):
        text = _json(str(text), variable)
    try:
        yield dotted, msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(str(error), where=f"environment variable {variable}") from error


def _json(text: str, variable: str) -> object:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ConfigError("must be a JSON object", where=f"environment variable {variable}") from error


def unknown_variables(env: Mapping[str, str], settings: Settings, known: Iterable[str]) -> Iterator[str]:
    """A line for each ``NBWIKI_…`` variable that means nothing. ``known`` are variables of command-line options."""
    names = {*known, "NBWIKI_CONFIG", "NBWIKI_TARGET"}
    names |= {_variable(section, one) for section, struct in SECTIONS.items() for one in struct.__struct_fields__}
    for name, section in settings.file.targets.items():
        names |= {_variable(f"targets_{name}", one) for one in TargetSection.__struct_fields__}
        names |= {section.token_env, section.user_env, "NBWIKI_TOKEN"}
    for variable in sorted(env):
        if variable.startswith(PREFIX) and variable not in names:
            near = closest(variable.removeprefix(PREFIX), (name.removeprefix(PREFIX) for name in names))
            hint = f"; did you mean {PREFIX}{near}?" if near else ""
            yield f"the environment variable {variable} means nothing to nbwiki{hint}"


def _variable(section: str, key: str) -> str:
    return PREFIX + re.sub(r"\W", "_", f"{section}_{key}").upper()
