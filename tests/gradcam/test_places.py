"""A saved name is another layer's: refused, with the layer that is in its place now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import gradcam
from gradcam.answer import answer
from gradcam.backends.numpy import NumpyClassifier
from gradcam.places import Place, places, require_same_places
from gradcam.types import Layer

PHOTO = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)


class Listed(NumpyClassifier):
    """Lists these layers, each "name" or "name channels"; the last is recommended."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(np.eye(3), np.eye(3))
        self.names = [(*name.split(), 3)[:2] for name in names]

    def layers(self) -> tuple[Layer, ...]:
        return tuple(
            Layer(name, (int(channels), 4, 4), "ReLU", recommended=n == len(self.names) - 1)
            for n, (name, channels) in enumerate(self.names)
        )


SAVED = {"add_1": Place(1, 3, (3, 4, 4))}


def test_places() -> None:
    assert places(Listed(["add", "add_1", "add_2"]), ["add_1", "none"]) == SAVED


@pytest.mark.parametrize(
    "now",
    [
        ["add", "add_1", "add_2"],
        ["add", "renamed", "add_2"],  # a missing name is somebody else's error
        ["stem", "add", "add_1", "add_2"],  # listed more finely: only the shape is compared
    ],
)
def test_what_may_well_be_the_same_layer_is_accepted(now: Sequence[str]) -> None:
    require_same_places(Listed(now), SAVED)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (["add_1", "add_2", "add_3"], r"layer 2 of 3 .* is layer 1 of 3 .*'add_2', which is in"),
        (["add", "add_1 5", "add_2"], r"3 × 4 × 4.* is layer 2 of 3 \(5 × 4 × 4\)"),
        (["add_1 5"], r"layer 1 of 1 \(5 × 4 × 4\).*clf\.layers"),
    ],
)
def test_another_layer_of_the_same_name_is_refused(now: Sequence[str], words: str) -> None:
    with pytest.raises(gradcam.LayerError, match=words):
        require_same_places(Listed(now), SAVED)


def test_a_saved_request_is_refused_by_a_model_whose_names_moved(tmp_path) -> None:
    clf = NumpyClassifier(np.eye(3), np.eye(3))
    gradcam.explain(clf, PHOTO, layer="mix").save(tmp_path)
    saved = gradcam.load_explanation(tmp_path, PHOTO).request
    assert saved.places == {"mix": Place(0, 2, (3, 4, 4))}
    (again,) = answer(clf, [PHOTO], saved)
    assert again.request == saved
    with pytest.raises(gradcam.LayerError, match="'mix' was layer 1 of 2"):
        answer(Listed(["features", "mix"]), [PHOTO], saved)


def test_a_manifest_without_places_is_read() -> None:
    assert gradcam.Request(("mix",)).places == {}
