"""What `find` works out for each photo: whose class is explained, and where its heat lies."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from PIL import Image

from gradcam.answer import ask, resolve, run
from gradcam.backends import Classifier
from gradcam.batches import photos_at_once
from gradcam.classes import find_class, predictions
from gradcam.errors import ClassError, GradcamError, NonFiniteError
from gradcam.expected import Expected, Names
from gradcam.find.lying import GRID, Lying, lying, reduced, texture, texture_length
from gradcam.images import Opened, shrink
from gradcam.photos import Given
from gradcam.prepared import prepare
from gradcam.preprocess import picture
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.types import Floats, ModelInput, Prediction
from gradcam.watch import Watch

if TYPE_CHECKING:
    import pyarrow as pa

Explain = Literal["predicted", "labelled"]
VERSION = 2  # of what is worked out; another makes rows of older versions stale
SIDE = 96  # pixels of a thumbnail's longer side
_QUALITY = 80
_BATCH = 8  # on a processor, larger batches are slower
ABOUT = b"about"  # metadata of the column "map"


@dataclass(frozen=True)
class About:
    """What a table was made with: the model, and what was asked of it.

    explain : whose class was explained: each photo's "predicted" or "labelled" one; or the label
        of the one class that was explained for all.
    """

    model: str
    title: str
    model_digest: str
    layer: str
    method: str
    fit: str
    explain: str


@dataclass(frozen=True)
class FindRows:
    """The rows of `find`, for `gradcam.rows.work_out`; it can be pickled if `load` can.

    key : a digest of all that the rows depend on.
    about, request : what is asked, with the layer named.
    only : the index of the class that is explained for every photo, or None.
    length : numbers in a texture.
    load : loads the model.
    """

    key: str
    about: About
    request: Request
    only: int | None
    length: int
    load: Callable[[], Classifier]

    def schema(self) -> pa.Schema:
        """Return the table's own columns; `docs/find.md` says what each holds."""
        import pyarrow as pa

        about = {ABOUT: json.dumps(asdict(self.about)).encode()}
        return pa.schema([
            ("predicted", pa.int32()), ("predicted_label", pa.string()),
            ("probability", pa.float32()),
            ("truth", pa.int32()), ("truth_label", pa.string()),
            ("explained", pa.int32()), ("explained_label", pa.string()),
            ("explained_probability", pa.float32()),
            ("empty", pa.string()),
            *[(name, pa.float32()) for name in Lying._fields],
            pa.field("map", pa.list_(pa.float32(), GRID * GRID), metadata=about),
            ("texture", pa.list_(pa.float32(), self.length)),
            ("thumbnail", pa.binary()),
        ])  # fmt: skip

    def open(self) -> FindWorker:
        """Load the model."""
        return self.worker(self.load())

    def worker(self, clf: Classifier) -> FindWorker:
        """Return who works these rows out with a model that is loaded already."""
        return FindWorker(clf, self.request, self.about.explain == "labelled", self.only)


def find_rows(
    clf: Classifier,
    explain: str | int = "predicted",
    layer: str | None = None,
    method: str | None = None,
    fit: str = "crop",
    load: Callable[[], Classifier] | None = None,
) -> FindRows:
    """Return what to work out with a model.

    explain : each photo's "predicted" or "labelled" class, or one class for all, by index or label.
    load : loads the same model in another process; default: hands over `clf`.

    Raises LayerError, MethodError or ClassError for names that the model does not have.
    """
    method = method or clf.usual_method
    request = Request((layer,) if layer else None, method, top_k=1, fit=fit)  # type: ignore[arg-type]
    request = resolve(request, clf)
    assert request.layers is not None
    only = None if explain in ("predicted", "labelled") else find_class(clf, explain)
    about = About(
        clf.id, clf.title, clf.digest, request.layers[0], request.method, request.fit,
        clf.labels[only] if only is not None else str(explain),
    )  # fmt: skip
    channels = next(one.shape[0] for one in clf.layers() if one.name == about.layer)
    told = json.dumps([VERSION, asdict(about), only, repr(request)], sort_keys=True)
    key = hashlib.sha256(told.encode()).hexdigest()
    return FindRows(key, about, request, only, texture_length(channels), load or _Kept(clf))


@dataclass(frozen=True)
class _Kept:
    """Hands over a model that is here already."""

    clf: Classifier

    def __call__(self) -> Classifier:
        return self.clf


@dataclass(frozen=True)
class Seen:
    """A photo that was read: the model's input, a small picture, and what it is said to show."""

    input: ModelInput
    thumbnail: bytes
    truth: Expected


class FindWorker:
    """Explains photos in batches; see `gradcam.rows.Worker`."""

    def __init__(self, clf: Classifier, request: Request, labelled: bool, only: int | None) -> None:
        self.clf = clf
        self.request = request
        self.labelled = labelled
        self.only = only
        self.names = Names(clf.labels)
        self.batch = min(_BATCH, photos_at_once(clf, request))

    def read(self, given: Given, opened: Opened) -> Seen:
        """Fit a photo to the model. Raises ClassError if its label is needed and not known."""
        truth = self._truth(given)
        if self.labelled and truth.index is None:
            said = f"{truth.said!r} is {truth.why}" if truth.said else "its name says no class"
            raise ClassError(
                f"There is no label to explain: {said}.",
                hint="Put the photo in a folder with the name of its class.",
            )
        found = prepare(self.clf, opened, self.request.fit).input
        return Seen(found, _thumbnail(picture(found.values, self.clf.preprocessing)), truth)

    def rows(
        self, items: Sequence[Seen], watch: Watch
    ) -> Sequence[Mapping[str, Any] | GradcamError]:
        """Explain photos together; one by one if a number is not finite, to say of which photo."""
        try:
            return self._rows(items, watch)
        except NonFiniteError as error:
            if len(items) == 1:
                return [error]
            return [row for item in items for row in self.rows([item], watch)]

    def _truth(self, given: Given) -> Expected:
        """Return what the photo shows by its label; where there is none, by its name."""
        found = self.names.of(f"{given.label}/") if given.label else Expected()
        return found if found.index is not None else self.names.of(given.name)

    def _rows(self, items: Sequence[Seen], watch: Watch) -> Sequence[Mapping[str, Any]]:
        asked = ask(self.clf, self.request, [item.input for item in items], None, watch)
        best = asked.classes[:, 0]
        explained = np.array([
            self.only if self.only is not None else item.truth.index if self.labelled else guess
            for item, guess in zip(items, best, strict=True)
        ], np.intp)  # fmt: skip
        asked = replace(asked, classes=explained[:, None])
        (layer,) = asked.layers
        maps = run(self.request, asked).maps[layer][:, 0]
        activations = asked.capture.activations[layer]
        told = [
            predictions(self.clf, logits, [guess, index])
            for logits, guess, index in zip(asked.capture.logits, best, explained, strict=True)
        ]
        return [
            self._row(item, told[n], maps[n], texture(maps[n], activations[n]))
            for n, item in enumerate(items)
        ]

    def _row(
        self, item: Seen, predicted: Sequence[Prediction], values: Floats, there: Floats | None
    ) -> Mapping[str, Any]:
        first, told = predicted
        heat = reduced(values)
        row: dict[str, Any] = {
            "predicted": first.index,
            "predicted_label": first.label,
            "probability": first.probability,
            "truth": item.truth.index,
            "truth_label": item.truth.said or None,
            "explained": told.index,
            "explained_label": told.label,
            "explained_probability": told.probability,
            "thumbnail": item.thumbnail,
        }
        if heat is None or there is None:
            size = values.shape[0], values.shape[1]
            made = SaliencyMap(
                values, told, self.request.method, self.request.method, item.input.window, size
            )
            return {**row, "empty": made.empty_reason or "The layer is silent where the heat lies."}
        where = lying(heat)._asdict()
        return {**row, **where, "map": heat.reshape(-1), "texture": there}


def _thumbnail(view: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(shrink(view, SIDE)).save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
