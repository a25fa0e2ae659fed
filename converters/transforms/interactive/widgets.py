"""Jupyter widgets as they stood when the notebook was saved: values in words, boxes as columns, tabs and toggles.

What a widget shows is in the notebook's metadata; the reader keeps that as an asset (:data:`converters.readers.outputs.WIDGET_STATE`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from converters.build import text_of
from converters.model import (
    Attachment,
    Blocks,
    Code,
    Columns,
    Form,
    Inlines,
    Mark,
    Output,
    Paragraph,
    Span,
    Tab,
    Tabs,
    Toggle,
)
from converters.notes import degraded, info
from converters.readers.outputs import WIDGET_STATE, OutputReader
from converters.transforms.context import Context
from converters.transforms.interactive import widget_values
from converters.transforms.interactive.figure import Figure, parsed
from converters.transforms.interactive.plotly import plotly_figure
from converters.transforms.interactive.vega import vega_figure

VIEW = "application/vnd.jupyter.widget-view+json"
_MAX_DEPTH = 20
_MAX_WIDGETS = 1000
"""Boxes in boxes, and widgets in one output, that are followed: more is a loop, or no page for people."""
_BARS = frozenset({"FloatProgressModel", "IntProgressModel"})
_BAR = _BARS | {"HBoxModel", "HTMLModel", "LabelModel"}
"""What tqdm makes its bars of: nothing that a reader could move, so that their text says it all."""
_PROGRESS = re.compile(r"\d+%\|")


def find_widget(output: Output, forms: Mapping[str, Form], context: Context) -> Figure | None:
    """What the bundle's widget shows: a figure of a library, or blocks; a card where its state wasn't saved."""
    form = forms.get(VIEW)
    if form is None:
        return None
    view = parsed(form.text)
    name = str(view.get("model_id", "")) if isinstance(view, dict) else ""
    models = _models(context)
    model = models.get(name)
    if not isinstance(model, dict):
        return _unsaved(output, forms, context)
    figure = _figure(model)
    if figure is not None:
        return figure
    widgets = _Widgets(models, output, context)
    blocks = widgets.blocks(name, 0)
    if widgets.hidden:
        text = "widgets that were hidden when the notebook was saved, such as finished progress bars, aren't shown"
        context.notes.append(info("output.widget_hidden", text, output.where))
        if not blocks:
            return Figure(library="ipywidgets", hidden=True)
    if widgets.unknown:
        names = ", ".join(sorted(widgets.unknown))
        text = f"widgets shown by their name only: {names:.200}"
        context.notes.append(degraded("output.widget", text, output.where))
    if not blocks:
        return Figure(library="ipywidgets", reason="the saved state shows nothing")
    seen = set(widgets.seen)
    if seen <= {"OutputModel"} or (seen <= _BAR and not seen.isdisjoint(_BARS)):
        return Figure(library="ipywidgets", blocks=blocks)
    context.notes.append(degraded("output.widget_static", "widgets are shown as they were saved", output.where))
    return Figure(library="ipywidgets", blocks=(*blocks, *_state_file(context)))


def _unsaved(output: Output, forms: Mapping[str, Form], context: Context) -> Figure | None:
    """A progress bar's text says it all; for others a card. Where there are other forms, those hold."""
    text = forms["text/plain"].text if "text/plain" in forms else ""
    if _PROGRESS.search(text):
        context.notes.append(degraded("output.widget", "a progress bar is shown as it began", output.where))
        return Figure(library="ipywidgets", blocks=(Code(text, role="output", where=output.where),))
    if "text/html" in forms and "<script" not in forms["text/html"].text:
        return None
    return Figure(library="ipywidgets", reason="the widget's state wasn't saved with the notebook")


def _state_file(context: Context) -> Blocks:
    """The saved state as a file, once a notebook."""
    if "widgets" in context.told or not context.options.attach_interactive:
        return ()
    context.told.add("widgets")
    asset = next(asset for asset in context.assets.values() if asset.mime == WIDGET_STATE)
    return (Attachment(asset.key, kind="data", title="Saved state of this notebook's widgets"),)


def _models(context: Context) -> Mapping[str, Any]:
    asset = next((asset for asset in context.assets.values() if asset.mime == WIDGET_STATE), None)
    return _read(asset.data) if asset else {}


@functools.lru_cache(maxsize=2)
def _read(data: bytes) -> Mapping[str, Any]:
    value = parsed(data.decode("utf-8", "replace"))
    models = value.get("state") if isinstance(value, dict) else None
    return models if isinstance(models, dict) else {}


def _figure(model: Mapping[str, Any]) -> Figure | None:
    """Widgets of plotting libraries, whose figures are in their state."""
    state = model.get("state")
    if not isinstance(state, dict):
        return None
    data = state.get("_widget_data", state.get("_data"))
    layout = state.get("_widget_layout", state.get("_layout"))
    if isinstance(data, list) and isinstance(layout, dict):
        return plotly_figure({"data": data, "layout": layout})
    spec = state.get("spec")
    if isinstance(spec, dict) and "vega" in str(spec.get("$schema", "")):
        return vega_figure(spec, lite="vega-lite" in str(spec["$schema"]))
    return None


class _Widgets:
    """The widgets of one output."""

    def __init__(self, models: Mapping[str, Any], output: Output, context: Context) -> None:
        self.models = models
        self.output = output
        self.context = context
        self.unknown: set[str] = set()
        self.hidden = False
        self.seen: list[str] = []

    def blocks(self, reference: object, depth: int) -> Blocks:
        """What the widget of a reference (``IPY_MODEL_<id>``) shows."""
        model = self.models.get(str(reference).removeprefix("IPY_MODEL_"))
        if not isinstance(model, dict) or depth > _MAX_DEPTH or len(self.seen) > _MAX_WIDGETS:
            return ()
        name = str(model.get("model_name", ""))
        state = model.get("state")
        if not isinstance(state, dict):
            return ()
        self.seen.append(name)
        if self._is_hidden(state):
            self.hidden = True
            return ()
        children = state.get("children")
        if isinstance(children, list) and name not in widget_values.PLAIN:
            return self._box(name, state, children, depth)
        if name == "OutputModel":
            return self._outputs(state)
        return self._leaf(name, state, model)

    def _is_hidden(self, state: Mapping[str, Any]) -> bool:
        layout = self.models.get(str(state.get("layout")).removeprefix("IPY_MODEL_"))
        found = layout.get("state") if isinstance(layout, dict) else None
        if not isinstance(found, dict):
            return False
        return found.get("visibility") == "hidden" or found.get("display") == "none"

    def _leaf(self, name: str, state: dict[str, Any], model: Mapping[str, Any]) -> Blocks:
        if name in {"HTMLModel", "HTMLMathModel"}:
            return self._described(state, self._html(str(state.get("value", "")), maths=name == "HTMLMathModel"))
        media = widget_values.media(name, state, model.get("buffers"), self.context)
        if media is not None:
            return media
        line = widget_values.line(name, state)
        if line is None:
            self.unknown.add(name.removesuffix("Model") or "?")
            return (Paragraph((Span(f"[{name.removesuffix('Model') or 'widget'}]", frozenset({Mark.EM})),)),)
        return (Paragraph(line),) if line else ()

    def _described(self, state: dict[str, Any], blocks: Blocks) -> Blocks:
        label = str(state.get("description") or "")
        only = blocks[0] if len(blocks) == 1 else None
        if label and isinstance(only, Paragraph):
            return (Paragraph((*widget_values.label(label), *only.content)),)
        return (Paragraph(widget_values.label(label)), *blocks) if label and blocks else blocks

    def _html(self, text: str, *, maths: bool) -> Blocks:
        from converters.readers.context import MarkdownContext
        from converters.readers.html import html_blocks
        from converters.readers.markdown import markdown_blocks

        reading = MarkdownContext(source=self.context.path, where=self.output.where, assets=self.context.assets)
        blocks, notes = markdown_blocks(text, reading) if maths and "$" in text else html_blocks(text, reading)
        self.context.notes.extend(note for note in notes if note.kind == "security")
        return tuple(blocks)

    def _outputs(self, state: dict[str, Any]) -> Blocks:
        """What was printed and shown inside of an output widget."""
        from converters.model import Where
        from converters.transforms.outputs import output_blocks

        where = self.output.where or Where()
        read = OutputReader(self.context.assets, self.context.notes).read(state.get("outputs"), where, "figure")
        return tuple(block for output in read for block in output_blocks(output, self.context))

    def _box(self, name: str, state: dict[str, Any], children: list[Any], depth: int) -> Blocks:
        parts = [self.blocks(child, depth + 1) for child in children]
        titles = _titles(state, len(parts))
        if name == "TabModel":
            tabs = tuple(Tab(title, part) for title, part in zip(titles, parts, strict=True) if part)
            return (Tabs(tabs),) if tabs else ()
        if name == "AccordionModel":
            chosen = state.get("selected_index")
            return tuple(
                Toggle((Span(title),), part, open=number == chosen)
                for number, (title, part) in enumerate(zip(titles, parts, strict=True))
                if part
            )
        parts = [part for part in parts if part]
        if name == "HBoxModel":
            return _beside(parts)
        return tuple(block for part in parts for block in part)


def _beside(parts: list[Blocks]) -> Blocks:
    """Short lines of text in one line, anything else in columns."""
    lines: list[Inlines] = []
    for part in parts:
        only = part[0] if len(part) == 1 else None
        if not isinstance(only, Paragraph):
            break
        lines.append(only.content)
    if len(lines) < len(parts):
        return (Columns(tuple(parts)),) if 1 < len(parts) <= _MAX_COLUMNS else tuple(b for part in parts for b in part)
    content: list[Any] = []
    told = any(_PERCENT.search(text_of(line)) for line in lines if not widget_values.is_bar(line))
    for line in lines:
        shown = widget_values.bare(line) if told and widget_values.is_bar(line) else line
        content += [Span("   "), *shown] if content else shown
    return (Paragraph(tuple(content)),) if content else ()


_PERCENT = re.compile(r"\d\s*%")
_MAX_COLUMNS = 4
"""Ours: more are too narrow to read on a page of 760 CSS pixels."""


def _titles(state: dict[str, Any], count: int) -> list[str]:
    """Titles of tabs: a list in version 8, a mapping of numbers in version 7."""
    found = state.get("titles") or state.get("_titles") or ()
    if isinstance(found, dict):
        found = [found.get(str(number), "") for number in range(count)]
    names = [str(title) for title in found] if isinstance(found, list) else []
    return [names[number] if number < len(names) and names[number] else str(number + 1) for number in range(count)]
