"""Class labels in the forms people have them, and classes found by their label."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradcam
from gradcam import catalogue
from gradcam.backends.numpy import NumpyClassifier
from gradcam.classes import find_class
from gradcam.errors import ClassError, ModelError
from gradcam.labels import as_labels

FORMS = [
    ["cat", "dog"],
    ("cat", "dog"),
    np.array(["cat", "dog"]),
    (name for name in ("cat", "dog")),
    {0: "cat", 1: "dog"},
    {1: "dog", 0: "cat"},
    {np.int64(0): "cat", np.int64(1): "dog"},
    {"dog": 1, "cat": 0},
    {"0": "cat", "1": "dog"},
    {"0": ["n02123045", "cat"], "1": ["n02099601", "dog"]},
]


@pytest.mark.parametrize("given", FORMS)
def test_labels_in_any_form(given: Any) -> None:
    found = as_labels(given)
    assert found == ("cat", "dog")
    assert all(type(label) is str for label in found)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("labels.txt", "cat\ndog\n"),
        ("labels.txt", "\ufeffcat\r\n dog \r\n\r\n"),
        ("labels.json", '["cat", "dog"]'),
        ("labels.JSON", '{"0": ["n02123045", "cat"], "1": ["n02099601", "dog"]}'),
    ],
)
def test_labels_from_a_file(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert as_labels(path) == as_labels(str(path)) == ("cat", "dog")


def test_numbers_are_labels_too() -> None:
    assert as_labels(range(3)) == ("0", "1", "2")


def test_none_means_no_labels() -> None:
    assert as_labels(None) == as_labels(()) == as_labels({}) == ()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("cat", "cat cannot be read as a list of labels."),
        ({1: "cat", 2: "dog"}, "The 2 labels are not those of the indices 0 to 1."),
        ({"cat": 0, "dog": 0}, "The 2 labels are not those of the indices 0 to 1."),
        ({"cat": "dog"}, "The labels are neither by index nor by label."),
        ({"cat", "dog"}, "set is not a list of labels."),
        (2, "int is not a list of labels."),
        ([None, "dog"], "None is not a label."),
        ([True, False], "True is not a label."),
        ([b"cat"], "b'cat' is not a label."),
    ],
)
def test_what_is_no_list_of_labels_is_refused(given: Any, sentence: str) -> None:
    with pytest.raises(ModelError) as caught:
        as_labels(given)
    assert caught.value.message == sentence
    assert caught.value.hint


def test_a_file_that_holds_something_else(tmp_path: Path) -> None:
    for content in ("{", "3", '"cat"'):
        (tmp_path / "labels.json").write_text(content)
        with pytest.raises(ModelError, match=r"labels\.json"):
            as_labels(tmp_path / "labels.json")


def test_wrap_and_load_model_take_any_form(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 2, 1), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()
    )
    how = gradcam.Preprocessing(8, (8, 8))
    for given in ({0: "cat", 1: "dog"}, {"cat": 0, "dog": 1}, np.array(["cat", "dog"])):
        assert gradcam.wrap(net, preprocessing=how, labels=given).labels == ("cat", "dog")
    with pytest.raises(ModelError, match="has 2 outputs but 3 labels"):
        _ = gradcam.wrap(net, preprocessing=how, labels={0: "a", 1: "b", 2: "c"}).labels
    file = tmp_path / "labels.json"
    file.write_text(json.dumps({str(k): f"thing {k}" for k in range(100)}))
    assert gradcam.load_model("bundled/photos", labels=file).labels[7] == "thing 7"


@pytest.fixture(scope="module")
def imagenet() -> NumpyClassifier:
    labels = catalogue.labels("imagenet")
    return NumpyClassifier(np.eye(3), np.ones((1000, 3)), labels, size=8)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("cardigan", 474),
        ("Cardigan", 264),
        ("Espresso", 967),
        ("coffee_mug", 504),
        (" espresso ", 967),
        ("281", 281),
        (281, 281),
    ],
)
def test_an_imagenet_class(imagenet: NumpyClassifier, name: int | str, index: int) -> None:
    assert find_class(imagenet, name) == index


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("CARDIGAN", "'CARDIGAN' fits several classes of NumPy: 264 'Cardigan', 474 'cardigan'."),
        ("espreso", "'espreso' is not a class of NumPy."),
        ("", "'' is not a class of NumPy."),
        ("1000", "'1000' is not a class of NumPy."),
        (-1, "NumPy has no class -1."),
        (1000, "NumPy has no class 1000."),
    ],
)
def test_a_class_that_is_none_or_several(
    imagenet: NumpyClassifier, name: int | str, sentence: str
) -> None:
    with pytest.raises(ClassError) as caught:
        find_class(imagenet, name)
    assert caught.value.message == sentence
    assert caught.value.hint


def test_two_classes_of_one_label_are_asked_for_by_index() -> None:
    """ImageNet's own list has a bird and a machine called crane."""
    clf = NumpyClassifier(np.eye(3), np.ones((3, 3)), ["crane", "wren", "crane"])
    with pytest.raises(ClassError) as caught:
        find_class(clf, "crane")
    assert str(caught.value) == (
        "'crane' fits several classes of NumPy: 0 'crane', 2 'crane'. Name the class by its index."
    )
    assert find_class(clf, 2) == 2


def test_digits_that_are_a_label_and_another_index() -> None:
    """The street numbers of SVHN: class 0 is called "1"."""
    clf = NumpyClassifier(np.eye(3), np.ones((3, 3)), ["1", "2", "0"])
    assert find_class(clf, 1) == 1
    with pytest.raises(ClassError, match="0 '1', 1 '2'"):
        find_class(clf, "1")
    same = NumpyClassifier(np.eye(3), np.ones((3, 3)), ["0", "1", "2"])
    assert find_class(same, "1") == 1
