"""MIME types that carry data rather than something to look at: table schema, GeoJSON, Mermaid, any other JSON."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from converters.build import plain
from converters.model import Attachment, Blocks, Cell, Code, Column, Form, Output, Paragraph, Row, Span, Table
from converters.notes import degraded
from converters.readers import mime
from converters.readers.table_shape import is_numeric, shaped
from converters.transforms.context import Context
from converters.transforms.interactive.figure import parsed
from converters.transforms.texts import MAX_CHARS, text_blocks

_JSON_FOLD_LINES = 30
_TABLE = "application/vnd.dataresource+json"
_GEO = ("application/geo+json", "application/vnd.geo+json")
MAX_GAPS = 1000
"""Cells that a table of values may have beyond the characters of its text: rows of very different lengths are no table."""
_SEPARATED = {"text/csv": ",", "text/tab-separated-values": "\t"}
_DIAGRAMS = {"text/vnd.mermaid": "mermaid", "text/vnd.graphviz": "dot"}
_NUMBERS = frozenset({"number", "integer"})


def data_blocks(output: Output, forms: dict[str, Form], context: Context) -> Blocks:
    """A table, a description with the file, or a diagram's source; nothing for bundles without such a type."""
    if _TABLE in forms and "text/html" not in forms:
        return _table(forms[_TABLE].text, output)
    for kind, delimiter in _SEPARATED.items():
        if kind in forms and forms.keys() <= {kind, "text/plain"}:
            return _separated(forms[kind].text, delimiter, output, context)
    for kind in _GEO:
        if kind in forms:
            return _geo(forms[kind], output, context)
    for kind, language in _DIAGRAMS.items():
        if kind in forms and forms[kind].text.strip():
            return (Code(forms[kind].text.strip("\n"), language, role="output", where=output.where),)
    return ()


def _table(text: str, output: Output) -> Blocks:
    """Rows of a table schema. Source: specs.frictionlessdata.io/table-schema, as pandas writes it."""
    value = parsed(text)
    schema = value.get("schema") if isinstance(value, dict) else None
    fields = schema.get("fields") if isinstance(schema, dict) else None
    rows = value.get("data") if isinstance(value, dict) else None
    if not isinstance(fields, list) or not isinstance(rows, list) or not fields:
        return ()
    if len(fields) * len(rows) > len(text) + MAX_GAPS:
        return ()
    fields = [field for field in fields if isinstance(field, dict) and isinstance(field.get("name"), str)]
    names = [field["name"] for field in fields]
    if not names:
        return ()
    columns = tuple(Column(align="right" if field.get("type") in _NUMBERS else None) for field in fields)
    head = Row(tuple(Cell(plain("" if name == "index" else name), header=True) for name in names))
    body = (Row(tuple(Cell(plain(_word(row.get(name)))) for name in names)) for row in rows if isinstance(row, dict))
    key = schema.get("primaryKey") if isinstance(schema, dict) else None
    count = len(key) if isinstance(key, list) and names[: len(key)] == key else 0
    return (Table((head, *body), header_rows=1, header_columns=count, columns=columns, where=output.where),)


def _separated(text: str, delimiter: str, output: Output, context: Context) -> Blocks:
    """Rows of comma or tab separated values; long texts as they are, with all of it attached."""
    if len(text) > MAX_CHARS:
        return text_blocks(text, context, output.where)
    try:
        found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        lines = [line for line in found if len(line) > 1 or "".join(line).strip()]
    except csv.Error:
        return text_blocks(text, context, output.where)
    if not lines:
        return ()
    width = max(map(len, lines))
    if width * len(lines) > len(text) + MAX_GAPS:
        return text_blocks(text, context, output.where)
    named = not any(is_numeric(word) for word in lines[0]) and len(lines) > 1
    rows = tuple(
        Row(tuple(Cell(plain(word), header=named and number == 0) for word in (*line, *[""] * (width - len(line)))))
        for number, line in enumerate(lines)
    )
    return (shaped(Table(rows, header_rows=int(named), where=output.where)),)


def _word(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _geo(form: Form, output: Output, context: Context) -> Blocks:
    """What the data are of and where, and the file for a program of maps."""
    value = parsed(form.text)
    if not isinstance(value, dict):
        return ()
    found = value.get("features")
    features = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else [value]
    shapes = [shape for one in features if isinstance(shape := one.get("geometry", one), dict)]
    kinds = Counter(str(shape.get("type", "?")) for shape in shapes)
    what = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
    count = len(features)
    text = f"Geographic data (GeoJSON): {count:,} feature{'' if count == 1 else 's'}" + (f" ({what})" if what else "")
    box = _extent(shapes)
    if box:
        text += f"; longitude {box[0]:.6g} to {box[2]:.6g}, latitude {box[1]:.6g} to {box[3]:.6g}"
    asset = context.add(form.text.encode("utf-8", "replace"), "application/geo+json", "map")
    context.notes.append(degraded("output.geojson", "GeoJSON is described and attached, not drawn", output.where))
    line = Paragraph((Span(f"{text}."),), where=output.where)
    return (line, Attachment(asset.key, kind="data", title="GeoJSON file", where=output.where))


def _extent(shapes: list[dict[str, Any]]) -> tuple[float, float, float, float] | None:
    """West, south, east and north of all coordinates; None where there are none."""
    points = [point for shape in shapes for point in _points([shape.get("coordinates"), shape.get("geometries")])]
    if not points:
        return None
    x, y = [point[0] for point in points], [point[1] for point in points]
    return min(x), min(y), max(x), max(y)


def _points(value: object) -> Iterator[tuple[float, float]]:
    """The positions in nested lists of coordinates, whatever their depth."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [one.get("coordinates"), one.get("geometries")]
        elif isinstance(one, list):
            first = one[:2]
            if len(first) == 2 and all(isinstance(n, int | float) and math.isfinite(n) for n in first):
                yield first[0], first[1]
            else:
                waiting += one


def json_blocks(output: Output, forms: Mapping[str, Form], context: Context, *, silent: tuple[str, ...]) -> Blocks:
    """``application/json``, indented; other JSON types only where there is no plain text to show instead."""
    form = forms.get("application/json")
    if form is None and "text/plain" not in forms:
        form = next((f for kind, f in forms.items() if mime.is_json(kind) and not kind.startswith(silent)), None)
        if form is not None:
            text = f"{form.mime:.80} output is shown as its JSON"
            context.notes.append(degraded("output.unknown_mime", text, output.where))
    if form is None:
        return ()
    text = _pretty(form.text)
    folded = text.count("\n") >= _JSON_FOLD_LINES or len(text) > MAX_CHARS
    return text_blocks(text, context, output.where, language="json", folded=folded, title="JSON")


def _pretty(text: str) -> str:
    import msgspec

    try:
        return msgspec.json.format(text, indent=2)
    except msgspec.DecodeError:
        return text
