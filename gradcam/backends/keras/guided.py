"""Guided backpropagation through a traced graph, refused where the network is not one of ReLUs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.part import Copy, Function, Source, between, extended
from gradcam.backends.keras.values import before_weights
from gradcam.errors import MethodError

GUIDED_RELU = "GradcamGuidedRelu"
# Operations that are linear in each image, or as good as: pooling picks, normalisation scales.
_LINEAR = {
    "Add", "AddN", "AddV2", "AvgPool", "AvgPool3D", "BatchMatMul", "BatchMatMulV2",
    "BatchMatMulV3", "BatchToSpaceND", "BiasAdd", "BroadcastTo", "Cast", "ConcatV2", "Conv2D",
    "Conv2DBackpropInput", "Conv3D", "DepthToSpace", "DepthwiseConv2dNative", "Einsum",
    "EnsureShape", "ExpandDims", "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3",
    "GatherV2", "Identity", "IdentityN", "MatMul", "Max", "MaxPool", "Mean", "MirrorPad", "Mul",
    "Neg", "Pack", "Pad", "PadV2", "Placeholder", "RealDiv", "Relu", "Reshape", "ResizeBicubic",
    "ResizeBilinear", "ResizeNearestNeighbor", "ReverseV2", "Roll", "Rsqrt", "Slice",
    "SpaceToBatchND", "SpaceToDepth", "Split", "SplitV", "Squeeze", "StopGradient",
    "StridedSlice", "Sub", "Sum", "Tile", "Transpose", "Unpack",
}  # fmt: skip
# Inside a compiled function, what reads weights or counts sizes is listed too.
_HARMLESS = {"Const", "NoOp", "Prod", "ReadVariableOp", "Shape"}
_PRODUCTS = {
    "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "MatMul", "Mul", "RealDiv",
}  # fmt: skip
_CALLS = ("PartitionedCall", "StatefulPartitionedCall")
# What people call the activation that has these operations; the first whose operations are all
# there is named.
_NAMES = (
    (("Erf",), "GELU"), (("Erfc",), "GELU"), (("Pow", "Tanh"), "GELU"),
    (("Softplus", "Tanh"), "Mish"), (("Softmax",), "attention (a softmax)"),
    (("Sigmoid",), "SiLU or a sigmoid"), (("Elu",), "ELU"), (("Selu",), "SELU"),
    (("Expm1",), "CELU"), (("LeakyRelu",), "LeakyReLU"), (("Softplus",), "Softplus"),
    (("Softsign",), "Softsign"), (("Tanh",), "tanh"), (("Relu6",), "ReLU6"),
    (("SelectV2",), "an activation with a threshold"), (("Square",), "a square"),
    (("Maximum",), "a maximum"), (("Minimum",), "a minimum"),
)  # fmt: skip
_GATE = "a product of activations (a gate or attention)"
_NEGATED = "PReLU or a negated ReLU"
_HIDDEN = "a ReLU inside a compiled function"


@tf.RegisterGradient(GUIDED_RELU)  # type: ignore[untyped-decorator]
def _guided_relu(operation: Any, gradient: tf.Tensor) -> tf.Tensor:
    """The gradient where both it and the ReLU's input are positive (arXiv:1412.6806)."""
    return tf.nn.relu(gradient) * tf.cast(operation.inputs[0] > 0, gradient.dtype)


def guided_function(
    source: Source, arguments: Sequence[tf.TensorSpec], logits: tf.Tensor, title: str
) -> Function:
    """x, cotangents (K, N, logits) → guided gradients (K, N, h, w, channels) at the pixels.

    Parameters
    ----------
    arguments : specifications of x and of the cotangents.
    title : the model's name, for the error message.

    Raises MethodError if `logits` depend on an activation other than ReLU. That includes ReLU6: the
    paper's rule is for max(x, 0), and says nothing of where it is cut off above.
    """
    other = _other_than_relu(source, logits)
    if other:
        raise MethodError(
            f"Guided Grad-CAM needs a network of ReLUs, and {title} has {other}.",
            hint="Choose another method, or a network such as ResNet, VGG or DenseNet.",
        )

    def add(copy: Copy, x: tf.Tensor, cotangents: tf.Tensor) -> list[tf.Tensor]:
        guided = copy.tensor(logits)
        found = tf.vectorized_map(lambda c: tf.gradients(guided, [x], grad_ys=[c])[0], cotangents)
        return [x, cotangents, found]

    scratch, (x, cotangents, found) = extended(source, arguments, add, {"Relu": GUIDED_RELU})
    function = between(scratch, [x, cotangents], [found])
    return lambda *values: function(*values)[0]


def _other_than_relu(source: Source, logits: tf.Tensor) -> str:
    """The name of a nonlinearity between the first weights and the logits; "" if there is none.

    Statistics of a normalisation are left out: what reaches the logits through 1/√ alone.
    """
    (x,) = source.arguments
    features = _after(before_weights(source, x) or [x])
    operations = [op for op in _before(logits) if op in features]
    odd = {kind for op in operations for kind in _kinds(source, op) if kind not in _LINEAR}
    for parts, name in _NAMES:
        if odd.issuperset(parts):
            return name
    if odd:
        return _HIDDEN if odd == {_HIDDEN} else f"the operation {min(odd - {_HIDDEN})}"
    if any(op.type == "Relu" and op.inputs[0].op.type == "Neg" for op in operations):
        return _NEGATED
    return _GATE if any(_multiplies(op, features) for op in operations) else ""


def _kinds(source: Source, operation: Any) -> Iterator[str]:
    """The operation's type; for a call of a compiled function, those of the operations in it."""
    if operation.type not in _CALLS:
        yield operation.type
        return
    bodies = {body.signature.name: body for body in source.written.library.function}
    waiting = [operation.get_attr("f").name]
    while waiting:
        for node in bodies[waiting.pop()].node_def:
            if node.op in _CALLS:
                waiting.append(node.attr["f"].func.name)
            elif node.op == "Relu":
                yield _HIDDEN  # where its gradient cannot be replaced
            elif node.op not in _HARMLESS:
                yield node.op


def _multiplies(operation: Any, features: set[Any]) -> bool:
    """Whether two factors depend on the photo; a normalisation's 1/√ does not count."""
    factors = [one for one in operation.inputs if one.op in features and one.op.type != "Rsqrt"]
    return operation.type in _PRODUCTS and len(factors) > 1


def _after(tensors: Iterable[tf.Tensor]) -> set[Any]:
    """Every operation that depends on one of these, but not through 1/√, with floats as output."""
    found: set[Any] = set()
    waiting = [op for tensor in tensors for op in tensor.consumers()]
    while waiting:
        operation = waiting.pop()
        floats = [one for one in operation.outputs if one.dtype.is_floating]
        if operation not in found and floats and operation.type != "Rsqrt":
            found.add(operation)
            waiting += [op for tensor in floats for op in tensor.consumers()]
    return found


def _before(tensor: tf.Tensor) -> set[Any]:
    """Every operation that this tensor depends on, but not through 1/√ alone."""
    found: set[Any] = set()
    waiting = [tensor.op]
    while waiting:
        operation = waiting.pop()
        if operation not in found and operation.type != "Rsqrt":
            found.add(operation)
            waiting += [one.op for one in operation.inputs]
    return found
