"""METHODS: what each method is called, where it comes from, what it is good for, what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from gradcam.errors import MethodError, nearest
from gradcam.methods import channels
from gradcam.methods import formulas as eigen
from gradcam.methods import formulas as gradient
from gradcam.methods import variants as finer
from gradcam.methods import variants as guided
from gradcam.methods import variants as smooth
from gradcam.methods.base import MethodInput, MethodOutput, check_option, parse_option
from gradcam.methods.formulas import uniform
from gradcam.types import Floats

Formula = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class Method:
    """One row of METHODS.

    formula : for a method of activations and gradients alone, the function of the two.
    asking : for one that runs the network again.
    good_for : one line for people who must choose. cost : what it adds to one forward.
    class_agnostic : every class gets the same map. slow : seconds rather than milliseconds.
    takes_gradients : whether the map is made from gradients.
    options : what may be set, with its defaults.
    """

    title: str
    source: str
    good_for: str
    cost: str
    formula: Formula | None = None
    asking: Callable[[MethodInput], MethodOutput] | None = None
    class_agnostic: bool = False
    slow: bool = False
    takes_gradients: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)

    def answer(self, asked: MethodInput) -> MethodOutput:
        """Maps (N, K, h, w) for every layer asked."""
        if self.asking is not None:
            return self.asking(asked)
        assert self.formula is not None
        A, G = asked.capture.activations, self._gradients(asked)
        maps = {layer: self.formula(A[layer], G[layer]) for layer in asked.layers}
        return MethodOutput(
            maps, uniform=frozenset(layer for layer in asked.layers if uniform(G[layer]))
        )

    def _gradients(self, asked: MethodInput) -> Mapping[str, Floats]:
        if not self.class_agnostic:
            return asked.gradients
        return {
            layer: np.zeros((*asked.classes.shape, 1, 1, 1), np.float32) for layer in asked.layers
        }

    def with_options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The defaults and what was given.

        Raises MethodError for an option it does not have, and for a value that one cannot have.
        """
        checked = {
            name: check_option(f"{name} of {self.title}", value, self._default(name))
            for name, value in given.items()
        }
        return {**self.options, **checked}

    def parse(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Options as typed on a command line. Raises MethodError as `with_options` does."""
        given = {name: parse_option(text, self._default(name)) for name, text in typed.items()}
        complete = self.with_options(given)
        return {name: complete[name] for name in given}

    def _default(self, name: str) -> Any:
        if name not in self.options:
            known = nearest(name, self.options) or "It has none."
            raise MethodError(f"{self.title} has no option {name!r}.", hint=known)
        return self.options[name]


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "gradcam": Method(
            "Grad-CAM",
            "arXiv:1610.02391",
            "The standard: each channel weighted by how much the class depends on it on average.",
            "1 backward",
            gradient.grad_cam,
        ),
        "gradcam++": Method(
            "Grad-CAM++",
            "arXiv:1710.11063",
            "Several things of one class: each counts, also the small ones.",
            "1 backward",
            gradient.grad_cam_plus_plus,
        ),
        "hirescam": Method(
            "HiResCAM",
            "arXiv:2011.08891",
            "Faithful where Grad-CAM blurs: shows only positions that raised the class score.",
            "1 backward",
            gradient.hires_cam,
        ),
        "layercam": Method(
            "LayerCAM",
            "IEEE TIP 30, 2021",
            "Fine detail in early layers: every position has a weight of its own.",
            "1 backward",
            gradient.layer_cam,
        ),
        "xgradcam": Method(
            "XGrad-CAM",
            "arXiv:2008.02312",
            "Grad-CAM with weights chosen so that the map adds up to the score.",
            "1 backward",
            gradient.x_grad_cam,
        ),
        "finercam": Method(
            "Finer-CAM",
            "arXiv:2501.11309",
            "Why this class and not the ones it is mistaken for: birds, cars, breeds.",
            "1 backward",
            asking=finer.finer_cam,
            options={"gamma": 0.6, "nearest": 3, "against": ()},
        ),
        "eigencam": Method(
            "EigenCAM",
            "arXiv:2008.00299",
            "What stands out at all: no gradients, and the same map for every class.",
            "nothing more",
            eigen.eigen_cam,
            class_agnostic=True,
            takes_gradients=False,
        ),
        "eigengradcam": Method(
            "EigenGradCAM",
            "arXiv:2008.00299",
            "EigenCAM for one class: cleaner than Grad-CAM, at the price of detail.",
            "1 backward",
            eigen.eigen_grad_cam,
        ),
        "scorecam": Method(
            "Score-CAM",
            "arXiv:1910.01279",
            "No gradients: shows the model one channel at a time and sees what it says.",
            "1 forward per channel",
            asking=channels.score_cam,
            slow=True,
            takes_gradients=False,
            options={"channels": None},
        ),
        "ablationcam": Method(
            "Ablation-CAM",
            "WACV 2020",
            "No gradients: takes each channel away and sees what the score loses.",
            "1 rerun from the layer per channel",
            asking=channels.ablation_cam,
            slow=True,
            takes_gradients=False,
            options={"channels": None},
        ),
        "smoothgradcam++": Method(
            "Smooth Grad-CAM++",
            "arXiv:1908.01224",
            "Grad-CAM++ averaged over noisy copies: steadier where gradients jump.",
            "8 forwards and backwards",
            asking=smooth.smooth_grad_cam_plus_plus,
            slow=True,
            options={"samples": 8, "noise": 0.15},
        ),
        "guidedgradcam": Method(
            "Guided Grad-CAM",
            "arXiv:1610.02391",
            "The photo's own edges inside the map; for networks of ReLUs only.",
            "1 backward to the pixels",
            asking=guided.guided_grad_cam,
        ),
    }
)


def find_method(name: str) -> Method:
    """The METHODS row called `name`. Raises MethodError listing the nearest names."""
    try:
        return METHODS[name]
    except KeyError:
        raise MethodError(f"{name!r} is not a method.", hint=nearest(name, METHODS)) from None
