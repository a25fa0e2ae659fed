"""The nearest of Notion's ten colours, and the icons and colours of panels."""

from __future__ import annotations

import colorsys
from functools import lru_cache

from converters.model import CalloutKind

_HUES = (
    (0.045, "red"),
    (0.11, "orange"),
    (0.19, "yellow"),
    (0.46, "green"),
    (0.71, "blue"),
    (0.80, "purple"),
    (0.955, "pink"),
    (1.01, "red"),
)
"""Upper end of each hue (0 to 1 around the circle) and its name."""

CALLOUTS: dict[CalloutKind, tuple[str, str, str]] = {
    "note": ("📝", "gray_background", "Note"),
    "tip": ("💡", "green_background", "Tip"),
    "info": ("ℹ️", "blue_background", "Info"),  # noqa: RUF100
    "important": ("❗", "purple_background", "Important"),
    "warning": ("⚠️", "yellow_background", "Warning"),
    "caution": ("🚧", "orange_background", "Caution"),
    "danger": ("🚨", "red_background", "Danger"),
    "success": ("✅", "green_background", "Success"),
    "summary": ("📌", "blue_background", "Summary"),
}
"""Icon, colour and title in words of each kind of panel."""

ICONS = frozenset(icon for icon, _, _ in CALLOUTS.values()) | frozenset(
    "🔥⭐🎯📊📈📉🔬🧪🧭🔗📎📁🗂️💬❓✨🚀🛑🐛".replace("\ufe0f", "")
)
"""Emoji that are known to be taken as a block's icon; Notion refuses any that its own list lacks."""

LOZENGES = {"grey": "gray", "red": "red", "yellow": "yellow", "green": "green", "blue": "blue", "purple": "purple"}


@lru_cache(maxsize=1024)
def notion_color(hexa: str) -> str:
    """The nearest Notion colour of ``#rrggbb``; ``default`` for near black and near white."""
    if len(hexa) != 7:  # #rrggbb
        return "default"
    red, green, blue = (int(hexa[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    if light < 0.13 or light > 0.97:
        return "default"
    if saturation < 0.15:
        return "gray" if light > 0.25 else "default"
    name = next(name for end, name in _HUES if hue < end)
    return "brown" if name in {"orange", "yellow"} and light < 0.36 and saturation < 0.75 else name
