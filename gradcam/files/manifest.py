"""The manifest: everything needed to make the same maps and pictures again."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradcam.drawing.render import Look
from gradcam.errors import GradcamError, NonFiniteError
from gradcam.merging import JOINED
from gradcam.methods import METHODS
from gradcam.record import Record
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.text import escaped
from gradcam.types import AnyPreprocessing

FORMAT = "gradcam-explanation/2"
FORMAT_1 = "gradcam-explanation/1"
_SLUG_BYTES = 60


def manifest(
    explanation: Record, look: Look | None = None, scale: float | None = None
) -> dict[str, Any]:
    """Describe how an explanation's maps were made, ready for JSON.

    Parameters
    ----------
    explanation : the result of `gradcam.explain`.
    look : how the maps are drawn; default `Look()`.
    scale : the raw value drawn as 1; by default `look` decides.

    Returns
    -------
    A dictionary with the keys format, photo (`sha256` is of the shape and the upright 8-bit RGB
    pixels), model (with the `architecture` of a weights file), request (the fields of
    `gradcam.Request`), preprocessing, layers (where each stands in the model: its index among so
    many, and its shape), predictions, look, versions, and maps: per map its name, layer, method and
    parameters, sign, class, window, shape, minimum, maximum, the raw value drawn as 1 (`scale`, 0
    if nothing is drawn) and, if it is empty, the reason.

    Raises
    ------
    NonFiniteError : a map contains NaN or infinity.
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
        **provenance(
            explanation.model,
            explanation.model_digest,
            explanation.request,
            explanation.preprocessing,
            explanation.architecture,
        ),
        "layers": {
            name: dataclasses.asdict(place) for name, place in explanation.request.places.items()
        },
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


def provenance(
    model: str,
    model_digest: str,
    request: Request,
    preprocessing: AnyPreprocessing,
    architecture: str = "",
) -> dict[str, Any]:
    """Return the part of a manifest that does not depend on the photo.

    It holds the model, request and preprocessing. If these are equal, so are a photo's maps.
    """
    network = {"architecture": architecture} if architecture else {}
    plain: dict[str, Any] = _plain(
        {
            "model": {"id": model, "sha256": model_digest, **network},
            "request": _fields(request),
            "preprocessing": _fields(preprocessing),
        }
    )
    return plain


def manifest_of_map(facts: Mapping[str, Any], n: int) -> dict[str, Any]:
    """Return the manifest of a single picture: `map` is its own map, in place of `maps`."""
    return {key: value for key, value in facts.items() if key != "maps"} | {"map": facts["maps"][n]}


def upgraded(facts: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest of format 1 in the current format, and any other manifest unchanged.

    Format 1 had no request and called the sign "activation".
    """
    if facts.get("format") != FORMAT_1:
        return facts
    try:
        maps = [_upgraded_map(entry) for entry in facts["maps"]]
        request = _inferred_request(facts["fit"], maps)
    except (KeyError, TypeError, AttributeError) as error:
        raise GradcamError(
            "The manifest is damaged.", hint="Save the explanation again."
        ) from error
    kept = {key: value for key, value in facts.items() if key not in ("fit", "maps")}
    return {**kept, "format": FORMAT, "request": request, "maps": maps}


def to_json(facts: Mapping[str, Any], indent: int | None = None) -> bytes:
    """Encode `facts` as JSON in UTF-8, with what is no printable text as JSON escapes."""
    return escaped(json.dumps(facts, indent=indent, ensure_ascii=False, allow_nan=False)).encode()


def map_names(explanation: Record) -> list[str]:
    """Return file names that sort in the order of the maps, safe whatever a label contains."""
    digits = max(2, len(str(len(explanation.maps) - 1)))
    return [
        f"{n:0{digits}d}-{slug(m.layer)}-{slug(m.prediction.label)}-{slug(m.method)}"
        for n, m in enumerate(explanation.maps)
    ]


def slug(text: str) -> str:
    """Reduce text to letters, digits and "_" of any script, short enough for any file system."""
    kept = re.sub(r"[^\w]+", "_", text).strip("_").encode()[:_SLUG_BYTES]
    return kept.decode(errors="ignore") or "unnamed"


def _fields(value: Request | AnyPreprocessing) -> dict[str, Any]:
    """Return the fields that make two of a kind equal, which leaves out code."""
    return {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.compare}


def _describe(name: str, saliency_map: SaliencyMap, scale: float | None) -> Mapping[str, Any]:
    values = saliency_map.values
    if not np.isfinite(values).all():
        raise NonFiniteError(
            f"The map {name} contains NaN or infinity.", hint="Explain the photo again."
        )
    return {
        "name": name,
        "layer": saliency_map.layer,
        "method": saliency_map.method,
        "uniform_gradient": saliency_map.uniform_gradient,
        "parameters": saliency_map.parameters,
        "sign": saliency_map.sign,
        "took_gradient": saliency_map.took_gradient,
        "class": dataclasses.asdict(saliency_map.prediction),
        "window": dataclasses.asdict(saliency_map.window),
        "shape": values.shape,
        "minimum": values.min(),
        "maximum": values.max(),
        "scale": max(0.0, saliency_map.peak if scale is None else scale),
        "empty": saliency_map.empty_reason,
    }


def _plain(value: Any) -> Any:
    """Convert to JSON's types: NumPy numbers become Python's, and tuples become lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (np.generic, np.ndarray)):
        return _plain(value.tolist())
    if isinstance(value, float) and not np.isfinite(value):
        raise NonFiniteError(
            "The explanation contains a number that is not finite.",
            hint="Explain the photo again.",
        )
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise GradcamError(
        f"{value!r} cannot be written to a manifest.",
        hint="Use only numbers and text as parameters.",
    )


def _upgraded_map(entry: Mapping[str, Any]) -> dict[str, Any]:
    parameters = dict(entry["parameters"])
    fused = parameters.pop("rectified", None)
    # Fused evidence against a class was stored as positive values, which "abs" shows as they are.
    activation = "abs" if fused == "against" else fused or entry["activation"]
    sign = {"relu": "for", "none": "both"}.get(activation, activation)
    kept = {key: value for key, value in entry.items() if key != "activation"}
    method = METHODS.get(entry["method"])
    took_gradient = method is None or method.takes_gradients
    return {**kept, "parameters": parameters, "sign": sign, "took_gradient": took_gradient}


def _inferred_request(fit: str, maps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Infer the request behind upgraded maps of format 1, with classes by index."""
    first: Mapping[str, Any] = (
        maps[0] if maps else {"layer": "", "method": "gradcam", "parameters": {}, "sign": "for"}
    )
    requested = {**first["parameters"], **first["parameters"].get("asked", {})}
    options = METHODS[first["method"]].options if first["method"] in METHODS else {}
    layers = [name for m in maps for name in str(m["layer"]).split(JOINED)]
    return {
        "layers": list(dict.fromkeys(layers)) or None,
        "method": first["method"],
        "parameters": {name: requested[name] for name in options if name in requested},
        "classes": list(dict.fromkeys(m["class"]["index"] for m in maps)) or None,
        "top_k": 1,
        "fit": fit,
        "sign": first["sign"],
        "augment": bool(requested.get("augment", False)),
        "fuse": requested.get("fusion"),
    }
