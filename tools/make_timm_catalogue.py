"""Write gradcam/catalogue/timm.json from the installed timm.

    python tools/make_timm_catalogue.py

Listed is every classifier of photos whose weights timm has on the Hugging Face hub. Left out are
feature extractors, the image halves of CLIP models, whose outputs are embeddings, and weights that
lie elsewhere.

timm-results.csv beside this file is copied from timm's published results
(results/results-imagenet.csv in its repository, at commit 7479d451a6df): model, img_size, top1. Of
two rows for a model, it keeps the one at the size the model was trained with, which is the size it
runs with here. A model whose results timm has not published there has no accuracy.

tests/gradcam/test_catalogue_timm.py fails if the file differs from the installed timm.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import timm
import torch
from timm.models import get_pretrained_cfg
from timm.models._registry import _model_to_module

sys.path.insert(0, str(Path(__file__).parent.parent))
from gradcam.backends.torch.timm_zoo import preprocessing_of
from tools.make_catalogue import write

RESULTS = Path(__file__).with_name("timm-results.csv")
FREE = {"apache-2.0", "mit", "bsd-3-clause"}  # licences that need no note
# How many outputs tell which labels: "imagenet" is our own list, the others are timm's. It has no
# names for the last two, pretraining sets of its own.
LABELS = {
    1000: "imagenet",
    11221: "imagenet-21k-miil",
    11821: "imagenet-12k",
    21841: "imagenet-22k",
    21842: "imagenet-22k-ms",
    21843: "imagenet-21k-goog",
    19168: "",
    115217: "",
}
# timm's modules whose names do not say what people call the networks in them.
FAMILIES = {
    "beit": "BEiT", "byoanet": "ByoaNet", "byobnet": "ByobNet (RepVGG, MobileOne)",
    "cait": "CaiT", "coat": "CoaT", "convit": "ConViT", "convmixer": "ConvMixer",
    "convnext": "ConvNeXt", "cpubone": "CPUBone", "crossvit": "CrossViT", "csatv2": "CSATv2",
    "cspnet": "CSPNet, DarkNet", "cspnext": "CSPNeXt", "davit": "DaViT", "deit": "DeiT",
    "densenet": "DenseNet", "dla": "DLA", "dpn": "DPN", "edgenext": "EdgeNeXt",
    "efficientformer": "EfficientFormer", "efficientformer_v2": "EfficientFormer V2",
    "efficientnet": "EfficientNet, MobileNet V1 and V2", "efficientvim": "EfficientViM",
    "efficientvit_mit": "EfficientViT (MIT)", "efficientvit_msra": "EfficientViT (MSRA)",
    "eva": "EVA", "fasternet": "FasterNet", "fastvit": "FastViT", "focalnet": "FocalNet",
    "ghostnet": "GhostNet", "hardcorenas": "HardCoRe-NAS", "hgnet": "HGNet", "hiera": "Hiera",
    "hrnet": "HRNet", "iformer": "iFormer", "inception_next": "InceptionNeXt",
    "inception_resnet_v2": "Inception-ResNet V2", "inception_v3": "Inception V3",
    "inception_v4": "Inception V4", "lcnetv2": "LCNet V2", "levit": "LeViT",
    "lowformer": "LowFormer", "mambaout": "MambaOut", "maxxvit": "MaxViT, CoAtNet",
    "metaformer": "MetaFormer (CAFormer, PoolFormer)", "mlp_mixer": "MLP-Mixer, ResMLP",
    "mobilenetv3": "MobileNet V3 and V4", "mobilevit": "MobileViT", "mvitv2": "MViT V2",
    "naflexvit": "NaFlexViT", "nasnet": "NASNet", "nest": "NesT", "nextvit": "Next-ViT",
    "nfnet": "NFNet", "pit": "PiT", "pnasnet": "PNASNet", "pvt_v2": "PVT V2", "rdnet": "RDNet",
    "regnet": "RegNet", "repghost": "RepGhost", "repvit": "RepViT", "res2net": "Res2Net",
    "resnest": "ResNeSt", "resnet": "ResNet, ResNeXt", "resnetv2": "ResNet V2, BiT",
    "rexnet": "ReXNet", "selecsls": "SelecSLS", "sequencer": "Sequencer2D", "shvit": "SHViT",
    "sknet": "SKNet", "starnet": "StarNet", "swiftformer": "SwiftFormer",
    "swin_transformer": "Swin", "swin_transformer_v2": "Swin V2",
    "swin_transformer_v2_cr": "Swin V2 (CR)", "tiny_vit": "TinyViT", "tnt": "TNT",
    "tresnet": "TResNet", "twins": "Twins", "vgg": "VGG", "visformer": "Visformer",
    "vision_transformer": "ViT", "vision_transformer_hybrid": "ViT on a ResNet",
    "vision_transformer_relpos": "ViT, relative positions", "volo": "VOLO", "vovnet": "VoVNet",
    "xception_aligned": "Xception", "xcit": "XCiT",
}  # fmt: skip


def names() -> list[str]:
    """Return the names, with tags, of the classifiers to list."""
    return [name for name in timm.list_models(pretrained=True) if _is_listed(name)]


def row(name: str) -> dict[str, Any]:
    """Return what timm says about one model, by the names of ModelSpec's fields."""
    cfg = get_pretrained_cfg(name)
    parameters, size = _sizes(cfg.architecture, cfg.num_classes)
    licence = cfg.license or "unknown"
    return {
        "name": name,
        "repo": cfg.hf_hub_id,
        "family": FAMILIES[_model_to_module[cfg.architecture]],
        "parameters": parameters,
        "download_bytes": size,
        "labels": LABELS[cfg.num_classes],
        "top1": _results().get((name, cfg.input_size[-1])),
        "note": "" if licence in FREE else f"Licence of these weights: {licence}",
        "preprocessing": dataclasses.asdict(preprocessing_of(cfg.to_dict())),
    }


def as_json(rows: Iterable[dict[str, Any]]) -> str:
    """Format the rows compactly: what many of them share is a list that they index.

    Rows are lists: name, family, parameters, download_bytes, labels, top1, note, preprocessing,
    and the repository if it is not "timm/" and the name.
    """
    shared: dict[str, list[Any]] = {
        key: [] for key in ("family", "labels", "note", "preprocessing")
    }
    models = []
    for row in rows:
        for key, known in shared.items():
            if row[key] not in known:
                known.append(row[key])
        place = {key: known.index(row[key]) for key, known in shared.items()}
        model = [
            row["name"], place["family"], row["parameters"], row["download_bytes"],
            place["labels"], row["top1"], place["note"], place["preprocessing"],
        ]  # fmt: skip
        models.append(model if row["repo"] == f"timm/{row['name']}" else [*model, row["repo"]])
    lines = [f'"{key}": {json.dumps(known, ensure_ascii=False)}' for key, known in shared.items()]
    listed = ",\n".join(json.dumps(model, separators=(",", ":")) for model in models)
    return "{" + ",\n".join(lines) + f',\n"models": [\n{listed}\n]' + "}\n"


def in_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort rows by family, smallest first, and the more accurate of two weights first."""
    return sorted(
        rows,
        key=lambda r: (r["family"].lower(), r["parameters"], -(r["top1"] or 0), r["name"]),
    )


def _is_listed(name: str) -> bool:
    cfg = get_pretrained_cfg(name)
    return bool(cfg.hf_hub_id) and cfg.num_classes in LABELS and cfg.hf_hub_filename is None


@cache
def _sizes(architecture: str, classes: int) -> tuple[int, int]:
    """Return the number of parameters, and the bytes of a file with all weights and buffers."""
    with torch.device("meta"):
        module = timm.create_model(architecture, num_classes=classes)
    parameters = sum(p.numel() for p in module.parameters())
    return parameters, sum(t.numel() * t.element_size() for t in module.state_dict().values())


@cache
def _results() -> dict[tuple[str, int], float]:
    with RESULTS.open(encoding="utf-8", newline="") as file:
        return {
            (row["model"], int(row["img_size"])): float(row["top1"]) for row in csv.DictReader(file)
        }


def main() -> None:
    """Write the file; this builds a thousand networks without their weights, in a few minutes."""
    write("timm.json", as_json(in_order(row(name) for name in names())))


if __name__ == "__main__":
    main()
