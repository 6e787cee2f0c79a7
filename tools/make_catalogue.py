"""Write gradcam/catalogue/torchvision.json and imagenet.txt from the installed torchvision.

    python tools/make_catalogue.py

The catalogue is data, so that listing models imports neither torch nor torchvision.
tests/gradcam/test_catalogue.py fails if it differs from the installed torchvision.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import torchvision
from torchvision.models import get_model_weights, list_models

Row = dict[str, Any]
Families = tuple[tuple[str, str], ...]
FOLDER = Path(__file__).resolve().parent.parent / "gradcam" / "catalogue"
MEBIBYTE = 1024 * 1024

# One row per family, in the catalogue's order: a pattern for torchvision's name and a title with
# places for the captured parts. Within a family, the smallest network comes first.
FAMILIES: Families = (
    (r"alexnet", "AlexNet"),
    (r"convnext_(tiny|small|base|large)", "ConvNeXt {0:word}"),
    (r"densenet(\d+)", "DenseNet-{0}"),
    (r"efficientnet_b(\d)", "EfficientNet-B{0}"),
    (r"efficientnet_v2_([sml])", "EfficientNet V2 {0:upper}"),
    (r"googlenet", "GoogLeNet"),
    (r"inception_v(\d)", "Inception V{0}"),
    (r"maxvit_([tsbl])", "MaxViT {0:upper}"),
    (r"mnasnet(\d_\d+)", "MNASNet {0:number}"),
    (r"mobilenet_v2", "MobileNetV2"),
    (r"mobilenet_v3_(small|large)", "MobileNetV3 {0:word}"),
    (r"regnet_x_(\d+(?:_\d)?)([gm]f)", "RegNetX {0:number}{1:upper}"),
    (r"regnet_y_(\d+(?:_\d)?)([gm]f)", "RegNetY {0:number}{1:upper}"),
    (r"resnet(\d+)", "ResNet-{0}"),
    (r"resnext(\d+)_(\d+x\d+d)", "ResNeXt-{0} {1}"),
    (r"shufflenet_v2_x(\d_\d)", "ShuffleNet V2 x{0:number}"),
    (r"squeezenet(\d_\d)", "SqueezeNet {0:number}"),
    (r"swin_([tsb])", "Swin {0:upper}"),
    (r"swin_v2_([tsb])", "Swin V2 {0:upper}"),
    (r"vgg(\d+)", "VGG-{0}"),
    (r"vgg(\d+)_bn", "VGG-{0} BN"),
    (r"vit_([blh])_(\d+)", "ViT-{0:upper}/{1}"),
    (r"wide_resnet(\d+)_(\d)", "Wide ResNet-{0}-{1}"),
)


class Part(str):
    """A captured part of a name with formats for titles, such as `{0:upper}` and `{0:number}`."""

    def __format__(self, how: str) -> str:
        spelt = {"": self, "upper": self.upper(), "word": self.capitalize()}
        return str(self.replace("_", ".") if how == "number" else spelt[how])


def family(name: str, families: Families = FAMILIES) -> tuple[int, re.Match[str]]:
    """Return the index and match of the row in `families` that describes `name`.

    Raises
    ------
    LookupError : no row matches; the library has a new family that needs one.
    """
    for place, (pattern, _) in enumerate(families):
        if match := re.fullmatch(pattern, name):
            return place, match
    raise LookupError(f"FAMILIES has no row for {name!r}.")


def title(name: str, families: Families = FAMILIES) -> str:
    """Convert `regnet_y_1_6gf` to `RegNetY 1.6GF`."""
    place, match = family(name, families)
    return families[place][1].format(*map(Part, match.groups()))


def preprocessing(transforms: Any) -> dict[str, Any]:
    """Describe `weights.transforms()` in the fields of gradcam.types.Preprocessing."""
    (resize,), (crop,) = transforms.resize_size, transforms.crop_size
    return {
        "resize": resize,
        "crop": [crop, crop],
        "mean": transforms.mean,
        "std": transforms.std,
        "interpolation": transforms.interpolation.value,
    }


def row(name: str) -> Row:
    """Return the catalogue's row for one classifier with its DEFAULT weights."""
    weights = get_model_weights(name).DEFAULT
    meta = weights.meta
    scores = meta["_metrics"]["ImageNet-1K"]
    return {
        "id": f"torchvision/{name}",
        "title": title(name),
        "parameters": meta["num_params"],
        "top1": scores["acc@1"],
        "top5": scores["acc@5"],
        # torchvision gives MiB to three places, so this is accurate to about 500 bytes.
        "download_bytes": round(meta["_file_size"] * MEBIBYTE),
        "url": weights.url,
        "weights": weights.name,
        "labels": "imagenet",
        "preprocessing": preprocessing(weights.transforms()),
        "note": f"Licence of these weights: {meta['license']}" if "license" in meta else "",
    }


def rows() -> list[Row]:
    """Return rows for all of torchvision's classifiers by family, smallest first."""
    return in_order({name: row(name) for name in list_models(module=torchvision.models)})


def in_order(found: dict[str, Row], families: Families = FAMILIES) -> list[Row]:
    """Sort rows by family, smallest first."""

    def place(name: str) -> tuple[int, int]:
        return family(name, families)[0], found[name]["parameters"]

    return [found[name] for name in sorted(found, key=place)]


def imagenet_labels() -> list[str]:
    """Return the 1000 labels that all classifiers share.

    Raises
    ------
    ValueError : some weights have different labels, so the catalogue needs a second list.
    """
    names = list_models(module=torchvision.models)
    lists = {tuple(get_model_weights(name).DEFAULT.meta["categories"]) for name in names}
    if len(lists) != 1:
        raise ValueError(f"torchvision's classifiers have {len(lists)} different label lists.")
    return list(lists.pop())


def as_json(entries: list[Row]) -> str:
    """Format a JSON list with one model per line, for readable diffs."""
    return "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries) + "\n]\n"


def write(filename: str, text: str) -> None:
    """Write one of the catalogue's files with the same bytes on every system."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / filename).write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Write both files."""
    write("torchvision.json", as_json(rows()))
    write("imagenet.txt", "".join(f"{label}\n" for label in imagenet_labels()))


if __name__ == "__main__":
    main()
