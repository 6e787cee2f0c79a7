"""A made-up folder: 50 photos explained as carton, ten of them marked; six as crate; two odd."""

from __future__ import annotations

import io

import pyarrow as pa
from PIL import Image

from gradcam import Classifier, Request
from gradcam.find import Found
from gradcam.find.explaining import About, FindRows
from gradcam.find.lying import GRID, lying
from gradcam.types import Floats
from tests.gradcam.find.made_up import LENGTH, honest, marked, unit

CARTON, CRATE = 478, 519
ABOUT = About("made/up", "Made up", "0" * 64, "features", "gradcam", "crop", "predicted")


def jpeg(grey: int) -> bytes:
    """A small photo of one grey."""
    buffer = io.BytesIO()
    Image.new("RGB", (24, 16), (grey, grey, grey)).save(buffer, "JPEG")
    return buffer.getvalue()


def made_up() -> Found:
    """What was found: `marked-…` have their heat in the lower left corner, the others do not."""
    plain, signed, few = honest(40, 1), marked(10, 2), honest(6, 3)
    rows = [
        *_rows("photo", CARTON, "carton", *plain),
        *_rows("marked", CARTON, "carton", *signed),
        *_rows("crate", CRATE, "crate", *few),
        {**_row("silent", CARTON, "carton"), "empty": "The map is zero everywhere at this layer."},
        {"file": "broken.jpg", "label": "", "error": "broken.jpg is not a photo."},
    ]
    rows.sort(key=lambda row: str(row["file"]))
    asked = Request(("features",))
    own = FindRows("", ABOUT, asked, only=None, length=LENGTH, load=_no_model).schema()
    common = [(name, pa.string()) for name in ("file", "sha256", "label", "error")]
    return Found(pa.Table.from_pylist(rows, pa.schema([*common, *own])))


def _no_model() -> Classifier:
    raise AssertionError("nothing is explained")


def _rows(
    name: str, index: int, label: str, maps: Floats, textures: Floats
) -> list[dict[str, object]]:
    return [
        {
            **_row(f"{label}/{name}-{n:02d}.jpg", index, label),
            **lying(maps[n])._asdict(),
            "map": maps[n].reshape(GRID * GRID),
            "texture": unit(textures)[n],
            "thumbnail": jpeg(4 * n),
        }
        for n in range(len(maps))
    ]


def _row(file: str, index: int, label: str) -> dict[str, object]:
    return {
        "file": file,
        "label": label,
        "predicted": index,
        "predicted_label": label,
        "probability": 0.75,
        "truth": CARTON,
        "truth_label": "carton",
        "explained": index,
        "explained_label": label,
        "explained_probability": 0.75,
        "thumbnail": jpeg(200),
    }
