"""One matplotlib figure of a result: the photo, its maps side by side, and the scale of colours.

matplotlib is imported on first use. Nothing here needs a display.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING, Any

from gradcam.drawing.pictures import panel, photo_panel
from gradcam.drawing.render import DEFAULT_COLORMAP, DIVERGING, Look
from gradcam.record import Record
from gradcam.saliency import SaliencyMap
from gradcam.text import clip, figures, one_line, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PER_ROW = 5  # maps, beside the photo
_PANEL_INCHES = 2.4
_TITLE_INCHES = 0.6
_LONGEST = 26  # characters of a label
_DPI = 110
# These write files and cannot show anything.
_NO_WINDOW = ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template")


def show(explanation: Record, look: Look | None = None) -> Figure:
    """Draw the figure, show it where there is something to show it on, and return it.

    In a script a window opens, and the call returns when it is closed; in a notebook the figure
    appears below the cell. Without a display it is only returned.
    """
    import matplotlib

    backend = matplotlib.get_backend().lower()
    if backend in _NO_WINDOW:
        return draw(explanation, look)
    from matplotlib import pyplot

    def managed(**options: Any) -> Figure:
        return pyplot.figure(FigureClass=_figure_class(), **options)

    shown = draw(explanation, look, managed)
    # A notebook shows every open figure itself when the cell ends.
    if "inline" not in backend:
        pyplot.show()
    return shown


def png(explanation: Record, look: Look | None = None) -> bytes:
    """Return the figure as a PNG."""
    return _encoded(draw(explanation, look))


def draw(
    explanation: Record, look: Look | None = None, make: Callable[..., Figure] | None = None
) -> Figure:
    """Draw the photo and its maps: a row per layer, classes side by side, at most five.

    Each map is titled by its class and probability, with its raw peak; an empty one says why.

    look : how the maps are drawn; by default `Look()`, in a diverging colormap for maps that keep
        both signs.
    make : makes the empty figure; default one that pyplot does not know of.
    """
    look = look or Look(DIVERGING if _both(explanation) else DEFAULT_COLORMAP)
    rows = _rows(explanation.maps)
    columns = 1 + max(map(len, rows))
    height, width = explanation.photo_size
    tall = _PANEL_INCHES * min(3.0, height / width) + _TITLE_INCHES
    size = (columns * _PANEL_INCHES + 0.8, len(rows) * tall)
    figure = (make or _figure_class())(figsize=size, layout="constrained", dpi=_DPI)
    axes = figure.subplots(len(rows), columns, squeeze=False)
    for ax in axes.flat:
        ax.set_axis_off()
    axes[0, 0].imshow(photo_panel(explanation))
    _title(axes[0, 0], "photo")
    common = look.common(explanation.maps)
    for row, of_row in zip(axes[:, 1:], rows, strict=True):
        for ax, saliency_map in zip(row, of_row, strict=False):
            scale = saliency_map.peak if common is None else common
            ax.imshow(panel(explanation.photo, saliency_map, look, scale))
            _title(ax, _caption(saliency_map, many_layers=len(explanation.layers) > 1))
    _color_bar(figure, axes, look, common, both=_both(explanation))
    return figure


def _both(explanation: Record) -> bool:
    return any(m.sign == "both" for m in explanation.maps)


def _rows(maps: Sequence[SaliencyMap]) -> list[list[SaliencyMap]]:
    """Return the maps in rows: a new one for each layer, and after every five classes."""
    rows = []
    for _, group in groupby(maps, key=lambda m: m.layer):
        of_layer = list(group)
        rows += [of_layer[n : n + _PER_ROW] for n in range(0, len(of_layer), _PER_ROW)]
    return rows or [[]]


def _caption(saliency_map: SaliencyMap, *, many_layers: bool) -> str:
    shown = saliency_map.prediction
    lines = [f"{clip(one_line(shown.label), _LONGEST)}  {percent(shown.probability)}"]
    lines += [clip(saliency_map.layer, _LONGEST)] * many_layers
    lines += [saliency_map.empty_reason or f"peak {figures(saliency_map.peak)}"]
    return "\n".join(lines)


def _title(ax: Axes, text: str) -> None:
    # A "$" in a label would begin a formula.
    ax.set_title(text, fontsize=8, parse_math=False, wrap=True)


def _color_bar(figure: Figure, axes: Any, look: Look, common: float | None, *, both: bool) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    top = 1.0 if common is None else common
    scale = ScalarMappable(Normalize(-top if both else 0, top or 1), look.colormap)
    label = "share of each map's peak" if common is None else "evidence"
    bar = figure.colorbar(scale, ax=axes, fraction=0.03, pad=0.01)
    bar.set_label(label, fontsize=8)
    bar.ax.tick_params(labelsize=7)


def _encoded(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI)
    return buffer.getvalue()


@cache
def _figure_class() -> Any:
    from matplotlib.figure import Figure

    class Shown(Figure):
        """A figure that is shown once in a notebook, though it is also a cell's value."""

        def _ipython_display_(self) -> None:
            from matplotlib import pyplot

            number = getattr(self, "number", None)
            # An open figure is shown by the notebook itself when the cell ends.
            if number is None or not pyplot.fignum_exists(number):
                ipython = import_module("IPython.display")
                ipython.display(ipython.Image(data=_encoded(self)))

    return Shown
