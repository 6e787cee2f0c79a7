"""The error tree and its hints."""

from __future__ import annotations

import gradcam
from gradcam import errors
from gradcam.errors import CancelledError, GradcamError, WeightsError, nearest
from gradcam.weights.cache import FetchCancelledError


def test_message_and_hint_read_as_two_sentences() -> None:
    error = WeightsError("The file is gone.", hint="Download it again.")
    assert str(error) == "The file is gone. Download it again."
    assert isinstance(error, GradcamError)
    assert str(GradcamError("Only this.")) == "Only this."


def test_the_whole_tree_is_public() -> None:
    tree = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, GradcamError)
    }
    assert len(tree) == 9
    assert tree <= set(gradcam.__all__)
    assert all(getattr(gradcam, name) is getattr(errors, name) for name in tree)


def test_a_cancelled_download_is_caught_by_either_name() -> None:
    assert issubclass(FetchCancelledError, WeightsError)
    assert issubclass(FetchCancelledError, CancelledError)


def test_nearest_finds_typos_and_parts_or_lists_the_first() -> None:
    known = ["layer1", "layer4", "Conv"]
    assert nearest("layr4", known).startswith("Nearest: layer4")
    assert nearest("conv", known) == "Nearest: Conv."
    assert nearest("zzz", known, count=2) == "Nearest: layer1, layer4."
    assert nearest("zzz", []) == ""
