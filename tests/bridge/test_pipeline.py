"""A bug that one document brings to light is that document's error, in one line; the others go on."""

from __future__ import annotations

from bridge.pipeline import RenderOptions, render
from converters.options import Source, TransformOptions


class FallingFiles:
    """A door that fails in a way that nobody foresaw, as a bug would."""

    def read(self, path):
        raise ZeroDivisionError("no such\nthing")

    def exists(self, path):
        raise ZeroDivisionError("no such\nthing")


def test_a_bug_is_one_documents_error():
    options = RenderOptions(transform=TransformOptions(target="confluence"))
    done = render(Source("a.md", b"# A\n\n![x](x.png)\n"), options, FallingFiles())
    assert done.rendered is None
    assert done.error.startswith("a.md: nbwiki failed on it, a bug (ZeroDivisionError")
    assert "\n" not in done.error
