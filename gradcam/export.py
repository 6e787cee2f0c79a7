"""An explanation as files: pictures to show, numbers to compute with, and how they were made."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gradcam import render
from gradcam.types import Explanation, SaliencyMap

MANIFEST = "manifest.json"


def save(
    explanation: Explanation, folder: Path, *, colormap: str = "turbo", alpha: float = 0.6
) -> list[Path]:
    """Write one explanation into `folder`, which is made when missing.

    Per map: `…-overlay.png`, `…-colormap.png` and `…-grey.png` at the photo's size. For all:
    `maps.npz` (raw float32 (h, w) by the same names) and `manifest.json`. Returns their paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = _names(explanation)
    written = []
    for name, saliency_map in zip(names, explanation.maps, strict=True):
        for kind, picture in _pictures(explanation, saliency_map, colormap, alpha).items():
            written.append(folder / f"{name}-{kind}.png")
            picture.save(written[-1])
    raw = {name: m.values for name, m in zip(names, explanation.maps, strict=True)}
    np.savez_compressed(folder / "maps.npz", allow_pickle=False, **raw)
    text = json.dumps(manifest(explanation), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return [*written, folder / "maps.npz", folder / MANIFEST]


def manifest(explanation: Explanation) -> Mapping[str, Any]:
    """Everything needed to make the same maps again, ready for JSON."""
    return {
        "photo": {
            "sha256": explanation.photo_digest,
            "height": explanation.photo.shape[0],
            "width": explanation.photo.shape[1],
        },
        "model": {"id": explanation.model, "sha256": explanation.model_digest},
        "fit": explanation.fit,
        "preprocessing": dataclasses.asdict(explanation.preprocessing),
        "predictions": [dataclasses.asdict(p) for p in explanation.predictions],
        "maps": [
            {"name": name, **_describe(m)}
            for name, m in zip(_names(explanation), explanation.maps, strict=True)
        ],
        "versions": dict(explanation.versions),
    }


def _describe(saliency_map: SaliencyMap) -> Mapping[str, Any]:
    return {
        "layer": saliency_map.layer,
        "method": saliency_map.method,
        "class": dataclasses.asdict(saliency_map.prediction),
        "window": dataclasses.asdict(saliency_map.window),
        "shape": list(saliency_map.values.shape),
        "minimum": float(saliency_map.values.min()),
        "maximum": float(saliency_map.values.max()),
        "empty": saliency_map.empty_reason,
    }


def _pictures(
    explanation: Explanation, saliency_map: SaliencyMap, colormap: str, alpha: float
) -> dict[str, Image.Image]:
    return {
        "overlay": render.overlay(explanation.photo, saliency_map, colormap=colormap, alpha=alpha),
        "colormap": render.heatmap(saliency_map, colormap=colormap),
        "grey": render.grey(saliency_map),
    }


def _names(explanation: Explanation) -> list[str]:
    """File names that sort as the maps do and cannot leave the folder, whatever a label says."""
    return [
        f"{n:02d}-{_slug(m.layer)}-{_slug(m.prediction.label)}-{m.method}"
        for n, m in enumerate(explanation.maps)
    ]


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "_", text).strip("_")[:60] or "unnamed"
