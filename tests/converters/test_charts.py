"""Vega-Lite figures without a picture are drawn, unless they would fetch something."""

from __future__ import annotations

import json
import math

import pytest

from converters.metadata import Metadata
from converters.model import Document, Form, Interactive, Output
from converters.options import NoFiles, Read, TransformOptions
from converters.transforms import Context, apply
from converters.transforms.interactive.figure import compact
from converters.transforms.interactive.vega import find_vega, stands_alone

KIND = "application/vnd.vegalite.v5+json"
CHART = {
    "data": {"values": [{"a": 1, "b": 2}, {"a": 2, "b": 1}]},
    "mark": "bar",
    "encoding": {"x": {"field": "a"}, "y": {"field": "b"}},
}


def forms(specification: object) -> dict[str, Form]:
    return {KIND: Form(KIND, text=json.dumps(specification))}


def test_a_chart_becomes_a_sharp_picture() -> None:
    output = Output("display_data", tuple(forms(CHART).values()))
    done = apply(
        Read(Document(Metadata(title="T"), (output,))), TransformOptions(target="confluence", anatomy=False), NoFiles()
    )
    (shown,) = done.document.blocks
    assert isinstance(shown, Output)
    (figure,) = shown.blocks
    assert isinstance(figure, Interactive)
    assert figure.picture is not None
    assert figure.picture.asset is not None
    asset = done.document.assets[figure.picture.asset]
    assert asset.mime == "image/png"
    assert figure.picture.width == asset.width // 2
    assert list(done.notes) == []


@pytest.mark.parametrize(
    "specification",
    [
        {**CHART, "data": {"url": "https://example.com/d.csv"}},
        {**CHART, "data": {"url": "file:///etc/passwd"}},
        {**CHART, "mark": "image"},
        {**CHART, "mark": {"type": "image"}},
        {"layer": [CHART, {**CHART, "transform": [{"lookup": "a", "from": {"data": {"url": "x.json"}}}]}]},
        {"hconcat": [{"vconcat": [{**CHART, "encoding": {"url": {"field": "a"}}}]}]},
        [],
        "chart",
        {"mark": 3},
    ],
)
def test_what_would_fetch_or_is_no_chart_is_not_drawn(specification: object) -> None:
    figure = find_vega(forms(specification), Context(options=TransformOptions(), files=NoFiles()))
    assert figure is None or figure.picture is None or figure.picture() is None


def test_a_chart_of_its_own_data_stands_alone() -> None:
    assert stands_alone(CHART)


@pytest.mark.parametrize(
    "specification",
    [
        {**CHART, "data": {"sequence": {"start": 0, "stop": 1e9}}},
        {**CHART, "data": {"sequence": {"start": 0, "stop": 10, "step": 0}}},
        {**CHART, "width": 1e7},
        {"hconcat": [{**CHART, "height": 1e7}]},
    ],
)
def test_what_asks_for_too_much_is_not_drawn(specification: dict[str, object]) -> None:
    figure = find_vega(forms(specification), Context(options=TransformOptions(), files=NoFiles()))
    assert figure is not None
    assert figure.picture is None


def test_a_generated_chart_of_sane_size_is_drawn() -> None:
    chart = {**CHART, "data": {"sequence": {"start": 0, "stop": 100, "as": "a"}}, "encoding": {"x": {"field": "a"}}}
    figure = find_vega(forms(chart), Context(options=TransformOptions(), files=NoFiles()))
    assert figure is not None
    assert figure.picture is not None
    assert figure.picture() is not None


@pytest.mark.parametrize(
    "value",
    [
        {"a": None, "b": [1, 2.5, "1e5 null 0.0000"]},
        {"a": None, "b": math.nan},
        [math.inf, -math.inf],
        [1e16, 1.5e-7, 0.00001, 0.0001, -0.0, 123456789012345680.0, 2**70],
        "the1e5 lone \ud800",
        {1: "a", "b": "\u2028</script>"},
    ],
)
def test_figures_have_the_json_that_python_writes(value: object) -> None:
    """Another text would be another figure, and each page with one would be written anew."""
    assert compact(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))
