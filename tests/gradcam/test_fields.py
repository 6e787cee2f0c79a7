"""Receptive fields: by hand, on both frameworks, and on the networks that ship."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcam
from gradcam import fields
from gradcam.backends.numpy import NumpyClassifier
from gradcam.fields import Box
from gradcam.types import Window

SIDE = 33


def plain(side: int = SIDE) -> gradcam.Preprocessing:
    return gradcam.Preprocessing(side, (side, side), 0, 1)


def in_torch(*layers: Any, side: int = SIDE) -> Any:
    import torch
    from torch import nn

    torch.manual_seed(0)
    last = next(m for m in reversed(layers) if isinstance(m, nn.Conv2d)).out_channels
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(last, 3))
    return gradcam.wrap(net, preprocessing=plain(side))


def in_keras(*layers: Any, side: int = SIDE) -> Any:
    import keras

    head = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(3)]
    net = keras.Sequential([keras.Input((side, side, 3)), *layers, *head])
    return gradcam.wrap(net, preprocessing=plain(side))


def measured(clf: Any) -> fields.Fields:
    """The fields at the last convolution."""
    return fields.measure(clf, [one.name for one in clf.layers() if "conv" in one.kind.lower()][-1])


def test_a_pixel_sees_itself_where_nothing_mixes_pixels() -> None:
    rng = np.random.default_rng(0)
    clf = NumpyClassifier(rng.normal(size=(4, 3)), rng.normal(size=(2, 4)), size=12)
    found = fields.measure(clf, "mix")
    assert found.columns.length == found.rows.length == 1
    assert found.box(2, 5) == Box(5, 2, 6, 3)
    assert found.columns.middle == pytest.approx(np.arange(12) + 0.5)
    assert not found.whole


def test_two_convolutions_of_3_with_stride_2_see_7_pixels() -> None:
    """1 cell ← 3 cells ← 2·(3 - 1) + 3 = 7 pixels, and 4 pixels between neighbours."""
    from torch import nn

    found = measured(in_torch(nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.Conv2d(8, 8, 3, 2)))
    assert found.rows.length == found.columns.length == 7
    np.testing.assert_array_equal(found.columns.first, np.arange(7) * 4)
    np.testing.assert_array_equal(found.columns.last, np.arange(7) * 4 + 7)
    assert found.box(1, 2) == Box(8, 4, 15, 11)


def test_the_same_in_keras() -> None:
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)  # layers draw their seeds when they are made
    found = measured(in_keras(layers.Conv2D(8, 3, 2, activation="relu"), layers.Conv2D(8, 3, 2)))
    assert found.rows.length == found.columns.length == 7
    assert found.box(1, 2) == Box(8, 4, 15, 11)


def test_padding_is_no_part_of_the_photo() -> None:
    """Two padded convolutions see 5 pixels; the first position has 2 of them outside the photo."""
    from torch import nn

    clf = in_torch(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1))
    found = measured(clf)
    assert found.columns.length == 5
    assert found.box(0, 0) == Box(0, 0, 3, 3)
    assert found.box(16, 16) == Box(14, 14, 19, 19)
    assert found.box(32, 32) == Box(30, 30, 33, 33)
    # Cut off at the edge, the ellipse is smaller too.
    assert found.columns.reach[0] < found.columns.reach[16]


def test_sides_are_measured_each_by_its_own() -> None:
    """A kernel of 1 × 5 sees 5 pixels across and 1 down."""
    from torch import nn

    found = measured(in_torch(nn.Conv2d(3, 8, (1, 5), padding=(0, 2))))
    assert (found.rows.length, found.columns.length) == (1, 5)
    ellipse = found.ellipse(16, 16)
    assert ellipse.right - ellipse.left > 2 * (ellipse.bottom - ellipse.top)


def test_pooling_and_gaps_count() -> None:
    """A pooling of 2 makes each cell two pixels; a dilation of 2 makes a kernel of 3 five cells."""
    from torch import nn

    clf = in_torch(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3, dilation=2))
    found = measured(clf)
    # 5 cells of 2 pixels with 2 more pixels around them.
    assert found.columns.length == 5 * 2 + 2
    assert found.columns.first[1] - found.columns.first[0] == 2


def test_what_sees_everything_is_the_whole_photo_but_mostly_sees_its_surroundings() -> None:
    """A squeeze-and-excitation multiplies every position by what all of them say."""
    import torch
    from torch import nn

    class Gate(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(8, 8)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * self.fc(x.mean((2, 3)))[..., None, None].sigmoid()

    clf = in_torch(nn.Conv2d(3, 8, 3, padding=1), Gate(), nn.Conv2d(8, 8, 3, padding=1))
    found = measured(clf)
    assert found.whole
    assert found.columns.length is None
    assert found.box(20, 8) == Box(0, 0, SIDE, SIDE)
    ellipse = found.ellipse(20, 8)
    assert ellipse.area < 0.1 * SIDE**2
    assert (ellipse.left + ellipse.right) / 2 == pytest.approx(8.5, abs=1)
    assert (ellipse.top + ellipse.bottom) / 2 == pytest.approx(20.5, abs=1)


def test_windows_follow_no_rule_and_are_measured_one_by_one() -> None:
    """Each window of 4 × 4 cells is mixed as a whole: the first four see 0 to 4, and so on."""
    import torch
    from torch import nn

    class Windows(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            parts = x.unflatten(3, (-1, 4)).unflatten(2, (-1, 4))
            mean = parts.mean((3, 5), keepdim=True)
            return (parts + mean).flatten(4, 5).flatten(2, 3)

    clf = in_torch(nn.Conv2d(3, 8, 1), Windows(), nn.Conv2d(8, 8, 1), side=16)
    found = measured(clf)
    assert found.columns.length is None
    np.testing.assert_array_equal(found.columns.first, np.repeat([0, 4, 8, 12], 4))
    np.testing.assert_array_equal(found.rows.last, np.repeat([4, 8, 12, 16], 4))


def test_a_layer_without_a_way_to_the_pixels_is_refused() -> None:
    import torch
    from torch import nn

    class Frozen(nn.Conv2d):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x.detach())

    clf = in_torch(Frozen(3, 8, 3))
    with pytest.raises(gradcam.LayerError, match="No gradient gets from"):
        fields.measure(clf, "0")
    with pytest.raises(gradcam.LayerError, match="not an explainable layer"):
        fields.measure(clf, "nothing")


@pytest.mark.parametrize(
    ("model", "length"),
    [
        # 3; + 2·2 + 2·2 = 11; + 2·2 + 2·4 + 4·4 = 39; + 2·4 + 2·8 + 4·8 = 95.
        ("bundled/photos", {"layer1": 11, "layer2": 39, "layer3": 95}),
        # 3; + 2·2 = 7; + 2·2 + 2·4 = 19; + 4·4 + 4·8 = 67.
        pytest.param(
            "bundled/efficientnet-lite0",
            {"stage1": 7, "stage2": 19, "stage3": 67},
            marks=pytest.mark.heavy,
        ),
    ],
)
def test_the_frameworks_agree_on_the_networks_that_ship(model: str, length: dict[str, int]) -> None:
    one, other = gradcam.load_model(model), gradcam.load_model(f"{model}-keras")
    for name, pixels in length.items():
        here, there = fields.measure(one, name), fields.measure(other, name)
        assert here.columns.length == here.rows.length == pixels
        assert there.columns.length == there.rows.length == pixels
        for axis in ("rows", "columns"):
            mine, theirs = getattr(here, axis), getattr(there, axis)
            np.testing.assert_array_equal(mine.first, theirs.first)
            np.testing.assert_array_equal(mine.last, theirs.last)
            # A ReLU whose input is all but zero may be open in one and closed in the other, and
            # TensorFlow's threads do not always add up in the same order.
            np.testing.assert_allclose(mine.reach, theirs.reach, rtol=0.3)
            assert np.median(np.abs(mine.reach / theirs.reach - 1)) < 0.1
            # What it mostly sees is part of what it can see.
            assert (2 * mine.reach <= pixels).all()


def test_a_box_lies_on_the_photo_as_the_crop_does() -> None:
    """An input of 10 × 20 covers the photo from (100, 0) to (300, 50): 10 and 5 pixels each."""
    window = Window(100, 0, 300, 50)
    placed = fields.on_photo(Box(2, 1, 6, 4), (10, 20), window)
    assert placed == Box(120, 5, 160, 20)
    assert fields.share(placed, (50, 400)) == pytest.approx(40 * 15 / (50 * 400))


def test_what_lies_outside_the_photo_is_not_counted() -> None:
    assert fields.share(Box(-5, -5, 5, 5), (10, 10)) == 0.25
    assert fields.share(Box(-5, -5, 0, 5), (10, 10)) == 0
    assert fields.share(Box(-9, -9, 99, 99), (10, 10)) == 1


def test_an_ellipse_covers_less_than_its_rectangle() -> None:
    """Half the height and half the width: π/4 of a quarter."""
    assert fields.share_of_ellipse(Box(25, 25, 75, 75), (100, 100)) == pytest.approx(
        np.pi / 16, abs=0.002
    )
    assert fields.share_of_ellipse(Box(-90, -90, 190, 190), (100, 100)) == 1
