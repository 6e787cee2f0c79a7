"""Train PhotoNet from scratch: python -m training.train DATA --out FILE [--steps N] …

DATA holds Tiny ImageNet's train/ and val/, in either layout that `training.data` knows. The recipe
is its card's: 14 epochs at growing input sizes and a one-cycle rate, then 2 at the final size.
"""

from __future__ import annotations

import argparse
import logging
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from gradcam.backends.torch.bundled.photos import PhotoNet
from gradcam.errors import GradcamError
from gradcam.types import Preprocessing
from training import augment
from training.data import Sample, find_samples, find_wnids, read_wnids

log = logging.getLogger("training.train")


@dataclass(frozen=True)
class Stage:
    """Some epochs at one input size; a `fine` stage has a linearly falling learning rate."""

    epochs: int
    size: int
    holes: bool = False
    fine: bool = False


@dataclass(frozen=True)
class Recipe:
    """All hyperparameters. The defaults are those of gradcam/bundled/photos.md."""

    stages: tuple[Stage, ...] = (
        Stage(7, 40),
        Stage(4, 52, holes=True),
        Stage(3, 64, holes=True),
        Stage(2, 80, holes=True, fine=True),
    )
    batch: int = 128
    peak: float = 0.25
    fine_rate: float = 0.02
    warm_up: float = 0.2
    momentum: float = 0.9
    decay: float = 5e-4
    smoothing: float = 0.1
    averaging: float = 0.998
    source_size: int = 64


@dataclass(frozen=True)
class Step:
    """One optimiser step: its stage and its learning rate."""

    stage: Stage
    rate: float


@dataclass(frozen=True)
class Photos:
    """A whole split in memory: `pixels` uint8 (N, 3, h, w) and `targets` int64 (N,)."""

    pixels: Tensor
    targets: Tensor

    def to(self, device: torch.device) -> Photos:
        """Copy the photos to a device."""
        return Photos(self.pixels.to(device), self.targets.to(device))


Prepare = Callable[[Photos, Stage, torch.Generator], Tensor]
"""A batch as it was read → what the network sees of it, normalised (N, 3, size, size)."""


def read_photos(samples: Sequence[Sample], size: int) -> Photos:
    """Read every photo at size × size pixels; Tiny ImageNet's are 64 × 64 already."""

    def read(sample: Sample) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        with Image.open(sample.path) as image:
            rgb = image.convert("RGB")
        return np.asarray(rgb if rgb.size == (size, size) else rgb.resize((size, size)))

    with ThreadPoolExecutor() as pool:
        stacked = np.stack(list(pool.map(read, samples)))
    pixels = torch.from_numpy(stacked).permute(0, 3, 1, 2).contiguous()
    return Photos(pixels, torch.tensor([sample.target for sample in samples]))


def plan(recipe: Recipe, photos: int, cap: int | None = None) -> list[Step]:
    """Plan every step; `cap` limits their number, shortening all stages alike but none to zero."""
    per_epoch = math.ceil(photos / recipe.batch)
    lengths = [stage.epochs * per_epoch for stage in recipe.stages]
    if cap is not None and cap < sum(lengths):
        lengths = [max(1, length * cap // sum(lengths)) for length in lengths]
    cycle = sum(n for n, stage in zip(lengths, recipe.stages, strict=True) if not stage.fine)
    steps: list[Step] = []
    for length, stage in zip(lengths, recipe.stages, strict=True):
        for done in range(length):
            if stage.fine:
                rate = recipe.fine_rate * (1 - done / length)
            else:
                rate = one_cycle(len(steps) / cycle, recipe.peak, recipe.warm_up)
            steps.append(Step(stage, rate))
    return steps


def one_cycle(progress: float, peak: float, warm_up: float) -> float:
    """Return the learning rate at `progress` in [0, 1): linear up to `peak`, then a half cosine.

    Smith and Topin 2017, arXiv:1708.07120.
    """
    if progress < warm_up:
        return peak * (0.04 + 0.96 * progress / warm_up)
    return peak * 0.5 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up)))


def train(
    photos: Photos,
    classes: int,
    recipe: Recipe,
    *,
    steps: int | None = None,
    seed: int = 0,
    device: torch.device | None = None,
    net: PhotoNet | None = None,
    prepare: Prepare | None = None,
    mixed: bool = False,
) -> tuple[PhotoNet, list[float]]:
    """Train a network.

    Parameters
    ----------
    photos, classes, recipe : what to learn, of how many classes, and how.
    steps : their largest number; see `plan`.
    seed : of all random numbers.
    device : where to train; default: the CPU.
    net : where to begin, instead of from scratch; what needs no gradient stays as it is.
    prepare : what the network sees of a batch, instead of `augmented`.
    mixed : compute in bfloat16 where that is safe, which some processors do several times faster.

    Returns
    -------
    The averaged network in evaluation mode, and the loss of every step.

    Raises
    ------
    GradcamError : the loss is no longer finite.
    """
    device = device or torch.device("cpu")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = net or PhotoNet(classes)
    net.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = Average(net, recipe.averaging)
    optimiser = _optimiser(net, recipe)
    generator = torch.Generator().manual_seed(seed)
    photos = photos.to(device)
    batches = _batches(len(photos.targets), recipe.batch, generator)
    losses: list[float] = []
    schedule = plan(recipe, len(photos.targets), steps)
    clock = time.perf_counter()
    for number, step in enumerate(schedule):
        if step.stage.fine and number and not schedule[number - 1].stage.fine:
            average.copy_to(net)
        chosen = next(batches).to(device)
        batch = Photos(photos.pixels[chosen], photos.targets[chosen])
        inputs = (prepare or augmented)(batch, step.stage, generator)
        with torch.autocast(device.type, torch.bfloat16, enabled=mixed):
            logits = net(inputs)
        loss = _learn(optimiser, logits.float(), batch.targets, step.rate, recipe)
        average.update(net)
        losses.append(loss)
        if number % 50 == 0 or number == len(schedule) - 1:
            _log_progress(number, len(schedule), step, losses[-50:], time.perf_counter() - clock)
    average.copy_to(net)
    return net.eval(), losses


class Average:
    """Exponential moving average of weights and batch statistics, short at first."""

    def __init__(self, net: nn.Module, decay: float) -> None:
        self._decay = decay
        self._updates = 0
        self._state = {name: t.detach().clone() for name, t in _floats(net)}

    def update(self, net: nn.Module) -> None:
        """Move towards the values of `net`."""
        self._updates += 1
        # Without the ramp, the random initial weights would dominate short runs.
        decay = min(self._decay, (1 + self._updates) / (10 + self._updates))
        with torch.no_grad():
            for name, tensor in _floats(net):
                self._state[name].lerp_(tensor, 1 - decay)

    def copy_to(self, net: nn.Module) -> None:
        """Copy the averaged values into `net`."""
        with torch.no_grad():
            for name, tensor in _floats(net):
                tensor.copy_(self._state[name])


def _floats(net: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Yield the network's state without batch norm's integer counters."""
    state: dict[str, Tensor] = net.state_dict()
    return ((name, tensor) for name, tensor in state.items() if tensor.is_floating_point())


def _optimiser(net: nn.Module, recipe: Recipe) -> torch.optim.SGD:
    return torch.optim.SGD(
        (p for p in net.parameters() if p.requires_grad),
        lr=recipe.peak,
        momentum=recipe.momentum,
        weight_decay=recipe.decay,
        nesterov=True,
    )


def _batches(count: int, batch: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Yield batches of indices without end, shuffled anew each epoch."""
    while True:
        yield from torch.split(torch.randperm(count, generator=generator), batch)


def augmented(batch: Photos, stage: Stage, generator: torch.Generator) -> Tensor:
    """Augment and normalise: uint8 (N, 3, h, w) → float (N, 3, size, size)."""
    photos = augment.crop_and_flip(batch.pixels.float() / 255, stage.size, generator)
    return finished(photos, stage, generator)


def finished(photos: Tensor, stage: Stage, generator: torch.Generator) -> Tensor:
    """Vary the light of cropped photos in [0, 1], normalise them and cut out the stage's holes."""
    photos = normalise(augment.change_light(photos, generator))
    photos = augment.cut_out(photos, generator) if stage.holes else photos
    return photos.contiguous(memory_format=torch.channels_last)


def normalise(photos: Tensor) -> Tensor:
    """Normalise photos (N, 3, h, w) in [0, 1] as the product's preprocessing does."""
    how = Preprocessing()
    mean = photos.new_tensor(how.mean).view(1, 3, 1, 1)
    std = photos.new_tensor(how.std).view(1, 3, 1, 1)
    return (photos - mean) / std


def _learn(
    optimiser: torch.optim.SGD,
    logits: Tensor,
    targets: Tensor,
    rate: float,
    recipe: Recipe,
) -> float:
    for group in optimiser.param_groups:
        group["lr"] = rate
    loss = functional.cross_entropy(logits, targets, label_smoothing=recipe.smoothing)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()
    value = loss.item()
    if not math.isfinite(value):
        raise GradcamError("The loss is no longer finite.", hint="Try a lower --peak rate.")
    return value


def _log_progress(
    number: int, total: int, step: Step, losses: Sequence[float], seconds: float
) -> None:
    left = seconds / (number + 1) * (total - number - 1)
    log.info(
        "step %5d of %d  %3d px  rate %.4f  loss %.3f  %4.0f s, %4.0f s to go",
        number + 1, total, step.stage.size, step.rate, sum(losses) / len(losses), seconds, left,
    )  # fmt: skip


def accuracy(net: PhotoNet, photos: Photos, size: int, *, batch: int = 250) -> float:
    """Return the percentage of photos whose most probable class is right, at `size` px."""
    device = next(net.parameters()).device
    right = 0
    with torch.inference_mode():
        pairs = zip(
            torch.split(photos.pixels, batch), torch.split(photos.targets, batch), strict=True
        )
        for pixels, targets in pairs:
            scaled = functional.interpolate(
                pixels.to(device).float() / 255, (size, size), mode="bilinear"
            )
            right += int((net(normalise(scaled)).argmax(1).cpu() == targets).sum())
    return 100 * right / len(photos.targets)


def save(net: nn.Module, path: Path, wnids: Sequence[str]) -> None:
    """Save the weights as half-precision safetensors, with the class order in the metadata."""
    halves = {name: t.detach().cpu().half().contiguous() for name, t in _floats(net)}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(halves, path, metadata={"format": "pt", "wnids": " ".join(wnids)})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    try:
        _run(arguments)
    except GradcamError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(arguments: argparse.Namespace) -> None:
    folder: Path = arguments.data
    wnids = read_wnids(arguments.classes) if arguments.classes else find_wnids(folder / "train")
    recipe = Recipe(batch=arguments.batch, peak=arguments.peak)
    photos = read_photos(find_samples(folder / "train", wnids), recipe.source_size)
    log.info("%d photos of %d classes", len(photos.targets), len(wnids))
    device = torch.device(arguments.device)
    net, _ = train(
        photos, len(wnids), recipe, steps=arguments.steps, seed=arguments.seed, device=device
    )
    save(net, arguments.out, wnids)
    log.info("wrote %s", arguments.out)
    if (folder / "val").is_dir():
        held_out = read_photos(find_samples(folder / "val", wnids), recipe.source_size)
        size = recipe.stages[-1].size
        log.info("top-1 %.2f %% at %d px", accuracy(net, held_out, size), size)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with train/ and val/")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="where to write the .safetensors"
    )
    parser.add_argument(
        "--classes", type=Path, help="CSV with a column wnid; default: every folder"
    )
    parser.add_argument("--steps", type=int, help="maximum number of steps")
    parser.add_argument("--batch", type=int, default=Recipe.batch, help="photos per step")
    parser.add_argument("--peak", type=float, default=Recipe.peak, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser


if __name__ == "__main__":
    sys.exit(main())
