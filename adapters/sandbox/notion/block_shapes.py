"""Request shapes of blocks. A request holds a block and two generations below it, and the last takes no children."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from adapters.sandbox.notion.errors import creation_failed, validation
from adapters.sandbox.notion.media import FILES, ICON
from adapters.sandbox.notion.rich_text import EXPRESSION, RICH_TEXT, URL_UNITS
from adapters.sandbox.notion.shapes import (
    Check,
    array,
    boolean,
    enum,
    nullable,
    number,
    record,
    string,
    tagged,
    uuid,
)
from adapters.sandbox.notion.tables import COLORS, LANGUAGES

LAST = 2  # generations are 0, 1, 2; Source: BlockObjectRequest, …WithSingleLevelOfChildren, …WithoutChildren
BLOCKS_PER_REQUEST = 1000
REQUEST_BYTES = 500_000  # the documentation says 500 KB; the smaller reading refuses more

_COLOR = enum(*COLORS)
_TEXT = {"rich_text": RICH_TEXT}
_OBJECT = {"object": enum("block")}
_CAPTION = {"caption": RICH_TEXT}
_LINK = record({"url": string(URL_UNITS)}, _CAPTION)
_TABLE_ROW = record({"cells": array(RICH_TEXT)})
_SYNCED = nullable(tagged({"block_id": uuid}))
LINK_TARGETS: dict[str, Check] = {"page_id": uuid, "database_id": uuid, "comment_id": uuid}
TEXT_BLOCKS = (
    "paragraph",
    "bulleted_list_item",
    "numbered_list_item",
    "quote",
    "to_do",
    "toggle",
    "callout",
    "template",
)
HEADINGS = ("heading_1", "heading_2", "heading_3", "heading_4")
MEDIA = ("image", "video", "pdf", "file", "audio")
# As the answer to an unknown type lists them. Source: such an answer, quoted in the tests of a public client of 2026.
_ORDER = (
    *("embed", "bookmark", *MEDIA, "code", "equation", "divider", "breadcrumb", "tab", "table_of_contents"),
    *("link_to_page", "table_row", "table", "column_list", "column", *HEADINGS),
    *("paragraph", "bulleted_list_item", "numbered_list_item", "quote", "to_do", "toggle", "template", "callout"),
    "synced_block",
)
# Block types that may have children at all, with the only child type where there is one.
CONTAINERS: dict[str, str | None] = {
    **dict.fromkeys((*TEXT_BLOCKS, *HEADINGS, "synced_block", "column"), None),
    "column_list": "column",
    "table": "table_row",
    "tab": "paragraph",
}
_EXTRA: dict[str, dict[str, Check]] = {
    "paragraph": {"icon": ICON},
    "to_do": {"checked": boolean},
    "callout": {"icon": ICON},
    **{key: {"is_toggleable": boolean} for key in HEADINGS},
}


def _media(kind: str) -> Check:
    extra: dict[str, Check] = {**_CAPTION, "name": string()} if kind == "file" else dict(_CAPTION)
    return tagged(FILES, extra)


def _leaves() -> dict[str, Check]:
    empty = record({})
    return {
        "embed": _LINK,
        "bookmark": _LINK,
        **{kind: _media(kind) for kind in MEDIA},
        "code": record({**_TEXT, "language": enum(*LANGUAGES)}, _CAPTION),
        "equation": EXPRESSION,
        "divider": empty,
        "breadcrumb": empty,
        "table_of_contents": record({}, {"color": _COLOR}),
        "link_to_page": tagged(LINK_TARGETS),
        "table_row": _TABLE_ROW,
    }


def _children(generation: int, *, only: str | None = None, min_len: int = 0) -> Check:
    return array(block(generation, only), min_len=min_len)


@cache
def variants(generation: int) -> dict[str, Check]:
    """The value shapes of every block type that a request may hold at a generation."""
    deeper: dict[str, Check] = {} if generation >= LAST else {"children": _children(generation + 1)}
    shapes = _leaves()
    for kind in (*TEXT_BLOCKS, *HEADINGS):
        color: dict[str, Check] = {} if kind == "template" else {"color": _COLOR}
        shapes[kind] = record(_TEXT, {**color, **_EXTRA.get(kind, {}), **deeper})
    shapes["synced_block"] = record({"synced_from": _SYNCED}, deeper)
    if generation < LAST:
        rows = {"table_width": number(1, 100, whole=True), "children": _children(LAST, only="table_row", min_len=1)}
        shapes["table"] = record(rows, {"has_column_header": boolean, "has_row_header": boolean})
        shapes["tab"] = record({"children": _children(generation + 1, only="paragraph", min_len=1)})
    else:
        shapes["tab"] = record({})
    if generation == 0:
        column = record({"children": _children(1)}, {"width_ratio": number(0, 1)})
        shapes["column"] = column
        shapes["column_list"] = record({"children": array(tagged({"column": column}, _OBJECT), min_len=2)})
    return {kind: shapes[kind] for kind in _ORDER if kind in shapes}


@cache
def block(generation: int, only: str | None = None) -> Check:
    """The shape of one block at a generation; ``only`` leaves one type."""

    def check(value: Any, path: str, out: list[str]) -> None:
        # Built late: shapes of one generation refer to those of the next.
        shapes = variants(generation)
        tagged(shapes if only is None else {only: shapes[only]}, _OBJECT)(value, path, out)

    return check


CHILDREN = array(block(0))
# What PATCH /blocks/{id} takes, by type. Table widths, children and types can't be changed.
UPDATES: dict[str, Check] = {
    **{k: record({}, {**_TEXT, "color": _COLOR, **_EXTRA.get(k, {})}) for k in (*TEXT_BLOCKS, *HEADINGS)},
    "template": record({}, _TEXT),
    "code": record({}, {**_TEXT, "language": enum(*LANGUAGES), **_CAPTION}),
    "equation": EXPRESSION,
    "divider": record({}),
    "breadcrumb": record({}),
    "table_of_contents": record({}, {"color": _COLOR}),
    "table": record({}, {"has_column_header": boolean, "has_row_header": boolean}),
    "table_row": _TABLE_ROW,
    **{
        kind: record(
            {},
            {
                **FILES,
                **_CAPTION,
                "type": enum("external", "file_upload"),
                **({"name": string()} if kind == "file" else {}),
            },
        )
        for kind in MEDIA
    },
    **dict.fromkeys(("embed", "bookmark"), record({}, {"url": string(URL_UNITS), **_CAPTION})),
    "column": record({}, {"width_ratio": number(0, 1)}),
    "synced_block": record({"synced_from": _SYNCED}),
    "link_to_page": tagged(LINK_TARGETS),
    "tab": record({}),
}


def kind_of(value: Mapping[str, Any]) -> str:
    """The type of a checked block."""
    return next(name for name in variants(0) if name in value)


def census(blocks: list[dict[str, Any]]) -> int:
    """How many blocks a checked list holds, all generations."""
    return sum(1 + census(b[kind_of(b)].get("children", [])) for b in blocks)


def check_tree(blocks: list[dict[str, Any]], parent: str, table_width: int | None = None) -> None:
    """Pass, or raise the 400 for what shapes can't say: where types may stand, equal rows, toggles, total count."""
    only = CONTAINERS.get(parent)
    for item in blocks:
        kind = kind_of(item)
        value = item[kind]
        if only is not None and kind != only:
            raise validation(f"A {parent} block takes only {only} blocks, not {kind}.")
        if kind in {"table_row", "column"} and CONTAINERS.get(parent) != kind:
            raise validation(f"A {kind} block can't stand in a {parent}.")
        if kind == "table_row" and table_width is not None and len(value["cells"]) != table_width:
            raise creation_failed("Number of cells in table row must match the table width of the parent table")
        if kind == "paragraph" and "icon" in value and parent != "tab":
            raise validation("An icon is only supported for paragraph blocks that are direct children of a tab block.")
        if kind in HEADINGS and value.get("children") and not value.get("is_toggleable"):
            raise validation(f"A {kind} block takes children only with `is_toggleable` true.")
        if kind == "synced_block" and value["synced_from"] and value.get("children"):
            raise validation("A synced_block with synced_from takes no children.")
        check_tree(value.get("children", []), kind, value.get("table_width"))


def check_size(blocks: list[dict[str, Any]], body: bytes) -> None:
    """Pass, or raise the 400 for a request with too many blocks or bytes."""
    total = census(blocks)
    if total > BLOCKS_PER_REQUEST:
        raise validation(
            f"body failed validation: body.children block count should be ≤ `{BLOCKS_PER_REQUEST}`, instead was `{total}`."
        )
    if len(body) > REQUEST_BYTES:
        raise validation(
            f"body failed validation: body.length should be ≤ `{REQUEST_BYTES}`, instead was `{len(body)}`."
        )
