"""Every Keras application with random weights: its layers, a map, and nothing disturbed."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import gradcam
from gradcam.backends.keras import catalogue as keras_zoo
from gradcam.backends.keras.model import KerasClassifier
from gradcam.types import ModelSpec

SPECS = [spec for spec in gradcam.list_models() if spec.source == "keras"]
# The rest is slow to build or to trace on two cores; `make test-all` runs it too.
QUICK = {"MobileNetV2", "MobileNetV3Small"}


def name_of(spec: ModelSpec) -> str:
    return spec.id.removeprefix("keras/")


def parameter(spec: ModelSpec) -> object:
    marks = [] if name_of(spec) in QUICK else [pytest.mark.heavy]
    return pytest.param(spec, id=name_of(spec), marks=marks)


def random_weights(spec: ModelSpec) -> KerasClassifier:
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    return KerasClassifier(
        keras_zoo.build(name_of(spec)),
        id=spec.id, title=spec.title, preprocessing=spec.preprocessing, digest="0" * 64,
    )  # fmt: skip


@pytest.mark.parametrize("spec", [parameter(spec) for spec in SPECS])
def test_every_application(spec: ModelSpec) -> None:
    clf = random_weights(spec)
    count = len(clf.model.weights)
    layers = clf.layers()
    (recommended,) = [layer for layer in layers if layer.recommended]
    photo = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    (best,) = gradcam.explain(clf, photo, top_k=1).maps
    assert recommended.stage
    assert 3 <= sum(layer.stage for layer in layers) <= 12
    assert best.values.shape == recommended.shape[1:]
    assert min(best.values.shape) >= 3
    assert np.isfinite(best.values).all()
    # Every position has a say: no row or column of the map is cut off from the logit.
    assert (best.values != 0).mean() > 0.5
    assert clf.model.count_params() == spec.parameters
    assert len(clf.labels) == 1000
    assert len(clf.model.weights) == count
    # The probabilities are the model's own softmax, though the maps are of its logits.
    values = gradcam.preprocess.preprocess(photo, spec.preprocessing).values[None]
    # Compiled: with random weights the deepest of them amplify rounding until an eager run of the
    # model no longer agrees with its own `predict`.
    output = clf.model.predict(values, verbose=0)[0]
    assert best.prediction.probability == pytest.approx(output[best.prediction.index], abs=1e-4)


@pytest.mark.parametrize("name", ["MobileNetV3Small", "InceptionV3"])
def test_names_do_not_depend_on_what_was_built_before(name: str) -> None:
    """`add_17` is the same block in every process, and in a second model of the same one."""
    keras.utils.clear_session()
    builder = getattr(keras.applications, name)
    image = keras.Input((8, 8, 3))
    first_in_a_process = [layer.name for layer in builder(weights=None).layers]
    _ = keras.layers.Conv2D(1, 1)(image + image)
    for _ in range(2):
        names = [layer.name for layer in keras_zoo.build(name).layers]
        assert names[1:] == first_in_a_process[1:]  # after the input


def test_there_are_about_forty() -> None:
    assert len(SPECS) == 40


@pytest.mark.parametrize(
    ("name", "layer", "shape"),
    [
        pytest.param("Xception", "block14_sepconv2_act", (2048, 10, 10), marks=pytest.mark.heavy),
        pytest.param("VGG16", "block5_pool", (512, 7, 7), marks=pytest.mark.heavy),
        pytest.param("ResNet50", "conv5_block3_out", (2048, 7, 7), marks=pytest.mark.heavy),
        ("MobileNetV2", "out_relu", (1280, 7, 7)),
        pytest.param("DenseNet121", "relu", (1024, 7, 7), marks=pytest.mark.heavy),
        ("EfficientNetB0", "top_activation", (1280, 7, 7)),
    ],
)
def test_the_recommended_layers_people_expect(name, layer, shape) -> None:
    """What papers and tutorials use, found without a list."""
    clf = random_weights(next(spec for spec in SPECS if name_of(spec) == name))
    (recommended,) = [x for x in clf.layers() if x.recommended]
    assert (recommended.name, recommended.shape) == (layer, shape)


@pytest.mark.usefixtures("as_published")
def test_weights_are_loaded_from_the_file_keras_publishes(tmp_path, monkeypatch) -> None:
    """In the old HDF5 layout of Keras's own files, with ImageNet's labels."""
    import h5py
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    from gradcam.models import find_model

    keras.utils.set_random_seed(1)
    spec = find_model("keras/MobileNetV3Small")
    model = keras_zoo.build("MobileNetV3Small")
    monkeypatch.setenv("GRADCAM_CACHE", str(tmp_path))
    (tmp_path / "weights").mkdir()
    with h5py.File(tmp_path / "weights" / spec.filename, "w") as file:
        save_weights_to_hdf5_group(file, model)
    clf = gradcam.load_model(spec.id)
    photo = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    best = gradcam.explain(clf, photo).predictions[0]
    values = gradcam.preprocess.preprocess(photo, spec.preprocessing).values[None]
    output = np.asarray(model(values, training=False))[0]
    assert best.probability == pytest.approx(float(output.max()), abs=1e-5)
    assert best.label in clf.labels
    assert clf.labels[281] == "tabby"


def test_weights_of_another_network_are_refused(tmp_path, monkeypatch) -> None:
    from gradcam.models import find_model

    spec = find_model("keras/MobileNet")
    monkeypatch.setenv("GRADCAM_CACHE", str(tmp_path))
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / spec.filename).write_bytes(b"not HDF5 at all")
    with pytest.raises(gradcam.WeightsError, match="does not hold the weights of MobileNet"):
        gradcam.load_model(spec.id)
