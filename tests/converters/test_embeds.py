"""Players, frames and their files."""

import pytest

from converters import model as m
from converters.metadata import Metadata
from converters.model import Document, Where
from converters.options import Limits, Read, TransformOptions
from converters.transforms import apply
from converters.walk import iter_blocks


class Folder:
    """Files by path, as the door to them."""

    def __init__(self, **files):
        self.files = {name.replace("__", "/").replace("_", "."): data for name, data in files.items()}
        self.asked = []

    def read(self, path):
        self.asked.append(path)
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path]

    def exists(self, path):
        return path in self.files


def shown(url, kind="video", files=None, **options):
    document = Document(Metadata(title="T"), (m.Embed(url, kind),), {}, Where("docs/x.md"))
    options = TransformOptions(anatomy=False, attach_source=False, **options)
    found = apply(Read(document), options, files or Folder())
    (block,) = list(iter_blocks(found.document.blocks))
    return block, found.document.assets, [note.code for note in found.notes]


@pytest.mark.parametrize(
    ("path", "kind", "becomes"),
    [
        ("a.mp4", "video", "video"),
        ("../docs/a.mp4", "video", "video"),
        ("/docs/a.mp4", "audio", "video"),
        ("b.pdf", "iframe", "pdf"),
    ],
)
def test_a_file_of_the_folder_is_attached(path, kind, becomes):
    block, assets, notes = shown(path, kind, Folder(docs__a_mp4=b"film", docs__b_pdf=b"%PDF-"))
    assert isinstance(block, m.Attachment) and block.kind == becomes
    assert assets[block.asset].data in {b"film", b"%PDF-"} and assets[block.asset].name in {"a.mp4", "b.pdf"}
    assert notes == []


@pytest.mark.parametrize(
    ("path", "code"), [("gone.mp4", "embed.missing"), ("../../a.mp4", "embed.outside"), ("secret.txt", "embed.outside")]
)
def test_what_cannot_be_attached_is_named_and_noted(path, code):
    files = Folder(docs__secret_txt=b"x")
    block, _, notes = shown(path, files=files)
    assert isinstance(block, m.Paragraph) and path.rpartition("/")[2] in block.content[0].text
    assert notes == [code]
    assert "docs/secret.txt" not in files.asked


def test_a_large_file_stays_behind():
    block, assets, notes = shown("a.mp4", files=Folder(docs__a_mp4=b"film"), limits=Limits(max_asset_bytes=3))
    assert isinstance(block, m.Paragraph) and not assets and notes == ["embed.size"]


def test_hosts():
    assert shown("https://www.youtube.com/embed/a", "iframe")[0].kind == "iframe"
    block, _, notes = shown("https://evil.example/login", "iframe")
    assert (block.kind, notes) == ("bookmark", ["embed.host"])
