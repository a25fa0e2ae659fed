"""The fonts in which lines of mathtext are set, opened once and not for each formula, and without matplotlib's backends."""

from __future__ import annotations

import threading
from typing import Any, Final

_FORMULAS_PER_FONT: Final = 2000
"""After so many formulas the fonts are opened anew: they keep each glyph that they ever loaded, a few kB each. Ours."""


class _Fonts(threading.local):
    """The STIX fonts of this thread, with what was measured in them."""

    left = 0
    fonts: Any = None

    def get(self) -> Any:
        """The set, opened anew from time to time."""
        self.left -= 1
        if self.left < 0:
            self.fonts, self.left = _opened(), _FORMULAS_PER_FONT
        return self.fonts


_own = _Fonts()


def fonts() -> Any:
    """Matplotlib's set of STIX fonts, opened by this thread for itself; formulas share the glyphs that they load."""
    return _own.get()


def hinting() -> Any:
    """Flags for loading glyphs by matplotlib's configuration: what ``backend_agg.get_hinting_flag`` says, without its
    import, which takes as long as drawing a hundred formulas.
    """
    from matplotlib import rcParams
    from matplotlib.ft2font import LoadFlags

    names = {
        "default": "DEFAULT", "either": "DEFAULT", "no_autohint": "NO_AUTOHINT", "native": "NO_AUTOHINT",
        "force_autohint": "FORCE_AUTOHINT", "auto": "FORCE_AUTOHINT", True: "FORCE_AUTOHINT",
        "no_hinting": "NO_HINTING", "none": "NO_HINTING", False: "NO_HINTING",
    }  # fmt: skip
    return getattr(LoadFlags, names[rcParams["text.hinting"]])


def _opened() -> Any:
    """A font set with fonts of its own: those that matplotlib shares forget their glyphs when anybody draws text."""
    from matplotlib._mathtext import StixFonts
    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import FT2Font

    class Stix(StixFonts):
        """STIX without shared fonts."""

        def _get_font(self, font: str) -> Any:
            path = self.fontmap.get(font, font)
            known = self.own.get(path)
            if known is None and path in self.fontmap.values():
                known = self.own[path] = FT2Font(path)
            return super()._get_font(font) if known is None else known

        own: dict[str, Any] = {}  # noqa: RUF012  (one class a font set)

    return Stix(FontProperties(math_fontfamily="stix"), hinting())
