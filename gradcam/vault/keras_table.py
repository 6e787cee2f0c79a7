"""Every class that the configuration of an uploaded Keras model may name; all others are refused.

A layer is here if its shapes can be told from its settings (`keras_shapes`), and if nothing in them
is a path, an address, a name of something to import, or code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradcam.vault import keras_shapes as shapes
from gradcam.vault.keras_shapes import Rule

# What modules people's files say, since Keras 2.13; files before that say none.
LAYER_MODULES = frozenset({"keras.layers", "tf_keras.layers"})
MODEL_MODULES = frozenset(
    {
        "keras", "keras.models", "tf_keras", "keras.src.models.functional",
        "keras.src.models.sequential", "keras.src.models.model", "keras.src.engine.functional",
        "keras.src.engine.sequential", "tf_keras.src.engine.functional",
    }
)  # fmt: skip
POLICIES = frozenset({"DTypePolicy", "FloatDTypePolicy", "Policy"})
DTYPES = frozenset(
    {
        "float16", "bfloat16", "float32", "float64", "mixed_float16", "mixed_bfloat16", "bool",
        "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A layer's class.

    Parameters
    ----------
    settings : the arguments that make it, beside its name, type of numbers and `trainable`.
    dropped : settings of other versions that change nothing if they are one of these.
    """

    rule: Rule
    settings: frozenset[str]
    dropped: Mapping[str, tuple[object, ...]]
    module: str = "keras.layers"
    registered: str | None = None


_BIAS = "use_bias bias_initializer bias_regularizer bias_constraint"
_KERNEL = "kernel_initializer kernel_regularizer kernel_constraint"
_ACTIVITY = "activation activity_regularizer"
_WINDOWS = "kernel_size strides padding data_format dilation_rate"
_LEARNT = "beta_initializer beta_regularizer beta_constraint gamma_initializer gamma_regularizer gamma_constraint"  # noqa: E501
_DEPTHWISE = "depth_multiplier depthwise_initializer depthwise_regularizer depthwise_constraint"
_POINTWISE = "pointwise_initializer pointwise_regularizer pointwise_constraint"
_RECURRENT = f"units activation {_BIAS} {_KERNEL} recurrent_initializer recurrent_regularizer recurrent_constraint activity_regularizer dropout recurrent_dropout seed return_sequences return_state go_backwards stateful zero_output_for_mask"  # noqa: E501
_NONE: tuple[object, ...] = (None,)
_ANY: tuple[object, ...] = ()  # whatever it says
_OLD_RNN = {"time_major": (False, None), "implementation": _ANY, "use_cudnn": _ANY, "unroll": _ANY}
_PLAIN = {
    "lora_rank": _NONE,
    "lora_alpha": _NONE,
    "quantization_config": _NONE,
    "gptq_unpacked_column_size": _NONE,
}
_ONE_GROUP = {"groups": (1, None)}
_OLD_KERNEL = {
    **_ONE_GROUP,
    "kernel_initializer": _ANY,
    "kernel_regularizer": _ANY,
    "kernel_constraint": _ANY,
}
_LAYERS: dict[str, Kind] = {}


def _add(
    names: str,
    rule: Rule,
    settings: str = "",
    dropped: Mapping[str, tuple[object, ...]] | None = None,
    module: str = "keras.layers",
    registered: str | None = None,
) -> None:
    for name in names.split():
        own = frozenset(settings.split())
        _LAYERS[name] = Kind(rule, own, dropped or {}, module, registered or None)


for _n in (1, 2, 3):
    _common = f"{_BIAS} {_ACTIVITY} {_WINDOWS}"
    _add(f"Conv{_n}D", shapes.convolution(_n), f"{_common} {_KERNEL} filters groups")
    _add(
        f"Conv{_n}DTranspose",
        shapes.transposed(_n),
        f"{_common} {_KERNEL} filters output_padding",
        _ONE_GROUP,
    )
    _pools = "pool_size strides padding data_format"
    _add(f"MaxPooling{_n}D AveragePooling{_n}D", shapes.pooling(_n), _pools)
    _add(
        f"AdaptiveAveragePooling{_n}D AdaptiveMaxPooling{_n}D",
        shapes.adaptive_pooling(_n),
        "output_size data_format",
    )
    _add(
        f"GlobalAveragePooling{_n}D GlobalMaxPooling{_n}D",
        shapes.global_pooling(_n),
        "data_format keepdims",
    )
    _add(f"UpSampling{_n}D", shapes.upsampling(_n), "size data_format interpolation")
    _add(f"ZeroPadding{_n}D", shapes.bordered("padding", _n, 1), "padding data_format")
    _add(f"Cropping{_n}D", shapes.bordered("cropping", _n, -1), "cropping data_format")
    _add(f"SpatialDropout{_n}D", shapes.same, "rate data_format seed", {"noise_shape": _NONE})
    if _n < 3:
        _add(f"DepthwiseConv{_n}D", shapes.depthwise(_n), f"{_common} {_DEPTHWISE}", _OLD_KERNEL)
        _add(
            f"SeparableConv{_n}D",
            shapes.separable(_n),
            f"{_common} {_DEPTHWISE} {_POINTWISE} filters",
            _OLD_KERNEL,
        )

_add("Dense", shapes.dense, f"units {_BIAS} {_ACTIVITY} {_KERNEL}", _PLAIN)
_add(
    "EinsumDense",
    shapes.einsum_dense,
    f"equation output_shape bias_axes bias_initializer bias_regularizer bias_constraint {_ACTIVITY} {_KERNEL}",  # noqa: E501
    _PLAIN,
)
_add(
    "Embedding",
    shapes.embedding,
    "input_dim output_dim embeddings_initializer embeddings_regularizer embeddings_constraint activity_regularizer mask_zero",  # noqa: E501
    {**_PLAIN, "input_length": _ANY, "weights": _NONE, "sparse": (False, None)},
)
_add("Activation", shapes.same, "activation", {"activity_regularizer": _NONE})
_add("Identity", shapes.same)
_add("ReLU", shapes.same, "max_value negative_slope threshold")
_add("LeakyReLU", shapes.same, "negative_slope")
_add("ELU", shapes.same, "alpha")
_add("Softmax", shapes.same, "axis")
_add("PReLU", shapes.prelu, "alpha_initializer alpha_regularizer alpha_constraint shared_axes")
_add("Dropout GaussianDropout AlphaDropout", shapes.same, "rate noise_shape seed")
_add("GaussianNoise", shapes.same, "stddev seed")
_add("ActivityRegularization", shapes.same, "l1 l2")
_add("Masking", shapes.same, "mask_value")

_add(
    "BatchNormalization",
    shapes.batch_norm,
    f"axis momentum epsilon center scale moving_mean_initializer moving_variance_initializer {_LEARNT} renorm renorm_clipping renorm_momentum",  # noqa: E501
    {
        "synchronized": (False, None),
        "fused": _ANY,
        "virtual_batch_size": _NONE,
        "adjustment": _NONE,
    },
)
_add("LayerNormalization", shapes.norm, f"axis epsilon center scale rms_scaling {_LEARNT}")
_add("GroupNormalization", shapes.norm, f"groups axis epsilon center scale {_LEARNT}")
_add("RMSNormalization", shapes.rms_norm, "axis epsilon")
_add("UnitNormalization", shapes.same, "axis")
_add("Normalization", shapes.normalization, "axis mean variance invert")

_add("Flatten", shapes.flatten, "data_format")
_add("Reshape", shapes.reshape, "target_shape")
_add("Permute", shapes.permute, "dims")
_add("RepeatVector", shapes.repeat_vector, "n")
_add("Add Subtract Multiply Average Maximum Minimum", shapes.merged)
_add("Concatenate", shapes.concatenated, "axis")
_add("Dot", shapes.dot, "axes normalize")

_ATTENTION = f"dropout use_bias use_gate sliding_window flash_attention seed kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint"  # noqa: E501, F541
_add(
    "MultiHeadAttention",
    shapes.multi_head_attention,
    f"num_heads key_dim value_dim output_shape attention_axes {_ATTENTION}",
    {"query_shape": _ANY, "key_shape": _ANY, "value_shape": _ANY},
)
_add(
    "GroupQueryAttention",
    shapes.grouped_attention,
    f"head_dim num_query_heads num_key_value_heads {_ATTENTION}",
)
_add("Attention", shapes.attention, "use_scale score_mode dropout seed", {"causal": (False,)})
_add("AdditiveAttention", shapes.attention, "use_scale dropout", {"causal": (False,)})
_add("SimpleRNN", shapes.recurrent(1), _RECURRENT, _OLD_RNN)
_add("LSTM", shapes.recurrent(4), f"{_RECURRENT} recurrent_activation unit_forget_bias", _OLD_RNN)
_add("GRU", shapes.recurrent(3, 2), f"{_RECURRENT} recurrent_activation reset_after", _OLD_RNN)

_add("Rescaling", shapes.same, "scale offset")
_add(
    "Resizing",
    shapes.resizing,
    "height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value antialias data_format",  # noqa: E501
)
_add("CenterCrop", shapes.resizing, "height width data_format")
_add("RandomCrop", shapes.resizing, "height width seed data_format")
# Augmentations do nothing once a model is used.
_RANDOM = "factor value_range seed data_format interpolation fill_mode fill_value"
_add(
    "RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness "
    "RandomShear RandomHue RandomSaturation RandomSharpness RandomGrayscale RandomInvert "
    "RandomPosterization RandomColorDegeneration RandomColorJitter RandomErasing "
    "RandomPerspective RandomGaussianBlur RandomElasticTransform",
    shapes.same,
    f"{_RANDOM} mode height_factor width_factor x_factor y_factor scale kernel_size sigma "
    "brightness_factor contrast_factor saturation_factor hue_factor",
    {"auto_vectorize": _ANY, "bounding_box_format": _NONE},
)

_add("LayerScale", shapes.layer_scale, "init_values projection_dim", None,
     "keras.src.applications.convnext", "LayerScale")  # fmt: skip
_add("CustomScaleLayer", shapes.scaled_sum, "scale", None,
     "keras.src.applications.inception_resnet_v2", "CustomScaleLayer")  # fmt: skip

LAYERS: Mapping[str, Kind] = _LAYERS
# Layers around a layer, and how many of it there are.
WRAPPERS: Mapping[str, frozenset[str]] = {
    "TimeDistributed": frozenset({"layer"}),
    "Bidirectional": frozenset({"layer", "merge_mode", "backward_layer"}),
}

# By what a file says: the class, and its settings.
INITIALIZERS: Mapping[str, frozenset[str]] = {
    name: frozenset(settings.split())
    for name, settings in {
        "Zeros": "", "Ones": "", "Constant": "value", "Identity": "gain",
        "IdentityInitializer": "gain", "RandomNormal": "mean stddev seed",
        "RandomUniform": "minval maxval seed", "TruncatedNormal": "mean stddev seed",
        "VarianceScaling": "scale mode distribution seed input_axes output_axes",
        "Orthogonal": "gain seed", "OrthogonalInitializer": "gain seed",
        **dict.fromkeys(
            ("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal",
             "LecunUniform"), "seed input_axes output_axes",
        ),
    }.items()
}  # fmt: skip
INITIALIZER_NAMES = frozenset(
    {
        "zeros", "ones", "constant", "identity", "random_normal", "random_uniform",
        "truncated_normal", "variance_scaling", "orthogonal", "glorot_normal", "glorot_uniform",
        "he_normal", "he_uniform", "lecun_normal", "lecun_uniform",
    }
)  # fmt: skip
REGULARIZERS: Mapping[str, frozenset[str]] = {
    "L1": frozenset({"l1"}), "L2": frozenset({"l2"}), "L1L2": frozenset({"l1", "l2"}),
    "OrthogonalRegularizer": frozenset({"factor", "mode"}),
}  # fmt: skip
REGULARIZER_NAMES = frozenset({"l1", "l2", "l1_l2", "orthogonal_regularizer"})
CONSTRAINTS: Mapping[str, frozenset[str]] = {
    "MaxNorm": frozenset({"max_value", "axis"}), "NonNeg": frozenset(),
    "UnitNorm": frozenset({"axis"}),
    "MinMaxNorm": frozenset({"min_value", "max_value", "rate", "axis"}),
}  # fmt: skip
CONSTRAINT_NAMES = frozenset({"max_norm", "non_neg", "unit_norm", "min_max_norm"})
ACTIVATIONS = frozenset(
    {
        "linear", "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "swish",
        "mish", "sigmoid", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "hard_shrink",
        "log_sigmoid", "softmax", "log_softmax", "softplus", "softsign", "soft_shrink", "tanh",
        "tanh_shrink", "exponential", "sparsemax", "squareplus", "threshold", "sparse_plus",
        "sparse_sigmoid",
    }
)  # fmt: skip
ACTIVATION_LAYERS = frozenset({"ReLU", "LeakyReLU", "ELU", "Softmax"})
# Classes of Keras that are refused, and why; whatever else is not above is refused as well.
REFUSED: Mapping[str, str] = {
    "Lambda": "a Lambda layer, and running code from a file is not safe",
    "TFSMLayer": "a TFSMLayer, which runs a SavedModel from elsewhere",
    "TorchModuleWrapper": "a TorchModuleWrapper, which unpickles a PyTorch model",
    "JaxLayer": "a JaxLayer, and running code from a file is not safe",
    "FlaxLayer": "a FlaxLayer, and running code from a file is not safe",
    "TFOpLambda": "operations of TensorFlow itself, which Keras 3 cannot load",
    "SlicingOpLambda": "operations of TensorFlow itself, which Keras 3 cannot load",
    "TensorFlowOpLayer": "operations of TensorFlow itself, which Keras 3 cannot load",
}
