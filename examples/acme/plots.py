"""Shared plotting: one look for all reports, and interactive charts that carry a picture of themselves."""

from __future__ import annotations

import base64

import matplotlib as mpl
from IPython.display import display

BLUE, ORANGE, GREEN, GREY = "#2563eb", "#ea580c", "#15803d", "#64748b"


def use_acme_style() -> None:
    """Sharp, quiet figures: no box, light grid, readable on a phone."""
    mpl.rcParams.update(
        {
            "figure.figsize": (7.2, 4.0),
            "figure.dpi": 100,
            "savefig.bbox": "tight",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#e2e8f0",
            "axes.axisbelow": True,
            "axes.prop_cycle": mpl.cycler(color=[BLUE, ORANGE, GREEN, GREY]),
            "font.size": 11,
        }
    )


def show_altair(chart: object) -> None:
    """Show a chart with its picture beside its specification, as JupyterLab stores it on saving."""
    import vl_convert

    picture = vl_convert.vegalite_to_png(chart.to_json(), scale=2)
    bundle = {"application/vnd.vegalite.v5+json": chart.to_dict(), "image/png": base64.b64encode(picture).decode()}
    display({**bundle, "text/plain": "Altair chart"}, raw=True, metadata={"image/png": {"width": 720}})


def show_plotly(figure: object) -> None:
    """Show a figure with its picture beside its data, as plotly's ``plotly_mimetype+png`` renderer does."""
    import plotly.io

    picture = plotly.io.to_image(figure, format="png", width=760, height=420, scale=2)
    bundle = {
        "application/vnd.plotly.v1+json": figure.to_plotly_json(),
        "image/png": base64.b64encode(picture).decode(),
    }
    import json

    from plotly.utils import PlotlyJSONEncoder

    bundle["application/vnd.plotly.v1+json"] = json.loads(
        json.dumps(bundle["application/vnd.plotly.v1+json"], cls=PlotlyJSONEncoder)
    )
    display({**bundle, "text/plain": "Plotly figure"}, raw=True, metadata={"image/png": {"width": 760}})
