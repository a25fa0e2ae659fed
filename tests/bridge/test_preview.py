"""``preview`` without a browser: what is rendered again, what stays, what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.sandbox.server import Server
from bridge.config import load
from bridge.preview.session import Session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nbwiki.toml").write_text('[source]\ninclude = ["**/*.md"]\n')
    (tmp_path / "one.md").write_text("# One\n\nwith ![a figure](figure.png)\n")
    (tmp_path / "two.md").write_text("# Two\n\n{{< include _part.md >}}\n")
    (tmp_path / "_part.md").write_text("a part\n")
    (tmp_path / "figure.png").write_bytes(bytes.fromhex(PIXEL))
    (tmp_path / "three.md").write_text("# Three\n\nalone\n")
    return tmp_path


PIXEL = (
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060606000000005000157"
    "a5f2b60000000049454e44ae426082"
)


def session(folder: Path, sandbox: Server) -> Session:
    return Session(lambda: load(None, {}, folder), sandbox.url)


def rendered(preview: Session) -> list[str]:
    before = len(preview.rendered)
    preview.refresh()
    return sorted(set(preview.rendered[before:]))


def test_only_what_changed_is_rendered_again(folder: Path, sandbox: Server) -> None:
    preview = session(folder, sandbox)
    assert "one.md" in rendered(preview)
    assert rendered(preview) == []
    (folder / "three.md").write_text("# Three\n\nno longer alone\n")
    assert rendered(preview) == ["three.md"]
    (folder / "_part.md").write_text("another part\n")
    assert "two.md" in rendered(preview)
    assert "one.md" not in preview.rendered[-2:]
    (folder / "figure.png").unlink()
    assert rendered(preview) == ["one.md"]


def test_a_label_that_changes_in_another_report_changes_all_that_refer_to_it(folder: Path, sandbox: Server) -> None:
    for name in ("one", "two", "three"):
        (folder / f"{name}.md").write_text(f"# {name}\n\nSee {{ref}}`sec-x`.\n")
    (folder / "four.md").write_text("# Four\n\n(sec-x)=\n## How\n")
    preview = session(folder, sandbox)
    preview.refresh()
    assert rendered(preview) == []
    (folder / "four.md").write_text("# Four\n\n(sec-x)=\n## Why\n")
    assert rendered(preview) == ["four.md", "one.md", "three.md", "two.md"]
    assert rendered(preview) == []
    (folder / "one.md").write_text("# One\n\nalone\n")
    rendered(preview)
    (folder / "four.md").write_text("# Four\n\n(sec-x)=\n## When\n")
    assert rendered(preview) == ["four.md", "three.md", "two.md"]


def test_what_changed_on_which_page(folder: Path, sandbox: Server) -> None:
    preview = session(folder, sandbox)
    preview.refresh()
    (folder / "three.md").write_text("# Three\n\nno longer alone\n")
    preview.refresh()
    faces = {one["source"]: one for one in preview.state()["reports"]}
    assert (faces["three.md"]["confluence"]["changed"], faces["three.md"]["notion"]["changed"]) == (2, 2)
    assert (faces["one.md"]["confluence"]["changed"], faces["one.md"]["notion"]["changed"]) == (1, 1)
    assert faces["one.md"]["confluence"]["address"].startswith("/wiki/spaces/DATA/pages/")


def test_a_removed_file_leaves_and_a_bad_configuration_is_one_line(folder: Path, sandbox: Server) -> None:
    preview = session(folder, sandbox)
    preview.refresh()
    (folder / "three.md").unlink()
    preview.refresh()
    assert "three.md" not in {one["source"] for one in preview.state()["reports"]}
    (folder / "nbwiki.toml").write_text("[source]\nincluded = []\n")
    preview.refresh()
    assert "included" in preview.state()["problem"]
    assert "\n" not in preview.state()["problem"]
    (folder / "nbwiki.toml").write_text('[source]\ninclude = ["**/*.md"]\n')
    preview.refresh()
    assert preview.state()["problem"] == ""


def test_data_center_where_that_is_configured(folder: Path, sandbox: Server) -> None:
    (folder / "nbwiki.toml").write_text(
        '[source]\ninclude = ["**/*.md"]\n[targets.w]\nkind = "confluence"\nurl = "https://wiki.example"\n'
        'deployment = "datacenter"\nspace = "X"\n'
    )
    preview = session(folder, sandbox)
    preview.refresh()
    addresses = [one["confluence"]["address"] for one in preview.state()["reports"]]
    assert addresses
    assert all(one.startswith("/dc/") for one in addresses)


def test_what_is_known_is_not_waited_for_and_news_come_at_once(folder: Path, sandbox: Server) -> None:
    preview = session(folder, sandbox)
    preview.refresh()
    now = preview.state()["version"]
    assert preview.state(known=now - 1, patience_s=30)["version"] == now
    assert preview.state(known=now, patience_s=0.01)["version"] == now


def test_ctrl_c_within_a_sync_ends_the_preview(folder: Path, sandbox: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync takes an interruption as the end of its own work; the preview is to hear of it, too."""
    from bridge.sync.apply import Applier

    def interrupted(self: Applier, creates: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Applier, "_create", interrupted)
    with pytest.raises(KeyboardInterrupt):
        session(folder, sandbox).refresh()
