"""What an author wished for one cell: tags, cell metadata and option comments of every dialect → one value.

Dialects: Jupyter Book and MyST (``hide-*``, ``remove-*``), nbconvert, nbconflux (``noinput`` …), Jupyter's own
``source_hidden``/``collapsed``, the hide_input extension, Quarto (``#| echo: false``), fastpages and nbdev (``#hide``).
Slideshow roles, ``skip`` among them, say something of slides and nothing of the report: they are ignored.
"""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec

from converters.options import ReadOptions

Visibility = Literal["", "fold", "show", "omit"]


class CellOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What to do with a cell; empty means that the report's own rule holds."""

    remove: bool = False
    code: Visibility = ""
    outputs: Visibility = ""
    fold: bool = False
    """The whole cell behind one line."""
    without: frozenset[str] = frozenset()
    """Streams left out: ``stdout``, ``stderr``."""
    caption: str = ""
    alt: str = ""
    label: str = ""
    title: str = ""
    tags: tuple[str, ...] = ()


_REMOVE = frozenset({"remove-cell", "nocell", "exclude"})
_OMIT_CODE = frozenset({"remove-input", "noinput"})
_OMIT_OUTPUT = frozenset({"remove-output", "nooutput"})
_OPTION = re.compile(r"^(?:#|//|--|%)\|\s*([\w.-]+)\s*:\s*(.*?)\s*$")
_COMMENT = re.compile(
    r"^#\s*\|?\s*(hide|hide[_-]input|hide[_-]output|collapse|collapse[_-](?:input|output|hide))\s*$", re.IGNORECASE
)
_QUARTO = {"false": False, "no": False, "true": True, "yes": True}


def cell_options(cell: dict[str, Any], source: str, options: ReadOptions) -> CellOptions:
    """The wish for this cell. Configured tags have nbconvert's semantics: they are compared as they are written."""
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    found = metadata.get("tags")
    tags = tuple(tag for tag in found if isinstance(tag, str)) if isinstance(found, list) else ()
    values: dict[str, Any] = {"tags": tags}
    if metadata:
        values.update(_of_metadata(metadata))
    if tags:
        values.update(_of_tags(tags))
        _configured(tags, options, values)
    if source[:1] in "#/-%" and source:
        _of_comments(source, values)
    if not values.get("remove") and _matches(source, options):
        values["remove"] = True
    return CellOptions(**values)


def _of_tags(tags: tuple[str, ...]) -> dict[str, Any]:
    names = {tag.strip().lower().replace("_", "-") for tag in tags}
    values: dict[str, Any] = {}
    if names & _REMOVE:
        values["remove"] = True
    if "hide-cell" in names:
        values["fold"] = True
    if "hide-input" in names:
        values["code"] = "fold"
    if names & _OMIT_CODE:
        values["code"] = "omit"
    if "show-input" in names:
        values["code"] = "show"
    if "hide-output" in names:
        values["outputs"] = "fold"
    if names & _OMIT_OUTPUT:
        values["outputs"] = "omit"
    streams = {name for name in ("stdout", "stderr") if f"remove-{name}" in names}
    if streams:
        values["without"] = frozenset(streams)
    return values


def _of_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    jupyter = metadata.get("jupyter")
    jupyter = jupyter if isinstance(jupyter, dict) else {}
    if metadata.get("hide_input") is True or jupyter.get("source_hidden") is True:
        values["code"] = "fold"
    if metadata.get("collapsed") is True or jupyter.get("outputs_hidden") is True:
        values["outputs"] = "fold"
    if metadata.get("hide_output") is True:
        values["outputs"] = "fold"
    for key in ("caption", "alt", "label", "title"):
        value = metadata.get(key)
        if isinstance(value, str):
            values[key] = value
    return values


def _configured(tags: tuple[str, ...], options: ReadOptions, values: dict[str, Any]) -> None:
    """Nbconvert's TagRemovePreprocessor: a cell, its input, or all its outputs, by exact tag."""
    if options.remove_cell_tags.intersection(tags):
        values["remove"] = True
    if options.remove_input_tags.intersection(tags):
        values["code"] = "omit"
    if options.remove_output_tags.intersection(tags):
        values["outputs"] = "omit"


def _matches(source: str, options: ReadOptions) -> bool:
    """Nbconvert's RegexRemovePreprocessor: a pattern matches at the start of the source."""
    patterns = options.remove_cell_patterns
    if not patterns:
        return False
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.match(joined, source) is not None


def _of_comments(source: str, values: dict[str, Any]) -> None:
    """Option comments at the top of a cell: ``#| key: value`` lines, or one ``#hide`` line."""
    for line in source.splitlines():
        option = _OPTION.match(line)
        if option:
            _quarto(option[1], option[2], values)
            continue
        comment = _COMMENT.match(line)
        if comment is None:
            return
        word = comment[1].lower().replace("_", "-")
        if word == "hide":
            values["remove"] = True
        elif word == "hide-input":
            values["code"] = "omit"
        elif word == "hide-output":
            values["outputs"] = "omit"
        else:
            values["outputs" if word == "collapse-output" else "code"] = "fold"


def _quarto(key: str, text: str, values: dict[str, Any]) -> None:
    value: bool | str = _QUARTO.get(text.lower(), text.strip("\"'"))
    match key, value:
        case "include", False:
            values["remove"] = True
        case "echo", bool():
            values["code"] = "omit" if value is False else "show"
        case "output", bool():
            values["outputs"] = "omit" if value is False else ""
        case "warning" | "message", False:
            values["without"] = values.get("without", frozenset()) | {"stderr"}
        case "code-fold", bool() | "show":
            values["code"] = "fold" if value is True else "show"
        case "code-summary", str():
            values["title"] = value
        case "label", str():
            values["label"] = value
        case (("fig-cap" | "tbl-cap"), str()):
            values["caption"] = value
        case "fig-alt", str():
            values["alt"] = value
