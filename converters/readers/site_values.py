"""What single marks of site generators stand for: Liquid's values, kramdown's attributes, Obsidian's links."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"site\.(?:baseurl|url)(?:\s*\|\s*\w+)?")
_FILTERED = re.compile(r"([\"'])([^\"']*)\1\s*\|\s*(\w+)(?:\s*:\s*(\w+))?")
_KRAMDOWN_PART = re.compile(r"[.#][\w\-]+|[\w\-]+(?:=(?:\"[^\"]*\"|'[^']*'|[^\s\"']+))?")
_NAME = re.compile(r"[^#|,]*[^\W\d][^#|,]*")
PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|avif)$", re.IGNORECASE)


def liquid_value(match: re.Match[str]) -> str:
    """Liquid's output: the site's address is none here; a path through a filter is the path."""
    inner = match[1].strip("- \t")
    if _ADDRESS.fullmatch(inner):
        return ""
    filtered = _FILTERED.fullmatch(inner)
    if filtered is None:
        return match[0]
    return f"[^{filtered[4]}]: {filtered[2]}" if filtered[3] == "fndetail" else filtered[2]


def kramdown_attributes(match: re.Match[str]) -> str:
    """Attributes of kramdown: sizes stay, in the way that pictures have them here."""
    if _KRAMDOWN_PART.sub("", match[1]).strip():
        return match[0]
    sizes = re.findall(r"\b(?:width|height)=\"?[\d.]+(?:%|px)?", match[1])
    return "{" + " ".join(size.replace('"', "") for size in sizes) + "}" if sizes else ""


def wiki_link(match: re.Match[str]) -> str:
    """Obsidian's link or embedded picture."""
    embedded = match[1]
    target, _, words = match[2].replace("\\|", "|").partition("|")
    path, mark, anchor = (part.strip() for part in target.partition("#"))
    words = words.strip()
    if not (_NAME.fullmatch(path) if path else mark and anchor):
        return match[0]
    if embedded and PICTURE.search(path):
        size = re.fullmatch(r"(\d+)(?:x\d+)?", words)
        return f"![{'' if size else words}](<{path}>)" + (f"{{width={size[1]}}}" if size else "")
    name = path.rpartition("/")[2]
    suffix = "" if not path or re.search(r"\.\w{1,5}$", name) else ".md"
    slug = "#" + re.sub(r"[^\w\- ]", "", anchor.rpartition("#")[2].lower()).replace(" ", "-") if anchor else ""
    shown = words or (f"{name} > {anchor}" if path and anchor else name or anchor)
    return f"[{shown}](<{path}{suffix}{slug}>)"


def pressed_keys(match: re.Match[str]) -> str:
    """Keys of MkDocs that are pressed together."""
    return "+".join(f"<kbd>{key.capitalize()}</kbd>" for key in match[1].split("+"))
