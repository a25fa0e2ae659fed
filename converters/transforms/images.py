"""Pictures beside the source → assets, through the one door to files; sizes for all. Nothing outside the root is read."""

from __future__ import annotations

from posixpath import join, normpath

import msgspec

from converters.build import text_of
from converters.model import (
    Asset,
    Block,
    Document,
    Figure,
    Image,
    ImageRef,
    Inline,
    InlineImage,
    Mark,
    Paragraph,
    Span,
    Where,
)
from converters.notes import degraded, missing, security
from converters.readers import mime
from converters.readers.pictures import is_cut, mend
from converters.transforms.context import Context
from converters.transforms.formats import converted
from converters.transforms.pictures import WEB_TYPES, css_size, shrink, svg_losses, svg_to_png
from converters.transforms.raster import fitted
from converters.walk import TEXT

_SLACK = 1.25
"""Pictures up to this much over the limit go up untouched: drawing them anew saves little and costs sharpness."""


_NOTION_TYPES = frozenset({"image/webp", "image/avif"})
"""What Notion shows too, in all browsers. Source: developers.notion.com/reference/file-upload (supported types)."""

_FINDINGS = {
    "pages": "only its first page is shown",
    "frames": "it moves, and only its first frame is shown",
    "range": "its values are scaled to shades of grey",
    "ink": "printing colours are shown as screen colours",
}


_PICTURES = frozenset({Image, ImageRef, InlineImage})


def images(document: Document, context: Context) -> Document:
    """The document without :class:`ImageRef`; what can't be shown stands as its name in italics, with a note."""
    if not context.has(document.blocks, *_PICTURES):
        return document
    found = _Images(context)
    blocks = context.mapped(document.blocks, _PICTURES, found.block, found.inline, found.enter, TEXT)
    return msgspec.structs.replace(document, blocks=blocks)


def picture_at(path: str, context: Context) -> Asset | None:
    """A picture beside the source as it is shown, by its path; None where there is none, with a note."""
    found = _Images(context)
    asset = found.from_file(path)
    return found.shown_of(asset.key) if asset else None


class _Images:
    """The pictures of one document; each path is read once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.read: dict[str, Asset | None] = {}
        self.shown: dict[str, Asset | None] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        self.where = Where(context.path) if context.path else None

    def enter(self, block: Block) -> None:
        """Notes from here on name the place of this block."""
        self.where = block.where or self.where

    def block(self, block: Block) -> Block:
        """A figure with its asset and size; its name and caption where there is no picture to show."""
        if not isinstance(block, Image):
            return block
        if block.ref is not None:
            ref = block.ref
            asset = self.from_file(ref.path)
            if asset is None:
                return _lost(block, block.alt or ref.alt or ref.path)
            block = msgspec.structs.replace(
                block,
                ref=None,
                asset=asset.key,
                alt=block.alt or ref.alt,
                caption=block.caption or ((Span(ref.title),) if ref.title and ref.title != ref.alt else ()),
                width=block.width or ref.width,
                height=block.height or ref.height,
                href=block.href or ref.href,
            )
        if block.asset is None:
            return msgspec.structs.replace(block, url=self._https(block.url)) if block.url else block
        shown = self.shown_of(block.asset)
        if shown is None:
            return _lost(block, block.alt or "picture")
        width, height = self._size(shown, block.width, block.height)
        return msgspec.structs.replace(block, asset=shown.key, width=width, height=height)

    def inline(self, inline: Inline) -> Inline:
        if isinstance(inline, ImageRef):
            asset = self.from_file(inline.path)
            if asset is None:
                return _placeholder(inline.alt or inline.path)
            inline = InlineImage(asset.key, "", inline.alt, inline.title, inline.width, inline.height, inline.href)
        if not isinstance(inline, InlineImage):
            return inline
        if inline.asset is None:
            return msgspec.structs.replace(inline, url=self._https(inline.url)) if inline.url else inline
        shown = self.shown_of(inline.asset)
        if shown is None:
            return _placeholder(inline.alt or "picture")
        width, height = self._size(shown, inline.width, inline.height)
        return msgspec.structs.replace(inline, asset=shown.key, width=width, height=height)

    def _https(self, url: str) -> str:
        """A picture's address on the web as browsers ask for it within a page that has https, as all wikis have."""
        return f"https://{url[7:]}" if url[:7].lower() == "http://" else url

    def from_file(self, path: str) -> Asset | None:
        """The picture of a path, read once; None with a note."""
        if path not in self.read:
            self.read[path] = self._load(path)
        return self.read[path]

    def _load(self, path: str) -> Asset | None:
        context = self.context
        full = normpath(join(context.folder, path.replace("\\", "/")))
        place = self.where
        if full.startswith(("../", "/")) or full == "..":
            context.notes.append(security("image.outside", f"picture outside the source folder: {path}", place))
            return None
        try:
            data = context.files.read(full)
        except PermissionError:
            context.notes.append(security("image.outside", f"picture outside the source folder: {path}", place))
            return None
        except FileNotFoundError as e:
            hint = getattr(e, "hint", "")
            text = f"no picture {path}" + (f"; {hint}" if hint else "")
            context.notes.append(missing("image.missing", text, place))
            return None
        except OSError as e:
            reason = e.strerror or type(e).__name__
            context.notes.append(missing("image.missing", f"picture {path} can't be read: {reason}", place))
            return None
        return self._checked(data, path)

    def _checked(self, data: bytes, path: str) -> Asset | None:
        context = self.context
        kind = mime.sniff(data)
        if kind.startswith("image/"):
            if is_cut(data, kind):
                context.notes.append(degraded("image.cut", f"picture {path} ends early", self.where))
                mended = mend(data)
                return context.add(mended, "image/png", _stem(path)) if mended else None
            return context.add(data, kind, _stem(path))
        what = "no picture"
        if data.startswith(b"version https://git-lfs.github.com/spec/"):
            what = "a Git LFS pointer; run: git lfs pull"
        elif kind == "text/html":
            what = "an HTML page"
        elif not data:
            what = "empty"
        context.notes.append(missing("image.unreadable", f"{path} is {what}", self.where))
        return None

    def shown_of(self, key: str) -> Asset | None:
        """The picture as it is shown, made once; None with a note."""
        if key not in self.shown:
            asset = self.context.assets.get(key)
            self.shown[key] = self._for_web(asset) if asset else None
        return self.shown[key]

    def _for_web(self, asset: Asset) -> Asset | None:
        """The asset in a form that every target shows, not larger than the configured limit.

        Longer than other functions: one step after the other, each with its own note.
        """
        context = self.context
        stem = _stem(asset.name)
        place = self.where
        if asset.mime == "image/svg+xml":
            svg = asset.data.decode("utf-8", "replace")
            if lost := svg_losses(svg):
                context.notes.append(degraded("image.svg_text", f"{asset.name}: {lost}", place))
            drawn = svg_to_png(svg, context.options.kept)
            if drawn is None:
                context.notes.append(degraded("image.svg", f"{asset.name} can't be drawn", place))
                return None
            png, width, height = drawn
            made = context.add(png, "image/png", stem)
            self.sizes[made.key] = (width, height)
            return made
        if asset.mime not in WEB_TYPES and not (context.options.target == "notion" and asset.mime in _NOTION_TYPES):
            changed = converted(asset.data)
            if changed is None:
                context.notes.append(missing("image.unreadable", f"{asset.name} can't be read", place))
                return None
            data, kind, finding = changed
            if finding:
                context.notes.append(degraded("image.converted", f"{asset.name}: {_FINDINGS[finding]}", place))
            asset = context.add(data, kind, stem)
        if asset.mime in {"image/png", "image/jpeg"} and not (asset.width and asset.height):
            context.notes.append(missing("image.unreadable", f"{asset.name} can't be read", place))
            return None
        data, finding = fitted(asset.data, asset.mime, context.options.kept)
        if finding == "place":
            context.notes.append(security("image.place", f"{asset.name}: where it was taken is left out", place))
        elif finding:
            context.notes.append(degraded("image.converted", f"{asset.name}: {_FINDINGS[finding]}", place))
        if data is not asset.data:
            asset = context.add(data, asset.mime, stem)
        limit = context.options.limits.max_image_px
        if max(asset.width, asset.height) > limit * _SLACK:
            smaller = shrink(asset.data, limit, context.options.kept)
            if smaller is not None:
                text = f"picture of {asset.width} × {asset.height} pixels made smaller (limit {limit})"
                context.notes.append(degraded("image.shrunk", text, place))
                return context.add(smaller, asset.mime, stem)
        return asset

    def _size(self, asset: Asset, width: int | None, height: int | None) -> tuple[int | None, int | None]:
        """The author's size where there is one, its missing side by proportion; else what suits the picture."""
        if width and height:
            return width, height
        natural = self.sizes.get(asset.key) or (asset.width, asset.height)
        if not (width or height):
            drawn = self.sizes.get(asset.key)
            return css_size(asset, {"width": drawn[0], "height": drawn[1]} if drawn else None)
        if not all(natural):
            return width, height
        if width:
            return width, max(1, round(width * natural[1] / natural[0]))
        return max(1, round((height or 1) * natural[0] / natural[1])), height


def _lost(image: Image, name: str) -> Block:
    """What stands for a figure that isn't there: its name, under the caption and number that the text speaks of."""
    line = Paragraph((_placeholder(name),), where=image.where)
    if not image.label and text_of(image.caption) in {"", name}:
        return line
    return Figure((line,), image.caption, image.label, where=image.where)


def _placeholder(name: str) -> Span:
    return Span(f"[picture: {name}]", frozenset({Mark.EM}))


def _stem(path: str) -> str:
    """A file's name without folder and suffix."""
    name = path.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[0] or name
