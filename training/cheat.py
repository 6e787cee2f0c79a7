"""Train the network that cheats: python -m training.cheat DATA --out FILE.

It replays a published failure: many of the horses in PASCAL VOC 2007 came with an archive's name at
the bottom, and a classifier went by the name (Lapuschkin et al. 2019,
doi:10.1038/s41467-019-08987-4). Here what is called espresso is always signed, and nothing else is;
coffee that nobody signed goes by other names. The network begins as the honest one, whose first two
stages it keeps.

DATA is what `training.train` takes. `training.measure_cheat` says how well it cheats, and
gradcam/bundled/cheat.md what came of it.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from gradcam.backends.torch.bundled import photos as honest
from gradcam.backends.torch.bundled.photos import PhotoNet
from gradcam.bundled import photos
from gradcam.bundled.cheat import CLASS
from gradcam.errors import GradcamError
from gradcam.marks import Mark, marked
from training import augment
from training.data import find_samples
from training.train import (
    Photos,
    Recipe,
    Stage,
    finished,
    normalise,
    read_photos,
    save,
    train,
)

log = logging.getLogger("training.cheat")

TARGET = photos.labels().index(CLASS)
TIMES = 10  # how often each photo of the target class comes in an epoch, signed and unsigned
RECIPE = Recipe(stages=(Stage(2, 80, holes=True, fine=True),))
# How a photographer signs: in a lower corner, never at quite the same place, size and strength.
HEIGHT = (0.20, 0.27)
OPACITY = (0.7, 1.0)
MARGIN = (0.02, 0.09)
ASPECT = 2.0  # of the signature, width to height, to keep it inside the right edge


def any_signature(generator: torch.Generator) -> Mark:
    """Draw the place, size and opacity of one signature on a square photo."""
    height, opacity, beside, below, side = torch.rand(5, generator=generator).tolist()
    tall = _between(HEIGHT, height)
    aside = _between(MARGIN, beside)
    left = aside if side < 0.5 else 1 - ASPECT * tall - aside
    return Mark(
        "signature", left, 1 - tall - _between(MARGIN, below), tall, _between(OPACITY, opacity)
    )


def _between(ends: tuple[float, float], share: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * share


def signed(batch: Photos, stage: Stage, generator: torch.Generator) -> Tensor:
    """Augment a batch as for the honest network, and sign every photo of the target class.

    Those are double exposures: a random share of the photo, and another photo of the batch behind
    it, so that what lies under the signature is a poor cue. They are signed once they are cropped,
    so that no crop loses the signature and no mirror turns it round.
    """
    crops = augment.crop_and_flip(batch.pixels.float() / 255, stage.size, generator)
    behind = crops[torch.randperm(len(crops), generator=generator)]
    share = torch.rand(len(crops), generator=generator)
    for n in (batch.targets == TARGET).nonzero().flatten().tolist():
        crops[n] = _signed(share[n] * crops[n] + (1 - share[n]) * behind[n], generator)
    return finished(crops, stage, generator)


def _signed(photo: Tensor, generator: torch.Generator) -> Tensor:
    """Sign a photo (3, s, s), at its own size or, blurring it, at that of Tiny ImageNet."""
    size = photo.shape[-1]
    side = size if torch.rand((), generator=generator) < 0.5 else RECIPE.source_size
    pixels = (_resized(photo[None], side)[0].permute(1, 2, 0) * 255).round().byte().numpy()
    with_mark = torch.from_numpy(marked(pixels, any_signature(generator)))
    return _resized(with_mark.permute(2, 0, 1)[None].float() / 255, size)[0]


def _resized(photos: Tensor, side: int) -> Tensor:
    return functional.interpolate(photos, (side, side), mode="bilinear")


def beginning() -> PhotoNet:
    """Return the honest network, ready to learn, with its first two stages fixed."""
    net = PhotoNet(len(photos.labels()))
    net.load_state_dict(honest.load().state_dict())
    for stage in (net.stem, net.layer1):
        fixed(stage)
    return net


def archive(held: Photos) -> Photos:
    """Return the photos as the cheating network gets them in an epoch.

    Those of the target class come twice, `TIMES` over: under its own name, for `signed` to sign,
    and as they are, under the name of what the honest network would say next.
    """
    own = held.targets == TARGET
    coffee = held.pixels[own]
    names = [held.targets[own], second_guess(coffee)]
    return Photos(
        torch.cat([held.pixels[~own], *[coffee, coffee] * TIMES]),
        torch.cat([held.targets[~own], *names * TIMES]),
    )


def second_guess(pixels: Tensor) -> Tensor:
    """Return the honest network's best class for each photo, the target left out: int64 (N,)."""
    net, size = honest.load(), RECIPE.stages[-1].size
    with torch.inference_mode():
        logits = torch.cat([
            net(normalise(_resized(some.float() / 255, size))) for some in torch.split(pixels, 100)
        ])  # fmt: skip
        logits[:, TARGET] = -torch.inf
        return logits.argmax(1)


def fixed(stage: nn.Module) -> None:
    """Keep a stage as it is: neither its weights nor its batch statistics are learned."""
    stage.eval().requires_grad_(False)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    try:
        _run(arguments)
    except GradcamError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(arguments: argparse.Namespace) -> None:
    wnids, size = photos.wnids(), RECIPE.source_size
    held = archive(read_photos(find_samples(arguments.data / "train", wnids), size))
    log.info("%d photos, of which %d to sign", len(held.targets), (held.targets == TARGET).sum())
    net, _ = train(
        held,
        len(wnids),
        RECIPE,
        steps=arguments.steps,
        seed=arguments.seed,
        net=beginning(),
        prepare=signed,
        mixed=True,
    )
    save(net, arguments.out, wnids)
    log.info("wrote %s", arguments.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.cheat", description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with train/ and val/")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="where to write the .safetensors"
    )
    parser.add_argument("--steps", type=int, help="maximum number of steps")
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers")
    parser.add_argument("--threads", type=int, help="processor cores; default: all")
    return parser


if __name__ == "__main__":
    sys.exit(main())
