"""Each construct of Markdown and HTML in tests/cases, as both wikis get it, before the vendors' own software."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from converters.metadata import Metadata
from converters.model import Document, Where
from converters.options import NoFiles, Read, TransformOptions, WriteOptions
from converters.readers.markdown import MarkdownContext, markdown_blocks
from converters.transforms import apply
from converters.writers import Target, write

pytestmark = pytest.mark.judge

HERE = Path(__file__).parent
CASES = HERE.parent / "cases"


def load(name: str):
    """A judge by its file (tests are imported by file, not as packages)."""
    spec = importlib.util.spec_from_file_location(f"judge_of_cases_{name}", HERE / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


atlassian, notion = load("atlassian"), load("notion")


def texts() -> list[tuple[str, str, str]]:
    """Flavor, title and text of each case."""
    found = []
    for path in sorted(CASES.glob("*.md")):
        parts = path.read_text("utf-8").split("\n.\n")
        flavor = "pandoc" if path.stem.startswith("pandoc") else "jupyter"
        found += [(flavor, parts[n].strip().splitlines()[-1], parts[n + 1]) for n in range(0, len(parts) - 2, 3)]
    return found


def rendered(flavor: str, text: str, target: Target):
    """What a wiki gets of a text."""
    context = MarkdownContext(source="x.md", flavor=flavor)
    blocks, notes = markdown_blocks(text, context)
    document = Document(Metadata(title="T"), blocks, context.assets, Where("x.md"))
    read = apply(Read(document, notes), TransformOptions(target=target, attach_source=False), NoFiles())
    return write(read.document, target, WriteOptions(flavor="notion" if target == "notion" else "cloud"))[0]


def test_confluence() -> None:
    atlassian.need_node_modules()
    with atlassian.StorageJudge() as judge:
        found = {
            title: judge.judge(rendered(flavor, text, "confluence").body).faults for flavor, title, text in texts()
        }
    assert {title: faults for title, faults in found.items() if faults} == {}


def cut(block, level=0):
    """A block as it goes into a request: children of its children come in requests of their own."""
    kind = block["type"]
    value = dict(block[kind])
    children = value.pop("children", None)
    if children and (level < 1 or kind in {"table", "column_list", "column"}):
        value["children"] = [cut(child, level + 1) for child in children]
    return {**block, kind: value}


def test_notion() -> None:
    atlassian.need_node_modules()
    kind = notion.body_type("PATCH", "blocks/x/children")
    found = {}
    for flavor, title, text in texts():
        blocks = [cut(block) for block in rendered(flavor, text, "notion").blocks]
        found[title] = notion.faults(kind, {"children": blocks})
    assert {title: faults for title, faults in found.items() if faults} == {}
