"""Headers in the dialects in use, and the traps of YAML."""

import pytest

from converters.metadata import Metadata, Person
from converters.model import Where
from converters.options import ReadOptions, Source
from converters.readers.frontmatter import merge, metadata_from_mapping, parse_header, split_header
from converters.readers.text import read_markdown

WHERE = Where("x.md")


def read(header):
    mapping, notes = parse_header(header, WHERE)
    meta, more = metadata_from_mapping(mapping, WHERE)
    return meta, [*notes, *more]


def test_header_is_split_off_only_at_the_top():
    assert split_header("---\na: 1\n---\nbody") == ("a: 1", "body", 3)
    assert split_header("\n---\na: 1\n---\n") == ("", "\n---\na: 1\n---\n", 0)
    assert split_header("---\nno end")[0] == ""


@pytest.mark.parametrize(
    ("header", "field", "expected"),
    [
        ("tldr: short", "summary", "short"),
        ("description: short", "summary", "short"),
        ("date: 2024-03-01", "created", "2024-03-01"),
        ("created_at: 2024-03-01 00:00:00", "created", "2024-03-01 00:00:00"),
        ("author: A B, C D", "authors", (Person("A B"), Person("C D"))),
        ("author: A B and C D", "authors", (Person("A B"), Person("C D"))),
        ("authors: [a@x.org]", "authors", (Person("a@x.org", "a@x.org"),)),
        ("author: [{name: A, email: a@x.org, affiliation: U}]", "authors", (Person("A", "a@x.org", affiliation="U"),)),
        ("author: A B <a@x.org>", "authors", (Person("A B", "a@x.org"),)),
        ("tags: [2024, no, text]", "tags", ("2024", "false", "text")),
        ("categories: a, b", "tags", ("a", "b")),
        ('draft: "false"', "status", ""),
        ("draft: yes", "status", "draft"),
        ("private: true", "visibility", "restricted"),
        ("thumbnail: 2", "thumbnail", "2"),
        ("channel: growth", "team", "growth"),
        ("format: {html: {code-fold: true}}", "code", "fold"),
        ("execute: {echo: false}", "code", "omit"),
        ("output: {html_document: {code_folding: hide}}", "code", "fold"),
        ("strange: [1, {a: 2024-01-01}]", "extra", {"strange": [1, {"a": "2024-01-01"}]}),
    ],
)
def test_dialects(header, field, expected):
    meta, notes = read(header)
    assert getattr(meta, field) == expected
    assert notes == []


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("- a\n- b", "metadata.mapping"),
        ('title: "open', "metadata.yaml"),
        ("a: b: c", "metadata.yaml"),
        ("title: x\n\ttabbed: y", "metadata.yaml"),
        ("title: [a]", "metadata.type"),
        ("tags: {a: 1}", "metadata.type"),
        ("status: strange", "metadata.type"),
        ("a: !!python/object:os.system x", "metadata.yaml"),
    ],
)
def test_bad_headers_give_one_note_and_no_error(header, code):
    _, notes = read(header)
    assert [note.code for note in notes] == [code]


def test_merge_fills_gaps_only():
    first = Metadata(title="a", tags=("x",), extra={"k": 1})
    later = Metadata(title="b", summary="s", tags=("y",), toc=False, extra={"k": 2, "l": 3})
    assert merge(first, later) == Metadata(title="a", summary="s", tags=("x",), toc=False, extra={"k": 1, "l": 3})


def test_pages_of_other_tools_are_known():
    text = "<!-- Space: DATA -->\n<!-- Parent: Reports -->\n<!-- Parent: 2026 -->\n<!-- Title: Churn -->\n<!-- Label: ml -->\n\n# A\n"
    meta = read_markdown(Source("a.md", text.encode()), ReadOptions()).document.meta
    assert (meta.title, meta.tags) == ("Churn", ("ml",))
    assert meta.wiki == {"confluence": {"space": "DATA", "parent": "Reports / 2026"}}
    header = "---\ntitle: T\nconfluence_settings:\n  space_key: DATA\n  parent_id: 12\n---\nx\n"
    document = read_markdown(Source("a.Rmd", header.encode()), ReadOptions()).document
    assert document.meta.wiki == {"confluence": {"space": "DATA", "parent": "12"}}
