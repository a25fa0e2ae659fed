"""One widget's value as a line of text (``Threshold: 0.5``), or its picture, sound or film."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from converters.build import plain
from converters.model import Asset, Attachment, Blocks, Image, Inlines, Mark, Span
from converters.readers import mime
from converters.transforms.context import Context
from converters.transforms.pictures import WEB_TYPES, css_size, to_png

PLAIN = frozenset({"LinkModel", "DirectionalLinkModel"})
"""Models whose children are no widgets."""
_SILENT = frozenset({"LayoutModel", "ControllerModel", "LinkModel", "DirectionalLinkModel", "DOMWidgetModel"})
_UNKNOWN = object()
_DEFAULTS: Mapping[str, object] = {
    **dict.fromkeys(("IntSliderModel", "BoundedIntTextModel", "IntTextModel", "PlayModel"), 0),
    **dict.fromkeys(("FloatSliderModel", "BoundedFloatTextModel", "FloatTextModel"), 0.0),
    "FloatLogSliderModel": 1.0,
    "IntRangeSliderModel": [25, 75],
    "FloatRangeSliderModel": [0.0, 1.0],
    **dict.fromkeys(("TextModel", "TextareaModel", "ComboboxModel", "ColorPickerModel", "TagsInputModel"), ""),
    **dict.fromkeys(("DatePickerModel", "TimePickerModel", "DatetimeModel", "NaiveDatetimeModel"), ""),
    **dict.fromkeys(("DropdownModel", "SelectModel", "SelectMultipleModel", "RadioButtonsModel"), "nothing chosen"),
    **dict.fromkeys(("ToggleButtonsModel", "SelectionSliderModel", "SelectionRangeSliderModel"), "nothing chosen"),
}
"""Values of controls that nobody touched, which saved states leave out. Source: ipywidgets, the widgets' traits."""
_BAR = 10
"""Characters of a progress bar."""


def label(text: str) -> Inlines:
    """A widget's description, in front of its value."""
    return (Span(f"{text.rstrip().removesuffix(':')}: ", frozenset({Mark.STRONG})),) if text.strip() else ()


def line(name: str, state: Mapping[str, Any]) -> Inlines | None:
    """A control's line; empty for what shows nothing, None for a model that isn't known and has no value."""
    if name in _SILENT or name.endswith("StyleModel"):
        return ()
    description = str(state.get("description") or "")
    if name in {"CheckboxModel", "ValidModel"}:
        mark = "☑" if state.get("value") else "☐"
        return (Span(f"{mark} {description}".rstrip()),)
    if name in {"ButtonModel", "ToggleButtonModel", "FileUploadModel"}:
        return (Span(f"[{description or name.removesuffix('Model')}]"),)
    if name in {"IntProgressModel", "FloatProgressModel"}:
        return (*label(description), Span(_progress(state)))
    if name == "PasswordModel":
        return (*label(description), Span("••••"))
    if name == "LabelModel":
        return (*label(description), *plain(str(state.get("value") or "")))
    chosen = _chosen(state)
    value = chosen if chosen is not None else state.get("value", _DEFAULTS.get(name, _UNKNOWN))
    if value is _UNKNOWN:
        return None
    return (*label(description), *plain(_text(value, state)))


def _progress(state: Mapping[str, Any]) -> str:
    low, high, value = (
        _number(state.get(key), default) for key, default in (("min", 0.0), ("max", 100.0), ("value", 0.0))
    )
    share = min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.0
    done = round(share * _BAR)
    return f"{'█' * done}{'░' * (_BAR - done)} {share:.0%}"


def is_bar(line: Inlines) -> bool:
    """Whether a line is a progress bar."""
    last = line[-1] if line else None
    return isinstance(last, Span) and last.text[:1] in {"█", "░"}


def bare(line: Inlines) -> Inlines:
    """A progress bar without its number, for where that stands beside it."""
    last = line[-1]
    assert isinstance(last, Span)
    return (*line[:-1], Span(last.text.partition(" ")[0]))


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default


def _chosen(state: Mapping[str, Any]) -> str | None:
    """What a selection shows: its options' labels at the chosen places."""
    labels, index = state.get("_options_labels"), state.get("index")
    if not isinstance(labels, list):
        return None
    places = index if isinstance(index, list) else [index]
    words = [str(labels[place]) for place in places if isinstance(place, int) and 0 <= place < len(labels)]
    return (" – " if "Range" in str(state.get("_model_name", "")) else ", ").join(words) or "nothing chosen"


def _text(value: object, state: Mapping[str, Any]) -> str:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(part, int | float) for part in value):
        return f"{_text(value[0], state)} – {_text(value[1], state)}"
    if isinstance(value, list):
        return ", ".join(_text(part, state) for part in value)
    if isinstance(value, dict) and {"year", "month", "date"} <= value.keys():
        # Months count from 0. Source: ipywidgets, the date picker's serializer.
        return f"{value['year']:04}-{int(value['month']) + 1:02}-{value['date']:02}" if _whole(value) else str(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _whole(date: Mapping[str, Any]) -> bool:
    return all(isinstance(date[key], int) for key in ("year", "month", "date"))


def media(name: str, state: Mapping[str, Any], buffers: object, context: Context) -> Blocks | None:
    """A picture, sound or film that the state carries; None where the model is something else."""
    data = _data(name, state, buffers)
    if data is None:
        return None
    kind = mime.sniff(data)
    if kind.startswith("image/") and kind != "image/svg+xml":
        if kind not in WEB_TYPES:
            data, kind = to_png(data) or b"", "image/png"
        if not data:
            return ()
        asset = context.add(data, kind, "figure")
        width, height = css_size(asset, state)
        return (Image(asset.key, width=width, height=height),)
    family = "video" if name == "VideoModel" else "audio" if name == "AudioModel" else "file"
    made: Asset = context.add(data, kind or "application/octet-stream", family)
    return (Attachment(made.key, kind=family),)  # type: ignore[arg-type]


def _data(name: str, state: Mapping[str, Any], buffers: object) -> bytes | None:
    """The bytes: in a buffer of their own (``value``), or a matplotlib canvas's last picture (``_data_url``)."""
    url = state.get("_data_url")
    if isinstance(url, str) and url.startswith("data:image/"):
        return mime.decode_base64(url.partition(",")[2])
    if name not in {"ImageModel", "AudioModel", "VideoModel"}:
        return None
    for buffer in buffers if isinstance(buffers, list) else ():
        if isinstance(buffer, dict) and buffer.get("path") == ["value"] and isinstance(buffer.get("data"), str):
            if buffer.get("encoding") == "hex":
                return bytes.fromhex(buffer["data"])
            return mime.decode_base64(buffer["data"])
    value = state.get("value")
    return base64.b64decode(value) if isinstance(value, str) and value else None
