"""`TorchClassifier` lets the engine explain a PyTorch module.

One forward pass serves all layers and classes. It runs without autograd until the first captured
layer; there the output becomes a leaf, so the graph starts at that layer and backward stops there.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gradcam.backends import Attention, describe
from gradcam.backends.attention import patches
from gradcam.backends.layers import mark
from gradcam.backends.layouts import Reading, probes
from gradcam.backends.lock import FairLock
from gradcam.backends.torch import attention, graph, state
from gradcam.backends.torch.blocks import Blocks
from gradcam.backends.torch.capture import TorchCapture, to_numpy
from gradcam.backends.torch.compat import cannot_view
from gradcam.backends.torch.known import Known, Told, look, no_zero_weights
from gradcam.backends.torch.looked import Looked
from gradcam.backends.torch.outputs import Activation, Asked
from gradcam.backends.torch.pixels import pixels
from gradcam.backends.torch.prepare import is_exported, plain_module
from gradcam.backends.torch.random_copy import TorchRandomCopy, copied, in_order
from gradcam.backends.torch.rerun import guided
from gradcam.backends.values import doubt
from gradcam.errors import GradcamWarning, LayerError, MethodError, ModelError
from gradcam.preprocess import convert
from gradcam.transforms import in_grey
from gradcam.types import AnyPreprocessing, Floats, Layer

T = TypeVar("T")
_OWN = ("memory/", "file/")


class TorchClassifier:
    """An `nn.Module` from (N, 3, H, W) to logits (N, K), explained without being changed.

    Parameters
    ----------
    module : on any device, in any mode; its training flags, hooks, gradients and weights are left
        as they were.
    preprocessing : how a photo becomes the module's input.
    labels : one per logit; if empty, "class 0", "class 1", ….
    multi_label : whether each class has its own probability (sigmoid) rather than sharing one
        (softmax); None means that it does if the model ends with a sigmoid. A single unit always
        does, and is offered as two classes: present and absent.
    digest : for `digest`, if it is known already and neither weights nor modules will change.
    layers, output, activation : as for `gradcam.wrap`.

    Raises ModelError if the module has no layers to look into, or no gradients.
    """

    architecture = ""

    def __init__(
        self,
        module: Any,
        *,
        id: str,
        title: str,
        preprocessing: AnyPreprocessing,
        labels: Sequence[str] = (),
        multi_label: bool | None = None,
        digest: str = "",
        layers: Mapping[str, Reading] | None = None,
        output: Asked = None,
        activation: Activation | None = None,
    ) -> None:
        self.module = plain_module(module)
        self.id = id
        self.title = title
        self.assumed = ""
        self.usual_method = "gradcam"
        self.unsuited: Mapping[str, str] = {}
        self._grey = _is_grey(self.module)
        self.preprocessing = in_grey(preprocessing, title) if self._grey else preprocessing
        self._told = Told(layers or {}, output, activation, is_exported(self.module))
        self._given_multi_label = multi_label
        self._given_digest = digest
        self._digests: dict[Hashable, str] = {}
        self._given_labels = tuple(labels)
        self._lock = FairLock()
        self._looked: Looked | None = None
        self._passing: set[state.Place] = set()
        self._as_given = state.counters(self.module) if digest else 0

    def __repr__(self) -> str:
        return describe(self)

    @property
    def digest(self) -> str:
        """SHA-256 over architecture and weights as they are now, unless one was given."""
        if self._unchanged:
            return self._given_digest
        version = self.version
        if version not in self._digests:
            told = (self._given_multi_label, self._told.output, self._told.activation)
            layouts = self._look.known.traced.layouts
            read = [(name, layouts[name].index) for name in self._told.readings]
            module = state.module_digest(self.module, self._passing)
            sha = hashlib.sha256(f"{module} {told}".encode())
            for name, index in read:
                sha.update(name.encode() + (b"" if index is None else index.tobytes()))
            self._digests = {version: sha.hexdigest()}
        return self._digests[version]

    @property
    def _unchanged(self) -> bool:
        """Whether the module is as it was when its digest was given."""
        return bool(self._given_digest) and self._as_given == state.counters(self.module)

    @property
    def version(self) -> Hashable:
        """Changes with weights, buffers, submodules and plain attributes."""
        if self._unchanged:
            return self._given_digest
        return self._look.structure, state.weights(self.module)

    @property
    def multi_label(self) -> bool:
        """Whether each class has a probability of its own."""
        known = self._look.known
        if known.traced.one_unit or self._given_multi_label is not None:
            return known.traced.one_unit or bool(self._given_multi_label)
        return known.head.activation == "sigmoid"

    @property
    def labels(self) -> tuple[str, ...]:
        """One per logit."""
        return self._look.labels

    def layers(self) -> tuple[Layer, ...]:
        """Every module whose output is a map of the photo, input to output."""
        look = self._look
        if look.layers is None:
            look.layers = mark(look.known.traced, self._reached)
            if self.id.startswith(_OWN):
                for note in self.notes:
                    warnings.warn(note, GradcamWarning, stacklevel=2)
        return look.layers

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be assumed about its input, and a doubt if it hardly reacts to photos.

        A model of one's own warns of it once, when its layers are first asked for.
        """
        look = self._look
        if look.notes is None:
            found = (self.assumed, doubt(self._logits, self.preprocessing))
            look.notes = tuple(note for note in found if note)
        return look.notes

    def _logits(self, inputs: Floats) -> Floats:
        alone = self._look.known.one_photo
        parts = np.split(inputs, len(inputs)) if alone else [inputs]
        return np.concatenate([self.capture(part, []).logits for part in parts])

    def name_of(self, part: object) -> str | None:
        """The name of a module, as in `named_modules()`; None if it is not in the network."""
        return next((name for name, module in self.module.named_modules() if module is part), None)

    def capture(self, inputs: Floats, layers: Sequence[str]) -> TorchCapture:
        """One forward pass on float32 (N, h_in, w_in, 3), keeping the named layers' outputs.

        Raises ModelError if the model computes without gradients, or takes one photo at a time.
        """
        look = self._look
        known = look.known
        layouts = {name: known.traced.layouts[name] for name in layers}
        logits, kept = self._run(look, inputs, lambda x: self._forward(known, x, layers))
        return TorchCapture(logits, kept, layouts, self._lock)

    def resume(self, inputs: Floats, layer: str, activations: Floats) -> Floats:
        """Logits (B, K_all) if `layer`'s output for `inputs` (1, h_in, w_in, 3) were replaced.

        activations : float32 (B, C, h, w), what to replace it by; each gives one row of logits.
        """
        look = self._look
        self._require_batches(look.known, len(activations))
        rest = look.rest(self.module, layer)
        maps = torch.from_numpy(activations)
        return to_numpy(self._run(look, inputs, lambda x: rest.logits(x, maps.to(x.device))))

    def pixels(self, inputs: Floats, layer: str, weights: Floats) -> Floats:
        """The gradient of Σ weights · activation of `layer` at the pixels, (N, h_in, w_in, 3).

        weights : float32 (N, C, h, w).
        """
        look = self._look
        if look.known.one_photo and len(inputs) > 1:
            alone = [slice(n, n + 1) for n in range(len(inputs))]
            return np.concatenate([self.pixels(inputs[n], layer, weights[n]) for n in alone])
        found = self._run(
            look, inputs, lambda x: pixels(self.module, look.known, layer, x, weights)
        )
        return _in_three(to_numpy(found.permute(0, 2, 3, 1)))

    def guided(self, inputs: Floats, classes: NDArray[np.intp]) -> Floats:
        """Guided backpropagation, (N, K, h_in, w_in, 3), of `inputs` for `classes` (N, K).

        Raises MethodError if the network has an activation other than ReLU.
        """
        look = self._look
        head = look.known.head
        if self._told.exported:
            raise MethodError(
                f"{self.title} is an exported program, whose activations cannot be replaced.",
                hint="Choose another method, or wrap the module that was exported.",
            )

        def run(x: Tensor) -> Tensor:
            picked = torch.from_numpy(classes.T.copy()).to(x.device)
            return guided(lambda t: head.logits(lambda: self.module(t)), x, picked, self.title)

        return _in_three(to_numpy(self._run(look, inputs, run).permute(1, 0, 3, 4, 2)))

    def attention(self, inputs: Floats, classes: NDArray[np.intp]) -> Attention:
        """How the scores of `classes` (N, K) change with the attention to each patch of `inputs`.

        Raises MethodError if the module is not a plain Vision Transformer.
        """
        look, title = self._look, self.title
        modules, head, layouts = look.known.modules, look.known.head, look.known.traced.layouts

        def forward(x: Tensor) -> Tensor:
            return head.logits(lambda: self.module(x))

        def find(photos: Tensor) -> Blocks:
            with no_zero_weights(self.module):
                return attention.find_blocks(forward, modules, photos, title)

        if look.blocks is None:
            look.blocks = self._run(look, self._probes()[:2], find)
        blocks = look.blocks
        where = patches(layouts.values(), blocks.tokens, title)

        def run(x: Tensor) -> Tensor:
            asked = torch.from_numpy(classes).to(x.device)
            each = range(len(x))
            return torch.stack(
                [attention.relevance(forward, x[n : n + 1], blocks, asked[n]) for n in each]
            )

        maps = to_numpy(self._run(look, inputs, run))[..., where]
        return Attention(maps, {name: blocks.until.get(name, 0) for name in layouts})

    def random_copy(self) -> TorchRandomCopy:
        """A copy whose weights can be drawn anew; ModelError if the module cannot be copied."""
        with self._lock:
            module = copied(self.module, self.title)
        told = self._told
        clf = TorchClassifier(
            module, id=self.id, title=self.title, preprocessing=self.preprocessing,
            labels=self._given_labels, multi_label=self._given_multi_label,
            layers=told.readings, output=told.output, activation=told.activation,
        )  # fmt: skip
        clf.usual_method, clf.unsuited = self.usual_method, self.unsuited
        probe = clf._probes()[:1]
        with clf._running(), torch.no_grad():
            called = in_order(module, lambda: module(clf._tensor(probe).contiguous()))
        return TorchRandomCopy(clf, module, self.module, called)

    def _run(self, look: Looked, inputs: Floats, run: Callable[[Tensor], T]) -> T:
        """Call `run` with (N, h_in, w_in, 3) as the module's input, in the faster format it bears.

        Channels last is faster on a CPU. But a module that flattens with `view` may refuse it, in
        some passes and not in others, which is found out once.
        """
        with self._running():
            x = self._tensor(inputs)
            if look.channels_last:
                try:
                    return run(x)
                except RuntimeError as error:
                    if not cannot_view(error):
                        raise
                look.channels_last = False
            return run(x.contiguous())

    @property
    def _look(self) -> Looked:
        """What is known of the module as it is now."""
        size = self.preprocessing.crop
        structure = 0 if self._given_digest else state.structure(self.module, self._passing)
        if self._looked is None or (self._looked.structure, self._looked.size) != (structure, size):
            before = state.attributes(self.module)
            with self._running(), torch.no_grad():
                known = look(self.module, self._tensor(self._probes()), self.title, self._told)
            after = state.attributes(self.module)
            self._passing |= {place for place in after if after[place] != before.get(place)}
            if not self._given_digest:
                structure = state.structure(self.module, self._passing)
            labels = known.traced.labels(self._given_labels, self.title)
            self._looked = Looked(structure, size, known, labels)
        return self._looked

    def _probes(self) -> Floats:
        how = self.preprocessing
        return np.stack([convert(photo, how) for photo in probes(*how.crop)])

    def _reached(self, names: Sequence[str]) -> dict[str, float]:
        """Per layer, the share of positions that the top logit depends on."""
        with self._lock, no_zero_weights(self.module):
            capture = self.capture(self._probes()[:1], names)
            gradients = capture.gradients(np.argmax(capture.logits, axis=1)[:, None])
        return {name: float((G != 0).any(axis=2).mean()) for name, G in gradients.items()}

    def _tensor(self, inputs: Floats) -> Tensor:
        """(N, h_in, w_in, 3) as (N, channels, h_in, w_in) in channels-last format."""
        first = next(self.module.parameters(), torch.empty(0))
        x = torch.from_numpy(inputs[..., :1] if self._grey else inputs).permute(0, 3, 1, 2)
        return x.to(first.device, first.dtype)

    @contextmanager
    def _running(self) -> Iterator[None]:
        """Alone with the module, in evaluation mode, whatever mode of torch the caller is in."""
        with (
            self._lock,
            _borrowed(self.module.modules()),
            torch.inference_mode(False),
            torch.autocast("cuda" if torch.cuda.is_available() else "cpu", enabled=False),
        ):
            yield

    def _forward(
        self, known: Known, x: Tensor, layers: Sequence[str]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        self._require_batches(known, len(x))
        kept: dict[str, Tensor] = {}
        with torch.no_grad(), ExitStack() as stack:
            begin = graph.Beginning(stack)
            for name in layers:
                hook = graph.keep(name, kept, begin)
                stack.callback(known.modules[name].register_forward_hook(hook).remove)
            logits = known.head.logits(lambda: self.module(x))
        for name in layers:
            if name not in kept:
                raise LayerError(
                    f"{self.title} did not call {name} for this photo.", hint="Ask for another."
                )
        if logits.is_inference():
            raise graph.without_gradients(self.title)
        if len(logits) != len(x):
            raise ModelError(
                f"{self.title} returned {len(logits)} rows for {len(x)} photos.",
                hint="Each photo should have one row, whatever is beside it.",
            )
        return logits, kept

    def _require_batches(self, known: Known, images: int) -> None:
        if images > 1 and known.one_photo:
            raise ModelError(
                f"{self.title} takes one photo at a time, and was given {images}.",
                hint="Explain them one by one, with a method that needs no batches.",
            )


@contextmanager
def _borrowed(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Evaluation mode; each module's training flag is restored afterwards."""
    training = [m for m in modules if m.training]
    for m in training:
        m.training = False
    try:
        yield
    finally:
        for m in training:
            m.training = True


def _is_grey(module: nn.Module) -> bool:
    """Whether the first convolution takes one channel."""
    first = next((m for m in module.modules() if isinstance(m, nn.Conv2d)), None)
    return first is not None and first.in_channels == 1


def _in_three(gradient: Floats) -> Floats:
    """Gradients at pixels (…, channels); a grey model's one is shared out over three."""
    three: Floats = np.broadcast_to(gradient / (3 // gradient.shape[-1]), (*gradient.shape[:-1], 3))
    return three
