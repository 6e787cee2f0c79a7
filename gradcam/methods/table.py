"""The table of methods, METHODS: their titles, sources, uses, costs and options."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from gradcam.errors import MethodError, nearest
from gradcam.methods import attention, channels, formulas, variants
from gradcam.methods.base import MethodInput, MethodOutput, check_option, parse_option
from gradcam.types import Floats

Formula = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, repr=False)
class Method:
    """One row of METHODS.

    title, source : what to show people, and the paper it comes from.
    good_for : one line to help people choose.
    cost : how many passes through the network it takes on top of one prediction; a pass back
        from the score counts as one.
    formula : the function of activations and gradients, if the method needs nothing else.
    asking : the function of a MethodInput, if it does.
    weights : what such a formula multiplies the activations by before it adds the channels up, if
        that is all it does. Of a method that asks, see `MethodOutput.weights`.
    class_agnostic : whether every class gets the same map.
    slow : whether it takes seconds rather than milliseconds.
    takes_gradients : whether it uses gradients.
    transformers : whether it explains transformers only.
    options : its options and their defaults.
    """

    title: str
    source: str
    good_for: str
    cost: str
    formula: Formula | None = None
    asking: Callable[[MethodInput], MethodOutput] | None = None
    weights: Formula | None = None
    class_agnostic: bool = False
    slow: bool = False
    takes_gradients: bool = True
    transformers: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Method {self.title!r} {self.source}>"

    def answer(self, asked: MethodInput) -> MethodOutput:
        """Return maps (N, K, h, w) for every layer of `asked`."""
        if self.asking is not None:
            return self.asking(asked)
        assert self.formula is not None
        A, G = asked.capture.activations, self._gradients(asked)
        maps = {layer: self.formula(A[layer], G[layer]) for layer in asked.layers}
        uniform = frozenset(layer for layer in asked.layers if formulas.uniform(G[layer]))
        return MethodOutput(maps, uniform=uniform)

    def _gradients(self, asked: MethodInput) -> Mapping[str, Floats]:
        if not self.class_agnostic:
            return asked.gradients
        return {
            layer: np.zeros((*asked.classes.shape, 1, 1, 1), np.float32) for layer in asked.layers
        }

    def with_options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the defaults updated by the options given.

        Raises MethodError for an unknown option or an invalid value.
        """
        if not isinstance(given, Mapping):
            raise MethodError(
                f"The parameters are a {type(given).__name__}, not a dictionary.",
                hint='Give them by name, such as {"channels": 64}.',
            )
        checked = {
            name: check_option(f"Option {name!r} of {self.title}", value, self._default(name))
            for name, value in given.items()
        }
        return {**self.options, **checked}

    def parse(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Parse options typed on a command line. Raises MethodError as `with_options` does."""
        given = {name: parse_option(text, self._default(name)) for name, text in typed.items()}
        complete = self.with_options(given)
        return {name: complete[name] for name in given}

    def _default(self, name: str) -> Any:
        if name not in self.options:
            hint = nearest(name, self.options) or "It has no options."
            raise MethodError(f"{self.title} has no option {name!r}.", hint=hint)
        return self.options[name]


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "gradcam": Method(
            "Grad-CAM",
            "arXiv:1610.02391",
            "The standard choice: weights each channel by its average effect on the class score.",
            "one extra pass",
            formulas.grad_cam,
            weights=formulas.grad_cam_weights,
        ),
        "gradcam++": Method(
            "Grad-CAM++",
            "arXiv:1710.11063",
            "Several objects of one class: even the small ones show up.",
            "one extra pass",
            formulas.grad_cam_plus_plus,
            weights=formulas.grad_cam_plus_plus_weights,
        ),
        "hirescam": Method(
            "HiResCAM",
            "arXiv:2011.08891",
            "Faithful where Grad-CAM blurs: shows only positions that raised the class score.",
            "one extra pass",
            formulas.hires_cam,
            weights=formulas.hires_cam_weights,
        ),
        "layercam": Method(
            "LayerCAM",
            "IEEE TIP 30, 2021",
            "Fine detail in early layers: every position gets its own weight.",
            "one extra pass",
            formulas.layer_cam,
            weights=formulas.layer_cam_weights,
        ),
        "xgradcam": Method(
            "XGrad-CAM",
            "arXiv:2008.02312",
            "Grad-CAM with weights chosen so that the map sums to the class score.",
            "one extra pass",
            formulas.x_grad_cam,
            weights=formulas.x_grad_cam_weights,
        ),
        "finercam": Method(
            "Finer-CAM",
            "arXiv:2501.11309",
            "Why this class and not one of its lookalikes: for birds, cars, dog breeds.",
            "one extra pass",
            asking=variants.finer_cam,
            options={"gamma": 0.6, "nearest": 3, "against": ()},
        ),
        "eigencam": Method(
            "EigenCAM",
            "arXiv:2008.00299",
            "What stands out in general: uses no gradients, and every class gets the same map.",
            "no extra pass",
            formulas.eigen_cam,
            class_agnostic=True,
            takes_gradients=False,
        ),
        "eigengradcam": Method(
            "EigenGradCAM",
            "arXiv:2008.00299",
            "A class-specific EigenCAM: cleaner than Grad-CAM, but less detailed.",
            "one extra pass",
            formulas.eigen_grad_cam,
        ),
        "scorecam": Method(
            "Score-CAM",
            "arXiv:1910.01279",
            "Uses no gradients: shows the model one channel at a time and compares the scores.",
            "one pass for each channel",
            asking=channels.score_cam,
            slow=True,
            takes_gradients=False,
            options={"channels": None},
        ),
        "ablationcam": Method(
            "Ablation-CAM",
            "WACV 2020",
            "Uses no gradients: removes one channel at a time and measures the drop in score.",
            "part of a pass for each channel",
            asking=channels.ablation_cam,
            slow=True,
            takes_gradients=False,
            options={"channels": None},
        ),
        "smoothgradcam++": Method(
            "Smooth Grad-CAM++",
            "arXiv:1908.01224",
            "Grad-CAM++ averaged over noisy copies: steadier where gradients are erratic.",
            "sixteen extra passes",
            asking=variants.smooth_grad_cam_plus_plus,
            slow=True,
            options={"samples": 8, "noise": 0.15},
        ),
        "guidedgradcam": Method(
            "Guided Grad-CAM",
            "arXiv:1610.02391",
            "The photo's own edges within the Grad-CAM map; for networks of ReLUs only.",
            "one extra pass, down to the pixels",
            asking=variants.guided_grad_cam,
        ),
        "legrad": Method(
            "LeGrad",
            "arXiv:2404.03214",
            "For transformers (ViT, CLIP) only: how much more attention to a patch would raise "
            "the score, summed over all blocks up to the layer.",
            "two extra passes",
            asking=attention.le_grad,
            transformers=True,
            options={"blocks": None},
        ),
    }
)


def find_method(name: str) -> Method:
    """Return the METHODS row called `name`, as `method_key` finds it."""
    return METHODS[method_key(name)]


def method_key(name: str) -> str:
    """Return the key in METHODS of the method called `name`.

    Capitals, hyphens, underscores and spaces make no difference, so titles are names too; "pp" and
    "PlusPlus" are "++". Raises MethodError, listing the nearest names, if there is none.

    >>> method_key("Grad-CAM"), method_key("GradCAMPlusPlus"), method_key("smooth_grad_cam++")
    ('gradcam', 'gradcam++', 'smoothgradcam++')
    """
    folded = _folded(name) if isinstance(name, str) else ""
    for key, method in METHODS.items():
        if folded in (_folded(key), _folded(method.title)):
            return key
    raise MethodError(f"{name!r:.60} is not a method.", hint=nearest(str(name), METHODS))


def _folded(name: str) -> str:
    return re.sub(r"(plusplus|pp)$", "++", re.sub(r"[-_\s]", "", name.casefold()))
