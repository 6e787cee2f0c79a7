"""What a manifest says: everything needed to make the same maps and the same pictures again."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcam.drawing.render import Look
from gradcam.errors import GradcamError, NonFiniteError
from gradcam.types import Explanation, SaliencyMap

FORMAT = "gradcam-explanation/1"
_SLUG_BYTES = 60


def manifest(
    explanation: Explanation, look: Look | None = None, scale: float | None = None
) -> dict[str, Any]:
    """How these maps came to be, ready for JSON.

    Parameters
    ----------
    explanation : what `gradcam.explain` returned.
    look : how they are drawn; default `Look()`.
    scale : the raw value drawn as 1; default what `look` makes of these maps.

    Returns
    -------
    Keys format, photo (`sha256` is of shape and upright 8-bit RGB pixels), model, fit,
    preprocessing, predictions, look, versions, and maps: name, layer, method and its parameters,
    activation, class, window, shape, minimum, maximum, the raw value drawn as 1 (`scale`, 0 where
    nothing is drawn) and why it is empty.

    Raises
    ------
    NonFiniteError : a map holds NaN or infinity.
    """
    look = look or Look()
    scale = look.common(explanation.maps) if scale is None else scale
    facts = {
        "format": FORMAT,
        "photo": {
            "sha256": explanation.photo_digest,
            "height": explanation.photo_size[0],
            "width": explanation.photo_size[1],
        },
        "model": {"id": explanation.model, "sha256": explanation.model_digest},
        "fit": explanation.fit,
        "preprocessing": dataclasses.asdict(explanation.preprocessing),
        "predictions": [dataclasses.asdict(p) for p in explanation.predictions],
        "look": dataclasses.asdict(look),
        "maps": [
            _describe(name, m, scale)
            for name, m in zip(map_names(explanation), explanation.maps, strict=True)
        ],
        "versions": dict(explanation.versions),
    }
    plain: dict[str, Any] = _plain(facts)
    return plain


def of_one(facts: Mapping[str, Any], n: int) -> dict[str, Any]:
    """The manifest as a single picture carries it: `map` is its own, the others are left out."""
    return {key: value for key, value in facts.items() if key != "maps"} | {"map": facts["maps"][n]}


def to_json(facts: Mapping[str, Any], indent: int | None = None) -> bytes:
    """UTF-8. What UTF-8 cannot say (half of a surrogate pair) becomes JSON's own escape."""
    text = json.dumps(facts, indent=indent, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


def map_names(explanation: Explanation) -> list[str]:
    """File names that sort as the maps do and cannot leave the folder, whatever a label says."""
    digits = max(2, len(str(len(explanation.maps) - 1)))
    return [
        f"{n:0{digits}d}-{slug(m.layer)}-{slug(m.prediction.label)}-{slug(m.method)}"
        for n, m in enumerate(explanation.maps)
    ]


def slug(text: str) -> str:
    """Letters, digits and "_" of any script, short enough for every file system."""
    kept = re.sub(r"[^\w]+", "_", text).strip("_").encode()[:_SLUG_BYTES]
    return kept.decode(errors="ignore") or "unnamed"


def _describe(name: str, saliency_map: SaliencyMap, scale: float | None) -> Mapping[str, Any]:
    values = saliency_map.values
    if not np.isfinite(values).all():
        raise NonFiniteError(
            f"The map {name} holds NaN or infinity.", hint="Explain the photo again."
        )
    return {
        "name": name,
        "layer": saliency_map.layer,
        "method": saliency_map.method,
        "uniform_gradient": saliency_map.uniform_gradient,
        "parameters": saliency_map.parameters,
        "activation": saliency_map.activation,
        "class": dataclasses.asdict(saliency_map.prediction),
        "window": dataclasses.asdict(saliency_map.window),
        "shape": values.shape,
        "minimum": values.min(),
        "maximum": values.max(),
        "scale": max(0.0, saliency_map.peak if scale is None else scale),
        "empty": saliency_map.empty_reason,
    }


def _plain(value: Any) -> Any:
    """Only what JSON has: NumPy's numbers become Python's, and tuples lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (np.generic, np.ndarray)):
        return _plain(value.tolist())
    if isinstance(value, float) and not np.isfinite(value):
        raise NonFiniteError("A number of the explanation is not finite.", hint="Explain it again.")
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise GradcamError(
        f"{value!r} cannot be written to a manifest.", hint="Use numbers and text as parameters."
    )
