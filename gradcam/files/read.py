"""Loading saved explanations. The files may come from anywhere, so nothing in them is trusted."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from gradcam.errors import GradcamError, ImageError, NonFiniteError
from gradcam.files.manifest import FORMAT, FORMAT_1, upgraded
from gradcam.files.npz import MANIFEST_KEY, Npz
from gradcam.files.schema import build
from gradcam.files.write import MANIFEST, NUMBERS
from gradcam.images import ImageSource, Opened, open_image
from gradcam.places import Place
from gradcam.record import Record
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.types import (
    AnyPreprocessing,
    CustomPreprocessing,
    Floats,
    Photo,
    Prediction,
    Sign,
    Window,
)

# An explanation of five classes at fifty layers has 250 maps and a manifest of 200 kB. Zeros are
# packed to a thousandth, so a file's own size bounds neither numbers nor memory.
MAX_MANIFEST = 2 << 20  # bytes
MAX_MAPS = 1000
MAX_VALUES = 16_000_000  # of all maps together, at their own resolution
_AGAIN = "Save the explanation again."


@dataclass(frozen=True)
class _Photo:
    sha256: str
    height: int
    width: int


@dataclass(frozen=True)
class _Model:
    id: str
    sha256: str
    architecture: str = ""


@dataclass(frozen=True)
class _Map:
    name: str
    layer: str
    method: str
    parameters: Mapping[str, Any]
    uniform_gradient: bool
    sign: Sign
    class_: Prediction
    window: Window
    shape: tuple[int, int]
    took_gradient: bool = True


@dataclass(frozen=True)
class _Facts:
    """The part of a manifest needed to rebuild a Record."""

    photo: _Photo
    model: _Model
    request: Request
    preprocessing: AnyPreprocessing
    predictions: tuple[Prediction, ...]
    maps: tuple[_Map, ...]
    versions: Mapping[str, str]
    layers: Mapping[str, Place] = field(default_factory=dict)


def load(source: str | Path | bytes, photo: ImageSource) -> Record:
    """Load the data of a saved explanation; arguments and errors as `gradcam.load_explanation`."""
    with _opened(source) as (raw, npz):
        facts = _facts(raw)
        _check_predictions(facts)
        _check_maps(facts)
        image = _same_photo(facts, photo)
        maps = tuple(_map(npz, m, image.pixels) for m in facts.maps)
    return Record(
        photo=image.pixels,
        photo_digest=facts.photo.sha256,
        model=facts.model.id,
        model_digest=facts.model.sha256,
        request=replace(facts.request, places=facts.layers),
        preprocessing=facts.preprocessing,
        predictions=facts.predictions,
        maps=maps,
        versions=facts.versions,
        architecture=facts.model.architecture,
    )


def read_manifest(source: str | Path | bytes) -> dict[str, Any]:
    """Read the manifest of a saved explanation, including the `look` of its pictures.

    Parameters
    ----------
    source : as for `gradcam.load_explanation`.

    Returns
    -------
    The keys of `gradcam.files.manifest`; their values are not checked.

    Raises
    ------
    GradcamError : for the same reasons as `gradcam.load_explanation`.
    """
    with _opened(source) as (raw, _):
        return upgraded(raw)


@contextmanager
def _opened(source: str | Path | bytes) -> Iterator[tuple[dict[str, Any], Npz]]:
    """Open the manifest and the NPZ; in a folder, manifest.json must agree with the NPZ's own."""
    path = None if isinstance(source, bytes) else Path(source)
    folder = path if path is not None and path.is_dir() else None
    if folder and not (folder / MANIFEST).is_file():
        raise GradcamError(
            f"{folder.name} contains no {MANIFEST}: nothing was saved there, or saving did not "
            "finish.",
            hint=_AGAIN,
        )
    with _file(folder / NUMBERS if folder else source) as file:
        npz = Npz(file)
        packed = npz.read(MANIFEST_KEY, np.dtype(np.uint8), most=MAX_MANIFEST)
        raw = _parse(packed.tobytes())
        if folder and _manifest_in(folder) != raw:
            raise GradcamError(f"{MANIFEST} and {NUMBERS} describe different maps.", hint=_AGAIN)
        yield raw, npz


def _file(source: str | Path | bytes) -> IO[bytes]:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return Path(source).open("rb")
    except (OSError, ValueError) as error:
        raise GradcamError(
            f"{Path(source).name} cannot be read ({getattr(error, 'strerror', None) or error}).",
            hint="Check the path.",
        ) from error


def _manifest_in(folder: Path) -> dict[str, Any]:
    """Read manifest.json without its list of files, which the NPZ's manifest does not have."""
    with _file(folder / MANIFEST) as file:
        raw = _parse(file.read(2 * MAX_MANIFEST))
    return {key: value for key, value in raw.items() if key != "files"}


def _parse(data: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise GradcamError("The manifest is damaged.", hint=_AGAIN) from error
    if not isinstance(raw, dict) or raw.get("format") not in (FORMAT, FORMAT_1):
        raise GradcamError(
            "The manifest is in a format that cannot be read.",
            hint="Save the explanation again with this version.",
        )
    return raw


def _facts(raw: dict[str, Any]) -> _Facts:
    maps = raw.get("maps")
    if isinstance(maps, list) and len(maps) > MAX_MAPS:
        raise GradcamError(
            f"The file lists {len(maps):,} maps.",
            hint=f"Save fewer at once: the limit is {MAX_MAPS:,}.",
        )
    try:
        facts: _Facts = build(_Facts, upgraded(raw))
    except RecursionError as error:
        raise GradcamError("The manifest is damaged.", hint=_AGAIN) from error
    return facts


def _check_maps(facts: _Facts) -> None:
    if len({m.name for m in facts.maps}) < len(facts.maps):
        raise GradcamError("The manifest lists a map twice.", hint=_AGAIN)
    if sum(abs(m.shape[0] * m.shape[1]) for m in facts.maps) > MAX_VALUES:
        raise GradcamError(
            "The maps are too large.",
            hint=f"Save fewer maps: the limit is {MAX_VALUES:,} values in total.",
        )


def _check_predictions(facts: _Facts) -> None:
    if not facts.predictions:
        raise GradcamError("The manifest contains no predictions.", hint=_AGAIN)
    for prediction in (*facts.predictions, *(m.class_ for m in facts.maps)):
        if prediction.index < 0 or not 0 <= prediction.probability <= 1:
            raise GradcamError(
                f"The manifest lists class {prediction.index} with a probability of "
                f"{prediction.probability:g}.",
                hint=_AGAIN,
            )


def _same_photo(facts: _Facts, source: ImageSource) -> Opened:
    known, image = facts.photo, open_image(source)
    photo = image.pixels
    own_view = isinstance(facts.preprocessing, CustomPreprocessing)
    if photo.shape[:2] != (known.height, known.width):
        raise ImageError(
            f"This is not the photo that was explained: it is {photo.shape[1]} × {photo.shape[0]} "
            f"pixels, not {known.width} × {known.height}.",
            hint="Use the photo that was explained"
            + (", or `result.photo` if it is the model's own view." if own_view else "."),
        )
    if image.digest != known.sha256:
        raise ImageError(
            "This is not the photo that was explained: its pixels are different.",
            hint="Use the original file; a copy saved again as JPEG has different pixels.",
        )
    return image


def _map(npz: Npz, known: _Map, photo: Photo) -> SaliencyMap:
    window = known.window
    if not (window.left < window.right and window.top < window.bottom) or (
        max(map(abs, (window.left, window.top, window.right, window.bottom))) > 1e9
    ):
        raise GradcamError(f"The window of {known.name} is empty or too large.", hint=_AGAIN)
    values: Floats = npz.read(known.name, np.dtype("<f4"), shape=known.shape).astype(np.float32)
    if not np.isfinite(values).all():
        raise NonFiniteError(f"The map {known.name} contains NaN or infinity.", hint=_AGAIN)
    return SaliencyMap(
        values=values,
        prediction=known.class_,
        layer=known.layer,
        method=known.method,
        window=window,
        photo_size=(photo.shape[0], photo.shape[1]),
        sign=known.sign,
        took_gradient=known.took_gradient,
        parameters=known.parameters,
        uniform_gradient=known.uniform_gradient,
    )
