"""The walk's table of nesting places against the model's own annotations, and what its maps keep."""

import typing

import msgspec
import pytest

from converters import model
from converters.build import paragraph, plain
from converters.walk import NESTING, iter_blocks, iter_inlines, map_blocks, map_both, map_inlines, present

STRUCTS = [
    each
    for each in vars(model).values()
    if isinstance(each, type) and issubclass(each, model._Value) and each is not model._Value
]


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_table_names_every_field_that_holds_blocks_or_inlines(struct):
    known = {name for name, _ in NESTING.get(struct, ())}
    members = {str(each) for each in typing.get_args(model.Inline) + typing.get_args(model.Block)}
    parts = {str(each) for each in NESTING}
    for name, hint in typing.get_type_hints(struct, vars(model)).items():
        inside: set[str] = set()

        def collect(each, inside=inside):
            inside.add(str(each))
            for arg in typing.get_args(each):
                collect(arg)

        collect(hint)
        if struct is model.Image and name == "ref":
            continue
        nests = bool(inside & (members | parts)) and not isinstance(hint, str)
        if nests and name != "href":
            assert name in known, f"{struct.__name__}.{name}"


def everywhere():
    text = paragraph("word")
    return (
        model.ListBlock("bullet", (model.ListItem((text,)),)),
        model.Table((model.Row((model.Cell(plain("word")), model.Cell(blocks=(text,)))),), caption=plain("word")),
        model.Tabs((model.Tab("t", (text,)),)),
        model.Columns(((text,), (text,))),
        model.Interactive("plotly", picture=model.Image(url="https://x/y", caption=plain("word")), fallback=(text,)),
        model.Footnotes((model.Footnote("a", 1, (text,)),)),
        model.Output("stream", blocks=(text,)),
        model.DefinitionList((model.Definition(plain("word"), (text,)),)),
    )


def test_maps_reach_every_place():
    blocks = everywhere()
    count = sum(1 for each in iter_inlines(blocks) if isinstance(each, model.Span))
    changed = map_inlines(blocks, lambda each: msgspec.structs.replace(each, text="other"))
    assert count == 13
    assert [each.text for each in iter_inlines(changed)] == ["other"] * count
    assert not [
        b
        for b in iter_blocks(map_blocks(blocks, lambda b: None if type(b) is model.Paragraph else b))
        if type(b) is model.Paragraph
    ]


def test_untouched_blocks_are_the_same_objects():
    blocks = everywhere()
    assert map_blocks(blocks, lambda block: block) is blocks
    assert map_inlines(blocks, lambda inline: inline) is blocks


def test_one_block_becomes_several():
    two = map_blocks((model.Quote((paragraph("a"),)),), lambda b: (b, b) if isinstance(b, model.Paragraph) else b)
    assert two == (model.Quote((paragraph("a"), paragraph("a"))),)


def test_both_maps_in_one_walk():
    blocks, heard = everywhere(), []
    both = map_both(
        blocks,
        lambda block: None if type(block) is model.Columns else block,
        lambda each: msgspec.structs.replace(each, text="other"),
        heard.append,
    )
    assert both == tuple(b for b in map_inlines(blocks, lambda i: model.Span("other")) if type(b) is not model.Columns)
    assert heard == list(iter_blocks(blocks))


def test_types_present():
    link = model.Span("x", href=model.PageLink("k"))
    found = present((*everywhere(), model.Quote((model.Paragraph((link,)),))))
    assert found >= {model.Cell, model.Image, model.Span, model.PageLink, model.Tab, model.Footnote}
    assert model.Math not in found
