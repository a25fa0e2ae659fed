"""Animations that matplotlib writes as pictures and a player (``to_jshtml``): the last picture, and the player's page."""

from __future__ import annotations

import re

from converters.model import Form
from converters.readers import mime
from converters.transforms.context import Context
from converters.transforms.interactive.figure import Figure, page

_PLAYER = "new Animation(frames"
_FRAME = re.compile(r'frames\[\d+\]\s*=\s*"data:image/[\w.+-]+;base64,')
_ICON_FONT = re.compile(r'<link\b[^>]*\bhref="[^"]*font-awesome[^"]*"[^>]*>', re.IGNORECASE)
_SIGNS = {
    "minus": "−",
    "fast-backward": "|◀◀",
    "step-backward": "|◀",
    "play": "▶",
    "pause": "❚❚",
    "step-forward": "▶|",
    "fast-forward": "▶▶|",
    "plus": "+",
}
"""The player's buttons, whose icons are a font on the internet. Source: matplotlib._animation_data."""


def find_animation(forms: dict[str, Form], context: Context) -> Figure | None:
    """The bundle's player as a page that works offline. Its last picture, where most is drawn, joins the forms."""
    form = forms.get("text/html")
    if form is None or _PLAYER not in form.text:
        return None
    picture = _last(form.text)
    if picture is None:
        return None
    if not any(kind.startswith("image/") for kind in forms):
        asset = context.add(picture, mime.sniff(picture), "animation")
        forms[asset.mime] = Form(asset.mime, asset=asset.key)
    signs = "".join(f'.fa-{name}::before{{content:"{sign}"}}' for name, sign in _SIGNS.items())
    style = f"<style>.fa{{font-style:normal;font-size:11px}}.fa-flip-horizontal{{display:inline-block;transform:scaleX(-1)}}{signs}</style>"
    body = f'<div id="nbwiki-figure">{style}{_ICON_FONT.sub("", form.text)}</div>'
    return Figure(library="animation", title="Animation", page=page("Animation", (), body))


def _last(text: str) -> bytes | None:
    """The last picture of the player that is one."""
    starts = [match.end() for match in _FRAME.finditer(text)]
    for start in reversed(starts[-3:]):
        data = mime.decode_base64(text[start : text.find('"', start)].replace("\\\n", ""))
        if data and mime.sniff(data).startswith("image/"):
            return data
    return None
