"""Bytes of an ``.ipynb`` → notebook JSON of major version 4, mended where that is safe, else refused in one line."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

import msgspec

from converters.errors import ConversionError
from converters.notes import Note, repaired
from converters.readers import mime
from converters.readers.json_keys import repeated_keys

NEWEST = 4
"""The newest major version of the notebook format that nbwiki reads. Source: nbformat 5.11."""

_DEPTH_MAX = 200
"""JSON nested deeper than this is replaced by null: far above anything written by people or kernels."""

_LAZY = 2_000_000
"""Bytes from which on outputs are decoded one at a time. Below, a second look at the bytes costs more than it saves."""

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_CONFLICT = re.compile(r"^[ \t]*<{7} .*$", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")


def load_notebook(data: bytes, path: str) -> tuple[dict[str, Any], list[Note]]:
    """A notebook of major version 4 with a list of at least one cell, and notes on what was mended.

    Raises ConversionError for everything else, one line each, with a hint where something can be done.
    """
    notes: list[Note] = []
    notebook = _quick(data)
    if notebook is None:
        notebook = _json(_text(data, path, notes), path, notes)
    elif repeated := repeated_keys(data, notebook):
        names = ", ".join(repr(name)[:60] for name in repeated[:5])
        notes.append(repaired("source.keys", f"{names} stands more than once in one object; the last one was read"))
    if not isinstance(notebook, dict):
        kind = {list: "a list", str: "a text", type(None): "null"}.get(type(notebook), "a single value")
        raise ConversionError(f"is JSON, but {kind} and no notebook", where=path)
    notebook = _version_4(notebook, path, notes)
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise ConversionError("is JSON, but has no list of cells", where=path, hint="it is no notebook")
    if not cells:
        raise ConversionError("has no cells; nothing to publish", where=path)
    return notebook, notes


def _quick(data: bytes) -> object:
    """The value of sound JSON, straight from its bytes: a notebook of 50 MB is held once, not as text besides."""
    if not data.startswith(b"{"):
        return None
    try:
        return _lazy(data) if len(data) > _LAZY else msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None  # what is wrong with it, and whether it can be mended, takes another look


class Outputs(list[Any]):
    """A cell's outputs, each decoded when it is reached and let go after that: the list holds their bytes."""

    def __iter__(self) -> Iterator[Any]:
        return map(_output, super().__iter__())


def _output(raw: msgspec.Raw) -> object:
    """One output. In a large one each list of lines becomes one text at once: as lines it takes twice the memory."""
    if len(memoryview(raw)) < _LAZY // 10:
        return msgspec.json.decode(raw)
    try:
        output: dict[str, Any] = dict(msgspec.json.decode(raw, type=dict[str, msgspec.Raw]))
        for key, value in output.items():
            output[key] = _bundle(value) if key == "data" else _text_value(value, key == "text")
    except msgspec.ValidationError:
        return msgspec.json.decode(raw)
    return output


def _bundle(raw: msgspec.Raw) -> dict[str, Any]:
    forms = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    return {kind: _text_value(value, not mime.is_json(mime.normal(kind))) for kind, value in forms.items()}


def _text_value(raw: msgspec.Raw, text: bool) -> object:
    """A value; a list of lines as one text where it is one."""
    value = msgspec.json.decode(raw)
    lines = text and isinstance(value, list) and all(isinstance(line, str) for line in value)
    return "".join(value) if lines else value


def _lazy(data: bytes) -> object:
    """The value with each cell's outputs as :class:`Outputs`; all of them are checked here. Raises as ``decode`` does."""
    try:
        notebook: dict[str, Any] = {
            key: _cells(value) if key == "cells" else msgspec.json.decode(value)
            for key, value in msgspec.json.decode(data, type=dict[str, msgspec.Raw]).items()
        }
    except msgspec.ValidationError:
        return msgspec.json.decode(data)  # sound JSON of another shape
    return notebook


def _cells(data: msgspec.Raw) -> list[Any]:
    cells = []
    for raw in msgspec.json.decode(data, type=list[dict[str, msgspec.Raw]]):
        cell: dict[str, Any] = {}
        for key, value in raw.items():
            if key == "outputs":
                cell[key] = Outputs(msgspec.json.decode(value, type=list[msgspec.Raw]))
                for _ in cell[key]:
                    pass
            else:
                cell[key] = msgspec.json.decode(value)
        cells.append(cell)
    return cells


def _text(data: bytes, path: str, notes: list[Note]) -> str:
    if not data:
        raise ConversionError("the file is empty", where=path)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ConversionError("is encoded in UTF-16", where=path, hint="save it as UTF-8")
    if data.startswith(b"\x00\x05\x16\x07"):
        raise ConversionError("is an AppleDouble file (macOS metadata), no notebook", where=path)
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        notes.append(repaired("source.bom", "a UTF-8 byte order mark was skipped"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as e:
        line = data.count(b"\n", 0, e.start) + 1
        message = f"is not UTF-8: byte 0x{data[e.start]:02X} at offset {e.start} (line {line})"
        raise ConversionError(message, where=path, hint="save it as UTF-8") from None
    head = text[:300].lstrip()
    if not head and not text.strip():
        raise ConversionError("the file holds only white space", where=path)
    if head.startswith("version https://git-lfs.github.com/spec/"):
        raise ConversionError("is a Git LFS pointer, not the notebook", where=path, hint="run: git lfs pull")
    if head.startswith("<") and not head.startswith("<<<<<<<"):
        raise ConversionError(
            "is an HTML or XML page, not a notebook", where=path, hint="download it again, signed in, as raw file"
        )
    return text


def _json(text: str, path: str, notes: list[Note]) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return _lenient(text, path, notes)
    except RecursionError:
        notes.append(repaired("source.deep", f"JSON nested deeper than {_DEPTH_MAX} levels was left out"))
        return _lenient(_shallow(text), path, notes)


def _lenient(text: str, path: str, notes: list[Note]) -> object:
    """What the standard library reads of it (NaN, huge numbers, lone surrogates), cleaned; or the reason why not."""
    constants: list[str] = []

    def constant(name: str) -> None:
        constants.append(name)

    try:
        value = json.loads(text, parse_constant=constant, strict=False)
    except RecursionError:
        notes.append(repaired("source.deep", f"JSON nested deeper than {_DEPTH_MAX} levels was left out"))
        return _lenient(_shallow(text), path, notes)
    except json.JSONDecodeError as e:
        raise _diagnose(text, e, path) from None
    except ValueError as e:  # integers of more than 4,300 digits
        raise ConversionError(f"is not readable JSON: {str(e).split(';')[0]}", where=path) from None
    if constants:
        names = ", ".join(sorted(set(constants)))
        notes.append(repaired("source.nan", f"{names} is no JSON and was read as null"))
    value, count = _mend_text(value)
    if count:
        notes.append(repaired("source.surrogate", f"half a character (lone surrogate) in {count} texts was replaced"))
    return value


def _diagnose(text: str, error: json.JSONDecodeError, path: str) -> ConversionError:
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return ConversionError(
            f"holds an unresolved merge conflict (line {line})", where=path, hint="resolve it, for example with nbdime"
        )
    place = f"line {error.lineno}, column {error.colno}"
    end = len(text.rstrip())
    if error.pos >= end or error.msg.startswith("Unterminated string"):
        return ConversionError(f"ends too early: the JSON is cut off at {place}", where=path, hint="restore the file")
    return ConversionError(f"is not valid JSON: {error.msg} at {place}", where=path)


def _shallow(text: str) -> str:
    """The JSON text with each value below ``_DEPTH_MAX`` replaced by null, in one pass without recursion."""
    kept: list[str] = []
    depth = start = 0
    for match in _BRACKETS.finditer(text):
        mark = text[match.start()]
        if mark in "[{":
            depth += 1
            if depth == _DEPTH_MAX:
                kept.append(text[start : match.start()] + "null")
        elif mark in "]}":
            if depth == _DEPTH_MAX:
                start = match.end()
            depth -= 1
    return "".join(kept) + text[start:] if depth < _DEPTH_MAX else text[:0]


def _mend_text(value: Any) -> tuple[Any, int]:
    """The value with lone surrogates replaced by U+FFFD in all texts, and how many texts had one."""
    if isinstance(value, str):
        return (_SURROGATE.sub("\ufffd", value), 1) if _SURROGATE.search(value) else (value, 0)
    if isinstance(value, list):
        pairs = [_mend_text(item) for item in value]
        return [item for item, _ in pairs], sum(count for _, count in pairs)
    if isinstance(value, dict):
        total = 0
        mended = {}
        for key, item in value.items():
            new_key, key_count = _mend_text(key)
            mended[new_key], count = _mend_text(item)
            total += count + key_count
        return mended, total
    return value, 0


def _version_4(notebook: dict[str, Any], path: str, notes: list[Note]) -> dict[str, Any]:
    major = notebook.get("nbformat")
    if isinstance(major, str) and major.strip().isdigit():
        major = int(major)
        notes.append(repaired("source.nbformat", "the format version is a text instead of a number"))
    if major is None and ("cells" in notebook or "worksheets" in notebook):
        major = 4 if "cells" in notebook else 3
        notes.append(repaired("source.nbformat", f"no format version; read as version {major}"))
    if isinstance(major, bool) or not isinstance(major, int) or major < 1:
        raise ConversionError("is JSON, but no notebook (no nbformat version)", where=path)
    if major > NEWEST:
        raise ConversionError(
            f"has notebook format {major}, newer than this nbwiki reads (4)", where=path, hint="upgrade nbwiki"
        )
    if major < NEWEST:
        return _upgrade(notebook, major, path)
    return notebook


def _upgrade(notebook: dict[str, Any], major: int, path: str) -> dict[str, Any]:
    """A notebook of version 1 to 3 in the shape of version 4, by nbformat's own upgrade."""
    import nbformat
    from nbformat import v2, v3

    notebook = {**notebook, "nbformat": major}
    sheets = notebook.get("worksheets")
    sheets = sheets if isinstance(sheets, list) else []
    if not any(isinstance(sheet, dict) and sheet.get("cells") for sheet in sheets) and major == 3:
        raise ConversionError("has no cells; nothing to publish", where=path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbformat warns of missing ids and invalid old metadata; both are harmless
        try:
            node = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
            # Versions 2 and 3 keep texts as lists of lines, 2 without their ends; their own readers join them first.
            rejoin = {2: v2.rwbase.rejoin_lines, 3: v3.rwbase.rejoin_lines}.get(major)
            node = rejoin(node) if rejoin else node  # type: ignore[no-untyped-call]
            upgraded = nbformat.convert(node, NEWEST)  # type: ignore[no-untyped-call]
        except (AttributeError, KeyError, TypeError, ValueError, nbformat.ValidationError) as e:
            reason = str(e).split("\n", 1)[0]
            raise ConversionError(f"can't be upgraded from notebook format {major}: {reason}", where=path) from None
    for cell in upgraded.get("cells", ()):
        cell.pop("id", None)  # nbformat makes up random ones: the same file must read the same each time
    return dict(upgraded)
