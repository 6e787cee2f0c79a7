"""The Keras backend on every shape of model people have, and on the traps of DESIGN section 8."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradcam
from gradcam.backends.keras.model import KerasClassifier

L = keras.layers
SIZE = 16
SMALL = gradcam.Preprocessing(SIZE, (SIZE, SIZE))


@pytest.fixture(autouse=True)
def _seed() -> None:
    keras.utils.set_random_seed(0)


@pytest.fixture
def inputs() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((2, SIZE, SIZE, 3), np.float32)


def classifier(model: Any, **options: Any) -> KerasClassifier:
    return gradcam.wrap(model, preprocessing=options.pop("preprocessing", SMALL), **options)


def names(clf: KerasClassifier) -> list[str]:
    return [layer.name for layer in clf.layers()]


def recommended(clf: KerasClassifier) -> str:
    return next(layer.name for layer in clf.layers() if layer.recommended)


def trunk() -> list[Any]:
    return [
        L.Conv2D(6, 3, padding="same", name="early"), L.BatchNormalization(), L.ReLU(),
        L.MaxPooling2D(), L.Conv2D(8, 3, padding="same", activation="relu", name="late"),
    ]  # fmt: skip


def functional(head: list[Any] | None = None, shape: tuple[int, ...] = (SIZE, SIZE, 3)) -> Any:
    x = image = keras.Input(shape)
    for layer in [*trunk(), L.GlobalAveragePooling2D(), *(head or [L.Dense(5)])]:
        x = layer(x)
    return keras.Model(image, x)


class Subclassed(keras.Model):
    """As people write them: blocks in attributes and lists, no `training` argument."""

    def __init__(self, block: Any = None) -> None:
        super().__init__()
        block = block or Block
        self.stem = L.Conv2D(4, 3, padding="same", name="stem")
        self.blocks = [block(6, name="one"), block(8, name="two")]
        self.pool = L.GlobalAveragePooling2D()
        self.head = L.Dense(3, activation="softmax")

    def call(self, x: Any) -> Any:
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.pool(x))


class Block(L.Layer):
    """A layer of somebody's own with layers inside."""

    def __init__(self, channels: int, **options: Any) -> None:
        super().__init__(**options)
        self.conv = L.Conv2D(channels, 3, strides=2, padding="same", name="conv")
        self.act = L.Activation("relu", name="act")

    def call(self, x: Any) -> Any:
        return self.act(self.conv(x))


def transfer() -> Any:
    """The one where `get_layer("backbone").output` raises "graph disconnected"."""
    backbone = keras.Sequential([keras.Input((SIZE, SIZE, 3)), *trunk()], name="backbone")
    image = keras.Input((SIZE, SIZE, 3))
    x = L.RandomFlip()(L.Rescaling(1 / 127.5, offset=-1)(image))
    x = L.GlobalAveragePooling2D()(backbone(x, training=False))
    return keras.Model(image, L.Dense(4, activation="softmax")(L.Dropout(0.5)(x)))


def by_hand(model: Any, layer: Any, rest: list[Any], x: np.ndarray) -> tuple[np.ndarray, ...]:
    """A, logits and d logit / d A for every class, by running the two halves eagerly."""
    A = tf.constant(keras.Model(model.inputs, layer.output)(x, training=False))
    with tf.GradientTape() as tape:
        tape.watch(A)
        z = A
        for step in rest:
            z = step(z, training=False) if isinstance(step, L.Layer) else step(z)
    return A.numpy(), z.numpy(), tape.batch_jacobian(z, A).numpy()


def test_gradients_are_tensorflow_s_own(inputs) -> None:
    model = functional()
    A, logits, jacobian = by_hand(model, model.get_layer("late"), model.layers[6:], inputs)
    capture = classifier(model).capture(inputs, ["late"])
    classes = np.array([[4, 0], [1, 1]])
    np.testing.assert_allclose(capture.logits, logits, atol=1e-5)
    np.testing.assert_allclose(capture.activations["late"], np.moveaxis(A, 3, 1), atol=1e-6)
    G = capture.gradients(classes)["late"]
    for n in range(2):
        expected = np.moveaxis(jacobian[n, classes[n]], 3, 1)
        np.testing.assert_allclose(G[n], expected, atol=1e-6)


def test_several_layers_from_one_forward_agree_with_one_each(inputs) -> None:
    clf = classifier(functional())
    classes = np.array([[0, 1, 2], [2, 3, 4]])
    both = clf.capture(inputs, ["early", "late"]).gradients(classes)
    for name in ("early", "late"):
        alone = clf.capture(inputs, [name]).gradients(classes)[name]
        np.testing.assert_allclose(both[name], alone, atol=1e-6)


@pytest.mark.parametrize(
    "head",
    [
        [L.Dense(5, activation="softmax", name="out")],
        [L.Dense(5, name="out"), L.Softmax()],
        [L.Dense(5, name="out"), L.Activation("softmax")],
        [L.Dense(5, activation="sigmoid", name="out")],
        [L.Dense(5, name="out"), L.Activation("log_softmax")],
        [L.Dense(5, activation="softmax", name="out", dtype="float64")],
    ],
    ids=lambda head: f"{head[0].activation.__name__} {len(head)} {head[0].dtype}",
)
def test_the_map_is_of_what_goes_into_the_last_activation(head, inputs) -> None:
    model = functional(head)
    logits = keras.Model(model.inputs, model.get_layer("out").input)(inputs) @ tf.cast(
        model.get_layer("out").kernel, tf.float32
    )
    clf = classifier(model)
    np.testing.assert_allclose(clf.capture(inputs, ["late"]).logits, logits, atol=1e-5)
    assert clf.multi_label == (head[0].activation.__name__ == "sigmoid")
    photo = np.random.default_rng(1).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    values = gradcam.preprocess.preprocess(photo, SMALL).values[None]
    output = model.predict(values, verbose=0)[0]
    if head[-1].name.startswith("log") or getattr(head[-1], "activation", None) is None:
        return
    if head[-1].activation.__name__ in ("softmax", "sigmoid"):
        for p in gradcam.explain(clf, photo).predictions:
            assert p.probability == pytest.approx(output[p.index], abs=1e-5)


def test_a_sigmoid_unit_offers_both_classes() -> None:
    """P = σ(z) and 1 − σ(z); the maps are each other's negative."""
    model = functional([L.Dense(1, activation="sigmoid")])
    photo = np.random.default_rng(1).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    result = gradcam.explain(classifier(model, labels=["cat", "dog"]), photo, classes=[0, 1])
    values = gradcam.preprocess.preprocess(photo, SMALL).values[None]
    dog = float(model.predict(values, verbose=0)[0, 0])
    shown = {p.label: p.probability for p in result.predictions}
    assert shown == pytest.approx({"dog": dog, "cat": 1 - dog}, abs=1e-6)
    np.testing.assert_allclose(result.maps[0].values, -result.maps[1].values, atol=1e-7)
    assert classifier(model, labels=["ill"]).labels == ("not ill", "ill")
    assert classifier(model).labels == ("class 0", "class 1")


def test_inner_layers_of_a_nested_backbone_are_listed_by_path_and_explained(inputs) -> None:
    model = transfer()
    clf = classifier(model)
    assert "backbone/late" in names(clf)
    assert "backbone" not in names(clf)
    assert recommended(clf) == "backbone/late"
    capture = clf.capture(inputs, ["backbone/late"])
    A = model.get_layer("backbone")(model.layers[1](inputs), training=False)
    np.testing.assert_allclose(
        capture.activations["backbone/late"], np.moveaxis(A.numpy(), 3, 1), atol=1e-5
    )
    # The head is linear: each gradient is the Dense's own weight over the 8 × 8 positions.
    kernel = model.layers[-1].kernel.numpy()
    G = capture.gradients(np.array([[1], [3]]))["backbone/late"]
    np.testing.assert_allclose(G[1, 0, :, 0, 0], kernel[:, 3] / 64, atol=1e-6)


def test_a_subclassed_model_never_called(inputs) -> None:
    clf = classifier(Subclassed())
    assert names(clf) == ["stem", "one/conv", "one/act", "one", "two/conv", "two/act", "two"]
    assert recommended(clf) == "two"
    A = clf.capture(inputs, ["two", "two/act"]).activations
    np.testing.assert_array_equal(A["two"], A["two/act"])


@pytest.mark.parametrize("called", [False, True])
def test_a_sequential_model_built_or_not(called: bool, inputs) -> None:
    model = keras.Sequential([*trunk(), L.Flatten(), L.Dense(3, activation="softmax")])
    if called:
        model.build((None, SIZE, SIZE, 3))
    clf = classifier(model)
    assert recommended(clf) == "late"
    assert clf.capture(inputs, ["late"]).logits.shape == (2, 3)


def test_the_model_is_left_as_it_was_found(inputs) -> None:
    model = transfer()
    model.get_layer("backbone").trainable = False
    model.compile("sgd", "categorical_crossentropy")
    before = [w.numpy().copy() for w in model.weights]
    flags = [(layer.name, layer.trainable) for layer in model._flatten_layers()]
    attributes = [set(layer.__dict__) for layer in model._flatten_layers()]
    clf = classifier(model)
    clf.layers()
    clf.capture(inputs, ["backbone/early"]).gradients(np.array([[0], [1]]))
    assert [set(layer.__dict__) for layer in model._flatten_layers()] == attributes
    assert [(layer.name, layer.trainable) for layer in model._flatten_layers()] == flags
    for weight, value in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(weight.numpy(), value)


def test_a_model_that_fails_leaves_nothing_behind() -> None:
    class Failing(Subclassed):
        def call(self, x: Any) -> Any:
            super().call(x)
            raise RuntimeError("not today")

    model = Failing()
    model.built = True
    with pytest.raises(RuntimeError, match="not today"):
        classifier(model).layers()
    assert all("call" not in layer.__dict__ for layer in model._flatten_layers())


def test_a_model_that_trains_on_is_explained_as_it_is_now() -> None:
    model = functional()
    clf = classifier(model)
    photo = np.random.default_rng(1).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    before = gradcam.explain(clf, photo, classes=[0])
    head = model.layers[-1]
    head.kernel.assign(-head.kernel)
    after = gradcam.explain(clf, photo, classes=[0])
    np.testing.assert_allclose(after.maps[0].values, -before.maps[0].values, atol=1e-6)
    assert after.model_digest != before.model_digest


def test_one_step_of_training_is_a_new_version() -> None:
    model = functional()
    clf = classifier(model)
    model.compile(keras.optimizers.SGD(1e-3), "mse")
    before = clf.version
    assert clf.version == before
    model.fit(np.ones((2, SIZE, SIZE, 3)), np.ones((2, 5)), verbose=0)
    assert clf.version != before


def test_mixed_precision_gives_float32_maps(inputs) -> None:
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = functional([L.Dense(5, activation="softmax", dtype="float32")])
    finally:
        keras.config.set_dtype_policy(policy)
    clf = classifier(model)
    capture = clf.capture(inputs, ["late"])
    assert capture.activations["late"].dtype == np.float32
    assert capture.gradients(np.array([[0], [1]]))["late"].dtype == np.float32
    photo = np.random.default_rng(1).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    assert gradcam.explain(clf, photo).maps[0].values.dtype == np.float32


def test_channels_first_works_or_is_refused_in_words(inputs) -> None:
    """The same weights held both ways give the same maps, where TensorFlow computes both."""
    form = keras.config.image_data_format()
    keras.config.set_image_data_format("channels_first")
    try:
        first = keras.Sequential(
            [keras.Input((3, SIZE, SIZE)), L.Conv2D(4, 3, name="conv"),
             L.GlobalAveragePooling2D(), L.Dense(2)]
        )  # fmt: skip
    finally:
        keras.config.set_image_data_format(form)
    last = keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), L.Conv2D(4, 3, name="conv"),
         L.GlobalAveragePooling2D(), L.Dense(2)]
    )  # fmt: skip
    last.set_weights(first.get_weights())
    captures = []
    for model in (last, first):
        try:
            captures.append(classifier(model).capture(inputs, ["conv"]))
        except gradcam.ModelError as error:
            refused = str(error)
            break
    else:
        refused = ""
    if refused:
        assert len(captures) == 1
        assert "channels first" in refused
        return
    classes = np.array([[0], [1]])
    one, other = captures
    np.testing.assert_allclose(one.logits, other.logits, atol=1e-5)
    np.testing.assert_allclose(one.activations["conv"], other.activations["conv"], atol=1e-5)
    np.testing.assert_allclose(
        one.gradients(classes)["conv"], other.gradients(classes)["conv"], atol=1e-6
    )


def test_channels_first_is_refused_where_tensorflow_cannot(inputs, monkeypatch) -> None:
    """What TensorFlow says on processors without it, said in our words."""
    clf = classifier(functional())
    cut = clf._graph.cut(["late"])
    clf._input = replace(clf._input, order="channels_first")

    def fail(_x: Any) -> Any:
        raise tf.errors.UnimplementedError(None, None, "only supports NHWC tensor format")

    monkeypatch.setattr(clf._graph, "cut", lambda _: type(cut)(fail, cut.backward, 1))
    with pytest.raises(gradcam.ModelError, match=r"channels first.*channels_last"):
        clf.capture(inputs, ["late"])


def test_channels_first_pooling_alone_is_no_hindrance(inputs) -> None:
    """TensorFlow pools and normalises channels first on any processor."""
    image = keras.Input((3, SIZE, SIZE))
    x = L.AveragePooling2D(2, data_format="channels_first", name="pool")(image)
    x = L.ReLU(name="relu")(x)
    x = L.GlobalAveragePooling2D(data_format="channels_first")(x)
    clf = classifier(keras.Model(image, L.Dense(2)(x)))
    assert [layer.shape for layer in clf.layers()] == [(3, 8, 8), (3, 8, 8)]
    A = clf.capture(inputs, ["pool"]).activations["pool"]
    expected = inputs.reshape(2, 8, 2, 8, 2, 3).mean((2, 4)).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(A, expected, atol=1e-6)


def test_grey_models_see_grey() -> None:
    model = functional(shape=(28, 28, 1))
    clf = gradcam.wrap(model)
    assert clf.preprocessing.channels == "grey"
    assert clf.preprocessing.crop == (28, 28)
    photo = np.zeros((28, 28, 3), np.uint8)
    photo[..., 0] = 255  # red: luminance 76 (ITU-R 601)
    capture = clf.capture(gradcam.preprocess.preprocess(photo, clf.preprocessing).values[None], [])
    expected = model(np.full((1, 28, 28, 1), 76 / 255, np.float32))
    np.testing.assert_allclose(capture.logits, expected, atol=1e-5)


def test_values_are_left_as_they_are_where_the_model_rescales() -> None:
    assert gradcam.wrap(transfer()).preprocessing.std == (1 / 255,) * 3
    assert gradcam.wrap(functional()).preprocessing.std == (1, 1, 1)


def test_a_layer_called_twice_is_its_last_call(inputs) -> None:
    conv = L.Conv2D(3, 3, padding="same", name="again")
    image = keras.Input((SIZE, SIZE, 3))
    model = keras.Model(image, L.Dense(2)(L.GlobalAveragePooling2D()(conv(conv(image)))))
    A = classifier(model).capture(inputs, ["again"]).activations["again"]
    np.testing.assert_allclose(A, np.moveaxis(conv(conv(inputs)).numpy(), 3, 1), atol=1e-5)


def test_a_layer_off_the_path_has_zero_gradient(inputs) -> None:
    class SideBranch(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.seen, self.unseen = L.Conv2D(4, 1, name="seen"), L.Conv2D(4, 1, name="unseen")
            self.head = L.Dense(2)

        def call(self, x: Any) -> Any:
            self.unseen(x)
            return self.head(tf.reduce_mean(self.seen(x), (1, 2)))

    clf = classifier(SideBranch())
    assert recommended(clf) == "seen"
    G = clf.capture(inputs, ["unseen"]).gradients(np.array([[0], [1]]))["unseen"]
    assert G.shape == (2, 1, 4, SIZE, SIZE)
    assert not G.any()


def test_operations_written_with_plus_are_layers_too() -> None:
    image = keras.Input((SIZE, SIZE, 3))
    x = L.Conv2D(4, 3, padding="same", name="a")(image)
    x = keras.ops.relu(L.Conv2D(4, 3, padding="same", name="b")(x) + x)
    model = keras.Model(image, L.Dense(2)(L.GlobalAveragePooling2D()(x)))
    kinds = [layer.kind for layer in classifier(model).layers()]
    assert kinds == ["Conv2D", "Conv2D", "Add", "Relu"]


def test_tokens_are_a_grid_again(inputs) -> None:
    """A small ViT: patches, a class token, attention; the map is over the patches."""

    class Vit(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.patch = L.Conv2D(8, 4, 4, name="patch")
            self.norm = L.LayerNormalization(name="norm")
            self.attend = L.MultiHeadAttention(2, 4, name="attend")
            self.head = L.Dense(3, name="head")
            self.token = self.add_weight(shape=(1, 1, 8), name="token")

        def call(self, x: Any) -> Any:
            x = keras.ops.reshape(self.patch(x), (-1, 16, 8))
            token = keras.ops.broadcast_to(self.token, (keras.ops.shape(x)[0], 1, 8))
            x = self.norm(keras.ops.concatenate([token, x], 1))
            return self.head(self.attend(x, x)[:, 0])

    clf = classifier(Vit())
    assert recommended(clf) == "norm"
    assert {x.name: x.shape for x in clf.layers()}["norm"] == (8, 4, 4)
    capture = clf.capture(inputs, ["norm"])
    assert capture.activations["norm"].shape == (2, 8, 4, 4)
    assert capture.gradients(np.array([[0], [1]]))["norm"].any()


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (lambda: keras.Sequential([keras.Input((16, 16, 3)), L.Conv2D(4, 3)]), "one row of logits"),
        (lambda: keras.Sequential([keras.Input((7,)), L.Dense(3)]), "not an image"),
        (
            lambda: keras.Sequential([keras.Input((16, 16, 3)), L.Flatten(), L.Dense(3)]),
            "spatial extent",
        ),
        (lambda: functional(shape=(32, 32, 3)), "32 × 32"),
    ],
)
def test_models_that_cannot_be_explained_say_why(model, words) -> None:
    with pytest.raises(gradcam.ModelError, match=words):
        classifier(model()).layers()


def test_several_inputs_are_refused() -> None:
    a, b = keras.Input((SIZE, SIZE, 3)), keras.Input((SIZE, SIZE, 3))
    with pytest.raises(gradcam.ModelError, match="2 inputs"):
        classifier(keras.Model([a, b], L.Dense(2)(L.Flatten()(L.Add()([a, b])))))


def test_labels_must_fit() -> None:
    with pytest.raises(gradcam.ModelError, match="5 outputs but 2 labels"):
        _ = classifier(functional(), labels=["a", "b"]).labels


def test_the_digest_is_the_architecture_and_the_weights() -> None:
    model = functional()
    digest = classifier(model).digest
    assert classifier(model).digest == digest
    early = model.get_layer("early")
    early.bias.assign_add([1e-3, 0, 0, 0, 0, 0])
    assert classifier(model).digest != digest
    early.bias.assign_sub([1e-3, 0, 0, 0, 0, 0])
    assert classifier(model).digest == digest
    assert classifier(functional([L.Dense(5, activation="softmax")])).digest != digest


class Compiled(Subclassed):
    """People decorate `call`, of models and of blocks in them."""

    def __init__(self) -> None:
        super().__init__(CompiledBlock)

    @tf.function
    def call(self, x: Any) -> Any:
        return super().call(x)


class CompiledBlock(Block):
    @tf.function
    def call(self, x: Any) -> Any:
        return super().call(x)


def test_a_call_that_is_a_tf_function_is_looked_into(inputs) -> None:
    keras.utils.set_random_seed(0)
    plain = Subclassed()
    keras.utils.set_random_seed(0)
    compiled = Compiled()
    for model in (plain, compiled):
        model(inputs)
    compiled.set_weights(plain.get_weights())
    one, other = classifier(plain), classifier(compiled)
    assert names(other) == names(one)
    captures = [clf.capture(inputs, ["one/conv"]) for clf in (one, other)]
    G = [capture.gradients(np.array([[0], [1]]))["one/conv"] for capture in captures]
    np.testing.assert_allclose(G[0], G[1], atol=1e-6)


def test_nested_functional_sequential_and_subclassed_parts(inputs) -> None:
    image = keras.Input((SIZE, SIZE, 3))
    first = keras.Model(image, L.Conv2D(4, 3, name="conv")(image), name="functional")

    class Mixed(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.first = first
            self.block = Block(6, name="block")
            self.head = keras.Sequential([L.GlobalAveragePooling2D(), L.Dense(3)], name="head")

        def call(self, x: Any, training: bool = False) -> Any:
            return self.head(self.block(self.first(x)), training=training)

    clf = classifier(Mixed())
    assert names(clf) == ["functional/conv", "block/conv", "block/act", "block"]
    assert clf.capture(inputs, []).logits.shape == (2, 3)


def test_a_lambda_in_memory_is_a_layer_like_any_other(inputs) -> None:
    model = keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), L.Conv2D(4, 3, name="conv"),
         L.Lambda(lambda x: tf.nn.relu(x) * 2, name="double"), L.GlobalAveragePooling2D(),
         L.Dense(2)]
    )  # fmt: skip
    A = classifier(model).capture(inputs, ["conv", "double"]).activations
    np.testing.assert_allclose(A["double"], 2 * np.maximum(A["conv"], 0), atol=1e-6)


def test_nan_in_the_weights_is_named() -> None:
    model = functional()
    model.get_layer("early").bias.assign([np.nan, 0, 0, 0, 0, 0])
    with pytest.raises(gradcam.NonFiniteError, match="early/bias, a weight of Functional"):
        classifier(model).layers()


class Odd(keras.Model):
    """Calls `end` with the features (N, 8) of the photos."""

    def __init__(self, end: Any) -> None:
        super().__init__()
        self.conv, self.end = L.Conv2D(8, 3), end

    def call(self, x: Any) -> Any:
        return self.end(tf.reduce_mean(self.conv(x), (1, 2)))


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda x: x[0], "one row of logits"),
        (lambda x: np.asarray(x.numpy()), "numpy.*inside a tf.function"),
        (lambda x: tf.reshape(x, (-1, 4)), "8 rows of logits for 4 photos"),
    ],
)
def test_models_that_do_not_answer_each_photo_are_refused(end: Any, words: str) -> None:
    with pytest.raises(gradcam.ModelError, match=words):
        classifier(Odd(end))
