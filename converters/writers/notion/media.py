"""Pictures, files and embeds → media blocks."""

from __future__ import annotations

from urllib.parse import urlsplit

from converters.build import text_of
from converters.model import Asset, AssetKey, Attachment, Embed, Image, Inlines, Span
from converters.notes import dropped, missing
from converters.writers.described import described
from converters.writers.notion.context import Context, Item, Shape
from converters.writers.notion.limits import MAX_INLINE_IMAGE_BYTES, clean
from converters.writers.notion.richtext import rich_text, text_items, web_url
from converters.writers.notion.shapes import block, one_line

_PICTURES = frozenset(
    [
        "gif",
        "heic",
        "jpeg",
        "jpg",
        "png",
        "svg+xml",
        "tiff",
        "webp",
        "bmp",
        "avif",
        "apng",
        "vnd.microsoft.icon",
        "x-icon",
    ]
)
"""Image types that an image block takes. Source: developers.notion.com/reference/file-upload (supported types)."""
_VIDEO_HOSTS = ("youtube.com", "youtu.be", "vimeo.com")
_VIDEO_FILES = (".mp4", ".mov", ".webm", ".mkv", ".avi", ".m4v", ".mpeg", ".wmv")
_AUDIO_FILES = (".mp3", ".wav", ".ogg", ".oga", ".m4a")


def media_kind(asset: Asset) -> str:
    """The block type for an asset: image, pdf, audio, video or file."""
    family, _, kind = asset.mime.partition("/")
    if family == "image" and kind in _PICTURES and len(asset.data) <= MAX_INLINE_IMAGE_BYTES:
        return "image"
    if asset.mime == "application/pdf":
        return "pdf"
    return family if family in {"audio", "video"} else "file"


def _caption(content: Inlines, words: str, context: Context) -> list[Item]:
    return one_line(rich_text(content, context) if content else text_items(words), context)


def _lost(name: str, words: str, context: Context) -> list[Shape]:
    """A line of text in place of a picture or file that isn't there."""
    context.note(missing("image.missing", f"{name} is not there; its text is shown", context.where))
    return [block("paragraph", {"rich_text": text_items(words or name, frozenset({"italic"}))})]


def asset_block(key: AssetKey, caption: list[Item], context: Context, name: str = "", kind: str = "") -> Shape | None:
    """A block that shows or offers the asset; None when the document doesn't hold it."""
    asset = context.asset(key)
    if asset is None:
        return None
    fits = media_kind(asset)
    kind = kind or fits
    context.attached.add(key)
    if kind == "image" and fits != "image":
        context.simpler("image.file", f"picture {asset.name} attached as a file: Notion doesn't show it in the page")
        kind = fits
    value = context.upload(key)
    if caption:
        value["caption"] = caption
    if kind == "file":
        value["name"] = clean(name or asset.name)[:200]  # characters, well below the limit of 900 bytes
    return block(kind, value)


def image_blocks(image: Image, context: Context) -> list[Shape]:
    """The picture with its caption, else its alternative text. Notion shows pictures in the page's width."""
    words, href = described(image.alt), image.href
    caption = _caption(image.caption, words, context)
    if isinstance(href, str):  # no picture leads anywhere: its words do
        link = Span(href if image.caption or not words else words, href=href)
        caption = _caption((*image.caption, Span(" "), link) if image.caption else (link,), "", context)
    if image.caption and described(image.alt) not in {"", text_of(image.caption)}:
        context.simpler_once("image.alt", "Notion has no alternative text; captions are shown instead")
    if image.asset:
        shape = asset_block(image.asset, caption, context, kind="image")
        return [shape] if shape else _lost("a picture", image.alt, context)
    if image.url:
        url = web_url(image.url)
        if url is None or url.startswith("mailto"):
            return _lost(f"picture {image.url[:80]}", image.alt, context)
        value: dict[str, object] = {"type": "external", "external": {"url": url}}
        return [block("image", {**value, "caption": caption} if caption else value)]
    return _lost(f"picture {image.ref.path}" if image.ref else "a picture", image.alt, context)


def attachment_blocks(attachment: Attachment, context: Context) -> list[Shape]:
    """The file: a player for audio and video, a viewer for PDF, else a download line."""
    caption = _caption(attachment.caption, "", context)
    if not caption and attachment.title and attachment.kind in {"pdf", "audio", "video"}:
        caption = text_items(attachment.title)
    asset = context.known.get(attachment.asset)
    fits = media_kind(asset) if asset else "file"
    kind = fits if fits in {"pdf", "audio", "video"} else "file"
    shape = asset_block(attachment.asset, caption, context, attachment.title, kind)
    return [shape] if shape else _lost(attachment.title or "a file", attachment.title, context)


def embed_blocks(embed: Embed, context: Context) -> list[Shape]:
    """Something on the web in a frame, a player or a bookmark."""
    url = web_url(embed.url)
    if url is None or not url.lower().startswith("https://"):
        context.note(
            dropped("embed.address", f"embed of {embed.url[:80]!r} left out: only https is shown", context.where)
        )
        words = embed.title or embed.url
        return [block("paragraph", {"rich_text": text_items(words)})]
    caption = _caption(embed.caption, embed.title, context)
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    path = parts.path.lower()
    if embed.kind == "video" and (host in _VIDEO_HOSTS or path.endswith(_VIDEO_FILES)):
        kind = "video"
    elif embed.kind == "audio" and path.endswith(_AUDIO_FILES):
        kind = "audio"
    else:
        kind = "bookmark" if embed.kind == "bookmark" else "embed"
    value: dict[str, object] = (
        {"url": url} if kind in {"bookmark", "embed"} else {"type": "external", "external": {"url": url}}
    )
    if caption:
        value["caption"] = caption
    return [block(kind, value)]
