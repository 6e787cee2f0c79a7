"""How many photos go through the model at once, so that memory does not grow with the folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import prod
from typing import TypeVar

from gradcam.backends import Classifier
from gradcam.request import Request

MAX_BYTES = 512 << 20
_TEMPORARIES = 4  # copies of the gradients that a formula may hold, some of them in float64
Item = TypeVar("Item")


def photos_at_once(clf: Classifier, request: Request) -> int:
    """Return how many photos to run at once: as many as `MAX_BYTES` hold, at least one."""
    return max(1, MAX_BYTES // bytes_per_photo(clf, request))


def bytes_per_photo(clf: Classifier, request: Request) -> int:
    """Estimate the bytes that one photo of a resolved request needs at the peak.

    Four for each number of: the input and its copy in the framework's order; the three largest
    outputs, which meet in a forward pass that keeps nothing; all outputs from the first asked layer
    on, which the backward pass needs; and for each class two of those, and the asked layers'
    gradients with the temporaries of the method's formula. Nested layers return the same tensor and
    are counted twice, so this is rather too much.
    """
    height, width = clf.preprocessing.crop
    sizes = {layer.name: prod(layer.shape) for layer in clf.layers()}
    asked = set(request.layers or ())
    names = list(sizes)
    first = min((names.index(name) for name in asked), default=len(names) - 1)
    # Guided backpropagation goes back to the pixels.
    kept = list(sizes.values())[0 if request.method == "guidedgradcam" else first :]
    per_class = 2 * max(kept) + _TEMPORARIES * sum(sizes[name] for name in asked)
    numbers = 6 * height * width + 3 * max(sizes.values()) + sum(kept)
    return 4 * (numbers + _classes(clf, request) * per_class)


def chunks(items: Iterable[Item], size: int) -> Iterator[Sequence[Item]]:
    """Yield lists of at most `size` items, taking each item only when its list is asked for."""
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk


def cores() -> int:
    """Return how many processor cores this process may use."""
    # In a container, the machine may have more.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _classes(clf: Classifier, request: Request) -> int:
    """Return for how many classes a gradient is taken: a contrast needs its rivals' as well."""
    shown = len(request.classes) if request.classes is not None else request.top_k
    named = len(request.parameters.get("against", ()))
    rivals = named or int(request.parameters.get("nearest", 0))
    return min(shown * (1 + rivals), len(clf.labels))
