"""What an author wished for one cell: tags, cell metadata and option comments of every dialect → one value.

Dialects: Jupyter Book and MyST (``hide-*``, ``remove-*``), nbconvert, nbconflux (``noinput`` …), Jupyter's own
``source_hidden``/``collapsed``, the hide_input extension, Colab (``#@title``, ``cellView``), Quarto (``#| echo: false``),
fastpages and nbdev (``#hide``), slideshows (``skip``), ours (``thumbnail``, ``key-figure``, ``method``, ``appendix``).

What a later one says holds over an earlier one: the report's defaults, what an editor keeps of its own view, tags,
options in the source, tags that the configuration names. What removes a cell always holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec
import yaml

from converters.options import ReadOptions
from converters.readers.fields import normal
from converters.readers.header_values import as_flag
from converters.readers.yaml_values import load_yaml

Visibility = Literal["", "fold", "show", "omit"]
Role = Literal["", "result", "method", "appendix"]


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
    captions: tuple[str, ...] = ()
    """One for each figure of the cell."""
    alt: str = ""
    alts: tuple[str, ...] = ()
    label: str = ""
    title: str = ""
    columns: int = 0
    """Figures side by side."""
    role: Role = ""
    tags: tuple[str, ...] = ()


_REMOVE = frozenset({"remove-cell", "nocell", "exclude", "remove", "papermill-error-cell-tag"})
_OMIT_CODE = frozenset({"remove-input", "noinput"})
_OMIT_OUTPUT = frozenset({"remove-output", "nooutput"})
_ROLES: tuple[Role, ...] = ("result", "method", "appendix")
_OPTION = re.compile(r"^(?:#|//|--|%%?|;;?)\|(.*)$")
_PLAIN = re.compile(r"([A-Za-z][\w.-]*):[ \t]+([A-Za-z0-9][^:#\[\]{}\"'|>&*!%@`]*)$")
"""A name and a text that is no more than that in YAML."""
_KEY = re.compile(r"\s?([A-Za-z][\w.-]*)\s*:(?:\s|$)")
_COMMENT = re.compile(
    r"^#\s*\|?\s*(hide(?:[_-](?:input|output|cell))?|exporti?|collapse(?:[_-](?:input|output|hide|show))?)\s*$",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^#\s?@title\s")
_WORD_MAX = 80
"""Characters of a line that is one word of fastpages or nbdev, with room to spare."""


def cell_options(
    cell: dict[str, Any], source: str, options: ReadOptions, defaults: Mapping[str, Any] | None = None
) -> CellOptions:
    """The wish for this cell. Configured tags have nbconvert's semantics: they are compared as they are written.

    ``defaults`` are :func:`report_defaults`.
    """
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    found = metadata.get("tags")
    if isinstance(found, str):
        found = re.split(r"[\s,]+", found)
    tags = tuple(tag for tag in found if isinstance(tag, str)) if isinstance(found, list) else ()
    values: dict[str, Any] = {**defaults, "tags": tags} if defaults else {"tags": tags}
    if metadata:
        _of_metadata(metadata, values)
    if tags:
        values.update(_of_tags(tags))
    if cell.get("cell_type") != "markdown" and source[:1] in "#/-%;" and source:
        _of_comments(source, values)
    if tags:
        _configured(tags, options, values)
    if not values.get("remove") and options.remove_cell_patterns and _matches(source, options):
        values["remove"] = True
    return CellOptions(**values)


def report_defaults(execute: Mapping[str, object]) -> dict[str, Any]:
    """What a report's ``execute`` says of each of its cells: outputs, warnings, messages, whole cells."""
    values: dict[str, Any] = {}
    for key in ("output", "warning", "message", "include", "results"):
        if key in execute:
            _option(key, execute[key], values)
    return values


def _of_tags(tags: tuple[str, ...]) -> dict[str, Any]:
    names = {normal(tag).replace("_", "-") for tag in tags}
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
    role = next((role for role in _ROLES if role in names), "")
    if role:
        values["role"] = role
    return values


def _of_metadata(metadata: dict[str, Any], values: dict[str, Any]) -> None:
    jupyter = metadata.get("jupyter")
    jupyter = jupyter if isinstance(jupyter, dict) else {}
    if metadata.get("hide_input") is True or jupyter.get("source_hidden") is True or metadata.get("cellView") == "form":
        values["code"] = "fold"
    if (
        metadata.get("collapsed") is True
        or jupyter.get("outputs_hidden") is True
        or metadata.get("hide_output") is True
    ):
        values["outputs"] = "fold"
    slide = metadata.get("slideshow")
    if isinstance(slide, dict) and slide.get("slide_type") == "skip":
        # knowledge-repo leaves these out, nbconvert's pages show them: behind a line nothing is lost
        values["fold"] = True
    for key, value in metadata.items():
        if key in _CAPTIONS or key in {"label", "title"}:
            _option(key, value, values)


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
    joined = "|".join(f"(?:{pattern})" for pattern in options.remove_cell_patterns)
    return re.match(joined, source) is not None


def without_options(source: str) -> str:
    """The code below the ``#|`` lines at its top: they speak to tools."""
    if not source.startswith(("#|", "# |", "//|", "--|", "%|", "%%|")):
        return source
    lines = source.split("\n")
    count = next((i for i, line in enumerate(lines) if not _OPTION.match(line)), len(lines))
    return "\n".join(lines[count:]).lstrip("\n")


def _of_comments(source: str, values: dict[str, Any]) -> None:
    """Option comments at the top of a cell: ``#| key: value`` lines, or one ``#hide`` line."""
    options: list[str] = []
    for line in source.splitlines():
        comment = _COMMENT.match(line) if len(line) <= _WORD_MAX else None
        if comment is not None:
            _directive(comment[1].lower().replace("_", "-"), values)
            continue
        option = _OPTION.match(line)
        if option is not None:
            options.append(option[1])
            continue
        title = _TITLE.match(line)
        if title is None:
            break
        values["title"] = line[title.end() :].partition("{")[0].strip()
        values.setdefault("code", "fold")
    if options:
        for key, value in _read_options(options):
            _option(key, value, values)


def _directive(word: str, values: dict[str, Any]) -> None:
    """One word of fastpages or nbdev."""
    match word:
        case "hide" | "hide-cell":
            values["remove"] = True
        case "hide-input":
            values["code"] = "omit"
        case "hide-output":
            values["outputs"] = "omit"
        case "collapse-output":
            values["outputs"] = "fold"
        case "collapse-show":
            values["code"] = "show"
        case _:  # collapse, collapse-hide, collapse-input; nbdev shows exported code as documentation
            values["code"] = "fold"


def _read_options(lines: list[str]) -> Iterable[tuple[str, Any]]:
    """Names and values of ``#|`` lines, which are YAML; one by one where together they aren't."""
    lines = [line.removeprefix(" ") for line in lines]
    kept: list[str] = []
    for line in lines:  # nbdev's words have no value: they are no YAML
        if _KEY.match(line) or (kept and (line[:1] in " \t-" or not line.strip())):
            kept.append(line)
    plain = [_PLAIN.match(line) for line in kept]
    if all(plain):  # nearly all of them: YAML would say the same, in a hundred times the time
        return [(match[1], match[2].rstrip()) for match in plain if match and match[2].strip() != "null"]
    try:
        found = load_yaml("\n".join(kept))
    except yaml.YAMLError:
        found = None
    if isinstance(found, dict):
        return [(str(key), value) for key, value in found.items()]
    pairs = (line.partition(":") for line in kept if _KEY.match(line))
    return [(key.strip(), value.strip().strip("\"'")) for key, _, value in pairs]


_CAPTIONS = frozenset(
    {"fig-cap", "fig.cap", "tbl-cap", "tab.cap", "caption", "cap", "fig_cap", "fig-subcap", "fig.subcap"}
    | {"fig-alt", "fig.alt", "alt", "fig_alt"}
)


def _option(key: str, value: object, values: dict[str, Any]) -> None:
    """One option of Quarto, knitr or MyST. Values are as YAML has them, or texts."""
    if key in _CAPTIONS:
        _caption(key, value, values)
        return
    flag = as_flag(value) if isinstance(value, bool | str | int) else None
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    match normal(key).replace("_", "-"), flag:
        case "include", False:
            values["remove"] = True
        case "echo", _:
            values["code"] = "omit" if flag is False else "show"
        case "output", False:
            values["outputs"] = "omit"
        case "output", True:
            values["outputs"] = ""
        case "results", _ if text == "hide":
            values["outputs"] = "omit"
        case (("warning" | "message"), False):
            values["without"] = values.get("without", frozenset()) | {"stderr"}
        case "code-fold", _ if flag is not None or text in {"show", "hide"}:
            values["code"] = "fold" if flag is True or text == "hide" else "show"
        case (("code-summary" | "title"), _) if text:
            values["title"] = text
        case "label", _ if text:
            values["label"] = text
        case "layout-ncol", _ if text in {"2", "3", "4", "5"}:
            values["columns"] = int(text)
        case "tags", _:
            names = re.split(r"[\s,\[\]\"']+", text) if text else value
            if isinstance(names, list):
                values.update(_of_tags(tuple(name for name in names if isinstance(name, str) and name)))
        case (("hide-input" | "hide-output" | "hide-cell" | "remove-cell" | "remove-input" | "remove-output"), True):
            values.update(_of_tags((key,)))


def _caption(key: str, value: object, values: dict[str, Any]) -> None:
    """A caption or alternative text: one text, or one for each figure."""
    name = "alt" if "alt" in key else "caption"
    if isinstance(value, list):
        values[f"{name}s"] = tuple(str(item).strip() for item in value if isinstance(item, str | int | float))
    elif isinstance(value, str | int | float) and not isinstance(value, bool) and "sub" not in key:
        values[name] = " ".join(str(value).split())
