"""The last few forwards, kept so that another class or method of the same photo needs none."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from weakref import WeakKeyDictionary

from gradcam.backends import Capture, Classifier
from gradcam.types import Floats

_KEPT = 4
_captures: WeakKeyDictionary[Classifier, OrderedDict[Hashable, Capture]] = WeakKeyDictionary()
_lock = Lock()


def capture(clf: Classifier, inputs: Floats, layers: tuple[str, ...], photos: Hashable) -> Capture:
    """The forward of `inputs` (N, h, w, 3), which `photos` stands for, or the one made before.

    Only single photos are kept: a batch is worked through once.
    """
    key = (photos, layers, clf.version)
    with _lock:
        kept = _captures.setdefault(clf, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
    made = clf.capture(inputs, layers)
    if len(inputs) == 1:
        with _lock:
            kept[key] = made
            while len(kept) > _KEPT:
                kept.popitem(last=False)
    return made
