"""The types of a row in peer_table.py, which compares a method of ours with a library's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from studies import peers, subjects
from studies.peers import Peer
from studies.subjects import Array, Subject

About = Callable[[], Subject]

# The libraries' names and their PyPI packages, whose versions requirements-dev.txt pins.
PEERS: Mapping[str, str] = {
    "pytorch-grad-cam": "grad-cam",
    "torch-cam": "torchcam",
    "captum": "captum",
    "tf-keras-vis": "tf-keras-vis",
}


@dataclass(frozen=True)
class Departure:
    """Why a peer's map differs from ours.

    made : our computation with the same departure, which gives the peer's map.
    where : the peer's file and the line or name in it.
    why : what the paper says and what the peer does instead.
    paper : whom the paper supports; "neither" if it leaves the point open.
    """

    made: Callable[[Subject], Array]
    where: str
    why: str
    paper: Literal["ours", "theirs", "neither"]


@dataclass(frozen=True)
class Comparison:
    """A method of ours and the same method of a peer.

    called : the peer's name for it.
    on : the subjects on which both are compared.
    case : what distinguishes several rows of the same method and peer.
    ours : our map; None stands for the method with its default options.
    rescaled : the peer's map is rescaled, so that only its shape can be compared.
    departure : None if the two agree.
    """

    method: str
    peer: str
    called: str
    theirs: Peer
    on: tuple[About, ...]
    case: str = ""
    ours: Callable[[Subject], Array] | None = None
    rescaled: bool = False
    departure: Departure | None = None


LAYER2, LAYER3 = partial(subjects.photos, "layer2"), partial(subjects.photos, "layer3")
BEFORE_ADDING = partial(subjects.photos, "layer2.1.bn2")
KERAS_LAYER2 = partial(subjects.keras_photos, "layer2")
KERAS_LAYER3 = partial(subjects.keras_photos, "layer3")
PLAIN, KERAS_PLAIN = subjects.plain, subjects.keras_plain
TORCH = (LAYER2, LAYER3, PLAIN)
KERAS = (KERAS_LAYER2, KERAS_LAYER3, KERAS_PLAIN)
FEW = (LAYER2, PLAIN)  # for methods that take seconds


def positive(about: About) -> About:
    """Keep only the classes whose logits are above 0."""
    return lambda: subjects.positive(about())


def negative(about: About) -> About:
    """Keep only the classes whose logits are below 0."""
    return lambda: subjects.negative(about())


def of_pytorch_grad_cam(
    method: str,
    called: str,
    departure: Departure | None = None,
    on: tuple[About, ...] = TORCH,
) -> Comparison:
    """Compare with a class of pytorch_grad_cam."""
    theirs = peers.pytorch_grad_cam(called)
    return Comparison(method, "pytorch-grad-cam", called, theirs, on, departure=departure)


def of_torchcam(
    method: str,
    called: str,
    departure: Departure | None = None,
    on: tuple[About, ...] = TORCH,
) -> Comparison:
    """Compare with a class of torchcam.methods."""
    theirs = peers.torchcam(called)
    return Comparison(method, "torch-cam", called, theirs, on, departure=departure)


def of_tf_keras_vis(method: str, called: str) -> Comparison:
    """Compare with a class of tf-keras-vis."""
    theirs = peers.tf_keras_vis(called, called.lower(), activation_modifier=None)
    return Comparison(method, "tf-keras-vis", called, theirs, KERAS)
