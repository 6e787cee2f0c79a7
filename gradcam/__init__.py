"""Grad-CAM Explorer's engine: where does an image classifier look?

>>> import gradcam
>>> clf = gradcam.load_model("bundled/efficientnet-lite0")
>>> result = gradcam.explain(clf, "cat.jpg", top_k=3)
>>> gradcam.overlay(result.photo, result.maps[0]).save("cat-cam.png")

Importing this package loads neither torch, tensorflow nor matplotlib; each is imported on first
use.
"""

from gradcam import _command  # noqa: F401 - first, because what follows takes a second
from gradcam.backends import Classifier
from gradcam.covering import Cover, covered
from gradcam.drawing.render import Look, overlay
from gradcam.errors import (
    CancelledError,
    ClassError,
    GradcamError,
    GradcamWarning,
    ImageError,
    LayerError,
    MethodError,
    ModelError,
    NonFiniteError,
    WeightsError,
)
from gradcam.explain import explain, explain_batch, explain_each
from gradcam.explanation import Explanation, load_explanation
from gradcam.images import open_image, read_image
from gradcam.methods import METHODS
from gradcam.metrics import METRICS, Faithful, faithfulness
from gradcam.models import list_models, load_model
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.sanity import SanityCheck, sanity_check
from gradcam.types import (
    CustomPreprocessing,
    Layer,
    ModelInput,
    ModelSpec,
    Prediction,
    Preprocessing,
    Window,
)
from gradcam.versions import __version__
from gradcam.wrapping import wrap

__all__ = [
    "METHODS",
    "METRICS",
    "CancelledError",
    "ClassError",
    "Classifier",
    "Cover",
    "CustomPreprocessing",
    "Explanation",
    "Faithful",
    "GradcamError",
    "GradcamWarning",
    "ImageError",
    "Layer",
    "LayerError",
    "Look",
    "MethodError",
    "ModelError",
    "ModelInput",
    "ModelSpec",
    "NonFiniteError",
    "Prediction",
    "Preprocessing",
    "Request",
    "SaliencyMap",
    "SanityCheck",
    "WeightsError",
    "Window",
    "__version__",
    "covered",
    "explain",
    "explain_batch",
    "explain_each",
    "faithfulness",
    "list_models",
    "load_explanation",
    "load_model",
    "open_image",
    "overlay",
    "read_image",
    "sanity_check",
    "wrap",
]
