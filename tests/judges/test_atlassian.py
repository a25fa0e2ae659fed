"""Atlassian's own parser and schema judge what the Confluence writer makes; each judge is proved by what it refuses."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from converters.metadata import Metadata
from converters.model import Document, Inline, Paragraph, Span
from converters.options import WriteOptions
from converters.writers.confluence import write_confluence


def load(path: Path):
    """A module by its path (tests are imported by file, not as packages)."""
    spec = importlib.util.spec_from_file_location(f"judge_{path.stem}", path)  # atlassian is a package, too
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


HERE = Path(__file__).parent
atlassian = load(HERE / "atlassian.py")
cases = load(HERE.parent / "converters" / "test_confluence_writer.py")

pytestmark = pytest.mark.judge


@pytest.fixture(scope="module")
def judge():
    atlassian.need_node_modules()
    with atlassian.StorageJudge() as process:
        yield process


@pytest.mark.parametrize("kind", [*cases.BLOCKS, Inline], ids=lambda kind: getattr(kind, "__name__", "inlines"))
@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_nothing_is_lost_or_invalid(judge, kind, flavor):
    blocks = cases.BLOCKS.get(kind) or tuple(Paragraph((Span("a "), inline)) for inline in cases.INLINES)
    for block in blocks:
        document = Document(Metadata(title="T"), (block,), cases.ASSETS)
        body = write_confluence(document, WriteOptions(flavor=flavor))[0].body
        verdict = judge.judge(body)
        if flavor == "datacenter":  # its editor nests freely and reads what Cloud's parser does not
            assert not verdict.wellformed, body
        else:
            assert not verdict.faults, body


def test_it_refuses_what_is_not_well_formed(judge):
    assert judge.judge("<p>open").wellformed
    assert judge.judge("<p>&nbsp;</p>").wellformed
    assert judge.judge("<x:p>no such prefix</x:p>").wellformed


def test_it_finds_lost_text(judge):
    lost = judge.judge(
        "<table><thead><tr><th>gone</th></tr></thead><tbody><tr><td><p>here</p></td></tr></tbody></table>"
    )
    assert lost.lost_text == ["gone"]


def test_it_refuses_nesting_that_cloud_does_not_store(judge):
    inner = '<ac:structured-macro ac:name="expand"><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>'
    assert judge.judge(inner.format(inner.format("<p>x</p>"))).adf_errors


def test_it_finds_an_unstable_round_trip(judge):
    code = '<ac:parameter ac:name="title">t</ac:parameter><ac:plain-text-body><![CDATA[x]]></ac:plain-text-body>'
    assert judge.judge(
        f'<ul><li><p>a</p><ac:structured-macro ac:name="code">{code}</ac:structured-macro></li></ul>'
    ).unstable


def test_it_finds_blocks_where_the_editor_has_none(judge):
    assert judge.judge("<blockquote><h2>x</h2></blockquote>").faults == ["<h2> stands where the editor can't have it"]
