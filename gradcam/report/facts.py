"""The manifest for human readers: how each map was made, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcam.methods import METHODS
from gradcam.report import words
from gradcam.types import Explanation, Preprocessing, SaliencyMap, Window

MAP_COLUMNS = ("Class", "Logit", "Probability", "Layer", "Method", "Grid", "Minimum", "Maximum")
NUMBERS = ("Logit", "Probability", "Minimum", "Maximum")


Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Facts:
    """rows : name and value. maps : one row per map, in the order of MAP_COLUMNS."""

    rows: Rows
    maps: tuple[tuple[str, ...], ...]


def common(explanations: Sequence[Explanation]) -> Rows:
    """What made all of them, to be said once."""
    first, *others = (_making(e) for e in explanations)
    return tuple(row for row in first if all(row in rows for rows in others))


def facts(explanation: Explanation, known: Rows = ()) -> Facts:
    """What is needed to make the same maps again, beyond what is `known` already."""
    making = (row for row in _making(explanation) if row not in known)
    return Facts((*_photo(explanation), *making), tuple(_map(m) for m in explanation.maps))


def _photo(explanation: Explanation) -> Rows:
    height, width = explanation.photo_size
    seen = [("Seen by the model", _window(m.window)) for m in explanation.maps[:1]]
    size = f"{width} × {height} pixels"
    return ("Photo", size), ("Photo SHA-256", explanation.photo_digest), *seen


def _making(explanation: Explanation) -> Rows:
    versions = explanation.versions
    return (
        ("Model", words.one_line(explanation.model)),
        ("Model SHA-256", words.one_line(explanation.model_digest)),
        ("Fit", explanation.fit),
        ("Preprocessing", _preprocessing(explanation.preprocessing)),
        ("Versions", words.one_line(", ".join(f"{k} {v}" for k, v in versions.items()))),
    )


def method(saliency_map: SaliencyMap, *, defaults: bool = False) -> str:
    """The method with the options that were changed, or with all of them: Finer-CAM (gamma 0.9)."""
    key = saliency_map.method
    usual = METHODS[key].options if key in METHODS else {}
    told = ", ".join(
        f"{name} {value}"
        for name, value in saliency_map.parameters.items()
        if name in usual and (defaults or value != usual[name])
    )
    title = words.method_title(key)
    return words.one_line(f"{title} ({told})" if told else title)


def _map(saliency_map: SaliencyMap) -> tuple[str, ...]:
    prediction, values = saliency_map.prediction, saliency_map.values
    height, width = values.shape
    return (
        f"{words.one_line(prediction.label)} ({prediction.index})",
        words.figures(prediction.logit),
        words.percent(prediction.probability),
        words.one_line(saliency_map.layer),
        method(saliency_map, defaults=True),
        f"{width} × {height}",
        words.figures(float(values.min())),
        words.figures(float(values.max())),
    )


def _preprocessing(how: Preprocessing) -> str:
    height, width = how.crop
    mean, std = (", ".join(f"{v:g}" for v in values) for values in (how.mean, how.std))
    return (
        f"shorter side to {how.resize} ({how.interpolation}), middle {width} × {height}, "
        f"channels {how.channels}, mean {mean}, standard deviation {std}"
    )


def _window(window: Window) -> str:
    across = f"x from {window.left:.1f} to {window.right:.1f}"
    down = f"y from {window.top:.1f} to {window.bottom:.1f}"
    return f"{across}, {down} (photo pixels)".replace("-", "−")
