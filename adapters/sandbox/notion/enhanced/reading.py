"""Stored blocks to enhanced Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.sandbox.notion.block_shapes import HEADINGS, MEDIA
from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.enhanced.drafts import color_name
from adapters.sandbox.notion.enhanced.inline_out import escaped, written
from adapters.sandbox.notion.media import shown_file
from adapters.sandbox.notion.rich_text import plain, title_of
from adapters.sandbox.notion.store import Node

MOST_BLOCKS = 20_000  # about what the endpoint reads before it says `truncated`
_PREFIXES = {
    "paragraph": "",
    **{kind: "#" * (index + 1) + " " for index, kind in enumerate(HEADINGS)},
    "bulleted_list_item": "- ",
    "numbered_list_item": "1. ",
    "quote": "> ",
}


@dataclass(slots=True)
class Rendered:
    """The text line by line, and which block each first line belongs to."""

    lines: list[str] = field(default_factory=list)
    owners: dict[int, Node] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    blocks: int = 0
    truncated: bool = False

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join(self.lines)


def render(call: Call, nodes: list[Node]) -> Rendered:
    """The blocks and all below them. Addresses of hosted files are signed anew each time."""
    reader = _Reader(call, Rendered())
    for node in nodes:
        reader.block(node, 0)
    return reader.out


class _Reader:
    def __init__(self, call: Call, out: Rendered) -> None:
        self.call = call
        self.out = out

    def put(self, depth: int, text: str, owner: Node | None = None) -> None:
        if owner is not None:
            self.out.owners[len(self.out.lines)] = owner
        self.out.lines.append("\t" * depth + text)

    def below(self, node: Node, depth: int) -> None:
        for child in self.call.store.children(node.id):
            self.block(child, depth)

    def block(self, node: Node, depth: int) -> None:
        if self.out.blocks >= MOST_BLOCKS:
            self.out.truncated = True
            return
        self.out.blocks += 1
        if node.kind != "block":
            title = escaped(plain(title_of(node.value), self.call) or "Untitled")
            inline = f' inline="{str(bool(node.value.get("is_inline"))).lower()}"' if node.kind == "database" else ""
            self.put(depth, f'<{node.kind} url="{_address(node.id)}"{inline}>{title}</{node.kind}>', node)
        elif node.type in _PREFIXES or node.type == "to_do":
            self.put(depth, self.line(node), node)
            self.below(node, depth + 1)
        elif node.type in MEDIA:
            self.put(depth, self.media(node), node)
        else:
            getattr(self, f"_{node.type}", self._unknown)(node, depth)

    def text(self, node: Node) -> str:
        return written(node.value["rich_text"], self.call)

    def line(self, node: Node) -> str:
        text = self.text(node)
        if node.type == "paragraph" and not text:
            return "<empty-block/>"
        prefix = _PREFIXES.get(node.type) or ("- [x] " if node.value.get("checked") else "- [ ] ")
        given = ['toggle="true"'] if node.value.get("is_toggleable") else []
        color = color_name(node.value.get("color", "default"))
        given += [f'color="{color}"'] if color else []
        line = text if node.type == "paragraph" else prefix + text
        return f"{line if text else line.rstrip()} {{{' '.join(given)}}}" if given else line

    def media(self, node: Node) -> str:
        shown = shown_file(node.value["media"], self.call) or {}
        url = shown[shown["type"]]["url"]
        caption = written(node.value["caption"], self.call)
        return f"![{caption}]({url})" if node.type == "image" else f'<{node.type} src="{url}">{caption}</{node.type}>'

    def _toggle(self, node: Node, depth: int) -> None:
        self.put(depth, f"<details{_colored(node)}>", node)
        self.put(depth, f"<summary>{self.text(node)}</summary>")
        self.below(node, depth + 1)
        self.put(depth, "</details>")

    def _callout(self, node: Node, depth: int) -> None:
        icon = shown_file(node.value.get("icon"), self.call) or {"type": "none"}
        sign = icon["emoji"] if icon["type"] == "emoji" else icon.get(icon["type"], {}).get("url", "")
        self.put(depth, "<callout" + (f' icon="{sign}"' if sign else "") + f"{_colored(node)}>", node)
        text = self.text(node)
        if text or self.call.store.has_children(node.id):
            self.put(depth + 1, text or "<empty-block/>")
        self.below(node, depth + 1)
        self.put(depth, "</callout>")

    def _code(self, node: Node, depth: int) -> None:
        self.put(depth, f"```{node.value['language']}", node)
        for row in plain(node.value["rich_text"], self.call).split("\n"):
            self.put(depth, row)
        self.put(depth, "```")

    def _equation(self, node: Node, depth: int) -> None:
        self.put(depth, "$$", node)
        for row in node.value["expression"].split("\n"):
            self.put(depth, row)
        self.put(depth, "$$")

    def _divider(self, node: Node, depth: int) -> None:
        self.put(depth, "---", node)

    def _table(self, node: Node, depth: int) -> None:
        row, column = (str(node.value[name]).lower() for name in ("has_column_header", "has_row_header"))
        self.put(depth, f'<table header-row="{row}" header-column="{column}">', node)
        for child in self.call.store.children(node.id):
            self.out.blocks += 1
            self.put(depth + 1, "<tr>", child)
            for cell in child.value["cells"]:
                self.put(depth + 2, f"<td>{written(cell, self.call)}</td>")
            self.put(depth + 1, "</tr>")
        self.put(depth, "</table>")

    def _column_list(self, node: Node, depth: int) -> None:
        self._around("columns", node, depth)

    def _column(self, node: Node, depth: int) -> None:
        self._around("column", node, depth)

    def _synced_block(self, node: Node, depth: int) -> None:
        source = node.value["synced_from"]
        tag = "synced_block_reference" if source else "synced_block"
        target = source["block_id"] if source else node.id
        self.put(depth, f'<{tag} url="{_address(target)}">', node)
        self.below(node, depth + 1)
        self.put(depth, f"</{tag}>")

    def _table_of_contents(self, node: Node, depth: int) -> None:
        self.put(depth, f"<table_of_contents{_colored(node)}/>", node)

    def _around(self, tag: str, node: Node, depth: int) -> None:
        self.put(depth, f"<{tag}>", node)
        self.below(node, depth + 1)
        self.put(depth, f"</{tag}>")

    def _unknown(self, node: Node, depth: int) -> None:
        self.out.unknown.append(node.id)
        page = next((above for above in self.call.store.upward(node.id) if above.kind == "page"), node)
        self.put(depth, f'<unknown url="{_address(page.id)}#{node.id.replace("-", "")}" alt="{node.type}"/>', node)


def _address(node_id: str) -> str:
    return f"https://www.notion.so/{node_id.replace('-', '')}"


def _colored(node: Node) -> str:
    color = color_name(node.value.get("color", "default"))
    return f' color="{color}"' if color else ""
