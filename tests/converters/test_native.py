"""The native dump is stable, whole, and free of bytes."""

from __future__ import annotations

import json

from converters.metadata import Metadata
from converters.model import Asset, Document, Mark, Paragraph, Span
from converters.options import WriteOptions
from converters.writers import write


def test_native_json():
    asset = Asset(Asset.digest(b"abc"), b"abc", "image/png", "a.png", 3, 2)
    span = Span("x", frozenset({Mark.STRONG, Mark.EM, Mark.CODE}))
    document = Document(Metadata(title="T", params={"b": 1, "a": [2]}), (Paragraph((span,)),), {asset.key: asset})
    rendered, notes = write(document, "model", WriteOptions())
    tree = json.loads(rendered.body)
    assert tree["blocks"][0] == {
        "type": "Paragraph",
        "content": [{"type": "Span", "text": "x", "marks": ["code", "em", "strong"]}],
    }
    assert tree["assets"] == [
        {"key": asset.key, "mime": "image/png", "name": "a.png", "size": 3, "width": 3, "height": 2}
    ]
    assert notes == []
    assert rendered == write(document, "model", WriteOptions())[0]
