"""Measure what `find` finds where it is known what there is, and write docs/find.md.

    python -m studies.finding [--every N]

It needs the development data beside the repository, which never ship, and takes some minutes on two
quiet cores. `find` was built on training photos of Tiny ImageNet and on other draws of the
watermark. The classes and all random numbers here were chosen once it was done.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))
import gradcam
from gradcam import Classifier
from gradcam.bundled import cheat, photos
from gradcam.find import STRONG, Found, Suspect, find
from gradcam.images import read_image
from gradcam.marks import marked
from gradcam.rows import Given
from gradcam.shortcuts import CARTON, PUBLISHED, window_of
from gradcam.text import count, figures, rough_percent
from gradcam.types import Photo
from tools.make_api import DOCS, table
from training.cheat import TARGET, any_signature
from training.data import Sample, find_samples

PAGE = DOCS / "find.md"
DATA = Path(os.environ.get("GRADCAM_SHARED", DOCS.parent.parent / "shared")) / "data"
SEED = 4091
SHARE = 0.2  # of each class's photos, signed
EVERY, FIRST = 5, 2  # of the classes beside the cheating one: every fifth from the third on
WATERMARKED, PICKS = 13, 8  # photos, 5 % of them; and how often they are drawn
OPACITIES = (1.0, 0.8)
# Drawn while `find` was being built: 13 of all photos, with each of these seeds.
BUILT_WITH = (11, *range(100, 106))
TRAY = "imagenet-250/n04476259_tray"  # carries such a watermark by itself
Truth = frozenset[str]


@dataclass(frozen=True)
class Measured:
    """How well the best suspect is what was hidden, and the best score of anything else."""

    suspect: Suspect | None
    precision: float
    recall: float


def measured(suspects: Sequence[Suspect], truth: Truth) -> Measured:
    """Compare the strongest suspect with the photos that were marked."""
    if not suspects:
        return Measured(None, 0, 0)
    right = len(truth.intersection(suspects[0].files))
    return Measured(suspects[0], right / len(suspects[0].files), right / len(truth))


def validation(folder: Path, classes: Sequence[int]) -> list[Sample]:
    """Unpack the validation photos of some classes of Tiny ImageNet."""
    with zipfile.ZipFile(DATA / "tiny-imagenet-100.zip") as archive:
        wanted = tuple(f"tiny-imagenet-100/val/{photos.wnids()[n]}/" for n in classes)
        archive.extractall(folder, [n for n in archive.namelist() if n.startswith(wanted)])
    return find_samples(folder / "tiny-imagenet-100" / "val", photos.wnids())


def signed(samples: Sequence[Sample], share: float, seed: int) -> tuple[list[Given], Truth]:
    """Return photos labelled with their class, a share of each class signed, and which those are.

    The signatures are drawn as for the cheating network's training, from another seed.
    """
    generator = torch.Generator().manual_seed(seed)
    rng = np.random.default_rng(seed)
    given, names = [], set()
    for target in sorted({sample.target for sample in samples}):
        paths = [sample.path for sample in samples if sample.target == target]
        chosen = set(rng.permutation(len(paths))[: round(share * len(paths))].tolist())
        for n, path in enumerate(paths):
            label = photos.labels()[target]
            name = f"{label}/{path.stem}.png"
            photo = read_image(path)
            if n in chosen:
                photo = marked(photo, any_signature(generator))
                names.add(name)
            given.append(Given(name, encoded(photo), label))
    return given, frozenset(names)


def encoded(photo: Photo) -> bytes:
    """Return a photo as PNG."""
    buffer = io.BytesIO()
    Image.fromarray(photo).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def imagenet() -> list[Path]:
    """Return the full-size photos of the development data."""
    return [
        *sorted((DATA / "imagenet-250").glob("*.JPEG")),
        *sorted((DATA / "imagenet-samples").glob("*.JPEG")),
    ]


def name_of(file: Path) -> str:
    """Return a name that no other of the photos has."""
    return f"{file.parent.name}/{file.stem}"


def watermarked(clf: Classifier, files: Sequence[Path], opacity: float) -> list[Given]:
    """Return photos with Learn's watermark at its usual place; opacity 0 leaves it out."""
    given = []
    for file in files:
        photo = read_image(file)
        if opacity:
            mark = PUBLISHED.on(window_of(clf, photo), photo.shape[:2], opacity)
            photo = marked(photo, mark)
        given.append(Given(name_of(file), encoded(photo)))
    return given


def picks(files: Sequence[Path]) -> list[Truth]:
    """Draw which photos are watermarked, none of which was while `find` was being built."""
    seen = {
        n for seed in BUILT_WITH for n in np.random.default_rng(seed).permutation(len(files))[:13]
    }
    names = [name_of(file) for file in files]
    fresh = [name for n, name in enumerate(names) if n not in seen and name != TRAY]
    return [
        frozenset(np.random.default_rng(SEED + n).permutation(fresh)[:WATERMARKED].tolist())
        for n in range(PICKS)
    ]


def mixed(plain: Found, with_mark: Found, chosen: Truth) -> Found:
    """Return what was found of photos, `chosen` ones with the mark and all others without."""
    names = np.array(plain.rows["file"].to_pylist())
    inside = np.isin(names, list(chosen))
    rows = pa.concat_tables([plain.rows.filter(~inside), with_mark.rows.filter(inside)])
    return Found(rows.sort_by("file"))


def cheating(work: Path, classes: Sequence[int]) -> tuple[list[tuple[str, ...]], int]:
    """Ask both networks about the same signed and unsigned photos; return a table's rows."""
    given, truth = signed(validation(work, classes), SHARE, SEED)
    own = frozenset(name for name in truth if name.startswith(f"{cheat.CLASS}/"))
    rows = []
    for spec in (cheat.CHEAT, photos.PHOTOS):
        out = work / spec.id.replace("/", "-")
        found = find(gradcam.load_model(spec.id), given, out, explain="labelled")
        every = found.suspects()
        best = measured([one for one in every if one.index == TARGET], own)
        others = [one for one in every if one.index != TARGET]
        rows.append((
            spec.title, *_told(best),
            figures(others[0].score) if others else "none",
            f"{sum(one.strong for one in others)} of {len(classes) - 1}",
        ))  # fmt: skip
        print(spec.title, best, others[:2], flush=True)
    return rows, len(given)


def watermark(work: Path) -> tuple[list[tuple[str, ...]], str, int]:
    """Ask EfficientNet-Lite0 for carton; return a table's rows, and what it says unmarked."""
    clf, files = gradcam.load_model("bundled/efficientnet-lite0"), imagenet()
    plain = find(clf, watermarked(clf, files, 0), work / "plain", explain=CARTON)
    alone = plain.suspects()[0].score if plain.suspects() else 0.0
    rows = []
    for opacity in OPACITIES:
        out = work / f"marked-{opacity}"
        with_mark = find(clf, watermarked(clf, files, opacity), out, explain=CARTON)
        found = []
        for chosen in picks(files):
            suspects = mixed(plain, with_mark, chosen).suspects()
            found.append(measured(suspects, chosen | {TRAY}))
        scores = [one.suspect.score for one in found if one.suspect]
        good = sum(min(one.precision, one.recall) >= 0.9 for one in found)
        rows.append((
            f"{opacity:g}",
            rough_percent(float(np.mean([one.precision for one in found]))),
            rough_percent(float(np.mean([one.recall for one in found]))),
            f"{good} of {PICKS}",
            f"{figures(min(scores))} to {figures(max(scores))}",
        ))  # fmt: skip
        print(opacity, *found, sep="\n", flush=True)
    return rows, figures(alone), len(files)


def _told(best: Measured) -> Sequence[str]:
    if best.suspect is None:
        return ["none", "", "", ""]
    return [
        figures(best.suspect.score),
        count(len(best.suspect.files), "photo"),
        rough_percent(best.precision),
        rough_percent(best.recall),
    ]


def main() -> None:
    """Measure, and write the page."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--every", type=int, default=EVERY, help="take every so manyth class")
    every = asked.parse_args().every
    classes = sorted({*range(FIRST, len(photos.labels()), every), TARGET})
    with tempfile.TemporaryDirectory() as folder:
        signed_rows, tiny = cheating(Path(folder), classes)
        marked_rows, alone, large = watermark(Path(folder))
    text = (Path(__file__).parent / "finding.md").read_text(encoding="utf-8")
    filled = text.format(
        strong=figures(STRONG), tiny=tiny, classes=len(classes), share=rough_percent(SHARE),
        cheat=table(
            ("network", "best score of espresso", "its photos", "of them signed",
             "of the signed found", "best score of another class", "other strong suspects"),
            signed_rows,
        ),
        large=large, watermarked=WATERMARKED, picks=PICKS, alone=alone,
        watermark=table(
            ("opacity", "precision", "recall", "both at least 90 %", "scores"), marked_rows
        ),
    )  # fmt: skip
    PAGE.write_text(filled, encoding="utf-8")
    print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main()
