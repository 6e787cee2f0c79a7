"""Which pixel values a traced model expects, read from what it does to them before its weights.

Keras models often hold their own preprocessing: Rescaling or Normalization layers behind several of
augmentation, or `preprocess_input`, which leaves nothing but arithmetic in the graph. All of that
stands before the first weights. So photos are sent that far in each range, and the range whose
results look like what networks are trained on is the one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.part import Source, between
from gradcam.preprocess import convert
from gradcam.ranges import RANGES, Range, with_range
from gradcam.types import AnyPreprocessing, Floats, Photo, Preprocessing

# What networks are trained on, from lowest to highest: [0, 1] and [-1, 1], centred, with ImageNet's
# mean and deviation, bytes, bytes less their middle, and bytes less ImageNet's mean colour.
_USUAL = ((0, 1), (-1, 1), (-0.5, 0.5), (-2.1, 2.6), (0, 255), (-127.5, 127.5), (-124, 151))
# By how much another range must fit better than [0, 1], the commonest; 0.7 is a factor of two.
_CLEARLY = 0.3
# Logits whose deviation over very different photos is below this share of their size react little,
# so that another range may suit better; and hardly at all.
_LITTLE, _HARDLY = 0.05, 0.005
_FAR_MORE = 10


def before_weights(source: Source, x: tf.Tensor) -> list[tf.Tensor]:
    """The tensors (N, …) in which the photo meets the model's first weights."""
    read = {name for name, outside in source.weights.items() if outside.dtype == tf.resource}
    weighted = _weighted(source.graph, read)
    found: dict[str, tf.Tensor] = {}
    waiting, seen = [x], {x.name}
    while waiting:
        tensor = waiting.pop()
        for operation in tensor.consumers():
            if operation.name in weighted:
                found[tensor.name] = tensor
                continue
            new = [t for t in operation.outputs if _holds_pixels(t) and t.name not in seen]
            seen.update(t.name for t in new)
            waiting += new
    return list(found.values())


def expected_range(source: Source, x: tf.Tensor, how: Preprocessing) -> Range | None:
    """The range of pixel values that the model scales itself; None if it takes them as they are.

    how : gives the size of the photos and the order of their colours.
    """
    prepared = before_weights(source, x)
    if not prepared or all(tensor is x for tensor in prepared):
        return None
    run = between(source, [x], prepared)
    far = {}
    for name in RANGES:
        given = tf.constant(shown(with_range(how, name))[..., : x.shape[-1]])
        far[name] = max(_from_usual(values.numpy()) for values in run(given))
    first, *others = RANGES
    if all(abs(far[name] - far[first]) < _CLEARLY for name in others):
        return None
    best = min(others, key=lambda name: far[name])
    return best if far[best] < far[first] - _CLEARLY else first


def reaction(logits: Floats) -> float:
    """How much logits (N, K) depend on the photo: their deviation over N, relative to their size.

    Unlike the deviation itself, it does not grow with the pixel values in a network without biases.
    """
    size = float(np.sqrt(np.mean(np.square(logits, dtype=np.float64))))
    return float(np.sqrt(np.mean(np.var(logits, axis=0, dtype=np.float64)))) / (size or 1.0)


def doubt(logits: Callable[[Floats], Floats], how: AnyPreprocessing) -> str:
    """One sentence if the logits hardly depend on the photo, or far more in another range, else "".

    Parameters
    ----------
    logits : inputs (N, h, w, 3) → logits (N, K).
    how : the preprocessing in use.
    """
    here = reaction(logits(shown(how)))
    if not here < _LITTLE:  # also where NaN is among the logits, which has an error of its own
        return ""
    better = _better_range(logits, how, here) if isinstance(how, Preprocessing) else ""
    if better or here > _HARDLY:
        return better
    return "The model hardly reacts to photos: four very different ones get nearly equal logits."


def shown(how: AnyPreprocessing) -> Floats:
    """Four unlike photos, preprocessed: float32 (4, *how.crop, 3)."""
    return np.stack([convert(photo, how) for photo in _photos(*how.crop)])


def _better_range(logits: Callable[[Floats], Floats], how: Preprocessing, here: float) -> str:
    """One sentence about the range in which logits depend far more on the photo, if there is one.

    here : how much they do with the preprocessing in use.
    """
    there = {name: reaction(logits(shown(with_range(how, name)))) for name in RANGES}
    best = max(there, key=lambda name: there[name])
    if there[best] <= _FAR_MORE * here:
        return ""
    low, high = RANGES[best]
    return (
        "The model hardly reacts to photos with the pixel values it is given, and "
        f"{there[best] / max(here, 1e-9):.0f} times as much to values from {low:g} to "
        f"{high:g}: it was probably trained on those."
    )


def _photos(height: int, width: int) -> Iterator[Photo]:
    """Smooth noise, dark and bright; each colour uses the whole range from 0 to 255."""
    random = np.random.default_rng(0)
    for cells in (2, 5, 9, 16):
        coarse = random.integers(0, 256, (cells, cells, 3), np.uint8)
        smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        values = np.asarray(smooth, np.float32)
        low, high = values.min((0, 1)), values.max((0, 1))
        even = (values - low) / np.maximum(high - low, 1)
        yield np.rint(even ** random.choice([0.2, 1, 5], 3) * 255).astype(np.uint8)


def _holds_pixels(tensor: tf.Tensor) -> bool:
    """Whether it may hold pixels, if as bytes, and not just the photo's shape."""
    return bool(tensor.dtype.is_floating or (tensor.shape.rank or 0) >= 3)


def _weighted(graph: tf.Graph, read: set[str]) -> set[str]:
    """Names of the operations that depend on the placeholders `read`, through which weights come.

    A graph lists its operations in the order in which they were made, inputs first.
    """
    tensors = set(read)
    found = set()
    for operation in graph.get_operations():
        if any(one.name in tensors for one in operation.inputs):
            found.add(operation.name)
            tensors.update(one.name for one in operation.outputs)
    return found


def _from_usual(values: Floats) -> float:
    """How far values are from the nearest usual interval: in width (log) and in position."""
    low, high = float(values.min()), float(values.max())
    width = max(high - low, 1e-9)
    return min(
        abs(math.log(width / (b - a))) + abs((low + high - a - b) / 2) / (b - a) for a, b in _USUAL
    )
