"""Outputs of a code cell → :class:`Output` values that keep every MIME form the kernel sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from converters.model import Asset, AssetKey, Form, Output, Where
from converters.notes import Note, degraded, dropped, missing, repaired
from converters.readers import ansi, mime, pictures

_TEXT = "text/plain"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
"""Source: ipywidgets, "Embedding Jupyter Widgets", the notebook's metadata."""
_NO_METADATA: Mapping[str, object] = {}


class OutputReader:
    """Reads the outputs of one notebook; pictures gather in ``assets``, findings in ``notes``."""

    def __init__(self, assets: dict[AssetKey, Asset], notes: list[Note]) -> None:
        self.assets = assets
        self.notes = notes

    def keep_widgets(self, metadata: Mapping[str, Any]) -> None:
        """Keep what the notebook's widgets showed when it was saved, as an asset of type :data:`WIDGET_STATE`."""
        found = metadata.get("widgets")
        if not isinstance(found, dict):
            return
        state = found.get(WIDGET_STATE, found)
        if isinstance(state, dict) and isinstance(state.get("state"), dict) and state["state"]:
            data = msgspec.json.encode(state)
            key = Asset.digest(data)
            self.assets[key] = Asset(key, data, WIDGET_STATE, "widget-state.json")

    def read(self, outputs: object, where: Where, stem: str) -> list[Output]:
        """The outputs of one cell, adjacent streams of one name merged. ``stem`` names its pictures."""
        if outputs is None or outputs == []:
            return []
        if not isinstance(outputs, list):
            self.notes.append(repaired("output.shape", "outputs are no list and were left out", where))
            return []
        result: list[Output] = []
        streams: list[str] = []
        name = ""
        for number, output in enumerate(outputs, 1):
            place = msgspec.structs.replace(where, output=number)
            if isinstance(output, dict) and output.get("output_type") == "stream":
                this = "stderr" if output.get("name") == "stderr" else "stdout"
                if streams and this != name:
                    result.extend(_stream(streams, name, place, number - 1))
                    streams = []
                name = this
                streams.append(self._text(output.get("text"), place))
                continue
            result.extend(_stream(streams, name, place, number - 1))
            streams = []
            result.extend(self._one(output, place, stem))
        result.extend(_stream(streams, name, where, len(outputs)))
        return result

    def _one(self, output: object, where: Where, stem: str) -> list[Output]:
        if not isinstance(output, dict):
            self.notes.append(dropped("output.shape", "an output that is no object was left out", where))
            return []
        kind: Any = output.get("output_type")
        if kind == "error":
            return [self._error(output, where)]
        if kind not in ("display_data", "execute_result"):  # may be a list, which no set can be asked for
            if not isinstance(output.get("data"), dict):
                self.notes.append(dropped("output.unknown", f"unknown kind of output {kind!r:.60}", where))
                return []
            self.notes.append(repaired("output.unknown", f"kind of output {kind!r:.60} read as display_data", where))
            kind = "display_data"
        data = output.get("data")
        if not isinstance(data, dict) or not data:
            self.notes.append(missing("output.empty", "an output holds no data", where))
            return []
        return [self._bundle(kind, data, output.get("metadata"), where, stem)]

    def _bundle(
        self,
        kind: Literal["display_data", "execute_result"],
        data: dict[str, Any],
        metadata: object,
        where: Where,
        stem: str,
    ) -> Output:
        forms = []
        for spelled, value in data.items():
            own = metadata.get(spelled) if isinstance(metadata, dict) else None
            form = self._form(mime.normal(spelled), value, own if isinstance(own, dict) else _NO_METADATA, where, stem)
            if form is not None:
                forms.append(form)
        return Output(kind=kind, forms=tuple(forms), where=where)

    def _form(self, kind: str, value: object, metadata: Mapping[str, object], where: Where, stem: str) -> Form | None:
        if mime.is_binary(kind):
            return self._binary(kind, self._text(value, where), metadata, where, stem)
        if mime.is_json(kind):
            text = value if isinstance(value, str) else msgspec.json.encode(value).decode("utf-8", "replace")
            return Form(kind, text, metadata=metadata)
        if isinstance(value, dict):
            self.notes.append(dropped("output.shape", f"{kind:.80} holds an object instead of text", where))
            return None
        text = self._text(value, where)
        return Form(kind, ansi.resolve(text) if kind == _TEXT else text, metadata=metadata)

    def _binary(self, kind: str, text: str, metadata: Mapping[str, object], where: Where, stem: str) -> Form | None:
        data = mime.decode_base64(text)
        found = mime.sniff(data) if data else ""
        known = kind in mime.SUFFIXES  # bytes of a format that we don't know are what their type says
        if not data or (kind.startswith("image/") and not found.startswith("image/") and (known or found)):
            self.notes.append(missing("image.unreadable", f"{kind:.80} output holds no picture", where))
            return None
        if found and found != kind:
            self.notes.append(repaired("image.mime", f"{kind:.80} output is {found} and was read as that", where))
            kind = found
        if kind == "image/svg+xml":
            return Form(kind, data.decode("utf-8", "replace"), metadata=metadata)
        if pictures.is_cut(data, kind):
            mended = pictures.mend(data)
            if mended is None:
                self.notes.append(missing("image.unreadable", f"{kind} output ends early and can't be read", where))
                return None
            self.notes.append(degraded("image.cut", f"{kind} output ends early; what is there is shown", where))
            data, kind = mended, "image/png"
        key = Asset.digest(data)
        if key not in self.assets:
            self.assets[key] = mime.asset(data, kind, stem, key)
        return Form(kind, asset=key, metadata=metadata)

    def _error(self, output: dict[str, Any], where: Where) -> Output:
        """A traceback; ``ename`` and ``evalue`` stand in the form's metadata."""
        trace = output.get("traceback")
        lines = [self._text(line, where) for line in trace] if isinstance(trace, list) else [self._text(trace, where)]
        name, value = (ansi.resolve(self._text(output.get(key), where)) for key in ("ename", "evalue"))
        text = ansi.resolve("\n".join(lines)).rstrip() or f"{name}: {value}".strip(": ")
        if not text:
            self.notes.append(missing("output.empty", "an error without name, value and traceback", where))
        form = Form(_TEXT, text or "Error", metadata={"ename": name, "evalue": value})
        return Output(kind="error", forms=(form,), where=where)

    def _text(self, value: object, where: Where) -> str:
        """Nbformat's multiline text: a string, or a list of strings to join."""
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        if isinstance(value, list):
            try:
                return "".join(value)
            except TypeError:
                return "".join(map(str, value))
        self.notes.append(repaired("output.shape", f"a {type(value).__name__} stood where text belongs", where))
        return str(value)


def _stream(texts: list[str], name: str, where: Where, number: int) -> list[Output]:
    text = ansi.resolve("".join(texts))
    if not text.strip():
        return []
    place = msgspec.structs.replace(where, output=number)
    literal: str = name
    return [Output(kind="stream", forms=(Form(_TEXT, text),), name=literal, where=place)]
