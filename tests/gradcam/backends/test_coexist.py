"""torch and TensorFlow in one process, whichever comes first; each order in its own interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
OURS_FIRST = """
import gradcam
gradcam.load_model("bundled/photos-keras").layers()
from gradcam.backends.torch import catalogue
catalogue.build("squeezenet1_1", 10)
"""
TENSORFLOW_FIRST = """
import tensorflow
from gradcam.backends.torch import catalogue
catalogue.build("squeezenet1_1", 10)
"""
TORCHVISION_FIRST = """
from gradcam.backends.torch import catalogue
catalogue.build("squeezenet1_1", 10)
import gradcam
gradcam.load_model("bundled/photos-keras").layers()
"""


@pytest.mark.parametrize(
    "code",
    [
        OURS_FIRST,
        pytest.param(TENSORFLOW_FIRST, marks=pytest.mark.heavy),
        pytest.param(TORCHVISION_FIRST, marks=pytest.mark.heavy),
    ],
)
def test_any_order_ends_well(code: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
