"""Another icon is another page."""

from __future__ import annotations

from bridge.discover import SourceTree
from bridge.pipeline import RenderOptions, render_path
from converters.options import TransformOptions, WriteOptions


def digest(folder, icon, target, flavor):
    (folder / "r.md").write_text(f"---\ntitle: R\nwiki:\n  notion:\n    icon: {icon}\n---\n\nText.\n")
    options = RenderOptions(transform=TransformOptions(target=target), write=WriteOptions(flavor=flavor))
    return render_path("r.md", options, SourceTree(folder)).rendered.digest


def test_another_icon_is_another_page(tmp_path):
    assert digest(tmp_path, "🐸", "notion", "notion") != digest(tmp_path, "📈", "notion", "notion")
