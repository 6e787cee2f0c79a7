"""Before global average pooling and a linear layer, three methods equal CAM (DESIGN 5.8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcam.methods.formulas import uniform
from studies.comparison import KERAS_LAYER3, LAYER3
from studies.measured import from_cam
from studies.subjects import Subject

CLOSE = 1e-5


@pytest.mark.parametrize("about", [LAYER3, KERAS_LAYER3], ids=["torch", "keras"])
def test_three_methods_equal_cam(about: Callable[[], Subject]) -> None:
    s = about()
    assert uniform(s.G)
    assert max(from_cam(s).values()) <= CLOSE
