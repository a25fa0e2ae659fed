"""Interactive outputs: a static picture, and below it the standalone page that opens offline, exactly once each.

The picture is the notebook's own, else one that is drawn here; where there is neither, a card tells what it is and how
to open it, and a note tells the author what is missing. Each library's module finds its figures in a bundle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from converters.model import Block, Blocks, Callout, Code, Form, Image, Interactive, Output, Paragraph, Span, Table
from converters.notes import degraded, info
from converters.transforms.context import Context
from converters.transforms.interactive.animations import find_animation
from converters.transforms.interactive.bokeh import find_bokeh
from converters.transforms.interactive.datatables import find_itables
from converters.transforms.interactive.figure import NAMES, Figure
from converters.transforms.interactive.htmlwidgets import find_htmlwidget
from converters.transforms.interactive.pages import LIBRARY_CHARS, draws, find_page, library_of, lone_scripts
from converters.transforms.interactive.plotly import find_plotly
from converters.transforms.interactive.vega import find_vega
from converters.transforms.interactive.widgets import find_widget
from converters.transforms.loaders import PLACE
from converters.transforms.pictures import PAGE_WIDTH
from converters.transforms.texts import text_blocks

_JSON_LIBRARIES = (
    ("application/vnd.plotly.", "plotly"),
    ("application/vnd.vegalite.", "vega-lite"),
    ("application/vnd.vega.", "vega"),
    ("application/vnd.bokehjs_exec", "bokeh"),
    ("application/vnd.holoviews_exec", "holoviews"),
    ("application/vnd.jupyter.widget-view", "ipywidgets"),
    ("application/vnd.jupyter.es6-rich-output", "widget"),
)
"""Types that tell the library where nothing else of the figure can be read."""
_STILL = frozenset(
    {"text/plain", "text/latex", "text/markdown", "image/png", "image/jpeg", "image/svg+xml", "image/gif"}
)
"""Types in which nothing is interactive: nearly all bundles hold no others."""
_SCRIPTS = ("application/javascript", "text/javascript")
_CARD_LINES, _CARD_CHARS = 20, 2000
"""Plain text that stands open in a card; more is folded below it."""
_WINDOW_HEIGHT = 500
"""CSS pixels of the window for pages that name no height."""
_REPR = re.compile(r"^\s*(?:<.*>|[\w.]+\(.*\))\s*$", re.DOTALL)


def interactive_blocks(output: Output, forms: dict[str, Form], context: Context) -> Blocks:
    """One :class:`Interactive`, if the bundle is interactive; else nothing, and the next step of the ladder holds."""
    figure = None if forms.keys() <= _STILL else _figure(output, forms, context)
    if figure is None:
        return ()
    if figure.hidden:
        forms.clear()
        forms[PLACE] = Form(PLACE)
        return ()
    if figure.blocks:
        return tuple(_placed(block, output) for block in figure.blocks)
    picture = _picture(figure, output, forms, context)
    if picture is None and figure.spare is not None and context.options.renderer is not None:
        figure = figure.spare
    attached, words = _attached(figure, context)
    if picture is None or not attached or not figure.offline:
        _tell(figure, output, context, picture=picture is not None, attached=bool(attached))
    return (
        Interactive(
            figure.library,
            picture=picture,
            html=attached or None,
            url=_hosted(attached, context),
            title=words,
            height=figure.height or None,
            fallback=() if picture else _card(figure, forms, output, context, attached=bool(attached)),
            where=output.where,
        ),
    )


def _placed(block: Block, output: Output) -> Block:
    """A table with its place, for notes on what is left out of it."""
    return msgspec.structs.replace(block, where=output.where) if isinstance(block, Table) else block


def _figure(output: Output, forms: dict[str, Form], context: Context) -> Figure | None:
    """What a library's module finds, else what the types alone tell."""
    found = find_vega(forms, context)
    if found is not None:
        return found
    for find in (find_plotly, find_bokeh, find_htmlwidget, find_itables):
        found = find(forms)
        if found is not None:
            return found
    widget = find_widget(output, forms, context)
    if widget is not None:
        return widget
    found = find_animation(forms, context)
    if found is not None:
        return found
    found = find_page(forms, context)
    if found is not None:
        return found
    for kind in forms:
        for prefix, name in _JSON_LIBRARIES:
            if kind.startswith(prefix):
                return Figure(library=name)
    return _script_figure(forms)


def _script_figure(forms: Mapping[str, Form]) -> Figure | None:
    """What a script draws into its output, if it does more than load a library."""
    script = next((forms[kind].text for kind in _SCRIPTS if kind in forms), "")
    if "text/html" in forms:
        html = forms["text/html"].text
        script = lone_scripts(html) if len(html) < LIBRARY_CHARS else ""
        if not (script and draws(script)):
            return None
    if "_onload_callbacks" in script:
        return None
    library = library_of(script)
    if draws(script) and forms.keys() <= {*_SCRIPTS, *_STILL, "text/html"} - {"text/latex", "text/markdown"}:
        return Figure(library="JavaScript" if library == "HTML" else library, reason="its script needs the notebook")
    if "element" not in script or library == "HTML":
        return None
    return Figure(library=library, reason="its script needs the notebook")


def _picture(figure: Figure, output: Output, forms: dict[str, Form], context: Context) -> Image | None:
    """The bundle's own picture, else one that is drawn here."""
    from converters.transforms.bundles import picture_of

    found = picture_of(output, forms, context)
    name = figure.title or f"{NAMES.get(figure.library, figure.library)} figure"
    if isinstance(found, Image):
        return found if found.alt else msgspec.structs.replace(found, alt=name)
    data = figure.picture() if figure.picture else None
    renderer = context.options.renderer
    if data is None and figure.page and figure.offline and renderer is not None:
        data = renderer.picture(figure.page, figure.width or PAGE_WIDTH, figure.height or _WINDOW_HEIGHT)
    if data is None:
        return None
    asset = context.add(data, "image/png", figure.library.lower())
    width, height = asset.width / 2, asset.height / 2
    scale = min(1.0, PAGE_WIDTH / width) if width else 1.0
    return Image(
        asset.key, alt=output.alt or name, width=round(width * scale), height=round(height * scale), where=output.where
    )


def _attached(figure: Figure, context: Context) -> tuple[str, str]:
    """The page's key where it is attached, and the words of its line; empty where it isn't."""
    if not figure.page or not context.options.attach_interactive:
        return "", ""
    data = figure.page.encode("utf-8", "replace")
    if len(data) > context.options.limits.max_asset_bytes:
        return "", ""
    stem = re.sub(r"[^a-z0-9]+", "-", figure.library.lower()).strip("-")
    asset = context.add(data, "text/html", stem)
    needs = "works offline" if figure.offline else "needs the internet"
    return asset.key, f"Interactive version: download it and open it in a browser ({needs})"


def _hosted(key: str, context: Context) -> str:
    """Where the page can be opened live; empty where it isn't hosted, as those of reports for few never are."""
    base = context.options.public_url
    if not (base and key):
        return ""
    if context.readers is not None:
        if "interactive.closed" not in context.told:
            context.told.add("interactive.closed")
            text = "the report is not public: its interactive figures are attached to it, not hosted at [interactive] publish_to"
            context.notes.append(info("interactive.closed", text))
        return ""
    return f"{base.rstrip('/')}/{context.assets[key].filename}"


def _tell(figure: Figure, output: Output, context: Context, *, picture: bool, attached: bool) -> None:
    """A note on what is missing, and what to install for it."""
    name = NAMES.get(figure.library, figure.library)
    what = []
    if not picture:
        what.append("without a picture")
    if not attached:
        what.append("without a standalone page")
    elif not figure.offline:
        what.append("with a page that needs the internet")
    reasons = [figure.reason] if figure.reason else []
    if figure.page and not attached:
        reasons.append("[interactive] attach is off, or the page is larger than limits.max_asset_bytes")
    if figure.extra:
        reasons.append(f"install {figure.extra}")
    elif not picture and figure.page and figure.offline and context.options.renderer is None:
        reasons.append("install Chrome or Chromium to have one drawn")
    text = f"interactive {name} output {', '.join(what)}" + (f": {'; '.join(reasons)}" if reasons else "")
    context.notes.append(degraded("output.interactive", text, output.where))


def _card(figure: Figure, forms: Mapping[str, Form], output: Output, context: Context, *, attached: bool) -> Blocks:
    """A panel in the figure's place, with the plain text where that says more than a class name or the attached page."""
    name = NAMES.get(figure.library, figure.library)
    widget = figure.library in {"ipywidgets", "widget", "htmlwidgets"}
    what = "Interactive widget" if widget else "Interactive figure"
    what += "" if figure.library in {"HTML", "widget", "ipywidgets"} else f" ({name})"
    needs = "" if figure.offline else "; it needs the internet"
    where_to = (
        f"download the attached page and open it in a browser{needs}" if attached else "open the notebook to use it"
    )
    card = Callout("info", (Paragraph((Span(f"{what}: {where_to}."),)),), where=output.where)
    text = forms["text/plain"].text.strip() if "text/plain" in forms else ""
    if not text or _REPR.match(text) or (attached and text.startswith(("{", "["))):
        return (card,)
    lines = text.count("\n") + 1
    if lines <= _CARD_LINES and len(text) <= _CARD_CHARS:
        return (msgspec.structs.replace(card, blocks=(*card.blocks, Code(text, role="output"))),)
    return (card, *text_blocks(text, context, output.where, folded=True, title=f"The figure as text ({lines:,} lines)"))
