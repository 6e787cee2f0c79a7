"""A Request: what it accepts, when two are equal, and that a manifest keeps it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradcam
from gradcam.answer import answer
from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import ClassError, GradcamError, LayerError, MethodError
from gradcam.methods import METHODS
from gradcam.request import Request


@pytest.mark.parametrize("layers", ["conv", ["conv"], ("conv",), ["conv", "conv"]])
def test_layers_in_any_form_are_equal(layers: Any) -> None:
    request, expected = Request(layers=layers), Request(layers=("conv",))
    assert request == expected
    assert hash(request) == hash(expected)
    assert request.layers == ("conv",)


@pytest.mark.parametrize("classes", [3, np.int64(3), [3], (np.int64(3),), np.array([3]), [3, 3]])
def test_classes_in_any_form_are_equal(classes: Any) -> None:
    request, expected = Request(classes=classes), Request(classes=(3,))
    assert request == expected
    assert hash(request) == hash(expected)
    assert request.classes == (3,)
    assert type(request.classes[0]) is int


@pytest.mark.parametrize("name", ["Grad-CAM++", "grad_cam++", "GradCAM++", "GradCAMPlusPlus",
                                  "gradcampp", " GRAD CAM ++ "])  # fmt: skip
def test_a_method_by_any_of_its_names(name: str) -> None:
    assert Request(method=name).method == "gradcam++"
    assert Request(method=name) == Request(method="gradcam++")
    assert hash(Request(method=name)) == hash(Request(method="gradcam++"))


@pytest.mark.parametrize("key", METHODS)
def test_a_method_by_its_title(key: str) -> None:
    assert Request(method=METHODS[key].title).method == key
    assert Request(method=METHODS[key].title.upper().replace("-", " ")).method == key


@pytest.mark.parametrize("name", [None, "", "+", METHODS])
def test_what_is_no_method_is_refused(name: Any) -> None:
    with pytest.raises(MethodError, match="is not a method"):
        Request(method=name)


def test_a_class_as_a_tensor() -> None:
    torch = pytest.importorskip("torch")
    logits = torch.tensor([0.1, 0.7, 0.2])
    assert Request(classes=logits.argmax()).classes == (1,)
    assert Request(classes=logits.topk(2).indices).classes == (1, 2)


@pytest.mark.parametrize(
    "one", [True, np.True_, 2.7, 2.0, None, b"cat", 1j, [[1, 2]], {"a": 1}.get]
)
def test_what_is_no_class_is_refused(one: Any) -> None:
    with pytest.raises(ClassError, match="is not a class"):
        Request(classes=(one,))


@pytest.mark.parametrize("layers", [-1, [object()], [None], b"conv"])
def test_what_is_no_name_of_a_layer_is_refused(layers: Any) -> None:
    with pytest.raises(LayerError, match="is not a layer's name"):
        Request(layers=layers)


def test_it_prints_what_differs_from_the_usual() -> None:
    assert repr(Request()) == "Request()"
    asked = Request(layers=("conv",), method="finercam", classes=(3,), parameters={"gamma": 1})
    assert repr(asked) == (
        "Request(layers=('conv',), method='finercam', "
        "parameters={'gamma': 1.0, 'nearest': 3, 'against': ()}, classes=(3,))"
    )
    assert eval(repr(asked)) == asked


def test_classes_may_be_labels_and_keep_their_order() -> None:
    assert Request(classes="cat").classes == ("cat",)  # type: ignore[arg-type]
    assert Request(classes={"dog", "cat"}).classes == ("cat", "dog")  # type: ignore[arg-type]
    assert Request(classes=("dog", 3, "cat", 3)).classes == ("dog", 3, "cat")
    assert Request(classes=("dog", "cat")) != Request(classes=("cat", "dog"))


def test_top_k_counts_only_if_no_classes_are_named() -> None:
    assert Request(top_k=3).top_k == 3
    assert Request(top_k=3) != Request(top_k=4)
    assert Request(classes=(1,), top_k=3).top_k == 0
    assert Request(classes=(1,), top_k=3) == Request(classes=(1,))


@pytest.mark.parametrize("method", METHODS)
def test_parameters_are_completed_with_defaults(method: str) -> None:
    defaults = METHODS[method].options
    assert Request(method=method).parameters == defaults
    assert Request(method=method) == Request(method=method, parameters=dict(defaults))


def test_parameters_are_equal_in_any_order_and_form() -> None:
    one = Request(method="finercam", parameters={"gamma": 1, "against": [7, np.int64(3)]})
    other = Request(method="finercam", parameters={"against": (7, 3), "gamma": np.float32(1)})
    assert one == other
    assert hash(one) == hash(other)
    assert one.parameters == {"gamma": 1.0, "nearest": 3, "against": (7, 3)}
    assert one != Request(method="finercam", parameters={"against": (3, 7), "gamma": 1})


def test_it_cannot_be_changed() -> None:
    request = Request(method="finercam")
    with pytest.raises(FrozenInstanceError):
        request.fit = "pad"  # type: ignore[misc]
    with pytest.raises(TypeError):
        request.parameters["gamma"] = 1.0  # type: ignore[index]


def test_it_can_be_a_key() -> None:
    kept = {Request(method="finercam", classes=(3,)): "a map"}
    assert kept[Request(classes=[3], method="finercam", parameters={"gamma": 0.6})] == "a map"  # type: ignore[arg-type]
    assert Request(method="finercam", classes=(4,)) not in kept


@pytest.mark.parametrize(
    ("fields", "error", "text"),
    [
        ({"layers": ()}, LayerError, "No layer was named. Name at least one, or pass None."),
        ({"classes": []}, ClassError, "No class was named. Name at least one, or pass None."),
        ({"top_k": 0}, ClassError, "top_k is 0. Ask for at least one class."),
        ({"top_k": 2.5}, ClassError, "top_k is 2.5. Ask for at least one class."),
        ({"top_k": True}, ClassError, "top_k is True. Ask for at least one class."),
        ({"method": "gradcamm"}, MethodError,
         "'gradcamm' is not a method. Nearest: gradcam, xgradcam, gradcam++."),
        ({"method": "finercam", "parameters": {"gama": 1}}, MethodError,
         "Finer-CAM has no option 'gama'. Nearest: gamma."),
        ({"parameters": ["gamma"]}, MethodError, "The parameters are a list, not a dictionary. "
         'Give them by name, such as {"channels": 64}.'),
        ({"parameters": {"gamma": 1}}, MethodError,
         "Grad-CAM has no option 'gamma'. It has no options."),
        ({"method": "finercam", "parameters": {"gamma": -1}}, MethodError,
         "Option 'gamma' of Finer-CAM cannot be -1. Give a number of at least 0."),
        ({"fit": "croop"}, GradcamError, "'croop' is not a fit. Nearest: crop."),
        ({"fit": "zoom"}, GradcamError, "'zoom' is not a fit. Nearest: crop, squash, pad."),
        ({"sign": "fro"}, GradcamError, "'fro' is not a sign. Nearest: for."),
        ({"fuse": "maximum"}, GradcamError, "'maximum' is not a way to fuse layers. Nearest: max."),
    ],
)  # fmt: skip
def test_what_is_invalid_is_refused(
    fields: dict[str, Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error) as caught:
        Request(**fields)
    assert type(caught.value) is error
    assert str(caught.value) == text


def test_slow_methods_and_augmenting_are_slow() -> None:
    assert not Request().slow
    assert Request(method="scorecam").slow
    assert Request(augment=True).slow


REQUESTS = {
    "default": Request(),
    "named classes": Request(classes=("blue", 0), fit="squash"),
    "fused": Request(layers=("mix", "features"), fuse="mean", sign="against"),
    "augmented": Request(augment=True, fit="pad", top_k=2),
    "both signs": Request(method="hirescam", sign="both"),
    "abs": Request(method="eigencam", sign="abs", classes=(2,)),
    "finer": Request(method="finercam", parameters={"gamma": 0.9, "nearest": 1}),
    "finer against": Request(method="finercam", parameters={"against": (1, 2)}, classes=(0, 1)),
    "smooth": Request(method="smoothgradcam++", parameters={"samples": 2, "noise": 0.3}),
    "all channels": Request(method="scorecam", classes=(1,)),
    "capped": Request(method="ablationcam", parameters={"channels": 1}, augment=True, fuse="max"),
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_manifest_keeps_it(request_: Request, tmp_path: Path) -> None:
    clf = NumpyClassifier(np.eye(3), np.eye(3) - 0.2, ["red", "green", "blue"], size=8)
    photo = np.random.default_rng(0).integers(0, 256, (10, 20, 3), np.uint8)
    (result,) = answer(clf, [photo], request_)
    result.save(tmp_path, pictures=False)
    loaded = gradcam.load_explanation(tmp_path, photo)
    assert loaded.request == result.request
    assert hash(loaded.request) == hash(result.request)
    assert type(loaded.request.parameters) is type(result.request.parameters)
    (again,) = answer(clf, [photo], loaded.request)
    for one, other in zip(again.maps, result.maps, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
        assert one.sign == other.sign
        assert one.parameters == other.parameters
