"""The data of a `gradcam.Explanation`, without the methods that save it.

Code that draws, saves or reports explanations uses Record, so that Explanation can import it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from gradcam.errors import ClassError, GradcamError, LayerError, nearest
from gradcam.labels import require_one
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.text import clip, count, percent
from gradcam.types import AnyPreprocessing, Fit, Photo, Prediction

_LONGEST = 40  # characters of a name in what a record prints as


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """The maps of one photo, and how they were made.

    Its length is the number of maps, iterating gives them in order, and `result["espresso"]` is the
    map of that class. Two are equal if all they hold is, by the photo's digest; they have no hash.

    photo : uint8 (H, W, 3), upright; `photo_digest` is the SHA-256 of its shape and pixels.
    model, model_digest : the classifier's id, and the SHA-256 of its architecture and weights.
    request : the request that was answered, with its layers named and its classes given by index.
    preprocessing : how the photo was turned into model input; custom code is described, not kept.
    predictions : the most probable classes, best first.
    maps : one per layer and class, grouped by layer, both in the order requested
        (classes: most probable first when none were named).
    versions : versions of this package, of Python, and of what affects the maps.
    architecture : for weights from a file, the catalogue's network they were loaded into.
    """

    photo: Photo = field(repr=False)
    photo_digest: str
    model: str
    model_digest: str
    request: Request
    preprocessing: AnyPreprocessing
    predictions: tuple[Prediction, ...]
    maps: tuple[SaliencyMap, ...]
    versions: Mapping[str, str] = field(default_factory=dict, repr=False)
    architecture: str = ""

    def __len__(self) -> int:
        return len(self.maps)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[SaliencyMap]:
        return iter(self.maps)

    def __getitem__(self, key: str | Prediction | tuple[str | Prediction, str]) -> SaliencyMap:
        """Return the map of a class; of (class, layer) where several layers were asked for.

        The class is a label, or a Prediction. A plain number is refused, because it might be meant
        as the position of a map or as the index of a class: `result.maps[0]` is the first map, and
        `result.map_of(281)` that of class 281.
        """
        name, layer = key if isinstance(key, tuple) and len(key) == 2 else (key, None)
        if isinstance(name, (str, Prediction)):
            return self.map_of(name, layer)
        raise GradcamError(
            f"result[{key!r:.40}] may mean a position or the index of a class.",
            hint='Write result.maps[0] for the first map, result["label"] or '
            "result.map_of(index) for a class.",
        )

    def __contains__(self, item: object) -> bool:
        """Return whether this is one of the maps, or the label or Prediction of one."""
        return any(item in (m.prediction.label, m.prediction, m) for m in self.maps)

    def map_of(self, name: int | str | Prediction, layer: str | None = None) -> SaliencyMap:
        """Return the map of one class.

        Parameters
        ----------
        name : the class's index, label or Prediction.
        layer : the layer's name; needed where the class has maps of several layers.

        Returns
        -------
        The SaliencyMap.

        Raises
        ------
        ClassError : the class was not explained, or the label is that of several.
        LayerError : no such layer was explained, or one of several must be named.
        """
        shown = {m.prediction.index: m.prediction.label for m in self.maps}
        if isinstance(name, str):
            index = require_one(name, shown, "this result")
        else:
            index = name.index if isinstance(name, Prediction) else name
        if isinstance(index, bool) or index not in shown:
            raise ClassError(
                f"Class {index} was not explained.", hint=f"Explain it with classes=[{index}]."
            )
        of_class = {m.layer: m for m in self.maps if m.prediction.index == index}
        if layer is None and len(of_class) == 1:
            return next(iter(of_class.values()))
        if layer not in of_class:
            raise LayerError(
                f"{shown[index]!r} has maps of {count(len(of_class), 'layer')}."
                if layer is None
                else f"{layer!r} was not explained.",
                hint=f'Name one: result["{shown[index]}", "{next(iter(of_class))}"].'
                if layer is None
                else nearest(str(layer), of_class),
            )
        return of_class[layer]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(
            getattr(self, field.name) == getattr(other, field.name)
            for field in fields(self)
            if field.name != "photo"
        )

    __hash__ = None  # type: ignore[assignment]  # as its maps

    def __repr__(self) -> str:
        best = ", ".join(
            f"{clip(p.label, _LONGEST)} {percent(p.probability)}" for p in self.predictions[:3]
        )
        where = clip(", ".join(self.layers), _LONGEST)
        maps = f"{count(len(self), 'map')} by {self.request.method} at {where}"
        return f"<{type(self).__name__} of {self.model}: {best}; {maps}>"

    @property
    def fit(self) -> Fit:
        """How the photo was fitted to the model's input."""
        return self.request.fit

    @property
    def photo_size(self) -> tuple[int, int]:
        """(H, W) of the photo that was explained, even if `photo` is a smaller copy of it."""
        if self.maps:
            return self.maps[0].photo_size
        return self.photo.shape[0], self.photo.shape[1]

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """The layers the maps come from, in the order requested."""
        return tuple(dict.fromkeys(m.layer for m in self.maps))
